"""A room from joining to the decision, by plain forms: no script runs in any of these."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from typer.testing import CliRunner

from batches import until
from databases import stored_bytes
from rooms import (
    AGAIN,
    CONTENT,
    DUE,
    DUE_WORDS,
    ROLES,
    Facilitator,
    LastSeconds,
    Room,
    events,
    serve,
    votes,
)
from workshop import assess, exhibits
from workshop.answers.reading import read_answers
from workshop.answers.schema import Answers, decided_on
from workshop.cli.commands import app as cli
from workshop.documents.text import blocks_to_text
from workshop.findings.output.report import report
from workshop.forms.polls import (
    FIRST,
    Refused,
    answer_value,
    choice_codes,
    clean,
    poll_of,
    pollable,
    read_choice,
    vote_codes,
)
from workshop.room.commands import open_room
from workshop.room.guard import new_secret
from workshop.room.pages import stage_words
from workshop.session import Session
from workshop.session.frames import votes_file
from workshop.session.session import answers_text, history_lines
from workshop.session.voting import Voting

words = CONTENT.words


@pytest.fixture
def room(any_place: Path | str) -> Iterator[Room]:
    with serve(any_place) as served:
        yield served


def heading(text: str) -> str:
    found = BeautifulSoup(text, "html.parser").find("h1")
    return found.get_text() if found else ""


# -- joining -----------------------------------------------------------------------------------


def test_a_code_lets_in_however_it_is_typed(room: Room) -> None:
    code = room.keys.code
    for typed in (code.lower(), f" {code[:3]} {code[3:]} ", f"{code[:3]}-{code[3:]}"):
        page = room.participant(join=False).join(typed, "product")
        assert heading(page.text) == words("room.waiting-title")
    assert len(room.room_state.voting.people) == 3


def test_a_wrong_code_lets_nobody_in_and_keeps_the_role_that_was_chosen(room: Room) -> None:
    page = room.participant(join=False).join("WRONG2", "product")
    assert page.status_code == 403
    assert words("room.code-wrong") in page.text
    assert '<option value="product" selected>' in page.text
    assert not room.room_state.voting.people


@pytest.mark.parametrize("role", ["", "emperor"])
def test_a_role_is_one_of_the_rooms(room: Room, role: str) -> None:
    page = room.participant(join=False).join(room.keys.code, role)
    assert page.status_code == 422
    assert words("room.role-missing") in page.text


def test_the_lobby_says_what_this_is_who_you_are_what_comes_and_what_is_kept(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.post("/console/timer/set", minutes=90, people=9)
    assert words("room.lobby-leads", who="") not in one.get().text
    room.room_state.leads = "Kim <b>"
    assert "Kim &lt;b&gt; runs this workshop." in one.get("/projector").text, (
        "the wall says so, too"
    )
    page = BeautifulSoup(one.get().text, "html.parser").get_text()
    assert words("room.lobby-leads", who="Kim <b>") in page
    keys = ("wall-about", "lobby-next-1", "lobby-next-4", "lobby-kept", "lobby-follow")
    assert all(words(f"room.{name}") in page for name in keys)
    assert words("room.lobby-role", role="engineering") in page
    assert words("room.privacy-role", n=2) in page
    assert CONTENT.agenda.blocks[0].title in page


def test_each_page_of_a_vote_says_what_happens_now(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    for number, more in ((1, ""), (2, "-second")):
        chair.ask("lead", number)
        assert words(f"room.kept-next{more}") in one.vote("lead", "product", number=number).text
        chair.reveal("lead", number)
        assert words(f"room.shown-next{more}") in one.get().text
    chair.post("/console/decide", question="lead", choice="product")
    assert words("room.shown-next-second") not in one.get().text


def test_joining_again_from_the_same_browser_makes_no_second_person(room: Room) -> None:
    one = room.participant()
    one.join(room.keys.code, "research")
    assert len(room.room_state.voting.people) == 1
    assert next(iter(room.room_state.voting.people.values())).role == "product"


def test_a_name_belongs_to_one_person_of_a_named_room(any_place: Path | str) -> None:
    with serve(any_place, "named") as room:
        assert (
            room.participant(join=False).join(room.keys.code, "product", "Ana").status_code == 200
        )
        page = room.participant(join=False).join(room.keys.code, "product", " ana ")
        assert page.status_code == 422
        assert words("room.name-taken") in page.text
        assert room.participant(join=False).join(room.keys.code, "product", " ").status_code == 422


def test_whoever_only_watches_sees_the_wall_and_cannot_vote(room: Room) -> None:
    watcher = room.participant(join=False)
    page = watcher.join(room.keys.code, how="watch")
    assert page.url.path == "/projector"
    assert room.keys.code[:3] in page.text
    room.facilitator().ask("lead")
    assert watcher.vote("lead", "product").status_code == 403
    assert not room.room_state.voting.people


def test_the_wall_is_not_shown_to_strangers(room: Room) -> None:
    for path in ("/projector", "/results", "/shared"):
        assert room.keys.code not in room.participant(join=False).get(path).text.replace(" ", "")


# -- voting ------------------------------------------------------------------------------------


def test_a_room_goes_from_question_to_decision_with_plain_forms(room: Room) -> None:
    chair = room.facilitator()
    people = [room.participant() for _ in range(5)]
    chair.ask("lead")
    page = people[0].get()
    assert CONTENT.question("lead").ask == heading(page.text)
    assert CONTENT.lead("product").fails in page.text
    for one, value in zip(people, ("research", *["product"] * 4), strict=True):
        page = one.vote("lead", value, f"because {value}")
        assert words("room.kept-title") in page.text
    assert words("room.voted-count", voted=5, n=5) in chair.get("/console").text
    chair.close("lead")
    assert words("room.closed-title") == heading(people[0].get().text)
    assert "because research" not in people[1].get().text
    chair.reveal("lead")
    page = people[1].get()
    assert words("room.tally-agree", most=4, n=5, label="Product-led") in page.text
    facts = [f.get_text() for f in BeautifulSoup(page.text, "html.parser").select(".said")]
    assert facts[0] == "because research", "who stands alone is heard first"
    chair.ask("lead", 2)
    for one in people:
        one.vote("lead", "product", number=2)
    chair.reveal("lead", 2)
    page = people[0].get()
    assert words("room.tally-all", n=5, label="Product-led") in page.text
    assert words("room.tally-moved", n=1, stayed=4) in page.text
    chair.post("/console/discuss", question="lead", note="Ana told of the last launch.\nLong.")
    chair.post("/console/decide", question="lead", choice="product", dissent="One would wait.")
    assert "One would wait." in people[0].get().text
    session = Session.open(room.place, create=False)
    assert session.answers.lead == "product"
    assert session.notes("discussed")[0].body["note"] == "Ana told of the last launch.\nLong."
    (vote,) = session.answers_with_votes().votes or ()
    assert vote.notes == ("Ana told of the last launch.\nLong.",)
    decided = session.notes("decided")[0].body
    recorded = (decided["question"], decided["value"], decided["dissent"])
    assert recorded == ("lead", "product", "One would wait.")
    session.close()


def test_a_vote_sent_twice_counts_once_and_the_last_one_counts(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("lead")
    for value in ("research", "research", "engineering"):
        assert one.vote("lead", value, f"fact {value}").status_code == 200
    chair.close("lead")
    assert [(v["value"], v["fact"]) for v in votes(room.place)] == [
        ("engineering", "fact engineering")
    ]


def test_an_earlier_choice_is_nowhere_in_the_file_after_the_vote(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("lead")
    one.vote("lead", "research", "changed-my-mind-4711")
    one.vote("lead", "product")
    chair.close("lead")
    room.stop()
    room.session = Session.open(room.place)
    stored = stored_bytes(room.place)
    assert b"changed-my-mind-4711" not in stored


def test_whoever_comes_back_is_where_they_were(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    assert heading(one.get().text) == words("room.waiting-title")
    chair.ask("lead")
    assert heading(one.get().text) == heading(one.get().text) == CONTENT.question("lead").ask
    one.vote("lead", "product")
    for _ in range(2):
        assert words("room.kept-title") in one.get().text
    assert room.room_state.voting.current
    assert len(room.room_state.voting.current.slips) == 1


def test_a_vote_after_the_close_changes_nothing(room: Room) -> None:
    chair, one, late = room.facilitator(), room.participant(), room.participant()
    chair.ask("lead")
    one.vote("lead", "product")
    chair.close("lead")
    assert words("room.closed-missed") in late.get().text
    assert words("room.closed-missed") not in one.get().text
    for who in (one, late):
        page = who.vote("lead", "research")
        assert page.status_code == 409
        assert words("room.vote-is-over") in page.text
    chair.reveal("lead")
    assert late.vote("lead", "research").status_code == 409
    assert [v["value"] for v in votes(room.place)] == ["product"]


def test_a_closed_vote_can_be_opened_again_until_it_is_shown(room: Room) -> None:
    chair, one, late = room.facilitator(), room.participant(), room.participant()
    chair.ask("lead")
    one.vote("lead", "product")
    chair.close("lead")
    chair.ask("lead")
    late.vote("lead", "research")
    one.vote("lead", "engineering")
    chair.reveal("lead")
    assert chair.ask("lead").status_code == 409
    page = late.get().text
    assert re.findall(r"(\d) of 2</span>", page) == ["1", "1", "0"]


def test_no_choice_is_told_and_what_was_written_stays_on_the_page(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("lead")
    for value in ([], "emperor", ["product", "research"]):
        page = one.vote("lead", value, "a fact that took long to write")
        assert page.status_code == 422
        assert words("room.choose-one") in page.text
        assert "a fact that took long to write</textarea>" in page.text
    assert not room.session.box()


def test_i_dont_know_is_counted_apart_and_never_wins(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(5)]
    for question in ("lead", "duties.paged", "evaluation_set_authors"):
        chair.ask(question)
        cast = ("product", "product", "unknown", "unknown", "unknown")
        for one, value in zip(people, cast, strict=True):
            one.vote(question, value, "nobody told us" if value == "unknown" else "")
        chair.reveal(question)
        page = BeautifulSoup(people[0].get().text, "html.parser")
        assert words("room.tally-unknown", n=3) in page.get_text(), question
        assert [f.get_text() for f in page.select(".facts b")] == ["I don't know"] * 3
        (row,) = (r for r in page.select("tbody tr") if "roduct" in r.th.get_text())  # type: ignore[union-attr]
        assert "2 of 2" in row.get_text()
    votes = room.session.answers_with_votes().votes or ()
    assert [(v.rounds[0].cast, v.rounds[0].unknown) for v in votes] == [(2, 3)] * 3
    frame = room.session.votes_frame().reset_index()
    apart = frame[frame.choice == "unknown"]
    assert list(apart["count"]) == [3, 3, 3]
    assert not apart.leading.any()
    assert apart.share.isna().all()


def test_if_everybody_says_i_dont_know_wall_pack_and_export_say_so(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(2)]
    chair.ask("duties.ship")
    for one in people:
        one.vote("duties.ship", [], other="No idea")
    chair.reveal("duties.ship")
    sentence = words("room.tally-unknown-only", n=2)
    assert all(
        sentence in html.unescape(chair.get(p).text) for p in ("/projector", "/console/results")
    )
    assessment = assess(room.session.answers_with_votes(), CONTENT)
    shown = blocks_to_text(exhibits.votes(assessment).blocks)
    assert " ".join(words("votes.all-unknown", n=2).split()) in " ".join(shown.split())
    assert list(room.session.votes_frame()["count"]) == [2]


def test_i_dont_know_beside_an_answer_is_told_and_nothing_is_lost(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    for question in ("duties.paged", "evaluation_set_authors"):
        chair.ask(question)
        page = one.vote(question, "unknown", "a long fact", other="Search")
        assert page.status_code == 422
        assert words("room.unknown-alone") in html.unescape(page.text)
        assert "a long fact</textarea>" in page.text
        assert not room.session.box()
        chair.close(question)


def test_the_wall_says_what_else_may_be_chosen_and_a_drill_is_no_first_vote(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("lead")
    assert words("room.wall-also") in chair.get("/projector").text
    chair.close("lead")
    assert words("room.wall-also") not in chair.get("/projector").text
    chair.ask("duties.paged")
    assert words("room.wall-also-team") in chair.get("/projector").text
    chair.close("duties.paged")
    drill = CONTENT.drills[0]
    key = f"drills.{drill.id}.minute_{drill.moments[0].minute}"
    chair.ask(key)
    for page in (chair.get("/projector"), one.get("/"), chair.get("/console")):
        over = BeautifulSoup(page.text, "html.parser").select_one(".over")
        assert over is not None
        assert over.get_text().startswith(room.room_state.poll(key).name)
    chair.close(key)
    chair.post("/console/type", ask="What matters?", choices="A\nB", asks_about="today", dots=2)
    assert 'name="fact"' not in one.get("/").text, "nobody saw what is a year ahead"
    assert words("room.ballot-silence-dots") in one.get("/").text


def test_nobody_beside_a_team_is_told_and_nothing_is_lost(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("evaluation_set_authors")
    for given in ({"other": "Nobody"}, {"other": "data, no one"}):
        page = one.vote("evaluation_set_authors", "research", "a long fact", **given)
        assert page.status_code == 422
        assert words("room.nobody-alone") in html.unescape(page.text)
        assert "a long fact</textarea>" in page.text
    assert one.vote("evaluation_set_authors", ["research", "nobody"]).status_code == 422
    assert one.vote("evaluation_set_authors", ["nobody"]).status_code == 200
    assert one.vote("evaluation_set_authors", ["research", "data"]).status_code == 200


def test_with_names_the_wall_says_whose_fact_it_is(tmp_path: Path) -> None:
    for privacy in ("named", "role"):
        with serve(tmp_path / f"{privacy}.workshop", privacy) as room:  # type: ignore[arg-type]
            one, chair = room.participant(), room.facilitator()
            chair.ask("lead")
            one.vote("lead", "product", "It broke in March")
            chair.reveal("lead")
            shown = BeautifulSoup(chair.get("/projector").text, "html.parser").select_one(".facts")
            assert shown is not None
            assert ("(Person 1 · product)" in shown.get_text()) == (privacy == "named")


def test_a_ballot_names_the_model_and_says_what_it_asks_about(room: Room) -> None:
    room.session.give(("model",), "Ranking <2>")
    chair, one = room.facilitator(), room.participant()
    chair.ask("lead")
    page = BeautifulSoup(one.get().text, "html.parser")
    assert page.select_one(".when").get_text(" ", strip=True) == (  # type: ignore[union-attr]
        "As it is today for the model “Ranking <2>”"
    )
    assert not page.select("details[open]"), "what explains a choice is folded"
    chair.close("lead")
    chair.ask("chosen_pattern")
    page = BeautifulSoup(one.get().text, "html.parser")
    assert page.select_one(".when").get_text(" ", strip=True) == (  # type: ignore[union-attr]
        "As it is to be from now on"
    )


HOSTILE = "<script>alert(1)</script> {{ 7 * 7 }} =HYPERLINK(1)"


def test_a_question_typed_on_the_spot_is_voted_shown_discussed_and_kept(
    room: Room, tmp_path: Path
) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(4)]
    page = chair.post("/console/type", ask=HOSTILE, choices="Yes\n\nNo\n yes \n=1+1")
    (key,) = room.room_state.voting.own
    assert key.startswith("own.")
    assert page.status_code == 200
    ballot = BeautifulSoup(people[0].get().text, "html.parser")
    assert heading(str(ballot)) == HOSTILE
    offered = [label.get_text() for label in ballot.select(".choice label")]
    assert offered == ["Yes", "No", "=1+1", "I don't know"]
    for one, value in zip(people, ("Yes", "No", "No", "unknown"), strict=True):
        assert one.vote(key, value, f"because {value}").status_code == 200
    assert people[0].vote(key, "perhaps").status_code == 422
    chair.reveal(key)
    for path in ("/console", "/projector", "/results"):
        shown = BeautifulSoup(chair.get(path).text, "html.parser")
        assert HOSTILE in shown.get_text(), path
        assert "alert(1)" not in "".join(s.get_text() for s in shown("script")), path
    chair.ask(key, 2)
    for one in people:
        one.vote(key, "No", number=2)
    chair.reveal(key, 2)
    chair.post("/console/discuss", question=key, note="We talked.")
    answer = chair.post("/console/decide", question=key, choice="No", dissent="Ana would.")
    assert answer.status_code == 200
    assert "Ana would." in people[0].get().text
    room.session.refresh()
    answers = room.session.answers_with_votes()
    (vote,) = answers.votes or ()
    assert (vote.asked, vote.decision, vote.dissent) == (HOSTILE, "No", ("Ana would.",))
    assert not answers.decisions
    assert [c.count for c in vote.rounds[0].choices] == [1, 2, 0]
    saved = tmp_path / "answers.yaml"
    saved.write_text(answers_text(room.session), "utf-8")
    assert read_answers(saved, CONTENT).votes == (vote,)
    shown = " ".join(blocks_to_text(exhibits.votes(assess(answers, CONTENT)).blocks).split())
    assert HOSTILE in shown
    table = votes_file(room.session.votes_frame, ".csv").decode("utf-8-sig")
    assert "'=1+1" in table
    assert HOSTILE in pd.read_csv(io.StringIO(table)).asked[0]


@pytest.mark.parametrize("about", ["today", "from-now-on"])
def test_a_decision_on_a_typed_question_has_an_owner_and_a_date_everywhere(
    room: Room, about: str
) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(3)]
    ask = "Do we hire a second platform engineer?"
    chair.post("/console/type", ask=ask, choices="Yes, in spring\nNo", asks_about=about)
    (key,) = room.room_state.voting.own
    for one, value in zip(people, ("Yes, in spring", "Yes, in spring", "No"), strict=True):
        one.vote(key, value)
    chair.reveal(key)
    filled = form_of(chair.get("/console").text, "record-form")
    assert {"owner", "due", "revisit_on", "rejected", "if", "then"} <= filled.keys()
    made = {"choice": "Yes, in spring", "dissent": "Product: too early.", "owner": "Vera Lindt"}
    made |= {"due": DUE, "revisit_on": AGAIN}
    page = chair.post("/console/decide", **{**filled, **made})
    assert words("room.said-recorded") in html.unescape(page.text)
    assert on_record(room) == {
        "decision": ask,
        "chosen": "Yes, in spring",
        "dissent": "Product: too early.",
        "owner": "Vera Lindt",
        "due": DUE,
        "revisit_on": AGAIN,
    }
    who = words("room.record-both", owner="Vera Lindt", due=DUE_WORDS)
    chair.post("/console/wall", show="decisions")
    for page in (chair.get("/projector"), people[0].get("/results")):
        shown = BeautifulSoup(page.text, "html.parser").get_text()
        assert shown.count(who) == shown.count("Product: too early.") == 1
    (listed,) = BeautifulSoup(chair.get("/console").text, "html.parser").select("#owners ~ form h3")
    assert ask in listed.get_text()
    filled = form_of(chair.get("/console").text, "record-form")
    assert (filled["choice"], filled["owner"]) == (["Yes, in spring"], "Vera Lindt")
    answers = room.session.answers_with_votes()
    assessment = assess(answers, CONTENT)
    (action,) = (a for a in report(assessment).actions if a.owner == "Vera Lindt")
    assert action.due == DUE
    text = " ".join(blocks_to_text(exhibits.votes(assessment).blocks).split())
    assert text.count(f"Yes, in spring, Vera Lindt, by {DUE_WORDS}") == 1
    assert text.count("Product: too early.") == 1
    (again,) = decided_on(answers)
    assert (again.owner, str(again.revisit_on)) == ("Vera Lindt", AGAIN)
    undo = console_undo(chair)
    assert undo == words("room.undo-decided")


def test_what_was_decided_in_a_sentence_gets_its_owner_where_all_decisions_are(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.post("/console/type", ask="What comes first", choices="", asks_about="from-now-on")
    (key,) = room.room_state.voting.own
    one.vote(key, "", other="The evaluation set")
    chair.reveal(key)
    said = {"question": key, "other": "The evaluation set", "dissent": "Ops: alerts."}
    chair.post("/console/decide", **said)
    assert not room.session.answers.decisions, "a sentence needs neither owner nor date"
    owners = BeautifulSoup(chair.get("/console").text, "html.parser").select("#owners ~ form")
    (listed,) = (form for form in owners if form.select_one(f"[value='{key}']"))
    assert "The evaluation set" in listed.get_text()
    chair.post("/console/owner", decision=key, owner="", due="")
    assert not room.session.answers.decisions
    chair.post("/console/owner", decision=key, owner="Ana", due=DUE)
    made = on_record(room)
    assert (made["chosen"], made["owner"], made["due"]) == ("The evaluation set", "Ana", DUE)
    assert made["dissent"] == "Ops: alerts."
    (vote,) = room.session.answers_with_votes().votes or ()
    assert vote.dissent is None, "the decision has it"
    last = room.room_state.voting.last_action()
    assert last is not None
    chair.post("/console/undo", seq=last.seq)
    room.session.refresh()
    assert not room.session.answers.decisions
    (vote,) = room.session.answers_with_votes().votes or ()
    assert (vote.decision, vote.dissent) == ("The evaluation set", ("Ops: alerts.",))


def test_the_reply_to_a_dissent_is_shown_below_it(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("lead")
    one.vote("lead", "research")
    chair.reveal("lead")
    said = {"dissent": "Product: we know the users.", "reply": "Product chairs the review."}
    record = {"question": "lead", "choice": "research", "on_record": "true"}
    chair.post("/console/decide", **record, **said)
    pages = [("/projector", chair), ("/", one), ("/results", one), ("/console", chair)]
    for path, who in pages:
        text = BeautifulSoup(who.get(path).text, "html.parser").select_one(".decided")
        assert text is not None
        assert said["reply"] in text.get_text().split(said["dissent"])[1], path
    chair.post("/console/wall", show="decisions")
    (made,) = BeautifulSoup(chair.get("/projector").text, "html.parser").select(".made li")
    assert made.get_text().endswith(f"{words('room.decided-reply')} {said['reply']}")


def test_a_typed_question_that_stays_open_has_who_decides_and_by_when(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.post("/console/type", ask="Build or buy?", choices="Build\nBuy", asks_about="from-now-on")
    (key,) = room.room_state.voting.own
    one.vote(key, "Buy")
    chair.reveal(key)
    said = {"dissent": "Ana: build.\nBo: buy.", "owner": "Eva", "due": DUE}
    chair.post("/console/decide", question=key, **said)
    (made,) = room.session.answers.decisions or ()
    assert made.is_open
    assert made.owner == "Eva"
    chair.post("/console/wall", show="decisions")
    shown = chair.get("/projector").text
    assert words("room.overview-open") in shown
    assert words("room.record-both", owner="Eva", due=DUE_WORDS) in html.unescape(shown)


def console_undo(chair: Facilitator) -> str:
    return (
        BeautifulSoup(chair.get("/console").text, "html.parser")
        .select_one("#undo button")
        .get_text()
    )  # type: ignore[union-attr]


def test_a_question_in_free_words_counts_spellings_together(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(4)]
    chair.post("/console/type", ask="What stops us?", choices=" ", asks_about="from-now-on")
    (key,) = room.room_state.voting.own
    typed = ("Nobody owns the data", "nobody  owns the DATA", "none", "")
    for one, words_ in zip(people, typed, strict=True):
        one.vote(key, "" if words_ else "unknown", other=words_)
    chair.reveal(key)
    (vote,) = room.session.answers_with_votes().votes or ()
    assert sorted(counted.count for counted in vote.rounds[0].choices) == [1, 2]
    assert {c.label for c in vote.rounds[0].choices} == {"Nobody owns the data", "none"}
    assert vote.rounds[0].unknown == 1
    assert vote.asks_about == "from-now-on"


def test_a_pre_mortem_follows_a_decision_and_its_answers_get_dots(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(5)]
    assert chair.post("/console/pre-mortem", question="lead").status_code == 409
    chair.ask("lead")
    people[0].vote("lead", "product")
    chair.reveal("lead")
    assert words("room.pre-mortem-button") not in chair.get("/console").text
    chair.post("/console/decide", question="lead", choice="product")
    assert words("room.pre-mortem-button") not in chair.get("/console").text, "it is so today"
    chair.post("/console/decide", question="lead", choice="product", on_record="true")
    assert words("room.pre-mortem-button") in chair.get("/console").text
    chair.post("/console/pre-mortem", question="lead")
    ask = words("room.pre-mortem-ask-of", ask=CONTENT.question("lead").ask, chosen="Product-led")
    assert heading(people[0].get().text) == ask
    (key,) = room.room_state.voting.own
    typed = ("No data", "no DATA", "Nobody was paged", "<i>", "Too slow")
    for one, text in zip(people, typed, strict=True):
        one.vote(key, "", other=text)
    chair.reveal(key)
    chair.post("/console/dots", question=key)
    _, dots = room.room_state.voting.own
    ballot = BeautifulSoup(people[0].get().text, "html.parser")
    assert heading(str(ballot)) == words("room.dots-ask", ask=ask)
    given = [box["value"] for box in ballot.select("[type=checkbox]")]
    assert given[0].casefold() == "no data"
    assert {*given[1:]} == {"<i>", "Nobody was paged", "Too slow", "unknown"}
    for cast in ([], given[:4], ["made up"]):
        page = people[0].vote(dots, cast)
        assert page.status_code == 422
        assert words("room.choose-up-to", n=3) in html.unescape(page.text)
    for one, cast in zip(people, (given[:3], given[:1], given[:2], ["unknown"]), strict=False):
        assert one.vote(dots, cast).status_code == 200
    chair.reveal(dots)
    chair.post("/console/decide", question=dots, choice=given[0])
    assert words("room.pre-mortem-button") not in chair.get("/console").text
    votes = {v.question: v for v in room.session.answers_with_votes().votes or ()}
    assert votes[dots].several
    assert (votes[dots].rounds[0].cast, votes[dots].rounds[0].unknown) == (3, 1)
    assert [c.count for c in votes[dots].rounds[0].choices if c.value == given[0]] == [3]
    shown = blocks_to_text(
        exhibits.votes(assess(room.session.answers_with_votes(), CONTENT)).blocks
    )
    assert "Nobody was paged" in shown


def test_a_typed_question_waits_for_later_and_says_what_is_missing(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    for ask, choices, word in (
        (" ", "", "own-ask-missing"),
        ("Which?", "Only one", "own-choices"),
        ("Which?", "\n".join(map(str, range(13))), "own-choices"),
        ("Which?", "short\n" + "x" * 81, "own-choices"),
        ("Which?", "Yes\nI don't know", "own-choices"),
    ):
        page = chair.post("/console/type", ask=ask, choices=choices)
        assert page.status_code == 422, ask
        assert words(f"room.{word}", most=12, longest=80) in html.unescape(page.text)
    assert not room.room_state.voting.own
    chair.ask("lead")
    assert chair.post("/console/type", ask="Und jetzt?").status_code == 409
    page = chair.post("/console/type", ask="Und jetzt?", later="true")
    assert words("room.said-typed") in html.unescape(page.text)
    chair.post("/console/type", ask="Und jetzt?", later="true")
    assert list(room.room_state.voting.own) == ["own.und-jetzt", "own.und-jetzt-2"]
    chair.reveal("lead")
    assert chair.ask("own.und-jetzt").status_code == 200
    assert heading(one.get().text) == "Und jetzt?"


def undo(chair: Any) -> str:
    """Press the console's undo; return the words that were on it."""
    page = BeautifulSoup(chair.get("/console").text, "html.parser")
    form = page.select_one('form[action="/console/undo"]')
    assert form is not None, "there is nothing to take back"
    seq = form.select_one("[name=seq]")["value"]  # type: ignore[index]
    assert words("room.said-undone") in chair.post("/console/undo", seq=seq).text
    return form.get_text(strip=True)


