"""How much room blocks take on a slide, and where they are cut so that each slide holds some."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from workshop.render.blocks import (
    Block,
    Bullets,
    Card,
    Cell,
    Code,
    Heading,
    Pairs,
    Paragraph,
    Picture,
    Quote,
    SideBySide,
    Table,
    Text,
    plain,
)
from workshop.render.columns import share_widths
from workshop.render.fonts import measure_words

WIDTH, HEIGHT = 1280, 720
"""Pixels of a slide; the screen scales them."""
BODY_WIDTH = 1152.0
_FOOT = 56.0
_SIZE, _TABLE, _TITLE, _LEAD = 24.0, 20.5, 38.0, 24.0
"""Pixels of type: from this size on a slide is cut rather than set smaller."""
_LINE = 1.42
_WIDER = 1.06
"""How much wider the screen's font may run than the one that words are measured in."""
T = TypeVar("T")


def body_height(title: Text, lead: Text, above: bool) -> float:
    """Return the pixels that are left for a slide's body under its title."""
    head = 34.0 if above else 10.0
    if title:
        head += _height(plain(title), BODY_WIDTH, _TITLE, bold=True) + 10
    if lead:
        head += _height(plain(lead), BODY_WIDTH, _LEAD) + 12
    return HEIGHT - 36 - head - _FOOT


def height_of(blocks: Sequence[Block], width: float = BODY_WIDTH) -> float:
    """Return about how high blocks stand below each other at `width` pixels, rather more."""
    return sum(_block(block, width) for block in blocks)


def _height(words: str, width: float, size: float, bold: bool = False) -> float:
    room = max(width, size) / (size * _WIDER)
    lines = sum(max(1, math.ceil(measure_words(line, bold) / room)) for line in words.split("\n"))
    return lines * size * _LINE


def _block(block: Block, width: float) -> float:
    match block:
        case Paragraph(text=words):
            return _height(plain(words), width, _SIZE) + 12
        case Heading(text=words, lead=lead):
            under = _height(plain(lead), width, _LEAD) if lead else 0.0
            return _height(plain(words), width, 28, bold=True) + under + 20
        case Bullets(items=items):
            return sum(height_of(item, width - 40) for item in items) + 12
        case Pairs(pairs=pairs):
            return sum(_pair(pair, width) for pair in pairs) + 16
        case Table():
            return _table_head(block, width) + sum(_rows(block, width)) + 20
        case Card(title=title, body=body, label=label, sources=sources, boxed=boxed):
            inner = width - (48 if boxed else 24)
            head = _height(f"{label} {plain(title)}", inner, 27, bold=True)
            return head + height_of(body, inner) + (34 if sources else 0) + 30
        case Quote(body=body):
            return height_of(body, width - 24) + 20
        case SideBySide(columns=columns):
            share = (width - 32 * (len(columns) - 1)) / max(len(columns), 1)
            return max((height_of(part, share) for part in columns), default=0)
        case Picture():
            caption = _height(plain(block.caption), width, 21) if block.caption else 0.0
            # A drawing gives way to the sentences beside it, down to this height.
            return min(_aspect(block) * width * block.width, 370.0) + caption + 24
        case Code(text=words):
            return len(words.split("\n")) * 21.6 * 1.4 + 32
        case _:
            return 60.0


def _pair(pair: tuple[Text, Text], width: float) -> float:
    term, words = pair
    left = _height(plain(term), width * 0.24, _SIZE)
    return max(left, _height(plain(words), width * 0.72, _SIZE)) + 14


def _aspect(picture: Picture) -> float:
    """Return height by width of a drawing, as far as its first lines say; else a usual one."""
    found = re.search(
        r"<svg\b[^>]*?\bviewBox=.[\d.-]+[ ,]+[\d.-]+[ ,]+([\d.]+)[ ,]+([\d.]+)", picture.data[:2000]
    )
    wide, high = (float(found[1]), float(found[2])) if found else (16.0, 9.0)
    return high / wide if wide > 0 else 0.6


# -- tables -------------------------------------------------------------------------------------


def _table_head(table: Table, width: float) -> float:
    widths = _widths(table, width)
    tall = [_cell(c.title, w, bold=True) for c, w in zip(table.columns, widths, strict=False)]
    caption = _height(plain(table.caption), width, _TABLE) + 10 if table.caption else 0.0
    return max(tall, default=0.0) + caption


