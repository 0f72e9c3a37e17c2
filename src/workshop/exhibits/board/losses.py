"""Show page two of the board edition: where time and safety are lost."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace

from workshop.documents.blocks import (
    Block,
    Cell,
    Span,
    Tone,
    cell,
    column,
    heading,
    paragraph,
    plain,
    table,
)
from workshop.documents.exhibit import Exhibit
from workshop.exhibits.board.comparison import Way, way_label, ways_compared
from workshop.exhibits.board.shared import (
    days_words,
    decided_on,
    one_option,
    option_to_begin,
    page_start,
    who_serves,
)
from workshop.exhibits.handoffs import (
    agreed_stream,
    chosen_by,
    goes_as_agreed,
    is_kept,
    opened_by,
    ships_for_others,
    stage_name,
    stream_pictures,
)
from workshop.exhibits.layout import (
    capital,
    date_words,
    is_sparse,
    short,
    spelled,
    team_of_kind,
    team_words,
    within,
)
from workshop.findings import Assessment
from workshop.findings.finding import Finding
from workshop.findings.handoffs import Handoff, ValueStream, rounded
from workshop.findings.plan import actions, ending

_PLACES = 2
"""The most places with the longest wait that are named."""

_STATES: dict[str, Tone] = {
    "builder": "plain",
    "other-team": "plain",
    "held": "plain",
    "nobody": "critical",
    "at-handover": "critical",
    "unknown": "muted",
}
_LONGEST = 40
"""The most characters of a model's name before the picture; pages name it whole."""
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
    parts += _duties(assessment)
    parts += _top_risks(assessment)
    printed = (*page_start(assessment), head, *parts) if parts else ()
    return Exhibit("board-losses", (head, *parts), printed, printed)


def _losses_lead(assessment: Assessment) -> str:
    """Return what is calculated, and why half of all changes take longer."""
    _, stream = assessment.content.words, assessment.stream
    if stream is None or not stream.wait_p50 or not stream.touch_p50:
        return _("board.losses-none") if stream is None or stream.p50 is None else ""
    days, half = days_words(assessment, stream), stream.p50 or 0.0
    found = [_("board.losses-shares", model=short(assessment.model, _LONGEST), **days)]
    if stream.lower_bound:
        found.append(_("board.losses-least"))
    elif stream.p50 != stream.p90:
        planned = sum((s.wait or 0.0) + (s.touch or 0.0) for s in stream.stages)
        key = "losses-overrun" if round(half) > round(planned) else "losses-half"
        found.append(_(f"board.{key}", half=rounded(assessment.content, half)))
    return " ".join(found)


def _waits(assessment: Assessment) -> list[Block]:
    """Return how much was measured, and how much of the waiting is at handoffs."""
    _, stream = assessment.content.words, assessment.stream
    if stream is None:
        return []
    days = days_words(assessment, stream)
    measured = round(100 * (stream.measured_share or 0))
    key = "measured-all" if measured == 100 else "measured" if measured else "unmeasured"
    known = _(f"board.losses-{key}", measured=measured, sum=days["sum"])
    if not stream.handoffs:
        return [paragraph(known)]
    if key == "measured" and "stages" in (assessment.answers.basis or {}):
        known = ""  # page 6 has the share
    changes = _("board.waits", n=len(stream.handoffs))
    if stream.handoff_wait is not None:
        there = rounded(assessment.content, stream.handoff_wait)
        changes = _("board.waits-share", changes=changes, days=there, wait=days["wait"])
    changes = changes if changes.endswith(".") else f"{changes}."
    shown = _calculated(assessment, stream)
    option = one_option(assessment)
    # Page 1 has the share of handoffs among the reasons, but where the advice is to stay.
    told_before = shown and option is not None and "today" not in option.roles
    found = [*([] if told_before else [changes]), *_longest_waits(assessment, bool(shown))]
    if not shown and assessment.agreed is not None:
        found += _waits_as_agreed(assessment, stream)
    told = " ".join([*found, *filter(None, [known])])
    return [*([paragraph(told)] if told else []), *shown]


_BESIDE = 3
"""The most ways of working for which each handoff is shown."""


