"""Answers that do not fit together: each contradiction has a case that fires, and silent ones."""

from __future__ import annotations

from typing import Any

import pytest

from workshop import Answers, assess
from workshop.content.loader import load_content
from workshop.findings.plan import actions

CONTENT = load_content()


def _stages(*teams: str) -> list[dict[str, Any]]:
    kinds = ("data", "model", "model", "serving", "product")
    return [{"stage": s, "team": t} for s, t in zip(kinds, teams, strict=True)]


_FIVE = _stages("data", "research", "engineering", "platform", "product")
_THREE = _stages("data", "research", "research", "platform", "product")


def _waiting(days: float, team: str = "Platform team") -> list[dict[str, Any]]:
    """Return five stages in which serving waits for a team."""
    stages = _stages("data", "research", "engineering", team, "product")
    return [s | {"touch_days": 2, "wait_days": days if s["team"] == team else 0} for s in stages]


_QUEUE = {"model_teams": 6, "requests_per_team_month": 4, "days_per_request": 2.4}

CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "autonomy-and-waiting-to-deploy": (
        {"product_autonomy": "high", "deploys_alone": False},
        {"product_autonomy": "low", "deploys_alone": False},
    ),
    "autonomy-and-waiting-for-platform": (
        {"product_autonomy": "high", "stages": _waiting(5)},
        {"product_autonomy": "high", "stages": _waiting(4)},
    ),
    "level-without-shared-tools": (
        {"maturity": 3, "rails": "none"},
        {"maturity": 2, "rails": "none"},
    ),
    "level-without-notice": (
        {"maturity": 4, "platform_as_product": {"deprecation-cycles": False}},
        {"maturity": 2, "platform_as_product": {"deprecation-cycles": False}},
    ),
    "level-with-long-queue": (
        {"maturity": 3, "queue_weeks": 4},
        {"maturity": 3, "queue_weeks": 3.5},
    ),
    "central-and-many-handoffs": (
        {"current_pattern": "centralised", "stages": _FIVE},
        {"current_pattern": "centralised", "stages": _THREE},
    ),
    "unregulated-single-operator": (
        {"regulated": False, "mandate": "single-operator"},
        {"regulated": False, "mandate": "legal-entity"},
    ),
    "model-teams-without-expertise": (
        {"model_teams": 3, "ml_expertise_in_product": "none"},
        {"model_teams": 2, "ml_expertise_in_product": "none"},
    ),
    "queue-told-differs": (
        {**_QUEUE, "platform_engineers": 3, "queue_weeks": 5},
        {**_QUEUE, "platform_engineers": 3, "queue_weeks": 2},
    ),
    "no-teams-and-models": (
        {"model_teams": 0, "models_in_production": 2},
        {"model_teams": 1, "models_in_production": 2},
    ),
    "no-teams-and-engineers": (
        {"model_teams": 0, "ml_engineers": 2},
        {"model_teams": 0, "ml_engineers": 0},
    ),
    "more-teams-than-people": (
        {"model_teams": 5, "ml_engineers": 4},
        {"model_teams": 4, "ml_engineers": 4},
    ),
}


def found(given: dict[str, Any]) -> list[str]:
    return [clash.id for clash in assess(Answers.from_parameters(given)).clashes]


def test_every_contradiction_has_its_cases() -> None:
    assert sorted(CASES) == sorted(c.id for c in CONTENT.contradictions)


@pytest.mark.parametrize("name", CASES)
def test_contradiction_fires_and_stays_silent(name: str) -> None:
    fires, silent = CASES[name]
    assert name in found(fires)
    assert name not in found(silent)


@pytest.mark.parametrize("name", CASES)
def test_one_answer_alone_contradicts_nothing(name: str) -> None:
    for key, value in CASES[name][0].items():
        assert name not in found({key: value})


