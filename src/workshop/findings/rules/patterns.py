"""Rules on the pattern that was chosen or is lived today, and on how it tends to break."""

from __future__ import annotations

from workshop.answers.schema import lookup
from workshop.content.items import Pattern
from workshop.findings.advice import either, options
from workshop.findings.inputs import Inputs, fewest
from workshop.findings.rules.base import Values, faces_users, kinds_in, named, one_operator
from workshop.findings.situation import Situation

_HABITS = ("user-research", "documented-apis", "feedback-loop", "deprecation-cycles")


def _short(s: Situation, pattern: Pattern) -> str:
    return s.content.pattern(pattern).short


def _advised(s: Situation) -> str:
    """Return the recommendation's name: a pattern, a combination, or the contestants."""
    return either(s.content, options(s.content, s.recommendation.patterns))


def _limit(s: Situation, rule: str, name: str) -> float:
    return s.content.rule(rule).limits[name]


def _excluded(s: Situation, pattern: Pattern | None) -> Values | None:
    if pattern is None or s.verdicts[pattern].verdict != "excluded":
        return None
    left = [p for p, v in s.verdicts.items() if v.verdict != "excluded"]
    return {"pattern": _short(s, pattern), "left": s.listing(_short(s, p) for p in left)}


def chosen_pattern_excluded(s: Situation) -> Values | None:
    """Find a choice that a rule forbids: no fit makes up for that (S2 §deployment)."""
    return _excluded(s, s.answers.chosen_pattern)


def current_pattern_excluded(s: Situation) -> Values | None:
    """Find a rule broken today, where the choice does not repeat it (S2 §deployment)."""
    current = s.answers.current_pattern
    return None if current == s.answers.chosen_pattern else _excluded(s, current)


def _against(s: Situation, pattern: Pattern | None) -> Values | None:
    advice = s.recommendation
    if pattern is None or not advice.patterns or pattern in advice.patterns:
        return None
    if s.verdicts[pattern].verdict in ("excluded", None):
        return None
    because = advice.because[0] if advice.because else ""
    return {"pattern": _short(s, pattern), "advised": _advised(s), "because": because}


def chosen_against_advice(s: Situation) -> Values | None:
    """Find a choice that something speaks against: it needs a reason on paper (S2, K1)."""
    return None if _fits(s, s.answers.chosen_pattern) else _against(s, s.answers.chosen_pattern)


def chosen_fits_beside_advice(s: Situation) -> Values | None:
    """Find a choice that fits, where the deciding answers all lean to another (S2 §patterns)."""
    return _against(s, s.answers.chosen_pattern) if _fits(s, s.answers.chosen_pattern) else None


def _fits(s: Situation, pattern: Pattern | None) -> bool:
    return pattern is not None and s.verdicts[pattern].verdict in ("fits", "fits-on-conditions")


def current_against_advice(s: Situation) -> Values | None:
    """Find a way of working that the answers have left behind, before a choice is made (S2)."""
    return None if s.answers.chosen_pattern else _against(s, s.answers.current_pattern)


def chosen_does_not_fit_yet(s: Situation) -> Values | None:
    """Find a choice that something stands against, while nothing else fits either (S2)."""
    chosen = s.answers.chosen_pattern
    if chosen is None or s.recommendation.patterns or s.verdicts[chosen].verdict != "not-yet":
        return None
    return {"pattern": _short(s, chosen), "change": s.verdicts[chosen].changes[0]}


def chosen_in_open_contest(s: Situation) -> Values | None:
    """Find a choice between two that fit alike: record what decided it (S2 §patterns, K1)."""
    chosen, advice = s.answers.chosen_pattern, s.recommendation
    if chosen is None or not advice.contested or chosen not in advice.patterns:
        return None
    others = [_short(s, p) for p in advice.patterns if p != chosen]
    return {"pattern": _short(s, chosen), "others": s.listing(others)}


def _matches(s: Situation, pattern: Pattern | None) -> Values | None:
    advice = s.recommendation
    if pattern is None or advice.contested or pattern not in advice.patterns:
        return None
    return {"pattern": _short(s, pattern), "advised": _advised(s), "because": advice.because[0]}


def chosen_matches_advice(s: Situation) -> Values | None:
    """Find a choice that the answers lead to (S2 §patterns)."""
    return _matches(s, s.answers.chosen_pattern)


def current_matches_advice(s: Situation) -> Values | None:
    """Find a way of working that the answers still support, before a choice is made (S2)."""
    return None if s.answers.chosen_pattern else _matches(s, s.answers.current_pattern)


def embedded_without_rails(s: Situation) -> Values | None:
    """Find engineers in each team and nothing shared: shadow infrastructure grows (S2, C1)."""
    lone = s.judged_pattern == "embedded" and s.answers.rails == "none"
    return {} if lone else None


def federated_without_rails(s: Situation) -> Values | None:
    """Find Federated in name, with nothing to share: each team builds its own (S2 §patterns)."""
    bare = s.judged_pattern == "federated" and s.answers.rails == "none"
    return {} if bare else None


