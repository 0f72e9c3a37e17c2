"""Show handoffs between teams, and what one team has to avoid them."""

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
    stage_words,
    times_words,
)
from workshop.findings import Assessment
from workshop.findings.handoffs import StageDays, ValueStream, VerticalItem, days_words, rounded

_LOOKS: dict[bool | None, tuple[str, Tone, str]] = {
    True: ("yes", "strength", "✓"),
    False: ("no", "seam", "▲"),
    None: ("unknown", "muted", "?"),
}


def vertical_check(assessment: Assessment) -> Exhibit:
    """Return the check item by item, the breakages, and what a rule permits."""
    _, check = assessment.content.words, assessment.vertical
    given = check.in_place + check.gaps
    lead = _(
        "vertical.lead" if given else "vertical.lead-empty",
        all=len(check.items),
        yes=check.in_place,
        no=check.gaps,
        unknown=check.unknown,
    )
    columns = [
        column(_("vertical.what"), width=1.5),
        column("", width=0.75),
        column(_("vertical.found"), width=2.3),
        column(_("vertical.source"), width=0.95),
    ]
    rows = [
        [
            cell(_(f"vertical.name-{item.id}")),
            _state(assessment, item),
            cell(item.words, tone="plain" if item.holds is not None else "muted"),
            cell(" · ".join(item.sources), tone="muted"),
        ]
        for item in check.items
    ]
    instead = _("vertical.instead")
    blocks: list[Block] = [
        heading(2, _("vertical.title"), lead),
        table(columns, rows, caption=_("vertical.caption")),
    ]
    if check.permitted:
        blocks.append(
            card(
                _("vertical.permitted-title"),
                [paragraph(_("vertical.permitted-lead")), bullets(check.permitted)],
                tone="ours",
                label=_("vertical.permitted-label"),
                sources=("S2 §deployment", "S3"),
            )
        )
    left_out = len(check.breakages) + 1 if check.breakages else 0  # the findings say it on paper
    if check.breakages:
        blocks.append(heading(3, _("vertical.points-to")))
        blocks += [
            card(
                b.name,
                [paragraph((Span(f"{b.happens} "), Span(instead, strong=True), Span(b.instead)))],
                sources=graded(assessment.content, b.sources),
            )
            for b in check.breakages
        ]
    elif not given:
        blocks += [heading(3, _("vertical.teaching")), breakage_list(assessment)]
    printed = tuple(blocks[: len(blocks) - left_out])
    return Exhibit("vertical-check", tuple(blocks), printed if given else ())


def _state(assessment: Assessment, item: VerticalItem) -> Cell:
    word, tone, mark = _LOOKS[item.holds]
    return cell(
        assessment.content.words(f"vertical.state-{word}"), tone=tone, mark=mark, strong=True
    )


def breakage_list(assessment: Assessment) -> Bullets:
    """Return the breakages of separate teams, and what to do instead."""
    instead = assessment.content.words("vertical.instead")
    return bullets(
        (
            Span(f"{b.name}. ", strong=True),
            f"{b.happens} {instead}{b.instead} ",
            Span(f"[{', '.join(b.sources)}]", tone="muted"),
        )
        for b in assessment.content.breakages
    )


_LISTED = 6
"""The most stages that a sentence names before it only counts."""


# -- the stream as it is ------------------------------------------------------------------------


def value_stream_timeline(assessment: Assessment) -> Exhibit:
    """Return the value stream as a timeline with lead time and waiting."""
    _, stream = assessment.content.words, assessment.stream
    head = heading(2, _("handoffs.stream-title"), _stream_lead(assessment))
    if stream is None:
        blocks: tuple[Block, ...] = (
            head,
            paragraph(_("handoffs.stream-empty-how")),
            _form(assessment),
        )
        return Exhibit("value-stream", blocks, ())
    pictures = stream_pictures(assessment, stream) if stream.p50 is not None else []
    rest: tuple[Block, ...] = (*_said(assessment, stream), _stage_table(assessment, stream))
    # In a pack the board edition has the picture.
    return Exhibit("value-stream", (head, *pictures, *rest), (head, *rest))


def _stream_lead(assessment: Assessment) -> str:
    _, stream = assessment.content.words, assessment.stream
    if stream is None:
        return _("handoffs.stream-lead-empty")
    if stream.p50 is None or stream.p90 is None:
        return _("handoffs.stream-lead-no-days")
    values = {
        "p50": days_words(assessment.content, stream.p50),
        "p90": days_words(assessment.content, stream.p90),
    }
    if stream.lower_bound:
        return _("handoffs.stream-lead-least", **values)
    certain = "-certain" if stream.p50 == stream.p90 else ""
    return _(f"handoffs.stream-lead{certain}", **values)


