"""Keep a session in a SQLite file."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from workshop.problems import InputError, Problem
from workshop.session.store import LOCK_TIMEOUT, SessionError, Store

_PAGE = 64 * 1024
"""The most bytes of a page, or of what SQLite adds at once to a file beside it."""


class FileStore(Store):
    """One session's file."""

    _READ_ONLY = (
        "{place}: this session can be read but not written: the file or its folder is read-only. "
        "Nothing was changed. Make it writable, or copy the file to a folder of your own and open "
        "that."
    )

    def __init__(self, place: Path, *, create: bool = True) -> None:
        super().__init__(str(place))
        self._path = place
        self._file: tuple[int, int] | None = None
        if place.is_dir():
            raise InputError([Problem("This is a folder, not a session.", where=str(place))])
        if not place.exists() or (not create and not place.stat().st_size):
            self._may_begin(create)
        self._open()

    def _may_begin(self, create: bool) -> None:
        place = self._path
        if not create:
            hint = "Begin one with “workshop lab”."
            raise InputError([Problem("There is no session here.", "", "", "", hint, str(place))])
        folder = place.absolute().parent
        if not folder.parent.is_dir():  # more than its own folder is missing: most often a slip
            message = "The folder of this session does not exist."
            hint = f"Make {folder.parent} first, or look at the path."
            raise InputError([Problem(message, where=str(place), suggestion=hint)])
        folder.mkdir(exist_ok=True)

    def _open(self) -> None:
        existed = self._path.exists() and self._path.stat().st_size > 0
        self.connection = self._connect("rwc")
        try:
            with self._explained():
                try:
                    found = self._format() if existed else 0
                    # only now: a file of another program stays as it is
                    self._set_up()
                    if not found:
                        self._begin()
                except DBAPIError as error:
                    if not _code(error).startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN")):
                        raise
                    self._reopen_to_read(error)
            if existed and not os.access(self._path, os.W_OK):
                self.read_only = True
            self._file = self._found()
        except BaseException:
            self.close()
            raise

    def _connect(self, mode: str) -> Connection:
        address = f"{self._path.absolute().as_uri()}?mode={mode}"

        def connect() -> sqlite3.Connection:
            made = sqlite3.connect(
                address,
                uri=True,
                timeout=LOCK_TIMEOUT,
                check_same_thread=False,
                isolation_level=None,
            )
            # damaged text is found out row by row and must not keep the others from being read
            made.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
            return made

        engine = create_engine("sqlite+pysqlite://", creator=connect, poolclass=StaticPool)
        with self._explained():
            try:
                return engine.connect()
            except BaseException:
                engine.dispose()
                raise

    def _set_up(self) -> None:
        """Set up one writer, many readers, and commits that are on disk on return."""
        until = time.monotonic() + LOCK_TIMEOUT
        while True:
            try:
                with self.connection.begin():
                    self.connection.exec_driver_sql("PRAGMA journal_mode=WAL").close()
                break
            except DBAPIError as error:
                # two programs that open a new file at once: here SQLite does not wait by itself
                if not _code(error).startswith("SQLITE_BUSY") or time.monotonic() > until:
                    raise
                time.sleep(0.01)
        with self.connection.begin():
            self.connection.exec_driver_sql("PRAGMA synchronous=FULL").close()
            # What is taken out of the ballot box is written over, not only forgotten.
            self.connection.exec_driver_sql("PRAGMA secure_delete=ON").close()

    def _reopen_to_read(self, error: DBAPIError) -> None:
        """Open a file that cannot be written for reading only."""
        if not self._path.exists():
            raise error
        self.close()
        self.read_only = True
        log = self._path.with_name(self._path.name + "-wal")
        self.connection = self._connect("ro" if log.exists() else "ro&immutable=1")
        if not self._format():
            raise error

    def _found(self) -> tuple[int, int] | None:
        """Return by which numbers the system knows our file, if it is there."""
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    @property
    def is_there(self) -> bool:
        """Return whether the file that is open is still at its place."""
        return self._file is None or self._found() == self._file

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the file's write lock; everything written before is visible in it.

        Raises `SessionError` if the file is gone: what is written would be lost with this program.
        """
        if not self.is_there:
            raise SessionError(_GONE.format(place=self.place))
        with self.connection.begin():
            # the driver begins no transaction of its own, so a reader never waits for a writer
            self.connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield

    def back_up(self, found: int) -> str:
        """Copy the file with its log to a new file beside it; return its path."""
        place = self._path
        number, backup = 1, place.with_name(f"{place.name}.format-{found}.backup")
        while backup.exists():
            number += 1
            backup = place.with_name(f"{place.name}.format-{found}.backup-{number}")
        with closing(sqlite3.connect(place)) as old, closing(sqlite3.connect(backup)) as new:
            old.backup(new)
            # one file, without a log beside it
            new.execute("PRAGMA journal_mode=DELETE").close()
        return str(backup)

    def copy(self, to: Path) -> None:
        """Write a complete copy of the session to a new file, even while in use."""
        if to.exists():
            message = "There is a file of this name already, and nothing is written over."
            raise InputError([Problem(message, where=str(to), suggestion="Name another file.")])
        if not to.absolute().parent.is_dir():
            message = "The folder for the copy does not exist."
            raise InputError([Problem(message, where=str(to), suggestion="Make the folder first.")])
        with self._lock, self._explained():
            try:
                with self._to_read() as old, closing(sqlite3.connect(to)) as new:
                    old.backup(new)
                    # one file, without a log beside it and without the address of a room
                    new.execute("PRAGMA journal_mode=DELETE").close()
                    new.execute("DROP TABLE IF EXISTS serving").close()
                    new.commit()
                    new.execute("VACUUM").close()
            except sqlite3.Error as error:
                to.unlink(missing_ok=True)
                full = "full" in str(error)
                hint = "Make room on the disk, then try again." if full else "Choose another place."
                raise SessionError(
                    f"{to}: the copy could not be written ({error}). {hint}"
                ) from None

    @contextmanager
    def _to_read(self) -> Iterator[sqlite3.Connection]:
        """Open the file once more; if it is gone, the open one still has everything."""
        if self.is_there:
            address = f"{self._path.absolute().as_uri()}?mode=ro"
            with closing(sqlite3.connect(address, uri=True)) as read:
                yield read
        else:
            kept = self.connection.connection.driver_connection
            assert isinstance(kept, sqlite3.Connection)  # noqa: S101 (made in `_connect`)
            yield kept

    def checkpoint(self, wait: bool = True) -> None:
        """Write the log into the file, and empty it if nobody is reading."""
        mode = "TRUNCATE" if wait else "PASSIVE"
        with self._lock, self._explained(), self.connection.begin():  # ended also if it fails
            self.connection.exec_driver_sql(f"PRAGMA wal_checkpoint({mode})").close()

    def delete(self) -> None:
        """Close the file and delete it, with its log and backups of older formats."""
        self.close()
        for path in self.files():
            Path(path).unlink(missing_ok=True)

    def files(self) -> list[str]:
        """Return every file that the session is kept in."""
        place = self._path
        beside = [place.with_name(place.name + end) for end in ("-wal", "-shm", "-journal")]
        backups = sorted(place.parent.glob(f"{place.name}.format-*.backup*"))
        return [str(path) for path in (place, *beside, *backups) if path.exists()]

    @property
    def folder(self) -> Path:
        """Return the folder for files that belong to the session: its own."""
        return self._path.absolute().parent

    def _is_full(self) -> bool:
        """Return whether there is no room on the disk for a page of the file."""
        try:
            return shutil.disk_usage(self.folder).free < _PAGE
        except OSError:
            return False

    def _explain(self, error: Exception) -> Exception:
        code = _code(error)
        if code.startswith("SQLITE_IOERR") and self._is_full():
            code = "SQLITE_FULL"  # SQLite says so only where the file itself has to grow
        message = next((m for c, m in _MESSAGES.items() if code.startswith(c)), _OTHER)
        words = message.format(place=self.place, error=getattr(error, "orig", error))
        if code.startswith("SQLITE_NOTADB"):
            return InputError([Problem(words)])
        return SessionError(words)


class MemoryStore(FileStore):
    """A session in memory, for one program only."""

    def __init__(self) -> None:
        Store.__init__(self, ":memory:")
        self._path, self._file = Path(), None
        self.connection = self._connect("memory")
        self._begin()

    def _connect(self, mode: str) -> Connection:  # noqa: ARG002
        def connect() -> sqlite3.Connection:
            return sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)

        return create_engine("sqlite+pysqlite://", creator=connect, poolclass=StaticPool).connect()

    def delete(self) -> None:
        """Close the session; nothing of it is kept."""
        self.close()

    def files(self) -> list[str]:
        """Return nothing, because there is no file."""
        return []


_MESSAGES = {
    "SQLITE_BUSY": "{place}: another program is writing to this session and does not let go. "
    "Nothing was changed. Close the other program (a backup, a sync client), then try again.",
    "SQLITE_LOCKED": "{place}: another program is writing to this session and does not let go. "
    "Nothing was changed. Close the other program (a backup, a sync client), then try again.",
    "SQLITE_READONLY": FileStore._READ_ONLY,
    "SQLITE_FULL": "{place}: the disk is full, and nothing more can be saved. What was saved "
    "before is safe. Make room on the disk, then try again.",
    "SQLITE_NOTADB": "{place}: this is not a session: it is another kind of file, or its "
    "beginning is damaged. It was left as it is. Open a backup of it, or begin a new session.",
    "SQLITE_CORRUPT": "{place}: this session's file is damaged and was left as it is. Save a copy "
    "of it, then open your latest backup; “workshop answers” may still read the damaged one.",
    "SQLITE_CANTOPEN": "{place}: the session cannot be opened here: the folder does not let us "
    "write. Choose another folder.",
    "SQLITE_IOERR": "{place}: the disk does not answer ({error}). What was saved before is safe. "
    "If the folder is on a network drive, copy the session to this computer.",
}
_GONE = (
    "{place}: this file is gone. Somebody, or a program that synchronises folders, has moved or "
    "deleted it while it was open. Nothing is kept any more. Put it back, or save a copy, which "
    "has everything up to now."
)
_OTHER = "{place}: the session's file could not be used ({error}). What was saved before is safe."


def _code(error: Exception) -> str:
    original = getattr(error, "orig", error)
    return str(getattr(original, "sqlite_errorname", "") or "")
