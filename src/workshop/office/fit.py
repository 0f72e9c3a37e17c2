"""How much room words take on a slide, and as many of them as fit."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from workshop.render.blocks import Cell, Column, Table, Tone, plain
from workshop.render.columns import share_widths
from workshop.render.fonts import measure_words
from workshop.render.tones import LOOKS

_WIDER, _WIDER_BOLD = 1.08, 1.13
"""How much wider the font of slides runs than the one that words are measured in, and a little."""
_LINE = 1.19
"""The height of a line in sizes of type."""


def count_lines(words: str, width: float, size: float, bold: bool = False) -> int:
    """Return into how many lines words break at `width` points, rather more than fewer."""
    return sum(_count(line, width, size, bold) for line in words.split("\n"))


def _count(line: str, width: float, size: float, bold: bool) -> int:
    room = max(width, size) / (size * (_WIDER_BOLD if bold else _WIDER))
    lines, used = 1, 0.0
    blank = measure_words(" ", bold)
    for word in _words(line):
        wide = measure_words(word, bold)
        if wide > room:  # broken wherever the line ends
            whole = used + (blank if used else 0) + wide
            lines += math.ceil(whole / room) - 1
            used = whole % room
        elif used and used + blank + wide > room:
            lines, used = lines + 1, wide
        else:
            used += (blank if used else 0) + wide
    return lines


def _words(line: str) -> list[str]:
    """Return what a line may be broken between: not at a space that holds two words together."""
    return [word for word in re.split(r"[ \t\n]+", line) if word]


def height_of(words: str, width: float, size: float, bold: bool = False) -> float:
    """Return how high words stand at `width` points, in points."""
    return count_lines(words, width, size, bold) * size * _LINE


def shorten(words: str, width: float, size: float, lines: int, bold: bool = False) -> str:
    """Return the words, or as many as fit into so many lines and “…”.

    The speaker's notes must then hold the whole.
    """
    words = " ".join(_words(words))
    if count_lines(words, width, size, bold) <= lines:
        return words
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        if count_lines(words[:middle].rstrip() + " …", width, size, bold) <= lines:
            low = middle
        else:
            high = middle - 1
    cut = words[:low]
    if low < len(words) and " " in cut[len(cut) // 2 :]:
        cut = cut[: cut.rindex(" ")]
    return cut.rstrip(" ,;:–") + " …"


# -- lines of a text box ------------------------------------------------------------------------


class Line(NamedTuple):
    """A paragraph of a text box; a size of 0 is that of the layout."""

    words: str
    size: float = 15.0
    bold: bool = False
    tone: Tone = "plain"
    head: str = ""
    """What stands before the words, in bold."""
    before: float = 5.0
    """Points above it."""

    def height(self, width: float) -> float:
        """Return how high it stands at `width` points, with what is above it."""
        return height_of(self.head + self.words, width, self.size, self.bold) + self.before


def fit_lines(lines: Sequence[Line], width: float, height: float) -> list[Line]:
    """Return lines that fit: in smaller type first, then in fewer words, then fewer of them."""
    found = list(lines)
    for scale in (1.2, 1.1, 1.0, 0.93, 0.87, 0.8):
        found = [line._replace(size=round(line.size * scale, 1)) for line in lines]
        if sum(line.height(width) for line in found) <= height:
            return found
    for most in range(6, 0, -1):
        short = [_cut(line, width, most) for line in found]
        if sum(line.height(width) for line in short) <= height:
            return short
    while len(short) > 1 and sum(line.height(width) for line in short) > height:
        short.pop()
    return short


def _cut(line: Line, width: float, most: int) -> Line:
    whole = shorten(line.head + line.words, width, line.size, most, line.bold)
    head = line.head if whole.startswith(line.head) else ""
    return line._replace(words=whole[len(head) :], head=head)


PADDING = 14.0
"""Points left and right of the words in a cell, together."""
_SHORT = 14
"""Letters up to which words beside a mark are a verdict."""

# -- rows of a table ----------------------------------------------------------------------------


class TablePage(NamedTuple):
    """The rows of a table that stand on one slide; `heights` begins with that of the header."""

    rows: list[Sequence[Cell]]
    widths: list[float]
    heights: list[float]


class TableRoom(NamedTuple):
    """What a table may take: points across and down, and the size of its type."""

    width: float
    height: float
    size: float

    def paginate(self, columns: Sequence[Column], table: Table) -> list[TablePage]:
        """Return the rows of a table slide by slide; every row is on one of them."""
        if not columns:
            return []
        widths = share_widths(columns, table.rows, self.width, self.size * _WIDER_BOLD)
        top = self._height([Cell(c.title, strong=True) for c in columns], widths)
        pages = [TablePage([], widths, [top])]
        for row in table.rows:
            height = self._height(row, widths)
            if pages[-1].rows and sum(pages[-1].heights) + height > self.height:
                pages.append(TablePage([], widths, [top]))
            pages[-1].rows.append(row)
            pages[-1].heights.append(height)
        return pages

    def show(self, cell: Cell, width: float) -> str:
        """Return the words of a cell after its mark, shortened where no slide could hold them."""
        mark = cell.mark or LOOKS[cell.tone].mark
        words = f"{mark}\u00a0{plain(cell.text)}" if mark else plain(cell.text)
        most = int(self.height * 0.6 / (self.size * _LINE))
        return shorten(words, width - PADDING, self.size, most, cell.strong)

    def keeps_verdicts(self, row: Sequence[Cell], widths: Sequence[float]) -> bool:
        """Return whether the short cells with a mark stand on one line each."""
        at = 0
        for cell in row:
            width = sum(widths[at : at + max(cell.span, 1)])
            shown, short = self.show(cell, width), len(plain(cell.text)) <= _SHORT
            if (
                short
                and cell.mark
                and height_of(shown, width - PADDING, self.size, True) > (self.size * _LINE)
            ):
                return False
            at += max(cell.span, 1)
        return True

    def _height(self, row: Sequence[Cell], widths: Sequence[float]) -> float:
        highest, at = self.size * _LINE, 0
        for cell in row:
            span = max(cell.span, 1)
            width = sum(widths[at : at + span])
            shown = self.show(cell, width)
            high = height_of(shown, width - PADDING, self.size, cell.strong)
            highest = max(highest, high)
            at += span
        return highest + 8


def fit_table(
    columns: Sequence[Column], table: Table, width: float, height: float, sizes: Sequence[float]
) -> tuple[TableRoom, list[TablePage]]:
    """Return a table's slides in the largest type that needs only one, else in the smallest.

    Smaller type is better than a verdict of two words on two lines, where it helps.
    """
    fitting: list[tuple[TableRoom, list[TablePage]]] = []
    for size in sizes:
        room = TableRoom(width, height, size)
        pages = room.paginate(columns, table)
        if len(pages) < 2:
            fitting.append((room, pages))
            if all(room.keeps_verdicts(row, page.widths) for page in pages for row in page.rows):
                return room, pages
    return fitting[0] if fitting else (room, pages)


def columns_of(table: Table) -> list[Column]:
    """Return a table's columns, with those that only its rows have."""
    spans = (sum(max(c.span, 1) for c in row) for row in table.rows)
    count = max([len(table.columns), *spans], default=0)
    return [*table.columns, *(Column(()) for _ in range(count - len(table.columns)))]
