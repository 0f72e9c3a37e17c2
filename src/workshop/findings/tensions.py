"""Where the sources disagree, and which of those disagreements touch these answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workshop.findings.situation import Situation
from workshop.findings.verdicts import word
from workshop.model.answers import Pattern, lookup
from workshop.model.knowledge import Tension
from workshop.model.teams import is_at_handover, is_nobody, label


@dataclass(frozen=True)
class AppliedTension:
    """A tension; `for_you` says what it means here, and is None where it does not apply."""

    text: Tension
    for_you: str | None


def tensions(situation: Situation) -> tuple[AppliedTension, ...]:
    """Return every tension of the content, in order, each with what it means here."""
    return tuple(
        AppliedTension(text, _for_you(situation, text) if APPLIES[text.id](situation) else None)
        for text in situation.content.tensions
    )


def _for_you(situation: Situation, text: Tension) -> str:
    return situation.content.words.fill(text.for_you, _values(situation, text.id))


def in_play(s: Situation) -> tuple[Pattern, ...]:
    """Return the patterns that matter here: advised, chosen and today's."""
    names = (*s.recommendation.patterns, s.answers.chosen_pattern, s.answers.current_pattern)
    return tuple(dict.fromkeys(p for p in names if p is not None))


_ABOUT: dict[str, tuple[Pattern, ...]] = {
    "T2": ("platform-as-mlops",),
    "T3": ("centralised", "platform-as-mlops"),
    "T7": ("embedded",),
}
"""The patterns that a tension is about, where it is about patterns."""


def _in_play_of(tension: str) -> Callable[[Situation], bool]:
    return lambda s: any(p in in_play(s) for p in _ABOUT[tension])


def _told(*names: str) -> Callable[[Situation], bool]:
    return lambda s: any(lookup(s.answers, n) is not None for n in names)


def _contested_zone(s: Situation) -> bool:
    return s.answers.model_teams in (3, 4) and s.answers.mandate != "single-operator"


APPLIES: dict[str, Callable[[Situation], bool]] = {
    "T1": _contested_zone,
    "T2": _in_play_of("T2"),
    "T3": _in_play_of("T3"),
    "T4": lambda s: s.answers.mandate == "single-operator",
    "T5": _told("duties.evaluation-set", "evaluation_set_authors"),
    "T6": _told("model_teams"),
    "T7": _in_play_of("T7"),
    "T8": _told("maturity"),
    "T9": _told("data_access"),
    "T10": _told("duties.paged", "paged_quality"),
}
"""When each tension touches a team's answers."""


def _values(s: Situation, tension: str) -> dict[str, str]:
    a, unknown = s.answers, s.content.words("common.unknown")
    about = _ABOUT.get(tension)
    patterns = [p for p in in_play(s) if about is None or p in about]
    return {
        "model": s.model,
        "model_teams": word(a.model_teams) or unknown,
        "pattern": s.name_of(patterns[0]) if patterns else unknown,
        "builder": _team(s, a.builder),
        "paged": _team(s, lookup(a, "duties.paged")),
        "autonomy": a.autonomy_permitted or unknown,
        "maturity": word(a.maturity) or unknown,
    }


def _team(s: Situation, team: str | None) -> str:
    if team is None:
        return s.content.words("common.unknown")
    if is_nobody(team):
        return s.content.words("common.nobody")
    return s.content.words("common.at-handover") if is_at_handover(team) else label(team)
