"""A room of twelve in real browsers holds its agenda of 90 minutes; some leave and return."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from batches import until
from rooms import CONTENT, DUE, ROLES, LastSeconds, Room, serve, votes
from servers import FRAMES, becomes_true, box_of, measured_in, resize
from workshop.pack.build import build_pack

pytestmark = pytest.mark.browser

PHONE, DESK = 390, 1280
words = CONTENT.words
FIRST = ["research"] * 2 + ["engineering"] * 6 + ["product"] * 4
THEN = ["research"] + ["engineering"] * 9 + ["product"] * 2


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with serve(tmp_path / "session.workshop", "role") as served:
        yield served


@pytest.fixture
def faults() -> Iterator[list[str]]:
    """What pages complained about: a script that failed, something the policy forbade."""
    found: list[str] = []
    yield found
    assert found == []


def tab_of(browser: Any, faults: list[str], width: int = PHONE, **options: Any) -> Any:
    context = browser.new_context(viewport={"width": width, "height": 800}, **options)
    tab = context.new_page()
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("console", lambda m: faults.append(m.text) if "Content Security" in m.text else None)
    return tab


def join(tab: Any, room: Room, role: str = "product") -> Any:
    tab.goto(f"{room.address}/#{room.keys.code}")
    tab.select_option("#role", role)
    tab.click("button.main")
    tab.get_by_role("heading", name=words("room.waiting-title")).wait_for()
    tab.wait_for_load_state()  # words are there before the style is
    return tab


def enter(tab: Any, room: Room) -> Any:
    tab.goto(f"{room.address}/console#{room.keys.facilitator}")
    tab.get_by_role("heading", name=words("room.console-title")).wait_for()
    tab.wait_for_load_state()
    return tab


def vote(tab: Any, value: str, fact: str = "") -> None:
    tab.check(f'input[value="{value}"]')
    if fact:
        tab.fill("#fact", fact)
    with tab.expect_response("**/vote"):  # whoever changes a vote is told already that one is kept
        tab.click("main form.ballot button")
    tab.get_by_text(words("room.kept-title")).wait_for()


def press(tab: Any, word: str) -> None:
    tab.get_by_role("button", name=words(f"room.{word}"), exact=True).first.click()


def ask(tab: Any, question: str, word: str = "console-open-first") -> None:
    label = f"{words(f'room.{word}')}: {CONTENT.question(question).ask}"
    tab.get_by_role("button", name=label).click()


def open_question(chair: Any, key: str) -> None:
    """Open a vote from the console's list, in whichever group it is."""
    form = f'#questions ~ details form:has([name=question][value="{key}"])'
    unfold(chair, form)
    chair.locator(form).get_by_role("button").click()


def unfold(tab: Any, selector: str) -> None:
    """Unfold what holds a part of the page.

    At one go: the page may renew itself between two, and keeps only what is open by then.
    """
    at = f"document.querySelector({json.dumps(selector)})?.closest('details')"
    becomes_true(tab, f"(one => one && (one.open = true))({at})")


def vote_of(chair: Any, tabs: list[Any], choices: list[str], paper: str = "") -> None:
    """Let phones vote, and one person on paper; close the vote and show it."""
    for tab, choice in zip(tabs, choices, strict=True):
        tab.locator("#main:not(:has(.tally)) form.ballot").wait_for()
        vote(tab, choice)
    if paper:
        chair.get_by_text(words("room.console-paper"), exact=True).click()
        chair.fill("#paper-code", paper)
        chair.locator("form:has(#paper-code) button").click()
        chair.get_by_text(words("room.console-paper-kept", n=1)).wait_for()
        becomes_true(chair, "document.activeElement.id === 'paper-code'")  # for the next one
        assert words("room.said-keyed") in chair.locator("main > .kept").inner_text()
    show(chair)


def show(chair: Any) -> None:
    press(chair, "console-close")
    press(chair, "console-reveal")


def show_on_wall(chair: Any, what: str) -> None:
    chair.select_option("#wall-show", what)
    press(chair, "wall-button")


def begin(chair: Any, block: str) -> None:
    """Begin a block of the agenda on the timer."""
    unfold(chair, "#day")
    with chair.expect_response("**/console/timer/act"):  # what is pressed next comes after it
        chair.locator(f"#begin-{block}").click()


def hold_the_rest_of_the_agenda(chair: Any, wall: Any, people: list[Any], room: Room) -> None:
    """Hold what follows the first question, block by block, with one person on paper."""
    begin(chair, "reveal")
    show_on_wall(chair, "all")
    wall.locator(".overview tbody tr").wait_for()

    begin(chair, "splits")
    show_on_wall(chair, "lead")
    wall.get_by_role("heading", name=CONTENT.question("lead").ask).wait_for()

    begin(chair, "patterns")
    open_question(chair, "chosen_pattern")
    vote_of(chair, people[:3], ["federated", "federated", "embedded"], paper="11C 1")

    begin(chair, "drill")
    drill = CONTENT.drills[0]
    for moment in drill.moments:
        open_question(chair, f"drills.{drill.id}.minute_{moment.minute}")
        wall.get_by_role("heading", name=moment.ask).wait_for()
        wall.get_by_text(moment.scene).wait_for()
        vote_of(chair, people[:2], ["product", "platform"])
        wall.locator(".tally").wait_for()

    begin(chair, "handoffs")
    unfold(chair, "#own")
    chair.fill("#own-ask", "Which handoff waits longest?")
    chair.fill("#own-choices", "Research to engineering\nEngineering to platform")
    press(chair, "own-now")
    wall.get_by_role("heading", name="Which handoff waits longest?").wait_for()
    vote_of(chair, people[:2], ["Engineering to platform"] * 2)

    begin(chair, "second-vote")
    open_question(chair, "chosen_pattern")
    vote_of(chair, people[:3], ["federated"] * 3, paper="11C 1")
    wall.get_by_text(words("room.tally-moved-of", n=1, stayed=2, of=3)).wait_for()
    wall.locator(".dots.now i").nth(3).wait_for()
    chair.get_by_role("link", name=words("room.console-go-decide"), exact=True).click()
    record = chair.locator("form:has(#record-owner)")
    becomes_true(chair, "document.activeElement.closest('#record-form') !== null")
    top = "document.querySelector('#record-form').getBoundingClientRect().top"
    below = "document.querySelector('.primary').getBoundingClientRect().bottom"
    becomes_true(chair, f"{top} >= {below} && {top} < innerHeight")
    record.locator('input[value="federated"]').check()
    record.locator("#record-owner").fill("Head of Product")
    record.locator("#record-due").fill(DUE)
    record.get_by_role("button").click()
    for tab in (wall, *people):
        tab.get_by_text("Head of Product").wait_for()

    begin(chair, "pre-mortem")
    chair.locator('form[action="/console/pre-mortem"] button').click()
    for tab, why in zip(people, ("Nobody had the time", "The platform was late"), strict=False):
        tab.locator("#main:not(:has(.tally)) #other").fill(why)
        tab.click("main form.ballot button.main")
        tab.get_by_text(words("room.kept-title")).wait_for()
    show(chair)
    wall.get_by_text("The platform was late").wait_for()
    press(chair, "dots-button")
    vote_of(chair, people[:2], ["The platform was late", "Nobody had the time"])
    wall.get_by_role("heading", name="Which of these matter most?").wait_for()

    chair.get_by_text(words("room.own-decide"), exact=True).click()
    agreed = chair.locator("#record-form")
    agreed.locator('input[value="The platform was late"]').check()
    agreed.get_by_role("button").click()
    wall.locator(".decided").get_by_text("The platform was late").wait_for()
    begin(chair, "actions")

    begin(chair, "read-back")
    people[0].goto(f"{room.address}/results")
    with people[0].expect_download() as saved:
        people[0].get_by_role("button", name=words("room.results-save")).click()
    stored = saved.value.path().read_text("utf-8")
    for text in ("Head of Product", "Two of us would let product lead.", drill.moments[0].ask):
        assert text in stored
    assert "http://" not in stored.replace("http://www.w3.org", "")


