"""Write a folder of own content to begin with, and measure a translation."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files as files_of
from pathlib import Path
from typing import Any

import yaml

from workshop.content.items import prose_of
from workshop.content.loader import FOLDER, LAYOUT, Content, kinds
from workshop.content.overlay import join, name_of, placeholders, texts_of
from workshop.content.raw import ABOUT, NOTEBOOKS, WORDS, RawContent, RawItem, read_raw
from workshop.files import notebooks
from workshop.problems import InputError, Problem, near, shorten

WELCOME = "WELCOME.md"
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_PLACE = re.compile(r"\{\w*\}")
_WORD = re.compile(r"[^\W\d_]\S*")


@dataclass
class Part:
    """The texts of one kind: how many, and which of them are not translated."""

    name: str
    texts: int = 0
    alike: int = 0
    """How many read as in the kit and may: a work's title, one or two words, or none."""
    unchanged: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def translated(self) -> int:
        return self.texts - self.alike - len(self.unchanged) - len(self.missing)

    def count(self, name: str, old: str, new: str | None) -> None:
        """Count a text of the kit; `new` is None if the folder does not have it."""
        self.texts += 1
        if new is None:
            self.missing.append(name)
        elif new == old and may_stay(name, old):
            self.alike += 1
        elif new == old:
            self.unchanged.append(name)


def may_stay(name: str, text: str) -> bool:
    """Return whether a text of the kit may be the same in another language."""
    return name.endswith(".citation") or len(_WORD.findall(_PLACE.sub("", text))) < 3


class _Given(str):
    """A text from the folder itself."""

    __slots__ = ()


def is_translation(content: Content) -> bool:
    """Return whether content is in another language than the kit's own."""
    kit = read_raw(FOLDER, {}).about["language"]
    return content.language.partition("-")[0].lower() != str(kit).partition("-")[0].lower()


def coverage(folder: Path) -> tuple[Part, ...]:
    """Return how much of the kit's text a folder translates, kind by kind."""
    kit, over = read_raw(FOLDER, LAYOUT), read_raw(folder, LAYOUT)
    parts = [_words(kit, over)]
    for kind in kinds():
        part = Part(kind)
        for name, old, new in _pairs(kind, kit, over):
            if ".also." not in name:  # each language has as many other spellings as it needs
                part.count(name, old, new)
        parts.append(part)
    prose = Part(NOTEBOOKS)
    for name, old, new in _prose_pairs(over.notebooks):
        prose.count(name, old, new)
    welcome, path = Part(WELCOME), folder / WELCOME
    welcome.count(WELCOME, _welcome(), path.read_text("utf-8") if path.is_file() else None)
    return tuple(part for part in (*parts, prose, welcome) if part.texts)


def lost_placeholders(folder: Path) -> Iterator[Problem]:
    """Yield a problem for each placeholder that a translated sentence lacks."""
    kit, over = read_raw(FOLDER, LAYOUT), read_raw(folder, LAYOUT)
    for key, entry in over.words.items():
        old = kit.words[key]
        lost = placeholders(old) - placeholders(entry)
        if isinstance(old, Mapping) or isinstance(entry, Mapping):
            lost -= {"n"}  # a form may say its number in words
        stem, _, name = key.partition(".")
        yield from _lost(lost, name, f"{WORDS}/{stem}.yaml")
    for kind in kinds():
        for name, old, new in _pairs(kind, kit, over):
            if new is not None:
                yield from _lost(placeholders(old) - placeholders(new), name, LAYOUT[kind])


