"""How rules read the names that people type for teams and roles."""

from __future__ import annotations

from workshop.model.teams import KINDS, is_somebody, key, kind

_ON_CALL = ({"on-call"}, {"oncall"}, {"on", "call"})


def is_vacant(name: str | None) -> bool:
    """Return whether it is known that no team has it: nobody, or left to the handover."""
    return name is not None and not is_somebody(name)


def faces_users(team: str | None) -> bool:
    """Return whether a team may be one that users meet: product, or any name of its own.

    Research, engineering, platform and data are the usual names of teams that do not.
    """
    return is_somebody(team) and kind(team) in (None, "product")


def speaks_for(role: str | None, team: str | None) -> bool:
    """Return whether a role belongs to a team by its name: “Head of Research” to “research”."""
    if role is None or team is None or not (is_somebody(role) and is_somebody(team)):
        return False
    return _words(kind(team) or team) <= _words(role)


def is_on_call(role: str | None) -> bool:
    """Return whether a role is whoever is on call, whichever team that is."""
    return role is not None and any(words <= _words(role) for words in _ON_CALL)


def kinds_in(role: str | None) -> frozenset[str]:
    """Return the usual team names that a role mentions: “VP product” → product."""
    return frozenset(KINDS) & _words(role or "")


def _words(name: str) -> set[str]:
    return set(key(name).replace(",", " ").split())
