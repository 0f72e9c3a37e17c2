"""Interpret the room's votes: agreement, who moved, and how firm it is.

Choices of a vote have no order, and a question that asks for a team has as many choices as people
name. So agreement is counted by the most frequent answer, as one minus the variation ratio: how
many of those who voted gave it (“8 of 11 agree”). Measures for ordered scales would need an order,
and standardised ones a known number of choices (Q2). No mean is calculated anywhere: an average of
answers is nobody's answer, and showing one draws people towards it (G4).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from workshop.answers.schema import (
    OWN,
    Answers,
    Decision,
    Fact,
    Round,
    Vote,
    lookup,
    record_on,
    recorded_in,
)
from workshop.content.loader import Content
from workshop.content.teams import AT_HANDOVER, NOBODY, UNKNOWN, Teams
from workshop.findings.patterns.inputs import word
from workshop.findings.patterns.verdicts import Judge, Recommendation

State = Literal["one", "most", "divided", "unknown", "listed"]
"""The agreement of a vote.

one: everybody gave the same answer · most: enough of them did · divided: fewer, or a tie ·
unknown: everybody said “I don't know”. Who said so beside others is counted apart · listed: answers
in free words, or dots, which do not exclude each other, so that nobody agrees or differs by them.
"""


@dataclass(frozen=True)
class Tally:
    """One counted round; `leading` are the choices with the most votes.

    If a ballot may have several choices, they are those on more than half of all ballots, if there
    are any; `most` is the most votes of one choice all the same.
    """

    cast: int
    unknown: int
    present: int | None
    leading: tuple[str, ...]
    most: int
    state: State

    @property
    def share(self) -> float:
        """Return the share of votes of the most frequent answer: agreement, 0 to 1."""
        return self.most / self.cast if self.cast else 0.0


@dataclass(frozen=True)
class AtTable:
    """The votes of one table in one round; `leading` and `most` as in a `Tally`."""

    name: str
    cast: int
    leading: tuple[str, ...]
    most: int
    counts: Mapping[str, int] = field(hash=False)
    """The votes of each choice."""

    @property
    def is_divided(self) -> bool:
        """Return whether several have the most votes, and none more than half."""
        return len(self.leading) > 1 and self.most * 2 <= self.cast


@dataclass(frozen=True)
class Option:
    """One choice with its votes by round, by role and table as far as may be shown."""

    value: str
    label: str
    counts: tuple[int, ...]
    by_role: tuple[Mapping[str, int] | None, ...] = field(hash=False)
    by_table: tuple[Mapping[str, int] | None, ...] = field(hash=False)
    on_record: bool
    """Whether it is the recorded answer, however that is spelt."""


@dataclass(frozen=True)
class GivenFact:
    """A fact that was given with a vote; `round` is 1 or 2.

    A fact that was given twice appears once, in its first round.
    """

    round: Literal[1, 2]
    fact: Fact
    few: bool
    """Whether fewer people chose this than another answer; they speak first."""


@dataclass(frozen=True)
class VoteResult:
    """The interpretation of the votes on one question."""

    vote: Vote
    options: tuple[Option, ...]
    """All choices, in one order for both rounds."""
    rounds: tuple[Tally, ...]
    facts: tuple[GivenFact, ...]
    """All facts, those of the least frequent choices first."""
    minority: tuple[GivenFact, ...]
    """Facts of those who did not give the room's answer in the last round."""
    swing: tuple[str, ...]
    """The choices between which a single vote decides; empty if none does."""
    recorded: str | tuple[str, ...] | None
    """The recorded answer, in the form of a ballot; None if there is none."""
    differs: bool
    """Whether the recorded answer differs from the room's."""
    advice: Recommendation | None
    """The recommendation with the room's answer, if it differs from today's."""
    record: Decision | None
    """The decision that sets the answer, if there is one."""
    dont_know: str
    """How “I don't know” reads."""
    tables: tuple[tuple[AtTable, ...], ...]
    """The votes of each table that may be counted apart, round by round."""

    @property
    def dissent(self) -> tuple[str, ...]:
        """Return the dissent recorded with the decision, else with the vote."""
        if self.record is not None and self.record.dissent:
            return (self.record.dissent,)
        return self.vote.dissent or ()

    @property
    def first(self) -> Tally:
        return self.rounds[0]

    @property
    def last(self) -> Tally:
        return self.rounds[-1]

    @property
    def room_answer(self) -> str | None:
        """Return the room's answer: the single leading choice of the last round."""
        return self.last.leading[0] if len(self.last.leading) == 1 else None

    @property
    def split(self) -> tuple[str, ...]:
        """Return the choices between which a room stayed divided that recorded none.

        Those with the most votes first. If several have the most, they are all of them.
        """
        last = self.last
        if last.state != "divided" or self.recorded is not None:
            return ()
        if len(last.leading) > 1:
            return last.leading
        voted = [o for o in self.options if o.counts[-1]]
        return tuple(o.value for o in sorted(voted, key=lambda o: -o.counts[-1]))

    @property
    def moves(self) -> tuple[tuple[Option, int], ...]:
        """Return the choices that gained or lost votes between rounds, and how many."""
        if len(self.rounds) == 1:
            return ()
        found = [(o, o.counts[1] - o.counts[0]) for o in self.options]
        return tuple((o, n) for o, n in found if n)

    @property
    def is_listed(self) -> bool:
        """Return whether the answers are a list: free words, or dots."""
        return self.vote.kind is not None

    @property
    def several(self) -> bool:
        """Return whether one ballot could have several choices."""
        return bool(self.vote.several)

    def named(self, fact: Fact) -> list[str]:
        """Return the labels of the choices on a fact's ballot."""
        return [self.label(value) for value in (fact.value, *(fact.also or ()))]

    def label(self, value: str) -> str:
        """Return the label of a choice, as a part of a sentence: without a full stop."""
        known = next((o.label for o in self.options if o.value == value), value)
        return self.dont_know if value == UNKNOWN == known else known.rstrip(".") or known


