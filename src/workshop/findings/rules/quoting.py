"""How rules name several drills or decisions in one sentence without making it a list."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten

from workshop.findings.situation import Situation

SHOWN = 3
"""How many are named; of the others the sentence gives the number."""
LENGTH = 70
"""Characters of a text that stand for it in a sentence."""


def quotations(s: Situation, texts: Sequence[str]) -> str:
    """Return texts in quotation marks as a reader lists them: “a”, “b”, “c” and 2 more."""
    shown = texts[: SHOWN if len(texts) > SHOWN + 1 else len(texts)]
    items = [
        s.content.words("rules.quoted", text=shorten(text, LENGTH, placeholder=" …"))
        for text in shown
    ]
    if len(shown) < len(texts):
        items.append(s.content.words("rules.more", n=len(texts) - len(shown)))
    return s.listing(items)
