"""Charts: drawn from answers, an assessment or a frame; shown, saved, and said in words."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from inspect import signature
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pypdf
import pytest
from PIL import Image

from conftest import CONSOLE, TOP
from hostile import HOSTILE
from workshop import Answers, Assessment, InputError, assess, charts, exhibits
from workshop.answers.reading import read_answers
from workshop.content.loader import load_content
from workshop.documents.blocks import find_pictures
from workshop.documents.drawing import LINE, PAGE
from workshop.documents.exhibit import MEDIA_TYPE, Exhibit
from workshop.files import example
from workshop.forms.agenda import Wish, plan_agenda
from workshop.print.runsheet import agenda_blocks

EXAMPLES = TOP / "examples"
PLAIN = ("headcount", "queue", "tipping", "knowledge", "value_stream", "value_stream_by_pattern")
WITH_NAME = (("drill", "stale-features"), ("interactions", "federated"))


@pytest.fixture(scope="module")
def tidewater() -> Assessment:
    return assess(read_answers(example("tidewater-retail")))


def draw(name: str, source: Any) -> charts.Chart:
    chart: charts.Chart = getattr(charts, name)(source, *dict(WITH_NAME).get(name, "").split())
    return chart


EACH = pytest.mark.parametrize("name", [*PLAIN, *dict(WITH_NAME)])


@EACH
def test_a_chart_is_a_drawing_with_words(name: str, tidewater: Assessment) -> None:
    chart = draw(name, tidewater)
    assert ElementTree.fromstring(chart.svg).tag.endswith("svg")
    assert chart._repr_svg_() == chart.svg
    assert len(chart.alt) > 40
    shown = chart._repr_mimebundle_()
    assert shown["image/svg+xml"] == chart.svg
    assert "aria-label=" in shown["text/html"]
    assert Exhibit.from_data(shown[MEDIA_TYPE]).blocks == chart.exhibit.blocks


def test_every_public_chart_is_tried_here() -> None:
    assert {*PLAIN, *dict(WITH_NAME), "Chart"} == set(charts.__all__)


@EACH
def test_the_same_answers_give_the_same_chart_from_each_source(
    name: str, tidewater: Assessment
) -> None:
    chart = draw(name, tidewater)
    assert draw(name, tidewater.answers) == chart
    assert draw(name, tidewater.answers.to_parameters()) == chart


def test_a_chart_is_saved_as_svg_png_and_pdf(tidewater: Assessment, tmp_path: Path) -> None:
    chart = charts.headcount(tidewater)
    assert chart.save(tmp_path / "made" / "people.svg").read_text("utf-8") == chart.svg
    small, large = (chart.save(str(tmp_path / f"{n}.PNG"), ppi=n) for n in (72, 144))
    with Image.open(small) as one, Image.open(large) as two:
        assert abs(2 * one.width - two.width) <= 2
        assert len(set(two.convert("L").resize((50, 50)).tobytes())) > 2, "an empty picture"
    pdf = chart.save(tmp_path / "people.pdf").read_bytes()
    assert len(pypdf.PdfReader(BytesIO(pdf)).pages) == 1


def test_another_ending_is_refused_with_those_that_can_be(
    tidewater: Assessment, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=r"\.svg, \.png, \.pdf"):
        charts.headcount(tidewater).save(tmp_path / "people.jpg")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["knowledge", "value_stream", "value_stream_by_pattern"])
def test_without_answers_a_chart_says_what_is_missing(name: str, tmp_path: Path) -> None:
    chart = draw(name, Answers())
    assert chart._repr_svg_() is None
    assert len(chart.alt.split()) > 3
    assert chart.alt in chart._repr_mimebundle_()["text/plain"].replace("\n", " ")
    with pytest.raises(InputError, match="no picture to save"):
        chart.save(tmp_path / "it.svg")


def test_a_value_stream_is_drawn_from_a_frame_of_days(tidewater: Assessment) -> None:
    rows = tidewater.answers.to_parameters()["stages"]
    frame = pd.DataFrame(rows)
    assert charts.value_stream(frame).svg == charts.value_stream({"stages": rows}).svg
    ranges = pd.DataFrame(
        {
            "stage": pd.Categorical(["data", "model"]),
            "team": pd.Series(["Data", pd.NA], dtype="string"),
            "wait": pd.array([4, pd.NA], dtype="Float64"),
            "touch": pd.array([2, 10], dtype="Float64"),
            "touch_low": pd.array([1, pd.NA], dtype="Float64"),
            "touch_high": pd.array([9, pd.NA], dtype="Float64"),
            "measured": pd.array([True, pd.NA], dtype="boolean"),
        }
    )
    stages = [
        {
            "stage": "data",
            "team": "Data",
            "wait_days": 4,
            "touch_days": [1, 2, 9],
            "measured": True,
        },
        {"stage": "model", "touch_days": 10},
    ]
    assert charts.value_stream(ranges) == charts.value_stream({"stages": stages})


def test_what_no_chart_is_drawn_from_is_refused_in_words(tidewater: Assessment) -> None:
    with pytest.raises(InputError, match="a row a stage"):
        charts.value_stream(pd.DataFrame({"days": [1]}))
    with pytest.raises(InputError, match="not drawn from this"):
        charts.headcount(3)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="Did you mean “stale-features”"):
        charts.drill(tidewater, "stale-feature")
    with pytest.raises(InputError, match="federated"):
        charts.interactions(tidewater, "federal")


def test_an_interaction_chart_shows_the_option_that_was_asked_for(tidewater: Assessment) -> None:
    for option in tidewater.options:
        if option.patterns:
            chart = charts.interactions(tidewater, option.id)
            assert chart.alt.startswith(option.short), option.id


def test_hostile_words_stay_words_in_a_chart(tmp_path: Path) -> None:
    for number, words in enumerate(HOSTILE.values()):
        stages = [{"stage": "data", "team": words, "wait_days": 2, "touch_days": 3}]
        try:
            chart = charts.value_stream({"stages": stages})
        except InputError:
            continue  # the schema refuses the name
        tags = {node.tag.rpartition("}")[2] for node in ElementTree.fromstring(chart.svg).iter()}
        assert not tags & {"script", "image", "foreignObject", "a"}
        assert "<script" not in chart._repr_mimebundle_()["text/html"]
        assert chart.save(tmp_path / f"{number}.pdf").read_bytes().startswith(b"%PDF")


Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""


def touch(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def words_of(svg: ElementTree.Element) -> Iterator[tuple[str, Box]]:
    """Yield the level words of a drawing, each with the room that its letters take."""
    for found in svg.iter("{http://www.w3.org/2000/svg}text"):
        if not found.get("transform"):
            x, foot, size, wide = (
                float(found.get(name, "")) for name in ("x", "y", "font-size", "data-width")
            )
            box = (x + 0.01, foot - 0.68 * size, x + wide - 0.01, foot + 0.18 * size)
            yield found.text or "", box


def level_lines_of(svg: ElementTree.Element) -> Iterator[Box]:
    """Yield the level and upright lines of a drawing that have a meaning of their own."""
    for found in svg.iter("{http://www.w3.org/2000/svg}path"):
        if found.get("fill") == "none" and found.get("stroke") not in (LINE, PAGE):
            places = re.findall(r"([\d.-]+) ([\d.-]+)", found.get("d", ""))
            points = [(float(x), float(y)) for x, y in places]
            for (x, y), (to_x, to_y) in pairwise(points):
                if len(points) < 7 and (x == to_x or y == to_y):  # no hatching, no arrow
                    yield min(x, to_x), min(y, to_y), max(x, to_x), max(y, to_y)


@pytest.mark.parametrize("content", [None, EXAMPLES / "content-de"], ids=["english", "german"])
@pytest.mark.parametrize("name", sorted(p.stem for p in EXAMPLES.glob("*.yaml")))
def test_words_of_each_picture_are_whole_and_clear_of_other_words_and_lines(
    name: str, content: Path | None
) -> None:
    found = assess(read_answers(EXAMPLES / f"{name}.yaml"), load_content(content))
    each = [getattr(exhibits, one) for one in exhibits.__all__]
    alone = [make(found) for make in each if len(signature(make).parameters) == 1]
    parts = [part or () for x in alone for part in (x.blocks, x.in_pack, x.on_slides)]
    drawn = {picture.data for part in parts for picture in find_pictures(part)}
    narrow = {p.narrow or p.data for shown in alone for p in find_pictures(shown.blocks)}
    assert min(len(drawn), len(narrow)) > 8
    for data in drawn | narrow:
        check_words(ElementTree.fromstring(data))
    for data in narrow:
        check_on_a_phone(ElementTree.fromstring(data))


@pytest.mark.parametrize("content", [None, EXAMPLES / "content-de"], ids=["english", "german"])
def test_words_of_an_agenda_are_whole_and_large_enough_on_a_phone(content: Path | None) -> None:
    loaded = load_content(content)
    for minutes in (90, 240, 420):
        blocks = agenda_blocks(loaded, plan_agenda(loaded, Wish(minutes, 8)), 9 * 60)
        (picture,) = find_pictures(blocks)
        check_words(ElementTree.fromstring(picture.narrow))
        check_on_a_phone(ElementTree.fromstring(picture.narrow))


def check_words(svg: ElementTree.Element) -> None:
    """Check that words are inside the picture, and clear of other words and lines."""
    width, height = map(float, svg.get("viewBox", "").split()[2:])
    words = list(words_of(svg))
    for at, (text, box) in enumerate(words):
        beyond = (-box[0], -box[1], box[2] - width, box[3] - height)
        assert max(beyond) <= 0.5, text
        assert [other for other, its in words[:at] if touch(box, its)] == [], text
        letters = (box[0], box[1] + 0.8, box[2], box[3] - 1.5)
        assert not any(touch(letters, line) for line in level_lines_of(svg)), text


def check_on_a_phone(svg: ElementTree.Element) -> None:
    """Check that words shown 340 pixels wide are large enough, and none is shortened."""
    width = float(svg.get("width", "").removesuffix("pt"))
    for found in svg.iter("{http://www.w3.org/2000/svg}text"):
        assert float(found.get("font-size", "")) * 340 / width >= 12, found.text
        assert not (found.text or "").endswith("…"), found.text


def test_charts_import_no_pandas_until_a_frame_is_drawn() -> None:
    code = (
        "import sys; from workshop import charts; charts.headcount({'model_teams': 4}); "
        "assert 'pandas' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding=CONSOLE)
    assert done.returncode == 0, done.stderr
