"""Drawing: the one theme of every picture, and its export as SVG that is the same every time.

Type, sizes and colours are those of the page around the picture. Text becomes outlines, so no
reader needs our fonts; what people typed is data, never markup or mathematics. Matplotlib is
imported only when something is drawn, so that a terminal answer does not wait for it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Literal

from workshop.documents.fonts import (
    choose_families,
    find_script,
    font_folders,
    has_character,
    make_printable,
)
from workshop.documents.theme import LINE as LINE
from workshop.documents.theme import LOOKS
from workshop.documents.theme import PAGE as PAGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.text import Text

INK, GREY = LOOKS["plain"].ink, LOOKS["muted"].ink
BLUE, AMBER = LOOKS["ours"].ink, LOOKS["seam"].ink
RED, GREEN = LOOKS["critical"].ink, LOOKS["strength"].ink
TINT, BLUE_TINT = LOOKS["muted"].tint, LOOKS["ours"].tint
AMBER_TINT, RED_TINT = LOOKS["seam"].tint, LOOKS["critical"].tint

PAGE_WIDTH = 6.7
"""Inches across the text on an upright A4 page; at this width sizes are as printed."""
SMALL, NORMAL, LARGE = 8.5, 9.0, 10.0
"""Type sizes in points."""
HATCHES = ("", "////", "\\\\\\\\", "....", "xxxx")
"""Fills that differ in black and white, plainest first."""

_SANS, _SIGNS, _CJK = "workshop sans", "workshop signs", "workshop "
_THEME: Any = {
    "axes.axisbelow": True,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.labelsize": NORMAL,
    "axes.linewidth": 0.8,
    "axes.prop_cycle": f"cycler(color={[BLUE, AMBER, GREY, GREEN, RED]})",
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.unicode_minus": True,
    "figure.dpi": 72,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "font.family": [_SANS, _SIGNS],
    "font.size": NORMAL,
    "hatch.color": GREY,
    "hatch.linewidth": 0.7,
    "lines.linewidth": 1.6,
    "patch.linewidth": 0.8,
    "savefig.facecolor": "none",
    "svg.fonttype": "path",
    "svg.hashsalt": "workshop",
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": GREY,
    "xtick.labelcolor": INK,
    "xtick.labelsize": SMALL,
    "ytick.color": GREY,
    "ytick.labelcolor": INK,
    "ytick.labelsize": SMALL,
    "ytick.left": False,
}


# -- canvases -----------------------------------------------------------------------------------


@contextmanager
def figure(width: float = PAGE_WIDTH, height: float = 2.5) -> Iterator[tuple[Figure, Axes]]:
    """Yield a figure and its axes for a chart with scales; sizes in inches.

    Draw inside the `with` block and export there with `to_svg`; nothing global is left behind.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    _register_fonts()
    with rc_context(_THEME):
        layout = ConstrainedLayoutEngine(w_pad=0.02, h_pad=0.02)
        fig = Figure(figsize=(width, height), layout=layout)
        yield fig, fig.add_subplot()


