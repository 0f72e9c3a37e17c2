"""The headline and the sentences on how firm it is follow the answers."""

from __future__ import annotations

from typing import Any

import pytest

from workshop import Answers, assess
from workshop.answers.schema import NAMES
from workshop.content.loader import Content
from workshop.findings.assessment import Assessment
from workshop.findings.patterns.advice import deciding, firmness, headline, line
from workshop.findings.patterns.inputs import Inputs
from workshop.findings.patterns.tipping import last_of, neighbours

GROWN: dict[str, Any] = {
    "model_teams": 6,
    "ml_engineers": 28,
    "maturity": 3,
    "rails": "built",
    "deployment": "pure-cloud",
}
CLOSE: dict[str, Any] = {
    "model_teams": 4,
    "ml_engineers": 8,
    "mandate": "none",
    "ml_expertise_in_product": "some",
}
"""Three or four teams, and most of what decides is missing."""


def assessed(**answers: Any) -> Assessment:
    return assess(Answers(**answers))


def test_the_headline_speaks_of_the_teams_own_number() -> None:
    assert headline(assessed(**GROWN)) == (
        "Federated: a platform team of two to four owns the shared platform, "
        "your six teams own their models"
    )


def test_the_headline_without_a_number_of_teams_names_none() -> None:
    words = headline(assessed(**{**GROWN, "model_teams": None}, mandate="none"))
    assert words.startswith("Federated: ")
    assert "product teams own their models" in words


def test_large_numbers_stand_in_digits_and_the_platform_grows_with_the_teams() -> None:
    assert "a platform team of 20 to 60" in headline(assessed(**{**GROWN, "model_teams": 100}))


def test_one_team_is_spoken_of_as_one() -> None:
    one = {"model_teams": 1, "ml_engineers": 4, "maturity": 1, "deployment": "hybrid"}
    assert "your one team" in headline(assessed(**one))


def test_bought_rails_are_named_in_the_headline() -> None:
    assert "the shared platform is bought" in headline(assessed(**{**GROWN, "rails": "bought"}))


def test_people_who_are_not_there_are_counted_beside_those_who_are() -> None:
    words = headline(assessed(**{**GROWN, "model_teams": 30}, platform_engineers=2))
    assert "a platform team of six to 18 (more than the two you have)" in words


def test_no_headline_asks_for_more_people_than_work_there() -> None:
    small = {"model_teams": 9, "ml_engineers": 3, "maturity": 1, "deployment": "pure-cloud"}
    words = headline(assessed(**small, platform_engineers=1))
    assert "one team of four (more than the one you have)" in words


def test_fewer_than_four_of_the_six_answers_are_a_first_indication() -> None:
    a = assessed(model_teams=6, ml_engineers=28, maturity=3)
    assert a.recommendation.status == "first-indication"
    assert headline(a) == (
        "First indication: Federated. Before this is advice, answer: place where models run, "
        "what regulation requires and ML skill in product teams"
    )
    assert assessed(**GROWN).recommendation.status == "recommendation"


def test_all_lists_of_missing_answers_begin_with_those_before_it_is_advice() -> None:
    a = assessed(model_teams=6, ml_engineers=24, models_in_production=15)
    needs = "place where models run, what regulation requires, maturity level and ML skill"
    assert f"Before this is advice, answer: {needs}" in headline(a)
    said = firmness(a)
    assert any(s.startswith(f"Before this is advice, answer: {needs}") for s in said)
    more = "One more answer that is missing could change the advice: autonomy of product teams."
    assert more in said
    asked = [u.question.id for u in a.unknowns]
    assert set(asked[:4]) == set(a.recommendation.missing)
    assert asked[4] == "product_autonomy"
    firm = assessed(**GROWN)
    assert firm.recommendation.missing
    assert not any("Before this is advice" in s for s in firmness(firm))


def test_a_pattern_that_was_not_judged_is_named_with_what_is_missing() -> None:
    sentences = firmness(assessed(**GROWN))
    assert any(s.startswith("Platform-as-MLOps does not") for s in sentences) is False
    assert any(
        s.startswith("Embedded was not judged") and "models in production" in s for s in sentences
    )


def test_an_open_contest_names_both_sides_and_what_decides() -> None:
    a = assessed(**CLOSE)
    words = headline(a)
    assert words.startswith("Too close to call: Centralised or Federated. Any one of these answers")
    for name in ("maturity level", "place where models run"):
        assert name in words
    for way in a.recommendation.decided_by:
        assert assessed(**{**CLOSE, **way.values}).recommendation.patterns == way.then


def test_a_contest_with_every_deciding_answer_given_says_what_to_do_meanwhile() -> None:
    whole = {**CLOSE, "maturity": 3, "deployment": "pure-cloud", "queue_weeks": 1.0}
    a = assessed(**whole, current_pattern="centralised")
    assert a.recommendation.contested
    assert headline(a) == (
        "Too close to call: Centralised or Federated; "
        "keep Centralised, as you work today, until five teams produce models"
    )
    b = assessed(**whole, current_pattern="embedded")
    assert "begin with Centralised, which is easier to undo" in headline(b)
    assert any("easier to undo. A central team can hand over" in s for s in deciding(b))


def test_a_queue_that_hurts_ends_a_central_team() -> None:
    whole = {**CLOSE, "maturity": 2, "deployment": "hybrid", "current_pattern": "centralised"}
    whole |= {"platform_engineers": 5}
    assert assessed(**whole, queue_weeks=1.0).recommendation.patterns == ("centralised",)
    assert assessed(**whole, queue_weeks=5.0).recommendation.patterns == ("federated",)


