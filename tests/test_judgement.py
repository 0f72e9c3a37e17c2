"""The advice is one that an experienced platform leader would sign: its properties, and examples.

The properties stand in `properties.py`; `bench/judgement.py` tries them on many more sets.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plausible import DEFINING, answers_of, plausible
from properties import CONTENT, PROPERTIES, Case
from workshop.answers.reading import read_answers
from workshop.answers.schema import Answers
from workshop.files import folder
from workshop.findings import assess
from workshop.findings.patterns.advice import deciding, firmness, headline

WHOLE: dict[str, Any] = {
    "mandate": "none",
    "model_teams": 4,
    "ml_engineers": 14,
    "models_in_production": 12,
    "maturity": 3,
    "deployment": "pure-cloud",
    "ml_expertise_in_product": "some",
    "product_autonomy": "low",
    "platform_engineers": 3,
    "rails": "built",
    "rails_bypassed": False,
    "current_pattern": "centralised",
    "queue_weeks": 1.0,
}
"""A middling organisation that answered everything that defines the advice."""


def case(**changes: Any) -> Case:
    return Case(WHOLE).but(**changes)


def advised(**changes: Any) -> tuple[str, ...]:
    return case(**changes).found.recommendation.patterns


@pytest.mark.parametrize("name", PROPERTIES)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(parameters=plausible)
def test_property(name: str, parameters: dict[str, Any]) -> None:
    assert list(PROPERTIES[name](Case(parameters))) == []


@pytest.mark.parametrize("seed", range(40))
def test_every_property_holds_for_a_drawn_set(seed: int) -> None:
    drawn = Case(answers_of(seed))
    assert {n: list(holds(drawn)) for n, holds in PROPERTIES.items() if list(holds(drawn))} == {}


def test_the_same_seed_draws_the_same_answers() -> None:
    assert answers_of(7) == answers_of(7) != answers_of(8)


# -- 1: what decides, decides -------------------------------------------------------------------


def test_an_answer_named_as_deciding_has_been_tried() -> None:
    open_one = case(ml_engineers=8, current_pattern="embedded")
    r = open_one.found.recommendation
    assert r.status == "contested"
    assert r.decided_by
    for way in r.decided_by:
        after = open_one.but(**way.values).found.recommendation
        assert (after.patterns, after.contested) == (way.then, False)


def test_a_missing_answer_that_decides_is_asked_before_others_are_questioned() -> None:
    r = case(ml_engineers=8, maturity=None, current_pattern="embedded").found.recommendation
    assert r.contested
    assert {name for way in r.decided_by for name in way.answers} == {"maturity"}


def test_where_no_single_answer_decides_the_smallest_set_is_named() -> None:
    """With criteria on the number of teams left out, nothing else closes this contest alone."""
    dropped = {"centralised-teams", "federated-teams", "centralised-plan", "centralised-level-one"}
    dropped |= {"centralised-without-expertise", "centralised-until-staffed", "federated-expertise"}
    dropped |= {"federated-maturity", "federated-level-two", "federated-early-own-hardware"}
    criteria = tuple(c for c in CONTENT.criteria if c.id not in dropped)
    always = next(c for c in CONTENT.criteria if c.id == "federated-teams")
    band = always.bands[1].model_copy(update={"from_": None})
    fits = [
        always.model_copy(update={"id": f"{p}-always", "pattern": p, "bands": (band,)})
        for p in ("centralised", "federated")
    ]
    own = CONTENT.model_copy(update={"criteria": (*fits, *criteria)})
    given = {"model_teams": 4, "regulated": False, "current_pattern": "embedded"}
    a = assess(Answers.from_parameters(given), own)
    assert a.recommendation.contested
    ways = a.recommendation.decided_by
    assert ways
    assert {len(way.answers) for way in ways} == {2}
    assert deciding(a)[0] == "No single answer decides. Several together would."
    for way in ways:
        again = assess(Answers.from_parameters({**given, **way.values}), own)
        assert again.recommendation.key == (way.then, False)


def test_until_it_is_decided_todays_arrangement_stays_until_a_named_trigger() -> None:
    a = case(ml_engineers=8, current_pattern="centralised").found
    assert a.recommendation.default is not None
    assert a.recommendation.default.pattern == "centralised"
    assert a.recommendation.default.until == ("model_teams", 5)
    assert headline(a).endswith(
        "keep Centralised, as you work today, until five teams produce models"
    )
    assert any("Look at the choice again when five teams" in s for s in deciding(a))


def test_without_an_arrangement_to_keep_the_one_that_is_easier_to_undo_comes_first() -> None:
    a = case(ml_engineers=8, current_pattern="embedded").found
    assert a.recommendation.default is not None
    assert (a.recommendation.default.pattern, a.recommendation.default.kind) == (
        "centralised",
        "easier",
    )
    assert any("easier to undo" in s for s in deciding(a))


# -- 2 and 3: what is a start only, and what never stands alone ---------------------------------

TINY = {
    "model_teams": 2,
    "ml_engineers": 6,
    "models_in_production": 3,
    "maturity": 1,
    "ml_expertise_in_product": "none",
}


@pytest.mark.parametrize(
    ("change", "reads"),
    [
        ({"model_teams": 3}, "At most two teams"),
        ({"ml_engineers": 11}, "At most ten people"),
        ({"maturity": 2}, "level 1"),
        ({"ml_expertise_in_product": "some"}, "without ML skill"),
    ],
)
def test_a_full_service_outside_its_start_says_why_not(change: dict[str, Any], reads: str) -> None:
    assert case(**TINY).verdict("platform-as-mlops") == "fits-on-conditions"
    found = case(**{**TINY, **change}).found.verdicts["platform-as-mlops"]
    assert found.verdict == "not-yet"
    assert any(reads in words for words in found.changes)


def test_a_full_service_gives_way_to_a_central_team_that_fits_without_conditions() -> None:
    assert case(**TINY).verdict("centralised") == "fits"
    assert advised(**TINY) == ("centralised",)


def test_one_autonomous_team_with_two_models_keeps_no_specialist_busy() -> None:
    one_team = {"model_teams": 1, "models_in_production": 2, "product_autonomy": "high"}
    assert case(**one_team, ml_expertise_in_product="most").verdict("embedded") == "not-yet"
    assert advised(**one_team, ml_expertise_in_product="most", ml_engineers=5) == ("centralised",)


def test_engineers_in_teams_come_beside_a_shared_platform() -> None:
    large = {
        "model_teams": 8,
        "ml_engineers": 40,
        "models_in_production": 40,
        "product_autonomy": "high",
        "ml_expertise_in_product": "most",
        "current_pattern": "embedded",
    }
    assert advised(**large) == ("federated", "embedded")
    bare = case(**large, rails="none").found
    assert bare.recommendation.patterns == ("federated", "embedded")
    words = [c.words for p in ("federated", "embedded") for c in bare.verdicts[p].conditions]  # type: ignore[index]
    assert any("shared tooling" in w and "first" in w for w in words)


# -- 4 and 5: people ----------------------------------------------------------------------------


def test_too_few_people_are_a_condition_with_numbers() -> None:
    found = case(model_teams=30, ml_engineers=90, platform_engineers=2).found
    words = [c.words for c in found.verdicts["federated"].conditions]
    assert "Grow the platform team from 2 to 6 first." in words
    assert "a platform team of six to 18 (more than the two you have)" in headline(found)
    count = next(h for h in found.headcounts if h.pattern.id == "federated")
    assert count.platform == (6, 18)


def test_more_teams_ask_for_a_larger_platform_and_argue_for_it_all_the_same() -> None:
    assert case(model_teams=10, platform_engineers=2).verdict("federated") == "fits"
    assert case(model_teams=30, platform_engineers=2).verdict("federated") == "fits"


@pytest.mark.parametrize("people", [0, 1, 3])
@pytest.mark.parametrize("teams", [4, 6, 12])
def test_early_on_own_hardware_one_team_comes_first_until_a_platform_is_staffed(
    people: int, teams: int
) -> None:
    early = {"model_teams": teams, "maturity": 2, "deployment": "on-premises"}
    assert advised(**early, platform_engineers=people) == ("centralised",)
    assert "federated" in advised(**early, platform_engineers=4)


def test_early_on_own_hardware_the_missing_people_are_named() -> None:
    found = case(model_teams=6, maturity=2, deployment="hybrid", platform_engineers=2).found
    changes = found.verdicts["federated"].changes
    assert changes == ("The platform team would have to grow from 2 to 4 people.",)


@pytest.mark.parametrize(
    ("deployment", "place"),
    [
        ("on-premises", "on own machines"),
        ("hybrid", "partly in the cloud, partly on own machines"),
        ("air-gapped", "on machines cut off from outside networks"),
    ],
)
def test_a_reason_says_where_the_models_run_as_answered(deployment: str, place: str) -> None:
    given = {"model_teams": 6, "maturity": 2, "deployment": deployment}
    assert advised(**given, platform_engineers=4)[:1] == ("federated",)
    for people, words in ((4, "A platform team of 4 can run"), (2, "Early, and with models")):
        readings = case(**given, platform_engineers=people).found.verdicts["federated"].readings
        said = [r.because for r in readings if r.because.startswith(words)]
        assert said
        assert all(place in because for because in said)
        assert not [r.because for r in readings if "hardware" in r.because]


def test_models_in_production_change_the_advice() -> None:
    large = {
        "model_teams": 6,
        "ml_engineers": 30,
        "product_autonomy": "high",
        "ml_expertise_in_product": "most",
        "current_pattern": "federated",
    }
    assert advised(**large, models_in_production=8) == ("federated",)
    assert advised(**large, models_in_production=30) == ("federated", "embedded")


# -- 6: firmness --------------------------------------------------------------------------------


def test_three_of_six_answers_are_a_first_indication_and_four_are_advice() -> None:
    some = {name: WHOLE[name] for name in DEFINING[:3]}
    few = Case(some)
    assert few.found.recommendation.status == "first-indication"
    assert few.advice["headline"].startswith("First indication: ")
    assert set(few.advice["missing"]) == set(DEFINING[3:])
    more = Case({**some, "maturity": 3})
    assert more.found.recommendation.status in ("recommendation", "contested")


def test_an_unasked_question_is_no_condition() -> None:
    found = case(platform_engineers=None, rails=None, rails_bypassed=None).found
    verdict = found.verdicts["federated"]
    assert verdict.verdict == "fits"
    assert not verdict.conditions
    assert {"platform_engineers", "rails"} <= set(verdict.unknown)


def test_a_pattern_that_was_not_judged_is_named() -> None:
    found = case(model_teams=2, models_in_production=None, product_autonomy=None).found
    assert found.verdicts["embedded"].verdict is None
    assert any(s.startswith("Embedded was not judged") for s in firmness(found))


# -- 7 and 8: the mandate, and the queue --------------------------------------------------------


@pytest.mark.parametrize("teams", [1, 4, 15])
@pytest.mark.parametrize("people", [1, 20])
def test_what_the_rule_leaves_to_product_teams_decides(teams: int, people: int) -> None:
    rule = {"mandate": "single-operator", "model_teams": teams, "platform_engineers": people}
    assert advised(**rule, autonomy_permitted="broad") == ("centralised",)
    assert advised(**rule, autonomy_permitted="limited") == ("centralised",)
    assert advised(**rule, autonomy_permitted="none") == ("platform-as-mlops",)
    r = case(**rule).found.recommendation
    assert r.decided_by[0].answers == ("autonomy_permitted",)


def test_a_queue_of_another_pattern_says_nothing_about_a_central_team() -> None:
    for pattern in ("embedded", "federated"):
        assert advised(current_pattern=pattern, queue_weeks=0.0, ml_engineers=8) == advised(
            current_pattern=pattern, queue_weeks=9.0, ml_engineers=8
        )


def test_a_long_queue_of_a_central_team_is_the_limit_also_at_level_two() -> None:
    central = {"maturity": 2, "ml_engineers": 8, "deployment": "hybrid", "platform_engineers": 5}
    assert advised(**central, queue_weeks=1.0) == ("centralised",)
    assert advised(**central, queue_weeks=6.0) == ("federated",)


# -- 9 and 12: growth, and reasons --------------------------------------------------------------


def test_level_five_argues_for_a_shared_platform_like_level_four() -> None:
    verdicts = {case(maturity=level).verdict("federated") for level in (3, 4, 5)}
    assert verdicts == {"fits"}
    assert advised(maturity=5, current_pattern="federated") == ("federated",)


def test_the_first_reason_is_the_answer_nearest_to_changing_the_advice() -> None:
    a = case(model_teams=6, ml_engineers=40).found
    reasons = a.recommendation.reasons
    moving = {t.input for t in a.tipping_points if t.now is not None}
    assert reasons[0].decides
    assert reasons[0].answer in moving
    agreeing = [r.answer for r in reasons if not r.decides]
    assert not set(agreeing) & moving


# -- advice until there are people ---------------------------------------------------------------

EARLY: dict[str, Any] = {
    "maturity": 2,
    "deployment": "hybrid",
    "platform_engineers": 2,
    "ml_expertise_in_product": "most",
    "queue_weeks": 7.5,
    "ml_engineers": 8,
}
"""Early, on own hardware, too few platform people, and the queue is the limit."""


@pytest.mark.parametrize(
    "changes", [{}, {"model_teams": 20, "ml_engineers": 124, "current_pattern": "embedded"}]
)
def test_a_central_team_that_waits_for_people_says_how_many_and_what_comes_then(
    changes: dict[str, Any],
) -> None:
    early = case(**{**EARLY, **changes})
    assert advised(**{**EARLY, **changes, "platform_engineers": 4}) == ("federated",)
    words = headline(early.found)
    assert words == (
        "Centralised until the platform team has four people, more than the two you have; "
        "then Federated"
    )
    conditions = [c.words for c in early.found.verdicts["centralised"].conditions]
    assert any("from 2 to 4" in words for words in conditions)


def test_of_a_number_the_nearest_value_each_way_is_named_and_no_other() -> None:
    seed = Case(answers_of(61))
    values = [
        way["values"]["model_teams"]
        for way in seed.advice["decided_by"]
        if "model_teams" in way["values"]
    ]
    assert values == [5]


# -- published cases ----------------------------------------------------------------------------

CASES = sorted((folder("examples") / "cases").glob("*.yaml"))


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_a_published_case_gives_advice_or_says_which_answers_are_missing(path: Any) -> None:
    a = assess(read_answers(path))
    r = a.recommendation
    if r.status in ("none", "first-indication"):
        words = headline(a)
        assert r.missing
        for name in r.missing:
            assert CONTENT.question(name).name in words
    else:
        assert r.patterns


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(parameters=plausible, name=st.sampled_from(DEFINING))
def test_one_answer_less_never_makes_the_advice_firmer(
    parameters: dict[str, Any], name: str
) -> None:
    order = ("none", "first-indication", "contested", "recommendation")
    before = Case(parameters).defining
    after = Case(parameters).but(**{name: None})
    if after.defining < 4 <= before:
        assert order.index(after.found.recommendation.status) < 2
