"""Each pattern's verdict, and the recommendation that follows from the four.

The hard constraint comes first, then criteria that say supports, neutral or against; from the
verdicts one pattern, a combination, an open contest or nothing is recommended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from workshop.answers.schema import Answers, lookup
from workshop.content.items import Band, Combination, Constraint, Contest, Criterion, Pattern
from workshop.content.loader import Content

Says = Literal["supports", "neutral", "against", "unknown"]
Verdict = Literal["excluded", "fits", "fits-on-conditions", "not-yet"]


@dataclass(frozen=True)
class Reading:
    """What one criterion says about one pattern, given the answers."""

    criterion: Criterion
    value: Any
    says: Says
    because: str


@dataclass(frozen=True)
class Condition:
    """What has to hold, or be done, for a pattern to fit. `told` is False for open questions."""

    reads: str
    words: str
    told: bool
    sources: tuple[str, ...]


@dataclass(frozen=True)
class PatternVerdict:
    """The judgement of one pattern.

    `verdict` is None where no answer speaks for or against what the pattern needs: it was not
    judged. `unknown` lists the answers that would be needed to judge it whole.
    """

    pattern: Pattern
    verdict: Verdict | None
    readings: tuple[Reading, ...]
    constraint: Constraint | None
    conditions: tuple[Condition, ...]
    changes: tuple[str, ...]
    """What would have to change, where the verdict is not-yet."""
    unknown: tuple[str, ...]

    @property
    def obstacles(self) -> int:
        return len(self.changes)


class Inputs:
    """The values that criteria read: the answers, with single inputs replaced for a what-if."""

    def __init__(self, answers: Answers, changes: Mapping[str, Any] | None = None) -> None:
        self._answers = answers
        self._changes = dict(changes or {})

    def __getitem__(self, name: str) -> Any:
        if name in self._changes:
            return self._changes[name]
        return lookup(self._answers, name)

    def word(self, name: str) -> str | None:
        """Return the value as content writes it (`true`, `3`), or None where it is unknown."""
        return word(self[name])


def word(value: Any) -> str | None:
    """Return a value as content writes it: `true`, `3`, `2.5`, `single-operator`."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value + 0.0:g}"  # never “-0”
    return str(value)


def judge(content: Content, inputs: Inputs) -> dict[Pattern, PatternVerdict]:
    """Return the verdict of each pattern, in the order of the content."""
    return {p.id: _judge_one(content, p.id, inputs) for p in content.patterns}


def _judge_one(content: Content, pattern: Pattern, inputs: Inputs) -> PatternVerdict:
    readings = tuple(
        reading
        for c in content.criteria
        if c.pattern == pattern and (reading := _read(content, c, inputs)) is not None
    )
    unknown = tuple(dict.fromkeys(r.criterion.reads for r in readings if r.says == "unknown"))
    constraint = _constraint(content, pattern, inputs)
    if constraint is not None:
        return PatternVerdict(pattern, "excluded", readings, constraint, (), (), ())

    groups = _groups(readings)
    states = [_state(group) for group in groups]
    judged = "supports" in states or "unknown" not in states
    blocking = "against" if "against" in states else "neutral"
    changes = tuple(
        r.criterion.change
        for group, state in zip(groups, states, strict=True)
        if state == blocking
        for r in group[:1]
        if r.criterion.change
    )
    conditions = _conditions(content, readings, groups, states)
    verdict: Verdict | None
    if "against" in states:
        verdict = "not-yet"
    elif states and states[0] == "unknown":
        verdict = None  # the first group is what defines the pattern; the rest cannot stand for it
    elif "supports" in states:
        verdict = "fits-on-conditions" if conditions else "fits"
    else:  # nothing speaks against it, but nothing it needs is known to be there either
        verdict = "not-yet" if judged else None
    if verdict not in ("fits", "fits-on-conditions"):
        conditions = ()
    if verdict != "not-yet":
        changes = ()
    return PatternVerdict(pattern, verdict, readings, None, conditions, changes, unknown)


