"""List all actions once: decisions, and what nobody decided on.

Open are findings, answers that contradict each other, conditions of the advice, the people that
the advice takes, and its first steps. Where nobody agreed on an owner, the answers may name one
to propose.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from workshop.answers.schema import OWN, Decision, as_compared, lookup
from workshop.content.items import MoveStep, Pattern, Severity
from workshop.findings.agreement import Clash, asked_in
from workshop.findings.dissent import positions, speaker, without_reply
from workshop.findings.finding import (
    SEVERITIES,
    Finding,
    Judged,
    kept,
    left_of,
    named_by,
    settled_by,
)
from workshop.findings.oncall import (
    FIRST_CALLS,
    KNOWLEDGE,
    RollbackGap,
    begun_elsewhere,
    call_played,
    called_first,
    missing_knowledge,
    rollback_gap,
    without_second,
)
from workshop.findings.patterns.advice import changes_half, turned_by
from workshop.findings.patterns.options import Option, advised, decides_pattern
from workshop.findings.patterns.verdicts import Condition
from workshop.findings.since import actions as last_time
from workshop.findings.votes import VoteResult
from workshop.problems import quoted

Horizon = Literal[30, 60, 90]
"""Days after the workshop; 90 includes everything later."""
Kind = Literal[
    "decision",
    "finding",
    "contradiction",
    "condition",
    "people",
    "step",
    "choice",
    "cover",
    "charter",
    "rule",
    "reply",
    "shipping",
    "calling",
    "confirm",
    "owners",
    "vote",
    "divided",
]
"""What asks for an action."""
HORIZONS: tuple[Horizon, ...] = (30, 60, 90)
Period = Literal["dated", "30", "60", "90", "later", "undated", "only-if"]
"""A part of the plan.

dated: by a day that was set, if the workshop has none to count from · 30, 60, 90: within so many
days of the workshop · later: after these · undated: no day yet ·
only-if: only with a half of the advice that nobody has chosen.
"""
PERIODS: tuple[Period, ...] = get_args(Period)
_PERIODS: dict[Horizon, Period] = {30: "30", 60: "60", 90: "90"}
_ON_ONE_PAGE, _FEW = 24, 12
"""The most actions on the page for those who decide, and how many need no choice."""
_FIRST = (
    "contradiction",
    "rule",
    "reply",
    "shipping",
    "calling",
    "confirm",
    "owners",
    "choice",
    "divided",
)
"""Kinds of actions that those who decide are asked for before all others."""
_MAIN = (*_FIRST, "condition", "step", "cover", "charter", "vote")
"""Kinds of actions on which the advice or a decision rests."""
_BY_GRAVITY: dict[Severity, Horizon] = {"critical": 30, "risk": 60, "watch": 90, "strength": 90}
"""The horizon of an action without a date, by severity (ours)."""


LACKING = "drill-lacks-knowledge"
"""The finding whose action calls every team whose knowledge drills lacked."""


_NO_REVIEW, _NO_PLAN = "decision-without-review", "decisions-without-if-then"
"""Findings that ask owners of decisions for more."""


_SAME = {"nobody-paged-for-quality": "pager-with-platform"}
"""Findings whose action is part of another one's, and this other one."""


_CALLED = ("duties.paged", "paged_quality", "paged_infrastructure")
"""Answers on who is called."""


_TO_MOVE = "current-against-advice"
"""The finding whose action is to choose a pattern, as the leadership is asked to."""


_AS_AGREED = ("drill-starts-with-another-team",)
"""Findings on an alarm that is to reach the agreed team, and cannot wait."""


@dataclass(frozen=True)
class Action:
    """One thing to do."""

    finding: str | None
    """Id of the most severe finding that it answers; None if it answers none."""
    severity: Severity | None
    what: str
    """What is different once it is done."""
    first_step: str
    """What can begin next week."""
    owner: str | None
    due: str | None
    """ISO date by which it is done."""
    horizon: Horizon
    status: Literal["decided", "proposed"]
    """Whether it was decided.

    decided: a decision of this workshop · proposed: something on which nothing was decided.
    """
    reads: tuple[str, ...] = ()
    """Names of the answers that it is about."""
    decision: Decision | None = None
    answers: Decision | None = None
    """The decision to whose dissent it replies."""
    dissent: str = ""
    """The words to which it replies: of several who disagree, those of one."""
    kind: Kind = "finding"
    proposed_owner: str | None = None
    """Whom the answers suggest, a person, role or team, if nobody agreed to own it."""
    only_if: Pattern | None = None
    """The half of the advice that it belongs to, if only the other one was chosen."""
    after: str = ""
    """What it waits for, in place of a date."""
    not_before: datetime.date | None = None
    """When the agreed decision on which it rests is done, or is reviewed."""
    not_after: datetime.date | None = None
    """When what it comes before is done."""
    minor: bool = False
    """Whether it only follows from another step, which those who decide see."""
    step: MoveStep | None = None
    """The step of the move that it is, if it is one."""
    pressing: bool = False
    """Whether it ends one of the risks that those who decide see."""
    waits: bool = False
    """Whether it begins only once the way of working is confirmed.

    So does what serves a pattern that is not today's, and nothing else.
    """
    number: int = 0
    """Its place in the plan, from 1, by which every page names it."""

    @property
    def is_urgent(self) -> bool:
        return self.severity == "critical"

    @property
    def is_open(self) -> bool:
        """Return whether it is a question on which nothing was decided."""
        return self.decision is not None and self.decision.is_open

    @property
    def is_main(self) -> bool:
        """Return whether those who decide need to see it in a long plan."""
        if self.only_if is not None:
            return False
        if self.pressing:
            return True
        main = self.status == "decided" or self.is_urgent or self.kind in _MAIN
        return main and not self.minor


@kept
def actions(assessment: Judged) -> tuple[Action, ...]:
    """Return every action once, numbered in the order of the plan.

    That is the order of dates, with what waits for a further choice at the end. Of a long plan
    those who decide see some, under the same numbers.

    A decision is an action, with the findings that it settles; one that it causes is never settled
    by what it sets. A finding that no decision settles, and that is still open as agreed, is an
    action of its own. So is each contradiction between answers, each condition of the advice, the
    people that it takes, and each of its first steps. So is interim cover where a decision comes
    late, the signing of the on-call charter, a reply to each dissent from a decision that has none,
    and to have a rule read on which the advice rests. What a decision does already is not proposed.
    The leadership confirms the way of working, and asks whom the plan proposes. What serves only a
    pattern that is not today's begins after that, and everything else now. Where the workshop left
    the choice of the pattern open, whoever has that question decides it, and nobody else is asked
    for it. So it is with a question left open that an urgent risk waits for. What most of a room
    voted and nobody recorded is an action, and so is what nobody in it knew.
    """
    found = [
        f for f in (*assessment.findings, *assessment.later_findings) if f.severity != "strength"
    ]
    decisions = list(assessment.answers.decisions or ())
    answered: dict[str, int] = {}
    for finding in found:
        by = settled_by if finding.status == "settled" else named_by
        if (decision := by(assessment, finding.id)) is not None:
            answered[finding.id] = decisions.index(decision)
    chooses = _left_open(assessment)
    if chooses is not None:
        answered.setdefault(_TO_MOVE, decisions.index(chooses))
    for finding in found:
        if (asks := _asking_about(assessment, finding)) is not None:
            answered.setdefault(finding.id, decisions.index(asks))
    made = [
        _decided(assessment, d, [f for f in found if answered.get(f.id) == i])
        for i, d in enumerate(decisions)
    ]
    agreed = {f.id: f for f in assessment.signed.findings if f.id in _AS_AGREED}
    left = [agreed.get(f.id, f) for f in found if f.id not in answered and f.status != "settled"]
    made += [
        _proposed(assessment, f)
        for f in left
        if not _about(f, decisions)
        and not _covered(assessment, f, left)
        and _covering(assessment, f) is None
    ]
    made = _with_conditions(assessment, made)
    made += _people(assessment, made)
    made = _with_steps(assessment, made)
    made += _choice(assessment)
    made += _cover(assessment, made)
    made += _charter(assessment)
    made += _rule(assessment)
    made += _replies(assessment)
    made += [_settling(assessment, clash) for clash in assessment.clashes]
    made = _confirmed(assessment, made) if chooses is None else made
    made += _calling(assessment)
    made += _voted(assessment)
    made = [_with_proposal(assessment, a) for a in made]
    made = _one_spelling([*made, *_asking(assessment, made)])
    made = _waiting(assessment, _pressing(assessment, made))
    ordered = sorted(sorted(made, key=_weight), key=lambda a: _order(assessment, a))
    return tuple(replace(a, number=n) for n, a in enumerate(ordered, 1))


