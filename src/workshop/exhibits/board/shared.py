"""Find what several pages of the board edition say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any, Literal, NamedTuple

from workshop.answers.schema import as_compared
from workshop.documents.blocks import (
    Block,
    PageBreak,
    Span,
    Text,
    heading,
)
from workshop.exhibits.handoffs import (
    keeps_handoffs,
    option_as_agreed,
    ships_for_others,
)
from workshop.exhibits.layout import (
    ASKED_NEXT,
    in_two_columns,
    is_sparse,
    spelled,
    team_of_kind,
)
from workshop.findings import Assessment
from workshop.findings.agreement import Clash
from workshop.findings.dissent import speaker
from workshop.findings.finding import Finding, left_of
from workshop.findings.handoffs import QUEUES, ValueStream, rounded
from workshop.findings.patterns.advice import (
    becomes,
    changes_half,
    choice_words,
    either,
    turned_by,
)
from workshop.findings.patterns.options import (
    Option,
    advised,
    decides_pattern,
)
from workshop.findings.patterns.tipping import Segment
from workshop.findings.plan import (
    Action,
    actions,
    dissents_on,
    dissents_on_vote,
    ending,
    first_half,
    unanswered_on,
)

FEW_ACTIONS = 5
"""The actions for which the plan is enough."""
_FEWEST_OBJECTED = 3
"""The fewest actions of somebody who disagrees that are pointed out."""
FEW_SPEAKERS = 3
"""The most people without a reply that are named."""


def page_start(assessment: Assessment) -> tuple[Block, ...]:
    """Return the page break before a page; none in a pack of few answers."""
    return () if is_sparse(assessment) else (PageBreak(),)


def one_option(assessment: Assessment) -> Option | None:
    """Return the advised option, if there is one and it is firm enough."""
    own = advised(assessment.options)
    return (
        own[0] if len(own) == 1 and assessment.recommendation.status == "recommendation" else None
    )


def option_to_begin(assessment: Assessment) -> Option | None:
    """Return what is advised to begin with: the first half, or the whole."""
    return first_half(assessment) or one_option(assessment)


def todays_option(assessment: Assessment) -> Option | None:
    return next((o for o in assessment.options if "today" in o.roles), None)


def kept_days(assessment: Assessment) -> dict[str, str]:
    """Return the days with the handoffs that decisions leave, and who ships."""
    option = option_as_agreed(assessment)
    if option is None or option.agreed is None or not keeps_handoffs(option):
        return {}
    then, half = option.lead_time.half, option.agreed.lead_time.half
    if then is None or half is None:
        return {}
    return {
        "team": ships_for_others(assessment),
        "model": assessment.model,
        "agreed": rounded(assessment.content, half),
        "then": rounded(assessment.content, then),
    }


_CLOSE = 0.1
"""The share by which days differ too little to decide; our own limit."""


class Rival(NamedTuple):
    """Today's way without its queue, beside the advised one; both complete.

    Otherwise a part of one way would be compared with the whole of the other.
    """

    option: Option
    half: float
    """Working days that half of all changes exceed."""
    advised: Option
    advised_half: float

    @property
    def close(self) -> bool:
        return abs(self.half - self.advised_half) <= _CLOSE * self.advised_half


def queue_named(assessment: Assessment, words: str) -> Option | None:
    """Return today's way if some words name it and work waits for its team."""
    today = todays_option(assessment)
    if today is None or not today.patterns or today.patterns[0] not in QUEUES:
        return None
    return today if as_compared(today.short) in as_compared(words) else None


def rival_today(assessment: Assessment) -> Rival | None:
    """Return today's way as a rival, if it was turned down and has days."""
    made = (d for d in assessment.answers.decisions or () if decides_pattern(assessment, d))
    turned = (queue_named(assessment, d.rejected) for d in made if d.rejected)
    today = next(filter(None, turned), None)
    best = first_half(assessment) or next(iter(advised(assessment.options)), None)
    if today is None or today.stream is None or best is None or best is today:
        return None
    days, half = best.lead_time, today.stream.p50_unqueued
    if today.stream.lower_bound or days.half is None or days.at_least or half is None:
        return None
    return Rival(today, half, best, days.half)


