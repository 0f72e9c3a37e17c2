"""Print blocks as an accessible PDF (PDF/UA-1), with Typst."""

from __future__ import annotations

import base64
import io
import itertools
import json
import logging
import re
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypedDict, get_args

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
    find_headings,
    find_pictures,
    plain,
    settle_levels,
    to_data,
)
from workshop.documents.drawing import DRAWING
from workshop.documents.fonts import (
    ANY_INSTALLED,
    NO_MORE,
    READING,
    SIGNS,
    MoreFonts,
    choose_families,
    find_fonts,
    font_folders,
    has_cut,
    lacks,
    measure_words,
    only_in_large_font,
)
from workshop.documents.measure import (
    BODY,
    CELL_PADDING,
    Data,
    Lettering,
    cell_height,
    fits_whole,
    reads_from_right,
    share_widths,
)
from workshop.documents.theme import ENGLISH, LINE, LOOKS, Labels, ink_on

if TYPE_CHECKING:
    import typst

_LOG = logging.getLogger("workshop.documents")
SMALL, TABLE, WIDE_TABLE = 9.0, 9.3, 8.6
"""Sizes of type in points."""
_WHOLE_TABLE = 0.36
"""The share of a page up to which a table is never broken."""
_NARROW = 110.0
"""Points up to which a column is too narrow for hyphens, if each word fits."""
_DEEPEST = 12
_MOST_WORDS = 20_000
_PAIRS = (("card", "table"), ("picture", "table"), ("picture", "paragraph"))
"""Kinds of blocks of which the first stays on the page of the second."""
_OPENING, _LED_TO = 3, ("heading", "picture", "table")
"""The most paragraphs under a heading that stay with what follows, and kinds."""


class Sheet(TypedDict):
    """The room between the margins, in points."""

    width: float
    height: float
    long_side: float


SHEETS: dict[str, Sheet] = {
    "a4": {"width": 481.0, "height": 725.0, "long_side": 728.0},
    "letter": {"width": 498.0, "height": 675.0, "long_side": 678.0},
}


class Place(NamedTuple):
    """A block's width in points, and its depth inside other blocks."""

    room: float
    depth: int = 0

    def inside(self, room: float) -> Place:
        return Place(room, self.depth + 1)


