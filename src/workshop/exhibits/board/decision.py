"""Show the first page of the board edition: what to decide."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from workshop.answers.schema import as_compared
from workshop.documents.blocks import (
    Block,
    Cell,
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
    number_head,
    owner_and_date,
    owner_name,
)
from workshop.exhibits.board.shared import (
    FEW_RISKS,
    FEW_SPEAKERS,
    days_words,
    first_objector,
    kept_days,
    one_option,
    open_replies,
    question_list,
    recorded_dissents,
    settled_by_plan,
    team_of_kind,
    titled,
    todays_option,
    turning_words,
    who_objects,
    who_serves,
)
from workshop.exhibits.decisions import (
    divided_votes,
    since_line,
    vote_name,
)
from workshop.exhibits.handoffs import (
    keeps_handoffs,
    option_as_agreed,
    ships_for_others,
)
from workshop.exhibits.layout import (
    capital,
    is_sparse,
    spelled,
    team_words,
    with_reference,
)
from workshop.exhibits.options import (
    apart,
    decides_between,
    decides_words,
    fewest_by_requests,
    half_if_whole,
    meaning_of,
    turned_to,
)
from workshop.exhibits.patterns import (
    is_doubted,
    is_judged,
    undoubted,
)
from workshop.findings import Assessment
from workshop.findings.handoffs import is_independent, rounded
from workshop.findings.patterns.advice import (
    becomes,
    changes_half,
    deciding,
    headline,
    number_words,
    turned_by,
)
from workshop.findings.patterns.capacity import Range
from workshop.findings.patterns.inputs import in_one_line
from workshop.findings.patterns.money import amount, beyond, cost_words
from workshop.findings.patterns.options import (
    Option,
    decides_pattern,
    product_people,
)
from workshop.findings.patterns.verdicts import FITTING
from workshop.findings.plan import (
    Action,
    actions,
    conditions,
    first_half,
    proposed_day,
    speaker,
    turns,
)

_REASONS = 3
"""The most reasons."""
_WAYS = 4
"""The most ways of working side by side."""
_FEW_STAGES = 2
"""The most stages that one line names."""


def board_decision(assessment: Assessment) -> Exhibit:
    """Return what to decide, the reasons, the cost and the conditions."""
    _ = assessment.content.words
    blocks: list[Block] = [
        heading(1, _("board.decision"), anchor="decision"),
        _advice(assessment),
    ]
    if assessment.since:
        blocks.append(since_line(assessment, assessment.since))
    if assessment.recommendation.patterns:
        blocks += _to_decide(assessment, one_option(assessment))
    if is_judged(assessment):
        blocks += _why(assessment)
        blocks += _instead(assessment)
        blocks += _takes(assessment)
    elif not is_sparse(assessment):
        blocks.append(pairs([(_("board.sure"), _sure(assessment))]))
    if not assessment.answers.decisions:  # else what was decided comes first
        blocks += question_list(assessment)
    return Exhibit("board-decision", tuple(blocks))


def _advice(assessment: Assessment) -> Block:
    _, option = assessment.content.words, one_option(assessment)
    if option is None or option.text is None:
        label = {"none": "label-none", "first-indication": "label-first"}
        key = label.get(assessment.recommendation.status, "label-open")
        tone: Tone = "ours" if assessment.recommendation.patterns else "muted"
        body: list[Block | str] = list(deciding(assessment))
        if assessment.recommendation.patterns:
            meanings = (meaning_of(assessment, (p,)) for p in assessment.recommendation.patterns)
            body.insert(0, paragraph(" ".join(_("board.name-is", **m) for m in meanings if m)))
        return card(headline(assessment), body, label=_(f"patterns.{key}"), tone=tone, boxed=True)
    return card(
        _what_to_do(assessment, option),
        list(
            filter(
                None,
                [
                    f"{_named(assessment, option)} {_benefit(assessment, option)}",
                    _goes_further(assessment, option),
                    _could_turn(assessment),
                ],
            )
        ),
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
    _, own, names = assessment.content.words, one_option(assessment), list[str]()
    for option in options:
        meaning = meaning_of(assessment, option.patterns)
        if not meaning or (own is not None and set(option.patterns) <= set(own.patterns)):
            names.append(option.short)
        else:
            meaning["meaning"] = meaning["meaning"].removesuffix(".")
            names.append(_("board.name-meaning", **meaning))
    return assessment.listing(names)


def _benefit(assessment: Assessment, option: Option) -> str:
    _, today = assessment.content.words, todays_option(assessment)
    if "today" in option.roles:
        key = "board.benefit-doubted" if is_doubted(assessment) else "board.benefit-today"
        risks = [*assessment.of_severity("critical"), *assessment.of_severity("risk")]
        found = [_(key)]
        if risks:
            settled = sum(f.status == "settled" for f in risks)
            part = "some" if 0 < settled < len(risks) else "risks"
            found.append(_(f"board.benefit-{part}", n=len(risks), settled=settled))
        if today is not None and today.lead_time.half is not None:
            found.append(_("board.benefit-days"))
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


@dataclass(frozen=True)
class _Asked:
    """What the first page asks of somebody: actions of the plan, or one row more."""

    what: Text
    actions: Sequence[Action] = ()

    @property
    def numbers(self) -> list[int]:
        return [a.number for a in self.actions]


def _to_decide(assessment: Assessment, option: Option | None) -> list[Block]:
    """Return what of the plan comes first for those who decide, in the plan's order."""
    _, asked = assessment.content.words, _asked(assessment, option)
    if not any(x.actions for x in asked):
        if len(asked) == 1:
            title = Span(_("board.asked-yours"), strong=True)
            return [paragraph((title, Span(" "), *asked[0].what))]
        return [heading(2, _("board.first")), bullets(x.what for x in asked)]
    heads = [
        number_head(assessment),
        column(_("agreed.plan-due"), width=0.95),
        column(_("agreed.plan-owner"), width=1),
        column(_("agreed.plan-what"), width=3.7),
    ]
    rows = [_asked_row(assessment, x) for x in sorted(asked, key=lambda x: x.numbers or [10_000])]
    return [heading(2, _("board.first")), table(heads, rows)]


