"""Share printing, exit codes and error messages between all commands."""

from __future__ import annotations

import enum
import errno
import io
import os
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self

import typer
from rich.console import Console

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from workshop.documents.paper import Replacement


class Shown:
    """A context in which `_bars` are on the screen."""

    _bars: Bars

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()


class Progress(Shown):
    """Shows the progress of each notebook in cells."""

    def __init__(self, console: Console) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        self._console = console
        self._lock = threading.Lock()
        self._tasks: dict[str, TaskID] = {}
        self._finished: set[str] = set()
        self._bars = Bars(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )

    def __call__(self, name: str, done: int, total: int) -> None:
        with self._lock:
            if self._console.is_terminal:
                if name not in self._tasks:
                    self._tasks[name] = self._bars.add_task(name, total=total)
                self._bars.update(self._tasks[name], completed=done, total=total)
            elif done == total and name not in self._finished:
                self._console.print(f"{name}: done, {total} cells", soft_wrap=True)
            if done == total:
                self._finished.add(name)


out = Console(highlight=False, markup=False, emoji=False)
err = Console(stderr=True, highlight=False, markup=False, emoji=False)

FAILED, WRONG_INPUT = 1, 2


class Format(enum.StrEnum):
    """The file formats of a pack."""

    pdf = "pdf"
    html = "html"
    json = "json"
    slides = "slides"
    docx = "docx"
    pptx = "pptx"


class Edition(enum.StrEnum):
    """The editions of a pack."""

    board = "board"
    working = "working"
    reference = "reference"


class Paper(enum.StrEnum):
    """The paper sizes of the PDF."""

    a4 = "a4"
    letter = "letter"


@contextmanager
def clear_messages(writes: Path | None = None) -> Iterator[None]:
    """Turn wrong input into messages and exit code 2, other trouble into a line.

    `writes`: where the command writes, for trouble that names no file.
    """
    from workshop.problems import InputError, SessionTrouble

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
        full = error.errno == errno.ENOSPC  # of a copy, not where it comes from
        where = (full and error.filename2) or error.filename or writes or "A file"
        trouble = f"{where}: {error.strerror}."
        if full:
            trouble += " What was saved before is safe. Make room on the disk, then try again."
        err.print(trouble, soft_wrap=True)
        raise typer.Exit(FAILED) from None
    except ValueError as error:
        from workshop.documents.paper import PrintError

        if not isinstance(error, PrintError):
            raise
        err.print(str(error), soft_wrap=True)
        raise typer.Exit(FAILED) from None


@contextmanager
def without_plugins() -> Iterator[None]:
    """Import the kit's own models without pydantic's plugins of every package.

    To look through all packages takes a tenth of a short command. What runs later, a notebook's
    code among it, has its plugins.
    """
    name = "PYDANTIC_DISABLE_PLUGINS"
    before = os.environ.get(name)
    os.environ[name] = "__all__"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def checked_folder(folder: Path | None) -> Path | None:
    """Return the absolute path of a folder of own content.

    Ends the command with exit code 2 if it has no content.
    """
    if folder is None:
        return None
    from workshop.content.loader import place_of
    from workshop.content.raw import check_folder

    with clear_messages():
        folder = place_of(folder)
        check_folder(folder)
    return folder.resolve()


ContentFolder = Annotated[
    Path | None,
    typer.Option(
        "--content",
        metavar="FOLDER",
        callback=checked_folder,
        help="Own content: other words, thresholds, drills, another language.",
    ),
]
"""The option for own content; pass its value to `load_content`."""


def checked_fonts(fonts: list[str] | None) -> list[str]:
    """Return fonts as given, files with their absolute path.

    Ends the command with exit code 2 if one cannot be found or read.
    """
    if not fonts:
        return []
    from workshop.documents.fonts import FontError, find_fonts

    places = [str(Path(font).resolve()) if Path(font).is_file() else font for font in fonts]
    try:
        find_fonts(tuple(places))
    except FontError as error:
        err.print(f"--font: {error}", soft_wrap=True)
        raise typer.Exit(WRONG_INPUT) from None
    return places


Fonts = Annotated[
    list[str] | None,
    typer.Option(
        "--font",
        metavar="FILE_OR_FAMILY",
        callback=checked_fonts,
        help="A font for letters that the kit's lack: a file, an installed family, or the word "
        "system for whichever installed font has them. It reaches words and tables of a PDF. The "
        "kit's charts keep the letters' names. May be given again.",
    ),
]
Strict = Annotated[
    bool,
    typer.Option("--strict", help="Fail if something is shown in another form than meant."),
]


def end_replaced(replaced: Iterable[Replacement], strict: bool) -> None:
    """Print what is shown in another form; with `strict`, fail if anything is."""
    found = dict.fromkeys(replaced)
    for one in found:
        err.print(str(one), soft_wrap=True)
    if strict and found:
        raise typer.Exit(FAILED)


def write_data(text: str) -> None:
    """Write text for programs to standard output, always in UTF-8."""
    sys.stdout.flush()
    typer.echo(text.encode(), nl=False)


def allow_any_character() -> None:
    """Replace characters that a console lacks by question marks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
