"""How a pack grows and shrinks with what was told, and what stays whole on its pages."""

from __future__ import annotations

import io
import re
from pathlib import Path

import nbformat
import pypdf
import pytest

from conftest import TOP
from workshop import Answers, Content, assess, exhibits
from workshop.answers.reading import read_answers
from workshop.documents.blocks import Bullets, Card, Heading, Table, find_headings, paragraph, plain
from workshop.documents.blocks import table as make_table
from workshop.documents.exhibit import Exhibit
from workshop.documents.paper import PAPERS, PageSetup, Paper, Typesetter, blocks_to_pdf
from workshop.documents.text import blocks_to_text
from workshop.exhibits.layout import count_answered, in_two_columns, is_sparse
from workshop.files import notebooks
from workshop.findings import Assessment
from workshop.pack.build import build_pack

EXAMPLES = sorted((*TOP.glob("examples/*.yaml"), *TOP.glob("examples/cases/*.yaml")))


def assessed(path: Path | str) -> Assessment:
    return assess(read_answers(path if isinstance(path, Path) else TOP / "examples" / path))


def squeeze(text: str) -> str:
    return re.sub(r"[\u00ad\u200b\u2060]|[-\u2010]?\s+", "", text)


@pytest.fixture(scope="session")
def three_answers(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return the pages of a pack of three answers, as text without spaces."""
    answers = read_answers(TOP / "examples" / "three-answers.yaml")
    pack = build_pack(answers, tmp_path_factory.mktemp("three"), formats=["pdf"])
    reader = pypdf.PdfReader(pack.folder / "findings.pdf")
    return [squeeze(page.extract_text()) for page in reader.pages]


# -- a short pack -------------------------------------------------------------------------------


def test_a_pack_of_three_answers_is_short_and_begins_with_what_to_ask(three_answers) -> None:
    assert len(three_answers) <= 8
    asked = [u.question.ask for u in assessed("three-answers.yaml").unknowns[:12]]
    assert all(squeeze(ask) in three_answers[0] + three_answers[1] for ask in asked)
    assert "Whatisnotanswered" in "".join(three_answers)


def test_parts_of_which_nothing_was_told_are_named_and_left_out(three_answers) -> None:
    whole = "".join(three_answers)
    assert "thispackleavesthemout:“Whoanswersattwointhemorning”" in whole
    assert "On-callcharter" not in whole.replace("Oncall", "On-call")
    assert "Whohasthefiveduties" in whole  # one of them was told


def test_it_shows_no_row_that_only_says_not_told(three_answers) -> None:
    shown = exhibits.where_we_stand(assessed("three-answers.yaml")).in_short_pack
    assert shown is not None
    text = blocks_to_text(shown, 200)
    assert "4 teams" in text
    assert "Weeks in the queue" not in text


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_only_packs_of_few_answers_are_short(path: Path) -> None:
    a = assessed(path)
    assert is_sparse(a) == (count_answered(a) < 17)
    full = (
        "tidewater-retail",
        "tidewater-retail-second",
        "northfield-clinical",
        "harbour-mutual",
    )
    assert is_sparse(a) != (path.stem in full)


def test_naming_the_organisation_tells_nothing_about_it() -> None:
    assert count_answered(assess(Answers(organisation="A", group="B", model="C"))) == 0


@pytest.mark.parametrize(
    "name", sorted(set(exhibits.__all__) - {"asked", "drill_timeline", "facts"})
)
def test_what_a_pack_leaves_out_is_still_taught_on_screen(name: str) -> None:
    make = getattr(exhibits, name)
    found = make(assess(Answers()), 1) if name == "findings" else make(assess(Answers()))
    if found.in_pack == () or found.in_short_pack == ():
        # both tell only of what somebody answered: with other parameters, or against another answer
        assert found.blocks or name in ("other_answers", "contradictions")


@pytest.mark.parametrize("less", [None, (), (paragraph("less"),)])
def test_an_exhibit_remembers_what_a_pack_shows_instead(less: object) -> None:
    made = Exhibit("x", (paragraph("more"),), less, less)  # type: ignore[arg-type]
    assert Exhibit.from_data(made.to_data()) == made


# -- what stands on a page ----------------------------------------------------------------------


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_the_first_page_of_every_example_is_one_page(path: Path, paper: Paper) -> None:
    front = exhibits.board_decision(assessed(path)).blocks
    blocks = (*front, Heading(1, paragraph("Next").text))
    setup = PageSetup(title="T", paper=paper, front=len(front), new_pages=True)
    reader = pypdf.PdfReader(io.BytesIO(blocks_to_pdf(blocks, setup)))
    assert len(reader.pages) == 2
    assert "Next" not in reader.pages[0].extract_text()


def test_a_decision_in_the_plan_says_what_it_answers() -> None:
    blocks = exhibits.board_plan(assessed("tidewater-retail.yaml")).blocks
    rows = [row for b in blocks if isinstance(b, Table) for row in b.rows if row[1:]]
    told = [plain(row[1].text) for row in rows]
    asked = "Urgent: Carry out “Who may retire the ranking model?”: The head of search"
    assert any(words.startswith(asked) for words in told)


def test_every_heading_of_a_part_is_its_own(content: Content) -> None:
    a = assessed("harbour-mutual.yaml")  # facts on bought and language models concern it too
    cells = [c.source for p in notebooks() for c in nbformat.read(p, as_version=4).cells]
    calls = re.findall(r"page\.show\(exhibits\.facts, (.+)\)", "\n".join(cells))
    topics = [tuple(re.findall(r'"(.+?)"', call)) for call in calls]
    assert {fact.topic for fact in content.facts} == {name for call in topics for name in call}
    made = [exhibits.findings(a, part) for part in range(1, 7)]
    made += [exhibits.facts(a, *call) for call in topics]
    titles = [plain(h.text) for m in made for h in find_headings(m.blocks) if h.level == 2]
    assert len(titles) == len(set(titles)) == len(made)


@pytest.mark.parametrize("name", ["tidewater-retail", "three-answers"])
def test_the_three_leads_are_compared_once_in_a_pack(name: str) -> None:
    a = assessed(f"{name}.yaml")
    shown = []
    for made in (exhibits.lead_profile(a), exhibits.lead_comparison(a)):
        shown += made.blocks if made.in_pack is None else made.in_pack
    assert sum(isinstance(b, Table) for b in shown) == (1 if a.lead else 0)


def test_a_card_stays_with_its_table_and_a_parts_first_words_with_what_follows() -> None:
    table = make_table(["Pattern"], [["Federated"]])
    blocks = (Heading(1, ()), paragraph("What it is about."), Heading(2, ()), Card(()), table)
    found = {p["kind"]: p.get("tied") for p in Typesetter("a4").set_page(blocks)}
    assert found["paragraph"]
    assert found["card"]


def test_words_at_the_end_of_a_page_are_tied_to_nothing() -> None:
    blocks = (Heading(2, ()), paragraph("one"), paragraph("two"))
    found = [p.get("tied") for p in Typesetter("a4").set_page(blocks)]
    assert True not in found


def test_two_columns_keep_the_order_and_number_on() -> None:
    columns = in_two_columns([f"item {n}" for n in range(12)], ordered=True, together=12)
    left, right = (part[0] for part in columns[0].columns)
    assert isinstance(left, Bullets)
    assert isinstance(right, Bullets)
    assert right.start == len(left.items) + 1
    assert blocks_to_text(columns).split()[:3] == ["1.", "item", "0"]


def test_a_fingerprint_can_be_broken_over_two_lines() -> None:
    shown = blocks_to_text(exhibits.provenance(assess(Answers())).blocks, 400)
    assert max(map(len, shown.split())) < 30
