"""Check what a model in production needs beside the five duties.

That is a provider's changes, artefacts that decide answers, validation, the authority to stop it,
and its cost. Each question is asked only of those whom it concerns.
"""

from __future__ import annotations

from workshop.answers.schema import lookup
from workshop.findings.rules.base import Values, is_vacant, named
from workshop.findings.situation import Situation


def _named(situation: Situation, **values: str) -> Values:
    return {"model": situation.model, "provider": situation.provider, **values}


def _is_open(situation: Situation, team: str | None) -> bool:
    """Return whether no team of one's own does it; a provider is none."""
    return is_vacant(situation, team) or situation.is_provider(team)


def _is_own(situation: Situation, team: str | None) -> bool:
    return situation.teams.is_somebody(team) and not situation.is_provider(team)


def _towards_provider(situation: Situation, duty: str) -> str | None:
    """Return who has a duty towards the provider; None if the model is built here."""
    if situation.answers.model_origin == "built":
        return None
    team = lookup(situation.answers, f"provider_duties.{duty}")
    return None if team is None else str(team)


def _artefact(situation: Situation, name: str) -> str | None:
    """Return who owns an artefact; None without a language model."""
    if situation.answers.language_model_product is False:
        return None
    team = lookup(situation.answers, f"language_model_artefacts.{name}")
    return None if team is None else str(team)


def _without_owner(situation: Situation, artefact: str) -> Values | None:
    return (
        {"model": situation.model} if _is_open(situation, _artefact(situation, artefact)) else None
    )


# -- a model that somebody else makes -----------------------------------------------------------


def provider_holds_a_duty(situation: Situation) -> Values | None:
    """Find a vendor named as a team, which cannot be on a rota (S1 §duties, K1)."""
    lines = [line for line in situation.ledger.lines if situation.is_provider(line.holder)]
    names = [situation.content.question(f"duties.{line.duty.id}").name for line in lines]
    return _named(situation, duties=situation.listing(names)) if names else None


def provider_notices_reach_nobody(situation: Situation) -> Values | None:
    """Find provider notices that reach nobody, such as end dates (V1, V2, V5)."""
    return (
        _named(situation) if _is_open(situation, _towards_provider(situation, "notices")) else None
    )


def notices_reach_another_team(situation: Situation) -> Values | None:
    """Find notices that go to a team without the model (V5)."""
    team = _towards_provider(situation, "notices")
    owner = situation.ledger.builder or lookup(situation.answers, "duties.paged")
    if (
        team is None
        or owner is None
        or not (_is_own(situation, team) and _is_own(situation, owner))
    ):
        return None
    known = (situation.ledger.builder, *(line.holder for line in situation.ledger.lines))
    if any(situation.teams.same(team, other) for other in known):
        return None
    return _named(situation, team=situation.teams.label(team), owner=situation.teams.label(owner))


def _nobody_reruns(situation: Situation) -> bool:
    return _is_open(situation, _towards_provider(situation, "evaluation-rerun"))


def floating_version_unwatched(situation: Situation) -> Values | None:
    """Find an unpinned version that nobody watches (V5, V6)."""
    if situation.answers.version_pinned is not False or situation.answers.model_origin == "built":
        return None
    return (
        _named(situation)
        if _nobody_reruns(situation) or situation.teams.is_nobody(situation.answers.paged_quality)
        else None
    )


def evaluation_set_not_run_again(situation: Situation) -> Values | None:
    """Find a version change without an own evaluation run (V6, S1 §diagnostics)."""
    return _named(situation) if _nobody_reruns(situation) else None


def nobody_may_switch_provider(situation: Situation) -> Values | None:
    """Find an end date without anybody to decide on a successor (V1, V2)."""
    return (
        _named(situation) if _is_open(situation, _towards_provider(situation, "switch")) else None
    )


