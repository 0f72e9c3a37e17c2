"""Measure the value stream: lead time, waiting, handoffs, and what changes them.

Durations may be uncertain. The stream is shown as it is and under each pattern, with a check
whether one team has everything that a product needs.
"""

from __future__ import annotations

import cmath
import itertools
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from workshop.answers.schema import Answers, Discipline, Stage
from workshop.content.items import Breakage, Pattern, PatternText
from workshop.content.loader import Content
from workshop.content.teams import Teams
from workshop.findings.patterns.capacity import DAYS_A_WEEK

Days = float | tuple[float, float, float]


def likely(days: Days | None) -> float | None:
    """Return the number itself, or the likely value of a range."""
    return days[1] if isinstance(days, tuple) else days


def ends(days: Days | None) -> tuple[float, float] | None:
    """Return the low and the high end of a range; None for a number or None."""
    return (days[0], days[2]) if isinstance(days, tuple) else None


def mean(days: Days | None) -> float:
    """Return the mean of a number or of a triangular range; 0 for the unknown."""
    return sum(days) / 3 if isinstance(days, tuple) else days or 0.0


@lru_cache(maxsize=512)
def percentiles(parts: tuple[Days | None, ...]) -> tuple[float, float]:
    """Return P50 and P90 of the sum of independent ranges, in working days.

    Each range is a triangular distribution; results are rounded to a hundredth of a day. The
    probability that the sum stays below a number of days is a Fourier series over all possible
    days. Its coefficients are known exactly; terms below a hundred-thousandth are left out, so that
    no probability is wrong by more than a thousandth.
    """
    ranges = [p for p in parts if isinstance(p, tuple) and p[0] < p[2]]
    certain = sum(likely(p) or 0.0 for p in parts if p not in ranges)
    if not ranges:
        return round(certain, 2), round(certain, 2)
    low, high = (sum(r[end] for r in ranges) for end in (0, 2))
    if high - low < 1e-6 * max(high, 1.0):
        low = (low + high) / 2
        return round(certain + low, 2), round(certain + low, 2)
    waves = _waves(ranges, low, high)

    def chance(share: float) -> float:
        turn = math.pi * share
        return share + sum(size * math.sin(k * turn) for k, size in enumerate(waves, 1))

    def find(share: float) -> float:
        below, above = 0.0, 1.0
        for _ in range(30):
            middle = (below + above) / 2
            below, above = (middle, above) if chance(middle) < share else (below, middle)
        return round(certain + low + (high - low) * (below + above) / 2, 2)

    return find(0.5), find(0.9)


_MOST_WAVES, _SMALLEST_WAVE = 1024, 1e-5


def _waves(ranges: Sequence[tuple[float, float, float]], low: float, high: float) -> list[float]:
    """Return the sizes of the sine waves of the probability between two ends."""
    found: list[float] = []
    quiet = 0
    for k in range(1, _MOST_WAVES + 1):
        t = k * math.pi / (high - low)
        turned = cmath.exp(-1j * t * low)
        for first, middle, last in ranges:
            rising = (middle - first) / (last - first)
            part = rising * _half((first - middle) * t) + (1 - rising) * _half((last - middle) * t)
            turned *= part * cmath.exp(1j * t * middle)
        found.append(2 / (k * math.pi) * turned.real)
        quiet = quiet + 1 if abs(turned) / k < _SMALLEST_WAVE else 0
        if quiet == 8:
            break
    return found


def _half(turn: float) -> complex:
    """Return the characteristic function of a triangle that falls from 0.

    `turn` is its width times the angular frequency.
    """
    if abs(turn) < 1e-3:
        return complex(1 - turn * turn / 12, turn / 3)
    return 2 * (1 + 1j * turn - cmath.exp(1j * turn)) / (turn * turn)


def rounded(content: Content, number: float) -> str:
    """Return a number as a reader needs it: whole from ten, one decimal below."""
    return content.words.number(round(number, 0 if abs(number) >= 9.95 else 1))


def days_words(content: Content, days: float, least: bool = False) -> str:
    """Return “1 working day”, “12 working days”, or “at least 12 …”."""
    shown = rounded(content, days)
    key = "handoffs.days-at-least" if least else "handoffs.days"
    return content.words(key, n=1 if shown == "1" else 2, days=shown)


Holder = Literal["platform", "product"]
QUEUES: tuple[Pattern, ...] = ("centralised", "platform-as-mlops")
"""Patterns in which requests to the platform team queue (S2 §patterns)."""


