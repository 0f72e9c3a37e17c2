"""The console follows the agenda: what to say, and the one step that leads on, block by block."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from batches import until
from rooms import CONTENT, DUE, DUE_WORDS, Facilitator, Participant, Room, serve
from workshop.forms.agenda import BEGUN, ENDED
from workshop.forms.polls import FIRST, SUGGESTED
from workshop.problems import shorten
from workshop.room.moment import LATE, agreed
from workshop.room.state import RoomState
from workshop.session import Session

words = CONTENT.words
BLOCKS = [block.id for block in CONTENT.agenda.blocks]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with serve(tmp_path / "session.workshop") as served:
        yield served


def console(chair: Facilitator) -> BeautifulSoup:
    return BeautifulSoup(chair.get("/console").text, "html.parser")


def large(chair: Facilitator) -> str:
    """Return the words of the one large step under “Now”."""
    (found,) = console(chair).select(".primary .main")
    return found.get_text()


def said(chair: Facilitator) -> str:
    return console(chair).select_one("#say-now").get_text()  # type: ignore[union-attr]


def begin(chair: Facilitator, block: str) -> None:
    chair.post("/console/timer/act", what=BEGUN, block=block)


def hold(
    chair: Facilitator, people: Sequence[Participant], key: str, choices: str, number: int = 1
) -> None:
    """Ask a question, vote with each person's choice, close it and show it."""
    chair.ask(key, number)
    for one, choice in zip(people, choices.split(), strict=False):
        one.vote(key, choice, number=number)
    chair.reveal(key, number)


def planned(room: Room) -> list[str]:
    return [entry.slot.id for entry in room.room_state.clock.entries]


@pytest.mark.parametrize("minutes", [90, 240, 480])
def test_every_block_has_its_own_sentence_and_a_break_its_end(room: Room, minutes: int) -> None:
    chair = room.facilitator()
    assert said(chair) == words("room.say-waiting")
    chair.post("/console/timer/set", minutes=minutes, people=10)
    assert said(chair) == words("room.say-waiting")
    for entry in list(room.room_state.clock.entries):
        begin(chair, entry.slot.id)
        if entry.slot.kind == "break":
            assert re.fullmatch(
                r"“We take a break now. We go on at \d\d:\d\d, on time.”", said(chair)
            )
        elif entry.slot.id == "open":
            privacy = words("room.say-privacy-role")
            assert said(chair) == f"{words('room.say-block-open')} {privacy}"
        elif entry.slot.id == "handoffs" and minutes == 90:
            assert said(chair) == words("room.say-block-handoffs-brief"), "five minutes"
        else:
            assert said(chair) == words(f"room.say-block-{entry.slot.id}")
    chair.post("/console/timer/act", what=ENDED)
    assert said(chair) == words("room.say-ended")
    chair.post("/console/pause", paused="true")
    assert said(chair) == words("room.say-paused")


def test_the_day_of_the_workshop_is_the_day_its_agenda_begins(room: Room) -> None:
    """Without a day, the plan has no dates."""
    chair = room.facilitator()
    chair.post("/console/timer/set", minutes=90, people=8)
    assert room.session.answers.held_on is None, "nobody has begun"
    begin(chair, "open")
    today = room.session.answers.held_on
    assert today is not None
    assert abs((today - datetime.datetime.now(datetime.UTC).date()).days) <= 1
    (change,) = [c for c in room.session.history() if c.address == ("held_on",)]
    assert change.who == words("room.who-console")
    room.session.give(("held_on",), "2026-11-20")
    begin(chair, "vote")
    assert str(room.session.answers.held_on) == "2026-11-20", "what was said is kept"


def test_a_remote_agenda_says_what_to_do_otherwise_in_each_block(room: Room) -> None:
    chair = room.facilitator()
    for remote in ("", "yes"):
        chair.post("/console/timer/set", minutes=240, people=10, remote=remote)
        early = [p.get_text() for p in console(chair).select(".say .hint")]
        opening = next(b.remote for b in CONTENT.agenda.blocks if b.id == "open")
        assert early == ([opening] if remote else []), "the call is open before people come"
        for block in ("open", "second-vote"):
            begin(chair, block)
            hints = [p.get_text() for p in console(chair).select(".say .hint")]
            found = next(b.remote for b in CONTENT.agenda.blocks if b.id == block)
            assert hints == ([found] if remote else [])
        if remote:
            one = room.participant()
            chair.ask("lead")
            one.vote("lead", "product")
            assert "Microphones off again" in str(console(chair).select(".say .hint"))
            chair.reveal("lead")
            assert not console(chair).select(".say .hint"), "now they talk"
        begin(chair, "open")
        assert ("chat" in said(chair), "wall" in said(chair)) == (bool(remote), not remote)
        for page in (chair.get("/console"), chair.get("/console/start")):
            tick = BeautifulSoup(page.text, "html.parser").select_one("#timer-remote")
            assert tick is not None
            assert tick.has_attr("checked") == bool(remote), "another agenda begins as this one is"
            minutes = BeautifulSoup(page.text, "html.parser").select_one("#timer-minutes")
            assert minutes is not None
            assert minutes["value"] == "240"


def test_every_block_that_can_be_planned_has_a_sentence() -> None:
    assert {b for b in BLOCKS if f"room.say-block-{b}" not in words} == set()
    beside = {b for b in BLOCKS if f"room.now-block-{b}" not in words}
    assert beside == {"open"}, "while people arrive, the wall has the lobby"


def test_wall_and_phones_follow_the_agenda_from_block_to_block(room: Room) -> None:
    chair, phone = room.facilitator(), room.participant()

    def shown(one: Facilitator | Participant, page: str) -> tuple[str, str]:
        soup = BeautifulSoup(one.get(page).text, "html.parser")
        lead = soup.select_one("main .lead")
        return soup.h1.get_text(), lead.get_text() if lead else ""  # type: ignore[union-attr]

    def both() -> tuple[str, str]:
        assert shown(chair, "/projector") == shown(phone, "/")
        return shown(phone, "/")

    chair.post("/console/timer/set", minutes=480, people=10)
    for block in ("outcomes", "vote"):  # nothing was asked yet
        mark = phone.get("/events?once").json()["mark"]
        begin(chair, block)
        title = next(e.slot.title for e in room.room_state.clock.entries if e.slot.id == block)
        now = words(f"room.now-block-{block}")
        assert shown(chair, "/projector") == (title, now)
        assert shown(phone, "/") == (words("room.waiting-title"), f"{title}{now}")
        assert words("room.lobby-role-title") in phone.get().text, "and those who came late"
        assert phone.get("/events?once").json()["mark"] != mark
    lead = CONTENT.question("lead").ask
    hold(chair, [phone], "lead", "research")
    chair.post("/console/timer/set", minutes=480, people=10)
    for what in ("", "lead", ""):  # of the rehearsal
        chair.post("/console/wall", show=what)
        head = words("room.wall-waiting")
        assert shown(chair, "/projector")[0] == (lead if what else head)
    assert said(chair) == words("room.say-waiting")
    begin(chair, "open")
    assert shown(chair, "/projector")[0] == words("room.wall-waiting"), "of the rehearsal"
    chair.post("/console/wall", show="lead")
    for entry in room.room_state.clock.entries[1:]:
        slot = entry.slot
        begin(chair, slot.id)
        if slot.kind == "break":
            assert re.fullmatch(r"We go on at \d\d:\d\d\.", both()[1])
        else:
            ending = "-none" if slot.id == "second-vote" else ""  # one ballot is no split
            assert both() == (slot.title, words(f"room.now-block-{slot.id}{ending}"))
    assert room.keys.code[:3] in chair.get("/projector").text, "those who come late can join"
    begin(chair, "patterns")
    chair.post("/console/wall", show="lead")
    assert shown(chair, "/projector")[0] == shown(phone, "/")[0] == lead, "it was put there"
    chair.post("/console/wall", show="")
    hold(chair, [phone], "chosen_pattern", "federated")
    asked = CONTENT.question("chosen_pattern").ask
    assert shown(chair, "/projector")[0] == shown(phone, "/")[0] == asked
    chair.post("/console/wall", show="decisions")
    begin(chair, "read-back")
    assert shown(chair, "/projector")[0] == words("room.decided-title"), "they are read aloud"
    chair.post("/console/wall", show="")
    chair.post("/console/timer/act", what=ENDED)
    assert both() == (words("agenda.timer-ended"), words("room.now-ended"))
    timer = BeautifulSoup(chair.get("/projector").text, "html.parser").select_one("#timer")
    assert timer is not None
    assert not timer.get_text(strip=True), "it is said large"
    assert words("room.waiting-about") not in phone.get().text


def test_a_result_of_an_earlier_block_does_not_say_what_to_say(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(2)]
    chair.post("/console/timer/set", minutes=90, people=10)
    begin(chair, "vote")
    hold(chair, people, "lead", "research product")
    assert said(chair) == words("room.say-shown-vote"), "the talk has its own block"
    begin(chair, "splits")
    assert said(chair) == words("room.say-block-splits")
    hold(chair, people, "chosen_pattern", "federated embedded")
    assert said(chair) == words("room.say-shown-even")
    begin(chair, "read-back")
    assert said(chair) == words("room.say-block-read-back")


