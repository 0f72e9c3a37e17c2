"""What a room voted on one question, as its pages show it. Only of rounds that were revealed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workshop.model.ballots import Round, Vote
from workshop.model.content import Content
from workshop.room.questions import Poll
from workshop.session import Event
from workshop.session.votes import votes_of


@dataclass(frozen=True)
class Fact:
    """What somebody wrote beside a vote; `who` as far as the privacy lets it be known."""

    label: str
    fact: str
    who: str = ""
    few: bool = False
    """Whether fewer chose this than another answer: they are heard first."""


@dataclass(frozen=True)
class Row:
    """One choice: how many took it, by round; by role in the last one where that may be shown."""

    label: str
    counts: tuple[int, ...]
    roles: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Tally:
    """One question's votes; where there are two rounds, all but the counts are of the second.

    Facts are those of the first where the second brought none.
    """

    key: str
    cast: tuple[int, ...]
    rows: tuple[Row, ...]
    facts: tuple[Fact, ...]
    leading: str
    """The label of what most chose."""
    most: int
    tied: bool
    close: bool
    """Whether one vote more or less would bring another choice level or ahead."""
    moved: int | None
    stayed: int | None

    @property
    def split(self) -> float:
        """How far the room is apart: 0 if all agree, nearly 1 if each says something else."""
        return 1 - self.most / self.cast[-1] if self.cast[-1] else 0.0


def tally_of(events: Iterable[Event], content: Content, poll: Poll) -> Tally | None:
    """Return what was voted on a question, None if nothing of it was revealed."""
    vote = next((v for v in votes_of(events, content) if v.question == poll.key), None)
    if vote is None:
        return None
    last = vote.rounds[-1]
    spoken = next((r for r in reversed(vote.rounds) if r.facts), last)
    ranked = sorted((c.count for c in last.choices), reverse=True)
    most = ranked[0] if ranked else 0
    rows = _rows(vote, poll)
    both = vote.moved is not None and vote.stayed is not None and vote.moved + vote.stayed > 0
    return Tally(
        key=vote.question,
        cast=tuple(r.cast for r in vote.rounds),
        rows=rows,
        facts=_facts(spoken, poll),
        leading=next((c.label for c in last.choices if c.count == most), ""),
        most=most,
        tied=ranked.count(most) > 1,
        close=len(ranked) > 1 and 0 <= most - ranked[1] <= 1 < last.cast,
        moved=vote.moved if both else None,
        stayed=vote.stayed if both else None,
    )


def _rows(vote: Vote, poll: Poll) -> tuple[Row, ...]:
    """Return a row for each choice of the question, or for each team that was named."""
    *_, last = vote.rounds
    found = []
    for counted in last.choices:
        counts = tuple(
            sum(c.count for c in r.choices if c.value == counted.value) for r in vote.rounds
        )
        if any(counts) or poll.kind == "choice":
            roles = tuple((role, n) for role, n in (counted.by_role or {}).items() if n)
            found.append(Row(counted.label, counts, roles))
    return tuple(found)


def _facts(at: Round, poll: Poll) -> tuple[Fact, ...]:
    """Return the facts, those of the fewest first."""
    counts = {c.value: c.count for c in at.choices}
    labels = {c.value: c.label for c in at.choices}
    told = sorted(at.facts or (), key=lambda f: counts.get(f.value, 0))
    return tuple(
        Fact(
            labels.get(f.value) or poll.label(f.value),
            f.fact,
            " · ".join(w for w in (f.name, f.role) if w),
            counts.get(f.value, 0) < max(counts.values()),
        )
        for f in told
    )
