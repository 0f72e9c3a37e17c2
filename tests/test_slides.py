"""Slides: one idea each, nothing lost on the way, the guide's words as notes, no network."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from nbconvert.exporters import get_exporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from conftest import TOP
from hostile import HOSTILE
from workshop import Answers, assess, exhibits, load_content
from workshop.answers.reading import read_answers
from workshop.documents.blocks import (
    Block,
    Bullets,
    Card,
    Code,
    Heading,
    Pairs,
    Paragraph,
    Picture,
    Quote,
    SideBySide,
    Table,
    bullets,
    card,
    heading,
    pairs,
    paragraph,
    plain,
    table,
)
from workshop.documents.exhibit import MEDIA_TYPE, Exhibit
from workshop.documents.measure import BODY_WIDTH, cut, height_of
from workshop.documents.notebooks.notebook import notebook_to_parts
from workshop.documents.page import Part, Slide, divide, parts_to_slides
from workshop.documents.paper import PageSetup
from workshop.files import notebooks
from workshop.pack.build import build_pack
from workshop.pack.guide import Guide, notes_of, read_guide

CONTENT = load_content()
GERMAN = load_content(TOP / "examples" / "content-de")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="482pt" viewBox="0 0 482 250"></svg>'
LONG = "Somebody has to answer when the quality of a model falls at night. " * 4
by_notebook = pytest.mark.parametrize("notebook", notebooks(), ids=lambda p: p.stem)


def slides_of(*blocks: Block, kind: str = "") -> list[list[Slide]]:
    return [list(column) for column in divide([Part(tuple(blocks), kind)])]  # type: ignore[arg-type]


def texts_of(blocks: Sequence[Block]) -> Iterator[str]:
    """Yield every word that blocks say, in order."""
    for block in blocks:
        match block:
            case Heading(text=words, lead=lead):
                yield from (plain(words), plain(lead))
            case Paragraph(text=words):
                yield plain(words)
            case Bullets(items=parts) | SideBySide(columns=parts):
                for part in parts:
                    yield from texts_of(part)
            case Table(rows=rows, caption=caption):
                yield from (plain(cell.text) for row in rows for cell in row)
                yield plain(caption)
            case Card(title=title, body=body, sources=sources):
                yield plain(title)
                yield from texts_of(body)
                yield from sources
            case Quote(body=body):
                yield from texts_of(body)
            case Pairs(pairs=lines):
                yield from (plain(words) for line in lines for words in line)
            case Code(text=words):
                yield from words.split("\n")
            case Picture(alt=alt, caption=caption):
                yield from (alt, plain(caption))
            case _:
                pass


def shown(columns: list[list[Slide]]) -> list[str]:
    blocks = [b for column in columns for s in column for step in s.steps for b in step]
    return [words for words in texts_of(blocks) if words]


# -- cutting -------------------------------------------------------------------------------------


def test_a_heading_opens_a_slide_and_a_lower_one_goes_below() -> None:
    columns = slides_of(
        *(heading(1, "Talk"), paragraph("what it is about")),
        *(heading(2, "First"), paragraph("a"), heading(3, "More"), paragraph("b")),
        *(heading(2, "Second"), paragraph("c")),
    )
    assert [[plain(s.title) for s in column] for column in columns] == [
        ["Talk"],
        ["First", "More"],
        ["Second"],
    ]
    assert [plain(s.above) for column in columns for s in column] == ["", "Talk", "First", "Talk"]
    assert [s.opens for column in columns for s in column] == [True, False, False, False]


def test_a_heading_with_nothing_under_it_has_a_slide_unless_the_next_one_names_it() -> None:
    columns = slides_of(
        *(heading(2, "Opening"), heading(2, "Part"), heading(3, "Named above"), paragraph("a")),
        *(heading(3, "Alone"), heading(2, "Outer"), heading(3, "Inner"), heading(3, "Last")),
    )
    titles = [plain(s.title) for column in columns for s in column]
    assert titles == ["Opening", "Named above", "Alone", "Inner", "Last"]
    assert [plain(s.above) for column in columns for s in column][-2:] == ["Outer", "Outer"]
    assert "<title>Opening</title>" in parts_to_slides([Part((heading(2, "Opening"),))])


def test_each_card_table_and_picture_has_a_slide_of_its_own() -> None:
    (column,) = slides_of(
        *(heading(2, "Findings", "Three of them."), card("One", ["x"]), card("Two", ["y"])),
        *(table(["a"], [["1"]]), Picture(SVG, "a drawing"), paragraph("what it shows")),
    )
    kinds = [[type(block) for block in slide.steps[0]] for slide in column]
    assert kinds == [[Card], [Card], [Table], [Picture, Paragraph]]
    assert {plain(slide.title) for slide in column} == {"Findings"}
    assert [plain(slide.lead) for slide in column] == ["Three of them.", "", "", ""]


def test_a_long_table_goes_on_with_its_head_and_no_row_is_left_alone() -> None:
    rows = [[f"row {n}", LONG] for n in range(13)]
    (column,) = slides_of(heading(2, "Rows"), table(["a", "b"], rows, caption="What to see."))
    tables = [slide.steps[0][0] for slide in column]
    assert all(isinstance(one, Table) and len(one.columns) == 2 for one in tables)
    counts = [len(one.rows) for one in tables if isinstance(one, Table)]
    assert len(counts) > 2
    assert max(counts) - min(counts) <= 1
    assert [plain(one.caption) for one in tables if isinstance(one, Table)][-1] == "What to see."


def test_a_card_too_full_keeps_its_title_first_and_its_sources_last() -> None:
    full = card("Decide", [LONG, pairs([("When", LONG), ("Who", LONG)]), LONG], sources=("S1",))
    (column,) = slides_of(heading(2, "Decisions"), full)
    cards = [slide.steps[0][0] for slide in column]
    assert len(cards) > 1
    assert next(plain(one.title) for one in cards if isinstance(one, Card)) == "Decide"
    assert not any(plain(one.title) for one in cards[1:] if isinstance(one, Card))
    assert [one.sources for one in cards if isinstance(one, Card)][-1] == ("S1",)
    assert not any(one.sources for one in cards[:-1] if isinstance(one, Card))


letters = st.characters(codec="utf-8", exclude_characters="\r\n\x85\u2028\u2029")
words = st.text(letters, min_size=1, max_size=400)
sentence = words.map(paragraph)
rows = st.lists(st.tuples(words, words), min_size=1, max_size=12)
simple = st.one_of(
    sentence,
    rows.map(lambda r: table(["first", "second"], r, caption="seen")),
    st.lists(words, min_size=1, max_size=9).map(bullets),
    rows.map(pairs),
    st.lists(words, min_size=1, max_size=60).map(lambda lines: Code("\n".join(lines))),
)
block = st.one_of(
    simple,
    st.builds(
        lambda title, body: card(title, body, sources=("S2",)), words, st.lists(simple, max_size=4)
    ),
    st.builds(lambda a, b: SideBySide((tuple(a), tuple(b))), *2 * [st.lists(sentence, max_size=3)]),
)


@given(st.lists(block, max_size=8))
def test_whatever_is_cut_is_all_shown_once_and_in_order(blocks: list[Block]) -> None:
    columns = slides_of(heading(2, "Title"), *blocks)
    assert shown(columns) == [words for words in texts_of(blocks) if words]


@given(block, st.floats(min_value=200, max_value=600))
def test_pieces_fit_unless_one_thing_alone_is_larger(one: Block, room: float) -> None:
    pieces = cut(one, room)
    for piece in pieces:
        match piece:
            case Table(rows=whole) | Bullets(items=whole) | Pairs(pairs=whole):
                assert len(whole) == 1 or height_of([piece], BODY_WIDTH) <= room + 1
            case Code():
                assert height_of([piece]) <= room or piece.text.count("\n") < 4


@given(st.lists(st.tuples(words, words, words), min_size=2, max_size=20), st.floats(300, 600))
def test_a_piece_of_a_table_is_measured_with_its_own_columns(
    lines: list[tuple[str, str, str]], room: float
) -> None:
    pieces = [p for p in cut(table(["a", "b", "c"], lines), room) if isinstance(p, Table)]
    assert [plain(r[0].text) for p in pieces for r in p.rows] == [first for first, _, _ in lines]
    assert all(len(p.rows) == 1 or height_of([p]) <= room for p in pieces)


# -- what notebooks say of their slides ----------------------------------------------------------


def marked(source: str, kind: str = "") -> nbformat.NotebookNode:
    return new_markdown_cell(source, metadata={"slideshow": {"slide_type": kind}} if kind else {})


def test_the_notebooks_own_slideshow_metadata_is_followed() -> None:
    nb = new_notebook(
        cells=[
            *(marked("# Talk"), marked("## A"), marked("first"), marked("then", "fragment")),
            *(marked("below", "subslide"), marked("not shown", "skip"), marked("said", "notes")),
            marked("aside", "slide"),
        ]
    )
    columns = divide(notebook_to_parts(nb))
    assert [len(column) for column in columns] == [1, 2, 1]
    first, below = columns[1]
    assert [list(texts_of(step)) for step in first.steps] == [["first"], ["then"]]
    assert list(texts_of(below.steps[0])) == ["below"]
    assert list(texts_of(below.notes)) == ["said"]
    assert "not shown" not in shown([list(column) for column in columns])


def test_an_exhibit_shows_what_it_has_for_slides() -> None:
    def cell(*args: object) -> nbformat.NotebookNode:
        data = Exhibit("x", *args).to_data()  # type: ignore[arg-type]
        return new_code_cell(outputs=[new_output("display_data", data={MEDIA_TYPE: data})])

    whole, pack, slides = ((paragraph(words),) for words in ("whole", "pack", "slides"))
    nb = new_notebook(
        cells=[cell(whole), cell(whole, pack), cell(whole, pack, None, slides), cell(whole, ())]
    )
    on_slides = shown([list(column) for column in divide(notebook_to_parts(nb))])
    assert on_slides == ["whole", "pack", "slides"]


def test_code_is_shown_unless_it_is_left_out() -> None:
    nb = new_notebook(cells=[marked("## A"), new_code_cell("print(1)")])
    assert shown([list(c) for c in divide(notebook_to_parts(nb, exclude_input=False))]) == [
        "print(1)"
    ]
    assert shown([list(c) for c in divide(notebook_to_parts(nb))]) == []


@pytest.mark.parametrize("step", CONTENT.steps, ids=lambda s: s.id)
def test_a_step_asks_all_its_questions_on_slides_and_nowhere_else(step) -> None:
    made = exhibits.asked(assess(Answers()), step.id)
    assert made.blocks == ()
    assert made.on_slides is not None
    text = " ".join(texts_of(made.on_slides))
    asks = {q.id: q for q in CONTENT.questions}
    for name in (*step.repeats, *step.questions):
        assert asks[name].ask in text
        if set(asks[name].choices) != {"true", "false"}:
            assert all(choice in text for choice in asks[name].choices.values())
    assert made._repr_mimebundle_()["text/html"] == ""


# -- notes ---------------------------------------------------------------------------------------


@by_notebook
@pytest.mark.parametrize("content", [CONTENT, GERMAN], ids=["en", "de"])
def test_every_cell_has_its_own_words_of_the_guide(notebook: Path, content) -> None:
    guide = read_guide(notebook.stem, content)
    assert guide.language == content.language
    nb = nbformat.read(notebook, 4)
    asked = [c.id for c in nb.cells if c.cell_type == "code" and c.source.startswith("page.")]
    assert sorted(guide.cells) == sorted(asked)
    assert all(guide.cells.values())
    assert any(isinstance(block, Quote) for block in guide.opening)
    assert any(isinstance(block, Table) for block in guide.first)
    parts = list(notebook_to_parts(nb, notes_of(nb, guide)))
    assert list(parts[0].notes) == list(guide.opening)
    assert list(parts[1].notes) == list(guide.first)
    place = content.folder if content is GERMAN else TOP
    page = (place / "facilitator" / f"{notebook.stem}.md").read_text("utf-8")
    sections = re.findall(r"^<!-- cell: (\S+) -->\n\n(.+?)(?=\n\n|\n?\Z)", page, re.M | re.S)
    assert [id_ for id_, _ in sections] == list(guide.cells)
    for id_, section in sections:
        bare = re.sub(r"\[([^]]+)\]\([^)]+\)|[*`]", r"\1", " ".join(section.split()))
        first = next(texts_of(guide.cells[id_]))
        assert bare.startswith(" ".join(first.split())[:40].replace("*", ""))


def test_the_german_guide_is_built_like_the_kits() -> None:
    def shape(page: Path) -> list[str]:
        lines = page.read_text("utf-8").splitlines()
        marks = (re.match(r"#+ |> |\| ?|- ", line) for line in lines)
        return [mark.group().strip() for mark in marks if mark and mark.group().strip() != ">"]

    pages = sorted((TOP / "examples" / "content-de" / "facilitator").glob("*.md"))
    assert [page.stem for page in pages] == [path.stem for path in notebooks()]
    for page in pages:
        parts = [mark for mark in shape(page) if mark != "-"]
        assert parts == [m for m in shape(TOP / "facilitator" / page.name) if m != "-"]


def test_a_notebook_that_the_guide_does_not_know_has_no_notes() -> None:
    assert read_guide("our-own", CONTENT) == Guide()
    assert read_guide("../README", CONTENT) == Guide()
    assert read_guide("agendas", CONTENT) == Guide()


def test_notes_in_another_language_say_so() -> None:
    part = Part((heading(2, "Frage"), paragraph("wer?")), notes=(paragraph("Wait."),))
    for spoken, expected in (("en", "en"), ("de", None), ("", None)):
        page = parts_to_slides(
            [Part(part.blocks, notes=part.notes, notes_language=spoken)], PageSetup(language="de")
        )
        aside = BeautifulSoup(page, "html.parser").find("div", "notes")
        assert aside is not None
        assert aside.get("lang") == expected


# -- the page ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("slides")
    answers = read_answers(TOP / "examples" / "tidewater-retail.yaml")
    made = build_pack(answers, folder, formats=["slides"])
    assert {path.name for path in made.files if path.parent == folder} == {
        "slides.html",
        "manifest.json",
    }
    return (folder / "slides.html").read_text("utf-8")


def test_a_pack_has_slides_of_all_seven_notebooks_in_order(whole: str) -> None:
    soup = BeautifulSoup(whole, "html.parser")
    openings = [h.get_text() for h in soup.select(".slide-opening h1")]
    titles = [nbformat.read(path, 4).metadata["title"] for path in notebooks()]
    assert openings == [CONTENT.words("pack.title"), *titles]


def test_the_first_slide_does_not_give_the_advice_away(whole: str) -> None:
    first = BeautifulSoup(whole, "html.parser").select_one(".slide-opening")
    assert first is not None
    assert [p.get_text() for p in first.find_all("p")] == [
        "Tidewater Retail",
        "Online shop and customer app",
        "19 November 2026",
    ]


def test_background_reading_stays_on_paper(whole: str) -> None:
    assert CONTENT.words("sources.evidence") not in whole
    assert "standard formula for queues" in whole


def test_the_page_asks_for_nothing_and_runs_only_its_own_scripts(whole: str) -> None:
    soup = BeautifulSoup(whole, "html.parser")
    for tag in soup.find_all(src=True):
        assert tag["src"].startswith("data:")
    assert not soup.find_all(["link", "iframe", "object", "form", "base"])
    assert not [t for t in soup.find_all(True) for name in t.attrs if name.startswith("on")]
    (meta,) = soup.select("meta[http-equiv=Content-Security-Policy]")
    policy = str(meta["content"])
    assert policy.startswith("default-src 'none';")
    scripts = soup.find_all("script")
    assert len(scripts) == 2
    for script in scripts:
        made = base64.b64encode(hashlib.sha256(script.get_text().encode()).digest()).decode()
        assert f"'sha256-{made}'" in policy
    assert "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]


def test_the_reading_font_comes_along_with_the_characters_that_are_shown(whole: str) -> None:
    from fontTools.ttLib import TTFont

    faces = re.findall(r"@font-face\{[^}]*base64,([^)]*)\)\}", whole)
    assert len(faces) == 2
    shown = BeautifulSoup(whole, "html.parser").select_one(".slides")
    assert shown is not None
    letters = {c for c in shown.get_text() if c.isalnum() or c in "–“”’"}
    for face in faces:
        with TTFont(io.BytesIO(base64.b64decode(face))) as font:
            known = font.getBestCmap()
            assert {c for c in letters if ord(c) not in known} == set()
            assert len(known) < 400
            assert "OFL" in str(font["name"].getDebugName(13))


def test_nothing_that_is_typed_becomes_markup() -> None:
    typed = list(HOSTILE.values())
    blocks = [
        b for w in typed for b in (heading(2, w, w), paragraph(w), card(w, [w]), table([w], [[w]]))
    ]
    setup = PageSetup(
        title=typed[0], organisation=typed[3], running_head=typed[2], subtitle=typed[1:2],
        language='"><script>', cover=True,
    )  # fmt: skip
    page = parts_to_slides([Part(tuple(blocks), notes=tuple(blocks))], setup)
    soup = BeautifulSoup(page, "html.parser")
    assert len(soup.find_all("script")) == 2
    assert not soup.find_all(["iframe", "svg", "textarea", "b"])
    assert not [t for t in soup.find_all(True) for name in t.attrs if name.startswith("on")]
    assert soup.html is not None
    assert soup.html["lang"] == "en"


def test_the_same_answers_give_the_same_slides(whole: str, tmp_path: Path) -> None:
    answers = read_answers(TOP / "examples" / "tidewater-retail.yaml")
    build_pack(answers, tmp_path, formats=["slides"], jobs=1)
    assert (tmp_path / "slides.html").read_text("utf-8") == whole


def test_a_notebook_that_failed_says_so_on_a_slide(tmp_path: Path) -> None:
    nb = new_notebook(
        cells=[
            marked("# Broken"),
            new_code_cell("", metadata={"tags": ["parameters"]}),
            new_code_cell("1 / 0"),
        ]
    )
    path = tmp_path / "02-ownership.ipynb"
    nbformat.write(nb, path)
    build_pack(Answers(model_teams=3), tmp_path / "p", formats=["slides"], sources=[path])
    page = (tmp_path / "p" / "slides.html").read_text("utf-8")
    soup = BeautifulSoup(page, "html.parser")
    assert CONTENT.words("pack.missing") in [h.get_text() for h in soup.find_all("h2")]


def test_nbconvert_knows_the_exporter_by_name() -> None:
    nb = nbformat.read(TOP / "notebooks" / "04-on-call.ipynb", 4)
    exporter = get_exporter("findings-slides")()
    page, resources = exporter.from_notebook_node(
        nb, {"metadata": {"name": "04-on-call", "path": str(TOP / "notebooks")}}
    )
    assert resources["output_extension"] == ".slides.html"
    soup = BeautifulSoup(page, "html.parser")
    assert [h.get_text() for h in soup.select(".slide-opening h1")] == [nb.metadata["title"]]
    aside = soup.find("div", "notes")
    assert aside is not None
    assert "who is called tonight" in aside.get_text()
