"""What people type and paste is read as they mean it, or told with its place: one kind each."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from conftest import TOP
from workshop import Answers, InputError, load_content
from workshop.answers.intake import is_sign
from workshop.answers.reading import read_answers
from workshop.answers.sheets import meaning_of_format
from workshop.answers.table import Table, read_frame, read_table, table_of
from workshop.findings.assessment import assess
from workshop.session import Session
from workshop.session.session import answers_text

CONTENT = load_content()
GERMAN = load_content(TOP / "examples" / "content-de")
UNKNOWN = ["unknown", "TBD", "n/a", "?", "-", "—", "don't know", "don’t know", "nan", "None yet"]


def from_yaml(tmp_path: Path, text: str, name: str = "a.yaml") -> Answers:
    path = tmp_path / name
    path.write_bytes(text.encode())
    return read_answers(path)


def messages_of(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        from_yaml(tmp_path, text)
    return [str(p).removeprefix(f"{tmp_path}/a.yaml:") for p in caught.value.problems]


def from_csv(tmp_path: Path, text: str | bytes) -> Table:
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_table(path, CONTENT)


def book(tmp_path: Path, *rows: list[Any], change: Callable[[Any], None] | None = None) -> Path:
    made = Workbook()
    for row in rows:
        made.active.append(row)
    if change:
        change(made.active)
    path = tmp_path / "a.xlsx"
    made.save(path)
    return path


# -- not known -----------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", UNKNOWN)
def test_a_sign_for_not_known_leaves_an_answer_unknown_everywhere(
    tmp_path: Path, sign: str
) -> None:
    data = {
        "builder": sign,
        "rails": sign,
        "duties": {"paged": sign, "ship": "data"},
        "evaluation_set_authors": ["research", sign],
        "stages": [{"stage": "data", "team": sign}],
        "decisions": [{"decision": "Who ships?", "dissent": sign, "owner": sign}],
    }
    expected = Answers.from_parameters(
        {
            "duties": {"ship": "data"},
            "evaluation_set_authors": ["research"],
            "stages": [{"stage": "data"}],
            "decisions": [{"decision": "Who ships?"}],
        }
    )
    assert from_yaml(tmp_path, yaml.safe_dump(data)) == expected
    assert Answers.from_parameters(data) == expected
    text = io.StringIO()
    names = ["builder", "rails", "model_teams", "duties.paged", "duties.ship"]
    names += ["evaluation_set_authors", "stages.1.stage", "stages.1.team"]
    names += ["decisions.1.decision", "decisions.1.dissent"]
    cells = [sign, sign, sign, sign, "data", f"research; {sign}", "data", sign, "Who ships?", sign]
    csv.writer(text).writerows([names, cells])
    table = from_csv(tmp_path, text.getvalue())
    assert not table.problems
    assert table.rows[0].answers == expected
    assert Answers.from_row(pd.Series(cells, index=names)) == expected


def test_a_language_has_signs_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("builder: k. A.\nduties: {paged: weiß nicht}\n", "utf-8")
    assert read_answers(tmp_path / "a.yaml", GERMAN) == Answers(duties={})  # type: ignore[arg-type]
    assert read_answers(tmp_path / "a.yaml").builder == "k. A."


@pytest.mark.parametrize("word", ["nobody", "none", "no one", "at-handover"])
def test_that_nobody_has_it_is_an_answer(tmp_path: Path, word: str) -> None:
    answers = from_yaml(tmp_path, f"duties: {{paged: {word}}}")
    assert answers.duties is not None
    assert answers.duties.paged == word
    assert any(f.id == "nobody-paged" for f in assess(answers).findings) == (word != "at-handover")


def test_nothing_is_found_about_teams_that_nobody_named(tmp_path: Path) -> None:
    signs = "builder: TBD\nduties: {paged: unknown, ship: n/a, turn-off: '?'}\n"
    assert assess(from_yaml(tmp_path, signs)).findings == assess(Answers()).findings


def test_a_word_that_can_mean_two_things_is_asked_about_in_each_place(tmp_path: Path) -> None:
    lines = messages_of(tmp_path, "organisation: None\nbuilder: None\nduties:\n  paged: NA\n")
    assert [line.split(":")[0] for line in lines] == ["1", "2", "4"]
    assert ["nobody" in line for line in lines] == [True, True, False]
    problems = from_csv(tmp_path, "group,builder,duties.paged\nNA,None,NA\n").problems
    assert [p.name for p in problems] == ["builder", "duties.paged"]
    with pytest.raises(InputError, match="can mean nobody"):
        Answers.from_row({"builder": "None"})
    assert from_yaml(tmp_path, "decisions: [{decision: Hire?, rejected: None}]").decisions


def test_a_team_that_is_called_like_a_sign_is_kept_through_files(tmp_path: Path) -> None:
    session = Session.open(tmp_path / "s.workshop")
    session.give(("builder",), "TBD")
    session.give(("lead",), "product")
    path = tmp_path / "answers.yaml"
    path.write_text(answers_text(session), "utf-8")
    assert read_answers(path) == session.answers
    session.close()
    answers = Answers(builder="?", provider='"-"', evaluation_set_authors=("NA", "-"))
    text = io.StringIO()
    csv.writer(text).writerows(table_of([answers]))
    assert from_csv(tmp_path, text.getvalue()).rows[0].answers == answers


# -- YAML ----------------------------------------------------------------------------------------


def test_a_name_that_a_comment_cuts_is_told_with_its_line(tmp_path: Path) -> None:
    lines = messages_of(
        tmp_path,
        "organisation: #1 Retail\nbuilder: Team #1\nlead: research #a choice is whole\n"
        "model: 'Search #2'\nmodel_teams: 3 #three\nduties:\n  paged: Team #2\n"
        "evaluation_set_authors:\n  - Group #4\ndecisions:\n  - decision: Hire #5\n",
    )
    assert [line.split(": ")[:2] for line in lines] == [
        ["1", "organisation"],
        ["2", "builder"],
        ["7", "duties.paged"],
        ["9", "evaluation_set_authors.0"],
        ["11", "decisions.0.decision"],
    ]
    assert "Only “Team” was read" in lines[1]


def test_a_comment_after_a_value_is_a_comment(tmp_path: Path) -> None:
    text = (
        "builder: Team 1 # the first\nlead: product  # to be seen\nduties:  #all\n  paged: data\n"
    )
    assert from_yaml(tmp_path, text).builder == "Team 1"


def test_a_backslash_that_makes_another_sign_is_told(tmp_path: Path) -> None:
    lines = messages_of(tmp_path, 'builder: "Search\\vision"\nmodel: "C:\\backend"\n')
    assert ["U+000B" in lines[0], "U+0008" in lines[1]] == [True, True]
    assert from_yaml(tmp_path, "builder: 'Search\\vision'").builder == "Search\\vision"


def test_one_name_in_two_spellings_stands_twice(tmp_path: Path) -> None:
    (line,) = messages_of(tmp_path, "duties:\n  turn-off: data\n  turn_off: product\n")
    assert "stands twice; the first is on line 2" in line
    lines = messages_of(tmp_path, "model_teams: 3\nmodel-teams: 4\n")
    assert any("stands twice" in line for line in lines)


def test_signs_in_two_halves_are_read_from_json(tmp_path: Path) -> None:
    text = json.dumps({"organisation": "Tern 😀", "builder": "a\\ud83d"})
    assert from_yaml(tmp_path, text, "a.json").organisation == "Tern 😀"


# -- characters that nobody sees -----------------------------------------------------------------


def test_characters_that_cannot_be_seen_do_no_harm_where_none_is_meant(tmp_path: Path) -> None:
    expected = Answers(model_teams=3, lead="research", regulated=True, duties={"paged": "data"})  # type: ignore[arg-type]
    nbsp = "\u00a0"
    text = f"model_teams: 3{nbsp} \nlead: research{nbsp}\nregulated: true\u200b\n"
    text += f"\u200bduties:\n{nbsp} {nbsp} paged: data\n"
    assert from_yaml(tmp_path, f"\ufeff\ufeff{text}") == expected
    rows = f"\ufeff\ufeffmodel_teams,\u200blead,regulated{nbsp},duties.\u00adpaged\n"
    rows += f"3{nbsp},research\u200b,\u2060yes,data\n"
    assert from_csv(tmp_path, rows).rows[0].answers == expected


def test_two_names_that_look_the_same_are_one_team(tmp_path: Path) -> None:
    answers = from_yaml(tmp_path, "builder: re\u00adsearch\nduties: {paged: research\u00a0team}")
    assert answers.builder == "re\u00adsearch"
    assert assess(answers).ledger.line("paged").state == "builder"
    teams = CONTENT.teams
    assert teams.same("Ads\u00a0Search", "ads search")
    assert teams.same("Cafe\u0301", "Café")
    assert not teams.same("Ads Search", "AdsSearch")


def test_a_character_that_cannot_be_seen_is_named_where_it_hides_a_name(tmp_path: Path) -> None:
    (line,) = messages_of(tmp_path, "rails: bo\u00adught\n")
    assert "U+00AD" in line
    (problem,) = from_csv(tmp_path, "group,mod\u00a0elteams\na,3\n").problems
    assert "U+00A0" in problem.suggestion


NAMES = st.text(
    st.sampled_from("Team #1\"'\u00a0\u00ad\u200b\u200d\u2060éß数:-&*!|>%@`,;[]{}?~\\=+"),
    min_size=1,
    max_size=14,
).filter(lambda t: any(c.isprintable() and not c.isspace() for c in t) and t.strip() == t)


@settings(max_examples=60, deadline=None)
@given(NAMES, NAMES)
def test_names_are_unchanged_through_yaml_csv_and_xlsx(
    tmp_path_factory: pytest.TempPathFactory, team: str, other: str
) -> None:
    tmp_path = tmp_path_factory.mktemp("names")
    answers = Answers(group=other, builder=team, evaluation_set_authors=(team, other))
    session = Session.open(tmp_path / "s.workshop")
    session.import_answers(answers, "x")
    (tmp_path / "a.yaml").write_bytes(answers_text(session).encode())
    session.close()
    assert read_answers(tmp_path / "a.yaml") == answers
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_MINIMAL).writerows(table_of([answers]))
    assert from_csv(tmp_path, text.getvalue()).rows[0].answers == answers

    def as_text(sheet: Any) -> None:
        for cell in sheet[2]:
            cell.data_type = "s"

    path = book(tmp_path, *table_of([answers]), change=as_text)
    assert read_table(path, CONTENT).rows[0].answers == answers


# -- tables of text ------------------------------------------------------------------------------


def test_a_space_before_a_quotation_mark_tears_nothing(tmp_path: Path) -> None:
    (row,) = from_csv(
        tmp_path, 'group,builder,duties.ship\nPayments, "Search, Ads", platform\n'
    ).rows
    assert row.answers == Answers.from_row({"group": "Payments", "builder": "Search, Ads"} | SHIP)


SHIP = {"duties.ship": "platform"}


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#NAME?", "#DIV/0!", "#NV", "#BEZUG!"])
def test_an_error_of_a_spreadsheet_is_told_in_every_format(tmp_path: Path, error: str) -> None:
    def as_error(sheet: Any) -> None:
        sheet["B2"].data_type = "e"

    problems = [from_csv(tmp_path, f"group,builder\na,{error}\n").problems]
    problems.append(
        read_table(book(tmp_path, ["group", "builder"], ["a", error]), CONTENT).problems
    )
    if error not in ("#NV", "#BEZUG!"):  # a workbook keeps them in English
        path = book(tmp_path, ["group", "builder"], ["a", error], change=as_error)
        problems.append(read_table(path, CONTENT).problems)
    problems.append(read_frame(pd.DataFrame({"group": ["a"], "builder": [error]})).problems)
    for (problem,) in problems:
        assert (problem.name, problem.value) == ("builder", error)
        assert "shows an error" in problem.message


def test_points_among_decimal_commas_are_asked_about(tmp_path: Path) -> None:
    names = "group;queue_weeks;requests_per_team_month\n"
    (problem,) = from_csv(tmp_path, f"{names}a;12,5;1.234\n").problems
    assert (problem.line, problem.name) == (2, "requests_per_team_month")
    assert problem.suggestion == "Write 1234, or 1,234 if that is meant."
    assert not from_csv(tmp_path, f"{names}a;12.5;1.234\n").problems


def test_further_headers_of_a_survey_are_no_groups(tmp_path: Path) -> None:
    ids = '"{""ImportId"":""QID1_TEXT""}","{""ImportId"":""QID2_TEXT""}"'
    table = from_csv(
        tmp_path, f'group,builder\n"Which group?","Which team builds?"\n{ids}\nPay,data\n'
    )
    assert [row.group for row in table.rows] == ["Pay"]
    assert "rows 2, 3" in table.notes[0]


# -- workbooks -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("0%", "percentage"),
        ("0.00%", "percentage"),
        ('#,##0.00\\ "€"', "money"),
        ("[$€-407]#,##0", "money"),
        ('"$"#,##0', "money"),
        ("General", ""),
        ("#,##0.00", ""),
        ("[$-409]0", ""),
        ('0 "weeks"', ""),
    ],
)
def test_a_format_says_what_it_makes_of_a_number(tmp_path: Path, code: str, message: str) -> None:
    assert meaning_of_format(code) == message

    def formatted(sheet: Any) -> None:
        sheet["B2"].number_format = code

    path = book(tmp_path, ["group", "queue_weeks"], ["a", 0.05], change=formatted)
    problems = read_table(path, CONTENT).problems
    assert [p.name for p in problems] == (["queue_weeks"] if message else [])
    assert all("shows this number as" in p.message for p in problems)


def as_strict(path: Path) -> Path:
    """Turn a workbook into one as Excel saves it under “Strict Open XML”."""
    turns = {
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": (
            b"http://purl.oclc.org/ooxml/spreadsheetml/main"
        ),
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
            b"http://purl.oclc.org/ooxml/officeDocument/relationships"
        ),
    }
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, raw in parts.items():
            for one, other in turns.items():
                raw = raw.replace(one, other)
            archive.writestr(name, raw)
    return path


def test_a_workbook_in_strict_form_is_read(tmp_path: Path) -> None:
    path = as_strict(book(tmp_path, ["group", "model_teams"], ["Payments", 3]))
    assert read_table(path, CONTENT).rows[0].answers == Answers(group="Payments", model_teams=3)


def test_a_name_that_is_merged_over_two_rows_is_named(tmp_path: Path) -> None:
    def merge(sheet: Any) -> None:
        sheet.merge_cells("A1:A2")
        sheet.merge_cells("B1:C1")

    rows = [["group", "Numbers"], [None, "model_teams", "lead"], ["Pay", 3, "product"]]
    table = read_table(book(tmp_path, *rows, change=merge), CONTENT)
    (problem,) = table.problems
    assert "A1:A2" in problem.message
    assert "row 2" in problem.suggestion
    assert table.rows[0].answers is None


def test_many_formatted_rows_without_a_value_are_no_rows(tmp_path: Path) -> None:
    path = book(tmp_path, ["group", "model_teams"], ["a", 3])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    blank = "".join(f'<row r="{i}"><c r="A{i}" s="0"/></row>' for i in range(3, 100_000))
    parts[name] = parts[name].replace(b"</sheetData>", f"{blank}</sheetData>".encode())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, raw in parts.items():
            archive.writestr(part, raw)
    assert [row.number for row in read_table(path, CONTENT).rows] == [2]


def test_a_cell_far_away_cannot_fill_the_memory(tmp_path: Path) -> None:
    def far(sheet: Any) -> None:
        sheet["XFD1048576"] = "x"

    with pytest.raises(InputError, match="far away"):
        read_table(book(tmp_path, ["group", "lead"], ["a", "product"], change=far), CONTENT)


ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content office:version="1.2"
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="Teams">{rows}</table:table></office:spreadsheet></office:body>
</office:document-content>"""


