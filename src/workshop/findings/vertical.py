"""Is everything a product needs in one team? Checks, the breakages their gaps point to, the rest.

From an essay that argues for vertical integration without data (S3): what it asks for is checked
item by item, never added up to a score. Under a single-operator mandate full integration is not
open; the check then says what the essay still permits.
"""

from __future__ import annotations

from dataclasses import dataclass

from workshop.model import teams
from workshop.model.answers import Answers, Discipline
from workshop.model.content import Content
from workshop.model.knowledge import Breakage

STAGES = ("data", "model", "serving", "product")
NEEDED: tuple[Discipline, ...] = (
    "data-engineering",
    "ml-engineering",
    "backend-engineering",
    "product-management",
)
"""The members that the essay names (S3)."""

_POINTS_TO = {
    "one-team": "sequential-handoffs",
    "squad": "sequential-handoffs",
    "deploys-alone": "sequential-handoffs",
    "measures-outcomes": "users-never-seen",
    "data-access": "data-ticket-queue",
    "talk": "users-never-seen",
    "usage": "users-never-seen",
    "effects": "users-never-seen",
}
"""Which breakage a gap in each item points to; that outcomes belong to the third is ours (K1)."""


@dataclass(frozen=True)
class VerticalItem:
    """One thing to have in place: True, False, or None where we were not told."""

    id: str
    holds: bool | None
    words: str
    """What was found, in a sentence."""
    reads: tuple[str, ...]
    breakage: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class VerticalCheck:
    """The items in their order, with what their gaps point to."""

    items: tuple[VerticalItem, ...]
    holders: tuple[str, ...]
    """The different teams that hold stages, as typed, each once."""
    missing: tuple[Discipline, ...] | None
    """Disciplines that the squad lacks; None where the squad is unknown."""
    breakages: tuple[Breakage, ...]
    """Those that at least one gap points to, in the content's order."""
    mandated: bool
    """True under a single-operator mandate."""
    permitted: tuple[str, ...]
    """What remains possible under that mandate; empty without one."""

    @property
    def in_place(self) -> int:
        return sum(i.holds is True for i in self.items)

    @property
    def gaps(self) -> int:
        return sum(i.holds is False for i in self.items)

    @property
    def unknown(self) -> int:
        return sum(i.holds is None for i in self.items)

    def item(self, id_: str) -> VerticalItem:
        """Return the item of an id; KeyError for one that does not exist."""
        for item in self.items:
            if item.id == id_:
                return item
        raise KeyError(id_)


def vertical_check(content: Content, answers: Answers) -> VerticalCheck:
    """Return the check of vertical integration (S3; data work by tension T9)."""
    holders = _holders(answers)
    missing = missing_disciplines(answers)
    seen = answers.users_seen
    facts: dict[str, tuple[bool | None, tuple[str, ...], tuple[str, ...]]] = {
        "one-team": (_one_team(answers, holders), ("stages",), ("S3",)),
        "squad": (None if missing is None else not missing, ("squad",), ("S3",)),
        "deploys-alone": (answers.deploys_alone, ("deploys_alone",), ("S3",)),
        "measures-outcomes": (answers.measures_outcomes, ("measures_outcomes",), ("S3",)),
        "data-access": (
            None if answers.data_access is None else answers.data_access == "self-service",
            ("data_access",),
            ("S3", "S2 §patterns"),
        ),
        "talk": (seen.talk if seen else None, ("users_seen.talk",), ("S3",)),
        "usage": (seen.usage if seen else None, ("users_seen.usage",), ("S3",)),
        "effects": (seen.effects if seen else None, ("users_seen.effects",), ("S3",)),
    }
    values = {
        "teams": content.words.listing(holders),
        "n": len(holders),
        "missing": content.words.listing(discipline_name(content, d) for d in missing or ()),
    }
    items = tuple(
        VerticalItem(
            id_,
            holds,
            content.words(f"vertical.{id_}-{_word(holds, id_, holders)}", **values),
            reads,
            _POINTS_TO[id_],
            sources,
        )
        for id_, (holds, reads, sources) in facts.items()
    )
    gaps = {i.breakage for i in items if i.holds is False}
    mandated = answers.mandate == "single-operator"
    return VerticalCheck(
        items=items,
        holders=holders,
        missing=missing,
        breakages=tuple(b for b in content.breakages if b.id in gaps),
        mandated=mandated,
        permitted=tuple(
            content.words(f"vertical.permitted-{what}")
            for what in ("evaluation-set", "users", "data")
        )
        if mandated
        else (),
    )


def missing_disciplines(answers: Answers) -> tuple[Discipline, ...] | None:
    """Return which of the needed disciplines the squad lacks; None if none was named at all."""
    if not answers.squad:
        return None
    return tuple(d for d in NEEDED if d not in answers.squad)


def discipline_name(content: Content, id_: str) -> str:
    return next(d.name for d in content.disciplines if d.id == id_)


def _word(holds: bool | None, id_: str, holders: tuple[str, ...]) -> str:
    if id_ == "one-team" and holds is False and not holders:
        return "nobody"
    return "unknown" if holds is None else "yes" if holds else "no"


def _holders(answers: Answers) -> tuple[str, ...]:
    """Return the teams that hold stages, each once, in the order in which they come."""
    found: dict[str, str] = {}
    for stage in answers.stages or ():
        if stage.team is not None and teams.is_somebody(stage.team):
            found.setdefault(teams.key(stage.team), teams.label(stage.team))
    return tuple(found.values())


def _one_team(answers: Answers, holders: tuple[str, ...]) -> bool | None:
    """Return whether one team holds all four kinds of stage; two teams are enough for False."""
    stages = answers.stages or ()
    nobody = any(s.team is not None and not teams.is_somebody(s.team) for s in stages)
    if len(holders) > 1 or nobody:
        return False
    whole = {s.stage for s in stages if s.team is not None} == set(STAGES)
    return True if whole and all(s.team is not None for s in stages) else None
