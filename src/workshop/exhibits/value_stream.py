"""The value stream to scale in working days: as it is, and under each pattern."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workshop.documents import drawing
from workshop.documents.blocks import (
    Block,
    Cell,
    Picture,
    Span,
    Table,
    cell,
    column,
    heading,
    paragraph,
    table,
    text,
)
from workshop.documents.drawing import AMBER, BLUE, GREY, INK, LINE, PAGE, RED, SMALL
from workshop.documents.exhibit import Exhibit
from workshop.documents.theme import LOOKS
from workshop.exhibits.layout import in_two_columns, team_words
from workshop.exhibits.patterns import compared, mark_tone, marks
from workshop.findings import Assessment
from workshop.findings.handoffs import PatternStream, StageDays, ValueStream, days_words, rounded
from workshop.findings.options import Option
from workshop.findings.situation import Situation

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROWS = 24
"""Stages in one picture; a longer stream continues in the next, on the same scale."""
_SEAM, _OURS, _NOBODY = LOOKS["seam"].mark, LOOKS["ours"].mark, LOOKS["critical"].mark
_PITCH, _BAR = 0.3, 0.15
_RIGHT = drawing.PAGE_WIDTH - 0.25


@dataclass(frozen=True)
class Scale:
    """Days to inches: day 0 stands at `left`, `days` at `right`."""

    left: float
    right: float
    days: float

    def __call__(self, days: float) -> float:
        return self.left + (self.right - self.left) * days / self.days


def stream_end(stream: ValueStream) -> float:
    """Return the last day that a picture of the stream must show; never 0."""
    last = stream.stages[-1]
    likely = last.start + (last.wait or 0.0) + (last.touch or 0.0)
    return max(likely, stream.p90 or 0.0) or 1.0


def draw_timeline(assessment: Assessment, stream: ValueStream, rows: range) -> str:
    """Return the SVG of some of the stages (from 0), as a stair of bars."""
    _ = assessment.content.words
    shown = stream.stages[rows.start : rows.stop]
    names = [_(f"handoffs.stage-{s.stage}") for s in shown]
    stage_room = max(drawing.text_width(n, weight="semibold") for n in names)
    team_at = 0.32 + stage_room + 0.12
    scale = Scale(max(2.2, team_at + 1.1), _RIGHT, stream_end(stream))
    foot, head = 0.68, 0.5 if stream.p50 is not None else 0.1
    height = foot + _PITCH * len(shown) + head
    with drawing.sheet(height=height) as (fig, ax):
        top = height - head
        draw_axis(assessment, ax, scale, foot, top, _("handoffs.axis"))
        _percentile_lines(assessment, stream, ax, scale, foot, top)
        for row, stage in enumerate(shown):
            y = top - _PITCH * (row + 0.5)
            _label(
                assessment, ax, stage, names[row], rows.start + row, y, team_at, scale.left - 0.1
            )
            _stage_bar(assessment, stream, ax, scale, rows.start + row, y)
            if rows.start + row:
                _step(stream, ax, scale, rows.start + row, y, above=row > 0)
        _key(assessment, ax, shown)
        return drawing.to_svg(fig)


def draw_axis(
    assessment: Assessment, ax: Axes, scale: Scale, foot: float, top: float, words: str
) -> None:
    """Draw the scale of days below the bars, with faint lines through them."""
    from matplotlib.ticker import MaxNLocator

    for day in MaxNLocator(6, steps=[1, 2, 5, 10]).tick_values(0, scale.days):
        if 0 <= day <= scale.days * 1.001:
            x = scale(day)
            ax.plot([x, x], [foot, top], color=LINE, linewidth=0.6, zorder=0)
            shown = assessment.content.words.number(day)
            drawing.write(ax, x, foot - 0.1, shown, size=SMALL, color=GREY, ha="center")
    ax.plot([scale.left, scale.right], [foot, foot], color=GREY, linewidth=0.8)
    drawing.write(ax, scale.right, foot - 0.27, words, size=SMALL, color=GREY, ha="right")


def _percentile_lines(
    assessment: Assessment, stream: ValueStream, ax: Axes, scale: Scale, foot: float, top: float
) -> None:
    """Draw P50 and P90 through the rows, each named above its line."""
    least = "-least" if stream.lower_bound else ""
    lines: list[tuple[str, float | None, float, Any]] = [
        ("p50", stream.p50, 0.12, "solid"),
        ("p90", stream.p90, 0.34, (0, (4, 2))),
    ]
    if stream.p50 == stream.p90:
        lines = [("both", stream.p50, 0.12, "solid")]
    for name, days, up, style in lines:
        if days is None:
            continue
        x = scale(days)
        ax.plot([x, x], [foot, top + up - 0.02], color=INK, linewidth=0.9, linestyle=style)
        words = assessment.content.words(
            f"handoffs.line-{name}{least}", days=rounded(assessment.content, days)
        )
        fits = x - 0.05 - drawing.text_width(words, SMALL, "semibold") > 0
        drawing.write(
            ax,
            x - 0.05 if fits else x + 0.05,
            top + up,
            words,
            size=SMALL,
            weight="semibold",
            ha="right" if fits else "left",
        )


def _label(
    assessment: Assessment,
    ax: Axes,
    stage: StageDays,
    name: str,
    at: int,
    y: float,
    team_at: float,
    end: float,
) -> None:
    drawing.write(ax, 0.2, y, str(at + 1), size=SMALL, color=GREY, ha="right")
    drawing.write(ax, 0.32, y, name, weight="semibold")
    team = team_words(assessment.content, stage.team)
    color = GREY if stage.team is None else INK
    if stage.team is not None and not assessment.teams.is_somebody(stage.team):
        team, color = f"{_NOBODY} {team}", RED
    elif assessment.teams.same(stage.team, assessment.answers.builder):
        team, color = f"{_OURS} {team}", BLUE
    drawing.write(ax, team_at, y, drawing.shorten_to(team, end - team_at), color=color)


def _stage_bar(
    assessment: Assessment, stream: ValueStream, ax: Axes, scale: Scale, at: int, y: float
) -> None:
    """Draw one stage's waiting and work with their days; what was not told is a “?”."""
    stage = stream.stages[at]
    seam = stream.seam_at(at) is not None
    solid = BLUE if assessment.teams.same(stage.team, assessment.answers.builder) else GREY
    x = scale(stage.start)
    days = [(d, scale(d) - scale.left) for d in (stage.wait, stage.touch) if d is not None]
    outside = len(days) < 2 or any(
        0 < width < drawing.text_width(rounded(assessment.content, d), SMALL) + 0.06
        for d, width in days
    )
    for days_, hollow in ((stage.wait, True), (stage.touch, False)):
        if days_ is None:
            continue
        width = scale(days_) - scale.left
        draw_bar(ax, x, y, width, _BAR, hollow=hollow, color=solid, seam=seam)
        if not outside and width > 0:
            color = INK if hollow else PAGE
            words = rounded(assessment.content, days_)
            drawing.write(ax, x + width / 2, y - 0.005, words, size=SMALL, color=color, ha="center")
        x += width
    if outside:
        words = assessment.content.words(
            "handoffs.bar",
            wait=_or_unknown(assessment, stage.wait),
            touch=_or_unknown(assessment, stage.touch),
        )
        right = x + 0.06 + drawing.text_width(words, SMALL) <= drawing.PAGE_WIDTH
        at_x = x + 0.06 if right else scale(stage.start) - 0.06
        drawing.write(ax, at_x, y, words, size=SMALL, ha="left" if right else "right")


