"""One cell of a table and the value it stands for, both ways.

Numbers are plain (`2.5`), dates are `2027-03-31`, yes and no are one of `YES` and `NO`. Entries of
a list have semicolons between them (`research; product`), and so have the three numbers of a range
(`1; 3; 9`). An entry that holds a semicolon, or begins with a quotation mark, stands in quotation
marks, and one inside it is doubled. Spaces at the ends of a text are dropped, unless the text
stands in quotation marks for that. `[]` and `{}` are a list and a part with nothing in them.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Any, Literal

from workshop.model.problems import shorten

Kind = Literal["text", "whole", "number", "yes-no", "date", "days", "texts", "part", "parts"]
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
        case "yes-no":
            return _yes_no(cell)
        case "date":
            return _date(cell)
        case "days":
            return _days(cell, comma)
        case "whole":
            found = _number(cell, kind, comma)
            return int(found) if isinstance(found, float) and found.is_integer() else found
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
