"""Store a session's events: tables, transactions, and reading what is new."""

from __future__ import annotations

import datetime
import json
import re
import sqlite3
import threading
import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    Table,
    Text,
    delete,
    func,
    insert,
    inspect,
    select,
)
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from workshop.problems import InputError, Problem, SessionTrouble, shorten

FORMAT = 1
"""Number of the file's layout; an older file is upgraded, a newer one refused."""
KIT = "ml-ownership-workshop"
LOCK_TIMEOUT = 5.0
"""Seconds to wait for another program that is writing."""
UNREADABLE = "unreadable"
"""The kind of an event whose row cannot be read."""

META = MetaData()
ABOUT = Table("about", META, Column("key", Text, primary_key=True), Column("value", Text))
EVENTS = Table(
    "events",
    META,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),
    sqlite_autoincrement=True,
)


class SessionError(SessionTrouble):
    """The session cannot be read or written now: what happened, and what to do."""


@dataclass(frozen=True)
class Event:
    """One thing that happened. `seq` counts from 1; `at` is in UTC."""

    seq: int
    at: datetime.datetime
    who: str
    kind: str
    body: Mapping[str, Any]


def unknown_format(written: str, place: str) -> Problem:
    """Return the problem with a session in a format that cannot be upgraded."""
    message = "No version of the kit writes sessions of this format."
    hint = "Open a backup of it, or write its answers with the kit that made it."
    return Problem(message, "", shorten(written), f"{FORMAT}", hint, place)


class Store(ABC):
    """The place of one session; `read_only` if it can be read but not written."""

    _READ_ONLY: str
    """The message for people who want to write where they can only read."""
    OLD_AND_READ_ONLY = (
        "{place}: this session was written by an older version of the kit and has to be brought "
        "up to date, but it can only be read here. Nothing was changed. Copy it to a place of "
        "your own and open that."
    )

    def __init__(self, place: str) -> None:
        self.place = place
        """The session's place as people may see it, without a password."""
        self.read_only = False
        self.format = FORMAT
        """The number of the layout that was found; `Session.open` upgrades an older one."""
        self._lock = threading.RLock()
        self.connection: Connection

    # -- what each kind of store does in its own way --------------------------------------------

    @property
    def is_there(self) -> bool:
        """Return whether what is open is still at its place."""
        return True

    @abstractmethod
    def transaction(self) -> AbstractContextManager[None]:
        """Hold the write lock; everything written before is visible in it."""

    @abstractmethod
    def back_up(self, found: int) -> str:
        """Copy everything before an upgrade; return where the copy is."""

    @abstractmethod
    def copy(self, to: Path) -> None:
        """Write a complete copy of the session to a new file."""

    @abstractmethod
    def checkpoint(self, wait: bool = True) -> None:
        """Remove traces of the order in which deleted entries had arrived."""

    @abstractmethod
    def delete(self) -> None:
        """Delete the session for good."""

    @abstractmethod
    def files(self) -> list[str]:
        """Return everything that `delete` deletes, as people may see it."""

    @property
    @abstractmethod
    def folder(self) -> Path:
        """Return the folder for files that belong to the session."""

    @abstractmethod
    def _explain(self, error: Exception) -> Exception:
        """Return a database's error as one that says what a person can do."""

    # -- what all do alike ------------------------------------------------------------------------

    def _format(self) -> int:
        """Return the number of the file's layout; 0 for an empty file."""
        names = self._tables()
        if not names:
            return 0
        about = {}
        if {"about", "events"} <= names:
            with self.connection.begin():
                rows = self.connection.exec_driver_sql("SELECT * FROM about").all()
            about = {row[0]: row[-1] for row in rows}
        if about.get("kit") != KIT:
            message = "This file is a database of another program, not a session."
            raise InputError([Problem(message, where=str(self.place))])
        written = str(about.get("format"))
        found = int(written) if written.isdecimal() and len(written) < 10 else 0
        if found < 1:
            raise InputError([unknown_format(written, self.place)])
        if found > FORMAT:
            raise InputError(
                [
                    Problem(
                        f"This session was written by a newer version of the kit (its format is "
                        f"{found}, this version reads up to {FORMAT}).",
                        where=str(self.place),
                        suggestion="Install the newer kit: pip install --upgrade " + KIT,
                    )
                ]
            )
        self.format = found
        return found

    def _tables(self) -> set[str]:
        with self.connection.begin():
            return self._names()

    def _names(self) -> set[str]:
        return set(inspect(self.connection).get_table_names())

    def _begin(self) -> None:
        from workshop.files import __version__

        with self.transaction():
            META.create_all(self.connection)
            if self.connection.execute(select(ABOUT.c.key)).first() is None:
                about = {
                    "kit": KIT,
                    "format": str(FORMAT),
                    "version": __version__,
                    "id": str(uuid.uuid4()),
                    "made_on": _now().isoformat(timespec="seconds"),
                }
                rows = [{"key": key, "value": value} for key, value in about.items()]
                self.connection.execute(insert(ABOUT), rows)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a write transaction, which is on disk at its end or not at all.

        Raises `SessionError` if it could not be written; then nothing was.
        """
        with self._lock, self._explained():
            if self.read_only:
                raise SessionError(self._READ_ONLY.format(place=self.place))
            with self.transaction():
                yield self.connection

    def append(
        self,
        connection: Connection,
        who: str,
        kind: str,
        body: Mapping[str, Any],
        at: datetime.datetime | None = None,
    ) -> Event:
        """Append an event in a transaction and return it; its time is now by default."""
        at = at or _now()
        who = as_written(who)
        text = json.dumps(body, ensure_ascii=False, allow_nan=False)
        values = {"at": at.isoformat(timespec="milliseconds"), "who": who, "kind": kind}
        row = insert(EVENTS).values(body=text, **values)
        key = connection.execute(row).inserted_primary_key
        # read from what is written: what the caller does with its values changes nothing here
        return Event(int((key or (0,))[0]), at, who, kind, json.loads(text))

    def after(self, seq: int, connection: Connection | None = None) -> list[Event]:
        """Return the events after the event of number `seq`."""
        query = select(EVENTS).where(EVENTS.c.seq > seq).order_by(EVENTS.c.seq)
        if connection is not None:
            return [_read(row) for row in connection.execute(query)]
        with self.reading() as reading:
            return [_read(row) for row in reading.execute(query)]

    def last(self) -> int:
        """Return the number of the last event, 0 if there is none."""
        with self.reading() as reading:
            return int(reading.execute(select(func.max(EVENTS.c.seq))).scalar() or 0)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a read transaction, which sees the file at one moment."""
        with self._lock, self._explained(), self.connection.begin():
            yield self.connection

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn a database's errors into ones that say what a person can do."""
        try:
            yield
        except (DBAPIError, sqlite3.Error) as error:
            raise self._explain(error) from None

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            connection = getattr(self, "connection", None)
            if connection is not None:
                connection.close()
                connection.engine.dispose()