def draw_bar(
    ax: Axes,
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    hollow: bool,
    color: str = GREY,
    seam: bool = False,
    hatch: str = "",
) -> None:
    """Draw waiting (hollow; amber at a seam) or work (solid) with its middle at height y."""
    from matplotlib import rc_context
    from matplotlib.patches import Rectangle

    if width <= 0:
        return
    look: dict[str, Any] = (
        {"facecolor": PAGE, "edgecolor": AMBER if seam else GREY, "linewidth": 1.1 if seam else 0.8}
        if hollow
        else {"facecolor": color, "edgecolor": PAGE if hatch else color, "linewidth": 0}
    )
    with rc_context({"hatch.color": PAGE}):
        bar = Rectangle((x, y - height / 2), width, height, hatch=hatch, zorder=2, **look)
    ax.add_patch(bar)


def _step(stream: ValueStream, ax: Axes, scale: Scale, at: int, y: float, above: bool) -> None:
    """Join a stage with the one before; a seam is amber and marked."""
    x = scale(stream.stages[at].start)
    seam = stream.seam_at(at) is not None
    upper = y + _PITCH - _BAR / 2 if above else y + _PITCH / 2
    ax.plot(
        [x, x],
        [upper, y + _BAR / 2],
        color=AMBER if seam else GREY,
        linewidth=1.4 if seam else 0.8,
        zorder=3,
    )
    if seam:
        drawing.write(ax, x - 0.04, y + _PITCH / 2, _SEAM, size=7, color=AMBER, ha="right")


