"""Define the few kinds of block, as plain data, that every page consists of."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

Tone = Literal["plain", "ours", "warning", "critical", "strength", "muted"]
"""The meaning of a colour. What it says, the words beside it say too.

ours: the builder, or the pattern that is ours (blue) · warning: a risk or a boundary between teams
(amber) · critical: nobody, or urgent (red) · strength: a practice in place (green) · muted:
structure and asides (grey) · plain: everything else.
"""

Align = Literal["left", "right", "center"]


@dataclass(frozen=True)
class Span:
    """A run of text with one look; `math` is LaTeX; `link` is an address."""

    text: str
    strong: bool = False
    emph: bool = False
    code: bool = False
    strike: bool = False
    raised: bool = False
    """Whether it is small and above the line, as the key of a source is."""
    math: bool = False
    link: str | None = None
    tone: Tone = "plain"
    file: str | None = None
    """Path of a file relative to the page's folder.

    It is a link on the screen and words on paper.
    """
    to: str | None = None
    """Anchor of a heading: a link on the screen, and its page on paper.

    The words stay if the document has no such heading.
    """
    spot: str = ""
    """Name of this place on paper, for the page that another span gives."""
    near: str = ""
    """Spot below the heading `to` that is meant on paper, if the document has it."""
    colour: str = ""
    """A colour of its own as #rrggbb, kept where it can be read on the page."""


Text = tuple[Span, ...]
TextLike = str | Span | Iterable[str | Span]


def text(value: TextLike) -> Text:
    """Return `value` as spans: a string, a span, or a sequence of both."""
    if isinstance(value, str):
        return (Span(value),)
    if isinstance(value, Span):
        return (value,)
    return tuple(Span(v) if isinstance(v, str) else v for v in value)


def plain(value: TextLike) -> str:
    """Return only the words of `value`."""
    return "".join(span.text for span in text(value))


@dataclass(frozen=True)
class Heading:
    level: int
    text: Text
    lead: Text = ()
    """A sentence under the heading: the answer first."""
    anchor: str = ""
    """A name by which spans link here, unique in a document."""


@dataclass(frozen=True)
class Paragraph:
    text: Text
    tone: Tone = "plain"
    small: bool = False


@dataclass(frozen=True)
class Bullets:
    items: tuple[tuple[Block, ...], ...]
    ordered: bool = False
    start: int = 1
    tight: bool = True


@dataclass(frozen=True)
class Cell:
    text: Text
    tone: Tone = "plain"
    mark: str = ""
    """A character before the words, which keeps the tone; it needs a legend."""
    strong: bool = False
    fill: bool = False
    """Whether the cell's background is tinted with its tone.

    Otherwise only the mark and the text have the tone.
    """
    span: int = 1
    """The number of columns that the cell takes."""
    background: str = ""
    """A colour of its own as #rrggbb, with words that can be read on it."""


@dataclass(frozen=True)
class Column:
    title: Text
    align: Align = "left"
    width: float = 1.0
    """The width relative to the other columns."""
    tone: Tone = "plain"
    """The tone of the whole column; `ours` tints it."""
    background: str = ""
    """A colour of the title's own as #rrggbb, with words that can be read on it."""


@dataclass(frozen=True)
class Table:
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: Text = ()
    """A sentence below the table that says what to see in it."""
    row_heads: bool = True
    """Whether the first cell of each row is the row's header."""
    wide: bool = False
    """Whether the table needs a landscape page on paper."""
    with_next: bool = False
    """Whether it stays on the page of the next table, with what is between them."""


@dataclass(frozen=True)
class Picture:
    """A picture; `data` is SVG source, or base64 of a PNG or JPEG."""

    data: str
    alt: str
    """The alternative text; required, and never only the title."""
    media: Literal["image/svg+xml", "image/png", "image/jpeg"] = "image/svg+xml"
    width: float = 1.0
    """The share of the text width, 0 to 1."""
    caption: Text = ()
    narrow: str = ""
    """The same as SVG source for a phone; empty if `data` is for every place."""


@dataclass(frozen=True)
class Card:
    """A finding, a profile, a thing to sign: kept on one page if it fits."""

    title: Text
    body: tuple[Block, ...] = ()
    label: str = ""
    """A word in small capitals, such as URGENT, that names the tone."""
    tone: Tone = "plain"
    sources: tuple[str, ...] = ()
    boxed: bool = False
    """Whether it is a tinted panel, for the one thing to see first on a page."""


