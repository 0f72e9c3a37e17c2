"""Read tables of any kind as rows of cells, and what else a workbook holds.

A sheet has the cells as they are: its rows have the numbers that they have in the file, and nothing
in them is guessed. Text stays text, and “NA” is a word like any other. Text tables are read by
Python's strict csv reader, since pandas' own accepts broken quotations and rows of other lengths;
workbooks are read with calamine; Parquet files and frames come through pandas. All become rows, not
frames: pandas would hand the same cells on, and the edition in a browser, which reads tables with
this module, would have to fetch it first. Merged cells, errors, formats, formulas without a value
and hidden sheets come from the workbook's own XML, which is read first, so that no workbook can
fill the memory.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import threading
import warnings
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.util import find_spec
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from xml.parsers import expat

from workshop.answers.reading import bytes_of
from workshop.problems import InputError, Problem, shorten

if TYPE_CHECKING:
    from pandas import DataFrame

ENDINGS = (".csv", ".tsv", ".xlsx", ".ods", ".parquet")
MAX_BYTES = 50_000_000
MAX_ROWS = 10_000
"""The most groups of one batch; the largest known one had five hundred."""
MAX_COLUMNS = 16_384
"""The most columns that a spreadsheet can have."""
MAX_CELLS = 2_000_000
MAX_AREA = 20_000_000
"""The most cells of a sheet in a workbook, with blank ones."""
MAX_UNPACKED = 100_000_000
HEAD_ROWS = 20
"""The most rows, without blank ones, to search for the columns' names."""
_HEAD = 2_000_000
_LAST_ROW = 1_048_576
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_BROKEN = re.compile("[\ud800-\udfff]")
_ERROR = re.compile(
    r"#(N/A|NV|REF!|BEZUG!|NAME\?|VALUE!|WERT!|DIV/0!|NUM!|ZAHL!|NULL!|SPILL!|CALC!)"
)
"""Errors as Excel shows them, in English and German, and text files have them."""
_OTHERS = {
    ".xls": "Save it as .xlsx or as CSV.",
    ".xlsm": "Save it as .xlsx, which holds no macros, or as CSV.",
    ".xltm": "Save it as .xlsx, which holds no macros, or as CSV.",
    ".xltx": "Save it as .xlsx or as CSV.",
    ".xlsb": "Save it as .xlsx or as CSV.",
    ".numbers": "Export it as .xlsx or as CSV.",
}
TABLE_LIKE = (*ENDINGS, *_OTHERS)
"""Endings of tables, also of those that have to be saved differently."""
_field_limit = threading.Lock()


@dataclass(frozen=True)
class Unreadable:
    """A cell without a readable value: why, and what to do."""

    message: str
    suggestion: str = ""
    shows: str = ""


Cell = (
    str
    | int
    | float
    | bool
    | datetime.date
    | datetime.time
    | datetime.timedelta
    | list[Any]
    | Unreadable
)
"""A value in a cell: only text in text files, lists only in frames and Parquet."""
Numbered = tuple[int, Sequence[Any]]
"""The number of a row, and its cells as they were read."""


@dataclass(frozen=True)
class Row:
    """The cells of a row that are not blank, by column from 0.

    `number` is the row's number in a spreadsheet.
    """

    number: int
    cells: Mapping[int, Cell]


@dataclass(frozen=True)
class Merged:
    """Merged cells: rows from 1, columns from 0; only the first has a value."""

    span: str
    rows: range
    columns: range


