"""Who talks to whom: each pattern's teams as boxes, three kinds of line for three modes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workshop.content.items import Diagram, Link
from workshop.content.loader import Content
from workshop.documents import drawing as d
from workshop.documents.blocks import (
    Block,
    Heading,
    Picture,
    SideBySide,
    bullets,
    heading,
    paragraph,
    text,
)
from workshop.documents.exhibit import Exhibit
from workshop.exhibits.layout import within
from workshop.exhibits.patterns import compared, is_judged, mark_tone, title
from workshop.findings import Assessment
from workshop.findings.advice import options
from workshop.findings.options import Option

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDTH, _HEIGHT = 3.2, 1.62
_PLATFORM = (0.03, 0.98)
_PRODUCT = (2.2, 3.15)
"""Left and right edges of the boxes, in inches."""
_LINE = 0.14
_MOST = 6
"""Boxes drawn for product teams; the number above them is the true one."""
_MODES = ("collaboration", "x-as-a-service", "facilitating")


def interaction_diagrams(assessment: Assessment) -> Exhibit:
    """Return a small diagram of each pattern, ours marked, with a key to the lines."""
    _, content = assessment.content.words, assessment.content
    own = options(content, assessment.recommendation.patterns)
    lead = (
        _("interactions.lead-told", advised=assessment.listing(own))
        if own
        else _("interactions.lead-untold")
    )
    cells = [_diagram(assessment, o) for o in compared(assessment)]
    blocks: list[Block] = [heading(2, _("interactions.title"), lead), _key(content)]
    source = paragraph(_("interactions.source"), tone="muted", small=True)
    ask: tuple[Block, ...] = (
        heading(3, _("interactions.ask")),
        bullets(_(f"interactions.ask-{n}") for n in (1, 2, 3)),
    )
    if len(cells) % 2:  # the questions stand beside the last diagram
        cells.append((*ask, source))
        ask = ()
    blocks += [SideBySide(tuple(cells[i : i + 2])) for i in range(0, len(cells), 2)]
    blocks += (source, *ask) if ask else ()
    return Exhibit("interaction-diagrams", tuple(blocks), None if is_judged(assessment) else ())


def _diagram(assessment: Assessment, option: Option) -> tuple[Block, ...]:
    picture = Picture(_draw(assessment, option), _alt(assessment, option))
    return (Heading(3, text(title(assessment, option))), picture)


def _shown(assessment: Assessment, option: Option) -> Diagram:
    combined = option.text.combined if option.text else None
    return combined.diagram if combined else assessment.content.pattern(option.patterns[0]).diagram


def _names(assessment: Assessment, shown: Diagram) -> dict[str, str]:
    _, teams, product = assessment.content.words, assessment.answers.model_teams, shown.product
    if teams and teams > 1:
        product = _("interactions.teams", n=teams, name=within(assessment.content, product))
    return {"platform": shown.platform, "product": product, "embedded": shown.embedded}


def _alt(assessment: Assessment, option: Option) -> str:
    _, shown = assessment.content.words, _shown(assessment, option)
    names = _names(assessment, shown)
    teams = [names["platform"], names["product"]]
    if names["embedded"]:
        inside = _("interactions.inside", people=names["embedded"], teams=names["product"])
        teams.append(inside)
    links = " ".join(
        _(
            "interactions.link",
            start=names[link.start],
            end=names[link.end],
            mode=_(f"interactions.mode-{link.mode}"),
            words=link.words,
        )
        for link in shown.links
    )
    return _(
        "interactions.alt",
        pattern=title(assessment, option),
        teams=assessment.listing(teams),
        links=links,
    )


# -- drawing ------------------------------------------------------------------------------------


def _draw(assessment: Assessment, option: Option) -> str:
    shown, own = _shown(assessment, option), mark_tone(option) == "ours"
    names = _names(assessment, shown)
    with d.sheet(_WIDTH, _HEIGHT) as (fig, ax):
        boxes = _boxes(ax, names, assessment.answers.model_teams, own, some=option.combines)
        links = shown.links
        step = (_HEIGHT - 0.3) / len(links)
        for i, link in enumerate(links):
            _link(ax, link, _HEIGHT - 0.15 - step * (i + 0.62), boxes)
        return d.to_svg(fig)


def _boxes(
    ax: Axes, names: dict[str, str], teams: int | None, own: bool, some: bool
) -> dict[str, float]:
    """Draw the teams; return where a line to each of them ends.

    `some`: people sit inside the upper half of the product teams only.
    """
    edge, tint, width = (d.BLUE, d.BLUE_TINT, 1.5) if own else (d.GREY, d.TINT, 0.9)
    left, right = _PLATFORM
    _box(ax, left, 0.15, right - left, _HEIGHT - 0.3, edge, tint, width)
    _words(ax, names["platform"], (left + right) / 2, _HEIGHT / 2, right - left - 0.1)
    left, right = _PRODUCT
    inside = bool(names["embedded"])
    lines = d.wrap(names["embedded"], right - left - 0.16, d.SMALL) if inside else []
    foot = 0.2 + (_LINE * len(lines) + 0.06 if inside else 0)
    label = d.wrap(names["product"], right - left, d.SMALL, "semibold", 2)
    head = _HEIGHT - 0.15 - _LINE * len(label) - 0.08
    y = _HEIGHT - 0.15 - _LINE / 2
    for words in label:
        d.write(ax, (left + right) / 2, y, words, size=d.SMALL, weight="semibold", ha="center")
        y -= _LINE
    count = min(teams, _MOST) if teams and teams > 1 else 3
    gap = 0.16 / count
    high = (head - foot - (count - 1) * gap) / count
    margin = high * 0.22
    _box(ax, left - 0.06, foot - 0.05, right - left + 0.1, head - foot + 0.1, d.LINE, "none", 0.8)
    for i in range(count):
        y = foot + i * (high + gap)
        _box(ax, left, y, right - left, high, edge, tint, width)
        if inside and not (some and i < count // 2):
            _box(ax, left + 0.06, y + margin, 0.26, high - 2 * margin, d.INK, d.INK, 0.5)
    y = foot - 0.1 - _LINE / 2
    if lines:
        _box(ax, left, y - 0.045, 0.09, 0.09, d.INK, d.INK, 0.5)
    for words in lines:
        d.write(ax, left + 0.14, y, words, size=d.SMALL)
        y -= _LINE
    return {"platform": _PLATFORM[1], "product": left - 0.06, "embedded": left - 0.06}


def _box(
    ax: Axes, x: float, y: float, wide: float, high: float, edge: str, fill: str, width: float
) -> None:
    from matplotlib.patches import Rectangle

    ax.add_patch(Rectangle((x, y), wide, high, ec=edge, fc=fill, lw=width))


def _words(ax: Axes, words: str, x: float, y: float, width: float) -> None:
    lines = d.wrap(words, width, d.SMALL, "semibold", 5)
    y += _LINE * (len(lines) - 1) / 2
    for line in lines:
        d.write(ax, x, y, line, size=d.SMALL, weight="semibold", ha="center")
        y -= _LINE


def _link(ax: Axes, link: Link, y: float, ends: dict[str, float]) -> None:
    _stroke(ax, link.mode, ends[link.start], ends[link.end], y)
    middle = (_PLATFORM[1] + _PRODUCT[0] - 0.06) / 2
    lines = d.wrap(link.words, _PRODUCT[0] - _PLATFORM[1] - 0.14, d.SMALL, lines=3)
    top = y + 0.1 + _LINE * (len(lines) - 1)
    for line in lines:
        d.write(ax, middle, top, line, size=d.SMALL, ha="center")
        top -= _LINE


def _stroke(ax: Axes, mode: str, start: float, end: float, y: float) -> None:
    """Draw a line of one mode: double and thick, thin with an arrow, or dotted."""
    way = 1 if end > start else -1
    if mode == "collaboration":
        for dy in (-0.025, 0.025):
            ax.plot([start + 0.03 * way, end - 0.03 * way], [y + dy, y + dy], color=d.INK, lw=2)
        return
    from matplotlib.patches import Polygon

    look = {"lw": 1.8, "ls": (0, (1, 1.5))} if mode == "facilitating" else {"lw": 1.1}
    tip = end - 0.02 * way
    back = tip - 0.09 * way
    ax.plot([start + 0.03 * way, back], [y, y], color=d.INK, **look)
    ax.add_patch(Polygon([(tip, y), (back, y + 0.045), (back, y - 0.045)], fc=d.INK, lw=0))


def _key(content: Content) -> Picture:
    _ = content.words
    modes = {m: _(f"interactions.mode-{m}") for m in _MODES}
    rows = [
        _("interactions.key", mode=modes[m], means=_(f"interactions.means-{m}")) for m in _MODES
    ]
    with d.sheet(d.PAGE_WIDTH, 0.62) as (fig, ax):
        for i, (mode, words) in enumerate(zip(_MODES, rows, strict=True)):
            y = 0.52 - 0.2 * i
            _stroke(ax, mode, 0.02, 0.6, y)
            d.write(ax, 0.72, y, words, size=d.NORMAL)
        svg = d.to_svg(fig)
    alt = _(
        "interactions.key-alt",
        collaboration=rows[0],
        service=rows[1],
        facilitating=rows[2],
    )
    return Picture(svg, alt)
