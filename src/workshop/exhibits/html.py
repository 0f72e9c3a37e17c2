"""Blocks as HTML: real headings, header cells and alternative text; every word escaped.

A `cell` is a fragment for a notebook's output and carries the little style it needs; a `page`
is the body of a whole document, whose headings can be linked to.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from html import escape
from importlib import resources
from typing import Any, Literal

from workshop.exhibits.blocks import (
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
    Span,
    Table,
    Text,
    Tone,
    plain,
)
from workshop.exhibits.characters import clean_address, has_right_to_left, make_harmless
from workshop.exhibits.formula import draw_formula
from workshop.exhibits.headings import find_headings
from workshop.exhibits.tones import LINE, LOOKS, NIGHT_LINE, NIGHT_PAGE, PAGE

Scope = Literal["cell", "page"]


def blocks_to_html(blocks: Iterable[Block], scope: Scope = "cell") -> str:
    """Return `blocks` as an HTML fragment that needs no script and fetches nothing.

    With scope `cell` it stands in a notebook's output, in the colours of a light or dark
    JupyterLab; with scope `page` its headings carry the ids that `list_headings` names.
    """
    if scope == "page":
        return parts_to_html([blocks])[0]
    body = _Writer(scope).write_all(blocks)
    return f'<div class="wk wk-cell"><style>{cell_style()}</style>{body}</div>'


def parts_to_html(parts: Iterable[Iterable[Block]]) -> list[str]:
    """Return each part of one page as HTML; ids and numbers run on from part to part."""
    writer = _Writer("page")
    return [writer.write_all(part) for part in parts]


def list_headings(blocks: Iterable[Block]) -> tuple[tuple[int, str, str], ...]:
    """Return (level, id, words) of every heading in reading order, as the page names them."""
    names = _Names()
    return tuple((h.level, names.name(plain(h.text)), plain(h.text)) for h in find_headings(blocks))


class _Names:
    """Gives each heading an id of its own, readable in an address."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def name(self, words: str) -> str:
        stem = re.sub(r"[^\w]+", "-", make_harmless(words).lower())[:48].strip("-") or "part"
        wanted, number = stem, 2
        while wanted in self._taken:
            wanted, number = f"{stem}-{number}", number + 1
        self._taken.add(wanted)
        return wanted


# -- style --------------------------------------------------------------------------------------


def tone_variables(night: bool = False) -> str:
    """Return the colours of every tone as CSS custom properties, for day or night."""
    parts = [
        f"--wk-page:{NIGHT_PAGE if night else PAGE}",
        f"--wk-panel:{'#ffffff' if night else 'none'}",
        f"--wk-panel-edge:{'0.5rem' if night else '0'}",
        f"--wk-line:{NIGHT_LINE if night else LINE}",
        f"--wk-invert:{'invert(1) hue-rotate(180deg)' if night else 'none'}",
    ]
    for tone, look in LOOKS.items():
        parts.append(f"--wk-{tone}:{look.night_ink if night else look.ink}")
        parts.append(f"--wk-{tone}-tint:{look.night_tint if night else look.tint}")
    return ";".join(parts)


@cache
def screen_style() -> str:
    """Return the style of blocks, without colours, as one line."""
    source = resources.files("workshop.exhibits").joinpath("screen.css").read_text("utf-8")
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    return re.sub(r"\s*([{};:,])\s+", r"\1", source).strip()


@cache
def cell_style() -> str:
    """Return the style for a notebook's output; it follows the notebook's own theme."""
    dark = '[data-jp-theme-light="false"] .wk,.theme-dark .wk,.vscode-dark .wk'
    return f".wk{{{tone_variables()}}}{dark}{{{tone_variables(night=True)}}}{screen_style()}"


# -- words --------------------------------------------------------------------------------------


def escape_text(words: str) -> str:
    """Return typed words as HTML text: nothing in them is markup, line breaks are kept."""
    return escape(make_harmless(words)).replace("\n", "<br>")


def _attribute(words: str) -> str:
    return escape(" ".join(make_harmless(words).split()), quote=True)


def _direction(words: Text) -> str:
    return ' dir="auto"' if any(has_right_to_left(s.text) for s in words) else ""


def _words(words: Text) -> str:
    return "".join(_span(span, alone=len(words) == 1) for span in words)


def _span(span: Span, alone: bool) -> str:
    if span.math:
        return _formula(span.text)
    out = escape_text(span.text)
    if span.code:
        out = f"<code>{out}</code>"
    if span.emph:
        out = f"<em>{out}</em>"
    if span.strong:
        out = f"<strong>{out}</strong>"
    if span.strike:
        out = f"<s>{out}</s>"
    if span.tone != "plain":
        out = f'<span class="wk-{span.tone} wk-word">{out}</span>'
    address = clean_address(span.link)
    if address:
        out = f'<a href="{_attribute(address)}" rel="noopener noreferrer">{out}</a>'
    if not alone and has_right_to_left(span.text):
        out = f"<bdi>{out}</bdi>"
    return out


