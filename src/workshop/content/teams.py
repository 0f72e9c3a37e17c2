"""Read the free-text names of teams: which are equal, and which kind they are.

English names are always recognised; content may add synonyms (“Plattform”) and sets how a usual
name is shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

NOBODY = "nobody"
AT_HANDOVER = "at-handover"
ON_CALL = "on-call"
UNKNOWN = "unknown"
_NOBODY_TOO = frozenset({"nobody", "no one", "no-one", "noone", "none"})
_HANDOVER_TOO = frozenset({"at-handover", "at handover", "at_handover"})
_ON_CALL = ({"on-call"}, {"oncall"}, {"on", "call"}, {"duty"}, {"shift"}, {"rota"}, {"paged"})
_JOINED = re.compile(r"\s*(?:[,&+/]|\b(?:and|und)\b)\s*", re.IGNORECASE)
_SHIFT = re.compile(r"\s+(?:rota|shift|on[- ]call)$", re.IGNORECASE)
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
"""Invisible characters, which are ignored when names are compared."""
_SUFFIXES = frozenset({"team", "teams", "group"})

KINDS = ("research", "engineering", "product", "platform", "data")
"""Kinds of team that the kit recognises, in charts and in rules."""


class UsualName(Protocol):
    """A usual name of a team, as in content (`TeamName`)."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def also(self) -> tuple[str, ...]: ...


@lru_cache(4096)
def bare(team: str) -> str:
    """Return a name in lower case and without endings such as “team”."""
    if not team.isascii():
        team = _UNSEEN.sub("", unicodedata.normalize("NFKC", team))
    words = team.casefold().split()
    while len(words) > 1 and words[-1] in _SUFFIXES:
        words.pop()
    return " ".join(words)


@dataclass(frozen=True)
class Teams:
    """How team names are read under one content: `content.teams`.

    `kinds` maps each spelling of a usual name to its id; `labels` gives the name that is shown.

    >>> from workshop import load_content
    >>> load_content().teams.same("Data Team", "data")
    True
    """

    kinds: Mapping[str, str]
    labels: Mapping[str, str]

    @classmethod
    def of(cls, names: Iterable[UsualName]) -> Teams:
        """Return how names are read, given the usual names."""
        names = tuple(names)
        return cls(
            {bare(word): team.id for team in names for word in (team.name, *team.also) if word},
            {team.id: team.name for team in names if team.name},
        )

    def key(self, team: str) -> str:
        """Return the form in which spellings of one team are equal (“Data Team”, “data”)."""
        name = bare(team)
        return self.kinds.get(name, name)

    def same(self, one: str | None, other: str | None) -> bool:
        """Return whether both names are known and mean the same team."""
        return one is not None and other is not None and self.key(one) == self.key(other)

    def shares(self, name: str | None, team: str | None) -> bool:
        """Return whether a name is this team or includes it.

        “research and product rota” includes research and product.
        """
        if name is None or team is None or not self.is_somebody(name):
            return False
        parts = self.parts(name)
        return self.same(name, team) or (
            len(parts) > 1 and any(self.same(part, team) for part in parts)
        )

    def parts(self, name: str) -> list[str]:
        """Return the names that a joint name joins, each without “rota”."""
        return [_SHIFT.sub("", part) for part in _JOINED.split(name)]

    def among(self, team: str | None, others: Iterable[str | None]) -> bool:
        """Return whether a team is known and is one of the others."""
        return any(self.same(team, other) for other in others)

    def is_nobody(self, team: str | None) -> bool:
        return team is not None and self.key(team) in _NOBODY_TOO

    def is_unknown(self, text: str | None) -> bool:
        """Return whether a text only means “not known”: TBD, n/a, ?."""
        return text is not None and self.key(text) == UNKNOWN

    def is_at_handover(self, team: str | None) -> bool:
        return team is not None and self.key(team) in _HANDOVER_TOO

    def is_somebody(self, team: str | None) -> bool:
        """Return whether a name is a team: not None, nobody or “at handover”."""
        return team is not None and not self.is_nobody(team) and not self.is_at_handover(team)

    def is_vacant(self, team: str | None) -> bool:
        """Return whether the answer is that no team does it: nobody, or “at handover”."""
        return team is not None and not self.is_somebody(team)

    def kind(self, team: str | None) -> str | None:
        """Return which of `KINDS` a name is, or None (“Platform team” → platform)."""
        if team is None:
            return None
        name = self.key(team)
        if name not in KINDS:
            name = self.key(team.replace("-", " "))
        return name if name in KINDS else None

    def label(self, team: str) -> str:
        """Return the name that a reader sees; usual names as content has them."""
        cleaned = " ".join(team.split())
        return self.labels.get(cleaned, cleaned) if cleaned in KINDS else cleaned

    def speaks_for(self, role: str | None, team: str | None) -> bool:
        """Return whether a role belongs to a team by name.

        “Head of Research” belongs to “research”.
        """
        if role is None or team is None or not (self.is_somebody(role) and self.is_somebody(team)):
            return False
        return self.words_of(self.kind(team) or self.key(team)) <= self.words_of(role)

    def is_on_call(self, role: str | None) -> bool:
        """Return whether a role means whoever is on call, in any team."""
        if role is None:
            return False
        words = self.words_of(role)
        return ON_CALL in words or any(usual <= words for usual in _ON_CALL)

    def words_of(self, name: str) -> set[str]:
        """Return the words of a name, each in a form that ignores spelling variants."""
        return {self.kinds.get(w, w) for w in self.key(name).replace(",", " ").split()}
