"""Since last time: what became of the earlier workshop, and what is different today."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from workshop.exhibits.halves import in_two_columns
from workshop.exhibits.rearranged import days_or_unknown
from workshop.exhibits.wording import (
    SEVERITY_TONES,
    capital,
    date_words,
    decided,
    short,
    team_words,
    value_words,
)
from workshop.findings import Assessment, Finding
from workshop.findings.advice import headline
from workshop.findings.since import Action, Change, Since
from workshop.model.parts import Drill
from workshop.render.blocks import (
    Block,
    Cell,
    Paragraph,
    Span,
    Text,
    Tone,
    cell,
    column,
    heading,
    pairs,
    paragraph,
    table,
)
from workshop.render.exhibit import Exhibit

_STATES: dict[str, tuple[Tone, str]] = {
    "done": ("strength", "✓"),
    "under-way": ("ours", "●"),
    "not-begun": ("seam", "▲"),
    "dropped": ("muted", "–"),
    "untold": ("muted", "–"),
}
_LONGEST, _ASKED = 170, 90
"""Characters of an earlier decision and of its question; they stand in full in their own pack."""
_LISTED = 6
"""Findings that share a pair of columns."""


def since_last_time(a: Assessment) -> Exhibit:
    """Return what became of the earlier decisions, and how advice, answers and findings moved."""
    say, since = a.content.words, a.since
    if since is None:
        return Exhibit("since-last-time", (paragraph(say("since.none"), tone="muted"),), (), ())
    return Exhibit(
        "since-last-time",
        (
            heading(2, say("since.title"), _lead(a, since)),
            *_actions(a, since),
            *_advice(a, since),
            *_answers(a, since),
            *_findings(a, "gone", since.gone),
            *_findings(a, "lost", since.lost),
            *_findings(a, "new", since.new),
            *_findings(a, "uncovered", since.uncovered),
            *_still(a, since),
        ),
    )


def since_line(a: Assessment, since: Since) -> Paragraph:
    """Return two lines for the first page: this is not the first workshop, and what has moved."""
    say, n = a.content.words, len(since.actions)
    moved = _moved(a, since)
    key = f"since.front-{moved}" if n else f"since.front-none-{moved}"
    first = say(key, n=n, day=_day(a, since), counts=_counts(a, since))
    groups = {"gone": since.gone, "new": (*since.new, *since.uncovered), "still": since.still}
    counted = {k: sum(f.severity != "strength" for f in found) for k, found in groups.items()}
    counts = [say(f"since.front-{k}", n=n) for k, n in counted.items() if n]
    if not counts:
        return paragraph(first)
    return paragraph(
        (Span(f"{first} "), Span(say("since.front-findings", counts=a.listing(counts))))
    )


def _lead(a: Assessment, since: Since) -> str:
    n, moved = len(since.actions), _moved(a, since)
    key = f"since.lead-{moved}" if n else f"since.lead-none-{moved}"
    return a.content.words(key, n=n, day=_day(a, since), counts=_counts(a, since))


def _moved(a: Assessment, since: Since) -> str:
    """Return how the advice moved; it is not another one while too little is told for any."""
    r = a.recommendation
    if not r.patterns and None in [v.verdict for v in a.verdicts.values()]:
        return "untold"
    return "changed" if since.advice_changed else "same"


def _day(a: Assessment, since: Since) -> str:
    if since.held_on is None:
        return a.content.words("since.last-time")
    return date_words(a.content, since.held_on)


def _counts(a: Assessment, since: Since) -> str:
    """Return how many decisions are done, under way and so on; only those that there are."""
    counts = {state: since.count(None if state == "untold" else state) for state in _STATES}  # type: ignore[arg-type]
    return a.listing([a.content.words(f"since.count-{s}", n=n) for s, n in counts.items() if n])


# -- decisions ----------------------------------------------------------------------------------


def _actions(a: Assessment, since: Since) -> list[Block]:
    say = a.content.words
    if not since.actions:
        return []
    reviews = sum(action.review_due for action in since.actions)
    return [
        table(
            [
                column(say("since.decided"), width=3),
                column(say("since.owner"), width=1.1),
                column(say("since.due"), width=1),
                column(say("since.became"), width=2.4),
            ],
            [_action(a, action) for action in since.actions],
            caption=say("since.reviews", n=reviews) if reviews else (),
        )
    ]


def _action(a: Assessment, action: Action) -> list[Cell]:
    say, decision = a.content.words, action.decision
    return [
        cell(decided(decision, _LONGEST, _ASKED)),
        cell(short(decision.owner, 60) if decision.owner else say("since.open")),
        cell(date_words(a.content, decision.due) if decision.due else say("since.open")),
        _became(a, action),
    ]


def _became(a: Assessment, action: Action) -> Cell:
    say = a.content.words
    name = action.became or "untold"
    state = say(f"since.became-{name}")
    tone, mark = _STATES[name]
    if action.overdue:
        state, tone, mark = say("since.past-date", became=state), "seam", "▲"
    shown = Span(f"{mark} {state}", strong=True, tone=tone)
    return cell((shown, Span(f". {action.note}")) if action.note else shown)


# -- advice and signals -------------------------------------------------------------------------


def _advice(a: Assessment, since: Since) -> list[Block]:
    say = a.content.words
    then, now = headline(since.before), headline(a)
    lead = say(f"since.advice-{_moved(a, since)}")
    told = [(say("since.then"), then), (say("since.now"), now)]
    blocks: list[Block] = [heading(3, say("since.advice"), lead), pairs(told)]
    if since.signals:
        moves = []
        for move in since.signals:
            numbers = {
                "was": value_words(a.content, move.text.id, move.was),
                "now": value_words(a.content, move.text.id, move.now),
                "limit": value_words(a.content, move.text.id, move.limit),
            }
            moves.append(say(f"since.{move.moved}", name=move.text.name, **numbers))
        blocks.append(heading(3, say("since.signals")))
        blocks += [paragraph(words) for words in moves]
    return blocks


# -- answers ------------------------------------------------------------------------------------


def _answers(a: Assessment, since: Since) -> list[Block]:
    say, n = a.content.words, len(since.changed)
    lead = say("since.answers-lead", n=n) if n else say("since.answers-none")
    blocks: list[Block] = [heading(3, say("since.answers"), lead)]
    if n:
        heads = [
            column(say("since.answer"), width=1.4),
            column(say("since.then"), width=1.6),
            column(say("since.now"), width=1.6),
        ]
        blocks.append(table(heads, [_change(a, since, c) for c in since.changed]))
    only = [
        (say(f"since.{which}"), capital(a.listing([_name(a, c.name) for c in changes])))
        for which, changes in (("told", since.told), ("untold", since.untold))
        if changes
    ]
    return [*blocks, pairs(only)] if only else blocks


def _change(a: Assessment, since: Since, change: Change) -> list[Cell]:
    return [
        cell(capital(_name(a, change.name))),
        cell(capital(_value(since.before, change.name, change.was))),
        cell(capital(_value(a, change.name, change.now))),
    ]


def _name(a: Assessment, name: str) -> str:
    """Return the name of an answer in words; a drill and a signal have two."""
    say = a.content.words
    top, _, below = name.partition(".")
    if top == "drills":
        title = next(d.title for d in a.content.drills if d.id == below)
        return say("since.drill", title=title)
    if top == "signals":
        signal, _, part = below.partition(".")
        key = "since.limit" if part == "trigger" else "since.stands"
        return say(key, name=a.content.question(signal).name)
    return a.content.question(name).name


def _value(a: Assessment, name: str, value: Any) -> str:
    """Return what was told in words: numbers with their unit, choices by their label."""
    say, content = a.content.words, a.content
    if isinstance(value, Drill):
        minutes = [team_words(content, m) for m in (value.minute_0, value.minute_15)]
        last = team_words(content, value.minute_60)
        return say("since.minutes", first=minutes[0], second=minutes[1], third=last)
    if name == "stages":
        stream = a.stream
        if stream is None or stream.p50 is None:
            return say("since.stages", n=len(value))
        days = days_or_unknown(a, stream.p50, stream.lower_bound)
        return say("since.stages-days", n=len(value), days=days)
    if isinstance(value, tuple):
        return a.listing([value_words(content, name, v) for v in value])
    if name.startswith("signals."):
        return value_words(content, name.split(".")[1], value)
    return value_words(content, name, value)


# -- findings -----------------------------------------------------------------------------------


def _findings(a: Assessment, which: str, found: Iterable[Finding]) -> list[Block]:
    say = a.content.words
    items = [_finding(a, f) for f in found]
    if not items:
        return []
    head = heading(3, say(f"since.{which}"), say(f"since.{which}-lead"))
    return [head, *in_two_columns(items, together=_LISTED)]


def _still(a: Assessment, since: Since) -> list[Block]:
    say = a.content.words
    blocks = _findings(a, "still", [f for f in since.still if f.severity != "strength"])
    strengths = sum(f.severity == "strength" for f in since.still)
    if strengths:
        blocks.append(paragraph(say("since.still-strengths", n=strengths)))
    return blocks


def _finding(a: Assessment, finding: Finding) -> Text:
    label = a.content.words(f"common.severity-{finding.severity}")
    words = a.content.words("since.finding", severity=label)
    tone = SEVERITY_TONES[finding.severity]
    return (Span(words, strong=True, tone=tone), Span(finding.statement))
