"""The kit's runner and its warm kernel give what papermill gives with an ordinary kernel."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from conftest import TOP
from workshop.answers.reading import read_answers
from workshop.files import notebooks
from workshop.kernels import WarmKernelManager, execute_notebook, tidy

ANSWERS = read_answers(TOP / "examples" / "tidewater-retail.yaml").to_parameters()

GOES_ON: dict[str, tuple[str, ...]] = {
    "names": ("_ = 5\nIn[0], Out, __name__, get_ipython().execution_count",),
    "updates-a-display": (
        "handle = display('first', display_id='d')",
        "handle.update('second')",
        "from IPython.display import update_display\nupdate_display('third', display_id='d')",
    ),
    "clears-its-output": (
        "from IPython.display import clear_output\nprint('gone')",
        "print('gone too')\nclear_output(wait=True)\nprint(1)",
    ),
    "rich": (
        "from IPython.display import HTML, JSON, SVG, Latex, Markdown\n"
        "display(HTML('<b>b</b>'), Markdown('*m*'), Latex('$x$'), JSON({'a': [1]}))\n"
        "display(SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>'))",
        "import pandas as pd\npd.DataFrame({'a': [1, 2], 'b': ['x', None]})",
        "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2]);",
        "class Both:\n"
        "    def _repr_mimebundle_(self, include=None, exclude=None):\n"
        "        return {'text/plain': 'p', 'application/x-own+json': {'k': 1}}\n"
        "Both()",
    ),
    "long": (
        "for i in range(20_000): print(i, 'x' * 50)",
        "print('y' * 2_000_000)",
        "list(range(100_000))",
    ),
    "both-streams": (
        "import sys\nfor i in range(50): print('out', i); print('err', i, file=sys.stderr)",
    ),
    "output-of-a-child": ("import os\nos.system('echo from a child');", "!echo from a shell"),
    "warnings": ("import warnings\nwarnings.warn('beware', stacklevel=1)",),
    "await": ("import asyncio\nawait asyncio.sleep(0.01)\n'awaited'",),
    "threads": (
        "import threading\nt = threading.Thread(target=print, args=('from a thread',))\n"
        "t.start(); t.join()",
    ),
    "unicode": ("print('Zażółć 東京 \U0001f600 \\x00 \\x1b[31mred')", "'\\ud800'"),
}
"""Cells after which a notebook goes on, by what they show: all are run in one."""
ODD: dict[str, tuple[str, ...]] = {
    "raises": ("print('before')", "def f(x):\n    return 1 / x\nf(0)", "print('never reached')"),
    "does-not-parse": ("1 +", "2"),
    "asks-for-input": ("name = input('Who? ')", "print(name)"),
    "asks-for-a-password": ("import getpass\ngetpass.getpass()",),
    "interrupts-itself": ("import _thread\n_thread.interrupt_main()\nprint('on')", "1"),
    "keyboard-interrupt": ("raise KeyboardInterrupt",),
    "exits": ("print(1)\nraise SystemExit(3)", "2"),
    "magics": ("%precision 3\n1 / 3", "%%capture held\nprint(1)", "held.stdout", "%no_such_magic"),
    "goes-on": tuple(cell for cells in GOES_ON.values() for cell in cells),
}


def notebook_of(*sources: str) -> NotebookNode:
    cells = [new_code_cell(source, id=f"cell-{i}") for i, source in enumerate(sources)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def comparable(notebook: NotebookNode) -> list[dict[str, Any]]:
    """Return what a notebook's cells show, without what differs between any two runs."""
    cells = []
    for cell in tidy(notebook).cells:
        if {"papermill-error-cell-tag"} & set(cell.metadata.get("tags", ())):
            continue  # papermill's own note above a failed cell
        one = {"source": cell.source, "outputs": [], "count": cell.get("execution_count")}
        for output in cell.get("outputs", ()):
            text = nbformat.v4.nbjson.json.dumps(output, sort_keys=True)
            text = re.sub(r"ipykernel_\d+", "ipykernel_N", text)
            one["outputs"].append(text)
        cells.append(one)
    return cells


def with_papermill(source: Path, target: Path, parameters: dict[str, Any]) -> NotebookNode:
    """Return a notebook as plain papermill leaves it, whether it ends well or not."""
    from papermill.exceptions import PapermillExecutionError

    with contextlib.suppress(PapermillExecutionError):
        papermill.execute_notebook(
            source, target, parameters, kernel_name="python3", progress_bar=False
        )
    made: NotebookNode = nbformat.read(target, as_version=4)
    return made


@pytest.mark.filterwarnings("ignore")  # papermill's and ipykernel's own, under plain settings
@pytest.mark.parametrize("name", ODD)
def test_odd_notebooks_come_out_as_from_papermill(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In a test, ipykernel does not capture what other programs print.
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    source = tmp_path / "source.ipynb"
    nbformat.write(notebook_of(*ODD[name]), source)
    own = execute_notebook(source, {}, timeout_s=300).notebook
    theirs = with_papermill(source, tmp_path / "target.ipynb", {})
    assert comparable(own) == comparable(theirs)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("source", notebooks(), ids=lambda path: path.stem)
def test_our_notebooks_come_out_as_from_papermill(source: Path, tmp_path: Path) -> None:
    known = papermill.inspect_notebook(source)
    declared = {name: value for name, value in ANSWERS.items() if name in known}
    own = execute_notebook(source, ANSWERS).notebook
    theirs = with_papermill(source, tmp_path / "target.ipynb", declared)
    assert comparable(own) == comparable(theirs)


@pytest.fixture(scope="module", autouse=True)
def _collected() -> Iterator[None]:
    """What papermill and nbclient leave unclosed is complained of here, where nobody minds.

    Once, since it takes longer than a notebook.
    """
    yield
    gc.collect()


@pytest.fixture
def own_loop() -> Iterator[None]:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    loop.close()
    asyncio.set_event_loop(None)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("own_loop")
@pytest.mark.parametrize("name", ["raises", "asks-for-input", "goes-on"])
def test_nbclient_alone_sees_no_difference_between_the_kernels(name: str) -> None:
    shown = []
    for manager, kernel in ((WarmKernelManager, "workshop"), (AsyncKernelManager, "python3")):
        notebook = notebook_of(*ODD[name])
        client = NotebookClient(
            notebook, km=manager(kernel_name=kernel), kernel_name=kernel, allow_errors=True
        )
        client.execute()
        shown.append(comparable(notebook))
    assert shown[0] == shown[1]
