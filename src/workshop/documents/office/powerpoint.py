"""Write PowerPoint slides: titles, tables and pictures that fit."""

from __future__ import annotations

import copy
import datetime
import io
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pptx
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.slide import SlideLayout
from pptx.util import Pt

from workshop.documents.blocks import Cell, Column, Picture, Span, Table, Tone, plain
from workshop.documents.fonts import make_harmless
from workshop.documents.measure import (
    PADDING,
    Line,
    TablePage,
    TableRoom,
    columns_of,
    fit_lines,
    fit_table,
    reads_from_right,
    shorten,
    text_height,
)
from workshop.documents.office.parts import NO_DATE, draw_picture, fix_times, full_language
from workshop.documents.office.styles import dress_theme
from workshop.documents.theme import LINE, LOOKS

WIDTH, HEIGHT = 960.0, 540.0
"""A 16:9 slide, in points."""
LEFT, TITLE, LEAD, TOP, FOOT = 46.0, 26.0, 72.0, 124.0, 506.0
"""Points to the left edge, title, lead and content, and the content's end."""
ROOM = WIDTH - 2 * LEFT
TITLE_SIZE, LEAD_SIZE, FOOT_SIZE = 25.0, 15.0, 10.0
CELL_SIZES = (18.0, 16.0, 14.0, 12.5)
"""Sizes of type in points; a table gets the largest that fits on a slide."""
_LAYOUTS = {1: "Title and Text", 2: "Title, Lead and Chart"}
_LAST = 512.0


def dress(show: Any) -> tuple[SlideLayout, SlideLayout]:
    """Set up a new presentation; return its two layouts.

    The first is for text under a title, the second has a lead above a table or a picture.
    """
    show.slide_width, show.slide_height = Pt(WIDTH), Pt(HEIGHT)
    size = show.part._element.find(qn("p:sldSz"))
    size.attrib.pop("type", None)  # the template's own shape, which this is no longer
    master = show.slide_master
    remaining = []
    for at, layout in enumerate(list(master.slide_layouts)):
        if at in _LAYOUTS:
            layout.name = _LAYOUTS[at]
            remaining.append(layout)
        else:
            master.slide_layouts.remove(layout)
    for holder in (master, *remaining):
        _place(holder, lead=holder is remaining[1])
    _set_levels(master)
    theme = master.part.part_related_by(RT.THEME)
    theme._blob = dress_theme(theme.blob)
    for part, kind in ((show.part, RT.PRINTER_SETTINGS), (show.part.package, RT.THUMBNAIL)):
        for number, relation in list(part._rels.items()):
            if relation.reltype == kind:
                part._rels.pop(number)
    return remaining[0], remaining[1]


def kind_of(shape: Any) -> str:
    """Return the kind of a placeholder: title, body, ftr, sldNum, dt."""
    return str(shape._element.find(f".//{qn('p:ph')}").get("type") or "body")


def _place(holder: Any, lead: bool) -> None:
    """Position the placeholders of a layout on a wide slide."""
    boxes = {
        "title": (LEFT, TITLE, ROOM, LEAD - TITLE),
        "body": (LEFT, LEAD, ROOM, TOP - LEAD - 4) if lead else (LEFT, TOP, ROOM, FOOT - TOP - 6),
        "ftr": (LEFT, _LAST, 640.0, 20.0),
        "sldNum": (WIDTH - LEFT - 120, _LAST, 120.0, 20.0),
    }
    for shape in list(holder.placeholders):
        kind = kind_of(shape)
        if kind not in boxes:  # a date of its own would be another one each day
            shape._element.getparent().remove(shape._element)
            continue
        shape.left, shape.top, shape.width, shape.height = map(Pt, boxes[kind])
        _style(shape, kind, lead)


