"""Presenting a notebook: one section in the whole window, in JupyterLab and without code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conftest import TOP
from servers import becomes_true, field, open_app, open_lab, saved, serving
from workshop import load_content
from workshop.documents.fonts import FAMILY
from workshop.documents.theme import LOOKS
from workshop.session import Session

pytestmark = pytest.mark.browser
words = load_content().words
EXAMPLE = TOP / "examples" / "tidewater-retail.yaml"
UNOWNED = "research-led-without-shared-model"
"""A finding of the example for which nobody is named."""
SHOWN = "[...document.querySelectorAll('.ws-stage .jp-Cell')].filter(e => e.checkVisibility())"
INK = "--jp-content-font-color1"
FOCUS = "document.activeElement"
DARK = "backgroundColor.match(/[0-9]+/g).every(one => one < 60)"
SIZES = ((390, 844), (1366, 640), (1280, 720), (1920, 1080))


def label(name: str) -> str:
    return words(f"steps.screen-{name}")


def faults(tab: Any) -> list[str]:
    """Return what axe finds on the stage."""
    from axe_core_python.base import AXE_SCRIPT

    tab.evaluate(AXE_SCRIPT)
    found = tab.evaluate(
        """async () => (await axe.run('.ws-stage')).violations
           .map(v => v.id + ": " + v.nodes[0].html.slice(0, 120))"""
    )
    return list(found)


def looks_like_the_pack(tab: Any) -> None:
    """See that a page has the pack's type and colours, and no code until somebody wants it."""
    loaded = tab.evaluate(
        "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)"
    )
    assert set(loaded) == {FAMILY}
    for what in ("body", ".jp-RenderedMarkdown p", ".ws-step legend", ".ws-button", ".wk-table td"):
        of = f"getComputedStyle(document.querySelector('{what}'))"
        assert tab.evaluate(f"{of}.fontFamily.startsWith('\"{FAMILY}\"')"), what
    inputs = "[...document.querySelectorAll('.jp-CodeCell .jp-Cell-inputWrapper')]"
    seen = f"{inputs}.map(e => e.checkVisibility())"
    all_, none = f"!{seen}.includes(false)", f"!{seen}.includes(true)"
    assert tab.locator(".jp-CodeCell .jp-Placeholder").count()
    assert tab.evaluate(none)
    for name, shown in (("Expand All Code", all_), ("Collapse All Code", none)):
        tab.get_by_role("menuitem", name="View", exact=True).click()
        tab.get_by_text(name, exact=True).first.click()
        becomes_true(tab, shown)
        tab.wait_for_timeout(500)  # JupyterLab draws them one after the other
    for scheme, look in (("dark", LOOKS["plain"].night_ink), ("light", LOOKS["plain"].ink)):
        tab.emulate_media(color_scheme=scheme)
        ink = f"getComputedStyle(document.documentElement).getPropertyValue('{INK}')"
        becomes_true(tab, f"{ink} === '{look}'")
        # JupyterLab 4.6 fails where a second theme comes while its splash of the first one fades
        tab.locator("#jupyterlab-splash").wait_for(state="detached")


def resize(tab: Any, width: int, height: int) -> None:
    """Lay a page out for another size; a window that fills the screen takes none."""
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    tab.context.new_cdp_session(tab).send("Emulation.setDeviceMetricsOverride", size)


