"""Run a batch on local processes or a cluster, and resume it."""

from __future__ import annotations

import contextlib
import ctypes
import dataclasses
import datetime
import hashlib
import json
import multiprocessing
import multiprocessing.connection
import os
import signal
import socket
import sqlite3
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self

from workshop.batch.source import Group
from workshop.content.loader import Content, load_content
from workshop.files import remove_unfinished
from workshop.problems import InputError, Problem, need_extra

if TYPE_CHECKING:
    from workshop.answers.schema import Answers
    from workshop.content.loader import Content
    from workshop.kernels import Executed
    from workshop.pack.build import Pack

NOTEBOOKS_AT_ONCE = 2
"""Notebooks at once in a worker: one computes while another starts or ends."""

REPLACED = "replaced"
State = Literal["done", "partial", "failed"]
"""partial: a pack without some notebook, which it names · failed: no pack."""

ENVIRONMENT = ("SOURCE_DATE_EPOCH",)
"""Environment variables that workers need, since they change a pack."""


@dataclass(frozen=True)
class Plan:
    """Everything that is the same for all packs of a batch."""

    formats: tuple[str, ...]
    editions: tuple[str, ...]
    paper: str
    packs: str
    """The destination: a folder, or an fsspec address (`s3://bucket/2026-q4`)."""
    timeout_s: float | None
    environment: Mapping[str, str]
    content: str | None
    """Folder of own content, which workers must reach; None for the kit's own."""
    made_from: str
    """Fingerprint of the kit's version, its notebooks and its content."""
    fonts: tuple[str, ...] = ()
    """Further fonts; workers must reach the files."""


