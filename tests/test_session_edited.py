"""A session's file that somebody edited: what makes no sense is left out and told."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from conftest import TOP
from sessions import write_into
from workshop import Answers
from workshop.answers.reading import read_answers
from workshop.answers.schema import NAMES
from workshop.session import Session


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "session.workshop"


@pytest.fixture
def session(place: Path) -> Iterator[Session]:
    with closing(Session.open(place, who="Ana")) as opened:
        yield opened


EDITED: list[tuple[str, Any, str | None]] = [
    ("answered", "{", "number 3"),
    ("answered", "[1]", "number 3"),
    ("answered", "null", "number 3"),
    ("answered", b"\xff\xfe", "number 3"),
    ("answered", "[" * 100_000, "number 3"),
    ("answered", '{"address": ["squad"], "value": ' + "[" * 900 + "]" * 900 + "}", ""),
    ("answered", {"address": [], "value": 1}, "number 3"),
    ("answered", {"address": 5, "value": 1}, "number 3"),
    ("answered", {"address": [["a"]], "value": 1}, "number 3"),
    ("answered", {"address": [None], "value": 1}, "number 3"),
    ("answered", {"address": ["duties", 0], "value": 1}, "number 3"),
    ("answered", {"address": ["stages"], "value": [{"stage": "no-such"}]}, "number 3"),
    ("answered", {"address": ["model_teams", "x"], "value": 1}, "number 3"),
    ("answered", {"address": ["maturity"], "value": 99}, "maturity"),
    ("answered", {"address": ["maturity"]}, "number 3"),
    ("answered", {"address": ["no_such"], "value": 1}, "no_such"),
    ("answered", {"address": ["\x1b[2J" * 99], "value": 1}, ""),
    ("answered", '{"address": ["group"], "value": "\\ud800"}', "group"),
    ("answered", '{"address": ["queue_weeks"], "value": NaN}', "queue_weeks"),
    ("answered", {"address": ["drills", "no-such", "minute_0"], "value": "x"}, "drills.no-such"),
    ("answered", {"address": ["basis", "a.b"], "value": "opinion"}, "basis.a.b"),
    ("answered", {"address": ["duties", "turn_off"], "value": "x"}, None),
    ("answered", {"address": ["stages", "2", "wait_days"], "value": [3, 2, 1]}, "stages.0.wait"),
    ("answered", {"address": ["stages", "2", "stage"], "value": 5}, "stages.0.stage"),
    ("added", {"list": "no-such", "values": {}}, "number 3"),
    ("added", {"list": "stages", "values": 5}, "number 3"),
    ("added", {"list": "stages", "values": {"stage": "no-such"}}, "stages.1"),
    ("added", {"list": "decisions", "values": {"decision": "a", "settles": ["x"]}}, "settles"),
    ("moved", {"list": "stages", "item": "2", "by": 10**40}, None),
    ("moved", '{"list": "stages", "item": "2", "by": Infinity}', "number 3"),
    ("imported", {}, "number 3"),
    ("imported", {"answers": {"model_teams": 9, "stages": [1]}, "source": ""}, "number 3"),
    ("imported", {"answers": {"earlier": 5}, "source": ""}, "number 3"),
    ("followed", {"answers": {"decisions": [{"decision": 5}]}}, "number 3"),
    ("followed", {"answers": {"maturity": 99}}, "earlier.answers.maturity"),
    ("followed", {"answers": {"drills": {"no-such": {}}}}, "earlier.answers.drills"),
    ("undone", {"seq": [1]}, None),
    ("undone", {"seq": 99}, None),
    ("undone", {}, None),
    ("danced", {"with": "wolves"}, None),
]


@pytest.mark.parametrize(("kind", "body", "message"), EDITED, ids=map(str, range(len(EDITED))))
def test_an_event_that_makes_no_sense_is_left_out_and_told_and_the_rest_goes_on(
    session: Session, place: Path, kind: str, body: Any, message: str | None
) -> None:
    session.give(("model_teams",), 6)
    item = session.add("stages", {"stage": "data", "team": "platform"})
    assert item == "2"
    write_into(place, (kind, body))
    with closing(Session.open(place, who="Ana")) as fresh:
        session.refresh()
        for one in (session, fresh):
            assert (not one.problems) if message is None else (message in " ".join(one.problems))
            assert all(len(p) < 200 and p.isprintable() for p in one.problems)
            assert one.answers.model_teams == 6
            assert len(one.history()) >= 2
            assert all(isinstance(step, str) for c in one.history() for step in c.address)
        assert fresh.answers == session.answers
        assert fresh.give(("ml_engineers",), 3)
        assert fresh.add("decisions", {"decision": "Which?"})
        session.refresh()
        assert session.answers == fresh.answers
        assert session.answers.ml_engineers == 3
    with closing(Session.open(place)) as again:
        assert again.answers == session.answers
        assert again.problems == session.problems


def test_a_value_that_was_mended_is_told_no_more(session: Session, place: Path) -> None:
    write_into(place, ("answered", {"address": ["maturity"], "value": 99}))
    session.refresh()
    assert session.problems
    session.give(("maturity",), 3)
    assert session.answers.maturity == 3
    assert not session.problems


def test_too_many_items_in_an_edited_file_leave_the_first_ones(
    session: Session, place: Path
) -> None:
    row = {"list": "stages", "values": {"stage": "data"}}
    write_into(place, *[("added", row)] * 63)
    session.refresh()
    assert len(session.items("stages")) == 60
    assert session.answers.stages is not None
    assert "stages" in " ".join(session.problems)
    session.remove("stages", "1")
    session.give(("model_teams",), 3)


def test_one_wrong_word_on_an_earlier_decision_leaves_the_others(
    session: Session, place: Path
) -> None:
    session.follow(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    items = [item for item, _ in session.items("earlier.became")]
    session.give(("earlier", "became", items[1], "became"), "done")
    wrong = {"address": ["earlier", "became", items[0], "became"], "value": "forgotten"}
    other = {"address": ["earlier", "became", items[2], "decision"], "value": "never made"}
    given = {"address": ["earlier", "became", items[2], "note"], "value": "x"}
    write_into(place, *[("answered", body) for body in (wrong, other, given)])
    session.refresh()
    assert session.answers.earlier is not None
    assert [o.became for o in session.answers.earlier.became or ()] == ["done"]
    assert [item for item, _ in session.items("earlier.became")] == items
    assert len(session.problems) == 2


@pytest.mark.parametrize("body", [b"{\xff", b'{"address": ["group"], "value": "a\xff"}'])
def test_text_damaged_in_one_row_is_told_and_leaves_the_others(
    session: Session, place: Path, body: bytes
) -> None:
    session.give(("model_teams",), 6)
    with closing(sqlite3.connect(place)) as file:
        file.execute(
            "INSERT INTO events (at, who, kind, body) VALUES "
            "('2026-01-01T00:00:00+00:00', CAST(? AS TEXT), 'answered', CAST(? AS TEXT))",
            (b"\xffA", body),
        )
        file.commit()
    with closing(Session.open(place)) as opened:
        assert opened.answers == Answers(model_teams=6)
        assert "number 2" in opened.problems[0]


_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 70)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from([*NAMES, "became", "answers", "2", "paged", "stage", "data"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["stage", "team", "decision", "answers", *NAMES]), inner)
    ),
    max_leaves=8,
)
_bodies = st.fixed_dictionaries(
    {},
    optional={
        "address": st.lists(st.sampled_from([*NAMES, "became", "answers", "2", "x"])) | _json,
        "value": _json,
        "list": st.sampled_from(["stages", "decisions", "earlier.became"]) | _json,
        "values": _json,
        "item": st.sampled_from(["2", "3"]) | _json,
        "by": _json,
        "after": _json,
        "answers": _json,
        "seq": _json,
    },
)
_kinds = st.sampled_from(
    ["answered", "added", "removed", "moved", "imported", "followed", "undone"]
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example([("imported", {"answers": [[None, False]]})])
@example([("imported", {"answers": {"stages": [[[None, False]]]}})])
@given(st.lists(st.tuples(_kinds, _bodies), min_size=1, max_size=6))
def test_whatever_stands_in_the_file_it_opens_and_takes_answers(
    rows: list[tuple[str, dict[str, Any]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "s.workshop"
        with closing(Session.open(place)) as session:
            session.give(("model_teams",), 6)
            session.add("stages", {"stage": "data"})
            write_into(place, *rows)
            session.refresh()
            with closing(Session.open(place)) as fresh:
                assert fresh.answers == session.answers
                assert fresh.problems == session.problems
                assert isinstance(fresh.history(), tuple)
            session.give(("ml_engineers",), 12)
            assert session.answers.ml_engineers == 12
            with closing(Session.open(place)) as fresh:
                assert fresh.answers == session.answers
