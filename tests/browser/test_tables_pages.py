"""Two tables in one room: set up, joined by a sign, voted, compared on the wall and the phones."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from test_room_pages import audit, small

from rooms import CONTENT, serve
from servers import resize

pytestmark = pytest.mark.browser
words = CONTENT.words
SIZES = ((390, 844), (1366, 640), (1280, 720), (1920, 1080))


def test_two_tables_vote_each_for_itself_and_are_compared(browser: Any, tmp_path: Path) -> None:
    with serve(tmp_path / "session.workshop", "anonymous", 3) as room:
        desk = browser.new_context(viewport={"width": 1280, "height": 720}, bypass_csp=True)
        console = desk.new_page()
        console.goto(f"{room.address}/console/start#{room.keys.facilitator}")
        console.get_by_text(words("room.tables-title")).click()
        console.get_by_label(words("room.tables-names")).fill("North, South & East")
        console.locator("#tables button").click()
        console.get_by_role("link", name=words("room.tables-signs")).wait_for()
        console.get_by_role("button", name=words("room.start-copy")).click()
        console.get_by_text(words("room.start-copied"), exact=True).last.wait_for()
        assert audit(console) == []
        console.goto(f"{room.address}/console/tables")
        signs = console.locator(".sign h2").all_inner_texts()
        assert signs == ["North", "South & East"]
        assert audit(console) == []

        hand = browser.new_context(viewport={"width": 390, "height": 844}, bypass_csp=True)
        phone = hand.new_page()
        phone.goto(f"{room.address}/?table=South%20%26%20East#{room.keys.code}")
        assert phone.locator("#table").input_value() == "South & East"
        assert audit(phone) == []
        phone.locator("button.main").click()
        phone.get_by_text(words("room.lobby-table", table="South & East")).wait_for()
        assert audit(phone) == []

        chair = room.facilitator()
        north, south = ([room.participant(join=False) for _ in range(n)] for n in (3, 2))
        for one, table in [*((n, "North") for n in north), *((s, "South & East") for s in south)]:
            one.join(room.keys.code, table=table)
        chair.ask("lead")
        for one in north:
            one.vote("lead", "research", "The team has run it for two years.")
        for one in south:
            one.vote("lead", "product")
        console.goto(f"{room.address}/console")
        console.get_by_text(words("room.console-missing", who="South & East (1)")).wait_for()
        phone.locator('input[value="product"]').check()
        phone.locator("form.ballot button.main").click()
        console.get_by_text(words("room.console-role-count", voted=3, n=3)).nth(1).wait_for()
        assert audit(console) == []

        other = browser.new_context(viewport={"width": 390, "height": 844}, bypass_csp=True)
        again = other.new_page()
        again.goto(f"{room.address}/?table=North#{room.keys.code}")
        again.get_by_label(words("room.join-was-here")).check()
        assert audit(again) == []
        assert small(again) == []
        again.locator("button.main").click()
        again.locator("form.ballot").wait_for()
        console.get_by_text(words("room.people-count", n=6)).wait_for()
        other.close()

        chair.reveal("lead")
        line = re.compile("The tables differ: North says Research-led; South & East says Product")
        console.goto(f"{room.address}/projector")
        for tab, path in ((console, "/projector"), (phone, "/"), (phone, "/results")):
            if tab is phone:
                tab.goto(f"{room.address}{path}")
            tab.get_by_text(line).wait_for()
            for width, height in SIZES:
                resize(tab, width, height)
                wide = tab.evaluate("document.documentElement.scrollWidth > innerWidth")
                assert not wide, (path, width)
            assert audit(tab) == [], path
        assert phone.locator("td.ahead").all_inner_texts()
        apart = console.locator("td.table").all_inner_texts()
        assert [" ".join(cell.split()) for cell in apart[:2]] == ["3 of 3", "0 of 3"]
        fits = "document.documentElement.scrollHeight <= innerHeight"
        assert console.evaluate(fits), "the last size is that of a projector"


def test_two_votes_of_four_tables_fit_the_wall_and_a_console_at_200_percent(
    browser: Any, tmp_path: Path
) -> None:
    tables = ("Hannoveraner", "Niedersachse", "Regensburger", "Rotterdammer")
    with serve(tmp_path / "session.workshop", "role", 2, tables) as room:
        chair = room.facilitator()
        people = [room.participant(join=False) for _ in range(12)]
        for n, one in enumerate(people):
            one.join(room.keys.code, "product", table=tables[n % 4])
        choices = ("Forschungsgeleitet", "Engineering-geleitet", "Produktgeleitet")
        chair.post("/console/type", ask="Wer leitet?", choices="\n".join(choices))
        (key,) = room.room_state.voting.own
        for number in (1, 2):
            chair.ask(key, number)
            for n, one in enumerate(people):
                one.vote(key, choices[(n + n // 4) % 3], f"Fact {n}", number=number)
            chair.reveal(key, number)
        tab = browser.new_context(viewport={"width": 1366 // 2, "height": 320}).new_page()
        tab.goto(f"{room.address}/console#{room.keys.facilitator}")
        tab.get_by_role("heading", name=words("room.console-title")).wait_for()
        halved, wall = (1366 // 2, 320), "/projector"
        for path, size in (
            ("/console", halved),
            ("/console/results", halved),
            *((wall, size) for size in SIZES[2:]),
        ):
            tab.goto(f"{room.address}{path}")
            resize(tab, *size)
            past = """all => Math.max(...all.map(table => table.getBoundingClientRect().right
                - table.parentElement.getBoundingClientRect().right))"""
            assert tab.locator(".tally").evaluate_all(past) < 1, (path, size)
            assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
