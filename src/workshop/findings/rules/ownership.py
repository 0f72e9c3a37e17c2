"""Check one model's duties, evaluation set, retirement and lead."""

from __future__ import annotations

from collections.abc import Iterable

from workshop.answers.schema import lookup
from workshop.content.items import Lead
from workshop.findings.ownership import called_about_quality
from workshop.findings.rules.base import (
    Values,
    faces_users,
    is_vacant,
    kinds_in,
    limit_of,
    named,
    one_operator,
)
from workshop.findings.situation import Situation


def _duty(situation: Situation, duty: str) -> str | None:
    team = lookup(situation.answers, f"duties.{duty}")
    return None if team is None else str(team)


def _holders(situation: Situation) -> list[str | None]:
    return [_duty(situation, duty.id) for duty in situation.content.duties]


def _between(situation: Situation, builder: str, other: str) -> Values:
    return {
        "model": situation.model,
        "builder": situation.teams.label(builder),
        "team": situation.teams.label(other),
    }


def _differs(situation: Situation, duty: str) -> tuple[str, str] | None:
    """Return builder and holder of a duty if they are different known teams.

    None if a rule demands that another team than the builder operates the model.
    """
    builder, holder = situation.ledger.builder, _duty(situation, duty)
    if builder is None or holder is None or situation.teams.shares(holder, builder):
        return None
    if situation.is_provider(holder) or one_operator(situation):
        return None
    return (
        (builder, holder)
        if situation.teams.is_somebody(builder) and situation.teams.is_somebody(holder)
        else None
    )


def nobody_paged(situation: Situation) -> Values | None:
    """Find a model whose failures page nobody: users notice first (S1 §diagnostics)."""
    return (
        {"model": situation.model} if situation.teams.is_nobody(_duty(situation, "paged")) else None
    )


def pager_left_to_handover(situation: Situation) -> Values | None:
    """Find on-call left to handover: the scope is unknown yet (S1 §diagnostics)."""
    return (
        {"model": situation.model}
        if situation.teams.is_at_handover(_duty(situation, "paged"))
        else None
    )


def _on_call_alone(situation: Situation) -> tuple[str, str] | None:
    """Return builder and team on call, if the builder is not called about quality."""
    pair, answers = _differs(situation, "paged"), situation.answers
    return None if pair and called_about_quality(situation.teams, answers, pair[0]) else pair


def pager_with_platform(situation: Situation) -> Values | None:
    """Find a platform team paged for what others built (S1 §diagnostics)."""
    pair = _on_call_alone(situation)
    return (
        _between(situation, *pair) if pair and situation.teams.kind(pair[1]) == "platform" else None
    )


def pager_with_another_team(situation: Situation) -> Values | None:
    """Find another team paged for what it did not build (S1's ownership rule)."""
    pair = _on_call_alone(situation)
    return (
        _between(situation, *pair) if pair and situation.teams.kind(pair[1]) != "platform" else None
    )


def builder_paged(situation: Situation) -> Values | None:
    """Find a paged builder, the one thing that S1 takes to predict success."""
    builder = situation.ledger.builder
    if (
        builder is None
        or not situation.teams.is_somebody(builder)
        or not situation.teams.shares(_duty(situation, "paged"), builder)
    ):
        return None
    return {"model": situation.model, "builder": situation.teams.label(builder)}


def nobody_can_turn_off(situation: Situation) -> Values | None:
    """Find a model that nobody can switch off, even if it is wrong (S1 §duties)."""
    return (
        {"model": situation.model}
        if situation.teams.is_nobody(_duty(situation, "turn-off"))
        else None
    )


def turn_off_left_to_handover(situation: Situation) -> Values | None:
    """Find an off switch left to handover: nobody has it until then (S1 §duties)."""
    return (
        {"model": situation.model}
        if situation.teams.is_at_handover(_duty(situation, "turn-off"))
        else None
    )


def no_retirement_role(situation: Situation) -> Values | None:
    """Find a model that nobody may retire, which costs attention (S1 §diagnostics).

    No finding if nobody can switch it off, which is worse and already reported.
    """
    if not is_vacant(situation, situation.answers.retirement_authority) or is_vacant(
        situation, _duty(situation, "turn-off")
    ):
        return None
    return {"model": situation.model}


