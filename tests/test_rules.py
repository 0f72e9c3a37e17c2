"""Promises that hold for every rule, run over the table of rules and their cases."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from workshop.answers.schema import NAMES, Answers, lookup
from workshop.content.items import Rule
from workshop.content.loader import FOLDER, load_content
from workshop.content.raw import read_yaml
from workshop.findings.assessment import assess
from workshop.findings.finding import SEVERITIES
from workshop.findings.rules import RULES
from workshop.findings.situation import examine

CASES = Path(__file__).parent / "rules"
CONTENT = load_content()
IDS = sorted(RULES)


@cache
def cases_of(rule: str) -> Any:
    return read_yaml(CASES / f"{rule}.yaml")


def cases(rule: str, kind: str) -> list[dict[str, Any]]:
    return list(cases_of(rule)[kind])


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
def test_rule_has_cases_of_both_kinds_with_names_of_their_own_and_a_near_miss(rule: str) -> None:
    fires, silent = cases(rule, "fires"), cases(rule, "silent")
    assert len(fires) >= 1
    assert len(silent) >= 2
    names = [case["name"] for case in (*fires, *silent)]
    assert len(set(names)) == len(names)
    assert any(gives_what_is_read(rule, case) for case in silent)


def gives_what_is_read(rule: str, case: dict[str, Any]) -> bool:
    answers = Answers.model_validate(case["answers"])
    return any(lookup(answers, name) is not None for name in CONTENT.rule(rule).reads)


@pytest.mark.parametrize(("rule", "case"), every("fires"))
def test_rule_fires_on_an_answer_that_was_given_and_says_it(
    rule: str, case: dict[str, Any]
) -> None:
    assert gives_what_is_read(rule, case)
    values = check(rule, case["answers"])
    assert values is not None
    filled = [CONTENT.words.fill(text, values) for text in texts(CONTENT.rule(rule))]
    assert case["says"] in filled[0]
    assert not filled[0][0].islower() or CONTENT.rule(rule).statement.startswith("{")
    assert filled[0].endswith(".")


@pytest.mark.parametrize(("rule", "case"), every("silent"))
def test_rule_stays_silent(rule: str, case: dict[str, Any]) -> None:
    assert check(rule, case["answers"]) is None


@pytest.mark.parametrize("rule", IDS)
def test_rule_stays_silent_where_nothing_was_told(rule: str) -> None:
    assert check(rule, {}) is None


@pytest.mark.parametrize("rule", IDS)
def test_sources_are_in_the_content_and_what_is_read_is_asked_one_by_one(rule: str) -> None:
    for source in CONTENT.rule(rule).sources:
        assert CONTENT.source(source).key == source.split(" ")[0]
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


YIELDS = [(r.id, other) for r in CONTENT.rules for other in r.yields_to]


@pytest.mark.parametrize(("rule", "other"), YIELDS)
def test_rule_yields_to_a_remedy_or_to_one_at_least_as_grave(rule: str, other: str) -> None:
    order = SEVERITIES.index
    assert other != rule
    assert rule not in CONTENT.rule(other).yields_to
    severity = CONTENT.rule(other).severity
    assert severity == "strength" or order(severity) <= order(CONTENT.rule(rule).severity)


def found(**answers: Any) -> set[str]:
    return {f.id for f in assess(Answers.from_parameters(answers)).findings}


STATED_ONCE = {
    "nobody is paged at all": (
        {"duties": {"paged": "nobody"}, "paged_infrastructure": "nobody"},
        "nobody-paged",
        "nobody-paged-for-infrastructure",
    ),
    "the builder has hardly a duty": (
        {
            "builder": "research",
            "duties": {
                "evaluation-set": "data",
                "ship": "engineering",
                "paged": "platform",
                "answers-to-business": "product",
                "turn-off": "engineering",
            },
        },
        "builder-holds-few-duties",
        "duties-spread-over-teams",
        "ship-by-another-team",
        "business-answered-by-another-team",
    ),
    "nobody looks after rails of one's own": (
        {
            "rails": "built",
            "platform_engineers": 0,
            "deployment": "on-premises",
            "chosen_pattern": "federated",
            "model_teams": 5,
        },
        "built-rails-without-people",
        "own-machines-too-few-people",
        "platform-below-range",
    ),
    "the right to roll back is elsewhere": (
        {
            "rollback_authority": "product",
            "paged_quality": "platform",
            "paged_infrastructure": "platform",
            "drills": {
                "stale-features": {
                    "minute_0": "platform",
                    "minute_15": "research",
                    "minute_60": "research",
                }
            },
        },
        "rollback-off-the-pager-path",
        "drill-ends-without-authority",
    ),
    "the wait hurts": (
        {
            "chosen_pattern": "centralised",
            "queue_weeks": 6.0,
            "model_teams": 3,
            "platform_engineers": 1,
            "requests_per_team_month": 3.0,
            "days_per_request": 2.3,
        },
        "centralised-with-queue",
        "queue-past-two-weeks",
    ),
    "three teams in a row": (
        {
            "stages": [
                {"stage": kind, "team": team}
                for kind, team in zip(
                    ("data", "model", "serving", "product"),
                    ("data", "research", "platform", "product"),
                    strict=True,
                )
            ]
        },
        "handed-along",
        "many-seams",
    ),
}


@pytest.mark.parametrize("case", STATED_ONCE)
def test_a_fact_is_told_once_by_the_rule_that_says_most(case: str) -> None:
    answers, fired, *silent = STATED_ONCE[case]
    ids = found(**answers)
    assert fired in ids
    assert not ids & set(silent)
    situation = examine(CONTENT, Answers.from_parameters(answers))
    assert all(RULES[rule](situation) is not None for rule in silent)


CONTRADICTIONS = {
    "on call denies the ledger": (
        {
            "builder": "research",
            "duties": {"paged": "research"},
            "paged_quality": "nobody",
            "paged_infrastructure": "platform",
        },
        "nobody-paged-for-quality",
        "builder-paged",
    ),
    "the ledger denies on call": (
        {
            "duties": {"paged": "nobody"},
            "paged_quality": "research",
            "paged_infrastructure": "research",
            "rollback_authority": "research",
            "knowledge": {
                "business": "research",
                "model": "research",
                "infrastructure": "research",
            },
        },
        "nobody-paged",
        "rollback-with-the-pager",
        "pager-holds-all-knowledge",
    ),
    "the remedy is named": (
        {"chosen_pattern": "centralised", "paged_quality": "product", "builder": "research"},
        "product-responder-named",
        "structural-ownership-gap",
    ),
    "the authors deny the lead": (
        {
            "lead": "engineering",
            "mitigations": {"engineering": False},
            "builder": "engineering",
            "evaluation_set_authors": ["engineering", "product"],
        },
        "evaluation-set-written-together",
        "engineering-led-without-user-set",
    ),
    "the right pattern, and nothing under it": (
        {
            "chosen_pattern": "federated",
            "rails": "none",
            "model_teams": 8,
            "ml_engineers": 30,
            "maturity": 3,
            "ml_expertise_in_product": "most",
        },
        "federated-without-rails",
        "chosen-matches-advice",
    ),
    "nobody may act": (
        {
            "rollback_authority": "nobody",
            "drills": {
                "service-down": {"minute_0": "data", "minute_15": "data", "minute_60": "data"}
            },
        },
        "no-rollback-authority",
        "drill-ends-well",
    ),
}


@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_no_finding_denies_another(case: str) -> None:
    answers, fired, *silent = CONTRADICTIONS[case]
    ids = found(**answers)
    assert fired in ids
    assert not ids & set(silent)
    situation = examine(CONTENT, Answers.from_parameters(answers))
    assert all(RULES[rule](situation) is not None for rule in silent)


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
