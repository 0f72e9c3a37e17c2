"""A table file as rows of cells, whatever program wrote it.

Read rightly: commas, semicolons or tabs between columns; UTF-8 with and without a byte-order mark,
UTF-16 with one; the line ends of all systems; line breaks inside quotation marks.
"""

from __future__ import annotations

import csv
import io
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NoReturn

from workshop.model.cells import Cell, Unreadable
from workshop.model.problems import InputError, Problem

ENDINGS = (".csv", ".tsv", ".xlsx")
MAX_BYTES = 50_000_000
MAX_ROWS = 10_000
"""Groups of one batch; the largest that is known of had five hundred."""
MAX_COLUMNS = 16_384
"""As many as a spreadsheet can have."""
MAX_CELLS = 2_000_000
HEAD_ROWS = 20
"""Rows, blank ones not counted, among which the one with the columns' names is looked for."""
_HEAD = 2_000_000
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_BROKEN = re.compile("[\ud800-\udfff]")
_OTHERS = {
    ".xls": "Save it as .xlsx or as CSV.",
    ".xlsm": "Save it as .xlsx, which holds no macros, or as CSV.",
    ".xlsb": "Save it as .xlsx or as CSV.",
    ".ods": "Save it as .xlsx or as CSV.",
    ".numbers": "Export it as .xlsx or as CSV.",
}
_field_limit = threading.Lock()


@dataclass(frozen=True)
class Row:
    """The cells of a row that are not blank, by column from 0; `number` as a spreadsheet shows."""

    number: int
    cells: Mapping[int, Cell]


@dataclass(frozen=True)
class Merged:
    """Cells that were made one: rows from 1, columns from 0. Only the first has a value."""

    span: str
    rows: range
    columns: range


@dataclass(frozen=True)
class Sheet:
    """The rows of a table that are not blank, in order.

    `comma` says that numbers may have a decimal comma.
    """

    where: str
    rows: tuple[Row, ...]
    comma: bool = False
    merged: tuple[Merged, ...] = ()
    notes: tuple[str, ...] = ()
    """What there is to say of how it was read, and nobody has to mend."""


@dataclass(frozen=True)
class Draft:
    """One way to read a table file: its first rows, and how to get all of them."""

    head: tuple[Row, ...]
    whole: Callable[[], Sheet]
    title: str = ""
    """The name of the sheet in a workbook."""


