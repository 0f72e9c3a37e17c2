"""Steps without a browser: what they ask, what they take, what follows on the screen."""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from conftest import TOP
from whole_answers import whole_answers
from workshop import Answers, Content, InputError, assess, exhibits, load_content
from workshop.answers.reading import answers_files, read_answers
from workshop.answers.schema import NAMES, Decision, Stage
from workshop.exhibits.layout import value_words
from workshop.findings.output.report import to_json
from workshop.forms.fields import Field, field_of, fields_of
from workshop.forms.polls import poll_of, recorded_as
from workshop.notebook.controls import Bar, name_of
from workshop.notebook.page import Page
from workshop.notebook.screen import ScreenPage
from workshop.session import Session
from workshop.widgets import screen
from workshop.widgets.screen import static_fallback
from workshop.widgets.steps import LivePage, Owners

CONTENT = load_content()
FORMS = [s for s in CONTENT.steps if s.kind == "form"]
by_step = pytest.mark.parametrize("step", [s.id for s in CONTENT.steps])
EXAMPLES = answers_files([TOP / "examples"])


@pytest.fixture
def page(tmp_path: Path) -> Iterator[LivePage]:
    session = Session.open(tmp_path / "session.workshop", who="Ana")
    yield LivePage(session, part=1)
    session.close()


def fields(page: LivePage, step: str) -> dict[str, dict[str, Any]]:
    """Return the fields of a step as they stand on the screen, by key."""
    return {f["key"]: f for g in page.form(step).view()["groups"] for f in g["fields"]}


def give(page: LivePage, step: str, key: str, value: Any) -> dict[str, Any]:
    return page.form(step).take({"do": "give", "key": key, "value": value})


def typed(page: LivePage, step: str, key: str, value: Any) -> Any:
    """Return how a person gives a value in a field: the text typed, or what is ticked."""
    field = next(f for f in fields_on(page, step) if f.key == key)
    return field.show(value)


def fields_on(page: LivePage, step: str) -> tuple[Field, ...]:
    """Return the fields of a step, also what a screen that is a moment old still has."""
    form = page.form(step)
    return (*form.fields(), *form._fields(idle=True))


def live(page: LivePage, answers: Answers) -> None:
    """Give a whole set of answers through the steps, as a person would."""
    given = answers.to_parameters()
    for step in CONTENT.steps:
        if step.kind in ("form", "drills"):
            for name in step.questions:
                drive(page, step.id, name, given)
    for stage in given.get("stages", ()):
        assert give(page, "stages", "stages/+", stage["stage"])["ok"]
        fill(page, "stages", stage)
    for decision in given.get("decisions", ()):
        assert give(page, "decisions", "decisions/+", decision["decision"])["ok"]
        fill(page, "decisions", decision)
    for name, basis in given.get("basis", {}).items():
        note_basis(page, name, basis)


def drive(page: LivePage, step: str, name: str, given: Mapping[str, Any]) -> None:
    if name == "drills":
        for drill, minutes in given.get("drills", {}).items():
            assert page.form("drills").take({"do": "pick", "value": drill})["ok"]
            for minute in (0, 15, 60):
                key = f"drills/{drill}/minute_{minute}"
                if f"minute_{minute}" in minutes:
                    assert give(page, step, key, minutes[f"minute_{minute}"])["ok"]
                else:
                    page.form("drills").take({"do": "pass", "minute": minute})
        return
    value: Any = given
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    keys = [f.key for f in fields_on(page, step) if f.key.startswith(name.replace(".", "/"))]
    if name.startswith("signals."):
        for part, number in (value or {}).items():
            key = f"{name.replace('.', '/')}/{part}"
            assert give(page, step, key, typed(page, step, key, number))["ok"]
    elif value is not None:
        assert give(page, step, keys[0], typed(page, step, keys[0], value))["ok"], (name, value)


def fill(page: LivePage, name: str, item: Mapping[str, Any]) -> None:
    last = page.session.items(name)[-1][0]
    sets: Mapping[str, Any] = item.get("sets", {})
    for answer in sets:
        assert give(page, name, f"{name}/{last}/sets", answer)["ok"]
    given = {**item, **{f"sets/{answer}": value for answer, value in sets.items()}}
    for part, value in given.items():
        if part == "sets":
            continue
        key = f"{name}/{last}/{part}"
        answer = give(page, name, key, typed(page, name, key, value))
        assert answer["ok"], (key, value, answer)


