"""Start and stop warm kernels: a provisioner and a manager for Jupyter."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
import sys
import time
import uuid
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.localinterfaces import localhost
from jupyter_client.manager import AsyncKernelManager, KernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Bool, DottedObjectName, List, Type, Unicode

from workshop.kernels.forkserver import CannotForkError, KernelProcess, NotYetError, server
from workshop.kernels.zygote import Launch

log = logging.getLogger(__name__)

USUAL = ["-m", "ipykernel_launcher"]
SERVED = ("ipykernel.debugger", "matplotlib_inline", "psutil")
"""Modules that a kernel imports for its clients only."""

_warned: set[str] = set()


class WarmProvisioner(LocalProvisioner):
    """Forks each kernel from a process that has everything imported.

    A kernel gets its sockets as files in a private folder of its own, which no other kernel can
    take, unless the configuration names a transport or an address, or ports are given. Whatever
    cannot be forked (no fork on this system, a command that is not the usual one for ipykernel,
    an import that fails) is started as any other kernel, and the reason logged once.
    """

    preload = List(
        Unicode(),
        help="More to have ready in every kernel: modules, and functions as `module:function`.",
    ).tag(config=True)

    waits = Bool(
        True,
        help="Whether a kernel waits for the imports, or starts as any other until they are done.",
    ).tag(config=True)

    home: Path | None = None  # the kernel's private folder
    obstacle = CannotForkError("")  # why it has none

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Choose the sockets, then prepare as for an ordinary kernel."""
        if self.kernel_spec.argv[1:3] != USUAL:
            self.obstacle = CannotForkError(
                f"its command is not the usual one ({' '.join(self.kernel_spec.argv)})"
            )
        else:
            try:
                server.warm_up((*SERVED, *self.preload))
                if not self.waits and not server.is_ready():
                    raise NotYetError("the imports are not done")
                self._settle()
            except CannotForkError as reason:
                self.obstacle = reason
        return await super().pre_launch(**kwargs)

    def _settle(self) -> None:
        """Give the kernel its folder, with its sockets in it if that may be chosen."""
        if self.home is not None:  # a restart keeps its sockets
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            return
        self.home = server.new_home()
        manager = self.parent
        if manager is not None and _is_free_to_choose(manager):
            manager.transport = "ipc"
            manager.ip = str(self.home / "k")
            if not manager.connection_file:
                manager.connection_file = str(self.home / "kernel.json")

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork the kernel and wait for its sockets, or start an ordinary one."""
        try:
            await self._fork(cmd, dict(kwargs))
        except NotYetError:
            return await super().launch_kernel(cmd, **kwargs)
        except CannotForkError as reason:
            warn_of_ordinary_kernel(reason)
            return await super().launch_kernel(cmd, **kwargs)
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel and wait for its end."""
        await super().kill(restart)
        await self._see_it_end()

    async def shutdown_requested(self, restart: bool = False) -> None:
        """Wait for the kernel to shut down, sooner than the manager would look."""
        await super().shutdown_requested(restart)
        await self._see_it_end()

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the kernel's own folder."""
        await super().cleanup(restart)
        if self.home is not None and not restart:
            shutil.rmtree(self.home, ignore_errors=True)
            with contextlib.suppress(OSError):
                self.home.parent.rmdir()  # of a server that is gone: else it is not empty
            self.home = None

    async def _fork(self, cmd: list[str], kwargs: dict[str, Any]) -> None:
        manager = self.parent
        kwargs.pop("extra_arguments", None)
        kwargs.pop("kernel_id", None)
        environment = kwargs.pop("env")
        folder = os.path.abspath(kwargs.pop("cwd", None) or ".")  # noqa: PTH100
        os.stat(f"{folder}/.")  # noqa: PTH116 - raises what starting a program there would
        stdin = kwargs.pop("stdin", None)
        stdout = kwargs.pop("stdout", None)
        stderr = kwargs.pop("stderr", None)
        if kwargs:
            raise CannotForkError(f"it was given {', '.join(sorted(kwargs))}")
        if self.home is None:
            raise self.obstacle
        if cmd[:3] != [sys.executable, *USUAL]:
            raise CannotForkError(f"it is to run under another Python ({cmd[0]})")
        environment["JPY_PARENT_PID"] = str(os.getpid())
        launch = Launch(
            arguments=tuple(cmd[3:]),
            environment=dict(environment),
            folder=folder,
            home=str(self.home),
            connection_file=manager.connection_file if manager is not None else "",
        )
        with open(os.devnull, "rb") as nothing:  # noqa: PTH123
            streams = (
                _descriptor(stdin, nothing.fileno()),
                _descriptor(stdout, 1),
                _descriptor(stderr, 2),
            )
            process = server.start(launch, streams, environment)
        try:
            await _until(lambda: not process.starting(), process)
        except BaseException:
            process.kill()
            raise
        if process.poll() is not None and not process.pid:
            raise CannotForkError(server.why_it_failed())
        server.worked()
        for problem in process.problems:
            warn_once(f"Not ready in warm kernels: {problem}.")
        self.process = process  # type: ignore[assignment]  # as much of a Popen as it needs
        self.pid = self.pgid = process.pid
        self.cwd = folder

    async def _see_it_end(self) -> None:
        """Wait until a forked kernel has ended, for a second at most."""
        process: Any = self.process
        if isinstance(process, KernelProcess):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await _until(lambda: process.poll() is not None, process)


