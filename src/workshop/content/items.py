"""The kinds of item that the content is made of, one class for each.

What the kit knows (sources, patterns, drills, questions), how it judges (criteria, contests,
rules), how long things take (agendas), and the words of screens and notebooks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, model_validator
from pydantic_core import CoreSchema, core_schema

from workshop.content.raw import NOTEBOOKS
from workshop.problems import InputError, Problem, near

Pattern = Literal["centralised", "embedded", "federated", "platform-as-mlops"]
PATTERNS: tuple[Pattern, ...] = get_args(Pattern)
Lead = Literal["research", "engineering", "product"]
LEADS: tuple[Lead, ...] = get_args(Lead)
Strength = Literal["strong", "moderate", "weak", "opinion"]
Sentence = Annotated[str, Field(min_length=1)]
Keys = Annotated[tuple[str, ...], Field(min_length=1)]
"""Source keys; a place may follow: `S2 §on-call`."""
When = dict[str, tuple[str, ...]]
"""Whom an item concerns: those who gave one of these answers one of these values, or any value
where none is named. Without a name it concerns everybody."""


class Item(BaseModel):
    """An entry of a content file. Two are the same where everything they say is."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    def __hash__(self) -> int:
        """Hash by what comes first, an id as a rule: some hold mappings, which have no hash."""
        first = getattr(self, next(iter(type(self).model_fields)))
        return hash((type(self), str(first)))


class Source(Item):
    """A work that claims come from, how strong it is, and what it can and cannot carry."""

    key: str
    citation: Sentence
    year: int | None = None
    kind: Sentence
    strength: Strength
    seen: Literal["primary", "summary", "secondary"]
    supports: Sentence
    not_for: Sentence
    places: tuple[str, ...] = ()
    """Topics that may follow the key (`S2 §on-call`): labels of ours, not headings of the text."""
    when: When = Field(default_factory=dict)


class Claim(Item):
    """One claim, what was found when it was checked, and how far it may be used."""

    id: str
    claim: Sentence
    found: Sentence
    strength: Strength
    use_for: Sentence
    not_for: str = ""
    sources: Keys
    topic: Literal[
        "pattern",
        "ownership",
        "on-call",
        "platform",
        "handoff",
        "bought-models",
        "language-models",
        "oversight",
        "running",
        "room",
    ]
    when: When = Field(default_factory=dict)


class Case(Item):
    """A published case: what was stated, and our reading of it, kept apart."""

    id: str
    name: Sentence
    years: Sentence
    stated: Sentence
    reading: Sentence
    patterns: tuple[Pattern, ...] = ()
    lesson: str = ""
    illustrates: tuple[str, ...] = ()
    """The patterns of the reading, and the situations that the case shows."""
    citation: Sentence
    seen: Sentence
    """How much of the source was read, said plainly."""
    answers: str | None = None
    """File name of the example in `examples/`, where there is one."""


class Fact(Item):
    """A stated fact or figure, worded with the limits of its source."""

    id: str
    statement: Sentence
    limits: str = ""
    sources: Keys
    topic: str
    when: When = Field(default_factory=dict)


class Headcounts(Item):
    """People, as ranges [low, high]; None where the source gives none."""

    absolute: tuple[int, int] | None = None
    """In all, up to ten consuming teams."""
    per_ten: tuple[int, int]
    """Platform people for each ten consuming teams."""
    per_team: tuple[int, int] | None = None
    """People inside each product team."""


class Link(Item):
    """Who talks to whom, in which Team Topologies mode."""

    start: str
    end: str
    mode: Literal["collaboration", "x-as-a-service", "facilitating"]
    words: Sentence


class Diagram(Item):
    """A pattern's teams and their interactions; `product` stands for the product teams."""

    platform: Sentence
    product: Sentence
    links: Annotated[tuple[Link, ...], Field(min_length=1)]
    embedded: str = ""
    """What sits inside each product team, where something does."""


class PatternText(Item):
    """One of the four patterns: its row in the comparison, and what else is known of it."""

    id: Pattern
    name: Sentence
    short: Sentence
    """The name as it stands in a narrow column."""
    bet: Sentence
    """One sentence: the bet it makes on where knowledge and accountability sit."""
    staffing: Sentence
    headcount: Headcounts
    consumer_experience: Sentence
    infrastructure_on_call: Sentence
    quality_on_call: Sentence
    failure_mode: Sentence
    fits: Sentence
    topologies: Sentence
    more: Annotated[tuple[Sentence, ...], Field(min_length=2)]
    diagram: Diagram
    holders: dict[Literal["data", "model", "serving", "product"], Literal["platform", "product"]]
    """Who does each stage of the value stream under this pattern."""
    sources: Keys


