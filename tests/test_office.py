"""Blocks as a Word document: real headings, tables and lists, the same bytes, any text."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from datetime import UTC, datetime
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import TOP
from workshop import assess, exhibits
from workshop.answers.reading import read_answers
from workshop.documents import html
from workshop.documents.blocks import (
    _KINDS,
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
    find_headings,
    heading,
    pairs,
    paragraph,
    plain,
    table,
    text,
)
from workshop.documents.office.parts import safe_address
from workshop.documents.office.word import Writer, blocks_to_docx
from workshop.documents.paper import PageSetup
from workshop.documents.theme import Labels

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="60pt" height="20pt" viewBox="0 0 60 20">'
    '<rect width="60" height="20" fill="blue"/></svg>'
)
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkM+9QDwADhgGAWjR9awAAAABJRU5Erk"
    "Jggg=="
)
HOSTILE = "</w:t><w:p/>&amp;\"'<script>=1+1 {=SUM(A1)} \\h {{x}} %s"
NAMES = ["山田太郎", "김민수", "Жанна", "فريق البحث", "צוות המחקר", "👩‍👩‍👧 🚀", "Nguyễn"]


def write(*blocks: Any, **setup: Any) -> bytes:
    return blocks_to_docx(blocks, PageSetup(**setup))


def read(*blocks: Any, **setup: Any) -> Any:
    return docx.Document(io.BytesIO(write(*blocks, **setup)))


def words_of(document: Any) -> str:
    """Return all words of the text, of tables too, in reading order."""
    return "\n".join(
        "".join(t.text or "" for t in p.iter(qn("w:t")))
        for p in document.element.body.iter(qn("w:p"))
    )


def styles_of(document: Any) -> list[tuple[str, str]]:
    return [(p.style.name, p.text) for p in document.paragraphs if p.text]


def everything(words: str) -> tuple[Any, ...]:
    spans = text(words)
    return (
        heading(1, words, words),
        paragraph(words, tone="warning"),
        paragraph(words, small=True),
        bullets([words]),
        bullets([words], ordered=True),
        table(
            [words, "b"],
            [[cell(words, tone="warning", fill=True, strong=True), words]],
            caption=words,
        ),
        Card(
            spans,
            (paragraph(words), table([words], [[words]]), pairs([(words, words)])),
            label=words,
            tone="critical",
            sources=(words,),
            boxed=True,
        ),
        pairs([(words, words)]),
        Picture(SVG, words, caption=spans),
        Formula(words),
        SideBySide(((paragraph(words),), (paragraph(words),))),
        Quote((paragraph(words),)),
        Code(words, tone="critical"),
        paragraph([Span(words, strong=True, emph=True), Span(words, code=True, link=words)]),
        Rule(),
        PageBreak(),
    )


@pytest.fixture(scope="module")
def tidewater() -> tuple[Any, ...]:
    """Everything that can be shown of an example, as one document."""
    a = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    shown = (
        exhibits.board_decision,
        exhibits.where_we_stand,
        exhibits.ownership_ledger,
        exhibits.four_patterns,
        exhibits.verdicts,
        exhibits.tipping_strips,
        exhibits.oncall_charter,
        exhibits.value_stream_timeline,
        exhibits.interaction_diagrams,
        exhibits.votes,
        exhibits.source_list,
    )
    return tuple(block for exhibit in shown for block in exhibit(a).blocks)


# -- every kind ----------------------------------------------------------------------------------


def test_every_kind_of_block_is_written_as_html_and_as_word() -> None:
    kinds = set(_KINDS.values())
    document = docx.Document()
    assert set(html._Writer("page", Labels())._kinds) == kinds
    assert set(Writer(document, PageSetup(), ())._kinds) == kinds
    assert {type(block) for block in everything("x")} == kinds


def test_no_word_of_a_block_is_lost() -> None:
    found = words_of(read(*everything("quixotic")))
    assert found.count("quixotic") == 27  # and the formula, which is drawn


@pytest.mark.parametrize("words", [HOSTILE, *NAMES])
def test_what_is_typed_is_read_as_typed(words: str) -> None:
    document = read(*everything(words), title=words, organisation=words, cover=True, contents=True)
    assert words_of(document).count(words) >= 25
    assert document.core_properties.title == words


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=30))
def test_any_text_gives_a_document_that_opens(words: str) -> None:
    read(*everything(words), title=words, running_head=words)


def test_characters_that_xml_forbids_are_seen_or_harmless() -> None:
    assert "a␀b␛[31mc⟨right-to-left override⟩d\ufffde" in words_of(
        read(paragraph("a\x00b\x1b[31mc\u202ed\ud800e"))
    )


# -- headings and contents -----------------------------------------------------------------------


def test_headings_are_words_own_and_skip_no_level(tidewater: tuple[Any, ...]) -> None:
    document = read(*tidewater, title="Who owns it", cover=True, contents=True)
    found = [
        (int(name.removeprefix("Heading ")), words)
        for name, words in styles_of(document)
        if name.startswith("Heading ")
    ]
    assert [words for _, words in found] == [plain(h.text) for h in find_headings(tidewater)]
    levels = [level for level, _ in found]
    assert levels[0] == 1
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels))
    assert [w for name, w in styles_of(document) if name == "Title"] == ["Who owns it"]


def test_skipped_levels_are_closed() -> None:
    names = [name for name, _ in styles_of(read(heading(3, "a"), heading(6, "b")))]
    assert names == ["Heading 1", "Heading 2"]


def test_changing_a_heading_style_changes_every_heading(tidewater: tuple[Any, ...]) -> None:
    for found in read(*tidewater).paragraphs:
        if found.style.name.startswith("Heading"):
            assert [run._r.rPr for run in found.runs] == [None] * len(found.runs)


def test_contents_are_a_field_with_a_link_to_each_upper_heading() -> None:
    blocks = [heading(1, "One"), heading(2, "Two"), heading(3, "Three"), heading(1, "Four")]
    document = read(*blocks, contents=True)
    body = document.element.body
    assert 'TOC \\o "1-2"' in "".join(t.text for t in body.iter(qn("w:instrText")))
    marks = {m.get(qn("w:name")): m for m in body.iter(qn("w:bookmarkStart"))}
    links = [h.get(qn("w:anchor")) for h in body.iter(qn("w:hyperlink"))]
    shown = ["".join(t.text for t in marks[a].getparent().iter(qn("w:t"))) for a in links]
    assert shown == ["One", "Two", "Four"]
    assert document.settings.element.find(qn("w:updateFields")) is not None
    plain_one = read(*blocks)
    assert not list(plain_one.element.body.iter(qn("w:instrText")))
    assert plain_one.settings.element.find(qn("w:updateFields")) is None


def test_every_part_begins_a_page_where_that_is_wanted() -> None:
    for new_page in (True, False):
        style = read(heading(1, "a"), new_pages=new_page).styles["Heading 1"]
        assert bool(style.paragraph_format.page_break_before) == new_page


# -- tables and cards ----------------------------------------------------------------------------


def test_every_table_has_a_header_row_that_repeats(tidewater: tuple[Any, ...]) -> None:
    tables = list(read(*tidewater).element.body.iter(qn("w:tbl")))
    assert len(tables) > 20
    for found in tables:
        first = found.find(qn("w:tr")).find(qn("w:trPr"))
        assert first.find(qn("w:tblHeader")) is not None
        assert found.find(qn("w:tblPr")).find(qn("w:tblCaption")).get(qn("w:val"))


def test_rows_have_as_many_columns_as_the_grid(tidewater: tuple[Any, ...]) -> None:
    ragged = table(["a", "b", "c"], [["1"], [cell("2", span=2), "3"], [cell("4", span=9)]])
    for found in read(*tidewater, ragged).element.body.iter(qn("w:tbl")):
        count = len(found.find(qn("w:tblGrid")))
        for row in found.iterchildren(qn("w:tr")):
            spans = [
                int(span.get(qn("w:val"))) if span is not None else 1
                for c in row.iterchildren(qn("w:tc"))
                for span in [c.find(qn("w:tcPr")).find(qn("w:gridSpan"))]
            ]
            assert sum(spans) == count


def test_no_table_is_wider_than_the_page_has_room(tidewater: tuple[Any, ...]) -> None:
    body = read(*tidewater, paper="letter").element.body
    room, long_room = (612 - 124) * 20, (792 - 124) * 20
    widths = [sum(int(c.get(qn("w:w"))) for c in grid) for grid in body.iter(qn("w:tblGrid"))]
    assert sorted(w > room + 40 for w in widths).count(True) == 1  # the four patterns, landscape
    assert max(widths) <= long_room + 40


def test_a_table_keeps_its_caption_below_and_two_tables_stay_apart() -> None:
    body = read(table(["a"], [["1"]], caption="What to see"), table(["b"], [["2"]])).element.body
    kinds = [child.tag.rpartition("}")[2] for child in body]
    assert kinds == ["tbl", "p", "tbl", "p", "sectPr"]
    assert body[1].find(qn("w:pPr")).find(qn("w:pStyle")).get(qn("w:val")) == "Caption"


def test_an_empty_table_is_a_sentence() -> None:
    assert words_of(read(table([], []))) == "An empty table."


def test_a_card_says_in_words_what_its_colour_says() -> None:
    found = read(card("Nobody answers", ["Call."], tone="critical", sources=("S1", "R2")))
    assert words_of(found).split("\n")[:3] == [
        "critical  Nobody answers",
        "Call.",
        "Sources: S1 · R2",
    ]


def test_a_card_stays_on_the_page_of_its_table() -> None:
    found = read(card("Why", ["So."]), table(["a"], [["1"]]))
    with_next = [
        p.find(qn("w:pPr")).find(qn("w:keepNext")) is not None
        for p in found.element.body[0].iter(qn("w:p"))
    ]
    assert with_next == [True, True]


def test_only_wide_tables_lie_and_take_their_heading_with_them() -> None:
    wide = table(["a"], [["1"]], wide=True)
    found = read(
        heading(1, "Before"), bullets(["x"]), heading(2, "Wide"), wide, heading(2, "After")
    )
    turned = [s.page_width > s.page_height for s in found.sections]
    assert turned == [False, True, False]
    assert [
        [b.text for b in s.iter_inner_content() if hasattr(b, "runs") and b.text]
        for s in found.sections
    ] == [["Before", "x"], ["Wide"], ["After"]]
    assert [s.page_width > s.page_height for s in read(paragraph("x")).sections] == [False]


# -- lists, links, pictures ----------------------------------------------------------------------


def test_lists_are_words_own_and_numbers_begin_where_they_should() -> None:
    inner = Bullets((((paragraph("b")),),))
    found = read(
        Bullets(((paragraph("a"), inner),)),
        bullets(["one", "two"], ordered=True),
        Bullets(((paragraph("seven"),),), ordered=True, start=7),
    )
    assert styles_of(found) == [
        ("List Bullet", "a"),
        ("List Bullet 2", "b"),
        ("List Number", "one"),
        ("List Number", "two"),
        ("List Number", "seven"),
    ]
    lists = {n.numId: n for n in found.part.numbering_part.element.num_lst}
    numbers = [p._p.pPr.numPr.numId.val for p in found.paragraphs if "Number" in p.style.name]
    assert numbers[0] == numbers[1] != numbers[2]
    starts = [lists[n].lvlOverride_lst[0].find(qn("w:startOverride")) for n in numbers]
    assert [s.get(qn("w:val")) for s in starts] == ["1", "1", "7"]


def test_links_lead_where_they_say_and_what_is_no_address_stays_words() -> None:
    found = read(
        paragraph([Span("good", link="https://example.org/a b?c=ü"), Span("bad", link="file:///x")])
    )
    links = found.paragraphs[0].hyperlinks
    assert [(h.text, h.address) for h in links] == [("good", "https://example.org/a%20b?c=%C3%BC")]
    assert "bad" in words_of(found)


@pytest.mark.parametrize(
    "address",
    [
        "http://[::1",
        "https://a:99999/",
        "javascript:alert(1)",
        "https://x/" + "a" * 3000,
        "http://",
    ],
)
def test_an_address_that_word_calls_damage_is_no_link(address: str) -> None:
    assert safe_address(address) is None
    assert not read(paragraph(Span("x", link=address))).paragraphs[0].hyperlinks


def test_every_picture_is_a_png_with_its_words(tidewater: tuple[Any, ...]) -> None:
    document = read(*tidewater, Picture(PIXEL, "A dot", "image/png"), Formula("x^2"))
    about = [d.get("descr") for d in document.element.body.iter(qn("wp:docPr"))]
    pictures = sum(isinstance(b, Picture) for b in tidewater)
    assert pictures >= 3
    assert len(about) >= pictures + 1
    assert all(about)
    assert about[-1] == "x^2"
    ids = [d.get("id") for d in document.element.body.iter(qn("wp:docPr"))]
    assert len(set(ids)) == len(ids)
    kinds = {
        r.target_part.content_type for r in document.part.rels.values() if "image" in r.reltype
    }
    assert kinds == {"image/png"}


@pytest.mark.parametrize(
    "picture",
    [
        Picture("<svg", "Broken"),
        Picture("", "Broken"),
        Picture("AAAA", "Broken", "image/png"),
    ],
)
def test_a_picture_that_cannot_be_drawn_gives_its_words(picture: Picture) -> None:
    found = words_of(read(picture))
    assert "This picture cannot be drawn" in found
    assert "Broken" in found


def test_a_very_tall_picture_fits_on_a_page() -> None:
    tall = SVG.replace('height="20pt" viewBox="0 0 60 20"', 'height="90000pt" viewBox="0 0 6 9000"')
    (shape,) = read(Picture(tall, "Tall")).inline_shapes
    assert shape.height.pt <= 600.5


def test_words_from_right_to_left_are_marked_so() -> None:
    found = read(paragraph("فريق البحث"), paragraph("Research"))
    turned = [
        p._p.pPr is not None and p._p.pPr.find(qn("w:bidi")) is not None for p in found.paragraphs
    ]
    assert turned == [True, False]


def test_a_deep_nest_of_quotes_keeps_its_words() -> None:
    block: Any = paragraph("deep down")
    for _ in range(40):
        block = Quote((block,))
    assert "deep down" in words_of(read(block))


ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore numPr pBdr shd tabs bidi spacing ind "
    "contextualSpacing jc outlineLvl rPr sectPr",
    "rPr": "rStyle rFonts b bCs i iCs caps strike color spacing kern position sz szCs u rtl lang",
    "tcPr": "tcW gridSpan tcBorders shd vAlign",
    "trPr": "cantSplit tblHeader",
    "tblPr": "tblStyle tblW tblInd tblBorders tblLayout tblCellMar tblLook tblCaption",
    "sectPr": "headerReference footerReference type pgSz pgMar cols titlePg docGrid",
    "style": "name basedOn next link uiPriority semiHidden unhideWhenUsed qFormat rsid pPr rPr "
    "tblPr tcPr tblStylePr",
    "numbering": "abstractNum num",
    "lvl": "start numFmt pStyle lvlText lvlJc pPr",
}
"""What stands in an element, in the order without which Word calls a document damaged."""


def test_properties_stand_in_the_order_that_word_demands(tidewater: tuple[Any, ...]) -> None:
    document = read(
        *tidewater,
        *everything("شرکت x"),
        PageBreak(),
        table(["a"], [["1"]], wide=True),
        cover=True,
        contents=True,
    )
    roots = (document.element, document.styles.element, document.part.numbering_part.element)
    checked = 0
    for element in (e for root in roots for e in root.iter() if isinstance(e.tag, str)):
        order = ORDER.get(element.tag.rpartition("}")[2], "").split()
        if order:
            names = [child.tag.rpartition("}")[2] for child in element]
            names = [name for name in names if name in order]  # the library's own may hold more
            assert names == sorted(names, key=order.index), element.tag
            checked += 1
    assert checked > 1000
    names = [child.tag.rpartition("}")[2] for child in document.settings.element]
    assert names.index("characterSpacingControl") < names.index("updateFields")
    assert names.index("updateFields") < names.index("compat")


# -- the whole -----------------------------------------------------------------------------------


def test_the_same_blocks_give_the_same_bytes(tidewater: tuple[Any, ...]) -> None:
    setup = {"title": "t", "cover": True, "contents": True, "organisation": "o"}
    assert write(*tidewater, **setup) == write(*tidewater, **setup)


def test_no_clock_stands_in_the_file() -> None:
    with zipfile.ZipFile(io.BytesIO(write(paragraph("x")))) as archive:
        assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        about = archive.read("docProps/core.xml").decode()
        assert "docProps/thumbnail.jpeg" not in archive.namelist()
    assert set(re.findall(r"\d{4}-\d\d-\d\d", about)) == {"1980-01-01"}
    assert "python-docx" not in about


def test_properties_say_whose_it_is_and_of_which_day() -> None:
    when = datetime(2026, 11, 19, tzinfo=UTC)
    found = read(paragraph("x"), title="T", organisation="O", timestamp=when, language="en")
    about = found.core_properties
    assert (about.title, about.author, about.language) == ("T", "O", "en-GB")
    assert about.created == when
    assert 'w:lang w:val="en-GB"' in found.styles.element.xml


@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("letter", (612, 792))])
def test_pages_have_the_size_that_is_asked_for(paper: str, size: tuple[int, int]) -> None:
    (section,) = read(paragraph("x"), paper=paper).sections
    assert (round(section.page_width.pt), round(section.page_height.pt)) == size


def test_head_and_foot_name_the_document_and_number_its_pages() -> None:
    (section,) = read(paragraph("x"), running_head="Tide · Findings", cover=True).sections
    assert [p.text for p in section.header.paragraphs] == ["Tide · Findings"]
    code = "".join(t.text for t in section.footer._element.iter(qn("w:instrText")))
    assert code.split() == ["PAGE", "NUMPAGES"]
    assert section.different_first_page_header_footer


def test_no_page_stays_empty_around_cover_contents_and_page_breaks() -> None:
    blocks = (PageBreak(), paragraph("a"), PageBreak(), PageBreak(), table(["b"], []), PageBreak())
    for new_pages in (True, False):
        found = read(heading(1, "h"), *blocks, cover=True, contents=True, new_pages=new_pages)
        broken = [
            p.text or p.style.name
            for p in found.paragraphs
            if p.paragraph_format.page_break_before or p.style.paragraph_format.page_break_before
        ]
        assert broken == ["Contents", "h", "a", "Gap"]


def test_an_unknown_paper_is_refused() -> None:
    with pytest.raises(ValueError, match="choose a4 or letter"):
        write(paragraph("x"), paper="a3")


def test_own_words_stand_for_those_of_the_renderer() -> None:
    labels = Labels(contents="Inhalt", page="Seite {page} von {pages}", source="Quelle: {keys}")
    found = read(heading(1, "a"), card("b", ["c"], sources=("S1",)), contents=True, labels=labels)
    assert "Inhalt" in words_of(found)
    assert "Quelle: S1" in words_of(found)
    assert found.sections[0].footer.paragraphs[0].text.startswith("Seite ")


def test_a_column_can_be_right_aligned() -> None:
    found = read(table([column("n", align="right")], [["1"]]))
    aligned = {p.alignment for row in found.tables[0].rows for p in row.cells[0].paragraphs}
    assert [str(a) for a in aligned] == ["RIGHT (2)"]
