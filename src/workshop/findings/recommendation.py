"""From four verdicts to one recommendation: one pattern, a combination, an open contest, or none.

No score and no forced winner. Two patterns that both fit are settled by the answers that the
content names for that pair: if all that speak point the same way, that pattern is advised;
otherwise, or where fewer than half of them were told, the contest stays open and says what would
decide it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workshop.findings.verdicts import Inputs, PatternVerdict, Reading, judge
from workshop.model.answers import Pattern
from workshop.model.content import Content
from workshop.model.judging import Combination, Contest

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
