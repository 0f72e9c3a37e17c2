"""What a client sees of the warm kernel and of an ordinary one, side by side.

Every situation is tried on both; what was seen has to be the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import enum
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import AsyncKernelManager

from batches import until
from kernel_client import PRELOAD, Kernel, keep_ports, text
from workshop.kernels import WarmKernelManager, warm_up
from workshop.kernels.forkserver import KernelProcess, server

if not hasattr(os, "fork"):
    pytest.skip("this system cannot fork", allow_module_level=True)
import resource

Pair = dict[str, Kernel]


@contextlib.contextmanager
def changed_process() -> Iterator[None]:
    """Change what a process hands down to those that it starts."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    umask = os.umask(0o027)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft - 1, hard))
    try:
        yield
    finally:
        os.umask(umask)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    """A warm and an ordinary kernel, started after the fork server."""
    server.stop()  # one that runs keeps the modules and threads of the test that started it
    warm_up(PRELOAD)
    with changed_process():
        started = {"workshop": Kernel(), "python3": Kernel(warm=False)}
    assert isinstance(started["workshop"].process, KernelProcess)
    assert not isinstance(started["python3"].process, KernelProcess)
    yield started
    for kernel in started.values():
        kernel.stop(now=True)


@pytest.fixture
def own_pair(own_kernel: Callable[..., Kernel]) -> Callable[..., list[Kernel]]:
    """Starts a warm and an ordinary kernel that no other test uses."""
    return lambda **options: [own_kernel(warm=warm, **options) for warm in (True, False)]


def seen_by_both(pair: Pair, see: Callable[[Kernel], Any]) -> Any:
    """What is seen of either kernel, after it has turned out to be the same."""
    warm, ordinary = see(pair["workshop"]), see(pair["python3"])
    assert warm == ordinary
    return warm


STATE = """
import json, os, resource, sys, tempfile
import ipywidgets, matplotlib, pandas
umask = os.umask(0)
os.umask(umask)
shown = {
    "columns": pandas.get_option("display.max_columns"),
    "wide": pandas.DataFrame({f"c{i}": [i * 1000.5] for i in range(12)}).to_string(),
    "cut": pandas.DataFrame({f"c{i}": [i] for i in range(60)})._repr_html_(),
    "widgets": sorted(get_ipython().kernel.comm_manager.targets),
    "backend": matplotlib.get_backend(),
    "umask": umask,
    "files": resource.getrlimit(resource.RLIMIT_NOFILE),
    "threads": {name: value for name, value in os.environ.items() if "THREADS" in name},
    "folder for drafts": tempfile.gettempdir(),
    "home": os.path.expanduser("~"),
    "first on the path": sys.path[0],
    "signals": [str(__import__("signal").getsignal(n)) for n in (2, 15)],
    "arguments": len(sys.argv),
    "name": __name__,
}
print(json.dumps(shown))
"""


def test_what_a_process_begins_with_is_as_given(pair: Pair) -> None:
    def see(kernel: Kernel) -> Any:
        return kernel.json(STATE)

    state = seen_by_both(pair, see)
    assert state["columns"] == 20
    assert {"jupyter.widget", "jupyter.widget.control"} <= {*state["widgets"]}
    assert state["umask"] == 0o027


def test_messages_come_in_the_same_order_with_the_same_content(pair: Pair) -> None:
    code = (
        "import sys\nfrom IPython.display import HTML, clear_output\n"
        "print('out')\nprint('err', file=sys.stderr)\n"
        "h = display(HTML('<b>one</b>'), display_id='d')\nh.update(HTML('<b>two</b>'))\n"
        "clear_output(wait=True)\n1 + 1"
    )

    def see(kernel: Kernel) -> Any:
        reply, messages = kernel.run(code)
        assert reply["status"] == "ok"
        shown = [m for m in messages if m["msg_type"] not in ("status", "execute_input")]
        return [(m["msg_type"], {**m["content"], "execution_count": 0}) for m in shown]

    kinds = [kind for kind, _ in seen_by_both(pair, see)]
    assert kinds == [
        "stream",
        "stream",
        "display_data",
        "update_display_data",
        "clear_output",
        "execute_result",
    ]


def test_errors_and_questions_about_code_are_answered_alike(pair: Pair) -> None:
    def see(kernel: Kernel) -> Any:
        client = kernel.client
        kernel.run("longish_name = [1]")
        asked = [
            client.complete("longish_n"),
            client.is_complete("for i in x:"),
            client.inspect("longish_name"),
        ]
        replies = {}
        while not {*asked} <= {*replies}:
            message = client.get_shell_msg(timeout=120)
            replies[message["parent_header"]["msg_id"]] = message["content"]
        completed, complete, inspected = (replies[number] for number in asked)
        failed = kernel.run("longish_name[3]")[0]
        return (
            completed["matches"],
            complete,
            inspected["data"]["text/plain"],
            (failed["ename"], failed["evalue"]),
        )

    matches, complete, *_, failed = seen_by_both(pair, see)
    assert matches == ["longish_name"]
    assert complete == {"status": "incomplete", "indent": "    "}
    assert failed == ("IndexError", "list index out of range")


