"""What is wrong with an input, said so that the person who typed it can mend it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

MAX_TOLD = 200
"""Problems that are told of one input; nobody reads more."""


@dataclass(frozen=True)
class Problem:
    """One thing to mend: what, where, which values are allowed, what to do.

    `where` is a file or a notebook's name; `line` counts from 1 (None where there are no lines);
    `name` is the answer's dotted name; `value` is what was found, shortened for display.
    """

    message: str
    name: str = ""
    value: str = ""
    allowed: str = ""
    suggestion: str = ""
    where: str = ""
    line: int | None = None

    def __str__(self) -> str:
        place = self.where + (f":{self.line}" if self.line is not None else "")
        name = f"{shorten(self.name)}: " if self.name else ""
        parts = [f"{shorten(place, 1000)}: " if place else "", name, self.message]
        if self.value:
            parts.append(f" Found: {self.value}.")
        if self.allowed:
            parts.append(f" Allowed: {self.allowed}.")
        if self.suggestion:
            parts.append(f" {self.suggestion}")
        return "".join(parts)


class InputError(ValueError):
    """The input is wrong; `problems` lists everything that is, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(p) for p in self.problems))

    def _render_traceback_(self) -> list[str]:
        """Show a notebook's reader the problems, not the path the code took to find them."""
        count = len(self.problems)
        head = "One answer needs a look:" if count == 1 else f"{count} answers need a look:"
        return [head, *(f"  {p}" for p in self.problems)]


class SessionTrouble(Exception):  # noqa: N818 (nothing is wrong with the program)
    """A session cannot be read or written now: what happened, and what to do."""

    def _render_traceback_(self) -> list[str]:
        """Show a notebook's reader the message, not the path the code took to it."""
        return [str(self)]


def shorten(value: Any, limit: int = 60) -> str:
    """Return `value` as one line of at most `limit` characters, as a person would type it."""
    line = " ".join("".join(c if c.isprintable() else " " for c in _typed(value, limit)).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _typed(value: Any, limit: int) -> str:
    """Return a value as an answers file holds it, cut to a little more than the limit."""
    if isinstance(value, str):
        return value[: 4 * limit]
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        # a range is kept as decimals, whole days or not
        whole = (int(v) if isinstance(v, float) and v.is_integer() else v for v in value[:limit])
        inner = ", ".join(_typed(v, limit) for v in whole)
        return f"[{inner}]"[: 4 * limit]
    if isinstance(value, dict):
        few = list(value.items())[:limit]
        inner = ", ".join(f"{_typed(k, limit)}: {_typed(v, limit)}" for k, v in few)
        return f"{{{inner}}}"[: 4 * limit]
    if not isinstance(value, int | float | complex | bytes):
        return f"a value of the type {type(value).__name__}"
    try:
        return repr(value)
    except ValueError:  # more digits than Python writes out
        return "a number of thousands of digits"


def near(name: str, known: Iterable[str]) -> str:
    """Return “Did you mean …?” for the closest known name, or nothing."""
    if len(name) > 80:
        return ""
    names = list(known)
    for typed in (name.casefold().replace(" ", "-"), name.casefold().replace("-", "_")):
        match = get_close_matches(typed, names, n=1, cutoff=0.6)
        if match:
            return f"Did you mean “{match[0]}”?"
    return ""
