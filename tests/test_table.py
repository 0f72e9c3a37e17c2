"""A table says as much as an answers file, and every problem of every row is told at once."""

from __future__ import annotations

import csv
import datetime
import io
import struct
import tempfile
import threading
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from conftest import TOP
from whole_answers import whole_answers
from workshop.answers.columns import column_of
from workshop.answers.intake import exact, meant
from workshop.answers.reading import read_answers
from workshop.answers.schema import Answers
from workshop.answers.sheets import MAX_BYTES, MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from workshop.answers.table import (
    Table,
    answers_to_row,
    read_table,
    table_of,
    typed,
    value_of,
)
from workshop.content.loader import load_content
from workshop.problems import InputError, Problem

CONTENT = load_content()
EXAMPLES = sorted((*TOP.glob("examples/*.yaml"), *TOP.glob("examples/cases/*.yaml")))


def read(tmp_path: Path, text: str | bytes, name: str = "teams.csv") -> Table:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_table(path, CONTENT)


def refused(tmp_path: Path, text: str | bytes, name: str = "teams.csv") -> Problem:
    with pytest.raises(InputError) as caught:
        read(tmp_path, text, name)
    return caught.value.problems[0]


def parameters_of(table: Table) -> list[dict[str, Any]]:
    assert not table.problems, table.problems[0]
    return [row.answers.to_parameters() for row in table.rows if row.answers]


def one(tmp_path: Path, column: str, cell: str) -> Table:
    """Read a table of one group and one more column."""
    text = io.StringIO()
    csv.writer(text).writerows([["group", column], ["Payments", cell]])
    return read(tmp_path, text.getvalue())


def workbook(tmp_path: Path, *rows: list[Any], change: Callable[[Any], None] | None = None) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    if change:
        change(book)
    path = tmp_path / "teams.xlsx"
    book.save(path)
    return path


# -- what an answers file can hold, a row can hold ------------------------------------------------


def written(groups: list[Answers], separator: str = ",", end: str = "\n") -> str:
    text = io.StringIO(newline="")
    # without all those marks, Python 3.11 leaves a line end of another system bare
    writer = csv.writer(text, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows(table_of(groups))
    return text.getvalue()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["unix", "windows", "old-mac"])
@pytest.mark.parametrize("separator", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_examples_are_the_same_from_a_table(tmp_path: Path, separator: str, end: str) -> None:
    answers = [read_answers(path) for path in EXAMPLES]
    table = read(tmp_path, written(answers, separator, end))
    assert not table.problems
    assert [row.answers for row in table.rows] == answers


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(whole_answers.filter(bool), min_size=1, max_size=3), st.sampled_from(",;\t"))
def test_any_answers_are_the_same_from_a_table(
    tmp_path: Path, groups: list[dict[str, Any]], separator: str
) -> None:
    answers = [Answers.from_parameters({"model_teams": 1, **group}) for group in groups]
    table = read(tmp_path, written(answers, separator))
    assert not table.problems
    assert [row.answers for row in table.rows] == answers


anything = st.one_of(
    st.sampled_from(["", " ", '"', '""', '"a"', '" a"', "[]", "{}", "a;b", "1; 3", "=1+1", "'"]),
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"])),
    st.text(' ";\n\r\tab,.'),
)
named = anything.filter(lambda t: any(c.isprintable() and not c.isspace() for c in t))


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(anything, st.lists(anything, max_size=3), named, named, st.sampled_from(",;\t"))
def test_text_of_any_shape_is_the_same_from_a_table(
    tmp_path: Path, prose: str, lines: list[str], team: str, role: str, separator: str
) -> None:
    choice = {"value": team, "label": "x", "count": 2, "by_role": {role: 2}}
    vote = {
        "question": "lead",
        "asked": "?" + prose,
        "privacy": "role",
        "rounds": [{"cast": 2, "choices": [choice]}, {"cast": 0, "choices": []}],
        "dissent": lines or None,
    }
    decision = {"decision": "x", "then": prose, "settles": [], "if": prose}
    answers = Answers.model_validate(
        {
            "group": team,
            "evaluation_set_authors": [team, role],
            "duties": {"turn-off": team},
            "knowledge": {},
            "signals": {"queue_weeks": {}},
            "drills": {"stale-features": {"minute_0": team}, "feature-drift": {}},
            "votes": [vote],
            "decisions": [decision, {"decision": team}],
            "earlier": {"answers": {"organisation": role, "decisions": [decision]}},
            "basis": {"duties.paged": "opinion"},
        }
    )
    table = read(tmp_path, written([answers], separator))
    assert not table.problems
    assert table.rows[0].answers == answers


