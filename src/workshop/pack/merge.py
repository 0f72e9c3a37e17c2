"""Seven executed notebooks become one, in the reading order of the pack."""

from __future__ import annotations

import copy
import datetime
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

from workshop.documents.blocks import card, heading, paragraph
from workshop.documents.exhibit import MEDIA_TYPE, Exhibit
from workshop.documents.notebooks.notebook import notebook_to_blocks
from workshop.exhibits.layout import date_words, is_sparse, labels_of
from workshop.findings.advice import headline
from workshop.findings.assessment import Assessment
from workshop.kernels import Executed

FRONT = "front"
"""Tag of the cells that stand before the contents page."""
QUESTIONS = "questions"
"""Tag of the cells that ask what was not told; they come first where little was told."""


def merge(
    runs: Iterable[Executed],
    assessment: Assessment,
    *,
    paper: str = "a4",
    when: datetime.datetime | None = None,
) -> NotebookNode:
    """Return one notebook with what the executed ones show.

    Cells tagged `front` come first, before the contents page; then each notebook in turn. An
    exhibit that says less in a pack is shortened or left out, and a notebook of which nothing is
    left is only named. A notebook that failed is followed by a card that says what is missing.
    """
    sparse = is_sparse(assessment)
    front: list[NotebookNode] = []
    asked: list[NotebookNode] = []
    body: list[NotebookNode] = []
    left_out: list[str] = []
    for run in runs:
        cells = [
            _named(_shorten(cell, sparse), run.name, number)
            for number, cell in enumerate(run.notebook.cells, 1)
        ]
        if run.error is None and _says_nothing(cells):
            left_out.append(run.notebook.metadata.get("title") or run.name)
            continue
        for cell in cells:
            tags = cell.metadata.get("tags", ())
            early = asked if sparse and QUESTIONS in tags else body
            (front if FRONT in tags else early).append(cell)
        if run.error is not None:
            body.append(missing_cell(assessment, run))
    if left_out:
        (asked or body).append(_left_out(assessment, left_out))
    meta = {"hide_code": True}
    count = len(notebook_to_blocks(new_notebook(cells=front, metadata={"workshop": meta})))
    setup = {
        **_setup(assessment, when),
        "paper": paper,
        "front": count,
        "contents": not sparse,
        "new_pages": not sparse,
    }
    metadata = {"title": setup["title"], "workshop": {**meta, "pack": setup}}
    merged: NotebookNode = new_notebook(cells=[*front, *asked, *body], metadata=metadata)
    return merged


def _shorten(cell: NotebookNode, sparse: bool) -> NotebookNode:
    """Return a cell with each of its exhibits as a pack shows it."""
    if not any(_exhibit(output) for output in cell.get("outputs", ())):
        return cell
    shorter = copy.deepcopy(cell)
    for output in shorter.outputs:
        data = _exhibit(output)
        if data is not None:
            less, least = data.pop("in_pack", None), data.pop("in_short_pack", None)
            shown = least if sparse and least is not None else less
            if shown is not None:
                data["blocks"] = shown
                output["data"] = {MEDIA_TYPE: data, "text/plain": ""}
    return shorter


def _named(cell: NotebookNode, notebook: str, number: int) -> NotebookNode:
    """Return a cell that knows where it came from, for messages about what it shows."""
    origin = NotebookNode(origin=[notebook, number])
    metadata = NotebookNode({**cell.metadata, "workshop": origin})
    return NotebookNode({**cell, "metadata": metadata})


def _exhibit(output: Mapping[str, Any]) -> dict[str, Any] | None:
    data = output.get("data", {}).get(MEDIA_TYPE)
    return data if isinstance(data, dict) else None


def _says_nothing(cells: Iterable[NotebookNode]) -> bool:
    """Return whether cells show exhibits, all of them empty, and nothing else."""
    outputs = [o for cell in cells for o in cell.get("outputs", ())]
    shown = [_exhibit(o) for o in outputs]
    return bool(shown) and all(data is not None and not data.get("blocks") for data in shown)


def _left_out(a: Assessment, titles: list[str]) -> NotebookNode:
    """Return a cell that names the parts of which nothing was told."""
    names = a.listing([a.content.words("pack.part", title=title) for title in titles])
    exhibit = Exhibit("left-out", (paragraph(a.content.words("pack.left-out", names=names)),))
    return _shown("left-out", exhibit)


def _shown(name: str, exhibit: Exhibit) -> NotebookNode:
    output = new_output("display_data", data={MEDIA_TYPE: exhibit.to_data(), "text/plain": ""})
    made: NotebookNode = new_code_cell(id=name, outputs=[output])
    return made


def _setup(a: Assessment, when: datetime.datetime | None) -> dict[str, Any]:
    say = a.content.words
    name = a.answers.organisation or say("pack.no-organisation")
    lines = [a.answers.group] if a.answers.group else []
    if a.answers.held_on:
        lines.append(date_words(a.content, a.answers.held_on))
    return {
        "title": say("pack.title"),
        "subtitle": [*lines, headline(a)],
        "organisation": name,
        "running_head": say("pack.running-head", organisation=name),
        "language": a.content.language,
        "labels": asdict(labels_of(a.content)),
        "timestamp": when.isoformat() if when else None,
        "cover": True,
    }


def missing_cell(a: Assessment, run: Executed) -> NotebookNode:
    """Return a cell that says what is missing after a notebook that failed."""
    say, error = a.content.words, run.error
    assert error is not None  # noqa: S101 (the caller looked)
    exhibit = Exhibit(
        "missing",
        (
            heading(2, say("pack.missing")),
            card(
                say("pack.missing-from", notebook=run.name),
                [
                    say(
                        f"pack.missing-{error.how}",
                        cell=error.cell_index + 1,
                        name=error.ename,
                        message=error.evalue,
                    )
                ],
                tone="critical",
                label=say("pack.missing-label"),
            ),
        ),
    )
    return _shown(f"missing-{run.name[:2]}", exhibit)
