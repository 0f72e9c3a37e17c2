"""Who is in a room: names however they are spelt, coming back, and what the facilitator mends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from bs4 import BeautifulSoup

from rooms import CONTENT, Facilitator, Participant, Room, serve, votes
from workshop.answers.schema import Privacy
from workshop.forms.polls import clean, name_key
from workshop.room import guard as identity
from workshop.room.console import tables_of
from workshop.session import Session
from workshop.session.voting import Voting

words = CONTENT.words


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with serve(tmp_path / "session.workshop", "named") as served:
        yield served


def counts(room: Room) -> str:
    return room.room_state.counts_words()


def joined(room: Room, name: str, role: str = "research") -> Participant:
    one = room.participant(join=False)
    assert one.join(room.keys.code, role, name).status_code == 200
    return one


def id_of(room: Room, name: str) -> str:
    found = room.room_state.voting.named(name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["👨‍👩‍👧", "می‌خواهم", "ශ්‍රී", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"])
def test_a_name_keeps_the_signs_that_join_its_letters(name: str, room: Room) -> None:
    joined(room, name)
    assert f'<b dir="auto">{name}</b>' in room.facilitator().get("/console").text


@pytest.mark.parametrize("empty", ["\u200d", "\u200c \u200d", "\u200b", " "])
def test_signs_that_join_nothing_are_no_name(empty: str) -> None:
    assert clean(empty, 80) == ""


def test_a_name_is_the_same_however_its_accent_is_typed(room: Room) -> None:
    assert name_key("Zo\u00eb") == name_key("ZOE\u0308") == name_key("Zo\u200d\u00eb")
    joined(room, "Zo\u00eb")
    other = room.participant(join=False)
    assert other.join(room.keys.code, "research", "Zoe\u0308").status_code == 422


def test_whoever_comes_back_from_another_browser_takes_the_same_place(room: Room) -> None:
    chair = room.facilitator()
    first = joined(room, "Ann")
    chair.ask("lead")
    first.vote("lead", "research")
    later = room.participant(join=False)
    asked = later.join(room.keys.code, "product", "ann")
    assert asked.status_code == 422
    assert words("room.join-again") in asked.text
    assert room.keys.code in asked.text, "the code need not be typed again"
    back = later.join(room.keys.code, "product", "ann", how="again")
    assert words("room.kept-title") in back.text
    assert counts(room) == words("room.voted-count", voted=1, n=1)
    later.vote("lead", "product")
    assert counts(room) == words("room.voted-count", voted=1, n=1)
    assert words("room.join-title") in first.get("/").text, "one place, one browser"
    chair.reveal("lead")
    stored = votes(room.place)
    assert [(v["value"], v["name"], v["role"]) for v in stored] == [("product", "Ann", "research")]


def test_who_came_back_is_one_person_in_both_votes(room: Room) -> None:
    chair = room.facilitator()
    first = joined(room, "Ann")
    chair.ask("lead")
    first.vote("lead", "research")
    chair.reveal("lead")
    later = room.participant(join=False)
    later.join(room.keys.code, "research", "Ann", how="again")
    chair.ask("lead", 2)
    later.vote("lead", "product", number=2)
    chair.reveal("lead", 2)
    vote = room.room_state.voting.vote(CONTENT, "lead")
    assert vote is not None
    assert (vote.moved, vote.stayed) == (1, 0)


def test_a_name_is_changed_also_beside_what_was_voted(room: Room) -> None:
    chair = room.facilitator()
    one = joined(room, "Anm")
    chair.ask("lead")
    one.vote("lead", "research", "a fact")
    chair.reveal("lead")
    chair.ask("duties.paged")
    one.vote("duties.paged", "research")
    changed = {"person": id_of(room, "Anm"), "name": "Ann", "role": "product"}
    assert chair.post("/console/person", what="rename", **changed).status_code == 200
    assert "(Ann · product)" in one.get("/results").text
    assert words("room.kept-title") in one.get("/").text
    chair.reveal("duties.paged")
    again = Voting.of(room.session.since(0))
    assert {s.name for a in again.asked.values() for s in a.latest.slips.values()} == {"Ann"}


def test_two_entries_of_one_person_are_made_one(room: Room) -> None:
    chair = room.facilitator()
    first, second = joined(room, "Ann"), joined(room, "Ann 2")
    chair.ask("lead")
    first.vote("lead", "research")
    second.vote("lead", "product")
    same = {"person": id_of(room, "Ann 2"), "into": id_of(room, "Ann")}
    assert words("room.people-merge-about") in chair.get("/console").text, "whose vote stays"
    assert chair.post("/console/person", what="merge", **same).status_code == 200
    assert counts(room) == words("room.voted-count", voted=1, n=1)
    chair.reveal("lead")
    assert [v["value"] for v in votes(room.place)] == ["research"]
    with_self = {"person": id_of(room, "Ann"), "into": id_of(room, "Ann")}
    assert chair.post("/console/person", what="merge", **with_self).status_code == 422


def test_a_phone_whose_entry_was_made_one_with_another_says_so_and_goes_on(room: Room) -> None:
    chair = room.facilitator()
    first, second = joined(room, "Ann"), joined(room, "Ann 2")
    chair.ask("lead")
    says = words("room.goes-on-as", who="Ann")
    before = second.get("/events?once").json()["mark"]
    same = {"person": id_of(room, "Ann 2"), "into": id_of(room, "Ann")}
    chair.post("/console/person", what="merge", **same)
    assert second.get("/events?once").json()["mark"] != before, "the page is drawn anew"
    page = second.get("/").text
    assert says in page
    assert CONTENT.question("lead").ask in page, "and the question is there"
    assert says not in first.get("/").text
    second.vote("lead", "product")
    assert words("room.kept-title") in first.get("/").text
    first.vote("lead", "research")
    assert counts(room) == words("room.voted-count", voted=1, n=1)
    chair.post("/console/person", what="off", person=id_of(room, "Ann"))
    for one in (first, second):
        assert words("room.join-lost-off") in one.get("/").text
    second.join(room.keys.code, "product", "Cy")
    assert words("room.join-title") not in second.get("/").text
    assert says not in second.get("/").text


def test_a_phone_whose_merge_is_taken_back_is_its_own_again(room: Room) -> None:
    chair = room.facilitator()
    _, second = joined(room, "Ann"), joined(room, "Bo")
    chair.ask("lead")
    chair.post("/console/person", what="merge", person=id_of(room, "Bo"), into=id_of(room, "Ann"))
    second.vote("lead", "product")
    undo(room, chair, "undo-merged", who="Bo", now="Ann")
    page = second.get("/").text
    assert words("room.goes-on-as", who="Ann") not in page
    assert words("room.kept-title") not in page, "what it sent counts as Ann's"


def test_a_phone_says_that_another_device_has_its_place(room: Room) -> None:
    first = joined(room, "Ann")
    later = room.participant(join=False)
    assert words("room.join-lost-moved") not in later.get("/").text
    later.join(room.keys.code, "research", "Ann", how="again")
    assert words("room.join-lost-moved") in first.get("/").text
    assert words("room.join-title") not in later.get("/").text


def test_who_is_taken_off_counts_no_more_and_votes_stay(room: Room) -> None:
    chair = room.facilitator()
    first = joined(room, "Ann")
    joined(room, "Bo")
    chair.ask("lead")
    first.vote("lead", "research")
    gone = {"person": id_of(room, "Bo")}
    assert chair.post("/console/person", what="off", **gone).status_code == 200
    assert counts(room) == words("room.voted-count", voted=1, n=1)
    assert chair.post("/console/person", what="off", **gone).status_code == 404


def test_the_ballot_of_who_was_taken_off_is_nobody_elses(tmp_path: Path) -> None:
    with serve(tmp_path / "s", "named", 3, ("North", "South")) as room:
        chair, code = room.facilitator(), room.keys.code
        people = {}
        for name, table in (("Ann", "North"), ("Guest", "North"), ("Bo", "North"), ("Di", "South")):
            people[name] = room.participant(join=False)
            people[name].join(code, "product", name, table=table)
        chair.post("/console/by-itself", on="true")
        chair.ask("lead")
        for name in ("Ann", "Guest", "Di"):
            people[name].vote("lead", "research")
        chair.post("/console/person", what="off", person=id_of(room, "Guest"))
        assert counts(room) == words("room.voted-count", voted=2, n=3)
        north = tables_of(room.room_state.voting)[0]
        assert (north["joined"], north["voted"]) == (2, 1)
        assert not room.room_state.closing, "somebody has not voted yet"
        people["Bo"].vote("lead", "research")
        chair.reveal("lead")
        assert room.room_state.tally(room.room_state.voting.current).cast == (4,), "it stays"


@pytest.mark.parametrize("privacy", ["role", "anonymous"])
def test_where_nobody_has_a_name_one_person_less_is_counted(privacy: str, tmp_path: Path) -> None:
    with serve(tmp_path / "s", privacy) as room:  # type: ignore[arg-type]
        chair = room.facilitator()
        people = [room.participant(), room.participant()]
        role = (
            ""
            if privacy == "anonymous"
            else next(iter(room.room_state.voting.people.values())).role
        )
        chosen = BeautifulSoup(chair.get("/console").text, "html.parser").select("#who-role option")
        assert not chosen or chosen[0]["value"] == "", "nobody is taken off in a hurry"
        fewer = chair.post("/console/person", what="fewer", role=role)
        assert fewer.status_code == 200
        assert re.search(words("room.people-count", n=1), fewer.text)
        for one in people:
            assert words("room.waiting-title") in one.get("/").text, "nobody is thrown out"
    session = Session.open(tmp_path / "s", create=False)
    assert Voting.of(session.since(0)).joined == 1
    session.close()


def state_of(room: Room) -> object:
    """Return the whole room as it is, and as whoever opens the session reads it."""
    session = Session.open(room.place, create=False)
    read = Voting.of(session.since(0), session.box())
    session.close()
    voting = room.room_state.voting
    assert (read.people, read.asked) == (voting.people, voting.asked)
    return voting.people | {a.key: a.latest.slips | {} for a in voting.asked.values()}


def undo(room: Room, chair: Facilitator, word: str, **values: str) -> None:
    """Press the console's undo, which says what it takes back."""
    page = BeautifulSoup(chair.get("/console").text, "html.parser")
    form = page.select_one('form[action="/console/undo"]')
    assert form is not None
    assert form.get_text(strip=True) == words(f"room.{word}", **values)
    seq = form.select_one("[name=seq]")
    assert seq is not None
    assert chair.post("/console/undo", seq=seq["value"]).status_code == 200


