"""What may be written: values that a file can hold, and answers that are whole with them."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from workshop.model.answers import Answers
from workshop.model.check import unknown_ids
from workshop.model.content import load_content
from workshop.model.explain import problems_of
from workshop.model.problems import InputError, Problem, near, shorten
from workshop.session.replay import ODD, State
from workshop.session.store import Event

MAX_DEPTH = 40
MAX_DIGITS = 300
"""Digits of a number; the schema allows far fewer, and more cannot be written in every place."""


def plain(value: Any, name: str = "", depth: int = 0) -> Any:
    """Return a copy of a value as JSON keeps it: dates as text, tuples and arrays as lists.

    Raises `InputError` that names the answer `name` for what a file cannot hold.
    """
    if hasattr(type(value), "tolist"):  # numbers and arrays of numpy and pandas
        value = value.tolist()
    if depth > MAX_DEPTH:
        raise InputError([Problem(f"Values are nested more than {MAX_DEPTH} deep here.", name)])
    if isinstance(value, str):
        if "\0" not in value and not any("\ud800" <= c <= "\udfff" for c in value):
            return str(value)
        hint = "Type it anew instead of pasting it."
        message = "This text holds a character that cannot be kept."
        raise InputError([Problem(message, name, suggestion=hint)])
    if isinstance(value, Mapping):
        if all(isinstance(key, str) for key in value):
            inner = ((plain(k, name), v) for k, v in value.items())
            return {k: plain(v, name, depth + 1) for k, v in inner}
        message = "A name is text here."
    elif isinstance(value, list | tuple):
        return [plain(v, name, depth + 1) for v in value]
    elif isinstance(value, float) and not math.isfinite(value):
        message = "A number is expected here, one that has an end."
    elif isinstance(value, int) and abs(value) >= 10**MAX_DIGITS:
        message = "This number is too large to be kept."
    elif value is None or isinstance(value, bool | int | float):
        return value
    elif isinstance(value, datetime.date):
        return value.isoformat()
    else:
        message = "This cannot be kept as an answer."
    raise InputError([Problem(message, name, shorten(value))])


def check(state: State, event: Event) -> None:
    """Raise `InputError` if the answers would not be whole after an event."""
    after = state.copy()
    try:
        after.apply(event)
    except ODD:
        name = ".".join(map(str, event.body.get("address", ())))
        raise InputError([Problem("This cannot be kept as an answer.", name)]) from None
    data = after.plain()
    try:
        kept = Answers.model_validate(data).to_parameters()
    except ValidationError as error:
        raise InputError(problems_of(error, data)) from None
    problems = list(unknown_ids(data, load_content()))
    if strange := _strange(data, kept):
        # an edited file may hold some from before, which must not keep others from writing
        then = state.plain()
        known = _strange(then, Answers.model_validate(then).to_parameters())
        problems += [p for p in strange if p not in known]
    if problems:
        raise InputError(problems)


def _strange(data: Any, kept: Any, name: str = "") -> list[Problem]:
    """Return the names that the schema takes and nobody asks for, such as `if_` for `if`."""
    found: list[Problem] = []
    if isinstance(data, Mapping):
        for key, value in data.items():
            full = f"{name}.{key}" if name else key
            if key in kept:
                found += _strange(value, kept[key], full)
            elif value not in (None, {}, []):
                message = "No answer has this name."
                found.append(Problem(message, full, "", ", ".join(kept), near(key, kept)))
    elif isinstance(data, list):
        for number, (one, other) in enumerate(zip(data, kept, strict=True)):
            found += _strange(one, other, f"{name}.{number}")
    return found
