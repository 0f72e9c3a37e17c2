"""The workshop that runs in a browser alone: one long visit on a phone, in Chromium and in Firefox.

And a second tab, storage without room, an update, and reloads at any moment.
"""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

import webs
from conftest import CHROMIUM, TOP
from servers import ARGUMENTS, Watched
from workshop import assess
from workshop.answers.reading import read_answers
from workshop.answers.table import read_table
from workshop.content.loader import Content
from workshop.files import __version__, example
from workshop.findings.output.report import to_json
from workshop.session import Session
from workshop.web.build import open_server

pytestmark = [pytest.mark.browser, pytest.mark.node]

EITHER = pytest.mark.parametrize(
    "browser", ["chromium", pytest.param("firefox", marks=pytest.mark.firefox)], indirect=True
)
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


def tab_to(tab: Any, what: str, key: str = "Tab") -> None:
    """Reach what a selector names by the keyboard alone."""
    for _ in range(80):
        if tab.evaluate(f"document.activeElement.matches({json.dumps(what)})"):
            return
        tab.keyboard.press(key)
    raise AssertionError(what)


def until(holds: Callable[[], bool], said: Callable[[], str] = str) -> None:
    """Wait for what a locator cannot say; the page's policy evaluates no text."""
    end = time.monotonic() + LONG / 1000
    while not holds():
        assert time.monotonic() < end, said()
        time.sleep(0.1)


def look(tab: Any) -> None:
    """See that a page has no fault for axe and never scrolls sideways.

    Axe reads what both browsers are given alike, and asking one of them is enough.
    """
    from axe_core_python.base import AXE_SCRIPT

    if tab.context.browser.browser_type.name == "chromium":
        tab.evaluate(AXE_SCRIPT)
        assert tab.evaluate(FAULTS) == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def bring(tab: Any, file: Path) -> str:
    """Return what is said of a file that is brought in."""
    tab.evaluate("document.getElementById('web-said').replaceChildren()")
    tab.locator("#web-bring").set_input_files(file)
    tab.locator("#web-said p").first.wait_for(timeout=LONG)
    return tab.locator("#web-said").inner_text()


def saved(tab: Any) -> None:
    tab.locator('#main .ws-status[data-kind="saved"]').first.wait_for(timeout=LONG)


