"""The workshop that runs in a browser alone: one long visit on a phone, and a second tab."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from servers import Watched
from workshop import assess
from workshop.answers.reading import read_answers
from workshop.files import example
from workshop.findings.output.report import to_json
from workshop.session import Session
from workshop.web.build import open_server

pytestmark = [pytest.mark.browser, pytest.mark.node]

PHONE = {"width": 390, "height": 844}
LONG = 120_000  # ms; Python starts in the browser, beside other tests
NASTY = "<img src=x onerror=window.ran=1><script>window.ran=2</script>"
FAULTS = """async () => (await axe.run(document)).violations
    .map(v => [v.id, v.nodes.slice(0, 3).map(n => n.html.slice(0, 200))])"""


@contextmanager
def served(folder: Path, port: int = 0) -> Iterator[Any]:
    server = open_server(folder, port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def ready(tab: Any) -> None:
    tab.locator("body[data-ready]").wait_for(timeout=LONG)
    tab.locator("body[data-at]").wait_for(timeout=LONG)


def go(tab: Any, id_: str) -> None:
    tab.evaluate(f"document.querySelector('a[data-id=\"{id_}\"]').click()")
    tab.locator(f'body[data-at="{id_}"]').wait_for(timeout=LONG)


def next_until(tab: Any, id_: str) -> None:
    while tab.evaluate("document.body.dataset.at") != id_:
        before = tab.evaluate("document.body.dataset.at")
        tab.get_by_role("button", name="Next").click()
        tab.locator(f'body:not([data-at="{before}"])').wait_for(timeout=LONG)


def until(holds: Callable[[], bool]) -> None:
    """Wait for what a locator cannot say; the page's policy evaluates no text."""
    end = time.monotonic() + LONG / 1000
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def look(tab: Any) -> None:
    """See that a page has no fault for axe and never scrolls sideways."""
    from axe_core_python.base import AXE_SCRIPT

    tab.evaluate(AXE_SCRIPT)
    assert tab.evaluate(FAULTS) == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def saved(tab: Any) -> None:
    tab.locator('#main .ws-status[data-kind="saved"]').first.wait_for(timeout=LONG)


