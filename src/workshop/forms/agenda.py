"""Plan the agenda of a workshop, and follow it with a timer."""

from __future__ import annotations

import copy
import datetime
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, Protocol

from workshop.answers.schema import BlockTimes
from workshop.content.items import Agendas, BlockText, Focus, Words
from workshop.content.loader import Content
from workshop.problems import InputError, Problem

FOCUS_SHARE = 1.25
LATE = ("second-vote", "pre-mortem", "actions", "read-back")
"""The blocks from the second vote on, which every day of a workshop has."""
WITH_NOTEBOOK = ("outcomes", "ownership", "patterns", "handoffs", "what-if")
"""The blocks that are held with a notebook and not with votes."""
BRIEF = {"handoffs": 10}
"""Minutes under which such a block is only talked about, without its notebook."""
ENOUGH = 0.87
"""The share of the wanted minutes below which a whole block is left out.

Above it, all blocks are shortened instead.
"""


@dataclass(frozen=True)
class Wish:
    """A request for an agenda: minutes, people, and how the workshop is held."""

    minutes: int
    people: int = 10
    focus: Focus | None = None
    remote: bool = False
    pace: Mapping[str, float] = field(default_factory=dict)
    """By block: its actual time last time as a multiple of the planned time."""
    held: frozenset[str] = frozenset()
    """The blocks that earlier days held; only those at the end come again."""


def choose(agendas: Agendas, wish: Wish, minutes: int, work: int) -> list[BlockText] | None:
    """Return the blocks for which there is time.

    Returns None if the blocks that are never left out need more time.
    """
    possible = [b for b in agendas.blocks if _is_possible(agendas, wish, b, minutes)]
    focus = [b for b in possible if wish.focus is not None and b.focus == wish.focus]
    main = max(focus, key=lambda b: b.drop or math.inf, default=None)
    order = [b for b in possible if b.drop is not None and b is not main]
    order.sort(key=lambda b: (b in focus, b.drop))
    gone: list[str] = []

    def remaining() -> list[BlockText]:
        here = {b.id for b in possible} - {*gone}
        return [b for b in possible if b.id in here and not here & {*b.unless}]

    def has_room() -> bool:
        needed = sum(requested_minutes(agendas, wish, b, minutes) for b in remaining())
        least = sum(least_minutes(agendas, wish, b) for b in remaining())
        return needed * ENOUGH <= work and least <= work

    for block in order:
        if has_room():
            break
        gone.append(block.id)
    for name in reversed(gone.copy()):  # a short block may fit where a long one did not
        gone.remove(name)
        if not has_room():
            gone.append(name)
    least = sum(least_minutes(agendas, wish, b) for b in remaining())
    return remaining() if least <= work else None


def _is_possible(agendas: Agendas, wish: Wish, block: BlockText, minutes: int) -> bool:
    """Return whether a workshop of some length may have a block at all."""
    if wish.held:  # a further day: what the days before had no time for, and the end
        return block.id in LATE or not {block.id, *block.unless} & wish.held
    in_focus = wish.focus is not None and block.focus == wish.focus
    return in_focus or minutes >= agendas.begins_at(block)


def requested_minutes(agendas: Agendas, wish: Wish, block: BlockText, minutes: int) -> int:
    """Return the minutes that a block would take on its own."""
    factor = _growth(agendas, wish, block) * wish.pace.get(block.id, 1.0)
    if wish.focus is not None and block.focus == wish.focus:
        factor *= FOCUS_SHARE
    limit = agendas.breaks.apart_remote if wish.remote else agendas.breaks.apart
    requested = math.floor(_figure(block, minutes) * factor + 0.5)
    return min(max(requested, least_minutes(agendas, wish, block)), limit)


def least_minutes(agendas: Agendas, wish: Wish, block: BlockText) -> int:
    """Return the fewest minutes of a block.

    More people than usual need more; fewer people need no less.
    """
    return math.ceil(block.least * max(_growth(agendas, wish, block), 1.0) - 1e-9)


