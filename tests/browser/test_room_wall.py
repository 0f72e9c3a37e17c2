"""The wall fits a projector, is read from the last row, and shows any result again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rooms import CONTENT, Facilitator, LastSeconds, Participant, Room, serve
from servers import box_of, measured_in, resize
from workshop.forms.polls import SUGGESTED, poll_of
from workshop.session import Session

pytestmark = pytest.mark.browser
words = CONTENT.words
SIZES = ((1280, 720), (1920, 1080))
FACT = "Two of the last three incidents were found by customers, and nobody had an alert for it. "
NINE = 9


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with serve(tmp_path / "session.workshop", "role") as served:
        yield served


@pytest.fixture
def wall(browser: Any, room: Room) -> Iterator[Any]:
    tab = open_wall(browser, room)
    yield tab
    tab.context.close()


def open_wall(browser: Any, room: Room) -> Any:
    """Return a tab on a room's wall, as the facilitator opens it."""
    tab = browser.new_context().new_page()
    tab.goto(f"{room.address}/console#{room.keys.facilitator}")
    tab.get_by_role("heading", name=words("room.console-title")).wait_for()
    tab.goto(f"{room.address}/projector")
    return tab


def audience(room: Room) -> list[Participant]:
    return [room.participant() for _ in range(NINE)]


def measured(wall: Any, least: float = 0.0235) -> dict[str, str]:
    """Return what does not fit, or is too small for the last row, in each size of projector."""
    found = {}
    for width, height in SIZES:
        resize(wall, width, height)
        size = f"{width} × {height}"
        tall = wall.evaluate("document.documentElement.scrollHeight")
        if tall > height or wall.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found[size] = f"{tall} high"
        small = wall.evaluate(
            """least => [...document.querySelectorAll('main *')]
               .filter(e => e.checkVisibility() && e.textContent.trim()
                         && parseFloat(getComputedStyle(e).fontSize) < least)
               .map(e => e.outerHTML.slice(0, 80))""",
            height * least,
        )
        if small:
            found[f"{size}, too small"] = small[0]
    return found


def longest_drill() -> str:
    with_scene = [
        f"drills.{drill.id}.minute_{moment.minute}"
        for drill in CONTENT.drills
        for moment in drill.moments
    ]
    from workshop import Answers

    return max(with_scene, key=lambda key: sum(map(len, poll_of(CONTENT, Answers(), key).scene)))


def test_the_lobby_has_a_code_of_half_the_walls_height(wall: Any) -> None:
    assert measured(wall) == {}
    qr = box_of(wall.locator(".qr"))
    assert qr["height"] >= 0.5 * 1080


@pytest.mark.parametrize("question", ["lead", "chosen_pattern", longest_drill()])
def test_a_question_and_its_result_fit_the_wall(wall: Any, room: Room, question: str) -> None:
    chair, people = room.facilitator(), audience(room)
    chair.ask(question)
    poll = room.room_state.poll(question)
    wall.get_by_role("heading", name=poll.ask).wait_for()
    assert measured(wall) == {}
    for choice in poll.choices:
        assert wall.locator(".offered").get_by_text(choice.label).first.is_visible()
    for number, one in enumerate(people):
        one.vote(question, poll.choices[number % 3].value, FACT * (1 + number % 3))
    chair.reveal(question)
    wall.locator(".tally").wait_for()
    assert measured(wall) == {}
    assert wall.locator(".facts li").first.is_visible()
    if poll.scene:
        assert wall.get_by_text(poll.scene[-1]).count() == 1
    chair.ask(question, 2)
    for number, one in enumerate(people):
        one.vote(question, poll.choices[number % 2].value, FACT, number=2)
    chair.reveal(question, 2)
    wall.locator(".dots.before").first.wait_for()
    assert measured(wall) == {}


def test_beside_many_facts_the_result_is_as_large_as_its_own_column_allows(
    wall: Any, room: Room
) -> None:
    chair, people = room.facilitator(), audience(room)
    chair.ask("lead")
    for number, one in enumerate(people):
        one.vote("lead", ("engineering", "product")[number % 2], f"{number}. {FACT}")
    chair.reveal("lead")
    wall.locator(".tally").wait_for()
    for width, height in SIZES:
        resize(wall, width, height)
        size = "part => parseFloat(getComputedStyle(document.querySelector(part)).fontSize)"
        result, fact = (wall.evaluate(size, part) for part in (".tally tbody th", ".facts li"))
        assert result > 1.2 * fact
    assert measured(wall) == {}


