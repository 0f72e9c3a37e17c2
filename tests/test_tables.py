"""Several tables in one room: each votes for itself, and they are compared."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from rooms import CONTENT, serve, votes
from test_votes import Notes, ballots, counted, events, room, rounds
from workshop import Answers, assess, exhibits
from workshop.answers.schema import Round, Vote
from workshop.documents.text import blocks_to_text
from workshop.findings.output.frames import FRAMES
from workshop.forms.polls import Refused
from workshop.room.commands import open_room, read_tables
from workshop.room.guard import new_secret
from workshop.session import Session
from workshop.session.frames import votes_file
from workshop.session.voting import KINDS_OF_ROOM, Person, Voting

words = CONTENT.words
NORTH = ["research", "research", "research", "product"]
SOUTH = ["product", "product", "product"]


def seated(notes: Notes, **tables: list[str]) -> Notes:
    """Return a room with tables, and a first vote of them on who leads."""
    at = {"question": "lead", "round": 1}
    names = [name.title() for name in tables]
    cast: Notes = [("tables-set", {"tables": names}), ("asked", at)]
    for name, values in tables.items():
        for n, value in enumerate(values):
            body = {"ballot": f"{name}{n}", "value": value, "table": name.title()}
            cast.append(("voted", {**at, **body, "fact": f"{name} {n}"}))
    return [*notes, *cast, ("closed", at), ("revealed", at)]


def by_table(vote: Vote, number: int = 0) -> dict[str, dict[str, int] | None]:
    return {c.value: c.by_table for c in vote.rounds[number].choices if c.count}


@pytest.mark.parametrize("privacy", ["named", "role", "anonymous"])
def test_each_table_is_counted_for_itself_in_the_rooms_order(privacy: str) -> None:
    (vote,) = counted(seated(room(privacy), south=SOUTH, north=NORTH))
    assert by_table(vote) == {
        "research": {"South": 0, "North": 3},
        "product": {"South": 3, "North": 1},
    }
    assert vote.rounds[0].tables == {"South": 3, "North": 4}
    facts = {f.fact: f.table for f in vote.rounds[0].facts or ()}
    assert facts["north 3"] == "North"


def test_a_table_of_one_or_two_is_not_shown_nor_found_by_subtraction() -> None:
    (vote,) = counted(seated(room(), north=NORTH, south=SOUTH[:2]))
    assert vote.rounds[0].tables is None
    assert by_table(vote) == {"research": None, "product": None}
    assert not any(f.table for f in vote.rounds[0].facts or ())
    (vote,) = counted(seated(room(), north=NORTH, south=SOUTH, east=["product"]))
    assert vote.rounds[0].tables is None, "without one table, East is what is left"
    (vote,) = counted(seated(room(), north=NORTH, south=SOUTH, east=SOUTH[:2], west=["product"]))
    assert vote.rounds[0].tables == {"North": 4, "South": 3}


def test_whoever_moves_between_two_votes_is_counted_where_they_sat_first() -> None:
    notes = seated(room(), north=[*NORTH, "product"], south=SOUTH)
    at = {"question": "lead", "round": 2}
    notes.append(("asked", at))
    for name, values in (("north", NORTH), ("south", SOUTH)):
        for n, value in enumerate(values):
            body = {"ballot": f"{name}{n}", "value": value, "table": name.title()}
            notes.append(("voted", {**at, **body}))
    moved = {"ballot": "north4", "value": "product", "table": "South"}
    (vote,) = counted([*notes, ("voted", {**at, **moved}), ("closed", at), ("revealed", at)])
    assert [r.tables for r in vote.rounds] == [{"North": 5, "South": 3}] * 2


def test_a_second_round_shows_no_role_of_the_first_that_the_room_did_not_see() -> None:
    """With what the room saw of the first round the rest of two could be worked out."""
    first = {"a": ["research"] * 3, "b": ["engineering"] * 3, "c": ["product"] * 2}
    # in the second round one of role b stands alone, so that only a may be counted apart then
    second = first | {"b": ["research", "engineering", "engineering"], "a": ["engineering"] * 3}

    def notes(*rounds: dict[str, list[str]]) -> Notes:
        found = room("role")
        for number, by_role in enumerate(rounds, 1):
            at = {"question": "lead", "round": number}
            found.append(("asked", at))
            for role, values in by_role.items():
                for n, value in enumerate(values):
                    body = {"ballot": f"{role}{n}", "value": value, "role": role}
                    found.append(("voted", {**at, **body}))
            found += [("closed", at), ("revealed", at)]
        return found

    def roles(*rounds: dict[str, list[str]]) -> list[set[str]]:
        (vote,) = counted(notes(*rounds))
        return [{r for c in one.choices for r in c.by_role or ()} for one in vote.rounds]

    (seen,) = roles(first)
    assert len(seen) == 1
    for later in roles(first, second):
        assert later <= seen
    assert roles(first, first) == [seen, seen]


def test_where_tables_are_shown_a_role_cannot_be_found_behind_them() -> None:
    cast = [("lead", n, "research", "a" if n < 3 else "b") for n in range(6)]
    at = {"question": "lead", "round": 1}
    notes: Notes = [*room("role"), ("tables-set", {"tables": ["North", "South"]}), ("asked", at)]
    for _, n, value, role in cast:
        body = {"ballot": f"b{n}", "value": value, "role": role}
        notes.append(("voted", {**at, **body, "table": "North" if n % 2 else "South"}))
    (vote,) = counted([*notes, ("closed", at), ("revealed", at)])
    assert vote.rounds[0].tables == {"North": 3, "South": 3}
    assert all(c.by_role is None for c in vote.rounds[0].choices)


def test_where_a_ballot_names_several_the_tables_are_still_counted() -> None:
    at = {"question": "evaluation_set_authors", "round": 1}
    notes: Notes = [*room(), ("tables-set", {"tables": ["North", "South"]}), ("asked", at)]
    for n in range(6):
        value = ["research", "product"] if n % 2 else ["research"]
        table = "North" if n % 2 else "South"
        notes.append(("voted", {**at, "ballot": f"b{n}", "value": value, "table": table}))
    (vote,) = counted([*notes, ("closed", at), ("revealed", at)])
    assert vote.rounds[0].tables == {"North": 3, "South": 3}
    assert by_table(vote)["product"] == {"North": 3, "South": 0}


@settings(max_examples=300, deadline=None)
@given(rounds, st.integers(2, 4))
def test_no_table_under_the_limit_shows_nor_is_left_over(
    cast: list[list[Any]], threshold: int
) -> None:
    notes: Notes = [*room("anonymous", threshold), ("tables-set", {"tables": ["r1", "r2", "r3"]})]
    for number, given_ in enumerate(cast, 1):
        at = {"question": "lead", "round": number}
        notes.append(("asked", at))
        for id_, value, table, _, _ in given_:
            notes.append(("voted", {**at, "ballot": f"b{id_}", "value": value, "table": table}))
        notes.append(("revealed", at))
    (vote,) = counted(notes)
    seats: dict[int, str] = {}
    for at_round, given_ in zip(vote.rounds, cast, strict=True):
        last = {id_: table for id_, _, table, _, _ in given_}
        seats = {**last, **seats}
        truly = Counter(seats[id_] for id_ in last)
        shown = at_round.tables or {}
        assert len(shown) != 1
        assert all(truly[table] == n >= threshold for table, n in shown.items())
        left = sum(truly.values()) - sum(shown.values())
        assert left == 0 or left >= threshold or not shown


def test_a_room_without_tables_has_nothing_of_them() -> None:
    notes = [*room(), *ballots("lead", 1, *NORTH, *SOUTH)]
    (vote,) = counted(notes)
    assert "table" not in vote.model_dump_json(exclude_none=True)
    assert Voting.of(events(notes)).tables == ()


def test_tables_are_set_before_the_first_vote_and_a_reader_without_them_reads_on() -> None:
    notes = seated(room(), north=NORTH, south=SOUTH)
    late = [*notes, ("tables-set", {"tables": ["East"]})]
    assert Voting.of(events(late)).tables == ("North", "South")
    # what an earlier version knows of the log: the same votes without the new events and fields
    old = [
        (kind, {name: value for name, value in body.items() if name != "table"})
        for kind, body in notes
        if kind != "tables-set"
    ]
    assert {kind for kind, _ in notes} - {kind for kind, _ in old} == {"tables-set"}
    assert "tables-set" in KINDS_OF_ROOM
    (then,), (now,) = counted(old), counted(notes)
    assert [c.count for c in then.rounds[0].choices] == [c.count for c in now.rounds[0].choices]


def test_people_sit_at_a_table_and_move_and_are_counted_there() -> None:
    notes: Notes = [
        *room("role"),
        ("tables-set", {"tables": ["North", "South"]}),
        ("joined", {"person": "a", "role": "product", "table": "North"}),
        ("joined", {"person": "b", "role": "product", "table": "North"}),
        ("joined", {"person": "c", "role": "research", "table": "South"}),
    ]
    state = Voting.of(events(notes))
    assert (state.joined_as(table="North"), state.joined_as("product", "South")) == (2, 0)
    notes += [("seated", {"person": "b", "table": "South"})]
    state = Voting.of(events(notes))
    assert state.people["b"] == Person("product", "", "South")
    assert (state.joined_as(table="North"), state.expected_of(table="South")) == (1, 2)
    notes += [("left", {"role": "product", "table": "South"})]
    state = Voting.of(events(notes))
    assert (state.joined, state.joined_as(table="South"), state.joined_as("product")) == (2, 1, 1)


@pytest.mark.parametrize(
    ("tables", "choices", "problem"),
    [
        ({"North": 3}, [{"North": 3}, {"East": 1}], "not listed in this round"),
        ({"North": 4}, [{"North": 3}, {}], "fewer votes of a table"),
        ({"North": 5}, [{"North": 5}, {}], "more votes than the choice"),
        ({"North": 6}, [{"North": 3}, {"North": 3}], "the vote of a single person"),
    ],
)
def test_tables_of_a_file_that_do_not_add_up_are_told(
    tables: dict[str, int], choices: list[dict[str, int]], problem: str
) -> None:
    counts = (4, 3)
    given_ = [
        {"value": f"v{n}", "label": "V", "count": counts[n], "by_table": one or None}
        for n, one in enumerate(choices)
    ]
    with pytest.raises(ValueError, match=problem):
        Round.model_validate({"cast": 7, "choices": given_, "tables": tables})


def test_frames_and_files_have_the_tables(tmp_path: Path) -> None:
    session = Session.open(tmp_path / "session.workshop", content=CONTENT)
    for kind, body in seated(room(), north=NORTH, south=SOUTH):
        session.note(kind, body)
    frame = session.votes_frame("table")
    assert list(frame.index.names) == [c.name for c in FRAMES["votes_by_table"].index]
    assert frame.loc[("lead", 1, "research", "North"), "count"] == 3
    south = frame.xs("South", level="table").droplevel(["question", "round"])
    assert south.index[south["leading"]].tolist() == ["product"]
    assert set(session.votes_frame("facts")["table"]) == {"North", "South"}
    csv = pd.read_csv(io.BytesIO(votes_file(session.votes_frame, ".csv"))).set_index("choice")
    assert csv.loc["research", ["votes of North", "votes of South"]].tolist() == [3, 0]
    assert csv.loc["product", ["votes of North", "votes of South"]].tolist() == [1, 3]
    sheets = pd.read_excel(
        io.BytesIO(votes_file(session.votes_frame, ".xlsx")), sheet_name=None, engine="openpyxl"
    )
    assert list(sheets) == ["votes", "roles", "tables", "facts"]
    assert len(sheets["tables"]) == len(frame)
    session.close()


def test_findings_have_the_answer_of_each_table() -> None:
    (vote,) = counted(seated(room(), north=NORTH, south=SOUTH, east=["research", "product"] * 2))
    (result,) = assess(Answers(votes=(vote,)), CONTENT).votes
    at = {table.name: table for table in result.tables[-1]}
    assert (at["North"].leading, at["North"].most, at["North"].cast) == (("research",), 3, 4)
    assert at["South"].leading == ("product",)
    assert at["East"].is_divided
    assert not at["North"].is_divided


@pytest.mark.parametrize(
    ("tables", "line"),
    [
        (
            {"north": NORTH, "south": SOUTH, "west": SOUTH, "east": ["research", "product"] * 2},
            "The tables differ: North says Research-led; South and West say Product-led; "
            "East is divided.",
        ),
        ({"north": SOUTH, "south": SOUTH}, "Every table says the same: Product-led."),
        (
            {"north": ["research", "product"] * 2, "south": ["product", "research"] * 2},
            "No table has an answer that is ahead.",
        ),
        (
            {"north": SOUTH, "south": SOUTH, "a": ["research"], "b": SOUTH[:2]},
            "Every table says the same: Product-led. " + words("votes.small-tables"),
        ),
    ],
)
def test_the_pack_says_where_tables_disagree(tables: dict[str, list[str]], line: str) -> None:
    (vote,) = counted(seated(room(), **tables))
    text = blocks_to_text(exhibits.votes(assess(Answers(votes=(vote,)), CONTENT)).blocks)
    assert line in " ".join(text.split())
    assert words("votes.all-together") in text
    page = exhibits.board_decisions(assess(Answers(votes=(vote,)), CONTENT))
    board = blocks_to_text(page.blocks, 1000)
    differ = line if "differ" in line else "able"
    assert (differ in " ".join(board.split())) is ("differ" in line), "only where they disagree"


def test_the_pack_of_a_room_without_tables_says_nothing_of_them() -> None:
    (vote,) = counted([*room(), *ballots("lead", 1, *NORTH, *SOUTH)])
    text = blocks_to_text(exhibits.votes(assess(Answers(votes=(vote,)), CONTENT)).blocks)
    assert "able" not in text.replace("available", "")


# -- in the room --------------------------------------------------------------------------------


def text(page: Any, place: str = "main") -> str:
    found = BeautifulSoup(page.text, "html.parser").select_one(place)
    return " ".join(found.get_text(" ").split()) if found else ""


@pytest.mark.parametrize(
    ("typed", "tables"),
    [
        (" North,South\n,  ", ("North", "South")),
        ("3", ("Table 1", "Table 2", "Table 3")),
        ("", ()),
    ],
)
def test_tables_are_typed_by_name_or_number(typed: str, tables: tuple[str, ...]) -> None:
    assert read_tables(CONTENT, typed) == tables


@pytest.mark.parametrize("typed", ["North", "north, North", "1", "9", "99999999", "a,b," * 7])
def test_a_single_table_or_two_of_one_name_are_refused(typed: str) -> None:
    with pytest.raises(Refused, match="tables-odd"):
        read_tables(CONTENT, typed)


def test_tables_are_chosen_before_the_first_vote(tmp_path: Path) -> None:
    session = Session.open(tmp_path / "session.workshop", content=CONTENT)
    assert open_room(session, "role", 3, (), ("North", "South")).tables == ("North", "South")
    assert open_room(session, None, None, ()).tables == ("North", "South")
    assert open_room(session, None, None, (), ("A", "B")).tables == ("A", "B")
    session.note("asked", {"question": "lead", "round": 1})
    assert open_room(session, None, None, (), ("A", "B")).tables == ("A", "B")
    with pytest.raises(Refused, match="tables-chosen"):
        open_room(session, None, None, (), ())
    session.close()


def test_a_person_takes_a_table_and_paper_and_shared_devices_vote_for_one(tmp_path: Path) -> None:
    place = tmp_path / "session.workshop"
    with serve(place, "anonymous", 3) as room:
        chair, early = room.facilitator(), room.participant()
        assert words("room.join-table") not in room.participant(join=False).get().text
        chair.post("/console/tables", tables="North, South")
        assert words("room.table-title") in text(early.get()), "who was there first is asked"
        assert words("room.tables-kept", n=3) in text(early.get())
        early.post("/table", table="East")
        assert words("room.table-title") in text(early.get())
        early.post("/table", table="North")
        assert words("room.lobby-table", table="North") in text(early.get())

        signs = chair.get("/console/tables")
        assert [h.get_text() for h in BeautifulSoup(signs.text, "html.parser").find_all("h2")] == [
            "North",
            "South",
        ]
        scanned = room.participant(join=False)
        assert '<option value="South" selected>' in scanned.get("/?table=South").text
        assert scanned.join(room.keys.code).status_code == 422
        assert scanned.join(room.keys.code, table="South").status_code == 200
        north = [early, *(room.participant(join=False) for _ in range(2))]
        for one in north[1:]:
            one.join(room.keys.code, table="North")

        chair.ask("lead")
        for one in north:
            one.vote("lead", "research")
        console = chair.get("/console")
        assert words("room.console-missing", who="South (1)") in text(console)
        assert text(console, "#people-list").startswith("North 3 of 3 voted South 0 of 1 voted")
        scanned.vote("lead", "product")
        shared = room.participant(join=False)
        shared.join(room.keys.code, table="South", how="share")
        assert '<option value="South" selected>' in shared.get("/shared?table=South").text
        paper = {"question": "lead", "round": 1, "choice": "product"}
        for browser, path in ((shared, "/shared"), (chair, "/console/paper")):
            refused = browser.post(path, slip=new_secret(), **paper)
            assert words("room.table-missing") in refused.text
            answer = browser.post(path, slip=new_secret(), table="South", **paper)
            assert '<option value="South" selected>' in answer.text
        console = BeautifulSoup(chair.get("/console").text, "html.parser")
        stays = console.select_one("#paper-code-table option[selected]")
        assert stays is not None, "a stack of ballots is keyed in without choosing it again"
        assert stays["value"] == "South"
        chair.reveal("lead")
        assert words("room.lobby-anonymous") not in text(early.get())
        again = chair.post("/console/tables", tables="")
        assert again.status_code == 409
        assert "North, South" in text(again)
    tables = Counter(body["table"] for body in votes(place))
    assert tables == {"North": 3, "South": 3}
    assert {k for body in votes(place) for k in body} <= {
        *("question", "round", "ballot", "value", "fact", "table", "keyed", "shared")
    }


def test_a_named_room_shows_who_is_missing_at_each_table(tmp_path: Path) -> None:
    with serve(tmp_path / "session.workshop", "named", 3, ("North", "South")) as room:
        chair = room.facilitator()
        for name, table in (("Ana", "North"), ("Bo", "North"), ("Cy", "South")):
            room.participant(join=False).join(room.keys.code, "product", name, table=table)
        chair.ask("lead")
        console = text(chair.get("/console"))
        assert words("room.console-missing", who="North: Ana, Bo; South: Cy") in console
        person = next(i for i, p in room.room_state.voting.people.items() if p.name == "Bo")
        one = {"person": person, "what": "rename", "role": "product", "name": "Bo"}
        chair.post("/console/person", **one, table="South")
        console = text(chair.get("/console"))
        assert words("room.console-missing", who="North: Ana; South: Bo, Cy") in console
        form = BeautifulSoup(chair.get("/console").text, "html.parser").select_one("#who form")
        assert form is not None
        assert [one["name"] for one in form.select("[required]")] == ["person"]
        chair.post("/console/person", person=person, what="rename", name="Bea")
        changed = room.room_state.voting.people[person]
        assert (changed.name, changed.role, changed.table) == ("Bea", "product", "South")


def test_a_second_vote_of_tables_says_which_columns_are_its_own(tmp_path: Path) -> None:
    words = CONTENT.words
    with serve(tmp_path / "session.workshop", "anonymous", tables=("North", "South")) as room:
        chair, people = room.facilitator(), [room.participant(join=False) for _ in range(8)]
        for n, one in enumerate(people):
            one.join(room.keys.code, table="North" if n < 4 else "South")
        for number in (1, 2):
            chair.ask("lead", number)
            for n, one in enumerate(people):
                one.vote("lead", "research" if n % 4 else "product", number=number)
            chair.reveal("lead", number)
            page = BeautifulSoup(chair.get("/projector").text, "html.parser")
            heads = [th.get_text() for th in page.select(".tally thead th")][1:]
            if number == 1:
                assert heads == [words("room.tally-together"), "North", "South"]
        together = words("room.tally-together-second")
        assert heads == [words("room.round-1"), together, "North", "South"]
        assert words("room.tally-tables-second") in page.get_text()
        start = BeautifulSoup(chair.get("/console/start").text, "html.parser")
        invitation = start.select_one("#invitation")
        assert invitation is not None
        assert "Choose your table when you join: North, South." in invitation.get_text()
