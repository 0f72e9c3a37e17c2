"""Running notebooks: parameters in, executed notebooks out, the same bytes every time."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from batches import until
from conftest import CONSOLE
from kernel_client import is_gone
from workshop.kernels import CellError, execute_many, execute_notebook, tidy, write_notebook

PARAMETERS = "team: str = 'none'  # whose models these are\nmodels: int = None"

Writer = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    def write(name: str, *sources: str, parameters: str | None = PARAMETERS) -> Path:
        cells = [new_code_cell(source) for source in sources]
        if parameters is not None:
            cell = new_code_cell(parameters)
            cell.metadata["tags"] = ["parameters"]
            cells = [new_markdown_cell("# Title"), cell, *cells]
        notebook = new_notebook(cells=cells)
        notebook.metadata["kernelspec"] = {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
        path = tmp_path / f"{name}.ipynb"
        nbformat.write(notebook, path)
        return path

    return write


def printed(notebook: nbformat.NotebookNode) -> str:
    return "".join(
        output.text
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "stream"
    )


def test_declared_parameters_are_passed_and_others_left_out(
    write: Writer, caplog: pytest.LogCaptureFixture
) -> None:
    source = write("one", "print(team, models, 'queue_weeks' in globals())")
    done = execute_notebook(source, {"team": 'it\'s "{ours}"\n', "models": 4, "queue_weeks": 9})
    assert (done.name, done.error) == ("one", None)
    assert printed(done.notebook) == 'it\'s "{ours}"\n 4 False\n'
    assert not [record for record in caplog.records if record.name == "papermill"]


def test_parameters_of_every_type_are_passed_and_papermill_knows_them(
    write: Writer, tmp_path: Path
) -> None:
    declared = (
        "from typing import Literal\nimport datetime\n"
        "a: None | str = None\nb: Literal['x', 'y'] = 'x'\nc: datetime.date = None\n"
        "d: list[int] | None = None\ne = 2  # a comment with = in it\nf: 'int' = 1  # plain"
    )
    source = write("one", "print(a, b, c, d, e, f)", parameters=declared)
    done = execute_notebook(source, dict.fromkeys("abcdefg", "NEW"))
    assert printed(done.notebook) == "NEW NEW NEW NEW NEW NEW\n"
    chosen = [argument for name in "abcdef" for argument in ("-p", name, "NEW")]
    out = tmp_path / "out.ipynb"
    ran = subprocess.run(
        [sys.executable, "-m", "papermill", source, out, "-k", "workshop", *chosen],
        capture_output=True,
        encoding=CONSOLE,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "unknown parameter" not in ran.stderr
    assert "Unable to parse" not in ran.stderr
    assert printed(nbformat.read(out, as_version=4)) == "NEW NEW NEW NEW NEW NEW\n"


def test_nested_parameters_arrive_as_they_are(write: Writer) -> None:
    source = write("one", "print(duties)", parameters="duties = None")
    value = {"paged": ["nobody", None, True, 1.5]}
    assert printed(execute_notebook(source, {"duties": value}).notebook) == f"{value}\n"


def test_notebook_without_parameters_runs(write: Writer) -> None:
    done = execute_notebook(write("one", "print(1)", parameters=None), {"team": "x"})
    assert printed(done.notebook) == "1\n"
    assert len(done.notebook.cells) == 1


def test_source_file_and_folder_are_left_alone(write: Writer) -> None:
    source = write("one", "print(__import__('os').getcwd())")
    before, folder = source.read_bytes(), Path.cwd()
    done = execute_notebook(source, {"team": "x"})
    assert source.read_bytes() == before
    assert printed(done.notebook) == f"{folder}\n"
    assert Path.cwd() == folder
    assert [path.name for path in source.parent.iterdir()] == ["one.ipynb"]


def test_raised_error_names_its_cell_and_keeps_what_came_before(write: Writer) -> None:
    source = write("one", "print('before')", "print('half'); 1 / 0", "print('after')")
    done = execute_notebook(source, {"team": "x"})
    assert done.error == CellError(
        4, "ZeroDivisionError", "division by zero", "print('half'); 1 / 0", "raised"
    )
    assert printed(done.notebook) == "before\nhalf\n"
    assert done.notebook.cells[4].outputs[-1].output_type == "error"
    assert len(done.notebook.cells) == 6
    assert "papermill-error" not in nbformat.writes(done.notebook)


def test_notebook_that_ends_itself_quietly_has_not_failed(write: Writer) -> None:
    done = execute_notebook(write("one", "raise SystemExit", "print('after')"), {})
    assert done.error is None
    assert "after" not in printed(done.notebook)


def test_a_notebook_out_of_time_is_kept_whether_one_cell_is_slow_or_all_together_are(
    write: Writer,
) -> None:
    slow = write("slow", "print('before')", "import time; time.sleep(600)", parameters=None)
    many = write("many", *["import time; time.sleep(0.3)"] * 100, parameters=None)
    execute_notebook(write("first", "1"), {})  # so that the next kernels start at once
    by_one, by_all = execute_many([slow, many], {}, jobs=2, timeout_s=12)
    assert by_one.error is not None
    assert (by_one.error.how, by_one.error.cell_index) == ("timed-out", 1)
    assert "12 seconds" in by_one.error.evalue
    assert printed(by_one.notebook) == "before\n"
    assert by_all.error is not None
    assert by_all.error.how == "timed-out"
    assert 0 < by_all.error.cell_index < 99


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "memory"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "signal 11"),
        ("import os; os._exit(3)", "exit code 3"),
    ],
)
@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_dead_kernel_is_told_from_a_slow_one(write: Writer, code: str, reason: str) -> None:
    done = execute_notebook(write("one", "print('before')", code), {}, timeout_s=100)
    assert done.error is not None
    assert (done.error.how, done.error.cell_index) == ("killed", 3)
    assert reason in done.error.evalue
    assert done.error.source == code
    assert printed(done.notebook) == "before\n"


def test_several_at_once_come_back_in_order_and_one_failure_stops_no_other(write: Writer) -> None:
    sources = [
        write(f"{i}", f"import time; time.sleep({(4 - i) / 5}); 1 / ({i} - 2); print({i}, team)")
        for i in range(5)
    ]
    done = execute_many(sources, {"team": "us"}, jobs=5)
    assert [one.name for one in done] == ["0", "1", "2", "3", "4"]
    assert [one.error is None for one in done] == [True, True, False, True, True]
    assert [printed(one.notebook) for one in done] == ["0 us\n", "1 us\n", "", "3 us\n", "4 us\n"]


def test_each_notebook_has_a_kernel_of_its_own(write: Writer) -> None:
    first = write("first", "import os; left_behind = 1; print(os.getpid())")
    second = write("second", "import os; print(os.getpid(), 'left_behind' in globals())")
    done = execute_many([first, second], {}, jobs=1)
    first_pid, (second_pid, found) = (
        printed(done[0].notebook).strip(),
        printed(done[1].notebook).split(),
    )
    assert first_pid != second_pid
    assert found == "False"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells a peak")
def test_most_memory_of_a_kernel_is_told(write: Writer) -> None:
    lean = execute_notebook(write("lean", "1"), {})
    fat = execute_notebook(write("fat", "x = b'1' * 200_000_000"), {})
    assert lean.memory_mb is not None
    assert fat.memory_mb is not None
    assert fat.memory_mb > lean.memory_mb + 150


def test_progress_counts_every_cell(write: Writer) -> None:
    steps: list[tuple[str, int, int]] = []
    source = write("one", "1", "2", parameters=None)
    execute_notebook(source, {}, on_progress=lambda *step: steps.append(step))
    assert steps == [("one", 0, 2), ("one", 1, 2), ("one", 2, 2)]


def test_error_in_the_callers_progress_function_is_raised(write: Writer) -> None:
    def fail(name: str, done: int, total: int) -> None:
        raise LookupError(name)

    with pytest.raises(LookupError, match="one"):
        execute_notebook(write("one", "1"), {}, on_progress=fail)


VARIED = (
    "import sys, time\n"
    "for i in range(3):\n"
    "    print('out', i); print('err', i, file=sys.stderr); sys.stdout.flush(); time.sleep(0.01)",
    "print(object())\nobject()",
    "import warnings; warnings.warn('beware')",
    "import ipywidgets; ipywidgets.IntSlider()",
    "import matplotlib.pyplot as plt; plt.plot([1, 2])",
    "display('one', display_id='shown'); print({*'abc'} == {*'cba'})",
    "def fail(x):\n    raise ValueError(f'no good: {x}')\nfail(object())",
)


def test_two_runs_with_the_same_input_have_the_same_bytes(write: Writer) -> None:
    source = write("one", *VARIED)
    done = execute_many([source] * 3, {"team": "x"}, jobs=2)
    saved = [nbformat.writes(tidy(one.notebook)) for one in done]
    assert saved[0] == saved[1] == saved[2]
    assert "beware" in saved[0]
    assert "no good" in saved[0]
    assert "image/png" in saved[0]
    assert '"id": "injected-parameters"' in saved[0]
    nbformat.validate(nbformat.reads(saved[0], as_version=4))
    for trace in (" at 0x", "start_time", "iopub", str(source.parent), "ipykernel_", "widget-view"):
        assert trace not in saved[0], trace


def test_untidied_runs_differ(write: Writer) -> None:
    done = execute_many([write("one", *VARIED)] * 2, {"team": "x"}, jobs=2)
    assert nbformat.writes(done[0].notebook) != nbformat.writes(done[1].notebook)


def test_tidy_leaves_its_argument_alone_and_changes_nothing_twice(write: Writer) -> None:
    notebook = execute_notebook(write("one", *VARIED), {"team": "x"}).notebook
    before = nbformat.writes(notebook)
    once = tidy(notebook)
    assert nbformat.writes(notebook) == before
    assert nbformat.writes(tidy(once)) == nbformat.writes(once)


def test_a_notebook_is_written_as_nbformat_writes_it(write: Writer) -> None:
    data = {
        "text/plain": "a\nб",
        "image/svg+xml": "<svg>\n</svg>",
        "application/json": {"z": [1, 2.5, None, True, [], {}], "a": {"deep": "\u2028 “x”\t\\"}},
    }
    shows = f"from IPython.display import display; display({data!r}, raw=True)"
    source = write("one", shows, *VARIED)
    content = json.loads(source.read_text("utf-8"))
    picture = {"text/plain": "two\nlines"}
    content["cells"][0] |= {"attachments": {"a.txt": picture}, "metadata": {"trusted": True}}
    source.write_text(json.dumps(content), encoding="utf-8")
    notebook = execute_notebook(source, {"team": "x"}).notebook
    before = nbformat.writes(notebook)
    assert "\u2028 “x”" in before
    assert write_notebook(tidy(notebook)) == nbformat.writes(tidy(notebook))
    assert nbformat.writes(notebook) == before


def test_a_long_line_without_a_space_is_no_trouble(write: Writer) -> None:
    notebook = execute_notebook(write("one", "print('y' * 2_000_000)"), {}).notebook
    assert len(printed(tidy(notebook))) == 2_000_001


def test_notebook_saved_without_cell_ids_repeats_too(write: Writer) -> None:
    source = write("one", "print(1)")
    text = re.sub(r'\s*"id": "[^"]*",', "", source.read_text(encoding="utf-8"))
    source.write_text(text.replace('"nbformat_minor": 5', '"nbformat_minor": 4'), encoding="utf-8")
    done = execute_many([source] * 2, {"team": "x"})
    first, second = (nbformat.writes(tidy(one.notebook)) for one in done)
    assert first == second


def test_file_that_is_no_notebook_is_refused_by_name(tmp_path: Path) -> None:
    for number, content in enumerate(("nonsense", "[]", '{"cells": []}')):
        path = tmp_path / f"{number}.ipynb"
        path.write_text(content, encoding="utf-8")
        with pytest.raises(ValueError, match=rf"{number}\.ipynb: this is not a notebook"):
            execute_notebook(path, {})


def test_kernelspec_need_not_be_installed(write: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise AssertionError("looked for a kernelspec on disk")

    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", refuse)
    assert execute_notebook(write("one", "print(1)"), {}).error is None


def test_ordinary_kernel_gives_the_same_notebook(write: Writer) -> None:
    source = write("one", "print(team)", "1 + 1", "import matplotlib.pyplot as p; p.plot([1, 2]);")
    warm = execute_notebook(source, {"team": "x"})
    ordinary = execute_notebook(source, {"team": "x"}, kernel="python3")
    assert nbformat.writes(tidy(warm.notebook)) == nbformat.writes(tidy(ordinary.notebook))


@pytest.mark.fork
def test_papermill_command_has_what_the_kernelspec_preloads(write: Writer, tmp_path: Path) -> None:
    folder = tmp_path / "jupyter" / "kernels" / "workshop"
    folder.mkdir(parents=True)
    chosen = {"provisioner_name": "workshop-warm", "config": {"preload": ["xml.dom.minidom"]}}
    spec = {
        "argv": ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Warm",
        "language": "python",
        "metadata": {"kernel_provisioner": chosen},
    }
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    source = write("one", "import sys; print(team, 'xml.dom.minidom' in sys.modules)")
    out = tmp_path / "out.ipynb"
    done = subprocess.run(
        [sys.executable, "-m", "papermill", source, out, "-k", "workshop", "-p", "team", "us"],
        env={**os.environ, "JUPYTER_PATH": str(tmp_path / "jupyter")},
        capture_output=True,
        encoding=CONSOLE,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert printed(nbformat.read(out, as_version=4)) == "us True\n"


@pytest.mark.fork
def test_papermill_runs_a_notebook_with_the_engine_of_the_kit(
    write: Writer, tmp_path: Path
) -> None:
    source = write(
        "one",
        "import sys; print(team, len(sys.argv), file=sys.stderr)",
        "get_ipython().kernel.shell_stream",
        "handle = display('first', display_id='d')",
        "handle.update('second'); 1 / 0",
    )
    ran = []
    for number, engine in enumerate(([], ["--engine", "workshop"])):
        out = tmp_path / f"{number}.ipynb"
        done = subprocess.run(
            [sys.executable, "-m", "papermill", source, out, "-p", "team", "us", *engine],
            env={k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"},
            capture_output=True,
            encoding=CONSOLE,
            timeout=300,
            check=False,
        )
        assert done.returncode != 0
        assert "ZeroDivisionError" in done.stderr
        ran.append(tidy(nbformat.read(out, as_version=4)))
    usual, direct = ran
    sockets = []
    for notebook in ran:
        (cell,) = [c for c in notebook.cells if "shell_stream" in c.source]
        sockets.append(cell.outputs)
        notebook.cells.remove(cell)
    assert "ZMQStream" in str(sockets[0])
    assert "ZMQStream" not in str(sockets[1])
    for notebook in ran:
        for number, cell in enumerate(notebook.cells):
            cell["id"] = str(number)  # papermill draws those of its own cells at random
    assert nbformat.writes(usual) == nbformat.writes(direct)


@pytest.mark.parametrize("kernel", ["workshop", "python3"])
def test_widgets_are_kept_as_from_a_kernel(write: Writer, kernel: str) -> None:
    source = write(
        "one",
        "import ipywidgets as w\nout = w.Output()\nout",
        "with out:\n    print('inside')\nprint('outside')",
        "len(out.outputs)",
        parameters=None,
    )
    done = execute_notebook(source, {}, kernel=kernel).notebook
    (states,) = done.metadata.widgets.values()
    shown = [s["state"] for s in states["state"].values() if "outputs" in s["state"]]
    assert [part["text"] for part in shown[0]["outputs"]] == ["inside\n"]
    assert printed(done) == "outside\n"
    assert done.cells[2].outputs[0]["data"]["text/plain"] == "1"


def test_what_a_widget_sends_back_never_loses_the_end_of_a_cell(write: Writer) -> None:
    # each cell sends something to the kernel just when its reply arrives: one in twenty hung
    cells = ["with out:\n    print('inside')"] * 60
    source = write("one", "import ipywidgets as w\nout = w.Output()", *cells, parameters=None)
    done = execute_notebook(source, {}, kernel="python3", timeout_s=300)
    assert done.error is None


def test_a_kernel_that_finds_its_port_taken_is_started_once_more(
    write: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = tmp_path / "tried"
    code = (
        "import pathlib, runpy, sys\n"
        f"with pathlib.Path({str(tried)!r}).open('a') as file:\n"
        "    file.write('x')\n"
        f"if pathlib.Path({str(tried)!r}).read_text() == 'x':\n"
        "    sys.exit('Address already in use')\n"
        "runpy.run_module('ipykernel_launcher', run_name='__main__')\n"
    )
    spec = tmp_path / "share" / "kernels" / "second" / "kernel.json"
    spec.parent.mkdir(parents=True)
    argv = [sys.executable, "-c", code, "-f", "{connection_file}"]
    spec.write_text(
        json.dumps({"argv": argv, "display_name": "second", "language": "python"}), "utf-8"
    )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share"))
    done = execute_notebook(write("one", "print('here')", parameters=None), {}, kernel="second")
    assert done.error is None
    assert printed(done.notebook) == "here\n"
    assert tried.read_text("utf-8") == "xx"


@pytest.mark.fork
def test_a_home_that_cannot_be_written_to_is_no_trouble(write: Writer, tmp_path: Path) -> None:
    """As in a container: IPython would say so in each kernel and leave a folder behind."""
    drafts = tmp_path / "drafts"
    drafts.mkdir()
    code = (
        "import sys; from pathlib import Path; from workshop.kernels import execute_notebook\n"
        "print(execute_notebook(Path(sys.argv[1]), {}).error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, write("one", "print('here')")],
        env={**os.environ, "HOME": str(tmp_path / "none"), "TMPDIR": str(drafts)},
        capture_output=True,
        encoding=CONSOLE,
    )
    assert (done.stdout, done.stderr) == ("None\n", "")
    assert list(drafts.iterdir()) == []


INTERRUPTED = """
import sys
from pathlib import Path
from workshop.kernels.forkserver import server
from workshop.kernels import execute_many
def tell(name, done, total):
    print(server.fork and server.fork.root, flush=True)
execute_many([Path(sys.argv[1])] * 4, {}, jobs=2, kernel=sys.argv[2], on_progress=tell)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("kernel", ["workshop", "python3"])
def test_interrupted_batch_ends_and_leaves_nothing(
    write: Writer, tmp_path: Path, kernel: str
) -> None:
    pids = tmp_path / "pids"
    code = f"import os, time; open({str(pids)!r}, 'a').write(f'{{os.getpid()}} '); time.sleep(600)"
    source = write("one", code, parameters=None)
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, source, kernel],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding=CONSOLE,
        start_new_session=True,
    )
    with process:
        try:
            assert process.stdout is not None
            root = process.stdout.readline().strip()
            assert until(lambda: pids.exists() and len(pids.read_text("utf-8").split()) == 2)
            os.killpg(process.pid, signal.SIGINT)
            _, errors = process.communicate(timeout=120)
        finally:
            process.kill()
    assert process.returncode != 0
    assert errors.rstrip().endswith("KeyboardInterrupt")
    assert until(lambda: all(is_gone(int(pid)) for pid in pids.read_text("utf-8").split()))
    assert not Path(root).exists() or kernel == "python3"
