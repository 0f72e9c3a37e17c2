"""The timer: which block runs, what is left of it, and how screens say it."""

from __future__ import annotations

import copy
import datetime
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from workshop.answers.schema import BlockTimes
from workshop.content.items import Words
from workshop.content.loader import Content
from workshop.forms.agenda import LONGEST, Slot, fit, read_slot

SET, BEGUN, EXTENDED, DROPPED, ENDED = (
    "agenda-set",
    "block-begun",
    "block-extended",
    "block-dropped",
    "agenda-ended",
)
OWN = frozenset({SET, BEGUN, EXTENDED, DROPPED, ENDED})
"""Kinds of event that are the timer's own."""
MORE = 5
"""Minutes by which a block is made longer."""
SOON = 2
"""Minutes before its end from which a block is nearly over."""

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
    held: bool = False
    """Whether it was begun and has ended, or was left for another one."""
    spent: datetime.timedelta = field(default=_NOTHING)


@dataclass(frozen=True)
class Coming:
    """What a block still to come becomes. `minutes` is None where it is left out."""

    slot: Slot
    minutes: int | None
    starts: datetime.datetime


@dataclass(frozen=True)
class Reading:
    """What the timer shows at a moment."""

    state: State
    running: Entry | None
    left: int
    """Minutes left of the running block, begun ones counted whole; below 0 once it is over."""
    rest: tuple[Coming, ...]
    ends: datetime.datetime | None
    late: int
    """Minutes by which the day will end later than it was to."""

    @property
    def next(self) -> Slot | None:
        """The block to go on with."""
        return next((c.slot for c in self.rest if c.minutes is not None), None)


class Clock:
    """The timer of a session: what it was set to, and what happened since."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.wish: Mapping[str, Any] = {}
        self.running: Entry | None = None
        self.ended = False
        self._began: datetime.datetime | None = None
        self._run_began: datetime.datetime | None = None
        self._paused_at: datetime.datetime | None = None
        self._paused = _NOTHING
        """All moments here are kept as if the timer had never been paused: less this much."""

    @classmethod
    def of(cls, events: Iterable[Happened]) -> Clock:
        """Return the timer after these events; what makes no sense is passed over."""
        clock = cls()
        for event in events:
            clock.apply(event.kind, event.body, event.at)
        return clock

    def apply(self, kind: str, body: Mapping[str, Any], at: datetime.datetime) -> None:
        """Take one more event in."""
        if kind not in _DOES:
            return
        try:
            _DOES[kind](self, body, at)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            return

    def after(self, kind: str, body: Mapping[str, Any], at: datetime.datetime) -> Clock:
        """Return the timer as it would be after one more event; this one stays as it is."""
        clock = copy.deepcopy(self)
        clock.apply(kind, body, at)
        return clock

    # -- events ------------------------------------------------------------------------------

    def _set(self, body: Mapping[str, Any], _: datetime.datetime) -> None:
        slots = [read_slot(one) for one in body["slots"]]
        if not slots or len({s.id for s in slots}) < len(slots):
            raise ValueError("an agenda has blocks, each of them once")
        self.entries, self.wish = [Entry(s) for s in slots], dict(body.get("wish") or {})
        self.running = self._began = self._run_began = None
        self.ended = False

    def _begin(self, body: Mapping[str, Any], at: datetime.datetime) -> None:
        entry = self._entry(body)
        if entry is self.running:
            return
        now = self._without_pauses(at)
        self._stop(now)
        entry.dropped = entry.held = self.ended = False
        self.running, self._run_began = entry, now
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
        self.ended = True

    def _stopped(self, _: Mapping[str, Any], at: datetime.datetime) -> None:
        self._paused_at = self._paused_at or at

    def _went_on(self, _: Mapping[str, Any], at: datetime.datetime) -> None:
        if self._paused_at is not None:
            self._paused += max(at - self._paused_at, _NOTHING)
            self._paused_at = None

    # -- what it says ------------------------------------------------------------------------

    @property
    def is_set(self) -> bool:
        """Whether there is an agenda to follow."""
        return bool(self.entries)

    def at(self, moment: datetime.datetime) -> Reading:
        """Return what the timer shows at a moment."""
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

    def record(self) -> tuple[BlockTimes, ...]:
        """Return what each block was to take and what it took, whole minutes; breaks too.

        The block that still runs has not taken anything yet.
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
        """Return what is still to come, in its order: what was passed over does not come back."""
        last = max((i for i, e in enumerate(self.entries) if e.held or e is running), default=-1)
        return [e for e in self.entries[last + 1 :] if not e.dropped]

    def _entry(self, body: Mapping[str, Any]) -> Entry:
        return {e.slot.id: e for e in self.entries}[str(body["block"])]

    def _stop(self, now: datetime.datetime) -> None:
        if self.running is not None and self._run_began is not None:
            self.running.spent += max(now - self._run_began, _NOTHING)
            self.running.held = True
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
    """Return the minutes of blocks that are still to come in `free` minutes; None: left out.

    No block becomes longer than planned. Where even the least minutes of those that are never
    left out do not fit, they have their least minutes, and the day ends later.
    """
    wanted = [s.minutes + more for s, more in zip(slots, extra, strict=True)]
    least = [min(s.least, w) for s, w in zip(slots, wanted, strict=True)]
    kept = list(range(len(slots)))
    while True:
        if sum(wanted[at] for at in kept) <= free:
            found: list[int] | None = [wanted[at] for at in kept]
        else:
            chosen = [wanted[at] for at in kept]
            found = fit(chosen, [least[at] for at in kept], chosen, max(free, 0))
        turns = [(turn, at) for at in kept if (turn := slots[at].drop) is not None]
        if found is None and turns:
            kept.remove(min(turns)[1])
            continue
        by_place = dict(zip(kept, found or [least[at] for at in kept], strict=True))
        return [by_place.get(at) for at in range(len(slots))]


