"""Write blocks as accessible HTML with every word escaped."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache
from html import escape, unescape
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

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
    Span,
    Table,
    Text,
    Tone,
    find_headings,
    plain,
)
from workshop.documents.drawing import DRAWING, PHONE_WIDTH, SMALL, text_width, wrap
from workshop.documents.fonts import clean_address, has_right_to_left, make_harmless
from workshop.documents.formulas import draw_formula, formula_to_mathml
from workshop.documents.measure import keep_counts
from workshop.documents.theme import (
    EDGE,
    ENGLISH,
    LINE,
    LOOKS,
    NIGHT_EDGE,
    NIGHT_LINE,
    NIGHT_PAGE,
    PAGE,
    Labels,
    ink_on,
    is_readable,
)

if TYPE_CHECKING:
    from jinja2 import Template


def escape_text(words: str) -> str:
    """Return typed words as HTML text without markup; keep line breaks."""
    return escape(make_harmless(words)).replace("\n", "<br>")


def escape_attribute(words: str) -> str:
    """Return typed words as an attribute's value, on one line."""
    return escape(" ".join(make_harmless(words).split()), quote=True)


def direction(words: Text) -> str:
    """Return the `dir` attribute if any words are written from right to left."""
    return ' dir="auto"' if any(has_right_to_left(s.text) for s in words) else ""


class Terms:
    """Terms with a meaning that a reader can ask for; each is marked once.

    `meanings` are pairs of a form of a term and its meaning.
    """

    def __init__(self, meanings: Iterable[tuple[str, str]]) -> None:
        self._meanings = {form.casefold(): meaning for form, meaning in meanings}
        forms = sorted(self._meanings, key=len, reverse=True)
        any_form = "|".join(map(re.escape, forms)) or r"(?!)"
        self._forms = re.compile(rf"(?<![\w-])(?:{any_form})(?![\w-])", re.IGNORECASE)
        self._explained: set[str] = set()

    def mark(self, words: str) -> str:
        """Return typed words as HTML text, with the meaning of each new term."""
        out, at = "", 0
        for found in self._forms.finditer(words):
            meaning = self._meanings[found[0].casefold()]
            if meaning in self._explained:
                continue
            self._explained.add(meaning)
            out += f"{escape_text(words[at : found.start()])}{_explained(found[0], meaning)}"
            at = found.end()
        return out + escape_text(words[at:])


def _explained(term: str, meaning: str) -> str:
    title = escape_attribute(meaning)
    return (
        f'<abbr class="wk-term" tabindex="0" title="{title}" data-meaning="{title}">'
        f"{escape_text(term)}</abbr>"
    )


def words_to_html(words: Text, terms: Terms | None = None) -> str:
    """Return spans as escaped HTML with their looks, and new terms explained."""
    return "".join(_span(span, len(words) == 1, terms) for span in words)


def _span(span: Span, alone: bool, terms: Terms | None) -> str:
    if span.math:
        return formula_to_html(span.text)
    leads = span.code or span.to or span.link or span.file
    shown = span.text if span.code else keep_counts(span.text)
    out = escape_text(shown) if terms is None or leads else terms.mark(shown)
    if span.code:
        out = f"<code>{out}</code>"
    if span.emph:
        out = f"<em>{out}</em>"
    if span.strong:
        out = f"<strong>{out}</strong>"
    if span.strike:
        out = f"<s>{out}</s>"
    if span.raised:
        out = f"<sup>{out}</sup>"
    if span.tone != "plain":
        out = f'<span class="wk-{span.tone} wk-word">{out}</span>'
    if is_readable(span.colour):
        out = f'<span class="wk-own" style="--wk-own:{span.colour}">{out}</span>'
    address = clean_address(span.link)
    if span.to:
        out = f'<a class="wk-to" href="#{anchor_id(span.to)}">{out}</a>'
    elif address:
        out = f'<a href="{escape_attribute(address)}" rel="noopener noreferrer">{out}</a>'
    elif span.file:  # quoted, and below this folder: it can be no other kind of address
        out = f'<a href="./{escape_attribute(quote(make_harmless(span.file)))}">{out}</a>'
    if not alone and has_right_to_left(span.text):
        out = f"<bdi>{out}</bdi>"
    return out


