"""How much was told: what a pack prints depends on it, what a notebook teaches does not."""

from __future__ import annotations

from workshop.findings import Assessment
from workshop.model.answers import lookup

_NAMING = (
    "organisation",
    "group",
    "held_on",
    "model",
    "earlier",
    "earlier.became",
    "votes",
    "agenda",
)
"""Answers that name what is judged, or speak of another day, or of the answers themselves."""
ASKED_NEXT = 12
"""How many open questions are asked in full; the others are named."""


def count_told(a: Assessment, *parts: int) -> int:
    """Return how many questions of these parts (of all parts, if none is named) were answered."""
    return sum(
        lookup(a.answers, q.id) is not None
        for q in a.content.questions
        if q.id not in _NAMING and (not parts or q.part in parts)
    )


def is_sparse(a: Assessment) -> bool:
    """Return whether fewer than a quarter of the questions were answered.

    A pack of so little asks more than it says: it is short, and leaves out what only teaches.
    """
    return 4 * count_told(a) < len(a.content.questions)
