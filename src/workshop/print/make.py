"""List all printed material by name, and print it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from workshop.files import write_files
from workshop.print.material import (
    Order,
    PaperName,
    print_ballots,
    print_decision_cards,
    print_drill_ballots,
    print_drills,
    print_duty_board,
    print_handout,
    print_other_ballots,
    print_pattern_cards,
    print_poster,
    print_value_stream,
)
from workshop.print.runsheet import print_run_sheet


class Sheet(NamedTuple):
    """A file to print, and the paper that it is meant for."""

    file: str
    make: Callable[[Order], bytes]
    paper: PaperName = "a4"


MATERIAL: dict[str, tuple[Sheet, ...]] = {
    "ballots": (
        Sheet("ballots.pdf", print_ballots),
        Sheet("ballots-drills.pdf", print_drill_ballots),
        Sheet("ballots-more.pdf", print_other_ballots),
    ),
    "pattern-cards": (Sheet("pattern-cards.pdf", print_pattern_cards),),
    "poster": (Sheet("poster.pdf", print_poster, "a3"),),
    "duty-board": (Sheet("duty-board.pdf", print_duty_board, "a3"),),
    "drills": (Sheet("drills.pdf", print_drills),),
    "value-stream": (Sheet("value-stream.pdf", print_value_stream),),
    "decision-cards": (Sheet("decision-cards.pdf", print_decision_cards),),
    "run-sheet": (Sheet("run-sheet.pdf", print_run_sheet),),
    "handout": (Sheet("handout.pdf", print_handout),),
}
"""Files by the name that is asked for, in the order of their use."""
ALL = "all"


def make(
    names: Iterable[str], folder: Path, order: Order, paper: PaperName | None = None
) -> list[Path]:
    """Write the named material (`all` for everything) to a folder; return files.

    Each is printed on `paper`, or on its usual paper. Nothing is written unless all of it can be
    printed. Raises KeyError for an unknown name, `InputError` if no agenda can be made for the run
    sheet.
    """
    asked = set(names)
    if ALL in asked:
        asked = set(MATERIAL)
    if unknown := asked - set(MATERIAL):
        raise KeyError(min(unknown))
    sheets = [sheet for name, found in MATERIAL.items() if name in asked for sheet in found]
    printed = [s.make(dataclasses.replace(order, paper=paper or s.paper)) for s in sheets]
    files = [folder / sheet.file for sheet in sheets]
    write_files(dict(zip(files, printed, strict=True)))
    return files