def agreeing(content: Content) -> float:
    """Return the share of votes from which on most of a room agree."""
    return content.rule("room-divided-without-dissent").limits["share"]


def vote_results(
    content: Content, answers: Answers, judge: Judge, advised: Recommendation
) -> tuple[VoteResult, ...]:
    """Return the vote results, the most divided questions first, lists last."""
    found = [_result(content, answers, judge, advised, v) for v in answers.votes or ()]
    found = [r for r in found if r.last.cast or r.last.unknown]
    return tuple(sorted(found, key=lambda r: (r.is_listed, r.last.share, r.first.share)))


def _result(
    content: Content, answers: Answers, judge: Judge, advised: Recommendation, vote: Vote
) -> VoteResult:
    teams, recorded = content.teams, _recorded(answers, vote)
    options = _options(teams, vote, recorded)
    rounds = tuple(_tally(r, agreeing(content), vote) for r in vote.rounds)
    last = rounds[-1]
    facts = _given_facts(vote)
    against = {o.value for o in options if o.counts[-1]} - set(last.leading)
    late = [s for s in facts if _holds(vote.rounds[-1], s.fact)]
    late_choices = {s.fact.value for s in late}
    room_answer = last.leading[0] if len(last.leading) == 1 else None
    return VoteResult(
        vote=vote,
        options=options,
        rounds=rounds,
        facts=facts,
        minority=tuple(
            s
            for s in facts
            if not vote.kind
            and s.fact.value in against
            and (s in late or s.fact.value not in late_choices)
        ),
        swing=() if vote.several or vote.kind else _swing(options, last),
        recorded=recorded,
        differs=recorded is not None and _differs(teams, vote, options, last, recorded),
        advice=_advice(judge, advised, vote.question, room_answer),
        record=_record(content, answers, vote),
        dont_know=content.words("votes.dont-know"),
        tables=tuple(tables_of(at, several=bool(vote.several)) for at in vote.rounds),
    )


def tables_of(at: Round, *, several: bool) -> tuple[AtTable, ...]:
    """Return the votes of each table of a round that may be counted apart."""
    found = []
    for table, cast in (at.tables or {}).items():
        counts = {c.value: (c.by_table or {}).get(table, 0) for c in at.choices}
        leading, most = _leading(counts, cast, several=several)
        found.append(AtTable(table, cast, leading, most, counts))
    return tuple(found)


def _leading(counts: Mapping[str, int], cast: int, *, several: bool) -> tuple[tuple[str, ...], int]:
    """Return the choices with the most votes, and how many those are.

    If a ballot may have several choices, those on more than half of the ballots, if there are any.
    """
    most = max(counts.values(), default=0)
    by_half = several and most * 2 > cast
    found = (v for v, n in counts.items() if (n * 2 > cast if by_half else n == most))
    return tuple(found) if cast else (), most


def _record(content: Content, answers: Answers, vote: Vote) -> Decision | None:
    if vote.question.startswith(OWN):
        made = recorded_in(answers, vote.asked)
        return made if made and made.chosen else None
    try:
        return record_on(answers, content.sets(vote.question))
    except KeyError:  # another content asked this
        return None