def _now() -> datetime.datetime:
    now = datetime.datetime.now(datetime.UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def _read(row: Any) -> Event:
    """Return an event from its row; an unreadable row gives an empty event."""
    who, kind = str(row.who), str(row.kind)
    try:
        f"{who}{kind}{row.body}".encode()
        body = json.loads(row.body)
        at = datetime.datetime.fromisoformat(row.at)
        at = at.astimezone(datetime.UTC) if at.tzinfo else at.replace(tzinfo=datetime.UTC)
        if isinstance(body, dict):
            return Event(row.seq, at, who, kind, body)
    except (ValueError, TypeError, OverflowError, RecursionError):
        pass
    never = datetime.datetime.min.replace(tzinfo=datetime.UTC)
    return Event(row.seq, never, as_written(who), UNREADABLE, {})


def as_written(who: str) -> str:
    """Return a name without characters that a file cannot keep.

    The system may give its user's name in bytes that are no text.
    """
    return who.replace("\0", "").encode("utf-8", "replace").decode()


Body = dict[str, Any]
BOX = Table(
    "ballots",
    MetaData(),
    Column("question", Text, primary_key=True),
    Column("round", Integer, primary_key=True),
    Column("ballot", Text, primary_key=True),
    Column("body", Text, nullable=False),
    # rows lie in the order of their random ids; a hidden row number would keep that of arrival
    sqlite_with_rowid=False,
)


class Transaction:
    """A write transaction: everything in it is on disk at its end, or nothing."""

    def __init__(self, store: Store, connection: Connection, who: str) -> None:
        self._store, self._connection, self._who = store, connection, who
        self._has_box: bool | None = None
        self.events: list[Event] = []

    def note(self, kind: str, body: Mapping[str, Any], at: datetime.datetime | None = None) -> int:
        """Append an event, at another time than now if given; return its number."""
        event = self._store.append(self._connection, self._who, kind, body, at)
        self.events.append(event)
        return event.seq

    def put(self, question: str, number: int, ballot: str, body: Mapping[str, Any]) -> None:
        """Put a ballot into the box, replacing an earlier one of the same id."""
        if not self._box_is_there():
            BOX.create(self._connection)
            self._has_box = True
        self.take_out(question, number, ballot)
        text = json.dumps(body, ensure_ascii=False, allow_nan=False)
        row = {"question": question, "round": number, "ballot": ballot, "body": text}
        self._connection.execute(insert(BOX).values(row))

    def take_out(self, question: str, number: int, ballot: str) -> bool:
        """Take a ballot out of the box; return whether it was there."""
        if not self._box_is_there():
            return False
        gone = delete(BOX).where(BOX.c.question == question, BOX.c.round == number)
        return self._connection.execute(gone.where(BOX.c.ballot == ballot)).rowcount > 0

    def close_ballots(self, question: str, number: int, at: datetime.datetime) -> int:
        """Turn the ballots of a round into `voted` events; return their number."""
        waiting = [b for b in in_box(self._connection) if b[:2] == (question, number)]
        for _, _, ballot, body in waiting:
            stored = {"question": question, "round": number, "ballot": ballot, **body}
            self.note("voted", stored, at)
            self.take_out(question, number, ballot)
        return len(waiting)

    def box(self) -> list[tuple[str, int, str, dict[str, Any]]]:
        """Return the ballots in the box now."""
        return in_box(self._connection)

    def _box_is_there(self) -> bool:
        if self._has_box is None:
            self._has_box = inspect(self._connection).has_table(BOX.name)
        return self._has_box


def in_box(connection: Connection) -> list[tuple[str, int, str, Body]]:
    """Return the ballots in the box, by question, round and ballot id."""
    if not inspect(connection).has_table(BOX.name):
        return []
    query = select(BOX).order_by(BOX.c.question, BOX.c.round, BOX.c.ballot)
    return [(r.question, r.round, r.ballot, json.loads(r.body)) for r in connection.execute(query)]


# -- where a room is open now ------------------------------------------------------------------

BEAT = 10.0
"""Seconds after which a room's server writes again where it is open."""
STALE = 35
"""Seconds after which such a record no longer counts: its server was killed."""
SERVING = Table(
    "serving",
    MetaData(),  # apart from a session's own tables, which every session has
    Column("address", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("at", Integer, nullable=False),
)
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]-]{1,255}")
_CODE = re.compile(r"[A-Z0-9]{4,12}")


