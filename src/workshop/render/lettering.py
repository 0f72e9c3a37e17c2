"""Lettering: typed words as data for paper, printable and never wider than their room."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from workshop.render.blocks import Span, Text, plain
from workshop.render.characters import clean_address, has_right_to_left
from workshop.render.fonts import (
    add_breaks,
    choose_families,
    find_script,
    has_cut,
    make_printable,
)
from workshop.render.formula import draw_formula

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
        address = clean_address(span.link)
        if address:
            look["link"] = make_printable(address)
        parts: list[Data] = []
        for at, line in enumerate(words.split("\n")):
            parts += [{"break": True}] if at else []
            line = re.sub(r"[ \t]+", " ", line)
            if line:
                narrow = 1.25 if "code" in look else 1.0
                parts.append({"text": add_breaks(line, room / narrow), **look})
        return parts

    def text(self, spans: Text, room: float, size: float = BODY, bold: bool = False) -> Data:
        data: Data = {"text": self.words(spans, room / size, bold)}
        return data | ({"rtl": True} if reads_from_right(spans) else {})

    def keep(self, content: bytes, ending: str) -> str:
        name = f"{hashlib.sha256(content).hexdigest()[:20]}.{ending}"
        self.files[name] = content
        return name


def reads_from_right(words: Text) -> bool:
    """Return whether the first word with a direction is read from right to left."""
    letters = next((c for c in plain(words) if c.isalpha()), "")
    return has_right_to_left(letters)
