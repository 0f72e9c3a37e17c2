"""Blocks as a PDF: whole, accessible, and the same each time."""

from __future__ import annotations

import datetime
import io
import itertools
import re
from itertools import pairwise

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from workshop.documents import fonts, paper
from workshop.documents.blocks import (
    Bullets,
    Card,
    Code,
    Formula,
    PageBreak,
    Picture,
    Quote,
    Rule,
    SideBySide,
    Span,
    bullets,
    card,
    cell,
    column,
    heading,
    pairs,
    paragraph,
    table,
    text,
)
from workshop.documents.drawing import Sheet
from workshop.documents.fonts import (
    _COMMON,
    FontError,
    _characters,
    add_breaks,
    find_fonts,
    has_cut,
    make_printable,
)
from workshop.documents.formulas import draw_formula
from workshop.documents.measure import cut, find_counts, height_of, keep_whole, share_widths
from workshop.documents.paper import Origin, PageSetup, PrintError, blocks_to_pdf

NASTY = (
    '#set page(width: 1cm) $x$ <script>alert(1)</script> "quotes" \\back *b* _i_ @ref `raw` '
    "// c /* d */ #let x = 1 [x](y) %s {0} = heading"
)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20">'
    '<text x="1" y="9">seen</text></svg>'
)
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5Erk"
    "Jggg=="
)
ROCKET = "🚀"


def read(*blocks, **setup):
    return PdfReader(io.BytesIO(blocks_to_pdf(blocks, PageSetup(**setup))))


def words_of(reader):
    """Return everything a reader would copy from the pages, without blanks and soft breaks."""
    found = "\n".join(page.extract_text() for page in reader.pages)
    return re.sub(r"[\s\u200b\u00ad]|-\n", "", found.replace("-\n", ""))


def squeezed(words):
    return re.sub(r"\s", "", words)


def everything(words):
    spans = text(words)
    return (
        heading(1, words, words),
        paragraph(words, tone="warning"),
        bullets([words]),
        table(
            [words, "b"],
            [[cell(words, tone="warning", fill=True, strong=True), words]],
            caption=words,
        ),
        Card(spans, (paragraph(words),), label=words, tone="critical", sources=(words,)),
        pairs([(words, words)]),
        Picture(SVG, words, caption=spans),
        Formula(words),
        SideBySide(((paragraph(words),), (Quote((paragraph(words),)),))),
        Code(words, tone="critical"),
        paragraph([Span(words, strong=True, emph=True), Span(words, code=True, link=words)]),
        Rule(),
    )


def test_typed_markup_reaches_the_page_as_typed():
    pdf = read(*everything(NASTY), title=NASTY, organisation=NASTY, cover=True, contents=True)
    assert words_of(pdf).count(squeezed("#set page(width: 1cm) $x$ <script>alert(1)")) >= 12
    assert pdf.metadata.title == NASTY


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=40))
def test_any_text_gives_a_pdf(words):
    assert blocks_to_pdf(everything(words), PageSetup(title=words)).startswith(b"%PDF")


@settings(max_examples=40, deadline=None)
@given(
    st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S")), min_size=1, max_size=30)
)
def test_no_character_is_lost(words):
    found = "".join(page.extract_text() for page in read(paragraph(words), title="t").pages)
    assert squeezed(words) in squeezed(found)


@pytest.mark.parametrize(
    "name", ["山田太郎", "김민수", "サーチ", "Ærøskøbing", "Ελένη", "Жанна", "Nguyễn Thị Ánh"]
)
def test_names_print_as_they_are_written(name):
    assert squeezed(name) in words_of(
        read(table(["Owner"], [[cell(name, strong=True)]]), title="t")
    )


@pytest.mark.parametrize("name", ["فريق البحث", "צוות המחקר"])
def test_right_to_left_names_keep_their_letters(name):
    found = words_of(read(paragraph(name), heading(2, [Span(name, emph=True)]), title="t"))
    assert sorted(set(squeezed(name))) == sorted(set(found) & set(name) - {" "})


def test_unknown_signs_are_named():
    assert make_printable(f"go {ROCKET}") == "go ⟨rocket⟩"
    assert make_printable("👩‍👩‍👧") == "⟨woman, woman, girl⟩"
    assert make_printable("👍🏽") == "⟨thumbs up sign, medium skin⟩"
    assert make_printable("🇩🇪") == "⟨flag DE⟩"
    assert make_printable("❤️ 1️⃣") == "❤ 1"
    assert make_printable("\ue000") == "⟨u+e000⟩"
    assert "rocket" in words_of(read(paragraph(ROCKET), title="t"))