def _asked_row(assessment: Assessment, asked: _Asked) -> list[Cell]:
    _, leads = assessment.content.words, assessment.content.words("agreed.plan-choice-owner")
    numbers = cell(_spans_of(asked.numbers), tone="muted")
    if not asked.actions:
        undated = cell(_("board.first-undated"), tone="muted")
        return [numbers, undated, cell(leads, strong=True), cell(asked.what)]
    first = min(asked.actions, key=lambda a: (_day(assessment, a) is None, _day(assessment, a)))
    who, day = owner_and_date(assessment, first)
    if owners := list(dict.fromkeys(filter(None, map(owner_name, asked.actions)))):
        several = _("board.first-owners", n=len(owners))
        who = cell(owners[0] if len(owners) == 1 else several, strong=owners == [leads])
    return [numbers, day, who, cell(asked.what)]


def _spans_of(numbers: Sequence[int]) -> str:
    """Return numbers as a range where they follow each other: “4–6”, “4, 7”."""
    if len(numbers) > 1 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{numbers[0]}–{numbers[-1]}"
    return ", ".join(map(str, numbers)) or "–"


def _asked(assessment: Assessment, option: Option | None) -> list[_Asked]:
    """Return what those who decide are asked for: to decide, to settle, to reply."""
    _, plan = assessment.content.words, actions(assessment)
    found: list[_Asked] = []
    if turning := [a for a in plan if turns(assessment, a)]:
        names = _open_answers(assessment, turning)
        found.append(
            _Asked(_paged(assessment, "settle", "confidence", n=len(turning), names=names), turning)
        )
    found += [_Asked(_plan_words(assessment, a), [a]) for a in plan if a.kind in _ASKED]
    found += _replies(assessment, plan)
    if urgent := [a for a in plan if a.is_urgent and a.status == "proposed"]:
        n = {"n": len(urgent), "number": number_words(assessment.content, len(urgent))}
        found.append(_Asked(_paged(assessment, "urgent", "plan", **n), urgent))
    if option is None:
        found.append(_Asked(text(_still_to_choose(assessment))))
    else:
        found += _find_out(assessment, plan, option)
    questions = {as_compared(a.decision.decision): a for a in plan if a.is_open and a.decision}
    for a in questions.values():
        asked = a.decision.decision if a.decision else ""
        found.append(_Asked(_paged(assessment, "question", "decisions", asked=asked), [a]))
    divided = divided_votes(assessment)
    if open_votes := [r for r in divided if as_compared(r.vote.asked) not in questions]:
        asked = assessment.listing(vote_name(assessment, r) for r in open_votes)
        words = _paged(assessment, "divided", "decisions", n=len(open_votes), asked=asked)
        found.append(_Asked(words))
    return found


