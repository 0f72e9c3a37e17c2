"""Define the kinds of item in the content, one class for each.

Items are what the kit knows (sources, patterns, drills, questions), how it judges (criteria,
contests, rules), how long things take (agendas), and the words of screens and notebooks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, model_validator
from pydantic_core import CoreSchema, core_schema

from workshop.content.raw import NOTEBOOKS
from workshop.problems import InputError, Problem, near

Pattern = Literal["centralised", "embedded", "federated", "platform-as-mlops"]
PATTERNS: tuple[Pattern, ...] = get_args(Pattern)
Lead = Literal["research", "engineering", "product"]
Strength = Literal["strong", "moderate", "weak", "opinion"]
Sentence = Annotated[str, Field(min_length=1)]
Keys = Annotated[tuple[str, ...], Field(min_length=1)]
"""Keys of sources; a place in the source may follow: `S2 §on-call`."""
When = dict[str, tuple[str, ...]]
"""The answers that make an item concern somebody, by name, with their values.

An answer without values counts as soon as it is given. An empty mapping concerns everybody.
"""


class Item(BaseModel):
    """An entry of a content file. Two are equal if all their fields are equal."""

    # A class is made ready to check entries when one is checked, which kept content never is.
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    def __hash__(self) -> int:
        """Hash by class and first field, usually the id.

        Fields that hold mappings cannot be hashed.
        """
        first = getattr(self, next(iter(type(self).model_fields)))
        return hash((type(self), str(first)))


class Source(Item):
    """A work that claims come from, with its strength and its limits."""

    key: str
    citation: Sentence
    short: str = ""
    """What it is in a few words, for a sentence; `kind` if there are none."""
    year: int | None = None
    kind: Sentence
    strength: Strength
    seen: Literal["primary", "summary", "secondary"]
    supports: Sentence
    not_for: Sentence
    places: tuple[str, ...] = ()
    """Topics that may follow the key (`S2 §on-call`): our labels, not its headings."""
    when: When = Field(default_factory=dict)


class Claim(Item):
    """One claim, the result of checking it, and how far it may be used."""

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
    """A published case: what its source states and, separately, how we read it."""

    id: str
    name: Sentence
    years: Sentence
    stated: Sentence
    reading: Sentence
    patterns: tuple[Pattern, ...] = ()
    lesson: str = ""
    illustrates: tuple[str, ...] = ()
    """The patterns that we read in it, and the situations that the case shows."""
    citation: Sentence
    seen: Sentence
    """How much of the source was read."""
    answers: str | None = None
    """File name of the example in `examples/`, if there is one."""


class Fact(Item):
    """A stated fact or figure, worded with the limits of its source."""

    id: str
    statement: Sentence
    limits: str = ""
    sources: Keys
    topic: str
    when: When = Field(default_factory=dict)


class Headcounts(Item):
    """Headcounts as ranges [low, high]; None if the source gives none."""

    absolute: tuple[int, int] | None = None
    """The total, for up to ten consuming teams."""
    per_ten: tuple[int, int]
    """Platform people for each ten consuming teams."""
    per_team: tuple[int, int] | None = None
    """People inside each product team."""


class Link(Item):
    """Two teams that interact, and the Team Topologies mode in which they do."""

    start: str
    end: str
    mode: Literal["collaboration", "x-as-a-service", "facilitating"]
    words: Sentence


class Diagram(Item):
    """A pattern's teams and their interactions.

    `product` is the product teams.
    """

    platform: Sentence
    product: Sentence
    links: Annotated[tuple[Link, ...], Field(min_length=1)]
    embedded: str = ""
    """The role that sits inside each product team, if there is one."""


class PatternText(Item):
    """One of the four patterns: its row in the comparison and its description."""

    id: Pattern
    name: Sentence
    short: Sentence
    """The name as it appears in a narrow column."""
    bet: Sentence
    """One sentence: where the pattern bets that knowledge and accountability belong."""
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
    """The people who are called under an option."""

    service: Sentence
    quality: Sentence


class Losing(Item):
    """A group that gives something up in a move, and what it gives up."""

    who: Sentence
    what: Sentence


class MoveStep(Item):
    """One of the first steps of a move, and what its owner can do next week."""

    what: Sentence
    first_step: Sentence
    same_job: tuple[str, ...] = ()
    """Ids of rules whose action is the same job: the plan has one action for both."""


class Move(Item):
    """The move from today's pattern to an option."""

    id: str
    from_: tuple[str, ...] = Field((), alias="from")
    """Ids of the options that it starts from.

    The move without any is used if today's pattern is unknown.
    """
    owner: str = ""
    """The role to propose for the steps, if the answers name nobody."""
    counts_people: bool = False
    """Whether to count, before it is confirmed, whom product teams still need."""
    steps: Annotated[tuple[MoveStep, ...], Field(min_length=4, max_length=4)]
    after: str = ""
    """What the last step waits for, in place of a date."""
    loses: Annotated[tuple[Losing, ...], Field(min_length=1)]
    disruption: Sentence