@given(st.text())
def test_printable_text_is_in_the_fonts(words):
    assert has_cut(make_printable(words))


def test_common_characters_are_in_every_cut():
    for name in ("Regular", "It", "Semibold", "SemiboldIt"):
        have = _characters(0, f"SourceSansPro-{name}.ttf")
        assert not [c for c in _COMMON - {"\n", "\t"} if ord(c) not in have]


def test_control_characters_are_harmless():
    found = words_of(read(paragraph("a\x00b\x1b[31mc\u202ed\ud800e"), title="t"))
    assert "a⟨null⟩b⟨escape⟩[31mc⟨right-to-leftoverride⟩d\ufffde" in found


def test_long_word_is_broken_inside_its_cell():
    pdf = read(table(["a", "b"], [["w" * 200, "v" * 200]]), title="t")
    found = words_of(pdf)
    assert found.count("w") == 200
    assert found.count("v") == 200
    assert _furthest(pdf) < 595 - 60


def _furthest(pdf):
    """Return where the rightmost piece of text begins."""
    places = []
    for page in pdf.pages:
        page.extract_text(visitor_text=lambda t, cm, tm, f, s: places.append((tm[4], t)))
    return max(x for x, t in places if t.strip())


def test_row_and_card_longer_than_a_page_are_torn_and_whole():
    long = " ".join(f"n{i}." for i in range(2400))
    pdf = read(table(["a", "b"], [["x", long]]), card("Long", [long]), title="t")
    found = words_of(pdf)
    assert len(pdf.pages) > 3
    assert all(found.count(f"n{i}.") == 2 for i in range(2400))


def test_header_longer_than_a_page_is_torn_and_whole():
    long = " ".join(f"n{i}." for i in range(2400))
    found = words_of(read(table([long, "b"], [["x", "y"]]), title="t"))
    assert all(found.count(f"n{i}.") == 1 for i in range(2400))


def test_card_that_fits_a_page_is_not_torn():
    filler = [paragraph("Filler.") for _ in range(20)]
    body = [f"Line {i} of the card." for i in range(16)]
    pdf = read(*filler, card("Kept together", body), title="t")
    pages = [page.extract_text() for page in pdf.pages]
    (at,) = [i for i, page in enumerate(pages) if "Kept together" in page]
    assert all(f"Line {i} of" in pages[at] for i in range(16))


def test_heading_does_not_end_a_page():
    for count in range(22, 34):
        pdf = read(
            *[paragraph("Filler.")] * count, heading(2, "Next"), paragraph("After."), title="t"
        )
        (page,) = [p.extract_text() for p in pdf.pages if "Next" in p.extract_text()]
        assert "After." in page


def test_what_a_smaller_type_leaves_over_is_room_between_rows():
    def pitch_and_size(paragraphs):
        rows = table(["a"], [[f"row {n}"] for n in range(14)])
        text = [paragraph(f"line {n}") for n in range(paragraphs)]
        pdf = read(*text, rows, title="T", front=paragraphs + 1, new_pages=True)
        assert len(pdf.pages) == 1
        heights, sizes = [], set()

        def see(words, cm, _tm, _font, size):
            if words.startswith("row"):
                heights.append(cm[5])
            elif words.startswith("line"):
                sizes.add(size)

        pdf.pages[0].extract_text(visitor_text=see)
        return heights[0] - heights[1], sizes

    found = [pitch_and_size(n) for n in range(30, 42)]
    same = [(a, b) for (a, type_), (b, next_) in pairwise(found) if type_ == next_]
    assert any(a > b + 0.5 for a, b in same), "one line less, and its room is in the table"


def test_table_head_stands_on_every_page():
    pdf = read(table(["Team", "Days"], [[f"T{i}", str(i)] for i in range(120)]), title="t")
    assert len(pdf.pages) > 2
    assert all("Team" in page.extract_text() for page in pdf.pages)


def test_table_leaves_no_row_alone_on_a_page():
    rows = [[f"R{i} " + "words " * 40, "x"] for i in range(6)]
    parted = set()
    for count in range(16, 30):
        pdf = read(*[paragraph("Filler.")] * count, table(["Team", "Is"], rows), title="t")
        shown = [len(re.findall(r"R\d ", page.extract_text())) for page in pdf.pages]
        parted.add(tuple(filter(None, shown)))
    assert (4, 2) in parted
    assert all(min(counts) > 1 for counts in parted)


