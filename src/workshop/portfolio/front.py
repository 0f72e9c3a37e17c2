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
from workshop.portfolio.formatting import IN_A_LINE, IN_A_PARAGRAPH, View
from workshop.portfolio.record import Action, Summary, Value
from workshop.portfolio.sections import severity_cell

_FINDINGS, _ACTIONS = 3, 4
_LONGEST = 110
"""Characters of an action, about two lines; the whole stands in its pack."""
VERDICTS = ("fits", "fits-on-conditions", "not-yet", "excluded", None)


def one_page(view: View, changes: Changes | None) -> list[Block]:
    """Return the page for whoever reads one page."""
    text = view.text
    blocks: list[Block] = [heading(1, text("portfolio.front"), _lead(view))]
    if view.all.groups:
        blocks += [_advice_card(view), patterns_table(view), *_findings(view)]
    return [*blocks, *_waiting(view, changes)]


def _lead(view: View) -> str:
    """Return how many groups there are, and how many have too little to be judged on."""
    gathering, text = view.all, view.text
    unknown = len(gathering.of_kind("unknown"))
    if not gathering.groups:
        return text("portfolio.lead-empty", n=len(gathering.failed))
    if not unknown:
        return text("portfolio.lead", n=len(gathering.groups))
    return text("portfolio.lead-unknown", n=len(gathering.groups), unknown=unknown)


def _advice_card(view: View) -> Card:
    """Return what is advised to how many, in one sentence, and for whom it is open."""
    gathering, text = view.all, view.text
    ones = {o: groups for o, groups in gathering.advised.items() if o[0] == "one"}
    if ones:
        parts = [
            text("portfolio.advised-part", n=len(groups), name=view.outcome(o))
            for o, groups in ones.items()
        ]
        title = text("portfolio.advised", parts=text.listing(parts), n=len(gathering.groups))
    else:
        title = text("portfolio.advised-none")
    lines = [
        (text(f"portfolio.kind-{kind}"), text("portfolio.counted", n=len(found), names=names))
        for kind in ("open", "none", "excluded", "unknown")
        if (found := gathering.of_kind(kind))
        for names in [view.names(found, IN_A_LINE)]
    ]
    label = text("portfolio.label-advice" if ones else "portfolio.label-none")
    body: list[Block] = [pairs(lines)] if lines else []
    return card(title, body, label=label, tone="ours" if ones else "muted", boxed=True)


def patterns_table(view: View) -> Table:
    """Return the four patterns against how many groups each of them fits."""
    gathering, text = view.all, view.text
    rows: list[list[Cell]] = []
    for pattern in view.content.patterns:
        counts = gathering.count_verdicts(pattern.id)
        rows.append(
            [
                cell(pattern.short),
                _number(gathering.count_advised(pattern.id), strong=True),
                *(_number(counts[v]) for v in VERDICTS),
            ]
        )
    return table(
        [
            column(text("portfolio.pattern"), width=1.7),
            column(text("portfolio.advised-column"), align="right"),
            *(column(text(f"portfolio.count-{v or 'none'}"), align="right") for v in VERDICTS),
        ],
        rows,
        caption=text("portfolio.patterns-caption"),
    )


def _number(count: int, strong: bool = False) -> Cell:
    return cell(str(count), strong=strong and count > 0, tone="plain" if count else "muted")


def _findings(view: View) -> list[Block]:
    """Return the commonest critical findings as cards, the commonest strength first of all."""
    gathering, text = view.all, view.text
    blocks: list[Block] = []
    for strength in gathering.shared("strength")[:1]:
        title = text(
            "portfolio.front-strength",
            n=len(strength.groups),
            title=view.content.rule(strength.id).title,
        )
        blocks.append(card(title, label=text("portfolio.label-strength"), tone="strength"))
    critical = gathering.shared("critical")
    if not critical:
        return [*blocks, paragraph(text("portfolio.no-critical"))]
    for f in critical[:_FINDINGS]:
        title = text(
            "portfolio.front-finding", n=len(f.groups), title=view.content.rule(f.id).title
        )
        label = text("common.severity-critical")
        blocks.append(card(title, [view.names(f.groups, IN_A_LINE)], label=label, tone="critical"))
    return blocks


