"""Check decisions: owner, date, review, dissent, signals and basis."""

from __future__ import annotations

from collections.abc import Callable

from workshop.answers.schema import Decision, lookup
from workshop.findings.agreement import OF_DECISIONS
from workshop.findings.dissent import without_reply
from workshop.findings.rules.base import Values, is_vacant, limit_of, named, quotations
from workshop.findings.since import actions
from workshop.findings.situation import Situation, signals


def _decided(situation: Situation) -> tuple[Decision, ...]:
    return situation.answers.decisions or ()


def _taken(situation: Situation) -> list[Decision]:
    """Return the decisions that are neither actions nor questions left open."""
    return [d for d in _decided(situation) if not (d.is_action or d.is_open)]


def _list(situation: Situation, check: Callable[[Decision], bool]) -> Values | None:
    """Return the decisions that pass a check, quoted, or None."""
    found = [d.decision for d in _decided(situation) if check(d)]
    return {"decisions": quotations(situation, found)} if found else None


def _strong(situation: Situation, check: Callable[[Decision], bool]) -> Values | None:
    """Return the decisions that pass a check in short: quoted, or all of several."""
    all_, found = _decided(situation), _list(situation, check)
    if len(all_) > 1 and all(map(check, all_)):
        return {"decisions": situation.content.words("rules.all-decisions", n=len(all_))}
    return found


def _dissents(situation: Situation, decision: Decision) -> bool:
    """Return whether somebody disagrees; “none” in the field is no dissent."""
    return _objects(situation, decision.dissent or "")


def _replied(situation: Situation, decision: Decision) -> bool:
    return not without_reply(situation.teams, situation.answers, decision)


def _objects(situation: Situation, words: str) -> bool:
    text = words.strip(" .-–—")
    return bool(text) and not situation.teams.is_nobody(text)


def _planned(decision: Decision) -> bool:
    return bool(decision.if_ and decision.then)


def decision_without_owner(situation: Situation) -> Values | None:
    """Find a decision without an owner: a record needs one name (K1, G7)."""
    return _list(situation, lambda d: d.owner is None or is_vacant(situation, d.owner))


def decision_without_date(situation: Situation) -> Values | None:
    """Find a decision without a date, which is likely to be late (K1, G7)."""
    return _list(situation, lambda d: d.due is None)


def decision_without_review(situation: Situation) -> Values | None:
    """Find a decision without a review date or event (S2 §transition, K1)."""
    return _list(situation, lambda d: d.lacks_review)


def decisions_without_if_then(situation: Situation) -> Values | None:
    """Find decisions without any if-then plan, which get done more (G7)."""
    taken = len(_taken(situation))
    return {"n": taken} if taken and not any(map(_planned, _decided(situation))) else None


def dissent_recorded(situation: Situation) -> Values | None:
    """Find dissent in its owner's words, which improves a later review (G2)."""
    return _strong(situation, lambda d: _dissents(situation, d))


def nobody_disagrees(situation: Situation) -> Values | None:
    """Find several decisions without any dissent, so a fast agreement (G2)."""
    taken = len(_taken(situation))
    few = taken < limit_of(situation, "nobody-disagrees", "decisions")
    dissented = any(_dissents(situation, d) for d in _decided(situation))
    return None if few or dissented else {"n": taken}


def decisions_ready_to_start(situation: Situation) -> Values | None:
    """Find decisions with an owner, date, plan, review and no open dissent (G7, K1)."""
    open_ones = (decision_without_owner, decision_without_date, decision_without_review)
    decided = _decided(situation)
    if (
        not decided
        or any(check(situation) for check in open_ones)
        or not all(map(_planned, decided))
    ):
        return None
    if any(clash.id in OF_DECISIONS for clash in situation.clashes):
        return None
    return _strong(situation, lambda d: not _dissents(situation, d) or _replied(situation, d))


def _moved(situation: Situation) -> bool:
    """Return whether the move away from one central team was already made."""
    return situation.answers.current_pattern in ("embedded", "federated")


def _signals(situation: Situation, state: str) -> Values | None:
    if _moved(situation):
        return None
    found = [
        situation.content.words(
            "rules.signal",
            now=x.now,
            trigger=x.trigger,
            name=situation.content.question(x.text.id).name,
        )
        for x in situation.signals
        if x.state == state
    ]
    return {"signals": situation.listing(found)} if found else None


def signal_reached(situation: Situation) -> Values | None:
    """Find a signal that has reached the team's limit: move now (S2 §transition)."""
    return _signals(situation, "reached")


def room_divided_without_dissent(situation: Situation) -> Values | None:
    """Find a decision in a divided room without a recorded dissent (G2, K1)."""
    found = [
        r.vote.asked
        for r in situation.votes
        if r.last.state == "divided"
        and (r.vote.decision is not None or r.record is not None)
        and not any(_objects(situation, words) for words in r.dissent)
    ]
    return {"questions": quotations(situation, found)} if found else None


