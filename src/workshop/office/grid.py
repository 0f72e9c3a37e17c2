"""Tables and cards as WordprocessingML: real tables whose first row is a header that repeats."""

from __future__ import annotations

from collections.abc import Sequence

from workshop.office.runs import Runs, attribute, mark, paragraph, run
from workshop.office.styles import HAIR, TABLE, WIDE_TABLE
from workshop.render.blocks import Card, Cell, Column, Span, Table, Tone, plain
from workshop.render.columns import estimate_height, share_widths
from workshop.render.tones import LOOKS

WIDER = 1.09
"""How much wider the font of office documents runs than the one that widths are measured in."""
_KEPT_WHOLE = 260.0
"""Points up to which a table is kept on one page."""
_HEAD = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"
_ROW = "<w:trPr><w:cantSplit/></w:trPr>"


def table_to_word(table: Table, runs: Runs, room: float) -> str:
    """Return a table `room` points wide or narrower, with its caption below."""
    count = max([len(table.columns), *(sum(c.span for c in r) for r in table.rows)], default=0)
    if not count:
        words = table.caption or (Span(runs.speech.empty_table),)
        return paragraph(runs.words(words), "Caption", words=words)
    columns = (*table.columns, *(Column(()) for _ in range(count - len(table.columns))))
    wide = table.wide or count > 8
    size = (WIDE_TABLE if wide else TABLE) * WIDER
    widths = share_widths(columns, table.rows, room, size)
    rows = _Rows(columns, widths, runs, "Wide" if wide else "", table.row_heads)
    height = sum(
        max((estimate_height(c.text, w, size) for c, w in zip(r, widths, strict=False)), default=0)
        for r in table.rows
    )
    whole = height < _KEPT_WHOLE
    last = len(table.rows) - 1
    body = [
        rows.row(row, kept=(whole and at < last) or (at == last and bool(table.caption)))
        for at, row in enumerate(table.rows)
    ]
    # A reader of screens says it when it comes to the table.
    said = attribute(plain(table.caption) or " · ".join(plain(c.title) for c in columns))[:250]
    below = GAP
    if table.caption:
        below = paragraph(runs.words(table.caption), "Caption", words=table.caption)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="FindingsTable"/>{_width(sum(widths))}'
        '<w:tblLayout w:type="fixed"/>'
        f'<w:tblLook w:val="{"04A0" if table.row_heads else "0420"}" w:firstRow="1" w:lastRow="0" '
        f'w:firstColumn="{int(table.row_heads)}" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/>'
        f'<w:tblCaption w:val="{said}"/></w:tblPr>{_grid(widths)}{rows.head()}{"".join(body)}'
        f"</w:tbl>{below}"
    )


class _Rows:
    """Writes the rows of one table."""

    def __init__(
        self,
        columns: Sequence[Column],
        widths: Sequence[float],
        runs: Runs,
        size: str,
        row_heads: bool,
    ) -> None:
        self._columns = columns
        self._widths = widths
        self._runs = runs
        self._size = size
        self._row_heads = row_heads

    def head(self) -> str:
        cells = []
        for column, width in zip(self._columns, self._widths, strict=True):
            style = f"Tone{column.tone.capitalize()}" if column.tone != "plain" else ""
            words = self._runs.words(column.title, style, bold=True)
            fill = LOOKS[column.tone].tint if column.tone != "plain" else ""
            text = paragraph(
                words, f"{self._size}TableHeading", words=column.title, align=column.align
            )
            cells.append(_cell(text, width, fill=fill, foot=True))
        return f"<w:tr>{_HEAD}{''.join(cells)}</w:tr>"

    def row(self, cells: Sequence[Cell], kept: bool) -> str:
        parts, at = [], 0
        for cell in (*cells, *[Cell(())] * (len(self._columns) - sum(c.span for c in cells))):
            span = min(max(cell.span, 1), len(self._columns) - at)
            if span < 1:
                break
            parts.append(self._cell(cell, at, span, kept))
            at += span
        return f"<w:tr>{_ROW}{''.join(parts)}</w:tr>"

    def _cell(self, cell: Cell, at: int, span: int, kept: bool) -> str:
        column = self._columns[at]
        toned = cell.tone != "plain"
        fill = cell.tone if cell.fill else column.tone
        style = f"Tone{cell.tone.capitalize()}" if toned else ""
        words = mark(cell.tone, cell.mark) + self._runs.words(cell.text, style, bold=cell.strong)
        text = paragraph(
            words, f"{self._size}TableText", words=cell.text, kept=kept, align=column.align
        )
        tint = LOOKS[fill].tint if fill != "plain" else ""
        return _cell(text, sum(self._widths[at : at + span]), span=span, fill=tint)


