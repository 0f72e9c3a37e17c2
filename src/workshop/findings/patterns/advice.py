"""Put the advice into sentences: the headline, and how firm it is.

Every page, terminal and report repeats them. Nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from workshop.answers.schema import lookup
from workshop.content.items import Pattern
from workshop.content.loader import Content
from workshop.findings.handoffs import QUEUES
from workshop.findings.patterns.capacity import platform_range
from workshop.findings.patterns.inputs import Inputs, word
from workshop.findings.patterns.tipping import (
    WHOLE_NUMBERS,
    Segment,
    SensitivityRange,
    last_of,
    margin,
    neighbours,
)
from workshop.findings.patterns.verdicts import PatternVerdict, Way, judge
from workshop.findings.situation import Situation

Line = Literal["source", "soft", "ours"]
_Key = tuple[tuple[Pattern, ...], bool]


@dataclass(frozen=True)
class Firm:
    """A sentence on how firm the advice is."""

    words: str
    answer: str = ""
    """The one answer that it is about, if it is about one."""
    later: bool = False
    """Whether that answer changes only the half of the advice to decide later."""
    soft: bool = False
    """Whether the limits of what it is about are one author's judgement, or ours."""


# -- what is advised ----------------------------------------------------------------------------


def headline(situation: Situation) -> str:
    """Return the recommendation as one sentence without a full stop.

    It uses the team's own numbers.
    """
    _, r = situation.content.words, situation.recommendation
    if r.status == "first-indication":
        names = either(situation.content, options(situation.content, r.patterns))
        asked = situation.listing(situation.content.question(n).name for n in r.missing)
        return _("advice.headline-first", n=len(r.missing), patterns=names, answers=asked)
    if r.contested:
        return _open(situation)
    if r.patterns:
        return _one(situation)
    verdicts = [v.verdict for v in situation.verdicts.values()]
    if situation.answers.model_teams == 0:
        return _("advice.headline-no-team")
    if None in verdicts:
        if not r.missing:
            return _("advice.headline-unknown")
        asked = situation.listing(situation.content.question(n).name for n in r.missing)
        return _("advice.headline-unknown-ask", n=len(r.missing), answers=asked)
    if not r.nearest:
        return _("advice.headline-excluded")
    names = situation.listing(options(situation.content, r.nearest))
    return _("advice.headline-none", n=len(r.nearest), patterns=names)


def is_advice(situation: Situation) -> bool:
    """Return whether the answers suffice for advice, not only for a first indication."""
    if situation.recommendation.status == "none":
        return all(v.verdict is not None for v in situation.verdicts.values())
    return situation.recommendation.status != "first-indication"


def _open(situation: Situation) -> str:
    """Return the headline of an open contest: what decides it, or what to do now."""
    _, r = situation.content.words, situation.recommendation
    patterns = either(situation.content, options(situation.content, r.patterns))
    asked = what_decides(situation)
    if asked:
        return _(
            "advice.headline-open-find-out",
            n=len(asked),
            patterns=patterns,
            answers=either(situation.content, asked),
        )
    if r.default is None:
        return _("advice.headline-open", patterns=patterns)
    name = situation.content.pattern(r.default.pattern).short
    form = f"advice.headline-open-{r.default.kind}"
    if r.default.until is None:
        return _(form, patterns=patterns, name=name)
    return _(f"{form}-until", patterns=patterns, name=name, until=_until(situation))


def _until(situation: Situation) -> str:
    """Return as a clause what ends today's arrangement."""
    default = situation.recommendation.default
    if default is None or default.until is None:
        raise AssertionError("there is no trigger")
    name, value = default.until
    return situation.content.words(
        f"advice.until-{name}", n=value, value=number_words(situation.content, value)
    )


