"""What the kit knows, as frozen values read from the YAML files in `workshop/content`.

Each kind of item has a class here and a file there. Every claim carries the keys of its sources.
Text may hold `{placeholders}`; what is filled in is always data, never a template.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workshop.model.answers import Lead, Pattern
from workshop.model.problems import InputError, Problem, shorten
from workshop.model.words import Words

Strength = Literal["strong", "moderate", "weak", "opinion"]
Severity = Literal["critical", "risk", "watch", "strength"]
Says = Literal["supports", "neutral", "against"]
Words_ = Annotated[str, Field(min_length=1)]
Keys = Annotated[tuple[str, ...], Field(min_length=1)]
"""Source keys; a place may follow: `S2 §on-call`."""

FOLDER = Path(__file__).parents[1] / "content"


class _Item(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Source(_Item):
    """A work that claims come from, how strong it is, and what it can and cannot carry."""

    key: str
    citation: Words_
    year: int | None = None
    kind: Words_
    strength: Strength
    seen: Literal["primary", "summary", "secondary"]
    supports: Words_
    not_for: Words_


class Claim(_Item):
    """One claim, what was found when it was checked, and how far it may be used."""

    id: str
    claim: Words_
    found: Words_
    strength: Strength
    use_for: Words_
    not_for: str = ""
    sources: Keys
    topic: Literal["pattern", "ownership", "platform", "handoff", "room"]


class Case(_Item):
    """A published case: what was stated, and our reading of it, kept apart."""

    id: str
    name: Words_
    years: Words_
    stated: Words_
    reading: Words_
    patterns: tuple[Pattern, ...] = ()
    lesson: str = ""
    illustrates: tuple[str, ...] = ()
    """Ids of patterns' failure modes or of rules that the case shows."""
    citation: Words_
    seen: Words_
    """How much of the source was read, said plainly."""
    answers: str | None = None
    """File name of the example in `examples/`, where there is one."""


class Fact(_Item):
    """A stated fact or figure, worded with the limits of its source."""

    id: str
    statement: Words_
    limits: str = ""
    sources: Keys
    topic: str


class Headcounts(_Item):
    """People, as ranges [low, high]; None where the source gives none."""

    absolute: tuple[int, int] | None = None
    """In all, up to ten consuming teams."""
    per_ten: tuple[int, int]
    """Platform people for each ten consuming teams."""
    per_team: tuple[int, int] | None = None
    """People inside each product team."""


class Link(_Item):
    """Who talks to whom, in which Team Topologies mode."""

    start: str
    end: str
    mode: Literal["collaboration", "x-as-a-service", "facilitating"]
    words: Words_


class Diagram(_Item):
    """A pattern's teams and their interactions; `product` stands for the product teams."""

    platform: Words_
    product: Words_
    links: Annotated[tuple[Link, ...], Field(min_length=1)]
    embedded: str = ""
    """What sits inside each product team, where something does."""


class PatternText(_Item):
    """One of the four patterns: its row in the comparison, and what else is known of it."""

    id: Pattern
    name: Words_
    short: Words_
    """The name as it stands in a narrow column."""
    bet: Words_
    """One sentence: the bet it makes on where knowledge and accountability sit."""
    staffing: Words_
    headcount: Headcounts
    consumer_experience: Words_
    infrastructure_on_call: Words_
    quality_on_call: Words_
    failure_mode: Words_
    fits: Words_
    topologies: Words_
    more: Annotated[tuple[Words_, ...], Field(min_length=2)]
    diagram: Diagram
    holders: dict[Literal["data", "model", "serving", "product"], Literal["platform", "product"]]
    """Who does each stage of the value stream under this pattern."""
    sources: Keys


class LeadText(_Item):
    """One of the three candidate owners."""

    id: Lead
    name: Words_
    brings: Words_
    ships: Words_
    fails: Words_
    mitigation: Words_
    first_test: Words_
    sources: Keys


class Duty(_Item):
    id: Literal["evaluation-set", "ship", "paged", "answers-to-business", "turn-off"]
    name: Words_
    short: Words_
    question: Words_
    why: Words_
    sources: Keys


class FailingAnswer(_Item):
    answer: Words_
    why: Words_


class Diagnostic(_Item):
    """One of the three questions asked before a project starts."""

    id: Literal["paged", "evaluation-set", "retirement"]
    question: Words_
    fails: Annotated[tuple[FailingAnswer, ...], Field(min_length=1)]
    passes: Words_
    reasons: tuple[Words_, ...] = ()
    sources: Keys


class KnowledgeType(_Item):
    id: Literal["business", "model", "infrastructure"]
    name: Words_
    question: Words_
    why: Words_
    sources: Keys


class Choice(_Item):
    """What one value of an answer means: a deployment, a mandate, a maturity level."""

    value: str
    name: Words_
    meaning: Words_
    sources: Keys


