"""Columns: how wide each column of a printed table is, and how high its rows become."""

from __future__ import annotations

import math
from collections.abc import Sequence

from workshop.render.blocks import Cell, Column, Text, plain
from workshop.render.fonts import measure_words
from workshop.render.tones import LOOKS

CELL_PADDING = 12.0
"""Points left and right of a cell's words, together."""


def share_widths(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], room: float, size: float
) -> list[float]:
    """Return the width of every column in points, together at most `room`.

    The authors' shares hold as far as no column becomes narrower than its longest ordinary
    word; where all is too narrow, every column gives up alike.
    """
    least = [_longest_word(c.title, size, bold=True) for c in columns]
    for row in rows:
        at = 0
        for cell in row:
            if cell.span == 1 and at < len(least):
                mark = 12 if cell.mark or LOOKS[cell.tone].mark else 0
                least[at] = max(least[at], _longest_word(cell.text, size, cell.strong) + mark)
            at += max(cell.span, 1)
    if sum(least) >= room:
        return [room * width / sum(least) for width in least]
    shares = [max(c.width, 0.01) for c in columns]
    if len(set(shares)) == 1:  # nobody chose: a column gets room by how much it has to say
        longest = _longest_cells(columns, rows)
        natural = [n * 0.52 * size + CELL_PADDING for n in longest]
        if sum(natural) < room:  # a small table is not stretched, or eyes lose the row
            room = min(max(sum(natural) * 1.1, sum(least), room * 0.4), room)
            least = [max(pair) for pair in zip(least, natural, strict=True)]
            return [room * width / sum(least) for width in least]
        shares = [math.sqrt(n) for n in longest]
    fixed: set[int] = set()
    while True:
        free = room - sum(least[i] for i in fixed)
        total = sum(s for i, s in enumerate(shares) if i not in fixed)
        widths = [
            least[i] if i in fixed else free * share / total for i, share in enumerate(shares)
        ]
        narrow = {i for i, width in enumerate(widths) if i not in fixed and width < least[i]}
        if not narrow:
            return widths
        fixed |= narrow


def _longest_cells(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> list[int]:
    longest = [max(len(plain(c.title)), 4) for c in columns]
    for row in rows:
        at = 0
        for cell in row:
            if cell.span == 1 and at < len(longest):
                longest[at] = max(longest[at], min(len(plain(cell.text)), 400))
            at += max(cell.span, 1)
    return longest


def _longest_word(words: Text, size: float, bold: bool = False) -> float:
    longest = 0.0
    whole = plain(words)
    # A date or an amount of a few words stays on one line.
    kept = [whole] if len(whole) <= 18 and any(map(str.isdigit, whole)) else whole.split()
    for word in kept:
        if len(word) * size > longest:
            longest = max(longest, measure_words(word[:18], bold) * size)
    return min(longest, 110.0) + CELL_PADDING + 1


def fits_whole(words: Text, width: float, size: float, bold: bool = False) -> bool:
    """Return whether no word is longer than its column: a heading or a verdict is not hyphenated.

    Running text in a column is, since it would leave wide gaps.
    """
    room = width - CELL_PADDING
    return all(measure_words(word, bold) * size <= room for word in plain(words).split())


def estimate_height(words: Text, width: float, size: float) -> float:
    """Return about how high the words stand in a cell, in points; rather more."""
    room = max(width - CELL_PADDING, size)
    lines = sum(
        max(1, math.ceil(measure_words(line) * size * 1.2 / room))
        for line in plain(words).split("\n")
    )
    return lines * size * 1.3 + 9
