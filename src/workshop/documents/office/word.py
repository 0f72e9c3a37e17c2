"""Write blocks as a Word document, to edit and to copy from."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENTATION, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from workshop.documents.blocks import (
    Align,
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
from workshop.documents.fonts import has_right_to_left, make_harmless, measure_words
from workshop.documents.formulas import draw_formula
from workshop.documents.measure import (
    cell_height,
    columns_of,
    is_head,
    reads_from_right,
    share_widths,
)
from workshop.documents.office.parts import (
    NO_DATE,
    Bitmap,
    draw_picture,
    draw_svg,
    fix_times,
    full_language,
    one_line,
    safe_address,
)
from workshop.documents.office.styles import (
    BODY,
    LISTS,
    NUMBERED,
    TABLE,
    WIDE_TABLE,
    border,
    dress,
    element,
    put,
    set_number,
    shading,
    style_id,
)
from workshop.documents.paper import PAPERS, PageSetup
from workshop.documents.text import blocks_to_text
from workshop.documents.theme import LINE, LOOKS, ink_on, is_readable

WIDER = 1.09
"""The ratio of the office font's width to that of the measured font."""
_UNDIVIDED_HEIGHT = 260.0
"""Points up to which a table is kept on one page."""
_PAPERS = {"a4": (595.3, 841.9), "letter": (612.0, 792.0)}
_SIDE, _TOP, _FOOT = 62.0, 68.0, 62.0
"""Margins in points."""
_LISTED = 2
"""Levels of headings in the table of contents."""
_DEEPEST = 6
_TERMS = 0.26
"""The share of the width for terms before their descriptions."""
_SHARP = 400
"""Pixels per inch of a formula, whose lines are fine."""
_ALIGNED = {"right": WD_ALIGN_PARAGRAPH.RIGHT, "center": WD_ALIGN_PARAGRAPH.CENTER}


class Place(NamedTuple):
    """The container of a block, and the points of width it has there."""

    parent: Any
    room: float
    depth: int = 0
    style: str = ""
    list_level: int = 0
    abreast: int = 1
    """The number of blocks side by side in the PDF; here they are stacked.

    Pictures stay as small.
    """

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
    writer = Writer(docx.Document(), setup, settled)
    writer.write_cover()
    with_cover = writer.holds_text
    begins = not setup.new_pages  # else each part begins its page by itself
    writer.write_page(settled[: setup.front], begins and with_cover)
    with_front = writer.holds_text
    writer.write_contents()
    writer.write_page(settled[setup.front :], begins and (with_front or writer.holds_text))
    writer.finish()
    out = io.BytesIO()
    writer.document.save(out)
    return fix_times(out.getvalue())