def _minutes(count: int) -> datetime.timedelta:
    return datetime.timedelta(minutes=count)


def _whole_up(span: datetime.timedelta) -> int:
    return math.ceil(span / _minutes(1))


def _rounded(span: datetime.timedelta) -> int:
    """Return whole minutes; what took any time at all took one."""
    return min(max(1, math.floor(span / _minutes(1) + 0.5)), LONGEST)


Row = Literal["held", "running", "coming", "left-out", "passed"]


@dataclass(frozen=True)
class Line:
    """One block in the list of the day."""

    id: str
    title: str
    state: Row
    told: str
    """When it begins and how long it takes, or how long it took."""
    may_begin: bool
    may_drop: bool


@dataclass(frozen=True)
class Act:
    """Something that may be done now, and what it would cost."""

    what: str
    """The kind of event that it is kept as."""
    block: str
    label: str
    costs: tuple[str, ...] = ()


@dataclass(frozen=True)
class TimerText:
    """The timer at a moment, in words. Plain values: a page or a notebook only sets them."""

    state: State
    title: str
    left: str
    signal: str
    """What is said aloud when the state changes; empty while a block simply runs."""
    share: float
    """How much of the running block is over, 0 to 1."""
    next: str
    ends: str
    changes: tuple[str, ...]
    """What is different now from the agenda as it was planned."""
    acts: tuple[Act, ...]
    lines: tuple[Line, ...]


def timer_text(content: Content, clock: Clock, now: datetime.datetime) -> TimerText:
    """Return what is said of the timer at a moment; times are those of its time zone."""
    say, reading = content.words, clock.at(now)
    running = reading.running
    share = 0.0
    if running is not None:
        whole = running.slot.minutes + running.extra
        share = min(max(1 - reading.left / whole, 0.0), 1.0)
    return TimerText(
        state=reading.state,
        title=running.slot.title if running else say(f"agenda.timer-{_idle(clock, reading)}"),
        left=_left(say, reading),
        signal=_signal(say, reading),
        share=round(share, 3),
        next=_next(say, reading, now),
        ends=say("agenda.timer-ends", at=_at(reading.ends, now)) if reading.ends else "",
        changes=_changes(say, reading),
        acts=_acts(say, clock, reading, now),
        lines=tuple(_lines(say, clock, reading, now)),
    )


def _idle(clock: Clock, reading: Reading) -> str:
    """Return why no block runs: no agenda, not begun, between two blocks, or over."""
    if reading.state == "paused":
        return "paused"
    if reading.state in ("none", "ended"):
        return reading.state
    return "between" if any(e.held for e in clock.entries) else "waiting"


def _left(say: Words, reading: Reading) -> str:
    if reading.running is None:
        return ""
    if reading.state == "paused":
        return say("agenda.timer-paused")
    if reading.left < 0:
        return say("agenda.timer-over", n=-reading.left)
    if reading.left == 0:
        return say("agenda.timer-up")
    return say("agenda.timer-left", n=reading.left)


def _signal(say: Words, reading: Reading) -> str:
    if reading.running is None:
        return ""
    if reading.state == "soon":
        return say("agenda.signal-soon", title=reading.running.slot.title)
    if reading.state == "over":
        return say("agenda.signal-over", title=reading.running.slot.title)
    return ""