def note_basis(page: LivePage, name: str, basis: str) -> None:
    """Note how an answer is known, where its field asks for it."""
    for step in FORMS:
        for field in page.form(step.id).fields():
            if field.basis == name:
                message = {"do": "basis", "key": field.key, "value": basis}
                assert page.form(step.id).take(message)["ok"]
                return
    page.session.give(("basis", name), basis)  # of a list as a whole, which has no field


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(whole_answers)
def test_random_answers_give_the_same_findings_live_and_headless(raw: dict[str, Any]) -> None:
    answers = Answers.from_parameters(raw)
    with tempfile.TemporaryDirectory() as folder:
        session = Session.open(Path(folder) / "s.workshop")
        try:
            page = LivePage(session, part=1)
            live(page, answers)
            assert session.answers == answers
            assert to_json(page.found) == to_json(assess(answers))
        finally:
            session.close()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_every_example_can_be_given_through_the_steps(path: Path, page: LivePage) -> None:
    answers = read_answers(path).model_copy(update={"votes": None})  # given in the room
    if answers.earlier:
        page.session.follow(answers.earlier.answers)  # the session was opened on it
        answers = answers.model_copy(update={"earlier": page.session.answers.earlier})
    live(page, answers)
    assert json.loads(to_json(page.found)) == json.loads(to_json(assess(answers)))


def test_every_question_has_its_place_in_one_step() -> None:
    asked = [name for s in CONTENT.steps for name in s.questions]
    assert len(asked) == len(set(asked))
    nested = {q.id for q in CONTENT.questions if "." in q.id}
    parents = {q.split(".")[0] for q in nested} - {"earlier"}
    unasked = {"earlier.became", "votes", "agenda"}  # the room counts votes, the timer minutes
    assert set(asked) == {q.id for q in CONTENT.questions} - parents - unasked
    assert {q.split(".")[0] for q in asked} == set(NAMES) - {"basis", "votes", "agenda"}


def test_each_number_of_a_signal_says_what_it_counts() -> None:
    for name, counts in {
        "signals.queue_weeks": "queue",
        "signals.model_teams": "teams that produce models|teams produce models",
        "signals.models_in_production": "models in production|models are in production",
    }.items():
        asked = [f.ask for f in fields_of(CONTENT, name)]
        assert len(asked) == 2
        assert all(re.search(counts, ask) for ask in asked), asked


def test_a_step_stands_in_the_part_of_its_questions() -> None:
    for step in CONTENT.steps:
        assert {CONTENT.question(q).part for q in step.questions} <= {step.part}


@by_step
def test_a_view_is_plain_data_and_says_where_one_is(page: LivePage, step: str) -> None:
    view = page.form(step).view()
    assert json.loads(json.dumps(view)) == json.loads(json.dumps(page.form(step).view()))
    text = page.content.step(step)
    assert view["title"] == text.title
    assert str(text.minutes) in view["minutes"]
    if text.questions and text.kind != "earlier":
        assert view["where"].startswith("Step ")
    for group in view["groups"]:
        for field in group["fields"]:
            assert field["ask"].strip()


@pytest.mark.parametrize("step", [s.id for s in FORMS if s.questions])
def test_each_question_says_why_it_is_asked_and_what_a_good_answer_is(
    page: LivePage, step: str
) -> None:
    for key, field in fields(page, step).items():
        if not key.startswith("signals/"):
            assert field["why"], key
            assert field["good"], key


def test_an_answer_is_in_the_file_when_it_is_said_to_be_saved(
    page: LivePage, tmp_path: Path
) -> None:
    answer = give(page, "size", "model_teams", "6")
    assert answer["ok"]
    assert answer["saved"]
    other = Session.open(tmp_path / "session.workshop")
    assert other.answers.model_teams == 6
    other.close()


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("model_teams", "six", "This is no number"),
        ("model_teams", "-1", "out of range"),
        ("model_teams", "6.5", "another kind of value"),
        ("model_teams", "9" * 400, "out of range"),
        ("ml_engineers", "1e400", "This is no number"),
        ("ml_engineers", "NaN%", "This is no number"),
        ("platform_engineers", {"a": 1}, "another kind of value"),
        ("platform_engineers", ["1"], "another kind of value"),
    ],
)
def test_what_cannot_be_taken_is_told_beside_the_field_and_stays_in_the_box(
    page: LivePage, key: str, value: Any, words: str
) -> None:
    give(page, "size", key, "4")
    answer = give(page, "size", key, value)
    assert not answer["ok"]
    assert words in answer["problem"]
    field = fields(page, "size")[key]
    assert field["problem"] == answer["problem"]
    assert field["value"] == value
    assert page.session.value((key,)) == 4
    assert give(page, "size", key, "5")["ok"]
    assert not fields(page, "size")[key]["problem"]


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"do": "give"},
        {"do": "give", "key": "no_such", "value": "1"},
        {"do": "give", "key": "lead", "value": "research"},  # of another step
        {"do": "give", "key": ["model_teams"], "value": "1"},
        {"do": "__init__", "key": "model_teams"},
        {"do": "undo", "seq": "drop table"},
        {"do": "remove", "item": "1"},
        {"do": None},
    ],
)
@by_step
def test_a_message_that_no_screen_sends_is_refused_in_words(
    page: LivePage, step: str, message: dict[str, Any]
) -> None:
    if step == "lead" and message.get("key") == "lead":
        return
    answer = page.form(step).take(message)
    assert answer["ok"] is False
    assert answer["problem"]
    assert page.session.answers == Answers()