def test_a_long_word_among_the_choices_fits_a_phone_at_200_percent(
    browser: Any, room: Room, faults: list[str]
) -> None:
    phone, ask = join(tab_of(browser, faults, PHONE // 2), room), "Worum geht es?"
    choices = "Verantwortlichkeiten\nEvaluationsdatensatz\nQualitaetsverantwortung"
    room.facilitator().post("/console/type", ask=ask, choices=choices)
    phone.get_by_role("heading", name=ask).wait_for()
    wide = phone.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE // 2


def test_what_is_typed_on_the_console_is_there_again_after_another_page(
    browser: Any, room: Room, faults: list[str]
) -> None:
    one = room.participant()
    room.facilitator().ask("lead")
    one.vote("lead", "research")
    room.facilitator().reveal("lead")
    chair = enter(tab_of(browser, faults, DESK), room)
    dissent = chair.locator("#dissent")
    unfold(chair, "#dissent")
    dissent.fill("Platform: nobody asked us.")
    chair.fill("#expected", "9", force=True)
    chair.get_by_role("link", name=words("room.start-title")).click()
    chair.get_by_role("heading", name=words("room.start-title"), exact=True).wait_for()
    chair.get_by_role("link", name=words("room.start-console")).click()
    dissent.wait_for()
    assert dissent.input_value() == "Platform: nobody asked us."
    assert chair.locator("#expected").input_value() == "9"
    agreed = chair.locator("form:has(#dissent)")
    agreed.locator('input[value="research"]').check()
    agreed.get_by_role("button").click()
    chair.locator("main > .kept").wait_for()
    chair.reload()
    chair.locator("#dissent").wait_for(state="attached")
    assert until(lambda: room.session.notes("decided"))
    chair.goto(f"{room.address}/console/start")
    chair.goto(f"{room.address}/console")
    chair.locator("#expected").wait_for(state="attached")
    kept = chair.evaluate("[...drafts.keys()].filter(key => key.includes('decide'))")
    assert kept == [], "it was saved"


def test_whoever_looks_back_at_all_votes_sees_that_another_is_open(
    browser: Any, room: Room, faults: list[str]
) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(4)]
    tab = join(tab_of(browser, faults), room)
    asked = ["lead", "maturity", "data_access", "rails"]
    for question, choice in zip(asked, ("research", "2", "ticket", "built"), strict=True):
        chair.ask(question)
        for one in people:
            one.vote(question, choice)
        chair.reveal(question)
    tab.get_by_role("link", name=words("room.results-link")).click()
    way = tab.get_by_role("link", name=words("room.home"))
    assert box_of(way.first)["y"] < 200, "before all results"
    tab.evaluate("scrollTo(0, 600)")
    at = tab.evaluate("scrollY")
    chair.ask("chosen_pattern")
    call = tab.get_by_role("link", name=words("room.results-vote"))
    call.wait_for()
    assert tab.evaluate("scrollY") == at > 0, "nothing moves under who reads"
    assert 0 <= box_of(call)["y"] < 100
    assert tab.locator("[data-live-words]").inner_text() == words("room.results-open")
    call.click()
    vote(tab, "federated")
    tab.goto(f"{room.address}/results")
    way.first.wait_for()
    assert call.count() == 0, "they have voted"


def test_twelve_people_hold_the_agenda_of_ninety_minutes(
    browser: Any, room: Room, faults: list[str], tmp_path: Path
) -> None:
    chair = enter(tab_of(browser, faults, DESK), room)
    chair.get_by_text(words("agenda.form-set"), exact=True).click()
    chair.fill("#timer-minutes", "90")
    chair.fill("#timer-people", "12")
    chair.locator("#set-timer form button").click()
    begin(chair, "vote")
    assert room.keys.facilitator not in chair.url, "the key does not stay in the address"
    wall = chair.context.new_page()
    wall.goto(f"{room.address}/projector")
    roles = ["engineering"] * 8 + ["product"] * 4
    people = [join(tab_of(browser, faults), room, role) for role in roles]
    assert room.keys.code not in people[0].url
    wall.get_by_text(words("room.people-count", n=12)).wait_for()

    ask(chair, "lead")
    heading = CONTENT.question("lead").ask
    for tab in (*people, wall):  # nobody reloads
        tab.get_by_role("heading", name=heading).wait_for()
    for number, tab in enumerate(people[:8]):
        vote(tab, FIRST[number], f"What number {number} saw")
    people[3].reload()  # a phone that slept
    people[3].get_by_text(words("room.kept-title")).wait_for()
    state = people[5].context.storage_state()  # a browser that was closed, and opened again
    people[5].context.close()
    people[5] = tab_of(browser, faults, storage_state=state)
    people[5].goto(room.address)
    people[5].get_by_text(words("room.kept-title")).wait_for()
    people[5].get_by_text(words("room.kept-change"), exact=True).click()
    vote(people[5], "engineering", "on second thoughts")
    people[8].context.set_offline(True)
    for number in (9, 10, 11):
        vote(people[number], FIRST[number])
    people[8].context.set_offline(False)
    people[8].reload()
    vote(people[8], FIRST[8], "late, yet in time")
    wall.get_by_text(words("room.voted-count", voted=12, n=12)).wait_for()
    chair.locator(".people .yes").nth(1).wait_for()

    press(chair, "console-close")
    for tab in people:
        tab.get_by_role("heading", name=words("room.closed-title")).wait_for()
    assert "What number" not in "".join(t.content() for t in (*people, wall, chair))
    press(chair, "console-reveal")
    lead = words(
        "room.tally-agree", most=6, n=12, label=CONTENT.question("lead").choices["engineering"]
    )
    for tab in (*people, wall, chair):
        tab.get_by_text(lead).wait_for()
        assert tab.locator(".tally .dots i").count() == 12
    facts = people[0].locator(".facts li .said").all_inner_texts()
    assert facts[:2] == ["What number 0 saw", "What number 1 saw"], "the fewest are heard first"
    assert people[0].locator(".roles").count() > 0
    chair.frame_locator("iframe[data-picture]").get_by_text(lead).wait_for()

    ask(chair, "lead", "console-second")  # in this block from the list only
    for number, tab in enumerate(people):
        tab.locator("#main:not(:has(.tally)) form.ballot").wait_for()
        vote(tab, THEN[number])
    press(chair, "console-close")
    press(chair, "console-reveal")
    moved = sum(a != b for a, b in zip(FIRST, THEN, strict=True))
    moved_words = words("room.tally-moved", n=moved, stayed=12 - moved)
    for tab in (*people, wall):
        tab.get_by_text(moved_words).wait_for()
        assert tab.locator(".dots.before i").count() == tab.locator(".dots.now i").count() == 12
    chair.get_by_text(words("room.console-decide"), exact=True).click()
    chair.check('.beside form:has(#dissent) input[value="engineering"]')
    chair.fill("#dissent", "Two of us would let product lead.")
    press(chair, "console-decide-button")
    for tab in (*people, wall):
        tab.get_by_text("Two of us would let product lead.").wait_for()

    room.session.refresh()
    assert room.session.answers.lead == "engineering"
    found = votes(room.place)
    assert [len([v for v in found if v["round"] == n]) for n in (1, 2)] == [12, 12]
    assert len({v["ballot"] for v in found}) == 12
    assert sorted(v["value"] for v in found if v["round"] == 1) == sorted(FIRST)
    assert "on second thoughts" in [v["fact"] for v in found]

    hold_the_rest_of_the_agenda(chair, wall, people, room)
    answers = room.session.answers_with_votes()
    (decided,) = answers.decisions or ()
    assert (decided.owner, str(decided.due)) == ("Head of Product", DUE)
    build_pack(answers, tmp_path / "pack", formats=("html", "json"), editions=("board",))
    made = json.loads((tmp_path / "pack" / "findings.json").read_text("utf-8"))
    assert {v["question"] for v in made["votes"]} >= {"lead", "chosen_pattern"}
    assert "Head of Product" in (tmp_path / "pack" / "findings.html").read_text("utf-8")


def test_everything_works_with_scripts_switched_off(
    browser: Any, room: Room, faults: list[str]
) -> None:
    chair = tab_of(browser, faults, DESK, java_script_enabled=False)
    chair.goto(f"{room.address}/console")
    chair.fill("#key", room.keys.facilitator)
    press(chair, "enter-button")
    one = tab_of(browser, faults, java_script_enabled=False)
    one.goto(room.address)
    one.fill("#code", room.keys.code)
    one.select_option("#role", "product")
    one.click("button.main")
    ask(chair, "lead")
    chair.get_by_role("button", name=words("room.console-close"), exact=True).wait_for()
    one.reload()
    one.check('input[value="product"]')
    one.click("main form.ballot button")
    one.get_by_text(words("room.kept-title")).wait_for()
    press(chair, "console-close")
    press(chair, "console-reveal")
    chair.locator(".tally").wait_for()
    one.reload()
    one.get_by_text(words("room.tally-all", n=1, label="Product-led")).wait_for()
    for word in ("console-second", "console-close", "console-reveal"):
        press(chair, word)
    chair.get_by_role("link", name=words("room.console-go-decide"), exact=True).click()
    chair.locator("#record-form").wait_for()


def audit(tab: Any) -> list[Any]:
    """Return what the accessibility checker finds wrong, by day and by night."""
    from axe_core_python.base import AXE_SCRIPT

    found: list[Any] = []
    tab.wait_for_load_state()
    tab.evaluate(AXE_SCRIPT)
    for scheme, rules in (("light", {}), ("dark", {"runOnly": ["color-contrast"]})):
        tab.emulate_media(color_scheme=scheme)
        found += tab.evaluate(
            """async rules => {
                const about = {resultTypes: ['violations'], ...rules};
                const {violations} = await axe.run(document, about);
                return violations.map(v => [v.id, v.nodes[0].html.slice(0, 200)]); }""",
            rules,
        )
        if tab.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append("scrolls sideways")
    return [*found, *tab.evaluate(ODD, list(FAMILIES))]


FAMILIES = ("Source Sans 3", "ui-monospace")
ODD = """families => [...document.querySelectorAll('body *')].filter(e => e.checkVisibility())
    .flatMap(e => {
        const look = getComputedStyle(e), what = e.outerHTML.slice(0, 80);
        const says = [...e.childNodes].some(node => node.nodeType === 3 && node.data.trim());
        const odd = [];
        if (says && parseFloat(look.fontSize) < 12) odd.push(`too small: ${what}`);
        if (says && !families.some(family => look.fontFamily.replace('"', '').startsWith(family)))
            odd.push(`in a type of its own: ${what}`);
        if (/hidden|clip/.test(look.overflowX) && e.clientWidth > 1 && !e.inert
            && e.scrollWidth > e.clientWidth + 1) odd.push(`cut: ${what}`);
        return odd; })"""
"""Finds text nobody can read, in another type than the rest, or cut at its side."""


def small(tab: Any) -> list[str]:
    """Return what is too small for a thumb."""
    pressed = "button, select, summary, textarea, .choice, input:not(.choice input, [type=hidden])"
    return list(
        tab.evaluate(
            """pressed => [...document.querySelectorAll(pressed)]
               .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 44)
               .map(e => e.outerHTML.slice(0, 80))""",
            pressed,
        )
    )


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_every_page_can_be_used_by_everybody(
    browser: Any, tmp_path: Path, width: int, faults: list[str]
) -> None:
    with serve(tmp_path / "session.workshop", "named") as room:
        chair = tab_of(browser, faults, width, bypass_csp=True)
        chair.goto(f"{room.address}/console")
        found = {"key": audit(chair)}
        enter(chair, room)
        wall = chair.context.new_page()
        wall.goto(f"{room.address}/projector")
        one = tab_of(browser, faults, width, bypass_csp=True)
        one.goto(room.address)
        found["join"] = audit(one)
        one.get_by_text(words("room.join-other-ways")).click()
        assert small(one) == []
        one.fill("#code", room.keys.code)
        one.select_option("#role", "product")
        one.fill("#name", "Wolfeschlegelsteinhausenbergerdorff" * 2)
        one.click("button.main")
        one.get_by_role("heading", name=words("room.waiting-title")).wait_for()
        found["wait"] = audit(one)
        ask(chair, "duties.paged")
        one.locator("form.ballot").wait_for()
        found["ballot"] = audit(one)
        assert small(one) == []
        one.fill("#other", "Donaudampfschifffahrtsgesellschaft" * 2)
        one.fill("#fact", "Rindfleischetikettierungsüberwachung" * 8)
        one.click("main form.ballot button")
        one.get_by_text(words("room.kept-title")).wait_for()
        found["kept"] = audit(one)
        chair.locator(".people .yes").wait_for()
        chair.get_by_text(words("room.console-paper"), exact=True).click()
        found["console"] = audit(chair)
        assert small(chair) == []
        wall.get_by_text(words("room.voted-count", voted=1, n=1)).wait_for()
        found["wall"] = audit(wall)
        press(chair, "console-close")
        press(chair, "console-reveal")
        for tab in (chair, one, wall):
            tab.locator(".tally").first.wait_for()
        found |= {"revealed": audit(one), "shown": audit(chair), "on the wall": audit(wall)}
        one.goto(f"{room.address}/results")
        found["results"] = audit(one)
        device = tab_of(browser, faults, width, bypass_csp=True)
        device.goto(f"{room.address}/#{room.keys.code}")
        device.get_by_text(words("room.join-other-ways")).click()
        press(device, "join-share")
        device.get_by_role("heading", name=words("room.shared-title")).wait_for()
        found["shared"] = audit(device)
    assert {page: wrong for page, wrong in found.items() if wrong} == {}


def test_a_change_is_said_aloud_and_the_keyboard_is_where_it_happened(
    browser: Any, room: Room, faults: list[str]
) -> None:
    one = join(tab_of(browser, faults), room)
    room.facilitator().ask("lead")
    asked = CONTENT.question("lead").ask
    one.get_by_role("heading", name=asked).wait_for()
    becomes_true(
        one,
        f"document.querySelector('[data-live-words]').textContent == {json.dumps(asked)}",
    )
    assert one.evaluate("document.activeElement.id") == "main"
    one.keyboard.press("Tab")
    one.keyboard.press("Space")
    assert one.locator(":checked").count() == 1
    ring = "getComputedStyle(document.querySelector('.choice:has(:checked)')).outlineStyle"
    assert one.evaluate(ring) == "solid"
    one.keyboard.press("Tab")
    assert one.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert one.evaluate("document.activeElement.tagName") == "SUMMARY"
    assert one.evaluate(ring) == "none", "it tells the choice from what it means"


def test_a_connection_that_is_gone_is_told(browser: Any, tmp_path: Path, faults: list[str]) -> None:
    with serve(tmp_path / "session.workshop", "role") as room:
        one = join(tab_of(browser, faults), room)
    one.get_by_text(words("room.lost")).wait_for()


def test_what_is_typed_for_one_decision_stays_with_it(
    browser: Any, room: Room, faults: list[str]
) -> None:
    lead = {"decision": "Who leads?", "chosen": "Product", "sets": {"lead": "product"}}
    room.session.record(lead)
    pattern = {"decision": "Which pattern?", "chosen": "Federated"}
    room.session.record(pattern | {"sets": {"chosen_pattern": "federated"}})
    first, second = (item for item, _ in room.session.items("decisions"))
    chair = enter(tab_of(browser, faults, DESK), room)
    owners = [chair.locator(f"#owners-{one}-owner") for one in (first, second)]
    forms = [chair.locator(f"form:has(#owners-{one}-owner)") for one in (first, second)]
    owners[0].fill("Head of Search")
    owners[1].fill("Head of Research")
    forms[1].get_by_role("button").click()
    chair.locator(".kept").wait_for()
    assert [one.input_value() for one in owners] == ["Head of Search", "Head of Research"]
    owners[0].fill("")
    unfold(chair, "#own-ask")
    chair.fill("#own-ask", "Something else?")
    press(chair, "own-later")
    chair.locator(".kept", has_text=words("room.said-typed")).wait_for()
    assert owners[0].input_value() == "", "what was cleared does not come back"
    assert [given.get("owner") for _, given in room.session.items("decisions")] == [
        None,
        "Head of Research",
    ]


def test_what_a_helper_types_is_kept_while_the_next_question_is_asked(
    browser: Any, room: Room, faults: list[str]
) -> None:
    chair = room.facilitator()
    chair.ask("lead")
    chair.reveal("lead")
    helper = enter(tab_of(browser, faults, DESK), room)
    unfold(helper, "#record-owner")
    helper.fill("#record-owner", "Maren")
    chair.ask("duties.ship")
    helper.get_by_text(words("room.typed-kept")).wait_for()
    chair.reveal("duties.ship")
    chair.post("/console/wall", show="lead")
    owner = helper.locator("#record-owner")
    owner.wait_for()  # and it is folded out
    assert owner.input_value() == "Maren"


HOLD = """what => {
    const real = asked;
    asked = async (...given) => {
        const kind = given[1]?.method ? "sent" : given[0] === location.pathname ? "looked" : "";
        const answer = await real(...given);
        if (kind === what && !window.go)
            await new Promise((go, lose) => Object.assign(window, { go, lose }));
        return answer;
    };
    document.querySelector("main").id = "before";
}"""
"""Holds back the answer to the next form or look until `go` is called; marks the page as it is.

With `lose` the answer never comes.
"""
HELD = "window.go !== undefined"
COUNT = "document.querySelector('[data-counts]').textContent"


def test_a_vote_that_comes_in_while_a_page_is_on_its_way_counts_on_it(
    browser: Any, room: Room, faults: list[str]
) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(2)]
    chair.ask("lead")
    people[0].vote("lead", "product")
    tab = enter(tab_of(browser, faults, DESK), room)
    tab.evaluate(HOLD, "sent")
    tab.fill("#expected", "7")
    tab.locator("form[action='/console/expect'] button").click()
    becomes_true(tab, HELD)
    people[1].vote("lead", "product")
    becomes_true(tab, f"{COUNT} === '2 of 7 have voted'")
    tab.evaluate("go()")
    becomes_true(tab, "document.querySelector('#before') === null")
    becomes_true(tab, f"{COUNT} === '2 of 7 have voted'")