def ods(tmp_path: Path, *rows: list[str]) -> Path:
    """Write an OpenDocument table of cells as XML."""
    inner = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in rows)
    path = tmp_path / "a.ods"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    entry = '<m:file-entry m:full-path="{}" m:media-type="{}"/>'
    manifest = (
        '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f"{entry.format('/', kind)}{entry.format('content.xml', 'text/xml')}</m:manifest>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", ODS.format(rows=inner))
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


def text_cell(text: str, more: str = "") -> str:
    inner = f"<text:p>{text}</text:p>"
    return f'<table:table-cell office:value-type="string" {more}>{inner}</table:table-cell>'


def number_cell(value: str, kind: str = "float") -> str:
    inner = f"<text:p>{value}</text:p>"
    return (
        f'<table:table-cell office:value-type="{kind}" office:value="{value}">{inner}'
        "</table:table-cell>"
    )


def test_an_opendocument_table_is_read_with_what_its_formats_say(tmp_path: Path) -> None:
    names = [text_cell("group"), text_cell("model_teams"), text_cell("queue_weeks")]
    path = ods(
        tmp_path,
        names,
        [text_cell("Pay"), number_cell("3"), number_cell("2.5")],
        [text_cell("Ads"), number_cell("3"), number_cell("0.05", "percentage")],
        ['<table:table-cell table:number-columns-repeated="16384"/>'],
    )
    table = read_table(path, CONTENT)
    assert table.rows[0].answers == Answers(group="Pay", model_teams=3, queue_weeks=2.5)
    (problem,) = table.problems
    assert (problem.line, problem.name) == (3, "queue_weeks")
    assert "percentage" in problem.message


# -- Parquet -------------------------------------------------------------------------------------


def test_parquet_is_read_like_a_frame_and_told_like_one(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "group": ["Payments", "Search"],
            "model_teams": pd.array([3, None], dtype="Int64"),
            "regulated": pd.array([True, None], dtype="boolean"),
            "held_on": pd.to_datetime(["2026-11-19", None]),
            "lead": pd.Categorical(["product", None]),
            "evaluation_set_authors": [["research", "product"], None],
        }
    )
    frame.to_parquet(tmp_path / "a.parquet")
    table = read_table(tmp_path / "a.parquet", CONTENT)
    assert not table.problems
    assert [row.answers for row in table.rows] == [r.answers for r in read_frame(frame).rows]
    assert table.rows[1].answers == Answers(group="Search")
    frame.assign(rails="bougth").to_parquet(tmp_path / "a.parquet")
    problems = read_table(tmp_path / "a.parquet", CONTENT).problems
    assert [(p.line, p.name, p.value) for p in problems] == [(n, "rails", "bougth") for n in (2, 3)]
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and nothing else")
    with pytest.raises(InputError, match="no Parquet file"):
        read_table(tmp_path / "a.parquet", CONTENT)


