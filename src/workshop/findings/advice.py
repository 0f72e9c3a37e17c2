"""The advice in sentences: the headline that every page, terminal and report repeats, and how
firm it is. Pure words; nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from workshop.content.items import Pattern
from workshop.content.loader import Content
from workshop.findings.situation import Situation
from workshop.findings.tipping import WHOLE_NUMBERS, Segment, Strip
from workshop.findings.verdicts import word

Line = Literal["source", "soft", "ours"]
_Key = tuple[tuple[Pattern, ...], bool]


# -- what is advised ----------------------------------------------------------------------------


def headline(a: Situation) -> str:
    """Return the recommendation in one sentence without a full stop, in the team's numbers."""
    say, r = a.content.words, a.recommendation
    if r.contested:
        patterns = either(a.content, options(a.content, r.patterns))
        answers = what_decides(a)
        if not answers:
            return say("advice.headline-open", patterns=patterns)
        return say(
            "advice.headline-open-find-out",
            n=len(answers),
            patterns=patterns,
            answers=a.listing(answers),
        )
    if r.patterns:
        return _one(a)
    verdicts = [v.verdict for v in a.verdicts.values()]
    if None in verdicts:
        return say("advice.headline-unknown")
    if not r.nearest:
        return say("advice.headline-excluded")
    names = a.listing(options(a.content, r.nearest))
    return say("advice.headline-none", n=len(r.nearest), patterns=names)


def _one(a: Situation) -> str:
    """Return the headline of one pattern, or of two that the source combines."""
    patterns, teams = a.recommendation.patterns, a.answers.model_teams
    low, high = platform_range(a, patterns[0])
    key = f"advice.headline-{'-'.join(patterns)}"
    if patterns == ("federated",) and a.answers.rails == "bought":
        key += "-bought"
    values = {"low": number_words(a.content, low), "high": number_words(a.content, high)}
    if not teams:
        return a.content.words(f"{key}-unknown", **values)
    return a.content.words(key, n=teams, teams=number_words(a.content, teams), **values)


def platform_range(a: Situation, pattern: Pattern) -> tuple[int, int]:
    """Return how many people the pattern's platform takes: scaled to the team, or as published."""
    for headcount in a.headcounts:
        if headcount.pattern.id == pattern and headcount.platform is not None:
            return headcount.platform
    people = a.content.pattern(pattern).headcount
    return people.absolute or people.per_ten


def options(content: Content, patterns: tuple[Pattern, ...]) -> list[str]:
    """Return the short names of what is advised, a combination counted as one."""
    names = {p: str(content.pattern(p).short) for p in patterns}
    for c in content.combinations:
        if c.base in names and c.beside in names:
            names[c.base] = c.name
            del names[c.beside]
    return list(names.values())


def what_decides(a: Situation) -> list[str]:
    """Return the names of the answers that would decide an open contest and were not told."""
    open_ones = [s for s in a.recommendation.settled if s.winner is None]
    names = [side.reads for s in open_ones for side in s.sides if not side.known]
    return [a.content.question(n).name for n in dict.fromkeys(names)]


def either(content: Content, names: list[str]) -> str:
    """Return names as alternatives: “a, b or c”."""
    if len(names) < 2:
        return "".join(names)
    comma = content.words("common.comma")
    return content.words("advice.or", first=comma.join(names[:-1]), last=names[-1])


def number_words(content: Content, n: int) -> str:
    """Return a small number as a word, a larger one in digits."""
    key = f"advice.number-{n}"
    return content.words(key) if key in content.words else str(n)


# -- how firm it is -----------------------------------------------------------------------------


def firmness(a: Situation) -> tuple[str, ...]:
    """Return sentences on how firm the advice is, the narrowest margin first.

    Numbers come before choices, and what was told before what was not.
    """
    say, now = a.content.words, a.recommendation.key
    numbers, choices, untold, soft = [], [], [], []
    for strip in a.strips:
        if all((s.patterns, s.contested) == now for s in strip.segments):
            continue
        name = a.content.question(strip.input).name
        if strip.now is None:
            untold.append(name)
        elif strip.segments[0].start is None:
            choices += _choices(a, strip)
        else:
            numbers.append((_margin(strip), _number(a, strip)))
            if "source" not in [line(a.content, strip.input, e) for e in _edges(strip)]:
                soft.append(name)
    sentences = [words for _, words in sorted(numbers, key=lambda item: item[0])] + choices
    if untold:
        sentences.append(say("advice.untold", n=len(untold), names=a.listing(untold)))
    if soft:
        sentences.append(say("advice.soft", names=a.listing(soft)))
    return tuple(sentences) or (say("advice.nothing"),)


