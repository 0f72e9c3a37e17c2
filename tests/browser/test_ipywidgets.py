"""What a browser finds wrong with the controls of ipywidgets: why some fields are drawn anew here.

The gallery says the same in words. Where a later ipywidgets has mended one, this fails, and the
field of that kind can be ipywidgets' own.
"""

from __future__ import annotations

import re
from typing import Any

import nbformat
import pytest

from servers import WAIT, Server, Watched, run_all

pytestmark = pytest.mark.browser

CODE = """
import ipywidgets as w
made = {
    "slider": w.IntSlider(3, description="Teams"),
    "radio": w.RadioButtons(options=["one", "two"], description="Lead"),
    "accordion": w.Accordion([w.Label("inside")], titles=["More"]),
    "opened": w.Accordion([w.Label("inside")], titles=["More"], selected_index=0),
    "progress": w.IntProgress(3, max=9, description="Done"),
    "text": w.Text(description="Name"),
    "dropdown": w.Dropdown(options=["a", "b"], description="Paper"),
    "toggle": w.ToggleButton(description="Projector"),
    "button": w.Button(description="Undo"),
    "tab": w.Tab([w.Label("a"), w.Label("b")], titles=["One", "Two"]),
    "html": w.HTML("<p>words</p>"),
}
for name, one in made.items():
    one.add_class("is-" + name)
w.VBox(list(made.values()))
"""
FINDS = {"slider": ["aria-input-field-name"]}
"""What axe-core finds, by control; nothing in the others, of which a keyboard or ear finds more."""


def test_what_axe_and_a_keyboard_find_in_controls_of_ipywidgets_is_what_the_gallery_says(
    browser: Any, own_lab: Server
) -> None:
    from axe_core_python.base import AXE_SCRIPT

    lab = own_lab
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    cells = [nbformat.v4.new_code_cell(CODE.strip())]
    book = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(book, lab.folder / "theirs.ipynb")
    watched = Watched(browser)
    tab = watched.tab
    tab.goto(f"{lab.base}/lab/tree/theirs.ipynb?reset&token={lab.token}")
    run_all(tab)
    for kind in re.findall(r'"(\w+)": w\.', CODE):  # drawn one by one, in no order
        tab.locator(f".is-{kind}").wait_for(timeout=2 * WAIT)
    tab.evaluate(AXE_SCRIPT)
    names = tab.evaluate("[...document.querySelectorAll('[class*=is-]')].map(e => e.className)")
    kinds = {c[3:] for n in names for c in n.split() if c.startswith("is-")} - {"active"}
    found = {
        kind: tab.evaluate(
            "async (k) => (await axe.run('.is-' + k)).violations.map(v => v.id)", kind
        )
        for kind in (
            *FINDS,
            "accordion",
            "opened",
            "radio",
            "progress",
            "text",
            "dropdown",
            "toggle",
            "button",
            "tab",
        )
    }
    assert kinds >= found.keys()
    assert {kind: ids for kind, ids in found.items() if ids} == FINDS

    def has(selector: str) -> bool:
        return tab.locator(selector).count() > 0

    for lacks in (
        ".is-radio :is([role=radiogroup], fieldset, input[name])",
        ".is-progress :is([role=progressbar], progress)",
        ".is-accordion :is(button, summary, [tabindex='0'])",
        ".is-text [aria-describedby], .is-dropdown [aria-describedby]",
        ".is-toggle[aria-pressed]",
    ):
        assert not has(lacks), lacks
    assert has(".is-tab [role=tab]")
    assert has(".is-toggle[title='null']")  # where it has no tooltip
    watched.close()
