"""Execute notebooks through papermill, one or several at once."""

from __future__ import annotations

import asyncio
import copy
import json
import logging
import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import nbformat
import papermill
import zmq
from jupyter_client.manager import AsyncKernelManager, KernelManager
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

# Two modules beside papermill's front door: an engine is its way to run cells in a kernel of one's
# own, and only the client of its own engine records what papermill reports of cells.
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NotebookExecutionManager, papermill_engines

from workshop.kernels.forkserver import warm_up
from workshop.kernels.provisioner import WarmKernelManager

# papermill and nbformat carry no types, and papermill names nothing in an `__all__`.
# mypy: disable-error-code="no-untyped-call, no-any-return, attr-defined, override"

__all__ = ["CellError", "Executed", "execute_many", "execute_notebook", "tidy"]

INJECTED = "injected-parameters"

_WIDGET = "application/vnd.jupyter.widget-view+json"
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
# A cell's file name, as warnings and tracebacks show it, holds the kernel's process id. It is
# looked for from where a name can begin: from everywhere, a long line would take for ever.
_CELL_FILE = re.compile(r"(?<![^\s\"'(])[^\s\"'(]*[\\/]ipykernel_\d+[\\/](\d+)\.py")


def tidy(notebook: NotebookNode) -> NotebookNode:
    """Return a copy whose JSON is the same after every run with the same input.

    It is without the times, paths and process ids of papermill and the kernel, memory addresses in
    text, and the state of widgets, whose names are random and which nothing can show without a
    kernel (their static output stays). The injected cell gets its tag as its id. Text that a cell
    has printed comes in one piece, first standard output, then errors, since the pieces depend on
    timing.
    """
    result = copy.deepcopy(notebook)
    left = result.metadata.pop("papermill", {})
    if parameters := left.get("parameters"):
        result.metadata["papermill"] = {"parameters": parameters}
    result.metadata.pop("widgets", None)
    for cell in result.cells:
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)
        tags = cell.metadata.get("tags", [])
        if not tags:
            cell.metadata.pop("tags", None)
        if INJECTED in tags:
            cell["id"] = INJECTED
        if cell.cell_type == "code":
            cell.outputs = _tidy_outputs(cell.outputs)
    return result


def _tidy_outputs(outputs: list[NotebookNode]) -> list[NotebookNode]:
    tidied: list[NotebookNode] = []
    printed: dict[str, NotebookNode] = {}
    for output in outputs:
        if output.output_type == "stream":
            if output.name in printed:
                printed[output.name].text += output.text
            else:
                printed[output.name] = output
            continue
        tidied += _in_order(printed)
        printed = {}
        if "data" in output:
            output.data.pop(_WIDGET, None)
            if "text/plain" in output.data:
                output.data["text/plain"] = _clean(output.data["text/plain"])
        if "traceback" in output:
            output.evalue = _clean(output.evalue)
            output.traceback = [_clean(line) for line in output.traceback]
        tidied.append(output)
    return tidied + _in_order(printed)


def _in_order(printed: dict[str, NotebookNode]) -> list[NotebookNode]:
    pieces = [printed[name] for name in ("stdout", "stderr") if name in printed]
    for piece in pieces:
        piece.text = _clean(piece.text)
    return pieces


def _clean(text: Any) -> str:
    return _CELL_FILE.sub(r"<cell>", _ADDRESS.sub("", str(text)))


WARM_KERNEL = ENGINE = "workshop"
LANGUAGE = "python"

Progress = Callable[[str, int, int], None]

# Of its own, and silent unless a program listens: what went wrong is in the result.
_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())
logging.getLogger("papermill").addHandler(logging.NullHandler())


@dataclass(frozen=True)
class CellError:
    """The error that ended a run early: the cell, the exception, and how.

    `cell_index` counts the cells of the executed notebook from 0; it is -1 when the kernel did not
    get as far as a cell. `how` is "killed" when the kernel has died: by the system for want of
    memory, by hand, or by a crash.
    """

    cell_index: int
    ename: str
    evalue: str
    source: str
    how: Literal["raised", "timed-out", "killed"]


@dataclass(frozen=True)
class Executed:
    """One run: the executed notebook, its seconds, and the error that ended it.

    `memory_mb` is the kernel's peak memory, including memory that it shares with others; None if it
    is unknown or the kernel has died.
    """

    name: str
    notebook: NotebookNode
    seconds: float
    error: CellError | None
    memory_mb: float | None = None


