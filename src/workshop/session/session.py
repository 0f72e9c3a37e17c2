"""Read and change a session: answers, history and undo."""

from __future__ import annotations

import bisect
import copy
import datetime
import math
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

import yaml
from pydantic import ValidationError
from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from workshop.answers.intake import marked, trimmed
from workshop.answers.reading import unknown_ids
from workshop.answers.schema import Answers, as_compared
from workshop.content.loader import Content, load_content
from workshop.forms.agenda import Clock
from workshop.problems import InputError, Problem, near, problems_of, shorten
from workshop.session.postgresql import ServerStore, is_server
from workshop.session.replay import (
    CHANGES,
    ODD,
    TIMED,
    Address,
    State,
    clock_of,
    replay,
    settle,
    split,
    standing,
    with_minutes,
)
from workshop.session.sqlite import FileStore, MemoryStore
from workshop.session.store import (
    ABOUT,
    FORMAT,
    UNREADABLE,
    Event,
    Serving,
    SessionError,
    Store,
    Transaction,
    as_written,
    in_box,
    read_serving,
    unknown_format,
    write_serving,
)
from workshop.session.voting import KINDS_OF_ROOM, votes_of, with_votes

if TYPE_CHECKING:
    from pandas import DataFrame

MAX_DEPTH = 40
MAX_DIGITS = 300
"""The most digits of a number; the schema allows far fewer."""


def plain(value: Any, name: str = "", depth: int = 0) -> Any:
    """Return a copy of a value as JSON keeps it.

    Dates become text; tuples and arrays become lists. Raises `InputError` with the answer's name
    for a value that a file cannot keep.
    """
    if hasattr(type(value), "tolist"):  # numbers and arrays of numpy and pandas
        value = value.tolist()
    if depth > MAX_DEPTH:
        raise InputError([Problem(f"Values are nested more than {MAX_DEPTH} deep here.", name)])
    if isinstance(value, str):
        if "\0" not in value and not any("\ud800" <= c <= "\udfff" for c in value):
            return str(value)
        hint = "Type it anew instead of pasting it."
        message = "This text holds a character that cannot be kept."
        raise InputError([Problem(message, name, suggestion=hint)])
    if isinstance(value, Mapping):
        if all(isinstance(key, str) for key in value):
            inner = ((plain(k, name), v) for k, v in value.items())
            return {k: plain(v, name, depth + 1) for k, v in inner}
        message = "A name is text here."
    elif isinstance(value, list | tuple):
        return [plain(v, name, depth + 1) for v in value]
    elif isinstance(value, float) and not math.isfinite(value):
        message = "A number is expected here, one that has an end."
    elif isinstance(value, int) and abs(value) >= 10**MAX_DIGITS:
        message = "This number is too large to be kept."
    elif value is None or isinstance(value, bool | int | float):
        return value
    elif isinstance(value, datetime.date):
        return value.isoformat()
    else:
        message = "This cannot be kept as an answer."
    raise InputError([Problem(message, name, shorten(value))])


def validate(state: State, event: Event, content: Content) -> tuple[State, Answers]:
    """Return state and answers after an event.

    Raises `InputError` if the answers would not be valid.
    """
    after = state.copy()
    try:
        after.apply(event)
    except ODD:
        name = ".".join(map(str, event.body.get("address", ())))
        raise InputError([Problem("This cannot be kept as an answer.", name)]) from None
    data = after.plain()
    try:
        answers = Answers.model_validate(data)
    except ValidationError as error:
        raise InputError(problems_of(error, data, Answers)) from None
    problems = list(unknown_ids(data, content))
    if strange := _strange(data, answers.to_parameters()):
        # an edited file may hold some from before, which must not keep others from writing
        then = state.plain()
        known = _strange(then, Answers.model_validate(then).to_parameters())
        problems += [p for p in strange if p not in known]
    if problems:
        raise InputError(problems)
    return after, answers


