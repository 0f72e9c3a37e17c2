"""A session: what was said to be saved is there, whatever happens to the program or the file."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from conftest import TOP
from sessions import Program, count_up, decide, reopened
from workshop import Answers, InputError
from workshop.answers.reading import answers_files, read_answers
from workshop.session import Session
from workshop.session.session import history_lines

EXAMPLES = answers_files([TOP / "examples"])


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "session.workshop"


@pytest.fixture
def session(place: Path) -> Iterator[Session]:
    opened = Session.open(place, who="Ana")
    yield opened
    opened.close()


# -- what is kept -------------------------------------------------------------------------------


def test_an_answer_is_there_when_the_file_is_opened_again(session: Session, place: Path) -> None:
    session.give(("model_teams",), 6)
    session.give(("duties", "turn-off"), "nobody")
    assert reopened(place) == session.answers
    assert session.answers.duties is not None
    assert session.answers.duties.turn_off == "nobody"


def test_nothing_given_is_unknown_and_nothing_taken_away_is_kept(session: Session) -> None:
    session.give(("duties", "paged"), "platform")
    session.give(("duties", "paged"), None)
    assert session.answers == Answers()


def test_the_same_answer_twice_is_one_change(session: Session) -> None:
    assert session.give(("model_teams",), 6)
    assert session.give(("model_teams",), 6) is None
    assert len(session.history()) == 1


def test_answers_stay_the_same_object_until_something_changes(session: Session) -> None:
    session.give(("model_teams",), 6)
    before = session.answers
    session.note("skipped", {"step": "size"})
    assert session.answers is before
    session.give(("model_teams",), 7)
    assert session.answers is not before


def test_items_keep_their_ids_while_others_come_and_go(session: Session) -> None:
    ids = [session.add("stages", {"stage": kind}) for kind in ("data", "model", "serving")]
    session.give(("stages", ids[2], "team"), "platform")
    session.remove("stages", ids[0])
    session.move("stages", ids[2], -1)
    assert [i for i, _ in session.items("stages")] == [ids[2], ids[1]]
    assert session.value(("stages", ids[2], "team")) == "platform"


def test_a_gone_item_cannot_be_changed(session: Session) -> None:
    item = session.add("stages", {"stage": "data"})
    session.remove("stages", item)
    for change in (
        lambda: session.give(("stages", item, "team"), "x"),
        lambda: session.remove("stages", item),
        lambda: session.move("stages", item, 1),
    ):
        with pytest.raises(InputError, match="not there any more"):
            change()


def test_notes_are_kept_and_pass_by_the_answers(session: Session, place: Path) -> None:
    session.note("voted", {"value": "research"})
    with closing(Session.open(place)) as other:
        assert [n.body for n in other.notes("voted")] == [{"value": "research"}]
        assert other.answers == Answers()
    with pytest.raises(ValueError, match="answered"):
        session.note("answered", {})


@pytest.mark.parametrize(
    ("address", "value", "words"),
    [
        (("model_teams",), -1, "out of range"),
        (("model_teams",), "six", "another kind"),
        (("maturity",), 6, "out of range"),
        (("queue_weeks",), float("nan"), "number"),
        (("queue_weeks",), float("inf"), "number"),
        (("rails",), "bougth", "bought"),
        (("organisation",), "a\0b", "character"),
        (("organisation",), "\ud800", "character"),
        (("organisation",), "x" * 501, "too many"),
        (("organisation",), " ", "blank"),
        (("no_such",), 1, "No answer has this name"),
        (("drills", "no-such", "minute_0"), "x", "No drill"),
        (("basis", "no_such"), "opinion", "No answer has this name"),
        (("basis", "lead"), "rumour", "not among the choices"),
        (("duties",), "platform", "kind"),
        (("model_teams", "deep"), 1, "kind"),
        (("stages", "1"), 1, "not there"),
    ],
)
def test_what_the_schema_refuses_is_told_and_not_kept(
    session: Session, place: Path, address: tuple[str, ...], value: Any, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        session.give(address, value)
    assert session.answers == Answers()
    assert reopened(place) == Answers()
    session.give(("model_teams",), 3)


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "=cmd()", "#eval", "数据", "a\nb"])
def test_what_people_type_is_kept_as_it_is(session: Session, place: Path, words: str) -> None:
    item = session.add("decisions", {"decision": words})
    session.give(("decisions", item, "dissent"), words)
    stored = reopened(place).decisions
    assert stored is not None
    assert (stored[0].decision, stored[0].dissent) == (words, words)


# -- the way back -------------------------------------------------------------------------------


def test_undo_takes_back_the_last_change_and_again_the_one_before(session: Session) -> None:
    for number in (3, 4, 5):
        session.give(("model_teams",), number)
    session.undo()
    assert session.answers.model_teams == 4
    session.undo()
    assert session.answers.model_teams == 3


def test_undo_is_of_ones_own_changes(session: Session, place: Path) -> None:
    session.give(("model_teams",), 3)
    with closing(Session.open(place, who="Ben")) as other:
        assert other.undo() is None
        other.give(("rails",), "built")
    session.undo()
    assert session.answers == Answers(rails="built")


def test_what_was_taken_back_can_be_brought_back(session: Session) -> None:
    change = session.give(("model_teams",), 3)
    assert change is not None
    session.undo(change.seq)
    assert session.answers.model_teams is None
    session.undo(change.seq)
    assert session.answers.model_teams == 3


def test_taking_back_an_import_brings_back_what_was_there(session: Session) -> None:
    session.give(("model_teams",), 3)
    session.add("stages", {"stage": "data"})
    before = session.answers
    session.import_answers(read_answers(EXAMPLES[0]), "x")
    session.undo()
    assert session.answers == before


def test_history_tells_who_changed_what_and_when(session: Session, place: Path) -> None:
    session.give(("model_teams",), 3)
    with closing(Session.open(place, who="Ben")) as other:
        other.give(("model_teams",), 4)
    session.refresh()
    latest, first = session.history()
    assert (latest.who, latest.was, latest.now) == ("Ben", 3, 4)
    assert (first.who, first.was, first.now) == ("Ana", None, 3)
    assert latest.at >= first.at
    assert any("Ben: model_teams: 3 → 4" in line for line in history_lines(session))


# -- several at once ----------------------------------------------------------------------------


def test_two_programs_write_at_once_and_nothing_is_lost(place: Path) -> None:
    Session.open(place).close()
    writers = [Program(decide, place, who, 40) for who in ("Ana", "Ben")]
    assert [writer.end() for writer in writers] == [0, 0]
    stored = [d.decision for d in reopened(place).decisions or ()]
    assert sorted(stored) == sorted(f"{who} {n}" for who in ("Ana", "Ben") for n in range(40))


def test_one_sees_what_another_wrote_after_a_look(session: Session, place: Path) -> None:
    with closing(Session.open(place, who="Ben")) as other:
        other.give(("rails",), "built")
    assert session.answers == Answers()
    assert session.refresh()
    assert session.answers.rails == "built"
    assert not session.refresh()


def test_a_change_is_checked_against_what_others_wrote_meanwhile(
    session: Session, place: Path
) -> None:
    item = session.add("stages", {"stage": "data"})
    with closing(Session.open(place, who="Ben")) as other:
        other.remove("stages", item)
    with pytest.raises(InputError, match="not there any more"):
        session.give(("stages", item, "team"), "platform")


def test_what_was_said_to_be_saved_survives_kills_at_any_moment(place: Path) -> None:
    chance = random.Random(11)
    for turn in range(20):
        child = Program(count_up, place, turn)
        lines = [child.line()]
        time.sleep(chance.uniform(0, 0.08))
        lines += child.kill()
        last: dict[str, int] = {}
        for line in lines:
            name, number = line.split()
            last[name] = int(number)
        with closing(Session.open(place, create=False)) as opened:
            assert not opened.problems
            changes = [(c.address[0], c.now) for c in opened.history()]
            assert set(last.items()) <= set(changes)
