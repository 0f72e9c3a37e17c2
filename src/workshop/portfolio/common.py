"""What groups have in common: their findings, and the advice within one company."""

from __future__ import annotations

from collections.abc import Sequence

from workshop.exhibits.wording import SEVERITY_TONES, graded
from workshop.portfolio.gathering import Company, Shared
from workshop.portfolio.telling import Telling
from workshop.render.blocks import (
    Block,
    Cell,
    Table,
    card,
    cell,
    column,
    heading,
    paragraph,
    table,
)

_RISKS, _STRENGTHS, _FEW = 20, 6, 2
"""Findings below critical that are listed, and from how many groups on they are common."""


def findings(t: Telling) -> list[Block]:
    """Return the findings that most groups share: the gravest first, then the commonest."""
    g, say = t.all, t.say
    critical = g.shared("critical")
    others = [f for f in g.shared("risk", "watch") if len(f.groups) >= min(_FEW, len(g.groups))]
    left = max(len(others) - _RISKS, 0)
    others = sorted(others, key=lambda f: -len(f.groups))[:_RISKS]
    others.sort(key=lambda f: (f.severity != "risk", -len(f.groups)))
    strengths = g.shared("strength")[:_STRENGTHS]
    if critical:
        first = critical[0]
        title = t.content.rule(first.id).title
        lead = say("portfolio.findings-lead", n=len(first.groups), title=title)
    else:
        lead = say("portfolio.findings-none")
    blocks: list[Block] = [heading(1, say("portfolio.findings"), lead)]
    if critical or others:
        caption = say("portfolio.findings-left", n=left) if left else ""
        blocks.append(findings_table(t, [*critical, *others], caption))
    if strengths:
        blocks.append(heading(2, say("portfolio.strengths"), say("portfolio.strengths-lead")))
        blocks.append(findings_table(t, strengths))
    return blocks


def findings_table(t: Telling, found: Sequence[Shared], caption: str = "") -> Table:
    """Return findings with how many groups have each of them, and which."""
    say = t.say
    return table(
        [
            column(say("portfolio.severity"), width=0.9),
            column(say("portfolio.finding"), width=2.2),
            column(say("portfolio.groups"), width=0.7, align="right"),
            column(say("portfolio.which"), width=2.6),
        ],
        [
            [
                severity_cell(t, f),
                cell(t.content.rule(f.id).title),
                cell(str(len(f.groups)), strong=True),
                cell(t.names(f.groups)),
            ]
            for f in found
        ],
        caption=caption,
    )


def severity_cell(t: Telling, f: Shared) -> Cell:
    return cell(t.say(f"common.severity-{f.severity}"), tone=SEVERITY_TONES[f.severity])


# -- one company, several answers -----------------------------------------------------------------


def companies(t: Telling) -> list[Block]:
    """Return where one company needs different patterns for different groups."""
    g, say = t.all, t.say
    mixed = [c for c in g.companies if len(c.advised) > 1]
    alike = len(g.companies) - len(mixed)
    if not g.companies:
        return [heading(1, say("portfolio.companies"), say("portfolio.companies-untold"))]
    if not mixed:
        return [heading(1, say("portfolio.companies"), say("portfolio.companies-alike", n=alike))]
    spot = next((b for b in t.content.blind_spots if b.id == "several-consumers"), None)
    blocks: list[Block] = [
        heading(1, say("portfolio.companies"), say("portfolio.companies-lead", n=len(mixed))),
        _companies(t, mixed),
    ]
    if alike:
        blocks.append(paragraph(say("portfolio.companies-others", n=alike), small=True))
    if spot is not None:
        blocks.append(card(spot.ask, [spot.why], sources=graded(t.content, spot.sources)))
    blocks.append(
        card(
            say("portfolio.federation"),
            [say("portfolio.federation-why")],
            label=say("portfolio.label-question"),
            tone="ours",
        )
    )
    return blocks


def _companies(t: Telling, mixed: list[Company]) -> Table:
    say = t.say
    named = len(mixed) > 1
    rows = []
    for company in mixed:
        for found, groups in company.advised:
            own = [t.all.own_name(s) if named else t.label(s.name) for s in groups]
            row = [cell(t.outcome(found), strong=True), cell(str(len(groups)))]
            row.append(cell(t.listing(own)))
            rows.append([cell(company.organisation or ""), *row] if named else row)
    columns = [
        column(say("portfolio.advice"), width=1.8),
        column(say("portfolio.groups"), width=0.7, align="right"),
        column(say("portfolio.which"), width=3.0),
    ]
    if named:
        columns.insert(0, column(say("portfolio.organisation"), width=1.4))
    return table(columns, rows)