class Comparison(Item):
    """A combination's row in the comparison; the rest is in `OptionText`."""

    bet: Sentence
    staffing: Sentence
    consumer_experience: Sentence
    fits: Sentence
    topologies: Sentence
    diagram: Diagram


class OptionText(Item):
    """The gains and costs of a pattern or combination, and first steps towards it."""

    id: str
    """A pattern, or a combination as base and second: `federated-embedded`."""
    name: Sentence
    on_call: OnCallText
    main_failure: Sentence
    gives_up: Annotated[tuple[Sentence, ...], Field(min_length=1)]
    do: Sentence
    """What to do, as an instruction to those who decide."""
    keep: Sentence
    """What to do if the option is already in place today."""
    undo: Sentence
    people: Sentence
    """What it costs in people, in plain words."""
    uncounted: Sentence | None = None
    """What to say of people in product teams, where nobody counted them."""
    effects: tuple[str, ...] = ()
    """Ids of facts: published results on its effects."""
    combined: Comparison | None = None
    """The row in the comparison, for a combination."""
    later: Sentence | None = None
    """What to decide later, for a combination whose first half works on its own."""
    moves: Annotated[tuple[Move, ...], Field(min_length=1)]
    sources: Keys

    def move(self, today: str | None) -> Move:
        """Return the move from an option, or the general one if it has none of its own."""
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
    """The meaning of one value of an answer, such as a deployment or a mandate."""

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
    """A question on which sources disagree: both sides, and what the kit does."""

    id: str
    title: Sentence
    one_side: Sentence
    other_side: Sentence
    treatment: Sentence
    for_you: Sentence
    """What it means for a team to whose answers it applies.

    May contain {placeholders}.
    """
    sources: Keys


class BlindSpot(Item):
    """A question that the names of the four patterns do not answer."""

    id: str
    name: Sentence
    ask: Sentence
    why: Sentence
    reads: tuple[str, ...]
    sources: Keys


class GlossaryTerm(Item):
    """A term that a reader needs, and its meaning."""

    id: str
    term: Sentence
    forms: Annotated[tuple[Sentence, ...], Field(min_length=1)]
    """The term as it stands in sentences, where screens explain it."""
    meaning: Sentence
    patterns: tuple[Pattern, ...] = ()
    """Patterns that use the term; none if it is for everybody."""
    sources: Keys

    def is_in(self, words: str) -> bool:
        """Return whether words use the term."""
        forms = "|".join(map(re.escape, self.forms))
        return re.search(rf"(?<![\w-])(?:{forms})(?![\w-])", words, re.IGNORECASE) is not None


class Moment(Item):
    minute: Literal[0, 15, 60]
    scene: Sentence
    ask: Sentence


class DrillText(Item):
    """An on-call drill: what happens minute by minute, and the knowledge it needs."""

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
"""`today`: how things are; `from-now-on`: how they shall be."""


class Question(Item):
    """The words in which one answer is asked for."""

    id: str
    part: Annotated[int, Field(ge=1, le=6)]
    name: Sentence
    """The answer's name in a table or a sentence: “model-producing teams”."""
    ask: Sentence
    why: Sentence
    good: Sentence
    """An example of a good answer."""
    unit: str = ""
    asks_about: AsksAbout = "today"
    """Whether it asks how things are today, or how they shall be from now on."""
    sets: str = ""
    """The answer that a decision on it sets, if it is another one."""
    choices: dict[str, str] = Field(default_factory=dict)
    """Readable words for each allowed value; `true`/`false` for yes-or-no answers."""
    optional: bool = False
    """True if a team may leave it out without leaving anything open."""
    when: When = Field(default_factory=dict)
    """The teams that it concerns; for all others it is optional."""
    unless: When = Field(default_factory=dict)
    """The answers with which there is nothing to ask any more."""
    defines: bool = False
    """True if it is one of the answers that decide which pattern is advised."""


