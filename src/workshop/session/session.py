"""A session as its users see it: answers to read and to give, history, and the way back."""

from __future__ import annotations

import bisect
import datetime
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from pydantic import ValidationError

from workshop.model.answers import Answers
from workshop.model.check import unknown_ids
from workshop.model.content import load_content
from workshop.model.explain import problems_of
from workshop.model.problems import InputError, Problem, shorten
from workshop.session.replay import CHANGES, Address, State, replay, settle, split, standing
from workshop.session.store import Event, SessionError, Store
from workshop.session.turn import Turn, in_box
from workshop.session.votes import ROOM, votes_of, with_votes


@dataclass(frozen=True)
class Change:
    """One change of the answers: who, when, what it was and what it became.

    `what` is `answered`, `added`, `removed`, `moved`, `imported` or `followed`.
    """

    seq: int
    at: datetime.datetime
    who: str
    what: str
    address: Address
    was: Any
    now: Any
    undone: bool
    can_undo: bool


class Session:
    """What a team told so far, kept in one file that several programs may have open.

    Every change is in the file when the method that makes it returns. It raises `InputError` for
    a value that the schema refuses and `SessionError` if the file could not be written; in both
    cases nothing has changed, in the file or here.
    """

    def __init__(self, store: Store, who: str = "") -> None:
        self._store = store
        self._lock = threading.RLock()
        self.who = who
        self._events: list[Event] = []
        self._state = State()
        self._answers = Answers()
        self._voted: tuple[Answers, int, Answers] | None = None
        self.problems: tuple[str, ...] = ()
        self.refresh()

    @classmethod
    def open(cls, place: Path | str, *, who: str = "", create: bool = True) -> Self:
        """Return the session of a file, which is made if there is none and `create` is true.

        Raises `InputError` for what is no session or one of a newer kit, `SessionError` for one
        that cannot be opened now.
        """
        return cls(Store(Path(place), create=create), who)

    @property
    def place(self) -> str:
        """Where the session is kept."""
        return str(self._store.place)

    @property
    def read_only(self) -> bool:
        """Whether it can be read but not written."""
        return self._store.read_only

    @property
    def answers(self) -> Answers:
        """The answers; the same object until something changes."""
        return self._answers

    def answers_with_votes(self) -> Answers:
        """Return the answers, and what the room voted as far as it was revealed.

        The same object until something changes. Of votes on one question those of this session's
        own room count, and those of an imported file otherwise.
        """
        with self._lock:
            known = (self._answers, sum(e.kind in ROOM for e in self._events))
            if self._voted is None or self._voted[0] is not known[0] or self._voted[1] != known[1]:
                votes = votes_of(self._events, load_content())
                self._voted = (*known, with_votes(self._answers, votes))
            return self._voted[2]

    # -- reading ------------------------------------------------------------------------------

    def refresh(self) -> bool:
        """Read what others appended since; return whether there was anything."""
        with self._lock:
            last = self._events[-1].seq if self._events else 0
            if self._store.last() == last:
                return False
            self._learn(self._store.after(last))
            return True

    def _learn(self, events: list[Event]) -> None:
        """Take further events into the state."""
        if not events:
            return
        self._events += events
        if any(e.kind in CHANGES or e.kind == "undone" for e in events):
            self._state, odd = replay(self._events)
            answers, left_out = settle(self._state)
            if answers != self._answers:
                self._answers = answers
            told = [
                f"An entry could not be understood and is left out (number {e.seq})." for e in odd
            ]
            told += [f"A value that is not allowed is left out: {name}." for name in left_out]
            self.problems = tuple(told)

    def items(self, name: str) -> tuple[tuple[str, Mapping[str, Any]], ...]:
        """Return the items of `stages`, `decisions` or `earlier.became`: id and plain values."""
        return tuple(self._state.lists[name].items())

    def value(self, address: Address) -> Any:
        """Return the plain value at an address, None where nothing was told."""
        return self._state.value(tuple(address))

    def notes(self, kind: str) -> tuple[Event, ...]:
        """Return the events of a kind that is not about answers, in their order."""
        return tuple(e for e in self._events if e.kind == kind)

    def since(self, seq: int) -> tuple[Event, ...]:
        """Return every event after the one of a number, of whatever kind."""
        events = self._events
        return tuple(events[bisect.bisect_right(events, seq, key=lambda e: e.seq) :])

    def box(self) -> list[tuple[str, int, str, dict[str, Any]]]:
        """Return the ballots of rounds that are not closed: question, round, ballot, body."""
        with self._store.reading() as connection:
            return in_box(connection)

    def history(self) -> tuple[Change, ...]:
        """Return every change of the answers, the newest first."""
        gone, _ = standing(self._events)
        changes = [e for e in self._events if e.kind in CHANGES]
        return tuple(_change(e, e.seq in gone, not self.read_only) for e in reversed(changes))

    # -- writing ------------------------------------------------------------------------------

    def give(self, address: Address, value: Any) -> Change | None:
        """Keep an answer and return the change; None takes the answer away.

        Returns None if the answer is that already.
        """
        address = tuple(address)
        with self._lock:
            self.refresh()
            name, item, _ = split(address)
            if item is not None and item not in self._state.lists[name]:
                raise InputError([Problem("This entry is not there any more.", ".".join(address))])
            was = self.value(address)
            if was == value and type(was) is type(value):
                return None
            body = {"address": list(address), "value": value, "was": was}
            return self._change("answered", body)

    def add(self, name: str, values: Mapping[str, Any], after: str | None = None) -> str:
        """Add an item to a list, at its end or after another, and return its id."""
        body = {"list": name, "values": dict(values), **({"after": after} if after else {})}
        return str(self._change("added", body).seq)

    def remove(self, name: str, item: str) -> Change:
        """Take an item out of a list."""
        return self._change("removed", {"list": name, "item": item, "was": self._item(name, item)})

    def move(self, name: str, item: str, by: int) -> Change:
        """Move an item of a list down by so many places, or up if `by` is negative."""
        self._item(name, item)
        return self._change("moved", {"list": name, "item": item, "by": by})

    def import_answers(self, answers: Answers, source: str) -> Change:
        """Put a whole set of answers in the place of what was told; `source` says where from.

        Votes that the answers hold stay with them as they are, counted; they are no ballots of
        this session's room.
        """
        return self._change("imported", {"answers": answers.to_parameters(), "source": source})

    def follow(self, earlier: Answers) -> Change:
        """Open this session on an earlier workshop, whose decisions will be looked at first."""
        told = earlier.to_parameters()
        told.pop("earlier", None)
        return self._change("followed", {"answers": told})

    def note(self, kind: str, body: Mapping[str, Any]) -> int:
        """Keep something that is not an answer and return its number."""
        if kind in CHANGES or kind == "undone":
            raise ValueError(f"{kind} has a method of its own")
        return self._append(kind, body).seq

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        """One turn to write several things that are kept together or not at all.

        What others wrote before it is known inside it; what is written in it is known after it.
        """
        with self._lock:
            with self._store.writing() as connection:
                last = self._events[-1].seq if self._events else 0
                self._learn(self._store.after(last, connection))
                turn = Turn(self._store, connection, self.who)
                yield turn
            self._learn(turn.events)

    def fold_log(self) -> None:
        """Leave no trace in the log of the order in which the box was filled."""
        self._store.fold_log()

    def undo(self, seq: int | None = None) -> Change | None:
        """Take a change back, or bring back one that was taken back, and return it.

        Without a number: the last change of this `who` that still stands, None if there is none.
        """
        with self._lock:
            self.refresh()
            gone, by = standing(self._events)
            changes = {e.seq: e for e in self._events if e.kind in CHANGES}
            if seq is None:
                own = [e for e in changes.values() if e.who == self.who and e.seq not in gone]
                if not own:
                    return None
                seq = own[-1].seq
            if seq not in changes:
                raise InputError([Problem("There is no such change.", value=shorten(seq))])
            self._append("undone", {"seq": by.get(seq, seq)})
            return _change(changes[seq], seq not in gone, can_undo=True)

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()

    def _item(self, name: str, item: str) -> Mapping[str, Any]:
        found = self._state.lists[name].get(item)
        if found is None:
            raise InputError([Problem("This entry is not there any more.", f"{name}.{item}")])
        return found

    def _change(self, kind: str, body: Mapping[str, Any]) -> Change:
        return _change(self._append(kind, body), undone=False, can_undo=True)

    def _append(self, kind: str, body: Mapping[str, Any]) -> Event:
        """Check an event against what all others did before it, and write it."""
        _check_text(body)
        with self._lock:
            with self._store.writing() as connection:
                last = self._events[-1].seq if self._events else 0
                others = self._store.after(last, connection)
                if others:
                    self._learn(others)
                event = self._store.append(connection, self.who, kind, body)
                if kind in CHANGES:
                    _check(self._state, event)
            self._learn([event])
            return event


