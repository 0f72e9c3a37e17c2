"""One row of a table and the answers it stands for, both ways."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from workshop.model.answers import Answers
from workshop.model.cells import DAYS, CellError, shown, typed, value_of
from workshop.model.check import unknown_ids
from workshop.model.columns import Column, name_of
from workshop.model.content import Content
from workshop.model.explain import problems_of
from workshop.model.problems import MAX_TOLD, Problem
from workshop.model.sheets import Row, Sheet

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
            self._tell_all(problems_of(error, data))
        self._tell_all(unknown_ids(data, self._content))
        if self._problems or not self._tree:
            answers = None
        group, organisation = (str(data.get(name, "")) for name in ("group", "organisation"))
        row = TableRow(self._row.number, answers, group, organisation)
        return row, list(dict.fromkeys(self._problems))[:MAX_TOLD]

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
        for _, problem in zip(range(2 * MAX_TOLD), problems, strict=False):
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
