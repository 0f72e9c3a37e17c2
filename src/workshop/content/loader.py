"""Load and check everything the kit knows from the YAML files of a folder."""

from __future__ import annotations

import hashlib
import pickle
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

import pydantic
from pydantic import Field, ValidationError

from workshop.content.items import (
    Agendas,
    BlindSpot,
    Breakage,
    Case,
    Choice,
    Claim,
    Combination,
    Constraint,
    Contest,
    Contradiction,
    Criterion,
    Diagnostic,
    DisciplineText,
    DrillText,
    Duty,
    Fact,
    GlossaryTerm,
    Item,
    KnowledgeType,
    LeadText,
    NotebookText,
    OptionText,
    Pattern,
    PatternText,
    Question,
    Rule,
    Severity,
    SignalText,
    Source,
    Staffing,
    StepText,
    TeamName,
    Tension,
    Words,
    time_steps,
)
from workshop.content.overlay import lay_over
from workshop.content.raw import NOTEBOOKS, RawContent, RawItem, read_raw, strange_files
from workshop.content.teams import Teams
from workshop.files import write_files
from workshop.plugins import broken, load, named
from workshop.problems import InputError, Problem, near, shorten

FOLDER = Path(__file__).parents[1] / "content"


class Content(Item):
    """Everything the kit knows."""

    version: str
    language: str
    """BCP 47 tag of the language in which the content is written."""
    name: str = ""
    """The name of a folder of own content; empty for the kit's own."""
    folder: Path = FOLDER
    """The folder that it was read from."""
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
    glossary: tuple[GlossaryTerm, ...]
    drills: tuple[DrillText, ...]
    questions: tuple[Question, ...]
    steps: tuple[StepText, ...]
    criteria: tuple[Criterion, ...]
    constraints: tuple[Constraint, ...]
    staffing: tuple[Staffing, ...]
    contests: tuple[Contest, ...]
    contradictions: tuple[Contradiction, ...]
    combinations: tuple[Combination, ...]
    options: tuple[OptionText, ...]
    rules: tuple[Rule, ...]
    team_names: tuple[TeamName, ...]
    agendas: tuple[Agendas, ...]
    notebooks: dict[str, NotebookText] = Field(default_factory=dict)
    """Prose that replaces a notebook's own, by the stem of its file name."""
    words: Words

    @cached_property
    def teams(self) -> Teams:
        """Return how names of teams are read and shown."""
        return Teams.of(self.team_names)

    def __copy__(self) -> Content:
        """Return a copy without what was derived, as parts of it may be replaced."""
        copy = super().__copy__()
        for name in set(vars(copy)) - set(type(self).model_fields):
            del vars(copy)[name]
        return copy

    def __repr__(self) -> str:
        name = f"{self.name} " if self.name else ""
        return f"<Content {name}{self.version} in {self.language}: {self.folder}>"

    __str__ = __repr__

    @property
    def terms(self) -> tuple[tuple[str, str], ...]:
        """Return each form of each term of the glossary with its meaning."""
        return tuple((form, term.meaning) for term in self.glossary for form in term.forms)

    def terms_in(self, *texts: str) -> list[GlossaryTerm]:
        """Return the terms of the glossary that texts use."""
        return [term for term in self.glossary if any(map(term.is_in, texts))]

    @property
    def own_folder(self) -> str | None:
        """Return the folder as another process needs it; None for the kit's own."""
        return None if self.folder == FOLDER else str(self.folder.resolve())

    @property
    def defining(self) -> tuple[str, ...]:
        """Return the answers that decide the advice.

        If few of them are given, the advice is only a first indication.
        """
        return tuple(q.id for q in self.questions if q.defines)

    def pattern(self, id_: str) -> PatternText:
        return self._patterns[id_]

    @cached_property
    def _patterns(self) -> dict[str, PatternText]:
        return {p.id: p for p in reversed(self.patterns)}

    def option(self, id_: str) -> OptionText:
        """Return the gains and costs of a pattern or a combination."""
        return _only(self.options, "id", id_)

    def lead(self, id_: str) -> LeadText:
        return _only(self.leads, "id", id_)

    def rule(self, id_: str) -> Rule:
        return self._rules[id_]

    @cached_property
    def _rules(self) -> dict[str, Rule]:
        return {r.id: r for r in reversed(self.rules)}

    def question(self, name: str) -> Question:
        """Return the question that asks for an answer.

        A nested name without a question of its own gets the question of its first part.
        """
        return self._questions.get(name) or self._questions[name.split(".")[0]]

    @cached_property
    def _questions(self) -> dict[str, Question]:
        return {q.id: q for q in self.questions}

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """Return the names of all questions that have no parts of their own."""
        parents = {q.id.split(".")[0] for q in self.questions if "." in q.id}
        return tuple(q.id for q in self.questions if q.id not in parents)

    @cached_property
    def criteria_of(self) -> dict[Pattern, tuple[Criterion, ...]]:
        """Return the criteria of each pattern, in the order of the content."""
        return {p.id: tuple(c for c in self.criteria if c.pattern == p.id) for p in self.patterns}

    @cached_property
    def needed_of(self) -> dict[Pattern, tuple[tuple[int, ...], ...]]:
        """Return the groups of alternatives that each pattern needs, by their places."""
        found: dict[Pattern, tuple[tuple[int, ...], ...]] = {}
        for pattern, criteria in self.criteria_of.items():
            groups: dict[str, list[int]] = defaultdict(list)
            for i, criterion in enumerate(criteria):
                if criterion.role == "needed":
                    groups[criterion.group or criterion.id].append(i)
            found[pattern] = tuple(map(tuple, groups.values()))
        return found

    @cached_property
    def conditions_of(self) -> dict[Pattern, tuple[int, ...]]:
        """Return the criteria of each pattern that are conditions, by their places."""
        return {
            pattern: tuple(i for i, c in enumerate(criteria) if c.role == "condition")
            for pattern, criteria in self.criteria_of.items()
        }

    @cached_property
    def deciding_of(self) -> dict[Pattern, dict[str, tuple[int, ...]]]:
        """Return the criteria of each pattern that read what decides its contests."""
        found: dict[Pattern, dict[str, tuple[int, ...]]] = {}
        for pattern, criteria in self.criteria_of.items():
            own = (c.decided_by for c in self.contests if pattern in c.patterns)
            names = dict.fromkeys(n for decided_by in own for n in decided_by)
            at = ((n, tuple(i for i, c in enumerate(criteria) if c.reads == n)) for n in names)
            found[pattern] = {name: places for name, places in at if places}
        return found

    @cached_property
    def staffing_of(self) -> dict[Pattern, tuple[Staffing, ...]]:
        """Return the staffing rules of each pattern, in the order of the content."""
        return {p.id: tuple(r for r in self.staffing if r.pattern == p.id) for p in self.patterns}

    @cached_property
    def read_by(self) -> dict[str, frozenset[str]]:
        """Return every answer that each criterion reads, by the criterion's id."""
        return {c.id: self._read_by(c) for c in self.criteria}

    def _read_by(self, criterion: Criterion) -> frozenset[str]:
        names = {criterion.reads, *criterion.only_if, *criterion.unless}
        if criterion.per:
            names.add(criterion.per)
        if criterion.fewest:
            names.add("model_teams")
            for rule in self.staffing:
                if rule.pattern == (criterion.fewest_of or criterion.pattern):
                    names |= {*rule.only_if, *rule.unless}
        return frozenset(names)

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """Return every answer that can change the advice, hard constraints first."""
        names = [c.reads for c in self.constraints]
        names += [c.reads for c in self.criteria]
        names += [n for c in self.criteria for n in (*c.only_if, *c.unless)]
        names += [n for c in self.criteria for n in sorted(self.read_by[c.id])]
        return tuple(dict.fromkeys(names))

    @cached_property
    def criteria_that_read(self) -> dict[str, tuple[Criterion, ...]]:
        """Return the criteria that read each of the inputs, in the order of the content."""
        return {
            name: tuple(c for c in self.criteria if name in self.read_by[c.id])
            for name in self.inputs
        }

    @cached_property
    def criteria_by_answer(self) -> dict[str, dict[Pattern, dict[int, bool]]]:
        """Return which criteria of each pattern read an answer, by their places.

        True for those of which it decides whether they apply.
        """
        found: dict[str, dict[Pattern, dict[int, bool]]] = {}
        for pattern, criteria in self.criteria_of.items():
            for i, criterion in enumerate(criteria):
                for name in self.read_by[criterion.id]:
                    gated = name in criterion.only_if or name in criterion.unless
                    found.setdefault(name, {}).setdefault(pattern, {})[i] = gated
        return found

    @cached_property
    def rules_that_wait(self) -> dict[str, tuple[tuple[str, ...], tuple[Severity, ...]]]:
        """Return titles and severities of the rules that read each answer, in order."""
        found: dict[str, list[Rule]] = defaultdict(list)
        for rule in self.rules:
            for name in rule.reads:
                found[name].append(rule)
        return {
            name: (tuple(r.title for r in rules), tuple(r.severity for r in rules))
            for name, rules in found.items()
        }

    def sets(self, name: str) -> str:
        """Return the name of the answer that a decision on a question sets."""
        return self.question(name).sets or name

    @property
    def agenda(self) -> Agendas:
        """Return everything that agendas are planned from."""
        return self.agendas[0]

    def step(self, id_: str) -> StepText:
        return _only(self.steps, "id", id_)

    def source(self, key: str) -> Source:
        """Return the source of a key; a place after the key (`S2 §on-call`) is ignored."""
        return _only(self.sources, "key", key.split(" ")[0])