class OnCallText(Item):
    """Who is called under an option."""

    service: Sentence
    quality: Sentence


class Losing(Item):
    """Who gives something up in a move, and what."""

    who: Sentence
    what: Sentence


class Move(Item):
    """The way from what there is today to an option."""

    id: str
    from_: tuple[str, ...] = Field((), alias="from")
    """Ids of the options that it leads from; the move without any serves where today is unknown."""
    steps: Annotated[tuple[Sentence, ...], Field(min_length=4, max_length=4)]
    loses: Annotated[tuple[Losing, ...], Field(min_length=1)]
    disruption: Sentence


class Comparison(Item):
    """What the comparison of the patterns says of a combination; the rest is in `OptionText`."""

    bet: Sentence
    staffing: Sentence
    consumer_experience: Sentence
    fits: Sentence
    topologies: Sentence
    diagram: Diagram


class OptionText(Item):
    """What a pattern or a combination gives and takes, and the first steps of the move to it."""

    id: str
    """A pattern, or a combination as its base and what stands beside it: `federated-embedded`."""
    name: Sentence
    on_call: OnCallText
    main_failure: Sentence
    gives_up: Annotated[tuple[Sentence, ...], Field(min_length=1)]
    undo: Sentence
    people: Sentence
    """What it costs in people, in plain words."""
    effects: tuple[str, ...] = ()
    """Ids of facts: what was published on its effects."""
    combined: Comparison | None = None
    """For a combination."""
    moves: Annotated[tuple[Move, ...], Field(min_length=1)]
    sources: Keys

    def move(self, today: str | None) -> Move:
        """Return the move from an option; from anywhere, where none is told for it."""
        anywhere = next((m for m in self.moves if not m.from_), self.moves[-1])
        return next((m for m in self.moves if today in m.from_), anywhere)


class LeadText(Item):
    """One of the three candidate owners."""

    id: Lead
    name: Sentence
    brings: Sentence
    ships: Sentence
    fails: Sentence
    mitigation: Sentence
    first_test: Sentence
    sources: Keys


class Duty(Item):
    id: Literal["evaluation-set", "ship", "paged", "answers-to-business", "turn-off"]
    name: Sentence
    short: Sentence
    question: Sentence
    why: Sentence
    sources: Keys


class FailingAnswer(Item):
    answer: Sentence
    why: Sentence


class Diagnostic(Item):
    """One of the three questions asked before a project starts."""

    id: Literal["paged", "evaluation-set", "retirement"]
    question: Sentence
    fails: Annotated[tuple[FailingAnswer, ...], Field(min_length=1)]
    passes: Sentence
    reasons: tuple[Sentence, ...] = ()
    sources: Keys


class KnowledgeType(Item):
    id: Literal["business", "model", "infrastructure"]
    name: Sentence
    question: Sentence
    why: Sentence
    sources: Keys


class Choice(Item):
    """What one value of an answer means: a deployment, a mandate, a maturity level."""

    value: str
    name: Sentence
    meaning: Sentence
    sources: Keys


class SignalText(Item):
    id: Literal["queue_weeks", "model_teams", "models_in_production"]
    name: Sentence
    unit: Sentence
    why: Sentence
    sources: Keys


class Breakage(Item):
    id: str
    name: Sentence
    happens: Sentence
    instead: Sentence
    sources: Keys


class DisciplineText(Item):
    id: str
    name: Sentence
    named_by: Keys


class Tension(Item):
    """Where the sources disagree: both sides, and what the kit does about it."""

    id: str
    title: Sentence
    one_side: Sentence
    other_side: Sentence
    treatment: Sentence
    for_you: Sentence
    """What it means where it applies to a team's answers; may hold {placeholders}."""
    sources: Keys


class BlindSpot(Item):
    """What the names of the four patterns leave unsaid, and the question that finds it out."""

    id: str
    name: Sentence
    ask: Sentence
    why: Sentence
    reads: tuple[str, ...]
    sources: Keys


class Moment(Item):
    minute: Literal[0, 15, 60]
    scene: Sentence
    ask: Sentence