def on_one_page(found: Sequence[Action]) -> tuple[Action, ...]:
    """Return the actions of a plan that those who decide see, in its order."""
    main = sum(a.is_main for a in found)
    most = min(max(main, min(len(found), _FEW)), _ON_ONE_PAGE)
    numbers = {a.number for a in sorted(found, key=_weight)[:most]}
    return tuple(a for a in found if a.number in numbers)


# -- whom to propose ----------------------------------------------------------------------------

_DUTY_PREFIXES = (
    "duties.",
    "paged_",
    "rollback_authority",
    "retirement_authority",
    "validator",
    "lead",
    "provider_duties.",
    "builder",
)
"""Beginnings of the names of answers that name a team or role."""
_AKIN: dict[str, tuple[str, ...]] = {
    "drills": ("paged_quality", "paged_infrastructure", "rollback_authority"),
    "users_seen": ("duties.answers-to-business",),
    "squad": ("duties.answers-to-business",),
    "deploys_alone": ("duties.answers-to-business",),
    "measures_outcomes": ("duties.answers-to-business",),
    "oversight_stop_authority": ("duties.turn-off",),
    "evaluation_set_authors": ("duties.evaluation-set",),
}
"""Answers that name who acts, for answers that name nobody."""
_OF_PATTERN = (
    "current_pattern",
    "chosen_pattern",
    "model_teams",
    "platform_",
    "rails",
    "signals.",
    "politics.",
)
"""Beginnings of the names of answers that belong to the way of working."""


def _with_proposal(assessment: Judged, action: Action) -> Action:
    """Return an action that nobody agreed to own with the owner to propose, if any."""
    if action.owner is not None:
        return action
    if action.kind in _FIRST and (action.kind != "contradiction" or action.proposed_owner):
        return action
    owner = _proposed_owner(assessment, action) or action.proposed_owner
    return replace(action, proposed_owner=owner)


def _one_spelling(found: Sequence[Action]) -> list[Action]:
    """Return actions in which every owner has one spelling: as people typed it first.

    So “the sponsor” and “The sponsor” are one owner on every page.
    """
    names = [*(a.owner for a in found), *(a.proposed_owner for a in found)]
    first = {as_compared(name): name for name in reversed(names) if name}

    def spelled(name: str | None) -> str | None:
        return first[as_compared(name)] if name else None

    return [
        replace(a, owner=spelled(a.owner), proposed_owner=spelled(a.proposed_owner)) for a in found
    ]


def _on_pattern(assessment: Judged) -> list[Decision]:
    """Return the decisions on the pattern."""
    made = assessment.answers.decisions or ()
    return [d for d in made if decides_pattern(assessment, d)]


def _objectors(assessment: Judged) -> set[str]:
    """Return who disagrees with the decision on the pattern."""
    held = (words for d in _on_pattern(assessment) for words in dissents_on(assessment, d))
    return {as_compared(speaker(words)) for words in held}


def _proposed_owner(assessment: Judged, action: Action) -> str | None:
    """Return the role or team that what was agreed suggests for an action.

    That is the owner of a decision on what the action is about, of this workshop or, where it still
    stands, of the one before; else the team that has it as agreed, or where it waits. What belongs
    to the pattern is for the owner of the decision on it, and nothing else. What can turn the
    advice is not given to somebody who disagrees with it, but to the next owner. What belongs to
    the advice is not given to whoever carries out another choice.
    """
    teams, reads = assessment.content.teams, action.reads
    made = [*(assessment.answers.decisions or ()), *_still_standing(assessment)]
    owned = [d for d in made if teams.is_somebody(d.owner)]
    if action.kind in _AS_ADVISED and _departs(assessment):
        owned = [d for d in owned if not decides_pattern(assessment, d)]
    if action.kind == "contradiction" and (against := _objectors(assessment)):
        neutral = [d for d in owned if as_compared(d.owner or "") not in against]
        if len(neutral) < len(owned):
            return next((d.owner for d in neutral), None)
    akin = [n for name in reads for n in _AKIN.get(name.partition(".")[0], ())]
    names = [*reads, *akin]  # what it is about itself comes first
    about = [(d, _about_which(assessment, d)) for d in owned]
    for name in names:
        for d, answers in about:
            if name in answers:
                return d.owner
    for name in names:
        team = lookup(assessment.signed.answers, name) if name.startswith(_DUTY_PREFIXES) else None
        if isinstance(team, str) and teams.is_somebody(team) and not assessment.is_provider(team):
            return _role_of(assessment, team, [d.owner for d in owned])
    if action.finding in (_NO_REVIEW, _NO_PLAN):
        return _asked_for_more(assessment, action.finding)
    if _is_of_pattern(assessment, action):
        return next((d.owner for d in owned if decides_pattern(assessment, d)), None)
    if (team := _waiting_at(assessment, action)) is not None:
        return _role_of(assessment, team, [d.owner for d in owned])
    return None


def _still_standing(assessment: Judged) -> list[Decision]:
    """Return last time's decisions, without what was dropped or decided anew."""
    today = assessment.answers.decisions or ()
    anew = {name for d in today for name in _about_which(assessment, d)}
    said = {as_compared(d.decision) for d in today}
    on_pattern, found = bool(_on_pattern(assessment)), list[Decision]()
    for one in last_time(assessment.answers):
        made, names = one.decision, _about_which(assessment, one.decision)
        ended = one.became == "dropped" or as_compared(made.decision) in said
        if ended or (names and names <= anew) or (on_pattern and decides_pattern(assessment, made)):
            continue
        sets = {name: value for name, value in (made.sets or {}).items() if name not in anew}
        found.append(made.model_copy(update={"sets": sets or None}))
    return found


def _asked_for_more(assessment: Judged, finding: str) -> str | None:
    """Return the owner of the decisions of today of which a finding asks for more.

    A plan is asked for the weightiest one: that on the pattern, if there is one.
    """
    teams, made = assessment.content.teams, assessment.answers.decisions or ()
    if finding == _NO_REVIEW:
        asked = [d.owner for d in made if d.lacks_review]
    elif on_pattern := _on_pattern(assessment):
        asked = [d.owner for d in on_pattern if teams.is_somebody(d.owner)][:1]
    else:
        asked = [d.owner for d in made if not (d.is_open or d.is_action)]
    one = len({as_compared(owner or "") for owner in asked}) == 1
    return asked[0] if one and teams.is_somebody(asked[0]) else None


def _is_of_pattern(assessment: Judged, action: Action) -> bool:
    """Return whether an action belongs to the decision on the pattern.

    So do the steps, the conditions and the people of the advice, what asks about the pattern or its
    platform, and contradictions that can turn the advice.
    """
    if action.decision is not None:
        return decides_pattern(assessment, action.decision)
    if action.kind in _AS_ADVISED or any(name.startswith(_OF_PATTERN) for name in action.reads):
        return True
    if _subject(assessment, action) == "handoffs":
        return True  # the decision on it says who does which stage
    return action.kind == "contradiction" and bool(turned_by(assessment, action.reads))


def _subject(assessment: Judged, action: Action) -> str:
    """Return the subject of the finding that an action answers, if it answers one."""
    return assessment.content.rule(action.finding).subject if action.finding else ""