def _growth(agendas: Agendas, wish: Wish, block: BlockText) -> float:
    people = agendas.people
    return 1.0 + people.share * (wish.people - people.usual) if block.grows else 1.0


def _figure(block: BlockText, minutes: int) -> float:
    """Return a block's minutes in a workshop of some length.

    Between the lengths that content gives, it is interpolated.
    """
    points = sorted(block.minutes.items())
    below = [p for p in points if p[0] <= minutes]
    above = [p for p in points if p[0] > minutes]
    if not below or not above:
        return float((below or above)[-1 if below else 0][1])
    (x0, y0), (x1, y1) = below[-1], above[0]
    return y0 + (y1 - y0) * (minutes - x0) / (x1 - x0)


STEP = 5
"""Minutes are added and removed in steps of this size, to keep round figures."""
_SPOILT = 1_000_000
"""The cost of a break at a wrong place, higher than that of any unevenness."""


def fit(
    requested: Sequence[int], least: Sequence[int], most: Sequence[int], total: int
) -> list[int] | None:
    """Return minutes that add up to `total`, near those wanted and within limits.

    Five minutes at a time are taken from the block that has most of what it wanted, or given to the
    one that has least; single minutes where five are too many. None if no minutes fit.
    """
    minutes = list(requested)
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
                share = {at: (minutes[at] + sign * step) / max(requested[at], 1) for at in ways}
                chosen = min(ways, key=lambda at: sign * share[at])
                minutes[chosen] += sign * step
                break
        else:
            return None
    return minutes


