"""The day to scale, as one strip: blocks by their minutes, breaks hollow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workshop.agenda.plan import Plan, Slot
from workshop.render import drawing
from workshop.render.drawing import BLUE, BLUE_TINT, GREY, INK, PAGE_WIDTH, SMALL

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_HEIGHT, _FOOT, _TOP = 0.62, 0.24, 0.56
_TICKS = (15, 30, 60)
"""Minutes between two times below the strip; the first that leaves them room is taken."""


def clock_time(start: int, minutes: int) -> str:
    """Return the time of day so many minutes after a start, itself in minutes after midnight."""
    hours, rest = divmod((start + minutes) % (24 * 60), 60)
    return f"{hours:02}:{rest:02}"


def draw_day(plan: Plan, start: int) -> str:
    """Return the SVG of an agenda's blocks and breaks, to scale, with times below."""
    total = plan.wish.minutes
    with drawing.sheet(height=_HEIGHT) as (fig, ax):
        for slot in plan.slots:
            _draw_slot(ax, slot, total)
        for minutes, shown in _ticks(total, start):
            x = PAGE_WIDTH * minutes / total
            side = "left" if minutes == 0 else "right" if minutes == total else "center"
            ax.plot([x, x], [_FOOT - 0.05, _FOOT], color=GREY, linewidth=0.7)
            drawing.write(ax, x, _FOOT - 0.14, shown, size=SMALL, color=GREY, ha=side)
        return drawing.to_svg(fig)


def _draw_slot(ax: Axes, slot: Slot, total: int) -> None:
    from matplotlib.patches import Rectangle

    left, width = PAGE_WIDTH * slot.starts / total, PAGE_WIDTH * slot.minutes / total
    rest = slot.kind == "break"
    corner, height = (left + 0.012, _FOOT), _TOP - _FOOT
    look: dict[str, Any] = {"facecolor": "none", "edgecolor": GREY, "hatch": "////"}
    if not rest:
        look = {"facecolor": BLUE_TINT, "edgecolor": BLUE}
    ax.add_patch(Rectangle(corner, width - 0.024, height, linewidth=0.8, **look))
    shown = str(slot.minutes)
    if drawing.text_width(shown, SMALL, "semibold") + 0.05 <= width and not rest:
        drawing.write(
            ax,
            left + width / 2,
            (_FOOT + _TOP) / 2,
            shown,
            size=SMALL,
            weight="semibold",
            color=INK,
            ha="center",
        )


def _ticks(total: int, start: int) -> list[tuple[int, str]]:
    """Return places and words of times: the full hours or parts of them, and both ends."""
    room = drawing.text_width("00:00", SMALL) + 0.2
    step = next((s for s in _TICKS if PAGE_WIDTH * s / total >= room), _TICKS[-1])
    nearest = room * total / PAGE_WIDTH
    inner = [m for m in range(-start % step, total, step) if nearest <= m <= total - nearest]
    return [(m, clock_time(start, m)) for m in (0, *inner, total)]
