"""An agenda from the content's timings: which blocks, how long, when a break comes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from workshop.answers.schema import BlockTimes
from workshop.content.items import Agendas, BlockText, Focus
from workshop.content.loader import Content
from workshop.problems import InputError, Problem

__all__ = ["Plan", "Slot", "Wish", "pace_of", "plan_agenda"]

FOCUS_SHARE = 1.25
ENOUGH = 0.87
"""The share of the minutes wanted below which a block is left out rather than all cut short."""


@dataclass(frozen=True)
class Wish:
    """What is asked for: minutes in all, people, and how the workshop is held."""

    minutes: int
    people: int = 10
    focus: Focus | None = None
    remote: bool = False
    pace: Mapping[str, float] = field(default_factory=dict)
    """By block: how much longer than its figure it took last time, as a share of it."""


def choose(agendas: Agendas, wish: Wish, minutes: int, work: int) -> list[BlockText] | None:
    """Return the blocks for which there is time; None if those that never go need more."""
    possible = [
        b
        for b in agendas.blocks
        if minutes >= agendas.begins_at(b) or (wish.focus is not None and b.focus == wish.focus)
    ]
    focus = [b for b in possible if wish.focus is not None and b.focus == wish.focus]
    main = max(focus, key=lambda b: b.drop or math.inf, default=None)
    order = [b for b in possible if b.drop is not None and b is not main]
    order.sort(key=lambda b: (b in focus, b.drop))
    gone: list[str] = []

    def kept() -> list[BlockText]:
        here = {b.id for b in possible} - {*gone}
        return [b for b in possible if b.id in here and not here & {*b.unless}]

    def has_room() -> bool:
        wanted = sum(wanted_minutes(agendas, wish, b, minutes) for b in kept())
        least = sum(least_minutes(agendas, wish, b) for b in kept())
        return wanted * ENOUGH <= work and least <= work

    for block in order:
        if has_room():
            break
        gone.append(block.id)
    for name in reversed(gone.copy()):  # a short block may fit where a long one did not
        gone.remove(name)
        if not has_room():
            gone.append(name)
    least = sum(least_minutes(agendas, wish, b) for b in kept())
    return kept() if least <= work else None


def wanted_minutes(agendas: Agendas, wish: Wish, block: BlockText, minutes: int) -> int:
    """Return the minutes that a block would take if there were no others."""
    factor = _growth(agendas, wish, block) * wish.pace.get(block.id, 1.0)
    if wish.focus is not None and block.focus == wish.focus:
        factor *= FOCUS_SHARE
    limit = agendas.breaks.apart_remote if wish.remote else agendas.breaks.apart
    wanted = math.floor(_figure(block, minutes) * factor + 0.5)
    return min(max(wanted, least_minutes(agendas, wish, block)), limit)


def least_minutes(agendas: Agendas, wish: Wish, block: BlockText) -> int:
    """Return the fewest minutes of a block; more people need more, fewer people no less."""
    return math.ceil(block.least * max(_growth(agendas, wish, block), 1.0) - 1e-9)


def _growth(agendas: Agendas, wish: Wish, block: BlockText) -> float:
    people = agendas.people
    return 1.0 + people.share * (wish.people - people.usual) if block.grows else 1.0


def _figure(block: BlockText, minutes: int) -> float:
    """Return a block's minutes in a workshop of a length, on the line between its figures."""
    points = sorted(block.minutes.items())
    below = [p for p in points if p[0] <= minutes]
    above = [p for p in points if p[0] > minutes]
    if not below or not above:
        return float((below or above)[-1 if below else 0][1])
    (x0, y0), (x1, y1) = below[-1], above[0]
    return y0 + (y1 - y0) * (minutes - x0) / (x1 - x0)


STEP = 5
"""Minutes are given and taken by so many at a time, so that most blocks keep round figures."""
_SPOILT = 1_000_000
"""What a break at a wrong place costs: more than any unevenness."""


def fit(
    wanted: Sequence[int], least: Sequence[int], most: Sequence[int], total: int
) -> list[int] | None:
    """Return minutes near those wanted, each within its limits, that are `total` together.

    Five minutes at a time are taken from the block that has most of what it wanted, or given to
    the one that has least; single minutes where five are too many. None if no minutes fit.
    """
    minutes = list(wanted)
    while gap := total - sum(minutes):
        sign = 1 if gap > 0 else -1
        for step in (STEP, 1):
            ways = [
                at
                for at, m in enumerate(minutes)
                if step <= abs(gap) and least[at] <= m + sign * step <= most[at]
            ]
            if ways:
                # the first of several: `max` and `min` keep the order of the agenda
                share = {at: (minutes[at] + sign * step) / max(wanted[at], 1) for at in ways}
                chosen = min(ways, key=lambda at: sign * share[at])
                minutes[chosen] += sign * step
                break
        else:
            return None
    return minutes


