"""Many groups at once: `assess_frame` against a loop over `workshop findings` processes.

Run it with ``python bench/frames.py [ROWS] [PROCESSES]``. The loop is timed on a few answers files
and counted up to all of them; both read the same answers on one machine in one run. The memory is
what the process holds at most, for a tenth of the rows and for all of them.
"""

from __future__ import annotations

import itertools
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from workshop.answers.reading import answers_files
from workshop.files import folder

CHILD = """
import json, resource, sys, time
import pandas as pd
from workshop import assess_frame
frame = pd.read_csv(sys.argv[1], dtype=str, keep_default_na=False)
begun = time.perf_counter()
found = assess_frame(frame)
print(json.dumps([
    time.perf_counter() - begun, len(found),
    resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    sum(int(f.memory_usage(deep=True).sum()) for f in (frame, found)) / 1e6,
]))
"""


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    few = int(sys.argv[2]) if len(sys.argv) > 2 else 8
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        sources, rows = examples(count)
        loop = timed_loop(sources, few) * count / few
        measures = {}
        for n in (count // 10, count):
            rows[:n].to_csv(place / "teams.csv", index=False)
            begun = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-c", CHILD, str(place / "teams.csv")],
                capture_output=True,
                encoding="utf-8",
                check=True,
            )
            measures[n] = (time.perf_counter() - begun, *json.loads(done.stdout))
    whole, inside, found, most, rows_mb = measures[count]
    print(f"loop over `workshop findings`: {loop:8.1f} s for {count:,} groups, from {few} of them")
    print(f"assess_frame, a new process:   {whole:8.1f} s, {inside:.1f} s of them in the call")
    print(f"ratio: {loop / whole:.0f} (the call alone {loop / inside:.0f}); {found:,} rows found")
    print(
        f"largest process: {measures[count // 10][3]} MB for a tenth of the rows, {most} MB for all"
    )
    print(f"of them {rows_mb:.0f} MB are the rows given and the frame that comes out")
    print(f"this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def examples(count: int):
    """Return the example files, and so many rows made of them, each with a name of its own."""
    import pandas as pd

    from workshop.answers.reading import read_answers
    from workshop.answers.table import answers_to_row

    paths = answers_files([folder("examples")])
    cells = [answers_to_row(read_answers(p)) for p in paths]
    rows = [{**row, "group": f"group {n}"} for n, row in zip(range(count), itertools.cycle(cells))]
    return paths, pd.DataFrame(rows)


def timed_loop(paths: list[Path], few: int) -> float:
    begun = time.perf_counter()
    for path in itertools.islice(itertools.cycle(paths), few):
        command = [sys.executable, "-m", "workshop.cli.commands", "findings", str(path), "--json"]
        subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
