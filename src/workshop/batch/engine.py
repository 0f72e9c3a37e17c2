"""A batch from its groups to its portfolio: resumable; one group's trouble stays its own."""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Self

from workshop.batch.job import (
    ENVIRONMENT,
    Job,
    Outcome,
    Plan,
    Trouble,
    is_address,
    made_from,
    make_pack,
)
from workshop.batch.source import Group
from workshop.batch.workers import Workers
from workshop.content.loader import Content, load_content
from workshop.problems import InputError, Problem

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
        troubles = [dataclasses.asdict(trouble) for trouble in outcome.troubles]
        row = (
            outcome.name,
            key,
            outcome.state,
            datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            outcome.seconds,
            outcome.memory_mb,
            outcome.host,
            _text(troubles),
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
    troubles_ = tuple(Trouble(**trouble) for trouble in json.loads(troubles))
    return Outcome(name, state, seconds, memory_mb, troubles_, json.loads(files), short, host)


def _text(value: Any) -> str:
    # a lone surrogate, which a notebook's error can hold, is no text for a file
    return json.dumps(value, ensure_ascii=True)


PACKS = "packs"


@dataclass(frozen=True)
class Batch:
    """A batch that has run: what was made now, what is up to date, and the portfolio."""

    made: tuple[Outcome, ...]
    up_to_date: tuple[Outcome, ...]
    portfolio: tuple[Path, ...]
    not_in_source: tuple[str, ...]
    """Packs of an earlier run in this folder, whose groups are not in the source any more."""

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """What is not whole: partial packs, and groups without one."""
        return tuple(outcome for outcome in self.made if outcome.state != "done")


def plan_of(
    folder: Path,
    *,
    formats: Iterable[str],
    paper: str,
    packs: str | None = None,
    timeout_s: float | None = None,
    content: Content | None = None,
) -> Plan:
    """Return what is the same for all packs of a batch into `folder`."""
    content = load_content() if content is None else content
    return Plan(
        formats=tuple(formats),
        paper=paper,
        packs=packs or str((folder / PACKS).resolve()),
        timeout_s=timeout_s,
        environment={name: os.environ[name] for name in ENVIRONMENT if os.environ.get(name)},
        content=content.own_folder,
        made_from=made_from(content),
    )


def run_batch(
    groups: Sequence[Group],
    folder: Path,
    plan: Plan,
    workers: Workers,
    *,
    on_start: Callable[[int, int], None] = lambda _todo, _kept: None,
    on_outcome: Callable[[Outcome], None] = lambda _outcome: None,
    write_portfolio: Callable[[Sequence[Outcome]], tuple[Path, ...]] = lambda _outcomes: (),
) -> Batch:
    """Make the packs that are not whole and up to date, then the portfolio of all.

    `on_start` gets how many packs are to be made and how many are up to date; `on_outcome` each
    outcome once it is on the disk. `write_portfolio` gets all outcomes in the groups' order.

    Raises InputError if another batch writes into `folder`, OSError if it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    jobs = {g.name: Job(g.name, g.answers.to_parameters(), plan) for g in groups}
    keys = {name: job.key for name, job in jobs.items()}
    with Ledger(folder) as ledger:
        known = ledger.outcomes()
        up_to_date = {
            name: known[name][1]
            for name in jobs
            if name in known and known[name][0] == keys[name] and _is_whole(known[name][1], plan)
        }
        todo = [job for name, job in jobs.items() if name not in up_to_date]
        on_start(len(todo), len(up_to_date))
        made: dict[str, Outcome] = {}
        if todo:
            with workers:
                for outcome in run_jobs(todo, workers):
                    ledger.record(keys[outcome.name], outcome)
                    made[outcome.name] = outcome
                    on_outcome(outcome)
        outcomes = [made.get(name) or up_to_date[name] for name in jobs]
        return Batch(
            tuple(made.values()),
            tuple(up_to_date.values()),
            write_portfolio(outcomes),
            tuple(sorted(known.keys() - jobs.keys())),
        )


def _is_whole(outcome: Outcome, plan: Plan) -> bool:
    """Return whether a pack is done and its files have the sizes they had."""
    if outcome.state != "done" or not outcome.files:
        return False
    if is_address(plan.packs):
        import fsspec

        files, root = fsspec.core.url_to_fs(f"{plan.packs.rstrip('/')}/{outcome.name}")
        return all(
            files.exists(f"{root}/{name}") and files.size(f"{root}/{name}") == size
            for name, size in outcome.files.items()
        )
    place = Path(plan.packs) / outcome.name
    try:
        return all((place / name).stat().st_size == size for name, size in outcome.files.items())
    except OSError:
        return False


def run_jobs(jobs: Iterable[Job], workers: Workers) -> Iterator[Outcome]:
    """Yield the outcome of each job as it is done.

    Twice as many jobs as workers have places are handed out at a time: enough that nobody waits,
    few enough that memory stays flat. When a worker process dies it takes the executor with it,
    and nobody knows which job it was; those under way are then done again one by one, and the one
    that ends its worker again has failed.
    """
    waiting = iter(jobs)
    running: dict[Future[Outcome], Job] = {}
    while True:
        for job in islice(waiting, max(0, 2 * workers.places - len(running))):
            running[_submit(job, workers)] = job
        if not running:
            return
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        interrupted = []
        for future in done:
            job = running.pop(future)
            try:
                yield future.result()
            except BrokenExecutor:
                interrupted.append(job)
            except (Exception, CancelledError) as error:  # a cluster has its own
                yield _stopped(job, error)
        if interrupted:
            interrupted += running.values()
            running.clear()
            workers.renew()
            for job in interrupted:
                yield _run_alone(job, workers)


def _submit(job: Job, workers: Workers) -> Future[Outcome]:
    try:
        return workers.executor.submit(make_pack, job)
    except BrokenExecutor:  # a worker died while it had nothing to do
        workers.renew()
        return workers.executor.submit(make_pack, job)


def _run_alone(job: Job, workers: Workers) -> Outcome:
    try:
        return workers.executor.submit(make_pack, job).result()
    except BrokenExecutor as error:
        workers.renew()
        return _stopped(job, error)


def _stopped(job: Job, error: BaseException) -> Outcome:
    why = "the worker process was killed, most often because the memory ran out"
    if not isinstance(error, BrokenExecutor):
        why = f"the worker did not finish ({type(error).__name__}: {' '.join(str(error).split())})"
    return Outcome(job.name, "failed", 0.0, troubles=(Trouble("stopped", why),))
