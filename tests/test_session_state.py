"""What a change of a session changes, what it leaves alone, and what is refused."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from conftest import TOP
from workshop import Answers, InputError
from workshop.answers.reading import read_answers
from workshop.session import Session


@pytest.fixture
def place(any_place: Path | str) -> Path | str:
    return any_place


@pytest.fixture
def session(place: Path | str) -> Iterator[Session]:
    with closing(Session.open(place, who="Ana")) as opened:
        yield opened


TIDEWATER = read_answers(TOP / "examples" / "tidewater-retail.yaml")


def test_undo_reaches_into_a_group_that_was_given_whole(session: Session) -> None:
    session.give(("duties",), {"paged": "research"})
    session.give(("duties", "paged"), "platform")
    session.undo()
    assert session.value(("duties",)) == {"paged": "research"}
    assert [c.now for c in session.history()] == ["platform", {"paged": "research"}]


def test_what_the_caller_does_with_its_values_changes_nothing(
    session: Session, place: Path
) -> None:
    squad = ["design"]
    session.give(("squad",), squad)
    item = session.add("stages", {"stage": "data", "wait_days": [1, 2, 3]})
    squad.append("testing")
    session.value(("squad",)).append("testing")
    dict(session.items("stages"))[item]["wait_days"][0] = 99  # type: ignore[index]
    for one in (session, Session.open(place)):
        assert one.value(("squad",)) == ["design"]
        assert one.items("stages") == ((item, {"stage": "data", "wait_days": [1, 2, 3]}),)
    one.close()


def test_what_is_noted_in_a_turn_is_what_was_written(session: Session) -> None:
    body: dict[str, Any] = {"roles": ("product", "data")}
    with session.transaction() as transaction:
        transaction.note("room-opened", body)
    body["roles"] = ()
    (noted,) = session.notes("room-opened")
    assert noted.body == {"roles": ["product", "data"]}


def test_the_earlier_workshop_is_taken_away_with_its_decisions_and_comes_back(
    session: Session,
) -> None:
    session.follow(TIDEWATER)
    first = session.items("earlier.became")[0][0]
    session.give(("earlier", "became", first, "became"), "done")
    followed, items = session.answers, session.items("earlier.became")
    session.give(("earlier",), None)
    assert session.answers == Answers()
    assert not session.items("earlier.became")
    session.undo()
    assert session.answers == followed
    assert session.items("earlier.became") == items


def test_of_a_chain_of_workshops_only_the_last_is_followed(session: Session) -> None:
    session.follow(read_answers(TOP / "examples" / "tidewater-retail-second.yaml"))
    assert session.answers.earlier is not None
    assert session.answers.earlier.answers.earlier is None
    assert not session.problems


class Unshown:
    def __repr__(self) -> str:
        raise RuntimeError


ENDLESS: list[Any] = []
ENDLESS.append(ENDLESS)
REFUSED: list[tuple[Any, Any, str]] = [
    ((), 1, "no place"),
    ((5,), 1, "no place"),
    (("a\0b",), 1, "character"),
    (("stages",), [{"stage": "data"}], "stages"),
    (("decisions",), [], "decisions"),
    (("earlier", "became"), [], "earlier.became"),
    (("earlier",), {"answers": {"model_teams": -1}}, "out of range"),
    (("duties", "turn_off"), "x", "turn-off"),
    (("squad",), ENDLESS, "nested"),
    (("squad",), {"design"}, "kept"),
    (("builder",), b"x", "kept"),
    (("builder",), Unshown(), "kept"),
    (("builder",), 1j, "kept"),
    (("duties",), {1: "x"}, "A name is text"),
    (("duties",), {"paged": "\ud800"}, "character"),
    (("model_teams",), 10**5000, "too large"),
    (("queue_weeks",), 10**299, "out of range"),
    (("stages", "1", "wait_days"), [1, float("nan"), 2], "has an end"),
    (("stages", "1", "wait_days"), [3, 2, 1], "rising order"),
    (("stages", "1", "stage"), None, "missing"),
    (("organisation",), "x" * 1_000_000, "1,000,000"),
    (("basis", "duties.nope"), "opinion", "basis"),
]


@pytest.mark.parametrize(
    ("address", "value", "message"), REFUSED, ids=map(str, range(len(REFUSED)))
)
def test_a_value_that_cannot_be_kept_is_refused_and_nothing_is_written(
    session: Session, place: Path, address: Any, value: Any, message: str
) -> None:
    session.add("stages", {"stage": "data"})
    before = session.answers
    with pytest.raises(InputError, match=message) as caught:
        session.give(address, value)
    assert len(str(caught.value)) < 1000
    with closing(Session.open(place)) as other:
        for one in (session, other):
            assert one.answers == before
            assert len(one.since(0)) == 1
    session.give(("model_teams",), 3)


def test_items_that_the_schema_refuses_are_not_added(session: Session) -> None:
    for name, values in (
        ("stages", {"stage": "no-such"}),
        ("stages", {}),
        ("stages", {"stage": "data", "<b>": 1}),
        ("decisions", {"decision": "x" * 1_000_000}),
        ("no-such", {"stage": "data"}),
        ("decisions", {"decision": "a", "settles": ["no-such"]}),
        ("decisions", {"decision": "a", "if_": "the name of another language"}),
    ):
        with pytest.raises(InputError):
            session.add(name, values)
    assert not session.since(0)


def test_dates_and_numbers_of_numpy_are_kept_as_any_other(
    session: Session, place: Path | str
) -> None:
    session.give(("held_on",), datetime.date(2027, 1, 5))
    session.give(("model_teams",), np.int64(6))
    item = session.add("stages", {"stage": "data", "wait_days": np.array([1, 2, 3])})
    assert session.value(("held_on",)) == "2027-01-05"
    assert session.value(("stages", item, "wait_days")) == [1, 2, 3]
    with closing(Session.open(place)) as other:
        assert other.answers == session.answers


@pytest.mark.parametrize("who", ["J\udcfcrgen", "Jo\0", "<script>", "名"])
def test_whatever_the_system_calls_its_user_changes_are_kept_and_their_own(
    place: Path, who: str
) -> None:
    with closing(Session.open(place, who=who)) as session:
        session.give(("model_teams",), 6)
        assert session.history()[0].who.isprintable()
        assert session.undo()
        assert session.answers == Answers()
