"""Group and count all groups of a batch, with the frames of `frames`.

Pandas is imported by what counts, and by nothing else here.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, get_args

from workshop.answers.schema import as_compared
from workshop.content.items import Severity, Words
from workshop.content.loader import Content
from workshop.findings.finding import SEVERITIES
from workshop.findings.ownership import DutyState
from workshop.portfolio.record import (
    Action,
    FailedPack,
    Outcome,
    OutcomeKind,
    Summary,
    Tipping,
    is_near,
    is_past,
)

if TYPE_CHECKING:
    import pandas as pd

    from workshop.portfolio.frames import Name

KINDS: tuple[DutyState, ...] = (
    "builder",
    "held",
    "other-team",
    "nobody",
    "at-handover",
    "unknown",
)
"""The states of a duty, in the order of every table and picture."""

_LONGEST = 70
"""Characters of an organisation and a group on the page; the CSV has all."""

_OUTCOMES: tuple[OutcomeKind, ...] = get_args(OutcomeKind)


@dataclass(frozen=True)
class Shared:
    """One finding, and the groups that have it."""

    id: str
    severity: Severity
    groups: tuple[Summary, ...]


@dataclass(frozen=True)
class Company:
    """One organisation's groups by their advice, the most frequent first."""

    organisation: str | None
    advised: tuple[tuple[Outcome, tuple[Summary, ...]], ...]


@dataclass(frozen=True)
class Gathering:
    """All groups of a batch, by name.

    `day` is the day from which dates are past, if known.
    """

    content: Content
    groups: tuple[Summary, ...]
    failed: tuple[FailedPack, ...]
    day: datetime.date | None
    _frames: dict[Name, pd.DataFrame] = field(default_factory=dict, compare=False, repr=False)

    def frame(self, name: Name) -> pd.DataFrame:
        """Return a frame of all groups by its name; it is made once."""
        from workshop.portfolio.frames import frame_of

        if name not in self._frames:
            self._frames[name] = frame_of(name, self.groups, self.failed, self.day)
        return self._frames[name]

    @cached_property
    def by_name(self) -> Mapping[str, Summary]:
        """Return every group by its name."""
        return {s.name: s for s in self.groups}

    def called(self, names: Iterable[str]) -> tuple[Summary, ...]:
        """Return the groups of these names."""
        return tuple(self.by_name[name] for name in names)

    @property
    def lost(self) -> tuple[FailedPack, ...]:
        """Return the failed packs whose groups could not be judged either."""
        return tuple(f for f in self.failed if f.name not in self.by_name)

    @cached_property
    def sources(self) -> int:
        """Return from how many groups the files come: one name of a group counts once."""
        return len({_source(one) for ones in (self.groups, self.lost) for one in ones})

    @cached_property
    def words(self) -> Words:
        """Return the words of the pages: of groups, or of files if a group has several."""
        words = self.content.words
        if self.sources == len(self.groups) + len(self.lost):
            return words
        return words.with_file("portfolio", "portfolio-files")

    @property
    def groups_in_words(self) -> str:
        """Return from how many groups the files come, as a part of a sentence."""
        return self.content.words("portfolio-files.from-groups", n=self.sources)

    @cached_property
    def organisations(self) -> tuple[str, ...]:
        """Return every organisation once, in the order of the groups."""
        return tuple(dict.fromkeys(s.organisation for s in self.groups if s.organisation))

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """Return the label of each group on the page by its name; all differ."""
        plain = {s.name: self.call(s) for s in self.groups}
        plain |= {f.name: self.call(f) for f in self.failed if f.name not in plain}
        often = Counter(plain.values())
        text = self.words
        return {
            name: text("portfolio.twice", label=label, name=name) if often[label] > 1 else label
            for name, label in plain.items()
        }

    def call(self, one: Summary | FailedPack) -> str:
        """Return a group's own words, with its organisation if there are several."""
        if one.organisation and one.group and len(self.organisations) > 1:
            organisation, group = _line(one.organisation), _line(one.group)
            return self.words("portfolio.label", organisation=organisation, group=group)
        return _line(one.group or one.organisation or one.name)

    def own_name(self, group: Summary) -> str:
        """Return a group's label beside its organisation."""
        return _line(group.group or group.name)

    # -- patterns -------------------------------------------------------------------------------

    @cached_property
    def advised(self) -> Mapping[Outcome, tuple[Summary, ...]]:
        """Return the groups of each outcome, the most frequent first."""
        return dict(self._by_outcome(self.frame("advice")))

    def of_kind(self, kind: OutcomeKind) -> tuple[Summary, ...]:
        """Return the groups with an outcome of this kind."""
        advice = self.frame("advice")
        return self.called(advice.index[advice["kind"] == kind])

    @cached_property
    def pattern_counts(self) -> Mapping[str, Mapping[str, int]]:
        """Return by pattern how many groups have each verdict.

        `none` counts those that could not be judged, `advised` those to which the pattern is
        advised, alone or combined.
        """
        from workshop.findings.output.frames import VERDICTS

        verdicts = _pivoted(self.frame("verdicts"), "pattern", "verdict")
        rows = [p.id for p in self.content.patterns]
        counts = verdicts.reindex(index=rows, columns=[*VERDICTS], fill_value=0)
        advice = self.frame("advice")
        advised = advice.loc[advice["kind"] == "one", "patterns"].explode().value_counts()
        return _counted(
            counts.assign(
                none=len(self.groups) - counts.sum(axis=1),
                advised=advised.reindex(rows, fill_value=0),
            )
        )

    @cached_property
    def companies(self) -> tuple[Company, ...]:
        """Return the organisations with at least two judged groups.

        If no group names its organisation, the batch counts as one.
        """
        advice = self.frame("advice")
        judged = advice[advice["kind"] != "unknown"]
        if not self.organisations:
            return self._company(None, judged)
        each = judged.groupby("organisation", sort=False)
        return tuple(c for name, groups in each for c in self._company(str(name), groups))

    def _company(self, organisation: str | None, advice: pd.DataFrame) -> tuple[Company, ...]:
        found = Company(organisation, tuple(self._by_outcome(advice)))
        several = len({_source(self.by_name[name]) for name in advice.index}) > 1
        return (found,) if several else ()

    def _by_outcome(self, advice: pd.DataFrame) -> Iterator[tuple[Outcome, tuple[Summary, ...]]]:
        """Yield each outcome with its groups: by kind, then the most frequent first."""
        found = _having(advice, ["kind", "patterns"])
        found.sort(key=lambda o: (_OUTCOMES.index(o[0][0]), -len(o[1]), o[0][1]))
        for outcome, names in found:
            yield outcome, self.called(names)

    # -- duties, findings, tipping points, actions ------------------------------------------------

    @cached_property
    def duty_counts(self) -> Mapping[str, Mapping[str, int]]:
        """Return by duty how many groups have each state."""
        states = _pivoted(self.frame("duties"), "duty", "state")
        rows = [d.id for d in self.content.duties]
        counts = states.reindex(index=rows, columns=[*KINDS], fill_value=0)
        counts["unknown"] += len(self.groups) - counts.sum(axis=1)  # duties of other content
        return _counted(counts)

    def shared(self, *severities: Severity) -> tuple[Shared, ...]:
        """Return findings of these severities, the most severe, then most common first."""
        found = self.frame("findings")
        return share(found[found["severity"].isin(severities)], self.called)

    @cached_property
    def near(self) -> tuple[tuple[Summary, Tipping], ...]:
        """Return every tipping point that a group is near, by group."""
        return tuple((s, t) for s in self.groups for t in s.tipping_points if is_near(t))

    @cached_property
    def actions(self) -> tuple[tuple[Summary, Action], ...]:
        """Return every open action by date, those without one last."""
        found = [(s, action) for s in self.groups for action in s.actions]
        found.sort(key=lambda pair: (pair[1].due is None, pair[1].due or datetime.date.min))
        return tuple(found)

    def is_past(self, action: Action) -> bool:
        return is_past(action, self.day)


