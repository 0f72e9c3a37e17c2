"""The prose of a notebook in other words: its title, and its Markdown cells by their ids."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from workshop.model.knowledge import Item, Sentence
from workshop.model.problems import InputError, Problem, near
from workshop.model.shelf import NOTEBOOKS


class NotebookText(Item):
    """What a notebook says beside its code."""

    title: str = ""
    cells: dict[str, Sentence] = Field(default_factory=dict)
    """Markdown by the id of its cell; a cell that is not named keeps its own words."""


def put_prose(notebook: bytes, text: NotebookText | None, name: str) -> bytes:
    """Return a notebook's file with other prose; the same bytes where there is none.

    Raises `InputError` for a cell that the notebook has not got.
    """
    if text is None:
        return notebook
    data = json.loads(notebook)
    prose = {c["id"]: c for c in data["cells"] if c["cell_type"] == "markdown"}
    problems = [
        Problem(
            "The notebook has no Markdown cell of this id.",
            f"{name}.cells.{id_}",
            where=NOTEBOOKS,
            suggestion=near(id_, prose),
        )
        for id_ in text.cells
        if id_ not in prose
    ]
    if problems:
        raise InputError(problems)
    for id_, words in text.cells.items():
        prose[id_]["source"] = words.rstrip("\n").splitlines(keepends=True)
    if text.title:
        data["metadata"]["title"] = text.title
    return json.dumps(data, ensure_ascii=False, indent=1).encode() + b"\n"


def prose_of(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Return a notebook's prose in the form of an entry of `notebooks.yaml`."""
    cells = [c for c in notebook["cells"] if c["cell_type"] == "markdown"]
    return {
        "title": notebook["metadata"]["title"],
        "cells": {c["id"]: "".join(c["source"]) for c in cells},
    }
