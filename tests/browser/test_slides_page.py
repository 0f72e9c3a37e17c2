"""Slides in a real browser, from a file: nothing cut off, notes beside, all of it printed."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from test_pack_page import hostile_pack, make_pack, usual_pack

from conftest import TOP, Once
from servers import becomes_true, resize

pytestmark = pytest.mark.browser

EXAMPLES = TOP / "examples"
OTHERS: dict[str, list[str | Path]] = {
    "second": [EXAMPLES / "tidewater-retail-second.yaml"],
    "three": [EXAMPLES / "three-answers.yaml"],
    "german": [EXAMPLES / "northfield-clinical.yaml", "--content", EXAMPLES / "content-de"],
}
SMALLEST = 17
"""Pixels of type on a slide of 720, below which nobody in the last row reads a word."""
LOOK = """() => [...slides.deck.getSlides()].map(slide => {
    const body = slide.querySelector('.slide-body'), box = slide.querySelector('.slide');
    const title = slide.querySelector('h1, h2');
    const drawn = [...slide.querySelectorAll('.wk-figure :is(img, .wk-drawing)')];
    return {
        title: title ? title.textContent : '',
        size: body ? parseFloat(getComputedStyle(body).fontSize) : 24,
        spills: body ? body.scrollHeight > body.clientHeight + 1
            || body.scrollWidth > body.clientWidth + 1 : box.scrollHeight > 721,
        low: drawn.filter(img => img.getBoundingClientRect().height < 20).length,
        drawn: Math.min(...[...slide.querySelectorAll('.wk-drawing text:not(.wk-says)')]
            .map(text => text.getAttribute('font-size') * text.getScreenCTM().a)),
    }; })"""


@pytest.fixture(scope="session", params=["full", "hostile", *OTHERS])
def slides(request: pytest.FixtureRequest, once: Once) -> Path:
    if request.param in OTHERS:
        name = f"slides-{request.param}"
        given = OTHERS[request.param]
        folder = once(name, lambda folder: make_pack(folder, *given, formats=["slides"]))
    else:
        folder = {"full": usual_pack, "hostile": hostile_pack}[request.param](once)
    return folder / "slides.html"


class Talk:
    """An open tab with slides, and whatever it asked for or complained of."""

    def __init__(self, browser: Any, page: Path, query: str = "", policy: bool = True) -> None:
        self.context = browser.new_context(
            viewport={"width": 1280, "height": 720}, bypass_csp=not policy
        )
        self.tab = self.context.new_page()
        self.happened: list[str] = []
        self.tab.on("console", lambda m: self.happened.append(m.text))
        self.tab.on("pageerror", lambda e: self.happened.append(str(e)))
        self.tab.on("dialog", lambda d: (self.happened.append(d.message), d.dismiss()))
        self.tab.on("request", self._look_at)
        self.tab.goto(page.as_uri() + query)
        self.begun()

    def begun(self) -> None:
        """Return once the slides answer to keys, a moment after they say that they are ready."""
        self.tab.wait_for_function("() => document.querySelector('.controls[role=none]')")

    def _look_at(self, request: Any) -> None:
        if not request.url.startswith(("file:", "data:", "about:")):
            self.happened.append(f"asked for {request.url}")

    def title(self) -> str:
        found: str = self.tab.evaluate(
            "slides.deck.getCurrentSlide().querySelector('h1, h2').textContent"
        )
        return found


def test_every_slide_can_be_read_and_nothing_is_cut_off(slides: Path, browser: Any) -> None:
    talk = Talk(browser, slides, "?print-pdf")  # the one view that lays out every slide
    talk.tab.wait_for_function("() => document.querySelectorAll('.pdf-page').length > 5")
    talk.tab.evaluate("slides.fitAll()")
    seen = talk.tab.evaluate(LOOK)
    assert len(seen) > 20
    assert all(one["title"] for one in seen)
    assert [one for one in seen if one["spills"] or one["size"] < SMALLEST or one["low"]] == []
    small = [one for one in seen if one["drawn"] is not None and one["drawn"] < SMALLEST - 0.1]
    assert small == []
    sizes = [one["size"] for one in seen]
    assert sum(size >= 24 for size in sizes) > 0.85 * len(sizes)
    printed = PdfReader(io.BytesIO(talk.tab.pdf(prefer_css_page_size=True)))
    assert len(printed.pages) == len(seen)
    assert talk.happened == []
    talk.context.close()


@pytest.mark.parametrize("slides", ["hostile"], indirect=True)
def test_hostile_words_run_nothing_on_slides_even_without_the_policy(
    slides: Path, browser: Any
) -> None:
    talk = Talk(browser, slides, policy=False)
    with talk.context.expect_page() as opened:
        talk.tab.keyboard.press("s")
    for _ in range(40):
        talk.tab.keyboard.press("PageDown")
    assert "<script>window.ran=1" in talk.tab.evaluate("document.body.textContent")
    assert talk.tab.evaluate("window.ran") is None
    assert opened.value.evaluate("window.ran") is None
    assert talk.happened == []
    talk.context.close()


@pytest.mark.parametrize("slides", ["full", "german"], indirect=True)
def test_the_speaker_reads_notes_in_a_window_that_follows_the_slides(
    slides: Path, browser: Any
) -> None:
    talk = Talk(browser, slides)
    talk.tab.keyboard.press("ArrowRight")
    with talk.context.expect_page() as opened:
        talk.tab.keyboard.press("s")
    commands = opened.value
    assert commands.locator("main h1").inner_text() == talk.title()
    prompts = commands.locator("main blockquote")
    assert prompts.count() > 2
    notes = talk.tab.evaluate("slides.deck.getCurrentSlide().querySelector('.notes').textContent")
    assert prompts.first.inner_text() in notes
    assert not talk.tab.locator(".notes").first.is_visible()
    before, place = talk.title(), commands.locator(".at").inner_text()  # two may have one title
    upcoming = commands.locator(".next").inner_text()
    commands.keyboard.press("PageDown")
    commands.locator(".at").filter(has_not_text=place).wait_for()
    assert talk.title() == upcoming == commands.locator("main h1").inner_text()
    assert commands.locator(".clock").inner_text()
    talk.tab.keyboard.press("PageUp")
    commands.locator(".at").filter(has_text=place).wait_for()
    assert commands.locator("main h1").inner_text() == before
    assert talk.happened == []
    talk.context.close()


@pytest.mark.parametrize("slides", ["full"], indirect=True)
def test_right_goes_to_the_next_idea_and_down_to_its_details(slides: Path, browser: Any) -> None:
    talk = Talk(browser, slides)
    column = talk.tab.evaluate(
        "[...document.querySelectorAll('.slides > section')].findIndex(s => s.matches('.stack'))"
    )
    for _ in range(column):
        talk.tab.keyboard.press("ArrowRight")
    first = talk.tab.evaluate("slides.deck.getIndices()")
    talk.tab.keyboard.press("ArrowDown")
    assert talk.tab.evaluate("slides.deck.getIndices()") == {**first, "v": 1}
    talk.tab.keyboard.press("ArrowRight")
    assert talk.tab.evaluate("slides.deck.getIndices().h") == first["h"] + 1
    # The address follows a moment later.
    talk.tab.wait_for_function("h => location.hash == '#/' + h", arg=first["h"] + 1)
    address = talk.tab.url
    talk.tab.goto("about:blank")
    talk.tab.goto(address)
    talk.begun()
    assert talk.tab.evaluate("slides.deck.getIndices().h") == first["h"] + 1
    assert talk.happened == []
    talk.context.close()


@pytest.mark.parametrize("slides", ["full"], indirect=True)
def test_slides_have_no_accessibility_fault(slides: Path, browser: Any) -> None:
    from axe_core_python.base import AXE_SCRIPT

    ask = """async () => {
        const about = {resultTypes: ['violations'], selectors: false};
        const found = await axe.run(document, about);
        return [found.passes.length,
                found.violations.map(v => [v.id, v.nodes[0].html.slice(0, 300)])]; }"""
    for query in ("", "?print-pdf"):  # one slide as it is shown, and all of them at once
        talk = Talk(browser, slides, query, policy=False)
        if query:
            talk.tab.wait_for_function("() => document.querySelectorAll('.pdf-page').length > 5")
        talk.tab.evaluate(AXE_SCRIPT)
        passed, faults = talk.tab.evaluate(ask)
        assert faults == []
        assert passed > 10
        talk.context.close()


@pytest.mark.parametrize("slides", ["full"], indirect=True)
def test_on_any_window_the_foot_stands_below_its_slide_and_clear_of_the_arrows(
    slides: Path, browser: Any
) -> None:
    talk = Talk(browser, slides)
    edges = """() => {
        const box = selector => document.querySelector(selector).getBoundingClientRect();
        const foot = document.querySelector('.slide-foot');
        const words = box('.slide-foot').left + parseFloat(getComputedStyle(foot).paddingLeft);
        return [words - box('.slide-opening').left - 20,
                box('.controls').left - box('.slide-number').right]; }"""
    for width, height in ((1366, 640), (1280, 720), (1920, 1080), (683, 384)):
        resize(talk.tab, width, height)
        talk.tab.wait_for_timeout(300)  # the slide is scaled a moment later
        becomes_true(talk.tab, f"Math.min(...({edges})()) >= 0")
    talk.context.close()
