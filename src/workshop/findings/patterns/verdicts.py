"""Judge each pattern, and recommend what follows from the four verdicts.

The hard constraint comes first, then criteria that support, are neutral or argue against; from the
verdicts one pattern, a combination, an open contest or nothing is recommended. There is no score
and no forced winner: two patterns that both fit are settled by the answers that the content names
for that pair, one that decides alone, else all that count, if they favour the same side. Otherwise,
or if fewer than half of them are known, the contest stays open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from workshop.answers.schema import Answers
from workshop.content.items import Band, Combination, Constraint, Contest, Criterion, Pattern
from workshop.content.loader import Content
from workshop.findings.patterns.inputs import Inputs, fewest, in_one_line, measure, word

Says = Literal["supports", "neutral", "against", "unknown"]
Verdict = Literal["excluded", "fits", "fits-on-conditions", "not-yet"]
Status = Literal["none", "first-indication", "contested", "recommendation"]
FITTING: tuple[Verdict, ...] = ("fits", "fits-on-conditions")
_LEVEL = {"against": 0, "neutral": 1, "supports": 2}
ENOUGH = 4
"""Deciding answers that are needed for more than a first indication."""


@dataclass(frozen=True)
class Reading:
    """What one criterion says about one pattern, given the answers.

    `value` is the answer it reads; `values` fill the placeholders of its words.
    """

    criterion: Criterion
    value: Any
    says: Says
    because: str = ""
    values: Mapping[str, Any] | None = field(default=None, hash=False)

    @property
    def asks(self) -> str:
        """Return the answer that is missing if the reading is unknown."""
        c = self.criterion
        return c.per if c.per and self.value is not None else c.reads


@dataclass(frozen=True)
class Condition:
    """Something to do for a pattern to fit.

    `growth`: it comes with size alone, so it is named and the pattern fits all the same.
    """

    reads: str
    words: str
    sources: tuple[str, ...]
    growth: bool = False
    reason: str = ""
    """Why the pattern needs it."""
    first_step: str = ""
    """What its owner can do next week."""


@dataclass(frozen=True)
class PatternVerdict:
    """The judgement of one pattern.

    `verdict` is None if the pattern was not judged: an answer that defines it is missing, or no
    answer supports or argues against what it needs. `unknown` lists the answers that would complete
    the judgement; a pattern can fit without them.
    """

    pattern: Pattern
    verdict: Verdict | None
    readings: tuple[Reading, ...]
    constraint: Constraint | None
    conditions: tuple[Condition, ...]
    changes: tuple[str, ...]
    """What would have to change, if the verdict is not-yet."""
    unknown: tuple[str, ...]

    @property
    def obstacles(self) -> int:
        return len(self.changes)

    @property
    def fits(self) -> bool:
        return self.verdict in FITTING

    def says_on(self, name: str) -> tuple[Says, ...]:
        """Return what the criteria that read an answer say, if they apply."""
        return tuple(r.says for r in self.readings if r.criterion.reads == name)


def judge(content: Content, inputs: Inputs) -> dict[Pattern, PatternVerdict]:
    """Return the verdict of each pattern, in the order of the content."""
    return _judge(content, inputs, _read_all(content, inputs))


_Read = dict[Pattern, list["Reading | None"]]


def _read_all(content: Content, inputs: Inputs) -> _Read:
    return {
        p: [_read(content, c, inputs) for c in criteria]
        for p, criteria in content.criteria_of.items()
    }


def _judge(content: Content, inputs: Inputs, read: _Read) -> dict[Pattern, PatternVerdict]:
    found = {
        p: _verdict(content, p, _constraint(content, p, inputs), readings)
        for p, readings in read.items()
    }
    for combination in content.combinations:
        base, beside = found[combination.base], found[combination.beside]
        if combination.only_beside and base.verdict == "not-yet" and beside.fits:
            found[combination.beside] = _after(combination, base, beside)
    return found


def _after(both: Combination, base: PatternVerdict, beside: PatternVerdict) -> PatternVerdict:
    """Return the verdict of a pattern that is advised only after another one."""
    at = next(r.criterion for r in base.readings if r.says in ("against", "neutral"))
    condition = Condition(at.reads, both.first, at.sources, first_step=both.first_step)
    return replace(beside, verdict="fits-on-conditions", conditions=(condition, *beside.conditions))


@dataclass(frozen=True)
class Outlook:
    """The verdict on a pattern with other answers, and what decides its contests.

    It has no words and no readings, since a what-if is tried for dozens of values.
    """

    verdict: Verdict | None
    deciding: Mapping[str, tuple[Says, ...]] = field(hash=False)
    """What each answer that decides a contest says, by its criteria that apply."""
    obstacles: int = 0

    @property
    def fits(self) -> bool:
        return self.verdict in FITTING

    def says_on(self, name: str) -> tuple[Says, ...]:
        return self.deciding.get(name, ())


Verdicts = Mapping[Pattern, PatternVerdict] | Mapping[Pattern, Outlook]
"""What the advice follows from: verdicts, or the outlooks of a what-if."""


class Judge:
    """The verdicts on a set of answers, and with some answers replaced.

    Only criteria that read a replaced answer are read again, without their words. What they say
    decides: an outlook, and the advice, is found once for the same sayings.
    """

    def __init__(self, content: Content, answers: Answers) -> None:
        self.content = content
        self.inputs = Inputs(answers)
        read = _read_all(content, self.inputs)
        self.verdicts = _judge(content, self.inputs, read)
        self._says = {p: _says(readings) for p, readings in read.items()}
        self._excluded = {p: v.constraint is not None for p, v in self.verdicts.items()}
        self._hard = frozenset(c.reads for c in content.constraints)
        self._judged: dict[tuple[Any, ...], Outlook] = {}
        self._outlooks: dict[tuple[Any, ...], Outlook] = {}
        self._now = {
            p: self._outlook(p, v.verdict, self._says[p]) for p, v in self.verdicts.items()
        }
        self._advised: dict[tuple[int, ...], Recommendation] = {}

    def but(self, changes: Mapping[str, Any]) -> dict[Pattern, Outlook]:
        """Return the outlook of each pattern with these answers replaced."""
        inputs, hard = self.inputs.but(changes), not self._hard.isdisjoint(changes)
        readers = self.content.criteria_by_answer
        touched = [readers[name] for name in changes if name in readers]
        at = touched[0] if len(touched) == 1 else _merged(touched)
        return {
            p: self._again(p, inputs, at.get(p, {}), hard) if hard or p in at else outlook
            for p, outlook in self._now.items()
        }

    def advice_if(self, changes: Mapping[str, Any]) -> Recommendation:
        """Return the recommendation with these answers replaced."""
        outlooks = self.but(changes)
        found = tuple(map(id, outlooks.values()))  # of outlooks that are all kept here
        if found not in self._advised:
            self._advised[found] = settle(self.content, outlooks)
        return self._advised[found]

    def _again(
        self, pattern: Pattern, inputs: Inputs, at: Mapping[int, bool], hard: bool
    ) -> Outlook:
        criteria, says = self.content.criteria_of[pattern], self._says[pattern].copy()
        for i, gated in at.items():
            if gated:
                says[i] = _said(self.content, criteria[i], inputs)[0]
            elif says[i] is not None:
                says[i] = _heard(self.content, criteria[i], inputs)[0]
        excluded = self._excluded[pattern]
        if hard:
            excluded = _constraint(self.content, pattern, inputs) is not None
        key = (pattern, excluded, *says)
        if key not in self._judged:
            verdict = "excluded" if excluded else _judged(self.content, pattern, says)
            self._judged[key] = self._outlook(pattern, verdict, says)
        return self._judged[key]

    def _outlook(
        self, pattern: Pattern, verdict: Verdict | None, says: Sequence[Says | None]
    ) -> Outlook:
        """Return the one outlook with this verdict and these sayings on contests."""
        deciding = self.content.deciding_of[pattern]
        key = (pattern, verdict, *[says[i] for places in deciding.values() for i in places])
        if key not in self._outlooks:
            told = {n: tuple(s for i in at if (s := says[i])) for n, at in deciding.items()}
            self._outlooks[key] = Outlook(verdict, told)
        return self._outlooks[key]


def _merged(touched: list[dict[Pattern, dict[int, bool]]]) -> dict[Pattern, dict[int, bool]]:
    """Return which criteria read any of some answers.

    True for those of which one of these answers decides whether they apply.
    """
    found: dict[Pattern, dict[int, bool]] = {}
    for of_patterns in touched:
        for pattern, places in of_patterns.items():
            at = found.setdefault(pattern, {})
            for i, gated in places.items():
                at[i] = gated or at.get(i, False)
    return found


def _says(readings: Sequence[Reading | None]) -> list[Says | None]:
    return [None if r is None else r.says for r in readings]


def _verdict(
    content: Content,
    pattern: Pattern,
    constraint: Constraint | None,
    read: list[Reading | None],
) -> PatternVerdict:
    readings = tuple(r for r in read if r is not None)
    if constraint is not None:
        return PatternVerdict(pattern, "excluded", readings, constraint, (), (), ())
    verdict = _judged(content, pattern, _says(read))
    unknown = tuple(dict.fromkeys(r.asks for r in readings if r.says == "unknown"))
    changes = _changes(content, pattern, read) if verdict == "not-yet" else []
    named = [
        r for r in readings if r.criterion.role in ("condition", "growth") and r.says == "against"
    ]
    conditions: dict[str, Condition] = {}
    for r in named if verdict in FITTING else ():
        c, words = r.criterion, _fill(content, r.criterion.condition, r)
        grows = c.role == "growth"
        condition = Condition(c.reads, words, c.sources, grows, c.reason, c.first_step)
        conditions.setdefault(words, condition)
    return PatternVerdict(
        pattern,
        verdict,
        readings,
        None,
        tuple(conditions.values()),
        tuple(dict.fromkeys(changes)),
        unknown,
    )


def _judged(content: Content, pattern: Pattern, says: Sequence[Says | None]) -> Verdict | None:
    """Return the verdict that follows from what each criterion of a pattern says."""
    criteria = content.criteria_of[pattern]
    states: list[Says] = []
    is_open = False
    for places in content.needed_of[pattern]:
        given = [says[i] for i in places if says[i]]
        if given:
            state = _state(given)
            if state == "unknown" and not is_open:
                is_open = not states or any(says[i] and criteria[i].defines for i in places)
            states.append(state)
    if "against" in states:
        return "not-yet"
    if is_open:
        return None  # what defines the pattern is unknown; the rest cannot stand for it
    if "supports" in states:
        first = any(says[i] == "against" for i in content.conditions_of[pattern])
        return "fits-on-conditions" if first else "fits"
    # nothing speaks against it, but nothing it needs is known to be there either
    return None if "unknown" in states else "not-yet"


def _changes(content: Content, pattern: Pattern, read: list[Reading | None]) -> list[str]:
    """Return what would have to change: the first that says so of each group."""
    groups = [[r for i in places if (r := read[i])] for places in content.needed_of[pattern]]
    states = [_state([r.says for r in group]) for group in groups]
    blocking = "against" if "against" in states else "neutral"
    speakers = [
        next(r for r in group if r.says == blocking)
        for group, state in zip(groups, states, strict=True)
        if group and state == blocking
    ]
    return [_fill(content, r.criterion.change, r) for r in speakers if r.criterion.change]


def _read(content: Content, criterion: Criterion, inputs: Inputs) -> Reading | None:
    """Return what a criterion says, with its words, or None if it does not apply."""
    says, measured, because = _said(content, criterion, inputs)
    if says is None:
        return None
    value = inputs[criterion.reads]
    if not because:
        return Reading(criterion, value, says)
    values = _values(content, criterion, inputs, measured)
    return Reading(criterion, value, says, content.words.fill(because, values), values)


def _said(content: Content, criterion: Criterion, inputs: Inputs) -> tuple[Says | None, Any, str]:
    """Return what a criterion says, of which number, and the sentence that says why."""
    if not inputs.applies(criterion.only_if, criterion.unless):
        return None, None, ""
    return _heard(content, criterion, inputs)


def _heard(content: Content, criterion: Criterion, inputs: Inputs) -> tuple[Says, Any, str]:
    """Return what a criterion that applies says, of which number, and why."""
    measured = inputs[criterion.reads]
    if criterion.per or criterion.fewest:
        measured = measure(content, criterion, inputs)
    if measured is None:
        return "unknown", None, ""
    for band in criterion.bands:
        if matches(band, measured):
            return band.says, measured, band.because
    return "neutral", measured, ""


def _values(
    content: Content, criterion: Criterion, inputs: Inputs, measured: Any
) -> dict[str, Any]:
    """Return the values for the placeholders of a criterion's words."""
    place = inputs.word("deployment")
    values: dict[str, Any] = {"place": place and content.question("deployment").choices[place]}
    if criterion.fewest:
        count = fewest(content, criterion.fewest_of or criterion.pattern, inputs)
        return values | {"n": inputs[criterion.reads], "start": count.start, "fewest": count.scale}
    if criterion.per:
        return values | {"n": round(measured, 1)}
    values["n"] = measured if isinstance(measured, float) else word(measured)
    if criterion.reads == "mandate":
        values["named"] = _regulation(content, inputs)
    return values