@dataclass(frozen=True)
class Pairs:
    """Terms with their descriptions, such as the lines of the charter."""

    pairs: tuple[tuple[Text, Text], ...]


@dataclass(frozen=True)
class Code:
    text: str
    language: str = ""
    tone: Tone = "plain"
    """`critical` for a traceback, `muted` for text output."""


@dataclass(frozen=True)
class Quote:
    body: tuple[Block, ...]


@dataclass(frozen=True)
class Formula:
    """A displayed formula, as LaTeX."""

    latex: str


@dataclass(frozen=True)
class SideBySide:
    """Blocks beside each other on paper and wide screens, else below each other."""

    columns: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True)
class Rule:
    """A thin line between two sections."""


@dataclass(frozen=True)
class PageBreak:
    """A new page on paper; nothing on screen."""


Block = (
    Heading
    | Paragraph
    | Bullets
    | Table
    | Picture
    | Card
    | Pairs
    | Code
    | Quote
    | Formula
    | SideBySide
    | Rule
    | PageBreak
)

_KINDS: dict[str, type] = {
    "heading": Heading,
    "paragraph": Paragraph,
    "bullets": Bullets,
    "table": Table,
    "picture": Picture,
    "card": Card,
    "pairs": Pairs,
    "code": Code,
    "quote": Quote,
    "formula": Formula,
    "side-by-side": SideBySide,
    "rule": Rule,
    "page-break": PageBreak,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


# -- shorthands: the usual ways to write a block ------------------------------------------------


def heading(level: int, words: TextLike, lead: TextLike = (), anchor: str = "") -> Heading:
    return Heading(level, text(words), text(lead), anchor)


def paragraph(words: TextLike, tone: Tone = "plain", small: bool = False) -> Paragraph:
    return Paragraph(text(words), tone, small)


def bullets(items: Iterable[TextLike], ordered: bool = False) -> Bullets:
    return Bullets(tuple((paragraph(item),) for item in items), ordered)


def cell(words: TextLike, **look: Any) -> Cell:
    return Cell(text(words), **look)


def column(title: TextLike, **look: Any) -> Column:
    return Column(text(title), **look)


def table(
    columns: Iterable[Column | TextLike],
    rows: Iterable[Iterable[Cell | TextLike]],
    **look: Any,
) -> Table:
    """Return a table; strings become cells and columns. `caption` may be a string."""
    heads = tuple(c if isinstance(c, Column) else column(c) for c in columns)
    body = tuple(tuple(c if isinstance(c, Cell) else cell(c) for c in row) for row in rows)
    look["caption"] = text(look.get("caption", ()))
    return Table(heads, body, **look)


def card(title: TextLike, body: Iterable[Block | str] = (), **look: Any) -> Card:
    blocks = tuple(paragraph(b) if isinstance(b, str) else b for b in body)
    return Card(text(title), blocks, **look)


def pairs(items: Iterable[tuple[TextLike, TextLike]]) -> Pairs:
    return Pairs(tuple((text(term), text(value)) for term, value in items))


# -- plain data and back ------------------------------------------------------------------------


def to_data(block: Block) -> dict[str, Any]:
    """Return a block as JSON-ready data without fields that have defaults."""
    return {"kind": _NAMES[type(block)], **_fields(block)}


def _fields(value: Any) -> dict[str, Any]:
    data = {}
    kind: Any = type(value)
    for name, default in _defaults(kind):
        item = getattr(value, name)
        if default is dataclasses.MISSING or item != default:
            data[name] = _value(item)
    return data


@cache
def _defaults(kind: type) -> tuple[tuple[str, Any], ...]:
    """Return the fields of a class, which are asked for with every word of a pack."""
    return tuple((f.name, f.default) for f in dataclasses.fields(kind))


def _value(item: Any) -> Any:
    if isinstance(item, str):
        return item
    if isinstance(item, tuple):
        return [_value(i) for i in item]
    if type(item) in _NAMES:
        return to_data(item)
    return _fields(item) if dataclasses.is_dataclass(item) else item


def from_data(data: Mapping[str, Any]) -> Block:
    """Return the block that `to_data` described.

    Raises ValueError for a kind or a field that this version does not have.
    """
    fields = dict(data)
    name = fields.pop("kind", None)
    kind = _KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise ValueError(f"unknown kind of block: {name!r}; known are {', '.join(_KINDS)}")
    try:
        read = {key: _READ.get((name, key), lambda v: v)(value) for key, value in fields.items()}
        block: Block = kind(**read)
        return block
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"a {name} block is not whole: {error}") from error