class Typesetter:
    """Turns blocks into the template's data and collects their pictures."""

    def __init__(self, paper: str, labels: Labels = ENGLISH, more: MoreFonts = NO_MORE) -> None:
        self._sheet = SHEETS[paper]
        self._labels = labels
        self._kinds: dict[type, Callable[[Any, Place], Data]] = {
            Heading: self._heading,
            Paragraph: self._paragraph,
            Bullets: self._bullets,
            Table: self._table,
            Picture: self._picture,
            Card: self._card,
            Pairs: self._pairs,
            Code: self._code,
            Quote: self._quote,
            Formula: self._formula,
            SideBySide: self._side_by_side,
            Rule: lambda _block, _place: {"kind": "rule"},
            PageBreak: lambda _block, place: {"kind": "rule" if place.depth else "page-break"},
        }
        self.letters = Lettering(more)
        self.broken: frozenset[str] = frozenset()
        """Names of pictures that cannot be drawn; their words replace them."""
        self.undrawn: list[Picture] = []

    def set_page(self, blocks: Iterable[Block]) -> list[Data]:
        """Return the blocks of a page; a wide table gets a landscape page.

        Its headings go with it.
        """
        parts: list[Data] = []
        waiting: list[Block] = []  # headings and their text that may belong to a wide table
        for block in blocks:
            if isinstance(block, Table) and block.wide:
                room = self._sheet["long_side"]
                body = [self.set_block(part, Place(room, 1)) for part in (*waiting, block)]
                if parts and parts[-1]["kind"] == "landscape" and not waiting:
                    parts[-1]["body"] += body
                else:
                    parts.append({"kind": "landscape", "body": body})
                waiting = []
            elif isinstance(block, Heading) or (
                waiting and len(waiting) < 3 and isinstance(block, Paragraph)
            ):
                waiting.append(block)
            else:
                parts += self._all((*waiting, block), Place(self._sheet["width"]))
                waiting = []
        return _tie(parts + self._all(waiting, Place(self._sheet["width"])))

    def set_block(self, block: Block, place: Place) -> Data:
        return self._kinds[type(block)](block, place)

    def _all(self, blocks: Iterable[Block], place: Place) -> list[Data]:
        if (
            place.depth > _DEEPEST
        ):  # nobody reads so deep an indent; the words are kept, in one line
            return [self._paragraph(Paragraph((Span(_gist(b)),)), place) for b in blocks]
        return [self.set_block(block, place) for block in blocks]

    # -- blocks ---------------------------------------------------------------------------------

    def _heading(self, block: Heading, place: Place) -> Data:
        level = min(max(block.level, 1), 6)
        size = {1: 19.0, 2: 13.6, 3: 11.4}.get(level, BODY)
        words = self.letters.text(block.text, place.room, size, bold=True)
        if not any(str(part.get("text", "")).strip() for part in words["text"]):
            # A bookmark needs letters: a formula's source, or dots where nothing can be printed.
            source = " ".join(span.text for span in block.text if span.math) or "…"
            words = self.letters.text((Span(source, code=True),), place.room, size, bold=True)
        return {
            "kind": "heading",
            "level": level,
            "anchor": self.letters.printable(block.anchor),
            "lead": self.letters.words(block.lead, place.room / 12),
            "alone": False,
            **words,
        }

    def _paragraph(self, block: Paragraph, place: Place) -> Data:
        return {
            "kind": "paragraph",
            "tone": block.tone,
            "small": block.small,
            "tied": False,
            **self.letters.text(block.text, place.room),
        }

    def _bullets(self, block: Bullets, place: Place) -> Data:
        inner = place.room - 18
        return {
            "kind": "bullets",
            "ordered": block.ordered,
            "start": max(block.start, 0),
            "tight": block.tight,
            **({"rtl": True} if all(_starts_from_right(i) for i in block.items) else {}),
            "items": [self._all(item, place.inside(inner)) for item in block.items],
        }

    def _picture(self, block: Picture, place: Place) -> Data:
        alt = self.letters.printable(block.alt) or self._labels.undescribed
        drawing = block.data if block.media == "image/svg+xml" else _wrap_bitmap(block)
        name = self.letters.add_file(_printable_svg(drawing, self.letters), "svg")
        if name in self.broken or not drawing:
            self.undrawn.append(block)
            card = Card((Span(self._labels.undrawn),), (Paragraph((Span(alt),)),))
            return self._card(card, place)
        return {
            "kind": "picture",
            "file": name,
            "alt": alt,
            "share": min(max(block.width, 0.05), 1.0),
            "tied": False,
            "caption": self.letters.words(block.caption, place.room / SMALL),
        }

    def _card(self, block: Card, place: Place) -> Data:
        label = block.label or self._labels.tone(block.tone)
        sources = " · ".join(self.letters.printable(s) for s in block.sources)
        size = 14.5 if block.boxed else BODY
        inner = place.room - (28 if block.boxed else 13)
        title = self.letters.text(block.title, inner * 0.7, size, bold=True)
        return {
            "kind": "card",
            "tone": block.tone,
            "boxed": block.boxed,
            "tied": False,
            "label": self.letters.words((Span(label.upper()),), inner / 8.5 * 0.7, bold=True),
            "title": title["text"],
            **({"rtl": True} if "rtl" in title else {}),
            "sources": self.letters.words((Span(sources),), inner / 8.2) if sources else [],
            "aside": measure_words(sources) < 19,
            "body": self._all(block.body, place.inside(inner)),
        }

    def _pairs(self, block: Pairs, place: Place) -> Data:
        term, value = (place.room - 12) * 0.25, (place.room - 12) * 0.75
        return {
            "kind": "pairs",
            "pairs": [
                [self.letters.text(a, term), self.letters.text(b, value)] for a, b in block.pairs
            ],
        }

    def _code(self, block: Code, place: Place) -> Data:
        words = self.letters.printable(block.text).expandtabs(4).rstrip("\n")
        limit = max(int((place.room - 18) / (8.8 * 0.61)), 8)
        lines = [_break_code(line, limit) for line in words.split("\n")]
        height = sum(1 + len(line) // limit for line in lines)
        return {
            "kind": "code",
            "tone": block.tone,
            "torn": height > 24,
            "text": "\n".join(lines),
        }

    def _quote(self, block: Quote, place: Place) -> Data:
        return {"kind": "quote", "body": self._all(block.body, place.inside(place.room - 14))}

    def _formula(self, block: Formula, place: Place) -> Data:
        return {
            "kind": "formula",
            "text": self.letters.words((Span(block.latex, math=True),), place.room / (BODY * 1.2)),
        }

    def _side_by_side(self, block: SideBySide, place: Place) -> Data:
        parts = [part for part in block.columns if part]
        each = (place.room - 25.5 * (len(parts) - 1)) / max(len(parts), 1)
        columns = [self._all(part, place.inside(each)) for part in parts]
        return {"kind": "side-by-side", "columns": columns}

    # -- tables ---------------------------------------------------------------------------------

    def _table(self, block: Table, place: Place) -> Data:
        count = max([len(block.columns), *(sum(c.span for c in r) for r in block.rows)], default=0)
        if not count:
            return {
                "kind": "paragraph",
                "tone": "muted",
                "small": True,
                "tied": False,
                "text": self.letters.words(
                    block.caption or (Span(self._labels.empty_table),), place.room / SMALL
                ),
            }
        columns = (*block.columns, *(Column(()) for _ in range(count - len(block.columns))))
        size = WIDE_TABLE if block.wide or count > 8 else TABLE
        widths = share_widths(columns, block.rows, place.room, size)
        heads = [
            {
                "align": column.align,
                "tone": column.tone,
                "background": column.background if ink_on(column.background) else "",
                "ink": ink_on(column.background),
                "width": round(width, 2),
                "whole": fits_whole(column.title, width, size, bold=True),
                "title": self.letters.words(column.title, (width - CELL_PADDING) / size, bold=True),
                **({"rtl": True} if reads_from_right(column.title) else {}),
            }
            for column, width in zip(columns, widths, strict=True)
        ]
        head_height = max(
            cell_height(c.title, w, size) for c, w in zip(columns, widths, strict=True)
        )
        rows, total = [], head_height
        limit = self._sheet["height"] * 0.8 if not block.wide else self._sheet["width"] * 0.7
        for row in block.rows:
            cells, height = self._row(row, columns, widths, size)
            total += height
            for cell in cells:
                cell["torn"] = height > limit - min(head_height, limit / 3)
            rows.append(cells)
        for head in heads:
            head["torn"] = head_height > limit
        return {
            "kind": "table",
            "size": size,
            "width": round(sum(widths), 2),
            "repeat": head_height <= limit / 3,
            "tied": block.with_next,
            "longer": total > limit,
            # three rows could only be torn with one of them alone
            "torn": total > limit * (_WHOLE_TABLE if len(rows) > 3 else 1),
            "columns": heads,
            "rows": rows,
            "caption": self.letters.words(block.caption, place.room / SMALL),
        }

    def _row(
        self, row: Sequence[Cell], columns: Sequence[Column], widths: Sequence[float], size: float
    ) -> tuple[list[Data], float]:
        cells: list[Data] = []
        at, height = 0, 0.0
        for cell in (*row, *[Cell(())] * (len(columns) - sum(c.span for c in row))):
            span = min(max(cell.span, 1), len(columns) - at)
            width = sum(widths[at : at + span])
            tone = columns[at].tone
            fill = cell.tone if cell.fill else tone if tone != "plain" else ""
            mark = self.letters.printable(cell.mark)
            height = max(height, cell_height(cell.text, width, size))
            strong = cell.strong and has_cut(
                self.letters.printable(plain(cell.text)), bold=True, more=self.letters.more
            )
            cells.append(
                {
                    "at": at,
                    "span": span,
                    "tone": cell.tone,
                    "fill": fill,
                    "background": cell.background if ink_on(cell.background) else "",
                    "ink": ink_on(cell.background),
                    "mark": mark,
                    "mark-size": 1 if mark.isalnum() else 0.85,
                    "strong": strong,
                    "whole": (width < _NARROW or at == 0 or cell.strong or cell.tone != "plain")
                    and fits_whole(cell.text, width - (12 if mark else 0), size, strong),
                    **self.letters.text(
                        cell.text, width - CELL_PADDING - (12 if mark else 0), size
                    ),
                }
            )
            at += span
        return cells, height


def _tie(parts: list[Data]) -> list[Data]:
    """Mark blocks that belong together to stay on one page.

    A card and a picture stay with their table, a picture with the words after it, and the few
    words under a heading with what they introduce. A table that stays with the next one ties all
    between them, and neither is torn that is not longer than a page. A heading that another one
    follows is alone.
    """
    _tie_tables(parts)
    opening: list[Data] | None = None  # the paragraphs since a heading
    for part, following in pairwise(parts):
        if part["kind"] == "heading":
            opening = []
            if following["kind"] == "heading" and following["level"] <= part["level"]:
                part["alone"] = True
        elif part["kind"] == "paragraph" and opening is not None:
            opening.append(part)
        else:
            opening = None
        if opening and len(opening) <= _OPENING and following["kind"] in _LED_TO:
            for words in opening:
                words["tied"] = True
        if (part["kind"], following["kind"]) in _PAIRS:
            part["tied"] = True
    return parts


def _tie_tables(parts: list[Data]) -> None:
    """Mark tables that stay with the next one, and what is between them."""
    to_next = False
    for part in parts:
        is_table = part["kind"] == "table"
        if is_table and (to_next or part["tied"]):
            part["torn"] = part["longer"]
        to_next = part["tied"] if is_table else to_next
        if to_next:
            part["tied"] = True


def _starts_from_right(item: Sequence[Block]) -> bool:
    return bool(item) and isinstance(item[0], Paragraph) and reads_from_right(item[0].text)


def _break_code(line: str, limit: int) -> str:
    """Return a line of code with places to break, so that it stays on the page."""
    if len(line) <= limit:
        return line
    return re.sub(rf"(\S{{{max(limit // 3, 4)}}})(?=\S)", "\\1\u200b", line)


def _printable_svg(source: str, letters: Lettering) -> bytes:
    """Return a drawing's source with printable characters only.

    They are replaced by names, which keep it well-formed.
    """
    return source.encode() if source.isascii() else letters.printable(source).encode()


def _wrap_bitmap(picture: Picture) -> str:
    """Return a PNG or JPEG inside an SVG, which Typst needs, or an empty string."""
    from PIL import Image

    data = re.sub(r"\s", "", picture.data)
    try:
        with Image.open(io.BytesIO(base64.b64decode(data, validate=True))) as image:
            width, height = image.size
    except Exception:  # a decoder raises many kinds; each means that there is no picture
        return ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<image href="data:{picture.media};base64,{data}" width="{width}" height="{height}"/>'
        "</svg>"
    )


