"""Whatever is done in whatever order, a session's answers are what was told last."""

from __future__ import annotations

import copy
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from conftest import TOP
from workshop import Answers, load_content
from workshop.answers.reading import answers_files, read_answers
from workshop.session import Session

EXAMPLES = [read_answers(p) for p in answers_files([TOP / "examples"])]
DRILL = load_content().drills[0].id

PLACES: dict[tuple[str, ...], st.SearchStrategy[Any]] = {
    ("model_teams",): st.integers(0, 9),
    ("queue_weeks",): st.sampled_from([0.5, 2, 2.0]),
    ("organisation",): st.sampled_from(["A", "Ä\u2028b", "<b>"]),
    ("squad",): st.lists(st.sampled_from(["design", "testing"]), min_size=1, unique=True),
    ("duties",): st.fixed_dictionaries({"paged": st.sampled_from(["x", "y"])}),
    ("duties", "paged"): st.sampled_from(["product", "nobody"]),
    ("drills", DRILL, "minute_15"): st.just("platform"),
    ("basis", "duties.paged"): st.sampled_from(["measured", "opinion"]),
}
ITEM = {
    "stages": {
        "stage": st.sampled_from(["data", "serving"]),
        "team": st.sampled_from([None, "platform"]),
        "wait_days": st.sampled_from([None, 3, [1, 2, 3]]),
    },
    "decisions": {
        "decision": st.sampled_from(["Which?", "When?\nNow."]),
        "if": st.sampled_from([None, "it rains"]),
        "settles": st.sampled_from([None, [load_content().rules[0].id]]),
    },
}
names = st.sampled_from(["stages", "decisions"])
whos = st.sampled_from([0, 1])


class Plain:
    """What is expected: nested values, lists of (id, values); all of it copied before a change."""

    def __init__(self) -> None:
        self.tree: dict[str, Any] = {}
        self.lists: dict[str, list[tuple[str, dict[str, Any]]]] = {"stages": [], "decisions": []}

    def put(self, address: tuple[str, ...], value: Any) -> None:
        if address[0] in self.lists:
            at: dict[str, Any] = dict(self.lists[address[0]])[address[1]]
            address = address[2:]
        else:
            at = self.tree
        for step in address[:-1]:
            if value is None and step not in at:
                return  # nothing to take away
            at = at.setdefault(step, {})
        if value is None:
            at.pop(address[-1], None)
        else:
            at[address[-1]] = copy.deepcopy(value)

    def parameters(self) -> dict[str, Any]:
        given = {k: v for k, v in copy.deepcopy(self.tree).items() if v}
        given |= {k: v for k, v in self.tree.items() if isinstance(v, bool | int | float)}
        for name, items in self.lists.items():
            if items:
                given[name] = [{k: v for k, v in one.items() if v is not None} for _, one in items]
        return given


