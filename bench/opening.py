"""From the command to the first question that can be answered, and from a click to a new page.

Run it with ``python bench/opening.py``; it needs Chromium. JupyterLab with ordinary kernels stands
beside the kit's: what a user would otherwise run on the same folder, in the same run.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from servers import Server, Watched, chromium_open, open_lab

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 3


def main() -> None:
    rows: dict[str, list[float]] = {}
    with chromium_open() as browser:
        for _ in range(ROUNDS):
            for kind, warm in (("app", True), ("lab", True), ("lab", False)):
                for name, seconds in _open(browser, kind, warm).items():
                    rows.setdefault(name, []).append(seconds)
    print(f"{ROUNDS} rounds, seconds{'':34}median      all")
    for name, times in rows.items():
        text = " ".join(f"{t:.2f}" for t in times)
        print(f"{name:50}{statistics.median(times):8.2f}  {text}")


def _open(browser: object, kind: str, warm: bool) -> dict[str, float]:
    """Return how long each thing took, by what it is."""
    label = f"workshop {kind}" + ("" if warm else ", ordinary kernels")
    os.environ["JUPYTER_DEFAULT_PROVISIONER_NAME"] = "" if warm else "local-provisioner"
    begun = time.perf_counter()
    server = Server(kind, Path(tempfile.mkdtemp()) / "ours")
    times = {f"{label}: server answers": time.perf_counter() - begun}
    try:
        if kind == "lab":
            watched = open_lab(browser, server, "01-where-we-stand")
            watched.tab.locator("[data-key=organisation] input").first.wait_for()
            times[f"{label}: first question, from the command"] = time.perf_counter() - begun
            watched.close()
        else:
            watched = Watched(browser)
            watched.tab.goto(server.address)
            for number, page in enumerate(("01-where-we-stand", "02-ownership")):
                clicked = time.perf_counter()
                watched.tab.goto(f"{server.base}/voila/render/{page}.ipynb")
                watched.tab.locator(".ws-field input").first.wait_for()
                if number == 0:
                    name = f"{label}: first question, from the command"
                    times[name] = time.perf_counter() - begun
                else:
                    name = f"{label}: a new page with a new kernel, from the click"
                    times[name] = time.perf_counter() - clicked
            watched.close()
    finally:
        server.stop()
    return times


if __name__ == "__main__":
    main()
