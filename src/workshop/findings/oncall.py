"""Examine who is called at night, the knowledge an incident needs, and drills."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from workshop.answers.schema import Answers, Decision, as_agreed, lookup
from workshop.content.items import DrillText, KnowledgeType, Moment
from workshop.content.loader import Content
from workshop.content.teams import Teams
from workshop.findings.ownership import is_provider
from workshop.findings.votes import VoteResult

HolderState = Literal["held", "nobody", "at-handover", "unknown"]

CHARTER = (
    "paged_infrastructure",
    "paged_quality",
    "knowledge.business",
    "knowledge.model",
    "knowledge.infrastructure",
    "rollback_authority",
    "duties.turn-off",
)
"""The answers of a charter, in the order in which a night needs them."""
SECOND = "called_second"
"""The answer on the second call, for a hand to fill in if it was not given."""


FIRST_CALLS = ("paged_infrastructure", "paged_quality")
"""The answers on who is called first."""
_ON_CALL = "duties.paged"
"""The answer on who is on call for the model."""


KNOWLEDGE = "knowledge"
"""Subject of the findings that knowledge is missing in the night."""


OPTIONAL_LINES = (
    SECOND,
    "oversight_stop_authority",
    "provider_duties.notices",
    "provider_duties.switch",
    "language_model_artefacts.prompts",
    "language_model_artefacts.tool-permissions",
)
"""Lines that a charter has only if they were answered or decided."""


@dataclass(frozen=True)
class CharterLine:
    """A line of the charter: the answer's name, its holder as typed, its state."""

    reads: str
    holder: str | None
    state: HolderState
    answer: str
    """The answer that names the holder, which `called_first` finds for a first call."""


@dataclass(frozen=True)
class Charter:
    """The on-call charter: who is paged, who knows what, who may act."""

    lines: tuple[CharterLine, ...]

    @property
    def complete(self) -> bool:
        """Return whether each line has a holder."""
        return all(line.state == "held" for line in self.lines)

    @property
    def begun(self) -> bool:
        """Return whether a line has a holder, or was answered itself.

        That nobody is on call for the model is said of the duty, and is no charter.
        """
        known = (line for line in self.lines if line.state != "unknown")
        return any(line.state == "held" or line.answer == line.reads for line in known)

    @property
    def answered(self) -> int:
        return sum(line.state != "unknown" for line in self.lines)

    def line(self, reads: str) -> CharterLine:
        return next(line for line in self.lines if line.reads == reads)

    def of_state(self, *states: HolderState) -> tuple[CharterLine, ...]:
        return tuple(line for line in self.lines if line.state in states)


@dataclass(frozen=True)
class KnowledgeLine:
    """One kind of knowledge and the team that has it.

    `on_pager_path`: whether that team is paged; None if that is unknown. It is False only if both
    first calls of the night are known. `in_drill`: whether it was in charge in a drill.
    """

    kind: KnowledgeType
    holder: str | None
    state: HolderState
    on_pager_path: bool | None
    in_drill: bool


@dataclass(frozen=True)
class KnowledgeMap:
    """The team with each of the three kinds of knowledge."""

    lines: tuple[KnowledgeLine, ...]
    path: tuple[str, ...]
    """The teams that are paged, as typed, in the order of the night."""
    is_whole: bool
    """Whether both first calls are known, so that no other team is called."""
    coverage: int | None
    """How many kinds some team has; None if none was answered."""
    in_one_team: str | None
    """The team that has all of them, if one does."""

    @property
    def answered(self) -> int:
        return sum(line.state != "unknown" for line in self.lines)

    def line(self, kind: str) -> KnowledgeLine:
        return next(line for line in self.lines if line.kind.id == kind)

    def of_state(self, *states: HolderState) -> tuple[KnowledgeLine, ...]:
        return tuple(line for line in self.lines if line.state in states)


Outcome = Literal[
    "nobody", "loop", "handed-on-without-rollback", "lacks-knowledge", "ends-well", "unknown"
]
"""The outcome of a drill.

nobody: at some minute no team has it · loop: a team that passed it on gets it back ·
handed-on-without-rollback: it ends with a team that may not roll back · lacks-knowledge: a kind it
needs never reaches it · ends-well: none of these, with a team that may act · unknown.
"""


@dataclass(frozen=True)
class DrillStep:
    """One moment of a drill; `lacks` are ids of knowledge that no team so far has."""

    moment: Moment
    holder: str | None
    state: HolderState
    lacks: tuple[str, ...]
    split: tuple[str, ...] = ()
    """The choices of a room that stayed divided on it; empty once it has an answer."""


