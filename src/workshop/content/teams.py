"""How a team's free-text name is read: who is the same, who is nobody, which kind it is.

English names are always read; the content in use may have synonyms (“Plattform”) and says how a
usual name reads.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

NOBODY = "nobody"
AT_HANDOVER = "at-handover"
ON_CALL = "on-call"
_NOBODY_TOO = frozenset({"nobody", "no one", "no-one", "noone", "none"})
_HANDOVER_TOO = frozenset({"at-handover", "at handover", "at_handover"})

KINDS = ("research", "engineering", "product", "platform", "data")
"""Team names that the kit reads: each has its colour and its part in the rules."""


_SUFFIXES = frozenset({"team", "teams", "group"})


class Usual(NamedTuple):
    """The usual names of a content: which typed form stands for which, and how each reads."""

    kinds: Mapping[str, str]
    labels: Mapping[str, str]


def usual_names() -> Usual:
    """Return the usual names of the content in use."""
    from workshop.content.loader import load_content  # it comes after answers, which need this

    return load_content().usual_names


def bare(team: str) -> str:
    """Return a name without capitals and endings such as “team”."""
    words = unicodedata.normalize("NFKC", team).casefold().split()
    while len(words) > 1 and words[-1] in _SUFFIXES:
        words.pop()
    return " ".join(words)


def key(team: str) -> str:
    """Return the form in which two spellings of one team are equal (“Data Team”, “data”)."""
    name = bare(team)
    return usual_names().kinds.get(name, name)


def same(one: str | None, other: str | None) -> bool:
    """Return whether both are known and name the same team."""
    return one is not None and other is not None and key(one) == key(other)


def is_nobody(team: str | None) -> bool:
    return team is not None and key(team) in _NOBODY_TOO


def is_at_handover(team: str | None) -> bool:
    return team is not None and key(team) in _HANDOVER_TOO


def is_somebody(team: str | None) -> bool:
    """Return whether a team is known to hold it: not unknown, nobody or left to the handover."""
    return team is not None and not is_nobody(team) and not is_at_handover(team)


def kind(team: str | None) -> str | None:
    """Return which of `KINDS` a name is (“Platform team” → platform), or None for any other."""
    if team is None:
        return None
    name = key(team)
    if name not in KINDS:
        name = key(team.replace("-", " "))
    return name if name in KINDS else None


def label(team: str) -> str:
    """Return the name as a reader sees it: usual names as the content has them, others as typed."""
    cleaned = " ".join(team.split())
    return usual_names().labels.get(cleaned, cleaned) if cleaned in KINDS else cleaned


_ON_CALL = ({"on-call"}, {"oncall"}, {"on", "call"}, {"duty"}, {"shift"}, {"rota"}, {"paged"})


def speaks_for(role: str | None, team: str | None) -> bool:
    """Return whether a role belongs to a team by its name: “Head of Research” to “research”."""
    if role is None or team is None or not (is_somebody(role) and is_somebody(team)):
        return False
    return words_of(kind(team) or key(team)) <= words_of(role)


def is_on_call(role: str | None) -> bool:
    """Return whether a role is whoever is on call, whichever team that is."""
    if role is None:
        return False
    words = words_of(role)
    return ON_CALL in words or any(usual <= words for usual in _ON_CALL)


def words_of(name: str) -> set[str]:
    """Return the words of a name, in the form in which two spellings are equal."""
    kinds = usual_names().kinds
    return {kinds.get(word, word) for word in key(name).replace(",", " ").split()}
