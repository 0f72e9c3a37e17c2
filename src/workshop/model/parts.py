"""What answers are made of: names, numbers and dates with their limits, and each nested part."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
)

Pattern = Literal["centralised", "embedded", "federated", "platform-as-mlops"]
PATTERNS: tuple[Pattern, ...] = get_args(Pattern)
Lead = Literal["research", "engineering", "product"]
LEADS: tuple[Lead, ...] = get_args(Lead)
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
    """Refuse a name that nobody could see: spaces, or characters without a shape."""
    if text and not any(c.isprintable() and not c.isspace() for c in text):
        raise ValueError("This is blank; fill it in, or leave the whole line out")
    return text


Name = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(visible)]
"""A team, a role, a model: free text, kept as typed."""
Prose = Annotated[str, Field(max_length=50_000)]
"""What people write: a decision, a reason, a dissent."""
Count = Annotated[int, Field(ge=0, le=100_000)]
Days = Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)]


def _date(value: Any) -> Any:
    """Read an ISO date from text: papermill hands dates over as strings."""
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


class Part(BaseModel):
    """Frozen, strict, and closed: a name nobody knows is a mistake worth telling."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", populate_by_name=True, validate_default=False
    )


class Duties(Part):
    """Who holds each duty: a team, `nobody`, or `at-handover` (to be settled at handover)."""

    model_config = ConfigDict(alias_generator=_hyphens)
    evaluation_set: Name | None = Field(None, description="team that owns the evaluation set")
    ship: Name | None = Field(None, description="team that ships the model")
    paged: Name | None = Field(None, description="team that is paged when it breaks")
    answers_to_business: Name | None = Field(
        None, description="team that answers to the business when accuracy regresses"
    )
    turn_off: Name | None = Field(None, description="team that may turn the model off")


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


class PlatformAsProduct(Part):
    """Which product habits the platform team has."""

    model_config = ConfigDict(alias_generator=_hyphens)
    user_research: bool | None = Field(None, description="it studies what its users need")
    documented_apis: bool | None = Field(None, description="its interfaces are documented")
    feedback_loop: bool | None = Field(None, description="complaints change its plans")
    deprecation_cycles: bool | None = Field(None, description="it announces what it retires")


class Knowledge(Part):
    """Which team holds each kind of knowledge that an incident needs (a team, or `nobody`)."""

    business: Name | None = Field(None, description="what a drop means for the product")
    model: Name | None = Field(None, description="which feature has drifted")
    infrastructure: Name | None = Field(None, description="whether features are stale")


class Drill(Part):
    """Who has the incident in hand at each minute (a team, or `nobody`)."""

    minute_0: Name | None = Field(None, description="whose phone rings first")
    minute_15: Name | None = Field(None, description="who has it a quarter of an hour later")
    minute_60: Name | None = Field(None, description="who has it after an hour")


def _range(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(float(v) if type(v) is int else v for v in value)
    return value


Duration = Annotated[Days | tuple[Days, Days, Days], BeforeValidator(_range)]
"""Working days: a number, or [low, likely, high]."""


class Stage(Part):
    """One step on the way from an idea to a model that users meet."""

    stage: Literal["data", "model", "serving", "product"] = Field(
        description="data, model, serving or product"
    )
    team: Name | None = Field(None, description="team that does the work")
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


class Decision(Part):
    """One decision, with what was rejected, who disagreed, and what reopens it."""

    decision: Prose = Field(min_length=1, description="the question that was decided")
    chosen: Prose | None = Field(None, description="what was chosen")
    rejected: Prose | None = Field(None, description="the option turned down")
    dissent: Prose | None = Field(None, description="who disagrees and why, in their words")
    if_: Prose | None = Field(None, alias="if", description="if this happens …")
    then: Prose | None = Field(None, description="… then this is done")
    owner: Name | None = Field(None, description="one person or role")
    due: Date | None = Field(None, description="date, YYYY-MM-DD")
    revisit_on: Date | None = Field(None, description="date of the review, YYYY-MM-DD")
    revisit_when: Prose | None = Field(None, description="the event that reopens it")
    settles: Annotated[tuple[str, ...], Field(max_length=50)] | None = Field(
        None, description="ids of the findings that it settles"
    )

    @field_validator("settles", mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value


class Signal(Part):
    """A number that is watched, and the value at which the move begins."""

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