def _gist(block: Block) -> str:
    from workshop.documents.text import blocks_to_text

    return blocks_to_text((block,), width=10_000)


FAMILIES_OF_CODE = ("DejaVu Sans Mono", SIGNS, READING)


Paper = Literal["a4", "letter"]
PAPERS: tuple[Paper, ...] = get_args(Paper)


class Origin(NamedTuple):
    """The notebook and the number of the cell, from 1, of a block."""

    notebook: str
    cell: int


class Replacement(NamedTuple):
    """What a document shows in another form than the notebook, and why."""

    notebook: str
    cell: int
    """The number of the cell, from 1; 0 if it is not known."""
    what: str
    why: str
    """A sentence."""

    def __str__(self) -> str:
        place = [self.notebook, f"cell {self.cell}" if self.cell else ""]
        return f"{', '.join(filter(None, place)) or 'a notebook'}: {self.what}. {self.why}"


class PrintError(ValueError):
    """Typst cannot set a document, for the reason given."""


@dataclass(frozen=True)
class PageSetup:
    """The title, paper, language and other settings of a document."""

    title: str = ""
    """The document's title; if empty, the first heading."""
    subtitle: tuple[str, ...] = ()
    """Lines under the title on the cover."""
    remark: str = ""
    """A sentence below the title on the cover or in the masthead."""
    organisation: str = ""
    running_head: str = ""
    """The header of every page; if empty, title and organisation."""
    author: str = ""
    language: str = "en"
    """A BCP 47 tag such as `en`, `en-GB` or `de`."""
    paper: Paper = "a4"
    timestamp: datetime | None = None
    """The time of creation in the PDF; None keeps the bytes reproducible."""
    cover: bool = False
    contents: bool = False
    masthead: bool = False
    """Whether organisation, title and subtitle are above the first page's text."""
    front: int = 0
    """The number of leading blocks before the contents.

    Page breaks divide them into groups. Each is set on one page if it fits, and short ones share a
    page.
    """
    body_title: str = ""
    """The title above the contents, if there are blocks before them."""
    body_lead: str = ""
    foot_note: str = ""
    """A line at the foot of each page, from the contents on."""
    folded: int = 0
    """The number of last blocks that a screen folds below `folded_title`."""
    folded_title: str = ""
    new_pages: bool = False
    """Whether headings of level 1 may begin a page.

    On paper all page breaks are then chosen together.
    """
    labels: Labels = ENGLISH
    """The renderers' own words."""
    fonts: tuple[str, ...] = ()
    """Fonts for letters that the bundled ones lack: files, families, or `system`."""
    origins: tuple[Origin, ...] = ()
    """Where each block came from, for messages; may be shorter than the blocks."""

    def name(self, blocks: Iterable[Block]) -> str:
        """Return the title, else the first heading, else the word for untitled."""
        first = next(find_headings(blocks), Heading(1, ()))
        return " ".join((self.title or plain(first.text)).split()) or self.labels.untitled