class DrillText(Item):
    """A pager drill: what happens, minute by minute, and the knowledge it takes to end it."""

    id: str
    title: Sentence
    clock: Sentence
    story: Sentence
    moments: Annotated[tuple[Moment, ...], Field(min_length=3, max_length=3)]
    needs: Annotated[
        tuple[Literal["business", "model", "infrastructure"], ...], Field(min_length=1)
    ]
    quality: bool
    """True if the model's quality is at stake, false if only the service is."""
    good_answer: Sentence
    minutes: int
    sources: Keys
    when: When = Field(default_factory=dict)


AsksAbout = Literal["today", "from-now-on"]
"""today: how it is · from-now-on: what is to be."""


class Question(Item):
    """How one answer is asked: in words that a leader reads once."""

    id: str
    part: Annotated[int, Field(ge=1, le=6)]
    name: Sentence
    """The answer's name in a table or a sentence: “model-producing teams”."""
    ask: Sentence
    why: Sentence
    good: Sentence
    """What a good answer looks like."""
    unit: str = ""
    asks_about: AsksAbout = "today"
    """Whether it asks how it is today, or what is to be from now on."""
    choices: dict[str, str] = Field(default_factory=dict)
    """Readable words for each allowed value; `true`/`false` for yes-or-no answers."""
    optional: bool = False
    """True if nothing waits for it: a team that leaves it out has left nothing open."""
    when: When = Field(default_factory=dict)
    """Whom it concerns; for all others it is optional."""
    defines: bool = False
    """One of the answers that define which pattern is advised."""


class StepText(Item):
    """What is asked together: one form of the workshop, in the order of the room."""

    id: str
    part: Annotated[int, Field(ge=1, le=6)]
    kind: Literal["form", "earlier", "drills", "stages", "decisions", "what-if"]
    title: Sentence
    about: Sentence
    minutes: Annotated[int, Field(ge=1, le=60)]
    """How long a room takes over it, in minutes."""
    questions: tuple[str, ...]
    """Ids of the questions that have their place here."""
    repeats: tuple[str, ...] = ()
    """Ids of questions of other steps that are shown here too."""
    folded: bool = False
    """True if it is closed until somebody opens it."""


class TeamName(Item):
    """A usual name that the kit reads, as people read it, and what else it is called."""

    id: Literal[
        "research",
        "engineering",
        "product",
        "platform",
        "data",
        "nobody",
        "at-handover",
        "on-call",
    ]
    name: str = ""
    """How a team of this name reads; empty where the words of the interface say it."""
    also: tuple[Sentence, ...] = ()
    """Other spellings that people type: “Plattform”. Capitals do not matter."""


Severity = Literal["critical", "risk", "watch", "strength"]
Says = Literal["supports", "neutral", "against"]


class Band(Item):
    """What one stretch of an input says. Numbers: from (included) up to below (excluded)."""

    says: Says
    because: Sentence
    from_: float | None = Field(None, alias="from")
    below: float | None = None
    is_: tuple[str, ...] = Field((), alias="is")
    """Choices (and `true`/`false`) to which it applies."""


class Criterion(Item):
    """One input against a range or a set of choices, for one pattern.

    role: `needed`, what the source says the pattern fits (all groups must hold; the first one of
    a pattern defines it, and the pattern is not judged while that is unknown);
    `condition`, something a team can put right, named when it speaks against;
    `growth`, a condition that comes with size: named in the same way, and it never makes the
    pattern fit less; `leaning`, a circumstance that favours one side and decides a contest.
    """

    id: str
    pattern: Pattern
    reads: str
    role: Literal["needed", "condition", "growth", "leaning"]
    group: str = ""
    """Criteria of one group are alternatives: one that supports is enough."""
    defines: bool = False
    """The pattern is not judged while this is unknown, though other criteria support it."""
    per: str = ""
    """The answer by which what is read is divided: models for each team."""
    fewest: Literal["", "start", "scale"] = ""
    """Bands count from the fewest platform people that the staffing rules ask for: with which the
    pattern starts, or at the scale that was answered. Below 0 is too few."""
    fewest_of: Pattern | None = None
    """The pattern whose fewest is meant, where it is another one."""
    only_if: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """The criterion speaks only where these answers have one of these values."""
    unless: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """The criterion is silent where one of these answers has one of these values."""
    bands: Annotated[tuple[Band, ...], Field(min_length=1)]
    condition: str = ""
    """What the team would do, where the role is `condition` or `growth` and it speaks against.
    Here and in `change` stand the placeholders of the bands: {n}, {start}, {fewest}."""
    change: str = ""
    """What would have to change, where the role is `needed` and it speaks against."""
    reason: Sentence
    firmness: Literal["source", "soft", "ours"] = "source"
    """source: the threshold is the source's · soft: the source's, but weakly supported ·
    ours: the source gives no number, the kit had to choose one."""
    sources: Keys


