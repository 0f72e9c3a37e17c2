"""The pack's web page in a real browser: on a phone, at a commands, by keyboard, and printed."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from pypdf import PdfReader

from conftest import CONSOLE, TOP, Once
from servers import becomes_true, faults_of, resize

pytestmark = pytest.mark.browser

PHONE, DESK = 390, 1280
EXAMPLE = TOP / "examples" / "tidewater-retail.yaml"
NASTY = (
    '<script>window.ran=1;alert(1)</script><img src=x onerror="window.ran=2;alert(2)">'
    "</style><svg onload=alert(3)>' onmouseover='alert(4)' [x](javascript:alert(5))"
)
TYPED = {
    *("organisation", "group", "model", "builder", "retirement_authority", "team", "owner"),
    *("evaluation-set", "ship", "paged", "answers-to-business", "turn-off", "rollback_authority"),
    *("evaluation_set_authors", "paged_infrastructure", "paged_quality", "business"),
    *("infrastructure", "minute_0", "minute_15", "minute_60", "decision", "chosen", "rejected"),
    *("dissent", "if", "then", "revisit_when"),
}
"""Names in an answers file under which people type what they like."""


def make_pack(
    folder: Path, answers: Path, *more: str | Path, formats: Sequence[str] = ("html", "slides")
) -> None:
    """Make a pack: web page and slides, which the tests of both look at."""
    # In a process of its own: while a browser is open here, no other event loop can run.
    code = "from workshop.cli.commands import main; main()"
    options = [word for one in formats for word in ("--format", one)]
    command = [sys.executable, "-c", code, "pack", answers, "-o", folder, *more, *options]
    done = subprocess.run(command, capture_output=True, encoding=CONSOLE)
    assert done.returncode == 0, done.stderr


def usual_pack(once: Once) -> Path:
    """Return the folder of the example's pack."""
    return once("pack-as-usual", lambda folder: make_pack(folder, EXAMPLE))


def hostile_pack(once: Once) -> Path:
    """Return the folder of the pack in which every typed word is hostile."""

    def make(folder: Path) -> None:
        answers = folder.with_suffix(".yaml")
        spoiled = spoil(yaml.safe_load(EXAMPLE.read_text("utf-8")))
        answers.write_text(yaml.safe_dump(spoiled), "utf-8")
        make_pack(folder, answers)

    return once("pack-of-hostile-words", make)


@pytest.fixture(scope="session")
def pack_page(once: Once) -> Path:
    return usual_pack(once) / "findings.html"


@pytest.fixture(scope="session")
def hostile_page(once: Once) -> Path:
    return hostile_pack(once) / "findings.html"


def spoil(value: Any, name: str = "") -> Any:
    """Return answers whose every typed word tries to run something; equal words stay equal."""
    if isinstance(value, dict):
        rest = {"basis": value.get("basis")} if "basis" in value else {}
        return {key: spoil(part, key) for key, part in value.items()} | rest
    if isinstance(value, list):
        return [spoil(part, name) for part in value]
    return f"{NASTY} {value}"[:480] if isinstance(value, str) and name in TYPED else value


