"""Executed notebooks in the reading order of the pack, and as a talk with notes."""

from __future__ import annotations

import datetime
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
    card,
    heading,
    paragraph,
)
from workshop.documents.exhibit import MEDIA_TYPE
from workshop.documents.notebooks.exporters import FindingsSlidesExporter
from workshop.documents.notebooks.markup import markdown_to_blocks
from workshop.documents.notebooks.notebook import Notes, cell_to_blocks
from workshop.documents.paper import Origin, PageSetup, Paper
from workshop.exhibits.layout import date_words, is_sparse
from workshop.files import folder
from workshop.findings.advice import headline
from workshop.findings.assessment import Assessment
from workshop.findings.display import labels_of
from workshop.kernels import Executed

FRONT = "front"
"""Tag of the cells that stand before the contents page."""
QUESTIONS = "questions"
"""Tag of the cells that ask what was not told; they come first where little was told."""


@dataclass(frozen=True)
class Document:
    """What is printed: blocks, and what stands around them."""

    blocks: tuple[Block, ...]
    setup: PageSetup


@dataclass
class _Section:
    """Part of a document as it grows; each block with the cell that it came from."""

    blocks: list[Block] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)

    def add(self, blocks: Iterable[Block], notebook: str, cell: int) -> None:
        """Add what a cell shows."""
        before = len(self.blocks)
        self.blocks += blocks
        self.origins += [Origin(notebook, cell)] * (len(self.blocks) - before)


def merge(
    runs: Iterable[Executed],
    assessment: Assessment,
    *,
    paper: Paper = "a4",
    when: datetime.datetime | None = None,
) -> Document:
    """Return one document with what the executed notebooks show.

    Cells tagged `front` come first, before the contents page; then each notebook in turn. An
    exhibit that says less in a pack is shortened or left out, and a notebook of which nothing is
    left is only named. A notebook that failed is followed by a card that says what is missing.
    """
    sparse = is_sparse(assessment)
    shown_instead = ("in_short_pack", "in_pack") if sparse else ("in_pack",)
    front, questions, body = _Section(), _Section(), _Section()
    left_out: list[str] = []
    for run in runs:
        cells = [_as_in_pack(cell, shown_instead) for cell in run.notebook.cells]
        if run.error is None and _says_nothing(cells):
            left_out.append(run.notebook.metadata.get("title") or run.name)
            continue
        for number, cell in enumerate(cells, 1):
            tags = cell["metadata"].get("tags", ())
            early = questions if sparse and QUESTIONS in tags else body
            section = front if FRONT in tags else early
            section.add(cell_to_blocks(cell, number, hide=True), run.name, number)
        if run.error is not None:
            body.add(missing(assessment, run), run.name, run.error.cell_index + 1)
    if left_out:
        last = questions if questions.blocks else body
        last.add(_name_left_out(assessment, left_out), "", 0)
    sections = (front, questions, body)
    text, answers = assessment.content.words, assessment.answers
    organisation = answers.organisation or text("pack.no-organisation")
    lines = [answers.group] if answers.group else []
    if answers.held_on:
        lines.append(date_words(assessment.content, answers.held_on))
    setup = PageSetup(
        title=text("pack.title"),
        subtitle=(*lines, headline(assessment)),
        organisation=organisation,
        running_head=text("pack.running-head", organisation=organisation),
        language=assessment.content.language,
        paper=paper,
        timestamp=when,
        cover=True,
        contents=not sparse,
        front=len(front.blocks),
        new_pages=not sparse,
        labels=labels_of(assessment.content),
        origins=tuple(origin for section in sections for origin in section.origins),
    )
    return Document(tuple(block for section in sections for block in section.blocks), setup)


def missing(assessment: Assessment, run: Executed) -> tuple[Block, ...]:
    """Return what a pack says in place of the rest of a notebook that failed."""
    text, error = assessment.content.words, run.error
    assert error is not None  # noqa: S101 (the caller looked)
    what = text(
        f"pack.missing-{error.how}",
        cell=error.cell_index + 1,
        name=error.ename,
        message=error.evalue,
    )
    title = text("pack.missing-from", notebook=run.name)
    return (
        heading(2, text("pack.missing")),
        card(title, [what], tone="critical", label=text("pack.missing-label")),
    )


