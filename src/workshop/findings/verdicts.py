"""Each pattern's verdict: the hard constraint first, then criteria that can be read one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from workshop.model.answers import Answers, Pattern, lookup
from workshop.model.content import Content
from workshop.model.judging import Band, Constraint, Criterion

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
