"""Find the column of each answer, by names and types from the schema."""

from __future__ import annotations

import datetime
import re
import types
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from workshop.answers.intake import clean, exact, meant
from workshop.answers.schema import NEVER_SET, Answers
from workshop.content.loader import Content
from workshop.problems import near

Steps = tuple[str | int, ...]
Kind = Literal[
    "text",
    "choice",
    "whole",
    "number",
    "yes-no",
    "date",
    "days",
    "texts",
    "text-or-texts",
    "part",
    "parts",
]
"""The type of a column's values.

`days` is a number or a range, `texts` a list; `part` and `parts` have columns of their own below
them.
"""

_ENTRY = re.compile(r"[1-9][0-9]{0,3}")
_LEAVES: dict[Any, Kind] = {
    str: "text",
    int: "whole",
    float: "number",
    bool: "yes-no",
    datetime.date: "date",
}


@dataclass(frozen=True)
class Column:
    """The place of a column's values: names as text, positions from 1."""

    steps: tuple[str | int, ...]
    kind: Kind

    @cached_property
    def name(self) -> str:
        """Return the column's name as the kit writes it."""
        return name_of(self.steps)


def name_of(steps: tuple[str | int, ...]) -> str:
    """Return the name of the column with these steps."""
    return ".".join(str(s) if isinstance(s, int) else exact(s) for s in steps)


@lru_cache(maxsize=4096)
def column_of(name: str) -> Column | None:
    """Return the column of this name, or None if no answer has it."""
    return _find(Answers, name, ())


def column_named(name: str) -> Column | None:
    """Return the column of a typed name, ignoring invisible characters."""
    return column_of(name.strip()) or column_of(clean(name))


def suggestion_for(name: str, content: Content) -> str:
    """Return “Did you mean …?” for an unknown name, or an empty string."""
    numbers = iter(re.findall(r"(?<=\.)[0-9]+(?=\.)", name))
    known = [name_of(steps) for steps in _all(Answers, (), content)]
    words = near(re.sub(r"(?<=\.)[0-9]+(?=\.)", "1", name), known)
    return re.sub(r"(?<=\.)1(?=\.)", lambda _: next(numbers, "1"), words)


def order_of(steps: tuple[str | int, ...]) -> tuple[tuple[int, str], ...]:
    """Return a key that sorts columns in the order of the workshop, entry by entry."""
    kind: Any = Answers
    order = []
    for step in steps:
        kind = _bare(kind)
        if _is_part(kind):
            fields = [info.alias or field for field, info in kind.model_fields.items()]
            at = fields.index(str(step))
            order.append((at, ""))
            kind = list(kind.model_fields.values())[at].annotation
        else:
            order.append((step, "") if isinstance(step, int) else (0, step))
            kind = get_args(kind)[0 if get_origin(kind) is tuple else 1]
    return tuple(order)


def _find(kind: Any, rest: str | None, steps: tuple[str | int, ...]) -> Column | None:
    """Return the column of the rest of a name, below a type of the schema."""
    kind = _bare(kind)
    if kind is type(None):  # what only stands in the schema to be refused
        return None
    leaf = _leaf(kind)
    if rest is None or leaf is not None:
        return Column(steps, leaf or _holder(kind)) if rest is None else None
    step, dot, after = rest.partition(".")
    if _is_part(kind):
        for field, info in kind.model_fields.items():
            if step in (field, info.alias):
                below = (*steps, info.alias or field)
                return _find(info.annotation, after if dot else None, below)
        return None
    if get_origin(kind) is tuple:
        if not _ENTRY.fullmatch(step):
            return None
        return _find(get_args(kind)[0], after if dot else None, (*steps, int(step)))
    if get_origin(kind) is not dict:
        return None
    if steps[-1] == "sets":  # what a decision sets are answers, by their names
        column = _find(Answers, rest, ())
        free = column is not None and column.steps[0] not in NEVER_SET
        return Column((*steps, column.name), column.kind) if column and free else None
    inner = get_args(kind)[1]
    if _leaf(_bare(inner)) is not None:  # a key may have dots of its own: basis.duties.paged
        return _find(inner, None, (*steps, meant(rest)))
    key, dot, after = rest.rpartition(".")
    return _find(inner, after if dot else None, (*steps, meant(key if dot else rest)))


def _all(kind: Any, steps: tuple[str | int, ...], content: Content) -> Iterator[tuple[Any, ...]]:
    """Yield the steps to every possible column, with 1 for positions in lists."""
    kind = _bare(kind)
    if _leaf(kind) is not None:
        yield steps
    elif _is_part(kind):
        for field, info in kind.model_fields.items():
            yield from _all(info.annotation, (*steps, info.alias or field), content)
    elif get_origin(kind) is tuple:
        yield from _all(get_args(kind)[0], (*steps, 1), content)
    elif get_origin(kind) is dict and steps[-1] == "sets":
        for field, info in Answers.model_fields.items():
            if field not in NEVER_SET:
                for below in _all(info.annotation, (field,), content):
                    yield (*steps, name_of(below))
    elif get_origin(kind) is dict:
        drills, questions = [d.id for d in content.drills], [q.id for q in content.questions]
        for key in {"drills": drills, "basis": questions}.get(str(steps[-1]), ()):
            yield from _all(get_args(kind)[1], (*steps, key), content)


def _bare(kind: Any) -> Any:
    """Return a type without its limits and without “or None”."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if get_origin(kind) in (Union, types.UnionType):
        inner = [a for a in get_args(kind) if a is not type(None)]
        return _bare(inner[0]) if len(inner) == 1 else kind
    return kind


def _leaf(kind: Any) -> Kind | None:
    """Return the kind of a cell of this type; None if it has columns below it."""
    if kind in _LEAVES:
        return _LEAVES[kind]
    if get_origin(kind) is Literal:
        return "choice" if isinstance(get_args(kind)[0], str) else "whole"
    if get_origin(kind) in (Union, types.UnionType):
        return "text-or-texts" if str in map(_bare, get_args(kind)) else "days"
    if get_origin(kind) is tuple and not _is_part(_bare(get_args(kind)[0])):
        return "texts"
    return None


def _is_part(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _holder(kind: Any) -> Kind:
    return "parts" if get_origin(kind) is tuple else "part"


def cells_of(value: Any, steps: Steps) -> Iterator[tuple[Steps, Any]]:
    """Yield the value of each cell of plain answers, with its steps."""
    if isinstance(value, dict) and (value or not steps):
        for name, inner in value.items():
            yield from cells_of(inner, (*steps, name))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for number, inner in enumerate(value, 1):
            yield from cells_of(inner, (*steps, number))
    else:
        yield steps, value
