"""What all groups of a batch have to say together: counts and lists, without a word for readers."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from workshop.content.items import Pattern, Severity
from workshop.content.loader import Content
from workshop.findings.finding import SEVERITIES
from workshop.findings.ownership import DutyState
from workshop.portfolio.record import Action, FailedPack, Summary, Tipping

NEAR = 0.2
"""An answer is near a tipping point within this share of its value, or within one step (one team,
one person, one level, one week) where that is more. The reason: answers are counted by people, and
are off by so little often enough. It is the share from which a transition signal counts as near.
The kit's own choice; no source draws this line. Choices have no distance and are never near."""

KINDS: tuple[DutyState, ...] = (
    "builder",
    "held",
    "other-team",
    "nobody",
    "at-handover",
    "unknown",
)
"""How a duty can be held, in the order of every table and picture."""

_LONGEST = 70
"""Characters of an organisation and of a group on the page; `portfolio.csv` has them whole."""

Outcome = tuple[Literal["one", "open", "none", "excluded", "unknown"], tuple[Pattern, ...]]
"""What a group is advised: its kind, and the patterns it names (where none fits, the nearest).

one: a pattern or a combination · open: a contest that the answers do not decide · none: nothing
fits yet · excluded: no pattern is left · unknown: too little was told to judge.
"""


@dataclass(frozen=True)
class Shared:
    """One finding, and the groups that have it."""

    id: str
    severity: Severity
    groups: tuple[Summary, ...]


@dataclass(frozen=True)
class Company:
    """One organisation's groups by what they are advised, the most frequent advice first."""

    organisation: str | None
    advised: tuple[tuple[Outcome, tuple[Summary, ...]], ...]


@dataclass(frozen=True)
class Gathering:
    """All groups of a batch, by name. `day` is the day from which dates are past, where known."""

    content: Content
    groups: tuple[Summary, ...]
    failed: tuple[FailedPack, ...]
    day: datetime.date | None

    @property
    def lost(self) -> tuple[FailedPack, ...]:
        """Those failed that left nothing to judge either."""
        judged = {s.name for s in self.groups}
        return tuple(f for f in self.failed if f.name not in judged)

    @cached_property
    def organisations(self) -> tuple[str, ...]:
        """Every organisation once, in the order of the groups."""
        return tuple(dict.fromkeys(s.organisation for s in self.groups if s.organisation))

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """What each group is called on the page, by its name: no two are called the same."""
        plain = {s.name: self.call(s) for s in self.groups}
        plain |= {f.name: self.call(f) for f in self.failed if f.name not in plain}
        often = Counter(plain.values())
        text = self.content.words
        return {
            name: text("portfolio.twice", label=label, name=name) if often[label] > 1 else label
            for name, label in plain.items()
        }

    def call(self, one: Summary | FailedPack) -> str:
        """Return a group's own words: with its organisation, where the batch has several."""
        if one.organisation and one.group and len(self.organisations) > 1:
            organisation, group = _line(one.organisation), _line(one.group)
            return self.content.words("portfolio.label", organisation=organisation, group=group)
        return _line(one.group or one.organisation or one.name)

    def own_name(self, group: Summary) -> str:
        """Return what a group is called where its organisation stands beside it."""
        return _line(group.group or group.name)

    # -- patterns -------------------------------------------------------------------------------

    @cached_property
    def advised(self) -> Mapping[Outcome, tuple[Summary, ...]]:
        """The groups of each outcome, the most frequent first."""
        return _by_outcome(self.groups)

    def of_kind(self, kind: str) -> tuple[Summary, ...]:
        """Return the groups with an outcome of this kind."""
        return tuple(s for s in self.groups if outcome(s)[0] == kind)

    def count_verdicts(self, pattern: Pattern) -> Counter[str | None]:
        """Return how many groups have each verdict of a pattern (None: not judged)."""
        return Counter(s.verdicts.get(pattern) for s in self.groups)

    def count_advised(self, pattern: Pattern) -> int:
        """Return for how many groups a pattern is advised, alone or in a combination."""
        return sum(outcome(s)[0] == "one" and pattern in s.advice.patterns for s in self.groups)

    @cached_property
    def companies(self) -> tuple[Company, ...]:
        """The organisations of which two groups or more were judged.

        Where no group names its organisation, the batch is taken for one.
        """
        found = []
        for organisation in self.organisations or (None,):
            groups = [
                s
                for s in self.groups
                if s.organisation == organisation and outcome(s)[0] != "unknown"
            ]
            if len(groups) > 1:
                found.append(Company(organisation, tuple(_by_outcome(groups).items())))
        return tuple(found)

    # -- duties, findings, tipping points, actions ------------------------------------------------

    def count_duty(self, duty: str) -> Counter[DutyState]:
        """Return how many groups hold a duty in each way."""
        held = (s.duties[duty].kind if duty in s.duties else "unknown" for s in self.groups)
        return Counter[DutyState](held)

    def shared(self, *severities: Severity) -> tuple[Shared, ...]:
        """Return the findings of these severities: the gravest, then the commonest first."""
        having: dict[tuple[str, Severity], list[Summary]] = {}
        for s in self.groups:
            for f in s.findings:
                if f.severity in severities:
                    having.setdefault((f.id, f.severity), []).append(s)
        found = [Shared(id_, severity, tuple(g)) for (id_, severity), g in having.items()]
        found.sort(key=lambda f: (SEVERITIES.index(f.severity), -len(f.groups), f.id))
        return tuple(found)

    @cached_property
    def near(self) -> tuple[tuple[Summary, Tipping], ...]:
        """Every tipping point that a group is near to, by group."""
        return tuple((s, t) for s in self.groups for t in s.tipping_points if is_near(t))

    @cached_property
    def actions(self) -> tuple[tuple[Summary, Action], ...]:
        """Every open action by its date, those without one last."""
        found = [(s, action) for s in self.groups for action in s.actions]
        found.sort(key=lambda pair: (pair[1].due is None, pair[1].due or datetime.date.min))
        return tuple(found)

    def is_past(self, action: Action) -> bool:
        return self.day is not None and action.due is not None and action.due < self.day