def _waiting_at(assessment: Judged, action: Action) -> str | None:
    """Return the named team at which an action's work waits."""
    stages, stream = assessment.answers.stages or (), assessment.stream
    waits = _subject(assessment, action) == "waiting"
    if waits and stream is not None and stream.longest_wait is not None:
        team = stages[stream.longest_wait].team
    elif "data_access" in action.reads:
        team = next((s.team for s in stages if s.stage == "data"), None)
    else:
        team = None
    return team if assessment.content.teams.is_somebody(team) else None


def _about_which(assessment: Judged, decision: Decision) -> set[str]:
    """Return the answers that a decision sets, or that its open question asks for."""
    names = set(decision.sets or {})
    if decision.is_open:
        names |= {*asked_in(assessment.content, assessment.answers, decision)}
    return names


_AS_ADVISED = ("step", "condition", "people")
"""Kinds of actions that belong to the pattern that we advise."""


def _departs(assessment: Judged) -> bool:
    """Return whether another pattern was chosen than what we advise to begin with."""
    chosen = assessment.answers.chosen_pattern
    return chosen is not None and chosen not in assessment.recommendation.now


def _role_of(assessment: Judged, team: str, owners: Sequence[str | None]) -> str:
    """Return the role to propose for a team: one that was named, else its lead.

    So one person is not listed twice, as “VP Engineering” and as lead of Engineering.
    """
    teams, label = assessment.content.teams, assessment.content.teams.label(team)
    roles = [*owners, *map(speaker, _dissents(assessment))]
    for role in filter(None, roles):
        if teams.speaks_for(role, team) and not teams.shares(role, team):
            return role
    if teams.kind(team):
        return assessment.content.words("agreed.plan-lead", team=label)
    return label[:1].upper() + label[1:]


def is_a_lead(assessment: Judged, owner: str) -> bool:
    """Return whether an owner is named only as the lead of a team."""
    before, _, after = assessment.content.words("agreed.plan-lead", team="\n").partition("\n")
    return owner.startswith(before) and owner.endswith(after)


def dissents_on(assessment: Judged, decision: Decision) -> tuple[str, ...]:
    """Return the positions of those who disagree with a decision."""
    return positions(assessment.content.teams, assessment.answers, decision.dissent)


def unanswered_on(assessment: Judged, decision: Decision) -> tuple[str, ...]:
    """Return the positions on a decision to which nobody has replied."""
    return without_reply(assessment.content.teams, assessment.answers, decision)


def dissents_on_vote(assessment: Judged, result: VoteResult) -> tuple[str, ...]:
    """Return the positions that were written down with a vote."""
    read = (assessment.content.teams, assessment.answers)
    return tuple(one for words in result.vote.dissent or () for one in positions(*read, words))


def _dissents(assessment: Judged) -> list[str]:
    """Return the dissent on decisions, then on votes."""
    found = [one for d in assessment.answers.decisions or () for one in dissents_on(assessment, d)]
    return [*found, *(one for r in assessment.votes for one in dissents_on_vote(assessment, r))]


# -- what asks for an action --------------------------------------------------------------------


def _about(finding: Finding, decisions: list[Decision]) -> bool:
    """Return whether a finding only says that a decision is incomplete.

    The decision's own line shows that.
    """
    return bool(decisions) and finding.id in ("decision-without-owner", "decision-without-date")


def _covered(assessment: Judged, finding: Finding, left: Sequence[Finding]) -> bool:
    """Return whether another action has what a finding asks for.

    It calls the team whose knowledge the finding misses: a drill that lacked this knowledge asks
    for the same, and for what else it lacked. Or it says which team is to be called.
    """
    if any(f.id == _SAME.get(finding.id) for f in left):
        return True
    wider = next((f for f in left if f.id == LACKING), None)
    if finding.subject != KNOWLEDGE or wider in (None, finding):
        return False
    content, answers, played = assessment.content, assessment.answers, assessment.drills
    own = missing_knowledge(content, answers, played, finding.id)
    return own <= lacking_in_drills(assessment)


def lacking_in_drills(assessment: Judged) -> frozenset[str]:
    """Return the kinds of knowledge whose teams the action about drills calls."""
    return missing_knowledge(assessment.content, assessment.answers, assessment.drills, LACKING)


def called_by_decision(assessment: Judged) -> dict[str, Decision]:
    """Return the kinds of knowledge that drills lacked and a decision calls, with it.

    They are called from the day of the decision and not from an earlier one: whoever is on call is
    trained first.
    """
    teams, found = assessment.teams, dict[str, Decision]()
    made = [
        (team, d)
        for d in assessment.answers.decisions or ()
        for name, team in (d.sets or {}).items()
        if name in _CALLED and isinstance(team, str)
    ]
    for line in assessment.signed.knowledge.lines:
        if assessment.knowledge.line(line.kind.id).on_pager_path is not False:
            continue
        own = (
            d for t, d in made if teams.shares(t, line.holder) or teams.speaks_for(t, line.holder)
        )
        if line.kind.id in lacking_in_drills(assessment) and (decision := next(own, None)):
            found[line.kind.id] = decision
    return found


def _escalating(assessment: Judged, finding: Finding) -> Action:
    """Return the action that puts teams on the escalation path.

    A team that a decision calls is left to it, unless it is the only one: then the decision's day
    is that of the action.
    """
    own = _open_finding(assessment, finding)
    by, content = called_by_decision(assessment), assessment.content
    if not by:
        return own
    left = [k.id for k in content.knowledge if k.id in {*lacking_in_drills(assessment)} - {*by}]
    if not left:
        return replace(own, not_before=max((d.due for d in by.values() if d.due), default=None))
    rule, holders = content.rule(finding.id), assessment.answers

    def listed(kinds: Sequence[str]) -> str:
        teams = (lookup(holders, f"knowledge.{k}") for k in kinds)
        return assessment.listing(dict.fromkeys(assessment.teams.label(t) for t in teams if t))

    kinds = assessment.listing(content.question(f"knowledge.{k}").name for k in left)
    values = {"teams": listed(left), "kinds": kinds}
    said = [content.words.fill(rule.what, values)]
    for due in dict.fromkeys(d.due for d in by.values()):
        key = "agreed.plan-called-by-decision" + ("" if due else "-undated")
        called = listed([kind for kind, d in by.items() if d.due == due])
        said.append(content.words(key, teams=called, date=_date(assessment, due) if due else ""))
    first = content.words.fill(rule.mitigation, values)
    return replace(
        own,
        what=" ".join(said),
        first_step=" ".join(filter(None, (first, _listed(assessment, finding)))),
    )


def _covering(assessment: Judged, finding: Finding) -> Decision | None:
    """Return the decision that has the purpose of a finding's action already, if any.

    It settles or names another finding whose action the rules call the same.
    """
    decisions = assessment.answers.decisions or ()
    same = set(assessment.content.rule(finding.id).covered_by)
    settled = (f.id for f in assessment.findings if f.status == "settled" and f.id in same)
    by = (settled_by(assessment, id_) for id_ in settled)
    return next((d for d in decisions if same & set(d.settles or ())), None) or next(by, None)


def _decided(assessment: Judged, decision: Decision, settles: list[Finding]) -> Action:
    worst = min(settles, key=_gravity, default=None)
    due = decision.due
    severity = worst.severity if worst else None
    about = assessment.content.rule(worst.id).reads if worst else ()
    by_gravity = _BY_GRAVITY[severity] if severity else 90
    return Action(
        finding=worst.id if worst else None,
        severity=severity,
        what=decision.chosen or decision.decision,
        first_step=_carrying_out(assessment, decision),
        owner=decision.owner if assessment.content.teams.is_somebody(decision.owner) else None,
        due=due.isoformat() if due else None,
        horizon=_horizon(assessment.answers.held_on, due) or by_gravity,
        status="decided",
        reads=(*about, *(decision.sets or {})),
        decision=decision,
        kind="decision",
    )


