"""The transition signals: where each stands, and how far it is from its trigger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workshop.model.answers import Answers, lookup
from workshop.model.content import Content
from workshop.model.knowledge import SignalText

NEAR = 0.8
"""A signal is close to its trigger from this share of it on (the kit's own choice)."""


@dataclass(frozen=True)
class SignalState:
    """One signal. `now` falls back to the answer of the same name; None is unknown."""

    text: SignalText
    now: float | None
    trigger: float | None
    state: Literal["reached", "near", "far", "no-trigger", "unknown"]


def signals(content: Content, answers: Answers) -> tuple[SignalState, ...]:
    """Return the state of each signal that the content names."""
    return tuple(_state(answers, text) for text in content.signals)


def _state(answers: Answers, text: SignalText) -> SignalState:
    now = lookup(answers, f"signals.{text.id}.now")
    now = getattr(answers, text.id) if now is None else now
    trigger = lookup(answers, f"signals.{text.id}.trigger")
    if trigger is None:
        return SignalState(text, now, None, "no-trigger")
    if now is None:
        return SignalState(text, None, trigger, "unknown")
    if now >= trigger:
        return SignalState(text, now, trigger, "reached")
    return SignalState(text, now, trigger, "near" if now >= NEAR * trigger else "far")
