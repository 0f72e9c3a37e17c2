"""Every problem of an answers file is told at once, where it stands and how to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import TOP
from workshop.model import Answers, InputError, Problem
from workshop.model.check import answers_files, read_answers


def problems(tmp_path: Path, text: str | bytes) -> tuple[Problem, ...]:
    path = tmp_path / "answers.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(InputError) as caught:
        read_answers(path)
    return caught.value.problems


def read(tmp_path: Path, text: str | bytes) -> Answers:
    path = tmp_path / "answers.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_answers(path)


@pytest.mark.parametrize("path", sorted((TOP / "examples").rglob("*.yaml")), ids=lambda p: p.stem)
def test_every_example_has_nothing_to_mend(path: Path) -> None:
    assert read_answers(path).to_parameters()


def test_all_problems_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        "model_teams: six\nmaturity: 9\nmandate: single-operater\nduties:\n  payed: product\n",
    )
    assert [(p.line, p.name) for p in found] == [
        (1, "model_teams"),
        (2, "maturity"),
        (3, "mandate"),
        (5, "duties.payed"),
    ]


ONE_PROBLEM = {
    "typo in a name": ("model_team: 6", "model_team", 1, "Did you mean “model_teams”?"),
    "typo in a choice": ("rails: bougth", "rails", 1, "Did you mean “bought”?"),
    "yes read as true": ("mandate: no", "mandate", 1, "write the value out"),
    "number in quotes": ('model_teams: "6"', "model_teams", 1, "Numbers stand without quotes"),
    "below zero": ("ml_engineers: -1", "ml_engineers", 1, "0 or more"),
    "above the range": ("maturity: 6", "maturity", 1, "5 or less"),
    "half a person": ("ml_engineers: 2.5", "ml_engineers", 1, "a whole number"),
    "not a number": ("queue_weeks: .nan", "queue_weeks", 1, "a number"),
    "not a date": ("held_on: tomorrow", "held_on", 1, "YYYY-MM-DD"),
    "a list where names belong": ("duties: [a]", "duties", 1, "names with values"),
    "a word for a list": ("squad: data", "squad", 1, "a list"),
    "an empty name": ('builder: ""', "builder", 1, "Fill it in"),
    "range out of order": (
        "stages:\n  - stage: data\n    wait_days: [5, 2, 9]",
        "stages.0.wait_days",
        3,
        "rising order",
    ),
    "range of two": (
        "stages:\n  - stage: data\n    touch_days: [5, 9]",
        "stages.0.touch_days",
        3,
        "[low, likely, high]",
    ),
    "stage without its kind": ("stages:\n  - team: data", "stages.0", 2, "Add it"),
    "unknown stage": ("stages:\n  - stage: modle", "stages.0.stage", 2, "Did you mean “model”?"),
    "unknown drill": (
        "drills:\n  stale-feature: {minute_0: data}",
        "drills.stale-feature",
        2,
        "Did you mean “stale-features”?",
    ),
    "basis of no answer": ("basis:\n  model_team: opinion", "basis.model_team", 2, "model_teams"),
    "unknown basis": ("basis:\n  model_teams: guess", "basis.model_teams", 2, "opinion"),
    "decision settles nothing": (
        "decisions:\n  - decision: x\n    settles: [nobody-payed]",
        "decisions.0.settles",
        3,
        "findings.json",
    ),
    "name twice": ("model_teams: 6\nmodel_teams: 7", "model_teams", 2, "Keep one"),
    "tabs": ("duties:\n\tpaged: x", "", 2, "spaces"),
    "reference": ("a: &x 1\nb: *x", "", 1, "Write the value out"),
    "list at the top": ("- 1", "", 1, "names with values"),
    "novel": (f"builder: {'x' * 501}", "builder", 1, "at most 500"),
}


@pytest.mark.parametrize("case", ONE_PROBLEM)
def test_a_problem_says_where_and_what_is_allowed(tmp_path: Path, case: str) -> None:
    text, name, line, says = ONE_PROBLEM[case]
    (problem,) = problems(tmp_path, text)
    assert (problem.name, problem.line) == (name, line)
    assert says in str(problem)
    assert str(tmp_path / "answers.yaml") in str(problem)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"organisation: \xff\xfe\xfa", "UTF-8"),
        (b"organisation: a\x07b", "U+0007"),
        (b"held_on: 2027-02-30", "date"),
        (b"a: [" * 2000, ""),
        (b"{", "not YAML"),
    ],
)
def test_bytes_that_are_no_answers_get_a_message(tmp_path: Path, raw: bytes, says: str) -> None:
    assert says in str(problems(tmp_path, raw)[0])


def test_windows_files_read_alike(tmp_path: Path) -> None:
    text = "organisation: Bücher & Söhne\r\nmodel_teams: 6\r\n"
    expected = read(tmp_path, text)
    assert read(tmp_path, b"\xef\xbb\xbf" + text.encode()) == expected
    assert read(tmp_path, text.encode("utf-16")) == expected


def test_an_empty_file_is_an_answers_file_in_which_nothing_was_told(tmp_path: Path) -> None:
    assert read(tmp_path, "") == Answers()
    assert read(tmp_path, "model_teams:\nmandate: ~\n") == Answers()


def test_a_missing_file_and_a_folder_get_a_message(tmp_path: Path) -> None:
    for path, says in ((tmp_path / "none.yaml", "Cannot be read"), (tmp_path, "folder")):
        with pytest.raises(InputError, match=says):
            read_answers(path)


def test_an_answers_file_in_json_reads_alike(tmp_path: Path) -> None:
    assert read(tmp_path, '{"model_teams": 6, "duties": {"turn-off": "nobody"}}') == read(
        tmp_path, "model_teams: 6\nduties: {turn-off: nobody}"
    )


def test_a_folder_gives_its_answers_files_and_other_kinds_are_refused(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("a.yaml", "b/c.yml", "notes.txt"):
        (tmp_path / name).write_text("model_teams: 1")
    assert [p.name for p in answers_files([tmp_path])] == ["a.yaml", "c.yml"]
    with pytest.raises(InputError, match="Not an answers file"):
        answers_files([tmp_path / "notes.txt"])


@given(st.binary(max_size=200))
def test_whatever_the_bytes_only_input_errors_come_out(tmp_path_factory, raw: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "answers.yaml"
    path.write_bytes(raw)
    try:
        read_answers(path)
    except InputError as error:
        assert error.problems


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["stage", "team", "touch_days", "now"]), inner)
        ),
        max_leaves=6,
    ),
    st.sampled_from(sorted(Answers.model_fields)),
)
def test_whatever_the_value_every_problem_names_its_answer(value: object, name: str) -> None:
    try:
        Answers.from_parameters({name: value})
    except InputError as error:
        assert all(p.name.split(".")[0] == name and p.message for p in error.problems)