def test_parquet_without_its_library_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    monkeypatch.setattr("workshop.answers.sheets.find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"ml-ownership-workshop\[parquet\]"):
        read_table(tmp_path / "a.parquet", CONTENT)


# -- frames and rows -----------------------------------------------------------------------------


def test_a_frame_gets_the_messages_of_a_table_by_its_labels(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"model_teams": [3, -1], "rails": ["built", "bougth"], "group": ["a", "b"]},
        index=["Payments", "Search"],
    )
    frame.to_csv(tmp_path / "a.csv", index=False)
    table, csv_table = read_frame(frame), from_csv(tmp_path, (tmp_path / "a.csv").read_bytes())
    assert [(p.message, p.name, p.value, p.suggestion) for p in table.problems] == [
        (p.message, p.name, p.value, p.suggestion) for p in csv_table.problems
    ]
    assert {p.where for p in table.problems} == {"row Search"}
    assert {p.line for p in csv_table.problems} == {3}
    assert table.rows[0].answers == csv_table.rows[0].answers


MISSING = [None, np.nan, pd.NA, pd.NaT, "", "  "]


@pytest.mark.parametrize("missing", MISSING, ids=repr)
def test_what_is_missing_in_a_row_is_unknown(missing: Any) -> None:
    row = pd.Series({"model_teams": missing, "lead": "product", "held_on": missing}, dtype=object)
    assert Answers.from_row(row) == Answers(lead="product")
    if not isinstance(missing, str):
        assert Answers.from_parameters(row) == Answers(lead="product")


