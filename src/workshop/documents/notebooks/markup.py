"""Read Markdown and HTML from notebooks as blocks."""

from __future__ import annotations

import base64
import binascii
import contextlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote, unquote_to_bytes

from workshop.documents.blocks import (
    Align,
    Block,
    Bullets,
    Cell,
    Code,
    Column,
    Formula,
    Heading,
    Paragraph,
    Picture,
    Quote,
    Rule,
    Span,
    Table,
    Text,
    paragraph,
    plain,
    text,
)
from workshop.documents.theme import is_readable

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.tree import SyntaxTreeNode

LOOKS = {
    "b": "strong", "strong": "strong", "i": "emph", "em": "emph", "cite": "emph", "var": "emph",
    "code": "code", "tt": "code", "kbd": "code", "samp": "code", "s": "strike", "del": "strike",
    "strike": "strike",
}  # fmt: skip
"""Simple HTML tags and the look that each has."""
PRINTED_COLOURS = (
    "The colours of printed words are left out",
    "Code and printed output have one ink.",
)
"""What is told of colours in words of one width, and why."""
RAISED = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
LOWERED = str.maketrans("0123456789+-=()aeox", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓ")


def shift_text(words: str, tag: str) -> str:
    """Return `words` raised (`sup`) or lowered (`sub`) if characters exist."""
    table, sign = (RAISED, "^") if tag == "sup" else (LOWERED, "_")
    if all(ord(char) in table for char in words):
        return words.translate(table)
    return f"{sign}{words}" if len(words) == 1 else f"{sign}({words})"


@dataclass
class Inline:
    """Collects spans; a picture among them ends a paragraph and begins another."""

    look: Span = field(default_factory=lambda: Span(""))
    parts: list[Block | Span] = field(default_factory=list)
    outer: list[str] = field(default_factory=list)
    """The colours of words around tags in Markdown that are still open."""

    def set_look(self, tag: str, on: bool = True) -> None:
        """Switch the look of a simple HTML tag on or off for the following words."""
        value = {LOOKS[tag]: on}
        self.look = replace(self.look, **value)  # type: ignore[arg-type]  # LOOKS names flags only

    def add(self, words: str, colour: str = "") -> None:
        """Add words in the look that is on, or in a colour of their own."""
        if words:
            look = replace(self.look, colour=colour) if colour else self.look
            self.parts.append(replace(look, text=words))

    def add_math(self, latex: str) -> None:
        self.parts.append(replace(self.look, text=latex, math=True))

    def add_block(self, block: Block) -> None:
        self.parts.append(block)

    def words(self) -> Text:
        """Return only the words, with equal looks joined and outer blanks removed."""
        parts = [Span(p.latex, math=True) if isinstance(p, Formula) else p for p in self.parts]
        return _trim([part for part in parts if isinstance(part, Span)])

    def blocks(self, heading: int = 0) -> list[Block]:
        """Return paragraphs (or headings of a level) and the pictures between them."""
        out: list[Block] = []
        run: list[Span] = []

        def flush() -> None:
            words = _trim(run)
            if words:
                out.append(Heading(heading, words) if heading else Paragraph(words))
            run.clear()

        for part in self.parts:
            if isinstance(part, Span):
                run.append(part)
            else:
                flush()
                out.append(part)
        flush()
        return out


def _trim(spans: list[Span]) -> Text:
    joined: list[Span] = []
    for span in spans:
        last = joined[-1] if joined else None
        if last and not span.math and not last.math and replace(last, text=span.text) == span:
            joined[-1] = replace(last, text=last.text + span.text)
        else:
            joined.append(span)
    while joined and not joined[0].text.strip():
        joined.pop(0)
    while joined and not joined[-1].text.strip():
        joined.pop()
    if joined:
        joined[0] = replace(joined[0], text=joined[0].text.lstrip())
        joined[-1] = replace(joined[-1], text=joined[-1].text.rstrip())
    return tuple(joined)


def squeeze(words: str) -> str:
    """Return `words` with runs of white space as one blank, as HTML does."""
    return re.sub(r"[ \t\r\n\f]+", " ", words)


Media = Literal["image/svg+xml", "image/png", "image/jpeg"]
MEDIA = frozenset(
    f"image/{kind}" for kind in ("svg+xml", "png", "jpeg", "jpg", "gif", "webp", "bmp")
)
"""The kinds of pictures that notebooks have and documents can show."""
_ENDINGS = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".bmp": "image/bmp",
}
_FULL_WIDTH = 640.0
"""Pixels of a picture that fills the width of the text."""
_LARGEST_FILE = 25_000_000


