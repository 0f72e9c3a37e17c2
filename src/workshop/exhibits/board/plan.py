"""Show page four of the board edition: the plan, and all actions."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from workshop.documents.blocks import (
    Block,
    Cell,
    Span,
    Text,
    cell,
    column,
    heading,
    paragraph,
    table,
)
from workshop.documents.exhibit import Exhibit
from workshop.exhibits.agreement import (
    by_date,
    numbers_by_owner,
    owner_name,
    plan_table,
)
from workshop.exhibits.board.shared import (
    FEW_ACTIONS,
    first_objector,
    page_start,
    without_reply,
)
from workshop.exhibits.layout import (
    capital,
    date_words,
    in_two_columns,
    with_reference,
)
from workshop.findings import Assessment
from workshop.findings.dissent import speaker
from workshop.findings.plan import (
    HORIZONS,
    Action,
    actions,
    is_a_lead,
    last_day,
    on_one_page,
    proposed_day,
    proposed_due,
)

_OWNERS = 4
"""The most owners by name."""
_SHARED = 3
"""From how many actions of one day on the list says why they share it."""
_BUSY = 0.8
"""The share of time with requests from which none is left for more (ours)."""
_STATES = ("decided", "open", "proposed")
"""What an owner's actions are counted by; open: a question still to be decided."""


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
    if objector := first_objector(assessment, found):
        replied = objector["who"] not in map(speaker, without_reply(assessment))
        key = f"board.plan-objector{'-replied' if replied else ''}"
        lead.append(Span(f" {_(key, **objector)}"))
    shown = on_one_page(found)
    if named := _lead_words(assessment, shown):
        lead.append(Span(f" {named}"))
    blocks: list[Block] = [heading(1, _("board.plan"), tuple(lead), anchor="plan")]
    blocks.append(plan_table(assessment, shown, _together(assessment)))
    if left := [a for a in found if a not in shown]:
        name = _("board.plan-rest-name")
        key = "plan-rest" if any(a.is_main for a in left) else "plan-rest-lesser"
        rest = with_reference(_, f"board.{key}", "all-actions", name, n=len(left))
        blocks.append(paragraph(rest))
    blocks += _who_does_what(assessment, found, "" if named else _lead_words(assessment, found))
    shown_blocks = tuple(blocks)
    printed = (*page_start(assessment), *shown_blocks)
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
        yield Span(_("board.plan-asked", n=n), strong=True)
        if undated := _undated(assessment, found):
            yield Span(f" {_('board.plan-undated', n=undated)}")
        return
    key = "plan-vacant-all" if vacant == len(found) else "plan-vacant"
    yield Span(_(f"board.{key}", n=vacant), tone="critical", strong=True)
    propose = "plan-propose-some" if n else "plan-propose-none"
    yield Span(f" {_(f'board.{propose}', n=n)}")


def _undated(assessment: Assessment, found: Sequence[Action]) -> int:
    """Return how many actions that nobody agreed to own have no day to be done by."""
    open_ones = (a for a in on_one_page(found) if a.owner is None and a.due is None and not a.after)
    return sum(proposed_day(assessment, a) is None for a in open_ones)


def _together(assessment: Assessment) -> dict[str, Callable[[Sequence[Action]], Text]]:
    """Return the kinds of actions that share a row, with its words."""
    _ = assessment.content.words
    page = _("board.confidence")
    return {
        "contradiction": lambda _found: with_reference(
            _, "board.plan-contradiction", "confidence", page
        ),
        "reply": lambda _found: with_reference(
            _, "board.plan-reply", "decisions", _("board.decisions")
        ),
    }


def _who_does_what(assessment: Assessment, found: Sequence[Action], whom: str = "") -> list[Block]:
    """Return how many actions each owner has, and when the first is to be done.

    `whom`: whom we mean by an owner that only this table has.
    """
    _, own = assessment.content.words, dict[str, list[Action]]()
    for a in found:
        own.setdefault(owner_name(a), []).append(a)
    several = sorted((who for who in own if who), key=lambda who: -len(own[who]))
    if len(several) < 2 or all(len(own[who]) == 1 for who in several):
        return []
    # A few who are left over have a name as well.
    named = several[: _OWNERS if len(several) > _OWNERS + 3 else None]
    shown = {who: own[who] for who in named}
    if rest := several[len(named) :]:
        shown[_("board.load-others", n=len(rest))] = [a for who in rest for a in own[who]]
    if vacant := own.get(""):
        shown[capital(_("agreed.plan-no-owner"))] = vacant
    states = [s for s in _STATES if s != "open" or any(a.is_open for a in found)]
    heads = [
        column(_("agreed.plan-owner"), width=2.4),
        column(_("board.load-all"), width=1),
        *(column(capital(_(f"agreed.plan-is-{state}")), width=1) for state in states),
        column(_("board.load-first"), width=1.6),
    ]
    rows = [_load(assessment, who, part, states) for who, part in shown.items()]
    seen = whom and any(is_a_lead(assessment, who) for who in shown)
    return [heading(2, _("board.load")), table(heads, rows, caption=whom if seen else "")]


