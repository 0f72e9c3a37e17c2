"""The first page, and the cards in which findings are shown everywhere."""

from __future__ import annotations

import datetime

from workshop.exhibits.halves import in_two_columns
from workshop.exhibits.patterns import recommendation_card
from workshop.exhibits.since import since_line
from workshop.exhibits.telling import ASKED_NEXT, count_told, is_sparse
from workshop.exhibits.votes import decided_in_room, divided_line
from workshop.exhibits.wording import SEVERITY_TONES, date_words, decided, graded, short
from workshop.findings import Assessment, Finding
from workshop.model.answers import Decision
from workshop.model.judging import Severity
from workshop.render.blocks import (
    Block,
    Card,
    Cell,
    Span,
    Table,
    card,
    cell,
    column,
    heading,
    paragraph,
    table,
)
from workshop.render.exhibit import Exhibit

_ROWS = 4
_LONGEST, _ASKED = 96, 48
"""Characters of a decision on the first page, about two lines, and of the question in it; the full
words stand with the decisions."""


def one_page(a: Assessment) -> Exhibit:
    """Return the page for whoever reads one page: the advice and how firm it is, the three
    gravest findings, the strengths, and the actions with owner and date."""
    say = a.content.words
    blocks: list[Block] = [
        heading(1, say("front.title"), say("front.lead")),
        *([since_line(a, a.since)] if a.since else []),
        recommendation_card(a),
    ]
    strengths = a.of_severity("strength")
    if strengths:
        label = say("front.works-already")
        blocks.append(card(strengths[0].statement, label=label, tone="strength"))
    blocks.append(heading(2, say("front.gravest")))
    if a.gravest:
        blocks += [finding_card(a, f, brief=True) for f in a.gravest]
    else:
        blocks.append(paragraph(say("front.nothing-found")))
    blocks += _actions(a)
    if is_sparse(a):
        asked = [u.question.ask for u in a.unknowns[:ASKED_NEXT]]
        blocks.append(heading(2, say("front.ask-next"), say("front.ask-next-lead", n=len(asked))))
        blocks += in_two_columns(asked, ordered=True, together=ASKED_NEXT)
    return Exhibit("one-page", tuple(blocks))


def findings(a: Assessment, part: int) -> Exhibit:
    """Return every finding of one part (1 to 6), strengths first, then the gravest."""
    say, found = a.content.words, a.of_part(part)
    strengths = [f for f in found if f.severity == "strength"]
    others = [f for f in found if f.severity != "strength"]
    if others:
        lead = say("front.found", n=len(others))
    else:
        lead = say("front.found-strengths" if strengths else "front.found-none")
    blocks: list[Block] = [heading(2, say(f"front.findings-{part}"), lead)]
    blocks += [finding_card(a, f) for f in (*strengths, *others)]
    untold = () if not found and not count_told(a, part) else None
    return Exhibit(f"findings-{part}", tuple(blocks), untold, None if found else ())


def finding_card(a: Assessment, finding: Finding, brief: bool = False) -> Card:
    """Return a finding as a card: the statement, why it matters, what to start, who and when."""
    say = a.content.words
    action = say("common.keep-it" if finding.severity == "strength" else "common.start-next-week")
    owner = _owner(a, finding)
    who = (Span(f" {owner}", tone="muted"),) if owner and (finding.owner or not brief) else ()
    start = (Span(action, strong=True), Span(finding.mitigation), *who)
    return card(
        finding.statement,
        [paragraph((Span(finding.why + " "), *start))],
        label=_label(a, finding.severity),
        tone=SEVERITY_TONES[finding.severity],
        sources=finding.sources if brief else graded(a.content, finding.sources),
    )


def _label(a: Assessment, severity: Severity) -> str:
    return a.content.words(f"common.severity-{severity}")


def _owner(a: Assessment, finding: Finding) -> str:
    say = a.content.words
    if finding.severity == "strength":
        return ""
    if finding.owner and finding.due:
        due = date_words(a.content, datetime.date.fromisoformat(finding.due))
        return say("common.owner-due", owner=finding.owner, due=due)
    if finding.owner:
        return say("common.owner-only", owner=finding.owner)
    return say("common.owner-open")


def _actions(a: Assessment) -> list[Block]:
    say = a.content.words
    decisions, divided = a.answers.decisions or (), divided_line(a)
    if not decisions and (settled := decided_in_room(a)):
        return [heading(2, say("front.actions")), _settled(a, settled, divided)]
    if not decisions:
        words = say("front.no-decisions" if a.gravest else "front.no-decisions-nothing-found")
        shown = (Span(words), *((Span(f" {divided}"),) if divided else ()))
        return [heading(2, say("front.actions")), paragraph(shown)]
    soonest = sorted(decisions, key=lambda d: (d.due is None, d.due or 0))[:_ROWS]
    left = len(decisions) - len(soonest)
    below = say("front.more-actions", n=left) if left else ""
    return [
        heading(2, say("front.actions")),
        _actions_table(a, [_action(a, d) for d in soonest], below, divided),
    ]


def _settled(a: Assessment, settled: list[tuple[str, str]], divided: str) -> Table:
    """Return what the room decided in its votes, where no decision was written down since."""
    say = a.content.words
    rows = []
    for question, chosen in settled[:_ROWS]:
        asked = short(question, _ASKED)
        words = (Span(f"{asked} ", tone="muted"), Span(short(chosen, _LONGEST - len(asked))))
        rows.append([cell(words), *(cell(say("front.open")) for _ in range(3))])
    left = len(settled) - len(rows)
    below = say("front.more-settled", n=left) if left else say("front.settled")
    return _actions_table(a, rows, below, divided)


def _actions_table(a: Assessment, rows: list[list[Cell]], below: str, divided: str) -> Table:
    say = a.content.words
    return table(
        [
            column(say("front.action"), width=4.6),
            column(say("front.owner"), width=1.4),
            column(say("front.due"), width=1.2),
            column(say("front.revisit"), width=1.2),
        ],
        rows,
        # beside the other words below the table: a line of its own may not fit on the page
        caption=" ".join(words for words in (below, divided) if words),
    )


def _action(a: Assessment, decision: Decision) -> list[Cell]:
    say = a.content.words
    due, again = decision.due, decision.revisit_on
    return [
        cell(decided(decision, _LONGEST, _ASKED)),
        cell(short(decision.owner or say("front.open"), 40)),
        cell(date_words(a.content, due) if due else say("front.open")),
        cell(date_words(a.content, again) if again else say("front.open")),
    ]