def execute_notebook(
    source: Path,
    parameters: Mapping[str, object],
    *,
    kernel: str = WARM_KERNEL,
    on_progress: Progress | None = None,
    timeout_s: float | None = None,
    preload: Iterable[str] = (),
) -> Executed:
    """Execute the notebook at `source` with the parameters that it declares.

    Runs in the current folder, in a kernel of its own, in a thread of its own. `kernel` names a
    kernelspec; the warm one, the default, need not be installed, and has `preload` ready (see
    `workshop.kernels.warm_up`). `on_progress` is called with the notebook's name, cells done
    and cells in all. `timeout_s` is for the whole notebook.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is not a notebook.
    """
    return execute_many(
        [source],
        parameters,
        jobs=1,
        kernel=kernel,
        on_progress=on_progress,
        timeout_s=timeout_s,
        preload=preload,
    )[0]


def execute_many(
    sources: Iterable[Path],
    parameters: Mapping[str, object],
    *,
    jobs: int = 2,
    kernel: str = WARM_KERNEL,
    on_progress: Progress | None = None,
    timeout_s: float | None = None,
    environment: Mapping[str, str] | None = None,
    preload: Iterable[str] = (),
) -> list[Executed]:
    """Execute several notebooks, `jobs` at once; see `execute_notebook`.

    The results are in the order of the sources.

    A notebook that fails does not stop the others. `timeout_s` is for each notebook. Calls of
    `on_progress` come from several threads, but never two at once. `environment` is added to the
    kernels' environment.
    """
    if kernel == WARM_KERNEL:
        warm_up(preload)
    batch = _Batch(kernel, on_progress, timeout_s, dict(environment or {}))
    # No run before all the files are read: a wrong one is found at once.
    runs = [(path.stem, read_notebook(path)) for path in sources]
    with ThreadPoolExecutor(max(1, jobs), thread_name_prefix="notebook") as pool:
        futures = [
            pool.submit(batch.execute, name, notebook, parameters) for name, notebook in runs
        ]
        try:
            return [future.result() for future in futures]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            batch.stop()
            raise


def read_notebook(source: Path) -> NotebookNode:
    """Return a notebook; cells without an id get one that is always the same.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is not a notebook.
    """
    try:
        content = json.loads(source.read_text(encoding="utf-8"))
        if content["nbformat"] == 4:
            # Where a file has no ids for its cells, nbformat draws them at random.
            for number, cell in enumerate(content["cells"]):
                cell.setdefault("id", f"cell-{number}")
            content["nbformat_minor"] = max(5, content["nbformat_minor"])
        return nbformat.reads(json.dumps(content), as_version=4)
    except (KeyError, TypeError, AttributeError, ValueError, nbformat.ValidationError) as error:
        raise ValueError(f"{source}: this is not a notebook ({error})") from error


def declared(
    notebook: NotebookNode, parameters: Mapping[str, object], kernel: str = WARM_KERNEL
) -> dict[str, object]:
    """Return the parameters that the notebook's `parameters` cell declares."""
    cells = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", ())]
    about = {"kernelspec": {"name": kernel, "display_name": kernel, "language": LANGUAGE}}
    probe = nbformat.v4.new_notebook(cells=cells[:1], metadata=about)
    known = papermill.inspect_notebook(probe)
    return {name: value for name, value in parameters.items() if name in known}


class _Client(PapermillNotebookClient):
    """Lets a kernel that is done clean up; kills one that is not."""

    memory_mb: float | None = None

    def papermill_execute_cells(self) -> None:
        self.shutdown_kernel = "immediate"
        super().papermill_execute_cells()
        self.shutdown_kernel = "graceful"
        self.memory_mb = _most_memory(self.km)


class _Engine(Engine):
    """Lets a `_Run` execute the notebook that papermill has prepared."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        run: _Run,
        **_: Any,
    ) -> None:
        run.execute_cells(nb_man, kernel_name)


papermill_engines.register(ENGINE, _Engine)


@dataclass
class _Batch:
    """The runs of one call, and the means to stop them."""

    kernel: str
    on_progress: Progress | None
    timeout_s: float | None
    environment: dict[str, str]
    managers: set[AsyncKernelManager] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)
    stopped: bool = False

    def execute(
        self, name: str, notebook: NotebookNode, parameters: Mapping[str, object]
    ) -> Executed:
        """Execute one notebook in the caller's thread; leave no event loop there."""
        run = _Run(self, name, notebook)
        try:
            error = run.execute(parameters)
        finally:
            _close_event_loop()
        seconds = time.monotonic() - run.started
        return Executed(name, run.notebook, seconds, error, run.memory_mb)

    def stop(self) -> None:
        """Stop the runs that are in progress."""
        with self.lock:
            self.stopped = True
            managers = list(self.managers)
        for manager in managers:
            process = getattr(manager.provisioner, "process", None)
            if process is not None:
                process.kill()

    @contextmanager
    def running(self, manager: AsyncKernelManager) -> Iterator[None]:
        """Register a kernel while it runs, so that `stop` can kill it."""
        with self.lock:
            self.managers.add(manager)
        try:
            yield
        finally:
            with self.lock:
                self.managers.discard(manager)

    def report(self, name: str, done: int, total: int) -> None:
        with self.lock:
            if self.stopped:
                raise InterruptedError("the run was stopped")
            if self.on_progress is not None:
                self.on_progress(name, done, total)