@pytest.mark.parametrize("minutes", [240, 480])
@pytest.mark.parametrize("remote", ["", "yes"])
def test_second_votes_are_proposed_in_their_block_and_first_votes_in_theirs(
    room: Room, minutes: int, remote: str
) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(3)]
    chair.post("/console/timer/set", minutes=minutes, people=10, remote=remote)
    first = CONTENT.question("lead").ask
    assert large(chair) == "Begin: Opening"
    begin(chair, "open")
    assert large(chair).startswith("Go on: ")
    begin(chair, "vote")
    assert large(chair) == words("room.console-next-first", ask=first)
    hold(chair, people, "lead", "research product product")
    following = CONTENT.question(SUGGESTED[1]).ask
    assert large(chair) == words("room.console-next", ask=following)
    hold(chair, people, "duties.paged", "research research research")
    hold(chair, people, "chosen_pattern", "federated embedded centralised")
    left_out = set(SUGGESTED) - {"lead", "duties.paged", "chosen_pattern"}
    asks = [CONTENT.question(key).ask for key in left_out]
    begin(chair, "reveal")
    assert large(chair) == words("room.console-go-wall", what=words("room.results-title"))
    chair.post("/console/wall", show="all")
    assert large(chair) == words("room.console-go-agreed", n=1)
    chair.post("/console/agreed")
    assert large(chair).startswith("Go on: ")
    begin(chair, "second-vote")
    ask = CONTENT.question("chosen_pattern").ask
    assert large(chair) == words("room.console-next-second", ask=ask), "the widest split"
    hold(chair, people, "chosen_pattern", "federated federated federated", 2)
    assert large(chair) == words("room.console-go-decide")
    chair.post("/console/decide", question="chosen_pattern", choice="federated", on_record="true")
    assert large(chair) == words("room.console-next-second", ask=first)
    hold(chair, people, "lead", "product product product", 2)
    chair.post("/console/decide", question="lead", choice="product")
    assert large(chair) == "Go on: Pre-mortem", "on the third question all agreed"
    begin(chair, "pre-mortem")
    assert large(chair) == words("room.pre-mortem-button-of", ask=ask)
    for block in (block for block in planned(room) if block in LATE):
        begin(chair, block)
        row = console(chair).select_one(".primary").get_text()  # type: ignore[union-attr]
        assert not [ask for ask in asks if ask in row], "what was not asked is in the list only"


def test_the_second_vote_begins_with_the_widest_split_and_not_with_what_was_seen_last(
    room: Room,
) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(3)]
    chair.post("/console/timer/set", minutes=240, people=10)
    begin(chair, "vote")
    hold(chair, people, "chosen_pattern", "federated embedded centralised")
    hold(chair, people, "lead", "research product product")
    begin(chair, "second-vote")
    asks = [CONTENT.question(key).ask for key in ("chosen_pattern", "lead")]
    assert large(chair) == words("room.console-next-second", ask=asks[0])
    chair.post("/console/wall", show="lead")
    assert large(chair) == words("room.console-next-second", ask=asks[0])
    row = console(chair).select_one(".primary").get_text()  # type: ignore[union-attr]
    assert words("room.console-next-second", ask=asks[1]) in row, "and what is seen is beside it"


def test_a_typed_question_brings_back_no_split_that_was_shown(tmp_path: Path) -> None:
    place = tmp_path / "session.workshop"

    def to_wall(key: str) -> str:
        what = shorten(CONTENT.question(key).ask, 60)
        return words("room.console-go-wall", what=what)

    with serve(place) as room:
        chair, people = room.facilitator(), [room.participant() for _ in range(3)]
        chair.post("/console/timer/set", minutes=90, people=10)
        begin(chair, "vote")
        hold(chair, people, "chosen_pattern", "federated embedded centralised")
        hold(chair, people, "lead", "research product product")
        begin(chair, "splits")
        assert large(chair) == to_wall("chosen_pattern")
        chair.post("/console/wall", show="chosen_pattern")
        assert large(chair) == to_wall("lead")
        chair.post("/console/type", ask="Is the data ready?", choices="Yes\nNo\nHalf")
        (key,) = room.room_state.voting.own
        for one, choice in zip(people, ("Yes", "No", "Half"), strict=True):
            one.vote(key, choice)
        chair.reveal(key)
        assert large(chair) == to_wall("lead"), "the first was on the wall, the typed one is"
    with serve(place) as room:
        chair = room.facilitator()
        assert large(chair) == to_wall("lead"), "also after a new start"
        chair.post("/console/wall", show="lead")
        assert large(chair).startswith("Go on: ")


def test_of_two_open_questions_each_comes_back_once(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(3)]
    chair.post("/console/timer/set", minutes=240, people=10)
    begin(chair, "second-vote")
    open_ = ("lead", "chosen_pattern")
    for key, choices in zip(open_, ("product research", "embedded federated"), strict=True):
        hold(chair, people, key, choices)
        hold(chair, people, key, choices, 2)
    begin(chair, "actions")
    seen = []
    for _ in open_:
        (form,) = console(chair).select(".primary form[action='/console/wall']")
        seen += [str(form.select_one("[name=show]")["value"])]  # type: ignore[index]
        chair.post("/console/wall", show=seen[-1])
    assert sorted(seen) == sorted(open_)
    assert not console(chair).select(".primary [name=show][value='lead']")
    assert not console(chair).select(".primary [name=show][value='chosen_pattern']")


def test_the_large_button_leads_through_all_of_a_short_agenda(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(3)]
    chair.post("/console/timer/set", minutes=90, people=10)
    begin(chair, "vote")
    for key in FIRST:
        assert CONTENT.question(key).ask in large(chair)
        poll = room.room_state.poll(key)
        hold(chair, people, key, " ".join(c.value for c in poll.choices[:2]))
    assert large(chair) == "Go on: What the room thinks"
    assert said(chair) == words("room.say-shown-vote-last")
    begin(chair, "reveal")
    chair.post("/console/wall", show="all")
    assert large(chair) == "Go on: The two widest splits"
    begin(chair, "splits")
    for _ in range(2):
        shown = console(chair).select_one(".primary .main")
        show = shown.find_previous("input", {"name": "show"})  # type: ignore[union-attr]
        chair.post("/console/wall", show=show["value"])  # type: ignore[index]
    assert large(chair) == "Go on: The four patterns"
    begin(chair, "drill")
    step = console(chair).select_one(".primary a.main")
    assert step is not None
    assert step.get_text() == words("room.console-go-drill")
    assert console(chair).find(id=step["data-opens"])
    drill = CONTENT.drills[0]
    for moment in drill.moments:
        hold(chair, people, f"drills.{drill.id}.minute_{moment.minute}", "platform research")
    assert large(chair) == "Go on: Handoffs"
    assert said(chair) == words("room.say-shown-drill-end")
    begin(chair, "second-vote")
    assert large(chair).startswith("Second vote: "), "a drill is not voted on again"
    for _ in FIRST:
        key = (
            console(chair)
            .select_one(".primary .main")
            .find_previous(  # type: ignore[union-attr]
                "input", {"name": "question"}
            )["value"]
        )
        hold(chair, people, str(key), "", 2)
        to = console(chair).select_one(".primary a.main")
        assert to is not None
        assert console(chair).find("form", id=to["data-opens"])
        chair.post("/console/decide", question=str(key), dissent="Both positions stay.")
    assert large(chair) == "Go on: Pre-mortem"


def test_a_pre_mortem_is_followed_by_dots_and_the_actions_by_their_owners(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(3)]
    chair.post("/console/timer/set", minutes=90, people=10)
    begin(chair, "second-vote")
    hold(chair, people, "chosen_pattern", "federated embedded federated")
    hold(chair, people, "chosen_pattern", "federated federated federated", 2)
    record = {"question": "chosen_pattern", "choice": "federated", "on_record": "true"}
    chair.post("/console/decide", **record)
    assert said(chair) == words("room.say-decided")
    begin(chair, "pre-mortem")
    assert said(chair) == words("room.say-block-pre-mortem")
    chair.post("/console/pre-mortem", question="chosen_pattern")
    assert said(chair) == words("room.say-open-text")
    key = next(iter(room.room_state.voting.own))
    for one, why in zip(people, ("No time", "No people", "No time"), strict=True):
        one.post("/vote", question=key, round=1, other=why)
    chair.reveal(key)
    assert large(chair) == words("room.dots-button")
    assert said(chair) == words("room.say-shown-text")
    chair.post("/console/dots", question=key)
    assert said(chair) == words("room.say-open-dots")
    dots = list(room.room_state.voting.own)[-1]
    chair.reveal(dots)
    assert said(chair) == words("room.say-shown-dots")
    row = console(chair).select_one(".primary").get_text()  # type: ignore[union-attr]
    assert words("room.console-second") not in row, "answers in free words are not voted on again"
    assert large(chair) == "Go on: Decisions and actions"
    begin(chair, "actions")
    assert large(chair) == words("room.console-go-decisions")
    chair.post("/console/wall", show="decisions")
    assert large(chair) == words("room.owners-title")
    ((decision, _),) = room.session.items("decisions")
    chair.post("/console/owner", decision=decision, owner="Head of Data", due=DUE)
    assert large(chair) == "Go on: Reading back"
    begin(chair, "read-back")
    assert large(chair) == "End the workshop", "the decisions are on the wall"
    chair.post("/console/wall", show="")
    assert large(chair) == words("room.console-go-decisions")
    chair.post("/console/wall", show="decisions")
    chair.post("/console/timer/act", what=ENDED)
    assert large(chair) == words("agenda.form-set-next-day"), "this room has no notebooks"
    room.room_state.lab = "http://127.0.0.1:8888/lab?token=1"
    (away,) = console(chair).select(".primary a.main")
    assert (away["href"], away["target"]) == (room.room_state.lab, "_blank")
    assert away.get_text() == words("room.start-notebooks")
    again = console(chair).select("#questions-own button")
    assert again == [], "answers in free words have no second vote in the list either"


