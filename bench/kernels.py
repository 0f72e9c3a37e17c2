"""Start to finish of a small notebook: the ordinary kernel against the warm one.

Run it with ``python bench/kernels.py [NOTEBOOKS]``. The figures of one table belong to one run on
one machine; what carries over is the last column.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

SOURCES = (
    "import pandas as pd\nimport matplotlib.pyplot as plt",
    "frame = pd.DataFrame({'week': range(12), 'waiting': [4] * 12})\nframe.describe()",
    "frame.plot(x='week');",
    *(f"total = frame.waiting.sum() + {number}\ntotal" for number in range(12)),
)

API = """
import sys
from pathlib import Path
from workshop.kernels import warm_up
jobs, kernel, *sources = sys.argv[1:]
if kernel == "workshop":
    warm_up(["pandas", "matplotlib.pyplot"])
from workshop.kernels import execute_many
done = execute_many([Path(source) for source in sources], {}, jobs=int(jobs), kernel=kernel)
assert not [one.error for one in done if one.error]
"""


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    folder = Path(tempfile.mkdtemp())
    try:
        sources = [_write(folder / f"{number}.ipynb") for number in range(count)]
        ways: dict[str, Callable[[], None]] = {
            "papermill command, python3": lambda: _papermill(sources, "python3"),
            "papermill command, workshop": lambda: _papermill(sources, "workshop"),
            "workshop.kernels, python3, 1 job": lambda: _api(sources, 1, "python3"),
            "workshop.kernels, workshop, 1 job": lambda: _api(sources, 1, "workshop"),
            "workshop.kernels, python3, 2 jobs": lambda: _api(sources, 2, "python3"),
            "workshop.kernels, workshop, 2 jobs": lambda: _api(sources, 2, "workshop"),
        }
        print(f"{count} notebooks, each way from a cold command")
        print(f"{'':32}{'all':>9}{'each':>9}{'ratio':>9}")
        first = 0.0
        for name, way in ways.items():
            started = time.perf_counter()
            way()
            seconds = time.perf_counter() - started
            first = first or seconds
            print(f"{name:32}{seconds:8.2f}s{seconds / count:8.2f}s{first / seconds:8.1f}x")
    finally:
        shutil.rmtree(folder)


def _write(path: Path) -> Path:
    notebook = new_notebook(cells=[new_code_cell(source) for source in SOURCES])
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    nbformat.write(notebook, path)
    return path


def _papermill(sources: list[Path], kernel: str) -> None:
    for source in sources:
        out = source.with_suffix(".out.ipynb")
        _run("-m", "papermill", str(source), str(out), "-k", kernel, "--no-progress-bar")


def _api(sources: list[Path], jobs: int, kernel: str) -> None:
    _run("-c", API, str(jobs), kernel, *map(str, sources))


def _run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
