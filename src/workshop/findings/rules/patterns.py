"""Rules on the pattern that was chosen or is lived today, and on how it tends to break."""

from __future__ import annotations

from workshop.answers.schema import lookup
from workshop.content.items import Pattern
from workshop.findings.advice import either, options
from workshop.findings.inputs import Inputs, fewest
from workshop.findings.rules.base import Values, faces_users, kinds_in, named, one_operator
from workshop.findings.situation import Situation

_HABITS = ("user-research", "documented-apis", "feedback-loop", "deprecation-cycles")


def _short(situation: Situation, pattern: Pattern) -> str:
    return situation.content.pattern(pattern).short


def _advised(situation: Situation) -> str:
    """Return the recommendation's name: a pattern, a combination, or the contestants."""
    return either(situation.content, options(situation.content, situation.recommendation.patterns))


def _limit(situation: Situation, rule: str, name: str) -> float:
    return situation.content.rule(rule).limits[name]


def _excluded(situation: Situation, pattern: Pattern | None) -> Values | None:
    if pattern is None or situation.verdicts[pattern].verdict != "excluded":
        return None
    left = [p for p, v in situation.verdicts.items() if v.verdict != "excluded"]
    return {
        "pattern": _short(situation, pattern),
        "left": situation.listing(_short(situation, p) for p in left),
    }


def chosen_pattern_excluded(situation: Situation) -> Values | None:
    """Find a choice that a rule forbids: no fit makes up for that (S2 §deployment)."""
    return _excluded(situation, situation.answers.chosen_pattern)


def current_pattern_excluded(situation: Situation) -> Values | None:
    """Find a rule broken today, where the choice does not repeat it (S2 §deployment)."""
    current = situation.answers.current_pattern
    return None if current == situation.answers.chosen_pattern else _excluded(situation, current)


def _against(situation: Situation, pattern: Pattern | None) -> Values | None:
    advice = situation.recommendation
    if pattern is None or not advice.patterns or pattern in advice.patterns:
        return None
    if situation.verdicts[pattern].verdict in ("excluded", None):
        return None
    because = advice.because[0] if advice.because else ""
    return {
        "pattern": _short(situation, pattern),
        "advised": _advised(situation),
        "because": because,
    }


def chosen_against_advice(situation: Situation) -> Values | None:
    """Find a choice that something speaks against: it needs a reason on paper (S2, K1)."""
    return (
        None
        if _fits(situation, situation.answers.chosen_pattern)
        else _against(situation, situation.answers.chosen_pattern)
    )


def chosen_fits_beside_advice(situation: Situation) -> Values | None:
    """Find a choice that fits, where the deciding answers all lean to another (S2 §patterns)."""
    return (
        _against(situation, situation.answers.chosen_pattern)
        if _fits(situation, situation.answers.chosen_pattern)
        else None
    )


def _fits(situation: Situation, pattern: Pattern | None) -> bool:
    return pattern is not None and situation.verdicts[pattern].verdict in (
        "fits",
        "fits-on-conditions",
    )


def current_against_advice(situation: Situation) -> Values | None:
    """Find a way of working that the answers have left behind, before a choice is made (S2)."""
    return (
        None
        if situation.answers.chosen_pattern
        else _against(situation, situation.answers.current_pattern)
    )


def chosen_does_not_fit_yet(situation: Situation) -> Values | None:
    """Find a choice that something stands against, while nothing else fits either (S2)."""
    chosen = situation.answers.chosen_pattern
    if (
        chosen is None
        or situation.recommendation.patterns
        or situation.verdicts[chosen].verdict != "not-yet"
    ):
        return None
    return {"pattern": _short(situation, chosen), "change": situation.verdicts[chosen].changes[0]}


def chosen_in_open_contest(situation: Situation) -> Values | None:
    """Find a choice between two that fit alike: record what decided it (S2 §patterns, K1)."""
    chosen, advice = situation.answers.chosen_pattern, situation.recommendation
    if chosen is None or not advice.contested or chosen not in advice.patterns:
        return None
    others = [_short(situation, p) for p in advice.patterns if p != chosen]
    return {"pattern": _short(situation, chosen), "others": situation.listing(others)}