_ASKED: dict[str, str] = {
    "rule": "",
    "shipping": "options",
    "calling": "options",
    "confirm": "",
    "owners": "plan",
    "choice": "",
}
"""Kinds of actions that the first page names, and where more is said on each."""
_PAGES = {
    "confidence": "board.confidence",
    "decisions": "board.decisions",
    "options": "board.options-page",
    "plan": "board.plan-title",
}


def _paged(assessment: Assessment, key: str, page: str, **values: Any) -> Text:
    _ = assessment.content.words
    return with_reference(_, f"board.asked-{key}", page, _(_PAGES[page]), **values)


def _plan_words(assessment: Assessment, action: Action) -> Text:
    """Return what to do as the plan has it, shorter, and the page that says more."""
    what, page = action.what, _ASKED[action.kind]
    if action.kind in ("rule", "shipping"):  # why is said where it is explained
        what = what.partition(". ")[0]
    if not page:
        return text(f"{what.removesuffix('.')}.")
    return _paged(assessment, "listed", page, what=what.removesuffix("."))


def _replies(assessment: Assessment, plan: Sequence[Action]) -> list[_Asked]:
    """Return the replies that are missing, those of one owner and day together."""
    found: dict[tuple[str, datetime.date | None], list[Action]] = {}
    for a in plan:
        if a.kind == "reply":
            found.setdefault((owner_name(a), _day(assessment, a)), []).append(a)
    rows = []
    for own in found.values():
        said = (a.answers.dissent or "" for a in own if a.answers)
        who = list(dict.fromkeys(map(speaker, said)))
        key, n = "reply" if all(who) else "reply-unnamed", {"n": len(own)}
        words = _paged(assessment, key, "decisions", who=assessment.listing(filter(None, who)), **n)
        rows.append(_Asked(words, own))
    return rows


def _still_to_choose(assessment: Assessment) -> str:
    """Return what to do about the way of working while no advice is firm."""
    _, chosen = assessment.content.words, assessment.answers.chosen_pattern
    if chosen not in assessment.recommendation.patterns or not chosen:
        return _("board.asked-open")
    return _("board.asked-within", name=assessment.content.pattern(chosen).short)


def _day(assessment: Assessment, action: Action) -> datetime.date | None:
    """Return by when an action is to be done, or is proposed to be."""
    if action.due:
        return datetime.date.fromisoformat(action.due)
    return proposed_day(assessment, action)


def _in_doubt(assessment: Assessment, action: Action) -> list[str]:
    """Return the answers in doubt of an action that can change the advice."""
    turned = {name: turned_by(assessment, (name,)) for name in action.reads}
    return [n for n, found in turned.items() if any(not changes_half(assessment, x) for x in found)]


def _open_answers(assessment: Assessment, turning: Sequence[Action]) -> str:
    """Return the names of the answers in doubt that can change the advice."""
    found = dict.fromkeys(name for a in turning for name in _in_doubt(assessment, a))
    return assessment.listing(assessment.content.question(name).name for name in found)


def _find_out(assessment: Assessment, plan: Sequence[Action], option: Option) -> list[_Asked]:
    """Return what to find out about today's pattern if the advice is to stay."""
    if "today" not in option.roles:
        return []
    words = assessment.content.words("board.asked-find-out")
    return [
        _Asked(text(words), [a])
        for a, c in settled_by_plan(assessment, plan)
        if "current_pattern" in c.answers and not turned_by(assessment, c.answers)
    ]