@dataclass(frozen=True)
class Job:
    """One pack to make, with everything that a worker needs as plain data."""

    name: str
    answers: Mapping[str, Any]
    plan: Plan

    @property
    def key(self) -> str:
        """Return a fingerprint of everything that the pack depends on."""
        inputs = {
            "answers": self.answers,
            "formats": self.plan.formats,
            "editions": self.plan.editions,
            "paper": self.plan.paper,
            **({"fonts": self.plan.fonts} if self.plan.fonts else {}),
            "environment": dict(self.plan.environment),
            "content": self.plan.content,
            "made_from": self.plan.made_from,
        }
        text = json.dumps(inputs, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Trouble:
    """The reason why a pack is incomplete, with notebook and cell (from 1) if any.

    `how` is that of `CellError`, or "stopped" when the whole worker ended, or "pack" when the
    notebooks ran and the pack could not be written. "replaced" takes nothing from a pack: something
    is shown in another form than the notebook has it.
    """

    how: str
    why: str
    notebook: str = ""
    cell: int = 0
    trace: str = ""

    def __str__(self) -> str:
        if not self.notebook:
            return self.why
        place = f", cell {self.cell}" if self.cell else ""
        return f"notebook {self.notebook}{place}: {self.why}"


@dataclass(frozen=True)
class Outcome:
    """The outcome of a job: state, cost, troubles, and the group's summary.

    `seconds` is wall time; `memory_mb` the peak of the largest kernel, None if unknown; `files` are
    sizes in bytes by name.
    """

    name: str
    state: State
    seconds: float
    memory_mb: float | None = None
    troubles: tuple[Trouble, ...] = ()
    files: Mapping[str, int] = field(default_factory=dict)
    summary: Mapping[str, Any] | None = None
    host: str = ""

    @property
    def missing(self) -> tuple[Trouble, ...]:
        """Return why the pack is incomplete."""
        return tuple(trouble for trouble in self.troubles if trouble.how != REPLACED)

    @property
    def replaced(self) -> tuple[Trouble, ...]:
        """Return what the pack shows in another form, and why."""
        return tuple(trouble for trouble in self.troubles if trouble.how == REPLACED)


def made_from(content: Content) -> str:
    """Return the fingerprint of everything that packs with this content need."""
    from workshop.files import __version__, notebooks
    from workshop.pack.build import content_hash

    digest = hashlib.sha256(f"{__version__}\0{content_hash(content.folder)}\0".encode())
    digest.update(content.language.encode())
    for path in notebooks():
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def make_pack(job: Job) -> Outcome:
    """Make the pack of a job and return the outcome; never raise."""
    started = time.monotonic()
    try:
        return _make(job, started)
    except Exception as error:  # one group must not end the others
        why = f"{type(error).__name__}: {error}"
        trouble = Trouble("pack", why, trace=traceback.format_exc())
        return Outcome(job.name, "failed", time.monotonic() - started, troubles=(trouble,))
    finally:
        _give_memory_back()


def _give_memory_back() -> None:
    """Return to the system what all threads have freed, where the C library can.

    Each thread has its own store, of which glibc by itself returns little.
    """
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def _make(job: Job, started: float) -> Outcome:
    os.environ.update(job.plan.environment)
    from workshop.content.loader import load_content

    content = load_content(job.plan.content)
    here = made_from(content)
    if here != job.plan.made_from:
        why = (
            f"the worker on {socket.gethostname()} has another version of the kit, its notebooks "
            "or its content. Install the same one there."
        )
        return Outcome(job.name, "failed", 0.0, troubles=(Trouble("pack", why),))
    from workshop.answers.schema import Answers
    from workshop.portfolio import summarise

    answers = Answers.model_validate(dict(job.answers))
    if is_address(job.plan.packs):
        with tempfile.TemporaryDirectory(prefix="workshop-") as folder:
            made = _build(job, answers, content, Path(folder) / job.name)
            _upload(made, f"{job.plan.packs.rstrip('/')}/{job.name}")
    else:
        place = Path(job.plan.packs) / job.name
        remove_unfinished(place)  # of a batch that was killed while it wrote here
        made = _build(job, answers, content, place)
    troubles = tuple(
        Trouble(run.error.how, _why(run.error.ename, run.error.evalue), run.name, _cell(run))
        for run in made.failed
        if run.error is not None
    )
    replaced = tuple(
        Trouble(REPLACED, f"{one.what}. {one.why}", one.notebook, one.cell) for one in made.replaced
    )
    peaks = [run.memory_mb for run in made.runs if run.memory_mb is not None]
    return Outcome(
        name=job.name,
        state="partial" if troubles else "done",
        seconds=time.monotonic() - started,
        memory_mb=max(peaks, default=None),
        troubles=troubles + replaced,
        files={str(p.relative_to(made.folder).as_posix()): size for p, size in made.sizes.items()},
        summary=summarise(job.name, made.assessment),
        host=socket.gethostname(),
    )


def is_address(place: str) -> bool:
    """Return whether a place is an address for fsspec rather than a folder."""
    return "://" in place


def _build(job: Job, answers: Answers, content: Content, folder: Path) -> Pack:
    from workshop.pack.build import EDITIONS, FORMATS, PAPERS, build_pack

    return build_pack(
        answers,
        folder,
        formats=[f for f in FORMATS if f in job.plan.formats],
        editions=[e for e in EDITIONS if e in job.plan.editions],
        paper=next(p for p in PAPERS if p == job.plan.paper),
        fonts=job.plan.fonts,
        content=content,
        jobs=NOTEBOOKS_AT_ONCE,
        timeout_s=job.plan.timeout_s,
    )


def _upload(made: Pack, address: str) -> None:
    """Copy a pack to an fsspec address; the manifest, last, marks it complete."""
    import fsspec

    files, root = fsspec.core.url_to_fs(address)
    for path in sorted(made.sizes, key=lambda p: p.name == "manifest.json"):
        target = f"{root}/{path.relative_to(made.folder).as_posix()}"
        files.makedirs(target.rpartition("/")[0], exist_ok=True)
        files.put_file(str(path), target)


def _why(ename: str, evalue: str) -> str:
    line = " ".join(evalue.split())
    return f"{ename}: {line}" if line else ename


def _cell(run: Executed) -> int:
    assert run.error is not None  # noqa: S101 (only failed runs are asked)
    return run.error.cell_index + 1


PRELOAD = [
    "workshop.kernels.engine",
    "workshop.pack.build",
    "workshop.documents.notebooks.notebook",
    "workshop.documents.page",
    "workshop.documents.paper",
    "workshop.portfolio",
    "workshop.batch.engine",
]
"""Modules that are imported once, before local workers are forked."""
PACKS_A_WORKER = 50
"""The most packs of a worker process, so that memory stays flat."""


class Workers(Protocol):
    """An executor of jobs."""

    executor: Executor

    @property
    def places(self) -> int:
        """Return how many packs can be made at once, now."""

    def renew(self) -> None:
        """Replace a broken executor by a new one."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


class LocalWorkers:
    """Worker processes of this machine, each with its own fork server."""

    def __init__(self, count: int) -> None:
        self.places = count

    def __enter__(self) -> Self:
        self.executor: Executor = self._start()
        return self

    def __exit__(self, *error: object) -> None:
        if error[0] is not None:  # stopped in the middle: what is under way is not waited for
            for process in multiprocessing.active_children():
                process.terminate()
        self.executor.shutdown(wait=True, cancel_futures=True)

    def renew(self) -> None:
        self.executor.shutdown(wait=True, cancel_futures=True)
        self.executor = self._start()

    def _start(self) -> ProcessPoolExecutor:
        context: Any
        if not hasattr(os, "fork"):
            context = multiprocessing.get_context("spawn")
        else:
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload(PRELOAD)
        return ProcessPoolExecutor(
            self.places,
            mp_context=context,
            initializer=_begin,
            max_tasks_per_child=PACKS_A_WORKER,
        )


def _begin() -> None:
    """Prepare a worker, which ends with the command in any case.

    Ctrl-C is for the command, which then ends its workers itself; if it was killed it cannot, and a
    worker would wait for its next job for ever.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_command, daemon=True).start()
    from workshop.files import preload
    from workshop.kernels import warm_up

    warm_up(preload(headless=True), one_thread=True)