@dataclass(frozen=True)
class Sheet:
    """A table: its rows of cells, and what else is known of them.

    `comma` says that numbers may have a decimal comma; `odd` are cells with a problem, by row and
    column; `notes` need no mending.
    """

    where: str
    cells: Sequence[Numbered]
    comma: bool = False
    merged: tuple[Merged, ...] = ()
    odd: Mapping[int, Mapping[int, Unreadable]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def rows(self) -> Iterator[Row]:
        """Yield the rows that are not blank, in order."""
        for number, cells in self.cells:
            found = _known(cells)
            found |= self.odd.get(number, {})
            if found:
                yield Row(number, found)


@dataclass(frozen=True)
class Draft:
    """One way to read a table file: its first rows, and a function for all rows."""

    head: tuple[Row, ...]
    whole: Callable[[], Sheet]
    title: str = ""
    """The name of the sheet in a workbook."""
    hidden: bool = False
    merged: tuple[Merged, ...] = ()


def _known(cells: Iterable[Any]) -> dict[int, Cell]:
    """Return the cells that are not blank, by column."""
    given = [(i, v) for i, v in enumerate(cells) if not (v is None or (type(v) is str and not v))]
    return {i: c for i, value in given if (c := plain_cell(value)) is not None}


def plain_cell(value: Any) -> Any:
    """Return the plain Python value of a cell; None if it is blank.

    None, NaN, NA and NaT are blank, and so is text without any visible character.
    """
    if isinstance(value, str):
        value = value.replace("_x000D_", "")  # how workbooks write line ends of Windows
        return checked(value) if value and not value.isspace() else None
    if value is None or isinstance(value, Unreadable | bool | int):
        return value
    if isinstance(value, float):
        return value if value == value else None
    if hasattr(type(value), "tolist"):  # numbers and arrays of numpy and pandas
        return plain_cell(value.tolist())
    if isinstance(value, tuple):
        return list(value)
    if type(value).__name__ in ("NaTType", "NAType"):
        return None
    if hasattr(type(value), "to_pydatetime"):
        return value.to_pydatetime(warn=False)
    if hasattr(type(value), "to_pytimedelta"):
        return value.to_pytimedelta()
    return value


def checked(cell: str) -> Cell:
    """Return a text, or the reason why it cannot be read."""
    if cell.isprintable() and "#" not in cell:
        return cell
    if odd := _CONTROL.search(cell):
        message = f"A control character (U+{ord(odd.group()):04X}) stands here."
        return Unreadable(message, "Remove it.")
    if _BROKEN.search(cell):
        return Unreadable(
            "A letter here is not UTF-8, in which the rest of the file is written.",
            "Type this cell anew and save the table as CSV UTF-8.",
        )
    return error_cell(cell) if _ERROR.fullmatch(cell.strip()) else cell


def error_cell(shows: str) -> Unreadable:
    """Return the problem of a cell in which a spreadsheet shows an error."""
    hint = "Mend the formula, or leave the cell empty where it is not known."
    return Unreadable(f"The spreadsheet shows an error here ({shows.strip()}).", hint, shows)


def refuse(path: Path, message: str, line: int | None = None, suggestion: str = "") -> NoReturn:
    """Raise InputError for a table that cannot be read as a whole."""
    raise InputError([Problem(message, suggestion=suggestion, where=str(path), line=line)])


def drafts_of(path: Path) -> list[Draft]:
    """Return each way to read a table: by separator, or sheet by sheet.

    Raises InputError for a file that is no table or too large; so does `whole`.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        message, allowed = "This is not a table that can be read here.", ", ".join(ENDINGS)
        raise InputError([Problem(message, "", "", allowed, _OTHERS.get(ending, ""), str(path))])
    raw = _bytes_of(path)
    if ending == ".parquet":
        return [_parquet(raw, path)]
    if ending in (".xlsx", ".ods"):
        return _sheets_in(raw, path, ending)
    if raw.startswith(b"PK\x03\x04"):
        refuse(path, "This is a workbook under the name of a text table. Name it .xlsx.")
    text, notes = _decoded(raw, path)
    separators = ("\t", ",", ";") if ending == ".tsv" else (",", ";", "\t")
    return [_draft(text, separator, path, notes) for separator in separators]


def _bytes_of(path: Path) -> bytes:
    def refusal(size: int) -> str:
        if not path.is_file():
            return "This is no file with a table in it."
        if size > MAX_BYTES:
            return (
                f"The file has {size:,} bytes; at most {MAX_BYTES:,} are read. "
                "Look for a cell with a very long text, or make it several tables."
            )
        return "" if size else "The file is empty."

    return bytes_of(path, refusal)


def _checked(rows: Iterable[Numbered], path: Path) -> list[Numbered]:
    """Return the rows that are not blank.

    Raises InputError for more rows, columns or cells than any batch needs.
    """
    lines: list[Numbered] = []
    count = 0
    for number, cells in rows:
        ends = range(len(cells) - 1, -1, -1)
        last = next((i for i in ends if plain_cell(cells[i]) is not None), -1)
        if last < 0:
            continue
        if last >= MAX_COLUMNS:
            message = f"This row has more than {MAX_COLUMNS:,} columns, which no table needs."
            refuse(path, message, number)
        lines.append((number, cells[: last + 1]))
        count += last + 1
        if len(lines) > MAX_ROWS + HEAD_ROWS:
            refuse(path, f"The table has more than {MAX_ROWS:,} rows. Make it several tables.")
        if count > MAX_CELLS:
            refuse(path, f"The table has more than {MAX_CELLS:,} cells. Make it several tables.")
    return lines


# -- tables of text ------------------------------------------------------------------------------


def _draft(text: str, separator: str, path: Path, notes: tuple[str, ...]) -> Draft:
    def whole() -> Sheet:
        with _cells_of_any_length():
            rows = _checked(_records(text, separator, path), path)
        return Sheet(str(path), rows, separator == ";", notes=notes)

    head: list[Row] = []
    # what is wrong with the first rows is told when all are read
    with _cells_of_any_length(), suppress(InputError):
        for number, record in _records(text[:_HEAD], separator, path):
            cells = _known(record)
            head += [Row(number, cells)] if cells else []
            if len(head) == HEAD_ROWS:
                break
    return Draft(tuple(head), whole)


def _decoded(raw: bytes, path: Path) -> tuple[str, tuple[str, ...]]:
    """Return a table's text, and notes on how it was read.

    If some letters are UTF-8 and others are not, the others remain as lone surrogates, so that each
    cell with one can be named.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return raw.decode("utf-16"), ()
        except UnicodeDecodeError:
            refuse(path, "This begins as UTF-16 and does not go on so. Save it as CSV UTF-8.")
    if b"\0" in raw[:4000]:
        refuse(path, "This is no text in UTF-8. Save the table as CSV UTF-8 and try again.")
    text = raw.decode("utf-8", "surrogateescape").lstrip("\ufeff")
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


def _records(text: str, separator: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a text table; ignore spaces before quotation marks."""
    number, odd = 0, ""
    try:
        source = io.StringIO(text, newline="")
        lines = csv.reader(source, delimiter=separator, strict=True, skipinitialspace=True)
        for number, record in enumerate(lines, 1):
            yield number, record
    except csv.Error as error:
        odd = str(error)
    if odd:
        message = f"Something is wrong with the quotation marks here ({odd})."
        if "end of data" in odd:
            message = "A quotation mark is opened in this row and never closed."
        hint = "A text with quotation marks in it stands in quotation marks, and each is doubled."
        refuse(path, message, number + 1, hint)


@contextmanager
def _cells_of_any_length() -> Iterator[None]:
    """Lift the limit on cells of the whole process; files are measured before."""
    with _field_limit:
        before = csv.field_size_limit(MAX_BYTES)
        try:
            yield
        finally:
            csv.field_size_limit(before)


# -- workbooks -----------------------------------------------------------------------------------

_MAX_ODD = 10_000
_MAX_MERGED = 1_000
_FORMULA = Unreadable(
    "A formula stands here whose value was never worked out.",
    "Open the workbook in a spreadsheet and save it, or type the value.",
)
_MONEY = re.compile(r"[€£¥]|\[\$[^-\]]+|\"(?:USD|EUR|CHF|GBP|\$)|\$")
_BUILT_IN = {9: "0%", 10: "0.00%", 5: "$", 6: "$", 7: "$", 8: "$", 42: "$", 44: "$"}
"""Formats that have a number instead of a code."""


@dataclass
class _Beside:
    """What a workbook says beside the cells of one sheet, and their extent."""

    odd: dict[int, dict[int, Unreadable]] = field(default_factory=lambda: defaultdict(dict))
    merged: list[Merged] = field(default_factory=list)
    rows: int = 0
    columns: int = 0

    def reach(self, row: int, column: int, path: Path) -> None:
        """Extend the sheet to a cell (from 1), unless it is too far away.

        Raises InputError then.
        """
        self.rows, self.columns = max(self.rows, row), max(self.columns, column)
        if row > _LAST_ROW or column > MAX_COLUMNS:
            refuse(path, f"The workbook has a row beyond {_LAST_ROW:,}, which no spreadsheet has.")
        if self.rows * self.columns > MAX_AREA:
            message = "The sheet has a cell far away from all others."
            refuse(path, message, row, "Delete what stands there, or save the table as CSV UTF-8.")

    def check(self, path: Path) -> None:
        if len(self.odd) > _MAX_ODD or len(self.merged) > _MAX_MERGED:
            refuse(path, "The sheet has too many formulas without a value, or merged cells.")


def _sheets_in(raw: bytes, path: Path, ending: str) -> list[Draft]:
    """Return the sheets of a workbook that are not empty, in order.

    Raises InputError if it cannot be read.
    """
    _check_size(raw, path, ending)
    with _clear_words(path):
        beside = _beside_ods(raw, path) if ending == ".ods" else _beside_xlsx(raw, path)
        found = [draft for draft in _drafts(raw, path, beside) if draft.head]
    if not found:
        refuse(path, "The workbook is empty.")
    return found


@contextmanager
def _clear_words(path: Path) -> Iterator[None]:
    """Raise `InputError` for a damaged workbook, whatever part of it fails."""
    try:
        with warnings.catch_warnings():
            # what the reader does not know (pictures, styles, lists of choices) is of no use here
            warnings.simplefilter("ignore")
            yield
    except InputError:
        raise
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        message = f"The workbook is damaged and cannot be read ({type(error).__name__})."
        hint = "Open it in a spreadsheet and save it anew, or save the table as CSV UTF-8."
        raise InputError([Problem(message, suggestion=hint, where=str(path))]) from None


def _check_size(raw: bytes, path: Path, ending: str) -> None:
    """Raise `InputError` for a file that is no workbook or unpacks too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            # no more of a part is ever unpacked than is said here
            size = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        hint = f"Save it as {ending} without a password, or as CSV UTF-8."
        message = f"This is not an {ending[1:].upper()} workbook."
        raise InputError([Problem(message, suggestion=hint, where=str(path))]) from None
    if size > MAX_UNPACKED:
        message = f"The workbook unpacks to {size:,} bytes; at most {MAX_UNPACKED:,} are read."
        hint = "Leave pictures and other sheets out, or save the table as CSV UTF-8."
        raise InputError([Problem(message, suggestion=hint, where=str(path))])


def _drafts(raw: bytes, path: Path, beside: Mapping[str, _Beside]) -> Iterator[Draft]:
    from python_calamine import SheetVisibleEnum, load_workbook

    book = load_workbook(io.BytesIO(raw))
    sheets = [m for m in book.sheets_metadata if m.name in beside]
    for sheet in sheets:
        cells = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        rows = [(number, [*map(_whole, row)]) for number, row in enumerate(cells, 1)]
        where = f"{path} (sheet {sheet.name})" if len(sheets) > 1 else str(path)
        extra = beside[sheet.name]
        whole = Sheet(where, rows, merged=tuple(extra.merged), odd=extra.odd)
        yield Draft(
            tuple(islice(whole.rows(), HEAD_ROWS)),
            partial(_checked_sheet, whole, path),
            sheet.name,
            sheet.visible != SheetVisibleEnum.Visible,
            whole.merged,
        )


def _whole(cell: Any) -> Any:
    """Return a number without decimals as a whole number; workbooks know none."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _checked_sheet(sheet: Sheet, path: Path) -> Sheet:
    return replace(sheet, cells=_checked(sheet.cells, path))


def _elements(archive: zipfile.ZipFile, part: str, ends: str) -> Iterator[tuple[str, Any]]:
    """Yield every element of a part with its bare name.

    The elements under each `ends` are freed.
    """
    from defusedxml.ElementTree import iterparse  # type: ignore[import-untyped]

    with archive.open(part) as file:
        for _, element in iterparse(file):
            name = element.tag.rpartition("}")[2]
            yield name, element
            if name == ends:
                element.clear()


def _attribute(element: Any, name: str) -> str | None:
    """Return an attribute by its bare name, in any namespace."""
    return next((v for k, v in element.attrib.items() if k.rpartition("}")[2] == name), None)


def _beside_xlsx(raw: bytes, path: Path) -> dict[str, _Beside]:
    """Return what the XML of each worksheet adds, by title."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = set(archive.namelist())
        targets = {
            element.get("Id"): element.get("Target", "")
            for name, element in _elements(archive, "xl/_rels/workbook.xml.rels", "")
            if name == "Relationship" and str(element.get("Type")).endswith("/worksheet")
        }
        formats = _formats(archive) if "xl/styles.xml" in parts else {}
        found = {}
        for name, element in _elements(archive, "xl/workbook.xml", ""):
            target = targets.get(_attribute(element, "id") or "") if name == "sheet" else None
            if target:
                part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                scan = _Scan(formats, path)
                with archive.open(part) as file:
                    scan.parser.ParseFile(file)
                found[element.get("name")] = scan.found
    return found


def _formats(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the styles that show a number as a percentage or money."""
    codes = dict(_BUILT_IN)
    styles: dict[str, str] = {}
    for name, element in _elements(archive, "xl/styles.xml", ""):
        if name == "numFmt":
            codes[int(element.get("numFmtId"))] = element.get("formatCode", "")
        elif name == "cellXfs":
            used = [int(xf.get("numFmtId") or 0) for xf in element]
            for number, one in enumerate(used):
                if wrong := meaning_of_format(codes.get(one, "")):
                    styles[str(number)] = wrong
    return styles


def meaning_of_format(code: str) -> str:
    """Return what a number format shows: a percentage, money, or nothing."""
    code = re.sub(r"\[\$-[^\]]*\]", "", code)  # a language, in which nothing is said of money
    bare = re.sub(r'"[^"]*"|\\.', lambda m: m.group() if _MONEY.search(m.group()) else "", code)
    if "%" in bare:
        return "percentage"
    return "money" if _MONEY.search(bare) else ""


def _formatted(shows: str, kind: str) -> Unreadable:
    what = "a percentage" if kind == "percentage" else "an amount of money"
    hint = "Write one number and nothing else: no unit, no range, and format the cell as a number."
    return Unreadable(f"The spreadsheet shows this number as {what}.", hint, shows)


_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,8})")


def _place(name: str | None) -> tuple[int, int]:
    """Return row and column of a cell's name, both from 1.

    Raises ValueError for an invalid name.
    """
    found = _PLACE.fullmatch(name or "")
    if not found:
        raise ValueError(name)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


class _Scan:
    """Reads a worksheet's XML as a stream, so that empty rows cost no memory."""

    def __init__(self, formats: Mapping[str, str], path: Path) -> None:
        """Set the styles that show a number as something else."""
        self.found = _Beside()
        self._formats, self._path = formats, path
        self._row = self._column = 0
        self._cell: dict[str, str] | None = None
        self._inner: set[str] = set()
        self._value: list[str] | None = None
        self.parser: Any = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.EntityDeclHandler = self._entity

    def _entity(self, *_: Any) -> None:
        raise ValueError("entities")

    def _start(self, name: str, given: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if self._cell is not None:
            self._inner.add(name)
            if name == "v":
                self._value = []
                self.parser.CharacterDataHandler = self._value.append
        elif name == "c":
            self._cell, self._inner, self._value = given, set(), None
        elif name == "row":
            self._row, self._column = int(given.get("r", self._row + 1)), 0
            if self._row > _LAST_ROW:
                self.found.reach(self._row, 1, self._path)
        elif name == "mergeCell":
            start, _, end = given.get("ref", "").partition(":")
            (top, left), (bottom, right) = _place(start), _place(end or start)
            rows, columns = range(top, bottom + 1), range(left - 1, right)
            self.found.merged.append(Merged(given["ref"], rows, columns))
            self.found.check(self._path)

    def _end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name == "v":
            self.parser.CharacterDataHandler = None
        elif name == "c" and self._cell is not None:
            self._take(self._cell)
            self._cell = None

    def _take(self, given: dict[str, str]) -> None:
        if "r" in given:
            self._row, self._column = _place(given["r"])
        else:
            self._column += 1
        if self._inner:
            self.found.reach(self._row, self._column, self._path)
            value = "".join(self._value or ())
            if wrong := _wrong(given, self._inner, value, self._formats):
                self.found.odd[self._row][self._column - 1] = wrong
                self.found.check(self._path)


def _wrong(
    cell: Mapping[str, str], inner: set[str], value: str, formats: Mapping[str, str]
) -> Unreadable | None:
    """Return the problem of a cell, or None.

    It is an error, a formula without a value, or a number's format.
    """
    kind = cell.get("t", "n")
    if kind == "e":
        return error_cell(value)
    # the value of a formula that says nothing is an empty text
    if "f" in inner and not value and kind != "str":
        return _FORMULA
    if kind == "n" and value and (meaning := formats.get(cell.get("s", ""))):
        return _formatted(value, meaning)
    return None


def _beside_ods(raw: bytes, path: Path) -> dict[str, _Beside]:
    """Return what the XML of each sheet of an OpenDocument table adds, by title."""
    found: dict[str, _Beside] = {}
    now, row, column = _Beside(), 1, 1
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        for name, element in _elements(archive, "content.xml", "table-row"):
            if name in ("table-cell", "covered-table-cell"):
                again = int(_attribute(element, "number-columns-repeated") or 1)
                kind = _attribute(element, "value-type")
                if kind or len(element):
                    now.reach(row, column + again - 1, path)
                if kind in ("percentage", "currency"):
                    shows = "".join(element.itertext()) or _attribute(element, "value") or ""
                    for at in range(column, column + again):
                        now.odd[row][at - 1] = _formatted(shows, kind)
                over = int(_attribute(element, "number-columns-spanned") or 1)
                down = int(_attribute(element, "number-rows-spanned") or 1)
                if over > 1 or down > 1:
                    rows, columns = range(row, row + down), range(column - 1, column - 1 + over)
                    now.merged.append(Merged(_span(rows, columns), rows, columns))
                column += again
            elif name == "table-row":
                again = int(_attribute(element, "number-rows-repeated") or 1)
                if again > 1 and now.rows == row:
                    now.reach(row + again - 1, now.columns, path)
                row, column = row + again, 1
            elif name == "table":
                found[_attribute(element, "name") or ""] = now
                now, row, column = _Beside(), 1, 1
            now.check(path)
    return found


def _span(rows: range, columns: range) -> str:
    def name(row: int, column: int) -> str:
        letters = ""
        column += 1
        while column:
            column, rest = divmod(column - 1, 26)
            letters = chr(65 + rest) + letters
        return f"{letters}{row}"

    return f"{name(rows[0], columns[0])}:{name(rows[-1], columns[-1])}"


# -- Parquet -------------------------------------------------------------------------------------


def _parquet(raw: bytes, path: Path) -> Draft:
    """Return the one sheet of a Parquet file; its first row has the names."""
    if find_spec("pyarrow") is None:
        install = 'pip install "ml-ownership-workshop[parquet]"'
        hint = f"Install it with: {install}. Or save the table as CSV UTF-8."
        refuse(path, "A Parquet file is read with pyarrow, which is not installed.", None, hint)
    import pandas as pd

    try:
        frame = pd.read_parquet(io.BytesIO(raw))
    except Exception as error:
        refuse(path, f"This is no Parquet file that can be read ({shorten(error)}).")
    sheet = sheet_of(frame, str(path), path)
    return Draft(tuple(islice(sheet.rows(), HEAD_ROWS)), lambda: sheet)


def sheet_of(frame: DataFrame, where: str, path: Path | None = None) -> Sheet:
    """Return a frame of answers as a sheet; its first row has the names.

    An index with a name is a column too; the levels of a column's name are joined by dots.
    """
    named = [name for name in frame.index.names if name is not None]
    whole = frame.reset_index() if named else frame
    labels: list[Any] = list(whole.columns)
    names = [".".join(map(str, c)) if isinstance(c, tuple) else c for c in labels]
    rows = enumerate(whole.to_numpy(dtype=object).tolist(), 2)
    return Sheet(where, _checked(chain([(1, names)], rows), path or Path(where)))