def test_a_change_of_people_is_taken_back_while_a_vote_is_open(room: Room) -> None:
    chair = room.facilitator()
    ann, twin, bo = joined(room, "Ann"), joined(room, "Ann 2"), joined(room, "Bo")
    chair.ask("lead")
    ann.vote("lead", "research")
    twin.vote("lead", "product", "seen twice")
    before = state_of(room)
    one, two, other = id_of(room, "Ann"), id_of(room, "Ann 2"), id_of(room, "Bo")
    rename = {"person": two, "name": "Cy", "role": "product"}
    for _ in range(2):  # one after the other, and all of them back, the last one first
        chair.post("/console/person", what="rename", **rename)
        chair.post("/console/person", what="rename", **rename | {"role": "engineering"})
        chair.post("/console/person", what="off", person=other)
        chair.post("/console/person", what="merge", person=two, into=one)
        assert counts(room) == words("room.voted-count", voted=1, n=1)
        bo.get("/")
        undo(room, chair, "undo-merged", who="Cy", now="Ann")
        undo(room, chair, "undo-removed", who="Bo")
        undo(room, chair, "undo-role-changed", who="Cy")
        undo(room, chair, "undo-renamed", who="Ann 2", now="Cy")
        assert state_of(room) == before
        assert counts(room) == words("room.voted-count", voted=2, n=3)
    assert 'action="/console/undo"' not in chair.get("/console").text, "ballots would be lost"
    assert words("room.kept-title") in twin.get("/").text
    bo.vote("lead", "product")
    chair.reveal("lead")
    stored = {(v["name"], v["value"], v["fact"]) for v in votes(room.place)}
    assert stored == {
        ("Ann", "research", ""),
        ("Ann 2", "product", "seen twice"),
        ("Bo", "product", ""),
    }


