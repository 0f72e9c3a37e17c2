"""An agenda from the content's timings: which blocks, how long, and when a break comes.

The rules, in this order. Figures between two lengths are read off the line between them. A person
more or fewer than usual makes blocks that grow longer or shorter by a fixed share; the block in
focus gets a quarter more. Blocks are left out, each in its turn, until the others keep
`ENOUGH` of what they want and at least their least minutes; the focus is never left out. What is
missing is then taken, and what is over given, five minutes at a time. Of all ways to cut the work
into stretches the most even one with the fewest breaks is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from workshop.agenda.choosing import Wish, choose, least_minutes, wanted_minutes
from workshop.agenda.fitting import cut, fit
from workshop.model.content import Content
from workshop.model.held import BlockTimes
from workshop.model.problems import InputError, Problem
from workshop.model.timing import Agendas, BlockText

__all__ = ["Plan", "Slot", "Wish", "pace_of", "plan_agenda"]

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
