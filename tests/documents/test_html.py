"""Blocks as HTML: structure a screen reader can use, typed text that stays text."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from workshop.documents.blocks import (
    Card,
    Formula,
    Heading,
    PageBreak,
    Picture,
    Rule,
    SideBySide,
    Span,
    bullets,
    card,
    cell,
    column,
    find_headings,
    heading,
    pairs,
    paragraph,
    settle_levels,
    table,
    text,
)
from workshop.documents.drawing import BLUE, Sheet, picture_of
from workshop.documents.html import blocks_to_html, list_headings, parts_to_html, screen_style
from workshop.documents.theme import LOOKS, NIGHT_PAGE, PAGE

NASTY = '<script>alert(1)</script> "quotes" \\back & <b>x</b> #set page() $x$'
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>alert(1)</script></svg>'


DRAWN = Sheet(3, 1)
with DRAWN.mark('a "bar" & <more>'):
    DRAWN.rectangle(0, 0.2, 1, 0.4, fill=BLUE, hatch="x")
    DRAWN.write(0.1, 0.4, "<b>1</b>", color=PAGE)
DRAWN.arrow((1.2, 0.5), (2, 0.5), dash=(2.0, 2.0))
DRAWN.write(2.2, 0.5, "words", upright=True)


def parse(*blocks, scope="page"):
    return BeautifulSoup(blocks_to_html(blocks, scope=scope), "html.parser")


def test_a_number_stays_on_one_line_with_its_noun():
    soup = parse(paragraph("A wait of 5 weeks."), heading(2, "Level 3"), bullets(["by 1 May 2027"]))
    assert "of 5\u00a0weeks." in soup.p.text
    assert soup.find(["h1", "h2"]).text == "Level\u00a03"
    assert soup.li.text.strip() == "by 1\u00a0May\u00a02027"
    assert parse(paragraph([Span("x = 5 weeks", code=True)])).code.text == "x = 5 weeks"


def test_table_has_header_cells_and_caption():
    soup = parse(
        table(["Duty", column("Days", align="right")], [["Ships", "3"]], caption="Who ships")
    )
    assert [th["scope"] for th in soup.thead.find_all("th")] == ["col", "col"]
    assert soup.tbody.find("th")["scope"] == "row"
    assert soup.caption.get_text() == "Who ships"


def test_frame_of_a_table_takes_the_keyboard_and_has_a_name():
    soup = parse(table(["a"], [["1"]], caption="First"), table(["a"], [["1"]]))
    frames = soup.find_all(class_="wk-frame")
    assert [(f["tabindex"], f["role"]) for f in frames] == [("0", "group")] * 2
    assert [f["aria-label"] for f in frames] == ["Table 1: First", "Table 2"]


def test_empty_title_is_no_header_cell():
    assert parse(table(["", "b"], [["x", "y"]])).thead.find_all(["td", "th"])[0].name == "td"


def test_short_row_is_filled_and_span_takes_columns():
    soup = parse(table(["a", "b", "c"], [[cell("x", span=2)], ["1"]]))
    first, second = soup.tbody.find_all("tr")
    assert first.th["colspan"] == "2"
    assert len(first.find_all(["td", "th"])) == 2
    assert len(second.find_all(["td", "th"])) == 3


def test_table_with_prose_names_the_column_in_every_cell():
    prose = "words that nobody would want to read in a narrow column"
    soup = parse(table(["Duty", "Who?", "Why: because"], [["Ships", "us", prose], ["S1", "", ""]]))
    assert "wk-stack" in soup.table["class"]
    labels = [[c.get("data-label") for c in r.find_all(["th", "td"])] for r in soup.tbody("tr")]
    assert labels[0] == [None, "Who? ", "Why: because – "]
    assert labels[1][0] == "Duty: "
    roles = {t.name: t["role"] for t in soup.table.find_all(role=True)}
    assert roles == {"thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "th": "rowheader"} | {
        "td": "cell"
    }


def test_four_columns_with_a_phrase_are_read_below_each_other_but_not_for_a_long_row_head():
    phrase, head = "1 to 13 (1 or 2 in a product team)", "Stage 6, serving: set up production"
    made = parse(table(list("abcd"), [["x", "3", "2 to 4", phrase]]))
    assert "wk-stack" in made.table["class"]
    for columns, row in ((4, [head, "us", "15 (8-25)", "5"]), (3, ["x", "3", phrase])):
        made = parse(table(["a"] * columns, [row]))
        assert "wk-stack" not in made.table["class"], row


@pytest.mark.parametrize(
    ("columns", "cells"), [(2, "long enough to be prose, and yet two columns fit"), (5, "short")]
)
def test_table_that_fits_or_has_short_cells_stays_a_grid(columns, cells):
    soup = parse(table(["a"] * columns, [[cells] * columns]))
    assert "wk-stack" not in soup.table["class"]
    assert ("wk-held" in soup.table["class"]) == (columns > 3)
    assert soup.find(attrs={"data-label": True}) is None


def test_tinted_column_keeps_its_words_in_ink():
    soup = parse(table(["a", column("ours", tone="ours")], [["x", "words"]]))
    assert soup.tbody.td["class"] == ["wk-ours", "wk-fill", "wk-ink"]
    assert soup.thead.find_all("th")[1]["class"] == ["wk-ours", "wk-fill"]


def test_tinted_cell_keeps_long_words_in_ink():
    cells = [cell(words, tone="warning", fill=True) for words in ("short", "long " * 20)]
    short, long = parse(table(["", "a", "b"], [["x", *cells]])).tbody.find_all("td")
    assert "wk-ink" not in short["class"]
    assert "wk-ink" in long["class"]


def test_cell_to_write_in_is_left_high():
    soup = parse(table(["Name", "Signature"], [["Ada", cell("\n ")]]))
    assert soup.tbody.td["class"] == ["wk-blank"]
    assert soup.tbody.td.get_text() == ""


def test_date_stays_on_one_line():
    soup = parse(table(["a", "b", "c"], [["x", "12 March 2027", "twelve words"]]))
    date, words = soup.tbody.find_all("td")
    assert date["class"] == ["wk-short"]
    assert "class" not in words.attrs


def test_what_a_colour_says_the_words_say_too_and_a_mark_is_read_aloud():
    soup = parse(
        table(["a", "b"], [["x", cell("Platform", tone="warning", mark="▲")]]),
        card("Nobody", tone="critical"),
        paragraph("Paged", tone="strength"),
    )
    assert soup.tbody.find("td").find(attrs={"aria-label": "risk"}).get_text() == "▲"
    assert "critical" in soup.article.get_text()
    assert soup.find("p", class_="wk-strength").get_text() == "Paged"


def test_picture_stands_in_an_image_so_that_scripts_rest():
    soup = parse(Picture(SVG, 'A "drawing"'))
    assert soup.img["alt"] == 'A "drawing"'
    assert soup.img["src"].startswith("data:image/svg+xml;base64,")
    assert soup.script is None


@pytest.mark.parametrize(
    ("size", "share", "least"), [("482.4pt", 1, 640), ("240pt", 1, 320), ("320", 0.5, 320)]
)
def test_picture_keeps_the_width_at_which_it_can_be_read(size, share, least):
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" viewBox="0 0 9 9"/>'
    soup = parse(Picture(svg, "x", width=share), Picture(svg, "y", width=share))
    assert f"--wk-least:{least}px" in soup.img["style"]
    names = [f["aria-label"] for f in soup.find_all(class_="wk-frame")]
    assert names == ["Picture 1", "Picture 2"]


def test_a_picture_with_a_drawing_for_a_phone_has_both_and_no_frame_and_slides_have_one():
    drawn = picture_of(lambda width: Sheet(width, 1).svg(), "x")
    soup = parse(drawn)
    wide, narrow = soup.find_all("svg", attrs={"aria-label": "x"})
    assert float(wide["viewbox"].split()[2]) > 2 * float(narrow["viewbox"].split()[2])
    assert narrow.parent.has_attr("hidden")
    assert not wide.parent.has_attr("hidden")
    assert soup.find(class_="wk-frame") is None
    (slide,) = parts_to_html([[drawn]], on_phones=False)
    assert slide.count("<svg") == 1


def test_the_words_of_a_mark_wrap_where_the_drawing_is_narrow():
    sheet = Sheet(2, 1)
    with sheet.mark("a sentence that is longer than the drawing is wide, and goes on"):
        sheet.rectangle(0.1, 0.1, 1, 0.2)
    lines = parse(Picture(sheet.svg(), "x")).find_all("text", class_="wk-says")
    assert len(lines) > 1
    assert all(float(line["x"]) + float(line["textlength"]) <= 144 for line in lines)


def test_small_picture_needs_no_frame():
    assert parse(Picture(SVG, "x", width=0.3)).find(class_="wk-frame") is None


def test_typed_text_stays_text_everywhere():
    spans = text(NASTY)
    blocks = (
        Heading(1, spans, spans),
        paragraph(NASTY),
        bullets([NASTY]),
        table([NASTY], [[NASTY]], caption=NASTY),
        Card(spans, (paragraph(NASTY),), label=NASTY, sources=(NASTY,)),
        pairs([(NASTY, NASTY)]),
        Picture(SVG, NASTY, caption=spans),
        Formula(NASTY),
        SideBySide(((paragraph(NASTY),),)),
    )
    soup = parse(*blocks, scope="cell")
    assert soup.find_all(["script", "b"]) == []
    assert soup.get_text().count("<script>alert(1)</script>") == 16


def test_only_web_and_mail_addresses_are_links():
    addresses = ["https://example.org/a?b=1&c", "mailto:a@example.org", "javascript:alert(1)"]
    addresses += ["java\nscript:alert(1)", "data:text/html,x", "//example.org", "file:///x", ""]
    soup = parse(paragraph([Span("x", link=a) for a in addresses]))
    assert [a["href"] for a in soup.find_all("a")] == addresses[:2]


@given(st.text(max_size=60))
def test_any_text_is_escaped(words):
    soup = parse(paragraph(words), heading(2, words), scope="cell")
    assert [t.name for t in soup.find_all(["p", "h2"])] == ["p", "h2"]
    assert {t.name for t in soup.p.find_all()} <= {"br"}
    soup.encode()


def test_override_of_direction_is_shown_not_obeyed():
    shown = blocks_to_html([paragraph("a\u202eb\x1b[31m\ud800")])
    assert "\u202e" not in shown
    assert "⟨right-to-left override⟩" in shown
    assert "␛[31m\ufffd" in shown


def test_right_to_left_text_sets_its_direction():
    soup = parse(paragraph("צוות המחקר"), paragraph(["The ", "שלום", " team"]), paragraph("plain"))
    first, second, third = soup.find_all("p")
    assert first["dir"] == second["dir"] == "auto"
    assert second.bdi.get_text() == "שלום"
    assert "dir" not in third.attrs


def test_headings_on_a_page_have_ids_of_their_own():
    blocks = (heading(1, "Same"), heading(2, "Same"), card("c", [heading(3, "Ünï/çode")]))
    names = [name for _, name, _ in list_headings(blocks)]
    assert names == ["same", "same-2", "ünï-çode"]
    soup = parse(*blocks)
    assert [h["id"] for h in soup.find_all(re.compile("h[1-6]")) if h.get("id")] == names


def test_heading_takes_no_id_that_the_page_uses():
    names = [
        name for _, name, _ in list_headings([heading(1, "Main"), heading(2, "Page contents")])
    ]
    assert names == ["main-2", "page-contents-2"]


def test_card_title_is_a_heading_below_the_last_one():
    soup = parse(heading(2, "Findings"), card("One"), card("Two"))
    assert [h.name for h in soup.find_all(re.compile("h[1-6]"))] == ["h2", "h3", "h3"]


def test_fragment_of_a_cell_brings_its_style_and_no_script():
    fragment = blocks_to_html([paragraph("x"), PageBreak(), Rule()])
    assert fragment.startswith('<div class="wk wk-cell"><style>')
    assert 'data-jp-theme-light="false"' in fragment
    assert "<script" not in fragment
    assert "url(" not in screen_style()
    assert "http" not in screen_style()


def test_settled_levels_begin_at_one_and_skip_none():
    blocks = [heading(level, "x") for level in (3, 5, 3, 1, 2, 6, 6, 2)]
    assert [h.level for h in find_headings(settle_levels(blocks))] == [1, 2, 1, 1, 2, 3, 3, 2]


def test_heading_without_words_is_left_out():
    blocks = settle_levels([heading(1, " \u200b"), heading(2, "x"), heading(1, "", "lead")])
    assert blocks == (heading(1, "x"), paragraph("lead"))


@given(st.lists(st.integers(1, 6), min_size=1, max_size=20))
def test_any_levels_settle(levels):
    settled = [h.level for h in find_headings(settle_levels(heading(n, "x") for n in levels))]
    assert settled[0] == 1
    assert all(b <= a + 1 for a, b in pairwise(settled))


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tone", LOOKS)
def test_every_ink_can_be_read_by_day_and_by_night(tone):
    look = LOOKS[tone]
    for ink, ground in (
        (look.ink, PAGE),
        (look.ink, look.tint),
        (look.night_ink, NIGHT_PAGE),
        (look.night_ink, look.night_tint),
        (LOOKS["plain"].ink, look.tint),
        (LOOKS["muted"].ink, look.tint),
        (LOOKS["muted"].night_ink, look.night_tint),
    ):
        assert _contrast(ink, ground) >= 4.5, (ink, ground)


# -- our own drawings ------------------------------------------------------------------------------


def test_our_own_drawing_is_part_of_the_page_with_its_words_and_colours():
    soup = parse(Picture(DRAWN.svg(), 'All "of" it'))
    assert soup.img is None
    assert soup.svg["aria-label"] == 'All "of" it'
    assert [t.get_text() for t in soup.svg.find_all("text", class_=None)] == ["<b>1</b>", "words"]
    assert f"var(--wk-ours,{BLUE})" in str(soup.svg)
    assert set(re.findall(r"(?<!,)#[0-9a-f]{6}", str(soup.svg))) == set()


def test_a_mark_can_be_reached_with_the_keyboard_and_says_what_it_is():
    soup = parse(Picture(DRAWN.svg(), "x"))
    (mark,) = soup.find_all(tabindex="0", role="img")
    assert mark["aria-label"] == mark.title.get_text() == 'a "bar" & <more>'
    assert soup.svg["role"] == "group"  # an image would hide the mark
    assert mark.find("text", class_="wk-says").get_text() == 'a "bar" & <more>'
    plain_one = parse(Picture(Sheet(1, 1).svg(), "x"))
    assert plain_one.svg["role"] == "img"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<rect", "<script>alert(1)</script><rect"),
        ("<rect", '<a href="javascript:alert(1)"><rect/></a><rect'),
        ("<rect", '<image href="http://example.org/x.png"/><rect'),
        ("<rect", '<rect onload="alert(1)"'),
        ("<rect", '<rect style="fill:url(http://example.org)"'),
        (BLUE, "url(http://example.org/x)"),
        ('x="0"', 'x="0;1"'),
        ("<g>", '<g onfocus="alert(1)">'),
        ("<g><title>", "<g><style>*{display:none}</style><title>"),
        ("</svg>", "<foreignObject/></svg>"),
        ("</svg>", "</g></svg>"),
        ("<svg ", "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg "),
        ('viewBox="0 0 216 72"', 'viewBox="0 0 9e9 72"'),
        ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml"),
    ],
)
def test_what_only_claims_to_be_our_drawing_stays_an_image(old: str, new: str):
    source = DRAWN.svg()
    assert old in source
    claims = source.replace(old, new, 1)
    soup = parse(Picture(claims, "x"))
    assert soup.svg is None
    assert soup.img is not None
    assert soup.find("script") is None


def test_a_term_gives_its_meaning_once_and_only_where_words_are_read():
    blocks = [
        paragraph("Two Handoffs, then a handoff-free week."),
        paragraph((Span("handoff", code=True), Span(" and roll back"))),
        bullets(["One more handoff."]),
    ]
    terms = [("handoff", NASTY), ("handoffs", NASTY), ("roll back", "Go back.")]
    soup = BeautifulSoup(blocks_to_html(blocks, terms=terms), "html.parser")
    found = soup.find_all("abbr")
    assert [(one.get_text(), one["tabindex"]) for one in found] == [
        ("Handoffs", "0"),
        ("roll back", "0"),
    ]
    assert found[0]["title"] == found[0]["data-meaning"] == NASTY
    assert soup.find("script") is None
    assert not BeautifulSoup(blocks_to_html(blocks), "html.parser").find("abbr")
