"""Import everything in one process, from which kernels are forked.

`main` is what `workshop.kernels.forkserver` starts. It imports, reports what it could
not import, and runs the fork server of the standard library. A `Launch` is what the client
sends for each kernel; it turns the fresh fork into an ordinary ipykernel.

The imports are made here rather than through `set_forkserver_preload`, which ignores a failing
import, and a `Launch` is sent in place of a `multiprocessing.Process`, which would import the
client's main module again in every kernel.
"""

from __future__ import annotations

import atexit
import builtins
import contextlib
import ctypes
import gc
import importlib
import json
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.machinery import PathFinder
from multiprocessing import forkserver, resource_tracker
from pathlib import Path
from types import SimpleNamespace
from typing import Any

if sys.platform != "win32":
    import resource

# Two notebooks at once on two cores: more threads than that only get in each other's way.
THREAD_LIMITS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)

REQUIRED = ("ipykernel.kernelapp", "ipykernel.ipkernel", "workshop.kernels.shell")

# What ipykernel and IPython themselves import only once a kernel starts.
ALWAYS = (
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.core.pylabtools",
    "IPython.extensions.storemagic",
    "faulthandler",
    "sqlite3",
    "tornado.platform.asyncio",
    "tornado.queues",
    "zmq.utils.garbage",
)

PRELOAD = "WORKSHOP_PRELOAD"
"""Environment variable: further modules to preload, separated by commas."""

RECORD = "kernel"  # in a kernel's own folder: its process id and its connection file
FAILURE = "failure"  # in the server's folder: why it could not start
FILES = "files"  # in the server's folder: what it has imported, with the stamp of each file

_problems: list[str] = []
_early: set[str] = set()  # packages imported here that an ordinary kernel has yet to import


def stamp(file: str) -> list[int]:
    """Return what tells a file from a later one; empty if there is none."""
    try:
        found = os.stat(file)  # noqa: PTH116 - of thousands of files, before every kernel
    except OSError:
        return []
    return [found.st_mtime_ns, found.st_size, found.st_ino]


def _umask() -> int:
    """Return what this process takes from the permissions of new files."""
    with contextlib.suppress(OSError), open("/proc/self/status", encoding="utf-8") as status:  # noqa: PTH123
        for line in status:
            if line.startswith("Umask:"):
                return int(line.split()[1], 8)
    mask = os.umask(0o077)  # elsewhere it is only told to whoever sets it
    os.umask(mask)
    return mask


def _limits() -> dict[int, tuple[int, int]]:
    """Return how much this process may take of each resource."""
    limits: dict[int, tuple[int, int]] = {}
    if sys.platform != "win32":
        for name in dir(resource):
            if name.startswith("RLIMIT_"):
                limits[getattr(resource, name)] = resource.getrlimit(getattr(resource, name))
    return limits


@dataclass(frozen=True)
class Launch:
    """A kernel to start: `ipykernel_launcher` arguments, environment, folders."""

    arguments: tuple[str, ...]
    environment: dict[str, str]
    folder: str
    home: str
    connection_file: str
    umask: int = field(default_factory=_umask)
    limits: dict[int, tuple[int, int]] = field(default_factory=_limits)

    def _bootstrap(self, _parent_sentinel: int) -> int:
        """Run as a kernel and return its exit code; the fork server calls this."""
        inherited = forkserver.get_inherited_fds() or []
        ready, streams, rest = inherited[0], inherited[1:4], inherited[4:]
        server = os.getppid()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        if sys.platform != "win32":
            os.setsid()  # as an ordinary kernel: a signal to its group reaches all it started
        record = f"{os.getpid()}\n{self.connection_file}\n"
        Path(self.home, RECORD).write_text(record, encoding="utf-8")
        _die_with(server)
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        _forget_server()
        os.environ.clear()
        os.environ.update(self.environment)
        if not _has_room_for_ipython():  # it would leave a folder behind, and say so in each kernel
            os.environ.setdefault("IPYTHONDIR", self.home)
        os.umask(self.umask)
        if sys.platform != "win32":
            for number, limit in self.limits.items():
                with contextlib.suppress(OSError, ValueError):
                    resource.setrlimit(number, limit)
            time.tzset()
        os.chdir(self.folder)
        _give_way()
        return self._run(ready, server, rest)

    def _run(self, ready: int, server: int, rest: list[int]) -> int:  # noqa: ARG002
        return _run_kernel(self.arguments, ready, server)


