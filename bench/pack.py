"""`workshop pack` for one organisation, against making the same pages by hand.

By hand means what anybody can do with the tools as they come: the seven notebooks through the
papermill command with the answers file and the ordinary kernel, each result through nbconvert's
own HTML, each page through Chromium's print-to-PDF. Every command is a new process, and the two
ways take turns. Run it with ``python bench/pack.py [--rounds N] [--answers FILE]``; README.md
beside this file says how to read the table.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import platform
import resource
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from workshop.files import notebooks

TOP = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
EXAMPLE = TOP / "examples" / "tidewater-retail.yaml"
PACK, HAND = "workshop pack", "by hand"
STEPS = ("papermill", "nbconvert to HTML", "Chromium to PDF")

Step = tuple[str, list[str]]


@dataclass
class Cost:
    """What commands took: seconds, CPU seconds of all their processes, memory in MB."""

    wall: float = 0.0
    cpu: float = 0.0
    largest: float = 0.0  # the resident memory of the largest single process
    tree: float = 0.0  # of all processes at one moment, shared pages counted once

    def add(self, other: Cost) -> None:
        """Take another command into account that ran after the ones before."""
        self.wall += other.wall
        self.cpu += other.cpu
        self.largest = max(self.largest, other.largest)
        self.tree = max(self.tree, other.tree)


@dataclass
class Run:
    """One way, once: all of it, and step by step."""

    all: Cost = field(default_factory=Cost)
    steps: dict[str, Cost] = field(default_factory=dict)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--answers", type=Path, default=EXAMPLE)
    given = parser.parse_args()
    _adopt_orphans()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{given.answers.stem}, {given.rounds} rounds, load before {os.getloadavg()[0]:.2f}")
    if CHROMIUM is None:
        print("Chromium is not installed: the step to PDF is left out of the way by hand.")
    # The first round fills the caches of the disk and looks at memory; looking takes time.
    memory = {way: _go(way, given.answers, look=True) for way in (PACK, HAND)}
    timed: dict[str, list[Run]] = {PACK: [], HAND: []}
    for number in range(given.rounds):
        for way in (PACK, HAND) if number % 2 == 0 else (HAND, PACK):
            timed[way].append(_go(way, given.answers))
    _print(memory, timed)
    print(f"load after {os.getloadavg()[0]:.2f}")


def _go(way: str, answers: Path, look: bool = False) -> Run:
    run = Run()
    with tempfile.TemporaryDirectory() as name:
        for step, command in _commands(way, answers, Path(name)):
            cost = _measure(command, Path(name), look)
            run.all.add(cost)
            run.steps.setdefault(step, Cost()).add(cost)
        _check(way, Path(name))
    return run


def _commands(way: str, answers: Path, folder: Path) -> Iterator[Step]:
    if way == PACK:
        yield PACK, [f"{BIN}/workshop", "pack", f"{answers}", "-o", f"{folder}"]
        return
    sources = notebooks()
    for source in sources:
        out = folder / source.name
        command = [f"{BIN}/papermill", f"{source}", f"{out}", "-f", f"{answers}", "-k", "python3"]
        yield STEPS[0], [*command, "--no-progress-bar"]
    for source in sources:
        yield STEPS[1], [f"{BIN}/jupyter", "nbconvert", "--to", "html", f"{folder / source.name}"]
    if CHROMIUM is None:
        return
    for source in sources:
        page = (folder / source.name).with_suffix(".html")
        yield (
            STEPS[2],
            [
                CHROMIUM,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                f"--user-data-dir={folder / 'profile'}",
                # What the page asks of the net is refused at once: nobody waits for a network.
                "--host-resolver-rules=MAP * ~NOTFOUND",
                f"--print-to-pdf={page.with_suffix('.pdf')}",
                page.as_uri(),
            ],
        )


def _check(way: str, folder: Path) -> None:
    count = len(notebooks())
    if way == PACK:
        expected = {"*.pdf": 3, "*.html": 1, "notebooks/*.ipynb": count}
    else:
        expected = {"*.ipynb": count, "*.html": count, "*.pdf": count if CHROMIUM else 0}
    for pattern, number in expected.items():
        found = [path for path in folder.glob(pattern) if path.stat().st_size]
        if len(found) != number:
            sys.exit(f"{way}: {len(found)} files {pattern} instead of {number}")


# -- measuring ----------------------------------------------------------------------------------


def _adopt_orphans() -> None:
    """Have processes that outlive their parent come to us, so that their time is counted."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER


def _measure(command: list[str], folder: Path, look: bool) -> Cost:
    log = folder / "log"
    with log.open("wb") as file:
        started = time.perf_counter()
        pid = os.posix_spawn(
            command[0],
            command,
            os.environ,
            file_actions=[(os.POSIX_SPAWN_DUP2, file.fileno(), number) for number in (1, 2)],
        )
        with _watch() if look else _nothing() as seen:
            _, status, usage = os.wait4(pid, 0)
        wall = time.perf_counter() - started
    if status:
        sys.exit(f"{' '.join(command)}\n{log.read_text('utf-8', 'replace')}")
    cost = Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, max(seen))
    for usage in _orphans():
        cost.cpu += usage.ru_utime + usage.ru_stime
    return cost


def _orphans() -> Iterator[resource.struct_rusage]:
    """What was left of the command; some of it may take a moment to end."""
    for _ in range(100):
        try:
            pid, _, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid:
            yield usage
        else:
            time.sleep(0.02)


@contextmanager
def _nothing() -> Iterator[list[float]]:
    yield [0.0]


@contextmanager
def _watch() -> Iterator[list[float]]:
    """A list that grows by the memory of all our descendants, in MB, ten times a second."""
    seen = [0.0]
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.1):
            seen.append(sum(map(_memory, _descendants())))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


def _descendants() -> list[str]:
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[stat.parent.name] = stat.read_text("utf-8").rpartition(")")[2].split()[1]
        except OSError:  # it has ended
            continue
    found = [f"{os.getpid()}"]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found[1:]


def _memory(pid: str) -> float:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8")
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) / 1024


# -- telling ------------------------------------------------------------------------------------


def _print(memory: dict[str, Run], timed: dict[str, list[Run]]) -> None:
    print(f"\n{'':22}{'wall':>9}{'CPU':>9}{'largest':>10}{'tree':>10}")
    for way, runs in timed.items():
        _row(way, [run.all for run in runs], memory[way].all)
        for step in runs[0].steps if way == HAND else ():
            _row(f"  {step}", [run.steps[step] for run in runs], memory[way].steps[step])
    print("\nby hand, divided by workshop pack")
    for name in ("wall", "cpu"):
        # Both of a round, since what else the machine does changes from round to round.
        ratios = [
            getattr(hand.all, name) / getattr(pack.all, name)
            for pack, hand in zip(timed[PACK], timed[HAND], strict=True)
        ]
        low, middle, high = min(ratios), statistics.median(ratios), max(ratios)
        print(f"{name:22}{middle:8.1f}x   ({low:.1f} to {high:.1f})")
    for name in ("largest", "tree"):
        pack, hand = (getattr(memory[way].all, name) for way in (PACK, HAND))
        print(f"{name:22}{hand / pack:8.1f}x" if pack else f"{name:22}      not measured here")


def _row(name: str, costs: list[Cost], memory: Cost) -> None:
    wall = statistics.median(cost.wall for cost in costs)
    cpu = statistics.median(cost.cpu for cost in costs)
    print(f"{name:22}{wall:8.2f}s{cpu:8.2f}s{memory.largest:8.0f}MB{memory.tree:8.0f}MB")


if __name__ == "__main__":
    main()
