"""What a finding is, and a situation with its findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workshop.content.items import Severity
from workshop.findings.situation import Situation

SEVERITIES: tuple[Severity, ...] = ("critical", "risk", "watch", "strength")
"""The gravest first."""


Status = Literal["open", "settled", "new"]
"""open: found today, and still there as agreed · settled: found today, gone as agreed · new: only
there as agreed. Without decisions that set answers everything is open."""


@dataclass(frozen=True)
class Finding:
    """One thing found: a statement in the team's own terms, and what to do about it."""

    id: str
    part: int
    severity: Severity
    statement: str
    answers: tuple[str, ...]
    """Names of the answers it rests on, those that were given."""
    why: str
    sources: tuple[str, ...]
    mitigation: str
    owner: str | None
    due: str | None
    """ISO date. Owner and date come from the decision that settles the finding, if one does."""
    subject: str = ""
    """What it is about; no strength is told on a subject that has a critical finding or a risk."""
    what: str = ""
    """What is different once it is done, as a task; empty for a strength."""
    status: Status = "open"


@dataclass(frozen=True)
class Judged(Situation):
    """The situation, and what was found in it: the most severe first."""

    findings: tuple[Finding, ...]

    def of_severity(self, *severities: Severity) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.severity in severities)

    def of_part(self, part: int) -> tuple[Finding, ...]:
        """Return the findings of one part of the workshop (1 to 6), the gravest first."""
        return tuple(f for f in self.findings if f.part == part)

    @property
    def top_risks(self) -> tuple[Finding, ...]:
        """The three findings that will hurt first."""
        return self.of_severity("critical", "risk", "watch")[:3]
