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
}


@pytest.mark.parametrize("key", APPLIES)
def test_a_tension_applies_to_answers_that_it_touches(key: str) -> None:
    told = assess(Answers.from_parameters(APPLIES[key]))
    assert next(t for t in told.tensions if t.text.id == key).for_you
    untouched = assess(Answers(organisation="Elsewhere"))
    assert next(t for t in untouched.tensions if t.text.id == key).for_you is None


def test_all_ten_are_always_there_in_order(content: Content) -> None:
    assert [t.text.id for t in assess(Answers()).tensions] == [f"T{i}" for i in range(1, 11)]
    assert len(content.tensions) == 10