def _waiting(view: View, changes: Changes | None) -> list[Block]:
    """Return what waits: near tipping points, actions, failed packs, what moved since."""
    gathering, text = view.all, view.text
    lines: list[str] = []
    if near := list(dict.fromkeys(s.name for s, _ in gathering.near)):
        names = view.listing([view.label(name) for name in near], IN_A_LINE)
        lines.append(text("portfolio.front-near", n=len(near), names=names))
    if changes is not None:
        lines.append(
            text(
                "portfolio.front-since",
                n=len(changes.verdicts),
                common=changes.common,
                appeared=_cases(changes, "appeared", "shown"),
                ended=_cases(changes, "ended"),
            )
        )
    if gathering.failed:
        names = view.listing([view.label(f.name) for f in gathering.failed], IN_A_LINE)
        lines.append(text("portfolio.front-failed", n=len(gathering.failed), names=names))
    blocks: list[Block] = [bullets(lines)] if lines else []
    if not gathering.actions:
        return [*blocks, paragraph(text("portfolio.no-actions"))] if gathering.groups else blocks
    blocks.append(paragraph(actions_lead(view)))
    blocks.append(_actions(view))
    return blocks


def _cases(changes: Changes, *kinds: str) -> int:
    """Return how often findings of these kinds occur, strengths left out."""
    shared = (f for kind in kinds for f in getattr(changes, kind))
    return sum(len(f.groups) for f in shared if f.severity != "strength")


def actions_lead(view: View) -> str:
    """Return how many actions are open, past their date, and without one."""
    gathering, text = view.all, view.text
    n = len(gathering.actions)
    past = sum(gathering.is_past(a) for _, a in gathering.actions)
    undated = sum(a.due is None for _, a in gathering.actions)
    if gathering.day is None:
        return text("portfolio.actions-no-day", n=n, undated=undated)
    if not undated:
        return text("portfolio.actions-lead-dated", n=n, past=past, day=view.day(gathering.day))
    return text(
        "portfolio.actions-lead", n=n, past=past, undated=undated, day=view.day(gathering.day)
    )


def _actions(view: View) -> Table:
    """Return the first actions by date."""
    text = view.text
    return actions_table(
        view,
        view.all.actions[:_ACTIONS],
        text("portfolio.more-actions", n=len(view.all.actions) - _ACTIONS)
        if len(view.all.actions) > _ACTIONS
        else "",
    )


def actions_table(
    view: View, actions: Sequence[tuple[Summary, Action]], caption: str = ""
) -> Table:
    """Return actions with date, owner and group, in the order given."""
    text = view.text
    return table(
        [
            column(text("portfolio.due"), width=1.85),
            column(text("portfolio.action"), width=3.0),
            column(text("portfolio.owner"), width=1.65),
            column(text("portfolio.group"), width=1.5),
        ],
        [
            [
                due_cell(view, action),
                cell(action_words(action)),
                cell(short(action.owner, 40) if action.owner else text("portfolio.no-owner")),
                cell(view.label(s.name)),
            ]
            for s, action in actions
        ],
        row_heads=False,
        caption=caption,
    )


def due_cell(view: View, action: Action) -> Cell:
    if view.all.is_past(action):
        return cell(view.text("portfolio.past", day=view.day(action.due)), tone="seam", mark="▲")
    return cell(view.day(action.due), tone="plain" if action.due else "muted")


def action_words(action: Action) -> str:
    """Return what was chosen, else the question that was decided."""
    return short(action.chosen or action.decision, _LONGEST)


def actions(view: View) -> list[Block]:
    """Return every open action by its date, those without a date last."""
    gathering, text = view.all, view.text
    if not gathering.actions:
        return [heading(1, text("portfolio.actions"), text("portfolio.no-actions"))]
    return [
        heading(1, text("portfolio.actions"), actions_lead(view)),
        paragraph(text("portfolio.actions-what"), tone="muted", small=True),
        actions_table(view, gathering.actions),
    ]


def failed(view: View) -> list[Block]:
    """Return the packs that failed, with why, and what there is of each nevertheless."""
    gathering, text = view.all, view.text
    if not gathering.failed:
        return []
    lost = {f.name for f in gathering.lost}
    rows = [
        [
            cell(view.linked(f.name)),
            cell(f.why),
            cell(text("portfolio.no-pack" if f.name in lost else "portfolio.partial-pack")),
        ]
        for f in gathering.failed
    ]
    columns = [
        column(text("portfolio.group"), width=1.4),
        column(text("portfolio.why"), width=3.0),
        column(text("portfolio.what-there-is"), width=1.6),
    ]
    return [
        heading(
            1, text("portfolio.failed"), text("portfolio.failed-lead", n=len(gathering.failed))
        ),
        table(columns, rows, caption=text("portfolio.failed-again")),
    ]


_MOVES = ("appeared", "shown", "ended", "hidden")


def since(view: View, changes: Changes) -> list[Block]:
    """Return what is different from the previous batch."""
    text, before = view.text, changes.before
    key = "portfolio.since-lead" if before.day else "portfolio.since-lead-no-day"
    day = view.day(before.day) if before.day else ""
    blocks: list[Block] = [
        heading(1, text("portfolio.since"), text(key, n=changes.common, day=day)),
    ]
    if changes.other_content:
        blocks.append(paragraph(text("portfolio.other-content"), tone="seam"))
    came = [
        (text(f"portfolio.groups-{kind}"), _names(view, groups))
        for kind in ("new", "returned", "gone", "missing")
        if (groups := getattr(changes, kind))
    ]
    if came:
        blocks.append(pairs(came))
    return [
        *blocks,
        *_verdicts(view, changes),
        *_since_findings(view, changes),
        *_since_actions(view, changes),
    ]


