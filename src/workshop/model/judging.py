"""How the kit judges, as data: criteria, constraints, contests, and the words of findings.

Text may hold `{placeholders}`; what is filled in is always data, never a template.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from workshop.model.answers import Pattern
from workshop.model.knowledge import Item, Keys, Sentence

Severity = Literal["critical", "risk", "watch", "strength"]
Says = Literal["supports", "neutral", "against"]


class Band(Item):
    """What one stretch of an input says. Numbers: from (included) up to below (excluded)."""

    says: Says
    because: Sentence
    from_: float | None = Field(None, alias="from")
    below: float | None = None
    is_: tuple[str, ...] = Field((), alias="is")
    """Choices (and `true`/`false`) to which it applies."""


class Criterion(Item):
    """One input against a range or a set of choices, for one pattern.

    role: `needed`, what the source says the pattern fits (all groups must hold; the first one of
    a pattern defines it, and the pattern is not judged while that is unknown);
    `condition`, something a team can put right, named when it speaks against;
    `leaning`, a circumstance that favours one side and decides a contest.
    """

    id: str
    pattern: Pattern
    reads: str
    role: Literal["needed", "condition", "leaning"]
    group: str = ""
    """Criteria of one group are alternatives: one that supports is enough."""
    only_if: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """The criterion speaks only where these answers have one of these values."""
    unless: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """The criterion is silent where one of these answers has one of these values."""
    bands: Annotated[tuple[Band, ...], Field(min_length=1)]
    condition: str = ""
    """What the team would do, where the role is `condition` and it speaks against."""
    change: str = ""
    """What would have to change, where the role is `needed` and it speaks against."""
    reason: Sentence
    firmness: Literal["source", "soft", "ours"] = "source"
    """source: the threshold is the source's · soft: the source's, but weakly supported ·
    ours: the source gives no number, the kit had to choose one."""
    sources: Keys


class Constraint(Item):
    """A hard constraint: with these values of an answer, these patterns are out."""

    id: str
    reads: str
    is_: tuple[str, ...] = Field(alias="is")
    excludes: tuple[Pattern, ...]
    because: Sentence
    sources: Keys


class Contest(Item):
    """Two patterns that can both fit, and the answers that decide between them."""

    patterns: tuple[Pattern, Pattern]
    decided_by: Annotated[tuple[str, ...], Field(min_length=1)]
    words: Sentence
    sources: Keys


class Combination(Item):
    """Two patterns that the source names together."""

    base: Pattern
    beside: Pattern
    name: Sentence
    words: Sentence
    sources: Keys


class Rule(Item):
    """The words of a finding; its logic is the function of the same id in `findings/rules`."""

    id: str
    part: Annotated[int, Field(ge=1, le=6)]
    severity: Severity
    title: Sentence
    """What the rule looks for: its name in the reference, and in a portfolio of many groups. Never
    shown with one group's answers."""
    reads: Annotated[tuple[str, ...], Field(min_length=1)]
    yields_to: tuple[str, ...] = ()
    """Rules that say the same and more, or the contrary with better reason: where one of them
    has found something, this one stays silent, so that no fact is told twice."""
    statement: Sentence
    why: Sentence
    mitigation: Sentence
    """One action that can begin next week; for a strength: how to keep it."""
    owner: str = ""
    """Placeholder or words for who would naturally start it, e.g. “{platform}”; may be empty."""
    limits: dict[str, float] = Field(default_factory=dict)
    """Thresholds that the logic reads, by name."""
    sources: Keys