@dataclass(frozen=True)
class DrillTranscript:
    """A drill with its teams at minutes 0, 15 and 60, as far as answered."""

    text: DrillText
    steps: tuple[DrillStep, ...]
    outcomes: tuple[Outcome, ...]
    lacks: tuple[str, ...]
    """Ids of the knowledge that a complete transcript never reached."""

    @property
    def answered(self) -> bool:
        """Return whether any team was answered, or voted on."""
        return any(step.state != "unknown" or step.split for step in self.steps)

    @property
    def holders(self) -> tuple[str | None, ...]:
        """Return the teams in charge at minutes 0, 15 and 60, as typed."""
        return tuple(step.holder for step in self.steps)


def call_played(drill: DrillTranscript) -> str:
    """Return the answer that says who is called first in a case like a drill's."""
    return "paged_quality" if drill.text.quality else "paged_infrastructure"


def begun_elsewhere(
    teams: Teams, answers: Answers, drills: Iterable[DrillTranscript]
) -> list[DrillTranscript]:
    """Return the drills in which another team is called first than is named for it."""

    def is_elsewhere(drill: DrillTranscript) -> bool:
        first, named = drill.holders[0], lookup(answers, call_played(drill))
        both = teams.is_somebody(first) and teams.is_somebody(named)
        return both and not teams.same(first, named)

    return list(filter(is_elsewhere, drills))


def state_of(teams: Teams, holder: str | None) -> HolderState:
    """Return the state of a line with this holder."""
    if holder is None:
        return "unknown"
    if teams.is_nobody(holder):
        return "nobody"
    return "at-handover" if teams.is_at_handover(holder) else "held"


def called_first(answers: Answers, name: str) -> str | None:
    """Return which team is called first about the service or about quality.

    Who that is follows from the answer that names it, and else from who is on call for the model:
    a model that stops is a service that is down. That says nothing about quality. When answers get
    worse nothing stops, so whoever is on call need not hear of it.
    """
    team: str | None = lookup(answers, _answer_on(answers, name))
    return team


def _answer_on(answers: Answers, name: str) -> str:
    """Return the answer that says who has a line of the charter."""
    unnamed = name == "paged_infrastructure" and lookup(answers, name) is None
    return _ON_CALL if unnamed else name


@dataclass(frozen=True)
class RollbackGap:
    """Days on which decisions let a team be called that may not roll back yet."""

    call: str
    """The answer that says who is called: about the service or about quality."""
    called: str
    may: str | None
    """Who may roll back on these days: a team, nobody, or None if that is unknown."""
    start: datetime.date
    end: datetime.date
    """When a decision ends it."""
    decisions: tuple[Decision, ...]
    """Decisions with a day on who is called in this case, or who may roll back."""


def rollback_gap(teams: Teams, answers: Answers) -> RollbackGap | None:
    """Return the gap between the days of decisions on call and rollback.

    Once both hold, whoever is called may roll back. What is so today already is no such gap.
    """
    names = {*FIRST_CALLS, _ON_CALL, "rollback_authority"}
    made = [d for d in answers.decisions or () if d.due and names & {*(d.sets or {})}]
    days = sorted({d.due for d in made if d.due})
    for name in reversed(FIRST_CALLS):
        today = _called_and_may(answers, name)
        stand = {day: _called_and_may(_agreed_by(answers, day), name) for day in days}
        apart = [day for day, (called, may) in stand.items() if _is_apart(teams, called, may)]
        start = next((day for day in apart if stand[day] != today), None)
        end = next((day for day in days if start and day > start and day not in apart), None)
        if start and end and teams.is_somebody(stand[end][0]):
            called, may = stand[start]
            about = {name, _answer_on(_agreed_by(answers, end), name), "rollback_authority"}
            by = tuple(d for d in made if about & {*(d.sets or {})})
            return RollbackGap(name, called or "", may, start, end, by)
    return None


def _agreed_by(answers: Answers, day: datetime.date) -> Answers:
    """Return the answers with the decisions that are to be done by a day."""
    made = tuple(d for d in answers.decisions or () if d.due and d.due <= day)
    return as_agreed(answers.model_copy(update={"decisions": made})) or answers


def _called_and_may(answers: Answers, name: str) -> tuple[str | None, str | None]:
    return called_first(answers, name), answers.rollback_authority


