"""The walk of somebody alone in a real browser: on a phone, by keyboard, and back another day."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conftest import TOP
from servers import (
    WAIT,
    Server,
    Watched,
    becomes_true,
    box_of,
    choose,
    has_drawn,
    open_app,
    resize,
    saved,
    serving,
    type_in,
)
from workshop.content.loader import load_content
from workshop.session import Session

pytestmark = pytest.mark.browser

EXAMPLE = TOP / "examples" / "tidewater-retail.yaml"
PHONE = {"width": 390, "height": 844}


def begin(browser: Any, server: Server, **options: Any) -> Watched:
    watched = open_app(browser, server, viewport=PHONE, **options)
    go_in(watched.tab)
    return watched


def go_in(tab: Any) -> None:
    """Begin the walk, and return once head, step and buttons are there."""
    tab.locator(".kit-begin").click()
    for part in (".ws-walk-head h1", "[data-step] h2", ".ws-steer button"):
        tab.locator(part).first.wait_for()


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


def covered(tab: Any, selector: str) -> str:
    """Return why the first control cannot be seen and pressed; nothing if it can."""
    return str(
        tab.evaluate(
            """selector => {
               const one = [...document.querySelectorAll(selector)].find(e => e.checkVisibility());
               if (!one) return "";
               const box = one.getBoundingClientRect();
               if (box.bottom > innerHeight) return `ends at ${box.bottom} of ${innerHeight}`;
               const top = document.elementFromPoint(box.x + box.width / 2, box.bottom - 2);
               return one.contains(top) ? "" : `lies below ${top?.className}`; }""",
            selector,
        )
    )


def test_on_a_window_at_200_percent_each_step_shows_its_question_and_its_first_field(
    browser: Any, tmp_path: Path
) -> None:
    with serving("app", tmp_path / "ours", "--from", str(EXAMPLE)) as server:
        watched = open_app(browser, server, viewport={"width": 683, "height": 384})
        tab, found = watched.tab, {}
        go_in(tab)
        first = ".ws-item > summary, .ws-field :is(input, select, textarea)"
        while title(tab) != "Your result":  # where Next goes, and not at once
            if wrong := covered(tab, first):
                found[title(tab)] = wrong
            ahead = box_of(tab.get_by_role("button", name="Next", exact=True))
            if ahead["y"] + ahead["height"] > 384 or ahead["height"] < 24:
                found[f"{title(tab)}: Next"] = str(ahead)
            press(tab, "Next")
            assert abs(tab.locator(".ws-walk-head").bounding_box()["y"]) < 10, "at the top"
        assert tab.locator(".ws-buttons .ws-main").inner_text() == "Make the findings pack"
        ink = "one => getComputedStyle(one).color"
        heads = tab.locator(".ws-walk h2:visible").evaluate_all(f"all => all.map({ink})")
        assert set(heads) == {tab.locator(".ws-walk-head h1").evaluate(ink)}, "no link"
        if wrong := covered(tab, ".ws-buttons .ws-main"):
            found["Your result"] = wrong
        assert found == {}
        watched.close()


def test_what_can_be_pressed_looks_so_and_all_begins_at_one_edge(
    browser: Any, tmp_path: Path
) -> None:
    with serving("app", tmp_path / "ours", "--from", str(EXAMPLE)) as server:
        watched = begin(browser, server)
        tab = watched.tab
        fonts = "all => all.map(e => getComputedStyle(e).fontFamily)"
        text = tab.locator("body").evaluate("e => getComputedStyle(e).fontFamily")
        assert set(tab.locator(".ws-steer button").evaluate_all(fonts)) == {text}
        state = tab.locator(".ws-where > .ws-state")
        assert state.inner_text() == "✓ done"
        assert state.evaluate("e => getComputedStyle(e, '::before').content") == "none"
        tab.get_by_text("All steps").click()
        tab.get_by_role("button", name="Your choice").click()
        choices = tab.locator('[data-key="chosen_pattern"] .ws-rich')
        choices.nth(3).wait_for()
        resize(tab, **PHONE)
        press(tab, "Back")  # until it is drawn: what comes then is folded again
        tab.get_by_text("All steps").click()
        tab.get_by_role("button", name="The five duties").click()
        tab.locator('[data-key="duties/ship"]').first.wait_for()
        tab.locator(".ws-walk-head summary").focus()
        below = """() => Math.round(document.activeElement.getBoundingClientRect().bottom
            - document.querySelector('.ws-steer').getBoundingClientRect().top)"""
        for _ in range(14):
            tab.keyboard.press("Tab")
            assert tab.evaluate(below) <= 0, "the keyboard is never under the bar"
        tab.get_by_text("All steps").click()
        tab.get_by_role("button", name="Your choice").click()
        choices.nth(3).wait_for()
        resize(tab, 1366, 640)
        lefts = [round(choices.nth(n).bounding_box()["x"]) for n in range(4)]
        assert lefts[:2] == lefts[2:], "four stand two by two"
        resize(tab, **PHONE)
        tab.get_by_text("All steps").click()
        tab.get_by_role("button", name="Your result").click()
        table = tab.locator(".wk-frame", has_text="Once complete").first
        assert table.evaluate("e => e.scrollWidth <= e.clientWidth"), "what it takes is read whole"
        show = tab.get_by_role("button", name="Show: The plan")
        show.wait_for()
        look = "e => [getComputedStyle(e).color, getComputedStyle(e, '::before').content]"
        link = tab.locator(".kit-head a").evaluate("e => getComputedStyle(e).color")
        shown = show.evaluate(look)
        assert shown[0] == link
        show.click()
        hide = tab.get_by_role("button", name="Hide: The plan")
        hide.wait_for()
        assert hide.evaluate(look)[1] not in (shown[1], "none")
        edges = """() => ['.kit-head a', '.ws-walk-head h1', '.ws-step h2', '.ws-buttons .ws-main',
               '.ws-exhibit :is(h1, h2)', '.ws-steer button'].map(selector =>
               Math.round(document.querySelector(selector).getBoundingClientRect().left))"""
        for width in (PHONE["width"], 1366):
            resize(tab, width, 800)
            assert len(set(tab.evaluate(edges))) == 1, tab.evaluate(edges)
        resize(tab, **PHONE)
        tab.goto(f"{server.base}/voila/render/02-ownership.ipynb")
        has_drawn(tab)
        assert tab.locator(".kit-head").bounding_box()["height"] < 60
        tab.get_by_text("Pages of the workshop").click()
        assert tab.get_by_role("link", name="5 From idea to users").is_visible()
        resize(tab, 1366, 640)
        known = tab.locator('[data-key="model"] .ws-basis').first.bounding_box()
        box = tab.locator('[data-key="model"] input').first.bounding_box()
        assert known["x"] == box["x"], "how it is known stands below its answer"
        undo = tab.get_by_role("button", name="Undo my last change")
        radius = "e => getComputedStyle(e).borderRadius"
        assert undo.evaluate(radius) == tab.locator(".ws-button").first.evaluate(radius)
        resize(tab, 683, 384)
        becomes_true(tab, "document.querySelector('.kit-head').getBoundingClientRect().height < 60")
        resize(tab, 1366, 640)
        becomes_true(tab, "document.querySelector('#kit-pages').open")
        title_, first = tab.locator("h1").first, tab.locator(".kit-head a").first
        assert round(title_.bounding_box()["x"]) == round(first.bounding_box()["x"])
        watched.close()


def to(tab: Any, step: str) -> None:
    """Go to a step of the list, and wait until its title has the focus."""
    tab.get_by_text("All steps").click()
    tab.get_by_role("button", name=step, exact=True).click()
    tab.locator("h1", has_text=step).wait_for()
    tab.wait_for_function("document.activeElement.tagName === 'H1'")


def test_what_is_typed_to_add_an_entry_is_added_when_somebody_goes_on(
    browser: Any, tmp_path: Path
) -> None:
    def kept() -> list[str]:
        session = Session.open(server.session, create=False)
        try:
            return [str(given["decision"]) for _, given in session.items("decisions")]
        finally:
            session.close()

    with serving("app", tmp_path / "ours") as server:
        watched = begin(browser, server)
        tab = watched.tab
        here, typed = "What we decide", []
        box = tab.locator("[data-key='decisions/+'] textarea")
        for words, button in (("Who is called?", "Next"), ("Who may act?", "Back")):
            to(tab, here)
            box.press_sequentially(words)
            typed.append(words)
            tab.get_by_role("button", name=button, exact=True).click()
            tab.wait_for_function(
                "here => document.querySelector('.ws-walk-head h1').textContent !== here", arg=here
            )
            tab.wait_for_function("document.activeElement.tagName === 'H1'")
            assert kept() == typed
        to(tab, here)
        box.press_sequentially("Who pays?")
        to(tab, "Who we are")
        assert kept() == [*typed, "Who pays?"]
        to(tab, here)
        box.press_sequentially("Who reports?")
        tab.locator("[data-key='decisions/+'] button").click()
        tab.locator('[data-group^="decisions/"]').nth(4).wait_for()
        assert box.input_value() == ""
        assert kept() == [*typed, "Who pays?", "Who reports?"], "and once only"
        assert watched.errors == []
        watched.close()


def test_a_bookmarked_file_of_the_pack_is_opened_from_the_page_that_says_why(
    browser: Any, tmp_path: Path
) -> None:
    with serving("app", tmp_path / "ours") as server:
        tab = browser.new_context().new_page()
        tab.goto(server.address)
        (server.folder / "pack").mkdir()
        (server.folder / "pack" / "findings.html").write_text("<h1>What we found</h1>", "utf-8")
        told = tab.context.new_page()
        told.goto(f"{server.base}/voila/files/pack/findings.html")
        say = load_content().words
        told.get_by_role("heading", name=say("serve.file-title")).wait_for()
        told.get_by_role("link", name=say("serve.file-open")).click()
        told.get_by_role("heading", name="What we found").wait_for()
        tab.context.close()
