"""Define a notebook's page without a session, which asks nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workshop import exhibits
from workshop.answers.schema import Answers
from workshop.content.loader import Content
from workshop.documents.exhibit import Exhibit
from workshop.exhibits.layout import in_own_words
from workshop.findings import Assessment, assess
from workshop.forms.fields import step_of


def rehearse() -> None:
    """Read the content and draw some exhibits, to fill caches.

    The process that kernels are forked from calls this once, so that no notebook has to wait for
    it; a kernel behaves the same without.
    """
    given = Answers(ml_engineers=9, model_teams=5, queue_weeks=3.0, lead="engineering")
    page = Page(given)
    for make in (exhibits.verdicts, exhibits.tipping_strips, exhibits.headcount_bars):
        make(page.found)._repr_mimebundle_()


class Page:
    """A page of given answers: it asks nothing, and shows everything once."""

    def __init__(self, given: Answers | Assessment, content: Content | None = None) -> None:
        found = given if isinstance(given, Assessment) else assess(given, content)
        self.found: Assessment = found

    @property
    def answers(self) -> Answers:
        """Return the answers of the page; a live page has those of its session."""
        return self.found.answers

    def on_change(self, do: Callable[[Assessment], object]) -> None:
        """Do nothing, because these answers never change.

        A live page calls `do` after each change.
        """

    def ask(self, step: str) -> object:
        """Return what only slides show of a step, because nobody can be asked.

        Raises `InputError` for a step that the content does not have.
        """
        step_of(self.found.content, step)
        return in_own_words(exhibits.asked(self.found, step), self.found.content)

    def show(self, shown: Any, *args: Any, **options: Any) -> object:
        """Return a value as it is, or what a function makes of the assessment.

        Functions are the exhibits and charts, and any of your own that returns what a cell shows:
        `page.show(lambda found: found.to_frame("actions"))`.
        """
        if not callable(shown):
            return shown
        made = shown(self.found, *args, **options)
        return in_own_words(made, self.found.content) if isinstance(made, Exhibit) else made

    def make_pack(self) -> object:
        """Return nothing; whoever runs the notebook makes the pack."""
        return None

    def _ipython_display_(self) -> None:
        """Show nothing; a live page shows its bar here."""
