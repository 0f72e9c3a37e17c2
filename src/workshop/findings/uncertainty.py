"""List what is uncertain: where sources disagree, and missing answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workshop.answers.schema import NAMES, NAMING, Answers, concerns, is_given, is_ruled_out, lookup
from workshop.content.items import Pattern, Question, Severity, Tension
from workshop.content.loader import Content
from workshop.findings.patterns.inputs import word
from workshop.findings.situation import Situation


@dataclass(frozen=True)
class AppliedTension:
    """A tension; `for_you` says what it means here, or is None if it does not apply."""

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


def in_play(situation: Situation) -> tuple[Pattern, ...]:
    """Return the patterns that matter here: advised, chosen and today's."""
    names = (
        *situation.recommendation.patterns,
        situation.answers.chosen_pattern,
        situation.answers.current_pattern,
    )
    return tuple(dict.fromkeys(p for p in names if p is not None))


_ABOUT: dict[str, tuple[Pattern, ...]] = {
    "T2": ("platform-as-mlops",),
    "T3": ("centralised", "platform-as-mlops"),
    "T7": ("embedded",),
    "T13": ("embedded",),
    "T16": ("federated",),
}
"""The patterns that a tension is about, if it is about patterns."""


def _in_play_of(tension: str) -> Callable[[Situation], bool]:
    return lambda s: any(p in in_play(s) for p in _ABOUT[tension])


def _needs(*names: str) -> Callable[[Situation], bool]:
    return lambda s: any(lookup(s.answers, n) is not None for n in names)


def _contested_zone(situation: Situation) -> bool:
    return (
        situation.answers.model_teams in (3, 4) and situation.answers.mandate != "single-operator"
    )


def _set_without_a_side(situation: Situation) -> bool:
    """Return whether the evaluation set lacks one kind of author."""
    case = next(d.reason for d in situation.diagnostics if d.text.id == "evaluation-set")
    return case in ("no-modelling-team", "no-user-facing-team")


def _ships_what_another_builds(situation: Situation) -> bool:
    builder, ship = situation.ledger.builder, lookup(situation.answers, "duties.ship")
    return (
        situation.teams.is_somebody(builder)
        and situation.teams.is_somebody(ship)
        and not situation.teams.same(builder, ship)
    )


def _serving(situation: Situation) -> list[str]:
    stages = situation.answers.stages or ()
    return [
        st.team
        for st in stages
        if st.stage == "serving" and situation.teams.is_somebody(st.team) and st.team
    ]


def _many_on_own_machines(situation: Situation) -> bool:
    teams = situation.answers.model_teams
    own = situation.answers.deployment in ("on-premises", "hybrid", "air-gapped")
    return own and teams is not None and teams >= 5


APPLIES: dict[str, Callable[[Situation], bool]] = {
    "T1": _contested_zone,
    "T2": _in_play_of("T2"),
    "T3": _in_play_of("T3"),
    "T4": lambda s: s.answers.mandate == "single-operator",
    "T5": _needs("duties.evaluation-set", "evaluation_set_authors"),
    "T6": _needs("model_teams"),
    "T7": _in_play_of("T7"),
    "T8": _needs("maturity"),
    "T9": _needs("data_access"),
    "T10": _needs("duties.paged", "paged_quality"),
    "T11": lambda s: s.ledger.validation is not None,
    "T12": lambda s: s.answers.chosen_pattern is not None,
    "T13": lambda s: _in_play_of("T13")(s) and s.answers.maturity is not None,
    "T14": _set_without_a_side,
    "T15": _ships_what_another_builds,
    "T16": lambda s: _in_play_of("T16")(s) and bool(_serving(s)),
    "T17": lambda s: s.answers.mandate == "single-operator",
    "T18": _many_on_own_machines,
}
"""The condition under which each tension applies to a team's answers."""


