"""The agenda on one page, to hang beside the door: times, blocks, what to leave out if late."""

from __future__ import annotations

from collections.abc import Iterable

from workshop.agenda.plan import Plan, Slot
from workshop.agenda.strip import clock_time, draw_day
from workshop.model.content import Content
from workshop.render.blocks import (
    Block,
    Cell,
    Picture,
    Span,
    cell,
    column,
    heading,
    paragraph,
    table,
)


def agenda_blocks(
    content: Content, plan: Plan, start: int, picture: bool = True
) -> tuple[Block, ...]:
    """Return an agenda as blocks; `start` is in minutes after midnight.

    Without the picture nothing is drawn, for a terminal that would only describe it.
    """
    say, wish = content.words, plan.wish
    blocks: list[Block] = [heading(1, title(content, plan), _lead(content, plan, start))]
    blocks += [paragraph(words, tone="seam") for words in plan.warnings]
    if picture:
        alt = say("agenda.strip-alt", n=len([s for s in plan.slots if s.kind == "break"]))
        blocks.append(Picture(draw_day(plan, start), alt))
    heads = [
        column(say("agenda.at"), width=0.6),
        column(say("agenda.minutes"), width=0.7, align="right"),
        column(say("agenda.block-remote" if wish.remote else "agenda.block"), width=3.6),
    ]
    if not wish.remote:  # on screens nothing lies on a table, and more has to be said
        heads.append(column(say("agenda.needed"), width=2.1))
    rows = [_row(content, plan, slot, start)[: len(heads)] for slot in plan.slots]
    end = [cell(clock_time(start, wish.minutes)), cell(""), cell(say("agenda.end")), cell("")]
    blocks.append(table(heads, [*rows, end[: len(heads)]]))
    for head, words in _below(content, plan):
        blocks.append(paragraph((Span(head, strong=True), Span(f" {words}")), small=True))
    return tuple(blocks)


def title(content: Content, plan: Plan) -> str:
    """Return the name of an agenda: how long it is."""
    minutes = plan.wish.minutes
    if minutes % 60 == 0:
        return content.words("agenda.title-hours", n=minutes // 60)
    return content.words("agenda.title", minutes=minutes)


def _lead(content: Content, plan: Plan, start: int) -> str:
    say, wish = content.words, plan.wish
    times = {"start": clock_time(start, 0), "end": clock_time(start, wish.minutes)}
    key = "agenda.lead-remote" if wish.remote else "agenda.lead"
    told = [say(key, people=wish.people, **times)]
    if wish.focus is not None:
        told.append(say(f"agenda.focus-{wish.focus}"))
    if wish.pace:
        told.append(say("agenda.from-last-time"))
    return " ".join(told)


def _row(content: Content, plan: Plan, slot: Slot, start: int) -> list[Cell]:
    say = content.words
    at, minutes = clock_time(start, slot.starts), say("agenda.number", minutes=slot.minutes)
    if slot.kind == "break":
        look = {"tone": "muted", "fill": True}
        return [cell(at, **look), cell(minutes, **look), cell(slot.title, **look), cell("", **look)]
    block = content.agenda.block(slot.id)
    about = block.remote if plan.wish.remote else block.purpose
    words = (Span(slot.title, strong=True), Span(f" · {about}", tone="muted"))
    needed = say.listing(block.materials)
    return [cell(at), cell(minutes), cell(words), cell(needed[:1].upper() + needed[1:])]


def _below(content: Content, plan: Plan) -> list[tuple[str, str]]:
    """Return what stands below the table: what to do when it is late, and what is not in it."""
    say = content.words
    slots = [s for s in plan.slots if s.kind == "block"]
    first = sorted((s for s in slots if s.drop is not None), key=lambda s: s.drop or 0)
    never = [s.title for s in slots if s.drop is None]
    told: list[tuple[str, str]] = []
    if first:
        names = _quoted(content, [s.title for s in first])
        told.append((say("agenda.late"), say("agenda.late-first", names=names)))
    told.append((say("agenda.never"), say("agenda.names", names=_quoted(content, never))))
    if plan.left_out:
        titles = [content.agenda.block(name).title for name in plan.left_out]
        told.append((say("agenda.left-out"), say("agenda.names", names=_quoted(content, titles))))
    if plan.apart:
        titles = [content.step(name).title for name in plan.apart]
        told.append((say("agenda.apart"), say("agenda.names", names=_quoted(content, titles))))
    return told


def _quoted(content: Content, titles: Iterable[str]) -> str:
    return content.words.listing(content.words("agenda.quoted", title=t) for t in titles)
