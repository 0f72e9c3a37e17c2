"""From a session's events to the minutes that its blocks took."""

from __future__ import annotations

from collections.abc import Iterable

from workshop.agenda.clock import OWN, Clock
from workshop.model.answers import Answers
from workshop.session.store import Event

TIMED = OWN | {"paused", "resumed"}
"""Kinds of event that the timer follows."""


def clock_of(events: Iterable[Event]) -> Clock:
    """Return the timer of a session after these events."""
    return Clock.of(e for e in events if e.kind in TIMED)


def with_minutes(answers: Answers, events: Iterable[Event]) -> Answers:
    """Return answers with what this session's timer recorded, in the place of what they hold."""
    times = clock_of(events).record()
    return answers.model_copy(update={"agenda": times}) if times else answers
