"""Steps that build a list: the way to users stage by stage, and the decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Literal

from workshop.model.problems import InputError
from workshop.steps.fields import Choice, Field, item_fields
from workshop.steps.form import Form, View

NEW = "+"
"""Stands in an address where an item will be, once it is there."""


class ItemList(Form):
    """A step that adds, changes, moves and removes the items of one list."""

    name: ClassVar[Literal["stages", "decisions"]]
    first: ClassVar[str]
    """Key of the field that an item begins with."""

    def groups(self) -> list[View]:
        """Return a group for each item, and one that adds another."""
        page, items = self.page, self.page.session.items(self.name)
        found = []
        for at, (item, _) in enumerate(items):
            found.append(
                {
                    "key": f"{self.name}/{item}",
                    "title": page.say(f"steps.{self.name}-title", n=at + 1),
                    "fields": [self.show(f) for f in self.item_fields(item)],
                    "buttons": self._moves(item, at, len(items)),
                }
            )
        title = page.say(f"steps.{self.name}-add", n=len(items) + 1)
        new = self.show(self._new())
        return [*found, {"key": f"{self.name}/{NEW}", "title": title, "fields": [new]}]

    def fields(self) -> tuple[Field, ...]:
        """Return the fields of all items, and the one that adds another."""
        items = self.page.session.items(self.name)
        known = tuple(f for item, _ in items for f in self.item_fields(item))
        return (*known, self._new())

    def item_fields(self, item: str) -> tuple[Field, ...]:
        """Return the fields of one item."""
        return item_fields(self.page.content, self.name, item)

    def value_of(self, field: Field) -> Any:
        """Return nothing for an item that is still to come."""
        return None if NEW in field.address else super().value_of(field)

    def _new(self) -> Field:
        field = next(f for f in self.item_fields(NEW) if f.address[-1] == self.first)
        words = self.page.say(f"steps.{self.name}-new")
        return replace(field, address=(self.name, NEW), ask=words)

    def _moves(self, item: str, at: int, count: int) -> list[View]:
        say = self.page.say
        name = say(f"steps.{self.name}-title", n=at + 1)
        found = []
        if at:
            found.append({"do": "move", "by": -1, "label": say("steps.earlier", name=name)})
        if at + 1 < count:
            found.append({"do": "move", "by": 1, "label": say("steps.later", name=name)})
        found.append({"do": "remove", "label": say("steps.remove", name=name)})
        return [{**button, "item": item} for button in found]

    def do(self, what: str, message: Mapping[str, Any]) -> View:
        """Add, move or remove an item, or change a field of one."""
        page, session = self.page, self.page.session
        item = str(message.get("item", ""))
        if what in ("move", "remove") and item not in dict(session.items(self.name)):
            raise InputError(())
        if what == "move":
            change = session.move(self.name, item, 1 if message.get("by") == 1 else -1)
            return page.saved(change, self.text.title)
        if what == "remove":
            return page.saved(session.remove(self.name, item), self.text.title)
        if what == "give" and message.get("key") == self._new().key:
            value = self._new().read(message.get("value"))
            if value is None:
                return {}
            added = session.add(self.name, {self.first: value})
            number = len(session.items(self.name))
            said = page.say(f"steps.{self.name}-added", n=number)
            return {"said": said, "focus": f"{self.name}/{added}", **page.saved_now()}
        return super().do(what, message)


class Stages(ItemList):
    """The value stream, built stage by stage."""

    name = "stages"
    first = "stage"


class Decisions(ItemList):
    """The register: what is decided, what is turned down, who disagrees, what reopens it."""

    name = "decisions"
    first = "decision"

    def item_fields(self, item: str) -> tuple[Field, ...]:
        """Return the fields of one decision; it can settle any of the findings of today."""
        graves = self.page.found.of_severity("critical", "risk", "watch")
        told = self.page.session.value(("decisions", item, "settles")) if item != NEW else None
        choices = [Choice(f.id, f.statement) for f in graves]
        offered = {c.value for c in choices}
        choices += [Choice(i, i) for i in told or () if i not in offered]
        return tuple(
            replace(f, choices=tuple(choices), folded=True) if f.address[-1] == "settles" else f
            for f in item_fields(self.page.content, "decisions", item)
        )
