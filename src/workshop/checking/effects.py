"""What the rule set can come to: every rule can speak, every pattern can win, answers matter."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from workshop.findings.assessment import assess
from workshop.findings.recommendation import settle
from workshop.findings.rules import RULES
from workshop.findings.situation import examine
from workshop.findings.tipping import WHOLE_NUMBERS, inputs_of
from workshop.findings.verdicts import Inputs, judge
from workshop.model.answers import Answers
from workshop.model.content import Content
from workshop.model.problems import Problem
from workshop.model.shelf import read_yaml
from workshop.resources import folder

TRIALS = 4000
"""Sets of answers that are tried; the kit's own content needs about a tenth of them."""
NUMBERS = (0, 1, 2, 3, 5, 8, 12, 20, 50, 120, 400, 1000)
"""What numbers are tried instead, for a rule whose own limits were moved."""


def effect_problems(content: Content) -> Iterator[Problem]:
    """Tell rules that never speak, patterns that never win and answers that change nothing."""
    yield from _silent_rules(content)
    yield from _without_effect(content)


# -- rules --------------------------------------------------------------------------------------


def _silent_rules(content: Content) -> Iterator[Problem]:
    for rule in content.rules:
        if rule.id in RULES and not any(_says(content, rule.id, a) for a in _trials(rule.id)):
            message = "No answers were found to which this rule has anything to say."
            hint = "Look at its limits, and at the rules it yields to."
            yield Problem(message, f"rules: {rule.id}", suggestion=hint)


def _says(content: Content, rule: str, told: Mapping[str, Any]) -> bool:
    try:
        answers = Answers.model_validate(told)
    except ValueError:
        return False  # a number that was put there, and that no answer can be
    if RULES[rule](examine(content, answers)) is None:
        return False
    return any(found.id == rule for found in assess(answers, content).findings)


@cache
def _cases(rule: str) -> tuple[dict[str, Any], ...]:
    path = folder("tests/rules") / f"{rule}.yaml"
    return tuple(case["answers"] for case in read_yaml(path)["fires"]) if path.is_file() else ()


def _trials(rule: str) -> Iterator[dict[str, Any]]:
    """Yield answers to which the kit's rule speaks, then the same with other numbers in them."""
    yield from _cases(rule)
    for told in _cases(rule):
        for number in NUMBERS:
            yield _with_numbers(told, lambda _old, new=number: new)
            yield _with_numbers(told, lambda old, times=number: old * times / 10)


def _with_numbers(value: Any, change: Any) -> Any:
    if isinstance(value, dict):
        return {name: _with_numbers(part, change) for name, part in value.items()}
    if isinstance(value, list):
        return [_with_numbers(part, change) for part in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        changed = change(value)
        return round(changed) if isinstance(value, int) else float(changed)
    return value


# -- criteria -----------------------------------------------------------------------------------


def _without_effect(content: Content) -> Iterator[Problem]:
    """Try answers, changing one at a time, until everything has been seen to happen."""
    values = {name: _values(content, name) for name in inputs_of(content)}
    idle, losers = set(values), {p.id for p in content.patterns}
    draw = random.Random(1)  # noqa: S311 (the same trials every time)
    for _ in range(TRIALS):
        told = {name: draw.choice(some) for name, some in values.items()}
        for name in sorted(idle):
            others = [v for v in values[name] if v != told[name]]
            before = _outcome(content, told)
            if any(_outcome(content, {**told, name: v}) != before for v in others):
                idle.discard(name)
        whole = {name: draw.choice(some[1:]) for name, some in values.items()}
        advised = settle(content, judge(content, Inputs(Answers(), whole)))
        if not advised.contested:
            losers -= set(advised.patterns)
        if not idle and not losers:
            return
    for pattern in content.patterns:
        if pattern.id in losers:
            message = "No answers were found for which this pattern is advised."
            yield Problem(message, f"patterns: {pattern.id}")
    for name in sorted(idle):
        reading = ", ".join(c.id for c in content.criteria if name in (c.reads, *c.only_if))
        message = "Criteria read this answer, and no value of it changes a verdict or the advice."
        yield Problem(message, f"questions: {name}", reading)


def _outcome(content: Content, told: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what is told a team: the advice, each verdict, and on what conditions."""
    verdicts = judge(content, Inputs(Answers(), told))
    said = [(v.verdict, tuple(c.words for c in v.conditions)) for v in verdicts.values()]
    return (settle(content, verdicts).key, *said)


def _values(content: Content, name: str) -> list[Any]:
    """Return not told, then values of an input that criteria tell apart."""
    question = content.question(name)
    if question.choices and name not in WHOLE_NUMBERS:
        typed: dict[str, Any] = {"true": True, "false": False}
        return [None, *(typed.get(value, value) for value in question.choices)]
    edges = {e for c in content.criteria if c.reads == name for b in c.bands for e in (b.from_,)}
    numbers = sorted({edge for edge in edges if edge is not None})
    low = 1 if name == "maturity" else 0
    found = [low, *(edge for edge in numbers if edge > low)]
    return [None, *(int(n) if name in WHOLE_NUMBERS else float(n) for n in found)]