@dataclass(frozen=True)
class Handoff:
    """A handoff between two neighbouring stages that different teams do.

    `at` is the later stage (from 0); `wait` its likely wait in working days, None if unknown.
    """

    at: int
    giver: str
    taker: str
    wait: float | None


@dataclass(frozen=True)
class HandoffChange:
    """The change of one handoff, or (`at` 0) of the entrance to the first stage.

    vanishes: a handoff of today, gone · stays: a handoff of today and then · new: none today.
    `wait` is in working days: what goes, what stays, or what comes; None is unknown.
    """

    at: int
    change: Literal["vanishes", "stays", "new"]
    giver: Holder
    taker: Holder
    wait: float | None


@dataclass(frozen=True)
class PatternBar:
    """A stage under a pattern, in likely working days without unknown ones."""

    stage: Literal["data", "model", "serving", "product"]
    holder: Holder
    start: float
    wait: float
    touch: float
    keeps: bool = False
    """Whether a team of today has the stage: it validates, or ships as agreed."""


@dataclass(frozen=True)
class PatternStream:
    """Today's stream as it would be under one pattern.

    P50 and P90 are working days, None if no duration is known; `lower_bound` says that days are
    missing. `entrance` is the wait for the platform team before the first stage, if the pattern has
    one and today's stream has none.
    """

    pattern: PatternText
    bars: tuple[PatternBar, ...]
    changes: tuple[HandoffChange, ...]
    entrance: HandoffChange | None
    p50: float | None
    p90: float | None
    p50_unqueued: float | None
    """P50 if nothing waited for the platform team; P50 itself where nothing does."""
    lower_bound: bool

    @property
    def handoffs(self) -> int:
        """Return the number of handoffs between stages, without the entrance."""
        return len(self.before)

    @property
    def before(self) -> tuple[int, ...]:
        """Return before which stages there is a handoff, from 0."""
        return tuple(c.at for c in self.changes if c.change != "vanishes")

    @property
    def new_waits(self) -> tuple[float, ...]:
        """Return the days in each new queue of the platform team, its entrance first."""
        return tuple(c.wait or 0.0 for c in self._queues)

    @property
    def new_queues(self) -> tuple[int, ...]:
        """Return before which stages the new queues are, from 0."""
        return tuple(c.at for c in self._queues)

    @property
    def _queues(self) -> list[HandoffChange]:
        both = (self.entrance, *self.changes)
        return [c for c in both if c is not None and c.change == "new" and c.wait]

    def of(self, change: Literal["vanishes", "stays", "new"]) -> tuple[HandoffChange, ...]:
        return tuple(c for c in self.changes if c.change == change)


def is_handoff(teams: Teams, stages: Sequence[Stage], at: int) -> bool | None:
    """Return whether stage `at` is done by another team than the one before.

    None if a team is not answered.
    """
    giver, taker = stages[at - 1].team, stages[at].team
    if giver is None or taker is None:
        return None
    return not teams.same(giver, taker)


def under_patterns(
    content: Content,
    answers: Answers,
    stages: Sequence[Stage],
    touch: Sequence[Days | None],
    wait: Sequence[Days | None],
) -> tuple[PatternStream, ...]:
    """Return the stream under each pattern, from the days of today's stream."""
    return tuple(_under(content.teams, p, answers, stages, touch, wait) for p in content.patterns)


def as_agreed(
    content: Content, answers: Answers, under: PatternStream, builder: str | None, ships: str | None
) -> PatternStream:
    """Return the stream under a pattern in which another team still ships the model.

    A handoff from the team that builds to the team that ships stays, with its wait, and so does the
    next one from there to a team that goes on with it. The platform team is none of these: under
    the pattern, its part is a tool of whoever ships, who has all stages from one handoff to the
    other.
    """
    stages, same = answers.stages or (), content.teams.same
    if same(builder, ships):
        return under
    kept, shipped = set[int](), set[int]()
    for at in range(1, len(stages)):
        if not (same(stages[at - 1].team, builder) and same(stages[at].team, ships)):
            continue
        later = itertools.takewhile(
            lambda i: any(same(stages[i].team, team) for team in (ships, "platform")),
            range(at + 1, len(stages)),
        )
        own = [at, *later]
        shipped.update(own)
        kept.update((at, own[-1] + 1))
    kept.discard(len(stages))
    if not kept:
        return under
    days = ([s.touch_days for s in stages], [s.wait_days for s in stages])
    return _under(content.teams, under.pattern, answers, stages, *days, kept, shipped)


