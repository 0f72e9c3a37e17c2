"""A room whose server dies: nothing that was said to be kept is lost, and the room goes on."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

import databases
from conftest import CONSOLE
from ports import own_port
from rooms import CONTENT, Facilitator, Participant, events, serve, votes
from workshop.room.guard import mark
from workshop.session import Session
from workshop.session.voting import Voting

words = CONTENT.words
SERVER = (
    "import typer; from workshop.cli.live import room; "
    "app = typer.Typer(); app.command()(room); app()"
)
CHOICES = ("research", "engineering", "product")


class Process:
    """`workshop room` in a process of its own."""

    def __init__(self, place: Path | str, *options: str, port: int = 0) -> None:
        command = [sys.executable, "-c", SERVER, str(place), "--port", str(port), *options]
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            encoding=CONSOLE,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
        assert self.process.stdout is not None
        self.output = ""
        for line in self.process.stdout:
            self.output += line
            if "Ctrl-C" in line:
                break
        found = re.search(r"(http://127\.0\.0\.1:(\d+))/console#(\S+)", self.output)
        assert found, self.output
        self.address, self.port, self.key = found[1], int(found[2]), found[3]
        code = re.search(r"code (\w+ \w+)", self.output)
        assert code
        self.code = code[1]

    def end(self, how: signal.Signals | None = None) -> str:
        """Send it a signal, or kill it, and return what it still said."""
        assert self.process.stdout is not None
        self.process.send_signal(how) if how else self.process.kill()
        self.process.wait(120)
        rest = self.process.stdout.read()
        self.process.stdout.close()
        return rest


def test_a_killed_server_loses_nothing_that_was_kept_and_the_room_goes_on(
    any_place: Path | str,
) -> None:
    place = any_place
    first = Process(place, "--privacy", "anonymous", port=own_port())
    chair = Facilitator(first.address)
    chair.enter(first.key)
    people = [Participant(first.address) for _ in range(12)]
    for one in people:
        assert one.join(first.code).status_code == 200
        assert one.token
    chair.ask("lead")

    stored: list[tuple[int, str]] = [(-1, "")] * len(people)
    sent: list[list[str]] = [[] for _ in people]
    enough = threading.Barrier(len(people) + 1)

    def vote_on(number: int) -> None:
        one, turn = people[number], 0
        one.client.follow_redirects = False
        data = {"form": one.token, "question": "lead", "round": 1, "fact": "seen"}
        while True:
            value = CHOICES[(number + turn) % 3]
            sent[number].append(value)
            try:
                answer = one.client.post("/vote", data={**data, "choice": value})
            except httpx.HTTPError:
                return
            assert answer.status_code == 303
            stored[number] = (turn, value)
            turn += 1
            if turn == 5:
                enough.wait(120)

    threads = [threading.Thread(target=vote_on, args=(n,)) for n in range(len(people))]
    for thread in threads:
        thread.start()
    enough.wait(120)
    time.sleep(0.05)
    first.end()
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive()

    session = Session.open(place, create=False)
    room = Voting.of(session.since(0))
    box = {ballot: body["value"] for _, _, ballot, body in session.box()}
    session.close()
    assert not votes(place)
    assert len(box) == len(people)
    for number, one in enumerate(people):
        turn, value = stored[number]
        in_file = box[mark(one.cookie("room"), f"vote {room.id} lead")]
        # the last one kept, or the one after it, whose answer was on its way
        allowed = {value, *sent[number][turn + 1 :]}
        assert in_file in allowed

    second = Process(place, port=first.port)
    assert (second.key, second.code) == (first.key, first.code)
    for one in people:
        one.client.follow_redirects = True
        assert words("room.kept-title") in one.get().text, "their cookies still count"
    assert words("room.voted-count", voted=12, n=12) in chair.get("/console").text
    assert people[0].vote("lead", "product").status_code == 200
    chair.close("lead")
    box[mark(people[0].cookie("room"), f"vote {room.id} lead")] = "product"
    assert {v["ballot"]: v["value"] for v in votes(place)} == box
    assert len(votes(place)) == len(people)
    for browser in (chair, *people):
        browser.client.close()
    second.end()


def test_ctrl_c_ends_the_room_at_once_and_tells_how_to_go_on(tmp_path: Path) -> None:
    place = tmp_path / "session.workshop"
    room = Process(place, "--privacy", "role", "--threshold", "4")
    one = Participant(room.address)
    one.join(room.code, "product")
    with one.client.stream("GET", "/events") as stream:
        next(stream.iter_raw())
        rest = room.end(signal.SIGINT)
    assert room.process.returncode == 0
    assert "start it again" in rest
    assert "rror" not in rest
    one.client.close()
    refused = subprocess.run(
        [sys.executable, "-c", SERVER, str(place), "--privacy", "named"],
        capture_output=True,
        encoding=CONSOLE,
        stdin=subprocess.DEVNULL,
    )
    assert refused.returncode == 2
    assert "cannot be changed: role" in refused.stderr
    assert [b["threshold"] for k, b in events(place) if k == "room-opened"] == [4]


def test_a_room_goes_on_another_day_where_it_was(any_place: Path | str) -> None:
    place = any_place
    with serve(place, "role") as room:
        chair, one = room.facilitator(), room.participant()
        chair.ask("lead")
        one.vote("lead", "research")
        chair.reveal("lead")
        chair.ask("lead", 2)
        one.vote("lead", "product", number=2)
        chair.post("/console/pause", paused="true")
        secret, console = one.cookie("room"), chair.cookie("console")
    with serve(place, None, None) as room:
        one, chair = room.participant(join=False), room.facilitator()
        one.client.cookies.set(room.room_state.cookies["room"], secret)
        assert console == chair.cookie("console")
        assert words("room.paused-title") in one.get().text
        chair.post("/console/pause", paused="false")
        assert words("room.kept-title") in one.get().text
        chair.reveal("lead", 2)
        assert words("room.tally-moved-one", n=1) in one.get().text


@pytest.mark.postgresql
def test_a_database_that_is_away_for_a_while_is_told_and_the_room_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    cluster = databases.Cluster()
    try:
        with serve(cluster.place("away"), "anonymous") as room:
            chair, one, other = room.facilitator(), room.participant(), room.participant()
            chair.ask("lead")
            one.vote("lead", "product", "kept before")
            cluster.stop("immediate")
            for who in (one, other, one):
                page = who.vote("lead", "research", "never kept")
                assert page.status_code == 503
                assert words("room.not-saved-short") in page.text
                assert str(cluster.port) not in page.text
            assert words("room.voted-count", voted=1, n=2) in one.get().text
            assert chair.close("lead").status_code == 503
            cluster.start()
            assert other.vote("lead", "engineering", "kept after").status_code == 200
            assert words("room.voted-count", voted=2, n=2) in chair.get("/console").text
            chair.reveal("lead")
            page = one.get().text
            assert "kept before" in page
            assert "kept after" in page
            assert "never kept" not in page
            assert sorted(v["value"] for v in votes(room.place)) == ["engineering", "product"]
    finally:
        cluster.remove()
