"""What tests of a session's file share."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest

from workshop import Answers, load_content
from workshop.session import Session

load_content()  # once, also for all programs that are forked from this module


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


PROGRAMS = multiprocessing.get_context("forkserver" if hasattr(os, "fork") else "spawn")


class Program:
    """Another program: a function of this module, whose first argument says a line.

    Where it can be forked, it begins at once, from one that has imported what sessions need.
    """

    def __init__(self, run: Callable[..., None], *arguments: Any) -> None:
        if hasattr(os, "fork"):
            from multiprocessing.forkserver import ensure_running

            with pytest.MonkeyPatch.context() as here:
                here.setenv("PYTHONPATH", str(Path(__file__).parent))
                PROGRAMS.set_forkserver_preload(["pytest", "psycopg", "sessions"])
                ensure_running()
        self._lines, writer = PROGRAMS.Pipe(duplex=False)
        self._process = PROGRAMS.Process(target=_run, args=(run, writer, *arguments))
        self._process.start()
        writer.close()

    def line(self) -> str:
        """Return the next line, or nothing at the end."""
        try:
            return self._lines.recv_bytes().decode()
        except (EOFError, OSError):  # the last one perhaps halfway
            return ""

    def kill(self) -> list[str]:
        """Kill it, and return the whole lines that it said until then."""
        self._process.kill()
        rest = list(iter(self.line, ""))
        self.end()
        return rest

    def end(self) -> int | None:
        """Wait for its end, and return its exit code."""
        self._lines.close()
        self._process.join(120)
        code = self._process.exitcode
        self._process.close()
        return code


def _run(run: Callable[..., None], writer: Connection, *arguments: Any) -> None:
    with writer:
        run(lambda *words: writer.send_bytes(" ".join(map(str, words)).encode()), *arguments)


def start(place: Path | str, who: str, seed: int) -> Program:
    """Start a program that writes until it is killed, and says what it has saved."""
    program = Program(write, place, who, seed)
    assert program.line() == "open"
    return program


def write(report: Callable[..., None], place: Path | str, who: str, seed: int) -> None:
    chance, session = random.Random(seed), Session.open(place, who=who)
    report("open")
    for number in range(100_000):
        if chance.random() < 0.5:
            address: tuple[str, ...] = ("basis", chance.choice(ASKED))
            value = chance.choice(["measured", "documented", "opinion"])
        else:
            address, value = ("organisation",), f"{who} {number} " + "x" * chance.randrange(400)
        change = session.give(address, value)
        if change is not None:
            report(change.seq, "/".join(address), value)


ASKED = ("lead", "rails", "queue_weeks", "duties.paged")


def count_up(report: Callable[..., None], place: Path, seed: int) -> None:
    chance, session = random.Random(seed), Session.open(place, who="child")
    for number in range(100_000):
        name = chance.choice(["ml_engineers", "model_teams", "models_in_production"])
        session.give((name,), number % 90_000)
        report(name, number % 90_000)


def decide(report: Callable[..., None], place: Path, who: str, count: int) -> None:
    with closing(Session.open(place, who=who)) as session:
        for number in range(count):
            session.add("decisions", {"decision": f"{who} {number}"})


def begin(report: Callable[..., None], place: Path | str, who: str, together: Barrier) -> None:
    together.wait()
    with closing(Session.open(place, who=who)) as session:
        session.add("decisions", {"decision": who})
