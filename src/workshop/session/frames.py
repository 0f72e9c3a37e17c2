"""Show a session as pandas frames: its answers with their history, and votes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

import pandas as pd

from workshop.answers.columns import cells_of, name_of
from workshop.answers.schema import Answers
from workshop.answers.table import typed
from workshop.content.loader import Content
from workshop.documents.text import make_safe
from workshop.findings import assess
from workshop.findings.output.frames import Column, FrameText
from workshop.problems import InputError, Problem, near, shorten
from workshop.session.replay import CHANGES, LISTS, ODD, State, standing
from workshop.session.store import Event

ANSWERS = FrameText(
    "answers",
    "an answer that was given",
    (Column("answer", "text", "the answer's dotted name; entries of a list count from 1"),),
    (
        Column("value", "text", "the answer in text; a semicolon between several"),
        Column("number", "number", "the answer, where it is a number"),
        Column("basis", "text", "how it is known: measured, documented, opinion"),
        Column("who", "text", "who gave it; empty where nobody said who they are"),
        Column("at", "moment", "when, in UTC"),
        Column("change", "whole", "number of the change in the session's history"),
    ),
)
"""The columns that `Session.to_frame` returns."""


def answers_frame(events: Iterable[Event], answers: Answers) -> pd.DataFrame:
    """Return every answer of a session with the change that set it."""
    events = list(events)
    by = _givers(events)
    basis = answers.basis or {}

    rows = []
    for steps, value in cells_of(answers.to_parameters(), ()):
        name = name_of(steps)
        event = by.given.get(_key(steps, by.state))
        number = isinstance(value, int | float) and not isinstance(value, bool)
        rows.append(
            {
                "answer": name,
                "value": value if isinstance(value, str) else typed(value),
                "number": float(value) if number else None,
                "basis": basis.get(name) or basis.get(str(steps[0])),
                "who": event.who if event else None,
                "at": event.at if event else None,
                "change": event.seq if event else None,
            }
        )
    return ANSWERS.frame(rows)


class _Givers:
    """The event that set each value of a state, tracked event by event."""

    def __init__(self) -> None:
        self.state = State()
        self.given: dict[tuple[Any, ...], Event] = {}
        self._values: dict[tuple[Any, ...], Any] = {}

    def take(self, event: Event) -> None:
        """Apply an event, and note what it changed."""
        after = self.state.copy()
        try:
            after.apply(event)
        except ODD:
            return
        self.state, was = after, self._values
        self._values = dict(_values(after))
        for key, value in self._values.items():
            if key not in was or was[key] != value or type(was[key]) is not type(value):
                self.given[key] = event


def _givers(events: list[Event]) -> _Givers:
    gone, _ = standing(events)
    found = _Givers()
    for event in events:
        if event.kind in CHANGES and event.seq not in gone:
            found.take(event)
    return found


def _values(state: State) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Yield every value of a state; list items are addressed by id.

    Ids stay the same when items are moved.
    """
    tree = {name: value for name, value in state.tree.items() if value is not None}
    yield from cells_of(tree, ()) if tree else ()
    for name, place in LISTS.items():
        for item, values in state.lists[name].items():
            yield from cells_of(values, (*place, item))


def _key(steps: tuple[str | int, ...], state: State) -> tuple[Any, ...]:
    """Return the path to a value, with list items by id instead of by number."""
    for name, place in LISTS.items():
        items, at = state.shown(name), len(place)
        if steps[:at] == place and len(steps) > at and int(steps[at]) <= len(items):
            return (*place, items[int(steps[at]) - 1], *steps[at + 1 :])
    return steps


By = Literal["choice", "role", "table", "facts"]


def votes_frame(answers: Answers, content: Content, by: By) -> pd.DataFrame:
    """Return the votes: a row for each choice, role or table of a choice, or fact."""
    names: dict[str, Literal["votes", "votes_by_role", "votes_by_table", "facts"]] = {
        "choice": "votes",
        "role": "votes_by_role",
        "table": "votes_by_table",
        "facts": "facts",
    }
    if by not in names:
        message = "Votes are shown by something else."
        raise InputError([Problem(message, "by", shorten(by), ", ".join(names), near(by, names))])
    return assess(answers, content).to_frame(names[by])


def votes_file(frame_by: Callable[[By], pd.DataFrame], ending: str) -> bytes:
    """Return the revealed votes as a file; no cell is taken for a formula.

    CSV has a row for each choice. A workbook has sheets of choices, of roles and of facts. If
    tables voted each for itself, choices have a column for each table, and the workbook a sheet.
    """

    def table(by: By) -> pd.DataFrame:
        frame = frame_by(by).reset_index()
        if by == "facts" and not at_tables:
            frame = frame.drop(columns="table")
        return frame.map(as_cell)

    def as_cell(value: Any) -> Any:
        shown = ", ".join(value) if isinstance(value, tuple) else value
        return make_safe(shown) if isinstance(shown, str) else shown

    by_table = frame_by("table")
    at_tables = len(by_table) > 0
    choices = table("choice")
    if at_tables:
        columns = by_table["count"].unstack("table", sort=False)
        columns.columns = [make_safe(f"votes of {name}") for name in columns.columns]
        choices = choices.join(columns, on=["question", "round", "choice"])
    if ending == ".csv":
        text: str = choices.to_csv(index=False, lineterminator="\r\n")
        return ("\ufeff" + text).encode()
    workbook = io.BytesIO()
    with pd.ExcelWriter(workbook, engine="openpyxl") as writer:
        choices.to_excel(writer, sheet_name="votes", index=False)
        table("role").to_excel(writer, sheet_name="roles", index=False)
        if at_tables:
            table("table").to_excel(writer, sheet_name="tables", index=False)
        table("facts").to_excel(writer, sheet_name="facts", index=False)
        for sheet in writer.sheets.values():  # as somebody reads it who opens it
            sheet.freeze_panes = "A2"
            for column in sheet.columns:
                longest = max(len(str(cell.value or "")) for cell in column)
                sheet.column_dimensions[column[0].column_letter].width = min(longest, 60) + 2
    return workbook.getvalue()
