"""Headings: where they stand in nested blocks, and levels without a gap."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from workshop.render.blocks import (
    Block,
    Bullets,
    Card,
    Heading,
    Paragraph,
    Quote,
    SideBySide,
    plain,
)

_INVISIBLE = re.compile(
    "[\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202c\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]+"
)


def find_headings(blocks: Iterable[Block]) -> Iterator[Heading]:
    """Yield every heading in reading order, those inside other blocks too."""
    for block in blocks:
        match block:
            case Heading():
                yield block
            case Card(body=body) | Quote(body=body):
                yield from find_headings(body)
            case Bullets(items=parts) | SideBySide(columns=parts):
                for part in parts:
                    yield from find_headings(part)
            case _:
                pass


def settle_levels(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Return `blocks` with the first heading at level 1 and no level skipped on the way down.

    Accessible documents require both, and notebooks from elsewhere keep neither. Headings that
    stood on one level below the same parent still do. A heading without words is left out.
    """
    above: list[int] = []

    def settle(block: Heading) -> Block | None:
        if not _INVISIBLE.sub("", plain(block.text)):
            return Paragraph(block.lead) if block.lead else None
        while above and above[-1] >= block.level:
            above.pop()
        above.append(block.level)
        return replace(block, level=min(len(above), 6))

    return _change(blocks, settle)


def lower_levels(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Return `blocks` with every heading one level down, to stand below a document's title."""
    return _change(blocks, lambda block: replace(block, level=min(block.level + 1, 6)))


def _change(
    blocks: Iterable[Block], change: Callable[[Heading], Block | None]
) -> tuple[Block, ...]:
    changed: list[Block] = []
    for block in blocks:
        match block:
            case Heading():
                made = change(block)
                changed += [] if made is None else [made]
            case Card() | Quote():
                changed.append(replace(block, body=_change(block.body, change)))
            case Bullets():
                items = tuple(_change(item, change) for item in block.items)
                changed.append(replace(block, items=items))
            case SideBySide():
                columns = tuple(_change(part, change) for part in block.columns)
                changed.append(replace(block, columns=columns))
            case _:
                changed.append(block)
    return tuple(changed)