def _strange(data: Any, stored: Any, name: str = "") -> list[Problem]:
    """Return problems for names that the schema accepts but nobody asks for.

    One such name is `if_` for `if`.
    """
    found: list[Problem] = []
    if isinstance(data, Mapping):
        for key, value in data.items():
            full = f"{name}.{key}" if name else key
            if key in stored:
                found += _strange(value, stored[key], full)
            elif value not in (None, {}, []):
                message = "No answer has this name."
                found.append(Problem(message, full, "", ", ".join(stored), near(key, stored)))
    elif isinstance(data, list):
        for number, (one, other) in enumerate(zip(data, stored, strict=True)):
            found += _strange(one, other, f"{name}.{number}")
    return found


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
    """The answers of a team, in one file that several programs may have open.

    Every change is in the file when the method that makes it returns. It raises `InputError` for a
    value that the schema refuses and `SessionError` if the file could not be written; in both cases
    nothing has changed, in the file or here.
    """

    def __init__(self, store: Store, who: str = "", content: Content | None = None) -> None:
        self._store = store
        self.content = load_content() if content is None else content
        """The content that the answers are checked against."""
        self._lock = threading.RLock()
        self.who = who
        self._events: list[Event] = []
        self._state = State()
        self._answers = Answers()
        self._voted: tuple[Answers, int, Answers] | None = None
        self._validated: tuple[Event, State, Answers] | None = None
        """The change in this transaction with its validated result, to adopt it."""
        self.problems: tuple[str, ...] = ()
        try:
            self.refresh()
        except BaseException:
            store.close()
            raise

    @classmethod
    def open(
        cls,
        place: Path | str,
        *,
        who: str = "",
        create: bool = True,
        content: Content | None = None,
    ) -> Self:
        """Return the session at a place; create it if there is none and `create` is true.

        `place` is a file's path, or `postgresql://user@host/database?session=name`; its answers are
        checked against `content`, by default the kit's own.

        Raises `InputError` for a place that is no session or one of a newer kit, `SessionError` for
        one that cannot be opened now.
        """
        return cls(open_store(place, create=create), who, content)

    @classmethod
    def in_memory(cls, answers: Answers | None = None, content: Content | None = None) -> Self:
        """Return a session with these answers that is in memory only."""
        store = MemoryStore()
        made = cls(store, "", content)
        weakref.finalize(made, store.close)
        if answers is not None and answers != Answers():
            made.import_answers(answers, "")
        return made

    @property
    def persistent(self) -> bool:
        """Return whether it outlasts this program, and others may write to it."""
        return not isinstance(self._store, MemoryStore)

    @property
    def place(self) -> str:
        """Return where the session is kept, without any password."""
        return self._store.place

    @property
    def folder(self) -> Path:
        """Return the folder for files that belong to the session."""
        return self._store.folder

    def files(self) -> list[str]:
        """Return everything that `delete` deletes: files, or schemas of a database."""
        return self._store.files()

    def delete(self) -> None:
        """Delete the session for good; copies and backups elsewhere stay."""
        self._store.delete()

    @property
    def is_there(self) -> bool:
        """Return whether the session's file is still where it was opened."""
        return self._store.is_there

    @property
    def read_only(self) -> bool:
        """Return whether the session can be read but not written."""
        return self._store.read_only

    @property
    def answers(self) -> Answers:
        """Return the answers; the same object until something changes."""
        return self._answers

    def answers_with_votes(self) -> Answers:
        """Return the answers with the revealed votes and the timer's minutes.

        Returns the same object until something changes. Votes of this session's own room replace
        those of an imported file on the same question; so do the minutes of its timer.
        """
        with self._lock:
            known = (self._answers, sum(e.kind in KINDS_OF_ROOM | TIMED for e in self._events))
            if self._voted is None or self._voted[0] is not known[0] or self._voted[1] != known[1]:
                votes = votes_of(self._events, self.content)
                voted = with_votes(self._answers, votes)
                self._voted = (*known, with_minutes(voted, self._events))
            return self._voted[2]

    # -- reading ------------------------------------------------------------------------------

    def refresh(self) -> bool:
        """Read the events that others appended; return whether there were any."""
        with self._lock:
            last = self._events[-1].seq if self._events else 0
            if self._store.last() == last:
                return False
            self._learn(self._store.after(last))
            return True

    def _learn(self, events: list[Event]) -> None:
        """Apply further events to the state."""
        if not events:
            return
        self._events += events
        kinds = {e.kind for e in events}
        if not kinds & _REPORTED:
            return
        if self._validated is not None and [e for e in events if e.kind in _REPORTED] == [
            self._validated[0]
        ]:
            _, self._state, answers = self._validated
        elif "undone" in kinds or self.problems:
            self._state, answers, self.problems = _after(self.content, self._events)
        else:
            self._state, answers, self.problems = _after(self.content, events, self._state)
        if answers != self._answers:
            self._answers = answers

    def items(self, name: str) -> tuple[tuple[str, Mapping[str, Any]], ...]:
        """Return the id and plain values of each item of a list.

        `name` is `stages`, `decisions` or `earlier.became`.
        """
        items = self._state.lists[name].items()
        return tuple((item, copy.deepcopy(values)) for item, values in items)

    def value(self, address: Address) -> Any:
        """Return the plain value at an address, or None if it was not answered."""
        return self._state.value(_steps(address))

    def notes(self, kind: str) -> tuple[Event, ...]:
        """Return the events of a kind that is not about answers, in order."""
        return tuple(e for e in self._events if e.kind == kind)

    def clock(self) -> Clock:
        """Return the timer after this session's events."""
        return clock_of(self._events)

    def since(self, seq: int) -> tuple[Event, ...]:
        """Return every event after a number, of any kind."""
        events = self._events
        return tuple(events[bisect.bisect_right(events, seq, key=lambda e: e.seq) :])

    def box(self) -> list[tuple[str, int, str, dict[str, Any]]]:
        """Return the ballots of open rounds: question, round, ballot id and body."""
        with self._store.reading() as connection:
            return in_box(connection)

    def history(self) -> tuple[Change, ...]:
        """Return every change of the answers, the newest first."""
        gone, _ = standing(self._events)
        changes = [e for e in self._events if e.kind in CHANGES]
        return tuple(_change(e, e.seq in gone, not self.read_only) for e in reversed(changes))

    def to_frame(self) -> DataFrame:
        """Return every answer with who gave it and when, as a pandas frame.

        The index is the answer's name. `workshop.session.frames.ANSWERS` describes the columns.
        """
        from workshop.session.frames import answers_frame

        return answers_frame(self._events, self._answers)

    def votes_frame(self, by: Literal["choice", "role", "table", "facts"] = "choice") -> DataFrame:
        """Return the revealed votes as a pandas frame.

        It shows no more than the room's own page of results: roles and names only as chosen before
        the vote, and no group that is smaller than the room's limit. `by` gives a row to each
        choice, to each role or table of a choice, or to each fact that was given with a vote.
        """
        from workshop.session.frames import votes_frame

        return votes_frame(self.answers_with_votes(), self.content, by)

    # -- writing ------------------------------------------------------------------------------

    def give(self, address: Address, value: Any) -> Change | None:
        """Keep an answer and return the change; None removes the answer.

        Returns None if the answer has that value already.
        """
        address = _steps(address)
        value = plain(value, ".".join(address))
        with self._lock:
            self.refresh()
            if self._is_current(address, value):
                return None
            with self.transaction() as transaction:
                # another program may have been quicker
                if self._is_current(address, value):
                    return None
                body = {"address": list(address), "value": value, "was": self.value(address)}
                return self._write(transaction, "answered", body)

    def _is_current(self, address: Address, value: Any) -> bool:
        """Return whether an address has this value."""
        name, item, _ = split(address)
        if item is not None:
            self._item(name, item)
        was = self.value(address)
        return was == value and type(was) is type(value)

    def add(self, name: str, values: Mapping[str, Any], after: str | None = None) -> str:
        """Add an item to a list, at its end or after another, and return its id."""
        body = {"list": name, "values": plain(values, name), **({"after": after} if after else {})}
        with self.transaction() as transaction:
            return str(self._write(transaction, "added", body).seq)

    def remove(self, name: str, item: str) -> Change:
        """Remove an item from a list."""
        with self.transaction() as transaction:
            body = {"list": name, "item": item, "was": self._item(name, item)}
            return self._write(transaction, "removed", body)

    def move(self, name: str, item: str, by: int) -> Change:
        """Move an item of a list down by so many places, or up if `by` is negative."""
        with self.transaction() as transaction:
            self._item(name, item)
            return self._write(transaction, "moved", {"list": name, "item": item, "by": by})

    def record(self, values: Mapping[str, Any]) -> str:
        """Record a decision, once, and return its id; it may still be open.

        A decision in the same words, or one that sets the same answers to the same values, is
        updated with these values. Any other is added, even if it contradicts an existing one.
        """
        given = {name: value for name, value in plain(values, "decisions").items() if value}
        with self._lock:
            self.refresh()
            item = self._recorded(given)
            if item is None:
                return self.add("decisions", given)
            stored = self._item("decisions", item)
            same = as_compared(stored["decision"]) == as_compared(given.pop("decision"))
            if not same and stored.get("chosen"):  # in words of its own, which say more
                given.pop("chosen", None)
            if "sets" in given:
                given["sets"] = {**(stored.get("sets") or {}), **given["sets"]}
            data = {"decisions": [{**stored, **given}]}
            try:
                Answers.model_validate(data)
            except ValidationError as error:
                raise InputError(problems_of(error, data, Answers)) from None
            for name, value in given.items():
                self.give(("decisions", item, name), value)
            return item

    def _recorded(self, given: Mapping[str, Any]) -> str | None:
        """Return the decision of the same words, or the last one that sets the same."""
        items, words = self.items("decisions"), as_compared(given["decision"])
        same = [i for i, stored in items if as_compared(str(stored.get("decision", ""))) == words]
        sets: Mapping[str, Any] = given.get("sets", {})
        same += [
            i
            for i, stored in reversed(items)
            if sets
            and all((stored.get("sets") or {}).get(name) == value for name, value in sets.items())
        ]
        return same[0] if same else None

    def import_answers(self, answers: Answers, source: str) -> Change:
        """Replace all answers; `source` says where the new ones come from.

        Counted votes in the answers are kept as they are; they are no ballots of this session's
        room.
        """
        body = {"answers": answers.to_parameters(), "source": plain(source)}
        with self.transaction() as transaction:
            return self._write(transaction, "imported", body)

    def follow(self, earlier: Answers) -> Change:
        """Continue an earlier workshop, whose decisions are reviewed first."""
        given = earlier.to_parameters()
        given.pop("earlier", None)
        with self.transaction() as transaction:
            return self._write(transaction, "followed", {"answers": given})

    def note(self, kind: str, body: Mapping[str, Any]) -> int:
        """Keep an event that is not about answers, and return its number."""
        if kind in CHANGES or kind == "undone":
            raise ValueError(f"{kind} has a method of its own")
        with self.transaction() as transaction:
            return transaction.note(kind, plain(body, kind))

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Open a transaction, in which several things are kept together or not at all.

        The session knows what others wrote before it, and afterwards what was written in it.
        """
        with self._lock:
            try:
                with self._store.writing() as connection:
                    last = self._events[-1].seq if self._events else 0
                    self._learn(self._store.after(last, connection))
                    transaction = Transaction(self._store, connection, self.who)
                    yield transaction
                self._learn(transaction.events)
            finally:
                self._validated = None

    def serve(self, room: Serving | None) -> None:
        """Record where the session's room is open now; None: nowhere."""
        with self._lock, self._store.writing() as connection:
            write_serving(connection, room)

    def served(self) -> Serving | None:
        """Return where the session's room is open now; None if closed or unknown."""
        try:
            with self._store.reading() as connection:
                return read_serving(connection)
        except SessionError:
            return None

    def copy(self, to: Path | str) -> None:
        """Write a complete copy of the session to a new file, even while in use.

        Raises `InputError` if there is a file already, `SessionError` if it cannot be written.
        """
        self._store.copy(Path(to))

    def checkpoint(self, wait: bool = True) -> None:
        """Remove the order in which ballots arrived from the store's log."""
        self._store.checkpoint(wait)

    def undo(self, seq: int | None = None) -> Change | None:
        """Undo a change, or redo one that was undone, and return it.

        Without a number: the last change of this `who` that is not undone; None if there is none. A
        change that another program undid or redid a moment before is left as it is. Raises
        `InputError` if the answers would not be valid without the change.
        """
        with self._lock:
            seen, _ = standing(self._events)
            self.refresh()
            if seq is None and self._last_own() is None:
                return None
            with self.transaction() as transaction:
                number = self._last_own() if seq is None else seq
                if number is None:
                    return None
                changes = {e.seq: e for e in self._events if e.kind in CHANGES}
                if number not in changes:
                    raise InputError([Problem("There is no such change.", value=shorten(seq))])
                gone, by = standing(self._events)
                take_back = number not in seen
                if take_back == (number not in gone):
                    transaction.note("undone", {"seq": by.get(number, number)})
                    self._check_undone(transaction.events)
                return _change(changes[number], take_back, can_undo=True)

    def _last_own(self) -> int | None:
        gone, _ = standing(self._events)
        who = as_written(self.who)
        own = (e for e in reversed(self._events) if e.kind in CHANGES and e.who == who)
        return next((e.seq for e in own if e.seq not in gone), None)

    def _check_undone(self, events: list[Event]) -> None:
        """Raise `InputError` if these events would make more answers invalid."""
        _, _, problems = _after(self.content, [*self._events, *events])
        if not set(problems) <= set(self.problems):
            message = "After what was answered since, this would leave the answers incomplete."
            raise InputError([Problem(message, suggestion="Take that back first.")])

    def close(self) -> None:
        """Close the session's file."""
        self._store.close()

    def _item(self, name: str, item: str) -> Mapping[str, Any]:
        found = self._state.lists.get(name, {}).get(item)
        if found is None:
            raise InputError([Problem("This entry is not there any more.", f"{name}.{item}")])
        return found

    def _write(self, transaction: Transaction, kind: str, body: Mapping[str, Any]) -> Change:
        """Write a change, checked against everything that others wrote before it."""
        transaction.note(kind, body)
        event = transaction.events[-1]
        state, answers = validate(self._state, event, self.content)
        # of a session that holds what cannot be read, more has to be left out than this knows of
        self._validated = None if self.problems else (event, state, answers)
        return _change(event, undone=False, can_undo=True)


