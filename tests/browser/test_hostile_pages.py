"""Hostile words in a real browser: nothing of them runs, and each is read as it was typed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from conftest import CONSOLE
from hostile import HOSTILE, as_stored, conclude, hostile_room, type_everything
from rooms import CONTENT
from workshop.session import Session
from workshop.session.session import answers_text

pytestmark = pytest.mark.browser

words = CONTENT.words
HARMLESS = "http://127.0.0.1:", "data:", "about:", "file:"


class Watched:
    """A tab that remembers every dialog, every fault, and whatever it asked for."""

    def __init__(self, browser: Any) -> None:
        # the pages' own policy is off, so that only their markup protects them
        self.context = browser.new_context(bypass_csp=True)
        self.tab = self.context.new_page()
        self.happened: list[str] = []
        self.tab.on("dialog", self._dismiss)
        self.tab.on("pageerror", lambda e: self.happened.append(f"fault: {e}"))
        self.tab.on("popup", lambda p: self.happened.append(f"window: {p.url}"))
        self.tab.on("request", self._look_at)

    def _dismiss(self, dialog: Any) -> None:
        self.happened.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _look_at(self, request: Any) -> None:
        if not request.url.startswith(HARMLESS):
            self.happened.append(f"asked for {request.url}")

    def check(self) -> None:
        """Touch everything that might listen, then look whether anything has run."""
        self.tab.evaluate(
            """() => { for (const e of document.querySelectorAll('main *, body *')) {
                e.dispatchEvent(new MouseEvent('mouseover', {bubbles: true}));
                e.dispatchEvent(new Event('load')); e.dispatchEvent(new Event('error'));
                if (typeof e.focus === 'function') e.focus(); } }"""
        )
        self.tab.wait_for_timeout(100)
        assert self.tab.evaluate("window.ran") is None
        assert self.happened == []

    def reads(self, words: str) -> None:
        """Wait until words stand on the page, letter by letter, in one place."""
        self.tab.wait_for_function(
            "words => [...document.querySelectorAll('body *')]"
            ".some(e => e.textContent.trim() === words)",
            arg=words,
        )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile") / "session.workshop"


@pytest.fixture(scope="module")
def used_session(browser: Any, place: Path) -> Path:
    """Say all of it while console, wall, participant and shared device look on; none may run."""
    with hostile_room(place) as room:
        chair, wall, one, device = (Watched(browser) for _ in range(4))
        chair.tab.goto(f"{room.address}/console#{room.keys.facilitator}")
        chair.tab.get_by_role("heading", name=words("room.console-title")).wait_for()
        wall.tab = chair.context.new_page()
        wall.tab.on("dialog", wall._dismiss)
        wall.tab.goto(f"{room.address}/projector")
        one.tab.goto(room.address)
        one.tab.fill("#code", HOSTILE["handler"])
        one.tab.fill("#name", HOSTILE["handler"][:60])
        one.tab.select_option("#role", index=3)
        one.tab.click("button.main")
        one.tab.get_by_role("alert").wait_for()
        one.check()
        one.tab.fill("#code", room.keys.code)
        one.tab.fill("#name", "Ana")
        one.tab.select_option("#role", "product")
        one.tab.click("button.main")
        one.tab.get_by_role("heading", name=words("room.waiting-title")).wait_for()
        device.tab.goto(room.address)
        device.tab.fill("#code", room.keys.code)
        device.tab.get_by_text(words("room.join-other-ways")).click()
        device.tab.get_by_role("button", name=words("room.join-share"), exact=True).click()
        device.tab.get_by_role("heading", name=words("room.shared-title")).wait_for()

        facilitator, _ = type_everything(room)
        n = len(HOSTILE) + 1
        counts = words("room.voted-count", voted=n - 1, n=n)
        for screen in (chair, wall, one, device):
            screen.tab.get_by_text(counts).first.wait_for()
            screen.check()
        chair.reads(as_stored(HOSTILE["script"], 60))
        conclude(facilitator)
        for screen in (chair, wall, one):
            screen.tab.locator(".tally").first.wait_for()
            screen.tab.get_by_text(as_stored(HOSTILE["script"])).first.wait_for()
            screen.check()
        chair.tab.reload()
        one.tab.goto(f"{room.address}/results")
        for screen in (chair, one):
            for typed in HOSTILE.values():
                screen.reads(as_stored(typed))
            screen.check()
        for screen in (chair, wall, one, device):
            screen.context.close()
    return place


@pytest.fixture(scope="module")
def pack(used_session: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pack")
    session = Session.open(used_session, create=False)
    (folder / "answers.yaml").write_text(answers_text(session), "utf-8")
    session.close()
    # In a process of its own: while a browser is open here, no other event loop can run.
    code = "from workshop.cli.commands import main; main()"
    command = [sys.executable, "-c", code, "pack", folder / "answers.yaml", "-o", folder]
    done = subprocess.run([*command, "--format", "html"], capture_output=True, encoding=CONSOLE)
    assert done.returncode == 0, done.stderr
    return folder


def test_screens_that_follow_a_room_run_nothing_of_what_is_said_in_it(used_session: Path) -> None:
    assert used_session.exists()


def test_the_web_page_of_the_pack_runs_nothing_and_reads_as_it_was_typed(
    browser: Any, pack: Path
) -> None:
    page = Watched(browser)
    page.tab.goto((pack / "findings.html").as_uri())
    for typed in HOSTILE.values():
        page.tab.wait_for_function(
            """words => [...document.querySelectorAll('td')].some(e =>
               e.textContent.replace(/[\\u00ad\\u200b\\u2060]/g, '').trim() === words)""",
            arg=as_stored(typed).replace("\u200b", ""),
        )
    page.check()


def test_what_the_notebooks_show_runs_nothing(browser: Any, pack: Path) -> None:
    shown = [
        output["data"]["text/html"]
        for path in sorted((pack / "notebooks").glob("*.ipynb"))
        for cell in nbformat.read(path, 4).cells
        for output in cell.get("outputs", ())
        if "text/html" in output.get("data", {})
    ]
    assert any("window.ran" in html for html in shown)
    page = Watched(browser)
    page.tab.set_content("".join(shown))
    for words in ("script", "handler", "end of a place", "link"):
        assert as_stored(HOSTILE[words]) in page.tab.evaluate(
            "document.body.textContent.replace(/[\\u00ad\\u200b\\u2060]/g, '')"
        )
    page.check()


def test_the_watching_itself_sees_what_runs(browser: Any) -> None:
    page = Watched(browser)
    page.tab.goto("about:blank")
    page.tab.set_content(f"<p>{HOSTILE['script']}</p>{HOSTILE['handler']}")
    page.tab.wait_for_function("window.ran === 2")
    assert len(page.happened) >= 2
    with pytest.raises(AssertionError):
        page.check()
