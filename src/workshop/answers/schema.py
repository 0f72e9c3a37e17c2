"""Define a team's answers, in one schema for files, notebooks, room and batch.

Every answer is optional; what is missing is None, which means *unknown*, never zero or false. The
parts of nested answers come first, then what a room voted, then `Answers` itself.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from workshop.answers.intake import answered
from workshop.content.items import AsksAbout, Lead, Pattern, When
from workshop.content.loader import Content, load_content
from workshop.content.teams import UNKNOWN
from workshop.problems import MAX_PROBLEMS, InputError, Problem, plain, problems_of

if TYPE_CHECKING:
    from pandas import Series

SHOWN = 400
"""The most characters of answers in Python's representation."""

Basis = Literal["measured", "documented", "opinion"]
Became = Literal["done", "under-way", "not-begun", "dropped"]
Discipline = Literal[
    "data-engineering",
    "data-science",
    "ml-engineering",
    "backend-engineering",
    "frontend-engineering",
    "testing",
    "infrastructure-engineering",
    "release-engineering",
    "product-management",
    "design",
]


def visible(text: str) -> str:
    """Return a name; raise ValueError if it is only spaces or invisible."""
    if text and not any(c.isprintable() and not c.isspace() for c in text):
        raise ValueError("This is blank; fill it in, or leave the whole line out")
    return text


Name = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(visible)]
"""A team, a role or a model: free text, kept as typed."""
TEAM = "team"
"""Marks a name as that of a team, so that forms offer the known teams."""
Team = Annotated[Name, TEAM]
"""A team: free text, kept as typed. Forms offer the known names."""
Phrase = Annotated[str, Field(min_length=1, max_length=160), AfterValidator(visible)]
"""A few words that are quoted within a sentence, kept as typed."""
Currency = Annotated[str, Field(min_length=1, max_length=12), AfterValidator(visible)]
"""A currency by its code or its sign."""
Prose = Annotated[str, Field(max_length=50_000)]
"""What people write: a decision, a reason, a dissent."""
Count = Annotated[int, Field(ge=0, le=100_000)]
Days = Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)]


def _date(value: Any) -> Any:
    """Return a date from ISO text, which papermill passes as a string."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, str):
        try:
            return datetime.date.fromisoformat(value.strip())
        except ValueError:
            return value
    return value


Date = Annotated[datetime.date, BeforeValidator(_date)]


def _hyphens(name: str) -> str:
    return name.replace("_", "-")


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


class Part(BaseModel):
    """A part of the answers: frozen and strict; unknown names are errors."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", populate_by_name=True, validate_default=False
    )

    def __hash__(self) -> int:
        """Hash by value, including mappings, so that records can be keys."""
        return hash((type(self), _hashable(self.__dict__)))


def _hashable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return frozenset((key, _hashable(item)) for key, item in value.items())
    return tuple(map(_hashable, value)) if isinstance(value, tuple) else value


class Duties(Part):
    """Who has each duty: a team, `nobody`, or `at-handover` (settled at handover)."""

    model_config = ConfigDict(alias_generator=_hyphens)
    evaluation_set: Team | None = Field(None, description="team that owns the evaluation set")
    ship: Team | None = Field(None, description="team that ships the model")
    paged: Team | None = Field(None, description="team that is paged when it breaks")
    answers_to_business: Team | None = Field(
        None, description="team that answers to the business when accuracy regresses"
    )
    turn_off: Team | None = Field(None, description="team that may turn the model off")


class Mitigations(Part):
    """Whether each lead's counter-measure is in place today."""

    research: bool | None = Field(
        None, description="research and engineering share one model from week one"
    )
    engineering: bool | None = Field(
        None, description="the user-facing team co-writes the evaluation set"
    )
    product: bool | None = Field(
        None, description="one ML specialist is a member of the product team"
    )


class ProviderDuties(Part):
    """Own teams with each duty towards the maker of a bought model."""

    model_config = ConfigDict(alias_generator=_hyphens)
    notices: Team | None = Field(None, description="team that receives the provider's notices")
    evaluation_rerun: Team | None = Field(
        None, description="team that runs the evaluation set again when the version changes"
    )
    switch: Team | None = Field(None, description="team that may switch provider or version")
    pay: Team | None = Field(None, description="team that pays for the move")


class LanguageModelArtefacts(Part):
    """Owners of what decides the answers of a language-model product."""

    model_config = ConfigDict(alias_generator=_hyphens)
    prompts: Team | None = Field(None, description="team that owns the prompts")
    retrieval_data: Team | None = Field(None, description="team that owns the retrieval data")
    tool_permissions: Team | None = Field(
        None, description="team that decides what the model may do by itself"
    )
    guardrails: Team | None = Field(None, description="team that owns the guardrails")
    evaluation_criteria: Team | None = Field(
        None, description="team that decides what a good answer is, and may revise it"
    )


class InputContracts(Part):
    """What the inputs of a model have in writing."""

    owner: bool | None = Field(None, description="each input has a named owner")
    notice: bool | None = Field(None, description="a notice before an input changes is agreed")
    consumers: bool | None = Field(None, description="there is a list of who reads each input")


class Politics(Part):
    """Who loses by the decisions, and whether somebody has talked with them."""

    model_config = ConfigDict(alias_generator=_hyphens)
    teams_split: bool | None = Field(None, description="a team is split up")
    lines_changed: bool | None = Field(None, description="people get another manager")
    most_to_lose: Name | None = Field(None, description="role that has most to lose")
    spoken_to: bool | None = Field(None, description="somebody has talked with those who lose")


