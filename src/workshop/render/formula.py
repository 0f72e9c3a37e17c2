"""Formulas: LaTeX mathematics as a picture where matplotlib can draw it, else as its source.

Nothing is fetched and nothing needs a script, so a formula looks alike on screen and on paper.
Its alternative text is its LaTeX source.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from workshop.render.fonts import has_mathematics

_SIZE = 10.0


@dataclass(frozen=True)
class DrawnFormula:
    """An SVG picture with transparent ground; `width`, `height`, `depth` in ems.

    `depth` is how far the picture reaches below the line of writing.
    """

    svg: str
    width: float
    height: float
    depth: float


@lru_cache(maxsize=512)
def draw_formula(latex: str) -> DrawnFormula | None:
    """Return `latex` as a picture, or None where matplotlib cannot draw it; never raises."""
    source = " ".join(latex.split())
    if not 0 < len(source) <= 1500 or re.search(r"(?<!\\)\$", source):
        return None
    if not source.isascii() and not has_mathematics(source):
        return None
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    font = FontProperties(size=_SIZE, math_fontfamily="stix")
    try:
        path = TextPath((0, 0), f"${source}$", prop=font)
    except Exception:  # the parser raises many kinds; whatever it cannot read is shown as source
        return None
    points, codes = path.vertices, path.codes
    if codes is None or not len(points):
        return None
    margin = 0.1 * _SIZE
    right, top = points.max(axis=0) + margin
    left, bottom = points.min(axis=0) - margin
    left, bottom, top = min(left, -margin), min(bottom, -margin), max(top, margin)
    width, height = right - left, top - bottom
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="{left:.2f} 0 {width:.2f} {height:.2f}" width="{width:.2f}pt" '
        f'height="{height:.2f}pt"><path fill="#1b2430" d="{_outline(points, codes, top)}"/></svg>'
    )
    return DrawnFormula(svg, *(float(v) / _SIZE for v in (width, height, -bottom)))


def _outline(points: Any, codes: Any, top: float) -> str:
    """Return matplotlib's path as SVG path data, with y downwards from `top`."""
    letters = {1: "M", 2: "L", 3: "Q", 4: "C", 79: "Z"}
    parts, pending = [], 0
    for (x, y), code in zip(points.tolist(), codes, strict=True):
        if code == 79:
            parts.append("Z")
            continue
        if pending == 0:
            parts.append(letters[int(code)])
            pending = {1: 1, 2: 1, 3: 2, 4: 3}[int(code)]
        parts.append(f"{x:.2f} {top - y:.2f}")
        pending -= 1
    return " ".join(parts)
