"""A session whose events lack something, or hold something odd: every page of its room opens."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st

from rooms import CONTENT, FORM, ROLES, serve
from sessions import write_into
from workshop.forms.agenda import Wish, plan_agenda, set_body
from workshop.notebook.controls import Bar, Timer
from workshop.room import create_app
from workshop.room.commands import open_room
from workshop.room.guard import keys_of
from workshop.room.network import Network
from workshop.room.state import RoomState
from workshop.session import Session
from workshop.session.session import answers_text, history_lines
from workshop.widgets.steps import LivePage

ADDRESS = "http://127.0.0.1:8710"
PAGES = ("/", "/results", "/console", "/projector", "/shared")
words = CONTENT.words

VOTE = {"question": "lead", "round": 1}
DRILL = {"question": "drills.stale-features.minute_0", "round": 1}
WHOLE: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "room-opened",
        {"privacy": "named", "threshold": 2, "roles": list(ROLES), "room": "0123456789abcdef"},
    ),
    ("agenda-set", set_body(plan_agenda(CONTENT, Wish(90, 10)))),
    ("block-begun", {"block": "ownership"}),
    ("block-extended", {"block": "ownership", "by": 5}),
    ("block-dropped", {"block": "opening"}),
    ("expected", {"people": 7}),
    ("joined", {"person": "p1", "role": "product", "name": "Ann"}),
    ("joined", {"person": "p2", "role": "research", "name": "Bo"}),
    ("asked", {**VOTE, "words": "Who leads?"}),
    (
        "voted",
        {**VOTE, "ballot": "b1", "value": "research", "fact": "seen", "role": "product"}
        | {"name": "Ann", "keyed": True, "shared": False},
    ),
    ("voted", {**VOTE, "ballot": "b2", "value": "product", "fact": "counted", "role": "research"}),
    ("closed", dict(VOTE)),
    ("corrected", {**VOTE, "ballot": "b2"}),
    ("revealed", dict(VOTE)),
    ("discussed", {"question": "lead", "note": "Two lines\nof a note."}),
    ("decided", {"question": "lead", "value": "research", "dissent": "Ann: no."}),
    ("answered", {"address": ["lead"], "value": "research", "was": None}),
    ("added", {"list": "decisions", "values": {"decision": "We try.", "owner": "Ann"}}),
    ("moved", {"list": "decisions", "item": "18", "by": 1}),
    ("skipped", {"step": "limits"}),
    ("followed", {"answers": {"decisions": [{"decision": "Then"}]}}),
    ("imported", {"answers": {"lead": "product", "model_teams": 3}, "source": "x.yaml"}),
    ("undone", {"seq": 22}),
    ("paused", {}),
    ("resumed", {}),
    ("agenda-ended", {}),
    ("asked", {**DRILL, "words": "Who is called?"}),
    (
        "renamed",
        {"person": "p1", "role": "product", "name": "Anna"}
        | {"was": {"role": "product", "name": "Ann"}, "ballots": [["lead", 1, "b1"]]},
    ),
    ("left", {"person": "p2", "into": "p1", "was": {"name": "Bo"}, "ballots": [["lead", 1, "b2"]]}),
    ("taken-back", {"seq": 29}),
    ("taken-back", {"seq": 28}),
)
"""Each kind of event that a session keeps, with all that it may hold."""
ABSENT = object()
ODD = st.sampled_from([None, "", 7, -1, "a word", [], ["x", None], {}, {"x": []}, True])


def variants() -> Iterator[tuple[str, int, str]]:
    """Return every field of every event, down to those of the agenda's blocks."""
    for at, (kind, body) in enumerate(WHOLE):
        for name in body:
            yield f"{at}-{kind}-{name}", at, name
        for name in (body.get("slots") or [{}])[0]:
            yield f"{at}-{kind}-slots-{name}", at, f"slots/{name}"


Rows = list[tuple[str, dict[str, Any]]]


def changed(rows: Rows, at: int, name: str, value: Any) -> Rows:
    """Return the events with one field of one of them taken away, or with another value."""
    rows = copy.deepcopy(rows)
    body: dict[str, Any] = rows[at][1]
    if name.startswith("slots/"):
        slots = body.get("slots")
        if not isinstance(slots, list) or not slots or not isinstance(slots[0], dict):
            return rows
        body, name = slots[0], name.partition("/")[2]
    if value is ABSENT:
        body.pop(name)
    else:
        body[name] = value
    return rows