def test_a_ballot_that_a_merge_set_aside_is_gone_once_the_vote_is_shown(room: Room) -> None:
    chair = room.facilitator()
    first, second = joined(room, "Ann"), joined(room, "Bo")
    chair.ask("lead")
    first.vote("lead", "research")
    second.vote("lead", "product")
    chair.post("/console/person", what="merge", person=id_of(room, "Bo"), into=id_of(room, "Ann"))
    chair.close("lead")
    undo(room, chair, "undo-closed")
    undo(room, chair, "undo-merged", who="Bo", now="Ann")
    assert counts(room) == words("room.voted-count", voted=2, n=2)
    chair.post("/console/person", what="merge", person=id_of(room, "Bo"), into=id_of(room, "Ann"))
    chair.reveal("lead")
    assert room.session.box() == []
    vote = room.room_state.voting.vote(CONTENT, "lead")
    assert vote is not None
    assert vote.rounds[0].cast == 1


def test_nobody_is_brought_back_under_a_name_that_somebody_has_by_now(room: Room) -> None:
    chair = room.facilitator()
    joined(room, "Ann")
    chair.ask("lead")
    chair.post("/console/person", what="off", person=id_of(room, "Ann"))
    joined(room, "ann")
    assert 'action="/console/undo"' not in chair.get("/console").text