def retirement_role_without_switch(situation: Situation) -> Values | None:
    """Find a retirement role and an off switch in two teams (S1 §diagnostics).

    Only a role that names a team can be compared with the team that has the switch.
    """
    role, switch = situation.answers.retirement_authority, _duty(situation, "turn-off")
    if (
        role is None
        or switch is None
        or not (situation.teams.is_somebody(role) and situation.teams.is_somebody(switch))
    ):
        return None
    if (
        situation.teams.speaks_for(role, switch)
        or situation.teams.shares(switch, role)
        or not kinds_in(situation, role)
    ):
        return None
    return {
        "model": situation.model,
        "role": situation.teams.label(role),
        "team": situation.teams.label(switch),
    }


def retirement_role_with_switch(situation: Situation) -> Values | None:
    """Find a role that both decides and can switch off: the answer passes (S1)."""
    role, switch = situation.answers.retirement_authority, _duty(situation, "turn-off")
    speaks = situation.teams.speaks_for(role, switch) or situation.teams.shares(switch, role)
    if (
        role is None
        or not situation.are_teams(role, switch)
        or not speaks
        or situation.is_provider(switch)
    ):
        return None
    return {"model": situation.model, "role": situation.teams.label(role)}


def _authors(situation: Situation) -> list[str]:
    """Return the teams that write the evaluation set; empty if none is known."""
    return [
        a for a in situation.answers.evaluation_set_authors or () if situation.teams.is_somebody(a)
    ]


def _names(situation: Situation, teams: Iterable[str]) -> str:
    unique = {situation.teams.key(team): situation.teams.label(team) for team in teams}
    return situation.listing(unique.values())


def _set_case(situation: Situation) -> str:
    """Return the case of the evaluation set, as in `DiagnosticResult`."""
    case = next(d.reason for d in situation.diagnostics if d.text.id == "evaluation-set")
    return "passes" if case == "apart" else case  # which has a rule of its own


def nobody_writes_evaluation_set(situation: Situation) -> Values | None:
    """Find an evaluation set that nobody writes: quality is unknown (S1).

    An empty list counts as not answered; only `nobody` in it is an answer.
    """
    given = situation.answers.evaluation_set_authors
    return {"model": situation.model} if given and not _authors(situation) else None


def evaluation_set_by_builder_alone(situation: Situation) -> Values | None:
    """Find an evaluation set that the builder writes alone (S1 §diagnostics)."""
    if situation.answers.builder is None or _set_case(situation) != "training-team":
        return None
    return {"model": situation.model, "builder": situation.teams.label(situation.answers.builder)}


def evaluation_set_without_modellers(situation: Situation) -> Values | None:
    """Find an evaluation set written without modellers (S1 §diagnostics)."""
    case, builder = _set_case(situation), situation.ledger.builder
    if case != "no-modelling-team":
        return None
    missing = situation.content.words("rules.no-modeller")
    if builder is not None and situation.teams.is_somebody(builder):
        missing = situation.content.words(
            "rules.the-builder", builder=situation.teams.label(builder)
        )
    return {
        "model": situation.model,
        "authors": _names(situation, _authors(situation)),
        "missing": missing,
    }


def evaluation_set_without_users(situation: Situation) -> Values | None:
    """Find an evaluation set of several teams, none user-facing (S1 §diagnostics)."""
    if _set_case(situation) != "no-user-facing-team":
        return None
    return {"model": situation.model, "authors": _names(situation, _authors(situation))}


def evaluation_set_written_together(situation: Situation) -> Values | None:
    """Find modellers and a user-facing team as joint authors, which passes (S1)."""
    if _set_case(situation) != "passes":
        return None
    return {"model": situation.model, "authors": _names(situation, _authors(situation))}


def evaluation_set_unowned(situation: Situation) -> Values | None:
    """Find an evaluation set that no team owns (S1)."""
    return (
        {"model": situation.model}
        if situation.teams.is_nobody(_duty(situation, "evaluation-set"))
        else None
    )


def nobody_ships(situation: Situation) -> Values | None:
    """Find a model that no team ships to users (S1 §duties)."""
    return (
        {"model": situation.model} if situation.teams.is_nobody(_duty(situation, "ship")) else None
    )


def nobody_answers_to_business(situation: Situation) -> Values | None:
    """Find a business without a contact when accuracy drops (S1 §duties)."""
    return (
        {"model": situation.model}
        if situation.teams.is_nobody(_duty(situation, "answers-to-business"))
        else None
    )