def cut(minutes: Sequence[int], parts: int, most: int, joined: frozenset[int]) -> list[int] | None:
    """Return where so many stretches begin, none longer than `most`, as even as they can be.

    After the places in `joined` no stretch ends unless it has to. None if there is no way.
    """

    @cache
    def best(start: int, left: int) -> tuple[int, tuple[int, ...]] | None:
        if left == 1:
            length = sum(minutes[start:])
            return (length * length, ()) if length <= most else None
        found: tuple[int, tuple[int, ...]] | None = None
        for end in range(start + 1, len(minutes) - left + 2):
            length = sum(minutes[start:end])
            if length > most:
                break
            rest = best(end, left - 1)
            if rest is None:
                continue
            cost = length * length + rest[0] + (_SPOILT if end - 1 in joined else 0)
            if found is None or cost < found[0]:
                found = cost, (end, *rest[1])
        return found

    if not minutes or parts > len(minutes):
        return None
    way = best(0, parts)
    return None if way is None else [0, *way[1]]


_MOST_BREAKS = 12
_SLOWEST, _FASTEST = 2.0, 0.5
"""How far the minutes of one earlier workshop may move a figure."""


@dataclass(frozen=True)
class Slot:
    """A block or a break at its place in an agenda. `starts`: minutes after the beginning."""

    id: str
    title: str
    starts: int
    minutes: int
    least: int
    kind: Literal["block", "break"] = "block"
    drop: int | None = None
    steps: tuple[str, ...] = ()
    """Steps of the notebooks that are done together in it."""


@dataclass(frozen=True)
class Plan:
    """An agenda, what it leaves out, and what there is to say about it."""

    wish: Wish
    slots: tuple[Slot, ...]
    left_out: tuple[str, ...]
    """Blocks that a longer workshop has, in their order."""
    apart: tuple[str, ...]
    """Steps for which there is no time together: to be answered before or after."""
    warnings: tuple[str, ...]


def plan_agenda(content: Content, wish: Wish) -> Plan:
    """Return an agenda of exactly the minutes asked for.

    Raises `InputError` with the reason, and with what would work, where there is none.
    """
    agendas = content.agenda
    _refuse(content, wish)
    slots = _slots(content, wish)
    if slots is None:
        shortest = next(n for n in range(wish.minutes + 1, 10**6) if _fits(agendas, wish, n))
        say = content.words
        problem = say("agenda.no-room", minutes=wish.minutes, people=wish.people)
        works = say("agenda.no-room-works", minutes=shortest)
        if shortest > agendas.longest:
            works = say("agenda.fewer-people", n=agendas.people.usual)
        raise InputError([Problem(problem, suggestion=works)])
    planned = {s.id for s in slots}
    blocks = [b for b in agendas.blocks if b.id not in planned and not planned & {*b.unless}]
    return Plan(
        wish,
        slots,
        tuple(b.id for b in blocks),
        _steps_apart(content, slots),
        tuple(_warnings(content, wish)),
    )


def pace_of(times: Iterable[BlockTimes]) -> dict[str, float]:
    """Return how much longer than planned each block took, from the record of a workshop.

    Blocks that were not held, or not planned, say nothing. A single day moves a figure to its
    half or its double at most.
    """
    return {
        one.block: min(max(one.actual / one.planned, _FASTEST), _SLOWEST)
        for one in times
        if one.planned and one.actual
    }


# -- refusing -----------------------------------------------------------------------------------


def _refuse(content: Content, wish: Wish) -> None:
    """Raise `InputError` for what no agenda can be made of, whatever the blocks are."""
    say, agendas = content.words, content.agenda
    people = agendas.people
    problems = []
    if wish.minutes < agendas.shortest:
        problems.append(("too-short", "too-short-works", agendas.shortest))
    if wish.minutes > agendas.longest:
        problems.append(("too-long", "too-long-works", agendas.longest))
    if wish.people < people.at_least:
        problems.append(("too-few", "too-few-works", people.fewest))
    if wish.people > people.at_most:
        problems.append(("too-many", "too-many-works", people.most))
    told = {"minutes": wish.minutes, "people": wish.people}
    if problems:
        raise InputError(
            Problem(say(f"agenda.{what}", **told), suggestion=say(f"agenda.{works}", n=limit))
            for what, works, limit in problems
        )


def _warnings(content: Content, wish: Wish) -> Iterable[str]:
    say, people = content.words, content.agenda.people
    if wish.people < people.fewest:
        yield say("agenda.few", people=wish.people, n=people.fewest)
    if wish.people > people.most:
        yield say("agenda.many", people=wish.people, n=people.most)


# -- choosing and timing the blocks -------------------------------------------------------------


def _slots(content: Content, wish: Wish) -> tuple[Slot, ...] | None:
    """Return the blocks and breaks of an agenda, None if there is no room for them."""
    found = _timed(content.agenda, wish, wish.minutes)
    return None if found is None else _lay_out(content, wish, *found)


def _fits(agendas: Agendas, wish: Wish, minutes: int) -> bool:
    return minutes > agendas.longest or _timed(agendas, wish, minutes) is not None


_Timed = tuple[list[BlockText], list[int], list[int]]
"""Blocks, their minutes, and where each stretch of work begins."""


