"""Give a portfolio as pandas frames, to group, pivot and compare with another.

The pages count with them, and `changes` compares two batches with them. `groups` has the columns of
`portfolio.csv` and `portfolio.parquet`, which are made of the same rows. Other names are those of
the frames of an assessment, so that they join.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from workshop.answers.schema import Duties
from workshop.findings.finding import SEVERITIES
from workshop.findings.output.frames import PATTERNS, VERDICTS, Column, FrameText
from workshop.findings.ownership import DutyState
from workshop.findings.patterns.inputs import word
from workshop.portfolio.record import (
    FailedPack,
    OutcomeKind,
    Summary,
    check_portfolio,
    is_near,
    is_past,
    outcome,
    read_portfolio,
)
from workshop.problems import InputError, Problem, near, shorten

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["portfolio_frame"]

Name = Literal["groups", "advice", "verdicts", "findings", "duties", "answers", "actions"]
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
            "advice",
            "a group that was judged",
            (_GROUP,),
            (
                Column("organisation", "text", "the organisation"),
                Column(
                    "kind",
                    "text",
                    "one pattern or combination, an open contest, none that fits yet, all "
                    "excluded, or unknown for want of answers",
                    get_args(OutcomeKind),
                    True,
                ),
                Column("patterns", "list", "those patterns; where none fits, the nearest"),
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
            (
                Column("severity", "text", "the most severe first", SEVERITIES, True),
                Column("answers", "list", "names of the answers it rests on"),
            ),
        ),
        FrameText(
            "duties",
            "a duty of a group's model",
            (_GROUP, Column("duty", "text", "the duty's id")),
            (
                Column("holder", "text", "the team that has it, as typed"),
                Column("state", "text", "who that is", get_args(DutyState)),
            ),
        ),
        FrameText(
            "answers",
            "an answer that a group gave",
            (_GROUP, Column("answer", "text", "name of the answer")),
            (
                Column(
                    "value", "text", "as content writes it; missing where no verdict rests on it"
                ),
            ),
        ),
        FrameText(
            "actions",
            "a decision of a group, those that are open first",
            (_GROUP, Column("action", "whole", "place in the group's list, from 1")),
            (
                Column("decision", "text", "the decision in its own words"),
                Column("state", "text", "whether it is done or dropped", ("open", "closed")),
                Column("chosen", "text", "what was chosen"),
                Column("owner", "text", "one person or role"),
                Column("due", "date", "by when it is done"),
                Column("earlier", "yes-no", "decided at an earlier workshop and open since"),
            ),
        ),
    )
}
"""Every frame of a portfolio by its name."""


def portfolio_frame(folder: Path | str, name: Name = "groups") -> pd.DataFrame:
    """Return a frame of a portfolio by its name, such as `verdicts`.

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
    return frame_of(name, record.groups, record.failed, record.day)


def frame_of(
    name: Name,
    groups: Sequence[Summary],
    failed: Sequence[FailedPack],
    day: datetime.date | None,
) -> pd.DataFrame:
    """Return a frame of groups that are read already, in their order."""
    if name == "groups":
        return FRAMES[name].frame(group_rows(groups, failed, day))
    rows = _DETAILS[name]
    return FRAMES[name].frame({"name": g.name, **row} for g in groups for row in rows(g))


Rows = Iterator[dict[str, Any]]


def _advice(group: Summary) -> Rows:
    kind, patterns = outcome(group)
    yield {"organisation": group.organisation or None, "kind": kind, "patterns": patterns}


def _verdicts(group: Summary) -> Rows:
    for pattern, verdict in group.verdicts.items():
        yield {"pattern": pattern, "verdict": verdict}


def _findings(group: Summary) -> Rows:
    for f in group.findings:
        yield {"finding": f.id, "severity": f.severity, "answers": f.answers}


def _duties(group: Summary) -> Rows:
    for duty, holder in group.duties.items():
        yield {"duty": duty, "holder": holder.holder, "state": holder.kind}


def _answers(group: Summary) -> Rows:
    for name in dict.fromkeys((*group.answers, *group.told)):
        yield {"answer": name, "value": word(group.answers.get(name))}


def _actions(group: Summary) -> Rows:
    for number, a in enumerate(group.actions, 1):
        yield {
            "action": number,
            "decision": a.decision,
            "state": "open",
            "chosen": a.chosen,
            "owner": a.owner,
            "due": a.due,
            "earlier": a.earlier,
        }
    for number, c in enumerate(group.closed, len(group.actions) + 1):
        yield {"action": number, "decision": c.decision, "state": "closed", "earlier": True}


_DETAILS: dict[str, Callable[[Summary], Rows]] = {
    "advice": _advice,
    "verdicts": _verdicts,
    "findings": _findings,
    "duties": _duties,
    "answers": _answers,
    "actions": _actions,
}


def group_rows(
    groups: Sequence[Summary], failed: Sequence[FailedPack], day: datetime.date | None
) -> Rows:
    """Yield a row for each group by column, also for those without a pack."""
    why = {f.name: f.why for f in failed}
    for group in groups:
        yield _row(group, why.pop(group.name, None), day)
    for lost in failed:
        if lost.name in why:
            fields = {
                "name": lost.name,
                "organisation": lost.organisation or None,
                "group": lost.group or None,
            }
            yield {**fields, "pack": "failed", "why": lost.why}


def _row(group: Summary, why: str | None, day: datetime.date | None) -> dict[str, object]:
    judged = outcome(group)[0] != "unknown"
    dated = [a.due for a in group.actions if a.due is not None and not is_past(a, day)]
    row: dict[str, object] = {
        "name": group.name,
        "organisation": group.organisation or None,
        "group": group.group or None,
        "held_on": group.held_on,
        "pack": "partial" if why is not None else "whole",
        "why": why,
        "answers_told": len(group.told),
        "answers_asked": group.asked,
        "advised": group.advice.patterns,
        "contested": group.advice.contested if judged else None,
        "advice": group.advice.headline,
        "nearest": group.advice.nearest,
        "chosen_pattern": group.chosen,
        "current_pattern": group.today,
        "model": group.model,
        "builder": group.builder,
        "near": [f"{p.input} {p.when} {p.to:g}" for p in group.tipping_points if is_near(p)],
        "open_actions": len(group.actions),
        "past_actions": sum(is_past(a, day) for a in group.actions) if day else None,
        "next_due": min(dated, default=None),
    }
    row |= {f"verdict.{p}": v for p, v in group.verdicts.items()}
    for duty, holder in group.duties.items():
        row |= {f"duties.{duty}": holder.holder, f"duties.{duty}.kind": holder.kind}
    for severity in SEVERITIES:
        row[severity] = [f.id for f in group.findings if f.severity == severity]
    return row
