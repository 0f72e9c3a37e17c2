"""Define a portfolio: each group's summary, the whole file, and counts."""

from __future__ import annotations

import datetime
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workshop.answers.schema import Became, Decision, decision_key, lookup
from workshop.content.items import Pattern, Severity
from workshop.content.loader import Content
from workshop.exhibits.layout import short
from workshop.findings import Assessment
from workshop.findings.finding import SEVERITIES
from workshop.findings.output.report import DIALECT, FOLDER
from workshop.findings.ownership import DutyState
from workshop.findings.patterns.advice import headline
from workshop.findings.patterns.tipping import inputs_of
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
    values = {name: lookup(assessment.answers, name) for name in inputs_of(assessment.content)}
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
    again = {decision_key(d.decision) for d in decisions}
    for action in assessment.since.actions if assessment.since else ():
        if action.became not in CLOSED and decision_key(action.decision.decision) not in again:
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

KINDS: tuple[DutyState, ...] = (
    "builder",
    "held",
    "other-team",
    "nobody",
    "at-handover",
    "unknown",
)
"""The states of a duty, in the order of every table and picture."""

_LONGEST = 70
"""Characters of an organisation and a group on the page; the CSV has all."""

Outcome = tuple[Literal["one", "open", "none", "excluded", "unknown"], tuple[Pattern, ...]]
"""The advice to a group: its kind, and its patterns (if none fits, the nearest).

one: a pattern or a combination · open: a contest that the answers do not decide · none: nothing
fits yet · excluded: no pattern is left · unknown: too few answers to judge.
"""


@dataclass(frozen=True)
class Shared:
    """One finding, and the groups that have it."""

    id: str
    severity: Severity
    groups: tuple[Summary, ...]


@dataclass(frozen=True)
class Company:
    """One organisation's groups by their advice, the most frequent first."""

    organisation: str | None
    advised: tuple[tuple[Outcome, tuple[Summary, ...]], ...]


@dataclass(frozen=True)
class Gathering:
    """All groups of a batch, by name.

    `day` is the day from which dates are past, if known.
    """

    content: Content
    groups: tuple[Summary, ...]
    failed: tuple[FailedPack, ...]
    day: datetime.date | None

    @property
    def lost(self) -> tuple[FailedPack, ...]:
        """Return the failed packs whose groups could not be judged either."""
        judged = {s.name for s in self.groups}
        return tuple(f for f in self.failed if f.name not in judged)

    @cached_property
    def organisations(self) -> tuple[str, ...]:
        """Return every organisation once, in the order of the groups."""
        return tuple(dict.fromkeys(s.organisation for s in self.groups if s.organisation))

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """Return the label of each group on the page by its name; all differ."""
        plain = {s.name: self.call(s) for s in self.groups}
        plain |= {f.name: self.call(f) for f in self.failed if f.name not in plain}
        often = Counter(plain.values())
        text = self.content.words
        return {
            name: text("portfolio.twice", label=label, name=name) if often[label] > 1 else label
            for name, label in plain.items()
        }

    def call(self, one: Summary | FailedPack) -> str:
        """Return a group's own words, with its organisation if there are several."""
        if one.organisation and one.group and len(self.organisations) > 1:
            organisation, group = _line(one.organisation), _line(one.group)
            return self.content.words("portfolio.label", organisation=organisation, group=group)
        return _line(one.group or one.organisation or one.name)

    def own_name(self, group: Summary) -> str:
        """Return a group's label beside its organisation."""
        return _line(group.group or group.name)

    # -- patterns -------------------------------------------------------------------------------

    @cached_property
    def advised(self) -> Mapping[Outcome, tuple[Summary, ...]]:
        """Return the groups of each outcome, the most frequent first."""
        return _by_outcome(self.groups)

    def of_kind(self, kind: str) -> tuple[Summary, ...]:
        """Return the groups with an outcome of this kind."""
        return tuple(s for s in self.groups if outcome(s)[0] == kind)

    def count_verdicts(self, pattern: Pattern) -> Counter[str | None]:
        """Return how many groups have each verdict of a pattern (None: not judged)."""
        return Counter(s.verdicts.get(pattern) for s in self.groups)

    def count_advised(self, pattern: Pattern) -> int:
        """Return how many groups a pattern is advised to, alone or combined."""
        return sum(outcome(s)[0] == "one" and pattern in s.advice.patterns for s in self.groups)

    @cached_property
    def companies(self) -> tuple[Company, ...]:
        """Return the organisations with at least two judged groups.

        If no group names its organisation, the batch counts as one.
        """
        found = []
        for organisation in self.organisations or (None,):
            groups = [
                s
                for s in self.groups
                if s.organisation == organisation and outcome(s)[0] != "unknown"
            ]
            if len(groups) > 1:
                found.append(Company(organisation, tuple(_by_outcome(groups).items())))
        return tuple(found)

    # -- duties, findings, tipping points, actions ------------------------------------------------

    def count_duty(self, duty: str) -> Counter[DutyState]:
        """Return how many groups have each state of a duty."""
        held = (s.duties[duty].kind if duty in s.duties else "unknown" for s in self.groups)
        return Counter[DutyState](held)

    def shared(self, *severities: Severity) -> tuple[Shared, ...]:
        """Return findings of these severities, the most severe, then most common first."""
        having: dict[tuple[str, Severity], list[Summary]] = {}
        for s in self.groups:
            for f in s.findings:
                if f.severity in severities:
                    having.setdefault((f.id, f.severity), []).append(s)
        found = [Shared(id_, severity, tuple(g)) for (id_, severity), g in having.items()]
        found.sort(key=lambda f: (SEVERITIES.index(f.severity), -len(f.groups), f.id))
        return tuple(found)

    @cached_property
    def near(self) -> tuple[tuple[Summary, Tipping], ...]:
        """Return every tipping point that a group is near, by group."""
        return tuple((s, t) for s in self.groups for t in s.tipping_points if is_near(t))

    @cached_property
    def actions(self) -> tuple[tuple[Summary, Action], ...]:
        """Return every open action by date, those without one last."""
        found = [(s, action) for s in self.groups for action in s.actions]
        found.sort(key=lambda pair: (pair[1].due is None, pair[1].due or datetime.date.min))
        return tuple(found)

    def is_past(self, action: Action) -> bool:
        return self.day is not None and action.due is not None and action.due < self.day


