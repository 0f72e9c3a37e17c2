"""What the room keeps to itself: votes before the reveal, people behind votes, its keys."""

from __future__ import annotations

import contextlib
import json
import logging
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from bs4 import BeautifulSoup

from batches import until
from databases import sibling, stored_bytes
from rooms import CONTENT, Browser, Room, events, serve, votes
from workshop.answers.schema import PRIVACIES, Privacy
from workshop.room.guard import Tries, key_file, keys_of
from workshop.session import Session

words = CONTENT.words


@pytest.fixture
def room(any_place: Path | str) -> Iterator[Room]:
    with serve(any_place) as served:
        yield served


class Listener:
    """Reads a stream of events into memory until it ends."""

    def __init__(self, browser: Browser, path: str) -> None:
        self.received = b""
        self.thread = threading.Thread(target=self._read, args=(browser, path), daemon=True)
        self.thread.start()
        self.wait_for("data:")

    def _read(self, browser: Browser, path: str) -> None:
        quiet = contextlib.suppress(httpx.HTTPError)
        with quiet, browser.client.stream("GET", path) as stream:
            for part in stream.iter_raw():
                self.received += part

    def wait_for(self, words: str) -> None:
        assert until(lambda: words.encode() in self.received), self.received


# -- before the reveal -------------------------------------------------------------------------


def masked(room: Room, text: str) -> str:
    """Return text without what is random in every room: tokens, code, ports."""
    for own in (room.keys.code, room.keys.code[:3] + " " + room.keys.code[3:], room.address):
        text = text.replace(own, "OWN")
    text = re.sub(r"-[0-9a-f]{8}=", "-ID=", text)
    # the picture of the address is as long as its code makes it; all else is compared as it is
    text = re.sub(r"('content-length', )'\d+'", r"\1'…'", text)
    text = re.sub(r'<svg [^>]*class="qr".*?</svg>', "QR", text, flags=re.DOTALL)
    return re.sub(r"[A-Za-z0-9_-]{43}|(?<=[\"=])[A-Za-z0-9_-]{22}(?=[\";])", "SECRET", text)


def traffic(place: Path | str, value: str, fact: str, other: str) -> tuple[list[str], list[bytes]]:
    """Play one room up to the reveal; return all that left the server, and the streams."""
    with serve(place, "role") as room:
        chair, wall = room.facilitator(), room.participant(join=False)
        wall.join(room.keys.code, how="watch")
        people = [room.participant() for _ in range(3)]
        watching = room.participant()
        streams = [
            Listener(chair, "/console/events"),
            Listener(wall, "/projector/events"),
            Listener(watching, "/events"),
        ]
        for question, choice, typed in (("lead", value, ""), ("duties.paged", "", other)):
            chair.ask(question)
            people[0].vote(question, choice, fact, other=typed)
            people[1].vote(question, "product" if question == "lead" else "data")
            people[0].vote(question, choice, fact, other=typed)  # changed, or sent once more
            shared = {"question": question, "round": 1, "choice": choice, "other": typed}
            for browser, path in ((wall, "/shared"), (chair, "/console/paper")):
                page = browser.get("/shared" if browser is wall else "/console").text
                slip = re.search(r'name="slip" value="([^"]+)"', page)
                assert slip
                about = {"slip": slip[1], "role": "product", "fact": fact, **shared}
                assert browser.post(path, **about).status_code == 200
            for stream in streams:
                stream.wait_for(words("room.voted-count", voted=4, n=6))
            for browser in (*people, watching, wall, chair):
                for path in ("/", "/projector", "/console", "/results", "/shared", "/openapi.json"):
                    browser.get(path)
            chair.close(question)
            for browser in (*people, watching, wall, chair):
                for path in ("/", "/projector", "/console", "/results", "/shared"):
                    browser.get(path)
        seen = [
            masked(room, f"{a.status_code} {sorted(a.headers.items())} {a.text}")
            for browser in room.browsers
            for a in browser.seen
        ]
        room.stop()
        room.session = type(room.session).open(place)
        room.browsers.clear()
        return seen, [s.received for s in streams]