def _regulation(content: Content, inputs: Inputs) -> str:
    """Return the name of the regulation, to follow that word; empty without one."""
    name = inputs["regulation_name"]
    return content.words("advice.regulation-named", name=in_one_line(name)) if name else ""


def _fill(content: Content, words: str, reading: Reading) -> str:
    return content.words.fill(words, reading.values or {})


def matches(band: Band, value: Any) -> bool:
    """Return whether a value is in a band: from (included) up to below (excluded)."""
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


def _state(says: Sequence[Says | None]) -> Says:
    """Return what a group of alternatives says together.

    One that supports is enough, one unknown leaves it open, and it argues against only if nothing
    else could still support it.
    """
    if "supports" in says:
        return "supports"
    if "unknown" in says:
        return "unknown"
    return "against" if "against" in says else "neutral"


# -- the recommendation ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Side:
    """One deciding answer, and the pattern that it favours (None: neither)."""

    reads: str
    favours: Pattern | None
    known: bool


@dataclass(frozen=True)
class Settled:
    """The comparison of two patterns that both fit."""

    contest: Contest
    sides: tuple[Side, ...]
    winner: Pattern | None


@dataclass(frozen=True)
class Way:
    """A way to close an open contest.

    With these values of these answers, and everything else as answered, `then` is advised. Each was
    tried.
    """

    answers: tuple[str, ...]
    values: Mapping[str, Any] = field(hash=False)
    then: tuple[Pattern, ...]


