"""Compute the state from events; ignore events that make no sense."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from workshop.answers.reading import unknown_ids
from workshop.answers.schema import Answers, as_compared, words_decided_on
from workshop.content.loader import Content
from workshop.forms.agenda import OWN, Clock
from workshop.session.store import UNREADABLE, Event

TIMED = OWN | {"paused", "resumed"}
"""Kinds of event that the timer follows."""


def clock_of(events: Iterable[Event]) -> Clock:
    """Return the timer of a session after these events."""
    return Clock.of(e for e in events if e.kind in TIMED)


def with_minutes(answers: Answers, events: Iterable[Event]) -> Answers:
    """Return answers with the minutes that this session's timer recorded.

    Without a record, the answers keep their own.
    """
    times = clock_of(events).minutes()
    return answers.model_copy(update={"agenda": times}) if times else answers


Address = tuple[str, ...]
LISTS: dict[str, Address] = {
    "stages": ("stages",),
    "decisions": ("decisions",),
    "earlier.became": ("earlier", "became"),
}
"""Lists whose items are changed one by one, with their addresses."""
CHANGES = frozenset({"answered", "added", "removed", "moved", "imported", "followed"})
"""Kinds of event that change the answers; `undone` takes one of them back."""
ODD = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)
"""Exceptions that an event without sense may cause when it is applied."""


class State:
    """The answers as plain values, with an id for every item of a list."""

    def __init__(self) -> None:
        self.tree: dict[str, Any] = {}
        self.lists: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in LISTS}

    def copy(self) -> State:
        """Return an independent copy."""
        other = State()
        other.tree, other.lists = copy.deepcopy(self.tree), copy.deepcopy(self.lists)
        return other

    def apply(self, event: Event) -> None:
        """Change the state as an event says.

        A change of an item that another person removed is ignored. Raises one of `ODD` for an event
        that makes no sense; discard the state then.
        """
        # an event stays what it was, whatever is put into its values later
        body = copy.deepcopy(event.body)
        if event.kind == "answered":
            self._answer(event.seq, tuple(body["address"]), body["value"])
        elif event.kind == "added":
            items = self.lists[body["list"]]
            if body.get("after") in items:
                _insert(
                    items,
                    str(event.seq),
                    dict(body["values"]),
                    list(items).index(body["after"]) + 1,
                )
            else:
                items[str(event.seq)] = dict(body["values"])
        elif event.kind == "removed":
            self.lists[body["list"]].pop(body["item"], None)
        elif event.kind == "moved":
            items = self.lists[body["list"]]
            if body["item"] in items:
                at = list(items).index(body["item"]) + int(body["by"])
                place = max(0, min(at, len(items)))
                _insert(items, body["item"], items.pop(body["item"]), place)
        elif event.kind == "imported":
            self._take(event.seq, body["answers"])
        elif event.kind == "followed":
            self._follow(event.seq, body["answers"], [])

    def _answer(self, seq: int, address: Address, value: Any) -> None:
        name, item, rest = split(address)
        if not all(isinstance(step, str) for step in address):
            raise TypeError("a step of an address is text")
        if address == ("earlier",):
            self.tree.pop("earlier", None)
            self.lists["earlier.became"] = {}
            if value is not None:
                self._follow(seq, value["answers"], value.get("became") or [])
        elif name in LISTS and item is None:
            raise ValueError("a list is changed one item at a time")
        elif item is not None:
            stored = self.lists[name].get(item)
            if stored is None:
                return
            _put(stored, rest, value)
        else:
            _put(self.tree, address, value)

    def _take(self, seq: int, answers: Mapping[str, Any]) -> None:
        """Replace everything with a whole set of answers."""
        given = _named(answers)
        for name in ("stages", "decisions"):
            items = given.pop(name, None) or ()
            self.lists[name] = {f"{seq}.{n}": _named(item) for n, item in enumerate(items)}
        earlier = given.pop("earlier", None) or {}
        self.tree, self.lists["earlier.became"] = given, {}
        if earlier:
            self._follow(seq, earlier["answers"], earlier.get("became") or [])

    def _follow(self, seq: int, answers: Mapping[str, Any], became: Iterable[Any]) -> None:
        """Keep an earlier workshop's answers, with an item for each of its decisions."""
        if not all(isinstance(one["decision"], str) for one in answers.get("decisions") or ()):
            raise TypeError("the words of a decision are text")
        given = {as_compared(one["decision"]): one for one in became}
        items: dict[str, dict[str, Any]] = {}
        for number, words in enumerate(words_decided_on(answers)):
            items[f"{seq}.{number}"] = _named(given.pop(as_compared(words), {"decision": words}))
        self.tree["earlier"] = {"answers": _named(answers)}
        self.lists["earlier.became"] = items

    def value(self, address: Address) -> Any:
        """Return a copy of the plain value at an address, or None."""
        name, item, rest = split(address)
        at: Any = self.tree
        if item is not None:
            at = self.lists[name].get(item)
        elif name in LISTS:
            return None
        for step in rest if item is not None else address:
            if not isinstance(at, Mapping):
                return None
            at = at.get(step)
        return copy.deepcopy(at)

    def plain(self) -> dict[str, Any]:
        """Return the data of an answers file, without empty parts."""
        given = {k: v for k, v in self.tree.items() if v not in ({}, [], None)}
        for name in ("stages", "decisions"):
            if self.lists[name]:
                given[name] = list(self.lists[name].values())
        items = self.lists["earlier.became"]
        became = [items[item] for item in self.shown("earlier.became")]
        if "earlier" in given:
            given["earlier"] = {**given["earlier"], **({"became": became} if became else {})}
        return given

    def shown(self, name: str) -> list[str]:
        """Return the ids of a list's items, in the order of `plain`.

        An earlier decision of which nothing is said is not shown.
        """
        items = self.lists[name]
        return [item for item in items if name != "earlier.became" or len(items[item]) > 1]

    def drop(self, place: tuple[int | str, ...]) -> None:
        """Remove the value at a place of `plain`, or the nearest part around it."""
        top = str(place[0])
        items: dict[str, dict[str, Any]] = self.lists.get(top, {})
        shown = list(items)
        rest = place[1:]
        at: Any = self.tree.get(top)
        if top == "earlier" and place[1:2] == ("became",):
            items, shown = self.lists["earlier.became"], self.shown("earlier.became")
            rest = place[2:]
        if shown:
            # of a list that is too long the last one goes, until it is not
            index = rest[0] if rest and isinstance(rest[0], int) else len(shown) - 1
            item, inner = shown[min(index, len(shown) - 1)], rest[1:]
            if inner[:1] == ("decision",) or not _cut(items[item], inner):
                words = items[item].get("decision")
                if top == "earlier" and isinstance(words, str):
                    items[item] = {"decision": words}  # its place remains, with nothing said
                else:
                    del items[item]
        elif not _cut(at, rest):
            self.tree.pop(top, None)
            if top == "earlier":
                self.lists["earlier.became"] = {}