def show(browser: Any, page: Path, width: int = DESK, scheme: str = "light") -> Any:
    """Return an open tab. The page's own policy is off, so that only its markup protects it."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True
    )
    tab = context.new_page()
    tab.goto(page.as_uri())
    return tab


# -- for everybody ---------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_no_accessibility_fault_by_day_or_night(pack_page: Path, browser: Any, width: int) -> None:
    passed, faults = faults_of(show(browser, pack_page, width), colours=width == DESK)
    assert faults == []
    assert passed > 20


def test_night_has_a_dark_ground_and_pictures_in_its_own_colours(
    pack_page: Path, browser: Any
) -> None:
    tab = show(browser, pack_page, scheme="dark")
    ground = "selector => getComputedStyle(document.querySelector(selector)).backgroundColor"
    assert tab.evaluate(ground, "body") == "rgb(20, 25, 31)"
    assert tab.evaluate(ground, ".wk-drawing") == "rgba(0, 0, 0, 0)"
    inks = """() => [...document.querySelectorAll('.wk-drawing > text')]
        .map(t => getComputedStyle(t).fill)"""
    assert "rgb(230, 234, 238)" in tab.evaluate(inks)  # the ink of the night
    assert "rgb(27, 36, 48)" not in tab.evaluate(inks)


# -- on a phone ------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [320, PHONE])
def test_page_never_scrolls_sideways(pack_page: Path, browser: Any, width: int) -> None:
    tab = show(browser, pack_page, width)
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    outside = """() => [...document.querySelectorAll('.page-body *')]
        .filter(e => !e.closest('.wk-frame > *, .page-fold, pre'))
        .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
        .map(e => e.outerHTML.slice(0, 120))"""
    assert tab.evaluate(outside) == []


PICTURES = """() => [...document.querySelectorAll('.wk-figure')].map(figure => {
    const seen = [...figure.querySelectorAll('.wk-drawing')].filter(d => d.clientWidth);
    const [one] = seen, scale = one.clientWidth / one.viewBox.baseVal.width;
    const type = [...one.querySelectorAll('text')].map(t => scale * t.getAttribute('font-size'));
    const frame = one.closest('.wk-frame') || figure;
    return [seen.length, frame.scrollWidth - frame.clientWidth, Math.min(...type)]; })"""
"""How many drawings of each picture are seen, how far it scrolls, and its smallest type."""


def test_each_picture_fits_a_phone_in_type_of_at_least_twelve_pixels(
    pack_page: Path, browser: Any
) -> None:
    tab = show(browser, pack_page, PHONE)
    found = tab.evaluate(PICTURES)
    assert len(found) > 8
    for seen, beyond, size in found:
        assert (seen, beyond) == (1, 0)
        assert size >= 12
    resize(tab, DESK, 900)
    assert {seen for seen, _, _ in tab.evaluate(PICTURES)} == {1}


def test_prose_of_a_table_takes_the_whole_width_and_names_its_column(
    pack_page: Path, browser: Any
) -> None:
    tab = show(browser, pack_page, PHONE)
    cells = tab.evaluate(
        """() => [...document.querySelectorAll('.wk-stack tbody td')]
           .filter(c => c.innerText.length > 60)
           .map(c => [c.clientWidth, getComputedStyle(c, '::before').content])"""
    )
    assert len(cells) > 50
    assert min(width for width, _ in cells) > 300
    assert all(re.match(r'".+[:?…–] "', label) for _, label in cells)
    # It is a table for those who hear it, too.
    assert tab.get_by_role("columnheader", name="Why it matters").count() > 1
    assert tab.get_by_role("rowheader").count() > 10


def test_what_stands_below_each_other_and_what_is_said_of_a_table_is_never_cut(
    pack_page: Path, browser: Any
) -> None:
    """In a narrow column, too: the page of somebody alone has wider margins than a phone's page."""
    tab = show(browser, pack_page, PHONE)
    tab.add_style_tag(content=".page-main { margin-inline: 3rem; }")
    beyond = tab.evaluate(
        """() => [...document.querySelectorAll('.wk-frame')].flatMap(f => {
           const of = (one) => one ? one.getBoundingClientRect().width - f.clientWidth : 0;
           return [of(f.querySelector('.wk-stack')), of(f.querySelector('caption > span'))]; })"""
    )
    wide = tab.locator(".wk-wide > .wk-stack").count()
    assert wide
    assert len(beyond) > 20
    assert max(beyond) < 1


@pytest.mark.parametrize("width", [PHONE, 683])
def test_every_table_is_read_whole_on_a_phone_and_at_200_percent(
    pack_page: Path, browser: Any, width: int
) -> None:
    tab = show(browser, pack_page, width)
    tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    cut = tab.evaluate(
        """() => [...document.querySelectorAll('.wk-frame')]
           .filter(f => f.scrollWidth > f.clientWidth + 1)
           .map(f => [f.scrollWidth, f.clientWidth, f.textContent.slice(0, 60)])"""
    )
    assert cut == []


