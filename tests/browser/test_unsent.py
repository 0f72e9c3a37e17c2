"""What a kernel did not take or could not save stays on the page, and is given again."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from workshop.session import Session
from workshop.widgets.steps import LivePage

pytestmark = pytest.mark.browser

DRAW = """async ({script, view}) => {
  const {default: widget} = await import(script);
  window.sent = [];
  window.hears = {};
  window.view = view;
  window.draw = (kernel) => {
    const model = {
      get: (name) => (name === "view" ? window.view : false),
      on: (name, hear) => { window.hears[kernel + name] = hear; },
      off: () => {},
      send: (message) => { window.sent.push([kernel, message.key, message.value, message.id]); },
    };
    document.body.innerHTML = `<div id="${kernel}"></div>`;
    return widget.render({model, el: document.getElementById(kernel)});
  };
}"""


@pytest.fixture
def draws(browser: Any, tmp_path: Path) -> Iterator[Callable[[str, int, str], Any]]:
    """A function that opens a tab with the step of a question, on an address of a computer."""
    session = Session.open(tmp_path / "session.workshop", who="Ana")
    script = resources.files("workshop.widgets").joinpath("front", "live.js").read_bytes()
    address = f"data:text/javascript;base64,{base64.b64encode(script).decode()}"
    context = browser.new_context()
    context.route("http://pages.test/", lambda route: route.fulfill(body="<!doctype html>"))
    tab = context.new_page()
    tab.clock.install()

    def draw(question: str, part: int, kernel: str) -> Any:
        page = LivePage(session, part=part)
        step = next(s.id for s in page.content.steps if question in s.questions)
        tab.goto("http://pages.test/")
        tab.evaluate(DRAW, {"script": address, "view": page.form(step).view()})
        tab.evaluate("kernel => draw(kernel)", kernel)
        return tab

    yield draw
    context.close()
    session.close()


def test_what_was_not_saved_is_given_to_the_kernel_that_is_started_then(
    draws: Callable[[str, int, str], Any],
) -> None:
    tab = draws("organisation", 1, "dead")
    box = tab.locator('[data-key="organisation"] input').first
    box.fill("Tidewater")
    box.blur()
    tab.clock.run_for(6000)
    tab.evaluate("draw('new')")
    kernel, key, value, number = tab.evaluate("sent.at(-1)")
    assert (kernel, key, value) == ("new", "organisation", "Tidewater")
    assert box.input_value() == "Tidewater", "and it is still to be seen"
    tab.evaluate("id => hears['newmsg:custom']({id, ok: true, saved: true})", number)
    tab.evaluate("draw('next')")
    assert tab.evaluate("sent.at(-1)[0]") == "new", "it is given once"


def test_what_was_not_saved_is_given_after_the_page_was_loaded_anew(
    draws: Callable[[str, int, str], Any],
) -> None:
    """As when `workshop app` was ended and started again."""
    tab = draws("organisation", 1, "dead")
    box = tab.locator('[data-key="organisation"] input').first
    box.fill("Tidewater")
    box.blur()
    tab.clock.run_for(6000)
    tab = draws("organisation", 1, "new")
    kernel, key, value, number = tab.evaluate("sent.at(-1)")
    assert (kernel, key, value) == ("new", "organisation", "Tidewater")
    assert box.input_value() == "Tidewater"
    tab.evaluate("id => hears['newmsg:custom']({id, ok: true, saved: true})", number)
    assert draws("organisation", 1, "next").evaluate("sent.length") == 0, "it is given once"


def test_a_choice_that_a_full_disk_did_not_take_stays_and_is_saved_when_it_is_pressed_again(
    draws: Callable[[str, int, str], Any],
) -> None:
    tab = draws("lead", 2, "one")
    radio = tab.locator('[data-key="lead"] input[value="product"]')
    field = tab.locator('[data-key="lead"]')

    def answer(**told: Any) -> None:
        tab.evaluate("told => hears['onemsg:custom'](told)", {"id": number(), **told})

    def number() -> int:
        return int(tab.evaluate("sent.at(-1)[3]"))

    def press() -> list[Any]:
        radio.click()
        tab.clock.run_for(50)
        return list(tab.evaluate("sent.map(([, key, value]) => [key, value])"))

    full = {"ok": False, "failed": True, "problem": "The disk is full."}
    given = ["lead", "product"]
    assert press() == [given]
    answer(**full)
    tab.evaluate("hears['onechange:view']()")  # another answer has changed meanwhile
    assert radio.is_checked()
    assert "The disk is full." in field.inner_text()
    assert press() == [given, given], "the same choice once more"
    answer(**full)
    other = tab.locator(".ws-field:not([data-key='lead']) input[value='research']").first
    other.click()
    tab.clock.run_for(50)
    answer(ok=True, saved=True)
    assert tab.evaluate("sent.at(-1).slice(1, 3)") == given, "there is room again"
    answer(ok=True, saved=True)
    assert "The disk is full." not in field.inner_text()
    tab.clock.run_for(6000)
    assert len(tab.evaluate("sent")) == 4


def test_what_a_slow_kernel_still_comes_to_is_not_given_twice(
    draws: Callable[[str, int, str], Any],
) -> None:
    """An entry of a list would be added twice. What was passed over is lost, and given again."""
    tab = draws("organisation", 1, "slow")
    for key, words in (("organisation", "Tidewater"), ("group", "Payments"), ("organisation", "T")):
        box = tab.locator(f'[data-key="{key}"] input').first
        box.fill(words)
        box.blur()
        tab.clock.run_for(100)
    tab.clock.run_for(6000)
    sent = tab.evaluate("sent.map((one) => one[3])")
    answer = "id => hears['slowmsg:custom']({id, ok: true, saved: true})"
    tab.evaluate(answer, sent[0])
    assert tab.evaluate("sent.length") == 3, "its answers are late"
    tab.evaluate(answer, sent[2])
    assert tab.evaluate("sent.slice(3).map((one) => one[2])") == ["Payments"]


def test_a_button_that_is_pressed_stays_in_its_place_until_it_is_let_go(
    draws: Callable[[str, int, str], Any],
) -> None:
    tab = draws("stages", 5, "one")
    tab.get_by_role("button", name="data", exact=True).hover()
    tab.mouse.down()
    tab.evaluate("view = {...view, title: 'Another'}; hears['onechange:view']()")
    tab.mouse.up()
    assert tab.evaluate("sent.length") == 1
    tab.clock.run_for(50)
    assert tab.get_by_role("heading", name="Another").count() == 1


OLDER = {
    "as it was": "hears['onechange:view']()",
    "drawn anew": "view = {...view, title: 'Another'}; hears['onechange:view']()",
}
"""Views from before an answer was taken: what somebody else changed comes first."""


@pytest.mark.parametrize("older", OLDER.values(), ids=OLDER)
def test_an_older_view_takes_nothing_back_that_is_on_its_way(
    draws: Callable[[str, int, str], Any], older: str
) -> None:
    tab = draws("lead", 2, "one")
    field = tab.locator('[data-key="lead"]')
    field.locator('input[value="product"]').click()
    tab.clock.run_for(50)
    tab.evaluate(older)
    assert field.locator('input[value="product"]').is_checked()
    assert field.locator(".ws-status").get_attribute("data-kind") == "waiting"
    number = tab.evaluate("sent.at(-1)[3]")
    tab.evaluate("id => hears['onemsg:custom']({id, ok: true, saved: true})", number)
    assert field.locator(".ws-status").get_attribute("data-kind") == "saved"


@pytest.mark.parametrize("older", OLDER.values(), ids=OLDER)
def test_of_two_ticks_in_a_row_both_are_given(
    draws: Callable[[str, int, str], Any], older: str
) -> None:
    tab = draws("evaluation_set_authors", 2, "one")
    for team in ("research", "product"):
        tab.locator(f'[data-key="evaluation_set_authors"] input[value="{team}"]').click()
        tab.evaluate(older)
    assert sorted(tab.evaluate("sent.at(-1)[2]")) == ["product", "research"]


def test_what_is_typed_while_a_step_is_drawn_anew_is_given_whole(
    draws: Callable[[str, int, str], Any],
) -> None:
    tab = draws("organisation", 1, "one")
    box = tab.locator('[data-key="organisation"] input').first
    box.press_sequentially("Tide")
    tab.evaluate(OLDER["drawn anew"])
    for letters in ("wat", "er"):  # no pause is as long as the one that saves
        tab.clock.run_for(700)
        tab.evaluate(OLDER["as it was"])
        box.press_sequentially(letters)
    assert box.input_value() == "Tidewater"
    tab.clock.run_for(1300)
    assert tab.evaluate("sent.at(-1)[2]") == "Tidewater"