def independent_validator(answers: Answers) -> str | None:
    """Return the team that validates independently: as decided, else as answered."""
    found: object = answers.validator
    for d in answers.decisions or ():
        found = (d.sets or {}).get("validator", found)
    return found if isinstance(found, str) else None


def is_independent(teams: Teams, answers: Answers, stage: Stage) -> bool:
    """Return whether a stage is with the team that validates independently.

    No pattern gives it to the team whose work it checks.
    """
    team = independent_validator(answers)
    builds = answers.builder is not None and teams.same(team, answers.builder)
    return teams.is_somebody(team) and not builds and teams.same(stage.team, team)


def _under(
    teams: Teams,
    pattern: PatternText,
    answers: Answers,
    stages: Sequence[Stage],
    touch: Sequence[Days | None],
    wait: Sequence[Days | None],
    kept: Collection[int] = (),
    shipped: Collection[int] = (),
) -> PatternStream:
    """Return the stream under one pattern, in which handoffs and stages may be kept.

    Those to and from a team that validates independently always stay, and so does its stage.
    `shipped`: the stages of a team that still ships.
    """
    holders = [pattern.holders[s.stage] for s in stages]
    queue = None if answers.queue_weeks is None else answers.queue_weeks * DAYS_A_WEEK
    changes = [_change(teams, pattern, stages, holders, at, queue) for at in range(1, len(stages))]
    independent = [is_independent(teams, answers, s) for s in stages]
    stay = {*kept, *(at for at in range(1, len(stages)) if any(independent[at - 1 : at + 1]))}
    changes = [
        replace(c, change="stays") if c and c.change == "vanishes" and c.at in stay else c
        for c in changes
    ]
    entrance = _entrance(teams, pattern, answers, stages, holders, queue)
    waits, extra = list(wait), 0.0
    bars: list[float | None] = [likely(s.wait_days) for s in stages]
    missing = any(t is None for t in touch)
    for change in (entrance, *changes):
        if change is None or change.change == "stays":
            continue
        if change.change == "vanishes":
            waits[change.at], bars[change.at] = 0.0, 0.0
        elif change.wait is None:
            missing = True
        else:
            waits[change.at], extra = waits[change.at] or 0.0, extra + change.wait
            bars[change.at] = (bars[change.at] or 0.0) + change.wait
            missing = missing or wait[change.at] is None
    missing = missing or any(w is None for w in waits)
    known = any(d is not None for d in (*touch, *wait))
    p50, p90 = percentiles((*touch, *waits, extra)) if known else (None, None)
    queued = {
        c.at
        for c in changes
        if c and c.change != "vanishes" and holders[c.at] == "platform" and not independent[c.at]
    }
    others = [0.0 if at in queued else w for at, w in enumerate(waits)]
    return PatternStream(
        pattern,
        _bars(stages, holders, bars, [own or at in shipped for at, own in enumerate(independent)]),
        tuple(c for c in changes if c is not None),
        entrance,
        p50,
        p90,
        percentiles((*touch, *others))[0] if known else None,
        missing,
    )


def _change(
    teams: Teams,
    pattern: PatternText,
    stages: Sequence[Stage],
    holders: Sequence[Holder],
    at: int,
    queue: float | None,
) -> HandoffChange | None:
    """Return the change of the handoff before stage `at`, or None.

    None means that there is no handoff today or then. If today's teams were not answered, the wait
    is left as it is: a handoff that may not exist cannot vanish.
    """
    giver, taker = holders[at - 1], holders[at]
    today, then = is_handoff(teams, stages, at), giver != taker
    if today and not then:
        return HandoffChange(at, "vanishes", giver, taker, likely(stages[at].wait_days))
    if then and today is not False:
        return HandoffChange(at, "stays", giver, taker, likely(stages[at].wait_days))
    if then:
        waits_its_turn = taker == "platform" and pattern.id in QUEUES
        return HandoffChange(at, "new", giver, taker, queue if waits_its_turn else None)
    return None


