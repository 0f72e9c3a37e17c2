"""Keep a page on a session: progress, assessment, and change listeners."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from workshop.answers.schema import Answers, lookup
from workshop.findings import Assessment, assess
from workshop.findings.since import actions
from workshop.findings.uncertainty import is_expected

if TYPE_CHECKING:
    from workshop.content.items import StepText
    from workshop.content.loader import Content
    from workshop.session import Change, Serving, Session

View = dict[str, Any]
"""The content of a screen as JSON: words, fields, values, and no markup."""

State = Literal["open", "begun", "skipped", "done", "optional"]


class Progress:
    """The state of every step, from the answers and from what was skipped.

    A step is done when each of its questions has an answer. A list is done when it has an entry and
    each says the main things; the drills, when one was played to its end. A skipped step counts as
    open again once something in it is answered. A question that is optional, or concerns others,
    keeps no step open; a step with only such questions counts once something in it is answered.
    """

    def __init__(self, content: Content, answers: Answers, skipped: frozenset[str]) -> None:
        counted = [s for s in content.steps if s.questions]
        if answers.earlier is None:
            counted = [s for s in counted if s.kind != "earlier"]
        self.steps: tuple[StepText, ...] = tuple(counted)
        self._states: Mapping[str, State] = {
            s.id: _state(content, s, answers, skipped) for s in self.steps
        }

    def state(self, step: str) -> State:
        """Return the state of a step; one that only repeats questions is always open."""
        return self._states.get(step, "open")

    @property
    def done(self) -> int:
        """Return how many steps are done."""
        return sum(state == "done" for state in self._states.values())

    @property
    def total(self) -> int:
        """Return how many steps there are, without those that concern only others."""
        return sum(state != "optional" for state in self._states.values())

    @property
    def minutes_left(self) -> int:
        """Return the minutes of the open steps.

        A step that was begun counts half.
        """
        minutes = {"open": 1.0, "begun": 0.5, "skipped": 0.0, "done": 0.0, "optional": 0.0}
        return round(sum(s.minutes * minutes[self._states[s.id]] for s in self.steps))

    def minutes_of(self, part: int) -> int:
        """Return the minutes of a part's steps, without those that concern only others."""
        return sum(s.minutes for s, state in self.of_part(part) if state != "optional")

    def of_part(self, part: int) -> tuple[tuple[StepText, State], ...]:
        """Return the steps of one part with their states, in the order of the notebook.

        A second workshop begins with what became of the last decisions.
        """
        found = sorted((s for s in self.steps if s.part == part), key=lambda s: s.kind != "earlier")
        return tuple((s, self._states[s.id]) for s in found)


def _state(content: Content, step: StepText, answers: Answers, skipped: frozenset[str]) -> State:
    names = [n for n in step.questions if is_expected(content.question(n), answers)]
    entries = _ENTRIES.get(step.kind)
    given = (
        [lookup(answers, name) not in (None, {}) for name in names]
        if entries is None
        else entries(answers)
    )
    if not names and any(lookup(answers, name) is not None for name in step.questions):
        return "done"
    if not names:
        return "optional"
    if given and all(given):
        return "done"
    if any(given) or (given and step.kind in ("stages", "decisions", "drills")):
        return "begun"
    return "skipped" if step.id in skipped else "open"


def _earlier(answers: Answers) -> list[bool]:
    return [action.became is not None for action in actions(answers)] or [True]


def _stages(answers: Answers) -> list[bool]:
    return [None not in (s.team, s.wait_days, s.touch_days) for s in answers.stages or ()]


def _decisions(answers: Answers) -> list[bool]:
    return [None not in (d.chosen, d.owner) for d in answers.decisions or ()]


def _drills(answers: Answers) -> list[bool]:
    played = [
        None not in (d.minute_0, d.minute_15, d.minute_60) for d in (answers.drills or {}).values()
    ]
    return [True] if any(played) else played


_ENTRIES: Mapping[str, Callable[[Answers], list[bool]]] = {
    "earlier": _earlier,
    "stages": _stages,
    "decisions": _decisions,
    "drills": _drills,
}
"""For each kind of list, whether each of its entries says the main things."""


