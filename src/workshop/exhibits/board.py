"""Show the board edition: six pages for those who decide."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from workshop.answers.schema import Decision, concerns
from workshop.content.items import GlossaryTerm, Strength
from workshop.documents.blocks import (
    Block,
    Cell,
    PageBreak,
    Span,
    Text,
    TextLike,
    Tone,
    bullets,
    card,
    cell,
    column,
    heading,
    pairs,
    paragraph,
    table,
    text,
)
from workshop.documents.exhibit import Exhibit
from workshop.exhibits.agreement import (
    brought,
    by_owner,
    number_head,
    number_of,
    owner_name,
    plan_table,
)
from workshop.exhibits.decisions import (
    decided_in_room,
    divided_line,
    divided_votes,
    since_line,
    vote_name,
    vote_words,
)
from workshop.exhibits.handoffs import (
    agreed_stream,
    goes_as_agreed,
    is_kept,
    keeps_handoffs,
    option_as_agreed,
    ships_for_others,
    stream_pictures,
)
from workshop.exhibits.layout import (
    ASKED_NEXT,
    capital,
    date_words,
    ended,
    in_two_columns,
    is_sparse,
    spelled,
    team_words,
    with_reference,
    within,
)
from workshop.exhibits.options import (
    apart,
    called_otherwise,
    decides_between,
    decides_words,
    half_if_whole,
    meaning_of,
    options_table,
    ruled_out_words,
    short_table,
    who_loses,
)
from workshop.exhibits.patterns import (
    is_doubted,
    is_judged,
    undoubted,
)
from workshop.findings import Assessment
from workshop.findings.agreement import Clash
from workshop.findings.finding import left_of
from workshop.findings.handoffs import ValueStream, rounded
from workshop.findings.patterns.advice import (
    becomes,
    changes_half,
    choice_words,
    deciding,
    either,
    firmness_apart,
    headline,
    number_words,
    options,
    turned_by,
)
from workshop.findings.patterns.inputs import in_one_line
from workshop.findings.patterns.money import cost_words
from workshop.findings.patterns.options import (
    Option,
    advised,
    decides_pattern,
    product_people,
)
from workshop.findings.patterns.tipping import Segment
from workshop.findings.patterns.verdicts import FITTING
from workshop.findings.plan import (
    Action,
    actions,
    conditions,
    first_half,
    is_a_lead,
    on_one_page,
    proposed_day,
    proposed_due,
    speaker,
)

_REASONS, _URGENT, _TERMS, _TIPS, _CLASHES, _NAMED = 3, 4, 8, 6, 3, 5
"""The most reasons, risks, terms, limits, contradictions and open questions."""
_BASES = ("measured", "documented", "opinion")
_STRENGTHS: tuple[Strength, ...] = get_args(Strength)
_OWNERS, _HANDOFFS, _VOTES, _WAYS = 4, 6, 2, 4
"""The most owners by name, handoffs, votes and ways of working side by side."""
_FEW_ACTIONS, _RISKS, _OBJECTS = 5, 3, 3
"""The actions for which the plan is enough, and risks if none is urgent.

The last is the fewest actions of somebody who disagrees that are pointed out.
"""
_SPEAKERS = 3
"""The most people without a reply that are named."""
_FEW_DECISIONS = 6
"""The most decisions for which there is room for “if this, then that”."""
_FEW_OPTIONS = 2
"""The most options beside whose table there is room for who loses what."""


def _starts(assessment: Assessment) -> tuple[Block, ...]:
    """Return the page break before a page; none in a pack of few answers."""
    return () if is_sparse(assessment) else (PageBreak(),)


# -- 1 the decision -----------------------------------------------------------------------------


def board_decision(assessment: Assessment) -> Exhibit:
    """Return what to decide, the reasons, the cost and the conditions."""
    _ = assessment.content.words
    blocks: list[Block] = [
        heading(1, _("board.decision"), anchor="decision"),
        _who_speaks(assessment),
        _advice(assessment),
    ]
    if assessment.since:
        blocks.append(since_line(assessment, assessment.since))
    if is_judged(assessment):
        blocks += _why(assessment)
        blocks += _instead(assessment)
        blocks += _takes(assessment)
    elif not is_sparse(assessment):
        blocks.append(pairs([(_("board.sure"), _sure(assessment))]))
    if not assessment.answers.decisions:  # else what was decided comes first
        blocks += _questions(assessment)
    return Exhibit("board-decision", tuple(blocks))


def _who_speaks(assessment: Assessment) -> Block:
    """Return who “we” and “you” are."""
    _, you = assessment.content.words, assessment.answers.organisation
    words = _("board.voice", organisation=you) if you else _("board.voice-unnamed")
    return paragraph(words, "muted", small=True)


def _one(assessment: Assessment) -> Option | None:
    """Return the advised option, if there is one and it is firm enough."""
    own = advised(assessment.options)
    return (
        own[0] if len(own) == 1 and assessment.recommendation.status == "recommendation" else None
    )


def _to_begin(assessment: Assessment) -> Option | None:
    """Return what is advised to begin with: the first half, or the whole."""
    return first_half(assessment) or _one(assessment)


def _advice(assessment: Assessment) -> Block:
    _, option = assessment.content.words, _one(assessment)
    if option is None or option.text is None:
        label = {"none": "label-none", "first-indication": "label-first"}
        key = label.get(assessment.recommendation.status, "label-open")
        tone: Tone = "ours" if assessment.recommendation.patterns else "muted"
        body: list[Block | str] = list(deciding(assessment))
        if assessment.recommendation.patterns:
            meanings = (meaning_of(assessment, (p,)) for p in assessment.recommendation.patterns)
            body.insert(0, paragraph(" ".join(_("board.name-is", **m) for m in meanings if m)))
            body += _to_decide(assessment, option)
        return card(headline(assessment), body, label=_(f"patterns.{key}"), tone=tone, boxed=True)
    return card(
        _what_to_do(assessment, option),
        [
            paragraph(f"{_named(assessment, option)} {_benefit(assessment, option)}"),
            *_to_decide(assessment, option),
        ],
        label=_("board.we-advise"),
        tone="ours",
        boxed=True,
    )


def _what_to_do(assessment: Assessment, option: Option) -> str:
    """Return the advice as an instruction, with what can wait said to wait."""
    if option.text is None:
        return ""
    base = first_half(assessment)
    if base is not None and base.text is not None and option.text.later:
        first = base.text.keep if "today" in base.roles else base.text.do
        return f"{first} {option.text.later}"
    return option.text.keep if "today" in option.roles else option.text.do


def _named(assessment: Assessment, option: Option) -> str:
    """Return the names of what the title says, one for each half of a combination."""
    _ = assessment.content.words
    if option.combines:
        first, second = (assessment.content.pattern(p).short for p in option.patterns)
        return _("board.named-later", first=first, second=second)
    return _("board.named", name=option.short)


def _explained(assessment: Assessment, options: Iterable[Option]) -> str:
    """Return the names of options, with meanings that the page has not said."""
    _, own, names = assessment.content.words, _one(assessment), list[str]()
    for option in options:
        meaning = meaning_of(assessment, option.patterns)
        if not meaning or (own is not None and set(option.patterns) <= set(own.patterns)):
            names.append(option.short)
        else:
            meaning["meaning"] = meaning["meaning"].removesuffix(".")
            names.append(_("board.name-meaning", **meaning))
    return assessment.listing(names)


def _today(assessment: Assessment) -> Option | None:
    return next((o for o in assessment.options if "today" in o.roles), None)


def _benefit(assessment: Assessment, option: Option) -> str:
    _, today = assessment.content.words, _today(assessment)
    if "today" in option.roles:
        key = "board.benefit-doubted" if is_doubted(assessment) else "board.benefit-today"
        n = len(assessment.of_severity("critical")) + len(assessment.of_severity("risk"))
        found = [_(key)]
        if today is not None and today.lead_time.half is not None and n:
            found.append(_("board.benefit-risks", n=n))
        return " ".join(found)
    first = first_half(assessment) or option
    then, now = first.lead_time.half, today.lead_time.half if today else None
    if then is None or now is None:
        return _("board.benefit-no-days")
    shown = {"then": rounded(assessment.content, then), "now": rounded(assessment.content, now)}
    if then >= now:
        return _("board.benefit-same", **shown)
    return _("board.benefit-half", model=_one_model(assessment), **shown)


def _one_model(assessment: Assessment) -> str:
    """Return the model that was looked at, and of how many."""
    answers, _ = assessment.answers, assessment.content.words
    if not answers.model or (answers.models_in_production or 0) < 2:
        return assessment.model
    return _("board.one-of-models", model=assessment.model, n=answers.models_in_production)


def _kept_days(assessment: Assessment) -> dict[str, str]:
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


def _to_decide(assessment: Assessment, option: Option | None) -> list[Block]:
    """Return what readers are asked to decide, one thing in each line."""
    asked = _asked(assessment, option)
    title = Span(assessment.content.words("board.asked"), strong=True)
    if len(asked) == 1:
        return [paragraph((title, Span(" "), *asked[0]))]
    return [paragraph((title,)), bullets(asked)]


def _asked(assessment: Assessment, option: Option | None) -> list[Text]:
    """Return the decisions that readers are asked to make, then the owners to name."""
    _, chosen = assessment.content.words, assessment.answers.chosen_pattern
    own = assessment.recommendation.patterns
    name = assessment.content.pattern(chosen).short if chosen else ""
    if option is None:
        key = "asked-within" if chosen in own else "asked-open"
    elif not chosen:
        key = "asked-none"
    elif chosen not in own:
        key = "asked-other"
    elif len(own) > 1:
        first = first_half(assessment)
        waits = first is not None and first.patterns == (chosen,)
        key = "asked-later" if waits else "asked-part"
    else:
        key = "asked-keep" if "today" in option.roles else "asked-same"
    words: dict[str, Any] = {"name": name, "advised": option.short if option else ""}
    added = [assessment.content.pattern(p).short for p in own if p != chosen]
    words["added"] = assessment.listing(added)
    plan = actions(assessment)
    later = next((a for a in plan if a.kind == "choice"), None)
    words["action"] = later.number if later else 0
    settle, asked = _settle_first(assessment, plan), _(f"board.{key}", **words)
    found = [*settle, text(_("board.asked-then", asked=asked) if settle else asked)]
    if option is None:
        return found
    found += _find_out(assessment, plan, option)
    if unanswered := _without_reply(assessment):
        who = list(dict.fromkeys(filter(None, map(speaker, unanswered))))
        key = "reply" if who and len(who) <= _SPEAKERS else "replies"
        page, names = _("board.decisions"), assessment.listing(who)
        words = {"n": len(unanswered), "names": names}
        found.append(with_reference(_, f"board.asked-{key}", "decisions", page, **words))
    called = called_otherwise(assessment, [o for o in assessment.options if not o.excluded])
    kept = _kept_days(assessment)
    if called or kept:
        key = "both" if called and kept else "called" if called else "ships"
        page = _("board.options-page")
        found.append(with_reference(_, f"board.asked-{key}", "options", page, **kept))
    if open_votes := divided_votes(assessment):
        found.append(
            with_reference(
                _,
                "board.asked-divided",
                "decisions",
                _("board.decisions"),
                n=len(open_votes),
                asked=assessment.listing(vote_name(assessment, r) for r in open_votes),
            )
        )
    if vacant := [a for a in actions(assessment) if a.owner is None]:
        page = _("board.plan-title")
        key = "proposed" if all(a.proposed_owner for a in vacant) else "owners"
        found.append(with_reference(_, f"board.asked-{key}", "plan", page, n=len(vacant)))
    return found


def _settling(assessment: Assessment, plan: Sequence[Action]) -> list[tuple[Action, Clash]]:
    """Return each contradiction with the action that settles it, in the plan's order."""
    own = {c.what: c for c in assessment.clashes}
    return [(a, own[a.what]) for a in plan if a.kind == "contradiction"]