def _why(assessment: Assessment) -> list[Block]:
    """Return the reasons, and what does not work yet where the advice is to stay."""
    _, option, losses = assessment.content.words, one_option(assessment), _losses(assessment)
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
        first.append(titled(title, " ".join(_two(assessment, reasons))))
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
    alone += _slower(assessment, option, rivals[0])
    found: list[Text] = [(Span(w),) for w in shared]
    if shared:
        alone.append(_("board.why-shared", n=len(shared)))
    return [*found, titled(_("board.why-alone", **names), " ".join(alone))]


def _slower(assessment: Assessment, option: Option, rival: Option) -> list[str]:
    """Return how much faster the rival is, and what its days rest on."""
    then, now, whole = rival.lead_time.half, option.lead_time.half, half_if_whole(option)
    if then is None or now is None or round(then) >= round(now):
        return []
    _, names = assessment.content.words, {"name": option.short, "other": rival.short}
    if whole is None or round(then) < round(whole):
        return [_("board.why-slower", n=round(now) - round(then), **names)]
    shown = {"then": rounded(assessment.content, then), "now": rounded(assessment.content, now)}
    moved = _moved(assessment, option)
    team = team_of_kind(assessment, "platform")
    key = "moved" if moved else "complete"
    return [_(f"board.why-as-fast-{key}", team=team, stages=moved, **shown, **names)]


def _listed(items: Sequence[Text]) -> Block:
    return bullets(items, ordered=len(items) > 1)


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
        option = one_option(assessment)
        if option is not None and "today" in option.roles:  # else the advice names the model
            change = _("board.reason-time-change-to", model=_one_model(assessment))
        else:
            change = _("board.reason-time-change")
        days = _("board.reason-time-words", change=change, **days_words(assessment, stream))
        told = filter(None, (days, handoffs, _handoffs_left(assessment, n)))
        found.append(titled(_("board.reason-time"), " ".join(told)))
    played = [d for d in assessment.drills if d.answered]
    gaps = [d for d in played if set(d.outcomes) - {"ends-well", "unknown"}]
    if gaps:
        words = _(
            "board.reason-nights-words", n=len(gaps) if len(played) > 1 else 1, all=len(played)
        )
        found.append(titled(_("board.reason-nights"), words))
    return found


def _handoffs_left(assessment: Assessment, today: int | None) -> str:
    """Return how many handoffs the advice leaves once complete, if fewer."""
    option = one_option(assessment)
    if not today or option is None or "today" in option.roles:
        return ""
    first = first_half(assessment) or option
    if first.handoffs is None or first.handoffs >= today:
        return ""
    key = "left" if first.handoffs else "left-none"
    words = {"n": first.handoffs, "name": first.short}
    return assessment.content.words(f"board.reason-time-{key}", **words)


def _takes(assessment: Assessment) -> list[Block]:
    """Return people, cost, the main risk, confidence, and a strength to keep."""
    _, option = assessment.content.words, one_option(assessment)
    lines: list[tuple[TextLike, TextLike]] = []
    growth = _growth(assessment, option) if option is not None else []
    if option is not None:
        now = first_half(assessment) or option
        lines.append((_("board.people"), _people(assessment, option, bool(growth))))
        if move := now.move or option.move:
            cost = cost_words(assessment, now, None if now is option else option)
            if growth and assessment.answers.person_cost is not None:
                cost = _("board.cost-uncounted")
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
    return [heading(2, title), *growth, pairs(lines)]