def all_agree_after_a_split(situation: Situation) -> Values | None:
    """Find a second vote of one mind after a split: facts or conformity (G4, Q2)."""
    found = [r for r in situation.votes if len(r.rounds) == 2 and r.first.state == "divided"]
    asked = [r.vote.asked for r in found if r.last.state == "one"]
    return {"questions": quotations(situation, asked)} if asked else None


def signal_near(situation: Situation) -> Values | None:
    """Find a signal near its limit: prepare (S2 §transition; nearness is ours)."""
    return _signals(situation, "near")


def signal_without_limit(situation: Situation) -> Values | None:
    """Find a watched number without a limit, while others have one (S2 §transition)."""
    given, limited = (
        situation.answers.signals,
        [x for x in situation.signals if x.trigger is not None],
    )
    if situation.judged_pattern != "centralised" or given is None or not limited:
        return None
    names = [
        x.text.name
        for x in situation.signals
        if x.trigger is None and getattr(given, x.text.id) is not None
    ]
    return {"signals": situation.listing(names)} if names else None


def earlier_actions_not_begun(situation: Situation) -> Values | None:
    """Find decisions of the earlier workshop that nobody has begun (K1)."""
    found = [a.decision.decision for a in actions(situation.answers) if a.became == "not-begun"]
    return {"decisions": quotations(situation, found)} if found else None


def earlier_actions_done(situation: Situation) -> Values | None:
    """Find an earlier workshop with most of its decisions carried out (K1)."""
    decided = actions(situation.answers)
    done = [a.decision.decision for a in decided if a.became == "done"]
    share = limit_of(situation, "earlier-actions-done", "share")
    if not done or len(done) < share * len(decided):
        return None
    return {"n": len(done), "all": len(decided), "decisions": quotations(situation, done)}


def limit_raised_when_reached(situation: Situation) -> Values | None:
    """Find a limit that was reached and then raised (S2 §transition)."""
    if situation.answers.earlier is None:
        return None
    then = {
        x.text.id: x.trigger for x in signals(situation.content, situation.answers.earlier.answers)
    }
    found = []
    for x in situation.signals:
        limit = then[x.text.id]
        if limit is None or x.now is None or x.trigger is None:
            continue
        if not limit <= x.now < x.trigger:
            continue
        name = situation.content.question(x.text.id).name
        values = {"now": x.now, "then": limit, "trigger": x.trigger}
        found.append(situation.content.words("rules.raised", name=name, **values))
    return {"signals": situation.listing(found)} if found else None


def advice_rests_on_opinion(situation: Situation) -> Values | None:
    """Find advice whose needed answers are all opinions: measure one (K1)."""
    carried = [
        r.criterion.reads
        for p in situation.recommendation.patterns
        for r in situation.verdicts[p].readings
        if r.says == "supports" and r.criterion.role == "needed"
    ]
    basis = situation.answers.basis or {}
    if not carried or any(basis.get(name) != "opinion" for name in carried):
        return None
    names = [situation.content.question(name).name for name in dict.fromkeys(carried)]
    patterns = [situation.content.pattern(p).short for p in situation.recommendation.patterns]
    return {"inputs": situation.listing(names), "patterns": situation.listing(patterns)}


def _politics(situation: Situation) -> Values | None:
    """Return what the decisions cost people and whom, or None if not answered."""
    costs = [
        situation.content.words(f"decisions.costs-{name}")
        for name in ("teams-split", "lines-changed")
        if lookup(situation.answers, f"politics.{name}")
    ]
    who = lookup(situation.answers, "politics.most-to-lose")
    nobody = situation.content.words("decisions.costs-nobody-named")
    who = situation.teams.label(who) if situation.teams.is_somebody(who) else nobody
    return {"changes": situation.listing(costs), "who": who} if costs else None


def losers_not_spoken_to(situation: Situation) -> Values | None:
    """Find a change that costs people something before anybody asked them (S3)."""
    return (
        _politics(situation) if lookup(situation.answers, "politics.spoken-to") is False else None
    )


def losers_spoken_to(situation: Situation) -> Values | None:
    """Find a change whose losers were heard before it (S3, G2)."""
    return _politics(situation) if lookup(situation.answers, "politics.spoken-to") else None


RULES = named(
    losers_not_spoken_to,
    losers_spoken_to,
    decision_without_owner,
    signal_reached,
    earlier_actions_not_begun,
    decision_without_date,
    decision_without_review,
    decisions_without_if_then,
    nobody_disagrees,
    room_divided_without_dissent,
    all_agree_after_a_split,
    signal_near,
    signal_without_limit,
    limit_raised_when_reached,
    advice_rests_on_opinion,
    earlier_actions_done,
    dissent_recorded,
    decisions_ready_to_start,
)