@dataclass(frozen=True)
class Serving:
    """An open room: the address that people type, and the code to join.

    A record of it is no event, because it is true only for a while. The room's server removes it
    at the end, table and all, so that neither stays in a session that gets copied.
    """

    address: str
    code: str


def write_serving(connection: Connection, room: Serving | None) -> None:
    """Record where the room is open, in place of an earlier record; None: nowhere."""
    if room is None:
        SERVING.drop(connection, checkfirst=True)
        return
    SERVING.create(connection, checkfirst=True)
    connection.execute(delete(SERVING))
    row = {"address": room.address, "code": room.code, "at": _seconds(connection)}
    connection.execute(insert(SERVING).values(row))


def read_serving(connection: Connection) -> Serving | None:
    """Return where the room is open now, or None.

    An entry that cannot be a room's address is ignored, because it becomes a link.
    """
    if not inspect(connection).has_table(SERVING.name):
        return None
    row = connection.execute(select(SERVING)).first()
    if row is None or not isinstance(row.at, int):
        return None
    if not -STALE < _seconds(connection) - row.at < STALE:
        return None
    if not (_ADDRESS.fullmatch(str(row.address)) and _CODE.fullmatch(str(row.code))):
        return None
    return Serving(row.address, row.code)


def _seconds(connection: Connection) -> int:
    """Return the seconds of the database's clock.

    The clocks of two computers may differ.
    """
    now: datetime.datetime = connection.execute(select(func.current_timestamp())).scalar_one()
    return int((now if now.tzinfo else now.replace(tzinfo=datetime.UTC)).timestamp())
