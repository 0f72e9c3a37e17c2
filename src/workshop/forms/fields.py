"""Describe each field of a form: one answer, and what a screen needs to ask it."""

from __future__ import annotations

import datetime
import re
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from workshop.answers.schema import Answers, Decision, Stage, is_team, teams_in
from workshop.content.items import Question, StepText
from workshop.content.loader import Content
from workshop.content.teams import AT_HANDOVER, KINDS, NOBODY
from workshop.findings.patterns.inputs import word
from workshop.problems import InputError, Problem, near, shorten

Kind = Literal["choice", "many", "team", "teams", "number", "days", "date", "text", "prose"]
Address = tuple[str, ...]

MAX_TEAMS = 14
"""The most team names that are offered; typing is quicker than reading more."""
_DIGITS = re.compile(r"[-+]?\d+")
_DECIMALS = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)")


@dataclass(frozen=True)
class Choice:
    """One value that can be chosen: how it is kept and shown, and what it means."""

    value: str
    label: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field:
    """The field of one answer; `address` is its place in a session."""

    address: Address
    kind: Kind
    ask: str
    name: str
    why: str = ""
    good: str = ""
    unit: str = ""
    choices: tuple[Choice, ...] = ()
    basis: str = ""
    """The name under which the basis of the answer is kept; empty if not asked."""
    folded: bool = False
    """Whether it is collapsed at first: many choices that are seldom made."""
    type: Any = field(default=str, compare=False)

    @property
    def key(self) -> str:
        return "/".join(self.address)

    def read(self, typed: Any) -> Any:
        """Return the value of what was typed or chosen; None for nothing.

        Text that cannot be read is returned as it is, so that the schema reports what is wrong.
        """
        if isinstance(typed, list):
            return [t for one in typed if (t := str(one).strip())] or None
        if not isinstance(typed, str):
            return typed
        text = typed.strip()
        if not text:
            return None
        if self.kind == "days":
            return _days(text)
        if self.kind in ("number", "choice") and (read := _scalar(text, self.type)) is not None:
            return read
        return typed if self.kind == "prose" else text

    def show(self, value: Any) -> Any:
        """Return a value as its text box shows it, or as its choice is marked."""
        if value is None:
            return [] if self.kind in ("many", "teams") else ""
        if self.kind in ("many", "teams"):
            return [str(v) for v in value]
        if self.kind == "days" and isinstance(value, list | tuple):
            return ", ".join(_exactly(v) for v in value)
        return _exactly(value)


def is_readable(kind: Kind, value: Any) -> bool:
    """Return whether a value that was read is of the kind that its field asks for.

    Limits and choices are the schema's matter.
    """
    if kind == "days" and isinstance(value, list):
        return len(value) == 3 and value == sorted(value)
    if kind == "date" and isinstance(value, str):
        try:
            datetime.date.fromisoformat(value)
        except ValueError:
            return False
        return True
    return not (kind in ("number", "days") and isinstance(value, str))