@pytest.mark.parametrize(("rows", "fewest"), [(3, 3), (9, 2)])
def test_words_below_a_table_stay_with_its_last_rows(rows, fewest):
    given = [[f"R{i} " + "words " * 40, "x"] for i in range(rows)]
    for count in range(4, 34, 2):
        shown = table(["Team", "Is"], given, caption="Said below.")
        pdf = read(*[paragraph("Filler.")] * count, shown, title="t")
        (page,) = [p.extract_text() for p in pdf.pages if "Said below." in p.extract_text()]
        assert len(re.findall(r"R\d ", page)) >= fewest


@pytest.mark.parametrize("count", [19, 20, 21, 22, 23])
def test_name_of_a_group_of_rows_stays_with_its_rows_and_is_said_again(count):
    groups = [[cell(f"Group {n}", span=2)] for n in range(3)]
    rows = [row for group in groups for row in (group, *[["Row", "x"]] * 12)]
    filler = [paragraph("Filler.")] * count
    pdf = read(*filler, table(["What", "Is"], rows), title="t")
    pages = [page.extract_text().split("\n") for page in pdf.pages]
    shown = [[line.strip() for line in page if re.match("Group|Row", line)] for page in pages]
    parts = [part for part in shown if part]
    assert len(parts) == 2
    for part in parts:
        assert part[0].startswith("Group")
        assert part[-1].startswith("Row")


CHAPTERS = {"title": "t", "new_pages": True}


def test_a_table_is_whole_on_the_next_page_if_what_is_before_can_fill_its_own():
    rows = [[f"R{i} " + "words " * 60, "x"] for i in range(9)]
    shown = table(["Team", "Is"], rows)
    for count in (26, 28, 29):
        blocks = (heading(1, "One"), *[paragraph("Filler.")] * count, heading(2, "Two"), shown)
        pages = [page.extract_text() for page in read(*blocks, **CHAPTERS).pages]
        counts = [len(re.findall(r"R\d ", page)) for page in pages]
        assert counts == [0, 9]
        assert "Two" in pages[1]


def test_a_table_is_torn_where_most_of_a_page_would_be_empty_and_says_its_head_again():
    rows = [[f"R{i} " + "words " * 60, "x"] for i in range(16)]
    shown = table(["Team", "Is"], rows, caption="Said below.")
    blocks = (heading(1, "One"), *[paragraph("Filler.")] * 8, shown)
    pages = [page.extract_text() for page in read(*blocks, heading(1, "Two"), **CHAPTERS).pages]
    counts = [len(re.findall(r"R\d", page)) for page in pages]
    assert len(counts) == 2
    assert min(counts) >= 2
    assert all(len(re.findall(r"Team\sIs", page)) == 1 for page in pages)
    assert "Said below." in pages[1]


def test_a_table_longer_than_a_page_begins_where_two_of_its_rows_fit():
    rows = [[f"R{i} " + "words " * 120, "x"] for i in range(30)]
    for count in (27, 28, 31):
        blocks = (heading(1, "One"), *[paragraph("Filler.")] * count, heading(2, "Two"))
        pages = [
            p.extract_text() for p in read(*blocks, table(["Team", "Is"], rows), **CHAPTERS).pages
        ]
        (first,) = [page for page in pages if "Two" in page]
        assert "R0 " in first
        assert "R1 " in first


def test_the_room_between_parts_gives_way_so_that_the_last_one_fits():
    def pages(filler):
        parts = [heading(2, "Next", "Said."), paragraph("After.")] * 8
        whole = (heading(1, "One"), *[paragraph("Filler.")] * filler, *parts)
        return [page.extract_text() for page in read(*whole, **CHAPTERS).pages]

    most = max(count for count in range(12) if len(pages(count)) == 1)
    loose = max(
        count
        for count in range(12)
        if len(
            read(
                heading(1, "One"),
                *[paragraph("Filler.")] * count,
                *[heading(2, "Next", "Said."), paragraph("After.")] * 8,
                title="t",
            ).pages
        )
        == 1
    )
    assert most > loose