def test_a_page_that_comes_late_takes_no_vote_off_the_console(
    browser: Any, room: Room, faults: list[str]
) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(3)]
    tab = enter(tab_of(browser, faults, DESK), room)
    tab.evaluate(HOLD, "looked")
    chair.ask("lead")  # the console looks for its next page, which is held back
    becomes_true(tab, HELD)
    tab.fill("#expected", "6")  # and meanwhile a press brings another
    tab.locator("form[action='/console/expect'] button").click()
    becomes_true(tab, "document.querySelector('#before') === null")
    for number, one in enumerate(people, start=1):
        one.vote("lead", "product")
        becomes_true(tab, f"{COUNT} === '{number} of 6 have voted'")
    tab.evaluate("document.querySelector('main').id = 'between'; go()")
    becomes_true(tab, "document.querySelector('#between') === null")
    becomes_true(tab, f"{COUNT} === '3 of 6 have voted'")


def test_who_has_voted_is_right_also_for_votes_that_come_while_the_console_looks(
    browser: Any, room: Room, faults: list[str]
) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(2)]
    chair.ask("lead")
    tab = enter(tab_of(browser, faults, DESK), room)
    tab.evaluate(HOLD, "looked")
    people[0].vote("lead", "product")
    becomes_true(tab, HELD)
    people[1].vote("lead", "product")
    becomes_true(tab, f"{COUNT} === '2 of 2 have voted'")
    assert tab.locator("#missing p").count(), "what it looked at first is still on its way"
    tab.evaluate("go()")
    becomes_true(tab, "document.querySelector('#missing p') === null")


