"""The record of a portfolio: one group's summary, the file of all, and its schema."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from workshop.answers.schema import Became
from workshop.content.items import Pattern, Severity
from workshop.findings.ownership import DutyState
from workshop.findings.report import DIALECT, FOLDER
from workshop.findings.verdicts import Verdict

VERSION = 1
"""Of the shape below; a change that an earlier kit could not read raises it."""

Value = bool | int | float | str


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Advice(_Record):
    """What is advised: none, one, a combination (base first), or the contestants."""

    patterns: tuple[Pattern, ...]
    contested: bool
    headline: str
    nearest: tuple[Pattern, ...] = Field(
        description="where none fits: those with the fewest obstacles"
    )


class DutyHolder(_Record):
    """Who holds one duty, as typed (shortened), and how that is read."""

    holder: str | None
    kind: DutyState


class Tipping(_Record):
    """A value of a told number at which the advice changes."""

    input: str
    now: float
    to: float
    when: Literal["at-least", "at-most", "below"]
    patterns: tuple[Pattern, ...]
    contested: bool


class Found(_Record):
    """One finding: its rule, and the answers it rests on."""

    id: str
    severity: Severity
    answers: tuple[str, ...]


class Action(_Record):
    """A decision that waits for somebody. `became` is what was told of an earlier one."""

    decision: str
    chosen: str | None
    owner: str | None
    due: datetime.date | None
    earlier: bool = Field(description="decided at an earlier workshop and not closed since")
    became: Became | None


class Closed(_Record):
    """A decision of an earlier workshop that waits for nobody any more."""

    decision: str
    became: Became


class Summary(_Record):
    """Everything that a portfolio shows of one group, in a few kilobytes."""

    version: Literal[1]
    name: str = Field(description="the pack's folder")
    organisation: str | None
    group: str | None
    held_on: datetime.date | None
    kit_version: str
    content_sha256: str = Field(description="of all that the kit knew when it judged")
    advice: Advice
    verdicts: dict[Pattern, Verdict | None] = Field(description="null: not judged")
    chosen: Pattern | None
    today: Pattern | None
    model: str | None
    builder: str | None
    duties: dict[str, DutyHolder]
    tipping_points: tuple[Tipping, ...]
    findings: tuple[Found, ...]
    actions: tuple[Action, ...]
    closed: tuple[Closed, ...]
    answers: dict[str, Value] = Field(description="the told answers that verdicts rest on")
    told: tuple[str, ...] = Field(description="names of all answers that were told")
    asked: int = Field(description="how many answers could have been told")


class FailedPack(_Record):
    """A pack that is missing or not whole, and why."""

    name: str
    organisation: str
    group: str
    why: str


class Portfolio(_Record):
    """The shape of `portfolio.json`."""

    version: Literal[1]
    kit_version: str
    content_version: str
    title: str
    day: datetime.date | None = Field(description="the day from which dates are past")
    groups: tuple[Summary, ...]
    failed: tuple[FailedPack, ...]


@dataclass(frozen=True)
class Failed:
    """A pack that is missing or not whole; `why` is one sentence."""

    name: str
    organisation: str
    group: str
    why: str


PUBLISHED: Path = FOLDER / "portfolio.schema.json"


def schema() -> dict[str, Any]:
    """Return the JSON Schema of `portfolio.json`."""
    data = Portfolio.model_json_schema(mode="serialization")
    return {"$schema": DIALECT, **data, "title": "Portfolio of the ownership workshop"}


def schema_text() -> str:
    """Return the schema as the text of its published file."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"