def _turned(assessment: Assessment, clash: Clash) -> list[Segment]:
    """Return the other advice that a contradiction can lead to.

    Not counted is what only changes the half of the advice to decide later.
    """
    found = turned_by(assessment, clash.answers)
    return [x for x in found if not changes_half(assessment, x)]


def _settle_first(assessment: Assessment, plan: Sequence[Action]) -> list[Text]:
    """Return what to settle first, because it can change the advice."""
    settling, found = _settling(assessment, plan), list[Text]()
    turning = [a for a, c in settling if _turned(assessment, c)]
    _ = assessment.content.words
    page = _("board.plan-title")
    if rule := next((a for a in plan if a.kind == "rule"), None):
        words: dict[str, Any] = {"by": _by(assessment, rule), "action": rule.number}
        found.append(with_reference(_, "board.asked-rule", "plan", page, **words))
    if turning:
        words = {
            "n": len(turning),
            "actions": assessment.listing(str(a.number) for a in turning),
            "names": assessment.listing(dict.fromkeys(_open_answers(assessment, turning))),
            "by": _by(assessment, turning[0]),
        }
        page = _("board.confidence")
        found.append(with_reference(_, "board.asked-settle", "confidence", page, **words))
    return found


def _by(assessment: Assessment, action: Action) -> str:
    """Return by when an action is proposed, as the end of a clause."""
    _, day = assessment.content.words, proposed_day(assessment, action)
    return _("board.asked-by", date=date_words(assessment.content, day)) if day else ""


def _open_answers(assessment: Assessment, turning: Sequence[Action]) -> Iterator[str]:
    """Yield the names of the answers in doubt that can change the advice."""
    for action in turning:
        for name in action.reads:
            found = turned_by(assessment, (name,))
            if any(not changes_half(assessment, x) for x in found):
                yield assessment.content.question(name).name


def _find_out(assessment: Assessment, plan: Sequence[Action], option: Option) -> list[Text]:
    """Return what to find out about today's pattern if the advice is to stay."""
    if "today" not in option.roles:
        return []
    _ = assessment.content.words
    return [
        text(_("board.asked-find-out", action=a.number))
        for a, c in _settling(assessment, plan)
        if "current_pattern" in c.answers and not turned_by(assessment, c.answers)
    ]


def _why(assessment: Assessment) -> list[Block]:
    """Return the reasons, and what does not work yet where the advice is to stay."""
    _, option, losses = assessment.content.words, _one(assessment), _losses(assessment)
    reasons = _reasons(assessment)
    if option is not None and "today" in option.roles:
        told = _told_apart(assessment, option) or [(Span(w),) for w in reasons[:_REASONS]]
        blocks = [heading(2, _("board.why")), _listed(told)]
        return [*blocks, heading(2, _("board.still")), _listed(losses)] if losses else blocks
    first: list[Text] = []
    if reasons:
        status = assessment.recommendation.status
        key = {"recommendation": "pattern", "first-indication": "pattern-first"}.get(status)
        if assessment.recommendation.contested or key is None:
            key = "pattern-open"
        title = _(f"board.reason-{key}")
        first.append(_titled(title, " ".join(_two(assessment, reasons))))
    return [heading(2, _("board.why")), _listed([*first, *losses])]


def _told_apart(assessment: Assessment, option: Option) -> list[Text]:
    """Return the reasons that another option shares, then the one that decides.

    Empty unless exactly one other option fits, and one answer decides between the two.
    """
    rivals = _fitting(assessment, option)
    decides = decides_between(assessment, rivals[0]) if len(rivals) == 1 else []
    if not decides or option.combines:
        return []
    _, own = assessment.content.words, {r.because for r in decides}
    shared = [w for w in _reasons(assessment) if w not in own][: _REASONS - 1]
    names = {"name": option.short, "other": rivals[0].short}
    basis = (assessment.answers.basis or {}).get(decides[0].answer.partition(".")[0])
    alone = [decides[0].because, *([_("board.why-opinion")] if basis == "opinion" else [])]
    then, now = rivals[0].lead_time.half, half_if_whole(option) or option.lead_time.half
    if then is not None and now is not None and (more := round(now) - round(then)) > 0:
        alone.append(_("board.why-slower", n=more, **names))
    found = [_titled(_("board.why-alone", **names), " ".join(alone))]
    return [_titled(_("board.why-shared", **names), " ".join(shared)), *found] if shared else found


def _listed(items: Sequence[Text]) -> Block:
    return bullets(items, ordered=len(items) > 1)


def _titled(title: str, words: str) -> Text:
    return (Span(f"{title} ", strong=True), Span(words))


def _reasons(assessment: Assessment) -> list[str]:
    """Return the answers that support the advice, those that decide first."""
    r = assessment.recommendation
    return list(dict.fromkeys([x.because for x in r.reasons] or r.because))


def _two(assessment: Assessment, reasons: Sequence[str]) -> list[str]:
    """Return two undisputed reasons; one, for the first half, of a combination.

    What the second half is for has a line of its own.
    """
    r = assessment.recommendation
    counted = [w for w in reasons if any(c.isdigit() for c in w)]
    found = undoubted(assessment, [*counted, *reasons])
    if r.combination:
        base = {x.because for x in assessment.verdicts[r.combination.base].readings}
        found = undoubted(assessment, [w for w in (*counted, *reasons) if w in base])[:1]
    return found[:2]


