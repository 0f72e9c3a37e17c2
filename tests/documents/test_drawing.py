"""Every picture has one theme, and the same drawing gives the same bytes."""

from __future__ import annotations

import base64
import io
import itertools
import math
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest

from workshop.documents import drawing as d
from workshop.documents.blocks import Picture, heading
from workshop.documents.fonts import EMBEDDED, measure_words, set_runs
from workshop.documents.html import blocks_to_html
from workshop.documents.page import blocks_to_page
from workshop.documents.paper import compile_pages

TYPED = [
    "$x_1^2$ and $",
    r"\frac{1}{2} --> <b>&amp;</b> ]]>",
    "推荐系统的质量评估团队",
    "ランキング 순위",
    "👍🏽 and 👩‍👩‍👧",
    "\u202egnidaer\x1b[31m\ud800\x00",
    "w" * 200,
    "ሰላም नमस्ते مرحبا",
    "two\nlines\r\nand\ttabs",
    "q\u0301 e\u0301 A\u0301\u0302 \u0645\u064f\u062d\u064e\u0645\u064e\u0651\u062f",
    "",
]
SVG = "{http://www.w3.org/2000/svg}"


def draw(words: str, weight: d.Weight = "normal") -> str:
    sheet = d.Sheet(3, 1)
    sheet.write(0.1, 0.5, words, weight=weight)
    return sheet.svg()


def print_it(source: str) -> bytes:
    page = (
        '#set document(title: "x")\n#set text(lang: "en", font: "Source Sans Pro")\n'
        '#image("it.svg", alt: "words")'
    )
    return compile_pages({"main.typ": page.encode(), "it.svg": source.encode()})


def text_of(source: str) -> str:
    return "".join(t.text or "" for t in ET.fromstring(source).iter(f"{SVG}text"))


@pytest.mark.parametrize("words", TYPED)
@pytest.mark.parametrize("weight", ["normal", "semibold"])
def test_whatever_is_typed_can_be_drawn_and_is_drawn_the_same_twice(
    words: str, weight: d.Weight
) -> None:
    source = draw(words, weight)
    assert {e.tag.removeprefix(SVG) for e in ET.fromstring(source).iter()} <= {"svg", "text"}
    assert text_of(source) == d.drawable(words).replace("\n", "")
    assert source == draw(words, weight)
    assert print_it(source)


@pytest.mark.parametrize("words", TYPED)
def test_what_a_mark_says_is_the_typed_words_in_one_line(words: str) -> None:
    sheet = d.Sheet(3, 1)
    with sheet.mark(f"a {words}"):
        sheet.rectangle(0, 0, 1, 1)
    found = ET.fromstring(sheet.svg()).find(f"{SVG}g/{SVG}title")
    assert found is not None
    assert found.text == " ".join(f"a {d.drawable(words)}".split())


def test_a_mark_without_anything_drawn_is_none() -> None:
    sheet = d.Sheet(3, 1)
    with sheet.mark("nothing"):
        pass
    assert "nothing" not in sheet.svg()


def test_a_drawing_holds_no_date_no_name_and_no_comment() -> None:
    source = draw("Research -- secret --> name")
    assert "<!--" not in source
    assert "metadata" not in source
    assert source.startswith("<svg")


def test_another_process_draws_the_same_bytes() -> None:
    code = (
        "import sys\n"
        "from workshop.documents import drawing as d\n"
        "sheet = d.Sheet(3, 1)\n"
        "sheet.rectangle(1, 0.2, 1, 0.3, hatch='x')\n"
        "sheet.write(0.1, 0.5, 'same 推荐')\n"
        "sys.stdout.buffer.write(sheet.svg().encode())\n"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1] != b""


def test_the_last_bit_of_a_size_that_another_python_adds_otherwise_changes_no_byte() -> None:
    for hundredths in range(5, 1000, 7):
        x = (hundredths + 0.5) / 100 / 72  # halfway between two hundredths of a point
        drawn = set[str]()
        for near in (x, math.nextafter(x, 0), math.nextafter(x, 1)):
            sheet = d.Sheet(3, 1)
            sheet.line([(near, 0), (near, 1)])
            drawn.add(sheet.svg())
        assert len(drawn) == 1, hundredths


def test_words_of_a_picture_are_words_on_paper() -> None:
    import io

    from pypdf import PdfReader

    sheet = d.Sheet(3, 1)
    for at, (words, weight) in enumerate((("Plain AVATAR", "normal"), ("☂ Bold 推荐", "semibold"))):
        sheet.write(0.1, 0.3 + 0.3 * at, words, weight=weight)  # type: ignore[arg-type]
    text = PdfReader(io.BytesIO(print_it(sheet.svg()))).pages[0].extract_text()
    assert {"Plain", "AVATAR", "☂", "Bold", "推荐"} <= set(text.split())


def test_heavier_levels_cover_lighter_ones_and_later_what_was_drawn_before() -> None:
    sheet = d.Sheet(3, 1)
    sheet.rectangle(0, 0, 1, 1, fill="#000003", level=3)
    sheet.rectangle(0, 0, 1, 1, fill="#000001", level=1)
    sheet.rectangle(0, 0, 1, 1, fill="#000002", level=1)
    assert re.findall("#00000(.)", sheet.svg()) == ["1", "2", "3"]