def _calculated(assessment: Assessment, stream: ValueStream) -> list[Block]:
    """Return which handoffs end in the ways that page 1 compares, and their days.

    Empty where days are missing, or no other way has any.
    """
    _, option = assessment.content.words, one_option(assessment)
    ways = ways_compared(assessment, option) if option is not None else []
    ways = [w for w in ways if w.stream is not None and w.half is not None][:_BESIDE]
    if not ways or stream.lower_bound or stream.p50 is None:
        return []
    rows: list[list[Cell | str]] = []
    for handoff in stream.handoffs:
        days = _("board.ends-unknown")
        if handoff.wait is not None:
            days = rounded(assessment.content, handoff.wait)
        sides = _("board.ends-from", **_sides(assessment, handoff))
        rows.append([sides, days, *(_becomes(assessment, handoff, w) for w in ways)])
    news = [sum(w.stream.new_waits) if w.stream else 0.0 for w in ways]
    if any(news):
        shown = [rounded(assessment.content, n) if n else "–" for n in news]
        rows.append([_("board.ends-new"), "–", *shown])
    today = _("board.ends-half-today", half=rounded(assessment.content, stream.p50))
    halves = (rounded(assessment.content, w.half or 0.0) for w in ways)
    rows.append([cell(x, strong=True) for x in (_("board.ends-half"), today, *halves)])
    heads = [
        column(_("board.ends-handoff"), width=1.45),
        column(_("board.ends-today"), width=0.75),
        *(column(way_label(assessment, w), width=1.7) for w in ways),
    ]
    notes = [_("board.ends-why"), _("board.ends-longer"), _waits_elsewhere(assessment, stream)]
    notes.append(_data_assumed(assessment, stream, ways))
    notes += [_("board.ends-within")] if assessment.answers.decisions else []
    return [table(heads, rows, caption=" ".join(filter(None, notes)))]


def _data_assumed(assessment: Assessment, stream: ValueStream, ways: Sequence[Way]) -> str:
    """Return whose data we assume to be given unasked, where that ends a handoff."""
    _, stages = assessment.content.words, assessment.answers.stages or ()
    for h in stream.handoffs:
        ended = any(c.at == h.at for w in ways if w.stream for c in w.stream.of("vanishes"))
        if ended and stages[h.at - 1].stage == "data" and opened_by(assessment, h) is None:
            sides = _sides(assessment, h)
            return _("board.ends-data", which=_("board.ends-from", **sides), giver=sides["giver"])
    return ""


def _waits_elsewhere(assessment: Assessment, stream: ValueStream) -> str:
    """Return how long work waits at no handoff, which no way of working changes."""
    waited, at_handoffs = sum(s.wait or 0.0 for s in stream.stages), stream.handoff_wait
    if at_handoffs is None or round(waited - at_handoffs) < 1:
        return ""
    left = round(waited) - round(at_handoffs)
    words = {"n": left, "days": rounded(assessment.content, left)}
    return assessment.content.words("board.ends-elsewhere", **words)


def _becomes(assessment: Assessment, handoff: Handoff, way: Way) -> Cell:
    """Return whether a handoff of today ends in a way of working, and by what."""
    _ = assessment.content.words
    if way.stream is None or all(c.at != handoff.at for c in way.stream.of("vanishes")):
        ships = ships_for_others(assessment) if way.kind == "agreed" else ""
        if not ships or not is_kept(assessment, handoff):
            return cell(_("board.ends-stays"))
        sides = _sides(assessment, handoff)
        on = "" if ships in sides.values() else "-on"
        return cell(_(f"board.ends-kept{on}", ships=ships, **sides))
    opened = None
    if way.kind in ("agreed", "both"):
        opened = opened_by(assessment, handoff) or chosen_by(assessment)
    if opened is not None:
        return cell(_("board.ends-action", action=opened.number), tone="strength")
    return cell(_("board.ends"), tone="strength")


def _longest_waits(assessment: Assessment, shown: bool) -> list[str]:
    """Return where work waits longest, and if that is no handoff, at which it does.

    `shown`: a table has the days of each handoff.
    """
    stream = assessment.stream
    if stream is None or stream.longest_wait is None:
        return []
    most = stream.stages[stream.longest_wait].wait
    longest = [at for at, stage in enumerate(stream.stages) if stage.wait == most]
    if shown and all(stream.handoff_at(at) is not None for at in longest):
        return []
    found = [_places(assessment, stream, "longest", longest)]
    at_handoffs = [h for h in stream.handoffs if h.wait]
    if at_handoffs and not shown and all(stream.handoff_at(at) is None for at in longest):
        most = max(h.wait or 0.0 for h in at_handoffs)
        places = [h.at for h in at_handoffs if h.wait == most]
        found.append(_places(assessment, stream, "longest-handoff", places))
    return found


