"""A table of groups: one row a group, the names of answers as columns."""

from __future__ import annotations

import datetime
import re
import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from workshop.answers.reading import unknown_ids
from workshop.answers.schema import NEVER_SET, Answers
from workshop.answers.sheets import (
    DAYS,
    CellError,
    Draft,
    Kind,
    Row,
    Sheet,
    drafts_of,
    exact,
    meant,
    refuse,
    shown,
    typed,
    value_of,
)
from workshop.content.loader import Content
from workshop.problems import MAX_PROBLEMS, InputError, Problem, near, problems_of, shorten

_ENTRY = re.compile(r"[1-9][0-9]{0,3}")
_LEAVES: dict[Any, Kind] = {
    str: "text",
    int: "whole",
    float: "number",
    bool: "yes-no",
    datetime.date: "date",
}


@dataclass(frozen=True)
class Column:
    """Where a column's values belong: names and keys as text, places in lists as numbers from 1."""

    steps: tuple[str | int, ...]
    kind: Kind

    @cached_property
    def name(self) -> str:
        """The column's name as the kit writes it."""
        return name_of(self.steps)


def name_of(steps: tuple[str | int, ...]) -> str:
    """Return the name of the column that these steps lead to."""
    return ".".join(str(s) if isinstance(s, int) else exact(s) for s in steps)


def column_of(name: str) -> Column | None:
    """Return the column of this name, None if no answer has it."""
    return _find(Answers, name, ())


def suggestion_for(name: str, content: Content) -> str:
    """Return “Did you mean …?” for a name that no column has, or nothing."""
    numbers = iter(re.findall(r"(?<=\.)[0-9]+(?=\.)", name))
    known = [name_of(steps) for steps in _all(Answers, (), content)]
    words = near(re.sub(r"(?<=\.)[0-9]+(?=\.)", "1", name), known)
    return re.sub(r"(?<=\.)1(?=\.)", lambda _: next(numbers, "1"), words)


def order_of(steps: tuple[str | int, ...]) -> tuple[tuple[int, str], ...]:
    """Return a key that sorts columns in the order of the workshop, entry by entry."""
    kind: Any = Answers
    order = []
    for step in steps:
        kind = _bare(kind)
        if _is_part(kind):
            fields = [info.alias or field for field, info in kind.model_fields.items()]
            at = fields.index(str(step))
            order.append((at, ""))
            kind = list(kind.model_fields.values())[at].annotation
        else:
            order.append((step, "") if isinstance(step, int) else (0, step))
            kind = get_args(kind)[0 if get_origin(kind) is tuple else 1]
    return tuple(order)


def _find(kind: Any, rest: str | None, steps: tuple[str | int, ...]) -> Column | None:
    """Return the column that the rest of a name leads to from a type of the schema."""
    kind = _bare(kind)
    if kind is type(None):  # what only stands in the schema to be refused
        return None
    leaf = _leaf(kind)
    if rest is None or leaf is not None:
        return Column(steps, leaf or _holder(kind)) if rest is None else None
    step, dot, after = rest.partition(".")
    if _is_part(kind):
        for field, info in kind.model_fields.items():
            if step in (field, info.alias):
                below = (*steps, info.alias or field)
                return _find(info.annotation, after if dot else None, below)
        return None
    if get_origin(kind) is tuple:
        if not _ENTRY.fullmatch(step):
            return None
        return _find(get_args(kind)[0], after if dot else None, (*steps, int(step)))
    if get_origin(kind) is not dict:
        return None
    if steps[-1] == "sets":  # what a decision sets are answers, by their names
        column = _find(Answers, rest, ())
        free = column is not None and column.steps[0] not in NEVER_SET
        return Column((*steps, column.name), column.kind) if column and free else None
    inner = get_args(kind)[1]
    if _leaf(_bare(inner)) is not None:  # a key may have dots of its own: basis.duties.paged
        return _find(inner, None, (*steps, meant(rest)))
    key, dot, after = rest.rpartition(".")
    return _find(inner, after if dot else None, (*steps, meant(key if dot else rest)))