def test_without_an_agenda_each_question_is_led_to_its_decision(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(2)]
    hold(chair, people, "lead", "research product")
    assert large(chair) == words("room.console-second")
    hold(chair, people, "lead", "product product", 2)
    assert large(chair) == words("room.console-go-decide")
    chair.post("/console/decide", question="lead", choice="product")
    assert large(chair) == words("room.console-next", ask=CONTENT.question(SUGGESTED[1]).ask)


def test_a_block_that_another_window_begins_changes_the_step(room: Room) -> None:
    chair = room.facilitator()
    chair.post("/console/timer/set", minutes=90, people=10)
    mark = console(chair).main["data-mark"]  # type: ignore[index]
    other = Session.open(room.place, who="notebook")
    with other.transaction() as transaction:
        transaction.note(BEGUN, {"block": "open"})
    other.close()
    assert until(lambda: console(chair).main["data-mark"] != mark)  # type: ignore[index]


def test_a_second_drill_is_chosen_in_its_own_block(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant()]
    chair.post("/console/timer/set", minutes=480, people=10)
    first, second, *_ = CONTENT.drills
    for block, drill in (("drill", first), ("second-drill", second)):
        begin(chair, block)
        assert said(chair) == words(f"room.say-block-{block}")
        assert large(chair) == words("room.console-go-drill")
        for moment in drill.moments:
            key = f"drills.{drill.id}.minute_{moment.minute}"
            chair.ask(key)
            row = console(chair).select_one(".primary").get_text()  # type: ignore[union-attr]
            assert f"Undo: ask “‘{drill.title[:40]}" in row, "no quotation mark stands twice"
            hold(chair, people, key, "platform")
        assert large(chair) == words("room.console-go-agreed", n=len(drill.moments))
        chair.post("/console/agreed")
        room.session.refresh()
        kept = room.session.answers.to_parameters()["drills"][drill.id]
        assert len(kept) == len(drill.moments), "the notebook shows what was played"
        assert said(chair) == words("room.say-shown-drill-end"), "the block is not over"
        assert large(chair).startswith("Go on: ")


def test_console_and_phones_follow_the_question_that_was_put_on_the_wall(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(3)]
    hold(chair, people, "lead", "research product product")
    hold(chair, people, "chosen_pattern", "federated embedded centralised")
    lead, pattern = (CONTENT.question(key).ask for key in ("lead", "chosen_pattern"))
    phone = people[0]
    mark = phone.get("/events?once").json()["mark"]
    chair.post("/console/wall", show="lead")
    assert phone.get("/events?once").json()["mark"] != mark
    now = console(chair)
    assert now.select_one("section h3").get_text() == lead  # type: ignore[union-attr]
    (note,) = now.select('form[action="/console/discuss"] [name=question]')
    assert note["value"] == "lead"
    assert {one["value"] for one in now.select("form[data-fold] [name=question]")} == {"lead"}
    assert lead in phone.get().text
    assert pattern not in phone.get().text
    chair.post("/console/wall", show="all")
    assert console(chair).select_one("section h3").get_text() == pattern  # type: ignore[union-attr]
    chair.post("/console/wall", show="lead")
    chair.ask("duties.paged")
    assert lead not in phone.get().text, "an open vote goes first"
    chair.close("duties.paged")
    chair.post("/console/wall", show="lead")
    assert words("room.closed-title") in phone.get().text, "what waits to be shown stays at hand"
    assert console(chair).select('form[action="/console/reveal"]')


def test_phones_say_what_the_block_leads_to_after_a_result(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(2)]
    chair.post("/console/timer/set", minutes=480, people=10)

    def says(key: str) -> bool:
        lead = BeautifulSoup(people[0].get().text, "html.parser").select_one("main > .lead")
        return lead is not None and lead.get_text() == words(f"room.{key}")

    begin(chair, "vote")
    for key in SUGGESTED[:-1]:
        hold(chair, people, key, "")
    assert says("shown-next-vote")
    hold(chair, people, SUGGESTED[-1], "")
    assert says("shown-next-vote-last")
    mark = people[0].get("/events?once").json()["mark"]
    begin(chair, "ownership")
    assert says("now-block-ownership")
    assert people[0].get("/events?once").json()["mark"] != mark, "open pages look again"
    drill = CONTENT.drills[0]
    begin(chair, "drill")
    for n, moment in enumerate(drill.moments, 1):
        hold(chair, people, f"drills.{drill.id}.minute_{moment.minute}", "platform")
        assert says("shown-next-drill" if n < len(drill.moments) else "shown-next-drill-end")
    rest = next(e.slot.id for e in room.room_state.clock.entries if e.slot.kind == "break")
    begin(chair, rest)
    assert re.search(r"We go on at \d\d:\d\d\.", people[0].get().text)
    hold(chair, people, "paged_infrastructure", "product product")
    assert says("shown-next-break"), "somebody asks in a break after all"
    begin(chair, "second-vote")
    hold(chair, people, "lead", "product product", 2)
    assert says("shown-next-second")
    chair.post("/console/decide", question="lead", choice="product")
    assert "shown-next" not in people[0].get("/events?once").json()["mark"]
    chair.post("/console/timer/act", what=ENDED)
    assert says("shown-next-ended")


def test_what_people_wrote_is_listed_and_dots_are_sorted(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(3)]
    chair.post("/console/type", ask="It failed. Why?", asks_about="from-now-on")
    key = next(iter(room.room_state.voting.own))
    phone = people[0]
    for one, why in zip(people, ("No <b>time", "No people", "No owner"), strict=True):
        one.post("/vote", question=key, round=1, other=why)
    chair.reveal(key)
    for page in (phone.get().text, chair.get("/projector").text, chair.get("/console").text):
        main = BeautifulSoup(page, "html.parser").main
        assert main is not None
        assert sorted(one.get_text() for one in main.select(".facts .said")) == [
            "No <b>time",
            "No owner",
            "No people",
        ]
        assert not main.select(".tally")
        assert not main.select(".when")
        assert words("room.round-1") not in main.get_text()
        assert words("room.tally-written", n=3) in main.get_text()
    chair.post("/console/dots", question=key)
    dots = list(room.room_state.voting.own)[-1]
    values = [one.value for one in room.room_state.poll(dots).choices]
    for one, chosen in zip(people, (values[1:], values[2:], values[2:]), strict=True):
        one.post("/vote", question=dots, round=1, choice=chosen)
    chair.reveal(dots)
    page = BeautifulSoup(phone.get().text, "html.parser")
    labels = [one.get_text() for one in page.select(".tally tbody th")]
    assert labels == [room.room_state.poll(dots).label(v) for v in reversed(values)]
    outcome = page.select_one(".outcome").get_text()  # type: ignore[union-attr]
    assert f"3 name “{labels[0]}”" in outcome
    assert words("room.round-1") not in page.select_one(".tally").get_text()  # type: ignore[union-attr]


def test_the_smallest_group_is_named_even_without_a_fact(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(6)]
    chair.ask("lead")
    facts = ("R saw it", "", "P counted", "", "", "")
    choices = ["research", "research", "product", "product", "product", "engineering"]
    for one, choice, fact in zip(people, choices, facts, strict=True):
        one.vote("lead", choice, fact)
    chair.reveal("lead")
    label = room.room_state.poll("lead").label("engineering")
    for page in (people[0].get().text, chair.get("/projector").text):
        (first,) = BeautifulSoup(page, "html.parser").select(".facts .few")
        assert label[1:] in first.get_text(), "two of six are not the fewest"
        assert words("room.fact-first-none") in first.get_text()