def gather(
    content: Content,
    groups: Iterable[Summary],
    failed: Iterable[FailedPack],
    day: datetime.date | None,
) -> Gathering:
    """Return all groups in the order of their names, whatever order they came in."""
    return Gathering(
        content,
        tuple(sorted(groups, key=lambda s: _order(s.organisation, s.group, s.name))),
        tuple(sorted(failed, key=lambda f: _order(f.organisation, f.group, f.name))),
        day,
    )


def outcome(group: Summary) -> Outcome:
    """Return what a group is advised."""
    if group.advice.patterns:
        return ("open" if group.advice.contested else "one"), group.advice.patterns
    if None in group.verdicts.values():
        return "unknown", ()
    return ("none", group.advice.nearest) if group.advice.nearest else ("excluded", ())


def is_near(point: Tipping) -> bool:
    """Return whether an answer stands so close to a tipping point that it may be across it."""
    # A whole number changes the advice at `to` itself, another number just below it.
    return abs(point.to - point.now) <= max(1.0, NEAR * abs(point.now))


def _by_outcome(groups: Sequence[Summary]) -> dict[Outcome, tuple[Summary, ...]]:
    found: dict[Outcome, list[Summary]] = {}
    for s in groups:
        found.setdefault(outcome(s), []).append(s)
    kinds = ("one", "open", "none", "excluded", "unknown")
    order = sorted(found, key=lambda o: (kinds.index(o[0]), -len(found[o]), o[1]))
    return {o: tuple(found[o]) for o in order}


def _order(*names: str | None) -> list[tuple[str, list[tuple[int, str]], str]]:
    """Return the key by which names are sorted as people do: “Team 2” before “Team 10”."""
    return [
        (
            "" if name else "\uffff",
            [
                (int(part[:15]) if part.isdecimal() else -1, part)
                for part in re.split(r"(\d+)", (name or "").casefold())
            ],
            name or "",
        )
        for name in names
    ]


def _line(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1].rstrip()}…"
