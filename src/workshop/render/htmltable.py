"""Tables as HTML: header cells, a frame that scrolls, and what a phone makes of each row."""

from __future__ import annotations

from collections.abc import Sequence

from workshop.render.blocks import Cell, Column, Table, Text, plain
from workshop.render.htmlwords import (
    direction,
    escape_attribute,
    mark_to_html,
    words_to_html,
)
from workshop.render.speech import ENGLISH, Speech

_PROSE, _INKED, _SHORT = 40, 60, 18
"""Letters from which a cell is prose, too much to read in colour, and surely in one line."""


def table_to_html(table: Table, number: int, speech: Speech = ENGLISH) -> str:
    """Return a table in a frame that can be scrolled by keyboard; `number` is its name aloud.

    A table with prose is marked so that a narrow screen shows its rows below each other, each
    cell after its column's title; one with short cells scrolls there beside its first column.
    """
    rows, columns = table.rows, table.columns
    count = max([len(columns), *(sum(c.span for c in r) for r in rows)], default=0)
    if not count:
        return ""
    columns = (*columns, *(Column(()) for _ in range(count - len(columns))))
    shares = ""
    if len({c.width for c in columns}) > 1:  # else the browser shares by what there is to say
        total = sum(max(c.width, 0.01) for c in columns)
        parts = (100 * max(c.width, 0.01) / total for c in columns)
        shares = "".join(f'<col style="width:{part:.4g}%">' for part in parts)
        shares = f"<colgroup>{shares}</colgroup>"
    stacked = count > 2 and any(len(plain(c.text)) > _PROSE for row in rows for c in row)
    draw = _Rows(columns, table.row_heads, stacked, speech)
    head = "".join(map(draw.head, columns))
    body = "".join(map(draw.row, rows))
    caption = ""
    if table.caption:
        words = f"<span{direction(table.caption)}>{words_to_html(table.caption)}</span>"
        caption = f"<caption>{words}</caption>"
    said = " ".join(plain(table.caption).split())
    form = speech.table_named if said else speech.table
    label = escape_attribute(form.format(n=number, caption=said)[:160])
    looks = ["wk-table"]
    looks += ["wk-many"] if count > 8 else []
    looks += ["wk-stack"] if stacked else ["wk-held"] if table.row_heads and count > 3 else []
    group = draw.role("rowgroup")
    frame = "wk-frame wk-wide" if table.wide else "wk-frame"
    return (
        f'<div class="{frame}" tabindex="0" role="group" aria-label="{label}">'
        f'<table class="{" ".join(looks)}" style="--wk-columns:{count}"{draw.role("table")}>'
        f"{caption}{shares}<thead{group}><tr{draw.role('row')}>{head}</tr></thead>"
        f"<tbody{group}>{body}</tbody></table></div>"
    )


class _Rows:
    """Writes header cells and rows.

    Some browsers forget that a table is one when its rows are laid out below each other, so a
    table that may be says its roles itself.
    """

    def __init__(
        self, columns: Sequence[Column], row_heads: bool, stacked: bool, speech: Speech
    ) -> None:
        self._columns = columns
        self._row_heads = row_heads
        self._stacked = stacked
        self._speech = speech

    def role(self, name: str) -> str:
        return f' role="{name}"' if self._stacked else ""

    def head(self, column: Column) -> str:
        look = _look(column.align, column.tone if column.tone != "plain" else "")
        if not plain(column.title).strip():
            return f"<td{look}{self.role('cell')}></td>"
        words = words_to_html(column.title)
        role = self.role("columnheader")
        return f'<th scope="col"{role}{look}{direction(column.title)}>{words}</th>'

    def row(self, cells: Sequence[Cell]) -> str:
        parts, at = [], 0
        for cell in cells:
            span = min(max(cell.span, 1), len(self._columns) - at)
            parts.append(self._cell(cell, at, span))
            at += span
        parts += [f"<td{self.role('cell')}></td>"] * (len(self._columns) - at)
        return f"<tr{self.role('row')}>{''.join(parts)}</tr>"

    def _cell(self, cell: Cell, at: int, span: int) -> str:
        column, words = self._columns[at], plain(cell.text)
        toned = cell.tone != "plain"
        tone = cell.tone if toned else column.tone
        fill = cell.fill or (column.tone != "plain" and not toned)
        look = _look(
            column.align,
            tone if tone != "plain" else "",
            fill,
            cell.strong,
            fill and (not toned or len(words) > _INKED),
            _stays_in_line(words, column, len(self._columns)),
        )
        is_head = self._row_heads and at == 0 and words.strip()
        tag = "th" if is_head else "td"
        scope = ' scope="row"' if is_head else ""
        role = self.role("rowheader" if is_head else "cell")
        wide = f' colspan="{span}"' if span > 1 else ""
        label = ""
        if self._stacked and (not is_head or len(words) < 4):
            label = _label(column.title)
        if not words.strip() and "\n" in words:  # room to write in by hand
            return f'<td{role}{wide} class="wk-blank"></td>'
        mark = mark_to_html(cell.tone, cell.mark, self._speech) if cell.mark or toned else ""
        shown = f"{mark}{words_to_html(cell.text)}".strip()
        return f"<{tag}{scope}{role}{wide}{label}{look}{direction(cell.text)}>{shown}</{tag}>"


def _label(title: Text) -> str:
    words = plain(title).strip()
    if not words:
        return ""
    end = "" if words.endswith(("?", ":", "…")) else " –" if ":" in words else ":"
    return f' data-label="{escape_attribute(words + end)} "'


def _stays_in_line(words: str, column: Column, count: int) -> bool:
    """Whether a cell is a number, a date or an amount of a few words."""
    if column.align == "right":
        return len(words) < _SHORT
    return len(words) <= _SHORT and any(map(str.isdigit, words)) and count <= 6


def _look(
    align: str,
    tone: str,
    fill: bool = True,
    strong: bool = False,
    inked: bool = False,
    short: bool = False,
) -> str:
    looks = [f"wk-{align}"] if align in ("right", "center") else []
    if tone:
        looks.append(f"wk-{tone}")
        looks += ["wk-fill"] if fill else []
        looks += ["wk-ink"] if inked else []
    looks += ["wk-short"] if short else []
    looks += ["wk-strong"] if strong else []
    return f' class="{" ".join(looks)}"' if looks else ""