def centralised_with_queue(s: Situation) -> Values | None:
    """Find one team that others wait for: its pace is everyone's (S2 §patterns)."""
    weeks = s.answers.queue_weeks
    if s.judged_pattern != "centralised" or weeks is None:
        return None
    if weeks < _limit(s, "centralised-with-queue", "weeks"):
        return None
    return {"weeks": s.content.words.number(weeks)}


def centralised_with_many_teams(s: Situation) -> Values | None:
    """Find more teams than one central team serves well; a single operator may (S2 §patterns)."""
    teams = s.answers.model_teams
    if s.judged_pattern != "centralised" or teams is None or one_operator(s):
        return None
    return {"teams": teams} if teams >= _limit(s, "centralised-with-many-teams", "teams") else None


def centralised_without_triggers(s: Situation) -> Values | None:
    """Find a central team with no number that ends it: the bottleneck stays (S2 §transition).

    Speaks once the signals were looked at and none was given a limit.
    """
    if s.judged_pattern != "centralised" or s.answers.signals is None or one_operator(s):
        return None
    return {} if all(signal.trigger is None for signal in s.signals) else None


def small_central_team(s: Situation) -> Values | None:
    """Find a central team so small that one departure takes the memory along (S2 §patterns)."""
    people = s.answers.platform_engineers
    if s.judged_pattern != "centralised" or people is None:
        return None
    enough = fewest(s.content, "centralised", Inputs(s.answers)).start
    least = _limit(s, "small-central-team", "from")
    return {"people": people} if least <= people < enough else None


def platform_as_best_effort(s: Situation) -> Values | None:
    """Find rails that nobody runs as a product: they break their users (S2 §patterns, R5)."""
    missing = [h for h in _HABITS if lookup(s.answers, f"platform_as_product.{h}") is False]
    enough = len(missing) >= _limit(s, "platform-as-best-effort", "habits")
    if s.judged_pattern != "federated" or not enough:
        return None
    names = [s.content.question(f"platform_as_product.{h}").name for h in missing]
    return {"habits": s.listing(names)}


def platform_run_as_product(s: Situation) -> Values | None:
    """Find all four habits of a platform run as a product (R5)."""
    kept = [lookup(s.answers, f"platform_as_product.{h}") is True for h in _HABITS]
    return {} if all(kept) else None


def rails_left_by_teams(s: Situation) -> Values | None:
    """Find work that goes round shared rails: too narrow, they are left (S2 §patterns, R5)."""
    left = s.answers.rails_bypassed is True and s.answers.rails != "none"
    return {} if left else None


def experts_under_full_service(s: Situation) -> Values | None:
    """Find teams that could build models and may only hand them over: trials stop (S2)."""
    held = s.judged_pattern == "platform-as-mlops" and s.answers.ml_expertise_in_product == "most"
    return {} if held and not one_operator(s) else None


def business_knowledge_unproven(s: Situation) -> Values | None:
    """Find a full service that is taken to know the business: S2 says both that and not.

    Where no holder was told, the disagreement of the sources speaks of it, and nothing else yet.
    """
    holder = lookup(s.answers, "knowledge.business")
    if s.judged_pattern != "platform-as-mlops" or not s.teams.is_somebody(holder):
        return None
    return None if faces_users(s, holder) else {}


def structural_ownership_gap(s: Situation) -> Values | None:
    """Find a pattern that parts builder and responder: S1's rule against S2's on-call rows.

    Silent where the builder is paged all the same, so that there is no gap, and where a rule
    demands one operator: then what makes up for the gap is looked at (see the rules on call).
    """
    judged, builder = s.judged_pattern, s.answers.builder
    if judged not in ("centralised", "platform-as-mlops") or one_operator(s):
        return None
    if any(
        s.teams.same(builder, p)
        for p in (lookup(s.answers, "duties.paged"), s.answers.paged_quality)
    ):
        return None
    return {"pattern": _short(s, judged)}


def product_responder_named(s: Situation) -> Values | None:
    """Find the remedy for that gap: product is called for quality under a central pattern.

    Only a name with “product” in it counts; any other may be the central team's own name.
    """
    judged, paged = s.judged_pattern, s.answers.paged_quality
    if judged not in ("centralised", "platform-as-mlops") or paged is None:
        return None
    if "product" not in kinds_in(s, paged):
        return None
    return {"pattern": _short(s, judged), "paged": s.teams.label(paged)}


def regulated_without_mandate(s: Situation) -> Values | None:
    """Find regulated work whose rule demands no single operator: nothing is excluded (S2, R11)."""
    told = s.answers.regulated is True and s.answers.mandate is not None
    return {} if told and not one_operator(s) else None


def single_operator_without_validation(s: Situation) -> Values | None:
    """Find one team that does everything by rule: ask who checks its models (R11)."""
    validated = s.teams.is_somebody(s.answers.validator)
    return {} if one_operator(s) and not validated else None


def reports_centrally_works_embedded(s: Situation) -> Values | None:
    """Find people with two masters: a central head, and the product they work for (K1)."""
    split = s.answers.reporting_line == "central" and s.judged_pattern == "embedded"
    return {} if split else None


def several_kinds_of_consumers(s: Situation) -> Values | None:
    """Find teams with and without ML skill under one verdict: judge each group (K1)."""
    if s.answers.ml_expertise_in_product != "some":
        return None
    teams = s.answers.model_teams
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
