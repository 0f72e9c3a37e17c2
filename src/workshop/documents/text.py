"""Write blocks as plain text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from io import StringIO

from workshop.documents.blocks import (
    Block,
    Bullets,
    Card,
    Cell,
    Code,
    Column,
    Formula,
    Heading,
    PageBreak,
    Pairs,
    Paragraph,
    Picture,
    Quote,
    Rule,
    SideBySide,
    Table,
    Text,
    plain,
)
from workshop.documents.fonts import clean_address, make_harmless
from workshop.documents.theme import ENGLISH, Labels

_NARROWEST_COLUMN = 7


def blocks_to_text(blocks: Iterable[Block], width: int = 80, labels: Labels = ENGLISH) -> str:
    """Return `blocks` as lines of at most `width` columns.

    Wide characters count as two columns. Code keeps its own lines. Nothing in typed text can move a
    cursor or change a colour.
    """
    return "\n".join(_join(blocks, max(width, 20), labels)).strip("\n")


def _join(blocks: Iterable[Block], width: int, labels: Labels, tight: bool = False) -> list[str]:
    lines: list[str] = []
    for block in blocks:
        part = _lines(block, width, labels)
        if part:
            lines += ["", *part] if lines and not tight else part
    return lines


def _lines(block: Block, width: int, labels: Labels) -> list[str]:
    match block:
        case Heading():
            words = _wrap(_words(block.text), width)
            line = {1: "=", 2: "-"}.get(block.level)
            if line:
                words.append(line * max(map(_width, words), default=1))
            return words + _wrap(_words(block.lead), width)
        case Paragraph():
            return _wrap(_words(block.text), width)
        case Bullets():
            return _bullets(block, width, labels)
        case Table():
            return _table(block, width)
        case Picture():
            shown = _wrap(labels.picture_of.format(alt=make_harmless(block.alt)), width)
            return shown + _wrap(_words(block.caption), width)
        case Card():
            return _card(block, width, labels)
        case Pairs():
            rows = tuple((Cell(term), Cell(words)) for term, words in block.pairs)
            return _grid((Column((), width=1), Column((), width=3)), rows, width, head=False)
        case Code():
            return [f"    {line}" for line in make_harmless(block.text).rstrip("\n").split("\n")]
        case Quote():
            return _indent(_join(block.body, width - 2, labels), "> ")
        case Formula():
            return [f"    {line}" for line in make_harmless(block.latex).split("\n")]
        case SideBySide():
            return _join((b for part in block.columns for b in part), width, labels)
        case Rule():
            return ["-" * min(width, 40)]
        case PageBreak():
            return []


def _words(words: Text) -> str:
    parts = []
    for span in words:
        address = clean_address(span.link)
        shown = make_harmless(span.text)
        if span.raised:
            shown = f" [{shown.strip()}]"
        parts.append(f"{shown} <{address}>" if address and address != shown else shown)
    return "".join(parts)


_SINGLE = frozenset(
    map(
        chr,
        (
            *(*range(0x20, 0x7F), *range(0xA0, 0xAD), *range(0xAE, 0x300)),
            *(*range(0x370, 0x483), *range(0x2010, 0x2028), 0x20AC, *range(0x2190, 0x2300), 0x2713),
        ),
    )
)
"""Characters that take one column; for others rich is imported, which takes long."""
"""Characters of one column each, for which no table of widths is read."""


def _width(words: str) -> int:
    if _SINGLE.issuperset(words):
        return len(words)
    from rich.cells import cell_len

    return cell_len(words)


def _wrap(words: str, width: int) -> list[str]:
    """Return `words` in lines of at most `width` columns; break longer words."""
    if not words:
        return []
    return [part for line in words.expandtabs(4).split("\n") for part in _fold(line, width)]


def _fold(line: str, width: int) -> list[str]:
    if _width(line) <= width:
        return [line.rstrip()]
    if _SINGLE.issuperset(line):
        return textwrap.wrap(line, width, break_on_hyphens=False)
    from rich.console import Console
    from rich.text import Text as Line

    console = Console(force_jupyter=False, file=StringIO(), width=width, color_system=None)
    wrapped = Line(line, overflow="fold").wrap(console, width)
    return [part.plain.rstrip() for part in wrapped]


def _indent(lines: list[str], first: str, rest: str | None = None) -> list[str]:
    rest = first if rest is None else rest
    return [(rest if at else first) + line if line else "" for at, line in enumerate(lines)]


def _bullets(block: Bullets, width: int, labels: Labels) -> list[str]:
    lines: list[str] = []
    last = block.start + len(block.items) - 1
    for number, item in enumerate(block.items, block.start):
        sign = f"{number}.".ljust(len(f"{last}.") + 1) if block.ordered else "- "
        part = _join(item, max(width - len(sign), 12), labels, block.tight) or [""]
        lines += ([""] if lines and not block.tight else []) + _indent(part, sign, " " * len(sign))
    return lines


def _card(block: Card, width: int, labels: Labels) -> list[str]:
    label = block.label or labels.tone(block.tone)
    title = _words(block.title)
    head = f"[{make_harmless(label).upper()}] {title}" if label else title
    lines = _wrap(head.strip(), width - 2) + _join(block.body, width - 2, labels)
    if block.sources:
        lines += _wrap("(" + " · ".join(make_harmless(s) for s in block.sources) + ")", width - 2)
    return [f"| {line}".rstrip() for line in lines]


# -- tables -------------------------------------------------------------------------------------
# Set here because rich, imported and with a console, takes six times as long for an exhibit's
# tables, in every cell of a notebook.


def _table(block: Table, width: int) -> list[str]:
    count = max([len(block.columns), *(sum(c.span for c in r) for r in block.rows)], default=0)
    columns = (*block.columns, *(Column(()) for _ in range(count - len(block.columns))))
    caption = _wrap(_words(block.caption), width)
    if not columns:
        return caption
    if count > 1 and width // count < _NARROWEST_COLUMN:
        lines = _records(columns, block.rows, width)
    else:
        lines = _grid(columns, block.rows, width, head=any(plain(c.title) for c in columns))
    return lines + (["", *caption] if caption and lines else caption)


def _cell(cell: Cell) -> str:
    return f"{make_harmless(cell.mark)} {_words(cell.text)}".strip()


def _spread(row: Sequence[Cell], count: int) -> list[str]:
    """Return the words of a row's cells, one for every column."""
    words: list[str] = []
    for cell in row:
        words += [_cell(cell), *[""] * (max(cell.span, 1) - 1)]
    return (words + [""] * count)[:count]