@dataclass(frozen=True)
class Surroundings:
    """The folder and the attachments in which a cell's own pictures are."""

    folder: Path | None = None
    attachments: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)
    """What was shown in another form, and why; reading adds to it."""

    def note(self, what: str, why: str) -> None:
        """Note what is shown in another form, and why, as two sentences."""
        if (what, why) not in self.notes:
            self.notes.append((what, why))


def make_picture(
    media: str, data: str, alt: str, width: float | None = None, around: Surroundings | None = None
) -> Block:
    """Return a picture, or a sentence if it is unreadable.

    `data` is SVG source or base64; `width`, in pixels, overrides the picture's own.
    """
    around = around or Surroundings()
    if media not in MEDIA:
        return _picture_missing(alt, f"a picture of type {media} cannot be shown here", around)
    found = _read_drawing(data) if media == "image/svg+xml" else _read_bitmap(data, around)
    if found is None:
        return _picture_missing(alt, "its data is damaged", around)
    own, kind, data = found
    share = min(max((width or own) / _FULL_WIDTH, 0.05), 1.0)
    return Picture(data, alt, kind, round(share, 3))


def find_picture(address: str, alt: str, around: Surroundings) -> Block:
    """Return the picture of a Markdown or HTML image, or a sentence about it.

    Attachments, `data:` addresses and files inside the folder are read; nothing else is.
    """
    if address.startswith("data:"):
        return _read_data(address, alt, around)
    if address.startswith("attachment:"):
        name = unquote(address.removeprefix("attachment:"))
        for media, data in around.attachments.get(name, {}).items():
            if media in MEDIA and isinstance(data, str):
                source = _decode(data) if media == "image/svg+xml" else data
                return make_picture(media, source, alt or name, around=around)
        return _picture_missing(alt or name, "the attachment is missing", around)
    path = _find_file(address, around.folder)
    if path is None:
        around.note(
            "A picture is replaced by its description",
            f"Its file is not in the notebook's folder: {_shorten(address)}",
        )
        return paragraph(f"[Picture, not fetched: {alt or 'no description'} — {address}]", "muted")
    content = path.read_bytes()
    media = _ENDINGS[path.suffix.lower()]
    if media == "image/svg+xml":
        source = content.decode("utf-8", "replace")
    else:
        source = base64.b64encode(content).decode("ascii")
    return make_picture(media, source, alt or path.name, around=around)


def _shorten(words: str, most: int = 80) -> str:
    words = " ".join(words.split())
    return words if len(words) <= most else f"{words[: most - 1]}…"


def _find_file(address: str, folder: Path | None) -> Path | None:
    """Return an image file inside `folder`, following links, or None."""
    if folder is None or re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:|//|\\", address):
        return None
    try:
        home = folder.resolve()
        path = (home / unquote(address.partition("?")[0])).resolve()
        inside = path.is_relative_to(home) and path.suffix.lower() in _ENDINGS
        return path if inside and path.is_file() and path.stat().st_size < _LARGEST_FILE else None
    except (OSError, ValueError):
        return None


def _read_data(address: str, alt: str, around: Surroundings) -> Block:
    head, _, body = address.removeprefix("data:").partition(",")
    media, *options = head.split(";")
    if "base64" in options:
        data = unquote(body)
        if media == "image/svg+xml":
            data = _decode(data)
    else:
        data = unquote_to_bytes(body).decode("utf-8", "replace")
    return make_picture(media, data, alt or "A picture; no description was given.", around=around)


def _decode(data: str) -> str:
    """Return base64 as text; text that is not base64 stays as it is."""
    try:
        return base64.b64decode(data, validate=False).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return data


def _picture_missing(alt: str, why: str, around: Surroundings) -> Block:
    around.note("A picture is replaced by its description", f"{why[0].upper()}{why[1:]}.")
    return paragraph(f"[Picture not shown, {why}: {alt or 'no description was given'}]", "muted")


def _read_drawing(data: str) -> tuple[float, Media, str] | None:
    width = _measure_svg(data)
    return None if width is None else (width, "image/svg+xml", data)


def _read_bitmap(data: str, around: Surroundings) -> tuple[float, Media, str] | None:
    """Return a picture's width in pixels and itself as PNG or JPEG, or None.

    `data` is base64; other kinds become PNG. Of a moving picture the first frame is shown.
    """
    from PIL import Image

    try:
        content = base64.b64decode(re.sub(r"\s", "", data), validate=True)
        with Image.open(io.BytesIO(content), formats=_BITMAPS) as image:
            if image.width * image.height > _MOST_PIXELS:
                return None
            image.load()
            if getattr(image, "n_frames", 1) > 1:
                around.note("A moving picture is replaced by its first frame", "A page is still.")
                image.seek(0)
            if image.format not in ("PNG", "JPEG"):
                buffer = io.BytesIO()
                image.convert("RGBA").save(buffer, "PNG")
                data = base64.b64encode(buffer.getvalue()).decode("ascii")
            kind: Media = "image/jpeg" if image.format == "JPEG" else "image/png"
            return float(image.width), kind, data
    except Exception:  # a decoder raises many kinds; each means the same to a reader
        return None