def gather(
    content: Content,
    groups: Iterable[Summary],
    failed: Iterable[FailedPack],
    day: datetime.date | None,
) -> Gathering:
    """Return all groups, sorted by name."""
    return Gathering(
        content,
        tuple(sorted(groups, key=lambda s: _order(s.organisation, s.group, s.name))),
        tuple(sorted(failed, key=lambda f: _order(f.organisation, f.group, f.name))),
        day,
    )


def share(
    findings: pd.DataFrame, called: Callable[[Sequence[str]], tuple[Summary, ...]]
) -> tuple[Shared, ...]:
    """Return findings with their groups: the most severe, then most common first.

    The frame has the columns of `findings`, indexed by the group's name and the finding.
    """
    found = _having(findings, ["severity", "finding"])
    found.sort(key=lambda f: (SEVERITIES.index(f[0][0]), -len(f[1]), f[0][1]))
    return tuple(Shared(id_, severity, called(names)) for (severity, id_), names in found)


def _having(frame: pd.DataFrame, columns: list[str]) -> list[tuple[Any, tuple[str, ...]]]:
    """Return what occurs together in `columns`, with the names of its groups."""
    having = frame.reset_index().groupby(columns, observed=True)["name"]
    return [(values, tuple(names)) for values, names in having]


def _pivoted(frame: pd.DataFrame, rows: str, columns: str) -> pd.DataFrame:
    """Return how often each value of `columns` stands beside each of `rows`."""
    import pandas as pd

    plain = frame.reset_index()[[rows, columns]].dropna().astype(str)
    return pd.crosstab(plain[rows], plain[columns])


def _counted(counts: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Return a table of counts as plain numbers, by row and column."""
    return {
        str(row): {str(column): int(n) for column, n in values.items()}
        for row, values in counts.iterrows()
    }


def _order(*names: str | None) -> list[tuple[str, list[tuple[int, str]], str]]:
    """Return a sort key in natural order: “Team 2” before “Team 10”."""
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


def _source(one: Summary | FailedPack) -> tuple[str, ...]:
    """Return of which group a file is: the one that it names, else one of its own."""
    if not one.group:
        return (one.name,)
    return as_compared(one.organisation or ""), as_compared(one.group)


def _line(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1].rstrip()}…"