def _one(situation: Situation) -> str:
    """Return the headline of one pattern, or of a combination of two."""
    patterns, teams = situation.recommendation.patterns, situation.answers.model_teams
    if situation.recommendation.until_staffed is not None:
        return _until_staffed(situation, *situation.recommendation.until_staffed)
    key = f"advice.headline-{'-'.join(patterns)}"
    bought = fewest_is_none(situation, patterns[0])
    if bought:
        key += "-bought"
    low, high = possible_range(situation, patterns[0])
    people = number_words(situation.content, low)
    if high > low:
        people = situation.content.words(
            "advice.people-range", low=people, high=number_words(situation.content, high)
        )
    have = people_there(situation)
    if have is not None and low > have:
        people = situation.content.words(
            "advice.people-more", n=have, people=people, have=number_words(situation.content, have)
        )
    if not teams:
        return situation.content.words(f"{key}-unknown", people=people)
    return situation.content.words(
        key, n=teams, people=people, teams=number_words(situation.content, teams)
    )


def _until_staffed(situation: Situation, people: int, then: tuple[Pattern, ...]) -> str:
    """Return the headline of a pattern that ends once there are people."""
    content = situation.content
    have = situation.answers.platform_engineers or 0
    return content.words(
        "advice.headline-until-staffed",
        name=content.pattern(situation.recommendation.patterns[0]).short,
        people=number_words(content, people),
        have=number_words(content, have),
        then=situation.listing(options(content, then)),
    )


def fewest_is_none(situation: Situation, pattern: Pattern) -> bool:
    """Return whether a pattern needs no platform people of its own here."""
    return (
        platform_range(
            situation.content, situation.content.pattern(pattern), Inputs(situation.answers)
        )[0]
        == 0
    )


def possible_range(situation: Situation, pattern: Pattern) -> tuple[int, int]:
    """Return how many people the pattern's platform takes, at most those available."""
    low, high = platform_range(
        situation.content, situation.content.pattern(pattern), Inputs(situation.answers)
    )
    if least := fewest_by_requests(situation, pattern, low):
        low, high = least, max(least, high)
    engineers, platform = situation.answers.ml_engineers, situation.answers.platform_engineers
    if engineers is None or platform is None:
        return low, high
    return low, max(low, min(high, engineers + platform))


def fewest_by_requests(situation: Situation, pattern: Pattern, low: int) -> int | None:
    """Return how many people the requests need, if more than an article says.

    That is where all requests go to one team. `low`: the fewest by the article.
    """
    if situation.queue is None or situation.queue.busy is None or pattern not in QUEUES:
        return None
    least = int(situation.queue.busy) + 1
    return least if least > low else None


def people_there(situation: Situation) -> int | None:
    """Return the people available for a platform: today's team, else all engineers."""
    given = [
        n
        for n in (situation.answers.platform_engineers, situation.answers.ml_engineers)
        if n is not None
    ]
    return min(given) if given else None


def options(content: Content, patterns: tuple[Pattern, ...]) -> list[str]:
    """Return the short names of what is advised, with a combination as one."""
    names = {p: str(content.pattern(p).short) for p in patterns}
    for c in content.combinations:
        if c.base in names and c.beside in names:
            names[c.base] = c.name
            del names[c.beside]
    return list(names.values())


def advice_names(content: Content, patterns: tuple[Pattern, ...], firm: bool = True) -> list[str]:
    """Return the names of what is advised, as `options` does.

    Firm advice says what of a combination comes now and what later.
    """
    names = options(content, patterns)
    for c in content.combinations if firm else ():
        if c.name in names:
            first, second = (content.pattern(p).short for p in (c.base, c.beside))
            words = content.words("advice.now-later", first=first, second=second)
            names[names.index(c.name)] = words
    return names


def what_decides(situation: Situation) -> list[str]:
    """Return the names of the missing answers that each close an open contest."""
    ways = [w for w in situation.recommendation.decided_by if len(w.answers) == 1]
    names = [n for w in ways for n in w.answers if Inputs(situation.answers)[n] is None]
    return [situation.content.question(n).name for n in dict.fromkeys(names)]