def test_the_smallest_group_of_a_second_vote_is_heard_first_also_without_a_new_fact(
    room: Room,
) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(4)]
    chair.ask("lead")
    for one, choice in zip(people, ["research", "product", "product", "engineering"], strict=True):
        one.vote("lead", choice, f"{choice} saw it")
    chair.reveal("lead")
    chair.ask("lead", 2)
    for one, choice in zip(people, ["research", *["product"] * 3], strict=True):
        one.vote("lead", choice, number=2)
    chair.reveal("lead", 2)
    for page in (people[0].get().text, chair.get("/projector").text):
        facts = BeautifulSoup(page, "html.parser").select(".facts")[0]
        (first,) = facts.select(".few")
        assert first is facts.select("li")[0]
        assert room.room_state.poll("lead").label("research")[1:] in first.get_text()
        assert words("room.fact-first-none-new") in first.get_text()
        assert "research saw it" in facts.get_text(), "what was said before is still there"


def test_who_changed_their_mind_says_of_how_many_where_paper_took_part(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(2)]
    hold(chair, people, "lead", "research product")
    chair.ask("lead", 2)
    for one in people:
        one.vote("lead", "product", number=2)
    slip = re.search(r'name="slip" value="([^"]+)"', chair.get("/console").text)
    assert slip is not None
    paper = {"question": "lead", "round": 2, "slip": slip[1], "role": "product"}
    chair.post("/console/paper", choice="product", **paper)
    chair.reveal("lead", 2)
    page = people[0].get().text
    assert words("room.tally-moved-of", n=1, stayed=1, of=2) in page
    assert words("room.tally-moved", n=1, stayed=1) not in page


def test_the_wall_shows_all_decisions_with_owner_date_and_dissent(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(2)]
    hold(chair, people, "lead", "research product")
    refused = chair.post("/console/wall", show="decision")
    assert refused.status_code == 409
    chair.post("/console/decide", question="lead", choice="product", dissent="Ana <i>waits")
    record = {"decision": "Who switches it off?", "chosen": "Platform <b>", "owner": "Head of Ops"}
    record |= {"due": DUE, "dissent": "Research sees risk."}
    record |= {"if": "it fails at night", "then": "platform is paged"}
    room.session.record(record | {"sets": {"chosen_pattern": "federated"}})
    chair.post("/console/wall", show="decisions")
    page = BeautifulSoup(chair.get("/projector").text, "html.parser")
    rows = [row.get_text(" ", strip=True) for row in page.select(".made li")]
    assert len(rows) == 2
    assert rows[1].startswith(CONTENT.question("lead").ask), "what is on record is first"
    assert "Product-led" in rows[1]
    assert "Ana <i>waits" in rows[1]
    for part in ("Who switches it off?", "Platform <b>", f"Head of Ops, by {DUE_WORDS}"):
        assert part in rows[0]
    assert "Research sees risk." in rows[0]
    assert "If it fails at night, then platform is paged." in rows[0]
    mark = chair.get("/projector/events?once").json()["mark"]
    (item,) = (item for item, _ in room.session.items("decisions"))
    chair.post("/console/owner", decision=item, owner="Head of Data", due=DUE)
    assert "Head of Data, " in chair.get("/projector").text
    room.session.record({"decision": "Which model next?", "sets": {"builder": "data"}})
    assert words("room.record-nobody") in chair.get("/projector").text
    assert chair.get("/projector/events?once").json()["mark"] != mark


def test_the_blocks_of_notebooks_open_their_notebook_first(room: Room) -> None:
    chair = room.facilitator()
    chair.post("/console/timer/set", minutes=480, people=10)
    begin(chair, "patterns")
    assert large(chair).startswith("Go on: "), "this room runs without notebooks"
    room.room_state.lab = "http://127.0.0.1:8888/lab/tree/WELCOME.md?token=1"
    (away,) = console(chair).select(".primary a.main")
    assert away["href"] == room.room_state.lab, "it is not beside the session"
    (room.session.folder / "03-patterns.ipynb").touch()
    (away,) = console(chair).select(".primary a.main")
    assert away.get_text() == words("room.console-go-notebook", n=3)
    assert away["href"] == "http://127.0.0.1:8888/lab/tree/03-patterns.ipynb?token=1"
    (onward,) = console(chair).select('.primary form[action="/console/timer/act"]')
    assert onward.get_text().startswith("Go on: ")
    for block, part in (("outcomes", 1), ("ownership", 2), ("handoffs", 5), ("what-if", 3)):
        begin(chair, block)
        assert large(chair) == words("room.console-go-notebook", n=part)
    begin(chair, "vote")
    assert large(chair).startswith("First question: ")
    chair.post("/console/timer/set", minutes=90, people=10)
    begin(chair, "handoffs")
    assert large(chair).startswith("Go on: "), "five minutes, in which it is not opened"
    chair.post("/console/timer/set", minutes=90, people=8, remote="yes")
    begin(chair, "patterns")
    assert large(chair) == words("room.console-go-notebook", n=3), "also in eight minutes"
    for block, part in (("drill", 4), ("actions", 6)):
        begin(chair, block)
        (beside,) = console(chair).select('.primary a[target="_blank"]')
        assert beside.get_text() == words("room.console-go-notebook", n=part)
        assert large(chair) != beside.get_text(), "votes go first"
    begin(chair, "read-back")
    assert large(chair) == words("room.console-go-notebook", n=7), "the pack is made there"
    (end,) = console(chair).select('.primary form[action="/console/timer/act"]')
    assert end.get_text() == words("agenda.act-end")


def test_what_an_earlier_block_left_undecided_does_not_hold_up_the_others(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(2)]
    room.room_state.lab = "http://127.0.0.1:8888/lab/tree/WELCOME.md?token=1"
    chair.post("/console/timer/set", minutes=240, people=10)
    begin(chair, "vote")
    hold(chair, people, "lead", "research product")
    hold(chair, people, "lead", "research product", 2)
    assert large(chair) == words("room.console-go-decide")
    for block, part in (("ownership", 2), ("patterns", 3)):
        begin(chair, block)
        assert large(chair) == words("room.console-go-notebook", n=part)
    begin(chair, "actions")
    ask = CONTENT.question("lead").ask
    assert large(chair) == words("room.console-go-wall", what=ask), "now it is time"
    assert "Product-led" not in chair.get("/projector").text
    chair.post("/console/wall", show="lead")
    assert large(chair) == words("room.console-go-decide")
    chair.post("/console/decide", question="lead", choice="product", dissent="Ana: too early.")
    assert "Ana: too early." in chair.get("/projector").text, "what is decided is seen"
    assert "Ana: too early." in people[0].get().text
    begin(chair, "read-back")
    assert "Ana: too early." not in people[0].get().text


def test_the_console_shows_under_now_no_vote_of_an_earlier_block(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(2)]
    chair.post("/console/timer/set", minutes=240, people=10)
    begin(chair, "vote")
    hold(chair, people, "lead", "research product")
    ask = CONTENT.question("lead").ask
    now = '[aria-labelledby="now"]'
    assert ask in str(console(chair).select_one(f"{now} h3"))
    for block in ("patterns", "break-2", "drill", "pre-mortem", "read-back"):
        begin(chair, block)
        assert console(chair).select_one(f"{now} h3") is None, block
        undo = console(chair).select_one("#undo button")
        assert undo is not None
        assert ask[:40] in undo.get_text(), "it says of which vote"
        assert "First question" not in console(chair).select_one(".primary").get_text()  # type: ignore[union-attr]
    begin(chair, "reveal")
    chair.post("/console/wall", show="lead")
    assert ask in str(console(chair).select_one(f"{now} h3")), "it is talked about"


def test_a_result_that_is_shown_in_the_next_block_is_seen(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(2)]
    chair.post("/console/timer/set", minutes=240, people=10)
    begin(chair, "vote")
    chair.ask("lead")
    for one in people:
        one.vote("lead", "product")
    chair.close("lead")
    begin(chair, "reveal")
    chair.reveal("lead")
    for page in (chair.get("/projector").text, people[0].get().text, chair.get("/console").text):
        assert "Product-led" in str(BeautifulSoup(page, "html.parser").select_one(".outcome"))


def test_what_stays_open_is_recorded_with_who_decides_and_by_when(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(2)]
    hold(chair, people, "chosen_pattern", "federated embedded")
    hold(chair, people, "chosen_pattern", "federated embedded", 2)
    open_ = {
        "question": "chosen_pattern",
        "on_record": "true",
        "dissent": "Ana: federated. Ben: embedded.",
    }
    chair.post("/console/decide", **open_, owner="Sponsor", due=DUE)
    chair.post("/console/decide", **open_, owner="The sponsor", due=DUE)
    chair.post("/console/wall", show="decisions")
    (row,) = BeautifulSoup(chair.get("/projector").text, "html.parser").select(".made li")
    for part in (words("room.overview-open"), "Ben: embedded.", f"The sponsor, by {DUE_WORDS}"):
        assert part in row.get_text()
    room.session.refresh()
    (made,) = room.session.answers.decisions or ()
    assert (made.owner, made.chosen, made.sets) == ("The sponsor", None, None)
    assert console(chair).select_one('form[action="/console/pre-mortem"]') is None
    chair.post("/console/decide", question="chosen_pattern", choice="federated", on_record="true")
    room.session.refresh()
    (made,) = room.session.answers.decisions or ()
    assert (made.chosen, made.owner) == ("Federated", "The sponsor"), "later it is decided"


