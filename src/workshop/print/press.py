"""The press: one Typst template and its data become a PDF, the same bytes each time.

A template reads `document.json` through `common.typ`: what it says is data, never markup. Each
word is made printable here, so that a template can set whatever anybody typed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal, get_args

from workshop.answers.schema import Answers
from workshop.content.loader import Content
from workshop.documents.blocks import Span
from workshop.documents.fonts import choose_families, make_printable
from workshop.documents.lettering import Lettering
from workshop.documents.paper import compile_pages
from workshop.documents.theme import LINE, LOOKS

PaperName = Literal["a4", "a3", "letter"]
PAPERS: tuple[PaperName, ...] = get_args(PaperName)
_SIZES: dict[str, tuple[float, float]] = {
    "a4": (210.0, 297.0),
    "a3": (297.0, 420.0),
    "letter": (215.9, 279.4),
}
"""Width and height in millimetres, upright."""
_ROOM = 13.0
"""In ems: a word wider than this may be broken anywhere; few columns are wider."""


@dataclass(frozen=True)
class Order:
    """For whom something is printed, and on which paper.

    Raises ValueError for a paper that is not known.
    """

    content: Content
    answers: Answers = field(default_factory=Answers)
    paper: PaperName = "a4"
    people: int = 0
    """How many are expected in the room; 0 where that is not known."""
    minutes: int = 90
    """How long the workshop is to be."""
    start: int = 9 * 60
    """When it begins, in minutes after midnight."""

    def __post_init__(self) -> None:
        if self.paper not in PAPERS:
            raise ValueError(f"paper {self.paper!r} is not known; choose {', '.join(PAPERS)}")


def press(template: str, data: Mapping[str, Any], order: Order, title: str) -> bytes:
    """Return the PDF (PDF/UA-1) of a template of this folder, named without its ending.

    `data` may hold texts, numbers, truths, lists and mappings of these; `say` holds the words of
    the interface.
    """
    content, paper = order.content, order.paper
    width, height = _SIZES[paper]
    language, _, region = content.language.partition("-")
    letters = Lettering()
    document = {
        "say": {},
        **_letter(data, letters),
        "setup": {
            "title": make_printable(title),
            "paper": paper,
            "width": width,
            "height": height,
            "scale": round(min(width / 210, height / 297), 4),
            "lang": language.lower(),
            "region": region.upper() if re.fullmatch("[A-Za-z]{2}", region) else None,
            "families": choose_families(content.language),
        },
        "looks": {
            tone: {"ink": look.ink, "tint": look.tint, "mark": look.mark}
            for tone, look in LOOKS.items()
        },
        "line": LINE,
    }
    return compile_pages(
        {
            "main.typ": _template(template),
            "common.typ": _template("common"),
            "diagram.typ": _template("diagram"),
            "document.json": json.dumps(document, ensure_ascii=False, sort_keys=True).encode(),
            **letters.files,
        }
    )


_PLAIN = frozenset({"alt"})


@cache
def _template(name: str) -> bytes:
    return resources.files("workshop.print").joinpath(f"{name}.typ").read_bytes()


def _letter(value: Any, letters: Lettering) -> Any:
    """Return data with each text as a template sets it: itself, or spans where letters differ."""
    if isinstance(value, Mapping):
        return {
            # what a screen reader says is one string
            key: item if key in _PLAIN else _letter(item, letters)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_letter(item, letters) for item in value]
    if not isinstance(value, str):
        return value
    spans = letters.words((Span(value),), _ROOM, bold=True)
    if not spans:
        return ""
    if len(spans) == 1 and spans[0].keys() == {"text"} and isinstance(spans[0]["text"], str):
        return spans[0]["text"]
    return spans