def test_first_column_of_a_table_stays_in_sight(pack_page: Path, browser: Any) -> None:
    tab = show(browser, pack_page, 320)  # where five columns do not fit
    moved = tab.evaluate(
        """() => [...document.querySelectorAll('.wk-frame')]
           .filter(f => f.querySelector('.wk-held') && f.scrollWidth > f.clientWidth + 40)
           .map(f => { f.scrollLeft = 40; return f.scrollLeft
               + f.querySelector('tbody th').getBoundingClientRect().left
               - f.getBoundingClientRect().left; })"""
    )
    assert moved
    assert set(moved) == {40}


def test_way_back_to_the_contents_opens_them(pack_page: Path, browser: Any) -> None:
    tab = show(browser, pack_page, PHONE)
    link = tab.locator(".page-fold nav a").first
    assert not link.is_visible()
    button = tab.locator("a.page-up")
    assert button.bounding_box()["width"] <= 48, "what is below it is read by scrolling a little"
    sign = button.evaluate("e => parseFloat(getComputedStyle(e, '::before').fontSize)")
    assert sign > 16, "its sign is seen"
    button.click()
    link.wait_for()
    link.click()
    becomes_true(tab, "document.querySelector(':target').tagName === 'H2'")


# -- by keyboard -----------------------------------------------------------------------------------


def focused(tab: Any) -> str:
    return str(tab.evaluate("document.activeElement.className || document.activeElement.id"))


def test_skip_link_is_first_and_leads_to_the_text(pack_page: Path, browser: Any) -> None:
    tab = show(browser, pack_page)
    tab.keyboard.press("Tab")
    assert focused(tab) == "page-skip"
    assert tab.locator(".page-skip").bounding_box()["y"] >= 0
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "main"
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.getElementById('main').contains(document.activeElement)")


def test_contents_lead_to_their_headings(pack_page: Path, browser: Any) -> None:
    tab = show(browser, pack_page)
    pairs = tab.evaluate(
        """() => [...document.querySelectorAll('.page-side a')].map(a => {
            const to = document.getElementById(decodeURIComponent(a.hash.slice(1)));
            return [a.textContent, to && /^H[2-3]$/.test(to.tagName) && to.textContent]; })"""
    )
    assert len(pairs) > 20
    assert [(a, b) for a, b in pairs if a != b] == []
    last = tab.locator(".page-side a").last
    last.focus()
    tab.keyboard.press("Enter")
    top = "document.querySelector(':target')?.getBoundingClientRect().top"
    becomes_true(tab, f"{top} >= 0 && {top} < 800")


@pytest.mark.parametrize("width", [320, DESK])
def test_whatever_scrolls_can_be_scrolled_by_keyboard(
    pack_page: Path, browser: Any, width: int
) -> None:
    tab = show(browser, pack_page, width)
    stuck = tab.evaluate(
        """() => [...document.querySelectorAll('body *')].filter(e => {
            const s = getComputedStyle(e);
            return /auto|scroll/.test(s.overflowX) && e.scrollWidth > e.clientWidth + 1
                && e.tabIndex < 0 && !e.querySelector('a, [tabindex="0"]'); })
            .map(e => e.outerHTML.slice(0, 120))"""
    )
    assert stuck == []
    if width == 320:  # where five columns do not fit
        tab.evaluate(
            """() => [...document.querySelectorAll('.wk-frame')]
               .find(f => f.scrollWidth > f.clientWidth + 40).focus()"""
        )
        tab.keyboard.press("ArrowRight")
        tab.wait_for_function("document.activeElement.scrollLeft > 0")
        assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


# -- alone, printed, attacked ----------------------------------------------------------------------


