"""List all actions once: decisions, and what nobody decided on.

Open are findings, answers that contradict each other, conditions of the advice, and the people
that the advice takes.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from workshop.answers.schema import Decision
from workshop.content.items import Severity
from workshop.findings.agreement import Clash
from workshop.findings.finding import SEVERITIES, Finding, Judged, named_by, settled_by
from workshop.findings.patterns.options import Option, advised

Horizon = Literal[30, 60, 90]
"""Days after the workshop; 90 includes everything later."""
Kind = Literal["decision", "finding", "contradiction", "condition", "people"]
"""What asks for an action."""
HORIZONS: tuple[Horizon, ...] = (30, 60, 90)
_BY_GRAVITY: dict[Severity, Horizon] = {"critical": 30, "risk": 60, "watch": 90, "strength": 90}
"""The horizon of an action without a date, by severity (ours)."""


@dataclass(frozen=True)
class Action:
    """One thing to do."""

    finding: str | None
    """Id of the most severe finding that it answers; None if it answers none."""
    severity: Severity | None
    what: str
    """What is different once it is done."""
    first_step: str
    """What can begin next week; empty for a decision, whose owner chooses it."""
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
    kind: Kind = "finding"


def actions(assessment: Judged) -> tuple[Action, ...]:
    """Return every action once: the most severe first, then by date.

    A decision is an action, with the findings that it settles; one that it causes is never settled
    by what it sets. A finding that no decision settles, and that is still open as agreed, is an
    action of its own. So is each contradiction between answers, each condition of the advice that
    nothing else is about, and the people that the advice takes.
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
    made = [
        _decided(assessment, d, [f for f in found if answered.get(f.id) == i])
        for i, d in enumerate(decisions)
    ]
    left = [f for f in found if f.id not in answered and f.status != "settled"]
    made += [_proposed(assessment, f) for f in left if not _about(f, decisions)]
    made += _conditions(assessment, made)
    made += _people(assessment, made)
    made += [_settling(clash) for clash in assessment.clashes]
    return tuple(sorted(made, key=_order))


def action_on(found: Sequence[Action], name: str) -> Action | None:
    """Return the first action about an answer that is no contradiction, or None."""
    top = name.partition(".")[0]
    for action in found:
        if action.kind != "contradiction" and any(n.partition(".")[0] == top for n in action.reads):
            return action
    return None


def _about(finding: Finding, decisions: list[Decision]) -> bool:
    """Return whether a finding only says that a decision is incomplete.

    The decision's own line shows that.
    """
    return bool(decisions) and finding.id in ("decision-without-owner", "decision-without-date")


def _decided(assessment: Judged, decision: Decision, settles: list[Finding]) -> Action:
    gravest = min(settles, key=_gravity, default=None)
    due = decision.due
    severity = gravest.severity if gravest else None
    about = assessment.content.rule(gravest.id).reads if gravest else ()
    by_gravity = _BY_GRAVITY[severity] if severity else 90
    return Action(
        finding=gravest.id if gravest else None,
        severity=severity,
        what=decision.chosen or decision.decision,
        first_step="",
        owner=decision.owner if assessment.content.teams.is_somebody(decision.owner) else None,
        due=due.isoformat() if due else None,
        horizon=_horizon(assessment.answers.held_on, due) or by_gravity,
        status="decided",
        reads=(*about, *(decision.sets or {})),
        decision=decision,
        kind="decision",
    )


def _proposed(assessment: Judged, finding: Finding) -> Action:
    return Action(
        finding=finding.id,
        severity=finding.severity,
        what=finding.what or finding.statement,
        first_step=finding.mitigation,
        owner=None,
        due=None,
        horizon=_BY_GRAVITY[finding.severity],
        status="proposed",
        reads=assessment.content.rule(finding.id).reads,
    )


def _open(
    kind: Kind, what: str, first_step: str, reads: tuple[str, ...], horizon: Horizon = 60
) -> Action:
    """Return an action that neither a decision nor a finding asks for."""
    return Action(None, "risk", what, first_step, None, None, horizon, "proposed", reads, kind=kind)


def _settling(clash: Clash) -> Action:
    """Return the action that settles a contradiction; the advice depends on it."""
    return _open("contradiction", clash.what, clash.check, clash.answers, horizon=30)


def _conditions(assessment: Judged, made: Sequence[Action]) -> list[Action]:
    """Return the conditions of firm advice that no action is about."""
    r, found = assessment.recommendation, list[Action]()
    if r.status != "recommendation":
        return found
    step = assessment.content.words("agreed.plan-condition-step")
    for condition in (c for p in r.patterns for c in assessment.verdicts[p].conditions):
        if action_on((*made, *found), condition.reads) is None:
            found.append(_open("condition", condition.words, step, (condition.reads,)))
    return found


def _people(assessment: Judged, made: Sequence[Action]) -> list[Action]:
    """Return what finds the people that firm advice takes and nobody has named."""
    own = advised(assessment.options)
    if assessment.recommendation.status != "recommendation" or len(own) != 1:
        return []
    _, option, found = assessment.content.words, own[0], list[Action]()
    people, named = option.people, action_on(made, "platform_engineers")
    low = people.platform[0] if people.platform else 0
    if people.have is not None and people.have < low and named is None:
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
    return _open("people", words, _("agreed.plan-inside-step"), ())


def _horizon(held: datetime.date | None, due: datetime.date | None) -> Horizon | None:
    """Return the horizon of a date; None if the date or the workshop's is unknown."""
    if held is None or due is None:
        return None
    return next((h for h in HORIZONS if (due - held).days <= h), 90)


def _gravity(finding: Finding) -> int:
    return SEVERITIES.index(finding.severity)


def _order(action: Action) -> tuple[int, str]:
    grave = SEVERITIES.index(action.severity) if action.severity else len(SEVERITIES)
    return grave, action.due or "9999"


def within(found: tuple[Action, ...], horizon: Horizon) -> Iterator[Action]:
    """Yield the actions of one horizon, in order."""
    return (action for action in found if action.horizon == horizon)
