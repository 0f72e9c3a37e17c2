"""Open a notebook's page: live on a session, or from its parameters."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from workshop.answers.schema import NAMES, Answers
from workshop.content.loader import Content, load_content
from workshop.documents.blocks import Heading, Paragraph, text
from workshop.documents.exhibit import Exhibit
from workshop.exhibits.layout import in_own_words
from workshop.notebook.page import Page
from workshop.problems import InputError, SessionTrouble

SESSION, WHO, CONTENT = "WORKSHOP_SESSION", "WORKSHOP_WHO", "WORKSHOP_CONTENT"
AGAIN = "WORKSHOP_AGAIN"
"""Environment variables: session, user, own content, command to start again.

`workshop lab` and `app` set them, the last one only `app`, since a Jupyter server passes nothing
else to a kernel; only `open_page` reads them.
"""


def open_page(parameters: Mapping[str, Any], part: int) -> Page:
    """Return the page of the notebook of a part (1 to 7), given its `globals()`.

    It is live if `workshop lab` or `workshop app` has set a session and the parameters cell gives
    no answers; else it shows the answers of the parameters, as papermill runs it. The parameter
    `content_folder` names a folder of own content. Raises `InputError` for wrong parameters.
    """
    given = any(parameters.get(name) is not None for name in NAMES)
    place = os.environ.get(SESSION)
    folder = parameters.get("content_folder") or (os.environ.get(CONTENT) if place else None)
    content = load_content(folder or None)
    if given or not place:
        typed = {name: parameters[name] for name in NAMES if name in parameters}
        return Page(Answers.from_parameters(typed, content), content)
    from workshop.notebook.screen import ScreenPage
    from workshop.session import Session
    from workshop.widgets.steps import LivePage

    try:
        session = Session.open(place, who=os.environ.get(WHO, ""), create=False, content=content)
    except (InputError, SessionTrouble) as error:
        return ClosedPage(str(error), content)
    live = LivePage(session, part)
    live.again = os.environ.get(AGAIN, "")
    return ScreenPage(live)


class ClosedPage(Page):
    """The page if a session cannot be opened: why, and what to do."""

    def __init__(self, why: str, content: Content) -> None:
        super().__init__(Answers(), content)
        words = content.words
        heading = Heading(3, text(words("steps.closed")))
        shown = Exhibit("closed", (heading, Paragraph(text(why), tone="critical")))
        self._why = in_own_words(shown, content)

    def ask(self, step: str) -> object:  # noqa: ARG002
        """Return nothing, because no session could keep an answer."""
        return None

    def show(self, shown: Any, *args: Any, **options: Any) -> object:  # noqa: ARG002
        """Return nothing, because results without answers would be misleading."""
        return None

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self._why)  # type: ignore[no-untyped-call]
