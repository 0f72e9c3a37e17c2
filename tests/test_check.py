"""Every problem of an answers file is told at once, where it stands and how to mend it."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import TOP
from workshop.answers.reading import answers_files, read_answers
from workshop.answers.schema import Answers
from workshop.problems import MAX_PROBLEMS, InputError, Problem


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


@pytest.mark.parametrize("path", answers_files([TOP / "examples"]), ids=lambda p: p.stem)
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
    "an earlier answer of another kind": (
        "earlier:\n  answers:\n    model_teams: six",
        "earlier.answers.model_teams",
        3,
        "leave the whole line out",
    ),
    "typo in an earlier name": (
        "earlier:\n  answers:\n    model_team: 6",
        "earlier.answers.model_team",
        3,
        "Did you mean “model_teams”?",
    ),
    "earlier drill that is none": (
        "earlier:\n  answers:\n    drills: {stale-feature: {}}",
        "earlier.answers.drills.stale-feature",
        3,
        "Did you mean “stale-features”?",
    ),
    "earlier decision settles nothing": (
        "earlier:\n  answers:\n    decisions: [{decision: x, settles: [nobody-payed]}]",
        "earlier.answers.decisions.0.settles",
        3,
        "findings.json",
    ),
    "a workshop before the earlier one": (
        "earlier:\n  answers:\n    earlier:\n      answers: {model_teams: 6}",
        "earlier.answers.earlier",
        3,
        "Leave this part out",
    ),
    "an earlier workshop without answers": (
        "model_teams: 6\nearlier:\n  became: []",
        "earlier",
        2,
        "“answers” is missing here",
    ),
    "became of something else": (
        "earlier:\n"
        "  answers: {decisions: [{decision: x}]}\n"
        "  became: [{decision: x, became: finished}]",
        "earlier.became.0.became",
        3,
        "done, under-way, not-begun, dropped",
    ),
    "became of no decision": (
        "earlier:\n"
        "  answers: {decisions: [{decision: Who ships it}]}\n"
        "  became:\n"
        "    - {decision: Who shipped it, became: done}",
        "earlier.became.0.decision",
        4,
        "Did you mean “Who ships it”?",
    ),
    "became of one decision twice": (
        "earlier:\n"
        "  answers: {decisions: [{decision: Who ships it}]}\n"
        "  became:\n"
        "    - {decision: Who ships it, became: done}\n"
        "    - {decision: who ships it, became: dropped}",
        "earlier.became.1.decision",
        5,
        "stands here twice",
    ),
    "name twice": ("model_teams: 6\nmodel_teams: 7", "model_teams", 2, "Keep one"),
    "tabs": ("duties:\n\tpaged: x", "", 2, "spaces"),
    "reference": ("a: &x 1\nb: *x", "", 1, "Write the value out"),
    "list at the top": ("- 1", "", 1, "names with values"),
    "novel": (f"builder: {'x' * 501}", "builder", 1, "at most 500"),
    "underscore for a hyphen": ("duties:\n  ship: x\n  turn_off: 5", "duties.turn_off", 3, "text"),
    "a name like the schema's own": ("float_weeks: 5", "float_weeks", 1, "No answer"),
    "impossible date": ("held_on: 2027-13-01", "held_on", 1, "a date or a number and is"),
    "counted in eights": ("model_teams: 010", "model_teams", 1, "YAML takes it for 8"),
    "counted in sixties": ("queue_weeks: 1:30", "queue_weeks", 1, "YAML takes it for 90"),
    "more digits than can be": ("model_teams: 0x" + "f" * 5000, "model_teams", 1, "plain digits"),
    "endless number": ("model_teams: 1" + "0" * 400, "model_teams", 1, "100000 or less"),
    "with a unit": ("queue_weeks: 5 weeks", "queue_weeks", 1, "no unit"),
    "a range": ("model_teams: 2-5", "model_teams", 1, "no range"),
    "decimals of a whole": ("model_teams: 6.0", "model_teams", 1, "Write 6."),
    "a word for a number": ("model_teams: six", "model_teams", 1, "leave the whole line out"),
    "yes in quotes": ('deploys_alone: "no"', "deploys_alone", 1, "Write false."),
    "a date for a name": ("builder: 2027-01-01", "builder", 1, "Found: 2027-01-01."),
    "list in its own words": (
        "stages: [{stage: data, touch_days: [1, two, 3]}]",
        "stages.0.touch_days",
        1,
        "Found: [1, two, 3].",
    ),
    "blank name": ('builder: "  "', "builder", 1, "blank"),
    "name without a shape": ('builder: "\\u200b"', "builder", 1, "blank"),
    "python object": ("builder: !!python/object:os.system {}", "builder", 1, "Leave it out"),
    "set of names": ("squad: !!set {design}", "squad", 1, "!!set is not read"),
    "tag that does not suit": ("regulated: !!bool maybe", "regulated", 1, "Mend it"),
    "time that is none": ("held_on: !!timestamp soon", "held_on", 1, "Mend it"),
    "equals sign": ("builder: =", "builder", 1, "Put it in quotes"),
    "merged": ("duties:\n  <<: {paged: x}", "duties.<<", 2, "Write them out"),
    "list for a name": ("duties:\n  ? [a, b]\n  : x", "duties", 2, "A name is text"),
    "number for a name": ("duties:\n  1: x", "duties.1", 2, "turn-off"),
    "true for a name": ("model_teams: 6\ntrue: x", "true", 2, "No answer has this name"),
    "nothing for a name": ("basis:\n  null: opinion", "basis.null", 2, "No answer has this name"),
    "dots for nesting": ("model_teams: 6\nduties.paged: x", "duties.paged", 2, "“paged” below it"),
    "two documents": ("model_teams: 6\n---\nmodel_teams: 7", "", 2, "one document"),
    "a word and no names": ("false", "", 1, "names with values"),
    "brackets without end": ("squad: " + "[" * 100_000, "", 1, "nested more than 40 deep"),
    "too many values": ("squad:\n" + "- a\n" * 100_000, "", 75_000, "more values than answers"),
    "too many entries": (
        "squad:\n" + "- a\n" * 1_001,
        "squad",
        2,
        "1,001 entries; no answer has so many",
    ),
}


@pytest.mark.parametrize("case", ONE_PROBLEM)
def test_a_problem_says_where_and_what_is_allowed(tmp_path: Path, case: str) -> None:
    text, name, line, message = ONE_PROBLEM[case]
    (problem,) = problems(tmp_path, text)
    assert (problem.name, problem.line) == (name, line)
    assert message in str(problem)
    assert str(tmp_path / "answers.yaml") in str(problem)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"organisation: \xff\xfe\xfa", "UTF-8"),
        (b"organisation: a\x07b", "U+0007"),
        ("model_teams: 6".encode("utf-16-be"), "UTF-8"),
        (b"organisation: B\xfccher", "UTF-8"),
        (b"held_on: 2027-02-30", "date"),
        (b"a: [" * 2000, ""),
        (b"{", "not YAML"),
    ],
)
def test_bytes_that_are_no_answers_get_a_message(tmp_path: Path, raw: bytes, message: str) -> None:
    assert message in str(problems(tmp_path, raw)[0])


def test_a_value_that_cannot_be_read_hides_no_other_problem(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        "decisions:\n  - decision: x\n    due: 2027-02-30\n    owner: !!python/name:os.system\n"
        "stages:\n  - stage: data\n    touch_days: [1, 010, 9]\nmodel_teams: six\n",
    )
    assert [(p.line, p.name) for p in found] == [
        (3, "decisions.0.due"),
        (4, "decisions.0.owner"),
        (7, "stages.0.touch_days.1"),
        (8, "model_teams"),
    ]


def test_of_thousands_of_problems_the_first_are_told_and_the_others_counted(
    tmp_path: Path,
) -> None:
    found = problems(tmp_path, "".join(f"x{i}: 1\n" for i in range(900)))
    assert len(found) == MAX_PROBLEMS + 1
    assert "700 more problems" in str(found[-1])


def test_a_name_or_a_file_full_of_control_characters_is_shown_without_them(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, '"\\e[31mred\\x9b": 1')
    assert problem.line == 1
    assert "[31mred" in str(problem)
    assert str(problem).isprintable()
    assert str(Problem("Wrong.", where="a\x1b[2Jb.yaml")).isprintable()


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "answers.yaml"
    os.mkfifo(path)
    with pytest.raises(InputError, match="no file"):
        read_answers(path)


def test_a_file_too_large_is_refused_unread(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "x" * 10_000_001)
    assert "at most 10,000,000" in str(problem)


def test_windows_files_read_alike(tmp_path: Path) -> None:
    text = "organisation: Bücher & Söhne\r\nmodel_teams: 6\r\n"
    expected = read(tmp_path, text)
    assert read(tmp_path, b"\xef\xbb\xbf" + text.encode()) == expected
    assert read(tmp_path, text.encode("utf-16")) == expected


def test_an_empty_file_is_an_answers_file_in_which_nothing_was_told(tmp_path: Path) -> None:
    assert read(tmp_path, "") == Answers()
    assert read(tmp_path, "model_teams:\nmandate: ~\n") == Answers()


def test_a_missing_file_and_a_folder_get_a_message(tmp_path: Path) -> None:
    for path, message in ((tmp_path / "none.yaml", "Cannot be read"), (tmp_path, "folder")):
        with pytest.raises(InputError, match=message):
            read_answers(path)


def test_an_answers_file_in_json_reads_alike(tmp_path: Path) -> None:
    assert read(tmp_path, '{"model_teams": 6, "duties": {"turn-off": "nobody"}}') == read(
        tmp_path, "model_teams: 6\nduties: {turn-off: nobody}"
    )


def test_a_folder_gives_its_answers_files_and_other_kinds_are_refused(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("a.yaml", "b/c.yml", "notes.txt"):
        (tmp_path / name).write_text("model_teams: 1", encoding="utf-8")
    assert [p.name for p in answers_files([tmp_path])] == ["a.yaml", "c.yml"]
    with pytest.raises(InputError, match="Not an answers file"):
        answers_files([tmp_path / "notes.txt"])


def test_numbers_of_numpy_and_pandas_are_parameters_like_any_other() -> None:
    given_ones = {
        "model_teams": np.int64(6),
        "queue_weeks": np.float32(2.5),
        "regulated": np.True_,
        "builder": np.str_("research"),
        "evaluation_set_authors": pd.Series(["research", "product"]),
        "stages": [{"stage": "data", "touch_days": np.array([1, 2, 3]), "wait_days": np.int32(2)}],
        "held_on": pd.Timestamp("2027-01-05"),
    }
    plain = {
        "model_teams": 6,
        "queue_weeks": 2.5,
        "regulated": True,
        "builder": "research",
        "evaluation_set_authors": ("research", "product"),
        "stages": ({"stage": "data", "touch_days": (1, 2, 3), "wait_days": 2},),
        "held_on": "2027-01-05",
    }
    assert Answers.from_parameters(given_ones) == Answers.from_parameters(plain)


class Unshown:
    def __repr__(self) -> str:
        raise RuntimeError


ENDLESS: list[object] = []
ENDLESS.append(ENDLESS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("model_teams", float("inf")),
        ("model_teams", 10**5000),
        ("queue_weeks", 10**400),
        ("queue_weeks", 1j),
        ("builder", "\ud800"),
        ("builder", Unshown()),
        ("builder", b"research"),
        ("duties", {1: "research"}),
        ("stages", ENDLESS),
        ("squad", {"design"}),
        ("squad", (x for x in ["design"])),
    ],
    ids=[str(i) for i in range(11)],
)
def test_a_parameter_of_another_kind_is_one_clear_problem(name: str, value: object) -> None:
    with pytest.raises(InputError) as caught:
        Answers.from_parameters({name: value})
    (problem,) = caught.value.problems
    assert problem.name.split(".")[0] == name
    assert "0x" not in str(problem)


def test_an_empty_list_or_tuple_is_an_answer_not_given() -> None:
    for empty in ([], ()):
        assert Answers.from_parameters({"evaluation_set_authors": empty}) == Answers()


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
