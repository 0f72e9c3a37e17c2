"""Replay a room from its session's events: people, questions and votes.

The room's pages, the answers and the findings share this replay, so privacy is applied here once
for all of them. Before a vote is revealed, only who has voted can be read: ballots are kept apart,
and only `votes` opens those of revealed rounds. Nothing that leaves this module leads from a vote
to a person further than the room agreed before its first vote. Roles, and tables that vote each for
itself, are counted separately only if no group under the room's limit shows, neither by itself nor
by subtraction: see `_groups_shown`. Facts are in alphabetical order, never in that of arrival.

Every field of an event may be missing or odd: such an event is used in part or ignored.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from workshop.answers.schema import (
    BETWEEN,
    OWN,
    PRIVACIES,
    SMALLEST,
    Answers,
    Counted,
    Fact,
    Privacy,
    Vote,
)
from workshop.answers.schema import Round as CountedRound
from workshop.content.items import AsksAbout
from workshop.content.loader import Content
from workshop.content.teams import AT_HANDOVER, KINDS, NOBODY, UNKNOWN
from workshop.forms.polls import AUTHORS, MOST_DOTS, OwnQuestion, Poll, name_key, poll_of
from workshop.session.store import Event

_LIMIT = 3
MOST_TABLES = 8
_MOST_NOTES = 200
_LONGEST_VALUE, _LONGEST_NAME, _LONGEST_TEXT = 2_000, 500, 50_000
Status = Literal["open", "closed", "revealed"]
Values = tuple[str, ...]
"""The values of a ballot or a decision: one choice, or several teams."""
Ballot = tuple[str, int, str]
"""A ballot by its question, its round and its id."""


@dataclass(frozen=True)
class Person:
    """Somebody who joined, as far as the room's privacy allows."""

    role: str = ""
    name: str = ""
    table: str = ""


@dataclass(frozen=True)
class Slip:
    """A cast ballot without its content, and who cast it if that may be known."""

    role: str = ""
    name: str = ""
    keyed: bool = False
    shared: bool = False
    table: str = ""

    @property
    def without_phone(self) -> bool:
        """Return whether it came on paper or on a device that several people share."""
        return self.keyed or self.shared


@dataclass(frozen=True)
class Decided:
    """The decision on a question, as far as it was recorded."""

    values: Values = ()
    dissent: Values = ()


@dataclass
class Round:
    """One vote on one question."""

    question: str
    number: int
    opened_at: datetime.datetime
    opened: int = 0
    """The number of the event that opened it first."""
    status: Status = "open"
    slips: dict[str, Slip] = field(default_factory=dict)
    joined: int = 0
    """The number of people who had joined when it was revealed."""
    expected: int = 0
    """The number of people expected when it was revealed; 0 if unknown."""
    seen: bool = False
    """Whether it was revealed at any time, so that nobody may vote in it any more."""
    corrected: int = 0
    """How many ballots were taken back after it was revealed."""
    revealed_at: datetime.datetime | None = None


@dataclass
class Asked:
    """A question that was opened at least once."""

    key: str
    words: str = ""
    about: AsksAbout | None = None
    rounds: dict[int, Round] = field(default_factory=dict)
    decided: Decided | None = None
    decided_at: datetime.datetime | None = None
    """When the latest decision or answer was recorded."""
    times_decided: int = 0
    """The number of decisions on it, by which a page is known to be out of date."""
    notes: list[str] = field(default_factory=list)
    reworded: dict[str, str] = field(default_factory=dict)
    """Facts in other words, by those first written; empty where one is hidden."""

    @property
    def latest(self) -> Round:
        return self.rounds[max(self.rounds)]

    @property
    def last_revealed(self) -> Round | None:
        """Return the latest round that was shown."""
        found = [at for _, at in sorted(self.rounds.items()) if at.status == "revealed"]
        return found[-1] if found else None

    @property
    def is_revealed(self) -> bool:
        """Return whether at least one of its rounds was revealed."""
        return any(at.status == "revealed" for at in self.rounds.values())


@dataclass(frozen=True)
class _Ballot:
    """The content of a ballot."""

    values: Values
    fact: str


