"""What if: numbers that move without being kept, and the moment at which the advice changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from workshop.findings import Assessment, assess
from workshop.findings.advice import becomes, headline
from workshop.findings.tipping import Segment, Strip
from workshop.findings.verdicts import word
from workshop.model.answers import Answers
from workshop.model.problems import InputError
from workshop.steps.fields import Field, field_of
from workshop.steps.form import Form, View

NUMBERS: dict[str, float] = {
    "model_teams": 20,
    "ml_engineers": 60,
    "queue_weeks": 12,
    "maturity": 5,
    "platform_engineers": 30,
}
"""Numbers that can be moved, and how far at least; what was told and each threshold fit in."""
CHOICES = ("mandate", "ml_expertise_in_product", "product_autonomy", "rails")
"""Choices that can be changed."""


class WhatIf(Form):
    """Sliders and choices over the answers that decide; `tried` are those that were moved."""

    counted: ClassVar[bool] = False

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.tried: dict[str, Any] = {}
        self.crossed = ""
        self._last: tuple[Answers, dict[str, Any], Assessment] | None = None

    @property
    def found(self) -> Assessment:
        """What follows from the team's answers with those that were moved in their place."""
        told = self.page.session.answers
        if not self.tried:
            return self.page.found
        if self._last is None or self._last[0] is not told or self._last[1] != self.tried:
            answers = Answers.from_parameters({**told.to_parameters(), **self.tried})
            self._last = told, dict(self.tried), assess(answers, self.page.content)
        return self._last[2]

    def fields(self) -> tuple[Field, ...]:
        """Return the fields of what can be moved: whatever the advice depends on."""
        content = self.page.content
        return tuple(field_of(content, name) for name in (*NUMBERS, *CHOICES))

    def groups(self) -> list[View]:
        """Return the advice as it would be, then what can be moved."""
        say, page = self.page.say, self.page
        before, after = headline(page.found), headline(self.found)
        words = [after + "."]
        if self.tried:
            moved = [self._moved(name) for name in self.tried]
            words.append(say("steps.tried", names=page.content.words.listing(moved)))
            same = before == after
            words.append(say("steps.tried-same") if same else say("steps.tried-was", was=before))
        group: View = {
            "key": "advice",
            "title": say("steps.tried-title" if self.tried else "steps.now-title"),
            "text": words,
            "fields": [],
            "said": self.crossed,
            "tone": "ours" if before == after else "seam",
        }
        if self.tried:
            group["buttons"] = [
                {"do": "keep", "label": say("steps.keep")},
                {"do": "back", "label": say("steps.back")},
            ]
        return [group, {"key": "sliders", "title": "", "fields": self._movable()}]

    def buttons(self) -> list[View]:
        """Return nothing: what is only tried need not be skipped."""
        return []

    def _strips(self) -> tuple[Strip, ...]:
        strips = {s.input: s for s in self.found.strips}
        return tuple(strips[name] for name in (*NUMBERS, *CHOICES) if name in strips)

    def _movable(self) -> list[View]:
        shown = []
        told = {s.input: s for s in self.page.found.strips}
        for strip in self._strips():
            view = self.show(field_of(self.page.content, strip.input))
            now = strip.now
            view |= {"value": "" if now is None else word(now), "basis": None, "told": False}
            view |= {"why": "", "good": "", "notes": self._changes(strip)}
            for choice in view["choices"]:
                choice["notes"] = ()
            if strip.input in NUMBERS:
                view["kind"] = "slider"
                view["limits"] = self._limits(told[strip.input])
            shown.append(view)
        return shown

    def _limits(self, strip: Strip) -> list[float]:
        """Return lowest and highest value and the step of a slider."""
        edges = [e for s in strip.segments for e in (s.start, s.end) if e is not None]
        now = strip.now if strip.now is not None else 0
        low = min([*edges, now])
        step = 0.5 if strip.input == "queue_weeks" else 1
        most = NUMBERS[strip.input]
        if strip.input == "maturity":
            return [low, most, step]
        return [low, max(most, 1.5 * max([*edges, 0]), 2 * now), step]

    def _changes(self, strip: Strip) -> list[str]:
        """Return at which values the advice changes, in words, from below to above."""
        say, content, found = self.page.say, self.page.content, []
        if strip.segments[0].start is None:
            return []
        for below, above in zip(strip.segments, strip.segments[1:], strict=False):
            if (below.patterns, below.contested) == (above.patterns, above.contested):
                continue
            # today's value lies above the edge: what is news is how it is below
            if strip.now is not None and above.start is not None and strip.now >= above.start:
                then = becomes(content, below)
                found.append(say("steps.changes-below", at=above.start, becomes=then))
            else:
                then = becomes(content, above)
                found.append(say("steps.changes-at", at=above.start, becomes=then))
        return found or [say("steps.changes-never")]

    def _moved(self, name: str) -> str:
        question = self.page.content.question(name)
        value = word(self.tried[name]) or ""
        label = question.choices.get(value, value)
        return self.page.say("steps.tried-one", name=question.name, value=label)

    def do(self, what: str, message: Mapping[str, Any]) -> View:
        """Move a value, keep what was moved as answers, or go back to what was told."""
        page = self.page
        if what == "give":
            field = self._field(message)
            value = field.read(message.get("value"))
            before = self._advice()
            name = field.basis
            tried = {k: v for k, v in self.tried.items() if k != name}
            if value is not None and value != page.session.value(field.address):
                tried[name] = value
            Answers.from_parameters(tried)  # refuses what is out of range
            self.tried = tried
            after = self._advice()
            changed = (before.patterns, before.contested) != (after.patterns, after.contested)
            if changed:
                then = becomes(page.content, after)
                at = field.show(value) or page.say("common.unknown")
                self.crossed = page.say("steps.crossed", name=field.name, at=at, becomes=then)
            else:
                self.crossed = ""
            return {"said": self.crossed, "quiet": True}
        if what == "keep":
            change = None
            for name, value in self.tried.items():
                change = page.session.give((name,), value)
            self.tried, self.crossed = {}, ""
            return page.saved(change, self.text.title)
        if what == "back":
            self.tried, self.crossed = {}, ""
            return {"said": page.say("steps.back-said")}
        raise InputError(())

    def _advice(self) -> Segment:
        advice = self.found.recommendation
        return Segment(advice.patterns, advice.contested)
