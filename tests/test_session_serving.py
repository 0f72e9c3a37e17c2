"""Where a session's room is open: told while it is served, and gone afterwards."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import update

import batches
from databases import stored_bytes
from rooms import CONTENT, serve
from workshop.forms.agenda import BEGUN, ENDED, SET, Wish, act_body, plan_agenda, set_body
from workshop.notebook.controls import Bar
from workshop.session import Serving, Session
from workshop.session.store import SERVING, STALE
from workshop.widgets.screen import static_fallback
from workshop.widgets.steps import LivePage

words = CONTENT.words
HERE = Serving("http://192.168.1.20:8710", "KXM4PT")


@pytest.fixture
def session(any_place: Path | str) -> Iterator[Session]:
    with closing(Session.open(any_place, who="Ana")) as opened:
        yield opened


def until(true: Callable[[], object]) -> None:
    assert batches.until(true)


def test_a_room_is_told_while_it_is_served_and_leaves_nothing(any_place: Path | str) -> None:
    with closing(Session.open(any_place)) as notebook:
        assert notebook.served() is None
        with serve(any_place) as room:
            until(notebook.served)
            assert notebook.served() == Serving(room.address, room.keys.code)
            address, code = room.address, room.keys.code
        assert notebook.served() is None
        events = [e.kind for e in notebook.since(0)]
        assert "serving" not in events
    stored = stored_bytes(any_place)
    assert address.encode() not in stored
    assert code.encode() not in stored


def test_telling_it_again_replaces_what_was_told(session: Session, any_place: Path | str) -> None:
    other = Serving("http://10.0.0.7:1", "ABCDEF")
    with closing(Session.open(any_place, create=False)) as reader:
        session.serve(None)
        for room in (HERE, HERE, other):
            session.serve(room)
            assert reader.served() == session.served() == room
        assert not reader.refresh(), "nothing of it is an event"
        session.serve(None)
        session.serve(None)
        assert reader.served() is None


def edit(session: Session, **values: object) -> None:
    """Change what was told, as a killed room leaves it or somebody with an editor."""
    with session._store.writing() as connection:
        connection.execute(update(SERVING).values(values))


@pytest.mark.parametrize("passed", [STALE + 1, -STALE - 600, 10**9])
def test_a_room_that_was_killed_is_told_no_more_after_a_while(
    session: Session, passed: int
) -> None:
    session.serve(HERE)
    with session._store.reading() as connection:
        at = connection.execute(SERVING.select()).one().at
    edit(session, at=at - passed)
    assert session.served() is None
    session.serve(HERE)
    assert session.served() == HERE


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "javascript:alert(1)"},
        {"address": 'http://x/"><script>'},
        {"address": "http://x/path?a"},
        {"address": ""},
        {"code": "<b>"},
        {"code": "abc"},
    ],
    ids=str,
)
def test_what_can_be_no_room_becomes_no_link(session: Session, wrong: dict[str, str]) -> None:
    session.serve(HERE)
    edit(session, **wrong)
    assert session.served() is None


# -- in a notebook -----------------------------------------------------------------------------


def test_a_notebook_shows_how_to_join_while_the_room_is_open(any_place: Path | str) -> None:
    with closing(Session.open(any_place)) as session:
        page = LivePage(session, part=2)
        bar, messages = Bar(page), []
        page.listeners.append(lambda: messages.append(bar.view()["room"]))
        assert bar.view()["room"] is None
        with serve(any_place) as room:
            until(page.refresh)
            until(lambda: page.refresh() or page.room)
            shown = bar.view()["room"]
            assert shown["address"] == room.address
            assert shown["code"].replace(" ", "") == room.keys.code
            assert shown["projector"] == f"{room.address}/projector"
            assert shown["joined"] == words("steps.room-joined", n=0)
            assert re.match(r"data:image/svg\+xml", shown["qr"])
            for n in (1, 2):
                room.participant()
                until(page.refresh)
                assert bar.view()["room"]["joined"] == words("steps.room-joined", n=n)
            assert room.keys.facilitator not in str(bar.view())
        until(page.refresh)
        assert page.room is None
        assert bar.view()["room"] is None
        assert messages[0] is None or messages[0]["address"]
        assert messages[-1] is None


def test_a_notebook_counts_people_as_the_console_does(session: Session) -> None:
    session.note("room-opened", {"privacy": "named", "threshold": 3, "roles": [], "room": "r"})
    for n in range(3):
        session.note("joined", {"person": f"p{n}", "name": f"Person {n}"})
    session.note("joined", {"person": "again", "name": "Person 1", "instead_of": "p1"})
    session.serve(HERE)
    shown = Bar(LivePage(session, part=6)).view()["room"]
    assert shown["joined"] == words("steps.room-joined", n=3)
    cast = {"question": "lead", "round": 1, "ballot": "b", "value": "product", "keyed": True}
    session.note("voted", cast | {"name": "Somebody on paper"})
    shown = Bar(LivePage(session, part=6)).view()["room"]
    assert shown["joined"] == words("steps.room-joined", n=4)


def test_progress_of_who_prepares_is_hidden_from_the_room_while_an_agenda_runs_and_after_it(
    session: Session,
) -> None:
    plan = plan_agenda(session.content, Wish(90, 8))
    session.note(SET, set_body(plan))
    page = LivePage(session, part=7)
    view = Bar(page).view()
    assert view["progress"]
    assert view["left"]
    now = datetime.datetime.now(datetime.UTC)
    session.note(BEGUN, act_body(session.clock(), BEGUN, plan.slots[0].id, now))
    view = Bar(page).view()
    assert (view["progress"], view["left"]) == ("", ""), "the timer has the minutes that are left"
    assert view["advice"] == "", "a room compares first, and hears the advice last"
    assert "steps done" not in str(static_fallback(view)._repr_mimebundle_())
    session.note(ENDED, act_body(session.clock(), ENDED, "", now))
    view = Bar(page).view()
    assert (view["progress"], view["left"]) == ("", "")
    assert "steps done" not in str(static_fallback(view)._repr_mimebundle_())


def test_the_picture_leads_to_the_room_with_its_code(session: Session) -> None:
    import segno

    session.serve(HERE)
    shown = Bar(LivePage(session, part=1)).view()["room"]
    code = segno.make(f"{HERE.address}/#{HERE.code}", error="m", micro=False)
    assert shown["qr"] == code.svg_data_uri(border=2, light="#fff", omitsize=True)


def test_a_saved_notebook_keeps_neither_address_nor_code(session: Session) -> None:
    session.serve(HERE)
    view = Bar(LivePage(session, part=1)).view()
    assert view["room"]
    stored = str(static_fallback(view)._repr_mimebundle_())
    assert HERE.address not in stored
    assert "KXM" not in stored