class Voting:
    """A room after its events; `seq` is the number of the last one."""

    def __init__(self) -> None:
        self.seq = 0
        self.privacy: Privacy | None = None
        self.threshold = _LIMIT
        self.roles: Values = ()
        self.tables: Values = ()
        """The tables that vote each for itself; none in most rooms."""
        self.id = ""
        self.people: dict[str, Person] = {}
        self.gone: dict[str, str] = {}
        """Whose place nobody has any more: who has it now, or “” where it was taken off."""
        self.merged: dict[str, str] = {}
        """Whose entry the facilitator made one with another, by that other."""
        self.asked: dict[str, Asked] = {}
        self.own: dict[str, OwnQuestion] = {}
        """The questions that the facilitator typed, by their names."""
        self.current: Round | None = None
        self.paused = False
        self.edits = 0
        """How often something shown was changed or taken back; it never falls."""
        self._events: list[Event] = []
        self._planned = 0
        self._gone, self._before = 0, frozenset[tuple[str, int]]()
        """How many who joined are not here any more, and the rounds of before they went.

        The facilitator said that fewer take part than are known, as on another day.
        """
        self._left: Counter[Person] = Counter()
        self._left_at: dict[str, int] = {}
        """The event that last counted one of a role less: one came back, or left."""
        self._back_at: dict[str, int] = {}
        """Since which event a place is of somebody who was here before."""
        self._ballots: dict[tuple[str, int], dict[str, _Ballot]] = {}

    @classmethod
    def of(cls, events: Iterable[Event], box: Iterable[tuple[str, int, str, Any]] = ()) -> Voting:
        """Return the room after these events, with these ballots in the box."""
        voting = cls()
        for event in events:
            voting.apply(event)
        for question, number, ballot, body in box:
            voting.put(question, number, ballot, body)
        return voting

    def apply(self, event: Event) -> None:
        """Apply one more event; ignore it if it makes no sense."""
        self.seq = event.seq
        if event.kind in _APPLY:
            try:
                _APPLY[event.kind](self, event, event.body)
            except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
                return
            if event.kind != "taken-back":
                self._events.append(event)

    def put(self, question: str, number: int, ballot: str, body: Mapping[str, Any]) -> None:
        """Note that a ballot was cast."""
        found = self.round(question, number)
        if found is not None and found.status != "revealed":
            found.slips[ballot] = _slip(body)

    def take_out(self, question: str, number: int, ballot: str) -> None:
        """Note that a ballot was taken back."""
        found = self.round(question, number)
        if found is not None:
            found.slips.pop(ballot, None)
            self._ballots.get((question, number), {}).pop(ballot, None)

    def round(self, question: str, number: int) -> Round | None:
        """Return a vote on a question, or None."""
        asked = self.asked.get(question)
        return asked.rounds.get(number) if asked else None

    def poll(self, content: Content, answers: Answers, key: str) -> Poll:
        """Return a question as it is put to the vote.

        Raises KeyError for a question that cannot be.
        """
        own = self.own.get(key)
        return poll_of(content, answers, key) if own is None else own.poll(content)

    def last_action(self) -> Event | None:
        """Return the facilitator's last action if it can be taken back now.

        Ballots are never lost by it, and whoever has seen a result votes no more in that round.
        """
        found = next((e for e in reversed(self._events) if e.kind in UNDOABLE), None)
        return found if found and not self.paused and self._can_be_undone(found) else None

    def _can_be_undone(self, event: Event) -> bool:
        question, number = event.body.get("question"), event.body.get("round")
        at = self.round(question, number) if question and number else None
        if event.kind in ("renamed", "left") and not self._can_come_back(event):
            return False
        if self.current is not None and self.current.status == "open":
            if event.kind in ("renamed", "left"):
                return "was" in event.body or "person" not in event.body
            return event.kind == "asked" and at is self.current and not at.slips
        if event.kind == "closed":
            return at is not None and at.status == "closed" and not at.seen
        if event.kind == "question-typed":
            return question not in self.asked
        return event.kind != "asked"

    def _can_come_back(self, event: Event) -> bool:
        """Return whether the list of people has room for the person of before a change.

        Somebody may have come back, or joined under the name, since.
        """
        body = event.body
        if not isinstance(body.get("was"), dict):
            return True
        person = body.get("person")
        if (person in self.people) != (event.kind == "renamed"):
            return False
        free = self.named(_person(body["was"]).name) in (None, person)
        return free and ("into" not in body or body["into"] in self.people)

    @property
    def started(self) -> bool:
        """Return whether anything was put to the vote yet."""
        return bool(self.asked)

    @property
    def times_decided(self) -> int:
        """Return the number of decisions and answers that were recorded after votes."""
        return sum(asked.times_decided for asked in self.asked.values())

    @property
    def planned(self) -> int:
        """Return the number of people that the facilitator expects; 0 if unknown."""
        return self._planned

    @property
    def expected(self) -> int:
        """Return the number of people in the room, planned or known, if more.

        Known are those who joined, and those who voted on paper or on a shared device: as many as
        in the round that had most of them. Where the facilitator says that fewer take part, only
        what comes after that counts. Timer, counts and ballots all use this number.
        """
        return max(self._planned, self.known)

    @property
    def known(self) -> int:
        """Return how many joined, or voted without a phone."""
        return self._known(self._here, [self.voted(at) for at in self._rounds_of_now()])

    def voted(self, at: Round) -> list[Slip]:
        """Return the ballots of a round, without those of people off the list."""
        slips = list(at.slips.values())
        if self.privacy != "named":
            return slips
        here = {name_key(person.name) for person in self.people.values()}
        return [s for s in slips if s.without_phone or not s.name or name_key(s.name) in here]

    @property
    def _here(self) -> int:
        """Return how many of those who joined are still here."""
        return max(0, self.joined - self._gone)

    def _known(self, joined: int, slips: list[list[Slip]]) -> int:
        """Return how many people there are, by who joined and by the ballots.

        Whoever votes on paper is one more, unless there would be more people than the facilitator
        counts: then those who had joined went on on paper.
        """
        paper = max(map(self._on_paper, slips), default=0)
        least = max([joined, *map(len, slips)])
        return least if self._joined_use_paper else max(least, joined + paper)

    @property
    def _joined_use_paper(self) -> bool:
        paper = (self._on_paper(at.slips.values()) for at in self._rounds_of_now())
        return 0 < self._planned < self._here + max(paper, default=0)

    @property
    def joined(self) -> int:
        """Return how many people have joined, without those who were removed."""
        return max(0, len(self.people) - self._left.total())

    def joined_as(self, role: str | None = None, table: str | None = None) -> int:
        """Return how many people of a role, at a table, or both, have joined.

        The role is empty in an anonymous room, the table in one without tables.
        """
        here = sum(_is_of(person, role, table) for person in self.people.values())
        return here - sum(n for one, n in self._left.items() if _is_of(one, role, table))

    def back_at(self, person: str) -> int:
        """Return the event with which somebody came back to this place, or 0."""
        return self._back_at.get(person, 0)

    def left_at(self, role: str) -> int:
        """Return the event that last counted one of a role less, or 0."""
        return self._left_at.get(role, 0)

    def place_of(self, person: str) -> str:
        """Return whose place a device has: its own, or that with which it was made one."""
        at = person
        while at not in self.people and at in self.merged:
            at = self.merged[at]
        return at if at in self.people else person

    def named(self, name: str) -> str | None:
        """Return the person with a name, in any spelling, or None."""
        key = name_key(name)
        return next((i for i, p in self.people.items() if key and name_key(p.name) == key), None)

    def ballot_of(self, question: str, name: str) -> str | None:
        """Return the ballot on a question under a name, in any round."""
        asked, key = self.asked.get(question), name_key(name)
        rounds = reversed(asked.rounds.values()) if asked and key else ()
        slips = ((b, s) for at in rounds for b, s in at.slips.items() if not s.without_phone)
        return next((b for b, s in slips if name_key(s.name) == key), None)

    def expected_of(self, role: str | None = None, table: str | None = None) -> int:
        """Return how many people of a role, at a table, or both, are known to be here."""
        joined = max(0, self.joined_as(role, table))
        rounds = self._rounds_of_now()
        slips = [[s for s in self.voted(at) if _is_of(s, role, table)] for at in rounds]
        return self._known(joined, slips)

    def _on_paper(self, slips: Iterable[Slip]) -> int:
        """Return how many of these are from people who have not joined with a phone."""
        paper = [slip for slip in slips if slip.without_phone]
        if not paper or self.privacy != "named":
            return len(paper)
        here = {name_key(person.name) for person in self.people.values()}
        return sum(name_key(slip.name) not in here for slip in paper)

    def _rounds(self) -> list[Round]:
        return [at for asked in self.asked.values() for at in asked.rounds.values()]

    def _rounds_of_now(self) -> list[Round]:
        """Return the rounds in which those took part who are here now."""
        return [at for at in self._rounds() if (at.question, at.number) not in self._before]

    # -- events -----------------------------------------------------------------------------------

    def _open_room(self, _: Event, body: Mapping[str, Any]) -> None:
        if self.privacy is None and body["privacy"] in PRIVACIES:
            self.threshold = max(SMALLEST, _whole(body.get("threshold"), _LIMIT))
            roles = body.get("roles")
            self.roles = tuple(filter(None, map(_text, roles if isinstance(roles, list) else ())))
            self.id = _text(body.get("room"))
            self.privacy = body["privacy"]

    def _set_tables(self, _: Event, body: Mapping[str, Any]) -> None:
        if not self.started:  # later the votes of some would have no table
            names = (_words(one, _LONGEST_NAME, missing="") for one in body["tables"])
            self.tables = tuple(dict.fromkeys(filter(None, names)))[:MOST_TABLES]

    def _join(self, event: Event, body: Mapping[str, Any]) -> None:
        person, before = str(body["person"]), _text(body.get("instead_of"))
        if self.people.pop(before, None) is not None:
            self.gone[before] = person
        self.gone.pop(person, None)
        self.merged.pop(person, None)
        if body.get("was_here") and person not in self.people:
            self._count_one_less(_person(body), event)
            self._back_at[person] = event.seq
        self.people[person] = _person(body)

    def _seat(self, _: Event, body: Mapping[str, Any]) -> None:
        person = str(body["person"])
        self.people[person] = replace(self.people[person], table=_text(body["table"]))

    def _reword(self, _: Event, body: Mapping[str, Any]) -> None:
        asked, now = self.asked[body["question"]], _text(body.get("words"))
        fact = _words(body["fact"], _LONGEST_TEXT)
        # of a fact that was changed before, the one that was written at first
        written = next((k for k, v in asked.reworded.items() if v == fact and v), fact)
        asked.reworded[written] = now
        self.edits += 1

    def _shown_ballots(self, asked: Asked, number: int) -> dict[str, _Ballot]:
        """Return the ballots of a round, with facts as the facilitator left them."""
        ballots = self._ballots.get((asked.key, number), {})
        if not asked.reworded:
            return ballots
        return {
            ballot: replace(one, fact=asked.reworded.get(one.fact, one.fact))
            for ballot, one in ballots.items()
        }

    def has_fact(self, question: str, fact: str) -> bool:
        """Return whether a shown vote on a question has this fact, hidden or not."""
        asked = self.asked.get(question)
        if asked is None or not fact:
            return False
        if fact in asked.reworded or fact in asked.reworded.values():
            return True
        shown = [at.number for at in asked.rounds.values() if at.status == "revealed"]
        ballots = (one for n in shown for one in self._ballots.get((question, n), {}).values())
        return any(one.fact == fact for one in ballots)

    def hidden_facts(self, question: str) -> list[str]:
        """Return the facts of a question that the facilitator hid."""
        asked = self.asked.get(question)
        return sorted(k for k, v in asked.reworded.items() if not v) if asked else []

    def _rename(self, _: Event, body: Mapping[str, Any]) -> None:
        person = str(body["person"])
        was, now = self.people[person], _person(body)
        self.people[person] = now
        self._give_slips(was, now)

    def _leave(self, event: Event, body: Mapping[str, Any]) -> None:
        if isinstance(role := body.get("role", "" if "person" not in body else None), str):
            self._count_one_less(Person(role, table=_text(body.get("table"))), event)
            return
        person, other = str(body["person"]), _text(body.get("into"))
        was, into = self.people.pop(person), self.people.get(other)
        if into is not None:
            self._give_slips(was, into)
            self.merged[person] = other
        else:
            self.gone[person] = ""

    def _count_one_less(self, like: Person, event: Event) -> None:
        """Count one person less of a role, where no name tells which of them it is."""
        self._left[like] += self.joined_as(like.role) > 0
        self._left_at[like.role] = event.seq

    def _give_slips(self, was: Person, now: Person) -> None:
        """Change the name on all ballots of a person, one in each round."""
        old, new = name_key(was.name), name_key(now.name)
        for at in self._rounds():
            has = any(name_key(slip.name) == new for slip in at.slips.values())
            for ballot, slip in list(at.slips.items()):
                if not old or name_key(slip.name) != old:
                    continue
                if has and old != new:
                    self.take_out(at.question, at.number, ballot)
                else:
                    at.slips[ballot] = replace(slip, role=now.role, name=now.name, table=now.table)

    def _expect(self, _: Event, body: Mapping[str, Any]) -> None:
        self._gone, self._before = 0, frozenset()
        self._planned = max(0, min(_whole(body.get("people"), 0), 10_000))
        # ballots of an open vote are not among the events yet, from which this is read again
        shown = [at for at in self._rounds() if at.status == "revealed"]
        most = max((len(at.slips) for at in shown), default=0)
        if 0 < self._planned < max(self.joined, most):
            self._gone = max(0, self.joined - self._planned)
            self._before = frozenset((at.question, at.number) for at in shown)

    def _set_agenda(self, event: Event, body: Mapping[str, Any]) -> None:
        self._expect(event, body["wish"])

    def _type(self, _: Event, body: Mapping[str, Any]) -> None:
        key, ask = _words(body["question"], _LONGEST_NAME), _words(body["ask"], _LONGEST_TEXT)
        given, about = body.get("choices"), body.get("asks_about")
        choices = read_values(key, given) if isinstance(given, list) else ()
        if key.startswith(OWN):
            known: AsksAbout = "from-now-on" if about == "from-now-on" else "today"
            dots = max(1, min(_whole(body.get("dots"), 1), MOST_DOTS))
            self.own.setdefault(key, OwnQuestion(key, ask, choices, known, dots))

    def _ask(self, event: Event, body: Mapping[str, Any]) -> None:
        asked, at = self._opened(event, body)
        asked.words = asked.words or _words(body.get("words"), _LONGEST_TEXT, missing="")
        if body.get("asks_about") in get_args(AsksAbout):
            asked.about = asked.about or body["asks_about"]
        if at.status == "closed":
            at.status = "open"
        self.current = at

    def _vote(self, event: Event, body: Mapping[str, Any]) -> None:
        ballot, values = str(body["ballot"]), read_values(body["question"], body["value"])
        if not values:
            raise ValueError(body["value"])
        _, at = self._opened(event, body)
        if at.status != "revealed":  # who votes later has seen the others' votes
            fact = _words(body.get("fact"), _LONGEST_TEXT, missing="")
            at.slips[ballot] = _slip(body)
            self._ballots.setdefault((at.question, at.number), {})[ballot] = _Ballot(values, fact)

    def _opened(self, event: Event, body: Mapping[str, Any]) -> tuple[Asked, Round]:
        """Return a question and its round; create them with their first event."""
        key, number = _words(body["question"], _LONGEST_NAME), int(body["round"])
        if number not in (1, 2):
            raise ValueError(number)
        asked = self.asked.setdefault(key, Asked(key))
        at = asked.rounds.setdefault(number, Round(key, number, event.at, event.seq))
        return asked, at

    def _correct(self, _: Event, body: Mapping[str, Any]) -> None:
        question, number = body["question"], int(body["round"])
        self.take_out(question, number, str(body["ballot"]))
        found = self.round(question, number)
        if found is not None and found.status == "revealed":
            found.corrected += 1
            self.edits += 1

    def _close(self, _: Event, body: Mapping[str, Any]) -> None:
        found = self.round(body["question"], int(body["round"]))
        if found is not None and found.status == "open":
            found.status = "closed"

    def _reveal(self, event: Event, body: Mapping[str, Any]) -> None:
        found = self.round(body["question"], int(body["round"]))
        if found is not None and found.status != "revealed":
            found.status, found.seen, found.revealed_at = "revealed", True, event.at
            found.joined, found.expected = self.joined, self.expected
        if self.current is None or self.current.status != "open":
            # it may have waited, closed, while others were asked: what is shown is looked at now
            self.current = found or self.current

    def _discuss(self, _: Event, body: Mapping[str, Any]) -> None:
        note = _words(body.get("note"), _LONGEST_TEXT)
        self.asked[body["question"]].notes.append(note)

    def _decide(self, event: Event, body: Mapping[str, Any]) -> None:
        asked = self.asked[body["question"]]
        asked.times_decided += 1
        asked.decided_at = event.at
        is_own = asked.key.startswith(OWN)
        if body.get("on_record") and asked.about != "from-now-on" and not is_own:
            return  # what is to be is on record with the decisions; the vote was about today
        asked.decided = Decided(
            read_values(asked.key, body.get("value")), _lines(body.get("dissent"))
        )

    def _complete(self, event: Event, body: Mapping[str, Any]) -> None:
        """Change nothing here: owner and date are answers of the session."""

    def _take_back(self, event: Event, body: Mapping[str, Any]) -> None:
        """Be as if an action had not happened; who joined and voted stays."""
        gone = [e for e in self._events if e.seq == body["seq"] and e.kind in UNDOABLE]
        fresh = Voting.of(e for e in self._events if e not in gone)
        for at in self._rounds():
            if (now := fresh.round(at.question, at.number)) is not None:
                now.slips |= {b: slip for b, slip in at.slips.items() if b not in now.slips}
                now.seen = at.seen and bool(
                    at.slips or at.corrected
                )  # else there was nothing to see
        for one in gone:
            fresh._give_back(one.body)
        fresh.seq, fresh.edits = event.seq, self.edits + 1
        self.__dict__ = fresh.__dict__

    def _give_back(self, body: Mapping[str, Any]) -> None:
        """Write on ballots that a change of people gave another name whose they were."""
        if not isinstance(was := body.get("was"), dict):
            return
        who = _person(was)
        for question, number, ballot in ballots_of(body):
            at = self.round(question, number)
            if at is not None and ballot in at.slips:
                slip = at.slips[ballot]
                at.slips[ballot] = replace(slip, role=who.role, name=who.name, table=who.table)

    def _pause(self, _: Event, __: Mapping[str, Any]) -> None:
        self.paused = True

    def _resume(self, _: Event, __: Mapping[str, Any]) -> None:
        self.paused = False

    # -- what was voted ---------------------------------------------------------------------------

    def votes(self, content: Content) -> tuple[Vote, ...]:
        """Return the votes, question by question, in the order of first asking.

        Only revealed rounds are counted, and a person's last ballot in each.
        """
        found = (self.vote(content, key) for key in self.asked)
        return tuple(vote for vote in found if vote is not None)

    def vote(self, content: Content, question: str) -> Vote | None:
        """Return the vote on a question, or None if no round was revealed."""
        asked = self.asked.get(question)
        if asked is None:
            return None
        shown = [at for _, at in sorted(asked.rounds.items()) if at.status == "revealed"]
        revealed = [
            (at, ballots) for at in shown if (ballots := self._shown_ballots(asked, at.number))
        ]
        if not revealed:
            return None
        rounds = self._seated(self._matched(revealed))
        privacy = self.privacy or "anonymous"
        given = (v for _, ballots in rounds for b in ballots.values() for v in b.values)
        naming = _Naming(content, self.own.get(question, question), given)
        cast = [
            {b: naming.values(one.values) for b, one in ballots.items()} for _, ballots in rounds
        ]
        # who does not know is counted apart, and neither stays nor moves
        read = [{b: values for b, values in found.items() if values} for found in cast]
        options = naming.in_order(
            {v for found in read for values in found.values() for v in values}
        )
        several = any(len(values) > 1 for found in read for values in found.values())
        own = self.own.get(question)
        several = several or question == AUTHORS or (own is not None and own.dots > 1)
        roles, tables = self._counted_apart(rounds, read, several)
        if len(rounds) > 1:
            # What the room saw of the first round alone stays seen: no other group is shown of it.
            first = self._seated(self._matched(revealed[:1]))
            values = [{b: naming.values(one.values) for b, one in of.items()} for _, of in first]
            alone = [{b: found for b, found in of.items() if found} for of in values]
            seen = self._counted_apart(first, alone, several)
            roles = tuple(r for r in roles if r in seen[0])
            tables = tables if {*tables} <= {*seen[1]} else ()
        decided = asked.decided or Decided()
        both = read[0].keys() & read[1].keys() if len(read) == 2 else set()
        moved = sum(set(read[0][b]) != set(read[1][b]) for b in both)
        return Vote(
            question=question,
            asked=asked.words or naming.ask,
            privacy=privacy,
            asks_about=asked.about,
            several=several or None,
            kind=own.listed if own is not None else None,
            rounds=tuple(
                _count(privacy, at, ballots, given, options, naming, roles, tables)
                for (at, ballots), given in zip(rounds, read, strict=True)
            ),
            decision=_one_or_all(naming.values(decided.values), several),
            dissent=decided.dissent or None,
            notes=tuple(asked.notes[-_MOST_NOTES:]) or None,
            stayed=len(both) - moved if both else None,
            moved=moved if both else None,
        )

    def who_chose(self, content: Content, question: str) -> dict[str, list[Slip]]:
        """Return who made each choice as last shown, where people gave names."""
        asked = self.asked.get(question)
        if asked is None or self.privacy != "named":
            return {}
        shown = [r for _, r in sorted(asked.rounds.items()) if r.status == "revealed"]
        ballots = {r.number: of for r in shown if (of := self._shown_ballots(asked, r.number))}
        if not ballots:
            return {}
        at = asked.rounds[max(ballots)]
        given = (v for found in ballots.values() for one in found.values() for v in one.values)
        naming = _Naming(content, self.own.get(question, question), given)
        found: dict[str, list[Slip]] = {}
        for ballot, one in ballots[at.number].items():
            for value in naming.values(one.values) or (UNKNOWN,):
                found.setdefault(value, []).append(at.slips[ballot])
        return found

    def _matched(
        self, rounds: list[tuple[Round, dict[str, _Ballot]]]
    ) -> list[tuple[Round, dict[str, _Ballot]]]:
        """Return rounds in which a second ballot under a name has the id of the first.

        Phones keep theirs; each ballot from paper or a shared device has a new one.
        """
        if self.privacy != "named" or len(rounds) < 2:
            return rounds
        (first, _), (second, ballots) = rounds
        before, after = _by_name(first.slips), _by_name(second.slips)
        same = {
            after[name]: before[name]
            for name in before.keys() & after.keys()
            if before[name] not in second.slips
        }
        again = replace(second, slips={same.get(b, b): s for b, s in second.slips.items()})
        return [rounds[0], (again, {same.get(b, b): one for b, one in ballots.items()})]

    def _seated(
        self, rounds: list[tuple[Round, dict[str, _Ballot]]]
    ) -> list[tuple[Round, dict[str, _Ballot]]]:
        """Return rounds in which each ballot has the table of its first vote.

        Else two rounds could be compared to find the vote of somebody who moved between them.
        """
        if not self.tables:
            return rounds
        seats: dict[str, str] = {}
        for at, _ in rounds:
            for ballot, slip in at.slips.items():
                seats.setdefault(ballot, slip.table if slip.table in self.tables else "")
        return [
            (
                replace(at, slips={b: replace(s, table=seats[b]) for b, s in at.slips.items()}),
                ballots,
            )
            for at, ballots in rounds
        ]

    def _counted_apart(
        self,
        rounds: list[tuple[Round, dict[str, _Ballot]]],
        read: list[dict[str, Values]],
        several: bool,
    ) -> tuple[Values, Values]:
        """Return the roles and the tables that may be counted apart in all these rounds."""
        privacy = self.privacy or "anonymous"
        slips = [
            [at.slips[b] for b in of]
            for (at, ballots), found in zip(rounds, read, strict=True)
            for of in (ballots, found)
        ]
        tables = self._tables_shown(slips)
        # with several teams on a ballot roles add up to more than people: nothing could be checked,
        # and a role at a table might be found by subtraction
        if privacy == "anonymous" or several or (tables and privacy == "role"):
            return (), tables
        identifiable = _identifiable_roles(rounds, read) if privacy == "role" else set()
        sizes = [Counter(slip.role for slip in of) for of in slips]
        return _groups_shown(sizes, self.threshold, identifiable), tables

    def _tables_shown(self, slips: list[list[Slip]]) -> Values:
        """Return the tables that may be counted apart, in the room's order.

        They are none or several. A table votes for itself as a room does, so a choice of one person
        counts there as well.
        """
        sizes = [Counter(slip.table for slip in of) for of in slips]
        shown = set(_groups_shown(sizes, self.threshold, set()))
        return tuple(t for t in self.tables if t in shown) if len(shown) > 1 else ()