def _or_unknown(assessment: Assessment, days: float | None) -> str:
    return "?" if days is None else rounded(assessment.content, days)


def _key(assessment: Assessment, ax: Axes, stages: Sequence[StageDays]) -> None:
    """Explain the signs that occur in one line at the foot."""
    _ = assessment.content.words
    items: list[tuple[str, Callable[[float], None]]] = [
        (_("handoffs.key-wait"), lambda x: draw_bar(ax, x, 0.1, 0.24, 0.13, hollow=True)),
        (_("handoffs.key-work"), lambda x: draw_bar(ax, x, 0.1, 0.24, 0.13, hollow=False)),
        (_("handoffs.key-seam"), lambda x: seam_sign(ax, x + 0.12, 0.1)),
    ]
    if any(assessment.teams.same(s.team, assessment.answers.builder) for s in stages):
        items.append((_("handoffs.key-builder"), lambda x: _sign(ax, x + 0.12, _OURS, BLUE)))
    if any(s.wait is None or s.touch is None for s in stages):
        items.append((_("handoffs.key-unknown"), lambda x: _sign(ax, x + 0.14, "?", INK)))
    draw_key(ax, items)


def seam_sign(ax: Axes, x: float, y: float) -> None:
    """Draw the mark of a seam."""
    drawing.write(ax, x, y, _SEAM, size=7, color=AMBER, ha="center")


def _sign(ax: Axes, x: float, mark: str, color: str) -> None:
    drawing.write(ax, x, 0.1, mark, color=color, ha="center")


def draw_key(ax: Axes, items: Sequence[tuple[str, Callable[[float], None]]]) -> None:
    """Draw signs with their words in a line at the foot; each sign is a quarter inch wide."""
    x = 0.05
    for words, draw in items:
        draw(x)
        drawing.write(ax, x + 0.3, 0.1, words, size=SMALL, color=GREY)
        x += 0.3 + drawing.text_width(words, SMALL) + 0.22


_SEAM, _OURS = LOOKS["seam"].mark, LOOKS["ours"].mark
_LANE = 0.5
_DAYS_AT = 5.62