def test_values_of_a_row_are_what_people_mean() -> None:
    frame = pd.DataFrame(
        {
            "model_teams": [6, None],
            "regulated": pd.array([True, pd.NA], dtype="boolean"),
            "held_on": [pd.Timestamp("2026-11-19"), pd.NaT],
            "lead": pd.Categorical(["product", None]),
            "model": [7.0, None],
            "evaluation_set_authors": [["research", "product"], None],
            "stages.1.stage": ["data", None],
            "stages.1.wait_days": [np.array([1, 2, 3]), None],
        }
    )
    assert Answers.from_row(frame.iloc[0]) == Answers.from_parameters(
        {
            "model_teams": 6,
            "regulated": True,
            "held_on": "2026-11-19",
            "lead": "product",
            "model": "7",
            "evaluation_set_authors": ["research", "product"],
            "stages": [{"stage": "data", "wait_days": [1, 2, 3]}],
        }
    )
    assert Answers.from_row(frame.iloc[1]) == Answers()


def test_a_name_that_no_answer_has_is_told_with_the_near_one() -> None:
    with pytest.raises(InputError, match="Did you mean “model_teams”"):
        Answers.from_row({"model_team": 6})
    with pytest.raises(InputError, match=r"Did you mean “duties\.paged”"):
        Answers.from_row({"duties.payed": "data"})
    with pytest.raises(InputError, match="Did you mean “model_teams”"):
        Answers.from_parameters({"model_team": 6})
    assert Answers.from_parameters({**globals(), "model_team": 6, "model_teams": 3}) == Answers(
        model_teams=3
    )