def cut(minutes: Sequence[int], parts: int, most: int, joined: frozenset[int]) -> list[int] | None:
    """Return where each of `parts` stretches begins, as even as possible.

    No stretch is longer than `most`. No stretch ends after a place in `joined` unless it has to.
    None if it is impossible.
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
"""The most and the least by which one earlier workshop can scale a figure."""


@dataclass(frozen=True)
class Slot:
    """A block or a break at its place in an agenda.

    `starts` is in minutes after the beginning.
    """

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
    """An agenda, what it leaves out, and remarks on it."""

    wish: Wish
    slots: tuple[Slot, ...]
    left_out: tuple[str, ...]
    """Blocks that only a longer workshop has, in their order."""
    apart: tuple[str, ...]
    """Steps for which there is no time together, to be answered before or after."""
    warnings: tuple[str, ...]


def plan_agenda(content: Content, wish: Wish) -> Plan:
    """Return an agenda of exactly the minutes asked for.

    Raises `InputError` with the reason and a request that would work, if there is none.
    """
    agendas = content.agenda
    _refuse(content, wish)
    slots = _slots(content, wish)
    if slots is None and wish.held:
        _refuse_further_day(content, wish)
    if slots is None:
        shortest = next(n for n in range(wish.minutes + 1, 10**6) if _fits(agendas, wish, n))
        words = content.words
        problem = words("agenda.no-room", minutes=wish.minutes, people=wish.people)
        works = words("agenda.no-room-works", minutes=shortest)
        if shortest > agendas.longest:
            works = words("agenda.fewer-people", n=agendas.people.usual)
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
    """Return how many times longer than planned each block took.

    Blocks that were not held, or not planned, are left out. One day changes a figure to half or
    double at most.
    """
    return {
        one.block: min(max(one.actual / one.planned, _FASTEST), _SLOWEST)
        for one in times
        if one.planned and one.actual
    }


# -- refusing -----------------------------------------------------------------------------------


def _refuse(content: Content, wish: Wish) -> None:
    """Raise `InputError` for a request that no agenda can meet."""
    words, agendas = content.words, content.agenda
    people = agendas.people
    problems = []
    if wish.minutes < agendas.shortest and not wish.held:
        problems.append(("too-short", "too-short-works", agendas.shortest))
    if wish.minutes > agendas.longest:
        problems.append(("too-long", "too-long-works", agendas.longest))
    if wish.people < people.at_least:
        problems.append(("too-few", "too-few-works", people.fewest))
    if wish.people > people.at_most:
        problems.append(("too-many", "too-many-works", people.most))
    given = {"minutes": wish.minutes, "people": wish.people}
    if problems:
        raise InputError(
            Problem(words(f"agenda.{what}", **given), suggestion=words(f"agenda.{works}", n=limit))
            for what, works, limit in problems
        )


def _refuse_further_day(content: Content, wish: Wish) -> None:
    """Raise `InputError` for a further day that is longer than what is left to do."""
    less = range(wish.minutes - 1, 0, -1)
    if (longest := next((n for n in less if _fits(content.agenda, wish, n)), None)) is not None:
        problem = content.words("agenda.too-much", minutes=wish.minutes)
        works = content.words("agenda.no-room-works", minutes=longest)
        raise InputError([Problem(problem, suggestion=works)])


def _warnings(content: Content, wish: Wish) -> Iterable[str]:
    words, people = content.words, content.agenda.people
    if wish.people < people.fewest:
        yield words("agenda.few", people=wish.people, n=people.fewest)
    if wish.people > people.most:
        yield words("agenda.many", people=wish.people, n=people.most)


# -- choosing and timing the blocks -------------------------------------------------------------


def _slots(content: Content, wish: Wish) -> tuple[Slot, ...] | None:
    """Return the blocks and breaks of an agenda, or None if they do not fit."""
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
        requested = [requested_minutes(agendas, wish, b, minutes) for b in blocks]
        least = [least_minutes(agendas, wish, b) for b in blocks]
        times = fit(requested, least, [limit] * len(blocks), work)
        joined = frozenset(at for at, b in enumerate(blocks) if b.joined)
        stretches = times and cut(times, count + 1, limit, joined)
        if times and stretches:
            return blocks, times, stretches
    return None


def _break_minutes(agendas: Agendas, minutes: int, count: int) -> list[int]:
    """Return the minutes of `count` breaks, the long one first."""
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
    """Return the minutes of each break in order, the long one nearest the middle."""
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
    """Return the steps that a block has time for.

    The first is always among them, the others while they fit.
    """
    found: list[str] = []
    left = minutes
    for step, needed in block.steps.items():
        if found and needed > left:
            continue
        found.append(step)
        left -= needed
    return tuple(s.id for s in content.steps if s.id in found)


def _steps_apart(content: Content, slots: Sequence[Slot]) -> tuple[str, ...]:
    """Return the steps that no block has time for, except earlier decisions."""
    together = {step for slot in slots for step in slot.steps}
    return tuple(
        s.id for s in content.steps if s.questions and s.kind != "earlier" and s.id not in together
    )


def is_brief(slot: Slot) -> bool:
    """Return whether a block is too short for its notebook."""
    return slot.minutes < BRIEF.get(slot.id, 0)


LONGEST = 24 * 60
"""The most minutes that a block can have."""


def set_body(plan: Plan, *, goes_on: bool = False) -> dict[str, Any]:
    """Return what the session keeps of an agenda when the timer starts to use it.

    With `goes_on` it takes the place of another in the middle of a day, and does not begin anew.
    """
    wish = plan.wish
    return {
        "wish": {
            "minutes": wish.minutes,
            "people": wish.people,
            "focus": wish.focus,
            "remote": wish.remote,
            "again": bool(wish.held),
            "goes_on": goes_on,
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


def read_slot(given: Mapping[str, Any]) -> Slot:
    """Return a block from the data that the session keeps.

    Raises KeyError, TypeError or ValueError for data that is no block.
    """
    minutes, least, drop = int(given["minutes"]), int(given["least"]), given.get("drop")
    name, title = str(given["id"])[:100], str(given["title"])[:200]
    if not 1 <= minutes <= LONGEST or not name.strip() or not title.strip():
        raise ValueError(given)
    kind: Literal["block", "break"] = "break" if given.get("kind") == "break" else "block"
    turn = None if drop is None else int(drop)
    return Slot(name, title, 0, minutes, min(max(least, 1), minutes), kind, turn)


SET, BEGUN, EXTENDED, DROPPED, ENDED = (
    "agenda-set",
    "block-begun",
    "block-extended",
    "block-dropped",
    "agenda-ended",
)
OWN = frozenset({SET, BEGUN, EXTENDED, DROPPED, ENDED})
"""Kinds of event that only the timer writes."""
MORE = 5
"""Minutes by which a block is extended."""
SOON = 2
"""Minutes before its end from which a block is shown as nearly over."""

State = Literal["none", "waiting", "running", "soon", "over", "paused", "ended"]
_NOTHING = datetime.timedelta()


class Happened(Protocol):
    """An event of a session."""

    @property
    def kind(self) -> str: ...
    @property
    def at(self) -> datetime.datetime: ...
    @property
    def body(self) -> Mapping[str, Any]: ...


@dataclass
class Entry:
    """A block or a break on the timer, and what became of it."""

    slot: Slot
    extra: int = 0
    dropped: bool = False
    took_place: bool = False
    """Whether it was begun and has ended, or was left for another block."""
    spent: datetime.timedelta = field(default=_NOTHING)


@dataclass(frozen=True)
class Coming:
    """A block that is still to come; `minutes` is None if it will be left out."""

    slot: Slot
    minutes: int | None
    starts: datetime.datetime


@dataclass(frozen=True)
class Reading:
    """The timer's values at one moment."""

    state: State
    running: Entry | None
    left: int
    """Minutes left of the running block, rounded up; below 0 once it is over."""
    rest: tuple[Coming, ...]
    ends: datetime.datetime | None
    late: int
    """Minutes by which the day will end later than planned."""

    @property
    def next(self) -> Slot | None:
        """Return the block that comes next, or None."""
        return next((c.slot for c in self.rest if c.minutes is not None), None)


