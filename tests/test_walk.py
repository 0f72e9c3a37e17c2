"""The walk of somebody alone, without a browser: its stops, its place, and when it advises."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ipywidgets
import pytest

from conftest import TOP
from workshop import Answers, load_content
from workshop.answers.reading import read_answers
from workshop.documents.text import blocks_to_text
from workshop.files import notebooks
from workshop.notebook.alone import Walk, WalkPage, read_stops
from workshop.session import Session
from workshop.widgets.screen import static_fallback
from workshop.widgets.steps import LivePage

CONTENT = load_content()
NOTEBOOKS = TOP / "notebooks"
STOPS = read_stops(NOTEBOOKS, CONTENT)
DECIDING = {
    "model_teams": 6,
    "ml_engineers": 28,
    "mandate": "none",
    "maturity": 3,
    "ml_expertise_in_product": "most",
    "product_autonomy": "high",
    "rails": "built",
}


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    opened = Session.open(tmp_path / "session.workshop", who="Ana")
    yield opened
    opened.close()


def walk(session: Session) -> Walk:
    return Walk(WalkPage(LivePage(session)), STOPS)


def words_on(widget: ipywidgets.Widget) -> str:
    """Return every word that a stop shows."""
    exhibit = getattr(widget, "exhibit", None)
    inside = [words_on(child) for child in getattr(widget, "children", ())]
    own = [widget.description] if isinstance(widget, ipywidgets.Button) else []
    return "\n".join([blocks_to_text(exhibit().blocks) if exhibit else "", *own, *inside])


def test_each_step_has_one_stop_and_the_result_is_the_last() -> None:
    asked = [s.step for s in STOPS if s.step]
    expected = [s.id for s in CONTENT.steps if s.questions or s.kind != "form"]
    assert sorted(asked) == sorted(expected)
    assert STOPS[-1].id.endswith("/result")
    shown = " ".join(source for stop in STOPS for source in stop.cells)
    for name in ("board_decision", "board_plan", "make_pack", "ownership_ledger", "recommendation"):
        assert name in shown
    for name in ("lead_comparison", "source_list", "exhibits.votes", "minutes"):
        assert name not in shown


def test_somebody_who_comes_back_is_where_they_stopped(session: Session) -> None:
    one = walk(session)
    assert one.stop == one.stops[0]
    for _ in range(4):
        one._next.click()
    one._back.click()
    assert one.at == 3
    assert walk(session).stop == one.stop
    assert not one.go("9/nowhere")
    assert one.at == 3


def test_the_first_stop_has_no_way_back_and_the_last_none_on(session: Session) -> None:
    one = walk(session)
    assert one._back.disabled
    one._back.click()
    assert one.at == 0
    one.go(STOPS[-1].id)
    assert one._next.layout.display == "none"
    one._next.click()
    assert one.stop == STOPS[-1]


def test_an_answer_given_on_the_walk_is_kept_and_counts(session: Session) -> None:
    one = walk(session)
    one.go("1/size")
    form = one._place.children[0]
    form.value = {"model_teams": 6}
    assert session.answers.model_teams == 6
    head = one._head.screen.what.view()
    assert head["undo"]
    one._head.screen.do({"do": "undo"})
    assert session.answers.model_teams is None


def test_no_stop_speaks_of_a_room(session: Session) -> None:
    given = read_answers(TOP / "examples" / "tidewater-retail.yaml").to_parameters()
    alone = {name: value for name, value in given.items() if name not in ("votes", "agenda")}
    session.import_answers(Answers.from_parameters(alone), "x")
    one = walk(session)
    for stop in one.stops:
        one.go(stop.id)
        found = re.findall(
            r"\w*(?:projector|facilitator|ballot|\bthe\s+room\b|\bvotes?\b)\w*",
            words_on(one) + str(static_fallback({**one._head.screen.what.view(), "groups": []})),
            re.IGNORECASE,
        )
        assert not found, (stop.id, found)


def test_nothing_is_advised_before_it_is_advice(session: Session) -> None:
    session.give(("model_teams",), 6)
    one = walk(session)
    assert "3/what-if" not in [s.id for s in one.stops]
    for stop in one.stops:
        one.go(stop.id)
        shown = words_on(one)
        for early in ("First indication", CONTENT.words("patterns.recommendation")):
            assert early not in shown, stop.id
    assert CONTENT.words("serve.walk-not-yet") in words_on(one)
    way = next(b for b in _buttons(one) if CONTENT.step("limits").title in b.description)
    way.click()
    assert one.stop.step == "limits"
    for name, value in DECIDING.items():
        session.give((name,), value)
    one.go(STOPS[-1].id)
    assert "Federated" in words_on(one)
    assert CONTENT.words("serve.walk-not-yet") not in words_on(one)
    assert "3/what-if" in [s.id for s in one.stops]


def _buttons(widget: ipywidgets.Widget) -> Iterator[ipywidgets.Button]:
    if isinstance(widget, ipywidgets.Button):
        yield widget
    for child in getattr(widget, "children", ()):
        yield from _buttons(child)


def test_what_is_left_behind_is_no_longer_kept_current(session: Session) -> None:
    one = walk(session)
    for stop in one.stops[:12]:
        one.go(stop.id)
    follower, listeners = one.page._follower, len(one.page.page.listeners)
    now = len(follower._works), len(follower._follows)
    one.go(one.stops[0].id)
    one.go(one.stops[11].id)
    assert (len(follower._works), len(follower._follows)) == now
    assert len(one.page.page.listeners) == listeners


def copied(folder: Path, name: str, change: dict[str, Any] | None = None) -> None:
    notebook = json.loads((NOTEBOOKS / name).read_text("utf-8"))
    cell = next(c for c in notebook["cells"] if "ask" in str(c["source"]) and "size" in c["id"])
    cell.update(change or {})
    (folder / name).write_text(json.dumps(notebook), "utf-8")


def test_a_changed_notebook_changes_the_walk_and_its_faults_stay_in_their_place(
    session: Session, tmp_path: Path
) -> None:
    name = notebooks()[0].name
    source = 'page.ask("size")\n'
    copied(tmp_path, name, {"source": source.strip()})
    (tmp_path / notebooks()[1].name).write_text("{", "utf-8")
    assert read_stops(tmp_path, CONTENT) == STOPS
    copied(tmp_path, name, {"source": "1 / 0"})
    one = Walk(WalkPage(LivePage(session)), read_stops(tmp_path, CONTENT))
    assert "1/size" not in [s.id for s in one.stops]
    one.go("1/name")
    assert any("ZeroDivisionError" in str(getattr(w, "outputs", "")) for w in one._place.children)


def test_whoever_leaves_a_step_with_an_entry_that_is_refused_is_told(session: Session) -> None:
    alone = walk(session)
    head = alone._head.screen
    assert alone.go("1/size")
    form = alone.page.page.form("size")
    assert not form.take({"do": "give", "key": "model_teams", "value": "a few"})["ok"]
    words = CONTENT.words("serve.walk-refused", title=CONTENT.step("size").title)
    assert words not in head.view["problems"], "the field says it itself"
    assert alone.go("1/limits")
    assert words in head.view["problems"]
    assert form.take({"do": "give", "key": "model_teams", "value": "6"})["ok"]
    alone.go("1/rails")
    assert head.view["problems"] == []