def _has_room_for_ipython() -> bool:
    """Return whether IPython can keep its own files where it usually does."""
    usual = Path("~/.ipython").expanduser()
    return os.access(usual if usual.exists() else usual.parent, os.W_OK)


def main(listener: int, alive: int, root: str, names: Sequence[str] = ()) -> None:
    """Import everything, then serve forks until the last client is gone.

    Modules are preloaded from `names` and from the environment variable `WORKSHOP_PRELOAD`.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server = os.getpid()

    def end(number: int, _frame: object) -> None:
        if os.getpid() == server:  # else it is a fork that has yet to take its own signals
            kill_orphans(Path(root))
        os._exit(128 + number)

    signal.signal(signal.SIGTERM, end)
    if "" in sys.path:
        sys.path.remove("")
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # a warning nobody here can act upon
    gc.disable()  # importing leaves next to nothing to collect, and looking for it takes long
    try:
        for name in REQUIRED:
            importlib.import_module(name)
        preload(ALWAYS)
        usual = _packages() - {__name__.partition(".")[0]}
        chosen = filter(None, map(str.strip, os.environ.get(PRELOAD, "").split(",")))
        with _as_in_a_kernel():
            _problems.extend(preload(dict.fromkeys((*names, *chosen))))
        _early.update(_packages() - usual)
        if threading.active_count() > 1:
            names = ", ".join(t.name for t in threading.enumerate()[1:])
            raise RuntimeError(f"an imported module has started a thread ({names})")
        _find_backends()
        _write_files(Path(root))
        gc.collect()
        gc.freeze()  # the collector must not touch, and so copy, what all kernels share
        gc.enable()
    except Exception as error:
        Path(root, FAILURE).write_text(f"{type(error).__name__}: {error}", encoding="utf-8")
        os._exit(1)
    try:
        forkserver.main(listener, alive, [])
    finally:
        kill_orphans(Path(root))
        atexit._run_exitfuncs()
        os._exit(0)


def _packages() -> set[str]:
    return {name.partition(".")[0] for name in list(sys.modules)}


@contextlib.contextmanager
def _as_in_a_kernel() -> Iterator[None]:
    """Have imported modules find a shell with a kernel, as they would in a notebook.

    pandas looks for it to choose how much of a frame is shown.
    """
    builtins.get_ipython = lambda: SimpleNamespace(kernel=None)  # type: ignore[attr-defined]
    try:
        yield
    finally:
        del builtins.get_ipython  # type: ignore[attr-defined]


def _write_files(root: Path) -> None:
    """Note which files were imported, so that the client sees when one has changed."""
    modules = [module for module in list(sys.modules.values()) if module is not None]
    names = {getattr(module, "__file__", None) for module in modules}
    stamps = {name: stamp(name) for name in names if isinstance(name, str)}
    draft = root / f"{FILES}.draft"
    draft.write_text(json.dumps(stamps), encoding="utf-8")
    draft.replace(root / FILES)


def _give_way() -> None:
    """Let what lies in the kernel's folder win over what was imported beforehand.

    A module there is imported when the notebook asks for it, as in an ordinary kernel; matplotlib
    reads its settings there again.
    """
    here = str(Path.cwd())
    try:
        names = {name.partition(".")[0] for name in os.listdir(here)}  # noqa: PTH208
    except OSError:
        names = set()
    for name in names & _early:
        spec = PathFinder.find_spec(name, [here])
        if spec is not None and spec.loader is not None:  # a folder alone is no module
            for module in [m for m in sys.modules if m.partition(".")[0] == name]:
                del sys.modules[module]
    if "matplotlibrc" in names and (matplotlib := sys.modules.get("matplotlib")):
        chosen = matplotlib.rc_params_from_file(matplotlib.matplotlib_fname())
        for settings in (matplotlib.rcParams, matplotlib.rcParamsOrig):
            settings.update({k: v for k, v in chosen.items() if k != "backend"})


def tie_to_shell() -> None:
    """Do for modules imported beforehand what they do when a notebook imports them."""
    if widgets := sys.modules.get("ipywidgets"):
        widgets.register_comm_target()
    if matplotlib := sys.modules.get("matplotlib"):
        # It looks at this variable, which ipykernel has just set, on import only; and the
        # inline backend ties itself to the shell when it is imported: again, on first use.
        matplotlib.rcParams["backend"] = os.environ["MPLBACKEND"]
        sys.modules.pop("matplotlib_inline.backend_inline", None)


def _find_backends() -> None:
    """Let matplotlib find its backends once rather than in every kernel."""
    if backends := sys.modules.get("matplotlib.backends"):
        backends.backend_registry.list_all()


def preload(names: Iterable[str]) -> list[str]:
    """Import modules, and call functions written as `module:function`.

    Returns a sentence for each failure. A module that is not installed is none.
    """
    problems = []
    for name in names:
        module, _, function = name.partition(":")
        try:
            imported = importlib.import_module(module)
            if function:
                getattr(imported, function)()
        except ModuleNotFoundError as error:
            if error.name is None or not f"{module}.".startswith(f"{error.name}."):
                problems.append(f"{name}: {error}")
        except (Exception, SystemExit) as error:
            problems.append(f"{name}: {type(error).__name__}: {error}")
    return problems


def kill_orphans(root: Path) -> None:
    """Kill the kernels left under a server's folder and remove their files."""
    for record in root.glob(f"*/{RECORD}"):
        pid, connection_file = record.read_text(encoding="utf-8").splitlines()
        if sys.platform != "win32":
            with contextlib.suppress(OSError):
                os.killpg(int(pid), signal.SIGKILL)
        with contextlib.suppress(OSError):
            os.unlink(connection_file)  # noqa: PTH108 - may be empty
    shutil.rmtree(root, ignore_errors=True)


