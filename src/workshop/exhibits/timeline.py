"""The picture of the value stream, to scale in working days: waiting hollow, work solid."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workshop.exhibits.wording import team_words
from workshop.findings import Assessment
from workshop.findings.leadtime import rounded
from workshop.findings.stream import StageDays, ValueStream
from workshop.model.teams import is_somebody, same
from workshop.render import drawing
from workshop.render.drawing import AMBER, BLUE, GREY, INK, LINE, PAGE, RED, SMALL
from workshop.render.tones import LOOKS

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


def draw_timeline(a: Assessment, stream: ValueStream, rows: range) -> str:
    """Return the SVG of some of the stages (from 0), as a stair of bars."""
    say = a.content.words
    shown = stream.stages[rows.start : rows.stop]
    names = [say(f"handoffs.stage-{s.stage}") for s in shown]
    stage_room = max(drawing.text_width(n, weight="semibold") for n in names)
    team_at = 0.32 + stage_room + 0.12
    scale = Scale(max(2.2, team_at + 1.1), _RIGHT, stream_end(stream))
    foot, head = 0.68, 0.5 if stream.p50 is not None else 0.1
    height = foot + _PITCH * len(shown) + head
    with drawing.sheet(height=height) as (fig, ax):
        top = height - head
        draw_axis(a, ax, scale, foot, top, say("handoffs.axis"))
        _percentile_lines(a, stream, ax, scale, foot, top)
        for row, stage in enumerate(shown):
            y = top - _PITCH * (row + 0.5)
            _label(a, ax, stage, names[row], rows.start + row, y, team_at, scale.left - 0.1)
            _stage_bar(a, stream, ax, scale, rows.start + row, y)
            if rows.start + row:
                _step(stream, ax, scale, rows.start + row, y, above=row > 0)
        _key(a, ax, shown)
        return drawing.to_svg(fig)


def draw_axis(a: Assessment, ax: Axes, scale: Scale, foot: float, top: float, words: str) -> None:
    """Draw the scale of days below the bars, with faint lines through them."""
    from matplotlib.ticker import MaxNLocator

    for day in MaxNLocator(6, steps=[1, 2, 5, 10]).tick_values(0, scale.days):
        if 0 <= day <= scale.days * 1.001:
            x = scale(day)
            ax.plot([x, x], [foot, top], color=LINE, linewidth=0.6, zorder=0)
            shown = a.content.words.number(day)
            drawing.write(ax, x, foot - 0.1, shown, size=SMALL, color=GREY, ha="center")
    ax.plot([scale.left, scale.right], [foot, foot], color=GREY, linewidth=0.8)
    drawing.write(ax, scale.right, foot - 0.27, words, size=SMALL, color=GREY, ha="right")


def _percentile_lines(
    a: Assessment, stream: ValueStream, ax: Axes, scale: Scale, foot: float, top: float
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
        words = a.content.words(f"handoffs.line-{name}{least}", days=rounded(a.content, days))
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
    a: Assessment,
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
    team = team_words(a.content, stage.team)
    color = GREY if stage.team is None else INK
    if stage.team is not None and not is_somebody(stage.team):
        team, color = f"{_NOBODY} {team}", RED
    elif same(stage.team, a.answers.builder):
        team, color = f"{_OURS} {team}", BLUE
    drawing.write(ax, team_at, y, drawing.shorten_to(team, end - team_at), color=color)


def _stage_bar(
    a: Assessment, stream: ValueStream, ax: Axes, scale: Scale, at: int, y: float
) -> None:
    """Draw one stage's waiting and work with their days; what was not told is a “?”."""
    stage = stream.stages[at]
    seam = stream.seam_at(at) is not None
    solid = BLUE if same(stage.team, a.answers.builder) else GREY
    x = scale(stage.start)
    days = [(d, scale(d) - scale.left) for d in (stage.wait, stage.touch) if d is not None]
    outside = len(days) < 2 or any(
        0 < width < drawing.text_width(rounded(a.content, d), SMALL) + 0.06 for d, width in days
    )
    for days_, hollow in ((stage.wait, True), (stage.touch, False)):
        if days_ is None:
            continue
        width = scale(days_) - scale.left
        draw_bar(ax, x, y, width, _BAR, hollow=hollow, color=solid, seam=seam)
        if not outside and width > 0:
            color = INK if hollow else PAGE
            words = rounded(a.content, days_)
            drawing.write(ax, x + width / 2, y - 0.005, words, size=SMALL, color=color, ha="center")
        x += width
    if outside:
        words = a.content.words(
            "handoffs.bar", wait=_or_unknown(a, stage.wait), touch=_or_unknown(a, stage.touch)
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


def _or_unknown(a: Assessment, days: float | None) -> str:
    return "?" if days is None else rounded(a.content, days)


def _key(a: Assessment, ax: Axes, stages: Sequence[StageDays]) -> None:
    """Explain the signs that occur in one line at the foot."""
    say = a.content.words
    items: list[tuple[str, Callable[[float], None]]] = [
        (say("handoffs.key-wait"), lambda x: draw_bar(ax, x, 0.1, 0.24, 0.13, hollow=True)),
        (say("handoffs.key-work"), lambda x: draw_bar(ax, x, 0.1, 0.24, 0.13, hollow=False)),
        (say("handoffs.key-seam"), lambda x: seam_sign(ax, x + 0.12, 0.1)),
    ]
    if any(same(s.team, a.answers.builder) for s in stages):
        items.append((say("handoffs.key-builder"), lambda x: _sign(ax, x + 0.12, _OURS, BLUE)))
    if any(s.wait is None or s.touch is None for s in stages):
        items.append((say("handoffs.key-unknown"), lambda x: _sign(ax, x + 0.14, "?", INK)))
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