def test_the_picture_of_the_wall_has_votes_that_came_while_it_loaded(
    browser: Any, room: Room, faults: list[str]
) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(2)]
    chair.ask("lead")
    tab = enter(tab_of(browser, faults, DESK), room)
    picture = "document.querySelector('[data-picture]').contentDocument"
    count = f"{picture}.querySelector('[data-counts]')?.textContent"
    becomes_true(tab, f"{count} === '0 of 2 have voted'")
    people[0].vote("lead", "product")
    becomes_true(tab, f"{count} === '1 of 2 have voted'")
    old = tab.context.request.get(f"{room.address}/projector?small=true").text()
    people[1].vote("lead", "product")
    becomes_true(tab, f"{count} === '2 of 2 have voted'")
    tab.route("**/projector?small=true", lambda route: route.fulfill(body=old))
    tab.evaluate(f"{picture}.body.id = 'before'; {picture}.location.reload()")
    becomes_true(tab, f"{picture}.body && !{picture}.querySelector('#before')")
    becomes_true(tab, f"{count} === '2 of 2 have voted'")


FINGER = "what => document.body.dispatchEvent(new PointerEvent(what, {pointerType: 'touch'}))"


@pytest.mark.parametrize("by", ["pointer", "keyboard", "finger"])
def test_a_press_counts_also_where_the_page_would_turn_while_it_is_held(
    browser: Any, room: Room, faults: list[str], by: str
) -> None:
    """After a finger is lifted, its click comes as a task of its own, and may come late."""
    chair = room.facilitator()
    chair.ask("lead")
    tab = enter(tab_of(browser, faults, DESK), room)
    button = tab.get_by_role("button", name=words("room.console-close"), exact=True).first
    button.focus()
    button.hover()
    down: dict[str, Callable[[], Any]] = {
        "pointer": tab.mouse.down,
        "keyboard": lambda: tab.keyboard.down("Space"),
        "finger": lambda: tab.evaluate(FINGER, "pointerdown"),
    }
    down[by]()
    pressed = button.element_handle()
    tab.evaluate("document.querySelector('main').id = 'before'")
    with tab.expect_response(f"{room.address}/console"):  # the console looks for its next page
        chair.post("/console/action", what="Write it down")
    tab.evaluate(FRAMES)
    if by == "finger":
        tab.evaluate(FINGER, "pointerup")
        tab.evaluate(FRAMES)
        pressed.evaluate("one => one.click()")
    else:
        tab.mouse.up() if by == "pointer" else tab.keyboard.up("Space")
    assert until(lambda: room.room_state.voting.asked["lead"].latest.status == "closed")
    becomes_true(tab, "document.querySelector('#before') === null")