def test_nothing_that_leaves_the_server_before_the_reveal_depends_on_a_vote(
    any_place: Path | str,
) -> None:
    secrets = ("zebra-7391 is why", "Xylophone Guild")
    one, streams = traffic(sibling(any_place, "one"), "research", *secrets)
    two, others = traffic(
        sibling(any_place, "two"), "engineering", "quagga-8402 was it", "Trombone Board"
    )
    assert len(one) == len(two) > 150
    for here, there in zip(one, two, strict=True):
        assert here == there
    for sent in (*one, *(s.decode() for s in streams)):
        assert not any(s in sent for s in secrets)
    kinds = [{k for d in re.findall(rb"data: (.*)", s) for k in json.loads(d)} for s in streams]
    # the agenda's timer and the last ten seconds run by the clock, whatever is voted
    by_clock = {"timer", "signal", "closing"}
    console, *others_told = [news - by_clock for news in kinds]
    assert console == {"mark", "counts", "here"}, "and who is here has voted, as its page says"
    assert others_told == [{"mark", "counts"}] * 2
    for here, there in zip(streams, others, strict=True):
        # what is told in between depends on the moment; the words of it do not
        news = [set(re.findall(rb"data: (.*)", s)) for s in (here, there)]
        assert all(re.search(rb"have voted|have joined|has joined", t) for t in news[0] | news[1])


# -- what the file holds -----------------------------------------------------------------------


@pytest.mark.parametrize("privacy", PRIVACIES)
def test_the_file_holds_no_more_of_a_person_than_was_agreed(
    privacy: Privacy, any_place: Path | str
) -> None:
    place = any_place
    with serve(place, privacy) as room:
        chair = room.facilitator()
        people = []
        for number, role in enumerate(("product", "product", "engineering")):
            one = room.participant(join=False)
            one.join(room.keys.code, role, f"Quetzal {number}")
            people.append(one)
        cookies = [one.cookie("room") for one in people]
        for question in ("lead", "maturity"):
            chair.ask(question)
            for one in reversed(people):
                one.vote(question, "product" if question == "lead" else "3", "a fact")
            chair.reveal(question)
        chair.ask("lead", 2)
        people[2].vote("lead", "research", number=2)
        chair.close("lead", 2)
        page = people[0].get("/results").text
        keys = keys_of(place)
    recorded = events(place)
    stored = stored_bytes(place).decode("utf-8", "replace")
    assert ("Quetzal" in stored) == ("Quetzal" in page) == (privacy == "named")
    assert any("role" in body for _, body in recorded[1:]) == (privacy != "anonymous")
    for secret in (*cookies, keys.facilitator, keys.code, "127.0.0.1"):
        assert secret not in stored, "the session gets copied to others"
    by_question = {
        q: {v["ballot"] for v in votes(place) if v["question"] == q} for q in ("lead", "maturity")
    }
    joined = {body["person"] for kind, body in recorded if kind == "joined"}
    assert len(by_question["lead"]) == 3, "a second vote is linked to the first one of its question"
    assert not by_question["lead"] & by_question["maturity"]
    assert not joined & (by_question["lead"] | by_question["maturity"])


def test_votes_lie_in_the_file_without_their_time_and_not_in_the_order_of_voting(
    room: Room,
) -> None:
    chair = room.facilitator()
    people = [room.participant() for _ in range(8)]
    chair.ask("lead")
    for one in people:
        one.vote("lead", "product")
    assert not votes(room.place), "before the close they are in the box"
    arrived = [room.room_state.ballot(one.cookie("room"), "lead") for one in people]
    assert [ballot for _, _, ballot, _ in room.session.box()] == sorted(arrived)
    chair.close("lead")
    assert not room.session.box()
    cast = room.session.notes("voted")
    assert [e.body["ballot"] for e in cast] == sorted(arrived)
    assert {e.at for e in cast} == {room.session.notes("asked")[0].at}


def test_a_role_shows_only_where_enough_people_have_it(tmp_path: Path) -> None:
    with serve(tmp_path / "s", "role", threshold=3) as room:
        chair = room.facilitator()
        people = []
        for role in ("product", "product", "engineering", "engineering", "engineering"):
            one = room.participant(join=False)
            one.join(room.keys.code, role)
            people.append(one)
        chair.ask("lead")
        for one in people:
            one.vote("lead", "product", "a fact")
        chair.reveal("lead")
        pages = [b.get(p).text for b, p in ((people[0], "/"), (chair, "/projector"))]
        for page in (*pages, people[0].get("/results").text):
            shown = BeautifulSoup(page, "html.parser").select(".roles, .facts .hint")
            assert not shown, "two people of product could be told from the other three"