def duties_left_to_handover(situation: Situation) -> Values | None:
    """Find other duties left to handover: the project is not scoped (S1)."""
    waiting = [
        situation.content.question(f"duties.{duty}").name
        for duty in ("evaluation-set", "ship", "answers-to-business")
        if situation.teams.is_at_handover(_duty(situation, duty))
    ]
    return {"model": situation.model, "duties": situation.listing(waiting)} if waiting else None


def ship_by_another_team(situation: Situation) -> Values | None:
    """Find a release by another team: changes wait, meaning is lost (S1, R6)."""
    pair = _differs(situation, "ship")
    return _between(situation, *pair) if pair else None


def business_answered_by_another_team(situation: Situation) -> Values | None:
    """Find a team that explains results that it cannot change (S1)."""
    pair = _differs(situation, "answers-to-business")
    return _between(situation, *pair) if pair else None


def builder_holds_most_duties(situation: Situation) -> Values | None:
    """Find a builder with most of the five duties, which S1 prefers."""
    builder = situation.ledger.builder
    number = sum(situation.teams.shares(holder, builder) for holder in _holders(situation))
    if builder is None or number < limit_of(situation, "builder-holds-most-duties", "duties"):
        return None
    return {"model": situation.model, "builder": situation.teams.label(builder), "n": number}


def builder_holds_few_duties(situation: Situation) -> Values | None:
    """Find a builder with few of the five duties (S1 §duties).

    Duties that are not answered may be the builder's, so they count as if they were.
    """
    builder, holders = situation.ledger.builder, _holders(situation)
    if builder is None or not situation.teams.is_somebody(builder) or one_operator(situation):
        return None
    at_most = sum(holder is None or situation.teams.shares(holder, builder) for holder in holders)
    if at_most > limit_of(situation, "builder-holds-few-duties", "duties"):
        return None
    number = sum(situation.teams.shares(holder, builder) for holder in holders)
    return {"model": situation.model, "builder": situation.teams.label(builder), "n": number}


def duties_spread_over_teams(situation: Situation) -> Values | None:
    """Find duties of many teams, all needed in an incident (S1 §duties).

    A rota that a team has with others is no team beside it.
    """
    known, holders = situation.teams, _holders(situation)
    alone = [h for h in holders if known.is_somebody(h) and not situation.is_provider(h)]
    named = list[str]()
    for h in filter(None, alone):
        joint = any(known.shares(h, other) and not known.same(h, other) for other in alone)
        named += known.parts(h) if joint else [h]
    teams = {known.key(h): known.label(known.kind(h) or h) for h in named}
    if len(teams) < limit_of(situation, "duties-spread-over-teams", "teams"):
        return None
    return {"model": situation.model, "n": len(teams), "teams": situation.listing(teams.values())}


def _unguarded(situation: Situation, lead: Lead) -> Values | None:
    if (
        situation.answers.lead != lead
        or lookup(situation.answers, f"mitigations.{lead}") is not False
    ):
        return None
    return {"model": situation.model}


def research_led_without_shared_model(situation: Situation) -> Values | None:
    """Find research as lead without a shared model: work stops there (S1 §leads, R6)."""
    return _unguarded(situation, "research")


def engineering_led_without_user_set(situation: Situation) -> Values | None:
    """Find engineering as lead without a user-facing set (S1 §leads)."""
    return _unguarded(situation, "engineering")


def product_led_without_specialist(situation: Situation) -> Values | None:
    """Find product as lead without ML skills: hard cases remain (S1 §leads)."""
    return _unguarded(situation, "product")


def lead_safeguard_in_place(situation: Situation) -> Values | None:
    """Find the remedy for the lead's known weakness in place (S1 §leads)."""
    lead = situation.answers.lead
    if lead is None or lookup(situation.answers, f"mitigations.{lead}") is not True:
        return None
    shaky = ("nobody", "training-team", "no-user-facing-team")
    if lead == "engineering" and (
        user_set_not_borne_out(situation) or _set_case(situation) in shaky
    ):
        return None
    return {
        "model": situation.model,
        "lead": situation.content.lead(lead).name,
        "safeguard": situation.content.question(f"mitigations.{lead}").name,
    }


def user_set_not_borne_out(situation: Situation) -> Values | None:
    """Find a claimed user-facing co-author who is not among the authors (S1 §leads)."""
    authors = _authors(situation)
    claimed = lookup(situation.answers, "mitigations.engineering") is True
    if not claimed or not authors or any(faces_users(situation, a) for a in authors):
        return None
    return {"model": situation.model, "authors": _names(situation, authors)}


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