def test_an_emptied_box_takes_the_answer_back(page: LivePage) -> None:
    give(page, "size", "model_teams", "6")
    assert give(page, "size", "model_teams", "  ")["ok"]
    assert page.session.answers.model_teams is None
    assert not fields(page, "size")["model_teams"]["answered"]


@pytest.mark.parametrize(
    ("text", "days"),
    [("2", 2), ("2.5", 2.5), ("2, 5, 9", [2, 5, 9]), ("2 5 9", [2, 5, 9]), ("1–2–3", [1, 2, 3])],
)
def test_days_are_one_number_or_three(page: LivePage, text: str, days: Any) -> None:
    give(page, "stages", "stages/+", "data")
    item = page.session.items("stages")[0][0]
    assert give(page, "stages", f"stages/{item}/touch_days", text)["ok"]
    stored = page.session.value(("stages", item, "touch_days"))
    assert (list(stored) if isinstance(stored, list | tuple) else stored) == days


def test_days_in_falling_order_are_refused_with_the_reason(page: LivePage) -> None:
    give(page, "stages", "stages/+", "data")
    item = page.session.items("stages")[0][0]
    answer = give(page, "stages", f"stages/{item}/touch_days", "9, 5, 2")
    assert "the lowest, likely and highest, such as 2, 4, 9" in answer["problem"]


def test_stages_are_added_moved_and_removed(page: LivePage) -> None:
    form = page.form("stages")
    for kind in ("data", "model", "serving"):
        give(page, "stages", "stages/+", kind)
    first = page.session.items("stages")[0][0]
    assert form.take({"do": "move", "item": first, "by": 1})["ok"]
    assert [s.stage for s in page.session.answers.stages or ()] == ["model", "data", "serving"]
    assert form.take({"do": "remove", "item": first})["ok"]
    assert [s.stage for s in page.session.answers.stages or ()] == ["model", "serving"]
    assert not form.take({"do": "remove", "item": first})["ok"]


def test_a_team_is_marked_in_whichever_spelling_it_was_given(page: LivePage) -> None:
    page.session.give(("duties", "paged"), "Platform team")
    assert fields(page, "duties")["duties/paged"]["value"] == "platform"
    page.session.give(("duties", "paged"), "no one")
    assert fields(page, "duties")["duties/paged"]["value"] == "nobody"


def test_a_team_named_once_can_be_chosen_everywhere(page: LivePage) -> None:
    give(page, "duties", "duties/ship", "Ranking squad")
    values = [c["value"] for c in fields(page, "knowledge")["knowledge/model"]["choices"]]
    assert "Ranking squad" in values


def test_only_duties_can_be_left_to_the_handover(page: LivePage) -> None:
    duty = fields(page, "duties")["duties/paged"]["choices"]
    other = fields(page, "knowledge")["knowledge/model"]["choices"]
    assert "at-handover" in [c["value"] for c in duty]
    assert "at-handover" not in [c["value"] for c in other]


def test_choosing_a_lead_shows_what_it_ships_and_how_it_fails(page: LivePage) -> None:
    for choice in fields(page, "lead")["lead"]["choices"]:
        lead = page.content.lead(choice["value"])
        notes = " ".join(choice["notes"])
        assert lead.ships in notes
        assert lead.fails in notes


def test_how_an_answer_is_known_is_asked_once_there_is_one(page: LivePage) -> None:
    assert fields(page, "size")["model_teams"]["basis"] is None
    give(page, "size", "model_teams", "6")
    message = {"do": "basis", "key": "model_teams", "value": "measured"}
    assert page.form("size").take(message)["ok"]
    assert fields(page, "size")["model_teams"]["basis"]["value"] == "measured"
    assert (page.session.answers.basis or {})["model_teams"] == "measured"


def test_what_other_answers_leave_idle_is_not_asked_unless_it_was_answered(page: LivePage) -> None:
    def asked(step: str) -> set[str]:
        return {field.key for field in page.form(step).fields()}

    provider = {key for key in asked("bought") if key.startswith("provider")}
    assert {"mandate", "autonomy_permitted", "regulation_name"} <= asked("limits")
    assert provider
    page.session.give(("autonomy_permitted",), "broad")
    page.session.give(("regulated",), False)
    page.session.give(("model_origin",), "built")
    assert asked("limits") == {"deployment", "regulated", "autonomy_permitted"}
    assert asked("bought") == {"model_origin"}
    assert page.progress.state("bought") == "done"
    stale = {"do": "give", "key": "mandate", "value": "single-operator"}
    assert page.form("limits").take(stale)["ok"], "a screen that still has it is taken at its word"
    page.session.give(("model_origin",), "bought")
    assert provider <= asked("bought")


def test_a_drill_that_concerns_nobody_here_is_not_offered(page: LivePage) -> None:
    def offered() -> set[str]:
        (pick, *_) = page.form("drills").groups()
        return {choice["value"] for choice in pick["pick"]["choices"]}

    every = {drill.id for drill in CONTENT.drills}
    assert offered() == every, "nothing is answered yet"
    page.session.give(("model_origin",), "built")
    bought = {drill.id for drill in CONTENT.drills if "model_origin" in drill.when}
    assert bought
    assert offered() == every - bought
    page.session.give(("drills", min(bought), "minute_0"), "platform")
    assert offered() == every - bought | {min(bought)}


