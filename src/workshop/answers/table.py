"""A table of groups: one row a group, the names of answers as columns, from any sheet."""

from __future__ import annotations

import csv
import datetime
import io
import re
import threading
import types
import warnings
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from workshop.answers.reading import unknown_ids
from workshop.answers.schema import NEVER_SET, Answers
from workshop.content.loader import Content
from workshop.problems import MAX_PROBLEMS, InputError, Problem, near, problems_of, shorten

Kind = Literal[
    "text", "whole", "number", "yes-no", "date", "days", "texts", "text-or-texts", "part", "parts"
]
"""What a column holds. `days` is a number or a range, `texts` a list of them; `part` and `parts`
have columns of their own below them."""

YES = ("true", "yes", "ja", "wahr")
NO = ("false", "no", "nein", "falsch")
"""Two languages: this is what their spreadsheets make of a ticked box."""

EMPTY_LIST, EMPTY_PART = "[]", "{}"
_NUMBER = re.compile(r"[-+]?([0-9]{1,400}(\.[0-9]{0,400})?|\.[0-9]{1,400})([eE][-+]?[0-9]{1,4})?")
_COMMA = re.compile(r"[-+]?[0-9]{1,400},[0-9]{1,400}")
_THOUSANDS = re.compile(r"[-+]?[1-9][0-9]{0,2},[0-9]{3}")
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


@dataclass(frozen=True)
class Unreadable:
    """A cell whose value nobody can know: why, and what to do."""

    message: str
    suggestion: str = ""


Cell = str | int | float | bool | datetime.date | datetime.time | datetime.timedelta | Unreadable
"""What a table file holds; files of text hold nothing but text."""


class CellError(ValueError):
    """A cell does not hold what its column is for; the words are those of a `Problem`."""

    def __init__(self, message: str, allowed: str = "", suggestion: str = "") -> None:
        super().__init__(message)
        self.message, self.allowed, self.suggestion = message, allowed, suggestion


def value_of(cell: Cell, kind: Kind, *, comma: bool = False) -> Any:
    """Return what a cell that is not blank says in a column of this kind, as plain values.

    `comma` takes `2,5` for a number, as tables do whose columns are parted by semicolons.
    Raises CellError. Limits are left to the schema.
    """
    if isinstance(cell, Unreadable):
        raise CellError(cell.message, "", cell.suggestion)
    match kind:
        case "text":
            return meant(_text(cell))
        case "texts":
            return _texts(_text(cell))
        case "text-or-texts":
            found = _texts(_text(cell))
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
    """Return the text of a cell from which `value_of` reads this plain value again."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:.0f}" if value == int(value) else repr(value)
    if isinstance(value, dict) and not value:
        return EMPTY_PART
    if isinstance(value, list):
        return "; ".join(_entry(v) for v in value) if value else EMPTY_LIST
    return exact(str(value))


def exact(text: str) -> str:
    """Return a text in quotation marks if it would otherwise be read as another."""
    return f'"{text}"' if _needs_marks(text) else text


def meant(text: str) -> str:
    """Return the text that a cell stands for.

    Quotation marks around a text that needs none belong to it: somebody is quoted.
    """
    text = text.strip()
    inner = text[1:-1]
    return inner if _in_marks(text) and _needs_marks(inner) else text


def _in_marks(text: str) -> bool:
    return len(text) > 1 and text[0] == text[-1] == '"'


def _needs_marks(text: str) -> bool:
    return not text or text != text.strip() or _in_marks(text)


def _text(cell: Cell) -> str:
    """Return what a spreadsheet's value is as text: a group may be called 7, or be a date."""
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.0f}"
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time.min:
        return cell.date().isoformat()
    return str(cell)


def _texts(text: str) -> list[str]:
    if text.strip() == EMPTY_LIST:
        return []
    found, at = [], 0
    while at < len(text):
        entry = _ENTRY.match(text, at)
        assert entry is not None  # noqa: S101 (the second way matches anything)
        if entry["quoted"] is not None:
            found.append(entry["quoted"].replace('""', '"'))
        elif entry["bare"].strip():
            found.append(entry["bare"].strip())
        at = entry.end()
    return found


def _entry(value: Any) -> str:
    if not isinstance(value, str):
        return typed(value)
    bare = value and value == value.strip() and ";" not in value and value[0] != '"'
    if bare and value != EMPTY_LIST:
        return value
    return '"' + value.replace('"', '""') + '"'


def _yes_no(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return cell
    word = _text(cell).strip().casefold()
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
            found = datetime.datetime.fromisoformat(cell.strip())
        except ValueError:
            raise _another("date", hint) from None
        if found.time() == datetime.time.min and found.tzinfo is None:
            return found.date()
    raise _another("date", hint)


def _days(cell: Cell, comma: bool) -> Any:
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
        text = cell.strip()
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
    return "" if isinstance(cell, Unreadable) else shorten(_text(cell))


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


_TABLE_ENTRY = re.compile(r"[1-9][0-9]{0,3}")
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
        if not _TABLE_ENTRY.fullmatch(step):
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
        return "text-or-texts" if str in map(_bare, get_args(kind)) else "days"
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
