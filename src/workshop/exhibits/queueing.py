"""Pictures of waiting: the queue at hand against the number of teams, and the general law."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workshop.findings import Assessment
from workshop.findings.leadtime import rounded
from workshop.findings.queue import LIMIT_DAYS, QueueCurve, QueuePoint, mean_wait
from workshop.render import drawing
from workshop.render.drawing import AMBER, BLUE, GREY, INK, LINE, SMALL
from workshop.render.tones import LOOKS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SEAM, _OURS = LOOKS["seam"].mark, LOOKS["ours"].mark
_CURVES: tuple[tuple[int, str, Any, float, str], ...] = (
    (1, INK, "solid", 2.4, "right"),
    (3, BLUE, (0, (5, 1.5)), 1.4, "right"),
    (8, GREY, (0, (1.5, 1.5)), 2.4, "left"),
)
"""Engineers, colour and line of each curve of the general law; where its name stands."""
_NUMBERED = 20
"""Up to this many bars each carries its days; beyond, only today's and the crossing's."""
_LEFT, _RIGHT = 0.32, drawing.PAGE_WIDTH - 0.65


def draw_queue(a: Assessment, queue: QueueCurve) -> str:
    """Return the SVG of the mean wait for each number of teams: today, two weeks, the crossing."""
    say, now = a.content.words, queue.now
    height, foot, head = 2.95, 0.78, 0.3
    with drawing.sheet(height=height) as (fig, ax):
        room = _Room(queue, foot, height - head)
        _waiting_axis(a, ax, room)
        for point in queue.points:
            _column(a, ax, room, queue, point)
        _team_numbers(ax, room, queue)
        y = room.y(LIMIT_DAYS)
        ax.plot([_LEFT, _RIGHT], [y, y], color=AMBER, linewidth=1, linestyle=(0, (4, 2)), zorder=3)
        drawing.write(ax, _RIGHT + 0.05, y, say("staffing.two-weeks"), size=SMALL, color=AMBER)
        if now is not None and room.shows(now.teams):
            _below(ax, room.x(now.teams), foot - 0.3, _OURS, say("staffing.today-mark"), BLUE)
        if queue.crossing is not None and room.shows(queue.crossing):
            words = say("staffing.crossing-at", teams=say("staffing.teams", n=queue.crossing))
            _below(ax, room.x(queue.crossing), foot - 0.48, _SEAM, words, AMBER)
        if queue.saturated is not None and room.shows(queue.saturated):
            words = say("staffing.endless")
            drawing.write(ax, _LEFT, 0.1, words, size=SMALL, color=GREY)
        drawing.write(ax, _RIGHT, 0.1, say("staffing.queue-x"), size=SMALL, color=GREY, ha="right")
        return drawing.to_svg(fig)


class _Room:
    """Where teams and days stand on the sheet, in inches."""

    def __init__(self, queue: QueueCurve, foot: float, top: float) -> None:
        now = queue.now.wait if queue.now else None
        self.days = max(2.0 * LIMIT_DAYS, 1.25 * (now or 0.0))
        self.foot, self.top = foot, top
        self.last = queue.points[-1].teams
        self.pitch = (_RIGHT - _LEFT) / len(queue.points)

    def x(self, teams: int) -> float:
        return _LEFT + (_RIGHT - _LEFT) * (teams - 0.5) / self.last

    def y(self, days: float) -> float:
        return self.foot + (self.top - self.foot) * min(days / self.days, 1.0)

    def shows(self, teams: int) -> bool:
        return 0 < teams <= self.last


def _waiting_axis(a: Assessment, ax: Axes, room: _Room) -> None:
    from matplotlib.ticker import MaxNLocator

    for days in MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(0, room.days):
        if 0 <= days <= room.days:
            y = room.y(days)
            ax.plot([_LEFT, _RIGHT], [y, y], color=GREY if days == 0 else LINE, linewidth=0.7)
            shown = a.content.words.number(days)
            drawing.write(ax, _LEFT - 0.07, y, shown, size=SMALL, color=GREY, ha="right")
    words = a.content.words("staffing.queue-y")
    drawing.write(ax, 0, room.top + 0.14, words, size=SMALL, color=GREY)


def _column(a: Assessment, ax: Axes, room: _Room, queue: QueueCurve, point: QueuePoint) -> None:
    """Draw one number of teams: its wait as a bar with its days, or a hatched one without end."""
    from matplotlib import rc_context
    from matplotlib.patches import Rectangle

    ours = queue.now is not None and point.teams == queue.now.teams
    late = point.wait is not None and point.wait > LIMIT_DAYS
    color = BLUE if ours else AMBER if late else GREY
    x, width = room.x(point.teams), room.pitch * 0.72
    top = room.top if point.wait is None else max(room.y(point.wait), room.foot + 0.012)
    look: dict[str, Any] = (
        {"facecolor": drawing.TINT, "edgecolor": color if ours else LINE, "hatch": "////"}
        if point.wait is None
        else {"facecolor": color, "edgecolor": color}
    )
    corner = (x - width / 2, room.foot)
    with rc_context({"hatch.color": LINE}):
        bar = Rectangle(corner, width, top - room.foot, linewidth=0.8, zorder=2, **look)
    ax.add_patch(bar)
    if point.wait is None:
        return
    words = rounded(a.content, point.wait)
    if ours or point.teams == queue.crossing or len(queue.points) <= _NUMBERED:
        drawing.write(
            ax,
            x,
            top + 0.08,
            words,
            size=SMALL,
            weight="semibold" if ours else "normal",
            color=color if ours or late else INK,
            ha="center",
            zorder=4,
        )


def _team_numbers(ax: Axes, room: _Room, queue: QueueCurve) -> None:
    """Write the numbers of teams below their bars, as many as there is room for."""
    counts = [p.teams for p in queue.points]
    wide = drawing.text_width(str(counts[-1]), SMALL) + 0.1
    step = max(1, -(-int(wide * 100) // max(int(room.pitch * 100), 1)))
    ours = queue.now.teams if queue.now else None
    kept = [n for n in (ours, queue.crossing) if n is not None]
    for at, teams in enumerate(counts):
        near = any(n != teams and abs(room.x(n) - room.x(teams)) < wide for n in kept)
        if teams in kept or (at % step == 0 and not near):
            drawing.write(
                ax,
                room.x(teams),
                room.foot - 0.1,
                str(teams),
                size=SMALL,
                color=BLUE if teams == ours else INK,
                weight="semibold" if teams == ours else "normal",
                ha="center",
            )


def _below(ax: Axes, x: float, y: float, mark: str, words: str, color: str) -> None:
    """Write a label under the scale, its mark below the number that it speaks of."""
    half = drawing.text_width(mark, SMALL, "semibold") / 2
    shown = f"{mark} {words}"
    left = x - half + drawing.text_width(shown, SMALL, "semibold") <= drawing.PAGE_WIDTH
    drawing.write(
        ax,
        x - half if left else x + half,
        y,
        shown if left else f"{words} {mark}",
        size=SMALL,
        weight="semibold",
        color=color,
        ha="left" if left else "right",
    )


def draw_teaching(a: Assessment) -> str:
    """Return the SVG of the general law: waiting against how busy the engineers are."""
    say = a.content.words
    with drawing.figure(height=2.6) as (fig, ax):
        ax.set(xlim=(0, 112), ylim=(0, 6), xticks=range(0, 101, 20))
        loads = [i / 200 for i in range(200)]
        for servers, color, style, height, side in _CURVES:
            waits = [mean_wait(load * servers, servers, 1.0) or 0.0 for load in loads]
            ax.plot([100 * x for x in loads], waits, color=color, linestyle=style)
            at = next(i for i, wait in enumerate(waits) if wait > height)
            drawing.write(
                ax,
                100 * loads[at] + (2.0 if side == "left" else -2.0),
                waits[at],
                say("staffing.engineers", n=servers),
                size=SMALL,
                color=color,
                ha=side,
            )
        ax.grid(axis="y", color=LINE, linewidth=0.6)
        ax.set_xlabel(say("staffing.teaching-x"), fontsize=SMALL, color=GREY)
        ax.set_ylabel(say("staffing.teaching-y"), fontsize=SMALL, color=GREY)
        return drawing.to_svg(fig)
