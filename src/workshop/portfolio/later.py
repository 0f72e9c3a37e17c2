"""What is still to be done: open actions by date, and packs that failed."""

from __future__ import annotations

from workshop.portfolio.front import actions_lead, actions_table
from workshop.portfolio.telling import Telling
from workshop.render.blocks import Block, cell, column, heading, paragraph, table


def actions(t: Telling) -> list[Block]:
    """Return every open action by its date, those without a date last."""
    g, say = t.all, t.say
    if not g.actions:
        return [heading(1, say("portfolio.actions"), say("portfolio.no-actions"))]
    return [
        heading(1, say("portfolio.actions"), actions_lead(t)),
        paragraph(say("portfolio.actions-what"), tone="muted", small=True),
        actions_table(t, g.actions),
    ]


def failed(t: Telling) -> list[Block]:
    """Return the packs that failed, with why, and what there is of each nevertheless."""
    g, say = t.all, t.say
    if not g.failed:
        return []
    lost = {f.name for f in g.lost}
    rows = [
        [
            cell(t.linked(f.name)),
            cell(f.why),
            cell(say("portfolio.no-pack" if f.name in lost else "portfolio.partial-pack")),
        ]
        for f in g.failed
    ]
    columns = [
        column(say("portfolio.group"), width=1.4),
        column(say("portfolio.why"), width=3.0),
        column(say("portfolio.what-there-is"), width=1.6),
    ]
    return [
        heading(1, say("portfolio.failed"), say("portfolio.failed-lead", n=len(g.failed))),
        table(columns, rows, caption=say("portfolio.failed-again")),
    ]
