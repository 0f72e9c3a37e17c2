"""A session of an older version of the kit: kept as it was in a backup, then brought up to date."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from workshop.session.store import ABOUT, FORMAT, turn

UPGRADES: dict[int, Callable[[Connection], None]] = {}
"""By the format that a file has: what makes the next one of it. Format 1 is the first."""


def upgrade(connection: Connection, place: Path) -> Path | None:
    """Bring a file to today's format and return the backup of what it was.

    All steps are one transaction: if one fails, the file stays what it was. Returns None if
    another program did all of it while this one waited.
    """
    with turn(connection):
        value = connection.execute(select(ABOUT.c.value).where(ABOUT.c.key == "format")).scalar()
        found = int(str(value))
        if found == FORMAT:
            return None
        backup = _copy(place, found)
        for number in range(found, FORMAT):
            UPGRADES[number](connection)
        row = update(ABOUT).where(ABOUT.c.key == "format").values(value=str(FORMAT))
        connection.execute(row)
    return backup


def _copy(place: Path, found: int) -> Path:
    """Copy a session with what lies in its log, beside it, over nothing that is there."""
    number, backup = 1, place.with_name(f"{place.name}.format-{found}.backup")
    while backup.exists():
        number += 1
        backup = place.with_name(f"{place.name}.format-{found}.backup-{number}")
    with closing(sqlite3.connect(place)) as old, closing(sqlite3.connect(backup)) as new:
        old.backup(new)
        # one file, without a log beside it
        new.execute("PRAGMA journal_mode=DELETE").close()
    return backup
