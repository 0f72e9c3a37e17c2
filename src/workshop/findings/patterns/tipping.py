"""Find how firm the advice is: where each input would change it.

Criteria are data, so their thresholds are known and the search is exact: between two neighbouring
thresholds nothing can change.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from workshop.content.items import Criterion, Pattern
from workshop.content.loader import Content
from workshop.findings.patterns.inputs import Inputs, measure
from workshop.findings.patterns.verdicts import Judge, Recommendation

WHOLE_NUMBERS = frozenset(
    {"ml_engineers", "model_teams", "models_in_production", "maturity", "platform_engineers"}
)
_LIMITS = {"maturity": (1, 6), "model_teams": (1, math.inf)}
"""The lowest value to try, and the one just past the highest, by input.

Below one team nothing is left to place. Other numbers start at 0 and have no end. A range always
includes the value that was answered.
"""


@dataclass(frozen=True)
class Segment:
    """A stretch of one input over which the advice is the same.

    Numbers: `start` (included) up to `end` (excluded, None: without end). Choices: `value`.
    """

    patterns: tuple[Pattern, ...]
    contested: bool
    start: float | None = None
    end: float | None = None
    value: Any = None


@dataclass(frozen=True)
class SensitivityRange:
    """One input's whole range, with today's value `now` (None: unknown)."""

    input: str
    now: Any
    segments: tuple[Segment, ...]
    tried: tuple[Any, ...] = ()
    """Every value that was tried: between two of them nothing can change."""

    @property
    def here(self) -> Segment | None:
        """Return the segment of today's value."""
        return next((s for s in self.segments if _holds(s, self.now)), None)

    @property
    def is_number(self) -> bool:
        return bool(self.segments) and self.segments[0].start is not None

    def value_in(self, segment: Segment) -> Any:
        """Return a value of a segment: the choice, or the number nearest to today's."""
        if segment.start is None:
            return segment.value
        below = self.now is not None and segment.end is not None and segment.end <= self.now
        if below and self.input in WHOLE_NUMBERS:
            return int(segment.end or 0) - 1
        return _number(self, segment.start)


@dataclass(frozen=True)
class TippingPoint:
    """The nearest value of an input, in one direction, that changes the advice.

    `when` says how `to` is reached: `at-least`, `at-most` (whole numbers), `below` (other
    numbers) or `is` (choices).
    """

    input: str
    now: Any
    to: Any
    when: Literal["at-least", "at-most", "below", "is"]
    patterns: tuple[Pattern, ...]
    contested: bool


def sensitivity_ranges(content: Content, judge: Judge) -> tuple[SensitivityRange, ...]:
    """Return the range of each input, in the order of the content."""
    return tuple(_strip(content, judge, name) for name in content.inputs)


def tipping_points(
    ranges: tuple[SensitivityRange, ...], now: Recommendation
) -> tuple[TippingPoint, ...]:
    """Return the nearest changes of advice for each input.

    Numbers have one up and one down, choices one for each value.
    """
    return tuple(point for strip in ranges for point in _points(strip, now))


def neighbours(strip: SensitivityRange) -> tuple[Segment | None, Segment | None]:
    """Return the segments just below and just above today's."""
    here = strip.here
    if here is None:
        return None, None
    at = strip.segments.index(here)
    below = strip.segments[at - 1] if at else None
    return below, strip.segments[at + 1] if at + 1 < len(strip.segments) else None


def last_of(strip: SensitivityRange, segment: Segment) -> float | None:
    """Return the highest value of a segment: its last whole number, or its end."""
    if segment.end is None:
        return None
    return segment.end - 1 if strip.input in WHOLE_NUMBERS else segment.end


def margin(strip: SensitivityRange) -> float:
    """Return how far the nearest other advice is, relative to today's value.

    It is 0 for a choice, and if today's value is unknown.
    """
    if strip.now is None or not strip.is_number:
        return 0.0
    below, above = neighbours(strip)
    steps = [strip.now - (last_of(strip, below) or 0)] if below else []
    steps += [(above.start or 0) - strip.now] if above else []
    return float(min(steps) / max(strip.now, 1)) if steps else 0.0


