"""The first page of a portfolio, open actions, and what changed since the last batch."""

from __future__ import annotations

from collections.abc import Sequence

from workshop.documents.blocks import (
    Block,
    Card,
    Cell,
    Table,
    TextLike,
    bullets,
    card,
    cell,
    column,
    heading,
    pairs,
    paragraph,
    table,
)
from workshop.exhibits.layout import short
from workshop.portfolio.changes import AnswerChange, Changes, FormerAction, GroupChange
from workshop.portfolio.layout import IN_A_LINE, IN_A_PARAGRAPH, Telling
from workshop.portfolio.record import Action, Summary, Value
from workshop.portfolio.sections import severity_cell

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


_MOVES = ("appeared", "shown", "ended", "hidden")


def since(t: Telling, changes: Changes) -> list[Block]:
    """Return what is different from the previous batch."""
    say, before = t.say, changes.before
    key = "portfolio.since-lead" if before.day else "portfolio.since-lead-no-day"
    day = t.day(before.day) if before.day else ""
    blocks: list[Block] = [
        heading(1, say("portfolio.since"), say(key, n=changes.common, day=day)),
    ]
    if changes.other_content:
        blocks.append(paragraph(say("portfolio.other-content"), tone="seam"))
    came = [
        (say(f"portfolio.groups-{kind}"), _names(t, groups))
        for kind in ("new", "returned", "gone", "missing")
        if (groups := getattr(changes, kind))
    ]
    if came:
        blocks.append(pairs(came))
    return [
        *blocks,
        *_verdicts(t, changes),
        *_since_findings(t, changes),
        *_since_actions(t, changes),
    ]


def _names(t: Telling, groups: tuple[Summary, ...]) -> str:
    """Return groups by name; one that is not in this batch by its own words."""
    labels = [t.all.labels.get(s.name) or t.all.call(s) for s in groups]
    return t.say("portfolio.counted", n=len(groups), names=t.listing(labels, IN_A_PARAGRAPH))


# -- verdicts -------------------------------------------------------------------------------------


def _verdicts(t: Telling, changes: Changes) -> list[Block]:
    say, moved = t.say, changes.verdicts
    lead = say("portfolio.moved-lead", n=len(moved)) if moved else say("portfolio.moved-none")
    blocks: list[Block] = [heading(2, say("portfolio.moved"), lead)]
    if not moved:
        return blocks
    columns = [
        column(say("portfolio.group"), width=1.4),
        column(say("portfolio.verdict-then-now"), width=2.4),
        column(say("portfolio.answers-changed"), width=2.6),
    ]
    return [*blocks, table(columns, [_moved(t, change) for change in moved])]


def _moved(t: Telling, change: GroupChange) -> list[Cell | TextLike]:
    say = t.say
    verdicts = [
        say(
            "portfolio.move",
            name=t.content.pattern(v.pattern).short,
            was=t.verdict(v.was),
            now=t.verdict(v.now),
        )
        for v in change.verdicts
    ]
    answers = [_answer(t, a) for a in change.answers] or [say("portfolio.no-answer-changed")]
    return [cell(t.group(change.group)), cell("\n".join(verdicts)), cell("\n".join(answers))]


def _answer(t: Telling, a: AnswerChange) -> str:
    """Return an answer that is not the same; one told on one side only is said to be so."""
    return t.say(
        f"portfolio.answer-{a.kind}",
        name=t.answer_name(a.name),
        was=_value(t, a.name, a.was),
        now=_value(t, a.name, a.now),
    )


def _value(t: Telling, name: str, value: Value | None) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return t.number(name, value)
    return t.value(name, value)


# -- findings and actions -------------------------------------------------------------------------


def _since_findings(t: Telling, changes: Changes) -> list[Block]:
    say = t.say
    rows = [
        [
            cell(t.content.rule(f.id).title),
            severity_cell(t, f),
            cell(say(f"portfolio.finding-{kind}")),
            cell(str(len(f.groups))),
            cell(t.names(f.groups)),
        ]
        for kind in _MOVES
        for f in getattr(changes, kind)
        if any(rule.id == f.id for rule in t.content.rules)
    ]
    if not rows:
        return [heading(2, say("portfolio.findings-moved"), say("portfolio.findings-moved-none"))]
    columns = [
        column(say("portfolio.finding"), width=2.2),
        column(say("portfolio.severity"), width=0.9),
        column(say("portfolio.what-happened"), width=1.5),
        column(say("portfolio.groups"), width=0.7, align="right"),
        column(say("portfolio.which"), width=2.2),
    ]
    lead = say("portfolio.findings-moved-lead")
    return [heading(2, say("portfolio.findings-moved"), lead), table(columns, rows)]


def _since_actions(t: Telling, changes: Changes) -> list[Block]:
    say = t.say
    if not changes.actions:
        return []
    lead = say(
        "portfolio.former-lead",
        n=len(changes.actions),
        closed=changes.count("closed"),
        open=changes.count("open"),
        unheard=changes.count("unheard"),
    )
    waiting = [a for a in changes.actions if a.became != "closed"]
    blocks: list[Block] = [heading(2, say("portfolio.former"), lead)]
    if not waiting:
        return blocks
    columns = [
        column(say("portfolio.due"), width=1.2),
        column(say("portfolio.action"), width=2.6),
        column(say("portfolio.owner"), width=1.1),
        column(say("portfolio.group"), width=1.4),
        column(say("portfolio.became"), width=1.1),
    ]
    return [*blocks, table(columns, [_former(t, a) for a in _by_date(waiting)], row_heads=False)]


def _by_date(actions: list[FormerAction]) -> list[FormerAction]:
    return sorted(actions, key=lambda a: (a.action.due is None, str(a.action.due)))


def _former(t: Telling, former: FormerAction) -> list[Cell]:
    say, action = t.say, former.action
    return [
        cell(t.day(action.due)),
        cell(action_words(action)),
        cell(action.owner or say("portfolio.no-owner")),
        cell(t.label(former.group.name)),
        cell(say(f"portfolio.former-{former.became}")),
    ]
