"""Check the chosen or current pattern, and how it tends to break."""

from __future__ import annotations

from workshop.answers.schema import lookup
from workshop.content.items import Pattern
from workshop.findings.patterns.advice import advice_names, either
from workshop.findings.patterns.capacity import LIMIT_DAYS
from workshop.findings.patterns.inputs import Inputs, fewest
from workshop.findings.rules.base import (
    Values,
    faces_users,
    kinds_in,
    limit_of,
    named,
    one_operator,
    short_name,
)
from workshop.findings.situation import Situation

_HABITS = ("user-research", "documented-apis", "feedback-loop", "deprecation-cycles")
_AS_PRODUCT = 3
"""The maturity level at which a platform can be run as a product (S2 §maturity)."""


def _advised(situation: Situation) -> str:
    """Return the recommendation's name: a pattern, a combination, or contestants."""
    r = situation.recommendation
    firm = r.status == "recommendation"
    return either(situation.content, advice_names(situation.content, r.patterns, firm))


def _excluded(situation: Situation, pattern: Pattern | None) -> Values | None:
    if pattern is None or situation.verdicts[pattern].verdict != "excluded":
        return None
    left = [p for p, v in situation.verdicts.items() if v.verdict != "excluded"]
    return {
        "pattern": short_name(situation, pattern),
        "left": situation.listing(short_name(situation, p) for p in left),
    }


def chosen_pattern_excluded(situation: Situation) -> Values | None:
    """Find a choice that a rule excludes, whatever else fits (S2 §deployment)."""
    return _excluded(situation, situation.answers.chosen_pattern)


def current_pattern_excluded(situation: Situation) -> Values | None:
    """Find a rule broken today but not by the choice (S2 §deployment)."""
    current = situation.answers.current_pattern
    return None if current == situation.answers.chosen_pattern else _excluded(situation, current)


def _against(situation: Situation, pattern: Pattern | None) -> Values | None:
    advice = situation.recommendation
    if pattern is None or not advice.patterns or _is_as_advised(situation, pattern):
        return None
    if situation.verdicts[pattern].verdict in ("excluded", None):
        return None
    because = advice.because[0] if advice.because else ""
    return {
        "pattern": short_name(situation, pattern),
        "advised": _advised(situation),
        "because": because,
    }


def _is_as_advised(situation: Situation, pattern: Pattern) -> bool:
    """Return whether the answers support a pattern now, and not only later."""
    advice = situation.recommendation
    return pattern in advice.patterns and pattern not in advice.later


def chosen_against_advice(situation: Situation) -> Values | None:
    """Find a choice with arguments against it: write down the reason (S2, K1)."""
    return (
        None
        if _fits(situation, situation.answers.chosen_pattern)
        else _against(situation, situation.answers.chosen_pattern)
    )


def chosen_fits_beside_advice(situation: Situation) -> Values | None:
    """Find a choice that fits, while the answers favour another (S2 §patterns)."""
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
    """Find a current pattern that the answers argue against, without a choice (S2)."""
    return (
        None
        if situation.answers.chosen_pattern
        else _against(situation, situation.answers.current_pattern)
    )


def chosen_does_not_fit_yet(situation: Situation) -> Values | None:
    """Find a choice that does not fit yet, while nothing else fits (S2)."""
    chosen = situation.answers.chosen_pattern
    if (
        chosen is None
        or situation.recommendation.patterns
        or situation.verdicts[chosen].verdict != "not-yet"
    ):
        return None
    return {
        "pattern": short_name(situation, chosen),
        "change": situation.verdicts[chosen].changes[0],
    }


def chosen_in_open_contest(situation: Situation) -> Values | None:
    """Find a choice in an open contest: record the reason (S2 §patterns, K1)."""
    chosen, advice = situation.answers.chosen_pattern, situation.recommendation
    if chosen is None or not advice.contested or chosen not in advice.patterns:
        return None
    others = [short_name(situation, p) for p in advice.patterns if p != chosen]
    return {"pattern": short_name(situation, chosen), "others": situation.listing(others)}