def test_text_of_a_command_line_is_read_as_true_and_false() -> None:
    assert Answers.from_parameters({"regulated": "true"}) == Answers(regulated=True)
    with pytest.raises(InputError, match="give it with -r"):
        Answers.from_parameters({"builder": 7})


@given(st.text(max_size=8))
def test_what_is_no_sign_is_never_left_out(text: str) -> None:
    if text.strip() and text.isprintable() and not is_sign(text):
        assert Answers.from_parameters({"builder": text}).builder == text


# -- each kind of mistake, with any names, numbers and places ------------------------------------

FEW = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
NAME = st.from_regex(r"[A-Z][a-z]{2,6}( [a-z]{2,5})?", fullmatch=True).filter(
    lambda t: not is_sign(t) and t.lower() not in ("none", "null", "true", "false", "yes", "off")
)
TEXTS = ("builder", "provider", "model", "duties.paged", "duties.turn-off", "paged_quality")
UNSEEN = st.text(st.sampled_from("\u00a0\u00ad\u200b\u2060\ufeff"), max_size=3)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kinds")


@FEW
@given(sign=st.sampled_from(UNKNOWN), name=st.sampled_from(TEXTS), spaces=st.sampled_from("  \t"))
def test_any_sign_in_any_case_and_place_is_not_known(sign: str, name: str, spaces: str) -> None:
    for written in (sign, sign.capitalize(), f"{spaces}{sign}{spaces}"):
        assert Answers.from_row({name: written}) == Answers(), written


