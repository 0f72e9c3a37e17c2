"""What the kit knows, item by item: each class is one kind, each kind one file in `content/`.

Every claim carries the keys of its sources.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from workshop.model.answers import Lead, Pattern

Strength = Literal["strong", "moderate", "weak", "opinion"]
Sentence = Annotated[str, Field(min_length=1)]
Keys = Annotated[tuple[str, ...], Field(min_length=1)]
"""Source keys; a place may follow: `S2 §on-call`."""


class Item(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


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


class Claim(Item):
    """One claim, what was found when it was checked, and how far it may be used."""

    id: str
    claim: Sentence
    found: Sentence
    strength: Strength
    use_for: Sentence
    not_for: str = ""
    sources: Keys
    topic: Literal["pattern", "ownership", "platform", "handoff", "room"]


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
    choices: dict[str, str] = Field(default_factory=dict)
    """Readable words for each allowed value; `true`/`false` for yes-or-no answers."""


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