def _state(action: Action) -> str:
    """Return whether an action is decided, to be decided, or proposed to an owner."""
    if action.proposed_owner and not action.owner:
        return "proposed"
    return "open" if action.is_open else action.status


def _load(
    assessment: Assessment, who: str, own: Sequence[Action], states: Sequence[str]
) -> list[Cell]:
    """Return how many actions somebody has, and by when the first is due."""
    days = [day for a in own if (day := _due(assessment, a))]
    first = assessment.content.words("agreed.plan-90")
    if days:
        first = date_words(assessment.content, datetime.date.fromisoformat(min(days)))
    found = Counter(map(_state, own))
    counts = (cell(str(n) if n else "–") for n in (len(own), *(found[s] for s in states)))
    return [cell(who), *counts, cell(first)]


def _due(assessment: Assessment, action: Action) -> str | None:
    """Return the day beside an action in the plan: we propose none for a decision."""
    return action.due if action.decision else proposed_due(assessment, action)


def _why_days(assessment: Assessment, found: Sequence[Action]) -> str:
    """Return why many actions have one of two days, if they have."""
    days = [last_day(assessment, horizon) for horizon in HORIZONS[:2]]
    shared = Counter(proposed_day(assessment, a) for a in found if a.due is None)
    if None in days or min(shared[day] for day in days) < _SHARED:
        return ""
    first, second = (date_words(assessment.content, day) for day in days if day)
    return assessment.content.words("board.all-actions-days", first=first, second=second)


def _too_busy(assessment: Assessment, found: Sequence[Action]) -> list[Block]:
    """Return that the platform team has no time for its actions, and what follows."""
    _, queue = assessment.content.words, assessment.queue
    now = queue.now if queue is not None else None
    own, speaks_for = Counter(map(owner_name, found)), assessment.content.teams.speaks_for
    named = (name for name in own if speaks_for(name, "platform"))
    who = max(named, key=lambda name: own[name], default="")
    if now is None or now.load < _BUSY or own[who] < _SHARED:
        return []
    words = {"load": round(100 * now.load), "owner": who, "n": own[who]}
    said = _("board.all-actions-busy", **words)
    asks = next((a.number for a in found if a.kind == "owners"), None)
    key = "board.all-actions-agree" + ("" if asks else "-first")
    return [paragraph(f"{said} {_(key, owner=who, number=asks or 0)}", tone="warning")]


def all_actions(assessment: Assessment) -> Exhibit:
    """Return every action under its day, and before it which are whose."""
    _, found = assessment.content.words, actions(assessment)
    if not found:
        return Exhibit("all-actions", (paragraph(_("agreed.plan-empty"), tone="muted"),), (), ())
    said = [*_whose_words(assessment, found), _why_days(assessment, found)]
    lead = " ".join(filter(None, [*said, _lead_words(assessment, found)]))
    head = heading(2, _("board.all-actions"), lead, anchor="all-actions")
    before = (*_too_busy(assessment, found), *_whose(assessment, found))
    blocks: tuple[Block, ...] = (head, *before, by_date(assessment, found))
    printed = blocks if len(found) > FEW_ACTIONS else ()
    return Exhibit("all-actions", blocks, printed, printed)


def _whose_words(assessment: Assessment, found: Sequence[Action]) -> list[str]:
    """Return which actions were decided or left open; the rest is proposed."""
    _, said = assessment.content.words, list[str]()
    left = [a for a in found if a.is_open]
    decided = [a for a in found if a.status == "decided" and a not in left]
    for key, own in (("decided", decided), ("open", left)):
        if own:
            numbers = assessment.listing(str(a.number) for a in own)
            said.append(_(f"board.all-actions-{key}", n=len(own), numbers=numbers))
    if len(decided) + len(left) < len(found):
        said.append(_(f"board.all-actions-{'rest' if said else 'none'}"))
    asks = {a.kind: a.number for a in found if a.kind in ("owners", "charter")}
    if len(asks) > 1:
        said.append(_("board.all-actions-asks", **asks))
    return said


def _whose(assessment: Assessment, found: Sequence[Action]) -> list[Block]:
    """Return the numbers of each owner's actions, if there are several owners."""
    own = numbers_by_owner(found)
    if len(own) < 2:
        return []
    vacant = capital(assessment.content.words("agreed.plan-no-owner"))
    items = [
        (
            Span(f"{who or vacant}: ", strong=True, tone="plain" if who else "critical"),
            Span(", ".join(numbers)),
        )
        for who, numbers in own.items()
    ]
    return in_two_columns(items, together=len(items))