class PlatformAsProduct(Part):
    """Product habits of the platform team."""

    model_config = ConfigDict(alias_generator=_hyphens)
    user_research: bool | None = Field(None, description="it studies what its users need")
    documented_apis: bool | None = Field(None, description="its interfaces are documented")
    feedback_loop: bool | None = Field(None, description="complaints change its plans")
    deprecation_cycles: bool | None = Field(None, description="it announces what it retires")


class Knowledge(Part):
    """Teams with each kind of knowledge that an incident needs, or `nobody`."""

    business: Team | None = Field(None, description="what a drop means for the product")
    model: Team | None = Field(None, description="which feature has drifted")
    infrastructure: Team | None = Field(None, description="whether features are stale")


class Drill(Part):
    """Who is in charge of the incident at each minute (a team, or `nobody`)."""

    minute_0: Team | None = Field(None, description="whose phone rings first")
    minute_15: Team | None = Field(None, description="who has it a quarter of an hour later")
    minute_60: Team | None = Field(None, description="who has it after an hour")


def _range(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(float(v) if type(v) is int else v for v in value)
    return value


Duration = Annotated[Days | tuple[Days, Days, Days], BeforeValidator(_range)]
"""Working days: a number, or [low, likely, high]."""


class Stage(Part):
    """One stage between an idea and a model that users meet."""

    stage: Literal["data", "model", "serving", "product"] = Field(
        description="data, model, serving or product"
    )
    name: Annotated[Name, Field(max_length=60)] | None = Field(
        None, description="what is done there, in a few words"
    )
    team: Team | None = Field(None, description="team that does the work")
    touch_days: Duration | None = Field(
        None, description="working days somebody works on it: a number or [low, likely, high]"
    )
    wait_days: Duration | None = Field(
        None, description="working days it waits before that: a number or [low, likely, high]"
    )
    measured: bool | None = Field(None, description="true if the days were measured")

    @field_validator("touch_days", "wait_days")
    @classmethod
    def _in_order(cls, value: Any) -> Any:
        if isinstance(value, tuple) and not value[0] <= value[1] <= value[2]:
            raise ValueError("a range is written [low, likely, high], each at least the one before")
        return value


class UsersSeen(Part):
    """What the people who build models see of the people who use them."""

    talk: bool | None = Field(None, description="they talk to users")
    usage: bool | None = Field(None, description="they see live usage")
    effects: bool | None = Field(None, description="they see how outputs change behaviour")


Agreed = bool | int | float | str | tuple[str, ...]
"""The value that an answer shall have, checked like the answer itself."""
NAMING = ("organisation", "group", "held_on", "sponsor", "decision_body")
"""Answers that say whose workshop it is, and nothing about the work."""
NEVER_SET = (
    *NAMING,
    "earlier",
    "model",
    "stages",
    "votes",
    "agenda",
    "decisions",
    "basis",
)
"""Answers that no decision sets, such as names and lists."""


def leaves(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the dotted name and the value of each answer in a tree."""
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from leaves(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def nested(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers by dotted name as a tree.

    Raises ValueError for a name below a value.
    """
    tree: dict[str, Any] = {}
    for name, value in given.items():
        *parents, last = name.split(".")
        at: Any = tree
        for step in parents:
            at = at.setdefault(step, {})
            if not isinstance(at, dict):
                raise ValueError(f"No answer has this name: {name}")
        at[last] = value
    return tree


class Decision(Part):
    """One decision, with what was rejected, who disagreed, and what reopens it."""

    decision: Prose = Field(min_length=1, description="the question that was decided")
    chosen: Prose | None = Field(None, description="what was chosen")
    rejected: Prose | None = Field(None, description="the option turned down")
    dissent: Prose | None = Field(None, description="who disagrees and why, in their words")
    reply: Prose | None = Field(None, description="what answers the dissent")
    if_: Prose | None = Field(None, alias="if", description="if this happens …")
    then: Prose | None = Field(None, description="… then this is done")
    owner: Name | None = Field(None, description="one person or role")
    due: Date | None = Field(None, description="date, YYYY-MM-DD")
    revisit_on: Date | None = Field(None, description="date of the review, YYYY-MM-DD")
    revisit_when: Prose | None = Field(None, description="the event that reopens it")
    settles: Annotated[tuple[str, ...], Field(max_length=50)] | None = Field(
        None, description="ids of the findings that it settles"
    )
    sets: Annotated[dict[str, Agreed], Field(max_length=50)] | None = Field(
        None, description="answers as agreed from now on, each name with its value"
    )

    _list = field_validator("settles", mode="before")(_tuple)

    @property
    def is_open(self) -> bool:
        """Return whether it records a question on which nothing was decided."""
        return not (self.chosen or self.sets) and self.decision.rstrip().endswith("?")

    @property
    def is_action(self) -> bool:
        """Return whether it records only what somebody does, with nothing to choose."""
        return not (self.chosen or self.rejected or self.sets or self.is_open)

    @property
    def lacks_review(self) -> bool:
        """Return whether it is a choice without a day or an event that reopens it."""
        return not (self.is_action or self.is_open or self.revisit_on or self.revisit_when)

    @field_validator("sets", mode="before")
    @classmethod
    def _sets(cls, value: Any) -> Any:
        """Return the agreed values, checked as the answers themselves."""
        if not isinstance(value, Mapping):
            return value
        given = {name: one for name, one in leaves(value) if one is not None}
        if fixed := [name for name in given if name.split(".")[0] in NEVER_SET]:
            raise ValueError(f"A decision cannot set this: {', '.join(fixed)}")
        agreed = Answers.model_validate(nested(given))
        return dict(leaves(agreed.model_dump(by_alias=True, exclude_none=True))) or None


class Signal(Part):
    """A number that is watched, and the limit at which the move begins."""

    now: Days | None = Field(None, description="where it stands")
    trigger: Days | None = Field(None, description="at which value the move starts")


class Signals(Part):
    """The signals that start the move to another pattern."""

    queue_weeks: Signal | None = Field(None, description="weeks a request waits")
    model_teams: Signal | None = Field(None, description="teams that produce models")
    models_in_production: Signal | None = Field(None, description="models serving users")


class Outcome(Part):
    """What became of one decision of the earlier workshop."""

    decision: Prose = Field(min_length=1, description="the decision, in the words of that time")
    became: Became | None = Field(None, description="done, under-way, not-begun or dropped")
    note: Prose | None = Field(None, description="what there is to say about it")


Privacy = Literal["named", "role", "anonymous"]
PRIVACIES: tuple[Privacy, ...] = get_args(Privacy)
OWN = "own."
"""How the name of a question begins that a facilitator typed in the room."""
BETWEEN = " + "
"""Separator of a ballot's teams in earlier versions: “product + research”."""
SMALLEST = 2
"""The smallest group shown separately, in people, whatever a room's limit."""
Value = Annotated[str, Field(min_length=1, max_length=2_000), AfterValidator(visible)]
"""A value on a ballot: a choice of the question, or a team."""


def _tuple_or_none(value: Any) -> Any:
    return _tuple(value) or None if isinstance(value, list | tuple) else value


class Counted(Part):
    """One choice and its number of votes."""

    value: Value = Field(description="the choice, as the answer would hold it")
    label: Value = Field(description="the choice in words")
    count: Count = Field(description="how many chose it")
    by_role: Annotated[dict[Name, Count], Field(max_length=100)] | None = Field(
        None, description="how many of each role chose it; small roles are left out"
    )
    by_table: Annotated[dict[Name, Count], Field(max_length=100)] | None = Field(
        None, description="how many at each table chose it; small tables are left out"
    )


class Fact(Part):
    """A fact that somebody gave with a vote."""

    value: Value = Field(description="the choice it supports")
    also: Annotated[tuple[Value, ...], Field(max_length=100)] | None = Field(
        None, description="other choices on the same ballot"
    )
    fact: Prose = Field(min_length=1, description="the fact, in their words")
    role: Name | None = Field(None, description="their role, where it may be known")
    name: Name | None = Field(None, description="their name, where votes are named")
    table: Name | None = Field(None, description="their table, where it may be known")

    _also = field_validator("also", mode="before")(_tuple_or_none)


_ODD_TOTAL = "The votes for the choices are {total}, and {cast} were cast"


class Round(Part):
    """One vote on a question, after it was revealed."""

    cast: Count = Field(description="ballots with a choice")
    unknown: Count | None = Field(
        None, description="ballots that said “I don't know”; counted apart, not in `cast`"
    )
    present: Count | None = Field(None, description="people who could vote")
    choices: Annotated[tuple[Counted, ...], Field(max_length=2_000)] = Field(
        description="how many chose what"
    )
    facts: Annotated[tuple[Fact, ...], Field(max_length=2_000)] | None = Field(
        None, description="the facts beside the votes"
    )
    tables: Annotated[dict[Name, Count], Field(max_length=100)] | None = Field(
        None, description="ballots with a choice at each table that may be counted apart"
    )

    _choices = field_validator("choices", mode="before")(_tuple)

    _facts = field_validator("facts", mode="before")(_tuple_or_none)

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        values = [c.value for c in self.choices]
        if len(set(values)) < len(values):
            raise ValueError("A choice stands here twice; put its votes together")
        if self.total < self.cast:
            raise ValueError(_ODD_TOTAL.format(total=self.total, cast=self.cast))
        if any(c.count > self.cast for c in self.choices):
            raise ValueError(f"A choice has more votes than the {self.cast} that were cast")
        if self.present is not None and self.present < self.all_cast:
            raise ValueError(f"{self.all_cast} votes cannot come from {self.present} people")
        if any(sum((c.by_role or {}).values()) > c.count for c in self.choices):
            raise ValueError("The roles of a choice have more votes than the choice itself")
        spoken_for = {*values, *((UNKNOWN,) if self.unknown else ())}
        if any({f.value, *(f.also or ())} - spoken_for for f in self.facts or ()):
            raise ValueError("A fact speaks for a choice that is not listed in this round")
        shown = self.sizes()
        left = self.cast - sum(shown.values())
        if shown and any(0 < n < SMALLEST for n in (*shown.values(), left)):
            raise ValueError("The roles shown here give away the vote of a single person")
        self._check_tables()
        return self

    def _check_tables(self) -> None:
        tables = self.tables or {}
        at_tables = self.votes_at_tables()
        if at_tables.keys() - tables.keys():
            raise ValueError("A choice has votes of a table that is not listed in this round")
        if any(at_tables[table] < cast for table, cast in tables.items()):
            raise ValueError("The choices have fewer votes of a table than it cast")
        if any(sum((c.by_table or {}).values()) > c.count for c in self.choices):
            raise ValueError("The tables of a choice have more votes than the choice itself")
        left = self.cast - sum(tables.values())
        if tables and (left < 0 or any(0 < n < SMALLEST for n in (*tables.values(), left))):
            raise ValueError("The tables shown here give away the vote of a single person")

    @property
    def total(self) -> int:
        """Return the votes of all choices; more than ballots if one can have several."""
        return sum(choice.count for choice in self.choices)

    @property
    def all_cast(self) -> int:
        """Return all ballots, with those that said “I don't know”."""
        return self.cast + (self.unknown or 0)

    def sizes(self) -> dict[str, int]:
        """Return the number of voters of each role that is shown."""
        sizes: Counter[str] = Counter()
        for choice in self.choices:
            sizes.update(choice.by_role or {})
        return dict(sizes)

    def votes_at_tables(self) -> Counter[str]:
        """Return the votes of all choices at each table that is shown."""
        found: Counter[str] = Counter()
        for choice in self.choices:
            found.update(choice.by_table or {})
        return found


class Vote(Part):
    """The room's vote on one question: once, or before and after discussion."""

    question: Name = Field(description="the answer's name: lead, duties.paged, …")
    asked: Prose = Field(min_length=1, description="the question, in the words of that day")
    privacy: Privacy = Field(description="named, role or anonymous, as chosen before the vote")
    asks_about: AsksAbout | None = Field(
        None, description="today or from-now-on: what the question was about that day"
    )
    rounds: Annotated[tuple[Round, ...], Field(min_length=1, max_length=2)] = Field(
        description="the first vote, and the second if there was one"
    )
    several: bool | None = Field(None, description="whether one ballot could name several choices")
    kind: Literal["words", "dots"] | None = Field(
        None, description="words or dots: free words, or dots on several; listed, never a split"
    )
    decision: Prose | Annotated[tuple[Prose, ...], Field(max_length=100)] | None = Field(
        None, description="what was decided, as the answer holds it"
    )
    dissent: Annotated[tuple[Prose, ...], Field(max_length=200)] | None = Field(
        None, description="who sees it otherwise and why, in their words"
    )
    notes: Annotated[tuple[Prose, ...], Field(max_length=200)] | None = Field(
        None, description="what the facilitator noted of the discussion"
    )
    stayed: Count | None = Field(None, description="people who chose the same twice")
    moved: Count | None = Field(None, description="people who chose something else the second time")

    _rounds = field_validator("rounds", mode="before")(_tuple)

    @model_validator(mode="before")
    @classmethod
    def _by_option(cls, data: Any) -> Any:
        return _decided(_split_ballots(_dotted(data)))

    _dissent = field_validator("decision", "dissent", "notes", mode="before")(_tuple_or_none)

    @model_validator(mode="after")
    def _keeps_what_was_agreed(self) -> Self:
        facts = [f for r in self.rounds for f in r.facts or ()]
        if self.privacy != "named" and any(f.name for f in facts):
            raise ValueError("A name stands beside a fact, and these votes were not to be named")
        roles = any(f.role for f in facts) or any(r.sizes() for r in self.rounds)
        if self.privacy == "anonymous" and roles:
            raise ValueError("Roles stand here, and these votes were to be anonymous")
        if not self.several and (odd := [r for r in self.rounds if r.total != r.cast]):
            raise ValueError(_ODD_TOTAL.format(total=odd[0].total, cast=odd[0].cast))
        if not self.several and any(
            dict(r.votes_at_tables()) != (r.tables or {}) for r in self.rounds
        ):
            raise ValueError("The votes of a table are not as many as it cast")
        if self.several and any(r.sizes() for r in self.rounds):
            raise ValueError("Where a ballot names several choices, roles cannot be counted apart")
        followed = (self.stayed or 0) + (self.moved or 0)
        if followed and len(self.rounds) == 1:
            raise ValueError("Who stayed and who moved is known only after a second vote")
        if followed > min(r.cast for r in self.rounds):
            raise ValueError("More people stayed or moved than voted twice")
        return self


def _decided(data: Any) -> Any:
    """Return a vote with a list as decision if a ballot could have several choices.

    A cell of a table does not distinguish the two.
    """
    if not isinstance(data, Mapping):
        return data
    several, decision = data.get("several"), data.get("decision")
    if several and isinstance(decision, str):
        return {**data, "decision": (decision,)}
    if not several and isinstance(decision, list | tuple):
        return {**data, "decision": "; ".join(map(str, decision))}
    return data


_SEVERAL = "evaluation_set_authors"
"""The question that earlier versions counted by combination."""


def _dotted(data: Any) -> Any:
    """Return a vote with its kind where dots were put on answers of a typed question.

    Versions before 0.9 did not write it. Of the questions that somebody typed, only those with dots
    take several choices.
    """
    if not isinstance(data, Mapping) or data.get("kind") or data.get("several") is not True:
        return data
    return {**data, "kind": "dots"} if str(data.get("question")).startswith(OWN) else data


def with_kinds(data: Mapping[str, Any], content: Content) -> dict[str, Any]:
    """Return plain answers in which each pre-mortem is of free words.

    Versions before 0.9 did not write a vote's kind. Its question is always the same sentence, so
    what people wrote is known as theirs, and never counts as a division.
    """
    votes = data.get("votes")
    if not isinstance(votes, list | tuple):
        return dict(data)
    gap = "\0"
    sentence = content.words("room.pre-mortem-ask", chosen=gap)
    asked = re.compile(".*".join(map(re.escape, sentence.split(gap))), re.DOTALL)
    return {**data, "votes": [_in_words(vote, asked) for vote in votes]}


def _in_words(vote: Any, asked: re.Pattern[str]) -> Any:
    if not isinstance(vote, Mapping) or vote.get("kind"):
        return vote
    is_it = asked.fullmatch(str(vote.get("asked"))) and str(vote.get("question")).startswith(OWN)
    return {**vote, "kind": "words"} if is_it else vote


def _split_ballots(data: Any) -> Any:
    """Return a vote of an earlier version counted by choice; any other as it is.

    Earlier versions have a choice for each combination, “product + research”. The schema refuses
    whatever is no vote.
    """
    try:
        odd = data["question"] != _SEVERAL or data.get("several")
        if odd or not any(BETWEEN in c["value"] for r in data["rounds"] for c in r["choices"]):
            return data
        rounds = [_split_round(at) for at in data["rounds"]]
        decision = data.get("decision")
    except (TypeError, KeyError, AttributeError):
        return data
    if isinstance(decision, str):
        decision = decision.split(BETWEEN)
    return {**data, "several": True, "rounds": rounds, "decision": decision}


def _split_round(at: Mapping[str, Any]) -> dict[str, Any]:
    counted: dict[str, dict[str, Any]] = {}
    for choice in at["choices"]:
        values, labels = choice["value"].split(BETWEEN), choice["label"].split(BETWEEN)
        if len(labels) != len(values):
            labels = values
        for value, label in zip(values, labels, strict=True):
            found = counted.setdefault(value, {"value": value, "label": label, "count": 0})
            found["count"] += choice["count"]
    facts = []
    for fact in at.get("facts") or ():
        first, *also = sorted(fact["value"].split(BETWEEN), key=lambda v: counted[v]["count"])
        facts.append({**fact, "value": first, "also": also or None})
    return {**at, "choices": list(counted.values()), "facts": facts or None}


Spent = Annotated[int, Field(ge=0, le=1_440)]


class BlockTimes(Part):
    """The planned and actual minutes of one block of the agenda."""

    block: Name = Field(description="id of the block")
    title: Name = Field(description="what the block was called that day")
    planned: Spent | None = Field(None, description="minutes that the agenda gave it")
    actual: Spent | None = Field(None, description="minutes that it took; without it: not held")


class Answers(Part):
    """Everything that a team answered, in the order of the workshop."""

    row_reader: ClassVar[Callable[[Any], Answers]]
    """What `from_row` calls.

    `workshop.answers` sets it, since what reads rows builds on this schema.
    """

    organisation: Name | None = Field(None, description="name of the organisation")
    group: Name | None = Field(None, description="the group of teams that is judged")
    held_on: Date | None = Field(None, description="date of the workshop, YYYY-MM-DD")
    sponsor: Name | None = Field(
        None, description="who confirms these answers and takes questions about them"
    )
    decision_body: Name | None = Field(
        None, description="who decides on the advice, such as the executive committee"
    )
    earlier: Earlier | None = Field(
        None, description="the last workshop: its answers, and what became of each decision"
    )
    ml_engineers: Count | None = Field(None, description="people who build or run models")
    model_teams: Count | None = Field(None, description="teams that produce models")
    models_in_production: Count | None = Field(None, description="models serving users today")
    deployment: Literal["pure-cloud", "on-premises", "hybrid", "air-gapped"] | None = Field(
        None, description="where models run"
    )
    regulated: bool | None = Field(None, description="is this work regulated?")
    mandate: (
        Literal[
            "none",
            "accountable-person",
            "legal-entity",
            "independent-validation",
            "single-operator",
        ]
        | None
    ) = Field(None, description="what the rule demands; only a single operator excludes patterns")
    regulation_name: Phrase | None = Field(None, description="what the regulation is called")
    autonomy_permitted: Literal["none", "limited", "broad"] | None = Field(
        None, description="freedom that the rule leaves to product teams"
    )
    maturity: Annotated[int, Field(ge=1, le=5)] | None = Field(
        None, description="1 initiation, 2 repeatable, 3 managed, 4 governed, 5 beyond guidance"
    )
    platform_engineers: Count | None = Field(None, description="people on the platform team")
    rails: Literal["none", "bought", "built"] | None = Field(
        None, description="shared tools for training, registry and serving"
    )
    rails_bypassed: bool | None = Field(None, description="does work leave the shared tools?")
    ml_expertise_in_product: Literal["none", "some", "most"] | None = Field(
        None, description="product teams that can build a model themselves"
    )
    product_people: Count | None = Field(
        None, description="people in product teams who can run a model and be on call for it"
    )
    product_autonomy: Literal["low", "high"] | None = Field(
        None, description="do product teams decide and deploy on their own?"
    )
    reporting_line: Literal["central", "product", "mixed"] | None = Field(
        None, description="to whom ML people report"
    )
    queue_weeks: Annotated[float, Field(ge=0, le=520, allow_inf_nan=False)] | None = Field(
        None, description="weeks a request waits for the central team"
    )
    current_pattern: Pattern | None = Field(None, description="how the teams work today")
    infrastructure_built_for: (
        Literal["centralised", "embedded", "federated", "platform-as-mlops", "none"] | None
    ) = Field(None, description="the pattern that the infrastructure was built for")

    model: Name | None = Field(None, description="the model whose ownership is settled")
    lead: Lead | None = Field(None, description="who leads: research, engineering or product")
    builder: Team | None = Field(None, description="team that builds the model")
    duties: Duties | None = Field(None, description="team for each of the five duties")
    evaluation_set_authors: Annotated[tuple[Team, ...], Field(max_length=50)] | None = Field(
        None, description="teams that write the evaluation set"
    )
    evaluation_set_same_week: bool | None = Field(
        None, description="do its authors write it together, in the same week?"
    )
    retirement_authority: Name | None = Field(None, description="role that may retire the model")
    mitigations: Mitigations | None = Field(None, description="counter-measures in place")
    model_origin: Literal["built", "adapted", "bought"] | None = Field(
        None, description="built here, adapted from another firm's model, or bought"
    )
    provider: Name | None = Field(None, description="who makes a model that is adapted or bought")
    version_pinned: bool | None = Field(None, description="is one fixed version called?")
    provider_duties: ProviderDuties | None = Field(
        None, description="team for each of the four duties towards the provider"
    )
    language_model_product: bool | None = Field(
        None, description="does the product stand on a language model?"
    )
    language_model_artefacts: LanguageModelArtefacts | None = Field(
        None, description="owners of prompts, data, permissions, guardrails, criteria"
    )
    validator: Team | None = Field(None, description="team that validates independently")
    ai_act_role: Literal["provider", "deployer", "both", "none", "not-checked"] | None = Field(
        None, description="role under the EU's AI Act for this model"
    )
    oversight_stop_authority: Team | None = Field(
        None, description="who oversees the model and has the authority to stop it"
    )
    off_switch: Literal["tested", "exists", "none"] | None = Field(
        None, description="is there an off switch, and was it tried?"
    )
    cost_owner: Team | None = Field(None, description="team that answers for the model's cost")
    cost_shown_by: Literal["none", "showback", "chargeback"] | None = Field(
        None, description="how the cost reaches the team that causes it"
    )
    model_value: Phrase | None = Field(
        None, description="what depends on the model, such as a share of the revenue"
    )
    person_cost: Annotated[int, Field(gt=0, le=10_000_000_000)] | None = Field(
        None, description="what one engineer costs a year, all included"
    )
    currency: Currency | None = Field(None, description="currency of that cost, such as EUR")

    platform_as_product: PlatformAsProduct | None = Field(
        None, description="product habits of the platform team"
    )
    requests_per_team_month: (
        Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)] | None
    ) = Field(None, description="requests a team sends the central team each month")
    days_per_request: Annotated[float, Field(gt=0, le=1_000, allow_inf_nan=False)] | None = Field(
        None, description="working days of one engineer for a request"
    )
    chosen_pattern: Pattern | None = Field(None, description="the pattern that was chosen")

    paged_infrastructure: Team | None = Field(None, description="paged first: infrastructure")
    paged_quality: Team | None = Field(None, description="paged first: model quality")
    called_second: Team | None = Field(None, description="called if the first does not answer")
    knowledge: Knowledge | None = Field(None, description="team for each kind of knowledge")
    rollback_authority: Team | None = Field(None, description="who may roll back at night")
    escalation_written: bool | None = Field(
        None, description="is the path of escalation written down?"
    )
    drills: Annotated[dict[str, Drill], Field(max_length=100)] | None = Field(
        None, description="who has the incident at minute 0, 15 and 60"
    )

    stages: Annotated[tuple[Stage, ...], Field(max_length=60)] | None = Field(
        None, description="the way to users: stage, name, team, touch_days, wait_days, measured"
    )
    data_access: Literal["self-service", "ticket"] | None = Field(
        None, description="how the product team changes its data pipeline"
    )
    users_seen: UsersSeen | None = Field(None, description="what model builders see of users")
    squad: Annotated[tuple[Discipline, ...], Field(max_length=20)] | None = Field(
        None, description="disciplines in the team that owns the product"
    )
    shared_goals: bool | None = Field(
        None, description="do all who work on the product share one set of goals?"
    )
    deploys_alone: bool | None = Field(None, description="that team deploys on its own")
    measures_outcomes: bool | None = Field(None, description="it measures outcomes itself")
    handoff_contract: bool | None = Field(
        None, description="is the handoff from training to serving agreed in writing?"
    )
    input_contracts: InputContracts | None = Field(
        None, description="what each input has: owner, notice, list of readers"
    )

    votes: Annotated[tuple[Vote, ...], Field(max_length=300)] | None = Field(
        None, description="what the room voted: counts, facts, dissent; made by the room"
    )
    agenda: Annotated[tuple[BlockTimes, ...], Field(max_length=100)] | None = Field(
        None, description="minutes of each block, planned and taken; made by the timer"
    )
    decisions: Annotated[tuple[Decision, ...], Field(max_length=200)] | None = Field(
        None, description="decisions with dissent, owner and date"
    )
    politics: Politics | None = Field(
        None, description="who loses by what is decided, and whether they were talked with"
    )
    signals: Signals | None = Field(None, description="signals: where they stand, their trigger")

    basis: dict[str, Basis] | None = Field(
        None, description="how an answer is known: measured, documented, opinion"
    )

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, data: Any) -> Any:
        """Return lists as tuples, and an empty list as a missing answer."""
        if not isinstance(data, Mapping):
            return data
        names = ("stages", "votes", "agenda", "decisions", "squad", "evaluation_set_authors")
        return {
            k: (tuple(v) or None) if k in names and isinstance(v, list | tuple) else v
            for k, v in data.items()
        }

    if not TYPE_CHECKING:  # for a type checker the fields are the arguments

        def __init__(self, /, **data: Any) -> None:
            """Take answers by name. Raises `InputError` with every problem at once."""
            try:
                super().__init__(**data)
            except ValidationError as error:
                raise _input_error(error, data, type(self)) from None

        # so that pydantic, validating these answers inside of others, does not come by here
        __init__.__pydantic_base_init__ = True

    def __repr__(self) -> str:
        given = [f"{name}={value!r}" for name, value in self.to_parameters().items()]
        shown = len(given)
        while shown and len(", ".join(given[:shown])) > SHOWN:
            shown -= 1
        more = [f"… {len(given) - shown} more"] if shown < len(given) else []
        return f"{type(self).__name__}({', '.join([*given[:shown], *more])})"

    __str__ = __repr__

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, Any], content: Content | None = None) -> Self:
        """Return the answers among a notebook's parameters.

        `parameters` may be a notebook's `globals()`, of which other names are ignored; in any other
        mapping they are problems. Numpy and pandas types are converted. None means unknown, and so
        do NaN, NA, NaT and texts such as “TBD”. Raises `InputError` with every problem at once.
        """
        names: Iterable[str] = cls.model_fields
        if "__builtins__" not in parameters:
            names = list(parameters.keys())
        typed = {k: plain(parameters[k], k) for k in names if k in parameters}
        problems: list[Problem] = []
        content = content or load_content()
        given = {k: v for k, v in typed.items() if v is not None}
        given = with_kinds(answered(given, content.teams, problems), content)
        try:
            answers = cls.model_validate({k: _from_command_line(k, v) for k, v in given.items()})
        except ValidationError as error:
            problems += map(_of_parameters, problems_of(error, given, cls))
        if problems:
            raise InputError(problems[:MAX_PROBLEMS])
        return answers

    @classmethod
    def from_row(cls, row: Mapping[str, Any] | Series[Any]) -> Answers:
        """Return the answers of one row: a pandas series, or a mapping.

        Names are dotted names of answers. Missing values are unknown, and whole numbers that became
        decimals are whole. Raises `InputError` for an unknown name, with a similar one, and for any
        wrong value.

        >>> from workshop import Answers
        >>> Answers.from_row({"model_teams": 6.0, "duties.paged": "data"})
        Answers(model_teams=6, duties={'paged': 'data'})
        """
        return cls.row_reader(row)

    def to_parameters(self) -> dict[str, Any]:
        """Return the known answers as an answers file has them, JSON-ready."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


def _from_command_line(name: str, value: Any) -> Any:
    """Return true and false from papermill's command line, which has text."""
    words = {"true": True, "false": False}
    field = Answers.model_fields.get(name)
    asks = field is not None and bool in get_args(field.annotation)
    return words.get(value.strip().casefold(), value) if asks and isinstance(value, str) else value


