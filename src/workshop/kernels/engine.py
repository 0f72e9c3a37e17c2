"""Execute notebooks through papermill, one or several at once."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import copy
import logging
import os
import re
import shutil
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import workshop.kernels.lean_jsonschema  # noqa: F401 (before papermill)

# isort: split
import papermill
import zmq
from jupyter_client.manager import AsyncKernelManager, KernelManager
from jupyter_client.session import Session
from jupyter_core.utils import ensure_event_loop
from nbclient.client import timestamp
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

# Three modules beside papermill's front door: an engine is its way to run cells in a kernel of
# one's own, only the client of its own engine records what papermill reports of cells, and only its
# own function raises what a cell has raised.
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import (
    Engine,
    NBClientEngine,
    NotebookExecutionManager,
    papermill_engines,
)
from papermill.execute import raise_for_execution_errors
from papermill.log import logger

from workshop.kernels.forkserver import (
    CannotForkError,
    receive_frame,
    send_frame,
    server,
    warm_up,
)
from workshop.kernels.parameters import declared, read_notebook
from workshop.kernels.provisioner import USUAL, WarmKernelManager, warn_of_ordinary_kernel
from workshop.kernels.shell import ShellLaunch

# papermill and nbformat carry no types, and papermill names nothing in an `__all__`.
# mypy: disable-error-code="no-untyped-call, no-any-return, attr-defined, override"

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
    result = _copied(notebook, "metadata")
    left = result.metadata.pop("papermill", {})
    if parameters := left.get("parameters"):
        result.metadata["papermill"] = {"parameters": parameters}
    result.metadata.pop("widgets", None)
    result.cells = [_copied(cell, "metadata", "attachments") for cell in notebook.cells]
    for cell in result.cells:
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)
        tags = cell.metadata.get("tags", [])
        if not tags:
            cell.metadata.pop("tags", None)
        if INJECTED in tags:
            cell["id"] = INJECTED
        if cell.cell_type == "code":
            cell.outputs = _tidy_outputs([_copied(output, "data") for output in cell.outputs])
    return result


def _copied(node: NotebookNode, *parts: str) -> NotebookNode:
    """Return a copy of a node and of some of its parts; what is below them is shared."""
    result = copy.copy(node)
    for name in parts:
        if name in result:
            result[name] = (
                copy.deepcopy(node[name]) if name == "attachments" else copy.copy(node[name])
            )
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
        warm_up(preload, one_thread=jobs > 1)
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


class _Client(PapermillNotebookClient):
    """Lets a kernel that is done clean up; kills one that is not."""

    memory_mb: float | None = None

    def process_message(self, *about: Any) -> Any:
        """Handle a message of the kernel, which may send something back to it.

        nbclient's output widget sends past the asyncio socket that waits for the cell's reply. If
        the reply arrives at that moment, sending takes the signal that it is there, and the wait
        never ends; asking the socket for its events makes it look again.
        """
        try:
            return super().process_message(*about)
        finally:
            if self.kc is not None:
                self.kc.shell_channel.socket.get(zmq.EVENTS)

    def papermill_execute_cells(self) -> None:
        self.shutdown_kernel = "immediate"
        super().papermill_execute_cells()
        self.shutdown_kernel = "graceful"
        process = getattr(getattr(self.km, "provisioner", None), "process", None)
        self.memory_mb = _most_memory(getattr(process, "pid", 0))


class _Child:
    """A process forked for one notebook, which runs its cells."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Start the process.

        Raises:
            CannotForkError: this system cannot, or not with this environment.
        """
        server.warm_up()
        self._home = server.new_home()
        own, theirs = socket.socketpair()
        self._stream = own
        launch = ShellLaunch((), dict(environment), str(Path.cwd()), str(self._home), "")
        try:
            with theirs, Path(os.devnull).open("rb") as nothing:
                streams = (nothing.fileno(), 1, 2, theirs.fileno())
                self.process = server.start(launch, streams, environment)
            if (hello := receive_frame(own)) is None:
                self.process.wait_for_end(10)
                raise CannotForkError(server.why_it_failed())
        except BaseException:
            own.close()
            shutil.rmtree(self._home, ignore_errors=True)
            raise
        server.worked()
        self.process.poll()  # which reads the number of the process
        self.language_info: dict[str, Any] = hello["language_info"]

    def send(self, message: Mapping[str, Any]) -> None:
        with contextlib.suppress(OSError):  # then the next reading tells that it has ended
            send_frame(self._stream, message)

    def receive(self, deadline: float | None) -> Any:
        return receive_frame(self._stream, deadline)

    def kill(self) -> None:
        self.process.kill()

    def finish(self, graceful: bool) -> None:
        """Let the process end on its own if it may, and remove its files."""
        self._stream.close()
        if not graceful or self.process.wait_for_end(30) is None:
            self.kill()
            self.process.wait_for_end(10)
        self.process.close()
        shutil.rmtree(self._home, ignore_errors=True)


class _DirectClient(PapermillNotebookClient):
    """Runs the cells in their own process; nbclient makes the outputs as usual.

    There is no kernel and so no manager of one: cells go to the process and messages come back.
    """

    memory_mb: float | None = None

    def execute(
        self, environment: Mapping[str, str], started: Callable[[_Child], None] = lambda _: None
    ) -> NotebookNode:
        """Execute all cells, until one fails."""
        self.reset_execution_trackers()
        self.child = _Child(environment)
        started(self.child)
        self.kc: Any = SimpleNamespace(  # all that nbclient's output widget asks of a client
            session=Session(), shell_channel=SimpleNamespace(send=self._send_comm)
        )
        graceful = False
        try:
            self.papermill_execute_cells()
            self.nb.metadata["language_info"] = self.child.language_info
            self.set_widgets_metadata()
            self.memory_mb = _most_memory(self.child.process.pid)
            graceful = True
        finally:
            self.child.finish(graceful)
        return self.nb

    def _send_comm(self, message: Mapping[str, Any]) -> None:
        self.child.send({"comm": {"content": message["content"], "metadata": {}, "buffers": []}})

    def execute_cell(
        self,
        cell: NotebookNode,
        cell_index: int,
        execution_count: int | None = None,
        store_history: bool = True,
    ) -> NotebookNode:
        """Execute one cell with nbclient's hooks, rules for skipping, and errors."""
        self._call(self.on_cell_start, cell=cell, cell_index=cell_index)
        if cell.cell_type != "code" or not cell.source.strip():
            return cell
        if self.skip_cells_with_tag in cell.metadata.get("tags", []):
            return cell
        timed = cell.metadata.setdefault("execution", {}) if self.record_timing else {}
        timed.clear()
        timed["iopub.status.busy"] = timestamp()
        self._call(self.on_cell_execute, cell=cell, cell_index=cell_index)
        self.code_cells_executed += 1
        name = f"cell-{self.code_cells_executed}"
        self.child.send({"id": name, "code": cell.source, "store_history": store_history})
        self._call(self.on_cell_complete, cell=cell, cell_index=cell_index)
        cell.outputs = []
        self.clear_before_next_output = False
        reply = {"content": self._wait_for_reply(cell, cell_index)}
        timed["iopub.status.idle"] = timed["shell.execute_reply"] = timestamp()
        if execution_count:
            cell["execution_count"] = execution_count
        self._call(self.on_cell_executed, cell=cell, cell_index=cell_index, execute_reply=reply)
        self._raise_error(cell, cell_index, reply)
        self.nb["cells"][cell_index] = cell
        return cell

    def _wait_for_reply(self, cell: NotebookNode, cell_index: int) -> dict[str, Any]:
        timeout = self._get_timeout(cell)
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            try:
                message = self.child.receive(deadline)
            except TimeoutError:
                words = "Cell execution timed out"
                raise CellTimeoutError.error_from_timeout_and_cell(
                    words, timeout or 0, cell
                ) from None
            if message is None:
                self.child.process.wait_for_end(10)
                raise DeadKernelError("Kernel died")
            if "reply" in message:
                content: dict[str, Any] = message["reply"]
                cell["execution_count"] = content["execution_count"]
                return content
            message["buffers"] = [base64.b64decode(part) for part in message["buffers"]]
            self.process_message(message, cell, cell_index)

    def _raise_error(self, cell: NotebookNode, cell_index: int, reply: dict[str, Any]) -> None:
        content = reply["content"]
        if content["status"] != "error":
            return
        allowed = not self.force_raise_errors and (
            self.allow_errors
            or content.get("ename") in self.allow_error_names
            or "raises-exception" in cell.metadata.get("tags", [])
        )
        self._call(self.on_cell_error, cell=cell, cell_index=cell_index, execute_reply=reply)
        if not allowed:
            raise CellExecutionError.from_cell_and_msg(cell, content)

    def _call(self, hook: Callable[..., Any] | None, **about: Any) -> None:
        if hook is not None:
            hook(**about)


