"""Describe what is wrong with an input, so that people can mend it.

Every part of the kit reports wrong input as `Problem`s and raises one `InputError` with all of
them; `problems_of` turns the schema's own errors into them.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.util import find_spec
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

__all__ = ["InputError", "Problem", "SessionTrouble"]

MAX_PROBLEMS = 200
"""The most problems that are reported for one input."""


@dataclass(frozen=True)
class Problem:
    """One thing to mend: what, where, which values are allowed, what to do.

    `where` is the name of a file or notebook; `line` counts from 1 (None if there are no lines);
    `name` is the answer's dotted name; `value` is what was found, shortened for display.
    """

    message: str
    name: str = ""
    value: str = ""
    allowed: str = ""
    suggestion: str = ""
    where: str = ""
    line: int | None = None

    def __str__(self) -> str:
        place = self.where + (f":{self.line}" if self.line is not None else "")
        name = f"{shorten(self.name)}: " if self.name else ""
        parts = [f"{shorten(place, 1000)}: " if place else "", name, self.message]
        if self.value:
            parts.append(f" Found: {self.value}.")
        if self.allowed:
            parts.append(f" Allowed: {self.allowed}.")
        if self.suggestion:
            parts.append(f" {self.suggestion}")
        return "".join(parts)


class InputError(ValueError):
    """The input is wrong; `problems` lists every mistake, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(p) for p in self.problems))

    def _render_traceback_(self) -> list[str]:
        """Return the problems as the lines a notebook shows instead of a traceback."""
        count = len(self.problems)
        head = "One answer needs a look:" if count == 1 else f"{count} answers need a look:"
        return [head, *(f"  {p}" for p in self.problems)]


def need_extra(extra: str, what: str, libraries: Mapping[str, str]) -> None:
    """Raise `InputError` with install instructions if libraries are missing.

    `what` begins the sentence; `libraries` are names for people by the module to be imported.
    """
    missing = [name for module, name in libraries.items() if find_spec(module) is None]
    if missing:
        message = f"{what} needs more than is installed here: {', '.join(missing)}."
        hint = f'Install it with: pip install "ml-ownership-workshop[{extra}]"'
        raise InputError([Problem(message, suggestion=hint)])


class SessionTrouble(Exception):  # noqa: N818 (nothing is wrong with the program)
    """A session cannot be read or written now: what happened, and what to do."""

    def _render_traceback_(self) -> list[str]:
        """Return the message as the lines a notebook shows instead of a traceback."""
        return [str(self)]


_INSIDE = str.maketrans("“”„", "‘’‚")


def quoted(words: str) -> str:
    """Return words as they stand between quotation marks: with single ones inside."""
    return words.translate(_INSIDE)


def shorten(value: Any, limit: int = 60) -> str:
    """Return a value as a person would type it, on one line of at most `limit`."""
    line = " ".join("".join(c if c.isprintable() else " " for c in _typed(value, limit)).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _typed(value: Any, limit: int) -> str:
    """Return a value as an answers file has it, cut to a little over the limit."""
    if isinstance(value, str):
        return value[: 4 * limit]
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        # a range is kept as decimals, whole days or not
        whole = (int(v) if isinstance(v, float) and v.is_integer() else v for v in value[:limit])
        inner = ", ".join(_typed(v, limit) for v in whole)
        return f"[{inner}]"[: 4 * limit]
    if isinstance(value, dict):
        few = list(value.items())[:limit]
        inner = ", ".join(f"{_typed(k, limit)}: {_typed(v, limit)}" for k, v in few)
        return f"{{{inner}}}"[: 4 * limit]
    if not isinstance(value, int | float | complex | bytes):
        return f"a value of the type {type(value).__name__}"
    try:
        return repr(value)
    except ValueError:  # more digits than Python writes out
        return "a number of thousands of digits"


UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
"""Invisible characters, which nobody types on purpose.

Those that join letters and signs (U+200C, U+200D) are part of how some languages write names.
"""


def unseen_in(text: str) -> str:
    """Return in words which invisible character or space a text has, or nothing."""
    odd = UNSEEN.search(text) or re.search("[\u00a0\u2007\u202f]", text)
    return f"A character that cannot be seen (U+{ord(odd.group()):04X}) is in it." if odd else ""


def near(name: str, known: Iterable[str]) -> str:
    """Return “Did you mean …?” for the closest known name, or an empty string."""
    if len(name) > 80:
        return ""
    names = list(known)
    for typed in (name.casefold().replace(" ", "-"), name.casefold().replace("-", "_")):
        match = get_close_matches(typed, names, n=1, cutoff=0.6)
        if match:
            return f"Did you mean “{match[0]}”?"
    return ""


_KINDS = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a number",
    "bool_type": "true or false",
    "string_type": "text (put it in quotes)",
    "string_unicode": "text (a broken character stands in it)",
    "invalid_key": "names that are text",
    "date_type": "a date, YYYY-MM-DD",
    "date_from_datetime_parsing": "a date, YYYY-MM-DD",
    "tuple_type": "a list",
    "model_type": "names with values below it",
    "model_attributes_type": "names with values below it",
    "dict_type": "names with values below it",
}