def nobody_pays_for_the_move(situation: Situation) -> Values | None:
    """Find a coming move that is in no plan (V1, V2, K1)."""
    return _named(situation) if _is_open(situation, _towards_provider(situation, "pay")) else None


def bought_model_looked_after(situation: Situation) -> Values | None:
    """Find own teams for notices, evaluation and switching (K1)."""
    teams = [
        _towards_provider(situation, duty) for duty in ("notices", "evaluation-rerun", "switch")
    ]
    own = all(_is_own(situation, team) for team in teams)
    return _named(situation) if own else None


# -- a product on a language model --------------------------------------------------------------


def prompts_without_owner(situation: Situation) -> Values | None:
    """Find prompts that anybody may change (K1)."""
    return _without_owner(situation, "prompts")


def retrieval_data_without_owner(situation: Situation) -> Values | None:
    """Find documents that nobody maintains and the model quotes (R6, K1)."""
    return _without_owner(situation, "retrieval-data")


def tool_permissions_without_owner(situation: Situation) -> Values | None:
    """Find a model that may act without anybody who sets its permissions (K1)."""
    return _without_owner(situation, "tool-permissions")


def guardrails_without_owner(situation: Situation) -> Values | None:
    """Find guardrails that nobody owns while everything else changes (K1)."""
    return _without_owner(situation, "guardrails")


def evaluation_criteria_without_owner(situation: Situation) -> Values | None:
    """Find evaluation criteria that nobody revises, though they drift (E1)."""
    return _without_owner(situation, "evaluation-criteria")


def prompts_change_away_from_the_call(situation: Situation) -> Values | None:
    """Find prompts in one team and on-call in another (S1 §duties, K1)."""
    owner, paged = _artefact(situation, "prompts"), lookup(situation.answers, "duties.paged")
    if (
        owner is None
        or not (_is_own(situation, owner) and _is_own(situation, paged))
        or situation.teams.same(owner, paged)
    ):
        return None
    return _named(situation, owner=situation.teams.label(owner), paged=situation.teams.label(paged))


def criteria_owner_writes_nothing(situation: Situation) -> Values | None:
    """Find criteria owned by a team that does not see the outputs (E1)."""
    owner = _artefact(situation, "evaluation-criteria")
    authors = [
        a for a in situation.answers.evaluation_set_authors or () if situation.teams.is_somebody(a)
    ]
    if owner is None or not _is_own(situation, owner) or not authors:
        return None
    if any(situation.teams.same(owner, author) for author in authors):
        return None
    names = {situation.teams.key(author): situation.teams.label(author) for author in authors}
    return _named(
        situation, owner=situation.teams.label(owner), authors=situation.listing(names.values())
    )


def language_model_artefacts_owned(situation: Situation) -> Values | None:
    """Find an owner for each of the five artefacts (K1)."""
    names = ("prompts", "retrieval-data", "tool-permissions", "guardrails", "evaluation-criteria")
    return (
        {"model": situation.model}
        if all(_is_own(situation, _artefact(situation, name)) for name in names)
        else None
    )


# -- who validates, who may stop it, who pays ---------------------------------------------------


def builder_validates_itself(situation: Situation) -> Values | None:
    """Find a builder that validates its own model (R11, L4)."""
    builder = situation.answers.builder
    if (
        builder is None
        or not situation.teams.is_somebody(builder)
        or not situation.teams.same(builder, situation.answers.validator)
    ):
        return None
    return _named(situation, builder=situation.teams.label(builder))


def independent_validation_unnamed(situation: Situation) -> Values | None:
    """Find a rule that asks for a validator where none is named (R11, L4)."""
    asked = situation.answers.mandate == "independent-validation"
    return (
        {"model": situation.model}
        if asked and _is_open(situation, situation.answers.validator)
        else None
    )


def validator_is_independent(situation: Situation) -> Values | None:
    """Find a validator that did not build the model (R11, L4)."""
    builder, validator = situation.answers.builder, situation.answers.validator
    if builder is None or validator is None or situation.teams.same(builder, validator):
        return None
    if not (situation.teams.is_somebody(builder) and _is_own(situation, validator)):
        return None
    return _named(
        situation,
        builder=situation.teams.label(builder),
        validator=situation.teams.label(validator),
    )


