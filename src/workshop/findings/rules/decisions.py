"""Rules on what was decided: owner, date, review, dissent, the signals, and what it rests on."""

from __future__ import annotations

from collections.abc import Callable

from workshop.answers.schema import Decision, lookup
from workshop.findings.agreement import DECISIONS_DISAGREE
from workshop.findings.rules.base import Values, is_vacant, named, quotations
from workshop.findings.since import actions
from workshop.findings.situation import Situation, signals


def _decided(s: Situation) -> tuple[Decision, ...]:
    return s.answers.decisions or ()


def _list(s: Situation, check: Callable[[Decision], bool]) -> Values | None:
    """Return the decisions for which the check holds, quoted, or None if there are none."""
    found = [d.decision for d in _decided(s) if check(d)]
    return {"decisions": quotations(s, found)} if found else None


def _dissents(s: Situation, decision: Decision) -> bool:
    """Return whether somebody disagrees; “none” written into the field is no dissent."""
    return _objects(s, decision.dissent or "")


def _objects(s: Situation, words: str) -> bool:
    text = words.strip(" .-–—")
    return bool(text) and not s.teams.is_nobody(text)


def _planned(decision: Decision) -> bool:
    return bool(decision.if_ and decision.then)


def decision_without_owner(s: Situation) -> Values | None:
    """Find a decision that nobody carries out: a record is complete with one name (K1, G7)."""
    return _list(s, lambda d: d.owner is None or is_vacant(s, d.owner))


def decision_without_date(s: Situation) -> Values | None:
    """Find a decision that may be carried out at any time, so later (K1, G7)."""
    return _list(s, lambda d: d.due is None)


def decision_without_review(s: Situation) -> Values | None:
    """Find a decision that neither a date nor an event reopens (S2 §transition, K1)."""
    return _list(s, lambda d: d.revisit_on is None and not d.revisit_when)


def decisions_without_if_then(s: Situation) -> Values | None:
    """Find decisions none of which says when who acts: if-then plans get done more (G7)."""
    plans = [_planned(d) for d in _decided(s)]
    return {"n": len(plans)} if plans and not any(plans) else None


def dissent_recorded(s: Situation) -> Values | None:
    """Find disagreement kept in its owner's words: it improves a later review (G2)."""
    return _list(s, lambda d: _dissents(s, d))


def nobody_disagrees(s: Situation) -> Values | None:
    """Find several decisions and not one dissent: agreement that came fast (G2)."""
    decided = _decided(s)
    few = len(decided) < s.content.rule("nobody-disagrees").limits["decisions"]
    return None if few or any(_dissents(s, d) for d in decided) else {"n": len(decided)}


def decisions_ready_to_start(s: Situation) -> Values | None:
    """Find decisions that all have an owner, a date, a plan and a review (G7, K1)."""
    open_ones = (decision_without_owner, decision_without_date, decision_without_review)
    decided = _decided(s)
    if not decided or any(check(s) for check in open_ones) or not all(map(_planned, decided)):
        return None
    if any(clash.id == DECISIONS_DISAGREE for clash in s.clashes):
        return None
    return _list(s, lambda _: True)


def _moved(s: Situation) -> bool:
    """Return whether the move that signals start, away from one central team, was made already."""
    return s.answers.current_pattern in ("embedded", "federated")


def _signals(s: Situation, state: str) -> Values | None:
    if _moved(s):
        return None
    found = [
        s.content.words(
            "rules.signal",
            now=x.now,
            trigger=x.trigger,
            name=s.content.question(x.text.id).name,
        )
        for x in s.signals
        if x.state == state
    ]
    return {"signals": s.listing(found)} if found else None


def signal_reached(s: Situation) -> Values | None:
    """Find a limit that the team set and has reached: the move is due (S2 §transition)."""
    return _signals(s, "reached")


def room_divided_without_dissent(s: Situation) -> Values | None:
    """Find a decision on which the room stayed divided, without a word of dissent (G2, K1)."""
    found = [
        r.vote.asked
        for r in s.votes
        if r.last.state == "divided"
        and r.vote.decision is not None
        and not any(_objects(s, words) for words in r.vote.dissent or ())
    ]
    return {"questions": quotations(s, found)} if found else None


