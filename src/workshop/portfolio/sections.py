"""The sections of a portfolio: what is common, the duties, and group by group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workshop.documents.blocks import (
    Block,
    Cell,
    Column,
    Picture,
    Table,
    Tone,
    card,
    cell,
    column,
    heading,
    paragraph,
    table,
)
from workshop.documents.drawing import (
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
from workshop.exhibits.layout import SEVERITY_TONES, graded
from workshop.findings.ownership import DutyState
from workshop.portfolio.gathering import KINDS, Company, Shared, outcome
from workshop.portfolio.layout import Telling
from workshop.portfolio.record import Summary, Tipping

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_RISKS, _STRENGTHS, _FEW = 20, 6, 2
"""Findings below critical that are listed, and from how many groups on they are common."""


def findings(t: Telling) -> list[Block]:
    """Return the findings that most groups share: the gravest first, then the commonest."""
    g, say = t.all, t.say
    critical = g.shared("critical")
    others = [f for f in g.shared("risk", "watch") if len(f.groups) >= min(_FEW, len(g.groups))]
    left = max(len(others) - _RISKS, 0)
    others = sorted(others, key=lambda f: -len(f.groups))[:_RISKS]
    others.sort(key=lambda f: (f.severity != "risk", -len(f.groups)))
    strengths = g.shared("strength")[:_STRENGTHS]
    if critical:
        first = critical[0]
        title = t.content.rule(first.id).title
        lead = say("portfolio.findings-lead", n=len(first.groups), title=title)
    else:
        lead = say("portfolio.findings-none")
    blocks: list[Block] = [heading(1, say("portfolio.findings"), lead)]
    if critical or others:
        caption = say("portfolio.findings-left", n=left) if left else ""
        blocks.append(findings_table(t, [*critical, *others], caption))
    if strengths:
        blocks.append(heading(2, say("portfolio.strengths"), say("portfolio.strengths-lead")))
        blocks.append(findings_table(t, strengths))
    return blocks


def findings_table(t: Telling, found: Sequence[Shared], caption: str = "") -> Table:
    """Return findings with how many groups have each of them, and which."""
    say = t.say
    return table(
        [
            column(say("portfolio.severity"), width=0.9),
            column(say("portfolio.finding"), width=2.2),
            column(say("portfolio.groups"), width=0.7, align="right"),
            column(say("portfolio.which"), width=2.6),
        ],
        [
            [
                severity_cell(t, f),
                cell(t.content.rule(f.id).title),
                cell(str(len(f.groups)), strong=True),
                cell(t.names(f.groups)),
            ]
            for f in found
        ],
        caption=caption,
    )


def severity_cell(t: Telling, f: Shared) -> Cell:
    return cell(t.say(f"common.severity-{f.severity}"), tone=SEVERITY_TONES[f.severity])


# -- one company, several answers -----------------------------------------------------------------


def companies(t: Telling) -> list[Block]:
    """Return where one company needs different patterns for different groups."""
    g, say = t.all, t.say
    mixed = [c for c in g.companies if len(c.advised) > 1]
    alike = len(g.companies) - len(mixed)
    if not g.companies:
        return [heading(1, say("portfolio.companies"), say("portfolio.companies-untold"))]
    if not mixed:
        return [heading(1, say("portfolio.companies"), say("portfolio.companies-alike", n=alike))]
    spot = next((b for b in t.content.blind_spots if b.id == "several-consumers"), None)
    blocks: list[Block] = [
        heading(1, say("portfolio.companies"), say("portfolio.companies-lead", n=len(mixed))),
        _companies(t, mixed),
    ]
    if alike:
        blocks.append(paragraph(say("portfolio.companies-others", n=alike), small=True))
    if spot is not None:
        blocks.append(card(spot.ask, [spot.why], sources=graded(t.content, spot.sources)))
    blocks.append(
        card(
            say("portfolio.federation"),
            [say("portfolio.federation-why")],
            label=say("portfolio.label-question"),
            tone="ours",
        )
    )
    return blocks


def _companies(t: Telling, mixed: list[Company]) -> Table:
    say = t.say
    named = len(mixed) > 1
    rows = []
    for company in mixed:
        for found, groups in company.advised:
            own = [t.all.own_name(s) if named else t.label(s.name) for s in groups]
            row = [cell(t.outcome(found), strong=True), cell(str(len(groups)))]
            row.append(cell(t.listing(own)))
            rows.append([cell(company.organisation or ""), *row] if named else row)
    columns = [
        column(say("portfolio.advice"), width=1.8),
        column(say("portfolio.groups"), width=0.7, align="right"),
        column(say("portfolio.which"), width=3.0),
    ]
    if named:
        columns.insert(0, column(say("portfolio.organisation"), width=1.4))
    return table(columns, rows)


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


def verdicts(t: Telling) -> list[Block]:
    """Return the table of groups against patterns, with what is advised."""
    g, say = t.all, t.say
    contested = len(g.of_kind("open"))
    key = "portfolio.verdicts-lead-open" if contested else "portfolio.verdicts-lead"
    head = heading(1, say("portfolio.verdicts"), say(key, n=contested))
    patterns = t.content.patterns
    rows = [
        [
            cell(t.group(s)),
            *(t.verdict_cell(s.verdicts.get(p.id), p.id in s.advice.patterns) for p in patterns),
            _advice(t, s),
        ]
        for s in g.groups
    ]
    columns = [
        column(say("portfolio.group"), width=1.6),
        *(column(p.short, width=1.15) for p in patterns),
        column(say("portfolio.advice"), width=2.0),
    ]
    return [
        head,
        paragraph(say("portfolio.verdicts-what"), tone="muted", small=True),
        paragraph(say("portfolio.no-ranking"), tone="muted", small=True),
        # upright on paper, where it fits; a screen's own type may be wider than ours
        table(columns, rows, wide=t.on_screen),
    ]


def _advice(t: Telling, s: Summary) -> Cell:
    kind = outcome(s)[0]
    if kind == "one":
        return cell(t.advice(s), strong=True)
    return cell(t.advice(s), tone="muted" if kind == "unknown" else "plain")


# -- duties ---------------------------------------------------------------------------------------


def duties(t: Telling) -> list[Block]:
    """Return who holds the five duties: a picture of all groups, then each group in a row."""
    g, say, content = t.all, t.say, t.content
    held = {d.id: g.count_duty(d.id) for d in content.duties}
    open_ = {d: held[d.id]["nobody"] + held[d.id]["at-handover"] for d in content.duties}
    worst = [d for d in content.duties if open_[d] and open_[d] == max(open_.values())]
    told = any(n for counts in held.values() for kind, n in counts.items() if kind != "unknown")
    if not told:
        lead = say("portfolio.duties-lead-unknown")
    elif worst:
        names = say.listing([d.short for d in worst])
        lead = say("portfolio.duties-lead", n=open_[worst[0]], all=len(g.groups), names=names)
    else:
        lead = say("portfolio.duties-lead-held")
    rows = [
        [cell(t.label(s.name)), *(_duty(t, _kind(s, d.id)) for d in content.duties)]
        for s in g.groups
    ]
    kinds = [k for k in KINDS if any(held[d.id][k] for d in content.duties)]
    rows += [
        [
            cell(say("portfolio.total", kind=say(f"portfolio.duty-{k}")), strong=True),
            *(cell(str(held[d.id][k]), strong=held[d.id][k] > 0) for d in content.duties),
        ]
        for k in kinds
    ]
    columns: list[Column] = [column(say("portfolio.group"), width=1.8)]
    columns += [column(d.short, width=1.1) for d in content.duties]
    return [
        heading(1, say("portfolio.duties"), lead),
        *([draw_duties(t)] if told else []),
        paragraph(say("portfolio.duties-what"), tone="muted", small=True),
        table(columns, rows),
    ]


def _kind(s: Summary, duty: str) -> DutyState:
    return s.duties[duty].kind if duty in s.duties else "unknown"


def _duty(t: Telling, kind: DutyState) -> Cell:
    tone, mark = DUTY_LOOKS[kind]
    words = t.say(f"portfolio.duty-{kind}")
    return cell(words, tone=tone, mark=mark, fill=kind != "unknown")


# -- tipping points -------------------------------------------------------------------------------


def near(t: Telling) -> list[Block]:
    """Return the groups near a tipping point: which answer, where it stands, what would change."""
    g, say = t.all, t.say
    names = dict.fromkeys(s.name for s, _ in g.near)
    if not names:
        head = heading(1, say("portfolio.near"), say("portfolio.near-none"))
        return [head, paragraph(say("portfolio.near-what"), tone="muted", small=True)]
    rows = [
        [
            cell(t.label(s.name)),
            cell(t.answer_name(point.input)),
            cell(t.number(point.input, point.now)),
            cell(_where(t, point), strong=True),
            cell(_becomes(t, point)),
        ]
        for s, point in g.near
    ]
    columns = [
        column(say("portfolio.group"), width=1.5),
        column(say("portfolio.answer"), width=1.75),
        column(say("portfolio.now"), width=0.9),
        column(say("portfolio.changes-at"), width=1.0),
        column(say("portfolio.advice-then"), width=1.85),
    ]
    return [
        heading(1, say("portfolio.near"), say("portfolio.near-lead", n=len(names))),
        paragraph(say("portfolio.near-what"), tone="muted", small=True),
        table(columns, rows),
    ]


def _where(t: Telling, point: Tipping) -> str:
    return t.say(f"portfolio.{point.when}", to=point.to)


def _becomes(t: Telling, point: Tipping) -> str:
    if not point.patterns:
        return t.say("portfolio.becomes-none")
    return t.outcome(("open" if point.contested else "one", point.patterns))
