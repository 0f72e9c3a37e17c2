"""Decisions with what was rejected and who disagrees, and the signals that reopen them."""

from __future__ import annotations

from workshop.exhibits.wording import date_words, within
from workshop.findings import Assessment
from workshop.findings.signals import SignalState
from workshop.model.answers import Decision
from workshop.render.blocks import (
    Block,
    Card,
    Cell,
    Tone,
    card,
    cell,
    column,
    heading,
    pairs,
    paragraph,
    table,
)
from workshop.render.exhibit import Exhibit

_STATES: dict[str, tuple[Tone, str]] = {
    "reached": ("critical", "✕"),
    "near": ("seam", "▲"),
    "far": ("strength", "✓"),
    "no-trigger": ("muted", "–"),
    "unknown": ("muted", "–"),
}


def decision_register(a: Assessment) -> Exhibit:
    """Return each decision as a card: chosen, rejected, dissent, if–then, owner, date, review."""
    say = a.content.words
    decisions = a.answers.decisions or ()
    dissents = sum(1 for d in decisions if d.dissent)
    if not decisions:
        return Exhibit(
            "decision-register",
            (
                heading(2, say("decisions.title"), say("decisions.none")),
                paragraph(say("decisions.how")),
                table(
                    [say("decisions.field"), say("decisions.what-to-write")],
                    [[say(f"decisions.{f}"), say(f"decisions.{f}-hint")] for f in _FIELDS],
                ),
            ),
            in_short_pack=(),
        )
    lead = say("decisions.lead", n=len(decisions), dissents=dissents)
    return Exhibit(
        "decision-register",
        (heading(2, say("decisions.title"), lead), *(_card(a, d) for d in decisions)),
    )


_FIELDS = ("chosen", "rejected", "dissent", "if-then", "owner", "due", "revisit")


def _card(a: Assessment, d: Decision) -> Card:
    say = a.content.words
    lines = [
        (say("decisions.chosen"), d.chosen),
        (say("decisions.rejected"), d.rejected),
        (say("decisions.dissent"), d.dissent),
        (say("decisions.if-then"), _if_then(a, d)),
        *_who_and_when(a, d),
        (say("decisions.revisit"), _revisit(a, d)),
    ]
    told: list[Block] = [pairs([(term, words) for term, words in lines if words])]
    missing = [term for term, words in lines if not words]
    if missing:
        told.append(
            paragraph(
                say("decisions.missing", fields=a.listing(within(a.content, m) for m in missing)),
                tone="muted",
                small=True,
            )
        )
    return card(d.decision, told, label=say("decisions.label"), tone="ours")


def _who_and_when(a: Assessment, d: Decision) -> list[tuple[str, str | None]]:
    """Return the owner and the date in one line where both are known, else in two."""
    say = a.content.words
    due = date_words(a.content, d.due) if d.due else None
    if d.owner and due:
        both = say("decisions.who-and-when-words", owner=d.owner, due=due)
        return [(say("decisions.who-and-when"), both)]
    return [(say("decisions.owner"), d.owner), (say("decisions.due"), due)]


def _if_then(a: Assessment, d: Decision) -> str | None:
    if d.if_ and d.then:
        return a.content.words("decisions.if-then-words", condition=d.if_, action=d.then)
    return d.then or d.if_


def _revisit(a: Assessment, d: Decision) -> str | None:
    say = a.content.words
    if d.revisit_on and d.revisit_when:
        day = date_words(a.content, d.revisit_on)
        return say("decisions.revisit-both", date=day, event=d.revisit_when)
    return date_words(a.content, d.revisit_on) if d.revisit_on else d.revisit_when


def transition_signals(a: Assessment) -> Exhibit:
    """Return the signals that start the next move: where each stands against its trigger."""
    say = a.content.words
    named = [s for s in a.signals if s.trigger is not None]
    reached = [a.content.question(s.text.id).name for s in named if s.state == "reached"]
    if reached:
        lead = say("decisions.signals-reached", names=a.listing(reached))
    elif named:
        lead = say("decisions.signals-named", n=len(named))
    else:
        lead = say("decisions.signals-none")
    return Exhibit(
        "transition-signals",
        (
            heading(2, say("decisions.signals"), lead),
            table(
                [
                    column(say("decisions.signal"), width=1.4),
                    column(say("decisions.now"), align="right", width=0.7),
                    column(say("decisions.trigger"), align="right", width=0.7),
                    column(say("decisions.state"), width=1.2),
                    column(say("decisions.why"), width=2.6),
                ],
                [_signal(a, s) for s in a.signals],
            ),
        ),
        in_short_pack=None if named else (),
    )


def _signal(a: Assessment, s: SignalState) -> list[Cell]:
    say = a.content.words
    tone, mark = _STATES[s.state]
    return [
        cell(s.text.name),
        _number(a, s.now, s.text.unit),
        _number(a, s.trigger, s.text.unit),
        cell(say(f"decisions.state-{s.state}"), tone=tone, mark=mark),
        cell(s.text.why),
    ]


def _number(a: Assessment, value: float | None, unit: str) -> Cell:
    if value is None:
        return cell(a.content.words("common.unknown"), tone="muted")
    return cell(a.content.words("common.with-unit", n=value, unit=unit))


def after_the_workshop(a: Assessment) -> Exhibit:
    """Return how decisions become habits: if–then plans, few at a time, reviewed on their date."""
    say = a.content.words
    studies = {s.key: s for s in a.content.sources}
    claims = [c for c in a.content.claims if c.topic == "room"]
    rows = [
        [cell(c.use_for), cell(c.found), cell(", ".join(k for k in c.sources if k in studies))]
        for c in claims
    ]
    return Exhibit(
        "after-the-workshop",
        (
            heading(2, say("decisions.room"), say("decisions.room-lead")),
            table(
                [
                    column(say("decisions.room-do"), width=2),
                    column(say("decisions.room-found"), width=2.6),
                    column(say("decisions.room-source"), width=0.6),
                ],
                rows,
            ),
        ),
        in_short_pack=(),
    )