def test_one_person_less_is_taken_back_while_a_vote_is_open(tmp_path: Path) -> None:
    with serve(tmp_path / "s", "anonymous") as room:
        chair, _ = room.facilitator(), room.participant()
        chair.ask("lead")
        chair.post("/console/person", what="fewer")
        undo(room, chair, "undo-left")
        assert counts(room) == words("room.voted-count", voted=0, n=1)


# -- without names ---------------------------------------------------------------------------


@pytest.mark.parametrize("privacy", ["anonymous", "role"])
@pytest.mark.parametrize("tables", [None, ("North", "South")])
def test_whoever_says_that_they_were_here_counts_once_without_a_name(
    tmp_path: Path, privacy: Privacy, tables: tuple[str, ...] | None
) -> None:
    with serve(tmp_path / "s", privacy, 3, tables) as room:
        chair, code, role = room.facilitator(), room.keys.code, "research"
        table = {"table": "North"} if tables else {}
        first = room.participant(join=False)
        assert words("room.join-was-here") not in first.get("/").text, "nobody was here yet"
        first.join(code, role, **table)
        later = room.participant(join=False)
        assert words("room.join-was-here") in later.get("/").text
        assert "You are in" in later.join(code, role, was_here="yes", **table).text
        assert counts(room) == words("room.people-count", n=1)
        later.join(code, role, was_here="yes", **table)
        assert counts(room) == words("room.people-count", n=1), "the same browser, once more"
        chair.ask("lead")
        later.vote("lead", "product")
        twice = words("room.ballot-not-yet")
        assert twice in first.get("/").text, "the first device is back, and knows no vote"
        assert counts(room) == words("room.voted-count", voted=1, n=1)
        assert words("room.console-missing", who="").strip() not in chair.get("/console").text
    session = Session.open(room.place, create=False)
    again = Voting.of(session.since(0), session.box())
    assert (again.joined, again.joined_as()) == (1, 1)
    kept = [dict(e.body) for e in session.since(0) if e.kind == "joined"]
    assert [set(body) & {"name", "instead_of"} for body in kept] == [set(), set()]
    session.close()