def _places(assessment: Assessment, stream: ValueStream, key: str, places: Sequence[int]) -> str:
    """Return that work waits so long before these stages."""
    _, named = assessment.content.words, list[str]()
    for at in places[:_PLACES]:
        if handoff := stream.handoff_at(at):
            giver, taker = (
                capital(team_words(assessment.content, t)) for t in (handoff.giver, handoff.taker)
            )
            named.append(_("board.wait-handoff", giver=giver, taker=taker))
        else:
            stage = stage_name(assessment, stream.stages[at])
            named.append(_("board.wait-before" if at else "board.wait-first", stage=stage))
    days = rounded(assessment.content, stream.stages[places[0]].wait or 0.0)
    words = {"days": days, "places": assessment.listing(named)}
    return _(f"board.waits-{key}", n=1 if days == "1" else 2, **words)


def _waits_as_agreed(assessment: Assessment, stream: ValueStream) -> list[str]:
    """Return which handoffs go with what was agreed, and which stay."""
    _, under = assessment.content.words, agreed_stream(assessment)
    gone = sum(goes_as_agreed(assessment, s) for s in stream.handoffs)
    kept = [s for s in stream.handoffs if is_kept(assessment, s)]
    new = len(under.of("new")) if under else 0
    if under is None or not (gone or new):
        return [_("board.waits-agreed-none")]
    key = "waits-agreed-all" if gone == len(stream.handoffs) else "waits-agreed"
    ending = [s for s in stream.handoffs if goes_as_agreed(assessment, s)]
    which = assessment.listing(_going(assessment, s) for s in ending)
    words = {"n": gone, "all": len(stream.handoffs), "name": under.pattern.short, "which": which}
    found = [_(f"board.{key}", **words)]
    if new:
        found.append(_("board.waits-agreed-new", n=new, number=spelled(assessment, new)))
    ships, stay = ships_for_others(assessment), list[str]()
    for handoff in kept:
        sides = _sides(assessment, handoff)
        by = {sides["taker"]: "waits-kept", sides["giver"]: "waits-kept-too"}
        stay.append(_(f"board.{by.get(ships, 'waits-kept-on')}", ships=ships, **sides))
    return [" ".join(part) for part in (found, stay) if part]


def _going(assessment: Assessment, handoff: Handoff) -> str:
    """Return the two teams of a handoff that goes, and why if that is known."""
    _ = assessment.content.words
    which = _("board.wait-handoff", **_sides(assessment, handoff))
    opened = opened_by(assessment, handoff)
    if opened is not None:
        return _("board.waits-agreed-access", which=which, action=opened.number)
    if assessment.teams.kind(handoff.taker) == "platform":
        return _("board.waits-agreed-platform", which=which)
    return which


def _sides(assessment: Assessment, handoff: Handoff) -> dict[str, str]:
    """Return the names of the teams on both sides of a handoff."""
    sides = {"giver": handoff.giver, "taker": handoff.taker}
    return {side: capital(team_words(assessment.content, t)) for side, t in sides.items()}