def all_agree_after_a_split(s: Situation) -> Values | None:
    """Find a second vote of one mind after a divided first: a fact, or conformity (G4, Q2)."""
    found = [r for r in s.votes if len(r.rounds) == 2 and r.first.state == "divided"]
    asked = [r.vote.asked for r in found if r.last.state == "one"]
    return {"questions": quotations(s, asked)} if asked else None


def signal_near(s: Situation) -> Values | None:
    """Find a signal close to its limit: time to prepare (S2 §transition; nearness is ours)."""
    return _signals(s, "near")


def signal_without_limit(s: Situation) -> Values | None:
    """Find a watched number without a limit, beside others that have one (S2 §transition)."""
    told, limited = s.answers.signals, [x for x in s.signals if x.trigger is not None]
    if s.judged_pattern != "centralised" or told is None or not limited:
        return None
    names = [
        x.text.name for x in s.signals if x.trigger is None and getattr(told, x.text.id) is not None
    ]
    return {"signals": s.listing(names)} if names else None


def earlier_actions_not_begun(s: Situation) -> Values | None:
    """Find decisions of the earlier workshop that nobody has begun with (K1)."""
    found = [a.decision.decision for a in actions(s.answers) if a.became == "not-begun"]
    return {"decisions": quotations(s, found)} if found else None


def earlier_actions_done(s: Situation) -> Values | None:
    """Find an earlier workshop that led to deeds: most of its decisions are carried out (K1)."""
    decided = actions(s.answers)
    done = [a.decision.decision for a in decided if a.became == "done"]
    share = s.content.rule("earlier-actions-done").limits["share"]
    if not done or len(done) < share * len(decided):
        return None
    return {"n": len(done), "all": len(decided), "decisions": quotations(s, done)}


def limit_raised_when_reached(s: Situation) -> Values | None:
    """Find a limit of last time that is reached, and a higher one in its place (S2 §transition)."""
    if s.answers.earlier is None:
        return None
    then = {x.text.id: x.trigger for x in signals(s.content, s.answers.earlier.answers)}
    found = []
    for x in s.signals:
        limit = then[x.text.id]
        if limit is None or x.now is None or x.trigger is None:
            continue
        if not limit <= x.now < x.trigger:
            continue
        name = s.content.question(x.text.id).name
        values = {"now": x.now, "then": limit, "trigger": x.trigger}
        found.append(s.content.words("rules.raised", name=name, **values))
    return {"signals": s.listing(found)} if found else None


def advice_rests_on_opinion(s: Situation) -> Values | None:
    """Find a recommendation whose needed answers are all opinions: measure one (K1)."""
    carried = [
        r.criterion.reads
        for p in s.recommendation.patterns
        for r in s.verdicts[p].readings
        if r.says == "supports" and r.criterion.role == "needed"
    ]
    basis = s.answers.basis or {}
    if not carried or any(basis.get(name) != "opinion" for name in carried):
        return None
    names = [s.content.question(name).name for name in dict.fromkeys(carried)]
    patterns = [s.content.pattern(p).short for p in s.recommendation.patterns]
    return {"inputs": s.listing(names), "patterns": s.listing(patterns)}


def _politics(s: Situation) -> Values | None:
    """Return what the decisions cost people and whom, or None where nothing was said to."""
    costs = [
        s.content.words(f"decisions.costs-{name}")
        for name in ("teams-split", "lines-changed")
        if lookup(s.answers, f"politics.{name}")
    ]
    who = lookup(s.answers, "politics.most-to-lose")
    nobody = s.content.words("decisions.costs-nobody-named")
    who = s.teams.label(who) if s.teams.is_somebody(who) else nobody
    return {"changes": s.listing(costs), "who": who} if costs else None


def losers_not_spoken_to(s: Situation) -> Values | None:
    """Find a change that costs people something and that they hear of last (S3)."""
    return _politics(s) if lookup(s.answers, "politics.spoken-to") is False else None


def losers_spoken_to(s: Situation) -> Values | None:
    """Find a change whose losers were heard before (S3, G2)."""
    return _politics(s) if lookup(s.answers, "politics.spoken-to") else None


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
