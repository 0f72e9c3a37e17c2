"""Group by group: the verdicts, who holds the duties, and who stands near a tipping point."""

from __future__ import annotations

from workshop.findings.ownership import DutyState
from workshop.portfolio.gathering import KINDS, outcome
from workshop.portfolio.heat import DUTY_LOOKS, draw_duties
from workshop.portfolio.record import Summary, Tipping
from workshop.portfolio.telling import Telling
from workshop.render.blocks import (
    Block,
    Cell,
    Column,
    cell,
    column,
    heading,
    paragraph,
    table,
)


def verdicts(t: Telling) -> list[Block]:
    """Return the table of groups against patterns, with what is advised."""
    g, say = t.all, t.say
    contested = len(g.of_kind("open"))
    key = "portfolio.verdicts-lead-open" if contested else "portfolio.verdicts-lead"
    head = heading(1, say("portfolio.verdicts"), say(key, n=contested))
    patterns = t.content.patterns
    rows = [
        [
            cell(t.group(s)),
            *(t.verdict_cell(s.verdicts.get(p.id), p.id in s.advice.patterns) for p in patterns),
            _advice(t, s),
        ]
        for s in g.groups
    ]
    columns = [
        column(say("portfolio.group"), width=1.6),
        *(column(p.short, width=1.15) for p in patterns),
        column(say("portfolio.advice"), width=2.0),
    ]
    return [
        head,
        paragraph(say("portfolio.verdicts-what"), tone="muted", small=True),
        paragraph(say("portfolio.no-ranking"), tone="muted", small=True),
        # upright on paper, where it fits; a screen's own type may be wider than ours
        table(columns, rows, wide=t.on_screen),
    ]


def _advice(t: Telling, s: Summary) -> Cell:
    kind = outcome(s)[0]
    if kind == "one":
        return cell(t.advice(s), strong=True)
    return cell(t.advice(s), tone="muted" if kind == "unknown" else "plain")


# -- duties ---------------------------------------------------------------------------------------


def duties(t: Telling) -> list[Block]:
    """Return who holds the five duties: a picture of all groups, then each group in a row."""
    g, say, content = t.all, t.say, t.content
    held = {d.id: g.count_duty(d.id) for d in content.duties}
    open_ = {d: held[d.id]["nobody"] + held[d.id]["at-handover"] for d in content.duties}
    worst = [d for d in content.duties if open_[d] and open_[d] == max(open_.values())]
    told = any(n for counts in held.values() for kind, n in counts.items() if kind != "unknown")
    if not told:
        lead = say("portfolio.duties-lead-unknown")
    elif worst:
        names = say.listing([d.short for d in worst])
        lead = say("portfolio.duties-lead", n=open_[worst[0]], all=len(g.groups), names=names)
    else:
        lead = say("portfolio.duties-lead-held")
    rows = [
        [cell(t.label(s.name)), *(_duty(t, _kind(s, d.id)) for d in content.duties)]
        for s in g.groups
    ]
    kinds = [k for k in KINDS if any(held[d.id][k] for d in content.duties)]
    rows += [
        [
            cell(say("portfolio.total", kind=say(f"portfolio.duty-{k}")), strong=True),
            *(cell(str(held[d.id][k]), strong=held[d.id][k] > 0) for d in content.duties),
        ]
        for k in kinds
    ]
    columns: list[Column] = [column(say("portfolio.group"), width=1.8)]
    columns += [column(d.short, width=1.1) for d in content.duties]
    return [
        heading(1, say("portfolio.duties"), lead),
        *([draw_duties(t)] if told else []),
        paragraph(say("portfolio.duties-what"), tone="muted", small=True),
        table(columns, rows),
    ]


def _kind(s: Summary, duty: str) -> DutyState:
    return s.duties[duty].kind if duty in s.duties else "unknown"


def _duty(t: Telling, kind: DutyState) -> Cell:
    tone, mark = DUTY_LOOKS[kind]
    words = t.say(f"portfolio.duty-{kind}")
    return cell(words, tone=tone, mark=mark, fill=kind != "unknown")


# -- tipping points -------------------------------------------------------------------------------


def near(t: Telling) -> list[Block]:
    """Return the groups near a tipping point: which answer, where it stands, what would change."""
    g, say = t.all, t.say
    names = dict.fromkeys(s.name for s, _ in g.near)
    if not names:
        head = heading(1, say("portfolio.near"), say("portfolio.near-none"))
        return [head, paragraph(say("portfolio.near-what"), tone="muted", small=True)]
    rows = [
        [
            cell(t.label(s.name)),
            cell(t.answer_name(point.input)),
            cell(t.number(point.input, point.now)),
            cell(_where(t, point), strong=True),
            cell(_becomes(t, point)),
        ]
        for s, point in g.near
    ]
    columns = [
        column(say("portfolio.group"), width=1.5),
        column(say("portfolio.answer"), width=1.75),
        column(say("portfolio.now"), width=0.9),
        column(say("portfolio.changes-at"), width=1.0),
        column(say("portfolio.advice-then"), width=1.85),
    ]
    return [
        heading(1, say("portfolio.near"), say("portfolio.near-lead", n=len(names))),
        paragraph(say("portfolio.near-what"), tone="muted", small=True),
        table(columns, rows),
    ]


def _where(t: Telling, point: Tipping) -> str:
    return t.say(f"portfolio.{point.when}", to=point.to)


def _becomes(t: Telling, point: Tipping) -> str:
    if not point.patterns:
        return t.say("portfolio.becomes-none")
    return t.outcome(("open" if point.contested else "one", point.patterns))