class Rooms(RuleBasedStateMachine):
    """Two programs on one file. Every change is checked at both, and by a third that opens it."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.place = Path(self.folder.name) / "s.workshop"
        self.sessions = [Session.open(self.place, who=who) for who in ("Ana", "Ben")]
        self.now = Plain()
        self.log: list[tuple[int, int, Any]] = []
        """Of each change its number, who made it, and what redoes it on a plain model."""
        self.undone: set[int] = set()

    def teardown(self) -> None:
        for session in self.sessions:
            session.close()
        self.folder.cleanup()

    def done(self, seq: int, who: int, act: Any) -> None:
        self.log.append((seq, who, act))
        act(self.now)

    def redo_all(self) -> None:
        """Make the plain model again without what was taken back; what is gone is passed over."""
        self.now = Plain()
        for seq, _, act in self.log:
            if seq not in self.undone:
                try:
                    act(self.now)
                except (KeyError, StopIteration):
                    continue

    @rule(who=whos, place=st.sampled_from(list(PLACES)), clear=st.booleans(), data=st.data())
    def give(self, who: int, place: tuple[str, ...], clear: bool, data: st.DataObject) -> None:
        value = None if clear else data.draw(PLACES[place])
        change = self.sessions[who].give(place, value)
        if change is not None:
            self.done(change.seq, who, lambda p: p.put(place, value))

    @rule(who=whos, name=names, after=st.integers(0, 5), data=st.data())
    def add(self, who: int, name: str, after: int, data: st.DataObject) -> None:
        values = {k: data.draw(v) for k, v in ITEM[name].items()}
        ids = [i for i, _ in self.now.lists[name]]
        behind = ids[after] if after < len(ids) else None
        item = self.sessions[who].add(name, values, after=behind)

        def act(p: Plain) -> None:
            at = [i for i, _ in p.lists[name]]
            where = at.index(behind) + 1 if behind in at else len(at)
            p.lists[name].insert(where, (item, copy.deepcopy(values)))

        self.done(int(item), who, act)

    @precondition(lambda self: any(self.now.lists.values()))
    @rule(who=whos, what=st.sampled_from(["remove", "move", "give"]), data=st.data())
    def change_item(self, who: int, what: str, data: st.DataObject) -> None:
        listed = [(n, i) for n, items in self.now.lists.items() for i, _ in items]
        name, item = data.draw(st.sampled_from(listed))
        session = self.sessions[who]
        if what == "remove":
            change: Any = session.remove(name, item)

            def act(p: Plain) -> None:
                p.lists[name] = [pair for pair in p.lists[name] if pair[0] != item]
        elif what == "move":
            by = data.draw(st.integers(-3, 3))
            change = session.move(name, item, by)

            def act(p: Plain) -> None:
                pairs = p.lists[name]
                at = next(n for n, pair in enumerate(pairs) if pair[0] == item)
                pair = pairs.pop(at)
                pairs.insert(max(0, at + by), pair)
        else:
            part = data.draw(st.sampled_from(list(ITEM[name])))
            value = data.draw(ITEM[name][part].filter(lambda v: v is not None))
            change = session.give((name, item, part), value)

            def act(p: Plain) -> None:
                p.put((name, item, part), value)

        if change is not None:
            self.done(change.seq, who, act)

    @rule(who=whos, answers=st.sampled_from(EXAMPLES))
    def import_answers(self, who: int, answers: Answers) -> None:
        given = {k: v for k, v in answers.to_parameters().items() if k != "earlier"}
        seq = self.sessions[who].import_answers(Answers.from_parameters(given), "x").seq

        def act(p: Plain) -> None:
            p.tree = {k: copy.deepcopy(v) for k, v in given.items() if k not in p.lists}
            for name in p.lists:
                items = enumerate(copy.deepcopy(given.get(name, [])))
                p.lists[name] = [(f"{seq}.{n}", one) for n, one in items]

        self.done(seq, who, act)

    @rule(who=whos)
    def undo_own(self, who: int) -> None:
        own = [s for s, w, _ in self.log if w == who and s not in self.undone]
        change = self.sessions[who].undo()
        assert (change.seq if change else None) == (own[-1] if own else None)
        if own:
            self.undone.add(own[-1])
            self.redo_all()

    @precondition(lambda self: self.log)
    @rule(who=whos, data=st.data())
    def undo_or_redo_any(self, who: int, data: st.DataObject) -> None:
        seq = data.draw(st.sampled_from([s for s, _, _ in self.log]))
        self.sessions[who].refresh()
        change = self.sessions[who].undo(seq)
        assert change is not None
        self.undone ^= {seq}
        assert change.undone == (seq in self.undone)
        self.redo_all()

    @rule(who=whos)
    def note(self, who: int) -> None:
        self.sessions[who].note("skipped", {"step": "size"})

    @invariant()
    def everybody_sees_the_same(self) -> None:
        expected = Answers.from_parameters(self.now.parameters())
        with closing(Session.open(self.place)) as third:
            for session in (*self.sessions, third):
                session.refresh()
                assert session.answers == expected
                assert not session.problems
                for name, items in self.now.lists.items():
                    assert [i for i, _ in session.items(name)] == [i for i, _ in items]
                undone_now = {c.seq: c.undone for c in session.history()}
                assert undone_now == {s: s in self.undone for s, _, _ in self.log}
                assert session._state.plain() == third._state.plain()


TestRooms = Rooms.TestCase
TestRooms.settings = settings(
    max_examples=50,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
