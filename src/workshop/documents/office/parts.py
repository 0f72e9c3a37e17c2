"""Share the archive, pictures, languages and addresses of office files."""

from __future__ import annotations

import base64
import datetime
import io
import re
import zipfile
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from workshop.documents.blocks import Picture
from workshop.documents.fonts import clean_address, make_harmless, make_printable
from workshop.documents.paper import svg_to_png

NO_DATE = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)
"""The date of a document without one: the earliest that an archive allows."""


def fix_times(data: bytes) -> bytes:
    """Return an archive with the same parts in the same order, without times."""
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
    """Return a language with a region, which spelling checkers need."""
    language, _, region = tag.partition("-")
    if not (language.isascii() and language.isalpha() and len(language) in (2, 3)):
        return "en-GB"
    language = language.lower()
    if not (region.isascii() and region.isalnum()):
        region = REGIONS.get(language, language)
    return f"{language}-{region.upper()}"


PPI = 200
WIDEST, TALLEST = 482.4, 600.0
"""The width of a full-width picture and the greatest height, in points."""
_MOST_PIXELS = 40_000_000


class Bitmap(NamedTuple):
    """A PNG, and its size in points on the page."""

    data: bytes
    width: float
    height: float


def draw_picture(picture: Picture, ppi: int = PPI) -> Bitmap | None:
    """Return a picture as PNG on white, or None if it cannot be drawn."""
    share = min(max(picture.width, 0.05), 1.0)
    if picture.media == "image/svg+xml":
        return draw_svg(picture.data, WIDEST * share, ppi)
    return _copy_bitmap(picture.data, WIDEST * share)


@lru_cache(maxsize=64)
def draw_svg(source: str, width: float, ppi: int = PPI) -> Bitmap | None:
    """Return a drawing as PNG, `width` points wide or less if it is too tall."""
    data = svg_to_png(make_printable(source).encode(), width, TALLEST, ppi)
    if data is None:
        return None
    high, wide = (int.from_bytes(data[at : at + 4]) for at in (20, 16))
    return Bitmap(data, wide * 72 / ppi, high * 72 / ppi)


def _copy_bitmap(data: str, width: float) -> Bitmap | None:
    """Return a base64 PNG or JPEG as a new PNG without hidden data."""
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


_LONGEST_ADDRESS = 2000


def one_line(words: str) -> str:
    """Return typed words on one line, as an attribute has them."""
    return " ".join(make_harmless(words).split())


def safe_address(address: str | None) -> str | None:
    """Return an address that an office program opens, or None.

    An invalid address makes Word call the whole document damaged.
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