def gather(
    content: Content,
    groups: Iterable[Summary],
    failed: Iterable[FailedPack],
    day: datetime.date | None,
) -> Gathering:
    """Return all groups, sorted by name."""
    return Gathering(
        content,
        tuple(sorted(groups, key=lambda s: _order(s.organisation, s.group, s.name))),
        tuple(sorted(failed, key=lambda f: _order(f.organisation, f.group, f.name))),
        day,
    )


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


def _by_outcome(groups: Sequence[Summary]) -> dict[Outcome, tuple[Summary, ...]]:
    found: dict[Outcome, list[Summary]] = {}
    for s in groups:
        found.setdefault(outcome(s), []).append(s)
    kinds = ("one", "open", "none", "excluded", "unknown")
    order = sorted(found, key=lambda o: (kinds.index(o[0]), -len(found[o]), o[1]))
    return {o: tuple(found[o]) for o in order}


def _order(*names: str | None) -> list[tuple[str, list[tuple[int, str]], str]]:
    """Return a sort key in natural order: “Team 2” before “Team 10”."""
    return [
        (
            "" if name else "\uffff",
            [
                (int(part[:15]) if part.isdecimal() else -1, part)
                for part in re.split(r"(\d+)", (name or "").casefold())
            ],
            name or "",
        )
        for name in names
    ]


def _line(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1].rstrip()}…"


# -- its rows and its file -------------------------------------------------------------------------


def group_rows(gathering: Gathering) -> Iterator[dict[str, Any]]:
    """Yield a row for each group by column, also for those without a pack."""
    why = {f.name: f.why for f in gathering.failed}
    near: dict[str, list[str]] = {}
    for owner, p in gathering.near:
        near.setdefault(owner.name, []).append(f"{p.input} {p.when} {p.to:g}")
    for group in gathering.groups:
        yield _row(gathering, group, why.get(group.name), near.get(group.name, []))
    for lost in gathering.lost:
        fields = {
            "name": lost.name,
            "organisation": lost.organisation or None,
            "group": lost.group or None,
        }
        yield {**fields, "pack": "failed", "why": lost.why}


def _row(
    gathering: Gathering, group: Summary, why: str | None, near: list[str]
) -> dict[str, object]:
    judged = outcome(group)[0] != "unknown"
    dated = [a.due for a in group.actions if a.due is not None and not gathering.is_past(a)]
    row: dict[str, object] = {
        "name": group.name,
        "organisation": group.organisation or None,
        "group": group.group or None,
        "held_on": group.held_on,
        "pack": "partial" if why is not None else "whole",
        "why": why,
        "answers_told": len(group.told),
        "answers_asked": group.asked,
        "advised": group.advice.patterns,
        "contested": group.advice.contested if judged else None,
        "advice": group.advice.headline,
        "nearest": group.advice.nearest,
        "chosen_pattern": group.chosen,
        "current_pattern": group.today,
        "model": group.model,
        "builder": group.builder,
        "near": near,
        "open_actions": len(group.actions),
        "past_actions": sum(map(gathering.is_past, group.actions)) if gathering.day else None,
        "next_due": min(dated, default=None),
    }
    row |= {f"verdict.{p}": v for p, v in group.verdicts.items()}
    for duty, held in group.duties.items():
        row |= {f"duties.{duty}": held.holder, f"duties.{duty}.kind": held.kind}
    for severity in SEVERITIES:
        row[severity] = [f.id for f in group.findings if f.severity == severity]
    return row


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

    Raises InputError that names what does not belong in one.
    """
    try:
        return Portfolio.model_validate(data)
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


def _trouble(path: Path, message: str) -> InputError:
    hint = "Name the folder of an earlier batch, or the portfolio.json in it."
    return InputError([Problem(message, suggestion=hint, where=str(path))])