_REPORTED = CHANGES | {"undone", UNREADABLE}


def _after(
    content: Content, events: list[Event], state: State | None = None
) -> tuple[State, Answers, tuple[str, ...]]:
    """Return state and answers after these events, and messages on what is left out."""
    state, odd = replay(events, state)
    answers, left_out = settle(state, content)
    given = [f"An entry could not be understood and is left out (number {e.seq})." for e in odd]
    given += [f"A value that is not allowed is left out: {shorten(name)}." for name in left_out]
    return state, answers, tuple(given)


def _steps(address: Address) -> Address:
    """Return an address as it is kept.

    Raises `InputError` for one that is not valid.
    """
    steps = tuple(plain(list(address)))
    if not steps or not all(isinstance(step, str) for step in steps):
        raise InputError([Problem("This is no place of an answer.", value=shorten(address))])
    return steps


def _change(event: Event, undone: bool, can_undo: bool) -> Change:
    body = event.body
    given = body.get("address")
    if not isinstance(given, list):
        given = [body.get("list", ""), body.get("item", event.seq)]
    address = tuple(map(str, given))
    now = body.get("value", body.get("values"))
    return Change(
        event.seq, event.at, event.who, event.kind, address, body.get("was"), now, undone, can_undo
    )


_BREAKS = "\r\x85\u2028\u2029"