_T = TypeVar("_T", bound=Item)


def _only(items: tuple[_T, ...], field: str, value: str) -> _T:
    for item in items:
        if getattr(item, field) == value:
            return item
    raise KeyError(value)


LAYOUT = {
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
    "glossary": "glossary.yaml",
    "drills": "drills.yaml",
    "questions": "questions.yaml",
    "steps": "steps.yaml",
    "criteria": "criteria",
    "constraints": "constraints.yaml",
    "staffing": "staffing.yaml",
    "contests": "contests.yaml",
    "contradictions": "contradictions.yaml",
    "combinations": "combinations.yaml",
    "options": "options.yaml",
    "rules": "rules",
    "team_names": "teams.yaml",
    "agendas": "agendas.yaml",
}
"""The file or folder of each kind of item.

The files of a folder are read in the order of their names.
"""


def load_content(folder: Path | str | None = None) -> Content:
    """Return the checked content of a folder, by default the kit's own.

    A package may give its folder a name (entry points `workshop.content`). A folder whose
    `version.yaml` says `extends: kit` is laid over the kit's. Each folder is read once in a
    process. Raises `InputError` that names the file, the item and the field of every problem.
    """
    return _load(FOLDER if folder is None else place_of(folder))


def place_of(folder: Path | str) -> Path:
    """Return a content folder by its path, or by its name in a package.

    The folder of the package itself, which often has that name, is no content folder.
    """
    place = Path(folder)
    if (place / "version.yaml").exists() or str(folder) not in named("content"):
        return place
    found = load("content", str(folder))
    found = found() if callable(found) else found
    if not isinstance(found, Path | str):
        raise broken("content", str(folder), "This is no path of a folder")
    return Path(found)