def warn_replaced(replacement: Replacement) -> None:
    """Tell the log of `workshop.documents` of a replacement."""
    _LOG.warning("%s", replacement)


def blocks_to_pdf(
    blocks: Iterable[Block],
    setup: PageSetup | None = None,
    on_replaced: Callable[[Replacement], None] = warn_replaced,
) -> bytes:
    """Return `blocks` as a tagged PDF that meets PDF/UA-1.

    A picture that cannot be drawn is replaced by its description. A block that Typst refuses is
    replaced by a card with its words. `on_replaced` is told of each; the log of
    `workshop.documents` names them if it is not given. Raises ValueError for a paper other than
    a4 and letter, PrintError if nothing can be set.
    """
    setup = setup or PageSetup()
    if setup.paper not in PAPERS:
        raise ValueError(f"paper {setup.paper!r} is not known; choose {' or '.join(PAPERS)}")
    given = tuple(blocks)
    try:
        pdf, typesetter = _print(given, setup)
    except PrintError:
        shown, refused = _replace_refused(given, setup)
        try:
            pdf, typesetter = _print(shown, setup)
        except PrintError as error:
            places = dict.fromkeys(_origin(setup, at).notebook for at in range(len(given)))
            names = ", ".join(filter(None, places)) or setup.name(given)
            cells = sorted({_origin(setup, at).cell for at in refused} - {0})
            where = f"{names}, cell {', '.join(map(str, cells))}" if cells else names
            raise PrintError(f"{where} cannot be printed. {error}") from error
        for at, reason in refused.items():
            on_replaced(
                Replacement(*_origin(setup, at), "A block is replaced by its words", reason)
            )
        given = tuple(shown)
    if typesetter.letters.lacking:
        for replacement in _name_lacking(given, setup, typesetter.letters):
            on_replaced(replacement)
    undrawn = typesetter.undrawn
    for at, block in enumerate(given):
        if typesetter.letters.more.families and any(map(_has_names, find_pictures((block,)))):
            why = "A chart is drawn before fonts are chosen, so the given font does not reach it."
            what = "Letters of a chart are replaced by their names"
            on_replaced(Replacement(*_origin(setup, at), what, why))
        if undrawn and any(picture in undrawn for picture in find_pictures((block,))):
            why = "It cannot be drawn on paper."
            on_replaced(
                Replacement(*_origin(setup, at), "A picture is replaced by its description", why)
            )
    return pdf