_APPLY: dict[str, Callable[[Voting, Event, Mapping[str, Any]], None]] = {
    "room-opened": Voting._open_room,
    "tables-set": Voting._set_tables,
    "joined": Voting._join,
    "seated": Voting._seat,
    "renamed": Voting._rename,
    "reworded": Voting._reword,
    "left": Voting._leave,
    "expected": Voting._expect,
    "agenda-set": Voting._set_agenda,
    "question-typed": Voting._type,
    "asked": Voting._ask,
    "voted": Voting._vote,
    "corrected": Voting._correct,
    "closed": Voting._close,
    "revealed": Voting._reveal,
    "discussed": Voting._discuss,
    "decided": Voting._decide,
    "completed": Voting._complete,
    "paused": Voting._pause,
    "resumed": Voting._resume,
    "taken-back": Voting._take_back,
}
UNDOABLE = frozenset(
    {
        "asked",
        "closed",
        "revealed",
        "discussed",
        "decided",
        "completed",
        "reworded",
        "question-typed",
        "renamed",
        "left",
    }
)
"""Kinds of action that `taken-back` takes back, the last one first."""
KINDS_OF_ROOM = frozenset(_APPLY)
"""Kinds of event that a room is replayed from."""


def votes_of(events: Iterable[Event], content: Content) -> tuple[Vote, ...]:
    """Return what a room voted, as far as it was revealed."""
    return Voting.of(events).votes(content)


