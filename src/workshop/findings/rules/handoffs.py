"""Check handoffs, waiting, the platform's queue, and what builders see."""

from __future__ import annotations

from collections.abc import Iterable

from workshop.answers.schema import lookup
from workshop.findings.handoffs import days_words, discipline_name
from workshop.findings.patterns.capacity import LIMIT_DAYS
from workshop.findings.rules.base import Values, limit_of, named, one_operator
from workshop.findings.situation import Situation

_SHOWN_TEAMS = 6


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


# -- waiting ------------------------------------------------------------------------------------


def _waiting(situation: Situation) -> tuple[float, Values] | None:
    """Return the share of waiting and its values.

    None if unknown work could change it.
    """
    stream = situation.stream
    if stream is None or stream.p50 is None or stream.wait_share is None or stream.unknown_touch:
        return None
    days = days_words(situation.content, stream.p50, stream.lower_bound)
    return stream.wait_share, {"share": _percent(stream.wait_share), "days": days}


def mostly_waiting(situation: Situation) -> Values | None:
    found = _waiting(situation)
    if found is None or found[0] < limit_of(situation, "mostly-waiting", "share"):
        return None
    return found[1]


def little_waiting(situation: Situation) -> Values | None:
    found = _waiting(situation)
    if found is None or situation.stream is None or situation.stream.unknown_wait:
        return None
    return found[1] if found[0] <= limit_of(situation, "little-waiting", "share") else None


def longest_wait_at_seam(situation: Situation) -> Values | None:
    at = situation.stream.longest_wait if situation.stream else None
    handoff = situation.stream.handoff_at(at) if situation.stream and at is not None else None
    if handoff is None or handoff.wait is None:
        return None
    if handoff.wait < limit_of(situation, "longest-wait-at-seam", "days"):
        return None
    return {
        "days": days_words(situation.content, handoff.wait),
        "giver": _team(situation, handoff.giver),
        "taker": _team(situation, handoff.taker),
    }


def stages_on_guesses(situation: Situation) -> Values | None:
    share = situation.stream.guessed_share if situation.stream else None
    if share is None or share <= limit_of(situation, "stages-on-guesses", "share"):
        return None
    return {"share": _percent(share)}


def stages_measured(situation: Situation) -> Values | None:
    share = situation.stream.measured_share if situation.stream else None
    if share is None or share < limit_of(situation, "stages-measured", "share"):
        return None
    return {"share": _percent(share)}


# -- handoffs and teams ----------------------------------------------------------------------------


def many_seams(situation: Situation) -> Values | None:
    count = len(situation.stream.handoffs) if situation.stream else 0
    if situation.stream is None or count < limit_of(situation, "many-seams", "seams"):
        return None
    hands = dict.fromkeys(
        _team(situation, n)
        for handoff in situation.stream.handoffs
        for n in (handoff.giver, handoff.taker)
    )
    return {"n": count, "teams": _listed(situation, list(hands))}


def handed_along(situation: Situation) -> Values | None:
    """Find three stages without a team in common, all of whose teams are known."""
    kinds = ("model", "serving", "product")
    if one_operator(situation):  # serving is another team's because the rule says so
        return None
    if any(st.team is None for st in situation.answers.stages or () if st.stage in kinds):
        return None
    teams = {kind: _teams_of(situation, kind) for kind in kinds}
    keys = [{situation.teams.key(t) for t in names} for names in teams.values()]
    if not all(keys) or len(set().union(*keys)) < sum(map(len, keys)):
        return None
    return {f"{kind}_teams": _listed(situation, names) for kind, names in teams.items()}


def stage_without_team(situation: Situation) -> Values | None:
    stages = [
        st
        for st in situation.answers.stages or ()
        if st.team and not situation.teams.is_somebody(st.team)
    ]
    if not stages:
        return None
    kinds = dict.fromkeys(situation.content.words(f"handoffs.stage-{st.stage}") for st in stages)
    return {"stages": situation.listing(kinds)}


def one_team_all_stages(situation: Situation) -> Values | None:
    if not situation.vertical.item("one-team").holds:
        return None
    return {"team": situation.vertical.holders[0]}


def squad_lacks_discipline(situation: Situation) -> Values | None:
    if not situation.vertical.missing:
        return None
    return {
        "missing": situation.listing(
            discipline_name(situation.content, d) for d in situation.vertical.missing
        )
    }


def cannot_deploy_alone(situation: Situation) -> Values | None:
    """Find a product team that cannot deploy alone, without a mandate for it.

    A single-operator mandate leaves no other way (tension T4).
    """
    return (
        {} if situation.answers.deploys_alone is False and not situation.vertical.mandated else None
    )


def deploys_and_measures(situation: Situation) -> Values | None:
    return {} if situation.answers.deploys_alone and situation.answers.measures_outcomes else None


def several_sets_of_goals(situation: Situation) -> Values | None:
    return {} if situation.answers.shared_goals is False else None


# -- contracts ----------------------------------------------------------------------------------


def handoff_without_contract(situation: Situation) -> Values | None:
    """Find a handoff without a contract.

    No finding if one team trains and serves: there is no handoff.
    """
    teams = {
        kind: {situation.teams.key(t) for t in _teams_of(situation, kind)}
        for kind in ("model", "serving")
    }
    one = teams["model"] and teams["model"] == teams["serving"] and len(teams["model"]) == 1
    return {} if situation.answers.handoff_contract is False and not one else None


