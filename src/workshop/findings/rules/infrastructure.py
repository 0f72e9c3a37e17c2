"""Check today's infrastructure, platform people and maturity."""

from __future__ import annotations

from workshop.content.items import Pattern
from workshop.findings.patterns.capacity import compare
from workshop.findings.patterns.inputs import Inputs, fewest
from workshop.findings.rules.base import Values, limit_of, named, one_operator, short_name
from workshop.findings.situation import Situation

_OWN_MACHINES = ("on-premises", "hybrid", "air-gapped")


def _pair(situation: Situation) -> tuple[str, Pattern] | None:
    """Return the pattern of the infrastructure and the judged one, if both given."""
    built, judged = situation.answers.infrastructure_built_for, situation.judged_pattern
    return None if built in (None, "none") or judged is None else (built, judged)


def _named_case(pair: tuple[str, Pattern]) -> bool:
    return pair == ("federated", "centralised")


def infrastructure_for_another_pattern(situation: Situation) -> Values | None:
    """Find infrastructure built for another pattern than the teams (S2, R1)."""
    pair = _pair(situation)
    if pair is None or pair[0] == pair[1] or _named_case(pair):
        return None
    return {"built": short_name(situation, pair[0]), "pattern": short_name(situation, pair[1])}


def self_service_rails_under_central_team(situation: Situation) -> Values | None:
    """Find shared tooling under one central team's backlog (S2 §deployment)."""
    pair = _pair(situation)
    return {} if pair is not None and _named_case(pair) and not one_operator(situation) else None


def infrastructure_agrees(situation: Situation) -> Values | None:
    """Find infrastructure and organisation built for one pattern (S2 §deployment).

    No finding if that pattern is excluded or does not fit, or if it lacks shared tooling.
    """
    pair = _pair(situation)
    if pair is None or pair[0] != pair[1]:
        return None
    if situation.verdicts[pair[1]].verdict in ("excluded", "not-yet"):
        return None
    if situation.answers.rails == "none" and pair[1] != "centralised":
        return None
    return {"pattern": short_name(situation, pair[1])}


def own_machines_too_few_people(situation: Situation) -> Values | None:
    """Find own machines with a team that is only enough for cloud (S2 §deployment)."""
    people, place = situation.answers.platform_engineers, situation.answers.deployment
    if people is None or place not in _OWN_MACHINES:
        return None
    needed = fewest(
        situation.content, situation.judged_pattern or "federated", Inputs(situation.answers)
    ).start
    if people >= needed:
        return None
    choices = situation.content.question("deployment").choices
    return {"people": people, "place": choices[place], "needed": needed}


def platform_below_range(situation: Situation) -> Values | None:
    """Find a platform team smaller than the judged pattern takes (S2 §patterns).

    No finding for Embedded, whose platform team is optional; for bought tooling, which replaces
    people; and for a small central team, which has a rule of its own.
    """
    people, pattern = situation.answers.platform_engineers, situation.judged_pattern
    if people is None or pattern in (None, "embedded") or situation.answers.rails == "bought":
        return None
    small = 0 < people < fewest(situation.content, "centralised", Inputs(situation.answers)).start
    if pattern == "centralised" and small:
        return None
    return _against_range(situation, "below")


def platform_above_range(situation: Situation) -> Values | None:
    """Find a platform team above the source's range: a question, no limit (S2).

    No finding within the article's total, which does not shrink with the teams.
    """
    found = _against_range(situation, "above")
    if found is None or situation.judged_pattern is None:
        return None
    if found["people"] <= _advised_takes(situation):
        return None  # nobody sends people away whom the advice asks for
    in_all = situation.content.pattern(situation.judged_pattern).headcount.absolute
    return None if in_all is not None and found["people"] <= in_all[1] else found


def _advised_takes(situation: Situation) -> int:
    """Return the most platform people that the advised pattern takes."""
    advised = situation.recommendation.patterns
    counts = [h.platform for h in situation.headcounts if h.pattern.id in advised]
    return max((platform[1] for platform in counts if platform is not None), default=0)


def _against_range(situation: Situation, place: str) -> Values | None:
    count = next(
        (h for h in situation.headcounts if h.pattern.id == situation.judged_pattern), None
    )
    if count is None or count.platform is None:
        return None
    if compare(count, situation.answers.platform_engineers) != place:
        return None
    low, high = count.platform
    return {
        "people": situation.answers.platform_engineers,
        "pattern": count.pattern.short,
        "teams": count.teams,
        "low": low,
        "range": situation.content.words("advice.people-range", low=low, high=high)
        if high > low
        else low,
    }


def bought_rails_without_people(situation: Situation) -> Values | None:
    """Find bought shared tooling without people to look after it (R5)."""
    empty = situation.answers.platform_engineers == 0 and situation.answers.rails == "bought"
    return {} if empty else None


def built_rails_without_people(situation: Situation) -> Values | None:
    """Find own shared tooling without a platform team: it ages (S2, R5)."""
    empty = situation.answers.platform_engineers == 0 and situation.answers.rails == "built"
    return {} if empty else None


def maturity_beyond_guidance(situation: Situation) -> Values | None:
    """Find the fifth level, on which the source says nothing (S2 §maturity)."""
    limit = limit_of(situation, "maturity-beyond-guidance", "level")
    maturity = situation.answers.maturity
    return {"level": maturity} if maturity is not None and maturity >= limit else None


RULES = named(
    self_service_rails_under_central_team,
    infrastructure_for_another_pattern,
    own_machines_too_few_people,
    platform_below_range,
    built_rails_without_people,
    platform_above_range,
    bought_rails_without_people,
    maturity_beyond_guidance,
    infrastructure_agrees,
)
