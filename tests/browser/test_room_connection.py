"""Phones whose connection dies, is refused or is one of many, and what is typed meanwhile."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from rooms import CONTENT, Room, serve
from servers import becomes_true

pytestmark = pytest.mark.browser
words = CONTENT.words


class Proxy:
    """Something between phone and room that can go silent, or answer 502."""

    def __init__(self, port: int) -> None:
        self._port, self.bad, self.frozen = port, False, set[int]()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._run, daemon=True).start()

    def freeze(self) -> None:
        """Let every connection of now stand and carry nothing any more."""
        self.frozen |= {id(pair[0]) for pair in self._pairs}

    def cut(self) -> None:
        """End every connection, and answer 502 from now on."""
        self.bad = True
        for pair in self._pairs:
            for one in pair:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.cut()
        self._listener.close()

    def _run(self) -> None:
        with suppress(OSError):
            while True:
                client = self._listener.accept()[0]
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client:
            if self.bad:
                client.recv(4096)
                client.sendall(
                    b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                )
                return
            with socket.create_connection(("127.0.0.1", self._port)) as server, suppress(OSError):
                self._pairs.append((client, server))
                while True:
                    for one in select.select([client, server], [], [], 0.1)[0]:
                        if id(client) in self.frozen:
                            time.sleep(0.1)
                            continue
                        data = one.recv(65536)
                        if not data:
                            return
                        (server if one is client else client).sendall(data)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with serve(tmp_path / "session.workshop", "anonymous") as served:
        yield served


@contextmanager
def phone_behind(browser: Any, room: Room) -> Iterator[tuple[Any, Proxy]]:
    proxy = Proxy(int(room.address.rsplit(":", 1)[1]))
    context = browser.new_context()
    tab = context.new_page()
    tab.goto(f"{proxy.address}/#{room.keys.code}")
    tab.click("button.main")
    tab.get_by_role("heading", name=words("room.waiting-title")).wait_for()
    becomes_true(tab, "typeof source === 'object' && source?.readyState === 1")
    try:
        yield tab, proxy
    finally:
        context.close()
        proxy.close()


def test_a_connection_that_died_silently_is_noticed(browser: Any, room: Room) -> None:
    with phone_behind(browser, room) as (tab, proxy):
        proxy.freeze()
        room.facilitator().ask("lead")
        tab.get_by_role("heading", name=CONTENT.question("lead").ask).wait_for()
        becomes_true(tab, "source.readyState === 1")


def test_a_phone_comes_back_after_a_bad_answer(browser: Any, room: Room) -> None:
    with phone_behind(browser, room) as (tab, proxy):
        proxy.cut()
        tab.get_by_text(words("room.lost")).wait_for()
        proxy.bad = False
        room.facilitator().ask("lead")
        tab.get_by_role("heading", name=CONTENT.question("lead").ask).wait_for()
        becomes_true(tab, "source.readyState === 1")
        assert not tab.get_by_text(words("room.lost")).is_visible()
        tab.context.clear_cookies()  # as of somebody who was taken off the list
        tab.evaluate("check()")
        tab.get_by_role("heading", name=words("room.join-title")).wait_for()


def test_a_vote_that_could_not_be_sent_stays_on_the_ballot(browser: Any, room: Room) -> None:
    with phone_behind(browser, room) as (tab, proxy):
        room.facilitator().ask("lead")
        tab.locator("form.ballot").wait_for()
        tab.check('input[value="research"]')
        tab.fill("#fact", "a whole sentence")
        proxy.cut()
        tab.click("form.ballot button")
        tab.locator("form.ballot").get_by_text(words("room.unsent")).wait_for()
        assert tab.input_value("#fact") == "a whole sentence"
        tab.get_by_text(words("room.lost")).wait_for()
        proxy.bad = False
        tab.locator("form.ballot").get_by_text(words("room.unsent-back")).wait_for()
        tab.click("form.ballot button")
        tab.get_by_text(words("room.kept-title")).wait_for()


def test_a_phone_that_leaves_its_network_says_so_at_once(browser: Any, room: Room) -> None:
    with phone_behind(browser, room) as (tab, proxy):
        # what looks at intervals would notice it later
        tab.evaluate("for (let id = setTimeout(() => {}); id > 0; id -= 1) clearInterval(id)")
        proxy.freeze()
        proxy.bad = True
        tab.evaluate("dispatchEvent(new Event('offline'))")
        tab.get_by_text(words("room.lost")).wait_for()


def test_every_tab_of_one_browser_follows(browser: Any, room: Room) -> None:
    context = browser.new_context()
    tabs = [context.new_page() for _ in range(7)]
    for number, tab in enumerate(tabs):
        tab.goto(f"{room.address}/#{room.keys.code}")
        if not number:
            tab.click("button.main")
        tab.get_by_role("heading", name=words("room.waiting-title")).wait_for()
    room.facilitator().ask("lead")
    for tab in tabs:
        tab.get_by_role("heading", name=CONTENT.question("lead").ask).wait_for()
    context.close()


def test_a_pause_or_a_close_keeps_what_people_are_typing(browser: Any, room: Room) -> None:
    chair = room.facilitator()
    context = browser.new_context()
    tab = context.new_page()
    tab.goto(f"{room.address}/#{room.keys.code}")
    tab.click("button.main")
    tab.get_by_role("heading", name=words("room.waiting-title")).wait_for()
    chair.ask("lead")
    tab.locator("form.ballot").wait_for()
    tab.check('input[value="research"]')
    tab.fill("#fact", "half a sentence")
    chair.post("/console/pause", paused="true")
    tab.get_by_role("heading", name=words("room.paused-title")).wait_for()
    chair.post("/console/pause", paused="false")
    tab.locator("form.ballot").wait_for()
    assert tab.input_value("#fact") == "half a sentence"
    assert tab.is_checked('input[value="research"]')
    chair.close("lead")
    tab.get_by_role("heading", name=words("room.closed-title")).wait_for()
    assert tab.locator("[data-draft] q").inner_text() == "Research-led · half a sentence"
    chair.ask("lead")
    tab.locator("form.ballot").wait_for()
    assert tab.input_value("#fact") == "half a sentence"
    context.close()


def test_what_is_typed_before_the_vote_outlasts_the_page_for_this_question_and_person_alone(
    browser: Any, room: Room
) -> None:
    stored = "Object.values(sessionStorage).join()"
    chair = room.facilitator()
    context = browser.new_context()
    # as of a tab that the system discards: it hears of nothing
    context.add_init_script(
        "addEventListener('pagehide', (event) => event.stopImmediatePropagation(), true)"
    )
    tab = context.new_page()

    def join() -> None:
        tab.goto(f"{room.address}/#{room.keys.code}")
        tab.click("button.main")
        tab.locator("main[data-follow]").wait_for()

    def is_typed(choice: str, fact: str) -> bool:
        typed = tab.input_value("#fact") == fact
        return typed and tab.is_checked(f'input[value="{choice}"]')

    join()
    chair.ask("lead")
    tab.check('form.ballot input[value="research"]')
    tab.fill("#fact", "half a sentence")
    tab.reload()
    assert is_typed("research", "half a sentence")
    chair.post("/console/pause", paused="true")
    tab.get_by_role("heading", name=words("room.paused-title")).wait_for()
    tab.reload()
    chair.post("/console/pause", paused="false")
    tab.locator("form.ballot").wait_for()
    assert is_typed("research", "half a sentence")
    tab.click("form.ballot button")
    tab.get_by_text(words("room.kept-title")).wait_for()
    assert "half" not in tab.evaluate(stored), "it is kept, and nobody reads it here"
    tab.get_by_text(words("room.kept-change")).click()
    tab.fill("#fact", "another one")
    tab.reload()
    assert tab.input_value("#fact") == "another one"
    assert not tab.locator("form.ballot").is_visible()
    chair.reveal("lead")
    tab.get_by_text(words("room.reveal-title"), exact=True).wait_for()
    assert "another" not in tab.evaluate(stored)
    chair.ask("duties.paged")
    tab.locator("form.ballot").wait_for()
    assert not tab.input_value("#fact")
    tab.check('form.ballot input[value="product"]')
    tab.fill("#fact", "mine alone")
    context.clear_cookies()  # the phone is handed on
    tab.reload()
    join()
    tab.locator("form.ballot").wait_for()
    tab.wait_for_load_state()
    assert not is_typed("product", "mine alone")
    assert "mine" not in tab.evaluate(stored)
    context.close()
