"""A kernel manager that has the warm kernel without looking for it on disk."""

from __future__ import annotations

import time
import uuid
from functools import cached_property
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import DottedObjectName, Type

from workshop.kernels.provisioner import WarmProvisioner


class PromptClient(AsyncKernelClient):
    """A client that is ready when the kernel is, rather than a fixed moment later."""

    def start_channels(
        self,
        shell: bool = True,
        iopub: bool = True,
        stdin: bool = True,
        hb: bool = False,
        control: bool = True,
    ) -> None:
        """Open the channels; no heartbeat, since the manager sees the process itself."""
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
                while not _says_idle(await self.get_iopub_msg(timeout=0.2), request):
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
    """Starts the warm kernel also where its kernelspec is not installed."""

    client_class = DottedObjectName(f"{__name__}.PromptClient")
    client_factory = Type(klass=PromptClient)

    @cached_property
    def kernel_spec(self) -> KernelSpec:
        """The kernelspec that the package carries."""
        return KernelSpec.from_resource_dir(str(Path(__file__).parent))

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


def _says_idle(message: dict[str, Any], request: str) -> bool:
    return bool(
        message["msg_type"] == "status"
        and message["content"]["execution_state"] == "idle"
        and message["parent_header"].get("msg_id") == request
    )