def _formula(latex: str) -> str:
    drawn = draw_formula(latex)
    if drawn is None:
        return f"<code>{escape_text(latex)}</code>"
    size = f"height:{drawn.height * 1.12:.2f}em;vertical-align:-{drawn.depth * 1.12:.2f}em"
    return f'<img class="wk-math" style="{size}" alt="{_attribute(latex)}" src="{_svg(drawn.svg)}">'


def _svg(source: str) -> str:
    data = base64.b64encode(source.encode("utf-8", "replace")).decode("ascii")
    return f"data:image/svg+xml;base64,{data}"


def _mark(tone: Tone, mark: str) -> str:
    """Return the mark of a tone: the author's own, or the usual one with its word said aloud."""
    if mark.isalnum():
        return f'<span class="wk-mark">{escape_text(mark)}</span> '
    usual = LOOKS[tone]
    shown = mark or usual.mark
    if not shown:
        return ""
    said = f' role="img" aria-label="{usual.word}"' if usual.word else ' aria-hidden="true"'
    return f'<span class="wk-mark"{said}>{escape_text(shown)}</span> '


# -- blocks -------------------------------------------------------------------------------------


class _Writer:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._names = _Names()
        self._level = 3
        self._tables = 0
        self._kinds: dict[type, Callable[[Any], str]] = {
            Heading: self._heading,
            Paragraph: self._paragraph,
            Bullets: self._bullets,
            Table: self._table,
            Picture: self._picture,
            Card: self._card,
            Pairs: self._pairs,
            Code: self._code,
            Quote: lambda b: f'<blockquote class="wk-quote">{self.write_all(b.body)}</blockquote>',
            Formula: lambda b: f'<p class="wk-formula">{_formula(b.latex)}</p>',
            SideBySide: self._side_by_side,
            Rule: lambda _: '<hr class="wk-rule">',
            PageBreak: lambda _: '<div class="wk-break"></div>',
        }

    def write_all(self, blocks: Iterable[Block]) -> str:
        return "\n".join(self._kinds[type(block)](block) for block in blocks)

    def _heading(self, block: Heading) -> str:
        self._level = min(max(block.level, 1), 6)
        name = self._names.name(plain(block.text))
        anchor = f' id="{_attribute(name)}"' if self._scope == "page" else ""
        tag = f"h{self._level}"
        out = f"<{tag}{anchor}{_direction(block.text)}>{_words(block.text)}</{tag}>"
        if block.lead:
            out += f'\n<p class="wk-lead"{_direction(block.lead)}>{_words(block.lead)}</p>'
        return out

    def _paragraph(self, block: Paragraph) -> str:
        looks = [f"wk-{block.tone}"] if block.tone != "plain" else []
        looks += ["wk-small"] if block.small else []
        look = f' class="{" ".join(looks)}"' if looks else ""
        return f"<p{look}{_direction(block.text)}>{_mark(block.tone, '')}{_words(block.text)}</p>"

    def _bullets(self, block: Bullets) -> str:
        items = "".join(self._item(item, block.tight) for item in block.items)
        if not block.ordered:
            return f"<ul>{items}</ul>"
        start = f' start="{int(block.start)}"' if block.start != 1 else ""
        return f"<ol{start}>{items}</ol>"

    def _item(self, item: tuple[Block, ...], tight: bool) -> str:
        first = item[0] if item else None
        if tight and isinstance(first, Paragraph) and first.tone == "plain" and not first.small:
            rest = self.write_all(item[1:])
            return f"<li{_direction(first.text)}>{_words(first.text)}{rest}</li>"
        return f"<li>{self.write_all(item)}</li>"

    def _table(self, block: Table) -> str:
        self._tables += 1
        count = max([len(block.columns), *(sum(c.span for c in r) for r in block.rows)], default=0)
        if not count:
            return ""
        columns = (*block.columns, *(Column(()) for _ in range(count - len(block.columns))))
        shares = ""
        if len({c.width for c in columns}) > 1:  # else the browser shares by what there is to say
            total = sum(max(c.width, 0.01) for c in columns)
            parts = (100 * max(c.width, 0.01) / total for c in columns)
            shares = "".join(f'<col style="width:{part:.4g}%">' for part in parts)
            shares = f"<colgroup>{shares}</colgroup>"
        head = "".join(_head_cell(c) for c in columns)
        rows = "".join(f"<tr>{_row(r, columns, block.row_heads)}</tr>" for r in block.rows)
        caption = ""
        if block.caption:
            words = f"<span{_direction(block.caption)}>{_words(block.caption)}</span>"
            caption = f"<caption>{words}</caption>"
        label = _attribute(f"Table {self._tables}: {plain(block.caption)}".rstrip(": ")[:160])
        look = "wk-table wk-wide" if block.wide else "wk-table"
        return (
            f'<div class="wk-frame" tabindex="0" role="region" aria-label="{label}">'
            f'<table class="{look}" style="--wk-columns:{count}">'
            f"{caption}{shares}"
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        )

    def _picture(self, block: Picture) -> str:
        if block.media == "image/svg+xml":
            source = _svg(block.data)
        else:
            source = f"data:{_attribute(block.media)};base64,{_attribute(block.data)}"
            source = source.replace(" ", "")
        share = 100 * min(max(block.width, 0.05), 1)
        caption = (
            f"<figcaption{_direction(block.caption)}>{_words(block.caption)}</figcaption>"
            if block.caption
            else ""
        )
        return (
            f'<figure class="wk-figure"><img alt="{_attribute(block.alt)}" '
            f'style="--wk-share:{share:.4g}%" src="{source}">{caption}</figure>'
        )

    def _card(self, block: Card) -> str:
        before, self._level = self._level, min(self._level + 1, 6)
        tag = f"h{self._level}"
        label = block.label or LOOKS[block.tone].word
        mark = (
            LOOKS[block.tone].mark and f'<span aria-hidden="true">{LOOKS[block.tone].mark}</span> '
        )
        shown = f'<span class="wk-label">{mark}{escape_text(label)}</span> ' if label else ""
        title = _words(block.title)
        look = f"wk-card wk-{block.tone}" + (" wk-boxed" if block.boxed else "")
        head = f"<{tag}{_direction(block.title)}>{shown}{title}</{tag}>" if title or label else ""
        body = self.write_all(block.body)
        self._level = before
        sources = " · ".join(escape_text(s) for s in block.sources)
        named = "Source" if len(block.sources) == 1 else "Sources"
        foot = f'<p class="wk-sources">{named}: {sources}</p>' if sources else ""
        return f'<article class="{look}">{head}{body}{foot}</article>'

    def _pairs(self, block: Pairs) -> str:
        pairs = "".join(
            f"<div><dt{_direction(term)}>{_words(term)}</dt>"
            f"<dd{_direction(words)}>{_words(words)}</dd></div>"
            for term, words in block.pairs
        )
        return f'<dl class="wk-pairs">{pairs}</dl>' if pairs else ""

    def _code(self, block: Code) -> str:
        look = "wk-code" + (f" wk-{block.tone}" if block.tone != "plain" else "")
        words = escape(make_harmless(block.text))
        return f'<pre class="{look}" tabindex="0"><code>{words}</code></pre>'

    def _side_by_side(self, block: SideBySide) -> str:
        parts = "".join(f"<div>{self.write_all(part)}</div>" for part in block.columns)
        return f'<div class="wk-beside">{parts}</div>'