def _origin(setup: PageSetup, at: int) -> Origin:
    return setup.origins[at] if at < len(setup.origins) else Origin("", 0)


def _print(blocks: Sequence[Block], setup: PageSetup) -> tuple[bytes, Typesetter]:
    """Return blocks as a PDF, and who has set it.

    Raises PrintError if Typst refuses the rest.
    """
    import typst

    settled = settle_levels(blocks)
    typesetter = Typesetter(setup.paper, setup.labels, _more(blocks, setup))
    try:
        pdf = _compile(_set_document(settled, setup, typesetter), typesetter, setup)
        return pdf, typesetter
    except typst.TypstError:
        typesetter.broken = frozenset(
            name for name in typesetter.letters.files if not _draws(name, typesetter)
        )
    try:
        pdf = _compile(_set_document(settled, setup, typesetter), typesetter, setup)
    except typst.TypstError as error:
        raise PrintError(f"Typst cannot set this document: {error}") from error
    return pdf, typesetter


def _replace_refused(
    blocks: Sequence[Block], setup: PageSetup
) -> tuple[list[Block], dict[int, str]]:
    """Return blocks with a card in place of each that Typst refuses, and reasons.

    Where only several blocks together are refused, each of them becomes a card.
    """
    found: dict[int, str] = {}
    alone = replace(setup, cover=False, contents=False, front=0, origins=())

    def prints(block: Block) -> bool:
        try:
            _print((block,), alone)
        except PrintError:
            return False
        return True

    def look(first: int, end: int) -> None:
        try:
            _print(blocks[first:end], alone)
        except PrintError as error:
            if end - first == 1:
                found[first] = str(error.__cause__)
                return
            middle, before = (first + end) // 2, len(found)
            look(first, middle)
            look(middle, end)
            if len(found) == before:
                found.update(dict.fromkeys(range(first, end), str(error.__cause__)))

    if blocks:
        look(0, len(blocks))
    replaced = list(blocks)
    for at, reason in found.items():
        title = setup.labels.unprinted
        if at < len(setup.origins):
            notebook, cell = setup.origins[at]
            title = setup.labels.unprinted_cell.format(cell=cell, notebook=notebook)
        paragraph = Paragraph((Span(reason),))
        words = Code(_gist(blocks[at])[:_MOST_WORDS], tone="muted")
        card = Card((Span(title),), (paragraph, words), tone="critical")
        replaced[at] = card if prints(card) else replace(card, body=(paragraph,))
    return replaced, found