def split(address: Address) -> tuple[str, str | None, Address]:
    """Return an address as list, item and rest; item is None outside lists."""
    for name, place in LISTS.items():
        if address[: len(place)] == place:
            rest = address[len(place) :]
            return name, (rest[0] if rest else None), rest[1:]
    return address[0], None, address[1:]


def standing(events: Iterable[Event]) -> tuple[frozenset[int], dict[int, int]]:
    """Return the events that were undone, and for each the event that did so.

    Undoing an `undone` event restores the change.
    """
    by: dict[int, int] = {}
    gone: set[int] = set()
    for event in reversed(list(events)):
        if event.kind == "undone" and event.seq not in gone:
            seq = event.body.get("seq")
            if isinstance(seq, int) and seq < event.seq:
                gone.add(seq)
                by[seq] = event.seq
    return frozenset(gone), by


def replay(events: Iterable[Event], state: State | None = None) -> tuple[State, list[Event]]:
    """Return the state after these events, and the events that could not be applied.

    `state` is the state before them and is not changed; with it, none of the events may be
    `undone`.
    """
    events = list(events)
    gone, _ = standing(events)
    state, odd = State() if state is None else state.copy(), []
    for event in events:
        if event.kind == UNREADABLE:
            odd.append(event)
        elif event.kind in CHANGES and event.seq not in gone:
            whole = event.kind in ("imported", "followed")
            before = state.copy() if whole else state
            try:
                state.apply(event)
            except ODD:
                odd.append(event)
                state = before
    return state, odd