def stream_pictures(assessment: Assessment, stream: ValueStream) -> list[Picture]:
    """Return the timeline in as many pictures as it needs."""
    _, count = assessment.content.words, len(stream.stages)
    step = -(-count // -(-count // ROWS))
    found = []
    for first in range(0, count, step):
        last = min(first + step, count)
        whole = count <= ROWS
        caption = (
            _(f"handoffs.stream-caption{'-certain' if stream.p50 == stream.p90 else ''}")
            if whole
            else _("handoffs.stream-caption-part", first=first + 1, last=last, all=count)
        )
        rows = " ".join(stage_words(assessment, stream, at) for at in range(first, last))
        times = _(
            "handoffs.stream-alt-times",
            p50=days_or_unknown(assessment, stream.p50, stream.lower_bound),
            p90=days_or_unknown(assessment, stream.p90, stream.lower_bound),
        )
        alt = _("handoffs.stream-alt", n=last - first, rows=rows, times=times)
        found.append(
            Picture(
                draw_timeline(assessment, stream, range(first, last)), alt, caption=text(caption)
            )
        )
    return found


def _said(assessment: Assessment, stream: ValueStream) -> list[Paragraph]:
    """Return the shares, the basis of the days, and what is missing."""
    _ = assessment.content.words
    found = []
    wait, work = stream.wait_p50, stream.touch_p50
    if stream.wait_share is not None and wait is not None and work is not None:
        share = round(100 * stream.wait_share)
        found.append(
            _(
                "handoffs.stream-shares",
                wait=share,
                work=100 - share,
                wait_days=days_words(assessment.content, wait),
                work_days=days_words(assessment.content, work),
            )
        )
    for kind, missing in (("wait", stream.unknown_wait), ("touch", stream.unknown_touch)):
        if missing:
            stages = _numbered(assessment, stream, missing)
            found.append(_(f"handoffs.stream-unknown-{kind}", n=len(missing), stages=stages))
    if stream.measured_share is not None and stream.guessed_share is not None:
        measured, guessed = round(100 * stream.measured_share), round(100 * stream.guessed_share)
        not_given = max(100 - measured - guessed, 0)
        which = "-none" if not_given == 100 else "" if not_given else "-all"
        key = f"handoffs.stream-bases{which}"
        found.append(_(key, measured=measured, guessed=guessed, untold=not_given))
    return [paragraph(words) for words in found]


def _numbered(assessment: Assessment, stream: ValueStream, stages: Sequence[int]) -> str:
    """Return stages as “2 model and 4 product”, shortened if there are many."""
    _ = assessment.content.words
    names = [
        _(
            "handoffs.stage-numbered",
            number=at + 1,
            stage=_(f"handoffs.stage-{stream.stages[at].stage}"),
        )
        for at in stages
    ]
    if len(names) > _LISTED:
        names = [*names[: _LISTED - 1], _("handoffs.more-stages", n=len(names) - _LISTED + 1)]
    return assessment.listing(names)


def _form(assessment: Assessment) -> Table:
    """Return an empty stage table to fill in by hand."""
    _ = assessment.content.words
    kinds = ("data", "model", "serving", "product")
    rows = [[_(f"handoffs.stage-{kind}"), "", "", "", ""] for kind in kinds]
    return table(_stage_columns(assessment), rows, caption=_("handoffs.stream-empty-form"))


def _stage_columns(assessment: Assessment) -> list[Column]:
    _ = assessment.content.words
    return [
        column(_("handoffs.stage"), width=1.1),
        column(_("handoffs.team"), width=2.2),
        column(_("handoffs.waits"), align="right", width=1.2),
        column(_("handoffs.works"), align="right", width=1.2),
        column(_("handoffs.known"), width=1),
    ]


def _stage_table(assessment: Assessment, stream: ValueStream) -> Table:
    _ = assessment.content.words
    rows = [
        [
            cell(
                _(
                    "handoffs.stage-numbered",
                    number=at + 1,
                    stage=_(f"handoffs.stage-{stage.stage}"),
                )
            ),
            _team_cell(assessment, stage.team),
            _days_cell(
                assessment, stage.wait, stage.wait_ends, seam=stream.seam_at(at) is not None
            ),
            _days_cell(assessment, stage.touch, stage.touch_ends),
            _known_cell(assessment, stage),
        ]
        for at, stage in enumerate(stream.stages)
    ]
    return table(_stage_columns(assessment), rows, caption=_("handoffs.stages-caption"))


def _team_cell(assessment: Assessment, team: str | None) -> Cell:
    words = team_words(assessment.content, team)
    if team is None:
        return cell(words, tone="muted")
    if not assessment.teams.is_somebody(team):
        return cell(words, tone="critical", mark=LOOKS["critical"].mark)
    if assessment.teams.same(team, assessment.answers.builder):
        return cell(words, tone="ours", mark=LOOKS["ours"].mark)
    return cell(words)


def _days_cell(
    assessment: Assessment, days: float | None, ends: tuple[float, float] | None, seam: bool = False
) -> Cell:
    if days is None:
        return cell(assessment.content.words("common.unknown"), tone="muted")
    words = rounded(assessment.content, days)
    if ends is not None:
        low, high = rounded(assessment.content, ends[0]), rounded(assessment.content, ends[1])
        words = assessment.content.words("handoffs.days-range", likely=words, low=low, high=high)
    return cell(words, tone="seam", mark=LOOKS["seam"].mark) if seam else cell(words)


def _known_cell(assessment: Assessment, stage: StageDays) -> Cell:
    if stage.measured is None:
        return cell(assessment.content.words("common.unknown"), tone="muted")
    return cell(
        assessment.content.words(f"handoffs.known-{'measured' if stage.measured else 'guessed'}")
    )


# -- seams --------------------------------------------------------------------------------------


def seams(assessment: Assessment) -> Exhibit:
    """Return the handoffs, the wait at each, and the patterns without it."""
    _, stream = assessment.content.words, assessment.stream
    head = heading(2, _("handoffs.seams-title"), _seams_lead(assessment))
    blocks: list[Block] = [head]
    if stream is None:
        blocks.append(paragraph(_("handoffs.seams-empty-ask")))
        return Exhibit("seams", tuple(blocks), ())
    if stream.seams:
        blocks.append(_seam_table(assessment, stream))
    if stream.undecided:
        blocks.append(paragraph(_("handoffs.seams-undecided", n=stream.undecided)))
    return Exhibit("seams", tuple(blocks))


def _seams_lead(assessment: Assessment) -> str:
    _, stream = assessment.content.words, assessment.stream
    if stream is None:
        return _("handoffs.seams-lead-empty")
    if not stream.seams:
        return _("handoffs.seams-lead-open" if stream.undecided else "handoffs.seams-lead-none")
    waits = [s.wait for s in stream.seams if s.wait is not None]
    if not waits:
        return _("handoffs.seams-lead-unknown", times=times_words(assessment, len(stream.seams)))
    part = "-part" if len(waits) < len(stream.seams) else ""
    return _(
        f"handoffs.seams-lead{part}",
        times=times_words(assessment, len(stream.seams)),
        days=days_words(assessment.content, sum(waits)),
    )


def _seam_table(assessment: Assessment, stream: ValueStream) -> Table:
    _ = assessment.content.words
    longest = max((s.wait for s in stream.seams if s.wait), default=None)
    rows = []
    for seam in stream.seams:
        gone = [
            u.pattern.short
            for u in stream.under
            if any(c.at == seam.at for c in u.of("vanishes"))
            and not excluded_words(assessment, option_of(assessment, u.pattern.id))
        ]
        first = seam.wait is not None and seam.wait == longest
        look = {"tone": "seam", "mark": LOOKS["seam"].mark, "strong": True} if first else {}
        wait = cell(_("common.unknown"), tone="muted")
        rows.append(
            [
                cell(_side(assessment, seam.giver, seam.before)),
                cell(_side(assessment, seam.taker, seam.after)),
                wait if seam.wait is None else cell(rounded(assessment.content, seam.wait), **look),
                cell(assessment.listing(gone) or _("handoffs.seam-goes-none")),
            ]
        )
    columns = [
        column(_("handoffs.seam-from"), width=1.5),
        column(_("handoffs.seam-to"), width=1.5),
        column(_("handoffs.seam-wait"), align="right", width=0.7),
        column(_("handoffs.seam-goes"), width=1.8),
    ]
    caption = _("handoffs.seams-caption" if longest is None else "handoffs.seams-caption-longest")
    return table(columns, rows, caption=caption)


def _side(assessment: Assessment, team: str, stage: str) -> str:
    _ = assessment.content.words
    shown = team_words(assessment.content, team)
    return _("handoffs.seam-side", team=shown, stage=_(f"handoffs.stage-{stage}"))