def kinds() -> dict[str, type[Item]]:
    """Return the class of each kind of item, by the name of its field."""
    annotations: dict[str, Any] = {k: Content.model_fields[k].annotation for k in LAYOUT}
    return {kind: annotation.__args__[0] for kind, annotation in annotations.items()}


@cache
def _load(folder: Path) -> Content:
    return _cached(CACHE, _read) if folder == FOLDER else _read(folder)


CACHE = FOLDER / "__pycache__" / f"content.{sys.implementation.cache_tag}.pickle"
"""The kit's own content as an earlier process has read and checked it.

As with bytecode, it belongs to the files that it was made from, and to whoever may write there.
"""


def _cached(place: Path, read: Callable[[Path], Content]) -> Content:
    """Return what was kept of the kit's own content; read it if anything has changed."""
    key = _fingerprint()
    with suppress(Exception):  # damaged bytes fail in any way; then the files are read
        stored = place.read_bytes()
        if stored.startswith(key):
            found = pickle.loads(stored[len(key) :])  # noqa: S301 (as safe as bytecode beside it)
            if isinstance(found, Content):
                return found
    content = read(FOLDER)
    if not sys.dont_write_bytecode:
        with suppress(OSError):
            write_files({place: key + pickle.dumps(content, pickle.HIGHEST_PROTOCOL)})
    return content