@given(anything)
def test_a_cell_of_text_is_read_as_it_was_meant(text: str) -> None:
    assert meant(exact(text)) == text
    assert value_of(typed([text, text]), "texts") == [text, text]


def test_somebody_who_is_quoted_keeps_the_quotation_marks(tmp_path: Path) -> None:
    table = one(tmp_path, "decisions.1.decision", '"Hire first", said Ana, "then open."')
    assert (
        parameters_of(table)[0]["decisions"][0]["decision"]
        == '"Hire first", said Ana, "then open."'
    )
    assert meant('"Hire first."') == '"Hire first."'


def test_what_is_unknown_has_no_column() -> None:
    row = answers_to_row(Answers(model_teams=6, queue_weeks=5.0, regulated=False))
    assert row == {"model_teams": "6", "queue_weeks": "5", "regulated": "false"}


def test_columns_of_a_table_stand_in_the_order_of_the_workshop() -> None:
    first = {"stages": [{"stage": "data"}, {"stage": "model", "measured": True}], "lead": "product"}
    other = {"model_teams": 3, "stages": [{"stage": "data", "team": "data"}], "group": "a"}
    names, *rows = table_of(map(Answers.from_parameters, (first, other)))
    assert names == [
        "group",
        "model_teams",
        "lead",
        "stages.1.stage",
        "stages.1.team",
        "stages.2.stage",
        "stages.2.measured",
    ]
    assert rows == [
        ["", "", "product", "data", "", "model", "true"],
        ["a", "3", "", "data", "data", "", ""],
    ]


# -- columns and cells ----------------------------------------------------------------------------

