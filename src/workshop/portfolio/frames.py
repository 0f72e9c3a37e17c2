"""Give a portfolio as pandas frames, to group, pivot and compare with another.

`groups` has the columns of `portfolio.csv` and `portfolio.parquet`, which are made of the same
rows. Other names are those of the frames of an assessment, so that they join.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from workshop.answers.schema import Duties
from workshop.content.loader import load_content
from workshop.findings.finding import SEVERITIES
from workshop.findings.output.frames import PATTERNS, VERDICTS, Column, FrameText
from workshop.findings.ownership import DutyState
from workshop.portfolio.record import (
    Gathering,
    Summary,
    check_portfolio,
    gather,
    group_rows,
    read_portfolio,
)
from workshop.problems import InputError, Problem, near, shorten

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["portfolio_frame"]

Name = Literal["groups", "verdicts", "findings", "duties"]
_GROUP = Column("name", "text", "the group's name, which is its folder's")

DUTIES = tuple(field.alias or name for name, field in Duties.model_fields.items())

FRAMES: dict[str, FrameText] = {
    frame.name: frame
    for frame in (
        FrameText(
            "groups",
            "a group",
            (_GROUP,),
            (
                Column("organisation", "text", "the organisation"),
                Column("group", "text", "the group as typed"),
                Column("held_on", "date", "date of the workshop"),
                Column("pack", "text", "whether its pack was made", ("whole", "partial", "failed")),
                Column("why", "text", "what is missing of its pack, and why"),
                Column("answers_told", "whole", "answers that were given"),
                Column("answers_asked", "whole", "answers that were asked for"),
                *(
                    Column(
                        f"verdict.{p}",
                        "text",
                        f"verdict on {p}; missing: not judged",
                        VERDICTS,
                        True,
                    )
                    for p in PATTERNS
                ),
                Column("advised", "list", "the patterns that we advise"),
                Column("contested", "yes-no", "whether the advice is an open contest"),
                Column("advice", "text", "the advice in a sentence"),
                Column(
                    "nearest", "list", "where none fits: the patterns with the fewest obstacles"
                ),
                Column("chosen_pattern", "text", "the pattern that was chosen", PATTERNS),
                Column("current_pattern", "text", "how the teams work today", PATTERNS),
                Column("model", "text", "the model whose ownership is settled"),
                Column("builder", "text", "the team that builds it"),
                *(
                    column
                    for duty in DUTIES
                    for column in (
                        Column(f"duties.{duty}", "text", "the team that has the duty, as typed"),
                        Column(f"duties.{duty}.kind", "text", "who that is", get_args(DutyState)),
                    )
                ),
                *(
                    Column(severity, "list", f"rules of this severity that speak: {severity}")
                    for severity in SEVERITIES
                ),
                Column("near", "list", "answers that are near a value that changes the advice"),
                Column("open_actions", "whole", "actions that are open"),
                Column("past_actions", "whole", "open actions whose date is past"),
                Column("next_due", "date", "the next date of an action"),
            ),
        ),
        FrameText(
            "verdicts",
            "a pattern of a group",
            (_GROUP, Column("pattern", "text", "the pattern's id", PATTERNS)),
            (Column("verdict", "text", "missing where it could not be judged", VERDICTS, True),),
        ),
        FrameText(
            "findings",
            "a finding of a group",
            (_GROUP, Column("finding", "text", "the rule's id")),
            (Column("severity", "text", "the gravest first", SEVERITIES, True),),
        ),
        FrameText(
            "duties",
            "a duty of a group's model",
            (_GROUP, Column("duty", "text", "the duty's id")),
            (Column("holder", "text", "the team that has it, as typed"),),
        ),
    )
}
"""Every frame of a portfolio by its name."""


def portfolio_frame(folder: Path | str, name: Name = "groups") -> pd.DataFrame:
    """Return a frame of a portfolio: groups, verdicts, findings or duties.

    `folder` holds `portfolio.json`, or is that file. Two portfolios compare by pandas' own means,
    since both have the same index and columns.
    Raises `InputError` for a name that is none, and for a folder without a portfolio.
    """
    if name not in FRAMES:
        message = "No frame of a portfolio has this name."
        hint = near(str(name), FRAMES)
        raise InputError([Problem(message, "", shorten(name), ", ".join(FRAMES), hint)])
    place = Path(folder)
    record = check_portfolio(
        read_portfolio(place if place.suffix == ".json" else place / "portfolio.json")
    )
    gathered = gather(load_content(), record.groups, record.failed, record.day)
    return FRAMES[name].frame(_rows(gathered, name))


def to_parquet(gathering: Gathering) -> bytes:
    """Return `portfolio.parquet`: the frame of groups, read back with its dtypes.

    Raises `InputError` where pyarrow is not installed.
    """
    return FRAMES["groups"].parquet(group_rows(gathering))


def _rows(gathering: Gathering, name: Name) -> Iterator[dict[str, Any]]:
    if name == "groups":
        yield from group_rows(gathering)
        return
    for group in gathering.groups:
        yield from _details(group, name)


def _details(group: Summary, name: Name) -> Iterator[dict[str, Any]]:
    if name == "verdicts":
        for pattern, verdict in group.verdicts.items():
            yield {"name": group.name, "pattern": pattern, "verdict": verdict}
    elif name == "findings":
        for found in group.findings:
            yield {"name": group.name, "finding": found.id, "severity": found.severity}
    else:
        for duty, held in group.duties.items():
            yield {"name": group.name, "duty": duty, "holder": held.holder}
