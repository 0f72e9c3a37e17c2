"""Pattern cards to cut out, and the poster of all four patterns."""

from __future__ import annotations

from workshop.printed.patterns import key_data, pattern_data
from workshop.printed.press import Order, press


def print_pattern_cards(order: Order) -> bytes:
    """Return a card for each pattern: its picture and bet in front, when it fits on the back.

    Two cards stand on a sheet; each second page is the back of the one before, for a printer
    that turns the paper on its long edge.
    """
    content, say = order.content, order.content.words
    data = {
        "patterns": [pattern_data(content, p) for p in content.patterns],
        "say": {
            "back": say("printed.card-back"),
            "fits": say("printed.card-fits"),
            "fails": say("printed.card-fails"),
            "conditions": say("printed.card-conditions"),
            "gives-up": say("printed.card-gives-up"),
        },
    }
    return press("pattern-cards", data, order, say("printed.cards-title"))


def print_poster(order: Order) -> bytes:
    """Return the four patterns on one page, to be read from a few steps away."""
    content, say = order.content, order.content.words
    data = {
        "patterns": [pattern_data(content, p) for p in content.patterns],
        "key": key_data(content),
        "say": {
            "title": say("printed.poster-title"),
            "lead": say("printed.poster-lead"),
            "fits": say("printed.card-fits"),
            "fails": say("printed.card-fails"),
            "service": say("printed.poster-service"),
            "quality": say("printed.poster-quality"),
        },
    }
    return press("poster", data, order, say("printed.poster-title"))