def test_a_decision_that_is_open_does_not_hold_up_the_pre_mortem(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(2)]
    chair.post("/console/timer/set", minutes=90, people=10)
    begin(chair, "second-vote")
    hold(chair, people, "chosen_pattern", "federated federated")
    chair.post("/console/decide", question="chosen_pattern", choice="federated", on_record="true")
    hold(chair, people, "lead", "research product")
    hold(chair, people, "lead", "research product", 2)
    assert large(chair) == words("room.console-go-decide")
    assert said(chair) == words("room.say-shown-second-tied"), "one for each of the two"
    ask = CONTENT.question("chosen_pattern").ask
    begin(chair, "pre-mortem")
    assert large(chair) == words("room.pre-mortem-button-of", ask=ask)
    begin(chair, "actions")
    ask = CONTENT.question("lead").ask
    assert large(chair) == words("room.console-go-wall", what=ask), "the room sees what it decides"
    chair.post("/console/wall", show="lead")
    assert large(chair) == words("room.console-go-decide")
    row = console(chair).select_one(".primary").get_text()  # type: ignore[union-attr]
    assert words("room.console-go-decisions") in row


def test_what_is_said_follows_an_earlier_result_to_the_wall_and_to_its_decision(
    room: Room,
) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(3)]
    chair.post("/console/timer/set", minutes=90, people=10)
    begin(chair, "vote")
    hold(chair, people, "maturity", "3 3 3")
    hold(chair, people, "lead", "product product product")
    begin(chair, "second-vote")
    nothing = words("room.say-block-second-vote-none")
    assert said(chair) == nothing
    chair.post("/console/wall", show="maturity")
    assert said(chair) == words("room.say-shown-agreed")
    chair.post("/console/decide", question="maturity", choice="3")
    assert said(chair) == words("room.say-decided")
    chair.post("/console/wall", show="")
    assert said(chair) == nothing
    chair.post("/console/decide", question="lead", choice="product", on_record="1")
    assert said(chair) == words("room.say-decided"), "the last result is decided in this block"


def test_the_fewest_are_called_first_only_where_there_are_some(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(4)]
    chair.post("/console/timer/set", minutes=90, people=10)
    begin(chair, "actions")
    for key, votes, ending in (
        ("duties.paged", "nobody nobody nobody nobody", "-agreed"),
        ("duties.ship", "data data data unknown", "-agreed"),
        ("lead", "product product research research", "-even"),
        ("chosen_pattern", "federated federated embedded unknown", ""),
    ):
        hold(chair, people, key, votes)
        assert said(chair) == words(f"room.say-shown{ending}")


def test_what_nobody_does_or_knows_is_not_passed_over(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(3)]
    drill = f"drills.{CONTENT.drills[0].id}.minute_0"
    chair.post("/console/timer/set", minutes=90, people=10)
    begin(chair, "vote")
    hold(chair, people, "duties.turn-off", "unknown unknown unknown")
    assert said(chair) == words("room.say-shown-vote"), "the talk comes later"
    for key, votes in (
        ("duties.paged", "nobody nobody nobody"),
        ("lead", "research product product"),
    ):
        hold(chair, people, key, votes)
    begin(chair, "splits")
    ask = CONTENT.question("lead").ask
    assert large(chair) == words("room.console-go-wall", what=ask), "there are no two sides to hear"
    chair.post("/console/wall", show="all")
    first = BeautifulSoup(chair.get("/projector").text, "html.parser").select_one("tbody th")
    assert first is not None
    assert first.get_text().startswith(ask), "what people differ on comes first"
    begin(chair, "second-vote")
    assert large(chair) == words("room.console-next-second", ask=ask), "and is voted on first"
    hold(chair, people, "duties.turn-off", "unknown unknown unknown", number=2)
    assert said(chair) == words("room.say-shown-unknown")
    record = {"on_record": "1", "owner": "Ana", "due": DUE}
    chair.post("/console/decide", question="duties.turn-off", dissent="Ana finds out.", **record)
    begin(chair, "drill")
    hold(chair, people, drill, "nobody nobody nobody")
    begin(chair, "actions")
    chair.post("/console/agreed")
    ask = CONTENT.question("duties.paged").ask
    assert large(chair) == words("room.console-go-wall", what=shorten(ask, 60)), "voted on once"
    chair.post("/console/wall", show="duties.paged")
    assert large(chair) == words("room.console-go-decide")
    chair.post("/console/decide", question="duties.paged", choice="data", **record)
    assert large(chair) == words("room.console-go-decisions"), "the night in a story is none"


def test_where_some_do_not_know_and_all_others_agree_that_is_recorded_too(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(5)]
    chair.post("/console/timer/set", minutes=90, people=10)
    begin(chair, "vote")
    hold(chair, people, "duties.ship", "data data data data unknown")
    hold(chair, people, "duties.paged", "data data unknown unknown unknown")
    begin(chair, "actions")
    assert large(chair) == words("room.console-go-agreed", n=1), "most do not know the other"
    chair.post("/console/agreed")
    made = room.room_state.made("duties.ship")
    assert made is not None
    assert made.values or made.record


def test_a_block_that_begins_ends_the_pause(room: Room) -> None:
    chair = room.facilitator()
    chair.post("/console/timer/set", minutes=90, people=10)
    chair.post("/console/pause", paused="true")
    begin(chair, "vote")
    assert not room.room_state.voting.paused
    assert words("room.paused-title") not in chair.get("/projector").text


def test_where_all_agree_the_results_are_seen_before_they_are_recorded(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(3)]
    drill = f"drills.{CONTENT.drills[0].id}.minute_0"
    chair.post("/console/timer/set", minutes=90, people=10)
    begin(chair, "vote")
    hold(chair, people, "duties.ship", "data data data")
    begin(chair, "reveal")
    assert said(chair) == words("room.say-block-reveal-agreed")
    assert large(chair) == words("room.console-go-wall", what=words("room.results-title"))
    chair.post("/console/wall", show="all")
    assert large(chair) == words("room.console-go-agreed", n=1)
    assert words("room.said-agreed-one") in chair.post("/console/agreed").text
    begin(chair, "drill")
    hold(chair, people, drill, "data data platform")  # a drill has no second vote
    begin(chair, "actions")
    (listed,) = console(chair).select("#agreed li b")
    assert listed.get_text() == "Data"
    state = {
        li.span.contents[0].strip(): li.get_text()
        for li in console(chair).select("#questions-suggested li")
        if li.span
    }
    assert words("room.state-recorded") in state[CONTENT.question("duties.ship").ask]


def test_a_wrong_year_and_a_decision_for_nobody_are_said_at_once(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(2)]
    hold(chair, people, "duties.paged", "nobody nobody")
    record = {"question": "duties.paged", "choice": "nobody", "on_record": "1", "owner": "Zed"}
    for path, form in (
        ("decide", record),
        ("action", {"what": "Ask the head of engineering", "owner": "Ana"}),
    ):
        refused = chair.post(f"/console/{path}", **form, due="2020-01-01")
        assert refused.status_code == 422
        assert "1 January 2020" in refused.text
    room.session.refresh()
    assert not room.session.answers.decisions
    ask = CONTENT.question("duties.paged").ask
    warning = words("agreed.step-nobody", asked=ask)
    assert warning not in chair.get("/console").text
    chair.post("/console/decide", **record, due="2099-01-01")
    assert warning in chair.get("/console").text
    assert warning in chair.get("/projector").text
    hold(chair, people, "lead", "product product")
    (place,) = [p for p in console(chair).select(".problem") if warning in p.get_text()]
    heading = place.find_next("h3")
    assert heading is not None
    assert ask.rstrip("?") in heading.get_text(), "beside its decision, not above another question"


def test_of_a_vote_in_which_nobody_chose_no_number_is_shown(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(3)]
    hold(chair, people, "lead", "unknown unknown unknown")
    hold(chair, people, "lead", "product research unknown", 2)
    (row,) = BeautifulSoup(chair.get("/projector").text, "html.parser").select(
        ".tally tr:has(th:-soup-contains('Product'))"
    )
    assert [one.get_text() for one in row.select(".count")] == ["–", "1 of 2"]


