"""Define the styles of a Word document, built-in ones where possible.

Changing a built-in style then changes the document. Sizes and colours are those of the PDF, in
fonts that every office program has.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Pt, RGBColor

from workshop.documents.theme import LINE, LOOKS

FONT, CODE_FONT = "Arial", "Courier New"
"""Fonts on Windows and Mac; elsewhere Liberation Sans and Mono replace them."""
BODY, SMALL, TABLE, WIDE_TABLE = 9.5, 8.5, 8.5, 7.5
"""Sizes of type in points; this font looks larger than the PDF's."""
INK, QUIET, BLUE = (LOOKS[tone].ink for tone in ("plain", "muted", "ours"))
LISTS = 3
"""Levels of lists that have their own style."""
BULLETED, NUMBERED = 1, 2
"""Numbers of the two kinds of list in the document."""


class Style(NamedTuple):
    """A paragraph style; sizes and gaps in points, 0 or empty to inherit."""

    name: str
    size: float = 0.0
    ink: str = ""
    bold: bool = False
    before: float | None = None
    after: float | None = None
    line: float = 1.1
    """The height of a line, in lines."""
    based: str = "Normal"
    following: str = ""
    keep: bool = False
    """Whether it stays in one piece, on the page of what follows."""
    left: float = 0.0
    edge: str = ""
    """A border: its side, width in points and colour, separated by spaces."""


_STYLES = (
    Style("Title", 28, INK, True, 6, 10, 0.96),
    Style("Subtitle", 11.5, QUIET, False, 0, 6),
    Style("Cover Organisation", 11, BLUE, True, 200, 8, edge=f"bottom 2.5 {BLUE} 6"),
    Style("Heading 1", 17, INK, True, 22, 5, 1.02, following="Normal", keep=True),
    Style("Heading 2", 12.5, INK, True, 17, 4, 1.02, following="Normal", keep=True),
    Style("Heading 3", 10.5, BLUE, True, 12, 3, 1.02, following="Normal", keep=True),
    Style("Heading 4", BODY, INK, True, 10, 3, 1.02, following="Normal", keep=True),
    Style("Heading 5", BODY, QUIET, True, 10, 3, 1.02, following="Normal", keep=True),
    Style("Heading 6", BODY, QUIET, True, 10, 3, 1.02, following="Normal", keep=True),
    Style("Lead", 10, QUIET, False, 0, 7, following="Normal", keep=True),
    Style("Small", SMALL, before=0, after=5),
    Style("Caption", 8, QUIET, False, 4, 10, 1.04),
    Style("Quote", before=0, after=5, left=14.2, edge=f"left 1.5 {LINE} 8"),
    Style("Table Text", TABLE, before=1.5, after=1.5, line=1.02),
    Style("Table Heading", bold=True, based="Table Text", keep=True),
    Style("Wide Table Text", WIDE_TABLE, before=1, after=1, line=1.0, based="Table Text"),
    Style("Wide Table Heading", bold=True, based="Wide Table Text", keep=True),
    Style("Card Title", bold=True, before=0, after=3, keep=True),
    Style("Main Card Title", 13, based="Card Title"),
    Style("Card Text", before=0, after=3),
    Style("Sources", 7.5, QUIET, False, 0, 2),
    Style("Code", 8, before=2, after=8, line=1.0, edge=f"left 1.5 {LINE} 6"),
    Style("Rule", 4, before=0, after=8, line=0.83, edge=f"bottom 0.5 {LINE} 1"),
    Style("Gap", 2),
    Style("Header", 8, QUIET, False, 0, 0),
    Style("Footer", 8, QUIET, False, 0, 0),
    Style("TOC Heading", based="Heading 1"),
    Style("toc 1", bold=True, before=5, after=1, line=1.0),
    Style("toc 2", before=0, after=1, line=1.0, left=12),
)


def style_id(name: str) -> str:
    """Return the id that Word itself gives to a style of this name."""
    return {"toc 1": "TOC1", "toc 2": "TOC2"}.get(name, name.replace(" ", ""))


def dress(document: Document, language: str, new_pages: bool, measure: float) -> None:
    """Set styles, lists, fonts and language of a document; `measure` in points."""
    for style in list(document.styles):
        if re.match("(Light|Medium|Dark|Colorful)", style.name or ""):
            style.delete()  # a hundred tables in colours that are not ours
    normal = _paragraph_style(document, "Normal")
    # Colour and size stand here and not with the defaults: in tables, LibreOffice lets those win
    # over the styles of characters.
    _set_font(normal.font, BODY, INK)
    for style in _STYLES:
        _add_style(document, style)
    for level in range(LISTS):
        end = f" {level + 1}" if level else ""
        for kind, number in (("Bullet", BULLETED), ("Number", NUMBERED)):
            made = _add_style(document, Style(f"List {kind}{end}", before=0, after=3))
            set_number(made.element.get_or_add_pPr(), level, number)
        left = 15.0 * (level + 1)
        _add_style(document, Style(f"List Continue{end}", before=0, after=3, left=left))
    _add_exceptions(document, new_pages, measure)
    _add_characters(document)
    _add_tables(document)
    _add_lists(document)
    _set_defaults(document, language)
    theme: Any = document.part.part_related_by(RT.THEME)
    theme._blob = dress_theme(theme.blob)