@EITHER
def test_a_visit_on_a_phone_from_the_first_question_to_the_files_that_are_taken_away(
    web_folder: Path, browser: Any, tmp_path: Path, content: Content
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
        tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.className") == "page-skip"
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
        # by the keyboard alone: on to the next question, an answer, and undo
        tab_to(tab, "#web-next")
        tab.keyboard.press("Enter")
        tab.locator('body[data-at="name/group"]').wait_for(timeout=LONG)
        assert tab.evaluate("document.activeElement.tagName") == "H2"
        tab_to(tab, "#main input")
        tab.keyboard.type("Payments")
        tab.keyboard.press("Tab")
        saved(tab)
        tab_to(tab, "#web-undo", "Shift+Tab")
        tab.keyboard.press("Space")
        until(lambda: tab.locator("#main input").first.input_value() == "")

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

        wrong = tmp_path / "wrong.csv"
        wrong.write_text("group,model_teams\nPayments,many\n", "utf-8")
        table = TOP / "examples" / "portfolio.csv"
        book = openpyxl.Workbook()
        for cells in csv.reader(table.read_text("utf-8").splitlines()):
            book.active.append(cells)
        book.save(tmp_path / "groups.xlsx")
        tab.locator("#web-yours > summary").click()
        assert "model_teams: This is another kind of value." in bring(tab, wrong)
        assert not tab.locator("#web-take").is_visible()
        assert "12 rows of groups.xlsx can be read." in bring(tab, tmp_path / "groups.xlsx")
        look(tab)
        group = read_table(table, content).rows[4]
        tab.locator("#web-row").select_option(str(group.number))
        tab.locator("#web-take").click()
        tab.locator("#web-rows").wait_for(state="hidden", timeout=LONG)
        with tab.expect_download(timeout=LONG) as taken:
            tab.locator('[data-file="answers.csv"]').click()
        (row,) = read_table(
            Path(shutil.copy(taken.value.path(), tmp_path / "row.csv")), content
        ).rows
        assert row.answers == group.answers

        go(tab, "findings")
        tab.get_by_role("button", name="Your answers and files").click()
        assert tab.evaluate("document.activeElement.matches('#web-yours > summary')")
        asked = [r for r in watched.requests if "/later/" in r and "calamine" not in r]
        assert asked == []  # loaded for the first PDF
        with tab.expect_download(timeout=LONG) as taken:
            tab.locator('[data-file="findings.pdf"]').click()
        assert Path(taken.value.path()).read_bytes().startswith(b"%PDF-")

    # the server is gone: everything goes on
    tab.reload()
    ready(tab)
    answers = yaml.safe_load(example("tidewater-retail").read_text("utf-8"))
    answers["model"] = answers["duties"]["paged"] = NASTY
    given = tmp_path / "answers.yaml"
    given.write_text(yaml.safe_dump(answers), "utf-8")
    if not tab.locator("#web-bring").is_visible():
        tab.locator("#web-yours > summary").click()
    assert "answers.yaml" in bring(tab, given)
    go(tab, "findings")  # where it was: those of the new answers come
    until(lambda: "onerror=window.ran=1" in tab.locator("#main").inner_text())
    look(tab)
    for name in ("answers.yaml", "findings.json", "session.workshop", "findings.html", "board.pdf"):
        with tab.expect_download(timeout=LONG) as taken:
            tab.locator(f'[data-file="{name}"]').click()
        taken.value.save_as(tmp_path / "taken" / name)
    assert (tmp_path / "taken" / "board.pdf").read_bytes().startswith(b"%PDF-")
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


def test_a_browser_offers_to_install_it(web_folder: Path, browser: Any, tmp_path: Path) -> None:
    launch = (
        browser.browser_type.launch_persistent_context
    )  # nothing is installed from a private one
    context = launch(tmp_path, executable_path=CHROMIUM, args=ARGUMENTS, timeout=LONG)
    context.set_default_timeout(LONG)
    tab = context.new_page()
    with served(web_folder) as server:
        tab.goto(f"http://127.0.0.1:{server.server_port}/", wait_until="commit")
        devtools = context.new_cdp_session(tab)
        assert devtools.send("Page.getAppManifest")["errors"] == []
        assert devtools.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
        context.close()


DEAF = """
onmessage = async ({ data }) => {
  const tries = await caches.open("tries"), number = (await tries.keys()).length + 1;
  await tries.put(`try-${number}`, new Response(""));
  if (number === 1) return; // never begins
  if (data.words) return postMessage(undefined);
  for (let piece = 0; piece < 12; piece += 1) { // a slow network takes longer than the limit
    await new Promise((go) => setTimeout(go, 800));
    postMessage({ heard: true });
  }
  if (number === 3) return; // a load that never comes to its end
  postMessage({ loaded: true });
  await new Promise((go) => setTimeout(go, 10000)); // Typst sets a long document
  postMessage({ pdf: new TextEncoder().encode(`%PDF-${number} ${data.document}`) });
};
"""
"""A worker that prints: it fails twice without a word, and is slow in all that it does well."""


def test_a_pdf_comes_also_when_the_printing_worker_twice_says_nothing(
    web_folder: Path, browser: Any, tmp_path: Path
) -> None:
    watched = Watched(browser, accept_downloads=True)
    folder, tab = (
        webs.without_python(web_folder, tmp_path / "web", "name/organisation"),
        watched.tab,
    )
    code = (folder / "worker.js").read_text("utf-8")
    assert "SILENT = 40_000" in code
    (folder / "worker.js").write_text(code.replace("SILENT = 40_000", "SILENT = 8_000"), "utf-8")
    (folder / "paper.js").write_text(DEAF, "utf-8")
    webs.sign(folder)
    with served(folder) as server:
        tab.goto(f"http://127.0.0.1:{server.server_port}/#name/organisation")
        ready(tab)
        tab.locator("#main input").first.fill("Tern")
        tab.keyboard.press("Tab")
        saved(tab)
        tab.locator("#web-yours > summary").click()
        taken: list[Any] = []
        tab.on("download", lambda one: taken.append(one))
        tab.locator('[data-file="board.pdf"]').click()
        until(lambda: bool(taken or tab.wait_for_timeout(100)), tab.locator("#web-said").inner_text)
        assert Path(taken[0].path()).read_text("utf-8") == "%PDF-5 Tern"
    assert watched.errors == []
    watched.close()


AMID = """
Object.defineProperty(navigator, "locks", { value: undefined });
const putting = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (...given) {
  const words = new TextDecoder().decode(given[0].data);
  if (words === "Northfield") throw new DOMException("no room", "QuotaExceededError");
  return putting.apply(this, given);
};
"""
"""A browser without locks between tabs, as over plain HTTP, with no room for one answer."""
OLD = "0.0.1"
WAITING = """async (old) => {
  const known = await navigator.serviceWorker.getRegistration();
  const failed = await known.update().then(() => "", (error) => error.message);
  const kept = (await caches.keys()).join(", ");
  const states = ["installing", "waiting", "active"].filter((name) => known[name]).join(", ");
  const done = !!known.waiting || (!known.installing && !kept.includes(old));
  return [done, `${states}; ${kept}; ${failed}`];
}"""
"""Looks for a new version: is one there, waiting for the tabs to close or already in charge?"""
INSTALLED = """async () => {
  const known = await navigator.serviceWorker.getRegistration();
  await known.update().catch((error) => console.log(error.message));
  while (known.installing) await new Promise((go) => setTimeout(go, 20));
  return !!known.waiting;
}"""


@EITHER
def test_what_is_not_in_the_browsers_storage_is_never_called_saved_and_an_update_keeps_it(
    web_folder: Path, browser: Any, tmp_path: Path
) -> None:
    watched = Watched(browser, accept_downloads=True)
    folder = webs.without_python(web_folder, tmp_path / "old", "name/organisation")
    new = shutil.copytree(folder, tmp_path / "new")
    for name in ("index.html", "sw.js"):
        text = (folder / name).read_text("utf-8")
        assert __version__ in text
        (folder / name).write_text(text.replace(__version__, OLD), "utf-8")
    (folder / "worker.js").write_text(AMID + (folder / "worker.js").read_text("utf-8"), "utf-8")
    webs.sign(folder)
    tab, other = watched.tab, watched.context.new_page()

    def answer(where: Any, words: str, becomes: str) -> None:
        where.locator("#main input").first.fill(words)
        where.keyboard.press("Tab")
        where.locator(f'#main .ws-status[data-kind="{becomes}"]').first.wait_for(timeout=LONG)

    def version() -> str:
        return str(json.loads(tab.locator("#words").text_content())["version"])

    def version_of_next_visit() -> str:
        nonlocal tab
        tab.close()  # now no page has the old version
        tab = watched.context.new_page()
        tab.goto(address)
        ready(tab)
        return version()

    with served(folder) as server:
        address = f"http://127.0.0.1:{server.server_port}/#name/organisation"
        for page in (tab, other):
            page.goto(address)
            ready(page)
        answer(tab, "Tidewater", "saved")
        until(lambda: other.locator("#main input").first.input_value() == "Tidewater")
        answer(other, "Harbour", "saved")
        until(lambda: tab.locator("#main input").first.input_value() == "Harbour")
        answer(tab, "Northfield", "problem")
        assert "cannot keep" in tab.locator("#main").inner_text()
        # a new version is put there while both tabs are open: they go on with the old one
        other.locator("body[data-offline]").wait_for(timeout=LONG)
        # The server has the new list first: a mixture is never kept.
        shutil.copyfile(new / "sw.js", folder / "sw.js")
        assert not tab.evaluate(INSTALLED)
        shutil.copytree(new, folder, copy_function=shutil.copyfile, dirs_exist_ok=True)
        tab.reload()
        ready(tab)
        assert version() == OLD
        assert tab.locator("#main input").first.input_value() == "Harbour"
        answer(other, "Tern", "saved")
        # The visit may have looked while files were being replaced; every later one looks again.
        until(lambda: tab.evaluate(WAITING, OLD)[0], lambda: str(tab.evaluate(WAITING, OLD)))
        other.close()
        until(lambda: version_of_next_visit() == __version__)
        assert tab.locator("#main input").first.input_value() == "Tern"
        answer(tab, "Heron", "saved")
        tab.reload()
        ready(tab)
        tab.locator("#web-yours > summary").click()
        with tab.expect_download(timeout=LONG) as taken:
            tab.get_by_role("button", name=f"before version {__version__}").click()
        assert taken.value.suggested_filename == f"session-before-{__version__}.workshop"
        assert Path(taken.value.path()).read_text("utf-8") == "Tern"
    assert watched.errors == []
    watched.close()


WATCH_WORKER = """
const post = Worker.prototype.postMessage, given = {};
Worker.prototype.postMessage = function (told, ...more) {
  if (!this.heard) this.addEventListener("message", ({ data }) => {
    if (!(data.id in given) || !JSON.parse(data.result).saved) return;
    sessionStorage.saved = given[data.id];
    if (sessionStorage.leave) location.reload();
    delete sessionStorage.leave;
  });
  this.heard = true;
  if (told.what === "take") given[told.id] = sessionStorage.given = JSON.parse(told.args[1]).value;
  return post.call(this, told, ...more);
};
"""
"""Notes, where a reload leaves it, the last answer that was given and the last that was saved.

Where it is told to leave, the page is loaded again the moment that it hears of the next one.
"""
TYPE = """([words, leave]) => {
  const field = document.querySelector("#main input");
  if (leave) sessionStorage.leave = 1;
  setTimeout(() => {
    field.value = words;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}"""


@EITHER
def test_a_reload_at_any_moment_loses_nothing_that_was_said_to_be_saved(
    web_folder: Path, browser: Any, tmp_path: Path
) -> None:
    """Fifty rounds without Python, or as many with it as `WORKSHOP_ROUNDS` says.

    With it they take minutes: ``WORKSHOP_ROUNDS=100 pytest -o timeout=3600 -k reload_at_any``.
    Firefox tries fewer here, since it takes a second for each.
    """
    watched, chance = Watched(browser), random.Random(20261128)
    tab, number, restored = watched.tab, 0, list[int]()
    tab.add_init_script(WATCH_WORKER)
    rounds, start = int(os.environ.get("WORKSHOP_ROUNDS", "0")), 1500
    folder = web_folder
    if not rounds:
        folder = webs.without_python(web_folder, tmp_path / "web", "name/organisation")
        rounds, start = 25 if browser.browser_type.name == "firefox" else 50, 150
    with served(folder) as server:
        tab.goto(f"http://127.0.0.1:{server.server_port}/#name/organisation")
        for _ in range(rounds):
            ready(tab)
            shown = int(tab.locator("#main input").first.input_value() or 0)
            saved, given = tab.evaluate("[sessionStorage.saved || 0, sessionStorage.given || 0]")
            assert int(saved) <= shown <= int(given), (saved, shown, given)
            restored.append(shown)
            for _ in range(chance.randint(0, 3)):
                number += 1
                tab.evaluate(TYPE, [str(number), False])
                tab.wait_for_timeout(chance.uniform(0, 40))
            number += 1
            if chance.random() < 0.5:
                with tab.expect_navigation(wait_until="commit"):
                    tab.evaluate(TYPE, [str(number), True])
            else:
                tab.evaluate(TYPE, [str(number), False])
                tab.reload(wait_until="commit")
            if chance.random() < 0.4:  # the page is still starting
                tab.wait_for_timeout(chance.uniform(0, start))
                tab.reload(wait_until="commit")
    assert restored[-1] > 0
    watched.close()
