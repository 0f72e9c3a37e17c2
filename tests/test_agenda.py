"""Agendas: planned from the content's timings, to the minute, or refused with a reason."""

from __future__ import annotations

import io
from pathlib import Path

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from workshop import Answers, load_content
from workshop.cli.commands import app
from workshop.content.items import FOCUSES
from workshop.documents.paper import PAPERS, PageSetup, blocks_to_pdf
from workshop.documents.text import blocks_to_text
from workshop.forms.agenda import Plan, Slot, Wish, cut, fit, pace_of, plan_agenda
from workshop.print.runsheet import agenda_blocks
from workshop.problems import InputError

CONTENT = load_content()
AGENDAS = CONTENT.agenda
BLOCKS = {b.id: b for b in AGENDAS.blocks}
NEVER = {b.id for b in AGENDAS.blocks if b.drop is None and not b.unless}
WISHES = st.builds(
    Wish,
    st.integers(AGENDAS.shortest, AGENDAS.longest),
    st.integers(AGENDAS.people.at_least, AGENDAS.people.at_most),
    st.none() | st.sampled_from(FOCUSES),
    st.booleans(),
    st.dictionaries(st.sampled_from(sorted(BLOCKS)), st.floats(0.5, 2.0), max_size=4),
)


def plan(minutes: int = 90, people: int = 10, **more: object) -> Plan:
    return plan_agenda(CONTENT, Wish(minutes, people, **more))  # type: ignore[arg-type]


def lengths(planned: Plan) -> dict[str, int]:
    return {s.id: s.minutes for s in planned.slots if s.kind == "block"}


def stretches(planned: Plan) -> list[int]:
    found = [0]
    for slot in planned.slots:
        if slot.kind == "break":
            found.append(0)
        else:
            found[-1] += slot.minutes
    return found


# -- the content's minutes -----------------------------------------------------------------------


def test_every_step_of_the_notebooks_belongs_to_a_block_of_its_part_and_has_its_minutes() -> None:
    named = {step: b for b in AGENDAS.blocks for step in b.steps}
    assert set(named) == {s.id for s in CONTENT.steps}
    for step in CONTENT.steps:
        assert step.part == named[step.id].part, step.id
        assert step.minutes == named[step.id].steps[step.id]


def test_the_day_has_the_minutes_of_all_steps_of_each_block() -> None:
    for block in AGENDAS.blocks:
        if block.steps:
            assert block.minutes[AGENDAS.longest] >= sum(block.steps.values()), block.id


def test_minutes_stand_in_one_file_only() -> None:
    steps = (CONTENT.folder / "steps.yaml").read_text("utf-8")
    assert "minutes:" not in steps
    shortest = BLOCKS["drill"].least
    assert min(d.minutes for d in CONTENT.drills) == BLOCKS["drill"].steps["drills"] == shortest
    assert max(d.minutes for d in CONTENT.drills) <= BLOCKS["drill"].minutes[AGENDAS.longest]


def test_a_longer_workshop_gives_no_block_less() -> None:
    for block in AGENDAS.blocks:
        figures = [m for _, m in sorted(block.minutes.items())]
        if block.id not in ("pre-mortem", "actions"):  # in half a day they share one block
            assert figures == sorted(figures), block.id


# -- planning ------------------------------------------------------------------------------------


@pytest.mark.parametrize("minutes", AGENDAS.lengths[:2])
def test_the_usual_lengths_with_the_usual_people_are_the_contents_own_figures(minutes: int) -> None:
    expected = {b.id: b.minutes[minutes] for b in AGENDAS.blocks if minutes in b.minutes}
    assert lengths(plan(minutes)) == expected


@settings(max_examples=400, deadline=None)
@given(WISHES)
def test_an_accepted_plan_keeps_every_promise(wish: Wish) -> None:
    try:
        planned = plan_agenda(CONTENT, wish)
    except InputError as error:
        assert error.problems[0].suggestion
        return
    slots = planned.slots
    assert sum(s.minutes for s in slots) == wish.minutes
    at = 0
    for slot in slots:
        assert slot.starts == at
        at += slot.minutes
    blocks = [s.id for s in slots if s.kind == "block"]
    assert blocks == [name for name in BLOCKS if name in blocks]
    assert set(blocks) >= NEVER
    assert {"splits", "ownership", "patterns"} & {*blocks}
    assert set(planned.left_out).isdisjoint(blocks)
    for slot in slots:
        assert slot.minutes >= slot.least
        if slot.kind == "block":
            assert slot.minutes >= BLOCKS[slot.id].least
    if wish.focus is not None:
        assert any(BLOCKS[name].focus == wish.focus for name in blocks)
    breaks = AGENDAS.breaks
    assert max(stretches(planned)) <= (breaks.apart_remote if wish.remote else breaks.apart)
    assert min(stretches(planned)) > 0
    assert ("lunch" in {s.id for s in slots}) == (wish.minutes >= breaks.lunch_from)


