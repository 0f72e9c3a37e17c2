"""The workshop in a browser beside `workshop app`: first question, answers, PDF, sizes, memory.

Run it with ``python bench/web.py [ROUNDS]``; it needs Chromium and Node.js. A click on a page of
`workshop app`, whose server is up, stands beside a first and a second visit of the built folder, in
turn in one run. CPU is that of all processes: of browser, server and kernels. Memory is what all
processes of the browser hold beyond an empty one (shared pages are counted in parts).
"""

import json
import os
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import psutil

from servers import Server, Watched, chromium_open
from workshop.files import example
from workshop.web.build import build, open_server

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 3
ANSWERS, PDFS = 60, 4
READING = 5
"""The seconds that a first visit goes on, in which the browser keeps what it compiled."""
RESTING = 90
"""The seconds after the last PDF in which Typst is let go, and the browser frees what it had."""
LONG = 180_000  # ms
FIELD = "#main input"


def main() -> None:
    folder = Path(tempfile.mkdtemp()) / "web"
    sizes = build(folder)
    later = {name: size for name, size in sizes.items() if name.startswith("later/")}
    print(f"{os.cpu_count()} cores, load before {os.getloadavg()[0]:.2f}, {ROUNDS} rounds")
    _row("bytes until the first question", (sum(sizes.values()) - sum(later.values())) / 1e6, 15)
    pdf = sum(size for name, size in later.items() if "typst" in name or "fonts" in name)
    _row("bytes with the first PDF", (sum(sizes.values()) - sum(later.values()) + pdf) / 1e6, 45)
    server = open_server(folder, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/#size/model_teams"
    native = Server("app", Path(tempfile.mkdtemp()) / "ours")
    clicks, first, second = list[Took](), list[Took](), list[Took]()
    try:
        with chromium_open() as browser:
            _click(browser, native)  # the first kernel warms up
            for _ in range(ROUNDS):
                clicks.append(_click(browser, native))
                watched = Watched(browser)
                first.append(_visit(watched.tab, address))
                watched.tab.locator("body[data-offline]").wait_for(timeout=LONG)
                time.sleep(READING)
                second.append(_visit(watched.tab, address))
                watched.close()
            native.stop()
            _row("app: a page, from the click, s", statistics.median(c.wall for c in clicks))
            for name, took, aim in (("first", first, 2), ("second", second, 1.3)):
                _row(
                    f"{name} visit to the first question, s",
                    statistics.median(t.wall for t in took),
                )
                both = [*zip(took, clicks, strict=True)]
                _row("  against the app", statistics.median(t.wall / c.wall for t, c in both), aim)
                _row("  the same in CPU", statistics.median(t.cpu / c.cpu for t, c in both))
            _use(browser, address)
    finally:
        native.stop()
        server.shutdown()
    print(f"load after {os.getloadavg()[0]:.2f}")


def _row(name: str, now: float, aim: float | None = None) -> None:
    print(f"{name:44}{now:10.2f}{'' if aim is None else f'{aim:>10}'}", flush=True)


class Took(NamedTuple):
    wall: float
    cpu: float


def _click(browser: Any, native: Server) -> Took:
    """Return the seconds from the click on a page of the app to its first question."""
    watched = Watched(browser)
    watched.tab.goto(native.address)
    page = f"{native.base}/voila/render/01-where-we-stand.ipynb"
    took = _until(watched.tab, page, ".ws-field input")
    watched.close()
    return took


def _visit(tab: Any, address: str) -> Took:
    tab.goto("about:blank")
    return _until(tab, address, FIELD)


def _until(tab: Any, address: str, shown: str) -> Took:
    begun, before = time.perf_counter(), _cpu()
    tab.goto(address)
    tab.locator(shown).first.wait_for(timeout=LONG)
    return Took(time.perf_counter() - begun, _cpu() - before)


def _cpu() -> float:
    """Return the seconds of CPU of this process and all that it started."""
    own = psutil.Process()
    times = [one.cpu_times() for one in (own, *own.children(recursive=True))]
    return sum(t.user + t.system for t in times)


class Plain:
    """A page in an ordinary window of the browser, with nothing that keeps what it loads.

    Playwright has the browser keep a copy of all that a page loads, and the files of its private
    windows in memory instead of on the disk. No visitor pays for either.
    """

    def __init__(self, browser: Any) -> None:
        self._browser = browser.new_browser_cdp_session()
        self._answers = dict[int, Any]()
        self._browser.on("Target.receivedMessageFromTarget", self._hear)
        self._browser.send("Browser.setDownloadBehavior", {"behavior": "deny"})
        made = self._browser.send("Target.createTarget", {"url": "about:blank"})
        about = {"targetId": made["targetId"], "flatten": False}
        self._session = self._browser.send("Target.attachToTarget", about)["sessionId"]

    def _hear(self, event: Any) -> None:
        answer = json.loads(event["message"])
        if "id" in answer:
            self._answers[answer["id"]] = answer

    def ask(self, method: str, **given: Any) -> Any:
        number = len(self._answers)
        message = json.dumps({"id": number, "method": method, "params": given})
        self._browser.send(
            "Target.sendMessageToTarget", {"sessionId": self._session, "message": message}
        )
        while number not in self._answers:
            self._browser.send("Browser.getVersion")  # meanwhile answers are heard
            time.sleep(0.005)
        return self._answers[number]["result"]

    def run(self, code: str) -> Any:
        """Return what some JavaScript gives, when it is done."""
        done = self.ask("Runtime.evaluate", expression=code, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    def close(self) -> None:
        self.ask("Page.close")


USE = """
window.took = [];
let begun = 0, blob;
const post = Worker.prototype.postMessage;
Worker.prototype.postMessage = function (told, ...more) {
  if (told.what === "take") begun = performance.now();
  if (!this.heard) this.addEventListener("message", ({ data }) => {
    if (data.changed) requestAnimationFrame(() => window.took.push(performance.now() - begun));
  });
  this.heard = true;
  return post.call(this, told, ...more);
};
const address = URL.createObjectURL;
URL.createObjectURL = (made) => address.call(URL, blob = made);
const find = (what) => document.querySelector(what);
const until = async (holds) => {
  while (!holds()) await new Promise((yes) => setTimeout(yes, 5));
};
window.use = {
  start: () => until(() => find("#main input")),
  bring(text) {
    find("#web-yours > summary").click();
    const given = new DataTransfer();
    given.items.add(new File([text], "answers.yaml"));
    find("#web-bring").files = given.files;
    find("#web-bring").dispatchEvent(new Event("change"));
    return until(() => find("#web-said p"));
  },
  answer(words) {
    const field = find("#main input"), before = took.length;
    field.value = words;
    for (const what of ["input", "change"]) field.dispatchEvent(new Event(what, { bubbles: true }));
    return until(() => took.length > before);
  },
  async pdf() {
    const button = find("[data-file='findings.pdf']");
    button.click();
    await until(() => !button.disabled);
    const begins = await blob?.slice(0, 5).text();
    blob = undefined;
    return begins;
  },
  findings() {
    find("[data-id=findings]").click();
    return until(() => document.body.dataset.at === "findings");
  },
};
"""
"""What a person does, and the milliseconds from each answer to the frame that shows its result."""


def _use(browser: Any, address: str) -> None:
    """Measure answers, files for paper and memory in one visit with a whole example."""
    tab = Plain(browser)
    empty = _memory()
    tab.ask("Page.navigate", url=address)
    tab.run(USE)
    tab.run("use.start()")
    tab.run(f"use.bring({json.dumps(example('tidewater-retail').read_text('utf-8'))})")
    for number in range(ANSWERS):
        tab.run(f"use.answer({number % 17 + 1})")
    times = sorted(tab.run("took"))
    _row("answer to what it changed, p50, ms", statistics.median(times))
    _row("  p95, ms", times[int(0.95 * len(times))], 400)
    _row("memory before a PDF, MB", _memory() - empty)
    pdfs, held, done = list[float](), list[float](), threading.Event()

    def watch() -> None:
        while not done.wait(0.2):
            held.append(_memory())

    watching = threading.Thread(target=watch)
    watching.start()
    for number in range(PDFS):
        begun = time.perf_counter()
        assert tab.run("use.pdf()") == "%PDF-"
        pdfs.append(time.perf_counter() - begun)
        tab.run(f"use.answer({number + 2})")
    done.set()
    watching.join()
    _row("the first PDF, s", pdfs[0], 15)
    _row("a later one, after an answer, s", statistics.median(pdfs[1:]), 4)
    begun = time.perf_counter()
    tab.run("use.findings()")
    _row("the findings page, after an answer, s", time.perf_counter() - begun)
    _row("memory after all that, MB", _memory() - empty, 450)
    time.sleep(RESTING)
    _row("  at rest, MB", _memory() - empty)
    _row("  at most, while a PDF is made, MB", max(held) - empty)
    tab.close()


def _memory() -> float:
    """Return what the processes of the browser hold, in MB."""
    started = psutil.Process().children(recursive=True)
    browsers = [one for one in started if "chrom" in one.name()]
    return sum(one.memory_full_info().pss for one in browsers) / 1e6


if __name__ == "__main__":
    main()