def _exactly(value: Any) -> str:
    """Return the text that gives this value when it is typed."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return word(value) or ""


def _scalar(text: str, kind: Any) -> Any:
    """Return a number or a boolean from text.

    Returns None if the field keeps text, or the text is neither.
    """
    kinds = typing.get_args(kind) if isinstance(kind, types.UnionType) else (kind,)
    if bool in kinds and text in ("true", "false"):
        return text == "true"
    if int in kinds and _DIGITS.fullmatch(text):
        return int(text[:20])  # far beyond what any count may be, and quick to refuse
    if (float in kinds or int in kinds) and _DECIMALS.fullmatch(text):
        return float(text)
    return None


def _days(text: str) -> Any:
    """Return working days: one number, or [low, likely, high] from “2, 5, 9”."""
    parts = [p for p in re.split(r"[\s,;–-]+", text) if p]
    if not all(_DECIMALS.fullmatch(p) for p in parts):
        return text
    numbers = [float(p) for p in parts]
    whole = [int(n) if n.is_integer() else n for n in numbers]
    return whole[0] if len(whole) == 1 else whole


def step_of(content: Content, name: str) -> StepText:
    """Return a step by its id; raise `InputError` for an unknown one."""
    known = {step.id: step for step in content.steps}
    if name not in known:
        message, allowed = "No step has this name.", ", ".join(known)
        raise InputError([Problem(message, "", shorten(name), allowed, near(name, list(known)))])
    return known[name]


def field_of(content: Content, name: str, address: Address | None = None) -> Field:
    """Return the field for one answer by its name (`duties.paged`)."""
    question = content.question(name)
    address = address or tuple(name.split("."))
    kind, type_ = _kind(question, name)
    return Field(
        address=address,
        kind=kind,
        ask=question.ask,
        name=question.name,
        why=question.why,
        good=question.good,
        unit=question.unit,
        choices=choices_of(content, question),
        basis=name,
        type=type_,
    )


def fields_of(content: Content, name: str) -> tuple[Field, ...]:
    """Return the fields of one question.

    There is one, or two for a signal: its value now, and its limit.
    """
    if not name.startswith("signals."):
        return (field_of(content, name),)
    words, question = content.words, content.question(name)
    base = Field((), "number", "", question.name, unit=question.unit, type=float)
    top, key = tuple(name.split(".")), f"steps.signal-{name.split('.')[1].replace('_', '-')}"
    return (
        replace(base, address=(*top, "now"), ask=words(f"{key}-now"), basis=name),
        replace(base, address=(*top, "trigger"), ask=words(f"{key}-trigger")),
    )


def item_fields(
    content: Content, name: Literal["stages", "decisions"], item: str
) -> tuple[Field, ...]:
    """Return the fields of one stage or one decision, in the order of asking."""
    model: Any = {"stages": Stage, "decisions": Decision}[name]
    found = []
    for part, kind in _ITEM_KINDS[name].items():
        info = next(i for f, i in model.model_fields.items() if part in (f, i.alias))
        words = content.words(f"steps.{name}-{part}")
        choices = _item_choices(content, name, part)
        inner = _inner(info.annotation)
        found.append(Field((name, item, part), kind, words, words, choices=choices, type=inner))
    return tuple(found)


_ITEM_KINDS: dict[str, dict[str, Kind]] = {
    "stages": {
        "stage": "choice",
        "name": "text",
        "team": "team",
        "wait_days": "days",
        "touch_days": "days",
        "measured": "choice",
    },
    "decisions": {
        "decision": "prose",
        "chosen": "prose",
        "rejected": "prose",
        "dissent": "prose",
        "reply": "prose",
        "if": "prose",
        "then": "prose",
        "owner": "text",
        "due": "date",
        "revisit_on": "date",
        "revisit_when": "prose",
        "settles": "many",
    },
}


def _item_choices(content: Content, name: str, part: str) -> tuple[Choice, ...]:
    words = content.words
    if (name, part) == ("stages", "stage"):
        stages = ("data", "model", "serving", "product")
        return tuple(Choice(s, words(f"steps.stage-{s}")) for s in stages)
    if (name, part) == ("stages", "measured"):
        return (
            Choice("true", words("steps.measured-true")),
            Choice("false", words("steps.measured-false")),
        )
    return ()


def _kind(question: Question, name: str) -> tuple[Kind, Any]:
    """Return how an answer is asked for, and the type of its value."""
    annotation = _annotation(name)
    if name == "evaluation_set_authors":
        return "teams", tuple
    if question.choices:
        return ("many" if typing.get_origin(annotation) is tuple else "choice"), annotation
    if is_team(Answers.model_fields[name.split(".")[0]].annotation):
        return "team", str
    if annotation in (int, float):
        return "number", annotation
    return ("date" if "date" in str(annotation) else "text"), annotation


def _annotation(name: str) -> Any:
    """Return the type that the schema has for a dotted name."""
    model: Any = Answers
    for step in name.split("."):
        info = next(i for f, i in model.model_fields.items() if step in (f, i.alias))
        model = _inner(info.annotation)
    return model


def _inner(annotation: Any) -> Any:
    """Return a type without `| None` and without its constraints."""
    kinds = [a for a in typing.get_args(annotation) if a is not types.NoneType]
    if typing.get_origin(annotation) is typing.Annotated:
        return _inner(kinds[0])
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        return _inner(kinds[0]) if len(kinds) == 1 else annotation
    if typing.get_origin(annotation) is typing.Literal:
        return type(kinds[0])
    return annotation


def choices_of(content: Content, question: Question) -> tuple[Choice, ...]:
    """Return the choices of a question, each with its meaning if content has one."""
    notes = _notes(content, question.id)
    return tuple(Choice(v, label, notes.get(v, ())) for v, label in question.choices.items())


def _notes(content: Content, name: str) -> Mapping[str, tuple[str, ...]]:
    """Return what content says of each choice, beside its name."""
    words = content.words
    if name == "lead":
        return {
            lead.id: (
                words("steps.lead-brings", words=lead.brings),
                words("steps.lead-ships", words=lead.ships),
                words("steps.lead-fails", words=lead.fails),
            )
            for lead in content.leads
        }
    if name in ("current_pattern", "chosen_pattern"):
        return {p.id: (p.bet,) for p in content.patterns}
    texts = {
        "maturity": content.maturity,
        "mandate": content.mandates,
        "deployment": content.deployments,
    }
    return {c.value: (c.meaning,) for c in texts.get(name, ())}


def known_teams(
    content: Content, answers: Answers, handover: bool = False, longest: int | None = None
) -> tuple[Choice, ...]:
    """Return the teams to choose from: the usual ones, those named so far, nobody.

    With `handover`, “settle it at handover” is among them. Names of more than `longest` characters
    are left out.
    """
    found = {kind: Choice(kind, content.teams.label(kind)) for kind in KINDS}
    for name in teams_in(answers):
        if content.teams.is_somebody(name) and (longest is None or len(name) <= longest):
            found.setdefault(content.teams.key(name), Choice(name, name))
    choices = list(found.values())[:MAX_TEAMS]
    choices.append(Choice(NOBODY, content.words("common.nobody")))
    if handover:
        choices.append(Choice(AT_HANDOVER, content.words("common.at-handover")))
    return tuple(choices)
