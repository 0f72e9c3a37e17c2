"""What Word and PowerPoint files share: the archive, pictures, and runs of text."""

from __future__ import annotations

import base64
import datetime
import io
import re
import zipfile
from functools import lru_cache
from html import escape
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.parts.document import DocumentPart

from workshop.documents.blocks import Align, Picture, Span, Text, Tone
from workshop.documents.fonts import clean_address, has_right_to_left, make_harmless, make_printable
from workshop.documents.lettering import draw_formula, reads_from_right
from workshop.documents.paper import svg_to_png
from workshop.documents.theme import LOOKS, Labels

NO_DATE = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)
"""What a document says of its date where none is known: the first day that an archive can name."""


def fix_times(data: bytes) -> bytes:
    """Return an archive with the same parts in the same order, and with no clock in it."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as given,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in given.namelist():
            part = zipfile.ZipInfo(name, NO_DATE.timetuple()[:6])
            part.compress_type = zipfile.ZIP_DEFLATED
            part.create_system = 0  # else the archive would tell on which system it was made
            made.writestr(part, given.read(name))
    return out.getvalue()


REGIONS = {
    "en": "GB",
    "ar": "SA",
    "cs": "CZ",
    "da": "DK",
    "el": "GR",
    "he": "IL",
    "hi": "IN",
    "ja": "JP",
    "ko": "KR",
    "nb": "NO",
    "sv": "SE",
    "uk": "UA",
    "zh": "CN",
}


def full_language(tag: str) -> str:
    """Return a language with a region, without which an office program checks no spelling."""
    language, _, region = tag.partition("-")
    if not (language.isascii() and language.isalpha() and len(language) in (2, 3)):
        return "en-GB"
    language = language.lower()
    if not (region.isascii() and region.isalnum()):
        region = REGIONS.get(language, language)
    return f"{language}-{region.upper()}"


PPI = 200
WIDEST, TALLEST = 482.4, 600.0
"""Points: how wide a picture across the text is drawn, and how tall one may become."""
_MOST_PIXELS = 40_000_000


class Bitmap(NamedTuple):
    """A PNG, and its size in points on the page."""

    data: bytes
    width: float
    height: float


def draw_picture(picture: Picture, ppi: int = PPI) -> Bitmap | None:
    """Return a picture as PNG on white, or None where it cannot be drawn; never raises."""
    share = min(max(picture.width, 0.05), 1.0)
    if picture.media == "image/svg+xml":
        return draw_svg(picture.data, WIDEST * share, ppi)
    return _copy_bitmap(picture.data, WIDEST * share)


@lru_cache(maxsize=64)
def draw_svg(source: str, width: float, ppi: int = PPI) -> Bitmap | None:
    """Return a drawing as PNG, `width` points wide or less if it would become too tall."""
    data = svg_to_png(make_printable(source).encode(), width, TALLEST, ppi)
    if data is None:
        return None
    high, wide = (int.from_bytes(data[at : at + 4]) for at in (20, 16))
    return Bitmap(data, wide * 72 / ppi, high * 72 / ppi)


def _copy_bitmap(data: str, width: float) -> Bitmap | None:
    """Return a base64 PNG or JPEG as a new PNG: only what is seen goes into the document."""
    from PIL import Image

    try:
        content = base64.b64decode(re.sub(r"\s", "", data), validate=True)
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as image:
            if image.width * image.height > _MOST_PIXELS:
                return None
            shown = image.convert("RGBA")
    except Exception:  # a decoder raises many kinds; each means that there is no picture
        return None
    paper = Image.new("RGBA", shown.size, "white")
    paper.alpha_composite(shown)
    out = io.BytesIO()
    paper.convert("RGB").save(out, "PNG")
    height = width * shown.height / shown.width
    scale = min(1.0, TALLEST / height)
    return Bitmap(out.getvalue(), width * scale, height * scale)


_EMU = 12700
"""A point in the units of drawings."""
_SHARP = 400
"""Pixels an inch of a formula, whose lines are fine."""
_LONGEST_ADDRESS = 2000


class Runs:
    """Turns spans into runs and keeps what they refer to as relations of the document."""

    def __init__(self, part: DocumentPart, labels: Labels) -> None:
        self._part = part
        self.labels = labels
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
            f'descr="{attribute(alt) or attribute(self.labels.undescribed)}"'
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
