"""A team's answers: one schema for answers files, notebook parameters, widgets, room and batch.

Every answer is optional; what is missing is None, which means *unknown*, never zero or false.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from workshop.model.ballots import Vote
from workshop.model.held import BlockTimes
from workshop.model.parts import (
    PATTERNS,
    Basis,
    Count,
    Date,
    Decision,
    Discipline,
    Drill,
    Duties,
    Knowledge,
    Lead,
    Mitigations,
    Name,
    Outcome,
    Part,
    Pattern,
    PlatformAsProduct,
    Signals,
    Stage,
    UsersSeen,
)

__all__ = [
    "NAMES",
    "PATTERNS",
    "Answers",
    "Decision",
    "Discipline",
    "Earlier",
    "EarlierAnswers",
    "Lead",
    "Outcome",
    "Pattern",
    "Stage",
    "Vote",
    "decision_key",
    "lookup",
]


class Answers(Part):
    """Everything a team told the kit. The field order is the order of the workshop."""

    organisation: Name | None = Field(None, description="name of the organisation")
    group: Name | None = Field(None, description="the group of teams that is judged")
    held_on: Date | None = Field(None, description="date of the workshop, YYYY-MM-DD")
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
    builder: Name | None = Field(None, description="team that builds the model")
    duties: Duties | None = Field(None, description="team for each of the five duties")
    evaluation_set_authors: Annotated[tuple[Name, ...], Field(max_length=50)] | None = Field(
        None, description="teams that write the evaluation set"
    )
    retirement_authority: Name | None = Field(None, description="role that may retire the model")
    mitigations: Mitigations | None = Field(None, description="counter-measures in place")

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

    paged_infrastructure: Name | None = Field(None, description="paged first: infrastructure")
    paged_quality: Name | None = Field(None, description="paged first: model quality")
    knowledge: Knowledge | None = Field(None, description="team for each kind of knowledge")
    rollback_authority: Name | None = Field(None, description="who may roll back at night")
    drills: Annotated[dict[str, Drill], Field(max_length=100)] | None = Field(
        None, description="who has the incident at minute 0, 15 and 60"
    )

    stages: Annotated[tuple[Stage, ...], Field(max_length=60)] | None = Field(
        None, description="the way to users: stage, team, touch_days, wait_days, measured"
    )
    data_access: Literal["self-service", "ticket"] | None = Field(
        None, description="how the product team changes its data pipeline"
    )
    users_seen: UsersSeen | None = Field(None, description="what model builders see of users")
    squad: Annotated[tuple[Discipline, ...], Field(max_length=20)] | None = Field(
        None, description="disciplines in the team that owns the product"
    )
    deploys_alone: bool | None = Field(None, description="that team deploys on its own")
    measures_outcomes: bool | None = Field(None, description="it measures outcomes itself")

    votes: Annotated[tuple[Vote, ...], Field(max_length=300)] | None = Field(
        None, description="what the room voted: counts, facts, dissent; made by the room"
    )
    agenda: Annotated[tuple[BlockTimes, ...], Field(max_length=100)] | None = Field(
        None, description="minutes of each block, planned and taken; made by the timer"
    )
    decisions: Annotated[tuple[Decision, ...], Field(max_length=200)] | None = Field(
        None, description="decisions with dissent, owner and date"
    )
    signals: Signals | None = Field(None, description="signals: where they stand, their trigger")

    basis: dict[str, Basis] | None = Field(
        None, description="how an answer is known: measured, documented, opinion"
    )

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, data: Any) -> Any:
        """Take lists where tuples are kept, and an empty list for an answer not given."""
        if not isinstance(data, Mapping):
            return data
        names = ("stages", "votes", "agenda", "decisions", "squad", "evaluation_set_authors")
        return {
            k: (tuple(v) or None) if k in names and isinstance(v, list | tuple) else v
            for k, v in data.items()
        }

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, Any]) -> Self:
        """Return the answers among a notebook's parameters; other names are passed over.

        `parameters` may be a notebook's `globals()`; numbers and arrays of numpy and pandas are
        taken for plain ones. None means unknown. Raises `InputError` with every problem at once.
        """
        from workshop.model.explain import plain, problems_of
        from workshop.model.problems import MAX_TOLD, InputError

        told = [k for k in cls.model_fields if parameters.get(k) is not None]
        given = {k: plain(parameters[k], k) for k in told}
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            raise InputError(problems_of(error, given)[:MAX_TOLD]) from None

    def to_parameters(self) -> dict[str, Any]:
        """Return what an answers file holds: only what is known, as plain JSON-ready values."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class EarlierAnswers(Answers):
    """What was told at the workshop before this one.

    It holds no `earlier` of its own: a comparison has two sides. Such a chain is refused rather
    than cut, so that nothing that somebody typed goes unread without a word.
    """

    earlier: None = Field(None, description="left out: only one earlier workshop is compared")


class Earlier(Part):
    """The workshop before this one, and what has become of its decisions."""

    answers: EarlierAnswers = Field(description="the answers of that time, the whole file")
    became: Annotated[tuple[Outcome, ...], Field(max_length=200)] | None = Field(
        None, description="what became of each decision of that time"
    )

    @field_validator("answers", mode="before")
    @classmethod
    def _told_then(cls, value: Any) -> Any:
        """Take the answers of today for those of last time, as a room does that comes back."""
        if isinstance(value, Answers) and not isinstance(value, EarlierAnswers):
            return value.to_parameters()
        return value

    @field_validator("became", mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:
        return (tuple(value) or None) if isinstance(value, list | tuple) else value


Answers.model_rebuild()

NAMES: tuple[str, ...] = tuple(Answers.model_fields)
"""The top-level answer names, in the order of the workshop."""


def decision_key(words: str) -> str:
    """Return the form in which two spellings of one decision are equal, however they are broken."""
    return " ".join(words.casefold().split())


def lookup(answers: Answers, name: str) -> Any:
    """Return the value at a dotted name (`duties.turn-off`), or None where it is unknown.

    Raises KeyError for a name that is no answer.
    """
    value: Any = answers
    for step in name.split("."):
        if value is None:
            return None
        if isinstance(value, dict):
            value = value.get(step)
            continue
        for field, info in type(value).model_fields.items():
            if step in (field, info.alias):
                value = getattr(value, field)
                break
        else:
            raise KeyError(name)
    return value