@settings(max_examples=100, deadline=None)
@given(WISHES)
def test_what_would_work_does_work(wish: Wish) -> None:
    try:
        plan_agenda(CONTENT, wish)
    except InputError as error:
        words = error.problems[0].suggestion.split()
        if words[-1] == "do.":
            longer = Wish(int(words[0]), wish.people, wish.focus, wish.remote, wish.pace)
            assert plan_agenda(CONTENT, longer).slots


@pytest.mark.parametrize(
    ("minutes", "people", "reason"),
    [
        (45, 10, "45 minutes are too short"),
        (500, 10, "500 minutes are too long"),
        (90, 2, "With 2 people"),
        (90, 25, "25 people cannot all be heard"),
        (60, 24, "60 minutes are too short for 24 people"),
    ],
)
def test_an_impossible_plan_is_refused_with_a_reason_and_what_would_work(
    minutes: int, people: int, reason: str
) -> None:
    with pytest.raises(InputError) as refused:
        plan(minutes, people)
    assert reason in str(refused.value)
    assert refused.value.problems[0].suggestion


@pytest.mark.parametrize(("people", "warned"), [(5, True), (6, False), (15, False), (16, True)])
def test_few_and_many_people_are_warned_of_and_not_refused(people: int, warned: bool) -> None:
    assert bool(plan(240, people).warnings) == warned


@pytest.mark.parametrize(("minutes", "opened"), [(90, False), (240, True)])
def test_a_block_too_short_for_its_notebook_has_none_at_hand(minutes: int, opened: bool) -> None:
    blocks = agenda_blocks(CONTENT, plan(minutes), 540)
    told = " ".join(blocks_to_text(blocks, 100).replace("\n", " ").split()).casefold()
    assert ("notebook 5" in told) is opened
    assert "value-stream" in told


def test_more_people_make_votes_and_talk_longer_and_leave_a_drill_as_it_is() -> None:
    few, many = (lengths(plan(480, n)) for n in (8, 14))
    for name in ("open", "vote", "reveal"):
        assert many[name] > few[name]
    assert many["second-drill"] <= few["second-drill"]


def test_when_time_is_short_handoffs_go_before_the_pre_mortem_and_both_before_the_drill() -> None:
    turns = [b.id for b in sorted(BLOCKS.values(), key=lambda b: b.drop or 99) if b.drop]
    assert turns.index("handoffs") < turns.index("pre-mortem") < turns.index("drill")
    assert "handoffs" not in lengths(plan(75))
    assert "drill" in lengths(plan(75))
    assert {"vote", "second-vote", "actions"} <= NEVER


def test_the_focus_comes_into_a_workshop_that_is_too_short_for_it_and_gets_more_time() -> None:
    assert "ownership" not in lengths(plan(90))
    focused = lengths(plan(90, focus="ownership"))
    assert focused["ownership"] >= BLOCKS["ownership"].least
    assert "splits" not in focused
    assert lengths(plan(240, focus="handoffs"))["handoffs"] > lengths(plan(240))["handoffs"]


def test_ninety_minutes_hold_ten_for_the_patterns_and_five_for_handoffs() -> None:
    usual = lengths(plan(90))
    assert (usual["patterns"], usual["handoffs"]) == (10, 5)


def test_on_screens_breaks_come_sooner() -> None:
    room, screens = plan(240), plan(240, remote=True)
    assert max(stretches(room)) > AGENDAS.breaks.apart_remote >= max(stretches(screens))


def test_no_break_parts_a_vote_from_its_result_in_the_usual_agendas() -> None:
    for minutes in AGENDAS.lengths:
        names = [s.id for s in plan(minutes).slots]
        assert names.index("reveal") == names.index("vote") + 1


def test_each_step_is_done_together_or_named_as_done_apart() -> None:
    for minutes in (60, 90, 120, 240, 480):
        planned = plan(minutes)
        together = [step for s in planned.slots for step in s.steps]
        asked = {s.id for s in CONTENT.steps if s.questions and s.kind != "earlier"}
        assert set(together).isdisjoint(planned.apart)
        assert asked <= {*together, *planned.apart}
    assert plan(480).apart == ()


def test_a_step_that_concerns_few_is_named_apart_from_those_that_all_answer() -> None:
    text = " ".join(blocks_to_text(agenda_blocks(CONTENT, plan(90), 540), 100).split())
    everybody, few = text.split(CONTENT.words("agenda.apart-few"))
    everybody = everybody.split(CONTENT.words("agenda.apart"))[1]
    for step, asked in (("bought", few), ("size", everybody)):
        title = CONTENT.step(step).title
        assert (title in few, title in everybody) == (asked is few, asked is everybody)


