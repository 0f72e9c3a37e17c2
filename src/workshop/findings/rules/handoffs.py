"""Part 5: handoffs, waiting, the queue in front of the platform, and what builders see."""

from __future__ import annotations

from collections.abc import Iterable

from workshop.answers.schema import lookup
from workshop.findings.capacity import LIMIT_DAYS
from workshop.findings.handoffs import days_words, discipline_name
from workshop.findings.rules.base import Values, named, one_operator
from workshop.findings.situation import Situation

_SHOWN_TEAMS = 6


def _limit(s: Situation, rule: str, name: str) -> float:
    return s.content.rule(rule).limits[name]


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


# -- waiting ------------------------------------------------------------------------------------


def _waiting(s: Situation) -> tuple[float, Values] | None:
    """Return the share of waiting and what says it; None where unknown work could change it."""
    stream = s.stream
    if stream is None or stream.p50 is None or stream.wait_share is None or stream.unknown_touch:
        return None
    days = days_words(s.content, stream.p50, stream.lower_bound)
    return stream.wait_share, {"share": _percent(stream.wait_share), "days": days}


def mostly_waiting(s: Situation) -> Values | None:
    found = _waiting(s)
    if found is None or found[0] < _limit(s, "mostly-waiting", "share"):
        return None
    return found[1]


def little_waiting(s: Situation) -> Values | None:
    found = _waiting(s)
    if found is None or s.stream is None or s.stream.unknown_wait:
        return None
    return found[1] if found[0] <= _limit(s, "little-waiting", "share") else None


def longest_wait_at_seam(s: Situation) -> Values | None:
    at = s.stream.longest_wait if s.stream else None
    seam = s.stream.seam_at(at) if s.stream and at is not None else None
    if seam is None or seam.wait is None:
        return None
    if seam.wait < _limit(s, "longest-wait-at-seam", "days"):
        return None
    return {
        "days": days_words(s.content, seam.wait),
        "giver": _team(s, seam.giver),
        "taker": _team(s, seam.taker),
    }


def stages_on_guesses(s: Situation) -> Values | None:
    share = s.stream.guessed_share if s.stream else None
    if share is None or share <= _limit(s, "stages-on-guesses", "share"):
        return None
    return {"share": _percent(share)}


def stages_measured(s: Situation) -> Values | None:
    share = s.stream.measured_share if s.stream else None
    if share is None or share < _limit(s, "stages-measured", "share"):
        return None
    return {"share": _percent(share)}


# -- seams and teams ----------------------------------------------------------------------------


def many_seams(s: Situation) -> Values | None:
    count = len(s.stream.seams) if s.stream else 0
    if s.stream is None or count < _limit(s, "many-seams", "seams"):
        return None
    hands = dict.fromkeys(_team(s, n) for seam in s.stream.seams for n in (seam.giver, seam.taker))
    return {"n": count, "teams": _listed(s, list(hands))}


def handed_along(s: Situation) -> Values | None:
    """Fire where no team holds two of the three, and every one of their teams is known."""
    kinds = ("model", "serving", "product")
    if one_operator(s):  # serving is another team's because the rule says so
        return None
    if any(st.team is None for st in s.answers.stages or () if st.stage in kinds):
        return None
    held = {kind: _held(s, kind) for kind in kinds}
    keys = [{s.teams.key(t) for t in names} for names in held.values()]
    if not all(keys) or len(set().union(*keys)) < sum(map(len, keys)):
        return None
    return {f"{kind}_teams": _listed(s, names) for kind, names in held.items()}


def stage_without_team(s: Situation) -> Values | None:
    stages = [st for st in s.answers.stages or () if st.team and not s.teams.is_somebody(st.team)]
    if not stages:
        return None
    kinds = dict.fromkeys(s.content.words(f"handoffs.stage-{st.stage}") for st in stages)
    return {"stages": s.listing(kinds)}


def one_team_all_stages(s: Situation) -> Values | None:
    if not s.vertical.item("one-team").holds:
        return None
    return {"team": s.vertical.holders[0]}


def squad_lacks_discipline(s: Situation) -> Values | None:
    if not s.vertical.missing:
        return None
    return {"missing": s.listing(discipline_name(s.content, d) for d in s.vertical.missing)}


def cannot_deploy_alone(s: Situation) -> Values | None:
    """Stay silent under a single-operator mandate, which leaves no other way (tension T4)."""
    return {} if s.answers.deploys_alone is False and not s.vertical.mandated else None


def deploys_and_measures(s: Situation) -> Values | None:
    return {} if s.answers.deploys_alone and s.answers.measures_outcomes else None


def several_sets_of_goals(s: Situation) -> Values | None:
    return {} if s.answers.shared_goals is False else None


# -- contracts ----------------------------------------------------------------------------------


