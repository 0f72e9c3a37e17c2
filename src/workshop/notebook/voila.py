"""Run Voila with a walk and a welcome page, and serve only what is needed."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import tornado.ioloop
import tornado.web
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import AuthenticatedFileHandler
from nbformat.v4 import new_code_cell, new_notebook
from traitlets.config import Config
from voila.app import Voila
from voila.handler import BaseVoilaHandler
from voila.tornado.handler import TornadoVoilaHandler

from workshop.answers.schema import Answers
from workshop.content.loader import Content
from workshop.documents.fonts import embed_reading_font
from workshop.documents.html import shared_style
from workshop.files import notebooks
from workshop.notebook.opening import AGAIN
from workshop.widgets.live import Progress

PACK = re.compile(r"pack/((board|reference)\.pdf|findings\.(pdf|html|json))")
"""The only files of the folder that the server serves."""
CLOSED = (r"/voila/tree", r"/voila/api/contents", r"/voila/files/")
"""Addresses of Voila that are closed: lists of the folder and its files."""


def make_app(
    settings: Config,
    content: Content,
    on_ready: Callable[[int], None],
    on_end: Callable[[], None],
) -> None:
    """Run Voila with these settings until it is stopped.

    `on_ready` gets its port, `on_end` is called before its kernels end.
    """
    settings.VoilaConfiguration.resources = page_words(Path(settings.Voila.root_dir), content)
    settings.VoilaConfiguration.prelaunch_hook = _walk_instead
    # Whoever works alone takes a warning about the server's own settings for a fault of theirs.
    for name in ("tornado.general", "tornado.access", "tornado.application"):
        logging.getLogger(name).setLevel(logging.ERROR)
    server = Pages(config=settings)
    server.on_end = on_end
    server.initialize([])
    tornado.ioloop.IOLoop.current().add_callback(lambda: on_ready(server.port))
    server.start()


class Pages(Voila):
    """Voila, reduced to the notebooks of the folder and the pack made from them."""

    on_end: Callable[[], None]

    def stop(self) -> None:
        """End the kernels, and say so before."""
        self.on_end()
        super().stop()  # type: ignore[no-untyped-call]

    def initialize(self, argv: Any = None) -> None:
        """Apply these settings, and none from elsewhere on this computer."""
        self.config_file_paths = []
        super().initialize(argv)  # type: ignore[no-untyped-call]

    def init_settings(self) -> Any:
        """Return Voila's settings, with our page for whatever cannot be shown."""
        page = {"voila_configuration": self.voila_configuration}
        settings: Any = super().init_settings()
        ours = settings["voila_jinja2_env"]
        ours.globals["resources"] = self.voila_configuration.resources
        shown = {"default_handler_class": Missing, "default_handler_args": page}
        # Jupyter's own error page needs files that are not served here.
        return {**settings, **shown, "jinja2_env": ours}

    def init_handlers(self) -> Any:
        """Return Voila's own routes without those in `CLOSED`, and ours."""
        offered: Any = super().init_handlers()
        open_ = [h for h in offered if not self._closed(h)]
        page = {"voila_configuration": self.voila_configuration}
        drawn = {"template_paths": self.template_paths, "config": self.config, **page}
        own = [
            (r"/", Welcome, page),
            (r"/login", Locked, page),
            (r"/walk", WalkHandler, {"notebook_path": notebooks()[0].name, **drawn}),
            (r"/voila/files/(.*)", PackFiles, {"path": self.root_dir}),
        ]
        return [*own, *open_]

    def _closed(self, handler: Any) -> bool:
        return str(handler[0]) == self.server_url or str(handler[0]).startswith(CLOSED)


class Welcome(BaseVoilaHandler):
    """The first page: the parts of the workshop, and how long each takes."""

    @tornado.web.authenticated
    def get(self) -> None:
        """Write the page."""
        self.write(
            self.render_template("welcome.html", resources=self.voila_configuration.resources)
        )


class Locked(BaseVoilaHandler):
    """What a browser is shown that has not opened the address with the token yet."""

    @allow_unauthenticated
    def get(self) -> None:
        """Write where that address stands."""
        shown = self.voila_configuration.resources
        self.set_status(403)
        self.write(self.render_template("locked.html", resources={**shown, "pages": []}))


class Missing(BaseVoilaHandler):
    """What a browser is shown at an address that leads nowhere."""

    @tornado.web.authenticated
    def get(self) -> None:
        """Say that this page cannot be shown."""
        raise tornado.web.HTTPError(404)


class WalkHandler(TornadoVoilaHandler):
    """The walk, which draws one step of the folder's notebooks at a time.

    Voila reads a notebook of the folder first; what runs is `WALK`.
    """


WALK = "from workshop.notebook.alone import open_walk\n\nopen_walk()"


def _walk_instead(handler: object, notebook: nbformat.NotebookNode, cwd: str) -> Any:  # noqa: ARG001
    """Return the notebook of the walk, if it is what was asked for."""
    if not isinstance(handler, WalkHandler):
        return None
    title = handler.voila_configuration.resources["say"]["title"]
    kernel = notebook.metadata.kernelspec
    about = {"kernelspec": kernel, "title": title, "workshop": {"walk": True}}
    return new_notebook(cells=[new_code_cell(WALK)], metadata=about)


class PackFiles(AuthenticatedFileHandler):
    """The files of the pack, for whoever has the token."""

    def get(self, path: str, **options: Any) -> Any:  # type: ignore[override]
        """Send a file of the pack; 404 for any other."""
        if not PACK.fullmatch(path):
            raise tornado.web.HTTPError(404)
        return super().get(path, **options)

    def write_error(self, status_code: int, **options: Any) -> None:
        """Say what went wrong on a page of ours, whose links lead on.

        A file is confined, so that a browser would not say from where such a link comes.
        """
        super().write_error(status_code, **options)
        ours = super(AuthenticatedFileHandler, self).content_security_policy
        self.set_header("Content-Security-Policy", ours)


def page_words(folder: Path, content: Content) -> dict[str, Any]:
    """Return the values of the pages' templates: words, style and notebooks."""
    words = content.words
    keys = [k.removeprefix("serve.") for k in words if k.startswith("serve.")]
    own = {key: words(f"serve.{key}") for key in keys}
    own["locked-about"] = words("serve.locked-about", command=os.environ.get(AGAIN, "workshop app"))
    pages, progress = [], Progress(content, Answers(), frozenset())
    for source in notebooks():
        path = folder / source.name
        try:
            title = json.loads(path.read_text("utf-8"))["metadata"]["title"]
        except (OSError, ValueError, KeyError, TypeError):
            title = path.stem
        part = int(source.name[:2])
        minutes = progress.minutes_of(part)
        pages.append(
            {
                "href": f"voila/render/{source.name}",
                "name": source.stem,
                "number": part,
                "title": str(title),
                "minutes": words("steps.minutes", n=minutes) if minutes else "",
                "about": own.get(f"about-{part}", ""),
            }
        )
    return {
        "language_code": content.language,
        "pages": pages,
        "say": own,
        "style": embed_reading_font() + shared_style(),
    }