def test_a_drill_tells_no_moment_before_the_one_before_is_over(page: LivePage) -> None:
    form = page.form("drills")
    assert not form.fields()
    drill = page.content.drills[0]
    form.take({"do": "pick", "value": drill.id})
    text = json.dumps(form.view(), ensure_ascii=False)
    assert drill.moments[0].scene in text
    assert drill.moments[1].scene not in text
    give(page, "drills", f"drills/{drill.id}/minute_0", "platform")
    text = json.dumps(form.view(), ensure_ascii=False)
    assert drill.moments[1].scene in text
    assert drill.moments[2].scene not in text
    form.take({"do": "pass", "minute": 15})
    assert drill.moments[2].scene in json.dumps(form.view(), ensure_ascii=False)
    assert drill.good_answer not in json.dumps(form.view(), ensure_ascii=False)
    give(page, "drills", f"drills/{drill.id}/minute_60", "nobody")
    assert drill.good_answer in json.dumps(form.view(), ensure_ascii=False)


def test_trying_a_number_changes_the_advice_and_keeps_nothing(page: LivePage) -> None:
    page.session.import_answers(read_answers(TOP / "examples" / "tidewater-retail.yaml"), "x")
    before = page.session.answers
    form = page.form("what-if")
    headline = form.view()["groups"][0]["text"][0]
    answer = give(page, "what-if", "maturity", "1")
    assert answer["ok"]
    assert answer["said"] == "At maturity level 1: the advice becomes Centralised."
    group = form.view()["groups"][0]
    assert group["said"] == answer["said"]
    assert group["text"][0] != headline
    assert page.session.answers is before
    assert form.take({"do": "back"})["ok"]
    assert form.view()["groups"][0]["text"][0] == headline


def test_a_slider_tells_of_no_change_to_what_is_advised_already(page: LivePage) -> None:
    page.session.import_answers(read_answers(TOP / "examples" / "tidewater-retail.yaml"), "x")

    def notes() -> list[str]:
        fields = page.form("what-if").view()["groups"][1]["fields"]
        return next(f["notes"] for f in fields if f["name"] == "maturity level")

    assert notes() == ["Below 2: the advice becomes Centralised."]
    give(page, "what-if", "maturity", "1")
    assert notes() == ["From 2: the advice becomes Federated now, Embedded later."]


def test_a_tried_number_that_crosses_nothing_says_nothing(page: LivePage) -> None:
    page.session.import_answers(read_answers(TOP / "examples" / "tidewater-retail.yaml"), "x")
    assert give(page, "what-if", "model_teams", "7")["said"] == ""


def test_what_was_tried_can_be_kept(page: LivePage) -> None:
    give(page, "what-if", "model_teams", "9")
    give(page, "what-if", "rails", "bought")
    assert page.form("what-if").take({"do": "keep"})["ok"]
    assert page.session.answers.model_teams == 9
    assert page.session.answers.rails == "bought"


def test_every_tipping_point_of_a_slider_is_within_its_reach(page: LivePage) -> None:
    page.session.import_answers(read_answers(TOP / "examples" / "tidewater-retail.yaml"), "x")
    reach = {k: f["limits"] for k, f in fields(page, "what-if").items() if "limits" in f}
    points = [t for t in page.found.tipping_points if t.input in reach]
    assert points
    for point in points:
        low, high, _ = reach[point.input]
        assert low <= point.to <= high


def test_a_skipped_step_says_so_until_something_in_it_is_answered(page: LivePage) -> None:
    assert page.form("size").take({"do": "skip"})["next"]
    assert page.progress.state("size") == "skipped"
    left = page.progress.minutes_left
    give(page, "size", "model_teams", "6")
    assert page.progress.state("size") == "begun"
    assert page.progress.minutes_left > left


def test_progress_counts_what_is_answered(page: LivePage) -> None:
    assert page.progress.done == 0
    for key in ("ml_engineers", "model_teams", "models_in_production", "platform_engineers"):
        give(page, "size", key, "3")
    assert page.progress.state("size") == "done"
    assert page.progress.done == 1
    assert not page.form("size").view()["buttons"]


def test_the_bar_tells_who_changed_what_and_takes_it_back(page: LivePage) -> None:
    bar = Bar(page)
    give(page, "size", "model_teams", "6")
    give(page, "size", "model_teams", "8")
    latest = bar.view()["history"][0]
    assert latest["who"] == "Ana"
    assert latest["what"] == "model-producing teams: 6 teams → 8 teams"
    assert bar.take({"do": "undo"})["ok"]
    assert page.session.answers.model_teams == 6
    assert bar.view()["history"][0]["at"]


