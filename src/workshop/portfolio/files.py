"""The portfolio as files: the table for a spreadsheet, plain data, and reading that again."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from workshop.documents.fonts import make_harmless
from workshop.portfolio.gathering import Gathering, outcome
from workshop.portfolio.layout import Telling
from workshop.portfolio.record import VERSION, FailedPack, Portfolio, Summary
from workshop.problems import InputError, Problem, shorten

_FORMULA = "=+-@＝＋－＠\t\r"
"""Signs with which a spreadsheet takes a cell for a formula."""


# -- portfolio.csv --------------------------------------------------------------------------------


def to_csv(t: Telling) -> bytes:
    """Return `portfolio.csv`: a row a group, the same columns always, UTF-8 with its mark.

    A cell that a spreadsheet could take for a formula begins with an apostrophe. Several values
    in one cell are parted by “; ”, and are ids as in `findings.json`. What is unknown is empty.
    """
    g = t.all
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    why = {f.name: f.why for f in g.failed}
    rows = [_row(t, s, why.get(s.name)) for s in g.groups]
    rows += [_lost(f) for f in g.lost]
    names = columns(t)
    writer.writerow(names)
    for row in rows:
        writer.writerow([make_safe(row.get(name, "")) for name in names])
    return ("\ufeff" + out.getvalue()).encode("utf-8", "replace")


def columns(t: Telling) -> list[str]:
    """Return the columns of `portfolio.csv`, in their order."""
    return [
        *("name", "organisation", "group", "held_on", "pack", "why"),
        *("answers_told", "answers_asked"),
        *(f"verdict.{p.id}" for p in t.content.patterns),
        *("advised", "contested", "advice", "nearest", "chosen_pattern", "current_pattern"),
        *("model", "builder"),
        *(n for d in t.content.duties for n in (f"duties.{d.id}", f"duties.{d.id}.kind")),
        *("critical", "risk", "watch", "strength", "near"),
        *("open_actions", "past_actions", "next_due"),
    ]


def _row(t: Telling, s: Summary, why: str | None) -> dict[str, object]:
    judged = outcome(s)[0] != "unknown"
    dated = [a.due for a in s.actions if a.due is not None and not t.all.is_past(a)]
    near = [point for group, point in t.all.near if group is s]
    row: dict[str, object] = {
        "name": s.name,
        "organisation": s.organisation,
        "group": s.group,
        "held_on": s.held_on,
        "pack": "partial" if why is not None else "whole",
        "why": why,
        "answers_told": len(s.told),
        "answers_asked": s.asked,
        "advised": _ids(s.advice.patterns),
        "contested": str(s.advice.contested).lower() if judged else "",
        "advice": s.advice.headline,
        "nearest": _ids(s.advice.nearest),
        "chosen_pattern": s.chosen,
        "current_pattern": s.today,
        "model": s.model,
        "builder": s.builder,
        "near": _ids(f"{p.input} {p.when} {p.to:g}" for p in near),
        "open_actions": len(s.actions),
        "past_actions": sum(map(t.all.is_past, s.actions)) if t.all.day else "",
        "next_due": min(dated, default=None),
    }
    row |= {f"verdict.{p}": v or "not-judged" for p, v in s.verdicts.items()}
    for duty, held in s.duties.items():
        row |= {f"duties.{duty}": held.holder, f"duties.{duty}.kind": held.kind}
    for severity in ("critical", "risk", "watch", "strength"):
        row[severity] = _ids(f.id for f in s.findings if f.severity == severity)
    return row


def _lost(f: FailedPack) -> dict[str, object]:
    told = {"name": f.name, "organisation": f.organisation, "group": f.group}
    return {**told, "pack": "failed", "why": f.why}


def _ids(values: Iterable[str]) -> str:
    return "; ".join(values)


def make_safe(value: object) -> str:
    """Return a value as one line that no spreadsheet takes for a formula."""
    words = "" if value is None else str(value)
    line = " ".join(make_harmless(words).split())
    return f"'{line}" if words[:1] in ("\t", "\r", "\n") or line[:1] in tuple(_FORMULA) else line


# -- portfolio.json -------------------------------------------------------------------------------


def to_record(gathering: Gathering, title: str) -> Portfolio:
    """Return what `portfolio.json` holds."""
    from workshop.files import __version__

    return Portfolio(
        version=VERSION,
        kit_version=__version__,
        content_version=gathering.content.version,
        title=title,
        day=gathering.day,
        groups=gathering.groups,
        failed=gathering.failed,
    )


def to_json(record: Portfolio) -> bytes:
    """Return the bytes of `portfolio.json`: keys sorted, a line for each group."""
    data = record.model_dump(mode="json")
    parts = []
    for name, value in sorted(data.items()):
        if isinstance(value, list):
            lines = ",\n  ".join(_dump(item) for item in value)
            parts.append(f"{_dump(name)}: [\n  {lines}\n ]" if value else f"{_dump(name)}: []")
        else:
            parts.append(f"{_dump(name)}: {_dump(value)}")
    return ("{\n " + ",\n ".join(parts) + "\n}\n").encode("utf-8", "backslashreplace")


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)


def read_portfolio(path: Path) -> Mapping[str, Any]:
    """Return what a `portfolio.json` of an earlier batch holds.

    Raises InputError if the file cannot be read, is something else, or was written by a later kit.
    """
    try:
        data = json.loads(path.read_bytes())
    except OSError as error:
        raise _trouble(path, f"It cannot be read: {error.strerror or error}.") from None
    except (ValueError, RecursionError):
        raise _trouble(path, "This is no JSON.") from None
    version = data.get("version") if isinstance(data, dict) else None
    if not isinstance(version, int) or "groups" not in data:
        raise _trouble(path, "This is not the portfolio of a batch.")
    if version > VERSION:
        message = "A later version of the kit wrote this."
        hint = "Install that version, or leave the comparison out."
        raise InputError([Problem(message, "version", str(version), str(VERSION), hint, str(path))])
    check_portfolio(data, str(path))
    return dict(data)


def check_portfolio(data: Mapping[str, Any], where: str = "") -> Portfolio:
    """Return a portfolio from plain data; InputError names what does not belong in one."""
    try:
        return Portfolio.model_validate(data)
    except ValidationError as error:
        raise InputError(
            Problem(
                f"{e['msg']}.",
                ".".join(map(str, e["loc"])),
                shorten(e["input"]),
                suggestion="The file was changed by hand, or is not whole: make it anew.",
                where=where,
            )
            for e in error.errors()[:3]
        ) from None


def _trouble(path: Path, message: str) -> InputError:
    hint = "Name the folder of an earlier batch, or the portfolio.json in it."
    return InputError([Problem(message, suggestion=hint, where=str(path))])