class SessionPage:
    """A page on a session: answers are saved as they are given.

    Plain Python: a test drives it without a browser, and `screen` puts it on one. `part` is the
    part of the workshop that it shows; 0 for steps on their own.
    """

    def __init__(self, session: Session, part: int = 0) -> None:
        from workshop.session import SessionError

        self.session = session
        self.part = part
        self.content = session.content
        self.words = self.content.words
        self.failures = SessionError
        self.room: Serving | None = session.served()
        """The session's open room, as of the last look."""
        self.listeners: list[Callable[[], None]] = []
        """Functions that are called after each change, here or elsewhere."""
        self.again = ""
        """The command that starts pages without notebooks again; empty in a notebook."""
        self.folds_hints = False
        """Whether the reason and the example of a question are folded at first."""
        self.follower: Any = None
        """The object that updates the screen, once there is a screen."""
        self._assessed: tuple[Answers, Assessment] | None = None
        self._parameters: tuple[Answers, dict[str, Any]] | None = None

    # -- what is known -----------------------------------------------------------------------

    @property
    def found(self) -> Assessment:
        """Return the assessment of the session's answers, made once for each state."""
        answers = self.session.answers_with_votes()
        if self._assessed is None or self._assessed[0] is not answers:
            self._assessed = answers, assess(answers, self.content)
        return self._assessed[1]

    @property
    def parameters(self) -> dict[str, Any]:
        """Return the answers with votes as in an answers file, read-only."""
        answers = self.session.answers_with_votes()
        if self._parameters is None or self._parameters[0] is not answers:
            self._parameters = answers, answers.to_parameters()
        return self._parameters[1]

    @property
    def progress(self) -> Progress:
        """Return the progress of the workshop."""
        skipped = frozenset(str(n.body.get("step")) for n in self.session.notes("skipped"))
        return Progress(self.content, self.session.answers, skipped)

    @property
    def locked(self) -> str | None:
        """Return why nothing can be written, in words, or None."""
        return self.words("steps.read-only") if self.session.read_only else None

    @cached_property
    def labels(self) -> dict[str, str]:
        """Return the words that a screen needs itself, by their key."""
        prefix = "steps.screen-"
        keys = [key for key in self.words if key.startswith(prefix)]
        labels = {key.removeprefix(prefix): self.words(key) for key in keys}
        labels["session"] = self.session.place
        if self.again:
            labels["no-answer"] = self.words("steps.app-no-answer", command=self.again)
        return labels if self.session.persistent else {**labels, "saved": ""}

    def where(self, step: StepText) -> str:
        """Return the position of a step in its part: “Step 2 of 5”."""
        steps = [s for s, _ in self.progress.of_part(step.part)]
        if not self.part or step not in steps:
            return ""
        return self.words("steps.where", at=steps.index(step) + 1, of=len(steps))

    # -- what happens ------------------------------------------------------------------------

    def refresh(self) -> bool:
        """Read what others changed and notify all listeners; return whether any."""
        room, was = self.session.served(), self.room
        self.room = room
        if not self.session.refresh() and room == was:
            return False
        self.changed()
        return True

    def changed(self) -> None:
        """Notify all listeners that something may have changed.

        An error in one of them is shown and does not stop the others: the answer is already kept.
        """
        for listener in tuple(self.listeners):
            try:
                listener()
            except Exception:  # code of whoever uses the page: anything can be wrong with it
                show_error()

    def saved(self, change: Change | None, name: str) -> View:
        """Return the confirmation of a change that is in the file."""
        if change is None or not self.session.persistent:
            return self.saved_now()
        return {"said": self.words("steps.saved-name", name=name), **self.saved_now()}

    def saved_now(self) -> View:
        """Return the confirmation that everything is in the file."""
        return {"saved": True}


def show_error() -> None:
    """Show the current error where its author looks, and continue."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        sys.excepthook(*sys.exc_info())
    else:
        shell.showtraceback()