def _losses(assessment: Assessment) -> list[Text]:
    """Return where time and nights are lost, with their numbers."""
    content, found, stream = assessment.content, list[Text](), assessment.stream
    _ = content.words
    if stream and stream.p50 and stream.wait_share:
        n = None if stream.undecided else len(stream.handoffs)
        handoffs = "" if n is None else _("board.reason-time-no-handoff")
        if n:
            handoffs = _("board.reason-time-handoffs", n=n, number=number_words(content, n))
        option = _one(assessment)
        if option is not None and "today" in option.roles:  # else the advice names the model
            change = _("board.reason-time-change-to", model=_one_model(assessment))
        else:
            change = _("board.reason-time-change")
        days = _("board.reason-time-words", change=change, **_days(assessment, stream))
        words = f"{days} {handoffs}"
        found.append(_titled(_("board.reason-time"), words.strip()))
    played = [d for d in assessment.drills if d.answered]
    gaps = [d for d in played if set(d.outcomes) - {"ends-well", "unknown"}]
    if gaps:
        words = _(
            "board.reason-nights-words", n=len(gaps) if len(played) > 1 else 1, all=len(played)
        )
        found.append(_titled(_("board.reason-nights"), words))
    return found


def _takes(assessment: Assessment) -> list[Block]:
    """Return people, cost, the main risk, confidence, and a strength to keep."""
    _, option = assessment.content.words, _one(assessment)
    lines: list[tuple[TextLike, TextLike]] = []
    if option is not None:
        lines.append((_("board.people"), _people(assessment, option)))
        now = first_half(assessment) or option
        if move := now.move or option.move:
            cost = cost_words(assessment, now, None if now is option else option)
            words = _("board.effort-words", cost=cost, disruption=move.disruption)
            lines.append((_("board.effort"), words))
        risks = [now.main_failure] if now.main_failure else []
        if new := brought(assessment):
            risks.append(new)
        lines.append((_("board.risk"), " ".join(risks)))
        lines += _conditions(assessment)
    lines.append((_("board.sure"), _sure(assessment)))
    if disagreed := _disagreed(assessment):
        lines.append((_("board.disagreed"), disagreed))
    title = _("board.takes" if option is not None else "board.takes-open")
    return [heading(2, title), pairs(lines)]


def _instead(assessment: Assessment) -> list[Block]:
    """Return what else could be done: nothing, or another option."""
    _, option = assessment.content.words, _one(assessment)
    lines: list[tuple[TextLike, TextLike]] = []
    if option is not None:
        today = _today(assessment)
        if today is not None and today is not option and today.patterns:
            lines.append((_("board.instead-today"), _as_today(assessment, today)))
        lines += _others(assessment, option)
    if nothing := _if_nothing_is_done(assessment):
        lines.append((_("board.nothing"), nothing))
    if value := assessment.answers.model_value:
        words = _("board.depends-words", model=assessment.model, value=in_one_line(value))
        lines.append((_("board.depends"), words))
    beside = _side_by_side(assessment, option) if option is not None else []
    return [heading(2, _("board.instead")), *beside, pairs(lines)] if lines else []


_Kind = Literal["today", "agreed", "advised", "both", "stay", "fits"]


@dataclass(frozen=True)
class _Way:
    """A way of working as the first page shows it beside others."""

    kind: _Kind
    """Which column it is; `both` is agreed and advised, `stay` today and advised."""
    name: str
    half: float | None
    handoffs: int | None
    ships: str
    people: str
    whole: float | None = None
    """The days if it were carried out whole, where that is faster."""

    @property
    def is_advised(self) -> bool:
        return self.kind in ("advised", "both", "stay")


def _side_by_side(assessment: Assessment, option: Option) -> list[Block]:
    """Return what changes: today, as agreed, as advised, and what fits as well."""
    ways, _ = _ways(assessment, option), assessment.content.words
    lines = [
        ("way", [w.name for w in ways]),
        ("half", [_shown_days(assessment, w) for w in ways]),
        ("handoffs", [_shown_count(assessment, w.handoffs) for w in ways]),
        ("ships", [w.ships for w in ways]),
        ("people", [w.people for w in ways]),
    ]
    rows = [
        [
            cell(_(f"board.side-{key}", model=assessment.model)),
            *(
                cell(words or _("options.unknown"), tone="ours" if way.is_advised else "plain")
                for words, way in zip(shown, ways, strict=True)
            ),
        ]
        for key, shown in lines
        if any(shown)
    ]
    if len(ways) < 2 or len(rows) < 2:
        return []
    heads = [
        column(_("options.option"), width=1.9),
        *(
            column(_(f"board.side-{w.kind}"), tone="ours" if w.is_advised else "plain")
            for w in ways
        ),
    ]
    note = ""
    kept = _kept_days(assessment)
    if kept and any(w.kind == "agreed" for w in ways):
        note = _("board.side-note", name=(first_half(assessment) or option).short, **kept)
    if any(w.is_advised and w.whole is not None for w in ways):
        note = _("board.side-whole-note", name=option.short)
    return [table(heads, rows, caption=note)]


def _shown_days(assessment: Assessment, way: _Way) -> str:
    if way.half is None:
        return ""
    half = rounded(assessment.content, way.half)
    if not way.is_advised or way.whole is None:
        return half
    whole = rounded(assessment.content, way.whole)
    return assessment.content.words("board.side-whole", half=half, whole=whole)


def _shown_count(assessment: Assessment, count: int | None) -> str:
    if count is None:
        return ""
    return str(count) if count else assessment.content.words("board.side-none")


def _ways(assessment: Assessment, option: Option) -> list[_Way]:
    """Return the ways of working to compare; what is the same in two of them is one."""
    _, today, first = assessment.content.words, _today(assessment), first_half(assessment) or option
    found = list[_Way]()
    if today is not None and today is not first and today.patterns:
        there = "" if today.people.have is None else _.number(today.people.have)
        found.append(_way("today", today, _ships(assessment), there))
    chosen = option_as_agreed(assessment)
    agreed = chosen if chosen is not None and "today" not in chosen.roles else None
    differs = agreed is not None and (agreed is not first or keeps_handoffs(first))
    if agreed is not None and differs:
        found.append(_way_as_agreed(assessment, agreed))
    needed, have = _people_range(assessment, first), first.people.have
    if "today" in first.roles:
        if needed and have is not None:
            needed = _("board.side-needed", have=have, needed=needed)
        found.append(_way("stay", first, _ships(assessment), needed))
    else:
        kind: _Kind = "both" if agreed is not None and not differs else "advised"
        found.append(_way(kind, first, _serves(assessment, first), needed))
    for rival in _fitting(assessment, option):
        served, people = _serves(assessment, rival), _people_range(assessment, rival)
        found.append(_way("fits", rival, served, people))
    return found[:_WAYS]


def _way(kind: _Kind, option: Option, ships: str, people: str) -> _Way:
    days, whole = option.lead_time.half, half_if_whole(option)
    return _Way(kind, option.short, days, option.handoffs, ships, people, whole)


def _way_as_agreed(assessment: Assessment, option: Option) -> _Way:
    """Return the chosen way with what the decisions leave as it is."""
    days, handoffs, have = option.lead_time, option.handoffs, option.people.have
    if option.agreed is not None:
        days, handoffs = option.agreed.lead_time, option.agreed.handoffs
        have = option.agreed.have
    ships = ships_for_others(assessment) or _serves(assessment, option)
    there = "" if have is None else assessment.content.words.number(have)
    return _Way("agreed", option.short, days.half, handoffs, ships, there)


def _ships(assessment: Assessment) -> str:
    """Return who ships the model today."""
    holder = next((x.holder for x in assessment.ledger.lines if x.duty.id == "ship"), None)
    return capital(team_words(assessment.content, holder)) if holder else ""


def _serves(assessment: Assessment, option: Option) -> str:
    """Return who ships the model with an option."""
    runs = assessment.content.pattern(option.patterns[0]).holders["serving"]
    return assessment.content.words(f"board.duty-{runs}")


def _people_range(assessment: Assessment, option: Option) -> str:
    """Return how many people an option takes on the platform, as a range."""
    _, people = assessment.content.words, option.people.platform
    if people is None:
        return ""
    low, high = people
    return _.number(low) if low == high else _("options.range", low=low, high=high)


def _fitting(assessment: Assessment, option: Option) -> list[Option]:
    """Return the options that fit as well as the advised one, and are no part of it."""
    return [
        o
        for o in assessment.options
        if o.verdict in FITTING
        and not o.excluded
        and o.patterns
        and o is not option
        and not set(o.patterns) <= set(option.patterns)
        and "today" not in o.roles
    ]


def _as_today(assessment: Assessment, today: Option) -> str:
    """Return today's arrangement, and if other answers contradict it."""
    meaning = {"name": today.short, "meaning": today.name, **meaning_of(assessment, today.patterns)}
    settling = _settling(assessment, actions(assessment))
    settled = next((a.number for a, c in settling if "current_pattern" in c.answers), None)
    words = assessment.content.words
    found = words("board.instead-today-is", **meaning)
    if settled is not None:
        found = words("board.instead-today-is-doubted", action=settled, **meaning)
    if (half := half_if_whole(today)) is None:
        return found
    whole = words("board.instead-today-whole", half=rounded(assessment.content, half))
    return f"{found} {whole}"


