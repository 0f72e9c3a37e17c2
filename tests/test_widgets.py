"""Widgets for any notebook: values that are set, observed and linked; shared, disabled, saved."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import ipywidgets
import pytest
import traitlets

from conftest import CONSOLE
from hostile import HOSTILE
from workshop import Answers, InputError, assess, charts, load_content, widgets
from workshop.answers.reading import read_answers
from workshop.files import example
from workshop.notebook.controls import Bar, PackMaker, Timer
from workshop.notebook.page import Page
from workshop.notebook.screen import ScreenPage
from workshop.session import Session
from workshop.widgets.steps import LivePage

MAKE: dict[str, Any] = {
    "StepForm": lambda *a, **o: widgets.StepForm("size", *a, **o),
    **{n: getattr(widgets, n) for n in widgets.__all__ if n != "StepForm"},
}
EACH = pytest.mark.parametrize("name", widgets.__all__)
VALUES: dict[str, dict[str, Any]] = {
    "StepForm": {"model_teams": 6},
    "OwnershipLedger": {"builder": "research", "duties": {"paged": "platform"}},
    "PatternComparison": {"chosen_pattern": "federated"},
    "WhatIf": {"model_teams": 2},
    "PagerDrill": {"drills": {"stale-features": {"minute_0": "platform"}}},
    "ValueStream": {"stages": [{"stage": "data", "wait_days": 3, "touch_days": [1, 2, 9]}]},
    "VoteResult": {"model_teams": 6},
    "RecommendationCard": {"model_teams": 6},
}
"""By widget: a value that it takes."""


@pytest.fixture(autouse=True)
def _tidy() -> Iterator[None]:
    yield
    ipywidgets.Widget.close_all()


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with closing(Session.open(tmp_path / "s.workshop", who="Ana")) as opened:
        yield opened


def state(widget: Any) -> str:
    """Return what a notebook saves of a widget and of all that stands in it."""
    return json.dumps(
        [widget.get_state(), *map(state, getattr(widget, "children", ()))], default=str
    )


@EACH
def test_a_widget_is_a_domwidget_whose_value_is_set_and_observed(name: str) -> None:
    widget = MAKE[name]()
    assert isinstance(widget, ipywidgets.DOMWidget)
    widget.layout.width = "50%"
    received: list[Any] = []
    widget.observe(lambda change: received.append(change["new"]), "value")
    widget.value = VALUES[name]
    assert widget.value == VALUES[name]
    assert received == [VALUES[name]]
    widget.value = {}
    assert widget.value == {}
    Answers.from_parameters(received[0])


@EACH
def test_what_cannot_be_is_refused_with_the_reason_and_changes_nothing(name: str) -> None:
    widget = MAKE[name]()
    widget.value = VALUES[name]
    for wrong in ({"model_teams": -3}, {"no_such_answer": 1}, {"duties": {"paged": 7}}):
        with pytest.raises(traitlets.TraitError):
            widget.value = wrong
        assert widget.value == VALUES[name]


@EACH
def test_a_widget_stands_in_boxes_and_tabs_and_beside_others(name: str) -> None:
    widget = MAKE[name]()
    box = ipywidgets.VBox([ipywidgets.Tab([widget]), ipywidgets.IntSlider()])
    assert widget in box.children[0].children
    seen: list[Any] = []
    ipywidgets.interactive_output(lambda answers: seen.append(answers), {"answers": widget})
    widget.value = VALUES[name]
    assert seen[-1] == VALUES[name]


@EACH
def test_two_widgets_can_be_linked(name: str) -> None:
    one, two = MAKE[name](), MAKE[name]()
    link = traitlets.link((one, "value"), (two, "value"))
    one.value = VALUES[name]
    assert two.value == VALUES[name]
    two.value = {}
    assert one.value == {}
    link.unlink()


def test_a_forms_value_can_be_linked_to_a_card() -> None:
    form, card = widgets.StepForm("size"), widgets.RecommendationCard()
    traitlets.dlink((form, "value"), (card, "value"))
    form.value = {"model_teams": 6, "ml_engineers": 20}
    assert card.patterns == list(
        assess(Answers(model_teams=6, ml_engineers=20)).recommendation.patterns
    )
    assert card.status == "first-indication"


PRESSED = {
    "OwnershipLedger": ("duties/paged", "platform"),
    "PatternComparison": ("chosen_pattern", "federated"),
    "ValueStream": ("stages/+", "data"),
}
"""What a person may give to some widgets; the others have a field of this name."""


@EACH
def test_a_disabled_widget_does_nothing_that_is_pressed_on_it(name: str) -> None:
    widget = MAKE[name](disabled=True)
    before = widget.value
    key, value = PRESSED.get(name, ("model_teams", "3"))
    for part in every(widget):
        assert getattr(part, "disabled", True)
        if hasattr(part, "do"):
            part.do({"do": "give", "key": key, "value": value})
    assert widget.value == before
    widget.value = VALUES[name]
    assert widget.value == VALUES[name], "a program may still set it"


def every(widget: Any) -> Iterator[Any]:
    """Yield each part of a widget that people can do something with."""
    for child in getattr(widget, "children", ()):
        if not isinstance(child, ipywidgets.HTML | ipywidgets.Box):
            yield child
        yield from every(child)


def test_what_a_person_gives_on_the_screen_is_the_value() -> None:
    form = widgets.StepForm("size")
    received: list[Any] = []
    form.observe(lambda change: received.append(change["new"]), "value")
    form.children[0].do({"do": "give", "key": "model_teams", "value": "6"})
    assert received == [{"model_teams": 6}]
    form.children[0].do({"do": "give", "key": "model_teams", "value": "many"})
    assert received == [{"model_teams": 6}]
    assert "many" in state(form), "what was typed stays in its box"


def test_widgets_on_one_widget_share_all_answers() -> None:
    form = widgets.StepForm("size")
    card, ledger = widgets.RecommendationCard(form), widgets.OwnershipLedger(form)
    form.value = {"model_teams": 6}
    ledger.value = {"builder": "research"}
    assert card.value == {"builder": "research", "model_teams": 6}
    assert widgets.RecommendationCard().value == {}


@pytest.mark.parametrize("kind", ["answers", "mapping", "assessment"])
def test_a_widget_in_memory_begins_with_what_it_is_given(kind: str) -> None:
    answers = read_answers(example("tidewater-retail"))
    given = {"answers": answers, "mapping": answers.to_parameters(), "assessment": assess(answers)}
    card = widgets.RecommendationCard(given[kind])
    assert card.value == answers.to_parameters()
    assert card.patterns == list(assess(answers).recommendation.patterns)
    assert widgets.StepForm("duties", given[kind]).value == {
        "duties": answers.to_parameters()["duties"]
    }


def test_a_widget_on_a_session_saves_each_answer_with_who_gave_it(session: Session) -> None:
    form, card = widgets.StepForm("size", session), widgets.RecommendationCard(session)
    form.value = {"model_teams": 6, "ml_engineers": 20}
    assert session.answers == Answers(model_teams=6, ml_engineers=20)
    assert {change.who for change in session.history()} == {"Ana"}
    assert card.value == form.value
    form.value = {"model_teams": 7, "ml_engineers": 20}
    assert len(session.history()) == 3, "only what differs is written"


def test_a_widget_on_a_session_follows_another_program(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workshop.widgets.screen.CHECK_INTERVAL", 0.01)

    async def live() -> None:
        form = widgets.StepForm("size", session)
        with closing(Session.open(session.place, who="Bo")) as other:
            other.give(("model_teams",), 9)
        while form.value != {"model_teams": 9}:
            await asyncio.sleep(0.01)
        form.close()

    asyncio.run(asyncio.wait_for(live(), 60))


@pytest.mark.parametrize("step", [s.id for s in load_content().steps])
def test_every_step_is_a_form_whose_value_is_its_part_of_the_answers(step: str) -> None:
    answers = read_answers(example("tidewater-retail-second"))
    form = widgets.StepForm(step, answers)
    part = form.value
    form.value = {}
    assert form.value == {}
    form.value = part
    assert form.value == part
    if step != "decisions":  # those that set answers name them once they stand
        assert form.page.session.answers.to_parameters() == answers.to_parameters()


def test_a_step_or_a_source_that_is_none_is_refused_in_words() -> None:
    with pytest.raises(InputError, match="Did you mean “size”"):
        widgets.StepForm("sizes")
    with pytest.raises(InputError, match="does not work on this"):
        widgets.RecommendationCard(3)
    with pytest.raises(traitlets.TraitError):
        widgets.PagerDrill(drill="no-such-drill")


def test_an_observer_that_fails_keeps_no_answer_from_being_taken(
    capsys: pytest.CaptureFixture[str],
) -> None:
    form = widgets.StepForm("size")
    card = widgets.RecommendationCard(form)

    def fail(_: object) -> None:
        raise RuntimeError("mine")

    form.page.listeners.insert(0, lambda: fail(None))
    form.children[0].do({"do": "give", "key": "model_teams", "value": "6"})
    assert form.value == {"model_teams": 6}
    assert "mine" in capsys.readouterr().err
    assert card.value == {"model_teams": 6}


def test_a_moved_number_is_advised_on_and_not_kept() -> None:
    given = {"model_teams": 6, "ml_engineers": 20, "product_autonomy": "high"}
    tried = widgets.WhatIf(given)
    before = list(assess(Answers.from_parameters(given)).recommendation.patterns)
    assert tried.patterns == before
    tried.value = {"model_teams": 1, "product_autonomy": "low"}
    answers = Answers.from_parameters(
        {"model_teams": 1, "ml_engineers": 20, "product_autonomy": "low"}
    )
    assert tried.patterns == list(assess(answers).recommendation.patterns) != before
    assert tried.page.session.answers.model_teams == 6


def test_two_drills_on_one_session_are_played_side_by_side(session: Session) -> None:
    one = widgets.PagerDrill(session, drill="stale-features")
    two = widgets.PagerDrill(session)
    assert (one.drill, two.drill) == ("stale-features", "")
    one.value = VALUES["PagerDrill"]
    assert two.value == VALUES["PagerDrill"]
    assert "Platform" in one._repr_mimebundle_()[0]["text/plain"]


def test_a_vote_can_be_shown_alone() -> None:
    answers = read_answers(example("tidewater-retail"))
    result = widgets.VoteResult(answers)
    names = [vote.question for vote in answers.votes or ()]
    whole = result.children[0].value
    result.question = names[0]
    assert 0 < len(result.children[0].value) < len(whole)


@EACH
def test_what_a_notebook_saves_shows_the_answers_without_a_kernel(name: str) -> None:
    widget = MAKE[name](read_answers(example("tidewater-retail")))
    data, _ = widget._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert len(data["text/plain"]) > 100
    assert "<" in data["text/html"]
    assert json.loads(json.dumps(widget.get_state()["value"])) == widget.value


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_stay_data_in_widgets_and_in_what_is_saved(words: str) -> None:
    given = {"builder": words, "duties": {"ship": words}}
    ledger = widgets.OwnershipLedger()
    try:
        ledger.value = given
    except traitlets.TraitError:
        assert ledger.value == {}
        return
    assert ledger.value == given
    shown = [ledger.children[1].value, ledger._repr_mimebundle_()[0]["text/html"]]
    for html in shown:
        for markup in ("<script", "<img src=x", "<svg onload", "<b>bold"):
            if markup in words:
                assert markup not in html.replace("<style>", "")


def test_importing_the_package_imports_no_ipywidgets() -> None:
    code = (
        "import sys, workshop; from workshop import Answers, assess, open_page, charts; "
        "assess(Answers()); open_page({}, part=1); assert 'ipywidgets' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding=CONSOLE)
    assert done.returncode == 0, done.stderr


def test_a_closed_widget_follows_nothing(session: Session) -> None:
    form = widgets.StepForm("size", session)
    page = form.page
    form.close()
    widgets.RecommendationCard(session).value = {"model_teams": 6}
    assert form.value == {}
    assert form._learn not in page.listeners


# -- a page of a notebook ----------------------------------------------------------------------


@pytest.fixture
def page(session: Session) -> Iterator[ScreenPage]:
    made = ScreenPage(LivePage(session, part=3))
    yield made
    made.end()


def test_a_page_tells_its_answers_and_who_asked_of_each_change(page: ScreenPage) -> None:
    received: list[Any] = []
    page.on_change(lambda found: received.append(found.answers))
    page.ask("size").value = {"model_teams": 6}
    assert received == [page.answers] == [Answers(model_teams=6)]
    page.page.session.note("skipped", {"step": "size"})
    page.page.changed()
    assert len(received) == 1, "nothing was answered"


def test_a_page_shows_whatever_a_function_makes_of_the_assessment(page: ScreenPage) -> None:
    frame = page.show(lambda found: found.to_frame("verdicts"))
    chart = page.show(charts.headcount)
    mine = page.show(lambda found: f"{found.answers.model_teams} teams")
    page.ask("size").value = {"model_teams": 6, "platform_engineers": 4}
    assert mine.outputs[0]["data"]["text/plain"] == "'6 teams'"
    assert chart.outputs[0]["data"]["image/svg+xml"] == charts.headcount(page.found).svg
    assert "federated" in frame.outputs[0]["data"]["text/html"]
    assert "6 teams" in mine._repr_mimebundle_()[0]["text/plain"]


def test_what_fails_on_a_page_is_shown_in_its_place_until_a_change_mends_it(
    page: ScreenPage,
) -> None:
    shown = page.show(lambda found: 10 / found.answers.model_teams)
    assert shown.outputs[0]["output_type"] == "error"
    page.ask("size").value = {"model_teams": 5}
    assert shown.outputs[0]["data"]["text/plain"] == "2.0"


def test_a_page_without_a_session_shows_the_same_once() -> None:
    page = Page(Answers(model_teams=6))
    assert page.answers == Answers(model_teams=6)
    assert page.show(lambda found: found.answers.model_teams) == 6
    assert page.show(charts.headcount) == charts.headcount(page.found)
    assert page.show("as it is") == "as it is"
    page.on_change(lambda _: pytest.fail("nothing changes here"))


def test_buttons_of_bar_timer_and_pack_are_those_of_ipywidgets_and_keep_their_place(
    page: ScreenPage, tmp_path: Path
) -> None:
    bar, timer = page.control(Bar(page.page)), page.control(Timer(page.page))
    pack = page.control(PackMaker(page.page, tmp_path / "pack"))

    def buttons(controls: Any) -> list[ipywidgets.Button]:
        assert isinstance(controls, ipywidgets.VBox)
        found = list(controls.children[1].children)
        assert all(type(b) is ipywidgets.Button for b in found)
        return found

    (undo,) = buttons(bar)
    assert undo.disabled
    page.page.session.give(("model_teams",), 6)
    bar.update()
    assert not undo.disabled
    undo.click()
    assert page.answers.model_teams is None
    assert buttons(bar) == [undo]
    assert buttons(timer) == []
    timer.screen.do({"do": "set", "minutes": "90", "people": "8"})
    (begin,) = buttons(timer)
    assert begin.description.startswith("Begin: ")
    begin.click()
    assert buttons(timer)[0] is begin
    assert len(buttons(timer)) > 1
    assert any(b.tooltip for b in buttons(timer))
    assert [b.description for b in buttons(pack)] == ["Make the findings pack"]
    bar.screen.disabled = timer.screen.disabled = True
    assert all(b.disabled for b in [undo, *buttons(timer)])