def becomes(content: Content, segment: Segment) -> str:
    """Return what the advice becomes in a segment, as a clause."""
    names = options(content, segment.patterns)
    if not names:
        return content.words("advice.becomes-none")
    if segment.contested:
        return content.words("advice.becomes-open", names=content.words.listing(names))
    return content.words("advice.becomes-one", name=content.words.listing(names))


def choice_words(content: Content, name: str, value: object) -> str:
    """Return a choice as its question words it."""
    written = word(value) or ""
    return content.question(name).choices.get(written, written)


def line(content: Content, name: str, edge: float) -> Line:
    """Return how well a threshold is supported: the weakest criterion that draws it."""
    grades: tuple[Line, ...] = ("source", "soft", "ours")
    found = [
        c.firmness
        for c in content.criteria
        if c.reads == name and any(edge in (b.from_, b.below) for b in c.bands)
    ]
    return max(found, key=grades.index, default="source")


def neighbours(strip: Strip) -> tuple[Segment | None, Segment | None]:
    """Return the segments just below and just above the one in which the team stands."""
    here = strip.here
    if here is None:
        return None, None
    at = strip.segments.index(here)
    below = strip.segments[at - 1] if at else None
    return below, strip.segments[at + 1] if at + 1 < len(strip.segments) else None


def last_of(strip: Strip, segment: Segment) -> float | None:
    """Return the highest value of a segment: its last whole number, or where it ends."""
    if segment.end is None:
        return None
    return segment.end - 1 if strip.input in WHOLE_NUMBERS else segment.end


def _edges(strip: Strip) -> list[float]:
    """Return the thresholds next to where the team stands."""
    below, above = neighbours(strip)
    found = [below.end if below else None, above.start if above else None]
    return [edge for edge in found if edge is not None]


def _margin(strip: Strip) -> float:
    """Return how far the nearest other advice is, as a share of where the team stands."""
    below, above = neighbours(strip)
    steps = [strip.now - (last_of(strip, below) or 0)] if below else []
    steps += [(above.start or 0) - strip.now] if above else []
    return float(min(steps) / max(strip.now, 1))


def _number(a: Situation, strip: Strip) -> str:
    here = strip.here
    if here is None or (here.patterns, here.contested) != a.recommendation.key:
        raise AssertionError(f"the advice does not follow from {strip.input}")
    below, above = neighbours(strip)
    name = a.content.question(strip.input).name
    if not here.patterns:
        return _reaches(a, strip, name)
    high = last_of(strip, here)
    values = {
        "name": name,
        "low": _digits(a, here.start),
        "high": _digits(a, high),
        "under": _digits(a, last_of(strip, below) if below else None),
        "over": _digits(a, here.end),
        "below": becomes(a.content, below) if below else "",
        "above": becomes(a.content, above) if above else "",
    }
    form = "between" if below and above else "from" if below else "to"
    if form == "between" and here.start == high and f"advice.at-{strip.input}" in a.content.words:
        form = "at"
    key = f"advice.{form}-{strip.input}"
    if key not in a.content.words:
        key = f"advice.{form}-other"
    return a.content.words(key, n=high, **values)


def _reaches(a: Situation, strip: Strip, name: str) -> str:
    """Return which values would bring an advice where there is none."""
    points = [t for t in a.tipping_points if t.input == strip.input]
    sentences = [
        a.content.words(
            f"advice.reaches-{t.when}",
            name=name[:1].upper() + name[1:],
            to=_digits(a, t.to),
            becomes=becomes(a.content, Segment(t.patterns, t.contested)),
        )
        for t in points
    ]
    return " ".join(sentences)


def _choices(a: Situation, strip: Strip) -> list[str]:
    """Return a sentence for each other advice that another choice would bring."""
    outcomes: dict[_Key, list[str]] = {}
    for s in strip.segments:
        key = (s.patterns, s.contested)
        if key != a.recommendation.key and s.value != strip.now:
            outcomes.setdefault(key, []).append(choice_words(a.content, strip.input, s.value))
    say, name = a.content.words, a.content.question(strip.input).name
    sentences = []
    for key, names in outcomes.items():
        then = becomes(a.content, Segment(*key))
        if strip.here is not None and len(names) == len(strip.segments) - 1 > 1:
            sentences.append(say("advice.with-any-other", name=name, becomes=then))
            continue
        choices = either(a.content, _quoted(a.content, names))
        sentences.append(say("advice.with-choice", choices=choices, name=name, becomes=then))
    return sentences


def _quoted(content: Content, names: Iterable[str]) -> list[str]:
    return [content.words("advice.quoted", words=name) for name in names]


def _digits(a: Situation, value: float | None) -> str:
    return "" if value is None else a.content.words.number(value)
