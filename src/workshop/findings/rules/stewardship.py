"""Rules on what a live model takes beside the five duties.

A provider that changes it, artefacts that decide its answers, somebody who validates, somebody who
may stop it, and somebody who pays. All of it is asked only of those whom it concerns.
"""

from __future__ import annotations

from workshop.answers.schema import lookup
from workshop.findings.rules.base import Values, is_vacant, named
from workshop.findings.situation import Situation


def _named(s: Situation, **values: str) -> Values:
    return {"model": s.model, "provider": s.provider, **values}


def _is_open(s: Situation, team: str | None) -> bool:
    """Return whether it is known that no team of one's own has it; a provider is none."""
    return is_vacant(s, team) or s.is_provider(team)


def _is_ours(s: Situation, team: str | None) -> bool:
    return s.teams.is_somebody(team) and not s.is_provider(team)


def _towards_provider(s: Situation, duty: str) -> str | None:
    """Return who has a duty towards the provider; None where the model is built here."""
    if s.answers.model_origin == "built":
        return None
    team = lookup(s.answers, f"provider_duties.{duty}")
    return None if team is None else str(team)


def _artefact(s: Situation, name: str) -> str | None:
    """Return who owns an artefact; None where no language model is in the product."""
    if s.answers.language_model_product is False:
        return None
    team = lookup(s.answers, f"language_model_artefacts.{name}")
    return None if team is None else str(team)


def _without_owner(s: Situation, artefact: str) -> Values | None:
    return {"model": s.model} if _is_open(s, _artefact(s, artefact)) else None


# -- a model that somebody else makes -----------------------------------------------------------


def provider_holds_a_duty(s: Situation) -> Values | None:
    """Find a vendor taken for a team: it cannot be put on a rota (S1 §duties, K1)."""
    held = [line for line in s.ledger.lines if s.is_provider(line.holder)]
    names = [s.content.question(f"duties.{line.duty.id}").name for line in held]
    return _named(s, duties=s.listing(names)) if names else None


def provider_notices_reach_nobody(s: Situation) -> Values | None:
    """Find an end date that was announced to nobody: requests will fail on it (V1, V2, V5)."""
    return _named(s) if _is_open(s, _towards_provider(s, "notices")) else None


def notices_reach_another_team(s: Situation) -> Values | None:
    """Find notices that go to a team without the model: it cannot read what they mean (V5)."""
    team = _towards_provider(s, "notices")
    owner = s.ledger.builder or lookup(s.answers, "duties.paged")
    if team is None or owner is None or not (_is_ours(s, team) and _is_ours(s, owner)):
        return None
    known = (s.ledger.builder, *(line.holder for line in s.ledger.lines))
    if any(s.teams.same(team, other) for other in known):
        return None
    return _named(s, team=s.teams.label(team), owner=s.teams.label(owner))


def _nobody_reruns(s: Situation) -> bool:
    return _is_open(s, _towards_provider(s, "evaluation-rerun"))


def floating_version_unwatched(s: Situation) -> Values | None:
    """Find a version that floats while nobody looks: it changes without a word (V5, V6)."""
    if s.answers.version_pinned is not False or s.answers.model_origin == "built":
        return None
    return _named(s) if _nobody_reruns(s) or s.teams.is_nobody(s.answers.paged_quality) else None


def evaluation_set_not_run_again(s: Situation) -> Values | None:
    """Find a change of version that no set of one's own will judge (V6, S1 §diagnostics)."""
    return _named(s) if _nobody_reruns(s) else None


def nobody_may_switch_provider(s: Situation) -> Values | None:
    """Find an end date with nobody to decide what comes after it (V1, V2)."""
    return _named(s) if _is_open(s, _towards_provider(s, "switch")) else None


def nobody_pays_for_the_move(s: Situation) -> Values | None:
    """Find a move that will come and is in no plan (V1, V2, K1)."""
    return _named(s) if _is_open(s, _towards_provider(s, "pay")) else None


def bought_model_looked_after(s: Situation) -> Values | None:
    """Find a team of one's own for notices, evaluation and switch (K1)."""
    teams = [_towards_provider(s, duty) for duty in ("notices", "evaluation-rerun", "switch")]
    ours = all(_is_ours(s, team) for team in teams)
    return _named(s) if ours else None


# -- a product on a language model --------------------------------------------------------------


def prompts_without_owner(s: Situation) -> Values | None:
    """Find prompts that anybody may change (K1)."""
    return _without_owner(s, "prompts")


def retrieval_data_without_owner(s: Situation) -> Values | None:
    """Find documents that nobody keeps: what the model quotes grows old (R6, K1)."""
    return _without_owner(s, "retrieval-data")


def tool_permissions_without_owner(s: Situation) -> Values | None:
    """Find a model that may act while nobody decides how far (K1)."""
    return _without_owner(s, "tool-permissions")


def guardrails_without_owner(s: Situation) -> Values | None:
    """Find guardrails that stay where they were when all else moves (K1)."""
    return _without_owner(s, "guardrails")


def evaluation_criteria_without_owner(s: Situation) -> Values | None:
    """Find criteria that nobody may revise, though people's criteria drift (E1)."""
    return _without_owner(s, "evaluation-criteria")


