"""Run one fork server for each process that needs kernels.

Light on purpose: a command can import this and call `warm_up` before anything else, and the
server's imports then run beside its own. The server, its kernels and all their files end with the
process that started it, whatever ends it.
"""

from __future__ import annotations

import atexit
import contextlib
import itertools
import json
import os
import pickle
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from multiprocessing import reduction
from pathlib import Path
from typing import Any

from workshop.kernels.zygote import FAILURE, FILES, THREAD_LIMITS, Launch, stamp

_SOURCE = Path(__file__).parents[2]
_STATUS = struct.Struct("q")  # the fork server writes a pid, and later an exit code, in this form
_KILL: int = getattr(signal, "SIGKILL", signal.SIGTERM)  # which Windows lacks
_NO_FORK = "this system cannot fork processes"
_LONGEST_FOLDER = 60  # a socket's whole path has at most 104 bytes on macOS, 108 on Linux


class CannotForkError(Exception):
    """There is no fork server, for the reason given; start an ordinary kernel."""


class NotYetError(CannotForkError):
    """The fork server still imports, and nobody wants to wait for it."""


class KernelProcess:
    """A forked kernel, with as much of `subprocess.Popen` as Jupyter needs."""

    stdin = stdout = stderr = None

    def __init__(self, status: int, ready: int) -> None:
        """Take over the reading ends of the pipes `status` and `ready`."""
        self.pid = 0
        self.returncode: int | None = None
        self.problems: list[str] = []
        self._status: int | None = status
        self._ready: int | None = ready
        self._message = b""
        if sys.platform == "win32":
            raise CannotForkError(_NO_FORK)
        os.set_blocking(status, False)
        os.set_blocking(ready, False)

    @property
    def signs(self) -> tuple[int, ...]:
        """Return the pipes that become readable when the kernel is ready or has ended."""
        return tuple(end for end in (self._status, self._ready) if end is not None)

    def starting(self) -> bool:
        """Return whether it has yet to open its sockets; False also once it has died."""
        if self._ready is not None:
            try:
                chunk = os.read(self._ready, 65536)
            except BlockingIOError:
                return self.poll() is None
            self._message += chunk
            if not chunk or chunk.endswith(b"\n"):
                os.close(self._ready)
                self._ready = None
                if self._message:
                    self.problems = json.loads(self._message)["problems"]
        return False

    def poll(self) -> int | None:
        """Return the exit code (negative: a signal), or None while it runs."""
        while self._status is not None and self.returncode is None:
            try:
                data = os.read(self._status, _STATUS.size)
            except BlockingIOError:
                return None
            if not data:  # the server is gone, and a kernel never outlives it
                self.returncode = -_KILL if self.pid else 255
            elif not self.pid:
                self.pid = _STATUS.unpack(data)[0]
            else:
                self.returncode = _STATUS.unpack(data)[0]
                if sys.platform != "win32":  # what the kernel has started goes with it
                    with contextlib.suppress(OSError):
                        os.killpg(self.pid, _KILL)
        self.close()
        return self.returncode

    def wait(self) -> int | None:
        """Return the exit code; call it only once `poll` has one."""
        return self.poll()

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel's own process, if it still runs."""
        if self.poll() is None and self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill the kernel."""
        self.send_signal(_KILL)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def wait_for_end(self, seconds: float) -> int | None:
        """Return the exit code, or None after so many seconds."""
        deadline = time.monotonic() + seconds
        while self.poll() is None and (left := deadline - time.monotonic()) > 0:
            # not for `ready`, whose end was read and which would be readable for ever
            select.select(self.signs[:1], [], [], left)
        return self.returncode

    def close(self) -> None:
        """Close the pipes."""
        for end in (self._status, self._ready):
            if end is not None:
                os.close(end)
        self._status = self._ready = None


@dataclass
class _Fork:
    """A running fork server: its process, life line, folder and environment."""

    process: subprocess.Popen[bytes]
    alive: int
    root: Path
    environment: dict[str, str]
    limits: dict[str, str]
    proven: bool = False

    @cached_property
    def _files(self) -> dict[str, list[int]]:
        """Return the files of everything imported, as they were then."""
        files: dict[str, list[int]] = json.loads((self.root / FILES).read_text("utf-8"))
        return files

    def is_current(self) -> bool:
        """Return whether no file that it has imported was changed since."""
        try:
            return all(stamp(name) == was for name, was in self._files.items())
        except FileNotFoundError:  # it still imports
            return True

    def is_empty(self) -> bool:
        """Return whether no kernel has its folder here any more."""
        try:
            return not any(path.is_dir() for path in self.root.iterdir())
        except FileNotFoundError:  # somebody has cleaned up
            return True

    def why_it_failed(self) -> str:
        with contextlib.suppress(OSError):
            return (self.root / FAILURE).read_text(encoding="utf-8")
        return "its process has ended"

    def end(self) -> None:
        """End it and its kernels; all their files are gone when this returns."""
        os.close(self.alive)
        if not self.proven:  # it has no kernel yet, and may be busy importing for a while
            self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.root, ignore_errors=True)


class _Server:
    """The fork server in use, if any, and earlier ones that still have kernels."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._preload: tuple[str, ...] = ()
        self._earlier: list[_Fork] = []
        self.fork: _Fork | None = None

    def new_home(self) -> Path:
        """Make a private folder for one kernel's sockets and connection file.

        Raises:
            CannotForkError: there is no server.
        """
        with self._lock:
            home = self._running().root / str(next(self._numbers))
            home.mkdir(mode=0o700)
            return home

    def warm_up(self, preload: Iterable[str] = (), one_thread: bool = False) -> None:
        """Start a server unless one runs; return at once, while it imports.

        A running server keeps its modules; only the next one imports `preload` too. Where a file
        that it has imported was changed (a package was renewed, a module edited), the next one
        starts at once, and the old one ends with the last of its kernels. With `one_thread`,
        numerical libraries take one thread in each kernel, unless the environment says otherwise.

        Raises:
            CannotForkError: there is no fork here, or the server has failed before.
        """
        if not hasattr(os, "fork") or not hasattr(socket, "AF_UNIX"):
            raise CannotForkError(_NO_FORK)
        with self._lock:
            self._preload = tuple(dict.fromkeys((*self._preload, *preload)))
            self._end_empty()
            fork = self.fork
            if fork is None:
                self.fork = self._start(one_thread)
            elif fork.process.poll() is not None:
                if not fork.proven:
                    raise CannotForkError(fork.why_it_failed())
                self._drop(fork)
                self.fork = self._start(bool(fork.limits))
            elif not fork.is_current():
                self._earlier.append(fork)
                self.fork = self._start(bool(fork.limits))

    def start(
        self, launch: Launch, streams: tuple[int, ...], required: Mapping[str, str]
    ) -> KernelProcess:
        """Ask for a kernel; return at once, with the kernel still starting.

        Raises:
            CannotForkError: there is no server, or what it has read from the environment when it
                started is not `required`.
        """
        if sys.platform == "win32":
            raise CannotForkError(_NO_FORK)
        with self._lock:
            fork = self._running()
        differing = sorted(
            name
            for name in required.keys() | fork.environment.keys()
            if _read_at_start(name) and required.get(name) != fork.environment.get(name)
        )
        if differing:
            raise CannotForkError(f"the kernel is to start with another {', '.join(differing)}")
        # Plain strings cross the boundary: a caller's own kind of string would be looked for, and
        # so the caller's modules be imported, in the kernel.
        environment = {_plain(k): _plain(v) for k, v in launch.environment.items()}
        launch = replace(launch, environment={**fork.limits, **environment})
        status, child_status = os.pipe()
        ready, child_ready = os.pipe()
        child_data, data = os.pipe()
        nothing = os.open(os.devnull, os.O_RDWR)
        process = KernelProcess(status, ready)
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(_address(fork.root))
                # In the order of the fork server's protocol; the two it keeps for its own
                # use (its life line and the resource tracker) are not for kernels.
                fds = [child_data, child_status, nothing, nothing, child_ready, *streams]
                reduction.sendfds(client, fds)
            with os.fdopen(data, "wb", closefd=False) as writer:
                writer.write(pickle.dumps({}) + pickle.dumps(launch))
        except OSError as error:
            process.close()
            raise CannotForkError(fork.why_it_failed()) from error
        finally:
            for end in (child_status, child_ready, child_data, data, nothing):
                os.close(end)
        return process

    def is_ready(self) -> bool:
        """Return whether the server has imported everything."""
        with self._lock:
            return self.fork is not None and (self.fork.root / FILES).exists()

    def worked(self) -> None:
        """Note that the server has started a kernel."""
        with self._lock:
            if self.fork is not None:
                self.fork.proven = True

    def why_it_failed(self) -> str:
        """Return what the server printed before it ended."""
        with self._lock:
            return self.fork.why_it_failed() if self.fork is not None else "its process has ended"

    def stop(self) -> None:
        """End all servers and their kernels; all their files are gone when this returns."""
        with self._lock:
            for fork in (*self._earlier, self.fork):
                self._drop(fork)

    def forget(self) -> None:
        """Leave the servers to the process that started them, in a fork of the client."""
        for fork in (*self._earlier, self.fork):
            if fork is not None:
                os.close(fork.alive)
                fork.process.returncode = 0  # not this process's to wait for
        self.__init__()  # type: ignore[misc]

    def _running(self) -> _Fork:
        if self.fork is None:
            raise CannotForkError("its process has ended")
        return self.fork

    def _end_empty(self) -> None:
        """End earlier servers whose last kernel is gone."""
        for fork in [fork for fork in self._earlier if fork.is_empty()]:
            self._drop(fork)

    def _drop(self, fork: _Fork | None) -> None:
        if fork is None:
            return
        if fork is self.fork:
            self.fork = None
        else:
            self._earlier.remove(fork)
        fork.end()

    def _start(self, one_thread: bool) -> _Fork:
        if sys.platform == "win32":
            raise CannotForkError(_NO_FORK)
        # absolute, as the server's own folder is another (TMPDIR can be ".")
        usual = os.path.abspath(tempfile.gettempdir())  # noqa: PTH100
        place = usual if len(os.fsencode(usual)) < _LONGEST_FOLDER else "/tmp"  # noqa: S108
        root = Path(tempfile.mkdtemp(prefix="wk-", dir=place))
        environment = dict(os.environ)
        limits = dict.fromkeys(THREAD_LIMITS, "1") if one_thread else {}
        alive, our_alive = os.pipe()
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(_address(root))
            listener.listen()
            code = (
                f"import sys; p = {str(_SOURCE)!r}; p in sys.path or sys.path.append(p); "
                "from workshop.kernels.zygote import main; "
                f"main({listener.fileno()}, {alive}, {str(root)!r}, {self._preload!r})"
            )
            # A session of its own: what a terminal or a job runner sends to the client's group
            # must not end the server before it has cleaned up.
            process = subprocess.Popen(  # noqa: S603 - our own code
                [sys.executable, "-c", code],
                pass_fds=(listener.fileno(), alive),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={**limits, **environment},
                cwd="/",
                start_new_session=True,
            )
        os.close(alive)
        return _Fork(process, our_alive, root, environment, limits)


