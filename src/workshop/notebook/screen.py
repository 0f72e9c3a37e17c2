"""Show a live page in a notebook: widgets that follow each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from IPython.display import display

from workshop import exhibits
from workshop.answers.schema import Answers
from workshop.documents.exhibit import Exhibit
from workshop.exhibits.layout import in_own_words
from workshop.findings import Assessment
from workshop.forms.fields import step_of
from workshop.notebook.controls import Bar, PackMaker, Timer
from workshop.notebook.page import Page
from workshop.widgets import StepForm, WhatIf
from workshop.widgets.kinds import Panel, PartFindings
from workshop.widgets.screen import (
    Controls,
    LiveOutput,
    Shown,
    Shows,
    Updates,
    follower_of,
)
from workshop.widgets.steps import LivePage

Drawn = TypeVar("Drawn", bound=Updates)


class ScreenPage(Page):
    """A page of widgets on a session, which follow its answers."""

    asks_owners = True
    """Whether it asks beside each finding who does something about it, and by when."""

    def __init__(self, page: LivePage) -> None:
        self.page = page
        self._follower = follower_of(page)

    @property
    def found(self) -> Assessment:  # type: ignore[override]
        """Return the assessment of the session's current answers."""
        return self.page.found

    @property
    def answers(self) -> Answers:
        """Return the session's current answers with the room's votes."""
        return self.page.session.answers_with_votes()

    def on_change(self, do: Callable[[Assessment], object]) -> None:
        """Call `do` with the assessment after each change of the answers.

        Changes by other people count too.
        """
        last = [self.page.found]

        def changed() -> None:
            if self.page.found is not last[0]:
                last[0] = self.page.found
                do(last[0])

        self.page.listeners.append(changed)

    def ask(self, step: str) -> Panel | None:
        """Return the form of a step; None if there is nothing to ask.

        Raises `InputError` for a step that the content does not have.
        """
        if step_of(self.page.content, step).kind == "what-if":
            return WhatIf(self.page)
        return StepForm(step, self.page) if self.page.form(step).has_questions else None

    def show(self, shown: Any, *args: Any, **options: Any) -> object:
        """Return a value that is redrawn whenever an answer changes it."""
        if not callable(shown):
            return shown

        def make() -> Any:
            made = shown(self.page.found, *args, **options)
            return in_own_words(made, self.page.content) if isinstance(made, Exhibit) else made

        if shown is exhibits.findings and self.asks_owners:
            return PartFindings(*args, **options, on=self.page)
        kit = getattr(exhibits, getattr(shown, "__name__", ""), None) is shown
        return self.follow(Shown(make) if kit else LiveOutput(make))

    def follow(self, drawn: Drawn) -> Drawn:
        """Keep a widget current, and return it."""
        self._follower.add(drawn)
        return drawn

    def unfollow(self, drawn: Updates) -> None:
        """Stop to keep a widget current."""
        self._follower.remove(drawn)

    def drop(self, widget: Any) -> None:
        """Take a widget off the screen, with all in it, and stop to keep it current."""
        self._follower.remove(widget)
        for child in getattr(widget, "children", ()):
            self.drop(child)
        widget.close()

    def make_pack(self) -> Controls:
        """Return the button that makes the findings pack beside the session."""
        return self.control(PackMaker(self.page, self.page.session.folder / "pack"), always=True)

    def control(self, what: Shows, always: bool = False) -> Controls:
        """Return what has a view, and its buttons; `always` if it changes with time."""
        controls = Controls(what)
        self._follower.add(controls, works=True)
        if always:
            self._follower.always.append(controls)
        return controls

    def _ipython_display_(self) -> None:
        bar, timer = self.control(Bar(self.page)), self.control(Timer(self.page), always=True)
        display(bar, timer)  # type: ignore[no-untyped-call]

    def end(self) -> None:
        """Stop to follow the session."""
        self._follower.end()
