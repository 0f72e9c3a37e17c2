"""An agenda as a session keeps it, and back: the timer needs no content to follow it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from workshop.agenda.plan import Plan, Slot

LONGEST = 24 * 60
"""Minutes that a block may have at most."""


def set_body(plan: Plan) -> dict[str, Any]:
    """Return what is kept of an agenda when the timer is set to it."""
    wish = plan.wish
    return {
        "wish": {
            "minutes": wish.minutes,
            "people": wish.people,
            "focus": wish.focus,
            "remote": wish.remote,
        },
        "slots": [
            {
                "id": s.id,
                "title": s.title,
                "minutes": s.minutes,
                "least": s.least,
                "kind": s.kind,
                "drop": s.drop,
            }
            for s in plan.slots
        ],
    }


def read_slot(told: Mapping[str, Any]) -> Slot:
    """Return a block as it was kept. Raises KeyError, TypeError or ValueError for what is none."""
    minutes, least, drop = int(told["minutes"]), int(told["least"]), told.get("drop")
    name, title = str(told["id"])[:100], str(told["title"])[:200]
    if not 1 <= minutes <= LONGEST or not name.strip() or not title.strip():
        raise ValueError(told)
    kind: Literal["block", "break"] = "break" if told.get("kind") == "break" else "block"
    turn = None if drop is None else int(drop)
    return Slot(name, title, 0, minutes, min(max(least, 1), minutes), kind, turn)
