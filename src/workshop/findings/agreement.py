"""Find answers that do not fit together, and answers that decisions change.

This comes before any judgement: it looks at answers alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from workshop.answers.schema import Answers, Decision, as_agreed, as_compared, lookup, teams_in
from workshop.content.items import Condition, Contradiction, Outweighed
from workshop.content.loader import Content
from workshop.content.teams import AT_HANDOVER, NOBODY, Teams
from workshop.findings.handoffs import ValueStream, days_words, rounded
from workshop.findings.patterns.capacity import DAYS_A_WEEK, QueueCurve
from workshop.findings.patterns.inputs import word

COMPUTED: dict[str, tuple[str, ...]] = {
    "computed.queue_weeks": (
        "model_teams",
        "requests_per_team_month",
        "days_per_request",
        "platform_engineers",
    ),
    "computed.running_teams": ("stages",),
    "computed.serving_wait": ("stages",),
}
"""Calculated numbers that a contradiction may read, and their answers."""
DECISIONS_DISAGREE = "decisions-disagree"
"""Id of the contradiction between decisions that set an answer differently."""
WORDS_DIFFER = "decision-words-differ"
"""Id of the contradiction between a decision's words and its answer."""
DONE_DIFFERS = "decision-done-differs"
"""Id of the contradiction between a decision called done and today's answer."""
OF_DECISIONS = frozenset({DECISIONS_DISAGREE, WORDS_DIFFER})
"""Ids of the contradictions that leave no answer about today in doubt."""
_WEEKS = ("queue_weeks", "computed.queue_weeks")


@dataclass(frozen=True)
class Clash:
    """Answers that cannot all be right, in the team's own terms."""

    id: str
    answers: tuple[str, ...]
    """Names of the answers that do not fit together, all of them given."""
    statement: str
    why: str
    check: str
    what: str
    """What to find out, as an action of the plan."""
    sources: tuple[str, ...]
    decision: str = ""
    """The decision that it is about, if it is about one."""
    measured: str = ""
    """The answer that is measured and so outweighs an opinion, if one is."""


@dataclass(frozen=True)
class AgreedChange:
    """An answer that a decision changes: as found, as agreed, and the decision."""

    name: str
    found: Any = field(hash=False)
    """None if it was not answered."""
    agreed: Any = field(hash=False)
    decision: Decision


def changes(content: Content, answers: Answers) -> tuple[AgreedChange, ...]:
    """Return the answers that decisions change, in the order of decisions."""
    agreed = as_agreed(answers)
    if agreed is None:
        return ()
    by = {name: d for d in answers.decisions or () for name in d.sets or {}}
    given = ((name, lookup(answers, name), lookup(agreed, name), d) for name, d in by.items())
    return tuple(AgreedChange(*one) for one in given if not alike(content.teams, one[1], one[2]))


def alike(teams: Teams, one: Any, other: Any) -> bool:
    """Return whether two answers are the same, however their teams are spelt."""
    return bool(_comparable(teams, one) == _comparable(teams, other))


def _comparable(teams: Teams, value: Any) -> Any:
    if isinstance(value, str):
        if teams.is_nobody(value):
            return NOBODY
        return AT_HANDOVER if teams.is_at_handover(value) else teams.key(value)
    if isinstance(value, tuple) and all(isinstance(v, str) for v in value):
        return frozenset(_comparable(teams, v) for v in value)
    if isinstance(value, tuple):
        return tuple(_comparable(teams, v) for v in value)
    fields = getattr(type(value), "model_fields", None)
    if fields is not None:
        return {name: _comparable(teams, getattr(value, name)) for name in fields}
    return value


# -- what does not fit together -----------------------------------------------------------------


def clashes(
    content: Content, answers: Answers, stream: ValueStream | None, queue: QueueCurve | None
) -> tuple[Clash, ...]:
    """Return the answers that do not fit together; decisions come last."""
    values = {
        "computed.queue_weeks": _queue_weeks(queue),
        "computed.running_teams": _running_teams(content, answers),
        "computed.serving_wait": _serving_wait(content, stream),
    }
    held = {
        one.id: one
        for one in content.contradictions
        if all(_holds(c, answers, values) for c in one.when)
    }
    found = [
        _clash(content, answers, one, values)
        for one in held.values()
        if not held.keys() & set(one.yields_to)
    ]
    made = (_of_decisions, _of_words, _of_done)
    return (*found, *(clash for of in made for clash in of(content, answers)))


def _running_teams(content: Content, answers: Answers) -> int | None:
    """Return how many teams train, release and run the model; None if one is open.

    Teams that only give data, or fit the model into the product, do not run it.
    """
    teams: list[str] = []
    for stage in answers.stages or ():
        if stage.stage not in ("model", "serving"):
            continue
        if stage.team is None or not content.teams.is_somebody(stage.team):
            return None
        if not any(content.teams.same(stage.team, team) for team in teams):
            teams.append(stage.team)
    return len(teams) or None