def test_a_combination_says_what_comes_first_and_what_is_decided_later() -> None:
    a = assessed(**GROWN, models_in_production=34, product_autonomy="high")
    assert a.recommendation.combination is not None
    assert (a.recommendation.now, a.recommendation.later) == (("federated",), ("embedded",))
    assert headline(a).startswith("Federated now: ")
    assert headline(a).endswith("; decide on Embedded later")


def test_nothing_told_is_said_so() -> None:
    words = headline(assessed())
    assert words.startswith("We need more answers before we can advise a pattern: ML engineers, ")
    assert "ML skill in product teams" in words


def test_a_pattern_not_yet_judged_keeps_none_fits_from_being_said() -> None:
    words = headline(assessed(maturity=1))
    assert words.startswith("We need more answers before we can advise a pattern: ML engineers,")


def test_where_no_team_produces_models_there_is_nothing_to_organise() -> None:
    a = assessed(model_teams=0, ml_engineers=4, maturity=1, mandate="none")
    assert a.recommendation.status == "none"
    assert headline(a).startswith("No pattern yet: no team produces models")


def test_where_none_fits_the_nearest_is_named(content: Content) -> None:
    without = [c for c in content.criteria if c.id != "centralised-level-one"]
    own = content.model_copy(update={"criteria": tuple(without)})
    answers = Answers(model_teams=6, ml_engineers=28, maturity=1, product_autonomy="low")
    a = assess(answers.model_copy(update={"ml_expertise_in_product": "most"}), own)
    assert a.recommendation.patterns == ()
    assert headline(a).startswith("None of the four fits yet; ")
    assert " nearest" in headline(a)


@pytest.mark.parametrize(
    ("mandate", "pattern"),
    [
        ({"mandate": "single-operator", "autonomy_permitted": "none"}, "Platform-as-MLOps"),
        ({"mandate": "single-operator", "autonomy_permitted": "broad"}, "Centralised"),
    ],
)
def test_a_mandate_leaves_the_patterns_with_one_operator(
    mandate: dict[str, str], pattern: str
) -> None:
    words = headline(assessed(**GROWN, **mandate))
    assert words.startswith(pattern)


@pytest.mark.parametrize(
    "answers",
    [
        CLOSE,
        {"model_teams": 2},
        GROWN,
        {**GROWN, "maturity": 2, "models_in_production": 12, "product_autonomy": "high"},
        {"model_teams": 3, "maturity": 2, "queue_weeks": 1.5, "deployment": "hybrid"},
    ],
)
def test_crossing_a_tipping_point_changes_the_headline(answers: dict[str, Any]) -> None:
    a = assessed(**answers)
    points = [t for t in a.tipping_points if t.input in NAMES and t.when != "below"]
    assert points
    for point in points:
        moved = assessed(**{**answers, point.input: point.to})
        assert headline(moved) != headline(a), point


def test_the_limits_on_both_sides_are_named_with_what_lies_beyond() -> None:
    assert (
        "The advice holds from 3 to 4 model-producing teams; with 2, the advice becomes "
        "Centralised; with 5, the advice becomes Federated. Your answer is 4."
    ) in firmness(assessed(model_teams=4, ml_engineers=8))


def test_a_wait_is_not_rounded_to_whole_weeks() -> None:
    central = {"current_pattern": "centralised", "deployment": "pure-cloud"}
    sentences = firmness(
        assessed(model_teams=4, ml_engineers=8, maturity=2, queue_weeks=1.5, **central)
    )
    assert any("below 2 weeks in the queue" in s for s in sentences), sentences


def test_the_narrowest_margin_comes_first() -> None:
    # One more team is a quarter of four; one level less is half of two.
    sentences = firmness(
        assessed(
            model_teams=4,
            ml_engineers=12,
            maturity=2,
            queue_weeks=1.5,
            deployment="hybrid",
            product_autonomy="low",
        )
    )
    order = [
        next(i for i, s in enumerate(sentences) if words in s)
        for words in ("up to 4 model-producing teams", "at maturity level 2")
    ]
    assert order == sorted(order)


def test_a_choice_that_overturns_the_advice_is_quoted_in_the_questions_words() -> None:
    a = assessed(**GROWN, mandate="none")
    assert any("what regulation requires is “one operating team”" in s for s in firmness(a))


def test_an_answer_not_told_that_could_change_it_is_named() -> None:
    assert any(s.startswith("Answers that are missing") for s in firmness(assessed(**GROWN)))


def test_limits_that_nobody_measured_are_called_a_judgement() -> None:
    assert any(
        "are a judgement" in s and "maturity level" in s
        for s in firmness(
            assessed(**{**GROWN, "models_in_production": 34, "product_autonomy": "high"})
        )
    )


def test_every_number_asked_for_has_sentences_of_its_own(content: Content) -> None:
    empty = Inputs(Answers())
    for name in content.inputs:
        question = content.question(name)
        if question.unit or name == "maturity":
            assert empty[name] is None
            for form in ("between", "from", "to"):
                assert f"advice.{form}-{name}" in content.words, (form, name)


def test_the_weakest_criterion_says_how_firm_a_line_is(content: Content) -> None:
    assert line(content, "model_teams", 5) == "source"
    assert line(content, "model_teams", 3) == "ours"
    assert line(content, "model_teams", 3, ["centralised", "federated"]) == "soft"
    assert line(content, "maturity", 3, ["centralised"]) == "source"
    assert line(content, "queue_weeks", 2) == "ours"


def test_neighbours_are_the_segments_beside_the_team() -> None:
    a = assessed(model_teams=4, ml_engineers=8)
    strip = next(s for s in a.sensitivity if s.input == "model_teams")
    below, above = neighbours(strip)
    assert below is not None
    assert above is not None
    assert last_of(strip, below) == 2
    assert above.start == 5
    assert last_of(strip, above) is None
