"""The facilitator's run sheet: the agenda with what to say, what to hand out, what may go wrong."""

from __future__ import annotations

from typing import Any

from workshop.agenda.plan import Plan, Slot, Wish, plan_agenda
from workshop.agenda.strip import clock_time
from workshop.model.content import Content
from workshop.printed.press import Order, press

_CHECKS = 6
_TROUBLES = 8


def print_run_sheet(order: Order) -> bytes:
    """Return the run sheet of a workshop of the order's minutes.

    Raises `InputError` where no agenda can be made of them.
    """
    content, say = order.content, order.content.words
    people = order.people or content.agenda.people.usual
    plan = plan_agenda(content, Wish(order.minutes, people))
    start = order.start
    data = {
        "title": say("printed.run-name"),
        "lead": say(
            "printed.run-lead",
            minutes=order.minutes,
            people=people,
            start=clock_time(start, 0),
            end=clock_time(start, order.minutes),
        ),
        "warnings": plan.warnings,
        "before": [say(f"printed.run-check-{n}") for n in range(1, _CHECKS + 1)],
        "rows": [_row(content, plan, slot, start) for slot in plan.slots],
        "end": clock_time(start, order.minutes),
        "trouble": [
            [say(f"printed.trouble-{n}"), say(f"printed.reply-{n}")]
            for n in range(1, _TROUBLES + 1)
        ],
        "say": {
            "before": say("printed.run-before"),
            "at": say("printed.run-at"),
            "minutes": say("printed.run-minutes"),
            "block": say("printed.run-block"),
            "needed": say("printed.run-needed"),
            "actual": say("printed.run-actual"),
            "end": say("printed.run-end"),
            "trouble": say("printed.run-trouble"),
        },
    }
    return press("run-sheet", data, order, say("printed.run-name"))


def _row(content: Content, plan: Plan, slot: Slot, start: int) -> dict[str, Any]:
    say = content.words
    row = {
        "at": clock_time(start, slot.starts),
        "minutes": say("printed.run-n-minutes", n=slot.minutes),
        "title": slot.title,
        "is-break": slot.kind == "break",
    }
    if slot.kind == "break":
        return row
    block = content.agenda.block(slot.id)
    first = min((s.drop for s in plan.slots if s.drop is not None), default=None)
    turn = ""
    if slot.drop is None:
        turn = say("printed.run-never")
    elif slot.drop == first:
        turn = say("printed.run-first")
    steps = [say("printed.run-quoted", title=content.step(name).title) for name in slot.steps]
    return row | {
        "purpose": block.purpose,
        "turn": turn,
        "prompts": _prompts(content, slot.id),
        "steps": say("printed.run-steps", n=block.part, steps=say.listing(steps)) if steps else "",
        "materials": block.materials,
    }


def _prompts(content: Content, block: str) -> list[str]:
    """Return what is worth reading aloud in a block, if there is something."""
    keys = (f"printed.prompt-{block}", f"printed.prompt-{block}-2")
    return [content.words(key) for key in keys if key in content.words]