class StepText(Item):
    """Questions that are asked together: one form of the workshop."""

    id: str
    part: Annotated[int, Field(ge=1, le=6)]
    kind: Literal["form", "earlier", "drills", "stages", "decisions", "what-if"]
    title: Sentence
    about: Sentence
    minutes: Annotated[int, Field(ge=1, le=60)]
    """Minutes that a room takes for it."""
    questions: tuple[str, ...]
    """Ids of the questions that belong to this step."""
    repeats: tuple[str, ...] = ()
    """Ids of questions of other steps that are shown here too."""
    folded: bool = False
    """True if it is collapsed until somebody opens it."""


class TeamName(Item):
    """A usual name of a team that the kit recognises, with its synonyms."""

    id: Literal[
        "research",
        "engineering",
        "product",
        "platform",
        "data",
        "nobody",
        "at-handover",
        "on-call",
        "unknown",
    ]
    name: str = ""
    """The name that a reader sees; empty if the words of the interface have it."""
    also: tuple[Sentence, ...] = ()
    """Other spellings that people type, such as “Plattform”, in any case."""


Severity = Literal["critical", "risk", "watch", "strength"]
Says = Literal["supports", "neutral", "against"]


class Band(Item):
    """What a criterion says for one range of its input.

    Numbers go from (included) up to below (excluded).
    """

    says: Says
    because: Sentence
    from_: float | None = Field(None, alias="from")
    below: float | None = None
    is_: tuple[str, ...] = Field((), alias="is")
    """Choices (and `true` or `false`) to which it applies."""


class Criterion(Item):
    """One input against a range or a set of choices, for one pattern.

    role: `needed`, what the source says the pattern fits (all groups must be met; the first one of
    a pattern defines it, and the pattern is not judged while that is unknown); `condition`,
    something a team can put right, named when it argues against; `growth`, a condition that comes
    with size: named in the same way, and it never makes the pattern fit less; `leaning`, a
    circumstance that favours one side and decides a contest.
    """

    id: str
    pattern: Pattern
    reads: str
    role: Literal["needed", "condition", "growth", "leaning"]
    group: str = ""
    """Criteria of one group are alternatives: one that supports is enough."""
    defines: bool = False
    """True if the pattern is not judged while this input is unknown."""
    per: str = ""
    """The answer by which the input is divided, such as models for each team."""
    fewest: Literal["", "start", "scale"] = ""
    """The staffing minimum from which the bands count, in platform people.

    `start`: the fewest with which the pattern starts; `scale`: the fewest at the scale that was
    answered. A number below 0 means too few people.
    """
    fewest_of: Pattern | None = None
    """The pattern whose staffing minimum is used, if it is another one."""
    only_if: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """The criterion applies only if these answers have one of these values."""
    unless: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """The criterion does not apply if one of these answers has one of these values."""
    bands: Annotated[tuple[Band, ...], Field(min_length=1)]
    condition: str = ""
    """What the team would do if a `condition` or `growth` criterion is not met.

    May contain the placeholders of the bands, as `change` may: {n}, {start}, {fewest}, and
    {place}: where the models run, as answered.
    """
    first_step: str = ""
    """What the owner of the `condition` can do next week."""
    change: str = ""
    """What would have to change, if the role is `needed` and it argues against."""
    reason: Sentence
    firmness: Literal["source", "soft", "ours"] = "source"
    """How well supported the threshold is.

    `source`: it is the source's own; `soft`: the source's, but weakly supported; `ours`: the source
    gives no number, so the kit had to choose one.
    """
    sources: Keys


class Constraint(Item):
    """A hard constraint: these values of an answer rule these patterns out."""

    id: str
    reads: str
    is_: tuple[str, ...] = Field(alias="is")
    excludes: tuple[Pattern, ...]
    because: Sentence
    sources: Keys


class Staffing(Item):
    """The fewest platform people with which a pattern can be run.

    The first of a pattern's entries that applies is used.
    """

    id: str
    pattern: Pattern
    only_if: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    unless: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    at_least: Annotated[int, Field(ge=0)]
    """The number that is needed from the first team on."""
    per_ten: Annotated[int, Field(ge=0)]
    """For each ten teams that produce models."""
    at_most: Annotated[int, Field(ge=0)] | None = None
    """The number at which the pattern gives way to another."""
    reason: Sentence
    firmness: Literal["source", "soft", "ours"]
    sources: Keys