def test_who_moved_and_came_back_has_one_ballot_in_a_vote(tmp_path: Path) -> None:
    """The address went there and back, so that the phone has a place at each of the two."""
    with serve(tmp_path / "s", "role", 3) as room:
        chair, code, asks = room.facilitator(), room.keys.code, words("room.ballot-not-yet")
        there = room.address.replace("127.0.0.1", "localhost")

        def place(address: str, role: str = "engineering", **more: str) -> Participant:
            one = Participant(address)
            room.browsers.append(one)
            one.join(code, role, **more)
            return one

        def counted() -> int:
            asked = room.room_state.voting.asked["lead"]
            return len(asked.latest.slips)

        here = [place(room.address) for _ in range(3)]
        product = place(room.address, "product")
        chair.ask("lead")
        moved = [place(there, was_here="yes") for _ in range(3)]
        assert asks not in moved[0].get("/").text, "nobody like them has voted"
        moved[0].vote("lead", "research")
        mark = here[0].get("/events?once").json()["mark"]
        refused = here[0].vote("lead", "research")
        assert (refused.status_code, counted()) == (422, 1)
        assert words("room.ballot-twice") in refused.text.replace("\n", " ")
        assert asks in here[0].get("/").text
        assert "asks" in mark, "a ballot that is open is renewed"
        assert asks not in product.get("/").text, "it is of another role"
        assert product.vote("lead", "product").status_code == 200
        assert here[1].vote("lead", "product", not_yet="yes").status_code == 200
        assert asks not in here[1].get("/").text
        assert here[1].vote("lead", "research").status_code == 200, "a vote can still be changed"
        assert moved[2].vote("lead", "product").status_code == 422, "also once it goes there again"
        assert moved[2].vote("lead", "product", not_yet="yes").status_code == 200
        assert room.room_state.counts_words() == words("room.voted-count", voted=4, n=4)
        chair.reveal("lead")
        chair.ask("duties.paged")
        for one in (here[0], moved[1], here[2]):
            assert asks not in one.get("/").text, "what they came back in is over"
            assert one.vote("duties.paged", "product").status_code == 200
        assert asks not in here[1].get("/").text, "they said once that they had not voted"
        back = place(there, was_here="yes")
        assert asks in back.get("/").text


def test_only_who_came_back_is_asked_and_only_in_the_vote_of_then(tmp_path: Path) -> None:
    asks = words("room.ballot-not-yet")
    with serve(tmp_path / "s", "role", 3) as room:
        chair, code = room.facilitator(), room.keys.code

        def place(address: str = room.address, **more: str) -> Participant:
            one = Participant(address)
            room.browsers.append(one)
            one.join(code, "product", **more)
            return one

        def all_vote(key: str, *people: Participant, number: int = 1) -> None:
            for one in people:
                page = one.get("/")
                assert asks not in page.text
                assert "asks" not in one.get("/events?once").json()["mark"]
                assert one.vote(key, "product", number=number).status_code == 200

        sofia, tomas, anna = place(), place(), place()
        chair.ask("lead")
        all_vote("lead", sofia)
        other = place(was_here="yes")
        assert asks in other.get("/").text
        assert other.vote("lead", "product").status_code == 422
        all_vote("lead", anna, tomas)
        chair.reveal("lead")
        chair.ask("lead", 2)
        all_vote("lead", tomas, anna, other, number=2)
        assert asks in sofia.get("/").text, "one vote more than there are people"
        assert sofia.vote("lead", "product", number=2).status_code == 422
        chair.reveal("lead", 2)
        there = room.address.replace("127.0.0.1", "localhost")  # the laptop has another address
        moved = [place(there, was_here="yes") for _ in range(3)]
        for key in ("duties.paged", "duties.ship"):
            chair.ask(key)
            all_vote(key, *moved)
            chair.reveal(key)


