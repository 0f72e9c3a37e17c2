"""The two pictures of the night: who knows what, and where a drill travels in an hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workshop.findings import Assessment
from workshop.findings.oncall import DrillStep, DrillTranscript, KnowledgeLine, KnowledgeMap
from workshop.model.teams import is_somebody, label, same
from workshop.render.drawing import (
    AMBER,
    AMBER_TINT,
    BLUE,
    GREY,
    INK,
    LINE,
    NORMAL,
    PAGE,
    PAGE_WIDTH,
    RED,
    RED_TINT,
    SMALL,
    TINT,
    sheet,
    shorten_to,
    to_svg,
    wrap,
    write,
)
from workshop.render.tones import LOOKS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ROW = 0.62
"""Inches between two rows of boxes."""
_PAGER, _TEAM, _KIND = (0.05, 1.0), (1.95, 2.15), (4.85, 1.8)
"""Left edge and width of each column of the knowledge map."""


# -- the knowledge map --------------------------------------------------------------------------


def night_of(line: KnowledgeLine) -> str:
    """Return how a kind of knowledge stands at night, as the key of its words."""
    if line.state == "unknown":
        return "unknown"
    if line.state != "held":
        return "nobody"
    return {True: "reached", False: "not-reached", None: "path-unknown"}[line.on_pager_path]


def draw_knowledge(a: Assessment) -> str:
    """Return the knowledge map as SVG: the pager, the teams it calls, what each of them knows."""
    say, lines = a.content.words, a.knowledge.lines
    teams = _drawn_teams(a)
    rows = max(len(teams), len(lines))
    height = rows * _ROW + 0.1
    team_at = _spread(len(teams), height)
    kind_at = _spread(len(lines), height)
    with sheet(PAGE_WIDTH, height) as (fig, ax):
        x, width = _PAGER
        _box(ax, x, height / 2, width, TINT, INK)
        write(ax, x + width / 2, height / 2, say("oncall.pager"), weight="semibold", ha="center")
        for team, y in zip(teams, team_at, strict=True):
            called = called_at_night(a.knowledge, team, a)
            _team_box(ax, team, y, called)
            if called is not False:
                _line(ax, (x + width, height / 2), (_TEAM[0], y), called is True)
        for line, y in zip(lines, kind_at, strict=True):
            state = night_of(line)
            _kind_box(ax, line.kind.name, say(f"oncall.picture-{state}"), y, state)
            at = next(
                (t for k, t in zip(teams, team_at, strict=True) if same(k, line.holder)), None
            )
            if at is not None:
                _line(ax, (_TEAM[0] + _TEAM[1], at), (_KIND[0], y), state != "path-unknown")
        return to_svg(fig)


def _drawn_teams(a: Assessment) -> list[str]:
    """Return the teams that know something, as their knowledge stands, and those called first."""
    teams: list[str] = []
    first = [a.answers.paged_quality, a.answers.paged_infrastructure]
    for team in [*(line.holder for line in a.knowledge.lines), *first]:
        if team is not None and is_somebody(team) and not any(same(team, t) for t in teams):
            teams.append(team)
    return teams


def called_at_night(knowledge: KnowledgeMap, team: str, a: Assessment) -> bool | None:
    """Return whether the night calls a team; None where that was not told."""
    if any(same(team, other) for other in knowledge.path):
        return True
    told = a.answers.paged_quality is not None and a.answers.paged_infrastructure is not None
    return False if told else None


def _spread(count: int, height: float) -> list[float]:
    """Return the heights of `count` boxes, the first one highest, centred."""
    return [height / 2 + _ROW * ((count - 1) / 2 - i) for i in range(count)]


def _box(ax: Axes, x: float, y: float, width: float, fill: str, edge: str, **look: Any) -> None:
    from matplotlib.patches import Rectangle

    tall = _ROW - 0.14
    ax.add_patch(
        Rectangle((x, y - tall / 2), width, tall, facecolor=fill, edgecolor=edge, zorder=2, **look)
    )


def _team_box(ax: Axes, team: str, y: float, called: bool | None) -> None:
    x, width = _TEAM
    fill, edge = (AMBER_TINT, AMBER) if called is False else (PAGE, INK if called else GREY)
    _box(ax, x, y, width, fill, edge, linestyle="-" if called is not None else "--")
    lines = wrap(label(team), width - 0.16, NORMAL, lines=2)
    write(ax, x + width / 2, y, "\n".join(lines), ha="center", linespacing=1.15, zorder=3)


def _kind_box(ax: Axes, name: str, words: str, y: float, state: str) -> None:
    x, width = _KIND
    fill, edge, mark = {
        "reached": (TINT, INK, LOOKS["strength"].mark),
        "not-reached": (AMBER_TINT, AMBER, LOOKS["seam"].mark),
        "path-unknown": (PAGE, GREY, "?"),
        "nobody": (RED_TINT, RED, LOOKS["critical"].mark),
        "unknown": (PAGE, GREY, "?"),
    }[state]
    _box(ax, x, y, width, fill, edge, linestyle="--" if mark == "?" else "-")
    inner = width - 0.16
    first = shorten_to(name, inner, NORMAL, "semibold")
    write(ax, x + 0.08, y + 0.1, first, weight="semibold", zorder=3)
    color = GREY if mark == "?" else edge
    write(
        ax,
        x + 0.08,
        y - 0.11,
        shorten_to(f"{mark} {words}", inner, SMALL),
        size=SMALL,
        color=color,
        zorder=3,
    )


def _line(ax: Axes, start: tuple[float, float], end: tuple[float, float], sure: bool) -> None:
    style = {"arrowstyle": "-|>,head_width=0.16,head_length=0.32", "shrinkA": 0, "shrinkB": 0}
    look = {"color": INK, "linewidth": 1.1} if sure else {"color": GREY, "linestyle": (0, (2, 2))}
    ax.annotate("", xy=end, xytext=start, arrowprops={**style, **look}, zorder=1)


# -- a drill ------------------------------------------------------------------------------------

_LANE, _LEFT, _RIGHT = 0.33, 1.75, PAGE_WIDTH - 0.1
_END = 76
"""The minute at which the picture ends: what is in hand at minute 60 goes on beyond it."""


def bar_of(a: Assessment, drill: DrillTranscript, step: DrillStep) -> str:
    """Return how the holder of a moment stands to the model, as the key of its words.

    Where only the service is at stake, no team is better placed for having built the model.
    """
    if step.state == "unknown":
        return "unknown"
    if step.state != "held":
        return "nobody"
    if not drill.text.quality or not is_somebody(a.answers.builder):
        return "held"
    return "builder" if same(step.holder, a.answers.builder) else "other-team"


def draw_drill(a: Assessment, drill: DrillTranscript) -> str:
    """Return a drill's hour as SVG, to scale: one lane a holder, one bar for each stretch."""
    say = a.content.words
    lanes = _lanes(a, drill)
    height = len(lanes) * _LANE + 0.38
    minutes = [step.moment.minute for step in drill.steps]
    with sheet(PAGE_WIDTH, height) as (fig, ax):
        for minute in minutes:
            x = _x(minute)
            ax.plot([x, x], [0.05, height - 0.28], color=LINE, linewidth=0.8, zorder=0)
            words = say("oncall.axis-minute", minute=minute)
            write(ax, x, height - 0.15, words, size=SMALL, color=GREY, ha="left")
        centres = [height - 0.32 - _LANE * (i + 0.5) for i in range(len(lanes))]
        for (name, _), y in zip(lanes, centres, strict=True):
            lines = wrap(name, _LEFT - 0.15, NORMAL, lines=2)
            write(ax, _LEFT - 0.1, y, "\n".join(lines), ha="right", linespacing=1.05)
        at = [
            next(y for (_, s), y in zip(lanes, centres, strict=True) if step in s)
            for step in drill.steps
        ]
        for first, last in _stretches(at):
            end = minutes[last + 1] if last + 1 < len(minutes) else _END
            _bar(ax, a, drill, drill.steps[first], at[first], end)
            if first and "unknown" not in (drill.steps[first].state, drill.steps[first - 1].state):
                back = first == 2 and "loop" in drill.outcomes
                words = say("oncall.back") if back else ""
                _handover(ax, _x(minutes[first]), at[first - 1], at[first], words)
        return to_svg(fig)