def _of_parameters(problem: Problem) -> Problem:
    """Return a problem with a hint that suits a notebook's parameter."""
    if not problem.allowed.startswith("text (put it in quotes"):
        return problem
    hint = "In a file it stands in quotes; on papermill's command line give it with -r, not -p."
    return replace(problem, allowed="text", suggestion=hint)


def _input_error(
    error: ValidationError, data: Mapping[str, Any], schema: type[Answers]
) -> InputError:
    return InputError(problems_of(error, data, schema)[:MAX_PROBLEMS])


class EarlierAnswers(Answers):
    """The answers of the workshop before this one.

    They have no `earlier` of their own: a comparison has two sides. A longer chain is refused
    rather than cut, so that nothing that somebody typed is dropped unnoticed.
    """

    earlier: None = Field(None, description="left out: only one earlier workshop is compared")


class Earlier(Part):
    """The workshop before this one, and what became of its decisions."""

    answers: EarlierAnswers = Field(description="the answers of that time, the whole file")
    became: Annotated[tuple[Outcome, ...], Field(max_length=200)] | None = Field(
        None, description="what became of each decision of that time"
    )

    @field_validator("answers", mode="before")
    @classmethod
    def _from_answers(cls, value: Any) -> Any:
        """Return earlier answers from `Answers`, as a returning room gives them."""
        if isinstance(value, Answers) and not isinstance(value, EarlierAnswers):
            return value.to_parameters()
        return value

    @field_validator("became", mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:
        return (tuple(value) or None) if isinstance(value, list | tuple) else value


Answers.model_rebuild()

NAMES: tuple[str, ...] = tuple(Answers.model_fields)
"""The top-level names of answers, in the order of the workshop."""
_TOP = frozenset(NAMES)


def as_agreed(answers: Answers) -> Answers | None:
    """Return the answers with the values that decisions set; None without any.

    If two decisions set one answer the later one counts. The decisions stay as they are.
    """
    given = {n: v for d in answers.decisions or () for n, v in (d.sets or {}).items()}
    if not given:
        return None
    update: dict[str, Any] = {}
    for name, value in nested(given).items():
        was = getattr(answers, name)
        if not isinstance(value, dict):
            update[name] = value
            continue
        before = was.model_dump(by_alias=True, exclude_none=True) if isinstance(was, Part) else {}
        if isinstance(was, dict):
            before = {k: v.model_dump(exclude_none=True) for k, v in was.items()}
        update[name] = _joined(before, value)
    agreed = Answers.model_validate(update)
    return answers.model_copy(update={name: getattr(agreed, name) for name in update})


def record_on(answers: Answers, name: str) -> Decision | None:
    """Return the last decision that sets an answer, or None."""
    made = [d for d in answers.decisions or () if name in (d.sets or {})]
    return made[-1] if made else None


def recorded_in(answers: Answers, words: str) -> Decision | None:
    """Return the decision in these words that sets no answer, or None."""
    asked, made = as_compared(words), answers.decisions or ()
    return next((d for d in made if not d.sets and as_compared(d.decision) == asked), None)


def _joined(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    both = dict(base)
    for name, value in over.items():
        below = both.get(name)
        inner = isinstance(value, dict) and isinstance(below, dict)
        both[name] = _joined(both[name], value) if inner else value
    return both


def as_compared(words: str) -> str:
    """Return a form of a decision or an owner that ignores case and white space."""
    return " ".join(words.casefold().split())


def decided_on(answers: Answers) -> tuple[Decision, ...]:
    """Return the decisions, then what was decided on the room's own questions.

    The latter have what was chosen and who disagrees, and neither owner nor date.
    """
    found = {as_compared(d.decision): d for d in reversed(answers.decisions or ())}
    own = list[Decision]()
    for vote in typed_and_decided(answers):
        if as_compared(vote.asked) not in found:
            labels = {c.value: c.label for at in vote.rounds for c in at.choices}
            given = (vote.decision,) if isinstance(vote.decision, str) else vote.decision or ()
            chosen = "; ".join(labels.get(value, value) for value in given)
            dissent = "\n".join(vote.dissent or ()) or None
            made = Decision(decision=vote.asked, chosen=chosen, dissent=dissent)
            found[as_compared(vote.asked)] = made
            own.append(made)
    return (*(answers.decisions or ()), *own)


def typed_and_decided(answers: Answers) -> tuple[Vote, ...]:
    """Return the votes on the room's own questions that were decided."""
    return tuple(v for v in answers.votes or () if _is_decided(v.question, v.decision))


def words_decided_on(answers: Mapping[str, Any]) -> list[str]:
    """Return the words of all that `decided_on` has, from plain answers.

    Those may be wrong: what is no decision and no vote is left out.
    """
    made, votes = (
        [one for one in given if isinstance(one, Mapping)]
        if isinstance(given, list | tuple)
        else []
        for given in (answers.get("decisions"), answers.get("votes"))
    )
    found = [words for d in made if isinstance(words := d.get("decision"), str) and words]
    known = {as_compared(words) for words in found}
    for vote in votes:
        words = str(vote.get("asked"))
        if _is_decided(vote.get("question"), vote.get("decision")):
            found += [] if as_compared(words) in known else [words]
            known.add(as_compared(words))
    return found


def _is_decided(question: Any, decision: Any) -> bool:
    """Return whether something was decided on a question that was typed in the room."""
    return str(question).startswith(OWN) and bool(decision)


def with_one_spelling(answers: Answers) -> Answers:
    """Return the answers with every owner in one spelling: as typed first.

    Today's spelling comes before last time's. “The sponsor” and “the sponsor” are one owner, and
    every page is to say so.
    """
    made, earlier = answers.decisions or (), answers.earlier
    before = (earlier.answers.decisions or ()) if earlier else ()
    first = {as_compared(d.owner): d.owner for d in reversed((*made, *before)) if d.owner}
    alike, alike_before = (_with_owners(own, first) for own in (made, before))
    update: dict[str, Any] = {} if alike == made else {"decisions": alike}
    if earlier and alike_before != before:
        then = earlier.answers.model_copy(update={"decisions": alike_before})
        update["earlier"] = earlier.model_copy(update={"answers": then})
    return answers.model_copy(update=update) if update else answers


def _with_owners(made: Sequence[Decision], first: Mapping[str, str]) -> tuple[Decision, ...]:
    return tuple(
        d.model_copy(update={"owner": first[as_compared(d.owner)]}) if d.owner else d for d in made
    )


def lookup(answers: Answers, name: str) -> Any:
    """Return the value at a dotted name (`duties.turn-off`), or None if unknown.

    Raises KeyError for a name that is no answer.
    """
    if name in _TOP:
        return getattr(answers, name)
    value: Any = answers
    for step in name.split("."):
        if value is None:
            return None
        if isinstance(value, dict):
            value = value.get(step)
            continue
        kind: Any = type(value)
        field = _fields(kind).get(step)
        if field is None:
            raise KeyError(name)
        value = getattr(value, field)
    return value


def teams_in(value: Any, named: bool = False) -> Iterator[str]:
    """Yield every team that answers name, in the order of the workshop.

    `named`: whether words, alone or listed, are the names of teams.
    """
    if isinstance(value, Part):
        for name, teams in _teams_of(type(value)):
            inner = getattr(value, name)
            if inner is not None and not isinstance(inner, Earlier):
                yield from teams_in(inner, teams)
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from teams_in(one, named)
    elif isinstance(value, tuple):
        for one in value:
            yield from teams_in(one, named)
    elif isinstance(value, str) and named:
        yield value


@cache
def _teams_of(kind: type[BaseModel]) -> tuple[tuple[str, bool], ...]:
    """Return the fields of a class that lead to teams, and which have their names."""
    fields = ((name, info.annotation) for name, info in kind.model_fields.items())
    return tuple((name, is_team(inner)) for name, inner in fields if _leads_to_teams(inner))


def _leads_to_teams(kind: Any) -> bool:
    """Return whether a type holds names of teams of this workshop anywhere."""
    if isinstance(kind, type) and issubclass(kind, Part):
        return not issubclass(kind, Earlier) and bool(_teams_of(kind))
    return is_team(kind) or any(map(_leads_to_teams, get_args(kind)))


def is_team(kind: Any) -> bool:
    """Return whether a type is that of teams' names, alone, in a record or listed."""
    if isinstance(kind, type) and issubclass(kind, Part):
        return all(is_team(info.annotation) for info in kind.model_fields.values())
    return TEAM in getattr(kind, "__metadata__", ()) or any(map(is_team, get_args(kind)))


@cache
def _fields(kind: type[BaseModel]) -> Mapping[str, str]:
    """Return the name of each field of a class by its names in answers."""
    fields = kind.model_fields.items()
    return {step: field for field, info in fields for step in (field, info.alias) if step}


def concerns(answers: Answers, when: When) -> bool:
    """Return whether an item of the content concerns a team with these answers."""
    return not when or is_given(answers, when)


def is_given(answers: Answers, when: When) -> bool:
    """Return whether any of these answers is given, with one of its values."""
    return any(_given(lookup(answers, name), values) for name, values in when.items())


def is_ruled_out(answers: Answers, when: When) -> bool:
    """Return whether an item concerns nobody with what was answered.

    What nobody has answered yet rules out nothing.
    """
    told = any(lookup(answers, name) is not None for name in when)
    return told and not concerns(answers, when)


def _given(value: object, values: tuple[str, ...]) -> bool:
    if value is None:
        return False
    word = str(value).lower() if isinstance(value, bool) else str(value)
    return not values or word in values
