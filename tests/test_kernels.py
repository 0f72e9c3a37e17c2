"""The warm kernel: like an ordinary one to whoever uses it, and gone without a trace."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager
from traitlets.config import Config

from workshop.kernels import forkserver, provisioner, zygote
from workshop.kernels.forkserver import CannotForkError, KernelProcess
from workshop.kernels.provisioner import WarmProvisioner

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

SPEC = KernelSpec.from_resource_dir(str(Path(forkserver.__file__).parent))


class Kernel:
    """A started kernel and the messages it sends."""

    def __init__(self, config: Config | None = None, spec: KernelSpec = SPEC, **start: Any) -> None:
        self.manager = KernelManager(config=config or Config())
        self.manager._kernel_spec = spec
        self.manager.provisioner = WarmProvisioner(
            kernel_id="test", kernel_spec=spec, parent=self.manager
        )
        environment = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}
        no_history = ["--HistoryManager.hist_file=:memory:"]
        self.manager.start_kernel(**({"env": environment, "extra_arguments": no_history} | start))
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    @property
    def process(self) -> Any:
        assert self.manager.provisioner is not None
        return self.manager.provisioner.process

    def run(self, code: str, **options: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The reply, and what came on the output channel."""
        messages: list[dict[str, Any]] = []
        reply = self.client.execute_interactive(
            code, timeout=60, output_hook=messages.append, **options
        )
        return reply["content"], messages

    def value(self, expression: str) -> Any:
        """What an expression is in the kernel."""
        _, messages = self.run(f"import json; print(json.dumps({expression}))")
        return json.loads(text(messages))

    def stop(self, now: bool = False) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=now)


def text(messages: list[dict[str, Any]], name: str = "stdout") -> str:
    parts = [m["content"] for m in messages if m["msg_type"] == "stream"]
    return "".join(part["text"] for part in parts if part["name"] == name)


def contents(messages: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [m["content"] for m in messages if m["msg_type"] == kind]


def wait_until(condition: Callable[[], bool]) -> bool:
    for _ in range(1000):
        if condition():
            return True
        time.sleep(0.01)
    return False


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    kernel = Kernel()
    yield kernel
    kernel.stop()


@pytest.fixture
def own_kernel() -> Iterator[Callable[..., Kernel]]:
    kernels = []

    def start(*arguments: Any, **options: Any) -> Kernel:
        kernels.append(Kernel(*arguments, **options))
        return kernels[-1]

    yield start
    for kernel in kernels:
        if kernel.manager.has_kernel:
            kernel.stop(now=True)


def test_kernel_is_forked_with_everything_imported(kernel: Kernel) -> None:
    assert isinstance(kernel.process, KernelProcess)
    _, messages = kernel.run("import sys; print({'pandas', 'matplotlib.pyplot'} <= {*sys.modules})")
    assert text(messages) == "True\n"


def test_error_is_reported_with_its_traceback(kernel: Kernel) -> None:
    reply, messages = kernel.run("def f():\n    return 1 / 0\nf()")
    assert (reply["status"], reply["ename"]) == ("error", "ZeroDivisionError")
    assert "f()" in "".join(contents(messages, "error")[0]["traceback"])


def test_input_request_is_answered(kernel: Kernel) -> None:
    _, messages = kernel.run(
        "print('hello', input('name? '))",
        allow_stdin=True,
        stdin_hook=lambda message: kernel.client.input(message["content"]["prompt"].upper()),
    )
    assert text(messages) == "hello NAME? \n"


def test_interrupt_stops_the_cell_and_keeps_the_kernel(kernel: Kernel) -> None:
    code = "print('started'); import time; time.sleep(60)"
    kernel.client.execute(code, stop_on_error=False)  # else the next request may be dropped
    while kernel.client.get_iopub_msg(timeout=60)["msg_type"] != "stream":
        pass
    kernel.manager.interrupt_kernel()
    assert kernel.client.get_shell_msg(timeout=30)["content"]["ename"] == "KeyboardInterrupt"
    assert kernel.value("1 + 1") == 2


def test_display_is_updated_in_place(kernel: Kernel) -> None:
    _, messages = kernel.run("h = display('one', display_id=True); h.update('two')")
    update = contents(messages, "update_display_data")[0]
    assert update["data"]["text/plain"] == "'two'"
    assert update["transient"] == contents(messages, "display_data")[0]["transient"]


def test_rich_result_has_all_its_forms(kernel: Kernel) -> None:
    _, messages = kernel.run("import pandas; pandas.DataFrame({'a': [1]})")
    assert {"text/html", "text/plain"} <= contents(messages, "execute_result")[0]["data"].keys()


def test_figure_appears_without_being_asked_for(own_kernel: Callable[..., Kernel]) -> None:
    _, messages = own_kernel().run("import matplotlib.pyplot as plt; plt.plot([1, 2]);")
    assert "image/png" in contents(messages, "display_data")[0]["data"]


def test_figure_formats_can_be_chosen(own_kernel: Callable[..., Kernel]) -> None:
    kernel = own_kernel()
    kernel.run("%matplotlib inline\n%config InlineBackend.figure_formats = ['svg']")
    _, messages = kernel.run("import matplotlib.pyplot as plt; plt.plot([1, 2]);")
    assert "image/svg+xml" in contents(messages, "display_data")[0]["data"]


def test_backend_chosen_before_the_first_figure_is_kept(own_kernel: Callable[..., Kernel]) -> None:
    code = "import matplotlib; matplotlib.use('svg'); import matplotlib.pyplot as p; p.plot([1]);"
    _, messages = own_kernel().run(code)
    assert contents(messages, "display_data") == []


def test_long_output_arrives_whole(kernel: Kernel) -> None:
    _, messages = kernel.run("for i in range(50_000): print(i)")
    assert text(messages) == "".join(f"{i}\n" for i in range(50_000))


def test_output_of_a_subprocess_is_seen(kernel: Kernel) -> None:
    # Output at the level of file descriptors may come in after the cell has ended.
    kernel.client.execute("import os; _ = os.system('echo from outside; echo oh >&2')")
    seen: list[dict[str, Any]] = []

    def both() -> bool:
        try:
            seen.append(kernel.client.get_iopub_msg(timeout=1))
        except Empty:
            return False
        return text(seen) == "from outside\n" and text(seen, "stderr") == "oh\n"

    assert wait_until(both)
    kernel.client.get_shell_msg(timeout=30)


def test_kernel_starts_in_its_folder_and_environment(
    own_kernel: Callable[..., Kernel], tmp_path: Path
) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "ONLY_HERE": "yes"}
    unchanged = ("PYTHON", "LC_", "LANG", "LD_", "MPL")
    environment |= {k: v for k, v in os.environ.items() if k.startswith(unchanged)}
    kernel = own_kernel(cwd=str(tmp_path), env=environment)
    assert isinstance(kernel.process, KernelProcess)
    assert kernel.value("__import__('os').getcwd()") == os.path.realpath(tmp_path)
    found = kernel.value("dict(__import__('os').environ)")
    assert found["ONLY_HERE"] == "yes"
    assert found["OMP_NUM_THREADS"] == "1"
    assert "PYTEST_XDIST_WORKER" not in found


