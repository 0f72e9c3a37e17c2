"""Define a finding, and a situation with its findings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Literal, Self, TypeVar

from workshop.answers.schema import Decision
from workshop.content.items import Severity
from workshop.findings.patterns.options import Option
from workshop.findings.situation import Situation
from workshop.findings.uncertainty import OpenQuestion

SEVERITIES: tuple[Severity, ...] = ("critical", "risk", "watch", "strength")
"""Severities, the most severe first."""


_MOST_URGENT, FEW_RISKS = 4, 3
"""The most risks that those who decide see: urgent ones, or others."""


Status = Literal["open", "settled", "new"]
"""The status of a finding as decisions change the answers.

open: found today, and also as agreed · settled: found today, gone as agreed · new: only as agreed.
Without decisions that set answers everything is open.
"""


FrameName = Literal[
    "findings",
    "verdicts",
    "criteria",
    "ledger",
    "on_call",
    "drills",
    "stages",
    "options",
    "actions",
    "headcount",
    "tipping_points",
    "votes",
    "votes_by_role",
    "votes_by_table",
    "facts",
    "unknowns",
]
"""Names of an assessment's pandas frames."""


@dataclass(frozen=True)
class Finding:
    """One finding: a statement in the team's own terms, and what to do about it."""

    id: str
    part: int
    severity: Severity
    statement: str
    answers: tuple[str, ...]
    """Names of the given answers that it depends on."""
    why: str
    sources: tuple[str, ...]
    mitigation: str
    owner: str | None
    due: str | None
    """ISO date, from the decision that settles the finding, if one does.

    So is the owner.
    """
    subject: str = ""
    """The subject; no strength is reported on one with an urgent risk or a risk."""
    what: str = ""
    """What is different once it is done, as a task; empty for a strength."""
    status: Status = "open"


@dataclass(frozen=True)
class Judged(Situation):
    """A situation with its findings, the most severe first."""

    findings: tuple[Finding, ...]
    unknowns: tuple[OpenQuestion, ...]
    options: tuple[Option, ...]
    """The options: doing nothing first, then other patterns and combinations."""
    agreed: Self | None = None
    """The assessment of the answers as agreed, if a decision sets an answer.

    Its findings are open or new; those of the answers as found are open or settled.
    """

    @property
    def signed(self) -> Self:
        """Return the assessment to sign and carry out: as agreed if there is one."""
        return self.agreed or self

    @property
    def later_findings(self) -> tuple[Finding, ...]:
        """Return findings that are reported only as agreed, the most severe first.

        A new one comes from the decisions. An open one was covered today by a more severe finding
        that the decisions settle.
        """
        today = {f.id for f in self.findings}
        return tuple(f for f in self.signed.findings if f.id not in today)

    @property
    def new_findings(self) -> tuple[Finding, ...]:
        """Return the findings that the decisions cause, the most severe first."""
        return tuple(f for f in self.signed.findings if f.status == "new")

    def of_status(self, status: Status) -> tuple[Finding, ...]:
        """Return findings of a status, as found or as agreed, the most severe first."""
        if status == "new":
            return self.new_findings
        return tuple(f for f in self.findings if f.status == status)

    def of_severity(self, *severities: Severity) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.severity in severities)

    def of_part(self, part: int) -> tuple[Finding, ...]:
        """Return the findings of one part of the workshop (1 to 6), most severe first."""
        return tuple(f for f in self.findings if f.part == part)

    @property
    def pressing(self) -> tuple[Finding, ...]:
        """Return the risks that those who decide see: urgent ones, else a few others."""
        return self.of_severity("critical")[:_MOST_URGENT] or self.of_severity("risk")[:FEW_RISKS]

    @property
    def top_risks(self) -> tuple[Finding, ...]:
        """Return the three most urgent findings."""
        return self.of_severity("critical", "risk", "watch")[:3]


_J = TypeVar("_J", bound=Judged)
_T = TypeVar("_T")


def kept(function: Callable[[_J], _T]) -> Callable[[_J], _T]:
    """Let what a function returns be kept with the assessment that it gets.

    An assessment never changes, and a pack asks many hundred times for its plan alone.
    """
    name = f"{function.__module__}.{function.__name__}"

    @wraps(function)
    def once(assessment: _J) -> _T:
        known = vars(assessment)
        if name not in known:
            known[name] = function(assessment)
        found: _T = known[name]
        return found

    return once


def left_of(judged: Judged, finding: Finding) -> tuple[Finding, ...]:
    """Return what stays of a settled finding as agreed: lesser findings in its place.

    They came up only because the decisions settle this one. Who is called without shipping the
    model, or with another team, leaves the shipping open.
    """
    if finding.status != "settled" or finding.severity == "strength":
        return ()
    later, rule = judged.later_findings, judged.content.rule
    found = [
        f for f in later if finding.id in rule(f.id).yields_to or _in_place_of(judged, finding, f)
    ]
    if finding.subject == "pager" and _is_half_called(judged.signed):
        found += [f for f in later if f.subject == "ship"]
    return tuple(f for f in dict.fromkeys(found) if f.severity != "strength")


def _in_place_of(judged: Judged, settled: Finding, later: Finding) -> bool:
    """Return whether decisions bring a finding on the same subject as a settled one.

    Who is on call and who is called first are two answers on one subject, so what is said only of
    the duty is not left of a call.
    """
    duty, reads = "duties.paged", judged.content.rule(later.id).reads
    if reads[:1] == (duty,) and duty not in judged.content.rule(settled.id).reads:
        return False
    return bool(settled.subject) and later.subject == settled.subject and later.status == "new"


_HALF_CALLED = ("shared-rota", "ships-only", "builds-only")
"""Reasons of the question who is called: it builds or ships, and not both."""


def _is_half_called(judged: Judged) -> bool:
    called = (d for d in judged.diagnostics if d.text.id == "paged")
    return any(d.result == "fails" and d.reason in _HALF_CALLED for d in called)


def named_by(situation: Situation, rule: str) -> Decision | None:
    """Return the first decision that says it settles a rule's finding."""
    decisions = situation.answers.decisions or ()
    return next((d for d in decisions if rule in (d.settles or ())), None)


def settled_by(situation: Situation, rule: str) -> Decision | None:
    """Return the decision that settles a finding which is gone as agreed.

    It names the finding, or changes an answer that the finding reads. A finding reads first what it
    is about, so a decision on that comes before one on anything else.
    """
    changed = (
        c.decision
        for name in situation.content.rule(rule).reads
        for c in situation.changes
        if name in (c.name, c.name.split(".")[0])  # “drills” has each moment of a drill
    )
    return named_by(situation, rule) or next(changed, None)