class Clock:
    """The timer of a session: its agenda and what happened since."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.wish: Mapping[str, Any] = {}
        self.running: Entry | None = None
        self.since: datetime.datetime | None = None
        """When the block that runs was begun, or the agenda set if none has begun yet."""
        self.ended_at: datetime.datetime | None = None
        """When the workshop ended, if no agenda was set since."""
        self._began: datetime.datetime | None = None
        self._run_began: datetime.datetime | None = None
        self._paused_at: datetime.datetime | None = None
        self._paused = _NOTHING
        """The total length of all pauses, which all times here exclude."""
        self._earlier: tuple[BlockTimes, ...] = ()
        self._held: frozenset[str] = frozenset()
        """What the days before took, and which blocks they held."""
        self._gone: frozenset[str] = frozenset()
        """The blocks that were held today and that the agenda of now does not have."""

    @classmethod
    def of(cls, events: Iterable[Happened]) -> Clock:
        """Return the timer after these events; events that make no sense are ignored."""
        clock = cls()
        for event in events:
            clock.apply(event.kind, event.body, event.at)
        return clock

    def apply(self, kind: str, body: Mapping[str, Any], at: datetime.datetime) -> None:
        """Apply one more event; ignore it if it makes no sense."""
        if kind not in _DOES:
            return
        try:
            _DOES[kind](self, body, at)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            return

    def after(self, kind: str, body: Mapping[str, Any], at: datetime.datetime) -> Clock:
        """Return a copy of the timer with one more event applied."""
        clock = copy.deepcopy(self)
        clock.apply(kind, body, at)
        return clock

    # -- events ------------------------------------------------------------------------------

    def _set(self, body: Mapping[str, Any], at: datetime.datetime) -> None:
        slots = [read_slot(one) for one in body["slots"]]
        if not slots or len({s.id for s in slots}) < len(slots):
            raise ValueError("an agenda has blocks, each of them once")
        wish = dict(body.get("wish") or {})
        if wish.get("goes_on") is True and self.is_under_way:
            self._go_on_with(slots, at)
            self.wish = wish
            return
        if wish.get("again") is not True:
            self._earlier, self._held = (), frozenset()
        elif self.ended:
            self._earlier, self._held = self.minutes(), self.held
        self.entries, self.wish = [Entry(s) for s in slots], wish
        self.running = self._began = self._run_began = None
        self._gone, self.since, self.ended_at = frozenset(), at, None

    def _go_on_with(self, slots: list[Slot], at: datetime.datetime) -> None:
        """Take other slots in the middle of a day, without beginning anew.

        What was held stays held, and a block that runs goes on if the new agenda has it.
        What only the old agenda has is kept as earlier minutes, and so are breaks, because the next
        one may come at any place.
        """
        same = {s.id for s in slots if s.kind == "block"}
        if self.running is not None and self.running.slot.id not in same:
            self._stop(self._without_pauses(at))
            self.since = at
        gone = [e for e in self.entries if e.took_place and e.slot.id not in same]
        ids = {e.slot.id for e in gone}
        self._earlier += tuple(one for one in self.record() if one.block in ids)
        self._gone |= ids
        held = {e.slot.id: e for e in self.entries if e.took_place or e is self.running}
        for slot in slots:
            if slot.id in held.keys() & same:
                held[slot.id].slot = slot
        self.entries = [held[s.id] if s.id in held.keys() & same else Entry(s) for s in slots]

    def _begin(self, body: Mapping[str, Any], at: datetime.datetime) -> None:
        entry = self._entry(body)
        if entry is self.running:
            return
        now = self._without_pauses(at)
        self._stop(now)
        entry.dropped = entry.took_place = False
        self.ended_at = None
        self.running, self._run_began, self.since = entry, now, at
        self._began = self._began or now

    def _extend(self, body: Mapping[str, Any], _: datetime.datetime) -> None:
        entry, by = self._entry(body), int(body["by"])
        if entry.slot.minutes + entry.extra + by >= 1 and abs(entry.extra + by) <= LONGEST:
            entry.extra += by

    def _drop(self, body: Mapping[str, Any], at: datetime.datetime) -> None:
        entry = self._entry(body)
        if entry is self.running:
            self._stop(self._without_pauses(at))
        entry.dropped = True

    def _end(self, _: Mapping[str, Any], at: datetime.datetime) -> None:
        self._stop(self._without_pauses(at))
        self.ended_at = at

    def _stopped(self, _: Mapping[str, Any], at: datetime.datetime) -> None:
        self._paused_at = self._paused_at or at

    def _went_on(self, _: Mapping[str, Any], at: datetime.datetime) -> None:
        if self._paused_at is not None:
            self._paused += max(at - self._paused_at, _NOTHING)
            self._paused_at = None

    # -- what it says ------------------------------------------------------------------------

    @property
    def is_set(self) -> bool:
        """Return whether the timer has an agenda."""
        return bool(self.entries)

    @property
    def ended(self) -> bool:
        """Return whether the workshop ended, and no agenda was set since."""
        return self.ended_at is not None

    @property
    def is_under_way(self) -> bool:
        """Return whether a block has begun and the day is not over."""
        return not self.ended and any(e.took_place or e is self.running for e in self.entries)

    def at(self, moment: datetime.datetime) -> Reading:
        """Return the timer's values at a moment."""
        now = self._without_pauses(moment)
        back = moment - now  # from moments kept to those on the wall
        if not self.entries or self.ended:
            return Reading("ended" if self.entries else "none", None, 0, (), None, 0)
        began, running = self._began or now, self.running
        planned_end = began + _minutes(sum(e.slot.minutes for e in self.entries))
        free_from, left = now, 0
        if running is not None and self._run_began is not None:
            allowed = _minutes(running.slot.minutes + running.extra) - running.spent
            run_ends = self._run_began + allowed
            left = _whole_up(run_ends - now)
            free_from = max(now, run_ends)
        coming = self._coming(running)
        free = math.floor((planned_end - free_from) / _minutes(1))
        shares = share_out([e.slot for e in coming], [e.extra for e in coming], free)
        rest, starts = [], free_from
        for entry, minutes in zip(coming, shares, strict=True):
            rest.append(Coming(entry.slot, minutes, starts + back))
            starts += _minutes(minutes or 0)
        late = max(0, _whole_up(starts - planned_end))
        return Reading(self._state(left), running, left, tuple(rest), starts + back, late)

    @property
    def held(self) -> frozenset[str]:
        """Return the blocks that days of this workshop held which are over."""
        today = {e.slot.id for e in self.entries if e.took_place} | self._gone
        return self._held | today if self.ended else self._held

    def minutes(self) -> tuple[BlockTimes, ...]:
        """Return the record of all days of the workshop."""
        return self._earlier + self.record()

    def record(self) -> tuple[BlockTimes, ...]:
        """Return the planned and actual minutes of each block and break of this agenda.

        They are whole minutes. The block that still runs has no actual minutes yet.
        """
        if self._began is None:
            return ()
        return tuple(
            BlockTimes(
                block=e.slot.id,
                title=e.slot.title,
                planned=e.slot.minutes,
                actual=_rounded(e.spent) if e.spent and e is not self.running else None,
            )
            for e in self.entries
        )

    # -- parts of these ----------------------------------------------------------------------

    def _state(self, left: int) -> State:
        if self._paused_at is not None:
            return "paused"
        if self.running is None:
            return "waiting"
        return "over" if left <= 0 else "soon" if left <= SOON else "running"

    def _coming(self, running: Entry | None) -> list[Entry]:
        """Return the entries that are still to come; skipped ones do not come back."""
        last = max(
            (i for i, e in enumerate(self.entries) if e.took_place or e is running), default=-1
        )
        return [e for e in self.entries[last + 1 :] if not e.dropped]

    def _entry(self, body: Mapping[str, Any]) -> Entry:
        return {e.slot.id: e for e in self.entries}[str(body["block"])]

    def _stop(self, now: datetime.datetime) -> None:
        if self.running is not None and self._run_began is not None:
            self.running.spent += max(now - self._run_began, _NOTHING)
            self.running.took_place = True
        self.running = self._run_began = None

    def _without_pauses(self, at: datetime.datetime) -> datetime.datetime:
        return (self._paused_at or at) - self._paused