def test_module_beside_the_notebook_is_found(
    own_kernel: Callable[..., Kernel], tmp_path: Path
) -> None:
    (tmp_path / "beside_the_notebook.py").write_text("answer = 42")
    kernel = own_kernel(cwd=str(tmp_path))
    assert kernel.value("__import__('beside_the_notebook').answer") == 42


def test_each_kernel_is_fresh_and_draws_its_own_numbers(own_kernel: Callable[..., Kernel]) -> None:
    code = "[__import__('numpy').random.random(), __import__('random').random()]"
    first, second = own_kernel(), own_kernel()
    first.run("left_behind = 1")
    assert second.run("left_behind")[0]["ename"] == "NameError"
    assert not set(first.value(code)) & set(second.value(code))


def test_client_main_module_is_not_imported_by_kernels(tmp_path: Path) -> None:
    script = tmp_path / "unguarded.py"
    script.write_text(
        "print('imported')\n"
        "from workshop.kernels.manager import WarmKernelManager\n"
        "import asyncio\n"
        "async def main():\n"
        "    manager = WarmKernelManager()\n"
        "    await manager.start_kernel()\n"
        "    print(type(manager.provisioner.process).__name__)\n"
        "    await manager.shutdown_kernel()\n"
        "asyncio.run(main())\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.split() == ["imported", "KernelProcess"], done.stderr


def test_kernel_can_start_processes_of_its_own(kernel: Kernel) -> None:
    for method in ("fork", "forkserver"):
        code = (
            "import math, multiprocessing\n"
            f"with multiprocessing.get_context({method!r}).Pool(2) as pool:\n"
            "    print(pool.map(math.factorial, [3, 4]))"
        )
        assert text(kernel.run(code)[1]) == "[6, 24]\n"


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
    kernel.client.wait_for_ready(timeout=60)
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


def test_configured_transport_is_respected(own_kernel: Callable[..., Kernel]) -> None:
    kernel = own_kernel(Config(ConnectionFileMixin={"transport": "tcp"}))
    assert kernel.manager.transport == "tcp"
    assert isinstance(kernel.process, KernelProcess)
    assert kernel.value("1 + 1") == 2


def test_killed_kernel_is_seen_and_its_children_and_files_are_gone(
    own_kernel: Callable[..., Kernel],
) -> None:
    kernel = own_kernel()
    home = Path(kernel.manager.ip).parent
    child = kernel.value("__import__('subprocess').Popen(['sleep', '600']).pid")
    process = kernel.process
    os.kill(process.pid, signal.SIGKILL)
    assert wait_until(lambda: process.poll() == -signal.SIGKILL)
    assert not kernel.manager.is_alive()
    assert wait_until(lambda: is_gone(child))
    kernel.client.stop_channels()
    kernel.manager.cleanup_resources()
    assert not home.exists()


CLIENT = """
import asyncio, signal, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored
from workshop.kernels.forkserver import server
from workshop.kernels.manager import WarmKernelManager
async def main():
    managers = [WarmKernelManager(), WarmKernelManager()]
    for manager in managers:
        await manager.start_kernel()
    pids = [manager.provisioner.process.pid for manager in managers]
    print(server._root, server._process.pid, *pids, flush=True)
    return managers
kept = asyncio.run(main())
time.sleep(600)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_when_the_client_dies(number: signal.Signals) -> None:
    client = subprocess.Popen(
        [sys.executable, "-c", CLIENT],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    with client:
        try:
            assert client.stdout is not None
            root, *pids = client.stdout.readline().split()
            os.killpg(client.pid, number)  # as a terminal or a job runner does: the whole group
            client.wait(timeout=60)
        finally:
            client.kill()
    assert len(pids) == 3
    assert wait_until(lambda: all(is_gone(int(pid)) for pid in pids))
    assert wait_until(lambda: not Path(root).exists())


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it takes the poller a second")
def test_kernel_dies_with_a_killed_server(own_kernel: Callable[..., Kernel]) -> None:
    kernel = own_kernel()
    assert forkserver.server._process is not None
    forkserver.server._process.kill()
    assert wait_until(lambda: kernel.process.poll() is not None)
    kernel.client.stop_channels()
    assert own_kernel().value("1 + 1") == 2  # and the next one has a new server


@pytest.fixture
def own_server() -> Iterator[forkserver._Server]:
    server = forkserver._Server()
    yield server
    server.stop()


def test_missing_module_is_no_problem_and_a_broken_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_on_import.py").write_text("raise ValueError('out of order')")
    (tmp_path / "lacks_another.py").write_text("import not_there_at_all")
    monkeypatch.syspath_prepend(tmp_path)
    names = ["json", "not_there", "not_there.either", "broken_on_import", "lacks_another"]
    assert zygote.preload(names) == [
        "broken_on_import: ValueError: out of order",
        "lacks_another: No module named 'not_there_at_all'",
    ]


def test_broken_preload_is_said_once_and_does_not_stop_the_kernel(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    own_kernel: Callable[..., Kernel],
    own_server: forkserver._Server,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / "broken_on_import.py").write_text("raise ValueError('out of order')")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    monkeypatch.setenv("WORKSHOP_PRELOAD", "broken_on_import")
    monkeypatch.setattr(provisioner, "server", own_server)
    monkeypatch.setattr(provisioner, "_said", set())
    for _ in range(2):
        assert isinstance(own_kernel().process, KernelProcess)
    assert [r.getMessage() for r in caplog.records if r.name == provisioner.__name__] == [
        "Not ready in warm kernels: broken_on_import: ValueError: out of order."
    ]


def test_failing_server_means_an_ordinary_kernel_and_is_said_once(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    own_kernel: Callable[..., Kernel],
    own_server: forkserver._Server,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / "starts_a_thread.py").write_text(
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=[9], name='t', daemon=True).start()\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    monkeypatch.setenv("WORKSHOP_PRELOAD", "starts_a_thread")
    monkeypatch.setattr(provisioner, "server", own_server)
    monkeypatch.setattr(provisioner, "_said", set())
    for _ in range(2):
        kernel = own_kernel()
        assert isinstance(kernel.process, subprocess.Popen)
        assert kernel.value("1 + 1") == 2
    said = [r.getMessage() for r in caplog.records if r.name == provisioner.__name__]
    assert len(said) == 1
    assert "an imported module has started a thread (t)" in said[0]


def test_without_fork_kernels_start_the_ordinary_way(
    monkeypatch: pytest.MonkeyPatch, own_kernel: Callable[..., Kernel]
) -> None:
    def refuse() -> None:
        raise CannotForkError("this system cannot fork processes")

    monkeypatch.setattr(forkserver.server, "warm_up", refuse)
    kernel = own_kernel()
    assert isinstance(kernel.process, subprocess.Popen)
    assert kernel.manager.transport == "tcp"
    assert kernel.value("1 + 1") == 2


def test_variable_the_server_cannot_change_any_more_means_an_ordinary_kernel(
    own_kernel: Callable[..., Kernel],
) -> None:
    forkserver.warm_up()
    kernel = own_kernel(env={**os.environ, "PYTHONUTF8": "1"})
    assert isinstance(kernel.process, subprocess.Popen)
    assert kernel.value("__import__('sys').flags.utf8_mode") == 1


def test_kernel_with_another_command_starts_the_ordinary_way(
    own_kernel: Callable[..., Kernel],
) -> None:
    argv = ["python", "-X", "dev", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    kernel = own_kernel(spec=KernelSpec(argv=argv, language="python"))
    assert isinstance(kernel.process, subprocess.Popen)
    assert kernel.manager.transport == "tcp"
    assert kernel.value("__import__('sys').flags.dev_mode") is True


def test_stopping_a_server_that_still_imports_leaves_nothing(
    own_server: forkserver._Server,
) -> None:
    own_server.warm_up()
    root, process = own_server._root, own_server._process
    own_server.stop()
    assert process is not None
    assert process.returncode == -signal.SIGTERM
    assert root is not None
    assert not root.exists()