def test_what_is_longer_than_a_page_goes_on_over_pages_between_chapters():
    long = " ".join(f"n{i}." for i in range(2400))
    row = table(["a", "b"], [["x", long], *[["y", "z"]] * 5])
    many = bullets([f"item {i} " * 12 for i in range(90)])
    blocks = (heading(1, "One"), row, heading(1, "Two"), card("Long", [long]), many)
    pdf = read(*blocks, heading(1, "Three"), paragraph("End."), **CHAPTERS)
    found = words_of(pdf)
    assert all(found.count(f"n{i}.") == 2 for i in range(2400))
    assert found.count("item89") == 12
    assert "End." in pdf.pages[-1].extract_text()


def test_a_first_chapter_that_does_not_fit_below_the_contents_begins_a_page():
    filler = [paragraph(f"Filler {i}.") for i in range(20)]
    tables = [
        part
        for i in range(20)
        for part in (heading(2, f"Part {i}"), table(["a"], [[f"r{n}"] for n in range(6)]))
    ]
    picture = Picture(SVG.replace("0 0 60 20", "0 0 10 4000"), "x")
    blocks = (heading(1, "One"), picture, heading(1, "Two"), *tables, heading(1, "Three"), *filler)
    pages = [
        p.extract_text() for p in read(*blocks, **CHAPTERS, contents=True, masthead=True).pages
    ]
    assert all(f"{n} of {len(pages)}" in page for n, page in enumerate(pages, 1))
    assert "Contents" in pages[0]
    assert "Part 19" in pages[0]
    assert "Filler 19." in pages[-1]


def test_contents_longer_than_a_page_come_before_numbered_pages():
    blocks = [part for i in range(150) for part in (heading(1, f"Chapter {i}"), paragraph("Text."))]
    reader = read(*blocks, **CHAPTERS, contents=True, masthead=True)
    pages = [page.extract_text() for page in reader.pages]
    assert all(f"{n} of {len(pages)}" in page for n, page in enumerate(pages, 1))
    assert "Chapter 149" in pages[1]
    assert "Chapter 149" in pages[-1]


def test_a_heading_and_a_picture_higher_than_the_rest_of_a_page_stay_together():
    tall = SVG.replace("0 0 60 20", "0 0 10 4000")
    blocks = (
        heading(1, "One"),
        *[paragraph("Filler.")] * 9,
        heading(2, "Drawn"),
        Picture(tall, "x"),
    )
    pages = [page.extract_text() for page in read(*blocks, **CHAPTERS).pages]
    assert len(pages) == 2
    assert "Drawn" in pages[1]


def test_lists_side_by_side_stay_on_one_page_where_they_fit():
    steps = [f"Step {i} of six" for i in range(6)]
    for count in range(22, 34):
        beside = SideBySide(((bullets(steps),), (paragraph("Beside."),)))
        pdf = read(*[paragraph("Filler.")] * count, heading(2, "Steps"), beside, title="t")
        (page,) = [p.extract_text() for p in pdf.pages if "Steps" in p.extract_text()]
        assert all(step in page for step in steps)


def test_heading_with_words_of_its_own_stays_where_the_next_one_goes_on():
    before, after = heading(2, "Before", "Nothing to say."), heading(2, "After")
    rows = table(["a"], [[f"r{i}"] for i in range(6)])
    parted = 0
    for count in range(24, 36):
        pdf = read(*[paragraph("Filler.")] * count, before, after, rows, title="t")
        pages = [page.extract_text() for page in pdf.pages]
        parted += any("Nothing to say." in page and "After" not in page for page in pages)
    assert parted > 1


def test_wide_table_and_its_heading_lie_on_a_landscape_page():
    wide = table(["a", "b"], [["1", "2"]], wide=True)
    pdf = read(paragraph("Before."), heading(1, "Wide one"), wide, paragraph("After."), title="t")
    sizes = [p.mediabox.width > p.mediabox.height for p in pdf.pages]
    assert sizes == [False, True, False]
    assert "Wide one" in pdf.pages[1].extract_text()


def test_pages_are_numbered_of_all_and_bear_the_running_head():
    pdf = read(heading(1, "A"), PageBreak(), paragraph("b"), title="The title", organisation="Tide")
    assert len(pdf.pages) == 2
    assert all(f"{n} of 2" in p.extract_text() for n, p in enumerate(pdf.pages, 1))
    assert all("Tide · The title" in p.extract_text() for p in pdf.pages)


def test_front_stands_between_cover_and_contents():
    blocks = (
        heading(1, "One page"),
        paragraph("Read me."),
        heading(1, "Second"),
        heading(2, "Sub"),
    )
    pdf = read(*blocks, title="T", cover=True, contents=True, front=2, new_pages=True)
    pages = [page.extract_text() for page in pdf.pages]
    assert "Read me." in pages[1]
    assert "Contents" in pages[2]
    assert "Sub" in pages[2]
    assert "Second" in pages[2]  # a chapter begins where there is room for it


