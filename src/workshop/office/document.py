"""Blocks as a Word document: to edit, to cut and to paste from, with Word's own styles.

Headings, lists, captions and contents are Word's; whoever changes a style changes the whole
document. The same blocks give the same bytes.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import docx
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from workshop.office.frame import Frame
from workshop.office.grid import WIDER, card_to_word, table_to_word
from workshop.office.package import fix_times, full_language
from workshop.office.picture import draw_picture
from workshop.office.runs import Runs, begin_page, hold, mark, paragraph, run
from workshop.office.styles import BODY, dress
from workshop.render.blocks import (
    Block,
    Bullets,
    Card,
    Code,
    Formula,
    Heading,
    PageBreak,
    Pairs,
    Paragraph,
    Picture,
    Quote,
    Rule,
    SideBySide,
    Span,
    Table,
    Text,
    plain,
)
from workshop.render.characters import make_harmless
from workshop.render.fonts import measure_words
from workshop.render.headings import settle_levels
from workshop.render.paper import PAPERS, PageSetup
from workshop.render.text import blocks_to_text

_DEEPEST, _LISTS = 6, 3
_TERMS = 0.26
"""The share of the width that terms take before what stands for them."""


class Place(NamedTuple):
    """Where a block stands: the points it has, how deep inside others, in which kind of text."""

    room: float
    depth: int = 0
    style: str = ""
    list_level: int = 0
    abreast: int = 1
    """How many stand side by side in the PDF; here they follow each other, pictures as small."""

    def inside(self, room: float, style: str) -> Place:
        return self._replace(room=room, depth=self.depth + 1, style=style)


def blocks_to_docx(blocks: Iterable[Block], setup: PageSetup | None = None) -> bytes:
    """Return `blocks` as a Word document.

    A picture that cannot be drawn is replaced by its words; nothing that is typed or drawn makes
    this fail. Raises ValueError for a paper other than a4 and letter.
    """
    setup = setup or PageSetup()
    if setup.paper not in PAPERS:
        raise ValueError(f"paper {setup.paper!r} is not known; choose {' or '.join(PAPERS)}")
    settled = settle_levels(blocks)
    document = docx.Document()
    frame = Frame(document, setup, settled)
    dress(document, full_language(setup.language), setup.new_pages, frame.room)
    writer = _Writer(document, frame)
    cover = frame.cover(writer.runs)
    front = writer.write_page(settled[: setup.front])
    contents = frame.contents()
    body = writer.write_page(settled[setup.front :])
    if not setup.new_pages:  # else each part begins its page by itself
        front = begin_page(front) if cover else front
        body = begin_page(body) if contents or front or cover else body
    parts = (cover, front, contents, body)
    _fill(document, parts)
    frame.finish()
    return fix_times(_save(document))


def _fill(document: Document, parts: Sequence[str]) -> None:
    body = document.element.body
    spaces = nsdecls("w", "r", "wp", "a", "pic")
    end = body.sectPr
    for child in list(parse_xml(f"<w:body {spaces}>{''.join(parts)}</w:body>")):
        end.addprevious(child)


def _save(document: Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


class _Writer:
    def __init__(self, document: Document, frame: Frame) -> None:
        self.runs = Runs(document.part, frame.speech)
        self._frame = frame
        self._numbers = document.part.numbering_part.element
        self._kinds: dict[type, Callable[[Any, Place], str]] = {
            Heading: self._heading,
            Paragraph: self._paragraph,
            Bullets: self._bullets,
            Table: lambda b, place: table_to_word(b, self.runs, place.room),
            Picture: self._picture,
            Card: self._card,
            Pairs: self._pairs,
            Code: self._code,
            Quote: lambda b, place: self.write_all(b.body, place.inside(place.room - 14, "Quote")),
            Formula: self._formula,
            SideBySide: self._side_by_side,
            Rule: lambda _block, _place: paragraph("", "Rule"),
            PageBreak: lambda _block, _place: paragraph("", "Rule"),  # inside another block
        }

    def write_page(self, blocks: Iterable[Block]) -> str:
        """Return the blocks of a page; a wide table and its headings share a landscape page."""
        parts: list[str] = []
        for wide, group in _split(blocks):
            if wide:
                parts.append(self._frame.turn(upright=True) if parts else "")
                parts.append(self.write_all(group, Place(self._frame.long_room)))
                parts.append(self._frame.turn(upright=False))
            else:
                parts.append(self.write_all(group, Place(self._frame.room)))
        return "".join(parts)

    def write_all(self, blocks: Iterable[Block], place: Place) -> str:
        if place.depth > _DEEPEST:  # nobody reads so deep an indent; the words are kept
            return "".join(paragraph(run(self._gist(b)), place.style) for b in blocks)
        out: list[str] = []
        breaking = False
        for block, following in itertools.pairwise((*blocks, None)):
            if isinstance(block, PageBreak) and not place.depth:
                breaking = True
                continue
            if block is None:
                break
            markup = self._kinds[type(block)](block, place)
            if isinstance(block, Card) and isinstance(following, Table):
                markup = hold(markup)
            out.append(begin_page(markup) if breaking else markup)
            breaking = breaking and not markup
        return "".join(out)

    def _gist(self, block: Block) -> str:
        return blocks_to_text((block,), 10_000, self.runs.speech)

    # -- blocks ---------------------------------------------------------------------------------

    def _heading(self, block: Heading, _place: Place) -> str:
        words = self._frame.bookmark(self.runs.words(block.text))
        out = paragraph(words, f"Heading{block.level}", words=block.text)
        if block.lead:
            out += paragraph(self.runs.words(block.lead), "Lead", words=block.lead)
        return out

    def _paragraph(self, block: Paragraph, place: Place) -> str:
        tone = f"Tone{block.tone.capitalize()}" if block.tone != "plain" else ""
        words = mark(block.tone) + self.runs.words(block.text, tone)
        style = "Small" if block.small and place.style in ("", "CardText") else place.style
        return paragraph(words, style, words=block.text)

    def _bullets(self, block: Bullets, place: Place) -> str:
        level = min(place.list_level, _LISTS - 1)
        end = str(level + 1) if level else ""
        kind = "Number" if block.ordered else "Bullet"
        number = self._number(level, block.start) if block.ordered else ""
        inner = place.inside(place.room - 15, f"ListContinue{end}")
        inner = inner._replace(list_level=place.list_level + 1)
        out = []
        for item in block.items:
            first = item[0] if item and isinstance(item[0], Paragraph) else None
            words = mark(first.tone) + self.runs.words(first.text) if first else ""
            text = first.text if first else ()
            out.append(paragraph(words, f"List{kind}{end}", words=text, extra=number))
            out.append(self.write_all(item[1:] if first else item, inner))
        return "".join(out)

    def _number(self, level: int, start: int) -> str:
        """Return the properties of a numbered list that begins anew at `start`."""
        number = len(self._numbers.num_lst) + 1
        made = (
            f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="2"/>'
            f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{max(start, 0)}"/>'
            "</w:lvlOverride></w:num>"
        )
        self._numbers.append(parse_xml(made))
        return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'

    def _picture(self, block: Picture, place: Place) -> str:
        block = replace(block, width=block.width / place.abreast)
        bitmap = draw_picture(block)
        if bitmap is None:
            said = Card((Span(self.runs.speech.undrawn),), (Paragraph((Span(block.alt),)),))
            return self._card(said, place)
        scale = min(1.0, place.room * block.width / bitmap.width)
        fitted = bitmap._replace(width=bitmap.width * scale, height=bitmap.height * scale)
        out = paragraph(self.runs.picture(fitted, block.alt), kept=bool(block.caption))
        if block.caption:
            out += paragraph(self.runs.words(block.caption), "Caption", words=block.caption)
        return out

    def _card(self, block: Card, place: Place) -> str:
        inner = Place(place.room - 20, place.depth + 1, "CardText")
        return card_to_word(block, self.runs, self.write_all(block.body, inner), place.room)

    def _pairs(self, block: Pairs, place: Place) -> str:
        """Return terms beside what stands for them: a hanging indent, no table to be read out."""
        return "".join(self._pair(term, words, place) for term, words in block.pairs)

    def _pair(self, term: Text, words: Text, place: Place) -> str:
        left = place.room * _TERMS
        fits = measure_words(plain(term)) * BODY * WIDER < left - 6
        between = "<w:r><w:tab/></w:r>" if fits else "<w:r><w:br/></w:r>"
        return paragraph(
            self.runs.words(term, "ToneMuted") + between + self.runs.words(words),
            place.style,
            words=words,
            extra=f'<w:tabs><w:tab w:val="left" w:pos="{left * 20:.0f}"/></w:tabs>',
            indent=f'w:left="{left * 20:.0f}" w:hanging="{left * 20:.0f}"',
        )

    def _code(self, block: Code, _place: Place) -> str:
        tone = f"Tone{block.tone.capitalize()}" if block.tone not in ("plain", "muted") else ""
        words = make_harmless(block.text).expandtabs(4).rstrip("\n")
        return paragraph(run(words, tone), "Code")

    def _formula(self, block: Formula, place: Place) -> str:
        words = self.runs.words((Span(block.latex, math=True),))
        return paragraph(words, place.style, align="center")

    def _side_by_side(self, block: SideBySide, place: Place) -> str:
        beside = place._replace(abreast=max(sum(map(bool, block.columns)), 1))
        return "".join(self.write_all(part, beside) for part in block.columns)


def _split(blocks: Iterable[Block]) -> list[tuple[bool, list[Block]]]:
    """Return groups of blocks for upright and for landscape pages.

    The headings of a wide table, and a few words under them, go with it.
    """
    groups: list[tuple[bool, list[Block]]] = []
    waiting: list[Block] = []

    def add(wide: bool, found: Iterable[Block]) -> None:
        if not groups or groups[-1][0] != wide:
            groups.append((wide, []))
        groups[-1][1].extend(found)

    for block in blocks:
        if isinstance(block, Table) and block.wide:
            add(True, (*waiting, block))
            waiting = []
        elif isinstance(block, Heading) or (
            waiting and len(waiting) < 3 and isinstance(block, Paragraph)
        ):
            waiting.append(block)
        else:
            add(False, (*waiting, block))
            waiting = []
    if waiting:
        add(False, waiting)
    return groups