@pytest.mark.parametrize("hatch", ["/", "\\", "x"])
@pytest.mark.parametrize("size", [(1.0, 0.3), (0.2, 0.9), (0.01, 0.01)])
def test_hatching_stays_inside_its_rectangle(hatch: d.Hatch, size: tuple[float, float]) -> None:
    sheet = d.Sheet(3, 1)
    sheet.rectangle(0.5, 0.05, *size, hatch=hatch)
    (path,) = [e for e in ET.fromstring(sheet.svg()) if e.tag == f"{SVG}path"]
    numbers = [float(n) for n in re.findall(r"-?[\d.]+", path.get("d", ""))]
    left, right = 36 - 0.01, 36 + size[0] * 72 + 0.01
    foot, top = 72 * 0.95 + 0.01, 72 * (0.95 - size[1]) - 0.01
    assert bool(numbers) == (size != (0.01, 0.01))
    assert all(left <= x <= right for x in numbers[::2])
    assert all(top <= y <= foot for y in numbers[1::2])


def test_an_arrow_ends_where_it_points_and_words_beside_their_point() -> None:
    sheet = d.Sheet(2, 1)
    sheet.arrow((0, 0.5), (1, 0.5))
    sheet.write(1, 0.5, "middle", side="center")
    sheet.write(1, 0.5, "right", side="right")
    root = ET.fromstring(sheet.svg())
    assert root[1].get("d", "").startswith("M72 36L")
    middle, right = root.findall(f"{SVG}text")
    for text, part in ((middle, 2), (right, 1)):
        x, wide = float(text.get("x", "")), float(text.get("data-width", ""))
        assert x + wide / part == pytest.approx(72, abs=0.02)


@pytest.mark.parametrize(("high", "most"), [(159, 6), (0.3, 5), (7, 6), (20, 5), (1, 6), (997, 6)])
def test_ticks_are_round_equal_few_and_inside(high: float, most: int) -> None:
    ticks = d.nice_ticks(high, most)
    steps = {round(b - a, 9) for a, b in itertools.pairwise(ticks)}
    assert len(steps) == 1
    assert ticks[0] == 0
    assert 2 <= len(ticks) <= most + 1
    assert high - steps.pop() < ticks[-1] <= high


def test_ticks_of_people_are_whole() -> None:
    assert d.nice_ticks(2, 6, whole=True) == [0, 1, 2]
    assert d.nice_ticks(0, 6, whole=True) == [0]


# -- words --------------------------------------------------------------------------------------


def test_each_run_of_words_has_one_font_that_holds_it() -> None:
    families = [(run.words, run.family) for run in set_runs("☂ Team 推荐")]
    assert families == [("☂ ", "DejaVu Sans"), ("Team ", ""), ("推荐", "Noto Sans CJK SC")]
    assert [run.family for run in set_runs("مرحبا Team")] == ["DejaVu Sans"]


def test_kerning_counts() -> None:
    apart = d.text_width("T") + d.text_width("o")
    assert d.text_width("To") < apart
    assert d.text_width("ll") == pytest.approx(2 * d.text_width("l"))


@pytest.mark.parametrize("words", [*TYPED, "a plain sentence of several words, longer than a line"])
def test_wrapped_words_fit_their_width_and_lose_nothing(words: str) -> None:
    lines = d.wrap(words, 1.0)
    assert all(d.text_width(line) <= 1.0 for line in lines)
    assert "".join("".join(lines).split()) == "".join(d.drawable(words).split())


def test_wrapping_prefers_the_hyphen_to_the_middle_of_a_word() -> None:
    assert d.wrap("Platform-as-MLOps", 0.8) == ["Platform-as-", "MLOps"]


def test_lines_that_do_not_suffice_end_in_an_ellipsis() -> None:
    lines = d.wrap("one two three four five six seven eight nine ten", 0.8, lines=2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")


@pytest.mark.parametrize("words", TYPED)
def test_a_shortened_label_fits_and_is_left_alone_where_it_fits_already(words: str) -> None:
    short = d.shorten_to(words, 0.9)
    assert d.text_width(short) <= 0.9
    assert d.shorten_to("short", 0.9) == "short"


def test_a_semibold_word_is_wider_than_a_normal_one() -> None:
    assert d.text_width("platform", weight="semibold") > d.text_width("platform")


def test_a_page_brings_the_type_in_which_the_words_of_its_pictures_were_measured() -> None:
    from fontTools.ttLib import TTFont

    page = blocks_to_page([heading(1, "T"), Picture(draw("Waiting time"), "alt")])
    assert "font-src data:" in page
    faces = re.findall(
        r'@font-face{font-family:"Source Sans 3";font-weight:(\d+);src:url\(data:font/woff;base64,'
        r"([^)]+)\)}",
        page,
    )
    assert [weight for weight, _ in faces] == ["400", "650"]
    assert sum(len(face) for _, face in faces) < 150_000
    for weight, face in faces:
        with TTFont(io.BytesIO(base64.b64decode(face))) as font:
            known, widths = font.getBestCmap(), font["hmtx"]
            unit = font["head"].unitsPerEm
            assert "OFL" in str(font["name"].getDebugName(13))
            for letter in EMBEDDED & set(map(chr, known)):
                wide = measure_words(letter, bold=weight == "650")
                assert widths[known[ord(letter)]][0] / unit == pytest.approx(wide, abs=0.002)
            assert {*"Waiting time “–” Łódź Gütersloh 46 %"} <= {*map(chr, known)}


def test_a_sign_in_another_font_keeps_its_shape_on_a_page() -> None:
    page = blocks_to_html([Picture(draw("● Research"), "alt")])
    signs, words = re.findall(r"<text[^>]*>", page)
    assert "textLength" in signs
    assert "lengthAdjust" not in signs
    assert 'lengthAdjust="spacingAndGlyphs"' in words
