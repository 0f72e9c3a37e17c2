"""The part of `findings.json` that says what the room voted."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from workshop.findings.votes import Said, State, Tally, VoteResult
from workshop.model.answers import Pattern
from workshop.model.ballots import Privacy


class _Report(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ChoiceReport(_Report):
    value: str
    label: str
    counts: list[int] = Field(description="votes in each round")
    by_role: list[dict[str, int] | None] = Field(
        description="for each round; null: roles may not be told apart"
    )


class RoundReport(_Report):
    cast: int
    present: int | None
    leading: list[str] = Field(description="the most frequent answer; several in a tie")
    agree: int = Field(description="how many gave it: agreement, of those who voted")
    state: State = Field(description="divided: fewer than the content's limit, or a tie")


class SaidReport(_Report):
    round: Literal[1, 2]
    value: str
    fact: str
    role: str | None
    name: str | None
    few: bool = Field(description="fewer chose this than another answer")


class VoteReport(_Report):
    """What was voted on one question."""

    question: str
    asked: str
    privacy: Privacy
    choices: list[ChoiceReport]
    rounds: list[RoundReport]
    stayed: int | None
    moved: int | None
    facts: list[SaidReport] = Field(description="those of the fewest first")
    minority: list[SaidReport] = Field(description="reasons against the room's last answer")
    swing: list[str] = Field(description="one vote more or less decides between these")
    decision: str | None
    dissent: list[str]
    recorded: str | None = Field(description="the answer on record, as a ballot would give it")
    differs: bool = Field(description="the answer on record is not the room's")
    advice_with_it: list[Pattern] | None = Field(
        description="what the room's answer would make the advice; null: the same"
    )


def votes_report(results: tuple[VoteResult, ...]) -> list[VoteReport]:
    """Return the votes as the value behind `votes` in `findings.json`."""
    return [_vote(r) for r in results]


def _vote(r: VoteResult) -> VoteReport:
    vote = r.vote
    return VoteReport(
        question=vote.question,
        asked=vote.asked,
        privacy=vote.privacy,
        choices=[
            ChoiceReport(
                value=o.value,
                label=o.label,
                counts=list(o.counts),
                by_role=[None if roles is None else dict(roles) for roles in o.by_role],
            )
            for o in r.options
        ],
        rounds=[_round(t) for t in r.rounds],
        stayed=vote.stayed,
        moved=vote.moved,
        facts=[_said(s) for s in r.said],
        minority=[_said(s) for s in r.minority],
        swing=list(r.swing),
        decision=vote.decision,
        dissent=list(vote.dissent or ()),
        recorded=r.recorded,
        differs=r.differs,
        advice_with_it=list(r.advice.patterns) if r.advice else None,
    )


def _round(t: Tally) -> RoundReport:
    return RoundReport(
        cast=t.cast, present=t.present, leading=list(t.leading), agree=t.most, state=t.state
    )


def _said(s: Said) -> SaidReport:
    fact = s.fact
    return SaidReport(
        round=s.round, value=fact.value, fact=fact.fact, role=fact.role, name=fact.name, few=s.few
    )