def _others(assessment: Assessment, option: Option) -> list[tuple[TextLike, TextLike]]:
    """Return the options that were compared, then those that are ruled out."""
    _, today = assessment.content.words, _today(assessment)
    lines: list[tuple[TextLike, TextLike]] = []
    parts = [o for o in assessment.options if set(o.patterns) < set(option.patterns)]
    others = [o for o in assessment.options if o not in (option, today, *parts) and o.patterns]
    # What fits as well is not left to the table of all options.
    fitting = _fitting(assessment, option)
    kinds = {
        "fits": fitting,
        "others": [o for o in others if o not in fitting and not o.excluded],
        "ruled-out": apart(o for o in others if o.excluded),
    }
    for kind, found in kinds.items():
        if not found:
            continue
        page = _("board.options-page")
        words = with_reference(
            _, "board.instead-words", "options", page, names=capital(_explained(assessment, found))
        )
        more = _fits_too(assessment, option, fitting) if kind == "fits" else []
        spans = (*words, *(Span(f" {w}") for w in more))
        lines.append((_(f"board.instead-{kind}", n=len(found)), spans))
    return lines


def _fits_too(assessment: Assessment, option: Option, fitting: Sequence[Option]) -> list[str]:
    """Return what decides against options that fit, unless the reasons say it."""
    if "today" in option.roles and _told_apart(assessment, option):
        return []
    return list(filter(None, (decides_words(assessment, other) for other in fitting)))


def _if_nothing_is_done(assessment: Assessment) -> str:
    """Return what stays as it is where nobody acts: days, urgent risks, other risks."""
    _, sentences = assessment.content.words, []
    stream = assessment.stream
    if stream and stream.p50 and stream.wait_share:
        option = _one(assessment)
        certain = "-certain" if stream.p50 == stream.p90 else ""
        # The box has the days of today where the advice changes them.
        told = option is not None and option.lead_time.half not in (None, stream.p50)
        key = "board.nothing-as-today" if told else f"board.nothing-days{certain}"
        if option is None or "today" not in option.roles:  # else the advice changes no days
            sentences.append(_(key, half=rounded(assessment.content, stream.p50)))
    urgent, risks = assessment.of_severity("critical"), assessment.of_severity("risk")
    for key, found in (("urgent", urgent), ("risks", risks)):
        if found:
            most = 2 if key == "risks" else 1
            words = {"n": len(found), "first": " ".join(f.statement for f in found[:most])}
            sentences.append(_(f"board.nothing-{key}", **words))
            break
    return " ".join(sentences)


def _days(assessment: Assessment, stream: ValueStream) -> dict[str, str]:
    """Return the likely days, split into waiting and work, as the bars show them."""
    wait, work = (sum(getattr(s, n) or 0.0 for s in stream.stages) for n in ("wait", "touch"))
    whole = wait + work
    if whole >= 1:
        whole, wait = round(whole), round(wait)
    parts = {"sum": whole, "wait": wait, "work": whole - wait}
    return {name: rounded(assessment.content, days) for name, days in parts.items()}


def _people(assessment: Assessment, option: Option) -> str:
    """Return the people of the advice; a second half that can wait is told apart."""
    first, inside = first_half(assessment), option.people.inside_teams
    if first is None or not inside:
        return people_words(assessment, option)
    _, content = assessment.content.words, assessment.content
    added = {"name": content.pattern(option.patterns[1]).short, "n": inside[1]}
    low, high = map(content.words.number, inside)
    key = "board.people-later" if inside[0] != inside[1] else "board.people-later-exactly"
    return " ".join((people_words(assessment, first), _(key, **added, low=low, high=high)))


def people_words(assessment: Assessment, option: Option) -> str:
    """Return how many people an option takes, and how many there are."""
    _, p = assessment.content.words, option.people
    number = assessment.content.words.number
    if p.low is None or p.high is None:
        return _("board.people-unknown")
    sentences = []
    begins = p.have is not None and not p.too_few and p.have < p.high
    if begins:
        sentences += _people_to_begin(assessment, option)
    elif p.platform:
        low, high = p.platform
        shown = number(low) if low == high else _("options.range", low=low, high=high)
        key = "board.people-platform" if low else "board.people-platform-most"
        sentences.append(_(key, n=high, people=shown if low else number(high)))
    if p.inside_teams and not begins:
        low, high = p.inside_teams
        shown = number(low) if low == high else _("options.range", low=low, high=high)
        sentences.append(
            _("board.people-inside", n=high, people=shown, low=number(low), high=number(high))
        )
    if p.have is not None and not begins:
        key = "few" if p.too_few else "enough"
        more = number(max(p.low - p.have, 0))
        sentences.append(_(f"board.people-have-{key}", n=p.have, more=more))
    if option.text and not p.inside_teams:
        sentences.append(option.text.people)
    if option.text:
        sentences += product_people(assessment, option.text)
    return " ".join(sentences)


def _people_to_begin(assessment: Assessment, option: Option) -> list[str]:
    """Return with whom an option begins, and how many more its full extent takes."""
    _, p = assessment.content.words, option.people
    have, high = p.have or 0, p.high or 0
    platform, inside = p.platform or (0, 0), p.inside_teams or (0, 0)

    def counted(key: str, on_platform: int, in_teams: int) -> str:
        parts = (("platform", on_platform), ("inside", in_teams))
        return assessment.listing(
            _(f"board.people-{key}-{where}", n=n, number=number_words(assessment.content, n))
            for where, n in parts
            if n
        )

    begin = counted("begin", have, inside[0])
    found = [_("board.people-begin", people=begin)] if begin else []
    full = counted("full", platform[1], inside[1])
    return [*found, _("board.people-full", n=high - have, people=full)]


def _sure(assessment: Assessment) -> Text:
    _ = assessment.content.words
    status = assessment.recommendation.status
    key = {"recommendation": "one", "first-indication": "first", "contested": "open"}
    spans = [Span(_(f"board.sure-{key.get(status, 'none')}"))]
    basis = list((assessment.answers.basis or {}).values())
    opinions = basis.count("opinion")
    if opinions * 3 > len(basis):
        spans.append(Span(f" {_('board.sure-many-opinions')}"))
    if turn := _could_turn(assessment):
        spans.append(Span(f" {turn}"))
    if is_judged(assessment):
        page = _("board.confidence")
        spans += [Span(" "), *with_reference(_, "board.sure-changes", "confidence", page)]
    return tuple(spans)


def _could_turn(assessment: Assessment) -> str:
    """Return which contradiction can turn the advice, or which rule can."""
    _, own = assessment.content.words, set(assessment.recommendation.patterns)
    for action, clash in _settling(assessment, actions(assessment)):
        for x in turned_by(assessment, clash.answers):
            if x.patterns and not x.contested and not own & set(x.patterns):
                names = either(assessment.content, list(options(assessment.content, x.patterns)))
                return _("board.sure-turns", action=action.number, names=names)
    if rule := next((a for a in actions(assessment) if a.kind == "rule"), None):
        turned = {x.patterns: x for x in turned_by(assessment, rule.reads)}
        if len(turned) > 1:
            return _("board.sure-rule", action=rule.number)
        (segment,) = turned.values()
        clause = becomes(assessment.content, segment, assessment.recommendation.patterns)
        return _("board.sure-rule-becomes", action=rule.number, becomes=clause)
    return ""


def _disagreed(assessment: Assessment) -> Text:
    """Return who disagrees with a decision, how many got no reply, and where to read."""
    noted = _dissents(assessment)
    if not noted:
        return ()
    _ = assessment.content.words
    n: dict[str, Any] = {"n": len(noted), "number": spelled(assessment, len(noted))}
    who = list(dict.fromkeys(filter(None, map(speaker, noted))))
    if len(who) == len(noted) <= _SPEAKERS:
        names, page = assessment.listing(who), _("board.decisions")
        text = with_reference(_, "board.disagreed-page", "decisions", page, names=names, **n)
    else:
        text = with_reference(_, "board.disagreed-count", "decisions", _("board.decisions"), **n)
    made = assessment.answers.decisions or ()
    own = [d.dissent for d in made if d.dissent and decides_pattern(assessment, d)]
    named = list(filter(None, map(speaker, own)))
    objector = _objector(assessment, actions(assessment))
    if objector and named == [objector["who"]]:
        text = (*text, Span(f" {_('board.disagreed-both', **objector)}"))
        named, objector = [], {}
    if named:
        words = {"n": len(named), "names": assessment.listing(named)}
        text = (*text, Span(f" {_('board.disagreed-pattern', **words)}"))
    if objector:
        text = (*text, Span(f" {_('board.disagreed-owner', **objector)}"))
    if _one(assessment) is None:  # else the box asks for the replies
        text = (*text, Span(" "), *_open_replies(assessment))
    return text


