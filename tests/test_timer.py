"""The timer: what runs, what is left, what a change costs; the same in every window, and kept."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given, settings
from hypothesis import strategies as st

from rooms import Room, serve
from workshop import Answers, assess, exhibits, load_content
from workshop.documents.text import blocks_to_text
from workshop.forms.agenda import (
    BEGUN,
    DROPPED,
    ENDED,
    EXTENDED,
    LATE,
    OWN,
    SET,
    Clock,
    Plan,
    TimerText,
    Wish,
    act_body,
    pace_of,
    plan_agenda,
    set_body,
    share_out,
    timer_text,
)
from workshop.notebook.controls import Timer
from workshop.problems import InputError
from workshop.session import Session
from workshop.widgets.steps import LivePage

CONTENT = load_content()
START = datetime.datetime(2026, 11, 23, 9, 0, tzinfo=datetime.UTC)


def at(minutes: float) -> datetime.datetime:
    return START + datetime.timedelta(minutes=minutes)


def plan(minutes: int = 240) -> Plan:
    return plan_agenda(CONTENT, Wish(minutes))


def clock_of(*events: tuple[float, str, str], minutes: int = 240) -> Clock:
    """Return a timer after these: the minute, what was done, and with which block."""
    clock = Clock()
    clock.apply(SET, set_body(plan(minutes)), START)
    for when, what, block in events:
        body: dict[str, Any] = {}
        if what in OWN:
            body = dict(act_body(clock, what, block, at(when)))
        clock.apply(what, body, at(when))
    return clock


def text_at(clock: Clock, minute: float) -> TimerText:
    return timer_text(CONTENT, clock, at(minute))


def coming(clock: Clock, minute: float) -> dict[str, int | None]:
    return {c.slot.id: c.minutes for c in clock.at(at(minute)).rest}


# -- what it shows -------------------------------------------------------------------------------


def test_it_counts_a_block_down_and_signals_its_end_by_word_and_state() -> None:
    clock = clock_of((0, BEGUN, "open"))
    seen = [(m, text_at(clock, m)) for m in (0, 5, 12.5, 13.5, 15, 18)]
    assert [t.left for _, t in seen] == [
        "15 minutes left",
        "10 minutes left",
        "3 minutes left",
        "2 minutes left",
        "Time is up",
        "3 minutes over",
    ]
    assert [t.state for _, t in seen] == ["running"] * 3 + ["soon", "over", "over"]
    assert [bool(t.signal) for _, t in seen] == [False] * 3 + [True] * 3
    assert seen[1][1].next == "Then, at 09:15: What we want, and where we stand"


def test_before_an_agenda_is_set_there_is_nothing_to_press_and_after_it_the_first_block() -> None:
    assert timer_text(CONTENT, Clock(), START).acts == ()
    first = text_at(clock_of(), 0)
    assert [a.what for a in first.acts] == [BEGUN]
    assert first.title == "Not begun yet"


def test_a_day_that_begins_late_is_not_late() -> None:
    clock = clock_of((45, BEGUN, "open"))
    assert clock.at(at(45)).late == 0
    assert coming(clock, 45) == {s.id: s.minutes for s in plan().slots if s.id != "open"}


# -- what a change costs -------------------------------------------------------------------------


def test_five_minutes_more_are_taken_from_a_later_block_and_the_cost_is_said_before() -> None:
    clock = clock_of((0, BEGUN, "open"))
    more = next(a for a in text_at(clock, 10).acts if a.what == EXTENDED)
    assert more.costs == ("“The four patterns” has 40 minutes instead of 45.",)
    extended = clock.after(EXTENDED, act_body(clock, EXTENDED, "open", at(10)), at(10))
    assert extended.at(at(10)).left == clock.at(at(10)).left + 5
    assert coming(extended, 10)["patterns"] == 40
    assert extended.at(at(10)).ends == clock.at(at(10)).ends
    assert text_at(extended, 10).changes == more.costs


def test_a_block_that_is_over_gets_its_five_minutes_from_now_on() -> None:
    clock = clock_of((0, BEGUN, "open"), (22, EXTENDED, "open"))
    assert clock.at(at(22)).left == 5


def test_late_days_leave_out_handoffs_then_the_pre_mortem_and_never_a_vote_or_the_actions() -> None:
    gone: list[str] = []
    for late in range(0, 160, 5):
        clock = clock_of((0, BEGUN, "open"), (15 + late, BEGUN, "outcomes"))
        now = [name for name, minutes in coming(clock, 15 + late).items() if minutes is None]
        gone += [name for name in now if name not in gone]
    assert gone[:2] == ["handoffs", "pre-mortem"]
    never = {b.id for b in CONTENT.agenda.blocks if b.drop is None}
    assert never.isdisjoint(gone)


def test_what_can_be_kept_no_longer_makes_the_day_end_later_and_says_by_how_much() -> None:
    clock = clock_of((0, BEGUN, "open"), (200, BEGUN, "vote"))
    reading = clock.at(at(200))
    assert reading.late > 0
    left = [c for c in reading.rest if c.minutes is not None]
    assert all(c.minutes == c.slot.least for c in left)
    assert text_at(clock, 200).changes[-1] == f"The workshop ends {reading.late} minutes later."


def test_an_end_that_moves_within_the_time_planned_is_said_before_the_press() -> None:
    quick = clock_of((0, BEGUN, "open"), (30, BEGUN, "pre-mortem"))  # far earlier than planned
    for what in (EXTENDED, DROPPED):
        (said,) = (act.costs for act in text_at(quick, 31).acts if act.what == what)
        after = quick.after(what, act_body(quick, what, "pre-mortem", at(31)), at(31))
        ends = after.at(at(31)).ends
        assert ends is not None
        assert ends != quick.at(at(31)).ends
        assert said == (f"The workshop then ends at {ends:%H:%M}.",)
    acts = text_at(clock_of((0, BEGUN, "open")), 1).acts
    (given,) = (act.costs for act in acts if act.what == EXTENDED)
    assert not any("ends" in cost for cost in given), "a later block gives the minutes"


def test_leaving_a_block_gives_its_time_back_to_what_was_cut() -> None:
    late = clock_of((0, BEGUN, "open"), (30, BEGUN, "outcomes"), (31, EXTENDED, "outcomes"))
    cut = [n for n, m in coming(late, 31).items() if m != late_slot(late, n)]
    assert cut
    left = late.after(DROPPED, {"block": "outcomes"}, at(31))
    assert sum(m or 0 for m in coming(left, 31).values()) > sum(
        m or 0 for m in coming(late, 31).values()
    )
    assert left.running is None
    assert text_at(left, 31).title == "Between two blocks"


def late_slot(clock: Clock, name: str) -> int:
    return next(e.slot.minutes for e in clock.entries if e.slot.id == name)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 400), st.sampled_from([90, 240, 480]), st.integers(0, 12))
def test_the_rest_of_a_day_fits_it_or_keeps_only_what_never_goes(
    free: int, minutes: int, first: int
) -> None:
    slots = list(plan(minutes).slots[first:])
    shares = share_out(slots, [0] * len(slots), free)
    remaining = [(s, m) for s, m in zip(slots, shares, strict=True) if m is not None]
    assert all(s.least <= m <= s.minutes for s, m in remaining)
    assert all(s.drop is not None for s, m in zip(slots, shares, strict=True) if m is None)
    if sum(m for _, m in remaining) > free:
        assert all(s.drop is None and m == s.least for s, m in remaining)
    turns = [s.drop for s, m in zip(slots, shares, strict=True) if m is None and s.drop]
    assert all(t > max(turns) for s, _ in remaining if turns and (t := s.drop) is not None)


# -- what is kept --------------------------------------------------------------------------------


def test_it_records_what_each_block_took_in_whole_minutes() -> None:
    clock = clock_of(
        (0, BEGUN, "open"),
        (18.4, BEGUN, "outcomes"),
        (30, BEGUN, "vote"),
        (52.6, DROPPED, "ownership"),
        (52.6, ENDED, ""),
    )
    times = {t.block: (t.planned, t.actual) for t in clock.record()}
    assert times["open"] == (15, 18)
    assert times["outcomes"] == (20, 12)
    assert times["vote"] == (20, 23)
    assert times["ownership"] == (30, None)
    assert clock.at(at(60)).state == "ended"


def held_day(*blocks: str) -> Clock:
    """Return a timer of 90 minutes whose blocks were held one after the other, to the end."""
    begun = [(10.0 * n, BEGUN, block) for n, block in enumerate(blocks)]
    return clock_of(*begun, (10.0 * len(blocks), ENDED, ""), minutes=90)


def test_a_further_day_may_be_short_leaves_out_what_was_held_and_keeps_its_minutes() -> None:
    first = [s.id for s in plan(90).slots]
    clock = held_day(*first)
    assert clock.held == {*first}
    for minutes in (17, 45, 90):
        further = plan_agenda(CONTENT, Wish(minutes, held=clock.held))
        blocks = [s.id for s in further.slots if s.kind == "block"]
        assert sum(s.minutes for s in further.slots) == minutes
        assert not {*blocks} & {*first} - {*LATE}
        assert {"second-vote", "actions", "read-back"} <= {*blocks}
    took = clock.record()
    clock.apply(SET, set_body(plan_agenda(CONTENT, Wish(45, held=clock.held))), at(1500))
    assert clock.minutes() == took
    clock.apply(BEGUN, {"block": "actions"}, at(1500))
    clock.apply(ENDED, {}, at(1507))
    assert [t.actual for t in clock.minutes() if t.block == "actions"] == [10, 7]
    again = set_body(plan_agenda(CONTENT, Wish(90)))
    clock.apply(SET, again, at(2000))
    assert clock.minutes() == ()
    assert clock.held == frozenset()


def test_another_agenda_in_the_middle_of_a_day_goes_on_where_the_day_is() -> None:
    clock = clock_of((0, BEGUN, "open"), (10, BEGUN, "vote"), minutes=60)
    began = clock.since
    clock.apply(SET, set_body(plan(90), goes_on=True), at(15))
    assert clock.running is not None
    assert clock.running.slot.id == "vote"
    assert clock.since == began, "its votes stay under Now"
    assert next(iter(coming(clock, 15))) == "reveal"
    assert clock.at(at(15)).ends == at(90), "the minutes count from the beginning of the day"
    clock.apply(BEGUN, {"block": "reveal"}, at(30))
    times = {t.block: t.actual for t in clock.minutes()}
    assert (times["open"], times["vote"]) == (10, 20)
    clock.apply(SET, set_body(plan(90)), at(31))
    assert clock.running is None, "without that it begins anew"
    assert clock.minutes() == ()


def test_what_only_the_earlier_agenda_of_a_day_had_is_kept_as_held() -> None:
    short, long = ([s.id for s in plan(n).slots] for n in (90, 480))
    only = next(b for b in short if b not in long)
    clock = clock_of((0, BEGUN, "open"), (10, BEGUN, only), minutes=90)
    clock.apply(SET, set_body(plan(480), goes_on=True), at(22))
    assert clock.running is None
    assert clock.is_under_way
    assert next(iter(coming(clock, 22))) == long[1]
    assert [t.actual for t in clock.minutes() if t.block == only] == [12]
    assert clock.held == frozenset(), "the day is not over"
    clock.apply(BEGUN, {"block": "read-back"}, at(30))
    clock.apply(ENDED, {}, at(40))
    assert clock.held == {"open", only, "read-back"}


@pytest.mark.parametrize(
    ("minutes", "message"), [(16, "17 minutes"), (480, "more than the blocks")]
)
def test_a_further_day_that_cannot_be_says_what_would_do(minutes: int, message: str) -> None:
    held = frozenset(b.id for b in CONTENT.agenda.blocks)
    with pytest.raises(InputError, match=message):
        plan_agenda(CONTENT, Wish(minutes, held=held))


def test_a_pause_of_the_room_counts_for_no_block() -> None:
    clock = clock_of((0, BEGUN, "open"), (5, "paused", ""))
    assert text_at(clock, 500).state == "paused"
    clock.apply("resumed", {}, at(605))
    assert clock.at(at(605)).left == 10
    clock.apply(BEGUN, {"block": "outcomes"}, at(610))
    assert clock.record()[0].actual == 10
    assert clock.at(at(610)).late == 0


def test_going_back_to_a_block_adds_to_its_minutes_and_the_same_press_twice_counts_once() -> None:
    clock = clock_of((0, BEGUN, "open"), (10, BEGUN, "outcomes"), (11, BEGUN, "outcomes"))
    clock.apply(BEGUN, {"block": "open"}, at(14))
    clock.apply(BEGUN, {"block": "outcomes"}, at(19))
    clock.apply(ENDED, {}, at(30))
    assert [t.actual for t in clock.record()[:2]] == [15, 15]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (SET, {"slots": []}),
        (SET, {"slots": [{"id": "a", "title": "A", "minutes": "x", "least": 1}]}),
        (SET, {"slots": 7}),
        (BEGUN, {"block": "nothing"}),
        (BEGUN, {}),
        (EXTENDED, {"block": "open", "by": "much"}),
        (EXTENDED, {"block": "open", "by": 10**9}),
        (DROPPED, {"block": None}),
    ],
)
def test_what_makes_no_sense_is_passed_over(kind: str, body: dict[str, Any]) -> None:
    clock = clock_of((0, BEGUN, "open"))
    before = clock.at(at(3))
    clock.apply(kind, body, at(2))
    assert clock.at(at(3)) == before


# -- in a session --------------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "session.workshop"


def record(session: Session, *events: tuple[float, str, str], minutes: int = 90) -> None:
    with session.transaction() as transaction:
        transaction.note(SET, set_body(plan(minutes)), START)
        for when, what, block in events:
            transaction.note(what, {"block": block} if block else {}, at(when))


def test_a_session_that_is_opened_again_shows_the_same_timer(place: Path) -> None:
    first = Session.open(place)
    record(first, (0, BEGUN, "open"), (11, BEGUN, "vote"))
    shown = timer_text(CONTENT, first.clock(), at(14))
    first.close()
    again = Session.open(place)
    assert timer_text(CONTENT, again.clock(), at(14)) == shown
    again.close()


def test_two_windows_agree_whoever_pressed(place: Path) -> None:
    one, other = (LivePage(Session.open(place, who=who), 2) for who in ("Ana", "Ben"))
    timers = [Timer(page, lambda: at(20)) for page in (one, other)]
    assert timers[0].take({"do": "set", "minutes": "90", "people": "10"})["ok"]
    assert other.refresh()
    assert timers[1].take({"do": "act", "what": BEGUN, "block": "open"})["ok"]
    assert one.refresh()
    assert timers[0].view() == timers[1].view() | {"words": timers[0].view()["words"]}
    assert timers[0].view()["title"] == "Opening"
    assert timers[0].view()["goes_on"]
    assert (timers[0].view()["minutes"], timers[0].view()["remote"]) == ("90", False)
    longer = {"do": "set", "minutes": "240", "people": "10", "goes_on": True, "remote": True}
    assert timers[0].take(longer)["ok"]
    assert (timers[0].view()["minutes"], timers[0].view()["remote"]) == ("240", True), "as it is"
    assert timers[0].view()["title"] == "Opening", "the day goes on"
    for page in (one, other):
        page.session.close()


def test_a_notebook_refuses_what_cannot_be_planned_and_what_is_not_there(place: Path) -> None:
    page = LivePage(Session.open(place), 1)
    timer = Timer(page)
    refused = timer.take({"do": "set", "minutes": "soon", "people": "10"})
    assert not refused["ok"]
    assert "60 minutes" in refused["problem"]
    assert not timer.take({"do": "act", "what": BEGUN, "block": "open"})["ok"]
    assert not timer.take({"do": "act", "what": "joined", "block": ""})["ok"]
    assert not page.session.since(0)
    page.session.close()


def test_minutes_reach_the_answers_the_pack_and_the_next_agenda(place: Path) -> None:
    session = Session.open(place)
    assert session.answers_with_votes().agenda is None
    record(session, (0, BEGUN, "open"), (8, BEGUN, "vote"), (23, BEGUN, "splits"))
    answers = session.answers_with_votes()
    assert session.answers_with_votes() is answers
    session.close()
    found = {t.block: t.actual for t in answers.agenda or ()}
    assert (found["open"], found["vote"], found["splits"]) == (8, 15, None)
    assert pace_of(answers.agenda or ()) == {"open": 1.0, "vote": 1.5}
    back = Answers.from_parameters(json.loads(json.dumps(answers.to_parameters())))
    words = " ".join(blocks_to_text(exhibits.minutes(assess(back)).blocks, 200).split())
    assert "Silent vote 10 15 5 longer" in words
    assert "The two widest splits 10 not held" in words


def test_a_pack_without_minutes_has_no_page_for_them() -> None:
    shown = exhibits.minutes(assess(Answers()))
    assert shown.in_pack == ()
    assert shown.in_short_pack == ()


# -- in the room ---------------------------------------------------------------------------------


@pytest.fixture
def room(place: Path) -> Iterator[Room]:
    with serve(place) as served:
        yield served


def part(text: str, name: str = "timer") -> Tag:
    found = BeautifulSoup(text, "html.parser").find(id=name)
    assert isinstance(found, Tag)
    return found


def test_the_facilitator_drives_the_timer_and_the_wall_shows_it(room: Room) -> None:
    lead = room.facilitator()
    answer = lead.post("/console/timer/set", minutes=90, people=10)
    assert "The agenda is set" in answer.text
    lead.post("/console/timer/act", what=BEGUN, block="open")
    wall = part(lead.get("/projector").text)
    assert wall["data-state"] == "running"
    assert "8 minutes left" in wall.get_text()
    assert not wall.find("button")
    lead.post("/console/timer/act", what=EXTENDED, block="open")
    assert "13 minutes left" in part(lead.get("/projector").text).get_text()
    console = part(lead.get("/console").text)
    assert "“Silent vote” has 9 minutes instead of 10" in console.get_text()

    def head() -> str:
        return BeautifulSoup(lead.get("/projector").text, "html.parser").h1.get_text()  # type: ignore[union-attr]

    def large() -> list[str]:
        page = BeautifulSoup(lead.get("/console").text, "html.parser")
        return [button.get_text() for button in page.select(".primary button.main")]

    assert head() == "We begin in a moment", "people still arrive"
    assert large() == ["Go on: Silent vote"], "the vote has its block"
    lead.post("/console/timer/act", what=BEGUN, block="vote")
    assert head() == "Silent vote", "the workshop has begun, and nothing was asked yet"
    assert large() == ["First question: Who leads on this model?"]


def test_before_it_is_set_the_wall_shows_no_timer(room: Room) -> None:
    lead = room.facilitator()
    assert part(lead.get("/projector").text).get_text(strip=True) == ""


def test_nobody_else_drives_it(room: Room) -> None:
    someone = room.participant()
    for path, form in (
        ("/console/timer/set", {"minutes": 90, "people": 10}),
        ("/console/timer/act", {"what": BEGUN, "block": "open"}),
    ):
        answer = someone.client.post(path, data={**form, "form": "x"})
        assert answer.status_code == 403
    assert not room.room_state.clock.is_set


@pytest.mark.parametrize(
    ("path", "form", "message"),
    [
        ("set", {"minutes": 30, "people": 10}, "It needs 60 minutes"),
        ("act", {"what": BEGUN, "block": "open"}, "no such block"),
        ("act", {"what": "joined", "block": ""}, "no such block"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(
    room: Room, path: str, form: dict[str, Any], message: str
) -> None:
    answer = room.facilitator().post(f"/console/timer/{path}", **form)
    assert answer.status_code in (404, 422)
    assert message in answer.text


def test_a_room_that_has_ended_leads_on_to_a_further_day(room: Room) -> None:
    lead = room.facilitator()
    lead.post("/console/timer/set", minutes=90, people=10)
    for block in ("open", "vote", "read-back"):
        lead.post("/console/timer/act", what=BEGUN, block=block)
    lead.post("/console/timer/act", what=ENDED)

    def console() -> BeautifulSoup:
        return BeautifulSoup(lead.get("/console").text, "html.parser")

    (step,) = console().select(".primary .main")
    assert (step.get_text(), step["data-opens"]) == ("Set the agenda of another day", "set-timer")
    room.room_state.lab = "http://127.0.0.1:8888/lab/tree/WELCOME.md"
    pack, beside = console().select(".primary .button")
    assert [pack.get_text(), beside.get_text()] == ["Open the notebooks", step.get_text()]
    form = console().select_one("#set-timer")
    assert form is not None
    assert form.select_one("#timer-again[checked]") is not None
    assert form.select_one("#timer-minutes[min='1']:not([max])") is not None, "we say why, in words"
    assert "given up" not in form.get_text()
    lead.post("/console/timer/set", minutes=45, people=10, again="yes")
    assert "Opening" not in part(lead.get("/console").text).get_text()
    assert "The workshop is over" not in lead.get("/console").text
    held = [t.block for t in room.session.answers_with_votes().agenda or () if t.actual]
    assert held == ["open", "vote", "read-back"]


def test_the_room_sets_another_agenda_without_beginning_anew(room: Room) -> None:
    lead = room.facilitator()
    lead.post("/console/timer/set", minutes=60, people=10)
    lead.post("/console/timer/act", what=BEGUN, block="vote")
    form = BeautifulSoup(lead.get("/console").text, "html.parser").select_one("#set-timer")
    assert form is not None
    assert form.select_one("#timer-goes-on[checked]") is not None
    answer = lead.post("/console/timer/set", minutes=90, people=10, goes_on="yes")
    assert CONTENT.words("room.said-timed-on") in answer.text
    assert "Silent vote" in str(part(lead.get("/projector").text).select_one(".timer-title"))
    lead.post("/console/timer/set", minutes=90, people=10)
    assert "Silent vote" not in str(part(lead.get("/projector").text).select_one(".timer-title"))
    form = BeautifulSoup(lead.get("/console").text, "html.parser").select_one("#set-timer")
    assert form is not None
    assert form.select_one("#timer-goes-on") is None, "nothing is held"
    lead.post("/console/timer/act", what=BEGUN, block="read-back")
    answer = lead.post("/console/timer/set", minutes=120, people=10, goes_on="yes")
    assert CONTENT.words("room.said-timed-last") in answer.text


def test_a_room_that_is_started_again_goes_on_with_its_timer(place: Path) -> None:
    with serve(place) as first:
        lead = first.facilitator()
        lead.post("/console/timer/set", minutes=90, people=10)
        lead.post("/console/timer/act", what=BEGUN, block="open")
        lead.post("/console/timer/act", what=BEGUN, block="vote")
    with serve(place) as second:
        wall = part(second.facilitator().get("/projector").text)
        assert "Silent vote" in wall.get_text()


def test_the_room_follows_a_timer_that_a_notebook_drives(place: Path) -> None:
    with serve(place) as served:
        page = LivePage(Session.open(place), 1)
        Timer(page).take({"do": "set", "minutes": "90", "people": "10"})
        Timer(page).take({"do": "act", "what": BEGUN, "block": "open"})
        lead = served.facilitator()
        with lead.client.stream("GET", "/projector/events") as events:
            for line in events.iter_lines():
                if line.startswith("data:") and "Opening" in json.loads(line[5:])["timer"]:
                    break
        assert part(lead.get("/projector").text)["data-state"] == "running"
        page.session.close()


def test_a_participant_is_told_nothing_of_the_timer(room: Room) -> None:
    lead, someone = room.facilitator(), room.participant()
    lead.post("/console/timer/set", minutes=90, people=10)
    lead.post("/console/timer/act", what=BEGUN, block="open")
    assert "minutes left" not in someone.get("/").text
