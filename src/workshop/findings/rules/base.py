"""Define rules, and read names and quote typed text for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from textwrap import shorten
from typing import Any

from workshop.content.teams import KINDS
from workshop.findings.situation import Situation

Values = Mapping[str, Any]
"""Values for the placeholders of a rule's words."""
Check = Callable[[Situation], Values | None]


def named(*checks: Check) -> dict[str, Check]:
    """Return checks by id, which is the function's name with hyphens."""
    return {check.__name__.replace("_", "-"): check for check in checks}


def limit_of(situation: Situation, rule: str, name: str) -> float:
    """Return a threshold of a rule, from `limits` beside its words."""
    return situation.content.rule(rule).limits[name]


def short_name(situation: Situation, pattern: str) -> str:
    """Return the short name of a pattern, as sentences have it."""
    return situation.content.pattern(pattern).short


def is_vacant(situation: Situation, name: str | None) -> bool:
    """Return whether the answer is that no team does it: nobody, or “at handover”."""
    return situation.teams.is_vacant(name)


def one_operator(situation: Situation) -> bool:
    """Return whether a rule puts one team in charge of operating models.

    No finding criticises the structure that such a rule demands.
    """
    return situation.answers.mandate == "single-operator"


def faces_users(situation: Situation, team: str | None) -> bool:
    """Return whether a team may be user-facing: product, or any unusual name.

    Research, engineering, platform and data are the usual names of teams that are not.
    """
    return situation.teams.is_somebody(team) and situation.teams.kind(team) in (None, "product")


def kinds_in(situation: Situation, role: str | None) -> frozenset[str]:
    """Return the usual team names that a role mentions: “VP product” → product."""
    return frozenset(KINDS) & situation.teams.words_of(role or "")


SHOWN = 3
"""The number of items that a sentence quotes; the others are counted."""
LENGTH = 120
"""Characters of a text that a sentence quotes."""


def quotations(situation: Situation, texts: Sequence[str]) -> str:
    """Return quoted texts as a list: “a”, “b”, “c” and 2 more."""
    shown = texts[: SHOWN if len(texts) > SHOWN + 1 else len(texts)]
    items = [
        situation.content.words("rules.quoted", text=shorten(text, LENGTH, placeholder=" …"))
        for text in shown
    ]
    if len(shown) < len(texts):
        items.append(situation.content.words("rules.more", n=len(texts) - len(shown)))
    return situation.listing(items)