def _records(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], width: int) -> list[str]:
    """Return a table that is too wide as a list of `column: value` for each row."""
    lines: list[str] = []
    for row in rows:
        lines += [""] if lines else []
        for column, value in zip(columns, _spread(row, len(columns)), strict=True):
            title = _words(column.title)
            if value:
                lines += _indent(
                    _wrap(f"{title}: {value}" if title else value, width - 2), "", "  "
                )
    return lines


def _grid(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], width: int, head: bool
) -> list[str]:
    """Return cells below each other, with a line under their titles."""
    spread = [_spread(row, len(columns)) for row in rows]
    if head:
        spread.insert(0, [_words(column.title) for column in columns])
    room = width - 2 * (len(columns) - 1)
    widths = [min(max(1, *map(_longest, cells)), room) for cells in zip(*spread, strict=True)]
    while sum(widths) > room:  # the widest gives way
        widths[widths.index(max(widths))] -= 1
    lines: list[str] = []
    for number, row in enumerate(spread):
        cells = [_wrap(words, w) for words, w in zip(row, widths, strict=True)]
        height = max([1, *map(len, cells)])
        if head and number == 0:  # titles stand at the foot of their row
            cells = [[""] * (height - len(cell)) + cell for cell in cells]
        for at in range(height):
            parts = (
                _aligned(cell[at] if at < len(cell) else "", w, column.align)
                for cell, w, column in zip(cells, widths, columns, strict=True)
            )
            lines.append("  ".join(parts).rstrip())
        if head and number == 0:
            lines.append("-" * (sum(widths) + width - room))
    return lines


def _longest(words: str) -> int:
    return max(map(_width, words.expandtabs(4).split("\n")))


def _aligned(line: str, width: int, align: str) -> str:
    room = width - _width(line)
    left = {"left": 0, "center": room // 2}.get(align, room)
    return " " * left + line + " " * (room - left)


_FORMULA = "=+-@＝＋－＠\t\r"
"""Characters with which a spreadsheet formula begins."""


def may_be_formula(words: str) -> bool:
    """Return whether a spreadsheet could take a cell's words for a formula."""
    return words[:1] in ("\t", "\r", "\n") or words.strip()[:1] in tuple(_FORMULA)


def make_safe(value: object) -> str:
    """Return a value as one line that no spreadsheet takes for a formula."""
    words = "" if value is None else str(value)
    line = " ".join(make_harmless(words).split())
    return f"'{line}" if may_be_formula(words) or may_be_formula(line) else line
