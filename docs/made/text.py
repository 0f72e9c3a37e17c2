"""Markdown from plain words: whatever the kit says is shown as it is, never read as markup."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

_SIGNS = re.compile(r"([\\`*_{}\[\]#|])")


def plain(words: object) -> str:
    """Return words on one line, with nothing in them that Markdown would read."""
    return _escaped(re.sub(r"\s+", " ", str(words)).strip())


def _escaped(words: str) -> str:
    return _SIGNS.sub(r"\\\1", html.escape(words, quote=False))


def code(words: object) -> str:
    """Return words in code type."""
    return f"<code>{html.escape(str(words), quote=False).replace('|', '&#124;')}</code>"


def doc(words: str) -> str:
    """Return a docstring's words: what stands between backticks there stays in code type."""
    pieces = re.split(r"``?([^`]+)``?", re.sub(r"\s+", " ", words).strip())
    return "".join(code(p) if at % 2 else _escaped(p) for at, p in enumerate(pieces))


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; cells are Markdown already. Empty where there are no rows."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    if not lines:
        return ""
    return "\n".join(["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|", *lines]) + "\n"


def heading(level: int, words: str, anchor: str) -> str:
    """Return a heading with an anchor of its own, which stays when its words change."""
    return f"{'#' * level} {words} {{ #{anchor} }}\n"


def sources(keys: Iterable[str], up: str = "") -> str:
    """Return source keys (`S2 §patterns`) as links into the page of sources."""
    return ", ".join(f"[{plain(k)}]({up}sources.md#{k.split(' ')[0].lower()})" for k in keys)
