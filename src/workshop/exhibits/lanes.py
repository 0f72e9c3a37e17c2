"""The picture of the same value stream under each pattern, one below the other on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workshop.exhibits.timeline import Scale, draw_axis, draw_bar, draw_key, seam_sign, stream_end
from workshop.findings import Assessment
from workshop.findings.leadtime import rounded
from workshop.findings.rearranged import PatternStream
from workshop.findings.stream import ValueStream
from workshop.render import drawing
from workshop.render.drawing import AMBER, BLUE, GREY, INK, LINE, SMALL
from workshop.render.tones import LOOKS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SEAM, _OURS = LOOKS["seam"].mark, LOOKS["ours"].mark
_LANE = 0.5
_DAYS_AT = 5.62


def draw_by_pattern(
    a: Assessment, stream: ValueStream, ours: Sequence[str], excluded: Sequence[str]
) -> str:
    """Return the SVG of today's stream above the same under each pattern, on one scale.

    `ours` holds the words that mark each pattern, empty where it is not ours; `excluded` the word
    for a pattern that a rule excludes, else nothing.
    """
    say = a.content.words
    ends = [b.start + b.wait + b.touch for u in stream.under for b in u.bars[-1:]]
    names = [say("handoffs.today"), *(u.pattern.short for u in stream.under)]
    wide = [drawing.text_width(n, weight="semibold") for n in names]
    wide += [drawing.text_width(f"{_OURS} {mark}", SMALL) for mark in ours]
    left = min(max(wide) + 0.15, 2.2)
    scale = Scale(left, _DAYS_AT - 0.2, max([stream_end(stream), *ends]))
    foot, head = 0.68, 0.3
    height = foot + _LANE * len(names) + head
    with drawing.sheet(height=height) as (fig, ax):
        top = height - head
        draw_axis(a, ax, scale, foot, top, say("handoffs.axis"))
        for words, x in (("P50", _DAYS_AT + 0.35), ("P90", drawing.PAGE_WIDTH - 0.05)):
            drawing.write(ax, x, top + 0.15, words, size=SMALL, color=GREY, ha="right")
        y = top - _LANE / 2
        _today_lane(stream, ax, scale, y)
        _lane_words(a, ax, names[0], "", left, y, stream.p50, stream.p90, stream.lower_bound)
        for under, name, mark, out in zip(stream.under, names[1:], ours, excluded, strict=True):
            y -= _LANE
            ax.plot([0, drawing.PAGE_WIDTH], [y + _LANE / 2] * 2, color=LINE, linewidth=0.6)
            _pattern_lane(ax, scale, under, y)
            _lane_words(
                a,
                ax,
                name,
                mark or out,
                left,
                y,
                under.p50,
                under.p90,
                under.lower_bound,
                bool(mark),
            )
        draw_key(
            ax,
            [
                (say("handoffs.key-wait"), lambda x: draw_bar(ax, x, 0.1, 0.24, 0.13, hollow=True)),
                (say("handoffs.key-today"), lambda x: _solid(ax, x, INK, "")),
                (say("handoffs.key-platform"), lambda x: _solid(ax, x, GREY, "//////")),
                (say("handoffs.key-product"), lambda x: _solid(ax, x, BLUE, "")),
                (say("handoffs.key-any-seam"), lambda x: seam_sign(ax, x + 0.12, 0.1)),
            ],
        )
        return drawing.to_svg(fig)


def _solid(ax: Axes, x: float, color: str, hatch: str) -> None:
    draw_bar(ax, x, 0.1, 0.24, 0.13, hollow=False, color=color, hatch=hatch)


def _lane_words(
    a: Assessment,
    ax: Axes,
    name: str,
    mark: str,
    left: float,
    y: float,
    p50: float | None,
    p90: float | None,
    least: bool,
    ours: bool = False,
) -> None:
    color = BLUE if ours else INK
    shown = drawing.shorten_to(name, left - 0.1, weight="semibold")
    up = 0.07 if mark else 0
    drawing.write(ax, 0, y + up, shown, weight="semibold", color=color)
    if mark:
        words = drawing.shorten_to(f"{_OURS} {mark}" if ours else mark, left - 0.1, SMALL)
        drawing.write(ax, 0, y - 0.09, words, size=SMALL, color=color if ours else GREY)
    for days, x in ((p50, _DAYS_AT + 0.35), (p90, drawing.PAGE_WIDTH - 0.05)):
        words = "?" if days is None else ("≥ " if least else "") + rounded(a.content, days)
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
