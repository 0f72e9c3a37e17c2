"""Where the sources disagree, and which of those disagreements touch these answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workshop.findings.situation import Situation
from workshop.findings.verdicts import word
from workshop.model.answers import Pattern, lookup
from workshop.model.knowledge import Tension
from workshop.model.teams import label


@dataclass(frozen=True)
class AppliedTension:
    """A tension; `for_you` says what it means here, and is None where it does not apply."""

    text: Tension
    for_you: str | None


def tensions(situation: Situation) -> tuple[AppliedTension, ...]:
    """Return every tension of the content, in order, each with what it means here."""
    values = _values(situation)
    return tuple(
        AppliedTension(
            text, text.for_you.format(**values) if _APPLIES[text.id](situation) else None
        )
        for text in situation.content.tensions
    )


def in_play(s: Situation) -> tuple[Pattern, ...]:
    """Return the patterns that matter here: advised, chosen and today's."""
    names = (*s.recommendation.patterns, s.answers.chosen_pattern, s.answers.current_pattern)
    return tuple(dict.fromkeys(p for p in names if p is not None))


def _any_of(*patterns: Pattern) -> Callable[[Situation], bool]:
    return lambda s: any(p in in_play(s) for p in patterns)


def _told(*names: str) -> Callable[[Situation], bool]:
    return lambda s: any(lookup(s.answers, n) is not None for n in names)


def _contested_zone(s: Situation) -> bool:
    pairs = [
        {"centralised", "federated"} == set(c.contest.patterns) for c in s.recommendation.settled
    ]
    return any(pairs) or s.answers.model_teams in (3, 4)


_APPLIES: dict[str, Callable[[Situation], bool]] = {
    "T1": _contested_zone,
    "T2": _any_of("platform-as-mlops"),
    "T3": _any_of("centralised", "platform-as-mlops"),
    "T4": lambda s: s.answers.mandate == "single-operator",
    "T5": _told("duties.evaluation-set", "evaluation_set_authors"),
    "T6": _told("model_teams"),
    "T7": _any_of("embedded"),
    "T8": _told("maturity"),
    "T9": _told("data_access"),
    "T10": _told("duties.paged", "paged_quality"),
}
"""When each tension touches a team's answers."""


def _values(s: Situation) -> dict[str, str]:
    a, unknown = s.answers, s.content.words("common.unknown")
    patterns = in_play(s)
    return {
        "model": s.model,
        "model_teams": word(a.model_teams) or unknown,
        "pattern": s.name_of(patterns[0]) if patterns else unknown,
        "builder": label(a.builder) if a.builder else unknown,
        "paged": label(a.duties.paged) if a.duties and a.duties.paged else unknown,
        "autonomy": a.autonomy_permitted or unknown,
        "maturity": word(a.maturity) or unknown,
    }
