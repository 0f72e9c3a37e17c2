"""Show page five of the board edition: decisions, dissent and votes."""

from __future__ import annotations

import datetime
from typing import Any

from workshop.answers.schema import Decision, as_compared
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
    beside_decisions,
    decided_in_room,
    divided_line,
    divided_votes,
    rule_of,
    sentence_of,
    to_whom,
    vote_words,
)
from workshop.exhibits.layout import (
    date_words,
    ended,
    spelled,
)
from workshop.findings import Assessment
from workshop.findings.dissent import speaker
from workshop.findings.patterns.inputs import in_one_line
from workshop.findings.patterns.options import decides_pattern
from workshop.findings.plan import actions, dissents_on, dissents_on_vote, unanswered_on

_VOTES = 2
"""The most votes on which the room agrees."""


def board_decisions(assessment: Assessment) -> Exhibit:
    """Return each decision with who disagrees and our reply, and the votes."""
    _, made = assessment.content.words, assessment.answers.decisions or ()
    head = heading(1, _("board.decisions"), _decisions_lead(assessment), anchor="decisions")
    blocks: list[Block] = [head]
    if not made and (settled := decided_in_room(assessment)):
        blocks += [pairs(settled), paragraph(_("board.settled-in-votes"))]
    if any(map(_is_shown, made)):
        blocks.append(_decided(assessment))
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
    beside = beside_decisions(assessment)
    taken = sum(not (d.is_open or d.is_action) for d in made)
    lead = _("board.decisions-lead", n=taken, dissent=dissent) if taken else dissent
    return (
        Span(f"{lead} "),
        *open_replies(assessment),
        Span(f"{_own_dissent(assessment)}{beside}"),
    )


def _own_dissent(assessment: Assessment) -> str:
    """Return who is to carry out a decision with which they disagree."""
    _, who = assessment.content.words, dict[str, None]()
    for d in assessment.answers.decisions or ():
        for objector in map(speaker, dissents_on(assessment, d)):
            if objector and as_compared(objector) == as_compared(d.owner or ""):
                who[objector] = None
    if not who:
        return ""
    return f"{_('board.decisions-own', n=len(who), names=assessment.listing(who))} "


def _is_shown(decision: Decision) -> bool:
    """Return whether the page shows it: the plan has all of an action but dissent."""
    return not decision.is_action or bool(decision.dissent or decision.if_ or decision.then)


def _decided(assessment: Assessment) -> Block:
    """Return each decision below its question, with dissent and reply, and its rule.

    A rule has a line of its own below its decision: a column takes more room than the page has.
    """
    _, made = assessment.content.words, assessment.answers.decisions or ()
    made = tuple(filter(_is_shown, made))
    heads = [
        column(_("board.decided"), width=1.6),
        column(_("board.dissent"), width=1.5),
        column(_("board.reply"), width=1.3),
    ]
    numbers = {a.decision.decision: a.number for a in actions(assessment) if a.decision}
    rows = []
    for d in sorted(made, key=lambda d: d.due or datetime.date.max):
        words: dict[str, Any] = {"number": numbers[d.decision]}
        key = "reviewed" if d.revisit_on else "number"
        if d.revisit_on:
            words["date"] = date_words(assessment.content, d.revisit_on)
        if d.revisit_when:
            key = "reviewed-both" if d.revisit_on else "reviewed-when"
            words["when"] = in_one_line(d.revisit_when).removesuffix(".")
        about = _(f"board.decision-{key}", **words)
        title = (Span(d.decision, strong=True), Span(f" {about}", tone="muted"))
        rows.append([cell(title, fill=True, span=len(heads))])
        rows.append(_decision(assessment, d))
        if rule := rule_of(assessment.content, d):
            line = (Span(f"{_('board.rule')}: ", strong=True), Span(rule))
            rows.append([cell(line, span=len(heads))])
    promised = any(d.reply for d in made)
    return table(heads, rows, caption=_("board.promises") if promised else "", row_heads=False)


def _decision(assessment: Assessment, decision: Decision) -> list[Cell]:
    """Return what was decided, who disagrees, and the reply."""
    _ = assessment.content.words
    chosen = [Span(_("board.still-open") if decision.is_open else decision.chosen or "–")]
    if decision.rejected:
        chosen.append(Span(f"\n{_('board.instead-of')}", strong=True))
        chosen.append(Span(ended(decision.rejected)))
    if not (held := dissents_on(assessment, decision)):
        return [cell(chosen), cell("–"), cell("")]
    return [cell(chosen), cell("\n".join(held)), _reply(assessment, decision)]


def _votes(assessment: Assessment) -> list[Block]:
    """Return the divided votes, a few others, and those decided or with dissent.

    Other answers in free words and dots are listed in the working pack: they are no division.
    """
    _, open_ = assessment.content.words, divided_votes(assessment)
    both = list(zip(assessment.votes, vote_dissents(assessment), strict=True))
    # the sentence above names every divided vote, so these go before the others
    both.sort(key=lambda pair: (pair[0] not in open_, pair[0].last.state != "divided"))
    made = assessment.answers.decisions or ()
    rows, already = [], {words for d in made for words in dissents_on(assessment, d)}
    dissented = any(dissents for _result, dissents in both)
    for at, (result, dissents) in enumerate(both):
        divided = result.last.state == "divided"
        tells = divided or dissents or sentence_of(assessment, result)
        if not tells and (at >= _VOTES or result.is_listed):
            continue
        asked, agreement = vote_words(assessment, result)
        above = any(words in already for words in dissents_on_vote(assessment, result))
        if result.vote.question == "chosen_pattern":  # the decision on it has its dissent
            above |= any(decides_pattern(assessment, d) and d.dissent for d in made)
        else_ = _("board.vote-dissent-above") if above else "–"
        noted = [cell("\n".join(dissents) or else_)] if dissented else []
        rows.append([cell(asked), cell(agreement), *noted])
    if not rows:
        return []
    lead = [divided_line(assessment)]
    if dissented:
        lead.append(_("board.vote-dissent-noted"))
    heads = [
        column(_("board.vote-asked"), width=2),
        column(_("board.vote-result"), width=1.4),
        *([column(_("board.dissent"), width=1.8)] if dissented else []),
    ]
    return [heading(2, _("board.votes"), " ".join(filter(None, lead))), table(heads, rows)]


def _reply(assessment: Assessment, decision: Decision) -> Cell:
    """Return the reply to dissent, or that there is none, also to one of several."""
    _ = assessment.content.words
    if not decision.reply:
        return cell(_("board.no-reply"), tone="critical")
    words = _("board.reply-words", words=decision.reply)  # quoted, so that its “we” is not ours
    if not (left := unanswered_on(assessment, decision)):
        return cell(words)
    return cell(
        (
            Span(f"{words}\n"),
            Span(f"{to_whom(assessment, left)}{_('board.no-reply')}", tone="critical"),
        )
    )