class _Writer(yaml.SafeDumper):
    """A YAML writer that writes text of several lines as an editable block."""

    # A control character is written as \x07, since the reader takes \a for a slip of who typed it.
    ESCAPE_REPLACEMENTS: ClassVar[dict[str, str]] = {  # type: ignore[misc]
        sign: letter
        for sign, letter in yaml.SafeDumper.ESCAPE_REPLACEMENTS.items()
        if letter not in "abefv0"
    }

    def write_double_quoted(self, text: str, split: bool = True) -> None:
        """Write text in quotes; on one line where a hard space could begin another."""
        super().write_double_quoted(text, split and "\u00a0" not in text)


def _text(writer: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = None
    if any(c in value for c in _BREAKS) or trimmed(value) != value.strip(" \n\t"):
        style = '"'  # YAML reads these as the end of a line and would lose which it was
    elif " \u00a0" in value or "\n\u00a0" in value:
        style = '"'  # at the beginning of a line the reader takes a hard space for indentation
    elif "\n" in value:
        style = "|"
    return writer.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Writer.add_representer(str, _text)


def answers_text(session: Session) -> str:
    """Return the session's answers and votes as the text of an answers file.

    Reading it gives the session's answers again, whatever people typed.
    """
    given = session.answers_with_votes().to_parameters()
    history = session.history()
    head = f"# Answers of the session “{_line(Path(session.place).name)}”"
    if history:
        head += f", as of {history[0].at:%Y-%m-%d %H:%M} UTC"
    body = yaml.dump(
        marked(given),
        Dumper=_Writer,
        sort_keys=False,
        allow_unicode=True,
        width=96,
        default_flow_style=False,
    )
    return f"{head}\n\n{body if given else ''}"


_CALLED_BY = {"decisions": "decision", "stages": "name", "earlier.became": "decision"}
"""The field of a list's items by which people know them."""


def history_lines(session: Session) -> Iterator[str]:
    """Yield a line for each change: who, what and when, the oldest first."""
    changes = session.history()
    # items have the words of then: those they came with, until somebody changes them
    known: dict[Address, dict[str, Any]] = {
        (name, item): dict(v) for name in _CALLED_BY for item, v in session.items(name)
    }
    for what, given in (("removed", "was"), ("added", "now")):
        found = ((c.address, getattr(c, given)) for c in changes if c.what == what)
        known |= {address: dict(v) for address, v in found if isinstance(v, Mapping)}
    for change in reversed(changes):
        undone = " (taken back)" if change.undone else ""
        who = _line(change.who) or "somebody"
        yield f"{change.at:%Y-%m-%d %H:%M:%S} UTC  {who}: {_what(change, known)}{undone}"
        item, rest = _item_of(change)
        if item in known and rest and not change.undone:
            known[item][rest[-1]] = change.now


def _item_of(change: Change) -> tuple[Address, Address]:
    """Return the item of a list that a change is about, and what of it was changed."""
    if change.what != "answered" or not change.address:
        return change.address, ()
    name, item, rest = split(change.address)
    return (name, item or ""), rest


def _what(change: Change, known: Mapping[Address, Mapping[str, Any]]) -> str:
    item, rest = _item_of(change)
    values = known.get(item, {})
    words = values.get(_CALLED_BY.get(item[0], "")) or values.get("stage") if values else None
    name = _line(".".join(change.address))
    if words:
        name = ", ".join([f"{item[0]} “{_line(str(words))}”", *rest])
    if change.what == "answered":
        return f"{name}: {_value(change.was)} → {_value(change.now)}"
    if change.what in ("added", "removed", "moved"):
        return f"{name}: {change.what}"
    return f"answers {change.what}"


def _value(value: Any) -> str:
    return "not answered" if value is None else shorten(value)


def _line(words: str) -> str:
    return shorten(words, 120)


# -- opening, and upgrading an older format ------------------------------------------------------

UPGRADES: dict[int, Callable[[Connection], None]] = {}
"""Functions that upgrade a session from a format to the next, by format."""


def open_store(place: Path | str, *, create: bool = True) -> Store:
    """Return the store of a session in today's format; create one if there is none.

    Raises `InputError` for a place that is no session, or one in an unknown or newer format;
    `SessionError` for one that cannot be opened or upgraded now.
    """
    store: Store
    if is_server(place):
        store = ServerStore(str(place), create=create)
    else:
        store = FileStore(Path(place), create=create)
    try:
        if store.format < FORMAT:
            upgrade(store)
    except BaseException:
        store.close()
        raise
    return store


def upgrade(store: Store) -> str | None:
    """Upgrade a session to today's format; return where its backup is.

    All steps are one transaction: if one fails, the session does not change. Returns None if
    another program did the upgrade meanwhile.
    """
    if store.format not in UPGRADES:
        raise InputError([unknown_format(str(store.format), store.place)])
    if store.read_only:
        raise SessionError(store.OLD_AND_READ_ONLY.format(place=store.place))
    with store.writing() as connection:
        value = connection.execute(select(ABOUT.c.value).where(ABOUT.c.key == "format")).scalar()
        found = int(str(value))
        if found == FORMAT:
            return None
        backup = store.back_up(found)
        for number in range(found, FORMAT):
            UPGRADES[number](connection)
        row = update(ABOUT).where(ABOUT.c.key == "format").values(value=str(FORMAT))
        connection.execute(row)
    store.format = FORMAT
    return backup
