"""From an answer to “saved”, and to the redrawn verdict: the live page against running it again.

Run it with ``python bench/live.py [ANSWERS]``. Without widgets a change costs a whole run:
edit the parameters cell, then *Run All*. Both ways answer the same questions in the same order, on
one machine in one run; what carries over is the last column.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from workshop import exhibits
from workshop.answers.reading import read_answers
from workshop.documents.html import blocks_to_html
from workshop.files import example, notebooks, preload
from workshop.kernels import execute_notebook, warm_up
from workshop.session import Session
from workshop.widgets.steps import LivePage

VERDICT = (exhibits.recommendation, exhibits.four_patterns, exhibits.verdicts)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    rows = measure(count, again=12)
    *_, base = map(statistics.median, rows.values())
    print(f"{count} answers, in milliseconds          p50       p95  against running it again")
    for name, times in rows.items():
        middle = statistics.median(times)
        print(f"{name:40}{middle * 1e3:8.2f}{p95(times) * 1e3:10.2f}{base / middle:12.1f}x")


def measure(count: int, again: int) -> dict[str, list[float]]:
    """Return the seconds of so many answers, and of so many runs of the notebook, by name."""
    warm_up(preload())
    with tempfile.TemporaryDirectory() as folder:
        page = LivePage(Session.open(Path(folder) / "session.workshop", who="bench"), part=3)
        page.session.import_answers(read_answers(example("tidewater-retail")), "bench")
        saved, verdict, everything = [], [], []
        for number in range(count):
            begun = time.perf_counter()
            message = {"do": "give", "key": "model_teams", "value": str(number % 17 + 1)}
            assert page.form("size").take(message)["ok"]
            saved.append(time.perf_counter() - begun)
            for make in VERDICT:
                blocks_to_html(make(page.found).blocks)
            verdict.append(time.perf_counter() - begun)
            blocks_to_html(exhibits.tipping_strips(page.found).blocks)
            everything.append(time.perf_counter() - begun)
        nothing = _times(page.session.refresh, count)
        given = page.session.answers.to_parameters()
        rerun = _times(lambda: _run(given), again)
        page.session.close()
    return {
        "answer to “saved”": saved,
        "answer to the redrawn verdict": verdict,
        "answer to verdict and strips": everything,
        "a look with nothing new": nothing,
        "running notebook 03 again (warm kernel)": rerun,
    }


def _run(given: dict[str, object]) -> None:
    assert execute_notebook(notebooks()[2], given).error is None


def _times(call: Callable[[], object], count: int) -> list[float]:
    times = []
    for _ in range(count):
        begun = time.perf_counter()
        call()
        times.append(time.perf_counter() - begun)
    return times


def p95(times: list[float]) -> float:
    return sorted(times)[int(0.95 * (len(times) - 1))]


if __name__ == "__main__":
    main()
