"""What tests of a session's file share."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from workshop import Answers
from workshop.session import Session


def reopened(place: Path) -> Answers:
    """Return what another program finds."""
    with closing(Session.open(place, create=False)) as opened:
        return opened.answers


def beside(place: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(place.parent.iterdir())}


def write_into(place: Path, *rows: tuple[str, Any], at: str = "2026-01-01T00:00:00+00:00") -> None:
    """Append events as somebody with a database editor would."""
    with closing(sqlite3.connect(place)) as file:
        for kind, body in rows:
            text = body if isinstance(body, str | bytes) else json.dumps(body)
            file.execute(
                "INSERT INTO events (at, who, kind, body) VALUES (?, 'x', ?, ?)", (at, kind, text)
            )
        file.commit()


CHILD = """
import random, sys
from workshop.session import Session
place, who, seed = sys.argv[1:]
chance, session = random.Random(seed), Session.open(place, who=who)
print("open", flush=True)
for number in range(100_000):
    if chance.random() < 0.5:
        address = ("basis", chance.choice(["lead", "rails", "queue_weeks", "duties.paged"]))
        value = chance.choice(["measured", "documented", "opinion"])
    else:
        address, value = ("organisation",), f"{who} {number} " + "x" * chance.randrange(400)
    change = session.give(address, value)
    if change is not None:
        print(change.seq, "/".join(address), value, flush=True)
"""


def start(place: Path | str, who: str, seed: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", CHILD, str(place), who, str(seed)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
