"""Durations that are not certain: drawn, added up and read off as P50 and P90.

A number is certain. [low, likely, high] is drawn from a triangular distribution, the plainest one
that those three numbers define: nobody who guesses a range can also tell its shape, and nothing
beyond the two ends is invented. numpy is imported only where something is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from workshop.model.content import Content

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Draws = NDArray[Any]

DRAWS = 10_000
SEED = 20_260_101
"""Any fixed number serves; it is fixed so that the same stages always give the same days."""

Days = float | tuple[float, float, float]


def likely(days: Days | None) -> float | None:
    """Return the number itself, or the middle value of a range."""
    return days[1] if isinstance(days, tuple) else days


def ends(days: Days | None) -> tuple[float, float] | None:
    """Return the low and the high end of a range; None for a number or the unknown."""
    return (days[0], days[2]) if isinstance(days, tuple) else None


def generator() -> Any:
    """Return the generator that every stream begins with."""
    import numpy as np

    return np.random.Generator(np.random.PCG64(SEED))


def draw(rng: Any, days: Days | None) -> Draws | None:
    """Return one value for each draw, or None for the unknown."""
    import numpy as np

    if days is None:
        return None
    if not isinstance(days, tuple):
        return np.full(DRAWS, float(days))
    low, middle, high = days
    if low == high:
        return np.full(DRAWS, low)
    return np.asarray(rng.triangular(low, middle, high, DRAWS))


def added(parts: Iterable[Draws | None]) -> Draws:
    """Return the sums of the parts that are known, draw by draw."""
    import numpy as np

    total = np.zeros(DRAWS)
    for part in parts:
        if part is not None:
            total = total + part
    return total


def percentiles(total: Draws) -> tuple[float, float]:
    """Return P50 and P90, to a hundredth of a day."""
    import numpy as np

    p50, p90 = np.percentile(total, (50, 90))
    return round(float(p50), 2), round(float(p90), 2)


def rounded(content: Content, number: float) -> str:
    """Return days, weeks or a share as a reader needs them: whole from ten, one decimal below."""
    return content.words.number(round(number, 0 if abs(number) >= 9.95 else 1))


def days_words(content: Content, days: float, least: bool = False) -> str:
    """Return “1 working day”, “12 working days” or, for a lower bound, “at least 12 …”."""
    shown = rounded(content, days)
    key = "handoffs.days-at-least" if least else "handoffs.days"
    return content.words(key, n=1 if shown == "1" else 2, days=shown)
