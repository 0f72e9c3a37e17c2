"""Show answers that do not fit together, agreed changes, and the plan."""

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

# -- what does not fit together -----------------------------------------------------------------


def contradictions(assessment: Assessment) -> Exhibit:
    """Return the answers that do not fit together, or an empty exhibit."""
    if not assessment.clashes:
        return Exhibit("contradictions", (), (), ())
    cards = (_clash_card(assessment, clash) for clash in assessment.clashes)
    return Exhibit("contradictions", (_clash_heading(assessment), *cards))


def clashes_in_brief(assessment: Assessment) -> list[Block]:
    """Return a paragraph for a first page: how many answers clash, and the first."""
    if not assessment.clashes:
        return []
    _, found = assessment.content.words, assessment.clashes
    shown = found[: 2 if len(found) == 2 else 1]  # what is left is several, or nothing
    left = len(found) - len(shown)
    spans = [Span(_("agreed.clashes-lead", n=len(found)), strong=True)]
    spans += [Span(f" {clash.statement}") for clash in shown]
    spans += [Span(" " + _("agreed.clashes-more", n=left))] if left else []
    return [paragraph(tuple(spans))]


def _clash_heading(assessment: Assessment) -> Heading:
    _ = assessment.content.words
    return heading(2, _("agreed.clashes"), _("agreed.clashes-lead", n=len(assessment.clashes)))


def _clash_card(assessment: Assessment, clash: Clash) -> Card:
    _ = assessment.content.words
    given = [
        (
            capital(name_words(assessment.content, n)),
            capital(value_of(assessment.content, n, lookup(assessment.answers, n))),
        )
        for n in clash.answers
        if n != "stages" and clash.id != DECISIONS_DISAGREE
    ]
    check = paragraph((Span(_("agreed.check") + " ", strong=True), Span(clash.check)))
    body: list[Block | str] = [*([pairs(given)] if given else []), clash.why, check]
    sources = graded(assessment.content, clash.sources)
    return card(clash.statement, body, label=_("agreed.clash"), tone="seam", sources=sources)


# -- what was agreed ----------------------------------------------------------------------------


def agreed(assessment: Assessment) -> Exhibit:
    """Return every answer that decisions change: today → agreed, and the decision."""
    _ = assessment.content.words
    if not assessment.changes:
        return Exhibit("agreed", (paragraph(_("agreed.none"), tone="muted"),), (), ())
    head = heading(2, _("agreed.title"), _("agreed.lead", n=len(assessment.changes)))
    return Exhibit(
        "agreed", (head, _changes_table(assessment, assessment.changes), *_outcome(assessment))
    )


def changes_among(assessment: Assessment, required: Callable[[str], bool]) -> list[Block]:
    """Return a table of the changed answers whose names pass `required`, if any."""
    found = tuple(c for c in assessment.changes if required(c.name))
    if not found:
        return []
    return [heading(3, assessment.content.words("agreed.title")), _changes_table(assessment, found)]


def _changes_table(assessment: Assessment, found: tuple[AgreedChange, ...]) -> Table:
    _ = assessment.content.words
    rows = [
        [
            cell(capital(name_words(assessment.content, c.name))),
            cell(_arrow(assessment, c.name, c.found, c.agreed), strong=True),
            cell(c.decision.decision),
        ]
        for c in found
    ]
    heads = [
        column(_("agreed.line"), width=1.4),
        column(_("agreed.today-agreed"), width=2.4),
        column(_("agreed.decided-in"), width=2),
    ]
    return table(heads, rows)


def _arrow(assessment: Assessment, name: str, found: object, agreed_value: object) -> str:
    today, then = (capital(value_of(assessment.content, name, v)) for v in (found, agreed_value))
    return assessment.content.words("agreed.arrow", today=today, agreed=then)


def set_by(assessment: Assessment, decision: Decision) -> list[str]:
    """Return a line for each answer that a decision sets: today → agreed."""
    _, content = assessment.content.words, assessment.content
    lines = []
    for name, value in (decision.sets or {}).items():
        found = lookup(assessment.answers, name)
        if alike(assessment.teams, found, value):
            shown = capital(value_of(content, name, value))
            lines.append(
                _("agreed.unchanged", name=capital(name_words(content, name)), value=shown)
            )
        else:
            words = {"name": capital(name_words(content, name))}
            lines.append(_("agreed.change", **words, change=_arrow(assessment, name, found, value)))
    return lines


