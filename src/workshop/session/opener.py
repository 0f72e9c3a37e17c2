"""Open a session's store, and upgrade an older format after a backup."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from workshop.problems import InputError
from workshop.session.postgresql import ServerStore, is_server
from workshop.session.sqlite import FileStore
from workshop.session.store import ABOUT, FORMAT, SessionError, Store, unknown_format

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
