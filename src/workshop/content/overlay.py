"""Lay a content folder that gives only what differs over the kit's own."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from workshop.content.items import Item, Sentence
from workshop.content.raw import ABOUT, WORDS, RawContent, RawItem
from workshop.plugins import rules
from workshop.problems import Problem, near, shorten

Path = tuple[str | int, ...]

MAY_BE_EMPTY = frozenset(
    {
        "about",
        "change",
        "choices",
        "condition",
        "embedded",
        "first",
        "first_step",
        "lesson",
        "limits",
        "not_for",
        "owner",
        "short",
        "unit",
        "what",
    }
)
"""Fields of text that may be empty; all others are marked as a `Sentence`."""


def placeholders(words: Any) -> frozenset[str]:
    """Return the placeholder names of a sentence, or of all its plural forms.

    Raises ValueError if a brace is not closed.
    """
    if isinstance(words, Mapping):
        return frozenset[str]().union(*(placeholders(form) for form in words.values()))
    parts = string.Formatter().parse(str(words))
    return frozenset(name for _, name, _, _ in parts if name is not None)


def texts_of(kind: type[Item], item: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Yield every text in a plain item (as in YAML), with its path in the item."""
    for name, hint in _hints(kind).items():
        if name in item:
            yield from _texts(hint, item[name], (name,), name in MAY_BE_EMPTY)


@cache
def _hints(kind: type[Item]) -> dict[str, Any]:
    """Return the types of a kind's fields, under the names that YAML uses."""
    hints = get_type_hints(kind, include_extras=True)
    return {info.alias or name: hints[name] for name, info in kind.model_fields.items()}


def _texts(hint: Any, value: Any, way: Path, empty: bool) -> Iterator[tuple[Path, str]]:
    model = _model_of(hint)
    if isinstance(value, str):
        if value and (empty or _is_text(hint)):
            yield way, value
    elif isinstance(value, Mapping):
        if model is not None:
            for path, text in texts_of(model, value):
                yield (*way, *path), text
        elif empty or _is_text(hint):
            for name, part in value.items():
                if isinstance(part, str):
                    yield (*way, str(name)), part
    elif isinstance(value, list) and (model is not None or _is_text(hint)):
        for at, part in enumerate(value):
            yield from _texts(hint, part, (*way, at), empty)


@cache
def _is_text(hint: Any) -> bool:
    """Return whether a type is a sentence, or contains only sentences."""
    return hint == Sentence or any(_is_text(part) for part in get_args(hint))


@cache
def _model_of(hint: Any) -> type[Item] | None:
    """Return the kind of item that a type contains, or None."""
    if isinstance(hint, type) and get_origin(hint) is None:
        return hint if issubclass(hint, Item) else None
    return next((found for part in get_args(hint) if (found := _model_of(part))), None)