def _stretches(at: list[float]) -> list[tuple[int, int]]:
    """Return the first and the last moment of each stretch in one lane."""
    starts = [i for i, y in enumerate(at) if i == 0 or y != at[i - 1]]
    return [(i, j - 1) for i, j in zip(starts, [*starts[1:], len(at)], strict=True)]


def _x(minute: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * minute / _END


def _lanes(a: Assessment, drill: DrillTranscript) -> list[tuple[str, list[DrillStep]]]:
    """Return each holder's name with its moments, in the order in which they come in."""
    say = a.content.words
    lanes: list[tuple[str, list[DrillStep]]] = []
    for step in drill.steps:
        if step.state == "held" and step.holder is not None:
            name = label(step.holder)
        else:
            name = say("common.unknown" if step.state == "unknown" else "oncall.no-team")
        for _, steps in lanes:
            first = steps[0]
            if same(first.holder, step.holder) or (
                first.state == step.state and step.state != "held"
            ):
                steps.append(step)
                break
        else:
            lanes.append((name, [step]))
    return lanes


def _bar(
    ax: Axes, a: Assessment, drill: DrillTranscript, step: DrillStep, y: float, end: int
) -> None:
    from matplotlib.patches import Polygon

    kind = bar_of(a, drill, step)
    fill, ink, mark = {
        "builder": (BLUE, PAGE, LOOKS["ours"].mark),
        "other-team": (AMBER, PAGE, LOOKS["seam"].mark),
        "held": (GREY, PAGE, LOOKS["ours"].mark),
        "nobody": (RED_TINT, RED, LOOKS["critical"].mark),
        "unknown": (PAGE, GREY, "?"),
    }[kind]
    edge = {"nobody": RED, "unknown": GREY}.get(kind, fill)
    left, right, half = _x(step.moment.minute) + 0.02, _x(end) - 0.02, 0.13
    tip = right + 0.1 if end == _END else right  # the hour ends, the incident may not
    corners = [(left, y - half), (right, y - half), (tip, y), (right, y + half), (left, y + half)]
    style = "--" if kind == "unknown" else "-"
    ax.add_patch(Polygon(corners, facecolor=fill, edgecolor=edge, linestyle=style, zorder=2))
    said = a.content.words(f"oncall.bar-{kind}")
    words = shorten_to(f"{mark} {said}", right - left - 0.1, SMALL)
    write(ax, left + 0.07, y, words, size=SMALL, color=ink, zorder=3)


def _handover(ax: Axes, x: float, start: float, end: float, words: str) -> None:
    """Draw the moment at which the incident changes hands."""
    style = {"arrowstyle": "-|>,head_width=0.16,head_length=0.3", "shrinkA": 0, "shrinkB": 0}
    gap = 0.13 if end < start else -0.13
    tip, tail = (x, end + gap), (x, start - gap)
    ax.annotate("", xy=tip, xytext=tail, arrowprops={**style, "color": INK, "lw": 1.1}, zorder=4)
    if words:
        write(
            ax,
            x - 0.06,
            end,  # in the lane it comes back to, which stands empty before
            words,
            size=SMALL,
            color=AMBER,
            weight="semibold",
            ha="right",
        )


__all__ = ["bar_of", "called_at_night", "draw_drill", "draw_knowledge", "night_of"]
