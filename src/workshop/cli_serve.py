"""The commands that open the notebooks: `workshop lab` and `workshop app`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workshop.terminal import ContentFolder, clear_messages, err, out

if TYPE_CHECKING:
    from workshop.serve.start import Workplace

Folder = Annotated[
    Path, typer.Argument(metavar="[FOLDER]", help="Where the team works; made if it is not there.")
]
SessionFile = Annotated[
    str | None,
    typer.Option(
        "--session", help="The session (a file, or postgresql://…); FOLDER/session.workshop."
    ),
]
From = Annotated[
    Path | None, typer.Option("--from", help="Begin the session with this answers file.")
]
Earlier = Annotated[
    str | None,
    typer.Option("--earlier", help="Begin it on the workshop before: its session or answers file."),
]
Who = Annotated[str | None, typer.Option("--who", help="Your name in the history.")]
Port = Annotated[
    int, typer.Option("--port", min=1, max=65535, help="The first free one from here.")
]
Ip = Annotated[
    str, typer.Option("--ip", help="Address to serve on; this computer only, unless told.")
]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Open no browser.")]


def lab(
    folder: Folder = Path("our-workshop"),
    session: SessionFile = None,
    start_from: From = None,
    earlier: Earlier = None,
    who: Who = None,
    port: Port = 8888,
    ip: Ip = "127.0.0.1",
    no_browser: NoBrowser = False,
    _content: ContentFolder = None,
) -> None:
    """Open the workshop in JupyterLab: for a facilitator, and whoever adapts the notebooks."""
    from workshop.serve.lab import run_lab

    place = _set_up(folder, session, start_from, earlier, who)
    _run(run_lab, place, ip, port, no_browser)


def app(
    folder: Folder = Path("our-workshop"),
    session: SessionFile = None,
    start_from: From = None,
    earlier: Earlier = None,
    who: Who = None,
    port: Port = 8866,
    ip: Ip = "127.0.0.1",
    no_browser: NoBrowser = False,
    _content: ContentFolder = None,
) -> None:
    """Open the workshop as pages without any code: for a leader alone."""
    from workshop.serve.app import run_app

    place = _set_up(folder, session, start_from, earlier, who)
    _run(run_app, place, ip, port, no_browser)


def _set_up(
    folder: Path,
    session: str | None,
    start_from: Path | None,
    earlier: str | None,
    who: str | None,
) -> Workplace:
    from workshop.serve.start import set_up

    with clear_messages():
        place = set_up(folder, session=session, who=who, start_from=start_from, earlier=earlier)
    if place.copied.written:
        count = len(place.copied.written)
        out.print(f"{count} files were written to {place.folder}.", soft_wrap=True)
    for name in place.copied.kept:
        err.print(
            f"{name} was changed in this folder and is kept as it is. To get the kit's own, give "
            "it another name and start again.",
            soft_wrap=True,
        )
    out.print(f"Answers are kept in {place.session}", soft_wrap=True)
    return place


def _run(run: Callable[..., None], place: Workplace, ip: str, port: int, no_browser: bool) -> None:
    from workshop.serve.start import reach

    def tell(address: str, **_: Any) -> None:
        out.print(f"\nOpen {address}", soft_wrap=True)
        out.print(f"{reach(ip)} Ctrl-C stops it.", soft_wrap=True)

    with clear_messages():
        run(place, ip=ip, port=port, browser=not no_browser, on_ready=tell)
