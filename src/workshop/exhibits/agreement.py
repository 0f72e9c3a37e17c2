"""What does not fit together, what was agreed, and who does what by when."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from workshop.answers.schema import Decision, lookup
from workshop.documents.blocks import (
    Block,
    Card,
    Cell,
    Heading,
    Span,
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
from workshop.documents.exhibit import Exhibit
from workshop.documents.theme import LOOKS
from workshop.exhibits.layout import SEVERITY_TONES, capital, date_words, graded
from workshop.findings import Assessment
from workshop.findings.agreement import (
    DECISIONS_DISAGREE,
    AgreedChange,
    Clash,
    alike,
    name_words,
    value_of,
)
from workshop.findings.plan import HORIZONS, Action, Horizon, actions, within

_BRIEF = 2
"""Contradictions that a first page tells of in full; of more it gives the number."""

# -- what does not fit together -----------------------------------------------------------------


def contradictions(a: Assessment) -> Exhibit:
    """Return the answers that do not fit together; nothing where all of them do."""
    if not a.clashes:
        return Exhibit("contradictions", (), (), ())
    cards = (_clash_card(a, clash) for clash in a.clashes)
    return Exhibit("contradictions", (_clash_heading(a), *cards))


def clashes_in_brief(a: Assessment) -> list[Block]:
    """Return them for a first page: a sentence each, and which answer to check."""
    if not a.clashes:
        return []
    shown = a.clashes[: _BRIEF if len(a.clashes) > _BRIEF + 1 else _BRIEF + 1]
    items = [(Span(f"{c.statement} "), Span(c.check, tone="muted")) for c in shown]
    left = len(a.clashes) - len(shown)
    more = [paragraph(a.content.words("agreed.clashes-more", n=left))] if left else []
    return [_clash_heading(a), bullets(items), *more]


def _clash_heading(a: Assessment) -> Heading:
    say = a.content.words
    return heading(2, say("agreed.clashes"), say("agreed.clashes-lead", n=len(a.clashes)))


def _clash_card(a: Assessment, clash: Clash) -> Card:
    say = a.content.words
    told = [
        (capital(name_words(a.content, n)), capital(value_of(a.content, n, lookup(a.answers, n))))
        for n in clash.answers
        if n != "stages" and clash.id != DECISIONS_DISAGREE
    ]
    check = paragraph((Span(say("agreed.check") + " ", strong=True), Span(clash.check)))
    body: list[Block | str] = [*([pairs(told)] if told else []), clash.why, check]
    sources = graded(a.content, clash.sources)
    return card(clash.statement, body, label=say("agreed.clash"), tone="seam", sources=sources)


# -- what was agreed ----------------------------------------------------------------------------


def agreed(a: Assessment) -> Exhibit:
    """Return every answer that decisions change: today → agreed, and where it was decided."""
    say = a.content.words
    if not a.changes:
        return Exhibit("agreed", (paragraph(say("agreed.none"), tone="muted"),), (), ())
    head = heading(2, say("agreed.title"), say("agreed.lead", n=len(a.changes)))
    return Exhibit("agreed", (head, _changes_table(a, a.changes), *_outcome(a)))


def changes_among(a: Assessment, wanted: Callable[[str], bool]) -> list[Block]:
    """Return the changed answers whose names are wanted, under a heading; nothing without any."""
    found = tuple(c for c in a.changes if wanted(c.name))
    if not found:
        return []
    return [heading(3, a.content.words("agreed.title")), _changes_table(a, found)]


def _changes_table(a: Assessment, found: tuple[AgreedChange, ...]) -> Table:
    say = a.content.words
    rows = [
        [
            cell(capital(name_words(a.content, c.name))),
            cell(_arrow(a, c.name, c.found, c.agreed), strong=True),
            cell(c.decision.decision),
        ]
        for c in found
    ]
    heads = [
        column(say("agreed.line"), width=1.4),
        column(say("agreed.today-agreed"), width=2.4),
        column(say("agreed.decided-in"), width=2),
    ]
    return table(heads, rows)


def _arrow(a: Assessment, name: str, found: object, agreed_value: object) -> str:
    today, then = (capital(value_of(a.content, name, v)) for v in (found, agreed_value))
    return a.content.words("agreed.arrow", today=today, agreed=then)


def set_by(a: Assessment, decision: Decision) -> list[str]:
    """Return what a decision sets, a line each: the answer, today → agreed where that differs."""
    say, content = a.content.words, a.content
    lines = []
    for name, value in (decision.sets or {}).items():
        found = lookup(a.answers, name)
        if alike(a.teams, found, value):
            shown = capital(value_of(content, name, value))
            lines.append(
                say("agreed.unchanged", name=capital(name_words(content, name)), value=shown)
            )
        else:
            words = {"name": capital(name_words(content, name))}
            lines.append(say("agreed.change", **words, change=_arrow(a, name, found, value)))
    return lines


def _outcome(a: Assessment) -> list[Block]:
    """Return how many findings are settled as agreed, and which urgent ones the decisions bring."""
    say, blocks = a.content.words, list[Block]()
    settled = [f for f in a.of_status("settled") if f.severity != "strength"]
    if settled:
        blocks.append(paragraph(say("agreed.settled-count", n=len(settled))))
    if words := brought(a):
        blocks.append(paragraph(words, tone="critical"))
    return blocks


def brought(a: Assessment) -> str:
    """Return a sentence that names the urgent risks the decisions bring; nothing without any."""
    new = [f.statement for f in a.new_findings if f.severity == "critical"]
    if not new:
        return ""
    return a.content.words("agreed.new-critical", n=len(new), findings=" ".join(new))


# -- the plan -----------------------------------------------------------------------------------


def plan(a: Assessment) -> Exhibit:
    """Return what is to be done within 30, 60 and 90 days: each action once, owner and date."""
    say, found = a.content.words, actions(a)
    if not found:
        return Exhibit("plan", (paragraph(say("agreed.plan-empty"), tone="muted"),), (), ())
    vacant = sum(action.owner is None for action in found)
    lead: list[Span] = [Span(say("agreed.plan-lead", n=len(found)))]
    if vacant:
        lead.append(Span(" " + say("agreed.plan-vacant", n=vacant), tone="critical", strong=True))
    blocks: list[Block] = [heading(2, say("agreed.plan-title"), tuple(lead))]
    for horizon in HORIZONS:
        if part := tuple(within(found, horizon)):
            blocks += [heading(3, say(f"agreed.plan-{horizon}")), _plan_table(a, part, horizon)]
    return Exhibit("plan", tuple(blocks))


def _plan_table(a: Assessment, found: tuple[Action, ...], horizon: Horizon) -> Table:
    say = a.content.words
    return table(
        [
            column(say("agreed.plan-what"), width=2.2),
            column(say("agreed.plan-first"), width=2.6),
            column(say("agreed.plan-owner"), width=1),
            column(say("agreed.plan-due"), width=0.9),
        ],
        [_plan_row(a, action, horizon) for action in found],
    )


def _plan_row(a: Assessment, action: Action, horizon: Horizon) -> list[Cell]:
    say = a.content.words
    tone = SEVERITY_TONES[action.severity] if action.severity else "plain"
    mark = LOOKS[tone].mark if action.severity in ("critical", "risk") else ""
    words = (Span(f"{mark} ", tone=tone), Span(action.what)) if mark else (Span(action.what),)
    missing = LOOKS["critical"].mark
    owner = cell(action.owner) if action.owner else None
    due = None
    if action.due:
        due = cell(date_words(a.content, datetime.date.fromisoformat(action.due)))
    return [
        cell(words),
        cell(action.first_step or say("agreed.plan-no-step")),
        owner or cell(say("agreed.plan-no-owner"), tone="critical", mark=missing),
        due or cell(say("agreed.plan-no-date", days=horizon), tone="muted"),
    ]
