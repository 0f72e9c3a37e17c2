"""Which blocks there is time for, and how many minutes each of them would like."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from workshop.model.timing import Agendas, BlockText, Focus

FOCUS_SHARE = 1.25
ENOUGH = 0.87
"""The share of the minutes wanted below which a block is left out rather than all cut short."""


@dataclass(frozen=True)
class Wish:
    """What is asked for: minutes in all, people, and how the workshop is held."""

    minutes: int
    people: int = 10
    focus: Focus | None = None
    remote: bool = False
    pace: Mapping[str, float] = field(default_factory=dict)
    """By block: how much longer than its figure it took last time, as a share of it."""


def choose(agendas: Agendas, wish: Wish, minutes: int, work: int) -> list[BlockText] | None:
    """Return the blocks for which there is time; None if those that never go need more."""
    possible = [
        b
        for b in agendas.blocks
        if minutes >= agendas.begins_at(b) or (wish.focus is not None and b.focus == wish.focus)
    ]
    focus = [b for b in possible if wish.focus is not None and b.focus == wish.focus]
    main = max(focus, key=lambda b: b.drop or math.inf, default=None)
    order = [b for b in possible if b.drop is not None and b is not main]
    order.sort(key=lambda b: (b in focus, b.drop))
    gone: list[str] = []

    def kept() -> list[BlockText]:
        here = {b.id for b in possible} - {*gone}
        return [b for b in possible if b.id in here and not here & {*b.unless}]

    def has_room() -> bool:
        wanted = sum(wanted_minutes(agendas, wish, b, minutes) for b in kept())
        least = sum(least_minutes(agendas, wish, b) for b in kept())
        return wanted * ENOUGH <= work and least <= work

    for block in order:
        if has_room():
            break
        gone.append(block.id)
    for name in reversed(gone.copy()):  # a short block may fit where a long one did not
        gone.remove(name)
        if not has_room():
            gone.append(name)
    least = sum(least_minutes(agendas, wish, b) for b in kept())
    return kept() if least <= work else None


def wanted_minutes(agendas: Agendas, wish: Wish, block: BlockText, minutes: int) -> int:
    """Return the minutes that a block would take if there were no others."""
    factor = _growth(agendas, wish, block) * wish.pace.get(block.id, 1.0)
    if wish.focus is not None and block.focus == wish.focus:
        factor *= FOCUS_SHARE
    limit = agendas.breaks.apart_remote if wish.remote else agendas.breaks.apart
    wanted = math.floor(_figure(block, minutes) * factor + 0.5)
    return min(max(wanted, least_minutes(agendas, wish, block)), limit)


def least_minutes(agendas: Agendas, wish: Wish, block: BlockText) -> int:
    """Return the fewest minutes of a block; more people need more, fewer people no less."""
    return math.ceil(block.least * max(_growth(agendas, wish, block), 1.0) - 1e-9)


def _growth(agendas: Agendas, wish: Wish, block: BlockText) -> float:
    people = agendas.people
    return 1.0 + people.share * (wish.people - people.usual) if block.grows else 1.0


def _figure(block: BlockText, minutes: int) -> float:
    """Return a block's minutes in a workshop of a length, on the line between its figures."""
    points = sorted(block.minutes.items())
    below = [p for p in points if p[0] <= minutes]
    above = [p for p in points if p[0] > minutes]
    if not below or not above:
        return float((below or above)[-1 if below else 0][1])
    (x0, y0), (x1, y1) = below[-1], above[0]
    return y0 + (y1 - y0) * (minutes - x0) / (x1 - x0)
