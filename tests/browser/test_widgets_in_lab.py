"""Widgets in a notebook of one's own: in JupyterLab and Voila, live, saved, opened again."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

import nbformat
import pytest

from servers import WAIT, Server, Watched, becomes_true, has_ended, run_all, written
from test_cookbook import recipes

pytestmark = pytest.mark.browser

NASTY = "<img src=x onerror=window.ran=1>"
CODE = """
import ipywidgets
from workshop import widgets
ledger = widgets.OwnershipLedger({"builder": "research"})
form = widgets.StepForm("size", ledger)
card = widgets.RecommendationCard(ledger)
total = ipywidgets.Label()
form.observe(lambda change: setattr(total, "value", f"told: {change['new']}"), "value")
box = ipywidgets.VBox([ipywidgets.Tab([form, ledger], titles=["Size", "Ledger"]), card, total])
box
"""


EVERY = """
from workshop import assess, widgets
from workshop.answers.reading import read_answers
from workshop.files import example
found = assess(read_answers(example("tidewater-retail")))
every = [
    widgets.StepForm("size", found), widgets.OwnershipLedger(found),
    widgets.PatternComparison(found), widgets.WhatIf(found),
    widgets.PagerDrill(found, drill="stale-features"), widgets.ValueStream(found),
    widgets.VoteResult(found, question="lead"), widgets.RecommendationCard(found),
]
assert [type(one).__name__ for one in every] == sorted(
    widgets.__all__, key=[type(one).__name__ for one in every].index)
import ipywidgets
ipywidgets.VBox(every)
"""


def write(folder: Path, name: str, *code: str) -> None:
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    cells = [nbformat.v4.new_markdown_cell("# Mine"), *map(nbformat.v4.new_code_cell, code)]
    book = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(book, folder / f"{name}.ipynb")


def test_the_recipes_run_in_jupyterlab_and_every_widget_has_no_fault_that_axe_finds(
    browser: Any, own_lab: Server
) -> None:
    lab, given = own_lab, recipes()
    write(lab.folder, "cookbook", *(recipe.code for recipe in given), EVERY.strip())
    watched = Watched(browser)
    tab = watched.tab
    tab.goto(f"{lab.base}/lab/tree/cookbook.ipynb?reset&token={lab.token}")
    run_all(tab)
    # that of the last cell, since recipes have one, too
    tab.locator(".jp-CodeCell").last.locator("[data-step=size]").wait_for(timeout=4 * WAIT)
    has_ended(tab)
    found = violations(tab)
    assert not found, json.dumps(found, indent=1)
    tab.keyboard.press("Control+s")
    path = lab.folder / "cookbook.ipynb"
    text = written(tab, path, "widget-state+json", no_more='"execution_count": null')
    saved = nbformat.reads(text, as_version=4)
    cells = [c for c in saved.cells if c.cell_type == "code"]
    for cell, recipe in zip(cells, given, strict=False):
        assert [o for o in cell.outputs if o.output_type == "error"] == [], recipe.title
        output = "".join(o.text for o in cell.outputs if o.get("name") == "stdout")
        assert output == recipe.prints or not recipe.prints, recipe.title
    assert watched.errors == []
    watched.close()


def test_widgets_of_ones_own_notebook_answer_are_saved_and_are_there_again(
    browser: Any, own_lab: Server
) -> None:
    lab = own_lab
    write(lab.folder, "mine", CODE.strip())
    watched = Watched(browser)
    tab = watched.tab
    tab.goto(f"{lab.base}/lab/tree/mine.ipynb?reset&token={lab.token}")
    run_all(tab)
    tab.locator('[data-key="model_teams"]').wait_for(timeout=2 * WAIT)
    box = tab.locator('[data-key="model_teams"] input').first
    box.fill("6")
    box.blur()
    tab.get_by_text("told: {'model_teams': 6}").wait_for()
    tab.get_by_role("tab", name="Ledger").click()
    other = tab.locator('[data-key="duties/ship"] .ws-other input')
    other.fill(NASTY)
    other.blur()
    tab.locator(".ws-exhibit", has_text=NASTY).first.wait_for()
    assert tab.evaluate("window.ran") is None
    found = violations(tab)
    assert not found, json.dumps(found, indent=1)
    tab.keyboard.press("Control+s")
    text = written(tab, lab.folder / "mine.ipynb", html.escape(NASTY))  # what came last
    assert watched.errors == []
    watched.close()
    book = nbformat.reads(text, as_version=4)
    state = book.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    values = [one["state"].get("value") for one in state.values()]
    assert {"model_teams": 6} in values
    lab.kill_kernels()
    watched = Watched(browser)
    tab = watched.tab
    tab.goto(f"{lab.base}/lab/tree/mine.ipynb?reset&token={lab.token}")
    tab.locator(".ws-exhibit", has_text=NASTY).first.wait_for(timeout=2 * WAIT)
    box = tab.locator('[data-key="model_teams"] input').first
    box.wait_for(state="attached")  # it stands in the other tab
    assert box.input_value() == "6"
    assert tab.evaluate("window.ran") is None
    watched.close()


def test_in_a_window_enlarged_to_200_percent_the_list_of_files_is_folded(
    browser: Any, own_lab: Server
) -> None:
    write(own_lab.folder, "wide", "1")
    watched = Watched(browser, viewport={"width": 683, "height": 384})
    tab = watched.tab
    tab.goto(f"{own_lab.base}/lab/tree/wide.ipynb?reset&token={own_lab.token}")
    tab.locator(".jp-NotebookPanel").wait_for(timeout=2 * WAIT)
    becomes_true(tab, "document.querySelector('.jp-NotebookPanel').clientWidth > 500")
    watched.close()


def violations(tab: Any) -> list[Any]:
    """Return what axe finds in the outputs of a notebook; the rest is JupyterLab's own."""
    from axe_core_python.base import AXE_SCRIPT

    tab.evaluate(AXE_SCRIPT)
    found = tab.evaluate("async () => (await axe.run('.jp-OutputArea')).violations")
    return [(v["id"], [n["html"][:160] for n in v["nodes"]][:3]) for v in found]