def _end_with_command() -> None:
    command = multiprocessing.parent_process()
    if command is not None:
        multiprocessing.connection.wait([command.sentinel])
        os._exit(1)


class DaskWorkers:
    """The workers of a Dask cluster, wherever they run."""

    def __init__(self, address: str) -> None:
        """Set the scheduler's address.

        Raises `InputError` if Dask is not installed.
        """
        need_extra("cluster", "A batch on a cluster", {"distributed": "Dask"})
        self._address = address

    def __enter__(self) -> Self:
        """Connect to the scheduler.

        Raises `InputError` if none answers.
        """
        from distributed import Client

        try:
            self._client: Any = Client(self._address, timeout=10, set_as_default=False)
        except (OSError, ValueError) as error:
            hint = "Start one with “dask scheduler”, and give the address that it prints."
            message = f"No Dask scheduler answers there ({type(error).__name__})."
            raise InputError(
                [Problem(message, "--scheduler", self._address, suggestion=hint)]
            ) from None
        self.executor: Executor = self._client.get_executor(pure=False)
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(TimeoutError, OSError):
            self.executor.shutdown(wait=False)
            self._client.close(timeout=10)

    @property
    def places(self) -> int:
        """Return how many packs the current workers make at once; at least 1."""
        threads: list[int] = list(self._client.nthreads().values())
        return max(1, sum(threads))

    def renew(self) -> None:
        """Do nothing; the scheduler replaces a worker that is gone."""


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


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
    """The outcomes of a batch by pack, each with the key of its job."""

    def __init__(self, folder: Path) -> None:
        """Open the ledger in `folder`, or begin one.

        Raises InputError if another batch has it open, or if it is no ledger of this version.
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
        """Write the outcome of a pack; it is on disk on return."""
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
    """A finished batch: packs made now, packs up to date, and the portfolio."""

    made: tuple[Outcome, ...]
    up_to_date: tuple[Outcome, ...]
    portfolio: tuple[Path, ...]
    not_in_source: tuple[str, ...]
    """Packs of an earlier run whose groups are not in the source any more."""

    @property
    def replaced(self) -> tuple[Outcome, ...]:
        """Return the outcomes of packs that show something in another form."""
        return tuple(outcome for outcome in (*self.made, *self.up_to_date) if outcome.replaced)

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Return the outcomes that are not complete: partial and failed packs."""
        return tuple(outcome for outcome in self.made if outcome.state != "done")


def plan_of(
    folder: Path,
    *,
    formats: Iterable[str],
    editions: Iterable[str] = ("board", "working"),
    paper: str,
    fonts: Iterable[str] = (),
    packs: str | None = None,
    timeout_s: float | None = None,
    content: Content | None = None,
) -> Plan:
    """Return what is the same for all packs of a batch into `folder`."""
    content = load_content() if content is None else content
    return Plan(
        formats=tuple(formats),
        editions=tuple(editions),
        paper=paper,
        fonts=tuple(fonts),
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
    on_start: Callable[[int, int], None] = lambda _todo, _current: None,
    on_outcome: Callable[[Outcome], None] = lambda _outcome: None,
    write_portfolio: Callable[[Sequence[Outcome]], tuple[Path, ...]] = lambda _outcomes: (),
) -> Batch:
    """Make the packs that are incomplete or out of date, then the portfolio.

    `on_start` gets how many packs are to be made and how many are up to date; `on_outcome` each
    outcome once it is on disk. `write_portfolio` gets all outcomes in the groups' order.

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
    """Return whether a pack is done and its files have their recorded sizes."""
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
    few enough that memory stays flat. When a worker process dies it takes the executor with it, and
    the job is unknown; those in progress are then done again one by one, and the one that ends its
    worker again has failed.
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