def _matches(situation: Situation, pattern: Pattern | None) -> Values | None:
    advice = situation.recommendation
    if pattern is None or advice.contested or pattern not in advice.patterns:
        return None
    return {
        "pattern": _short(situation, pattern),
        "advised": _advised(situation),
        "because": advice.because[0],
    }


def chosen_matches_advice(situation: Situation) -> Values | None:
    """Find a choice that the answers lead to (S2 §patterns)."""
    return _matches(situation, situation.answers.chosen_pattern)


def current_matches_advice(situation: Situation) -> Values | None:
    """Find a way of working that the answers still support, before a choice is made (S2)."""
    return (
        None
        if situation.answers.chosen_pattern
        else _matches(situation, situation.answers.current_pattern)
    )


def embedded_without_rails(situation: Situation) -> Values | None:
    """Find engineers in each team and nothing shared: shadow infrastructure grows (S2, C1)."""
    lone = situation.judged_pattern == "embedded" and situation.answers.rails == "none"
    return {} if lone else None


def federated_without_rails(situation: Situation) -> Values | None:
    """Find Federated in name, with nothing to share: each team builds its own (S2 §patterns)."""
    bare = situation.judged_pattern == "federated" and situation.answers.rails == "none"
    return {} if bare else None


def centralised_with_queue(situation: Situation) -> Values | None:
    """Find one team that others wait for: its pace is everyone's (S2 §patterns)."""
    weeks = situation.answers.queue_weeks
    if situation.judged_pattern != "centralised" or weeks is None:
        return None
    if weeks < _limit(situation, "centralised-with-queue", "weeks"):
        return None
    return {"weeks": situation.content.words.number(weeks)}


def centralised_with_many_teams(situation: Situation) -> Values | None:
    """Find more teams than one central team serves well; a single operator may (S2 §patterns)."""
    teams = situation.answers.model_teams
    if situation.judged_pattern != "centralised" or teams is None or one_operator(situation):
        return None
    return (
        {"teams": teams}
        if teams >= _limit(situation, "centralised-with-many-teams", "teams")
        else None
    )


def centralised_without_triggers(situation: Situation) -> Values | None:
    """Find a central team with no number that ends it: the bottleneck stays (S2 §transition).

    Speaks once the signals were looked at and none was given a limit.
    """
    if (
        situation.judged_pattern != "centralised"
        or situation.answers.signals is None
        or one_operator(situation)
    ):
        return None
    return {} if all(signal.trigger is None for signal in situation.signals) else None


def small_central_team(situation: Situation) -> Values | None:
    """Find a central team so small that one departure takes the memory along (S2 §patterns)."""
    people = situation.answers.platform_engineers
    if situation.judged_pattern != "centralised" or people is None:
        return None
    enough = fewest(situation.content, "centralised", Inputs(situation.answers)).start
    least = _limit(situation, "small-central-team", "from")
    return {"people": people} if least <= people < enough else None


def platform_as_best_effort(situation: Situation) -> Values | None:
    """Find rails that nobody runs as a product: they break their users (S2 §patterns, R5)."""
    missing = [h for h in _HABITS if lookup(situation.answers, f"platform_as_product.{h}") is False]
    enough = len(missing) >= _limit(situation, "platform-as-best-effort", "habits")
    if situation.judged_pattern != "federated" or not enough:
        return None
    names = [situation.content.question(f"platform_as_product.{h}").name for h in missing]
    return {"habits": situation.listing(names)}


def platform_run_as_product(situation: Situation) -> Values | None:
    """Find all four habits of a platform run as a product (R5)."""
    kept = [lookup(situation.answers, f"platform_as_product.{h}") is True for h in _HABITS]
    return {} if all(kept) else None


