"""Blocks as a Word document, to edit and to cut and paste from."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from html import escape
from typing import Any, NamedTuple

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt

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
    settle_levels,
)
from workshop.documents.fonts import make_harmless, measure_words
from workshop.documents.measure import estimate_height, share_widths
from workshop.documents.office.parts import (
    NO_DATE,
    Runs,
    attribute,
    begin_page,
    draw_picture,
    fix_times,
    full_language,
    hold,
    mark,
    paragraph,
    run,
)
from workshop.documents.office.styles import BODY, HAIR, TABLE, WIDE_TABLE, dress
from workshop.documents.paper import PAPERS, PageSetup
from workshop.documents.text import blocks_to_text
from workshop.documents.theme import LOOKS

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
        words = table.caption or (Span(runs.labels.empty_table),)
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
    label = card.label or runs.labels.tone(card.tone)
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
        named = runs.labels.name_sources(" · ".join(card.sources), len(card.sources))
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


_PAPERS = {"a4": (595.3, 841.9), "letter": (612.0, 792.0)}
_SIDE, _TOP, _FOOT = 62.0, 68.0, 62.0
"""Margins in points."""
_LISTED = 2
"""Levels of headings that the contents name."""


class Frame:
    """The pages of one document."""

    def __init__(self, document: Document, setup: PageSetup, blocks: tuple[Block, ...]) -> None:
        self._document = document
        self._setup = setup
        self._name = setup.name(blocks)
        self.labels = setup.labels
        width, height = _PAPERS[setup.paper]
        self._sheet = (width, height)
        self.room = width - 2 * _SIDE
        self.long_room = height - 2 * _SIDE
        self._headings = list(find_headings(blocks))
        self._marked = 0

    # -- parts of the text ----------------------------------------------------------------------

    def cover(self, runs: Runs) -> str:
        """Return the title page, or nothing; what follows begins a page of its own."""
        setup = self._setup
        if not setup.cover:
            return ""
        parts = [
            paragraph(run(setup.organisation), "CoverOrganisation"),
            paragraph(runs.words((Span(self._name),)), "Title"),
            *(paragraph(run(line), "Subtitle") for line in setup.subtitle if line),
        ]
        return "".join(parts)

    def bookmark(self, words: str) -> str:
        """Return a heading's runs inside the mark that the contents lead to."""
        self._marked += 1
        name = f'w:id="{self._marked}" w:name="{_mark(self._marked)}"'
        return f'<w:bookmarkStart {name}/>{words}<w:bookmarkEnd w:id="{self._marked}"/>'

    def contents(self) -> str:
        """Return a contents field that Word and LibreOffice fill.

        Until then it names and links the headings; nobody but they knows the pages.
        """
        listed = [
            (n, h) for n, h in enumerate(self._headings, 1) if h.level <= _LISTED and plain(h.text)
        ]
        if not self._setup.contents or not listed:
            return ""
        lines = []
        for at, (number, heading) in enumerate(listed):
            start = _field_start(f' TOC \\o "1-{_LISTED}" \\h \\z \\u ') if at == 0 else ""
            end = _FIELD_END if at == len(listed) - 1 else ""
            words = run(" ".join(plain(heading.text).split()))
            link = f'<w:hyperlink w:anchor="{_mark(number)}" w:history="1">{words}</w:hyperlink>'
            style = f"TOC{heading.level}"
            lines.append(paragraph(start + link + end, style, words=heading.text))
        return "".join((paragraph(run(self.labels.contents), "TOCHeading"), *lines))

    def turn(self, upright: bool) -> str:
        """Return the end of a section whose pages stand upright, or lie."""
        return f'<w:p><w:pPr><w:pStyle w:val="Gap"/>{self._section(upright)}</w:pPr></w:p>'

    def _section(self, upright: bool) -> str:
        width, height = self._sheet if upright else reversed(self._sheet)
        turned = "" if upright else ' w:orient="landscape"'
        return (
            '<w:sectPr><w:type w:val="nextPage"/>'
            f'<w:pgSz w:w="{width * 20:.0f}" w:h="{height * 20:.0f}"{turned}/>'
            f'<w:pgMar w:top="{_TOP * 20:.0f}" w:right="{_SIDE * 20:.0f}" '
            f'w:bottom="{_FOOT * 20:.0f}" w:left="{_SIDE * 20:.0f}" w:header="680" w:footer="560" '
            'w:gutter="0"/></w:sectPr>'
        )

    # -- around it ------------------------------------------------------------------------------

    def finish(self) -> None:
        """Set pages, head, foot and properties; the text is whole by now."""
        last = self._document.sections[-1]
        last.page_width, last.page_height = Pt(self._sheet[0]), Pt(self._sheet[1])
        last.left_margin = last.right_margin = Pt(_SIDE)
        last.top_margin, last.bottom_margin = Pt(_TOP), Pt(_FOOT)
        last.header_distance, last.footer_distance = Pt(34), Pt(28)
        first = self._document.sections[0]
        setup = self._setup
        organisation = "" if setup.organisation in self._name else setup.organisation
        running = setup.running_head or " · ".join(p for p in (organisation, self._name) if p)
        _replace(first.header._element, paragraph(run(_shorten(running, 110)), "Header"))
        before, between, after = map(run, self.labels.number_pages())
        pages = before + _field(" PAGE ", "1") + between + _field(" NUMPAGES ", "1") + after
        _replace(first.footer._element, paragraph(pages, "Footer"))
        if setup.cover:
            first.different_first_page_header_footer = True
        self._describe()

    def _describe(self) -> None:
        setup, about = self._setup, self._document.core_properties
        about.title = make_harmless(self._name)[:255]
        about.author = make_harmless(setup.author or setup.organisation)[:255]
        about.last_modified_by = about.author
        about.comments = ""
        about.language = full_language(setup.language)
        about.created = about.modified = (setup.timestamp or NO_DATE).replace(tzinfo=None)
        files = self._document.part.package.rels
        for number in [n for n, r in files.items() if r.reltype == RT.THUMBNAIL]:
            del files[number]  # a picture of the library's empty template
        settings = self._document.settings.element
        if setup.contents:
            fill = parse_xml(f'<w:updateFields {nsdecls("w")} w:val="true"/>')
            settings.insert(list(settings).index(settings.find(qn("w:compat"))), fill)