def _outcome(assessment: Assessment) -> list[Block]:
    """Return how many findings are settled as agreed, and those only as agreed."""
    _, blocks = assessment.content.words, list[Block]()
    settled = [f for f in assessment.of_status("settled") if f.severity != "strength"]
    if settled:
        blocks.append(paragraph(_("agreed.settled-count", n=len(settled))))
    if words := brought(assessment):
        blocks.append(paragraph(words, tone="critical"))
    for title, status in (("since.new", "new"), ("since.still", "open")):
        given = [f for f in assessment.later_findings if f.status == status]
        if status == "new":  # the urgent ones are named above
            given = [f for f in given if f.severity != "critical"]
        items = [
            (
                Span(_("since.finding", severity=_(f"common.severity-{f.severity}")), strong=True),
                Span(f.statement),
            )
            for f in given
        ]
        if items:
            blocks += [paragraph((Span(_(title), strong=True),)), bullets(items)]
    return blocks


def brought(assessment: Assessment) -> str:
    """Return a sentence on urgent risks that decisions cause, or an empty string."""
    new = [f.statement for f in assessment.new_findings if f.severity == "critical"]
    if not new:
        return ""
    return assessment.content.words("agreed.new-critical", n=len(new), findings=" ".join(new))


def decision_warnings(assessment: Assessment) -> list[str]:
    """Return what to say at once: decisions that disagree, a new urgent risk."""
    _ = assessment.content.words
    disagree = [c for c in assessment.clashes if c.id == DECISIONS_DISAGREE]
    told = [_("agreed.step-clash", statement=c.statement, check=c.check) for c in disagree]
    return [*told, *([brought(assessment)] if brought(assessment) else [])]


# -- the plan -----------------------------------------------------------------------------------


def plan(assessment: Assessment) -> Exhibit:
    """Return the actions of 30, 60 and 90 days, each once with owner and date."""
    _, found = assessment.content.words, actions(assessment)
    if not found:
        return Exhibit("plan", (paragraph(_("agreed.plan-empty"), tone="muted"),), (), ())
    vacant = sum(action.owner is None for action in found)
    lead: list[Span] = [Span(_("agreed.plan-lead", n=len(found)))]
    if vacant:
        lead.append(Span(" " + _("agreed.plan-vacant", n=vacant), tone="critical", strong=True))
    blocks: list[Block] = [heading(2, _("agreed.plan-title"), tuple(lead))]
    for horizon in HORIZONS:
        if part := tuple(within(found, horizon)):
            blocks += [
                heading(3, _(f"agreed.plan-{horizon}")),
                _plan_table(assessment, part, horizon),
            ]
    return Exhibit("plan", tuple(blocks))


def _plan_table(assessment: Assessment, found: tuple[Action, ...], horizon: Horizon) -> Table:
    _ = assessment.content.words
    return table(
        [
            column(_("agreed.plan-what"), width=2.2),
            column(_("agreed.plan-first"), width=2.6),
            column(_("agreed.plan-owner"), width=1),
            column(_("agreed.plan-due"), width=0.9),
        ],
        [_plan_row(assessment, action, horizon) for action in found],
    )


def _plan_row(assessment: Assessment, action: Action, horizon: Horizon) -> list[Cell]:
    _ = assessment.content.words
    tone = SEVERITY_TONES[action.severity] if action.severity else "plain"
    mark = LOOKS[tone].mark if action.severity in ("critical", "risk") else ""
    words = (Span(f"{mark} ", tone=tone), Span(action.what)) if mark else (Span(action.what),)
    missing = LOOKS["critical"].mark
    owner = cell(action.owner) if action.owner else None
    due = None
    if action.due:
        due = cell(date_words(assessment.content, datetime.date.fromisoformat(action.due)))
    return [
        cell(words),
        cell(action.first_step or _("agreed.plan-no-step")),
        owner or cell(_("agreed.plan-no-owner"), tone="critical", mark=missing),
        due or cell(_("agreed.plan-no-date", days=horizon), tone="muted"),
    ]