def test_bookmarks_follow_the_headings():
    pdf = read(heading(2, "First"), heading(5, "Below"), heading(2, "Other"), title="t")
    top = [item.title for item in pdf.outline if not isinstance(item, list)]
    assert top == ["First", "Other"]
    assert [i.title for part in pdf.outline if isinstance(part, list) for i in part] == ["Below"]


def test_pdf_is_tagged_titled_and_in_its_language():
    pdf = read(paragraph("x"), title="Ownership", language="de-CH")
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "de-CH"
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert pdf.metadata.title == "Ownership"


def test_table_cells_are_tagged_as_heads():
    kinds = []

    def walk(node):
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for part in node:
                walk(part)
        elif hasattr(node, "get"):
            kinds.append(node.get("/S"))
            if "/K" in node:
                walk(node["/K"])

    pdf = read(table(["Team", "Days"], [["a", "1"]]), title="t")
    walk(pdf.trailer["/Root"]["/StructTreeRoot"]["/K"])
    assert kinds.count("/TH") == 2
    assert kinds.count("/THead") == 1


def test_same_input_gives_the_same_bytes():
    when = datetime.datetime(2027, 1, 12, tzinfo=datetime.UTC)
    blocks = everything("words 山")
    one = blocks_to_pdf(blocks, PageSetup(title="t", timestamp=when))
    assert one == blocks_to_pdf(blocks, PageSetup(title="t", timestamp=when))
    assert blocks_to_pdf(blocks) == blocks_to_pdf(blocks)
    assert b"2027-01-12" in one
    assert b"/CreationDate" not in blocks_to_pdf(blocks)


@pytest.mark.parametrize(("paper", "width"), [("a4", 595), ("letter", 612)])
def test_paper_has_its_size(paper, width):
    assert round(read(paragraph("x"), paper=paper).pages[0].mediabox.width) == width


def test_unknown_paper_is_refused():
    with pytest.raises(ValueError, match="'a5' is not known; choose a4 or letter"):
        blocks_to_pdf([paragraph("x")], PageSetup(paper="a5"))


@pytest.mark.parametrize(
    ("data", "media"),
    [
        ("<svg><broken", "image/svg+xml"),
        ("", "image/svg+xml"),
        ("not base64!", "image/png"),
        ("AAAA", "image/jpeg"),
        (SVG.replace("<text", '<image href="file:///etc/hostname"/><text'), "image/svg+xml"),
        (SVG.replace("<text", '<image href="http://example.org/x.png"/><text'), "image/svg+xml"),
    ],
)
def test_broken_picture_is_replaced_by_its_words(data, media):
    found = words_of(read(Picture(data, "Two boxes", media), Picture(SVG, "whole"), title="t"))
    assert "Thispicturecannotbedrawn" in found
    assert "Twoboxes" in found
    assert "seen" in found


def test_bitmap_and_drawing_with_foreign_letters_are_drawn():
    drawing = SVG.replace("seen", f"山 {ROCKET}")
    found = words_of(read(Picture(PIXEL, "A dot", "image/png"), Picture(drawing, "x"), title="t"))
    assert "cannotbedrawn" not in found
    assert "山" in found


def test_tall_picture_stays_on_one_page():
    tall = SVG.replace("0 0 60 20", "0 0 10 4000")
    assert len(read(Picture(tall, "tall"), title="t").pages) == 1


def test_deep_nesting_is_flattened_and_kept():
    block = paragraph("innermost")
    for _ in range(60):
        block = Bullets(((block,),))
    assert "innermost" in words_of(read(block, title="t"))


def test_heading_of_a_formula_alone_keeps_its_bookmark():
    pdf = read(heading(1, Span("x^2", math=True)), heading(2, "\u2063"), title="t")
    assert pdf.outline[0].title == "x^2"


def test_nothing_gives_an_empty_page():
    assert len(read().pages) == 1


def test_narrow_column_keeps_its_longest_word():
    columns = (column("Question", width=9), column("Institutions", width=1))
    widths = share_widths(columns, (), 300, 9)
    assert sum(widths) == pytest.approx(300)
    assert widths[1] > 50


def test_small_table_is_not_stretched():
    assert sum(share_widths((column("a"), column("b")), (), 400, 9)) < 200