def ballots_of(body: Mapping[str, Any]) -> list[Ballot]:
    """Return the ballots that a change of people gave another name, if any."""
    given = body.get("ballots")
    rows = [one for one in given if isinstance(one, list)] if isinstance(given, list) else []
    return [
        (row[0], row[1], row[2])
        for row in rows
        if [type(value) for value in row] == [str, int, str]
    ]


def with_votes(answers: Answers, votes: tuple[Vote, ...]) -> Answers:
    """Return answers with these votes instead of their own on the same questions."""
    if not votes:
        return answers
    anew = {vote.question for vote in votes}
    others = tuple(vote for vote in answers.votes or () if vote.question not in anew)
    return answers.model_copy(update={"votes": (*others, *votes)})


def read_values(question: Any, value: Any) -> Values:
    """Return the values of a ballot or a decision, possibly none.

    Several teams are a list. Sessions of earlier versions have them in one text, “a + b”, on the
    one question that asks for several; in every other text a plus sign belongs to a name.
    """
    if isinstance(value, str) and question == AUTHORS:
        value = value.split(BETWEEN)
    given = value if isinstance(value, list | tuple) else [value]
    words = (_words(one, _LONGEST_VALUE, missing="") for one in given)
    return tuple(dict.fromkeys(filter(None, words)))