class Contest(Item):
    """Two patterns that can both fit, and the answers that decide between them.

    All answers of `decided_by` that favour a side must favour the same one.
    """

    patterns: tuple[Pattern, Pattern]
    decided_by: Annotated[tuple[str, ...], Field(min_length=1)]
    decides_alone: dict[str, tuple[Pattern, ...]] = Field(default_factory=dict)
    """Answers that decide alone, each with the patterns that it can decide for.

    One that names both patterns leaves the contest open until it is known.
    """
    wins_without_conditions: Pattern | None = None
    """The pattern that wins if it fits without conditions and the other does not."""
    easier: Pattern
    """The pattern that is easier to undo, to begin with while the contest is open."""
    words: Sentence
    undo: Sentence
    """Why it is easier to undo."""
    sources: Keys


class Combination(Item):
    """Two patterns that are advised together."""

    base: Pattern
    beside: Pattern
    only_beside: bool = False
    """True if the second is never advised without the first."""
    name: Sentence
    words: Sentence
    first: str = ""
    """The condition on the second if the first does not fit."""
    first_step: str = ""
    """What the owner of this condition can do next week."""
    sources: Keys

    @property
    def id(self) -> str:
        """Return the id of the option that the combination is."""
        return f"{self.base}-{self.beside}"


class Condition(Item):
    """What one answer, or one number calculated from several, has to be.

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


class Outweighed(Item):
    """The words of a contradiction of a measured answer and an opinion.

    The same placeholders can be in them as in the contradiction's own words.
    """

    opinion: str
    """The answer that yields if it is an opinion."""
    measured: str
    """The answer that decides if it is measured."""
    statement: Sentence
    why: Sentence
    check: Sentence
    """What is left to check."""


class Contradiction(Item):
    """Two answers that cannot both be right, and which of them to check."""

    id: str
    yields_to: tuple[str, ...] = ()
    """Contradictions that say the same more directly.

    If one of them holds, this one is silent.
    """
    when: Annotated[tuple[Condition, ...], Field(min_length=1)]
    """Conditions that must all be met. Together they read at least two answers."""
    statement: Sentence
    """Both answers, as they were given.

    {placeholders} are the names of the answers, with underscores for dots and hyphens.
    """
    why: Sentence
    check: Sentence
    """Which of the two to check, and how."""
    what: Sentence
    """What to find out, as an action of the plan."""
    outweighed: Outweighed | None = None
    sources: Keys

    @property
    def answers(self) -> tuple[str, ...]:
        """Return the names of the answers and calculated numbers that it reads."""
        read = (n for c in self.when for n in (c.reads, c.more_than, c.far_from) if n)
        return tuple(dict.fromkeys(read))


class Rule(Item):
    """The words of a finding.

    Its logic is the function of the same id in `findings/rules`.
    """

    id: str
    part: Annotated[int, Field(ge=1, le=6)]
    severity: Severity
    title: Sentence
    """The rule's name in the reference and in a portfolio of many groups.

    It is never shown with one group's answers.
    """
    subject: str = ""
    """The subject of the finding.

    No strength is reported on a subject that has an urgent risk or a risk.
    """
    reads: Annotated[tuple[str, ...], Field(min_length=1)]
    yields_to: tuple[str, ...] = ()
    """Rules that take precedence because they say more, or have the better reason.

    If one of them has a finding, this one has none, so that no fact is reported twice.
    """
    fulfils: str = ""
    """The answer whose condition of the advice is met by the same action."""
    covered_by: tuple[str, ...] = ()
    """Rules whose action is the same.

    If a decision settles a finding of one of them, this one asks for no action of its own.
    """
    moves: str = ""
    """The answer that names the team whose duty the action gives to another one."""
    statement: Sentence
    why: Sentence
    mitigation: Sentence
    """One action that can begin next week; for a strength: how to keep it."""
    what: str = ""
    """What is different once it is done, worded as a task.

    For example: “Put the builders on call for {model}.”
    """
    owner: str = ""
    """Who would naturally start it, as words or a placeholder such as “{platform}”.

    May be empty.
    """
    limits: dict[str, float] = Field(default_factory=dict)
    """Thresholds that the logic reads, by name."""
    sources: Keys


Focus = Literal["ownership", "patterns", "on-call", "handoffs", "decisions"]
FOCUSES: tuple[Focus, ...] = get_args(Focus)
Minutes = Annotated[int, Field(ge=1, le=480)]


class People(Item):
    """The number of people that the minutes are for, and what a change adds."""

    usual: int
    share: float
    """What each further person adds to a block that grows, as a share of its minutes."""
    at_least: int
    fewest: int
    most: int
    at_most: int
    """The most people for whom a plan is made.

    Outside `fewest` and `most` a plan warns; outside `at_least` and `at_most` it is refused.
    """

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        given = [self.at_least, self.fewest, self.usual, self.most, self.at_most]
        if given != sorted(given):
            raise ValueError("the numbers of people are not in order")
        return self


class Breaks(Item):
    """Limits on work without a break and on the length of breaks, in minutes."""

    apart: Minutes
    apart_remote: Minutes
    """The longest work without a break for a group on screens."""
    minutes: Minutes
    first: Minutes
    first_from: Minutes
    lunch: Minutes
    lunch_from: Minutes
    least: Minutes
    lunch_least: Minutes
    """The shortest lunch on a day that runs late."""


class BlockText(Item):
    """One block of an agenda: its purpose and how long it takes."""

    id: str
    title: Sentence
    purpose: Sentence
    part: Annotated[int, Field(ge=1, le=7)]
    """The notebook that it belongs to."""
    focus: Focus | None = None
    minutes: Annotated[dict[int, Minutes], Field(min_length=1)]
    """Minutes by length of the workshop, for the usual number of people."""
    from_: Minutes | None = Field(None, alias="from")
    """The shortest workshop that has this block.

    Without a value, it is the first length in `minutes`.
    """
    least: Minutes
    drop: Annotated[int, Field(ge=1)] | None = None
    """Order of leaving out when time is short: 1 goes first, None never goes."""
    unless: tuple[str, ...] = ()
    """Blocks that make this one unnecessary if they are planned."""
    grows: bool = False
    joined: bool = False
    """True if there should be no break between it and the next block."""
    steps: dict[str, Minutes] = Field(default_factory=dict)
    """Steps of the notebooks with their minutes, the most important first."""
    materials: tuple[Sentence, ...] = ()
    remote: Sentence
    """What is done differently when people meet on screens."""


class Agendas(Item):
    """Everything that agendas are planned from; content has one entry of it."""

    id: str
    lengths: Annotated[tuple[Minutes, ...], Field(min_length=1)]
    shortest: Minutes
    people: People
    breaks: Breaks
    blocks: Annotated[tuple[BlockText, ...], Field(min_length=1)]

    @property
    def longest(self) -> int:
        """Return the minutes of the longest workshop in one day."""
        return self.lengths[-1]

    def block(self, id_: str) -> BlockText:
        """Return the block of an id.

        Raises KeyError for an unknown id.
        """
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
    """Set each step's minutes from the blocks of the agendas.

    Both are plain data that is not checked yet. A step that no block names is left as it is.
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
    """The prose of a notebook."""

    title: str = ""
    cells: dict[str, Sentence] = Field(default_factory=dict)
    """Markdown by cell id; a cell that is missing keeps its own text."""


