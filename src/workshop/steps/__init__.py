"""Steps: what asks. They take an answer, hand it to the session, and show what follows from it.

Every step is a plain object that says what stands on the screen as data (`view`) and is told what a
person did (`take`); a test drives it without a browser. `widget.py` puts such an object on a
screen, and nothing else here knows about widgets.

To add a step of ordinary questions, add it to `content/steps.yaml` and call `page.ask("its-id")` in
a notebook. For one that asks in a way of its own, write a class like those in `drills.py`, name it
in `_kinds` of `page.py`, and add its kind to `StepText`.
"""

from workshop.steps.page import LivePage, Page, open_page

__all__ = ["LivePage", "Page", "open_page"]