def test_words_that_fit_get_no_breaks():
    assert add_breaks("institutionalisation of ownership", 8) == "institutionalisation of ownership"
    assert "\u200b" in add_breaks("a_very/long.path_name" * 3, 8)


@pytest.mark.parametrize(
    "latex",
    [r"\frac{a}{b}", "x^2", r"\sum_{i=1}^n \alpha_i", "a<b", r"\begin{align}a&=b\end{align}"],
)
def test_formula_is_drawn(latex):
    drawn = draw_formula(latex)
    assert drawn is not None
    assert drawn.svg.startswith("<svg")
    assert 0 <= drawn.depth < drawn.height


@pytest.mark.parametrize("latex", ["", r"\frac{a", r"\nosuch", "a$b", "a &lt; b", "山"])
def test_formula_that_cannot_be_drawn_is_none(latex):
    assert draw_formula(latex) is None


@given(st.text(max_size=30))
def test_any_formula_is_drawn_or_refused(latex):
    drawn = draw_formula(latex)
    assert drawn is None or drawn.width > 0


# -- names, long texts, and what Typst refuses ---------------------------------------------------


@pytest.mark.parametrize("word", ["Anna Continuous continuous ", "§x ", "SomeClass.fromThing "])
@pytest.mark.parametrize("kind", ["paragraph", "cell", "code", "output"])
def test_a_text_may_be_full_of_names_and_keys(word, kind):
    words = word * 1200
    made = {
        "paragraph": paragraph(words),
        "cell": table(["a"], [[words]]),
        "code": paragraph([Span(words, code=True)]),
        "output": Code("\n".join([word.strip()] * 1200)),
    }
    assert words_of(read(made[kind])).count(word.split()[0]) == 1200


def test_names_and_keys_are_not_broken_and_other_long_words_may_be():
    assert keep_whole("our own words, none of them special at all") == (
        "our own words, none of them special at all"
    )
    assert keep_whole("infrastructure of Continuous Platform teams") == [
        "infrastructure of ",
        {"whole": "Continuous Platform "},
        "teams",
    ]
    assert keep_whole("see §team-topologies here") == ["see ", {"box": "§team-topologies"}, " here"]
    longer = "Donaudampfschifffahrt"
    assert keep_whole(longer) == longer


def test_no_cell_begins_with_a_line_of_one_word_that_has_room_for_more():
    said = "Research and engineering rota, as agreed; later: each product team"
    row = [
        "Called first if answers get worse",
        "Platform, as today",
        said,
        "Each product team",
        "-",
    ]
    heads = [column(name, width=1.2 if name == "c" else 1.0) for name in "abcde"]
    text = read(table(heads, [row]), title="t").pages[0].extract_text()
    assert "Research and \n" in text


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("a wait of 5 weeks at level 3.", ["5 weeks", "level 3."]),
        ("by 18 December 2026, see page 3)", ["18 December 2026,", "page 3)"]),
        ("bis 18. Dezember 2026 auf Seite 12", ["18. Dezember 2026", "Seite 12"]),
        ("46 of 159 working days; 82% of them", ["46 of", "159 working", "82% of"]),
        ("You have 6 model-producing teams, for 5 weeks", ["have 6", "5 weeks"]),
        ("nothing to count, v2 and §key", []),
        ("5 Produktverantwortliche, 1,500 people", ["1,500 people"]),
        ("1 a 1 a 1 a 1 a 1 a 1 a 1 a", None),
        ("no  5\nweeks", ["no  5"][:0]),
    ],
)
def test_a_number_stays_with_its_noun(words, kept):
    found = [words[first:last] for first, last in find_counts(words)]
    assert found == kept or kept is None
    assert all(len(count) <= 20 for count in found)
    pieces = keep_whole(words)
    boxes = [p["box"] for p in pieces if "box" in p] if isinstance(pieces, list) else []
    assert [box for box in boxes if box != "§key"] == found


def test_a_number_and_its_noun_are_on_one_line_of_the_page():
    columns = [column("a", width=1), column("b", width=3)]
    for lead in range(1, 40):
        cells = ["word " * lead + "in 5 weeks", "word " * lead + "see page 3."]
        found = read(paragraph("x " * lead + "at level 3"), table(columns, [cells]), title="t")
        text = found.pages[0].extract_text()
        assert "5 weeks" in text
        assert "page 3." in text
        assert "level 3" in text


