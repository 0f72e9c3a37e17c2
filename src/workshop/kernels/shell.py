"""Run one notebook's cells in a forked process, without sockets for messages.

The child is IPython's kernel with its own application, shell and display hooks; only its transport
differs: what an ordinary kernel would publish to its clients goes through one local stream to the
process that runs the notebook. That process sends a `ShellLaunch` to the server.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import io
import os
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

from workshop.kernels.forkserver import receive_frame, send_frame
from workshop.kernels.zygote import Launch, end_process, tie_to_shell

if TYPE_CHECKING:
    from jupyter_client.session import Session

# ipykernel carries few types.
# mypy: disable-error-code="no-untyped-call, misc, override"

ARGUMENTS = ("-f", "", "--HistoryManager.hist_file=:memory:")
SETTINGS = {"IPKernelApp": {"connection_file": ""}, "HistoryManager": {"hist_file": ":memory:"}}
"""What ARGUMENTS say, for an application that does not have to read them."""
_SOON = 0.1
"""Seconds after which printed words are sent if nothing else sends them."""


@dataclass(frozen=True)
class ShellLaunch(Launch):
    """A notebook's process: cells come in through a stream, outputs go back."""

    def _run(self, ready: int, server: int, rest: list[int]) -> int:
        os.close(ready)
        return serve(rest[0], server)


def serve(channel: int, server: int) -> int:
    """Run cells as they come through a stream; return the exit code."""
    from jupyter_client.session import Session

    os.set_inheritable(channel, False)
    link = _Link(socket.socket(fileno=channel))

    class Published(Session):
        """Passes every message to the link instead of a socket."""

        def send(self, _stream: Any, msg_or_type: Any, *args: Any, **about: Any) -> Any:
            about |= dict(zip(("content", "parent"), args, strict=False))
            message, buffers = msg_or_type, about.get("buffers")
            if not isinstance(message, dict):
                names = ("content", "parent", "header", "metadata")
                message = self.msg(message, **{n: about[n] for n in names if n in about})
            link.publish(message, buffers or message.get("buffers") or ())
            return message

    code = 0
    try:
        kernel = _start(link, Published(), server)
        link.send({"language_info": kernel.language_info})
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        kernel.io_loop = SimpleNamespace(
            call_later=lambda *_: link.end(),
            stop=link.end,
            add_callback=loop.call_soon_threadsafe,
        )
        while not link.ended and (request := link.receive()) is not None:
            if "comm" in request:
                kernel.comm_manager.comm_msg(None, None, request["comm"])
                continue
            link.send({"reply": _execute(kernel, loop, request)})
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    end_process()
    return code


def _start(link: _Link, session: Session, server: int) -> Any:
    """Return IPython's kernel, started by its own application without sockets."""
    _leave_out_debugger()
    from ipykernel import kernelapp
    from ipykernel.ipkernel import IPythonKernel
    from traitlets.config import Config

    def nothing(self: Any, *_: Any, **__: Any) -> None:
        pass

    class Application(kernelapp.IPKernelApp):
        """Reads the usual configuration, extensions and startup files."""

        init_connection_file = init_poller = init_sockets = init_heartbeat = nothing
        write_connection_file = log_connection_info = nothing
        parse_command_line = nothing  # SETTINGS have it; to read it takes a third of the start

        def init_io(self) -> None:
            self.session = session
            link.capture()

        def init_kernel(self) -> None:
            self.kernel = IPythonKernel.instance(
                parent=self,
                session=session,
                iopub_socket=link,
                shell_channel_thread=SimpleNamespace(parent_thread=None),
                log=self.log,
                profile_dir=self.profile_dir,
                user_ns=self.user_ns,
            )

    kernelapp.IPKernelApp._instance = None
    sys.argv = [str(Path(kernelapp.__file__).parents[1] / "ipykernel_launcher.py"), *ARGUMENTS]
    app: Any = Application.instance(parent_handle=server, config=Config(SETTINGS))
    app.initialize()
    kernel = app.kernel
    kernel.shell.displayhook.pub_socket = kernel.shell.display_pub.pub_socket = link
    # ipykernel transforms each cell to see whether it awaits something, and IPython to run it.
    kernel.shell.transform_cell = lru_cache(1)(kernel.shell.transform_cell)
    tie_to_shell()
    return kernel


def _leave_out_debugger() -> None:
    """Have ipykernel believe that there is no debugger, as nobody can attach.

    Importing debugpy takes longer than most cells, and prints warnings of its own.
    """
    name = "ipykernel.debugger"
    module: Any = sys.modules.setdefault(name, ModuleType(name))
    module._is_debugpy_available = False
    module.Debugger = getattr(module, "Debugger", object)


