"""The file behind a session: tables, transactions, and what to say when the disk refuses.

Everything that is particular to SQLite stands here.
"""

from __future__ import annotations

import datetime
import json
import os
import sqlite3
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    Table,
    Text,
    create_engine,
    func,
    insert,
    inspect,
    select,
)
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from workshop.model.problems import InputError, Problem, SessionTrouble, shorten

FORMAT = 1
"""Number of the file's layout; an older file is upgraded, a newer one refused."""
KIT = "ml-ownership-workshop"
PATIENCE = 5.0
"""Seconds to wait for another program that is writing."""
UNREADABLE = "unreadable"
"""The kind of an event whose row holds something else than an event."""

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
    """The session's file cannot be read or written now: what happened, and what to do."""


@contextmanager
def turn(connection: Connection) -> Iterator[None]:
    """Hold the file's one turn to write; what was written before it is seen in it."""
    with connection.begin():
        # the driver begins no transaction of its own, so a reader never waits for a writer
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield


@dataclass(frozen=True)
class Event:
    """One thing that happened. `seq` counts from 1; `at` is in UTC."""

    seq: int
    at: datetime.datetime
    who: str
    kind: str
    body: Mapping[str, Any]


class Store:
    """One session's file. `read_only` is True where it can be read but not written."""

    def __init__(self, place: Path, *, create: bool = True) -> None:
        self.place = place
        self.read_only = False
        self._lock = threading.RLock()
        if place.is_dir():
            raise InputError([Problem("This is a folder, not a session.", where=str(place))])
        if not place.exists() or (not create and not place.stat().st_size):
            self._may_begin(create)
        self._open()

    def _may_begin(self, create: bool) -> None:
        place = self.place
        if not create:
            hint = "Begin one with “workshop lab”."
            raise InputError([Problem("There is no session here.", "", "", "", hint, str(place))])
        if not place.parent.is_dir():
            message = "The folder of this session does not exist."
            raise InputError([Problem(message, where=str(place), suggestion="Make it first.")])

    def _open(self) -> None:
        from workshop.session.upgrade import upgrade

        existed = self.place.exists() and self.place.stat().st_size > 0
        self._connection = self._connect("rwc")
        try:
            with self._telling():
                try:
                    found = self._format() if existed else 0
                    # only now: a file of another program stays as it is
                    self._set_up()
                    if not found:
                        self._begin()
                    elif found < FORMAT:
                        upgrade(self._connection, self.place)
                except DBAPIError as error:
                    if not _code(error).startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN")):
                        raise
                    self._reopen_to_read(error)
            if existed and not os.access(self.place, os.W_OK):
                self.read_only = True
        except BaseException:
            self.close()
            raise

    def _connect(self, mode: str) -> Connection:
        address = f"{self.place.absolute().as_uri()}?mode={mode}"

        def connect() -> sqlite3.Connection:
            made = sqlite3.connect(
                address, uri=True, timeout=PATIENCE, check_same_thread=False, isolation_level=None
            )
            # damaged text is found out row by row and must not keep the others from being read
            made.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
            return made

        engine = create_engine("sqlite+pysqlite://", creator=connect, poolclass=StaticPool)
        with self._telling():
            try:
                return engine.connect()
            except BaseException:
                engine.dispose()
                raise

    def _set_up(self) -> None:
        """One writer and many readers, and a commit that is on the disk when it returns."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                with self._connection.begin():
                    self._connection.exec_driver_sql("PRAGMA journal_mode=WAL").close()
                break
            except DBAPIError as error:
                # two programs that open a new file at once: here SQLite does not wait by itself
                if not _code(error).startswith("SQLITE_BUSY") or time.monotonic() > until:
                    raise
                time.sleep(0.01)
        with self._connection.begin():
            self._connection.exec_driver_sql("PRAGMA synchronous=FULL").close()
            # What is taken out of the ballot box is written over, not only forgotten.
            self._connection.exec_driver_sql("PRAGMA secure_delete=ON").close()

    def _format(self) -> int:
        """Return the number of the file's layout; 0 if nothing has begun in it."""
        from workshop.session.upgrade import UPGRADES

        names = self._tables()
        if not names:
            return 0
        about = {}
        if {"about", "events"} <= names:
            with self._connection.begin():
                rows = self._connection.exec_driver_sql("SELECT * FROM about").all()
            about = {row[0]: row[-1] for row in rows}
        if about.get("kit") != KIT:
            message = "This file is a database of another program, not a session."
            raise InputError([Problem(message, where=str(self.place))])
        written = str(about.get("format"))
        found = int(written) if written.isdecimal() and len(written) < 10 else 0
        if found < FORMAT and found not in UPGRADES:
            message = "No version of the kit writes sessions of this format."
            hint = "Open a backup of it, or write its answers with the kit that made it."
            where = str(self.place)
            raise InputError([Problem(message, "", shorten(written), f"{FORMAT}", hint, where)])
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
        return found

    def _tables(self) -> set[str]:
        with self._connection.begin():
            return set(inspect(self._connection).get_table_names())

    def _begin(self) -> None:
        from workshop import __version__

        with turn(self._connection):
            META.create_all(self._connection)
            if self._connection.execute(select(ABOUT.c.key)).first() is None:
                about = {
                    "kit": KIT,
                    "format": str(FORMAT),
                    "version": __version__,
                    "id": str(uuid.uuid4()),
                    "made_on": _now().isoformat(timespec="seconds"),
                }
                rows = [{"key": key, "value": value} for key, value in about.items()]
                self._connection.execute(insert(ABOUT), rows)

    def _reopen_to_read(self, error: DBAPIError) -> None:
        """Open a file that cannot be written, so that at least it can be read."""
        if not self.place.exists():
            raise error
        self.close()
        self.read_only = True
        log = self.place.with_name(self.place.name + "-wal")
        self._connection = self._connect("ro" if log.exists() else "ro&immutable=1")
        found = self._format()
        if not found:
            raise error
        if found < FORMAT:
            raise SessionError(_OLD_AND_READ_ONLY.format(place=self.place))

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One turn to write: what is inserted in it is on the disk once it is over, or not at all.

        Raises `SessionError` if it could not be written; then nothing was.
        """
        with self._lock, self._telling():
            if self.read_only:
                raise SessionError(_READ_ONLY.format(place=self.place))
            with turn(self._connection):
                yield self._connection

    def append(
        self,
        connection: Connection,
        who: str,
        kind: str,
        body: Mapping[str, Any],
        at: datetime.datetime | None = None,
    ) -> Event:
        """Add an event in a turn to write and return it; its time is now if none is given."""
        at = at or _now()
        who = as_written(who)
        text = json.dumps(body, ensure_ascii=False, allow_nan=False)
        values = {"at": at.isoformat(timespec="milliseconds"), "who": who, "kind": kind}
        row = insert(EVENTS).values(body=text, **values)
        key = connection.execute(row).inserted_primary_key
        # read from what is written: what the caller does with its values changes nothing here
        return Event(int((key or (0,))[0]), at, who, kind, json.loads(text))

    def after(self, seq: int, connection: Connection | None = None) -> list[Event]:
        """Return the events that were appended after the one of number `seq`."""
        wanted = select(EVENTS).where(EVENTS.c.seq > seq).order_by(EVENTS.c.seq)
        if connection is not None:
            return [_read(row) for row in connection.execute(wanted)]
        with self.reading() as reading:
            return [_read(row) for row in reading.execute(wanted)]

    def last(self) -> int:
        """Return the number of the last event, 0 if there is none."""
        with self.reading() as reading:
            return int(reading.execute(select(func.max(EVENTS.c.seq))).scalar() or 0)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One look at the file, at one moment of it."""
        with self._lock, self._telling(), self._connection.begin():
            yield self._connection

    def fold_log(self) -> None:
        """Bring what lies in the log into the file and empty the log, if nobody reads just now."""
        with self._lock, self._telling():
            self._connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").close()
            self._connection.commit()

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Turn what the database says into what a person can do about it."""
        try:
            yield
        except (DBAPIError, sqlite3.Error) as error:
            code = _code(error)
            message = next((m for c, m in _MESSAGES.items() if code.startswith(c)), _OTHER)
            words = message.format(place=self.place, error=getattr(error, "orig", error))
            if code.startswith("SQLITE_NOTADB"):
                raise InputError([Problem(words)]) from None
            raise SessionError(words) from None

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            connection = getattr(self, "_connection", None)
            if connection is not None:
                connection.close()
                connection.engine.dispose()


_READ_ONLY = (
    "{place}: this session can be read but not written: the file or its folder is read-only. "
    "Nothing was changed. Make it writable, or copy the file to a folder of your own and open that."
)
_OLD_AND_READ_ONLY = (
    "{place}: this session was written by an older version of the kit and has to be brought up to "
    "date, but the file or its folder is read-only. Nothing was changed. Copy the file to a folder "
    "of your own and open that."
)
_MESSAGES = {
    "SQLITE_BUSY": "{place}: another program is writing to this session and does not let go. "
    "Nothing was changed. Close the other program (a backup, a sync client), then try again.",
    "SQLITE_LOCKED": "{place}: another program is writing to this session and does not let go. "
    "Nothing was changed. Close the other program (a backup, a sync client), then try again.",
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_FULL": "{place}: the disk is full, so this was not saved. What was saved before is "
    "safe. Make room on the disk, then give the answer again.",
    "SQLITE_NOTADB": "{place}: this is not a session: it is another kind of file, or its "
    "beginning is damaged. It was left as it is. Open a backup of it, or begin a new session.",
    "SQLITE_CORRUPT": "{place}: this session's file is damaged and was left as it is. Save a copy "
    "of it, then open your latest backup; “workshop answers” may still read the damaged one.",
    "SQLITE_CANTOPEN": "{place}: the session cannot be opened here: the folder does not let us "
    "write. Choose another folder.",
    "SQLITE_IOERR": "{place}: the disk does not answer ({error}). What was saved before is safe. "
    "If the folder is on a network drive, copy the session to this computer.",
}
_OTHER = "{place}: the session's file could not be used ({error}). What was saved before is safe."


def _code(error: Exception) -> str:
    original = getattr(error, "orig", error)
    return str(getattr(original, "sqlite_errorname", "") or "")


def _now() -> datetime.datetime:
    now = datetime.datetime.now(datetime.UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def _read(row: Any) -> Event:
    """Return an event from its row; one that cannot be read keeps its place and says nothing."""
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
    """Return a name as a file can hold it: the system may name its user in bytes of no text."""
    return who.replace("\0", "").encode("utf-8", "replace").decode()