class NotebookEngine(Engine):
    """Papermill's engine `workshop`: each notebook in a process forked for it.

    Papermill's own engine runs it if the system cannot fork, or if the notebook's kernel is another
    Python or language.
    """

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        run: _Run | None = None,
        **options: Any,
    ) -> None:
        """Execute the notebook that papermill has prepared."""
        if run is not None:
            run.execute_cells(nb_man, kernel_name)
            return
        if _is_this_python(kernel_name):
            chosen = {name: options[name] for name in _PASSED if name in options}
            timeout = options.get("execution_timeout") or options.get("timeout")
            client = _DirectClient(
                nb_man, kernel_name=kernel_name, log=logger, timeout=timeout, **chosen
            )
            try:
                client.execute(os.environ)
            except CannotForkError as reason:
                logger.warning("The notebook runs in an ordinary kernel: %s.", reason)
            else:
                return
        NBClientEngine.execute_managed_notebook(nb_man, kernel_name, **options)


_PASSED = ("log_output", "stdout_file", "stderr_file", "allow_errors", "record_timing")


def _is_this_python(kernel_name: str) -> bool:
    """Return whether a kernelspec starts ipykernel with the Python that runs this."""
    if kernel_name == WARM_KERNEL:
        return True
    manager = KernelManager(kernel_name=kernel_name)
    spec = manager.kernel_spec
    return (
        spec is not None
        and spec.argv[1:3] == USUAL
        and not spec.env
        and manager.format_kernel_cmd()[0] == sys.executable
    )


