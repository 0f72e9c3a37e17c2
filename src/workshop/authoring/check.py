"""Check a content folder for everything that has to be mended."""

from __future__ import annotations

import ast
import itertools
import json
import math
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, get_args

from pydantic import BaseModel

from workshop import exhibits, plugins
from workshop.answers.reading import read_answers
from workshop.answers.schema import Answers
from workshop.authoring.translation import (
    Part,
    coverage,
    is_translation,
    lost_placeholders,
    prose_problems,
)
from workshop.authoring.wording import content_texts, read_vocabulary, wording_problems
from workshop.content.items import Band, Contradiction, Criterion, OptionText, Outweighed
from workshop.content.loader import FOLDER, LAYOUT, Content, kinds, load_content
from workshop.content.overlay import name_of
from workshop.content.raw import WORDS, read_raw, read_yaml
from workshop.content.teams import bare
from workshop.documents.html import blocks_to_html
from workshop.files import example, folder, notebooks
from workshop.findings.agreement import COMPUTED
from workshop.findings.assessment import Assessment, assess
from workshop.findings.output.display import labels_of
from workshop.findings.output.report import to_json
from workshop.findings.patterns.advice import headline
from workshop.findings.patterns.inputs import Inputs
from workshop.findings.patterns.tipping import WHOLE_NUMBERS
from workshop.findings.patterns.verdicts import judge, settle
from workshop.findings.rules import RULES
from workshop.findings.uncertainty import APPLIES
from workshop.problems import InputError, Problem, near

LOWEST = {"maturity": 1}
"""The least that a number can be, if that is not 0."""


def band_problems(content: Content) -> Iterator[Problem]:
    """Yield a problem for each answer value without exactly one band in a criterion."""
    questions = {q.id: q for q in content.questions}
    for criterion in content.criteria:
        if criterion.reads not in questions:
            continue  # told as a name that leads nowhere
        name = f"criteria: {criterion.id}.bands"
        choices = list(questions[criterion.reads].choices)
        kinds = {bool(band.is_) for band in criterion.bands}
        mixed = [b for b in criterion.bands if b.is_ and (b.from_, b.below) != (None, None)]
        if len(kinds) > 1 or mixed:
            yield Problem("Choices (is) and numbers (from, below) cannot be mixed.", name)
        elif kinds == {True}:
            yield from _choices(criterion, choices, name)
        elif is_number(criterion.reads):
            yield from _numbers(criterion, name)
        else:
            allowed = ", ".join(choices) or "none: this answer is free text"
            yield Problem("This answer is no number, so its bands say “is”.", name, "", allowed)


def is_number(name: str) -> bool:
    """Return whether an answer is a number."""
    info = Answers.model_fields.get(name)
    return info is not None and bool({int, float} & set(_leaves(info.annotation)))


def _leaves(annotation: Any) -> Iterator[Any]:
    parts = get_args(annotation)
    if not parts:
        yield annotation
    for part in parts:
        yield from _leaves(part)


def _choices(criterion: Criterion, choices: list[str], name: str) -> Iterator[Problem]:
    given = [value for band in criterion.bands for value in band.is_]
    for value in dict.fromkeys(given):
        if value not in choices:
            message, allowed = "The answer cannot have this value.", ", ".join(choices) or "none"
            yield Problem(message, name, value, allowed, near(value, choices))
        elif given.count(value) > 1:
            yield Problem("Two bands speak of this value.", name, value)
    for value in choices:
        if value not in given:
            yield Problem("No band speaks of this value.", name, value)


def _numbers(criterion: Criterion, name: str) -> Iterator[Problem]:
    lowest = -math.inf if criterion.fewest else LOWEST.get(criterion.reads, 0)
    ordered = sorted(criterion.bands, key=lambda b: lowest if b.from_ is None else b.from_)
    for band in ordered:
        if band.from_ is not None and band.below is not None and band.below <= band.from_:
            yield Problem("A band ends before it begins.", name, _written(band))
    first, last = ordered[0], ordered[-1]
    if first.from_ is not None and first.from_ > lowest:
        yield Problem(f"No band speaks of values below {first.from_:g}.", name)
    if last.below is not None:
        yield Problem(f"No band speaks of {last.below:g} and above.", name)
    for one, following in itertools.pairwise(ordered):
        start = lowest if following.from_ is None else following.from_
        if one.below is None or one.below > start:
            where = f"{_written(one)} and {_written(following)}"
            yield Problem("Two bands speak of the same values.", name, where)
        elif one.below < start:
            yield Problem(f"No band speaks of values from {one.below:g} to {start:g}.", name)