def _values(situation: Situation, tension: str) -> dict[str, str]:
    a, unknown = situation.answers, situation.content.words("common.unknown")
    about = _ABOUT.get(tension)
    patterns = [p for p in in_play(situation) if about is None or p in about]
    # a tension about the pattern that was chosen speaks of no other
    chosen = a.chosen_pattern if tension == "T12" else None
    pattern = situation.content.pattern(chosen) if chosen else None
    authors = [t for t in a.evaluation_set_authors or () if situation.teams.is_somebody(t)]
    place = situation.content.question("deployment").choices.get(a.deployment or "", unknown)
    return {
        "model": situation.model,
        "model_teams": word(a.model_teams) or unknown,
        "pattern": pattern.name
        if pattern
        else situation.name_of(patterns[0])
        if patterns
        else unknown,
        "quality_row": pattern.quality_on_call if pattern else unknown,
        "paged_quality": _team(situation, a.paged_quality),
        "validator": _team(situation, a.validator),
        "authors": situation.listing(map(situation.teams.label, authors)) or unknown,
        "ship": _team(situation, lookup(a, "duties.ship")),
        "serving": situation.listing(dict.fromkeys(map(situation.teams.label, _serving(situation))))
        or unknown,
        "deployment": place,
        "builder": _team(situation, a.builder),
        "paged": _team(situation, lookup(a, "duties.paged")),
        "autonomy": a.autonomy_permitted or unknown,
        "maturity": word(a.maturity) or unknown,
    }


def _team(situation: Situation, team: str | None) -> str:
    if team is None:
        return situation.content.words("common.unknown")
    if situation.teams.is_nobody(team):
        return situation.content.words("common.nobody")
    return (
        situation.content.words("common.at-handover")
        if situation.teams.is_at_handover(team)
        else situation.teams.label(team)
    )


_WEIGHT: dict[Severity, int] = {"critical": 8, "risk": 3, "watch": 1, "strength": 0}
"""Weights of findings that wait for an answer, to order open questions (ours)."""


@dataclass(frozen=True)
class OpenQuestion:
    """An answer that is missing."""

    question: Question
    patterns: tuple[Pattern, ...]
    """Patterns that some answer would add to the recommendation, or remove."""
    waiting: tuple[str, ...]
    """The titles of the findings that wait for it."""
    split: tuple[str, ...] = ()
    """The choices of a room that voted on it and stayed divided, as they read."""


def open_questions(situation: Situation) -> tuple[OpenQuestion, ...]:
    """Return the missing answers, those that matter most for the advice first.

    Those without which it is no advice yet come before those that could change it.
    """
    strips = {s.input: s for s in situation.sensitivity}
    now = set(situation.recommendation.patterns)
    split = dict[str, tuple[str, ...]]()
    for r in situation.votes:  # each minute of a drill is a vote on one answer, the drills
        about = "drills" if r.vote.question.startswith("drills.") else r.vote.question
        split[about] = split.get(about) or tuple(map(r.label, r.split))
    found = []
    for at, name in enumerate(leaf_names(situation.content)):
        if lookup(situation.answers, name) is not None:
            continue
        question = situation.content.question(name)
        if not is_expected(question, situation.answers):
            continue
        segments = strips[name].segments if name in strips else ()
        outcomes = {(s.patterns, s.contested) for s in segments}
        moved = {p for patterns, _ in outcomes for p in set(patterns) ^ now}
        waiting, severities = situation.content.rules_that_wait.get(name, ((), ()))
        weight = sum(_WEIGHT[severity] for severity in severities)
        ordered = tuple(p.id for p in situation.content.patterns if p.id in moved)
        open_one = OpenQuestion(question, ordered, waiting, split.get(name, ()))
        needed = name in situation.recommendation.needs
        found.append((not needed, -len(outcomes), -weight, at, open_one))
    found.sort(key=lambda item: item[:4])
    return tuple(item[4] for item in found)


def is_expected(question: Question, answers: Answers) -> bool:
    """Return whether a question is open until answered: it concerns this team."""
    return not (question.optional or is_given(answers, question.unless)) and concerns(
        answers, question.when
    )


def is_idle(question: Question, answers: Answers) -> bool:
    """Return whether other answers leave nothing to ask, and it has no answer."""
    needless = is_given(answers, question.unless) or is_ruled_out(answers, question.when)
    return needless and lookup(answers, question.id) is None


def leaf_names(content: Content) -> tuple[str, ...]:
    """Return the names that are asked one by one: `duties.paged`, not `duties`.

    Left out are names that say nothing about the work, an earlier workshop, which most teams have
    not had, and votes and minutes, which come from a room and its timer.
    """
    skip = {*NAMING, "basis", "earlier.became", "votes", "agenda"}
    return tuple(i for i in content.leaves if i not in skip and i.split(".")[0] in NAMES)