@pytest.mark.parametrize("number", [7, 9, 12])
def test_the_dots_of_two_votes_stand_in_one_row_with_their_count(
    wall: Any, room: Room, number: int
) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(number)]
    for at in (1, 2):
        chair.ask("lead", at)
        for one in people:
            one.vote("lead", "engineering", FACT, number=at)
        chair.reveal("lead", at)
    row = wall.locator(".tally tbody tr", has_text="Engineering-led")
    row.locator(".dots.before").wait_for()
    tops = """row => [...row.querySelectorAll('td')].map(cell => {
        const box = e => e.getBoundingClientRect();
        const dots = [...cell.querySelectorAll('i')].map(i => Math.round(box(i).top));
        const count = box(cell.querySelector('.count'));
        return [new Set(dots).size, count.top < dots[0] && dots[0] < count.bottom]; })"""
    for width, height in SIZES:
        resize(wall, width, height)
        assert measured_in(row, tops) == [[[1, True]] * 2], width
        dot = """row => row.querySelector('.now i').offsetHeight
                      / parseFloat(getComputedStyle(row).fontSize)"""
        assert number == 12 or measured_in(row, dot)[0] > 0.5, "as large as its column allows"


LINES = """one => {
    const text = document.createRange();
    text.selectNodeContents(one);
    return new Set([...text.getClientRects()].map(at => Math.round(at.top))).size; }"""
SMALL = ((640, 360), (390, 844))
"""A wall enlarged to 200% in the browser, and one that is followed on a phone."""


def test_a_choice_keeps_to_a_line_and_so_do_its_dots_with_their_count(
    wall: Any, room: Room
) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(12)]
    choices = ["Forschungsgeführt", "Platform-as-MLOps", "Only on working days"]
    chair.post("/console/type", ask="Which?", choices="\n".join(choices), asks_about="today")
    (question,) = room.room_state.voting.asked
    values = [choice.value for choice in room.room_state.poll(question).choices]
    for number, one in enumerate(people):
        one.vote(question, values[number < 2], FACT)
    chair.reveal(question)
    wall.locator(".tally").wait_for()
    beside = """cell => {
        const box = e => e.getBoundingClientRect(), count = box(cell.querySelector('.count'));
        return [...cell.querySelectorAll('i')].every(i =>
            count.top < (box(i).top + box(i).bottom) / 2 && box(i).top < count.bottom); }"""
    for width, height in (*SIZES, *SMALL):
        resize(wall, width, height)
        assert measured_in(wall.locator(".tally tbody th"), LINES) == [1] * 3, width
        assert measured_in(wall.locator(".tally tbody td"), beside) == [True] * 3, width


def test_the_name_of_a_table_is_not_broken_inside(browser: Any, tmp_path: Path) -> None:
    tables = ("Alpha", "Beta", "Gamma")
    with serve(tmp_path / "tables.workshop", "anonymous", 2, tables) as room:
        chair, people = room.facilitator(), [room.participant(join=False) for _ in range(9)]
        for number, one in enumerate(people):
            one.join(room.keys.code, table=tables[number % 3])
        for at in (1, 2):
            chair.ask("chosen_pattern", at)
            for one in people:
                one.vote("chosen_pattern", "federated", FACT, number=at)
            chair.reveal("chosen_pattern", at)
        wall = open_wall(browser, room)
        wall.locator(".tally").wait_for()
        for width, height in (*SIZES, SMALL[0]):
            resize(wall, width, height)
            assert measured_in(wall.locator("thead .table"), LINES) == [1] * 3, width
        wall.context.close()


def test_at_200_percent_and_on_a_phone_a_decision_comes_before_its_votes(
    wall: Any, room: Room
) -> None:
    chair, people = room.facilitator(), audience(room)
    chair.ask("lead")
    for one in people:
        one.vote("lead", "product", FACT)
    chair.reveal("lead")
    chair.post("/console/decide", question="lead", choice="product", on_record="true")
    for is_back in (False, True):
        room.room_state.is_back = is_back
        wall.reload()
        wall.locator(".decided").wait_for()
        for width, height in SMALL:
            resize(wall, width, height)
            tops = [box_of(wall.locator(one))["y"] for one in (".decided", ".tally", ".facts")]
            assert tops == sorted(tops), width
            if is_back and width > height:
                assert ends_at(wall, ".join .code", width, height) <= height


