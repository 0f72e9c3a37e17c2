"""Minutes that fit: into a length, and into stretches of work between breaks. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

STEP = 5
"""Minutes are given and taken by so many at a time, so that most blocks keep round figures."""
_SPOILT = 1_000_000
"""What a break at a wrong place costs: more than any unevenness."""


def fit(
    wanted: Sequence[int], least: Sequence[int], most: Sequence[int], total: int
) -> list[int] | None:
    """Return minutes near those wanted, each within its limits, that are `total` together.

    Five minutes at a time are taken from the block that has most of what it wanted, or given to
    the one that has least; single minutes where five are too many. None if no minutes fit.
    """
    minutes = list(wanted)
    while gap := total - sum(minutes):
        sign = 1 if gap > 0 else -1
        for step in (STEP, 1):
            ways = [
                at
                for at, m in enumerate(minutes)
                if step <= abs(gap) and least[at] <= m + sign * step <= most[at]
            ]
            if ways:
                # the first of several: `max` and `min` keep the order of the agenda
                share = {at: (minutes[at] + sign * step) / max(wanted[at], 1) for at in ways}
                chosen = min(ways, key=lambda at: sign * share[at])
                minutes[chosen] += sign * step
                break
        else:
            return None
    return minutes


def cut(minutes: Sequence[int], parts: int, most: int, joined: frozenset[int]) -> list[int] | None:
    """Return where so many stretches begin, none longer than `most`, as even as they can be.

    After the places in `joined` no stretch ends unless it has to. None if there is no way.
    """

    @cache
    def best(start: int, left: int) -> tuple[int, tuple[int, ...]] | None:
        if left == 1:
            length = sum(minutes[start:])
            return (length * length, ()) if length <= most else None
        found: tuple[int, tuple[int, ...]] | None = None
        for end in range(start + 1, len(minutes) - left + 2):
            length = sum(minutes[start:end])
            if length > most:
                break
            rest = best(end, left - 1)
            if rest is None:
                continue
            cost = length * length + rest[0] + (_SPOILT if end - 1 in joined else 0)
            if found is None or cost < found[0]:
                found = cost, (end, *rest[1])
        return found

    if not minutes or parts > len(minutes):
        return None
    way = best(0, parts)
    return None if way is None else [0, *way[1]]
