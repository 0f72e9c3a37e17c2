"""Blocks as a PDF: accessible (PDF/UA-1), bookmarked, A4 or US Letter, set by Typst.

The design is one fixed template; blocks go into it as data. The same blocks give the same bytes.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal, get_args

from workshop.render.blocks import Block, Heading, Span, plain
from workshop.render.fonts import choose_families, font_folders, make_printable
from workshop.render.headings import find_headings, settle_levels
from workshop.render.speech import ENGLISH, Speech
from workshop.render.tones import LINE, LOOKS
from workshop.render.typeset import FAMILIES_OF_CODE, MEASURE, SHEETS, Typesetter

if TYPE_CHECKING:
    import typst

Paper = Literal["a4", "letter"]
PAPERS: tuple[Paper, ...] = get_args(Paper)


@dataclass(frozen=True)
class PageSetup:
    """What stands around the blocks of a document, on paper and on screen."""

    title: str = ""
    """The document's name; the first heading where it is empty."""
    subtitle: tuple[str, ...] = ()
    """Lines under the title on the cover."""
    organisation: str = ""
    running_head: str = ""
    """Stands at the head of every page; title and organisation where it is empty."""
    author: str = ""
    language: str = "en"
    """A BCP 47 tag such as `en`, `en-GB` or `de`."""
    paper: Paper = "a4"
    timestamp: datetime | None = None
    """The moment the PDF says it was made; none is said without it, so that bytes repeat."""
    cover: bool = False
    contents: bool = False
    front: int = 0
    """How many of the leading blocks stand before the contents."""
    new_pages: bool = False
    """Each heading of level 1 begins a new page."""
    speech: Speech = ENGLISH
    """What the renderers say by themselves."""

    def name(self, blocks: Iterable[Block]) -> str:
        """Return the title, or the words of the first heading, or what stands for neither."""
        first = next(find_headings(blocks), Heading(1, ()))
        return " ".join((self.title or plain(first.text)).split()) or self.speech.untitled


def blocks_to_pdf(blocks: Iterable[Block], setup: PageSetup | None = None) -> bytes:
    """Return `blocks` as a tagged PDF that meets PDF/UA-1.

    A picture that cannot be drawn is replaced by its words; nothing that is typed or drawn makes
    this fail. Raises ValueError for a paper other than a4 and letter.
    """
    setup = setup or PageSetup()
    if setup.paper not in PAPERS:
        raise ValueError(f"paper {setup.paper!r} is not known; choose {' or '.join(PAPERS)}")
    settled = settle_levels(blocks)
    typesetter = Typesetter(setup.paper, setup.new_pages, setup.speech)
    content = _set_document(settled, setup, typesetter)
    import typst

    try:
        return _compile(content, typesetter, setup)
    except typst.TypstError:
        broken = frozenset(
            name for name in typesetter.letters.files if not _draws(name, typesetter)
        )
        if not broken:
            raise
        typesetter.broken = broken
        content = _set_document(settled, setup, typesetter)
        return _compile(content, typesetter, setup)


