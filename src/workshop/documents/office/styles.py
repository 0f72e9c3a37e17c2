"""The styles of a Word document: built-in ones where there is one, so that changing it is enough.

Sizes and colours are those of the PDF as far as a font allows that every office program has.
Pieces of markup that are set here are constants; nothing that anyone typed is among them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from workshop.documents.theme import LINE, LOOKS

FONT, CODE_FONT = "Arial", "Courier New"
"""On Windows and Mac; elsewhere programs know Liberation Sans and Mono as their equals."""
BODY, SMALL, TABLE, WIDE_TABLE = 9.5, 8.5, 8.5, 7.5
"""Sizes of type in points; this font looks larger than the one of the PDF."""
INK, QUIET, BLUE = (LOOKS[t].ink[1:] for t in ("plain", "muted", "ours"))
HAIR = LINE[1:]
_LISTS = 3
"""Levels of lists that have a style of their own."""


class Style(NamedTuple):
    """One style: `paragraph` and `run` are the markup inside its properties."""

    id: str
    name: str
    paragraph: str = ""
    run: str = ""
    based: str = "Normal"
    following: str = ""


def _size(points: float) -> str:
    half = round(points * 2)
    return f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'


def _gaps(before: float, after: float, line: int = 264) -> str:
    """Return spacing in points; `line` in 240ths of a line."""
    return (
        f'<w:spacing w:before="{before * 20:.0f}" w:after="{after * 20:.0f}" '
        f'w:line="{line}" w:lineRule="auto"/>'
    )


def _ink(color: str) -> str:
    return f'<w:color w:val="{color}"/>'


_TOC_HEADING = '<w:pageBreakBefore/><w:outlineLvl w:val="9"/>'
_CAPITALS = '<w:caps/><w:spacing w:val="12"/>'
_GAP = '<w:spacing w:before="0" w:after="0" w:line="150" w:lineRule="exact"/>'
_BOLD = "<w:b/><w:bCs/>"
_KEPT = "<w:keepNext/><w:keepLines/>"
_MONO = f'<w:rFonts w:ascii="{CODE_FONT}" w:hAnsi="{CODE_FONT}" w:cs="{CODE_FONT}"/>'


def _border(side: str, size: int, color: str, space: int = 0) -> str:
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{color}"/>'


def _styles(new_pages: bool) -> list[Style]:
    top = "<w:keepNext/><w:keepLines/>" + ("<w:pageBreakBefore/>" if new_pages else "")

    def headings() -> list[Style]:
        looks = (
            (17.0, 0.0 if new_pages else 22.0, 5.0, INK),
            (12.5, 17.0, 4.0, INK),
            (10.5, 12.0, 3.0, BLUE),
            (BODY, 10.0, 3.0, INK),
            (BODY, 10.0, 3.0, QUIET),
            (BODY, 10.0, 3.0, QUIET),
        )
        return [
            Style(
                f"Heading{n}",
                f"heading {n}",
                f"{top if n == 1 else _KEPT}{_gaps(before, after, 245)}"
                f'<w:outlineLvl w:val="{n - 1}"/>',
                _BOLD + _ink(color) + _size(size),
                following="Normal",
            )
            for n, (size, before, after, color) in enumerate(looks, 1)
        ]

    def lists() -> list[Style]:
        made = []
        for level in range(_LISTS):
            end = f" {level + 1}" if level else ""
            numbered = f'<w:ilvl w:val="{level}"/>' if level else ""
            for at, kind in enumerate(("Bullet", "Number"), 1):
                number = f'<w:numPr>{numbered}<w:numId w:val="{at}"/></w:numPr>'
                made.append(
                    Style(f"List{kind}{end.strip()}", f"List {kind}{end}", number + _gaps(0, 3))
                )
            indent = f'<w:ind w:left="{300 * (level + 1)}"/>'
            made.append(
                Style(f"ListContinue{end.strip()}", f"List Continue{end}", _gaps(0, 3) + indent)
            )
        return made

    edge = f"<w:pBdr>{_border('left', 12, HAIR, 8)}</w:pBdr>"
    tint = LOOKS["muted"].tint[1:]
    code = f"<w:pBdr>{_border('left', 12, HAIR, 6)}</w:pBdr>"
    code += f'<w:shd w:val="clear" w:color="auto" w:fill="{tint}"/>'
    rule = f"<w:pBdr>{_border('bottom', 4, HAIR, 1)}</w:pBdr>"
    return [
        # Colour and size stand here and not with the defaults: in tables, LibreOffice lets those
        # win over the styles of characters.
        Style("Normal", "Normal", "", _ink(INK) + _size(BODY), based=""),
        Style("Title", "Title", _gaps(6, 10, 230), _BOLD + _ink(INK) + _size(28)),
        Style("Subtitle", "Subtitle", _gaps(0, 6), _ink(QUIET) + _size(11.5)),
        Style(
            "CoverOrganisation",
            "Cover Organisation",
            f"<w:pBdr>{_border('bottom', 20, BLUE, 6)}</w:pBdr>{_gaps(200, 8)}",
            _BOLD + _ink(BLUE) + _size(11),
        ),
        *headings(),
        Style("Lead", "Lead", _KEPT + _gaps(0, 7), _ink(QUIET) + _size(10), following="Normal"),
        Style("Small", "Small", _gaps(0, 5), _size(SMALL)),
        Style("Caption", "caption", _gaps(4, 10, 250), _ink(QUIET) + _size(8)),
        *lists(),
        Style("Quote", "Quote", edge + _gaps(0, 5) + '<w:ind w:left="284"/>'),
        Style("Term", "Term", _KEPT + _gaps(2, 1), _ink(QUIET) + _size(SMALL)),
        Style("TableText", "Table Text", _gaps(1.5, 1.5, 245), _size(TABLE)),
        Style("TableHeading", "Table Heading", "<w:keepNext/>", _BOLD, "TableText"),
        Style("WideTableText", "Wide Table Text", _gaps(1, 1, 240), _size(WIDE_TABLE), "TableText"),
        Style("WideTableHeading", "Wide Table Heading", "<w:keepNext/>", _BOLD, "WideTableText"),
        Style("CardTitle", "Card Title", _KEPT + _gaps(0, 3), _BOLD),
        Style("MainCardTitle", "Main Card Title", "", _size(13), "CardTitle"),
        Style("CardText", "Card Text", _gaps(0, 3)),
        Style("Sources", "Sources", _gaps(0, 2), _ink(QUIET) + _size(7.5)),
        Style("Code", "Code", code + _gaps(2, 8, 240), _MONO + _size(8)),
        Style("Rule", "Rule", rule + _gaps(0, 8, 200), _size(4)),
        Style(
            "Gap",
            "Gap",
            '<w:spacing w:before="0" w:after="0" w:line="150" w:lineRule="exact"/>',
            _size(2),
        ),
        Style("Header", "header", _gaps(0, 0), _ink(QUIET) + _size(8)),
        Style("Footer", "footer", _gaps(0, 0) + '<w:jc w:val="right"/>', _ink(QUIET) + _size(8)),
        Style(
            "TOCHeading",
            "TOC Heading",
            '<w:pageBreakBefore/><w:outlineLvl w:val="9"/>',
            "",
            "Heading1",
        ),
        Style("TOC1", "toc 1", "{toc}" + _gaps(5, 1, 240), _BOLD),
        Style("TOC2", "toc 2", "{toc}" + _gaps(0, 1, 240) + '<w:ind w:left="240"/>', ""),
    ]


def _characters() -> list[Style]:
    made = [
        Style("Hyperlink", "Hyperlink", "", _ink(BLUE) + '<w:u w:val="single"/>', ""),
        Style("CodeText", "Code Text", "", _MONO + _size(8.5), ""),
        Style(
            "CardLabel",
            "Card Label",
            "",
            _BOLD + '<w:caps/><w:spacing w:val="12"/>' + _size(7.5),
            "",
        ),
    ]
    for tone, look in LOOKS.items():
        if tone != "plain":
            name = tone.capitalize()
            made.append(Style(f"Tone{name}", f"Tone {name}", "", _ink(look.ink[1:]), ""))
    return made


def _tables() -> str:
    line = _border("bottom", 4, HAIR)
    margins = "".join(
        f'<w:{side} w:w="{wide}" w:type="dxa"/>'
        for side, wide in (("top", 30), ("left", 90), ("bottom", 30), ("right", 90))
    )
    card = margins.replace('w:w="90"', 'w:w="180"')
    return (
        f'<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="FindingsTable">'
        '<w:name w:val="Findings Table"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/>'
        f"<w:tblPr><w:tblBorders>{line}{_border('insideH', 4, HAIR)}</w:tblBorders>"
        f"<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>"
        f'<w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders>{_border("bottom", 8, INK)}'
        "</w:tcBorders></w:tcPr></w:tblStylePr></w:style>"
        "|"
        f'<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="FindingsCard">'
        '<w:name w:val="Findings Card"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/>'
        f"<w:tblPr><w:tblCellMar>{card}</w:tblCellMar></w:tblPr></w:style>"
    )


def _numbering() -> str:
    """Return the two kinds of list, three levels each; the styles of lists point to them."""
    kinds = []
    for at, (kind, fmt, shown) in enumerate(
        (("Bullet", "bullet", ("•", "–", "•")), ("Number", "decimal", ("%1.", "%2.", "%3."))), 1
    ):
        levels = "".join(
            f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{fmt}"/>'
            f'<w:pStyle w:val="List{kind}{n + 1 if n else ""}"/>'
            f'<w:lvlText w:val="{shown[n]}"/><w:lvlJc w:val="left"/>'
            f'<w:pPr><w:ind w:left="{300 * (n + 1)}" w:hanging="300"/></w:pPr></w:lvl>'
            for n in range(_LISTS)
        )
        kinds.append(
            f'<w:abstractNum w:abstractNumId="{at}"><w:multiLevelType w:val="multilevel"/>'
            f"{levels}</w:abstractNum>"
        )
    nums = "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in (1, 2))
    return "".join(kinds) + nums


def dress(document: Document, language: str, new_pages: bool, measure: float) -> None:
    """Give a new document its styles, lists, fonts and language; `measure` is in points."""
    root = document.styles.element
    known = {s.get(qn("w:styleId")): s for s in root.iterchildren(qn("w:style"))}
    for style_id, element in known.items():
        if re.match("(Light|Medium|Dark|Colorful)", style_id or ""):
            root.remove(element)  # a hundred tables in colours that are not ours
    toc = f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{measure * 20:.0f}"/></w:tabs>'
    for kind, styles in (("paragraph", _styles(new_pages)), ("character", _characters())):
        for style in styles:
            old = known.get(style.id)
            for replaced in (old, known.get(f"{style.id}Char")):
                if replaced is not None:
                    root.remove(replaced)
            root.append(parse_xml(_markup(style, kind, old is None, toc)))
    for markup in _tables().split("|"):
        root.append(parse_xml(markup))
    _set_defaults(document, language)
    numbers = document.part.numbering_part.element
    for child in list(numbers):
        numbers.remove(child)
    for child in list(parse_xml(f"<w:numbering {nsdecls('w')}>{_numbering()}</w:numbering>")):
        numbers.append(child)
    theme = document.part.part_related_by(RT.THEME)
    theme._blob = dress_theme(theme.blob)


def _markup(style: Style, kind: str, custom: bool, toc: str) -> str:
    built_in = style.id.startswith(("TOC", "List", "Hyperlink"))
    own = ' w:customStyle="1"' if custom and not built_in else ""
    own = ' w:default="1"' if style.id == "Normal" else own
    based = f'<w:basedOn w:val="{style.based}"/>' if style.based else ""
    following = f'<w:next w:val="{style.following}"/>' if style.following else ""
    paragraph = style.paragraph.format(toc=toc) if "{toc}" in style.paragraph else style.paragraph
    return (
        f'<w:style {nsdecls("w")} w:type="{kind}"{own} w:styleId="{style.id}">'
        f'<w:name w:val="{style.name}"/>{based}{following}'
        f'<w:uiPriority w:val="{39 if style.id.startswith("TOC") else 9}"/><w:qFormat/>'
        + (f"<w:pPr>{paragraph}</w:pPr>" if paragraph else "")
        + (f"<w:rPr>{style.run}</w:rPr>" if style.run else "")
        + "</w:style>"
    )


def _set_defaults(document: Document, language: str) -> None:
    root = document.styles.element
    defaults = root.find(qn("w:docDefaults"))
    if defaults is None:
        raise ValueError("the library's template has no defaults")
    themes = ("minorHAnsi", "minorEastAsia", "minorHAnsi", "minorBidi")
    kinds = ("ascii", "eastAsia", "hAnsi", "cs")
    fonts = " ".join(f'w:{k}Theme="{t}"' for k, t in zip(kinds, themes, strict=True))
    east = language if language[:2] in ("ja", "ko", "zh") else "zh-CN"
    right = language if language[:2] in ("ar", "he", "fa") else "ar-SA"
    made = parse_xml(
        f"<w:docDefaults {nsdecls('w')}><w:rPrDefault><w:rPr><w:rFonts {fonts}/>"
        f'<w:lang w:val="{language}" w:eastAsia="{east}" w:bidi="{right}"/>'
        f"</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>{_gaps(0, 6)}</w:pPr></w:pPrDefault>"
        "</w:docDefaults>"
    )
    root.replace(defaults, made)
    settings = document.settings.element
    found = settings.find(qn("w:themeFontLang"))
    if found is not None:
        found.set(qn("w:val"), language)
        found.set(qn("w:eastAsia"), east)


def dress_theme(blob: bytes) -> bytes:
    """Return a theme with our font and colours; its fonts for other scripts stay."""
    words = blob.decode("utf-8")
    words = re.sub(r'(<a:(?:major|minor)Font>\s*<a:latin typeface=")[^"]*', rf"\g<1>{FONT}", words)
    colors = {
        "dk2": LOOKS["plain"].ink,
        "lt2": LOOKS["muted"].tint,
        "accent1": LOOKS["ours"].ink,
        "accent2": LOOKS["seam"].ink,
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