@dataclass(frozen=True)
class Default:
    """What to do while a contest is open.

    Keep today's arrangement, or begin with the one that is easier to undo. `until` is the value of
    an answer at which the other pattern takes over.
    """

    pattern: Pattern
    kind: Literal["today", "easier"]
    contest: Contest
    until: tuple[str, Any] | None


@dataclass(frozen=True)
class Reason:
    """One reason for the advice, with the answer that it depends on.

    `decides`: another value of that answer would change the advice.
    """

    answer: str
    because: str
    decides: bool


@dataclass(frozen=True)
class Recommendation:
    """The advice: `patterns` is none, one, a combination or the contestants.

    A combination has its base first. What follows `nearest` is left empty in a what-if.
    """

    patterns: tuple[Pattern, ...]
    contested: bool
    combination: Combination | None
    settled: tuple[Settled, ...]
    nearest: tuple[Pattern, ...]
    """The patterns with the fewest obstacles, if none fits."""
    status: Status = "none"
    missing: tuple[str, ...] = ()
    """Missing answers that decide the advice."""
    reasons: tuple[Reason, ...] = ()
    """The reasons, those that decide first, by how little would change the advice."""
    decided_by: tuple[Way, ...] = ()
    """Single answers that close an open contest, else the smallest sets."""
    default: Default | None = None
    until_staffed: tuple[int, tuple[Pattern, ...]] | None = None
    """The number of platform people that changes the advice, and the new advice."""

    @property
    def key(self) -> tuple[tuple[Pattern, ...], bool]:
        """Return what makes two recommendations the same advice."""
        return self.patterns, self.contested

    @property
    def now(self) -> tuple[Pattern, ...]:
        """Return what firm advice begins with: a combination's base works alone."""
        return self.patterns[:1] if self.status == "recommendation" else ()

    @property
    def later(self) -> tuple[Pattern, ...]:
        """Return the pattern of firm advice on which to decide later."""
        return self.patterns[1:] if self.status == "recommendation" else ()

    @property
    def needs(self) -> tuple[str, ...]:
        """Return the missing answers without which this is no advice yet."""
        return self.missing if self.status in ("none", "first-indication") else ()

    @property
    def because(self) -> tuple[str, ...]:
        return tuple(reason.because for reason in self.reasons)