def _fingerprint() -> bytes:
    """Return what tells the kit's content and its code from any other."""
    digest = hashlib.sha256(f"{FOLDER}\0{sys.version}\0{pydantic.VERSION}".encode())
    for path in sorted((*FOLDER.rglob("*.yaml"), *FOLDER.glob("*.py"))):
        digest.update(path.relative_to(FOLDER).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.digest()


def _read(folder: Path) -> Content:
    raw = read_raw(folder, LAYOUT)
    problems = raw.problems
    own: dict[str, list[RawItem]] = raw.items
    if "extends" in raw.about:
        kit, over = read_raw(FOLDER, LAYOUT), raw
        raw = lay_over(kit, over, kinds())
        stems = {key.partition(".")[0] for key in kit.words}
        problems = [*strange_files(folder, LAYOUT, stems), *raw.problems]
        untouched = {k: {id(p.item) for p in kit.items[k]} for k in LAYOUT}
        own = {k: [p for p in raw.items[k] if id(p.item) not in untouched[k]] for k in LAYOUT}
    time_steps(*([p.item for p in raw.items[kind]] for kind in ("agendas", "steps")))
    for kind, placed in own.items():
        known = [str(p.item.get("id", p.item.get("key"))) for p in raw.items[kind]]
        for one in placed:
            problems += _item_problems(kind, one, known)
    problems += _notebook_problems(raw)
    if problems:
        raise InputError(dict.fromkeys(problems))
    data: dict[str, Any] = {k: [p.item for p in placed] for k, placed in raw.items.items()}
    about = {"folder": folder, "notebooks": raw.notebooks, "words": Words(raw.words)}
    return Content.model_validate({**raw.about, **data, **about})


def _item_problems(kind: str, placed: RawItem, known: list[str]) -> list[Problem]:
    file, item = placed
    try:
        kinds()[kind].model_validate(item)
    except ValidationError as error:
        name = str(item.get("id", item.get("key", item.get("value", "?"))))
        errors = error.errors()
        missing = [str(e["loc"][0]) for e in errors if e["type"] == "missing" and not e["loc"][1:]]
        if len(missing) > 2:
            message = "No entry has this name, and a new one has more fields: "
            others = [k for k in known if k != name]
            message += f"{', '.join(missing)}."
            return [Problem(message, name, where=file, suggestion=near(name, others))]
        return [_field_problem(kind, file, name, e) for e in errors]
    return []


def _field_problem(kind: str, file: str, name: str, error: Any) -> Problem:
    way = ".".join(str(step) for step in (name, *error["loc"]))
    if error["type"] == "extra_forbidden":
        fields = _fields(kinds()[kind])
        hint = near(str(error["loc"][-1]), fields)
        return Problem("There is no such field.", way, where=file, suggestion=hint)
    if error["type"] == "missing":
        elsewhere = kind == "steps" and error["loc"] == ("minutes",)
        hint = "Give it minutes in a block of agendas.yaml, under “steps”." if elsewhere else ""
        return Problem("This field is missing.", way, where=file, suggestion=hint)
    return Problem(error["msg"] + ".", way, shorten(error["input"]), where=file)


def _fields(model: Any) -> list[str]:
    """Return the names of all fields of a kind of item and of its nested models."""
    if isinstance(model, type) and issubclass(model, Item):
        found = [info.alias or name for name, info in model.model_fields.items()]
        return found + [f for i in model.model_fields.values() for f in _fields(i.annotation)]
    return [field for part in getattr(model, "__args__", ()) for field in _fields(part)]


def _notebook_problems(raw: RawContent) -> Iterator[Problem]:
    for name, entry in raw.notebooks.items():
        try:
            NotebookText.model_validate(entry)
        except ValidationError as error:
            for e in error.errors():
                way = ".".join(str(step) for step in (name, *e["loc"]))
                hint = "A notebook has a title, and cells: {id of a cell: its text}."
                found = shorten(e["input"])
                yield Problem(e["msg"] + ".", way, found, suggestion=hint, where=NOTEBOOKS)
