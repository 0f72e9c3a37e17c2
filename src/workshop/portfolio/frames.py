"""Give a portfolio as pandas frames, to group, pivot and compare with another.

Names are those of `portfolio.csv` and of the frames of an assessment, so that they join.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from workshop.findings.finding import SEVERITIES
from workshop.findings.output.frames import PATTERNS, VERDICTS, Column, FrameText
from workshop.portfolio.files import check_portfolio, read_portfolio
from workshop.portfolio.record import Summary
from workshop.problems import InputError, Problem, near, shorten

Name = Literal["groups", "verdicts", "findings", "duties"]
_GROUP = Column("name", "text", "the group's name, which is its folder's")

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
                Column("answers_told", "whole", "answers that were given"),
                Column("answers_asked", "whole", "answers that were asked for"),
                Column("advised", "list", "the patterns that we advise"),
                Column("contested", "yes-no", "whether the advice is an open contest"),
                Column("chosen_pattern", "text", "the pattern that was chosen", PATTERNS),
                Column("current_pattern", "text", "how the teams work today", PATTERNS),
                Column("model", "text", "the model whose ownership is settled"),
                Column("builder", "text", "the team that builds it"),
                Column("open_actions", "whole", "actions that are open"),
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
    return FRAMES[name].frame(row for group in record.groups for row in _rows(group, name))


def _rows(group: Summary, name: Name) -> Iterator[dict[str, Any]]:
    if name == "verdicts":
        for pattern, verdict in group.verdicts.items():
            yield {"name": group.name, "pattern": pattern, "verdict": verdict}
    elif name == "findings":
        for found in group.findings:
            yield {"name": group.name, "finding": found.id, "severity": found.severity}
    elif name == "duties":
        for duty, held in group.duties.items():
            yield {"name": group.name, "duty": duty, "holder": held.holder}
    else:
        yield {
            "name": group.name,
            "organisation": group.organisation or None,
            "group": group.group or None,
            "held_on": group.held_on,
            "answers_told": len(group.told),
            "answers_asked": group.asked,
            "advised": group.advice.patterns,
            "contested": group.advice.contested,
            "chosen_pattern": group.chosen,
            "current_pattern": group.today,
            "model": group.model,
            "builder": group.builder,
            "open_actions": len(group.actions),
        }
