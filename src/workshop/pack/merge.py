"""Seven executed notebooks become one, in the reading order of the pack."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

from workshop.exhibits.blocks import MEDIA_TYPE, Exhibit, card, heading
from workshop.exhibits.wording import date_words
from workshop.findings.advice import headline
from workshop.findings.assessment import Assessment
from workshop.pack.notebook import notebook_to_blocks
from workshop.run.execute import Executed

FRONT = "front"
"""Tag of the cells that stand before the contents page."""


def merge(
    runs: Iterable[Executed],
    assessment: Assessment,
    *,
    paper: str = "a4",
    when: datetime.datetime | None = None,
) -> NotebookNode:
    """Return one notebook with what the executed ones show.

    Cells tagged `front` come first, before the contents page; then each notebook in turn. A
    notebook that failed is followed by a card that says what is missing and why.
    """
    front: list[NotebookNode] = []
    body: list[NotebookNode] = []
    for run in runs:
        for cell in run.notebook.cells:
            (front if FRONT in cell.metadata.get("tags", ()) else body).append(cell)
        if run.error is not None:
            body.append(_missing(assessment, run))
    meta = {"hide_code": True}
    count = len(notebook_to_blocks(new_notebook(cells=front, metadata={"workshop": meta})))
    setup = {**_setup(assessment, when), "paper": paper, "front": count}
    metadata = {"title": setup["title"], "workshop": {**meta, "pack": setup}}
    merged: NotebookNode = new_notebook(cells=[*front, *body], metadata=metadata)
    return merged


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
        "timestamp": when.isoformat() if when else None,
        "cover": True,
        "contents": True,
    }


def _missing(a: Assessment, run: Executed) -> NotebookNode:
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
    output = new_output("display_data", data={MEDIA_TYPE: exhibit.to_data(), "text/plain": ""})
    cell: NotebookNode = new_code_cell(id=f"missing-{run.name[:2]}", outputs=[output])
    return cell
