"""Define a portfolio: each group's summary, and the whole file."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workshop.answers.schema import Became, Decision, as_compared, lookup
from workshop.content.items import Pattern, Severity
from workshop.exhibits.layout import short
from workshop.findings import Assessment
from workshop.findings.output.report import DIALECT, FOLDER
from workshop.findings.ownership import DutyState
from workshop.findings.patterns.advice import headline
from workshop.findings.patterns.verdicts import Verdict
from workshop.findings.since import CLOSED
from workshop.findings.uncertainty import leaf_names
from workshop.problems import InputError, Problem, shorten

VERSION = 1
"""The version of the file's shape; raise it if an earlier kit cannot read it."""

Value = bool | int | float | str


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Advice(_Record):
    """What is advised: none, one, a combination (base first), or the contestants."""

    patterns: tuple[Pattern, ...]
    contested: bool
    headline: str
    nearest: tuple[Pattern, ...] = Field(
        description="where none fits: those with the fewest obstacles"
    )


class DutyHolder(_Record):
    """Who has one duty, as typed (shortened), and its state."""

    holder: str | None
    kind: DutyState


class Tipping(_Record):
    """A value of an answered number at which the advice changes."""

    input: str
    now: float
    to: float
    when: Literal["at-least", "at-most", "below"]
    patterns: tuple[Pattern, ...]
    contested: bool


class Found(_Record):
    """One finding: its rule, and the answers that it reads."""

    id: str
    severity: Severity
    answers: tuple[str, ...]


class Action(_Record):
    """An open decision; `became` is the outcome of an earlier one."""

    decision: str
    chosen: str | None
    owner: str | None
    due: datetime.date | None
    earlier: bool = Field(description="decided at an earlier workshop and not closed since")
    became: Became | None


class Closed(_Record):
    """A decision of an earlier workshop that is done or dropped."""

    decision: str
    became: Became


class Summary(_Record):
    """Everything that a portfolio shows of one group, in a few kilobytes."""

    version: Literal[1]
    name: str = Field(description="the pack's folder")
    organisation: str | None
    group: str | None
    held_on: datetime.date | None
    kit_version: str
    content_sha256: str = Field(description="of all that the kit knew when it judged")
    advice: Advice
    verdicts: dict[Pattern, Verdict | None] = Field(description="null: not judged")
    chosen: Pattern | None
    today: Pattern | None
    model: str | None
    builder: str | None
    duties: dict[str, DutyHolder]
    tipping_points: tuple[Tipping, ...]
    findings: tuple[Found, ...]
    actions: tuple[Action, ...]
    closed: tuple[Closed, ...]
    answers: dict[str, Value] = Field(description="the given answers that verdicts rest on")
    told: tuple[str, ...] = Field(description="names of all answers that were given")
    asked: int = Field(description="how many answers could have been given")


class FailedPack(_Record):
    """A pack that is missing or incomplete, and why."""

    name: str
    organisation: str
    group: str
    why: str


class Portfolio(_Record):
    """The shape of `portfolio.json`."""

    version: Literal[1]
    kit_version: str
    content_version: str
    title: str
    day: datetime.date | None = Field(description="the day from which dates are past")
    groups: tuple[Summary, ...]
    failed: tuple[FailedPack, ...]


@dataclass(frozen=True)
class Failed:
    """A pack that is missing or incomplete; `why` is one sentence."""

    name: str
    organisation: str
    group: str
    why: str


PUBLISHED: Path = FOLDER / "portfolio.schema.json"


def schema() -> dict[str, Any]:
    """Return the JSON Schema of `portfolio.json`."""
    data = Portfolio.model_json_schema(mode="serialization")
    return {"$schema": DIALECT, **data, "title": "Portfolio of the ownership workshop"}


def schema_text() -> str:
    """Return the schema as the text of its published file."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


_PROSE, _NAME = 240, 120
"""The most characters of a decision and of a holder; the pack has all."""


def summarise(name: str, assessment: Assessment) -> dict[str, Any]:
    """Return everything that a portfolio shows of one group, as JSON-ready data.

    `name` is the folder of the group's pack. The data has a few kilobytes, whatever people wrote.
    """
    from workshop.files import __version__
    from workshop.pack.build import content_hash  # it brings what notebooks run with

    a, r = assessment, assessment.recommendation
    names = leaf_names(a.content)
    return Summary(
        version=VERSION,
        name=name,
        organisation=a.answers.organisation,
        group=a.answers.group,
        held_on=a.answers.held_on,
        kit_version=__version__,
        content_sha256=content_hash(a.content.folder),
        advice=Advice(
            patterns=r.patterns, contested=r.contested, headline=headline(a), nearest=r.nearest
        ),
        verdicts={p: v.verdict for p, v in a.verdicts.items()},
        chosen=a.answers.chosen_pattern,
        today=a.answers.current_pattern,
        model=_cut(a.answers.model),
        builder=_cut(a.answers.builder),
        duties={
            line.duty.id: DutyHolder(holder=_cut(line.holder), kind=line.state)
            for line in a.ledger.lines
        },
        tipping_points=tuple(_tipping(a)),
        findings=tuple(Found(id=f.id, severity=f.severity, answers=f.answers) for f in a.findings),
        actions=tuple(_actions(a)),
        closed=tuple(_closed(a)),
        answers=_answers(a),
        told=tuple(n for n in names if lookup(a.answers, n) is not None),
        asked=len(names),
    ).model_dump(mode="json")


def _cut(words: str | None) -> str | None:
    return short(words, _NAME) if words else None


def _tipping(assessment: Assessment) -> Iterable[Tipping]:
    """Return the tipping points of answered numbers, which have a distance."""
    for t in assessment.tipping_points:
        if t.when == "is" or t.now is None:
            continue
        yield Tipping(
            input=t.input,
            now=t.now,
            to=t.to,
            when=t.when,
            patterns=t.patterns,
            contested=t.contested,
        )


def _answers(assessment: Assessment) -> dict[str, Any]:
    values = {name: lookup(assessment.answers, name) for name in assessment.content.inputs}
    return {
        name: short(value, _NAME) if isinstance(value, str) else value
        for name, value in values.items()
        if value is not None
    }


def _actions(assessment: Assessment) -> Iterable[Action]:
    """Yield today's decisions, and earlier ones that are still open."""
    decisions = assessment.answers.decisions or ()
    for decision in decisions:
        yield _action(decision, earlier=False)
    again = {as_compared(d.decision) for d in decisions}
    for action in assessment.since.actions if assessment.since else ():
        if action.became not in CLOSED and as_compared(action.decision.decision) not in again:
            yield _action(action.decision, earlier=True, became=action.became)