def test_one_person_whose_votes_are_compared_is_no_people(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    hold(chair, [one], "lead", "product")
    hold(chair, [one], "lead", "research", 2)
    assert words("room.tally-moved-one", n=1) in chair.get("/projector").text


def test_without_a_decision_the_pre_mortem_is_on_that(room: Room) -> None:
    chair, person = room.facilitator(), room.participant()
    chair.post("/console/timer/set", minutes=90, people=10)
    begin(chair, "pre-mortem")
    assert large(chair) == words("room.pre-mortem-button-open")
    chair.post("/console/pre-mortem", question="")
    ask = words("room.pre-mortem-ask-open")
    assert ask in person.get().text
    own = next(iter(room.room_state.voting.own))
    person.post("/vote", question=own, round=1, other="We were too busy")
    chair.reveal(own)
    assert large(chair) == "Go on: Decisions and actions"


def test_a_vote_without_a_ballot_is_said_to_have_none(tmp_path: Path) -> None:
    with serve(tmp_path / "session.workshop", "named") as room:
        chair, people = room.facilitator(), [room.participant() for _ in range(3)]
        chair.ask("lead")
        for one, choice in zip(people, ("research", "product", "product"), strict=True):
            one.vote("lead", choice)
        chair.reveal("lead")
        chair.ask("lead", 2)
        chair.close("lead", 2)
        assert words("room.console-none") in chair.get("/console").text
        chair.reveal("lead", 2)
        wall = BeautifulSoup(chair.get("/projector").text, "html.parser")
        assert words("room.tally-none-again") in wall.get_text()
        (first,) = wall.select(".facts .few")
        assert "Person" in first.get_text(), "who is to speak first is still named"


def test_decisions_are_in_one_order_on_console_and_wall(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(2)]
    for key in ("lead", "chosen_pattern"):
        hold(chair, people, key, "product product" if key == "lead" else "federated federated")
    record = {"on_record": "true", "owner": "Ana"}
    chair.post("/console/decide", question="chosen_pattern", choice="federated", **record)
    chair.post("/console/action", what="Ask the head of engineering", owner="Ben")
    chair.post("/console/decide", question="lead", choice="product", **record)
    chair.post("/console/wall", show="decisions")
    wall = BeautifulSoup(chair.get("/projector").text, "html.parser")
    on_wall = [one.get_text() for one in wall.select(".made h2")]
    on_console = [
        str(one.contents[0]).strip() for one in console(chair).select('h3[id^="owners-"]')
    ]
    assert [one[:20] for one in on_wall] == [one[:20] for one in on_console]
    assert on_wall[1] == "Ask the head of engineering"


def test_what_all_agree_on_is_recorded_with_one_button(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(2)]
    chair.post("/console/timer/set", minutes=90, people=10)
    begin(chair, "vote")
    hold(chair, people, "lead", "research product")
    for key in ("duties.paged", "duties.ship", "retirement_authority"):
        hold(chair, people, key, "platform platform")
    hold(chair, people, "builder", "data unknown")
    hold(chair, people, "chosen_pattern", "federated federated")  # it is to be decided
    room.session.give(("retirement_authority",), "research")  # it was answered before
    begin(chair, "reveal")
    chair.post("/console/wall", show="all")
    assert large(chair) == words("room.console-go-agreed", n=2)
    in_turn = [poll.key for poll, _values in agreed(room.room_state)]
    assert in_turn == ["duties.paged", "duties.ship"], "as they were asked"
    marks = [chair.get(f"{path}/events?once").json()["mark"] for path in ("/console", "/projector")]
    answer = chair.post("/console/agreed")
    assert words("room.said-agreed") in answer.text
    assert chair.get("/console/events?once").json()["mark"] != marks[0], "other windows see it"
    assert chair.get("/projector/events?once").json()["mark"] != marks[1]
    assert not room.room_state.decisions(), "how it is today was not decided"
    rows = BeautifulSoup(chair.get("/projector").text, "html.parser").select(".overview tbody tr")
    recorded = [row.select("td")[-1].get_text(" ", strip=True) for row in rows]
    assert recorded.count("Platform as it is today") == 2
    room.session.refresh()
    given = room.session.answers
    assert given.duties is not None
    assert (given.duties.paged, given.duties.ship) == ("platform", "platform")
    assert (given.lead, given.builder, given.chosen_pattern) == (None, None, None)
    assert given.retirement_authority == "research"
    assert large(chair).startswith("Go on: ")
    page = console(chair)
    seq = page.select_one('form[action="/console/undo"] [name=seq]')["value"]  # type: ignore[index]
    assert words("room.undo-answered-together") in page.select_one("#undo").get_text()  # type: ignore[union-attr]
    chair.post("/console/undo", seq=seq)
    room.session.refresh()
    assert room.session.answers.duties is None
    assert large(chair) == words("room.console-go-agreed", n=2), "what one button did"


def test_what_most_say_twice_about_today_is_recorded_with_the_same_button(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(5)]
    chair.post("/console/timer/set", minutes=90, people=10)
    begin(chair, "vote")
    most, half = "nobody nobody nobody nobody platform", "data data data platform platform"
    for key, votes in (("duties.paged", most), ("duties.ship", half), ("builder", most)):
        hold(chair, people, key, votes)
    begin(chair, "second-vote")
    for key, votes in (("duties.ship", half), ("duties.paged", most)):
        hold(chair, people, key, votes, number=2)
    begin(chair, "actions")
    to_be = {"question": "duties.paged", "choice": "data", "on_record": "1"}
    chair.post("/console/decide", **to_be, owner="Ben", due=DUE)
    # What is to be leaves today unanswered, which neither a first vote settles nor a second one
    # of which the pack says that the room is divided.
    assert large(chair) == words("room.console-go-agreed", n=1)
    chair.post("/console/agreed")
    room.session.refresh()
    given = room.session.answers
    assert given.duties is not None
    assert (given.duties.paged, given.duties.ship, given.builder) == ("nobody", None, None)
    (decision,) = given.decisions or ()
    assert decision.sets == {"duties.paged": "data"}
    assert large(chair) != words("room.console-go-agreed", n=1)
    chair.post("/console/wall", show="all")
    rows = BeautifulSoup(chair.get("/projector").text, "html.parser").select(".overview tbody tr")
    made = {row.th.get_text().split("?")[0]: row.select("td")[-1] for row in rows if row.th}
    (one,) = (td for ask, td in made.items() if ask in CONTENT.question("duties.paged").ask)
    assert one.get_text(" ", strip=True) == "Data as it is today: nobody", "first what is decided"


def test_that_nobody_does_it_today_is_still_to_be_decided(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(3)]
    chair.post("/console/timer/set", minutes=90, people=10)
    begin(chair, "second-vote")
    for key, votes in (("paged_quality", "nobody nobody data"), ("duties.ship", "data data data")):
        for number in (1, 2):
            hold(chair, people, key, votes, number=number)
    begin(chair, "actions")
    listed = console(chair).select("#agreed li")
    answers = [one.b.get_text() for one in listed if one.b]
    assert sorted(answers) == ["Data", "nobody"], "what is recorded is seen before"
    chair.post("/console/agreed")
    assert not console(chair).select("#agreed li")
    ask = CONTENT.question("paged_quality").ask
    assert large(chair) == words("room.console-go-wall", what=shorten(ask, 60))
    chair.post("/console/wall", show="paged_quality")
    (step,) = console(chair).select(".primary .main")
    assert step["data-opens"] == "record-form"
    open_ = {"question": "paged_quality", "on_record": "1", "dissent": "Ana: data"}
    chair.post("/console/decide", **open_, owner="Sponsor", due=DUE)
    assert large(chair) == words("room.console-go-decisions"), "and data who ship go on as before"


@pytest.mark.parametrize(
    ("votes", "typed", "comes_back"),
    [
        ("nobody nobody data", None, True),
        ("nobody nobody data", "nobody", True),
        ("data nobody data", "nobody", True),
        ("nobody nobody data", "data", False),
        ("nobody data platform", None, False),
    ],
)
def test_what_nobody_does_today_comes_back_wherever_it_was_said(
    votes: str, typed: str | None, comes_back: bool, room: Room
) -> None:
    """Voted on once, and recorded in a notebook or nowhere."""
    chair, people = room.facilitator(), [room.participant() for _ in range(3)]
    chair.post("/console/timer/set", minutes=240, people=10)
    begin(chair, "ownership")
    hold(chair, people, "duties.turn-off", votes)
    room.session.refresh()
    room.session.give(("duties", "turn-off"), typed)
    begin(chair, "actions")
    ask = shorten(CONTENT.question("duties.turn-off").ask, 60)
    asked = words("room.console-go-wall", what=ask)
    assert (large(chair) == asked) == comes_back
    record = {"question": "duties.turn-off", "on_record": "1", "owner": "Ana"}
    chair.post("/console/decide", choice="data", **record)
    assert large(chair) != asked


def test_what_the_room_leaves_open_is_asked_about_once_and_the_day_goes_on(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(3)]
    chair.post("/console/timer/set", minutes=240, people=10)
    begin(chair, "ownership")
    hold(chair, people, "duties.turn-off", "nobody nobody data")
    hold(chair, people, "duties.paged", "data data data")
    chair.post("/console/decide", question="duties.paged", choice="data", on_record="1")
    begin(chair, "actions")
    chair.post("/console/agreed")
    ask = words("room.console-go-wall", what=shorten(CONTENT.question("duties.turn-off").ask, 60))
    assert large(chair) == ask
    chair.post("/console/wall", show="duties.turn-off")
    chair.post("/console/wall", show="decisions")
    assert large(chair) not in (ask, words("room.console-go-decisions"))


def test_the_pre_mortem_is_on_what_was_decided_last(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(3)]
    chair.post("/console/timer/set", minutes=240, people=10)
    begin(chair, "ownership")
    for key in ("duties.paged", "duties.ship", "builder"):
        hold(chair, people, key, "data data platform")
    for key in ("builder", "duties.ship", "duties.paged"):
        record = {"question": key, "on_record": "1", "owner": "Ana"}
        chair.post("/console/decide", choice="platform", **record)
    begin(chair, "pre-mortem")
    ask = shorten(CONTENT.question("duties.paged").ask, 60)
    chair.post("/console/wall", show="")
    assert large(chair) == words("room.pre-mortem-button-of", ask=ask)


def test_an_owner_has_one_spelling_on_the_wall_however_often_it_is_typed(room: Room) -> None:
    chair = room.facilitator()
    for what, owner in (("Test it", "The sponsor"), ("Say it", "the  Sponsor"), ("Go", "Tom")):
        assert chair.post("/console/action", what=what, owner=owner).status_code == 200
    chair.post("/console/wall", show="decisions")
    shown = BeautifulSoup(chair.get("/projector").text, "html.parser").select_one(".made")
    assert shown is not None
    text = " ".join(shown.get_text().split())
    assert text.count("The sponsor") == 2
    assert "the Sponsor" not in text
    assert "Tom" in text


def test_what_is_keyed_in_after_the_end_leads_on_to_its_second_vote(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(3)]
    chair.post("/console/timer/set", minutes=90, people=10)
    begin(chair, "vote")
    hold(chair, people, "maturity", "2 2 3")
    chair.post("/console/timer/act", what=ENDED)
    room.room_state.was_ended = True  # another day
    another_day = words("room.say-ended-again")
    assert said(chair) == another_day
    next_day = large(chair)
    hold(chair, people, "lead", "product product research")
    assert said(chair) != another_day
    assert large(chair) == words("room.console-second", ask=CONTENT.question("lead").ask)
    hold(chair, people, "lead", "product product research", number=2)
    assert large(chair) == words("room.console-go-decide")
    chair.post("/console/decide", question="lead", choice="product", on_record="1")
    assert large(chair) == next_day


def test_a_drill_has_no_second_vote_and_others_have_it_in_its_block(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(2)]
    drill = CONTENT.drills[0]

    def again() -> list[str]:
        forms = console(chair).select('.primary form[action="/console/ask"], #questions ~ * form')
        return [
            str(form.select_one("[name=question]")["value"])  # type: ignore[index]
            for form in forms
            if form.select("[name=round][value='2']")
        ]

    for moment in drill.moments:  # after the last of them, too
        hold(chair, people, f"drills.{drill.id}.minute_{moment.minute}", "platform research")
        assert again() == []
    hold(chair, people, "lead", "research product")
    assert again() == ["lead", "lead"], "without an agenda under Now and in the list"
    chair.post("/console/timer/set", minutes=480, people=10)
    begin(chair, "ownership")
    assert again() == ["lead"], "in the list only"
    begin(chair, "second-vote")
    assert again() == ["lead", "lead"]


def test_a_room_that_is_started_again_shows_what_it_showed_and_how_to_join(tmp_path: Path) -> None:
    with serve(tmp_path / "session.workshop") as room:
        chair, people = room.facilitator(), [room.participant() for _ in range(2)]
        hold(chair, people, "lead", "research product")
        hold(chair, people, "duties.paged", "research product")
        chair.post("/console/wall", show="lead")
        wall = BeautifulSoup(chair.get("/projector").text, "html.parser")
        assert wall.select(".join") == []
    with serve(tmp_path / "session.workshop") as room:
        chair = room.facilitator()
        wall = BeautifulSoup(chair.get("/projector").text, "html.parser")
        assert wall.select_one("h1").get_text() == CONTENT.question("lead").ask  # type: ignore[union-attr]
        (join,) = wall.select(".join")
        assert join.select_one("svg.qr") is not None
        assert f"{room.keys.code[:3]} {room.keys.code[3:]}" in join.get_text()
        mark = chair.get("/projector/events?once").json()["mark"]
        chair.post("/console/timer/set", minutes=90, people=10)
        begin(chair, "reveal")
        chair.post("/console/wall", show="all")
        wall = BeautifulSoup(chair.get("/projector").text, "html.parser")
        assert wall.select(".join") == [], "the workshop goes on"
        assert chair.get("/projector/events?once").json()["mark"] != mark


def test_what_is_decided_in_a_later_block_is_seen_on_the_wall(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(2)]
    chair.post("/console/timer/set", minutes=90, people=10)
    begin(chair, "second-vote")
    hold(chair, people, "lead", "research product")
    hold(chair, people, "lead", "research research", 2)
    begin(chair, "actions")

    def wall() -> BeautifulSoup:
        return BeautifulSoup(chair.get("/projector").text, "html.parser")

    assert wall().select(".decided") == []
    chair.post("/console/decide", question="lead", choice="research")
    assert "Research-led" in wall().select_one(".decided").get_text()  # type: ignore[union-attr]
    chair.post("/console/wall", show="decisions")
    chair.post("/console/decide", question="lead", choice="product")
    assert wall().select_one("h1").get_text() == words("room.decided-title")  # type: ignore[union-attr]
    begin(chair, "read-back")
    chair.post("/console/timer/act", what=ENDED)
    ended = [one.get_text() for one in console(chair).select(".primary .button, .primary form")]
    assert words("agenda.form-set-next-day") in ended
    assert not any(one.startswith("Next question") for one in ended)
    chair.post("/console/wall", show="lead")
    chair.post("/console/timer/set", minutes=45, people=10, again="yes")
    assert wall().select(".decided") == [], "what was voted before is not of this day"


def test_a_break_offers_a_copy_and_no_question(room: Room) -> None:
    chair = room.facilitator()
    chair.post("/console/timer/set", minutes=240, people=10)
    pause = next(e.slot.id for e in room.room_state.clock.entries if e.slot.kind == "break")

    def offered() -> list[str]:
        return [str(form["action"]) for form in console(chair).select(".primary form")]

    begin(chair, "vote")
    assert "/console/copy" not in offered()
    assert "/console/ask" in offered()
    begin(chair, pause)
    assert "/console/copy" in offered()
    assert "/console/ask" not in offered()


def test_the_sentence_of_the_opening_is_no_pre_mortem_and_may_be_typed_under_dots(
    room: Room,
) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(2)]
    ask = "In one sentence, what should be better for a user a year from now?"
    chair.post("/console/type", ask=ask, choices="", asks_about="from-now-on")
    own = next(iter(room.room_state.voting.own))
    for one, answer in zip(people, ("Faster answers", "Fewer wrong results"), strict=True):
        one.post("/vote", question=own, round=1, other=answer)
    chair.reveal(own)
    assert said(chair) == words("room.say-shown-text-sentence")
    chair.post("/console/dots", question=own)
    dots = list(room.room_state.voting.own)[-1]
    for one in people:
        one.vote(dots, ["Faster answers"])
    chair.reveal(dots)
    assert said(chair) == words("room.say-shown-dots-sentence")
    sentence = "Faster answers that are right"
    assert console(chair).select_one("#record-other") is not None
    chair.post("/console/decide", question=dots, other=sentence)
    assert said(chair) == words("room.say-decided-sentence")
    wall = BeautifulSoup(chair.get("/projector").text, "html.parser")
    assert sentence in wall.select_one(".decided").get_text()  # type: ignore[union-attr]
    (vote,) = (v for v in room.session.answers_with_votes().votes or () if v.question == dots)
    assert vote.decision == (sentence,), "and the pack has it"