def _growth(assessment: Assessment, option: Option) -> list[Block]:
    """Return people and cost to begin, once complete, and with what comes later.

    Empty where all of it is the same, or where there is no number.
    """
    _, first = assessment.content.words, first_half(assessment) or option
    people, number = first.people, assessment.content.words.number
    more, later = beyond(people), None if first is option else option.people.inside_teams
    if more is None or people.platform is None or people.have is None or people.inside_teams:
        return []
    least, most = more
    shown: list[tuple[str, str, Range]] = [
        ("begin", number(max(people.have, people.platform[0])), (least, least))
    ]
    if most > least:
        shown.append(("full", _people_range(assessment, first), more))
    if len(shown) + bool(later) < 2:
        return []
    heads = [_(f"board.growth-{key}") for key, _platform, _added in shown]
    team = [platform for _key, platform, _added in shown]
    extra = [_most(assessment, added, _count) for _key, _platform, added in shown]
    money = [_most(assessment, added, amount) for _key, _platform, added in shown]
    if later:
        heads.append(
            _("board.growth-later", name=assessment.content.pattern(option.patterns[1]).short)
        )
        team.append(_("board.growth-same"))
        each = later[0] == 1 and later[1] > 1  # one team with one, or every team with two
        whole = (least + later[0], most + later[1])
        counted = _count(assessment, whole)
        extra.append(_("board.growth-inside", people=counted) if each else counted)
        money.append(amount(assessment, whole))
    rows = [[_("board.growth-team"), *team], [_("board.growth-more"), *extra]]
    if assessment.answers.person_cost is not None:
        rows.append([_("board.growth-money", each=amount(assessment, (1, 1))), *money])
    titles = zip((_("board.growth"), *heads), (1.3, 0.8, 1, 1.2), strict=False)
    return [table([column(title, width=width) for title, width in titles], rows)]


def _most(assessment: Assessment, added: Range, show: Callable[[Assessment, Range], str]) -> str:
    """Return how many come, or what they cost; the least may be none."""
    low, high = added
    if low or not high:
        return show(assessment, added) if high else assessment.content.words("options.money-none")
    return assessment.content.words("options.money-most", amount=show(assessment, (high, high)))


def _count(assessment: Assessment, people: Range) -> str:
    """Return a number of people, or a range of them."""
    _, (low, high) = assessment.content.words, people
    return _.number(low) if low == high else _("options.range", low=low, high=high)


def _instead(assessment: Assessment) -> list[Block]:
    """Return what else could be done: nothing, or another option."""
    _, option = assessment.content.words, one_option(assessment)
    lines: list[tuple[TextLike, TextLike]] = []
    if option is not None:
        today = todays_option(assessment)
        if today is not None and today is not option and today.patterns:
            lines.append((_("board.instead-today"), _as_today(assessment, today)))
        lines += _others(assessment, option)
    nothing = [_if_nothing_is_done(assessment)]
    if value := assessment.answers.model_value:
        depends = _("board.depends-words", model=assessment.model, value=in_one_line(value))
        nothing.append(depends)
    if any(nothing):
        stays = option is not None and "today" in option.roles
        lines.append(
            (_(f"board.nothing{'-stays' if stays else ''}"), " ".join(filter(None, nothing)))
        )
    beside = _side_by_side(assessment, option) if option is not None else []
    return [heading(2, _("board.instead")), *beside, pairs(lines)] if lines else []


_Kind = Literal["today", "agreed", "advised", "both", "stay", "fits", "turned"]


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
        ("ships", [] if _adds_shipping(assessment, option) else [w.ships for w in ways]),
        ("people", [] if _growth(assessment, option) else [w.people for w in ways]),
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
    return [table(heads, rows)]


def _adds_shipping(assessment: Assessment, option: Option) -> bool:
    """Return whether the choice is what is advised, except for who ships."""
    first = first_half(assessment) or option
    return bool(kept_days(assessment)) and option_as_agreed(assessment) is first


def _decided_already(assessment: Assessment) -> str:
    """Return that the workshop decided what is advised, and who confirms it."""
    plan = actions(assessment)
    made = [a for a in plan if a.decision is not None and decides_pattern(assessment, a.decision)]
    confirm = next((a for a in plan if a.kind == "confirm"), None)
    chosen, own = assessment.answers.chosen_pattern, assessment.recommendation.patterns
    if confirm is None or not made or made[-1].is_open or own != (chosen,):
        return ""
    numbers = {"action": made[-1].number, "confirm": confirm.number}
    return assessment.content.words("board.decided-too", **numbers)