_DOES: dict[str, Callable[[Clock, Mapping[str, Any], datetime.datetime], None]] = {
    SET: Clock._set,
    BEGUN: Clock._begin,
    EXTENDED: Clock._extend,
    DROPPED: Clock._drop,
    ENDED: Clock._end,
    "paused": Clock._stopped,
    "resumed": Clock._went_on,
}


def share_out(slots: list[Slot], extra: list[int], free: int) -> list[int | None]:
    """Return the minutes of the coming blocks in `free` minutes; None: left out.

    No block becomes longer than planned. Where even the least minutes of those that are never left
    out do not fit, they have their least minutes, and the day ends later.
    """
    requested = [s.minutes + more for s, more in zip(slots, extra, strict=True)]
    least = [min(s.least, w) for s, w in zip(slots, requested, strict=True)]
    remaining = list(range(len(slots)))
    while True:
        if sum(requested[at] for at in remaining) <= free:
            found: list[int] | None = [requested[at] for at in remaining]
        else:
            chosen = [requested[at] for at in remaining]
            found = fit(chosen, [least[at] for at in remaining], chosen, max(free, 0))
        turns = [(turn, at) for at in remaining if (turn := slots[at].drop) is not None]
        if found is None and turns:
            remaining.remove(min(turns)[1])
            continue
        by_place = dict(zip(remaining, found or [least[at] for at in remaining], strict=True))
        return [by_place.get(at) for at in range(len(slots))]