class Constraint(Item):
    """A hard constraint: with these values of an answer, these patterns are out."""

    id: str
    reads: str
    is_: tuple[str, ...] = Field(alias="is")
    excludes: tuple[Pattern, ...]
    because: Sentence
    sources: Keys


class Staffing(Item):
    """The fewest platform people with which a pattern runs. Of a pattern's entries the first that
    applies counts."""

    id: str
    pattern: Pattern
    only_if: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    unless: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    at_least: Annotated[int, Field(ge=0)]
    """From the first team on."""
    per_ten: Annotated[int, Field(ge=0)]
    """For each ten teams that produce models."""
    reason: Sentence
    firmness: Literal["source", "soft", "ours"]
    sources: Keys


class Contest(Item):
    """Two patterns that can both fit, and the answers that decide between them.

    Answers of `decided_by` that speak for one side must all speak for the same one.
    """

    patterns: tuple[Pattern, Pattern]
    decided_by: Annotated[tuple[str, ...], Field(min_length=1)]
    decides_alone: dict[str, tuple[Pattern, ...]] = Field(default_factory=dict)
    """Answers that decide whatever the others say, where they speak for one of these patterns.
    One that names both patterns leaves the contest open until it is known."""
    wins_without_conditions: Pattern | None = None
    """The pattern that wins where it fits without conditions and the other does not."""
    easier: Pattern
    """The one that is easier to undo: what to begin with while the contest is open."""
    words: Sentence
    undo: Sentence
    """Why it is easier to undo."""
    sources: Keys


class Combination(Item):
    """Two patterns that are named together."""

    base: Pattern
    beside: Pattern
    only_beside: bool = False
    """The second is never advised without the first."""
    name: Sentence
    words: Sentence
    first: str = ""
    """The condition on the second where the first does not fit."""
    sources: Keys

    @property
    def id(self) -> str:
        """The id of the option that it is."""
        return f"{self.base}-{self.beside}"


class Condition(Item):
    """What one answer, or one number worked out from several, has to be for it to hold.

    `reads` is an answer's name, or a number of `COMPUTED`. It is one of `is`, or from (included) up
    to below (excluded), or more than another answer, or far from one: at least `apart` and `times`
    as much.
    """

    reads: str
    is_: tuple[str, ...] = Field((), alias="is")
    from_: float | None = Field(None, alias="from")
    below: float | None = None
    more_than: str = ""
    far_from: str = ""
    apart: float = 0
    times: float = 1

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Self:
        ranged = self.from_ is not None or self.below is not None
        asked = [bool(self.is_), ranged, bool(self.more_than), bool(self.far_from)]
        if sum(asked) != 1:
            raise ValueError("one of: is · from and below · more_than · far_from")
        return self


class Contradiction(Item):
    """Two answers that cannot both be right: when, what to say of it, which of them to check."""

    id: str
    when: Annotated[tuple[Condition, ...], Field(min_length=1)]
    """All have to hold. Together they read two answers or more."""
    statement: Sentence
    """Both answers, as they were given; {placeholders} are the names read, with hyphens for dots
    and underscores taken as underscores."""
    why: Sentence
    check: Sentence
    """Which of the two to check, and how."""
    sources: Keys

    @property
    def answers(self) -> tuple[str, ...]:
        """What it reads: names of answers, and of numbers worked out from them."""
        read = (n for c in self.when for n in (c.reads, c.more_than, c.far_from) if n)
        return tuple(dict.fromkeys(read))


