"""One turn to write: several things that are kept together or not at all; and the ballot box.

A vote must not tell by its place in the file who gave it. Events stand in the order in which
they were appended, so a vote waits in a table of its own, the *box*, until its round is closed:
keyed by its ballot's random id, written over if the voter changes it, without a time. When the
round closes, the box is emptied into `voted` events in the order of those ids, all with the time
at which the round was opened. Both are in the session's file; a vote is in one of the two.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, Integer, MetaData, Table, Text, delete, insert, inspect, select
from sqlalchemy.engine import Connection

from workshop.session.store import Event, Store

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


class Turn:
    """What is written through it is on the disk once the turn is over, or nothing of it is."""

    def __init__(self, store: Store, connection: Connection, who: str) -> None:
        self._store, self._connection, self._who = store, connection, who
        self._has_box: bool | None = None
        self.events: list[Event] = []

    def note(self, kind: str, body: Mapping[str, Any], at: datetime.datetime | None = None) -> int:
        """Append an event, with another time than now if one is given; return its number."""
        event = self._store.append(self._connection, self._who, kind, body, at)
        self.events.append(event)
        return event.seq

    def put(self, question: str, number: int, ballot: str, body: Mapping[str, Any]) -> None:
        """Put a ballot into the box, in the place of what it held for this ballot."""
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

    def pour(self, question: str, number: int, at: datetime.datetime) -> int:
        """Turn the box of a round into `voted` events and return how many."""
        waiting = [b for b in in_box(self._connection) if b[:2] == (question, number)]
        for _, _, ballot, body in waiting:
            kept = {"question": question, "round": number, "ballot": ballot, **body}
            self.note("voted", kept, at)
            self.take_out(question, number, ballot)
        return len(waiting)

    def _box_is_there(self) -> bool:
        if self._has_box is None:
            self._has_box = inspect(self._connection).has_table(BOX.name)
        return self._has_box


def in_box(connection: Connection) -> list[tuple[str, int, str, Body]]:
    """Return what lies in the box: question, round, ballot and body, in the order of their ids."""
    if not inspect(connection).has_table(BOX.name):
        return []
    wanted = select(BOX).order_by(BOX.c.question, BOX.c.round, BOX.c.ballot)
    return [(r.question, r.round, r.ballot, json.loads(r.body)) for r in connection.execute(wanted)]
