"""Show the first page of the board edition: what to decide."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

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
from workshop.exhibits.board.comparison import days_compared, if_nothing_is_done, why
from workshop.exhibits.board.people import takes
from workshop.exhibits.board.shared import (
    FEW_SPEAKERS,
    decided_on,
    first_objector,
    kept_days,
    one_option,
    open_replies,
    question_list,
    recorded_dissents,
    settled_by_plan,
    titled,
    todays_option,
    turning_action,
    turning_words,
    who_objects,
)
from workshop.exhibits.decisions import (
    since_line,
    vote_name,
)
from workshop.exhibits.handoffs import option_as_agreed
from workshop.exhibits.layout import (
    date_words,
    ended,
    is_sparse,
    spelled,
    team_of_kind,
    with_reference,
)
from workshop.exhibits.options import meaning_of
from workshop.exhibits.patterns import (
    is_doubted,
    is_judged,
)
from workshop.findings import Assessment
from workshop.findings.dissent import speaker
from workshop.findings.handoffs import rounded
from workshop.findings.patterns.advice import (
    becomes,
    changes_half,
    deciding,
    headline,
    number_words,
    turned_by,
)
from workshop.findings.patterns.inputs import in_one_line
from workshop.findings.patterns.options import Option, decides_pattern
from workshop.findings.plan import (
    HORIZONS,
    Action,
    actions,
    conditions,
    counting_people,
    dissents_on,
    first_half,
    leadership,
    on_one_page,
    proposed_day,
    turns,
)


def board_decision(assessment: Assessment, *, drawn: bool = True) -> Exhibit:
    """Return what to decide, the reasons, the cost and the conditions.

    `drawn`: with the days as a picture, and else in words.
    """
    _, option = assessment.content.words, one_option(assessment)
    blocks: list[Block] = [
        heading(1, _("board.decision"), anchor="decision"),
        _advice(assessment, option),
    ]
    if option is not None:
        blocks += days_compared(assessment, option, drawn)
    if assessment.since:
        blocks.append(since_line(assessment, assessment.since))
    if assessment.recommendation.patterns:
        blocks += _to_decide(assessment, option)
    if is_judged(assessment):
        blocks += [*why(assessment), *takes(assessment)]
        blocks += _to_know(assessment, option)
    elif not is_sparse(assessment):
        blocks.append(pairs([(_("board.sure"), _sure(assessment))]))
    if not assessment.answers.decisions:  # else what was decided comes first
        blocks += question_list(assessment)
    return Exhibit("board-decision", tuple(blocks))


def _advice(assessment: Assessment, option: Option | None) -> Block:
    _ = assessment.content.words
    if option is None or option.text is None:
        label = {"none": "label-none", "first-indication": "label-first"}
        key = label.get(assessment.recommendation.status, "label-open")
        tone: Tone = "ours" if assessment.recommendation.patterns else "muted"
        body: list[Block | str] = list(deciding(assessment))
        if assessment.recommendation.patterns:
            meanings = (meaning_of(assessment, (p,)) for p in assessment.recommendation.patterns)
            body.insert(0, paragraph(" ".join(_("board.name-is", **m) for m in meanings if m)))
        return card(headline(assessment), body, label=_(f"patterns.{key}"), tone=tone, boxed=True)
    now = first_half(assessment) or option
    words = now.text or option.text
    title = words.keep if "today" in now.roles else words.do
    named = _("board.named", name=now.short)
    paragraphs: list[TextLike] = [f"{named} {_benefit(assessment, option)}"]
    who = leadership(assessment)
    key = "asked" if who == _("agreed.plan-choice-owner") else "asked-of"
    asked = _(f"board.state-{key}", who=who)
    states = {asked: _asked_today(assessment, option)}
    states[_("board.state-open")] = _could_turn(assessment)
    paragraphs += [titled(head, said) for head, said in states.items() if said]
    body = [paragraph(said) for said in paragraphs]
    return card(title, body, label=_("board.we-advise"), tone="ours", boxed=True)


def _asked_today(assessment: Assessment, option: Option) -> str:
    """Return what those who read this are asked for today, and about the choice."""
    _ = assessment.content.words
    start = _("board.asked-start") if any(x.actions for x in _asked(assessment, option)) else ""
    shipping = any(a.kind == "shipping" for a in actions(assessment))
    adds = shipping and _adds_shipping(assessment, option)
    further = _("board.asked-further") if adds else ""
    return " ".join(filter(None, (start, _chosen(assessment), further)))


def _chosen(assessment: Assessment) -> str:
    """Return which way of working the workshop chose, and who confirms it."""
    _, chosen = assessment.content.words, assessment.answers.chosen_pattern
    if not chosen:
        return ""
    plan = actions(assessment)
    made = [a for a in plan if a.decision is not None and decides_pattern(assessment, a.decision)]
    own, name = assessment.recommendation.patterns, assessment.content.pattern(chosen).short
    asked = _confirmed(assessment) if any(a.kind == "confirm" for a in plan) else {}
    if not made or made[-1].is_open:
        if not asked or own[:1] != (chosen,):
            return ""
        return _("board.chosen-only", name=name, **asked)
    key = "same" if own[:1] == (chosen,) else "other"
    if chosen in assessment.recommendation.later:
        key = "later"
    elif assessment.verdicts[chosen].verdict == "excluded":
        key = "ruled-out"
    if key == "same" and asked:
        stays = chosen == assessment.answers.current_pattern
        key = "stay" if stays else "confirm"
    return _(f"board.chosen-{key}", name=name, action=made[-1].number, **asked)


def _confirmed(assessment: Assessment) -> dict[str, Any]:
    """Return after which check to confirm the choice, and how many voted for it."""
    _, check = assessment.content.words, turning_action(assessment)
    return {
        "check": _("board.asked-check", action=check.number) if check else "",
        "votes": _votes_for(assessment),
    }


def _votes_for(assessment: Assessment) -> str:
    """Return how many voted for what was chosen, if most of the room did."""
    _, chosen = assessment.content.words, assessment.answers.chosen_pattern
    asked = [r for r in assessment.votes if r.vote.question == "chosen_pattern"]
    if not asked or not chosen or asked[-1].last.leading != (chosen,):
        return ""
    return _("board.asked-votes", most=asked[-1].last.most, cast=asked[-1].last.cast)


def _benefit(assessment: Assessment, option: Option) -> str:
    """Return what the advice is good for, in days if there are any."""
    _, today = assessment.content.words, todays_option(assessment)
    if "today" in option.roles:
        team = team_of_kind(assessment, "platform")
        central = option.patterns == ("centralised",) and team != _("board.duty-platform")
        key = "board.benefit-doubted" if is_doubted(assessment) else "board.benefit-today"
        if central and key == "board.benefit-today":
            key = "board.benefit-today-team"
        risks = [*assessment.of_severity("critical"), *assessment.of_severity("risk")]
        found = [_(key, team=team)]
        if risks:
            settled = sum(decided_on(assessment, f) == "settled" for f in risks)
            part = "some" if 0 < settled < len(risks) else "risks"
            numbers = {"n": len(risks), "settled": settled, "left": len(risks) - settled}
            found.append(_(f"board.benefit-{part}", **numbers))
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
    key, when = "benefit-half", _when(assessment)
    if kept := _adds_shipping(assessment, option):
        key = "benefit-agreed-builds" if kept["builds"] else "benefit-agreed"
    return _(f"board.{key}", **{**shown, **kept, "when": when})


def _when(assessment: Assessment) -> str:
    """Return by when the first steps are done, and that the rest has no date."""
    _ = assessment.content.words
    begun = [a for a in on_one_page(actions(assessment)) if a.kind == "step" and a.is_main]
    dated = [(day, a.number) for a in begun if (day := _day(assessment, a)) is not None]
    if not dated:
        return _("board.benefit-when-open")
    day, number = max(dated)
    return _("board.benefit-when", date=date_words(assessment.content, day), action=number)


@dataclass(frozen=True)
class _Asked:
    """What the first page asks of somebody: actions of the plan, or one row more."""

    what: Text
    actions: Sequence[Action] = ()

    @property
    def numbers(self) -> list[int]:
        return [a.number for a in self.actions]


def _to_decide(assessment: Assessment, option: Option | None) -> list[Block]:
    """Return what those who decide are asked for first, in the plan's order.

    What can wait for more than 60 days is on the plan's page only.
    """
    _, asked = assessment.content.words, _asked(assessment, option)
    if not any(x.actions for x in asked):
        if len(asked) == 1:
            title = Span(_("board.asked-yours"), strong=True)
            return [paragraph((title, Span(" "), *asked[0].what))]
        return [heading(2, _("board.first")), bullets(x.what for x in asked)]
    heads = [
        number_head(assessment),
        column(_("agreed.plan-due"), width=0.95),
        column(_("agreed.plan-owner"), width=1.2),
        column(_("agreed.plan-what"), width=3.5),
    ]
    soon = [x for x in asked if not x.actions or min(a.horizon for a in x.actions) < HORIZONS[-1]]
    shown = sorted(soon or asked, key=lambda x: x.numbers or [10_000])
    rows = [_asked_row(assessment, x) for x in shown]
    return [heading(2, _("board.first")), table(heads, rows)]


def _asked_row(assessment: Assessment, asked: _Asked) -> list[Cell]:
    _, leads = assessment.content.words, leadership(assessment)
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
    named = (a for a in plan if a.kind in _ASKED and not (a.kind == "cover" and a.is_urgent))
    found += [_Asked(_plan_words(assessment, a), [a]) for a in named]
    found += _replies(assessment, plan)
    for own in _by_day(assessment, (a for a in plan if a.is_urgent and a.status == "proposed")):
        n = {"n": len(own), "number": number_words(assessment.content, len(own))}
        found.append(_Asked(_paged(assessment, "urgent", "plan", **n), own))
    # A decision that has its day later is covered until then.
    decided = (a for a in plan if a.is_urgent and a.status == "decided" and a.horizon == 30)
    for own in _by_day(assessment, decided):
        n = {"n": len(own), "number": number_words(assessment.content, len(own))}
        found.append(_Asked(_paged(assessment, "decided", "decisions", **n), own))
    if option is None:
        found.append(_Asked(text(_still_to_choose(assessment))))
    else:
        found += _find_out(assessment, plan, option)
    questions = {as_compared(a.decision.decision): a for a in plan if a.is_open and a.decision}
    for a in questions.values():
        asked = a.decision.decision if a.decision else ""
        found.append(_Asked(_paged(assessment, "question", "decisions", asked=asked), [a]))
    if divided := [a for a in plan if a.kind == "divided"]:
        open_votes = [r for a in divided for r in assessment.votes if r.vote.question in a.reads]
        asked = assessment.listing(vote_name(assessment, r) for r in open_votes)
        words = _paged(assessment, "divided", "decisions", n=len(open_votes), asked=asked)
        found.append(_Asked(words, divided))
    return found


_ASKED: dict[str, str] = {
    "rule": "",
    "cover": "",
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
    if action.kind == "shipping" and not kept_days(assessment):
        page = ""  # only where there are days does that page say more
    option = one_option(assessment)
    if action.kind == "choice" and option is not None and option.text and option.text.later:
        name = assessment.content.pattern(option.patterns[-1]).short
        words = option.text.later.removesuffix(".")
        return text(assessment.content.words("board.asked-later", words=words, name=name))
    if action.kind == "confirm" and (name := _confirmed_only(assessment, action)):
        key = "board.asked-confirm" + ("-count" if counting_people(assessment) else "")
        return text(assessment.content.words(key, name=name))
    if action.kind in ("cover", "rule", "shipping"):  # why is said where it is explained
        what = re.split(r"(?<=[.?]) ", what, maxsplit=1)[0]
    if not page:
        return text(what if what.endswith(("?", ".")) else f"{what}.")
    return _paged(assessment, "listed", page, what=what.removesuffix("."))


def _confirmed_only(assessment: Assessment, action: Action) -> str:
    """Return the name of the chosen way of working, if only the check is awaited.

    That the workshop chose it stands above on the page.
    """
    _, chosen = assessment.content.words, assessment.answers.chosen_pattern
    name = assessment.content.pattern(chosen).short if chosen else ""
    keeps = _("agreed.plan-confirm-keep", name=name).removesuffix(".")
    return name if action.what.startswith(_("agreed.plan-confirm-unless", asked=keeps)) else ""


def _replies(assessment: Assessment, plan: Sequence[Action]) -> list[_Asked]:
    """Return the replies that are missing, those of one owner and day together."""
    found: dict[tuple[str, datetime.date | None], list[Action]] = {}
    for a in plan:
        if a.kind == "reply":
            found.setdefault((owner_name(a), _day(assessment, a)), []).append(a)
    rows = []
    for own in found.values():
        who = list(dict.fromkeys(speaker(a.dissent) for a in own))
        key, n = "reply" if all(who) else "reply-unnamed", {"n": len(own)}
        words = _paged(assessment, key, "decisions", who=assessment.listing(filter(None, who)), **n)
        rows.append(_Asked(words, own))
    return rows


def _by_day(assessment: Assessment, found: Iterable[Action]) -> list[list[Action]]:
    """Return actions in rows, each of what is to be done by one day.

    What has no owner has a row of its own: it is not for whoever has the rest.
    """
    rows: dict[tuple[datetime.date | None, bool], list[Action]] = {}
    for a in found:
        rows.setdefault((_day(assessment, a), bool(owner_name(a))), []).append(a)
    return list(rows.values())


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


def _adds_shipping(assessment: Assessment, option: Option) -> dict[str, Any]:
    """Return what the advice adds to the choice, if that is only who ships.

    Its days with what is agreed, and whether another team than the product's builds today.
    """
    kept, first = kept_days(assessment), first_half(assessment) or option
    if not kept or option_as_agreed(assessment) is not first:
        return {}
    builder = assessment.answers.builder
    return {**kept, "builds": builder and assessment.teams.kind(builder) != "product"}


def _to_know(assessment: Assessment, option: Option | None) -> list[Block]:
    """Return what comes of doing nothing, the risk, conditions, doubts and dissent."""
    _, lines = assessment.content.words, list[tuple[TextLike, TextLike]]()
    if nothing := if_nothing_is_done(assessment):
        stays = "-stays" if option is not None and "today" in option.roles else ""
        lines.append((_(f"board.nothing{stays}"), nothing))
    if option is not None:
        now = first_half(assessment) or option
        risks = [now.main_failure, brought(assessment)]
        lines.append((_("board.risk"), " ".join(filter(None, risks))))
        lines += _conditions(assessment)
    lines.append((_("board.sure"), _sure(assessment)))
    if disagreed := _disagreed(assessment):
        lines.append((_("board.disagreed"), disagreed))
    title = _("board.to-know" if option is not None else "board.takes-open")
    return [heading(2, title), pairs(lines)]


def _sure(assessment: Assessment) -> Text:
    """Return how sure the advice is: what could turn it comes first."""
    _ = assessment.content.words
    status = assessment.recommendation.status
    key = {"recommendation": "one", "first-indication": "first", "contested": "open"}
    said = [_(f"board.sure-{key.get(status, 'none')}")]
    if turning := turning_action(assessment):
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


def _is_outweighed(assessment: Assessment, action: Action) -> bool:
    """Return whether a measured answer contradicts an opinion that the advice needs."""
    basis, needed = assessment.answers.basis or {}, _in_doubt(assessment, action)
    others = [name for name in action.reads if name not in needed]
    return "opinion" in map(basis.get, needed) and "measured" in map(basis.get, others)


def _could_turn(assessment: Assessment) -> str:
    """Return on which answer or rule firm advice rests, and what else it becomes."""
    action = turning_action(assessment)
    if action is None:
        return ""
    _, own = assessment.content.words, assessment.recommendation.patterns
    turned = {x.patterns: x for x in turned_by(assessment, action.reads)}
    if action.kind == "rule":
        if len(turned) > 1:
            return _("board.rests-rule", action=action.number)
        (segment,) = turned.values()
        clause = becomes(assessment.content, segment, own)
        rests = _("board.rests-rule-becomes", action=action.number, becomes=clause)
        return " ".join(filter(None, [rests, _without_freedom(assessment)]))
    clash = next(c for a, c in settled_by_plan(assessment, [action]))
    rests = _("board.rests-answer", statement=clash.statement, action=action.number)
    found = [rests, *turning_words(assessment, clash.answers), _("board.clash-else")]
    others = [a.number for a in actions(assessment) if turns(assessment, a) and a != action]
    if others:
        listed = assessment.listing(map(str, others))
        found.append(_("board.rests-also", n=len(others), actions=listed))
    return " ".join(found)


def _without_freedom(assessment: Assessment) -> str:
    """Return what the advice becomes if the rule leaves teams no freedom."""
    turned = turned_by(assessment, ("autonomy_permitted",))
    if [x.value for x in turned] != ["none"]:
        return ""
    clause = becomes(assessment.content, turned[0], assessment.recommendation.patterns)
    return assessment.content.words("board.rests-rule-freedom", becomes=clause)


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
        page = _("board.decisions")
        owns = with_reference(_, "board.disagreed-owner", "decisions", page, **objector)
        text = (*text, Span(" "), *owns)
    if one_option(assessment) is None:  # else the replies are among what to do first
        text = (*text, Span(" "), *open_replies(assessment))
    return text


_SHORT_DISSENT = 120
"""The most letters of a dissent on page 1; page 5 has it in any case."""


def _against_pattern(assessment: Assessment) -> str:
    """Return why somebody disagrees with the way of working, if that is short."""
    made = assessment.answers.decisions or ()
    on_pattern = [d for d in made if decides_pattern(assessment, d)]
    own = [words for d in on_pattern for words in dissents_on(assessment, d)]
    return _shortly(own[0]) if len(own) == 1 else ""


def _shortly(dissent: str) -> str:
    """Return what somebody whose role is given said, if it is short; else nothing."""
    words = in_one_line(dissent.partition(":")[2]).strip('“”„"') if speaker(dissent) else ""
    words = ended(words) if words else ""
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
    days, by = [_day(assessment, a) for a in planned], ""
    if last := None if None in days else max(filter(None, days)):
        by = _("board.conditions-by", date=date_words(assessment.content, last))
    are = with_reference(_, "board.conditions-are", "plan", page, n=n, numbers=numbers, by=by)
    words = list(are)
    owners = list(dict.fromkeys(filter(None, map(owner_name, planned))))
    if owners:
        proposed = all(a.owner is None for a in planned)
        key = "proposed" if proposed else "owners"
        if proposed and _same(owners, who_objects(assessment)):
            key = "objects"
        counted = n if key == "objects" else len(owners)
        named = _(f"board.conditions-{key}", n=counted, names=assessment.listing(owners))
        words.append(Span(f" {named}"))
    if vacant := sum(not owner_name(a) for a in planned):
        key = "vacant-all" if vacant == n else "vacant"
        words.append(Span(f" {_(f'board.conditions-{key}', n=vacant)}", tone="critical"))
    return [(_("board.conditions"), tuple(words))]
