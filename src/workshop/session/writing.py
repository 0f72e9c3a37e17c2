"""A session as text: the answers file that papermill takes, and the history as lines."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from workshop.model.problems import shorten
from workshop.session.session import Change, Session

_BREAKS = "\r\x85\u2028\u2029"


class _Writer(yaml.SafeDumper):
    """Writes text of several lines as a block, which a person can read and edit."""


def _text(writer: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = None
    if any(c in value for c in _BREAKS):
        style = '"'  # YAML reads these as the end of a line and would lose which it was
    elif "\n" in value:
        style = "|"
    return writer.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Writer.add_representer(str, _text)


def answers_text(session: Session) -> str:
    """Return the session's answers and votes as the text of an answers file.

    What is read from it is equal to the session's answers, whatever people typed.
    """
    told = session.answers_with_votes().to_parameters()
    history = session.history()
    head = f"# Answers of the session “{_line(Path(session.place).name)}”"
    if history:
        head += f", as of {history[0].at:%Y-%m-%d %H:%M} UTC"
    body = yaml.dump(
        told,
        Dumper=_Writer,
        sort_keys=False,
        allow_unicode=True,
        width=96,
        default_flow_style=False,
    )
    return f"{head}\n\n{body if told else ''}"


def history_lines(session: Session) -> Iterator[str]:
    """Return who changed what and when, a line for each change, the oldest first."""
    for change in reversed(session.history()):
        undone = " (taken back)" if change.undone else ""
        who = _line(change.who) or "somebody"
        yield f"{change.at:%Y-%m-%d %H:%M:%S} UTC  {who}: {_what(change)}{undone}"


def _what(change: Change) -> str:
    name = _line(".".join(change.address))
    if change.what == "answered":
        return f"{name}: {_value(change.was)} → {_value(change.now)}"
    if change.what in ("added", "removed", "moved"):
        return f"{name}: {change.what}"
    return f"answers {change.what}"


def _value(value: Any) -> str:
    return "not told" if value is None else shorten(value)


def _line(words: str) -> str:
    return shorten(words, 120)


def write_text(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all. Raises OSError if it cannot be."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