READ_AS = {
    "yes": ("regulated", "yes", True),
    "no, as Excel writes it": ("regulated", "FALSE", False),
    "yes in German": ("regulated", "ja", True),
    "no, as a German Excel writes it": ("regulated", "FALSCH", False),
    "whole number that pandas made a decimal": ("model_teams", "6.0", 6),
    "spaces around a name": ("lead", " research ", "research"),
    "formula as text": ("builder", "=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
    "script as text": ("builder", "<script>alert(1)</script>", "<script>alert(1)</script>"),
    "list": ("evaluation_set_authors", "research; product", ["research", "product"]),
    "list with a semicolon in an entry": ("evaluation_set_authors", '"a;b"; "c"', ["a;b", "c"]),
    "list with a quoted word": ("evaluation_set_authors", '"A" team; b', ['"A" team', "b"]),
    "range": ("stages.1.wait_days", "1; 3;9", [1.0, 3.0, 9.0]),
    "one number for a range": ("stages.1.wait_days", "2.5", 2.5),
    "underscore for a hyphen": ("duties.turn_off", "data", "data"),
    "date with midnight": ("held_on", "2026-11-19 00:00:00", "2026-11-19"),
    "basis of a part": ("basis.duties.paged", "opinion", "opinion"),
}


@pytest.mark.parametrize(("column", "cell", "value"), READ_AS.values(), ids=READ_AS)
def test_cell_is_read_as(tmp_path: Path, column: str, cell: str, value: Any) -> None:
    text = io.StringIO()
    rows = [["group", "stages.1.stage", column], ["Payments", "data", cell]]
    csv.writer(text).writerows(rows)
    (found,) = parameters_of(read(tmp_path, text.getvalue()))
    where = column_of(column)
    assert where is not None
    at: Any = found
    for step in where.steps:
        at = at[step - 1 if isinstance(step, int) else step]
    assert at == value


NAMED = {
    "word for a number": ("model_teams", "six", "leave the cell empty"),
    "half a person": ("model_teams", "6.5", "a whole number"),
    "decimal comma": ("queue_weeks", "2,5", "a point for decimals: 2.5"),
    "comma for thousands": ("queue_weeks", "2,500", "Write 2500, or 2.500"),
    "percent": ("queue_weeks", "5%", "no unit"),
    "out of range": ("maturity", "9", "5 or less"),
    "number without end": ("queue_weeks", "1e999", "a number"),
    "one for yes": ("regulated", "1", "yes or no"),
    "day before month": ("held_on", "19.11.2026", "2027-03-31"),
    "choice that is none": ("rails", "bougth", "Did you mean “bought”?"),
    "commas in a list of choices": ("squad", "testing, design", "testing"),
    "range of two": ("stages.1.wait_days", "1; 9", "1; 3; 9"),
    "range as in a file": ("stages.1.wait_days", "[1, 3, 9]", "1; 3; 9"),
    "range that falls": ("stages.1.wait_days", "3; 2; 9", "less than the one before"),
    "entry without what it needs": ("stages.1.team", "data", "“stage” is missing"),
    "finding that is none": ("decisions.1.settles", "nobody-payed", "findings.json"),
    "text in the place of parts": ("duties", "research", "columns of their own"),
    "invisible name": ("group", "\u200b", "leave the cell empty"),
}


@pytest.mark.parametrize(("column", "cell", "words"), NAMED.values(), ids=NAMED)
def test_cell_is_named_with_row_and_column(
    tmp_path: Path, column: str, cell: str, words: str
) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([["organisation", column], [], ["Tern", cell]])
    table = read(tmp_path, text.getvalue())
    found = [p for p in table.problems if words in str(p)]
    assert found, table.problems
    assert column.startswith(found[0].name)
    assert (found[0].where, found[0].line) == (str(tmp_path / "teams.csv"), 3)
    assert table.rows[0].answers is None


UNKNOWN = {
    "capital letter": ("Lead", "Did you mean “lead”?"),
    "typo": ("duties.payed", "Did you mean “duties.paged”?"),
    "typo behind a number": ("stages.12.taem", "Did you mean “stages.12.team”?"),
    "entry zero": ("stages.0.team", "Did you mean"),
    "space for an underscore": ("Model teams", "Did you mean “model_teams”?"),
    "drill that is none": ("drills.stale-feature.minute_0", "Did you mean “stale-features”?"),
    "minute that is none": ("drills.stale-features.minute_5", "minute_"),
    "basis of no answer": ("basis.model_team", "Did you mean “model_teams”?"),
    "too deep": ("lead.name", ""),
    "workshop before the earlier one": ("earlier.answers.earlier.answers.lead", ""),
    "own remark": ("What we think of them", ""),
}


@pytest.mark.parametrize(("column", "words"), UNKNOWN.values(), ids=UNKNOWN)
def test_unknown_column_is_named_once_and_the_others_are_read(
    tmp_path: Path, column: str, words: str
) -> None:
    table = read(tmp_path, f"group,{column},model_teams\na,x,1\nb,x,2\n")
    (problem,) = table.problems
    assert words in str(problem)
    assert problem.line == 1
    assert [row.answers for row in table.rows] == [
        Answers(group="a", model_teams=1),
        Answers(group="b", model_teams=2),
    ]
    assert len(table.left_out) == 1


def test_name_that_stands_over_two_columns_is_read_once(tmp_path: Path) -> None:
    table = read(tmp_path, "group,duties.turn-off,duties.turn_off\na,data,product\n")
    (problem,) = table.problems
    assert "Two columns" in problem.message
    assert table.rows[0].answers == Answers.from_parameters(
        {"group": "a", "duties": {"turn-off": "data"}}
    )


def test_numbered_entries_may_leave_gaps_and_keep_their_column_in_messages(tmp_path: Path) -> None:
    names = "group,stages.2.stage,stages.2.wait_days,stages.10.stage,stages.10.wait_days"
    table = read(tmp_path, f"{names}\na,data,1,modle,2\nb,,,model,-1\nc,,,model,4\n")
    assert [p.name for p in table.problems] == ["stages.10.stage", "stages.10.wait_days"]
    assert table.rows[2].answers == Answers.from_parameters(
        {"group": "c", "stages": [{"stage": "model", "wait_days": 4}]}
    )


def test_rows_have_the_numbers_that_a_spreadsheet_shows(tmp_path: Path) -> None:
    text = (
        '\nTeams of Tern\n\ngroup,decisions.1.decision,rails\na,"two\nlines",built\n\n,,\nb,,bad\n'
    )
    table = read(tmp_path, text)
    assert [row.number for row in table.rows] == [5, 8]
    assert [(p.line, p.name) for p in table.problems] == [(8, "rails")]


def test_cell_beyond_the_names_is_told_and_blank_columns_are_not(tmp_path: Path) -> None:
    table = read(tmp_path, "group,rails,,\na,built,,\nb,built, ,extra\n")
    (problem,) = table.problems
    assert (problem.line, problem.value) == (3, "extra")
    assert [row.answers is None for row in table.rows] == [False, True]


def test_every_problem_of_every_row_is_told(tmp_path: Path) -> None:
    rows = "".join(f"g{i},nine,bougth,maybe\n" for i in range(500))
    table = read(tmp_path, f"group,maturity,rails,regulated\n{rows}")
    assert len(table.problems) == 1500
    assert [p.line for p in table.problems] == sorted(p.line or 0 for p in table.problems)


# -- text files: separators and encodings ---------------------------------------------------------


def test_semicolons_bring_decimal_commas(tmp_path: Path) -> None:
    text = 'group;queue_weeks;stages.1.stage;stages.1.wait_days\na;2,5;data;"1; 2,5; 9"\n'
    (found,) = parameters_of(read(tmp_path, text))
    assert found["queue_weeks"] == 2.5
    assert found["stages"][0]["wait_days"] == [1, 2.5, 9]
    table = read(tmp_path, "group;queue_weeks\na;1,234\n")
    assert "Write 1234, or 1.234" in table.problems[0].suggestion


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"], ids=lambda name: name
)
def test_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    table = read(tmp_path, "group,model_teams\r\nGröße & Söhne,6\r\n".encode(encoding))
    assert parameters_of(table) == [{"group": "Größe & Söhne", "model_teams": 6}]
    assert ["Windows-1252" in note for note in table.notes] == [True] * (encoding == "cp1252")