def _duties(assessment: Assessment) -> list[Block]:
    """Return who has the five duties and who is called: today, and as agreed.

    So too where only decisions name somebody, as after a short workshop. Whom the duty to be on
    call names stands in its own row alone.
    """
    _, today, then = assessment.content.words, assessment.ledger, assessment.signed.ledger
    before, after = assessment.charter, assessment.signed.charter
    lines: list[_Line] = [
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
        if one.reads in _CALLED and one.reads in (one.answer, two.answer)
    ]
    then_advised = duties_as_advised(assessment)
    lines = _called_once(assessment, lines, then_advised)
    shown = [not one[1] == two[1] == "unknown" for *_line, one, two in lines]
    if not any(shown):
        return []
    changed = any(one != two for *_line, one, two in lines)
    days = _days_of(assessment, ["builder", *(id_ for id_, *_line in lines)])

    def dated(agreed: Cell, id_: str) -> Cell:
        day = days.get(id_)
        if day is None:
            return agreed
        words = _("board.duty-from", date=date_words(assessment.content, day))
        return replace(agreed, text=(*agreed.text, Span(words)))

    rows: list[list[Cell]] = []
    if builds := _builds(assessment):
        today_cell, agreed_cell, advised_cell = builds
        row = [cell(_("board.duty-builds")), today_cell]
        row += [dated(in_grey_if_same(today_cell, agreed_cell), "builder")] if changed else []
        row += [in_grey_if_same(agreed_cell, advised_cell)] if then_advised else []
        rows.append(row)
    for seen, (id_, name, one, two) in zip(shown, lines, strict=True):
        if not seen:
            continue
        row, last = [cell(name), _holder(assessment, *one)], _holder(assessment, *one)
        if changed:
            agreed = _holder(assessment, *two)
            if id_ == "evaluation-set" and one == two and (team := _written(assessment)):
                words = _("board.duty-written", holder=plain(agreed.text), teams=team)
                agreed = cell(words)
            row.append(dated(in_grey_if_same(last, agreed), id_))
            last = agreed
        if then_advised:
            then_one = cell(then_advised[id_]) if id_ in then_advised else last
            if then_one.tone == "critical":  # that nobody has it is no advice
                then_one = cell(_("board.duty-somebody"))
            row.append(in_grey_if_same(last, then_one))
        rows.append(row)
    heads = [column(_("board.duty"), width=1.4), column(_("board.duty-today"), width=1.1)]
    if changed:
        heads.append(column(_("board.duty-agreed"), width=1.6))
    if then_advised:
        heads.append(column(_("board.duty-advised"), width=1.6))
    key = "board.duties-of" if changed else "board.duties-of-today"
    lead = [_(key, model=capital(assessment.model))]
    if changed or then_advised:
        lead.append(_("board.duties-grey"))
    return [heading(2, _("board.duties"), " ".join(lead)), table(heads, rows)]


_Line = tuple[str, str, tuple[str | None, str], tuple[str | None, str]]
"""What it is, its name, and who has it in which state: today, and as agreed."""


def _called_once(
    assessment: Assessment, lines: list[_Line], advised: Mapping[str, str]
) -> list[_Line]:
    """Return the lines; being on call and being called are one if they are the same."""
    duty, called = (next((x for x in lines if x[0] == i), None) for i in ("paged", "paged_quality"))
    if duty is None or called is None or advised.get(duty[0]) != advised.get(called[0]):
        return lines
    if any(
        plain(_holder(assessment, *a).text) != plain(_holder(assessment, *b).text)
        for a, b in zip(duty[2:], called[2:], strict=True)
    ):
        return lines
    name = assessment.content.words("board.duty-called", duty=duty[1])
    return [(x[0], name, *x[2:]) if x is duty else x for x in lines if x is not called]


def _days_of(assessment: Assessment, lines: Sequence[str]) -> dict[str, datetime.date | None]:
    """Return from which day each line holds as agreed that a decision changes."""
    names: dict[str, tuple[str, ...]] = {id_: (id_, f"duties.{id_}") for id_ in lines}
    for line in assessment.signed.charter.lines:
        if line.reads in names:  # a first call may be that of another answer
            names[line.reads] += (line.answer,)
    if _written(assessment):
        names["evaluation-set"] += ("evaluation_set_authors",)
    return {
        id_: change.decision.due
        for id_, own in names.items()
        for change in assessment.changes
        if change.name in own
    }


def _builds(assessment: Assessment) -> tuple[Cell, Cell, Cell] | None:
    """Return who builds the model today, as agreed and as advised; None if unknown."""
    today, then = assessment.answers.builder, assessment.signed.answers.builder
    if today is None or then is None:
        return None
    # Whoever is called is to build it: else the advice would keep the gap that it is to close.
    ships = duties_as_advised(assessment).get("ship")
    option = option_to_begin(assessment)
    runs = option and assessment.content.pattern(option.patterns[0]).holders["serving"]
    if runs != "product" or assessment.teams.kind(then) == "product":
        ships = None
    shown = [capital(team_words(assessment.content, team)) for team in (today, then)]
    one, two, three = map(cell, (*shown, ships or shown[1]))
    return one, two, three


def in_grey_if_same(last: Cell, then: Cell) -> Cell:
    """Return a cell in grey if it says the same as the one before it."""
    same = plain(last.text) == plain(then.text) and then.tone == "plain"
    return replace(then, tone="muted") if same else then