def rails_left_by_teams(situation: Situation) -> Values | None:
    """Find work that goes round shared rails: too narrow, they are left (S2 §patterns, R5)."""
    left = situation.answers.rails_bypassed is True and situation.answers.rails != "none"
    return {} if left else None


def experts_under_full_service(situation: Situation) -> Values | None:
    """Find teams that could build models and may only hand them over: trials stop (S2)."""
    held = (
        situation.judged_pattern == "platform-as-mlops"
        and situation.answers.ml_expertise_in_product == "most"
    )
    return {} if held and not one_operator(situation) else None


def business_knowledge_unproven(situation: Situation) -> Values | None:
    """Find a full service that is taken to know the business: S2 says both that and not.

    Where no holder was told, the disagreement of the sources speaks of it, and nothing else yet.
    """
    holder = lookup(situation.answers, "knowledge.business")
    if situation.judged_pattern != "platform-as-mlops" or not situation.teams.is_somebody(holder):
        return None
    return None if faces_users(situation, holder) else {}


def structural_ownership_gap(situation: Situation) -> Values | None:
    """Find a pattern that parts builder and responder: S1's rule against S2's on-call rows.

    Silent where the builder is paged all the same, so that there is no gap, and where a rule
    demands one operator: then what makes up for the gap is looked at (see the rules on call).
    """
    judged, builder = situation.judged_pattern, situation.answers.builder
    if judged not in ("centralised", "platform-as-mlops") or one_operator(situation):
        return None
    if any(
        situation.teams.same(builder, p)
        for p in (lookup(situation.answers, "duties.paged"), situation.answers.paged_quality)
    ):
        return None
    return {"pattern": _short(situation, judged)}


def product_responder_named(situation: Situation) -> Values | None:
    """Find the remedy for that gap: product is called for quality under a central pattern.

    Only a name with “product” in it counts; any other may be the central team's own name.
    """
    judged, paged = situation.judged_pattern, situation.answers.paged_quality
    if judged not in ("centralised", "platform-as-mlops") or paged is None:
        return None
    if "product" not in kinds_in(situation, paged):
        return None
    return {"pattern": _short(situation, judged), "paged": situation.teams.label(paged)}


def regulated_without_mandate(situation: Situation) -> Values | None:
    """Find regulated work whose rule demands no single operator: nothing is excluded (S2, R11)."""
    given = situation.answers.regulated is True and situation.answers.mandate is not None
    return {} if given and not one_operator(situation) else None


def single_operator_without_validation(situation: Situation) -> Values | None:
    """Find one team that does everything by rule: ask who checks its models (R11)."""
    validated = situation.teams.is_somebody(situation.answers.validator)
    return {} if one_operator(situation) and not validated else None


def reports_centrally_works_embedded(situation: Situation) -> Values | None:
    """Find people with two masters: a central head, and the product they work for (K1)."""
    split = situation.answers.reporting_line == "central" and situation.judged_pattern == "embedded"
    return {} if split else None


def several_kinds_of_consumers(situation: Situation) -> Values | None:
    """Find teams with and without ML skill under one verdict: judge each group (K1)."""
    if situation.answers.ml_expertise_in_product != "some":
        return None
    teams = situation.answers.model_teams
    return None if teams is not None and teams < 2 else {}


RULES = named(
    chosen_pattern_excluded,
    current_pattern_excluded,
    structural_ownership_gap,
    embedded_without_rails,
    federated_without_rails,
    centralised_with_queue,
    centralised_with_many_teams,
    centralised_without_triggers,
    small_central_team,
    platform_as_best_effort,
    rails_left_by_teams,
    experts_under_full_service,
    business_knowledge_unproven,
    chosen_against_advice,
    chosen_fits_beside_advice,
    chosen_does_not_fit_yet,
    chosen_in_open_contest,
    current_against_advice,
    single_operator_without_validation,
    regulated_without_mandate,
    reports_centrally_works_embedded,
    several_kinds_of_consumers,
    chosen_matches_advice,
    current_matches_advice,
    platform_run_as_product,
    product_responder_named,
)
