"""Compare two batches: groups, verdicts, findings and actions that changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from workshop.answers.schema import decision_key
from workshop.content.items import Pattern, Severity
from workshop.content.loader import Content
from workshop.findings.finding import SEVERITIES
from workshop.findings.patterns.verdicts import Verdict
from workshop.portfolio.record import Action, Gathering, Portfolio, Shared, Summary, Value

AnswerMove = Literal["changed", "told", "untold"]
"""changed: answered both times · told: only now · untold: only last time."""


@dataclass(frozen=True)
class AnswerChange:
    """One answer that differs; None on a side where it was not answered."""

    name: str
    was: Value | None
    now: Value | None

    @property
    def kind(self) -> AnswerMove:
        return "told" if self.was is None else "untold" if self.now is None else "changed"


@dataclass(frozen=True)
class VerdictChange:
    """One group's verdict on one pattern, then and now (None: not judged)."""

    pattern: Pattern
    was: Verdict | None
    now: Verdict | None


@dataclass(frozen=True)
class GroupChange:
    """A group whose verdicts changed, and the changed answers that they read."""

    group: Summary
    verdicts: tuple[VerdictChange, ...]
    answers: tuple[AnswerChange, ...]


Became = Literal["open", "closed", "unheard"]


@dataclass(frozen=True)
class FormerAction:
    """An action that was open in the previous batch.

    open: it still is · closed: done or dropped since · unheard: today's answers do not mention it.
    """

    group: Summary
    action: Action
    became: Became


@dataclass(frozen=True)
class Changes:
    """The differences from the previous batch.

    Groups that left are as they were then.
    """

    before: Portfolio
    new: tuple[Summary, ...]
    gone: tuple[Summary, ...]
    missing: tuple[Summary, ...]
    """Groups without a pack this time, because it failed."""
    returned: tuple[Summary, ...]
    """Groups without a pack last time, because it failed."""
    verdicts: tuple[GroupChange, ...]
    appeared: tuple[Shared, ...]
    shown: tuple[Shared, ...]
    """New findings that read an answer which was missing last time."""
    ended: tuple[Shared, ...]
    hidden: tuple[Shared, ...]
    """Findings that are gone because an answer is missing now."""
    actions: tuple[FormerAction, ...]
    other_content: bool
    """Whether the kit or its content has changed, so that verdicts may change."""

    def count(self, became: Became) -> int:
        return sum(a.became == became for a in self.actions)

    @cached_property
    def common(self) -> int:
        """Return how many groups both batches have."""
        return len(self.before.groups) - len(self.gone) - len(self.missing)


def compare(before: Portfolio, now: Gathering) -> Changes:
    """Return the differences from `before`.

    A group is the same by organisation and group if these are unique on each side, or else by its
    name, unless that is now the name of another organisation's group.
    """
    pairs = tuple(_pairs(before.groups, now.groups))
    then, today = {p.name for p, _ in pairs}, {s.name for _, s in pairs}
    left = [p for p in before.groups if p.name not in then]
    came = [s for s in now.groups if s.name not in today]
    lost, had_none = {f.name for f in now.lost}, {f.name for f in before.failed}
    moved = {kind: _Findings() for kind in ("appeared", "shown", "ended", "hidden")}
    for was, group in pairs:
        _compare_findings(was, group, moved)
    return Changes(
        before=before,
        new=tuple(s for s in came if s.name not in had_none),
        gone=tuple(p for p in left if p.name not in lost),
        missing=tuple(p for p in left if p.name in lost),
        returned=tuple(s for s in came if s.name in had_none),
        verdicts=tuple(
            change for was, group in pairs if (change := _verdicts(now.content, was, group))
        ),
        **{kind: found.listed() for kind, found in moved.items()},
        actions=tuple(a for was, group in pairs for a in _actions(was, group)),
        other_content=any(
            (was.kit_version, was.content_sha256) != (s.kit_version, s.content_sha256)
            for was, s in pairs
        ),
    )


def _pairs(before: Sequence[Summary], now: Sequence[Summary]) -> Iterator[tuple[Summary, Summary]]:
    former, today = _unique(before), _unique(now)
    by_name = {p.name: p for p in before}
    paired = {former[called].name for called in former.keys() & today.keys()}
    for s in now:
        called, same = _called(s), by_name.get(s.name)
        if called in former and today.get(called) is s:
            yield former[called], s
        elif same is not None and same.name not in paired and _may_be(same, s):
            yield same, s