def handoff_under_contract(situation: Situation) -> Values | None:
    return {} if situation.answers.handoff_contract else None


def _contracts(situation: Situation) -> dict[str, bool | None]:
    names = [f"input_contracts.{part}" for part in ("owner", "notice", "consumers")]
    return {name: lookup(situation.answers, name) for name in names}


def inputs_without_contract(situation: Situation) -> Values | None:
    gaps = [name for name, there in _contracts(situation).items() if there is False]
    return (
        {"gaps": situation.listing(situation.content.question(n).name for n in gaps)}
        if gaps
        else None
    )


def inputs_under_contract(situation: Situation) -> Values | None:
    return {} if all(_contracts(situation).values()) else None


# -- data and users -----------------------------------------------------------------------------


def data_by_ticket(situation: Situation) -> Values | None:
    return {} if situation.answers.data_access == "ticket" else None


def data_by_self_service(situation: Situation) -> Values | None:
    return {} if situation.answers.data_access == "self-service" else None


def _seen(situation: Situation) -> dict[str, bool | None]:
    return {i: situation.vertical.item(i).holds for i in ("talk", "usage", "effects")}


def builders_never_see_users(situation: Situation) -> Values | None:
    """Find builders who lack two of three views of users and have none of them.

    One missing view alone says too little.
    """
    seen = list(_seen(situation).values())
    return {} if seen.count(False) >= 2 and True not in seen else None


def users_partly_seen(situation: Situation) -> Values | None:
    seen = _seen(situation)
    if False not in seen.values() or builders_never_see_users(situation) is not None:
        return None
    gaps = [
        situation.content.words(f"handoffs.unseen-{i}")
        for i, holds in seen.items()
        if holds is False
    ]
    return {"gaps": situation.listing(gaps)}


def builders_see_usage_and_effects(situation: Situation) -> Values | None:
    seen = _seen(situation)
    return {} if seen["usage"] and seen["effects"] else None


def outcomes_not_measured(situation: Situation) -> Values | None:
    return {} if situation.answers.measures_outcomes is False else None


# -- the queue ----------------------------------------------------------------------------------


def load_exceeds_platform(situation: Situation) -> Values | None:
    now = situation.queue.now if situation.queue else None
    if situation.queue is None or now is None or now.load < 1:
        return None
    return {
        "teams": _counted(situation, "teams", now.teams),
        "engineers": _counted(situation, "engineers", situation.queue.servers),
        "load": _percent(now.load),
    }


def queue_past_two_weeks(situation: Situation) -> Values | None:
    now = situation.queue.now if situation.queue else None
    if situation.queue is None or now is None or now.wait is None or now.wait <= LIMIT_DAYS:
        return None
    return {
        "teams": _counted(situation, "teams", now.teams),
        "days": days_words(situation.content, now.wait),
        "load": _percent(now.load),
        "crossing": _counted(situation, "teams", situation.queue.crossing or now.teams),
    }


def queue_crosses_soon(situation: Situation) -> Values | None:
    now = situation.queue.now if situation.queue else None
    if situation.queue is None or now is None or situation.queue.crossing is None:
        return None
    if any(clash.id == "queue-told-differs" for clash in situation.clashes):
        return None
    more = situation.queue.crossing - now.teams
    if not 0 < more <= limit_of(situation, "queue-crosses-soon", "teams"):
        return None
    return {
        "crossing": _counted(situation, "teams", situation.queue.crossing),
        "days": days_words(situation.content, now.wait or 0.0),
        "more": more,
    }


# -- words --------------------------------------------------------------------------------------


def _counted(situation: Situation, what: str, count: int) -> str:
    return situation.content.words(f"handoffs.{what}", n=count)


def _teams_of(situation: Situation, kind: str) -> list[str]:
    """Return the teams that do stages of a kind, as a reader sees them."""
    teams = (st.team for st in situation.answers.stages or () if st.stage == kind)
    return list(
        dict.fromkeys(
            situation.teams.label(t) for t in teams if t and situation.teams.is_somebody(t)
        )
    )


def _team(situation: Situation, name: str) -> str:
    if situation.teams.is_nobody(name):
        return situation.content.words("common.nobody")
    return (
        situation.content.words("common.at-handover")
        if situation.teams.is_at_handover(name)
        else name
    )


def _listed(situation: Situation, names: Iterable[str]) -> str:
    """Return a list of at most six names, with the number of others."""
    names = [name[:1].upper() + name[1:] for name in names]  # some are typed in small letters
    if len(names) <= _SHOWN_TEAMS:
        return situation.listing(names)
    rest = len(names) - _SHOWN_TEAMS + 1
    more = situation.content.words("handoffs.more-teams", n=rest)
    return situation.listing([*names[: _SHOWN_TEAMS - 1], more])


RULES = named(
    handoff_without_contract,
    inputs_without_contract,
    several_sets_of_goals,
    handoff_under_contract,
    inputs_under_contract,
    mostly_waiting,
    longest_wait_at_seam,
    many_seams,
    handed_along,
    stage_without_team,
    data_by_ticket,
    builders_never_see_users,
    users_partly_seen,
    cannot_deploy_alone,
    outcomes_not_measured,
    load_exceeds_platform,
    queue_past_two_weeks,
    queue_crosses_soon,
    squad_lacks_discipline,
    stages_on_guesses,
    one_team_all_stages,
    little_waiting,
    data_by_self_service,
    builders_see_usage_and_effects,
    deploys_and_measures,
    stages_measured,
)
