"""Give criteria their values: answers, what-if values, and numbers from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workshop.answers.schema import Answers, lookup
from workshop.content.items import Criterion, Pattern, Staffing
from workshop.content.loader import Content

HOLDS_TO = 10
"""The number of teams that the ranges count; others are our extrapolation."""


class Inputs(dict[str, Any]):
    """The values that criteria read: answers, or other values for a what-if.

    An answer is looked up when it is first read.
    """

    def __init__(
        self,
        answers: Answers,
        changes: Mapping[str, Any] | None = None,
        otherwise: Inputs | None = None,
    ) -> None:
        super().__init__(changes or {})
        self._answers = answers
        self._otherwise = otherwise
        self._words: dict[str, str | None] = {}

    def but(self, changes: Mapping[str, Any]) -> Inputs:
        """Return the same inputs with these changes too."""
        return Inputs(self._answers, changes, self)

    def __missing__(self, name: str) -> Any:
        if self._otherwise is not None:
            return self._otherwise[name]
        value = self[name] = "none" if self.follows(name) else lookup(self._answers, name)
        return value

    def follows(self, name: str) -> bool:
        """Return whether it is not asked: where no rule holds, none demands anything."""
        answers = self._answers
        return name == "mandate" and answers.regulated is False and answers.mandate is None

    def word(self, name: str) -> str | None:
        """Return the value as content writes it (`true`, `3`), or None if unknown."""
        if name not in self._words:
            if self._otherwise is not None and name not in self:
                return self._otherwise.word(name)
            self._words[name] = word(self[name])
        return self._words[name]

    def applies(
        self, only_if: Mapping[str, tuple[str, ...]], unless: Mapping[str, tuple[str, ...]]
    ) -> bool:
        """Return whether all answers of `only_if` match, and none of `unless`."""
        for name in only_if:
            if self.word(name) not in only_if[name]:
                return False
        for name in unless:  # noqa: SIM110 - read thousands of times
            if self.word(name) in unless[name]:
                return False
        return True


def word(value: Any) -> str | None:
    """Return a value as content writes it: `true`, `3`, `2.5`, `single-operator`."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value + 0.0:g}"  # never “-0”
    return str(value)


def in_one_line(typed: str) -> str:
    """Return a phrase that somebody typed without its line breaks."""
    return " ".join(typed.split())


@dataclass(frozen=True)
class Fewest:
    """A pattern's fewest platform people, with one team and at today's scale."""

    start: int
    scale: int
    rule: Staffing


def fewest(content: Content, pattern: Pattern, inputs: Inputs) -> Fewest:
    """Return the fewest platform people for a pattern, from the staffing rules.

    If the number of teams is unknown, it is the number for a start.
    """
    for rule in content.staffing_of[pattern]:
        if inputs.applies(rule.only_if, rule.unless):
            teams = inputs["model_teams"] or 0
            scale = max(rule.at_least, per_ten(rule.per_ten, teams))
            if rule.at_most is not None:
                scale = min(scale, rule.at_most)
            return Fewest(rule.at_least, scale, rule)
    raise KeyError(pattern)


def per_ten(people: int, teams: int) -> int:
    """Return people for each ten teams at this many teams, rounded up."""
    return -(-people * teams // HOLDS_TO)


def measure(content: Content, criterion: Criterion, inputs: Inputs) -> Any:
    """Return the number that a criterion compares with its bands, or None.

    It is the answer itself; or, if the criterion says so, the answer divided by another (models for
    each team), or the platform people beyond the fewest that a pattern takes.
    """
    value = inputs[criterion.reads]
    if value is None:
        return None
    if criterion.per:
        others = inputs[criterion.per]
        return value / others if others else None
    if criterion.fewest:
        count = fewest(content, criterion.fewest_of or criterion.pattern, inputs)
        return value - (count.start if criterion.fewest == "start" else count.scale)
    return value