# -- keys, codes, forms ------------------------------------------------------------------------


def test_wrong_codes_are_soon_too_many_and_those_inside_stay_inside(room: Room) -> None:
    inside, thief = room.participant(), room.participant(join=False)
    room.facilitator().ask("lead")
    answers = [thief.join(f"AAAA{n:02}", "product").status_code for n in range(22)]
    assert answers == [403] * 20 + [429] * 2
    assert thief.join(room.keys.code, "product").status_code == 429, "the right one tells nothing"
    assert thief.post("/console/enter", key=room.keys.facilitator).status_code == 429
    assert inside.vote("lead", "product").status_code == 200


def test_tries_are_forgotten_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("workshop.room.guard.time.monotonic", lambda: now)
    tries = Tries(each=1, everybody=2, seconds=60)
    tries.wrong("a")
    assert tries.too_many("a")
    assert not tries.too_many("b")
    tries.wrong("b")
    assert tries.too_many("c"), "many together are too many for everybody"
    now = 161.0
    assert not tries.too_many("a")


def test_only_the_key_opens_the_console(room: Room) -> None:
    one = room.participant()
    assert one.post("/console/enter", key="x" * 43).status_code == 403
    for path in ("ask", "close", "reveal", "paper", "take-back", "discuss", "decide", "pause"):
        assert one.post(f"/console/{path}", question="lead", round=1).status_code == 403, path
    assert one.post("/console/delete", sure="delete").status_code == 403
    assert one.get("/console/events").status_code == 403
    assert "Who is here" not in one.get("/console").text
    Session.open(room.place, create=False).close()
    assert not room.room_state.voting.asked


def test_forms_of_other_pages_are_refused(room: Room) -> None:
    chair, one, other = room.facilitator(), room.participant(), room.participant()
    chair.ask("lead")
    for token in ("", "x" * 22, other.token):
        assert one.vote("lead", "product", form=token).status_code == 403
        assert one.join(room.keys.code, "product", form=token).status_code == 403
    assert chair.post("/console/close", question="lead", round=1, form="").status_code == 403
    assert not room.session.box()


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(room: Room) -> None:
    chair = room.facilitator()
    cookies = [h for a in chair.seen for h in a.headers.get_list("set-cookie")]
    assert len(cookies) == 2
    assert all("HttpOnly" in h and "Path=/" in h for h in cookies)
    assert [re.search(r"SameSite=(\w+)", h)[1] for h in cookies] == ["lax", "strict"]  # type: ignore[index]
    assert room.keys.facilitator not in "".join(cookies)


def test_keys_stand_in_no_page_address_or_log(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    chair, one = room.facilitator(), room.participant()
    chair.ask("lead")
    one.vote("lead", "product")
    chair.reveal("lead")
    for browser in (chair, one):
        browser.get("/")
        browser.get("/projector")
        for answer in browser.seen:
            assert room.keys.facilitator not in answer.text
            assert room.keys.facilitator not in str(answer.url)
            assert room.keys.code not in str(answer.url)
            assert "secret" not in answer.headers.get("location", "")
    own = [r for r in caplog.records if not r.name.startswith(("httpx", "httpcore"))]
    assert not [r for r in own if room.keys.code in r.getMessage()]
    assert not [r for r in own if room.keys.facilitator in r.getMessage()]


def test_the_file_of_keys_is_its_owners_alone_and_outlives_a_restart(
    any_place: Path | str,
) -> None:
    place = any_place
    keys = keys_of(place)
    assert key_file(place).stat().st_mode & 0o777 == 0o600
    key_file(place).chmod(0o644)
    assert keys_of(place) == keys
    assert key_file(place).stat().st_mode & 0o777 == 0o600
    key_file(place).write_text("{}", encoding="utf-8")
    with pytest.raises(ValueError, match="no room's keys"):
        keys_of(place)
