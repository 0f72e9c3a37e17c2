"""Show the room's visual language: its own style sheet and templates, by day and by night."""

from __future__ import annotations

import asyncio
import html
import re
import tempfile
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from made.text import heading
from workshop.content.teams import UNKNOWN
from workshop.forms.agenda import Wish, plan_agenda, set_body
from workshop.room import create_app
from workshop.room.commands import RoomCommands, open_room
from workshop.room.guard import Keys, new_secret
from workshop.room.pages import style_sheet
from workshop.room.state import VIEWS, RoomState, templates
from workshop.session import Session
from workshop.session.voting import Voting

ADDRESS = "http://192.168.1.20:8710"
MEANINGS = {
    "page": "what everything stands on",
    "line": "what separates",
    "edge": "what can be filled in",
    "panel": "the ground of a picture at night",
    "plain": "words",
    "ours": "what can be pressed, votes, what is decided",
    "warning": "careful: few votes, the last minutes, a lost connection",
    "critical": "too late, or gone for good",
    "strength": "it is kept, somebody has voted",
    "muted": "what is read second",
}
"""What each colour of the style sheet says; a tint is its ground."""
PAGES = (
    ("wait", "A phone before the first question", "/", 390),
    ("wait", "The wall before the first question", "/projector", 1280),
    ("open", "A ballot on a phone", "/", 390),
    ("open", "The wall during a vote", "/projector", 1280),
    ("open", "The console during a vote", "/console", 1280),
    ("shown", "A result on a phone", "/", 390),
    ("shown", "A result on the wall", "/projector", 1280),
    ("shown", "The console with a result", "/console", 1280),
    ("all", "All results on the wall", "/projector", 1280),
    ("decisions", "What was decided on the wall", "/projector", 1280),
    ("drill", "A drill on the wall", "/projector", 1280),
    ("tables", "Two tables compared on the wall", "/projector", 1280),
    ("tables", "A sign for each table", "/console/tables", 760),
)
"""Whole pages: the moment, the title, the address and the width of the screen."""
TABLES = ("North", "South")
LED, OWN = "engineering", "product"
VOTES = (
    (LED, OWN, LED, OWN, OWN, LED, OWN, LED, UNKNOWN),
    (LED, OWN, LED, OWN, LED, LED, LED, LED, UNKNOWN),
)
"""What nine people say in the first and in the second vote."""
ELEMENTS = Path(__file__).with_name("visual.html")


def visual_language() -> str:
    """Return every element, then whole pages, each by day and by night."""
    me = new_secret()
    shown: dict[tuple[str, str], str] = {}
    for tables, moments in (
        ((), ("wait", "open", "shown", "all", "decisions", "drill")),
        (TABLES, ("tables",)),
    ):
        with tempfile.TemporaryDirectory() as folder:
            session = Session.open(Path(folder) / "session.workshop", who="room")
            open_room(session, "role", 2, ("engineering", "product"), tables)
            app = create_app(session, Keys(new_secret(), "QXG4W2MB"), ADDRESS)
            state: RoomState = app.state.room
            for moment in moments:
                _go_on(session, state, moment, me)
                if moment == "shown":
                    elements = _elements(state)
                for name, _, path, _ in PAGES:
                    if name == moment:
                        shown[moment, path] = asyncio.run(_get(app, state, path, me))
            session.close()
    parts = [heading(2, "Elements", "elements"), _both("Elements", elements, 760, 900)]
    for moment, title, path, width in PAGES:
        anchor = re.sub(r"[^a-z]+", "-", title.lower())
        parts += [heading(2, title, anchor), _both(title, shown[moment, path], width, 720)]
    return "\n".join(parts)


def _go_on(session: Session, state: RoomState, moment: str, me: str) -> None:
    """Bring the room to a moment."""
    people = [state.person(me), *(f"p{n}" for n in range(8))]
    voting = Voting.of(session.since(0), session.box())
    with session.transaction() as transaction:
        act = RoomCommands(transaction, voting, state.content, session.answers)
        if moment in ("wait", "tables"):
            transaction.note("agenda-set", set_body(plan_agenda(state.content, Wish(90, 9))))
            transaction.note("block-begun", {"block": "vote"})
            for number, person in enumerate(people):
                table = state.voting.tables[number % 2] if state.voting.tables else ""
                act.join(person, ("engineering", "product")[number % 2], table=table)
        if moment in ("open", "tables"):
            act.ask("lead", 1)
        if moment == "tables":
            _vote(act, people, 1, VOTES[1])
        if moment == "shown":
            _vote(act, people, 1, VOTES[0])
            act.ask("lead", 2)
            _vote(act, people, 2, VOTES[1])
            act.decide("lead", ["engineering"], "Two of us would let product lead.")
        if moment == "drill":
            act.ask("drills.stale-features.minute_0", 1)
        act.show(moment if moment in VIEWS else "")
    state.learn(tuple(transaction.events), act.changes)


