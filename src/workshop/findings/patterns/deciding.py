"""Find the reasons for the advice, and what would close an open contest.

They are found by trying other answers, never listed beforehand.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from workshop.content.items import Pattern
from workshop.content.loader import Content
from workshop.findings.patterns.tipping import SensitivityRange, TippingPoint, margin
from workshop.findings.patterns.verdicts import (
    ENOUGH,
    Default,
    Judge,
    Reading,
    Reason,
    Recommendation,
    Status,
    Way,
)

GROWTH = ("model_teams", "queue_weeks", "ml_engineers", "maturity", "models_in_production")
"""Numbers that grow with an organisation and end today's arrangement."""
_SETS = 6
"""The most sets of answers that are named if no single one closes a contest."""
_LARGEST = 4
"""The most answers in a set."""


def decide(
    content: Content,
    judge: Judge,
    found: Recommendation,
    strips: tuple[SensitivityRange, ...],
    points: tuple[TippingPoint, ...],
) -> Recommendation:
    """Return the recommendation with its status, reasons, and what closes a contest."""
    missing = tuple(name for name in content.defining if judge.inputs[name] is None)
    known = len(content.defining) - len(missing)
    status: Status = "contested" if found.contested else "recommendation"
    if not found.patterns:
        status = "none"
    elif known < ENOUGH:
        status = "first-indication"
    return replace(
        found,
        status=status,
        missing=missing,
        reasons=_reasons(content, judge, found, strips, points) if found.patterns else (),
        decided_by=_ways(content, judge, found, strips) if found.contested else (),
        default=_default(judge, found, strips) if found.contested else None,
        until_staffed=_until_staffed(found, strips),
    )


def _until_staffed(
    found: Recommendation, strips: tuple[SensitivityRange, ...]
) -> tuple[int, tuple[Pattern, ...]] | None:
    """Return how many platform people end the pattern, and its successor."""
    strip = next((s for s in strips if s.input == "platform_engineers"), None)
    if strip is None or strip.now is None or len(found.patterns) != 1:
        return None
    for segment in strip.segments:
        if segment.start is not None and segment.start > strip.now:
            if not segment.patterns or segment.contested or found.patterns[0] in segment.patterns:
                return None
            return int(strip.value_in(segment)), segment.patterns
    return None


# -- reasons ------------------------------------------------------------------------------------


def _reasons(
    content: Content,
    judge: Judge,
    found: Recommendation,
    strips: tuple[SensitivityRange, ...],
    points: tuple[TippingPoint, ...],
) -> tuple[Reason, ...]:
    """Return the reasons for the advice, in order.

    A hard constraint in force comes first, then answers by how little would change the advice, then
    those that merely agree.
    """
    moving = {p.input for p in points if p.now is not None}
    hard = {c.reads for c in content.constraints if judge.inputs.word(c.reads) in c.is_}
    beside = {c.beside for c in content.combinations}
    ordered = sorted(
        (s for s in strips if s.input in moving),
        key=lambda s: (
            s.input not in hard,
            _only_beside(found, s, beside),
            not s.is_number,
            margin(s),
        ),
    )
    reasons = [
        Reason(strip.input, because, True)
        for strip in ordered
        for because in _reasons_by_answer(judge, found, strip)
    ]
    for pattern in found.patterns:
        for r in sorted(judge.verdicts[pattern].readings, key=_rank):
            plain = r.criterion.role in ("needed", "leaning") and r.says == "supports"
            if plain and r.criterion.reads not in moving:
                reasons.append(Reason(r.criterion.reads, r.because, False))
    first: dict[str, Reason] = {}
    for reason in reasons:
        first.setdefault(reason.because, reason)
    return tuple(first.values())


def _rank(reading: Reading) -> int:
    return ("needed", "leaning", "condition", "growth").index(reading.criterion.role)


def _only_beside(found: Recommendation, strip: SensitivityRange, beside: set[Pattern]) -> bool:
    """Return whether an answer only changes what is advised beside the pattern."""
    bases = {(frozenset(s.patterns) - beside, s.contested) for s in strip.segments}
    return bases == {(frozenset(found.patterns) - beside, found.contested)}


def _reasons_by_answer(judge: Judge, found: Recommendation, strip: SensitivityRange) -> list[str]:
    """Return what an answer says for the advice.

    That is what supports each contestant; else what argues against those that another value would
    bring; else what is neutral.
    """
    name, advised = strip.input, found.patterns
    rivals = {p for s in strip.segments for p in s.patterns if p not in advised}
    supporting: list[str] = []
    beside = found.combination.beside if found.combination else None
    for pattern in advised:
        if pattern == beside and supporting and found.contested:
            continue  # what stands beside a contestant is not what it wins by
        readings = sorted(judge.verdicts[pattern].readings, key=_rank)
        backing = [r for r in readings if r.says == "supports" and r.because]
        own = [r for r in backing if r.criterion.reads == name]
        own += [r for r in backing if name in r.criterion.only_if]
        if found.contested:
            own = [r for r in own if r.criterion.role in ("needed", "leaning")]
        supporting += [r.because for r in own[:1]]
    if supporting:
        return supporting if found.contested else supporting[:1]
    every = [
        (p, r)
        for p, v in judge.verdicts.items()
        for r in sorted(v.readings, key=_rank)
        if r.criterion.reads == name and r.because
    ]
    for required in (
        [r.because for p, r in every if p in rivals and r.says == "against"],
        [r.because for p, r in every if p in advised and r.says == "neutral"],
        [r.because for p, r in every if p not in advised and r.says == "against"],
        [r.because for _, r in every],
    ):
        if required:
            return required[:1]
    return []