def _is_apart(teams: Teams, called: str | None, may: str | None) -> bool:
    """Return whether a team is called first that may not, as far as known, act."""
    acts = teams.is_on_call(may) or teams.speaks_for(may, called)
    return teams.is_somebody(called) and not acts


def charter(content: Content, answers: Answers) -> Charter:
    """Return the charter's lines, and further ones that were answered or decided.

    So today and as agreed have the same lines, also where only a decision names somebody.
    """
    decided = {name for d in answers.decisions or () for name in d.sets or {}}
    further = (n for n in OPTIONAL_LINES if n in decided or lookup(answers, n) is not None)
    names = (*CHARTER, *further)
    return Charter(tuple(_charter_line(content.teams, answers, name) for name in names))


def _charter_line(teams: Teams, answers: Answers, name: str) -> CharterLine:
    answer = _answer_on(answers, name)
    holder: str | None = lookup(answers, answer)
    # the provider of a bought model is no team of one's own, so the line is open
    state = "nobody" if is_provider(teams, answers, holder) else state_of(teams, holder)
    return CharterLine(name, holder, state, answer)


def without_second(teams: Teams, answers: Answers) -> tuple[str, ...]:
    """Return the first calls after which no other team is called.

    A team that is called first about something is no second for it.
    """
    first = {name: called_first(answers, name) for name in FIRST_CALLS}
    second = answers.called_second
    there = teams.is_somebody(second)
    held = (name for name, team in first.items() if teams.is_somebody(team))
    return tuple(name for name in held if not there or teams.same(first[name], second))


def knowledge_map(content: Content, answers: Answers) -> KnowledgeMap:
    """Return who has each kind of knowledge, and whether a page reaches them."""
    teams = content.teams
    path = _path(teams, answers)
    in_drills = [
        team
        for drill in (answers.drills or {}).values()
        for team in (drill.minute_0, drill.minute_15, drill.minute_60)
        if team is not None
    ]
    is_whole = all(called_first(answers, name) is not None for name in FIRST_CALLS)
    lines = []
    for text in content.knowledge:
        holder: str | None = lookup(answers, f"knowledge.{text.id}")
        reached: bool | None = None
        if teams.is_somebody(holder):
            found = any(teams.shares(c, holder) or teams.speaks_for(c, holder) for c in path)
            reached = True if found else (False if is_whole else None)
        drilled = teams.is_somebody(holder) and bool(teams.among(holder, in_drills))
        lines.append(KnowledgeLine(text, holder, state_of(teams, holder), reached, drilled))
    holders = [line.holder for line in lines if line.state == "held"]
    given = any(line.state != "unknown" for line in lines)
    whole = len(holders) == len(lines) and all(teams.same(holders[0], team) for team in holders)
    return KnowledgeMap(
        lines=tuple(lines),
        path=path,
        is_whole=is_whole,
        coverage=len(holders) if given else None,
        in_one_team=holders[0] if whole else None,
    )


def _path(teams: Teams, answers: Answers) -> tuple[str, ...]:
    """Return the teams that are paged at night."""
    named = [
        answers.paged_quality,
        answers.paged_infrastructure,
        lookup(answers, "duties.paged"),
    ]
    path: list[str] = []
    for team in named:
        if team is not None and teams.is_somebody(team) and not teams.among(team, path):
            path.append(team)
    return tuple(path)


def left_out(
    teams: Teams, charters: Iterable[Charter], played: Iterable[DrillTranscript]
) -> list[str]:
    """Return the teams that led in a drill and have no line in any charter."""
    named = [line.holder for one in charters for line in one.lines if line.state == "held"]
    found: list[str] = []
    for team in (t for drill in played for t in drill.holders if t and teams.is_somebody(t)):
        has_line = any(teams.shares(n, team) or teams.speaks_for(n, team) for n in named)
        if not has_line and not teams.among(team, found):
            found.append(team)
    return found


def is_reached(teams: Teams, answers: Answers, kind: str) -> bool:
    """Return whether those who are paged, or may roll back, have this knowledge.

    A rota or a role of the team that has it counts; a drill alone does not.
    """
    holder: str | None = lookup(answers, f"knowledge.{kind}")
    called = (*_path(teams, answers), answers.rollback_authority)
    return any(teams.shares(c, holder) or teams.speaks_for(c, holder) for c in called)