def test_input_is_asked_for_and_refused_where_nobody_answers(pair: Pair) -> None:
    code = "from getpass import getpass\nprint([input('name? '), getpass('word? ')])"

    def see(kernel: Kernel) -> Any:
        asked: list[Any] = []

        def answer(message: dict[str, Any]) -> None:
            asked.append(message["content"])
            kernel.client.input(message["content"]["prompt"].upper())

        messages = kernel.run(code, allow_stdin=True, stdin_hook=answer)[1]
        refused = kernel.run("input('name? ')", allow_stdin=False)[0]
        return asked, text(messages), refused["ename"]

    asked, printed, refused = seen_by_both(pair, see)
    assert [question["password"] for question in asked] == [False, True]
    assert printed == "['NAME? ', 'WORD? ']\n"
    assert refused == "StdinNotImplementedError"


def test_interrupt_ends_the_cell_and_nothing_else(pair: Pair) -> None:
    def see(kernel: Kernel) -> Any:
        kernel.manager.interrupt_kernel()  # with nothing to interrupt
        asked = kernel.client.execute("kept = 1\nprint('on')\nimport time\ntime.sleep(600)")
        while kernel.client.get_iopub_msg(timeout=120)["msg_type"] != "stream":
            pass
        kernel.manager.interrupt_kernel()
        reply = kernel.reply(asked)
        return reply["status"], reply["ename"], kernel.value("kept")

    assert seen_by_both(pair, see) == ("error", "KeyboardInterrupt", 1)


class Stage(str, enum.Enum):  # noqa: UP042 - as callers do
    """A caller's own kind of string, which no kernel knows."""

    NAME = "MY_STAGE"


def test_what_lies_in_the_folder_of_the_notebook_wins(
    own_pair: Callable[..., list[Kernel]], tmp_path: Path
) -> None:
    (tmp_path / "matplotlibrc").write_text("lines.linewidth: 9\n", encoding="utf-8")
    (tmp_path / "yaml.py").write_text("MINE = 1\n", encoding="utf-8")
    (tmp_path / "workshop").mkdir()
    (tmp_path / "workshop" / "__init__.py").write_text("MINE = 2\n", encoding="utf-8")
    (tmp_path / "pandas").mkdir()  # with no module in it
    environment: dict[str, str] = {**os.environ, Stage.NAME: "trial"}
    code = (
        "import json, os, matplotlib, pandas, workshop, yaml\n"
        "print(json.dumps([yaml.MINE, workshop.MINE, matplotlib.rcParams['lines.linewidth'],\n"
        "      hasattr(pandas, 'DataFrame'), os.environ['MY_STAGE'], os.getcwd()]))"
    )
    warm, ordinary = own_pair(cwd=str(tmp_path), env=environment)
    assert isinstance(warm.process, KernelProcess)
    seen = warm.json(code)
    assert seen == ordinary.json(code)
    assert seen == [1, 2, 9, True, "trial", os.path.realpath(tmp_path)]


def restart(kernel: Kernel) -> None:
    """Restart a kernel, which keeps its ports."""
    kernel.manager.restart_kernel()
    kernel.forget_replies()  # or one from before stands for a kernel that is not up yet
    kernel.client.wait_for_ready(timeout=120)


def test_restart_forgets_everything_and_keeps_the_connection(
    own_pair: Callable[..., list[Kernel]],
) -> None:
    for kernel in own_pair():
        kernel.run("left_behind = 1")
        before = kernel.process.pid
        restart(kernel)
        assert kernel.process.pid != before
        assert kernel.run("left_behind")[0]["ename"] == "NameError"
        assert kernel.manager.is_alive()

        kernel.client.execute("import os; os._exit(3)")  # and now it dies by itself
        assert until(lambda kernel=kernel: not kernel.manager.is_alive())
        assert kernel.process.poll() == 3
        restart(kernel)
        os.kill(kernel.process.pid, signal.SIGKILL)  # or is killed, as when memory runs out
        assert until(lambda kernel=kernel: not kernel.manager.is_alive())
        assert kernel.process.poll() == -signal.SIGKILL


@pytest.mark.parametrize("warm", [True, False])
def test_a_folder_that_is_missing_is_an_error_at_the_start(warm: bool, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="not-there"):
        Kernel(warm=warm, cwd=str(tmp_path / "not-there"))


def test_tcp_that_was_asked_for_is_used(own_pair: Callable[..., list[Kernel]]) -> None:
    for kernel in own_pair(manager={"transport": "tcp", "ip": "127.0.0.1"}):
        assert (kernel.manager.transport, kernel.manager.ip) == ("tcp", "127.0.0.1")
        assert kernel.value("6 * 7") == 42


@pytest.mark.parametrize("kind", [WarmKernelManager, AsyncKernelManager])
def test_kernels_started_at_once_do_not_mix(
    kind: type[AsyncKernelManager], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_ports(monkeypatch)

    async def answer(number: int) -> tuple[str, int]:
        manager = kind(kernel_name="python3")
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=120)
            messages: list[dict[str, Any]] = []
            code = f"import os; n = {number}; print(n, os.getpid())"
            await client.execute_interactive(code, timeout=120, output_hook=messages.append)
            output = text(messages)
            pid = manager.provisioner.process.pid  # type: ignore[union-attr]
            return output, pid
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(now=True)

    async def all_at_once() -> list[tuple[str, int]]:
        return await asyncio.gather(*map(answer, range(4)))

    answers = asyncio.run(all_at_once())
    assert [output for output, _ in answers] == [
        f"{n} {pid}\n" for n, (_, pid) in enumerate(answers)
    ]
    assert len({pid for _, pid in answers}) == 4