def _goes_further(assessment: Assessment, option: Option) -> str:
    """Return what the advice adds to what was chosen, where a team still ships."""
    kept, first = kept_days(assessment), first_half(assessment) or option
    if not _adds_shipping(assessment, option):
        return _decided_already(assessment)
    builder, words = assessment.answers.builder, assessment.content.words
    if builder is None or assessment.teams.kind(builder) == "product":
        return words("board.further", name=first.short, **kept)
    name = capital(team_words(assessment.content, builder))
    return words("board.further-builder", name=first.short, builder=name, **kept)


def _moved(assessment: Assessment, option: Option) -> str:
    """Return the stages that today's pattern gives to the central team, if few."""
    bars, stages = option.stream.bars if option.stream else (), assessment.answers.stages or ()
    kind, names = assessment.teams.kind, list[str]()
    for stage, bar in zip(stages, bars, strict=True):
        moves = stage.team and bar.holder == "platform" and kind(stage.team) != "platform"
        if moves and not is_independent(assessment.teams, assessment.answers, stage):
            names.append(in_one_line(stage.name or ""))
    if not all(names) or len(names) > _FEW_STAGES:
        return ""
    return assessment.listing(assessment.content.words("board.quoted", words=n) for n in names)


def _shown_days(assessment: Assessment, way: _Way) -> str:
    if way.half is None:
        return ""
    return rounded(assessment.content, way.half)


def _shown_count(assessment: Assessment, count: int | None) -> str:
    if count is None:
        return ""
    return str(count) if count else assessment.content.words("board.side-none")


def _ways(assessment: Assessment, option: Option) -> list[_Way]:
    """Return the ways of working to compare; what is the same in two of them is one."""
    _, today, first = (
        assessment.content.words,
        todays_option(assessment),
        first_half(assessment) or option,
    )
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
        found.append(_way(kind, first, who_serves(assessment, first), needed))
    for rival in _fitting(assessment, option):
        served, people = who_serves(assessment, rival), _people_range(assessment, rival)
        found.append(_way("fits", rival, served, people))
    for turned in turned_to(assessment):
        served, people = who_serves(assessment, turned), _people_range(assessment, turned)
        found.append(_way("turned", turned, served, people))
    return found[:_WAYS]


def _way(kind: _Kind, option: Option, ships: str, people: str) -> _Way:
    return _Way(kind, option.short, option.lead_time.half, option.handoffs, ships, people)


def _way_as_agreed(assessment: Assessment, option: Option) -> _Way:
    """Return the chosen way with what the decisions leave as it is."""
    days, handoffs, have = option.lead_time, option.handoffs, option.people.have
    if option.agreed is not None:
        days, handoffs = option.agreed.lead_time, option.agreed.handoffs
        have = option.agreed.have
    ships = ships_for_others(assessment) or who_serves(assessment, option)
    there = "" if have is None else assessment.content.words.number(have)
    return _Way("agreed", option.short, days.half, handoffs, ships, there)


def _ships(assessment: Assessment) -> str:
    """Return who ships the model today."""
    holder = next((x.holder for x in assessment.ledger.lines if x.duty.id == "ship"), None)
    return capital(team_words(assessment.content, holder)) if holder else ""


def _people_range(assessment: Assessment, option: Option, article: bool = False) -> str:
    """Return how many people an option takes on the platform, as a range.

    Where the own requests take more than its fewest, they count; `article`: not even then.
    """
    people, least = option.people.platform, fewest_by_requests(assessment, option)
    if people is not None and least is not None and not article:
        people = (least, max(least, people[1]))
    return "" if people is None else _count(assessment, people)


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
    """Return today's arrangement, as the answers have it."""
    meaning = {"name": today.short, "meaning": today.name, **meaning_of(assessment, today.patterns)}
    return assessment.content.words("board.instead-today-is", **meaning)


