"""Promises that hold for every rule, run over the table of rules and their cases."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
import yaml

from workshop.findings.rules import RULES
from workshop.findings.situation import examine
from workshop.model.answers import NAMES, Answers, lookup
from workshop.model.content import FOLDER, load_content, read_yaml
from workshop.model.judging import Rule

CASES = Path(__file__).parent / "rules"
CONTENT = load_content()
IDS = sorted(RULES)


def cases(rule: str, kind: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load((CASES / f"{rule}.yaml").read_text("utf-8"))[kind])


def every(kind: str) -> list[Any]:
    return [
        pytest.param(rule, case, id=f"{rule}: {case['name']}")
        for rule in IDS
        if (CASES / f"{rule}.yaml").exists()
        for case in cases(rule, kind)
    ]


def check(rule: str, answers: dict[str, Any]) -> Any:
    return RULES[rule](examine(CONTENT, Answers.model_validate(answers)))


def texts(rule: Rule) -> tuple[str, ...]:
    return rule.statement, rule.why, rule.mitigation, rule.owner


def test_every_rule_has_words_and_every_item_of_words_has_its_rule() -> None:
    assert sorted(r.id for r in CONTENT.rules) == IDS


def test_there_are_at_least_forty_rules() -> None:
    assert len(RULES) >= 40


def test_every_part_of_the_workshop_has_rules_in_the_file_of_its_number() -> None:
    numbers = set()
    for path in sorted((FOLDER / "rules").glob("*.yaml")):
        number = int(path.name.split("-")[0])
        numbers.add(number)
        assert {r["part"] for r in read_yaml(path)} == {number}, path.name
    assert numbers == {1, 2, 3, 4, 5, 6}


def test_no_case_file_is_left_over() -> None:
    assert sorted(p.stem for p in CASES.glob("*.yaml")) == IDS


@pytest.mark.parametrize("rule", IDS)
def test_rule_has_cases_of_both_kinds_with_names_of_their_own(rule: str) -> None:
    fires, silent = cases(rule, "fires"), cases(rule, "silent")
    assert len(fires) >= 1
    assert len(silent) >= 2
    names = [case["name"] for case in (*fires, *silent)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("rule", IDS)
def test_silent_cases_hold_a_near_miss(rule: str) -> None:
    """One silent case at least gives an answer that the rule reads."""
    reads = CONTENT.rule(rule).reads
    given = [Answers.model_validate(case["answers"]) for case in cases(rule, "silent")]
    assert any(lookup(answers, name) is not None for answers in given for name in reads)


@pytest.mark.parametrize(("rule", "case"), every("fires"))
def test_rule_fires_and_says_it(rule: str, case: dict[str, Any]) -> None:
    values = check(rule, case["answers"])
    assert values is not None
    said = [text.format(**values) for text in texts(CONTENT.rule(rule))]
    assert case["says"] in said[0]
    assert not said[0][0].islower() or CONTENT.rule(rule).statement.startswith("{")
    assert said[0].endswith(".")


@pytest.mark.parametrize(("rule", "case"), every("fires"))
def test_fired_rule_rests_on_an_answer_that_was_given(rule: str, case: dict[str, Any]) -> None:
    answers = Answers.model_validate(case["answers"])
    assert any(lookup(answers, name) is not None for name in CONTENT.rule(rule).reads)


@pytest.mark.parametrize(("rule", "case"), every("silent"))
def test_rule_stays_silent(rule: str, case: dict[str, Any]) -> None:
    assert check(rule, case["answers"]) is None


@pytest.mark.parametrize("rule", IDS)
def test_rule_stays_silent_where_nothing_was_told(rule: str) -> None:
    assert check(rule, {}) is None


@pytest.mark.parametrize("rule", IDS)
def test_sources_are_in_the_content(rule: str) -> None:
    for source in CONTENT.rule(rule).sources:
        assert CONTENT.source(source).key == source.split(" ")[0]


@pytest.mark.parametrize("rule", IDS)
def test_read_names_are_answers_that_are_asked_one_by_one(rule: str) -> None:
    asked = {q.id for q in CONTENT.questions}
    parents = {name.split(".")[0] for name in asked if "." in name}
    assert set(CONTENT.rule(rule).reads) <= (asked - parents) | {"basis"}
    assert {name.split(".")[0] for name in CONTENT.rule(rule).reads} <= set(NAMES)


@pytest.mark.parametrize(("rule", "case"), every("fires"))
def test_typed_names_are_data_and_never_a_template(rule: str, case: dict[str, Any]) -> None:
    typed = "{nobody} %s <b>"
    values = check(rule, {**case["answers"], "model": typed})
    statement = CONTENT.rule(rule).statement
    fields = [name for _, name, _, _ in Formatter().parse(statement)]
    assert (typed in statement.format(**values)) == ("model" in fields)


@pytest.mark.parametrize("rule", IDS)
def test_every_limit_decides_something(rule: str) -> None:
    """With any limit far away a rule that fired falls silent or speaks another number."""
    words = CONTENT.rule(rule)
    for name in words.limits:
        for far in (-1e9, 1e9):
            moved = words.model_copy(update={"limits": {**words.limits, name: far}})
            rules = tuple(moved if r.id == rule else r for r in CONTENT.rules)
            content = CONTENT.model_copy(update={"rules": rules})
            outcomes = {
                RULES[rule](examine(content, Answers.model_validate(case["answers"]))) is None
                for case in (*cases(rule, "fires"), *cases(rule, "silent"))
            }
            if outcomes != {True, False}:
                break
        else:
            pytest.fail(f"{rule}: the limit {name} changes nothing")


@pytest.mark.parametrize("rule", IDS)
def test_words_blame_nobody_and_sell_nothing(rule: str) -> None:
    spoken = " ".join((CONTENT.rule(rule).title, *texts(CONTENT.rule(rule)))).casefold()
    found = re.search(r"\b(poor|fault of|blame|failed to|leverage|synerg|best practice)", spoken)
    assert found is None, found