_ONE_QUEUE: tuple[Pattern, ...] = ("centralised", "platform-as-mlops")
"""Patterns in which one team does the work of all, so that others wait for it."""


def _waits_too_long(situation: Situation) -> bool:
    """Return whether requests wait too long, as answered, computed or agreed."""
    weeks, queue = situation.answers.queue_weeks, situation.queue
    now = queue.now if queue else None
    return (
        (weeks is not None and weeks >= limit_of(situation, "centralised-with-queue", "weeks"))
        or (now is not None and (now.wait is None or now.wait > LIMIT_DAYS))
        or any(s.text.id == "queue_weeks" and s.state == "reached" for s in situation.signals)
    )


def _matches(situation: Situation, pattern: Pattern | None) -> Values | None:
    """Return the values of a pattern that answers support, unless work queues."""
    advice = situation.recommendation
    if pattern is None or advice.contested or not _is_as_advised(situation, pattern):
        return None
    if pattern in _ONE_QUEUE and _waits_too_long(situation):
        return None
    return {
        "pattern": short_name(situation, pattern),
        "advised": _advised(situation),
        "because": advice.because[0],
    }


def chosen_matches_advice(situation: Situation) -> Values | None:
    """Find a choice that the answers support (S2 §patterns)."""
    return _matches(situation, situation.answers.chosen_pattern)


def current_matches_advice(situation: Situation) -> Values | None:
    """Find a current pattern that the answers support, without a choice (S2)."""
    return (
        None
        if situation.answers.chosen_pattern
        else _matches(situation, situation.answers.current_pattern)
    )


def embedded_without_rails(situation: Situation) -> Values | None:
    """Find embedded engineers without shared tooling (S2, C1)."""
    alone = situation.judged_pattern == "embedded" and situation.answers.rails == "none"
    return {} if alone else None


def federated_without_rails(situation: Situation) -> Values | None:
    """Find Federated without shared tooling: teams build their own (S2 §patterns)."""
    bare = situation.judged_pattern == "federated" and situation.answers.rails == "none"
    return {} if bare else None


def centralised_with_queue(situation: Situation) -> Values | None:
    """Find a central team that others wait for (S2 §patterns)."""
    weeks = situation.answers.queue_weeks
    if situation.judged_pattern != "centralised" or weeks is None:
        return None
    if weeks < limit_of(situation, "centralised-with-queue", "weeks"):
        return None
    return {"weeks": situation.content.words.number(weeks)}


def centralised_with_many_teams(situation: Situation) -> Values | None:
    """Find more teams than a central team serves well (S2 §patterns).

    A single operator by rule is no finding.
    """
    teams = situation.answers.model_teams
    if situation.judged_pattern != "centralised" or teams is None or one_operator(situation):
        return None
    return (
        {"teams": teams}
        if teams >= limit_of(situation, "centralised-with-many-teams", "teams")
        else None
    )


def centralised_without_triggers(situation: Situation) -> Values | None:
    """Find a central team without a limit that would end it (S2 §transition).

    Needs an answer on signals, without a limit in any.
    """
    if (
        situation.judged_pattern != "centralised"
        or situation.answers.signals is None
        or one_operator(situation)
    ):
        return None
    return {} if all(signal.trigger is None for signal in situation.signals) else None


def small_central_team(situation: Situation) -> Values | None:
    """Find a central team so small that one departure is a loss (S2 §patterns)."""
    people = situation.answers.platform_engineers
    if situation.judged_pattern != "centralised" or people is None:
        return None
    enough = fewest(situation.content, "centralised", Inputs(situation.answers)).start
    least = limit_of(situation, "small-central-team", "from")
    return {"people": people} if least <= people < enough else None


