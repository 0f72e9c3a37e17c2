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
from multiprocessing import reduction
from pathlib import Path
from typing import Any

from workshop.kernels.zygote import FAILURE, THREAD_LIMITS, Launch

_SOURCE = Path(__file__).parents[2]
_STATUS = struct.Struct("q")  # the fork server writes a pid, and later an exit code, in this form
if sys.platform == "win32":
    _KILL = signal.SIGTERM
else:
    _KILL = signal.SIGKILL
_NO_FORK = "this system cannot fork processes"
_LONGEST_FOLDER = 60  # a socket's whole path has at most 104 bytes on macOS, 108 on Linux


class CannotForkError(Exception):
    """There is no fork server, for the reason given; start an ordinary kernel."""


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
            select.select(self.signs, [], [], left)
        return self.returncode

    def close(self) -> None:
        """Close the pipes."""
        for end in (self._status, self._ready):
            if end is not None:
                os.close(end)
        self._status = self._ready = None


class _Server:
    """The running fork server, if any, and its private folder."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._alive: int | None = None
        self._root: Path | None = None
        self._environment: dict[str, str] = {}
        self._preload: tuple[str, ...] = ()
        self.proven = False

    @property
    def _address(self) -> str:
        return f"{self._root}/s"

    def new_home(self) -> Path:
        """Make a private folder for one kernel's sockets and connection file."""
        with self._lock:
            home = self._folder() / str(next(self._numbers))
            home.mkdir(mode=0o700)
            return home

    def warm_up(self, preload: Iterable[str] = ()) -> None:
        """Start the server unless it runs; return at once, while it imports.

        A running server keeps its modules; only the next one imports `preload` too.

        Raises:
            CannotForkError: there is no fork here, or the server has failed before.
        """
        if not hasattr(os, "fork") or not hasattr(socket, "AF_UNIX"):
            raise CannotForkError(_NO_FORK)
        with self._lock:
            self._preload = tuple(dict.fromkeys((*self._preload, *preload)))
            if self._process is not None:
                if self._process.poll() is None:
                    return
                if not self.proven:
                    raise CannotForkError(self._why_it_failed())
                self._drop()
            self._start()

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
        self.warm_up()
        differing = sorted(
            name
            for name in required.keys() | self._environment.keys()
            if _read_at_start(name) and required.get(name) != self._environment.get(name)
        )
        if differing:
            raise CannotForkError(f"the kernel is to start with another {', '.join(differing)}")
        status, child_status = os.pipe()
        ready, child_ready = os.pipe()
        child_data, data = os.pipe()
        nothing = os.open(os.devnull, os.O_RDWR)
        process = KernelProcess(status, ready)
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(self._address)
                # In the order of the fork server's protocol; the two it keeps for its own
                # use (its life line and the resource tracker) are not for kernels.
                fds = [child_data, child_status, nothing, nothing, child_ready, *streams]
                reduction.sendfds(client, fds)
            with os.fdopen(data, "wb", closefd=False) as writer:
                writer.write(pickle.dumps({}) + pickle.dumps(launch))
        except OSError as error:
            process.close()
            raise CannotForkError(self._why_it_failed()) from error
        finally:
            for end in (child_status, child_ready, child_data, data, nothing):
                os.close(end)
        return process

    def why_it_failed(self) -> str:
        """Return what the server printed before it ended."""
        with self._lock:
            return self._why_it_failed()

    def stop(self) -> None:
        """End the server and its kernels; all their files are gone when this returns."""
        with self._lock:
            self._drop()

    def forget(self) -> None:
        """Leave the server to the process that started it, in a fork of the client."""
        if self._alive is not None:
            os.close(self._alive)
        if self._process is not None:
            self._process.returncode = 0  # not this process's to wait for
        self.__init__()  # type: ignore[misc]

    def _folder(self) -> Path:
        if self._root is None:
            usual = tempfile.gettempdir()
            place = usual if len(os.fsencode(usual)) < _LONGEST_FOLDER else "/tmp"  # noqa: S108
            self._root = Path(tempfile.mkdtemp(prefix="wk-", dir=place))
        return self._root

    def _start(self) -> None:
        if sys.platform == "win32":
            raise CannotForkError(_NO_FORK)
        root = self._folder()
        alive, self._alive = os.pipe()
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self._address)
            listener.listen()
            code = (
                f"import sys; p = {str(_SOURCE)!r}; p in sys.path or sys.path.append(p); "
                "from workshop.kernels.zygote import main; "
                f"main({listener.fileno()}, {alive}, {str(root)!r}, {self._preload!r})"
            )
            self._environment = dict(os.environ)
            # A session of its own: what a terminal or a job runner sends to the client's group
            # must not end the server before it has cleaned up.
            self._process = subprocess.Popen(  # noqa: S603 - our own code
                [sys.executable, "-c", code],
                pass_fds=(listener.fileno(), alive),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={**dict.fromkeys(THREAD_LIMITS, "1"), **self._environment},
                cwd="/",
                start_new_session=True,
            )
        os.close(alive)
        self.proven = False

    def _drop(self) -> None:
        if self._alive is not None:
            os.close(self._alive)
            self._alive = None
        if self._process is not None:
            if not self.proven:  # it has no kernel yet, and may be busy importing for a while
                self._process.terminate()
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._root is not None:
            shutil.rmtree(self._root, ignore_errors=True)
            self._root = None

    def _why_it_failed(self) -> str:
        if self._root is not None:
            with contextlib.suppress(OSError):
                return (self._root / FAILURE).read_text(encoding="utf-8")
        return "its process has ended"


def _read_at_start(name: str) -> bool:
    """Return whether Python reads this environment variable only when it starts."""
    if name == "PYTHONEXECUTABLE":  # Jupyter takes it out for every kernel
        return False
    return name.startswith(("PYTHON", "LC_", "LD_", "DYLD_", "MPLCONFIGDIR")) or name in {
        "LANG",
        "MATPLOTLIBRC",
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


def warm_up(preload: Iterable[str] = ()) -> None:
    """Start the imports of coming kernels in the background, if possible.

    `preload` names modules to have ready in every kernel, and functions (`module:function`) to call
    once for what they leave in memory.
    """
    with contextlib.suppress(CannotForkError):
        server.warm_up(preload)


def stop() -> None:
    """End every forked kernel and the server; the next kernel starts a new one."""
    server.stop()