def test_a_visit_on_a_phone_from_the_first_question_to_the_files_that_are_taken_away(
    web_folder: Path, browser: Any, tmp_path: Path
) -> None:
    watched = Watched(browser, viewport=PHONE, accept_downloads=True)
    tab, seen = watched.tab, list[str]()
    tab.on("console", lambda m: seen.append(m.text) if m.type == "error" else None)
    tab.on("dialog", lambda dialog: dialog.accept())
    with served(web_folder) as server:
        port = server.server_port
        tab.goto(f"http://127.0.0.1:{port}/")
        ready(tab)
        look(tab)
        assert tab.locator("#web-parts a").count() > 2
        assert not tab.locator("#web-parts a").nth(2).is_visible()
        next_until(tab, "name/organisation")
        tab.locator("#main input").first.fill(NASTY)
        tab.keyboard.press("Tab")
        saved(tab)
        look(tab)
        tab.reload()  # at once: what was said to be saved is there, and the same question
        ready(tab)
        assert tab.evaluate("document.body.dataset.at") == "name/organisation"
        assert tab.locator("#main input").first.input_value() == NASTY
        # by keyboard alone: on to the next question
        tab.get_by_role("button", name="Next").focus()
        tab.keyboard.press("Enter")
        tab.locator('body[data-at="name/group"]').wait_for(timeout=LONG)
        assert tab.evaluate("document.activeElement.tagName") == "H2"

        second = watched.context.new_page()
        second.goto(f"http://127.0.0.1:{port}/#name/organisation")
        ready(second)
        assert "another tab" in second.locator("#web-locked").inner_text()
        assert second.locator("#main input").first.is_disabled()
        tab.get_by_role("button", name="Back").click()
        tab.locator('body[data-at="name/organisation"]').wait_for(timeout=LONG)
        tab.locator("#main input").first.fill(f"Tidewater {NASTY}")
        tab.keyboard.press("Tab")
        until(lambda: second.locator("#main input").first.input_value().startswith("Tidewater"))
        tab.goto("about:blank")  # the first tab ends, so the second may answer
        second.locator("#web-locked").wait_for(state="hidden", timeout=LONG)
        assert second.locator("#main input").first.is_enabled()
        second.close()

        tab.goto(f"http://127.0.0.1:{port}/")
        ready(tab)
        tab.locator("body[data-offline]").wait_for(timeout=LONG)

        go(tab, "findings")
        assert [r for r in watched.requests if "/later/" in r] == []  # loaded for the first PDF
        for name in ("board.pdf", "findings.pdf"):
            with tab.expect_download(timeout=LONG) as taken:
                tab.locator(f'[data-file="{name}"]').click()
            assert Path(taken.value.path()).read_bytes().startswith(b"%PDF-")

    # the server is gone: everything goes on
    tab.reload()
    ready(tab)
    answers = yaml.safe_load(example("tidewater-retail").read_text("utf-8"))
    answers["model"] = answers["duties"]["paged"] = NASTY
    given = tmp_path / "answers.yaml"
    given.write_text(yaml.safe_dump(answers), "utf-8")
    tab.locator("#web-yours > summary").click()
    tab.locator("#web-bring").set_input_files(given)
    tab.locator("#web-said p").first.wait_for(timeout=LONG)
    assert "answers.yaml" in tab.locator("#web-said").inner_text()
    go(tab, "findings")
    look(tab)
    assert "onerror=window.ran=1" in tab.locator("#main").inner_text()
    for name in ("answers.yaml", "findings.json", "session.workshop", "findings.html", "board.pdf"):
        with tab.expect_download(timeout=LONG) as taken:
            tab.locator(f'[data-file="{name}"]').click()
        taken.value.save_as(tmp_path / "taken" / name)
    want = read_answers(given)
    assert read_answers(tmp_path / "taken" / "answers.yaml") == want
    assert (tmp_path / "taken" / "findings.json").read_text("utf-8") == to_json(assess(want))
    session = Session.open(tmp_path / "taken" / "session.workshop", create=False)
    assert session.answers == want
    session.close()
    assert "<img src=x" not in (tmp_path / "taken" / "findings.html").read_text("utf-8")

    tab.locator("#web-delete").click()
    tab.locator('body[data-at="part-1"]').wait_for(timeout=LONG)
    tab.reload()
    ready(tab)
    assert tab.locator("#web-progress-words").inner_text().startswith("0 ")
    assert tab.evaluate("window.ran") is None
    assert watched.outside() == []
    assert watched.errors == []
    assert [line for line in seen if "ERR_CONNECTION" not in line] == []
    watched.close()


AMID = """
Object.defineProperty(navigator, "locks", { value: undefined });
const putting = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (...given) {
  if (globalThis.full) throw new DOMException("no room", "QuotaExceededError");
  return putting.apply(this, given);
};
"""
"""A browser without locks between tabs, as over plain HTTP, whose storage can be made full."""


def test_what_is_not_in_the_browsers_storage_is_never_called_saved(
    web_folder: Path, browser: Any, tmp_path: Path
) -> None:
    watched = Watched(browser)
    folder = Path(shutil.copytree(web_folder, tmp_path / "web"))
    worker = folder / "worker.js"
    worker.write_text(AMID + worker.read_text("utf-8"), "utf-8")
    tab, other = watched.tab, watched.context.new_page()

    def answer(where: Any, words: str, becomes: str) -> None:
        where.locator("#main input").first.fill(words)
        where.keyboard.press("Tab")
        where.locator(f'#main .ws-status[data-kind="{becomes}"]').first.wait_for(timeout=LONG)

    with served(folder) as server:
        address = f"http://127.0.0.1:{server.server_port}/#name/organisation"
        for page in (tab, other):
            page.goto(address)
            ready(page)
        answer(tab, "Tidewater", "saved")
        until(lambda: other.locator("#main input").first.input_value() == "Tidewater")
        answer(other, "Harbour", "saved")
        until(lambda: tab.locator("#main input").first.input_value() == "Harbour")
        (python,) = [w for w in tab.workers if w.url.endswith("worker.js")]
        python.evaluate("globalThis.full = true")
        answer(tab, "Northfield", "problem")
        assert "cannot keep" in tab.locator("#main").inner_text()
        tab.reload()
        ready(tab)
        assert tab.locator("#main input").first.input_value() == "Harbour"
    watched.close()