GAP = paragraph("", "Gap")
"""What keeps two tables apart; without it they would be one."""


def card_to_word(card: Card, runs: Runs, body: str, room: float) -> str:
    """Return a card as a table of one column: its title as header, below it `body`."""
    look = LOOKS[card.tone]
    label = card.label or runs.speech.tone(card.tone)
    tone: Tone = "muted" if card.tone == "plain" else card.tone
    shown = run(f"{look.mark}\u00a0" if look.mark else "", f"Tone{tone.capitalize()}")
    # A run has one style: the label's look is its style, its colour comes from the tone.
    shown += run(label, "CardLabel", color=LOOKS[tone].ink)
    if label and plain(card.title):
        shown += "<w:r><w:br/></w:r>" if card.boxed else run("  ")
    style = "MainCardTitle" if card.boxed else "CardTitle"
    title = paragraph(shown + runs.words(card.title), style, words=card.title)
    sources = ""
    if card.sources:
        named = runs.speech.name_sources(" · ".join(card.sources), len(card.sources))
        sources = paragraph(run(named), "Sources")
    inner = body + sources
    edge = HAIR if card.tone in ("plain", "muted") else look.ink[1:]
    fill = look.tint if card.boxed else ""
    head = f"<w:tr>{_HEAD}{_cell(title, room, fill=fill, edge=edge)}</w:tr>"
    rest = f"<w:tr>{_ROW}{_cell(closed(inner), room, fill=fill, edge=edge)}</w:tr>" if inner else ""
    said = attribute(f"{label}: {plain(card.title)}" if label else plain(card.title))[:250]
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="FindingsCard"/>{_width(room)}'
        '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" '
        'w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f'<w:tblCaption w:val="{said}"/></w:tblPr>{_grid([room])}{head}{rest}</w:tbl>{GAP}'
    )


def closed(inner: str) -> str:
    """Return what stands in a cell with a paragraph at its end, as a cell must have."""
    return inner if inner.endswith("</w:p>") else inner + GAP


def _width(points: float) -> str:
    return f'<w:tblW w:w="{points * 20:.0f}" w:type="dxa"/>'


def _grid(widths: Sequence[float]) -> str:
    columns = "".join(f'<w:gridCol w:w="{width * 20:.0f}"/>' for width in widths)
    return f"<w:tblGrid>{columns}</w:tblGrid>"


def _cell(
    inner: str, width: float, *, span: int = 1, fill: str = "", edge: str = "", foot: bool = False
) -> str:
    borders = ""
    if edge:
        line = f'<w:left w:val="single" w:sz="24" w:space="0" w:color="{edge}"/>'
        borders = f"<w:tcBorders>{line}</w:tcBorders>"
    look = "".join(
        (
            f'<w:tcW w:w="{width * 20:.0f}" w:type="dxa"/>',
            f'<w:gridSpan w:val="{span}"/>' if span > 1 else "",
            borders,
            f'<w:shd w:val="clear" w:color="auto" w:fill="{fill[1:]}"/>' if fill else "",
            '<w:vAlign w:val="bottom"/>' if foot else "",
        )
    )
    return f"<w:tc><w:tcPr>{look}</w:tcPr>{inner}</w:tc>"
