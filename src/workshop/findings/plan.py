"""List all actions once: decisions, and findings that nobody decided on."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from workshop.answers.schema import Decision
from workshop.content.items import Severity
from workshop.findings.finding import SEVERITIES, Finding, Judged

Horizon = Literal[30, 60, 90]
"""Days after the workshop; 90 includes everything later."""
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
    """What can begin next week; empty if nothing was said."""
    owner: str | None
    due: str | None
    """ISO date by which it is done."""
    horizon: Horizon
    status: Literal["decided", "proposed"]
    """Whether a decision or only a finding asks for it.

    decided: a decision of this workshop · proposed: a finding on which nothing was decided.
    """
    decision: Decision | None = None


def actions(assessment: Judged) -> tuple[Action, ...]:
    """Return every action once: the most severe first, then by date.

    A decision is an action, with the findings that it settles or whose answers it sets. A finding
    that no decision answers, and that is still open as agreed, is an action of its own.
    """
    found = [
        f for f in (*assessment.findings, *assessment.later_findings) if f.severity != "strength"
    ]
    decisions = list(assessment.answers.decisions or ())
    answered: dict[str, int] = {}
    for finding in found:
        at = next((i for i, d in enumerate(decisions) if answers_to(assessment, d, finding)), None)
        if at is not None:
            answered[finding.id] = at
    made = [
        _decided(assessment, d, [f for f in found if answered.get(f.id) == i])
        for i, d in enumerate(decisions)
    ]
    left = [f for f in found if f.id not in answered and f.status != "settled"]
    made += [_proposed(f) for f in left if not _about(f, decisions)]
    return tuple(sorted(made, key=_order))


def answers_to(assessment: Judged, decision: Decision, finding: Finding) -> bool:
    """Return whether a decision answers a finding.

    It does if it says so, or if it sets what the finding reads. A finding that a decision causes is
    never answered by what that decision sets.
    """
    if finding.id in (decision.settles or ()):
        return True
    sets = decision.sets or {}
    return finding.status == "settled" and any(
        n in sets for n in assessment.content.rule(finding.id).reads
    )


def _about(finding: Finding, decisions: list[Decision]) -> bool:
    """Return whether a finding only says that a decision is incomplete.

    The decision's own line shows that.
    """
    return bool(decisions) and finding.id in ("decision-without-owner", "decision-without-date")


def _decided(assessment: Judged, decision: Decision, settles: list[Finding]) -> Action:
    gravest = min(settles, key=_gravity, default=None)
    due = decision.due
    severity = gravest.severity if gravest else None
    by_gravity = _BY_GRAVITY[severity] if severity else 90
    return Action(
        finding=gravest.id if gravest else None,
        severity=severity,
        what=decision.chosen or decision.decision,
        first_step=gravest.mitigation if gravest else "",
        owner=decision.owner if assessment.content.teams.is_somebody(decision.owner) else None,
        due=due.isoformat() if due else None,
        horizon=_horizon(assessment.answers.held_on, due) or by_gravity,
        status="decided",
        decision=decision,
    )


def _proposed(finding: Finding) -> Action:
    return Action(
        finding=finding.id,
        severity=finding.severity,
        what=finding.what or finding.statement,
        first_step=finding.mitigation,
        owner=None,
        due=None,
        horizon=_BY_GRAVITY[finding.severity],
        status="proposed",
    )


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
