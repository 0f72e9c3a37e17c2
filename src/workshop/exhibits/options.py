"""The options side by side with the same columns, and how the advised one begins."""

from __future__ import annotations

from collections.abc import Sequence

from workshop.content.items import Fact
from workshop.documents.blocks import (
    Block,
    Cell,
    PageBreak,
    SideBySide,
    Span,
    Table,
    TextLike,
    bullets,
    cell,
    column,
    heading,
    pairs,
    paragraph,
    table,
)
from workshop.documents.exhibit import Exhibit
from workshop.exhibits.layout import graded
from workshop.exhibits.patterns import (
    VERDICT_LOOKS,
    mark_tone,
    title,
    verdict_cell,
    verdict_words,
)
from workshop.findings import Assessment
from workshop.findings.advice import either
from workshop.findings.handoffs import rounded
from workshop.findings.options import Move, Option, Reply, advised

_FEW = 3
"""Up to so many options share their page with the move."""
_NEEDS, _ROOM = 2, 150
"""Of what has to be true the table has room for so many sentences, and so many characters; the
whole stands with the verdict."""


def options(a: Assessment) -> Exhibit:
    """Return each option that is not ruled out with the same columns, then the advised move."""
    say = a.content.words
    open_ones = [o for o in a.options if not o.excluded]
    head = heading(2, say("options.title"), _lead(a))
    ruled_out = [paragraph(words) for words in _ruled_out(a)]
    moving = _moving(a)
    moves = [b for o in moving for b in _move(a, o, moving[0])]
    side_by_side: tuple[Block, ...] = (head, _table(a, open_ones), *ruled_out)
    then: tuple[Block, ...] = (*moves, *_replies(a))
    apart = (PageBreak(),) if then and len(open_ones) > _FEW else ()
    printed: tuple[Block, ...] = (PageBreak(), *side_by_side, *apart, *then)
    return Exhibit(
        "options",
        (*side_by_side, *then),
        in_pack=printed,
        in_short_pack=(),  # a pack of few answers asks instead
        on_slides=(head, _short_table(a, open_ones), *ruled_out, *moves),
    )


def _lead(a: Assessment) -> str:
    say, ours = a.content.words, advised(a.options)
    names = [o.short for o in ours]
    if not ours:
        return say("options.lead-none")
    if a.recommendation.status == "first-indication":
        return say("options.lead-first", names=either(a.content, names))
    if len(ours) > 1:
        return say("options.lead-open", names=either(a.content, names))
    key = "options.lead-stay" if "today" in ours[0].roles else "options.lead-advised"
    return say(key, name=names[0])


def _ruled_out(a: Assessment) -> list[str]:
    """Return one line for each reason that rules options out."""
    reasons: dict[str, list[str]] = {}
    for o in a.options:
        if o.excluded:
            reasons.setdefault(" ".join(o.because), []).append(o.short)
    return [
        a.content.words("options.ruled-out", names=a.listing(names), because=because)
        for because, names in reasons.items()
    ]


# -- the table ----------------------------------------------------------------------------------


def _table(a: Assessment, shown: list[Option]) -> Table:
    """Return the options as columns: what is compared has about the same length in each."""
    say = a.content.words
    rows: dict[str, list[Cell]] = {
        "verdict": [verdict_cell(a, o) if o.patterns else cell("") for o in shown],
        "people": [people_cell(a, o) for o in shown],
        "called": [cell(_called(a, o)) for o in shown],
        "time": [cell(_time(a, o)) for o in shown],
        "failure": [_sentences(a, [o.main_failure] if o.main_failure else []) for o in shown],
        "needs": [cell(_needs(a, o)) for o in shown],
        "price": [_sentences(a, o.gives_up) for o in shown],
        "undo": [_sentences(a, [_undo(a, o)]) for o in shown],
    }
    return table(
        [
            column(say("options.option"), width=0.62),
            *(
                column(title(a, o), tone=mark_tone(o), width=1.0 if o.patterns else 0.8)
                for o in shown
            ),
        ],
        [[cell(say(f"options.{key}")), *cells] for key, cells in rows.items()],
        caption=_caption(a, shown),
    )


def _short_table(a: Assessment, shown: list[Option]) -> Table:
    """Return what a wall has room for."""
    say = a.content.words
    return table(
        [
            column(say("options.name"), width=2),
            column(say("options.people"), width=1.8),
            column(say("options.time"), width=2),
            column(say("options.quality-head"), width=1.8),
        ],
        [
            [
                _name(a, o),
                people_cell(a, o),
                cell(_time(a, o)),
                cell(o.on_call.quality or say("options.unknown")),
            ]
            for o in shown
        ],
    )


def _name(a: Assessment, o: Option) -> Cell:
    """Return an option's name, what it is to us, and its verdict."""
    tone = mark_tone(o)
    words = [Span(title(a, o))]
    if o.patterns:
        look, mark = VERDICT_LOOKS[o.verdict]
        words.append(Span(f" {mark} {verdict_words(a, o)}", tone=look))
    return cell(words, strong=True, tone=tone, fill=tone != "plain")


def people_cell(a: Assessment, o: Option) -> Cell:
    """Return the people an option takes beside those there are; red where these are too few."""
    say, p = a.content.words, o.people
    if p.low is None or p.high is None:
        if p.have is None:
            return cell(say("options.people-nothing-known"), tone="muted")
        return cell(say("options.people-unknown", have=p.have), tone="muted")
    words = say.number(p.low)
    if p.low != p.high:
        words = say("options.range", low=p.low, high=p.high)
    if p.inside_teams:
        low, high = p.inside_teams
        inside = say("options.range", low=low, high=high)
        words = say("options.people-inside", range=words, inside=inside)
    key = "more" if p.too_few else "known" if p.have is not None else "have-unknown"
    words = say(f"options.people-{key}", range=words, have=p.have)
    return cell(words, tone="seam" if p.too_few else "plain")


