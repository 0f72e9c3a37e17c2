"""One group in short, the file of all groups, its schema, and how a group is put in short."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from workshop.answers.schema import Became, Decision, decision_key, lookup
from workshop.content.items import Pattern, Severity
from workshop.exhibits.layout import short
from workshop.findings import Assessment
from workshop.findings.advice import headline
from workshop.findings.ownership import DutyState
from workshop.findings.report import DIALECT, FOLDER
from workshop.findings.since import CLOSED
from workshop.findings.tipping import inputs_of
from workshop.findings.uncertainty import leaf_names
from workshop.findings.verdicts import Verdict

VERSION = 1
"""Of the shape below; a change that an earlier kit could not read raises it."""

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
    """Who holds one duty, as typed (shortened), and how that is read."""

    holder: str | None
    kind: DutyState


class Tipping(_Record):
    """A value of a given number at which the advice changes."""

    input: str
    now: float
    to: float
    when: Literal["at-least", "at-most", "below"]
    patterns: tuple[Pattern, ...]
    contested: bool


class Found(_Record):
    """One finding: its rule, and the answers it rests on."""

    id: str
    severity: Severity
    answers: tuple[str, ...]


class Action(_Record):
    """A decision that waits for somebody. `became` is what was said of an earlier one."""

    decision: str
    chosen: str | None
    owner: str | None
    due: datetime.date | None
    earlier: bool = Field(description="decided at an earlier workshop and not closed since")
    became: Became | None


class Closed(_Record):
    """A decision of an earlier workshop that waits for nobody any more."""

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
    """A pack that is missing or not whole, and why."""

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
    """A pack that is missing or not whole; `why` is one sentence."""

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
"""Characters that are kept of a decision and of a holder; the whole stands in the pack."""


def summarise(name: str, assessment: Assessment) -> dict[str, Any]:
    """Return everything that a portfolio shows of one group, as JSON-ready data.

    `name` is the folder of the group's pack. A few kilobytes, whatever people wrote.
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
    """Return the tipping points of told numbers: only those have a distance."""
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
    """Return what was decided, and of last time what is neither done, dropped nor decided anew."""
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
