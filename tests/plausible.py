"""Plausible answers, drawn at random: sizes that belong together, complete or with gaps.

`random_answers` takes any `random.Random`. A script seeds one (`answers_of(seed)`); Hypothesis
hands in its own (`plausible`), so that what fails is shrunk. Both read the tables below.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")

DEFINING = (
    "mandate",
    "model_teams",
    "ml_engineers",
    "maturity",
    "deployment",
    "ml_expertise_in_product",
)
"""The six answers that define the advice."""

SIZES: dict[str, tuple[tuple[int, int], tuple[float, float], tuple[float, float]]] = {
    "tiny": ((1, 2), (1.0, 5.0), (0.5, 4.0)),
    "small": ((2, 4), (1.5, 6.0), (0.5, 6.0)),
    "middle": ((3, 9), (1.5, 7.0), (1.0, 8.0)),
    "large": ((8, 40), (2.0, 8.0), (1.0, 12.0)),
}
"""By size: teams that produce models, ML engineers for each, models in production for each."""
_SIZE_WEIGHTS = (3, 4, 4, 2)

LEVELS = {"tiny": (5, 4, 1, 0, 0), "small": (3, 5, 3, 1, 0), "middle": (1, 4, 5, 2, 1)}
"""Weights of the maturity levels 1 to 5."""
_LARGE_LEVELS = (1, 3, 5, 3, 1)
PLACES = ("pure-cloud", "hybrid", "on-premises", "air-gapped")
RULES = ("none", "accountable-person", "legal-entity", "independent-validation", "single-operator")
PATTERNS = ("centralised", "embedded", "federated", "platform-as-mlops")
TEAMS = ("research", "engineering", "product", "platform", "data", "Ranking squad", "nobody")
HABITS = ("user-research", "documented-apis", "feedback-loop", "deprecation-cycles")
DUTIES = ("evaluation-set", "ship", "paged", "answers-to-business", "turn-off")


def _pick(draw: random.Random, values: Sequence[T], weights: Sequence[float] | None = None) -> T:
    """Return one of the values. Integers only are drawn, so that Hypothesis can shrink them."""
    if weights is None:
        return values[draw.randint(0, len(values) - 1)]
    at = draw.randint(0, round(sum(weights)) - 1)
    for value, weight in zip(values, weights, strict=True):
        at -= round(weight)
        if at < 0:
            return value
    return values[-1]


def _yes(draw: random.Random, share: int) -> bool:
    """Return true in so many of a hundred draws."""
    return draw.randint(1, 100) <= share


def _times(draw: random.Random, teams: int, span: tuple[float, float]) -> int:
    """Return teams times a factor in the span, at least one."""
    factor = draw.randint(round(span[0] * 10), round(span[1] * 10)) / 10
    return max(1, round(teams * factor))


def complete_answers(draw: random.Random) -> dict[str, Any]:
    """Return answers to all that the verdicts read and to much of the rest."""
    size = _pick(draw, tuple(SIZES), _SIZE_WEIGHTS)
    teams_span, engineers_span, models_span = SIZES[size]
    teams = draw.randint(*teams_span)
    engineers = _times(draw, teams, engineers_span)
    level = _pick(draw, (1, 2, 3, 4, 5), LEVELS.get(size, _LARGE_LEVELS))
    rule = _pick(draw, RULES, (12, 2, 1, 2, 3))
    place = _pick(draw, PLACES, (6, 3, 3, 1) if rule == "none" else (4, 3, 3, 3))
    usual = max(1, round(teams * _pick(draw, (2, 3, 4, 6)) / 10))
    platform = _pick(draw, (0, 1, 2, usual, usual + 1, usual + 3), (2, 2, 3, 6, 4, 2))
    given: dict[str, Any] = {
        "model_teams": teams,
        "ml_engineers": engineers,
        "models_in_production": _times(draw, teams, models_span),
        "maturity": level,
        "deployment": place,
        "regulated": True
        if rule == "single-operator"
        else _yes(draw, 75 if rule != "none" else 15),
        "mandate": rule,
        "autonomy_permitted": _pick(draw, ("none", "limited", "broad")),
        "platform_engineers": min(platform, engineers),
        "rails": _pick(draw, ("none", "bought", "built"), (6 - level, 3, 2 * level)),
        "rails_bypassed": _yes(draw, 30),
        "ml_expertise_in_product": _pick(
            draw, ("none", "some", "most"), (4, 4, 1) if size == "tiny" else (2, 5, 4)
        ),
        "product_autonomy": _pick(draw, ("low", "high")),
        "reporting_line": _pick(draw, ("central", "product", "mixed")),
        "current_pattern": _pick(draw, PATTERNS, (6, 3, 4, 2)),
        "infrastructure_built_for": _pick(draw, (*PATTERNS, "none"), (4, 2, 3, 1, 3)),
    }
    central = given["current_pattern"] in ("centralised", "platform-as-mlops")
    if central or _yes(draw, 25):
        given["queue_weeks"] = draw.randint(0, 32 if central else 12) / 4
        given["requests_per_team_month"] = draw.randint(2, 16) / 2
        given["days_per_request"] = draw.randint(2, 20) / 2
    given |= _ownership(draw) | _on_call(draw) | _product(draw)
    return given


def _ownership(draw: random.Random) -> dict[str, Any]:
    builder = _pick(draw, TEAMS[:-1])
    duties = {
        d: builder if _yes(draw, 45) else _pick(draw, (*TEAMS, "at-handover")) for d in DUTIES
    }
    authors = {builder if _yes(draw, 60) else _pick(draw, TEAMS[:-1])}
    if _yes(draw, 50):
        authors.add(_pick(draw, ("product", "research")))
    return {
        "model": "Ranking",
        "lead": _pick(draw, ("research", "engineering", "product")),
        "builder": builder,
        "duties": duties,
        "evaluation_set_authors": sorted(authors),
        "retirement_authority": _pick(draw, ("Head of product", duties["turn-off"], "nobody")),
        "mitigations": {k: _yes(draw, 45) for k in ("research", "engineering", "product")},
    }


def _on_call(draw: random.Random) -> dict[str, Any]:
    return {
        "paged_infrastructure": _pick(draw, ("platform", "engineering", "nobody"), (5, 2, 1)),
        "paged_quality": _pick(draw, TEAMS),
        "knowledge": {k: _pick(draw, TEAMS) for k in ("business", "model", "infrastructure")},
        "rollback_authority": _pick(draw, TEAMS),
    }


def _product(draw: random.Random) -> dict[str, Any]:
    habits = {h: _yes(draw, 55) for h in HABITS}
    signals = {
        "queue_weeks": {"trigger": draw.randint(1, 6)},
        "model_teams": {"trigger": draw.randint(3, 12)},
        "models_in_production": {"trigger": draw.randint(5, 60)},
    }
    stored = {k: v for k, v in signals.items() if _yes(draw, 50)}
    given: dict[str, Any] = {
        "platform_as_product": habits,
        "data_access": _pick(draw, ("self-service", "ticket")),
        "users_seen": {k: _yes(draw, 50) for k in ("talk", "usage", "effects")},
        "deploys_alone": _yes(draw, 50),
        "measures_outcomes": _yes(draw, 50),
    }
    if stored:
        given["signals"] = stored
    if _yes(draw, 40):
        given["chosen_pattern"] = _pick(draw, PATTERNS)
    return given


def random_answers(draw: random.Random) -> dict[str, Any]:
    """Return what `Answers.from_parameters` takes: half of the sets complete, half with gaps."""
    given = complete_answers(draw)
    if _yes(draw, 50):
        return given
    share = _pick(draw, (10, 25, 50, 80))
    return {name: value for name, value in given.items() if not _yes(draw, share)}


def answers_of(seed: int) -> dict[str, Any]:
    """Return the answers of a seed: the same ones every time."""
    return random_answers(random.Random(seed))


plausible = st.randoms(use_true_random=False).map(random_answers)
"""The same answers for Hypothesis."""