_BITMAPS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
_MOST_PIXELS = 80_000_000


def _measure_svg(source: str) -> float | None:
    """Return the width of a drawing in pixels, or None if it is not well-formed SVG."""
    from defusedxml import ElementTree  # type: ignore[import-untyped]

    try:
        root = ElementTree.fromstring(source.strip().encode("utf-8", "replace"), forbid_dtd=False)
    except Exception:  # not XML, entities that multiply, an encoding that lies
        return None
    if root.tag.rpartition("}")[2] != "svg":
        return None
    found = re.fullmatch(r"\s*([0-9.]+)\s*(px|pt|in|cm|mm|)\s*", root.get("width", ""))
    units = {"px": 1.0, "": 1.0, "pt": 4 / 3, "in": 96.0, "cm": 37.8, "mm": 3.78}
    if found and found[1].strip("."):
        try:
            return float(found[1]) * units[found[2]] or _FULL_WIDTH
        except ValueError:
            return _FULL_WIDTH
    return _FULL_WIDTH


_NUMBER = re.compile(r"[-−+]?[\d  ,.']*\d(?:[eE][-+]?\d+)?\s*%?|NaN|nan|None|—|-|")
_WIDE, _WIDEST = 100, 170
"""The most characters of a row on a portrait and on a landscape page."""
_MOST_ROWS = 1000


@dataclass(frozen=True)
class FoundCell:
    """A cell as found in a table: `across` columns wide, `down` rows high."""

    text: Text
    head: bool = False
    across: int = 1
    down: int = 1
    background: str = ""


FoundRow = Sequence[FoundCell]