def test_row_in_another_encoding_is_named(tmp_path: Path) -> None:
    rows = "group,lead\nGröße,research\n".encode() + "Söhne,product\n".encode("cp1252")
    table = read(tmp_path, rows + b"Tern,product\n")
    (problem,) = table.problems
    assert (problem.line, problem.name) == (3, "group")
    assert "UTF-8" in problem.message
    assert [row.answers is None for row in table.rows] == [False, True, False]


def test_control_character_is_named(tmp_path: Path) -> None:
    (problem,) = read(tmp_path, "group,lead\na,rese\x07arch\n").problems
    assert "U+0007" in problem.message
    assert (problem.line, problem.name) == (2, "lead")


def test_line_that_says_its_separator_is_passed_over(tmp_path: Path) -> None:
    assert parameters_of(read(tmp_path, "sep=;\ngroup;rails\na;built\n"))[0]["rails"] == "built"


def test_one_column_may_hold_commas_in_quotation_marks(tmp_path: Path) -> None:
    assert parameters_of(read(tmp_path, 'group\n"a, b"\n')) == [{"group": "a, b"}]


# -- what cannot be read at all -------------------------------------------------------------------

REFUSED: dict[str, tuple[bytes, str, str]] = {
    "nothing": (b"", "t.csv", "empty"),
    "blank lines": (b"\n\n , ,\n", "t.csv", "No row of this table"),
    "a byte-order mark and nothing": (b"\xef\xbb\xbf", "t.csv", "No row of this table"),
    "no names of answers": (b"Organization,Team\nTern,a\n", "t.csv", "No row of this table"),
    "no row below the names": (b"\ngroup,lead\n", "t.csv", "no row below"),
    "UTF-16 without its mark": ("group,lead\na,b".encode("utf-16-le"), "t.csv", "UTF-8"),
    "half of UTF-16": (b"\xff\xfeg\x00\x00", "t.csv", "UTF-16"),
    "workbook called CSV": (b"PK\x03\x04...", "t.csv", "Name it .xlsx"),
    "CSV called workbook": (b"group,lead\na,b", "t.xlsx", "not an XLSX"),
    "workbook with a password": (b"\xd0\xcf\x11\xe0" * 9, "t.xlsx", "password"),
    "old workbook": (b"\xd0\xcf\x11\xe0", "t.xls", "Save it as .xlsx"),
    "open quotation mark": (b'group,lead\na,b\nc,"d\ne,f\n', "t.csv", "never closed"),
    "text behind a quotation mark": (b'group,lead\n"a" b,c\n', "t.csv", "each is doubled"),
}


