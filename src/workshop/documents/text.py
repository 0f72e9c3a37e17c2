"""Write blocks as plain text for a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rich.cells import cell_len, chop_cells, set_cell_size

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
                words.append(line * max(map(cell_len, words), default=1))
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
        parts.append(f"{shown} <{address}>" if address and address != shown else shown)
    return "".join(parts)


def _wrap(words: str, width: int) -> list[str]:
    """Return `words` in lines of at most `width` columns; break longer words."""
    if not words:
        return []
    if words.isascii() and len(words) <= width and "\n" not in words and "\t" not in words:
        return [words]
    return [line.rstrip() for line in _fold(words.expandtabs(4), width)]


_WORD = re.compile(r"\s*\S+\s*")


def _fold(words: str, width: int) -> list[str]:
    """Return lines of at most `width` columns, with the spaces at their ends."""
    lines = []
    for line in words.split("\n"):
        if cell_len(line) <= width:
            lines.append(line)
            continue
        used, begun = 0, ""
        for word in _WORD.findall(line) or [line]:
            long = cell_len(word.rstrip())
            if used + long <= width:
                begun += word
            else:
                if begun:
                    lines.append(begun)
                *full, begun = chop_cells(word, width) if long > width else [word]
                lines += full
                used = 0
            used = cell_len(begun)
        lines.append(begun)
    return [line if cell_len(line) <= width else _crop(line, width) for line in lines]


def _crop(line: str, width: int) -> str:
    """Return a line without the spaces at its end that do not fit."""
    spaces = len(line) - len(line.rstrip())
    line = line[: len(line) - min(spaces, max(len(line) - width, 0))]
    return line if cell_len(line) <= width else set_cell_size(line, width)


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
    spread = [[words.replace("\t", " ") for words in _spread(row, len(columns))] for row in rows]
    if head:
        spread.insert(0, [_words(column.title) for column in columns])
    widths = [max(map(_longest, words)) for words in zip(*spread, strict=True)] if spread else []
    # All columns but the last have a space after them, and another one divides them.
    last = len(columns) - 1
    outer = _narrow([max(w + (at < last), 1) for at, w in enumerate(widths)], width - last)
    widths = [w - (at < last) for at, w in enumerate(outer)]
    lines: list[str] = []
    for number, row in enumerate(spread):
        cells = [
            [_aligned(line, w, column.align) for line in _fold(words, w)]
            for words, w, column in zip(row, widths, columns, strict=True)
        ]
        for at in range(max(map(len, cells))):
            parts = [
                _from(cell, at, bottom=head and number == 0, of=cells) or " " * w
                for cell, w in zip(cells, widths, strict=True)
            ]
            lines.append("  ".join(parts).rstrip())
        if head and number == 0:
            lines.append("-".join("-" * w for w in outer))
    return lines


def _longest(words: str) -> int:
    return max(map(cell_len, words.splitlines()), default=0)


def _from(cell: list[str], at: int, *, bottom: bool, of: Sequence[list[str]]) -> str:
    """Return a line of a cell; one of a title stands at the foot of its row."""
    at -= max(map(len, of)) - len(cell) if bottom else 0
    return cell[at] if 0 <= at < len(cell) else ""


def _aligned(line: str, width: int, align: str) -> str:
    if align != "left":
        line = line.rstrip()
    left = {"left": 0, "center": (width - cell_len(line)) // 2}.get(align, width - cell_len(line))
    line = " " * left + line
    return line + " " * (width - cell_len(line))


def _narrow(widths: list[int], room: int) -> list[int]:
    """Return widths that take `room` columns at most; the widest give way first."""
    widths = [min(w, room) for w in widths]
    while (excess := sum(widths) - room) > 0:
        widest = max(widths)
        less = min(excess, widest - max((w for w in widths if w != widest), default=0))
        sharing = widths.count(widest)
        for at, w in enumerate(widths):
            if w == widest:
                part = min(less, round(excess / sharing))
                widths[at] -= part
                excess -= part
                sharing -= 1
    return widths


_FORMULA = "=+-@＝＋－＠\t\r"
"""Characters with which a spreadsheet formula begins."""


def make_safe(value: object) -> str:
    """Return a value as one line that no spreadsheet takes for a formula."""
    words = "" if value is None else str(value)
    line = " ".join(make_harmless(words).split())
    return f"'{line}" if words[:1] in ("\t", "\r", "\n") or line[:1] in tuple(_FORMULA) else line