async def _until(done: Callable[[], bool], process: KernelProcess) -> None:
    """Wait until something is done, checked whenever the kernel sends a sign."""
    loop = asyncio.get_running_loop()
    sign = asyncio.Event()
    while not done():
        ends = process.signs
        for end in ends:
            loop.add_reader(end, sign.set)
        try:
            await sign.wait()
        finally:
            for end in ends:
                loop.remove_reader(end)
        sign.clear()


def _is_free_to_choose(manager: KernelManager) -> bool:
    """Return whether nobody has asked for a transport, an address or a port."""
    # before they are read: what nobody has set or read has no value yet
    chosen = any(manager.trait_has_value(name) for name in ("transport", "ip"))
    return (
        not chosen
        and manager.transport == "tcp"
        and manager.ip == localhost()
        and not any(manager.ports)
    )


def _descriptor(stream: Any, default: int) -> int:
    """Return the file descriptor that a `subprocess.Popen` argument means."""
    if stream is None:
        return default
    number = stream if isinstance(stream, int) else stream.fileno()
    if number < 0:  # subprocess.PIPE and its like
        raise CannotForkError("it was given a pipe")
    return int(number)


def warn_once(message: str) -> None:
    if message not in _warned:
        _warned.add(message)
        log.warning(message)


def warn_of_ordinary_kernel(reason: CannotForkError) -> None:
    """Say why kernels start the ordinary way: once, whoever finds it first."""
    warn_once(f"A kernel starts without the warm start: {reason}.")


class PromptClient(AsyncKernelClient):
    """A client that is ready as soon as the kernel is."""

    def start_channels(
        self,
        shell: bool = True,
        iopub: bool = True,
        stdin: bool = True,
        hb: bool = False,
        control: bool = True,
    ) -> None:
        """Open the channels without a heartbeat; the manager watches the process."""
        super().start_channels(shell, iopub, stdin, hb, control)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Return once the kernel answers and its output reaches this client.

        Raises:
            RuntimeError: the kernel has died, or has not answered within `timeout` seconds.
        """
        deadline = time.monotonic() + (float("inf") if timeout is None else timeout)
        while True:
            request = self.kernel_info()
            try:
                reply = await self.get_shell_msg(timeout=1)
                while not _is_idle(await self.get_iopub_msg(timeout=0.2), request):
                    pass
            except Empty:  # no answer yet, or the subscription came later than the answer
                pass
            else:
                self._handle_kernel_info_reply(reply)
                return
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > deadline:
                raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")


class WarmKernelManager(AsyncKernelManager):
    """A manager that starts the warm kernel even without a kernelspec."""

    client_class = DottedObjectName(f"{__name__}.PromptClient")
    client_factory = Type(klass=PromptClient)

    @cached_property
    def kernel_spec(self) -> KernelSpec:
        """Return an ordinary Python kernelspec, so that none need be installed."""
        command = ["python", *USUAL, "-f", "{connection_file}"]
        return KernelSpec(
            argv=command,
            display_name="Python (warm start)",
            language="python",
            metadata={"supported_encryption": ["curve"]},  # for an ordinary start, over TCP
        )

    async def _async_pre_start_kernel(self, **kwargs: Any) -> tuple[list[str], dict[str, Any]]:
        if self.provisioner is None:
            self.kernel_id = self.kernel_id or kwargs.pop("kernel_id", str(uuid.uuid4()))
            self.provisioner = WarmProvisioner(
                kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
            )
        return await super()._async_pre_start_kernel(**kwargs)

    async def _async_interrupt_kernel(self) -> None:
        if not self.shutting_down:  # then nothing runs, or what runs is killed
            await super()._async_interrupt_kernel()


def _is_idle(message: dict[str, Any], request: str) -> bool:
    return bool(
        message["msg_type"] == "status"
        and message["content"]["execution_state"] == "idle"
        and message["parent_header"].get("msg_id") == request
    )
