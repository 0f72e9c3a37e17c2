"""Merge executed notebooks into the pack's order, and into a talk with notes."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args

from workshop.documents.blocks import (
    Block,
    Heading,
    Paragraph,
    Span,
    card,
    heading,
    paragraph,
)
from workshop.documents.exhibit import MEDIA_TYPE
from workshop.documents.notebooks.notebook import cell_to_blocks
from workshop.documents.paper import Origin, PageSetup, Paper, Replacement
from workshop.exhibits.layout import date_words, is_sparse
from workshop.findings.assessment import Assessment
from workshop.findings.output.display import labels_of
from workshop.pack.own import APPENDIX

if TYPE_CHECKING:
    from workshop.kernels import CellError

Edition = Literal["board", "working", "reference"]
EDITIONS: tuple[Edition, ...] = get_args(Edition)
"""The editions of a pack, in the order of reading.

A cell is tagged with its edition; a cell without such a tag belongs to the working pack.
"""
OWN = "own-"
"""Begins the name of an own notebook, whose tagged cells are an appendix."""
QUESTIONS = "questions"
"""Tag of cells with open questions, which come first if few are answered."""
OPENING = "opening"
"""Tag of a cell that a pack shows right below the chapter's title."""


class Run(Protocol):
    """An executed notebook, whoever executed it, and the error that ended it."""

    @property
    def name(self) -> str: ...
    @property
    def notebook(self) -> Any: ...
    @property
    def error(self) -> CellError | None: ...


