"""The cookbook's recipes and the gallery's examples run as they stand and print what they say."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from conftest import CONSOLE, TOP
from workshop.documents.blocks import Picture
from workshop.documents.notebooks.notebook import cells_to_blocks
from workshop.documents.text import blocks_to_text
from workshop.kernels import execute_notebook

GUIDES = TOP / "docs" / "guides"


class Recipe(NamedTuple):
    title: str
    code: str
    prints: str


def recipes() -> list[Recipe]:
    text = (GUIDES / "cookbook.md").read_text("utf-8")
    found = []
    for title, body in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", text, re.M | re.S):
        (code,) = re.findall(r"^```python\n(.*?)^```", body, re.M | re.S)
        prints = re.findall(r"^```text\n(.*?)^```", body, re.M | re.S)
        found.append(Recipe(title, code, prints[0] if prints else ""))
    return found


def test_there_are_twelve_recipes_in_their_order() -> None:
    assert [r.title.split(".")[0] for r in recipes()] == [str(n) for n in range(1, 13)]


@pytest.mark.parametrize("recipe", recipes(), ids=lambda r: r.title)
def test_a_recipe_runs_in_an_empty_folder_and_prints_what_it_says(
    recipe: Recipe, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", recipe.code],
        cwd=tmp_path,
        capture_output=True,
        encoding=CONSOLE,
    )
    assert done.returncode == 0, done.stderr
    if recipe.prints:
        assert done.stdout == recipe.prints


CHECKS = {
    "matplotlib": "assert [bar.get_width() for bar in _.patches] == list(waiting)",
    "plotly": "assert list(_.data[0].x) == list(waiting)",
    "altair": "assert list(_.data['wait']) == list(waiting)",
}
"""By library: what holds for the chart that the cell before has returned."""


def test_charts_of_other_libraries_have_the_frames_values_and_print_as_picture_or_words(
    tmp_path: Path,
) -> None:
    gallery = (GUIDES / "gallery.md").read_text("utf-8")
    begin, _, rest = gallery.partition("{ #own-library }")
    (first,) = re.findall(r"^```python\n(.*?)^```", begin, re.M | re.S)
    frame, *examples = re.findall(r"^```py\n(.*?)^```", rest, re.M | re.S)[0].split("\n\n")
    cells = [f"{first}\n{frame}"]
    for library, check in CHECKS.items():
        lines = [example for example in examples if library in example]
        assert lines, library
        cells += ["\n".join(lines), check]
    source = tmp_path / "charts.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(code) for code in cells]), source)
    done = execute_notebook(source, {})
    assert done.error is None, done.error
    replaced: list[tuple[int, str]] = []
    shown = cells_to_blocks(
        done.notebook,
        exclude_input=True,
        on_replaced=lambda cell, what, _why: replaced.append((cell, what)),
    )
    blocks = [block for _, found in shown for block in found]
    assert [block.media for block in blocks if isinstance(block, Picture)] == ["image/png"]
    assert "[Chart, drawn only by a script: wait, value, team" in blocks_to_text(blocks, 1000)
    assert "alt.Chart(...)" in blocks_to_text(blocks, 1000)
    assert [what for _, what in replaced] == [
        "A chart is replaced by its words",
        "A script is left out",
    ]


def test_the_gallery_shows_every_chart_and_every_widget() -> None:
    from workshop import charts, widgets

    sys.path.insert(0, str(TOP / "docs"))
    try:
        from made import gallery
    finally:
        sys.path.pop(0)
    shown = "\n".join(gallery.codes())
    for name in {*charts.__all__, *widgets.__all__} - {"Chart"}:
        assert re.search(rf"\b(charts|widgets)\.{name}\(", shown), name
    assert gallery.charts_shown().count('<img class="chart" alt="') == len(gallery.CHARTS)
    html = gallery.widgets_shown() + gallery.frames_shown()
    assert html.count('class="shown"') == len(gallery.WIDGETS) + len(gallery.FRAMES)
    assert "<script" not in html
