"""What was not told, in the order of how much each answer would change the advice."""

from __future__ import annotations

from dataclasses import dataclass

from workshop.findings.situation import Situation
from workshop.model.answers import NAMES, Pattern, lookup
from workshop.model.content import Content
from workshop.model.judging import Severity
from workshop.model.knowledge import Question

_WEIGHT: dict[Severity, int] = {"critical": 8, "risk": 3, "watch": 1, "strength": 0}
"""How a finding that waits for an answer counts when open questions are put in order (ours)."""


@dataclass(frozen=True)
class OpenQuestion:
    """An answer that is missing."""

    question: Question
    patterns: tuple[Pattern, ...]
    """Patterns that some answer would bring into the recommendation, or take out of it."""
    rules: int
    """How many findings wait for it."""


def open_questions(situation: Situation) -> tuple[OpenQuestion, ...]:
    """Return the questions without an answer, those that could change the advice first."""
    strips = {s.input: s for s in situation.strips}
    now = set(situation.recommendation.patterns)
    found = []
    for at, name in enumerate(leaf_names(situation.content)):
        if lookup(situation.answers, name) is not None:
            continue
        segments = strips[name].segments if name in strips else ()
        outcomes = {(s.patterns, s.contested) for s in segments}
        moved = {p for patterns, _ in outcomes for p in set(patterns) ^ now}
        waiting = [r for r in situation.content.rules if name in r.reads]
        weight = sum(_WEIGHT[r.severity] for r in waiting)
        ordered = tuple(p.id for p in situation.content.patterns if p.id in moved)
        question = OpenQuestion(situation.content.question(name), ordered, len(waiting))
        found.append((-len(outcomes), -weight, at, question))
    found.sort(key=lambda item: item[:3])
    return tuple(item[3] for item in found)


def leaf_names(content: Content) -> tuple[str, ...]:
    """Return the names that are asked one by one: `duties.paged`, but not `duties`.

    Left out are names that say nothing about the work, an earlier workshop, which most teams have
    not had, votes and minutes, which a room and its timer give and nobody types.
    """
    ids = [q.id for q in content.questions]
    parents = {i.split(".")[0] for i in ids if "." in i}
    skip = {
        "basis",
        "organisation",
        "group",
        "held_on",
        "earlier.became",
        "votes",
        "agenda",
    } | parents
    return tuple(i for i in ids if i not in skip and i.split(".")[0] in NAMES)
