"""Compare the options: doing nothing, each pattern, each combination.

Every option has the same attributes, so that they fit into one table. Roles say what an option is
to this organisation. An option may have several, and the strongest comes first: chosen before
advised, advised before rejected, and rejected before today's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, replace
from typing import Literal, get_args

from workshop.answers.schema import Decision
from workshop.content.items import Combination, Fact, Losing, MoveStep, OptionText, Pattern
from workshop.findings.dissent import positions, without_reply
from workshop.findings.handoffs import PatternStream, as_agreed
from workshop.findings.oncall import FIRST_CALLS, called_first
from workshop.findings.patterns.advice import fewest_by_requests, people_there
from workshop.findings.patterns.capacity import Headcount, Range
from workshop.findings.patterns.verdicts import FITTING, PatternVerdict, Verdict
from workshop.findings.situation import Situation

Role = Literal["chosen", "advised", "rejected", "today", "other"]
ROLES: tuple[Role, ...] = get_args(Role)
"""Roles, the strongest first; `other` is for an option without another role."""
TODAY: Literal["today"] = "today"
"""Id of doing nothing if today's pattern is not answered.

Otherwise that pattern is doing nothing.
"""
_WEAKEST: tuple[Verdict | None, ...] = (
    "excluded",
    "not-yet",
    None,
    "fits-on-conditions",
    "fits",
)


@dataclass(frozen=True)
class People:
    """People that an option takes, and how many are available.

    `low` and `high` count the platform and those inside product teams, None if the number of teams
    is unknown or none produces models. For a combination nobody says how many teams get an
    engineer, so the range goes from one team to all of them. `have` counts today's platform team,
    or all who build and run models if these are fewer or it is unknown.
    """

    low: int | None
    high: int | None
    have: int | None
    platform: Range | None = None
    inside_teams: Range | None = None
    extrapolated: bool = False
    article: Range | None = None
    """The platform people that an article says, where the own requests need more."""
    have_inside: int | None = None
    """Those in product teams who can run a model, if it needs nobody else there."""

    @property
    def too_few(self) -> bool:
        """Return whether the option takes more people than are available."""
        more = self.beyond
        return more is not None and more[0] > 0

    @property
    def beyond(self) -> Range | None:
        """Return how many people it takes beyond those available; None if unknown."""
        if self.low is None or self.high is None or self.have is None:
            return None
        if self.have_inside is None or self.platform is None or self.inside_teams is None:
            return max(self.low - self.have, 0), max(self.high - self.have, 0)
        least, most = (
            max(p - self.have, 0) + max(i - self.have_inside, 0)
            for p, i in zip(self.platform, self.inside_teams, strict=True)
        )
        return least, most


@dataclass(frozen=True)
class OnCall:
    """Who is called when the service fails, and when quality drops, or None."""

    service: str | None
    quality: str | None


@dataclass(frozen=True)
class LeadTime:
    """The lead time from an idea to users, in working days.

    Half of all changes take up to `half`, and one in ten takes longer than `one_in_ten`. None
    without stages; `at_least` if days are missing.
    """

    half: float | None = None
    one_in_ten: float | None = None
    at_least: bool = False


@dataclass(frozen=True)
class Reply:
    """A recorded dissent, and the recorded answer to it or None."""

    decision: str
    dissent: str
    answer: str | None


@dataclass(frozen=True)
class Move:
    """How an option begins, what it costs, and who loses what."""

    start: str
    """Id of the option that it starts from."""
    stays: bool
    """Whether it is already in place today."""
    steps: tuple[MoveStep, ...]
    people: str
    disruption: str
    effects: tuple[Fact, ...]
    """Published facts on its effects, each with its limits and sources."""
    loses: tuple[Losing, ...]
    replies: tuple[Reply, ...]
    owner: str = ""
    """The role to propose for the steps, if the answers name nobody."""
    after: str = ""
    """What the last step waits for, in place of a date."""
    counts_people: bool = False
    """Whether to count, before it is confirmed, whom product teams still need."""


@dataclass(frozen=True)
class AsAgreed:
    """What decisions change about the option that is in place as agreed."""

    have: int | None
    on_call: OnCall
    lead_time: LeadTime
    handoffs: int | None
    stream: PatternStream | None
    """The stream under its pattern, with the handoffs that decisions leave in place."""


@dataclass(frozen=True)
class Option:
    """One option.

    For an option that is in place today, on-call teams, lead time and handoffs are as found; for
    any other they are as its pattern would have them.
    """

    id: str
    name: str
    short: str
    patterns: tuple[Pattern, ...]
    """The patterns: none if today's is not answered, two for a combination."""
    roles: tuple[Role, ...]
    people: People
    on_call: OnCall
    lead_time: LeadTime
    handoffs: int | None
    main_failure: str | None
    needs: tuple[str, ...]
    """The conditions of its verdict, or what would have to change."""
    gives_up: tuple[str, ...]
    undo: str | None
    verdict: Verdict | None
    because: tuple[str, ...]
    move: Move | None
    """The move to it, if the option is advised, begins what is advised, or is chosen."""
    text: OptionText | None = None
    """The content's text; None for doing nothing without a pattern."""
    headcount: Headcount | None = None
    stream: PatternStream | None = None
    """The stream as its pattern would have it, even if it is in place today."""
    agreed: AsAgreed | None = None
    """What decisions change about it, or None."""

    @property
    def role(self) -> Role:
        """Return the strongest of its roles."""
        return self.roles[0]

    @property
    def usual_call(self) -> str:
        """Return who is called about quality: as answered, else as is usual."""
        return self.on_call.quality or (self.text.on_call.quality if self.text else "")

    @property
    def combines(self) -> bool:
        return len(self.patterns) > 1

    @property
    def excluded(self) -> bool:
        return self.verdict == "excluded"