def _timed(agendas: Agendas, wish: Wish, minutes: int) -> _Timed | None:
    breaks = agendas.breaks
    limit = breaks.apart_remote if wish.remote else breaks.apart
    for count in range(_MOST_BREAKS + 1):
        work = minutes - sum(_break_minutes(agendas, minutes, count))
        blocks = choose(agendas, wish, minutes, work)
        if blocks is None:
            return None
        wanted = [wanted_minutes(agendas, wish, b, minutes) for b in blocks]
        least = [least_minutes(agendas, wish, b) for b in blocks]
        times = fit(wanted, least, [limit] * len(blocks), work)
        joined = frozenset(at for at, b in enumerate(blocks) if b.joined)
        stretches = times and cut(times, count + 1, limit, joined)
        if times and stretches:
            return blocks, times, stretches
    return None


def _break_minutes(agendas: Agendas, minutes: int, count: int) -> list[int]:
    """Return the minutes of so many breaks, the long one first."""
    breaks = agendas.breaks
    first = breaks.first if minutes >= breaks.first_from else breaks.minutes
    usual = [first, *[breaks.minutes] * count]
    return [breaks.lunch, *usual][:count] if minutes >= breaks.lunch_from else usual[:count]


# -- laying it out ------------------------------------------------------------------------------


def _lay_out(
    content: Content, wish: Wish, blocks: list[BlockText], times: list[int], stretches: list[int]
) -> tuple[Slot, ...]:
    agendas, slots, at = content.agenda, list[Slot](), 0
    pauses = _placed_breaks(agendas, wish.minutes, times, stretches)
    for index, (block, minutes) in enumerate(zip(blocks, times, strict=True)):
        if index in stretches[1:]:
            number = stretches.index(index)
            pause = _break(content, number, pauses[number - 1], at)
            slots.append(pause)
            at += pause.minutes
        steps = _steps_together(content, block, minutes)
        least = least_minutes(agendas, wish, block)
        slots.append(Slot(block.id, block.title, at, minutes, least, drop=block.drop, steps=steps))
        at += minutes
    return tuple(slots)


def _placed_breaks(
    agendas: Agendas, minutes: int, times: Sequence[int], stretches: Sequence[int]
) -> list[int]:
    """Return the minutes of each break in its order; the long one stands nearest the middle."""
    pauses = _break_minutes(agendas, minutes, len(stretches) - 1)
    if minutes < agendas.breaks.lunch_from or not pauses:
        return pauses
    half = sum(times) / 2
    before = [sum(times[:start]) for start in stretches[1:]]
    middle = min(range(len(before)), key=lambda at: abs(before[at] - half))
    long, *others = pauses
    others.insert(middle, long)
    return others


def _break(content: Content, number: int, minutes: int, at: int) -> Slot:
    breaks = content.agenda.breaks
    long = minutes == breaks.lunch
    title = content.words("agenda.lunch" if long else "agenda.break")
    least = breaks.lunch_least if long else breaks.least
    return Slot("lunch" if long else f"break-{number}", title, at, minutes, least, "break")


def _steps_together(content: Content, block: BlockText, minutes: int) -> tuple[str, ...]:
    """Return the steps that a block has time for: always the first, the others while they fit."""
    found: list[str] = []
    left = minutes
    for step, needed in block.steps.items():
        if found and needed > left:
            continue
        found.append(step)
        left -= needed
    return tuple(s.id for s in content.steps if s.id in found)


def _steps_apart(content: Content, slots: Sequence[Slot]) -> tuple[str, ...]:
    """Return the steps that no block has time for; earlier decisions, where there are any."""
    together = {step for slot in slots for step in slot.steps}
    return tuple(
        s.id for s in content.steps if s.questions and s.kind != "earlier" and s.id not in together
    )


LONGEST = 24 * 60
"""Minutes that a block may have at most."""


def set_body(plan: Plan) -> dict[str, Any]:
    """Return what is kept of an agenda when the timer is set to it."""
    wish = plan.wish
    return {
        "wish": {
            "minutes": wish.minutes,
            "people": wish.people,
            "focus": wish.focus,
            "remote": wish.remote,
        },
        "slots": [
            {
                "id": s.id,
                "title": s.title,
                "minutes": s.minutes,
                "least": s.least,
                "kind": s.kind,
                "drop": s.drop,
            }
            for s in plan.slots
        ],
    }


def read_slot(told: Mapping[str, Any]) -> Slot:
    """Return a block as it was kept. Raises KeyError, TypeError or ValueError for what is none."""
    minutes, least, drop = int(told["minutes"]), int(told["least"]), told.get("drop")
    name, title = str(told["id"])[:100], str(told["title"])[:200]
    if not 1 <= minutes <= LONGEST or not name.strip() or not title.strip():
        raise ValueError(told)
    kind: Literal["block", "break"] = "break" if told.get("kind") == "break" else "block"
    turn = None if drop is None else int(drop)
    return Slot(name, title, 0, minutes, min(max(least, 1), minutes), kind, turn)
