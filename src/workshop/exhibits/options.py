"""Compare the options in one table, and show how the advised one begins."""

from __future__ import annotations

from collections.abc import Sequence

from workshop.content.items import Fact
from workshop.documents.blocks import (
    Block,
    Cell,
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
from workshop.exhibits.patterns import VERDICT_LOOKS, mark_tone, title, verdict_cell, verdict_words
from workshop.findings import Assessment
from workshop.findings.handoffs import rounded
from workshop.findings.options import Move, OnCall, Option, advised

_AGAINST = 2
"""The most reasons against an option in the table."""


def move(assessment: Assessment) -> Exhibit:
    """Return how the advised option begins, its cost, and who loses what."""
    moving = _moving(assessment)
    moves = [b for o in moving for b in _move(assessment, o, moving[0])]
    _ = assessment.content.words
    if not moves:
        return Exhibit("move", (heading(2, _("options.begins"), _("options.begins-none")),), (), ())
    blocks = (heading(2, _("options.begins")), *moves)
    return Exhibit("move", blocks, blocks, ())


def ruled_out_words(assessment: Assessment) -> list[str]:
    """Return one line for each reason that rules options out."""
    reasons: dict[str, list[str]] = {}
    for o in assessment.options:
        if o.excluded:
            reasons.setdefault(" ".join(o.because), []).append(o.short)
    return [
        assessment.content.words(
            "options.ruled-out", names=assessment.listing(names), because=because
        )
        for because, names in reasons.items()
    ]


# -- the table ----------------------------------------------------------------------------------


def options_table(assessment: Assessment, shown: list[Option]) -> Table:
    """Return the options as columns of one table."""
    _ = assessment.content.words
    rows: dict[str, list[Cell]] = {
        "verdict": [verdict_cell(assessment, o) if o.patterns else cell("") for o in shown],
        "people": [people_cell(assessment, o) for o in shown],
        "called": [cell(_called(assessment, o)) for o in shown],
        "time": [cell(_time(assessment, o)) for o in shown],
        "failure": [
            _sentences(assessment, [o.main_failure] if o.main_failure else []) for o in shown
        ],
        "price": [_sentences(assessment, o.gives_up) for o in shown],
        "undo": [_sentences(assessment, [_undo(assessment, o)]) for o in shown],
        "why-not": [_why_not(assessment, o) for o in shown],
    }
    return table(
        [
            column(_("options.option"), width=0.62),
            *(
                column(title(assessment, o), tone=mark_tone(o), width=1.0 if o.patterns else 0.8)
                for o in shown
            ),
        ],
        [[cell(_(f"options.{key}")), *cells] for key, cells in rows.items()],
        caption=_caption(assessment, shown),
    )


def short_table(assessment: Assessment, shown: list[Option]) -> Table:
    """Return what a wall has room for."""
    _ = assessment.content.words
    return table(
        [
            column(_("options.name"), width=2),
            column(_("options.people"), width=1.8),
            column(_("options.time"), width=2),
            column(_("options.quality-head"), width=1.8),
        ],
        [
            [
                _name(assessment, o),
                people_cell(assessment, o),
                cell(_time(assessment, o)),
                cell(o.on_call.quality or _("options.unknown")),
            ]
            for o in shown
        ],
    )


def _name(assessment: Assessment, option: Option) -> Cell:
    """Return an option's name, its roles, and its verdict."""
    tone = mark_tone(option)
    words = [Span(title(assessment, option))]
    if option.patterns:
        look, mark = VERDICT_LOOKS[option.verdict]
        words.append(Span(f" {mark} {verdict_words(assessment, option)}", tone=look))
    return cell(words, strong=True, tone=tone, fill=tone != "plain")


def people_cell(assessment: Assessment, option: Option) -> Cell:
    """Return the people an option takes and those available; red if too few."""
    _, p = assessment.content.words, option.people
    if p.low is None or p.high is None:
        if p.have is None:
            return cell(_("options.people-nothing-known"), tone="muted")
        return cell(_("options.people-unknown", have=p.have), tone="muted")
    words = _.number(p.low)
    if p.low != p.high:
        words = _("options.range", low=p.low, high=p.high)
    if p.inside_teams:
        low, high = p.inside_teams
        inside = _("options.range", low=low, high=high)
        words = _("options.people-inside", range=words, inside=inside)
    key = "more" if p.too_few else "known" if p.have is not None else "have-unknown"
    words = _(f"options.people-{key}", range=words, have=p.have)
    return cell(words, tone="seam" if p.too_few else "plain")


def _called(assessment: Assessment, option: Option) -> str:
    """Return who is called, and who will be if decisions change it."""
    today = _calls(assessment, option.on_call)
    if option.agreed is None or option.agreed.on_call == option.on_call:
        return today
    then = _calls(assessment, option.agreed.on_call)
    return assessment.content.words("agreed.arrow", today=today.rstrip("."), agreed=then)


def _calls(assessment: Assessment, on_call: OnCall) -> str:
    _ = assessment.content.words
    service, quality = (
        None if who is None else who.rstrip(".") for who in (on_call.service, on_call.quality)
    )
    if service is None and quality is None:
        return _("options.unknown")
    if service == quality:
        return _("options.both-are", who=service)
    unknown = assessment.content.words("common.unknown")
    return " ".join(
        (
            _("options.service-is", who=service or unknown),
            _("options.quality-is", who=quality or unknown),
        )
    )


def _time(assessment: Assessment, option: Option) -> str:
    _, days = assessment.content.words, option.lead_time
    found = []
    if days.half is not None and days.one_in_ten is not None:
        certain = "-certain" if days.half == days.one_in_ten else ""
        least = "-at-least" if days.at_least else ""
        half, ten = (rounded(assessment.content, d) for d in (days.half, days.one_in_ten))
        found.append(_(f"options.days{certain}{least}", half=half, ten=ten))
    if option.handoffs is not None:
        key = "options.handoffs" if option.handoffs else "options.no-handoff"
        found.append(_(key, n=option.handoffs))
    return " ".join(found) or _("options.unknown")


def _why_not(assessment: Assessment, option: Option) -> Cell:
    """Return why an option is not the advised one."""
    _, own = assessment.content.words, advised(assessment.options)
    if "advised" in option.roles:
        key = "advised" if len(own) == 1 else "advised-open"
        return cell(_(f"board.options-why-{key}"), tone="ours")
    if not option.patterns or option.verdict is None:
        return cell(_("options.not-judged"), tone="muted")
    against = [
        r.because
        for p in option.patterns
        for r in assessment.verdicts[p].readings
        if r.says == "against" and r.because and r.criterion.role in ("needed", "leaning")
    ]
    if option.verdict == "not-yet" and against:
        return cell(" ".join(list(dict.fromkeys(against))[:_AGAINST]))
    if any(set(option.patterns) < set(o.patterns) for o in own):
        return cell(_("board.options-why-part"))
    if against:
        return cell(" ".join(list(dict.fromkeys(against))[:_AGAINST]))
    if option.verdict == "not-yet" and option.needs:
        return cell(option.needs[0])
    names = assessment.listing([o.short for o in own])
    if not own:
        return cell(_("options.not-judged"))
    decides = [r.because for r in assessment.recommendation.reasons if r.decides][:1]
    if not decides:
        return cell(_("board.options-why-fits", advised=names))
    return cell(_("board.options-why-decides", advised=names, because=decides[0]))


def _undo(assessment: Assessment, option: Option) -> str:
    return (
        assessment.content.words("options.nothing-to-undo")
        if "today" in option.roles
        else option.undo or ""
    )


def _sentences(assessment: Assessment, words: Sequence[str]) -> Cell:
    if not words:
        return cell(assessment.content.words("options.unknown"), tone="muted")
    return cell(" ".join(words))


def _caption(assessment: Assessment, shown: list[Option]) -> str:
    keys = dict.fromkeys(k.partition(" ")[0] for o in shown if o.text for k in o.text.sources)
    days = any(o.lead_time.half is not None for o in shown)
    key = "options.caption" if days else "options.caption-no-days"
    return assessment.content.words(key, sources=assessment.listing(keys))


# -- the move -----------------------------------------------------------------------------------


def _moving(assessment: Assessment) -> list[Option]:
    """Return the options with a move, the advised one before the chosen one."""
    return sorted((o for o in assessment.options if o.move), key=lambda o: "advised" not in o.roles)


def _move(assessment: Assessment, option: Option, first: Option) -> list[Block]:
    """Return how an option begins; of a second one only what differs."""
    _, move, given = (
        assessment.content.words,
        option.move,
        first.move if first is not option else None,
    )
    if move is None:
        return []
    steps = [s for s in move.steps if given is None or s not in given.steps]
    lost = [x for x in move.loses if given is None or x not in given.loses]
    losses: list[TextLike] = [
        (Span(_("options.losing", who=x.who), strong=True), Span(x.what)) for x in lost
    ]
    key = "stay" if move.stays else "move" if "advised" in option.roles else "move-chosen"
    if len(steps) < len(move.steps):
        key = "move-differs"
    costs: list[tuple[TextLike, TextLike]] = [
        (_("options.in-people"), move.people),
        (_("options.disruption"), move.disruption),
    ]
    if given is None:
        costs.append((_("options.published"), _published(assessment, move)))
    begins: list[tuple[Block, ...]] = []
    if steps:
        begins.append((bullets(steps, ordered=len(steps) == len(move.steps)),))
    if losses:
        begins.append((paragraph((Span(_("options.loses"), strong=True),)), bullets(losses)))
    return [
        heading(3, _(f"options.{key}", name=option.short)),
        *([SideBySide(tuple(begins))] if begins else []),
        pairs(costs),
    ]


def _published(assessment: Assessment, move: Move) -> TextLike:
    if not move.effects:
        return assessment.content.words("options.nothing-published")
    return [span for fact in move.effects for span in _effect(assessment, fact)]


def _effect(assessment: Assessment, fact: Fact) -> list[Span]:
    sources = "; ".join(graded(assessment.content, fact.sources))
    limits = f"{fact.limits} " if fact.limits else ""
    return [
        Span(f"{fact.statement} "),
        Span(f"{limits}[{sources}] ".replace(" §", "\u00a0§"), tone="muted"),
    ]