def _more(blocks: Sequence[Block], setup: PageSetup) -> MoreFonts:
    """Return the fonts beside the bundled ones that a document may take."""
    if ANY_INSTALLED not in setup.fonts:
        return find_fonts(setup.fonts)
    return find_fonts(setup.fonts, frozenset(lacks(_words_on_paper(blocks, setup))))


def _words_on_paper(blocks: Iterable[Block], setup: PageSetup) -> str:
    around = (setup.title, setup.organisation, setup.running_head, setup.foot_note, setup.remark)
    return " ".join((*around, *setup.subtitle, setup.author, *map(_all_words, blocks)))


def needs_large_font(blocks: Iterable[Block], setup: PageSetup) -> bool:
    """Return whether only the font for Chinese, Japanese and Korean has some words."""
    return only_in_large_font(_words_on_paper(blocks, setup))


def _all_words(block: Block) -> str:
    return json.dumps(to_data(block), ensure_ascii=False)


def _name_lacking(
    blocks: Sequence[Block], setup: PageSetup, letters: Lettering
) -> Iterator[Replacement]:
    """Yield for each cell the letters and signs that no font for paper has."""
    missing: dict[Origin, set[str]] = {}
    for at, block in enumerate(blocks):
        if found := lacks(_all_words(block), letters.more):
            missing.setdefault(_origin(setup, at), set()).update(found)
    if around := letters.lacking.difference(*missing.values()):
        missing[Origin(setup.name(blocks), 0)] = around  # of a title, say
    for origin, chars in missing.items():
        yield name_lacking(origin, chars)