def _spans(value: Iterable[Mapping[str, Any]]) -> Text:
    return tuple(Span(**span) for span in value)


def blocks_from_data(value: Iterable[Mapping[str, Any]]) -> tuple[Block, ...]:
    """Return the blocks that `to_data` described.

    Raises ValueError as `from_data` does.
    """
    return tuple(from_data(b) for b in value)


def _nested(value: Iterable[Iterable[Mapping[str, Any]]]) -> tuple[tuple[Block, ...], ...]:
    return tuple(blocks_from_data(item) for item in value)


def _cell(value: Mapping[str, Any]) -> Cell:
    return Cell(**{**value, "text": _spans(value["text"])})


def _rows(value: Iterable[Iterable[Mapping[str, Any]]]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(tuple(_cell(c) for c in row) for row in value)


def _columns(value: Iterable[Mapping[str, Any]]) -> tuple[Column, ...]:
    return tuple(Column(**{**c, "title": _spans(c["title"])}) for c in value)


def _pairs(value: Iterable[Iterable[Any]]) -> tuple[tuple[Text, Text], ...]:
    return tuple((_spans(term), _spans(words)) for term, words in value)


_READ: dict[tuple[Any, str], Callable[[Any], Any]] = {
    ("heading", "text"): _spans,
    ("heading", "lead"): _spans,
    ("paragraph", "text"): _spans,
    ("bullets", "items"): _nested,
    ("table", "columns"): _columns,
    ("table", "rows"): _rows,
    ("table", "caption"): _spans,
    ("picture", "caption"): _spans,
    ("card", "title"): _spans,
    ("card", "body"): blocks_from_data,
    ("card", "sources"): tuple,
    ("pairs", "pairs"): _pairs,
    ("quote", "body"): blocks_from_data,
    ("side-by-side", "columns"): _nested,
}


_INVISIBLE = re.compile(
    "[\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202c\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]+"
)


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield every block in reading order, each followed by those inside it."""
    for block in blocks:
        yield block
        match block:
            case Card(body=body) | Quote(body=body):
                yield from walk(body)
            case Bullets(items=parts) | SideBySide(columns=parts):
                for part in parts:
                    yield from walk(part)
            case _:
                pass


def find_headings(blocks: Iterable[Block]) -> Iterator[Heading]:
    """Yield every heading in reading order, also inside other blocks."""
    return (block for block in walk(blocks) if isinstance(block, Heading))


def find_pictures(blocks: Iterable[Block]) -> Iterator[Picture]:
    """Yield every picture in reading order, also inside other blocks."""
    return (block for block in walk(blocks) if isinstance(block, Picture))


def find_formulas(blocks: Iterable[Block]) -> Iterator[str]:
    """Yield the source of every formula, displayed or among words."""
    for block in walk(blocks):
        match block:
            case Formula(latex=latex):
                yield latex
            case Heading(text=words) | Paragraph(text=words):
                yield from (span.text for span in words if span.math)
            case Table(columns=columns, rows=rows):
                cells = (*(c.title for c in columns), *(c.text for row in rows for c in row))
                yield from (span.text for words in cells for span in words if span.math)
            case _:
                pass


def settle_levels(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Return `blocks` with headings from level 1 down, without a skipped level.

    Accessible documents require this, and notebooks from elsewhere may not do it. Headings that had
    the same level below the same parent still do. A heading without words is left out.
    """
    above: list[int] = []

    def settle(block: Heading) -> Block | None:
        if not _INVISIBLE.sub("", plain(block.text)):
            return Paragraph(block.lead) if block.lead else None
        while above and above[-1] >= block.level:
            above.pop()
        above.append(block.level)
        return replace(block, level=min(len(above), 6))

    return _change(blocks, settle)


def lower_levels(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Return `blocks` with every heading one level down, below a document's title."""
    return _change(blocks, lambda block: replace(block, level=min(block.level + 1, 6)))


def _change(
    blocks: Iterable[Block], change: Callable[[Heading], Block | None]
) -> tuple[Block, ...]:
    changed: list[Block] = []
    for block in blocks:
        match block:
            case Heading():
                made = change(block)
                changed += [] if made is None else [made]
            case Card() | Quote():
                changed.append(replace(block, body=_change(block.body, change)))
            case Bullets():
                items = tuple(_change(item, change) for item in block.items)
                changed.append(replace(block, items=items))
            case SideBySide():
                columns = tuple(_change(part, change) for part in block.columns)
                changed.append(replace(block, columns=columns))
            case _:
                changed.append(block)
    return tuple(changed)
