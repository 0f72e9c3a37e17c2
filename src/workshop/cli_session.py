"""The command that reads a session: `workshop answers`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workshop.terminal import WRONG_INPUT, ContentFolder, clear_messages, err, out


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
    _content: ContentFolder = None,
) -> None:
    """Write a session's answers as an answers file, which papermill and `workshop pack` take."""
    from workshop.session import Session
    from workshop.session.writing import answers_text, history_lines, write_text

    with clear_messages():
        if output is not None and _is_same(output, session):
            err.print(
                f"{output}: this is the session itself. Name another file for the answers with -o.",
                soft_wrap=True,
            )
            raise typer.Exit(WRONG_INPUT)
        opened = Session.open(session, create=False)
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
            write_text(output, text)
            count = len(opened.answers.to_parameters())
            out.print(f"{output}: {count} answers.", soft_wrap=True)
        finally:
            opened.close()


def _is_same(output: Path, session: str) -> bool:
    """Return whether the answers would be written over the session itself."""
    return output.exists() and Path(session).exists() and output.samefile(session)