@pytest.mark.parametrize("path", EXAMPLES[:3], ids=lambda p: p.stem)
def test_every_change_has_words_in_the_history(path: Path, page: LivePage) -> None:
    live(page, read_answers(path))
    for change in Bar(page).view()["history"]:
        assert "→" in change["what"] or "list" in change["what"], change


@pytest.mark.parametrize("model", [Decision, Stage])
def test_every_part_of_a_list_has_words_in_the_history(
    model: type[Decision] | type[Stage], page: LivePage
) -> None:
    """The room changes also what no form of a notebook asks for."""
    kind = f"{model.__name__.lower()}s"
    for name, field in model.model_fields.items():
        assert name_of(page, (kind, "one", field.alias or name)), name


def test_a_decision_that_is_decided_anew_leaves_the_notebooks_whole(page: LivePage) -> None:
    given = {"decision": "Who leads?", "sets": {"lead": "product"}}
    row = page.session.add("decisions", given)
    page.session.give(("decisions", row, "sets"), {"lead": "research"})
    page.changed()
    changed, added = (one["what"] for one in Bar(page).view()["history"][:2])
    name = page.content.question("lead").name
    sides = ("product", "research")
    was, now = (f"{name}: {value_words(page.content, 'lead', one)}" for one in sides)
    assert changed.endswith(f": {was} → {now}")
    assert added == page.words("steps.did-added-named", name="Who leads?")
    page.session.give(("evaluation_set_authors",), ["data", "product"])
    page.session.give(("signals", "queue_weeks", "trigger"), 8.0)
    page.changed()
    limit, teams = (one["what"] for one in Bar(page).view()["history"][:2])
    assert teams.endswith(" → Data and Product"), "as people say it"
    assert limit.endswith(" → 8")


def test_a_change_of_another_screen_is_seen_and_told_to_listeners(
    page: LivePage, tmp_path: Path
) -> None:
    messages = []
    page.listeners.append(lambda: messages.append(page.session.answers.model_teams))
    other = LivePage(Session.open(tmp_path / "session.workshop", who="Ben"), part=3)
    give(other, "size", "model_teams", "9")
    assert page.refresh()
    assert messages == [9]
    assert not page.refresh()
    other.session.close()


@by_step
def test_the_static_twin_says_what_is_asked(page: LivePage, step: str) -> None:
    view = page.form(step).view()
    words = static_fallback(view)._repr_mimebundle_()["text/plain"]
    assert " ".join(view["title"].split()) in " ".join(words.split())
    assert "<" not in words


def test_hostile_words_stay_words_in_every_view(page: LivePage, content: Content) -> None:
    nasty = "<script>alert(1)</script>{{7*7}}=cmd()"
    for step, key in (("name", "organisation"), ("lead", "builder"), ("duties", "duties/paged")):
        assert give(page, step, key, nasty)["ok"]
        twin = static_fallback(page.form(step).view())._repr_mimebundle_()
        assert nasty in twin["text/plain"] or "script" in twin["text/plain"]
        assert "<script>" not in twin["text/html"]


@pytest.mark.parametrize("name", [q for s in FORMS for q in s.questions if "signals" not in q])
def test_what_a_field_shows_reads_back_as_the_same_value(name: str) -> None:
    field = field_of(CONTENT, name)
    samples: dict[str, Any] = {
        "choice": [c.value for c in field.choices],
        "many": [[c.value for c in field.choices][:2]],
        "teams": [["product", "Ranking squad"]],
        "team": ["nobody", "Ranking squad"],
        "number": ["3"],
        "text": ["Words"],
        "prose": ["Words\nand more"],
        "date": ["2026-11-21"],
        "days": ["1, 2, 3"],
    }
    for sample in samples[field.kind]:
        value = field.read(sample)
        assert field.read(field.show(value)) == value


# -- what a decision sets


def decide(page: LivePage, words: str, **sets: str) -> list[str]:
    """Take a decision that sets answers, and return what the screen said to each."""
    assert give(page, "decisions", "decisions/+", words)["ok"]
    last = page.session.items("decisions")[-1][0]
    messages = []
    for name, value in sets.items():
        assert give(page, "decisions", f"decisions/{last}/sets", name)["ok"]
        answer = give(page, "decisions", f"decisions/{last}/sets/{name}", value)
        assert answer["ok"], answer
        messages.append(str(answer.get("said", "")))
    return messages


def test_a_decision_sets_an_answer_that_is_asked_as_the_answer_itself(page: LivePage) -> None:
    decide(page, "Who leads?", lead="product")
    shown = fields(page, "decisions")
    field = next(f for key, f in shown.items() if key.endswith("/sets/lead"))
    assert [c["value"] for c in field["choices"]] == ["research", "engineering", "product"]
    assert field["value"] == "product"
    stored = page.session.answers.decisions
    assert stored is not None
    assert stored[0].sets == {"lead": "product"}
    decide(page, "Which pattern?", current_pattern="federated")
    shown = fields(page, "decisions")
    (pattern,) = (f for key, f in shown.items() if key.endswith("/sets/current_pattern"))
    assert pattern["ask"] == "From now on: Which pattern do you choose?", "not how it is today"


