"""The timer in a real browser: it follows by itself, signals quietly, and takes no focus away."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from rooms import CONTENT, Room, serve
from servers import open_app, serving
from workshop.forms.agenda import BEGUN
from workshop.session import Session

pytestmark = pytest.mark.browser

words = CONTENT.words


def begin(place: Path | str, block: str, minutes_ago: float) -> None:
    """Begin a block some minutes ago, as another window did that was quicker."""
    session = Session.open(place)
    ago = datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=minutes_ago)
    with session.transaction() as transaction:
        transaction.note(BEGUN, {"block": block}, ago)
    session.close()


def faults_of(tab: Any) -> list[str]:
    """Return what axe finds, and what is wider than the window."""
    from axe_core_python.base import AXE_SCRIPT

    tab.evaluate(AXE_SCRIPT)
    found = tab.evaluate(
        """async () => (await axe.run(document)).violations
           .map(v => v.id + ": " + v.nodes.map(n => n.html.slice(0, 90)).join(" | "))"""
    )
    wide = tab.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
    return [*found, *(["it is wider than the window"] if wide else [])]


def open_console(browser: Any, room: Room, width: int) -> tuple[Any, Any]:
    context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    chair = context.new_page()
    chair.goto(f"{room.address}/console#{room.keys.facilitator}")
    chair.get_by_text(words("agenda.form-set"), exact=True).click()
    chair.fill("#timer-people", "10")
    chair.get_by_role("button", name=words("agenda.form-set-button")).click()
    chair.locator(".kept", has_text=words("room.said-timed")).wait_for()
    chair.get_by_role("button", name="Begin: Opening").first.click()
    wall = context.new_page()
    wall.goto(f"{room.address}/projector")
    wall.get_by_text("8 minutes left").wait_for()
    return chair, wall


@pytest.mark.parametrize("width", [390, 1280])
def test_console_and_wall_follow_and_signal_without_being_loaded_again(
    browser: Any, tmp_path: Path, width: int
) -> None:
    place = tmp_path / "session.workshop"
    with serve(place, "role") as room:
        chair, wall = open_console(browser, room, width)
        chair.locator("#day summary").click()
        chair.locator("#act-block-extended").focus()
        assert faults_of(wall) == []
        begin(place, "vote", 8.05)  # two minutes are left for as long as this may take
        for tab in (chair, wall):
            tab.locator("#timer[data-state=soon]").wait_for()
            tab.get_by_text("2 minutes left").wait_for()
        assert wall.locator("h1#block").inner_text() == "Silent vote", "not that we begin soon"
        chair.locator(".primary button.main").wait_for()
        assert chair.evaluate("document.activeElement.id") == "act-block-extended"
        assert chair.locator("#day").get_attribute("open") is not None
        signal = words("agenda.signal-soon", title="Silent vote")
        assert wall.locator("[data-live-words]").text_content() == signal
        found = {"soon": faults_of(chair), "soon on the wall": faults_of(wall)}
        chair.locator("#act-block-extended").click()
        wall.locator("#timer[data-state=running]").wait_for()
        begin(place, "reveal", 9)
        for tab in (chair, wall):
            tab.locator("#timer[data-state=over]").wait_for()
        found |= {"over": faults_of(chair), "over on the wall": faults_of(wall)}
        assert {page: wrong for page, wrong in found.items() if wrong} == {}
        chair.context.close()


def test_a_notebooks_timer_follows_and_leaves_what_somebody_types(
    browser: Any, tmp_path: Path
) -> None:
    with serving("app", tmp_path / "ours", "--who", "Ana") as server:
        watched = open_app(browser, server, "02-ownership")
        tab = watched.tab
        timer = tab.locator(".ws-controls", has=tab.locator(".ws-timer"))
        timer.get_by_text(words("agenda.form-set"), exact=True).click()
        timer.get_by_role("button", name=words("agenda.form-set-button")).click()
        timer.get_by_role("button", name="Begin: Opening", exact=True).last.click()
        timer.get_by_text("8 minutes left").wait_for()
        assert "[object" not in timer.inner_text()
        box = tab.locator("input[data-focus=model]")
        box.click()
        tab.keyboard.type("churn")
        begin(server.session, "vote", 13)
        timer.get_by_text("3 minutes over").wait_for()
        tab.keyboard.type(" model")
        assert box.input_value() == "churn model"
        signal = words("agenda.signal-over", title="Silent vote")
        tab.locator(".ws-live", has_text=signal).first.wait_for(state="attached")
        watched.close()