def _one_or_all(values: Values, several: bool) -> str | Values | None:
    if not values:
        return None
    return values if several else values[0]


def _slip(body: Mapping[str, Any]) -> Slip:
    return Slip(
        _words(body.get("role"), _LONGEST_NAME, missing=""),
        _words(body.get("name"), _LONGEST_NAME, missing=""),
        bool(body.get("keyed")),
        bool(body.get("shared")),
        _words(body.get("table"), _LONGEST_NAME, missing=""),
    )


def _person(body: Mapping[str, Any]) -> Person:
    return Person(_text(body.get("role")), _text(body.get("name")), _text(body.get("table")))


def _by_name(slips: Mapping[str, Slip]) -> dict[str, str]:
    """Return the ballot under each name that only one of them has."""
    names = Counter(name_key(slip.name) for slip in slips.values())
    found = ((name_key(slip.name), ballot) for ballot, slip in slips.items())
    return {name: ballot for name, ballot in found if name and names[name] == 1}


def _is_of(one: Person | Slip, role: str | None, table: str | None) -> bool:
    """Return whether a person or a ballot is of a role and a table; None is any."""
    return role in (None, one.role) and table in (None, one.table)


def _count(
    privacy: Privacy,
    at: Round,
    ballots: Mapping[str, _Ballot],
    given: Mapping[str, Values],
    options: list[str],
    naming: _Naming,
    roles: Values,
    tables: Values,
) -> CountedRound:
    """Return one revealed round, with a ballot counted for each of its values.

    `given` lacks those who said “I don't know”.
    """
    counts = Counter(value for values in given.values() for value in values)
    by_role = Counter((value, at.slips[b].role) for b, values in given.items() for value in values)
    by_table = Counter((v, at.slips[b].table) for b, values in given.items() for v in values)
    cast = Counter(at.slips[b].table for b in given)
    facts = [
        _fact(
            privacy, at.slips[b], given.get(b, (UNKNOWN,)), one.fact, counts, options, roles, tables
        )
        for b, one in ballots.items()
        if one.fact
    ]
    order = [*options, UNKNOWN]
    facts.sort(key=lambda f: (order.index(f.value), f.fact, f.role or "", f.name or ""))
    present = max(len(ballots), at.expected)
    return CountedRound(
        cast=len(given),
        unknown=(len(ballots) - len(given)) or None,
        present=present if at.joined or at.expected > len(ballots) else None,
        choices=tuple(
            Counted(
                value=value,
                label=naming.label(value),
                count=counts[value],
                by_role={role: by_role[value, role] for role in roles} or None,
                by_table={table: by_table[value, table] for table in tables} or None,
            )
            for value in options
        ),
        facts=tuple(facts) or None,
        tables={table: cast[table] for table in tables} or None,
    )


