"""The cookbook's recipes and the gallery's examples run as they stand and print what they say."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from conftest import TOP

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
        text=True,
    )
    assert done.returncode == 0, done.stderr
    if recipe.prints:
        assert done.stdout == recipe.prints


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
