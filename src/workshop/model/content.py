"""Everything the kit knows, read from the YAML files in `workshop/content` and checked."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from workshop.model.judging import Combination, Constraint, Contest, Criterion, Rule
from workshop.model.knowledge import (
    BlindSpot,
    Breakage,
    Case,
    Choice,
    Claim,
    Diagnostic,
    DisciplineText,
    DrillText,
    Duty,
    Fact,
    Item,
    KnowledgeType,
    LeadText,
    PatternText,
    Question,
    SignalText,
    Source,
    StepText,
    Tension,
)
from workshop.model.problems import InputError, Problem, shorten
from workshop.model.words import Words

FOLDER = Path(__file__).parents[1] / "content"


class Content(Item):
    """Everything the kit knows."""

    version: str
    language: str
    """BCP 47 tag of the language in which everything here is written."""
    sources: tuple[Source, ...]
    claims: tuple[Claim, ...]
    cases: tuple[Case, ...]
    facts: tuple[Fact, ...]
    patterns: tuple[PatternText, ...]
    leads: tuple[LeadText, ...]
    duties: tuple[Duty, ...]
    diagnostics: tuple[Diagnostic, ...]
    knowledge: tuple[KnowledgeType, ...]
    deployments: tuple[Choice, ...]
    mandates: tuple[Choice, ...]
    maturity: tuple[Choice, ...]
    signals: tuple[SignalText, ...]
    breakages: tuple[Breakage, ...]
    disciplines: tuple[DisciplineText, ...]
    tensions: tuple[Tension, ...]
    blind_spots: tuple[BlindSpot, ...]
    drills: tuple[DrillText, ...]
    questions: tuple[Question, ...]
    steps: tuple[StepText, ...]
    criteria: tuple[Criterion, ...]
    constraints: tuple[Constraint, ...]
    contests: tuple[Contest, ...]
    combinations: tuple[Combination, ...]
    rules: tuple[Rule, ...]
    words: Words

    def pattern(self, id_: str) -> PatternText:
        return _only(self.patterns, "id", id_)

    def lead(self, id_: str) -> LeadText:
        return _only(self.leads, "id", id_)

    def rule(self, id_: str) -> Rule:
        return _only(self.rules, "id", id_)

    def question(self, name: str) -> Question:
        """Return the question behind an answer's name; a nested name falls back to its top."""
        for q in self.questions:
            if q.id == name:
                return q
        return _only(self.questions, "id", name.split(".")[0])

    def step(self, id_: str) -> StepText:
        return _only(self.steps, "id", id_)

    def source(self, key: str) -> Source:
        """Return the source of a key; a place after it (`S2 §on-call`) is passed over."""
        return _only(self.sources, "key", key.split(" ")[0])


_T = TypeVar("_T", bound=Item)


def _only(items: tuple[_T, ...], field: str, value: str) -> _T:
    for item in items:
        if getattr(item, field) == value:
            return item
    raise KeyError(value)


_LISTS = {
    "sources": "sources.yaml",
    "claims": "evidence.yaml",
    "cases": "cases.yaml",
    "facts": "facts.yaml",
    "patterns": "patterns.yaml",
    "leads": "leads.yaml",
    "duties": "duties.yaml",
    "diagnostics": "diagnostics.yaml",
    "knowledge": "knowledge.yaml",
    "deployments": "deployments.yaml",
    "mandates": "mandates.yaml",
    "maturity": "maturity.yaml",
    "signals": "signals.yaml",
    "breakages": "breakages.yaml",
    "disciplines": "disciplines.yaml",
    "tensions": "tensions.yaml",
    "blind_spots": "blind-spots.yaml",
    "drills": "drills.yaml",
    "questions": "questions.yaml",
    "steps": "steps.yaml",
    "criteria": "criteria",
    "constraints": "constraints.yaml",
    "contests": "contests.yaml",
    "combinations": "combinations.yaml",
    "rules": "rules",
}
"""Where each kind stands: a file, or a folder whose files are read in the order of their names."""


def read_yaml(path: Path) -> Any:
    """Return what a YAML file holds; `InputError` with the line where it cannot be read."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(path.read_text("utf-8"), Loader=loader)  # noqa: S506 (a safe loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        words = getattr(error, "problem", None) or str(error)
        line = mark.line + 1 if mark else None
        raise InputError([Problem(f"not YAML: {words}.", where=path.name, line=line)]) from None


@cache
def load_content(folder: Path = FOLDER) -> Content:
    """Return the content of a folder, checked item by item.

    Raises `InputError` that names the file, the item and the field of every problem.
    """
    data: dict[str, Any] = dict(read_yaml(folder / "version.yaml"))
    problems: list[Problem] = []
    for kind, place in _LISTS.items():
        path = folder / place
        files = [path] if path.suffix else sorted(path.glob("*.yaml"))
        items: list[Any] = []
        for file in files:
            for item in read_yaml(file) or ():
                items.append(item)
                problems += _item_problems(kind, file, item)
        data[kind] = items
    data["words"] = Words.read(folder / "words")
    if problems:
        raise InputError(problems)
    return Content.model_validate(data)


def _item_problems(kind: str, file: Path, item: Any) -> list[Problem]:
    annotation: Any = Content.model_fields[kind].annotation
    try:
        annotation.__args__[0].model_validate(item)
    except ValidationError as error:
        name = item.get("id", item.get("key", "?")) if isinstance(item, dict) else "?"
        return [
            Problem(
                e["msg"] + ".",
                name=f"{name}." + ".".join(str(step) for step in e["loc"]),
                value=shorten(e["input"]),
                where=file.name,
            )
            for e in error.errors()
        ]
    return []