def test_page_asks_for_no_other_file(pack_page: Path, browser: Any) -> None:
    tab = browser.new_context().new_page()
    asked: list[str] = []
    faults: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: faults.append(message.text))
    tab.goto(pack_page.as_uri(), wait_until="networkidle")
    assert {url for url in asked if not url.startswith("data:")} == {pack_page.as_uri()}
    assert faults == []
    assert tab.evaluate("[...document.images].filter(i => !i.naturalWidth).length") == 0


@pytest.mark.poppler
def test_printed_page_has_every_heading_and_repeats_table_heads(
    pack_page: Path, browser: Any
) -> None:
    tab = show(browser, pack_page, scheme="dark")
    # Whoever wants the reference on paper opens it first.
    tab.evaluate("document.querySelectorAll('.page-main details').forEach(d => d.open = true)")
    headings = tab.locator(".page-main :is(h2, h3)").all_inner_texts()
    printed = tab.pdf(format="A4", prefer_css_page_size=True, print_background=False)
    texts = read_pdf(printed)
    whole = squeeze(" ".join(texts))
    assert [h for h in headings if squeeze(h) not in whole] == []
    assert sum("Tidewater Retail" in text for text in texts[:1]) == 1
    # A wide table stands on landscape pages with its heading; every part has the table's head.
    sheets = PdfReader(io.BytesIO(printed)).pages
    lying = [s.mediabox.width > s.mediabox.height for s in sheets]
    wide = [squeeze(text) for text, lies in zip(texts, lying, strict=True) if lies]
    for at, titles in enumerate(tab.locator(".wk-wide").evaluate_all(HEADS)):
        name = (
            tab.locator(".wk-wide")
            .nth(at)
            .evaluate(
                "t => { while (!/^H/.test(t.tagName)) t = t.previousElementSibling;"
                " return t.innerText }"
            )
        )
        own = [text for text in wide if squeeze(name) in text]
        assert len(own) == 1
        # a part for each page that it takes, and its titles on each
        parts = [text for text in wide if all(squeeze(t) in text for t in titles)]
        assert own[0] in parts
    assert len(wide) > 1
    # So has every part of the longest table.
    rows = tab.locator(".wk-frame").evaluate_all(
        "fs => fs.map(f => f.querySelectorAll('tr').length)"
    )
    longest = tab.locator(".wk-frame").evaluate_all(HEADS)[rows.index(max(rows))]
    assert sum(all(squeeze(t) in squeeze(text) for t in longest) for text in texts) > 1
    # The contents are unfolded; the ways around the screen are not printed.
    assert sum(re.search(r"^Contents", text, re.M) is not None for text in texts) == 1
    assert "Skip to the text" not in " ".join(texts)


def test_typed_words_run_nothing(hostile_page: Path, browser: Any) -> None:
    tab = browser.new_context(bypass_csp=True).new_page()
    happened: list[str] = []
    tab.on("dialog", lambda dialog: (happened.append(dialog.message), dialog.dismiss()))
    tab.on("request", lambda request: happened.append(request.url))
    tab.goto(hostile_page.as_uri(), wait_until="networkidle")
    tab.mouse.wheel(0, 20_000)
    assert {h for h in happened if not h.startswith("data:")} == {hostile_page.as_uri()}
    assert tab.evaluate("window.ran") is None
    made = (  # pictures of our own are drawn into the page, so what is in them counts
        "script, iframe, svg :is(script, foreignObject, image, use, a, style), style style, "
        "[onerror], [onload], [onmouseover], a[href^=javascript]"
    )
    assert tab.locator(made).count() == 0
    assert tab.locator("body").inner_text().count("<script>window.ran=1;alert(1)</script>") > 30


HEADS = "frames => frames.map(f => [...f.querySelectorAll('thead th')].map(h => h.innerText))"


def read_pdf(content: bytes) -> list[str]:
    done = subprocess.run(["pdftotext", "-", "-"], input=content, check=True, capture_output=True)
    return done.stdout.decode().split("\f")[:-1]


def squeeze(words: str) -> str:
    return re.sub(r"[\s\u00ad\u200b]+", "", unicodedata.normalize("NFKC", words))
