"""The part of `findings.json` that compares with an earlier workshop."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from workshop.findings.advice import headline
from workshop.findings.assessment import Assessment
from workshop.findings.since import Action, Change, Since
from workshop.model.answers import Pattern
from workshop.model.parts import Became

_ANY: TypeAdapter[Any] = TypeAdapter(Any)


class _Report(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ActionReport(_Report):
    decision: str
    owner: str | None
    due: str | None
    revisit_on: str | None
    became: Became | None = Field(description="null: not told")
    note: str | None
    overdue: bool = Field(description="due before today's workshop, and neither done nor dropped")
    review_due: bool


class ChangeReport(_Report):
    answer: str
    was: Any = Field(description="null: not told")
    now: Any = Field(description="null: not told")


class AdviceReport(_Report):
    patterns: list[Pattern]
    contested: bool
    headline: str


class ChangedFindings(_Report):
    """Ids of findings."""

    gone: list[str]
    not_judged: list[str] = Field(description="an answer they rest on is no longer told")
    new: list[str]
    new_by_answers: list[str] = Field(description="resting on an answer not told last time")
    still: list[str]


class SignalMoveReport(_Report):
    signal: str
    was: float | None
    now: float
    limit: float = Field(description="the limit that was set at the earlier workshop")
    moved: Literal["crossed", "eased"]


class SinceReport(_Report):
    """What became of an earlier workshop, and what is different today."""

    held_on: str | None
    actions: list[ActionReport]
    then: AdviceReport
    advice_changed: bool
    answers: list[ChangeReport]
    findings: ChangedFindings
    signals: list[SignalMoveReport]


def since_report(since: Since) -> SinceReport:
    """Return the comparison as the value behind `since` in `findings.json`."""
    return SinceReport(
        held_on=since.held_on.isoformat() if since.held_on else None,
        actions=[_action(a) for a in since.actions],
        then=_advice(since.before),
        advice_changed=since.advice_changed,
        answers=[_change(c) for c in (*since.changed, *since.told, *since.untold)],
        findings=ChangedFindings(
            gone=[f.id for f in since.gone],
            not_judged=[f.id for f in since.lost],
            new=[f.id for f in since.new],
            new_by_answers=[f.id for f in since.uncovered],
            still=[f.id for f in since.still],
        ),
        signals=[
            SignalMoveReport(signal=m.text.id, was=m.was, now=m.now, limit=m.limit, moved=m.moved)
            for m in since.signals
        ],
    )


def _action(action: Action) -> ActionReport:
    d = action.decision
    return ActionReport(
        decision=d.decision,
        owner=d.owner,
        due=d.due.isoformat() if d.due else None,
        revisit_on=d.revisit_on.isoformat() if d.revisit_on else None,
        became=action.became,
        note=action.note,
        overdue=action.overdue,
        review_due=action.review_due,
    )


def _advice(a: Assessment) -> AdviceReport:
    r = a.recommendation
    return AdviceReport(patterns=list(r.patterns), contested=r.contested, headline=headline(a))


def _change(change: Change) -> ChangeReport:
    return ChangeReport(answer=change.name, was=_plain(change.was), now=_plain(change.now))


def _plain(value: Any) -> Any:
    """Return an answer as an answers file holds it."""
    return _ANY.dump_python(value, mode="json", by_alias=True, exclude_none=True)
