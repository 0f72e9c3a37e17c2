"""Rules on who answers for one model: the five duties, its evaluation set, its end, its lead."""

from __future__ import annotations

from collections.abc import Iterable

from workshop.answers.schema import lookup
from workshop.content.items import Lead
from workshop.findings.rules.base import (
    Values,
    faces_users,
    is_vacant,
    kinds_in,
    named,
    one_operator,
)
from workshop.findings.situation import Situation


def _duty(s: Situation, duty: str) -> str | None:
    team = lookup(s.answers, f"duties.{duty}")
    return None if team is None else str(team)


def _holders(s: Situation) -> list[str | None]:
    return [_duty(s, duty.id) for duty in s.content.duties]


def _limit(s: Situation, rule: str, name: str) -> float:
    return s.content.rule(rule).limits[name]


def _between(s: Situation, builder: str, other: str) -> Values:
    return {"model": s.model, "builder": s.teams.label(builder), "team": s.teams.label(other)}


def _differs(s: Situation, duty: str) -> tuple[str, str] | None:
    """Return builder and holder of a duty where both are known teams and not the same.

    Nothing where a rule demands that another team than the builder operates the model.
    """
    builder, holder = s.ledger.builder, _duty(s, duty)
    if builder is None or holder is None or s.teams.shares(holder, builder):
        return None
    if s.is_provider(holder) or one_operator(s):
        return None
    return (
        (builder, holder) if s.teams.is_somebody(builder) and s.teams.is_somebody(holder) else None
    )


def nobody_paged(s: Situation) -> Values | None:
    """Find a model whose failures wake nobody: users notice first (S1 §diagnostics)."""
    return {"model": s.model} if s.teams.is_nobody(_duty(s, "paged")) else None


def pager_left_to_handover(s: Situation) -> Values | None:
    """Find a pager to be settled later: the project's extent is not known yet (S1 §diagnostics)."""
    return {"model": s.model} if s.teams.is_at_handover(_duty(s, "paged")) else None


def pager_with_platform(s: Situation) -> Values | None:
    """Find a platform team paged for what others built: it can only guess (S1 §diagnostics)."""
    pair = _differs(s, "paged")
    return _between(s, *pair) if pair and s.teams.kind(pair[1]) == "platform" else None


def pager_with_another_team(s: Situation) -> Values | None:
    """Find any other team paged for what it did not build: the ownership rule of S1 is broken."""
    pair = _differs(s, "paged")
    return _between(s, *pair) if pair and s.teams.kind(pair[1]) != "platform" else None


def builder_paged(s: Situation) -> Values | None:
    """Find the builder on the pager: the one thing that S1 takes to predict success."""
    builder = s.ledger.builder
    if (
        builder is None
        or not s.teams.is_somebody(builder)
        or not s.teams.shares(_duty(s, "paged"), builder)
    ):
        return None
    return {"model": s.model, "builder": s.teams.label(builder)}


def nobody_can_turn_off(s: Situation) -> Values | None:
    """Find a model without a switch: a wrong one goes on deciding (S1 §duties)."""
    return {"model": s.model} if s.teams.is_nobody(_duty(s, "turn-off")) else None


def turn_off_left_to_handover(s: Situation) -> Values | None:
    """Find a switch to be settled later: until then it is nobody's (S1 §duties)."""
    return {"model": s.model} if s.teams.is_at_handover(_duty(s, "turn-off")) else None


def no_retirement_role(s: Situation) -> Values | None:
    """Find a model that nobody may retire: it stays and costs attention (S1 §diagnostics).

    Silent where the switch itself has no holder, which is graver and said already.
    """
    if not is_vacant(s, s.answers.retirement_authority) or is_vacant(s, _duty(s, "turn-off")):
        return None
    return {"model": s.model}


def retirement_role_without_switch(s: Situation) -> Values | None:
    """Find a role in one team that decides and a switch in another (S1 §diagnostics).

    Only a role that names a team can be told apart from the team with the switch.
    """
    role, switch = s.answers.retirement_authority, _duty(s, "turn-off")
    if (
        role is None
        or switch is None
        or not (s.teams.is_somebody(role) and s.teams.is_somebody(switch))
    ):
        return None
    if s.teams.speaks_for(role, switch) or s.teams.shares(switch, role) or not kinds_in(s, role):
        return None
    return {"model": s.model, "role": s.teams.label(role), "team": s.teams.label(switch)}


