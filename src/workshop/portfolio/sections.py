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
from workshop.portfolio.formatting import View
from workshop.portfolio.gathering import KINDS, Company, Shared, outcome
from workshop.portfolio.record import Summary, Tipping

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_RISKS, _STRENGTHS, _FEW = 20, 6, 2
"""Findings below critical that are listed, and from how many groups on they are common."""


def findings(view: View) -> list[Block]:
    """Return the findings that most groups share: the gravest first, then the commonest."""
    gathering, text = view.all, view.text
    critical = gathering.shared("critical")
    others = [
        f
        for f in gathering.shared("risk", "watch")
        if len(f.groups) >= min(_FEW, len(gathering.groups))
    ]
    left = max(len(others) - _RISKS, 0)
    others = sorted(others, key=lambda f: -len(f.groups))[:_RISKS]
    others.sort(key=lambda f: (f.severity != "risk", -len(f.groups)))
    strengths = gathering.shared("strength")[:_STRENGTHS]
    if critical:
        first = critical[0]
        title = view.content.rule(first.id).title
        lead = text("portfolio.findings-lead", n=len(first.groups), title=title)
    else:
        lead = text("portfolio.findings-none")
    blocks: list[Block] = [heading(1, text("portfolio.findings"), lead)]
    if critical or others:
        caption = text("portfolio.findings-left", n=left) if left else ""
        blocks.append(findings_table(view, [*critical, *others], caption))
    if strengths:
        blocks.append(heading(2, text("portfolio.strengths"), text("portfolio.strengths-lead")))
        blocks.append(findings_table(view, strengths))
    return blocks


def findings_table(view: View, found: Sequence[Shared], caption: str = "") -> Table:
    """Return findings with how many groups have each of them, and which."""
    text = view.text
    return table(
        [
            column(text("portfolio.severity"), width=0.9),
            column(text("portfolio.finding"), width=2.2),
            column(text("portfolio.groups"), width=0.7, align="right"),
            column(text("portfolio.which"), width=2.6),
        ],
        [
            [
                severity_cell(view, f),
                cell(view.content.rule(f.id).title),
                cell(str(len(f.groups)), strong=True),
                cell(view.names(f.groups)),
            ]
            for f in found
        ],
        caption=caption,
    )


def severity_cell(view: View, finding: Shared) -> Cell:
    return cell(
        view.text(f"common.severity-{finding.severity}"), tone=SEVERITY_TONES[finding.severity]
    )


# -- one company, several answers -----------------------------------------------------------------


def companies(view: View) -> list[Block]:
    """Return where one company needs different patterns for different groups."""
    gathering, text = view.all, view.text
    mixed = [c for c in gathering.companies if len(c.advised) > 1]
    alike = len(gathering.companies) - len(mixed)
    if not gathering.companies:
        return [heading(1, text("portfolio.companies"), text("portfolio.companies-untold"))]
    if not mixed:
        return [heading(1, text("portfolio.companies"), text("portfolio.companies-alike", n=alike))]
    spot = next((b for b in view.content.blind_spots if b.id == "several-consumers"), None)
    blocks: list[Block] = [
        heading(1, text("portfolio.companies"), text("portfolio.companies-lead", n=len(mixed))),
        _companies(view, mixed),
    ]
    if alike:
        blocks.append(paragraph(text("portfolio.companies-others", n=alike), small=True))
    if spot is not None:
        blocks.append(card(spot.ask, [spot.why], sources=graded(view.content, spot.sources)))
    blocks.append(
        card(
            text("portfolio.federation"),
            [text("portfolio.federation-why")],
            label=text("portfolio.label-question"),
            tone="ours",
        )
    )
    return blocks


def _companies(view: View, mixed: list[Company]) -> Table:
    text = view.text
    named = len(mixed) > 1
    rows = []
    for company in mixed:
        for found, groups in company.advised:
            own = [view.all.own_name(s) if named else view.label(s.name) for s in groups]
            row = [cell(view.outcome(found), strong=True), cell(str(len(groups)))]
            row.append(cell(view.listing(own)))
            rows.append([cell(company.organisation or ""), *row] if named else row)
    columns = [
        column(text("portfolio.advice"), width=1.8),
        column(text("portfolio.groups"), width=0.7, align="right"),
        column(text("portfolio.which"), width=3.0),
    ]
    if named:
        columns.insert(0, column(text("portfolio.organisation"), width=1.4))
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


def draw_duties(view: View) -> Picture:
    """Return a bar for each duty, parted by who holds it; the number stands in each part."""
    gathering, duties = view.all, view.content.duties
    held = {d.id: gathering.count_duty(d.id) for d in duties}
    kinds = [k for k in KINDS if any(held[d.id][k] for d in duties)]
    names = {k: view.text(f"portfolio.kind-long-{k}") for k in kinds}
    key = _key_lines([(k, names[k]) for k in kinds])
    height = len(duties) * _STEP + len(key) * _LINE + 0.05
    with sheet(height=height) as (fig, ax):
        for at, duty in enumerate(duties):
            y = height - (at + 0.5) * _STEP
            write(ax, 0, y, shorten_to(duty.short, _NAME - 0.1))
            x = _NAME
            for kind in kinds:
                n = held[duty.id][kind]
                width = (PAGE_WIDTH - _NAME - 0.02) * n / len(gathering.groups)
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
            view.text("portfolio.picture-count", count=held[d.id][k], kind=names[k])
            for k in kinds
            if held[d.id][k]
        ]
        rows.append(
            view.text("portfolio.picture-row", duty=d.short, counts=view.text.listing(counts))
        )
    return Picture(
        svg, view.text("portfolio.picture-alt", rows=" ".join(rows), n=len(gathering.groups))
    )


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