def deciding(situation: Situation) -> tuple[str, ...]:
    """Return sentences on what closes an open contest, and what to do until then."""
    _, r = situation.content.words, situation.recommendation
    if not r.contested:
        return ()
    sentences = []
    if r.decided_by and len(r.decided_by[0].answers) > 1:
        sentences.append(_("advice.no-single"))
    sentences += [_way(situation, way) for way in r.decided_by]
    if r.default is not None:
        name = situation.content.pattern(r.default.pattern).short
        values = {"name": name, "undo": r.default.contest.undo}
        form = f"advice.default-{r.default.kind}"
        if r.default.until is not None:
            sentences.append(_(f"{form}-until", until=_until(situation), **values))
        else:
            sentences.append(_(form, **values))
    return tuple(sentences)


def _way(situation: Situation, way: Way) -> str:
    given = [
        situation.content.words(
            "advice.way-answer",
            name=situation.content.question(name).name,
            value=_value(situation.content, name, way.values[name]),
        )
        for name in way.answers
    ]
    then = becomes(situation.content, Segment(way.then, False))
    return situation.content.words("advice.way", answers=situation.listing(given), becomes=then)


def _value(content: Content, name: str, value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool) and name != "maturity":
        return content.words.number(value)
    return content.words("advice.quoted", words=choice_words(content, name, value))


def not_judged(situation: Situation) -> tuple[str, ...]:
    """Return a sentence for each pattern that was not judged, with what is missing."""
    return tuple(
        situation.content.words(
            "advice.not-judged",
            n=len(missing),
            name=situation.content.pattern(p).short,
            answers=situation.listing(situation.content.question(n).name for n in missing),
        )
        for p, v in situation.verdicts.items()
        if v.verdict is None
        for missing in [_defining(v)]
    )


def _defining(verdict: PatternVerdict) -> list[str]:
    """Return the missing answers without which a pattern cannot be judged."""
    needed = [r for r in verdict.readings if r.says == "unknown" and r.criterion.role == "needed"]
    return list(dict.fromkeys(r.asks for r in needed))


def either(content: Content, names: list[str]) -> str:
    """Return names as alternatives: “a, b or c”."""
    if len(names) < 2:
        return "".join(names)
    comma = content.words("common.comma")
    return content.words("advice.or", first=comma.join(names[:-1]), last=names[-1])


def number_words(content: Content, number: int) -> str:
    """Return a small number as a word, a larger one in digits."""
    key = f"advice.number-{number}"
    return content.words(key) if key in content.words else str(number)


# -- how firm it is -----------------------------------------------------------------------------


def firmness(situation: Situation) -> tuple[str, ...]:
    """Return sentences on how firm the advice is, the narrowest margin first.

    Numbers come before choices, and given answers before missing ones.
    """
    return tuple(f.words for f in _firmness(situation))


def firmness_apart(situation: Situation) -> tuple[tuple[Firm, ...], tuple[Firm, ...]]:
    """Return what would change the advice, and what only its half for later.

    Which limits are soft is not said of all together, but noted with each answer.
    """
    both = [f for f in _firmness(situation) if f.answer or not f.soft]
    return tuple(f for f in both if not f.later), tuple(f for f in both if f.later)


def changes_half(situation: Situation, segment: Segment) -> bool:
    """Return whether a segment only leaves out the half to decide later."""
    r = situation.recommendation
    return bool(r.later) and segment.patterns == r.now and not segment.contested


def _firmness(situation: Situation) -> list[Firm]:
    """Return each sentence on how firm the advice is."""
    text, now = situation.content.words, situation.recommendation.key
    needs = situation.recommendation.needs
    numbers: list[tuple[float, Firm]] = []
    choices: list[Firm] = []
    missing, soft = [], []
    for strip in situation.sensitivity:
        if all((s.patterns, s.contested) == now for s in strip.segments):
            continue
        name = situation.content.question(strip.input).name
        other = [s for s in strip.segments if (s.patterns, s.contested) != now]
        later = all(changes_half(situation, s) for s in other)
        if strip.now is None:
            if strip.input not in needs:
                missing.append(name)
        elif strip.segments[0].start is None:
            choices += [Firm(words, strip.input, later) for words in _choices(situation, strip)]
        else:
            is_soft = "source" not in _lines(situation.content, strip)
            words = Firm(_number(situation, strip), strip.input, later, is_soft)
            numbers.append((margin(strip), words))
            if is_soft:
                soft.append(name)
    numbers.sort(key=lambda item: item[0])
    sentences = [*(words for _, words in numbers), *choices]
    rest = []
    if needs:  # as the headline does
        names = situation.listing(situation.content.question(n).name for n in needs)
        rest.append(Firm(text("advice.needs", n=len(needs), answers=names)))
    if missing:
        key = f"advice.untold{'-more' if needs else ''}"
        rest.append(Firm(text(key, n=len(missing), names=situation.listing(missing))))
    if soft:
        rest.append(Firm(text("advice.soft", names=situation.listing(soft)), soft=True))
    if not sentences and not rest:
        rest.append(Firm(text("advice.nothing")))
    rest += map(Firm, not_judged(situation) if situation.recommendation.patterns else ())
    return [*sentences, *rest]


