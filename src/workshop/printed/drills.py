"""Scripts of the pager drills, to be read aloud."""

from __future__ import annotations

from workshop.printed.press import Order, press
from workshop.room.codes import vote_codes


def print_drills(order: Order) -> bytes:
    """Return a page for each drill: the story, its moments with lines to fill in, what is good."""
    content, say = order.content, order.content.words
    codes = vote_codes(content)
    drills = []
    for n, drill in enumerate(content.drills, 1):
        needs = say.listing(content.question(f"knowledge.{kind}").name for kind in drill.needs)
        drills.append(
            {
                "number": say("printed.drill-number", n=n, all=len(content.drills)),
                "clock": drill.clock,
                "title": drill.title,
                "about": say("printed.drill-about", minutes=drill.minutes, needs=needs),
                "story": drill.story,
                "good": drill.good_answer,
                "sources": " · ".join(drill.sources),
                "moments": [
                    {
                        "minute": m.minute,
                        "scene": m.scene,
                        "ask": m.ask,
                        "ballot": say(
                            "printed.drill-ballot",
                            code=codes[f"drills.{drill.id}.minute_{m.minute}"],
                        ),
                    }
                    for m in drill.moments
                ],
            }
        )
    data = {
        "drills": drills,
        "say": {
            "aloud": say("printed.drill-aloud"),
            "how": say("printed.drill-how"),
            "minutes": say("printed.drill-minutes"),
            "has-it": say("printed.drill-has-it"),
            "reached": say("printed.drill-reached"),
            "missing": say("printed.drill-missing"),
            "last": say("printed.drill-last"),
            "change": say("printed.drill-change"),
        },
    }
    return press("drills", data, order, say("printed.drills-title"))