def settle(content: Content, verdicts: Verdicts) -> Recommendation:
    """Return the recommendation that follows from the verdicts."""
    fitting = [p for p, v in verdicts.items() if v.fits]
    combination = next(
        (c for c in content.combinations if c.base in fitting and c.beside in fitting), None
    )
    beside = {c.beside for c in content.combinations if c.only_beside}
    if combination is not None:
        beside.add(combination.beside)
    settled, left = _contest(content, verdicts, [p for p in fitting if p not in beside])
    if combination is not None and combination.base not in left:
        combination = None
    patterns = tuple(left)
    if combination is not None:
        at = patterns.index(combination.base) + 1
        patterns = (*patterns[:at], combination.beside, *patterns[at:])
    return Recommendation(
        patterns,
        len(left) > 1,
        combination,
        settled,
        () if patterns else _nearest(verdicts),
    )


def _contest(
    content: Content, verdicts: Verdicts, contenders: list[Pattern]
) -> tuple[tuple[Settled, ...], list[Pattern]]:
    """Return how each pair of contenders was compared, and the unbeaten ones."""
    settled = tuple(
        _compare(contest, verdicts)
        for contest in content.contests
        if contest.patterns[0] in contenders and contest.patterns[1] in contenders
    )
    beaten = {
        p for s in settled if s.winner is not None for p in s.contest.patterns if p != s.winner
    }
    return settled, [p for p in contenders if p not in beaten] or contenders


