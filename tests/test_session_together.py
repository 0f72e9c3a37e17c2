"""Several programs on one session, and programs that are killed: nothing saved is lost."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from databases import sibling
from sessions import PROGRAMS, Program, begin, start
from workshop import Answers, InputError
from workshop.session import Session
from workshop.session.replay import LISTS, State, standing
from workshop.session.store import ABOUT, EVENTS


@pytest.fixture
def place(any_place: Path | str) -> Path | str:
    return any_place


@pytest.fixture
def session(place: Path | str) -> Iterator[Session]:
    with closing(Session.open(place, who="Ana")) as opened:
        yield opened


def test_two_writers_killed_at_any_moment_lose_nothing_that_they_said_was_saved(
    place: Path | str,
) -> None:
    chance = random.Random(5)
    Session.open(place).close()
    reported: dict[int, tuple[str, str, str]] = {}
    for turn in range(20):
        writers = {who: start(place, who, turn) for who in ("Ana", "Ben")}
        for who, writer in writers.items():
            said = [writer.line() for _ in range(chance.randrange(5))]  # however slow the machine
            time.sleep(chance.uniform(0, 0.04))
            for line in said + writer.kill():
                seq, name, value = line.split(" ", 2)
                assert int(seq) not in reported
                reported[int(seq)] = (who, name, value)
        with closing(Session.open(place, create=False)) as opened:
            assert not opened.problems
            stored = {c.seq: (c.who, "/".join(c.address), c.now) for c in opened.history()}
            assert {seq: stored.get(seq) for seq in reported} == reported
    assert len(reported) > 40
    if isinstance(place, Path):
        with closing(sqlite3.connect(place)) as file:
            assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_programs_that_begin_a_session_at_once_begin_one(place: Path | str) -> None:
    together = PROGRAMS.Barrier(4)
    for attempt in range(4):
        here = sibling(place, f"attempt{attempt}")
        programs = [Program(begin, here, f"who {n}", together) for n in range(4)]
        assert [program.end() for program in programs] == [0] * 4
        with closing(Session.open(here, create=False)) as opened:
            made = sorted(d.decision for d in opened.answers.decisions or ())
            with opened._store.reading() as connection:
                ids = connection.execute(select(ABOUT.c.value).where(ABOUT.c.key == "id")).all()
        assert made == [f"who {n}" for n in range(4)]
        assert len(ids) == 1


def test_many_at_once_in_one_program_lose_nothing(session: Session, place: Path | str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with closing(Session.open(place, who="Ben")) as other, ThreadPoolExecutor(6) as pool:
        both = (session, other)
        texts = [f"decision {n}" for n in range(60)]
        list(pool.map(lambda n: both[n % 2].add("decisions", {"decision": texts[n]}), range(60)))
        for one in both:
            one.refresh()
            assert sorted(d.decision for d in one.answers.decisions or ()) == sorted(texts)


def meanwhile(session: Session, act: Any) -> None:
    """Let another program act between the look that `session` takes and its turn to write."""
    turn = session.transaction

    def after_the_other() -> Any:
        session.transaction = turn  # type: ignore[method-assign]
        act()
        return turn()

    session.transaction = after_the_other  # type: ignore[method-assign]


@pytest.fixture
def other(session: Session, place: Path | str) -> Iterator[Session]:
    with closing(Session.open(place, who="Ben")) as opened:
        yield opened


def test_an_item_that_another_removed_a_moment_before_is_told_not_saved(
    session: Session, other: Session
) -> None:
    item = session.add("stages", {"stage": "data"})
    for act in (
        lambda: session.give(("stages", item, "team"), "x"),
        lambda: session.remove("stages", item),
        lambda: session.move("stages", item, 1),
    ):
        count = len(session.since(0))
        meanwhile(session, lambda: other.remove("stages", item))
        with pytest.raises(InputError, match="not there any more"):
            act()
        other.undo()
        session.refresh()
        assert [i for i, _ in session.items("stages")] == [item]
        assert [e.kind for e in session.since(0)][count:] == ["removed", "undone"]


def test_history_tells_what_was_there_when_a_change_was_written(
    session: Session, other: Session
) -> None:
    meanwhile(session, lambda: other.give(("model_teams",), 4))
    change = session.give(("model_teams",), 5)
    assert change is not None
    assert (change.was, change.now) == (4, 5)


def test_two_who_take_back_the_same_change_take_it_back_once(
    session: Session, other: Session
) -> None:
    change = session.give(("model_teams",), 4)
    assert change is not None
    other.refresh()
    meanwhile(session, lambda: other.undo(change.seq))
    again = session.undo(change.seq)
    assert again is not None
    assert again.undone
    assert session.answers == Answers()
    session.undo(change.seq)
    assert session.answers.model_teams == 4


def test_a_stale_screen_that_takes_back_does_not_bring_back(
    session: Session, other: Session
) -> None:
    change = session.give(("model_teams",), 4)
    assert change is not None
    other.refresh()
    session.undo(change.seq)
    other.undo(change.seq)
    session.refresh()
    assert session.answers == other.answers == Answers()


def test_an_undo_that_would_break_the_answers_is_refused(
    session: Session, place: Path | str
) -> None:
    items = [session.add("stages", {"stage": "data"}) for _ in range(60)]
    removed = session.remove("stages", items[0])
    session.add("stages", {"stage": "model"})
    with pytest.raises(InputError, match="leave the answers incomplete"):
        session.undo(removed.seq)
    with closing(Session.open(place)) as other:
        for one in (session, other):
            assert len(one.items("stages")) == 60
            assert not one.problems
    with pytest.raises(InputError, match="at most 60"):
        session.add("stages", {"stage": "data"})


def test_an_undo_of_a_change_that_is_none_is_refused(session: Session) -> None:
    number = session.note("skipped", {})
    for seq in (number, 99, -1):
        with pytest.raises(InputError, match="no such change"):
            session.undo(seq)


def test_replay_of_new_events_only_gives_what_replay_of_all_gives(
    session: Session, other: Session
) -> None:
    for number in range(5):
        session.give(("model_teams",), number)
        session.add("stages", {"stage": "data"})
    other.refresh()
    other.give(("duties", "paged"), "x")
    session.refresh()
    fresh = State()
    for event in session.since(0):
        fresh.apply(event)
    assert fresh.plain() == session._state.plain() == other._state.plain()
    assert set(fresh.lists) == set(LISTS)
    assert standing(session.since(0)) == (frozenset(), {})


def test_events_of_other_kinds_are_never_lost(session: Session, place: Path | str) -> None:
    session.note("discussed", {"question": "lead", "note": "<b>loud</b>"})
    with session._store.reading() as connection:
        rows = connection.execute(select(EVENTS.c.who, EVENTS.c.kind, EVENTS.c.body)).all()
    assert rows == [("Ana", "discussed", '{"question": "lead", "note": "<b>loud</b>"}')]