def turned_by(situation: Situation, names: Iterable[str]) -> tuple[Segment, ...]:
    """Return the other advice that other values of these answers would give."""
    strips = (s for s in situation.sensitivity if s.input in names)
    found = (x for s in strips for x in s.segments)
    now = situation.recommendation.key
    return tuple(x for x in found if (x.patterns, x.contested) != now)


def turning(situation: Situation, names: Iterable[str]) -> tuple[str, ...]:
    """Return a sentence on each of these answers with which the advice changes."""
    now, found = situation.recommendation.key, list[str]()
    for strip in situation.sensitivity:
        same = all((s.patterns, s.contested) == now for s in strip.segments)
        if strip.input not in names or strip.now is None or same:
            continue
        choice = strip.segments[0].start is None
        found += _choices(situation, strip) if choice else [_number(situation, strip)]
    return tuple(found)


def becomes(content: Content, segment: Segment, now: tuple[Pattern, ...] = ()) -> str:
    """Return as a clause what the advice becomes in a segment.

    `now`: what is advised today; of its half is said what is left out.
    """
    names = options(content, segment.patterns)
    if not names:
        return content.words("advice.becomes-none")
    if segment.contested:
        return content.words("advice.becomes-open", names=content.words.listing(names))
    if set(segment.patterns) < set(now) and len(options(content, now)) == 1:
        left = [content.pattern(p).short for p in now if p not in segment.patterns]
        return content.words("advice.becomes-alone", left=content.words.listing(left))
    names = advice_names(content, segment.patterns)
    return content.words("advice.becomes-one", name=content.words.listing(names))


def why_turned(situation: Situation, name: str, segment: Segment) -> str:
    """Return what supports the other advice in a segment, or an empty string."""
    if segment.contested or not segment.patterns:
        return ""
    content, value = situation.content, segment.value
    if segment.start is not None:
        value = segment.start if segment.end is None else max(segment.start, segment.end - 1)
        value = int(value) if name in WHOLE_NUMBERS else value
    verdict = judge(content, Inputs(situation.answers, {name: value}))[segment.patterns[0]]
    own = (r for r in verdict.readings if name in content.read_by[r.criterion.id])
    return next((r.because for r in own if r.says == "supports"), "")


def choice_words(content: Content, name: str, value: object) -> str:
    """Return a choice in the words of its question."""
    written = word(value) or ""
    return content.question(name).choices.get(written, written)


def line(content: Content, name: str, edge: float, patterns: Iterable[Pattern] = ()) -> Line:
    """Return how well a threshold is supported: the weakest criterion that sets it.

    Only criteria of `patterns` count, if there are any. If no criterion has the threshold as a
    number of its own, one counts that compares the answer with another: models for each team, or
    people beyond the fewest.
    """
    grades: tuple[Line, ...] = ("source", "soft", "ours")
    looking = [c for c in content.criteria if name in content.read_by[c.id]]
    looking = [c for c in looking if c.pattern in patterns] or looking
    plain = [c for c in looking if c.reads == name and not c.per and not c.fewest]
    plain = [c for c in plain if any(edge in (b.from_, b.below) for b in c.bands)]
    usual = [c for c in plain if not c.only_if] or plain
    found = [c.firmness for c in usual] or [c.firmness for c in looking if c.per or c.fewest]
    return max(found, key=grades.index, default="source")


