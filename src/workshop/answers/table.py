"""Read a table of groups, with a row for each and answers as columns."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from workshop.answers.columns import (
    Column,
    Kind,
    cells_of,
    column_named,
    name_of,
    order_of,
    suggestion_for,
)
from workshop.answers.intake import (
    MADE,
    clean,
    exact,
    is_sign,
    is_unknown,
    meant,
    two_ways,
)
from workshop.answers.reading import unknown_ids
from workshop.answers.schema import Answers
from workshop.answers.sheets import (
    Cell,
    Draft,
    Row,
    Sheet,
    Unreadable,
    drafts_of,
    plain_cell,
    refuse,
    sheet_of,
)
from workshop.content.loader import Content, load_content
from workshop.content.teams import Teams
from workshop.problems import MAX_PROBLEMS, InputError, Problem, problems_of, shorten, unseen_in

if TYPE_CHECKING:
    from pandas import DataFrame

YES = ("true", "yes", "ja", "wahr")
NO = ("false", "no", "nein", "falsch")
"""Words for false, in the two languages of the spreadsheets we know."""

EMPTY_LIST, EMPTY_PART = "[]", "{}"
_NUMBER = re.compile(r"[-+]?([0-9]{1,400}(\.[0-9]{0,400})?|\.[0-9]{1,400})([eE][-+]?[0-9]{1,4})?")
_COMMA = re.compile(r"[-+]?[0-9]{1,400},[0-9]{1,400}")
_THOUSANDS = re.compile(r"[-+]?[1-9][0-9]{0,2},[0-9]{3}")
_POINTS = re.compile(r"[-+]?[1-9][0-9]{0,2}(\.[0-9]{3})+")
_ENTRY = re.compile(r'\s*(?:"(?P<quoted>(?:[^"]|"")*)"\s*(?=;|\Z)|(?P<bare>[^;]*))(?:;|\Z)')

DAYS = "a number from 0 to 10000, or three from low to high: 1; 3; 9"
_ALLOWED: dict[Kind, str] = {
    "whole": "a whole number",
    "number": "a number",
    "yes-no": "yes or no",
    "date": "a date, YYYY-MM-DD",
    "days": DAYS,
    "part": EMPTY_PART,
    "parts": EMPTY_LIST,
}


class CellError(ValueError):
    """A cell's value does not fit its column; the words are those of a `Problem`."""

    def __init__(self, message: str, allowed: str = "", suggestion: str = "") -> None:
        super().__init__(message)
        self.message, self.allowed, self.suggestion = message, allowed, suggestion


def value_of(cell: Cell, kind: Kind, *, comma: bool = False, teams: Teams | None = None) -> Any:
    """Return the plain value of a cell in a column of this kind.

    `teams` says which entries of a list mean “not known”. `comma` reads `2,5` as a number, for
    tables whose columns are separated by semicolons. Raises CellError. The schema checks limits.
    """
    if isinstance(cell, Unreadable):
        raise CellError(cell.message, "", cell.suggestion)
    match kind:
        case "text":
            return meant(_text(cell))
        case "choice":
            return clean(_text(cell))
        case "texts":
            return _list(cell) if isinstance(cell, list) else _texts(_text(cell), teams)
        case "text-or-texts":
            found = _texts(_text(cell), teams)
            return found if len(found) > 1 else meant(_text(cell))
        case "yes-no":
            return _yes_no(cell)
        case "date":
            return _date(cell)
        case "days":
            return _days(cell, comma)
        case "whole":
            number = _number(cell, kind, comma)
            return int(number) if isinstance(number, float) and number.is_integer() else number
        case "number":
            return _number(cell, kind, comma)
        case _:
            return _nothing(cell, kind)