def make_tables(
    head: Sequence[FoundRow],
    body: Sequence[FoundRow],
    caption: Text = (),
    around: Surroundings | None = None,
) -> tuple[Block, ...]:
    """Return found rows as a table, or as several if it is wider than a page.

    Several header rows become one, joined by a slash; a cell over several rows is repeated in each.
    Without a header row the columns are numbered.
    """
    top, rows = _spread(head), _spread(body)
    count = max((len(row) for row in (*top, *rows)), default=0)
    if not count:
        return ()
    heads = [[row[at] for row in top if at < len(row)] for at in range(count)]
    titles = [_join_titles(cells) for cells in heads]
    grounds = [next((c.background for c in cells[::-1] if c.background), "") for cells in heads]
    if not any(plain(title).strip() for title in titles):
        titles = [text(f"Column {at + 1}") for at in range(count)]
    row_heads = bool(rows) and all(row and row[0].head for row in rows)
    left_out = len(rows) - _MOST_ROWS
    if left_out > 0:
        rows = rows[:_MOST_ROWS]
        if around is not None:
            around.note(
                "A table is cut", f"{left_out} rows after the first {_MOST_ROWS} are left out."
            )
        caption = (*caption, Span(f" {left_out} more rows are not shown here."))
    cells = [[*row, *[FoundCell(())] * (count - len(row))] for row in rows]
    sizes = [_size(titles[at], [row[at] for row in cells]) for at in range(count)]
    made = []
    for group in _group(sizes, row_heads):
        columns = tuple(
            Column(
                titles[at],
                _align([row[at] for row in cells], at == 0 and row_heads),
                background=grounds[at],
            )
            for at in group
        )
        made.append(
            Table(
                columns,
                tuple(
                    tuple(Cell(row[at].text, background=row[at].background) for at in group)
                    for row in cells
                ),
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
                words = found.text if step == 0 or found.head else ()
                cell = FoundCell(words, found.head, background=found.background)
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
    """Return the columns of each table; the row's header is in every one."""
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


_IGNORED = frozenset(
    ("style", "head", "title", "meta", "link", "template", "noscript", "source", "track", "rp")
)
_PLAYED = frozenset(("iframe", "object", "embed", "video", "audio", "canvas"))
"""Elements whose content is loaded, played or drawn while a page is open."""
_INLINE = frozenset(
    ("a", "abbr", "big", "bdi", "bdo", "br", "button", "font", "img", "label", "mark", "q")
) | frozenset(("rb", "rp", "rt", "ruby", "small", "span", "sub", "sup", "svg", "time", "u", "wbr"))
_INLINE |= frozenset(LOOKS)
_DEEPEST = 60


_BACKGROUND = re.compile(r"(?:^|[;\s{])background(?:-color)?\s*:\s*([^;{}]+)", re.IGNORECASE)
_UNCOLOURED = frozenset(
    ("", "none", "transparent", "inherit", "initial", "unset", "revert", "currentcolor")
)
_COLOUR = re.compile(r"(?:^|[;\s{])color\s*:\s*([^;{}]+)", re.IGNORECASE)
_STYLED = re.compile(r"([^{}]*)\{([^{}]*)\}")


def _style_by_id(soup: Any) -> None:
    """Give cells the style that a sheet has for their id, as pandas writes it."""
    cells = {f"#{node['id']}": node for node in soup.find_all(("td", "th"), id=True)}
    for sheet in soup.find_all("style") if cells else ():
        for selectors, style in _STYLED.findall(sheet.get_text()):
            for name in selectors.split(","):
                if node := cells.get(name.strip()):
                    node["style"] = f"{style};{node.get('style') or ''}"


def html_to_blocks(source: str, around: Surroundings | None = None) -> tuple[Block, ...]:
    """Return the blocks of HTML; scripts and styles are left out.

    Where only scripts make the content, a sentence says so.
    """
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(source, "html.parser")
    around = around or Surroundings()
    _style_by_id(soup)
    blocks = _walk(soup, around, 0)
    scripts = [tag for tag in soup.find_all("script") if tag.get_text().strip() or tag.get("src")]
    if scripts:
        around.note("A script is left out", "A document cannot run it.")
        if not blocks:
            return (paragraph("[An interactive output, which needs a script to run.]", "muted"),)
    return tuple(blocks)


def _walk(node: Any, around: Surroundings, depth: int) -> list[Block]:
    """Return the blocks of a node's children; loose words become paragraphs."""
    if depth > _DEEPEST:
        words = squeeze(node.get_text(" ")).strip()
        return [Paragraph(_as_text(words))] if words else []
    out: list[Block] = []
    run = Inline()
    for child in node.children:
        if _is_inline(child):
            _gather(child, run, around, depth)
            continue
        out += run.blocks()
        run = Inline()
        out += _block(child, around, depth + 1)
    return out + run.blocks()


def _as_text(words: str) -> Text:
    run = Inline()
    run.add(words)
    return run.words()


def _is_inline(node: Any) -> bool:
    if node.name is None:
        return True
    return node.name == "svg" or (
        node.name in _INLINE
        and not any(
            d.name is not None and d.name not in _INLINE and d.find_parent("svg") is None
            for d in node.descendants
        )
    )


def _gather(node: Any, run: Inline, around: Surroundings, depth: int) -> None:
    from bs4.element import NavigableString

    if node.name is None:
        # Comments, declarations and the like are subclasses; only the class itself is text.
        if type(node) is NavigableString:
            words = squeeze(str(node))
            run.add(words, _word_colour(node, around) if words.strip() else "")
        return
    name = node.name
    if name == "br":
        run.add("\n")
    elif name == "img":
        address = str(node.get("src") or "")
        alt = squeeze(str(node.get("alt") or "")).strip()
        run.add_block(find_picture(address, alt, around))
    elif name == "svg":
        for block in _drawing(node, around):
            run.add_block(block)
    elif name in ("rt", "rp"):
        words = squeeze(node.get_text()).strip()
        run.add(f" ({words})" if name == "rt" and words else "")
    elif name in ("sub", "sup"):
        run.add(shift_text(squeeze(node.get_text()), name), _word_colour(node, around))
    elif depth > _DEEPEST:
        run.add(squeeze(node.get_text()))
    else:
        before = run.look
        if name in LOOKS:
            run.set_look(name)
        elif name == "a" and node.get("href"):
            run.look = replace(before, link=str(node["href"]))
        for child in node.children:
            _gather(child, run, around, depth + 1)
        run.look = before


def _block(node: Any, around: Surroundings, depth: int) -> list[Block]:
    name = node.name
    if name in _IGNORED:
        return []
    if name == "script" or node.has_attr("hidden"):
        return []
    if name in _PLAYED:
        return _played(node, around)
    if name == "table":
        return list(_table(node, around))
    if name in ("ul", "ol"):
        items = tuple(
            tuple(_walk(item, around, depth)) for item in node.find_all("li", recursive=False)
        )
        start = str(node.get("start") or "1")
        first = int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 1
        return [Bullets(items, name == "ol", first)] if items else []
    if name == "pre":
        words = node.get_text().strip("\n")
        if any(_styled(e, _COLOUR, "color") for e in (node, *node.find_all(True))):
            around.note(*PRINTED_COLOURS)
        return [Code(words, tone="muted")] if words.strip() else []
    if name == "hr":
        return [Rule()]
    if name == "blockquote":
        body = tuple(_walk(node, around, depth))
        return [Quote(body)] if body else []
    if len(name) == 2 and name[0] == "h" and name[1] in "123456":
        run = Inline()
        for child in node.children:
            _gather(child, run, around, depth)
        return run.blocks(heading=int(name[1]))
    return _walk(node, around, depth)


def _played(node: Any, around: Surroundings) -> list[Block]:
    """Return the words of a video, a frame and the like, and where it is."""
    inner = node.find("source")
    address = str(node.get("src") or node.get("data") or (inner and inner.get("src")) or "")
    words = squeeze(node.get("title") or node.get_text(" ")).strip()
    kind = {"iframe": "page", "embed": "object", "audio": "sound"}.get(node.name, node.name)
    article = "An" if kind == "object" else "A"
    around.note(f"{article} {kind} is replaced by its words", "A document cannot load or play it.")
    parts = [words] if words else []
    parts += [_shorten(address)] if address and not address.startswith("data:") else []
    return [
        paragraph(
            f"[Not shown, {article.lower()} {kind}: {' — '.join(parts) or 'it has no words'}]",
            "muted",
        )
    ]


_MIXED = """
clipPath linearGradient radialGradient textPath foreignObject viewBox preserveAspectRatio
gradientUnits gradientTransform patternUnits patternTransform patternContentUnits
clipPathUnits maskUnits maskContentUnits markerWidth markerHeight markerUnits refX refY
spreadMethod startOffset textLength lengthAdjust pathLength stdDeviation feGaussianBlur
"""
_SVG_NAMES = {name.lower(): name for name in _MIXED.split()}
"""Names in SVG that HTML writes in small letters."""
_INK = ("circle", "ellipse", "image", "line", "path", "polygon", "polyline", "rect", "text")
_ICON = 40
"""Pixels of a drawing that is an icon beside words."""


def _drawing(node: Any, around: Surroundings) -> list[Block]:
    """Return a drawing within HTML as a picture; icons and definitions are left out."""
    width = re.match(r"[\d.]+", str(node.get("width") or ""))
    small = width is not None and width[0].strip(".") and float(width[0].strip(".")) <= _ICON
    title = node.find("title")
    alt = str(node.get("aria-label") or (title.get_text() if title else ""))
    if small or node.find(_INK) is None:
        return []
    if node.find("foreignobject") is not None:
        words = squeeze(node.get_text(" ")).strip()
        around.note("A picture is replaced by its words", "They are written as HTML in it.")
        return [paragraph(f"[Picture: {words or alt}]", "muted")]
    for part in (node, *node.find_all(True)):
        part.name = _SVG_NAMES.get(part.name, part.name)
        part.attrs = {_SVG_NAMES.get(name, name): value for name, value in part.attrs.items()}
    node["xmlns"] = "http://www.w3.org/2000/svg"
    source = node.decode(formatter="minimal")
    if "xlink:" in source:
        node["xmlns:xlink"] = "http://www.w3.org/1999/xlink"
        source = node.decode(formatter="minimal")
    given = squeeze(alt).strip() or "A picture; no description was given."
    return [make_picture("image/svg+xml", source, given, around=around)]


def _table(node: Any, around: Surroundings) -> tuple[Block, ...]:
    """Return a table's rows as one or more tables; inner tables become words."""
    rows = [row for row in node.find_all("tr") if row.find_parent("table") is node]
    head: list[list[FoundCell]] = []
    body: list[list[FoundCell]] = []
    pictures: list[Block] = []
    for row in rows:
        cells = [_cell(c, around, pictures) for c in row.find_all(("td", "th"), recursive=False)]
        in_head = row.find_parent("thead") is not None
        all_heads = bool(cells) and all(c.head for c in cells) and not body
        (head if in_head or (all_heads and len(cells) > 1) else body).append(cells)
    caption = node.find("caption")
    words = squeeze(caption.get_text()).strip() if caption else ""
    titles: list[str] = []
    while len(head) > 1 and len(head[0]) == 1:  # a title over all columns
        titles.append(plain(head.pop(0)[0].text).strip())
    words = " – ".join(filter(None, (*titles, words)))
    return (*make_tables(head, body, _as_text(words), around), *pictures)


def _cell(node: Any, around: Surroundings, pictures: list[Block]) -> FoundCell:
    """Return a cell's words; pictures in it are numbered and stand after the table."""
    run = Inline()
    for child in node.children:
        _gather_words(child, run, around)
    for at, part in enumerate(run.parts):
        if isinstance(part, Picture):
            named = f"Picture {len(pictures) + 1}"
            pictures.append(replace(part, caption=text(f"{named} of the table")))
            run.parts[at] = Span(f" [{named}] ")
        elif isinstance(part, Paragraph):
            run.parts[at] = Span(f" {plain(part.text)} ")
    return FoundCell(
        run.words(),
        node.name == "th",
        _count(node, "colspan"),
        _count(node, "rowspan"),
        _background(node, around),
    )


def _background(node: Any, around: Surroundings) -> str:
    """Return the background of a cell as #rrggbb, or an empty string if it has none."""
    found = _read_colour(_styled(node, _BACKGROUND, "bgcolor"))
    if found is None:
        around.note("The colours of a table are left out", "Its words stay.")
    return found or ""


def _styled(node: Any, style: re.Pattern[str], attribute: str) -> str:
    """Return the last value that an element gives for a colour, in small letters."""
    found = style.findall(str(node.get("style") or "")) or [node.get(attribute) or ""]
    return str(found[-1]).replace("!important", "").strip().lower()


def _read_colour(value: str) -> str | None:
    """Return a colour as #rrggbb, an empty string for none, None if it is no colour."""
    from PIL import ImageColor

    if value in _UNCOLOURED:
        return ""
    with contextlib.suppress(ValueError):
        *colour, share = (*ImageColor.getrgb(value), 255)[:4]
        # what lets the page through is mixed with its white
        mixed = [255 - round((255 - part) * share / 255) for part in colour]
        return "#{:02x}{:02x}{:02x}".format(*mixed) if share else ""
    return None


def _word_colour(node: Any, around: Surroundings) -> str:
    """Return the colour of words from what is around them, if paper can show it."""
    for element in (node, *node.parents):
        if element.name is None or not (element.get("style") or element.get("color")):
            continue
        colour = _read_colour(_styled(element, _COLOUR, "color"))
        ground = _read_colour(_styled(element, _BACKGROUND, "bgcolor"))
        if colour == "" and not ground:
            continue
        if ground and element.name not in ("td", "th"):
            around.note("The background of words is left out", "Their words stay.")
            return ""
        return "" if colour == "" else _shown(colour, element, around)
    return ""


def _shown(colour: str | None, element: Any, around: Surroundings) -> str:
    """Return a colour of words that can be shown; tell if it is left out."""
    if colour is None:
        why = "It is none that we know."
    else:
        cell = element if element.name in ("td", "th") else element.find_parent(("td", "th"))
        filled = cell is not None and _read_colour(_styled(cell, _BACKGROUND, "bgcolor"))
        grey = colour[1:3] == colour[3:5] == colour[5:7]
        if grey and (filled or is_readable(colour)):
            return ""  # the ink of the page, or of a cell with a colour, says the same
        if not filled and is_readable(colour):
            return colour
        why = "It stands on another colour." if filled else "It is too pale to be read on paper."
    around.note("The colour of words is left out", why)
    return ""


def _gather_words(node: Any, run: Inline, around: Surroundings, depth: int = 0) -> None:
    if node.name in ("script", "style"):
        return
    if node.name is None or _is_inline(node):
        _gather(node, run, around, depth)
    elif node.name in _PLAYED:
        for block in _played(node, around):
            run.add_block(block)
    elif depth > _DEEPEST or node.find(("img", "svg")) is None:
        run.add(" " + squeeze(node.get_text(" ")).strip() + " ", _word_colour(node, around))
    else:
        for child in node.children:
            _gather_words(child, run, around, depth + 1)


def _count(node: Any, name: str) -> int:
    value = str(node.get(name) or "1").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 5 else 1


_HREF = re.compile(r"""\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)(?:\s[^>]*)?/?>")

_HTML_NAMES = """
a abbr acronym address area article aside audio b base bdi bdo big blink body button
canvas caption center cite col colgroup data datalist dd details dfn dialog dir div dl dt
embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head
header hgroup hr html iframe input ins label legend li link main map mark marquee menu
meta meter nav nobr noscript object ol optgroup option output p param picture progress q
rb rp rt rtc ruby section select slot small source span strike style summary svg table
tbody td template textarea tfoot th thead time title tr track u ul video wbr
"""
_HTML = frozenset(_HTML_NAMES.split())
"""Elements of HTML; other words in angle brackets are somebody's text."""


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.amsmath import amsmath_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable(["table", "strikethrough"])
    # Every address is read here; which of them may be followed or shown is decided where they are.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005
    parser.use(dollarmath_plugin, allow_space=False, double_inline=True)
    parser.use(amsmath_plugin)
    parser.inline.ruler.before("escape", "math_brackets", _read_brackets)
    parser.inline.ruler.after("math_inline", "math_blanks", _read_blanks)
    return parser


_BRACKETS = re.compile(r"\\{1,2}(?:\((.+?)\\{1,2}\)|\[(.+?)\\{1,2}\])", re.DOTALL)
_BLANKS = re.compile(r"\$(?!\$)((?:[^$\\]|\\.)+)\$(?![$\d])", re.DOTALL)
_TEX = re.compile(r"[\\^_{}]")


def _read_brackets(state: StateInline, silent: bool) -> bool:
    """Read a formula between brackets with two backslashes each, as Jupyter does."""
    found = _BRACKETS.match(state.src, state.pos, state.posMax)
    if found is None or not found[0].startswith("\\\\"):
        return False
    if not silent:
        token = state.push("math_inline" if found[1] else "math_inline_double", "math", 0)
        token.content, token.markup = (found[1] or found[2]).strip(), "$"
    state.pos = found.end()
    return True


def _read_blanks(state: StateInline, silent: bool) -> bool:
    """Read a formula with blanks inside its dollars, if it has a sign of TeX."""
    found = _BLANKS.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    words = found[1]
    apart = words[0].isspace() and words[-1].isspace() and "=" in words
    if not (_TEX.search(words) or apart):
        return False
    if not silent:
        token = state.push("math_inline", "math", 0)
        token.content, token.markup = words.strip(), "$"
    state.pos = found.end()
    return True


def markdown_to_blocks(source: str, around: Surroundings | None = None) -> tuple[Block, ...]:
    """Return Markdown as blocks; read raw HTML for content, scripts as text."""
    from markdown_it.tree import SyntaxTreeNode

    tokens = _parser().parse(source)
    if any(token.level >= _DEEPEST - 2 for token in tokens):
        return (Code(source),)  # the parser leaves out what is nested deeper; nothing may be lost
    tree = SyntaxTreeNode(tokens)
    return tuple(_Reader(source, around or Surroundings()).read(tree.children))


_OPENED, _CLOSED = re.compile(r"<table\b", re.IGNORECASE), re.compile(r"</table\b", re.IGNORECASE)


class _Reader:
    def __init__(self, source: str, around: Surroundings) -> None:
        self._lines = source.split("\n")
        self._around = around

    def read(self, nodes: Sequence[SyntaxTreeNode]) -> list[Block]:
        """Return nodes as blocks; an HTML table is read whole despite blank lines."""
        blocks: list[Block] = []
        at = 0
        while at < len(nodes):
            end = self._end_of_table(nodes, at)
            if end > at:
                lines = self._lines[(nodes[at].map or (0, 0))[0] : (nodes[end].map or (0, 0))[1]]
                blocks += html_to_blocks("\n".join(lines), self._around)
            else:
                blocks += self._block(nodes[at])
            at = end + 1
        return blocks

    def _end_of_table(self, nodes: Sequence[SyntaxTreeNode], start: int) -> int:
        """Return the index of the node in which a table that opens at `start` ends.

        Markdown ends a piece of HTML at a blank line, so the rest of the table is another node.
        """
        if nodes[start].type != "html_block" or nodes[start].level:
            return start
        opened = 0
        for at in range(start, len(nodes)):
            first, end = nodes[at].map or (0, 0)
            words = "\n".join(self._lines[first:end])
            opened += len(_OPENED.findall(words)) - len(_CLOSED.findall(words))
            if opened <= 0:
                return at
        return start

    def _block(self, node: SyntaxTreeNode) -> list[Block]:
        match node.type:
            case "heading":
                return self._inline(node).blocks(heading=int(node.tag[1]))
            case "paragraph":
                return self._paragraph(node)
            case "bullet_list" | "ordered_list":
                return [self._list(node)]
            case "blockquote":
                return [Quote(tuple(self.read(node.children)))]
            case "fence" | "code_block":
                language = (node.info or "").split()
                if language == ["mermaid"]:
                    why = "A document cannot run the program that draws it."
                    self._around.note("A diagram is replaced by its source", why)
                return [Code(node.content.rstrip("\n"), language[0] if language else "")]
            case "hr":
                return [Rule()]
            case "table":
                return self._table(node)
            case "html_block":
                return list(html_to_blocks(node.content, self._around))
            case "math_block" | "math_block_label" | "amsmath":
                return [Formula(node.content.strip())]
            case _:  # a kind this version does not know: its words are kept
                words = node.content.strip()
                return [Paragraph((Span(words),))] if words else self.read(node.children)

    def _paragraph(self, node: SyntaxTreeNode) -> list[Block]:
        inner = node.children[0].children if node.children else []
        if len(inner) == 1 and inner[0].type == "math_inline_double":
            return [Formula(inner[0].content.strip())]
        return self._inline(node).blocks()

    def _list(self, node: SyntaxTreeNode) -> Bullets:
        tight = all(
            part.hidden
            for item in node.children
            for part in item.children
            if part.type == "paragraph"
        )
        return Bullets(
            tuple(tuple(self.read(item.children)) for item in node.children),
            node.type == "ordered_list",
            int(node.attrs.get("start", 1)),
            tight,
        )

    def _table(self, node: SyntaxTreeNode) -> list[Block]:
        rows = [row for part in node.children for row in part.children]
        head, body = rows[0], rows[1:]
        columns = tuple(Column(self._inline(c).words(), _alignment(c)) for c in head.children)
        cells = tuple(tuple(Cell(self._inline(c).words()) for c in r.children) for r in body)
        sizes = [
            _size(column.title, [FoundCell(row[at].text) for row in cells])
            for at, column in enumerate(columns)
        ]
        groups = _group(sizes, row_heads=False)
        if len(groups) > 1:  # each part begins with the first column
            groups = _group(sizes, row_heads=True)
        return [
            Table(
                tuple(columns[at] for at in group),
                tuple(tuple(row[at] for at in group) for row in cells),
                row_heads=False,
                wide=len(group) > 7 and sum(sizes[at] for at in group) > _WIDE,
            )
            for group in groups
        ]

    # -- running text ---------------------------------------------------------------------------

    def _inline(self, node: SyntaxTreeNode) -> Inline:
        run = Inline()
        for part in node.children:
            self._gather(part, run)
        return run

    def _gather(self, node: SyntaxTreeNode, run: Inline) -> None:
        before = run.look
        match node.type:
            case "text" | "text_special":
                run.add(node.content)
            case "softbreak":
                run.add(" ")
            case "hardbreak":
                run.add("\n")
            case "code_inline":
                run.look = replace(before, code=True)
                run.add(node.content)
                run.look = before
            case "math_inline":
                run.add_math(node.content)
            case "math_inline_double":
                run.add_block(Formula(node.content.strip()))
            case "image":
                alt = "".join(c.content for c in node.walk() if c.type in ("text", "code_inline"))
                address = str(node.attrs.get("src", ""))
                run.add_block(find_picture(address, alt, self._around))
            case "html_inline":
                self._gather_tag(node.content, run)
            case "inline":
                self._gather_all(node.children, run)
            case "strong" | "em" | "s":
                run.set_look(node.type)
                self._gather_all(node.children, run)
                run.look = before
            case "link":
                run.look = replace(before, link=str(node.attrs.get("href", "")))
                self._gather_all(node.children, run)
                run.look = before
            case _:
                run.add(node.content)
                self._gather_all(node.children, run)

    def _gather_all(self, nodes: Sequence[SyntaxTreeNode], run: Inline) -> None:
        start = run.look
        shifted: tuple[str, int] | None = None
        drawing = ""
        for node in nodes:
            tag = _TAG.fullmatch(node.content) if node.type == "html_inline" else None
            if drawing or (tag and tag[2].lower() == "svg" and not tag[1]):
                drawing += node.content
                if tag and tag[2].lower() == "svg" and tag[1]:
                    for block in html_to_blocks(drawing, self._around):
                        run.add_block(block)
                    drawing = ""
                continue
            if tag and tag[2].lower() in ("sub", "sup"):
                if not tag[1]:
                    shifted = (tag[2].lower(), len(run.parts))
                elif shifted:
                    _shift(run, *shifted)
                    shifted = None
                continue
            self._gather(node, run)
        run.add(drawing)  # a drawing without an end
        run.look = start

    def _gather_tag(self, source: str, run: Inline) -> None:
        """Read one HTML tag among words; an unknown one is shown as text."""
        if source.startswith("<!--"):
            return
        tag = _TAG.fullmatch(source)
        name = tag[2].lower() if tag else ""
        if name == "br":
            run.add("\n")
        elif tag and name in LOOKS:
            run.set_look(name, not tag[1])
        elif name == "img":
            for block in html_to_blocks(source, self._around):
                run.add_block(block)
        elif name == "a":
            href = None if tag is None or tag[1] else _HREF.search(source)
            address = unescape(href[1] or href[2] or href[3] or "") if href else None
            run.look = replace(run.look, link=address)
        elif name == "rt":
            run.add(")" if tag and tag[1] else " (")
        elif name in _PLAYED and tag and not tag[1]:
            for block in html_to_blocks(source, self._around):
                run.add_block(block)
        elif name in ("span", "font"):
            self._colour(source, run, opens=bool(tag and not tag[1]))
        elif name not in _HTML:
            run.add(source)

    def _colour(self, source: str, run: Inline, opens: bool) -> None:
        """Begin or end the colour of words between two tags."""
        from bs4 import BeautifulSoup

        if opens:
            run.outer.append(run.look.colour)
            element = BeautifulSoup(source, "html.parser").find(True)
            colour = _word_colour(element, self._around)
            run.look = replace(run.look, colour=colour or run.look.colour)
        elif run.outer:
            run.look = replace(run.look, colour=run.outer.pop())


def _shift(run: Inline, tag: str, start: int) -> None:
    for at in range(start, len(run.parts)):
        part = run.parts[at]
        if isinstance(part, Span):
            run.parts[at] = replace(part, text=shift_text(part.text, tag))


def _alignment(node: SyntaxTreeNode) -> Align:
    style = str(node.attrs.get("style", ""))
    return "right" if "right" in style else "center" if "center" in style else "left"
