"""Against the previous batch: groups, verdicts, findings and actions that are not the same."""

from __future__ import annotations

from workshop.portfolio.changes import AnswerChange, Changes, FormerAction, GroupChange
from workshop.portfolio.common import severity_cell
from workshop.portfolio.front import action_words
from workshop.portfolio.record import Summary, Value
from workshop.portfolio.telling import IN_A_PARAGRAPH, Telling
from workshop.render.blocks import (
    Block,
    Cell,
    TextLike,
    cell,
    column,
    heading,
    pairs,
    paragraph,
    table,
)

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
    return [*blocks, *_verdicts(t, changes), *_findings(t, changes), *_actions(t, changes)]


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


def _findings(t: Telling, changes: Changes) -> list[Block]:
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


def _actions(t: Telling, changes: Changes) -> list[Block]:
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