@pytest.mark.parametrize("name", CASES)
def test_a_contradiction_rests_on_two_answers_that_were_given(name: str) -> None:
    answers_given = Answers.from_parameters(CASES[name][0])
    clash = next(c for c in assess(answers_given).clashes if c.id == name)
    assert len(clash.answers) >= 2
    given = {n.split(".")[0] for n in clash.answers}
    assert given <= set(answers_given.to_parameters())


def test_only_teams_that_train_release_or_run_the_model_share_the_work() -> None:
    """Whoever gives data, or fits the model into the product, leaves the team central."""

    def of(*stages: tuple[str, str | None]) -> list[str]:
        given = [{"stage": kind, **({"team": team} if team else {})} for kind, team in stages]
        return found({"current_pattern": "centralised", "stages": given})

    ours = [("model", "platform"), ("serving", "platform")]
    others = [("data", "records"), *ours, ("product", "ward"), ("product", "training")]
    assert of(*others) == []
    assert of(*others, ("model", "safety")) == []
    assert of(*others, ("model", "safety"), ("serving", "IT")) == ["central-and-many-handoffs"]
    assert of(*others, ("model", "safety"), ("serving", None)) == [], "one team is not known"


def test_a_wait_for_a_team_that_is_no_platform_contradicts_no_autonomy() -> None:
    given = {"product_autonomy": "high", "stages": _waiting(25, team="engineers of the product")}
    assert found(given) == []


def test_of_two_contradictions_that_say_the_same_the_direct_one_is_told() -> None:
    given = {"product_autonomy": "high", "deploys_alone": False, "stages": _waiting(25)}
    assert found(given) == ["autonomy-and-waiting-to-deploy"]


def test_the_autonomy_of_teams_that_wait_for_platform_is_told_with_both_answers() -> None:
    given = Answers.from_parameters({"product_autonomy": "high", "stages": _waiting(25)})
    (clash,) = assess(given).clashes
    assert clash.answers == ("product_autonomy", "stages")
    assert "decide and deploy on their own" in clash.statement
    assert "waits 25 working days for the platform team" in clash.statement


def test_a_number_is_said_with_its_unit() -> None:
    given = Answers.from_parameters(CASES["queue-told-differs"][0])
    assert "waits 5 weeks" in assess(given).clashes[0].statement


def test_no_warning_is_built_on_a_queue_that_contradicts_itself() -> None:
    given = {**_QUEUE, "platform_engineers": 3}
    warned = "queue-crosses-soon"
    assert warned in {f.id for f in assess(Answers.from_parameters(given)).findings}
    given["queue_weeks"] = 5
    assert warned not in {f.id for f in assess(Answers.from_parameters(given)).findings}


def test_words_that_differ_from_their_answer_are_settled_by_the_owner_of_the_decision() -> None:
    given = {
        "paged_quality": "platform",
        "duties": {"paged": "platform"},
        "decisions": [
            {
                "decision": "Who is called when answers get worse?",
                "chosen": "Research",
                "owner": "Maria",
                "sets": {"paged_quality": "product"},
            }
        ],
    }
    a = assess(Answers.from_parameters(given))
    (settling,) = [x for x in actions(a) if x.kind == "contradiction"]
    assert (settling.owner, settling.proposed_owner) == (None, "Maria")


@pytest.mark.parametrize(
    ("basis", "outweighed"),
    [
        ({"maturity": "opinion", "queue_weeks": "measured"}, True),
        ({"maturity": "opinion", "queue_weeks": "opinion"}, False),
        ({"maturity": "documented", "queue_weeks": "measured"}, False),
        (None, False),
    ],
)
def test_what_is_measured_settles_its_half_of_a_contradiction(
    basis: dict[str, str] | None, outweighed: bool
) -> None:
    given = {"maturity": 3, "queue_weeks": 5, "basis": basis}
    (clash,) = [c for c in assess(Answers.from_parameters(given)).clashes if "level" in c.id]
    measured = "But you measured that a request waits 5 weeks for the central team, so your level"
    assert (measured in clash.statement) == outweighed
    assert clash.check.startswith("Ask two teams") == outweighed
    assert ("last ten requests" in clash.check) != outweighed
