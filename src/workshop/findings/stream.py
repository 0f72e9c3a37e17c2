"""The way from an idea to users: how long it takes, where it waits, and what a pattern changes.

Days that we were not told are left out, counted and named, never taken for zero: the lead time is
then a lower bound and says so. How uncertain days are drawn stands in `leadtime`, what each
pattern would change in `rearranged`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from workshop.findings.leadtime import added, draw, ends, generator, likely, percentiles
from workshop.findings.rearranged import PatternStream, Seam, is_seam, under_patterns
from workshop.model import teams
from workshop.model.answers import Answers, Stage
from workshop.model.content import Content

if TYPE_CHECKING:
    from workshop.findings.leadtime import Draws


@dataclass(frozen=True)
class StageDays:
    """One stage, for drawing. Days are working days at the likely value; None is unknown.

    `start` is when its waiting begins, counted from the start of the stream, with unknown days
    left out. `wait_ends` and `touch_ends` are (low, high) where a range was given.
    """

    stage: Literal["data", "model", "serving", "product"]
    team: str | None
    start: float
    wait: float | None
    touch: float | None
    wait_ends: tuple[float, float] | None
    touch_ends: tuple[float, float] | None
    measured: bool | None


@dataclass(frozen=True)
class ValueStream:
    """The stream as it is today, and the same stream under each pattern.

    Lead times are working days; None where not a single duration is known. Shares are 0 to 1 of
    the mean days that are known; None where those are none.
    """

    stages: tuple[StageDays, ...]
    seams: tuple[Seam, ...]
    """Neighbouring stages held by different teams."""
    undecided: int
    """Neighbouring stages of which we were not told both teams: a seam may stand there."""
    p50: float | None
    p90: float | None
    touch_p50: float | None
    wait_p50: float | None
    wait_share: float | None
    """Share of the days that is waiting; the rest is work."""
    measured_share: float | None
    """Share of the days that stands on stages said to be measured."""
    guessed_share: float | None
    """Share on stages said to be guessed; what is left was not told."""
    unknown_touch: tuple[int, ...]
    """Stages (from 0) whose working time is unknown."""
    unknown_wait: tuple[int, ...]
    under: tuple[PatternStream, ...]
    assumptions: tuple[str, ...]

    @property
    def lower_bound(self) -> bool:
        """Whether days are missing, so that the real lead time is longer."""
        return bool(self.unknown_touch or self.unknown_wait)

    @property
    def longest_wait(self) -> int | None:
        """The stage (from 0) with the longest likely wait; None if none above 0 is known."""
        waits = [(s.wait, -i) for i, s in enumerate(self.stages) if s.wait]
        return -max(waits)[1] if waits else None

    def seam_at(self, stage: int) -> Seam | None:
        """Return the seam before a stage (from 0), where there is one."""
        return next((s for s in self.seams if s.at == stage), None)


def value_stream(content: Content, answers: Answers) -> ValueStream | None:
    """Return the stream of the answered stages, or None where there are none (S3; method K1)."""
    stages = answers.stages
    if not stages:
        return None
    rng = generator()
    touch, wait = [], []
    for stage in stages:
        touch.append(draw(rng, stage.touch_days))
        wait.append(draw(rng, stage.wait_days))
    touched, waited = added(touch), added(wait)
    known = _any(touch) or _any(wait)
    p50, p90 = percentiles(touched + waited) if known else (None, None)
    measured = [_measured(answers, s) for s in stages]
    days = [float(added(parts).mean()) for parts in zip(touch, wait, strict=True)]
    whole = float((touched + waited).mean())

    def share(part: float) -> float | None:
        return round(part / whole, 4) if whole > 0 else None

    return ValueStream(
        stages=_stages(stages, measured),
        seams=tuple(_seam(stages, at) for at in range(1, len(stages)) if is_seam(stages, at)),
        undecided=sum(is_seam(stages, at) is None for at in range(1, len(stages))),
        p50=p50,
        p90=p90,
        touch_p50=percentiles(touched)[0] if _any(touch) else None,
        wait_p50=percentiles(waited)[0] if _any(wait) else None,
        wait_share=share(float(waited.mean())) if _any(touch) and _any(wait) else None,
        measured_share=share(_of(days, measured, True)),
        guessed_share=share(_of(days, measured, False)),
        unknown_touch=tuple(i for i, d in enumerate(touch) if d is None),
        unknown_wait=tuple(i for i, d in enumerate(wait) if d is None),
        under=under_patterns(content, answers, stages, touch, wait),
        assumptions=tuple(
            content.words(f"handoffs.assume-{what}")
            for what in ("triangular", "touch", "vanish", "new", "hypothesis")
        ),
    )


def _any(parts: Sequence[Draws | None]) -> bool:
    return any(part is not None for part in parts)


def _of(days: Sequence[float], measured: Sequence[bool | None], wanted: bool) -> float:
    return sum(d for d, m in zip(days, measured, strict=True) if m is wanted)


def _measured(answers: Answers, stage: Stage) -> bool | None:
    """Return whether a stage was measured; what was said of all stages stands for the untold."""
    if stage.measured is not None:
        return stage.measured
    basis = (answers.basis or {}).get("stages")
    return {"measured": True, "opinion": False}.get(basis or "")


def _seam(stages: Sequence[Stage], at: int) -> Seam:
    before, after = stages[at - 1], stages[at]
    return Seam(
        at,
        before.stage,
        after.stage,
        teams.label(before.team or ""),
        teams.label(after.team or ""),
        likely(after.wait_days),
    )


def _stages(stages: Sequence[Stage], measured: Sequence[bool | None]) -> tuple[StageDays, ...]:
    found: list[StageDays] = []
    at = 0.0
    for stage, is_measured in zip(stages, measured, strict=True):
        wait, touch = likely(stage.wait_days), likely(stage.touch_days)
        team = None if stage.team is None else teams.label(stage.team)
        wait_ends, touch_ends = ends(stage.wait_days), ends(stage.touch_days)
        found.append(
            StageDays(stage.stage, team, at, wait, touch, wait_ends, touch_ends, is_measured)
        )
        at += (wait or 0.0) + (touch or 0.0)
    return tuple(found)
