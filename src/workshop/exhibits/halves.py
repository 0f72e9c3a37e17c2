"""Lists in two columns, for what is read here and there and not from end to end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workshop.render.blocks import (
    Block,
    Bullets,
    Paragraph,
    SideBySide,
    Text,
    TextLike,
    plain,
    text,
)

_TOGETHER = 6
"""Items that share a pair of columns: few, so that nobody reads a column over two pages."""


def in_two_columns(
    items: Iterable[TextLike], ordered: bool = False, together: int = _TOGETHER
) -> list[Block]:
    """Return items as lists in small type, two beside each other and about equally long."""
    found, blocks = [text(item) for item in items], list[Block]()
    for first in range(0, len(found), together):
        part = found[first : first + together]
        middle = _middle([len(plain(item)) + 30 for item in part])
        halves = ((part[:middle], first + 1), (part[middle:], first + middle + 1))
        blocks.append(SideBySide(tuple((_list(half, ordered, n),) for half, n in halves)))
    return blocks


def _middle(lengths: Sequence[int]) -> int:
    """Return how many items stand on the left, so that the two sides differ least."""
    total = sum(lengths)
    return min(range(len(lengths) + 1), key=lambda i: (abs(2 * sum(lengths[:i]) - total), -i))


def _list(items: Sequence[Text], ordered: bool, start: int) -> Bullets:
    shown = tuple((Paragraph(item, small=True),) for item in items)
    return Bullets(shown, ordered, start if ordered else 1)
