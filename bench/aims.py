"""Every aim of speed and size, with what was reached, in one run.

Run it with ``python bench/aims.py [ROW …]``, on a machine that does nothing else; without rows it
prints all of them in about seven minutes. What carries over to another machine is a ratio; seconds
are those of this machine. Each row can be run alone:

- pack: one pack, cold, against the same pages by hand (`pack.py` says how)
- batch: a pack in a batch, against by hand and against its lower limit (`batch.py` says how)
- answer: from an answer to the redrawn verdict and strips (`live.py` says how)
- memory: a process that makes one pack after another, as a batch's worker does
- findings: `workshop findings` and `workshop --help`, each a whole process
- size: what `make demo` installs
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import batch
import live
import pack

KIT = "ml-ownership-workshop"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"Only these: {', '.join(ROWS)}.")
    parser.add_argument("--rounds", type=int, default=2, help="Rounds of a cold pack.")
    parser.add_argument("--groups", type=int, default=24, help="Groups of the batch.")
    parser.add_argument("--hand", type=int, default=2, help="Groups made by hand beside a batch.")
    parser.add_argument("--answers", type=int, default=150, help="Answers given.")
    parser.add_argument("--packs", type=int, default=100, help="Packs of one worker.")
    given = parser.parse_args()
    if odd := set(given.rows) - set(ROWS):
        parser.error(f"no such row: {', '.join(sorted(odd))}. Rows are {', '.join(ROWS)}")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # which no user's shell says
    pack._adopt_orphans()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"load before {os.getloadavg()[0]:.2f}")
    print(f"{'':52}{'now':>12}{'aim':>12}", flush=True)
    begun = time.perf_counter()
    for name in given.rows or ROWS:
        ROWS[name](given)
    print(f"load after {os.getloadavg()[0]:.2f}, {time.perf_counter() - begun:.0f} s in all")


def _row(name: str, now: str, aim: str = "") -> None:
    print(f"{name:52}{now:>12}{aim:>12}", flush=True)


def _pack(given: argparse.Namespace) -> None:
    pack._go(pack.PACK, pack.EXAMPLE)  # the caches of the disk
    ratios: dict[str, list[float]] = {"wall": [], "cpu": []}
    for _ in range(given.rounds):
        kit, hand = (pack._go(way, pack.EXAMPLE).all for way in (pack.PACK, pack.HAND))
        for kind, found in ratios.items():
            found.append(getattr(hand, kind) / getattr(kit, kind))
    _row("one pack, cold, against by hand: wall", _times(ratios["wall"]), "25")
    _row("  the same in CPU of all processes", _times(ratios["cpu"]))


def _batch(given: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        kit = batch._batch(top / "batch", given.groups)[0] / given.groups
        least = batch._least(top, given.groups) / given.groups
        hand = batch._hand(top / "hand", given.hand) / given.hand if given.hand else 0.0
    if hand:
        _row("a pack in a batch against by hand", f"{hand / kit:.1f}", "50")
        _row("  its lower limit against by hand", f"{hand / least:.1f}")
    _row("a batch against its lower limit", f"{kit / least:.2f}", "1.3")
    _row("  packs a minute", f"{60 / kit:.0f}")


def _answer(given: argparse.Namespace) -> None:
    _, _, drawn, _, again = live.measure(given.answers, again=3).values()
    _row("answer to redrawn verdict and strips, p95", f"{live.p95(drawn) * 1e3:.0f} ms", "40 ms")
    middle = statistics.median(again) / statistics.median(drawn)
    _row("  running notebook 03 again, against it", f"{middle:.0f}")


def _memory(given: argparse.Namespace) -> None:
    command = [sys.executable, __file__, "worker", f"{given.packs}"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    for packs, now, most in re.findall(r"^(\d+) (\d+) (\d+)$", done.stdout, re.MULTILINE):
        aim = "400 MB" if int(packs) == given.packs else ""
        _row(f"memory of a worker after {packs} packs (at most {most})", f"{now} MB", aim)


def _worker(count: int) -> None:
    """Make so many packs, as a worker of a batch does, and tell its memory four times."""
    from workshop.answers.reading import read_answers
    from workshop.batch.engine import Job, _begin, make_pack, plan_of

    _begin()
    with tempfile.TemporaryDirectory() as name:
        plan = plan_of(Path(name), formats=("pdf", "html", "json"), paper="a4")
        for number in range(1, count + 1):
            answers = read_answers(batch.EXAMPLES[number % len(batch.EXAMPLES)])
            given = answers.to_parameters() | {"model_teams": number % 17}
            outcome = make_pack(Job(f"group-{number % 4}", given, plan))
            if outcome.state != "done":
                sys.exit("; ".join(map(str, outcome.troubles)))
            if number % max(1, count // 4) == 0:
                status = Path("/proc/self/status").read_text("utf-8")
                now = int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024
                most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
                print(f"{number} {now:.0f} {most:.0f}", flush=True)


def _findings(_: argparse.Namespace) -> None:
    commands = {
        "workshop findings, whole process": (
            [f"{pack.BIN}/workshop", "findings", f"{pack.EXAMPLE}"],
            "0.25 s",
        ),
        "workshop --help, whole process": ([f"{pack.BIN}/workshop", "--help"], ""),
        "  Python with the libraries that both import": (
            [sys.executable, "-c", "import typer, rich.table, pydantic, yaml"],
            "",
        ),
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(8):
        for name, (command, _aim) in commands.items():
            begun = time.perf_counter()
            subprocess.run(command, capture_output=True, check=True)
            times[name].append(time.perf_counter() - begun)
    for name, (_command, aim) in commands.items():
        _row(name, f"{statistics.median(times[name][1:]):.2f} s", aim)


def _size(_: argparse.Namespace) -> None:
    sizes = {name: _bytes(name) / 1e6 for name in _needed(f"{KIT}[all]")}
    _row("installed by make demo (with matplotlib 681)", f"{sum(sizes.values()):.0f} MB")
    for name, size in sorted(sizes.items(), key=lambda item: -item[1])[:12]:
        _row(f"  {name}", f"{size:.0f} MB")


def _needed(requirement: str) -> set[str]:
    """Return the names of all distributions that one needs, with those of its extras."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    found: dict[str, set[str]] = {}
    waiting = [Requirement(requirement)]
    while waiting:
        one = waiting.pop()
        name, extras = canonicalize_name(one.name), one.extras | {""}
        if extras <= found.get(name, set()):
            continue
        found[name] = found.get(name, set()) | extras
        for line in importlib.metadata.requires(one.name) or []:
            need = Requirement(line)
            if need.marker is None or any(need.marker.evaluate({"extra": e}) for e in extras):
                waiting.append(need)
    return set(found)


def _bytes(name: str) -> int:
    files = importlib.metadata.files(name) or []
    places = {Path(str(file.locate())) for file in files}
    return sum(place.stat().st_size for place in places if place.is_file())


def _times(ratios: list[float]) -> str:
    return f"{statistics.median(ratios):.1f}"


ROWS = {
    "pack": _pack,
    "batch": _batch,
    "answer": _answer,
    "memory": _memory,
    "findings": _findings,
    "size": _size,
}

if __name__ == "__main__":
    if sys.argv[1:2] == ["worker"]:
        _worker(int(sys.argv[2]))
    else:
        main()