def test_a_further_day_says_its_first_block_and_has_a_pre_mortem_of_its_own(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(2)]
    record = {"on_record": "true", "owner": "Ana", "due": DUE}

    def decide(key: str, choice: str) -> None:
        begin(chair, "second-vote")
        hold(chair, people, key, f"{choice} {choice}")
        chair.post("/console/decide", question=key, choice=choice, **record)
        begin(chair, "pre-mortem")
        ask = shorten(CONTENT.question(key).ask, 60)
        assert large(chair) == words("room.pre-mortem-button-of", ask=ask)

    chair.post("/console/timer/set", minutes=90, people=10)
    begin(chair, "open")
    decide("chosen_pattern", "federated")
    chair.post("/console/pre-mortem", question="chosen_pattern")
    own = next(iter(room.room_state.voting.own))
    chair.reveal(own)
    begin(chair, "actions")
    chair.post("/console/timer/act", what=ENDED)
    chair.post("/console/timer/set", minutes=30, people=10, again="yes")
    begin(chair, "second-vote")
    wall = BeautifulSoup(chair.get("/projector").text, "html.parser").select_one("#block")
    assert wall is not None
    assert wall.get_text() == next(b.title for b in CONTENT.agenda.blocks if b.id == "second-vote")
    decide("duties.turn-off", "product")


