"""The one page for whoever reads one page: which patterns, what is common, what waits."""

from __future__ import annotations

from collections.abc import Sequence

from workshop.exhibits.wording import short
from workshop.portfolio.changes import Changes
from workshop.portfolio.record import Action, Summary
from workshop.portfolio.telling import IN_A_LINE, Telling
from workshop.render.blocks import (
    Block,
    Card,
    Cell,
    Table,
    bullets,
    card,
    cell,
    column,
    heading,
    pairs,
    paragraph,
    table,
)

_FINDINGS, _ACTIONS = 3, 4
_LONGEST = 110
"""Characters of an action, about two lines; the whole stands in its pack."""
VERDICTS = ("fits", "fits-on-conditions", "not-yet", "excluded", None)


def one_page(t: Telling, changes: Changes | None) -> list[Block]:
    """Return the page for whoever reads one page."""
    say = t.say
    blocks: list[Block] = [heading(1, say("portfolio.front"), _lead(t))]
    if t.all.groups:
        blocks += [_advice_card(t), patterns_table(t), *_findings(t)]
    return [*blocks, *_waiting(t, changes)]


def _lead(t: Telling) -> str:
    """Return how many groups there are, and how many have too little to be judged on."""
    g, say = t.all, t.say
    unknown = len(g.of_kind("unknown"))
    if not g.groups:
        return say("portfolio.lead-empty", n=len(g.failed))
    if not unknown:
        return say("portfolio.lead", n=len(g.groups))
    return say("portfolio.lead-unknown", n=len(g.groups), unknown=unknown)


def _advice_card(t: Telling) -> Card:
    """Return what is advised to how many, in one sentence, and for whom it is open."""
    g, say = t.all, t.say
    ones = {o: groups for o, groups in g.advised.items() if o[0] == "one"}
    if ones:
        parts = [
            say("portfolio.advised-part", n=len(groups), name=t.outcome(o))
            for o, groups in ones.items()
        ]
        title = say("portfolio.advised", parts=say.listing(parts), n=len(g.groups))
    else:
        title = say("portfolio.advised-none")
    lines = [
        (say(f"portfolio.kind-{kind}"), say("portfolio.counted", n=len(found), names=names))
        for kind in ("open", "none", "excluded", "unknown")
        if (found := g.of_kind(kind))
        for names in [t.names(found, IN_A_LINE)]
    ]
    label = say("portfolio.label-advice" if ones else "portfolio.label-none")
    body: list[Block] = [pairs(lines)] if lines else []
    return card(title, body, label=label, tone="ours" if ones else "muted", boxed=True)


def patterns_table(t: Telling) -> Table:
    """Return the four patterns against how many groups each of them fits."""
    g, say = t.all, t.say
    rows: list[list[Cell]] = []
    for pattern in t.content.patterns:
        counts = g.count_verdicts(pattern.id)
        rows.append(
            [
                cell(pattern.short),
                _number(g.count_advised(pattern.id), strong=True),
                *(_number(counts[v]) for v in VERDICTS),
            ]
        )
    return table(
        [
            column(say("portfolio.pattern"), width=1.7),
            column(say("portfolio.advised-column"), align="right"),
            *(column(say(f"portfolio.count-{v or 'none'}"), align="right") for v in VERDICTS),
        ],
        rows,
        caption=say("portfolio.patterns-caption"),
    )


def _number(n: int, strong: bool = False) -> Cell:
    return cell(str(n), strong=strong and n > 0, tone="plain" if n else "muted")