def _entrance(
    teams: Teams,
    pattern: PatternText,
    answers: Answers,
    stages: Sequence[Stage],
    holders: Sequence[Holder],
    queue: float | None,
) -> HandoffChange | None:
    """Return the wait for the platform team before the first stage, if it is new.

    It is also where today's pattern has one central team that begins later: its queue stands at a
    handoff which goes, and work waits for its turn there all the same. Whoever builds the model may
    be that team under another name.
    """
    first = stages[0].team
    central = answers.current_pattern == pattern.id and teams.same(first, answers.builder)
    already = central or teams.kind(first) == "platform"
    if pattern.id not in QUEUES or holders[0] != "platform" or already:
        return None
    return HandoffChange(0, "new", "product", "platform", queue)


def _bars(
    stages: Sequence[Stage],
    holders: Sequence[Holder],
    waits: Sequence[float | None],
    keeps: Sequence[bool],
) -> tuple[PatternBar, ...]:
    bars: list[PatternBar] = []
    at = 0.0
    for stage, holder, wait, own in zip(stages, holders, waits, keeps, strict=True):
        touch = likely(stage.touch_days) or 0.0
        bars.append(PatternBar(stage.stage, holder, at, wait or 0.0, touch, own))
        at += (wait or 0.0) + touch
    return tuple(bars)


@dataclass(frozen=True)
class StageDays:
    """One stage, for drawing, in likely working days; None is unknown.

    `start` is when its waiting begins, counted from the start of the stream without unknown days.
    `wait_ends` and `touch_ends` are (low, high) if a range was given.
    """

    stage: Literal["data", "model", "serving", "product"]
    name: str | None
    """What is done there, in the words that were given."""
    team: str | None
    start: float
    wait: float | None
    touch: float | None
    wait_ends: tuple[float, float] | None
    touch_ends: tuple[float, float] | None
    measured: bool | None


@dataclass(frozen=True)
class ValueStream:
    """The stream as it is today, and the same stream under each pattern.

    Lead times are working days; None if no duration is known. Shares are 0 to 1 of the mean days
    that are known; None if there are none.
    """

    stages: tuple[StageDays, ...]
    handoffs: tuple[Handoff, ...]
    """Handoffs between neighbouring stages of different teams."""
    undecided: int
    """The number of neighbouring stages that may have a handoff.

    Not both of their teams were answered.
    """
    p50: float | None
    p90: float | None
    touch_p50: float | None
    wait_p50: float | None
    wait_share: float | None
    """The share of the days that is waiting; the rest is work."""
    measured_share: float | None
    """The share of the days in stages that were measured."""
    guessed_share: float | None
    """The share of the days in stages that were guessed; the rest is not answered."""
    platform_wait: float | None
    """The likely days of waiting for the platform team; None if there are none."""
    p50_unqueued: float | None
    """The lead time if nothing waited for the platform team; None if nothing does.

    It is the best that more people on that team can bring while each stage stays with its team.
    """
    unknown_touch: tuple[int, ...]
    """Stages (from 0) whose working time is unknown."""
    unknown_wait: tuple[int, ...]
    under: tuple[PatternStream, ...]
    assumptions: tuple[str, ...]

    @property
    def lower_bound(self) -> bool:
        """Return whether days are missing, so that the real lead time is longer."""
        return bool(self.unknown_touch or self.unknown_wait)

    @property
    def handoff_wait(self) -> float | None:
        """Return the days of waiting at handoffs; None if none is known in full."""
        waits = [h.wait for h in self.handoffs if h.wait is not None]
        return sum(waits) if waits and not self.unknown_wait else None

    @property
    def longest_wait(self) -> int | None:
        """Return the stage (from 0) with the longest likely wait, or None."""
        waits = [(s.wait, -i) for i, s in enumerate(self.stages) if s.wait]
        return -max(waits)[1] if waits else None

    def handoff_at(self, stage: int) -> Handoff | None:
        """Return the handoff before a stage (from 0), or None."""
        return next((s for s in self.handoffs if s.at == stage), None)


