"""Executed notebooks without what differs from run to run."""

from __future__ import annotations

import copy
import re
from typing import Any

from nbformat import NotebookNode

INJECTED = "injected-parameters"

_WIDGET = "application/vnd.jupyter.widget-view+json"
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
# A cell's file name, as warnings and tracebacks show it, holds the kernel's process id. It is
# looked for from where a name can begin: from everywhere, a long line would take for ever.
_CELL_FILE = re.compile(r"(?<![^\s\"'(])[^\s\"'(]*[\\/]ipykernel_\d+[\\/](\d+)\.py")


def tidy(notebook: NotebookNode) -> NotebookNode:
    """A copy whose saved JSON is the same, byte for byte, after every run with the same input.

    Taken out: times, paths and process ids that papermill and the kernel have left; memory
    addresses in text; the state of widgets, whose names are drawn at random and which nothing
    can show once the kernel is gone (their static output stays). The injected cell gets its
    tag as its id. Text that a cell has printed comes in one piece, first standard output, then
    errors, since the pieces depend on timing.
    """
    result = copy.deepcopy(notebook)
    papermill = result.metadata.pop("papermill", {})
    if parameters := papermill.get("parameters"):
        result.metadata["papermill"] = {"parameters": parameters}
    result.metadata.pop("widgets", None)
    for cell in result.cells:
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)
        tags = cell.metadata.get("tags", [])
        if not tags:
            cell.metadata.pop("tags", None)
        if INJECTED in tags:
            cell["id"] = INJECTED
        if cell.cell_type == "code":
            cell.outputs = _tidy_outputs(cell.outputs)
    return result


def _tidy_outputs(outputs: list[NotebookNode]) -> list[NotebookNode]:
    tidied: list[NotebookNode] = []
    printed: dict[str, NotebookNode] = {}
    for output in outputs:
        if output.output_type == "stream":
            if output.name in printed:
                printed[output.name].text += output.text
            else:
                printed[output.name] = output
            continue
        tidied += _in_order(printed)
        printed = {}
        if "data" in output:
            output.data.pop(_WIDGET, None)
            if "text/plain" in output.data:
                output.data["text/plain"] = _clean(output.data["text/plain"])
        if "traceback" in output:
            output.evalue = _clean(output.evalue)
            output.traceback = [_clean(line) for line in output.traceback]
        tidied.append(output)
    return tidied + _in_order(printed)


def _in_order(printed: dict[str, NotebookNode]) -> list[NotebookNode]:
    pieces = [printed[name] for name in ("stdout", "stderr") if name in printed]
    for piece in pieces:
        piece.text = _clean(piece.text)
    return pieces


def _clean(text: Any) -> str:
    return _CELL_FILE.sub(r"<cell>", _ADDRESS.sub("", str(text)))