def edge_line(content: Content, strip: SensitivityRange, at: int) -> Line:
    """Return how well the threshold at the start of a segment is supported."""
    before, after = strip.segments[at - 1], strip.segments[at]
    patterns = {*before.patterns, *after.patterns}
    return line(content, strip.input, after.start or 0, patterns)


def _lines(content: Content, strip: SensitivityRange) -> list[Line]:
    """Return how well the thresholds next to today's value are supported."""
    here = strip.here
    at = strip.segments.index(here) if here is not None else 0
    return [edge_line(content, strip, i) for i in (at, at + 1) if 0 < i < len(strip.segments)]


def _number(situation: Situation, strip: SensitivityRange) -> str:
    here = strip.here
    if here is None or (here.patterns, here.contested) != situation.recommendation.key:
        raise AssertionError(f"the advice does not follow from {strip.input}")
    below, above = neighbours(strip)
    name = situation.content.question(strip.input).name
    if not here.patterns:
        return _reaches(situation, strip, name)
    high = last_of(strip, here)
    values = {
        "name": name,
        "low": _digits(situation, here.start),
        "high": _digits(situation, high),
        "under": _digits(situation, last_of(strip, below) if below else None),
        "over": _digits(situation, here.end),
        "below": becomes(situation.content, below, here.patterns) if below else "",
        "above": becomes(situation.content, above, here.patterns) if above else "",
    }
    form = "between" if below and above else "from" if below else "to"
    if (
        form == "between"
        and here.start == high
        and f"advice.at-{strip.input}" in situation.content.words
    ):
        form = "at"
    key = f"advice.{form}-{strip.input}"
    if key not in situation.content.words:
        key = f"advice.{form}-other"
    text = situation.content.words(key, n=high, **values)
    if form == "at":
        return text
    return f"{text} {_your_answer(situation, strip.input, _digits(situation, strip.now))}"


def _your_answer(situation: Situation, name: str, value: str) -> str:
    """Return the answer that was given, and that another one contradicts it, if so."""
    doubted = "-doubted" if name in situation.doubted else ""
    return situation.content.words(f"advice.your-answer{doubted}", value=value)


def _reaches(situation: Situation, strip: SensitivityRange, name: str) -> str:
    """Return which values would give advice if there is none."""
    points = [t for t in situation.tipping_points if t.input == strip.input]
    sentences = [
        situation.content.words(
            f"advice.reaches-{t.when}",
            name=name[:1].upper() + name[1:],
            to=_digits(situation, t.to),
            becomes=becomes(situation.content, Segment(t.patterns, t.contested)),
        )
        for t in points
    ]
    return " ".join(sentences)


def _choices(situation: Situation, strip: SensitivityRange) -> list[str]:
    """Return a sentence for each other advice that another choice would give."""
    outcomes: dict[_Key, list[str]] = {}
    for s in strip.segments:
        key = (s.patterns, s.contested)
        if key != situation.recommendation.key and s.value != strip.now:
            outcomes.setdefault(key, []).append(
                choice_words(situation.content, strip.input, s.value)
            )
    _, name = situation.content.words, situation.content.question(strip.input).name
    own, sentences = "", []
    if lookup(situation.answers, strip.input) is not None:  # else it follows from another answer
        given = choice_words(situation.content, strip.input, strip.now)
        value = _("advice.quoted", words=given)
        own = f" {_your_answer(situation, strip.input, value)}"
    for key, names in outcomes.items():
        then = becomes(situation.content, Segment(*key), situation.recommendation.patterns)
        if strip.here is not None and len(names) == len(strip.segments) - 1 > 1:
            sentences.append(_("advice.with-any-other", name=name, becomes=then) + own)
            continue
        choices = either(situation.content, _quoted(situation.content, names))
        text = _("advice.with-choice", choices=choices, name=name, becomes=then)
        sentences.append(text + own)
    return sentences


def _quoted(content: Content, names: Iterable[str]) -> list[str]:
    return [content.words("advice.quoted", words=name) for name in names]


def _digits(situation: Situation, value: float | None) -> str:
    return "" if value is None else situation.content.words.number(value)
