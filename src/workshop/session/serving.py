"""Record where a session's room is open now, for everybody who reads it.

This is no event, because it is true only for a while. The room's server writes it every `BEAT`
seconds and removes it at the end, table and all, so that neither the address nor the code stays in
a session that gets copied. A room that was killed cannot remove it, so it expires after `STALE`
seconds.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from sqlalchemy import Column, Integer, MetaData, Table, Text, delete, func, insert, inspect, select
from sqlalchemy.engine import Connection

BEAT = 10.0
STALE = 35
SERVING = Table(
    "serving",
    MetaData(),
    Column("address", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("at", Integer, nullable=False),
)
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]-]{1,255}")
_CODE = re.compile(r"[A-Z0-9]{4,12}")


@dataclass(frozen=True)
class Serving:
    """An open room: the address that people type, and the code to join."""

    address: str
    code: str


def write(connection: Connection, room: Serving | None) -> None:
    """Record where the room is open, in place of an earlier record; None: nowhere."""
    if room is None:
        SERVING.drop(connection, checkfirst=True)
        return
    SERVING.create(connection, checkfirst=True)
    connection.execute(delete(SERVING))
    row = {"address": room.address, "code": room.code, "at": _now(connection)}
    connection.execute(insert(SERVING).values(row))


def read(connection: Connection) -> Serving | None:
    """Return where the room is open now, or None.

    An entry that cannot be a room's address is ignored, because it becomes a link.
    """
    if not inspect(connection).has_table(SERVING.name):
        return None
    row = connection.execute(select(SERVING)).first()
    if row is None or not isinstance(row.at, int):
        return None
    if not -STALE < _now(connection) - row.at < STALE:
        return None
    if not (_ADDRESS.fullmatch(str(row.address)) and _CODE.fullmatch(str(row.code))):
        return None
    return Serving(row.address, row.code)


def _now(connection: Connection) -> int:
    """Return the seconds of the database's clock.

    The clocks of two computers may differ.
    """
    now: datetime.datetime = connection.execute(select(func.current_timestamp())).scalar_one()
    return int((now if now.tzinfo else now.replace(tzinfo=datetime.UTC)).timestamp())