def anchor_id(anchor: str) -> str:
    """Return the id of the heading that an anchor names."""
    return "to-" + (re.sub(r"[^\w]+", "-", anchor.lower()).strip("-") or "part")


_LEADS = re.compile(r'<a class="wk-to" href="#(?P<id>[\w-]+)">(?P<words>.*?)</a>', re.DOTALL)


def _without_lost_leads(html: str, known: Collection[str]) -> str:
    """Return HTML without links to missing headings; their words stay."""

    def link_or_words(found: re.Match[str]) -> str:
        return found[0] if found["id"] in known else found["words"]

    return _LEADS.sub(link_or_words, html)


def formula_to_html(latex: str, display: bool = False) -> str:
    """Return a formula as MathML, else as a picture, else as its source.

    MathML goes along with the type and colours around it, and is read aloud.
    """
    mathml = formula_to_mathml(latex, display)
    if mathml is not None:
        return mathml
    drawn = draw_formula(latex)
    if drawn is None:
        return f"<code>{escape_text(latex)}</code>"
    size = f"height:{drawn.height * 1.12:.2f}em;vertical-align:-{drawn.depth * 1.12:.2f}em"
    alt, source = escape_attribute(latex), svg_address(drawn.svg)
    return f'<img class="wk-math" style="{size}" alt="{alt}" src="{source}">'


def svg_address(source: str) -> str:
    """Return a drawing as a data address; nothing in it can run in an image."""
    data = base64.b64encode(source.encode("utf-8", "replace")).decode("ascii")
    return f"data:image/svg+xml;base64,{data}"


def mark_to_html(tone: Tone, mark: str, labels: Labels = ENGLISH) -> str:
    """Return a mark with the spoken word of its tone; never alone at a line's end."""
    if not mark:
        return ""
    if mark.isalnum():
        return f'<span class="wk-mark">{escape_text(mark)}</span>\u00a0'
    aloud = escape_attribute(labels.tone(tone))
    attributes = f' role="img" aria-label="{aloud}"' if aloud else ' aria-hidden="true"'
    return f'<span class="wk-mark"{attributes}>{escape_text(mark)}</span>\u00a0'


_PROSE, _INKED, _SHORT = 40, 60, 18
"""Letters of a cell of prose, of one too long for colour, and of a short one."""
_PHRASE = 24
"""Letters of a cell that has no room beside three others on a phone."""


def table_to_html(table: Table, number: int, labels: Labels = ENGLISH) -> str:
    """Return a table in a frame that can be scrolled by keyboard.

    `number` is part of its spoken name. On a narrow screen a table with prose or phrases shows its
    rows below each other, each cell after its column's title; one with short cells scrolls beside
    its first column.
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
    beside = [c for row in rows for c in (row[1:] if table.row_heads else row)]
    stacked = (count > 2 and any(len(plain(c.text)) > _PROSE for row in rows for c in row)) or (
        count > 3 and any(len(plain(c.text)) > _PHRASE for c in beside)
    )
    draw = _Rows(columns, table.row_heads, stacked, labels)
    head = "".join(map(draw.head, columns))
    body = "".join(map(draw.row, rows))
    caption = ""
    if table.caption:
        words = f"<span{direction(table.caption)}>{words_to_html(table.caption)}</span>"
        caption = f"<caption>{words}</caption>"
    title = " ".join(plain(table.caption).split())
    form = labels.table_named if title else labels.table
    label = escape_attribute(form.format(n=number, caption=title)[:160])
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

    Some browsers lose a table's semantics if its rows are laid out below each other, so such a
    table has explicit roles.
    """

    def __init__(
        self, columns: Sequence[Column], row_heads: bool, stacked: bool, labels: Labels
    ) -> None:
        self._columns = columns
        self._row_heads = row_heads
        self._stacked = stacked
        self._labels = labels

    def role(self, name: str) -> str:
        return f' role="{name}"' if self._stacked else ""

    def head(self, column: Column) -> str:
        look = _look(column.align, column.tone if column.tone != "plain" else "")
        if not plain(column.title).strip():
            return f"<td{look}{self.role('cell')}></td>"
        if ink := ink_on(column.background):
            look += f' style="background:{column.background};color:{ink}"'
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
        if ink := ink_on(cell.background):
            look += f' style="background:{cell.background};color:{ink}"'
        mark = mark_to_html(cell.tone, cell.mark, self._labels)
        shown = f"{mark}{words_to_html(cell.text)}".strip()
        return f"<{tag}{scope}{role}{wide}{label}{look}{direction(cell.text)}>{shown}</{tag}>"