def _written(assessment: Assessment) -> str:
    """Return who writes the evaluation set as agreed, if a decision changes that."""
    if all(c.name != "evaluation_set_authors" for c in assessment.changes):
        return ""
    teams = assessment.signed.answers.evaluation_set_authors or ()
    return assessment.listing(capital(team_words(assessment.content, t)) for t in teams)


def duties_as_advised(assessment: Assessment) -> dict[str, str]:
    """Return who has the duties that the advised option gives to a team."""
    option = option_to_begin(assessment)
    if option is None or "today" in option.roles:
        return {}
    runs = assessment.content.pattern(option.patterns[0]).holders["serving"]
    quality, own = option.on_call.quality, who_serves(assessment, option)
    if runs == "product" and quality:  # of one model, it is one team
        quality = own
    found = dict.fromkeys(("ship", "paged"), own)
    service = option.on_call.service
    if runs == "product" and service and service == option.on_call.quality:
        service = own
    elif runs == "product" and service:
        platform, content = team_of_kind(assessment, "platform"), assessment.content
        if platform == content.words("board.duty-platform"):  # nobody named it
            platform = within(content, platform)
        service = assessment.content.words("board.duty-shared", own=own, platform=platform)
    calls = (
        ("paged_infrastructure", service),
        ("paged_quality", quality),
        ("rollback_authority", quality),
    )
    return found | {reads: who.rstrip(".") for reads, who in calls if who}


def _holder(assessment: Assessment, holder: str | None, state: str) -> Cell:
    return cell(capital(team_words(assessment.content, holder)), tone=_STATES[state])


def _top_risks(assessment: Assessment) -> list[Block]:
    """Return the urgent risks, else other ones, and what a decision settles."""
    _ = assessment.content.words
    found, key = assessment.of_severity("critical"), "top-risks-lead"
    if not found:
        found, key = assessment.of_severity("risk"), "top-risks-none-urgent"
    if not found:
        if is_sparse(assessment):
            return []
        return [heading(2, _("board.top-risks"), _("board.top-risks-none"))]
    urgent = key == "top-risks-lead"
    lead = [_(f"board.{key}", n=len(found))]
    if rest := found[len(assessment.pressing) :]:
        shown = spelled(assessment, len(assessment.pressing))
        chapters = dict.fromkeys(_(f"board.chapter-{f.part}") for f in rest)
        named = assessment.listing(_("board.quoted", words=name) for name in chapters)
        lead.append(_("board.top-risks-first", n=len(rest), shown=shown, chapters=named))
    title = heading(2, _("board.top-risks" if urgent else "board.top-risks-other"), " ".join(lead))
    rows, plan = [], actions(assessment)
    for finding in assessment.pressing:
        ends, key = ending(assessment, finding, plan), decided_on(assessment, finding)
        loud = urgent and finding.status != "settled"
        tone: Tone = "critical" if loud else "warning"
        state = _(f"board.status-{key}")
        covers = [a for a in ends if a.kind == "cover"]
        own = [a for a in ends if a not in covers] or covers
        if key == "settled" and len(own) == 1 and own[0].due:
            day = datetime.date.fromisoformat(own[0].due)
            state = _("board.status-settled-by", date=date_words(assessment.content, day))
        if own:
            words = {"n": len(own), "numbers": assessment.listing(str(a.number) for a in own)}
            key = "covered" if own != covers and len(covers) == 1 else "actions"
            state += _(f"board.status-{key}", cover=covers[0].number if covers else "", **words)
        told = [Span(finding.statement), *_in_drill(assessment, finding)]
        rows.append([cell(told), cell(state, tone=tone)])
    heads = [column(_("board.found"), width=3.5), column(_("board.status"), width=1.95)]
    return [title, table(heads, rows)]


def _in_drill(assessment: Assessment, finding: Finding) -> list[Span]:
    """Return how the drill begins that a risk comes from."""
    _ = assessment.content.words
    named = [d for d in assessment.content.drills if d.title in finding.statement]
    if len(named) != 1:
        return []
    story = named[0].story.partition(". ")[0].removesuffix(".")
    return [
        Span(
            f" {_('board.found-in-drill', story=within(assessment.content, story))}.", tone="muted"
        )
    ]