class SignalText(_Item):
    id: Literal["queue_weeks", "model_teams", "models_in_production"]
    name: Words_
    unit: Words_
    why: Words_
    sources: Keys


class Breakage(_Item):
    id: str
    name: Words_
    happens: Words_
    instead: Words_
    sources: Keys


class DisciplineText(_Item):
    id: str
    name: Words_
    named_by: Keys


class Tension(_Item):
    """Where the sources disagree: both sides, and what the kit does about it."""

    id: str
    title: Words_
    one_side: Words_
    other_side: Words_
    treatment: Words_
    for_you: Words_
    """What it means where it applies to a team's answers; may hold {placeholders}."""
    sources: Keys


class BlindSpot(_Item):
    """Something the four labels cannot express, and the question that finds it."""

    id: str
    name: Words_
    ask: Words_
    why: Words_
    reads: tuple[str, ...]
    sources: Keys


class Moment(_Item):
    minute: Literal[0, 15, 60]
    scene: Words_
    ask: Words_


class DrillText(_Item):
    """A pager drill: what happens, minute by minute, and the knowledge it takes to end it."""

    id: str
    title: Words_
    clock: Words_
    story: Words_
    moments: Annotated[tuple[Moment, ...], Field(min_length=3, max_length=3)]
    needs: Annotated[
        tuple[Literal["business", "model", "infrastructure"], ...], Field(min_length=1)
    ]
    quality: bool
    """True if the model's quality is at stake, false if only the service is."""
    good_answer: Words_
    minutes: int
    sources: Keys


class Question(_Item):
    """How one answer is asked: in words that a leader reads once."""

    id: str
    part: Annotated[int, Field(ge=1, le=6)]
    name: Words_
    """The answer's name in a table or a sentence: “model-producing teams”."""
    ask: Words_
    why: Words_
    good: Words_
    """What a good answer looks like."""
    unit: str = ""
    choices: dict[str, str] = Field(default_factory=dict)
    """Readable words for each allowed value; `true`/`false` for yes-or-no answers."""


class Band(_Item):
    """What one stretch of an input says. Numbers: from (included) up to below (excluded)."""

    says: Says
    because: Words_
    from_: float | None = Field(None, alias="from")
    below: float | None = None
    is_: tuple[str, ...] = Field((), alias="is")
    """Choices (and `true`/`false`) to which it applies."""


class Criterion(_Item):
    """One input against a range or a set of choices, for one pattern.

    role: `needed`, what the source says the pattern fits (all groups must hold; the first one of
    a pattern defines it, and the pattern is not judged while that is unknown);
    `condition`, something a team can put right, named when it speaks against;
    `leaning`, a circumstance that favours one side and decides a contest.
    """

    id: str
    pattern: Pattern
    reads: str
    role: Literal["needed", "condition", "leaning"]
    group: str = ""
    """Criteria of one group are alternatives: one that supports is enough."""
    only_if: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """The criterion speaks only where these answers have one of these values."""
    unless: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """The criterion is silent where one of these answers has one of these values."""
    bands: Annotated[tuple[Band, ...], Field(min_length=1)]
    condition: str = ""
    """What the team would do, where the role is `condition` and it speaks against."""
    change: str = ""
    """What would have to change, where the role is `needed` and it speaks against."""
    reason: Words_
    firmness: Literal["source", "soft", "ours"] = "source"
    """source: the threshold is the source's · soft: the source's, but weakly supported ·
    ours: the source gives no number, the kit had to choose one."""
    sources: Keys


class Constraint(_Item):
    """A hard constraint: with these values of an answer, these patterns are out."""

    id: str
    reads: str
    is_: tuple[str, ...] = Field(alias="is")
    excludes: tuple[Pattern, ...]
    because: Words_
    sources: Keys


class Contest(_Item):
    """Two patterns that can both fit, and the answers that decide between them."""

    patterns: tuple[Pattern, Pattern]
    decided_by: Annotated[tuple[str, ...], Field(min_length=1)]
    words: Words_
    sources: Keys


class Combination(_Item):
    """Two patterns that the source names together."""

    base: Pattern
    beside: Pattern
    name: Words_
    words: Words_
    sources: Keys


class Rule(_Item):
    """The words of a finding; its logic is the function of the same id in `findings/rules`."""

    id: str
    part: Annotated[int, Field(ge=1, le=6)]
    severity: Severity
    title: Words_
    """What the rule looks for, for the reference; never shown with answers."""
    reads: Annotated[tuple[str, ...], Field(min_length=1)]
    statement: Words_
    why: Words_
    mitigation: Words_
    """One action that can begin next week; for a strength: how to keep it."""
    owner: str = ""
    """Placeholder or words for who would naturally start it, e.g. “{platform}”; may be empty."""
    limits: dict[str, float] = Field(default_factory=dict)
    """Thresholds that the logic reads, by name."""
    sources: Keys