def _label(title: Text) -> str:
    words = plain(title).strip()
    if not words:
        return ""
    end = "" if words.endswith(("?", ":", "…")) else " –" if ":" in words else ":"
    return f' data-label="{escape_attribute(words + end)} "'


def _stays_in_line(words: str, column: Column, count: int) -> bool:
    """Return whether a cell is a number, a date or an amount of a few words."""
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


Scope = Literal["cell", "page"]


def blocks_to_html(
    blocks: Iterable[Block],
    scope: Scope = "cell",
    labels: Labels = ENGLISH,
    terms: Iterable[tuple[str, str]] = (),
) -> str:
    """Return `blocks` as an HTML fragment that needs no script and fetches nothing.

    Scope `cell` is for a notebook's output, in the colours of a light or dark JupyterLab; with
    scope `page` headings have the ids of `list_headings`. A cell explains each of `terms`, pairs of
    a form and its meaning, where it is first read.
    """
    if scope == "page":
        return parts_to_html([blocks], labels)[0]
    body = _without_lost_leads(_Writer(scope, labels, terms).write_all(blocks), ())
    return f'<div class="wk wk-cell"><style>{cell_style()}</style>{body}</div>'


def parts_to_html(
    parts: Iterable[Iterable[Block]], labels: Labels = ENGLISH, on_phones: bool = True
) -> list[str]:
    """Return each part of one page as HTML; ids and numbers run on from part to part.

    `on_phones`: a picture also has its drawing for a phone, for wherever it has little room.
    """
    given = [tuple(part) for part in parts]
    known = {anchor_id(h.anchor) for part in given for h in find_headings(part) if h.anchor}
    writer = _Writer("page", labels, on_phones=on_phones)
    return [_without_lost_leads(writer.write_all(part), known) for part in given]


def list_headings(blocks: Iterable[Block]) -> tuple[tuple[int, str, str], ...]:
    """Return level, id and words of every heading in reading order."""
    names = _Names()
    return tuple((h.level, names.of(h), plain(h.text)) for h in find_headings(blocks))


PAGE_IDS = ("main", "page-contents", "page-all")
"""Ids that the page around the blocks uses itself."""


class _Names:
    """Gives each heading a unique id that is readable in an address."""

    def __init__(self) -> None:
        self._taken = set(PAGE_IDS)

    def of(self, heading: Heading) -> str:
        """Return a heading's id, from its anchor or its words."""
        name = anchor_id(heading.anchor) if heading.anchor else ""
        if not name or name in self._taken:
            return self.name(plain(heading.text))
        self._taken.add(name)
        return name

    def name(self, words: str) -> str:
        stem = re.sub(r"[^\w]+", "-", make_harmless(words).lower())[:48].strip("-") or "part"
        found, number = stem, 2
        while found in self._taken:
            found, number = f"{stem}-{number}", number + 1
        self._taken.add(found)
        return found


# -- whole pages --------------------------------------------------------------------------------