def test_nobody_comes_back_in_the_place_of_a_role_that_was_not_there(tmp_path: Path) -> None:
    with serve(tmp_path / "s", "role", 3) as room:
        room.participant().join(room.keys.code, "product")
        later = room.participant(join=False)
        refused = later.join(room.keys.code, "engineering", was_here="yes")
        assert refused.status_code == 422
        assert words("room.nobody-was-here") in refused.text
        page = BeautifulSoup(refused.text, "html.parser")
        assert page.select_one("#was-here[checked]"), "what was typed stays"
        assert page.select_one("#role option[selected]")["value"] == "engineering"  # type: ignore[index]
        assert page.select_one("#code")["value"] == room.keys.code  # type: ignore[index]
        assert counts(room) == words("room.people-count", n=1)


def test_in_a_named_room_the_name_says_who_was_here(room: Room) -> None:
    joined(room, "Ann")
    later = room.participant(join=False)
    assert words("room.join-was-here") not in later.get("/").text
    assert later.join(room.keys.code, "research", "Ben", was_here="yes").status_code == 200
    assert counts(room) == words("room.people-count", n=2)


def test_a_name_has_one_ballot_in_a_vote_however_it_comes(room: Room) -> None:
    chair, ann = room.facilitator(), joined(room, "Ann")
    chair.ask("lead")

    def key_in(name: str) -> httpx.Response:
        slip = BeautifulSoup(chair.get("/console").text, "html.parser").find(attrs={"name": "slip"})
        typed = {"question": "lead", "round": 1, "code": "1B 1", "name": name}
        return chair.post("/console/paper", slip=slip["value"], **typed)  # type: ignore[index]

    assert key_in("Ben").status_code == 200
    assert words("room.name-voted", who="ben") in key_in("ben").text
    assert ann.vote("lead", "product").status_code == 200
    assert key_in("ANN").status_code == 422, "she voted on her phone"
    assert ann.vote("lead", "research").status_code == 200, "and may still change her mind"
    ben = joined(room, "Ben")
    refused = ben.vote("lead", "product")
    assert refused.status_code == 422
    assert words("room.name-voted", who="Ben") in refused.text
    chair.reveal("lead")
    assert sorted(v["name"] for v in votes(room.place)) == ["Ann", "Ben"]
    chair.ask("lead", 2)
    assert ben.vote("lead", "product", number=2).status_code == 200, "each vote has its own"


def test_who_joined_and_hands_in_a_paper_ballot_has_voted(room: Room) -> None:
    phone, chair = joined(room, "Hiro Tanaka"), room.facilitator()
    joined(room, "Ben")
    chair.ask("lead")
    page = BeautifulSoup(chair.get("/console").text, "html.parser")
    slip = page.select_one("[name=slip]")["value"]  # type: ignore[index]
    about = {"question": "lead", "round": 1, "choice": "product", "role": "research", "fact": ""}
    chair.post("/console/paper", slip=slip, name="hiro tanaka", **about)
    assert counts(room) == words("room.voted-count", voted=1, n=2)
    page = BeautifulSoup(chair.get("/console").text, "html.parser")
    assert words("room.console-missing", who="Ben") in page.get_text()
    assert page.select_one(".people .yes").parent.b.get_text() == "Hiro Tanaka"  # type: ignore[union-attr]
    assert words("room.kept-title") in phone.get().text