def options_of(situation: Situation) -> tuple[Option, ...]:
    """Return the options: doing nothing first, then the others as in the content."""
    entries: list[tuple[Pattern, ...]] = [(p.id,) for p in situation.content.patterns]
    given = {o.id for o in situation.content.options}
    entries += [(c.base, c.beside) for c in situation.content.combinations if c.id in given]
    rejected = _rejected(situation)
    found = [_option(situation, patterns, rejected) for patterns in entries]
    if situation.answers.current_pattern is None:
        return _nothing(situation), *found
    found.sort(key=lambda o: TODAY not in o.roles)
    return tuple(found)


def with_agreed(
    found: Situation, options: Iterable[Option], agreed: Situation, later: Iterable[Option]
) -> tuple[Option, ...]:
    """Return the options as found, each with what decisions change."""
    there = {o.id: o for o in later if TODAY in o.roles}
    return tuple(_agreed(found, o, agreed, there[o.id]) if o.id in there else o for o in options)


def _agreed(found: Situation, option: Option, agreed: Situation, later: Option) -> Option:
    """Return an option with what decisions change about it.

    Nobody decides on stages: under another pattern the handoffs are as that pattern has them,
    unless a team that did not build the model still ships it.
    """
    if TODAY in option.roles or option.stream is None:
        days, handoffs, stream = option.lead_time, later.handoffs, option.stream
    else:
        ships = next((x.holder for x in agreed.ledger.lines if x.duty.id == "ship"), None)
        stream = as_agreed(
            found.content, found.answers, option.stream, agreed.ledger.builder, ships
        )
        days, handoffs = _lead(stream), stream.handoffs
    both = zip(_called_first(found), _called_first(agreed), strict=True)
    service, quality = (
        None if team == was else _team(agreed, team, "options.as-agreed") for was, team in both
    )
    same = [later.on_call, option.on_call]
    calls = OnCall(
        service or next((c.service for c in same if c.service), None),
        quality or next((c.quality for c in same if c.quality), None),
    )
    then = AsAgreed(later.people.have, calls, days, handoffs, stream)
    as_found = AsAgreed(
        option.people.have, option.on_call, option.lead_time, option.handoffs, option.stream
    )
    return option if then == as_found else replace(option, agreed=then)


def combination_of(situation: Situation, patterns: tuple[Pattern, ...]) -> Combination | None:
    """Return the combination of two patterns, or None."""
    return next((c for c in situation.content.combinations if (c.base, c.beside) == patterns), None)


def advised(options: Iterable[Option]) -> tuple[Option, ...]:
    """Return the advised options; several if the contest between them is open."""
    return tuple(o for o in options if "advised" in o.roles)


# -- one option ---------------------------------------------------------------------------------


def _option(
    situation: Situation, patterns: tuple[Pattern, ...], rejected: Set[tuple[Pattern, ...]]
) -> Option:
    text = situation.content.option("-".join(patterns))
    combination = combination_of(situation, patterns)
    roles = tuple(_roles(situation, patterns, rejected))
    today, begins = TODAY in roles, patterns == situation.recommendation.now
    verdicts = [situation.verdicts[p] for p in patterns]
    verdict = min((v.verdict for v in verdicts), key=_WEAKEST.index)
    headcount = next(h for h in situation.headcounts if h.pattern.id == patterns[0])
    under = situation.stream.under if situation.stream else ()
    stream = next((u for u in under if u.pattern.id == patterns[0]), None)
    words = OnCall(text.on_call.service, text.on_call.quality)
    return Option(
        id=text.id,
        name=text.name,
        short=combination.name if combination else situation.content.pattern(patterns[0]).short,
        patterns=patterns,
        roles=roles,
        people=_people(situation, headcount, patterns),
        on_call=_as_found(situation) if today else words,
        lead_time=_lead_today(situation) if today else _lead(stream),
        handoffs=_handoffs_today(situation) if today else stream.handoffs if stream else None,
        main_failure=text.main_failure,
        needs=_unique(
            [*(w for v in verdicts for w in _needs(v, verdict)), *_beside(situation, patterns)]
        ),
        gives_up=text.gives_up,
        undo=text.undo,
        verdict=verdict,
        because=_because(situation, patterns, verdicts, verdict),
        move=_move(situation, text) if begins or {"advised", "chosen"} & set(roles) else None,
        text=text,
        headcount=headcount,
        stream=stream,
    )


