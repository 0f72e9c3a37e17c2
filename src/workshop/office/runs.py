"""Words as WordprocessingML: escaped runs with their looks, links, drawn formulas."""

from __future__ import annotations

import io
import re
from html import escape
from urllib.parse import quote, urlsplit

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.parts.document import DocumentPart

from workshop.office.picture import Bitmap, draw_svg
from workshop.render.blocks import Align, Span, Text, Tone
from workshop.render.characters import clean_address, has_right_to_left, make_harmless
from workshop.render.formula import draw_formula
from workshop.render.lettering import reads_from_right
from workshop.render.speech import Speech
from workshop.render.tones import LOOKS

_EMU = 12700
"""A point in the units of drawings."""
_SHARP = 400
"""Pixels an inch of a formula, whose lines are fine."""
_LONGEST_ADDRESS = 2000


class Runs:
    """Turns spans into runs and keeps what they refer to as relations of the document."""

    def __init__(self, part: DocumentPart, speech: Speech) -> None:
        self._part = part
        self.speech = speech
        self._pictures = 0

    def words(self, spans: Text, style: str = "", bold: bool = False) -> str:
        """Return spans as runs; `style` is the character style of what has none of its own."""
        return "".join(self._span(span, style, bold) for span in spans)

    def _span(self, span: Span, style: str, bold: bool) -> str:
        if span.math:
            drawn = draw_formula(span.text)
            if drawn is not None:
                size = 10.0
                bitmap = draw_svg(drawn.svg, drawn.width * size, _SHARP)
                if bitmap is not None:
                    return self.picture(bitmap, span.text, -drawn.depth * size)
        tone = f"Tone{span.tone.capitalize()}" if span.tone != "plain" else ""
        name = "CodeText" if span.code or span.math else tone or style
        address = safe_address(span.link)
        if address:
            name = "Hyperlink"
        strong = span.strong or (bool(tone) and span.tone != "muted")
        out = run(span.text, name, bold or strong, span.emph, span.strike)
        if not address or not out:
            return out
        number = self._part.relate_to(address, RT.HYPERLINK, is_external=True)
        return f'<w:hyperlink r:id="{number}" w:history="1">{out}</w:hyperlink>'

    def picture(self, bitmap: Bitmap, alt: str, shift: float = 0.0) -> str:
        """Return a run that holds a picture with its words for whoever does not see it."""
        number, _ = self._part.get_or_add_image(io.BytesIO(bitmap.data))
        self._pictures += 1
        size = f'cx="{bitmap.width * _EMU:.0f}" cy="{bitmap.height * _EMU:.0f}"'
        about = (
            f'id="{self._pictures}" name="Picture {self._pictures}" '
            f'descr="{attribute(alt) or attribute(self.speech.undescribed)}"'
        )
        low = f'<w:rPr><w:position w:val="{round(shift * 2)}"/></w:rPr>' if shift else ""
        return (
            f"<w:r>{low}<w:drawing>"
            f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
            f"<wp:docPr {about}/><wp:cNvGraphicFramePr>"
            '<a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr><a:graphic>'
            '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
            f"<pic:pic><pic:nvPicPr><pic:cNvPr {about}/><pic:cNvPicPr/></pic:nvPicPr>"
            f'<pic:blipFill><a:blip r:embed="{number}"/><a:stretch><a:fillRect/></a:stretch>'
            f'</pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
            "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        )


def run(
    words: str,
    style: str = "",
    bold: bool = False,
    slanted: bool = False,
    struck: bool = False,
    color: str = "",
) -> str:
    """Return typed words as one run; nothing in them is markup, line breaks are kept."""
    words = make_harmless(words).replace("\t", " ")
    if not words:
        return ""
    look = "".join(
        (
            f'<w:rStyle w:val="{style}"/>' if style else "",
            "<w:b/><w:bCs/>" if bold else "",
            "<w:i/><w:iCs/>" if slanted else "",
            "<w:strike/>" if struck else "",
            f'<w:color w:val="{color[1:]}"/>' if color else "",
            "<w:rtl/>" if has_right_to_left(words) else "",
        )
    )
    text = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(line, quote=False)}</w:t>' if line else ""
        for line in words.split("\n")
    )
    return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{text}</w:r>"


def mark(tone: Tone, given: str = "") -> str:
    """Return the mark of a tone as a run, the author's own where there is one."""
    shown = given or LOOKS[tone].mark
    style = f"Tone{tone.capitalize()}" if tone != "plain" else ""
    return run(f"{shown}\u00a0", style, bold=shown.isalnum()) if shown else ""


def paragraph(
    runs: str,
    style: str = "",
    *,
    words: Text = (),
    kept: bool = False,
    extra: str = "",
    indent: str = "",
    align: Align = "left",
) -> str:
    """Return a paragraph of runs.

    `words` decide its direction; `kept` holds it on the page of what follows; `extra` is more
    properties of those that stand before the direction.
    """
    turned = reads_from_right(words)
    look = "".join(
        (
            f'<w:pStyle w:val="{style}"/>' if style else "",
            "<w:keepNext/>" if kept else "",
            extra,
            "<w:bidi/>" if turned else "",
            f"<w:ind {indent}/>" if indent else "",
            f'<w:jc w:val="{align}"/>' if align != "left" else "",
        )
    )
    return f"<w:p>{f'<w:pPr>{look}</w:pPr>' if look else ''}{runs}</w:p>"


def hold(markup: str) -> str:
    """Return paragraphs that stay on the page of what follows them."""
    return re.sub(r"(<w:p><w:pPr><w:pStyle [^>]*/>)(?!<w:keepNext/>)", r"\1<w:keepNext/>", markup)


def begin_page(markup: str) -> str:
    """Return what begins a page of its own; nothing where there is nothing."""
    if not markup:
        return ""
    if not markup.startswith("<w:p>"):
        return begin_page(paragraph("", "Gap")) + markup
    if not markup.startswith("<w:p><w:pPr>"):
        markup = f"<w:p><w:pPr></w:pPr>{markup.removeprefix('<w:p>')}"
    opening = r"^(<w:p><w:pPr>(?:<w:pStyle [^>]*/>)?(?:<w:keepNext/>)?)"
    return re.sub(opening, r"\1<w:pageBreakBefore/>", markup)


def attribute(words: str) -> str:
    """Return typed words as the value of an attribute, in one line."""
    return escape(" ".join(make_harmless(words).split()), quote=True)


def safe_address(address: str | None) -> str | None:
    """Return an address that an office program opens, or None.

    One that is no address by the letter makes Word call the whole document damaged.
    """
    found = clean_address(address)
    if not found:
        return None
    found = quote(found, safe="%:/?#[]@!$&'()*+,;=-._~")
    found = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", found)
    try:
        parts = urlsplit(found)
        whole = parts.scheme == "mailto" or (bool(parts.hostname) and (parts.port or 1) > 0)
    except ValueError:
        return None
    if not whole or re.search(r"[\[\]]", found) or found.count("#") > 1:
        return None
    return found if len(found) <= _LONGEST_ADDRESS else None