def typed(value: Any) -> str:
    """Return the text of a cell from which `value_of` reads this value again."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:.0f}" if value == int(value) else repr(value)
    if isinstance(value, dict) and not value:
        return EMPTY_PART
    if isinstance(value, list):
        return "; ".join(_entry(v) for v in value) if value else EMPTY_LIST
    return exact(str(value))


def _text(cell: Cell) -> str:
    """Return a spreadsheet's value as text: a group's name may be 7, or a date."""
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.0f}"
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time.min:
        return cell.date().isoformat()
    return str(cell)


def _texts(text: str, teams: Teams | None) -> list[str]:
    if text.strip() == EMPTY_LIST:
        return []
    found, at = [], 0
    while at < len(text):
        entry = _ENTRY.match(text, at)
        assert entry is not None  # noqa: S101 (the second way matches anything)
        if entry["quoted"] is not None:
            found.append(entry["quoted"].replace('""', '"'))
        elif entry["bare"].strip() and not (teams and is_unknown(entry["bare"], teams)):
            found.append(entry["bare"].strip())
        at = entry.end()
    return found


def _list(cells: Iterable[Any]) -> list[Any]:
    """Return the entries of a list in a frame's cell."""
    return [c if not isinstance(c, str) else c.strip() for c in map(plain_cell, cells) if c]


def _entry(value: Any) -> str:
    if not isinstance(value, str):
        return typed(value)
    bare = value and value == value.strip() and ";" not in value and value[0] != '"'
    if bare and value != EMPTY_LIST and not is_sign(value):
        return value
    return '"' + value.replace('"', '""') + '"'


