"""Assess many groups at once: a row for each in, one long frame out.

Large frames are assessed by several processes. They are started as plain commands that are handed
answers and hand back rows. So they need no fork and no `__main__` that can be imported again: they
work on Windows, in a notebook and in a script without a guard.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Literal, get_args

from workshop.answers.schema import Answers
from workshop.answers.table import read_frame
from workshop.content.loader import Content, load_content
from workshop.findings.assessment import Assessment, assess
from workshop.findings.output.frames import FOUND, rows_of
from workshop.findings.patterns.advice import headline
from workshop.problems import InputError, Problem, near, shorten

if TYPE_CHECKING:
    from pandas import DataFrame

Kind = Literal["advice", "verdict", "finding", "contradiction", "tipping_point", "unknown"]
KINDS: tuple[Kind, ...] = get_args(Kind)
AT_ONCE = 100
"""Rows of which answers are kept at a time.

So memory grows by what is found alone.
"""
WORTH = 200
"""Rows of a frame for which one more process is worth its start."""
HANDED = 25
"""Rows that a process is handed at a time."""


def assess_frame(
    frame: DataFrame,
    content: Content | None = None,
    *,
    kinds: Sequence[Kind] = ("advice", "verdict", "finding", "contradiction", "tipping_point"),
    processes: int | None = None,
) -> DataFrame:
    """Return what is found about each group of a frame, as one long frame.

    A row is a group, and the names of its columns are those of answers, with dots for nesting
    (`duties.paged`). Missing values are unknown. The result has a row for each thing found, by
    group, kind and id; `workshop.findings.output.frames.FOUND` describes its columns.

    So many `processes` assess; 1 starts none. By default there is one for each 200 rows, and at
    most one for each processor. The result is the same.

    Raises `InputError` with every problem of every row, also for a column that is no answer.

    >>> import pandas as pd
    >>> from workshop import assess_frame
    >>> teams = pd.DataFrame({"group": ["Pay", "Ads"], "model_teams": [6, None]})
    >>> sorted(assess_frame(teams, kinds=["verdict"]).index.get_level_values("group").unique())
    ['Ads', 'Pay']
    """
    content = load_content() if content is None else content
    if odd := [k for k in kinds if k not in KINDS]:
        message = "Nothing of this kind is found."
        hint = near(str(odd[0]), KINDS)
        raise InputError([Problem(message, "kinds", shorten(odd[0]), ", ".join(KINDS), hint)])
    if processes is not None and processes < 1:
        message = "This is no number of processes."
        raise InputError([Problem(message, "processes", str(processes), "1 or more")])
    count = _worth(len(frame)) if processes is None else processes
    return FOUND.frame(_of_groups(frame, content, kinds, count))


def _worth(rows: int) -> int:
    """Return how many processes are worth their start for a frame of so many rows."""
    here = getattr(os, "sched_getaffinity", None)
    processors = len(here(0)) if here else os.cpu_count() or 1
    alone = sys.platform in ("emscripten", "wasi") or not sys.executable
    return 1 if alone else max(1, min(rows // WORTH, processors))


Named = tuple[str, Answers]
"""The name of a row's group, and its answers."""


def _of_groups(
    frame: DataFrame, content: Content, kinds: Sequence[Kind], processes: int
) -> Iterator[dict[str, Any]]:
    """Yield what is found about each row; raise at the end for all problems."""
    problems: dict[Problem, None] = {}
    often: Counter[str] = Counter()

    def parts() -> Iterator[list[Named]]:
        for begin in range(0, max(len(frame), 1), AT_ONCE):
            part = frame.iloc[begin : begin + AT_ONCE]
            table = read_frame(part, content)
            problems.update(dict.fromkeys(table.problems))
            names = [r.group or f"row {shorten(part.index[r.number - 2])}" for r in table.rows]
            often.update(names)
            named = [
                (n, r.answers)
                for n, r in zip(names, table.rows, strict=True)
                if r.answers is not None
            ]
            yield [] if problems else named

    if processes > 1:
        yield from _by_others(parts(), content, kinds, processes)
    else:
        for part in parts():
            yield from _of_part(part, content, kinds)
    if problems:
        raise InputError(problems)
    if twice := [name for name, count in often.items() if count > 1]:
        message = "More than one row has this group."
        hint = "Give each row a group of its own."
        raise InputError(Problem(message, "group", shorten(n), "", hint) for n in twice)