def _others(assessment: Assessment, option: Option) -> list[tuple[TextLike, TextLike]]:
    """Return the options that were compared, then those that are ruled out."""
    _, today = assessment.content.words, todays_option(assessment)
    lines: list[tuple[TextLike, TextLike]] = []
    parts = [o for o in assessment.options if set(o.patterns) < set(option.patterns)]
    others = [o for o in assessment.options if o not in (option, today, *parts) and o.patterns]
    # What fits as well is not left to the table of all options.
    fitting = _fitting(assessment, option)
    turned = turned_to(assessment)
    kinds = {
        "fits": fitting,
        "others": [o for o in others if o not in fitting and not o.excluded],
        "turned": turned,
        "ruled-out": [o for o in apart(o for o in others if o.excluded) if o not in turned],
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
        key = "board.side-turned" if kind == "turned" else f"board.instead-{kind}"
        lines.append((_(key, n=len(found)), spans))
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
        option = one_option(assessment)
        certain = "-certain" if stream.p50 == stream.p90 else ""
        # The box has the days of today where the advice changes them.
        told = option is not None and option.lead_time.half not in (None, stream.p50)
        key = "board.nothing-as-today" if told else f"board.nothing-days{certain}"
        if option is None or "today" not in option.roles:  # else the advice changes no days
            sentences.append(_(key, half=rounded(assessment.content, stream.p50)))
    urgent, risks = assessment.of_severity("critical"), assessment.of_severity("risk")
    for key, found in (("urgent", urgent), ("risks", risks)):
        if found:
            # What a decision would end is lost without it; other risks may stay in any case.
            ended = sorted(found[:FEW_RISKS], key=lambda f: f.status != "settled")
            first = [f.statement for f in ended[:1]]
            sentences.append(_(f"board.nothing-{key}", n=len(found), first=" ".join(first)))
            break
    return " ".join(sentences)


def _people(assessment: Assessment, option: Option, counted: bool) -> str:
    """Return the people of the advice; a second half that can wait is told apart.

    `counted`: a table has the numbers.
    """
    first = first_half(assessment)
    if counted:
        return _people_beside(assessment, first or option)
    inside = option.people.inside_teams
    if first is None or not inside:
        return _people_words(assessment, option)
    _, content = assessment.content.words, assessment.content
    added = {"name": content.pattern(option.patterns[1]).short, "n": inside[1]}
    low, high = map(content.words.number, inside)
    key = "board.people-later" if inside[0] != inside[1] else "board.people-later-exactly"
    return " ".join((_people_words(assessment, first), _(key, **added, low=low, high=high)))


def _people_beside(assessment: Assessment, option: Option) -> str:
    """Return what a table of people and cost does not say."""
    sentences = []
    if option.text and not option.people.inside_teams:
        sentences.append(option.text.people)
    if option.text:
        sentences += product_people(assessment, option.text)
    return " ".join(sentences)


def _people_words(assessment: Assessment, option: Option) -> str:
    """Return how many people an option takes, and how many there are."""
    _, p = assessment.content.words, option.people
    number = assessment.content.words.number
    if p.low is None or p.high is None:
        return _("board.people-unknown")
    sentences = []
    begins = p.have is not None and not p.too_few and p.have < p.high
    if begins:
        sentences += _people_to_begin(assessment, option)
    elif (least := fewest_by_requests(assessment, option)) and assessment.queue:
        shown = rounded(assessment.content, assessment.queue.busy or 0)
        article = _people_range(assessment, option, article=True)
        sentences.append(_("board.people-busy", busy=shown, n=least, article=article))
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
    """Return how sure the advice is: what could turn it comes first."""
    _ = assessment.content.words
    status = assessment.recommendation.status
    key = {"recommendation": "one", "first-indication": "first", "contested": "open"}
    said = [_(f"board.sure-{key.get(status, 'none')}")]
    if turning := _turning(assessment):
        names = _open_answers(assessment, [turning])
        firm = "doubt" if _is_outweighed(assessment, turning) else "unless"
        said = [_(f"board.sure-{firm}", action=turning.number, names=names)]
    if status == "recommendation":
        said.append(_("board.sure-judgement"))
    spans = [Span(" ".join(said))]
    if is_judged(assessment):
        page = _("board.confidence")
        spans += [Span(" "), *with_reference(_, "board.sure-changes", "confidence", page)]
    return tuple(spans)


def _turning(assessment: Assessment) -> Action | None:
    """Return the action that can turn firm advice, if there is one."""
    if assessment.recommendation.status != "recommendation":
        return None
    plan, own = actions(assessment), set(assessment.recommendation.patterns)
    for action, clash in settled_by_plan(assessment, plan):
        for x in turned_by(assessment, clash.answers):
            if x.patterns and not x.contested and not own & set(x.patterns):
                return action
    return next((a for a in plan if a.kind == "rule"), None)


def _is_outweighed(assessment: Assessment, action: Action) -> bool:
    """Return whether a measured answer contradicts an opinion that the advice needs."""
    basis, needed = assessment.answers.basis or {}, _in_doubt(assessment, action)
    others = [name for name in action.reads if name not in needed]
    return "opinion" in map(basis.get, needed) and "measured" in map(basis.get, others)


def _could_turn(assessment: Assessment) -> str:
    """Return on which answer or rule firm advice rests, and what else it becomes."""
    action = _turning(assessment)
    if action is None:
        return ""
    _, own = assessment.content.words, assessment.recommendation.patterns
    turned = {x.patterns: x for x in turned_by(assessment, action.reads)}
    if action.kind == "rule":
        if len(turned) > 1:
            return _("board.rests-rule", action=action.number)
        (segment,) = turned.values()
        clause = becomes(assessment.content, segment, own)
        return _("board.rests-rule-becomes", action=action.number, becomes=clause)
    clash = next(c for a, c in settled_by_plan(assessment, [action]))
    rests = _("board.rests-answer", action=action.number)
    return " ".join([rests, *turning_words(assessment, clash)])


def _disagreed(assessment: Assessment) -> Text:
    """Return who disagrees with a decision, how many got no reply, and where to read."""
    noted = recorded_dissents(assessment)
    if not noted:
        return ()
    _ = assessment.content.words
    n: dict[str, Any] = {"n": len(noted), "number": spelled(assessment, len(noted))}
    who = list(dict.fromkeys(filter(None, map(speaker, noted))))
    if len(who) == len(noted) <= FEW_SPEAKERS:
        names, page = assessment.listing(who), _("board.decisions")
        text = with_reference(_, "board.disagreed-page", "decisions", page, names=names, **n)
    else:
        text = with_reference(_, "board.disagreed-count", "decisions", _("board.decisions"), **n)
    named = who_objects(assessment)
    chosen = assessment.answers.chosen_pattern
    on = {"name": assessment.content.pattern(chosen).short if chosen else ""}
    objector, said = first_objector(assessment, actions(assessment)), ""
    if objector and _same(named, [objector["who"]]):
        said, objector = _("board.disagreed-both", **objector, **on), {}
    elif named:
        words = {"n": len(named), "names": assessment.listing(named), **on}
        said = _("board.disagreed-pattern", **words)
    if said and (reason := _against_pattern(assessment)):
        said = _("board.disagreed-because", said=said.removesuffix("."), words=reason)
    if said:
        text = (*text, Span(f" {said}"))
    if objector:
        text = (*text, Span(f" {_('board.disagreed-owner', **objector)}"))
    if one_option(assessment) is None:  # else the first steps have the replies
        text = (*text, Span(" "), *open_replies(assessment))
    return text


_SHORT_DISSENT = 120
"""The most letters of a dissent on page 1; page 5 has it in any case."""


def _against_pattern(assessment: Assessment) -> str:
    """Return why somebody disagrees with the way of working, if that is short."""
    made = assessment.answers.decisions or ()
    own = [d.dissent for d in made if d.dissent and decides_pattern(assessment, d)]
    said = own[0].partition(":")[2] if len(own) == 1 and speaker(own[0]) else ""
    words = in_one_line(said).strip('“”„"')
    return words if len(words) <= _SHORT_DISSENT else ""


def _same(names: Sequence[str], others: Sequence[str]) -> bool:
    return [*map(as_compared, names)] == [*map(as_compared, others)]


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
        if proposed and _same(owners, who_objects(assessment)):
            key = "objects"
        named = _(f"board.conditions-{key}", n=len(owners), names=assessment.listing(owners))
        words.append(Span(f" {named}"))
    if vacant := sum(not owner_name(a) for a in planned):
        key = "vacant-all" if vacant == n else "vacant"
        words.append(Span(f" {_(f'board.conditions-{key}', n=vacant)}", tone="critical"))
    return [(_("board.conditions"), tuple(words))]
