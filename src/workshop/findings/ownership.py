"""Examine the five duties, the three diagnostics and the chosen lead's risks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from workshop.answers.schema import Answers, lookup
from workshop.content.items import Diagnostic, Duty, FailingAnswer, LeadText
from workshop.content.loader import Content
from workshop.content.teams import KINDS, Teams

DutyState = Literal["builder", "other-team", "held", "nobody", "at-handover", "unknown"]
"""The state of a duty.

builder: the team that builds has it · other-team: a team that does not build · held: a team, and
the builder is not answered · nobody: no team, or the provider of a bought model, which is none of
one's own · unknown: not answered.
"""

RESPONDING = ("paged", "answers-to-business")
"""The duties of responding for a model in production (S1).

They matter when it breaks, or when the business asks.
"""


@dataclass(frozen=True)
class DutyLine:
    """One duty and its holder as typed."""

    duty: Duty
    holder: str | None
    state: DutyState


@dataclass(frozen=True)
class OwnershipRule:
    """Whether the builder of the model has to answer for it in production.

    holds: it has both duties of responding · partly: one of them is elsewhere · gap: all that were
    answered are elsewhere · mandated: a rule puts one team in charge of operating, so that others
    build · unknown: not enough was answered. `parted` are the duties that are elsewhere.
    """

    verdict: Literal["holds", "partly", "gap", "mandated", "unknown"]
    parted: tuple[DutyLine, ...]


@dataclass(frozen=True)
class Validation:
    """Who validates the model independently of its builder.

    independent: another team · builder: the one that builds it · held: a team, and the builder is
    not answered · nobody · unknown: a rule asks for it and nobody was named.
    """

    holder: str | None
    state: Literal["independent", "builder", "held", "nobody", "unknown"]


@dataclass(frozen=True)
class Ledger:
    """The five duties of one model; `teams` are the columns, the builder first.

    `counts` are the duties of each of them.
    """

    model: str | None
    builder: str | None
    """The team that builds it; None if unknown, or if the provider does."""
    lines: tuple[DutyLine, ...]
    teams: tuple[str, ...]
    counts: tuple[int, ...]
    held_by_builder: int | None
    """The number of its answered duties; None if the builder or all are unknown."""
    fullest: tuple[str, int] | None
    """The team with the most duties, and how many.

    The builder wins a tie, then the team that was named first.
    """
    rule: OwnershipRule
    bought_from: str | None = None
    """The maker of the model, if no team of one's own builds it."""
    validation: Validation | None = None
    """A sixth line; None if no rule asks for it and nobody was named."""

    @property
    def answered(self) -> int:
        """Return how many duties were answered."""
        return sum(line.state != "unknown" for line in self.lines)

    def line(self, duty: str) -> DutyLine:
        return next(line for line in self.lines if line.duty.id == duty)

    def of_state(self, *states: DutyState) -> tuple[DutyLine, ...]:
        return tuple(line for line in self.lines if line.state in states)

    def held_by(self, team: str) -> int:
        """Return how many of the answered duties one of `teams` has."""
        return self.counts[self.teams.index(team)]


Result = Literal["passes", "fails", "unknown"]


@dataclass(frozen=True)
class DiagnosticResult:
    """One of the three questions, and what the answers say to it.

    `reason` names the case: nobody · at-handover · platform · provider · another-team · ships-only
    · builds-only · shared-rota · ship-not-told · named-twice · on-call-open ·
    on-call-open-quality · on-call-open-service · without-duty · mandated (paged) ·
    training-team · no-modelling-team · without-builder · no-user-facing-team · unowned · apart
    (evaluation set) · no-switch · switch-elsewhere · switch-not-told (retirement) · not-told ·
    undecided · passes.
    `matches` is the failing answer of the content that fits, if any; `because` gives the reason in
    words.
    """

    text: Diagnostic
    answer: str | None
    result: Result
    reason: str
    matches: FailingAnswer | None
    because: str


@dataclass(frozen=True)
class LeadProfile:
    """The chosen lead, and whether its counter-measure is in place (None: unknown)."""

    text: LeadText
    mitigation_in_place: bool | None


def is_provider(teams: Teams, answers: Answers, team: str | None) -> bool:
    """Return whether a name is the maker of the model, which is no own team."""
    known = answers.model_origin != "built" and teams.is_somebody(team)
    return known and teams.same(team, answers.provider)


def _builds_here(teams: Teams, answers: Answers) -> str | None:
    """Return the builder as typed; None if it is unknown or the provider."""
    return None if is_provider(teams, answers, answers.builder) else answers.builder


