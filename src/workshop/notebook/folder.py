"""The folder in which a team works: the kit's notebooks, copied and never written over."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workshop.content.items import put_prose
from workshop.content.loader import Content, load_content
from workshop.files import notebooks, write_files
from workshop.problems import InputError, Problem

HOME = ".workshop"
"""Folder inside it for what belongs to the kit: settings of JupyterLab, a record of the copies."""
SESSION = "session.workshop"
WELCOME = Path(__file__).parent / "WELCOME.md"


@dataclass(frozen=True)
class Copied:
    """What was done: file names that were written, and those that were changed and so kept."""

    written: tuple[str, ...]
    kept: tuple[str, ...]


def prepare(folder: Path, content: Content | None = None) -> Copied:
    """Copy notebooks and welcome page into a folder, which is made if there is none.

    Both have the words of the content, the kit's own if none is given.

    A copy that nobody changed is renewed when the kit has a newer one. Outputs, execution counts
    and a notebook's own metadata do not count as a change. Raises `InputError` if something else
    than a folder is there, OSError if it cannot be written.
    """
    if folder.exists() and not folder.is_dir():
        message = "This is a file; a folder is needed to work in."
        raise InputError([Problem(message, where=str(folder))])
    record = folder / HOME / "copied.json"
    record.parent.mkdir(parents=True, exist_ok=True)
    before = _read(record)
    now: dict[str, str] = {}
    written, kept = [], []
    content = load_content() if content is None else content
    prose = content.notebooks
    for source in (*notebooks(), WELCOME):
        target = folder / source.name
        if source is WELCOME:
            new = _welcome(content)
        else:
            new = put_prose(source.read_bytes(), prose.get(source.stem), source.stem)
        now[source.name] = _gist(source.name, new)
        if target.exists():
            there = _gist(source.name, target.read_bytes())
            if there == now[source.name]:
                continue
            if there != before.get(source.name):
                kept.append(source.name)
                now[source.name] = before.get(source.name, "")
                continue
        write_files({target: new})
        written.append(source.name)
    write_files({record: json.dumps(now, indent=1, sort_keys=True).encode() + b"\n"})
    return Copied(tuple(written), tuple(kept))


def _welcome(content: Content) -> bytes:
    """Return the welcome page, that of own content where it has one, with each part's minutes."""
    own = content.folder / WELCOME.name
    text = (own if own.is_file() else WELCOME).read_text("utf-8")
    for part in range(1, 8):
        minutes = sum(step.minutes for step in content.steps if step.part == part)
        text = text.replace(f"{{minutes-{part}}}", str(minutes))
    return text.encode()


def _read(record: Path) -> Mapping[str, str]:
    try:
        found = json.loads(record.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _gist(name: str, data: bytes) -> str:
    """Return what has to be equal for two copies to be the same."""
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