_BEGINNINGS = {
    "current_pattern": "pattern",
    "chosen_pattern": "pattern",
    "duties.paged": "called",
    "paged_quality": "called",
    "paged_infrastructure": "called",
    "duties.turn-off": "off",
    "rollback_authority": "rollback",
    "evaluation_set_authors": "evaluation",
    "duties.ship": "ship",
    "data_access": "pipeline",
    "validator": "validator",
    "escalation_written": "escalation",
}
"""Answers that decisions set, and the words for how carrying this out begins."""


def _carrying_out(assessment: Judged, decision: Decision) -> str:
    """Return how the owner of a decision can begin, whatever was chosen.

    It follows from what the decision sets, and adds nothing to it.
    """
    kinds = (_BEGINNINGS[name] for name in decision.sets or {} if name in _BEGINNINGS)
    kind = "open" if decision.is_open else next(kinds, "other")
    step = assessment.content.words(f"agreed.plan-begin-{kind}")
    if decision == _left_open(assessment) and _counts_people(assessment):
        return assessment.content.words("agreed.plan-confirm-count-step", step=step)
    return step


def _reopening(assessment: Judged, finding: Finding) -> str:
    """Return what an action would change of what was agreed, or an empty string.

    That is a duty that a decision gives to a team, or the duty to be on call that decisions on who
    is called leave with it. Decisions on something else leave it open.
    """
    name = assessment.content.rule(finding.id).moves
    team = lookup(assessment.signed.answers, name) if name else None
    sets = {n for d in assessment.answers.decisions or () for n in d.sets or {}}
    about = {name, *_CALLED} if name in _CALLED else {name}
    if team is None or not sets & about:
        return ""
    _, key = assessment.content.words, "agreed" if name in sets else "left"
    return _(f"agreed.plan-{key}-with", team=assessment.teams.label(team))


def _listed(assessment: Judged, finding: Finding) -> str:
    """Return that people to call go on a list that a decision asks for, if one does."""
    decides = (d.sets or {} for d in assessment.answers.decisions or ())
    if finding.subject != KNOWLEDGE or not any(sets.get("escalation_written") for sets in decides):
        return ""
    return assessment.content.words("agreed.plan-listed")


def _still_ships(assessment: Judged, finding: Finding) -> Action | None:
    """Return to decide on who ships, where the chosen pattern ends what is left.

    Whoever owns the choice of the pattern decides it with that choice; the leadership does if it is
    somebody who disagrees with it.
    """
    name, made = assessment.content.rule(finding.id).moves, _on_pattern(assessment)
    then, decisions = assessment.signed.answers, assessment.answers.decisions or ()
    team, pattern = lookup(then, "duties.ship"), then.current_pattern
    if name != "duties.ship" or not made or pattern is None or not isinstance(team, str):
        return None
    ends = assessment.content.pattern(pattern).holders["serving"] == "product"
    if not ends or any(name in (d.sets or {}) for d in decisions):
        return None
    _, owner = assessment.content.words, made[-1].owner or ""
    decides = assessment.content.teams.is_somebody(owner)
    if not decides or as_compared(owner) in _objectors(assessment):
        owner = leadership(assessment)
    words = {"model": assessment.model}
    builds = then.builder is not None and assessment.teams.kind(then.builder) != "product"
    key = f"agreed.plan-shipping{'-builder' if builds else ''}"
    return Action(
        finding=finding.id,
        severity=finding.severity,
        what=_(key, **words),
        first_step=_("agreed.plan-shipping-step"),
        owner=None,
        due=None,
        horizon=60,
        status="proposed",
        reads=assessment.content.rule(finding.id).reads,
        kind="shipping",
        proposed_owner=owner,
    )


def _proposed(assessment: Judged, finding: Finding) -> Action:
    if (shipping := _still_ships(assessment, finding)) is not None:
        return shipping
    if finding.id == LACKING:
        return _escalating(assessment, finding)
    return _open_finding(assessment, finding)


def _open_finding(assessment: Judged, finding: Finding) -> Action:
    """Return the action that a finding asks for."""
    what = finding.what or finding.statement
    return Action(
        finding=finding.id,
        severity=finding.severity,
        what=" ".join(filter(None, (what, _reopening(assessment, finding)))),
        first_step=" ".join(filter(None, (finding.mitigation, _listed(assessment, finding)))),
        owner=None,
        due=None,
        horizon=60 if finding.id in _AS_AGREED else _BY_GRAVITY[finding.severity],
        status="proposed",
        reads=assessment.content.rule(finding.id).reads,
        not_before=_team_called(assessment) if finding.id in _AS_AGREED else None,
    )


def _team_called(assessment: Judged) -> datetime.date | None:
    """Return when the agreed team is called: no alarm can reach it earlier.

    That is the day of the call that the drills are about: worse answers or the service.
    """
    then = assessment.signed
    names = set(map(call_played, begun_elsewhere(then.teams, then.answers, then.drills)))
    made = assessment.answers.decisions or ()
    return max((d.due for d in made if d.due and names & set(d.sets or {})), default=None)


def _open(
    kind: Kind, what: str, first_step: str, reads: tuple[str, ...], horizon: Horizon = 60
) -> Action:
    """Return an action that neither a decision nor a finding asks for."""
    return Action(None, "risk", what, first_step, None, None, horizon, "proposed", reads, kind=kind)


def _settling(assessment: Judged, clash: Clash) -> Action:
    """Return the action that settles a contradiction; the advice depends on it.

    One that a decision contains is settled by whoever owns this decision.
    """
    settling = _open("contradiction", clash.what, clash.check, clash.answers, horizon=30)
    made = (d for d in assessment.answers.decisions or () if d.decision == clash.decision)
    owners = (d.owner for d in made if assessment.content.teams.is_somebody(d.owner))
    return replace(settling, proposed_owner=next(owners, None))


def conditions(assessment: Judged) -> dict[str, Condition]:
    """Return what must be done for the advice to hold, by its words."""
    r = assessment.recommendation
    if r.status == "first-indication":
        return {}
    return {c.words: c for p in r.patterns for c in assessment.verdicts[p].conditions}


def _with_conditions(assessment: Judged, made: Sequence[Action]) -> list[Action]:
    """Return actions with every condition of the advice as one of them.

    A finding whose action fulfils a condition becomes it and keeps its first step, so that nothing
    is listed twice.
    """
    found = list(made)
    for words, one in conditions(assessment).items():
        own = _open("condition", words, one.first_step, (one.reads,))
        same = (a for a in found if a.kind == "finding" and _fulfils(assessment, a, one.reads))
        if (finding := next(same, None)) is None:
            found.append(own)
        else:
            found[found.index(finding)] = replace(
                own, finding=finding.finding, first_step=finding.first_step
            )
    return found


def _fulfils(assessment: Judged, action: Action, reads: str) -> bool:
    return action.finding is not None and assessment.content.rule(action.finding).fulfils == reads


def answering(assessment: Judged, finding: Finding, plan: Sequence[Action]) -> tuple[Action, ...]:
    """Return the actions of a plan that answer a finding.

    Without one of its own, that is the question left open on it, else the action that calls every
    team with missing knowledge, else conditions on what it reads, else the decision that names it
    or has the same purpose.
    """
    reads = set(assessment.content.rule(finding.id).reads)
    decision = named_by(assessment, finding.id) or _covering(assessment, finding)
    decision = decision or _asking_about(assessment, finding)
    wider = LACKING if finding.subject == KNOWLEDGE else _SAME.get(finding.id, finding.id)
    for found in (
        [a for a in plan if a.finding == finding.id and a.kind != "decision"],
        [a for a in plan if a.finding == finding.id and a.is_open],
        [a for a in plan if a.finding == wider and a.kind != "decision"],
        [a for a in plan if a.kind == "condition" and reads & set(a.reads)],
        [a for a in plan if decision is not None and a.decision == decision],
    ):
        if found:
            return tuple(found)
    return ()