def _compare(contest: Contest, verdicts: Verdicts) -> Settled:
    one, other = contest.patterns
    sides = tuple(
        _side(contest, verdicts, name)
        for name in contest.decided_by
        if any(verdicts[p].says_on(name) for p in contest.patterns)
    )  # others have no criterion that has anything to say here
    for side in sides:
        winners = contest.decides_alone.get(side.reads, ())
        if side.favours in winners:
            return Settled(contest, (side,), side.favours)
        if not side.known and {one, other} <= set(winners):
            return Settled(contest, (side,), None)
    classes = {p: verdicts[p].verdict for p in contest.patterns}
    sure = contest.wins_without_conditions
    if sure is not None and classes[sure] == "fits" and len(set(classes.values())) > 1:
        return Settled(contest, sides, sure)
    favoured = {s.favours for s in sides if s.favours is not None}
    if not favoured and len(set(classes.values())) > 1 and all(s.known for s in sides):
        favoured = {p for p, verdict in classes.items() if verdict == "fits"}
    enough = sum(s.known for s in sides) * 2 >= len(sides)
    winner = favoured.pop() if len(favoured) == 1 and enough else None
    return Settled(contest, sides, winner)


def _side(contest: Contest, verdicts: Verdicts, name: str) -> Side:
    one, other = contest.patterns
    a, b = _level(verdicts[one], name), _level(verdicts[other], name)
    known = a is not None or b is not None
    a, b = 1 if a is None else a, 1 if b is None else b
    return Side(name, one if a > b else other if b > a else None, known)


def _level(verdict: PatternVerdict | Outlook, name: str) -> int | None:
    """Return the least favourable reading of an input; None if unknown."""
    return min((_LEVEL[says] for says in verdict.says_on(name) if says in _LEVEL), default=None)


def _nearest(verdicts: Verdicts) -> tuple[Pattern, ...]:
    left = {p: v.obstacles for p, v in verdicts.items() if v.verdict == "not-yet"}
    return tuple(p for p, count in left.items() if count == min(left.values()))
