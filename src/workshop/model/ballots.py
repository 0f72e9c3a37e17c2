"""What a room voted, counted: no ballot stands here, and no more of a person than was agreed.

What a room's privacy forbids is refused here as well, whoever wrote the file.
"""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import AfterValidator, Field, field_validator, model_validator

from workshop.model.parts import Count, Name, Part, Prose, visible

Privacy = Literal["named", "role", "anonymous"]
PRIVACIES: tuple[Privacy, ...] = get_args(Privacy)
BETWEEN = " + "
"""Between the teams of one ballot, where a question asks for several: “product + research”."""
SMALLEST = 2
"""People in a group that is shown apart, whatever a room's own limit: one is that person."""
Value = Annotated[str, Field(min_length=1, max_length=2_000), AfterValidator(visible)]
"""What a ballot says: a choice of the question, a team, or several teams."""


def _tuple(value: Any) -> Any:
    return (tuple(value) or None) if isinstance(value, list | tuple) else value


class Counted(Part):
    """One choice, and how many took it."""

    value: Value = Field(description="the choice, as the answer would hold it")
    label: Value = Field(description="the choice in words")
    count: Count = Field(description="how many chose it")
    by_role: Annotated[dict[Name, Count], Field(max_length=100)] | None = Field(
        None, description="how many of each role chose it; small roles are left out"
    )


class Fact(Part):
    """What somebody wrote beside a vote."""

    value: Value = Field(description="the choice it speaks for")
    fact: Prose = Field(min_length=1, description="the fact, in their words")
    role: Name | None = Field(None, description="their role, where it may be known")
    name: Name | None = Field(None, description="their name, where votes are named")


class Round(Part):
    """One vote on a question, after it was revealed."""

    cast: Count = Field(description="ballots that were cast")
    present: Count | None = Field(None, description="people who could vote")
    choices: Annotated[tuple[Counted, ...], Field(max_length=2_000)] = Field(
        description="how many chose what"
    )
    facts: Annotated[tuple[Fact, ...], Field(max_length=2_000)] | None = Field(
        None, description="the facts beside the votes"
    )

    @field_validator("choices", mode="before")
    @classmethod
    def _choices(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value

    @field_validator("facts", mode="before")
    @classmethod
    def _facts(cls, value: Any) -> Any:
        return _tuple(value)

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        values = [c.value for c in self.choices]
        if len(set(values)) < len(values):
            raise ValueError("A choice stands here twice; put its votes together")
        if (total := sum(c.count for c in self.choices)) != self.cast:
            raise ValueError(f"The votes for the choices are {total}, and {self.cast} were cast")
        if self.present is not None and self.present < self.cast:
            raise ValueError(f"{self.cast} votes cannot come from {self.present} people")
        if any(sum((c.by_role or {}).values()) > c.count for c in self.choices):
            raise ValueError("The roles of a choice have more votes than the choice itself")
        if any(f.value not in values for f in self.facts or ()):
            raise ValueError("A fact speaks for a choice that is not listed in this round")
        shown = self.sizes()
        left = self.cast - sum(shown.values())
        if shown and any(0 < n < SMALLEST for n in (*shown.values(), left)):
            raise ValueError("The roles shown here give away the vote of a single person")
        return self

    def sizes(self) -> dict[str, int]:
        """Return how many people of each role that is shown voted."""
        sizes: Counter[str] = Counter()
        for choice in self.choices:
            sizes.update(choice.by_role or {})
        return dict(sizes)


class Vote(Part):
    """What the room voted on one question: once, or before and after it talked."""

    question: Name = Field(description="the answer's name: lead, duties.paged, …")
    asked: Prose = Field(min_length=1, description="the question, in the words of that day")
    privacy: Privacy = Field(description="named, role or anonymous, as chosen before the vote")
    rounds: Annotated[tuple[Round, ...], Field(min_length=1, max_length=2)] = Field(
        description="the first vote, and the second if there was one"
    )
    decision: Prose | None = Field(None, description="what was decided, as the answer holds it")
    dissent: Annotated[tuple[Prose, ...], Field(max_length=200)] | None = Field(
        None, description="who sees it otherwise and why, in their words"
    )
    stayed: Count | None = Field(None, description="people who chose the same twice")
    moved: Count | None = Field(None, description="people who chose something else the second time")

    @field_validator("rounds", mode="before")
    @classmethod
    def _rounds(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value

    @field_validator("dissent", mode="before")
    @classmethod
    def _dissent(cls, value: Any) -> Any:
        return _tuple(value)

    @model_validator(mode="after")
    def _keeps_what_was_agreed(self) -> Self:
        facts = [f for r in self.rounds for f in r.facts or ()]
        if self.privacy != "named" and any(f.name for f in facts):
            raise ValueError("A name stands beside a fact, and these votes were not to be named")
        roles = any(f.role for f in facts) or any(r.sizes() for r in self.rounds)
        if self.privacy == "anonymous" and roles:
            raise ValueError("Roles stand here, and these votes were to be anonymous")
        followed = (self.stayed or 0) + (self.moved or 0)
        if followed and len(self.rounds) == 1:
            raise ValueError("Who stayed and who moved is known only after a second vote")
        if followed > min(r.cast for r in self.rounds):
            raise ValueError("More people stayed or moved than voted twice")
        return self