def _style(shape: Any, kind: str, lead: bool) -> None:
    """Replace the template's text style of a placeholder."""
    looks = {"title": ("b", TITLE_SIZE, 1), "body": ("t", LEAD_SIZE, 0)}
    anchor, size, bold = looks.get(kind, ("ctr", FOOT_SIZE, 0))
    quiet = kind in ("ftr", "sldNum") or (lead and kind == "body")
    ink = LOOKS["muted" if quiet else "plain"].ink
    body = shape._element.find(qn("p:txBody"))
    frame = body.find(qn("a:bodyPr"))
    frame.set("anchor", anchor)
    if kind != "body" or lead:
        frame.set("lIns", "0")
    look = _element("a:defRPr", sz=f"{size * 100:.0f}", b=bold, cap="none")
    look.append(_solid(ink))
    level = _element("a:lvl1pPr", marL=0, indent=0, algn="r" if kind == "sldNum" else "l")
    level.extend((_element("a:buNone"), look))
    made = _element("a:lstStyle")
    made.append(level)
    body.replace(body.find(qn("a:lstStyle")), made)


def _set_levels(master: Any) -> None:
    """Left-align text of every level, in our sizes and without bullets."""
    styles = master._element.find(qn("p:txStyles"))
    for name, size, bold in (("p:titleStyle", TITLE_SIZE, "1"), ("p:bodyStyle", LEAD_SIZE, "0")):
        for level in styles.find(qn(name)):
            for key, value in (("algn", "l"), ("marL", "0"), ("indent", "0")):
                level.set(key, value)
            for bullet in level.findall(qn("a:buChar")) + level.findall(qn("a:buFont")):
                level.remove(bullet)
            look = level.find(qn("a:defRPr"))
            if level.find(qn("a:buNone")) is None:
                look.addprevious(_element("a:buNone"))
            look.set("sz", str(round(size * 100)))
            look.set("b", bold)