class Writer:
    """Writes blocks into one document, from its beginning to its end."""

    def __init__(self, document: Document, setup: PageSetup, blocks: Sequence[Block]) -> None:
        self.document = document
        self._setup = setup
        self._labels = setup.labels
        self._name = setup.name(blocks)
        self._headings = list(find_headings(blocks))
        self._body: Any = document._body
        self._sheet = _PAPERS[setup.paper]
        self._marked = 0
        dress(document, full_language(setup.language), setup.new_pages, self._sheet[0] - 2 * _SIDE)
        self._shape(document.sections[0], upright=True)
        self._kinds: dict[type, Callable[[Any, Place], None]] = {
            Heading: self._heading,
            Paragraph: self._paragraph,
            Bullets: self._bullets,
            Table: self._table,
            Picture: self._picture,
            Card: self._card,
            Pairs: self._pairs,
            Code: self._code,
            Quote: lambda b, at: self.write_all(b.body, at.inside(at.room - 14, "Quote")),
            Formula: self._formula,
            SideBySide: self._side_by_side,
            Rule: lambda _block, at: self._line(at.parent, "Rule"),
            PageBreak: lambda _block, at: self._line(at.parent, "Rule"),  # inside another block
        }

    # -- the parts of a document ----------------------------------------------------------------

    @property
    def holds_text(self) -> bool:
        return len(self._body._element) > 1  # the last element is the section's

    def write_cover(self) -> None:
        """Write the title page, if there is one."""
        if self._setup.cover:
            self._run(self._line(self._body, "Cover Organisation"), self._setup.organisation)
            self._words(self._line(self._body, "Title"), (Span(self._name),))
            for line in filter(None, (*self._setup.subtitle, self._setup.remark)):
                self._run(self._line(self._body, "Subtitle"), line)

    def write_contents(self) -> None:
        """Write a contents field that Word and LibreOffice fill.

        Until then it links the headings without page numbers.
        """
        listed = [
            (n, h) for n, h in enumerate(self._headings, 1) if h.level <= _LISTED and plain(h.text)
        ]
        if not self._setup.contents or not listed:
            return
        self._run(self._line(self._body, "TOC Heading"), self._labels.contents)
        for at, (number, heading) in enumerate(listed):
            line = self._line(self._body, f"toc {heading.level}", heading.text)
            if at == 0:
                _begin_field(line, f' TOC \\o "1-{_LISTED}" \\h \\z \\u ')
            link = element("w:hyperlink", anchor=_mark(number), history=1)
            line._p.append(link)
            self._run(line, " ".join(plain(heading.text).split()), within=link)
            if at == len(listed) - 1:
                line.add_run()._r.append(element("w:fldChar", fldCharType="end"))

    def write_page(self, blocks: Iterable[Block], new_page: bool = False) -> None:
        """Write the blocks of a page; a wide table gets a landscape page.

        Its headings go with it.
        """
        for wide, group in _split(blocks):
            turned = self._turn(upright=not wide)
            room = self._sheet[1 if wide else 0] - 2 * _SIDE
            self.write_all(group, Place(self._body, room), new_page and not turned)
            new_page = False

    def _turn(self, upright: bool) -> bool:
        """Begin upright or landscape pages; return whether a new page began."""
        last = self.document.sections[-1]
        if (last.orientation == WD_ORIENTATION.PORTRAIT) == upright:
            return False
        if self.holds_text:
            last = self.document.add_section(WD_SECTION.NEW_PAGE)
            ends = self._body._element[-2]
            ends.get_or_add_pPr().style = "Gap"
        self._shape(last, upright)
        return True

    def _shape(self, section: Any, upright: bool) -> None:
        width, height = self._sheet if upright else reversed(self._sheet)
        section.orientation = WD_ORIENTATION.PORTRAIT if upright else WD_ORIENTATION.LANDSCAPE
        section.page_width, section.page_height = Pt(width), Pt(height)
        section.left_margin = section.right_margin = Pt(_SIDE)
        section.top_margin, section.bottom_margin = Pt(_TOP), Pt(_FOOT)
        section.header_distance, section.footer_distance = Pt(34), Pt(28)

    def finish(self) -> None:
        """Set header, footer and properties once all text is written."""
        setup, first = self._setup, self.document.sections[0]
        organisation = "" if setup.organisation in self._name else setup.organisation
        running = setup.running_head or " · ".join(p for p in (organisation, self._name) if p)
        running = " ".join(running.split())
        shown = running if len(running) <= 110 else running[:109].rstrip() + "…"
        self._run(first.header.paragraphs[0], shown)
        foot: Any = first.footer.paragraphs[0]
        before, between, after = self._labels.number_pages()
        for words, code in ((before, " PAGE "), (between, " NUMPAGES "), (after, "")):
            self._run(foot, words)
            if code:
                _begin_field(foot, code)
                self._run(foot, "1")
                foot.add_run()._r.append(element("w:fldChar", fldCharType="end"))
        if setup.cover:
            first.different_first_page_header_footer = True
        about = self.document.core_properties
        about.title = make_harmless(self._name)[:255]
        about.author = make_harmless(setup.author or setup.organisation)[:255]
        about.last_modified_by = about.author
        about.comments = ""
        about.language = full_language(setup.language)
        about.created = about.modified = (setup.timestamp or NO_DATE).replace(tzinfo=None)
        files = self.document.part.package.rels
        for number in [n for n, r in files.items() if r.reltype == RT.THUMBNAIL]:
            del files[number]  # a picture of the library's empty template
        if setup.contents:
            settings = self.document.settings.element
            settings.find(qn("w:compat")).addprevious(element("w:updateFields", val="true"))

    # -- paragraphs and runs --------------------------------------------------------------------

    def _line(self, parent: Any, style: str = "", words: Text = (), align: Align = "left") -> Any:
        """Add a paragraph; `words` decide its direction."""
        line = parent.add_paragraph()
        if style:
            line._p.style = style_id(style)
        if reads_from_right(words):
            put(line._p.get_or_add_pPr(), element("w:bidi"))
        if align in _ALIGNED:
            line.alignment = _ALIGNED[align]
        return line

    def _words(self, line: Any, spans: Text, style: str = "", bold: bool = False) -> None:
        """Add spans as runs; `style` is the character style if a span has none."""
        for span in spans:
            if span.math and self._drawn(line, span.text):
                continue
            tone = f"Tone {span.tone.capitalize()}" if span.tone != "plain" else ""
            name = "Code Text" if span.code or span.math else tone or style
            address, link = safe_address(span.link), None
            if address and make_harmless(span.text):
                number = self.document.part.relate_to(address, RT.HYPERLINK, is_external=True)
                link = element("w:hyperlink", history=1)
                link.set(qn("r:id"), number)
                line._p.append(link)
                name = "Hyperlink"
            strong = bold or span.strong or (bool(tone) and span.tone != "muted")
            made = self._run(line, span.text, name, strong, within=link)
            if made is not None and span.emph:
                made.font.italic = made.font.cs_italic = True
            if made is not None and is_readable(span.colour):
                made.font.color.rgb = RGBColor.from_string(span.colour[1:].upper())
            if made is not None and span.strike:
                made.font.strike = True
            if made is not None and span.raised:
                made.font.superscript = True

    def _drawn(self, line: Any, latex: str) -> bool:
        drawn, size = draw_formula(latex), 10.0
        bitmap = draw_svg(drawn.svg, drawn.width * size, _SHARP) if drawn else None
        if drawn is None or bitmap is None:
            return False
        run = self._add_picture(line, bitmap, latex)
        put(run._r.get_or_add_rPr(), element("w:position", val=round(-drawn.depth * size * 2)))
        return True

    def _run(
        self, line: Any, words: str, style: str = "", bold: bool = False, within: Any = None
    ) -> Any:
        """Add typed words as one run without markup; keep line breaks."""
        words = make_harmless(words).replace("\t", " ")
        if not words:
            return None
        run = line.add_run(words)
        if style:
            run._r.style = style_id(style)
        if bold:
            run.font.bold = run.font.cs_bold = True
        if has_right_to_left(words):
            run.font.rtl = True
        if within is not None:
            within.append(run._r)
        return run

    def _mark(self, line: Any, mark: str, style: str) -> None:
        """Add a cell's mark in the look of its tone."""
        if mark:
            self._run(line, f"{mark}\u00a0", style, bold=mark.isalnum())

    def _add_picture(self, line: Any, bitmap: Bitmap, alt: str) -> Any:
        run = line.add_run()
        shape = run.add_picture(io.BytesIO(bitmap.data), Pt(bitmap.width), Pt(bitmap.height))
        shape._inline.docPr.set("descr", one_line(alt) or one_line(self._labels.undescribed))
        return run

    # -- blocks ---------------------------------------------------------------------------------

    def write_all(self, blocks: Iterable[Block], place: Place, new_page: bool = False) -> None:
        """Write blocks in order, the first on a new page if `new_page`."""
        if place.depth > _DEEPEST:  # nobody reads so deep an indent; the words are kept
            for block in blocks:
                gist = blocks_to_text((block,), 10_000, self._labels)
                self._run(self._line(place.parent, place.style), gist)
            return
        root = place.parent._element
        given = tuple(blocks)
        for block, following in itertools.zip_longest(given, given[1:]):
            if isinstance(block, PageBreak) and not place.depth:
                new_page = True
                continue
            end = 1 if place.parent is self._body else 0  # the section's own element stays last
            at = len(root) - end
            self._kinds[type(block)](block, place)
            written = list(root)[at : len(root) - end]
            if isinstance(block, Card) and isinstance(following, Table):
                for line in (p for one in written for p in one.iter(qn("w:p"))):
                    line.get_or_add_pPr().keepNext_val = True
            if new_page and written:
                first = written[0]
                if first.tag != qn("w:p"):
                    gap = self._line(place.parent, "Gap")._p
                    first.addprevious(gap)
                    first = gap
                first.get_or_add_pPr().pageBreakBefore_val = True
                new_page = False

    def _heading(self, block: Heading, place: Place) -> None:
        line = self._line(place.parent, f"Heading {block.level}", block.text)
        self._marked += 1
        mark = {"id": self._marked}
        line._p.append(element("w:bookmarkStart", **mark, name=_mark(self._marked)))
        self._words(line, block.text)
        line._p.append(element("w:bookmarkEnd", **mark))
        if block.lead:
            self._words(self._line(place.parent, "Lead", block.lead), block.lead)

    def _paragraph(self, block: Paragraph, place: Place) -> None:
        style = "Small" if block.small and place.style in ("", "Card Text") else place.style
        line = self._line(place.parent, style, block.text)
        tone = f"Tone {block.tone.capitalize()}" if block.tone != "plain" else ""
        self._words(line, block.text, tone)

    def _bullets(self, block: Bullets, place: Place) -> None:
        level = min(place.list_level, LISTS - 1)
        end = f" {level + 1}" if level else ""
        style = f"List {'Number' if block.ordered else 'Bullet'}{end}"
        number = self._number(level, block.start) if block.ordered else 0
        inner = place.inside(place.room - 15, f"List Continue{end}")
        inner = inner._replace(list_level=place.list_level + 1)
        for item in block.items:
            first = item[0] if item and isinstance(item[0], Paragraph) else None
            line = self._line(place.parent, style, first.text if first else ())
            if number:
                set_number(line._p.get_or_add_pPr(), level, number)
            if first:
                self._words(line, first.text)
            self.write_all(item[1:] if first else item, inner)

    def _number(self, level: int, start: int) -> int:
        """Return the number of a new numbered list that begins at `start`."""
        numbers: Any = self.document.part.numbering_part.element
        made = numbers.add_num(NUMBERED)
        made.add_lvlOverride(level).add_startOverride(max(start, 0))
        number: int = made.numId
        return number

    def _picture(self, block: Picture, place: Place) -> None:
        block = replace(block, width=block.width / place.abreast)
        bitmap = draw_picture(block)
        if bitmap is None:
            card = Card((Span(self._labels.undrawn),), (Paragraph((Span(block.alt),)),))
            self._card(card, place)
            return
        scale = min(1.0, place.room * block.width / bitmap.width)
        fitted = bitmap._replace(width=bitmap.width * scale, height=bitmap.height * scale)
        line = self._line(place.parent)
        self._add_picture(line, fitted, block.alt)
        if block.caption:
            line.paragraph_format.keep_with_next = True
            self._words(self._line(place.parent, "Caption", block.caption), block.caption)

    def _pairs(self, block: Pairs, place: Place) -> None:
        """Write terms with descriptions as a hanging indent, without a table.

        A screen reader then reads running text.
        """
        left = place.room * _TERMS
        for term, words in block.pairs:
            line = self._line(place.parent, place.style, words)
            look: Any = line.paragraph_format
            look.tab_stops.add_tab_stop(Pt(left))
            look.left_indent, look.first_line_indent = Pt(left), -Pt(left)
            self._words(line, term, "Tone Muted")
            run = line.add_run()
            if measure_words(plain(term)) * BODY * WIDER < left - 6:
                run.add_tab()
            else:
                run.add_break()
            self._words(line, words)

    def _code(self, block: Code, place: Place) -> None:
        tone = f"Tone {block.tone.capitalize()}" if block.tone not in ("plain", "muted") else ""
        words = make_harmless(block.text).expandtabs(4).rstrip("\n")
        self._run(self._line(place.parent, "Code"), words, tone)

    def _formula(self, block: Formula, place: Place) -> None:
        line = self._line(place.parent, place.style, align="center")
        self._words(line, (Span(block.latex, math=True),))

    def _side_by_side(self, block: SideBySide, place: Place) -> None:
        for part in block.columns:
            self.write_all(part, place._replace(abreast=max(sum(map(bool, block.columns)), 1)))

    # -- tables and cards -----------------------------------------------------------------------

    def _table(self, block: Table, place: Place) -> None:
        """Write a table with its caption below, no wider than the room."""
        columns = columns_of(block)
        if not columns:
            words = block.caption or (Span(self._labels.empty_table),)
            self._words(self._line(place.parent, "Caption", words), words)
            return
        wide = "Wide " if block.wide or len(columns) > 8 else ""
        size = (WIDE_TABLE if wide else TABLE) * WIDER
        widths = share_widths(columns, block.rows, place.room, size)
        height = sum(
            max(
                (cell_height(c.text, w, size) for c, w in zip(r, widths, strict=False)),
                default=0,
            )
            for r in block.rows
        )
        title = plain(block.caption) or " · ".join(plain(c.title) for c in columns)
        made = self._grid(place.parent, "FindingsTable", len(block.rows) + 1, widths, title)
        look = made.tblPr.find(qn("w:tblLook"))
        look.set(qn("w:firstColumn"), str(int(block.row_heads)))
        look.set(qn("w:val"), "04A0" if block.row_heads else "0420")
        head, *rows = made.tr_lst
        for column, tc, width in zip(columns, head.tc_lst, widths, strict=True):
            line = self._fill(tc, width, column.tone, f"{wide}Table Heading", column.title, column)
            style = f"Tone {column.tone.capitalize()}" if column.tone != "plain" else ""
            self._words(line, column.title, style, bold=True)
            self._paint(tc, line, column.background)
            tc.get_or_add_tcPr().append(element("w:vAlign", val="bottom"))
        last = len(rows) - 1
        for at, (cells, tr) in enumerate(zip(block.rows, rows, strict=True)):
            with_next = (height < _UNDIVIDED_HEIGHT and at < last) or (
                at == last and bool(block.caption)
            )
            with_next = with_next or (at < last and is_head(cells, columns))
            self._row(cells, tr, columns, widths, f"{wide}Table Text", with_next)
        if block.caption:
            self._words(self._line(place.parent, "Caption", block.caption), block.caption)
        else:
            self._line(place.parent, "Gap")  # else two tables would be one

    def _row(
        self,
        cells: Sequence[Cell],
        tr: Any,
        columns: Sequence[Column],
        widths: Sequence[float],
        style: str,
        with_next: bool,
    ) -> None:
        places, at = tr.tc_lst, 0
        for cell in (*cells, *[Cell(())] * (len(columns) - sum(c.span for c in cells))):
            span = min(max(cell.span, 1), len(columns) - at)
            if span < 1:
                break
            tc, column = places[at], columns[at]
            for surplus in places[at + 1 : at + span]:
                tr.remove(surplus)
            if span > 1:
                tc.grid_span = span
            fill = cell.tone if cell.fill else column.tone
            line = self._fill(tc, sum(widths[at : at + span]), fill, style, cell.text, column)
            tone = f"Tone {cell.tone.capitalize()}" if cell.tone != "plain" else ""
            self._mark(line, cell.mark, tone)
            self._words(line, cell.text, tone, bold=cell.strong)
            self._paint(tc, line, cell.background)
            if with_next:
                line.paragraph_format.keep_with_next = True
            at += span

    def _paint(self, tc: Any, line: Any, background: str) -> None:
        """Give a cell a colour of its own, and its words an ink that can be read on it."""
        if ink := ink_on(background):
            for old in tc.get_or_add_tcPr().findall(qn("w:shd")):
                tc.tcPr.remove(old)
            tc.tcPr.append(shading(background))
            for run in line.runs:
                run.font.color.rgb = RGBColor.from_string(ink[1:].upper())

    def _fill(
        self, tc: Any, width: float, tone: Tone, style: str, words: Text, column: Column
    ) -> Any:
        """Set a cell's width, tint and direction; return its paragraph."""
        tc.width = Pt(width)
        if tone != "plain":
            tc.get_or_add_tcPr().append(shading(LOOKS[tone].tint))
        cell = docx.table._Cell(tc, self._body)
        tc.clear_content()
        return self._line(cell, style, words, column.align)

    def _card(self, block: Card, place: Place) -> None:
        """Write a card as a table of one column with the title as its header."""
        look = LOOKS[block.tone]
        label = block.label or self._labels.tone(block.tone)
        tone: Tone = "muted" if block.tone == "plain" else block.tone
        filled = bool(block.body or block.sources)
        title = f"{label}: {plain(block.title)}" if label else plain(block.title)
        made = self._grid(place.parent, "FindingsCard", 1 + filled, [place.room], title)
        table_look = made.tblPr.find(qn("w:tblLook"))
        for name in ("firstColumn", "noHBand"):
            table_look.set(qn(f"w:{name}"), str(int(name == "noHBand")))
        table_look.set(qn("w:val"), "0020")
        cells = []
        for tr in made.tr_lst:
            tc = tr.tc_lst[0]
            tc.width = Pt(place.room)
            edge = LINE if block.tone in ("plain", "muted") else look.ink
            borders = element("w:tcBorders")
            borders.append(border("left", 3, edge))
            tc.get_or_add_tcPr().append(borders)
            if block.boxed:
                tc.get_or_add_tcPr().append(shading(look.tint))
            tc.clear_content()
            cells.append(docx.table._Cell(tc, self._body))
        style = "Main Card Title" if block.boxed else "Card Title"
        line = self._line(cells[0], style, block.title)
        # A run has one style: the label's look is its style, its colour comes from the tone.
        shown = self._run(line, label, "Card Label")
        if shown is not None:
            shown.font.color.rgb = RGBColor.from_string(LOOKS[tone].ink[1:].upper())
        if label and plain(block.title):
            if block.boxed:
                line.add_run().add_break()
            else:
                self._run(line, "  ")
        self._words(line, block.title)
        if filled:
            inner = Place(cells[1], place.room - 20, place.depth + 1, "Card Text")
            self.write_all(block.body, inner)
            if block.sources:
                named = self._labels.name_sources(" · ".join(block.sources), len(block.sources))
                self._run(self._line(cells[1], "Sources"), named)
            if cells[1]._element[-1].tag != qn("w:p"):  # a cell must end with a paragraph
                self._line(cells[1], "Gap")
        self._line(place.parent, "Gap")

    def _grid(self, parent: Any, style: str, rows: int, widths: Sequence[float], title: str) -> Any:
        """Add an empty table with a header row; `title` is its alternative text."""
        width = Pt(sum(widths))
        if parent is self._body:
            table = parent.add_table(rows, len(widths), width)
        else:  # the library would add an empty paragraph below
            table = docx.blkcntnr.BlockItemContainer.add_table(parent, rows, len(widths), width)
        made = table._tbl
        table.autofit = False
        look = made.tblPr
        look.style = style
        wide = look.find(qn("w:tblW"))
        wide.set(qn("w:type"), "dxa")
        wide.set(qn("w:w"), f"{sum(widths) * 20:.0f}")
        for column, points in zip(made.tblGrid.gridCol_lst, widths, strict=True):
            column.w = Pt(points)
        look.append(element("w:tblCaption", val=one_line(title)[:250]))
        for at, tr in enumerate(made.tr_lst):
            properties = tr.get_or_add_trPr()
            properties.append(element("w:cantSplit"))
            if at == 0:
                properties.append(element("w:tblHeader"))
        return made


def _mark(number: int) -> str:
    return f"_Toc{number:08d}"


def _begin_field(line: Any, code: str) -> None:
    """Begin a field; what is added until its end is its current result."""
    instruction = element("w:instrText")
    instruction.text = code
    instruction.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    for part in (
        element("w:fldChar", fldCharType="begin"),
        instruction,
        element("w:fldChar", fldCharType="separate"),
    ):
        line.add_run()._r.append(part)


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