def deployer_may_become_provider(situation: Situation) -> Values | None:
    """Find a deployer that adapts the model and may be provider (L1, Article 25)."""
    adapts = (
        situation.answers.ai_act_role == "deployer" and situation.answers.model_origin == "adapted"
    )
    return {} if adapts else None


def ai_act_role_not_checked(situation: Situation) -> Values | None:
    """Find a role under the AI Act that nobody has checked (L1, L6)."""
    return {"model": situation.model} if situation.answers.ai_act_role == "not-checked" else None


def oversight_without_authority(situation: Situation) -> Values | None:
    """Find oversight without the authority to stop the model (L1, L2)."""
    return (
        {"model": situation.model}
        if _is_open(situation, situation.answers.oversight_stop_authority)
        else None
    )


def no_off_switch(situation: Situation) -> Values | None:
    """Find a model without a technical off switch (L2, S1 §duties)."""
    return {"model": situation.model} if situation.answers.off_switch == "none" else None


def off_switch_untried(situation: Situation) -> Values | None:
    """Find an off switch that nobody has tried (L2, K1)."""
    return {"model": situation.model} if situation.answers.off_switch == "exists" else None


def off_switch_tried(situation: Situation) -> Values | None:
    """Find an off switch that was tried (L2, K1)."""
    return {"model": situation.model} if situation.answers.off_switch == "tested" else None


def nobody_answers_for_the_cost(situation: Situation) -> Values | None:
    """Find a cost without an owner (S2 §maturity, M1)."""
    return {"model": situation.model} if _is_open(situation, situation.answers.cost_owner) else None


def _shown(situation: Situation, *ways: str) -> Values | None:
    owner = situation.answers.cost_owner
    if (
        owner is None
        or not _is_own(situation, owner)
        or situation.answers.cost_shown_by not in ways
    ):
        return None
    return _named(situation, team=situation.teams.label(owner))


def cost_owner_without_a_bill(situation: Situation) -> Values | None:
    """Find a cost owner who never sees the cost (M2)."""
    return _shown(situation, "none")


def cost_owned_and_shown(situation: Situation) -> Values | None:
    """Find a cost owner who sees or pays the cost (M2)."""
    return _shown(situation, "showback", "chargeback")


def evaluation_set_written_apart(situation: Situation) -> Values | None:
    """Find an evaluation set whose authors do not write it together (S1)."""
    authors = [
        a for a in situation.answers.evaluation_set_authors or () if situation.teams.is_somebody(a)
    ]
    names = {situation.teams.key(author): situation.teams.label(author) for author in authors}
    if situation.answers.evaluation_set_same_week is not False or len(names) < 2:
        return None
    return _named(situation, authors=situation.listing(names.values()))


RULES = named(
    provider_holds_a_duty,
    provider_notices_reach_nobody,
    floating_version_unwatched,
    tool_permissions_without_owner,
    independent_validation_unnamed,
    no_off_switch,
    oversight_without_authority,
    notices_reach_another_team,
    evaluation_set_not_run_again,
    nobody_may_switch_provider,
    prompts_without_owner,
    retrieval_data_without_owner,
    guardrails_without_owner,
    evaluation_criteria_without_owner,
    prompts_change_away_from_the_call,
    builder_validates_itself,
    nobody_answers_for_the_cost,
    nobody_pays_for_the_move,
    deployer_may_become_provider,
    ai_act_role_not_checked,
    criteria_owner_writes_nothing,
    off_switch_untried,
    cost_owner_without_a_bill,
    evaluation_set_written_apart,
    bought_model_looked_after,
    language_model_artefacts_owned,
    validator_is_independent,
    off_switch_tried,
    cost_owned_and_shown,
)