def missing_knowledge(
    content: Content, answers: Answers, played: tuple[DrillTranscript, ...], rule: str
) -> frozenset[str]:
    """Return the kinds of knowledge that a rule's finding misses.

    Those that no team has; else those that drills lacked, if it reads all; else those it reads.
    """
    reads = {k.id for k in content.knowledge} & {
        name.removeprefix("knowledge.") for name in content.rule(rule).reads
    }
    vacant = {k for k in reads if content.teams.is_nobody(lookup(answers, f"knowledge.{k}"))}
    if "drills" in content.rule(rule).reads:
        lacking = {k for drill in played for k in drill.lacks}
        return frozenset(reads & lacking - vacant) or frozenset(reads)
    return frozenset(vacant or reads)


def drills(
    content: Content, answers: Answers, votes: Iterable[VoteResult] = ()
) -> tuple[DrillTranscript, ...]:
    """Return a transcript for each drill of the content, in its order."""
    split = {r.vote.question: r.split for r in votes}
    needed = {need for text in content.drills for need in text.needs}
    knows: dict[str, str | None] = {need: lookup(answers, f"knowledge.{need}") for need in needed}
    return tuple(_transcript(content.teams, text, answers, knows, split) for text in content.drills)


def _transcript(
    teams: Teams,
    text: DrillText,
    answers: Answers,
    knows: Mapping[str, str | None],
    split: Mapping[str, tuple[str, ...]],
) -> DrillTranscript:
    """Return a drill as played; `knows` are the holders of knowledge by kind.

    `split` are the choices of a divided room, by the name of the answer.
    """
    played = (answers.drills or {}).get(text.id)
    steps: list[DrillStep] = []
    for moment in text.moments:
        minute = f"minute_{moment.minute}"
        holder: str | None = getattr(played, minute, None)
        between = split.get(f"drills.{text.id}.{minute}", ()) if holder is None else ()
        so_far = [step.holder for step in steps] + [holder]
        lacks = _lacks(teams, text, knows, so_far) if holder is not None else ()
        steps.append(DrillStep(moment, holder, state_of(teams, holder), lacks, between))
    whole = all(step.state != "unknown" for step in steps)
    # Where no team ever has it, that is the finding, and what it would lack is beside the point.
    lacks = steps[-1].lacks if whole and any(s.state == "held" for s in steps) else ()
    outcomes = _outcomes(teams, text, answers, steps, lacks, knows)
    return DrillTranscript(text, tuple(steps), outcomes, lacks)


def _lacks(
    teams: Teams, text: DrillText, knows: Mapping[str, str | None], so_far: list[str | None]
) -> tuple[str, ...]:
    """Return the kinds of knowledge that none of the teams so far has."""
    if not any(map(teams.is_somebody, so_far)):
        return text.needs
    return tuple(
        need
        for need in text.needs
        if (holder := knows[need]) is not None
        and not (teams.is_somebody(holder) and teams.among(holder, so_far))
    )


def _outcomes(
    teams: Teams,
    text: DrillText,
    answers: Answers,
    steps: list[DrillStep],
    lacks: tuple[str, ...],
    knows: Mapping[str, str | None],
) -> tuple[Outcome, ...]:
    first, middle, last = (step.holder for step in steps)
    authority = answers.rollback_authority
    found: list[Outcome] = []
    if any(step.state in ("nobody", "at-handover") for step in steps):
        found.append("nobody")
    acts = _acts(teams, answers, last)
    passed_on = teams.is_somebody(first) and teams.is_somebody(middle)
    back = passed_on and teams.same(first, last) and not teams.same(first, middle)
    # Asking whoever knows, and then acting, is what a good answer does; it is no circle.
    brings = any(teams.same(knows[need], middle) for need in text.needs)
    if back and not (acts and text.quality and brings):
        found.append("loop")
    if text.quality and teams.is_somebody(last) and authority is not None and not acts:
        found.append("handed-on-without-rollback")
    if lacks:
        found.append("lacks-knowledge")
    if found:
        return tuple(found)
    whole = all(step.state == "held" for step in steps)
    may_act = acts or not text.quality
    return ("ends-well",) if whole and may_act else ("unknown",)


def _acts(teams: Teams, answers: Answers, team: str | None) -> bool:
    """Return whether a team may roll back or switch off by itself."""
    authority = answers.rollback_authority
    if teams.is_on_call(authority) or teams.speaks_for(authority, team):
        return True
    return teams.shares(lookup(answers, "duties.turn-off"), team)
