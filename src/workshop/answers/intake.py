"""Clean typed answers: “not known”, quotation marks, invisible characters.

A text for “not known” (`unknown` in the content's `teams.yaml`: TBD, n/a, ?, …) leaves its answer
unknown, wherever it is: in a file, a cell, a frame or a parameter. Whoever means a team of that
name puts quotation marks into the text. “None” and “NA” can mean two things, so they are reported.
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
"""Answers that are sentences, in which any word may occur."""
_REQUIRED = frozenset({"decision", "stage"})
MADE = frozenset({"votes", "agenda"})
"""Answers that the room and its timer give, never people."""
_NAMES = frozenset({"group", "organisation", "model", "sponsor", "decision_body"})
"""Answers that are names, but not of teams."""


def clean(text: str) -> str:
    """Return a text without invisible characters and outer spaces.

    Other spaces become plain ones. Names of answers and choices are read this way, in which no such
    character can be meant.
    """
    return " ".join((text if text.isascii() else UNSEEN.sub("", text)).split())


def trimmed(text: str) -> str:
    """Return a text without spaces and invisible characters around it."""
    start, end = _EDGES.match(text), len(text)
    while end and (UNSEEN.match(text[end - 1]) or text[end - 1].isspace()):
        end -= 1
    return text[start.end() if start else 0 : end]


# -- quotation marks -----------------------------------------------------------------------------


def exact(text: str) -> str:
    """Return a text in quotation marks if it would otherwise be read differently."""
    return f'"{text}"' if _needs_marks(text) else text


def meant(text: str) -> str:
    """Return the text that a cell means.

    Unnecessary quotation marks belong to the text: somebody is quoted.
    """
    text = text.strip()
    inner = text[1:-1]
    return inner if in_marks(text) and _needs_marks(inner) else text


def in_marks(text: str) -> bool:
    return len(text) > 1 and text[0] == text[-1] == '"'


def _needs_marks(text: str) -> bool:
    return not text or text != text.strip() or in_marks(text) or is_sign(text)


def is_sign(text: str, teams: Teams | None = None) -> bool:
    """Return whether a text means “not known”, or might mean it."""
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
"""Words that are reported, since a verdict on a misreading would be worse."""


# -- trees of plain values -----------------------------------------------------------------------


def answered(
    data: Mapping[str, Any], teams: Teams, problems: list[Problem], above: str = ""
) -> dict[str, Any]:
    """Return plain answers without texts for “not known”.

    Texts that can mean two things are added to `problems`.
    """
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
    """Return the problem of a word that can mean two things, or None.

    Sentences may contain any word.
    """
    word = clean(text) if len(text) <= _LONGEST and name not in PROSE else ""
    if word not in TWO_WAYS or (word == "NA" and name in _NAMES):
        return None
    return TWO_WAYS[word]


def is_unknown(text: str, teams: Teams) -> bool:
    """Return whether a text means “not known”."""
    return len(text) <= _LONGEST and teams.is_unknown(clean(text))


def _unmarked(text: str) -> str:
    inner = text[1:-1]
    return inner if in_marks(text) and _marks_matter(inner) else text


def _marks_matter(text: str) -> bool:
    return is_sign(text) or (in_marks(text) and _marks_matter(text[1:-1]))


def marked(data: Any) -> Any:
    """Return plain answers with quotation marks where they are needed.

    Without them, these texts would be read as “not known”.
    """
    if isinstance(data, Mapping):
        return {k: v if k in MADE | _REQUIRED else marked(v) for k, v in data.items()}
    if isinstance(data, list):
        return [marked(v) for v in data]
    return f'"{data}"' if isinstance(data, str) and _marks_matter(data) else data