def put_prose(notebook: bytes, text: NotebookText | None, name: str) -> bytes:
    """Return a notebook's file with other prose; the same bytes if there is none.

    Raises `InputError` for a cell that the notebook does not have.
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


_FORMS: Mapping[Any, str] = {1: "one", 2: "two"}
"""The forms of a sentence that a number picks, beside that for others."""


class Words:
    """Sentences by key (`ledger.caption`: file `ledger`, entry `caption`).

    An entry is a sentence with `{placeholders}`, or a mapping `{one: …, other: …}` of which the
    number `n` picks one. It may have a form for `two`, as in “both”.
    """

    def __init__(self, entries: Mapping[str, Any]) -> None:
        self._entries = dict(entries)

    def __call__(self, key: str, **values: Any) -> str:
        """Return the sentence of `key` with its placeholders filled in.

        Raises KeyError for an unknown key, or a placeholder without a value.
        """
        entry = self._entries[key]
        if isinstance(entry, dict):
            form = _FORMS.get(values.get("n"), "other")
            entry = entry.get(form, entry["other"])
        return self.fill(str(entry), values) if values else str(entry)

    def fill(self, sentence: str, values: Mapping[str, Any]) -> str:
        """Return a sentence with its placeholders filled in.

        Numbers are written as the language writes them. Raises KeyError for a placeholder without a
        value.
        """
        shown = {n: v if isinstance(v, str) else self._shown(v) for n, v in values.items()}
        return sentence.format(**shown)

    def _shown(self, value: Any) -> Any:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return self.number(value) if number else value

    def number(self, value: float) -> str:
        """Return a number as the content's language writes it: “2.5”, “12,000”.

        Numbers are rounded to six significant digits; numbers of four digits get no separator.
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

    def with_file(self, file: str, other: str) -> Words:
        """Return words in which entries of `other` take the place of those of `file`."""
        start = f"{other}."
        own = {k: v for k, v in self._entries.items() if k.startswith(start)}
        return Words(self._entries | {f"{file}.{k.removeprefix(start)}": own[k] for k in own})

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.is_instance_schema(cls)