def _unique(groups: Sequence[Summary]) -> dict[tuple[str, str], Summary]:
    """Return groups by organisation and group, where both together are unique."""
    counts = Counter(map(_called, groups))
    return {_called(s): s for s in groups if s.group and counts[_called(s)] == 1}


def _called(group: Summary) -> tuple[str, str]:
    return decision_key(group.organisation or ""), decision_key(group.group or "")


def _may_be(one: Summary, other: Summary) -> bool:
    """Return whether two groups of one name may belong to one organisation."""
    (first, _), (second, _) = _called(one), _called(other)
    return not first or not second or first == second


# -- verdicts and answers -------------------------------------------------------------------------


def _verdicts(content: Content, was: Summary, now: Summary) -> GroupChange | None:
    moved = tuple(
        VerdictChange(p.id, was.verdicts.get(p.id), now.verdicts.get(p.id))
        for p in content.patterns
        if was.verdicts.get(p.id) != now.verdicts.get(p.id)
    )
    if not moved:
        return None
    read = {name for change in moved for name in _reads(content, change.pattern)}
    answers = tuple(a for a in _answers(was.answers, now.answers) if a.name in read)
    return GroupChange(now, moved, answers)


def _reads(content: Content, pattern: Pattern) -> Iterator[str]:
    """Yield the answers that a pattern's verdict reads."""
    for criterion in content.criteria:
        if criterion.pattern == pattern:
            yield from (criterion.reads, *criterion.only_if, *criterion.unless)
    for constraint in content.constraints:
        if pattern in constraint.excludes:
            yield constraint.reads


def _answers(was: Mapping[str, Value], now: Mapping[str, Value]) -> Iterator[AnswerChange]:
    for name in (*now, *(n for n in was if n not in now)):
        if was.get(name) != now.get(name):
            yield AnswerChange(name, was.get(name), now.get(name))


# -- findings and actions -------------------------------------------------------------------------


class _Findings:
    """Findings of one kind, each with its groups."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, Severity], list[Summary]] = {}

    def add(self, id_: str, severity: Severity, group: Summary) -> None:
        self._groups.setdefault((id_, severity), []).append(group)

    def listed(self) -> tuple[Shared, ...]:
        found = [Shared(id_, severity, tuple(g)) for (id_, severity), g in self._groups.items()]
        found.sort(key=lambda f: (SEVERITIES.index(f.severity), -len(f.groups), f.id))
        return tuple(found)


def _compare_findings(was: Summary, now: Summary, moved: Mapping[str, _Findings]) -> None:
    then, today = {f.id for f in was.findings}, {f.id for f in now.findings}
    for f in now.findings:
        if f.id not in then and not _looks_back(f.answers):
            kind = "shown" if set(f.answers) - _answered(was) else "appeared"
            moved[kind].add(f.id, f.severity, now)
    for f in was.findings:
        if f.id not in today and not _looks_back(f.answers):
            kind = "hidden" if set(f.answers) - _answered(now) else "ended"
            moved[kind].add(f.id, f.severity, now)


def _looks_back(answers: Iterable[str]) -> bool:
    """Return whether a finding is about the earlier workshop."""
    return any(name.startswith("earlier") for name in answers)


def _answered(group: Summary) -> set[str]:
    """Return all answered names; part of an answer is enough."""
    return {
        *group.told,
        *group.answers,
        *(name.partition(".")[0] for name in (*group.told, *group.answers)),
        *("votes", "basis", "held_on", "organisation", "group"),
    }


def _actions(was: Summary, now: Summary) -> Iterator[FormerAction]:
    """Yield the former open actions, with today's words if there are any."""
    open_ = {decision_key(a.decision): a for a in now.actions}
    closed = {decision_key(c.decision) for c in now.closed}
    for action in was.actions:
        key = decision_key(action.decision)
        if key in open_:
            yield FormerAction(now, open_[key], "open")
        else:
            yield FormerAction(now, action, "closed" if key in closed else "unheard")