# -- what would close a contest -----------------------------------------------------------------


def _ways(
    content: Content, judge: Judge, found: Recommendation, strips: tuple[SensitivityRange, ...]
) -> tuple[Way, ...]:
    """Return the single answers that close the contest, else the smallest sets.

    Missing answers come before given ones.
    """
    hard = {c.reads for c in content.constraints}
    unknown = [s for s in strips if s.now is None]
    singles = tuple(_singles(found, unknown))
    if singles:
        return singles
    own = _deciders(found)
    known = [s for s in strips if s.now is not None and s.input not in hard]
    nearer = [s for s in known if s.input in own or s.input in GROWTH]
    singles = tuple(_singles(found, nearer)) or tuple(_singles(found, known))
    if singles:
        return singles
    for group in ([s for s in unknown if s.input in own], unknown, [*unknown, *nearer]):
        sets = _smallest(judge, found, group)
        if sets:
            return sets
    return ()


def _deciders(found: Recommendation) -> list[str]:
    names = [n for s in found.settled if s.winner is None for n in s.contest.decided_by]
    return list(dict.fromkeys(names))


def _singles(found: Recommendation, strips: Iterable[SensitivityRange]) -> Iterator[Way]:
    for strip in strips:
        counted = strip.is_number and strip.now is not None
        nearest: dict[object, tuple[float, Any, tuple[Pattern, ...]]] = {}
        for segment in strip.segments:
            if not _closes(found, segment.patterns, segment.contested):
                continue
            value = strip.value_in(segment)
            far = abs(value - strip.now) if counted else 0.0
            # of a number only the nearest value up and the nearest down is news
            way: object = value > strip.now if counted else segment.patterns
            if way not in nearest or far < nearest[way][0]:
                nearest[way] = (far, value, segment.patterns)
        for _, value, then in nearest.values():
            yield Way((strip.input,), {strip.input: value}, then)


def _closes(found: Recommendation, patterns: tuple[Pattern, ...], contested: bool) -> bool:
    """Return whether an advice is one contestant, alone or in a combination."""
    return bool(patterns) and not contested and bool(set(patterns) & set(found.patterns))


def _smallest(
    judge: Judge, found: Recommendation, strips: list[SensitivityRange]
) -> tuple[Way, ...]:
    """Return the smallest sets of answers that close the contest, by outcome."""
    values = {s.input: s.tried for s in strips}
    for size in range(2, min(_LARGEST, len(values)) + 1):
        ways: dict[tuple[Any, ...], Way] = {}
        for names in itertools.combinations(values, size):
            for chosen in itertools.product(*(values[n] for n in names)):
                changes = dict(zip(names, chosen, strict=True))
                then = judge.advice_if(changes)
                if _closes(found, then.patterns, then.contested):
                    way = Way(names, changes, then.patterns)
                    ways.setdefault((names, then.patterns), way)
            if len(ways) >= _SETS:
                break
        if ways:
            return tuple(ways.values())
    return ()


# -- what to do meanwhile -----------------------------------------------------------------------


def _default(
    judge: Judge, found: Recommendation, strips: tuple[SensitivityRange, ...]
) -> Default | None:
    open_ones = [s.contest for s in found.settled if s.winner is None]
    if not open_ones:
        return None
    today: Pattern | None = judge.inputs["current_pattern"]
    if today is not None and today in found.patterns:
        contest = next((c for c in open_ones if today in c.patterns), open_ones[0])
        return Default(today, "today", contest, _until(found, strips, today))
    contest = open_ones[0]
    return Default(contest.easier, "easier", contest, _until(found, strips, contest.easier))


def _until(
    found: Recommendation, strips: tuple[SensitivityRange, ...], begun: Pattern
) -> tuple[str, Any] | None:
    """Return the nearest higher number at which another contestant takes over."""
    best: tuple[float, str, Any] | None = None
    for strip in strips:
        if strip.input not in GROWTH or strip.now is None:
            continue
        for segment in strip.segments:
            start = segment.start
            if start is None or start <= strip.now or begun in segment.patterns:
                continue
            if _closes(found, segment.patterns, segment.contested):
                far = (start - strip.now) / max(strip.now, 1)
                if best is None or far < best[0]:
                    best = (far, strip.input, strip.value_in(segment))
                break
    return None if best is None else best[1:]
