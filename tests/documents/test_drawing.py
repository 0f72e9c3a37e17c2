"""Every picture has one theme, and the same drawing gives the same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest

from workshop.documents import drawing as d

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
    "",
]


def draw(words: str, weight: d.Weight = "normal") -> str:
    with d.sheet(3, 1) as (fig, ax):
        d.write(ax, 0.1, 0.5, words, weight=weight)
        return d.to_svg(fig)


@pytest.mark.parametrize("words", TYPED)
@pytest.mark.parametrize("weight", ["normal", "semibold"])
def test_whatever_is_typed_can_be_drawn_and_is_drawn_the_same_twice(
    words: str, weight: d.Weight
) -> None:
    source = draw(words, weight)
    ET.fromstring(source)
    assert source == draw(words, weight)


def test_dollar_signs_are_letters_and_not_mathematics() -> None:
    # As mathematics `$x$` would lose its signs and be drawn like the italic letter.
    assert draw("$x$").count("<use") == 3


def test_a_drawing_holds_no_date_no_name_and_no_typed_words() -> None:
    source = draw("Research -- secret --> name")
    assert "secret" not in source
    assert "matplotlib" not in source.lower()
    assert "<!--" not in source
    assert "metadata" not in source
    assert source.startswith("<svg")


def test_another_process_draws_the_same_bytes() -> None:
    code = (
        "import sys\n"
        "from workshop.documents import drawing as d\n"
        "from matplotlib.patches import Rectangle\n"
        "with d.sheet(3, 1) as (fig, ax):\n"
        "    ax.add_patch(Rectangle((1, 0.2), 1, 0.3, hatch=d.HATCHES[1], fc='none'))\n"
        "    d.write(ax, 0.1, 0.5, 'same 推荐')\n"
        "    sys.stdout.buffer.write(d.to_svg(fig).encode())\n"
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


def test_a_chart_keeps_the_words_on_its_axes_as_typed() -> None:
    with d.figure(3, 2) as (fig, ax):
        ax.plot([1, 2, 3], [3, 1, 2])
        ax.set_xlabel("weeks, $5 to $6")
        source = d.to_svg(fig)
    ET.fromstring(source)
    assert source.count("<use") > 10


def test_drawing_changes_nothing_for_other_users_of_matplotlib() -> None:
    import matplotlib

    before = dict(matplotlib.rcParams)
    draw("x")
    assert dict(matplotlib.rcParams) == before


def test_the_theme_is_imported_without_matplotlib() -> None:
    code = "import sys, workshop.documents.drawing; print('matplotlib' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert run.stdout.strip() == b"False"


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
