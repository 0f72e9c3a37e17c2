"""Check the night: who is called, knows what and may roll back, and drills."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from workshop.answers.schema import lookup
from workshop.findings.oncall import DrillTranscript, begun_elsewhere, call_played
from workshop.findings.rules.base import (
    Values,
    faces_users,
    is_vacant,
    named,
    one_operator,
    quotations,
)
from workshop.findings.situation import Situation

_FEW = 2
"""The most drills that are named by title; more are counted."""


def _knowledge(situation: Situation) -> dict[str, str]:
    """Return the answered holder of each kind of knowledge, also nobody."""
    given = {
        k.id: lookup(situation.answers, f"knowledge.{k.id}") for k in situation.content.knowledge
    }
    return {id_: team for id_, team in given.items() if team is not None}


def _named_drills(situation: Situation, check: Callable[[DrillTranscript], bool]) -> Values | None:
    """Return the drills that pass a check, by title if they are few, or None."""
    found, words = [d.text.title for d in situation.drills if check(d)], situation.content.words
    if not found:
        return None
    named = words("rules.drills", n=len(found), names=quotations(situation, found))
    if len(found) > _FEW and (count := f"advice.number-{len(found)}") in words:
        named = words("rules.drills-counted", n=words(count))
    return {"model": situation.model, "drills": named}


def _may_roll_back(situation: Situation, team: str | None) -> bool:
    return situation.teams.speaks_for(situation.answers.rollback_authority, team)


def nobody_paged_for_quality(situation: Situation) -> Values | None:
    """Find a quality drop that pages nobody (S2 §on-call)."""
    return (
        {"model": situation.model}
        if is_vacant(situation, situation.answers.paged_quality)
        else None
    )


def nobody_paged_for_infrastructure(situation: Situation) -> Values | None:
    """Find a service failure that pages nobody (S2 §on-call)."""
    return (
        {"model": situation.model}
        if is_vacant(situation, situation.answers.paged_infrastructure)
        else None
    )


def first_call_to_the_provider(situation: Situation) -> Values | None:
    """Find a vendor on the rota, so that no own team responds (S1 §duties, K1)."""
    names = [
        situation.content.question(name).name
        for name in ("paged_quality", "paged_infrastructure")
        if situation.is_provider(lookup(situation.answers, name))
    ]
    if not names:
        return None
    return {
        "model": situation.model,
        "provider": situation.provider,
        "calls": situation.listing(names),
    }


def one_pager_without_business_knowledge(situation: Situation) -> Values | None:
    """Find one team called for all that lacks business knowledge (S2 §on-call)."""
    teams, answers = situation.teams, situation.answers
    quality, service = answers.paged_quality, answers.paged_infrastructure
    knows = lookup(answers, "knowledge.business")
    if quality is None or knows is None:
        return None
    if not teams.is_somebody(quality) or not teams.is_somebody(knows):
        return None
    if one_operator(situation):  # what makes up for it is looked at below
        return None
    called = (quality, lookup(answers, "duties.paged"))
    if not teams.same(quality, service) or any(teams.shares(team, knows) for team in called):
        return None
    return {"paged": teams.label(quality), "knows": teams.label(knows)}


def platform_alone_on_quality_path(situation: Situation) -> Values | None:
    """Find platform paged for quality without product: S2's own contradiction.

    Needs the answer on business knowledge; a team with a name of its own may be a product team, so
    there is no finding.
    """
    drilled = [team for drill in situation.drills for team in drill.holders]
    path = [*_knowledge(situation).values(), situation.answers.rollback_authority, *drilled]
    if situation.teams.kind(
        situation.answers.paged_quality
    ) != "platform" or "business" not in _knowledge(situation):
        return None
    if any(
        faces_users(situation, team) or situation.teams.speaks_for(team, "product") for team in path
    ):
        return None
    return {
        "model": situation.model,
        "paged": situation.teams.label(situation.answers.paged_quality or ""),
    }


def _product_responds(situation: Situation) -> bool:
    """Return whether a user-facing team is called at night, first or in a drill."""
    drilled = [team for drill in situation.drills for team in drill.holders]
    called = [situation.answers.paged_quality, situation.answers.rollback_authority, *drilled]
    return any(
        faces_users(situation, t) or situation.teams.speaks_for(t, "product") for t in called
    )


def operator_without_product_responder(situation: Situation) -> Values | None:
    """Find one operator by rule, without product people paged for quality (K1)."""
    paged = situation.answers.paged_quality
    if paged is None or not one_operator(situation) or not situation.teams.is_somebody(paged):
        return None
    return (
        None
        if _product_responds(situation)
        else {"paged": situation.teams.label(paged), "model": situation.model}
    )


def operator_without_written_escalation(situation: Situation) -> Values | None:
    """Find one operator by rule, without a written escalation (K1)."""
    return {} if one_operator(situation) and situation.answers.escalation_written is False else None


def operator_controls_in_place(situation: Situation) -> Values | None:
    """Find all three safeguards of one operator by rule, which is no fault."""
    together = any(
        d.text.id == "evaluation-set" and d.result == "passes" for d in situation.diagnostics
    )
    written = situation.answers.escalation_written is True
    given = situation.teams.is_somebody(situation.answers.paged_quality)
    there = (
        one_operator(situation) and given and written and together and _product_responds(situation)
    )
    return {} if there else None


def no_rollback_authority(situation: Situation) -> Values | None:
    """Find a model that nobody may roll back at night (S2 §on-call, S1 §duties)."""
    return (
        {"model": situation.model}
        if is_vacant(situation, situation.answers.rollback_authority)
        else None
    )


def rollback_off_the_pager_path(situation: Situation) -> Values | None:
    """Find paged people who may not roll back and need permission (S2 §on-call)."""
    role = situation.answers.rollback_authority
    quality, service = situation.answers.paged_quality, situation.answers.paged_infrastructure
    if role is None or quality is None or service is None or situation.teams.is_on_call(role):
        return None
    if not all(situation.teams.is_somebody(name) for name in (role, quality, service)):
        return None
    if _may_roll_back(situation, quality) or _may_roll_back(situation, service):
        return None
    return {
        "model": situation.model,
        "role": situation.teams.label(role),
        "paged": situation.teams.label(quality),
    }


def rollback_with_the_pager(situation: Situation) -> Values | None:
    """Find a team paged for quality that may roll back (S2 §on-call)."""
    paged, role = situation.answers.paged_quality, situation.answers.rollback_authority
    if situation.is_provider(paged):
        return None
    if (
        paged is None
        or not situation.teams.is_somebody(paged)
        or not (_may_roll_back(situation, paged) or situation.teams.is_on_call(role))
    ):
        return None
    return {"model": situation.model, "paged": situation.teams.label(paged)}


def nobody_knows_the_business(situation: Situation) -> Values | None:
    """Find an incident in which nobody knows the cost of a drop (S2 §on-call)."""
    return (
        {"model": situation.model}
        if situation.teams.is_nobody(_knowledge(situation).get("business"))
        else None
    )


def technical_knowledge_held_by_nobody(situation: Situation) -> Values | None:
    """Find a cause that nobody can find, in model or inputs (S2 §on-call)."""
    holders = _knowledge(situation)
    gaps = [
        situation.content.question(f"knowledge.{id_}").name
        for id_ in ("model", "infrastructure")
        if situation.teams.is_nobody(holders.get(id_))
    ]
    return {"model": situation.model, "kinds": situation.listing(gaps)} if gaps else None


def knowledge_in_different_teams(situation: Situation) -> Values | None:
    """Find the three kinds of knowledge in different teams (S2 §on-call)."""
    holders = _knowledge(situation)
    teams = {
        situation.teams.key(team): situation.teams.label(team)
        for team in holders.values()
        if situation.teams.is_somebody(team)
    }
    if len(holders) < len(situation.content.knowledge) or len(teams) < 2:
        return None
    return {"n": len(teams), "teams": situation.listing(teams.values())}


def pager_holds_all_knowledge(situation: Situation) -> Values | None:
    """Find all three kinds of knowledge in the team that is paged (S2 §on-call).

    A platform team is left out: S2 both says and denies that it knows the business.
    """
    paged, holders = situation.answers.paged_quality, _knowledge(situation)
    if situation.is_provider(paged):
        return None
    if (
        paged is None
        or situation.teams.kind(paged) == "platform"
        or len(holders) < len(situation.content.knowledge)
    ):
        return None
    if not situation.teams.is_somebody(paged) or not all(
        situation.teams.same(paged, team) for team in holders.values()
    ):
        return None
    return {"model": situation.model, "paged": situation.teams.label(paged)}


def pager_named_twice(situation: Situation) -> Values | None:
    """Find a ledger that pages another team than the charter (T10)."""
    given = lookup(situation.answers, "duties.paged")
    quality, service = situation.answers.paged_quality, situation.answers.paged_infrastructure
    if not (situation.teams.is_somebody(given) or situation.teams.is_nobody(given)):
        return None
    if not (situation.teams.is_somebody(quality) and situation.teams.is_somebody(service)):
        return None
    if situation.teams.same(given, quality) or situation.teams.same(given, service):
        return None
    return {
        "model": situation.model,
        "told": situation.content.words("common.nobody")
        if situation.teams.is_nobody(given)
        else situation.teams.label(given or ""),
        "quality": situation.teams.label(quality or ""),
        "service": situation.teams.label(service or ""),
    }


def drill_ends_with_nobody(situation: Situation) -> Values | None:
    """Find a drill without a team in charge after an hour (S2 §on-call)."""
    return _named_drills(situation, lambda d: is_vacant(situation, d.holders[-1]))


def drill_has_a_gap(situation: Situation) -> Values | None:
    """Find a drill with nobody in charge first and a team later (S2 §on-call)."""

    def open_at(drill: DrillTranscript) -> tuple[int, ...]:
        if is_vacant(situation, drill.holders[-1]):
            return ()
        return tuple(s.moment.minute for s in drill.steps if is_vacant(situation, s.holder))

    values = _named_drills(situation, lambda drill: bool(open_at(drill)))
    if values is None:
        return None
    words, found = situation.content.words, {m for d in situation.drills if (m := open_at(d))}
    when = words("rules.part-of-the-hour")
    if len(found) == 1:
        when = situation.listing(
            words("rules.after-minutes" if m else "rules.at-the-start", minutes=m)
            for m in found.pop()
        )
    return {**values, "when": when}


def drill_goes_in_a_circle(situation: Situation) -> Values | None:
    """Find a drill that returns to its first team after an hour (S2, K1)."""
    return _named_drills(situation, lambda d: "loop" in d.outcomes)


def drill_ends_without_authority(situation: Situation) -> Values | None:
    """Find a quality drill that ends without rollback authority (S2, S1).

    No finding if an earlier team in it may roll back, or whoever is on call (§on-call, §duties).
    """
    role = situation.answers.rollback_authority
    if role is None or not situation.teams.is_somebody(role) or situation.teams.is_on_call(role):
        return None

    def powerless(drill: DrillTranscript) -> bool:
        ends_so = "handed-on-without-rollback" in drill.outcomes and "loop" not in drill.outcomes
        return ends_so and not any(situation.teams.speaks_for(role, team) for team in drill.holders)

    found = _named_drills(situation, powerless)
    return None if found is None else {**found, "role": situation.teams.label(role)}


def drill_lacks_knowledge(situation: Situation) -> Values | None:
    """Find a drill that never reaches knowledge that some team has (S2 §on-call)."""
    known = {
        id_ for id_, team in _knowledge(situation).items() if situation.teams.is_somebody(team)
    }
    found = _named_drills(situation, lambda d: bool(known & {*d.lacks}))
    if found is None:
        return None
    kinds = dict.fromkeys(k for drill in situation.drills for k in drill.lacks if k in known)
    names = [situation.content.question(f"knowledge.{k}").name for k in kinds]
    teams = dict.fromkeys(situation.teams.label(_knowledge(situation)[k]) for k in kinds)
    return {**found, "kinds": situation.listing(names), "teams": situation.listing(teams)}


def drill_ends_well(situation: Situation) -> Values | None:
    """Find a drill with a team at each moment, and one that may act at its end (S2)."""
    return _named_drills(situation, lambda d: "ends-well" in d.outcomes)


def drill_starts_with_another_team(situation: Situation) -> Values | None:
    """Find drills that begin with another team than the one on call (S2, K1)."""
    teams, answers = situation.teams, situation.answers
    found = begun_elsewhere(teams, answers, situation.drills)
    values = _named_drills(situation, lambda d: d in found)
    if values is None:
        return None

    def listed(names: Iterable[str | None]) -> str:
        return situation.listing(dict.fromkeys(teams.label(name) for name in names if name))

    first, called = (
        listed(d.holders[0] for d in found),
        listed(lookup(answers, call_played(d)) for d in found),
    )
    kinds = {"quality" if d.text.quality else "service" for d in found}
    about = situation.content.words(f"rules.alarm-{min(kinds) if len(kinds) == 1 else 'both'}")
    return {**values, "first": first, "called": called, "about": about}


RULES = named(
    nobody_paged_for_quality,
    nobody_paged_for_infrastructure,
    first_call_to_the_provider,
    no_rollback_authority,
    nobody_knows_the_business,
    drill_ends_with_nobody,
    one_pager_without_business_knowledge,
    platform_alone_on_quality_path,
    operator_without_product_responder,
    operator_without_written_escalation,
    rollback_off_the_pager_path,
    technical_knowledge_held_by_nobody,
    drill_has_a_gap,
    drill_goes_in_a_circle,
    drill_ends_without_authority,
    drill_lacks_knowledge,
    knowledge_in_different_teams,
    pager_named_twice,
    drill_starts_with_another_team,
    rollback_with_the_pager,
    pager_holds_all_knowledge,
    operator_controls_in_place,
    drill_ends_well,
)
