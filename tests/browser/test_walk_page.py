"""The walk of somebody alone in a real browser: on a phone, by keyboard, and back another day."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from servers import WAIT, Server, Watched, choose, open_app, saved, serving, type_in

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}


def begin(browser: Any, server: Server, **options: Any) -> Watched:
    watched = open_app(browser, server, viewport=PHONE, **options)
    watched.tab.locator(".kit-begin").click()
    watched.tab.locator(".ws-walk-head h1").wait_for()
    return watched


def title(tab: Any) -> str:
    return str(tab.locator(".ws-walk-head h1").inner_text())


def press(tab: Any, name: str) -> None:
    """Press Next or Back with the keyboard, and wait for the other step."""
    before = tab.locator(".ws-walk-head .ws-where").inner_text()
    button = tab.get_by_role("button", name=name, exact=True)
    button.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_function(
        "was => document.querySelector('.ws-walk-head .ws-where').textContent !== was", arg=before
    )
    tab.wait_for_function("document.activeElement.tagName === 'H1'")


def faults(tab: Any) -> list[Any]:
    from axe_core_python.sync_playwright import Axe

    found = Axe().run(tab)["violations"]
    return [(v["id"], [n["html"][:160] for n in v["nodes"]][:3]) for v in found]


def fits(tab: Any) -> None:
    """Nothing stands out at the side, and the buttons are in sight without scrolling."""
    assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    box = tab.get_by_role("button", name="Back", exact=True).bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= PHONE["height"]


def test_somebody_alone_gets_from_the_first_step_to_the_board_edition(
    browser: Any, tmp_path: Path
) -> None:
    with serving("app", tmp_path / "ours", "--who", "Ana") as server:
        watched = begin(browser, server)
        tab = watched.tab
        assert title(tab) == "Who we are"
        type_in(tab, "organisation", "Tidewater")
        fits(tab)
        assert not faults(tab), json.dumps(faults(tab), indent=1)
        press(tab, "Next")
        assert title(tab) == "How large the work is"
        assert tab.evaluate("scrollY") < 200
        assert not tab.get_by_text("If two of you").first.is_hidden()
        assert tab.locator(".ws-hints details[open]").count() == 0
        type_in(tab, "model_teams", "6")
        type_in(tab, "ml_engineers", "28")
        press(tab, "Back")
        press(tab, "Next")
        box = tab.locator('[data-key="model_teams"] input').first
        assert box.input_value() == "6"
        press(tab, "Next")
        choose(tab, "mandate", "none")
        tab.reload()
        tab.locator(".ws-walk-head h1").wait_for()
        assert title(tab) == "What is set from outside"
        fits(tab)
        tab.get_by_text("All steps").click()
        tab.get_by_role("button", name="Your result").click()
        tab.get_by_role("heading", name="We do not advise anything yet").wait_for()
        assert "Federated" not in tab.locator("main").inner_text()
        fits(tab)
        assert not faults(tab), json.dumps(faults(tab), indent=1)
        tab.get_by_role("button", name="Go to: What the teams can do").click()
        choose(tab, "maturity", "3")
        choose(tab, "ml_expertise_in_product", "most")
        choose(tab, "product_autonomy", "high")
        press(tab, "Next")
        choose(tab, "rails", "built")
        saved(tab, "rails")
        tab.get_by_text("All steps").click()
        tab.get_by_role("button", name="Your result").click()
        tab.locator(".ws-exhibit", has_text="Federated").first.wait_for()
        tab.get_by_role("button", name="Make the findings pack").click()
        link = tab.get_by_role("link", name="board.pdf")
        link.wait_for(timeout=4 * WAIT)
        with watched.context.expect_page() as opened:
            tab.get_by_role("link", name="findings.html, one page").click()
        opened.value.wait_for_load_state()
        assert "Federated" in opened.value.locator("body").inner_text()
        fits(tab)
        assert not faults(tab), json.dumps(faults(tab), indent=1)
        assert watched.outside() == []
        assert watched.errors == []
        watched.close()