def _minutes(count: int) -> datetime.timedelta:
    return datetime.timedelta(minutes=count)


def _whole_up(span: datetime.timedelta) -> int:
    return math.ceil(span / _minutes(1))


def _rounded(span: datetime.timedelta) -> int:
    """Return whole minutes, at least one for any time above zero."""
    return min(max(1, math.floor(span / _minutes(1) + 0.5)), LONGEST)


Row = Literal["held", "running", "coming", "left-out", "passed"]


@dataclass(frozen=True)
class Line:
    """One block in the list of the day."""

    id: str
    title: str
    state: Row
    timing: str
    """When it begins and how long it takes, or how long it took."""
    may_begin: bool
    may_drop: bool


@dataclass(frozen=True)
class Act:
    """An action that is possible now, and its effect on the day."""

    what: str
    """The kind of event that records it."""
    block: str
    label: str
    costs: tuple[str, ...] = ()


@dataclass(frozen=True)
class TimerText:
    """The timer at a moment, in words that a page or a notebook only displays."""

    state: State
    title: str
    left: str
    signal: str
    """The announcement when the state changes; empty while a block simply runs."""
    share: float
    """The share of the running block that is over, 0 to 1."""
    next: str
    ends: str
    changes: tuple[str, ...]
    """The differences from the agenda as it was planned."""
    acts: tuple[Act, ...]
    lines: tuple[Line, ...]


