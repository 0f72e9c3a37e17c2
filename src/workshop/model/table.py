"""A table of groups: one row a group, the names of answers as columns.

Whatever an answers file can hold, a row can hold. How a cell is written stands in `cells`, how a
column is named in `columns`, which files are read in `sheets`. A blank cell is an answer that is
not known. Rows above the one with the names, blank rows and blank columns are passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from workshop.model.answers import Answers
from workshop.model.cells import shown, typed
from workshop.model.check import unknown_ids
from workshop.model.columns import Column, column_of, name_of, order_of, suggestion_for
from workshop.model.content import Content
from workshop.model.problems import MAX_TOLD, InputError, Problem, shorten
from workshop.model.rows import TableRow, cells_of, read_row
from workshop.model.sheets import Draft, Row, Sheet, drafts_of, refuse


@dataclass(frozen=True)
class Table:
    """What a table told: its rows, and every problem in the order of the table.

    `left_out` are the columns that were not read; `notes` say how the file was read where that is
    not plain.
    """

    where: str
    rows: tuple[TableRow, ...]
    problems: tuple[Problem, ...]
    left_out: tuple[str, ...]
    notes: tuple[str, ...]


def read_table(path: Path, content: Content) -> Table:
    """Return the answers of each row of a CSV, TSV or XLSX table.

    Raises InputError if it cannot be read as a whole: no table, too large, no names of answers as
    columns, no rows below them.
    """
    drafts = drafts_of(path)
    best = max(drafts, key=_likeness)
    if not _likeness(best):
        raise InputError(_no_names(best, path, content))
    sheet = best.whole()
    header = max(best.head, key=_names_in)
    rows = [row for row in sheet.rows if row.number > header.number]
    if not rows:
        refuse(path, "The table has the names of answers and no row below them.", header.number)
    columns, problems = _columns(header, sheet.where, content)
    left_out = tuple(f"{sheet.where}, column {shorten(p.name)}" for p in problems[:MAX_TOLD])
    merged = dict(_merged(sheet, header, rows))
    problems += dict.fromkeys(merged.values())
    told = []
    for row in rows:
        found, wrong = read_row(sheet, columns, row, content)
        problems += wrong
        told.append(replace(found, answers=None) if row.number in merged else found)
    others = [d.title for d in drafts if d.title and d is not best]
    notes = tuple(f"{path}: the sheet “{shorten(title)}” was not read." for title in others)
    ordered = sorted(problems, key=lambda p: p.line or 0)
    return Table(sheet.where, tuple(told), tuple(ordered), left_out, (*sheet.notes, *notes))


def table_of(groups: Iterable[Answers]) -> list[list[str]]:
    """Return a table of groups: a row of names in the order of the workshop, then a row each."""
    rows = [dict(cells_of(answers.to_parameters(), ())) for answers in groups]
    columns = sorted({steps for row in rows for steps in row}, key=order_of)
    cells = [[typed(row[c]) if c in row else "" for c in columns] for row in rows]
    return [[name_of(steps) for steps in columns], *cells]


# -- the header ---------------------------------------------------------------------------------


def _names_in(row: Row) -> int:
    return sum(isinstance(c, str) and column_of(c.strip()) is not None for c in row.cells.values())


def _likeness(draft: Draft) -> int:
    """Return how much the first rows look like answers; of sheets that do, the first counts."""
    most = max(map(_names_in, draft.head), default=0)
    return min(most, 2) if draft.title else most


def _no_names(draft: Draft, path: Path, content: Content) -> list[Problem]:
    """Return what to say of a table whose columns have no names of answers."""
    first = draft.head[0] if draft.head else Row(1, {})
    told = shorten(", ".join(shown(c) for c in list(first.cells.values())[:20]))
    message = "No row of this table has the names of answers as columns."
    allowed = "group, organisation, model_teams, duties.paged and so on"
    problems = [Problem(message, "", told, allowed, "", str(path), first.number)]
    for cell in list(first.cells.values())[:MAX_TOLD]:
        if hint := suggestion_for(shown(cell), content):
            problems.append(_unknown(shown(cell), hint, str(path), first))
    return problems


def _unknown(name: str, hint: str, where: str, row: Row) -> Problem:
    message = "No answer has this name, so the column cannot be read."
    return Problem(message, name, "", "", hint, where, row.number)


def _columns(
    header: Row, where: str, content: Content
) -> tuple[dict[int, Column | None], list[Problem]]:
    """Return the columns that have a name, None for those that cannot be read, and why."""
    columns: dict[int, Column | None] = {}
    problems: list[Problem] = []
    seen: set[str] = set()
    for at, cell in header.cells.items():
        typed_name = cell.strip() if isinstance(cell, str) else shown(cell)
        column = columns[at] = column_of(typed_name)
        if column is None:
            hint = suggestion_for(typed_name, content) if len(problems) < MAX_TOLD else ""
            problems.append(_unknown(shorten(typed_name), hint, where, header))
        elif column.name in seen:
            message = "Two columns have this name. The first is read. Keep one."
            problems.append(Problem(message, column.name, where=where, line=header.number))
        elif strange := _strange(column, content):
            problems.append(replace(strange, where=where, line=header.number))
        else:
            seen.add(column.name)
            continue
        columns[at] = None
    if len(problems) > MAX_TOLD:
        message = f"{len(problems) - MAX_TOLD:,} more columns cannot be read."
        problems[MAX_TOLD:] = [Problem(message, where=where, line=header.number)]
    return columns, problems


def _strange(column: Column, content: Content) -> Problem | None:
    """Tell a column whose name holds an id that the content does not know."""
    node: Any = ""
    for step in reversed(column.steps):
        node = {step: node} if isinstance(step, str) else [node]
    return next(unknown_ids(node, content), None)


def _merged(sheet: Sheet, header: Row, rows: list[Row]) -> Iterator[tuple[int, Problem]]:
    """Tell merged cells among the values: but one of each range are blank without meaning it."""
    for merged in sheet.merged:
        names = [c for at, c in header.cells.items() if at in merged.columns]
        touched = [row.number for row in rows if row.number in merged.rows]
        first = merged.span.partition(":")[0]
        message = f"The cells {merged.span} are merged, so that only {first} has a value."
        hint = "Undo that and fill in each."
        for number in touched if names else ():
            name = shown(names[0])
            yield number, Problem(message, name, "", "", hint, sheet.where, touched[0])