def _serving_wait(content: Content, stream: ValueStream | None) -> float | None:
    """Return the longest wait in days for a platform team that takes over serving."""
    if stream is None:
        return None
    serving = (h for h in stream.handoffs if stream.stages[h.at].stage == "serving")
    waits = (h.wait for h in serving if content.teams.kind(h.taker) == "platform")
    return max((wait for wait in waits if wait is not None), default=None)


def _queue_weeks(queue: QueueCurve | None) -> float | None:
    now = queue.now if queue else None
    return None if now is None or now.wait is None else now.wait / DAYS_A_WEEK


def _value(name: str, answers: Answers, values: Mapping[str, Any]) -> Any:
    return values[name] if name in values else lookup(answers, name)


def _holds(condition: Condition, answers: Answers, values: Mapping[str, Any]) -> bool:
    value = _value(condition.reads, answers, values)
    if value is None:
        return False
    if condition.is_:
        return word(value) in condition.is_
    if not condition.more_than and not condition.far_from:
        low, high = condition.from_, condition.below
        return (low is None or value >= low) and (high is None or value < high)
    other = _value(condition.more_than or condition.far_from, answers, values)
    if other is None:
        return False
    if condition.more_than:
        return bool(value > other)
    least, most = sorted((value, other))
    return bool(most - least >= condition.apart and most >= condition.times * least)


def _clash(
    content: Content, answers: Answers, one: Contradiction, values: Mapping[str, Any]
) -> Clash:
    _ = content.words
    shown = {
        name.replace(".", "_").replace("-", "_"): _shown(content, name, value)
        for name in one.answers
        if (value := _value(name, answers, values)) is not None
    }
    names = dict.fromkeys(n for name in one.answers for n in COMPUTED.get(name, (name,)))
    said: Contradiction | Outweighed = one
    if (other := one.outweighed) is not None:
        basis = answers.basis or {}
        known = (basis.get(other.opinion), basis.get(other.measured))
        said = other if known == ("opinion", "measured") else one
    return Clash(
        id=one.id,
        answers=tuple(names),
        statement=_.fill(said.statement, shown),
        why=_.fill(said.why, shown),
        check=_.fill(said.check, shown),
        what=_.fill(one.what, shown),
        sources=one.sources,
        measured=said.measured if isinstance(said, Outweighed) else "",
    )


def _shown(content: Content, name: str, value: Any) -> str:
    """Return a value as in a sentence: weeks with their word, choices by label."""
    if name in _WEEKS:
        weeks = rounded(content, value)
        if weeks == "0":
            return content.words("agreed.no-wait")
        return content.words("handoffs.weeks", n=1 if weeks == "1" else 2, weeks=weeks)
    if name == "computed.serving_wait":
        return days_words(content, value)
    if name in COMPUTED:
        return content.words.number(value)
    choices = content.question(name).choices
    written = word(value) or ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return content.words.number(value)
    return choices.get(written, written)


def _worded(
    content: Content, id_: str, answers: tuple[str, ...], key: str, words: Mapping[str, str]
) -> Clash:
    """Return a clash of decisions in the words of this key."""
    told = (
        content.words(f"agreed.{key}{part}", **words) for part in ("", "-why", "-check", "-what")
    )
    statement, why, check, what = told
    return Clash(id_, answers, statement, why, check, what, ("K1",))


def _of_decisions(content: Content, answers: Answers) -> Iterator[Clash]:
    """Yield a clash for each answer that two decisions set to different values."""
    first: dict[str, tuple[Decision, Any]] = {}
    given: set[str] = set()
    for decision in answers.decisions or ():
        for name, value in (decision.sets or {}).items():
            other, was = first.setdefault(name, (decision, value))
            if alike(content.teams, was, value) or name in given:
                continue
            given.add(name)
            words = {
                "name": name_words(content, name),
                "first": value_of(content, name, was),
                "second": value_of(content, name, value),
                "one": other.decision,
                "other": decision.decision,
            }
            yield _worded(content, DECISIONS_DISAGREE, (name,), "disagree", words)


def _of_done(content: Content, answers: Answers) -> Iterator[Clash]:
    """Yield a clash for each earlier decision called done that an answer contradicts."""
    earlier = answers.earlier
    agreed = as_agreed(earlier.answers) if earlier else None
    if earlier is None or agreed is None:
        return
    done = {as_compared(o.decision) for o in earlier.became or () if o.became == "done"}
    for decision in earlier.answers.decisions or ():
        if as_compared(decision.decision) not in done:
            continue
        differ = [
            name
            for name in decision.sets or {}
            if _differs(content.teams, lookup(agreed, name), lookup(answers, name))
        ]
        if not differ:
            continue
        values = {"agreed": lookup(agreed, differ[0]), "now": lookup(answers, differ[0])}
        words = {key: value_of(content, differ[0], value) for key, value in values.items()}
        words |= {"name": name_words(content, differ[0]), "decision": decision.decision}
        yield _worded(content, DONE_DIFFERS, tuple(differ), "done", words)