def ledger(content: Content, answers: Answers) -> Ledger:
    """Return the ownership ledger, with a line for every duty of the content."""
    teams = content.teams
    builder = _builds_here(teams, answers)
    lines = tuple(
        DutyLine(duty, holder, _state(teams, answers, holder, builder))
        for duty in content.duties
        for holder in [lookup(answers, f"duties.{duty.id}")]
    )
    builds = builder if teams.is_somebody(builder) else None
    own = (line.holder for line in lines if not is_provider(teams, answers, line.holder))
    columns = _distinct(teams, [builds, *own])
    counts = [sum(teams.shares(line.holder, team) for line in lines) for team in columns]
    fullest = max(zip(columns, counts, strict=True), key=lambda pair: pair[1], default=None)
    given = any(line.holder is not None for line in lines)
    is_bought = answers.model_origin != "built"
    return Ledger(
        model=answers.model,
        builder=builder,
        bought_from=answers.provider if builder is None and is_bought else None,
        validation=_validation(teams, answers),
        lines=lines,
        teams=columns,
        counts=tuple(counts),
        held_by_builder=counts[0] if builds is not None and given else None,
        fullest=fullest if fullest and fullest[1] else None,
        rule=_ownership_rule(lines, answers.mandate == "single-operator"),
    )


def _validation(teams: Teams, answers: Answers) -> Validation | None:
    """Return the sixth line if a rule asks for it or it was answered."""
    holder, builder = answers.validator, answers.builder
    if holder is None:
        asked = answers.mandate == "independent-validation"
        return Validation(None, "unknown") if asked else None
    if teams.same(holder, builder) and teams.is_somebody(builder):
        return Validation(holder, "builder")
    if not teams.is_somebody(holder) or is_provider(teams, answers, holder):
        return Validation(holder, "nobody")
    return Validation(holder, "independent" if teams.is_somebody(builder) else "held")


def _state(teams: Teams, answers: Answers, holder: str | None, builder: str | None) -> DutyState:
    if holder is None:
        return "unknown"
    if teams.is_nobody(holder) or is_provider(teams, answers, holder):
        return "nobody"
    if teams.is_at_handover(holder):
        return "at-handover"
    if not teams.is_somebody(builder):
        return "held"
    return "builder" if teams.shares(holder, builder) else "other-team"


def _distinct(teams: Teams, names: Iterable[str | None]) -> tuple[str, ...]:
    """Return the teams once each, in their first spelling."""
    seen: dict[str, str] = {}
    for team in names:
        if team is not None and teams.is_somebody(team):
            seen.setdefault(teams.key(team), team)
    return tuple(seen.values())


def _ownership_rule(lines: tuple[DutyLine, ...], mandated: bool) -> OwnershipRule:
    responding = [line for line in lines if line.duty.id in RESPONDING]
    # Nobody, or a later handover, is a gap whoever builds the model.
    parted = tuple(
        line for line in responding if line.state in ("other-team", "nobody", "at-handover")
    )
    own = [line for line in responding if line.state == "builder"]
    if parted and mandated and all(line.state == "other-team" for line in parted):
        return OwnershipRule("mandated", parted)
    if parted:
        return OwnershipRule("partly" if own else "gap", parted)
    return OwnershipRule("holds" if len(own) == len(responding) else "unknown", ())


# -- the three diagnostics ---------------------------------------------------------------------

_MODELLING = ("research", "engineering", "data")
_OPEN = (
    "not-told",
    "undecided",
    "switch-not-told",
    "ship-not-told",
    "without-builder",
    "named-twice",
    "without-duty",
    "mandated",
)
"""Cases in which it is unknown whether an answer passes."""
_ORDER = {
    "paged": ("at-handover", "platform", "nobody"),
    "evaluation-set": ("training-team", "no-modelling-team", "nobody"),
    "retirement": ("nobody", "no-switch"),
}
"""The case of each failing answer of the content, in the content's order."""


def diagnostics(content: Content, answers: Answers) -> tuple[DiagnosticResult, ...]:
    """Return the three diagnostic questions with what the answers say."""
    judges = {"paged": _paged, "evaluation-set": _evaluation_set, "retirement": _retirement}
    return tuple(
        _result(content, text, *judges[text.id](content.teams, answers), answers)
        for text in content.diagnostics
    )


def _paged(teams: Teams, answers: Answers) -> tuple[str | None, str]:
    holder: str | None = lookup(answers, "duties.paged")
    ships: str | None = lookup(answers, "duties.ship")
    builder = _builds_here(teams, answers)
    if holder is None:
        return None, "not-told"
    if is_provider(teams, answers, holder):
        return teams.label(holder), "provider"
    if teams.is_at_handover(holder):
        return holder, "at-handover"
    if teams.is_nobody(holder):
        called = own_team(teams, answers, answers.paged_quality)
        return (teams.label(called), "without-duty") if called else (holder, "nobody")
    if called_about_quality(teams, answers, builder):
        holder = answers.paged_quality or holder
    if teams.shares(holder, builder):
        return teams.label(holder), _builder_paged(teams, answers, holder, ships)
    if answers.mandate == "single-operator":
        return teams.label(holder), "mandated"
    if teams.kind(holder) == "platform":
        # A platform team that ships what others build still meets a model it does not know.
        return teams.label(holder), "platform" if teams.is_somebody(builder) else "undecided"
    if teams.shares(holder, ships):
        return teams.label(holder), "ships-only" if teams.is_somebody(builder) else "undecided"
    known = teams.is_somebody(builder) and ships is not None
    return teams.label(holder), "another-team" if known else "undecided"


