"""A step: what is asked together, as data for a screen, and what a person did with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from workshop.model.problems import InputError
from workshop.model.teams import is_at_handover, is_nobody, key
from workshop.steps.fields import Choice, Field, fields_of, known_teams

if TYPE_CHECKING:
    from workshop.model.knowledge import StepText
    from workshop.steps.page import LivePage

View = dict[str, Any]
"""What stands on a screen, as JSON: words, fields, values. Nothing in it is markup."""


class Form:
    """A step of ordinary questions; other kinds of step build on it.

    `view` is what stands on the screen. `take` is told what a person did, as a mapping with `do`
    and what belongs to it, and returns `{"ok": True, …}` or `{"ok": False, "problem": words}`.
    """

    counted: ClassVar[bool] = True
    """Whether the step counts towards progress."""

    def __init__(self, page: LivePage, text: StepText) -> None:
        self.page = page
        self.text = text
        self.refused: dict[str, tuple[Any, str]] = {}
        """By key: what was typed and not taken, and why."""

    @property
    def wanted(self) -> bool:
        """Whether there is anything to ask."""
        return True

    # -- what stands on the screen ----------------------------------------------------------

    def view(self) -> View:
        """Return what stands on the screen."""
        say, page = self.page.say, self.page
        return {
            "kind": "step",
            "id": self.text.id,
            "title": self.text.title,
            "about": self.text.about,
            "where": page.where(self.text),
            "folded": self.text.folded,
            "state": page.progress.state(self.text.id),
            "words": page.labels,
            "groups": self.groups(),
            "buttons": self.buttons(),
            "locked": page.locked or "",
            "minutes": say("steps.minutes", n=self.text.minutes),
        }

    def groups(self) -> list[View]:
        """Return the fields, in groups that belong together under a heading of their own."""
        return [{"key": self.text.id, "title": "", "fields": [self.show(f) for f in self.fields()]}]

    def fields(self) -> tuple[Field, ...]:
        """Return the fields that stand on the screen now."""
        content = self.page.content
        names = (*self.text.repeats, *self.text.questions)
        return tuple(f for name in names for f in fields_of(content, name))

    def buttons(self) -> list[View]:
        """Return what can be done with the step as a whole."""
        if self.text.folded or self.page.progress.state(self.text.id) == "done":
            return []
        return [{"do": "skip", "label": self.page.say("steps.skip")}]

    def show(self, field: Field) -> View:
        """Return one field as data."""
        value = self.value_of(field)
        shown = field.show(value)
        choices = self._choices(field)
        if field.kind in ("team", "teams"):
            shown = _as_offered(shown, choices)
        typed, problem = self.refused.get(field.key, (None, ""))
        return {
            "key": field.key,
            "kind": field.kind,
            "ask": field.ask,
            "name": field.name,
            "why": field.why,
            "good": field.good,
            "unit": field.unit,
            "choices": [{"value": c.value, "label": c.label, "notes": c.notes} for c in choices],
            "value": typed if problem else shown,
            "told": value is not None,
            "folded": field.folded,
            "problem": problem,
            "basis": self._basis(field, told=value is not None),
        }

    def value_of(self, field: Field) -> Any:
        """Return what is kept for a field, None if nothing is."""
        return self.page.session.value(field.address)

    def _choices(self, field: Field) -> tuple[Choice, ...]:
        if field.kind not in ("team", "teams"):
            return field.choices
        handover = field.address[0] == "duties"
        names = known_teams(self.page.content, self.page.session.answers, handover)
        if field.kind == "teams":
            return tuple(c for c in names if not is_nobody(c.value))
        return names

    def _basis(self, field: Field, *, told: bool) -> View | None:
        """Return how the answer is known, which is asked once there is an answer."""
        if not field.basis or not told or field.basis in ("organisation", "group", "held_on"):
            return None
        say = self.page.say
        return {
            "value": self.page.session.value(("basis", field.basis)) or "",
            "choices": [
                {"value": b, "label": say(f"basis.{b}")}
                for b in ("measured", "documented", "opinion")
            ],
        }

    # -- what a person did -------------------------------------------------------------------

    def take(self, message: Mapping[str, Any]) -> View:
        """Do what a person asked for, and say how it went. Never raises for what was typed."""
        try:
            done = self.do(str(message.get("do", "")), message)
        except InputError as error:
            return self._refuse(message, problem_words(error))
        except self.page.failures as error:
            return {"ok": False, "problem": str(error), "failed": True}
        self.refused.pop(str(message.get("key", "")), None)
        self.page.changed()
        return {"ok": True, **done}

    def do(self, what: str, message: Mapping[str, Any]) -> View:
        """Do one thing; other kinds of step add theirs. InputError if it cannot be done."""
        page, session = self.page, self.page.session
        if what == "give":
            field = self._field(message)
            change = session.give(field.address, field.read(message.get("value")))
            return page.saved(change, field.name)
        if what == "basis":
            field = self._field(message)
            value = str(message.get("value") or "") or None
            change = session.give(("basis", field.basis), value)
            return page.saved(change, page.say("steps.basis-of", name=field.name))
        if what == "skip":
            session.note("skipped", {"step": self.text.id})
            return {"said": page.say("steps.skipped", title=self.text.title), "next": True}
        raise InputError(())

    def _field(self, message: Mapping[str, Any]) -> Field:
        """Return the field that a message is about; only one that stands on the screen counts."""
        for field in self.fields():
            if field.key == message.get("key"):
                return field
        raise InputError(())

    def _refuse(self, message: Mapping[str, Any], words: str) -> View:
        words = words or self.page.say("steps.gone")
        if message.get("do") == "give":
            self.refused[str(message.get("key"))] = (message.get("value"), words)
        return {"ok": False, "problem": words}


def problem_words(error: InputError) -> str:
    """Return what is wrong as it stands beside a field: what, what is allowed, what to do."""
    parts = []
    for problem in error.problems[:3]:
        parts.append(problem.message)
        if problem.value:
            parts.append(f"Found: {problem.value}.")
        if problem.allowed:
            parts.append(f"Allowed: {problem.allowed}.")
        parts.append(problem.suggestion)
    return " ".join(p for p in parts if p)


def _as_offered(shown: Any, choices: tuple[Choice, ...]) -> Any:
    """Return a team as it is offered, in whichever spelling it was given."""
    if isinstance(shown, list):
        return [_as_offered(one, choices) for one in shown]
    for choice in choices:
        same = key(choice.value) == key(shown)
        nobody = is_nobody(choice.value) and is_nobody(shown)
        if same or nobody or (is_at_handover(choice.value) and is_at_handover(shown)):
            return choice.value
    return shown
