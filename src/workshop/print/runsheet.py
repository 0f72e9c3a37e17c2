"""Print the agenda on one page, and the facilitator's run sheet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from workshop.content.items import StepText
from workshop.content.loader import Content
from workshop.documents.blocks import (
    Block,
    Cell,
    Span,
    cell,
    column,
    heading,
    paragraph,
    table,
)
from workshop.documents.drawing import (
    BLUE,
    BLUE_TINT,
    GREY,
    INK,
    PAGE_WIDTH,
    SMALL,
    Sheet,
    Side,
    picture_of,
    text_width,
)
from workshop.forms.agenda import Plan, Slot, Wish, is_brief, plan_agenda
from workshop.print.material import Order, press

_HEIGHT, _FOOT, _TOP = 0.62, 0.24, 0.56
_TICKS = (15, 30, 60, 120)
"""Possible minutes between two labels below the strip; the first that fits."""


def clock_time(start: int, minutes: int) -> str:
    """Return the time of day some minutes after a start, in minutes from midnight."""
    hours, rest = divmod((start + minutes) % (24 * 60), 60)
    return f"{hours:02}:{rest:02}"


def draw_day(plan: Plan, start: int, width: float = PAGE_WIDTH) -> str:
    """Return the SVG of an agenda's blocks and breaks, to scale, with times below."""
    total = plan.wish.minutes
    sheet = Sheet(width, _HEIGHT)
    for slot in plan.slots:
        _draw_slot(sheet, slot, total)
    for minutes, shown in _ticks(total, start, width):
        x = width * minutes / total
        side: Side = "left" if minutes == 0 else "right" if minutes == total else "center"
        sheet.line([(x, _FOOT - 0.05), (x, _FOOT)], color=GREY, width=0.7)
        sheet.write(x, _FOOT - 0.14, shown, size=SMALL, color=GREY, side=side)
    return sheet.svg()


def _draw_slot(sheet: Sheet, slot: Slot, total: int) -> None:
    left, width = sheet.width * slot.starts / total, sheet.width * slot.minutes / total
    rest = slot.kind == "break"
    look: dict[str, Any] = {"edge": GREY, "hatch": "/"}
    if not rest:
        look = {"fill": BLUE_TINT, "edge": BLUE}
    sheet.rectangle(left + 0.012, _FOOT, width - 0.024, _TOP - _FOOT, **look)
    shown = str(slot.minutes)
    if text_width(shown, SMALL, "semibold") + 0.05 <= width and not rest:
        sheet.write(
            left + width / 2,
            (_FOOT + _TOP) / 2,
            shown,
            size=SMALL,
            weight="semibold",
            color=INK,
            side="center",
        )


def _ticks(total: int, start: int, width: float) -> list[tuple[int, str]]:
    """Return the places and texts of time labels, with both ends."""
    room = text_width("00:00", SMALL) + 0.2
    step = next((s for s in _TICKS if width * s / total >= room), _TICKS[-1])
    nearest = room * total / width
    inner = [m for m in range(-start % step, total, step) if nearest <= m <= total - nearest]
    return [(m, clock_time(start, m)) for m in (0, *inner, total)]


def agenda_blocks(
    content: Content, plan: Plan, start: int, picture: bool = True
) -> tuple[Block, ...]:
    """Return an agenda as blocks; `start` is in minutes after midnight.

    Leave out the picture for a terminal, which would only describe it.
    """
    words, wish = content.words, plan.wish
    blocks: list[Block] = [heading(1, title(content, plan), _lead(content, plan, start))]
    blocks += [paragraph(warning, tone="warning") for warning in plan.warnings]
    if picture:
        alt = words("agenda.strip-alt", n=len([s for s in plan.slots if s.kind == "break"]))
        blocks.append(picture_of(lambda width: draw_day(plan, start, width), alt))
    heads = [
        column(words("agenda.at"), width=0.6),
        column(words("agenda.minutes"), width=0.7, align="right"),
        column(words("agenda.block-remote" if wish.remote else "agenda.block"), width=3.6),
    ]
    if not wish.remote:  # on screens nothing lies on a table, and more has to be said
        heads.append(column(words("agenda.needed"), width=2.1))
    rows = [_row(content, plan, slot, start)[: len(heads)] for slot in plan.slots]
    end = [cell(clock_time(start, wish.minutes)), cell(""), cell(words("agenda.end")), cell("")]
    blocks.append(table(heads, [*rows, end[: len(heads)]]))
    for head, sentence in _below(content, plan):
        blocks.append(paragraph((Span(head, strong=True), Span(f" {sentence}")), small=True))
    return tuple(blocks)


