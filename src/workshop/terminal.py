"""What every command shares: where it prints, how it ends, how it says what went wrong."""

from __future__ import annotations

import enum
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

out = Console(highlight=False, markup=False, emoji=False)
err = Console(stderr=True, highlight=False, markup=False, emoji=False)

FAILED, WRONG_INPUT = 1, 2


class Format(enum.StrEnum):
    """What a pack can hold."""

    pdf = "pdf"
    html = "html"
    json = "json"
    slides = "slides"
    docx = "docx"
    pptx = "pptx"


class Paper(enum.StrEnum):
    """On which paper."""

    a4 = "a4"
    letter = "letter"


@contextmanager
def clear_messages() -> Iterator[None]:
    """Turn wrong input into its messages and exit code 2, and a failing disk into one line."""
    from workshop.model.problems import InputError, SessionTrouble

    try:
        yield
    except InputError as error:
        for problem in error.problems:
            err.print(str(problem), soft_wrap=True)
        raise typer.Exit(WRONG_INPUT) from None
    except SessionTrouble as error:
        err.print(str(error), soft_wrap=True)
        raise typer.Exit(FAILED) from None
    except (FileExistsError, NotADirectoryError, PermissionError) as error:
        where = error.filename or ""
        err.print(
            f"{where}: cannot be written here ({error.strerror}). Choose another folder with -o.",
            soft_wrap=True,
        )
        raise typer.Exit(WRONG_INPUT) from None
    except OSError as error:
        err.print(f"{error.filename or 'A file'}: {error.strerror}.", soft_wrap=True)
        raise typer.Exit(FAILED) from None


def use_content(context: typer.Context, folder: Path | None) -> Path | None:
    """Let everything that follows, kernels and other processes too, use a folder of own content."""
    if folder is None:
        return None
    from workshop.model.content import CHOSEN
    from workshop.model.shelf import check_folder

    with clear_messages():
        check_folder(folder)
    before = os.environ.get(CHOSEN)

    def put_back() -> None:
        os.environ.pop(CHOSEN)
        if before is not None:
            os.environ[CHOSEN] = before

    os.environ[CHOSEN] = str(folder.resolve())
    context.call_on_close(put_back)
    return folder


ContentFolder = Annotated[
    Path | None,
    typer.Option(
        "--content",
        metavar="FOLDER",
        callback=use_content,
        help="Own content: other words, thresholds, drills, another language.",
    ),
]
"""Every command that reads content takes this; to name it among the arguments is all."""