def test_who_uses_a_keyboard_keeps_their_place_when_news_draws_the_console_anew(
    browser: Any, room: Room, faults: list[str]
) -> None:
    chair = room.facilitator()
    chair.ask("lead")
    tab = enter(tab_of(browser, faults, DESK), room)
    places = (
        tab.get_by_role("button", name=words("room.console-close"), exact=True).first,
        tab.locator("summary").first,
        tab.locator("main a[href]").first,
    )
    for number, place in enumerate(places):
        place.focus()
        tab.evaluate("document.querySelector('main').id = 'before'")
        chair.post("/console/action", what=f"Write it down, {number}")
        becomes_true(tab, "document.querySelector('#before') === null")
        assert measured_in(place, "one => one === document.activeElement") == [True], number


def test_what_is_selected_stays_selected_when_news_draws_the_console_anew(
    browser: Any, room: Room, faults: list[str]
) -> None:
    """Else the next ballot's code would be typed behind the one before."""
    chair = room.facilitator()
    chair.ask("lead")
    tab = enter(tab_of(browser, faults, DESK), room)
    unfold(tab, "#own-ask")
    tab.fill("#own-ask", "Who leads?")
    tab.press("#own-ask", "ControlOrMeta+A")
    tab.evaluate("document.querySelector('main').id = 'before'")
    chair.post("/console/action", what="Write it down")
    becomes_true(tab, "document.querySelector('#before') === null")
    tab.keyboard.type("Who pays?")
    assert tab.input_value("#own-ask") == "Who pays?"


def test_what_is_unfolded_is_seen_whole(browser: Any, room: Room, faults: list[str]) -> None:
    tab = enter(tab_of(browser, faults, 1366), room)
    resize(tab, 1366, 640)
    tab.get_by_text(words("agenda.form-set"), exact=True).click()
    button = tab.get_by_role("button", name=words("agenda.form-set-button"))
    button.wait_for()
    end = "document.querySelector('#set-timer').getBoundingClientRect().bottom"
    becomes_true(tab, f"{end} <= innerHeight")
    box = box_of(button)
    assert box["y"] + box["height"] <= 640


def test_a_tick_at_nobody_clears_the_teams_and_the_other_way_round(
    browser: Any, room: Room, faults: list[str]
) -> None:
    phone = join(tab_of(browser, faults), room)
    room.facilitator().ask("evaluation_set_authors")
    team, other = phone.get_by_label("Research", exact=True), phone.locator("input[name=other]")
    nobody = phone.get_by_label("Nobody", exact=True)
    unknown = phone.get_by_label(words("room.ballot-unknown"))
    team.check()
    other.fill("Search")
    nobody.check()
    assert not team.is_checked()
    assert other.input_value() == ""
    unknown.check()
    assert not nobody.is_checked()
    other.fill("Search")
    assert not unknown.is_checked()
    phone.get_by_label("Product", exact=True).check()
    team.check()
    assert phone.get_by_label("Product", exact=True).is_checked()


@pytest.mark.parametrize("typed", ["1B5", "9F 5"])
def test_a_ballot_that_is_refused_is_not_said_to_be_kept(
    browser: Any, faults: list[str], room: Room, typed: str
) -> None:
    chair = enter(tab_of(browser, faults, 1366), room)
    resize(chair, 1366, 640)
    ask(chair, "lead")
    chair.get_by_text(words("room.console-paper"), exact=True).click()
    below = box_of(chair.locator("#paper .sends"))
    assert below["y"] > box_of(chair.locator("#paper fieldset"))["y"], "of its own form"
    chair.fill("#paper-code", "1C 2")
    chair.press("#paper-code", "Enter")
    chair.locator("main > .kept").wait_for()
    chair.fill("#paper-code", typed)
    chair.fill("#paper-code-fact", "Nobody picked up")
    chair.press("#paper-code", "Enter")
    refused = chair.locator("#paper [data-problem]")
    refused.wait_for()
    assert chair.locator("main > .kept").count() == 0
    shown = box_of(refused)
    assert 0 <= shown["y"] <= 640 - shown["height"], "seen without scrolling"
    chair.keyboard.press("Backspace")
    assert chair.input_value("#paper-code") == typed[:-1], "it is mended where it ends"
    assert chair.input_value("#paper-code-fact") == "Nobody picked up"
    chair.press("#paper-code", "ControlOrMeta+A")
    chair.keyboard.type("1C 2")  # the next person's, over it
    assert chair.input_value("#paper-code-fact") == "", "a fact stays with its own ballot"
    chair.fill("#paper-code-fact", "Nobody picked up")
    chair.fill("#paper-code", "1C 3")  # all at once, as it is pasted
    assert chair.input_value("#paper-code-fact") == ""


def test_a_refusal_stays_when_news_draws_the_console_anew(
    browser: Any, faults: list[str], room: Room
) -> None:
    """The news of a ballot may come while the next one is on its way, or after its answer."""
    chair = enter(tab_of(browser, faults, 1366), room)
    ask(chair, "lead")
    chair.get_by_text(words("room.console-paper"), exact=True).click()
    refused = chair.locator("#paper [data-problem]")

    def first_the_news(route: Any) -> None:
        chair.evaluate("look(true)")
        route.continue_()

    chair.route("**/console/paper", first_the_news)
    for turns in range(1, 4):
        chair.evaluate("document.querySelector('#paper').dataset.old = ''")
        chair.fill("#paper-code", "1B5")
        chair.press("#paper-code", "Enter")
        becomes_true(chair, "!('old' in document.querySelector('#paper').dataset)")
        becomes_true(chair, "sending.size === 0")  # what is said may be of the turn before
        refused.wait_for()
        chair.evaluate("look(true)")
        becomes_true(chair, "!looking")
        assert refused.count() == 1, turns
        assert chair.input_value("#paper-code") == "1B5"
    chair.unroute("**/console/paper")
    chair.fill("#paper-code", "1C 2")
    chair.press("#paper-code", "Enter")
    chair.locator("main > .kept").wait_for()
    assert refused.count() == 0