def test_a_vote_handed_in_for_somebody_is_theirs_and_their_phone_says_so(tmp_path: Path) -> None:
    with serve(tmp_path / "session.workshop", "named", tables=("North", "South")) as room:
        phone, chair = room.participant(join=False), room.facilitator()
        phone.join(room.keys.code, "research", "Hiro Tanaka", table="South")
        chair.ask("lead")
        before = phone.get("/events?once").json()["mark"]
        page = BeautifulSoup(chair.get("/console").text, "html.parser")
        slip = page.select_one("[name=slip]")["value"]  # type: ignore[index]
        # the digit of another role, and the other table: the list of people knows better
        about = {"question": "lead", "round": 1, "code": "1C 1", "table": "North", "fact": ""}
        assert chair.post("/console/paper", slip=slip, name="hiro tanaka", **about).is_success
        assert counts(room) == words("room.voted-count", voted=1, n=1)
        assert phone.get("/events?once").json()["mark"] != before, "the phone turns by itself"
        shown = phone.get().text
        assert words("room.kept-for-you") in shown
        assert words("room.kept-change") not in shown
        chair.reveal("lead")
        (kept,) = votes(room.place)
        assert (kept["name"], kept["role"], kept["table"]) == ("Hiro Tanaka", "research", "South")


def test_people_who_joined_and_go_on_on_paper_count_once(tmp_path: Path) -> None:
    with serve(tmp_path / "session.workshop", "role") as room:
        chair, people = room.facilitator(), [room.participant() for _ in range(4)]
        chair.ask("lead")
        for one in people:
            one.vote("lead", "product")
        chair.reveal("lead")
        chair.post("/console/expect", people=4)
        chair.ask("builder")
        for role in ("product", "product", "research", "research"):
            slip = re.search(r'name="slip" value="([^"]+)"', chair.get("/console").text)
            assert slip is not None
            given = {"question": "builder", "round": 1, "choice": "data", "role": role}
            chair.post("/console/paper", slip=slip[1], **given)
        page = chair.get("/console").text
        assert CONTENT.words("room.voted-count", voted=4, n=4) in page
        assert "Not yet voted" not in page
        chair.reveal("builder")
        assert CONTENT.words("room.people-count", n=4) in chair.get("/console").text
        present = [vote.rounds[0].present for vote in room.session.answers_with_votes().votes or ()]
        assert present == [4, 4]


def test_fewer_people_on_another_day_are_as_many_as_the_facilitator_says(tmp_path: Path) -> None:
    place = tmp_path / "session.workshop"
    with serve(place, "anonymous") as room:
        chair, people = room.facilitator(), [room.participant() for _ in range(6)]
        chair.ask("lead")
        for one in people:
            one.vote("lead", "product")
        chair.reveal("lead")
        chair.post("/console/expect", people=3)
        chair.ask("builder")
        for one in people[:3]:
            one.vote("builder", "data")
        page = chair.get("/console").text
        assert CONTENT.words("room.voted-count", voted=3, n=3) in page
        assert 'value="3"' in str(BeautifulSoup(page, "html.parser").select_one("#expected"))
        chair.reveal("builder")
        people[3].get()
        chair.ask("duties.ship")
        for one in people[:4]:
            one.vote("duties.ship", "data")
        assert CONTENT.words("room.voted-count", voted=4, n=4) in chair.get("/console").text
        chair.reveal("duties.ship")
        found = room.session.answers_with_votes().votes or ()
    assert [vote.rounds[0].present for vote in found] == [6, 3, 4]
    with serve(place, "anonymous") as again:
        assert again.room_state.voting.known == 4, "and it is read so again"


def test_with_names_the_wall_says_whom_to_ask_who_gave_no_fact(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(3)]
    chair.ask("lead")
    for one, choice in zip(people, ("product", "product", "research"), strict=True):
        one.vote("lead", choice)
    chair.reveal("lead")
    (name,) = (slip.name for slip in room.room_state.voting.who_chose(CONTENT, "lead")["research"])
    for page in (chair.get("/projector").text, people[0].get().text, chair.get("/console").text):
        few = BeautifulSoup(page, "html.parser").select_one(".facts .few")
        assert few is not None
        assert name in few.get_text()


