"""What the day took: each block's minutes, planned and actual; the next agenda begins there."""

from __future__ import annotations

from workshop.findings import Assessment
from workshop.model.held import BlockTimes
from workshop.render.blocks import Cell, cell, column, heading, paragraph, table
from workshop.render.exhibit import Exhibit


def minutes(a: Assessment) -> Exhibit:
    """Return the minutes of each block of the agenda, planned and actual."""
    say, times = a.content.words, a.answers.agenda or ()
    if not times:
        return Exhibit("minutes", (paragraph(say("minutes.none"), tone="muted"),), (), ())
    planned = sum(one.planned or 0 for one in times)
    actual = sum(one.actual or 0 for one in times)
    held = sum(one.actual is not None for one in times)
    lead = say("minutes.lead", planned=planned, n=actual)
    shown = table(
        [
            column(say("minutes.block"), width=3.4),
            column(say("minutes.planned"), width=1, align="right"),
            column(say("minutes.actual"), width=1, align="right"),
            column(say("minutes.more"), width=1.6, align="right"),
        ],
        [_row(a, one) for one in times],
        caption=say("minutes.caption", held=held, n=len(times)),
    )
    return Exhibit("minutes", (heading(2, say("minutes.title"), lead), shown))


def _row(a: Assessment, one: BlockTimes) -> list[Cell]:
    say, planned, actual = a.content.words, one.planned, one.actual
    shown = say("minutes.no-plan") if planned is None else _number(a, planned)
    row = [cell(one.title), cell(shown)]
    if actual is None:
        return [*row, cell(say("minutes.not-held"), tone="muted"), cell("")]
    row.append(cell(_number(a, actual)))
    if planned is None:
        return [*row, cell("")]
    if actual == planned:
        return [*row, cell(say("minutes.as-planned"))]
    key = "minutes.longer" if actual > planned else "minutes.shorter"
    told = say(key, minutes=abs(actual - planned))
    return [*row, cell(told, tone="seam" if actual > planned else "plain")]


def _number(a: Assessment, minutes: int) -> str:
    return a.content.words("minutes.number", minutes=minutes)