def test_undo_takes_the_facilitators_actions_back_one_by_one(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("maturity")
    assert undo(chair) == words("room.undo-asked", ask=CONTENT.question("maturity").ask)
    assert heading(one.get().text) == words("room.waiting-title")
    chair.ask("lead")
    one.vote("lead", "product", "It broke in March")
    assert 'action="/console/undo"' not in chair.get("/console").text, "a ballot would be lost"
    chair.close("lead")
    assert undo(chair) == words("room.undo-closed")
    one.vote("lead", "research", "It broke in May")
    chair.reveal("lead")
    chair.post("/console/fact", question="lead", fact="It broke in May", hide="true")
    assert "It broke in May" not in one.get("/results").text
    assert undo(chair) == words("room.undo-reworded")
    assert "It broke in May" in one.get().text
    chair.post("/console/discuss", question="lead", note="Said aloud.")
    assert undo(chair) == words("room.undo-discussed")
    page = chair.get("/console").text
    assert "Said aloud." not in page
    assert words("room.console-note-about") in page, "it is in no pack, so nobody counts on it"
    chair.post("/console/decide", question="lead", choice="product", dissent="No.")
    chair.post("/console/decide", question="lead", choice="research", dissent="No!")
    room.session.refresh()
    assert room.session.answers.lead == "research"
    assert undo(chair) == words("room.undo-answered")
    assert room.session.answers.lead == "product"
    assert "No!" not in one.get().text
    assert undo(chair) == words("room.undo-answered")
    assert room.session.answers.lead is None
    assert undo(chair) == words("room.undo-revealed")
    assert heading(one.get().text) == words("room.closed-title")
    assert 'action="/console/undo"' not in chair.get("/console").text
    assert chair.ask("lead").status_code == 409, "who has seen the votes votes no more"
    chair.reveal("lead")
    place, voting = room.place, room.room_state.voting
    again = Session.open(place, create=False)
    replayed = Voting.of(again.since(0), again.box())
    again.close()
    assert (replayed.asked, replayed.current) == (voting.asked, voting.current)


def test_owner_and_date_of_an_earlier_decision_are_completed_on_the_console(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    for question, choice in (("chosen_pattern", "federated"), ("lead", "product")):
        chair.ask(question)
        one.vote(question, choice)
        chair.reveal(question)
        chair.post("/console/decide", question=question, choice=choice, on_record="true")
    room.session.refresh()
    item = room.session.items("decisions")[0][0]
    before = room.room_state.stage()
    answer = chair.post("/console/owner", decision=item, owner=" Ana ", due=DUE)
    assert words("room.said-recorded") in answer.text
    room.session.refresh()
    first, second = room.session.answers.decisions or ()
    assert (first.owner, str(first.due), second.owner) == ("Ana", DUE, None)
    assert room.room_state.stage() == before, "the wall shows the other one"
    latest = room.session.items("decisions")[1][0]
    chair.post("/console/owner", decision=latest, owner="Ben", due="")
    page = BeautifulSoup(chair.get("/console").text, "html.parser")
    named = [one["value"] for one in page.select("#known-owners option")]
    assert named == ["Ana", "Ben"], "one person is not written in two ways"
    assert {one.get("list") for one in page.select("[name=owner]")} == {"known-owners"}
    assert room.room_state.stage() != before
    assert "Ben" in one.get().text
    assert undo(chair) == words("room.undo-completed")
    room.session.refresh()
    first, second = room.session.answers.decisions or ()
    assert (first.owner, second.owner) == ("Ana", None), "the last one alone"
    assert "Ben" not in one.get().text
    assert chair.post("/console/owner", decision=item, owner="", due="tomorrow").status_code == 422
    chair.post("/console/owner", decision=item, owner="", due=DUE)
    room.session.refresh()
    assert room.session.answers.decisions[0].owner is None  # type: ignore[index]
    before = chair.get("/console/events?once").json()["mark"]
    room.session.remove("decisions", item)
    assert chair.get("/console/events?once").json()["mark"] != before, "a notebook is followed"
    assert chair.post("/console/owner", decision=item, owner="Ana").status_code == 409


def test_a_safeguard_after_a_pre_mortem_gets_its_owner_and_date_on_the_console(
    room: Room,
) -> None:
    chair, one = room.facilitator(), room.participant()
    assert 'action="/console/action"' not in chair.get("/console").text, "nothing was voted on yet"
    chair.ask("chosen_pattern")
    one.vote("chosen_pattern", "federated")
    chair.reveal("chosen_pattern")
    choices = "No time was freed\nThe <budget> was cut"
    chair.post("/console/type", ask="What do we fear?", choices=choices, asks_about="today", dots=2)
    key = room.room_state.voting.current.question  # type: ignore[union-attr]
    one.vote(key, ["The <budget> was cut"])
    chair.reveal(key)
    page = BeautifulSoup(chair.get("/console").text, "html.parser")
    offered = [option["value"] for option in page.select("#owners-answers option")]
    assert offered == ["The <budget> was cut"]
    given = {"what": "Ask for a budget <of> two people", "owner": "Ana", "due": DUE}
    assert words("room.said-added") in chair.post("/console/action", **given).text
    room.session.refresh()
    (made,) = room.session.answers.decisions or ()
    assert (made.decision, made.owner, str(made.due)) == (*list(given.values())[:2], DUE)
    assert not made.sets
    chair.post("/console/wall", show="decisions")
    wall = BeautifulSoup(chair.get("/projector").text, "html.parser").select_one(".made li")
    assert wall is not None
    assert wall.get_text(" ", strip=True) == f"{given['what']} Ana, by {DUE_WORDS}"
    for wrong in ({"what": " "}, {"what": "x", "due": "soon"}):
        assert chair.post("/console/action", **wrong).status_code == 422
    assert undo(chair) == words("room.undo-added", ask=given["what"])
    room.session.refresh()
    assert not room.session.answers.decisions


def test_a_vote_that_was_shown_before_anybody_voted_can_be_opened_again(room: Room) -> None:
    chair, person = room.facilitator(), room.participant()
    chair.post("/console/pre-mortem")
    (key,) = room.room_state.voting.asked
    chair.reveal(key)
    assert undo(chair) == words("room.undo-revealed")
    assert undo(chair) == words("room.undo-closed")
    assert person.vote(key, "", other="Nobody had the time").status_code == 200
    chair.reveal(key)
    assert "Nobody had the time" in person.get().text
    assert undo(chair) == words("room.undo-revealed")
    assert chair.ask(key).status_code == 409, "what is written is seen"


def test_what_is_sent_again_as_it_was_is_done_once(room: Room) -> None:
    """Its answer may have been lost, or not be there yet."""
    chair, person = room.facilitator(), room.participant()
    chair.ask("lead")
    person.vote("lead", "product")
    chair.reveal("lead")
    slips = [new_secret() for _ in range(2)]
    with ThreadPoolExecutor(4) as threads:
        given = {"what": "Do it", "slip": slips[0]}
        sent = [threads.submit(chair.post, "/console/action", **given) for _ in range(4)]
    assert [one.result().status_code for one in sent] == [200] * 4
    assert len(room.session.items("decisions")) == 1
    chair.post("/console/action", what="Do it", slip=slips[1])
    assert len(room.session.items("decisions")) == 2, "of another page it is another one"
    for what in ("", "Do it", "Do it"):
        chair.post("/console/action", what=what, slip=slips[0])
    assert len(room.session.items("decisions")) == 2
    chair.post("/console/timer/set", minutes=90, people=6)
    chair.post("/console/timer/act", what="block-begun", block="vote")
    for slip in (slips[0], slips[0], slips[1]):
        chair.post("/console/timer/act", what="block-extended", slip=slip)
    room.session.refresh()
    assert [e.kind for e in room.session.since(0)].count("block-extended") == 2


def test_the_console_gives_the_number_that_the_paper_ballot_has(room: Room) -> None:
    chair = room.facilitator()
    code = vote_codes(CONTENT)["duties.paged"]
    assert code != "3"
    chair.ask("duties.paged")
    page = BeautifulSoup(chair.get("/console").text, "html.parser")
    number = words("room.console-ballot", code=code)
    assert number in page.select_one("#now").parent.get_text()  # type: ignore[union-attr]
    assert page.select_one(".questions").get_text().count(words("room.console-ballot", code="")) > 5  # type: ignore[union-attr]
    label = page.select_one('label[for="paper-code"]')
    assert label.get_text() == words("room.paper-code", ballot=code)  # type: ignore[union-attr]


def test_the_history_names_who_runs_the_room_and_undo_finds_the_change(room: Room) -> None:
    room.room_state.leads = "Ana <b>Cole</b>"
    chair, one = room.facilitator(), room.participant()
    chair.ask("lead")
    one.vote("lead", "product")
    chair.reveal("lead")
    chair.post("/console/decide", question="lead", choice="product", on_record="true")
    room.session.refresh()
    made = room.session.history()
    assert {c.who for c in made} == {"Ana <b>Cole</b>"}
    assert {e.who for e in room.session.since(0) if e.kind == "voted"} <= {"room"}, "nobody's vote"
    undo(chair)
    room.session.refresh()
    assert not room.session.answers.decisions


def test_without_a_name_the_history_says_where_it_was_recorded(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("lead")
    one.vote("lead", "product")
    chair.reveal("lead")
    chair.post("/console/decide", question="lead", choice="product")
    room.session.refresh()
    (line,) = history_lines(room.session)
    assert "the console of the room: lead: not answered → product" in line
    undo(chair)
    room.session.refresh()
    assert room.session.answers.lead is None


def test_undo_removes_a_decision_that_was_put_on_record(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("chosen_pattern")
    one.vote("chosen_pattern", "federated")
    chair.reveal("chosen_pattern")
    record = {
        "question": "chosen_pattern",
        "on_record": "true",
        "owner": "Ana",
        "due": DUE,
    }
    chair.post("/console/decide", choice="federated", **record)
    room.session.refresh()
    assert room.session.answers.decisions
    undo(chair)
    room.session.refresh()
    assert not room.session.answers.decisions
    assert room.session.answers.chosen_pattern is None
    assert "Ana" not in one.get().text


def test_an_undo_keeps_gone_what_a_notebook_has_taken_back(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("lead")
    one.vote("lead", "product")
    chair.reveal("lead")
    chair.post("/console/decide", question="lead", choice="product")
    room.session.refresh()
    (change, *_others) = room.session.history()
    room.session.undo(change.seq)
    assert room.session.answers.lead is None
    undo(chair)
    room.session.refresh()
    assert room.session.answers.lead is None


def test_a_vote_after_the_file_was_deleted_is_not_said_to_be_kept(tmp_path: Path) -> None:
    with serve(tmp_path / "session.workshop", "role") as room:
        chair, one = room.facilitator(), room.participant()
        chair.ask("lead")
        (tmp_path / "session.workshop").unlink()
        refused = one.vote("lead", "product")
        assert refused.status_code == 503
        assert words("room.not-saved-short") in refused.text
        why = BeautifulSoup(chair.close("lead").text, "html.parser").get_text()
        assert "this file is gone" in why
        assert words("room.said-copied", place="")[:12] in chair.post("/console/copy").text
        (copied,) = tmp_path.glob("session-copy-*.workshop")
        with closing(Session.open(copied, create=False)) as session:
            assert "lead" in Voting.of(session.since(0)).asked


def test_undo_is_not_offered_for_a_decision_that_a_notebook_has_taken_back(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("chosen_pattern")
    one.vote("chosen_pattern", "federated")
    chair.reveal("chosen_pattern")
    record = {"question": "chosen_pattern", "on_record": "true", "owner": "Ana"}
    chair.post("/console/decide", choice="federated", **record)
    room.session.refresh()
    offers = 'action="/console/undo"'
    assert offers in chair.get("/console").text
    made = [c.seq for c in room.session.history()]
    for change in made:
        room.session.undo(change)
    assert not room.session.answers.decisions
    assert offers not in chair.get("/console").text
    for change in made:
        room.session.undo(change)
    assert offers in chair.get("/console").text, "the notebook has it again"


def test_an_undo_of_what_is_no_longer_the_last_action_changes_nothing(room: Room) -> None:
    chair = room.facilitator()
    chair.post("/console/type", ask="Why?", later="true")
    seq = re.search(r'name="seq" value="(\d+)"', chair.get("/console").text)[1]  # type: ignore[index]
    chair.post("/console/type", ask="How?", later="true")
    refused = chair.post("/console/undo", seq=seq)
    assert refused.status_code == 409
    assert words("room.undo-too-late") in html.unescape(refused.text)
    assert len(room.room_state.voting.own) == 2
    for _ in range(2):
        undo(chair)
    assert not room.room_state.voting.own


def test_votes_for_a_question_that_is_not_open_are_refused(room: Room) -> None:
    one = room.participant()
    assert one.vote("lead", "product").status_code == 404
    room.facilitator().ask("lead")
    assert one.vote("maturity", "3").status_code == 404
    assert one.vote("lead", "product", number=2).status_code == 404


# -- team questions ----------------------------------------------------------------------------


def test_a_team_may_be_chosen_or_typed_and_its_spellings_are_one(room: Room) -> None:
    room.session.give(("builder",), "Ranking Crew")
    chair = room.facilitator()
    people = [room.participant() for _ in range(5)]
    chair.ask("duties.paged")
    assert "Ranking Crew" in people[0].get().text
    for one, (choice, other) in zip(
        people,
        (
            ("platform", ""),
            ("", "Platform Team"),
            ("", "ranking crew"),
            ("", "No one"),
            ("", "Ops"),
        ),
        strict=True,
    ):
        one.vote("duties.paged", choice, other=other)
    chair.reveal("duties.paged")
    assert sorted(v["value"] for v in votes(room.place)) == [
        "Ops",
        "Ranking Crew",
        "nobody",
        "platform",
        "platform",
    ]


def test_authors_of_the_evaluation_set_are_several_teams_of_one_ballot(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("evaluation_set_authors")
    ballot = one.get().text
    assert 'type="checkbox"' in ballot
    meaning = next(t.meaning for t in CONTENT.glossary if t.id == "evaluation-set")
    assert f"<dd>{meaning}</dd>" in ballot
    one.vote("evaluation_set_authors", ["research", "product"], other="Support, research team")
    chair.reveal("evaluation_set_authors")
    assert votes(room.place)[0]["value"] == ["Support", "product", "research"]
    chair.post("/console/decide", question="evaluation_set_authors", choice=["product", "data"])
    room.session.refresh()
    assert room.session.answers.evaluation_set_authors == ("data", "product")


def test_nobody_beside_a_team_is_told_on_phone_paper_and_console(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    key, told = "evaluation_set_authors", words("room.nobody-alone")
    chair.ask(key)
    page = one.vote(key, ["research", "nobody"], "a long fact")
    assert page.status_code == 422
    assert told in html.unescape(page.text)
    assert "a long fact</textarea>" in page.text
    assert one.vote(key, ["nobody"], other="Search").status_code == 422
    number = vote_codes(CONTENT)[key]
    page = chair.post("/console/paper", question=key, slip=new_secret(), code=f"{number}AX 1")
    assert page.status_code == 422
    assert told in html.unescape(page.text)
    assert not room.session.box()
    one.vote(key, "nobody")
    chair.reveal(key)
    wall = html.unescape(chair.get("/projector").text)
    assert words("room.tally-nobody", n=1) in wall
    page = chair.post("/console/decide", question=key, choice=["nobody", "research"])
    assert told in html.unescape(page.text)
    assert room.session.answers.evaluation_set_authors is None


@pytest.mark.parametrize(
    ("key", "letters"), [("duties.paged", "Z"), ("evaluation_set_authors", "AZ")]
)
def test_a_paper_ballot_for_another_team_needs_its_name(room: Room, key: str, letters: str) -> None:
    chair = room.facilitator()
    chair.ask(key)
    paper = {
        "question": key,
        "slip": new_secret(),
        "code": f"{vote_codes(CONTENT)[key]}{letters} 1",
    }
    refused = chair.post("/console/paper", **paper, other=" ")
    assert refused.status_code == 422
    told = words("room.paper-other-missing", field="Another team")
    assert told in html.unescape(refused.text)
    assert not room.session.box()
    assert chair.post("/console/paper", **paper, other="Legal").status_code == 200
    assert len(room.session.box()) == 1


def test_a_fact_typed_into_the_field_for_another_team_is_not_lost(room: Room) -> None:
    """Whoever keys in quickly goes on from the code to the next field: that is for the fact."""
    chair, key = room.facilitator(), "duties.paged"
    chair.ask(key)
    form = BeautifulSoup(chair.get("/console").text, "html.parser").select_one("#paper-by-code")
    assert form is not None
    shown = [one["name"] for one in form.select("input:not([type=hidden])")]
    assert shown == ["code", "fact", "other"]
    code = f"{vote_codes(CONTENT)[key]}A 1"
    paper = {"question": key, "slip": new_secret(), "code": code}
    refused = chair.post("/console/paper", **paper, other="Nobody picked up")
    assert refused.status_code == 422
    told = words("room.paper-other-unasked", field="Another team", code=code)
    assert told in html.unescape(refused.text)
    assert 'value="Nobody picked up"' in refused.text
    assert not room.session.box()
    assert chair.post("/console/paper", **paper, fact="Nobody picked up").status_code == 200
    assert len(room.session.box()) == 1


def test_a_team_with_a_plus_sign_in_its_name_is_one_team(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    for question in ("duties.paged", "evaluation_set_authors"):
        chair.ask(question)
        one.vote(question, [], other="Search + Ads")
        chair.reveal(question)
        page = BeautifulSoup(one.get().text, "html.parser")
        assert [row.get_text() for row in page.select(".tally th[scope=row]")] == ["Search + Ads"]
        chair.post("/console/decide", question=question, other="Search + Ads", dissent="")
    answers = room.session.answers
    assert answers.evaluation_set_authors == ("Search + Ads",)
    assert answers.duties is not None
    assert answers.duties.paged == "Search + Ads"


def test_a_team_that_three_of_four_ballots_name_has_three_of_four(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(4)]
    chair.ask("lead")
    for person, value in zip(people, ("research", "research", "product", "product"), strict=True):
        person.vote("lead", value)
    chair.reveal("lead")
    chair.ask("evaluation_set_authors")
    cast = (["research", "product"], ["research"], ["research", "data"], ["platform"])
    for person, teams in zip(people, cast, strict=True):
        person.vote("evaluation_set_authors", teams)
    chair.reveal("evaluation_set_authors")
    page = chair.get("/projector").text
    named = words("room.tally-named", n=3, label="Research")
    assert words("room.tally-several", n=4, choices=named) in html.unescape(page)
    split = [h2.get_text() for h2 in BeautifulSoup(chair.get("/results").text, "html.parser")("h2")]
    asked = [CONTENT.question(name).ask for name in ("lead", "evaluation_set_authors")]
    assert [h2 for h2 in split if h2 in asked] == asked


def test_a_drill_is_told_up_to_the_minute_that_is_asked_for(room: Room) -> None:
    drill = CONTENT.drills[0]
    chair, one = room.facilitator(), room.participant()
    key = f"drills.{drill.id}.minute_15"
    chair.ask(key)
    page = BeautifulSoup(one.get().text, "html.parser").get_text()
    assert drill.moments[1].scene in page
    assert drill.moments[2].scene not in page
    one.vote(key, "platform")
    chair.reveal(key)
    chair.post("/console/decide", question=key, choice="platform")
    room.session.refresh()
    assert (room.session.answers.drills or {})[drill.id].minute_15 == "platform"


@pytest.mark.parametrize("key", pollable(CONTENT))
def test_every_question_can_be_decided_by_each_of_its_choices(key: str, tmp_path: Path) -> None:
    session = Session.open(tmp_path / "s")
    poll = poll_of(CONTENT, session.answers, key)
    assert len(poll.choices) > 1
    for choice in poll.choices:
        value = read_choice(poll, [choice.value])
        session.give(tuple(key.split(".")), answer_value(poll, value))
    session.close()


# -- the facilitator ---------------------------------------------------------------------------


def test_only_one_question_is_open_at_a_time_and_a_second_vote_needs_the_first(room: Room) -> None:
    chair = room.facilitator()
    assert chair.ask("lead", 2).status_code == 409
    chair.ask("lead")
    assert chair.ask("maturity").status_code == 409
    assert chair.ask("lead").status_code == 200
    chair.close("lead")
    assert chair.ask("lead", 2).status_code == 409
    assert chair.ask("no.such").status_code == 404
    assert [b["question"] for k, b in events(room.place) if k == "asked"] == ["lead"]


def test_a_vote_is_never_shown_while_it_is_open(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("lead")
    one.vote("lead", "product")
    page = chair.post("/console/reveal", question="lead", round=1)
    assert page.status_code == 409
    assert words("room.close-first") in page.text


def test_a_ballot_on_paper_is_keyed_in_and_can_be_taken_back(room: Room) -> None:
    chair = room.facilitator()
    one = room.participant()
    chair.ask("lead")
    one.vote("lead", "product")
    slips = []
    for value in ("research", "engineering", "research"):
        page = chair.get("/console").text
        slips.append(re.search(r'name="slip" value="([^"]+)"', page)[1])  # type: ignore[index]
        about = {"question": "lead", "round": 1, "choice": value, "role": "research"}
        for _ in range(2):  # sent twice by a finger that slipped
            assert (
                words("room.said-keyed")
                in chair.post("/console/paper", slip=slips[-1], fact="on paper", **about).text
            )
    assert words("room.voted-count", voted=4, n=4) in one.get().text
    gone = room.room_state.ballot(slips[1], "lead")
    chair.post("/console/take-back", question="lead", round=1, ballot=gone)
    chair.close("lead")
    late = room.room_state.ballot(slips[2], "lead")
    chair.post("/console/take-back", question="lead", round=1, ballot=late)
    own = room.room_state.ballot(one.cookie("room"), "lead")
    refused = chair.post("/console/take-back", question="lead", round=1, ballot=own)
    assert refused.status_code == 404, "what a participant voted cannot be taken back"
    stored = [(k, b["value"]) for k, b in events(room.place) if k == "voted"]
    assert sorted(stored) == [("voted", "product"), ("voted", "research"), ("voted", "research")]
    assert [b["ballot"] for k, b in events(room.place) if k == "corrected"] == [late]
    chair.reveal("lead")
    assert words("room.tally-tied", most=1, n=2) in one.get().text
    pages = [(one, "/"), (chair, "/projector"), (chair, "/console")]
    changed = words("room.tally-corrected", n=1)
    assert all(changed not in browser.get(path).text for browser, path in pages)
    shown = stage_words(room.room_state)
    last = room.room_state.ballot(slips[0], "lead")
    chair.post("/console/take-back", question="lead", round=1, ballot=last)
    assert stage_words(room.room_state) != shown, "pages load themselves again"
    assert all(changed in browser.get(path).text for browser, path in pages)
    chair.ask("lead", 2)
    one.vote("lead", "product", number=2)
    chair.reveal("lead", 2)
    assert changed in one.get().text, "the first result is still shown"


def key_in(chair: Facilitator, choice: str, **more: Any) -> str:
    """Key a ballot on the lead in from paper; return its form's secret."""
    slip = re.search(r'name="slip" value="([^"]+)"', chair.get("/console").text)[1]  # type: ignore[index]
    about = {"question": "lead", "round": 1, "role": "research", "slip": slip, **more}
    answer = chair.post("/console/paper", choice=choice, **about)
    assert words("room.said-keyed") in answer.text
    return str(slip)


def test_a_ballot_that_lay_under_the_others_is_keyed_in_until_the_result_is_shown(
    room: Room,
) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("lead")
    one.vote("lead", "product")
    key_in(chair, "engineering")
    chair.close("lead")
    key_in(chair, "engineering", fact="It lay under the others")
    chair.reveal("lead")
    assert "It lay under the others" in one.get().text
    page = chair.get("/console").text
    assert 'id="paper"' not in page
    late = {"choice": "product", "role": "research", "slip": "x" * 43}
    refused = chair.post("/console/paper", question="lead", round=1, **late)
    assert refused.status_code == 409, "the result is shown"
    assert undo(chair) == words("room.undo-revealed")
    wrong = key_in(chair, "research", fact="Said by another")
    ballot = room.room_state.ballot(wrong, "lead")
    chair.post("/console/take-back", question="lead", round=1, ballot=ballot)
    key_in(chair, "research", fact="Said by this one")
    assert one.vote("lead", "research").status_code == 409, "phones have seen the result"
    chair.reveal("lead")
    page = one.get().text
    assert "Said by this one" in page
    assert "Said by another" not in page
    with closing(Session.open(room.place, create=False)) as again:
        replayed = Voting.of(again.since(0), again.box())
    assert replayed.asked == room.room_state.voting.asked
    assert [vote.rounds[0].cast for vote in replayed.votes(CONTENT)] == [4]


def test_a_ballot_of_a_vote_that_was_opened_again_can_be_taken_back(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("lead")
    one.vote("lead", "product")
    ballot = room.room_state.ballot(key_in(chair, "engineering"), "lead")
    chair.close("lead")
    assert undo(chair) == words("room.undo-closed")
    chair.post("/console/take-back", question="lead", round=1, ballot=ballot)
    chair.reveal("lead")
    assert [vote.rounds[0].cast for vote in room.room_state.voting.votes(CONTENT)] == [1]


def test_an_undo_beside_another_question_names_its_own(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    for question, choice in (("lead", "product"), ("chosen_pattern", "federated")):
        chair.ask(question)
        one.vote(question, choice)
        chair.reveal(question)
    chair.post("/console/wall", show="lead")
    page = html.unescape(chair.get("/console").text)
    ask = CONTENT.question("chosen_pattern").ask
    assert words("room.undo-of", undo=words("room.undo-revealed"), ask=ask) in page
    chair.post("/console/wall", show="")
    assert undo(chair) == words("room.undo-revealed"), "beside its own question"


def test_a_countdown_ends_with_its_vote_and_not_with_the_next(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = LastSeconds(monkeypatch)
    chair, one = room.facilitator(), room.participant()
    closes = words("room.wall-closing")
    chair.ask("lead")
    chair.post("/console/countdown")
    assert closes in chair.get("/console").text
    chair.close("lead")
    assert closes not in chair.get("/console").text, "it was closed by hand"
    chair.ask("maturity")
    chair.post("/console/countdown")
    chair.post("/console/countdown")  # pressed twice
    last.run_out()  # those of the vote before
    assert one.vote("maturity", 3).status_code == 200
    assert closes in chair.get("/console").text
    last.run_out()
    assert until(lambda: room.room_state.voting.asked["maturity"].latest.status == "closed")
    assert closes not in chair.get("/console").text


def test_paper_and_phones_are_counted_out_of_one_number_of_people(room: Room) -> None:
    chair, phone = room.facilitator(), room.participant()
    chair.ask("lead")
    for _ in range(3):
        slip = re.search(r'name="slip" value="([^"]+)"', chair.get("/console").text)
        assert slip is not None
        paper = {"slip": slip[1], "role": ROLES[0], "choice": "product"}
        chair.post("/console/paper", question="lead", round=1, **paper)
    phone.vote("lead", "research")
    page = html.unescape(chair.get("/console").text)
    assert words("room.voted-count", voted=4, n=4) in page
    assert words("room.console-role-count", voted=4, n=4) in page
    chair.reveal("lead")
    chair.ask("duties.paged")
    assert words("room.voted-count", voted=0, n=4) in html.unescape(chair.get("/console").text)
    chair.post("/console/expect", people=6)
    for path in ("/console", "/projector"):
        assert words("room.voted-count", voted=0, n=6) in html.unescape(chair.get(path).text)
    assert 'name="people" type="number" required min="1" max="1000" value="6"' in (
        chair.get("/console").text
    )


def test_the_agenda_says_how_many_are_expected(room: Room) -> None:
    chair = room.facilitator()
    chair.post("/console/timer/set", minutes=90, people=9)
    room.participant()
    chair.ask("lead")
    assert words("room.voted-count", voted=0, n=9) in html.unescape(chair.get("/console").text)


def test_a_ballot_on_paper_is_keyed_in_by_its_code(room: Room) -> None:
    chair = room.facilitator()
    poll = poll_of(CONTENT, room.session.answers, "lead")
    code = vote_codes(CONTENT)["lead"]
    chair.ask("lead")

    def key_in(typed: str, **more: str) -> Any:
        slip = re.search(r'name="slip" value="([^"]+)"', chair.get("/console").text)[1]  # type: ignore[index]
        about = {"question": "lead", "round": 1, "slip": slip, "code": typed, "fact": "", **more}
        return chair.post("/console/paper", **about)

    for letter, choice in choice_codes(poll).items():
        answer = key_in(f"{code.lower()} {letter.lower()} 2")
        assert words("room.said-keyed") in answer.text, choice
    for wrong, reason in (
        ("nonsense", "no-such-code"),
        (f"{code}Q", "no-such-code"),
        (f"{code}A 9", "no-such-code"),
        (f"{code}A", "paper-role-missing"),
    ):
        refused = key_in(wrong, fact="typed with care")
        assert refused.status_code == 422, wrong
        page = BeautifulSoup(refused.text, "html.parser")
        assert page.select_one("#paper-code-fact")["value"] == "typed with care"  # type: ignore[index]
        assert page.select_one("#paper")["open"] is not None  # type: ignore[index]
        assert words(f"room.{reason}") in html.unescape(refused.text)
    chair.close("lead")
    cast = votes(room.place)
    assert sorted(v["value"] for v in cast) == sorted(c.value for c in poll.choices)
    assert {v["role"] for v in cast} == {ROLES[1]}


def test_a_ballot_that_comes_after_its_vote_counts_there_or_is_told_why_not(room: Room) -> None:
    chair, codes = room.facilitator(), vote_codes(CONTENT)

    def key_in(typed: str, **more: str) -> tuple[int, BeautifulSoup]:
        slip = re.search(r'name="slip" value="([^"]+)"', chair.get("/console").text)[1]  # type: ignore[index]
        about = {"question": "lead", "round": 1, "slip": slip, "code": typed, "fact": "", **more}
        answer = chair.post("/console/paper", **about)
        return answer.status_code, BeautifulSoup(answer.text, "html.parser")

    def about(key: str) -> dict[str, str]:
        return {"code": codes[key], "ask": poll_of(CONTENT, room.session.answers, key).title}

    chair.ask("duties.paged")
    chair.reveal("duties.paged")
    chair.ask("duties.ship")
    chair.close("duties.ship")
    chair.ask("lead")
    for key, why in (
        ("duties.paged", "code-of-vote-shown"),
        ("duties.turn-off", "code-of-vote-to-come"),
    ):
        status, page = key_in(f"{codes[key]}A 2")
        assert (status, words(f"room.{why}", **about(key)) in page.get_text()) == (422, True)
    assert not votes(room.place)
    status, page = key_in(f"{codes['duties.ship']}A 2", fact="It lay under the others")
    assert words("room.said-keyed-other", ask=about("duties.ship")["ask"]) in page.get_text()
    status, page = key_in(f"{codes['duties.ship']}Z 2")
    assert status == 422
    assert page.select_one("#paper-code-other") is not None, "where the other team is typed"
    assert key_in(f"{codes['duties.ship']}Z 2", other="Legal")[0] == 200
    cast = [(v["question"], v["value"], v["fact"]) for v in votes(room.place)]
    assert cast == [
        ("duties.ship", "research", "It lay under the others"),
        ("duties.ship", "Legal", ""),
    ]


def test_more_ballots_than_people_are_told_where_nobody_can_be_told_apart(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(3)]
    assert words("room.console-twice") in chair.get("/console").text
    chair.post("/console/expect", people=2)
    chair.ask("lead")
    warning = words("room.console-too-many", n=3, of=2)
    for one in people:
        assert warning not in chair.get("/console").text
        one.vote("lead", "product")
    assert warning in chair.get("/console").text
    assert warning not in chair.reveal("lead").text, "the advice is for before it is shown"
    chair.post("/console/pause", paused="true")
    chair.post("/console/pause", paused="false")
    chair.post("/console/wall", show="lead")
    assert warning not in chair.get("/console").text, "nor on another day"


def test_only_the_consoles_picture_of_the_wall_may_stand_in_a_frame(room: Room) -> None:
    chair = room.facilitator()
    for path, framed in (
        ("/projector", False),
        ("/projector?small=true", True),
        ("/console", False),
    ):
        page = chair.get(path)
        assert (page.headers["X-Frame-Options"] == "SAMEORIGIN") == framed, path
        assert ("frame-ancestors 'none'" in page.headers["Content-Security-Policy"]) != framed
        assert ("data-follow" in page.text) != framed, "a picture takes no connection"


def test_a_vote_in_which_nobody_voted_can_be_shown(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("lead")

    def advised(page: str) -> bool:
        """Return whether the warning names a button, and which is there."""
        told = words("room.console-none-again", button="(.+?)").replace(".", r"\.")
        named = re.search(told.replace(r"(\.+?)", "(.+?)"), page)
        return named is not None and f">{named[1]}</button>" in page

    assert advised(chair.close("lead").text), "it names the button that takes the close back"
    chair.post("/console/type", ask="Why did nobody vote?", later="true")
    assert advised(chair.get("/console").text)
    assert words("room.tally-none") in chair.reveal("lead").text
    for path in ("/", "/projector", "/results"):
        assert one.get(path).status_code == 200, path
    assert words("room.tally-none") in one.get().text
    chair.ask("lead", 2)
    one.vote("lead", "product", number=2)
    assert chair.reveal("lead", 2).status_code == 200


def test_a_closed_vote_that_waited_while_another_was_asked_can_be_shown(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("lead")
    one.vote("lead", "research", "a fact that waited")
    chair.close("lead")
    chair.ask("maturity")
    assert "a fact that waited" not in chair.get("/console").text
    one.vote("maturity", "3")
    chair.close("maturity")
    row = BeautifulSoup(chair.get("/console").text, "html.parser").select_one(
        'section[aria-labelledby="questions"] form[action="/console/reveal"] input[value="lead"]'
    )
    assert row is not None, "its row has the button"
    chair.post("/console/reveal", question="lead", round=1)
    assert "a fact that waited" in one.get().text, "what is shown is what everybody looks at"
    chair.post("/console/reveal", question="maturity", round=1)
    assert heading(one.get().text) == CONTENT.question("maturity").ask
    chair.ask("duties.paged")
    chair.post("/console/reveal", question="maturity", round=1)
    assert room.room_state.voting.current is not None
    assert room.room_state.voting.current.question == "duties.paged", (
        "an open vote is not pushed aside"
    )


def test_one_device_takes_a_ballot_after_the_other_and_shows_none_of_them(room: Room) -> None:
    device = room.participant(join=False)
    assert words("room.shared-wait") in device.join(room.keys.code, how="share").text
    chair = room.facilitator()
    chair.ask("lead")
    slips = set()
    for value in ("research", "product", "product"):
        page = device.get("/shared").text
        assert "checked" not in page
        slip = re.search(r'name="slip" value="([^"]+)"', page)[1]  # type: ignore[index]
        slips.add(slip)
        data = {"question": "lead", "round": 1, "choice": value, "role": "product", "slip": slip}
        page = device.post("/shared", fact=f"secret {value}", **data).text
        assert words("room.shared-kept") in page
        assert "secret" not in page
        device.post("/shared", **data)
    assert len(slips) == 3
    assert words("room.voted-count", voted=3, n=3) in device.get("/shared").text
    chair.close("lead")
    assert sorted(v["value"] for v in votes(room.place)) == ["product", "product", "research"]


def test_a_paused_room_takes_no_votes_and_goes_on_with_what_it_had(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("lead")
    chair.post("/console/pause", paused="true")
    assert heading(one.get().text) == words("room.paused-title")
    assert one.vote("lead", "product").status_code == 409
    chair.post("/console/pause", paused="false")
    assert words("room.kept-title") in one.vote("lead", "product").text


def test_a_decision_that_is_none_keeps_both_positions_and_no_answer(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("lead")
    one.vote("lead", "product")
    chair.reveal("lead")
    assert chair.post("/console/decide", question="lead").status_code == 422
    chair.post("/console/decide", question="lead", dissent="Ana: product. Bo: research.")
    page = one.get().text
    assert words("room.decided-open") in page
    assert "Ana: product. Bo: research." in page
    room.session.refresh()
    assert room.session.answers.lead is None


RECORD = {
    "on_record": "true",
    "rejected": "Centralised",
    "dissent": "Ana: the templates are not ready.",
    "owner": "Head of engineering",
    "due": DUE,
    "revisit_on": AGAIN,
    "if": "two teams leave the template",
    "then": "we review it at once",
}


def on_record(room: Room) -> dict[str, Any]:
    room.session.refresh()
    (made,) = room.session.answers.to_parameters()["decisions"]
    return dict(made)


def test_a_decision_from_a_vote_is_a_whole_record_and_is_recorded_once(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("chosen_pattern")
    one.vote("chosen_pattern", "federated")
    chair.reveal("chosen_pattern")
    assert words("room.console-decide") not in chair.get("/console").text, "it is not about today"
    chair.post("/console/decide", question="chosen_pattern", choice="federated", **RECORD)
    made = on_record(room)
    assert made.pop("decision") == CONTENT.question("chosen_pattern").ask
    assert made.pop("chosen") == "Federated"
    assert made.pop("sets") == {"current_pattern": "federated"}
    assert made == {k: v for k, v in RECORD.items() if k != "on_record"}
    assert room.session.answers.chosen_pattern == "federated"
    page = one.get().text
    assert words("room.record-both", owner="Head of engineering", due=DUE_WORDS) in page
    assert RECORD["dissent"] in page
    filled = BeautifulSoup(chair.get("/console").text, "html.parser")
    owner = filled.find("input", {"name": "owner"})
    assert owner is not None
    assert owner["value"] == RECORD["owner"]
    checked = filled.select_one("form:has(#record-owner) input[name=choice][checked]")
    assert checked is not None
    assert checked["value"] == "federated"
    other = {**RECORD, "owner": "Head of data"}
    chair.post("/console/decide", question="chosen_pattern", choice="federated", **other)
    assert on_record(room)["owner"] == "Head of data"


def form_of(page: str, form: str) -> dict[str, Any]:
    """Return what a form of a page would send as it stands."""
    found = BeautifulSoup(page, "html.parser").find("form", id=form)
    assert found is not None
    sent: dict[str, Any] = {one["name"]: one.text for one in found.find_all("textarea")}
    for one in found.find_all("input"):
        if one.get("type") in ("radio", "checkbox"):
            sent.setdefault(one["name"], [])
            sent[one["name"]] += [one["value"]] if one.has_attr("checked") else []
        else:
            sent[one["name"]] = one.get("value", "")
    return sent


@pytest.mark.parametrize(
    ("question", "chosen", "other"),
    [
        ("evaluation_set_authors", ["data", "product"], "Legal, Support"),
        ("duties.paged", [], "Legal"),
    ],
)
def test_a_decision_that_is_opened_again_keeps_its_teams(
    room: Room, question: str, chosen: list[str], other: str
) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask(question)
    one.vote(question, "data")
    chair.reveal(question)
    chair.post("/console/decide", question=question, choice=chosen, other=other, **RECORD)
    made = on_record(room)
    filled = form_of(chair.get("/console").text, "record-form")
    chair.post("/console/decide", **filled)
    assert on_record(room) == made
    filled["choice"] = [*filled["choice"], "platform"] if chosen else ["platform"]
    chair.post("/console/decide", **filled)
    (now,) = on_record(room)["sets"].values()
    assert set(now) == {"Legal", "Support", "data", "platform", "product"} if chosen else "platform"


@pytest.mark.parametrize("dots", [0, 2])
def test_a_sentence_that_is_corrected_keeps_its_dissent(room: Room, dots: int) -> None:
    chair, one = room.facilitator(), room.participant()
    choices = "Price\nLanguages" if dots else " "
    chair.post("/console/type", ask="What matters?", choices=choices, dots=dots or 1)
    (key,) = room.room_state.voting.own
    one.vote(key, "Price" if dots else "", other="" if dots else "The price")
    chair.reveal(key)
    said = {"other": "The price within a second", "dissent": "Ana: languages\nBo: time"}
    chair.post("/console/decide", question=key, **said)
    filled = form_of(chair.get("/console").text, "record-form")
    assert filled["other"] == said["other"]
    chair.post("/console/decide", **{**filled, "other": "The price at once"})
    for page in (one.get(), chair.get("/projector"), chair.get("/console")):
        assert "The price at once" in page.text
        assert "Bo: time" in page.text


def test_half_a_rule_is_refused_on_the_console_and_shown_where_it_is_on_record(
    room: Room,
) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("chosen_pattern")
    one.vote("chosen_pattern", "federated")
    chair.reveal("chosen_pattern")
    for missing in ("if", "then"):
        half = {**RECORD, missing: " "}
        refused = chair.post(
            "/console/decide", question="chosen_pattern", **half, choice="federated"
        )
        assert refused.status_code == 422
        (kept,) = {"if", "then"} - {missing}
        filled, empty = (words(f"steps.decisions-{name}") for name in (kept, missing))
        assert words("room.rule-half", filled=filled, empty=empty) in html.unescape(refused.text)
    room.session.refresh()
    assert not room.session.answers.decisions
    chair.post("/console/decide", question="chosen_pattern", choice="federated", **RECORD)
    chair.post("/console/wall", show="decisions")
    rules = {"two": "If two teams leave the template, then we review it at once."}
    rules["Two"] = "If: Two teams leave the template; then: we review it at once."
    for begins, whole in rules.items():
        typed = {**RECORD, "if": f"{begins} teams leave the template"}
        chair.post("/console/decide", question="chosen_pattern", choice="federated", **typed)
        assert [whole in at.text for at in (one.get(), chair.get("/projector"))] == [True, True]
    room.session.refresh()
    ((item, _given),) = room.session.items("decisions")
    room.session.give(("decisions", item, "if"), None)  # in notebook 6
    half_rule = "Then we review it at once (“if …” is missing)."
    assert [half_rule in at.text for at in (one.get(), chair.get("/projector"))] == [True, True]


def test_a_vote_on_today_can_lead_to_an_answer_and_to_a_decision(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("duties.paged")
    one.vote("duties.paged", "platform")
    chair.reveal("duties.paged")
    chair.post("/console/decide", question="duties.paged", choice="platform")
    chair.post("/console/decide", question="duties.paged", choice="research", **RECORD)
    made = on_record(room)
    assert made["sets"] == {"duties.paged": "research"}
    assert made["chosen"] == "Research"
    duties = room.session.answers.duties
    assert duties is not None
    assert duties.paged == "platform", "as found stays as found"
    page = BeautifulSoup(one.get().text, "html.parser").get_text()
    assert page.index(words("room.answered-title")) < page.index(words("room.record-title"))


def test_a_decision_that_notebook_6_made_is_taken_further_and_a_contrary_one_is_told(
    room: Room,
) -> None:
    chair, one = room.facilitator(), room.participant()
    notebook = Session.open(room.place, who="notebook")
    notebook.add("decisions", {"decision": "Who is called?", "sets": {"duties.paged": "research"}})
    chair.ask("duties.paged")
    one.vote("duties.paged", "platform")
    chair.reveal("duties.paged")
    chair.post("/console/decide", question="duties.paged", choice="research", **RECORD)
    made = on_record(room)
    assert made["decision"] == "Who is called?"
    assert made["owner"] == RECORD["owner"]
    clash = html.unescape(chair.get("/console").text)
    assert "contradicts another decision" not in clash
    chair.post("/console/decide", question="duties.paged", choice="platform", **RECORD)
    for page in (chair.get("/console"), chair.get("/projector")):
        assert "contradicts another decision" in page.text
    notebook.refresh()
    assert len(notebook.answers.decisions or ()) == 2
    notebook.close()


def test_a_decision_that_brings_an_urgent_risk_is_told_at_once(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("duties.turn-off")
    one.vote("duties.turn-off", "product")
    chair.reveal("duties.turn-off")
    chair.post("/console/decide", question="duties.turn-off", choice="product")
    assert not BeautifulSoup(chair.get("/projector").text, "html.parser").select(".problem")
    chair.post("/console/decide", question="duties.turn-off", choice="nobody", on_record="true")
    warned = CONTENT.rule("nobody-can-turn-off")
    assert warned.severity == "critical"
    for page in (chair.get("/console"), chair.get("/projector")):
        found = BeautifulSoup(page.text, "html.parser").select(".problem")
        assert any("urgent" in one.get_text() for one in found), page.text


def test_what_a_decision_brings_or_contradicts_is_told_below_its_own_question(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    notebook = Session.open(room.place, who="notebook")
    notebook.add("decisions", {"decision": "Who ships it?", "sets": {"duties.ship": "data"}})
    notebook.close()
    for question, choice, told in (
        ("duties.turn-off", "nobody", "urgent"),
        ("duties.ship", "product", "contradicts another decision"),
        ("lead", "product", ""),
    ):
        chair.ask(question)
        one.vote(question, choice)
        chair.reveal(question)
        chair.post("/console/decide", question=question, choice=choice, on_record="true")
        wall = chair.get("/projector").text
        said = [words for words in ("urgent", "contradicts another decision") if words in wall]
        assert said == [told] * bool(told), question


def test_the_days_between_two_decisions_are_warned_of_below_their_own_questions(
    room: Room,
) -> None:
    chair, one = room.facilitator(), room.participant()
    notebook = Session.open(room.place, who="notebook")
    call = {"decision": "Who is called?", "sets": {"paged_quality": "product"}}
    notebook.add("decisions", {**call, "due": "2027-02-01"})
    notebook.close()
    given = {"owner": "Kim", "due": "2027-03-31", "on_record": "true"}
    for question, choice, is_told in (
        ("rollback_authority", "product", True),
        ("lead", "product", False),
    ):
        chair.ask(question)
        one.vote(question, choice)
        chair.reveal(question)
        chair.post("/console/decide", question=question, choice=choice, **given)
        assert "Product is called first if answers get worse" in chair.get("/console").text
        assert ("is called first" in chair.get("/projector").text) == is_told, question


def test_a_decision_with_a_date_that_is_none_is_refused_and_nothing_is_kept(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("chosen_pattern")
    one.vote("chosen_pattern", "federated")
    wrong = {**RECORD, "due": "spring"}
    refused = chair.post("/console/decide", question="chosen_pattern", choice="federated", **wrong)
    assert refused.status_code == 409, "nothing was shown yet"
    chair.reveal("chosen_pattern")
    refused = chair.post("/console/decide", question="chosen_pattern", choice="federated", **wrong)
    assert refused.status_code == 422
    assert "spring" in html.unescape(refused.text)
    room.session.refresh()
    assert room.session.answers == Answers()
    assert not room.session.notes("decided")


def test_all_results_stand_with_the_widest_split_first(room: Room) -> None:
    chair = room.facilitator()
    people = [room.participant() for _ in range(3)]
    for question, values in (
        ("lead", ("product", "product", "product")),
        ("maturity", ("1", "2", "3")),
        ("data_access", ("ticket", "ticket", "self-service")),
    ):
        chair.ask(question)
        for one, value in zip(people, values, strict=True):
            one.vote(question, value)
        chair.reveal(question)
    page = BeautifulSoup(people[0].get("/results").text, "html.parser")
    asked = [h.get_text() for h in page.find_all("h2")]
    order = [CONTENT.question(q).ask for q in ("maturity", "data_access", "lead")]
    assert [a for a in asked if a in order] == order


def test_the_facilitators_way_never_leaves_the_console(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("lead")
    one.vote("lead", "research")
    chair.reveal("lead")
    console = BeautifulSoup(chair.get("/console").text, "html.parser")
    links = {str(a["href"]) for a in console("a") if not a.get("target")} - {"#main"}
    assert links == {"/console/results", "/console/start"}
    results = chair.get("/console/results")
    assert heading(results.text) == words("room.results-title")
    for page in (results, chair.get("/results"), chair.post("/console/reveal", question="rails")):
        ways = {a["href"] for a in BeautifulSoup(page.text, "html.parser").select("main a")}
        assert ways == {"/console"}
    ways = BeautifulSoup(one.get("/results").text, "html.parser").select("main a")
    assert [a["href"] for a in ways] == ["/", "/"], "above the results and below them"
    watcher = room.participant(join=False)
    watcher.join(room.keys.code, how="watch")
    ways = BeautifulSoup(watcher.get("/results").text, "html.parser").select("main a")
    assert {a["href"] for a in ways} == {"/projector"}


def test_a_notebook_on_the_same_session_is_followed(room: Room) -> None:
    one = room.participant()
    other = Session.open(room.place, who="notebook")
    with other.transaction() as transaction:
        transaction.note("asked", {"question": "lead", "round": 1})
    assert one.vote("lead", "product").status_code == 200, "known before the next look"
    assert heading(one.get().text) == CONTENT.question("lead").ask
    with other.transaction() as transaction:
        transaction.close_ballots("lead", 1, other.notes("asked")[0].at)
        transaction.note("closed", {"question": "lead", "round": 1})
    assert one.vote("lead", "research").status_code == 409
    assert [v.body["value"] for v in other.notes("voted")] == ["product"]
    other.close()


def test_a_question_that_another_content_asked_is_shown_and_can_be_closed(tmp_path: Path) -> None:
    session = Session.open(tmp_path / "s")
    open_room(session, "role", 2, ("product",))
    with session.transaction() as transaction:
        transaction.note("asked", {"question": "of.old", "round": 1})
        transaction.put("of.old", 1, "b", {"value": "Ops", "role": "product"})
    session.close()
    with serve(tmp_path / "s", "role") as room:
        chair, one = room.facilitator(), room.participant(join=False)
        one.join(room.keys.code, "product")
        assert heading(one.get().text) == "of.old"
        chair.reveal("of.old")
        assert words("room.tally-all", n=1, label="Ops") in one.get().text
        assert chair.post("/console/decide", question="of.old", other="Ops").status_code == 422
        assert chair.post("/console/decide", question="nothing", other="Ops").status_code == 404


# -- pieces ------------------------------------------------------------------------------------


def test_a_fact_is_changed_hidden_and_shown_again(tmp_path: Path) -> None:
    with serve(tmp_path / "s", "role") as room:
        chair, one = room.facilitator(), room.participant()
        chair.ask("lead")
        one.vote("lead", "product", "Kim broke it")
        early = chair.post("/console/fact", question="lead", fact="Kim broke it", words="x")
        assert early.status_code == 409
        chair.reveal("lead")
        reword = {"question": "lead", "fact": "Kim broke it"}
        changed = chair.post("/console/fact", words="It broke in March", **reword)
        assert changed.status_code == 200
        assert "It broke in March" in one.get("/").text
        assert "Kim" not in one.get("/").text
        again = {"question": "lead", "fact": "It broke in March", "hide": "true"}
        chair.post("/console/fact", words="", **again)
        assert "March" not in one.get("/").text
        chair.post("/console/fact", words="Kim broke it", **reword)
        assert "Kim broke it" in one.get("/").text
        assert chair.post("/console/fact", question="lead", fact="none").status_code == 404
        chair.post("/console/fact", hide="true", words="", **reword)
        vote = room.room_state.voting.vote(CONTENT, "lead")
        assert vote is not None
        assert vote.rounds[0].facts is None


def test_that_a_vote_closes_by_itself_is_said_beside_each_vote(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    said = words("room.console-closes-itself")
    chair.ask("lead")
    assert said not in chair.get("/console").text
    chair.post("/console/by-itself", on="true")
    assert said in chair.get("/console").text
    one.vote("lead", "product")
    chair.reveal("lead")
    assert said not in chair.get("/console").text, "it is closed"
    chair.ask("maturity")
    assert said in chair.get("/console").text, "it holds for the next one too"
    chair.post("/console/by-itself", on="false")
    assert said not in chair.get("/console").text


def test_votes_close_by_themselves_also_after_the_room_was_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(tmp_path / "session.workshop") as room:
        chair, one = room.facilitator(), room.participant()
        chair.post("/console/by-itself", on="true")
        chair.ask("lead")
        one.vote("lead", "product")
    monkeypatch.setattr("workshop.room.state.LAST_SECONDS", 0.1)
    with serve(tmp_path / "session.workshop") as room:
        assert until(lambda: room.room_state.voting.asked["lead"].latest.status == "closed")
        room.facilitator().post("/console/by-itself", on="false")
    with serve(tmp_path / "session.workshop") as room:
        assert not room.room_state.closes_itself


def test_the_console_names_the_next_step_and_who_is_missing(tmp_path: Path) -> None:
    with serve(tmp_path / "s", "named") as room:
        chair, one, other = room.facilitator(), room.participant(), room.participant()
        first = CONTENT.question("lead").ask
        assert words("room.console-next-first", ask=first) in chair.get("/console").text
        chair.ask("lead")
        assert words("room.say-open") in chair.get("/console").text
        one.vote("lead", "product")
        page = chair.get("/console").text
        assert words("room.console-missing", who="Person 3") in page
        other.vote("lead", "product")
        chair.reveal("lead")
        page = chair.get("/console").text
        second = CONTENT.question("duties.evaluation-set").ask
        assert words("room.console-next", ask=second) in page
        assert words("room.say-shown-agreed") in page
        assert words("room.lobby-follow") in one.get().text, "also for those who joined late"

        def large() -> str:
            page = BeautifulSoup(chair.get("/console").text, "html.parser")
            return page.select_one(".primary button.main").get_text()  # type: ignore[union-attr]

        assert large() == words("room.console-second")
        chair.post("/console/timer/set", minutes=90, people=9)  # ten minutes take six questions
        chair.post("/console/timer/act", what="block-begun", block="vote")
        matters = CONTENT.question("duties.paged").ask
        assert large() == words("room.console-next", ask=matters), "second votes have their block"
        drill = CONTENT.drills[0]
        first, later, last = (f"drills.{drill.id}.minute_{m.minute}" for m in drill.moments)
        chair.ask(first)
        chair.reveal(first)
        assert large() == words("room.console-next", ask=room.room_state.poll(later).title)
        chair.ask(last)
        chair.reveal(last)
        chair.post("/console/timer/set", minutes=90, people=9)
        chair.post("/console/timer/act", what="block-begun", block="vote")
        for key in FIRST[1:]:
            chair.ask(key)
            chair.reveal(key)
        page = BeautifulSoup(chair.get("/console").text, "html.parser")
        assert large() == "Go on: What the room thinks", "six are enough; then the room talks"
        lists = page.select("ul.questions form")
        assert lists
        assert all("data-top" in form.attrs for form in lists), "what is asked is seen at once"


def test_results_are_saved_as_one_file_that_needs_no_room(tmp_path: Path) -> None:
    with serve(tmp_path / "s", "role") as room:
        chair, one = room.facilitator(), room.participant()
        chair.ask("lead")
        one.vote("lead", "product", "</style><script>1</script>")
        assert "<button>" not in one.get("/results").text, "nothing was shown yet"
        chair.reveal("lead")
        assert words("room.results-save") in one.get("/results").text
        chair.post("/console/action", what="Write the card <b>", owner="Ana", due=DUE)
        assert "Write the card" not in one.get("/results").text, "the wall has not shown it"
        chair.post("/console/wall", show="decisions")
        chair.ask("rails")  # the wall goes on, and what it has shown stays there
        for page in (one.get("/results"), chair.get("/console/results")):
            assert "Write the card &lt;b&gt;" in page.text
        saved = one.get("/results/save")
        stranger = room.participant(join=False)
        assert heading(stranger.get("/results/save").text) == words("room.join-title")
    assert saved.headers["content-disposition"] == 'attachment; filename="results.html"'
    page = BeautifulSoup(saved.text, "html.parser")
    assert CONTENT.question("lead").ask in page.get_text()
    assert "<script>1</script>" in page.get_text()
    (task,) = page.select("h3:-soup-contains('Write the card <b>') + p")
    assert task.get_text().startswith("Ana"), "who does it, and by when"
    assert not page.select("script, link, form, img")
    assert not page.select('[href^="/"], [src]')
    assert "--wk-sans" in page.find("style").get_text()  # type: ignore[union-attr]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_votes_are_written_as_a_table_without_formulas(ending: str, tmp_path: Path) -> None:
    with serve(tmp_path / "s", "role") as room:
        chair, one = room.facilitator(), room.participant()
        chair.ask("duties.paged")
        one.vote("duties.paged", "", "=1+1", other="=HYPERLINK(1)")
        chair.reveal("duties.paged")
        chair.ask("lead")
        one.vote("lead", "product")
    file = tmp_path / f"votes.{ending}"
    done = CliRunner().invoke(cli, ["answers", str(tmp_path / "s"), "--votes", str(file)])
    assert done.exit_code == 0, done.output
    frame = (
        pd.read_csv(file) if ending == "csv" else pd.read_excel(file, "votes", engine="calamine")
    )
    assert set(frame["question"]) == {"duties.paged"}, "only what was shown"
    assert frame["count"].sum() == 1
    cells = [str(cell) for cell in frame.to_numpy().ravel()]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not any(cell.startswith("=") for cell in cells)
    if ending == "xlsx":
        facts = pd.read_excel(file, "facts", engine="calamine", keep_default_na=False)
        assert facts["fact"].to_list() == ["'=1+1"]
        assert facts["also"].to_list() == [""], "nothing else was chosen"
        sheet = openpyxl.load_workbook(file)["votes"]
        assert sheet.freeze_panes == "A2"
        assert sheet.column_dimensions["D"].width > 40, "the question is read whole"


def test_answers_and_votes_are_both_written_where_both_are_named(tmp_path: Path) -> None:
    Session.open(tmp_path / "s").close()
    votes, answers = tmp_path / "votes.csv", tmp_path / "answers.yaml"
    named = ["-o", str(answers), "--votes", str(votes)]
    done = CliRunner().invoke(cli, ["answers", str(tmp_path / "s"), *named])
    assert done.exit_code == 0, done.output
    assert votes.exists()
    assert answers.exists()
    assert str(answers) in "".join(done.stdout.split())


def test_votes_are_written_in_no_other_format(tmp_path: Path) -> None:
    Session.open(tmp_path / "s").close()
    done = CliRunner().invoke(cli, ["answers", str(tmp_path / "s"), "--votes", "votes.doc"])
    assert done.exit_code == 2
    assert ".csv or .xlsx" in done.stderr


def test_a_copy_is_saved_beside_the_session_without_its_keys(tmp_path: Path) -> None:
    with serve(tmp_path / "session.workshop") as room:
        chair, one = room.facilitator(), room.participant()
        chair.ask("lead")
        one.vote("lead", "product")
        text = chair.post("/console/copy").text
    (copy,) = tmp_path.glob("session-copy-*.workshop")
    assert str(copy) in text
    session = Session.open(copy, create=False)
    assert [ballot[0] for ballot in session.box()] == ["lead"]
    assert session.served() is None
    session.close()
    assert room.keys.code.encode() not in copy.read_bytes()


def test_a_privacy_is_chosen_once(tmp_path: Path) -> None:
    session = Session.open(tmp_path / "s")
    with pytest.raises(Refused, match="privacy-missing"):
        open_room(session, None, None, ())
    open_room(session, "role", 4, ("a", "b"))
    assert open_room(session, None, None, ()).privacy == "role"
    assert open_room(session, "role", 4, ()).roles == ("a", "b")
    with pytest.raises(Refused, match="privacy-chosen"):
        open_room(session, "named", None, ())
    with pytest.raises(Refused, match="threshold-chosen"):
        open_room(session, None, 2, ())
    assert len(session.notes("room-opened")) == 1
    session.close()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  two\nlines\tand tabs ", "two lines and tabs"),
        ("a\x00b\x1bc", "a b c"),
        ("abc\u202egnp.exe", "abcgnp.exe"),
        ("zero\u200bwidth", "zerowidth"),
        ("x" * 100, "x" * 80),
        ("\ud800", ""),
        ("Käthe 数据 👩", "Käthe 数据 👩"),
    ],
)
def test_what_is_typed_is_kept_without_signs_that_nobody_sees(typed: str, stored: str) -> None:
    assert clean(typed, 80) == stored


def test_every_word_of_the_pages_exists_and_none_lies_unused() -> None:
    from importlib import resources

    import workshop.room

    folder = resources.files(workshop.room)
    pages = "".join(p.read_text("utf-8") for p in folder.joinpath("templates").iterdir())
    code = "".join(p.read_text("utf-8") for p in folder.iterdir() if p.name.endswith(".py"))
    code += Path(workshop.__file__).parent.joinpath("cli", "live.py").read_text("utf-8")
    code += Path(workshop.__file__).parent.joinpath("forms", "polls.py").read_text("utf-8")
    known = {k.removeprefix("room.") for k in words if k.startswith("room.")}
    asked = set(re.findall(r'(?:word|Refused)\(\s*"([a-z0-9-]+)"[,)]', pages + code))
    assert asked - known <= {"its-key"}
    quoted = set(re.findall(r'"(?:room\.)?([a-z0-9-]+)"', pages + code))
    starts = (
        "about-",
        "round-",
        "privacy-",
        "state-",
        "group-",
        "join-lost-",
        "said-",
        "undo-",
        "lobby-next-",
        "now-block-",
        "say-",
        "shown-next",
    )
    assert {k for k in known - quoted if not k.startswith(starts)} == set()


def test_the_whole_address_of_the_facilitator_is_a_key_too(room: Room) -> None:
    page = room.participant(join=False)
    for given in ("wrong", f"{room.address}/console#wrong"):
        refused = page.post("/console/enter", key=given)
        assert words("room.key-wrong") in BeautifulSoup(refused.text, "html.parser").get_text()
    entered = page.post("/console/enter", key=f" {room.address}/console#{room.keys.facilitator} ")
    assert "Who is here" in entered.text


def test_the_number_of_people_is_confirmed_where_it_was_typed(room: Room) -> None:
    chair = room.facilitator()
    for start, path in (("", "/console"), ("yes", "/console/start")):
        page = chair.post("/console/expect", people=7, start=start)
        assert page.url.path == path
        kept = BeautifulSoup(page.text, "html.parser").select_one("main > .kept")
        assert kept is not None
        assert words("room.said-expected") in kept.get_text()


def test_one_ballot_is_not_all_of_them(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("lead")
    one.vote("lead", "product")
    chair.reveal("lead")
    wall = html.unescape(chair.get("/projector").text)
    assert "The only person who voted says: Product-led." in wall


def test_the_start_page_says_who_came_and_not_who_voted(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("lead")
    one.vote("lead", "product")
    page = BeautifulSoup(chair.get("/console/start").text, "html.parser")
    assert page.select_one("[data-counts]").get_text() == words("room.people-count", n=1)  # type: ignore[union-attr]
    news = chair.get("/console/start/events?once").json()
    assert news["counts"] == words("room.people-count", n=1)


def test_only_phones_are_sent_to_the_wall_for_another_address(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    for page in (chair.get("/projector"), chair.get("/console"), chair.get("/console/start")):
        assert words("room.lost-here") in page.text
        assert words("room.lost") not in page.text
    assert words("room.lost") in " ".join(html.unescape(one.get().text).split())


def test_who_is_here_and_the_count_are_one_number_with_paper(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("lead")
    one.vote("lead", "product")
    slip = re.search(r'name="slip" value="([^"]+)"', chair.get("/console").text)
    assert slip is not None
    paper = {"question": "lead", "round": 1, "slip": slip[1], "role": "research"}
    chair.post("/console/paper", choice="product", **paper)
    chair.reveal("lead")
    page = BeautifulSoup(chair.get("/console").text, "html.parser")
    counts = page.select_one("[data-counts]")
    assert counts is not None
    assert counts.get_text() == words("room.people-count", n=2)
    assert sum(int(n.get_text()) for n in page.select(".people .hint")) == 2