def _all(kind: Any, steps: tuple[str | int, ...], content: Content) -> Iterator[tuple[Any, ...]]:
    """Return the way to every column there can be, with 1 for each place in a list."""
    kind = _bare(kind)
    if _leaf(kind) is not None:
        yield steps
    elif _is_part(kind):
        for field, info in kind.model_fields.items():
            yield from _all(info.annotation, (*steps, info.alias or field), content)
    elif get_origin(kind) is tuple:
        yield from _all(get_args(kind)[0], (*steps, 1), content)
    elif get_origin(kind) is dict and steps[-1] == "sets":
        for field, info in Answers.model_fields.items():
            if field not in NEVER_SET:
                for below in _all(info.annotation, (field,), content):
                    yield (*steps, name_of(below))
    elif get_origin(kind) is dict:
        drills, questions = [d.id for d in content.drills], [q.id for q in content.questions]
        for key in {"drills": drills, "basis": questions}.get(str(steps[-1]), ()):
            yield from _all(get_args(kind)[1], (*steps, key), content)


def _bare(kind: Any) -> Any:
    """Return a type without its limits and without “or None”."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if get_origin(kind) in (Union, types.UnionType):
        inner = [a for a in get_args(kind) if a is not type(None)]
        return _bare(inner[0]) if len(inner) == 1 else kind
    return kind


def _leaf(kind: Any) -> Kind | None:
    """Return what a cell of this type holds, None for what has columns below it, or none at all."""
    if kind in _LEAVES:
        return _LEAVES[kind]
    if get_origin(kind) is Literal:
        return "text"
    if get_origin(kind) in (Union, types.UnionType):
        return "days"
    if get_origin(kind) is tuple and not _is_part(_bare(get_args(kind)[0])):
        return "texts"
    return None


def _is_part(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _holder(kind: Any) -> Kind:
    return "parts" if get_origin(kind) is tuple else "part"


Steps = tuple[str | int, ...]


@dataclass(frozen=True)
class TableRow:
    """One row: its number as a spreadsheet shows it, and its answers, None if any is wrong.

    `group` and `organisation` are what it told of them, whatever else is wrong.
    """

    number: int
    answers: Answers | None
    group: str
    organisation: str


def answers_to_row(answers: Answers) -> dict[str, str]:
    """Return answers as the cells of a row by the names of their columns; the unknown are left out.

    A table of such rows gives the same answers again.
    """
    return {name_of(steps): typed(v) for steps, v in cells_of(answers.to_parameters(), ())}


def cells_of(value: Any, steps: Steps) -> Iterator[tuple[Steps, Any]]:
    """Return the values of plain answers that stand in cells, each with the way to its column."""
    if isinstance(value, dict) and (value or not steps):
        for name, inner in value.items():
            yield from cells_of(inner, (*steps, name))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for number, inner in enumerate(value, 1):
            yield from cells_of(inner, (*steps, number))
    else:
        yield steps, value


def read_row(
    sheet: Sheet, columns: Mapping[int, Column | None], row: Row, content: Content
) -> tuple[TableRow, list[Problem]]:
    """Return a row of a sheet as answers, and what is wrong with it.

    `columns` are those with a name, None for the ones that are not read.
    """
    return _Reading(sheet, columns, row, content).result()


class _Reading:
    """Reads one row, and goes on after a problem so that all are told at once."""

    def __init__(
        self, sheet: Sheet, columns: Mapping[int, Column | None], row: Row, content: Content
    ) -> None:
        self._sheet, self._columns, self._row, self._content = sheet, columns, row, content
        self._days: set[str] = set()
        self._unread: set[str] = set()
        self._problems: list[Problem] = []
        self._tree: dict[Any, Any] = {}

    def result(self) -> tuple[TableRow, list[Problem]]:
        """Return the row, and what is wrong with it."""
        for at, cell in self._row.cells.items():
            self._take(at, cell)
        answers = None
        data = _plain(self._tree)
        try:
            answers = Answers.model_validate(data)
        except ValidationError as error:
            self._tell_all(problems_of(error, data, Answers))
        self._tell_all(unknown_ids(data, self._content))
        if self._problems or not self._tree:
            answers = None
        group, organisation = (str(data.get(name, "")) for name in ("group", "organisation"))
        row = TableRow(self._row.number, answers, group, organisation)
        return row, list(dict.fromkeys(self._problems))[:MAX_PROBLEMS]

    def _take(self, at: int, cell: Any) -> None:
        if at not in self._columns:
            message = "This cell stands in a column without a name."
            hint = "Name the column; or a separator in the row is missing its quotation marks."
            self._tell(Problem(message, "", shown(cell), "", hint))
            return
        column = self._columns[at]
        if column is None:
            return
        name = column.name
        try:
            value = value_of(cell, column.kind, comma=self._sheet.comma)
        except CellError as error:
            self._unread.add(name)
            self._tell(Problem(error.message, name, shown(cell), error.allowed, error.suggestion))
            value = None
        if column.kind == "days":
            self._days.add(name)
        node = self._tree
        for step in column.steps[:-1]:
            node = node.setdefault(step, {})
        if value in ({}, []) and column.kind in ("part", "parts"):
            node.setdefault(column.steps[-1], {} if column.kind == "part" else _NO_ENTRIES)
        elif value is not None or isinstance(column.steps[-1], int):
            node[column.steps[-1]] = value

    def _tell(self, problem: Problem) -> None:
        self._problems.append(replace(problem, where=self._sheet.where, line=self._row.number))

    def _tell_all(self, problems: Iterable[Problem]) -> None:
        """Tell what the schema and the content refuse, by the names of columns."""
        for _, problem in zip(range(2 * MAX_PROBLEMS), problems, strict=False):
            name = _column_name(problem.name, self._tree)
            if any(one == name or one.startswith(f"{name}.") for one in self._unread):
                continue
            allowed, message = problem.allowed, problem.message
            if name in self._days:
                allowed = DAYS
                message = _FALLS if message.startswith("a range") else message
            self._tell(
                Problem(
                    _of_cells(message), name, problem.value, allowed, _of_cells(problem.suggestion)
                )
            )


def _of_cells(words: str) -> str:
    """Return what is said of a line in a file as it is said of a cell."""
    return words.replace("leave the whole line out", "leave the cell empty")


_NO_ENTRIES: Any = ()
_FALLS = "One of these three numbers is less than the one before."


def _plain(node: Any) -> Any:
    """Return a tree of a row as an answers file would hold it: entries by number become a list."""
    if not isinstance(node, dict):
        return [] if node is _NO_ENTRIES else node
    if node and all(isinstance(key, int) for key in node):
        return [_plain(node[key]) for key in sorted(node)]
    return {key: _plain(value) for key, value in node.items()}


def _column_name(name: str, tree: Any) -> str:
    """Return the column that the schema means by a dotted name, where lists count from 0."""
    steps: list[str | int] = []
    node, rest = tree, name
    while rest and isinstance(node, dict):
        numbers = sorted(key for key in node if isinstance(key, int))
        first, _, after = rest.partition(".")
        if numbers and first.isdecimal() and int(first) < len(numbers):
            steps.append(numbers[int(first)])
            node, rest = node[numbers[int(first)]], after
            continue
        key = next((k for k in node if rest == k or rest.startswith(f"{k}.")), None)
        if key is None:
            steps.append(rest)
            break
        steps.append(key)
        node, rest = node[key], rest[len(key) + 1 :]
    return name_of(tuple(steps))


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
    left_out = tuple(f"{sheet.where}, column {shorten(p.name)}" for p in problems[:MAX_PROBLEMS])
    merged = dict(_merged(sheet, header, rows))
    problems += dict.fromkeys(merged.values())
    given = []
    for row in rows:
        found, wrong = read_row(sheet, columns, row, content)
        problems += wrong
        given.append(replace(found, answers=None) if row.number in merged else found)
    others = [d.title for d in drafts if d.title and d is not best]
    notes = tuple(f"{path}: the sheet “{shorten(title)}” was not read." for title in others)
    ordered = sorted(problems, key=lambda p: p.line or 0)
    return Table(sheet.where, tuple(given), tuple(ordered), left_out, (*sheet.notes, *notes))


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
    given = shorten(", ".join(shown(c) for c in list(first.cells.values())[:20]))
    message = "No row of this table has the names of answers as columns."
    allowed = "group, organisation, model_teams, duties.paged and so on"
    problems = [Problem(message, "", given, allowed, "", str(path), first.number)]
    for cell in list(first.cells.values())[:MAX_PROBLEMS]:
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
            hint = suggestion_for(typed_name, content) if len(problems) < MAX_PROBLEMS else ""
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
    if len(problems) > MAX_PROBLEMS:
        message = f"{len(problems) - MAX_PROBLEMS:,} more columns cannot be read."
        problems[MAX_PROBLEMS:] = [Problem(message, where=where, line=header.number)]
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
