"""What the timer recorded of a workshop: what each block was to take, and what it took."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workshop.model.parts import Name, Part

Spent = Annotated[int, Field(ge=0, le=1_440)]


class BlockTimes(Part):
    """One block of the agenda that a workshop followed."""

    block: Name = Field(description="id of the block")
    title: Name = Field(description="what the block was called that day")
    planned: Spent | None = Field(None, description="minutes that the agenda gave it")
    actual: Spent | None = Field(None, description="minutes that it took; without it: not held")
