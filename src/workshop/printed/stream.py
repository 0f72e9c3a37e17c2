"""The value-stream strip for a wall: a page for each stage, waiting and work to be filled in."""

from __future__ import annotations

from workshop.printed.patterns import STAGES
from workshop.printed.press import Order, press


def print_value_stream(order: Order) -> bytes:
    """Return a page for each of the four stages, and one without a name for further stages."""
    say = order.content.words
    names = [say(f"handoffs.stage-{stage}") for stage in STAGES]
    data = {
        "stages": [{"name": name[:1].upper() + name[1:]} for name in (*names, "")],
        "say": {
            "start": say("printed.stream-start"),
            "end": say("printed.stream-end"),
            "further": say("printed.stream-further"),
            "cut": say("printed.stream-cut"),
            "glue": say("printed.stream-glue"),
            "wait": say("printed.stream-wait"),
            "wait-about": say("printed.stream-wait-about"),
            "wait-for": say("printed.stream-wait-for"),
            "wait-whom": say("printed.stream-wait-whom"),
            "touch": say("printed.stream-touch"),
            "touch-about": say("printed.stream-touch-about"),
            "team": say("printed.stream-team"),
            "result": say("printed.stream-result"),
            "days": say("printed.stream-days"),
            "least": say("printed.stream-least"),
            "likely": say("printed.stream-likely"),
            "most": say("printed.stream-most"),
            "handed": say("printed.stream-handed"),
            "ways": [
                say("printed.stream-way-same"),
                say("printed.stream-way-service"),
                say("printed.stream-way-meeting"),
                say("printed.stream-way-ticket"),
            ],
            "measured": say("printed.stream-measured"),
            "yes": say("printed.yes"),
            "no": say("printed.no"),
            "notes": say("printed.stream-notes"),
            "total": say("printed.stream-total"),
            "total-wait": say("printed.stream-total-wait"),
            "total-touch": say("printed.stream-total-touch"),
            "total-share": say("printed.stream-total-share"),
        },
    }
    return press("value-stream", data, order, say("printed.stream-title"))