def title(content: Content, plan: Plan) -> str:
    """Return the title of an agenda: its length."""
    minutes = plan.wish.minutes
    if minutes % 60 == 0:
        return content.words("agenda.title-hours", n=minutes // 60)
    return content.words("agenda.title", minutes=minutes)


def _lead(content: Content, plan: Plan, start: int) -> str:
    words, wish = content.words, plan.wish
    times = {"start": clock_time(start, 0), "end": clock_time(start, wish.minutes)}
    key = "agenda.lead-remote" if wish.remote else "agenda.lead"
    given = [words(key, people=wish.people, **times)]
    if wish.focus is not None:
        given.append(words(f"agenda.focus-{wish.focus}"))
    if wish.pace:
        given.append(words("agenda.from-last-time"))
    return " ".join(given)


def _row(content: Content, plan: Plan, slot: Slot, start: int) -> list[Cell]:
    words = content.words
    at, minutes = clock_time(start, slot.starts), words("agenda.number", minutes=slot.minutes)
    if slot.kind == "break":
        look = {"tone": "muted", "fill": True}
        return [cell(at, **look), cell(minutes, **look), cell(slot.title, **look), cell("", **look)]
    block = content.agenda.block(slot.id)
    about = block.remote if plan.wish.remote else block.purpose
    name = (Span(slot.title, strong=True), Span(f" · {about}", tone="muted"))
    needed = words.listing(_needed(content, slot))
    return [cell(at), cell(minutes), cell(name), cell(needed[:1].upper() + needed[1:])]


def _below(content: Content, plan: Plan) -> list[tuple[str, str]]:
    """Return the notes below the table: what to drop when late, what is left out."""
    words = content.words
    slots = [s for s in plan.slots if s.kind == "block"]
    first = sorted((s for s in slots if s.drop is not None), key=lambda s: s.drop or 0)
    never = [s.title for s in slots if s.drop is None]
    given: list[tuple[str, str]] = []
    if first:
        names = _quoted(content, [s.title for s in first])
        given.append((words("agenda.late"), words("agenda.late-first", names=names)))
    given.append((words("agenda.never"), words("agenda.names", names=_quoted(content, never))))
    if plan.left_out:
        titles = [content.agenda.block(name).title for name in plan.left_out]
        given.append(
            (words("agenda.left-out"), words("agenda.names", names=_quoted(content, titles)))
        )
    for key, few in (("agenda.apart", False), ("agenda.apart-few", True)):
        steps = [content.step(name) for name in plan.apart]
        titles = [step.title for step in steps if _concerns_few(content, step) == few]
        if titles:
            given.append((words(key), words("agenda.names", names=_quoted(content, titles))))
    return given


def _concerns_few(content: Content, step: StepText) -> bool:
    """Return whether a step may be left out, as all its questions are optional."""
    asked = [content.question(name) for name in step.questions]
    return all(question.optional or question.when for question in asked)


def _quoted(content: Content, titles: Iterable[str]) -> str:
    return content.words.listing(content.words("agenda.quoted", title=t) for t in titles)


_CHECKS = 6
_TROUBLES = 8


def print_run_sheet(order: Order) -> bytes:
    """Return the run sheet of a workshop of the order's minutes.

    Raises `InputError` if no agenda can be made of them.
    """
    content, words = order.content, order.content.words
    people = order.people or content.agenda.people.usual
    plan = plan_agenda(content, Wish(order.minutes, people, order.focus, order.remote))
    start = order.start
    data = {
        "title": words("printed.run-name"),
        "lead": words(
            "printed.run-lead",
            minutes=order.minutes,
            people=people,
            start=clock_time(start, 0),
            end=clock_time(start, order.minutes),
        ),
        "warnings": plan.warnings,
        "before": [words(f"printed.run-check-{n}") for n in range(1, _CHECKS + 1)],
        "rows": [_runsheet_row(content, plan, slot, start) for slot in plan.slots],
        "end": clock_time(start, order.minutes),
        "trouble": [
            [words(f"printed.trouble-{n}"), words(f"printed.reply-{n}")]
            for n in range(1, _TROUBLES + 1)
        ],
        "say": {
            "before": words("printed.run-before"),
            "at": words("printed.run-at"),
            "minutes": words("printed.run-minutes"),
            "block": words("printed.run-block"),
            "needed": words("printed.run-needed"),
            "actual": words("printed.run-actual"),
            "end": words("printed.run-end"),
            "trouble": words("printed.run-trouble"),
        },
    }
    return press("run-sheet", data, order, words("printed.run-name"))


def _runsheet_row(content: Content, plan: Plan, slot: Slot, start: int) -> dict[str, Any]:
    words = content.words
    row = {
        "at": clock_time(start, slot.starts),
        "minutes": words("printed.run-n-minutes", n=slot.minutes),
        "title": slot.title,
        "is-break": slot.kind == "break",
    }
    if slot.kind == "break":
        return row
    block = content.agenda.block(slot.id)
    first = min((s.drop for s in plan.slots if s.drop is not None), default=None)
    turn = ""
    if slot.drop is None:
        turn = words("printed.run-never")
    elif slot.drop == first:
        turn = words("printed.run-first")
    return row | {
        "purpose": block.remote if plan.wish.remote else block.purpose,
        "turn": turn,
        "prompts": _prompts(content, slot),
        "steps": "" if is_brief(slot) else _shown(content, slot, block.part),
        "materials": _needed(content, slot),
    }


def _needed(content: Content, slot: Slot) -> tuple[str, ...]:
    """Return what is at hand for a block; no notebook that it has no time to open."""
    block = content.agenda.block(slot.id)
    if not is_brief(slot):
        return block.materials
    notebook = content.words("printed.run-notebook", n=block.part).casefold()
    return tuple(m for m in block.materials if notebook not in m.casefold())


def _shown(content: Content, slot: Slot, part: int) -> str:
    """Return what a block shows of its notebook: a picture, or the steps it works on."""
    words = content.words
    if (picture := f"printed.run-shows-{slot.id}") in words:
        return words(picture)
    steps = [words("printed.run-quoted", title=content.step(name).title) for name in slot.steps]
    return words("printed.run-steps", n=part, steps=words.listing(steps)) if steps else ""


def _prompts(content: Content, slot: Slot) -> list[str]:
    """Return the sentences to read aloud in a block, if there are any."""
    key = f"printed.prompt-{slot.id}"
    keys = (f"{key}-brief",) if is_brief(slot) else (key, f"{key}-2")
    return [content.words(key) for key in keys if key in content.words]
