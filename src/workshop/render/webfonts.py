"""The reading font inside a web page: only the characters that the page needs."""

# fontTools carries no types here.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import base64
import io
from functools import lru_cache

from workshop.render.fonts import font_folders

FAMILY = "Source Sans 3"
"""As the style of blocks names it first."""
_CUTS = ((400, "Regular"), (650, "Semibold"))
_FEATURES = ["kern", "liga", "tnum", "lnum", "mark", "mkmk", "ccmp", "locl"]


def embed_reading_font(words: str) -> str:
    """Return CSS that brings the reading font with the characters of `words`, as data.

    The same characters give the same bytes. What the font lacks comes from the reader's system.
    """
    return _faces("".join(sorted({*words, *map(chr, range(0x20, 0x7F))})))


@lru_cache(8)
def _faces(characters: str) -> str:
    from fontTools import subset

    faces = []
    for weight, cut in _CUTS:
        options = subset.Options(
            layout_features=_FEATURES, hinting=False, desubroutinize=True, name_IDs=[0, 13, 14]
        )
        font = subset.load_font(str(font_folders()[0] / f"SourceSansPro-{cut}.otf"), options)
        worker = subset.Subsetter(options)
        worker.populate(text=characters)
        worker.subset(font)
        font.flavor = "woff"
        made = io.BytesIO()
        font.save(made, reorderTables=None)
        font.close()
        data = base64.b64encode(made.getvalue()).decode()
        faces.append(
            f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};'
            f"src:url(data:font/woff;base64,{data})}}"
        )
    return "".join(faces)