def test_in_a_named_room_a_result_says_who_chose_what_also_without_a_fact(tmp_path: Path) -> None:
    with serve(tmp_path / "s", "named", 2, ("Lisbon", "Oslo")) as room:
        chair, code = room.facilitator(), room.keys.code
        at = {"Anna": "Lisbon", "Bo": "Oslo", "Cleo": "Oslo", "Dan": "Oslo"}
        votes_of = dict(zip(at, ("research", "product", "product", "unknown"), strict=True))
        people = {}
        for name, table in at.items():
            people[name] = room.participant(join=False)
            people[name].join(code, "product", name, table=table)
        chair.ask("lead")
        for name, choice in votes_of.items():
            people[name].vote("lead", choice)
        chair.reveal("lead")
        for page in (people["Bo"].get(), chair.get("/projector"), chair.get("/console")):
            shown = BeautifulSoup(page.text, "html.parser")
            said = [one.get_text() for one in shown.select(".roles")]
            assert said == ["Anna", "Bo, Cleo", "Dan"]
            first = shown.select_one(".facts .few")
            assert first is not None
            assert "(Anna · product)" in first.get_text(), "a table with one vote is not apart"


def test_a_name_that_voted_is_told_to_the_person_and_to_the_facilitator(tmp_path: Path) -> None:
    with serve(tmp_path / "s", "named", 2) as room:
        chair, one = room.facilitator(), room.participant(join=False)
        one.post("/join", code=room.keys.code, how="share")
        chair.ask("lead")
        ballot = {"question": "lead", "round": 1, "choice": "product", "role": "product"}
        for who in ("Gita", "Henrik"):
            slip = {"slip": identity.new_secret(), "name": who}
            assert chair.post("/console/paper", **ballot, **slip).status_code == 200
        undo = [
            b.get_text()
            for b in BeautifulSoup(chair.get("/console").text, "html.parser").select(
                'form[action="/console/take-back"] button'
            )
        ]
        assert undo == [words("room.console-take-back-of", who=who) for who in ("Gita", "Henrik")]
        slip = {"slip": identity.new_secret(), "name": "gita"}
        twice = one.post("/shared", **ballot, **slip)
        assert words("room.name-voted-here", who="gita") in twice.text
        assert (
            words("room.name-voted", who="gita")
            in chair.post("/console/paper", **ballot, **slip).text
        )


def test_the_console_shows_the_letters_of_the_paper_ballot(room: Room) -> None:
    chair = room.facilitator()
    chair.ask("duties.paged")
    page = BeautifulSoup(chair.get("/console").text, "html.parser")
    labels = [one.get_text(" ", strip=True) for one in page.select('label[for^="paper-choice"]')]
    assert [one for one in labels if one.startswith("Nobody")] == ["Nobody X"]


def test_a_shared_device_says_how_it_goes_on_and_leads_back(room: Room) -> None:
    one = room.participant(join=False)
    page = one.post("/join", code=room.keys.code, how="share")
    link = BeautifulSoup(page.text, "html.parser").find("a", string=words("room.shared-leave"))
    assert link is not None
    assert words("room.join-title") in one.get(str(link["href"])).text


def test_a_vote_whose_result_was_seen_says_that_it_is_not_opened_again(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("lead")
    one.vote("lead", "product")
    seen = words("room.console-seen")
    assert seen not in chair.close("lead").text
    last = chair.reveal("lead")
    seq = BeautifulSoup(last.text, "html.parser").select_one(
        'form[action="/console/undo"] [name=seq]'
    )
    assert seen in chair.post("/console/undo", seq=seq["value"]).text  # type: ignore[index]


def test_an_answer_in_free_words_is_one_with_and_without_its_full_stop(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(3)]
    chair.post("/console/type", ask="What went wrong?", choices="", asks_about="today")
    key = next(iter(room.room_state.voting.own))
    for one, answer in zip(people, ("Nobody paid.", "nobody paid", "No time"), strict=True):
        one.post("/vote", question=key, round=1, other=answer)
    chair.reveal(key)
    rows = BeautifulSoup(chair.get("/projector").text, "html.parser").select(".facts .said")
    assert sorted(one.get_text().casefold().rstrip(".") for one in rows) == [
        "no time",
        "nobody paid",
    ]
