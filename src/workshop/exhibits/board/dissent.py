"""Show page five of the board edition: decisions, dissent and votes."""

from __future__ import annotations

import datetime

from workshop.answers.schema import Decision
from workshop.documents.blocks import (
    Block,
    Cell,
    Span,
    Text,
    cell,
    column,
    heading,
    pairs,
    paragraph,
    table,
)
from workshop.documents.exhibit import Exhibit
from workshop.exhibits.board.shared import (
    open_replies,
    page_start,
    recorded_dissents,
    vote_dissents,
)
from workshop.exhibits.decisions import (
    decided_in_room,
    divided_line,
    divided_votes,
    vote_words,
)
from workshop.exhibits.layout import (
    date_words,
    ended,
    spelled,
)
from workshop.findings import Assessment

_VOTES = 2
"""The most votes."""
_FEW_DECISIONS = 6
"""The most decisions for which there is room for “if this, then that”."""


def board_decisions(assessment: Assessment) -> Exhibit:
    """Return each decision with who disagrees and our reply, and the votes."""
    _, made = assessment.content.words, assessment.answers.decisions or ()
    head = heading(1, _("board.decisions"), _decisions_lead(assessment), anchor="decisions")
    blocks: list[Block] = [head]
    if not made and (settled := decided_in_room(assessment)):
        blocks += [pairs(settled), paragraph(_("board.settled-in-votes"))]
    if made:
        heads = [
            column(_("board.decided"), width=2.3),
            column(_("board.dissent"), width=1.7),
            column(_("board.reply"), width=1.2),
        ]
        by_date = sorted(made, key=lambda d: d.due or datetime.date.max)
        whole = len(made) <= _FEW_DECISIONS
        blocks.append(table(heads, [_decision(assessment, d, whole) for d in by_date]))
    blocks += _votes(assessment)
    shown = tuple(blocks)
    printed = (*page_start(assessment), *shown)
    some = made or assessment.votes
    return Exhibit("board-decisions", shown, printed, printed if some else ())


def _decisions_lead(assessment: Assessment) -> Text:
    _, made = assessment.content.words, assessment.answers.decisions or ()
    dissents = recorded_dissents(assessment)
    if not made:
        return (Span(_("board.decisions-none")),)
    dissent = _("board.decisions-no-dissent")
    if dissents:
        number = spelled(assessment, len(dissents))
        dissent = _("board.decisions-dissents", n=len(dissents), number=number)
    lead = Span(f"{_('board.decisions-lead', n=len(made), dissent=dissent)} ")
    return (lead, *open_replies(assessment))


def _decision(assessment: Assessment, decision: Decision, whole: bool) -> list[Cell]:
    """Return a decision as a line, with who disagrees and our reply.

    `whole`: also with what is to happen if something else does, where the page has room for it.
    """
    _ = assessment.content.words
    chosen: list[Span] = [Span(decision.decision, strong=True)]
    if decision.chosen:
        chosen.append(Span(f"\n{decision.chosen}"))
    last = []
    if decision.rejected:
        last.append(f"{_('board.instead-of')}{ended(decision.rejected)}")
    if decision.revisit_on:
        day = date_words(assessment.content, decision.revisit_on).replace(" ", "\u00a0")
        last.append(_("board.review", date=day))
    if last:
        chosen += [Span(f"\n{line}", tone="muted") for line in last]
    if whole and decision.if_ and decision.then:
        rule = _("decisions.if-then-words", condition=decision.if_, action=decision.then)
        chosen.append(Span(f"\n{_('board.rule', rule=rule)}.", tone="muted"))
    if not decision.dissent:
        return [cell(chosen), cell("–"), cell("")]
    return [cell(chosen), cell(decision.dissent), _reply(assessment, decision.reply)]


def _votes(assessment: Assessment) -> list[Block]:
    """Return the votes to decide, the most divided ones, and those with dissent.

    Answers in free words and dots are listed in the working pack: they are no division.
    """
    _, open_ = assessment.content.words, divided_votes(assessment)
    both = list(zip(assessment.votes, vote_dissents(assessment), strict=True))
    both.sort(key=lambda pair: pair[0] not in open_)
    rows = []
    for at, (result, dissents) in enumerate(both):
        if result not in open_ and (at >= _VOTES or result.is_listed) and not dissents:
            continue
        asked, agreement = vote_words(assessment, result)
        rows.append([cell(asked), cell(agreement), cell("\n".join(dissents) or "–")])
    if not rows:
        return []
    heads = [
        column(_("board.vote-asked"), width=2),
        column(_("board.vote-result"), width=1.4),
        column(_("board.dissent"), width=1.8),
    ]
    return [heading(2, _("board.votes"), divided_line(assessment)), table(heads, rows)]


def _reply(assessment: Assessment, reply: str | None) -> Cell:
    if reply:  # in quotes, so that its “we” is not ours
        return cell(assessment.content.words("board.reply-words", words=reply))
    words = assessment.content.words("board.no-reply")
    return cell(words, tone="critical")