def _rows(table: Table, width: float) -> Iterator[float]:
    widths = _widths(table, width)
    for row in table.rows:
        yield max(_cells(row, widths), default=0.0)


def _cells(row: Sequence[Cell], widths: Sequence[float]) -> Iterator[float]:
    at = 0
    for cell in row:
        span = max(cell.span, 1)
        yield _cell(cell.text, sum(widths[at : at + span]) or 80.0, cell.strong)
        at += span


def _cell(words: Text, width: float, bold: bool = False) -> float:
    return _height(plain(words), width - 26, _TABLE, bold) + 15


def _widths(table: Table, width: float) -> list[float]:
    return share_widths(table.columns, table.rows, width, _TABLE) if table.columns else []


# -- cutting ------------------------------------------------------------------------------------


def cut(block: Block, room: float) -> list[Block]:
    """Return a block as pieces that each fit into `room` pixels, as far as it can be cut.

    Tables are cut between rows and keep their heads, lists between items, code between lines.
    """
    if _block(block, BODY_WIDTH) <= room:
        return [block]
    match block:
        case Table(rows=rows) if len(rows) > 1:
            left = room - _table_head(block, BODY_WIDTH) - 20
            groups = _group(rows, list(_rows(block, BODY_WIDTH)), left)
            last = len(groups) - 1
            return [
                replace(block, rows=group, caption=block.caption if at == last else ())
                for at, group in enumerate(groups)
            ]
        case Bullets(items=items) if len(items) > 1:
            tall = [height_of(item, BODY_WIDTH - 40) for item in items]
            pieces: list[Block] = []
            start = block.start
            for group in _group(items, tall, room - 12):
                pieces.append(replace(block, items=group, start=start))
                start += len(group)
            return pieces
        case Pairs(pairs=pairs) if len(pairs) > 1:
            listed = _group(pairs, [_pair(pair, BODY_WIDTH) for pair in pairs], room - 16)
            return [Pairs(group) for group in listed]
        case Code(text=words):
            lines = words.split("\n")
            most = max(int((room - 32) / 30.3), 4)
            return [
                replace(block, text="\n".join(lines[at : at + most]))
                for at in range(0, len(lines), most)
            ]
        case SideBySide(columns=columns):
            return [piece for part in columns for one in part for piece in cut(one, room)]
        case Card() if block.body:
            return _cut_card(block, room)
        case _:
            return [block]


def _cut_card(card: Card, room: float) -> list[Block]:
    """Return a card as several: its title stands on the first, its sources on the last."""
    inner = BODY_WIDTH - (48 if card.boxed else 24)
    head = _block(replace(card, body=(), sources=()), BODY_WIDTH)
    pieces = [piece for block in card.body for piece in cut(block, room - head)]
    tall = [height_of([piece], inner) for piece in pieces]
    # The title counts with what comes first, so that the first slide is not the fullest.
    groups = _group(pieces, [tall[0] + head, *tall[1:]], room - 40)
    last = len(groups) - 1
    return [
        replace(
            card if at == 0 else replace(card, title=()),
            body=group,
            sources=card.sources if at == last else (),
        )
        for at, group in enumerate(groups)
    ]


def _group(items: Sequence[T], tall: Sequence[float], room: float) -> list[tuple[T, ...]]:
    """Return items in as few groups as fit, about alike: no slide with one row left over."""
    full = _share(items, tall, room, room)
    even = _share(items, tall, room, sum(tall) / len(full), len(full))
    return even if len(even) == len(full) else full


def _share(
    items: Sequence[T], tall: Sequence[float], room: float, goal: float, most: int = 0
) -> list[tuple[T, ...]]:
    """Return items in groups that fit into `room` and end near `goal`; the last of `most` is full.

    An item that is higher than the room has a group of its own.
    """
    groups: list[tuple[T, ...]] = [()]
    used = 0.0
    for item, high in zip(items, tall, strict=True):
        enough = len(groups) != most and used + high / 2 > goal
        if groups[-1] and (enough or used + high > room):
            groups.append(())
            used = 0.0
        groups[-1] = (*groups[-1], item)
        used += high
    return groups