def _dissents(assessment: Assessment) -> list[str]:
    """Return each dissent, those on votes only at the end."""
    found = [d.dissent for d in assessment.answers.decisions or () if d.dissent]
    return [*found, *(words for own in _vote_dissents(assessment) for words in own)]


def _vote_dissents(assessment: Assessment) -> list[list[str]]:
    """Return for each vote the dissent that no decision has."""
    noted = {d.dissent for d in assessment.answers.decisions or ()}
    return [[d for d in r.vote.dissent or () if d not in noted] for r in assessment.votes]


def _open_replies(assessment: Assessment) -> list[Span]:
    """Return who dissents from a decision and has no reply yet, or how many do.

    Dissent on a vote is noted, and no reply to it is asked for.
    """
    unanswered = _without_reply(assessment)
    if not (open_ := len(unanswered)):
        return []
    who = [speaker(dissent) for dissent in unanswered]
    if all(who) and open_ <= _SPEAKERS:
        names = assessment.listing(dict.fromkeys(who))
        words = assessment.content.words("board.replies-open-of", n=open_, names=names)
        return [Span(f"{words} ", tone="critical", strong=True)]
    key = "replies-all-open" if open_ == len(_dissents(assessment)) else "replies-open"
    words = assessment.content.words(f"board.{key}", n=open_, number=spelled(assessment, open_))
    return [Span(f"{words} ", tone="critical", strong=True)]


def _without_reply(assessment: Assessment) -> list[str]:
    made = assessment.answers.decisions or ()
    return [d.dissent for d in made if d.dissent and not d.reply]


def _conditions(assessment: Assessment) -> list[tuple[TextLike, TextLike]]:
    """Return which actions must be done for the advice to hold, with their owners."""
    _, plan = assessment.content.words, {a.what: a for a in actions(assessment)}
    planned = sorted((plan[words] for words in conditions(assessment)), key=lambda a: a.number)
    if not planned:
        return []
    numbers = assessment.listing(str(a.number) for a in planned)
    n, page = len(planned), _("board.plan-title")
    words = list(with_reference(_, "board.conditions-are", "plan", page, n=n, numbers=numbers))
    owners = list(dict.fromkeys(filter(None, map(owner_name, planned))))
    if owners:
        proposed = all(a.owner is None for a in planned)
        key = "proposed" if proposed else "owners"
        named = _(f"board.conditions-{key}", n=len(owners), names=assessment.listing(owners))
        words.append(Span(f" {named}"))
    if vacant := sum(not owner_name(a) for a in planned):
        words.append(Span(f" {_('board.conditions-vacant', n=vacant)}", tone="critical"))
    return [(_("board.conditions"), tuple(words))]


def _questions(assessment: Assessment) -> list[Block]:
    """Return what to answer next, if few questions are answered."""
    _ = assessment.content.words
    if not is_sparse(assessment):
        return []
    # What a decision sets, or the box asks to decide, is not asked again.
    settled = {name for d in assessment.answers.decisions or () for name in d.sets or {}}
    settled |= {"chosen_pattern"} if _one(assessment) else set()
    left = [u.question for u in assessment.unknowns if u.question.id not in settled]
    # After decisions a page has room for half of them; the working pack has all.
    most = ASKED_NEXT // 2 if assessment.answers.decisions else ASKED_NEXT
    asked = [question.ask for question in left[:most]]
    head = heading(2, _("board.questions"), _("board.questions-lead", n=len(asked)))
    return [head, *in_two_columns(asked, ordered=True, together=most)]


# -- 2 where time and safety are lost -----------------------------------------------------------


def board_losses(assessment: Assessment) -> Exhibit:
    """Return where work waits, who has which duty, and what is urgent."""
    _, stream = assessment.content.words, assessment.stream
    head = heading(1, _("board.losses"), _losses_lead(assessment), anchor="losses")
    parts: list[Block] = []
    if stream is not None and stream.p50 is not None:
        parts += stream_pictures(assessment, stream)
        parts += _waits(assessment)
    if assessment.ledger.answered or assessment.answers.paged_quality is not None:
        parts += _duties(assessment)
    parts += _top_risks(assessment)
    printed = (*_starts(assessment), head, *parts) if parts else ()
    return Exhibit("board-losses", (head, *parts), printed, printed)


def _losses_lead(assessment: Assessment) -> str:
    _, stream = assessment.content.words, assessment.stream
    if stream is None or not stream.wait_p50 or not stream.touch_p50:
        return _("board.losses-none") if stream is None or stream.p50 is None else ""
    measured = round(100 * (stream.measured_share or 0))
    days, half = _days(assessment, stream), rounded(assessment.content, stream.p50 or 0)
    key = "measured" if measured else "unmeasured"
    known = _(f"board.losses-{key}", measured=measured, sum=days["sum"])
    return f"{_('board.losses-shares', half=half, **days)} {known}"


def _waits(assessment: Assessment) -> list[Block]:
    """Return a sentence on handoffs and waiting."""
    _, stream = assessment.content.words, assessment.stream
    if stream is None or not stream.handoffs or len(stream.handoffs) > _HANDOFFS:
        return []
    longest = max((s.wait for s in stream.handoffs if s.wait is not None), default=None)
    teams = [s.team for s in assessment.answers.stages or () if s.team]
    names = list(dict.fromkeys(capital(team_words(assessment.content, t)) for t in teams))
    values = {"number": spelled(assessment, len(names)), "names": assessment.listing(names)}
    spans = [Span(f"{_('board.teams', n=len(names), **values)} ")]
    spans.append(Span(_("board.waits", n=len(stream.handoffs)), strong=True))
    for handoff in stream.handoffs:
        giver, taker = (
            capital(team_words(assessment.content, t)) for t in (handoff.giver, handoff.taker)
        )
        days = _("board.wait-unknown")
        if handoff.wait is not None:
            shown = rounded(assessment.content, handoff.wait)
            days = _("board.wait-days", n=1 if shown == "1" else 2, days=shown)
        words = _("board.wait", giver=giver, taker=taker, days=days)
        first = handoff.wait is not None and handoff.wait == longest
        end = "." if handoff is stream.handoffs[-1] else ";"
        spans += [Span(" "), Span(f"{words}{end}", strong=first)]
    if assessment.agreed is None:
        return [paragraph(spans)]
    return [paragraph(spans), paragraph(_waits_as_agreed(assessment, stream))]


def _waits_as_agreed(assessment: Assessment, stream: ValueStream) -> str:
    """Return what becomes of the handoffs with what was agreed."""
    _, under = assessment.content.words, agreed_stream(assessment)
    gone = sum(goes_as_agreed(assessment, s) for s in stream.handoffs)
    kept = [s for s in stream.handoffs if is_kept(assessment, s)]
    new = len(under.of("new")) if under else 0
    if under is None or not (gone or new):
        return _("board.waits-agreed-none")
    key = "waits-agreed-all" if gone == len(stream.handoffs) else "waits-agreed"
    found = [_(f"board.{key}", n=gone, all=len(stream.handoffs), name=under.pattern.short)]
    if new:
        found.append(_("board.waits-agreed-new", n=new, number=spelled(assessment, new)))
    for handoff in kept:
        giver, taker = (
            capital(team_words(assessment.content, t)) for t in (handoff.giver, handoff.taker)
        )
        found.append(_("board.waits-kept", giver=giver, taker=taker))
    return " ".join(found)


_STATES: dict[str, Tone] = {
    "builder": "plain",
    "other-team": "plain",
    "held": "plain",
    "nobody": "critical",
    "at-handover": "critical",
    "unknown": "muted",
}


_CALLED = ("paged_infrastructure", "paged_quality", "rollback_authority")
"""Lines of the charter on who is called and who may act."""