@FEW
@given(
    word_=NAME, rest=st.from_regex(r"#[0-9A-Za-z]{1,5}", fullmatch=True), above=st.integers(0, 3)
)
def test_any_name_that_a_comment_cuts_is_told(
    place: Path, word_: str, rest: str, above: int
) -> None:
    (line,) = messages_of(place, "# why\n" * above + f"builder: {word_} {rest}\n")
    assert line.startswith(f"{above + 1}: builder: Only “{word_}” was read")
    assert from_yaml(place, f"builder: '{word_} {rest}'\n").builder == f"{word_} {rest}"


@FEW
@given(one=NAME, other=NAME, spaces=st.integers(1, 3), after=st.booleans())
def test_any_space_around_quotation_marks_tears_nothing(
    place: Path, one: str, other: str, spaces: int, after: bool
) -> None:
    space = " " * spaces
    cell = f'"{one}, {other}"{space}' if after else f'{space}"{one}, {other}"'
    text = f"group,builder,duties.ship\nPay,{cell},platform\n"
    if after:
        with pytest.raises(InputError, match=r"a\.csv:2: .*quotation marks"):
            from_csv(place, text)
        return
    (row,) = from_csv(place, text).rows
    assert row.answers == Answers.from_row({"group": "Pay", "builder": f"{one}, {other}"} | SHIP)