@contextmanager
def sheet(width: float = PAGE_WIDTH, height: float = 2.5) -> Iterator[tuple[Figure, Axes]]:
    """Yield a figure and empty axes without scales, whose coordinates are inches from the foot.

    For diagrams: x from 0 to `width`, y from 0 to `height`; nothing beyond them is drawn.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    _register_fonts()
    with rc_context(_THEME):
        fig = Figure(figsize=(width, height))
        ax = fig.add_axes((0, 0, 1, 1))
        ax.set(xlim=(0, width), ylim=(0, height))
        ax.set_axis_off()
        yield fig, ax


def to_svg(fig: Figure) -> str:
    """Return a figure as SVG source: the same bytes for the same drawing, no clock, no name."""
    from matplotlib import rc_context

    _register_fonts()
    out = io.StringIO()
    with rc_context(_THEME):
        fig.savefig(
            out,
            format="svg",
            transparent=True,
            metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
        )
    source = out.getvalue()
    source = re.sub(r"<!--.*?-->\n?\s*", "", source[source.index("<svg") :], flags=re.DOTALL)
    return re.sub(r'<g id="(?!glyph)[a-z0-9A-Z_.]+">', "<g>", source)


# -- words --------------------------------------------------------------------------------------

Weight = Literal["normal", "semibold"]


def write(
    ax: Axes,
    x: float,
    y: float,
    words: str,
    *,
    size: float = NORMAL,
    color: str = INK,
    weight: Weight = "normal",
    **look: Any,
) -> Text:
    """Write `words` at a point and return the text, whatever characters it holds.

    `look` takes matplotlib's own options (`ha`, `va`, `rotation`, `zorder`, `transform`,
    `linespacing`). Line ends in `words` are kept; use `wrap` for long words.
    """
    words = drawable(words)
    look.setdefault("va", "center")
    return ax.text(
        x,
        y,
        words,
        fontproperties=_properties(words, size, weight),
        color=color,
        parse_math=False,
        **look,
    )


def drawable(words: str) -> str:
    """Return `words` as the fonts can draw them: what no font has becomes its name."""
    return make_printable(words).replace("\t", " ")


@lru_cache(maxsize=8192)
def text_width(words: str, size: float = NORMAL, weight: Weight = "normal") -> float:
    """Return how wide one line of `words` is, in inches."""
    from matplotlib.textpath import text_to_path

    _register_fonts()
    words = drawable(words).replace("\n", " ")
    font = _properties(words, size, weight)
    wide, _, _ = text_to_path.get_text_width_height_descent(words, font, ismath=False)
    return float(wide) / 72


def shorten_to(words: str, width: float, size: float = NORMAL, weight: Weight = "normal") -> str:
    """Return one line of at most `width` inches; what does not fit gives way to “…”.

    The alternative text or a table must then hold the whole.
    """
    words = " ".join(drawable(words).split())
    if text_width(words, size, weight) <= width:
        return words
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        if text_width(words[:middle].rstrip() + "…", size, weight) <= width:
            low = middle
        else:
            high = middle - 1
    return words[:low].rstrip() + "…"


def wrap(
    words: str,
    width: float,
    size: float = NORMAL,
    weight: Weight = "normal",
    lines: int | None = None,
) -> list[str]:
    """Return `words` in lines of at most `width` inches, at most `lines` of them.

    A word wider than a line is broken. Where the lines do not suffice, the last ends in “…”.
    """
    found: list[str] = []
    line = ""
    for piece in _pieces(drawable(words)):
        joined = line + piece
        if text_width(joined.rstrip(), size, weight) <= width:
            line = joined
            continue
        if line:
            found.append(line.rstrip())
        *full, line = _break(piece, width, size, weight)
        found += full
        if lines is not None and len(found) > lines:
            break
    if line.strip():
        found.append(line.rstrip())
    if lines is not None and len(found) > lines:
        rest = " ".join(found[lines - 1 :])
        found = [*found[: lines - 1], shorten_to(rest, width, size, weight)]
    return found


def _pieces(words: str) -> list[str]:
    """Return `words` cut where a line may end: after spaces, and after hyphens inside words."""
    line = " ".join(re.split(r"[ \t\r\n]+", words.strip()))
    return re.findall(r"[^ ]*?-(?=[^\W\d])|[^ ]+ *", line)


def _break(word: str, width: float, size: float, weight: Weight) -> list[str]:
    """Return a word in pieces that fit; at least one character each."""
    pieces = []
    while word and text_width(word, size, weight) > width:
        low, high = 1, len(word)
        while low < high:
            middle = (low + high + 1) // 2
            if text_width(word[:middle], size, weight) <= width:
                low = middle
            else:
                high = middle - 1
        pieces.append(word[:low])
        word = word[low:]
    return [*pieces, word]


# -- fonts --------------------------------------------------------------------------------------


def _properties(words: str, size: float, weight: Weight) -> FontProperties:
    from matplotlib.font_manager import FontProperties

    families = [_SANS, _SIGNS]
    if not words.isascii() and not all(map(_in_small_fonts, set(words))):
        families.append(_cjk_family(find_script(words) or ""))
    return FontProperties(family=families, size=size, weight=weight)


@cache
def _in_small_fonts(char: str) -> bool:
    """Return whether a character is surely in the reading or the sign font."""
    return ord(char) < 0x2E80 and has_character(char)


@cache
def _register_fonts() -> None:
    """Make the bundled fonts known under names of our own, so that no other copy is chosen."""
    sans, signs, _ = font_folders()
    for folder, file, name, weight in (
        (sans, "SourceSansPro-Regular.ttf", _SANS, 400),
        (sans, "SourceSansPro-Semibold.ttf", _SANS, 600),
        (signs, "DejaVuSans.ttf", _SIGNS, 400),
        (signs, "DejaVuSans-Bold.ttf", _SIGNS, 600),
    ):
        _add_font(str(folder / file), name, (weight,))


@cache
def _cjk_family(language: str) -> str:
    """Return the family for Chinese, Japanese or Korean; the large file is read only if used."""
    names = _add_font(str(font_folders()[2] / "NotoSansCJK-Regular.ttc"), _CJK, (400, 600))
    family = _CJK + choose_families(language)[-1]
    return family if family in names else names[0]


@cache
def _add_font(path: str, name: str, weights: tuple[int, ...]) -> tuple[str, ...]:
    """Add a file under `name` (followed by its own, where `name` ends in a space)."""
    from dataclasses import replace

    from matplotlib.font_manager import fontManager

    at = len(fontManager.ttflist)
    fontManager.addfont(path)
    faces = [
        replace(face, name=name + face.name if name.endswith(" ") else name)
        for face in fontManager.ttflist[at:]
    ]
    fontManager.ttflist[at:] = [replace(f, weight=w) for f in faces for w in weights]
    return tuple(face.name for face in faces)