_MAX_DEPTH = 40


def is_missing(value: Any) -> bool:
    """Return whether a value is None, or NaN, NA or NaT of numpy and pandas."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float) and value != value


def plain(value: Any, name: str, depth: int = 0) -> Any:
    """Return a parameter's value with numpy and pandas types made plain.

    Raises `InputError` for values that are nested too deeply.
    """
    if depth > _MAX_DEPTH:
        raise InputError([Problem(f"Values are nested more than {_MAX_DEPTH} deep here.", name)])
    if hasattr(type(value), "tolist"):
        value = value.tolist()
    if value is not None and is_missing(value):
        return None
    if isinstance(value, dict):
        return {k: plain(v, name, depth + 1) for k, v in value.items()}
    if isinstance(value, list | tuple):
        inner = [plain(v, name, depth + 1) for v in value]
        return tuple(inner) if isinstance(value, tuple) else inner
    return value


def problems_of(
    error: ValidationError, data: Mapping[str, Any], schema: type[BaseModel]
) -> list[Problem]:
    """Return the errors of a schema as problems that a person can mend."""
    problems: dict[str, Problem] = {}
    for e in error.errors(include_url=False):
        problem = _problem(e, data, schema)
        # a value that may be a number or a range fails once for each: one message is enough
        problems.setdefault(problem.name, problem)
    return list(problems.values())


def _problem(error: ErrorDetails, data: Mapping[str, Any], schema: type[BaseModel]) -> Problem:
    kind, context = error["type"], error.get("ctx", {})
    name = _dotted(error["loc"], data)
    found = error["input"]
    value = shorten(found)
    if name.split(".")[-1] in ("touch_days", "wait_days") or re.search(
        r"\.(touch|wait)_days\.\d$", name
    ):
        name = re.sub(r"\.\d$", "", name)
        message = context.get("error") if kind == "value_error" else None
        return Problem(
            f"{message}." if message else "A number of working days is expected here.",
            name,
            value,
            "a number from 0 to 10000, or a list [low, likely, high] in rising order",
        )
    if kind == "extra_forbidden":
        parents, typed = [str(step) for step in error["loc"][:-1]], str(error["loc"][-1])
        known = _names_at(parents, schema)
        hint = near(typed, known)
        first, _, rest = typed.partition(".")
        if rest and first in known:
            hint = f"Write “{first}:” on a line of its own and “{rest}” below it, indented."
        return Problem("No answer has this name.", name, "", ", ".join(known), hint)
    if kind == "literal_error":
        allowed = [w.strip(" '") for w in re.split(r", | or ", str(context["expected"]))]
        hint = near(str(found), allowed) if isinstance(found, str) else ""
        if isinstance(found, str) and (odd := unseen_in(found)):
            hint = " ".join(filter(None, [odd, hint]))
        if isinstance(found, bool):
            hint = "YAML reads yes, no, on and off as true or false; write the value out."
        return Problem(
            "This value is not among the choices.", name, value, ", ".join(allowed), hint
        )
    if kind == "missing":
        return Problem(
            f"“{error['loc'][-1]}” is missing here.", name.rsplit(".", 1)[0], "", "", "Add it."
        )
    if kind == "none_required":
        message = "Only one earlier workshop is compared, and none before it."
        return Problem(message, name, "", "", "Leave this part out.")
    limits = _limits(context)
    if limits:
        return Problem("This number is out of range.", name, value, limits)
    if kind == "string_too_long":
        size = len(str(found))
        message = f"This text has {size:,} characters, too many for this place."
        return Problem(message, name, "", f"at most {context['max_length']:,}", "Shorten it.")
    if kind == "string_too_short":
        return Problem("This is empty.", name, "", "", "Fill it in, or leave the whole line out.")
    if kind == "too_long":
        message = f"This list has {context['actual_length']} entries, too many."
        return Problem(message, name, "", f"at most {context['max_length']}")
    if kind == "value_error":
        # of a whole part the message says enough
        return Problem(f"{context['error']}.", name, "" if isinstance(found, Mapping) else value)
    if kind in _KINDS:
        return Problem(
            "This is another kind of value.", name, value, _KINDS[kind], _hint(kind, found)
        )
    return Problem(error["msg"] + ".", name, value)


def _hint(kind: str, found: Any) -> str:
    """Return what to do about a value of the wrong type, or an empty string."""
    if kind.startswith("int") and isinstance(found, float) and found.is_integer():
        return f"Write {found:.0f}."
    if kind == "bool_type" and str(found).casefold() in ("yes", "y", "no", "n", "1", "0"):
        return f"Write {'true' if str(found).casefold() in ('yes', 'y', '1') else 'false'}."
    if not isinstance(found, str) or not kind.startswith(("int", "float")):
        return ""
    if re.fullmatch(r"\s*[-+]?(0|[1-9]\d*)(\.\d+)?\s*", found):
        return "Numbers stand without quotes."
    if re.search(r"\d", found):
        return "Write one number and nothing else: no unit, no range, a point for decimals."
    return "Where it is not known, leave the whole line out."


def _dotted(loc: Sequence[int | str], data: Mapping[str, Any]) -> str:
    """Return where an error is, without the steps that only the schema has."""
    steps: list[str] = []
    at: Any = data
    for step in loc:
        typed = isinstance(at, Mapping) and step in at
        inside = isinstance(step, int) and isinstance(at, list | tuple) and step < len(at)
        if typed or inside:
            at = at[step]
        elif isinstance(step, str) and re.search(r"[\[\]()]|^(float|tuple|constrained)", step):
            continue
        else:
            at = None
        steps.append(str(step))
    return ".".join(steps)


def _limits(context: Mapping[str, Any]) -> str:
    words = {
        "ge": "{} or more",
        "gt": "more than {}",
        "le": "{} or less",
        "lt": "less than {}",
    }
    return ", ".join(words[k].format(v) for k, v in context.items() if k in words)


def _names_at(parents: Sequence[str], schema: type[BaseModel]) -> list[str]:
    """Return the names that are known below some parent names."""
    model: Any = schema
    for step in parents:
        if step.isdigit():
            continue
        if step == "sets":  # what a decision sets are answers
            model = schema
            continue
        model = _inner(model, step, schema)
        if model is None:
            return []
    given = model.model_fields.items()
    return [info.alias or field for field, info in given if info.annotation is not type(None)]


def _inner(model: Any, step: str, schema: type[BaseModel]) -> Any:
    """Return the model of a field's values, inside lists, dicts and `| None`."""
    for field, info in model.model_fields.items():
        if step in (field, info.alias):
            return _first_model(info.annotation)
    return None if issubclass(model, schema) else model


def _first_model(annotation: Any) -> Any:
    if hasattr(annotation, "model_fields"):
        return annotation
    return next((m for a in get_args(annotation) if (m := _first_model(a))), None)