def pack_date(assessment: Assessment) -> datetime.datetime | None:
    """Return `SOURCE_DATE_EPOCH`, else the workshop's day, else None.

    Never the clock: the same answers give the same pack.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC)
    day = assessment.answers.held_on
    return datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC) if day else None


@dataclass(frozen=True)
class Document:
    """The blocks to print, and the page setup."""

    blocks: tuple[Block, ...]
    setup: PageSetup


@dataclass
class _Section:
    """A growing part of a document; each block with the cell that it came from."""

    blocks: list[Block] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)

    def add(self, blocks: Iterable[Block], notebook: str, cell: int) -> None:
        """Add the blocks of a cell."""
        before = len(self.blocks)
        self.blocks += blocks
        self.origins += [Origin(notebook, cell)] * (len(self.blocks) - before)

    def extend(self, other: _Section) -> None:
        self.blocks += other.blocks
        self.origins += other.origins


@dataclass(frozen=True)
class Documents:
    """The editions of one pack, and the documents made of them."""

    setup: PageSetup
    sections: Mapping[Edition, _Section]
    assessment: Assessment
    replaced: list[Replacement] = field(default_factory=list)
    """What is shown in another form than in the notebooks; printing adds to it."""

    def of(self, *editions: Edition) -> Document:
        """Return one document with these editions, in the order of `EDITIONS`.

        The board edition comes before the contents, and the reference is folded on a screen.
        """
        text, sparse = self.assessment.content.words, is_sparse(self.assessment)
        chosen = [e for e in EDITIONS if e in editions and self.sections[e].blocks]
        whole = _Section()
        for edition in chosen:
            whole.extend(self.sections[edition])
        alone = len(chosen) == 1
        body = next((e for e in chosen if e != "board"), None)
        with_reference = "reference" in chosen and not alone
        title, who = text("pack.title"), self.assessment.answers.sponsor
        if alone and chosen[0] != "board":  # whoever decides need not know that there are others
            title = text("pack.edition", title=title, edition=text(f"pack.{chosen[0]}"))
        setup = replace(
            self.setup,
            title=title,
            remark=text("pack.written-confirmed", who=who) if who else text("pack.written"),
            front=len(self.sections["board"].blocks) if "board" in chosen else 0,
            body_title=text(f"pack.{body}") if body else "",
            body_lead=text(f"pack.{body}-lead", about=_about(self.assessment)) if body else "",
            foot_note=text("pack.working-foot") if body == "working" else "",
            folded=len(self.sections["reference"].blocks) if with_reference else 0,
            folded_title=text("pack.folded") if with_reference else "",
            contents=body is not None and not sparse,
            origins=tuple(whole.origins),
        )
        return Document(tuple(whole.blocks), setup)

    def has(self, edition: Edition) -> bool:
        return bool(self.sections[edition].blocks)


def merge(
    runs: Iterable[Run],
    assessment: Assessment,
    *,
    paper: Paper = "a4",
    when: datetime.datetime | None = None,
    fonts: tuple[str, ...] = (),
) -> Documents:
    """Return the editions that the executed notebooks make, by tags of cells.

    An exhibit that says less in a pack is shortened or left out, and a notebook of which nothing is
    left is only named. A notebook that failed is followed by a card that says what is missing.
    """
    sparse = is_sparse(assessment)
    shown_instead = ("in_short_pack", "in_pack") if sparse else ("in_pack",)
    sections: dict[Edition, _Section] = {e: _Section() for e in EDITIONS}
    questions = _Section()
    left_out: list[str] = []
    replaced: list[Replacement] = []
    for run in runs:
        cells = [_as_in_pack(cell, shown_instead) for cell in run.notebook.cells]
        title = run.notebook.metadata.get("title") or run.name
        if run.name.startswith(OWN):
            _add_appendix(sections["reference"], run, cells, title, assessment)
            continue
        if run.error is None and _is_empty(cells):
            left_out.append(title)
            continue
        own: dict[Edition, _Section] = {e: _Section() for e in EDITIONS}
        for number, cell in sorted(enumerate(cells, 1), key=_place):
            tags = cell["metadata"].get("tags", ())
            blocks = cell_to_blocks(
                cell, number, hide=True, on_replaced=partial(_note, replaced, run.name)
            )
            if sparse and QUESTIONS in tags:
                questions.add(blocks, run.name, number)
                continue
            for edition in [e for e in EDITIONS if e in tags] or ["working"]:
                own[edition].add(blocks, run.name, number)
        if run.error is not None:
            own["working"].add(missing(assessment, run), run.name, run.error.cell_index + 1)
        for edition in EDITIONS:
            _add_chapter(sections[edition], own[edition], edition, title, run.name)
    if left_out:
        last = questions if questions.blocks else sections["working"]
        last.add(_name_left_out(assessment, left_out), "", 0)
    questions.extend(sections["working"])
    sections["working"] = questions
    text, answers = assessment.content.words, assessment.answers
    organisation = answers.organisation or text("pack.no-organisation")
    lines = [answers.group] if answers.group else []
    if answers.held_on:
        lines.append(date_words(assessment.content, answers.held_on))
    setup = PageSetup(
        subtitle=tuple(lines),
        organisation=organisation,
        running_head=text("pack.running-head", organisation=organisation),
        language=assessment.content.language,
        paper=paper,
        timestamp=when,
        masthead=True,
        new_pages=not sparse,
        labels=labels_of(assessment.content),
        fonts=fonts,
    )
    return Documents(setup, sections, assessment, replaced)


def _place(numbered: tuple[int, Mapping[str, Any]]) -> tuple[int, int]:
    """Return what sorts the cells of a notebook as a pack shows them."""
    number, cell = numbered
    opens = OPENING in cell["metadata"].get("tags", ())
    return (0, 0) if number == 1 else (1 if opens else 2, number)


def _about(assessment: Assessment) -> str:
    """Return whom and which workshop a pack is about, as far as that is answered."""
    text, answers = assessment.content.words, assessment.answers
    day = answers.held_on
    found = [
        answers.organisation or text("pack.no-organisation"),
        answers.group or "",
        answers.model or "",
        text("pack.about-day", date=date_words(assessment.content, day)) if day else "",
    ]
    return text("pack.about-separator").join(filter(None, found))


def _note(replaced: list[Replacement], notebook: str, cell: int, what: str, why: str) -> None:
    replaced.append(Replacement(notebook, cell, what, why))


def _add_chapter(
    section: _Section, own: _Section, edition: Edition, title: str, notebook: str
) -> None:
    """Add a notebook's blocks to an edition, under its title.

    The board edition has no titles of notebooks. A chapter with only a title is left out.
    """
    if edition == "board":
        section.extend(own)
        return
    named = [b for b in own.blocks if not (isinstance(b, Heading) and b.level == 1)]
    if not any(not isinstance(b, Paragraph) for b in named) and edition == "working":
        return
    if edition == "reference" and named:
        section.add([Heading(1, (Span(title),))], notebook, 0)
    section.extend(own)


def _add_appendix(
    section: _Section,
    run: Run,
    cells: Sequence[Mapping[str, Any]],
    title: str,
    assessment: Assessment,
) -> None:
    """Add the cells of an own notebook that are tagged for it, under its title."""
    section.add([Heading(1, (Span(title),))], run.name, 0)
    for number, cell in enumerate(cells, 1):
        if APPENDIX in cell["metadata"].get("tags", ()):
            section.add(cell_to_blocks(cell, number, hide=True), run.name, number)
    if run.error is not None:
        section.add(missing(assessment, run), run.name, run.error.cell_index + 1)


def missing(assessment: Assessment, run: Run) -> tuple[Block, ...]:
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
    """Return the paragraph that names the parts without any answers."""
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


def _is_empty(cells: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether cells show only exhibits, all of them empty."""
    exhibits = [_exhibit(output) for cell in cells for output in cell.get("outputs", ())]
    return bool(exhibits) and all(e is not None and not e.get("blocks") for e in exhibits)