def _names(view: View, groups: tuple[Summary, ...]) -> str:
    """Return groups by name; one that is not in this batch by its own words."""
    labels = [view.all.labels.get(s.name) or view.all.call(s) for s in groups]
    return view.text("portfolio.counted", n=len(groups), names=view.listing(labels, IN_A_PARAGRAPH))


# -- verdicts -------------------------------------------------------------------------------------


def _verdicts(view: View, changes: Changes) -> list[Block]:
    text, moved = view.text, changes.verdicts
    lead = text("portfolio.moved-lead", n=len(moved)) if moved else text("portfolio.moved-none")
    blocks: list[Block] = [heading(2, text("portfolio.moved"), lead)]
    if not moved:
        return blocks
    columns = [
        column(text("portfolio.group"), width=1.4),
        column(text("portfolio.verdict-then-now"), width=2.4),
        column(text("portfolio.answers-changed"), width=2.6),
    ]
    return [*blocks, table(columns, [_moved(view, change) for change in moved])]


def _moved(view: View, change: GroupChange) -> list[Cell | TextLike]:
    text = view.text
    verdicts = [
        text(
            "portfolio.move",
            name=view.content.pattern(v.pattern).short,
            was=view.verdict(v.was),
            now=view.verdict(v.now),
        )
        for v in change.verdicts
    ]
    answers = [_answer(view, a) for a in change.answers] or [text("portfolio.no-answer-changed")]
    return [cell(view.group(change.group)), cell("\n".join(verdicts)), cell("\n".join(answers))]


def _answer(view: View, change: AnswerChange) -> str:
    """Return an answer that is not the same; one told on one side only is said to be so."""
    return view.text(
        f"portfolio.answer-{change.kind}",
        name=view.answer_name(change.name),
        was=_value(view, change.name, change.was),
        now=_value(view, change.name, change.now),
    )


def _value(view: View, name: str, value: Value | None) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return view.number(name, value)
    return view.value(name, value)


# -- findings and actions -------------------------------------------------------------------------


def _since_findings(view: View, changes: Changes) -> list[Block]:
    text = view.text
    rows = [
        [
            cell(view.content.rule(f.id).title),
            severity_cell(view, f),
            cell(text(f"portfolio.finding-{kind}")),
            cell(str(len(f.groups))),
            cell(view.names(f.groups)),
        ]
        for kind in _MOVES
        for f in getattr(changes, kind)
        if any(rule.id == f.id for rule in view.content.rules)
    ]
    if not rows:
        return [heading(2, text("portfolio.findings-moved"), text("portfolio.findings-moved-none"))]
    columns = [
        column(text("portfolio.finding"), width=2.2),
        column(text("portfolio.severity"), width=0.9),
        column(text("portfolio.what-happened"), width=1.5),
        column(text("portfolio.groups"), width=0.7, align="right"),
        column(text("portfolio.which"), width=2.2),
    ]
    lead = text("portfolio.findings-moved-lead")
    return [heading(2, text("portfolio.findings-moved"), lead), table(columns, rows)]


def _since_actions(view: View, changes: Changes) -> list[Block]:
    text = view.text
    if not changes.actions:
        return []
    lead = text(
        "portfolio.former-lead",
        n=len(changes.actions),
        closed=changes.count("closed"),
        open=changes.count("open"),
        unheard=changes.count("unheard"),
    )
    waiting = [a for a in changes.actions if a.became != "closed"]
    blocks: list[Block] = [heading(2, text("portfolio.former"), lead)]
    if not waiting:
        return blocks
    columns = [
        column(text("portfolio.due"), width=1.2),
        column(text("portfolio.action"), width=2.6),
        column(text("portfolio.owner"), width=1.1),
        column(text("portfolio.group"), width=1.4),
        column(text("portfolio.became"), width=1.1),
    ]
    return [*blocks, table(columns, [_former(view, a) for a in _by_date(waiting)], row_heads=False)]


def _by_date(actions: list[FormerAction]) -> list[FormerAction]:
    return sorted(actions, key=lambda a: (a.action.due is None, str(a.action.due)))


def _former(view: View, former: FormerAction) -> list[Cell]:
    text, action = view.text, former.action
    return [
        cell(view.day(action.due)),
        cell(action_words(action)),
        cell(action.owner or text("portfolio.no-owner")),
        cell(view.label(former.group.name)),
        cell(text(f"portfolio.former-{former.became}")),
    ]
