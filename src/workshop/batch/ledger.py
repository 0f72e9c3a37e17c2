"""The ledger: what became of each pack, on the disk before it is said.

One SQLite file beside the packs. A batch that was killed goes on from it, and only one batch at a
time can hold it.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from workshop.batch.job import Outcome, Trouble
from workshop.model.problems import InputError, Problem

FILE = "ledger.sqlite"
FORMAT = 1

_TABLE = """
CREATE TABLE IF NOT EXISTS packs (
    name TEXT PRIMARY KEY, key TEXT NOT NULL, state TEXT NOT NULL, finished TEXT NOT NULL,
    seconds REAL NOT NULL, memory_mb REAL, host TEXT NOT NULL,
    troubles TEXT NOT NULL, files TEXT NOT NULL, summary TEXT
)
"""


class Ledger:
    """The outcomes of a batch's jobs by name, each with the key of the job it belongs to."""

    def __init__(self, folder: Path) -> None:
        """Open the ledger in `folder`, or begin one.

        Raises InputError if another batch holds it, or if it is no ledger of this version.
        """
        self._path = folder / FILE
        self._file = sqlite3.connect(self._path, timeout=0.2, isolation_level=None)
        try:
            self._file.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._file.execute("PRAGMA synchronous = FULL")
            self._file.execute("BEGIN EXCLUSIVE")
            (found,) = self._file.execute("PRAGMA user_version").fetchone()
            if found not in (0, FORMAT):
                raise InputError([self._problem(f"The ledger has the format {found}.", _NEWER)])
            self._file.execute(_TABLE)
            self._file.execute(f"PRAGMA user_version = {FORMAT}")
            self._file.execute("COMMIT")
        except sqlite3.OperationalError as error:
            self._file.close()
            if "locked" not in str(error):
                raise OSError(0, str(error), str(self._path)) from None
            raise InputError([self._problem("Another batch is writing here.", _BUSY)]) from None
        except sqlite3.DatabaseError:
            self._file.close()
            raise InputError([self._problem("This is not a ledger.", _DAMAGED)]) from None
        except InputError:
            self._file.close()
            raise

    def _problem(self, message: str, hint: str) -> Problem:
        return Problem(message, where=str(self._path), suggestion=hint)

    def outcomes(self) -> dict[str, tuple[str, Outcome]]:
        """Return key and outcome of every pack by its name."""
        rows = self._file.execute(
            "SELECT name, key, state, seconds, memory_mb, host, troubles, files, summary FROM packs"
        )
        return {row[0]: (row[1], _outcome(*row[:1], *row[2:])) for row in rows}

    def record(self, key: str, outcome: Outcome) -> None:
        """Write what became of a pack; it is on the disk when this returns."""
        told = [dataclasses.asdict(trouble) for trouble in outcome.troubles]
        row = (
            outcome.name,
            key,
            outcome.state,
            datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            outcome.seconds,
            outcome.memory_mb,
            outcome.host,
            _text(told),
            _text(dict(outcome.files)),
            None if outcome.summary is None else _text(outcome.summary),
        )
        marks = ", ".join("?" * len(row))
        self._file.execute(f"INSERT OR REPLACE INTO packs VALUES ({marks})", row)  # noqa: S608

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


_NEWER = "Write the batch into another folder with -o, or install the newer kit."
_BUSY = "Wait for it to end, or write into another folder with -o."
_DAMAGED = "Move it away and run the batch again; every pack is then made anew."


def _outcome(
    name: str,
    state: Any,
    seconds: float,
    memory_mb: float | None,
    host: str,
    troubles: str,
    files: str,
    summary: str | None,
) -> Outcome:
    short: Mapping[str, Any] | None = json.loads(summary) if summary else None
    told = tuple(Trouble(**trouble) for trouble in json.loads(troubles))
    return Outcome(name, state, seconds, memory_mb, told, json.loads(files), short, host)


def _text(value: Any) -> str:
    # a lone surrogate, which a notebook's error can hold, is no text for a file
    return json.dumps(value, ensure_ascii=True)