def _fact(
    privacy: Privacy,
    slip: Slip,
    values: Values,
    words: str,
    counts: Counter[str],
    options: list[str],
    roles: Values,
    tables: Values,
) -> Fact:
    """Return a fact, with the least frequent choice on its ballot."""
    first, *also = sorted(values, key=lambda v: (counts[v], v in options and options.index(v)))
    shown = privacy == "named" or (privacy == "role" and slip.role in roles)
    return Fact(
        value=first,
        also=tuple(also) or None,
        fact=words,
        role=(slip.role or None) if shown else None,
        name=(slip.name or None) if privacy == "named" else None,
        table=slip.table if slip.table in tables else None,
    )


def _identifiable_roles(
    rounds: Iterable[tuple[Round, Mapping[str, _Ballot]]], read: Iterable[Mapping[str, Values]]
) -> set[str]:
    """Return the roles of which one person alone chose something, in any round."""
    cells = (
        Counter(
            (at.slips[ballot].role, value) for ballot, values in found.items() for value in values
        )
        for (at, _), found in zip(rounds, read, strict=True)
    )
    return {role for found in cells for (role, _), n in found.items() if n == 1}


def _groups_shown(sizes: list[Counter[str]], threshold: int, identifiable: set[str]) -> Values:
    """Return the groups (roles or tables) that may be counted separately.

    In every round each of them has as many people as the room's limit asks for, and so has what is
    left when they are subtracted from all: else a small group could be found by subtraction. A
    group is shown in all rounds or in none, so that two rounds cannot be compared to find one. A
    group in `identifiable` is not shown, nor is it the only one that is left.
    """
    least = {group: min(s[group] for s in sizes) for s in sizes for group in s if group}
    shown = [
        group for group in sorted(least) if least[group] >= threshold and group not in identifiable
    ]
    while shown:
        left = [sum(n for group, n in s.items() if group not in shown) for s in sizes]
        hidden = {group for s in sizes for group in s} - {*shown}
        if not any(0 < n < threshold for n in left) and not (
            len(hidden) == 1 and hidden <= identifiable
        ):
            break
        shown.remove(min(shown, key=lambda group: (least[group], group)))
    return tuple(shown)


