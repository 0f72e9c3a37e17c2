"""The end of warm kernels, by whatever cause: gone without a trace."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from batches import until
from conftest import CONSOLE
from kernel_client import Kernel, is_gone
from workshop.kernels import forkserver, zygote

pytestmark = pytest.mark.fork


def test_exit_handlers_run_on_shutdown(own_kernel: Callable[..., Kernel], tmp_path: Path) -> None:
    kernel = own_kernel()
    proof = tmp_path / "proof"
    kernel.run(f"import atexit, pathlib; _ = atexit.register(pathlib.Path({str(proof)!r}).touch)")
    kernel.run("import tempfile; kept = tempfile.TemporaryDirectory()")
    folder = Path(kernel.value("kept.name"))
    kernel.stop()
    assert proof.exists()
    assert not folder.exists()


def test_restarted_kernel_is_fresh(own_kernel: Callable[..., Kernel]) -> None:
    kernel = own_kernel()
    before = kernel.process.pid
    kernel.run("left_behind = 1")
    kernel.manager.restart_kernel()
    kernel.client.wait_for_ready(timeout=120)
    assert kernel.run("left_behind")[0]["ename"] == "NameError"
    assert kernel.process.pid != before
    assert is_gone(before)


def test_sockets_are_files_in_a_private_folder_and_go_with_the_kernel() -> None:
    kernel = Kernel()
    home = Path(kernel.manager.ip).parent
    longest = max(len(os.fsencode(path)) for path in home.iterdir())
    assert kernel.manager.transport == "ipc"
    assert home.stat().st_mode & 0o077 == 0
    assert longest < 104
    kernel.stop()
    assert not home.exists()


def test_killed_kernel_is_seen_and_its_children_and_files_are_gone(
    own_kernel: Callable[..., Kernel],
) -> None:
    kernel = own_kernel()
    home = Path(kernel.manager.ip).parent
    child = kernel.value("__import__('subprocess').Popen(['sleep', '600']).pid")
    process = kernel.process
    os.kill(process.pid, signal.SIGKILL)
    assert until(lambda: process.poll() == -signal.SIGKILL)
    assert not kernel.manager.is_alive()
    assert until(lambda: is_gone(child))
    kernel.client.stop_channels()
    kernel.manager.cleanup_resources()
    assert not home.exists()


CLIENT = """
import asyncio, time
from workshop.kernels.forkserver import server
from workshop.kernels.provisioner import WarmKernelManager
async def main():
    managers = [WarmKernelManager(), WarmKernelManager()]
    for manager in managers:
        await manager.start_kernel()
    pids = [manager.provisioner.process.pid for manager in managers]
    print(server.fork.root, server.fork.process.pid, *pids, flush=True)
    return managers
kept = asyncio.run(main())
time.sleep(600)
"""


@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM", "SIGINT"])
def test_nothing_is_left_when_the_client_dies(name: str) -> None:
    client = subprocess.Popen(
        [sys.executable, "-c", CLIENT],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding=CONSOLE,
        start_new_session=True,
    )
    with client:
        try:
            assert client.stdout is not None
            root, *pids = client.stdout.readline().split()
            # as a terminal or a job runner does: the whole group
            os.killpg(client.pid, getattr(signal, name))
            client.wait(timeout=120)
        finally:
            client.kill()
    assert len(pids) == 3
    assert until(lambda: all(is_gone(int(pid)) for pid in pids))
    assert until(lambda: not Path(root).exists())


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it takes the poller a second")
def test_kernel_dies_with_a_killed_server(own_kernel: Callable[..., Kernel]) -> None:
    kernel = own_kernel()
    assert forkserver.server.fork is not None
    forkserver.server.fork.process.kill()
    assert until(lambda: kernel.process.poll() is not None)
    kernel.client.stop_channels()
    assert own_kernel().value("1 + 1") == 2  # and the next one has a new server


def test_stopping_a_server_that_still_imports_leaves_nothing(
    own_server: forkserver._Server,
) -> None:
    own_server.warm_up()
    fork = own_server.fork
    assert fork is not None
    own_server.stop()
    assert fork.process.returncode in {-signal.SIGTERM, 128 + signal.SIGTERM}  # early, or later
    assert not fork.root.exists()


def test_a_server_that_is_told_to_end_takes_its_folder_along(
    own_server: forkserver._Server,
) -> None:
    own_server.warm_up()
    fork = own_server.fork
    assert fork is not None
    assert until((fork.root / zygote.FILES).exists)
    fork.process.terminate()
    fork.process.wait(timeout=60)
    assert not fork.root.exists()
