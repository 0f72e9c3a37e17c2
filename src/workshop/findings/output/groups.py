"""Assess many groups at once: a row for each in, one long frame out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, get_args

from workshop.answers.table import read_frame
from workshop.content.loader import Content, load_content
from workshop.findings.assessment import Assessment, assess
from workshop.findings.patterns.advice import headline
from workshop.problems import InputError, Problem, near, shorten

if TYPE_CHECKING:
    from pandas import DataFrame

Kind = Literal["advice", "verdict", "finding", "contradiction", "tipping_point", "unknown"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def assess_frame(
    frame: DataFrame,
    content: Content | None = None,
    *,
    kinds: Sequence[Kind] = ("advice", "verdict", "finding", "contradiction", "tipping_point"),
) -> DataFrame:
    """Return what is found about each group of a frame, as one long frame.

    A row is a group, and the names of its columns are those of answers, with dots for nesting
    (`duties.paged`). Missing values are unknown. The result has a row for each thing found, by
    group, kind and id; `workshop.findings.output.frames.FOUND` describes its columns.

    Raises `InputError` with every problem of every row, also for a column that is no answer.

    >>> import pandas as pd
    >>> from workshop import assess_frame
    >>> teams = pd.DataFrame({"group": ["Pay", "Ads"], "model_teams": [6, None]})
    >>> sorted(assess_frame(teams, kinds=["verdict"]).index.get_level_values("group").unique())
    ['Ads', 'Pay']
    """
    from workshop.findings.output.frames import FOUND

    content = load_content() if content is None else content
    if odd := [k for k in kinds if k not in KINDS]:
        message = "Nothing of this kind is found."
        hint = near(str(odd[0]), KINDS)
        raise InputError([Problem(message, "kinds", shorten(odd[0]), ", ".join(KINDS), hint)])
    return FOUND.frame(_of_groups(frame, content, kinds))


AT_ONCE = 100
"""Rows of which answers are kept at a time.

So memory grows by what is found alone.
"""


def _of_groups(
    frame: DataFrame, content: Content, kinds: Sequence[Kind]
) -> Iterator[dict[str, Any]]:
    """Yield what is found about each row; raise at the end for all problems."""
    problems: dict[Problem, None] = {}
    often: Counter[str] = Counter()
    for begin in range(0, max(len(frame), 1), AT_ONCE):
        part = frame.iloc[begin : begin + AT_ONCE]
        table = read_frame(part, content)
        problems |= dict.fromkeys(table.problems)
        for row in table.rows:
            name = row.group or f"row {shorten(part.index[row.number - 2])}"
            often[name] += 1
            if row.answers is not None and not problems:
                yield from _found(name, assess(row.answers, content), kinds)
    if problems:
        raise InputError(problems)
    if twice := [name for name, count in often.items() if count > 1]:
        message = "More than one row has this group."
        hint = "Give each row a group of its own."
        raise InputError(Problem(message, "group", shorten(n), "", hint) for n in twice)


def _found(group: str, assessment: Assessment, kinds: Sequence[Kind]) -> Iterator[dict[str, Any]]:
    for kind in kinds:
        for one in _of_kind(assessment, kind):
            yield {"group": group, "kind": kind, **one}


def _of_kind(found: Assessment, kind: Kind) -> Iterator[dict[str, Any]]:
    """Yield rows of `FOUND`, which takes of a row the columns that it has."""
    from workshop.findings.output.frames import rows_of

    if kind == "advice":
        advised = found.recommendation
        yield {"id": advised.status, "patterns": advised.patterns, "statement": headline(found)}
    elif kind == "verdict":
        for row in rows_of(found, "verdicts"):
            yield {"id": row["pattern"], "patterns": (row["pattern"],), **row}
    elif kind == "finding":
        for row in rows_of(found, "findings"):
            yield {"id": row["finding"], **row}
    elif kind == "contradiction":
        for clash in found.clashes:
            yield {"id": clash.id, "statement": clash.statement, "answers": clash.answers}
    elif kind == "tipping_point":
        for row in rows_of(found, "tipping_points"):
            yield {"id": row["answer"], **row}
    else:
        for row in rows_of(found, "unknowns"):
            yield {"id": row["answer"], "statement": row["ask"], "patterns": row["would_change"]}
