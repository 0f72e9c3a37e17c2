"""How rules read the names that people type for teams and roles."""

from __future__ import annotations

from workshop.model.teams import KINDS, is_somebody, kind, words_of


def is_vacant(name: str | None) -> bool:
    """Return whether it is known that no team has it: nobody, or left to the handover."""
    return name is not None and not is_somebody(name)


def faces_users(team: str | None) -> bool:
    """Return whether a team may be one that users meet: product, or any name of its own.

    Research, engineering, platform and data are the usual names of teams that do not.
    """
    return is_somebody(team) and kind(team) in (None, "product")


def kinds_in(role: str | None) -> frozenset[str]:
    """Return the usual team names that a role mentions: “VP product” → product."""
    return frozenset(KINDS) & words_of(role or "")