def _read(content: Content, criterion: Criterion, inputs: Inputs) -> Reading | None:
    """Return what a criterion says, or None where it has nothing to say to these answers."""
    for name, values in criterion.only_if.items():
        if inputs.word(name) not in values:
            return None
    for name, values in criterion.unless.items():
        if inputs.word(name) in values:
            return None
    value = inputs[criterion.reads]
    if value is None:
        return Reading(criterion, None, "unknown", "")
    band = next((b for b in criterion.bands if matches(b, value)), None)
    if band is None:
        return Reading(criterion, value, "neutral", "")
    n = value if isinstance(value, float) else word(value)
    return Reading(criterion, value, band.says, content.words.fill(band.because, {"n": n}))


def matches(band: Band, value: Any) -> bool:
    """Return whether a value lies in a band: from (included) up to below (excluded)."""
    if band.is_:
        return word(value) in band.is_
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return (band.from_ is None or value >= band.from_) and (
        band.below is None or value < band.below
    )


def _constraint(content: Content, pattern: Pattern, inputs: Inputs) -> Constraint | None:
    for constraint in content.constraints:
        if pattern in constraint.excludes and inputs.word(constraint.reads) in constraint.is_:
            return constraint
    return None


def _groups(readings: tuple[Reading, ...]) -> list[list[Reading]]:
    """Return the needed criteria as groups of alternatives, in order."""
    groups: dict[str, list[Reading]] = {}
    for r in readings:
        if r.criterion.role == "needed":
            groups.setdefault(r.criterion.group or r.criterion.id, []).append(r)
    return list(groups.values())


def _state(group: list[Reading]) -> Says:
    """Return what a group of alternatives says: one that supports is enough, one unknown leaves
    it open, and it speaks against only when nothing else could still support it."""
    said = [r.says for r in group]
    if "supports" in said:
        return "supports"
    if "unknown" in said:
        return "unknown"
    return "against" if "against" in said else "neutral"


def _conditions(
    content: Content,
    readings: tuple[Reading, ...],
    groups: list[list[Reading]],
    states: list[Says],
) -> tuple[Condition, ...]:
    named = [
        Condition(r.criterion.reads, r.criterion.condition, True, r.criterion.sources)
        for r in readings
        if r.criterion.role == "condition" and r.says == "against"
    ]
    open_ones = [
        r
        for group, state in zip(groups, states, strict=True)
        if state == "unknown"
        for r in group
        if r.says == "unknown"
    ]
    open_ones += [r for r in readings if r.criterion.role == "condition" and r.says == "unknown"]
    asked: dict[str, Condition] = {}
    for r in open_ones:
        asked.setdefault(
            r.criterion.reads,
            Condition(
                r.criterion.reads,
                content.words("verdict.find-out", question=content.question(r.criterion.reads).ask),
                False,
                r.criterion.sources,
            ),
        )
    return (*named, *asked.values())


_LEVEL = {"against": 0, "neutral": 1, "supports": 2}
_FITTING = ("fits", "fits-on-conditions")


@dataclass(frozen=True)
class Side:
    """One deciding answer, and the pattern on whose side it stands (None: on neither)."""

    reads: str
    favours: Pattern | None
    known: bool


@dataclass(frozen=True)
class Settled:
    """How a pair that both fit was compared."""

    contest: Contest
    sides: tuple[Side, ...]
    winner: Pattern | None


@dataclass(frozen=True)
class Recommendation:
    """`patterns` holds none, one, a combination (base first), or the contestants."""

    patterns: tuple[Pattern, ...]
    contested: bool
    combination: Combination | None
    settled: tuple[Settled, ...]
    because: tuple[str, ...]
    nearest: tuple[Pattern, ...]
    """Where none fits: the patterns with the fewest obstacles."""

    @property
    def key(self) -> tuple[tuple[Pattern, ...], bool]:
        """What a change of advice is a change of."""
        return self.patterns, self.contested


def recommend(content: Content, inputs: Inputs) -> Recommendation:
    """Return the recommendation for these inputs."""
    return settle(content, judge(content, inputs))


