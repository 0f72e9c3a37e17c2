"""Handoffs between teams, and what one team has in place to do without them."""

from __future__ import annotations

from collections.abc import Sequence

from workshop.documents.blocks import (
    Block,
    Bullets,
    Cell,
    Column,
    Paragraph,
    Picture,
    Span,
    Table,
    Tone,
    bullets,
    card,
    cell,
    column,
    heading,
    paragraph,
    table,
    text,
)
from workshop.documents.exhibit import Exhibit
from workshop.documents.theme import LOOKS
from workshop.exhibits.layout import graded, team_words
from workshop.exhibits.patterns import option_of
from workshop.exhibits.value_stream import (
    ROWS,
    days_or_unknown,
    draw_timeline,
    excluded_words,
    times_words,
)
from workshop.findings import Assessment
from workshop.findings.handoffs import StageDays, ValueStream, VerticalItem, days_words, rounded

_LOOKS: dict[bool | None, tuple[str, Tone, str]] = {
    True: ("yes", "strength", "✓"),
    False: ("no", "seam", "▲"),
    None: ("unknown", "muted", "?"),
}


def vertical_check(a: Assessment) -> Exhibit:
    """Return the check item by item, the breakages its gaps point to, and what a rule permits."""
    say, check = a.content.words, a.vertical
    told = check.in_place + check.gaps
    lead = say(
        "vertical.lead" if told else "vertical.lead-empty",
        all=len(check.items),
        yes=check.in_place,
        no=check.gaps,
        unknown=check.unknown,
    )
    columns = [
        column(say("vertical.what"), width=1.5),
        column("", width=0.75),
        column(say("vertical.found"), width=2.3),
        column(say("vertical.source"), width=0.95),
    ]
    rows = [
        [
            cell(say(f"vertical.name-{item.id}")),
            _state(a, item),
            cell(item.words, tone="plain" if item.holds is not None else "muted"),
            cell(" · ".join(item.sources), tone="muted"),
        ]
        for item in check.items
    ]
    instead = say("vertical.instead")
    blocks: list[Block] = [
        heading(2, say("vertical.title"), lead),
        table(columns, rows, caption=say("vertical.caption")),
    ]
    if check.permitted:
        blocks.append(
            card(
                say("vertical.permitted-title"),
                [paragraph(say("vertical.permitted-lead")), bullets(check.permitted)],
                tone="ours",
                label=say("vertical.permitted-label"),
                sources=("S2 §deployment", "S3"),
            )
        )
    if check.breakages:
        blocks.append(heading(3, say("vertical.points-to")))
        blocks += [
            card(
                b.name,
                [paragraph((Span(f"{b.happens} "), Span(instead, strong=True), Span(b.instead)))],
                sources=graded(a.content, b.sources),
            )
            for b in check.breakages
        ]
    elif not told:
        blocks += [heading(3, say("vertical.teaching")), breakage_list(a)]
    return Exhibit("vertical-check", tuple(blocks), None if told else ())


def _state(a: Assessment, item: VerticalItem) -> Cell:
    word, tone, mark = _LOOKS[item.holds]
    return cell(a.content.words(f"vertical.state-{word}"), tone=tone, mark=mark, strong=True)


def breakage_list(a: Assessment) -> Bullets:
    """Return the breakages of separate teams: what happens, and what to do instead."""
    instead = a.content.words("vertical.instead")
    return bullets(
        (
            Span(f"{b.name}. ", strong=True),
            f"{b.happens} {instead}{b.instead} ",
            Span(f"[{', '.join(b.sources)}]", tone="muted"),
        )
        for b in a.content.breakages
    )


_LISTED = 6
"""Stages that a sentence names before it only counts."""


# -- the stream as it is ------------------------------------------------------------------------


def value_stream_timeline(a: Assessment) -> Exhibit:
    """Return the way from idea to users to scale, with lead time, waiting, and what it rests on."""
    say, stream = a.content.words, a.stream
    head = heading(2, say("handoffs.stream-title"), _stream_lead(a))
    if stream is None:
        blocks: tuple[Block, ...] = (
            head,
            paragraph(say("handoffs.stream-empty-how")),
            _form(a),
        )
        return Exhibit("value-stream", blocks, ())
    pictures = _pictures(a, stream) if stream.p50 is not None else []
    return Exhibit("value-stream", (head, *pictures, *_said(a, stream), _stage_table(a, stream)))


