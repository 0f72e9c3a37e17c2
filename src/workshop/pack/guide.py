"""The facilitator's guide as speaker's notes, and notebooks as slides with them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from markdown_it import MarkdownIt
from traitlets import Unicode

from workshop.content.loader import Content, load_content
from workshop.documents.blocks import (
    Block,
    Bullets,
    Card,
    Heading,
    Paragraph,
    Quote,
    Table,
    Text,
)
from workshop.documents.notebooks.exporters import FindingsSlidesExporter
from workshop.documents.notebooks.markup import markdown_to_blocks
from workshop.documents.notebooks.notebook import Notes
from workshop.files import folder

GUIDE = "facilitator"
"""Folder of the guide, in the kit and in a folder of own content."""
SHOWS = 4
"""The section of a page that explains the screen, counted from 0."""
OPENING, FIRST = (3,), (0, 5, 6, 7)
"""The sections for a notebook's title, and for the question under it."""
CELL = re.compile(r"<!-- cell: (?P<id>\S+) -->")
"""The comment that names the notebook cell of a part of the guide."""


@dataclass(frozen=True)
class Guide:
    """The facilitator's guide to one notebook, and its language."""

    opening: tuple[Block, ...] = ()
    first: tuple[Block, ...] = ()
    cells: Mapping[str, tuple[Block, ...]] = field(default_factory=dict)
    """Notes by the id of a notebook's cell."""
    language: str = ""


def read_guide(name: str, content: Content) -> Guide:
    """Return the guide to a notebook, empty if there is no page for it.

    A folder of own content may have pages of its own, under the same names in `facilitator/`; each
    has the sections of the kit's page in the same order.
    """
    for place, language in ((content.folder / GUIDE, content.language), (folder(GUIDE), "en")):
        path = place / f"{name}.md"
        if path.parent == place and path.is_file():
            return _guide(path.read_text("utf-8"), language)
    return Guide()


def _guide(text: str, language: str) -> Guide:
    sections: list[list[Block]] = []
    for block in markdown_to_blocks(text):
        if isinstance(block, Heading) and block.level == 2:
            sections.append([])
        if sections:
            sections[-1].append(_unlinked(block))
    if len(sections) <= max(*OPENING, *FIRST, SHOWS):  # a page of another kind
        return Guide()
    before = itertools.takewhile(lambda block: not isinstance(block, Heading), sections[SHOWS][1:])
    opening = [block for n in OPENING for block in sections[n]]
    first = [block for n in FIRST for block in sections[n]]
    cells = {id_: tuple(map(_unlinked, blocks)) for id_, blocks in _notes_of_cells(text)}
    return Guide((*opening, *before), tuple(first), cells, language)


def _notes_of_cells(text: str) -> Iterator[tuple[str, Iterable[Block]]]:
    """Yield the id and the notes of each cell on a page of the guide.

    A comment `<!-- cell: its-id -->` under a heading names the cell; what follows belongs to it as
    far as the next heading. So a cell keeps its notes wherever it is moved to.
    """
    lines, id_, begin = text.splitlines(), "", 0
    for token in [*MarkdownIt().parse(text), None]:
        named = (
            CELL.fullmatch(token.content.strip()) if token and token.type == "html_block" else None
        )
        ends = token is None or token.type == "heading_open"
        if id_ and (ends or named):
            end = token.map[0] if token and token.map else len(lines)
            yield id_, markdown_to_blocks("\n".join(lines[begin:end]))
            id_ = ""
        if named and token and token.map:
            id_, begin = named["id"], token.map[1]


def notes_of(nb: Mapping[str, Any], guide: Guide) -> dict[int, tuple[Block, ...]]:
    """Return the guide's notes for each cell, by its position from 0.

    Cells are found by their ids; the title and the question under it are the first prose.
    """
    cells = [cell if isinstance(cell, Mapping) else {} for cell in nb.get("cells") or ()]
    notes = {at: guide.cells.get(str(cell.get("id")), ()) for at, cell in enumerate(cells)}
    prose = [at for at, cell in enumerate(cells) if cell.get("cell_type") == "markdown"]
    return notes | dict(zip(prose, (guide.opening, guide.first), strict=False))


class GuidedSlidesExporter(FindingsSlidesExporter):
    """A notebook as slides, with the facilitator's guide as notes."""

    export_from_notebook = "Slides for a projector (findings)"
    content_folder = Unicode(
        "", help="A folder of own content, whose facilitator's guide gives the notes."
    ).tag(config=True)

    def speaker_notes(self, nb: Any, name: str) -> tuple[Notes, str]:
        """Return the notes of the content's guide for the notebook."""
        guide = read_guide(name, load_content(self.content_folder or None))
        return notes_of(nb, guide), guide.language


def _unlinked(block: Block) -> Block:
    """Return a block without links, since the guide's pages are elsewhere."""
    match block:
        case Paragraph() | Heading():
            return replace(block, text=_plain(block.text))
        case Bullets():
            return replace(block, items=tuple(_all(item) for item in block.items))
        case Quote() | Card():
            return replace(block, body=_all(block.body))
        case Table():
            rows = tuple(
                tuple(replace(cell, text=_plain(cell.text)) for cell in row) for row in block.rows
            )
            return replace(block, rows=rows)
        case _:
            return block


def _all(blocks: Sequence[Block]) -> tuple[Block, ...]:
    return tuple(map(_unlinked, blocks))


def _plain(words: Text) -> Text:
    return tuple(replace(span, link=None, file=None) for span in words)