@FEW
@given(
    name=st.sampled_from(TEXTS),
    error=st.sampled_from(["#N/A", "#REF!", "#NAME?", "#DIV/0!", "#VALUE!", "#NUM!", "#NULL!"]),
    rows=st.integers(0, 3),
)
def test_any_error_of_a_spreadsheet_is_told_with_its_place(
    place: Path, name: str, error: str, rows: int
) -> None:
    cells = [["group", name], *([f"g{n}", "data"] for n in range(rows)), ["bad", error]]
    written = io.StringIO()
    csv.writer(written).writerows(cells)
    for table in (
        from_csv(place, written.getvalue()),
        read_table(book(place, *cells), CONTENT),
        read_frame(pd.DataFrame(cells[1:], columns=cells[0])),
    ):
        (problem,) = table.problems
        assert (problem.name, problem.value) == (name, error)
        assert problem.line in (None, rows + 2)


@FEW
@given(
    value=st.floats(0.01, 500).map(lambda v: round(v, 2)),
    code=st.sampled_from(["0%", "0.0%", '"$"#,##0', '#,##0.00\\ "€"', "[$£-809]#,##0.00"]),
    name=st.sampled_from(["queue_weeks", "requests_per_team_month", "days_per_request"]),
)
def test_any_number_that_shows_as_percentage_or_money_is_told(
    place: Path, value: float, code: str, name: str
) -> None:
    def formatted(sheet: Any) -> None:
        sheet["B2"].number_format = code

    (problem,) = read_table(
        book(place, ["group", name], ["a", value], change=formatted), CONTENT
    ).problems
    assert problem.name == name
    assert "shows this number as" in problem.message


@FEW
@given(whole=st.integers(1, 999), rest=st.integers(0, 999).map(lambda n: f"{n:03}"))
def test_any_thousands_point_among_decimal_commas_is_asked_about(
    place: Path, whole: int, rest: str
) -> None:
    names = "group;queue_weeks;requests_per_team_month\n"
    (problem,) = from_csv(place, f"{names}a;2,5;{whole}.{rest}\n").problems
    assert problem.suggestion == f"Write {whole}{rest}, or {whole},{rest} if that is meant."


@FEW
@given(
    before=UNSEEN,
    after=UNSEEN,
    number=st.integers(0, 90),
    lead=st.sampled_from(["research", "product"]),
)
def test_any_invisible_characters_around_names_and_values_do_no_harm(
    place: Path, before: str, after: str, number: int, lead: str
) -> None:
    expected = Answers(model_teams=number, lead=lead)  # type: ignore[arg-type]
    names = f"{before}model_teams{after},{after}lead{before}\n"
    (row,) = from_csv(place, f"{names}{before}{number}{after},{after}{lead}{before}\n").rows
    assert row.answers == expected
    assert from_yaml(place, f"model_teams: {number}{after}\nlead: {lead}{before}\n") == expected


@FEW
@given(
    st.text(
        st.characters(min_codepoint=0x1F300, max_codepoint=0x1FAFF, categories=["So"]),
        min_size=1,
        max_size=5,
    )
)
def test_any_signs_in_two_halves_are_read_from_json(place: Path, signs: str) -> None:
    text = json.dumps({"organisation": f"Tern {signs}", "builder": f"a{signs}b"})
    assert "\\ud83" in text
    answers = from_yaml(place, text, "a.json")
    assert (answers.organisation, answers.builder) == (f"Tern {signs}", f"a{signs}b")


