"""Where the sources disagree is said, and first where it touches these answers."""

from __future__ import annotations

import pytest

from workshop import Answers, Content, assess

APPLIES = {
    "T1": {"model_teams": 3},
    "T2": {"chosen_pattern": "platform-as-mlops"},
    "T3": {"current_pattern": "centralised"},
    "T4": {"mandate": "single-operator"},
    "T5": {"evaluation_set_authors": ["research"]},
    "T6": {"model_teams": 12},
    "T7": {"chosen_pattern": "embedded"},
    "T8": {"maturity": 2},
    "T9": {"data_access": "ticket"},
    "T10": {"paged_quality": "platform"},
    "T11": {"builder": "research", "validator": "risk control"},
    "T12": {"chosen_pattern": "federated", "paged_quality": "product"},
    "T13": {"chosen_pattern": "embedded", "maturity": 4},
    "T14": {"builder": "research", "evaluation_set_authors": ["product"]},
    "T15": {"builder": "research", "duties": {"ship": "engineering"}},
    "T16": {"chosen_pattern": "federated", "stages": [{"stage": "serving", "team": "platform"}]},
    "T17": {"mandate": "single-operator"},
    "T18": {"deployment": "on-premises", "model_teams": 5},
}

NEAR_MISSES = {
    "T11": {"builder": "research", "mandate": "accountable-person"},
    "T12": {"current_pattern": "federated", "paged_quality": "product"},
    "T13": {"chosen_pattern": "embedded"},
    "T14": {"builder": "research", "evaluation_set_authors": ["product", "research"]},
    "T15": {"builder": "research", "duties": {"ship": "Research team"}},
    "T16": {"chosen_pattern": "federated", "stages": [{"stage": "serving", "team": "nobody"}]},
    "T17": {"mandate": "legal-entity"},
    "T18": {"deployment": "on-premises", "model_teams": 4},
}


@pytest.mark.parametrize("key", APPLIES)
def test_a_tension_applies_to_answers_that_it_touches(key: str) -> None:
    assessment = assess(Answers.from_parameters(APPLIES[key]))
    assert next(t for t in assessment.tensions if t.text.id == key).for_you
    untouched = assess(Answers(organisation="Elsewhere"))
    assert next(t for t in untouched.tensions if t.text.id == key).for_you is None


@pytest.mark.parametrize("key", NEAR_MISSES)
def test_a_tension_does_not_touch_answers_that_nearly_meet_it(key: str) -> None:
    assessment = assess(Answers.from_parameters(NEAR_MISSES[key]))
    assert next(t for t in assessment.tensions if t.text.id == key).for_you is None


def test_all_are_always_there_in_order(content: Content) -> None:
    assert [t.text.id for t in assess(Answers()).tensions] == [f"T{i}" for i in range(1, 19)]
    assert len(content.tensions) == 18


def for_you(key: str, **answers: object) -> str | None:
    assessment = assess(Answers.from_parameters(answers))
    return next(t for t in assessment.tensions if t.text.id == key).for_you


def test_the_pager_s_tension_names_the_pattern_that_it_is_about() -> None:
    grown = {"model_teams": 8, "ml_engineers": 30, "maturity": 3, "ml_expertise_in_product": "most"}
    words = for_you("T3", **grown, current_pattern="centralised")
    assert words is not None
    assert "Under Centralised" in words
    assert "Federated" not in words


def test_the_overlap_of_two_patterns_is_told_only_where_both_are_open() -> None:
    assert for_you("T1", model_teams=4)
    assert for_you("T1", model_teams=4, mandate="single-operator") is None
    assert for_you("T1", model_teams=1, ml_engineers=40, maturity=3, mandate="none") is None
    assert for_you("T1", ml_engineers=40) is None


def test_the_on_call_row_is_that_of_the_chosen_pattern_whatever_is_advised() -> None:
    words = for_you("T12", chosen_pattern="centralised", current_pattern="federated")
    assert words is not None
    assert "You chose Centralised" in words
    assert "The platform team together with the product team." in words


def test_the_sixth_line_is_a_tension_where_a_rule_asks_for_it() -> None:
    words = for_you("T11", mandate="independent-validation", builder="research")
    assert words is not None
    assert "Builder: Research" in words


def test_a_pager_of_nobody_is_said_in_words() -> None:
    words = for_you("T3", current_pattern="centralised", duties={"paged": "at-handover"})
    assert words is not None
    assert "to be settled" in words
