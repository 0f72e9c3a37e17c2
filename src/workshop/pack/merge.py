"""Executed notebooks become one document, in the reading order of the pack."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workshop.documents.blocks import Block, card, heading, paragraph
from workshop.documents.exhibit import MEDIA_TYPE
from workshop.documents.notebooks.notebook import cell_to_blocks
from workshop.documents.paper import Origin, PageSetup, Paper
from workshop.exhibits.layout import date_words, is_sparse
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