def _head_cell(column: Column) -> str:
    look = _look(column.align, column.tone if column.tone != "plain" else "")
    if not plain(column.title).strip():
        return f"<td{look}></td>"
    words = _words(column.title)
    return f'<th scope="col"{look}{_direction(column.title)}>{words}</th>'


def _row(row: Sequence[Cell], columns: Sequence[Column], row_heads: bool) -> str:
    parts, at = [], 0
    for cell in row:
        span = min(max(cell.span, 1), len(columns) - at)
        column = columns[at]
        is_head = row_heads and at == 0
        at += span
        tone = cell.tone if cell.tone != "plain" else column.tone
        fill = cell.fill or (column.tone != "plain" and cell.tone == "plain")
        look = _look(column.align, tone if tone != "plain" else "", fill, cell.strong)
        if column.align == "right" and len(plain(cell.text)) < 16:  # a number or a date: one line
            look = look.replace("wk-right", "wk-right wk-short")
        tag = "th" if is_head and plain(cell.text).strip() else "td"
        scope = ' scope="row"' if tag == "th" else ""
        wide = f' colspan="{span}"' if span > 1 else ""
        mark = _mark(cell.tone, cell.mark) if cell.mark or cell.tone != "plain" else ""
        words = f"{mark}{_words(cell.text)}".strip()
        parts.append(f"<{tag}{scope}{wide}{look}{_direction(cell.text)}>{words}</{tag}>")
    parts += ["<td></td>"] * (len(columns) - at)
    return "".join(parts)


def _look(align: str, tone: str, fill: bool = True, strong: bool = False) -> str:
    looks = [f"wk-{align}"] if align in ("right", "center") else []
    if tone:
        looks.append(f"wk-{tone}")
        looks += ["wk-fill"] if fill else []
    looks += ["wk-strong"] if strong else []
    return f' class="{" ".join(looks)}"' if looks else ""