class _Naming:
    """How the values of one question are read, ordered and labelled.

    `asked` is its name, or what the facilitator typed; `given` are the values on its ballots.
    """

    def __init__(self, content: Content, asked: str | OwnQuestion, given: Iterable[str]) -> None:
        self._text, self._teams = content.words, content.teams
        self._choices, self._free = dict[str, str](), False
        if isinstance(asked, OwnQuestion):
            self.ask, self._choices = asked.ask, {words: words for words in asked.choices}
            self._free = not asked.choices
        else:
            self.ask = asked
            self._know(content, asked)
        # of several spellings not the first that came: that would tell who was quick
        names = sorted(set(given), reverse=True)
        self._spelt = {self._key(name): name for name in names}

    def _know(self, content: Content, name: str) -> None:
        """Read a question of the content, if it is one."""
        try:
            question = content.question(name)
            self.ask, self._choices = question.ask, question.choices
        except KeyError:
            pass
        drills = (d for d in content.drills if name.startswith(f"drills.{d.id}.minute_"))
        for drill in drills:
            minute = name.rsplit("_", 1)[-1]
            self.ask = next((m.ask for m in drill.moments if str(m.minute) == minute), self.ask)

    def _key(self, value: str) -> str:
        if not self._free:
            return self._teams.key(value)
        return name_key(value.rstrip(" .!")) or value  # one answer with and without its full stop

    def _is_unknown(self, value: str) -> bool:
        if self._choices or self._free:
            return value == UNKNOWN and value not in self._choices
        return self._teams.is_unknown(value)

    def values(self, values: Values) -> Values:
        """Return a ballot's values as counted: spellings of one answer are one.

        There are none where somebody said “I don't know”.
        """
        known = [v for v in values if not self._is_unknown(v)]
        if self._choices:
            return tuple(known)
        return tuple(sorted({self._one(value) for value in known}))

    def _one(self, name: str) -> str:
        key = self._key(name)
        if self._free:
            return self._spelt.get(key, name)
        if self._teams.is_nobody(name):
            return NOBODY
        if self._teams.is_at_handover(name):
            return AT_HANDOVER
        return key if key in KINDS else self._spelt.get(key, name)

    def in_order(self, values: set[str]) -> list[str]:
        """Return all choices of the question, or the given answers, in a fixed order."""
        if self._choices or self._free:
            return [*self._choices, *sorted(values - self._choices.keys())]
        last = [v for v in (NOBODY, AT_HANDOVER) if v in values]
        first = [v for v in KINDS if v in values]
        return [*first, *sorted(values - {*first, *last}), *last]

    def label(self, value: str) -> str:
        """Return the label of a value."""
        if value in self._choices or self._free:
            return self._choices.get(value, value)
        if value in (NOBODY, AT_HANDOVER):
            return self._text("common.nobody" if value == NOBODY else "common.at-handover")
        return self._teams.label(value)


def _words(value: Any, longest: int, missing: str | None = None) -> str:
    """Return text that can be kept, or the default for anything else.

    Raises ValueError if there is no default.
    """
    if isinstance(value, str) and any(c.isprintable() and not c.isspace() for c in value[:longest]):
        return value[:longest]
    if missing is None:
        raise ValueError(value)
    return missing


def _lines(value: Any) -> Values:
    """Return each dissent: a line of what was typed, or an entry of a list."""
    lines = value.split("\n") if isinstance(value, str) else value
    if not isinstance(lines, list | tuple):
        return ()
    return tuple(line.strip() for line in lines if isinstance(line, str) and line.strip())


def _text(value: Any) -> str:
    """Return kept text, or an empty string for anything else."""
    return value if isinstance(value, str) else ""


def _whole(value: Any, otherwise: int) -> int:
    """Return a kept whole number, or the default for anything else."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole else otherwise