def _name_left_out(assessment: Assessment, titles: list[str]) -> tuple[Block, ...]:
    """Return what names the parts of which nothing was told."""
    names = assessment.listing(
        [assessment.content.words("pack.part", title=title) for title in titles]
    )
    return (paragraph(assessment.content.words("pack.left-out", names=names)),)


def _as_in_pack(cell: Mapping[str, Any], instead: tuple[str, ...]) -> Mapping[str, Any]:
    """Return a cell whose exhibits show the first that they have of `instead`."""
    if "outputs" not in cell:
        return cell
    return {**cell, "outputs": [_shown(output, instead) for output in cell["outputs"]]}


def _shown(output: Mapping[str, Any], instead: tuple[str, ...]) -> Mapping[str, Any]:
    exhibit = _exhibit(output) or {}
    blocks = next((exhibit[name] for name in instead if name in exhibit), None)
    if blocks is None:
        return output
    return {**output, "data": {MEDIA_TYPE: {**exhibit, "blocks": blocks}}}


def _exhibit(output: Mapping[str, Any]) -> Mapping[str, Any] | None:
    data = output.get("data", {}).get(MEDIA_TYPE)
    return data if isinstance(data, Mapping) else None


def _says_nothing(cells: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether cells show exhibits, all of them empty, and nothing else."""
    exhibits = [_exhibit(output) for cell in cells for output in cell.get("outputs", ())]
    return bool(exhibits) and all(e is not None and not e.get("blocks") for e in exhibits)


GUIDE = "facilitator"
"""Folder of the guide, in the kit and in a folder of own content."""
SHOWS = 4
"""Which of a page's sections goes through the screen, counted from 0."""
OPENING, FIRST = (3,), (0, 5, 6, 7)
"""The sections that are said to a notebook's title, and to the question under it."""
CELL = re.compile(r"<!-- cell: (?P<id>\S+) -->")
"""What names the cell of a notebook that a part of the guide belongs to."""


@dataclass(frozen=True)
class Guide:
    """What the facilitator's guide says to one notebook, and in which language."""

    opening: tuple[Block, ...] = ()
    first: tuple[Block, ...] = ()
    cells: Mapping[str, tuple[Block, ...]] = field(default_factory=dict)
    """By the id of a notebook's cell."""
    language: str = ""


def read_guide(name: str, content: Content) -> Guide:
    """Return what the guide says to a notebook; nothing where it has no page for it.

    A folder of own content may hold pages of its own, under the same names in `facilitator/`;
    each has the sections of the kit's page in the same order.
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
    """Yield the id of each cell that a page of the guide speaks of, and what it says.

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
    """Return what the guide says to each cell, by its place counted from 0.

    Its cells are named by their ids; the title and the question under it are its first prose.
    """
    cells = [cell if isinstance(cell, Mapping) else {} for cell in nb.get("cells") or ()]
    notes = {at: guide.cells.get(str(cell.get("id")), ()) for at, cell in enumerate(cells)}
    prose = [at for at, cell in enumerate(cells) if cell.get("cell_type") == "markdown"]
    return notes | dict(zip(prose, (guide.opening, guide.first), strict=False))


class GuidedSlidesExporter(FindingsSlidesExporter):
    """A notebook as slides, with what the facilitator's guide says as notes."""

    export_from_notebook = "Slides for a projector (findings)"
    content_folder = Unicode(
        "", help="A folder of own content, whose facilitator's guide gives the notes."
    ).tag(config=True)

    def speaker_notes(self, nb: Any, name: str) -> tuple[Notes, str]:
        """Return what the content's guide says to the notebook."""
        guide = read_guide(name, load_content(self.content_folder or None))
        return notes_of(nb, guide), guide.language


def _unlinked(block: Block) -> Block:
    """Return a block without links: the guide's pages do not lie beside the slides."""
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