@cache
def page_template(name: str) -> Template:
    """Return the template of a whole page, which escapes typed text."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    shells = Environment(
        loader=PackageLoader("workshop.documents", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shells.filters |= {
        "words": lambda words: Markup(escape_text(words)),  # noqa: S704 (escaped)
        "line": lambda words: Markup(escape_attribute(words)),  # noqa: S704 (escaped)
        "harmless": make_harmless,
    }
    return shells.get_template(name)


def language_tag(given: str, otherwise: str = "en") -> str:
    """Return a language tag if it has the form of BCP 47, else the other one."""
    return given if re.fullmatch("[A-Za-z]{2,3}(-[A-Za-z0-9]+)*", given) else otherwise


# -- style --------------------------------------------------------------------------------------


@cache
def _tokens() -> str:
    """Return type, sizes, spaces and rims of all surfaces as CSS properties."""
    source = resources.files("workshop.documents").joinpath("tokens.css").read_text("utf-8")
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    return ";".join(re.sub(r":\s+", ":", one.strip()) for one in source.split(";") if one.strip())


def tone_variables(night: bool = False) -> str:
    """Return the visual language as CSS custom properties.

    By day these are all of them, by night the colours that differ.
    """
    parts = [
        f"--wk-page:{NIGHT_PAGE if night else PAGE}",
        f"--wk-panel:{'#ffffff' if night else 'none'}",
        f"--wk-panel-edge:{'0.5rem' if night else '0'}",
        f"--wk-line:{NIGHT_LINE if night else LINE}",
        f"--wk-edge:{NIGHT_EDGE if night else EDGE}",
        f"--wk-invert:{'invert(1) hue-rotate(180deg)' if night else 'none'}",
        f"--wk-own-share:{'40%' if night else '100%'}",
    ]
    for tone, look in LOOKS.items():
        parts.append(f"--wk-{tone}:{look.night_ink if night else look.ink}")
        parts.append(f"--wk-{tone}-tint:{look.night_tint if night else look.tint}")
    return ";".join([*parts] if night else [*parts, _tokens()])


@cache
def shared_style(scope: str = ":root", at_night: str = "") -> str:
    """Return the visual language as a style sheet, by day and by night.

    It is night where `at_night` matches; without it, when the reader's system says so.
    """
    day, night = tone_variables(), tone_variables(night=True)
    dark = f"@media screen and (prefers-color-scheme:dark){{{scope}{{{night}}}}}"
    return f"{scope}{{{day}}}" + (f"{at_night}{{{night}}}" if at_night else dark)


@cache
def screen_style() -> str:
    """Return the style of blocks, without colours, on one line."""
    source = resources.files("workshop.documents").joinpath("screen.css").read_text("utf-8")
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
    def __init__(
        self,
        scope: Scope,
        labels: Labels,
        terms: Iterable[tuple[str, str]] = (),
        on_phones: bool = True,
    ) -> None:
        self._scope = scope
        self._on_phones = on_phones
        self._labels = labels
        self._terms = Terms(terms)
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
            Formula: lambda b: (
                f'<p class="wk-formula">{formula_to_html(b.latex, display=True)}</p>'
            ),
            SideBySide: self._side_by_side,
            Rule: lambda _: '<hr class="wk-rule">',
            PageBreak: lambda _: '<div class="wk-break"></div>',
        }

    def _words(self, words: Text) -> str:
        return words_to_html(words, self._terms)

    def write_all(self, blocks: Iterable[Block]) -> str:
        return "\n".join(self._kinds[type(block)](block) for block in blocks)

    def _heading(self, block: Heading) -> str:
        self._level = min(max(block.level, 1), 6)
        name = self._names.of(block)
        anchor = f' id="{escape_attribute(name)}"' if self._scope == "page" else ""
        tag = f"h{self._level}"
        out = f"<{tag}{anchor}{direction(block.text)}>{words_to_html(block.text)}</{tag}>"
        if block.lead:
            out += f'\n<p class="wk-lead"{direction(block.lead)}>{self._words(block.lead)}</p>'
        return out

    def _paragraph(self, block: Paragraph) -> str:
        looks = [f"wk-{block.tone}"] if block.tone != "plain" else []
        looks += ["wk-small"] if block.small else []
        look = f' class="{" ".join(looks)}"' if looks else ""
        return f"<p{look}{direction(block.text)}>{self._words(block.text)}</p>"

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
            return f"<li{direction(first.text)}>{self._words(first.text)}{rest}</li>"
        return f"<li>{self.write_all(item)}</li>"

    def _table(self, block: Table) -> str:
        self._tables += 1
        return table_to_html(block, self._tables, self._labels)

    def _picture(self, block: Picture) -> str:
        self._pictures += 1
        if block.media == "image/svg+xml":
            source = svg_address(block.data)
        else:
            source = f"data:{escape_attribute(block.media)};base64,{escape_attribute(block.data)}"
            source = source.replace(" ", "")
        share = min(max(block.width, 0.05), 1)
        least = _readable_width(block, share)
        size = f"--wk-share:{100 * share:.4g}%;--wk-least:{least}px"
        alt = escape_attribute(block.alt)
        image = drawing_to_html(block.data, alt, size) if block.media == "image/svg+xml" else None
        narrow = drawing_to_html(block.narrow, alt, size) if image and self._on_phones else None
        image = image or f'<img alt="{alt}" style="{size}" src="{source}">'
        if narrow:
            image = f'<div class="wk-adapts">{image}<div hidden>{narrow}</div></div>'
        elif least > _PHONE:
            named = escape_attribute(self._labels.picture.format(n=self._pictures))
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
        label = block.label or self._labels.tone(block.tone)
        shown = f'<span class="wk-label">{escape_text(label)}</span> ' if label else ""
        title = words_to_html(block.title)
        look = f"wk-card wk-{block.tone}" + (" wk-boxed" if block.boxed else "")
        head = f"<{tag}{direction(block.title)}>{shown}{title}</{tag}>" if title or label else ""
        body = self.write_all(block.body)
        self._level = before
        sources = " · ".join(escape_text(s) for s in block.sources)
        named = self._labels.name_sources(sources, len(block.sources))
        foot = f'<p class="wk-sources">{named}</p>' if sources else ""
        return f'<article class="{look}">{head}{body}{foot}</article>'

    def _pairs(self, block: Pairs) -> str:
        pairs = "".join(
            f"<div><dt{direction(term)}>{words_to_html(term)}</dt>"
            f"<dd{direction(words)}>{self._words(words)}</dd></div>"
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


_COLOURS = {PAGE: f"var(--wk-page,{PAGE})", LINE: f"var(--wk-line,{LINE})"} | {
    getattr(look, kind): f"var(--wk-{tone}{ending},{getattr(look, kind)})"
    for tone, look in LOOKS.items()
    for kind, ending in (("ink", ""), ("tint", "-tint"))
}
_NUMBER = r"-?[0-9]{1,5}(?:\.[0-9]{1,3})?"
_WORDS = r"(?:[^<>&]|&(?:amp|lt|gt);)*+"
_HARMLESS = "|".join(
    (
        rf'(?:x|y|width|height|font-size|font-weight|stroke-width|data-width)="{_NUMBER}"',
        '(?:fill|stroke)="(?:none|#[0-9a-f]{6})"',
        'd="[MLZ0-9. -]*"',
        'stroke-dasharray="[0-9. ]+"',
        rf'transform="rotate\(-90 {_NUMBER} {_NUMBER}\)"',
        'xml:space="preserve"',
        'font-family="[^"<>&]*"',
    )
)
"""Attributes that a drawing in a page may have, and the form of their values."""
_PART = rf"<(?:(?:rect|path)(?: (?:{_HARMLESS}))*+/>|text(?: (?:{_HARMLESS}))*+>{_WORDS}</text>)"
_DRAWN = re.compile(
    rf'<svg xmlns="http://www\.w3\.org/2000/svg" class="{DRAWING}" width="{_NUMBER}pt" '
    rf'height="{_NUMBER}pt" viewBox="(0 0 ({_NUMBER}) {_NUMBER})" font-family="[^"<>&]*">'
    rf"((?:{_PART}|<g><title>{_WORDS}</title>(?:{_PART})++</g>)*+)</svg>"
)
"""A whole drawing of ours; nothing else is written into a page."""
_QUOTED = re.compile('>[^<"]*"[^<]*<')
_IN_OTHER_FONT = re.compile(' font-family="[^"]*"([^>]*) data-width=')
_FONT = re.compile(' font-family="[^"]*"')
_WIDTH = re.compile(' data-width="([^"]*)"')
_MARK = re.compile(r"<g><title>([^<]*)</title>(.*?)</g>", re.DOTALL)
_PLACES = re.compile(r'<rect [^>]*?x="([^"]*)" y="([^"]*)"|<path d="([^"]*)"')
_UNHEARD = ' aria-hidden="true"'


def drawing_to_html(source: str, alt: str, style: str) -> str | None:
    """Return one of our drawings as part of a page, or None for any other.

    Its words can be selected, its colours are those of the page by day and by night, and the
    tooltips of its marks can be read with the keyboard. It has only the elements and values that
    our own drawings have: whatever else claims to be one stays an image.
    """
    found = _DRAWN.fullmatch(source)
    if found is None:
        return None
    box, width, body = found.groups()
    body = make_harmless(body)
    # From here on no words have a quotation mark, so that what has one is an attribute.
    body = _QUOTED.sub(lambda words: words[0].replace('"', "&quot;"), body)
    for colour, variable in _COLOURS.items():
        body = body.replace(f'"{colour}"', f'"{variable}"')
    # A sign in another font keeps its shape: which font the reader has is not known.
    body = _FONT.sub("", _IN_OTHER_FONT.sub(r"\1 textLength=", body))
    body = _WIDTH.sub(r' textLength="\1" lengthAdjust="spacingAndGlyphs"', body)
    body = body.replace('<text xml:space="preserve"', f"<text{_UNHEARD}")
    body = _MARK.sub(lambda mark: _mark_to_html(mark[1], mark[2], float(width)), body)
    role = "group" if "<title>" in body else "img"
    return (
        f'<svg class="{DRAWING}" role="{role}" aria-label="{alt}" style="{style}" '
        f'viewBox="{box}">{body}</svg>'
    )


def _mark_to_html(title: str, inside: str, width: float) -> str:
    """Return a mark that can be reached with the keyboard."""
    title = " ".join(unescape(title).split())
    label = escape_attribute(title)
    return (
        f'<g role="img" tabindex="0" aria-label="{label}"><title>{escape(title)}</title>'
        f"{inside.replace(_UNHEARD, '')}{_with_label(inside, title, width)}</g>"
    )


def _with_label(inside: str, text: str, width: float) -> str:
    """Return the words above a mark while it has the keyboard's focus."""
    places: list[float] = []
    for x, y, path in _PLACES.findall(inside):
        places += map(float, re.findall(r"-?[\d.]+", path) if path else (x, y))
    if not places:
        return ""
    top, lines = min(places[1::2]), [text]
    widths = [text_width(text, SMALL) * 72]
    if widths[0] > width:
        lines = wrap(text, width / 72 - 0.03, SMALL)
        widths = [text_width(line, SMALL) * 72 for line in lines]
    left = max(0.0, min([*places[::2], width - max(widths) - 2]))
    first = top - 4 - _LINE_APART * (len(lines) - 1)
    first = first if first > 8 else top + 24
    return "".join(
        f'<text class="wk-says" aria-hidden="true" x="{left:.2f}" '
        f'y="{first + _LINE_APART * at:.2f}" font-size="{SMALL}" textLength="{wide:.2f}" '
        f'lengthAdjust="spacingAndGlyphs">{escape(line)}</text>'
        for at, (line, wide) in enumerate(zip(lines, widths, strict=True))
    )


_LINE_APART = 1.25 * SMALL
_PHONE, _FULL = round(96 * PHONE_WIDTH), 640
"""Pixels of a picture on any phone, and of one as wide as the text."""


def _readable_width(picture: Picture, share: float) -> int:
    """Return the pixels below which a picture's words become too small."""
    width = re.search(r"<svg\b[^>]*?\swidth=.(\d{1,5}(?:\.\d{1,5})?)pt", picture.data[:2000])
    drawn = float(width[1]) * 4 / 3 if width else _FULL
    return round(min(drawn, _FULL * share))