def timer_text(content: Content, clock: Clock, now: datetime.datetime) -> TimerText:
    """Return the timer's texts at a moment; times are in the time zone of `now`."""
    words, reading = content.words, clock.at(now)
    running = reading.running
    share = 0.0
    if running is not None:
        whole = running.slot.minutes + running.extra
        share = min(max(1 - reading.left / whole, 0.0), 1.0)
    return TimerText(
        state=reading.state,
        title=running.slot.title if running else words(f"agenda.timer-{_idle(clock, reading)}"),
        left=_left(words, reading),
        signal=_signal(words, reading),
        share=round(share, 3),
        next=_next(words, reading, now),
        ends=words("agenda.timer-ends", at=_at(reading.ends, now)) if reading.ends else "",
        changes=_changes(words, reading),
        acts=_acts(words, clock, reading, now),
        lines=tuple(_lines(words, clock, reading, now)),
    )


def _idle(clock: Clock, reading: Reading) -> str:
    """Return why no block runs: no agenda, not begun, between two blocks, or over."""
    if reading.state == "paused":
        return "paused"
    if reading.state in ("none", "ended"):
        return reading.state
    return "between" if any(e.took_place for e in clock.entries) else "waiting"


def _left(words: Words, reading: Reading) -> str:
    if reading.running is None:
        return ""
    if reading.state == "paused":
        return words("agenda.timer-paused")
    if reading.left < 0:
        return words("agenda.timer-over", n=-reading.left)
    if reading.left == 0:
        return words("agenda.timer-up")
    return words("agenda.timer-left", n=reading.left)


def _signal(words: Words, reading: Reading) -> str:
    if reading.running is None:
        return ""
    if reading.state == "soon":
        return words("agenda.signal-soon", title=reading.running.slot.title)
    if reading.state == "over":
        return words("agenda.signal-over", title=reading.running.slot.title)
    return ""


def _next(words: Words, reading: Reading, now: datetime.datetime) -> str:
    coming = next((c for c in reading.rest if c.minutes is not None), None)
    if coming is None:
        return words("agenda.timer-last") if reading.running else ""
    return words("agenda.timer-next", title=coming.slot.title, at=_at(coming.starts, now))


def _at(moment: datetime.datetime | None, now: datetime.datetime) -> str:
    """Return a time of day, in the time zone of `now`."""
    return f"{moment.astimezone(now.tzinfo):%H:%M}" if moment else ""


# -- what changes -------------------------------------------------------------------------------


def _changes(words: Words, reading: Reading) -> tuple[str, ...]:
    """Return the differences from the agenda as it was planned."""
    before: dict[str, int | None] = {c.slot.id: c.slot.minutes for c in reading.rest}
    return _differences(words, before, 0, reading.rest, reading.late)