def _written(band: Band) -> str:
    start = "" if band.from_ is None else f"from {band.from_:g}"
    end = "" if band.below is None else f"below {band.below:g}"
    return " ".join(part for part in (start, end) if part) or "any number"


EXAMPLES = ("tidewater-retail-second", "three-answers")
"""Example answers files: one nearly complete, one with few answers."""


def drawing_problems(content: Content) -> Iterator[Problem]:
    """Yield a problem for each exhibit that fails on the kit's example answers."""
    for name in EXAMPLES:
        try:
            found = assess(read_answers(example(name), content), content)
            to_json(found)
            headline(found)
        except Exception as error:  # whatever it is, it is to be mended in the content
            yield Problem(f"The example {name} cannot be assessed: {_why(error)}.")
            continue
        for exhibit, arguments in dict.fromkeys(shown()):
            yield from _draw(found, exhibit, arguments, name)


def shown() -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield each exhibit that a notebook shows, with its arguments."""
    for path in notebooks():
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "code" and source.startswith("page.show("):
                call: Any = ast.parse(source, mode="eval").body
                given = [*call.args[1:], *(k.value for k in call.keywords)]
                yield call.args[0].attr, tuple(ast.literal_eval(a) for a in given)


def _draw(
    found: Assessment, exhibit: str, arguments: tuple[Any, ...], name: str
) -> Iterator[Problem]:
    try:
        made = getattr(exhibits, exhibit)(found, *arguments)
        blocks_to_html(made.blocks, labels=labels_of(found.content))
    except Exception as error:
        yield Problem(f"“{exhibit}” of the example {name} cannot be drawn: {_why(error)}.")


def _why(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


TRIALS = 4000
"""Sets of answers that are tried; the kit's own content needs about a tenth."""
MEASURED = {2.0, 4.0, 8.0, 20.0}
"""Numbers that criteria compare with another answer."""
NUMBERS = (0, 1, 2, 3, 5, 8, 12, 20, 50, 120, 400, 1000)
"""Numbers to try for a rule whose own limits were changed."""


def effect_problems(content: Content) -> Iterator[Problem]:
    """Yield problems for rules, patterns and answers that have no effect."""
    yield from _silent_rules(content)
    yield from _without_effect(content)


# -- rules --------------------------------------------------------------------------------------


def _silent_rules(content: Content) -> Iterator[Problem]:
    for rule in content.rules:
        if rule.id in RULES and not any(
            _has_finding(content, rule.id, a) for a in _trials(rule.id)
        ):
            message = "No answers were found to which this rule has anything to say."
            hint = "Look at its limits, and at the rules it yields to."
            yield Problem(message, f"rules: {rule.id}", suggestion=hint)


def _has_finding(content: Content, rule: str, given: Mapping[str, Any]) -> bool:
    try:
        answers = Answers.model_validate(given)
    except ValueError:
        return False  # a number that was put there, and that no answer can be
    return any(found.id == rule for found in assess(answers, content).findings)


@cache
def _cases(rule: str) -> tuple[dict[str, Any], ...]:
    path = folder("tests/rules") / f"{rule}.yaml"
    return tuple(case["answers"] for case in read_yaml(path)["fires"]) if path.is_file() else ()


def _trials(rule: str) -> Iterator[dict[str, Any]]:
    """Yield answers with a finding from the kit's rule, then other numbers in them."""
    yield from _cases(rule)
    for given in _cases(rule):
        for number in NUMBERS:
            yield _with_numbers(given, lambda _old, new=number: new)
            yield _with_numbers(given, lambda old, times=number: old * times / 10)


