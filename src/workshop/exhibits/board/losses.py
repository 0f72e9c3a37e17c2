"""Show page two of the board edition: where time and safety are lost."""

from __future__ import annotations

from workshop.documents.blocks import (
    Block,
    Cell,
    Span,
    Tone,
    cell,
    column,
    heading,
    paragraph,
    table,
)
from workshop.documents.exhibit import Exhibit
from workshop.exhibits.board.shared import (
    FEW_RISKS,
    days_words,
    option_to_begin,
    page_start,
    who_serves,
)
from workshop.exhibits.handoffs import (
    agreed_stream,
    goes_as_agreed,
    is_kept,
    stream_pictures,
)
from workshop.exhibits.layout import (
    capital,
    is_sparse,
    spelled,
    team_words,
)
from workshop.findings import Assessment
from workshop.findings.finding import left_of
from workshop.findings.handoffs import ValueStream, rounded

_URGENT = 4
"""The most urgent risks."""
_HANDOFFS = 6
"""The most handoffs."""

_STATES: dict[str, Tone] = {
    "builder": "plain",
    "other-team": "plain",
    "held": "plain",
    "nobody": "critical",
    "at-handover": "critical",
    "unknown": "muted",
}
_CALLED = ("paged_infrastructure", "paged_quality", "rollback_authority")
"""Lines of the charter on who is called and who may act."""


def board_losses(assessment: Assessment) -> Exhibit:
    """Return where work waits, who has which duty, and what is urgent."""
    _, stream = assessment.content.words, assessment.stream
    head = heading(1, _("board.losses"), _losses_lead(assessment), anchor="losses")
    parts: list[Block] = []
    if stream is not None and stream.p50 is not None:
        parts += stream_pictures(assessment, stream)
        parts += _waits(assessment)
    if assessment.ledger.answered or assessment.answers.paged_quality is not None:
        parts += _duties(assessment)
    parts += _top_risks(assessment)
    printed = (*page_start(assessment), head, *parts) if parts else ()
    return Exhibit("board-losses", (head, *parts), printed, printed)


def _losses_lead(assessment: Assessment) -> str:
    _, stream = assessment.content.words, assessment.stream
    if stream is None or not stream.wait_p50 or not stream.touch_p50:
        return _("board.losses-none") if stream is None or stream.p50 is None else ""
    measured = round(100 * (stream.measured_share or 0))
    days, half = days_words(assessment, stream), rounded(assessment.content, stream.p50 or 0)
    key = "measured" if measured else "unmeasured"
    known = _(f"board.losses-{key}", measured=measured, sum=days["sum"])
    return f"{_('board.losses-shares', half=half, **days)} {known}"


def _waits(assessment: Assessment) -> list[Block]:
    """Return a sentence on handoffs and waiting."""
    _, stream = assessment.content.words, assessment.stream
    if stream is None or not stream.handoffs or len(stream.handoffs) > _HANDOFFS:
        return []
    longest = max((s.wait for s in stream.handoffs if s.wait is not None), default=None)
    teams = [s.team for s in assessment.answers.stages or () if s.team]
    names = list(dict.fromkeys(capital(team_words(assessment.content, t)) for t in teams))
    values = {"number": spelled(assessment, len(names)), "names": assessment.listing(names)}
    spans = [Span(f"{_('board.teams', n=len(names), **values)} ")]
    spans.append(Span(_("board.waits", n=len(stream.handoffs)), strong=True))
    for handoff in stream.handoffs:
        giver, taker = (
            capital(team_words(assessment.content, t)) for t in (handoff.giver, handoff.taker)
        )
        days = _("board.wait-unknown")
        if handoff.wait is not None:
            shown = rounded(assessment.content, handoff.wait)
            days = _("board.wait-days", n=1 if shown == "1" else 2, days=shown)
        words = _("board.wait", giver=giver, taker=taker, days=days)
        first = handoff.wait is not None and handoff.wait == longest
        end = "." if handoff is stream.handoffs[-1] else ";"
        spans += [Span(" "), Span(f"{words}{end}", strong=first)]
    if assessment.agreed is None:
        return [paragraph(spans)]
    return [paragraph(spans), paragraph(_waits_as_agreed(assessment, stream))]


def _waits_as_agreed(assessment: Assessment, stream: ValueStream) -> str:
    """Return what becomes of the handoffs with what was agreed."""
    _, under = assessment.content.words, agreed_stream(assessment)
    gone = sum(goes_as_agreed(assessment, s) for s in stream.handoffs)
    kept = [s for s in stream.handoffs if is_kept(assessment, s)]
    new = len(under.of("new")) if under else 0
    if under is None or not (gone or new):
        return _("board.waits-agreed-none")
    key = "waits-agreed-all" if gone == len(stream.handoffs) else "waits-agreed"
    found = [_(f"board.{key}", n=gone, all=len(stream.handoffs), name=under.pattern.short)]
    if new:
        found.append(_("board.waits-agreed-new", n=new, number=spelled(assessment, new)))
    for handoff in kept:
        giver, taker = (
            capital(team_words(assessment.content, t)) for t in (handoff.giver, handoff.taker)
        )
        found.append(_("board.waits-kept", giver=giver, taker=taker))
    return " ".join(found)