def settle(state: State, content: Content) -> tuple[Answers, list[str]]:
    """Return the state's answers, and the names of values that were left out.

    An edited file may contain what the schema or the content refuses; the rest of it is still used.
    """
    left_out: dict[str, None] = {}
    for _ in range(1000):
        data = state.plain()
        try:
            answers = Answers.model_validate(data)
        except ValidationError as error:
            place = _place(error.errors()[0]["loc"], data)
        else:
            problem = next(unknown_ids(data, content), None)
            if problem is None:
                return answers, list(left_out)
            place = _steps(problem.name, data)
        left_out[".".join(map(str, place)) or "earlier"] = None
        state.drop(place or ("earlier",))
    state.tree, state.lists = {}, {name: {} for name in LISTS}
    return Answers(), ["everything"]


def _named(values: Any) -> dict[str, Any]:
    """Return a copy of values by name.

    Pairs, of which `dict` would make a copy too, have no names that a file can have.
    """
    if not isinstance(values, Mapping):
        raise TypeError("answers have names")
    return dict(values)


def _steps(name: str, data: Any) -> tuple[int | str, ...]:
    """Return the path of a dotted name; names of items may contain dots."""
    steps: list[int | str] = []
    while name:
        first = name.partition(".")[0]
        step: int | str = name
        if isinstance(data, Mapping):
            step = max((k for k in data if f"{name}.".startswith(f"{k}.")), key=len, default=name)
            data = data.get(step)
        elif isinstance(data, list) and first.isdecimal() and int(first) < len(data):
            step = int(first)
            data = data[step]
        steps.append(step)
        name = name[len(str(step)) + 1 :]
    return tuple(steps)


def _place(loc: tuple[int | str, ...], data: Any) -> tuple[int | str, ...]:
    """Return where a schema error is, without steps that only the schema has."""
    place: list[int | str] = []
    for step in loc:
        if isinstance(data, Mapping):
            place.append(step)
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            place.append(step)
            data = data[step]
    return tuple(place)


def _put(tree: dict[str, Any], address: Address, value: Any) -> None:
    """Set the value at an address, or remove it if it is None."""
    *parents, last = address
    for step in parents:
        if value is None and step not in tree:
            return
        tree = tree.setdefault(step, {})
    if value is None:
        tree.pop(last, None)
    else:
        tree[last] = value


def _cut(at: Any, place: tuple[int | str, ...]) -> bool:
    """Remove the value at a place, or its nearest parent; return whether it could."""
    holder: Any = None
    last: int | str = ""
    for step in place:
        listed = isinstance(at, list) and isinstance(step, int) and step < len(at)
        if not listed and not (isinstance(at, dict) and step in at):
            break
        holder, last, at = at, step, at[step]
    if holder is not None:
        del holder[last]
    return holder is not None


def _insert(items: dict[str, dict[str, Any]], key: str, item: dict[str, Any], at: int) -> None:
    """Insert an item at a position among the others."""
    pairs = [pair for pair in items.items() if pair[0] != key]
    pairs.insert(at, (key, item))
    items.clear()
    items.update(pairs)