def value_stream(content: Content, answers: Answers) -> ValueStream | None:
    """Return the stream of the answered stages, or None (S3; method K1)."""
    stages, teams = answers.stages, content.teams
    if not stages:
        return None
    touch = tuple(stage.touch_days for stage in stages)
    wait = tuple(stage.wait_days for stage in stages)
    known = _any(touch) or _any(wait)
    p50, p90 = percentiles(touch + wait) if known else (None, None)
    measured = [_measured(answers, s) for s in stages]
    queued = [s.team is not None and teams.kind(s.team) == "platform" for s in stages]
    for_platform = sum(likely(w) or 0.0 for w, own in zip(wait, queued, strict=True) if own)
    others = tuple(0.0 if own else w for w, own in zip(wait, queued, strict=True))
    # Shares count the likely days, which are the ones that every table shows and adds up.
    worked, waited = ([likely(d) or 0.0 for d in part] for part in (touch, wait))
    days = [sum(both) for both in zip(worked, waited, strict=True)]
    whole = sum(days)

    def share(part: float) -> float | None:
        return round(part / whole, 4) if whole > 0 else None

    return ValueStream(
        stages=_stages(teams, stages, measured),
        handoffs=tuple(
            _handoff(teams, stages, at)
            for at in range(1, len(stages))
            if is_handoff(teams, stages, at)
        ),
        undecided=sum(is_handoff(teams, stages, at) is None for at in range(1, len(stages))),
        p50=p50,
        p90=p90,
        touch_p50=percentiles(touch)[0] if _any(touch) else None,
        wait_p50=percentiles(wait)[0] if _any(wait) else None,
        wait_share=share(sum(waited)) if _any(touch) and _any(wait) else None,
        measured_share=share(_of(days, measured, True)),
        guessed_share=share(_of(days, measured, False)),
        platform_wait=for_platform or None,
        p50_unqueued=percentiles((*touch, *others))[0] if for_platform else None,
        unknown_touch=tuple(i for i, d in enumerate(touch) if d is None),
        unknown_wait=tuple(i for i, d in enumerate(wait) if d is None),
        under=under_patterns(content, answers, stages, touch, wait),
        assumptions=tuple(
            content.words(f"handoffs.assume-{what}")
            for what in ("triangular", "touch", "vanish", "new", "hypothesis")
        ),
    )


def _any(parts: Sequence[Days | None]) -> bool:
    return any(part is not None for part in parts)


def _of(days: Sequence[float], measured: Sequence[bool | None], required: bool) -> float:
    return sum(d for d, m in zip(days, measured, strict=True) if m is required)


def _measured(answers: Answers, stage: Stage) -> bool | None:
    """Return whether a stage was measured, by itself or as all stages were."""
    if stage.measured is not None:
        return stage.measured
    basis = (answers.basis or {}).get("stages")
    return {"measured": True, "opinion": False}.get(basis or "")


def _handoff(teams: Teams, stages: Sequence[Stage], at: int) -> Handoff:
    before, after = stages[at - 1], stages[at]
    return Handoff(
        at,
        teams.label(before.team or ""),
        teams.label(after.team or ""),
        likely(after.wait_days),
    )


def _stages(
    teams: Teams, stages: Sequence[Stage], measured: Sequence[bool | None]
) -> tuple[StageDays, ...]:
    found: list[StageDays] = []
    at = 0.0
    for stage, is_measured in zip(stages, measured, strict=True):
        wait, touch = likely(stage.wait_days), likely(stage.touch_days)
        team = None if stage.team is None else teams.label(stage.team)
        wait_ends, touch_ends = ends(stage.wait_days), ends(stage.touch_days)
        days = (at, wait, touch, wait_ends, touch_ends)
        found.append(StageDays(stage.stage, stage.name, team, *days, is_measured))
        at += (wait or 0.0) + (touch or 0.0)
    return tuple(found)


STAGES = ("data", "model", "serving", "product")
NEEDED: tuple[Discipline, ...] = (
    "data-engineering",
    "ml-engineering",
    "backend-engineering",
    "product-management",
)
"""The members that the essay names (S3)."""

_POINTS_TO = {
    "one-team": "sequential-handoffs",
    "squad": "sequential-handoffs",
    "deploys-alone": "sequential-handoffs",
    "measures-outcomes": "users-never-seen",
    "data-access": "data-ticket-queue",
    "talk": "users-never-seen",
    "usage": "users-never-seen",
    "effects": "users-never-seen",
}
"""The breakage that a gap in each item points to; one link is ours (K1)."""