def _duties(assessment: Assessment) -> list[Block]:
    """Return who has the five duties and who is called: today, and as agreed."""
    _, today, then = assessment.content.words, assessment.ledger, assessment.signed.ledger
    before, after = assessment.charter, assessment.signed.charter
    lines: list[tuple[str, str, tuple[str | None, str], tuple[str | None, str]]] = [
        (one.duty.id, one.duty.name, (one.holder, one.state), (two.holder, two.state))
        for one, two in zip(today.lines, then.lines, strict=True)
    ]
    lines += [
        (
            one.reads,
            _(f"oncall.line-{one.reads.replace('_', '-')}"),
            (one.holder, one.state),
            (two.holder, two.state),
        )
        for one, two in zip(before.lines, after.lines, strict=True)
        if one.reads in _CALLED
    ]
    own = len(today.lines)
    shown = [not one[1] == two[1] == "unknown" for *_line, one, two in lines]
    changed = any(one != two for *_line, one, two in lines)
    then_advised = _duties_as_advised(assessment)
    columns = 2 + changed + bool(then_advised)
    rows: list[list[Cell]] = []
    for at, (id_, name, one, two) in enumerate(lines):
        if at in (0, own) and any(shown[at : own if at < own else None]):
            title = _("board.duties-five" if at < own else "board.duties-night")
            rows.append([cell(title, strong=True, tone="muted", fill=True, span=columns)])
        if not shown[at]:
            continue
        row = [cell(name), _holder(assessment, *one)]
        if changed:
            same = cell(_("board.duty-same"), tone="muted")
            if id_ == "evaluation-set" and one == two and (team := _written(assessment)):
                same = cell(_("board.duty-written", teams=team))
            row.append(same if one == two else _holder(assessment, *two))
        if then_advised:
            same = cell(_(f"board.duty-same{'' if one == two else '-agreed'}"), tone="muted")
            row.append(cell(then_advised[id_]) if id_ in then_advised else same)
        rows.append(row)
    heads = [column(_("board.duty"), width=1.4), column(_("board.duty-today"), width=1.1)]
    if changed:
        heads.append(column(_("board.duty-agreed"), width=1.6))
    if then_advised:
        heads.append(column(_("board.duty-advised"), width=1.6))
    key = "board.duties-of" if changed else "board.duties-of-today"
    lead = [_(key, model=capital(assessment.model))]
    if today.builder:
        team = capital(team_words(assessment.content, today.builder))
        lead.append(_("board.duties-builder", team=team))
    if then_advised:
        lead.append(_("board.duties-advised", name=_begun(assessment)))
    return [heading(2, _("board.duties"), " ".join(lead)), table(heads, rows)]


def _written(assessment: Assessment) -> str:
    """Return who writes the evaluation set as agreed, if a decision changes that."""
    if all(c.name != "evaluation_set_authors" for c in assessment.changes):
        return ""
    teams = assessment.signed.answers.evaluation_set_authors or ()
    return assessment.listing(capital(team_words(assessment.content, t)) for t in teams)


def _begun(assessment: Assessment) -> str:
    """Return the name of what is advised to begin with."""
    option = option_to_begin(assessment)
    return option.short if option else ""


def _duties_as_advised(assessment: Assessment) -> dict[str, str]:
    """Return who has the duties that the advised option gives to a team."""
    option = option_to_begin(assessment)
    if option is None or "today" in option.roles:
        return {}
    runs = assessment.content.pattern(option.patterns[0]).holders["serving"]
    quality, own = option.on_call.quality, who_serves(assessment, option)
    if runs == "product" and quality:  # of one model, it is one team
        quality = own
    found = dict.fromkeys(("ship", "paged"), own)
    calls = (
        ("paged_infrastructure", option.on_call.service),
        ("paged_quality", quality),
        ("rollback_authority", quality),
    )
    return found | {reads: who.rstrip(".") for reads, who in calls if who}


def _holder(assessment: Assessment, holder: str | None, state: str) -> Cell:
    return cell(capital(team_words(assessment.content, holder)), tone=_STATES[state])


def _top_risks(assessment: Assessment) -> list[Block]:
    """Return the urgent risks, else other ones, and what a decision settles."""
    _ = assessment.content.words
    found, key, most = assessment.of_severity("critical"), "top-risks-lead", _URGENT
    if not found:
        found, key, most = assessment.of_severity("risk"), "top-risks-none-urgent", FEW_RISKS
    if not found:
        if is_sparse(assessment):
            return []
        return [heading(2, _("board.top-risks"), _("board.top-risks-none"))]
    urgent = key == "top-risks-lead"
    lead = [_(f"board.{key}", n=len(found))]
    if rest := len(found[most:]):
        shown = spelled(assessment, most).lower()
        lead.append(_("board.top-risks-first", n=rest, shown=shown, all=len(found)))
    title = heading(2, _("board.top-risks" if urgent else "board.top-risks-other"), " ".join(lead))
    rows = []
    for finding in found[:most]:
        settled = finding.status == "settled"
        tone: Tone = "critical" if urgent and not settled else "warning"
        key = "part" if left_of(assessment, finding) else "settled" if settled else "open"
        state = _(f"board.status-{key}")
        rows.append([cell(finding.statement), cell(state, tone=tone)])
    heads = [column(_("board.found"), width=4), column(_("board.status"), width=1.45)]
    return [title, table(heads, rows)]