def test_at_200_percent_a_drill_asks_before_it_tells_again_what_happened(
    wall: Any, room: Room
) -> None:
    chair, person = room.facilitator(), room.participant()
    chair.ask(longest_drill())
    wall.locator(".scene").first.wait_for()
    phone = wall.context.browser.new_context().new_page()
    cookies = [
        {"name": c.name, "value": c.value, "url": room.address} for c in person.client.cookies.jar
    ]
    phone.context.add_cookies(cookies)
    phone.goto(room.address)
    for tab in (wall, phone):
        resize(tab, *SMALL[0])
        told, asked = tab.locator(".scene"), box_of(tab.locator("main h1"))["y"]
        assert box_of(told.last)["y"] < asked < box_of(told.first)["y"]
        resize(tab, *SIZES[0])
        assert box_of(told.first)["y"] < box_of(tab.locator("main h1"))["y"]
    phone.context.close()


def test_any_result_and_all_of_them_are_shown_again(wall: Any, room: Room) -> None:
    chair, people = room.facilitator(), audience(room)
    for at, question in enumerate(SUGGESTED):
        chair.ask(question)
        poll = room.room_state.poll(question)
        for number, one in enumerate(people):
            one.vote(question, poll.choices[number * at // 9 % len(poll.choices)].value)
        chair.reveal(question)
    chair.post("/console/wall", show="all")
    wall.get_by_role("heading", name=words("room.results-title")).wait_for()
    rows = wall.locator(".overview tbody tr")
    assert rows.count() == len(SUGGESTED)
    assert measured(wall) == {}
    assert rows.last.locator(".part").count() == 1, "those on which all agree come last"
    decided = wall.get_by_role("columnheader", name=words("room.decided-title"))
    assert decided.count() == 0, "a column of dashes says nothing"
    chair.post("/console/decide", question=SUGGESTED[0], choice="product")
    decided.wait_for()
    assert measured(wall) == {}
    chair.post("/console/wall", show="lead")
    wall.get_by_role("heading", name=CONTENT.question("lead").ask).wait_for()
    chair.post("/console/wall", show="")
    wall.get_by_role("heading", name=CONTENT.question(SUGGESTED[-1]).ask).wait_for()
    assert chair.post("/console/wall", show="stages").status_code == 409
    chair.post("/console/wall", show="lead")
    chair.ask("builder")
    wall.get_by_role("heading", name=CONTENT.question("builder").ask).wait_for()


def test_decisions_that_have_no_room_on_the_wall_are_said_to_be_left_out(
    wall: Any, room: Room
) -> None:
    chair = room.facilitator()
    more = wall.locator("[data-more]")
    made = 0
    for count, is_told in ((3, False), (48, True)):
        for number in range(count):
            room.session.record({"decision": f"Do {number} of {count}: {FACT}", "owner": "Ana"})
        made += count
        chair.post("/console/wall", show="decisions")
        wall.locator(".made li").nth(made - 1).wait_for(state="attached")
        assert measured(wall, 0.0195) == {}
        assert more.is_visible() == is_told
        says_how_many_are_missing(wall, ".made li", "room.decided-more")


def says_how_many_are_missing(wall: Any, entries: str, key: str) -> None:
    """Fail unless the wall says exactly how many entries of a list it leaves out."""
    seen = measured_in(wall.locator(entries), "one => one.checkVisibility()")
    missing = seen.count(False)
    assert wall.locator("[data-more]").is_visible() == bool(missing)
    if missing:
        said = wall.locator("[data-more]").inner_text()
        assert said == words(key, n=missing)
        assert str(missing) in said
        assert not any(seen[len(seen) - missing :]), "the last are left out"


@pytest.mark.parametrize("number", [8, 40])
@pytest.mark.parametrize("has_choices", [True, False])
def test_facts_and_answers_are_left_out_only_where_the_wall_is_full_and_are_counted(
    wall: Any, room: Room, number: int, has_choices: bool
) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(number)]
    chair.post(
        "/console/type",
        ask="What do we know?",
        choices="Yes\nNo\nOften\nNever" if has_choices else "",
    )
    chair.post("/console/timer/set", minutes=90, people=number)
    (question,) = room.room_state.voting.asked
    values = [choice.value for choice in room.room_state.poll(question).choices]
    for at, one in enumerate(people):
        said = f"{at}. {FACT * (1 + at % (number // 20 + 1))}"
        given = {"choice": values[at % 3], "fact": said} if has_choices else {"other": said}
        one.post("/vote", question=question, round=1, **given)
    chair.reveal(question)
    wall.locator(".facts li").last.wait_for(state="attached")
    for is_back in (False, True):
        room.room_state.is_back = is_back
        wall.reload()
        for width, height in SIZES:
            resize(wall, width, height)
            says_how_many_are_missing(wall, ".facts li", "room.wall-more")
            ends = "one => one.checkVisibility() ? one.getBoundingClientRect().bottom : 0"
            last = max(measured_in(wall.locator(".facts li"), ends))
            assert number == 40 or not wall.locator("[data-more]").is_visible()
            assert number == 8 or last > 0.85 * height
        assert measured(wall) == {}


def test_on_a_phone_that_follows_decisions_take_the_whole_width(wall: Any, room: Room) -> None:
    given = {"decision": "Who leads on this model?", "chosen": FACT, "owner": "Ana"}
    room.session.record(given | {"dissent": f"Data: {FACT}"})
    room.facilitator().post("/console/wall", show="decisions")
    wall.locator(".made li").wait_for(state="attached")
    resize(wall, 390, 844)
    assert min(measured_in(wall.locator(".made :is(h2, p)"), "part => part.clientWidth")) > 300


def test_what_was_chosen_and_who_disagrees_stand_out_among_decisions(wall: Any, room: Room) -> None:
    given = {"decision": "Who leads on this model?", "chosen": "Engineering-led", "owner": "Ana"}
    room.session.record(given | {"dissent": "Product: we carry the revenue."})
    room.session.record({"decision": "Add two engineers", "owner": "Ana"})
    room.facilitator().post("/console/wall", show="decisions")
    look = """one => { const style = getComputedStyle(one);
        return [style.fontWeight > 500, style.color]; }"""
    seen = [
        measured_in(wall.locator(".made").get_by_text(text, exact=True), look)[0]
        for text in (
            given["decision"],
            given["chosen"],
            words("room.decided-dissent"),
            "Add two engineers",
        )
    ]
    assert [bold for bold, _ in seen] == [False, True, True, True]
    assert len({colour for _, colour in seen}) == 3, "a question, what is to be done, a dissent"


def test_ten_dots_on_a_long_answer_stay_beside_what_was_decided(wall: Any, room: Room) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(10)]
    choices = (
        "Write down who may roll back, and test it once before summer",
        "Finish the evaluation set with the product team",
        "Two alerts for the first model",
    )
    chair.ask("lead")
    for one in people:
        one.vote("lead", "product")
    chair.reveal("lead")
    chair.post("/console/decide", question="lead", choice="product", on_record="true")
    ask = "Which of these two things do we begin with on Monday morning?"
    chair.post("/console/type", ask=ask, choices="\n".join(choices), dots=3)
    (key,) = room.room_state.voting.own
    for number, one in enumerate(people):
        one.vote(key, choices[: 2 + number // 7])
    chair.reveal(key)
    chair.post("/console/decide", question=key, choice=choices[0])
    chair.post("/console/wall", show="all")
    wall.locator(".overview .part").first.wait_for()
    assert measured(wall) == {}
    for width, height in SIZES:
        resize(wall, width, height)
        past = """count => count.getBoundingClientRect().right
            - count.closest("td").getBoundingClientRect().right"""
        assert max(measured_in(wall.locator(".overview .count"), past)) < 1
        rows = """dots => new Set([...dots.children].map(dot => dot.offsetTop)).size"""
        assert max(measured_in(wall.locator(".dots"), rows)) == 1


def test_seven_decisions_are_read_from_the_last_row(wall: Any, room: Room) -> None:
    for number in range(7):
        given = {"decision": f"{number}. Who may roll back the model at night?", "chosen": "Data"}
        given |= {"owner": "Ana Petrova", "due": "2027-03-01"}
        if number % 2:
            given |= {"dissent": "Research: nobody of this team is trained for that."}
        room.session.record(given)
    room.facilitator().post("/console/wall", show="decisions")
    wall.locator(".made li").nth(6).wait_for(state="attached")
    assert measured(wall) == {}
    assert all(measured_in(wall.locator(".made li"), "one => !one.hidden"))
    size = float(wall.evaluate("parseFloat(getComputedStyle(document.body).fontSize)"))
    assert size > 0.036 * 1080


def show_ten_decisions(room: Room, chair: Facilitator) -> None:
    """Put six decisions, five of them with dissent, and four actions on the wall."""
    chair.post("/console/timer/set", minutes=90, people=10)
    chair.post("/console/timer/act", what="block-begun", block="actions")
    for number in range(10):
        who = {"owner": "Sofia Brandt", "due": "2026-12-18"}
        asked = {
            "decision": f"{number}. Who is called at night when it fails?",
            "chosen": "Product",
        }
        if number > 5:
            asked = {
                "decision": f"{number}. Name a deputy for it, and put the number into the runbook"
            }
        elif number < 5:
            asked["if"] = "more than 500 good payments are declined in an hour"
            asked["then"] = "product switches the model off and tells support"
            asked["dissent"] = (
                "Engineering: At three in the morning product does not answer, and we would wait.\n"
                "Platform: A rota of six burns out by the summer, and nobody has asked for more.\n"
                "Research: The thresholds are ours, and nobody else can defend them."
            )
        room.session.record(asked | who)
    chair.post("/console/wall", show="decisions")


def has_ten_decisions(wall: Any) -> None:
    wall.locator(".made li").nth(9).wait_for(state="attached")
    for width, height in SIZES:
        resize(wall, width, height)
        assert all(measured_in(wall.locator(".made li"), "one => !one.hidden"))
        assert not wall.locator("[data-more]").is_visible()
    assert measured(wall, 0.0195) == {}


def test_ten_decisions_and_actions_are_all_on_the_wall(wall: Any, room: Room) -> None:
    show_ten_decisions(room, room.facilitator())
    has_ten_decisions(wall)


def test_on_the_next_day_ten_decisions_stand_beside_how_to_join(
    browser: Any, tmp_path: Path
) -> None:
    place = tmp_path / "session.workshop"
    with serve(place, "role") as room:
        room.participant()
        chair = room.facilitator()
        show_ten_decisions(room, chair)
        chair.post("/console/pause", paused="true")
    with serve(place, None, None) as room:
        room.facilitator().post("/console/pause", paused="false")
        wall = open_wall(browser, room)
        wall.locator(".join .code").wait_for()
        has_ten_decisions(wall)
        for width, height in SIZES:
            resize(wall, width, height)
            join, made = box_of(wall.locator(".join")), box_of(wall.locator(".made"))
            assert made["x"] + made["width"] <= join["x"]
            assert box_of(wall.locator(".qr"))["height"] >= 0.3 * height
        wall.context.close()


def test_two_decisions_take_more_than_half_of_the_wall(wall: Any, room: Room) -> None:
    for number in range(2):
        given = {"decision": f"{number}. Who may roll back the model at night?", "chosen": "Data"}
        given |= {"owner": "Ana Petrova", "due": "2027-03-01"}
        room.session.record(given | {"dissent": "Research: nobody of this team is trained for it."})
    room.facilitator().post("/console/wall", show="decisions")
    wall.locator(".made li").nth(1).wait_for(state="attached")
    assert measured(wall) == {}
    assert (
        float(wall.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")) > 0.05 * 1080
    )


def ends_at(wall: Any, selector: str, width: int, height: int) -> float:
    """Return where something ends on a window of a size."""
    resize(wall, width, height)
    box = box_of(wall.locator(selector).first)
    return float(box["y"] + box["height"])


def test_on_a_phone_and_at_200_percent_the_wall_shows_how_many_there_are(
    wall: Any, room: Room
) -> None:
    chair, _ = room.facilitator(), audience(room)
    assert ends_at(wall, "[data-counts]", 683, 384) <= 384
    chair.ask("chosen_pattern")
    wall.locator(".ask").wait_for()
    assert ends_at(wall, "[data-counts]", 390, 844) <= 844
    assert ends_at(wall, ".ask .lead", 683, 384) <= 384


def test_at_200_percent_the_wall_shows_a_result_with_its_first_fact(wall: Any, room: Room) -> None:
    chair, people = room.facilitator(), audience(room)
    chair.post("/console/timer/set", minutes=90, people=10)
    chair.post("/console/timer/act", what="block-begun", block="vote")
    chair.ask("lead")
    for number, one in enumerate(people):
        one.vote("lead", "research" if number < 2 else "product", FACT)
    chair.reveal("lead")
    wall.locator(".facts li").first.wait_for(state="attached")
    assert ends_at(wall, ".facts li", 683, 384) <= 384


NARROW = "e => {{ e.closest('{}').style.width = '1em'; return e.getClientRects().length; }}"
"""In how many lines something stands where its place is as narrow as can be."""


def test_a_choice_with_a_hyphen_keeps_to_a_line_among_all_votes(wall: Any, room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("lead")
    one.vote("lead", "product")
    chair.reveal("lead")
    chair.post("/console/decide", question="lead", choice="product")
    chair.post("/console/wall", show="all")
    choice = wall.locator(".overview td").last.get_by_text("Product-led", exact=True)
    choice.wait_for()
    assert measured_in(choice, NARROW.format("td")) == [1]


def test_a_long_answer_among_all_votes_is_not_cut_on_a_phone_or_at_200_percent(
    wall: Any, room: Room
) -> None:
    chair, one = room.facilitator(), room.participant()
    choices = "Ours\nWhoever is awake and knows the model well enough to roll it back at night"
    chair.post("/console/type", ask="Who is called first?", choices=choices)
    key = room.room_state.voting.current.question
    one.vote(key, choices.splitlines()[1])
    chair.reveal(key)
    chair.post("/console/wall", show="all")
    wall.locator(".overview td").first.wait_for()
    for width, height in ((390, 844), (683, 384)):
        resize(wall, width, height)
        assert wall.evaluate("document.documentElement.scrollWidth") <= width
        ends = "e => e.getBoundingClientRect().right"
        assert max(measured_in(wall.locator("main *"), ends)) <= width


def test_on_a_phone_what_is_not_decided_is_left_out_and_the_rest_is_named(
    wall: Any, room: Room
) -> None:
    chair, one = room.facilitator(), room.participant()
    for question in ("lead", "builder"):
        chair.ask(question)
        one.vote(question, "research")
        chair.reveal(question)
    chair.post("/console/decide", question="lead", choice="research")
    chair.post("/console/wall", show="all")
    dash = wall.locator(".overview td:last-child", has_text="–")
    decided = wall.locator(".overview td:last-child", has_not_text="–")
    name = "e => getComputedStyle(e, '::before').content"
    wall.get_by_role("heading", name=words("room.results-title")).wait_for()
    assert dash.is_visible()
    assert measured_in(decided, name) == ["none"]
    resize(wall, 390, 844)
    assert not dash.is_visible()
    assert words("room.decided-title") in measured_in(decided, name)[0]


def test_a_date_on_the_wall_keeps_to_a_line(wall: Any, room: Room) -> None:
    room.session.record({"decision": "Do it", "owner": "Ana", "due": "2027-03-01"})
    room.facilitator().post("/console/wall", show="decisions")
    date = wall.locator(".made li").last.get_by_text("by 1 March 2027", exact=True)
    date.wait_for()
    assert measured_in(date, NARROW.format("li")) == [1]


def test_a_vote_closes_by_itself_when_all_have_voted(
    wall: Any, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = LastSeconds(monkeypatch)
    chair, people = room.facilitator(), audience(room)
    chair.post("/console/by-itself", on="true")
    chair.ask("lead")
    for one in people[:-1]:
        one.vote("lead", "product")
    assert words("room.state-open") in chair.get("/console").text
    people[-1].vote("lead", "research")
    wall.get_by_text(words("room.wall-closing")).wait_for()
    last.run_out()
    wall.get_by_text(words("room.wall-closed")).wait_for()
    session = Session.open(room.place, create=False)
    assert len(session.notes("voted")) == NINE
    session.close()


ZOOMED = ((640, 360), (683, 384), (683, 320), (960, 540), (1280, 720))
"""What is left of usual screens at 200%, and a small one as it is."""


@pytest.mark.parametrize("tables", [(), ("North", "South & East", "Table 3")])
def test_how_to_join_is_seen_first_on_a_small_and_on_an_enlarged_wall(
    browser: Any, tmp_path: Path, tables: tuple[str, ...]
) -> None:
    with serve(tmp_path / "session.workshop", "role", 3, tables) as room:
        chair = room.facilitator()
        context = browser.new_context()
        wall = context.new_page()
        wall.goto(f"{room.address}/console#{room.keys.facilitator}")
        wall.get_by_role("heading", name=words("room.console-title")).wait_for()
        hidden = {}
        chair.post("/console/timer/set", minutes=240, people=10)
        for moment in ("lobby", "vote"):
            if moment == "vote":
                chair.post("/console/timer/act", what="block-begun", block="vote")
                chair.ask("chosen_pattern")
            wall.goto(f"{room.address}/projector")
            for width, height in ZOOMED:
                resize(wall, width, height)
                below = wall.evaluate(
                    """() => [...document.querySelectorAll('.qr, .join .address, .join .code')]
                       .filter(e => e.getBoundingClientRect().bottom > innerHeight
                                 || e.getBoundingClientRect().right > innerWidth)
                       .map(e => `${e.classList[0]} ${e.getBoundingClientRect().bottom}`)"""
                )
                wide = wall.evaluate("document.documentElement.scrollWidth > innerWidth")
                side = box_of(wall.locator(".qr"))["height"]
                if below or wide or side < 0.25 * height:
                    hidden[moment, width, height] = (below, wide, side)
        assert hidden == {}
        context.close()


def test_a_block_of_the_agenda_fits_the_wall_and_has_the_code(wall: Any, room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.post("/console/timer/set", minutes=480, people=10)
    chair.ask("lead")
    one.vote("lead", "research")
    chair.reveal("lead")
    wall.locator(".tally").wait_for()
    for entry in room.room_state.clock.entries[1:]:
        chair.post("/console/timer/act", what="block-begun", block=entry.slot.id)
        wall.locator("h1", has_text=entry.slot.title).wait_for()
        assert measured(wall) == {}
        assert wall.locator(".tally").count() == 0, "the last vote is over for the room"
        assert wall.locator(".join .code").is_visible()


@pytest.fixture
def named(tmp_path: Path) -> Iterator[Room]:
    with serve(tmp_path / "session.workshop", "named") as served:
        yield served


def test_a_decision_is_seen_whole_beside_two_votes_with_their_names(
    browser: Any, named: Room
) -> None:
    chair, people = named.facilitator(), audience(named)
    teams = ("research", "engineering", "product", "platform", "nobody", "at-handover")
    for at in (1, 2):
        chair.ask("duties.turn-off", at)
        for number, one in enumerate(people):
            one.vote("duties.turn-off", teams[number % (6 if at == 1 else 2)], FACT, number=at)
        chair.reveal("duties.turn-off", at)
    named.session.record(
        {
            "decision": CONTENT.question("duties.turn-off").ask,
            "chosen": "Product",
            "sets": {"duties.turn-off": "product"},
            "owner": "Elin Moss",
            "due": "2027-01-15",
            "if": "more than 50 claims in one night get a wrong amount",
            "then": "product switches the model off and calls engineering and data",
            "dissent": "Engineering: Stopping needs our key, and product has nobody awake.\n"
            "Data: The feature tables break when the model stops without a word to us.",
        }
    )
    wall = open_wall(browser, named)
    wall.locator(".decided").wait_for()
    assert measured(wall) == {}
    for said in ("more than 50 claims", "Elin Moss, by 15 January 2027", "without a word to us"):
        assert wall.locator(".decided").get_by_text(said).is_visible(), said
    assert wall.evaluate(
        "document.querySelector('.decided').getBoundingClientRect().left > innerWidth / 2"
    )
    wall.context.close()


def test_eight_answers_with_dots_and_names_are_all_on_the_wall(browser: Any, named: Room) -> None:
    chair, people = named.facilitator(), audience(named)
    answers = [
        f"{n}. The product teams waited for a training that was never held" for n in range(8)
    ]
    chair.post("/console/type", ask=FACT, choices="\n".join(answers), asks_about="today", dots=3)
    (question,) = named.room_state.voting.asked
    poll = named.room_state.poll(question)
    for number, one in enumerate(people):
        one.vote(question, [poll.choices[(number + n) % 8].value for n in range(3)])
    chair.reveal(question)
    wall = open_wall(browser, named)
    wall.locator(".tally").wait_for()
    assert measured(wall) == {}
    assert measured_in(wall.locator(".tally tbody tr"), "one => !one.hidden") == [True] * 8
    wall.context.close()
