"""What a finding is, and a situation with its findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

from workshop.content.items import Severity
from workshop.findings.options import Option
from workshop.findings.situation import Situation
from workshop.findings.uncertainty import OpenQuestion

SEVERITIES: tuple[Severity, ...] = ("critical", "risk", "watch", "strength")
"""The gravest first."""


Status = Literal["open", "settled", "new"]
"""open: found today, and still there as agreed · settled: found today, gone as agreed · new: only
there as agreed. Without decisions that set answers everything is open."""


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
    "facts",
    "unknowns",
]
"""What an assessment gives as a pandas frame."""


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
    unknowns: tuple[OpenQuestion, ...]
    options: tuple[Option, ...]
    """What can be done: doing nothing first, then the other patterns and the combinations."""
    agreed: Self | None = None
    """The assessment of the answers as agreed; None where no decision sets an answer. Its findings
    are open or new; those of the answers as found are open or settled."""

    @property
    def signed(self) -> Self:
        """What is signed and carried out: as agreed where anything was, else as found."""
        return self.agreed or self

    @property
    def later_findings(self) -> tuple[Finding, ...]:
        """Findings that are told only as agreed, the gravest first.

        A new one is brought by the decisions. An open one was covered today by a graver finding
        that the decisions settle.
        """
        today = {f.id for f in self.findings}
        return tuple(f for f in self.signed.findings if f.id not in today)

    @property
    def new_findings(self) -> tuple[Finding, ...]:
        """The findings that the decisions bring, the gravest first."""
        return tuple(f for f in self.signed.findings if f.status == "new")

    def of_status(self, status: Status) -> tuple[Finding, ...]:
        """Return findings as found or as agreed by how they stand, the gravest first."""
        if status == "new":
            return self.new_findings
        return tuple(f for f in self.findings if f.status == status)

    def of_severity(self, *severities: Severity) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.severity in severities)

    def of_part(self, part: int) -> tuple[Finding, ...]:
        """Return the findings of one part of the workshop (1 to 6), the gravest first."""
        return tuple(f for f in self.findings if f.part == part)

    @property
    def top_risks(self) -> tuple[Finding, ...]:
        """The three findings that will hurt first."""
        return self.of_severity("critical", "risk", "watch")[:3]