class Content(_Item):
    """Everything the kit knows."""

    version: str
    language: str
    """BCP 47 tag of the language in which everything here is written."""
    sources: tuple[Source, ...]
    claims: tuple[Claim, ...]
    cases: tuple[Case, ...]
    facts: tuple[Fact, ...]
    patterns: tuple[PatternText, ...]
    leads: tuple[LeadText, ...]
    duties: tuple[Duty, ...]
    diagnostics: tuple[Diagnostic, ...]
    knowledge: tuple[KnowledgeType, ...]
    deployments: tuple[Choice, ...]
    mandates: tuple[Choice, ...]
    maturity: tuple[Choice, ...]
    signals: tuple[SignalText, ...]
    breakages: tuple[Breakage, ...]
    disciplines: tuple[DisciplineText, ...]
    tensions: tuple[Tension, ...]
    blind_spots: tuple[BlindSpot, ...]
    drills: tuple[DrillText, ...]
    questions: tuple[Question, ...]
    criteria: tuple[Criterion, ...]
    constraints: tuple[Constraint, ...]
    contests: tuple[Contest, ...]
    combinations: tuple[Combination, ...]
    rules: tuple[Rule, ...]
    words: Words

    def pattern(self, id_: str) -> PatternText:
        return _only(self.patterns, "id", id_)

    def lead(self, id_: str) -> LeadText:
        return _only(self.leads, "id", id_)

    def rule(self, id_: str) -> Rule:
        return _only(self.rules, "id", id_)

    def question(self, name: str) -> Question:
        """Return the question behind an answer's name; a nested name falls back to its top."""
        for q in self.questions:
            if q.id == name:
                return q
        return _only(self.questions, "id", name.split(".")[0])

    def source(self, key: str) -> Source:
        """Return the source of a key; a place after it (`S2 §on-call`) is passed over."""
        return _only(self.sources, "key", key.split(" ")[0])

    def strength(self, keys: tuple[str, ...]) -> Strength:
        """Return the strongest grade among the sources of a claim."""
        order: tuple[Strength, ...] = ("strong", "moderate", "weak", "opinion")
        return min((self.source(k).strength for k in keys), key=order.index)


def _only(items: tuple[Any, ...], field: str, value: str) -> Any:
    for item in items:
        if getattr(item, field) == value:
            return item
    raise KeyError(value)


_LISTS = {
    "sources": "sources.yaml",
    "claims": "evidence.yaml",
    "cases": "cases.yaml",
    "facts": "facts.yaml",
    "patterns": "patterns.yaml",
    "leads": "leads.yaml",
    "duties": "duties.yaml",
    "diagnostics": "diagnostics.yaml",
    "knowledge": "knowledge.yaml",
    "deployments": "deployments.yaml",
    "mandates": "mandates.yaml",
    "maturity": "maturity.yaml",
    "signals": "signals.yaml",
    "breakages": "breakages.yaml",
    "disciplines": "disciplines.yaml",
    "tensions": "tensions.yaml",
    "blind_spots": "blind-spots.yaml",
    "drills": "drills.yaml",
    "questions": "questions.yaml",
    "criteria": "criteria",
    "constraints": "constraints.yaml",
    "contests": "contests.yaml",
    "combinations": "combinations.yaml",
    "rules": "rules",
}
"""Where each kind stands: a file, or a folder whose files are read in the order of their names."""


def read_yaml(path: Path) -> Any:
    """Return what a YAML file holds; `InputError` with the line where it cannot be read."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(path.read_text("utf-8"), Loader=loader)  # noqa: S506 (a safe loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        words = getattr(error, "problem", None) or str(error)
        line = mark.line + 1 if mark else None
        raise InputError([Problem(f"not YAML: {words}.", where=path.name, line=line)]) from None


@cache
def load_content(folder: Path = FOLDER) -> Content:
    """Return the content of a folder, checked item by item.

    Raises `InputError` that names the file, the item and the field of every problem.
    """
    data: dict[str, Any] = dict(read_yaml(folder / "version.yaml"))
    problems: list[Problem] = []
    for kind, place in _LISTS.items():
        path = folder / place
        files = [path] if path.suffix else sorted(path.glob("*.yaml"))
        items: list[Any] = []
        for file in files:
            for item in read_yaml(file) or ():
                items.append(item)
                problems += _item_problems(kind, file, item)
        data[kind] = items
    data["words"] = Words.read(folder / "words")
    if problems:
        raise InputError(problems)
    return Content.model_validate(data)


def _item_problems(kind: str, file: Path, item: Any) -> list[Problem]:
    annotation: Any = Content.model_fields[kind].annotation
    try:
        annotation.__args__[0].model_validate(item)
    except ValidationError as error:
        name = item.get("id", item.get("key", "?")) if isinstance(item, dict) else "?"
        return [
            Problem(
                e["msg"] + ".",
                name=f"{name}." + ".".join(str(step) for step in e["loc"]),
                value=shorten(e["input"]),
                where=file.name,
            )
            for e in error.errors()
        ]
    return []