@pytest.mark.parametrize("kind", ["lab", "app"])
def test_one_section_at_a_time_by_keys_and_what_is_typed_stays(
    browser: Any, tmp_path: Path, kind: str
) -> None:
    options = ("--who", "Ana", "--from", str(EXAMPLE))
    with serving(kind, tmp_path / "ours", *options) as server:
        watched = (open_lab if kind == "lab" else open_app)(browser, server, "02-ownership")
        tab = watched.tab
        cells = tab.locator(".jp-Cell").count()
        if kind == "lab":
            looks_like_the_pack(tab)
        tab.get_by_role("button", name=label("present")).click()
        steer = tab.get_by_role("navigation", name=label("present"))
        status = steer.get_by_role("status")

        def at(title: str) -> None:
            status.get_by_text(title).wait_for(state="attached")
            assert tab.evaluate(f"{SHOWN}.length") == 1
            assert tab.evaluate(
                f"!{SHOWN}[0].querySelector('.jp-InputArea, .jp-Cell-inputWrapper')"
                f"?.checkVisibility() || {SHOWN}[0].matches('.jp-MarkdownCell, .jp-mod-rendered')"
            ), "no code"

        at("Who owns the model")
        tab.keyboard.press("ArrowRight")
        at("Who leads")
        box = field(tab, "model").locator("input").first
        box.fill("the churn model")
        tab.keyboard.press("ArrowLeft")
        at("Who leads")
        tab.keyboard.press("d")
        tab.keyboard.press("Backspace")
        tab.locator('[data-key="lead"] input[value="research"]').click()
        saved(tab, "lead")
        tab.keyboard.press("ArrowRight")  # what was clicked is answered, and the page turns
        at("The five duties")
        assert tab.locator('[data-key="lead"] input[value="research"]').is_checked()
        tab.keyboard.press("d")
        tab.keyboard.press("d")
        tab.keyboard.press("v")
        at("Who has the five duties")
        assert steer.get_by_role("button", name=label("evidence")).get_attribute("aria-pressed")
        tab.keyboard.press("PageDown")
        at("Three questions before a project starts")
        for width, height in SIZES:
            resize(tab, width, height)
            wide = tab.evaluate("document.querySelector('.ws-stage').scrollWidth > innerWidth")
            assert not wide, width
        tab.emulate_media(color_scheme="dark")
        tab.locator("[data-jp-theme-light=false]").first.wait_for(state="attached")
        becomes_true(tab, f"getComputedStyle(document.querySelector('.ws-stage')).{DARK}")
        assert faults(tab) == []
        steer.get_by_role("button", name=label("answers")).click()
        at("Three questions before the next project")
        for title in ("The safeguards", "A model that somebody else makes"):
            tab.keyboard.press("PageDown")
            at(title)
        assert field(tab, "model_origin").is_visible(), "a folded step is unfolded on the stage"
        titles = tab.locator(".ws-stage").get_by_text(
            "A model that somebody else makes", exact=True
        )
        seen = "all => all.filter(e => e.getBoundingClientRect().width > 1).length"
        assert titles.evaluate_all(f"all => ({seen})(all.filter(e => e.checkVisibility()))") == 1
        for title in ("The safeguards", "Three questions before the next project"):
            tab.keyboard.press("PageUp")
            at(title)
        tab.keyboard.press("PageUp")
        tab.keyboard.press("PageUp")
        at("Who leads")
        tab.keyboard.press("End")
        at("What we found about ownership")
        owners = tab.locator("[data-step=owners-2]")
        owners.get_by_text(words("steps.owners-title")).first.click()
        key = f"findings/{UNOWNED}/owner"
        field(tab, key).locator("input").fill("Head of research")
        tab.keyboard.press("Enter")
        saved(tab, key)
        assert faults(tab) == []
        # nothing behind the stage can be reached: the keyboard comes round to where it was
        for _ in range(4):
            tab.keyboard.press("Shift+Tab")
            assert tab.evaluate(f"{FOCUS}.closest('.ws-stage') || {FOCUS} === document.body")
        tab.keyboard.press("Escape")
        tab.locator(".ws-stage").wait_for(state="detached")
        assert tab.locator(".jp-Cell").count() == cells
        assert tab.locator("[data-ws-away], [inert]").count() == 0
        assert tab.evaluate("document.activeElement.dataset.focus") == "present"
        assert field(tab, "model").locator("input").first.input_value() == "the churn model"
        saved(tab, "model")
        assert watched.errors == []
        watched.close()
        session = Session.open(server.session, create=False)
        assert session.answers.model == "the churn model"
        assert session.answers.lead == "research"
        made = [d for d in session.answers.decisions or () if UNOWNED in (d.settles or ())]
        assert [d.owner for d in made] == ["Head of research"]
        session.close()
