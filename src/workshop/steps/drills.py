"""A drill played minute by minute: no moment is shown before the one before it is over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workshop.model.problems import InputError
from workshop.steps.fields import Field
from workshop.steps.form import Form, View

if TYPE_CHECKING:
    from workshop.model.knowledge import DrillText, StepText
    from workshop.steps.page import LivePage


class Drills(Form):
    """One story at a time. A moment opens once the one before is answered, or passed over.

    Which story is on the screen, and how far it is told, is a matter of this screen alone; what
    is kept are the answers.
    """

    def __init__(self, page: LivePage, text: StepText) -> None:
        super().__init__(page, text)
        told = page.session.answers.drills or {}
        self.chosen = next((d.id for d in page.content.drills if d.id in told), "")
        self.passed: set[tuple[str, int]] = set()

    @property
    def drill(self) -> DrillText | None:
        """The story on the screen."""
        return next((d for d in self.page.content.drills if d.id == self.chosen), None)

    def groups(self) -> list[View]:
        """Return the stories to choose from, then the moments of the chosen one so far."""
        say, drill = self.page.say, self.drill
        stories = [{"value": d.id, "label": d.title} for d in self.page.content.drills]
        found: list[View] = [
            {
                "key": "drill",
                "title": "",
                "fields": [],
                "pick": {"ask": say("steps.drill-which"), "choices": stories, "value": self.chosen},
            }
        ]
        if drill is None:
            return found
        found[0]["text"] = [say("steps.drill-clock", clock=drill.clock), drill.story]
        fields = self.fields()
        for moment, field in zip(drill.moments, fields, strict=False):
            group: View = {
                "key": field.key,
                "title": say("steps.drill-minute", n=moment.minute),
                "text": [moment.scene],
                "fields": [self.show(field)],
            }
            over = self._over(moment.minute)
            if not over:
                group["buttons"] = [
                    {"do": "pass", "minute": moment.minute, "label": say("steps.drill-pass")}
                ]
            found.append(group)
        if self._over(60):
            title = say("steps.drill-good")
            found.append({"key": "good", "title": title, "text": [drill.good_answer], "fields": []})
        return found

    def fields(self) -> tuple[Field, ...]:
        """Return the fields of the moments that are open."""
        if self.drill is None:
            return ()
        found = []
        for moment in self.drill.moments:
            found.append(
                Field(
                    address=("drills", self.drill.id, f"minute_{moment.minute}"),
                    kind="team",
                    ask=moment.ask,
                    name=self.page.say("steps.drill-name", n=moment.minute, title=self.drill.title),
                )
            )
            if not self._over(moment.minute):
                break
        return tuple(found)

    def _over(self, minute: int) -> bool:
        """Return whether the story goes on after this minute, and all those before it."""
        for at in (0, 15, 60):
            told = self.page.session.value(("drills", self.chosen, f"minute_{at}")) is not None
            if not told and (self.chosen, at) not in self.passed:
                return False
            if at == minute:
                return True
        return False

    def do(self, what: str, message: Mapping[str, Any]) -> View:
        """Choose a story, or go on without a name."""
        if what == "pick":
            if message.get("value") not in {d.id for d in self.page.content.drills}:
                raise InputError(())
            self.chosen = str(message["value"])
            return {"said": self.page.say("steps.drill-begins")}
        if what == "pass":
            if message.get("minute") not in (0, 15, 60):
                raise InputError(())
            self.passed.add((self.chosen, int(message["minute"])))
            return {"said": self.page.say("steps.drill-on")}
        return super().do(what, message)