def _nothing(situation: Situation) -> Option:
    """Return doing nothing, if today's pattern is not answered."""
    return Option(
        id=TODAY,
        name=situation.content.words("options.nothing-name"),
        short=situation.content.words("options.nothing"),
        patterns=(),
        roles=(TODAY,),
        people=People(None, None, people_there(situation)),
        on_call=_as_found(situation),
        lead_time=_lead_today(situation),
        handoffs=_handoffs_today(situation),
        main_failure=None,
        needs=(),
        gives_up=(),
        undo=None,
        verdict=None,
        because=(),
        move=None,
    )


def _roles(
    situation: Situation, patterns: tuple[Pattern, ...], rejected: Set[tuple[Pattern, ...]]
) -> Iterator[Role]:
    """Yield the roles of an option, the strongest first."""
    found: set[Role] = set()
    if patterns == (situation.answers.chosen_pattern,):
        found.add("chosen")
    if _is_advised(situation, patterns):
        found.add("advised")
    if patterns == (situation.answers.current_pattern,):
        found.add(TODAY)
    if "chosen" not in found and patterns in rejected:
        found.add("rejected")
    yield from (role for role in ROLES if role in (found or {"other"}))


def _is_advised(situation: Situation, patterns: tuple[Pattern, ...]) -> bool:
    """Return whether an option as a whole is advised.

    Neither part of an advised combination is advised alone.
    """
    r = situation.recommendation
    whole = (r.combination.base, r.combination.beside) if r.combination else ()
    if len(patterns) > 1:
        return patterns == whole
    return patterns[0] in r.patterns and patterns[0] not in whole


def _rejected(situation: Situation) -> set[tuple[Pattern, ...]]:
    """Return the options that a decision rejects by name and does not choose."""
    return {
        patterns
        for d in situation.answers.decisions or ()
        for patterns in _named(situation, d.rejected) - _named(situation, d.chosen)
    }


def decides_pattern(situation: Situation, decision: Decision) -> bool:
    """Return whether a decision chooses the pattern that was chosen."""
    if {"chosen_pattern", "current_pattern"} & set(decision.sets or {}):
        return True
    chosen = situation.answers.chosen_pattern
    return any(chosen in patterns for patterns in _named(situation, decision.chosen))


def _named(situation: Situation, words: str | None) -> set[tuple[Pattern, ...]]:
    """Return the options that people name; both patterns mean a combination."""
    if not words:
        return set()
    single = {
        p.id
        for p in situation.content.patterns
        if _mentions(words, p.short) or _mentions(words, p.id)
    }
    found: set[tuple[Pattern, ...]] = set()
    for c in situation.content.combinations:
        if c.base in single and c.beside in single:
            found.add((c.base, c.beside))
            single -= {c.base, c.beside}
    return found | {(p,) for p in single}


def _mentions(words: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words, re.IGNORECASE) is not None


def _people(situation: Situation, headcount: Headcount, patterns: tuple[Pattern, ...]) -> People:
    platform, inside = headcount.platform, headcount.inside_teams
    if len(patterns) > 1:
        beside = next(h for h in situation.headcounts if h.pattern.id == patterns[1])
        if beside.per_team and beside.inside_teams:
            inside = (beside.per_team[0], beside.inside_teams[1])
    have = people_there(situation)
    if platform is None:
        return People(None, None, have)
    article = None
    if least := fewest_by_requests(situation, patterns[0], platform[0]):
        article, platform = platform, (least, max(least, platform[1]))
    low, high = (p + i for p, i in zip(platform, inside or (0, 0), strict=True))
    # A combination adds engineers to product teams whose own people run the models.
    there = situation.answers.product_people if inside and len(patterns) == 1 else None
    return People(low, high, have, platform, inside, headcount.extrapolated, article, there)


def _as_found(situation: Situation) -> OnCall:
    """Return who is called today: what a pattern usually has is no answer."""
    return OnCall(*(_team(situation, team) for team in _called_first(situation)))