def _has_names(picture: Picture) -> bool:
    """Return whether a chart has names in brackets for letters that no font had."""
    return f'class="{DRAWING}"' in picture.data[:200] and "⟨" in picture.data


def name_lacking(origin: Origin, letters: Iterable[str]) -> Replacement:
    """Return what is said of letters and signs that no font for paper has."""
    known = sorted(letters)
    shown = "".join(known[:12]) + ("…" if len(known) > 12 else "")
    why = f"The fonts for paper do not have them: {shown} A further font may have them."
    return Replacement(*origin, "Letters or signs are replaced by their names", why)


def _set_document(blocks: tuple[Block, ...], setup: PageSetup, typesetter: Typesetter) -> str:
    sheet = SHEETS[setup.paper]
    language, _, region = setup.language.partition("-")
    name = setup.name(blocks)
    organisation = "" if setup.organisation in name else setup.organisation
    running = setup.running_head or " · ".join(part for part in (organisation, name) if part)

    def line(words: str, size: float) -> list[dict[str, Any]]:
        return (
            typesetter.letters.words((Span(words),), sheet["width"] * 0.8 / size, bold=True)
            if words
            else []
        )

    document = {
        "setup": {
            "title": typesetter.letters.printable(name),
            "author": typesetter.letters.printable(setup.author or setup.organisation),
            "dated": setup.timestamp is not None,
            "lang": language.lower() if re.fullmatch("[A-Za-z]{2,3}", language) else "en",
            "region": region.upper() if re.fullmatch("[A-Za-z]{2}", region) else None,
            "paper": {"a4": "a4", "letter": "us-letter"}[setup.paper],
            "cover": setup.cover,
            "masthead": setup.masthead,
            "new-pages": setup.new_pages,
            "contents": setup.contents and any(True for _ in find_headings(blocks[setup.front :])),
            "body-title": line(setup.body_title, 19) if setup.front else [],
            "body-lead": line(setup.body_lead, 12),
            "name": typesetter.letters.words((Span(name),), 380 / 31, bold=True),
            "organisation": line(setup.organisation, 11),
            "subtitle": [line(words, 12.5) for words in setup.subtitle if words],
            "remark": line(setup.remark, 12.5),
            "running-head": line(_shorten(running, 60), 17),
            "foot-note": line(setup.foot_note, 8.4),
            "words": {
                "contents": setup.labels.contents,
                "page": setup.labels.number_pages(),
                "page-ref": setup.labels.refer_to_page(),
            },
        },
        "looks": {tone: {"ink": look.ink, "tint": look.tint} for tone, look in LOOKS.items()},
        "line": LINE,
        "families": (*choose_families(setup.language), *typesetter.letters.more.families),
        "code-families": (
            *FAMILIES_OF_CODE,
            choose_families(setup.language)[-1],
            *typesetter.letters.more.families,
        ),
        "height": sheet["height"],
        "front": typesetter.set_page(blocks[: setup.front]),
        "body": typesetter.set_page(blocks[setup.front :]),
    }
    return json.dumps(document, ensure_ascii=False, sort_keys=True)


def _shorten(words: str, most: int) -> str:
    words = " ".join(words.split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


# -- Typst --------------------------------------------------------------------------------------


_COMPILING = threading.Lock()
"""The lock of the one compiler, which compiles one document at a time."""


@lru_cache(4)
def _compiler(files: tuple[str, ...] = ()) -> typst.Compiler:
    """Return the compiler of this process with the bundled fonts and those of files."""
    import typst

    places = list(map(str, font_folders()))
    if files:  # Typst reads folders, and a font when it is first needed
        from multiprocessing.util import Finalize  # at the end of workers, too

        place = tempfile.mkdtemp(prefix="workshop-fonts-")
        Finalize(None, shutil.rmtree, (place, True), exitpriority=1)
        for number, file in enumerate(files):
            shutil.copyfile(file, Path(place, f"{number}{Path(file).suffix}"))
        places.append(place)
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=places)
    return typst.Compiler(font_paths=fonts)


@cache
def _template() -> bytes:
    return resources.files("workshop.documents").joinpath("paper.typ").read_bytes()


