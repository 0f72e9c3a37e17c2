"""Compare two batches: groups, verdicts, findings and actions that changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from workshop.answers.schema import NAMING, as_compared
from workshop.content.items import Pattern
from workshop.content.loader import Content
from workshop.findings.patterns.verdicts import Verdict
from workshop.portfolio.gathering import Gathering, Shared, gather, share
from workshop.portfolio.record import Action, Portfolio, Summary, Value

if TYPE_CHECKING:
    import pandas as pd

    from workshop.portfolio.frames import Name

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


Side = Literal["was", "now"]
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
    then = gather(now.content, before.groups, before.failed, before.day)
    both = _Both(then, now, _pairs(then, now))
    former, today = {*both.pairs["was"]}, {*both.pairs["now"]}
    left = [p for p in then.groups if p.name not in former]
    came = [s for s in now.groups if s.name not in today]
    lost, had_none = {f.name for f in now.lost}, {f.name for f in before.failed}
    started, stopped = both.moved_findings()
    shown, hidden = both.reads_missing(started, "was"), both.reads_missing(stopped, "now")
    return Changes(
        before=before,
        new=tuple(s for s in came if s.name not in had_none),
        gone=tuple(p for p in left if p.name not in lost),
        missing=tuple(p for p in left if p.name in lost),
        returned=tuple(s for s in came if s.name in had_none),
        verdicts=tuple(both.verdicts()),
        appeared=share(started[~shown], now.called),
        shown=share(started[shown], now.called),
        ended=share(stopped[~hidden], now.called),
        hidden=share(stopped[hidden], now.called),
        actions=tuple(both.actions()),
        other_content=any(
            (was.kit_version, was.content_sha256) != (s.kit_version, s.content_sha256)
            for was, s in both.groups()
        ),
    )


def _pairs(then: Gathering, now: Gathering) -> pd.DataFrame:
    """Return the groups of both batches by name, then (`was`) and today (`now`)."""
    import pandas as pd

    former, today = _names(then), _names(now)
    alone = [names[names["alone"]].reset_index() for names in (today, former)]
    alike = alone[0].merge(alone[1], on=["organisation", "group"], suffixes=("", "_was"))
    by_words = alike.set_index("name")["name_was"]
    rest = today.drop(by_words.index).merge(
        former.drop(by_words), left_index=True, right_index=True, suffixes=("", "_was")
    )
    one, other = rest["organisation"], rest["organisation_was"]
    by_name = rest.index[(one == "") | (other == "") | (one == other)].to_series()
    found = pd.concat([by_words, by_name]).reindex(today.index).dropna()
    return pd.DataFrame({"was": found, "now": found.index}).reset_index(drop=True)


def _names(gathering: Gathering) -> pd.DataFrame:
    """Return the words for each group, and whether it is `alone` in having them."""
    import pandas as pd

    groups = gathering.frame("groups")
    judged = groups.loc[groups["pack"] != "failed", ["organisation", "group"]].fillna("")
    words = pd.DataFrame({name: judged[name].map(as_compared) for name in judged})
    return words.assign(alone=(words["group"] != "") & ~words.duplicated(keep=False))


@dataclass(frozen=True)
class _Both:
    """The groups that two batches have; `pairs` are their names then and today."""

    then: Gathering
    now: Gathering
    pairs: pd.DataFrame

    def groups(self) -> Iterator[tuple[Summary, Summary]]:
        for was, now in self.pairs.itertuples(index=False):
            yield self.then.by_name[was], self.now.by_name[now]

    def frames(self, name: Name, key: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return a frame then and today, indexed by the group's name today and `key`."""
        found = []
        for side, gathering in (("was", self.then), ("now", self.now)):
            rows = gathering.frame(name).reset_index().rename(columns={"name": side})
            paired = self.pairs.merge(rows, on=side).rename(columns={"now": "name"})
            found.append(paired.set_index(["name", key]))
        return found[0], found[1]

    def verdicts(self) -> Iterator[GroupChange]:
        """Yield the groups whose verdicts changed, with the answers behind it."""
        content = self.now.content
        verdicts = _differing(*self.frames("verdicts", "pattern"), "verdict")
        answers = _differing(*self.frames("answers", "answer"), "value")
        for was, group in self.groups():
            differs = verdicts.get(group.name, ())
            moved = tuple(
                VerdictChange(p.id, was.verdicts.get(p.id), group.verdicts.get(p.id))
                for p in content.patterns
                if p.id in differs
            )
            if moved:
                read = {name for change in moved for name in _reads(content, change.pattern)}
                changed = tuple(
                    AnswerChange(name, was.answers.get(name), group.answers.get(name))
                    for name in answers.get(group.name, ())
                    if name in read
                )
                yield GroupChange(group, moved, changed)

    def moved_findings(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the findings of today alone, and those of then alone.

        What is about the earlier workshop is in neither.
        """
        then, today = self.frames("findings", "finding")
        alone = today[~today.index.isin(then.index)], then[~then.index.isin(today.index)]
        started, stopped = (rows[~rows["answers"].map(_looks_back).astype(bool)] for rows in alone)
        return started, stopped

    def reads_missing(self, findings: pd.DataFrame, side: Side) -> pd.Series[bool]:
        """Return which findings read an answer that was not given on one side."""
        import pandas as pd

        then, today = self.frames("answers", "answer")
        given = (then if side == "was" else today).index.to_frame(index=False)
        parts = given.assign(answer=given["answer"].str.replace(r"\..*", "", regex=True))
        answered = pd.MultiIndex.from_frame(pd.concat([given, parts]))
        reads = findings["answers"].explode().dropna()
        asked = pd.MultiIndex.from_arrays([reads.index.get_level_values("name"), reads])
        missing = reads[~asked.isin(answered) & ~reads.isin(_ALWAYS).to_numpy()]
        return pd.Series(findings.index.isin(missing.index), findings.index)

    def actions(self) -> Iterator[FormerAction]:
        """Yield the former open actions, with today's words if there are any."""
        import pandas as pd

        then, today = (_by_decision(rows) for rows in self.frames("actions", "action"))
        former = then[then["state"] == "open"]
        for state in ("open", "closed"):
            same = today[today["state"] == state].drop_duplicates(["name", "key"], keep="last")
            numbers = same[["name", "key", "action"]].rename(columns={"action": state})
            former = former.merge(numbers, on=["name", "key"], how="left")
        for row in former.to_dict("records"):
            group = self.now.by_name[row["name"]]
            if not pd.isna(row["open"]):
                yield FormerAction(group, group.actions[row["open"] - 1], "open")
            else:
                action = self.then.by_name[row["was"]].actions[row["action"] - 1]
                yield FormerAction(group, action, "unheard" if pd.isna(row["closed"]) else "closed")


def _differing(then: pd.DataFrame, today: pd.DataFrame, column: str) -> dict[str, list[str]]:
    """Return by group the keys at which a column differs; missing is empty."""
    import pandas as pd

    sides = {side: rows[column].astype("string") for side, rows in (("now", today), ("was", then))}
    both = pd.concat(sides, axis=1).fillna("")
    found: dict[str, list[str]] = {}
    for group, key in both.index[both["was"] != both["now"]]:
        found.setdefault(group, []).append(key)
    return found


def _by_decision(actions: pd.DataFrame) -> pd.DataFrame:
    """Return actions with a key that is the same for the same decision."""
    return actions.reset_index().assign(key=lambda rows: rows["decision"].map(as_compared))


def _reads(content: Content, pattern: Pattern) -> Iterator[str]:
    """Yield the answers that a pattern's verdict reads."""
    for criterion in content.criteria:
        if criterion.pattern == pattern:
            yield from (criterion.reads, *criterion.only_if, *criterion.unless)
    for constraint in content.constraints:
        if pattern in constraint.excludes:
            yield constraint.reads


_ALWAYS = (*NAMING, "votes", "basis")
"""What counts as answered in every workshop."""


def _looks_back(answers: tuple[str, ...]) -> bool:
    """Return whether a finding is about the earlier workshop."""
    return any(name.startswith("earlier") for name in answers)
