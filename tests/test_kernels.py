"""The warm kernel: to whoever uses it, like an ordinary one."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from traitlets.config import Config

from batches import until
from conftest import CONSOLE
from kernel_client import Kernel, contents, text
from workshop.kernels.forkserver import KernelProcess, server

pytestmark = pytest.mark.fork


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    server.stop()  # one that runs keeps the modules of the test that started it
    kernel = Kernel()
    yield kernel
    kernel.stop()


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
    code = "print('started'); import time; time.sleep(600)"
    asked = kernel.client.execute(code, stop_on_error=False)  # else the next request may be dropped
    while kernel.client.get_iopub_msg(timeout=120)["msg_type"] != "stream":
        pass
    kernel.manager.interrupt_kernel()
    assert kernel.reply(asked)["ename"] == "KeyboardInterrupt"
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
    asked = kernel.client.execute("import os; _ = os.system('echo from outside; echo oh >&2')")
    seen: list[dict[str, Any]] = []

    def both() -> bool:
        try:
            seen.append(kernel.client.get_iopub_msg(timeout=1))
        except Empty:
            return False
        return text(seen) == "from outside\n" and text(seen, "stderr") == "oh\n"

    assert until(both)
    kernel.reply(asked)


def test_kernel_starts_in_its_folder_and_environment(
    own_kernel: Callable[..., Kernel], tmp_path: Path
) -> None:
    environment = {"PATH": os.environ["PATH"], "ONLY_HERE": "yes"}
    unchanged = ("PYTHON", "LC_", "LANG", "LD_", "MPL", "HOME", "XDG_C", "OMP", "OPENBLAS")
    environment |= {k: v for k, v in os.environ.items() if k.startswith(unchanged)}
    kernel = own_kernel(cwd=str(tmp_path), env=environment)
    assert isinstance(kernel.process, KernelProcess)
    assert kernel.value("__import__('os').getcwd()") == os.path.realpath(tmp_path)
    found = kernel.value("dict(__import__('os').environ)")
    assert found["ONLY_HERE"] == "yes"
    assert "PYTEST_XDIST_WORKER" not in found


def test_module_beside_the_notebook_is_found(
    own_kernel: Callable[..., Kernel], tmp_path: Path
) -> None:
    (tmp_path / "beside_the_notebook.py").write_text("answer = 42", encoding="utf-8")
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
        "from workshop.kernels.provisioner import WarmKernelManager\n"
        "import asyncio\n"
        "async def main():\n"
        "    manager = WarmKernelManager()\n"
        "    await manager.start_kernel()\n"
        "    print(type(manager.provisioner.process).__name__)\n"
        "    await manager.shutdown_kernel()\n"
        "asyncio.run(main())\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        encoding=CONSOLE,
        timeout=300,
        check=False,
    )
    assert done.stdout.split() == ["imported", "KernelProcess"], done.stderr


def test_kernel_can_start_processes_of_its_own(own_kernel: Callable[..., Kernel]) -> None:
    kernel = own_kernel()  # ipykernel is slow to end one that has a fork server of its own
    for method in ("fork", "forkserver"):
        code = (
            "import math, multiprocessing\n"
            f"with multiprocessing.get_context({method!r}).Pool(2) as pool:\n"
            "    print(pool.map(math.factorial, [3, 4]))"
        )
        assert text(kernel.run(code)[1]) == "[6, 24]\n"


def test_configured_transport_is_respected(own_kernel: Callable[..., Kernel]) -> None:
    kernel = own_kernel(Config(ConnectionFileMixin={"transport": "tcp"}))
    assert kernel.manager.transport == "tcp"
    assert isinstance(kernel.process, KernelProcess)
    assert kernel.value("1 + 1") == 2