@pytest.mark.parametrize(("raw", "name", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_table_is_refused(tmp_path: Path, raw: bytes, name: str, words: str) -> None:
    problem = refused(tmp_path, raw, name)
    assert words in str(problem)
    assert problem.where == str(tmp_path / name)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.one_of(
        st.binary(max_size=60),
        st.text(',;\t"\n\r=6.- éa\x00', max_size=60).map(str.encode),
        st.text(",;\né", max_size=20).map(lambda t: t.encode("cp1252")),
    ),
    st.booleans(),
)
def test_whatever_stands_in_a_file_is_read_or_refused(
    tmp_path: Path, raw: bytes, headed: bool
) -> None:
    head = b"group,model_teams,squad,stages.1.wait_days,held_on,regulated\n" if headed else b""
    try:
        table = read(tmp_path, head + raw)
    except InputError as error:
        assert error.problems
    else:
        assert all(row.answers or table.problems for row in table.rows)


@cache
def small_workbook() -> bytes:
    """One workbook for all tries: it holds the time at which it was made."""
    with tempfile.TemporaryDirectory() as folder:
        made = workbook(Path(folder), ["group", "model_teams"], ["a", 6], ["b", "=1"])
        return made.read_bytes()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_workbook_with_a_few_bytes_changed_is_read_or_refused(
    tmp_path: Path, data: st.DataObject
) -> None:
    raw = bytearray(small_workbook())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        read(tmp_path, bytes(raw), "teams.xlsx")
    except InputError as error:
        assert error.problems


def test_open_quotation_mark_is_told_with_its_row(tmp_path: Path) -> None:
    assert refused(tmp_path, 'group,lead\n"a\nb",research\nc,"d\ne,f\n').line == 3


def test_table_without_known_names_tells_what_its_columns_may_mean(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Did you mean “organisation”"):
        read(tmp_path, "Organization,Group\nTern,a\n")


def test_missing_file_and_folder_are_told(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    for name in ("none.csv", "folder.csv", "none.xlsx", "a\0b.csv"):
        with pytest.raises(InputError):
            read_table(tmp_path / name, CONTENT)


# -- too large ------------------------------------------------------------------------------------


def test_cell_of_many_megabytes_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    limit = csv.field_size_limit()
    table = read(tmp_path, f"group,lead\na,research\n{'x' * 20_000_000},product\nc,product\n")
    (problem,) = table.problems
    assert (problem.line, problem.name) == (3, "group")
    assert "20,000,000 characters" in problem.message
    assert len(str(problem)) < 500
    assert [row.answers is None for row in table.rows] == [False, True, False]
    assert csv.field_size_limit() == limit


def test_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "teams.csv"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(InputError, match="at most"):
        read_table(path, CONTENT)


def test_too_many_rows_columns_and_cells_are_refused(tmp_path: Path) -> None:
    assert "rows" in str(refused(tmp_path, "group\n" + "a\n" * (MAX_ROWS + 100)))
    wide = ",".join(["group", *(f"c{i}" for i in range(MAX_COLUMNS))])
    assert "columns" in str(refused(tmp_path, f"{wide}\na\n"))
    names = ["group", *(f"c{i}" for i in range(999))]
    rows = [names] + [["a"] * 1000] * (MAX_CELLS // 1000 + 1)
    text = "\n".join(map(",".join, rows))
    assert "cells" in str(refused(tmp_path, text))


def test_thousands_of_unknown_columns_are_told_in_short(tmp_path: Path) -> None:
    names = ",".join(f"lead{i}" for i in range(5000))
    table = read(tmp_path, f"group,{names}\na,{','.join('x' * 5000)}\n")
    assert len(table.problems) == 201
    assert "4,800 more" in table.problems[-1].message
    assert table.rows[0].answers == Answers(group="a")


def test_refused_table_leaves_nothing_that_the_next_one_waits_for(tmp_path: Path) -> None:
    caught = refused(tmp_path, "group\n" + "a\n" * (MAX_ROWS + 100))
    thread = threading.Thread(target=read, args=(tmp_path, "group\na\n"), daemon=True)
    thread.start()
    thread.join(timeout=60)
    assert not thread.is_alive(), caught


# -- workbooks ------------------------------------------------------------------------------------


def test_values_of_a_workbook_are_read(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        ["Teams of Tern"],
        [],
        ["group", "model_teams", "queue_weeks", "regulated", "held_on", "stages.1.stage", "model"],
        ["Payments", 6.0, 2.5, True, datetime.datetime(2026, 11, 19), "data", 7],
        [None, None],
        [2026, "6", "2.5", "no", "2026-11-19", "data", datetime.date(2027, 1, 5)],
    )
    table = read_table(path, CONTENT)
    rest = {"model_teams": 6, "queue_weeks": 2.5, "held_on": "2026-11-19"}
    rest["stages"] = [{"stage": "data"}]
    assert parameters_of(table) == [
        {"group": "Payments", "regulated": True, "model": "7", **rest},
        {"group": "2026", "regulated": False, "model": "2027-01-05", **rest},
    ]
    assert [row.number for row in table.rows] == [4, 6]


def test_what_a_spreadsheet_has_mangled_is_named(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        ["group", "model_teams", "held_on", "regulated"],
        ["a", datetime.date(2026, 3, 4), 46000, 1],
        ["b", True, datetime.time(4, 30), "#REF!"],
        change=lambda book: setattr(book.active["D3"], "data_type", "e"),
    )
    found = read_table(path, CONTENT).problems
    assert [(p.line, p.name) for p in found] == [
        (2, "model_teams"),
        (2, "held_on"),
        (2, "regulated"),
        (3, "model_teams"),
        (3, "held_on"),
        (3, "regulated"),
    ]
    assert "#REF!" in found[-1].message


def with_cached_value(path: Path, value: str) -> None:
    """Give the formula of a workbook the value that a spreadsheet would have worked out."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    assert b"<v />" in parts[name] or b"<v/>" in parts[name] or b"<v></v>" in parts[name]
    for blank in (b"<v />", b"<v/>", b"<v></v>"):
        parts[name] = parts[name].replace(blank, f"<v>{value}</v>".encode())
    with zipfile.ZipFile(path, "w") as archive:
        for part, raw in parts.items():
            archive.writestr(part, raw)


def test_formula_counts_as_its_last_value_and_is_named_without_one(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["group", "model_teams"], ["a", "=3+3"])
    (problem,) = read_table(path, CONTENT).problems
    assert (problem.line, problem.name) == (2, "model_teams")
    assert "formula" in problem.message
    with_cached_value(path, "6")
    assert parameters_of(read_table(path, CONTENT)) == [{"group": "a", "model_teams": 6}]


def test_text_that_begins_like_a_formula_is_text(tmp_path: Path) -> None:
    def as_text(book: Any) -> None:
        book.active["A2"].data_type = "s"

    path = workbook(tmp_path, ["group", "model_teams"], ["=SUM(A1)", 1], change=as_text)
    assert parameters_of(read_table(path, CONTENT))[0]["group"] == "=SUM(A1)"


def test_merged_cells_among_the_values_are_named(tmp_path: Path) -> None:
    def merge(book: Any) -> None:
        book.active.merge_cells("A1:C1")
        book.active.merge_cells("A3:A5")

    rows = [["Teams"], ["organisation", "group", "rails"]]
    rows += [["Tern" if i == 0 else None, f"g{i}", "built"] for i in range(5)]
    table = read_table(workbook(tmp_path, *rows, change=merge), CONTENT)
    (problem,) = table.problems
    assert (problem.line, problem.name) == (3, "organisation")
    assert "A3:A5" in problem.message
    assert [row.answers is None for row in table.rows] == [True, True, True, False, False]


@pytest.mark.parametrize("state", ["hidden", "veryHidden", "visible"])
def test_the_sheet_that_shows_is_read_and_the_others_are_said(tmp_path: Path, state: str) -> None:
    def add(book: Any) -> None:
        book.active.title = "Read me"
        for title in ("Q3", "Q4"):
            sheet = book.create_sheet(title)
            sheet.append(["group", "maturity"])
            sheet.append([title, 9 if title == "Q4" else 2])
            sheet.row_dimensions[2].hidden = True
        book["Q3"].sheet_state = state
        book.create_sheet("Nothing")

    path = workbook(tmp_path, ["How to fill in"], ["One row for each group"], change=add)
    if state == "visible":
        with pytest.raises(InputError, match="More than one sheet has the names of answers"):
            read_table(path, CONTENT)
        return
    table = read_table(path, CONTENT)
    assert [row.group for row in table.rows] == ["Q4"]
    assert table.problems[0].where == f"{path} (sheet Q4)"
    assert [note.partition(": ")[2] for note in table.notes] == [
        "the sheet “Read me” was not read.",
        "the hidden sheet “Q3” was not read.",
    ]


def test_answers_in_nothing_but_a_hidden_sheet_are_not_read(tmp_path: Path) -> None:
    def add(book: Any) -> None:
        sheet = book.create_sheet("Q3")
        sheet.append(["group", "maturity"])
        sheet.append(["a", 2])
        sheet.sheet_state = "hidden"

    with pytest.raises(InputError, match="Only a hidden sheet"):
        read_table(workbook(tmp_path, ["How to fill in"], change=add), CONTENT)


def test_examples_are_the_same_from_a_workbook(tmp_path: Path) -> None:
    answers = [read_answers(path) for path in EXAMPLES]
    table = read_table(workbook(tmp_path, *table_of(answers)), CONTENT)
    assert not table.problems
    assert [row.answers for row in table.rows] == answers


def changed(path: Path, **parts: Callable[[bytes], bytes]) -> Path:
    """Change parts of a workbook by the stem of their names."""
    with zipfile.ZipFile(path) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in found.items():
            archive.writestr(name, parts.get(Path(name).stem, lambda same: same)(raw))
    return path


def bomb(raw: bytes) -> bytes:
    return raw.replace(b"</worksheet>", b"<!--" + b" " * 120_000_000 + b"--></worksheet>")


def laughs(raw: bytes) -> bytes:
    entities = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    return entities + raw.replace(b"<sheetData>", b"<sheetData><!-- -->").replace(
        b"Payments", b"&b;"
    )


BROKEN: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "a part that unpacks without end": (bomb, "unpacks to"),
    "entities": (laughs, "damaged"),
    "half a part": (lambda raw: raw[: len(raw) // 2], "damaged"),
    "a cell that is nowhere": (lambda raw: raw.replace(b'r="A2"', b'r="2A"'), "damaged"),
    "a row beyond the last": (lambda raw: raw.replace(b'r="2"', b'r="99999999"'), "beyond"),
}


@pytest.mark.parametrize(("change", "words"), BROKEN.values(), ids=BROKEN)
def test_workbook_that_is_damaged_or_a_trap_is_refused(
    tmp_path: Path, change: Callable[[bytes], bytes], words: str
) -> None:
    path = workbook(tmp_path, ["group", "model_teams"], ["Payments", 6])
    with pytest.raises(InputError, match=words):
        read_table(changed(path, sheet1=change), CONTENT)


def test_workbook_that_claims_another_size_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["group", "model_teams"], ["Payments", 6])
    claim = changed(path, sheet1=lambda raw: raw.replace(b'"A1:B2"', b'"A1:XFD1048576"'))
    assert parameters_of(read_table(claim, CONTENT)) == [{"group": "Payments", "model_teams": 6}]


def test_workbook_whose_part_says_a_wrong_length_is_refused(tmp_path: Path) -> None:
    """A small length in the directory must not hide a large part."""
    path = workbook(tmp_path, ["group"], ["Payments"])
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    raw = path.read_bytes()
    assert struct.pack("<I", size) in raw
    path.write_bytes(raw.replace(struct.pack("<I", size), struct.pack("<I", 40)))
    with pytest.raises(InputError, match="damaged"):
        read_table(path, CONTENT)


def test_workbook_with_nothing_in_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="empty"):
        read_table(workbook(tmp_path), CONTENT)