def _set_document(blocks: tuple[Block, ...], setup: PageSetup, typesetter: Typesetter) -> str:
    sheet = SHEETS[setup.paper]
    language, _, region = setup.language.partition("-")
    name = setup.name(blocks)
    organisation = "" if setup.organisation in name else setup.organisation
    running = setup.running_head or " · ".join(part for part in (organisation, name) if part)

    def line(words: str, size: float) -> list[dict[str, Any]]:
        return (
            typesetter.letters.words((Span(words),), sheet["width"] * 0.8 / size, bold=True)
            if words
            else []
        )

    document = {
        "setup": {
            "title": make_printable(name),
            "author": make_printable(setup.author or setup.organisation),
            "dated": setup.timestamp is not None,
            "lang": language.lower() if re.fullmatch("[A-Za-z]{2,3}", language) else "en",
            "region": region.upper() if re.fullmatch("[A-Za-z]{2}", region) else None,
            "paper": {"a4": "a4", "letter": "us-letter"}[setup.paper],
            "cover": setup.cover,
            "contents": setup.contents and any(True for _ in find_headings(blocks)),
            "name": typesetter.letters.words((Span(name),), 380 / 31, bold=True),
            "organisation": line(setup.organisation, 11),
            "subtitle": [line(words, 12.5) for words in setup.subtitle if words],
            "running-head": line(_shorten(running, 60), 17),
            "words": {"contents": setup.speech.contents, "page": setup.speech.number_pages()},
        },
        "looks": {
            tone: {"ink": look.ink, "tint": look.tint, "mark": look.mark}
            for tone, look in LOOKS.items()
        },
        "line": LINE,
        "families": choose_families(setup.language),
        "code-families": (*FAMILIES_OF_CODE, choose_families(setup.language)[-1]),
        "measure": MEASURE,
        "height": sheet["height"],
        "front": typesetter.set_page(blocks[: setup.front]),
        "body": typesetter.set_page(blocks[setup.front :]),
    }
    return json.dumps(document, ensure_ascii=False, sort_keys=True)


def _shorten(words: str, most: int) -> str:
    words = " ".join(words.split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


# -- Typst --------------------------------------------------------------------------------------


_COMPILING = threading.Lock()
"""There is one compiler, for one document at a time."""


@cache
def _compiler() -> typst.Compiler:
    """Return the one compiler of this process; it knows the bundled fonts and no others."""
    import typst

    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in font_folders()],
    )
    return typst.Compiler(font_paths=fonts)


@cache
def _template() -> bytes:
    return resources.files("workshop.render").joinpath("paper.typ").read_bytes()


def _compile(content: str, typesetter: Typesetter, setup: PageSetup) -> bytes:
    files = {"main.typ": _template(), "document.json": content.encode(), **typesetter.letters.files}
    return compile_pages(files, setup.timestamp)


def compile_pages(files: Mapping[str, bytes], timestamp: datetime | None = None) -> bytes:
    """Return a PDF (PDF/UA-1) of `main.typ` and the files beside it that it reads by name.

    Only the bundled fonts are known. Raises typst.TypstError where the source is wrong.
    """
    # The wheel takes files by name; its type hints do not say so.
    compiler: Any = _compiler()
    with _COMPILING:
        pdf = compiler.compile(input=files, pdf_standards="ua-1", timestamp=timestamp)
    if not isinstance(pdf, bytes):
        raise TypeError("Typst returned no PDF")
    return pdf


def _draws(name: str, typesetter: Typesetter) -> bool:
    """Return whether a picture can be drawn by itself."""
    import typst

    page = (
        '#set document(title: "picture")\n'
        f'#image(read("{name}", encoding: none), format: "{name.rpartition(".")[2]}", alt: "x")'
    )
    compiler: Any = _compiler()
    try:
        with _COMPILING:
            compiler.compile(
                input={"main.typ": page.encode(), name: typesetter.letters.files[name]},
                pdf_standards="ua-1",
            )
    except typst.TypstError:
        return False
    return True


def svg_to_png(source: bytes, width: float, tallest: float, ppi: int) -> bytes | None:
    """Return a drawing as PNG on white, or None where it cannot be drawn.

    It becomes `width` points wide, or narrower where it would be taller than `tallest` points.
    """
    import typst

    page = (
        "#set page(width: auto, height: auto, margin: 0pt, fill: white)\n"
        f'#let drawn(..size) = image(read("it.svg", encoding: none), format: "svg", ..size)\n'
        f"#context if measure(drawn(width: {width:.2f}pt)).height > {tallest:.2f}pt "
        f"{{ drawn(height: {tallest:.2f}pt) }} else {{ drawn(width: {width:.2f}pt) }}"
    )
    compiler: Any = _compiler()
    try:
        with _COMPILING:
            png = compiler.compile(
                input={"main.typ": page.encode(), "it.svg": source}, format="png", ppi=ppi
            )
    except typst.TypstError:
        return None
    return png if isinstance(png, bytes) else None
