"""The commands for notebooks and sessions: `workshop lab`, `app` and `answers`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workshop.cli.terminal import WRONG_INPUT, ContentFolder, clear_messages, err, out

if TYPE_CHECKING:
    from workshop.notebook.servers import Workplace

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
    str, typer.Option("--ip", help="Address to serve on; this computer only, if not given.")
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
    content: ContentFolder = None,
) -> None:
    """Open the workshop in JupyterLab: for a facilitator, and whoever adapts the notebooks."""
    from workshop.notebook.servers import run_lab

    place = _set_up(folder, session, start_from, earlier, who, content)
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
    content: ContentFolder = None,
) -> None:
    """Open the workshop as pages without any code: for a leader alone."""
    from workshop.notebook.servers import run_app
    from workshop.problems import need_extra

    with clear_messages():
        need_extra("app", "“workshop app”", {"voila": "Voila"})
    place = _set_up(folder, session, start_from, earlier, who, content)
    _run(run_app, place, ip, port, no_browser)


def _set_up(
    folder: Path,
    session: str | None,
    start_from: Path | None,
    earlier: str | None,
    who: str | None,
    content: Path | None,
) -> Workplace:
    from workshop.content.loader import load_content
    from workshop.notebook.servers import set_up

    with clear_messages():
        place = set_up(
            folder,
            session=session,
            who=who,
            start_from=start_from,
            earlier=earlier,
            content=load_content(content),
        )
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
    from workshop.notebook.servers import reach

    def show(address: str, **_: Any) -> None:
        out.print(f"\nOpen {address}", soft_wrap=True)
        out.print(f"{reach(ip)} Ctrl-C stops it.", soft_wrap=True)

    with clear_messages():
        run(place, ip=ip, port=port, browser=not no_browser, on_ready=show)


def answers(
    session: Annotated[
        str,
        typer.Argument(metavar="SESSION", help="A session file, or postgresql://…?session=NAME."),
    ],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File to write; else it is printed.")
    ] = None,
    history: Annotated[
        bool, typer.Option("--history", help="Print who changed what and when instead.")
    ] = False,
    content: ContentFolder = None,
) -> None:
    """Write a session's answers as an answers file, which papermill and `workshop pack` take."""
    from workshop.content.loader import load_content
    from workshop.files import write_files
    from workshop.session import Session
    from workshop.session.session import answers_text, history_lines

    with clear_messages():
        if output is not None and _is_same(output, session):
            err.print(
                f"{output}: this is the session itself. Name another file for the answers with -o.",
                soft_wrap=True,
            )
            raise typer.Exit(WRONG_INPUT)
        opened = Session.open(session, create=False, content=load_content(content))
        try:
            for line in opened.problems:
                err.print(f"{opened.place}: {line}", soft_wrap=True)
            if history:
                for line in history_lines(opened):
                    out.print(line, soft_wrap=True)
                return
            text = answers_text(opened)
            if output is None:
                typer.echo(text, nl=False)
                return
            write_files({output: text.encode()})
            count = len(opened.answers.to_parameters())
            out.print(f"{output}: {count} answers.", soft_wrap=True)
        finally:
            opened.close()


def _is_same(output: Path, session: str) -> bool:
    """Return whether the answers would be written over the session itself."""
    return output.exists() and Path(session).exists() and output.samefile(session)
