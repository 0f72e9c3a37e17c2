"""A room for tests: a real server on a free port, and browsers that are only HTTP clients."""

from __future__ import annotations

import asyncio
import datetime
import re
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from batches import until
from workshop import load_content
from workshop.answers.schema import Privacy
from workshop.exhibits.layout import date_words
from workshop.room import create_app
from workshop.room.commands import open_room
from workshop.room.guard import keys_of
from workshop.room.state import RoomState
from workshop.session import Session

ROLES = ("engineering", "product", "research")
# A room takes no date before the workshop, which is held today: a fixed one is past some day.
_due = datetime.date.today() + datetime.timedelta(days=75)
DUE, AGAIN = str(_due), str(_due + datetime.timedelta(days=110))
FORM = re.compile(r'name="form" value="([^"]+)"')
CONTENT = load_content()
DUE_WORDS = date_words(CONTENT, _due)


class Browser:
    """One browser: it keeps cookies, follows redirects, and remembers all that it was sent."""

    def __init__(self, address: str) -> None:
        self.client = httpx.Client(  # no certificate is asked for, and reading all takes longer
            base_url=address, follow_redirects=True, timeout=120, trust_env=False, verify=False
        )
        self.seen: list[httpx.Response] = []

    def get(self, path: str = "/", **options: Any) -> httpx.Response:
        return self._record(self.client.get(path, **options))

    def post(self, path: str, **data: Any) -> httpx.Response:
        """Send a form as the page has it."""
        data.setdefault("form", self.token)
        return self._record(self.client.post(path, data=data))

    @cached_property
    def token(self) -> str:
        """What our forms carry in this browser; it is on any page that has one."""
        return str(FORM.search(self.get("/console").text)[1])  # type: ignore[index]

    def _record(self, answer: httpx.Response) -> httpx.Response:
        self.seen += [*answer.history, answer]
        return answer

    def cookie(self, kind: str) -> str:
        return next((c.value or "") for c in self.client.cookies.jar if c.name.startswith(kind))


class Participant(Browser):
    def join(self, code: str, role: str = "", name: str = "", **more: Any) -> httpx.Response:
        return self.post("/join", code=code, role=role, name=name, **more)

    def vote(self, question: str, value: Any, fact: str = "", number: int = 1, **more: Any) -> Any:
        return self.post("/vote", question=question, round=number, choice=value, fact=fact, **more)


class Facilitator(Browser):
    def enter(self, key: str) -> httpx.Response:
        return self.post("/console/enter", key=key)

    def ask(self, question: str, number: int = 1) -> httpx.Response:
        return self.post("/console/ask", question=question, round=number)

    def close(self, question: str, number: int = 1) -> httpx.Response:
        return self.post("/console/close", question=question, round=number)

    def reveal(self, question: str, number: int = 1) -> httpx.Response:
        """Close a vote and show it."""
        self.close(question, number)
        return self.post("/console/reveal", question=question, round=number)


class Room:
    """A room that is served by a thread of this process."""

    def __init__(
        self,
        place: Path | str,
        privacy: Privacy | None = "role",
        threshold: int | None = 2,
        tables: Sequence[str] | None = None,
    ) -> None:
        self.place, self.privacy = place, privacy
        self.session = Session.open(place, who="room")
        open_room(self.session, privacy, threshold, ROLES, tables)
        self.keys = keys_of(place)
        listener = socket.socket(proto=socket.IPPROTO_TCP)
        listener.bind(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self.app = create_app(self.session, self.keys, self.address)
        self.room_state: RoomState = self.app.state.room
        config = uvicorn.Config(
            self.app,
            log_level="warning",
            access_log=False,
            date_header=False,
            timeout_graceful_shutdown=2,
        )
        self.server = uvicorn.Server(config)
        options = {"sockets": [listener]}
        self.thread = threading.Thread(target=self.server.run, kwargs=options, daemon=True)
        self.thread.start()
        while not self.server.started:
            assert self.thread.is_alive()
            time.sleep(0.005)
        self.browsers: list[Browser] = []

    def participant(self, join: bool = True) -> Participant:
        browser = Participant(self.address)
        self.browsers.append(browser)
        if join:
            number = len(self.browsers)
            answer = browser.join(self.keys.code, ROLES[number % 2], f"Person {number}")
            assert answer.status_code == 200, answer.text
        return browser

    def facilitator(self) -> Facilitator:
        browser = Facilitator(self.address)
        self.browsers.append(browser)
        assert "Who is here" in browser.enter(self.keys.facilitator).text
        return browser

    def stop(self) -> None:
        for browser in self.browsers:
            browser.client.close()
        self.room_state.end()
        self.server.should_exit = True
        self.thread.join(120)
        assert not self.thread.is_alive()
        self.session.close()


@contextmanager
def serve(
    place: Path | str,
    privacy: Privacy | None = "role",
    threshold: int | None = 2,
    tables: Sequence[str] | None = None,
) -> Iterator[Room]:
    room = Room(place, privacy, threshold, tables)
    try:
        yield room
    finally:
        room.stop()


class LastSeconds:
    """The last seconds of votes: they run out when a test says so, and not before."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._sleep, self._begun, self.over = asyncio.sleep, list[threading.Event](), 0
        monkeypatch.setattr("workshop.room.state.LAST_SECONDS", self)
        monkeypatch.setattr(asyncio, "sleep", self._hold)

    async def _hold(self, delay: Any, *rest: Any) -> Any:
        if delay is not self:
            return await self._sleep(delay, *rest)
        run_out = threading.Event()
        self._begun.append(run_out)
        while not run_out.is_set():
            await self._sleep(0.005)
        self.over += 1
        return None

    def run_out(self) -> None:
        """Let those that began first run out, and return when they have."""
        assert until(lambda: self._begun)
        before = self.over
        self._begun.pop(0).set()
        assert until(lambda: self.over > before)


def events(place: Path | str) -> list[tuple[str, dict[str, Any]]]:
    """Return what a session's file holds of its room."""
    session = Session.open(place, create=False)
    found = [(e.kind, dict(e.body)) for e in session.since(0)]
    session.close()
    return found


def votes(place: Path | str) -> list[dict[str, Any]]:
    return [body for kind, body in events(place) if kind == "voted"]