def ending(assessment: Judged, finding: Finding, plan: Sequence[Action]) -> tuple[Action, ...]:
    """Return the actions that end a risk, and cover it until a decision holds.

    With a decision that ends it, so are those on what this leaves of it.
    """
    decision, left = settled_by(assessment, finding.id), left_of(assessment, finding)
    if finding.status != "settled":
        left = (finding,)
        if _covering(assessment, finding) is not None:
            subject = finding.subject
            left += tuple(f for f in assessment.new_findings if f.subject == subject)
    found = [a for f in left for a in answering(assessment, f, plan)]
    found += [a for a in plan if decision is not None and a.decision == decision]
    decided = {name for a in found if a.decision for name in a.reads}
    found += [a for a in plan if a.kind == "cover" and decided & {*a.reads}]
    return tuple(a for a in plan if a in found)


def _pressing(assessment: Judged, made: Sequence[Action]) -> list[Action]:
    """Return actions, marked where they end a risk that those who decide see.

    What is left of an urgent risk is as urgent, unless it can only follow something else: a
    decision, or for who ships the count of whom the product team needs.
    """
    ends = [(f, ending(assessment, f, made)) for f in assessment.pressing]
    return [_marked(a, [f for f, found in ends if a in found]) for a in made]


def _marked(action: Action, ends: Sequence[Finding]) -> Action:
    """Return an action with a mark if it ends such risks, urgent if one of them is."""
    action = replace(action, pressing=bool(ends))
    follows = action.not_before is not None or action.kind == "shipping"
    if follows or not any(f.severity == "critical" for f in ends):
        return action
    horizon = _BY_GRAVITY["critical"] if action.kind == "finding" else action.horizon
    return replace(action, severity="critical", horizon=horizon)


_STEP_HORIZONS: tuple[Horizon, ...] = (30, 60, 90, 90)
"""The horizon of each step of the move (ours)."""


def to_begin(assessment: Judged) -> tuple[Option, ...]:
    """Return the option that the plan begins, and the one to decide later.

    That is the firm advice. Of a combination the half to begin with comes first.
    """
    own = advised(assessment.options)
    if assessment.recommendation.status != "recommendation" or len(own) != 1:
        return ()
    first = first_half(assessment)
    return (first, *own) if first else own


def counting_people(assessment: Judged) -> int | None:
    """Return which action counts the people whom product teams still need."""
    if not _counts_people(assessment):
        return None
    asked = awaited(assessment, actions(assessment))
    return None if asked is None else asked.number


def _counts_people(assessment: Judged) -> bool:
    """Return whether the move that begins asks to count people in product teams."""
    return any(o.move is not None and o.move.counts_people for o in to_begin(assessment)[:1])


def first_half(assessment: Judged) -> Option | None:
    """Return the half to begin with of a combination that is firm advice."""
    r = assessment.recommendation
    return next((o for o in assessment.options if r.later and o.patterns == r.now), None)


def _only_if(assessment: Judged) -> Pattern | None:
    """Return the half of the advice on which to decide later, if nobody chose it."""
    half = next(iter(assessment.recommendation.later), None)
    return None if half == assessment.answers.chosen_pattern else half


def _rests_on(assessment: Judged) -> datetime.date | None:
    """Return when the decision on the pattern is to be done, if it has a date."""
    return max((d.due for d in _on_pattern(assessment) if d.due), default=None)


def _reviewed(assessment: Judged) -> datetime.date | None:
    """Return when the decision on the pattern is looked at again, if it has a day."""
    return max((d.revisit_on for d in _on_pattern(assessment) if d.revisit_on), default=None)


def _steps(assessment: Judged) -> list[Action]:
    """Return the first steps of what to begin with, then of what is on top."""
    made: dict[str, Action] = {}
    rests_on, reviewed = _rests_on(assessment), _reviewed(assessment)
    for option in to_begin(assessment):
        if (move := option.move) is None:
            continue
        on_top = bool(made)
        half = _only_if(assessment) if on_top else None
        after = ("",) * (len(_STEP_HORIZONS) - 1) + (move.after,)
        for step, horizon, wait in zip(move.steps, _STEP_HORIZONS, after, strict=True):
            own = replace(
                _open("step", step.what, step.first_step, ("current_pattern",), horizon),
                step=step,
                proposed_owner=move.owner or None,
                only_if=half,
                after=wait or (_after(assessment) if on_top else ""),
                minor=step in move.steps[1::2],  # these follow from the one before
            )
            if horizon == HORIZONS[-1]:
                own = replace(own, not_before=rests_on)
            if wait and half is None and reviewed is not None:
                own = replace(own, after="", not_before=reviewed)
            made.setdefault(step.what, own)
    return list(made.values())


def _with_steps(assessment: Judged, made: Sequence[Action]) -> list[Action]:
    """Return actions with the first steps of the advice.

    Where a step is the same job as the action of a finding, the plan has one action for both. It
    says both, begins as the finding's does, and has its owner and date.
    """
    found = list(made)
    for step in _steps(assessment):
        same = (a for a in found if a.kind == "finding" and _is_job_of(assessment, a, step))
        if (finding := next(same, None)) is None:
            found.append(step)
        else:
            both = replace(finding, kind="step", what=f"{finding.what} {step.what}", step=step.step)
            found[found.index(finding)] = both
    return found


def _is_job_of(assessment: Judged, action: Action, step: Action) -> bool:
    """Return whether a step is the same job as the action of a finding."""
    if step.step is None or step.only_if or action.finding not in step.step.same_job:
        return False
    content, answers, played = assessment.content, assessment.answers, assessment.drills
    return "business" in missing_knowledge(content, answers, played, action.finding)


def leadership(assessment: Judged) -> str:
    """Return who decides on the advice, as an owner of actions."""
    body = assessment.answers.decision_body
    if body is None or not assessment.content.teams.is_somebody(body):
        return assessment.content.words("agreed.plan-choice-owner")
    return body[:1].upper() + body[1:]


def _choice(assessment: Judged) -> list[Action]:
    """Return the decision on the half of the advice that can wait, if there is one."""
    half = _only_if(assessment)
    if half is None:
        return []
    name = assessment.content.pattern(half).short
    words = assessment.content.words("agreed.plan-choice", name=name)
    step = assessment.content.words("agreed.plan-choice-step")
    choice = _open("choice", words, step, ("current_pattern",), horizon=90)
    # The first page asks its readers to decide this, and no owner of the work.
    choice = replace(choice, proposed_owner=leadership(assessment))
    # It rests on what the first half shows, which its last step counts.
    move, reviewed = to_begin(assessment)[0].move, _reviewed(assessment)
    if reviewed is not None:
        return [replace(choice, not_before=reviewed)]
    return [replace(choice, not_before=_rests_on(assessment), after=move.after if move else "")]


_COVERED = ("off-switch", "pager", "rollback")
"""Subjects in which somebody must act at once, so that a gap needs cover."""


def _cover(assessment: Judged, made: Sequence[Action]) -> list[Action]:
    """Return interim cover for each decision that comes after its limit.

    It is as urgent as what the decision settles, and lasts until the last decision on a subject.
    Where another action on the subject is as urgent, that one covers it; not so what begins only
    with the decision.
    """
    rule = assessment.content.rule
    new = {f.id for f in assessment.new_findings}
    there = [a for a in made if a.status == "proposed" and a.finding and a.finding not in new]
    late: dict[str, list[Action]] = {}
    for a in sorted(made, key=lambda a: (a.is_urgent, a.due or ""), reverse=True):
        if a.decision is None or a.decision.due is None or a.finding is None or a.is_open:
            continue
        subject = rule(a.finding).subject
        if not late_by(assessment, a) or not (subject in _COVERED or a.is_urgent):
            continue
        same = (x for x in there if x.finding and rule(x.finding).subject == subject)
        if not any(x.is_urgent >= a.is_urgent for x in same):
            late.setdefault(subject, []).append(a)
    found = {subject: _cover_on(assessment, subject, on) for subject, on in late.items()}
    return list(_with_gap(assessment, found).values())


