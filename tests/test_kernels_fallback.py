"""Where a warm kernel cannot be had, an ordinary one starts, and the reason is said once."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpec
from nbformat.v4 import new_code_cell, new_notebook
from traitlets.config import Config

from batches import until
from conftest import CONSOLE
from kernel_client import Kernel
from workshop.kernels import execute_notebook, forkserver, provisioner, zygote
from workshop.kernels.forkserver import CannotForkError, KernelProcess

pytestmark = pytest.mark.fork


def test_missing_module_is_no_problem_and_a_broken_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_on_import.py").write_text(
        "raise ValueError('out of order')", encoding="utf-8"
    )
    (tmp_path / "lacks_another.py").write_text("import not_there_at_all", encoding="utf-8")
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
    (tmp_path / "broken_on_import.py").write_text(
        "raise ValueError('out of order')", encoding="utf-8"
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    monkeypatch.setenv("WORKSHOP_PRELOAD", "broken_on_import")
    monkeypatch.setattr(provisioner, "server", own_server)
    monkeypatch.setattr(provisioner, "_warned", set())
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
        "threading.Thread(target=time.sleep, args=[9], name='t', daemon=True).start()\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    monkeypatch.setenv("WORKSHOP_PRELOAD", "starts_a_thread")
    monkeypatch.setattr(provisioner, "server", own_server)
    monkeypatch.setattr(provisioner, "_warned", set())
    for _ in range(2):
        kernel = own_kernel()
        assert isinstance(kernel.process, subprocess.Popen)
        assert kernel.value("1 + 1") == 2
    messages = [r.getMessage() for r in caplog.records if r.name == provisioner.__name__]
    assert len(messages) == 1
    assert "an imported module has started a thread (t)" in messages[0]


def test_a_kernel_that_does_not_wait_for_the_imports_starts_the_ordinary_way_until_then(
    monkeypatch: pytest.MonkeyPatch,
    own_kernel: Callable[..., Kernel],
    own_server: forkserver._Server,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(provisioner, "server", own_server)
    settings = Config(WarmProvisioner={"waits": False})
    with monkeypatch.context() as early:
        early.setattr(own_server, "is_ready", lambda: False)
        first = own_kernel(settings)
    assert isinstance(first.process, subprocess.Popen)
    assert first.value("1 + 1") == 2
    assert until(own_server.is_ready)
    assert isinstance(own_kernel(settings).process, KernelProcess)
    first.manager.restart_kernel()  # and a restart is quick as well
    first.client.wait_for_ready(timeout=120)
    assert isinstance(first.process, KernelProcess)
    assert [r for r in caplog.records if r.name == provisioner.__name__] == []


def test_without_fork_kernels_and_notebooks_start_the_ordinary_way_and_it_is_said_once(
    monkeypatch: pytest.MonkeyPatch,
    own_kernel: Callable[..., Kernel],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise CannotForkError("this system cannot fork processes")

    monkeypatch.setattr(forkserver.server, "warm_up", refuse)
    monkeypatch.setattr(provisioner, "_warned", set())
    source = tmp_path / "some.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("1 + 1", id="sum")]), source)
    done = execute_notebook(source, {})
    assert done.notebook.cells[0].outputs[0].data["text/plain"] == "2"
    kernel = own_kernel()
    assert [r.getMessage() for r in caplog.records if r.name == provisioner.__name__] == [
        "A kernel starts without the warm start: this system cannot fork processes."
    ]
    assert isinstance(kernel.process, subprocess.Popen)
    assert kernel.manager.transport == "tcp"
    assert kernel.value("1 + 1") == 2


def test_variable_the_server_cannot_change_any_more_means_an_ordinary_kernel(
    own_kernel: Callable[..., Kernel], tmp_path: Path
) -> None:
    forkserver.warm_up()
    kernel = own_kernel(env={**os.environ, "PYTHONUTF8": "1", "HOME": str(tmp_path)})
    assert isinstance(kernel.process, subprocess.Popen)
    assert kernel.value("__import__('sys').flags.utf8_mode") == 1
    assert kernel.value("__import__('os').path.expanduser('~')") == str(tmp_path)


def test_a_module_that_was_changed_is_imported_anew_by_the_next_kernel(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    own_kernel: Callable[..., Kernel],
    own_server: forkserver._Server,
) -> None:
    module = tmp_path / "renewed.py"
    module.write_text("version = 1", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    monkeypatch.setenv("WORKSHOP_PRELOAD", "renewed")
    monkeypatch.setattr(provisioner, "server", own_server)
    version = "__import__('renewed').version"
    running, restarted = own_kernel(), own_kernel()
    assert (running.value(version), restarted.value(version)) == (1, 1)
    first = own_server.fork
    assert first is not None
    module.write_text(
        "version = 22", encoding="utf-8"
    )  # of another size: the clock of files is coarse
    restarted.manager.restart_kernel()
    restarted.client.wait_for_ready(timeout=120)
    assert isinstance(restarted.process, KernelProcess)
    assert (running.value(version), restarted.value(version)) == (1, 22)
    assert own_server.fork is not first
    for kernel in (running, restarted):
        assert first.process.poll() is None
        kernel.stop()
    own_server.warm_up()
    assert first.process.poll() is not None  # its last kernel is gone, and so is it
    assert not first.root.exists()


def test_a_relative_folder_for_drafts_is_no_trouble(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    own_kernel: Callable[..., Kernel],
    own_server: forkserver._Server,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", ".")
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(provisioner, "server", own_server)
    kernel = own_kernel()
    assert isinstance(kernel.process, KernelProcess)
    kernel.stop()
    own_server.stop()
    assert list(tmp_path.glob("wk-*")) == []


def test_kernel_with_another_command_starts_the_ordinary_way(
    own_kernel: Callable[..., Kernel],
) -> None:
    argv = ["python", "-X", "dev", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    kernel = own_kernel(spec=KernelSpec(argv=argv, language="python"))
    assert isinstance(kernel.process, subprocess.Popen)
    assert kernel.manager.transport == "tcp"
    assert kernel.value("__import__('sys').flags.dev_mode") is True


def test_warming_up_waits_for_no_import_but_its_own() -> None:
    code = (
        "import sys; from workshop.kernels import warm_up; "
        "print(sorted({'pydantic', 'yaml', 'rich', 'jupyter_client', 'zmq'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding=CONSOLE, check=True
    )
    assert done.stdout == "[]\n"