def handoff_without_contract(s: Situation) -> Values | None:
    """Stay silent where one team trains and serves: nothing changes hands there."""
    held = {kind: {s.teams.key(t) for t in _held(s, kind)} for kind in ("model", "serving")}
    one = held["model"] and held["model"] == held["serving"] and len(held["model"]) == 1
    return {} if s.answers.handoff_contract is False and not one else None


def handoff_under_contract(s: Situation) -> Values | None:
    return {} if s.answers.handoff_contract else None


def _contracts(s: Situation) -> dict[str, bool | None]:
    names = [f"input_contracts.{part}" for part in ("owner", "notice", "consumers")]
    return {name: lookup(s.answers, name) for name in names}


def inputs_without_contract(s: Situation) -> Values | None:
    gaps = [name for name, there in _contracts(s).items() if there is False]
    return {"gaps": s.listing(s.content.question(n).name for n in gaps)} if gaps else None


def inputs_under_contract(s: Situation) -> Values | None:
    return {} if all(_contracts(s).values()) else None


# -- data and users -----------------------------------------------------------------------------


def data_by_ticket(s: Situation) -> Values | None:
    return {} if s.answers.data_access == "ticket" else None


def data_by_self_service(s: Situation) -> Values | None:
    return {} if s.answers.data_access == "self-service" else None


def _seen(s: Situation) -> dict[str, bool | None]:
    return {i: s.vertical.item(i).holds for i in ("talk", "usage", "effects")}


def builders_never_see_users(s: Situation) -> Values | None:
    """Fire on two of three that are missing, none being in place: one alone says too little."""
    seen = list(_seen(s).values())
    return {} if seen.count(False) >= 2 and True not in seen else None


def users_partly_seen(s: Situation) -> Values | None:
    seen = _seen(s)
    if False not in seen.values() or builders_never_see_users(s) is not None:
        return None
    gaps = [s.content.words(f"handoffs.unseen-{i}") for i, holds in seen.items() if holds is False]
    return {"gaps": s.listing(gaps)}


def builders_see_usage_and_effects(s: Situation) -> Values | None:
    seen = _seen(s)
    return {} if seen["usage"] and seen["effects"] else None


def outcomes_not_measured(s: Situation) -> Values | None:
    return {} if s.answers.measures_outcomes is False else None


# -- the queue ----------------------------------------------------------------------------------


def load_exceeds_platform(s: Situation) -> Values | None:
    now = s.queue.now if s.queue else None
    if s.queue is None or now is None or now.load < 1:
        return None
    return {
        "teams": _counted(s, "teams", now.teams),
        "engineers": _counted(s, "engineers", s.queue.servers),
        "load": _percent(now.load),
    }


def queue_past_two_weeks(s: Situation) -> Values | None:
    now = s.queue.now if s.queue else None
    if s.queue is None or now is None or now.wait is None or now.wait <= LIMIT_DAYS:
        return None
    return {
        "teams": _counted(s, "teams", now.teams),
        "days": days_words(s.content, now.wait),
        "load": _percent(now.load),
        "crossing": _counted(s, "teams", s.queue.crossing or now.teams),
    }


def queue_crosses_soon(s: Situation) -> Values | None:
    now = s.queue.now if s.queue else None
    if s.queue is None or now is None or s.queue.crossing is None:
        return None
    if any(clash.id == "queue-told-differs" for clash in s.clashes):
        return None
    more = s.queue.crossing - now.teams
    if not 0 < more <= _limit(s, "queue-crosses-soon", "teams"):
        return None
    return {
        "crossing": _counted(s, "teams", s.queue.crossing),
        "days": days_words(s.content, now.wait or 0.0),
        "more": more,
    }


# -- words --------------------------------------------------------------------------------------


def _counted(s: Situation, what: str, n: int) -> str:
    return s.content.words(f"handoffs.{what}", n=n)


def _held(s: Situation, kind: str) -> list[str]:
    """Return the teams that hold stages of a kind, as a reader sees them."""
    held = (st.team for st in s.answers.stages or () if st.stage == kind)
    return list(dict.fromkeys(s.teams.label(t) for t in held if t and s.teams.is_somebody(t)))


def _team(s: Situation, name: str) -> str:
    if s.teams.is_nobody(name):
        return s.content.words("common.nobody")
    return s.content.words("common.at-handover") if s.teams.is_at_handover(name) else name


def _listed(s: Situation, names: Iterable[str]) -> str:
    """Return at most six names as a reader lists them, with how many are left."""
    names = list(names)
    if len(names) <= _SHOWN_TEAMS:
        return s.listing(names)
    rest = len(names) - _SHOWN_TEAMS + 1
    more = s.content.words("handoffs.more-teams", n=rest)
    return s.listing([*names[: _SHOWN_TEAMS - 1], more])


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
