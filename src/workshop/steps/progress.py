"""How far the workshop is: which steps are done, and how many minutes are left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from workshop.model.answers import Answers, lookup

if TYPE_CHECKING:
    from workshop.model.content import Content
    from workshop.model.knowledge import StepText

State = Literal["open", "begun", "skipped", "done"]


class Progress:
    """The state of every step, from the answers and from what was skipped.

    A step is done when each of its questions has an answer; one with a list, as soon as the list
    has an entry. One that was skipped counts as open again once something in it is answered.
    """

    def __init__(self, content: Content, answers: Answers, skipped: frozenset[str]) -> None:
        counted = [s for s in content.steps if s.questions]
        if answers.earlier is None:
            counted = [s for s in counted if s.kind != "earlier"]
        self.steps: tuple[StepText, ...] = tuple(counted)
        self._states: Mapping[str, State] = {s.id: _state(s, answers, skipped) for s in self.steps}

    def state(self, step: str) -> State:
        """Return the state of a step; one that only repeats questions is always open."""
        return self._states.get(step, "open")

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(state == "done" for state in self._states.values())

    @property
    def minutes_left(self) -> int:
        """Minutes that the steps take which are neither done nor skipped; half for one begun."""
        minutes = {"open": 1.0, "begun": 0.5, "skipped": 0.0, "done": 0.0}
        return round(sum(s.minutes * minutes[self._states[s.id]] for s in self.steps))

    def of_part(self, part: int) -> tuple[tuple[StepText, State], ...]:
        """Return the steps of one part with their states, in order."""
        return tuple((s, self._states[s.id]) for s in self.steps if s.part == part)


def _state(step: StepText, answers: Answers, skipped: frozenset[str]) -> State:
    told = [lookup(answers, name) not in (None, {}) for name in step.questions]
    if step.kind == "earlier":
        became = answers.earlier.became if answers.earlier else None
        told = [one.became is not None for one in became or ()] or [True]
    if all(told):
        return "done"
    if any(told):
        return "begun"
    return "skipped" if step.id in skipped else "open"