APPS: list[FastAPI] = []


def the_app(session: Session) -> FastAPI:
    """Return the one app of this module: making one takes longer than all its pages."""
    if not APPS:
        APPS.append(create_app(session, keys_of(session.place), ADDRESS))
    return APPS[0]


def pages_of(session: Session) -> Mapping[str, httpx.Response]:
    """Return every page of the session's room as the facilitator's browser gets it."""
    open_room(session, None if has_room(session) else "anonymous", None, ROLES)
    keys = keys_of(session.place)
    app = the_app(session)
    vars(app.state.room).clear()
    vars(app.state.room).update(vars(RoomState(session, keys, Network.at(ADDRESS))))

    async def visit() -> dict[str, httpx.Response]:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False),
            base_url=ADDRESS,
            follow_redirects=True,
        ) as browser:
            form = FORM.search((await browser.get("/console")).text)
            assert form is not None
            entered = {"key": keys.facilitator, "form": form[1]}
            found = {"/enter": await browser.post("/console/enter", data=entered)}
            return found | {page: await browser.get(page) for page in PAGES}

    return asyncio.run(visit())


def has_room(session: Session) -> bool:
    return any(e.body.get("privacy") == "named" for e in session.notes("room-opened"))


def opens(place: Path, notebook: bool = True) -> None:
    """Hold that a session can be shown in every way that there is."""
    with closing(Session.open(place)) as session:
        answers = {page: answer.status_code for page, answer in pages_of(session).items()}
        assert answers == dict.fromkeys(("/enter", *PAGES), 200)
        assert answers_text(session).startswith("#")
        assert all(" UTC" in line for line in history_lines(session))
        if notebook:
            page = LivePage(session, 2)
            for shown in (Bar(page), Timer(page), page.form("lead")):
                assert shown.view()["kind"]


def new_session(place: Path) -> Path:
    Session.open(place).close()
    return place


def test_the_whole_of_it_is_shown(tmp_path: Path) -> None:
    write_into(new_session(tmp_path / "s"), *WHOLE[:16])
    opens(tmp_path / "s")
    with closing(Session.open(tmp_path / "s")) as session:
        shown = pages_of(session)
    for page in ("/projector", "/console", "/results"):
        assert "Ann: no." in shown[page].text


@pytest.mark.parametrize(
    ("at", "name"), [v[1:] for v in variants()], ids=[v[0] for v in variants()]
)
def test_a_field_may_be_missing_from_any_event(at: int, name: str, tmp_path: Path) -> None:
    # up to what follows it, then with everything that came later
    rows = changed(list(WHOLE), at, name, ABSENT)
    for count, end in enumerate((at + 1, len(rows))):
        write_into(new_session(tmp_path / str(count)), *rows[:end])
        opens(tmp_path / str(count), notebook=end == len(rows))


@settings(max_examples=30, deadline=None)
@given(odd=st.lists(st.tuples(st.sampled_from([v[1:] for v in variants()]), ODD), min_size=1))
def test_fields_may_hold_what_nobody_foresaw(
    odd: list[tuple[tuple[int, str], Any]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    rows = list(WHOLE)
    for (at, name), value in odd:
        rows = changed(rows, at, name, value)
    place = new_session(tmp_path_factory.mktemp("odd") / "s")
    write_into(place, *rows)
    opens(place)


def test_a_decision_without_dissent_is_shown_everywhere(tmp_path: Path) -> None:
    with serve(tmp_path / "session.workshop", "anonymous") as room:
        chair, person = room.facilitator(), room.participant()
        chair.ask("lead")
        person.vote("lead", "research")
        chair.reveal("lead")
        decided = chair.post("/console/decide", question="lead", choice="research", dissent="")
        assert decided.status_code == 200
        for page in ("/console", "/projector"):
            assert words("room.answered-title") in chair.get(page).text
        for page in ("/", "/results"):
            assert words("room.answered-title") in person.get(page).text
    opens(tmp_path / "session.workshop")