def retirement_role_with_switch(s: Situation) -> Values | None:
    """Find one role that can both decide and switch off: the answer that passes (S1)."""
    role, switch = s.answers.retirement_authority, _duty(s, "turn-off")
    speaks = s.teams.speaks_for(role, switch) or s.teams.shares(switch, role)
    if role is None or not s.are_teams(role, switch) or not speaks or s.is_provider(switch):
        return None
    return {"model": s.model, "role": s.teams.label(role)}


def _authors(s: Situation) -> list[str]:
    """Return the teams that write the evaluation set; empty where none is known."""
    return [a for a in s.answers.evaluation_set_authors or () if s.teams.is_somebody(a)]


def _names(s: Situation, teams: Iterable[str]) -> str:
    unique = {s.teams.key(team): s.teams.label(team) for team in teams}
    return s.listing(unique.values())


def _set_case(s: Situation) -> str:
    """Return which case the diagnostic on the evaluation set is, as `DiagnosticResult` names it."""
    case = next(d.reason for d in s.diagnostics if d.text.id == "evaluation-set")
    return "passes" if case == "apart" else case  # which has a rule of its own


def nobody_writes_evaluation_set(s: Situation) -> Values | None:
    """Find a model without anyone to write its examples: good cannot be told from bad (S1).

    An empty list is taken as not told; only `nobody` in it is an answer.
    """
    told = s.answers.evaluation_set_authors
    return {"model": s.model} if told and not _authors(s) else None


def evaluation_set_by_builder_alone(s: Situation) -> Values | None:
    """Find an exam set and marked by its candidate: it will be passed (S1 §diagnostics)."""
    if s.answers.builder is None or _set_case(s) != "training-team":
        return None
    return {"model": s.model, "builder": s.teams.label(s.answers.builder)}


def evaluation_set_without_modellers(s: Situation) -> Values | None:
    """Find examples written where nobody models: no model can satisfy them (S1 §diagnostics)."""
    case, builder = _set_case(s), s.ledger.builder
    if case != "no-modelling-team":
        return None
    missing = s.content.words("rules.no-modeller")
    if builder is not None and s.teams.is_somebody(builder):
        missing = s.content.words("rules.the-builder", builder=s.teams.label(builder))
    return {"model": s.model, "authors": _names(s, _authors(s)), "missing": missing}


def evaluation_set_without_users(s: Situation) -> Values | None:
    """Find examples that several teams write, and none that meets users (S1 §diagnostics)."""
    if _set_case(s) != "no-user-facing-team":
        return None
    return {"model": s.model, "authors": _names(s, _authors(s))}


def evaluation_set_written_together(s: Situation) -> Values | None:
    """Find modellers and a user-facing team as joint authors: the answer that passes (S1)."""
    if _set_case(s) != "passes":
        return None
    return {"model": s.model, "authors": _names(s, _authors(s))}


def evaluation_set_unowned(s: Situation) -> Values | None:
    """Find an evaluation set that no team answers for: several may write it, one owns it (S1)."""
    return {"model": s.model} if s.teams.is_nobody(_duty(s, "evaluation-set")) else None


def nobody_ships(s: Situation) -> Values | None:
    """Find a model that no team takes to users: it stays in its notebook (S1 §duties)."""
    return {"model": s.model} if s.teams.is_nobody(_duty(s, "ship")) else None


def nobody_answers_to_business(s: Situation) -> Values | None:
    """Find a business without a door to knock on when accuracy regresses (S1 §duties)."""
    return {"model": s.model} if s.teams.is_nobody(_duty(s, "answers-to-business")) else None


def duties_left_to_handover(s: Situation) -> Values | None:
    """Find the other duties that wait for the handover: that is a project not scoped (S1)."""
    waiting = [
        s.content.question(f"duties.{duty}").name
        for duty in ("evaluation-set", "ship", "answers-to-business")
        if s.teams.is_at_handover(_duty(s, duty))
    ]
    return {"model": s.model, "duties": s.listing(waiting)} if waiting else None


def ship_by_another_team(s: Situation) -> Values | None:
    """Find a release that others make: each change waits, and meaning gets lost (S1, R6)."""
    pair = _differs(s, "ship")
    return _between(s, *pair) if pair else None


def business_answered_by_another_team(s: Situation) -> Values | None:
    """Find a team that explains results it cannot change: the gap S1 warns of, by daylight."""
    pair = _differs(s, "answers-to-business")
    return _between(s, *pair) if pair else None


