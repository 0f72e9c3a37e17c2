"""A session of an older version of the kit: kept as it was in a backup, then brought up to date."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from workshop.session.store import ABOUT, FORMAT, Store

UPGRADES: dict[int, Callable[[Connection], None]] = {}
"""By the format that a session has: what makes the next one of it. Format 1 is the first."""


def upgrade(store: Store) -> str | None:
    """Bring a session to today's format and return where the backup of what it was is.

    All steps are one transaction: if one fails, the session stays what it was. Returns None if
    another program did all of it while this one waited.
    """
    with store.turn():
        connection = store.connection
        value = connection.execute(select(ABOUT.c.value).where(ABOUT.c.key == "format")).scalar()
        found = int(str(value))
        if found == FORMAT:
            return None
        backup = store.back_up(found)
        for number in range(found, FORMAT):
            UPGRADES[number](connection)
        row = update(ABOUT).where(ABOUT.c.key == "format").values(value=str(FORMAT))
        connection.execute(row)
    return backup