_CAPTION_SIZE = 11.0
_PPI = 300
_PLAIN_TABLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""The table style without a grid; cells have their own borders."""
_ALIGNED = {"right": PP_ALIGN.RIGHT, "center": PP_ALIGN.CENTER, "left": None}


class Deck:
    """A presentation that is being written, in one language, with one footer."""

    def __init__(self, title: str, author: str, language: str, footer: str) -> None:
        self._show = pptx.Presentation()
        self._language = full_language(language)
        self._footer = " ".join(make_harmless(footer).split())[:110]
        self._about = (title, author)
        self._text, self._chart = dress(self._show)

    def add_text(
        self, title: str, lead: str, lines: Sequence[Line], tone: Tone, notes: str
    ) -> None:
        """Add a slide with a tinted panel of text, made smaller or shorter to fit."""
        slide = self._slide(self._text, title, notes)
        panel, most = slide.placeholders[1], FOOT - TOP - 6
        fitted = fit_lines(lines, ROOM - 40, most - 28)
        high = sum(line.height(ROOM - 40) for line in fitted) + 28
        panel.left, panel.top, panel.width, panel.height = map(Pt, (LEFT, TOP, ROOM, high))
        panel.fill.solid()
        panel.fill.fore_color.rgb = _rgb(LOOKS[tone].tint)
        frame = panel.text_frame
        frame.margin_left = frame.margin_right = Pt(16)
        frame.margin_top = frame.margin_bottom = Pt(12)
        self._write(frame, fitted)
        if lead:
            shown_lead = shorten(lead, ROOM, LEAD_SIZE, 1)
            self._box(slide, "Lead", Line(shown_lead, LEAD_SIZE, tone="muted"), LEAD, 28)

    def add_table(
        self,
        title: str,
        lead: str,
        table: Table,
        notes: str,
        again: Callable[[str, int, int], str],
    ) -> None:
        """Add a table on as many slides as needed.

        `again(title, n, all)` returns the title of each.
        """
        columns = columns_of(table)
        room, pages = fit_table(columns, table, ROOM, FOOT - TOP, CELL_SIZES)
        for n, page in enumerate(pages, 1):
            named = title if len(pages) == 1 else again(title, n, len(pages))
            slide = self._slide(self._chart, named, notes, lead)
            self._table(slide, table, columns, room, page)

    def add_picture(self, title: str, lead: str, picture: Picture, notes: str) -> None:
        """Add a picture as large as fits, with its caption, or else its words."""
        slide = self._slide(self._chart, title, notes, lead)
        bitmap = draw_picture(picture, _PPI)
        if bitmap is None:
            box = slide.shapes.add_textbox(Pt(LEFT), Pt(TOP), Pt(ROOM), Pt(FOOT - TOP))
            self._write(box.text_frame, fit_lines([Line(picture.alt)], ROOM - 16, FOOT - TOP - 12))
            return
        caption = shorten(plain(picture.caption), ROOM - 16, _CAPTION_SIZE, 2)
        below = text_height(caption, ROOM - 16, _CAPTION_SIZE) + 10 if caption else 0.0
        scale = min(ROOM / bitmap.width, (FOOT - TOP - below) / bitmap.height)
        wide, high = bitmap.width * scale, bitmap.height * scale
        shape = slide.shapes.add_picture(
            io.BytesIO(bitmap.data), Pt(LEFT), Pt(TOP), Pt(wide), Pt(high)
        )
        _describe(shape, picture.alt)
        if caption:
            line = Line(caption, _CAPTION_SIZE, tone="muted")
            self._box(slide, "Caption", line, TOP + high + 2, below)

    def save(self, when: datetime.datetime | None) -> bytes:
        """Return the presentation as bytes, the same for the same slides."""
        about = self._show.core_properties
        about.title, about.author = (make_harmless(words)[:255] for words in self._about)
        about.last_modified_by = about.author
        about.language = self._language
        about.created = about.modified = (when or NO_DATE).replace(tzinfo=None)
        about.revision = 1
        out = io.BytesIO()
        self._show.save(out)
        return fix_times(out.getvalue())

    # -- parts of a slide -----------------------------------------------------------------------

    def _slide(self, layout: Any, title: str, notes: str, lead: str = "") -> Any:
        slide = self._show.slides.add_slide(layout)
        head = slide.shapes.title
        written = slide.notes_slide.notes_text_frame
        if head is None or written is None:
            raise ValueError("the library's template lacks a title or notes")
        shown = shorten(title, ROOM, TITLE_SIZE, 1, bold=True)
        self._write(head.text_frame, [Line(shown, 0)])
        whole = [title] if shown != title else []
        if layout is self._chart:
            shown_lead = shorten(lead, ROOM - 8, LEAD_SIZE, 2)
            self._write(slide.placeholders[1].text_frame, [Line(shown_lead, 0)])
            whole += [lead] if lead else []
        self._write(written, [Line(words, 0) for words in (*whole, *notes.split("\n"))])
        for shape in layout.placeholders:
            if kind_of(shape) in ("ftr", "sldNum"):
                self._repeat(slide, shape)
        return slide

    def _repeat(self, slide: Any, of_layout: Any) -> None:
        """Copy the layout's footer or slide number, which the library leaves out."""
        kind, shapes = kind_of(of_layout), slide.shapes
        number = max(int(n) for n in shapes._spTree.xpath(".//p:cNvPr/@id")) + 1
        made = copy.deepcopy(of_layout._element)
        name = "Footer" if kind == "ftr" else "Slide Number"
        for about in made.xpath(".//p:cNvPr"):
            about.set("id", str(number))
            about.set("name", name)
        shapes._spTree.append(made)
        line = shapes[-1].text_frame.paragraphs[0]
        line.alignment = PP_ALIGN.LEFT if kind == "ftr" else PP_ALIGN.RIGHT
        if kind == "ftr":
            line.text = self._footer
        # What the layout says of its foot not every program reads.
        for part in line._p.xpath("./a:r | ./a:fld"):
            look = part.get_or_add_rPr()
            look.set("lang", self._language)
            look.set("sz", f"{FOOT_SIZE * 100:.0f}")
            for child in list(look):
                look.remove(child)
            look.extend((_solid(LOOKS["muted"].ink), _element("a:latin", typeface="+mn-lt")))
            if kind == "sldNum":
                part.find(qn("a:t")).text = str(len(self._show.slides))

    def _box(self, slide: Any, name: str, line: Line, top: float, height: float) -> None:
        box = slide.shapes.add_textbox(Pt(LEFT), Pt(top), Pt(ROOM), Pt(height))
        box.name = name
        box.text_frame.margin_left = Pt(0)
        self._write(box.text_frame, [line])

    def _write(self, frame: Any, lines: Iterable[Line]) -> None:
        frame.word_wrap = True
        for at, line in enumerate(lines):
            made = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
            if line.size and at:
                made.space_before = Pt(line.before)
            if reads_from_right((Span(line.words),)):
                made._p.get_or_add_pPr().set("rtl", "1")
            for words, bold in ((line.head, True), (line.words, line.bold)):
                if words:
                    self._run(made, words, line, bold)

    def _run(self, paragraph: Any, words: str, line: Line, bold: bool) -> None:
        run = paragraph.add_run()
        run.text = " ".join(re.split(r"[\t\n]+", make_harmless(words)))
        run._r.get_or_add_rPr().set("lang", self._language)
        if line.size:
            run.font.size = Pt(line.size)
        if bold:
            run.font.bold = True
        if line.tone != "plain":
            run.font.color.rgb = _rgb(LOOKS[line.tone].ink)

    # -- tables ---------------------------------------------------------------------------------

    def _table(
        self,
        slide: Any,
        table: Table,
        columns: Sequence[Column],
        room: TableRoom,
        page: TablePage,
    ) -> None:
        frame = slide.shapes.add_table(
            len(page.heights),
            len(columns),
            Pt(LEFT),
            Pt(TOP),
            Pt(sum(page.widths)),
            Pt(sum(page.heights)),
        )
        _describe(frame, plain(table.caption) or " · ".join(plain(c.title) for c in columns))
        made = frame.table
        look: Any = made._tbl.tblPr
        look.find(qn("a:tableStyleId")).text = _PLAIN_TABLE
        made.horz_banding, made.first_col = False, table.row_heads
        for at, width in enumerate(page.widths):
            made.columns[at].width = Pt(width)
        for at, height in enumerate(page.heights):
            made.rows[at].height = Pt(height)
        heads = [Cell(c.title, strong=True) for c in columns]
        for n, cells in enumerate((heads, *page.rows)):
            at = 0
            for cell in cells:
                span = min(max(cell.span, 1), len(columns) - at)
                place = made.cell(n, at)
                if span > 1:
                    place.merge(made.cell(n, at + span - 1))
                shown = room.show(cell, sum(page.widths[at : at + span]))
                self._cell(place, cell, columns[at], Line(shown, room.size), head=n == 0)
                at += span

    def _cell(self, place: Any, cell: Cell, column: Column, line: Line, head: bool) -> None:
        strong = cell.strong or (cell.fill and any(s.strong for s in cell.text))
        self._write(place.text_frame, [line._replace(bold=strong, tone=cell.tone)])
        place.text_frame.paragraphs[0].alignment = _ALIGNED[column.align]
        place.vertical_anchor = MSO_ANCHOR.BOTTOM if head else MSO_ANCHOR.TOP
        place.margin_left = place.margin_right = Pt(PADDING / 2)
        place.margin_top = place.margin_bottom = Pt(3.5)
        filled = ("muted" if cell.tone == "plain" else cell.tone) if cell.fill else column.tone
        rule = _element("a:lnB", w=12700 if head else 6350)
        rule.append(_solid(LOOKS["plain"].ink if head else LINE))
        place._tc.get_or_add_tcPr().append(rule)
        if filled == "plain":
            place.fill.background()
        else:
            place.fill.solid()
            place.fill.fore_color.rgb = _rgb(LOOKS[filled].tint)


def _element(tag: str, /, **attributes: object) -> Any:
    """Return an XML element that the library has no method for."""
    made: Any = OxmlElement(tag)
    for key, value in attributes.items():
        made.set(key, str(value))
    return made


def _solid(color: str) -> Any:
    fill = _element("a:solidFill")
    fill.append(_element("a:srgbClr", val=color[1:].upper()))
    return fill


def _rgb(color: str) -> Any:
    made: Any = RGBColor
    return made.from_string(color[1:].upper())


def _describe(shape: Any, alt: str) -> None:
    about = shape._element.xpath(".//p:cNvPr")[0]
    about.set("descr", " ".join(make_harmless(alt).split()))
