"""Keep a session in a PostgreSQL database, as a schema of its own.

The address is `postgresql://user@host/database?session=NAME`. A password is best left to libpq's
own means (`PGPASSFILE`, `~/.pgpass`); one in the address is used and never shown.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from workshop.problems import InputError, Problem, need_extra, shorten
from workshop.session.store import LOCK_TIMEOUT, SessionError, Store

SCHEMES = ("postgresql", "postgres")
NAME = "workshop"
"""The session's name if the address has none."""
_PREFIX = "workshop_"


def is_server(place: str | Path) -> bool:
    """Return whether a place is an address of a database server rather than a file."""
    return str(place).partition("://")[0].lower() in SCHEMES and "://" in str(place)


def shown(place: str) -> str:
    """Return a place as people may see it: an address without its password.

    Raises `InputError` for an address that cannot be read.
    """
    if not is_server(place):
        return place
    address, name = _read(place)
    given = URL.create(
        "postgresql",
        address.username,
        host=address.host,
        port=address.port,
        database=address.database,
        query={"session": name},
    )
    return given.render_as_string()


class ServerStore(Store):
    """One session's schema in a database."""

    def __init__(self, place: str, *, create: bool = True) -> None:
        address, name = _read(place)
        super().__init__(shown(place))
        self._schema = _PREFIX + name
        digest = hashlib.sha256(self._schema.encode()).digest()
        self._key = int.from_bytes(digest[:8], "big", signed=True)
        self.connection = self._connect(address)
        try:
            with self._explained():
                self._open(create)
        except BaseException:
            self.close()
            raise

    def _connect(self, address: URL) -> Connection:
        settings = {
            "search_path": self._schema,
            "lock_timeout": f"{int(LOCK_TIMEOUT * 1000)}",
            "synchronous_commit": "on",
        }
        need_extra("postgresql", "A session in PostgreSQL", {"psycopg": "psycopg"})
        engine = create_engine(
            address,
            pool_size=1,
            max_overflow=0,
            isolation_level="READ COMMITTED",
            hide_parameters=True,
            connect_args={
                "connect_timeout": 10,
                "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
            },
        )
        with self._explained():
            try:
                return engine.connect()
            except BaseException:
                engine.dispose()
                raise

    def _open(self, create: bool) -> None:
        if not self._is_there():
            if not create:
                message = "There is no session of this name in the database."
                hint = "Begin one with “workshop lab”."
                raise InputError([Problem(message, suggestion=hint, where=self.place)])
            with self.transaction():
                self._run(f'CREATE SCHEMA IF NOT EXISTS "{self._schema}"')
        if not self._format():
            self._begin()
        with self.connection.begin():
            may = "has_table_privilege('events', 'INSERT') AND NOT pg_is_in_recovery()"
            self.read_only = not self.connection.execute(text(f"SELECT {may}")).scalar()

    def _is_there(self) -> bool:
        query = text("SELECT 1 FROM pg_namespace WHERE nspname = :name")
        with self.connection.begin():
            return self.connection.execute(query, {"name": self._schema}).scalar() is not None

    def _run(self, statement: str) -> None:
        self.connection.exec_driver_sql(statement).close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the session's write lock; everything written before is visible in it."""
        with self.connection.begin():
            self.connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": self._key})
            yield

    def back_up(self, found: int) -> str:
        """Copy all tables into another schema, within the upgrade's transaction."""
        taken = set(inspect(self.connection).get_schema_names())
        number, backup = 1, f"{self._schema}_format_{found}"
        while backup in taken:
            number += 1
            backup = f"{self._schema}_format_{found}_{number}"
        self._run(f'CREATE SCHEMA "{backup}"')
        for table in sorted(self._names()):
            self._run(f'CREATE TABLE "{backup}"."{table}" AS TABLE "{table}"')
        return backup

    def copy(self, to: Path) -> None:  # noqa: ARG002 (nothing is written there)
        """Raise an error, because a server's own tools copy its data."""
        raise SessionError(
            f"{self.place}: a session on a server is copied by the server's own backup, such as "
            "pg_dump. “workshop answers SESSION -o FILE” writes its answers."
        )

    def checkpoint(self, wait: bool = True) -> None:
        """Truncate an empty ballot box, so that dead rows show no order of arrival.

        The server's log and its backups are not covered.
        """
        if not wait:
            return
        with self._lock, self._explained(), self.transaction():
            if "ballots" in self._names():
                left = self.connection.execute(text("SELECT 1 FROM ballots LIMIT 1")).scalar()
                if left is None:
                    self._run("TRUNCATE ballots")

    def delete(self) -> None:
        """Drop the session's schema, and those of its backups."""
        with self._lock, self._explained(), self.transaction():
            for schema in self._schemas():
                self._run(f'DROP SCHEMA "{schema}" CASCADE')
        self.close()

    def files(self) -> list[str]:
        """Return the schemas that the session is kept in."""
        with self._lock, self._explained(), self.connection.begin():
            return self._schemas()

    def _schemas(self) -> list[str]:
        own = re.compile(re.escape(self._schema) + r"(_format_\d+(_\d+)?)?")
        names = inspect(self.connection).get_schema_names()
        return sorted(name for name in names if own.fullmatch(name))

    @property
    def folder(self) -> Path:
        """Return the folder for files that belong to the session: the current one."""
        return Path.cwd()

    def _explain(self, error: Exception) -> Exception:
        original = getattr(error, "orig", error)
        state = str(getattr(original, "sqlstate", "") or "")
        given = " ".join(str(original).split("\n")[0].split())
        if isinstance(error, DBAPIError) and (error.connection_invalidated or not state):
            message = _AWAY
        else:
            message = next((m for c, m in _MESSAGES.items() if state.startswith(c)), _OTHER)
        return SessionError(message.format(place=self.place, error=given))

    _READ_ONLY = (
        "{place}: this session can be read but not written with this user's rights. Nothing was "
        "changed. Ask whoever looks after the database, or use another user."
    )


def _read(place: str) -> tuple[URL, str]:
    """Return the address for the driver and the session's name.

    Raises `InputError`, which never repeats the address because it may contain a password.
    """
    form = "postgresql://user@host/database?session=name"
    try:
        address = make_url(place)
    except (ArgumentError, ValueError):
        raise InputError(
            [Problem("This address of a database cannot be read.", allowed=form)]
        ) from None
    given = address.query.get("session", NAME)
    name = given if isinstance(given, str) else given[-1]
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name) or "_format_" in name:
        allowed = "up to 40 small letters, digits and “_”, beginning with a letter"
        raise InputError(
            [Problem("No session can have this name.", "session", shorten(name), allowed)]
        )
    rest = {key: value for key, value in address.query.items() if key != "session"}
    if not address.database:
        raise InputError([Problem("The address names no database.", allowed=form)])
    return address.set(drivername="postgresql+psycopg", query=rest), name


_AWAY = (
    "{place}: the database server does not answer or does not let us in ({error}). What was saved "
    "before is safe. Look at its address, the user and the password; then try again."
)
_FULL = (
    "{place}: the database server has no room left, so this was not saved. What was saved before "
    "is safe. Make room there, then give the answer again."
)
_MESSAGES = {
    "55P03": "{place}: another program is writing to this session and does not let go. Nothing was "
    "changed. Close the other program, then try again.",
    "53": _FULL,
    "42501": ServerStore._READ_ONLY,
    "25006": ServerStore._READ_ONLY,
    "08": _AWAY,
    "28": _AWAY,
    "3D": _AWAY,
    "57P": _AWAY,
}
_OTHER = "{place}: the session could not be used ({error}). What was saved before is safe."