@FEW
@given(
    first=st.integers(1, 999), groups=st.lists(NAME, min_size=1, max_size=4, unique_by=str.lower)
)
def test_any_second_and_third_header_of_a_survey_are_no_groups(
    place: Path, first: int, groups: list[str]
) -> None:
    ids = [json.dumps({"ImportId": f"QID{first + n}_TEXT"}) for n in range(2)]
    cells = [["group", "builder"], ["Which group?", "Which team builds?"], ids]
    cells += [[group, "data"] for group in groups]
    written = io.StringIO()
    csv.writer(written).writerows(cells)
    for table in (from_csv(place, written.getvalue()), read_table(book(place, *cells), CONTENT)):
        assert [row.group for row in table.rows] == groups
        assert "rows 2, 3" in table.notes[0]


@FEW
@given(word_=NAME, escape=st.sampled_from("abefv0"))
def test_any_escape_that_makes_a_control_character_is_told(
    place: Path, word_: str, escape: str
) -> None:
    (line,) = messages_of(place, f'builder: "{word_}\\{escape}x"\n')
    assert line.startswith("1: builder: A backslash makes a control character")
    assert from_yaml(place, f"builder: '{word_}\\{escape}x'\n").builder == f"{word_}\\{escape}x"


@FEW
@given(
    duty=st.sampled_from(["evaluation-set", "answers-to-business", "turn-off"]),
    one=NAME,
    other=NAME,
    turned=st.booleans(),
)
def test_any_name_in_two_spellings_stands_twice(
    place: Path, duty: str, one: str, other: str, turned: bool
) -> None:
    names = [duty, duty.replace("-", "_")][:: -1 if turned else 1]
    (line,) = messages_of(place, f"duties:\n  {names[0]}: {one}\n  {names[1]}: {other}\n")
    assert line.startswith(f"3: duties.{names[1]}: This name stands twice; the first is on line 2")


@FEW
@given(name=st.sampled_from(TEXTS))
def test_none_is_asked_about_wherever_it_may_mean_nobody(place: Path, name: str) -> None:
    with pytest.raises(InputError, match="can mean nobody"):
        Answers.from_row({name: "None"})
    (problem,) = from_csv(place, f"group,{name}\na,None\n").problems
    assert problem.name == name


@FEW
@given(
    hidden=st.lists(st.booleans(), min_size=1, max_size=3).filter(any),
    at=st.integers(0, 3),
    group=NAME,
)
def test_of_any_sheets_the_one_that_shows_is_read(
    place: Path, hidden: list[bool], at: int, group: str
) -> None:
    made = Workbook()
    made.remove(made.active)
    at = min(at, len(hidden))
    for n in range(len(hidden) + 1):
        sheet = made.create_sheet(f"Sheet {n}")
        sheet.append(["group", "model_teams"])
        sheet.append([group if n == at else f"old {n}", n])
        if n != at:
            sheet.sheet_state = "hidden" if hidden[n - (n > at)] else "veryHidden"
    made.active = at
    made.save(place / "sheets.xlsx")
    table = read_table(place / "sheets.xlsx", CONTENT)
    assert [row.group for row in table.rows] == [group]
    assert len(table.notes) >= 1


@FEW
@given(column=st.integers(0, 2), group=NAME)
def test_any_name_that_is_merged_over_two_rows_is_named(
    place: Path, column: int, group: str
) -> None:
    letter = "ABC"[column]
    names = ["group", "model_teams", "lead"]
    band: list[Any] = [n if at == column else "Numbers" for at, n in enumerate(names)]
    below: list[Any] = [None if at == column else n for at, n in enumerate(names)]

    def merge(sheet: Any) -> None:
        sheet.merge_cells(f"{letter}1:{letter}2")

    problems = read_table(
        book(place, band, below, [group, 3, "product"], change=merge), CONTENT
    ).problems
    assert any(f"{letter}1:{letter}2" in p.message for p in problems)


@FEW
@given(
    ending=st.sampled_from(["xlsm", "XLSM", "xltm", "xltx", "xlsb", "xls"]),
    raw=st.binary(max_size=40),
)
def test_a_workbook_of_another_kind_is_told_how_to_save_it(
    place: Path, ending: str, raw: bytes
) -> None:
    path = place / f"a.{ending}"
    path.write_bytes(raw)
    with pytest.raises(InputError, match=r"Save it as \.xlsx"):
        read_table(path, CONTENT)
    path.unlink()  # before a name that differs only in its case
