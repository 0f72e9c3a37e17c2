"""Whatever an entry names is there: sources, answers, patterns, rules, steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel

from workshop.findings.rules import RULES
from workshop.findings.tensions import APPLIES
from workshop.model.content import Content, kinds
from workshop.model.overlay import name_of
from workshop.model.problems import Problem, near
from workshop.model.teams import bare


def reference_problems(content: Content) -> Iterator[Problem]:
    """Tell every name that leads nowhere, and every name that stands for two entries."""
    yield from _twice(content)
    for kind, item in _items(content):
        for way, key in _keys(item):
            yield from _source(content, f"{kind}: {_name(item)}.{way}", key)
    yield from _answers(content)
    yield from _functions(content)
    yield from _judging(content)
    yield from _team_names(content)
    for drill in content.drills:
        minutes = [m.minute for m in drill.moments]
        if minutes != [0, 15, 60]:
            message = "A drill goes minute by minute."
            yield Problem(message, f"drills: {drill.id}.moments", str(minutes), "0, 15, 60")


def _items(content: Content) -> Iterator[tuple[str, BaseModel]]:
    for kind in kinds():
        for item in getattr(content, kind):
            yield kind, item


def _name(item: BaseModel) -> str:
    return str(name_of(item.model_dump(mode="json", by_alias=True)))


def _twice(content: Content) -> Iterator[Problem]:
    for kind in kinds():
        counts = Counter(_name(item) for item in getattr(content, kind))
        for name, count in counts.items():
            if count > 1:
                yield Problem(f"This name stands for {count} entries.", f"{kind}: {name}")


# -- sources ------------------------------------------------------------------------------------


def _keys(item: BaseModel, way: str = "") -> Iterator[tuple[str, str]]:
    for field in type(item).model_fields:
        value = getattr(item, field)
        if field in ("sources", "named_by"):
            yield from ((f"{way}{field}", key) for key in value)
        elif isinstance(value, BaseModel):
            yield from _keys(value, f"{way}{field}.")
        elif isinstance(value, tuple):
            for at, part in enumerate(value):
                if isinstance(part, BaseModel):
                    yield from _keys(part, f"{way}{field}.{at}.")


def _source(content: Content, name: str, written: str) -> Iterator[Problem]:
    known = {s.key: s for s in content.sources}
    key, gap, place = written.partition(" §")
    if key not in known:
        allowed = ", ".join(known)
        yield Problem("There is no source of this key.", name, written, allowed, near(key, known))
    elif gap and place not in known[key].places:
        allowed = ", ".join(known[key].places) or "none"
        yield Problem(
            "The source has no such place.", name, written, allowed, near(place, known[key].places)
        )


# -- answers, and what functions of the kit look for --------------------------------------------


def _answers(content: Content) -> Iterator[Problem]:
    asked = [q.id for q in content.questions]

    def unknown(name: str, names: Iterable[str], allowed: Iterable[str] = ()) -> Iterator[Problem]:
        for one in names:
            if one not in asked and one not in allowed:
                yield Problem("No answer has this name.", name, one, suggestion=near(one, asked))

    for c in content.criteria:
        yield from unknown(f"criteria: {c.id}", [c.reads, *c.only_if, *c.unless])
    for constraint in content.constraints:
        yield from unknown(f"constraints: {constraint.id}", [constraint.reads])
    for contest in content.contests:
        yield from unknown(f"contests: {' and '.join(contest.patterns)}", contest.decided_by)
    for spot in content.blind_spots:
        yield from unknown(f"blind_spots: {spot.id}", spot.reads)
    for rule in content.rules:
        yield from unknown(f"rules: {rule.id}", rule.reads, ["basis"])
    for step in content.steps:
        yield from unknown(f"steps: {step.id}", [*step.questions, *step.repeats])


def _functions(content: Content) -> Iterator[Problem]:
    ids = [rule.id for rule in content.rules]
    for rule in content.rules:
        if rule.id not in RULES:
            message = "The kit has no function that finds this."
            yield Problem(message, f"rules: {rule.id}", suggestion=near(rule.id, RULES))
        for other in rule.yields_to:
            if other not in RULES:
                message = "It yields to a rule that there is not."
                yield Problem(message, f"rules: {rule.id}.yields_to", other, "", near(other, ids))
    for tension in content.tensions:
        if tension.id not in APPLIES:
            message = "The kit has no function that says when this matters."
            yield Problem(message, f"tensions: {tension.id}", suggestion=near(tension.id, APPLIES))


# -- judging ------------------------------------------------------------------------------------


def _judging(content: Content) -> Iterator[Problem]:
    for c in content.criteria:
        for field in ("only_if", "unless"):
            conditions: dict[str, tuple[str, ...]] = getattr(c, field)
            for name, values in conditions.items():
                yield from _values(content, f"criteria: {c.id}.{field}.{name}", name, values)
        against = any(band.says == "against" for band in c.bands)
        if bool(c.condition) != (c.role == "condition"):
            message = "“condition” says what to do, in criteria of that role and no others."
            yield Problem(message, f"criteria: {c.id}.condition")
        if bool(c.change) != (c.role == "needed" and against):
            message = (
                "“change” says what would have to change, where something needed can speak against."
            )
            yield Problem(message, f"criteria: {c.id}.change")
    for pattern in content.patterns:
        if not any(c.pattern == pattern.id and c.role == "needed" for c in content.criteria):
            yield Problem("No criterion says what this pattern needs.", f"patterns: {pattern.id}")
    for constraint in content.constraints:
        name = f"constraints: {constraint.id}.is"
        yield from _values(content, name, constraint.reads, constraint.is_)
    for contest in content.contests:
        name = f"contests: {' and '.join(contest.patterns)}"
        reads = {c.reads for c in content.criteria if c.pattern in contest.patterns}
        for one in contest.decided_by:
            if one not in reads:
                yield Problem("No criterion of these patterns reads this.", name, one)
    for combination in content.combinations:
        if combination.base == combination.beside:
            yield Problem("A pattern stands beside itself.", f"combinations: {combination.base}")


def _values(content: Content, where: str, name: str, values: tuple[str, ...]) -> Iterator[Problem]:
    question: Any = next((q for q in content.questions if q.id == name), None)
    choices = question.choices if question is not None else {}
    for value in values:
        if choices and value not in choices:
            message = "The answer cannot have this value."
            yield Problem(message, where, value, ", ".join(choices), near(value, choices))


def _team_names(content: Content) -> Iterator[Problem]:
    taken: dict[str, str] = {team.id: team.id for team in content.teams}
    for team in content.teams:
        for word in dict.fromkeys(bare(w) for w in (team.name, *team.also) if w):
            if taken.setdefault(word, team.id) != team.id:
                message = f"This is how {taken[word]} is called already."
                yield Problem(message, f"teams: {team.id}", word)