def _duties(assessment: Assessment) -> list[Block]:
    """Return who has the five duties and who is called: today, and as agreed."""
    _, today, then = assessment.content.words, assessment.ledger, assessment.signed.ledger
    before, after = assessment.charter, assessment.signed.charter
    lines: list[tuple[str, str, tuple[str | None, str], tuple[str | None, str]]] = [
        (one.duty.id, one.duty.name, (one.holder, one.state), (two.holder, two.state))
        for one, two in zip(today.lines, then.lines, strict=True)
    ]
    lines += [
        (
            one.reads,
            _(f"oncall.line-{one.reads.replace('_', '-')}"),
            (one.holder, one.state),
            (two.holder, two.state),
        )
        for one, two in zip(before.lines, after.lines, strict=True)
        if one.reads in _CALLED
    ]
    own = len(today.lines)
    shown = [not one[1] == two[1] == "unknown" for *_line, one, two in lines]
    changed = any(one != two for *_line, one, two in lines)
    then_advised = _duties_as_advised(assessment)
    columns = 2 + changed + bool(then_advised)
    rows: list[list[Cell]] = []
    for at, (id_, name, one, two) in enumerate(lines):
        if at in (0, own) and any(shown[at : own if at < own else None]):
            title = _("board.duties-five" if at < own else "board.duties-night")
            rows.append([cell(title, strong=True, tone="muted", fill=True, span=columns)])
        if not shown[at]:
            continue
        row = [cell(name), _holder(assessment, *one)]
        if changed:
            same = cell(_("board.duty-same"), tone="muted")
            if id_ == "evaluation-set" and one == two and (team := _written(assessment)):
                same = cell(_("board.duty-written", teams=team))
            row.append(same if one == two else _holder(assessment, *two))
        if then_advised:
            same = cell(_(f"board.duty-same{'' if one == two else '-agreed'}"), tone="muted")
            row.append(cell(then_advised[id_]) if id_ in then_advised else same)
        rows.append(row)
    heads = [column(_("board.duty"), width=1.4), column(_("board.duty-today"), width=1.1)]
    if changed:
        heads.append(column(_("board.duty-agreed"), width=1.6))
    if then_advised:
        heads.append(column(_("board.duty-advised"), width=1.6))
    key = "board.duties-of" if changed else "board.duties-of-today"
    lead = [_(key, model=capital(assessment.model))]
    if today.builder:
        team = capital(team_words(assessment.content, today.builder))
        lead.append(_("board.duties-builder", team=team))
    if then_advised:
        lead.append(_("board.duties-advised", name=_begun(assessment)))
    return [heading(2, _("board.duties"), " ".join(lead)), table(heads, rows)]


def _written(assessment: Assessment) -> str:
    """Return who writes the evaluation set as agreed, if a decision changes that."""
    if all(c.name != "evaluation_set_authors" for c in assessment.changes):
        return ""
    teams = assessment.signed.answers.evaluation_set_authors or ()
    return assessment.listing(capital(team_words(assessment.content, t)) for t in teams)


def _begun(assessment: Assessment) -> str:
    """Return the name of what is advised to begin with."""
    option = _to_begin(assessment)
    return option.short if option else ""


def _duties_as_advised(assessment: Assessment) -> dict[str, str]:
    """Return who has the duties that the advised option gives to a team."""
    option = _to_begin(assessment)
    if option is None or "today" in option.roles:
        return {}
    runs = assessment.content.pattern(option.patterns[0]).holders["serving"]
    quality, own = option.on_call.quality, _serves(assessment, option)
    if runs == "product" and quality:  # of one model, it is one team
        quality = own
    found = dict.fromkeys(("ship", "paged"), own)
    calls = (
        ("paged_infrastructure", option.on_call.service),
        ("paged_quality", quality),
        ("rollback_authority", quality),
    )
    return found | {reads: who.rstrip(".") for reads, who in calls if who}


def _holder(assessment: Assessment, holder: str | None, state: str) -> Cell:
    return cell(capital(team_words(assessment.content, holder)), tone=_STATES[state])


def _top_risks(assessment: Assessment) -> list[Block]:
    """Return the urgent risks, else other ones, and what a decision settles."""
    _ = assessment.content.words
    found, key, most = assessment.of_severity("critical"), "top-risks-lead", _URGENT
    if not found:
        found, key, most = assessment.of_severity("risk"), "top-risks-none-urgent", _RISKS
    if not found:
        if is_sparse(assessment):
            return []
        return [heading(2, _("board.top-risks"), _("board.top-risks-none"))]
    urgent = key == "top-risks-lead"
    lead = [_(f"board.{key}", n=len(found))]
    if rest := len(found[most:]):
        shown = spelled(assessment, most).lower()
        lead.append(_("board.top-risks-first", n=rest, shown=shown, all=len(found)))
    title = heading(2, _("board.top-risks" if urgent else "board.top-risks-other"), " ".join(lead))
    rows = []
    for finding in found[:most]:
        settled = finding.status == "settled"
        tone: Tone = "critical" if urgent and not settled else "warning"
        key = "part" if left_of(assessment, finding) else "settled" if settled else "open"
        state = _(f"board.status-{key}")
        rows.append([cell(finding.statement), cell(state, tone=tone)])
    heads = [column(_("board.found"), width=4), column(_("board.status"), width=1.45)]
    return [title, table(heads, rows)]


# -- 3 the options ------------------------------------------------------------------------------


def board_options(assessment: Assessment) -> Exhibit:
    """Return every option that is not ruled out, with reasons against it."""
    _ = assessment.content.words
    roles, first = ("today", "advised", "chosen"), first_half(assessment)

    def place(option: Option) -> float:
        if option is first and "today" not in option.roles:
            return 0.5  # what to begin with comes right after today
        return next((i for i, role in enumerate(roles) if role in option.roles), len(roles))

    added = _only_added(assessment)
    open_ones = sorted((o for o in assessment.options if not o.excluded), key=place)
    open_ones = [o for o in open_ones if o is not added]
    head = heading(1, _("board.options"), _options_lead(assessment), anchor="options")
    compared = options_table(assessment, open_ones)
    kept = _kept_days(assessment)
    to_decide = [
        called_otherwise(assessment, open_ones),
        _("options.ships-decide", **kept) if kept else "",
    ]
    words: list[Block] = [paragraph(w) for w in ruled_out_words(assessment)]
    if added is not None:
        meaning = meaning_of(assessment, added.patterns)
        meaning["meaning"] = within(assessment.content, meaning["meaning"].removesuffix("."))
        words.append(paragraph(_("board.options-only-added", **meaning)))
    words += [paragraph(_titled(_("options.to-decide"), w)) for w in to_decide if w]
    # What follows a landscape table would begin a page of its own.
    blocks: tuple[Block, ...] = (head, compared, *words)
    if compared.wide:
        blocks = (head, *words, compared)
    lost = who_loses(assessment) if len(open_ones) <= _FEW_OPTIONS else []
    printed = (*_starts(assessment), *blocks, *lost)
    slides: tuple[Block, ...] = (head, short_table(assessment, open_ones), *words)
    short = printed if _one(assessment) is not None else ()
    return Exhibit("board-options", blocks, printed, short, slides)


def _only_added(assessment: Assessment) -> Option | None:
    """Return the half of a combination that is no option of its own, if any."""
    r = assessment.recommendation
    if r.combination is None or first_half(assessment) is None:
        return None
    beside = (r.combination.beside,)
    found = next((o for o in assessment.options if o.patterns == beside), None)
    named = found is None or {"today", "chosen", "advised", "rejected"} & set(found.roles)
    return None if named else found


def _options_lead(assessment: Assessment) -> str:
    _, own = assessment.content.words, advised(assessment.options)
    names = [o.short for o in own]
    if not own:
        return _("options.lead-none")
    if assessment.recommendation.status == "first-indication":
        return _("options.lead-first", names=either(assessment.content, names))
    if len(own) > 1:
        return _("options.lead-open", names=either(assessment.content, names))
    if "today" in own[0].roles:
        return _("options.lead-stay", name=names[0])
    today, first = _today(assessment), first_half(assessment)
    name = names[0]
    if first is not None:
        second = assessment.content.pattern(own[0].patterns[1]).short
        name = _("options.lead-later", first=first.short, second=second)
    if today is None or not today.patterns:
        return _("options.lead-advised", name=name)
    return _("options.lead-advised-today", name=name, today=today.short)


# -- 4 the plan ---------------------------------------------------------------------------------


def board_plan(assessment: Assessment) -> Exhibit:
    """Return what those who decide need to see of the plan, by date."""
    _, found = assessment.content.words, actions(assessment)
    if not found:
        return Exhibit("board-plan", (paragraph(_("agreed.plan-empty"), tone="muted"),), (), ())
    vacant = sum(action.owner is None for action in found)
    lead: list[Span] = [Span(_("board.plan-lead", n=len(found)))]
    if all(action.status == "proposed" for action in found):
        lead.append(Span(f" {_('board.plan-none-agreed')}"))
    if vacant:
        lead.append(Span(" "))
        lead += _vacant(assessment, found, vacant)
    if objector := _objector(assessment, found):
        replied = objector["who"] not in map(speaker, _without_reply(assessment))
        key = f"board.plan-objector{'-replied' if replied else ''}"
        lead.append(Span(f" {_(key, **objector)}"))
    if named := _lead_words(assessment, found):
        lead.append(Span(f" {named}"))
    blocks: list[Block] = [heading(1, _("board.plan"), tuple(lead), anchor="plan")]
    shown = on_one_page(found)
    blocks.append(plan_table(assessment, found[:shown], _together(assessment)))
    if left := len(found) - shown:
        name = _("board.plan-rest-name")
        blocks.append(paragraph(with_reference(_, "board.plan-rest", "all-actions", name, n=left)))
    blocks += _who_does_what(assessment, found)
    shown_blocks = tuple(blocks)
    printed = (*_starts(assessment), *shown_blocks)
    return Exhibit("board-plan", shown_blocks, printed, printed)