def verdicts(view: View) -> list[Block]:
    """Return the table of groups against patterns, with what is advised."""
    gathering, text = view.all, view.text
    contested = len(gathering.of_kind("open"))
    key = "portfolio.verdicts-lead-open" if contested else "portfolio.verdicts-lead"
    head = heading(1, text("portfolio.verdicts"), text(key, n=contested))
    patterns = view.content.patterns
    rows = [
        [
            cell(view.group(s)),
            *(view.verdict_cell(s.verdicts.get(p.id), p.id in s.advice.patterns) for p in patterns),
            _advice(view, s),
        ]
        for s in gathering.groups
    ]
    columns = [
        column(text("portfolio.group"), width=1.6),
        *(column(p.short, width=1.15) for p in patterns),
        column(text("portfolio.advice"), width=2.0),
    ]
    return [
        head,
        paragraph(text("portfolio.verdicts-what"), tone="muted", small=True),
        paragraph(text("portfolio.no-ranking"), tone="muted", small=True),
        # upright on paper, where it fits; a screen's own type may be wider than ours
        table(columns, rows, wide=view.on_screen),
    ]


def _advice(view: View, group: Summary) -> Cell:
    kind = outcome(group)[0]
    if kind == "one":
        return cell(view.advice(group), strong=True)
    return cell(view.advice(group), tone="muted" if kind == "unknown" else "plain")


# -- duties ---------------------------------------------------------------------------------------


def duties(view: View) -> list[Block]:
    """Return who holds the five duties: a picture of all groups, then each group in a row."""
    gathering, text, content = view.all, view.text, view.content
    held = {d.id: gathering.count_duty(d.id) for d in content.duties}
    open_ = {d: held[d.id]["nobody"] + held[d.id]["at-handover"] for d in content.duties}
    worst = [d for d in content.duties if open_[d] and open_[d] == max(open_.values())]
    any_known = any(
        n for counts in held.values() for kind, n in counts.items() if kind != "unknown"
    )
    if not any_known:
        lead = text("portfolio.duties-lead-unknown")
    elif worst:
        names = text.listing([d.short for d in worst])
        lead = text(
            "portfolio.duties-lead", n=open_[worst[0]], all=len(gathering.groups), names=names
        )
    else:
        lead = text("portfolio.duties-lead-held")
    rows = [
        [cell(view.label(s.name)), *(_duty(view, _kind(s, d.id)) for d in content.duties)]
        for s in gathering.groups
    ]
    kinds = [k for k in KINDS if any(held[d.id][k] for d in content.duties)]
    rows += [
        [
            cell(text("portfolio.total", kind=text(f"portfolio.duty-{k}")), strong=True),
            *(cell(str(held[d.id][k]), strong=held[d.id][k] > 0) for d in content.duties),
        ]
        for k in kinds
    ]
    columns: list[Column] = [column(text("portfolio.group"), width=1.8)]
    columns += [column(d.short, width=1.1) for d in content.duties]
    return [
        heading(1, text("portfolio.duties"), lead),
        *([draw_duties(view)] if any_known else []),
        paragraph(text("portfolio.duties-what"), tone="muted", small=True),
        table(columns, rows),
    ]


def _kind(group: Summary, duty: str) -> DutyState:
    return group.duties[duty].kind if duty in group.duties else "unknown"


def _duty(view: View, kind: DutyState) -> Cell:
    tone, mark = DUTY_LOOKS[kind]
    words = view.text(f"portfolio.duty-{kind}")
    return cell(words, tone=tone, mark=mark, fill=kind != "unknown")


# -- tipping points -------------------------------------------------------------------------------


def near(view: View) -> list[Block]:
    """Return the groups near a tipping point: which answer, where it stands, what would change."""
    gathering, text = view.all, view.text
    names = dict.fromkeys(s.name for s, _ in gathering.near)
    if not names:
        head = heading(1, text("portfolio.near"), text("portfolio.near-none"))
        return [head, paragraph(text("portfolio.near-what"), tone="muted", small=True)]
    rows = [
        [
            cell(view.label(s.name)),
            cell(view.answer_name(point.input)),
            cell(view.number(point.input, point.now)),
            cell(_where(view, point), strong=True),
            cell(_becomes(view, point)),
        ]
        for s, point in gathering.near
    ]
    columns = [
        column(text("portfolio.group"), width=1.5),
        column(text("portfolio.answer"), width=1.75),
        column(text("portfolio.now"), width=0.9),
        column(text("portfolio.changes-at"), width=1.0),
        column(text("portfolio.advice-then"), width=1.85),
    ]
    return [
        heading(1, text("portfolio.near"), text("portfolio.near-lead", n=len(names))),
        paragraph(text("portfolio.near-what"), tone="muted", small=True),
        table(columns, rows),
    ]


def _where(view: View, point: Tipping) -> str:
    return view.text(f"portfolio.{point.when}", to=point.to)


def _becomes(view: View, point: Tipping) -> str:
    if not point.patterns:
        return view.text("portfolio.becomes-none")
    return view.outcome(("open" if point.contested else "one", point.patterns))