def _called(a: Assessment, o: Option) -> str:
    say = a.content.words
    service, quality = (
        None if who is None else who.rstrip(".") for who in (o.on_call.service, o.on_call.quality)
    )
    if service is None and quality is None:
        return say("options.unknown")
    if service == quality:
        return say("options.both-are", who=service)
    unknown = a.content.words("common.unknown")
    return " ".join(
        (
            say("options.service-is", who=service or unknown),
            say("options.quality-is", who=quality or unknown),
        )
    )


def _time(a: Assessment, o: Option) -> str:
    say, days = a.content.words, o.lead_time
    found = []
    if days.half is not None and days.one_in_ten is not None:
        certain = "-certain" if days.half == days.one_in_ten else ""
        least = "-at-least" if days.at_least else ""
        half, ten = (rounded(a.content, d) for d in (days.half, days.one_in_ten))
        found.append(say(f"options.days{certain}{least}", half=half, ten=ten))
    if o.handoffs is not None:
        key = "options.handoffs" if o.handoffs else "options.no-handoff"
        found.append(say(key, n=o.handoffs))
    return " ".join(found) or say("options.unknown")


def _needs(a: Assessment, o: Option) -> str:
    say = a.content.words
    if not o.patterns or o.verdict is None:
        return say("options.not-judged")
    if not o.needs:
        return say("options.nothing-needed")
    shown = _NEEDS if sum(map(len, o.needs[:_NEEDS])) <= _ROOM else 1
    left = len(o.needs) - shown
    rest = [say("options.more-needed", n=left, title=say("judgements.title"))] if left > 0 else []
    return " ".join((*o.needs[:shown], *rest))


def _undo(a: Assessment, o: Option) -> str:
    return a.content.words("options.nothing-to-undo") if "today" in o.roles else o.undo or ""


def _sentences(a: Assessment, words: Sequence[str]) -> Cell:
    if not words:
        return cell(a.content.words("options.unknown"), tone="muted")
    return cell(" ".join(words))


def _caption(a: Assessment, shown: list[Option]) -> str:
    keys = dict.fromkeys(k for o in shown if o.text for k in o.text.sources)
    days = any(o.lead_time.half is not None for o in shown)
    key = "options.caption" if days else "options.caption-no-days"
    return a.content.words(key, sources=a.listing(keys))


# -- the move -----------------------------------------------------------------------------------


def _moving(a: Assessment) -> list[Option]:
    """Return the options whose first steps are shown: the advised, then what was chosen."""
    return sorted((o for o in a.options if o.move), key=lambda o: "advised" not in o.roles)


def _move(a: Assessment, o: Option, first: Option) -> list[Block]:
    """Return how an option begins; of a second one only what the first has not told already."""
    say, move, told = a.content.words, o.move, first.move if first is not o else None
    if move is None:
        return []
    steps = [s for s in move.steps if told is None or s not in told.steps]
    lost = [x for x in move.loses if told is None or x not in told.loses]
    losses: list[TextLike] = [
        (Span(say("options.losing", who=x.who), strong=True), Span(x.what)) for x in lost
    ]
    key = "stay" if move.stays else "move" if "advised" in o.roles else "move-chosen"
    if len(steps) < len(move.steps):
        key = "move-differs"
    costs: list[tuple[TextLike, TextLike]] = [
        (say("options.in-people"), move.people),
        (say("options.disruption"), move.disruption),
    ]
    if told is None:
        costs.append((say("options.published"), _published(a, move)))
    begins: list[tuple[Block, ...]] = []
    if steps:
        begins.append((bullets(steps, ordered=len(steps) == len(move.steps)),))
    if losses:
        begins.append((paragraph((Span(say("options.loses"), strong=True),)), bullets(losses)))
    return [
        heading(3, say(f"options.{key}", name=o.short)),
        *([SideBySide(tuple(begins))] if begins else []),
        pairs(costs),
    ]


def _published(a: Assessment, move: Move) -> TextLike:
    if not move.effects:
        return a.content.words("options.nothing-published")
    return [span for fact in move.effects for span in _effect(a, fact)]


def _effect(a: Assessment, fact: Fact) -> list[Span]:
    sources = "; ".join(graded(a.content, fact.sources))
    limits = f"{fact.limits} " if fact.limits else ""
    return [
        Span(f"{fact.statement} "),
        Span(f"{limits}[{sources}] ".replace(" §", "\u00a0§"), tone="muted"),
    ]


def _replies(a: Assessment) -> list[Block]:
    """Return each recorded dissent with its answer, once for all moves."""
    found: tuple[Reply, ...] = next((o.move.replies for o in _moving(a) if o.move), ())
    if not found:
        return []
    say = a.content.words
    missing = sum(r.answer is None for r in found)
    lead = say("options.replies-done")
    if missing:
        lead = say("options.replies-open", n=missing, all=len(found))
    return [
        heading(3, say("options.replies"), lead),
        table(
            [column(say("options.dissent"), width=1.4), column(say("options.answer"), width=1)],
            [
                [
                    cell(r.dissent),
                    cell(r.answer)
                    if r.answer
                    else cell(say("options.not-answered"), tone="critical"),
                ]
                for r in found
            ],
        ),
    ]
