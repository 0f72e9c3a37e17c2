"""How firm the advice is: for each input, the values over which it holds, and where it changes.

Criteria are data, so their thresholds are known and the search is exact: between two neighbouring
thresholds nothing can change.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from workshop.answers.schema import Answers
from workshop.content.items import Pattern
from workshop.content.loader import Content
from workshop.findings.verdicts import Inputs, Recommendation, recommend

WHOLE_NUMBERS = frozenset(
    {"ml_engineers", "model_teams", "models_in_production", "maturity", "platform_engineers"}
)
_LIMITS = {"maturity": (1, 6), "model_teams": (1, math.inf)}
"""Lowest value worth a what-if (below one team nothing is left to place), and the value just past
the highest; other numbers start at 0 and have no end. A range reaches down to what was told."""


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
class Strip:
    """One input's whole range, with where the team stands (`now`, None: unknown)."""

    input: str
    now: Any
    segments: tuple[Segment, ...]

    @property
    def here(self) -> Segment | None:
        """The segment in which the team stands."""
        return next((s for s in self.segments if _holds(s, self.now)), None)


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


def inputs_of(content: Content) -> tuple[str, ...]:
    """Return every input that can change the recommendation, hard constraints first."""
    names = [c.reads for c in content.constraints]
    names += [c.reads for c in content.criteria]
    names += [name for c in content.criteria for name in (*c.only_if, *c.unless)]
    return tuple(dict.fromkeys(names))


def strips(content: Content, answers: Answers) -> tuple[Strip, ...]:
    """Return a strip for each input, in the order of the content."""
    base = Inputs(answers)
    return tuple(Strip(n, base[n], _segments(content, answers, n)) for n in inputs_of(content))


def tipping_points(strips_: tuple[Strip, ...], now: Recommendation) -> tuple[TippingPoint, ...]:
    """Return the nearest changes of advice: up and down for numbers, each value for choices."""
    return tuple(point for strip in strips_ for point in _points(strip, now))


def _segments(content: Content, answers: Answers, name: str) -> tuple[Segment, ...]:
    values = _choices(content, name)
    if values is not None:
        return tuple(
            Segment(*recommend(content, Inputs(answers, {name: _typed(v)})).key, value=_typed(v))
            for v in values
        )
    low, high = _LIMITS.get(name, (0, math.inf))
    now = Inputs(answers)[name]
    low = low if now is None else min(low, now)
    edges = [low, *(e for e in _thresholds(content, name) if low < e < high)]
    found: list[Segment] = []
    for edge, after in zip(edges, [*edges[1:], high], strict=True):
        value = int(edge) if name in WHOLE_NUMBERS else float(edge)
        key = recommend(content, Inputs(answers, {name: value})).key
        end = None if after == math.inf else after
        if found and (found[-1].patterns, found[-1].contested) == key:
            found[-1] = Segment(*key, start=found[-1].start, end=end)
        else:
            found.append(Segment(*key, start=edge, end=end))
    return tuple(found)


def _choices(content: Content, name: str) -> list[str] | None:
    """Return the allowed values of a choice, in the order of its question; None for a number."""
    question = content.question(name)
    return list(question.choices) if question.choices and name not in WHOLE_NUMBERS else None


def _typed(value: str) -> Any:
    return {"true": True, "false": False}.get(value, value)


def _thresholds(content: Content, name: str) -> list[float]:
    edges: set[float] = set()
    for criterion in content.criteria:
        if criterion.reads == name:
            for band in criterion.bands:
                edges |= {e for e in (band.from_, band.below) if e is not None}
        for values in (criterion.only_if.get(name, ()), criterion.unless.get(name, ())):
            for value in values:
                edges |= {float(value), float(value) + 1}
    return sorted(edges)


def _points(strip: Strip, now: Recommendation) -> Iterator[TippingPoint]:
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


def _number(strip: Strip, value: float | None) -> int | float | None:
    return int(value) if value is not None and strip.input in WHOLE_NUMBERS else value


def _holds(segment: Segment, value: Any) -> bool:
    if value is None:
        return False
    if segment.start is None:
        return bool(segment.value == value)
    return bool(segment.start <= value and (segment.end is None or value < segment.end))