def _with_numbers(value: Any, change: Any) -> Any:
    if isinstance(value, dict):
        return {name: _with_numbers(part, change) for name, part in value.items()}
    if isinstance(value, list):
        return [_with_numbers(part, change) for part in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        changed = change(value)
        return round(changed) if isinstance(value, int) else float(changed)
    return value


# -- criteria -----------------------------------------------------------------------------------


def _without_effect(content: Content) -> Iterator[Problem]:
    """Yield a problem for each answer and pattern that never affects the advice.

    Random answers are changed one at a time until every effect has been seen.
    """
    values = {name: _values(content, name) for name in content.inputs}
    read = {c.reads for c in content.criteria}
    idle, losers = set(values), {p.id for p in content.patterns}
    draw = random.Random(1)  # noqa: S311 (the same trials every time)
    for _ in range(TRIALS):
        given = {name: draw.choice(some) for name, some in values.items()}
        for name in sorted(idle):
            others = [v for v in values[name] if v != given[name]]
            gate = name not in read
            before = _outcome(content, given, gate)
            if any(_outcome(content, {**given, name: v}, gate) != before for v in others):
                idle.discard(name)
        whole = {name: draw.choice(some[1:]) for name, some in values.items()}
        advised = settle(content, judge(content, Inputs(Answers(), whole)))
        if not advised.contested:
            losers -= set(advised.patterns)
        if not idle and not losers:
            return
    for pattern in content.patterns:
        if pattern.id in losers:
            message = "No answers were found for which this pattern is advised."
            yield Problem(message, f"patterns: {pattern.id}")
    for name in sorted(idle):
        reading = ", ".join(c.id for c in content.criteria if name in (c.reads, *c.only_if))
        message = "Criteria read this answer, and no value of it changes a verdict or the advice."
        yield Problem(message, f"questions: {name}", reading)


def _outcome(content: Content, given: Mapping[str, Any], missing: bool) -> tuple[Any, ...]:
    """Return the outcome for a team: the advice, each verdict and its conditions.

    With `missing`, what is missing for a full judgement is included: an answer that only decides
    whether others count changes nothing else.
    """
    verdicts = judge(content, Inputs(Answers(), given))
    judged = [
        (v.verdict, tuple(c.words for c in v.conditions), v.unknown if missing else ())
        for v in verdicts.values()
    ]
    return (settle(content, verdicts).key, *judged)


def _values(content: Content, name: str) -> list[Any]:
    """Return None and then the values of an input that criteria distinguish."""
    question = content.question(name)
    if question.choices and name not in WHOLE_NUMBERS:
        typed: dict[str, Any] = {"true": True, "false": False}
        return [None, *(typed.get(value, value) for value in question.choices)]
    plain = [c for c in content.criteria if c.reads == name and not c.per and not c.fewest]
    edges = {b.from_ for c in plain for b in c.bands}
    if any((c.per or c.fewest) and name in content.read_by[c.id] for c in content.criteria):
        edges |= MEASURED  # what is measured against another answer has no edges of its own
    numbers = sorted({edge for edge in edges if edge is not None})
    low = 1 if name == "maturity" else 0
    found = [low, *(edge for edge in numbers if edge > low)]
    return [None, *(int(n) if name in WHOLE_NUMBERS else float(n) for n in found)]


def reference_problems(content: Content) -> Iterator[Problem]:
    """Yield a problem for every unknown name and every name of two entries."""
    yield from _twice(content)
    for kind, item in _items(content):
        for way, key in _keys(item):
            yield from _source(content, f"{kind}: {_name(item)}.{way}", key)
    yield from _answers(content)
    yield from _functions(content)
    yield from _judging(content)
    yield from _options(content)
    yield from _team_names(content)
    for drill in content.drills:
        minutes = [m.minute for m in drill.moments]
        if minutes != [0, 15, 60]:
            message = "A drill goes minute by minute."
            yield Problem(message, f"drills: {drill.id}.moments", str(minutes), "0, 15, 60")


def _items(content: Content) -> Iterator[tuple[str, BaseModel]]:
    for kind in kinds():
        for item in getattr(content, kind):
            yield kind, item


def _name(item: BaseModel) -> str:
    return str(name_of(item.model_dump(mode="json", by_alias=True)))


def _twice(content: Content) -> Iterator[Problem]:
    for kind in kinds():
        counts = Counter(_name(item) for item in getattr(content, kind))
        for name, count in counts.items():
            if count > 1:
                yield Problem(f"This name stands for {count} entries.", f"{kind}: {name}")


# -- sources ------------------------------------------------------------------------------------


def _keys(item: BaseModel, way: str = "") -> Iterator[tuple[str, str]]:
    for field in type(item).model_fields:
        value = getattr(item, field)
        if field in ("sources", "named_by"):
            yield from ((f"{way}{field}", key) for key in value)
        elif isinstance(value, BaseModel):
            yield from _keys(value, f"{way}{field}.")
        elif isinstance(value, tuple):
            for at, part in enumerate(value):
                if isinstance(part, BaseModel):
                    yield from _keys(part, f"{way}{field}.{at}.")


def _source(content: Content, name: str, written: str) -> Iterator[Problem]:
    known = {s.key: s for s in content.sources}
    key, gap, place = written.partition(" §")
    if key not in known:
        allowed = ", ".join(known)
        yield Problem("There is no source of this key.", name, written, allowed, near(key, known))
    elif gap and place not in known[key].places:
        allowed = ", ".join(known[key].places) or "none"
        yield Problem(
            "This source has no such place.", name, written, allowed, near(place, known[key].places)
        )


# -- answers, and what functions of the kit look for --------------------------------------------


def _answers(content: Content) -> Iterator[Problem]:
    asked = [q.id for q in content.questions]

    def unknown(name: str, names: Iterable[str], allowed: Iterable[str] = ()) -> Iterator[Problem]:
        for one in names:
            if one not in asked and one not in allowed:
                yield Problem("No answer has this name.", name, one, suggestion=near(one, asked))

    for c in content.criteria:
        per = [c.per] if c.per else []
        yield from unknown(f"criteria: {c.id}", [c.reads, *per, *c.only_if, *c.unless])
    for entry in content.staffing:
        yield from unknown(f"staffing: {entry.id}", [*entry.only_if, *entry.unless])
    for constraint in content.constraints:
        yield from unknown(f"constraints: {constraint.id}", [constraint.reads])
    for contest in content.contests:
        yield from unknown(f"contests: {' and '.join(contest.patterns)}", contest.decided_by)
    for one in content.contradictions:
        yield from unknown(f"contradictions: {one.id}", one.answers, COMPUTED)
    for spot in content.blind_spots:
        yield from unknown(f"blind_spots: {spot.id}", spot.reads)
    for rule in content.rules:
        yield from unknown(f"rules: {rule.id}", rule.reads, ["basis"])
    for kind in ("sources", "claims", "facts", "drills", "questions"):
        for item in getattr(content, kind):
            yield from unknown(f"{kind}: {_name(item)}.when", item.when)
    for question in content.questions:
        yield from unknown(f"questions: {question.id}.unless", question.unless)
    for step in content.steps:
        yield from unknown(f"steps: {step.id}", [*step.questions, *step.repeats])


def _functions(content: Content) -> Iterator[Problem]:
    ids = [rule.id for rule in content.rules]
    for rule in content.rules:
        if rule.id not in RULES and rule.id not in plugins.rules():
            message = "The kit has no function that finds this, and no package has one."
            yield Problem(message, f"rules: {rule.id}", suggestion=near(rule.id, RULES))
        for other in rule.yields_to:
            if other not in RULES and other not in ids:
                message = "It yields to a rule that there is not."
                yield Problem(message, f"rules: {rule.id}.yields_to", other, "", near(other, ids))
        for other in rule.covered_by:
            if other not in ids:
                message = "It is covered by a rule that there is not."
                yield Problem(message, f"rules: {rule.id}.covered_by", other, "", near(other, ids))
    clashes = [one.id for one in content.contradictions]
    for one in content.contradictions:
        for other in one.yields_to:
            if other not in clashes:
                message = "It yields to a contradiction that there is not."
                where = f"contradictions: {one.id}.yields_to"
                yield Problem(message, where, other, "", near(other, clashes))
    for tension in content.tensions:
        if tension.id not in APPLIES:
            message = "The kit has no function that says when this matters."
            yield Problem(message, f"tensions: {tension.id}", suggestion=near(tension.id, APPLIES))


# -- judging ------------------------------------------------------------------------------------


def _judging(content: Content) -> Iterator[Problem]:
    for c in content.criteria:
        for field in ("only_if", "unless"):
            conditions: dict[str, tuple[str, ...]] = getattr(c, field)
            for name, values in conditions.items():
                yield from _references_values(
                    content, f"criteria: {c.id}.{field}.{name}", name, values
                )
        against = any(band.says == "against" for band in c.bands)
        if bool(c.condition) != (c.role in ("condition", "growth")):
            message = "“condition” says what to do, in criteria of that role and no others."
            yield Problem(message, f"criteria: {c.id}.condition")
        if bool(c.first_step) != bool(c.condition):
            message = "“first_step” says how a “condition” begins, so each goes with the other."
            yield Problem(message, f"criteria: {c.id}.first_step")
        if bool(c.change) != (c.role == "needed" and against):
            message = (
                "“change” says what would have to change, where something needed can argue against."
            )
            yield Problem(message, f"criteria: {c.id}.change")
    for clash in content.contradictions:
        name = f"contradictions: {clash.id}"
        for condition in clash.when:
            values = condition.is_
            yield from _references_values(content, f"{name}.when", condition.reads, values)
        if len(clash.answers) < 2:
            yield Problem("Two answers contradict each other, and one alone does not.", name)
        given = {n.replace(".", "_").replace("-", "_") for n in clash.answers}
        said: list[tuple[str, Contradiction | Outweighed]] = [(name, clash)]
        if (other := clash.outweighed) is not None:
            said.append((f"{name}.outweighed", other))
            for field in ("opinion", "measured"):
                if (answer := getattr(other, field)) not in clash.answers:
                    message, allowed = "It does not read this.", ", ".join(clash.answers)
                    yield Problem(message, f"{name}.outweighed.{field}", answer, allowed)
        for where, words in said:
            for field in ("statement", "why", "check"):
                for _, placeholder, _, _ in Formatter().parse(getattr(words, field)):
                    if placeholder and placeholder not in given:
                        message, allowed = "It does not read this.", ", ".join(sorted(given))
                        yield Problem(message, f"{where}.{field}", placeholder, allowed)
    for pattern in content.patterns:
        if not any(c.pattern == pattern.id and c.role == "needed" for c in content.criteria):
            yield Problem("No criterion says what this pattern needs.", f"patterns: {pattern.id}")
    for pattern in content.patterns:
        open_to_all = [
            r for r in content.staffing if r.pattern == pattern.id and not (r.only_if or r.unless)
        ]
        if not open_to_all:
            message = "No entry of the staffing rules holds for this pattern everywhere."
            yield Problem(message, f"patterns: {pattern.id}")
    for staffing in content.staffing:
        for field in ("only_if", "unless"):
            conditions = getattr(staffing, field)
            for name, values in conditions.items():
                where = f"staffing: {staffing.id}.{field}.{name}"
                yield from _references_values(content, where, name, values)
    for constraint in content.constraints:
        name = f"constraints: {constraint.id}.is"
        yield from _references_values(content, name, constraint.reads, constraint.is_)
    for contest in content.contests:
        name = f"contests: {' and '.join(contest.patterns)}"
        reads = {c.reads for c in content.criteria if c.pattern in contest.patterns}
        for one in contest.decided_by:
            if one not in reads:
                yield Problem("No criterion of these patterns reads this.", name, one)
        for one in contest.decides_alone:
            if one not in contest.decided_by:
                hint = "An answer that decides alone stands among those that decide."
                yield Problem("This answer is not among decided_by.", name, one, suggestion=hint)
        sides = {contest.easier, contest.wins_without_conditions or contest.easier}
        sides |= {p for patterns in contest.decides_alone.values() for p in patterns}
        for side in sides - set(contest.patterns):
            yield Problem("This pattern is not one of the two.", name, side)
    for combination in content.combinations:
        if combination.base == combination.beside:
            yield Problem("A pattern is combined with itself.", f"combinations: {combination.base}")
        if bool(combination.first) != combination.only_beside:
            message = "“first” says what comes before, where a pattern stands only beside another."
            yield Problem(message, f"combinations: {combination.base}")


def _options(content: Content) -> Iterator[Problem]:
    """Yield a problem for each missing option and each unknown name in one."""
    combined = [c.id for c in content.combinations]
    known = [*(p.id for p in content.patterns), *combined]
    given = {o.id: o for o in content.options}
    for id_ in known:
        if id_ not in given:
            message = "Nothing says what this option gives up and how the move to it begins."
            yield Problem(message, f"options: {id_}")
    facts = [f.id for f in content.facts]
    for option in content.options:
        name = f"options: {option.id}"
        if option.id not in known:
            message = "An option is a pattern, or a combination of two that there is."
            yield Problem(message, name, "", ", ".join(known), near(option.id, known))
        if (option.combined is None) == (option.id in combined):
            message = "“combined” says what the comparison shows, of combinations and no others."
            yield Problem(message, f"{name}.combined")
        for id_ in option.effects:
            if id_ not in facts:
                message = "No fact has this id."
                yield Problem(message, f"{name}.effects", id_, "", near(id_, facts))
        yield from _moves(option, name, known)


def _moves(option: OptionText, name: str, known: list[str]) -> Iterator[Problem]:
    starts = [start for move in option.moves for start in move.from_]
    for start in dict.fromkeys(starts):
        if start not in known:
            message = "No option has this id."
            yield Problem(message, f"{name}.moves", start, "", near(start, known))
        elif starts.count(start) > 1:
            yield Problem("Two moves lead from here.", f"{name}.moves", start)
    if sum(not move.from_ for move in option.moves) != 1:
        message = "One move has no “from”: it serves where today is not known."
        yield Problem(message, f"{name}.moves")


def _references_values(
    content: Content, where: str, name: str, values: tuple[str, ...]
) -> Iterator[Problem]:
    question: Any = next((q for q in content.questions if q.id == name), None)
    choices = question.choices if question is not None else {}
    for value in values:
        if choices and value not in choices:
            message = "The answer cannot have this value."
            yield Problem(message, where, value, ", ".join(choices), near(value, choices))


def _team_names(content: Content) -> Iterator[Problem]:
    taken: dict[str, str] = {team.id: team.id for team in content.team_names}
    for team in content.team_names:
        for word in dict.fromkeys(bare(w) for w in (team.name, *team.also) if w):
            if taken.setdefault(word, team.id) != team.id:
                message = f"This is how {taken[word]} is called already."
                yield Problem(message, f"teams: {team.id}", word)


@dataclass(frozen=True)
class Report:
    """The problems of a folder; `content` is None if it could not be read."""

    content: Content | None
    problems: tuple[Problem, ...]
    translated: tuple[Part, ...] = ()
    """For another language than the kit's: how much of each kind is translated."""
    hints: tuple[Problem, ...] = ()
    """Sentences to improve; content with hints is complete all the same."""


def check_content(folder: Path = FOLDER) -> Report:
    """Return everything that has to be mended in a content folder.

    The default is the kit's own. The same folder gives the same report. Wrong content is reported,
    never raised.
    """
    try:
        content = load_content(folder)
        prose = [*prose_problems(read_raw(folder, {}).notebooks)]
    except InputError as error:
        return Report(None, error.problems)
    problems = [*prose, *reference_problems(content), *band_problems(content), *_missing(content)]
    translated: tuple[Part, ...] = ()
    if is_translation(content):
        problems += lost_placeholders(folder)
        translated = coverage(folder)
    if not problems:  # what cannot be resolved would only fail here once more
        problems += effect_problems(content)
        problems += drawing_problems(content)
    vocabulary = read_vocabulary(content.language)
    hints = wording_problems(content_texts(folder), vocabulary) if vocabulary else ()
    return Report(content, tuple(dict.fromkeys(problems)), translated, tuple(dict.fromkeys(hints)))


def _missing(content: Content) -> Iterator[Problem]:
    """Yield a problem for each text that a complete folder does not have."""
    for key in read_raw(FOLDER, LAYOUT).words:
        if key not in content.words:
            stem, _, name = key.partition(".")
            yield Problem("The kit asks for these words.", name, where=f"{WORDS}/{stem}.yaml")