def _yes_no(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return cell
    word = clean(_text(cell)).casefold()
    if word in YES or word in NO:
        return word in YES
    raise _another("yes-no", _leave_empty(word))


def _date(cell: Cell) -> datetime.date:
    if isinstance(cell, datetime.datetime):
        return cell.date()
    if isinstance(cell, datetime.date):
        return cell
    hint = "Year first, with hyphens: 2027-03-31."
    if isinstance(cell, str):
        try:
            found = datetime.datetime.fromisoformat(clean(cell))
        except ValueError:
            raise _another("date", hint) from None
        if found.time() == datetime.time.min and found.tzinfo is None:
            return found.date()
    raise _another("date", hint)


def _days(cell: Cell, comma: bool) -> Any:
    if isinstance(cell, list):
        return [_number(plain_cell(part), "days", comma) for part in cell]
    if not isinstance(cell, str) or ";" not in cell:
        return _number(cell, "days", comma)
    parts = [part.strip() for part in cell.split(";")]
    if len(parts) != 3:
        raise _another("days", "")
    return [_number(part, "days", comma) for part in parts]


def _number(cell: Cell, kind: Kind, comma: bool) -> int | float:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return cell
    if isinstance(cell, str):
        text = clean(cell)
        if comma and _POINTS.fullmatch(text):
            hint = f"Write {text.replace('.', '')}, or {text.replace('.', ',')} if that is meant."
            raise _another(kind, hint)
        if comma and _COMMA.fullmatch(text) and not _THOUSANDS.fullmatch(text):
            text = text.replace(",", ".")
        if _NUMBER.fullmatch(text):
            return float(text) if re.search(r"[.eE]", text) else int(text)
        if _THOUSANDS.fullmatch(text):
            hint = f"Write {text.replace(',', '')}, or {text.replace(',', '.')} if that is meant."
        elif _COMMA.fullmatch(text):
            hint = f"Write a point for decimals: {text.replace(',', '.')}."
        elif re.search(r"[0-9]", text):
            hint = "Write one number and nothing else: no unit, no range, a point for decimals."
        else:
            hint = _leave_empty(text)
        raise _another(kind, hint if kind != "days" or ";" not in text else "")
    raise _another(kind, "The spreadsheet has made a date or time of it; format the cell.")


def _nothing(cell: Cell, kind: Kind) -> Any:
    text = _text(cell).strip()
    if text == _ALLOWED[kind]:
        return [] if kind == "parts" else {}
    hint = "Give each of its answers a column of its own, such as duties.paged or stages.1.team."
    raise CellError("This answer has parts, which have columns of their own.", "", hint)


def _leave_empty(word: str) -> str:
    known = word.casefold() in (*YES, *NO)
    return "" if known else "Where it is not known, leave the cell empty."


def _another(kind: Kind, hint: str) -> CellError:
    return CellError("This is another kind of value.", _ALLOWED[kind], hint)


def shown(cell: Cell) -> str:
    """Return a cell on one line, for messages."""
    return shorten(cell.shows if isinstance(cell, Unreadable) else _text(cell))


@dataclass(frozen=True)
class TableRow:
    """One row: its number, and its answers, or None if any is wrong.

    `group` and `organisation` are its own, whatever else is wrong.
    """

    number: int
    answers: Answers | None
    group: str
    organisation: str


def answers_to_row(answers: Answers) -> dict[str, str]:
    """Return known answers as the cells of a row, by column name.

    A table of such rows gives the same answers again.
    """
    return {name_of(steps): typed(v) for steps, v in cells_of(answers.to_parameters(), ())}


class _Reading:
    """Reads one row, and continues after a problem to report all at once."""

    def __init__(
        self, sheet: Sheet, columns: Mapping[int, Column | None], row: Row, content: Content
    ) -> None:
        """Take a row and the named columns, None for those that are not read."""
        self._sheet, self._columns, self._row, self._content = sheet, columns, row, content
        self._days: set[str] = set()
        self._unread: set[str] = set()
        self._problems: list[Problem] = []
        self._tree: dict[Any, Any] = {}
        self._any_unknown = False

    def result(self) -> tuple[TableRow, list[Problem]]:
        """Return the row and its problems."""
        for at, cell in self._row.cells.items():
            self._take(at, cell)
        answers = None
        data = _plain(self._tree)
        try:
            answers = Answers.model_validate(data)
        except ValidationError as error:
            self._report_all(problems_of(error, data, Answers))
        self._report_all(unknown_ids(data, self._content))
        if self._problems or not (self._tree or self._any_unknown):
            answers = None
        group, organisation = (str(data.get(name, "")) for name in ("group", "organisation"))
        row = TableRow(self._row.number, answers, group, organisation)
        return row, list(dict.fromkeys(self._problems))[:MAX_PROBLEMS]

    def _take(self, at: int, cell: Any) -> None:
        if at not in self._columns:
            message = "This cell stands in a column without a name."
            hint = "Name the column; or a separator in the row is missing its quotation marks."
            self._report(Problem(message, "", shown(cell), "", hint))
            return
        column = self._columns[at]
        if column is None or self._is_unknown(cell, column):
            return
        name = column.name
        try:
            value = value_of(cell, column.kind, comma=self._sheet.comma, teams=self._teams(column))
        except CellError as error:
            self._unread.add(name)
            self._report(Problem(error.message, name, shown(cell), error.allowed, error.suggestion))
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

    def _teams(self, column: Column) -> Teams | None:
        return None if column.steps[0] in MADE else self._content.teams

    def _is_unknown(self, cell: Any, column: Column) -> bool:
        """Return whether a cell means “not known”; report one that might."""
        if not isinstance(cell, str) or column.kind in ("part", "parts"):
            return False
        if column.steps[0] in MADE:
            return False
        last = next(step for step in reversed(column.steps) if isinstance(step, str))
        if last in ("decision", "stage"):
            return False
        if column.kind in ("text", "texts", "text-or-texts") and (odd := two_ways(last, cell)):
            self._unread.add(column.name)
            self._report(replace(odd, name=column.name, value=shorten(cell)))
            return True
        unknown = is_unknown(cell, self._content.teams)
        self._any_unknown = self._any_unknown or unknown
        return unknown

    def _report(self, problem: Problem) -> None:
        self._problems.append(replace(problem, where=self._sheet.where, line=self._row.number))

    def _report_all(self, problems: Iterable[Problem]) -> None:
        """Report the problems of schema and content by the names of columns."""
        for _, problem in zip(range(2 * MAX_PROBLEMS), problems, strict=False):
            name = _column_name(problem.name, self._tree)
            if any(one == name or one.startswith(f"{name}.") for one in self._unread):
                continue
            allowed, message = problem.allowed, problem.message
            if name in self._days:
                allowed = DAYS
                message = _FALLS if message.startswith("a range") else message
            self._report(
                Problem(
                    _of_cells(message), name, problem.value, allowed, _of_cells(problem.suggestion)
                )
            )


def _of_cells(words: str) -> str:
    """Return a message on a file's line as one on a cell."""
    return words.replace("leave the whole line out", "leave the cell empty")


_NO_ENTRIES: Any = ()
_FALLS = "One of these three numbers is less than the one before."


def _plain(node: Any) -> Any:
    """Return a row's tree as an answers file has it, with lists for entries."""
    if not isinstance(node, dict):
        return [] if node is _NO_ENTRIES else node
    if node and all(isinstance(key, int) for key in node):
        return [_plain(node[key]) for key in sorted(node)]
    return {key: _plain(value) for key, value in node.items()}


def _column_name(name: str, tree: Any) -> str:
    """Return the column of a dotted name in which lists count from 0."""
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
    """A table's rows, and every problem in the order of the table.

    `left_out` are the columns that were not read; `notes` say how the file was read if that is not
    obvious.
    """

    where: str
    rows: tuple[TableRow, ...]
    problems: tuple[Problem, ...]
    left_out: tuple[str, ...]
    notes: tuple[str, ...]


def read_table(path: Path, content: Content) -> Table:
    """Return the answers of each row of a CSV, TSV, XLSX, ODS or Parquet table.

    Raises InputError if it cannot be read as a whole: no table, too large, no names of answers as
    columns, no rows below them.
    """
    drafts = drafts_of(path)
    best = _chosen(drafts, path, content)
    sheet = best.whole()
    others = [d for d in drafts if d.title and d is not best]
    notes = [
        f"{path}: the {'hidden ' if d.hidden else ''}sheet “{shorten(d.title)}” was not read."
        for d in others
    ]
    table = _read(sheet, max(best.head, key=_names_in), content)
    if not table.rows:
        refuse(path, "The table has the names of answers and no row below them.", _at(best))
    return replace(table, notes=(*table.notes, *notes))


def _at(draft: Draft) -> int:
    return max(draft.head, key=_names_in).number


def read_frame(frame: DataFrame, content: Content | None = None) -> Table:
    """Return the answers of each row of a frame with answers as columns.

    Problems name a row by its label in the frame's index.
    """
    content = load_content() if content is None else content
    sheet = sheet_of(frame, "")
    header = next(sheet.rows(), Row(1, {}))
    table = _read(sheet, header, content)
    labels = [shorten(label) for label in frame.index]
    placed = tuple(
        replace(p, where=f"row {labels[p.line - 2]}" if p.line and p.line > 1 else "", line=None)
        for p in table.problems
    )
    return replace(table, problems=placed)


def answers_of_row(row: Mapping[str, Any], content: Content | None = None) -> Answers:
    """Return the answers of one row: a pandas series, or a mapping.

    Names are dotted names of answers. Raises `InputError` with every problem, also for an unknown
    name.
    """
    from pandas import DataFrame

    items = dict(row.items())
    table = read_frame(DataFrame([list(items.values())], columns=list(items)), content)
    if table.problems:
        raise InputError(replace(p, where="") for p in table.problems)
    return (table.rows[0].answers if table.rows else None) or Answers()


def _read(sheet: Sheet, header: Row, content: Content) -> Table:
    """Return the rows of a sheet below the row with the names of answers."""
    rows = [row for row in sheet.rows() if row.number > header.number]
    rows, notes = _without_surveys_headers(rows, sheet.where)
    columns, problems = _columns(header, sheet.where, content)
    left_out = tuple(f"{sheet.where}, column {shorten(p.name)}" for p in problems[:MAX_PROBLEMS])
    merged = dict(_merged(sheet, header, rows))
    hidden = (m.columns for m in sheet.merged if header.number in m.rows[1:])
    columns.update({at: None for span in hidden for at in span if at not in columns})
    problems += dict.fromkeys(merged.values())
    sheet = replace(sheet, comma=sheet.comma and _has_commas(rows))
    given = []
    for row in rows:
        found, wrong = _Reading(sheet, columns, row, content).result()
        problems += wrong
        given.append(replace(found, answers=None) if row.number in merged else found)
    ordered = sorted(problems, key=lambda p: p.line or 0)
    return Table(sheet.where, tuple(given), tuple(ordered), left_out, (*sheet.notes, *notes))


def _has_commas(rows: list[Row]) -> bool:
    """Return whether any number of a table has a decimal comma."""
    return any(
        isinstance(c, str) and _COMMA.fullmatch(clean(part))
        for row in rows
        for c in row.cells.values()
        if isinstance(c, str) and len(c) < 100
        for part in c.split(";")
    )


def _without_surveys_headers(rows: list[Row], where: str) -> tuple[list[Row], list[str]]:
    """Return rows without Qualtrics' lines of questions and ids."""
    for at, row in enumerate(rows[:3]):
        if any(
            isinstance(c, str) and c.strip().startswith('{"ImportId"') for c in row.cells.values()
        ):
            numbers = ", ".join(str(r.number) for r in rows[: at + 1])
            note = f"{where}: rows {numbers} are headers of the survey and were not read."
            return rows[at + 1 :], [note]
    return rows, []


def table_of(groups: Iterable[Answers]) -> list[list[str]]:
    """Return a table of groups: a row of names in workshop order, then the groups."""
    rows = [dict(cells_of(answers.to_parameters(), ())) for answers in groups]
    columns = sorted({steps for row in rows for steps in row}, key=order_of)
    cells = [[typed(row[c]) if c in row else "" for c in columns] for row in rows]
    return [[name_of(steps) for steps in columns], *cells]


# -- the header ---------------------------------------------------------------------------------


def _chosen(drafts: list[Draft], path: Path, content: Content) -> Draft:
    """Return the draft that has names of answers.

    Raises InputError for none, or for several.
    """
    shown_ones = [d for d in drafts if not d.hidden]
    best = max(shown_ones or drafts, key=_likeness)
    if not _likeness(best) and (hidden := [d for d in drafts if d.hidden and _likeness(d)]):
        message = f"Only a hidden sheet has the names of answers: {_titles(hidden)}."
        refuse(path, message, suggestion="Unhide it, or move its table to a sheet that shows.")
    if not _likeness(best):
        raise InputError(_no_names(best, path, content))
    alike = [d for d in shown_ones if d.title and _likeness(d) > 1]
    if len(alike) > 1:
        message = f"More than one sheet has the names of answers: {_titles(alike)}."
        refuse(path, message, suggestion="Hide or delete all but one, or make each a file.")
    return best


def _titles(drafts: list[Draft]) -> str:
    return ", ".join(f"“{shorten(d.title)}”" for d in drafts)


def _names_in(row: Row) -> int:
    return sum(isinstance(c, str) and column_named(c) is not None for c in row.cells.values())


def _likeness(draft: Draft) -> int:
    """Return how much the first rows look like answers; of equal sheets, the first."""
    most = max(map(_names_in, draft.head), default=0)
    return min(most, 2) if draft.title else most


def _no_names(draft: Draft, path: Path, content: Content) -> list[Problem]:
    """Return the problems of a table whose columns have no names of answers."""
    first = draft.head[0] if draft.head else Row(1, {})
    given = shorten(", ".join(shown(c) for c in list(first.cells.values())[:20]))
    message = "No row of this table has the names of answers as columns."
    allowed = "group, organisation, model_teams, duties.paged and so on"
    hint = "Is it the export of a survey? Then run: workshop import, with its name."
    problems = [Problem(message, "", given, allowed, hint, str(path), first.number)]
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
    """Return the named columns, None for unreadable ones, and their problems."""
    columns: dict[int, Column | None] = {}
    problems: list[Problem] = []
    seen: set[str] = set()
    for at, cell in header.cells.items():
        typed_name = cell.strip() if isinstance(cell, str) else shown(cell)
        column = columns[at] = column_named(typed_name)
        if column is None:
            hint = (
                suggestion_for(clean(typed_name), content) if len(problems) < MAX_PROBLEMS else ""
            )
            hint = " ".join(filter(None, [unseen_in(typed_name), hint]))
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
    """Return a problem for a column with an id that the content does not have."""
    node: Any = ""
    for step in reversed(column.steps):
        node = {step: node} if isinstance(step, str) else [node]
    return next(unknown_ids(node, content), None)


def _merged(sheet: Sheet, header: Row, rows: list[Row]) -> Iterator[tuple[int, Problem]]:
    """Yield a problem for merged cells among the values.

    All but one of each range are blank unintentionally. A range that covers the row of names hides
    the name of its column.
    """
    for merged in sheet.merged:
        first = merged.span.partition(":")[0]
        message = f"The cells {merged.span} are merged, so that only {first} has a value."
        if header.number in merged.rows and merged.rows.start < header.number:
            columns = [at for at in merged.columns if at not in header.cells]
            touched = [row.number for row in rows if any(at in row.cells for at in columns)]
            hint = f"Undo that, and write each column's name into row {header.number}."
            for number in touched:
                yield number, Problem(message, "", "", "", hint, sheet.where, header.number)
            continue
        names = [c for at, c in header.cells.items() if at in merged.columns]
        touched = [row.number for row in rows if row.number in merged.rows]
        hint = "Undo that and fill in each."
        for number in touched if names else ():
            name = shown(names[0])
            yield number, Problem(message, name, "", "", hint, sheet.where, touched[0])