def draw_by_pattern(assessment: Assessment, stream: ValueStream) -> str:
    """Return the SVG of today's stream above the same under each option, on one scale.

    Each lane is named with the words that mark its option, or with the word that it is excluded.
    """
    text = assessment.content.words
    ends = [b.start + b.wait + b.touch for u in stream.under for b in u.bars[-1:]]
    lanes = _lanes(assessment)
    own = [", ".join(marks(assessment, o)) for o, _ in lanes]
    names = [text("handoffs.today"), *(o.short for o, _ in lanes)]
    wide = [drawing.text_width(n, weight="semibold") for n in names]
    wide += [drawing.text_width(f"{_OURS} {mark}", SMALL) for mark in own]
    left = min(max(wide) + 0.15, 2.2)
    scale = Scale(left, _DAYS_AT - 0.2, max([stream_end(stream), *ends]))
    foot, head = 0.68, 0.3
    height = foot + _LANE * len(names) + head
    with drawing.sheet(height=height) as (fig, ax):
        top = height - head
        draw_axis(assessment, ax, scale, foot, top, text("handoffs.axis"))
        for words, x in (("P50", _DAYS_AT + 0.35), ("P90", drawing.PAGE_WIDTH - 0.05)):
            drawing.write(ax, x, top + 0.15, words, size=SMALL, color=GREY, ha="right")
        y = top - _LANE / 2
        _today_lane(stream, ax, scale, y)
        _lane_words(
            assessment, ax, names[0], "", left, y, stream.p50, stream.p90, stream.lower_bound
        )
        for (option, under), mark in zip(lanes, own, strict=True):
            y -= _LANE
            ax.plot([0, drawing.PAGE_WIDTH], [y + _LANE / 2] * 2, color=LINE, linewidth=0.6)
            _pattern_lane(ax, scale, under, y)
            _lane_words(
                assessment,
                ax,
                option.short,
                mark or excluded_words(assessment, option),
                left,
                y,
                under.p50,
                under.p90,
                under.lower_bound,
                mark_tone(option) == "ours",
            )
        draw_key(
            ax,
            [
                (
                    text("handoffs.key-wait"),
                    lambda x: draw_bar(ax, x, 0.1, 0.24, 0.13, hollow=True),
                ),
                (text("handoffs.key-today"), lambda x: _solid(ax, x, INK, "")),
                (text("handoffs.key-platform"), lambda x: _solid(ax, x, GREY, "//////")),
                (text("handoffs.key-product"), lambda x: _solid(ax, x, BLUE, "")),
                (text("handoffs.key-any-seam"), lambda x: seam_sign(ax, x + 0.12, 0.1)),
            ],
        )
        return drawing.to_svg(fig)


def _solid(ax: Axes, x: float, color: str, hatch: str) -> None:
    draw_bar(ax, x, 0.1, 0.24, 0.13, hollow=False, color=color, hatch=hatch)


def _lane_words(
    assessment: Assessment,
    ax: Axes,
    name: str,
    mark: str,
    left: float,
    y: float,
    p50: float | None,
    p90: float | None,
    least: bool,
    own: bool = False,
) -> None:
    color = BLUE if own else INK
    shown = drawing.shorten_to(name, left - 0.1, weight="semibold")
    up = 0.07 if mark else 0
    drawing.write(ax, 0, y + up, shown, weight="semibold", color=color)
    if mark:
        words = drawing.shorten_to(f"{_OURS} {mark}" if own else mark, left - 0.1, SMALL)
        drawing.write(ax, 0, y - 0.09, words, size=SMALL, color=color if own else GREY)
    for days, x in ((p50, _DAYS_AT + 0.35), (p90, drawing.PAGE_WIDTH - 0.05)):
        words = "?" if days is None else ("≥ " if least else "") + rounded(assessment.content, days)
        drawing.write(ax, x, y, words, ha="right", color=color)


def _today_lane(stream: ValueStream, ax: Axes, scale: Scale, y: float) -> None:
    for at, stage in enumerate(stream.stages):
        x, seam = scale(stage.start), stream.seam_at(at) is not None
        wait = scale(stage.wait or 0.0) - scale.left
        touch = scale(stage.touch or 0.0) - scale.left
        draw_bar(ax, x, y, wait, 0.17, hollow=True, seam=seam)
        draw_bar(ax, x + wait, y, touch, 0.17, hollow=False, color=INK)
        if seam:
            seam_sign(ax, x, y + 0.155)


