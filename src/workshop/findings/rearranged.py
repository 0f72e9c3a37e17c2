"""The same stream under each of the four patterns: who would hold what, which seams would go.

A hypothesis to measure, not a forecast: working time stays as it is today, and only the waits at
seams change. That fewer handoffs make the stream faster is an essay's claim without data (S3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from workshop.findings.leadtime import DRAWS, added, likely, percentiles
from workshop.findings.queue import DAYS_A_WEEK
from workshop.model import teams
from workshop.model.answers import Answers, Pattern, Stage
from workshop.model.content import Content
from workshop.model.knowledge import PatternText

if TYPE_CHECKING:
    from workshop.findings.leadtime import Draws

Holder = Literal["platform", "product"]
QUEUES: tuple[Pattern, ...] = ("centralised", "platform-as-mlops")
"""Patterns in which work that enters the platform team waits for its turn (S2 §patterns)."""


@dataclass(frozen=True)
class Seam:
    """Two neighbouring stages of today, held by different teams.

    `at` is the later stage (from 0); `wait` its likely wait in working days, None if unknown.
    """

    at: int
    before: str
    after: str
    giver: str
    taker: str
    wait: float | None


@dataclass(frozen=True)
class SeamChange:
    """What becomes of one place between two stages, or (`at` 0) of the way into the first.

    vanishes: a seam of today, gone · stays: a seam of today and then · new: no seam today.
    `wait` is in working days: what goes, what stays, or what comes; None is unknown.
    """

    at: int
    change: Literal["vanishes", "stays", "new"]
    giver: Holder
    taker: Holder
    wait: float | None


@dataclass(frozen=True)
class PatternBar:
    """One stage under a pattern, in working days at the likely value; unknown days left out."""

    stage: Literal["data", "model", "serving", "product"]
    holder: Holder
    start: float
    wait: float
    touch: float


@dataclass(frozen=True)
class PatternStream:
    """Today's stream as it would be under one pattern.

    P50 and P90 are working days, None where not a single duration is known; `lower_bound` says
    that days are missing. `entrance` is the wait for the platform team's turn before the first
    stage, where the pattern has one and today's stream has none.
    """

    pattern: PatternText
    bars: tuple[PatternBar, ...]
    changes: tuple[SeamChange, ...]
    entrance: SeamChange | None
    p50: float | None
    p90: float | None
    lower_bound: bool

    @property
    def seams(self) -> int:
        """How many seams stand between stages; the entrance is not one of them."""
        return sum(c.change != "vanishes" for c in self.changes)

    def of(self, change: Literal["vanishes", "stays", "new"]) -> tuple[SeamChange, ...]:
        return tuple(c for c in self.changes if c.change == change)


def is_seam(stages: Sequence[Stage], at: int) -> bool | None:
    """Return whether stage `at` is held by another team than the one before; None if not told."""
    giver, taker = stages[at - 1].team, stages[at].team
    if giver is None or taker is None:
        return None
    return not teams.same(giver, taker)


def under_patterns(
    content: Content,
    answers: Answers,
    stages: Sequence[Stage],
    touch: Sequence[Draws | None],
    wait: Sequence[Draws | None],
) -> tuple[PatternStream, ...]:
    """Return the stream under each pattern, from the draws of today's stream."""
    return tuple(_under(p, answers, stages, touch, wait) for p in content.patterns)


def _under(
    pattern: PatternText,
    answers: Answers,
    stages: Sequence[Stage],
    touch: Sequence[Draws | None],
    wait: Sequence[Draws | None],
) -> PatternStream:
    holders = [pattern.holders[s.stage] for s in stages]
    queue = None if answers.queue_weeks is None else answers.queue_weeks * DAYS_A_WEEK
    changes = [_change(pattern, stages, holders, at, queue) for at in range(1, len(stages))]
    entrance = _entrance(pattern, answers, stages, holders, queue)
    waits = list(wait)
    bars: list[float | None] = [likely(s.wait_days) for s in stages]
    missing = any(t is None for t in touch)
    for change in (entrance, *changes):
        if change is None or change.change == "stays":
            continue
        if change.change == "vanishes":
            waits[change.at], bars[change.at] = _nothing(), 0.0
        elif change.wait is None:
            missing = True
        else:
            waits[change.at] = added([waits[change.at], _nothing() + change.wait])
            bars[change.at] = (bars[change.at] or 0.0) + change.wait
            missing = missing or wait[change.at] is None
    missing = missing or any(w is None for w in waits)
    known = any(d is not None for d in (*touch, *wait))
    p50, p90 = percentiles(added([*touch, *waits])) if known else (None, None)
    return PatternStream(
        pattern,
        _bars(stages, holders, bars),
        tuple(c for c in changes if c is not None),
        entrance,
        p50,
        p90,
        missing,
    )


def _nothing() -> Draws:
    import numpy as np

    return np.zeros(DRAWS)


def _change(
    pattern: PatternText,
    stages: Sequence[Stage],
    holders: Sequence[Holder],
    at: int,
    queue: float | None,
) -> SeamChange | None:
    """Return what becomes of the place before stage `at`; None where no seam is or comes.

    Where we were not told today's teams, the wait is left as it is: a seam that may not exist
    cannot vanish.
    """
    giver, taker = holders[at - 1], holders[at]
    today, then = is_seam(stages, at), giver != taker
    if today and not then:
        return SeamChange(at, "vanishes", giver, taker, likely(stages[at].wait_days))
    if then and today is not False:
        return SeamChange(at, "stays", giver, taker, likely(stages[at].wait_days))
    if then:
        waits_its_turn = taker == "platform" and pattern.id in QUEUES
        return SeamChange(at, "new", giver, taker, queue if waits_its_turn else None)
    return None


def _entrance(
    pattern: PatternText,
    answers: Answers,
    stages: Sequence[Stage],
    holders: Sequence[Holder],
    queue: float | None,
) -> SeamChange | None:
    """Return the wait for the platform's turn before the first stage, where it would be new."""
    already = answers.current_pattern == pattern.id or teams.kind(stages[0].team) == "platform"
    if pattern.id not in QUEUES or holders[0] != "platform" or already:
        return None
    return SeamChange(0, "new", "product", "platform", queue)


def _bars(
    stages: Sequence[Stage], holders: Sequence[Holder], waits: Sequence[float | None]
) -> tuple[PatternBar, ...]:
    bars: list[PatternBar] = []
    at = 0.0
    for stage, holder, wait in zip(stages, holders, waits, strict=True):
        touch = likely(stage.touch_days) or 0.0
        bars.append(PatternBar(stage.stage, holder, at, wait or 0.0, touch))
        at += (wait or 0.0) + touch
    return tuple(bars)