def _change(event: Event, undone: bool, can_undo: bool) -> Change:
    body = event.body
    address = tuple(body.get("address") or (body.get("list", ""), str(body.get("item", event.seq))))
    now = body.get("value", body.get("values"))
    return Change(
        event.seq, event.at, event.who, event.kind, address, body.get("was"), now, undone, can_undo
    )


def _check(state: State, event: Event) -> None:
    """Raise `InputError` if the answers would not be whole after an event."""
    after = state.copy()
    try:
        after.apply(event)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InputError([Problem("This cannot be kept as an answer.")]) from None
    data = after.plain()
    try:
        Answers.model_validate(data)
    except ValidationError as error:
        raise InputError(problems_of(error, data)) from None
    if problems := list(unknown_ids(data, load_content())):
        raise InputError(problems)


def _check_text(value: Any) -> None:
    """Raise `InputError` for text that no file can hold."""
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= c <= "\udfff" for c in value):
            message = "This text holds a character that cannot be kept."
            raise InputError([Problem(message, suggestion="Type it anew instead of pasting it.")])
    elif isinstance(value, Mapping):
        for key, part in value.items():
            _check_text(key)
            _check_text(part)
    elif isinstance(value, list | tuple):
        for part in value:
            _check_text(part)
    elif (isinstance(value, float) and value != value) or value in (float("inf"), float("-inf")):
        raise InputError([Problem("A number is expected here, one that has an end.")])


__all__ = ["Change", "Session", "SessionError"]
