"""The one design of slides: their shape, two layouts, fonts and colours."""

from __future__ import annotations

from typing import Any

from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.slide import SlideLayout
from pptx.util import Pt

from workshop.office.styles import dress_theme
from workshop.render.tones import LOOKS

WIDTH, HEIGHT = 960.0, 540.0
"""A 16:9 slide, in points."""
LEFT, TITLE, LEAD, TOP, FOOT = 46.0, 26.0, 72.0, 124.0, 506.0
"""Where things begin: the left edge, the title, the lead, the content; and where content ends."""
ROOM = WIDTH - 2 * LEFT
TITLE_SIZE, LEAD_SIZE, FOOT_SIZE = 25.0, 15.0, 10.0
CELL_SIZES = (18.0, 16.0, 14.0, 12.5)
"""Sizes of type in points; a table takes the largest at which it fits on a slide."""
_LAYOUTS = {1: "Title and Text", 2: "Title, Lead and Chart"}
_LAST = 512.0


def dress(show: Any) -> tuple[SlideLayout, SlideLayout]:
    """Give a new presentation its shape, fonts, colours and two layouts; return these.

    The first is for text under a title, the second has a lead above a table or a picture.
    """
    show.slide_width, show.slide_height = Pt(WIDTH), Pt(HEIGHT)
    size = show.part._element.find(qn("p:sldSz"))
    size.attrib.pop("type", None)  # the template's own shape, which this is no longer
    master = show.slide_master
    kept = []
    for at, layout in enumerate(list(master.slide_layouts)):
        if at in _LAYOUTS:
            layout.name = _LAYOUTS[at]
            kept.append(layout)
        else:
            master.slide_layouts.remove(layout)
    for holder in (master, *kept):
        _place(holder, lead=holder is kept[1])
    _set_levels(master)
    theme = master.part.part_related_by(RT.THEME)
    theme._blob = dress_theme(theme.blob)
    for part, kind in ((show.part, RT.PRINTER_SETTINGS), (show.part.package, RT.THUMBNAIL)):
        for number, relation in list(part._rels.items()):
            if relation.reltype == kind:
                part._rels.pop(number)
    return kept[0], kept[1]


def kind_of(shape: Any) -> str:
    """Return the kind of a placeholder: title, body, ftr, sldNum, dt."""
    return str(shape._element.find(f".//{qn('p:ph')}").get("type") or "body")


def _place(holder: Any, lead: bool) -> None:
    """Put the placeholders of a layout where they belong on a wide slide."""
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
    """Replace what a placeholder of the template says of its text."""
    looks = {"title": ("b", TITLE_SIZE, 1), "body": ("t", LEAD_SIZE, 0)}
    anchor, size, bold = looks.get(kind, ("ctr", FOOT_SIZE, 0))
    quiet = kind in ("ftr", "sldNum") or (lead and kind == "body")
    ink = LOOKS["muted" if quiet else "plain"].ink[1:].upper()
    body = shape._element.find(qn("p:txBody"))
    frame = body.find(qn("a:bodyPr"))
    frame.set("anchor", anchor)
    if kind != "body" or lead:
        frame.set("lIns", "0")
    made = parse_xml(
        f"<a:lstStyle {nsdecls('a')}>"
        f'<a:lvl1pPr marL="0" indent="0" algn="{"r" if kind == "sldNum" else "l"}"><a:buNone/>'
        f'<a:defRPr sz="{size * 100:.0f}" b="{bold}" cap="none">'
        f'<a:solidFill><a:srgbClr val="{ink}"/></a:solidFill></a:defRPr></a:lvl1pPr></a:lstStyle>'
    )
    body.replace(body.find(qn("a:lstStyle")), made)


def _set_levels(master: Any) -> None:
    """Let text of every level begin at the left, in our sizes and without bullets."""
    styles = master._element.find(qn("p:txStyles"))
    for name, size, bold in (("p:titleStyle", TITLE_SIZE, "1"), ("p:bodyStyle", LEAD_SIZE, "0")):
        for level in styles.find(qn(name)):
            for key, value in (("algn", "l"), ("marL", "0"), ("indent", "0")):
                level.set(key, value)
            for bullet in level.findall(qn("a:buChar")) + level.findall(qn("a:buFont")):
                level.remove(bullet)
            look = level.find(qn("a:defRPr"))
            if level.find(qn("a:buNone")) is None:
                look.addprevious(parse_xml(f"<a:buNone {nsdecls('a')}/>"))
            look.set("sz", str(round(size * 100)))
            look.set("b", bold)
