"""Carry out the actions of a room: check each one, and write it or refuse it."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from workshop.answers.schema import PRIVACIES, Answers, Privacy
from workshop.content.items import AsksAbout
from workshop.content.loader import Content
from workshop.forms.agenda import BEGUN
from workshop.forms.polls import (
    MOST_CHOICES,
    MOST_DOTS,
    OwnQuestion,
    Poll,
    Refused,
    clean,
    name_key,
    own_key,
    own_question,
    read_ballot,
    stored_value,
)
from workshop.session import Session
from workshop.session.store import Transaction
from workshop.session.voting import MOST_TABLES, Ballot, Person, Round, Slip, Voting, ballots_of

MAX_PEOPLE = 1000
MAX_PAPER = 1000
MAX_OWN = 60
"""The most questions of one session that a facilitator typed."""
MAX_FACT = 400
MAX_NOTE = 4000
MAX_PERSON = 60
SHOWN = "shown"
"""The kind of event that says what the wall shows."""
BY_ITSELF = "closes-by-itself"
"""The kind of event that says whether votes close when everybody has voted."""


@dataclass(frozen=True)
class BoxChange:
    """A ballot that was put into the box or taken out of it."""

    what: Literal["put", "out"]
    question: str
    number: int
    ballot: str
    body: dict[str, Any]


def open_room(
    session: Session,
    privacy: Privacy | None,
    threshold: int | None,
    roles: Sequence[str],
    tables: Sequence[str] | None = None,
) -> Voting:
    """Open a session's room once, with a privacy; return the room.

    A room that is already open keeps its settings. Raises `Refused` for another privacy or
    threshold, and for a room that is not open yet if no privacy is given. `tables` are those that
    vote each for itself; None leaves them as they are, and after the first vote others are refused.
    """
    session.refresh()
    state = Voting.of(session.since(0))
    if state.privacy is not None:
        if privacy not in (None, state.privacy):
            raise Refused("privacy-chosen", privacy=state.privacy)
        if threshold not in (None, state.threshold):
            raise Refused("threshold-chosen", n=state.threshold)
        if tables is None or tuple(tables) == state.tables:
            return state
        _check_tables_open(state)
        with session.transaction() as transaction:
            transaction.note("tables-set", {"tables": list(tables)})
        return Voting.of(session.since(0))
    if privacy not in PRIVACIES:
        raise Refused("privacy-missing")
    body = {
        "privacy": privacy,
        "threshold": max(2, threshold or 3),
        "roles": list(roles),
        "room": secrets.token_hex(8),
    }
    with session.transaction() as transaction:
        transaction.note("room-opened", body)
        if tables:
            transaction.note("tables-set", {"tables": list(tables)})
    return Voting.of(session.since(0))


def read_tables(content: Content, typed: str) -> tuple[str, ...]:
    """Return the tables of a room, from their names with commas or from their number.

    Raises `Refused` for a single table, too many of them, or one that stands there twice.
    """
    if (number := typed.strip()).isdecimal():
        count = int(number[:4])
        if not 2 <= count <= MOST_TABLES:
            raise Refused("tables-odd", 422, most=MOST_TABLES)
        return tuple(content.words("room.table-number", n=n) for n in range(1, count + 1))
    given = (clean(name, MAX_PERSON) for name in typed.replace("\n", ",").split(","))
    names = [name for name in given if name]
    different = len({name_key(name) for name in names}) == len(names)
    if names and not (different and 2 <= len(names) <= MOST_TABLES):
        raise Refused("tables-odd", 422, most=MOST_TABLES)
    return tuple(names)


def _check_tables_open(state: Voting) -> None:
    """Raise `Refused` if something was put to the vote already."""
    if state.started:
        raise Refused("tables-chosen", tables=", ".join(state.tables) or "–")


class RoomCommands:
    """The actions of a room within one transaction; the state follows at once."""

    def __init__(
        self, transaction: Transaction, state: Voting, content: Content, answers: Answers
    ) -> None:
        self._transaction, self.state = transaction, state
        self._content, self._answers = content, answers
        self.changes: list[BoxChange] = []

    # -- participants ------------------------------------------------------------------------

    def join(
        self,
        person: str,
        role: str = "",
        name: str = "",
        again: bool = False,
        table: str = "",
        *,
        was_here: bool = False,
    ) -> None:
        """Add a person to the room; a second join with other details changes nothing.

        `again`: the person with this name comes back from another browser and keeps the same entry.
        `was_here`: nobody can tell which entry without a name it is, so one of their role counts
        less.
        """
        if person in self.state.people:
            return
        who = self._who(role, name, table)
        if was_here and not who.name and self.state.joined_as(who.role, who.table) < 1:
            raise Refused("nobody-was-here", 422)
        before = self.state.named(who.name)
        if before is not None:
            if not again:
                raise Refused("name-taken", 422)
            known = self.state.people[before]
            body = {"person": person, **_public(known), "instead_of": before}
            self._note("joined", body)
            return
        if len(self.state.people) >= MAX_PEOPLE:
            raise Refused("room-full", 503)
        came_back = {"was_here": True} if was_here and not who.name else {}
        self._note("joined", {"person": person, **_public(who), **came_back})

    def sit(self, person: str, table: str) -> None:
        """Seat a person at a table; earlier votes stay with the table of then."""
        who = self.state.people.get(person)
        if who is None:
            raise Refused("not-joined", 403)
        self._check_table(table)
        if who.table != table:
            self._note("seated", {"person": person, "table": table})

    def vote(
        self,
        ask: tuple[str, int],
        person: str,
        ballot: str,
        chosen: Sequence[str],
        other: str,
        fact: str,
    ) -> None:
        """Record a participant's vote, replacing their earlier one in this round."""
        who = self.state.people.get(person)
        if who is None:
            raise Refused("not-joined", 403)
        at = self._open(ask)
        self._check_table(who.table)
        ballot = self.state.ballot_of(at.question, who.name) or ballot
        self._check_first(who, [s for s in at.slips.values() if s.without_phone])
        self._cast(at, ballot, chosen, other, fact, who, {})

    def vote_for(
        self,
        how: Literal["shared", "keyed"],
        ask: tuple[str, int],
        ballot: str,
        chosen: Sequence[str],
        other: str,
        fact: str,
        role: str,
        name: str,
        table: str = "",
    ) -> None:
        """Record a vote from a device that is passed on, or a ballot from paper.

        A ballot that was filled in on paper may be keyed in once the vote is closed, too.
        """
        at = self._open(ask, or_closed=how == "keyed")
        self._room_for_more(at)
        who = self._who(role, name, table)
        if (here := self.state.named(who.name)) is not None:
            who = self.state.people[here]  # as they joined: a slip on paper seats nobody elsewhere
        word = "name-voted-here" if how == "shared" else "name-voted"
        self._check_first(who, [s for b, s in at.slips.items() if b != ballot], word)
        self._cast(at, ballot, chosen, other, fact, who, {how: True})

    # -- the facilitator ---------------------------------------------------------------------

    def take_back(self, ask: tuple[str, int], ballot: str) -> None:
        """Take back a ballot that was keyed in from paper."""
        at = self._round(ask)
        slip = at.slips.get(ballot)
        if slip is None or not slip.keyed:
            raise Refused("no-such-ballot", 404)
        was_in_box = self._transaction.take_out(at.question, at.number, ballot)
        if was_in_box:
            self.changes.append(BoxChange("out", at.question, at.number, ballot, {}))
            self.state.take_out(at.question, at.number, ballot)
        if not was_in_box:  # the vote was closed since, and maybe opened again
            self._note("corrected", {"question": at.question, "round": at.number, "ballot": ballot})

    def ask(self, key: str, number: int) -> None:
        """Open the first or second vote on a question."""
        if self.state.paused:
            raise Refused("is-paused")
        current = self.state.current
        if current is not None and current.status == "open":
            if (current.question, current.number) == (key, number):
                return
            raise Refused("another-is-open")
        try:
            poll = self._poll(key)
        except KeyError:
            raise Refused("no-such-question", 404) from None
        first = self.state.round(key, 1)
        if number == 2 and (first is None or first.status != "revealed"):
            raise Refused("second-too-early")
        found = self.state.round(key, number)
        if number not in (1, 2) or (found is not None and found.seen):
            raise Refused("vote-is-over")
        about = {"words": poll.ask, "asks_about": poll.asks_about}
        self._note("asked", {"question": key, "round": number, **about})

    def type_question(
        self, ask: str, choices: str, asks_about: AsksAbout, dots: int = 1, *, now: bool = True
    ) -> None:
        """Keep a question that the facilitator typed; with `now`, open its first vote."""
        own = own_question(self._content, self.state.own, ask, choices, asks_about, dots)
        self._add(own, now=now)

    def vote_on_answers(self, key: str) -> None:
        """Open a vote with dots on the answers that a question in free words was given.

        If there are many, it is on those that most people gave.
        """
        self.check_revealed(key)
        asked, vote = self.state.own.get(key), self.state.vote(self._content, key)
        if asked is None or asked.choices or vote is None:
            raise Refused("no-such-question", 404)
        given = sorted(vote.rounds[-1].choices, key=lambda c: -c.count)[:MOST_CHOICES]
        if len(given) < 2:
            raise Refused("dots-too-few", 422)
        ask = self._content.words("room.dots-ask", ask=asked.ask)
        name, choices = own_key(self.state.own, ask), tuple(c.value for c in given)
        self._add(OwnQuestion(name, ask, choices, asked.asks_about, MOST_DOTS), now=True)

    def _add(self, own: OwnQuestion, *, now: bool) -> None:
        """Keep a question of one's own; with `now`, open its first vote."""
        current = self.state.current
        if now and self.state.paused:
            raise Refused("is-paused")
        if now and current is not None and current.status == "open":
            raise Refused("another-is-open")
        if len(self.state.own) >= MAX_OWN:
            raise Refused("own-enough", n=MAX_OWN)
        typed = {k: v for k, v in asdict(own).items() if k != "key"}
        self._note("question-typed", {"question": own.key, **typed, "choices": list(own.choices)})
        if now:
            self.ask(own.key, 1)

    def close(self, ask: tuple[str, int]) -> None:
        """Close a vote, so that nothing in it can be added or changed."""
        at = self._round(ask)
        if at.status == "open":
            self._transaction.close_ballots(at.question, at.number, at.opened_at)
            self._note("closed", {"question": at.question, "round": at.number})

    def reveal(self, ask: tuple[str, int]) -> None:
        """Reveal a closed vote to the room."""
        at = self._round(ask)
        if at.status == "open":
            raise Refused("close-first")
        if at.status == "closed":
            for question, number, ballot, _ in self._transaction.box():
                if (question, number) == (at.question, -at.number):
                    self._transaction.take_out(question, number, ballot)
            self._note("revealed", {"question": at.question, "round": at.number})

    def discuss(self, key: str, note: str) -> None:
        """Record a note on the discussion of a question."""
        self.check_revealed(key)
        words = clean_lines(note)
        if not words:
            raise Refused("write-something", 422)
        self._note("discussed", {"question": key, "note": words})

    def decide(
        self,
        key: str,
        values: Sequence[str],
        dissent: str,
        *,
        on_record: bool = False,
        changes: Sequence[int] = (),
        together: str = "",
    ) -> None:
        """Record the decision on a question, and the dissents.

        With `on_record` the session's decisions have the decision with its dissent. `changes` are
        the changes of answers that belong to it and are taken back with it. What is recorded with
        one button has the same words in `together`, and is taken back together.
        """
        self.check_revealed(key)
        value = stored_value(key, values) if values else None
        words = clean_lines(dissent) or None
        body: dict[str, Any] = {"question": key, "value": value, "dissent": words}
        if on_record:
            body |= {"dissent": None, "on_record": True}
        if changes:
            body["changes"] = list(changes)
        if together:
            body["together"] = together
        self._note("decided", body)

    def complete(self, decision: str, changes: Sequence[int], added: str = "") -> None:
        """Note that a decision got its owner or date; `changes` as with `decide`.

        `added`: the words of what somebody does, if it was added with them.
        """
        body = {"decision": decision, "changes": list(changes)}
        self._note("completed", body | ({"added": added} if added else {}))

    def undo(self, seq: int) -> None:
        """Take back the last action, if it is still the one that was seen."""
        last = self.state.last_action()
        if last is None or last.seq != seq:
            raise Refused("undo-too-late")
        if isinstance(was := last.body.get("was"), dict):
            self._give_ballots_back(was, ballots_of(last.body))
        self._note("taken-back", {"seq": seq})

    def rename(self, person: str, role: str, name: str, table: str = "") -> None:
        """Change a person's name, role or table in a named room, also on their votes."""
        self._named(person)
        who = self._who(role, name, table)
        if self.state.named(who.name) not in (None, person):
            raise Refused("name-taken", 422)
        body = {"person": person, **_public(who)}
        self._note("renamed", body | self._reword_box(self.state.people[person], who))

    def merge(self, person: str, into: str) -> None:
        """Make two entries of a named room one; the second gets the votes."""
        self._named(person)
        self._named(into)
        if person == into:
            raise Refused("same-person", 422)
        was, now = self.state.people[person], self.state.people[into]
        self._note("left", {"person": person, "into": into} | self._reword_box(was, now))

    def take_off(self, person: str) -> None:
        """Remove a person from the list of a named room; their votes stay."""
        self._named(person)
        self._note("left", {"person": person, "was": _public(self.state.people[person])})

    def one_fewer(self, role: str, table: str = "") -> None:
        """Count one person less in a room without names.

        Somebody joined twice, or left.
        """
        found = self.state.joined_as(role, table)
        if self.state.privacy == "named" or found < 1:
            raise Refused("no-such-person", 404)
        self._note("left", {"role": role, **({"table": table} if table else {})})

    def reword_fact(self, key: str, fact: str, words: str) -> None:
        """Show other words in the place of a fact that was shown; none hides it."""
        self.check_revealed(key)
        if not self.state.has_fact(key, fact):
            raise Refused("no-such-fact", 404)
        self._note("reworded", {"question": key, "fact": fact, "words": clean(words, MAX_FACT)})

    def expect(self, people: int) -> None:
        """Record the number of people expected, which counts and timer use."""
        self._note("expected", {"people": people})

    def set_tables(self, tables: Sequence[str]) -> None:
        """Record the tables that vote each for itself, before the first vote."""
        if tuple(tables) != self.state.tables:
            _check_tables_open(self.state)
            self._note("tables-set", {"tables": list(tables)})

    def pause(self, paused: bool) -> None:
        """Pause the workshop for today, or resume it."""
        if self.state.paused != paused:
            self._note("paused" if paused else "resumed", {})

    def show(self, what: str) -> None:
        """Put an earlier result on the wall, all of them, or what is live."""
        self._note(SHOWN, {"show": what})

    def close_by_itself(self, on: bool) -> None:
        """Close votes when everybody has voted, or no longer."""
        self._note(BY_ITSELF, {"on": on})

    def time(self, kind: str, body: dict[str, Any]) -> None:
        """Record what the facilitator does on the timer; a new block ends a pause."""
        if kind == BEGUN:
            self.pause(False)
        self._note(kind, body)

    # -- parts of these ----------------------------------------------------------------------

    def _note(self, kind: str, body: dict[str, Any], at: datetime.datetime | None = None) -> None:
        self._transaction.note(kind, body, at)
        for event in self._transaction.events:
            if event.seq > self.state.seq:
                self.state.apply(event)

    def _poll(self, key: str) -> Poll:
        return self.state.poll(self._content, self._answers, key)

    def _who(self, role: str, name: str, table: str) -> Person:
        """Return what may be recorded of a person under the room's privacy.

        Raises `Refused` if a role, name or table is missing.
        """
        self._check_table(table)
        privacy, table = self.state.privacy, table if self.state.tables else ""
        if privacy == "anonymous":
            return Person(table=table)
        if self.state.roles and role not in self.state.roles:
            raise Refused("role-missing", 422)
        if privacy == "role":
            return Person(role, table=table)
        called = clean(name, MAX_PERSON)
        if not called:
            raise Refused("name-missing", 422)
        return Person(role, called, table)

    def _check_table(self, table: str) -> None:
        """Raise `Refused` if the room has tables and this is none of them."""
        if self.state.tables and table not in self.state.tables:
            raise Refused("table-missing", 422)

    def _check_first(self, who: Person, others: Sequence[Slip], word: str = "name-voted") -> None:
        """Raise `Refused` if one of these ballots of a named room has the same name."""
        name = name_key(who.name)
        if name and any(name_key(slip.name) == name for slip in others):
            raise Refused(word, 422, who=who.name)

    def _named(self, person: str) -> None:
        if self.state.privacy != "named" or person not in self.state.people:
            raise Refused("no-such-person", 404)

    def _reword_box(self, was: Person, who: Person) -> dict[str, Any]:
        """Change the name on a person's ballots in the box, one on each question.

        Return what takes it back: who it was, and the ballots. A second ballot in a round is set
        aside until the vote is shown, in the box under the negative number of its round.
        """
        changed: list[list[Any]] = []
        for question, number, ballot, body in self._transaction.box():
            at = self.state.round(question, number)
            if at is None or name_key(str(body.get("name", ""))) != name_key(was.name):
                continue
            twice = any(
                other != ballot and name_key(slip.name) == name_key(who.name)
                for other, slip in at.slips.items()
            )
            if twice:
                self._transaction.take_out(question, number, ballot)
                self._transaction.put(question, -number, ballot, body)
            else:
                self._transaction.put(question, number, ballot, body | _public(who))
            changed.append([question, number, ballot])
        return {"was": _public(was), **({"ballots": changed} if changed else {})}

    def _give_ballots_back(self, was: dict[str, Any], ballots: Sequence[Ballot]) -> None:
        """Write on ballots in the box whose they were, and put back what was set aside."""
        box = {
            (question, number, one): body for question, number, one, body in self._transaction.box()
        }
        for question, number, ballot in ballots:
            at = self.state.round(question, number)
            body = box.get((question, number, ballot)) or box.get((question, -number, ballot))
            if at is None or at.status == "revealed" or body is None:
                continue
            self._transaction.take_out(question, -number, ballot)
            body = {k: v for k, v in body.items() if k not in ("role", "name", "table")} | was
            self._transaction.put(question, number, ballot, body)
            self.state.put(question, number, ballot, body)
            self.changes.append(BoxChange("put", question, number, ballot, body | {"value": ""}))

    def _round(self, ask: tuple[str, int]) -> Round:
        found = self.state.round(*ask)
        if found is None:
            raise Refused("no-such-question", 404)
        return found

    def _open(self, ask: tuple[str, int], *, or_closed: bool = False) -> Round:
        """Return the round that a ballot is for.

        Raises `Refused` if it is not open; with `or_closed`, if its result is shown.
        """
        if self.state.paused:
            raise Refused("is-paused")
        found = self._round(ask)
        if found.status == "revealed" or (found.status == "closed" and not or_closed):
            raise Refused("vote-is-over")
        return found

    def check_revealed(self, key: str) -> None:
        """Raise `Refused` for a question that has not been revealed."""
        asked = self.state.asked.get(key)
        if asked is None:
            raise Refused("no-such-question", 404)
        if not any(r.status == "revealed" for r in asked.rounds.values()):
            raise Refused("reveal-first")

    def _room_for_more(self, at: Round) -> None:
        if sum(s.keyed or s.shared for s in at.slips.values()) >= MAX_PAPER:
            raise Refused("room-full", 503)

    def _cast(
        self,
        at: Round,
        ballot: str,
        chosen: Sequence[str],
        other: str,
        fact: str,
        who: Person,
        how: dict[str, Any],
    ) -> None:
        values = read_ballot(self._poll(at.question), chosen, other)
        value = stored_value(at.question, values)
        body = {"value": value, "fact": clean(fact, MAX_FACT), **_public(who), **how}
        if at.status == "closed":  # its other ballots have left the box already
            stored = {"question": at.question, "round": at.number, "ballot": ballot, **body}
            self._note("voted", stored, at.opened_at)
            return
        self._transaction.put(at.question, at.number, ballot, body)
        self.state.put(at.question, at.number, ballot, body)
        self.changes.append(BoxChange("put", at.question, at.number, ballot, body | {"value": ""}))


def _public(who: Person) -> dict[str, str]:
    return {k: v for k, v in asdict(who).items() if v}


def clean_lines(text: str) -> str:
    """Return typed text of several lines, with each line cleaned."""
    lines = (clean(line, MAX_NOTE) for line in text.replace("\r\n", "\n").split("\n"))
    return "\n".join(lines).strip()[:MAX_NOTE]
