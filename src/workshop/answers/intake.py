"""What people type that is no answer: signs for “not known”, quotation marks, unseen characters.

A sign for “not known” (`unknown` in the content's `teams.yaml`: TBD, n/a, ?, …) leaves its answer
unknown, wherever it stands: in a file, a cell, a frame or a parameter. Whoever means a team of that
name puts quotation marks into the text. “None” and “NA” can mean two things, and are asked about.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workshop.content.loader import load_content
from workshop.content.teams import Teams
from workshop.problems import UNSEEN, Problem, shorten

_EDGES = re.compile(f"(?:{UNSEEN.pattern}|\\s)+")
PROSE = frozenset(
    {
        *("chosen", "rejected", "dissent", "reply", "if", "then", "revisit_when", "note"),
        *("decision", "asked", "fact", "label", "title"),
    }
)
"""Answers that are sentences, in which any word may stand."""
_REQUIRED = frozenset({"decision", "stage"})
MADE = frozenset({"votes", "agenda"})
"""Made by the room and its timer, never typed."""
_NAMES = frozenset({"group", "organisation", "model"})
"""What carries a name of its own and is no team."""


def clean(text: str) -> str:
    """Return a text without unseen characters, with plain spaces, and none around it.

    So are names of answers and choices read, in which no such character can be meant.
    """
    return " ".join(UNSEEN.sub("", text).split())


def trimmed(text: str) -> str:
    """Return a text without spaces and unseen characters around it; within it they stay."""
    start, end = _EDGES.match(text), len(text)
    while end and (UNSEEN.match(text[end - 1]) or text[end - 1].isspace()):
        end -= 1
    return text[start.end() if start else 0 : end]


# -- quotation marks -----------------------------------------------------------------------------


def exact(text: str) -> str:
    """Return a text in quotation marks if it would otherwise be read as another."""
    return f'"{text}"' if _needs_marks(text) else text


def meant(text: str) -> str:
    """Return the text that a cell stands for.

    Quotation marks around a text that needs none belong to it: somebody is quoted.
    """
    text = text.strip()
    inner = text[1:-1]
    return inner if in_marks(text) and _needs_marks(inner) else text


def in_marks(text: str) -> bool:
    return len(text) > 1 and text[0] == text[-1] == '"'


def _needs_marks(text: str) -> bool:
    return not text or text != text.strip() or in_marks(text) or is_sign(text)


def is_sign(text: str, teams: Teams | None = None) -> bool:
    """Return whether a text says that something is not known, or could say so."""
    if len(text) > _LONGEST:
        return False
    word = clean(text)
    return word in TWO_WAYS or (teams or load_content().teams).is_unknown(word)


_LONGEST = 60
TWO_WAYS = {
    "None": Problem(
        "“None” can mean nobody, or that it is not known.",
        suggestion="Write nobody, or leave it out.",
    ),
    "NA": Problem(
        "“NA” can mean that it is not known, or a team of that name.",
        suggestion="Leave it out if it is not known, or write “NA team”.",
    ),
}
"""Words that are asked about, since a verdict on a misreading would be worse."""


# -- trees of plain values -----------------------------------------------------------------------


def answered(
    data: Mapping[str, Any], teams: Teams, problems: list[Problem], above: str = ""
) -> dict[str, Any]:
    """Return plain answers without signs for “not known”; what can mean two things is told."""
    found: dict[str, Any] = {}
    for name, value in data.items():
        full = f"{above}{name}"
        if name in MADE:
            found[name] = value
        elif isinstance(value, Mapping):
            found[name] = answered(value, teams, problems, f"{full}.")
        elif isinstance(value, list | tuple):
            found[name] = _answered_list(value, teams, problems, full)
        elif not isinstance(value, str) or name in _REQUIRED:
            found[name] = value
        elif problem := two_ways(name, value):
            problems.append(replace(problem, name=full, value=shorten(value)))
        elif not is_unknown(value, teams):
            found[name] = _unmarked(value)
    return found


def _answered_list(
    value: list[Any] | tuple[Any, ...], teams: Teams, problems: list[Problem], name: str
) -> list[Any]:
    found: list[Any] = []
    for at, entry in enumerate(value):
        if isinstance(entry, Mapping):
            found.append(answered(entry, teams, problems, f"{name}.{at}."))
        elif not isinstance(entry, str):
            found.append(entry)
        elif problem := two_ways(name, entry):
            problems.append(replace(problem, name=name, value=shorten(entry)))
        elif not is_unknown(entry, teams):
            found.append(_unmarked(entry))
    return found


def two_ways(name: str, text: str) -> Problem | None:
    """Return what is asked about a word that can mean two things; sentences may hold any."""
    word = clean(text) if len(text) <= _LONGEST else ""
    if word not in TWO_WAYS or name in PROSE or (word == "NA" and name in _NAMES):
        return None
    return TWO_WAYS[word]


def is_unknown(text: str, teams: Teams) -> bool:
    """Return whether a text says that something is not known."""
    return len(text) <= _LONGEST and teams.is_unknown(clean(text))


def _unmarked(text: str) -> str:
    inner = text[1:-1]
    return inner if in_marks(text) and _marks_matter(inner) else text


def _marks_matter(text: str) -> bool:
    return is_sign(text) or (in_marks(text) and _marks_matter(text[1:-1]))


def marked(data: Any) -> Any:
    """Return plain answers with quotation marks in texts that would be read as not known."""
    if isinstance(data, Mapping):
        return {k: v if k in MADE | _REQUIRED else marked(v) for k, v in data.items()}
    if isinstance(data, list):
        return [marked(v) for v in data]
    return f'"{data}"' if isinstance(data, str) and _marks_matter(data) else data
