"""Draw every picture on one small surface, as reproducible SVG.

Type, sizes and colours are those of the page around the picture. Words stay words: they can be
selected and searched, and are set where the bundled fonts' widths and kerning put them. What people
typed is data, never markup. Nothing but the fonts' tables is imported.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from html import escape
from typing import Literal

from workshop.documents.blocks import Picture, TextLike, text
from workshop.documents.fonts import make_printable, set_runs
from workshop.documents.theme import LINE as LINE
from workshop.documents.theme import LOOKS
from workshop.documents.theme import PAGE as PAGE

INK, GREY = LOOKS["plain"].ink, LOOKS["muted"].ink
BLUE, AMBER = LOOKS["ours"].ink, LOOKS["warning"].ink
RED, GREEN = LOOKS["critical"].ink, LOOKS["strength"].ink
TINT, BLUE_TINT = LOOKS["muted"].tint, LOOKS["ours"].tint
AMBER_TINT, RED_TINT = LOOKS["warning"].tint, LOOKS["critical"].tint

PAGE_WIDTH = 6.7
"""Inches across the text on an upright A4 page, where sizes are as printed."""
PHONE_WIDTH = 3.2
"""Inches of a drawing for a phone, where 340 pixels make small type 12 high."""
SMALL, NORMAL, LARGE = 8.5, 9.0, 10.0
"""Type sizes in points."""

Weight = Literal["normal", "semibold"]
Side = Literal["left", "center", "right"]
Hatch = Literal["", "/", "\\", "x"]
"""Fills that differ in black and white, plainest first."""
Point = tuple[float, float]
Dash = tuple[float, ...]
"""Lengths of dashes and gaps, in line widths; empty is solid."""
SOLID: Dash = ()
DASHED: Dash = (3.7, 1.6)
DOTTED: Dash = (1.0, 1.6)


# -- the surface --------------------------------------------------------------------------------


class Sheet:
    """A picture, in inches from its lower left corner, with line widths in points.

    `level` decides what covers what; within a level, later covers earlier.

    >>> sheet = Sheet(2, 1)
    >>> with sheet.mark("Data: 3 days"):
    ...     sheet.rectangle(0.1, 0.2, 1.5, 0.3, fill=BLUE)
    ...     sheet.write(0.2, 0.35, "3", color=PAGE)
    >>> "<title>Data: 3 days</title>" in sheet.svg()
    True
    """

    def __init__(self, width: float = PAGE_WIDTH, height: float = 2.5) -> None:
        self.width, self.height = width, height
        self._drawn: list[tuple[int, str]] = []

    def svg(self) -> str:
        """Return the picture as SVG, with the same bytes for the same drawing."""
        wide, high = _number(self.width * 72), _number(self.height * 72)
        body = "".join(part for _, part in sorted(self._drawn, key=lambda item: item[0]))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="{DRAWING}" width="{wide}pt" '
            f'height="{high}pt" viewBox="0 0 {wide} {high}" font-family="{_FAMILIES}">{body}</svg>'
        )

    @contextmanager
    def mark(self, text: str) -> Iterator[None]:
        """Group everything drawn inside into one mark with a tooltip."""
        before, self._drawn = self._drawn, []
        try:
            yield
        finally:
            inside, self._drawn = self._drawn, before
            if inside:
                body = "".join(part for _, part in sorted(inside, key=lambda item: item[0]))
                title = escape(" ".join(drawable(text).split()), quote=False)
                self._put(inside[0][0], f"<g><title>{title}</title>{body}</g>")

    def rectangle(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = "none",
        edge: str = "none",
        line: float = 0.8,
        dash: Dash = SOLID,
        hatch: Hatch = "",
        hatch_color: str = GREY,
        level: int = 1,
    ) -> None:
        """Draw a rectangle from its lower left corner."""
        left, top = self._at(x, y + height)
        wide, high = width * 72, height * 72
        place = f'x="{_number(left)}" y="{_number(top)}" width="{_number(wide)}" '
        place += f'height="{_number(high)}"'
        if hatch:
            self._put(level, f'<rect {place} fill="{fill}"/>')
            path = _hatching(left, top, wide, high, hatch)
            self._put(level, f'<path d="{path}" {_stroke(hatch_color, 0.7)}/>')
            fill = "none"
        if not hatch or edge != "none":
            look = f" {_stroke(edge, line, dash)}" if edge != "none" and line else ""
            self._put(level, f'<rect {place} fill="{fill}"{look}/>')

    def polygon(
        self,
        points: Sequence[Point],
        *,
        fill: str = INK,
        edge: str = "none",
        line: float = 0.8,
        dash: Dash = SOLID,
        level: int = 1,
    ) -> None:
        """Draw a closed shape through points."""
        look = f" {_stroke(edge, line, dash)}" if edge != "none" and line else ""
        self._put(level, f'<path d="{self._path(points)}Z" fill="{fill}"{look}/>')

    def line(
        self,
        points: Sequence[Point],
        *,
        color: str = INK,
        width: float = 1.6,
        dash: Dash = SOLID,
        level: int = 2,
    ) -> None:
        """Draw a line through points."""
        path = self._path(points)
        self._put(level, f'<path d="{path}" fill="none" {_stroke(color, width, dash)}/>')

    def arrow(
        self,
        start: Point,
        end: Point,
        *,
        color: str = INK,
        width: float = 1.1,
        dash: Dash = SOLID,
        head: tuple[float, float] = (3.6, 1.7),
        level: int = 2,
    ) -> None:
        """Draw a line with a solid head; `head` is its length and half width in points."""
        (x0, y0), (x1, y1) = start, end
        far = math.hypot(x1 - x0, y1 - y0) or 1.0
        ux, uy = (x1 - x0) / far, (y1 - y0) / far
        long, half = head[0] / 72, head[1] / 72
        bx, by = x1 - ux * long, y1 - uy * long
        self.line([start, (bx, by)], color=color, width=width, dash=dash, level=level)
        sides = [(bx - uy * half, by + ux * half), (bx + uy * half, by - ux * half)]
        self.polygon([end, *sides], fill=color, edge=color, line=width / 2, level=level)

    def write(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = NORMAL,
        color: str = INK,
        weight: Weight = "normal",
        side: Side = "left",
        level: int = 3,
        spacing: float = 1.25,
        on_page: bool = False,
        upright: bool = False,
    ) -> None:
        """Write `words` beside a point, vertically centred, with any characters.

        `side` is the side of the words on which the point is. Line ends are kept, `spacing` is from
        line to line; use `wrap` for long words. With `on_page` nothing behind the words shows
        through; `upright` words read from below.
        """
        lines = drawable(words).split("\n")
        left, middle = self._at(x, y)
        base = middle + 0.34 * size - spacing * size * (len(lines) - 1) / 2
        for at, line in enumerate(lines):
            runs = set_runs(line, weight == "semibold")
            wide = sum(run.width for run in runs) * size
            start = left - {"left": 0.0, "center": wide / 2, "right": wide}[side]
            foot = base + at * spacing * size
            if on_page and line.strip():
                ground = (start - 0.8, foot - 0.78 * size, wide + 1.6, size)
                place = zip(("x", "y", "width", "height"), ground, strict=True)
                box = " ".join(f'{name}="{_number(value)}"' for name, value in place)
                self._put(level, f'<rect {box} fill="{PAGE}"/>')
            for run in runs:
                look = f'x="{_number(start)}" y="{_number(foot)}" font-size="{size:g}"'
                look += ' font-weight="600"' if weight == "semibold" else ""
                look += f' font-family="{run.family}"' if run.family else ""
                look += f' fill="{color}" data-width="{_number(run.width * size)}"'
                if upright:
                    look += f' transform="rotate(-90 {_number(left)} {_number(middle)})"'
                text = escape(run.words, quote=False)
                if text.strip():
                    self._put(level, f'<text xml:space="preserve" {look}>{text}</text>')
                start += run.width * size

    def _put(self, level: int, source: str) -> None:
        self._drawn.append((level, source))

    def _at(self, x: float, y: float) -> Point:
        """Return a point in points from the upper left corner."""
        return x * 72, (self.height - y) * 72

    def _path(self, points: Sequence[Point]) -> str:
        found = (self._at(x, y) for x, y in points)
        return "M" + "L".join(f"{_number(x)} {_number(y)}" for x, y in found)


DRAWING = "wk-drawing"
"""The class of every picture drawn here, by which a page recognises it."""
_FAMILIES = "'Source Sans Pro','Source Sans 3','DejaVu Sans',sans-serif"
_PITCH = 5.6
"""Points between two lines of a hatching, along an edge."""


@lru_cache(maxsize=8192)
def _number(value: float) -> str:
    # Sizes are often halfway between two hundredths, and Python's sums have another last bit from
    # 3.12 on: so one would be taken here, and the other one in a browser.
    shown = f"{round(value, 6):.2f}".rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown


def _stroke(color: str, width: float, dash: Dash = SOLID) -> str:
    out = f'stroke="{color}" stroke-width="{_number(width)}"'
    if dash:
        out += f' stroke-dasharray="{" ".join(_number(part * width) for part in dash)}"'
    return out


def _hatching(left: float, top: float, width: float, height: float, hatch: Hatch) -> str:
    """Return slanted lines that fill a rectangle, as path data."""
    parts = []
    steps = range(1, math.ceil((width + height) / _PITCH))
    for rising in (True, False):
        if hatch not in ("x", "/" if rising else "\\"):
            continue
        for at in steps:
            far = at * _PITCH  # along the upper and then the right edge, or back
            x0, y0 = (far, 0.0) if far <= width else (width, far - width)
            x1, y1 = (0.0, far) if far <= height else (far - height, height)
            if not rising:
                x0, x1 = width - x0, width - x1
            parts.append(
                f"M{_number(left + x0)} {_number(top + y0)}"
                f"L{_number(left + x1)} {_number(top + y1)}"
            )
    return "".join(parts)


def nice_ticks(high: float, most: int, whole: bool = False) -> list[float]:
    """Return at most `most` + 1 round values from 0 to `high`, in equal steps.

    >>> nice_ticks(159, 6), nice_ticks(3, 6, whole=True)
    ([0.0, 50.0, 100.0, 150.0], [0.0, 1.0, 2.0, 3.0])
    """
    if high <= 0:
        return [0.0]
    least = max(high / most, 1.0 if whole else 0.0)
    scale: float = 10.0 ** math.floor(math.log10(least) + 1e-12)
    step = next(s * scale for s in (1, 2, 5, 10) if s * scale >= least * (1 - 1e-9))
    return [round(step * at, 10) for at in range(math.floor(high / step + 1e-9) + 1)]


def picture_of(draw: Callable[[float], str], alt: str, caption: TextLike = ()) -> Picture:
    """Return a picture drawn for each place; `draw` is given its width in inches."""
    return Picture(draw(PAGE_WIDTH), alt, caption=text(caption), narrow=draw(PHONE_WIDTH))


# -- words --------------------------------------------------------------------------------------


def drawable(words: str) -> str:
    """Return `words` with each character that no font has replaced by its name.

    Accents and vowel signs that are no part of a letter are left out, since a picture's words could
    not be read aloud from a PDF with them.
    """
    if words.isascii() and words.isprintable():
        return words
    composed = unicodedata.normalize("NFC", make_printable(words).replace("\t", " "))
    return "".join(char for char in composed if not unicodedata.combining(char))


@lru_cache(maxsize=8192)
def text_width(words: str, size: float = NORMAL, weight: Weight = "normal") -> float:
    """Return the width of one line of `words`, in inches."""
    runs = set_runs(drawable(words).replace("\n", " "), weight == "semibold")
    return sum(run.width for run in runs) * size / 72


def shorten_to(words: str, width: float, size: float = NORMAL, weight: Weight = "normal") -> str:
    """Return one line of at most `width` inches, shortened with “…”.

    The alternative text or a table must then have all of it.
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
    """Return `words` in at most `lines` lines of at most `width` inches.

    A word wider than a line is broken. If the lines do not suffice, the last ends in “…”.
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
    """Return `words` split where a line may end: after spaces and inner hyphens."""
    line = " ".join(re.split(r"[ \t\r\n]+", words.strip()))
    return re.findall(r"[^ ]*?-(?=[^\W\d])|[^ ]+ *", line)


def _break(word: str, width: float, size: float, weight: Weight) -> list[str]:
    """Return a word in pieces that fit, of at least one character each."""
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
