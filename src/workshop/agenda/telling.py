"""The timer in words: what every screen that shows it says, and what a change would cost."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal

from workshop.agenda.clock import (
    BEGUN,
    DROPPED,
    ENDED,
    EXTENDED,
    MORE,
    Clock,
    Coming,
    Reading,
    State,
)
from workshop.model.content import Content
from workshop.model.words import Words

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
class Telling:
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


def tell(content: Content, clock: Clock, now: datetime.datetime) -> Telling:
    """Return what is said of the timer at a moment; times are those of its time zone."""
    say, reading = content.words, clock.at(now)
    running = reading.running
    share = 0.0
    if running is not None:
        whole = running.slot.minutes + running.extra
        share = min(max(1 - reading.left / whole, 0.0), 1.0)
    return Telling(
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