def _address(root: Path) -> str:
    return f"{root}/s"


def _plain(text: str) -> str:
    return str.__str__(os.fsdecode(text))


def _read_at_start(name: str) -> bool:
    """Return whether Python reads this environment variable only when it starts."""
    if name == "PYTHONEXECUTABLE":  # Jupyter takes it out for every kernel
        return False
    return name.startswith(("PYTHON", "LC_", "LD_", "DYLD_", "XDG_C")) or name in {
        "HOME",  # where matplotlib and others look for what a person prefers
        "LANG",
        "MATPLOTLIBRC",
        "MPLCONFIGDIR",
        *THREAD_LIMITS,
    }


def send_frame(stream: socket.socket, message: Mapping[str, Any]) -> None:
    """Send a message as JSON after its length in bytes."""
    data = json.dumps(message).encode()
    stream.sendall(_STATUS.pack(len(data)) + data)


def receive_frame(stream: socket.socket, deadline: float | None = None) -> Any:
    """Return the next message, or None if the other end is gone.

    Raises:
        TimeoutError: nothing has come until `deadline`, in seconds of the monotonic clock.
    """
    head = _receive(stream, _STATUS.size, deadline)
    data = head and _receive(stream, _STATUS.unpack(head)[0], deadline)
    return json.loads(data) if data else None


def _receive(stream: socket.socket, count: int, deadline: float | None) -> bytes:
    """Return exactly so many bytes, or none if the other end is gone."""
    parts = []
    while count:
        stream.settimeout(None if deadline is None else max(deadline - time.monotonic(), 1e-3))
        try:
            part = stream.recv(min(count, 1 << 20))
        except ConnectionError:
            return b""
        if not part:
            return b""
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


server = _Server()
atexit.register(server.stop)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=server.forget)


def warm_up(preload: Iterable[str] = (), *, one_thread: bool = False) -> None:
    """Start the imports of coming kernels in the background, if possible.

    `preload` names modules to have ready in every kernel, and functions (`module:function`) to call
    once for what they leave in memory. `one_thread` is for many kernels at once: numerical
    libraries then take one thread in each of them, unless the environment says otherwise.
    """
    with contextlib.suppress(CannotForkError):
        server.warm_up(preload, one_thread)


def stop() -> None:
    """End every forked kernel and the server; the next kernel starts a new one."""
    server.stop()