FIXED = {
    "patterns": "Answers can name four patterns and no others.",
    "leads": "Answers can name three candidates and no others.",
    "duties": "Answers can name five duties and no others.",
    "diagnostics": "The workshop asks three of them and no others.",
    "knowledge": "Answers can name three kinds and no others.",
    "deployments": "Answers can name these values and no others.",
    "mandates": "Answers can name these values and no others.",
    "maturity": "Answers can name five levels and no others.",
    "signals": "Answers can name three signals and no others.",
    "breakages": "What leads to one of them is a function of the kit.",
    "disciplines": "Answers can name these disciplines and no others.",
    "tensions": "When one of them matters is a function of the kit.",
    "questions": "A question stands for an answer, and which answers there are is the kit's.",
    "steps": "The notebooks ask for these steps by name.",
    "agendas": "There is one entry, from which every agenda is planned.",
    "team_names": "The kit reads these names and no others; its synonyms stand under “also”.",
}
"""Kinds whose entries cannot be added or left out, and why.

Their texts and figures can differ.
"""
ONLY_FEWER = {
    "rules": (
        "A rule's logic is a function of the kit or of an installed package, and none has this "
        "one. A threshold on one answer is a criterion: add that one instead."
    )
}
"""Kinds whose entries can be left out but not added, and why."""
_LANGUAGE = re.compile("[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_QUOTES = "YAML reads “yes” and “no” as true and false: write such a word in quotes."
_FIELDS = ("extends", "language", "name", "version")


def lay_over(kit: RawContent, over: RawContent, kinds: Mapping[str, type[Item]]) -> RawContent:
    """Return the kit's raw content with another one laid over it.

    Whatever does not fit is in the `problems` of the result.
    """
    laid = RawContent(about=_about(kit, over), problems=list(over.problems))
    for kind, model in kinds.items():
        laid.items[kind] = _lay_kind(kind, kit, over, model, laid.problems)
    laid.problems += _word_problems(kit.words, over.words)
    laid.words = kit.words | {k: v for k, v in over.words.items() if v is not None}
    laid.notebooks = join(kit.notebooks, over.notebooks)
    laid.problems += _about_problems(over.about)
    return laid


def join(base: Any, over: Any) -> Any:
    """Return plain data with other data laid over it."""
    if isinstance(base, dict) and isinstance(over, dict):
        joined = dict(base)
        for key, value in over.items():
            name = str(key).lower() if isinstance(key, bool) else key
            name = str(name) if str(name) in joined else name
            if value is None:
                joined.pop(name, None)
            else:
                joined[name] = join(joined[name], value) if name in joined else value
        return joined
    if _entries(base) and _entries(over):
        names, others = [name_of(e) for e in base], [name_of(e) for e in over]
        if None not in (*names, *others):
            left = dict(zip(others, over, strict=True))
            merged = [join(e, left.pop(n, {})) for n, e in zip(names, base, strict=True)]
            return [e for e in (*merged, *left.values()) if e.pop("remove", None) is not True]
        if len(base) == len(over):
            return [join(one, other) for one, other in zip(base, over, strict=True)]
    return over


def name_of(entry: Mapping[str, Any]) -> Hashable | None:
    """Return what identifies an entry of a list; None if only its position does."""
    for field in ("id", "key", "value", "minute"):
        if field in entry:
            return str(entry[field])
    if isinstance(entry.get("patterns"), list):
        return " and ".join(sorted(map(str, entry["patterns"])))
    if "base" in entry and "beside" in entry:
        return f"{entry['base']} with {entry['beside']}"
    return None


def _entries(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(e, dict) for e in value)


# -- items --------------------------------------------------------------------------------------


def _lay_kind(
    kind: str, kit: RawContent, over: RawContent, model: type[Item], problems: list[Problem]
) -> list[RawItem]:
    base = {name_of(p.item): p for p in kit.items[kind]}
    given = _named(kind, kit, over, problems)
    laid: list[RawItem] = []
    texts = (text for p in kit.items[kind] for _, text in texts_of(model, p.item))
    filled = any(map(placeholders, texts))
    for name, placed in base.items():
        if name not in given:
            laid.append(placed)
            continue
        file, item = given.pop(name)
        if item.get("remove") is True:
            if kind in FIXED:
                message = f"It cannot be left out. {FIXED[kind]}"
                problems.append(Problem(message, str(name), where=file))
                laid.append(placed)
            continue
        one = RawItem(file, join(placed.item, {k: v for k, v in item.items() if k != "remove"}))
        if filled:
            problems += _strange_placeholders(kind, model, placed.item, one)
        laid.append(one)
    for name, new in given.items():
        known = [str(n) for n in base]
        if kind == "rules" and new.item.get("remove") is None and str(name) in rules():
            laid.append(new)
            continue
        if kind in FIXED or kind in ONLY_FEWER or new.item.get("remove") is not None:
            why = FIXED.get(kind) or ONLY_FEWER.get(kind, "")
            hint = near(str(name), known) or why
            problems.append(
                Problem("The kit has no such entry.", str(name), where=new.file, suggestion=hint)
            )
            continue
        if filled:
            problems += _strange_placeholders(kind, model, {}, new)
        laid.append(new)
    return laid


def _named(
    kind: str, kit: RawContent, over: RawContent, problems: list[Problem]
) -> dict[Hashable | None, RawItem]:
    """Return the overlay's items of a kind by name.

    Items without names take those of the kit's items if there are equally many.
    """
    items = over.items[kind]
    names = [name_of(p.item) for p in items]
    if items and not any(names) and len(items) == len(kit.items[kind]):
        names = [name_of(p.item) for p in kit.items[kind]]
    for name, count in Counter(names).items():
        if count > 1 and name is not None:
            where = next(p.file for p, n in zip(items, names, strict=True) if n == name)
            problems.append(Problem("This entry stands here twice.", str(name), where=where))
    for (file, item), name in zip(items, names, strict=True):
        if name is None:
            message = "An entry needs the id of what it stands for, or one of its own."
            problems.append(Problem(message, value=shorten(item), where=file))
    return {n: p for n, p in zip(names, items, strict=True) if n is not None}


def _strange_placeholders(
    kind: str, model: type[Item], base: Mapping[str, Any], one: RawItem
) -> Iterator[Problem]:
    """Yield a problem for each placeholder that nothing fills in."""
    known = {"n"} if kind == "criteria" else set()
    for _, text in texts_of(model, base):
        known |= placeholders(text)
    for way, text in texts_of(model, one.item):
        name = ".".join(map(str, (name_of(one.item), *way)))
        yield from _placeholder_problems(text, known, name, one.file)


def _placeholder_problems(
    words: Any, known: set[str] | frozenset[str], name: str, where: str
) -> Iterator[Problem]:
    allowed = ", ".join(f"{{{p}}}" for p in sorted(known)) or "none"
    try:
        found = placeholders(words)
    except ValueError as error:
        yield Problem(
            f"The braces do not match ({error}).", name, shorten(words), allowed, "", where
        )
        return
    for strange in sorted(found - known):
        hint = near(strange, known)
        message = f"Nothing is filled in for {{{strange}}}."
        yield Problem(message, name, "", allowed, hint, where)


# -- words, and what a folder says of itself ----------------------------------------------------


def _word_problems(kit: Mapping[str, Any], over: Mapping[str, Any]) -> Iterator[Problem]:
    stems = {key.partition(".")[0] for key in kit}
    for key, entry in over.items():
        stem, _, name = key.partition(".")
        where = f"{WORDS}/{stem}.yaml"
        if stem not in stems:
            continue  # the file itself is told
        if key not in kit:
            known = [k.partition(".")[2] for k in kit if k.startswith(f"{stem}.")]
            message = "The kit says nothing under this name."
            yield Problem(message, name, where=where, suggestion=near(name, known))
        elif isinstance(entry, dict) and set(entry) - {"two"} != {"one", "other"}:
            message = "What depends on a number has two forms."
            yield Problem(
                message,
                name,
                shorten(entry),
                "one: …, other: …",
                "",
                where,
            )
        elif entry is None or isinstance(entry, list | bool):
            message = "This is a sentence, or two forms of one."
            hint = _QUOTES if isinstance(entry, bool) else ""
            yield Problem(message, name, shorten(entry), suggestion=hint, where=where)
        else:
            yield from _placeholder_problems(entry, placeholders(kit[key]), name, where)


def _about(kit: RawContent, over: RawContent) -> dict[str, Any]:
    about = {k: str(v) for k, v in over.about.items() if k != "extends" and v is not None}
    name = about.get("name") or about.get("language", "")
    version = f"{kit.about['version']} + {name} {about.get('version', '')}".rstrip()
    return {**kit.about, **about, "version": version}


def _about_problems(about: Mapping[str, Any]) -> Iterator[Problem]:
    for field in about:
        if field not in _FIELDS:
            allowed, hint = ", ".join(_FIELDS), near(field, _FIELDS)
            yield Problem("There is no such field.", field, "", allowed, hint, ABOUT)
    if about.get("extends") != "kit":
        message = "Content is laid over the kit's own, and over no other."
        yield Problem(message, "extends", shorten(about.get("extends")), "kit", "", ABOUT)
    language = about.get("language")
    if language is not None and not _LANGUAGE.fullmatch(str(language)):
        hint = (
            "YAML reads an unquoted “no” as false: write it in quotes." if language is False else ""
        )
        message = "This is no language tag."
        yield Problem(message, "language", shorten(language), "de, fr, pt-BR …", hint, ABOUT)
