"""From a room's events to what it voted. Privacy is applied here, once, for every later step.

Nothing that leaves this module leads from a vote to a person further than the room agreed before
its first vote. Roles are counted apart only where no group under the room's limit shows, neither
by itself nor as what is left over: see `_roles_shown`. Facts stand in the order of the alphabet,
never in that of their arrival.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from workshop.answers.schema import (
    BETWEEN,
    PRIVACIES,
    SMALLEST,
    Answers,
    Counted,
    Fact,
    Privacy,
    Round,
    Vote,
)
from workshop.content.items import AsksAbout
from workshop.content.loader import Content
from workshop.content.teams import AT_HANDOVER, KINDS, NOBODY
from workshop.session.store import Event

ROOM = frozenset({"room-opened", "joined", "asked", "voted", "corrected", "revealed", "decided"})
"""Kinds of event that may change what a room voted."""
_LIMIT = 3
_LONGEST_VALUE, _LONGEST_NAME, _LONGEST_TEXT = 2_000, 500, 50_000


@dataclass(frozen=True)
class _Ballot:
    value: str
    fact: str
    role: str
    name: str
    paper: bool


@dataclass
class _Round:
    ballots: dict[str, _Ballot] = field(default_factory=dict)
    joined: int = 0
    revealed: bool = False


@dataclass
class _Asked:
    key: str
    words: str = ""
    about: AsksAbout | None = None
    rounds: dict[int, _Round] = field(default_factory=dict)
    decided: Mapping[str, Any] | None = None


@dataclass
class _Room:
    """A room's events, taken in one by one. Without a privacy it is anonymous."""

    privacy: Privacy = "anonymous"
    threshold: int = _LIMIT
    opened: bool = False
    people: set[str] = field(default_factory=set)
    asked: dict[str, _Asked] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        """Take an event in. What makes no sense raises KeyError, TypeError or ValueError."""
        body = event.body
        if event.kind == "room-opened" and not self.opened:
            if body.get("privacy") in PRIVACIES:
                self.privacy = body["privacy"]
            self.threshold = max(SMALLEST, int(body.get("threshold") or _LIMIT))
            self.opened = True
        elif event.kind == "joined":
            self.people.add(str(body["person"]))
        elif event.kind == "decided":
            self._question(body).decided = dict(body)
        elif event.kind in ("asked", "voted", "corrected", "revealed"):
            self._vote(event.kind, body)

    def _question(self, body: Mapping[str, Any]) -> _Asked:
        name = _words(body["question"], _LONGEST_NAME)
        return self.asked.setdefault(name, _Asked(name))

    def _vote(self, kind: str, body: Mapping[str, Any]) -> None:
        number = int(body["round"])
        if number not in (1, 2):
            raise ValueError(number)
        asked = self._question(body)
        at = asked.rounds.setdefault(number, _Round())
        if kind == "asked":
            asked.words = asked.words or _words(body.get("words"), _LONGEST_TEXT, missing="")
            if body.get("asks_about") in get_args(AsksAbout):
                asked.about = asked.about or body["asks_about"]
        elif kind == "corrected":
            at.ballots.pop(str(body["ballot"]), None)
        elif kind == "revealed":
            at.revealed, at.joined = True, len(self.people)
        elif not at.revealed:  # who votes later has seen the others' votes
            at.ballots[str(body["ballot"])] = _Ballot(
                _words(body["value"], _LONGEST_VALUE),
                _words(body.get("fact"), _LONGEST_TEXT, missing=""),
                _words(body.get("role"), _LONGEST_NAME, missing=""),
                _words(body.get("name"), _LONGEST_NAME, missing=""),
                bool(body.get("keyed") or body.get("shared")),
            )


def votes_of(events: Iterable[Event], content: Content) -> tuple[Vote, ...]:
    """Return what a room voted, question by question, in the order in which they were asked.

    Pure. Only of rounds that were revealed; the last ballot of a person in a round counts. What
    makes no sense among the events is passed over.
    """
    room = _Room()
    for event in events:
        try:
            room.take(event)
        except (KeyError, TypeError, ValueError, AttributeError):
            continue
    votes = (_vote(room, asked, content) for asked in room.asked.values())
    return tuple(vote for vote in votes if vote is not None)


def with_votes(answers: Answers, votes: tuple[Vote, ...]) -> Answers:
    """Return answers with these votes, in the place of those they hold on the same questions."""
    if not votes:
        return answers
    anew = {vote.question for vote in votes}
    kept = tuple(vote for vote in answers.votes or () if vote.question not in anew)
    return answers.model_copy(update={"votes": (*kept, *votes)})


def _vote(room: _Room, asked: _Asked, content: Content) -> Vote | None:
    rounds = [at for _, at in sorted(asked.rounds.items()) if at.revealed and at.ballots]
    if not rounds:
        return None
    naming = _Naming(content, asked.key, (v.value for at in rounds for v in at.ballots.values()))
    read = [{b: naming.value(v.value) for b, v in at.ballots.items()} for at in rounds]
    values = naming.in_order({value for at in read for value in at.values()})
    roles = _roles_shown(rounds, room.threshold) if room.privacy != "anonymous" else ()
    decided = asked.decided or {}
    decision = _words(decided.get("value"), _LONGEST_TEXT, missing="")
    both = read[0].keys() & read[1].keys() if len(read) == 2 else set()
    moved = sum(read[0][b] != read[1][b] for b in both)
    return Vote(
        question=asked.key,
        asked=asked.words or naming.ask,
        privacy=room.privacy,
        asks_about=asked.about,
        rounds=tuple(
            _round(room.privacy, at, said, values, naming, roles)
            for at, said in zip(rounds, read, strict=True)
        ),
        decision=naming.value(decision) if decision else None,
        dissent=_lines(decided.get("dissent")),
        stayed=len(both) - moved if both else None,
        moved=moved if both else None,
    )