def prompts_change_away_from_the_call(s: Situation) -> Values | None:
    """Find prompts with one team and the night's call with another (S1 §duties, K1)."""
    owner, paged = _artefact(s, "prompts"), lookup(s.answers, "duties.paged")
    if (
        owner is None
        or not (_is_ours(s, owner) and _is_ours(s, paged))
        or s.teams.same(owner, paged)
    ):
        return None
    return _named(s, owner=s.teams.label(owner), paged=s.teams.label(paged))


def criteria_owner_writes_nothing(s: Situation) -> Values | None:
    """Find criteria owned apart from those who see the outputs (E1)."""
    owner = _artefact(s, "evaluation-criteria")
    authors = [a for a in s.answers.evaluation_set_authors or () if s.teams.is_somebody(a)]
    if owner is None or not _is_ours(s, owner) or not authors:
        return None
    if any(s.teams.same(owner, author) for author in authors):
        return None
    names = {s.teams.key(author): s.teams.label(author) for author in authors}
    return _named(s, owner=s.teams.label(owner), authors=s.listing(names.values()))


def language_model_artefacts_owned(s: Situation) -> Values | None:
    """Find an owner for each of the five artefacts (K1)."""
    names = ("prompts", "retrieval-data", "tool-permissions", "guardrails", "evaluation-criteria")
    return {"model": s.model} if all(_is_ours(s, _artefact(s, name)) for name in names) else None


# -- who validates, who may stop it, who pays ---------------------------------------------------


def builder_validates_itself(s: Situation) -> Values | None:
    """Find a candidate that marks its own exam under another name (R11, L4)."""
    builder = s.answers.builder
    if (
        builder is None
        or not s.teams.is_somebody(builder)
        or not s.teams.same(builder, s.answers.validator)
    ):
        return None
    return _named(s, builder=s.teams.label(builder))


def independent_validation_unnamed(s: Situation) -> Values | None:
    """Find a rule that asks for a validator, and none (R11, L4)."""
    asked = s.answers.mandate == "independent-validation"
    return {"model": s.model} if asked and _is_open(s, s.answers.validator) else None


def validator_is_independent(s: Situation) -> Values | None:
    """Find a validator that did not build the model (R11, L4)."""
    builder, validator = s.answers.builder, s.answers.validator
    if builder is None or validator is None or s.teams.same(builder, validator):
        return None
    if not (s.teams.is_somebody(builder) and _is_ours(s, validator)):
        return None
    return _named(s, builder=s.teams.label(builder), validator=s.teams.label(validator))


def deployer_may_become_provider(s: Situation) -> Values | None:
    """Find a deployer that changes the model: it may count as provider (L1, Article 25)."""
    adapts = s.answers.ai_act_role == "deployer" and s.answers.model_origin == "adapted"
    return {} if adapts else None


def ai_act_role_not_checked(s: Situation) -> Values | None:
    """Find a role that nobody has looked up (L1, L6)."""
    return {"model": s.model} if s.answers.ai_act_role == "not-checked" else None


def oversight_without_authority(s: Situation) -> Values | None:
    """Find people who watch and may not stop anything (L1, L2)."""
    return {"model": s.model} if _is_open(s, s.answers.oversight_stop_authority) else None


def no_off_switch(s: Situation) -> Values | None:
    """Find a model that nothing turns off, whoever has the right to (L2, S1 §duties)."""
    return {"model": s.model} if s.answers.off_switch == "none" else None


def off_switch_untried(s: Situation) -> Values | None:
    """Find a switch that nobody knows to work (L2, K1)."""
    return {"model": s.model} if s.answers.off_switch == "exists" else None


def off_switch_tried(s: Situation) -> Values | None:
    """Find a switch that was used on purpose (L2, K1)."""
    return {"model": s.model} if s.answers.off_switch == "tested" else None


def nobody_answers_for_the_cost(s: Situation) -> Values | None:
    """Find a bill without an owner (S2 §maturity, M1)."""
    return {"model": s.model} if _is_open(s, s.answers.cost_owner) else None


def _shown(s: Situation, *ways: str) -> Values | None:
    owner = s.answers.cost_owner
    if owner is None or not _is_ours(s, owner) or s.answers.cost_shown_by not in ways:
        return None
    return _named(s, team=s.teams.label(owner))


def cost_owner_without_a_bill(s: Situation) -> Values | None:
    """Find an owner of a cost who never sees it (M2)."""
    return _shown(s, "none")


def cost_owned_and_shown(s: Situation) -> Values | None:
    """Find an owner of a cost who sees it or pays it (M2)."""
    return _shown(s, "showback", "chargeback")


def evaluation_set_written_apart(s: Situation) -> Values | None:
    """Find two halves sent to and fro: S1 wants the same week and the same coffee."""
    authors = [a for a in s.answers.evaluation_set_authors or () if s.teams.is_somebody(a)]
    names = {s.teams.key(author): s.teams.label(author) for author in authors}
    if s.answers.evaluation_set_same_week is not False or len(names) < 2:
        return None
    return _named(s, authors=s.listing(names.values()))


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
