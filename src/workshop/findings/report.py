"""`findings.json`: the assessment as plain data, with a published schema."""

from __future__ import annotations

import json
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from workshop.findings.advice import firmness, headline
from workshop.findings.assessment import Assessment
from workshop.findings.sincereport import SinceReport, since_report
from workshop.findings.verdicts import PatternVerdict
from workshop.findings.votesreport import VoteReport, votes_report
from workshop.model.answers import Pattern
from workshop.model.judging import Severity

_Value = bool | int | float | str | None


class _Report(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RecommendationReport(_Report):
    patterns: list[Pattern] = Field(
        description="none, one, a combination (base first), or the contestants"
    )
    contested: bool
    because: list[str]
    headline: str
    firmness: list[str]
    combination: str | None
    nearest: list[Pattern] = Field(description="where none fits: those with the fewest obstacles")


class CriterionReport(_Report):
    id: str
    reads: str
    says: Literal["supports", "neutral", "against", "unknown"]
    because: str
    sources: list[str]
    value: _Value
    role: Literal["needed", "condition", "leaning"]


class VerdictReport(_Report):
    verdict: Literal["excluded", "fits", "fits-on-conditions", "not-yet"] | None = Field(
        description="null: not judged, since nothing it needs was told"
    )
    criteria: list[CriterionReport]
    conditions: list[str]
    changes: list[str]
    excluded_because: str | None
    unknown: list[str]


class TippingPointReport(_Report):
    input: str
    now: _Value
    to: _Value
    when: Literal["at-least", "at-most", "below", "is"]
    patterns: list[Pattern]
    contested: bool


class FindingReport(_Report):
    id: str
    severity: Severity
    statement: str
    answers: list[str]
    why: str
    sources: list[str]
    mitigation: str
    owner: str | None
    due: str | None
    part: int


class UnknownReport(_Report):
    answer: str
    ask: str
    would_change: list[Pattern]


class TensionReport(_Report):
    id: str
    title: str
    for_you: str
    sources: list[str]


class Report(_Report):
    """The shape of `findings.json`."""

    organisation: str | None
    group: str | None
    kit_version: str
    content_version: str
    recommendation: RecommendationReport
    verdicts: dict[Pattern, VerdictReport]
    tipping_points: list[TippingPointReport]
    findings: list[FindingReport]
    tensions: list[TensionReport]
    unknowns: list[UnknownReport]
    since: SinceReport | None = Field(
        None, description="what became of an earlier workshop, where there was one"
    )
    votes: list[VoteReport] | None = Field(
        None, description="what the room voted, where it did; its widest splits first"
    )


OPTIONAL = ("since", "votes")
"""Parts of `findings.json` that are left out where there is nothing to put into them."""


def report(a: Assessment) -> Report:
    """Return the assessment as the value behind `findings.json`."""
    from workshop import __version__

    r = a.recommendation
    return Report(
        organisation=a.answers.organisation,
        group=a.answers.group,
        kit_version=__version__,
        content_version=a.content.version,
        recommendation=RecommendationReport(
            patterns=list(r.patterns),
            contested=r.contested,
            because=list(r.because),
            headline=headline(a),
            firmness=list(firmness(a)),
            combination=r.combination.name if r.combination else None,
            nearest=list(r.nearest),
        ),
        verdicts={p: _verdict(v) for p, v in a.verdicts.items()},
        tipping_points=[
            TippingPointReport(
                input=t.input,
                now=t.now,
                to=t.to,
                when=t.when,
                patterns=list(t.patterns),
                contested=t.contested,
            )
            for t in a.tipping_points
        ],
        findings=[
            FindingReport(
                id=f.id,
                severity=f.severity,
                statement=f.statement,
                answers=list(f.answers),
                why=f.why,
                sources=list(f.sources),
                mitigation=f.mitigation,
                owner=f.owner,
                due=f.due,
                part=f.part,
            )
            for f in a.findings
        ],
        tensions=[
            TensionReport(
                id=t.text.id, title=t.text.title, for_you=t.for_you, sources=list(t.text.sources)
            )
            for t in a.tensions
            if t.for_you is not None
        ],
        unknowns=[
            UnknownReport(answer=u.question.id, ask=u.question.ask, would_change=list(u.patterns))
            for u in a.unknowns
        ],
        since=since_report(a.since) if a.since else None,
        votes=votes_report(a.votes) or None,
    )


def _verdict(v: PatternVerdict) -> VerdictReport:
    return VerdictReport(
        verdict=v.verdict,
        criteria=[
            CriterionReport(
                id=r.criterion.id,
                reads=r.criterion.reads,
                says=r.says,
                because=r.because,
                sources=list(r.criterion.sources),
                value=r.value,
                role=r.criterion.role,
            )
            for r in v.readings
        ],
        conditions=[c.words for c in v.conditions],
        changes=list(v.changes),
        excluded_because=v.constraint.because if v.constraint else None,
        unknown=list(v.unknown),
    )


def to_json(a: Assessment) -> str:
    """Return the text of `findings.json`: the same answers give the same bytes."""
    data = report(a).model_dump(mode="json")
    for name in OPTIONAL:
        if data[name] is None:
            del data[name]
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
