"""Pictures for office programs, which draw SVG badly or not at all: as PNG, sharp on paper."""

from __future__ import annotations

import base64
import io
import re
from functools import lru_cache
from typing import NamedTuple

from workshop.render.blocks import Picture
from workshop.render.fonts import make_printable
from workshop.render.paper import svg_to_png

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