def _of_part(
    part: Sequence[Named], content: Content, kinds: Sequence[Kind]
) -> Iterator[dict[str, Any]]:
    for name, answers in part:
        yield from _found(name, assess(answers, content), kinds)


# -- several processes --------------------------------------------------------------------------

_COMMAND = """
import pickle, sys
sys.path[:] = pickle.load(sys.stdin.buffer)
from workshop.findings.output.groups import serve
serve()
"""


def serve() -> None:
    """Assess what another process of ours hands over, until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the other one
    given, answer = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a rule of a package prints is no answer
    content, kinds = pickle.load(given)  # noqa: S301 (from a process of ours)
    content = content or load_content()
    with suppress(EOFError):
        while True:
            part = pickle.load(given)  # noqa: S301
            try:
                rows = list(_of_part(part, content, kinds))
            except Exception:  # the other process meets it too, and raises it
                rows = None
            pickle.dump(rows, answer, pickle.HIGHEST_PROTOCOL)
            answer.flush()


def _by_others(
    parts: Iterator[list[Named]], content: Content, kinds: Sequence[Kind], count: int
) -> Iterator[dict[str, Any]]:
    """Yield what so many processes find, in the order of the rows."""
    own = None if content is load_content() else content
    idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
    helpers = [_begin((own, tuple(kinds))) for _ in range(count)]
    for helper in helpers:
        idle.put(helper)

    def ask(part: list[Named]) -> list[dict[str, Any]]:
        helper = idle.get()
        try:
            rows = _talk(helper, part)
        finally:
            idle.put(helper)
        return list(_of_part(part, content, kinds)) if rows is None else rows

    waiting: deque[Future[list[dict[str, Any]]]] = deque()
    pool = ThreadPoolExecutor(count)
    try:
        for part in parts:
            for at in range(0, len(part), HANDED):
                waiting.append(pool.submit(ask, part[at : at + HANDED]))
            while len(waiting) > 4 * count:  # else the answers of all rows are kept
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
        for helper in helpers:
            _end(helper)


def _begin(told: object) -> subprocess.Popen[bytes]:
    helper = subprocess.Popen(  # noqa: S603 (our own code)
        [sys.executable, "-c", _COMMAND],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with suppress(OSError):  # else it is found out when it is asked
        _tell(helper, sys.path)
        _tell(helper, told)
    return helper


def _tell(helper: subprocess.Popen[bytes], thing: object) -> None:
    assert helper.stdin is not None  # noqa: S101
    pickle.dump(thing, helper.stdin, pickle.HIGHEST_PROTOCOL)
    helper.stdin.flush()


def _talk(helper: subprocess.Popen[bytes], part: list[Named]) -> list[dict[str, Any]] | None:
    """Return the rows that a process finds; None if it cannot."""
    assert helper.stdout is not None  # noqa: S101
    try:
        _tell(helper, part)
        found: list[dict[str, Any]] | None = pickle.load(helper.stdout)  # noqa: S301
    except Exception:  # it was ended, could not begin, or says something else
        helper.kill()
        return None
    return found


def _end(helper: subprocess.Popen[bytes]) -> None:
    for pipe in (helper.stdin, helper.stdout):
        with suppress(OSError):  # of one that has ended
            if pipe is not None:
                pipe.close()
    helper.wait()


# -- what is found about one --------------------------------------------------------------------


def _found(group: str, assessment: Assessment, kinds: Sequence[Kind]) -> Iterator[dict[str, Any]]:
    for kind in kinds:
        for one in _of_kind(assessment, kind):
            yield {"group": group, "kind": kind, **one}


def _of_kind(found: Assessment, kind: Kind) -> Iterator[dict[str, Any]]:
    """Yield rows of `FOUND`, which takes of a row the columns that it has."""
    if kind == "advice":
        advised = found.recommendation
        yield {"id": advised.status, "patterns": advised.patterns, "statement": headline(found)}
    elif kind == "verdict":
        for row in rows_of(found, "verdicts"):
            yield {"id": row["pattern"], "patterns": (row["pattern"],), **row}
    elif kind == "finding":
        for row in rows_of(found, "findings"):
            yield {"id": row["finding"], **row}
    elif kind == "contradiction":
        for clash in found.clashes:
            yield {"id": clash.id, "statement": clash.statement, "answers": clash.answers}
    elif kind == "tipping_point":
        for row in rows_of(found, "tipping_points"):
            yield {"id": row["answer"], **row}
    else:
        for row in rows_of(found, "unknowns"):
            yield {"id": row["answer"], "statement": row["ask"], "patterns": row["would_change"]}