def _options(
    teams: Teams, vote: Vote, recorded: str | tuple[str, ...] | None
) -> tuple[Option, ...]:
    labels = {c.value: c.label for r in reversed(vote.rounds) for c in r.choices}
    order = dict.fromkeys(c.value for r in vote.rounds for c in r.choices)
    counted = [{c.value: c for c in r.choices} for r in vote.rounds]
    on_record = _keys(teams, recorded)
    return tuple(
        Option(
            value,
            labels[value],
            tuple(t[value].count if value in t else 0 for t in counted),
            tuple(t[value].by_role if value in t else None for t in counted),
            tuple(t[value].by_table if value in t else None for t in counted),
            _key(teams, value) in on_record,
        )
        for value in order
    )


def _differs(
    teams: Teams,
    vote: Vote,
    options: tuple[Option, ...],
    last: Tally,
    recorded: str | tuple[str, ...],
) -> bool:
    """Return whether the recorded answer differs from the room's.

    Answers in free words and dots do not lead, so none differs from them. With several choices,
    each leading one has to be recorded, and each recorded one be on half of the ballots.
    """
    if not last.cast or vote.kind is not None:
        return False
    on_record, leading = _keys(teams, recorded), {_key(teams, value) for value in last.leading}
    if not vote.several:
        return not on_record & leading
    half = {_key(teams, o.value) for o in options if o.counts[-1] * 2 >= last.cast}
    return not leading <= on_record or not on_record <= half | leading


def _tally(at: Round, share: float, vote: Vote) -> Tally:
    several, counts = bool(vote.several), {c.value: c.count for c in at.choices}
    leading, most = _leading(counts, at.cast, several=several)
    if vote.kind is not None:
        state: State = "listed" if at.cast else "unknown"
        return Tally(at.cast, at.unknown or 0, at.present, (), most, state)
    tied = len(leading) > 1 and not (several and most * 2 > at.cast)
    state = "one" if at.cast else "unknown"
    if most < at.cast:
        state = "divided" if tied or most < share * at.cast else "most"
    return Tally(at.cast, at.unknown or 0, at.present, leading, most, state)


def _given_facts(vote: Vote) -> tuple[GivenFact, ...]:
    found: dict[Fact, GivenFact] = {}
    rank: dict[Fact, tuple[int, int, int]] = {}
    numbers: tuple[Literal[1, 2], ...] = (1, 2)
    for number, at in zip(numbers, vote.rounds, strict=False):
        counts = {c.value: c.count for c in at.choices}
        order = [*counts, UNKNOWN]
        most = max(counts.values(), default=0)
        for fact in at.facts or ():
            n = counts.get(fact.value, at.cast)  # who does not know speaks last
            found.setdefault(fact, GivenFact(number, fact, n < most))
            rank.setdefault(fact, (n, order.index(fact.value), number))
    return tuple(sorted(found.values(), key=lambda s: (*rank[s.fact], s.fact.fact)))


def _holds(at: Round, fact: Fact) -> bool:
    return fact in (at.facts or ())


def _swing(options: tuple[Option, ...], last: Tally) -> tuple[str, ...]:
    """Return the choices between which a single vote decides."""
    near = tuple(o.value for o in options if o.counts[-1] and o.counts[-1] >= last.most - 1)
    return near if len(near) > 1 else ()


def _recorded(answers: Answers, vote: Vote) -> str | tuple[str, ...] | None:
    """Return the recorded answer to the question, else the decision after the vote."""
    try:
        given = lookup(answers, vote.question)
    except KeyError:
        given = None
    if isinstance(given, tuple):
        return tuple(str(part) for part in given)
    return word(given) if isinstance(given, bool | int | float | str) else vote.decision


def _keys(teams: Teams, recorded: str | tuple[str, ...] | None) -> set[str]:
    """Return each recorded answer in a form that ignores spelling variants."""
    if recorded is None:
        return set()
    return {_key(teams, one) for one in ((recorded,) if isinstance(recorded, str) else recorded)}


def _key(teams: Teams, name: str) -> str:
    """Return an answer in a form that ignores spelling variants."""
    if teams.is_nobody(name):
        return NOBODY
    return AT_HANDOVER if teams.is_at_handover(name) else teams.key(name)


def _advice(
    judge: Judge, advised: Recommendation, name: str, room_answer: str | None
) -> Recommendation | None:
    """Return the recommendation with the room's answer, or None if unchanged."""
    choices = judge.content.question(name).choices if name in Answers.model_fields else {}
    if room_answer not in choices:
        return None
    value = {"true": True, "false": False}.get(room_answer, room_answer)
    typed = int(room_answer) if room_answer.isdigit() else value
    other = judge.advice_if({name: typed})
    return None if other.key == advised.key else other