def test_decisions_on_the_wall_have_the_sentence_of_their_block(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(2)]
    chair.post("/console/timer/set", minutes=90, people=10)
    begin(chair, "actions")
    hold(chair, people, "lead", "research product")
    chair.post("/console/decide", question="lead", choice="product", on_record="true")
    assert said(chair) == words("room.say-decided")
    chair.post("/console/wall", show="decisions")
    assert said(chair) == words("room.say-block-actions"), "the vote is no longer seen"


def test_a_block_of_second_votes_with_none_left_says_so(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(2)]
    chair.post("/console/timer/set", minutes=90, people=10)
    begin(chair, "vote")
    hold(chair, people, "lead", "research product")
    begin(chair, "second-vote")
    assert said(chair) == words("room.say-block-second-vote"), "one is due"
    hold(chair, people, "lead", "research product", 2)
    begin(chair, "actions")
    chair.post("/console/timer/act", what=ENDED)
    chair.post("/console/timer/set", minutes=30, people=10, again="yes")
    begin(chair, "second-vote")
    assert large(chair).startswith("Go on: ")
    assert said(chair) == words("room.say-block-second-vote-none")
    for one, path in ((chair, "/projector"), (people[0], "/")):
        assert words("room.now-block-second-vote-none") in one.get(path).text


def test_the_console_follows_who_joins_while_a_result_is_shown(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(2)]
    chair.post("/console/expect", people="8")
    hold(chair, people, "lead", "research product")
    news = chair.get("/console/events?once").json()
    room.participant()
    after = chair.get("/console/events?once").json()
    assert after["here"] != news["here"]
    assert after["mark"] == news["mark"], "nothing else is drawn anew"


def test_the_sentence_before_the_first_block_is_not_yesterdays(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(2)]
    chair.post("/console/timer/set", minutes=90, people=10)
    begin(chair, "second-vote")
    hold(chair, people, "lead", "research product")
    chair.post("/console/timer/act", what=ENDED)
    chair.post("/console/timer/set", minutes=45, people=10, again="yes")
    assert said(chair) == words("room.say-waiting")


def test_the_sentence_after_a_pause_knows_the_next_day(tmp_path: Path) -> None:
    with serve(tmp_path / "session.workshop") as room:
        chair = room.facilitator()
        chair.post("/console/pause", paused="true")
        assert said(chair) == words("room.say-paused")
    with serve(tmp_path / "session.workshop") as room:
        chair = room.facilitator()
        assert said(chair) == words("room.say-paused-again")
        chair.post("/console/pause", paused="false")
        chair.post("/console/pause", paused="true")
        assert said(chair) == words("room.say-paused")


@pytest.mark.parametrize("voted", [False, True])
def test_who_joins_on_another_day_is_told_that_its_agenda_is_not_set_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, voted: bool
) -> None:
    title, over = words("room.now-again-title"), words("agenda.timer-ended")
    with serve(tmp_path / "session.workshop") as room:
        chair, people = room.facilitator(), [room.participant() for _ in range(2)]
        chair.post("/console/timer/set", minutes=90, people=10)
        begin(chair, "open")
        if voted:
            hold(chair, people, "lead", "research product")
        chair.post("/console/timer/act", what=ENDED)
        assert title not in chair.get("/projector").text
        ended = room.room_state.clock.ended_at
    assert ended is not None
    ended = ended.astimezone()
    monkeypatch.setattr(RoomState, "now", lambda _: ended)
    with serve(tmp_path / "session.workshop") as room:
        chair, one = room.facilitator(), room.participant()
        assert title not in one.get().text, "it was started again on the same evening"
        assert said(chair) == words("room.say-ended")
    monkeypatch.setattr(RoomState, "now", lambda _: ended + datetime.timedelta(days=1))
    with serve(tmp_path / "session.workshop") as room:
        chair, one = room.facilitator(), room.participant()
        phone, wall = (
            BeautifulSoup(page.text, "html.parser").get_text()
            for page in (one.get(), chair.get("/projector"))
        )
        assert title in phone
        assert (title in wall) != voted, "a result stays on the wall"
        assert over not in phone + wall
        assert said(chair) == words("room.say-ended-again")
        room.room_state.lab = "http://127.0.0.1:8888/lab?token=1"
        assert large(chair) == words("agenda.form-set-next-day"), "notebooks come after the day"
        chair.post("/console/timer/set", minutes=45, people=10, again="yes")
        assert title not in BeautifulSoup(one.get().text, "html.parser").get_text()
        begin(chair, room.room_state.clock.entries[0].slot.id)
        chair.post("/console/timer/act", what=ENDED)
        assert over in BeautifulSoup(one.get().text, "html.parser").get_text()
        assert said(chair) == words("room.say-ended")


def test_how_it_is_today_is_recorded_and_not_decided(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(2)]
    hold(chair, people, "lead", "product product")
    chair.ask("lead", 2)
    assert said(chair) == words("room.say-second-today")
    for one in people:
        one.vote("lead", "product", number=2)
    chair.reveal("lead", 2)
    chair.post("/console/decide", question="lead", choice="product")
    for page in (chair.get("/projector").text, chair.get("/console").text):
        recorded = BeautifulSoup(page, "html.parser").select_one(".decided")
        assert recorded is not None
        assert words("room.answered-title") in recorded.get_text()
        assert words("room.decided-title") not in recorded.get_text()
    assert console(chair).select_one('form[action="/console/pre-mortem"]') is None
    assert words("room.facts-about") not in chair.get("/console").text, "all agree"


def test_answers_in_free_words_are_last_on_the_wall_and_say_how_many_more(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(5)]
    chair.post("/console/type", ask="What should be better?", choices="", asks_about="today")
    key = next(iter(room.room_state.voting.own))
    for number, one in enumerate(people):
        one.post("/vote", question=key, round=1, other=f"Answer {number}")
    chair.reveal(key)
    hold(chair, people[:2], "lead", "product product")
    chair.post("/console/wall", show="all")
    rows = BeautifulSoup(chair.get("/projector").text, "html.parser").select("tbody tr")
    assert "What should be better?" in rows[-1].get_text()
    assert words("room.overview-more", n=2) in rows[-1].get_text()


def test_the_pre_mortem_is_on_the_pattern_and_says_which_decision_it_is(room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(2)]
    chair.post("/console/timer/set", minutes=90, people=10)
    begin(chair, "second-vote")
    for key, value in (("chosen_pattern", "federated"), ("duties.paged", "research")):
        hold(chair, people, key, f"{value} {value}")
        chair.post("/console/decide", question=key, choice=value, on_record="true")
    begin(chair, "pre-mortem")
    form = console(chair).select_one('form[action="/console/pre-mortem"] [name=question]')
    assert form is not None
    assert form["value"] == "chosen_pattern", "also where another was decided later"
    chair.post("/console/pre-mortem", question="duties.paged")
    asked = BeautifulSoup(chair.get("/projector").text, "html.parser").h1
    assert asked is not None
    said = {"ask": CONTENT.question("duties.paged").ask, "chosen": "Research"}
    assert words("room.pre-mortem-ask-of", **said) == asked.get_text()


def test_what_was_voted_on_twice_comes_back_with_the_actions_until_it_is_decided(
    room: Room,
) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(2)]
    chair.post("/console/timer/set", minutes=90, people=10)
    begin(chair, "vote")
    for key, value in (("lead", "product"), ("chosen_pattern", "federated")):
        hold(chair, people, key, f"{value} unknown")
        other = "research" if key == "lead" else "embedded"
        hold(chair, people, key, f"{value} {other}", 2)
    begin(chair, "actions")
    chair.post("/console/decide", question="chosen_pattern", choice="federated", on_record="true")
    ask = CONTENT.question("lead").ask
    assert large(chair) == words("room.console-go-wall", what=ask)
    chair.post("/console/wall", show="lead")
    assert large(chair) == words("room.console-go-decide")
    chair.post("/console/decide", question="lead", choice="product", on_record="true")
    assert large(chair) == words("room.console-go-decisions")


def test_a_command_is_broken_between_its_words_and_folders_only(room: Room) -> None:
    page = room.facilitator().get("/console/start").text
    (command, again) = BeautifulSoup(page, "html.parser").select("pre code")
    assert again.get_text() == room.room_state.again, "it is copied as it is"
    assert f"/<wbr/>{Path(room.place).name}" in str(again)
    options = [one.get_text() for one in command.select(".unbroken")]
    assert {"--answers", "--people", "-o"} <= set(options)


def test_while_the_room_is_paused_nobody_is_asked_to_choose_a_question(room: Room) -> None:
    chair = room.facilitator()
    assert words("room.console-choose") not in chair.get("/console").text
    chair.post("/console/pause", paused="true")
    shown = console(chair).select_one("section:has(#now)")
    assert shown is not None
    assert words("room.is-paused") in shown.get_text()
    assert words("room.console-choose") not in shown.get_text()