def builder_holds_most_duties(s: Situation) -> Values | None:
    """Find a builder with most of the five duties: the more in one team, the better (S1)."""
    builder = s.ledger.builder
    held = sum(s.teams.shares(holder, builder) for holder in _holders(s))
    if builder is None or held < _limit(s, "builder-holds-most-duties", "duties"):
        return None
    return {"model": s.model, "builder": s.teams.label(builder), "n": held}


def builder_holds_few_duties(s: Situation) -> Values | None:
    """Find a builder with hardly a duty: it makes the model, others live with it (S1 §duties).

    Duties not told may be the builder's, so they count as if they were.
    """
    builder, holders = s.ledger.builder, _holders(s)
    if builder is None or not s.teams.is_somebody(builder) or one_operator(s):
        return None
    at_most = sum(holder is None or s.teams.shares(holder, builder) for holder in holders)
    if at_most > _limit(s, "builder-holds-few-duties", "duties"):
        return None
    held = sum(s.teams.shares(holder, builder) for holder in holders)
    return {"model": s.model, "builder": s.teams.label(builder), "n": held}


def duties_spread_over_teams(s: Situation) -> Values | None:
    """Find duties over many teams: an incident needs all of them in one call (S1 §duties)."""
    teams = {
        s.teams.key(h): s.teams.label(h)
        for h in _holders(s)
        if h is not None and s.teams.is_somebody(h) and not s.is_provider(h)
    }
    if len(teams) < _limit(s, "duties-spread-over-teams", "teams"):
        return None
    return {"model": s.model, "n": len(teams), "teams": s.listing(teams.values())}


def _unguarded(s: Situation, lead: Lead) -> Values | None:
    if s.answers.lead != lead or lookup(s.answers, f"mitigations.{lead}") is not False:
        return None
    return {"model": s.model}


def research_led_without_shared_model(s: Situation) -> Values | None:
    """Find research leading towards a handoff: that is where its work stops (S1 §leads, R6)."""
    return _unguarded(s, "research")


def engineering_led_without_user_set(s: Situation) -> Values | None:
    """Find engineering leading by its own measure: users feel another one (S1 §leads)."""
    return _unguarded(s, "engineering")


def product_led_without_specialist(s: Situation) -> Values | None:
    """Find product leading without ML skill of its own: the hard cases stay (S1 §leads)."""
    return _unguarded(s, "product")


def lead_safeguard_in_place(s: Situation) -> Values | None:
    """Find the remedy for the lead's known weakness in place (S1 §leads)."""
    lead = s.answers.lead
    if lead is None or lookup(s.answers, f"mitigations.{lead}") is not True:
        return None
    shaky = ("nobody", "training-team", "no-user-facing-team")
    if lead == "engineering" and (user_set_not_borne_out(s) or _set_case(s) in shaky):
        return None
    return {
        "model": s.model,
        "lead": s.content.lead(lead).name,
        "safeguard": s.content.question(f"mitigations.{lead}").name,
    }


def user_set_not_borne_out(s: Situation) -> Values | None:
    """Find a user-facing co-author who is claimed but not among the authors (S1 §leads)."""
    authors = _authors(s)
    claimed = lookup(s.answers, "mitigations.engineering") is True
    if not claimed or not authors or any(faces_users(s, a) for a in authors):
        return None
    return {"model": s.model, "authors": _names(s, authors)}


RULES = named(
    nobody_paged,
    pager_left_to_handover,
    pager_with_platform,
    nobody_can_turn_off,
    turn_off_left_to_handover,
    nobody_writes_evaluation_set,
    nobody_answers_to_business,
    pager_with_another_team,
    ship_by_another_team,
    business_answered_by_another_team,
    builder_holds_few_duties,
    duties_spread_over_teams,
    duties_left_to_handover,
    nobody_ships,
    evaluation_set_unowned,
    evaluation_set_by_builder_alone,
    evaluation_set_without_modellers,
    evaluation_set_without_users,
    no_retirement_role,
    retirement_role_without_switch,
    research_led_without_shared_model,
    engineering_led_without_user_set,
    product_led_without_specialist,
    user_set_not_borne_out,
    builder_paged,
    builder_holds_most_duties,
    evaluation_set_written_together,
    retirement_role_with_switch,
    lead_safeguard_in_place,
)