def test_what_a_decision_sets_can_be_taken_out_again(page: LivePage) -> None:
    decide(page, "Who leads?", lead="product")
    key = next(key for key in fields(page, "decisions") if key.endswith("/sets/lead"))
    assert give(page, "decisions", key, "")["ok"]
    stored = page.session.answers.decisions
    assert stored is not None
    assert stored[0].sets is None


def test_what_is_chosen_follows_the_answer_that_a_decision_sets(page: LivePage) -> None:
    made = {"decision": "Who leads?", "chosen": "Product-led", "sets": {"lead": "product"}}
    own = {"decision": "Who builds?", "chosen": "Whoever is free", "sets": {"builder": "data"}}
    for record in (made, own):
        page.session.record(record)
    keys = [key for key in fields(page, "decisions") if "/sets/" in key]
    for key, value in zip(keys, ("research", "Platform"), strict=True):
        assert give(page, "decisions", key, value)["ok"]
    stored = page.session.answers.decisions or ()
    assert [one.chosen for one in stored] == ["Research-led", "Whoever is free"], "not own words"
    assert give(page, "decisions", keys[0], "")["ok"]
    assert (page.session.answers.decisions or ())[0].chosen is None, "nothing is chosen now"


@pytest.mark.parametrize(
    ("name", "was", "typed", "now"),
    [
        ("duties.turn-off", None, "Platform", "platform"),  # left open on the console
        ("duties.turn-off", None, "platform TEAM", "platform"),
        ("duties.turn-off", None, "Nobody", "nobody"),
        ("duties.turn-off", None, "Whoever is awake", None),
        ("duties.turn-off", "product", "Research", "research"),
        ("duties.turn-off", "product", "Product, until the spring", "product"),
        ("duties.turn-off", "product", "", "product"),
        ("lead", None, "research-led", "research"),
        ("evaluation_set_authors", None, "Product and Data", ["data", "product"]),
        ("off_switch", None, "There is one", None),
    ],
)
def test_the_answer_follows_what_is_chosen_in_the_words_of_its_question(
    name: str, was: Any, typed: str, now: Any, page: LivePage
) -> None:
    poll = poll_of(CONTENT, Answers(), name)
    record: dict[str, Any] = {"decision": recorded_as(poll)}
    if was:
        record |= {"chosen": poll.label(was), "sets": {poll.sets: was}}
    item = page.session.add("decisions", record)
    assert give(page, "decisions", f"decisions/{item}/chosen", typed)["ok"]
    sets = page.session.value(("decisions", item, "sets")) or {}
    assert sets.get(poll.sets) == now


def test_an_agreed_value_that_cannot_be_is_refused_beside_its_field(page: LivePage) -> None:
    give(page, "decisions", "decisions/+", "How mature are we?")
    last = page.session.items("decisions")[-1][0]
    give(page, "decisions", f"decisions/{last}/sets", "platform_engineers")
    answer = give(page, "decisions", f"decisions/{last}/sets/platform_engineers", "-3")
    assert not answer["ok"]
    assert "0 or more" in answer["problem"]


def test_two_decisions_that_disagree_are_told_at_once(page: LivePage) -> None:
    assert not any("contradicts" in words for words in decide(page, "First", lead="product"))
    assert any("contradicts" in words for words in decide(page, "Second", lead="research"))
    group = page.form("decisions").view()["groups"][0]
    assert group["tone"] == "critical"
    assert "Product-led" in group["text"][0]


def test_a_decision_that_brings_an_urgent_risk_is_told_at_once(page: LivePage) -> None:
    messages = decide(page, "Nobody at night", **{"duties.paged": "nobody"})
    assert any("new urgent risk" in words for words in messages)


# -- following the session ----------------------------------------------------------------------


def shown_words(form: Any) -> str:
    return json.dumps(form.children[0].view)