def settle(content: Content, verdicts: Mapping[Pattern, PatternVerdict]) -> Recommendation:
    """Return the recommendation that follows from the verdicts."""
    fitting = [p for p, v in verdicts.items() if v.verdict in _FITTING]
    combination = next(
        (c for c in content.combinations if c.base in fitting and c.beside in fitting), None
    )
    contenders = [p for p in fitting if combination is None or p != combination.beside]
    settled, left = _contest(content, verdicts, contenders)
    if combination is not None and combination.base not in left:
        # Without its base the other of the two stands for itself.
        contenders = [p for p in fitting if p != combination.base]
        combination = None
        more, left = _contest(content, verdicts, contenders)
        settled = tuple(dict.fromkeys((*settled, *more)))
    contested = len(left) > 1
    patterns = tuple(left)
    if combination is not None:
        at = patterns.index(combination.base) + 1
        patterns = (*patterns[:at], combination.beside, *patterns[at:])
    return Recommendation(
        patterns,
        contested,
        combination,
        settled,
        _because(verdicts, patterns),
        () if patterns else _nearest(verdicts),
    )


def _contest(
    content: Content, verdicts: Mapping[Pattern, PatternVerdict], contenders: list[Pattern]
) -> tuple[tuple[Settled, ...], list[Pattern]]:
    """Return how each pair of contenders was compared, and those that no other has beaten."""
    settled = tuple(
        _compare(contest, verdicts)
        for contest in content.contests
        if contest.patterns[0] in contenders and contest.patterns[1] in contenders
    )
    beaten = {
        p for s in settled if s.winner is not None for p in s.contest.patterns if p != s.winner
    }
    return settled, [p for p in contenders if p not in beaten] or contenders


def _compare(contest: Contest, verdicts: Mapping[Pattern, PatternVerdict]) -> Settled:
    one, other = contest.patterns
    sides = []
    for name in contest.decided_by:
        if not any(
            r.criterion.reads == name for p in contest.patterns for r in verdicts[p].readings
        ):
            continue  # no criterion has anything to say about it here
        a, b = _level(verdicts[one], name), _level(verdicts[other], name)
        known = a is not None or b is not None
        a, b = 1 if a is None else a, 1 if b is None else b
        favours = one if a > b else other if b > a else None
        sides.append(Side(name, favours, known))
    favoured = {s.favours for s in sides if s.favours is not None}
    if not favoured:
        classes = [_FITTING.index(str(verdicts[p].verdict)) for p in contest.patterns]
        every_side_known = all(s.known for s in sides)
        if classes[0] != classes[1] and every_side_known:
            favoured = {contest.patterns[classes.index(min(classes))]}
    enough = sum(s.known for s in sides) * 2 >= len(sides)
    winner = favoured.pop() if len(favoured) == 1 and enough else None
    return Settled(contest, tuple(sides), winner)


def _level(verdict: PatternVerdict, name: str) -> int | None:
    """Return the least that a pattern's criteria say of an input; None where it is unknown."""
    said = [
        _LEVEL[r.says] for r in verdict.readings if r.criterion.reads == name and r.says in _LEVEL
    ]
    return min(said) if said else None


def _because(
    verdicts: Mapping[Pattern, PatternVerdict], patterns: tuple[Pattern, ...]
) -> tuple[str, ...]:
    """Return the reasons in favour: what is needed first, then what leans that way."""

    def rank(reading: Reading) -> int:
        return ("needed", "leaning", "condition").index(reading.criterion.role)

    reasons: list[str] = []
    for pattern in patterns:
        supporting = [r for r in verdicts[pattern].readings if r.says == "supports"]
        reasons += [
            r.because for r in sorted(supporting, key=rank) if r.criterion.role != "condition"
        ]
    return tuple(dict.fromkeys(reasons))


def _nearest(verdicts: Mapping[Pattern, PatternVerdict]) -> tuple[Pattern, ...]:
    left = {p: v.obstacles for p, v in verdicts.items() if v.verdict == "not-yet"}
    return tuple(p for p, count in left.items() if count == min(left.values()))
