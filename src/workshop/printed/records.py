"""Cards on which decisions and actions are written by hand."""

from __future__ import annotations

from workshop.printed.press import Order, press


def print_decision_cards(order: Order) -> bytes:
    """Return a sheet of decision cards and one of action cards, with marks for cutting."""
    say = order.content.words
    data = {
        "say": {
            "decision": say("decisions.label"),
            "number": say("printed.record-number"),
            "chosen": say("decisions.chosen"),
            "chosen-hint": say("decisions.chosen-hint"),
            "rejected": say("decisions.rejected"),
            "rejected-hint": say("decisions.rejected-hint"),
            "dissent": say("decisions.dissent"),
            "dissent-hint": say("decisions.dissent-hint"),
            "if-then": say("decisions.if-then"),
            "if-then-hint": say("decisions.if-then-hint"),
            "owner": say("decisions.owner"),
            "owner-hint": say("decisions.owner-hint"),
            "due": say("decisions.due"),
            "due-hint": say("decisions.due-hint"),
            "revisit": say("decisions.revisit"),
            "revisit-hint": say("decisions.revisit-hint"),
            "action": say("printed.record-action"),
            "of-decision": say("printed.record-of"),
            "if": say("printed.record-if"),
            "then": say("printed.record-then"),
            "owner-short": say("printed.record-owner"),
            "by": say("printed.record-by"),
            "effort": say("printed.record-effort"),
            "effect": say("printed.record-effect"),
            "small": say("printed.record-small"),
            "middle": say("printed.record-middle"),
            "large": say("printed.record-large"),
        }
    }
    return press("decision-cards", data, order, say("printed.records-title"))