def _compile(content: str, typesetter: Typesetter, setup: PageSetup) -> bytes:
    files = {"main.typ": _template(), "document.json": content.encode(), **typesetter.letters.files}
    return compile_pages(files, setup.timestamp, typesetter.letters.more)


def compile_pages(
    files: Mapping[str, bytes], timestamp: datetime | None = None, more: MoreFonts = NO_MORE
) -> bytes:
    """Return a PDF (PDF/UA-1) of `main.typ` and the files that it reads by name.

    Only the bundled fonts and `more` are available. Raises typst.TypstError for wrong source.
    """
    # The wheel takes files by name; its type hints do not say so.
    compiler: Any = _compiler(more.files)
    with _COMPILING:
        pdf = compiler.compile(input=files, pdf_standards="ua-1", timestamp=timestamp)
        if next(_compiled) >= _FREE:
            for _ in range(_FORGETTING):
                compiler.compile(input={"main.typ": b"."})
    if not isinstance(pdf, bytes):
        raise TypeError("Typst returned no PDF")
    return pdf


_compiled = itertools.count()
_FREE, _FORGETTING = 3, 4
"""The documents printed as they come, and the tiny ones after each later one.

Typst forgets a layout that the last ten documents did not use. Tiny documents make it forget
sooner, so that the memory of a process that prints many packs stays flat.
"""


def _draws(name: str, typesetter: Typesetter) -> bool:
    """Return whether a picture can be drawn by itself."""
    import typst

    more = typesetter.letters.more  # a drawing's text is set in the same fonts as a page
    fonts = json.dumps((*choose_families(""), *more.families))[1:-1]
    page = (
        f'#set document(title: "picture")\n#set text(font: ({fonts}), fallback: false)\n'
        f'#image(read("{name}", encoding: none), format: "{name.rpartition(".")[2]}", alt: "x")'
    )
    compiler: Any = _compiler(more.files)
    try:
        with _COMPILING:
            compiler.compile(
                input={"main.typ": page.encode(), name: typesetter.letters.files[name]},
                pdf_standards="ua-1",
            )
    except typst.TypstError:
        return False
    return True


def svg_to_file(source: bytes, alt: str, kind: Literal["png", "pdf"], ppi: int) -> bytes:
    """Return a drawing as PNG on white or as PDF, in its own size.

    Words in it are set in the bundled fonts; a PDF has `alt` as its alternative text.
    """
    fonts = json.dumps(choose_families(""))[1:-1]
    page = (
        '#set document(title: read("alt.txt"))\n'
        "#set page(width: auto, height: auto, margin: 0pt, fill: white)\n"
        f"#set text(font: ({fonts}), fallback: false)\n"
        '#image(read("it.svg", encoding: none), format: "svg", alt: read("alt.txt"))'
    )
    files = {"main.typ": page.encode(), "it.svg": source, "alt.txt": alt.encode()}
    options: dict[str, Any] = {"pdf_standards": "ua-1"} if kind == "pdf" else {"ppi": ppi}
    compiler: Any = _compiler()
    with _COMPILING:
        made = compiler.compile(input=files, format=kind, **options)
    if not isinstance(made, bytes):
        raise TypeError("Typst returned no picture")
    return made


def svg_to_png(source: bytes, width: float, tallest: float, ppi: int) -> bytes | None:
    """Return a drawing as PNG on white, or None if it cannot be drawn.

    It becomes `width` points wide, or narrower if it would be taller than `tallest` points.
    """
    import typst

    page = (
        "#set page(width: auto, height: auto, margin: 0pt, fill: white)\n"
        f'#let drawn(..size) = image(read("it.svg", encoding: none), format: "svg", ..size)\n'
        f"#context if measure(drawn(width: {width:.2f}pt)).height > {tallest:.2f}pt "
        f"{{ drawn(height: {tallest:.2f}pt) }} else {{ drawn(width: {width:.2f}pt) }}"
    )
    compiler: Any = _compiler()
    try:
        with _COMPILING:
            png = compiler.compile(
                input={"main.typ": page.encode(), "it.svg": source}, format="png", ppi=ppi
            )
    except typst.TypstError:
        return None
    return png if isinstance(png, bytes) else None