def _cover_on(assessment: Judged, subject: str, late: Sequence[Action]) -> Action:
    """Return the cover on a subject until its late decisions hold.

    The most urgent comes first. The day of each is named: who acts changes on each of them.
    """
    _, covered = assessment.content.words, subject in _COVERED
    made = [a.decision for a in late if a.decision][: None if covered else 1]
    days = sorted({d.due for d in made if d.due})
    words: dict[str, Any] = {"model": assessment.model, "question": quoted(made[0].decision)}
    words |= {"n": len(days), "date": assessment.listing(_date(assessment, d) for d in days)}
    key, answers = subject if covered else "other", assessment.answers
    holder = {"rollback": answers.rollback_authority, "pager": answers.paged_quality}.get(key)
    if holder and assessment.content.teams.is_somebody(holder):
        key, words["team"] = f"{key}-held", assessment.teams.label(holder)
    what = _(f"agreed.plan-cover-{key}", **words)
    step = _(f"agreed.plan-cover-{'step' if covered else 'other-step'}")
    cover = _open("cover", what, step, late[0].reads, horizon=30)
    return replace(cover, severity=late[0].severity, proposed_owner=late[0].owner)


def _date(assessment: Judged, day: datetime.date) -> str:
    words = assessment.content.words
    return words("dates.date", day=day.day, month=words(f"dates.month-{day.month}"), year=day.year)


def gap_words(assessment: Judged, gap: RollbackGap) -> tuple[str, str]:
    """Return that a team is called before it may roll back, and what to do."""
    _, teams, words = assessment.content.words, assessment.teams, dict[str, str]()
    words |= {"start": _date(assessment, gap.start), "end": _date(assessment, gap.end)}
    words |= {"called": teams.label(gap.called), "model": assessment.model}
    words["when"] = _(f"agreed.gap-when-{gap.call.removeprefix('paged_')}")
    key = "open"
    if gap.may is not None and teams.is_somebody(gap.may):
        key, words["team"] = "held", teams.label(gap.may)
    return _(f"agreed.gap-{key}", **words), _(f"agreed.plan-gap-{key}", **words)


def _with_gap(assessment: Judged, found: dict[str, Action]) -> dict[str, Action]:
    """Return cover with that for days on which who is called may not roll back.

    Cover until somebody may roll back does for both.
    """
    gap = rollback_gap(assessment.teams, assessment.answers)
    if gap is None:
        return found
    told = gap_words(assessment, gap)
    if (cover := found.get("rollback")) is not None:
        return {**found, "rollback": replace(cover, what=f"{cover.what} {told[0]}")}
    name, step = "rollback_authority", assessment.content.words("agreed.plan-gap-step")
    made = (d for d in assessment.answers.decisions or () if name in (d.sets or {}))
    owner = next((d.owner for d in made if assessment.teams.is_somebody(d.owner)), None)
    cover = _open("cover", " ".join(reversed(told)), step, (name,), horizon=30)
    return {**found, "rollback": replace(cover, proposed_owner=owner, not_after=gap.start)}


def _charter(assessment: Judged) -> list[Action]:
    """Return the signing of the on-call charter, if a team is named in it.

    Where nobody is called second, or only who is called first, it is to find a second as well.
    """
    _, then, teams = assessment.content.words, assessment.signed.answers, assessment.content.teams
    called = [name for name in FIRST_CALLS if teams.is_somebody(called_first(then, name))]
    if not called:
        return []
    words, gap = _("agreed.plan-charter"), without_second(teams, then)
    if gap:
        which = gap[0].removeprefix("paged_") if len(gap) < len(called) else "all"
        words = _(f"agreed.plan-charter-second-{which}")
    reads = (*reversed(FIRST_CALLS), "rollback_authority")
    return [_open("charter", words, _("agreed.plan-charter-step"), reads, horizon=30)]


def _rule(assessment: Judged) -> list[Action]:
    """Return to have the rule read that demands one operating team, if it decides.

    Nobody here has read it, and with any other answer the advice is another one.
    """
    name, _ = "mandate", assessment.content.words
    if lookup(assessment.answers, name) != "single-operator" or not turned_by(assessment, (name,)):
        return []
    read = _open("rule", _("agreed.plan-rule"), _("agreed.plan-rule-step"), (name,), horizon=30)
    who = _("agreed.plan-rule-owner")  # the leadership confirms the choice only after it
    return [replace(read, proposed_owner=who, not_after=_rests_on(assessment))]


def _replies(assessment: Judged) -> list[Action]:
    """Return a reply to each dissent on a decision that has none.

    Its owner replies; the leadership does where there is none, or where it is the owner who
    disagrees.
    """
    _, teams = assessment.content.words, assessment.content.teams
    found = list[Action]()
    made = assessment.answers.decisions or ()
    for d, dissent in ((x, words) for x in made for words in unanswered_on(assessment, x)):
        who, owner = speaker(dissent), d.owner if teams.is_somebody(d.owner) else None
        replies = owner is not None and as_compared(owner) != as_compared(who)
        key = "plan-reply" if who else "plan-reply-unnamed"
        words, step = {"who": who, "question": quoted(d.decision)}, _("agreed.plan-reply-step")
        asked = _open("reply", _(f"agreed.{key}", **words), step, (), 30)
        own = owner if replies else leadership(assessment)
        found.append(replace(asked, proposed_owner=own, answers=d, dissent=dissent))
    return found


def _left_open(assessment: Judged) -> Decision | None:
    """Return the question which pattern to choose, if it was recorded and left open."""
    answers, name = assessment.answers, "chosen_pattern"
    if answers.chosen_pattern:
        return None
    voted = (v.asked for v in answers.votes or () if v.question == name)
    asked = set(map(as_compared, (assessment.content.question(name).ask, *voted)))
    recorded = (d for d in answers.decisions or () if as_compared(d.decision) in asked)
    return next((d for d in recorded if d.is_open), None)


def _asking_about(assessment: Judged, finding: Finding) -> Decision | None:
    """Return the question that was left open and that an urgent risk waits for.

    Such a question asks for what the finding reads first: its answer ends the risk.
    """
    if finding.severity != "critical" or finding.status == "settled":
        return None
    same = [one for one, other in _SAME.items() if other == finding.id]
    there = {f.id for f in assessment.findings} & {*same}
    names = {assessment.content.rule(id_).reads[0] for id_ in (finding.id, *there)}
    made = assessment.answers.decisions or ()
    return next((d for d in made if d.is_open and names & _about_which(assessment, d)), None)


def _confirmed(assessment: Judged, made: Sequence[Action]) -> list[Action]:
    """Return actions with the leadership's word on the way of working.

    Whether to move to what is advised is the same question, so it is not asked twice.
    """
    confirming = _confirming(assessment, made)
    moving = next((a for a in made if a.finding == _TO_MOVE and a.kind == "finding"), None)
    if not confirming or moving is None:
        return [*made, *confirming]
    both = replace(confirming[0], finding=_TO_MOVE, first_step=moving.first_step)
    return [*(a for a in made if a is not moving), both]


