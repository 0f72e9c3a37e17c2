"""What every command shares: where it prints, how it ends, how it says what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console

out = Console(highlight=False, markup=False, emoji=False)
err = Console(stderr=True, highlight=False, markup=False, emoji=False)

FAILED, WRONG_INPUT = 1, 2


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