def prose_problems(given: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield problems for unknown notebooks and cells, and for changed links."""
    kit = _kit_prose()
    for name, entry in given.items():
        if name not in kit:
            hint = near(name, kit)
            yield Problem("There is no such notebook.", name, suggestion=hint, where=NOTEBOOKS)
            continue
        cells = kit[name]["cells"]
        for id_, words in (entry.get("cells") or {}).items():
            where = f"{name}.cells.{id_}"
            if id_ not in cells:
                message, hint = "The notebook has no Markdown cell of this id.", near(id_, cells)
                yield Problem(message, where, suggestion=hint, where=NOTEBOOKS)
            elif set(_LINK.findall(words)) != set(_LINK.findall(cells[id_])):
                allowed = ", ".join(sorted(set(_LINK.findall(cells[id_])))) or "no links"
                message = "Its links lead elsewhere than those of the kit's cell."
                yield Problem(message, where, allowed=allowed, where=NOTEBOOKS)


def _lost(lost: frozenset[str] | set[str], name: str, where: str) -> Iterator[Problem]:
    for one in sorted(lost):
        message = f"The kit's sentence has {{{one}}}, and this one has not."
        yield Problem(message, name, where=where)


def _words(kit: RawContent, over: RawContent) -> Part:
    part = Part(WORDS)
    for key, entry in kit.words.items():
        new = over.words.get(key)
        part.count(key, str(entry), None if new is None else str(new))
    return part


def _pairs(kind: str, kit: RawContent, over: RawContent) -> Iterator[tuple[str, str, str | None]]:
    """Yield each text of the kit's entries of a kind with the folder's text."""
    model = kinds()[kind]
    given = {name_of(p.item): p.item for p in over.items[kind]}
    if None in given and len(over.items[kind]) == len(kit.items[kind]):  # named by their places
        names = [name_of(p.item) for p in kit.items[kind]]
        given = dict(zip(names, (p.item for p in over.items[kind]), strict=True))
    for placed in kit.items[kind]:
        name, item = name_of(placed.item), placed.item
        if given.get(name, {}).get("remove") is True:
            continue
        joined = join(item, _marked(given.get(name, {})))
        new = {way: text for way, text in texts_of(model, joined) if isinstance(text, _Given)}
        for way, old in texts_of(model, item):
            yield ".".join(map(str, (name, *way))), old, new.get(way)


def _marked(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _marked(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_marked(part) for part in value]
    return _Given(value) if isinstance(value, str) else value


def _kit_prose() -> dict[str, dict[str, Any]]:
    return {path.stem: prose_of(json.loads(path.read_text("utf-8"))) for path in notebooks()}


def _prose_pairs(given: Mapping[str, Any]) -> Iterator[tuple[str, str, str | None]]:
    for name, prose in _kit_prose().items():
        entry = given.get(name) or {}
        yield f"{name}.title", prose["title"], entry.get("title")
        for id_, words in prose["cells"].items():
            new = (entry.get("cells") or {}).get(id_)
            yield f"{name}.cells.{id_}", words, None if new is None else new.rstrip("\n")


LANGUAGE = re.compile("[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
STARTER = Path(__file__).parent / "starter"
PACKAGE = Path(__file__).parent / "starter_package"
"""Files of every new folder, with examples to uncomment."""


def _refuse_full(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = "Something is there already, and nothing is written over."
        hint = "Name a folder that is not there yet."
        raise InputError([Problem(message, where=str(folder), suggestion=hint)])


def write_starter(folder: Path, language: str | None = None) -> tuple[Path, ...]:
    """Write a folder of own content to begin with, and return its files.

    With a language it also has every sentence of the kit, to be translated in place. Raises
    `InputError` if the folder has files already, or for an invalid language tag; OSError if nothing
    can be written.
    """
    if language is not None and not LANGUAGE.fullmatch(language):
        message = "This is no language tag."
        raise InputError([Problem(message, "--language", shorten(language), "de, fr, pt-BR …")])
    _refuse_full(folder)
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


def write_package(folder: Path) -> tuple[Path, ...]:
    """Write a package with own content, a rule, an exhibit and an exporter.

    It has the folder's name. Raises `InputError` if the folder has files already, or if its name is
    invalid for a package; OSError if nothing can be written.
    """
    name = package_name(folder)
    _refuse_full(folder)
    written = []
    for template in sorted(PACKAGE.rglob("*.txt")):
        path = template.relative_to(PACKAGE).with_suffix("").as_posix()
        words = {"PACKAGE": name, "MODULE": name.replace("-", "_")}
        target = folder / _in_place(path, words)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_in_place(template.read_text("utf-8"), words), "utf-8")
        written.append(target)
    return tuple(written)


def package_name(folder: Path) -> str:
    """Return the name of the package that is begun in a folder.

    Raises `InputError` if a package cannot have the folder's name.
    """
    name = re.sub(r"[^a-z0-9]+", "-", folder.absolute().name.casefold()).strip("-")
    if not name or name[0].isdigit():
        message = "No package can be called like this folder."
        hint = "Name a folder with letters, such as “our-workshop-rules”."
        raise InputError([Problem(message, where=str(folder), suggestion=hint)])
    return name


def _in_place(text: str, words: Mapping[str, str]) -> str:
    for sign, word in words.items():
        text = text.replace(sign, word)
    return text


def _templates() -> list[Path]:
    return [p for p in sorted(STARTER.rglob("*")) if p.suffix in (".yaml", ".md")]


def _about(name: str, language: str) -> str:
    given = {"language": language, "name": name, "version": "1", "extends": "kit"}
    return (
        "# What this content is. Its name and version stand in every pack that is made with it.\n"
        + _yaml(given)
    )


def _to_translate(kit: RawContent) -> dict[str, str]:
    """Return every text of the kit by file, in the form of a content folder."""
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
    found[WELCOME] = _welcome()
    return found


def _welcome() -> str:
    return files_of("workshop.notebook").joinpath(WELCOME).read_text("utf-8")


def _named(kit: RawContent) -> list[RawItem]:
    return [placed for placed in kit.items["team_names"] if placed.item.get("name")]


def _only(value: Any, ways: Mapping[tuple[str | int, ...], str], at: tuple[str | int, ...]) -> Any:
    """Return an entry with only its names and its texts."""
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
    """A YAML writer that writes long texts folded, in a block of their own."""


def _text(dumper: yaml.SafeDumper, words: str) -> yaml.ScalarNode:
    style = "|" if "\n" in words else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", words, style=style)


_Dumper.add_representer(str, _text)


def _yaml(data: Any) -> str:
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=96)