def _next(say: Words, reading: Reading, now: datetime.datetime) -> str:
    coming = next((c for c in reading.rest if c.minutes is not None), None)
    if coming is None:
        return say("agenda.timer-last") if reading.running else ""
    return say("agenda.timer-next", title=coming.slot.title, at=_at(coming.starts, now))


def _at(moment: datetime.datetime | None, now: datetime.datetime) -> str:
    """Return a time of day, in the time zone of `now`."""
    return f"{moment.astimezone(now.tzinfo):%H:%M}" if moment else ""


# -- what changes -------------------------------------------------------------------------------


def _changes(say: Words, reading: Reading) -> tuple[str, ...]:
    """Return what is different from the agenda as it was planned."""
    before: dict[str, int | None] = {c.slot.id: c.slot.minutes for c in reading.rest}
    return _differences(say, before, 0, reading.rest, reading.late)


def _differences(
    say: Words,
    before: dict[str, int | None],
    late: int,
    after: tuple[Coming, ...],
    now_late: int,
) -> tuple[str, ...]:
    told = []
    for coming in after:
        was, now = before.get(coming.slot.id, coming.slot.minutes), coming.minutes
        title = coming.slot.title
        if was is not None and now is None:
            told.append(say("agenda.cost-left-out", title=title))
        elif was is None and now is not None:
            told.append(say("agenda.cost-back", title=title, n=now))
        elif was is not None and now is not None and was != now:
            told.append(say("agenda.cost-minutes", title=title, was=was, n=now))
    if now_late > late:
        told.append(say("agenda.cost-later", n=now_late - late))
    elif now_late < late:
        told.append(say("agenda.cost-earlier", n=late - now_late))
    return tuple(told)


def _costs(
    say: Words, clock: Clock, before: Reading, kind: str, block: str, now: datetime.datetime
) -> tuple[str, ...]:
    after = clock.after(kind, act_body(clock, kind, block, now), now).at(now)
    shown = {c.slot.id: c.minutes for c in before.rest}
    told = _differences(say, shown, before.late, after.rest, after.late)
    return told or (say("agenda.cost-nothing"),)


def act_body(clock: Clock, kind: str, block: str, now: datetime.datetime) -> dict[str, str | int]:
    """Return what is kept of an act; a block that is over already is made longer from now on."""
    if kind == ENDED:
        return {}
    if kind != EXTENDED:
        return {"block": block}
    reading = clock.at(now)
    over = -reading.left if reading.running and reading.running.slot.id == block else 0
    return {"block": block, "by": MORE + max(over, 0)}


def _acts(say: Words, clock: Clock, reading: Reading, now: datetime.datetime) -> tuple[Act, ...]:
    """Return what may be done now, what is most likely wanted first."""
    found = []
    running, coming = reading.running, reading.next
    if coming is not None:
        key = "agenda.act-begin" if running is None else "agenda.act-next"
        found.append(Act(BEGUN, coming.id, say(key, title=coming.title)))
    if running is not None:
        name, title = running.slot.id, running.slot.title
        more = _costs(say, clock, reading, EXTENDED, name, now)
        found.append(Act(EXTENDED, name, say("agenda.act-more", n=MORE), more))
        if running.slot.drop is not None and coming is not None:
            told = _costs(say, clock, reading, DROPPED, name, now)
            found.append(Act(DROPPED, name, say("agenda.act-drop", title=title), told))
        if coming is None:
            found.append(Act(ENDED, "", say("agenda.act-end")))
    return tuple(found)


# -- the list of the day ------------------------------------------------------------------------


def _lines(say: Words, clock: Clock, reading: Reading, now: datetime.datetime) -> list[Line]:
    rest = {c.slot.id: c for c in reading.rest}
    lines = []
    for entry, times in zip(clock.entries, clock.record() or clock.entries, strict=True):
        slot, coming = entry.slot, rest.get(entry.slot.id)
        took = getattr(times, "actual", None)
        if entry is reading.running:
            state: Row = "running"
            told = say("agenda.line-running")
        elif coming is not None and coming.minutes is not None:
            state = "coming"
            told = say("agenda.line-coming", at=_at(coming.starts, now), n=coming.minutes)
        elif entry.held and not entry.dropped:
            state = "held"
            told = say("agenda.line-held", took=took or 0, n=slot.minutes)
        elif coming is not None or entry.dropped:
            state = "left-out"
            told = say("agenda.line-left-out")
        else:
            state = "passed"
            told = say("agenda.line-passed")
        open_ = reading.state not in ("none", "ended")
        drop = open_ and state == "coming" and slot.drop is not None
        lines.append(Line(slot.id, slot.title, state, told, open_ and state != "running", drop))
    return lines