def _differences(
    words: Words,
    before: dict[str, int | None],
    late: int,
    after: tuple[Coming, ...],
    now_late: int,
) -> tuple[str, ...]:
    given = []
    for coming in after:
        was, now = before.get(coming.slot.id, coming.slot.minutes), coming.minutes
        title = coming.slot.title
        if was is not None and now is None:
            given.append(words("agenda.cost-left-out", title=title))
        elif was is None and now is not None:
            given.append(words("agenda.cost-back", title=title, n=now))
        elif was is not None and now is not None and was != now:
            given.append(words("agenda.cost-minutes", title=title, was=was, n=now))
    if now_late > late:
        given.append(words("agenda.cost-later", n=now_late - late))
    elif now_late < late:
        given.append(words("agenda.cost-earlier", n=late - now_late))
    return tuple(given)


def _costs(
    words: Words, clock: Clock, before: Reading, kind: str, block: str, now: datetime.datetime
) -> tuple[str, ...]:
    after = clock.after(kind, act_body(clock, kind, block, now), now).at(now)
    shown = {c.slot.id: c.minutes for c in before.rest}
    given = _differences(words, shown, before.late, after.rest, after.late)
    ends = _at(after.ends, now)
    if after.late == before.late and ends != _at(before.ends, now):  # within the time planned
        given += (words("agenda.cost-ends", at=ends),)
    return given or (words("agenda.cost-nothing"),)


def act_body(clock: Clock, kind: str, block: str, now: datetime.datetime) -> dict[str, str | int]:
    """Return the body of the event that records an action.

    A block that is already over is extended from now on.
    """
    if kind == ENDED:
        return {}
    if kind != EXTENDED:
        return {"block": block}
    reading = clock.at(now)
    over = -reading.left if reading.running and reading.running.slot.id == block else 0
    return {"block": block, "by": MORE + max(over, 0)}


def _acts(words: Words, clock: Clock, reading: Reading, now: datetime.datetime) -> tuple[Act, ...]:
    """Return the actions that are possible now, the most likely one first."""
    found = []
    running, coming = reading.running, reading.next
    if coming is not None:
        key = "agenda.act-begin" if running is None else "agenda.act-next"
        found.append(Act(BEGUN, coming.id, words(key, title=coming.title)))
    if running is not None:
        name, title = running.slot.id, running.slot.title
        more = _costs(words, clock, reading, EXTENDED, name, now)
        found.append(Act(EXTENDED, name, words("agenda.act-more", n=MORE), more))
        if running.slot.drop is not None and coming is not None:
            given = _costs(words, clock, reading, DROPPED, name, now)
            found.append(Act(DROPPED, name, words("agenda.act-drop", title=title), given))
        if coming is None:
            found.append(Act(ENDED, "", words("agenda.act-end")))
    return tuple(found)


# -- the list of the day ------------------------------------------------------------------------


def _lines(words: Words, clock: Clock, reading: Reading, now: datetime.datetime) -> list[Line]:
    rest = {c.slot.id: c for c in reading.rest}
    lines = []
    for entry, times in zip(clock.entries, clock.record() or clock.entries, strict=True):
        slot, coming = entry.slot, rest.get(entry.slot.id)
        took = getattr(times, "actual", None)
        if entry is reading.running:
            state: Row = "running"
            given = words("agenda.line-running")
        elif coming is not None and coming.minutes is not None:
            state = "coming"
            given = words("agenda.line-coming", at=_at(coming.starts, now), n=coming.minutes)
        elif entry.took_place and not entry.dropped:
            state = "held"
            given = words("agenda.line-held", took=took or 0, n=slot.minutes)
        elif coming is not None or entry.dropped:
            state = "left-out"
            given = words("agenda.line-left-out")
        else:
            state = "passed"
            given = words("agenda.line-passed")
        open_ = reading.state not in ("none", "ended")
        drop = open_ and state == "coming" and slot.drop is not None
        lines.append(Line(slot.id, slot.title, state, given, open_ and state != "running", drop))
    return lines
