"""What a room is at a moment, replayed from the session's events. It holds no choices.

Who voted is known here, what they voted is not: a page built from a `State` cannot tell it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from workshop.session import Event

Privacy = Literal["named", "role", "anonymous"]
PRIVACIES: tuple[Privacy, ...] = ("named", "role", "anonymous")
Status = Literal["open", "closed", "revealed"]
KINDS = frozenset(
    {"room-opened", "joined", "asked", "voted", "closed", "revealed", "discussed", "decided"}
    | {"corrected", "paused", "resumed"}
)


@dataclass(frozen=True)
class Person:
    """Somebody who joined: what the room's privacy lets us know."""

    role: str = ""
    name: str = ""


@dataclass(frozen=True)
class Slip:
    """That a ballot was cast, and by whom if that may be known. Not what stands on it."""

    role: str = ""
    name: str = ""
    keyed: bool = False
    shared: bool = False


@dataclass
class Round:
    """One vote on one question."""

    question: str
    number: int
    opened_at: datetime.datetime
    status: Status = "open"
    slips: dict[str, Slip] = field(default_factory=dict)


@dataclass(frozen=True)
class Decided:
    """What was decided on a question, as far as it was said."""

    value: str = ""
    dissent: str = ""


@dataclass
class Asked:
    """A question that was opened at least once."""

    key: str
    rounds: dict[int, Round] = field(default_factory=dict)
    decided: Decided | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def latest(self) -> Round:
        return self.rounds[max(self.rounds)]


class State:
    """A room: its privacy, the people, the questions asked so far. `seq`: the last event known."""

    def __init__(self) -> None:
        self.seq = 0
        self.privacy: Privacy | None = None
        self.threshold = 3
        self.roles: tuple[str, ...] = ()
        self.id = ""
        self.people: dict[str, Person] = {}
        self.asked: dict[str, Asked] = {}
        self.current: Round | None = None
        self.paused = False

    @classmethod
    def of(cls, events: Iterable[Event], box: Iterable[tuple[str, int, str, Any]] = ()) -> State:
        """Return the room after these events, with these ballots waiting in the box."""
        state = cls()
        for event in events:
            state.apply(event)
        for question, number, ballot, body in box:
            state.put(question, number, ballot, body)
        return state

    def apply(self, event: Event) -> None:
        """Take one more event in; what makes no sense is passed over."""
        self.seq = event.seq
        if event.kind in KINDS:
            try:
                getattr(self, "_" + event.kind.replace("-", "_"))(event, event.body)
            except (KeyError, TypeError, ValueError, AttributeError):
                return

    def put(self, question: str, number: int, ballot: str, body: Mapping[str, Any]) -> None:
        """Note that a ballot was cast."""
        found = self.round(question, number)
        if found is not None:
            found.slips[ballot] = Slip(
                _text(body.get("role")),
                _text(body.get("name")),
                bool(body.get("keyed")),
                bool(body.get("shared")),
            )

    def take_out(self, question: str, number: int, ballot: str) -> None:
        """Note that a ballot was taken back."""
        found = self.round(question, number)
        if found is not None:
            found.slips.pop(ballot, None)

    def round(self, question: str, number: int) -> Round | None:
        """Return a vote on a question, None if there was none."""
        asked = self.asked.get(question)
        return asked.rounds.get(number) if asked else None

    def present(self, at: Round) -> int:
        """Return how many could vote: who joined, and who voted on paper or on a shared device."""
        return len(self.people) + sum(s.keyed or s.shared for s in at.slips.values())

    @property
    def started(self) -> bool:
        """Whether anything was put to the vote yet."""
        return bool(self.asked)

    # -- events -----------------------------------------------------------------------------------

    def _room_opened(self, _: Event, body: Mapping[str, Any]) -> None:
        if self.privacy is None and body["privacy"] in PRIVACIES:
            self.threshold = max(2, _whole(body.get("threshold"), 3))
            roles = body.get("roles")
            self.roles = tuple(filter(None, map(_text, roles if isinstance(roles, list) else ())))
            self.id = _text(body.get("room"))
            self.privacy = body["privacy"]

    def _joined(self, _: Event, body: Mapping[str, Any]) -> None:
        person = Person(_text(body.get("role")), _text(body.get("name")))
        self.people[str(body["person"])] = person

    def _asked(self, event: Event, body: Mapping[str, Any]) -> None:
        key, number = body["question"], int(body["round"])
        if not isinstance(key, str) or not key or number not in (1, 2):
            raise ValueError(key)
        asked = self.asked.setdefault(key, Asked(key))
        found = asked.rounds.get(number)
        if found is None:
            found = asked.rounds[number] = Round(key, number, event.at)
        elif found.status == "closed":
            found.status = "open"
        self.current = found

    def _voted(self, _: Event, body: Mapping[str, Any]) -> None:
        self.put(body["question"], int(body["round"]), str(body["ballot"]), body)

    def _corrected(self, _: Event, body: Mapping[str, Any]) -> None:
        self.take_out(body["question"], int(body["round"]), str(body["ballot"]))

    def _closed(self, _: Event, body: Mapping[str, Any]) -> None:
        self._set(body, "closed")

    def _revealed(self, _: Event, body: Mapping[str, Any]) -> None:
        self._set(body, "revealed")
        if self.current is None or self.current.status != "open":
            # it may have waited, closed, while others were asked: what is shown is looked at now
            self.current = self.round(body["question"], int(body["round"])) or self.current

    def _set(self, body: Mapping[str, Any], status: Status) -> None:
        found = self.round(body["question"], int(body["round"]))
        if found is not None and found.status != "revealed":
            found.status = status

    def _discussed(self, _: Event, body: Mapping[str, Any]) -> None:
        if note := _text(body.get("note")):
            self.asked[body["question"]].notes.append(note)

    def _decided(self, _: Event, body: Mapping[str, Any]) -> None:
        dissent = body.get("dissent")
        if isinstance(dissent, list):
            dissent = "\n".join(line for line in dissent if isinstance(line, str))
        self.asked[body["question"]].decided = Decided(_text(body.get("value")), _text(dissent))

    def _paused(self, _: Event, __: Mapping[str, Any]) -> None:
        self.paused = True

    def _resumed(self, _: Event, __: Mapping[str, Any]) -> None:
        self.paused = False


def _text(value: Any) -> str:
    """Return text as it was kept; nothing for whatever is none."""
    return value if isinstance(value, str) else ""


def _whole(value: Any, otherwise: int) -> int:
    """Return a whole number as it was kept, or another where there is none."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole else otherwise