def _confirming(assessment: Judged, made: Sequence[Action]) -> list[Action]:
    """Return the leadership's word on the way of working, if one is firm advice.

    It comes once it is known whether the advice stays, and before the steps that follow from it.
    """
    _, own = assessment.content.words, assessment.recommendation.patterns
    option, chosen = next(iter(to_begin(assessment)[::-1]), None), assessment.answers.chosen_pattern
    if option is None:
        return []
    if not chosen:
        key = "none"
    elif chosen not in own:
        key = "other"
    elif chosen in assessment.recommendation.later:
        key = "later"
    elif len(own) > 1:
        first = first_half(assessment)
        key = "keep" if first is not None and first.patterns == (chosen,) else "part"
    else:
        key = "keep" if "today" in option.roles else "same"
    name = assessment.content.pattern(chosen).short if chosen else ""
    added = assessment.listing(assessment.content.pattern(p).short for p in own if p != chosen)
    begun = first_half(assessment) or option  # the rest has an action of its own
    words = _(f"agreed.plan-confirm-{key}", name=name, advised=begun.short, added=added)
    kinds = {a.kind for a in made if a.kind == "rule" or turns(assessment, a)}
    if kinds:
        words = _("agreed.plan-confirm-unless", asked=words.removesuffix("."))
    step = _("agreed.plan-confirm-step")
    if _counts_people(assessment):  # who confirms has to know what it takes
        words = _("agreed.plan-confirm-count", asked=words)
        step = _("agreed.plan-confirm-count-step", step=step)
    # A rule is read within 30 days, so what it can change is confirmed after that.
    horizon = HORIZONS["rule" in kinds]
    confirm = _open("confirm", words, step, ("current_pattern",), horizon)
    leads = leadership(assessment)
    return [replace(confirm, proposed_owner=leads, not_after=_rests_on(assessment))]


_FOR_THE_CHOICE = ("step", "condition", "people", "shipping", "calling", "choice")
"""Kinds of actions that serve the pattern to begin with, and no other."""


def awaited(assessment: Judged, plan: Sequence[Action]) -> Action | None:
    """Return the action of a plan that settles the way of working, if one has to.

    The leadership confirms it, or decides what the workshop left open.
    """
    left = _left_open(assessment)
    return next((a for a in plan if a.kind == "confirm" or (left and a.decision == left)), None)


def confirming(assessment: Judged, decision: Decision | None) -> Action | None:
    """Return the action with which the leadership confirms a decision, if it has to."""
    if decision is None or decision.is_open or not decides_pattern(assessment, decision):
        return None
    return next((a for a in actions(assessment) if a.kind == "confirm"), None)


def _waiting(assessment: Judged, made: Sequence[Action]) -> list[Action]:
    """Return actions, marked where they wait for the way of working.

    What ends a risk of today begins now, whatever is chosen. Nobody waits to go on as today.
    """
    first, asked = next(iter(to_begin(assessment)), None), awaited(assessment, made)
    if first is None or asked is None:
        return list(made)
    risks = (f for f in assessment.findings if f.severity != "strength")
    now = [a for f in risks for a in answering(assessment, f, made) if a.kind != "shipping"]
    moves, day = "today" not in first.roles, proposed_day(assessment, asked)
    begins = None if day is None else _first_day(day + datetime.timedelta(days=BEGINNING_DAYS))
    found = list[Action]()
    for a in made:
        if a.decision is not None:
            waits = asked.kind == "confirm" and decides_pattern(assessment, a.decision)
            found.append(replace(a, waits=waits and not a.is_open))
        elif a.kind in _FOR_THE_CHOICE and a not in now and (moves or a.only_if):
            days = [d for d in (a.not_before, begins) if d]
            found.append(replace(a, waits=True, not_before=max(days, default=None)))
        else:
            found.append(a)
    return found


def turns(assessment: Judged, action: Action) -> bool:
    """Return whether a contradiction, once settled, can lead to other advice.

    Not counted is what only changes the half of the advice to decide later.
    """
    if action.kind != "contradiction":
        return False
    return any(not changes_half(assessment, x) for x in turned_by(assessment, action.reads))


def _asking(assessment: Judged, made: Sequence[Action]) -> list[Action]:
    """Return to ask whom the plan proposes, or to name owners where it proposes none.

    So too where a decision has no owner or no date.
    """
    _, vacant = assessment.content.words, [a for a in made if a.owner is None]
    leads = leadership(assessment)
    if not to_begin(assessment) or not any(a.proposed_owner != leads for a in vacant):
        return []
    agreed = all(a.owner and a.due for a in made if a.decision is not None)
    key = "proposed" if agreed else "both"
    key = key if all(a.proposed_owner for a in vacant if a.decision is None) else "vacant"
    step = "vacant" if key == "vacant" else "proposed"
    words = _(f"agreed.plan-owners-{key}"), _(f"agreed.plan-owners-{step}-step")
    ask = _open("owners", *words, (), horizon=30)
    return [replace(ask, proposed_owner=leads)]


def calls_otherwise(assessment: Judged) -> bool:
    """Return whether the agreed call differs from the advised one once complete."""
    shown = [o for o in assessment.options if not o.excluded]
    own, team = advised(assessment.options), assessment.signed.answers.paged_quality
    agreed = next((o for o in shown if o.agreed and o.agreed.on_call != o.on_call), None)
    if len(own) != 1 or agreed in (None, *own) or not assessment.teams.is_somebody(team):
        return False
    if team is None or assessment.teams.same(team, assessment.answers.paged_quality):
        return False
    return bool(own[0].usual_call.rstrip("."))


def _calling(assessment: Judged) -> list[Action]:
    """Return to decide who is called once product teams run the model.

    Whoever carries out the decision on the call goes on from it, but not somebody who disagrees
    with the way of working. It comes after that decision, and before the first product team has
    its first nights.
    """
    if not to_begin(assessment) or not calls_otherwise(assessment):
        return []
    _, teams, against = assessment.content.words, assessment.content.teams, _objectors(assessment)
    made = [d for d in assessment.answers.decisions or () if "paged_quality" in (d.sets or {})]
    owners = [d.owner for d in made if d.owner and teams.is_somebody(d.owner)]
    owner = next((who for who in owners if as_compared(who) not in against), None)
    words = _("agreed.plan-calling", model=assessment.model), _("agreed.plan-calling-step")
    call = _open("calling", *words, ("paged_quality",), horizon=90)
    return [
        replace(
            call,
            proposed_owner=owner or leadership(assessment),
            not_before=max((d.due for d in made if d.due), default=None),
            not_after=_rests_on(assessment),
        )
    ]


def _voted(assessment: Judged) -> list[Action]:
    """Return what votes leave: to record, to find out, and to decide.

    What the room stayed divided on is for the leadership, one question at a time. An answer of
    today that names nobody, where that is an urgent risk, is an action of its own.
    """
    decided = {n for d in assessment.answers.decisions or () for n in _about_which(assessment, d)}
    left = [
        r
        for r in assessment.votes
        if r.recorded is None and not r.is_listed and r.vote.question not in decided
        if not r.vote.question.startswith((OWN, "drills."))
    ]
    agreed = [r for r in left if r.vote.asks_about == "today" and r.last.state in ("one", "most")]
    urgent = [r for r in agreed if _leaves_an_urgent_gap(assessment, r)]
    others = [r for r in agreed if r not in urgent]
    unknown = [r for r in left if r.last.state == "unknown"]
    found = [_of_votes(assessment, "vote", [r], "critical") for r in urgent]
    found += [_of_votes(assessment, "vote", others, "risk")] if others else []
    found += [_of_votes(assessment, "unknown", unknown, "risk")] if unknown else []
    divided = [r for r in left if r.last.state == "divided" and r.vote.decision is None]
    return [*found, *(_to_settle(assessment, r) for r in divided if r.record is None)]


def _to_settle(assessment: Judged, result: VoteResult) -> Action:
    """Return to decide what the room stayed divided on."""
    _, asked = assessment.content.words, quoted(result.vote.asked)
    step, reads = _("agreed.plan-divided-step"), (result.vote.question,)
    own = _open("divided", _("agreed.plan-divided", asked=asked), step, reads, horizon=60)
    return replace(own, proposed_owner=leadership(assessment))


def _leaves_an_urgent_gap(assessment: Judged, result: VoteResult) -> bool:
    """Return whether the room's answer names no team where that is an urgent risk."""
    rules = assessment.content.rules
    grave = any(r.severity == "critical" and r.reads[0] == result.vote.question for r in rules)
    return grave and assessment.content.teams.is_vacant(result.room_answer)


