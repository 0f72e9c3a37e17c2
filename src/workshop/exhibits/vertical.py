"""Vertical integration: what one team has in place, what its gaps point to, what stays open."""

from __future__ import annotations

from workshop.exhibits.wording import graded
from workshop.findings import Assessment
from workshop.findings.vertical import VerticalItem
from workshop.render.blocks import (
    Block,
    Bullets,
    Cell,
    Span,
    Tone,
    bullets,
    card,
    cell,
    column,
    heading,
    paragraph,
    table,
)
from workshop.render.exhibit import Exhibit

_LOOKS: dict[bool | None, tuple[str, Tone, str]] = {
    True: ("yes", "strength", "✓"),
    False: ("no", "seam", "▲"),
    None: ("unknown", "muted", "?"),
}


def vertical_check(a: Assessment) -> Exhibit:
    """Return the check item by item, the breakages its gaps point to, and what a rule permits."""
    say, check = a.content.words, a.vertical
    told = check.in_place + check.gaps
    lead = say(
        "vertical.lead" if told else "vertical.lead-empty",
        all=len(check.items),
        yes=check.in_place,
        no=check.gaps,
        unknown=check.unknown,
    )
    columns = [
        column(say("vertical.what"), width=1.5),
        column("", width=0.75),
        column(say("vertical.found"), width=2.3),
        column(say("vertical.source"), width=0.95),
    ]
    rows = [
        [
            cell(say(f"vertical.name-{item.id}")),
            _state(a, item),
            cell(item.words, tone="plain" if item.holds is not None else "muted"),
            cell(" · ".join(item.sources), tone="muted"),
        ]
        for item in check.items
    ]
    instead = say("vertical.instead")
    blocks: list[Block] = [
        heading(2, say("vertical.title"), lead),
        table(columns, rows, caption=say("vertical.caption")),
    ]
    if check.permitted:
        blocks.append(
            card(
                say("vertical.permitted-title"),
                [paragraph(say("vertical.permitted-lead")), bullets(check.permitted)],
                tone="ours",
                label=say("vertical.permitted-label"),
                sources=("S2 §deployment", "S3"),
            )
        )
    if check.breakages:
        blocks.append(heading(3, say("vertical.points-to")))
        blocks += [
            card(
                b.name,
                [paragraph((Span(f"{b.happens} "), Span(instead, strong=True), Span(b.instead)))],
                sources=graded(a.content, b.sources),
            )
            for b in check.breakages
        ]
    elif not told:
        blocks += [heading(3, say("vertical.teaching")), breakage_list(a)]
    return Exhibit("vertical-check", tuple(blocks), None if told else ())


def _state(a: Assessment, item: VerticalItem) -> Cell:
    word, tone, mark = _LOOKS[item.holds]
    return cell(a.content.words(f"vertical.state-{word}"), tone=tone, mark=mark, strong=True)


def breakage_list(a: Assessment) -> Bullets:
    """Return the breakages of separate teams: what happens, and what to do instead."""
    instead = a.content.words("vertical.instead")
    return bullets(
        (
            Span(f"{b.name}. ", strong=True),
            f"{b.happens} {instead}{b.instead} ",
            Span(f"[{', '.join(b.sources)}]", tone="muted"),
        )
        for b in a.content.breakages
    )