def _action(decision: Decision, earlier: bool, became: Became | None = None) -> Action:
    return Action(
        decision=short(decision.decision, _PROSE),
        chosen=short(decision.chosen, _PROSE) if decision.chosen else None,
        owner=_cut(decision.owner),
        due=decision.due,
        earlier=earlier,
        became=became,
    )


def _closed(assessment: Assessment) -> Iterable[Closed]:
    for action in assessment.since.actions if assessment.since else ():
        if action.became in CLOSED:
            decision = short(action.decision.decision, _PROSE)
            yield Closed(decision=decision, became=action.became)


NEAR = 0.2
"""The share of a value within which an answer is near a tipping point.

It is at least one step (one team, one person, one level, one week). The reason: answers are counted
by people, and are off by so little often enough. It is the share from which a transition signal
counts as near. The kit's own choice; no source sets this limit. Choices have no distance and are
never near.
"""

OutcomeKind = Literal["one", "open", "none", "excluded", "unknown"]
Outcome = tuple[OutcomeKind, tuple[Pattern, ...]]
"""The advice to a group: its kind, and its patterns (if none fits, the nearest).

one: a pattern or a combination · open: a contest that the answers do not decide · none: nothing
fits yet · excluded: no pattern is left · unknown: too few answers to judge.
"""


def outcome(group: Summary) -> Outcome:
    """Return the advice to a group."""
    if group.advice.patterns:
        return ("open" if group.advice.contested else "one"), group.advice.patterns
    if None in group.verdicts.values():
        return "unknown", ()
    return ("none", group.advice.nearest) if group.advice.nearest else ("excluded", ())


def is_near(point: Tipping) -> bool:
    """Return whether an answer is near enough to a tipping point to be across it."""
    # A whole number changes the advice at `to` itself, another number just below it.
    return abs(point.to - point.now) <= max(1.0, NEAR * abs(point.now))


def is_past(action: Action, day: datetime.date | None) -> bool:
    """Return whether an action was due before a day."""
    return day is not None and action.due is not None and action.due < day


def read_portfolio(path: Path) -> Mapping[str, Any]:
    """Return the content of an earlier batch's `portfolio.json`.

    Raises InputError if the file cannot be read, is something else, or was written by a later kit.
    """
    try:
        data = json.loads(path.read_bytes())
    except OSError as error:
        raise _trouble(path, f"It cannot be read: {error.strerror or error}.") from None
    except (ValueError, RecursionError):
        raise _trouble(path, "This is no JSON.") from None
    version = data.get("version") if isinstance(data, dict) else None
    if not isinstance(version, int) or "groups" not in data:
        raise _trouble(path, "This is not the portfolio of a batch.")
    if version > VERSION:
        message = "A later version of the kit wrote this."
        hint = "Install that version, or leave the comparison out."
        raise InputError([Problem(message, "version", str(version), str(VERSION), hint, str(path))])
    check_portfolio(data, str(path))
    return dict(data)


def check_portfolio(data: Mapping[str, Any], where: str = "") -> Portfolio:
    """Return a portfolio from plain data.

    Raises InputError that names what does not belong in one, and a name that two groups have.
    """
    try:
        found = Portfolio.model_validate(data)
    except ValidationError as error:
        raise InputError(
            Problem(
                f"{e['msg']}.",
                ".".join(map(str, e["loc"])),
                shorten(e["input"]),
                suggestion="The file was changed by hand, or is not whole: make it anew.",
                where=where,
            )
            for e in error.errors()[:3]
        ) from None
    names: set[str] = set()
    for group in found.groups:
        if group.name in names:
            hint = "Give each group a name of its own."
            raise InputError(
                [Problem("Two groups have this name.", "name", group.name, "", hint, where)]
            )
        names.add(group.name)
    return found


def _trouble(path: Path, message: str) -> InputError:
    hint = "Name the folder of an earlier batch, or the portfolio.json in it."
    return InputError([Problem(message, suggestion=hint, where=str(path))])
