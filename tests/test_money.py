"""Money, people in product teams, what a model is worth, and the name of a regulation.

Nobody has to give these answers. Without them nothing changes, and nothing asks for them.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import Workbook
from typer.testing import CliRunner

from conftest import TOP
from editions import documents, printed, texts
from hostile import HOSTILE
from test_verdicts import CLOUD
from workshop import Answers, Assessment, assess, exhibits, load_content
from workshop.answers.reading import read_answers
from workshop.answers.survey import apply, propose, read_mapping, recognise
from workshop.answers.table import answers_to_row, read_table
from workshop.cli.commands import app
from workshop.documents.blocks import Pairs, Table, plain
from workshop.documents.html import blocks_to_html
from workshop.findings.output.report import to_json
from workshop.findings.patterns.money import amounts
from workshop.findings.patterns.options import advised

NEW = ("regulation_name", "product_people", "model_value", "person_cost", "currency")
GIVEN: dict[str, Any] = {
    "regulation_name": "the device rules",
    "product_people": 9,
    "model_value": "a fifth of our revenue",
    "person_cost": 130_000,
    "currency": "EUR",
}
SINGLE = {
    "model_teams": 3,
    "ml_engineers": 9,
    "maturity": 2,
    "regulated": True,
    "mandate": "single-operator",
    "autonomy_permitted": "limited",
    "platform_engineers": 4,
    "current_pattern": "centralised",
    "deployment": "pure-cloud",
    "queue_weeks": 1,
}
TYPED = [w for case, w in HOSTILE.items() if case not in ("long", "ten thousand words", "nul")]
run = CliRunner()


def found(base: dict[str, Any], **answers: Any) -> Assessment:
    return assess(Answers.from_parameters(base | answers))


def rows_of(a: Assessment) -> dict[str, str]:
    """Return what stands beside each title on the first page."""
    blocks = exhibits.board_decision(a).blocks
    pairs = [row for block in blocks if isinstance(block, Pairs) for row in block.pairs]
    return {plain(title): plain(words) for title, words in pairs}


def growth_of(a: Assessment) -> dict[str, list[str]]:
    """Return the rows of people and cost on the first page, to begin and in full."""
    blocks = exhibits.board_decision(a).blocks
    found = [b for b in blocks if isinstance(b, Table)]
    shown = [t for t in found if plain(t.columns[0].title) == "People and cost"]
    return {plain(r[0].text): [plain(c.text) for c in r[1:]] for t in shown for r in t.rows}


def last_page(a: Assessment) -> str:
    return " ".join(texts(exhibits.board_confidence(a).blocks))


def example(name: str, *without: str, **more: Any) -> Assessment:
    raw = read_answers(TOP / f"examples/{name}.yaml", load_content()).to_parameters()
    return assess(
        Answers.from_parameters({n: v for n, v in raw.items() if n not in without} | more)
    )


# -- nobody has to answer --------------------------------------------------------------------------


@pytest.mark.parametrize("base", [{}, CLOUD, SINGLE], ids=["nothing", "cloud", "single"])
def test_what_nobody_answered_is_no_open_question_and_no_condition(base: dict[str, Any]) -> None:
    a = found(base)
    assert {u.question.id for u in a.unknowns}.isdisjoint(NEW)
    words = " ".join(texts(exhibits.board_decision(a).blocks)) + last_page(a)
    assert not [n for n in NEW if a.content.question(n).ask in words]
    assert "At stake" not in words
    assert "a regulation demands" in words or base is not SINGLE


@pytest.mark.parametrize("base", [CLOUD, SINGLE], ids=["cloud", "single"])
def test_the_answers_change_no_verdict_and_no_advice(base: dict[str, Any]) -> None:
    without = found(base)
    for given in ({}, {"product_people": 0}):
        a = found(base, **GIVEN | given)
        assert {p: v.verdict for p, v in a.verdicts.items()} == {
            p: v.verdict for p, v in without.verdicts.items()
        }
        assert a.recommendation.patterns == without.recommendation.patterns
        assert a.recommendation.status == without.recommendation.status
        assert [f.id for f in a.findings] == [f.id for f in without.findings]


# -- money -----------------------------------------------------------------------------------------


def test_the_first_page_says_what_people_cost_to_begin_and_once_complete() -> None:
    a = example("tidewater-retail")
    people = next(o.people for o in a.options if o.patterns == a.recommendation.now)
    assert (people.low, people.high, people.have) == (2, 4, 3)
    cost = ["none", "up to 1, for up to 130,000 EUR"]
    assert growth_of(a)["New people on it, and their salaries a year"] == cost
    assert rows_of(a)["Cost"].startswith("Not counted: more people in product teams, tools, mach")
    without = example("tidewater-retail", "person_cost", "currency")
    assert rows_of(without)["Cost"].startswith(
        "We counted no money. Your own decisions can take more people,"
    )
    assert list(growth_of(without)) == [
        "People on the platform team",
        "New people on it",
        "People in product teams who can run models at night, too",
    ]


@pytest.mark.parametrize(
    ("have", "added"),
    [
        (2, ["none", "up to 2, for up to 177,000 USD"]),
        (1, ["1, for 88,500 USD", "1 to 3, for 88,500 to 266,000 USD"]),
        (9, []),
    ],
)
def test_money_is_never_stronger_than_the_people_that_it_counts(
    have: int, added: list[str]
) -> None:
    given = {"person_cost": 88_500, "currency": "USD", "platform_engineers": have}
    a = found(CLOUD, **given)
    assert [o.id for o in advised(a.options)] == ["federated"]
    shown = growth_of(a)
    assert shown.get("New people on it, and their salaries a year", []) == added
    enough = "No more people to pay, because you have enough."
    assert rows_of(a)["Cost"].startswith(enough) == (not added)


def test_money_without_a_number_of_people_there_is_for_all_of_them() -> None:
    base = {n: v for n, v in CLOUD.items() if n not in ("platform_engineers", "ml_engineers")}
    a = found(base, person_cost=100_000, currency="CHF")
    (option,) = advised(a.options)
    assert option.people.have is None
    assert "people cost 200,000 to 400,000 CHF a year" in rows_of(a)["Cost"]
    assert "You did not say how many you have." in rows_of(a)["Cost"]
    assert amounts(a, list(a.options)) == []


def test_a_cost_without_a_currency_is_a_number_and_a_currency_alone_is_nothing() -> None:
    shown = growth_of(example("tidewater-retail", "currency"))
    added = shown["New people on it, and their salaries a year"]
    assert added[1] == "up to 1, for up to 130,000"
    alone = rows_of(example("tidewater-retail", "person_cost"))["Cost"]
    assert alone.startswith("We counted no money. Your own decisions")


def test_the_last_page_says_what_money_does_not_count() -> None:
    assert "We counted money only for new hires." in last_page(example("tidewater-retail"))
    without = example("tidewater-retail", "person_cost")
    assert "We did not calculate cost in money." in last_page(without)
    assert "We did not calculate cost in money." in last_page(found({}, person_cost=1))


def test_the_options_have_money_beside_people_where_it_fits_on_one_line() -> None:
    def row(**cost: Any) -> list[str]:
        a = found(CLOUD, platform_engineers=3, **cost)
        (made,) = [b for b in exhibits.board_options(a).blocks if isinstance(b, Table)]
        rows = {plain(title.text): cells for title, *cells in made.rows}
        titles = list(rows)
        if "Cost of new hires, a year" in rows:
            people = titles.index("People (you have 3 on the platform)")
            assert titles.index("Cost of new hires, a year") == people + 1
        return [plain(c.text) for c in rows.get("Cost of new hires, a year", [])]

    assert "up to 90 EUR; product teams not counted" in row(person_cost=90, currency="EUR")
    assert row(person_cost=987_654_321, currency="Swiss francs") == []
    assert row() == []


def test_what_stays_as_today_costs_no_new_hires() -> None:
    a = example("tidewater-retail", currency="€", person_cost=100)
    shown = [o for o in a.options if not o.combines]
    of = dict(zip((o.id for o in shown), amounts(a, shown), strict=True))
    assert of["centralised"] == "none, as today"
    assert of["federated"] == "up to 100 €"
    assert of["platform-as-mlops"] == "100 to 500 €"


# -- people in product teams -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("have", "shown", "said"),
    [
        (9, "9 today, for 6 teams", "have 9, for 6 model-producing teams."),
        (6, "6 today, for 6 teams", "have 6, for 6 model-producing teams."),
        (4, "4 today, too few for 6 teams", "at least 2 teams cannot run their own"),
        (1, "1 today, too few for 6 teams", "at least 5 teams cannot run their own"),
        (0, "0 today, too few for 6 teams", "at least 6 teams cannot run their own"),
    ],
)
def test_people_in_product_teams_are_set_against_the_teams(
    have: int, shown: str, said: str
) -> None:
    a = example("tidewater-retail", product_people=have)
    row = growth_of(a)["People in product teams who can run models at night, too"]
    assert row[0] == shown
    assert "People" not in rows_of(a)  # the table has all of it
    (move,) = [o.move for o in a.options if o.patterns == a.recommendation.now]
    assert move is not None
    assert said in move.people


def test_without_that_number_the_first_page_says_that_nobody_was_counted() -> None:
    people = rows_of(example("tidewater-retail", "product_people"))["People"]
    assert "run a model and be on call for it. We did not count these." in people


def test_a_central_team_needs_nobody_in_product_teams() -> None:
    people = rows_of(example("northfield-clinical", product_people=0))["People"]
    assert people == rows_of(example("northfield-clinical"))["People"]


# -- the model's worth, and the regulation ---------------------------------------------------------


def test_what_depends_on_the_model_is_quoted_on_the_first_page() -> None:
    rows = rows_of(example("tidewater-retail"))
    words = "At stake, in your words: “about a fifth of our online revenue”."
    assert rows["If nothing is done"].endswith(words)


def test_the_regulation_is_named_in_the_reason_and_was_not_read() -> None:
    a = found(SINGLE, regulation_name="the\n device rules")
    text = " ".join(texts(exhibits.board_decision(a).blocks))
    assert "You said that a regulation (“the device rules”) demands one operating team" in text
    assert "We did not read the regulation, “the device rules”. Have somebody check" in last_page(a)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"regulated": True, "mandate": "none"}, True),
        ({"mandate": "legal-entity"}, True),
        ({"regulated": False, "mandate": "none"}, False),
        ({}, False),
    ],
)
def test_a_regulation_is_named_where_one_concerns_the_teams(
    given: dict[str, Any], named: bool
) -> None:
    base = {n: v for n, v in CLOUD.items() if n not in ("regulated", "mandate")}
    words = last_page(found(base, **given, regulation_name="the bank act"))
    assert ("We did not read the regulation that you named, “the bank act”." in words) == named
    assert ("the bank act" in words) == named


# -- what is typed is data -------------------------------------------------------------------------


@pytest.mark.parametrize("typed", TYPED)
def test_typed_words_stay_words_on_the_first_and_last_page(typed: str) -> None:
    typed = typed[:160]
    a = found(SINGLE, regulation_name=typed, model_value=typed, person_cost=5, currency=typed[:12])
    blocks = (*exhibits.board_decision(a).blocks, *exhibits.board_confidence(a).blocks)
    shown = " ".join(texts(blocks))
    assert f"“{' '.join(typed.split())}”" in shown
    html = blocks_to_html(blocks, "en")
    assert "<script" not in html
    assert "<img" not in html
    assert "<svg onload" not in html
    assert a.answers.model_value == typed
    assert to_json(a)


def test_typed_words_neither_break_the_pages_nor_multiply_them() -> None:
    typed = '#eval("1+1") $x$ *b* <b> \\u{41}'
    given = {"regulation_name": typed, "model_value": typed, "currency": "#x*<b>$"}
    raw = example("tidewater-retail", **given | {"regulated": True}).answers
    reader = printed(documents(raw).of("board"))
    assert len(reader.pages) == 6
    first, last = (" ".join(reader.pages[n].extract_text().split()) for n in (0, -1))
    assert f"“{typed}”" in first
    assert "up to 130,000 #x*<b>$" in first
    assert f"“{typed}”" in last


# -- files, tables, surveys ------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_table_has_them_as_columns_and_formulas_stay_text(tmp_path: Path, ending: str) -> None:
    given = GIVEN | {"model_value": "=1+1", "regulation_name": "@SUM(1;1)"}
    row = answers_to_row(Answers.from_parameters({"group": "Shop", **given}))
    path = tmp_path / f"groups.{ending}"
    if ending == "csv":
        text = io.StringIO()
        csv.writer(text).writerows([list(row), list(row.values())])
        path.write_text(text.getvalue(), "utf-8")
    else:
        book = Workbook()
        for at, (name, value) in enumerate(row.items(), 1):
            book.active.cell(1, at, name)
            cell = book.active.cell(2, at, value)
            cell.data_type = "s"
        book.save(path)
    table = read_table(path, load_content())
    assert table.problems == ()
    (read,) = [r.answers for r in table.rows]
    assert read is not None
    assert read.to_parameters() == {"group": "Shop", **given}


def test_an_export_of_a_survey_fills_them(tmp_path: Path) -> None:
    content = load_content()
    asked = ["group", *NEW]
    path = tmp_path / "form.csv"
    text = io.StringIO()
    questions = [content.question(name).ask for name in asked]
    typed = ["Shop", *(str(GIVEN[name]) for name in NEW)]
    csv.writer(text).writerows([["Timestamp", *questions], ["2026/11/20 9:12:33 AM", *typed]])
    path.write_text(text.getvalue(), "utf-8")
    survey = recognise(path)
    proposed = propose(survey, content)
    columns = yaml.safe_load(proposed)["columns"]
    assert [c["answer"] for c in columns] == asked
    assert not any("unsure" in c for c in columns)
    place, made = tmp_path / "mapping.yaml", tmp_path / "answers.csv"
    place.write_text(proposed.replace("confirmed: false", "confirmed: true"), "utf-8")
    made.write_text(apply(survey, read_mapping(place)), "utf-8")
    (row,) = read_table(made, content).rows
    assert row.answers == Answers.from_parameters({"group": "Shop", **GIVEN})


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"person_cost": 0}, "person_cost: This number is out of range. Found: 0."),
        ({"person_cost": 1000.5}, "person_cost: This is another kind of value."),
        ({"product_people": -1}, "product_people: This number is out of range. Found: -1."),
        ({"currency": "a whole sentence"}, "currency: This text has 16 characters, too many"),
        ({"currency": 12}, "currency: This is another kind of value. Found: 12."),
        ({"model_value": "  "}, "model_value: This is blank"),
        ({"model_value": "x" * 161}, "model_value: This text has 161 characters, too many"),
        ({"regulation_name": True}, "regulation_name: This is another kind of value."),
    ],
)
def test_bad_answers_get_one_message_and_exit_code_2(
    tmp_path: Path, typed: dict[str, Any], said: str
) -> None:
    path = tmp_path / "answers.yaml"
    path.write_text(yaml.safe_dump(typed), "utf-8")
    made = run.invoke(app, ["check", str(path)])
    assert made.exit_code == 2
    told = " ".join(made.output.split())
    assert said in told
    assert "1 problem." in told


# -- the list of answers ---------------------------------------------------------------------------


def test_the_list_of_answers_has_what_was_given_and_no_gap_for_the_rest() -> None:
    def names(a: Assessment) -> list[str]:
        (made,) = [b for b in exhibits.where_we_stand(a).blocks if isinstance(b, Table)]
        return [plain(first.text).casefold() for first, *_ in made.rows]

    new = [load_content().question(name).name.casefold() for name in NEW]
    given = found(SINGLE, **GIVEN)
    assert set(new) <= set(names(given))
    assert not set(new) & set(names(found(SINGLE)))
    words = " ".join(texts(exhibits.where_we_stand(given).blocks))
    assert "A fifth of our revenue" in words
    assert "130,000" in words