def test_a_vote_that_came_too_late_is_said_to_be_refused(
    browser: Any, faults: list[str], room: Room
) -> None:
    """The page that says so is drawn before the answer is there, and has no ballot any more."""
    chair, phone = room.facilitator(), join(tab_of(browser, faults), room)
    chair.ask("lead")

    def first_it_closes(route: Any) -> None:
        chair.close("lead")
        becomes_true(phone, "!document.querySelector('form.ballot')")
        route.continue_()

    phone.check('input[value="product"]')
    phone.route("**/vote", first_it_closes)
    phone.click("main form.ballot button")
    phone.locator("main > [data-problem]").wait_for()


def test_who_types_a_fact_on_a_phone_sees_that_the_vote_closes(
    browser: Any, room: Room, faults: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    LastSeconds(monkeypatch)  # it closes for as long as this takes
    chair, person = room.facilitator(), tab_of(browser, faults, PHONE)
    join(person, room)
    chair.ask("duties.ship")
    fact = person.locator('[name="fact"]')
    fact.scroll_into_view_if_needed()
    fact.fill("Nobody picked up")
    chair.post("/console/countdown")
    said = person.locator("[data-closing]")
    said.wait_for()
    shown = box_of(said)
    assert 0 <= shown["y"] <= person.viewport_size["height"] - shown["height"]


def test_what_was_saved_is_not_in_the_form_for_the_next(
    browser: Any, room: Room, faults: list[str]
) -> None:
    chair = room.facilitator()
    chair.ask("lead")
    chair.reveal("lead")
    chair.post("/console/action", what="Ask the head of engineering")
    tab = enter(tab_of(browser, faults, DESK), room)
    tab.evaluate(HOLD, "sent")
    unfold(tab, "#owners-what")
    tab.fill("#owners-what", "Write the interface down")
    tab.fill("#owners-new-owner", "Maren")
    tab.fill("#owners-new-due", DUE)
    tab.locator("form[action='/console/action'] button").click()
    becomes_true(tab, "document.querySelector('#before') === null")  # the news was quicker
    becomes_true(tab, HELD)
    assert tab.input_value("#owners-what") == "Write the interface down", "not known to be kept"
    tab.evaluate("go()")
    becomes_true(tab, "document.querySelector('#owners-what').value === ''")
    assert tab.input_value("#owners-new-owner") == ""
    assert tab.input_value("#owners-new-due") == ""


def key_a_ballot(chair: Any, browser: Any, faults: list[str], room: Room) -> Any:
    """Return a console that hears that a ballot was counted, but has no answer yet."""
    chair.ask("lead")
    tab = enter(tab_of(browser, faults, DESK), room)
    tab.get_by_text(words("room.console-paper"), exact=True).click()
    tab.fill("#paper-code", "1C 2")
    tab.evaluate(HOLD, "sent")
    tab.press("#paper-code", "Enter")
    becomes_true(tab, "document.querySelector('#before') === null")
    return tab


def test_a_ballot_is_sent_once_though_its_form_is_drawn_anew_before_the_answer_is_there(
    browser: Any, room: Room, faults: list[str]
) -> None:
    chair = room.facilitator()
    tab = key_a_ballot(chair, browser, faults, room)
    tab.evaluate("document.querySelector('main').id = 'between'")
    button = tab.locator("form:has(#paper-code) button")
    assert button.get_attribute("aria-disabled") == "true"
    tab.press("#paper-code", "Enter")
    becomes_true(tab, HELD)
    tab.evaluate("go()")
    becomes_true(tab, "document.querySelector('#between') === null")
    becomes_true(tab, "sending.size === 0")
    assert button.get_attribute("aria-disabled") is None
    assert tab.input_value("#paper-code") == ""
    chair.close("lead")
    assert len(votes(room.place)) == 1


def test_a_ballot_that_arrived_is_counted_once_though_its_answer_was_lost(
    browser: Any, room: Room, faults: list[str]
) -> None:
    chair = room.facilitator()
    tab = key_a_ballot(chair, browser, faults, room)
    refused, kept = tab.locator("#paper [data-problem]"), tab.locator("main > .kept")
    becomes_true(tab, HELD)
    tab.evaluate("lose(new Error('no answer'))")
    refused.get_by_text(words("room.unsent")).wait_for()
    for count in (1, 2):
        assert tab.input_value("#paper-code") == ("1C 2" if count == 1 else "")
        tab.fill("#paper-code", "1C 2")  # as it was, and then that of somebody who votes alike
        tab.press("#paper-code", "Enter")
        kept.wait_for()
        becomes_true(tab, f"sending.size === 0 && {COUNT}.startsWith('{count} ')")
    chair.close("lead")
    assert len(votes(room.place)) == 2


@pytest.mark.parametrize("following", ["1A 2", "1C 2"])
def test_a_ballot_that_is_keyed_in_before_the_answer_to_the_last_is_there_follows_it(
    browser: Any, room: Room, faults: list[str], following: str
) -> None:
    """Also that of somebody who voted alike; and nothing is said to be kept before it is."""
    chair = room.facilitator()
    tab = key_a_ballot(chair, browser, faults, room)
    becomes_true(tab, HELD)
    tab.press("#paper-code", "ControlOrMeta+A")
    tab.keyboard.type(following)
    tab.keyboard.press("Enter")
    tab.evaluate("go()")
    becomes_true(tab, f"{COUNT}.startsWith('2 ')")
    becomes_true(tab, "sending.size === 0")
    assert tab.input_value("#paper-code") == ""
    chair.close("lead")
    second = "research" if following == "1A 2" else "product"
    assert sorted(v["value"] for v in votes(room.place)) == sorted(["product", second])


def test_what_was_done_is_not_said_while_the_next_is_on_its_way(
    browser: Any, room: Room, faults: list[str]
) -> None:
    chair = room.facilitator()
    chair.ask("lead")
    tab = enter(tab_of(browser, faults, DESK), room)
    tab.fill("#expected", "7")
    tab.press("#expected", "Enter")
    said = tab.locator("main > .kept")
    said.wait_for()
    tab.evaluate(HOLD, "sent")
    tab.fill("#expected", "8")
    tab.press("#expected", "Enter")
    becomes_true(tab, HELD)
    assert not said.is_visible()
    tab.evaluate("go()")
    said.wait_for()


@pytest.mark.parametrize("what", ["action", "type"])
def test_what_arrived_is_done_once_though_its_answer_was_lost(
    browser: Any, room: Room, faults: list[str], what: str
) -> None:
    chair = room.facilitator()
    chair.post("/console/action", what="Ask the head of engineering")
    tab = enter(tab_of(browser, faults, DESK), room)
    field, words_ = {
        "action": ("#owners-what", "Write the interface down"),
        "type": ("#own-ask", "Which handoff waits longest?"),
    }[what]
    form = f"form[action='/console/{what}']"
    unfold(tab, field)
    tab.fill(field, words_)
    if what == "type":
        tab.fill("#own-choices", "Ours\nTheirs")
    button = tab.locator(f"{form} button").last
    tab.evaluate(HOLD, "sent")
    button.click()
    becomes_true(tab, HELD)
    tab.evaluate("lose(new Error('no answer'))")
    tab.locator(f"{form} [data-problem]").wait_for()
    button.click()
    tab.locator("main > .kept").wait_for()
    becomes_true(tab, "sending.size === 0")
    room.session.refresh()
    made = room.session.items("decisions") if what == "action" else room.room_state.voting.own
    assert len(made) == (2 if what == "action" else 1)


def test_what_is_chosen_before_the_answer_to_the_last_press_is_there_stays_chosen(
    browser: Any, room: Room, faults: list[str]
) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("lead")
    one.vote("lead", "product")
    chair.reveal("lead")
    tab = enter(tab_of(browser, faults, DESK), room)
    tab.evaluate(HOLD, "sent")
    show_on_wall(tab, "all")
    becomes_true(tab, HELD)
    tab.select_option("#wall-show", "lead")
    tab.evaluate("go()")
    becomes_true(tab, "document.querySelector('#before') === null")
    assert tab.input_value("#wall-show") == "lead"


def test_nobody_is_missing_once_all_who_are_here_have_voted(
    browser: Any, faults: list[str], room: Room
) -> None:
    chair, one = enter(tab_of(browser, faults, 1366), room), join(tab_of(browser, faults), room)
    ask(chair, "lead")
    missing = chair.get_by_text(words("room.console-missing", who="product (1)"))
    missing.wait_for()
    one.locator("form.ballot").wait_for()
    vote(one, "product")
    missing.wait_for(state="detached")


def below_the_edge(tab: Any, selector: str) -> dict[str, float]:
    """Return where a control ends on windows whose lower edge it does not keep to."""
    found = {}
    for width, height in ((390, 844), (1366, 640), (1280, 720)):
        resize(tab, width, height)
        box = box_of(tab.locator(selector))
        if box["y"] + box["height"] > height:
            found[f"{width} × {height}"] = box["y"] + box["height"]
    return found


def test_the_button_that_votes_is_in_sight_and_lies_on_nothing_at_the_end(
    browser: Any, room: Room, faults: list[str]
) -> None:
    phone = join(tab_of(browser, faults), room)
    room.facilitator().ask("chosen_pattern")
    phone.locator("form.ballot").wait_for()
    assert below_the_edge(phone, ".ballot .main") == {}
    free = """() => { const of = selector => document.querySelector(selector);
        of('[name=fact]').scrollIntoView({block: 'end'});
        return of('.sends').getBoundingClientRect().top
             - of('[name=fact]').getBoundingClientRect().bottom; }"""
    for width, height in ((390, 600), (683, 384)):
        resize(phone, width, height)
        assert phone.evaluate(free) >= 0
    covered = """() => { const top = document.querySelector('.sends').getBoundingClientRect().top;
        return [...document.querySelectorAll('.choice input')].filter(one => {
            one.focus(); return one.getBoundingClientRect().bottom > top; }).length; }"""
    for width, height in LOW:
        resize(phone, width, height)
        phone.evaluate("scrollTo(0, 0)")
        bar = box_of(phone.locator(".sends"))
        assert bar["y"] + bar["height"] <= height
        assert bar["height"] < height / 6, "most of a low window is for the choices"
        assert phone.evaluate(covered) == 0, "what has the focus is seen whole"


LOW = ((683, 384), (640, 360))
"""What is left of usual screens at 200%."""


def test_at_200_percent_a_field_among_choices_stands_by_itself(
    browser: Any, room: Room, faults: list[str]
) -> None:
    phone = join(tab_of(browser, faults), room)
    room.facilitator().ask("duties.paged")
    phone.locator("form.ballot").wait_for()
    of = "one => [one.getBoundingClientRect().left, one.getBoundingClientRect().width]"
    for width, height in LOW:
        resize(phone, width, height)
        for part in ("fieldset > .field", ".unknown"):
            fields = measured_in(phone.locator(".ballot fieldset"), of)
            assert measured_in(phone.locator(f".ballot {part}"), of) == fields


LONG = "Which of our teams is called first when the ranking model gets worse during the night?"


def test_what_is_to_do_now_stays_in_sight_but_not_over_a_form(
    browser: Any, room: Room, faults: list[str]
) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.post("/console/type", ask=LONG, choices="Ours\nTheirs")
    key = room.room_state.voting.current.question
    one.vote(key, "Ours")
    chair.reveal(key)
    tab = enter(tab_of(browser, faults, 1366), room)
    resize(tab, 1366, 640)
    folded = "document.querySelector('#record-form, #decide-form').closest('details')"
    stuck = "document.querySelector('.primary').getBoundingClientRect().bottom > 0"
    tab.evaluate(f"{folded}.scrollIntoView()")
    assert tab.evaluate(stuck)
    tab.evaluate(f"{folded}.open = true")
    for width, height in ((1366, 640), (683, 384), (390, 844)):
        resize(tab, width, height)
        tab.evaluate(f"{folded}.querySelector('form').scrollIntoView()")
        assert not tab.evaluate(stuck)
    tab.evaluate(f"{folded}.open = false")
    for width, height in ((683, 384), (390, 844)):
        resize(tab, width, height)
        tab.evaluate(f"{folded}.scrollIntoView()")
        assert not tab.evaluate(stuck)
    resize(tab, 683, 384)
    tab.evaluate("scrollTo(0, 0)")
    main = box_of(tab.locator(".primary .main"))
    assert main["y"] + main["height"] <= 384


def test_on_a_phone_a_long_fact_is_seen_whole_while_it_is_changed(
    browser: Any, room: Room, faults: list[str]
) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("lead")
    one.vote(
        "lead", "product", "We had two incidents that nobody saw for a day, and one more. " * 6
    )
    chair.reveal("lead")
    tab = enter(tab_of(browser, faults), room)
    unfold(tab, "#fact-1")
    hidden = measured_in(
        tab.locator("#fact-1"),
        "e => [e.scrollHeight - e.clientHeight, e.scrollWidth - e.clientWidth]",
    )
    assert max(hidden[0]) <= 1
    tab.fill("#fact-1", "We had three incidents.")
    tab.locator("form:has(#fact-1) button").first.click()
    one_fact = tab.locator(".facts .said", has_text="We had three incidents.")
    one_fact.first.wait_for()


def test_on_a_phone_the_number_of_a_ballot_keeps_to_a_line_in_the_list(
    browser: Any, room: Room, faults: list[str]
) -> None:
    tab = enter(tab_of(browser, faults), room)
    unfold(tab, ".questions")
    lines = measured_in(tab.locator(".questions .hint"), "e => e.getClientRects().length")
    assert set(lines) - {0} == {1}
    last = measured_in(
        tab.locator(".questions li:last-child").first, "e => getComputedStyle(e).borderBottomWidth"
    )
    assert last == ["0px"], "another follows"


def test_only_where_all_have_voted_a_role_is_green(
    browser: Any, room: Room, faults: list[str]
) -> None:
    chair, people = room.facilitator(), [room.participant() for _ in range(4)]
    chair.ask("lead")
    for one in people[:3]:
        one.vote("lead", "product")
    tab = enter(tab_of(browser, faults, 1366), room)
    part, whole = (words("room.console-role-count", voted=n, n=2) for n in (1, 2))
    look = "e => getComputedStyle(e).color"
    shown = [measured_in(tab.get_by_text(text, exact=True).first, look) for text in (part, whole)]
    assert shown[0] != shown[1]


def test_what_can_be_asked_stands_below_what_is_asked_now(
    browser: Any, room: Room, faults: list[str]
) -> None:
    chair = enter(tab_of(browser, faults, 1366), room)
    resize(chair, 1366, 640)
    now, questions, people = (
        box_of(chair.locator(f"section:has(> h2#{name})"))
        for name in ("now", "questions", "people")
    )
    assert questions["y"] < 640
    assert questions["x"] == now["x"]
    assert questions["x"] + questions["width"] < people["x"]
    resize(chair, PHONE, 844)
    order = [box_of(chair.locator(f"h2#{name}"))["y"] for name in ("people", "questions")]
    assert order == sorted(order)


def test_what_a_choice_means_stands_beside_it_where_there_is_room(
    browser: Any, room: Room, faults: list[str]
) -> None:
    phone = join(tab_of(browser, faults), room)
    room.facilitator().ask("lead")
    phone.locator("form.ballot").wait_for()
    middles = """() => ['label', 'summary'].map(part => {
        const box = document.querySelector(`.choice ${part}`).getBoundingClientRect();
        return box.top + box.height / 2; })"""
    label, more = phone.evaluate(middles)
    assert more > label + 20
    for width, height in ((683, 384), (1366, 640)):
        resize(phone, width, height)
        label, more = phone.evaluate(middles)
        assert abs(more - label) < 2
    fact = box_of(phone.locator("[name=fact]"))
    assert fact["y"] < 600, "a short window shows the field too"
    summary = phone.locator(".choice summary").first
    summary.click()
    assert phone.locator(".choice .notes p").first.is_visible()
    assert phone.locator(":checked").count() == 0, "to read what it means chooses nothing"
    phone.locator(".choice .notes p").first.click()
    assert phone.locator(":checked").count() == 0
    phone.locator(".choice label").first.click()
    assert phone.locator(":checked").count() == 1


def test_who_joins_with_a_new_role_can_be_counted_out_at_once(
    browser: Any, room: Room, faults: list[str]
) -> None:
    chair = enter(tab_of(browser, faults, DESK), room)
    assert chair.locator("#who-role").count() == 0, "nobody is here yet"
    for number, role in enumerate(ROLES):
        room.participant(join=False).join(room.keys.code, role)
        option = chair.locator(f'#who-role option[value="{role}"]')
        option.wait_for(state="attached")
        if number == 1:
            unfold(chair, "#who-role")
            chair.select_option("#who-role", role)
    assert chair.locator("#who-role").is_visible(), "what was open is open"
    assert chair.input_value("#who-role") == ROLES[1], "what was chosen is chosen"


def test_fields_and_button_beside_each_other_are_equally_high(
    browser: Any, room: Room, faults: list[str]
) -> None:
    room.session.record({"decision": "Do it", "owner": "Ana", "due": "2027-03-01"})
    chair = enter(tab_of(browser, faults, DESK), room)
    parts = chair.locator('form[action="/console/owner"] :is(input:not([type=hidden]), button)')
    boxes = [box_of(part) for part in parts.all()]
    assert len(boxes) == 3
    assert len({(box["y"], box["height"]) for box in boxes}) == 1


def test_at_200_percent_one_joins_without_scrolling(
    browser: Any, room: Room, faults: list[str]
) -> None:
    room.participant()
    tab = tab_of(browser, faults, 683)
    resize(tab, 683, 384)
    tab.goto(f"{room.address}/#{room.keys.code}")
    assert tab.locator("#was-here").is_visible()
    resize(tab, 640, 360)
    tab.fill("#code", "WRONG1")
    tab.select_option("#role", "product")
    tab.locator("button.main").click()
    tab.get_by_text(words("room.code-wrong")).wait_for()
    tab.wait_for_load_state()
    button = box_of(tab.locator("button.main"))
    assert button["y"] + button["height"] <= 360


def test_an_empty_choice_is_a_ring_by_day_and_by_night(
    browser: Any, room: Room, faults: list[str]
) -> None:
    phone = join(tab_of(browser, faults), room)
    room.facilitator().ask("lead")
    phone.locator("form.ballot").wait_for()
    for scheme in ("light", "dark"):
        phone.emulate_media(color_scheme=scheme)
        ring, inside, page = phone.evaluate(
            """() => {
                const empty = getComputedStyle(document.querySelector('.choice input'));
                const ground = getComputedStyle(document.body).backgroundColor;
                return [empty.borderTopColor, empty.backgroundColor, ground]
                    .map(colour => colour.match(/\\d+/g).slice(0, 3).map(Number)); }"""
        )
        assert contrast(ring, page) >= 3, scheme
        assert inside == page, "a filled one would look chosen"


def contrast(one: list[int] | None, other: list[int] | None) -> float:
    """Return the contrast of two colours as WCAG 2 has it; 1 without one of them."""
    if one is None or other is None:
        return 1

    def light(colour: list[int]) -> float:
        parts = [c / 255 for c in colour]
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_a_decision_is_saved_without_scrolling_and_what_belongs_together_is_side_by_side(
    browser: Any, room: Room, faults: list[str]
) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("lead")
    one.vote("lead", "product")
    chair.reveal("lead")
    tab = enter(tab_of(browser, faults, 1366), room)
    unfold(tab, "#record-form")
    for width, height in ((1366, 640), *LOW, (PHONE, 844)):
        resize(tab, width, height)
        tab.evaluate("document.querySelector('#record-form').scrollIntoView()")
        save = box_of(tab.locator("#record-form .main"))
        assert save["y"] + save["height"] <= height
        if width > PHONE:
            for pair in (("if", "then"), ("owner", "due"), ("revisit_on", "revisit_when")):
                boxes = [box_of(tab.locator(f"#record-{name}")) for name in pair]
                assert boxes[0]["y"] == boxes[1]["y"], pair
    bar, last = (tab.locator(f"#record-form {part}") for part in (".sends", "#record-revisit_when"))
    last.focus()
    below = box_of(last)["y"] + box_of(last)["height"]
    assert below <= box_of(bar)["y"], "what has the focus is seen whole"


def test_a_long_question_to_be_shown_does_not_push_its_button_away(
    browser: Any, room: Room, faults: list[str]
) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.post("/console/type", ask=f"{LONG} {LONG} {LONG}", choices="Ours\nTheirs")
    key = room.room_state.voting.current.question
    one.vote(key, "Ours")
    chair.reveal(key)
    tab = enter(tab_of(browser, faults, 1366), room)
    tops = [
        box_of(tab.locator(part))["y"] for part in ("#wall-show", "form:has(#wall-show) button")
    ]
    assert tops[0] == tops[1]