class Rule(Item):
    """The words of a finding; its logic is the function of the same id in `findings/rules`."""

    id: str
    part: Annotated[int, Field(ge=1, le=6)]
    severity: Severity
    title: Sentence
    """What the rule looks for: its name in the reference, and in a portfolio of many groups. Never
    shown with one group's answers."""
    subject: str = ""
    """What it is about. No strength is told on a subject that has a critical finding or a risk."""
    reads: Annotated[tuple[str, ...], Field(min_length=1)]
    yields_to: tuple[str, ...] = ()
    """Rules that say the same and more, or the contrary with better reason: where one of them
    has found something, this one stays silent, so that no fact is told twice."""
    statement: Sentence
    why: Sentence
    mitigation: Sentence
    """One action that can begin next week; for a strength: how to keep it."""
    what: str = ""
    """What is different once it is done, as a task: “Put the builders on call for {model}.”"""
    owner: str = ""
    """Placeholder or words for who would naturally start it, e.g. “{platform}”; may be empty."""
    limits: dict[str, float] = Field(default_factory=dict)
    """Thresholds that the logic reads, by name."""
    sources: Keys


Focus = Literal["ownership", "patterns", "on-call", "handoffs", "decisions"]
FOCUSES: tuple[Focus, ...] = get_args(Focus)
Minutes = Annotated[int, Field(ge=1, le=480)]


class People(Item):
    """How many people the figures are for, and what more or fewer of them change."""

    usual: int
    share: float
    """What one person more adds to a block that grows, as a share of its minutes."""
    at_least: int
    fewest: int
    most: int
    at_most: int
    """Outside `fewest` and `most` a plan warns, outside `at_least` and `at_most` it is refused."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        given = [self.at_least, self.fewest, self.usual, self.most, self.at_most]
        if given != sorted(given):
            raise ValueError("the numbers of people are not in order")
        return self


class Breaks(Item):
    """When work stops, in minutes."""

    apart: Minutes
    apart_remote: Minutes
    """The longest work without a break, in a room and on screens."""
    minutes: Minutes
    first: Minutes
    first_from: Minutes
    lunch: Minutes
    lunch_from: Minutes
    least: Minutes
    lunch_least: Minutes
    """What a break, and the long one, may shrink to on a day that runs late."""


class BlockText(Item):
    """One block of an agenda: what it is for, and how long it takes."""

    id: str
    title: Sentence
    purpose: Sentence
    part: Annotated[int, Field(ge=1, le=7)]
    """The notebook that it belongs to."""
    focus: Focus | None = None
    minutes: Annotated[dict[int, Minutes], Field(min_length=1)]
    """By the length of the workshop, with the usual number of people."""
    from_: Minutes | None = Field(None, alias="from")
    """The shortest workshop in which it is planned; the first length with a figure without it."""
    least: Minutes
    drop: Annotated[int, Field(ge=1)] | None = None
    """Its turn when time is short: 1 goes first, None never."""
    unless: tuple[str, ...] = ()
    """Blocks that do its work where they are planned."""
    grows: bool = False
    joined: bool = False
    """No break comes between it and the next block, if that can be."""
    steps: dict[str, Minutes] = Field(default_factory=dict)
    """Steps of the notebooks, the one that matters most first, with their minutes."""
    materials: tuple[Sentence, ...] = ()
    remote: Sentence
    """What is done otherwise on screens."""


class Agendas(Item):
    """All that agendas are planned from; there is one entry of it."""

    id: str
    lengths: Annotated[tuple[Minutes, ...], Field(min_length=1)]
    shortest: Minutes
    people: People
    breaks: Breaks
    blocks: Annotated[tuple[BlockText, ...], Field(min_length=1)]

    @property
    def longest(self) -> int:
        """Minutes of the longest workshop in one day."""
        return self.lengths[-1]

    def block(self, id_: str) -> BlockText:
        """Return the block of an id. KeyError for one that there is not."""
        found = next((b for b in self.blocks if b.id == id_), None)
        if found is None:
            raise KeyError(id_)
        return found

    def begins_at(self, block: BlockText) -> int:
        """Return the shortest workshop in which a block is planned, in minutes."""
        first = min(block.minutes)
        return block.from_ or (self.shortest if first == self.lengths[0] else first)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        ids = [b.id for b in self.blocks]
        steps = [s for b in self.blocks for s in b.steps]
        turns = [str(b.drop) for b in self.blocks if b.drop is not None]
        for what, names in (("block", ids), ("step", steps), ("turn to be dropped", turns)):
            twice = sorted({n for n in names if names.count(n) > 1})
            if twice:
                raise ValueError(f"a {what} stands here twice: {', '.join(twice)}")
        if list(self.lengths) != sorted(set(self.lengths)):
            raise ValueError("the lengths are not in order")
        for block in self.blocks:
            if set(block.minutes) - set(self.lengths):
                raise ValueError(f"{block.id}: minutes are given for {list(self.lengths)} only")
            if set(block.unless) - set(ids):
                raise ValueError(f"{block.id}: “unless” names a block that there is not")
            short = min(self.breaks.apart, self.breaks.apart_remote)
            if not all(block.least <= m <= short for m in block.minutes.values()):
                raise ValueError(f"{block.id}: minutes lie between {block.least} and {short}")
        return self


def time_steps(agendas: Iterable[Mapping[str, Any]], steps: Iterable[dict[str, Any]]) -> None:
    """Give each step its minutes, as the blocks of the agendas have them; both not yet checked.

    A step that no block names is left as it is.
    """
    minutes: dict[str, Any] = {}
    for one in agendas:
        for block in one.get("blocks") or ():
            if isinstance(block, Mapping) and isinstance(block.get("steps"), Mapping):
                minutes |= block["steps"]
    for step in steps:
        if step.get("id") in minutes:
            step["minutes"] = minutes[step["id"]]


class NotebookText(Item):
    """What a notebook says beside its code."""

    title: str = ""
    cells: dict[str, Sentence] = Field(default_factory=dict)
    """Markdown by the id of its cell; a cell that is not named keeps its own words."""


def put_prose(notebook: bytes, text: NotebookText | None, name: str) -> bytes:
    """Return a notebook's file with other prose; the same bytes where there is none.

    Raises `InputError` for a cell that the notebook has not got.
    """
    if text is None:
        return notebook
    data = json.loads(notebook)
    prose = {c["id"]: c for c in data["cells"] if c["cell_type"] == "markdown"}
    problems = [
        Problem(
            "The notebook has no Markdown cell of this id.",
            f"{name}.cells.{id_}",
            where=NOTEBOOKS,
            suggestion=near(id_, prose),
        )
        for id_ in text.cells
        if id_ not in prose
    ]
    if problems:
        raise InputError(problems)
    for id_, words in text.cells.items():
        prose[id_]["source"] = words.rstrip("\n").splitlines(keepends=True)
    if text.title:
        data["metadata"]["title"] = text.title
    return json.dumps(data, ensure_ascii=False, indent=1).encode() + b"\n"


def prose_of(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Return a notebook's prose in the form of an entry of `notebooks.yaml`."""
    cells = [c for c in notebook["cells"] if c["cell_type"] == "markdown"]
    return {
        "title": notebook["metadata"]["title"],
        "cells": {c["id"]: "".join(c["source"]) for c in cells},
    }


