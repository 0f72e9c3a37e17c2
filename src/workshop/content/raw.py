"""Read a content folder as plain data, before anything in it is checked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from workshop.problems import InputError, Problem, near, shorten

ABOUT, WORDS, NOTEBOOKS = "version.yaml", "words", "notebooks.yaml"


class RawItem(NamedTuple):
    """An item and its file, relative to the content folder."""

    file: str
    item: dict[str, Any]


@dataclass
class RawContent:
    """The items of a content folder by kind, words by key, and prose by notebook."""

    about: dict[str, Any] = field(default_factory=dict)
    items: dict[str, list[RawItem]] = field(default_factory=dict)
    words: dict[str, Any] = field(default_factory=dict)
    notebooks: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_yaml(path: Path) -> Any:
    """Return the data of a YAML file.

    Raises `InputError` with the line if it cannot be read.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        text = path.read_text("utf-8")
        if text.startswith(("{", "[")):  # JSON is YAML, and read a hundred times as quickly
            with suppress(ValueError):
                return json.loads(text)
        return yaml.load(text, Loader=loader)  # noqa: S506 (a safe loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        words = getattr(error, "problem", None) or str(error)
        line = mark.line + 1 if mark else None
        raise InputError([Problem(f"not YAML: {words}.", where=path.name, line=line)]) from None
    except UnicodeDecodeError:
        raise InputError([Problem("This is not UTF-8 text.", where=path.name)]) from None


def read_raw(folder: Path, layout: Mapping[str, str]) -> RawContent:
    """Return the raw content of a folder.

    `layout` gives the file or folder of each kind. Files that cannot be read or have another shape
    are among its `problems`. Raises `InputError` if there is no such folder, or no content in it.
    """
    check_folder(folder)
    raw = RawContent()
    raw.about = _mapping(raw, folder, folder / ABOUT)
    for kind, place in layout.items():
        path = folder / place
        files = [path] if path.suffix else sorted(path.glob("*.yaml"))
        raw.items[kind] = [one for file in files for one in _items(raw, folder, file)]
    for file in sorted((folder / WORDS).glob("*.yaml")):
        entries = _mapping(raw, folder, file)
        raw.words |= {f"{file.stem}.{_name(key)}": value for key, value in entries.items()}
    raw.notebooks = _mapping(raw, folder, folder / NOTEBOOKS)
    return raw


def check_folder(folder: Path) -> None:
    """Raise `InputError` unless a folder exists and has content; do not read it."""
    if not folder.is_dir():
        message = "There is no such folder."
        raise InputError([Problem(message, where=str(folder))])
    if not (folder / ABOUT).is_file():
        message = f"This is no content folder: it has no {ABOUT}."
        hint = "Begin one with “workshop content new FOLDER”."
        if (folder / "pyproject.toml").is_file():
            hint = f"If it is a package, install it (pip install -e {folder}) and give its name."
        raise InputError([Problem(message, where=str(folder), suggestion=hint)])


def strange_files(folder: Path, layout: Mapping[str, str], words: set[str]) -> Iterator[Problem]:
    """Yield a problem for every YAML file that is not read, with a similar name."""
    places = [p if p.endswith(".yaml") else f"{p}/…" for p in layout.values()]
    known = [ABOUT, NOTEBOOKS, *places, *(f"{WORDS}/{stem}.yaml" for stem in sorted(words))]
    for path in sorted(folder.rglob("*.y*ml")):
        name = path.relative_to(folder).as_posix()
        if any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        if name in known or (path.suffix == ".yaml" and f"{path.parent.name}/…" in known):
            continue
        yield Problem(
            "The kit reads no file of this name.", where=name, suggestion=near(name, known)
        )


def _items(raw: RawContent, folder: Path, file: Path) -> list[RawItem]:
    name = file.relative_to(folder).as_posix()
    data = _read(raw, folder, file)
    if not isinstance(data, list):
        if data is not None:
            message = "This file holds a list: each entry begins with “- id:”."
            raw.problems.append(Problem(message, where=name))
        return []
    found = []
    for item in data:
        if isinstance(item, dict):
            found.append(RawItem(name, item))
        else:
            message = "An entry here has fields with names, such as “id: …”."
            raw.problems.append(Problem(message, value=shorten(item), where=name))
    return found


def _mapping(raw: RawContent, folder: Path, file: Path) -> dict[str, Any]:
    data = _read(raw, folder, file)
    if isinstance(data, dict):
        return {_name(key): value for key, value in data.items()}
    if data is not None:
        message = "This file holds names with values, such as “title: …”."
        name = file.relative_to(folder).as_posix()
        raw.problems.append(Problem(message, value=shorten(data), where=name))
    return {}


def _read(raw: RawContent, folder: Path, file: Path) -> Any:
    if not file.exists():
        return None
    try:
        return read_yaml(file)
    except InputError as error:
        name = file.relative_to(folder).as_posix()
        raw.problems += [Problem(p.message, where=name, line=p.line) for p in error.problems]
    except OSError as error:
        name = file.relative_to(folder).as_posix()
        raw.problems.append(Problem(f"It cannot be read ({error.strerror}).", where=name))
    return None


def _name(key: Any) -> str:
    """Return a key as it was meant: YAML reads `true`, `yes` and numbers as values."""
    return str(key).lower() if isinstance(key, bool) else str(key)
