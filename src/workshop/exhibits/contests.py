"""Where two patterns both fit: which answers decide, and on whose side each stands."""

from __future__ import annotations

from workshop.exhibits.judgements import says_cell
from workshop.exhibits.patterns import source_words
from workshop.exhibits.wording import answer_words, capital, graded
from workshop.findings import Assessment
from workshop.findings.recommendation import Settled, Side
from workshop.model.answers import Pattern
from workshop.model.judging import Contest
from workshop.render.blocks import (
    Block,
    Card,
    Cell,
    Table,
    Tone,
    card,
    cell,
    column,
    heading,
    paragraph,
    table,
)
from workshop.render.exhibit import Exhibit


def contest(a: Assessment) -> Exhibit:
    """Return each contest between two patterns that both fit: which answers stand where."""
    say, settled = a.content.words, a.recommendation.settled
    if not settled:
        lead = say("contests.lead-none")
        return Exhibit("contest", (heading(2, say("contests.title"), lead), _possible(a)), ())
    open_ones = [s for s in settled if s.winner is None]
    key = "lead-open" if open_ones else "lead-decided"
    names = a.listing(_pair(a, s.contest) for s in open_ones or settled)
    return Exhibit(
        "contest",
        (
            heading(2, say("contests.title"), say(f"contests.{key}", names=names)),
            *(_settled(a, s) for s in settled),
        ),
    )


def _pair(a: Assessment, c: Contest) -> str:
    first, second = (a.content.pattern(p).short for p in c.patterns)
    return a.content.words("contests.pair", first=first, second=second)


def _possible(a: Assessment) -> Table:
    """Return the contests that can come up, each with the answers that decide it."""
    say = a.content.words
    return table(
        [
            column(say("contests.pair-title"), width=1.5),
            column(say("contests.why"), width=2.6),
            column(say("contests.deciding"), width=2.2),
            column(say("contests.source"), width=1.2),
        ],
        [
            [
                cell(_pair(a, c)),
                cell(c.words),
                cell(a.listing(a.content.question(n).name for n in c.decided_by)),
                cell(source_words(c.sources), tone="muted"),
            ]
            for c in a.content.contests
        ],
    )


def _settled(a: Assessment, s: Settled) -> Card:
    say = a.content.words
    first, second = (a.content.pattern(p).short for p in s.contest.patterns)
    tone: Tone = "seam" if s.winner is None else "ours"
    label = say("contests.undecided" if s.winner is None else "contests.decided")
    if s.winner is None:
        name = say("contests.still-open", first=first, second=second)
    else:
        winner = a.content.pattern(s.winner).short
        name = say("contests.winner", first=first, second=second, winner=winner)
    rows = [_side(a, s, side) for side in s.sides]
    body: list[Block] = [
        paragraph(s.contest.words),
        table(
            [
                column(say("contests.deciding"), width=1.5),
                column(say("contests.told"), width=1.4),
                column(say("contests.side"), width=1.3),
                column(say("contests.sides"), width=3.2),
            ],
            rows,
        ),
    ]
    if then := _what_now(a, s):
        body.append(paragraph(then))
    return card(name, body, label=label, tone=tone, sources=graded(a.content, s.contest.sources))


def _side(a: Assessment, s: Settled, side: Side) -> list[Cell]:
    say = a.content.words
    name = capital(a.content.question(side.reads).name)
    if not side.known:
        return [
            cell(name),
            cell(answer_words(a, side.reads), tone="muted"),
            says_cell(a, "unknown"),
            cell(""),
        ]
    if side.favours is None:
        favours = cell(say("contests.no-side"), mark="○")
    else:
        favours = cell(a.content.pattern(side.favours).short, strong=True, mark="✓")
    return [
        cell(name),
        cell(answer_words(a, side.reads)),
        favours,
        cell(" ".join(_told_by(a, p, side.reads) for p in s.contest.patterns).strip()),
    ]


def _told_by(a: Assessment, pattern: Pattern, name: str) -> str:
    """Return what one pattern's criteria say of an answer."""
    found = [
        r.because
        for r in a.verdicts[pattern].readings
        if r.criterion.reads == name and r.because and r.criterion.role != "condition"
    ]
    if not found:
        return ""
    short = a.content.pattern(pattern).short
    return a.content.words("contests.side-of", name=short, because=" ".join(found))


def _what_now(a: Assessment, s: Settled) -> str:
    say = a.content.words
    if s.winner is not None:
        return "" if any(x.favours for x in s.sides) else say("contests.never-silent")
    unknown = [a.content.question(x.reads).ask for x in s.sides if not x.known]
    if unknown:
        return say("contests.find-out-to-decide", questions=" ".join(unknown))
    pulls = {x.favours for x in s.sides} - {None}
    return say("contests.they-pull" if pulls else "contests.neither-pulls")
