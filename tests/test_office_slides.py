"""The summary as slides: what each must hold, and that nothing runs over its edge."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

import hypothesis
import pptx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pptx.util import Pt

from conftest import TOP
from workshop import Answers, assess
from workshop.answers.reading import read_answers
from workshop.documents.blocks import Picture, cell, column, table
from workshop.documents.measure import Line, count_lines, fit_lines, fit_table, shorten, text_height
from workshop.documents.office.powerpoint import CELL_SIZES, FOOT, ROOM, Deck
from workshop.documents.office.powerpoint import TOP as CONTENT_TOP
from workshop.pack.summary import assessment_to_pptx

EXAMPLES = ["tidewater-retail", "northfield-clinical"]
HOSTILE = "</a:t><a:p/>&amp;\"'<script>=1+1 \x00\x1b[31m \u202e"


def opened(data: bytes) -> Any:
    return pptx.Presentation(io.BytesIO(data))


def slides_of(answers: Answers) -> list[Any]:
    return list(opened(assessment_to_pptx(assess(answers))).slides)


def titles(slides: list[Any]) -> list[str]:
    return [slide.shapes.title.text_frame.text for slide in slides]


def notes(slide: Any) -> str:
    return str(slide.notes_slide.notes_text_frame.text)


def tables(slide: Any) -> list[Any]:
    return [shape.table for shape in slide.shapes if shape.has_table]


def pictures(slide: Any) -> list[Any]:
    return [shape for shape in slide.shapes if shape.shape_type == 13]


@pytest.fixture(scope="module", params=EXAMPLES)
def example(request: pytest.FixtureRequest) -> Answers:
    return read_answers(TOP / "examples" / f"{request.param}.yaml")


@pytest.fixture(scope="module")
def slides(example: Answers) -> list[Any]:
    return slides_of(example)


@pytest.fixture(scope="module")
def tidewater() -> list[Any]:
    return slides_of(read_answers(TOP / "examples" / "tidewater-retail.yaml"))


def in_deck(add: Any) -> list[Any]:
    deck = Deck("t", "a", "en", "foot")
    add(deck)
    return list(opened(deck.save(None)).slides)


def again(title: str, n: int, count: int) -> str:
    return f"{title} {n}/{count}"


# -- what stands there ---------------------------------------------------------------------------


def test_it_goes_through_the_board_edition(tidewater: list[Any]) -> None:
    shown = titles(tidewater)
    order = [
        "Who owns our machine-learning work",
        "Where time and safety are lost",
        "The options on one page",
        "Decisions and dissent",
        "The votes",
        "How sure we are",
    ]
    # A long table goes on with a second slide, whose title says so.
    assert list(dict.fromkeys(o for t in shown for o in order if t.startswith(o))) == order
    advice = tidewater[0].placeholders[1].text_frame.text
    assert "We call this Federated." in advice
    assert "To check: You said that you run models at maturity level 3 of 5." in advice
    assert titles(tidewater)[1:3] == ["The decision", "What to decide and do first"]
    assert len(pictures(tidewater[1])) == 1
    bold = [
        run.text
        for paragraph in tidewater[0].placeholders[1].text_frame.paragraphs
        for run in paragraph.runs
        if run.font.bold
    ]
    assert "To check: " in bold
    assert "Sources:" in notes(tidewater[0])


def test_what_stands_beside_a_table_has_a_slide_too(tidewater: list[Any]) -> None:
    found = dict(zip(titles(tidewater), tidewater, strict=True))
    for title, words in {
        "What it takes (2 of 2)": ("Cost:",),  # the table has the people
        "What to know before you decide": ("Main risk:", "Conditions:", "How sure we are:"),
    }.items():
        shown = found[title].placeholders[1].text_frame.text
        assert all(w in shown for w in words), shown


def test_every_dissent_stands_in_a_real_table_with_our_reply(tidewater: list[Any]) -> None:
    found = dict(zip(titles(tidewater), tidewater, strict=True))
    pages = [s for t, s in found.items() if t.startswith("Decisions and dissent")]
    rows = sum(len(t.rows) - 1 for page in pages for t in tables(page))
    a = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    spoken = notes(pages[0])
    assert all(d.dissent in spoken for d in a.answers.decisions or () if d.dissent)
    assert rows == 3 * 5  # each below its question, its rule below it
    # The days of each handoff follow the picture.
    drawn, ends = (found[f"Where time and safety are lost ({n} of 2)"] for n in (1, 2))
    assert len(pictures(drawn)) == 1
    assert len(tables(ends)) == 1


def test_every_slide_has_a_title_a_number_and_notes(slides: list[Any]) -> None:
    for at, slide in enumerate(slides, 1):
        assert slide.shapes.title.text_frame.text.strip()
        assert notes(slide).strip()
        (number,) = [s for s in slide.shapes if s.name == "Slide Number"]
        assert number.text_frame._txBody.xpath(".//a:fld/a:t")[0].text == str(at)


def test_every_picture_and_table_says_what_it_shows(slides: list[Any]) -> None:
    for slide in slides:
        for shape in (s for s in slide.shapes if s.has_table or s.shape_type == 13):
            assert shape._element.xpath(".//p:cNvPr")[0].get("descr")


def test_every_table_has_a_header_row(slides: list[Any]) -> None:
    found = [t for slide in slides for t in tables(slide)]
    assert len(found) >= 4
    assert all(t.first_row for t in found)
    assert all(all(c.text_frame.text for c in t.rows[0].cells) for t in found)


def test_few_answers_give_few_slides_and_no_empty_one() -> None:
    slides = slides_of(Answers())
    assert titles(slides)[0] == "Who owns our machine-learning work"
    assert "What to answer next" in titles(slides)
    assert len(slides) < 6
    assert all(len(slide.shapes) > 3 for slide in slides)


def test_shapes_have_numbers_of_their_own(slides: list[Any]) -> None:
    for slide in slides:
        ids = slide.shapes._spTree.xpath(".//p:cNvPr/@id")
        assert len(set(ids)) == len(ids)


# -- what fits -----------------------------------------------------------------------------------


def inside(slides: list[Any]) -> bool:
    return all(
        shape.left >= 0
        and shape.top >= 0
        and shape.left + shape.width <= Pt(960)
        and shape.top + shape.height <= Pt(540)
        for slide in slides
        for shape in slide.shapes
    )


def test_nothing_stands_beyond_the_slide(slides: list[Any]) -> None:
    assert inside(slides)


def test_a_long_table_goes_on_and_loses_no_row() -> None:
    rows = [[str(n), "word " * 60] for n in range(40)]
    made = in_deck(lambda d: d.add_table("Long", "", table(["a", "b"], rows), "", again))
    assert len(made) > 2
    assert titles(made)[-1] == f"Long {len(made)}/{len(made)}"
    found = [r.cells[0].text_frame.text for s in made for t in tables(s) for r in list(t.rows)[1:]]
    assert found == [str(n) for n in range(40)]
    assert inside(made)


@pytest.mark.parametrize("words", range(10, 90, 10))
def test_a_row_that_heads_others_is_never_the_last_of_a_slide(words: int) -> None:
    rows = [
        part
        for n in range(12)
        for part in ([cell(f"head {n}", fill=True, span=2)], [str(n), "word " * words])
    ]
    made = in_deck(lambda d: d.add_table("Long", "", table(["a", "b"], rows), "", again))
    last = [list(t.rows)[-1].cells[0].text_frame.text for s in made for t in tables(s)]
    assert len(last) > 1
    assert not [shown for shown in last if shown.startswith("head")]


def test_a_long_cell_is_shortened_to_a_slide() -> None:
    made = in_deck(
        lambda d: d.add_table("Long", "", table(["a"], [["word " * 5000]]), "all of it", again)
    )
    assert inside(made)
    (found,) = tables(made[0])
    assert found.cell(1, 0).text_frame.text.endswith("…")


def test_what_a_title_cannot_hold_stands_in_the_notes() -> None:
    title = "A title that goes on and on " * 8
    made = in_deck(lambda d: d.add_text(title, "", [Line("x")], "muted", "why"))
    assert titles(made)[0].endswith(" …")
    assert notes(made[0]).split("\n") == [title, "why"]


def test_a_panel_holds_any_amount_of_text() -> None:
    for count in (1, 5, 30, 300):
        lines = [Line("word " * 50, head="Head: ") for _ in range(count)]
        made = in_deck(lambda d, lines=lines: d.add_text("t", "", lines, "ours", ""))
        assert inside(made)


def test_a_picture_that_cannot_be_drawn_gives_its_words() -> None:
    made = in_deck(lambda d: d.add_picture("t", "", Picture("<svg", "What it showed"), "n"))
    assert "What it showed" in [s.text_frame.text for s in made[0].shapes if s.has_text_frame]


@given(st.text(max_size=300), st.floats(20, 900), st.integers(1, 9))
@hypothesis.example("\x85\xa0\x08", 20.0, 1)
def test_shortened_words_fit(words: str, width: float, lines: int) -> None:
    short = shorten(words, width, 12, lines)
    if short != " …" and len(short) > 3:
        assert count_lines(short, width, 12) <= lines


@given(st.lists(st.text(max_size=400), min_size=1, max_size=12))
def test_fitted_lines_fit(words: list[str]) -> None:
    found = fit_lines([Line(w) for w in words], 400, 200)
    assert sum(line.height(400) for line in found) <= 200


def test_a_small_table_takes_large_type() -> None:
    for rows, size in ((3, CELL_SIZES[0]), (60, CELL_SIZES[-1])):
        found = table(["a", "b"], [[cell("x"), cell("y")] for _ in range(rows)])
        room, pages = fit_table(found.columns, found, ROOM, FOOT - CONTENT_TOP, CELL_SIZES)
        assert room.size == size
        assert all(sum(page.heights) <= FOOT - CONTENT_TOP for page in pages)


def test_a_verdict_of_two_words_stays_on_one_line_where_smaller_type_helps() -> None:
    verdict = cell("other team", tone="warning", mark="▲", strong=True)
    heads = [column("Duty", width=1.9), *[column("Engineering")] * 6]
    found = table(heads, [[cell("Is on call for it"), *[verdict] * 6]])
    room, (page,) = fit_table(found.columns, found, ROOM, FOOT - CONTENT_TOP, CELL_SIZES)
    assert room.size < CELL_SIZES[0]
    assert room.keeps_verdicts(page.rows[0], page.widths)


def test_more_words_stand_higher() -> None:
    assert text_height("word " * 100, 200, 12) > text_height("word " * 10, 200, 12) > 0


# -- any text, the same bytes --------------------------------------------------------------------


@pytest.mark.parametrize("name", [HOSTILE, "山田太郎", "فريق البحث", "👩‍👩‍👧 🚀", "x" * 500])
def test_any_name_gives_slides_that_open(name: str) -> None:
    answers = Answers.model_validate(
        {
            "organisation": name,
            "group": name,
            "builder": name,
            "duties": {"ship": name, "paged": "nobody"},
            "decisions": [{"decision": name or "?", "chosen": name, "owner": name}],
        }
    )
    slides = slides_of(answers)
    assert len(slides) >= 3
    assert inside(slides)


@settings(max_examples=15, deadline=None)
@given(st.text(max_size=60))
def test_any_text_gives_slides_that_open(words: str) -> None:
    def add(deck: Deck) -> None:
        deck.add_text(words, words, [Line(words, head=words)], "ours", words)
        deck.add_table(words, words, table([words], [[cell(words, tone="warning")]]), words, again)

    assert len(in_deck(add)) == 2


def test_the_same_answers_give_the_same_bytes(example: Answers) -> None:
    a = assess(example)
    assert assessment_to_pptx(a) == assessment_to_pptx(a)


def test_no_clock_stands_in_the_file_but_the_date_that_is_given() -> None:
    when = datetime(2026, 11, 19, tzinfo=UTC)
    data = assessment_to_pptx(assess(Answers(organisation="Tide")), when)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    about = opened(data).core_properties
    assert about.author == about.last_modified_by == "Tide"
    assert about.created == about.modified == when.replace(tzinfo=None)
    assert about.language == "en-GB"
    assert opened(data).slide_width / opened(data).slide_height == 16 / 9