def _vote(act: RoomCommands, people: list[str], number: int, votes: tuple[str, ...]) -> None:
    """Let everybody vote; close the vote and show it."""
    for at, (person, value) in enumerate(zip(people, votes, strict=True)):
        fact = "" if at % 3 else f"What person {at + 1} saw last month."
        act.vote(("lead", number), person, f"b{at}", [value], "", fact)
    act.close(("lead", number))
    act.reveal(("lead", number))


async def _get(app: FastAPI, state: RoomState, path: str, me: str) -> str:
    """Return a page as a browser gets it that joined and has the facilitator's key."""
    cookies = f"{state.cookies['room']}={me}; {state.cookies['console']}={state.console_pass()}"
    headers = [(b"host", ADDRESS.removeprefix("http://").encode()), (b"cookie", cookies.encode())]
    body = b""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        nonlocal body
        body += message.get("body", b"")

    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET"}
    scope |= {"path": path, "raw_path": path.encode(), "query_string": b"", "headers": headers}
    scope |= {"scheme": "http", "root_path": "", "client": ("127.0.0.1", 1), "server": None}
    await app(scope, receive, send)
    return body.decode()


def _elements(state: RoomState) -> str:
    at = state.voting.asked["lead"].latest
    values: dict[str, Any] = {
        "colours": [*MEANINGS.items(), *((f"{n}-tint", "") for n in tinted())],
        "sizes": scale("size"),
        "spaces": scale("space"),
        "word": state.word,
        "form_token": lambda: "",
        "address": ADDRESS,
        "poll": state.poll("lead"),
        "at": at,
        "limits": {"fact": 400, "name": 60},
        "tally": state.tally(at),
        "made": state.made("lead"),
    }
    made = templates().from_string(ELEMENTS.read_text("utf-8")).render(values)
    return f'<body class="narrow">{made}</body>'


def tinted() -> list[str]:
    """Return the colours that have a tint."""
    return list(dict.fromkeys(re.findall(r"--wk-([a-z]+)-tint:", style_sheet())))


def scale(kind: str) -> list[str]:
    """Return the names of all sizes or spaces, the smallest first."""
    return re.findall(rf"--wk-({kind}-[a-z0-9]+):", style_sheet())


def _both(title: str, page: str, width: int, height: int) -> str:
    """Return a page in two frames, by day and by night, whatever the reader's own setting is."""
    frames = "".join(_frame(title, page, width, height, scheme) for scheme in ("light", "dark"))
    return f'<div class="both">{frames}</div>\n'


def _frame(title: str, page: str, width: int, height: int, scheme: str) -> str:
    style = style_sheet().replace(
        "@media screen and (prefers-color-scheme:dark)",
        "@media all" if scheme == "dark" else "@media not all",
    )
    style = style.replace("color-scheme: light dark", f"color-scheme: {scheme}")
    body = re.search(r"<body.*</body>", page, re.DOTALL)
    assert body is not None, page  # noqa: S101 (each page has one)
    # what a script would fetch or follow stays out
    bare = re.sub(r"<script.*?</script>|<iframe.*?</iframe>|\s+autofocus", "", body[0], flags=re.S)
    type_ = '<link rel="stylesheet" href="../fonts/reading.css">'
    head = f"<head><title>{title}</title>{type_}<style>{style}</style></head>"
    whole = f'<!doctype html><html lang="en">{head}{bare}</html>'
    text = html.escape(whole).replace("\n", "&#10;")  # Markdown reads no line of it
    scale = 0.5 if width > 1000 else 1
    return (
        f'<div class="frame" style="height: {height * scale:.0f}px; width: {width * scale:.0f}px">'
        f'<iframe loading="lazy" title="{title}, {scheme}" width="{width}" height="{height}" '
        f'style="transform: scale({scale})" srcdoc="{text}"></iframe></div>'
    )
