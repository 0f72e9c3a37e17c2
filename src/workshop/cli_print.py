"""The command that prints what lies on the tables: `workshop print`."""

from __future__ import annotations

import enum
import re
from pathlib import Path
from typing import Annotated

import typer

from workshop.terminal import WRONG_INPUT, ContentFolder, clear_messages, err, out


class What(enum.StrEnum):
    """What there is to print."""

    ballots = "ballots"
    pattern_cards = "pattern-cards"
    poster = "poster"
    duty_board = "duty-board"
    drills = "drills"
    value_stream = "value-stream"
    decision_cards = "decision-cards"
    run_sheet = "run-sheet"
    handout = "handout"
    all = "all"


class Size(enum.StrEnum):
    """On which paper."""

    a4 = "a4"
    a3 = "a3"
    letter = "letter"


def print_material(
    what: Annotated[
        list[What] | None, typer.Argument(metavar="WHAT", help="What to print; else all of it.")
    ] = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the PDFs.")] = Path(
        "build/printed"
    ),
    paper: Annotated[
        Size | None,
        typer.Option(help="Paper; else A3 for the poster and the duty board, A4 for the rest."),
    ] = None,
    answers: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Answers so far: team names for ballots and chips."),
    ] = None,
    people: Annotated[
        int, typer.Option(min=0, max=200, help="Ballots for so many; else a sheet of each to copy.")
    ] = 0,
    minutes: Annotated[int, typer.Option(help="Run sheet: how long it may take.")] = 90,
    start: Annotated[
        str, typer.Option(metavar="HH:MM", help="Run sheet: when it begins.")
    ] = "09:00",
    _content: ContentFolder = None,
) -> None:
    """Print ballots, cards, poster, board, scripts, run sheet and handout, as PDFs."""
    at = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", start.strip())
    if at is None:
        err.print(f"--start: “{start}” is no time of day. Write it as 09:00.", soft_wrap=True)
        raise typer.Exit(WRONG_INPUT)
    with clear_messages():
        from workshop.model import Answers
        from workshop.model.check import read_answers
        from workshop.model.content import load_content
        from workshop.printed.make import make
        from workshop.printed.press import Order

        order = Order(
            load_content(),
            read_answers(answers) if answers is not None else Answers(),
            people=people,
            minutes=minutes,
            start=60 * int(at[1]) + int(at[2]),
        )
        names = [w.value for w in what or (What.all,)]
        files = make(names, output, order, paper.value if paper is not None else None)
    out.print(f"Ready to be printed, in {output}:", soft_wrap=True)
    for file in files:
        out.print(f"  {file.name}")
    if any(file.name == "pattern-cards.pdf" for file in files):
        out.print("Print the pattern cards on both sides, turned on the long edge.")