def _of_votes(
    assessment: Judged, key: str, results: Sequence[VoteResult], severity: Severity
) -> Action:
    _ = assessment.content.words
    given = [
        _(
            f"agreed.plan-{key}-of",
            asked=quoted(r.vote.asked),
            answer=r.label(r.room_answer or ""),
            n=r.last.most if r.last.cast else r.last.unknown,
            cast=r.last.cast,
        )
        for r in results
    ]
    words = _(f"agreed.plan-{key}", votes=" ".join(given))
    reads = tuple(r.vote.question for r in results)
    own = _open("vote", words, _(f"agreed.plan-{key}-step"), reads, horizon=30)
    return replace(own, severity=severity)


def _people(assessment: Judged, made: Sequence[Action]) -> list[Action]:
    """Return what finds the people that firm advice takes and nobody has named."""
    own = advised(assessment.options)
    if assessment.recommendation.status != "recommendation" or len(own) != 1:
        return []
    _, option, found = assessment.content.words, own[0], list[Action]()
    people = option.people
    named = any("platform_engineers" in a.reads for a in made)
    low = people.platform[0] if people.platform else 0
    if people.have is not None and people.have < low and not named:
        words = _("agreed.plan-platform", have=people.have, low=low)
        step = _("agreed.plan-platform-step")
        found.append(_open("people", words, step, ("platform_engineers",)))
    if people.inside_teams and "today" not in option.roles:
        found.append(_inside(assessment, option))
    return found


def _inside(assessment: Judged, option: Option) -> Action:
    """Return what finds the engineers inside product teams."""
    _, inside = assessment.content.words, option.people.inside_teams
    low, high = inside or (0, 0)
    shown = _("advice.people-range", low=low, high=high) if high > low else _.number(low)
    words = _("agreed.plan-inside", n=high, people=shown)
    made = _open("people", words, _("agreed.plan-inside-step"), ())
    return replace(made, only_if=_only_if(assessment), after=_after(assessment))


def _after(assessment: Judged) -> str:
    """Return what an action waits for that belongs to the later half.

    That is the decision on this half, or the first half if the later one was chosen.
    """
    r = assessment.recommendation
    if not r.later:
        return ""
    chosen = r.later[0] == assessment.answers.chosen_pattern
    key, half = ("first", r.now[0]) if chosen else ("half", r.later[0])
    name = assessment.content.pattern(half).short
    return assessment.content.words(f"agreed.plan-after-{key}", name=name)


def _horizon(workshop: datetime.date | None, due: datetime.date | None) -> Horizon | None:
    """Return the horizon of a date; None if the date or the workshop's is unknown."""
    if workshop is None or due is None:
        return None
    return next((h for h in HORIZONS if (due - workshop).days <= h), 90)


_DATED = ("step", "choice", "calling")
"""Kinds of actions that have a day also after 90 days."""
SETTLING_DAYS = 14
"""Days in which to settle a contradiction, before the first steps (ours)."""
ASKING_DAYS = 7
"""Days in which to ask the proposed owners, before what they are to do (ours)."""
CONFIRMING_DAYS = 21
"""Days in which to confirm the way of working (ours)."""
BEGINNING_DAYS = 7
"""Days from this to the first thing that waits for it (ours)."""
_SATURDAY = 5
"""Number of the first day of a weekend."""


def last_day(assessment: Judged, days: int) -> datetime.date | None:
    """Return the last day to propose within some days, if the workshop has a date."""
    if assessment.answers.held_on is None:
        return None
    day = assessment.answers.held_on + datetime.timedelta(days=days)
    while not _is_proposed(day):
        day -= datetime.timedelta(days=1)
    return day


def _first_day(day: datetime.date) -> datetime.date:
    """Return the first day to propose from a day on."""
    while not _is_proposed(day):
        day += datetime.timedelta(days=1)
    return day


def _is_proposed(day: datetime.date) -> bool:
    """Return whether to propose a day: no weekend, not 24 December to 1 January."""
    festive = (day.month, day.day) >= (12, 24) or (day.month, day.day) == (1, 1)
    return day.weekday() < _SATURDAY and not festive


def proposed_day(assessment: Judged, action: Action) -> datetime.date | None:
    """Return the day proposed for an action; none for one of lower urgency."""
    dated = action.kind in _DATED
    if action.after or (action.horizon == HORIZONS[-1] and not dated):
        return None
    days = {"contradiction": SETTLING_DAYS, "owners": ASKING_DAYS}
    if action.horizon == HORIZONS[0]:  # a rule that is read first leaves less time
        days["confirm"] = CONFIRMING_DAYS
    day = last_day(assessment, days.get(action.kind, action.horizon))
    held, last = assessment.answers.held_on, action.not_after
    if day and held and last and last > held:
        day = min(day, last)
    return max(day, action.not_before) if day and action.not_before else day


def proposed_due(assessment: Judged, action: Action) -> str | None:
    """Return the ISO date proposed where nobody agreed on one."""
    day = None if action.due else proposed_day(assessment, action)
    return day.isoformat() if day else None


def late_by(assessment: Judged, action: Action) -> int:
    """Return how many days after the limit of its severity an action is due.

    They count from the limit itself, not from the working day before it that we would propose. A
    way of working has no such limit: nobody changes it within 60 days.
    """
    if action.decision is not None and decides_pattern(assessment, action.decision):
        return 0
    limit, held = _limit(action), assessment.answers.held_on
    if held is None or action.due is None or limit == HORIZONS[-1]:
        return 0
    return max((datetime.date.fromisoformat(action.due) - held).days - limit, 0)


def _limit(action: Action) -> Horizon:
    """Return within how many days to act on something so severe."""
    return _BY_GRAVITY[action.severity] if action.severity else HORIZONS[-1]


def advised_day(assessment: Judged, action: Action) -> datetime.date | None:
    """Return the last day to propose for an action by its severity."""
    return last_day(assessment, _limit(action))


def _gravity(finding: Finding) -> int:
    return SEVERITIES.index(finding.severity)


def period_of(assessment: Judged, action: Action) -> Period:
    """Return the part of the plan that an action is in, by its date if it has one."""
    if action.only_if is not None:
        return "only-if"
    start, day = assessment.answers.held_on, proposed_day(assessment, action)
    if action.due is not None:
        if start is None:
            return "dated"
        day = datetime.date.fromisoformat(action.due)
    if day is None or start is None:
        dated = action.kind in _DATED and not action.after
        open_end = action.status == "proposed" and action.horizon == HORIZONS[-1] and not dated
        return "undated" if action.after or open_end else _PERIODS[action.horizon]
    days = (day - start).days
    return next((_PERIODS[h] for h in HORIZONS if days <= h), "later")


def _weight(action: Action) -> tuple[object, ...]:
    """Return what sorts actions by how much they matter."""
    grave = SEVERITIES.index(action.severity) if action.severity else len(SEVERITIES)
    if action.kind in _FIRST or action.is_urgent:  # the first page names these, too
        return (0, not action.pressing)
    if action.kind == "condition":  # the first page names these as well
        return (1, False)
    if action.status == "decided" or action.pressing:
        return (1, not action.pressing)
    if action.only_if is not None:
        return (5,)
    if action.is_main:
        return (2,)
    if action.minor or action.kind == "people":
        return (3,)
    return (4, action.horizon, action.kind == "finding", grave)


def _order(assessment: Judged, action: Action) -> tuple[object, ...]:
    """Return what sorts actions in the plan: by date, then by gravity and owner.

    So what one owner does by one day stands together, and replies can be one row.
    """
    settles = action.kind in ("contradiction", "rule")
    kinds = (settles, action.is_urgent, action.status == "decided")
    more = (action.kind == "confirm", action.kind == "step", action.kind == "condition")
    day = action.due or proposed_due(assessment, action) or "9999"
    owner = as_compared(action.owner or action.proposed_owner or "")
    return (
        PERIODS.index(period_of(assessment, action)),
        day,
        action.after,
        *(not yes for yes in (*kinds, *more)),
        (not owner, owner),
        *_weight(action),
    )