def decided_on(assessment: Assessment, finding: Finding) -> Literal["settled", "part", "open"]:
    """Return whether decisions end what was found: wholly, in part, or not."""
    if left_of(assessment, finding):
        return "part"
    if finding.status == "settled":
        return "settled"
    ends = ending(assessment, finding, actions(assessment))
    made = {a.status == "decided" and not a.is_open for a in ends if a.kind != "cover"}
    return "open" if True not in made else "part" if False in made else "settled"


def who_objects(assessment: Assessment) -> list[str]:
    """Return who disagrees with the decision on the way of working, by name."""
    made = assessment.answers.decisions or ()
    on_pattern = [d for d in made if decides_pattern(assessment, d)]
    own = (words for d in on_pattern for words in dissents_on(assessment, d))
    return list(dict.fromkeys(filter(None, map(speaker, own))))


def settled_by_plan(assessment: Assessment, plan: Sequence[Action]) -> list[tuple[Action, Clash]]:
    """Return each contradiction with the action that settles it, in the plan's order."""
    own = {c.what: c for c in assessment.clashes}
    return [(a, own[a.what]) for a in plan if a.kind == "contradiction"]


def segments_turned(assessment: Assessment, names: Collection[str]) -> list[Segment]:
    """Return the other advice that other values of these answers lead to.

    Not counted is what only changes the half of the advice to decide later.
    """
    found = turned_by(assessment, names)
    return [x for x in found if not changes_half(assessment, x)]


def turning_action(assessment: Assessment) -> Action | None:
    """Return the action that can turn firm advice, if there is one."""
    if assessment.recommendation.status != "recommendation":
        return None
    plan, own = actions(assessment), set(assessment.recommendation.patterns)
    for action, clash in settled_by_plan(assessment, plan):
        for x in turned_by(assessment, clash.answers):
            if x.patterns and not x.contested and not own & set(x.patterns):
                return action
    return next((a for a in plan if a.kind == "rule"), None)


def turning_words(assessment: Assessment, names: Collection[str]) -> list[str]:
    """Return with which values of these answers the advice becomes another one."""
    content, own = assessment.content, assessment.recommendation.patterns
    values: dict[tuple[str, str, str, str], list[str]] = {}
    for strip in assessment.sensitivity:
        for x in strip.segments:
            if strip.input not in names or x not in segments_turned(assessment, names):
                continue
            key, level = "if" if x.start is not None else "answer", ""
            if strip.input == "maturity" and x.end and x.end <= (strip.now or 0):
                key, level = "until", str(round(x.end))
            # Answers with which the advice becomes the same are one sentence.
            same = (key, strip.input, becomes(content, x, own), level)
            values.setdefault(same, []).append(_value_words(assessment, strip.input, x))
    return [
        content.words(
            f"board.clash-{key}",
            becomes=clause,
            level=level,
            name=content.question(name).name,
            value=either(content, given),
        )
        for (key, name, clause, level), given in values.items()
    ]


def _value_words(assessment: Assessment, name: str, segment: Segment) -> str:
    """Return the values of a segment: a choice, a number, or a range."""
    content = assessment.content
    if segment.start is None:
        return f"“{choice_words(content, name, segment.value)}”"
    first, end = round(segment.start), segment.end
    if end is None:
        return content.words("board.clash-from", first=first)
    if round(end) - first <= 1:
        return str(first)
    return content.words("options.range", low=first, high=round(end) - 1)


def titled(title: str, words: str) -> Text:
    return (Span(f"{title} ", strong=True), Span(words))


def who_serves(assessment: Assessment, option: Option) -> str:
    """Return who ships the model with an option."""
    runs = assessment.content.pattern(option.patterns[0]).holders["serving"]
    return team_of_kind(assessment, runs)


def days_words(assessment: Assessment, stream: ValueStream) -> dict[str, str]:
    """Return the likely days, split into waiting and work, as the bars show them."""
    wait, work = (sum(getattr(s, n) or 0.0 for s in stream.stages) for n in ("wait", "touch"))
    whole = wait + work
    if whole >= 1:
        whole, wait = round(whole), round(wait)
    parts = {"sum": whole, "wait": wait, "work": whole - wait}
    return {name: rounded(assessment.content, days) for name, days in parts.items()}