def _paragraph_style(document: Document, name: str) -> Any:
    """Return a paragraph style without the look of the library's template."""
    styles = document.styles
    if name not in styles:
        built_in = name.startswith("toc")
        made: Any = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, built_in)
        made.element.set(qn("w:styleId"), style_id(name))
        return made
    found: Any = styles[name]
    root = found.element
    for child in (root.pPr, root.rPr, root.find(qn("w:link"))):
        if child is not None:
            root.remove(child)
    for style in styles.element.findall(qn("w:style")):
        if style.get(qn("w:styleId")) == f"{style_id(name)}Char":
            styles.element.remove(style)
    return found


def _add_style(document: Document, style: Style) -> Any:
    made = _paragraph_style(document, style.name)
    made.base_style = document.styles[style.based]
    if style.following:
        made.next_paragraph_style = document.styles[style.following]
    made.quick_style, made.hidden, made.priority = True, False, 9
    _set_font(made.font, style.size, style.ink, style.bold)
    look = made.paragraph_format
    if style.before is not None:
        look.space_before, look.space_after = Pt(style.before), Pt(style.after or 0)
        look.line_spacing = style.line
    if style.keep:
        look.keep_with_next = look.keep_together = True
    if style.left:
        look.left_indent = Pt(style.left)
    if style.edge:
        side, width, color, space = style.edge.split()
        borders = OxmlElement("w:pBdr")
        borders.append(border(side, float(width), color, int(space)))
        put(made.element.get_or_add_pPr(), borders)
    return made