papermill_engines.register(ENGINE, NotebookEngine)


@dataclass
class _Batch:
    """The runs of one call, and the means to stop them."""

    kernel: str
    on_progress: Progress | None
    timeout_s: float | None
    environment: dict[str, str]
    running: set[Callable[[], None]] = field(default_factory=set)
    """Functions that kill the process of each run in progress."""
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
            running = list(self.running)
        for kill in running:
            kill()

    @contextmanager
    def stopping(self, kill: Callable[[], None]) -> Iterator[None]:
        """Let `stop` call `kill` while this runs."""
        with self.lock:
            self.running.add(kill)
        try:
            yield
        finally:
            with self.lock:
                self.running.discard(kill)

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
    child: _Child | None = None
    started: float = field(default_factory=time.monotonic)

    def execute(self, parameters: Mapping[str, object]) -> CellError | None:
        """Execute the notebook as far as possible; return the error that ended it."""
        try:
            given = declared(self.notebook, parameters)
            names = {"engine_name": ENGINE, "kernel_name": self.batch.kernel}
            # In two steps, since papermill writes what it has run as text, even to no file.
            prepared = papermill.execute_notebook(
                self.notebook, None, given, prepare_only=True, language=LANGUAGE, **names
            )
            done = papermill_engines.execute_notebook_with_engine(
                nb=prepared, progress_bar=False, run=self, **names
            )
            raise_for_execution_errors(done, None)
        except papermill.PapermillExecutionError as found:
            self.notebook.cells = self.cells  # without what papermill says of the error
            return CellError(found.cell_index, found.ename, found.evalue, found.source, "raised")
        except CellTimeoutError:
            why = f"no end after {self.batch.timeout_s:g} seconds"
            return self._failure("TimeoutError", why, "timed-out")
        except DeadKernelError:
            return self._failure("DeadKernelError", _cause_of_death(self._process()), "killed")
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
        options: dict[str, Any] = {
            "kernel_name": kernel,
            "log": _log,
            "timeout_func": self._seconds_left,
            "record_timing": False,
            "on_cell_start": self._start_cell,
        }
        environment = {**os.environ, **self.batch.environment}
        with self.batch.stopping(self._kill):
            if self.batch.kernel == WARM_KERNEL and self._execute_directly(
                _DirectClient(execution, **options), environment
            ):
                return
            try:
                self._execute_in_kernel(execution, options, environment)
            except RuntimeError:
                if self.current >= 0 or self.batch.stopped:
                    raise
                # A kernel's ports are chosen before it takes them, and another was quicker.
                del self.manager
                self._execute_in_kernel(execution, options, environment)

    def _execute_in_kernel(
        self,
        execution: NotebookExecutionManager,
        options: Mapping[str, Any],
        environment: Mapping[str, str],
    ) -> None:
        """Execute the cells in an ordinary kernel."""
        client = _Client(
            execution,
            km=self.manager,
            iopub_timeout=60,
            extra_arguments=["--HistoryManager.hist_file=:memory:"],
            **options,
        )
        try:
            client.execute(cleanup_kc=True, env=environment)
        finally:
            self.memory_mb = client.memory_mb

    def _execute_directly(self, client: _DirectClient, environment: Mapping[str, str]) -> bool:
        """Execute the cells in their own process; return whether that is possible."""
        try:
            client.execute(environment, lambda child: setattr(self, "child", child))
        except CannotForkError as reason:
            warn_of_ordinary_kernel(reason)
            return False
        finally:
            self.memory_mb = client.memory_mb
        return True

    def _process(self) -> Any:
        """Return the process that the cells run in, if there is one."""
        if self.child is not None:
            return self.child.process
        return getattr(self.manager.provisioner, "process", None)

    def _kill(self) -> None:
        if (process := self._process()) is not None:
            process.kill()

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


def _most_memory(pid: int) -> float | None:
    try:
        for line in Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    except (OSError, ValueError, IndexError):
        pass
    return None


def _cause_of_death(process: Any) -> str:
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