def _strip(content: Content, judge: Judge, name: str) -> SensitivityRange:
    def key(value: Any) -> tuple[tuple[Pattern, ...], bool]:
        return judge.advice_if({name: value}).key

    now = judge.inputs[name]
    choices = _choices(content, name)
    if choices is not None:
        values = tuple(_typed(v) for v in choices)
        return SensitivityRange(name, now, tuple(Segment(*key(v), value=v) for v in values), values)
    low, high = _LIMITS.get(name, (0, math.inf))
    low = low if now is None else min(low, now)
    edges = [low, *(e for e in thresholds(content, judge, name) if low < e < high)]
    tried = tuple(int(e) if name in WHOLE_NUMBERS else float(e) for e in edges)
    found: list[Segment] = []
    for edge, value, after in zip(edges, tried, [*edges[1:], high], strict=True):
        outcome = key(value)
        end = None if after == math.inf else after
        if found and (found[-1].patterns, found[-1].contested) == outcome:
            found[-1] = Segment(*outcome, start=found[-1].start, end=end)
        else:
            found.append(Segment(*outcome, start=edge, end=end))
    return SensitivityRange(name, now, tuple(found), tried)


def _choices(content: Content, name: str) -> list[str] | None:
    """Return the values of a choice in the order of its question; None for numbers."""
    question = content.question(name)
    return list(question.choices) if question.choices and name not in WHOLE_NUMBERS else None


def _typed(value: str) -> Any:
    return {"true": True, "false": False}.get(value, value)


def thresholds(content: Content, judge: Judge, name: str) -> list[float]:
    """Return every value of a number at which a criterion changes."""
    edges: set[float] = set()
    for criterion in content.criteria_that_read[name]:
        edges |= _edges(content, criterion, judge.inputs, name)
        for values in (criterion.only_if.get(name, ()), criterion.unless.get(name, ())):
            for value in values:
                edges |= {float(value), float(value) + 1}
    return sorted(edges)


def _edges(content: Content, criterion: Criterion, inputs: Inputs, name: str) -> set[float]:
    """Return the values of a number at which one criterion changes its band."""
    counted = criterion.per or criterion.fewest
    if not counted and criterion.reads != name:
        return set()
    bounds = {e for b in criterion.bands for e in (b.from_, b.below) if e is not None}
    if not counted:
        return bounds
    found = (_crossing(content, criterion, inputs, name, bound) for bound in bounds)
    return {edge for edge in found if edge is not None}


_MOST = 100_000
"""The highest count that an answer can be."""


def _crossing(
    content: Content, criterion: Criterion, inputs: Inputs, name: str, bound: float
) -> float | None:
    """Return the first whole number at which the measured value passes a bound.

    Each measured value only rises or only falls with each answer. So the search doubles its step
    until it is beyond, then halves the range: the numbers of a team are small.
    """

    def reaches(value: int) -> bool | None:
        measured = measure(content, criterion, inputs.but({name: value}))
        return None if measured is None else measured >= bound

    low, high = 1 if name == criterion.per else 0, _MOST
    first = reaches(low)
    if first is None or reaches(high) == first:
        return None
    step = 1
    while high - low > step and reaches(low + step) == first:
        low, step = low + step, step * 2
    high = min(high, low + step)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if reaches(middle) == first else (low, middle)
    return float(high)


def _points(strip: SensitivityRange, now: Recommendation) -> Iterator[TippingPoint]:
    if strip.segments and strip.segments[0].start is None:
        for s in strip.segments:
            if (s.patterns, s.contested) != now.key and s.value != strip.now:
                yield TippingPoint(strip.input, strip.now, s.value, "is", *_key(s))
        return
    if strip.now is None:
        for s in strip.segments:
            if (s.patterns, s.contested) != now.key:
                yield TippingPoint(strip.input, None, _number(strip, s.start), "at-least", *_key(s))
        return
    at = next(i for i, s in enumerate(strip.segments) if _holds(s, strip.now))
    if at > 0:
        s, edge = strip.segments[at - 1], strip.segments[at].start
        if strip.input in WHOLE_NUMBERS:
            yield TippingPoint(strip.input, strip.now, int(edge or 0) - 1, "at-most", *_key(s))
        else:
            yield TippingPoint(strip.input, strip.now, edge, "below", *_key(s))
    if at + 1 < len(strip.segments):
        s = strip.segments[at + 1]
        yield TippingPoint(strip.input, strip.now, _number(strip, s.start), "at-least", *_key(s))


def _key(segment: Segment) -> tuple[tuple[Pattern, ...], bool]:
    return segment.patterns, segment.contested


def _number(strip: SensitivityRange, value: float | None) -> int | float | None:
    return int(value) if value is not None and strip.input in WHOLE_NUMBERS else value


def _holds(segment: Segment, value: Any) -> bool:
    if value is None:
        return False
    if segment.start is None:
        return bool(segment.value == value)
    return bool(segment.start <= value and (segment.end is None or value < segment.end))
