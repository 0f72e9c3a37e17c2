"""Packs a minute for fifty groups, beside a shell loop and beside the least that is possible.

Run it with ``python bench/batch.py [--groups N] [--hand N] [--sizes N N …] [--starts N]``.
Everything uses two workers. *Batch* is the command `workshop batch`, from its start to the
portfolio. *By hand* is two loops, each over its share of the groups: the papermill command for
each notebook, nbconvert to HTML, Chromium to PDF; it is measured on few groups and its cost a pack
is taken. *Lower limit* is two processes that run the same cells without any kernel, one Typst
compile a pack, and nothing else. `--sizes` makes batches of so many groups, to see whether a pack's
cost and the memory stay flat (`--only three-answers` takes small packs, so that a thousand are made
in minutes); `--starts` runs so many small notebooks, 32 at once.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import platform
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import yaml

import pack as by_hand

TOP = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
EXAMPLES = sorted(TOP.glob("examples/*.yaml"))
WORKERS = 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--groups", type=int, default=50)
    parser.add_argument("--hand", type=int, default=4)
    parser.add_argument("--sizes", type=int, nargs="*", default=[])
    parser.add_argument("--starts", type=int, default=0)
    parser.add_argument("--only", help="take the answers of this example alone")
    given = parser.parse_args()
    if given.only:
        EXAMPLES[:] = [path for path in EXAMPLES if path.stem == given.only]
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{WORKERS} workers, load before {os.getloadavg()[0]:.2f}")
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        if given.groups:
            _compare(top, given.groups, given.hand)
        for size in given.sizes:
            wall, peak = _batch(top / f"size-{size}", size)
            _print(f"batch of {size:5}: {wall / size:6.2f} s a pack, {peak:6.0f} MB at most")
        if given.starts:
            _starts(top, given.starts)
    print(f"load after {os.getloadavg()[0]:.2f}")


def _print(line: str) -> None:
    print(line, flush=True)


def _compare(top: Path, groups: int, hand: int) -> None:
    wall, peak = _batch(top / "batch", groups)
    kit = wall / groups
    print(
        f"batch        {kit:6.2f} s a pack, {60 / kit:6.1f} packs a minute, {peak:.0f} MB at most"
    )
    least = _least(top, groups) / groups
    print(f"lower limit  {least:6.2f} s a pack: the batch takes {kit / least:.2f} times as long")
    if hand:
        theirs = _hand(top / "hand", hand) / hand
        print(f"by hand      {theirs:6.2f} s a pack: the batch is {theirs / kit:.1f} times as fast")


# -- the batch ------------------------------------------------------------------------------------


def _groups(folder: Path, count: int) -> Path:
    """Write answers of so many groups: the examples in turn, each a little different."""
    folder.mkdir(parents=True)
    for number in range(count):
        answers = yaml.safe_load(EXAMPLES[number % len(EXAMPLES)].read_text("utf-8"))
        answers |= {"group": f"Group {number:04}", "model_teams": number % 17}
        text = yaml.safe_dump(answers, allow_unicode=True, sort_keys=False)
        (folder / f"group-{number:04}.yaml").write_text(text, "utf-8")
    return folder


def _batch(folder: Path, count: int) -> tuple[float, float]:
    """Run the command on so many groups; return its seconds and the most MB it held."""
    source = _groups(folder / "in", count)
    command = [f"{BIN}/workshop", "batch", f"{source}", "-o", f"{folder / 'out'}"]
    started = time.perf_counter()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*command, "--jobs", f"{WORKERS}"], stdout=log, stderr=log)
        most = _watch(process)
    wall = time.perf_counter() - started
    made = list((folder / "out" / "packs").glob("*/findings.pdf"))
    if process.returncode or len(made) != count:
        sys.exit(f"{len(made)} packs of {count}:\n{(folder / 'log').read_text('utf-8')[-2000:]}")
    return wall, most


def _watch(process: subprocess.Popen[bytes]) -> float:
    """Wait for a command and return the most MB that its processes held, shared pages once."""
    most, stop = 0.0, threading.Event()

    def look() -> None:
        nonlocal most
        while not stop.wait(5.0):  # looking takes time itself
            total = 0
            try:
                tree = [psutil.Process(process.pid)]
                tree += tree[0].children(recursive=True)
            except psutil.NoSuchProcess:
                return
            for one in tree:
                try:
                    total += one.memory_full_info().pss
                except psutil.Error:
                    continue
            most = max(most, total / 2**20)

    thread = threading.Thread(target=look)
    thread.start()
    process.wait()
    stop.set()
    thread.join()
    return most


# -- beside it ------------------------------------------------------------------------------------


def _hand(folder: Path, count: int) -> float:
    """Make so many packs by hand, in two loops at once; return the seconds."""
    files = sorted(_groups(folder / "in", count).iterdir())

    def loop(share: list[Path]) -> None:
        for answers in share:
            target = folder / answers.stem
            target.mkdir()
            for _, command in by_hand._commands(by_hand.HAND, answers, target):
                done = subprocess.run(command, capture_output=True, cwd=target)
                if done.returncode:
                    sys.exit(done.stderr.decode()[-2000:])

    started = time.perf_counter()
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(loop, [files[n::WORKERS] for n in range(WORKERS)]))
    return time.perf_counter() - started


def _least(top: Path, count: int) -> float:
    """Run the cells of so many packs in two processes without kernels; return the seconds."""
    (top / "documents").write_bytes(_documents())
    command = [sys.executable, __file__, "cells", f"{top / 'documents'}"]
    shares = [count // WORKERS + (n < count % WORKERS) for n in range(WORKERS)]
    started = time.perf_counter()
    processes = [subprocess.Popen([*command, f"{share}"]) for share in shares]
    for process in processes:
        if process.wait():
            sys.exit("the lower limit failed")
    return time.perf_counter() - started


def _documents() -> bytes:
    """Return what is compiled for each example: outputs that a run with kernels has made once."""
    from workshop.answers.reading import read_answers
    from workshop.files import notebooks
    from workshop.findings import assess
    from workshop.kernels import execute_many
    from workshop.pack.merge import merge

    made = []
    for path in EXAMPLES:
        answers = read_answers(path)
        runs = execute_many(notebooks(), answers.to_parameters(), jobs=WORKERS)
        document = merge(runs, assess(answers)).of("board", "working")
        made.append((document.blocks, document.setup))
    return pickle.dumps(made)


def _cells(documents: Path, count: int) -> None:
    """Run the cells of all notebooks and compile one PDF, so many times, in this process."""
    import papermill
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    from workshop.answers.reading import read_answers
    from workshop.documents.paper import blocks_to_pdf
    from workshop.files import notebooks

    shell = InteractiveShell.instance()
    made = pickle.loads(documents.read_bytes())
    for number in range(count):
        answers = read_answers(EXAMPLES[number % len(EXAMPLES)])
        for source in notebooks():
            known = papermill.inspect_notebook(source)
            parameters = answers.to_parameters() | {"model_teams": number % 17}
            declared = {name: value for name, value in parameters.items() if name in known}
            notebook = papermill.execute_notebook(source, None, declared, prepare_only=True)
            shell.reset(new_session=False)
            with capture_output():
                for cell in notebook.cells:
                    if cell.cell_type == "code":
                        shell.run_cell(cell.source, store_history=False).raise_error()
        blocks_to_pdf(*made[number % len(EXAMPLES)])


def _starts(top: Path, count: int) -> None:
    """Start so many kernels, 32 at once, and count those that did not start."""
    from workshop.kernels import execute_many

    cell = {"cell_type": "code", "execution_count": None, "id": "a", "metadata": {}, "outputs": []}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"cells": [{**cell, "source": "1 + 1"}], "metadata": {"kernelspec": kernel}}
    path = top / "small.ipynb"
    path.write_text(json.dumps({**notebook, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    started = time.perf_counter()
    done = execute_many([path] * count, {}, jobs=32)
    wall = time.perf_counter() - started
    failed = sum(run.error is not None for run in done)
    _print(f"{count} runs, 32 at once: {failed} failed, {wall / count:.3f} s each")


if __name__ == "__main__":
    if sys.argv[1:2] == ["cells"]:
        _cells(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
