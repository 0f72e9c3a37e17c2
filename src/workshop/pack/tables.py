"""Tables from outside the kit: one header row, numbers to the right, never wider than a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from workshop.render.blocks import Align, Block, Cell, Column, Span, Table, Text, plain, text

_NUMBER = re.compile(r"[-−+]?[\d  ,.']*\d(?:[eE][-+]?\d+)?\s*%?|NaN|nan|None|—|-|")
_WIDE, _WIDEST = 100, 170
"""Characters a row may have on a portrait page, and on a landscape page."""
_MOST_ROWS = 1000


@dataclass(frozen=True)
class FoundCell:
    """A cell as it was found: `across` columns wide, `down` rows high."""

    text: Text
    head: bool = False
    across: int = 1
    down: int = 1


FoundRow = Sequence[FoundCell]


def make_tables(
    head: Sequence[FoundRow], body: Sequence[FoundRow], caption: Text = ()
) -> tuple[Block, ...]:
    """Return a table of found rows as one table, or several where it is wider than a page.

    Several header rows become one, joined by a stroke; a cell over several rows stands in each.
    Without a header row the columns are numbered, since a reader needs something to call them.
    """
    top, rows = _spread(head), _spread(body)
    count = max((len(row) for row in (*top, *rows)), default=0)
    if not count:
        return ()
    titles = [_join_titles([row[at] for row in top if at < len(row)]) for at in range(count)]
    if not any(plain(title).strip() for title in titles):
        titles = [text(f"Column {at + 1}") for at in range(count)]
    row_heads = bool(rows) and all(row and row[0].head for row in rows)
    left_out = len(rows) - _MOST_ROWS
    if left_out > 0:
        rows = rows[:_MOST_ROWS]
        caption = (*caption, Span(f" {left_out} more rows are not shown here."))
    cells = [[*row, *[FoundCell(())] * (count - len(row))] for row in rows]
    sizes = [_size(titles[at], [row[at] for row in cells]) for at in range(count)]
    made = []
    for group in _group(sizes, row_heads):
        columns = tuple(
            Column(titles[at], _align([row[at] for row in cells], at == 0 and row_heads))
            for at in group
        )
        made.append(
            Table(
                columns,
                tuple(tuple(Cell(row[at].text) for at in group) for row in cells),
                row_heads=row_heads,
                wide=sum(sizes[at] for at in group) > _WIDE,
            )
        )
    if caption:
        last = made[-1]
        made[-1] = Table(last.columns, last.rows, caption, last.row_heads, last.wide)
    return tuple(made)


def _spread(rows: Sequence[FoundRow]) -> list[list[FoundCell]]:
    """Return rows in which every cell is one column wide and one row high."""
    out: list[list[FoundCell]] = []
    below: dict[int, tuple[int, FoundCell]] = {}  # column -> rows still to fill, and with what
    for row in rows:
        line: list[FoundCell] = []
        waiting = list(row)
        while waiting or len(line) in below:
            at = len(line)
            if at in below:
                left, cell = below.pop(at)
                line.append(cell)
                if left > 1:
                    below[at] = (left - 1, cell)
                continue
            found = waiting.pop(0)
            across = min(max(found.across, 1), 200)
            for step in range(across):
                cell = FoundCell(found.text if step == 0 or found.head else (), found.head)
                line.append(cell)
                if found.down > 1:
                    below[at + step] = (min(found.down, 5000) - 1, cell)
        out.append(line)
    return out


def _join_titles(cells: Sequence[FoundCell]) -> Text:
    """Return the words over one column, top to bottom, each once."""
    words: list[Text] = []
    for cell in cells:
        if plain(cell.text).strip() and cell.text not in words:
            words.append(cell.text)
    joined: list[Span] = []
    for at, part in enumerate(words):
        joined += [Span(" / "), *part] if at else part
    return tuple(joined)


def _size(title: Text, cells: Sequence[FoundCell]) -> int:
    longest = max((len(plain(c.text)) for c in cells), default=0)
    return min(max(longest, len(plain(title)), 3), 40) + 3


def _align(cells: Sequence[FoundCell], is_head: bool) -> Align:
    words = [plain(c.text).strip() for c in cells]
    numbers = any(words) and all(_NUMBER.fullmatch(w) for w in words) and not is_head
    return "right" if numbers else "left"


def _group(sizes: Sequence[int], row_heads: bool) -> list[list[int]]:
    """Return the columns of each table; the row's header stands in every one."""
    if sum(sizes) <= _WIDEST:
        return [list(range(len(sizes)))]
    first = [0] if row_heads else []
    groups, used = [list(first)], sum(sizes[at] for at in first)
    for at in range(len(first), len(sizes)):
        if len(groups[-1]) > len(first) and used + sizes[at] > _WIDE:
            groups.append(list(first))
            used = sum(sizes[i] for i in first)
        groups[-1].append(at)
        used += sizes[at]
    return groups