def _differs(teams: Teams, agreed: Any, now: Any) -> bool:
    """Return whether today's answer is another one; a team of a joint rota is not."""
    if now is None or alike(teams, agreed, now):
        return False
    joint = isinstance(agreed, str) and isinstance(now, str)
    return not (joint and teams.shares(agreed, now))


def _of_words(content: Content, answers: Answers) -> Iterator[Clash]:
    """Yield a clash for each decision whose words name another choice than it sets.

    Without any answer that it sets, that is the answer as agreed to the question that it is about.
    """
    agreed, made = as_agreed(answers) or answers, answers.decisions or ()
    known = tuple(teams_in(answers)) if made else ()
    for decision in made:
        chosen, sets = decision.chosen or "", decision.sets or {}
        if not sets:
            given = {n: lookup(agreed, n) for n in asked_in(content, answers, decision)}
            sets = {name: value for name, value in given.items() if value is not None}
        if any(_says(content, chosen, name, value) for name, value in sets.items()):
            continue
        other = next((n for n in sets if _is_choice(content, known, n, chosen, sets[n])), None)
        if other is None:
            continue
        words = {
            "name": name_words(content, other),
            "decision": decision.decision,
            "chosen": chosen,
            "agreed": value_of(content, other, sets[other]),
        }
        clash = _worded(content, WORDS_DIFFER, (other,), "differs", words)
        yield replace(clash, decision=decision.decision)


def asked_in(content: Content, answers: Answers, decision: Decision) -> tuple[str, ...]:
    """Return the answers for which a recorded question asks, by its words.

    They are those of a question of the content, or of a vote of that day.
    """
    asked = as_compared(decision.decision)
    names = [q.id for q in content.questions if as_compared(q.ask) == asked]
    names += [v.question for v in answers.votes or () if as_compared(v.asked) == asked]
    return tuple(n for n in dict.fromkeys(names) if n.split(".")[0] in Answers.model_fields)


def _says(content: Content, chosen: str, name: str, value: Any) -> bool:
    """Return whether what was chosen says in words what a decision sets."""
    if as_compared(chosen) == as_compared(value_of(content, name, value)):
        return True
    if isinstance(value, tuple):
        return alike(content.teams, tuple(content.teams.parts(chosen)), value)
    return isinstance(value, str) and alike(content.teams, chosen, value)


def _is_choice(content: Content, known: Sequence[str], name: str, chosen: str, value: Any) -> bool:
    """Return whether what was chosen is, in whole, something that a question offers.

    `known` are the teams that the answers name.
    """
    if not chosen.strip() or name.startswith("signals."):
        return False
    choices = {} if name.startswith("drills.") else content.question(name).choices
    if choices:
        return as_compared(chosen) in map(as_compared, choices.values())
    teams = content.teams
    names = teams.parts(chosen) if isinstance(value, tuple) else [chosen]
    return isinstance(value, str | tuple) and all(
        teams.is_vacant(one) or teams.kind(one) or teams.among(one, known) for one in names
    )


# -- words --------------------------------------------------------------------------------------


def name_words(content: Content, name: str) -> str:
    """Return the name of an answer in words.

    A moment of a drill and a signal have two names.
    """
    text = content.words
    top, _, below = name.partition(".")
    if top == "drills":
        id_, _, moment = below.partition(".")
        title = next((d.title for d in content.drills if d.id == id_), id_)
        if moment:
            return text("agreed.moment", title=title, minute=moment.removeprefix("minute_"))
        return text("since.drill", title=title)
    if top == "signals":
        signal, _, part = below.partition(".")
        key_ = "since.limit" if part == "trigger" else "since.stands"
        return text(key_, name=content.question(signal).name)
    return content.question(name).name


def value_of(content: Content, name: str, value: Any) -> str:
    """Return an answer's value in words: choices by label, numbers with units."""
    _ = content.words
    if value is None:
        return _("common.unknown")
    if isinstance(value, tuple):
        return content.words.listing(value_of(content, name, v) for v in value)
    question = content.question(name.split(".")[1] if name.startswith("signals.") else name)
    written = word(value) or ""
    if written in question.choices:
        return question.choices[written]
    if isinstance(value, int | float):
        unit = question.unit
        return _("common.with-unit", n=value, unit=unit) if unit else _.number(value)
    teams = content.teams
    if teams.is_nobody(written):
        return _("common.nobody")
    return _("common.at-handover") if teams.is_at_handover(written) else teams.label(written)