@pytest.mark.parametrize(
    ("own", "interval"), [(True, 3600.0), (False, 0.01)], ids=["this page", "another program"]
)
def test_a_page_shows_what_was_answered_on_it_and_what_others_answered(
    own: bool, interval: float, page: LivePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With an hour between two looks only the event that the answer sets can bring it."""
    monkeypatch.setattr(screen, "CHECK_INTERVAL", interval)

    async def live() -> None:
        screens = ScreenPage(page)
        form = screens.ask("name")
        await asyncio.sleep(0)
        assert "Tidewater" not in shown_words(form)
        if own:
            give(page, "name", "organisation", "Tidewater")
        else:
            with closing(Session.open(page.session.place, who="Bo")) as other:
                other.give(("organisation",), "Tidewater")
        while "Tidewater" not in shown_words(form):
            await asyncio.sleep(0.01)
        screens.end()

    asyncio.run(asyncio.wait_for(live(), 120))


def test_after_a_redraw_a_page_rests_from_others_and_not_from_whoever_is_at_it(
    page: LivePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "CHECK_INTERVAL", 0.01)
    monkeypatch.setattr(screen, "REST", 1e9)
    monkeypatch.setattr(screen, "LONGEST_REST", 1e9)

    async def live() -> None:
        screens = ScreenPage(page)
        form = screens.ask("name")

        async def shows(words: str) -> None:
            while words not in shown_words(form):
                await asyncio.sleep(0.01)

        give(page, "name", "organisation", "Tidewater")
        await shows("Tidewater")
        await asyncio.sleep(0.05)  # the rest of the redraw
        with closing(Session.open(page.session.place, who="Bo")) as other:
            other.give(("group",), "Search")
        await asyncio.sleep(0.2)
        assert "Search" not in shown_words(form)
        give(page, "name", "organisation", "Harbour")
        await shows("Search")
        screens.end()

    asyncio.run(asyncio.wait_for(live(), 120))


@pytest.mark.parametrize(
    ("step", "key", "before"),
    [("size", "model_teams", 6), ("lead", "builder", "research"), ("name", "organisation", "Ours")],
)
@pytest.mark.parametrize("sign", ["TBD", "unknown", " n/a ", "?"])
def test_a_sign_for_not_known_counts_as_not_answered_as_in_a_file(
    page: LivePage, step: str, key: str, before: object, sign: str
) -> None:
    answer = give(page, step, key, sign)
    assert answer["ok"]
    assert answer["said"] == CONTENT.words("steps.as-unknown")
    assert answer["shown"] == ""
    page.session.give((key,), before)
    assert give(page, step, key, sign)["ok"]
    assert page.session.value((key,)) is None


def test_a_team_of_that_name_is_put_into_quotation_marks(page: LivePage) -> None:
    assert give(page, "lead", "builder", '"TBD"')["ok"]
    assert page.session.answers.builder == "TBD"
    refused = give(page, "lead", "builder", "None")
    assert not refused["ok"]
    assert "Write nobody" in refused["problem"]


def test_a_list_is_done_once_its_entries_say_the_main_things(page: LivePage) -> None:
    assert page.progress.state("stages") == "open"
    item = page.session.add("stages", {"stage": "data"})
    page.session.give(("drills", "stale-features", "minute_0"), "data")
    decision = page.session.add("decisions", {"decision": "Who?"})
    steps = ("stages", "drills", "decisions")
    assert [page.progress.state(s) for s in steps] == ["begun"] * 3
    for name, value in (("team", "data"), ("wait_days", 3), ("touch_days", 2)):
        page.session.give(("stages", item, name), value)
    for minute in (15, 60):
        page.session.give(("drills", "stale-features", f"minute_{minute}"), "nobody")
    for name in ("chosen", "owner"):
        page.session.give(("decisions", decision, name), "Ana")
    assert [page.progress.state(s) for s in steps] == ["done"] * 3


def test_the_bar_advises_nothing_before_it_is_advice(page: LivePage) -> None:
    page.session.give(("model_teams",), 6)
    assert Bar(page).view()["advice"].startswith("We need more answers")
    deciding = {"ml_engineers": 28, "mandate": "none", "maturity": 3, "rails": "built"}
    for name, value in deciding.items():
        page.session.give((name,), value)
    page.session.give(("ml_expertise_in_product",), "most")
    page.session.give(("product_autonomy",), "high")
    assert "Federated" in Bar(page).view()["advice"]


def test_the_date_of_the_workshop_offers_today(page: LivePage) -> None:
    today = fields(page, "name")["held_on"]["today"]
    assert give(page, "name", "held_on", today["value"])["ok"]
    assert str(page.session.answers.held_on) == today["value"]
    assert fields(page, "name")["organisation"]["today"] is None


def test_a_step_that_does_not_exist_is_said_with_the_near_one(page: LivePage) -> None:
    for shown in (Page(Answers()), ScreenPage(page)):
        with pytest.raises(InputError, match="duties"):
            shown.ask("dutys")


@pytest.mark.parametrize("typed", ["abc", "1, 2", "9, 5, 1", "2026-13-40"])
def test_a_form_says_how_to_type_it_without_words_of_a_file(page: LivePage, typed: str) -> None:
    item = page.session.add("stages", {"stage": "data"})
    days = give(page, "stages", f"stages/{item}/wait_days", typed)
    date = give(page, "name", "held_on", typed)
    number = give(page, "size", "model_teams", typed)
    for answer, kind in ((days, "days"), (date, "date"), (number, "number")):
        assert answer["problem"] == CONTENT.words(f"steps.wrong-{kind}")


def test_the_first_entry_of_a_list_is_asked_for_as_such(page: LivePage) -> None:
    words = CONTENT.words
    for step, name in (("stages", "data"), ("decisions", "Who ships?")):
        (new,) = page.form(step).view()["groups"]
        assert new["title"] == words(f"steps.{step}-title", n=1)
        assert new["fields"][0]["ask"] == words(f"steps.{step}-new-first")
        assert give(page, step, f"{step}/+", name)["ok"]
        *_, new = page.form(step).view()["groups"]
        assert new["title"] == words(f"steps.{step}-add", n=2)
        assert new["fields"][0]["ask"] == words(f"steps.{step}-new")


def test_what_became_of_the_last_decisions_is_the_first_step(page: LivePage) -> None:
    page.session.follow(Answers.from_parameters({"decisions": [{"decision": "Who ships?"}]}))
    assert page.form("earlier").view()["where"].startswith("Step 1 ")
    assert page.form("name").view()["where"].startswith("Step 2 ")


def test_each_question_says_what_the_room_voted_on_it(page: LivePage) -> None:
    page.session.import_answers(read_answers(TOP / "examples" / "tidewater-retail.yaml"), "x")
    drill = "precision-drop-dashboards-green"
    assert page.form("drills").take({"do": "pick", "value": drill})["ok"]
    votes = {r.vote.question: r for r in page.found.votes}
    asked = fields(page, "drills") | fields(page, "duties") | fields(page, "lead")
    for key, field in asked.items():
        vote = votes.get(key.replace("/", "."))
        given = [o for o in vote.options if o.counts[-1]] if vote else []
        assert bool(field["voted"]) == bool(given), key
        assert all(f"{o.label} {o.counts[-1]}".lower() in field["voted"].lower() for o in given)
    assert asked[f"drills/{drill}/minute_0"]["voted"]
    assert asked["lead"]["voted"]
    assert not asked[f"drills/{drill}/minute_15"]["voted"]


def test_nobody_is_offered_where_several_teams_are_and_stands_alone(page: LivePage) -> None:
    key = "evaluation_set_authors"
    asked = fields(page, "diagnostics")[key]
    assert asked["alone"] in [c["value"] for c in asked["choices"]]
    refused = give(page, "diagnostics", key, ["research", "nobody"])
    assert refused["problem"] == CONTENT.words("steps.nobody-alone")
    assert give(page, "diagnostics", key, ["nobody"])["ok"]
    assert page.session.answers.evaluation_set_authors == ("nobody",)


def test_an_owner_or_a_date_beside_a_finding_becomes_a_decision(page: LivePage) -> None:
    page.session.give(("builder",), "research")
    page.session.give(("duties", "paged"), "platform")
    page.changed()
    form = Owners(page, 2)
    group = next(g for g in form.view()["groups"] if g["key"] == "pager-with-platform")
    owner, due = group["fields"]
    assert not form.take({"do": "give", "key": due["key"], "value": "soon"})["ok"]
    assert form.take({"do": "give", "key": owner["key"], "value": ""})["ok"]
    assert page.session.items("decisions") == (), "an empty box is no decision"

    answer = form.take({"do": "give", "key": owner["key"], "value": "Head of search"})
    assert CONTENT.words("steps.owners-added") == answer["said"]
    assert form.take({"do": "give", "key": due["key"], "value": "2027-02-12"})["ok"]
    (decision,) = page.session.answers.decisions or ()
    finding = next(f for f in page.found.findings if f.id == "pager-with-platform")
    assert decision.decision == finding.what
    assert decision.settles == ("pager-with-platform",)
    assert (finding.owner, finding.due) == ("Head of search", "2027-02-12")

    ((item, _),) = page.session.items("decisions")
    page.session.give(("decisions", item, "owner"), "CTO")
    page.changed()
    group = next(g for g in form.view()["groups"] if g["key"] == "pager-with-platform")
    assert [f["value"] for f in group["fields"]] == ["CTO", "2027-02-12"], "as notebook 6 has it"
    assert not form.take({"do": "give", "key": "findings/no-such/owner", "value": "Ana"})["ok"]
    assert not form.take({"do": "skip"})["ok"]


def test_the_findings_of_a_part_are_shown_with_the_form_for_their_owners(page: LivePage) -> None:
    shown: Any = ScreenPage(page).show(exhibits.findings, part=2)
    form = shown.children[1]
    assert form.layout.display == "none", "nothing was found yet"
    page.session.give(("builder",), "research")
    page.session.give(("duties", "paged"), "platform")
    page.changed()
    shown.update()
    form.update()
    assert form.layout.display is None
    static = shown._repr_mimebundle_()[0]["text/html"]
    assert CONTENT.words("steps.owners-title") in static
    assert next(f.statement for f in page.found.of_part(2)) in static


def test_each_earlier_decision_says_what_was_chosen_by_whom_and_who_disagreed(
    page: LivePage,
) -> None:
    made = [
        {"decision": "Who?", "chosen": "A rota.", "owner": "Ana", "due": "2027-02-01"},
        {"decision": "And then?", "dissent": "Ben: not yet.", "owner": "ana"},
    ]
    page.session.follow(Answers.from_parameters({"decisions": made}))
    first, second = page.form("earlier").groups()
    assert first["text"] == ["You chose: A rota.", "Owner: Ana", "Done by: 1 February 2027"]
    assert second["text"] == ["Owner: Ana", "Who disagreed, and why: Ben: not yet."]
