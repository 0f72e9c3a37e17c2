"""What is wrong with an input, said so that the person who typed it can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any


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
        parts = [f"{place}: " if place else "", f"{self.name}: " if self.name else "", self.message]
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


def shorten(value: Any, limit: int = 60) -> str:
    """Return `value` as one line of at most `limit` characters, fit for a message."""
    words = value if isinstance(value, str) else repr(value)
    line = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def near(name: str, known: Iterable[str]) -> str:
    """Return “Did you mean …?” for the closest known name, or nothing."""
    match = get_close_matches(name.casefold().replace(" ", "-"), list(known), n=1, cutoff=0.6)
    if not match:
        match = get_close_matches(name.casefold().replace("-", "_"), list(known), n=1, cutoff=0.6)
    return f"Did you mean “{match[0]}”?" if match else ""
