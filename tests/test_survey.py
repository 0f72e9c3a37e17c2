"""Exports of surveys: recognised, matched to answers, confirmed by a person, made a table."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import Workbook
from typer.testing import CliRunner

from workshop import Answers, InputError, load_content
from workshop.answers.survey import Tool, apply, propose, read_mapping, recognise
from workshop.answers.table import read_table
from workshop.cli.commands import app

CONTENT = load_content()
run = CliRunner()
ASKED = ["group", "model_teams", "regulated", "deployment", "duties.paged", "queue_weeks"]
QUESTIONS = [CONTENT.question(name).ask for name in ASKED]
ROWS = [
    ["Payments", "3", "Yes", "Pure cloud", "Ranking squad #2", "2.5"],
    ["Search", "6", "No", "On premises", "TBD", ""],
]
EXPECTED = [
    Answers.from_row(
        {
            "group": "Payments",
            "model_teams": 3,
            "regulated": True,
            "deployment": "pure-cloud",
            "duties.paged": "Ranking squad #2",
            "queue_weeks": 2.5,
        }
    ),
    Answers.from_row(
        {"group": "Search", "model_teams": 6, "regulated": False, "deployment": "on-premises"}
    ),
]


def text_of(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def google(folder: Path) -> Path:
    rows = [["Timestamp", "Email Address", *QUESTIONS]]
    rows += [["2026/11/20 9:12:33 AM GMT+1", "ana@example.com", *row] for row in ROWS]
    path = folder / "form.csv"
    path.write_text(text_of(rows), "utf-8")
    return path


def microsoft(folder: Path) -> Path:
    book = Workbook()
    book.active.append(["ID", "Start time", "Completion time", "Email", "Name", *QUESTIONS])
    for number, row in enumerate(ROWS, 1):
        when = "11/20/26 9:12:33"
        book.active.append([number, when, when, "ana@example.com", "Ana Example", *row])
    path = folder / "form.xlsx"
    book.save(path)
    return path


def limesurvey(folder: Path) -> Path:
    about = ["Response ID", "Date submitted", "Last page", "Start language", "Seed"]
    rows = [[*about, *(f"Q{n}. {q}" for n, q in enumerate(QUESTIONS, 1))]]
    rows += [[str(n), "2026-11-20", "3", "en", "12345", *row] for n, row in enumerate(ROWS, 1)]
    path = folder / "results.csv"
    path.write_text("\ufeff" + text_of(rows), "utf-8")
    return path


def qualtrics(folder: Path) -> Path:
    about = ["StartDate", "EndDate", "IPAddress", "ResponseId"]
    codes = [*about, *(f"Q{n}" for n in range(1, len(QUESTIONS) + 1))]
    words = ["Start Date", "End Date", "IP Address", "Response ID", *QUESTIONS]
    ids = [f'{{"ImportId":"{code}"}}' for code in codes]
    rows = [codes, words, ids, *(["2026-11-20", "x", "10.0.0.1", "R_1", *row] for row in ROWS)]
    path = folder / "survey.csv"
    path.write_text(text_of(rows), "utf-8")
    return path


EXPORTS: dict[Tool, Any] = {
    "google-forms": google,
    "microsoft-forms": microsoft,
    "limesurvey": limesurvey,
    "qualtrics": qualtrics,
}


@pytest.mark.parametrize("tool", EXPORTS)
def test_an_export_is_recognised_and_who_answered_is_left_out(tmp_path: Path, tool: Tool) -> None:
    survey = recognise(EXPORTS[tool](tmp_path))
    assert survey.tool == tool
    assert len(survey.questions) == len(QUESTIONS)
    assert len(survey.rows) == len(ROWS)
    proposed = propose(survey, CONTENT)
    for private in ("ana@example.com", "Ana Example", "10.0.0.1", "12345"):
        assert private not in proposed


@pytest.mark.parametrize("tool", EXPORTS)
def test_questions_in_our_words_are_matched_and_give_the_answers(
    tmp_path: Path, tool: Tool
) -> None:
    survey = recognise(EXPORTS[tool](tmp_path))
    proposed = propose(survey, CONTENT)
    columns = yaml.safe_load(proposed)["columns"]
    assert [c["answer"] for c in columns] == ASKED
    assert not any("unsure" in c for c in columns)
    place = tmp_path / "mapping.yaml"
    place.write_text(proposed.replace("confirmed: false", "confirmed: true"), "utf-8")
    made = tmp_path / "answers.csv"
    made.write_text(apply(survey, read_mapping(place)), "utf-8")
    table = read_table(made, CONTENT)
    assert not table.problems
    assert [row.answers for row in table.rows] == EXPECTED
    assert "example.com" not in made.read_text("utf-8")


def test_questions_in_other_words_are_proposed_as_unsure_and_strange_ones_not_at_all(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "Timestamp,How many teams at your firm produce models today?,Do you like the canteen?\n"
        "x,3,yes\n",
        encoding="utf-8",
    )
    columns = yaml.safe_load(propose(recognise(path), CONTENT))["columns"]
    assert columns[0]["answer"] == "model_teams"
    assert columns[0]["unsure"]
    assert columns[1]["answer"] is None


@pytest.mark.parametrize(
    "asked",
    ["Your name", "What is your name?", "Name and role", "Please enter your full name", "Ihr Name"],
)
def test_the_name_of_a_person_is_taken_for_no_answer(tmp_path: Path, asked: str) -> None:
    path = tmp_path / "survey.csv"
    path.write_text(
        text_of([[asked, *QUESTIONS], *(["Ana Example", *row] for row in ROWS)]), "utf-8"
    )
    mapping = propose(recognise(path), CONTENT)
    taken = {column["question"]: column["answer"] for column in yaml.safe_load(mapping)["columns"]}
    assert taken.get(asked) is None
    assert [taken[question] for question in QUESTIONS] == ASKED
    assert "Ana Example" not in mapping


def test_a_choice_that_nothing_is_like_is_left_to_the_person(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    ask = CONTENT.question("deployment").ask
    path.write_text(
        text_of([["Timestamp", ask], ["x", "Hybrid"], ["x", "Qwxyz 77"]]), encoding="utf-8"
    )
    (column,) = yaml.safe_load(propose(recognise(path), CONTENT))["columns"]
    assert column["values"] == {"Hybrid": "hybrid", "Qwxyz 77": None}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("confirmed: false", "confirmed: no"), "Nobody has confirmed"),
        (("answer: model_teams", "answer: modle_teams"), "Did you mean “model_teams”"),
        (("answer: queue_weeks", "answer: model_teams"), "Two questions are mapped"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_told(
    tmp_path: Path, change: tuple[str, str], words: str
) -> None:
    proposed = propose(recognise(google(tmp_path)), CONTENT)
    assert change[0] in proposed
    place = tmp_path / "mapping.yaml"
    text = proposed.replace(*change).replace("confirmed: false", "confirmed: true")
    place.write_text(text, "utf-8")
    with pytest.raises(InputError, match=words):
        read_mapping(place)


def test_the_command_proposes_first_and_makes_the_table_once_confirmed(tmp_path: Path) -> None:
    path = google(tmp_path)
    first = run.invoke(app, ["import", str(path)])
    assert first.exit_code == 0
    assert "Google Forms, 2 rows, 6 questions" in first.stdout
    mapping = tmp_path / "form.mapping.yaml"
    assert run.invoke(app, ["import", str(path)]).exit_code == 2  # nothing is written over
    again = run.invoke(app, ["import", str(path), "--mapping", str(mapping)])
    assert again.exit_code == 2
    assert "Nobody has confirmed" in again.stderr
    text = mapping.read_text("utf-8")
    mapping.write_text(text.replace("confirmed: false", "confirmed: true"), "utf-8")
    done = run.invoke(app, ["import", str(path), "--mapping", str(mapping)])
    assert done.exit_code == 0, done.stderr
    assert "2 of 2 rows can be used" in done.stdout
    assert [r.answers for r in read_table(tmp_path / "form.answers.csv", CONTENT).rows] == EXPECTED


def test_what_people_wrote_into_a_survey_is_data(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    odd = "=cmd|' /C calc'!A0"
    path.write_text(
        text_of([["Timestamp", CONTENT.question("builder").ask], ["x", odd]]), encoding="utf-8"
    )
    survey = recognise(path)
    place = tmp_path / "m.yaml"
    place.write_text(
        propose(survey, CONTENT).replace("confirmed: false", "confirmed: true"), encoding="utf-8"
    )
    made = tmp_path / "answers.csv"
    made.write_text(apply(survey, read_mapping(place)), encoding="utf-8")
    (row,) = read_table(made, CONTENT).rows
    assert row.answers == Answers(builder=odd)
