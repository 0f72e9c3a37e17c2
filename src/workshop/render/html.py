"""Blocks as HTML: real headings, header cells and alternative text; every word escaped.

A `cell` is a fragment for a notebook's output and carries the little style it needs; a `page`
is the body of a whole document, whose headings can be linked to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from html import escape
from importlib import resources
from typing import Any, Literal

from workshop.render.blocks import (
    Block,
    Bullets,
    Card,
    Code,
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
    plain,
)
from workshop.render.characters import make_harmless
from workshop.render.headings import find_headings
from workshop.render.htmltable import table_to_html
from workshop.render.htmlwords import (
    direction,
    escape_attribute,
    escape_text,
    formula_to_html,
    mark_to_html,
    svg_address,
    words_to_html,
)
from workshop.render.speech import ENGLISH, Speech
from workshop.render.tones import LINE, LOOKS, NIGHT_LINE, NIGHT_PAGE, PAGE

Scope = Literal["cell", "page"]


def blocks_to_html(blocks: Iterable[Block], scope: Scope = "cell", speech: Speech = ENGLISH) -> str:
    """Return `blocks` as an HTML fragment that needs no script and fetches nothing.

    With scope `cell` it stands in a notebook's output, in the colours of a light or dark
    JupyterLab; with scope `page` its headings carry the ids that `list_headings` names.
    """
    if scope == "page":
        return parts_to_html([blocks], speech)[0]
    body = _Writer(scope, speech).write_all(blocks)
    return f'<div class="wk wk-cell"><style>{cell_style()}</style>{body}</div>'


def parts_to_html(parts: Iterable[Iterable[Block]], speech: Speech = ENGLISH) -> list[str]:
    """Return each part of one page as HTML; ids and numbers run on from part to part."""
    writer = _Writer("page", speech)
    return [writer.write_all(part) for part in parts]


def list_headings(blocks: Iterable[Block]) -> tuple[tuple[int, str, str], ...]:
    """Return (level, id, words) of every heading in reading order, as the page names them."""
    names = _Names()
    return tuple((h.level, names.name(plain(h.text)), plain(h.text)) for h in find_headings(blocks))


PAGE_IDS = ("main", "page-contents", "page-all")
"""Ids that the page around the blocks uses itself."""


class _Names:
    """Gives each heading an id of its own, readable in an address."""

    def __init__(self) -> None:
        self._taken = set(PAGE_IDS)

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
    source = resources.files("workshop.render").joinpath("screen.css").read_text("utf-8")
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    return re.sub(r"\s*([{};:,])\s+", r"\1", source).strip()


@cache
def cell_style() -> str:
    """Return the style for a notebook's output; it follows the notebook's own theme."""
    dark = '[data-jp-theme-light="false"] .wk,.theme-dark .wk,.vscode-dark .wk'
    ground = "--wk-page:var(--jp-layout-color0,var(--vscode-editor-background,%s))"
    day = f"{tone_variables()};{ground % PAGE}"
    night = f"{tone_variables(night=True)};{ground % NIGHT_PAGE}"
    return f".wk{{{day}}}{dark}{{{night}}}{screen_style()}"


# -- blocks -------------------------------------------------------------------------------------


class _Writer:
    def __init__(self, scope: Scope, speech: Speech) -> None:
        self._scope = scope
        self._speech = speech
        self._names = _Names()
        self._level = 3
        self._tables = self._pictures = 0
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
            Formula: lambda b: f'<p class="wk-formula">{formula_to_html(b.latex)}</p>',
            SideBySide: self._side_by_side,
            Rule: lambda _: '<hr class="wk-rule">',
            PageBreak: lambda _: '<div class="wk-break"></div>',
        }

    def write_all(self, blocks: Iterable[Block]) -> str:
        return "\n".join(self._kinds[type(block)](block) for block in blocks)

    def _heading(self, block: Heading) -> str:
        self._level = min(max(block.level, 1), 6)
        name = self._names.name(plain(block.text))
        anchor = f' id="{escape_attribute(name)}"' if self._scope == "page" else ""
        tag = f"h{self._level}"
        out = f"<{tag}{anchor}{direction(block.text)}>{words_to_html(block.text)}</{tag}>"
        if block.lead:
            out += f'\n<p class="wk-lead"{direction(block.lead)}>{words_to_html(block.lead)}</p>'
        return out

    def _paragraph(self, block: Paragraph) -> str:
        looks = [f"wk-{block.tone}"] if block.tone != "plain" else []
        looks += ["wk-small"] if block.small else []
        look = f' class="{" ".join(looks)}"' if looks else ""
        words = f"{mark_to_html(block.tone, '', self._speech)}{words_to_html(block.text)}"
        return f"<p{look}{direction(block.text)}>{words}</p>"

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
            return f"<li{direction(first.text)}>{words_to_html(first.text)}{rest}</li>"
        return f"<li>{self.write_all(item)}</li>"

    def _table(self, block: Table) -> str:
        self._tables += 1
        return table_to_html(block, self._tables, self._speech)

    def _picture(self, block: Picture) -> str:
        self._pictures += 1
        if block.media == "image/svg+xml":
            source = svg_address(block.data)
        else:
            source = f"data:{escape_attribute(block.media)};base64,{escape_attribute(block.data)}"
            source = source.replace(" ", "")
        share = min(max(block.width, 0.05), 1)
        least = _readable_width(block, share)
        image = (
            f'<img alt="{escape_attribute(block.alt)}" '
            f'style="--wk-share:{100 * share:.4g}%;--wk-least:{least}px" src="{source}">'
        )
        if least > _PHONE:
            named = escape_attribute(self._speech.picture.format(n=self._pictures))
            image = (
                f'<div class="wk-frame wk-view" tabindex="0" role="group" '
                f'aria-label="{named}">{image}</div>'
            )
        caption = (
            f"<figcaption{direction(block.caption)}>{words_to_html(block.caption)}</figcaption>"
            if block.caption
            else ""
        )
        return f'<figure class="wk-figure">{image}{caption}</figure>'

    def _card(self, block: Card) -> str:
        before, self._level = self._level, min(self._level + 1, 6)
        tag = f"h{self._level}"
        label = block.label or self._speech.tone(block.tone)
        mark = (
            LOOKS[block.tone].mark and f'<span aria-hidden="true">{LOOKS[block.tone].mark}</span> '
        )
        shown = f'<span class="wk-label">{mark}{escape_text(label)}</span> ' if label else ""
        title = words_to_html(block.title)
        look = f"wk-card wk-{block.tone}" + (" wk-boxed" if block.boxed else "")
        head = f"<{tag}{direction(block.title)}>{shown}{title}</{tag}>" if title or label else ""
        body = self.write_all(block.body)
        self._level = before
        sources = " · ".join(escape_text(s) for s in block.sources)
        named = self._speech.name_sources(sources, len(block.sources))
        foot = f'<p class="wk-sources">{named}</p>' if sources else ""
        return f'<article class="{look}">{head}{body}{foot}</article>'

    def _pairs(self, block: Pairs) -> str:
        pairs = "".join(
            f"<div><dt{direction(term)}>{words_to_html(term)}</dt>"
            f"<dd{direction(words)}>{words_to_html(words)}</dd></div>"
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


_PHONE, _FULL = 300, 640
"""Pixels that a picture gets on any phone, and that one as wide as the text was drawn for."""


def _readable_width(picture: Picture, share: float) -> int:
    """Return the pixels below which a picture's words become too small: as wide as drawn."""
    width = re.search(r"<svg\b[^>]*?\swidth=.(\d{1,5}(?:\.\d{1,5})?)pt", picture.data[:2000])
    drawn = float(width[1]) * 4 / 3 if width else _FULL
    return round(min(drawn, _FULL * share))
