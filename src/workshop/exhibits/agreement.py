"""Show answers that do not fit together, agreed changes, and the plan."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import groupby

from workshop.answers.schema import Decision, lookup
from workshop.content.loader import Content
from workshop.documents.blocks import (
    Block,
    Card,
    Cell,
    Column,
    Heading,
    Paragraph,
    Span,
    Table,
    Text,
    TextLike,
    bullets,
    card,
    cell,
    column,
    heading,
    pairs,
    paragraph,
    plain,
    table,
)
from workshop.documents.exhibit import Exhibit
from workshop.exhibits.layout import (
    CHARTER,
    capital,
    date_words,
    graded,
    named,
    spot_of,
    with_reference,
)
from workshop.exhibits.patterns import is_judged
from workshop.findings import Assessment
from workshop.findings.agreement import (
    DECISIONS_DISAGREE,
    OF_DECISIONS,
    WORDS_DIFFER,
    AgreedChange,
    Clash,
    alike,
    name_words,
    value_of,
)
from workshop.findings.finding import Finding, left_of
from workshop.findings.oncall import rollback_gap
from workshop.findings.patterns.advice import turning
from workshop.findings.plan import (
    Action,
    actions,
    advised_day,
    answering,
    awaited,
    confirming,
    gap_words,
    last_day,
    late_by,
    period_of,
    proposed_day,
    to_begin,
)
from workshop.problems import quoted

# -- what does not fit together -----------------------------------------------------------------


def contradictions(assessment: Assessment) -> Exhibit:
    """Return the answers that do not fit together, or an empty exhibit."""
    if not assessment.clashes:
        return Exhibit("contradictions", (), (), ())
    head = _clash_heading(assessment)
    cards = tuple(_clash_card(assessment, clash) for clash in assessment.clashes)
    return Exhibit("contradictions", (head, *cards), (head, _clash_table(assessment)))


def _clash_table(assessment: Assessment) -> Table:
    """Return the answers that do not fit together as a table for paper.

    Each with who checks what by when, and what each outcome does to the advice. Why they do not
    fit together is in the board edition, where it can change the advice.
    """
    _ = assessment.content.words
    plan = {a.what: a for a in actions(assessment) if a.kind == "contradiction"}
    settling = [plan[c.what] for c in assessment.clashes]
    who = [owner_and_date(assessment, a, all_proposed=True) for a in settling]
    together = len(who) > 1 and len({tuple(plain(c.text) for c in one) for one in who}) == 1
    heads = [
        number_head(assessment),
        column(_("agreed.clash"), width=2.1),
        column(_("agreed.clash-check"), width=2.05),
        *([] if together else [column(_("agreed.clash-who"), width=1.1)]),
        column(_("agreed.clash-advice"), width=2.05),
    ]
    rows = []
    for c, action, (owner, day) in zip(assessment.clashes, settling, who, strict=True):
        due = [] if together else [cell((*owner.text, Span("\n"), *day.text))]
        turns = cell(_turns(assessment, c))
        rows.append([number_of(action), cell(c.statement), cell(c.check), *due, turns])
    caption = ""
    if together:
        name, date = (plain(c.text) for c in who[0])
        caption = _("agreed.clashes-together", n=len(who), owner=name, day=date)
    return table(heads, rows, caption=caption, row_heads=False)


def _turns(assessment: Assessment, clash: Clash) -> str:
    """Return what each outcome of a contradiction does to the advice."""
    if not is_judged(assessment):
        return assessment.content.words("agreed.clash-no-advice")
    found = turning(assessment, clash.answers)
    return " ".join(found) or assessment.content.words("board.clash-same")


def _clash_heading(assessment: Assessment) -> Heading:
    _ = assessment.content.words
    lead = _("agreed.clashes-lead", n=len(assessment.clashes))
    return heading(2, _("agreed.clashes"), lead, anchor="contradictions")


def _clash_card(assessment: Assessment, clash: Clash) -> Card:
    _ = assessment.content.words
    given = [
        (
            capital(name_words(assessment.content, n)),
            capital(value_of(assessment.content, n, lookup(assessment.answers, n))),
        )
        for n in clash.answers
        if n != "stages" and clash.id not in OF_DECISIONS
    ]
    check = paragraph((Span(_("agreed.check") + " ", strong=True), Span(clash.check)))
    body: list[Block | str] = [*([pairs(given)] if given else []), clash.why, check]
    sources = graded(assessment.content, clash.sources)
    return card(clash.statement, body, label=_("agreed.clash"), tone="warning", sources=sources)


# -- what was agreed ----------------------------------------------------------------------------


def agreed(assessment: Assessment) -> Exhibit:
    """Return every answer that decisions change: today → agreed, and the decision."""
    _ = assessment.content.words
    if not assessment.changes:
        return Exhibit("agreed", (paragraph(_("agreed.none"), tone="muted"),), (), ())
    head = heading(2, _("agreed.title"), _("agreed.lead", n=len(assessment.changes)))
    outcome = _outcome(assessment)
    changed = (head, _changes_table(assessment, assessment.changes))
    counted = tuple(b for b in outcome if isinstance(b, Paragraph) and not b.text[0].strong)
    # On paper the chapters say what each finding is, and the decisions are above.
    title, *rows = _numbered_changes(assessment)
    printed = (title, *counted, *rows, *_left(assessment))
    return Exhibit("agreed", (*changed, *outcome), printed)


def _left(assessment: Assessment) -> list[Block]:
    """Return the findings that are reported only as agreed, with their actions."""
    found = [f for f in assessment.later_findings if f.severity != "strength"]
    if not found:
        return []
    _, plan, rows = assessment.content.words, actions(assessment), []
    for f in found:
        label = Span(f"{_(f'common.severity-{f.severity}')}: ", strong=True)
        todo = assessment.listing(named(assessment, a) for a in answering(assessment, f, plan))
        rows.append([cell((label, Span(f.statement))), cell(todo)])
    heads = [column(_("front.finding"), width=3.6), column(_("front.what-to-do"), width=3.2)]
    return [heading(3, _("agreed.left")), table(heads, rows, row_heads=False)]


def _numbered_changes(assessment: Assessment) -> list[Block]:
    """Return changed answers, each with the number of the decision that changes it.

    Those of the night are in the charter alone, which says from which day each holds.
    """
    _, elsewhere = assessment.content.words, _in_charter(assessment)
    lead = [Span(_("agreed.lead", n=len(assessment.changes)))]
    if elsewhere:
        key = "changes-night-all" if len(elsewhere) == len(assessment.changes) else "changes-night"
        name = _("oncall.charter-title")
        lead += [Span(" "), *with_reference(_, f"agreed.{key}", CHARTER, name, n=len(elsewhere))]
    head, found = heading(2, _("agreed.title"), tuple(lead)), assessment.changes
    found = tuple(c for c in found if c.name not in elsewhere)
    if not found:
        return [head]
    numbers = {a.decision.decision: a for a in actions(assessment) if a.decision}
    heads = [
        number_head(assessment),
        column(_("agreed.line"), width=2.2),
        column(_("agreed.today-agreed"), width=3.4),
    ]
    rows = [
        [
            number_of(numbers[c.decision.decision]),
            cell(capital(name_words(assessment.content, c.name))),
            cell(_changed(assessment, c)),
        ]
        for c in sorted(found, key=lambda c: c.decision.due or datetime.date.max)
    ]
    return [head, table(heads, rows, row_heads=False)]


def _in_charter(assessment: Assessment) -> set[str]:
    """Return the names of changed answers that the printed charter has.

    The duty to be on call is one of them where it goes to whom the charter calls.
    """
    changes = {c.name: c for c in assessment.changes}
    charter = assessment.signed.charter
    if not charter.begun:
        return set()
    found = {line.answer for line in charter.lines} & set(changes)
    paged, called = changes.get("duties.paged"), changes.get("paged_quality")
    if paged and called and alike(assessment.teams, paged.agreed, called.agreed):
        found.add(paged.name)
    return found


def changes_among(assessment: Assessment, required: Callable[[str], bool]) -> list[Block]:
    """Return a table of the changed answers whose names pass `required`, if any."""
    found = tuple(c for c in assessment.changes if required(c.name))
    if not found:
        return []
    return [heading(3, assessment.content.words("agreed.title")), _changes_table(assessment, found)]


def _changes_table(assessment: Assessment, found: tuple[AgreedChange, ...]) -> Table:
    """Return changed answers under the decision that changes them."""
    _ = assessment.content.words
    heads = [
        column(_("agreed.line"), width=1),
        column(_("agreed.today-agreed"), width=1.3),
    ]
    rows: list[list[Cell]] = []
    by_date = sorted(found, key=lambda c: c.decision.due or datetime.date.max)
    for decision, part in groupby(by_date, key=lambda c: c.decision.decision):
        rows.append([cell(decision, strong=True, tone="muted", fill=True, span=len(heads))])
        for c in part:
            name = capital(name_words(assessment.content, c.name))
            rows.append([cell(name), cell(_arrow(assessment, c.name, c.found, c.agreed))])
    return table(heads, rows)


def _arrow(assessment: Assessment, name: str, found: object, agreed_value: object) -> str:
    today, then = (capital(value_of(assessment.content, name, v)) for v in (found, agreed_value))
    return assessment.content.words("agreed.arrow", today=today, agreed=then)


def _changed(assessment: Assessment, change: AgreedChange) -> str:
    """Return what a decision changes, and whether that has to be confirmed first."""
    words = _arrow(assessment, change.name, change.found, change.agreed)
    if confirming(assessment, change.decision) is None:
        return words
    return assessment.content.words("agreed.arrow-confirm", change=words)


def set_by(assessment: Assessment, decision: Decision) -> list[str]:
    """Return a line for each answer that a decision sets: today → agreed."""
    _, content = assessment.content.words, assessment.content
    lines = []
    for name, value in (decision.sets or {}).items():
        found = lookup(assessment.answers, name)
        if alike(assessment.teams, found, value):
            shown = capital(value_of(content, name, value))
            lines.append(
                _("agreed.unchanged", name=capital(name_words(content, name)), value=shown)
            )
        else:
            words = {"name": capital(name_words(content, name))}
            lines.append(_("agreed.change", **words, change=_arrow(assessment, name, found, value)))
    return lines


def _outcome(assessment: Assessment) -> list[Block]:
    """Return how many findings are settled as agreed, and those only as agreed."""
    _, blocks = assessment.content.words, list[Block]()
    settled = [f for f in assessment.of_status("settled") if f.severity != "strength"]
    part = sum(bool(left_of(assessment, f)) for f in settled)
    counts = {"settled-count": len(settled) - part, "settled-part": part}
    if words := " ".join(_(f"agreed.{key}", n=n) for key, n in counts.items() if n):
        blocks.append(paragraph(words))
    if words := brought(assessment):
        blocks.append(paragraph(words, tone="critical"))
    for title, status in (("since.new", "new"), ("since.still", "open")):
        given = [f for f in assessment.later_findings if f.status == status]
        if status == "new":  # the urgent ones are named above
            given = [f for f in given if f.severity != "critical"]
        items = [
            (
                Span(_("since.finding", severity=_(f"common.severity-{f.severity}")), strong=True),
                Span(f.statement),
            )
            for f in given
        ]
        if items:
            blocks += [paragraph((Span(_(title), strong=True),)), bullets(items)]
    return blocks


def brought(assessment: Assessment) -> str:
    """Return a sentence on urgent risks that decisions cause, or an empty string."""
    new = _new_critical(assessment)
    return _brought(assessment.content, new) if new else ""


def _new_critical(assessment: Assessment) -> list[Finding]:
    return [f for f in assessment.new_findings if f.severity == "critical"]


def _brought(content: Content, new: Sequence[Finding]) -> str:
    said = " ".join(f.statement for f in new)
    return content.words("agreed.new-critical", n=len(new), findings=said)


def decision_warnings(assessment: Assessment) -> list[tuple[tuple[Decision, ...], str]]:
    """Return what to say at once, each with the decisions that it is about.

    Decisions disagree, bring a new urgent risk, or let a team be called before it may roll back.
    One decision says one thing and sets another, leaves something to nobody, or is reviewed before
    it is carried out.
    """
    content, is_nobody = assessment.content, assessment.content.teams.is_nobody
    _ = content.words
    disagree = [c for c in assessment.clashes if c.id == DECISIONS_DISAGREE]
    warnings = [
        (
            _that_set(assessment, c.answers),
            _("agreed.step-clash", statement=c.statement, check=c.check),
        )
        for c in disagree
    ]
    for decision in assessment.answers.decisions or ():
        differ = [c for c in assessment.clashes if c.id == WORDS_DIFFER]
        for c in (one for one in differ if one.decision == decision.decision):
            warnings.append(((decision,), f"{c.statement} {c.check}"))
        values = (decision.sets or {}).values()
        if any(is_nobody(one) for one in values if isinstance(one, str)):
            warnings.append(((decision,), _("agreed.step-nobody", asked=decision.decision)))
        done, review = decision.due, decision.revisit_on
        if done and review and review < done:
            days = {"review": date_words(content, review), "done": date_words(content, done)}
            words = _("agreed.step-early", asked=decision.decision, **days)
            warnings.append(((decision,), words))
    if gap := rollback_gap(assessment.teams, assessment.answers):
        warnings.append((gap.decisions, " ".join(gap_words(assessment, gap))))
    new: dict[tuple[Decision, ...], list[Finding]] = {}
    for finding in _new_critical(assessment):
        new.setdefault(_that_set(assessment, finding.answers), []).append(finding)
    warnings += [(about, _brought(content, found)) for about, found in new.items()]
    return warnings


def _that_set(assessment: Assessment, names: Sequence[str]) -> tuple[Decision, ...]:
    """Return the decisions that set one of some answers.

    Where none does, all that set any answer.
    """
    setting = tuple(d for d in assessment.answers.decisions or () if d.sets)
    return tuple(d for d in setting if not (d.sets or {}).keys().isdisjoint(names)) or setting


Together = Mapping[str, Callable[[Sequence[Action]], Text]]
"""Words for several actions of a kind."""


# -- the plan -----------------------------------------------------------------------------------


def plan_table(
    assessment: Assessment, found: Sequence[Action], together: Together | None = None
) -> Table:
    """Return actions in the order of the plan, under titles that say by when.

    `together`: kinds of actions that are one row if they have one owner and date, with the words
    for them.
    """
    _, some = assessment.content.words, any(a.proposed_owner for a in found)
    agreed_ones = any(a.status == "decided" for a in found)
    heads = [
        number_head(assessment),
        column(_("agreed.plan-what"), width=4.9),
        column(_("agreed.plan-owner"), width=1.65),
        column(_("agreed.plan-due"), width=1.2),
        *([column(_("agreed.plan-status"), width=0.75)] if agreed_ones else []),
    ]
    rows: list[list[Cell]] = []
    for title, part in groupby(found, lambda a: _plan_title(assessment, a)):
        rows.append([cell(title, strong=True, tone="muted", fill=True, span=len(heads))])
        for group in _grouped(assessment, list(part), together or {}):
            a = group[0]
            who, day = owner_and_date(assessment, a)
            if a.status == "proposed":
                who = _proposed(assessment, a, some)
            status = [_status(assessment, a)] if agreed_ones else []
            number, what = number_of(a), _what(assessment, a)
            if together and len(group) > 1:
                number = cell(f"{a.number}\u2013{group[-1].number}", tone="muted")
                what = cell(together[a.kind](group))
            rows.append([number, what, who, day, *status])
    notes = [_("agreed.plan-condition-note")] if any(a.kind == "condition" for a in found) else []
    return table(heads, rows, caption=" ".join([*notes, *_earlier(assessment, found)]))


def _grouped(
    assessment: Assessment, found: Sequence[Action], together: Collection[str]
) -> list[list[Action]]:
    """Return actions one by one, or several that are one row."""
    groups: list[list[Action]] = []
    for a in found:
        last = groups[-1][-1] if groups else None
        if last is not None and a.kind in together and _alike(assessment, a, last):
            groups[-1].append(a)
        else:
            groups.append([a])
    return groups


def _alike(assessment: Assessment, one: Action, other: Action) -> bool:
    """Return whether two actions are of one kind, owner and date."""
    days = (_day(assessment, one), _day(assessment, other))
    return (one.kind, owner_name(one), days[0]) == (other.kind, owner_name(other), days[1])


def _status(assessment: Assessment, action: Action) -> Cell:
    """Return the status of an action."""
    decided, status = action.status == "decided", str(action.status)
    if action.is_open:
        status = "open"
    elif confirming(assessment, action.decision):
        status = "to-confirm"
    elif decided and not action.owner:  # nobody agreed to do it
        status = "without-owner"
    words = assessment.content.words(f"agreed.plan-is-{status}")
    return cell(words, strong=decided, tone="plain" if decided else "muted")


def _plan_title(assessment: Assessment, action: Action) -> str:
    """Return the title in the plan under which an action is: by when it is done."""
    _ = assessment.content.words
    if action.only_if:
        name = assessment.content.pattern(action.only_if).short
        return _("agreed.plan-only-if", name=name)
    period = period_of(assessment, action)
    title = _(f"agreed.plan-within-{period}")
    last = last_day(assessment, int(period)) if period.isdigit() else None
    if last is None:
        return title
    return _("agreed.plan-within-by", title=title, date=date_words(assessment.content, last))


def _step_of(assessment: Assessment, action: Action) -> str:
    """Return which option an action is a step of."""
    if action.kind != "step" or action.only_if:
        return ""
    of = (o.short for o in to_begin(assessment) if o.move and action.step in o.move.steps)
    name = next(of, None)
    return assessment.content.words("agreed.plan-step", name=name) if name else ""


def _when(assessment: Assessment, action: Action) -> Cell:
    """Return the day proposed for an action, or within how many days of the workshop."""
    horizon = "14" if action.kind == "contradiction" else action.horizon
    words = action.after or _proposed_date(assessment, action)
    if words:
        return cell(words)
    return cell(assessment.content.words(f"agreed.plan-{horizon}"), tone="muted")


def number_head(assessment: Assessment) -> Column:
    """Return the column of the numbers of actions."""
    return column(assessment.content.words("agreed.plan-number"), width=0.4)


def number_of(action: Action) -> Cell:
    """Return the number of an action."""
    return cell(str(action.number), tone="muted")


def _proposed(assessment: Assessment, action: Action, some: bool) -> Cell:
    """Return the proposed owner; without any, a place for a hand to write."""
    if action.proposed_owner:
        return cell(action.proposed_owner)
    words = assessment.content.words("agreed.plan-no-owner")
    return cell(words, tone="critical") if some else cell("")


def by_date(assessment: Assessment, found: Sequence[Action]) -> Table:
    """Return actions below the day of each, with the owner beside them.

    What depends on a further choice comes last. A page that begins within a day's actions says the
    day again.
    """
    _, places = assessment.content.words, dict[str, int]()
    for a in found:
        places.setdefault(_day_title(assessment, a), a.number)

    def when(a: Action) -> tuple[object, ...]:
        return (a.only_if or "", _day(assessment, a), places[_day_title(assessment, a)], a.number)

    ordered = sorted(found, key=when)
    heads = [
        number_head(assessment),
        column(_("agreed.plan-what"), width=2.9),
        column(_("agreed.plan-first-step"), width=2.55),
        column(_("agreed.plan-owner"), width=1.3),
    ]
    rows: list[list[Cell]] = []
    for title, part in groupby(ordered, key=lambda a: _day_title(assessment, a)):
        rows.append([cell(title, strong=True, fill=True, tone="muted", span=len(heads))])
        rows += [
            [_numbered(group), *_owned(assessment, group)]
            for group in _grouped(assessment, list(part), {"contradiction"})
        ]
    return table(heads, rows, row_heads=False)


def numbers_by_owner(found: Sequence[Action]) -> dict[str, list[str]]:
    """Return the numbers of each owner's actions, in the order of the plan.

    Those without an owner come last, under an empty name.
    """
    own: dict[str, list[str]] = {}
    for a in sorted(found, key=lambda a: (not owner_name(a), a.number)):
        own.setdefault(owner_name(a), []).append(str(a.number))
    return own


def _day_title(assessment: Assessment, action: Action) -> str:
    """Return the title in the list of all actions under which one is: its day."""
    if action.only_if:
        return _plan_title(assessment, action)
    if action.due is None and action.status == "decided":
        return capital(assessment.content.words("agreed.plan-90"))
    return capital(plain(owner_and_date(assessment, action)[1].text))


def _numbered(group: Sequence[Action]) -> Cell:
    """Return the numbers of actions where other pages find them."""
    spans: list[Span] = []
    for a in group:
        spans += [Span(", "), Span(str(a.number), spot=spot_of(a.number))]
    return cell(spans[1:], tone="muted")


def owner_name(action: Action) -> str:
    """Return the name of the owner, agreed or proposed; empty without any."""
    return action.owner or action.proposed_owner or ""


def _owned(assessment: Assessment, group: Sequence[Action]) -> list[Cell]:
    """Return an action, or several in one row, with the first step and the owner.

    An earlier date that we advise is on the page of those who decide.
    """
    _, action = assessment.content.words, group[0]
    words = [*_urgent(assessment, action)]
    if action.decision is not None and action.decision.is_action:
        words.append(Span(f"{_('agreed.plan-as-noted')} ", strong=True))
    what = action.what if len(group) == 1 else _("agreed.plan-contradictions", n=len(group))
    if once := _once(assessment, action):
        words.append(Span(f"{once} ", strong=True))
    words += [*_asked(assessment, action), Span(what), *_waiting_for(assessment, action)]
    reason = _reasons(assessment).get(action.what) if action.kind == "condition" else None
    if reason and action.finding is None:  # the chapter of a finding says why
        words.append(Span(f" {reason}", tone="muted"))
    first: TextLike = action.first_step
    if action.kind == "contradiction":  # beside the answers that contradict each other
        first = with_reference(_, "agreed.plan-check", "contradictions", _("agreed.clashes"))
    name, vacant = owner_name(action), _("agreed.plan-no-owner")
    owner = cell(name, strong=True) if name else cell(vacant, tone="critical")
    return [cell(words), cell(first), owner]


def _once(assessment: Assessment, action: Action) -> str:
    """Return after which action one begins that waits for it."""
    asked = awaited(assessment, actions(assessment)) if action.waits else None
    if asked is None or action.only_if:  # its title says what that waits for
        return ""
    return assessment.content.words("agreed.plan-once", number=asked.number)


def _waiting_for(assessment: Assessment, action: Action) -> list[Span]:
    """Return what waits for an action that settles the way of working."""
    plan = actions(assessment)
    waiting = [str(a.number) for a in plan if a.waits]
    if not waiting or action != awaited(assessment, plan):
        return []
    numbers = assessment.listing(waiting)
    words = assessment.content.words("agreed.plan-waiting", n=len(waiting), numbers=numbers)
    return [Span(f" {words}")]


def _day(assessment: Assessment, action: Action) -> tuple[bool, str]:
    """Return what sorts an action by the day it is done, agreed or proposed.

    One that waits for something else than a day comes last.
    """
    day = proposed_day(assessment, action)
    due = action.due or (day.isoformat() if day else "")
    return not due, due


def _proposed_date(assessment: Assessment, action: Action) -> str:
    """Return in words the day proposed for an action, if the workshop has one."""
    day = proposed_day(assessment, action)
    return date_words(assessment.content, day) if day else ""


def _urgent(assessment: Assessment, action: Action) -> list[Span]:
    """Return the word before what to do about an urgent risk."""
    if not action.is_urgent:
        return []
    words = assessment.content.words("agreed.plan-urgent")
    return [Span(f"{words} ", tone="critical", strong=True)]


def _what(assessment: Assessment, action: Action) -> Cell:
    """Return what to do: a decision below its question, a condition as one."""
    words = [*_urgent(assessment, action), *_asked(assessment, action)]
    if step := _step_of(assessment, action):
        words.append(Span(f"{step} ", tone="muted"))
    if action.kind != "condition":
        return cell([*words, Span(action.what)])
    words.append(Span(f"{assessment.content.words('agreed.plan-condition')} ", tone="muted"))
    words.append(Span(action.what))
    return cell(words)


def _reasons(assessment: Assessment) -> dict[str, str]:
    """Return why the advice needs each of its conditions."""
    found: dict[str, str] = {}
    for p in assessment.recommendation.patterns:
        for c in assessment.verdicts[p].conditions:
            found.setdefault(c.words, c.reason)
    return found


def _asked(assessment: Assessment, action: Action) -> list[Span]:
    """Return what is to be done with a decision, before what was chosen.

    That names the question, since what was chosen may not say what it is about.
    """
    _, made = assessment.content.words, action.decision
    if action.is_open:
        return [Span(f"{_('agreed.plan-open')} ", tone="muted")]
    if made is None or not made.chosen:
        return []
    words = _("agreed.plan-carry-out", question=quoted(made.decision))
    return [Span(f"{words} ", tone="muted")]


def _earlier(assessment: Assessment, found: Sequence[Action]) -> list[str]:
    """Return for which decisions we advise an earlier day, and who acts until theirs.

    That is the day of all actions that are as urgent, so that pages show one limit.
    """
    _, days = assessment.content.words, dict[datetime.date, list[str]]()
    late = [a for a in found if late_by(assessment, a)]
    for a in late:
        if (day := advised_day(assessment, a)) is not None:
            days.setdefault(day, []).append(str(a.number))
    if not days:
        return []
    dates = (
        _(
            "agreed.plan-limits-date",
            n=len(own),
            numbers=assessment.listing(own),
            date=date_words(assessment.content, day),
        )
        for day, own in sorted(days.items())
    )
    n = sum(map(len, days.values()))
    said = [_("agreed.plan-limits-note", n=n, dates=assessment.listing(dates))]
    cover = [a for a in found if a.kind == "cover" and any(a.reads == x.reads for x in late)]
    if cover:
        # An action stands in for every late decision on its subject, and reads as one of them.
        first = [x for x in late if any(a.reads == x.reads for a in cover)]
        subjects = {_subject(assessment, x) for x in first}
        covered = [str(x.number) for x in late if _subject(assessment, x) in subjects]
        on = _("agreed.plan-cover-for", n=len(covered), numbers=assessment.listing(covered))
        # in the order of the decisions, so that each is found beside its own
        order = [_subject(assessment, x) for x in late]
        own = {a.reads: _subject(assessment, a) for a in reversed(late)}
        cover.sort(key=lambda a: order.index(own[a.reads]))
        numbers = assessment.listing(str(a.number) for a in cover)
        said.append(_("agreed.plan-cover-note", n=len(cover), numbers=numbers, on=on))
    return said


def _subject(assessment: Assessment, action: Action) -> str:
    """Return what the finding that asks for an action is about."""
    return assessment.content.rule(action.finding).subject if action.finding else ""


def owner_and_date(
    assessment: Assessment, action: Action, all_proposed: bool = False
) -> list[Cell]:
    """Return who does an action by when: as agreed, as proposed, or what is missing.

    `all_proposed`: the column's head says that every owner is proposed.
    """
    _ = assessment.content.words
    if action.owner:
        owner = cell(action.owner)
    elif action.proposed_owner:
        name = action.proposed_owner
        owner = cell(name if all_proposed else _("agreed.plan-proposed", owner=name))
    else:
        owner = cell(_("agreed.plan-no-owner"), tone="critical")
    if action.due is not None:
        due = datetime.date.fromisoformat(action.due)
        return [owner, cell(date_words(assessment.content, due))]
    if action.status == "proposed":
        return [owner, _when(assessment, action)]
    return [owner, cell(_("agreed.plan-no-date"), tone="muted")]
