"""One group in short: what its pack says that a portfolio needs, as plain data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from workshop.answers.schema import Became, Decision, decision_key, lookup
from workshop.exhibits.layout import short
from workshop.findings import Assessment
from workshop.findings.advice import headline
from workshop.findings.since import CLOSED
from workshop.findings.tipping import inputs_of
from workshop.findings.uncertainty import leaf_names
from workshop.portfolio.record import (
    VERSION,
    Action,
    Advice,
    Closed,
    DutyHolder,
    Found,
    Summary,
    Tipping,
)

_PROSE, _NAME = 240, 120
"""Characters that are kept of a decision and of a holder; the whole stands in the pack."""


def summarise(name: str, assessment: Assessment) -> dict[str, Any]:
    """Return everything that a portfolio shows of one group, as JSON-ready data.

    `name` is the folder of the group's pack. A few kilobytes, whatever people wrote.
    """
    from workshop.files import __version__
    from workshop.pack.build import content_hash  # it brings what notebooks run with

    a, r = assessment, assessment.recommendation
    names = leaf_names(a.content)
    return Summary(
        version=VERSION,
        name=name,
        organisation=a.answers.organisation,
        group=a.answers.group,
        held_on=a.answers.held_on,
        kit_version=__version__,
        content_sha256=content_hash(a.content.folder),
        advice=Advice(
            patterns=r.patterns, contested=r.contested, headline=headline(a), nearest=r.nearest
        ),
        verdicts={p: v.verdict for p, v in a.verdicts.items()},
        chosen=a.answers.chosen_pattern,
        today=a.answers.current_pattern,
        model=_cut(a.answers.model),
        builder=_cut(a.answers.builder),
        duties={
            line.duty.id: DutyHolder(holder=_cut(line.holder), kind=line.state)
            for line in a.ledger.lines
        },
        tipping_points=tuple(_tipping(a)),
        findings=tuple(Found(id=f.id, severity=f.severity, answers=f.answers) for f in a.findings),
        actions=tuple(_actions(a)),
        closed=tuple(_closed(a)),
        answers=_answers(a),
        told=tuple(n for n in names if lookup(a.answers, n) is not None),
        asked=len(names),
    ).model_dump(mode="json")


def _cut(words: str | None) -> str | None:
    return short(words, _NAME) if words else None


def _tipping(a: Assessment) -> Iterable[Tipping]:
    """Return the tipping points of told numbers: only those have a distance."""
    for t in a.tipping_points:
        if t.when == "is" or t.now is None:
            continue
        yield Tipping(
            input=t.input,
            now=t.now,
            to=t.to,
            when=t.when,
            patterns=t.patterns,
            contested=t.contested,
        )


def _answers(a: Assessment) -> dict[str, Any]:
    values = {name: lookup(a.answers, name) for name in inputs_of(a.content)}
    return {
        name: short(value, _NAME) if isinstance(value, str) else value
        for name, value in values.items()
        if value is not None
    }


def _actions(a: Assessment) -> Iterable[Action]:
    """Return what was decided, and of last time what is neither done, dropped nor decided anew."""
    decisions = a.answers.decisions or ()
    for decision in decisions:
        yield _action(decision, earlier=False)
    again = {decision_key(d.decision) for d in decisions}
    for action in a.since.actions if a.since else ():
        if action.became not in CLOSED and decision_key(action.decision.decision) not in again:
            yield _action(action.decision, earlier=True, became=action.became)


def _action(decision: Decision, earlier: bool, became: Became | None = None) -> Action:
    return Action(
        decision=short(decision.decision, _PROSE),
        chosen=short(decision.chosen, _PROSE) if decision.chosen else None,
        owner=_cut(decision.owner),
        due=decision.due,
        earlier=earlier,
        became=became,
    )


def _closed(a: Assessment) -> Iterable[Closed]:
    for action in a.since.actions if a.since else ():
        if action.became in CLOSED:
            decision = short(action.decision.decision, _PROSE)
            yield Closed(decision=decision, became=action.became)