def _die_with(server: int) -> None:
    """Have the system kill this kernel when its server dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() != server:  # it died before we could ask
        os._exit(1)


def _forget_server() -> None:
    """Make this process look as if it had been started rather than forked."""
    own_server: Any = forkserver._forkserver
    own_tracker: Any = resource_tracker._resource_tracker
    os.close(own_server._forkserver_alive_fd)
    os.close(own_tracker._fd)
    own_server.__init__()
    own_tracker.__init__()
    tempfile.tempdir = None  # chosen anew, by this process's environment
    # Temporary folders made by an import belong to the server, and to the other kernels.
    atexit.unregister(shutil.rmtree)
    for finalizer in list(weakref.finalize._registry):  # type: ignore[attr-defined]
        finalizer.atexit = False
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()  # else every fork draws the same numbers


def _run_kernel(arguments: tuple[str, ...], ready: int, server: int) -> int:
    from ipykernel import kernelapp

    launcher = Path(kernelapp.__file__).parents[1] / "ipykernel_launcher.py"
    sys.argv = [str(launcher), *arguments]
    code = 0
    try:
        # The class read the parent's id from the environment when it was imported.
        app: Any = kernelapp.IPKernelApp.instance(parent_handle=server)
        app.initialize()
        tie_to_shell()
        os.write(ready, json.dumps({"problems": _problems}).encode() + b"\n")
        os.close(ready)
        app.start()
        # It may still be flushing what told us to stop, through a thread that the exit handlers
        # end: left to itself it would wait for that thread for ten seconds.
        app.control_thread.join(timeout=1)
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    end_process()
    return code


def end_process() -> None:
    """Run what Python runs before a process ends, which a fork does not."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.__stdout__, sys.__stderr__):
        with contextlib.suppress(Exception):
            stream.flush()  # type: ignore[union-attr]
