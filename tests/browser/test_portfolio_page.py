"""The portfolio's web page in a real browser: on a phone, at a commands, by day and by night."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from portfolios import make_summaries, summary
from servers import faults_of
from workshop.portfolio import Failed, read_portfolio, write_portfolio

pytestmark = pytest.mark.browser

PHONE, DESK = 390, 1280
NASTY = "<script>window.ran=1</script><img src=x onerror='window.ran=2'>"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portfolio of two organisations with everything in it, and its packs beside it."""
    folder = tmp_path_factory.mktemp("portfolio")
    made = make_summaries(24, ("Tidewater Retail", "Northfield"))
    write_portfolio(folder / "before", make_summaries(20, ("Tidewater Retail", "Northfield"), 2))
    made.append(summary("hostile", organisation=NASTY, group=NASTY * 3, builder=NASTY))
    (folder / "packs" / made[0]["name"]).mkdir(parents=True)
    (folder / "packs" / made[0]["name"] / "findings.html").write_text(
        "<h1>The pack</h1>", encoding="utf-8"
    )
    previous = read_portfolio(folder / "before" / "portfolio.json")
    lost = Failed("lost", NASTY, "Lost one", f"notebook 03-patterns, cell 7: {NASTY}")
    write_portfolio(folder, made, [lost], previous=previous)
    return folder / "index.html"


def show(browser: Any, page: Path, width: int = DESK) -> Any:
    """Return an open tab. The page's own policy is off, so that only its markup protects it."""
    context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    tab = context.new_page()
    tab.goto(page.as_uri())
    return tab


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_no_accessibility_fault_by_day_or_night(page: Path, browser: Any, width: int) -> None:
    passed, faults = faults_of(show(browser, page, width), colours=width == DESK)
    assert faults == []
    assert passed > 20


@pytest.mark.parametrize("width", [320, PHONE, DESK])
def test_page_never_scrolls_sideways_and_no_cell_overlaps_its_neighbour(
    page: Path, browser: Any, width: int
) -> None:
    tab = show(browser, page, width)
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    overlapping = tab.evaluate(
        """() => [...document.querySelectorAll('.wk-table :is(th, td)')]
           .filter(c => !c.closest('.wk-stack thead'))
           .filter(c => c.scrollWidth > c.clientWidth + 1)
           .map(c => [c.innerText.slice(0, 60), c.scrollWidth, c.clientWidth])"""
    )
    assert overlapping == []


def test_a_group_leads_to_its_pack_and_only_to_what_is_there(page: Path, browser: Any) -> None:
    tab = show(browser, page)
    links = tab.locator("main a:not([href^='#'])")
    assert {links.nth(i).get_attribute("href") for i in range(links.count())} == {
        "./packs/group-000/findings.html"
    }
    links.first.click()
    tab.get_by_role("heading", name="The pack", exact=True).wait_for()


def test_page_asks_for_no_other_file_and_typed_words_run_nothing(page: Path, browser: Any) -> None:
    tab = browser.new_context(bypass_csp=True).new_page()
    happened: list[str] = []
    tab.on("request", lambda request: happened.append(request.url))
    tab.on("console", lambda message: happened.append(message.text))
    tab.goto(page.as_uri(), wait_until="networkidle")
    assert {h for h in happened if not h.startswith("data:")} == {page.as_uri()}
    assert tab.evaluate("window.ran") is None
    assert "<script>window.ran=1" in tab.locator("body").inner_text()


def test_contents_lead_to_every_section(page: Path, browser: Any) -> None:
    tab = show(browser, page)
    pairs = tab.evaluate(
        """() => [...document.querySelectorAll('.page-side a')].map(a => [a.textContent,
            document.getElementById(decodeURIComponent(a.hash.slice(1)))?.textContent])"""
    )
    assert len(pairs) >= 9
    assert [pair for pair in pairs if pair[0] != pair[1]] == []