def test_a_number_that_has_no_room_for_its_noun_is_parted_from_it():
    assert keep_whole("12 participants", room=4) == "12 participants"
    assert keep_whole("12 participants", room=9) == [{"box": "12 participants"}]


@given(st.text(st.sampled_from("Aa§- lä2.%\n"), max_size=80))
def test_no_letter_is_lost_in_pieces(words):
    pieces = keep_whole(words)
    pieces = [pieces] if isinstance(pieces, str) else pieces
    assert "".join(p if isinstance(p, str) else "".join(p.values()) for p in pieces) == words


@pytest.mark.parametrize("letters", ["a\u200db", "شدّة", "שָׁלוֹם", "x\u0e47"])
def test_a_drawing_whose_letters_cannot_be_set_gives_way_to_its_words(letters):
    found = words_of(
        read(Picture(SVG.replace("seen", letters), "Two boxes"), paragraph("after"), title="t")
    )
    assert ("Twoboxes" in found) == ("Thispicturecannotbedrawn" in found)
    assert "after" in found


def test_a_link_that_is_too_long_is_printed_without_its_address():
    long = read(paragraph(Span("chart", link="https://e.org/?q=" + "é" * 5000)), title="t")
    assert "chart" in words_of(long)
    assert "/Annots" not in long.pages[0]
    short = read(paragraph(Span("chart", link="https://e.org/?q=1")), title="t")
    assert len(short.pages[0]["/Annots"]) == 1


def test_what_typst_refuses_is_named_and_the_rest_is_printed(caplog):
    refused = Bullets(((paragraph("item"),),), ordered=True, start=10**30)
    blocks = (heading(1, "Before"), refused, paragraph("After"))
    origins = (Origin("notes", 1), Origin("notes", 2), Origin("notes", 3))
    found = words_of(read(*blocks, origins=origins))
    assert "Before" in found
    assert "After" in found
    assert "Cell2ofnotescannotbeprinted" in found
    assert [r.getMessage().split(":")[0] for r in caplog.records] == ["notes, cell 2"]
    nowhere = words_of(read(refused))
    assert "Thispartcannotbeprinted" in nowhere
    assert "item" in nowhere


def test_a_document_of_which_nothing_can_be_set_is_named(monkeypatch):
    def refuse(*_args):
        raise typst.TypstError("no room")

    monkeypatch.setattr(paper, "_compile", refuse)
    with pytest.raises(PrintError, match=r"^notes, cell 2, 3 cannot be printed. .*no room"):
        read(paragraph("a"), paragraph("b"), origins=(Origin("notes", 2), Origin("notes", 3)))


# -- long words and lines -------------------------------------------------------------------------


def test_a_long_word_is_broken_and_copied_as_it_was_written():
    word, name = "abcdefghij" * 25, "institution_name/" * 12
    reader = read(heading(1, "T"), Code(f"x = '{word}'"), table(["a", "b"], [[name, "x" * 90]]))
    lines = reader.pages[0].extract_text().splitlines()
    assert max(map(len, lines)) < 120
    joined = "".join("".join(lines).split())
    assert "\u200b" not in joined
    for long in (word, name, "x" * 90):
        assert long in joined


def test_a_long_line_of_code_takes_several_lines_of_a_slide():
    assert height_of([Code("x" * 820)]) == height_of([Code("\n".join(["x" * 82] * 10))])
    pieces = cut(Code("\n".join(["x" * 160] * 20)), 400)
    assert len(pieces) > 1
    assert all(height_of([piece]) <= 400 for piece in pieces)


# -- fonts beside the bundled ones ---------------------------------------------------------------

THAI = "ภาษา"


