"""Calculate everything that the rules read from a team's answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from workshop.answers.schema import Answers, lookup
from workshop.content.items import Pattern, SignalText
from workshop.content.loader import Content
from workshop.content.teams import Teams
from workshop.findings.agreement import (
    OF_DECISIONS,
    AgreedChange,
    Clash,
    changes,
    clashes,
)
from workshop.findings.handoffs import ValueStream, VerticalCheck, value_stream, vertical_check
from workshop.findings.oncall import Charter, DrillTranscript, KnowledgeMap, charter, drills
from workshop.findings.oncall import knowledge_map as knowledge_of
from workshop.findings.ownership import (
    DiagnosticResult,
    LeadProfile,
    Ledger,
    is_provider,
    lead_profile,
    ledger,
)
from workshop.findings.ownership import diagnostics as diagnostics_of
from workshop.findings.patterns.capacity import Headcount, QueueCurve, headcounts, queue_curve
from workshop.findings.patterns.deciding import decide
from workshop.findings.patterns.tipping import (
    SensitivityRange,
    TippingPoint,
    sensitivity_ranges,
    tipping_points,
)
from workshop.findings.patterns.verdicts import Judge, PatternVerdict, Recommendation, settle
from workshop.findings.votes import VoteResult, vote_results

NEAR = 0.8
"""The share of its limit from which a signal is near it (the kit's choice)."""


@dataclass(frozen=True)
class SignalState:
    """One signal; `now` falls back to the answer of the same name, or None."""

    text: SignalText
    now: float | None
    trigger: float | None
    state: Literal["reached", "near", "far", "no-trigger", "unknown"]


def signals(content: Content, answers: Answers) -> tuple[SignalState, ...]:
    """Return the state of each signal that the content names."""
    return tuple(_state(answers, text) for text in content.signals)


def _state(answers: Answers, text: SignalText) -> SignalState:
    now = lookup(answers, f"signals.{text.id}.now")
    now = getattr(answers, text.id) if now is None else now
    trigger = lookup(answers, f"signals.{text.id}.trigger")
    if trigger is None:
        return SignalState(text, now, None, "no-trigger")
    if now is None:
        return SignalState(text, None, trigger, "unknown")
    if now >= trigger:
        return SignalState(text, now, trigger, "reached")
    return SignalState(text, now, trigger, "near" if now >= NEAR * trigger else "far")


@dataclass(frozen=True)
class Situation:
    """The answers and what follows; parts that lack answers are None."""

    answers: Answers
    content: Content
    verdicts: dict[Pattern, PatternVerdict] = field(hash=False)
    recommendation: Recommendation
    sensitivity: tuple[SensitivityRange, ...]
    tipping_points: tuple[TippingPoint, ...]
    headcounts: tuple[Headcount, ...]
    ledger: Ledger
    diagnostics: tuple[DiagnosticResult, ...]
    lead: LeadProfile | None
    charter: Charter
    knowledge: KnowledgeMap
    drills: tuple[DrillTranscript, ...]
    stream: ValueStream | None
    vertical: VerticalCheck
    queue: QueueCurve | None
    signals: tuple[SignalState, ...]
    clashes: tuple[Clash, ...]
    """Answers that do not fit together: reported before any advice."""
    changes: tuple[AgreedChange, ...]
    """Answers that decisions change: as found, as agreed."""
    votes: tuple[VoteResult, ...]
    """The room's votes, the widest splits first; empty without votes."""

    @property
    def teams(self) -> Teams:
        """Return how names of teams are read."""
        return self.content.teams

    @property
    def model(self) -> str:
        """Return the model's name as typed, or words for it."""
        return self.answers.model or self.content.words("common.the-model")

    def are_teams(self, *teams: str | None) -> bool:
        """Return whether each name is a team: not None, nobody or “at handover”."""
        return all(map(self.teams.is_somebody, teams))

    def is_provider(self, team: str | None) -> bool:
        """Return whether a name is the maker of the model, which is no own team."""
        return is_provider(self.teams, self.answers, team)

    @property
    def provider(self) -> str:
        """Return the name of a bought model's maker as typed, or words for it."""
        return self.answers.provider or self.content.words("common.the-provider")

    @property
    def doubted(self) -> frozenset[str]:
        """Return the names of the answers that another answer contradicts.

        What was measured is not in doubt because an opinion contradicts it.
        """
        found = (clash for clash in self.clashes if clash.id not in OF_DECISIONS)
        return frozenset(n for clash in found for n in clash.answers if n != clash.measured)

    @property
    def judged_pattern(self) -> Pattern | None:
        """Return the pattern to examine: the chosen one, else today's."""
        return self.answers.chosen_pattern or self.answers.current_pattern

    def name_of(self, pattern: str) -> str:
        return self.content.pattern(pattern).name

    def listing(self, items: Iterable[str]) -> str:
        """Return items as a reader lists them: “a, b and c”."""
        return self.content.words.listing(items)


def examine(content: Content, answers: Answers) -> Situation:
    """Return everything that follows from the answers, except findings."""
    judge = Judge(content, answers)
    advised = settle(content, judge.verdicts)
    sensitivity = sensitivity_ranges(content, judge)
    points = tipping_points(sensitivity, advised)
    recommendation = decide(content, judge, advised, sensitivity, points)
    stream, queue = value_stream(content, answers), queue_curve(content, answers)
    votes = vote_results(content, answers, judge, recommendation)
    return Situation(
        answers=answers,
        content=content,
        verdicts=judge.verdicts,
        recommendation=recommendation,
        sensitivity=sensitivity,
        tipping_points=points,
        headcounts=headcounts(content, answers),
        ledger=ledger(content, answers),
        diagnostics=diagnostics_of(content, answers),
        lead=lead_profile(content, answers),
        charter=charter(content, answers),
        knowledge=knowledge_of(content, answers),
        drills=drills(content, answers, votes),
        stream=stream,
        vertical=vertical_check(content, answers),
        queue=queue,
        signals=signals(content, answers),
        clashes=clashes(content, answers, stream, queue),
        changes=changes(content, answers),
        votes=votes,
    )


def shared(situation: Situation) -> dict[str, Any]:
    """Return the situation's fields by name, to build the `Assessment` from it."""
    return {f.name: getattr(situation, f.name) for f in fields(situation)}
