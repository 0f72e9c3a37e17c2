"""The sheets of an XLSX workbook as rows of cells.

Hidden rows and columns are read like all others. A formula counts as the value that the spreadsheet
last worked out for it.
"""

from __future__ import annotations

import datetime
import io
import warnings
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from workshop.model.cells import Cell, Unreadable
from workshop.model.problems import InputError, Problem
from workshop.model.sheets import HEAD_ROWS, MAX_ROWS, Draft, Merged, Row, Sheet, gathered, refuse

MAX_UNPACKED = 100_000_000
_LAST_ROW = 1_048_576
_MAX_MERGED = 1_000
_Odd = Mapping[int, Mapping[int, Unreadable]]
"""Cells that cannot be read, by row from 1 and column from 0."""
_KNOWN = (bool, int, float, datetime.date, datetime.time, datetime.timedelta)
_FORMULA = Unreadable(
    "A formula stands here whose value was never worked out.",
    "Open the workbook in a spreadsheet and save it, or type the value.",
)


def sheets_in(raw: bytes, path: Path) -> list[Draft]:
    """Return the sheets of a workbook that hold anything, in order. Raises InputError."""
    _check_size(raw, path)
    with _clear_words(path):
        found = [draft for draft in _drafts(raw, path) if draft.head]
    if not found:
        refuse(path, "The workbook is empty.")
    return found


@contextmanager
def _clear_words(path: Path) -> Iterator[None]:
    """Say of a workbook that it is damaged, in whichever of its parts that shows."""
    try:
        with warnings.catch_warnings():
            # what the reader does not know (pictures, styles, lists of choices) is of no use here
            warnings.simplefilter("ignore")
            yield
    except InputError:
        raise
    except Exception as error:
        message = f"The workbook is damaged and cannot be read ({type(error).__name__})."
        hint = "Open it in a spreadsheet and save it anew, or save the table as CSV UTF-8."
        raise InputError([Problem(message, suggestion=hint, where=str(path))]) from None


def _check_size(raw: bytes, path: Path) -> None:
    """Refuse what is no workbook and what would fill the memory, before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            # no more of a part is ever unpacked than is said here
            size = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        hint = "Save it as .xlsx without a password, or as CSV UTF-8."
        message = "This is not an XLSX workbook."
        raise InputError([Problem(message, suggestion=hint, where=str(path))]) from None
    if size > MAX_UNPACKED:
        message = f"The workbook unpacks to {size:,} bytes; at most {MAX_UNPACKED:,} are read."
        hint = "Leave pictures and other sheets out, or save the table as CSV UTF-8."
        raise InputError([Problem(message, suggestion=hint, where=str(path))])


def _drafts(raw: bytes, path: Path) -> Iterator[Draft]:
    from openpyxl.reader import excel

    load: Any = excel.load_workbook  # it has no types
    book = load(io.BytesIO(raw), read_only=True, data_only=True)
    for sheet in book.worksheets:
        where = f"{path} (sheet {sheet.title})" if len(book.worksheets) > 1 else str(path)
        sheet.reset_dimensions()  # a file may claim any size
        head = tuple(islice(_rows(sheet, {}, path), HEAD_ROWS))
        yield Draft(head, partial(_whole, sheet, raw, path, where), sheet.title)


def _whole(sheet: Any, raw: bytes, path: Path, where: str) -> Sheet:
    with _clear_words(path):
        odd, merged = _scan(raw, sheet._worksheet_path, path)
        return Sheet(where, gathered(_rows(sheet, odd, path), path), merged=merged)


def _rows(sheet: Any, odd: _Odd, path: Path) -> Iterator[Row]:
    """Yield the rows of a sheet, with those cells in the place of theirs that cannot be read."""
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        if number > _LAST_ROW:
            refuse(path, f"The workbook has a row beyond {_LAST_ROW:,}, which no spreadsheet has.")
        cells = {i: c for i, value in enumerate(row) if (c := _cell(value)) is not None}
        cells |= odd.get(number, {})
        if cells:
            yield Row(number, cells)


def _cell(value: Any) -> Cell | None:
    """Return what a cell says, None if it is blank."""
    if isinstance(value, str):
        value = value.replace("_x000D_", "")  # how line ends of Windows are written here
        return value if value and not value.isspace() else None
    if value is None or isinstance(value, _KNOWN):
        return value
    return str(value)


def _scan(raw: bytes, part: str, path: Path) -> tuple[_Odd, tuple[Merged, ...]]:
    """Return what the reader passes over: cells without a value of their own, and merged cells."""
    from defusedxml.ElementTree import iterparse  # type: ignore[import-untyped]
    from openpyxl.utils import cell

    boundaries: Any = cell.range_boundaries
    odd: dict[int, dict[int, Unreadable]] = defaultdict(dict)
    merged: list[Merged] = []
    with zipfile.ZipFile(io.BytesIO(raw)) as archive, archive.open(part.lstrip("/")) as file:
        for _, element in iterparse(file):
            kind = element.tag.rpartition("}")[2]
            if kind == "c" and (wrong := _wrong(element)):
                left, top, _, _ = boundaries(element.get("r"))
                odd[top][left - 1] = wrong
            elif kind == "mergeCell":
                left, top, right, bottom = boundaries(element.get("ref"))
                rows, columns = range(top, bottom + 1), range(left - 1, right)
                merged.append(Merged(element.get("ref"), rows, columns))
            elif kind == "row":
                element.clear()
            if len(odd) > MAX_ROWS or len(merged) > _MAX_MERGED:
                refuse(path, "The sheet has too many formulas without a value, or merged cells.")
    return odd, tuple(merged)


def _wrong(element: Any) -> Unreadable | None:
    """Return what is wrong with a cell, if it shows an error or a formula's value is not there."""
    parts = {part.tag.rpartition("}")[2]: part for part in element}
    value = parts["v"].text if "v" in parts else None
    if element.get("t") == "e":
        return Unreadable(f"The spreadsheet shows an error here ({value}).", "Mend the formula.")
    # the value of a formula that says nothing is an empty text
    return _FORMULA if "f" in parts and not value and element.get("t") != "str" else None