def _stream_lead(a: Assessment) -> str:
    say, stream = a.content.words, a.stream
    if stream is None:
        return say("handoffs.stream-lead-empty")
    if stream.p50 is None or stream.p90 is None:
        return say("handoffs.stream-lead-no-days")
    values = {"p50": days_words(a.content, stream.p50), "p90": days_words(a.content, stream.p90)}
    if stream.lower_bound:
        return say("handoffs.stream-lead-least", **values)
    certain = "-certain" if stream.p50 == stream.p90 else ""
    return say(f"handoffs.stream-lead{certain}", **values)


def _pictures(a: Assessment, stream: ValueStream) -> list[Picture]:
    say, count = a.content.words, len(stream.stages)
    step = -(-count // -(-count // ROWS))
    found = []
    for first in range(0, count, step):
        last = min(first + step, count)
        whole = count <= ROWS
        caption = (
            say(f"handoffs.stream-caption{'-certain' if stream.p50 == stream.p90 else ''}")
            if whole
            else say("handoffs.stream-caption-part", first=first + 1, last=last, all=count)
        )
        rows = " ".join(_stage_alt(a, stream, at) for at in range(first, last))
        times = say(
            "handoffs.stream-alt-times",
            p50=days_or_unknown(a, stream.p50, stream.lower_bound),
            p90=days_or_unknown(a, stream.p90, stream.lower_bound),
        )
        alt = say("handoffs.stream-alt", n=last - first, rows=rows, times=times)
        found.append(
            Picture(draw_timeline(a, stream, range(first, last)), alt, caption=text(caption))
        )
    return found


def _stage_alt(a: Assessment, stream: ValueStream, at: int) -> str:
    say, stage = a.content.words, stream.stages[at]
    row = say(
        "handoffs.stream-alt-row",
        number=at + 1,
        stage=say(f"handoffs.stage-{stage.stage}"),
        team=team_words(a.content, stage.team),
        wait=days_or_unknown(a, stage.wait),
        touch=days_or_unknown(a, stage.touch),
    )
    if stream.seam_at(at) is None:
        return row
    return f"{say('handoffs.stream-alt-seam', number=at + 1)} {row}"


def _said(a: Assessment, stream: ValueStream) -> list[Paragraph]:
    """Return what the picture cannot show: shares, what the days rest on, what is missing."""
    say = a.content.words
    found = []
    wait, work = stream.wait_p50, stream.touch_p50
    if stream.wait_share is not None and wait is not None and work is not None:
        share = round(100 * stream.wait_share)
        found.append(
            say(
                "handoffs.stream-shares",
                wait=share,
                work=100 - share,
                wait_days=days_words(a.content, wait),
                work_days=days_words(a.content, work),
            )
        )
    for kind, missing in (("wait", stream.unknown_wait), ("touch", stream.unknown_touch)):
        if missing:
            stages = _numbered(a, stream, missing)
            found.append(say(f"handoffs.stream-unknown-{kind}", n=len(missing), stages=stages))
    if stream.measured_share is not None and stream.guessed_share is not None:
        measured, guessed = round(100 * stream.measured_share), round(100 * stream.guessed_share)
        untold = max(100 - measured - guessed, 0)
        which = "-none" if untold == 100 else "" if untold else "-all"
        key = f"handoffs.stream-bases{which}"
        found.append(say(key, measured=measured, guessed=guessed, untold=untold))
    return [paragraph(words) for words in found]


def _numbered(a: Assessment, stream: ValueStream, stages: Sequence[int]) -> str:
    """Return stages as “2 model and 4 product”; many are cut short and counted."""
    say = a.content.words
    names = [
        say(
            "handoffs.stage-numbered",
            number=at + 1,
            stage=say(f"handoffs.stage-{stream.stages[at].stage}"),
        )
        for at in stages
    ]
    if len(names) > _LISTED:
        names = [*names[: _LISTED - 1], say("handoffs.more-stages", n=len(names) - _LISTED + 1)]
    return a.listing(names)


def _form(a: Assessment) -> Table:
    """Return an empty stage table to fill in by hand."""
    say = a.content.words
    kinds = ("data", "model", "serving", "product")
    rows = [[say(f"handoffs.stage-{kind}"), "", "", "", ""] for kind in kinds]
    return table(_stage_columns(a), rows, caption=say("handoffs.stream-empty-form"))


def _stage_columns(a: Assessment) -> list[Column]:
    say = a.content.words
    return [
        column(say("handoffs.stage"), width=1.1),
        column(say("handoffs.team"), width=2.2),
        column(say("handoffs.waits"), align="right", width=1.2),
        column(say("handoffs.works"), align="right", width=1.2),
        column(say("handoffs.known"), width=1),
    ]


def _stage_table(a: Assessment, stream: ValueStream) -> Table:
    say = a.content.words
    rows = [
        [
            cell(
                say(
                    "handoffs.stage-numbered",
                    number=at + 1,
                    stage=say(f"handoffs.stage-{stage.stage}"),
                )
            ),
            _team_cell(a, stage.team),
            _days_cell(a, stage.wait, stage.wait_ends, seam=stream.seam_at(at) is not None),
            _days_cell(a, stage.touch, stage.touch_ends),
            _known_cell(a, stage),
        ]
        for at, stage in enumerate(stream.stages)
    ]
    return table(_stage_columns(a), rows, caption=say("handoffs.stages-caption"))


def _team_cell(a: Assessment, team: str | None) -> Cell:
    words = team_words(a.content, team)
    if team is None:
        return cell(words, tone="muted")
    if not a.teams.is_somebody(team):
        return cell(words, tone="critical", mark=LOOKS["critical"].mark)
    if a.teams.same(team, a.answers.builder):
        return cell(words, tone="ours", mark=LOOKS["ours"].mark)
    return cell(words)


def _days_cell(
    a: Assessment, days: float | None, ends: tuple[float, float] | None, seam: bool = False
) -> Cell:
    if days is None:
        return cell(a.content.words("common.unknown"), tone="muted")
    words = rounded(a.content, days)
    if ends is not None:
        low, high = rounded(a.content, ends[0]), rounded(a.content, ends[1])
        words = a.content.words("handoffs.days-range", likely=words, low=low, high=high)
    return cell(words, tone="seam", mark=LOOKS["seam"].mark) if seam else cell(words)


def _known_cell(a: Assessment, stage: StageDays) -> Cell:
    if stage.measured is None:
        return cell(a.content.words("common.unknown"), tone="muted")
    return cell(a.content.words(f"handoffs.known-{'measured' if stage.measured else 'guessed'}"))


# -- seams --------------------------------------------------------------------------------------


def seams(a: Assessment) -> Exhibit:
    """Return the places where the work changes hands, the wait there, and where each would go."""
    say, stream = a.content.words, a.stream
    head = heading(2, say("handoffs.seams-title"), _seams_lead(a))
    blocks: list[Block] = [head]
    if stream is None:
        blocks.append(paragraph(say("handoffs.seams-empty-ask")))
        return Exhibit("seams", tuple(blocks), ())
    if stream.seams:
        blocks.append(_seam_table(a, stream))
    if stream.undecided:
        blocks.append(paragraph(say("handoffs.seams-undecided", n=stream.undecided)))
    return Exhibit("seams", tuple(blocks))


def _seams_lead(a: Assessment) -> str:
    say, stream = a.content.words, a.stream
    if stream is None:
        return say("handoffs.seams-lead-empty")
    if not stream.seams:
        return say("handoffs.seams-lead-open" if stream.undecided else "handoffs.seams-lead-none")
    waits = [s.wait for s in stream.seams if s.wait is not None]
    if not waits:
        return say("handoffs.seams-lead-unknown", times=times_words(a, len(stream.seams)))
    part = "-part" if len(waits) < len(stream.seams) else ""
    return say(
        f"handoffs.seams-lead{part}",
        times=times_words(a, len(stream.seams)),
        days=days_words(a.content, sum(waits)),
    )


def _seam_table(a: Assessment, stream: ValueStream) -> Table:
    say = a.content.words
    longest = max((s.wait for s in stream.seams if s.wait), default=None)
    rows = []
    for seam in stream.seams:
        gone = [
            u.pattern.short
            for u in stream.under
            if any(c.at == seam.at for c in u.of("vanishes"))
            and not excluded_words(a, option_of(a, u.pattern.id))
        ]
        first = seam.wait is not None and seam.wait == longest
        look = {"tone": "seam", "mark": LOOKS["seam"].mark, "strong": True} if first else {}
        wait = cell(say("common.unknown"), tone="muted")
        rows.append(
            [
                cell(_side(a, seam.giver, seam.before)),
                cell(_side(a, seam.taker, seam.after)),
                wait if seam.wait is None else cell(rounded(a.content, seam.wait), **look),
                cell(a.listing(gone) or say("handoffs.seam-goes-none")),
            ]
        )
    columns = [
        column(say("handoffs.seam-from"), width=1.5),
        column(say("handoffs.seam-to"), width=1.5),
        column(say("handoffs.seam-wait"), align="right", width=0.7),
        column(say("handoffs.seam-goes"), width=1.8),
    ]
    caption = say("handoffs.seams-caption" if longest is None else "handoffs.seams-caption-longest")
    return table(columns, rows, caption=caption)


def _side(a: Assessment, team: str, stage: str) -> str:
    say = a.content.words
    shown = team_words(a.content, team)
    return say("handoffs.seam-side", team=shown, stage=say(f"handoffs.stage-{stage}"))
