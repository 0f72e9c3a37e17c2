"""How many people each pattern takes: ranges from one article, scaled to the team's own size.

The source counts twice (so many in all, and so many for each ten consuming teams) and speaks of
Embedded's one or two people in two senses. Up to ten teams the count in all holds; beyond ten the
range grows in step with the teams, which is the kit's own extrapolation and is marked as one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workshop.model.answers import Answers
from workshop.model.content import Content
from workshop.model.knowledge import PatternText

Range = tuple[int, int]
"""People, [low, high]."""

HOLDS_TO = 10
"""Consuming teams up to which the source's figures hold as they stand."""


@dataclass(frozen=True)
class Headcount:
    """People for one pattern at the number of model-producing teams that was answered.

    `total` is None where that number is unknown or no team produces models; `per_ten` and
    `per_team` are the source's ranges, which can always be shown.
    """

    pattern: PatternText
    teams: int | None
    platform: Range | None
    inside_teams: Range | None
    """People who sit in product teams; None where the pattern puts nobody there."""
    total: Range | None
    per_ten: Range
    per_team: Range | None
    extrapolated: bool
    note: str


def headcounts(content: Content, answers: Answers) -> tuple[Headcount, ...]:
    """Return the people each pattern takes, in the order of the patterns (S2 §patterns)."""
    return tuple(_headcount(content, p, answers.model_teams) for p in content.patterns)


def _headcount(content: Content, pattern: PatternText, teams: int | None) -> Headcount:
    people = pattern.headcount
    if not teams:
        note = content.words("staffing.note-unknown" if teams is None else "staffing.note-no-team")
        return Headcount(
            pattern, teams, None, None, None, people.per_ten, people.per_team, False, note
        )
    beyond = teams > HOLDS_TO
    base = people.absolute or people.per_ten
    platform = _scaled(people.per_ten, teams) if beyond else base
    inside = (people.per_team[0] * teams, people.per_team[1] * teams) if people.per_team else None
    total = platform if inside is None else (platform[0] + inside[0], platform[1] + inside[1])
    note = content.words(
        "staffing.note-beyond-ten" if beyond else "staffing.note-up-to-ten", teams=teams, n=teams
    )
    return Headcount(
        pattern, teams, platform, inside, total, people.per_ten, people.per_team, beyond, note
    )


def _scaled(per_ten: Range, teams: int) -> Range:
    """Return a range for each ten teams at this many, rounded up to whole people."""
    low, high = (-(-people * teams // HOLDS_TO) for people in per_ten)
    return low, high


def compare(
    headcount: Headcount, platform_engineers: int | None
) -> Literal["below", "within", "above", "unknown"]:
    """Return where today's platform team stands against the pattern's range for the platform."""
    if platform_engineers is None or headcount.platform is None:
        return "unknown"
    low, high = headcount.platform
    if platform_engineers < low:
        return "below"
    return "above" if platform_engineers > high else "within"
