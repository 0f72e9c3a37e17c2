"""A warm kernel as a client sees it, for the tests of kernels."""

import contextlib
import json
import os
import queue
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.connect import LocalPortCache
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager
from traitlets.config import Config

from ports import own_port
from workshop.kernels.provisioner import WarmProvisioner

SPEC = KernelSpec(
    argv=["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"], language="python"
)
PRELOAD = ["pandas", "matplotlib.pyplot", "ipywidgets", "yaml"]


class Kernel:
    """A started kernel and the messages it sends."""

    def __init__(
        self,
        config: Config | None = None,
        spec: KernelSpec = SPEC,
        warm: bool = True,
        manager: dict[str, Any] | None = None,
        **start: Any,
    ) -> None:
        self.manager = KernelManager(config=config or Config(), **(manager or {}))
        self.manager._kernel_spec = spec
        self.manager.shutdown_wait_time = 60  # not killed before it has cleaned up
        if warm:
            self.manager.provisioner = WarmProvisioner(
                kernel_id="test", kernel_spec=spec, parent=self.manager, preload=PRELOAD
            )
        environment = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}
        no_history = ["--HistoryManager.hist_file=:memory:"]
        with pytest.MonkeyPatch.context() as patch:
            keep_ports(patch)
            options = {"env": environment, "extra_arguments": no_history} | start
            self.manager.start_kernel(**options)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=120)

    @property
    def process(self) -> Any:
        assert self.manager.provisioner is not None
        return self.manager.provisioner.process

    def run(self, code: str, **options: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The reply, and what came on the output channel."""
        messages: list[dict[str, Any]] = []
        reply = self.client.execute_interactive(
            code, timeout=120, output_hook=messages.append, **options
        )
        return reply["content"], messages

    def reply(self, number: str) -> dict[str, Any]:
        """What is replied to a request, past replies that nobody has read."""
        while True:
            message = self.client.get_shell_msg(timeout=120)
            if message["parent_header"]["msg_id"] == number:
                return message["content"]

    def value(self, expression: str) -> Any:
        """What an expression is in the kernel."""
        return self.json(f"import json; print(json.dumps({expression}))")

    def json(self, code: str) -> Any:
        """What code prints as JSON."""
        reply, messages = self.run(code)
        while reply["status"] == "aborted":  # it came while the cell before was still failing
            reply, messages = self.run(code)
        assert reply["status"] == "ok", reply
        return json.loads(text(messages))

    def forget_replies(self) -> None:
        """Drop what was answered and nobody has read: whoever waits long asks more than once."""
        for read in (self.client.get_shell_msg, self.client.get_iopub_msg):
            with contextlib.suppress(queue.Empty):
                while True:
                    read(timeout=0.2)

    def stop(self, now: bool = False) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=now)


def keep_ports(patch: pytest.MonkeyPatch) -> None:
    """Give ordinary kernels ports that nobody else takes before they have them."""
    patch.setattr(LocalPortCache, "find_available_port", lambda *_: own_port())


def text(messages: list[dict[str, Any]], name: str = "stdout") -> str:
    parts = [m["content"] for m in messages if m["msg_type"] == "stream"]
    return "".join(part["text"] for part in parts if part["name"] == name)


def contents(messages: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [m["content"] for m in messages if m["msg_type"] == kind]


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text("utf-8").rpartition(")")[2].split()[0] == "Z"