def _findings(t: Telling) -> list[Block]:
    """Return the commonest critical findings as cards, the commonest strength first of all."""
    g, say = t.all, t.say
    blocks: list[Block] = []
    for strength in g.shared("strength")[:1]:
        title = say(
            "portfolio.front-strength",
            n=len(strength.groups),
            title=t.content.rule(strength.id).title,
        )
        blocks.append(card(title, label=say("portfolio.label-strength"), tone="strength"))
    critical = g.shared("critical")
    if not critical:
        return [*blocks, paragraph(say("portfolio.no-critical"))]
    for f in critical[:_FINDINGS]:
        title = say("portfolio.front-finding", n=len(f.groups), title=t.content.rule(f.id).title)
        label = say("common.severity-critical")
        blocks.append(card(title, [t.names(f.groups, IN_A_LINE)], label=label, tone="critical"))
    return blocks


def _waiting(t: Telling, changes: Changes | None) -> list[Block]:
    """Return what waits: near tipping points, actions, failed packs, what moved since."""
    g, say = t.all, t.say
    lines: list[str] = []
    if near := list(dict.fromkeys(s.name for s, _ in g.near)):
        names = t.listing([t.label(name) for name in near], IN_A_LINE)
        lines.append(say("portfolio.front-near", n=len(near), names=names))
    if changes is not None:
        lines.append(
            say(
                "portfolio.front-since",
                n=len(changes.verdicts),
                common=changes.common,
                appeared=_cases(changes, "appeared", "shown"),
                ended=_cases(changes, "ended"),
            )
        )
    if g.failed:
        names = t.listing([t.label(f.name) for f in g.failed], IN_A_LINE)
        lines.append(say("portfolio.front-failed", n=len(g.failed), names=names))
    blocks: list[Block] = [bullets(lines)] if lines else []
    if not g.actions:
        return [*blocks, paragraph(say("portfolio.no-actions"))] if g.groups else blocks
    blocks.append(paragraph(actions_lead(t)))
    blocks.append(_actions(t))
    return blocks


def _cases(changes: Changes, *kinds: str) -> int:
    """Return how often findings of these kinds occur, strengths left out."""
    shared = (f for kind in kinds for f in getattr(changes, kind))
    return sum(len(f.groups) for f in shared if f.severity != "strength")


def actions_lead(t: Telling) -> str:
    """Return how many actions are open, past their date, and without one."""
    g, say = t.all, t.say
    n = len(g.actions)
    past = sum(g.is_past(a) for _, a in g.actions)
    undated = sum(a.due is None for _, a in g.actions)
    if g.day is None:
        return say("portfolio.actions-no-day", n=n, undated=undated)
    if not undated:
        return say("portfolio.actions-lead-dated", n=n, past=past, day=t.day(g.day))
    return say("portfolio.actions-lead", n=n, past=past, undated=undated, day=t.day(g.day))


def _actions(t: Telling) -> Table:
    """Return the first actions by date."""
    say = t.say
    return actions_table(
        t,
        t.all.actions[:_ACTIONS],
        say("portfolio.more-actions", n=len(t.all.actions) - _ACTIONS)
        if len(t.all.actions) > _ACTIONS
        else "",
    )


def actions_table(
    t: Telling, actions: Sequence[tuple[Summary, Action]], caption: str = ""
) -> Table:
    """Return actions with date, owner and group, in the order given."""
    say = t.say
    return table(
        [
            column(say("portfolio.due"), width=1.85),
            column(say("portfolio.action"), width=3.0),
            column(say("portfolio.owner"), width=1.65),
            column(say("portfolio.group"), width=1.5),
        ],
        [
            [
                due_cell(t, action),
                cell(action_words(action)),
                cell(short(action.owner, 40) if action.owner else say("portfolio.no-owner")),
                cell(t.label(s.name)),
            ]
            for s, action in actions
        ],
        row_heads=False,
        caption=caption,
    )


def due_cell(t: Telling, action: Action) -> Cell:
    if t.all.is_past(action):
        return cell(t.say("portfolio.past", day=t.day(action.due)), tone="seam", mark="▲")
    return cell(t.day(action.due), tone="plain" if action.due else "muted")


def action_words(action: Action) -> str:
    """Return what was chosen, else the question that was decided."""
    return short(action.chosen or action.decision, _LONGEST)
