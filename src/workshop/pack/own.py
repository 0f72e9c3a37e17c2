"""Find what people wrote into their folder for the pack, and what it omits."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workshop.answers.schema import NAMES
from workshop.content.items import put_prose
from workshop.content.loader import Content
from workshop.files import notebooks, own_analysis

APPENDIX = "appendix"
"""Tag of a cell whose output is printed in the reference part of the pack."""


@dataclass(frozen=True)
class Own:
    """The notebooks of a folder that are not as the kit copied them.

    `notebooks` have cells for the pack; `left_out` were changed and have none, so that a pack made
    from the kit's own notebooks shows nothing of the change.
    """

    notebooks: tuple[Path, ...]
    left_out: tuple[str, ...]


def find_own(folder: Path, content: Content) -> Own:
    """Return the own notebooks of a folder; unreadable files are passed over."""
    kit = {
        path.name: gist(
            path.name, put_prose(path.read_bytes(), content.notebooks.get(path.stem), path.stem)
        )
        for path in (*notebooks(), own_analysis())
    }
    found, left_out = [], []
    for path in sorted(folder.glob("*.ipynb")):
        try:
            data = path.read_bytes()
            tags = [t for c in json.loads(data)["cells"] for t in c["metadata"].get("tags", ())]
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
        if kit.get(path.name) == gist(path.name, data):
            continue
        if APPENDIX in tags:
            found.append(path)
        elif path.name in kit and path.name != own_analysis().name:
            left_out.append(path.name)
    return Own(tuple(found), tuple(left_out))


def with_parameters(notebook: bytes) -> bytes:
    """Return a notebook that declares every answer, so that it is given all of them."""
    data = json.loads(notebook)
    lines = [f"{name} = None" for name in ("content_folder", *NAMES)]
    for cell in data["cells"]:
        if "parameters" in cell["metadata"].get("tags", ()):
            source = cell["source"]
            words = source if isinstance(source, str) else "".join(source)
            missing = [line for line in lines if not re.search(rf"^{line[:-7]}\b", words, re.M)]
            cell["source"] = "\n".join([words, *missing])
            break
    else:
        cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "outputs": []}
        cell |= {"id": "parameters", "execution_count": None, "source": "\n".join(lines)}
        data["cells"].insert(0, cell)
    return json.dumps(data).encode()


def gist(name: str, data: bytes) -> str:
    """Return what has to be equal for two copies of a file to be the same.

    Outputs, execution counts and a notebook's own metadata do not count.
    """
    if name.endswith(".ipynb"):
        try:
            cells = [_cell(cell) for cell in json.loads(data)["cells"]]
        except (ValueError, KeyError, TypeError, AttributeError):
            pass  # not a notebook any more: every byte counts
        else:
            data = json.dumps(cells, sort_keys=True).encode()
    return hashlib.sha256(data).hexdigest()


def _cell(cell: Mapping[str, Any]) -> list[Any]:
    source = cell.get("source", "")
    words = source if isinstance(source, str) else "".join(source)
    return [cell.get("cell_type"), words, cell.get("metadata", {}).get("tags", [])]