def _called_first(situation: Situation) -> list[str | None]:
    """Return which teams are called first, for the service and for quality."""
    return [called_first(situation.answers, name) for name in FIRST_CALLS]


def _team(situation: Situation, team: str | None, form: str = "options.as-found") -> str | None:
    if team is None:
        return None
    teams = situation.content.teams
    if teams.is_nobody(team):
        name = situation.content.words("common.nobody")
    elif teams.is_at_handover(team):
        name = situation.content.words("common.at-handover")
    else:
        name = teams.label(team)
    return situation.content.words(form, team=name[:1].upper() + name[1:])


def _lead_today(situation: Situation) -> LeadTime:
    s = situation.stream
    return LeadTime() if s is None or s.p50 is None else LeadTime(s.p50, s.p90, s.lower_bound)


def _lead(stream: PatternStream | None) -> LeadTime:
    if stream is None or stream.p50 is None:
        return LeadTime()
    return LeadTime(stream.p50, stream.p90, stream.lower_bound)


def _handoffs_today(situation: Situation) -> int | None:
    """Return the number of handoffs today; None if not every team is known."""
    return (
        None
        if situation.stream is None or situation.stream.undecided
        else len(situation.stream.handoffs)
    )


def _needs(verdict: PatternVerdict, whole: Verdict | None) -> list[str]:
    """Return the conditions, or none if a rule excludes the option."""
    if whole == "excluded":
        return []
    return [*verdict.changes, *(c.words for c in verdict.conditions)]


def _beside(situation: Situation, patterns: tuple[Pattern, ...]) -> Iterator[str]:
    """Yield the sentence on a pattern that fits only beside another one."""
    for c in situation.content.combinations:
        fit = all(situation.verdicts[p].verdict in FITTING for p in (c.base, c.beside))
        if c.only_beside and fit and patterns == (c.beside,):
            yield situation.content.words("options.only-beside", name=c.name)


def _because(
    situation: Situation,
    patterns: tuple[Pattern, ...],
    verdicts: list[PatternVerdict],
    verdict: Verdict | None,
) -> tuple[str, ...]:
    """Return the reasons of a verdict: a rule, or arguments against or for it."""
    if verdict == "excluded":
        return _unique(v.constraint.because for v in verdicts if v.constraint)
    if patterns == situation.recommendation.patterns:
        return situation.recommendation.because
    required = "against" if verdict == "not-yet" else "supports"
    return _unique(
        r.because
        for v in verdicts
        for r in v.readings
        if r.says == required and r.because and r.criterion.role in ("needed", "leaning")
    )


def _unique(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


# -- the move -----------------------------------------------------------------------------------


def _move(situation: Situation, text: OptionText) -> Move:
    today = situation.answers.current_pattern
    move = text.move(today)
    facts = {f.id: f for f in situation.content.facts}
    counted = product_people(situation, text) if text.combined is None else []
    return Move(
        start=today or TODAY,
        stays=today == text.id,
        steps=move.steps,
        people=" ".join((text.people, *counted)),
        disruption=move.disruption,
        effects=tuple(facts[id_] for id_ in text.effects),
        loses=move.loses,
        replies=tuple(replies(situation)),
        owner=move.owner,
        after=move.after,
        counts_people=move.counts_people,
    )


def product_people(situation: Situation, text: OptionText) -> list[str]:
    """Return how many people in product teams can run a model, if they are to."""
    content, answers = situation.content, situation.answers
    have, teams, _ = answers.product_people, answers.model_teams, content.words
    first = next(p for p in content.patterns if text.id.startswith(p.id))
    if first.holders["serving"] != "product":
        return []
    if have is None or not teams:
        return [text.uncounted] if text.uncounted else []
    # A text that says what it leaves uncounted has said which people these are.
    key = f"board.people-product{'' if text.uncounted else '-whole'}{'' if have else '-none'}"
    found = [_(key, n=have, teams=_("board.people-product-teams", n=teams))]
    if have < teams:
        found.append(_("board.people-product-few", n=teams - have))
    elif teams > 1:
        found.append(_("board.people-product-enough"))
    return found


def replies(situation: Situation) -> Iterator[Reply]:
    """Yield every recorded dissent with its answer: decisions first, then votes."""
    read = (situation.teams, situation.answers)
    for d in situation.answers.decisions or ():
        left = without_reply(*read, d)
        for words in positions(*read, d.dissent):
            yield Reply(d.decision, words, None if words in left else d.reply)
    for result in situation.votes:
        if result.record is None or not result.record.dissent:
            for dissent in result.vote.dissent or ():
                for words in positions(*read, dissent):
                    yield Reply(result.vote.asked, words, None)