@pytest.fixture
def thai(tmp_path):
    """A font file of a family of our own, with the letters of one word as boxes."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    def box():
        pen = TTGlyphPen(None)
        pen.moveTo((50, 0))
        for point in ((50, 600), (450, 600), (450, 0)):
            pen.lineTo(point)
        pen.closePath()
        return pen.glyph()

    letters = {ord(char): f"u{ord(char):04x}" for char in THAI}
    names = [".notdef", *dict.fromkeys(letters.values())]
    made = FontBuilder(1000)
    made.setupGlyphOrder(names)
    made.setupCharacterMap(letters)
    made.setupGlyf({name: box() for name in names})
    made.setupHorizontalMetrics(dict.fromkeys(names, (500, 50)))
    made.setupHorizontalHeader(ascent=800, descent=-200)
    made.setupNameTable(
        {"familyName": "Trial Thai", "styleName": "Regular", "psName": "TrialThai-Regular"}
    )
    made.setupOS2(sTypoAscender=800)
    made.setupPost()
    path = tmp_path / "trial.ttf"
    made.save(path)
    return path


def test_a_letter_that_no_font_has_is_named_and_told():
    messages = []
    pdf = blocks_to_pdf([heading(1, "T"), paragraph(THAI)], PageSetup(), messages.append)
    assert "thaicharacter" in words_of(PdfReader(io.BytesIO(pdf)))
    assert [one.what for one in messages] == ["Letters or signs are replaced by their names"]
    assert set(THAI) <= set(messages[0].why)


def test_a_letter_is_set_in_a_font_that_was_given(thai):
    messages = []
    blocks = [heading(1, THAI), paragraph([Span(THAI, strong=True, emph=True)]), Code(THAI)]
    pdf = blocks_to_pdf(blocks, PageSetup(fonts=(str(thai),)), messages.append)
    reader = PdfReader(io.BytesIO(pdf))
    assert messages == []
    assert words_of(reader).count(THAI) >= 3
    found = reader.pages[0]["/Resources"]["/Font"].values()
    assert any("TrialThai" in font.get_object()["/BaseFont"] for font in found)


def test_a_chart_that_keeps_names_although_a_font_was_given_is_told(thai):
    sheet = Sheet(height=0.5)
    sheet.write(0, 0.25, THAI)
    messages = []
    chart = Picture(sheet.svg(), THAI)
    blocks_to_pdf([heading(1, THAI), chart], PageSetup(fonts=(str(thai),)), messages.append)
    assert [one.what for one in messages] == ["Letters of a chart are replaced by their names"]


def test_a_letter_is_set_in_an_installed_font_that_has_it(thai, monkeypatch):
    installed = {"Odd": ["/not/there.ttf"], "Trial Thai": [str(thai)]}
    monkeypatch.setattr(fonts, "_installed", lambda: installed)
    find_fonts.cache_clear()
    messages = []
    setup = PageSetup(fonts=("system",))
    pdf = blocks_to_pdf([heading(1, THAI)], setup, messages.append)
    find_fonts.cache_clear()
    assert messages == []
    assert THAI in words_of(PdfReader(io.BytesIO(pdf)))


def test_the_extra_for_fonts_brings_letters_of_five_scripts():
    words = ["हिन्दी", "ไทย", "தமிழ்", "తెలుగు", "ខ្មែរ"]
    assert all(fonts.lacks(word) for word in words)
    messages = []
    setup = PageSetup(fonts=("system",))
    pdf = blocks_to_pdf([heading(1, "T"), *map(paragraph, words)], setup, messages.append)
    assert messages == []
    found = PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/Font"].values()
    names = " ".join(font.get_object()["/BaseFont"] for font in found)
    for script in ("Devanagari", "Thai", "Tamil", "Telugu", "Khmer"):
        assert f"NotoSans{script}" in names


@pytest.mark.parametrize("name", ["No Such Family", "missing.ttf", "damaged.otf"])
def test_a_font_that_cannot_be_had_is_named_with_what_to_do(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "damaged.otf").write_text("no font", encoding="utf-8")
    with pytest.raises(FontError, match=rf"{name}.* \.otf"):
        find_fonts((name,))


def test_what_draws_reads_nothing_of_one_document_so_that_others_share_what_was_set():
    """Typst takes what it has set for a document for the next one if all it came from is equal."""
    drawing = paper._template().decode().partition("// -- words")[2].partition("// -- pages")[0]
    assert "draw-table" in drawing
    assert re.findall(r"\b(?:doc|setup)\.[a-z-]+", drawing) == []


def test_a_document_is_compiled_once_and_what_it_leaves_is_soon_forgotten(monkeypatch):
    compiled = []
    compiler = paper._compiler()

    class Counting:
        def compile(self, **options):
            compiled.append(sorted(options["input"]))
            return compiler.compile(**options)

    monkeypatch.setattr(paper, "_compiler", lambda _files: Counting())
    monkeypatch.setattr(paper, "_compiled", itertools.count(paper._FREE - 1))
    document = ["document.json", "main.typ"]
    blocks_to_pdf([heading(1, "A")])
    assert compiled == [document]
    blocks_to_pdf([heading(1, "B")])
    assert compiled[1:] == [document] + [["main.typ"]] * paper._FORGETTING