def _round(
    privacy: Privacy,
    at: _Round,
    said: Mapping[str, str],
    values: list[str],
    naming: _Naming,
    roles: tuple[str, ...],
) -> Round:
    counts = Counter(said.values())
    by_role = Counter((said[b], v.role) for b, v in at.ballots.items())
    facts = [
        Fact(
            value=said[b],
            fact=v.fact,
            role=v.role if v.role and (privacy == "named" or v.role in roles) else None,
            name=(v.name or None) if privacy == "named" else None,
        )
        for b, v in at.ballots.items()
        if v.fact
    ]
    if privacy == "anonymous":
        facts = [fact.model_copy(update={"role": None, "name": None}) for fact in facts]
    facts.sort(key=lambda f: (values.index(f.value), f.fact, f.role or "", f.name or ""))
    paper = sum(v.paper for v in at.ballots.values())
    return Round(
        cast=len(said),
        present=max(len(said), at.joined + paper) if at.joined else None,
        choices=tuple(
            Counted(
                value=value,
                label=naming.label(value),
                count=counts[value],
                by_role={role: by_role[value, role] for role in roles} or None,
            )
            for value in values
        ),
        facts=tuple(facts) or None,
    )


def _roles_shown(rounds: Iterable[_Round], threshold: int) -> tuple[str, ...]:
    """Return the roles that may be counted apart.

    In every round each of them has as many people as the room's limit asks for, and so has what
    is left when they are taken from all: else a small group could be found by subtraction. A
    role is shown in all rounds or in none, so that two rounds cannot be set against each other.
    """
    sizes = [Counter(ballot.role for ballot in at.ballots.values()) for at in rounds]
    least = {role: min(s[role] for s in sizes) for s in sizes for role in s if role}
    shown = [role for role in sorted(least) if least[role] >= threshold]
    while shown:
        left = [sum(n for role, n in s.items() if role not in shown) for s in sizes]
        if not any(0 < n < threshold for n in left):
            break
        shown.remove(min(shown, key=lambda role: (least[role], role)))
    return tuple(shown)


class _Naming:
    """How the values of one question are read, ordered and said; `given` are its ballots' own."""

    def __init__(self, content: Content, name: str, given: Iterable[str]) -> None:
        self._say, self._teams = content.words, content.teams
        self.ask, self._choices = name, dict[str, str]()
        try:
            question = content.question(name)
            self.ask, self._choices = question.ask, question.choices
        except KeyError:
            pass
        drills = (d for d in content.drills if name.startswith(f"drills.{d.id}.minute_"))
        for drill in drills:
            minute = name.rsplit("_", 1)[-1]
            self.ask = next((m.ask for m in drill.moments if str(m.minute) == minute), self.ask)
        # of several spellings not the first that came: that would tell who was quick
        parts = sorted({part for value in given for part in value.split(BETWEEN)}, reverse=True)
        self._spelt = {self._teams.key(part): part for part in parts}

    def value(self, value: str) -> str:
        """Return a ballot's value as it is counted: spellings of one team are one."""
        if self._choices:
            return value
        parts = sorted({self._team(part) for part in value.split(BETWEEN)})
        return BETWEEN.join(parts)

    def _team(self, name: str) -> str:
        if self._teams.is_nobody(name):
            return NOBODY
        if self._teams.is_at_handover(name):
            return AT_HANDOVER
        key = self._teams.key(name)
        return key if key in KINDS else self._spelt.get(key, name)

    def in_order(self, values: set[str]) -> list[str]:
        """Return all choices of the question, or the teams that were named; one order for all."""
        if self._choices:
            return [*self._choices, *sorted(values - self._choices.keys())]
        last = [v for v in (NOBODY, AT_HANDOVER) if v in values]
        first = [v for v in KINDS if v in values]
        return [*first, *sorted(values - {*first, *last}), *last]

    def label(self, value: str) -> str:
        """Return a value in words."""
        if value in self._choices:
            return self._choices[value]
        return BETWEEN.join(self._label(part) for part in value.split(BETWEEN))

    def _label(self, part: str) -> str:
        if part in (NOBODY, AT_HANDOVER):
            return self._say("common.nobody" if part == NOBODY else "common.at-handover")
        return self._teams.label(part)


def _words(value: Any, longest: int, missing: str | None = None) -> str:
    """Return text that can be kept. Raises ValueError for anything else, unless it may miss."""
    if isinstance(value, str) and any(c.isprintable() and not c.isspace() for c in value[:longest]):
        return value[:longest]
    if missing is None:
        raise ValueError(value)
    return missing


def _lines(value: Any) -> tuple[str, ...] | None:
    """Return each dissent: a line of what was typed, or an entry of a list."""
    said = value.split("\n") if isinstance(value, str) else value
    if not isinstance(said, list | tuple):
        return None
    return tuple(line.strip() for line in said if isinstance(line, str) and line.strip()) or None