def _lead_words(assessment: Assessment, found: Sequence[Action]) -> str:
    """Return whom we mean by the lead of a team, if an action is proposed to one."""
    owners = (a.proposed_owner for a in found if a.proposed_owner)
    lead = next((who for who in owners if is_a_lead(assessment, who)), None)
    return assessment.content.words("board.plan-lead-is", name=capital(lead)) if lead else ""


def _vacant(assessment: Assessment, found: Sequence[Action], vacant: int) -> Iterator[Span]:
    """Yield how many actions nobody agreed to own, and how many we propose."""
    _, n = assessment.content.words, sum(a.proposed_owner is not None for a in found)
    if n == vacant:
        yield Span(_("board.plan-asked", n=n), tone="critical", strong=True)
        if undated := _undated(assessment, found):
            yield Span(f" {_('board.plan-undated', n=undated)}")
        return
    key = "plan-vacant-all" if vacant == len(found) else "plan-vacant"
    yield Span(_(f"board.{key}", n=vacant), tone="critical", strong=True)
    propose = "plan-propose-some" if n else "plan-propose-none"
    yield Span(f" {_(f'board.{propose}', n=n)}")


def _objector(assessment: Assessment, found: Sequence[Action]) -> dict[str, Any]:
    """Return who disagrees and would do a third of the plan, and how much."""
    owners = Counter((a.owner or a.proposed_owner or "").casefold() for a in found)
    speakers = {speaker(d.dissent or "") for d in assessment.answers.decisions or ()} - {""}
    who = max(speakers, key=lambda name: (owners[name.casefold()], name), default="")
    n = owners[who.casefold()] if who else 0
    if n < _OBJECTS or n * 3 < len(found):
        return {}
    return {"who": who, "n": n, "all": len(found)}


def _undated(assessment: Assessment, found: Sequence[Action]) -> int:
    """Return how many actions that nobody agreed to own have no day to be done by."""
    shown = found[: on_one_page(found)]
    open_ones = (a for a in shown if a.owner is None and a.due is None and not a.after)
    return sum(proposed_day(assessment, a) is None for a in open_ones)


def _together(assessment: Assessment) -> dict[str, Callable[[Sequence[Action]], Text]]:
    """Return the kinds of actions that share a row, with its words."""
    _ = assessment.content.words
    page = _("board.confidence")
    return {
        "contradiction": lambda _found: with_reference(
            _, "board.plan-contradiction", "confidence", page
        ),
        "condition": lambda found: (
            Span(_("board.plan-condition"), tone="muted"),
            *(Span(f"\n{a.what}") for a in found),
        ),
    }


def _who_does_what(assessment: Assessment, found: Sequence[Action]) -> list[Block]:
    """Return how many actions each owner has, and when the first is to be done."""
    _, own = assessment.content.words, dict[str, list[Action]]()
    for a in found:
        own.setdefault(owner_name(a), []).append(a)
    several = sorted((who for who in own if who), key=lambda who: -len(own[who]))
    if len(several) < 2 or all(len(own[who]) == 1 for who in several):
        return []
    rows = [_load(assessment, who, own[who]) for who in several[:_OWNERS]]
    if rest := [a for who in several[_OWNERS:] for a in own[who]]:
        rows.append(_load(assessment, _("board.load-others"), rest))
    if vacant := own.get(""):
        rows.append(_load(assessment, capital(_("agreed.plan-no-owner")), vacant))
    heads = [
        column(_("agreed.plan-owner"), width=2.4),
        column(_("board.load-all"), width=1),
        column(capital(_("agreed.plan-is-decided")), width=1),
        column(capital(_("agreed.plan-is-proposed")), width=1),
        column(_("board.load-first"), width=1.6),
    ]
    return [heading(2, _("board.load"), _("board.load-lead", n=len(found))), table(heads, rows)]


def _load(assessment: Assessment, who: str, own: Sequence[Action]) -> list[Cell]:
    """Return how many actions somebody has, and by when the first is due."""
    days = [day for a in own if (day := a.due or proposed_due(assessment, a))]
    first = date_words(assessment.content, datetime.date.fromisoformat(min(days))) if days else "–"
    n = sum(a.status == "decided" for a in own)
    counts = (cell(str(count) if count else "–") for count in (len(own), n, len(own) - n))
    return [cell(who), *counts, cell(first)]


def all_actions(assessment: Assessment) -> Exhibit:
    """Return every action under its owner, in order of date."""
    _, found = assessment.content.words, actions(assessment)
    if not found:
        return Exhibit("all-actions", (paragraph(_("agreed.plan-empty"), tone="muted"),), (), ())
    lead = " ".join(filter(None, [_("board.all-actions-lead"), _lead_words(assessment, found)]))
    head = heading(2, _("board.all-actions"), lead, anchor="all-actions")
    blocks: tuple[Block, ...] = (head, *by_owner(assessment, found))
    printed = blocks if len(found) > _FEW_ACTIONS else ()
    return Exhibit("all-actions", blocks, printed, printed)


# -- 5 decisions --------------------------------------------------------------------------------


def board_decisions(assessment: Assessment) -> Exhibit:
    """Return each decision with who disagrees and our reply, and the votes."""
    _, made = assessment.content.words, assessment.answers.decisions or ()
    head = heading(1, _("board.decisions"), _decisions_lead(assessment), anchor="decisions")
    blocks: list[Block] = [head]
    if not made and (settled := decided_in_room(assessment)):
        blocks += [pairs(settled), paragraph(_("board.settled-in-votes"))]
    if made:
        heads = [
            column(_("board.decided"), width=2.3),
            column(_("board.dissent"), width=1.7),
            column(_("board.reply"), width=1.2),
        ]
        by_date = sorted(made, key=lambda d: d.due or datetime.date.max)
        whole = len(made) <= _FEW_DECISIONS
        blocks.append(table(heads, [_decision(assessment, d, whole) for d in by_date]))
    blocks += _votes(assessment)
    shown = tuple(blocks)
    printed = (*_starts(assessment), *shown)
    some = made or assessment.votes
    return Exhibit("board-decisions", shown, printed, printed if some else ())


def _decisions_lead(assessment: Assessment) -> Text:
    _, made = assessment.content.words, assessment.answers.decisions or ()
    dissents = _dissents(assessment)
    if not made:
        return (Span(_("board.decisions-none")),)
    dissent = _("board.decisions-no-dissent")
    if dissents:
        number = spelled(assessment, len(dissents))
        dissent = _("board.decisions-dissents", n=len(dissents), number=number)
    lead = Span(f"{_('board.decisions-lead', n=len(made), dissent=dissent)} ")
    return (lead, *_open_replies(assessment))


def _decision(assessment: Assessment, decision: Decision, whole: bool) -> list[Cell]:
    """Return a decision as a line, with who disagrees and our reply.

    `whole`: also with what is to happen if something else does, where the page has room for it.
    """
    _ = assessment.content.words
    chosen: list[Span] = [Span(decision.decision, strong=True)]
    if decision.chosen:
        chosen.append(Span(f"\n{decision.chosen}"))
    last = []
    if decision.rejected:
        last.append(f"{_('board.instead-of')}{ended(decision.rejected)}")
    if decision.revisit_on:
        day = date_words(assessment.content, decision.revisit_on).replace(" ", "\u00a0")
        last.append(_("board.review", date=day))
    if last:
        chosen += [Span(f"\n{line}", tone="muted") for line in last]
    if whole and decision.if_ and decision.then:
        rule = _("decisions.if-then-words", condition=decision.if_, action=decision.then)
        chosen.append(Span(f"\n{_('board.rule', rule=rule)}.", tone="muted"))
    if not decision.dissent:
        return [cell(chosen), cell("–"), cell("")]
    return [cell(chosen), cell(decision.dissent), _reply(assessment, decision.reply)]


def _votes(assessment: Assessment) -> list[Block]:
    """Return the votes to decide, the most divided ones, and those with dissent.

    Answers in free words and dots are listed in the working pack: they are no division.
    """
    _, open_ = assessment.content.words, divided_votes(assessment)
    both = list(zip(assessment.votes, _vote_dissents(assessment), strict=True))
    both.sort(key=lambda pair: pair[0] not in open_)
    rows = []
    for at, (result, dissents) in enumerate(both):
        if result not in open_ and (at >= _VOTES or result.is_listed) and not dissents:
            continue
        asked, agreement = vote_words(assessment, result)
        rows.append([cell(asked), cell(agreement), cell("\n".join(dissents) or "–")])
    if not rows:
        return []
    heads = [
        column(_("board.vote-asked"), width=2),
        column(_("board.vote-result"), width=1.4),
        column(_("board.dissent"), width=1.8),
    ]
    return [heading(2, _("board.votes"), divided_line(assessment)), table(heads, rows)]