def _pattern_lane(ax: Axes, scale: Scale, under: PatternStream, y: float) -> None:
    seams = {c.at: c for c in under.changes if c.change != "vanishes"}
    if under.entrance is not None:
        seams[0] = under.entrance
    for at, bar in enumerate(under.bars):
        x, wait = scale(bar.start), scale(bar.wait) - scale.left
        platform = bar.holder == "platform"
        draw_bar(ax, x, y, wait, 0.17, hollow=True, seam=at in seams)
        draw_bar(
            ax,
            x + wait,
            y,
            scale(bar.touch) - scale.left,
            0.17,
            hollow=False,
            color=GREY if platform else BLUE,
            hatch="//////" if platform else "",
        )
        if at in seams:
            sign = _SEAM + ("?" if seams[at].wait is None else "")
            drawing.write(ax, x, y + 0.155, sign, size=7, color=AMBER, ha="center")


def value_stream_by_pattern(assessment: Assessment) -> Exhibit:
    """Return the stream under each of the four patterns: bars on one scale, holders, seams."""
    _, stream = assessment.content.words, assessment.stream
    head = heading(2, _("handoffs.pattern-title"), _pattern_lead(assessment))
    if stream is None:
        return Exhibit("value-stream-by-pattern", (head, _holder_table(assessment)), ())
    blocks: list[Block] = [head]
    if stream.p50 is not None:
        blocks.append(
            Picture(
                draw_by_pattern(assessment, stream),
                _pattern_alt(assessment, stream),
                caption=text(_("handoffs.pattern-caption")),
            )
        )
    blocks.append(_pattern_table(assessment, stream))
    blocks += [paragraph(words) for words in _entrances(assessment, stream)]
    if stream.p50 is not None:
        blocks.append(heading(3, _("handoffs.assumptions")))
        blocks += in_two_columns(stream.assumptions)
    return Exhibit("value-stream-by-pattern", tuple(blocks))


def _pattern_lead(assessment: Assessment) -> str:
    _, stream = assessment.content.words, assessment.stream
    if stream is None:
        return _("handoffs.pattern-lead-empty")
    counts = [u.seams for u in stream.under]
    key = "handoffs.pattern-lead" + ("-same" if min(counts) == max(counts) else "")
    lead = _(
        key,
        seams=times_words(assessment, len(stream.seams)),
        fewest=min(counts),
        most=max(counts),
        same=times_words(assessment, min(counts)),
    )
    return _("handoffs.pattern-lead-undecided", counted=lead) if stream.undecided else lead


def excluded_words(assessment: Assessment, option: Option) -> str:
    """Return the word for an option that a rule excludes, or nothing."""
    return assessment.content.words("patterns.verdict-excluded") if option.excluded else ""


def _lanes(assessment: Assessment) -> list[tuple[Option, PatternStream]]:
    """Return each option with the work as it would be; a combination's goes as its base's does."""
    return [(o, o.stream) for o in compared(assessment) if o.stream is not None]


def times_words(assessment: Assessment, n: int) -> str:
    """Return how often the work changes hands: “once”, “3 times”."""
    return assessment.content.words("handoffs.times-n", n=n)


def _pattern_alt(assessment: Assessment, stream: ValueStream) -> str:
    _ = assessment.content.words

    def row(name: str, seams: int, p50: float | None, p90: float | None, least: bool) -> str:
        return _(
            "handoffs.pattern-alt-row",
            name=name,
            n=seams,
            p50=days_or_unknown(assessment, p50, least),
            p90=days_or_unknown(assessment, p90, least),
        )

    rows = [row(_("handoffs.today"), len(stream.seams), stream.p50, stream.p90, stream.lower_bound)]
    rows += [row(o.short, u.seams, u.p50, u.p90, u.lower_bound) for o, u in _lanes(assessment)]
    return _("handoffs.pattern-alt", rows=" ".join(rows))


