"""Show the notebooks on a screen: pages, JupyterLab and Voila.

A page without a session shows the answers of its parameters; a live one is built from
`workshop.widgets` and follows its session. To add a step of ordinary questions, add it to
`content/steps.yaml` and call `page.ask("its-id")` in a notebook. `servers` starts JupyterLab or
Voila on a working folder.
"""

from workshop.notebook.opening import open_page
from workshop.notebook.page import Page

__all__ = ["Page", "open_page"]