def _reply(assessment: Assessment, reply: str | None) -> Cell:
    if reply:  # in quotes, so that its “we” is not ours
        return cell(assessment.content.words("board.reply-words", words=reply))
    words = assessment.content.words("board.no-reply")
    return cell(words, tone="critical")


# -- 6 how sure we are --------------------------------------------------------------------------


def board_confidence(assessment: Assessment) -> Exhibit:
    """Return how the answers are known and what would change the advice."""
    _ = assessment.content.words
    head = heading(1, _("board.confidence"), _confidence_lead(assessment), anchor="confidence")
    blocks: list[Block] = [head]
    if known := _known(assessment):
        blocks.append(pairs(known))
    firm, _later = firmness_apart(assessment) if is_judged(assessment) else ((), ())
    if firm:
        blocks += [heading(2, _("board.changes")), *in_two_columns(firm[:_TIPS], together=_TIPS)]
    if n := len(assessment.clashes):
        settling = _settling(assessment, actions(assessment))
        turning = sum(bool(_turned(assessment, c)) for c in assessment.clashes)
        key = "all" if turning == n else "some" if turning else "none"
        words = {"n": turning or n, "all": n}
        blocks += [
            heading(2, _("board.clashes"), _(f"board.clashes-lead-{key}", **words)),
            _contradictions(assessment, settling[:_CLASHES]),
        ]
    if assessment.answers.decisions:
        blocks += _questions(assessment)
    left = list(_not_looked(assessment))
    blocks += [heading(2, _("board.not-looked")), *in_two_columns(left, together=len(left))]
    blocks += _terms(assessment)
    shown = tuple(blocks)
    return Exhibit("board-confidence", shown, (*_starts(assessment), *shown), shown)


def _contradictions(assessment: Assessment, found: list[tuple[Action, Clash]]) -> Block:
    """Return contradictions, what can come of each, and who settles it."""
    _ = assessment.content.words
    heads = [
        number_head(assessment),
        column(_("agreed.clash"), width=2),
        column(_("board.clash-why"), width=2.3),
        column(_("board.clash-becomes"), width=1.6),
        column(_("board.clash-settles"), width=1.2),
    ]
    rows = []
    for action, clash in found:
        who = [capital(owner_name(action) or _("agreed.plan-no-owner"))]
        day = proposed_day(assessment, action)
        who += [date_words(assessment.content, day)] if day else []
        turns = cell(_outcome(assessment, clash), strong=bool(_turned(assessment, clash)))
        row = [number_of(action), cell(clash.statement), cell(clash.why), turns]
        rows.append([*row, cell("\n".join(who))])
    return table(heads, rows, row_heads=False)


def _outcome(assessment: Assessment, clash: Clash) -> str:
    """Return what settling a contradiction can do to the advice."""
    _ = assessment.content.words
    if _turned(assessment, clash):
        return _turning_words(assessment, clash)
    if not turned_by(assessment, clash.answers):
        return _("board.clash-same")
    later = (assessment.content.pattern(p).short for p in assessment.recommendation.later)
    return _("board.clash-later", name=assessment.listing(later))


def _turning_words(assessment: Assessment, clash: Clash) -> str:
    """Return with which values of the answers the advice becomes another one."""
    content, found = assessment.content, []
    own = assessment.recommendation.patterns
    for strip in assessment.sensitivity:
        for x in strip.segments:
            if strip.input not in clash.answers or x not in _turned(assessment, clash):
                continue
            value = _value_words(assessment, strip.input, x)
            names = {"name": content.question(strip.input).name, "value": value}
            found.append(content.words("board.clash-if", becomes=becomes(content, x, own), **names))
    return " ".join([*found, content.words("board.clash-else")])


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


def _confidence_lead(assessment: Assessment) -> str:
    _ = assessment.content.words
    basis = list((assessment.answers.basis or {}).values())
    if not basis:
        return _("board.confidence-lead-none")
    counts = [_(f"overview.basis-{kind}", n=basis.count(kind)) for kind in _BASES if kind in basis]
    return _("board.confidence-lead", n=len(basis), counts=assessment.listing(counts))


def _known(assessment: Assessment) -> list[tuple[TextLike, TextLike]]:
    _, basis = assessment.content.words, assessment.answers.basis or {}
    read = _read_by_advice(assessment) if is_judged(assessment) else set(basis)
    lines: list[tuple[TextLike, TextLike]] = []
    for kind in _BASES:
        names = [_answer_name(assessment, n) for n, b in basis.items() if b == kind and n in read]
        if names:
            lines.append((_(f"board.{kind}"), capital(assessment.listing(dict.fromkeys(names)))))
    keys = {
        assessment.content.source(key).key
        for p in assessment.recommendation.patterns
        for r in assessment.verdicts[p].readings
        if r.says != "unknown"
        for key in r.criterion.sources
    }
    if keys and is_judged(assessment):
        found = [s for s in assessment.content.sources if s.key in keys]
        found.sort(key=lambda s: _STRENGTHS.index(s.strength))
        names = [
            _("board.source", name=s.short or s.kind, strength=_(f"board.strength-{s.strength}"))
            for s in found
        ]
        lines.append((_("board.sources-of"), capital(assessment.listing(names)) + "."))
    return lines


def _read_by_advice(assessment: Assessment) -> set[str]:
    """Return the answers that support the advice, argue against it, or draw its days."""
    readings = (
        r for p in assessment.recommendation.patterns for r in assessment.verdicts[p].readings
    )
    found = {r.criterion.reads for r in readings if r.says != "unknown"}
    return {name.partition(".")[0] for name in found} | {"stages"}


def _answer_name(assessment: Assessment, name: str) -> str:
    """Return an answer's name, with the share that was measured if it has parts."""
    _, stream = assessment.content.words, assessment.stream
    shown = assessment.content.question(name).name
    if name == "mandate" and assessment.answers.mandate == "single-operator":
        return _("board.known-rule", name=shown)
    if name != "stages" or stream is None or not 0 < (stream.measured_share or 0) < 1:
        return shown
    return _("board.measured-part", name=shown, share=round(100 * (stream.measured_share or 0)))


def _not_looked(assessment: Assessment) -> Iterable[str]:
    _, answers = assessment.content.words, assessment.answers
    models, teams = answers.models_in_production, answers.model_teams
    if answers.model and models and models > 1:
        yield _("board.one-model", n=models, model=answers.model)
    elif answers.model:
        yield _("board.one-model-untold", model=answers.model)
    if teams and teams > 1:
        yield _("board.one-group", n=teams)
    name = _regulation(assessment)
    if answers.mandate == "single-operator":
        yield _("board.no-rule-named", name=name) if name else _("board.no-rule")
    elif name:
        yield _("board.no-rule-other", name=name)
    counted = answers.person_cost is not None and teams
    yield _("board.only-people-money" if counted else "board.no-money")
    if len(assessment.unknowns) == 1:
        yield _("board.unanswered-one", ask=assessment.unknowns[0].question.ask)
    elif open_ := [unknown.question.name for unknown in assessment.unknowns]:
        key = "board.unanswered" if len(open_) <= _NAMED else "board.unanswered-many"
        yield _(key, n=len(open_), names=assessment.listing(open_[:_NAMED]))


def _regulation(assessment: Assessment) -> str:
    """Return the name of the regulation; empty where none concerns these teams."""
    answers = assessment.answers
    when = assessment.content.question("regulation_name").when
    return in_one_line(answers.regulation_name or "") if concerns(answers, when) else ""


def board_terms(assessment: Assessment) -> list[GlossaryTerm]:
    """Return the terms that the board edition explains at its end.

    The patterns are not among them: the table of options says what each is.
    """
    found = [t for t in assessment.content.glossary if not t.patterns]
    return found[: _TERMS // 2 if is_sparse(assessment) else _TERMS]


def _terms(assessment: Assessment) -> list[Block]:
    _ = assessment.content.words
    items = [(Span(f"{t.term}: ", strong=True), Span(t.meaning)) for t in board_terms(assessment)]
    head = heading(2, _("board.glossary"))
    return [head, *in_two_columns(items, together=_TERMS)]


def glossary(assessment: Assessment) -> Exhibit:
    """Return every term that the pack uses in a special sense."""
    _ = assessment.content.words
    rows = [
        [cell(t.term, strong=True), cell(t.meaning), cell(", ".join(t.sources), tone="muted")]
        for t in assessment.content.glossary
    ]
    heads = [
        column(_("board.term"), width=1.2),
        column(_("board.meaning"), width=3.6),
        column(_("board.sources"), width=0.9),
    ]
    head = heading(2, _("board.glossary"), _("board.glossary-lead"), anchor="glossary")
    return Exhibit("glossary", (head, table(heads, rows)))