class Words:
    """Sentences by key (`ledger.caption`: file `ledger`, entry `caption`).

    An entry is a sentence with `{placeholders}`, or a mapping `{one: …, other: …}` of which the
    number `n` picks one.
    """

    def __init__(self, entries: Mapping[str, Any]) -> None:
        self._entries = dict(entries)

    def __call__(self, key: str, **values: Any) -> str:
        """Return the sentence of `key` with its placeholders filled in.

        Raises KeyError for a key that no file holds, or a placeholder that got no value.
        """
        entry = self._entries[key]
        if isinstance(entry, dict):
            entry = entry["one" if values.get("n") == 1 else "other"]
        return self.fill(str(entry), values) if values else str(entry)

    def fill(self, sentence: str, values: Mapping[str, Any]) -> str:
        """Return a sentence with its placeholders filled in; numbers as the language writes them.

        Raises KeyError for a placeholder that got no value.
        """
        return sentence.format(**{name: self._shown(value) for name, value in values.items()})

    def _shown(self, value: Any) -> Any:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return self.number(value) if number else value

    def number(self, value: float) -> str:
        """Return a number as the content's language writes it: “2.5”, “12,000”.

        At most six digits count; four of them stand together.
        """
        rounded = float(f"{value + 0.0:.6g}")  # never “-0”
        sign, plain = ("-" if rounded < 0 else ""), f"{abs(rounded):f}".rstrip("0").rstrip(".")
        whole, _, part = plain.partition(".")
        if len(whole) > 4:
            whole = f"{int(whole):,}".replace(",", self("common.thousands"))
        return sign + whole + (self("common.decimal") + part if part else "")

    def listing(self, items: Iterable[str]) -> str:
        """Return items as a reader lists them: “a, b and c”."""
        names = list(items)
        if len(names) < 2:
            return "".join(names)
        return self("common.and", first=self("common.comma").join(names[:-1]), last=names[-1])

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.is_instance_schema(cls)