def test_a_block_that_took_longer_last_time_gets_more_of_the_next_day() -> None:
    given = Answers.from_parameters(
        {
            "agenda": [
                {"block": "vote", "title": "Silent vote", "planned": 12, "actual": 18},
                {"block": "drill", "title": "On-call drill", "planned": 15},
                {"block": "open", "title": "Opening", "planned": 1, "actual": 60},
            ]
        }
    )
    pace = pace_of(given.agenda or ())
    assert pace == {"vote": 1.5, "open": 2.0}
    assert lengths(plan(240, pace=pace))["vote"] > lengths(plan(240))["vote"]


# -- arithmetic ----------------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 30), st.integers(0, 30), st.integers(0, 30)), min_size=1),
    st.integers(0, 400),
)
def test_minutes_fit_whenever_limits_allow_it(rows: list[tuple[int, int, int]], total: int) -> None:
    least = [a for a, _, _ in rows]
    requested = [a + b for a, b, _ in rows]
    most = [a + b + c for a, b, c in rows]
    found = fit(requested, least, most, total)
    assert (found is not None) == (sum(least) <= total <= sum(most))
    if found is not None:
        assert sum(found) == total
        assert all(a <= m <= b for a, m, b in zip(least, found, most, strict=True))


def test_work_is_cut_evenly_and_not_where_it_must_hold_together() -> None:
    assert cut([30, 30, 30, 30], 2, 90, frozenset()) == [0, 2]
    assert cut([30, 30, 30, 30], 2, 90, frozenset({1})) in ([0, 1], [0, 3])
    assert cut([60, 60], 2, 60, frozenset({0})) == [0, 1]
    assert cut([60, 60], 1, 90, frozenset()) is None


# -- the page, and the command -------------------------------------------------------------------


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize(("minutes", "remote"), [(90, False), (480, False), (480, True)])
def test_the_printed_agenda_is_one_page(minutes: int, remote: bool, paper: str) -> None:
    blocks = agenda_blocks(CONTENT, plan(minutes, 12, remote=remote), 540)
    setup = PageSetup(paper=paper)  # type: ignore[arg-type]
    assert len(pypdf.PdfReader(io.BytesIO(blocks_to_pdf(blocks, setup))).pages) == 1


def test_the_page_says_when_each_block_begins_and_what_goes_first() -> None:
    words = " ".join(blocks_to_text(agenda_blocks(CONTENT, plan(240), 13 * 60), 200).split())
    for text in ("13:00 15 Opening", "14:05 15 Break", "17:00 End", "“Handoffs”, “Pre-mortem”"):
        assert text in words


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["agenda", *arguments])
    return result.exit_code, " ".join(result.output.split())


def test_the_command_prints_an_agenda_and_writes_it_the_same_each_time(tmp_path: Path) -> None:
    code, words = run("--minutes", "120", "--people", "8", "--start", "8:30")
    assert code == 0
    assert "2 hours: the agenda" in words
    assert "10:30 End" in words
    for name in ("a.pdf", "b.pdf", "a.html", "a.txt"):
        assert run("-o", str(tmp_path / "made" / name))[0] == 0
    made = tmp_path / "made"
    assert (made / "a.pdf").read_bytes() == (made / "b.pdf").read_bytes()
    assert "<table" in (made / "a.html").read_text("utf-8")
    assert "On-call drill" in (made / "a.txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--minutes", "20"], "It needs 60 minutes"),
        (["--start", "9"], "Write it as 09:00"),
        (["-o", "agenda.doc"], ".pdf, .html or .txt"),
        (["--from", "nowhere.workshop"], "There is no session here"),
    ],
)
def test_what_cannot_be_planned_ends_with_2_and_one_sentence(
    arguments: list[str], message: str
) -> None:
    code, words = run(*arguments)
    assert code == 2
    assert message in words


def test_minutes_of_an_earlier_workshop_come_from_its_answers_file(tmp_path: Path) -> None:
    path = tmp_path / "earlier.yaml"
    path.write_text("agenda: [{block: vote, title: Vote, planned: 10, actual: 20}]", "utf-8")
    code, words = run("--from", str(path))
    assert code == 0
    assert "corrected by what the last workshop took" in words
    path.write_text("organisation: Tidewater", "utf-8")
    assert run("--from", str(path))[1].endswith("timer of the room or of the notebooks.")


def test_an_agenda_among_the_answers_is_checked_like_any_other() -> None:
    with pytest.raises(InputError, match="planned"):
        Answers.from_parameters({"agenda": [{"block": "vote", "title": "Vote", "planned": -1}]})
    assert Slot("x", "x", 0, 1, 1).kind == "block"