def _execute(kernel: Any, loop: asyncio.AbstractEventLoop, request: dict[str, Any]) -> Any:
    from ipykernel.jsonutil import json_clean

    parent = kernel.session.msg("execute_request", {"code": request["code"]})
    parent["header"]["msg_id"] = request["id"]
    with contextlib.suppress(AttributeError):
        kernel.shell.transform_cell.cache_clear()  # the last cell may have brought a new one
    kernel.set_parent([b""], parent)
    kernel.shell.set_parent(parent)

    async def execute() -> Any:
        done = kernel.do_execute(
            request["code"], False, store_history=request["store_history"], allow_stdin=False
        )
        return await done

    number = kernel.execution_count
    kernel.session.send(None, "execute_input", {"execution_count": number}, parent)
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        reply = loop.run_until_complete(execute())
    finally:
        signal.signal(signal.SIGINT, usual)
        link: _Link = kernel.iopub_socket
        link.flush()
    return json_clean(reply)


class _Link:
    """The stream to the notebook's runner, with a buffer for printed words."""

    def __init__(self, stream: socket.socket) -> None:
        self._stream = stream
        self._pid = os.getpid()
        self._lock = threading.RLock()
        self._printed: list[str] = []
        self._name = ""
        self._waiting = threading.Event()
        self._files: dict[str, tuple[int, int]] = {}
        self.parent: dict[str, Any] = {}
        self.ended = False

    def receive(self) -> Any:
        return receive_frame(self._stream)

    def send(self, message: dict[str, Any]) -> None:
        if os.getpid() == self._pid:
            with self._lock:
                send_frame(self._stream, message)

    def end(self) -> None:
        """Stop further cells."""
        self.ended = True

    def publish(self, message: dict[str, Any], buffers: Any) -> None:
        """Send a kernel's message, after everything that was printed before."""
        from ipykernel.jsonutil import json_clean

        with self._lock:
            self.flush()
            self.parent = message["parent_header"]
            content, metadata = map(json_clean, (message["content"], message["metadata"]))
            self._send_message(message["msg_type"], content, metadata, buffers)

    # -- what is printed ------------------------------------------------------------------------

    def capture(self) -> None:
        """Capture what Python and other programs print in this process."""
        for number, name in ((1, "stdout"), (2, "stderr")):
            getattr(sys, name).flush()
            original = os.dup(number)
            with tempfile.TemporaryFile(buffering=0) as file:
                writer = os.open(f"/dev/fd/{file.fileno()}", os.O_WRONLY | os.O_APPEND)
                os.dup2(writer, number)
                os.close(writer)
                self._files[name] = (os.dup(file.fileno()), 0)
            setattr(sys, name, _Printed(self, name, original))
        threading.Thread(target=self._send_soon, daemon=True, name="printed").start()

    def print(self, name: str, words: str) -> None:
        """Buffer printed words, to send them together with those that follow."""
        if os.getpid() != self._pid:  # a fork of this process has no part in the stream
            os.write(1 if name == "stdout" else 2, words.encode("utf-8", "replace"))
            return
        with self._lock:
            if name != self._name:
                self.flush()
                self._name = name
            self._printed.append(words)
        self._waiting.set()

    def flush(self) -> None:
        """Send everything that was printed until now."""
        if os.getpid() != self._pid:
            return
        with self._lock:
            words, self._printed = "".join(self._printed), []
            if words:
                self._send_printed(self._name, words)
            if sys.platform == "win32":  # no process is forked there
                return
            for name, (file, at) in self._files.items():
                while part := os.pread(file, 1 << 20, at):
                    at += len(part)
                    self._send_printed(name, part.decode("utf-8", "replace"))
                self._files[name] = (file, at)

    def _send_printed(self, name: str, words: str) -> None:
        self._send_message("stream", {"name": name, "text": words}, {}, ())

    def _send_message(self, kind: str, content: Any, metadata: Any, buffers: Iterable[Any]) -> None:
        self.send(
            {
                "msg_type": kind,
                "header": {"msg_type": kind},
                "content": content,
                "metadata": metadata,
                "parent_header": {"msg_id": self.parent.get("msg_id", "")},
                "buffers": [base64.b64encode(part).decode() for part in buffers],
            }
        )

    def _send_soon(self) -> None:
        pause = threading.Event()
        while True:
            self._waiting.wait(timeout=1)  # other programs print without telling
            pause.wait(_SOON)
            self._waiting.clear()
            with contextlib.suppress(OSError):
                self.flush()


class _Printed(io.TextIOBase):
    """Standard output or standard error of a notebook."""

    encoding = "UTF-8"
    errors = None

    def __init__(self, link: _Link, name: str, original: int) -> None:
        self.name = name
        self._link, self._original = link, original

    def fileno(self) -> int:
        """Return the file that this process was started with."""
        return self._original

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def write(self, words: str) -> int:
        if not isinstance(words, str):
            raise TypeError(f"write() argument must be str, not {type(words)}")
        self._link.print(self.name, words)
        return len(words)

    def flush(self) -> None:
        self._link.flush()
