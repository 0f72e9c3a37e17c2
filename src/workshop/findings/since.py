"""Compare an earlier workshop with today's: its actions, and what changed.

Both sides are judged by the same rules and content, so that only answers differ.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from workshop.answers.schema import (
    Answers,
    Became,
    Decision,
    as_compared,
    decided_on,
    lookup,
)
from workshop.content.items import SignalText
from workshop.content.loader import Content
from workshop.findings.agreement import alike
from workshop.findings.finding import Finding, Judged
from workshop.findings.uncertainty import leaf_names

CLOSED: tuple[Became, ...] = ("done", "dropped")
"""Outcomes of actions that are finished."""


@dataclass(frozen=True)
class Action:
    """A decision of the earlier workshop, and what became of it (None: unknown)."""

    decision: Decision
    became: Became | None
    note: str | None
    overdue: bool
    """Whether its date is before today's workshop, and it is not done or dropped."""
    review_due: bool
    """Whether its review date has come, and it was not dropped."""


@dataclass(frozen=True)
class Change:
    """One answer that differs; None on a side where it was not answered.

    `name` is a dotted name; a drill has its own (`drills.stale-features`), and a signal its limit
    (`signals.queue_weeks.trigger`).
    """

    name: str
    was: Any
    now: Any


@dataclass(frozen=True)
class SignalMove:
    """A signal that is now on the other side of last time's limit."""

    text: SignalText
    was: float | None
    now: float
    limit: float
    moved: Literal["crossed", "eased"]
    """crossed: it has reached the limit since · eased: it is below it now."""


@dataclass(frozen=True)
class Since:
    """An earlier workshop beside today's; findings are compared by their ids."""

    before: Judged
    """The judgement of the earlier answers, by today's rules."""
    actions: tuple[Action, ...]
    changed: tuple[Change, ...]
    added: tuple[Change, ...]
    """Answers that only today's workshop has."""
    missing: tuple[Change, ...]
    """Answers that only the earlier workshop has."""
    advice_changed: bool
    gone: tuple[Finding, ...]
    lost: tuple[Finding, ...]
    """Earlier findings that are not judged today, for want of an answer."""
    new: tuple[Finding, ...]
    uncovered: tuple[Finding, ...]
    """Findings that are new today and read an answer that was missing last time."""
    still: tuple[Finding, ...]
    signals: tuple[SignalMove, ...]

    @property
    def held_on(self) -> datetime.date | None:
        return self.before.answers.held_on

    def count(self, *became: Became | None) -> int:
        """Return how many actions have one of these outcomes."""
        return sum(action.became in became for action in self.actions)


def compare(before: Judged, now: Judged) -> Since:
    """Return the comparison of an earlier workshop with today's."""
    changes = tuple(_changes(now.content, before.answers, now.answers))
    added = tuple(c for c in changes if c.was is None)
    missing = tuple(c for c in changes if c.now is None)
    turned = {c.name for c in changes if c.name in _PATTERNS}
    then = {f.id for f in before.findings if turned.isdisjoint(f.answers)}
    today = {f.id for f in now.findings}
    ended = [f for f in before.findings if f.id not in today]
    begun = [f for f in now.findings if f.id not in then and not _looks_back(f)]
    lost = [f for f in ended if _rests_on_missing(f, now.answers, missing)]
    uncovered = [f for f in begun if _rests_on_missing(f, before.answers, added)]
    return Since(
        before=before,
        actions=actions(now.answers),
        changed=tuple(c for c in changes if c.was is not None and c.now is not None),
        added=added,
        missing=missing,
        advice_changed=before.recommendation.key != now.recommendation.key,
        gone=tuple(f for f in ended if f not in lost),
        lost=tuple(lost),
        new=tuple(f for f in begun if f not in uncovered),
        uncovered=tuple(uncovered),
        still=tuple(f for f in now.findings if f.id in then),
        signals=tuple(_moves(before, now)),
    )


def actions(answers: Answers) -> tuple[Action, ...]:
    """Return the decisions of the earlier workshop, each with what became of it.

    What was decided on the room's own questions is among them.
    Outcomes of decisions that the earlier answers do not have come last.
    """
    if answers.earlier is None:
        return ()
    outcomes = {as_compared(o.decision): o for o in answers.earlier.became or ()}
    decided = decided_on(answers.earlier.answers)
    made = {as_compared(d.decision) for d in decided}
    more = [Decision(decision=o.decision) for name, o in outcomes.items() if name not in made]
    found = []
    for decision in (*decided, *more):
        outcome = outcomes.get(as_compared(decision.decision))
        became = outcome.became if outcome else None
        found.append(
            Action(
                decision,
                became,
                outcome.note if outcome else None,
                became not in CLOSED and _past(decision.due, answers.held_on),
                became != "dropped" and _past(decision.revisit_on, answers.held_on),
            )
        )
    return tuple(found)


_PATTERNS = ("current_pattern", "chosen_pattern")
"""Answers that turn a finding into another one, maybe into its opposite."""


def _past(day: datetime.date | None, today: datetime.date | None) -> bool:
    return day is not None and today is not None and day < today


def _looks_back(finding: Finding) -> bool:
    """Return whether a finding is about the earlier workshop itself."""
    return any(name.startswith("earlier.") for name in finding.answers)


def _rests_on_missing(finding: Finding, answers: Answers, missing: Iterable[Change]) -> bool:
    """Return whether an answer of a finding is missing on the other side.

    Part of an answer counts as well.
    """
    if any(lookup(answers, name) is None for name in finding.answers):
        return True
    return any(c.name.startswith(f"{name}.") for name in finding.answers for c in missing)


def _changes(content: Content, then: Answers, today: Answers) -> Iterator[Change]:
    """Yield the answers that differ, in the order of the workshop."""
    for name in ("organisation", "group", *_names(content, then, today)):
        was, now = lookup(then, name), lookup(today, name)
        if not alike(content.teams, was, now):
            yield Change(name, was, now)


def _names(content: Content, then: Answers, today: Answers) -> Iterator[str]:
    for name in leaf_names(content):
        top, _, signal = name.partition(".")
        if top == "signals":
            # Where a signal stands is an answer of its own as well: it is told there.
            values = [lookup(a, signal) for a in (then, today)]
            yield from () if None not in values else (f"{name}.now",)
            yield f"{name}.trigger"
        elif name == "drills":
            played = {**(then.drills or {}), **(today.drills or {})}
            yield from (f"drills.{d.id}" for d in content.drills if d.id in played)
        elif name != "decisions":
            yield name


def _moves(before: Judged, now: Judged) -> Iterator[SignalMove]:
    """Yield the signals that are on the other side of last time's limit."""
    for then, today in zip(before.signals, now.signals, strict=True):
        if then.trigger is None or today.now is None:
            continue
        reached = today.now >= then.trigger
        if reached and then.state != "reached":
            yield SignalMove(then.text, then.now, today.now, then.trigger, "crossed")
        elif not reached and then.state == "reached":
            yield SignalMove(then.text, then.now, today.now, then.trigger, "eased")
