"""Ballots on paper: every vote of a workshop, with the codes by which they are keyed in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from workshop.model.content import Content
from workshop.printed.press import Order, press
from workshop.room.codes import OTHER, choice_codes, vote_codes
from workshop.room.questions import SUGGESTED, Poll, poll_of


def print_ballots(order: Order) -> bytes:
    """Return ballots for the nine votes: ownership, five duties, diagnostics, the pattern.

    There are at least as many of each vote as people; a sheet of each where that is not known.
    """
    return _print(order, order.content.words("printed.ballots-title"), SUGGESTED)


def print_drill_ballots(order: Order) -> bytes:
    """Return ballots for each moment of each pager drill."""
    keys = [key for key in vote_codes(order.content) if key.startswith("drills.")]
    return _print(order, order.content.words("printed.ballots-drills-title"), keys)


def print_other_ballots(order: Order) -> bytes:
    """Return ballots for every other question that can be put to the vote."""
    known = vote_codes(order.content)
    keys = [key for key in known if key not in SUGGESTED and not key.startswith("drills.")]
    return _print(order, order.content.words("printed.ballots-more-title"), keys)


def _print(order: Order, title: str, keys: Iterable[str]) -> bytes:
    content, say = order.content, order.content.words
    codes = vote_codes(content)
    roles = [role.strip() for role in say("room.room-roles").split(",")]
    data = {
        "people": order.people,
        "ballots": [
            _ballot(content, poll_of(content, order.answers, key), codes[key], roles)
            for key in keys
            if key in codes
        ],
        "say": {
            "round": say("printed.ballot-round"),
            "role": say("printed.ballot-role"),
            "fact": say("room.ballot-fact"),
            "fact-about": say("room.ballot-fact-about"),
            "other": say("room.ballot-other"),
        },
    }
    return press("ballots", data, order, title)


def _ballot(content: Content, poll: Poll, code: str, roles: list[str]) -> dict[str, Any]:
    say = content.words
    return {
        "code": code,
        "name": _capital(poll.name),
        "ask": poll.ask,
        "how": say("room.ballot-several" if poll.kind == "teams" else "room.ballot-one"),
        "choices": [
            {"code": letter, "label": _capital(choice.label), "notes": choice.notes}
            for letter, choice in choice_codes(poll).items()
        ],
        "other": "" if poll.kind == "choice" else OTHER,
        "roles": roles,
    }


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