def drafts_of(path: Path) -> list[Draft]:
    """Return each way to read a table: by separator, or sheet by sheet.

    Raises InputError for what is no table, and for one that is too large; so does `whole`.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        message, allowed = "This is not a table that can be read here.", ", ".join(ENDINGS)
        raise InputError([Problem(message, "", "", allowed, _OTHERS.get(ending, ""), str(path))])
    raw = _bytes_of(path)
    if ending == ".xlsx":
        from workshop.model.workbook import sheets_in

        return sheets_in(raw, path)
    if raw.startswith(b"PK\x03\x04"):
        refuse(path, "This is a workbook under the name of a text table. Name it .xlsx.")
    text, notes = _decoded(raw, path)
    separators = ("\t", ",", ";") if ending == ".tsv" else (",", ";", "\t")
    return [_draft(text, separator, path, notes) for separator in separators]


def _draft(text: str, separator: str, path: Path, notes: tuple[str, ...]) -> Draft:
    def whole() -> Sheet:
        with _cells_of_any_length():
            rows = gathered(_records(text, separator, path), path)
        return Sheet(str(path), rows, separator == ";", notes=notes)

    head: list[Row] = []
    # what is wrong with the first rows is told when all are read
    with _cells_of_any_length(), suppress(InputError):
        head.extend(islice(_records(text[:_HEAD], separator, path), HEAD_ROWS))
    return Draft(tuple(head), whole)


def gathered(rows: Iterable[Row], path: Path) -> tuple[Row, ...]:
    """Return rows as long as there are not more than anybody needs. Raises InputError."""
    found: list[Row] = []
    count = 0
    for row in rows:
        found.append(row)
        count += len(row.cells)
        if max(row.cells) >= MAX_COLUMNS:
            message = f"This row has more than {MAX_COLUMNS:,} columns, which no table needs."
            refuse(path, message, row.number)
        if len(found) > MAX_ROWS + HEAD_ROWS:
            refuse(path, f"The table has more than {MAX_ROWS:,} rows. Make it several tables.")
        if count > MAX_CELLS:
            refuse(path, f"The table has more than {MAX_CELLS:,} cells. Make it several tables.")
    return tuple(found)


def refuse(path: Path, message: str, line: int | None = None) -> NoReturn:
    """Raise InputError for a table that cannot be read as a whole."""
    raise InputError([Problem(message, where=str(path), line=line)])


def _bytes_of(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if not path.is_file():
            message = "This is no file with a table in it."
        elif size > MAX_BYTES:
            message = (
                f"The file has {size:,} bytes; at most {MAX_BYTES:,} are read. "
                "Look for a cell with a very long text, or make it several tables."
            )
        elif not size:
            message = "The file is empty."
        else:
            return path.read_bytes()
    except OSError as error:
        message = f"Cannot be read: {error.strerror or error}."
    except ValueError:  # a NUL in the name
        message = "No file has such a name."
    raise InputError([Problem(message, where=str(path))])


def _decoded(raw: bytes, path: Path) -> tuple[str, tuple[str, ...]]:
    """Return a table's text, and what there is to say of how it was read.

    Where some letters are UTF-8 and others are not, the others remain as lone surrogates, so that
    each cell that holds one can be named.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return raw.decode("utf-16"), ()
        except UnicodeDecodeError:
            refuse(path, "This begins as UTF-16 and does not go on so. Save it as CSV UTF-8.")
    if b"\0" in raw[:4000]:
        refuse(path, "This is no text in UTF-8. Save the table as CSV UTF-8 and try again.")
    text = raw.decode("utf-8-sig", "surrogateescape")
    if not _BROKEN.search(text) or re.search("[\x80-\ud7ff\ue000-\U0010ffff]", text):
        return text, ()
    try:
        text = raw.decode("cp1252")
    except UnicodeDecodeError:
        return text, ()
    note = (
        f"{path} is not UTF-8 and was read as Windows-1252 (Western European). "
        "If letters look wrong, save it as CSV UTF-8."
    )
    return text, (note,)


def _records(text: str, separator: str, path: Path) -> Iterator[Row]:
    number = 0
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        for number, record in enumerate(lines, 1):
            cells = {i: _checked(c) for i, c in enumerate(record) if c and not c.isspace()}
            if cells:
                yield Row(number, cells)
    except csv.Error as error:
        message = f"Something is wrong with the quotation marks here ({error})."
        if "end of data" in str(error):
            message = "A quotation mark is opened in this row and never closed."
        hint = "A text with quotation marks in it stands in quotation marks, and each is doubled."
        at = Problem(message, suggestion=hint, where=str(path), line=number + 1)
        raise InputError([at]) from None


@contextmanager
def _cells_of_any_length() -> Iterator[None]:
    """Lift a limit that is one for the whole process: what a file may hold is measured before."""
    with _field_limit:
        before = csv.field_size_limit(MAX_BYTES)
        try:
            yield
        finally:
            csv.field_size_limit(before)


def _checked(cell: str) -> Cell:
    odd = _CONTROL.search(cell)
    if odd:
        return Unreadable(
            f"A control character (U+{ord(odd.group()):04X}) stands here.", "Remove it."
        )
    if _BROKEN.search(cell):
        return Unreadable(
            "A letter here is not UTF-8, in which the rest of the file is written.",
            "Type this cell anew and save the table as CSV UTF-8.",
        )
    return cell