def platform_as_best_effort(situation: Situation) -> Values | None:
    """Find shared tooling that nobody runs as a product (S2 §patterns, R5)."""
    rule = "platform-as-best-effort"
    missing = [h for h in _HABITS if lookup(situation.answers, f"platform_as_product.{h}") is False]
    enough = len(missing) >= limit_of(situation, rule, "habits")
    if situation.judged_pattern != "federated" or not enough:
        return None
    names = [situation.content.question(f"platform_as_product.{h}").name for h in missing]
    habits, rated = situation.listing(names), situation.answers.maturity
    could = rated is not None and rated >= _AS_PRODUCT
    key = "rules.habits-missing-at-level" if could else "rules.habits-missing"
    return {"habits": habits, "missing": situation.content.words(key, n=rated, habits=habits)}


def platform_run_as_product(situation: Situation) -> Values | None:
    """Find all four habits of a platform that is run as a product (R5)."""
    habits = [lookup(situation.answers, f"platform_as_product.{h}") is True for h in _HABITS]
    return {} if all(habits) else None


def rails_left_by_teams(situation: Situation) -> Values | None:
    """Find shared tooling that teams bypass, as too narrow (S2 §patterns, R5)."""
    left = situation.answers.rails_bypassed is True and situation.answers.rails != "none"
    return {} if left else None


def experts_under_full_service(situation: Situation) -> Values | None:
    """Find expert teams that may only hand models over (S2)."""
    own = (
        situation.judged_pattern == "platform-as-mlops"
        and situation.answers.ml_expertise_in_product == "most"
    )
    return {} if own and not one_operator(situation) else None


def business_knowledge_unproven(situation: Situation) -> Values | None:
    """Find a full service assumed to know the business, on which S2 differs.

    Needs an answer on business knowledge; without one, only the tension of the sources applies.
    """
    holder = lookup(situation.answers, "knowledge.business")
    if situation.judged_pattern != "platform-as-mlops" or not situation.teams.is_somebody(holder):
        return None
    return None if faces_users(situation, holder) else {}


def structural_ownership_gap(situation: Situation) -> Values | None:
    """Find a pattern that separates builder and responder: S1 against S2.

    No finding if the builder is paged all the same, or if a rule demands one operator: then other
    rules check the safeguards.
    """
    judged, builder = situation.judged_pattern, situation.answers.builder
    if judged not in ("centralised", "platform-as-mlops") or one_operator(situation):
        return None
    if any(
        situation.teams.same(builder, p)
        for p in (lookup(situation.answers, "duties.paged"), situation.answers.paged_quality)
    ):
        return None
    return {"pattern": short_name(situation, judged)}


def product_responder_named(situation: Situation) -> Values | None:
    """Find the remedy for that gap: product is paged for quality.

    Only a name with “product” in it counts; any other may be the central team's own name.
    """
    judged, paged = situation.judged_pattern, situation.answers.paged_quality
    if judged not in ("centralised", "platform-as-mlops") or paged is None:
        return None
    if "product" not in kinds_in(situation, paged):
        return None
    return {"pattern": short_name(situation, judged), "paged": situation.teams.label(paged)}


def regulated_without_mandate(situation: Situation) -> Values | None:
    """Find regulated work without a rule for a single operator (S2, R11)."""
    given = situation.answers.regulated is True and situation.answers.mandate is not None
    return {} if given and not one_operator(situation) else None


def single_operator_without_validation(situation: Situation) -> Values | None:
    """Find one team that does everything by rule: ask who checks it (R11)."""
    validated = situation.teams.is_somebody(situation.answers.validator)
    return {} if one_operator(situation) and not validated else None


def reports_centrally_works_embedded(situation: Situation) -> Values | None:
    """Find people who report centrally and work in a product team (K1)."""
    split = situation.answers.reporting_line == "central" and situation.judged_pattern == "embedded"
    return {} if split else None


def several_kinds_of_consumers(situation: Situation) -> Values | None:
    """Find teams with and without ML skills under one verdict (K1)."""
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