def _pattern_table(assessment: Assessment, stream: ValueStream) -> Table:
    _ = assessment.content.words
    rows: list[list[Cell | str]] = [
        [
            cell(_("handoffs.today"), strong=True),
            "",
            "",
            str(len(stream.seams)),
            "",
            "",
            _least(assessment, stream.p50, stream.lower_bound),
            _least(assessment, stream.p90, stream.lower_bound),
        ]
    ]
    for option, under in _lanes(assessment):
        rows.append(
            [
                _name_cell(assessment, option),
                *_holders(assessment, under),
                str(under.seams),
                str(len(under.of("vanishes"))),
                str(len(under.of("new"))),
                _least(assessment, under.p50, under.lower_bound),
                _least(assessment, under.p90, under.lower_bound),
            ]
        )
    columns = [
        column(_("handoffs.pattern"), width=2.2),
        column(_("handoffs.platform-holds"), width=1.5),
        column(_("handoffs.product-holds"), width=1.5),
        column(_("handoffs.seams-then"), align="right", width=0.6),
        column(_("handoffs.seams-gone"), align="right", width=0.6),
        column(_("handoffs.seams-new"), align="right", width=0.5),
        column(_("handoffs.p50"), align="right", width=0.75),
        column(_("handoffs.p90"), align="right", width=0.75),
    ]
    return table(columns, rows, caption=_("handoffs.pattern-table-caption"))


def _holder_table(assessment: Assessment) -> Table:
    """Return who holds what under each pattern, without any answer."""
    _ = assessment.content.words
    rows = []
    for option in compared(assessment):
        pattern = assessment.content.pattern(option.patterns[0])
        tone = mark_tone(option)
        name = cell(option.short, strong=True, tone=tone, fill=tone != "plain")
        held = [
            assessment.listing(
                _(f"handoffs.stage-{k}") for k, h in pattern.holders.items() if h == holder
            )
            for holder in ("platform", "product")
        ]
        rows.append([name, *(cell(h or _("handoffs.nothing-held")) for h in held)])
    columns = [
        column(_("handoffs.pattern"), width=1),
        column(_("handoffs.platform-holds"), width=1.3),
        column(_("handoffs.product-holds"), width=1.3),
    ]
    return table(columns, rows)


def _name_cell(assessment: Assessment, option: Option) -> Cell:
    found = [*marks(assessment, option), *filter(None, [excluded_words(assessment, option)])]
    tone = mark_tone(option)
    words = [Span(option.short)]
    if found:
        words.append(Span(f" ({', '.join(found)})"))
    return cell(words, strong=True, tone=tone, fill=tone != "plain")


def _holders(assessment: Assessment, under: PatternStream) -> list[str]:
    """Return what the platform team and what the product teams would hold, of today's kinds."""
    _ = assessment.content.words
    held = {bar.stage: bar.holder for bar in under.bars}
    if len(held) > 1 and len(set(held.values())) == 1:
        names = {"platform": _("handoffs.nothing-held"), "product": _("handoffs.nothing-held")}
        names[under.bars[0].holder] = _("handoffs.all-held")
        return list(names.values())
    return [
        assessment.listing(_(f"handoffs.stage-{kind}") for kind, h in held.items() if h == holder)
        or _("handoffs.nothing-held")
        for holder in ("platform", "product")
    ]


def _least(assessment: Assessment, days: float | None, least: bool) -> Cell:
    if days is None:
        return cell("?", tone="muted")
    shown = rounded(assessment.content, days)
    return cell(assessment.content.words("handoffs.least", days=shown) if least else shown)


def _entrances(assessment: Assessment, stream: ValueStream) -> list[str]:
    """Return what is said of patterns that make work wait before its first stage."""
    new = [u for u in stream.under if u.entrance is not None]
    if not new:
        return []
    _, wait = assessment.content.words, new[0].entrance.wait if new[0].entrance else None
    patterns = assessment.listing(u.pattern.short for u in new)
    if wait is None:
        return [_("handoffs.pattern-entrance-unknown", patterns=patterns)]
    days = days_words(assessment.content, wait)
    return [_("handoffs.pattern-entrance", patterns=patterns, days=days)]


def days_or_unknown(situation: Situation, days: float | None, least: bool = False) -> str:
    """Return days in words; “not told” where they are unknown."""
    return (
        situation.content.words("common.unknown")
        if days is None
        else days_words(situation.content, days, least)
    )