def recorded_dissents(assessment: Assessment) -> list[str]:
    """Return each dissent, those on votes only at the end."""
    found = [one for d in assessment.answers.decisions or () for one in dissents_on(assessment, d)]
    return [*found, *(words for own in vote_dissents(assessment) for words in own)]


def vote_dissents(assessment: Assessment) -> list[list[str]]:
    """Return for each vote the dissent that no decision has."""
    noted = {one for d in assessment.answers.decisions or () for one in dissents_on(assessment, d)}
    both = (dissents_on_vote(assessment, result) for result in assessment.votes)
    return [[words for words in own if words not in noted] for own in both]


def open_replies(assessment: Assessment) -> list[Span]:
    """Return who dissents from a decision and has no reply yet, or how many do.

    Dissent on a vote is noted, and no reply to it is asked for.
    """
    unanswered = without_reply(assessment)
    if not (open_ := len(unanswered)):
        return []
    who = [speaker(dissent) for dissent in unanswered]
    # Of somebody with two dissents, one may have its reply.
    made = assessment.answers.decisions or ()
    replied = {
        speaker(words)
        for d in made
        for words in dissents_on(assessment, d)
        if words not in unanswered_on(assessment, d)
    }
    if all(who) and open_ <= FEW_SPEAKERS and not replied & {*who}:
        names = assessment.listing(dict.fromkeys(who))
        words = assessment.content.words("board.replies-open-of", n=open_, names=names)
        return [Span(f"{words} ", tone="critical", strong=True)]
    key = "replies-all-open" if open_ == len(recorded_dissents(assessment)) else "replies-open"
    words = assessment.content.words(f"board.{key}", n=open_, number=spelled(assessment, open_))
    return [Span(f"{words} ", tone="critical", strong=True)]


def without_reply(assessment: Assessment) -> list[str]:
    made = assessment.answers.decisions or ()
    return [words for d in made for words in unanswered_on(assessment, d)]


def question_list(assessment: Assessment) -> list[Block]:
    """Return what to answer next, if few questions are answered."""
    _ = assessment.content.words
    if not is_sparse(assessment):
        return []
    # What a decision sets, or the box asks to decide, is not asked again.
    settled = {name for d in assessment.answers.decisions or () for name in d.sets or {}}
    settled |= {"chosen_pattern"} if one_option(assessment) else set()
    left = [u.question for u in assessment.unknowns if u.question.id not in settled]
    # After decisions a page has room for half of them; the working pack has all.
    most = ASKED_NEXT // 2 if assessment.answers.decisions else ASKED_NEXT
    asked = [question.ask for question in left[:most]]
    head = heading(2, _("board.questions"), _("board.questions-lead", n=len(asked)))
    return [head, *in_two_columns(asked, ordered=True, together=most)]


def _numbered(assessment: Assessment, action: Action, who: str) -> str:
    """Return an action's number, with its owner if that is somebody else."""
    owner = action.owner or action.proposed_owner
    if not owner or as_compared(owner) == as_compared(who):
        return str(action.number)
    return assessment.content.words("board.plan-against-other", numbers=action.number, owner=owner)


def first_objector(assessment: Assessment, found: Sequence[Action]) -> dict[str, Any]:
    """Return who disagrees and would do a third of the plan, and how much."""
    owners = Counter(as_compared(a.owner or a.proposed_owner or "") for a in found)
    made = assessment.answers.decisions or ()
    speakers = {speaker(words) for d in made for words in dissents_on(assessment, d)} - {""}
    who = max(speakers, key=lambda name: (owners[as_compared(name)], name), default="")
    n = owners[as_compared(who)] if who else 0
    if n < _FEWEST_OBJECTED or n * 3 < len(found):
        return {}
    own = (
        a
        for a in found
        for words in (dissents_on(assessment, a.decision) if a.decision else ())
        if as_compared(speaker(words)) == as_compared(who)
    )
    against = assessment.listing(_numbered(assessment, a, who) for a in own)
    return {"who": who, "n": n, "all": len(found), "against": against}
