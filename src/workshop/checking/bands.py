"""The bands of a criterion cover everything its answer can be: no gap, no overlap."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, get_args

from workshop.model.answers import Answers
from workshop.model.content import Content
from workshop.model.judging import Band, Criterion
from workshop.model.problems import Problem, near

LOWEST = {"maturity": 1}
"""The least that a number can be, where that is not 0."""


def band_problems(content: Content) -> Iterator[Problem]:
    """Tell every value of an answer for which a criterion says nothing, or two things."""
    questions = {q.id: q for q in content.questions}
    for criterion in content.criteria:
        if criterion.reads not in questions:
            continue  # told as a name that leads nowhere
        name = f"criteria: {criterion.id}.bands"
        choices = list(questions[criterion.reads].choices)
        kinds = {bool(band.is_) for band in criterion.bands}
        mixed = [b for b in criterion.bands if b.is_ and (b.from_, b.below) != (None, None)]
        if len(kinds) > 1 or mixed:
            yield Problem("Choices (is) and numbers (from, below) cannot be mixed.", name)
        elif kinds == {True}:
            yield from _choices(criterion, choices, name)
        elif is_number(criterion.reads):
            yield from _numbers(criterion, name)
        else:
            allowed = ", ".join(choices) or "none: this answer is free text"
            yield Problem("This answer is no number, so its bands say “is”.", name, "", allowed)


def is_number(name: str) -> bool:
    """Return whether an answer is a number."""
    info = Answers.model_fields.get(name)
    return info is not None and bool({int, float} & set(_leaves(info.annotation)))


def _leaves(annotation: Any) -> Iterator[Any]:
    parts = get_args(annotation)
    if not parts:
        yield annotation
    for part in parts:
        yield from _leaves(part)


def _choices(criterion: Criterion, choices: list[str], name: str) -> Iterator[Problem]:
    told = [value for band in criterion.bands for value in band.is_]
    for value in dict.fromkeys(told):
        if value not in choices:
            message, allowed = "The answer cannot have this value.", ", ".join(choices) or "none"
            yield Problem(message, name, value, allowed, near(value, choices))
        elif told.count(value) > 1:
            yield Problem("Two bands speak of this value.", name, value)
    for value in choices:
        if value not in told:
            yield Problem("No band speaks of this value.", name, value)


def _numbers(criterion: Criterion, name: str) -> Iterator[Problem]:
    lowest = LOWEST.get(criterion.reads, 0)
    ordered = sorted(criterion.bands, key=lambda b: lowest if b.from_ is None else b.from_)
    for band in ordered:
        if band.from_ is not None and band.below is not None and band.below <= band.from_:
            yield Problem("A band ends before it begins.", name, _written(band))
    first, last = ordered[0], ordered[-1]
    if first.from_ is not None and first.from_ > lowest:
        yield Problem(f"No band speaks of values below {first.from_:g}.", name)
    if last.below is not None:
        yield Problem(f"No band speaks of {last.below:g} and above.", name)
    for one, following in itertools.pairwise(ordered):
        start = lowest if following.from_ is None else following.from_
        if one.below is None or one.below > start:
            where = f"{_written(one)} and {_written(following)}"
            yield Problem("Two bands speak of the same values.", name, where)
        elif one.below < start:
            yield Problem(f"No band speaks of values from {one.below:g} to {start:g}.", name)


def _written(band: Band) -> str:
    start = "" if band.from_ is None else f"from {band.from_:g}"
    end = "" if band.below is None else f"below {band.below:g}"
    return " ".join(part for part in (start, end) if part) or "any number"
