"""How long the parts of a workshop take: the blocks of an agenda, its breaks, its people.

Everything stands in `content/agendas.yaml`, the one place of minutes; the minutes of the notebooks'
steps are taken from there too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Field, model_validator

from workshop.model.knowledge import Item, Sentence

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
        told = [self.at_least, self.fewest, self.usual, self.most, self.at_most]
        if told != sorted(told):
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