def _add_exceptions(document: Document, new_pages: bool, measure: float) -> None:
    """Set what only few styles have: tabs, tints, fixed heights, outlines."""
    styles: Any = document.styles
    top = styles["Heading 1"].paragraph_format
    for level in range(1, 7):
        outline = element("w:outlineLvl", val=level - 1)
        put(styles[f"Heading {level}"].element.get_or_add_pPr(), outline)
    if new_pages:
        top.page_break_before, top.space_before = True, Pt(0)
    gap = styles["Gap"].paragraph_format
    gap.space_before = gap.space_after = Pt(0)
    gap.line_spacing_rule, gap.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(7.5)
    styles["Footer"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    styles["TOC Heading"].paragraph_format.page_break_before = True
    put(styles["TOC Heading"].element.get_or_add_pPr(), element("w:outlineLvl", val=9))
    for name in ("toc 1", "toc 2"):
        styles[name].priority = 39
        stops = styles[name].paragraph_format.tab_stops
        stops.add_tab_stop(Pt(measure), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    code = styles["Code"]
    code.font.name = CODE_FONT
    put(code.element.get_or_add_pPr(), shading(LOOKS["muted"].tint))


def _add_characters(document: Document) -> None:
    for name, size, ink, bold in (
        ("Hyperlink", 0.0, BLUE, False),
        ("Code Text", 8.5, "", False),
        ("Card Label", 7.5, "", True),
        *((f"Tone {t.capitalize()}", 0.0, look.ink, False) for t, look in LOOKS.items()),
    ):
        styles = document.styles
        made: Any = (
            styles[name]
            if name in styles
            else styles.add_style(name, WD_STYLE_TYPE.CHARACTER, name == "Hyperlink")
        )
        _set_font(made.font, size, ink, bold)
    styles["Hyperlink"].font.underline = True
    styles["Code Text"].font.name = CODE_FONT
    styles["Card Label"].font.all_caps = True


def _add_tables(document: Document) -> None:
    """Add the two table styles: one with lines between rows, and cards."""
    for name, margin in (("Findings Table", 90), ("Findings Card", 180)):
        made: Any = document.styles.add_style(name, WD_STYLE_TYPE.TABLE)
        made.base_style = document.styles["Normal Table"]
        look = element("w:tblPr")
        if name == "Findings Table":
            borders = element("w:tblBorders")
            borders.append(border("bottom", 0.5, LINE))
            borders.append(border("insideH", 0.5, LINE))
            look.append(borders)
        margins = element("w:tblCellMar")
        for side, width in (("top", 30), ("left", margin), ("bottom", 30), ("right", margin)):
            margins.append(element(f"w:{side}", w=width, type="dxa"))
        look.append(margins)
        made.element.append(look)
        if name == "Findings Table":
            first, cell, borders = (
                element("w:tblStylePr", type="firstRow"),
                element("w:tcPr"),
                element("w:tcBorders"),
            )
            borders.append(border("bottom", 1, INK))
            cell.append(borders)
            first.append(cell)
            made.element.append(first)


def _add_lists(document: Document) -> None:
    """Replace the template's lists by two kinds of three levels, with styles."""
    root: Any = document.part.numbering_part.element
    for child in list(root):
        root.remove(child)
    for number, kind, form, shown in (
        (BULLETED, "Bullet", "bullet", ("•", "–", "•")),
        (NUMBERED, "Number", "decimal", ("%1.", "%2.", "%3.")),
    ):
        made = element("w:abstractNum", abstractNumId=number)
        made.append(element("w:multiLevelType", val="multilevel"))
        for n in range(LISTS):
            level = element("w:lvl", ilvl=n)
            for child in (
                element("w:start", val=1),
                element("w:numFmt", val=form),
                element("w:pStyle", val=f"List{kind}{n + 1 if n else ''}"),
                element("w:lvlText", val=shown[n]),
                element("w:lvlJc", val="left"),
                element("w:pPr"),
            ):
                level.append(child)
            level[-1].append(element("w:ind", left=300 * (n + 1), hanging=300))
            made.append(level)
        root.append(made)
    for number in (BULLETED, NUMBERED):
        root.add_num(number)


def _set_defaults(document: Document, language: str) -> None:
    east = language if language[:2] in ("ja", "ko", "zh") else "zh-CN"
    right = language if language[:2] in ("ar", "he", "fa") else "ar-SA"
    defaults = document.styles.element.find(qn("w:docDefaults"))
    for found in defaults.iter(qn("w:lang")):
        for key, value in (("val", language), ("eastAsia", east), ("bidi", right)):
            found.set(qn(f"w:{key}"), value)
    for found in list(defaults.iter(qn("w:sz"), qn("w:szCs"))):
        found.getparent().remove(found)
    for found in defaults.iter(qn("w:spacing")):
        for key, value in (("before", "0"), ("after", "120"), ("line", "264")):
            found.set(qn(f"w:{key}"), value)
    language_tag = document.settings.element.find(qn("w:themeFontLang"))
    if language_tag is not None:
        language_tag.set(qn("w:val"), language)
        language_tag.set(qn("w:eastAsia"), east)


def _set_font(font: Any, size: float = 0, ink: str = "", bold: bool = False) -> None:
    if bold:
        font.bold = font.cs_bold = True
    if ink:
        font.color.rgb = RGBColor.from_string(ink[1:].upper())
    if size:
        font.size = Pt(size)
        put(font.element.get_or_add_rPr(), element("w:szCs", val=round(size * 2)))


# -- what the library has no words for ----------------------------------------------------------


def element(tag: str, /, **attributes: object) -> Any:
    """Return an element of Word's main namespace with attributes."""
    made: Any = OxmlElement(tag)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


_ORDER = re.findall(
    r"\w+",
    "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr "
    "shd tabs suppressAutoHyphens bidi spacing ind contextualSpacing jc outlineLvl sectPr "
    "rFonts b bCs i iCs caps strike color position sz szCs u rtl lang",
)
"""Properties of paragraphs and runs in the order that Word requires."""


def put(parent: Any, child: Any) -> None:
    """Insert a property of a paragraph or run in the order that Word requires."""
    at = _ORDER.index(child.tag.rpartition("}")[2])
    parent.insert_element_before(child, *(f"w:{name}" for name in _ORDER[at + 1 :]))


def border(side: str, width: float, color: str, space: int = 0) -> Any:
    """Return a border at one side, `width` points wide."""
    return element(
        f"w:{side}", val="single", sz=round(width * 8), space=space, color=color[1:].upper()
    )


def shading(color: str) -> Any:
    """Return a background tint."""
    return element("w:shd", val="clear", color="auto", fill=color[1:].upper())


def set_number(properties: Any, level: int, number: int) -> None:
    """Make a paragraph or its style a list item at a level."""
    look = properties.get_or_add_numPr()
    look.get_or_add_ilvl().val = level
    look.get_or_add_numId().val = number


def dress_theme(blob: bytes) -> bytes:
    """Return a theme with our font and colours; other scripts keep their fonts."""
    words = blob.decode("utf-8")
    words = re.sub(r'(<a:(?:major|minor)Font>\s*<a:latin typeface=")[^"]*', rf"\g<1>{FONT}", words)
    colors = {
        "dk2": LOOKS["plain"].ink,
        "lt2": LOOKS["muted"].tint,
        "accent1": LOOKS["ours"].ink,
        "accent2": LOOKS["warning"].ink,
        "accent3": LOOKS["critical"].ink,
        "accent4": LOOKS["strength"].ink,
        "accent5": LOOKS["muted"].ink,
        "accent6": LINE,
        "hlink": LOOKS["ours"].ink,
        "folHlink": LOOKS["muted"].ink,
    }
    for name, color in colors.items():
        words = re.sub(
            rf"(<a:{name}>\s*)<a:\w+Clr [^>]*/>(\s*</a:{name}>)",
            rf'\g<1><a:srgbClr val="{color[1:].upper()}"/>\g<2>',
            words,
        )
    return words.encode()
