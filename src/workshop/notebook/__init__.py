"""The notebooks on a screen: steps that ask, widgets that show them, JupyterLab and Voila.

Every step is a plain object that says what is on the screen as data (`view`) and what a person did
(`do`); a test drives it without a browser, and `widget` puts it on a screen. To add a step of
ordinary questions, add it to `content/steps.yaml` and call `page.ask("its-id")` in a notebook. For
one that asks in a way of its own, write a class like `Drills` in `steps.py`, name it in `KINDS`
there, and add its kind to `StepText`. `servers` starts JupyterLab or Voila on a working folder.
"""

from workshop.notebook.opening import open_page
from workshop.notebook.page import Page

__all__ = ["Page", "open_page"]