def own_team(teams: Teams, answers: Answers, team: str | None) -> str | None:
    """Return a team if it is somebody of one's own, and no provider."""
    there = teams.is_somebody(team) and not is_provider(teams, answers, team)
    return team if there else None


def called_about_quality(teams: Teams, answers: Answers, builder: str | None) -> bool:
    """Return whether the builder is called first about quality.

    The team on call is then called for the machines. If a third team is, the answers contradict
    each other.
    """
    holder, service = lookup(answers, "duties.paged"), answers.paged_infrastructure
    beside = service is None or teams.same(holder, service)
    return beside and teams.shares(answers.paged_quality, builder)


def _builder_paged(teams: Teams, answers: Answers, holder: str, ships: str | None) -> str:
    """Return the case of a paged builder, which passes if it ships as well.

    The on-call answers must not contradict it.
    """
    quality, service = answers.paged_quality, answers.paged_infrastructure
    calls = (quality, service)
    vacant = [teams.is_vacant(call) or is_provider(teams, answers, call) for call in calls]
    if any(vacant):
        # The other call, if a team has it, is not to be denied.
        named = teams.is_somebody(calls[vacant.index(True) - 1]) and not all(vacant)
        which = "quality" if vacant[0] else "service"
        return f"on-call-open-{which}" if named else "on-call-open"
    if ships is None:
        return "ship-not-told"
    if not teams.shares(holder, ships) and not teams.shares(ships, holder):
        return "builds-only"
    if not teams.shares(ships, answers.builder) and not teams.shares(answers.builder, ships):
        return "shared-rota"
    apart = quality is not None and service is not None
    met = (teams.shares(x, y) for call in calls for x, y in ((call, holder), (holder, call)))
    return "named-twice" if apart and not any(met) else "passes"


def _evaluation_set(teams: Teams, answers: Answers) -> tuple[str | None, str]:
    if answers.evaluation_set_authors is None:
        return None, "not-told"
    authors = _distinct(teams, answers.evaluation_set_authors)
    given = answers.builder if teams.is_somebody(answers.builder) else None
    builder = given if not is_provider(teams, answers, given) else None
    owner: str | None = lookup(answers, "duties.evaluation-set")
    if not authors:
        return "", "nobody"
    if all(teams.same(team, given) for team in authors):
        return "", "training-team"
    kinds = any(teams.kind(team) in _MODELLING for team in authors)
    models = any(teams.shares(team, builder) for team in authors) if builder else kinds
    # A team that goes by a name of its own and does not build is taken to face the users.
    own_name = [
        team for team in authors if teams.kind(team) is None and not teams.same(team, given)
    ]
    faces = any(teams.kind(team) == "product" for team in authors)
    if models and (faces or (own_name and given is not None)):
        if teams.is_vacant(owner) or is_provider(teams, answers, owner):
            return "", "unowned"
        return "", "apart" if answers.evaluation_set_same_week is False else "passes"
    if own_name and given is None:
        return "", "undecided"
    if models:
        return "", "no-user-facing-team"
    return "", "without-builder" if kinds else "no-modelling-team"


def _retirement(teams: Teams, answers: Answers) -> tuple[str | None, str]:
    role = answers.retirement_authority
    switch: str | None = lookup(answers, "duties.turn-off")
    if role is None:
        return None, "not-told"
    if not teams.is_somebody(role):
        return role, "nobody"
    if answers.off_switch == "none" or is_provider(teams, answers, switch):
        return role, "no-switch"
    if switch is None:
        return role, "switch-not-told"
    if not teams.is_somebody(switch):
        return role, "no-switch"
    if teams.speaks_for(role, switch) or teams.shares(switch, role):
        return teams.label(role), "passes"
    # Only a role that names a team can be told apart from the team with the switch.
    named = any(word in KINDS for word in teams.words_of(role))
    return teams.label(role), "switch-elsewhere" if named else "undecided"


def _result(
    content: Content, text: Diagnostic, answer: str | None, reason: str, answers: Answers
) -> DiagnosticResult:
    teams = content.teams
    if text.id == "evaluation-set" and answer is not None:
        authors = _distinct(teams, answers.evaluation_set_authors or ())
        answer = content.words.listing(map(teams.label, authors)) or content.words("common.nobody")
    elif teams.is_nobody(answer):
        answer = content.words("common.nobody")
    elif teams.is_at_handover(answer):
        answer = content.words("common.at-handover")
    result: Result = "fails"
    if reason == "passes":
        result = "passes"
    elif reason in _OPEN:
        result = "unknown"
    order = _ORDER[text.id]
    place = order.index(reason) if reason in order else len(text.fails)
    matches = text.fails[place] if place < len(text.fails) else None
    key = f"ownership.{text.id}-{reason}"
    if matches is not None:
        because = matches.why
    elif key in content.words:
        because = content.words(key, answer=answer)
    else:
        because = text.passes
    return DiagnosticResult(text, answer, result, reason, matches, because)


def lead_profile(content: Content, answers: Answers) -> LeadProfile | None:
    """Return the chosen lead's profile, or None if no lead was answered."""
    if answers.lead is None:
        return None
    return LeadProfile(content.lead(answers.lead), lookup(answers, f"mitigations.{answers.lead}"))
