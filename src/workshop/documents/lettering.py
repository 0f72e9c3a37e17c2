"""Typed words and formulas as data for paper, never wider than their room."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from workshop.documents.blocks import Span, Text, plain
from workshop.documents.fonts import (
    add_breaks,
    choose_families,
    clean_address,
    find_script,
    has_cut,
    has_mathematics,
    has_right_to_left,
    make_printable,
)

_SIZE = 10.0
_LONGEST_ADDRESS = 8000
"""Bytes up to which Typst makes a link; the words of a longer one are printed without it."""


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


Data = dict[str, Any]
BODY = 10.4
"""The size of running text in points."""


class Lettering:
    """Turns spans into the template's data and keeps the pictures that go with them as files."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def words(self, spans: Text, room: float, bold: bool = False) -> list[Data]:
        """Return spans as data, their characters printable, long words breakable in `room` ems."""
        return [part for span in spans for part in self._span(span, room, bold)]

    def _span(self, span: Span, room: float, bold: bool) -> list[Data]:
        if span.math:
            drawn = draw_formula(span.text)
            if drawn is not None and drawn.width * 1.1 < room:
                name = self.keep(drawn.svg.encode(), "svg")
                scale = 1.1
                return [
                    {
                        "picture": name,
                        "alt": make_printable(span.text),
                        "height": round(drawn.height * scale, 3),
                        "depth": round(drawn.depth * scale, 3),
                    }
                ]
        words = make_printable(span.text)
        look: Data = {}
        if span.code or span.math:
            look["code"] = True
        if span.strike:
            look["strike"] = True
        if span.tone != "plain":
            look["tone"] = span.tone
        strong = span.strong or span.tone not in ("plain", "muted")
        if strong and has_cut(words, bold=True):
            look["strong"] = True
        if span.emph and has_cut(words, bold=bold or strong, slanted=True):
            look["emph"] = True
        if bold and not has_cut(words, bold=True):
            look["light"] = True
        script = find_script(words)
        if script:
            look |= {"lang": script, "families": choose_families(script)}
        address = make_printable(clean_address(span.link) or "")
        if 0 < len(address.encode()) <= _LONGEST_ADDRESS:
            look["link"] = address
        parts: list[Data] = []
        for at, line in enumerate(words.split("\n")):
            parts += [{"break": True}] if at else []
            line = re.sub(r"[ \t]+", " ", line)
            if line:
                narrow = 1.25 if "code" in look else 1.0
                shown = add_breaks(line, room / narrow)
                parts.append({"text": shown if "code" in look else keep_whole(shown), **look})
        return parts

    def text(self, spans: Text, room: float, size: float = BODY, bold: bool = False) -> Data:
        data: Data = {"text": self.words(spans, room / size, bold)}
        return data | ({"rtl": True} if reads_from_right(spans) else {})

    def keep(self, content: bytes, ending: str) -> str:
        name = f"{hashlib.sha256(content).hexdigest()[:20]}.{ending}"
        self.files[name] = content
        return name


_WHOLE = re.compile(r"(?P<box>§(?:[^\W\d_]|-){1,16})|(?P<word>[^\W\d_]{5,})")
"""A source's key, and a word that is long enough to be hyphenated."""
_LONGEST_NAME = 16


def keep_whole(words: str) -> str | list[str | dict[str, str]]:
    """Return words in pieces, so that no name is hyphenated and no source's key is broken.

    Names of patterns, teams and people begin with a capital. Neighbours of one kind are one piece,
    and short words belong to either: most texts stay a single string.
    """
    pieces: list[str | dict[str, str]] = []
    begin, kind = 0, ""

    def end(until: int) -> None:
        if piece := words[begin:until]:
            pieces.append({kind: piece} if kind else piece)

    for found in _WHOLE.finditer(words):
        word = found[0]
        named = len(word) <= _LONGEST_NAME and word[0].isupper() and word[1:].islower()
        needs = "box" if found["box"] else "whole" if named else ""
        if needs != kind or needs == "box":
            end(found.start())
            begin, kind = found.start(), needs
        if needs == "box":
            end(found.end())
            begin, kind = found.end(), ""
    end(len(words))
    return pieces[0] if len(pieces) == 1 and isinstance(pieces[0], str) else pieces


def reads_from_right(words: Text) -> bool:
    """Return whether the first word with a direction is read from right to left."""
    letters = next((c for c in plain(words) if c.isalpha()), "")
    return has_right_to_left(letters)
