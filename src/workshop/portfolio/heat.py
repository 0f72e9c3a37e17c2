"""The picture of the duties: for each of the five, how many groups hold it in which way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workshop.findings.ownership import DutyState
from workshop.portfolio.gathering import KINDS
from workshop.portfolio.telling import Telling
from workshop.render.blocks import Picture, Tone
from workshop.render.drawing import (
    AMBER,
    AMBER_TINT,
    BLUE,
    BLUE_TINT,
    GREY,
    INK,
    PAGE,
    PAGE_WIDTH,
    RED,
    RED_TINT,
    SMALL,
    sheet,
    shorten_to,
    text_width,
    to_svg,
    write,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DUTY_LOOKS: dict[DutyState, tuple[Tone, str]] = {
    "builder": ("ours", "●"),
    "held": ("plain", "○"),
    "other-team": ("seam", "▲"),
    "nobody": ("critical", "✕"),
    "at-handover": ("critical", "◇"),
    "unknown": ("muted", "?"),
}
"""Tone and mark of each way to hold a duty: no two share a mark, for a copier knows only grey."""

_FILLS: dict[DutyState, tuple[str, str, str]] = {
    "builder": (BLUE, BLUE, PAGE),
    "held": (BLUE_TINT, BLUE, INK),
    "other-team": (AMBER_TINT, AMBER, INK),
    "nobody": (RED, RED, PAGE),
    "at-handover": (RED_TINT, RED, INK),
    "unknown": (PAGE, GREY, INK),
}
"""Ground, edge and ink of each kind; the mark before a number tells them apart in grey too."""
_NAME, _BAR, _STEP, _LINE = 1.45, 0.25, 0.36, 0.24
"""Inches: room for a duty's name, height of a bar, from bar to bar, height of a line of the key."""
_Entry = tuple[float, DutyState, str]


def draw_duties(t: Telling) -> Picture:
    """Return a bar for each duty, parted by who holds it; the number stands in each part."""
    g, duties = t.all, t.content.duties
    held = {d.id: g.count_duty(d.id) for d in duties}
    kinds = [k for k in KINDS if any(held[d.id][k] for d in duties)]
    names = {k: t.say(f"portfolio.kind-long-{k}") for k in kinds}
    key = _key_lines([(k, names[k]) for k in kinds])
    height = len(duties) * _STEP + len(key) * _LINE + 0.05
    with sheet(height=height) as (fig, ax):
        for at, duty in enumerate(duties):
            y = height - (at + 0.5) * _STEP
            write(ax, 0, y, shorten_to(duty.short, _NAME - 0.1))
            x = _NAME
            for kind in kinds:
                n = held[duty.id][kind]
                width = (PAGE_WIDTH - _NAME - 0.02) * n / len(g.groups)
                if n:
                    _draw_part(ax, x, y, width, kind, n)
                x += width
        for at, line in enumerate(key):
            y = height - len(duties) * _STEP - (at + 0.5) * _LINE
            for x, kind, words in line:
                _draw_box(ax, x, y, 0.22, 0.16, kind)
                ink = _FILLS[kind][2]
                write(ax, x + 0.11, y, DUTY_LOOKS[kind][1], size=7, color=ink, ha="center")
                write(ax, x + 0.29, y, words, size=SMALL)
        svg = to_svg(fig)
    rows = []
    for d in duties:
        counts = [
            t.say("portfolio.picture-count", count=held[d.id][k], kind=names[k])
            for k in kinds
            if held[d.id][k]
        ]
        rows.append(t.say("portfolio.picture-row", duty=d.short, counts=t.say.listing(counts)))
    return Picture(svg, t.say("portfolio.picture-alt", rows=" ".join(rows), n=len(g.groups)))


def _draw_box(ax: Axes, x: float, y: float, width: float, height: float, kind: DutyState) -> None:
    from matplotlib.patches import Rectangle

    ground, edge, _ = _FILLS[kind]
    low = (x, y - height / 2)
    ax.add_patch(Rectangle(low, width, height, facecolor=ground, edgecolor=edge, linewidth=0.7))


def _draw_part(ax: Axes, x: float, y: float, width: float, kind: DutyState, n: int) -> None:
    """Draw one part of a bar with its mark and number, or as much of them as there is room for."""
    _draw_box(ax, x, y, width, _BAR, kind)
    for words in (f"{DUTY_LOOKS[kind][1]} {n}", str(n)):
        if text_width(words, SMALL, "semibold") + 0.04 <= width:
            ink = _FILLS[kind][2]
            middle = x + width / 2
            write(ax, middle, y, words, size=SMALL, color=ink, weight="semibold", ha="center")
            return


def _key_lines(kinds: list[tuple[DutyState, str]]) -> list[list[_Entry]]:
    """Return the key's entries in lines, each with where it begins."""
    lines: list[list[_Entry]] = [[]]
    x = _NAME
    for kind, words in kinds:
        wide = 0.29 + text_width(words, SMALL)
        if x + wide > PAGE_WIDTH and lines[-1]:
            lines.append([])
            x = _NAME
        lines[-1].append((x, kind, words))
        x += wide + 0.22
    return lines
