"""A folder of own content to begin with: explained, and changing nothing until it is edited."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib.resources import files as files_of
from pathlib import Path
from typing import Any

import yaml

from workshop.authoring.translation import WELCOME
from workshop.content.items import prose_of
from workshop.content.loader import FOLDER, LAYOUT, kinds
from workshop.content.overlay import name_of, texts_of
from workshop.content.raw import ABOUT, NOTEBOOKS, WORDS, RawContent, RawItem, read_raw
from workshop.files import notebooks
from workshop.problems import InputError, Problem, shorten

LANGUAGE = re.compile("[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
STARTER = Path(__file__).parent / "starter"
"""Files that every new folder gets, with examples to take the “#” away from."""


def write_starter(folder: Path, language: str | None = None) -> tuple[Path, ...]:
    """Write a folder to begin own content with, and return its files.

    With a language also every sentence of the kit's, in the kit's words, to be translated where
    it stands. Raises `InputError` where something is there already, or for what is no language
    tag; OSError where nothing can be written.
    """
    if language is not None and not LANGUAGE.fullmatch(language):
        message = "This is no language tag."
        raise InputError([Problem(message, "--language", shorten(language), "de, fr, pt-BR …")])
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = "Something is there already, and nothing is written over."
        hint = "Name a folder that is not there yet."
        raise InputError([Problem(message, where=str(folder), suggestion=hint)])
    kit = read_raw(FOLDER, LAYOUT)
    files = {p.relative_to(STARTER).as_posix(): p.read_text("utf-8") for p in _templates()}
    files[ABOUT] = _about(folder.absolute().name, language or str(kit.about["language"]))
    if language is not None:
        files |= _to_translate(kit)
    for name, text in sorted(files.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tuple(folder / name for name in sorted(files))


def _templates() -> list[Path]:
    return [p for p in sorted(STARTER.rglob("*")) if p.suffix in (".yaml", ".md")]


def _about(name: str, language: str) -> str:
    told = {"language": language, "name": name, "version": "1", "extends": "kit"}
    return (
        "# What this content is. Its name and version stand in every pack that is made with it.\n"
        + _yaml(told)
    )


def _to_translate(kit: RawContent) -> dict[str, str]:
    """Return every text of the kit's by file, in the form in which a folder gives it."""
    files: dict[str, list[Any]] = {}
    for kind, model in kinds().items():
        for file, item in kit.items[kind]:
            ways = dict(texts_of(model, item))
            if ways:
                files.setdefault(file, []).append(_only(item, ways, ()))
    teams = [{"id": p.item["id"], "name": p.item.get("name", ""), "also": []} for p in _named(kit)]
    found = {name: _TRANSLATE + _yaml(items) for name, items in files.items()}
    found["teams.yaml"] = _TEAMS + _yaml(teams)
    stems = dict.fromkeys(key.partition(".")[0] for key in kit.words)
    for stem in stems:
        own = {k.partition(".")[2]: v for k, v in kit.words.items() if k.startswith(f"{stem}.")}
        found[f"{WORDS}/{stem}.yaml"] = _TRANSLATE + _yaml(own)
    prose = {p.stem: prose_of(json.loads(p.read_text("utf-8"))) for p in notebooks()}
    found[NOTEBOOKS] = _TRANSLATE + _yaml(prose)
    found[WELCOME] = files_of("workshop.notebook").joinpath(WELCOME).read_text("utf-8")
    return found


def _named(kit: RawContent) -> list[RawItem]:
    return [placed for placed in kit.items["team_names"] if placed.item.get("name")]


def _only(value: Any, ways: Mapping[tuple[str | int, ...], str], at: tuple[str | int, ...]) -> Any:
    """Return an entry with nothing but what names it and its texts."""
    if isinstance(value, Mapping):
        below = {k: _only(v, ways, (*at, str(k))) for k, v in value.items() if _has(ways, at, k)}
        named = name_of(value) is not None
        fields = ("id", "key", "value", "minute", "patterns", "base", "beside")
        return {**({f: value[f] for f in fields if f in value} if named else {}), **below}
    if isinstance(value, list):
        return [_only(part, ways, (*at, n)) for n, part in enumerate(value)]
    return ways.get(at, value)


def _has(ways: Mapping[tuple[str | int, ...], str], at: tuple[str | int, ...], key: Any) -> bool:
    way = (*at, str(key))
    return any(one[: len(way)] == way for one in ways)


_TRANSLATE = (
    "# To translate: say the text after each name in your language; {braces} stay as they are.\n"
)
_TEAMS = (
    "# The usual names of teams as your people read them. “also” lists other spellings they type.\n"
)


class _Dumper(yaml.SafeDumper):
    """Writes long texts folded, in a block of their own, as a person would."""


def _text(dumper: yaml.SafeDumper, words: str) -> yaml.ScalarNode:
    style = "|" if "\n" in words else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", words, style=style)


_Dumper.add_representer(str, _text)


def _yaml(data: Any) -> str:
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=96)
