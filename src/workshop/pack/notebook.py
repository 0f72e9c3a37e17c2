"""A notebook as blocks: its prose and what its cells show, in order."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workshop.pack.markdown import markdown_to_blocks
from workshop.pack.markup import Surroundings
from workshop.pack.outputs import outputs_to_blocks
from workshop.render.blocks import Block, Code

SCREEN = "screen-only"
DROPPED = frozenset((SCREEN, "skip", "remove-cell", "remove_cell", "papermill-error-cell-tag"))
_NO_CODE = frozenset(("remove-input", "remove_input", "hide-input", "hide_input"))
_NO_OUTPUT = frozenset(("remove-output", "remove_output", "hide-output", "hide_output"))
_PARAMETERS = frozenset(("parameters", "injected-parameters"))


def hides_code(nb: Mapping[str, Any]) -> bool:
    """Return whether the notebook asks for its code to be left out."""
    return bool(_mapping(_mapping(nb.get("metadata")).get("workshop")).get("hide_code"))


def notebook_to_blocks(
    nb: Mapping[str, Any], *, exclude_input: bool | None = None, folder: Path | None = None
) -> tuple[Block, ...]:
    """Return what `nb` shows. Code is left out where `exclude_input` or the notebook says so.

    Cells are dropped or shortened by their tags, as nbconvert and this kit name them. Pictures
    that Markdown names are read from `folder` and from nowhere else.
    """
    hide = hides_code(nb) if exclude_input is None else exclude_input
    language = _language(nb)
    blocks: list[Block] = []
    cells = nb.get("cells")
    for number, cell in enumerate(cells if isinstance(cells, list) else (), 1):
        if isinstance(cell, Mapping):
            blocks += cell_to_blocks(cell, number, hide=hide, language=language, folder=folder)
    return tuple(blocks)


def cell_to_blocks(
    cell: Mapping[str, Any],
    number: int,
    *,
    hide: bool,
    language: str = "",
    folder: Path | None = None,
    screen: bool = False,
) -> list[Block]:
    """Return what one cell shows; `number` is its place from 1, `hide` leaves its code out.

    On a `screen` stands also what is not meant for paper.
    """
    metadata = _mapping(cell.get("metadata"))
    given = metadata.get("tags")
    tags = frozenset(map(str, given)) if isinstance(given, list | tuple) else frozenset()
    if tags & DROPPED - ({SCREEN} if screen else set()):
        return []
    source = cell.get("source", "")
    words = source if isinstance(source, str) else "".join(map(str, source or ()))
    attachments = {
        str(name): dict(bundle)
        for name, bundle in _mapping(cell.get("attachments")).items()
        if isinstance(bundle, Mapping)
    }
    around = Surroundings(folder, attachments)
    kind = cell.get("cell_type")
    if kind == "markdown":
        return list(markdown_to_blocks(words, around))
    if kind != "code":
        return [Code(words.rstrip("\n"))] if words.strip() else []
    jupyter = _mapping(metadata.get("jupyter"))
    no_code = hide or tags & _NO_CODE or jupyter.get("source_hidden")
    no_output = tags & _NO_OUTPUT or jupyter.get("outputs_hidden") or (hide and tags & _PARAMETERS)
    blocks: list[Block] = []
    if words.strip() and not no_code:
        blocks.append(Code(words.rstrip("\n"), language))
    outputs = cell.get("outputs")
    if isinstance(outputs, list) and not no_output:
        blocks += outputs_to_blocks(outputs, number, around)
    return blocks


def _language(nb: Mapping[str, Any]) -> str:
    info = _mapping(_mapping(nb.get("metadata")).get("language_info"))
    return str(info.get("name", ""))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
