"""What a batch reads: groups with names that are safe, and every problem before anything runs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from conftest import TOP
from sessions import write_into
from workshop.answers.schema import Answers
from workshop.batch.source import LONGEST, Source, read_source, slug
from workshop.cli.commands import app
from workshop.problems import InputError
from workshop.session import Session

run = CliRunner()


def table(tmp_path: Path, text: str) -> Source:
    path = tmp_path / "teams.csv"
    path.write_text(text, "utf-8")
    return read_source(path)


def names(source: Source) -> list[str]:
    return [group.name for group in source.groups]


def session(path: Path, **answers: object) -> Path:
    opened = Session.open(path, who="Ana")
    for name, value in answers.items():
        opened.give((name,), value)
    opened.close()
    return path


# -- names ----------------------------------------------------------------------------------------

SLUGS = {
    "Online shop and customer app": "online-shop-and-customer-app",
    "../../x": "x",
    "..\\..\\C:\\x": "c-x",
    "/etc/passwd": "etc-passwd",
    "CON": "group-con",
    "com1.txt": "com1-txt",
    "COM¹": "group-com1",
    "nul ": "group-nul",
    "a.b.": "a-b",
    "Größe & Söhne": "grosse-sohne",
    "ＦＵＬＬ width": "full-width",
    "数据 平台": "数据-平台",
    "हिन्दी": "हिन्दी",
    "İstanbul": "istanbul",
    "🚀": "",
    "...": "",
    "": "",
    "-x-": "x",
    "x\u202egnp.exe": "x-gnp-exe",
    "=cmd|' /C calc'!A0": "cmd-c-calc-a0",
    "<script>alert(1)</script>": "script-alert-1-script",
}


@pytest.mark.parametrize(("text", "name"), SLUGS.items(), ids=lambda t: repr(t))
def test_folder_name_of(text: str, name: str) -> None:
    assert slug(text) == name


def test_long_names_stay_apart() -> None:
    one, other = slug("x" * 300), slug("x" * 300 + "y")
    assert len(one) == len(other) == LONGEST
    assert one != other


@settings(max_examples=500)
@given(st.text())
def test_folder_name_is_safe_everywhere(text: str) -> None:
    name = slug(text)
    assert name == slug(name)
    assert len(name) <= LONGEST
    assert len(name.encode()) < 255
    assert not set(name) & set('<>:"/\\|?*.%#& ')
    assert name.lower() == name
    assert not name.startswith("-")
    assert not name.endswith("-")


# -- tables ---------------------------------------------------------------------------------------


def test_each_row_is_a_group_that_says_where_it_stands(tmp_path: Path) -> None:
    source = table(tmp_path, "organisation,group,model_teams\nTern,Payments,3\nTern,Fraud,4\n")
    assert names(source) == ["payments", "fraud"]
    assert source.groups[1].where == f"{tmp_path / 'teams.csv'}, row 3"
    assert source.groups[1].answers == Answers(organisation="Tern", group="Fraud", model_teams=4)
    assert source.problems == source.left_out == source.notes == ()


def test_rows_with_problems_are_left_out_and_said(tmp_path: Path) -> None:
    source = table(tmp_path, "group,maturity,Lead\na,9,x\nb,3,x\n\nc,none,x\n")
    assert names(source) == ["b"]
    path = tmp_path / "teams.csv"
    assert source.left_out == (f"{path}, column Lead", f"{path}, row 2", f"{path}, row 5")
    assert [(p.line, p.name) for p in source.problems] == [
        (1, "Lead"),
        (2, "maturity"),
        (5, "maturity"),
    ]


def test_two_groups_of_one_name_are_both_left_out_and_told_once(tmp_path: Path) -> None:
    source = table(tmp_path, "group,maturity\nPayments,3\nFraud,2\npayments!,9\nPAYMENTS,1\n")
    assert names(source) == ["fraud"]
    (same,) = (p for p in source.problems if "one folder" in p.message)
    assert "payments: row 2, row 4, row 5" in same.message
    assert len(source.left_out) == 3


def test_groups_of_two_organisations_may_have_one_name(tmp_path: Path) -> None:
    source = table(tmp_path, "organisation,group\nTern,Payments\nHeron,Payments\nTern,Fraud\n")
    assert names(source) == ["tern-payments", "heron-payments", "fraud"]
    source = table(tmp_path, "organisation,group\nTern,Pay\nHeron,Pay\nHeron,Tern pay\n")
    assert names(source) == ["heron-pay"]
    assert "tern-pay: row 2, row 4" in source.problems[0].message


def test_group_without_a_name_has_that_of_its_organisation_or_row(tmp_path: Path) -> None:
    source = table(tmp_path, "organisation,group,model_teams\nTern,,1\nHeron,🚀,2\n,,3\n../..,,4\n")
    assert names(source) == ["tern", "heron", "teams-row-4", "teams-row-5"]
    assert not source.problems


def test_thousand_rows_are_read(tmp_path: Path) -> None:
    answers = "".join(f"Team {i},{i % 5 + 1},platform\n" for i in range(1000))
    source = table(tmp_path, f"group,maturity,duties.paged\n{answers}")
    assert len(source.groups) == 1000
    assert source.groups[999].name == "team-999"


# -- files, folders, sessions ---------------------------------------------------------------------


def test_folder_gives_its_files_and_sessions_in_order(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("group: Fraud\n", encoding="utf-8")
    (tmp_path / "A.json").write_text('{"group": "Payments"}', encoding="utf-8")
    session(tmp_path / "c.workshop", group="Search", model_teams=3)
    for name in ("notes.txt", ".hidden.yaml", "c.workshop.format-1.backup"):
        (tmp_path / name).write_text("group: x", encoding="utf-8")
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "d.yaml").write_text("group: deep", encoding="utf-8")
    (tmp_path / "t.csv").write_text("group\nx\n", encoding="utf-8")
    source = read_source(tmp_path)
    assert names(source) == ["payments", "fraud", "search"]
    assert source.groups[2].answers == Answers(group="Search", model_teams=3)
    assert source.groups[2].where == str(tmp_path / "c.workshop")
    assert not source.problems
    assert ["t.csv" in note for note in source.notes] == [True]


def test_problems_of_all_files_are_told_and_the_others_stay(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("group: a\nmaturity: 9\nrails: bougth\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("group: b\n", encoding="utf-8")
    (tmp_path / "c.workshop").write_bytes(b"not a session, but longer than a header" * 20)
    (tmp_path / "d.yaml").write_text("[", encoding="utf-8")
    (tmp_path / "e.yaml").mkdir()
    source = read_source(tmp_path)
    assert names(source) == ["b"]
    assert [Path(p).name for p in source.left_out] == ["a.yaml", "c.workshop", "d.yaml", "e.yaml"]
    assert len(source.problems) == 5
    assert "c.workshop" in str(source.problems[2])


def test_files_that_several_people_of_a_group_send_are_told_apart_by_their_own_names(
    tmp_path: Path,
) -> None:
    for name, answers in {
        "one.yaml": {"organisation": "Tern"},
        "two.yaml": {"organisation": "Tern"},
        "three.yaml": {"model_teams": 3},
        "answers (1).yaml": {"organisation": "Tern", "group": "Fraud"},
        "answers (2).yaml": {"organisation": "Tern", "group": "fraud"},
        "same.yaml": {"group": "Search"},
        "same.yml": {"group": "Search"},
    }.items():
        (tmp_path / name).write_text(yaml.safe_dump(answers), encoding="utf-8")
    source = read_source(tmp_path)
    assert names(source) == ["fraud-answers-1", "fraud-answers-2", "tern-one", "three", "tern-two"]
    (same,) = source.problems
    assert str(tmp_path / "same.yaml") in same.message
    assert str(tmp_path / "same.yml") in same.message
    assert len(source.left_out) == 2


def test_one_answers_file_and_one_session_are_sources(tmp_path: Path) -> None:
    assert names(read_source(TOP / "examples" / "tidewater-retail.yaml")) == [
        "online-shop-and-customer-app"
    ]
    assert names(read_source(session(tmp_path / "our.workshop", lead="research"))) == ["our"]


def test_session_tells_what_it_had_to_leave_out(tmp_path: Path) -> None:
    place = session(tmp_path / "our.workshop", lead="research")
    write_into(place, ("answered", "no JSON"))
    source = read_source(place)
    assert names(source) == ["our"]
    assert len(source.notes) == 1
    assert str(place) in source.notes[0]


def test_reading_a_session_leaves_it_as_it_was(tmp_path: Path) -> None:
    place = session(tmp_path / "our.workshop", lead="research")
    before = place.read_bytes()
    read_source(place)
    assert place.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["our.workshop"]


NOTHING = {
    "missing": ("none.yaml", "No such file"),
    "missing table": ("none.csv", "No such file"),
    "missing session": ("none.workshop", "no session here"),
    "empty folder": ("empty", "No answers file and no session"),
    "folder with a table": ("tables", "Name the table itself"),
    "another kind of file": ("picture.png", "neither a table nor a session"),
    "spreadsheet of another program": ("teams.ods", "not an ODS workbook"),
    "old workbook": ("teams.xls", "Save it as .xlsx"),
    "wrong answers": ("wrong.yaml", "maturity"),
}


@pytest.mark.parametrize(("name", "words"), NOTHING.values(), ids=NOTHING)
def test_what_can_be_no_source_is_refused(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "teams.csv").write_text("group\nx\n", encoding="utf-8")
    for other in ("picture.png", "teams.ods", "teams.xls"):
        (tmp_path / other).write_bytes(b"\x89PNG")
    (tmp_path / "wrong.yaml").write_text("maturity: 9\n", encoding="utf-8")
    with pytest.raises(InputError, match=words):
        read_source(tmp_path / name)


# -- the packaged table, and `workshop check` -----------------------------------------------------


def test_packaged_table_has_nothing_to_mend_and_different_advice() -> None:
    from workshop.findings import assess

    source = read_source(TOP / "examples" / "portfolio.csv")
    assert not source.problems
    assert len(source.groups) == 12
    assert len({g.answers.organisation for g in source.groups}) == 1
    advice = {assess(g.answers).recommendation.patterns for g in source.groups}
    assert {p for patterns in advice for p in patterns} == {
        "centralised",
        "embedded",
        "federated",
        "platform-as-mlops",
    }
    assert () in advice
    assert any(d.owner and d.due for g in source.groups for d in g.answers.decisions or ())
    assert any(g.answers.queue_weeks is None for g in source.groups)


def test_check_takes_tables_sessions_and_folders_of_them(tmp_path: Path) -> None:
    shutil.copy(TOP / "examples" / "portfolio.csv", tmp_path)
    session(tmp_path / "our.workshop", lead="research")
    (tmp_path / "a.yaml").write_text("group: a\n", encoding="utf-8")
    result = run.invoke(app, ["check", str(tmp_path)])
    assert result.exit_code == 0, result.stderr
    lines = {line.split(": ")[0].split("/")[-1]: line for line in result.stdout.splitlines()}
    assert lines["portfolio.csv"].endswith("nothing to mend, 12 groups.")
    assert lines["our.workshop"].endswith("nothing to mend, 1 answer.")
    assert lines["a.yaml"].endswith("nothing to mend, 1 answer.")


def test_check_tells_problems_of_tables_and_sessions_and_exits_2(tmp_path: Path) -> None:
    (tmp_path / "teams.csv").write_text("group,Lead\na,x\nA,y\n", encoding="utf-8")
    (tmp_path / "our.workshop").write_bytes(b"not a session, but longer than a header" * 20)
    result = run.invoke(app, ["check", str(tmp_path / "teams.csv"), str(tmp_path / "our.workshop")])
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert "teams.csv:1: Lead" in lines[0]
    assert "row 2, row 3" in lines[1]
    assert "not a session" in lines[2]
    assert lines[-1] == "3 problems."