@dataclass
class _Run:
    """One notebook of a batch: papermill around it, and its cells in a kernel."""

    batch: _Batch
    name: str
    notebook: NotebookNode
    memory_mb: float | None = None
    current: int = -1
    started: float = field(default_factory=time.monotonic)

    def execute(self, parameters: Mapping[str, object]) -> CellError | None:
        """Execute the notebook as far as possible; return the error that ended it."""
        manager: AsyncKernelManager = self.manager
        try:
            papermill.execute_notebook(
                self.notebook,
                None,  # nothing is saved
                declared(self.notebook, parameters, self.batch.kernel),
                engine_name=ENGINE,
                kernel_name=self.batch.kernel,
                language=LANGUAGE,
                progress_bar=False,
                run=self,
            )
        except papermill.PapermillExecutionError as found:
            self.notebook.cells = self.cells  # without what papermill says of the error
            return CellError(found.cell_index, found.ename, found.evalue, found.source, "raised")
        except CellTimeoutError:
            why = f"no end after {self.batch.timeout_s:g} seconds"
            return self._failure("TimeoutError", why, "timed-out")
        except DeadKernelError:
            return self._failure("DeadKernelError", _cause_of_death(manager), "killed")
        except RuntimeError as error:
            if self.current >= 0:
                raise
            return self._failure("DeadKernelError", f"the kernel did not start ({error})", "killed")
        total = len(self.notebook.cells)
        self.batch.report(self.name, total, total)
        return None

    @cached_property
    def manager(self) -> AsyncKernelManager:
        """Return the manager of the kernel."""
        kind = WarmKernelManager if self.batch.kernel == WARM_KERNEL else AsyncKernelManager
        manager = kind(kernel_name=self.batch.kernel)
        # without keys an ordinary kernel warns in every run that others here could listen
        forks = kind is WarmKernelManager and hasattr(os, "fork")
        if not forks and zmq.has("curve"):
            manager.transport_encryption = "auto"
        return manager

    def execute_cells(self, execution: NotebookExecutionManager, kernel: str) -> None:
        """Execute the cells that papermill has prepared."""
        self.notebook = execution.nb
        self.cells = list(execution.nb.cells)
        self.notebook.metadata.papermill["input_path"] = None  # it would be the whole notebook
        client = _Client(
            execution,
            km=self.manager,
            kernel_name=kernel,
            log=_log,
            timeout_func=self._seconds_left,
            iopub_timeout=60,
            record_timing=False,
            extra_arguments=["--HistoryManager.hist_file=:memory:"],
            on_cell_start=self._start_cell,
        )
        with self.batch.running(self.manager):
            try:
                client.execute(cleanup_kc=True, env={**os.environ, **self.batch.environment})
            finally:
                self.memory_mb = client.memory_mb

    def _start_cell(self, cell: NotebookNode, cell_index: int) -> None:  # noqa: ARG002
        self.current = cell_index
        self.batch.report(self.name, cell_index, len(self.cells))

    def _seconds_left(self, _cell: NotebookNode) -> float | None:
        if self.batch.timeout_s is None:
            return None
        return max(0.01, self.batch.timeout_s - (time.monotonic() - self.started))

    def _failure(self, ename: str, evalue: str, how: Literal["timed-out", "killed"]) -> CellError:
        source = self.cells[self.current].source if self.current >= 0 else ""
        return CellError(self.current, ename, evalue, source, how)


def _most_memory(manager: KernelManager | None) -> float | None:
    pid = getattr(getattr(getattr(manager, "provisioner", None), "process", None), "pid", 0)
    try:
        for line in Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    except (OSError, ValueError, IndexError):
        pass
    return None


def _cause_of_death(manager: AsyncKernelManager) -> str:
    process = getattr(manager.provisioner, "process", None)
    code = process.poll() if process is not None else None
    if code is None:
        return "the kernel died"
    if code == -9 and os.name == "posix":
        return "the kernel was killed, most often because the memory ran out"
    if code < 0:
        return f"the kernel died of signal {-code}"
    return f"the kernel ended by itself with exit code {code}"


def _close_event_loop() -> None:
    loop = ensure_event_loop()  # the one papermill's client has used in this thread
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()
    asyncio.set_event_loop(None)
