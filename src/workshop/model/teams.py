"""How a team's free-text name is read: who is the same, who is nobody, which kind it is."""

from __future__ import annotations

import unicodedata

NOBODY = "nobody"
AT_HANDOVER = "at-handover"
_NOBODY_TOO = frozenset({"nobody", "no one", "no-one", "noone", "none"})
_HANDOVER_TOO = frozenset({"at-handover", "at handover", "at_handover"})

KINDS = ("research", "engineering", "product", "platform", "data")
"""Team names that the kit reads: each has its colour and its part in the rules."""


_SUFFIXES = frozenset({"team", "teams", "group"})


def key(team: str) -> str:
    """Return the form in which two spellings of one team are equal (“Data Team”, “data”)."""
    words = unicodedata.normalize("NFKC", team).casefold().split()
    while len(words) > 1 and words[-1] in _SUFFIXES:
        words.pop()
    return " ".join(words)


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
    name = key(team.replace("-", " "))
    return name if name in KINDS else None


def label(team: str) -> str:
    """Return the name as a reader sees it: usual names capitalised, all others as typed."""
    cleaned = " ".join(team.split())
    return cleaned[:1].upper() + cleaned[1:] if cleaned in KINDS else cleaned


_ON_CALL = ({"on-call"}, {"oncall"}, {"on", "call"}, {"duty"}, {"shift"}, {"rota"}, {"paged"})


def speaks_for(role: str | None, team: str | None) -> bool:
    """Return whether a role belongs to a team by its name: “Head of Research” to “research”."""
    if role is None or team is None or not (is_somebody(role) and is_somebody(team)):
        return False
    return words_of(kind(team) or key(team)) <= words_of(role)


def is_on_call(role: str | None) -> bool:
    """Return whether a role is whoever is on call, whichever team that is."""
    return role is not None and any(words <= words_of(role) for words in _ON_CALL)


def words_of(name: str) -> set[str]:
    """Return the words of a name, in the form in which two spellings are equal."""
    return set(key(name).replace(",", " ").split())
