"""What in the content is text for people, and which placeholders it holds.

Everything else (ids, thresholds, source keys) is read by code and stays as it is in a translation.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from workshop.model.knowledge import Item, Sentence

Path = tuple[str | int, ...]

MAY_BE_EMPTY = frozenset(
    {
        "about",
        "change",
        "choices",
        "condition",
        "embedded",
        "lesson",
        "limits",
        "not_for",
        "owner",
        "unit",
    }
)
"""Fields of text that an item need not have; all others are marked as a `Sentence`."""


def placeholders(words: Any) -> frozenset[str]:
    """Return the names in braces of a sentence, or of both forms of `{one: …, other: …}`.

    Raises ValueError where a brace is not closed.
    """
    if isinstance(words, Mapping):
        return frozenset[str]().union(*(placeholders(form) for form in words.values()))
    parts = string.Formatter().parse(str(words))
    return frozenset(name for _, name, _, _ in parts if name is not None)


def texts_of(kind: type[Item], item: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Yield every text in a plain item (as YAML holds it), with the way to it."""
    for name, hint in _hints(kind).items():
        if name in item:
            yield from _texts(hint, item[name], (name,), name in MAY_BE_EMPTY)


def has_texts(kind: type[Item]) -> bool:
    """Return whether items of this kind hold any text at all."""
    return any(
        name in MAY_BE_EMPTY or _is_text(hint) or _model_of(hint)
        for name, hint in _hints(kind).items()
    )


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


def _is_text(hint: Any) -> bool:
    """Return whether a type is a sentence, or holds nothing but sentences."""
    return hint == Sentence or any(_is_text(part) for part in get_args(hint))


def _model_of(hint: Any) -> type[Item] | None:
    """Return the kind of item that a type is made of, if it is."""
    if isinstance(hint, type) and get_origin(hint) is None:
        return hint if issubclass(hint, Item) else None
    return next((found for part in get_args(hint) if (found := _model_of(part))), None)