@dataclass(frozen=True)
class VerticalItem:
    """One thing to have in place: True, False, or None if not answered."""

    id: str
    holds: bool | None
    words: str
    """A sentence on what was found."""
    reads: tuple[str, ...]
    breakage: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class VerticalCheck:
    """The items in their order, with what their gaps point to."""

    items: tuple[VerticalItem, ...]
    holders: tuple[str, ...]
    """The different teams that do stages, as typed, each once."""
    missing: tuple[Discipline, ...] | None
    """Disciplines that the squad lacks; None if the squad is unknown."""
    breakages: tuple[Breakage, ...]
    """Breakages that at least one gap points to, in the content's order."""
    mandated: bool
    """True under a single-operator mandate."""
    permitted: tuple[str, ...]
    """What remains possible under that mandate; empty without one."""

    @property
    def in_place(self) -> int:
        return sum(i.holds is True for i in self.items)

    @property
    def gaps(self) -> int:
        return sum(i.holds is False for i in self.items)

    @property
    def unknown(self) -> int:
        return sum(i.holds is None for i in self.items)

    def item(self, id_: str) -> VerticalItem:
        """Return the item of an id.

        Raises KeyError for an unknown id.
        """
        for item in self.items:
            if item.id == id_:
                return item
        raise KeyError(id_)


def vertical_check(content: Content, answers: Answers) -> VerticalCheck:
    """Return the check of vertical integration (S3; data work by tension T9)."""
    teams = content.teams
    holders = _holders(teams, answers)
    missing = missing_disciplines(answers)
    seen = answers.users_seen
    facts: dict[str, tuple[bool | None, tuple[str, ...], tuple[str, ...]]] = {
        "one-team": (_one_team(teams, answers, holders), ("stages",), ("S3",)),
        "squad": (None if missing is None else not missing, ("squad",), ("S3",)),
        "deploys-alone": (answers.deploys_alone, ("deploys_alone",), ("S3",)),
        "measures-outcomes": (answers.measures_outcomes, ("measures_outcomes",), ("S3",)),
        "data-access": (
            None if answers.data_access is None else answers.data_access == "self-service",
            ("data_access",),
            ("S3", "S2 §patterns"),
        ),
        "talk": (seen.talk if seen else None, ("users_seen.talk",), ("S3",)),
        "usage": (seen.usage if seen else None, ("users_seen.usage",), ("S3",)),
        "effects": (seen.effects if seen else None, ("users_seen.effects",), ("S3",)),
    }
    values = {
        "teams": content.words.listing(holders),
        "n": len(holders),
        "missing": content.words.listing(discipline_name(content, d) for d in missing or ()),
    }
    items = tuple(
        VerticalItem(
            id_,
            holds,
            content.words(f"vertical.{id_}-{_word(holds, id_, holders)}", **values),
            reads,
            _POINTS_TO[id_],
            sources,
        )
        for id_, (holds, reads, sources) in facts.items()
    )
    gaps = {i.breakage for i in items if i.holds is False}
    mandated = answers.mandate == "single-operator"
    return VerticalCheck(
        items=items,
        holders=holders,
        missing=missing,
        breakages=tuple(b for b in content.breakages if b.id in gaps),
        mandated=mandated,
        permitted=tuple(
            content.words(f"vertical.permitted-{what}")
            for what in ("evaluation-set", "users", "data")
        )
        if mandated
        else (),
    )


def missing_disciplines(answers: Answers) -> tuple[Discipline, ...] | None:
    """Return which needed disciplines the squad lacks; None if none was named."""
    if not answers.squad:
        return None
    return tuple(d for d in NEEDED if d not in answers.squad)


def discipline_name(content: Content, id_: str) -> str:
    return next(d.name for d in content.disciplines if d.id == id_)


def _word(holds: bool | None, id_: str, holders: tuple[str, ...]) -> str:
    if id_ == "one-team" and holds is False and not holders:
        return "nobody"
    return "unknown" if holds is None else "yes" if holds else "no"


def _holders(teams: Teams, answers: Answers) -> tuple[str, ...]:
    """Return the teams that do stages, each once, in the order of the stages."""
    found: dict[str, str] = {}
    for stage in answers.stages or ():
        if stage.team is not None and teams.is_somebody(stage.team):
            label = teams.label(stage.team)
            found.setdefault(teams.key(stage.team), label[:1].upper() + label[1:])
    return tuple(found.values())


def _one_team(teams: Teams, answers: Answers, holders: tuple[str, ...]) -> bool | None:
    """Return whether one team does all four kinds of stage.

    Two teams are enough for False; None if unknown.
    """
    stages = answers.stages or ()
    nobody = any(s.team is not None and not teams.is_somebody(s.team) for s in stages)
    if len(holders) > 1 or nobody:
        return False
    whole = {s.stage for s in stages if s.team is not None} == set(STAGES)
    return True if whole and all(s.team is not None for s in stages) else None