def _mark(number: int) -> str:
    return f"_Toc{number:08d}"


def _replace(container: object, markup: str) -> None:
    element = container
    for child in list(element):  # type: ignore[call-overload]
        element.remove(child)  # type: ignore[attr-defined]
    for child in list(parse_xml(f"<w:body {nsdecls('w', 'r')}>{markup}</w:body>")):
        element.append(child)  # type: ignore[attr-defined]


def _field_start(code: str) -> str:
    said = f'<w:instrText xml:space="preserve">{escape(code)}</w:instrText>'
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r>{said}</w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )


_FIELD_END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def _field(code: str, shown: str) -> str:
    return _field_start(code) + run(shown) + _FIELD_END


def _shorten(words: str, most: int) -> str:
    words = " ".join(words.split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


_DEEPEST, _LISTS = 6, 3
_TERMS = 0.26
"""The share of the width that terms take before what stands for them."""


class Place(NamedTuple):
    """Where a block stands: the points it has, how deep inside others, in which kind of text."""

    room: float
    depth: int = 0
    style: str = ""
    list_level: int = 0
    abreast: int = 1
    """How many stand side by side in the PDF; here they follow each other, pictures as small."""

    def inside(self, room: float, style: str) -> Place:
        return self._replace(room=room, depth=self.depth + 1, style=style)


def blocks_to_docx(blocks: Iterable[Block], setup: PageSetup | None = None) -> bytes:
    """Return `blocks` as a Word document.

    A picture that cannot be drawn is replaced by its words; nothing that is typed or drawn makes
    this fail. Raises ValueError for a paper other than a4 and letter.
    """
    setup = setup or PageSetup()
    if setup.paper not in PAPERS:
        raise ValueError(f"paper {setup.paper!r} is not known; choose {' or '.join(PAPERS)}")
    settled = settle_levels(blocks)
    document = docx.Document()
    frame = Frame(document, setup, settled)
    dress(document, full_language(setup.language), setup.new_pages, frame.room)
    writer = _Writer(document, frame)
    cover = frame.cover(writer.runs)
    front = writer.write_page(settled[: setup.front])
    contents = frame.contents()
    body = writer.write_page(settled[setup.front :])
    if not setup.new_pages:  # else each part begins its page by itself
        front = begin_page(front) if cover else front
        body = begin_page(body) if contents or front or cover else body
    parts = (cover, front, contents, body)
    _fill(document, parts)
    frame.finish()
    return fix_times(_save(document))


def _fill(document: Document, parts: Sequence[str]) -> None:
    body = document.element.body
    spaces = nsdecls("w", "r", "wp", "a", "pic")
    end = body.sectPr
    for child in list(parse_xml(f"<w:body {spaces}>{''.join(parts)}</w:body>")):
        end.addprevious(child)


def _save(document: Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


class _Writer:
    def __init__(self, document: Document, frame: Frame) -> None:
        self.runs = Runs(document.part, frame.labels)
        self._frame = frame
        self._numbers = document.part.numbering_part.element
        self._kinds: dict[type, Callable[[Any, Place], str]] = {
            Heading: self._heading,
            Paragraph: self._paragraph,
            Bullets: self._bullets,
            Table: lambda b, place: table_to_word(b, self.runs, place.room),
            Picture: self._picture,
            Card: self._card,
            Pairs: self._pairs,
            Code: self._code,
            Quote: lambda b, place: self.write_all(b.body, place.inside(place.room - 14, "Quote")),
            Formula: self._formula,
            SideBySide: self._side_by_side,
            Rule: lambda _block, _place: paragraph("", "Rule"),
            PageBreak: lambda _block, _place: paragraph("", "Rule"),  # inside another block
        }

    def write_page(self, blocks: Iterable[Block]) -> str:
        """Return the blocks of a page; a wide table and its headings share a landscape page."""
        parts: list[str] = []
        for wide, group in _split(blocks):
            if wide:
                parts.append(self._frame.turn(upright=True) if parts else "")
                parts.append(self.write_all(group, Place(self._frame.long_room)))
                parts.append(self._frame.turn(upright=False))
            else:
                parts.append(self.write_all(group, Place(self._frame.room)))
        return "".join(parts)

    def write_all(self, blocks: Iterable[Block], place: Place) -> str:
        if place.depth > _DEEPEST:  # nobody reads so deep an indent; the words are kept
            return "".join(paragraph(run(self._gist(b)), place.style) for b in blocks)
        out: list[str] = []
        breaking = False
        for block, following in itertools.pairwise((*blocks, None)):
            if isinstance(block, PageBreak) and not place.depth:
                breaking = True
                continue
            if block is None:
                break
            markup = self._kinds[type(block)](block, place)
            if isinstance(block, Card) and isinstance(following, Table):
                markup = hold(markup)
            out.append(begin_page(markup) if breaking else markup)
            breaking = breaking and not markup
        return "".join(out)

    def _gist(self, block: Block) -> str:
        return blocks_to_text((block,), 10_000, self.runs.labels)

    # -- blocks ---------------------------------------------------------------------------------

    def _heading(self, block: Heading, _place: Place) -> str:
        words = self._frame.bookmark(self.runs.words(block.text))
        out = paragraph(words, f"Heading{block.level}", words=block.text)
        if block.lead:
            out += paragraph(self.runs.words(block.lead), "Lead", words=block.lead)
        return out

    def _paragraph(self, block: Paragraph, place: Place) -> str:
        tone = f"Tone{block.tone.capitalize()}" if block.tone != "plain" else ""
        words = mark(block.tone) + self.runs.words(block.text, tone)
        style = "Small" if block.small and place.style in ("", "CardText") else place.style
        return paragraph(words, style, words=block.text)

    def _bullets(self, block: Bullets, place: Place) -> str:
        level = min(place.list_level, _LISTS - 1)
        end = str(level + 1) if level else ""
        kind = "Number" if block.ordered else "Bullet"
        number = self._number(level, block.start) if block.ordered else ""
        inner = place.inside(place.room - 15, f"ListContinue{end}")
        inner = inner._replace(list_level=place.list_level + 1)
        out = []
        for item in block.items:
            first = item[0] if item and isinstance(item[0], Paragraph) else None
            words = mark(first.tone) + self.runs.words(first.text) if first else ""
            text = first.text if first else ()
            out.append(paragraph(words, f"List{kind}{end}", words=text, extra=number))
            out.append(self.write_all(item[1:] if first else item, inner))
        return "".join(out)

    def _number(self, level: int, start: int) -> str:
        """Return the properties of a numbered list that begins anew at `start`."""
        number = len(self._numbers.num_lst) + 1
        made = (
            f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="2"/>'
            f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{max(start, 0)}"/>'
            "</w:lvlOverride></w:num>"
        )
        self._numbers.append(parse_xml(made))
        return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'

    def _picture(self, block: Picture, place: Place) -> str:
        block = replace(block, width=block.width / place.abreast)
        bitmap = draw_picture(block)
        if bitmap is None:
            said = Card((Span(self.runs.labels.undrawn),), (Paragraph((Span(block.alt),)),))
            return self._card(said, place)
        scale = min(1.0, place.room * block.width / bitmap.width)
        fitted = bitmap._replace(width=bitmap.width * scale, height=bitmap.height * scale)
        out = paragraph(self.runs.picture(fitted, block.alt), kept=bool(block.caption))
        if block.caption:
            out += paragraph(self.runs.words(block.caption), "Caption", words=block.caption)
        return out

    def _card(self, block: Card, place: Place) -> str:
        inner = Place(place.room - 20, place.depth + 1, "CardText")
        return card_to_word(block, self.runs, self.write_all(block.body, inner), place.room)

    def _pairs(self, block: Pairs, place: Place) -> str:
        """Return terms beside what stands for them: a hanging indent, no table to be read out."""
        return "".join(self._pair(term, words, place) for term, words in block.pairs)

    def _pair(self, term: Text, words: Text, place: Place) -> str:
        left = place.room * _TERMS
        fits = measure_words(plain(term)) * BODY * WIDER < left - 6
        between = "<w:r><w:tab/></w:r>" if fits else "<w:r><w:br/></w:r>"
        return paragraph(
            self.runs.words(term, "ToneMuted") + between + self.runs.words(words),
            place.style,
            words=words,
            extra=f'<w:tabs><w:tab w:val="left" w:pos="{left * 20:.0f}"/></w:tabs>',
            indent=f'w:left="{left * 20:.0f}" w:hanging="{left * 20:.0f}"',
        )

    def _code(self, block: Code, _place: Place) -> str:
        tone = f"Tone{block.tone.capitalize()}" if block.tone not in ("plain", "muted") else ""
        words = make_harmless(block.text).expandtabs(4).rstrip("\n")
        return paragraph(run(words, tone), "Code")

    def _formula(self, block: Formula, place: Place) -> str:
        words = self.runs.words((Span(block.latex, math=True),))
        return paragraph(words, place.style, align="center")

    def _side_by_side(self, block: SideBySide, place: Place) -> str:
        beside = place._replace(abreast=max(sum(map(bool, block.columns)), 1))
        return "".join(self.write_all(part, beside) for part in block.columns)


def _split(blocks: Iterable[Block]) -> list[tuple[bool, list[Block]]]:
    """Return groups of blocks for upright and for landscape pages.

    The headings of a wide table, and a few words under them, go with it.
    """
    groups: list[tuple[bool, list[Block]]] = []
    waiting: list[Block] = []

    def add(wide: bool, found: Iterable[Block]) -> None:
        if not groups or groups[-1][0] != wide:
            groups.append((wide, []))
        groups[-1][1].extend(found)

    for block in blocks:
        if isinstance(block, Table) and block.wide:
            add(True, (*waiting, block))
            waiting = []
        elif isinstance(block, Heading) or (
            waiting and len(waiting) < 3 and isinstance(block, Paragraph)
        ):
            waiting.append(block)
        else:
            add(False, (*waiting, block))
            waiting = []
    if waiting:
        add(False, waiting)
    return groups
