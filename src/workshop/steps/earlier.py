"""What became of the decisions of an earlier workshop."""

from __future__ import annotations

from workshop.steps.fields import Choice, Field
from workshop.steps.form import Form, View

BECAME = ("done", "under-way", "not-begun", "dropped")


class Earlier(Form):
    """One group for each earlier decision."""

    @property
    def wanted(self) -> bool:
        """Whether this session was opened on an earlier workshop that decided something."""
        return bool(self.page.session.items("earlier.became"))

    def groups(self) -> list[View]:
        """Return a group for each decision: what became of it, and a note."""
        found = []
        items = self.page.session.items("earlier.became")
        for item, values in items:
            fields = [self.show(f) for f in self._of(item)]
            title = str(values.get("decision", ""))
            found.append({"key": f"earlier/{item}", "title": title, "fields": fields})
        return found

    def fields(self) -> tuple[Field, ...]:
        """Return the fields of all earlier decisions."""
        items = self.page.session.items("earlier.became")
        return tuple(f for item, _ in items for f in self._of(item))

    def _of(self, item: str) -> tuple[Field, Field]:
        say = self.page.say
        choices = tuple(Choice(b, say(f"steps.became-{b}")) for b in BECAME)
        address = ("earlier", "became", item)
        name = say("steps.became")
        return (
            Field((*address, "became"), "choice", name, name, choices=choices),
            Field((*address, "note"), "prose", say("steps.became-note"), say("steps.became-note")),
        )
