"""What the room voted and decided, and what became of earlier decisions."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from workshop.answers.schema import PRIVACIES, Decision, Drill
from workshop.documents.blocks import (
    Block,
    Card,
    Cell,
    Column,
    Paragraph,
    Span,
    Table,
    Text,
    Tone,
    card,
    cell,
    column,
    heading,
    pairs,
    paragraph,
    table,
)
from workshop.documents.exhibit import Exhibit
from workshop.exhibits.agreement import set_by
from workshop.exhibits.layout import (
    SEVERITY_TONES,
    capital,
    date_words,
    decided,
    in_two_columns,
    keys_span,
    pattern_list,
    short,
    team_words,
    value_words,
    within,
)
from workshop.exhibits.value_stream import days_or_unknown
from workshop.findings import Assessment, Finding
from workshop.findings.advice import headline
from workshop.findings.finding import Judged
from workshop.findings.since import Action, Change, Since
from workshop.findings.situation import SignalState
from workshop.findings.votes import Option, Said, Tally, VoteResult

_DOTS = 24
"""Dots that stand beside each other at most; in a larger room each stands for several votes."""
_OPTIONS = 5
"""Choices that are all shown; of more, those that somebody chose."""
_FEW, _MOST = 8, 3
"""Facts that are quoted for a choice of few and for the one of most; the others are counted."""
_NAMED = 3
"""Questions that are named in one sentence."""


def votes(a: Assessment) -> Exhibit:
    """Return the votes of the room, the questions on which it is furthest apart first."""
    say = a.content.words
    if not a.votes:
        return Exhibit("votes", (paragraph(say("votes.none"), tone="muted"),), (), ())
    blocks: list[Block] = [heading(2, say("votes.title"), _lead(a)), _how(a)]
    for result in a.votes:
        blocks += _question(a, result)
    return Exhibit("votes", tuple(blocks))


def divided_line(a: Assessment) -> str:
    """Return a sentence for the first page where the room is divided, nothing where it is not."""
    return _divided_on(a) if _divided(a) else ""


def decided_in_room(a: Assessment) -> list[tuple[str, str]]:
    """Return each question that the room decided on right after its vote, and what it decided.

    A moment of a drill is none: who has an incident in a story needs no owner and no date.
    """
    return [
        (r.vote.asked, capital(_value(a, r, r.vote.decision)))
        for r in a.votes
        if r.vote.decision is not None and not _drill(a, r)
    ]


def _divided(a: Assessment) -> list[VoteResult]:
    return [r for r in a.votes if r.last.state == "divided"]


def _lead(a: Assessment) -> Text:
    return (Span(a.content.words("votes.asked", n=len(a.votes))), Span(_divided_on(a)))


def _divided_on(a: Assessment) -> str:
    say, divided = a.content.words, _divided(a)
    if not divided:
        return say("votes.divided-on-none", n=len(a.votes))
    twice = all(len(r.rounds) == 2 for r in divided)
    key = "votes.stayed-divided-on" if twice else "votes.divided-on"
    return say(key, n=len(divided), names=_names(a, divided))


def _names(a: Assessment, results: list[VoteResult]) -> str:
    found = [_name(a, r) for r in results]
    shown = found[: _NAMED if len(found) > _NAMED + 1 else len(found)]
    if len(shown) < len(found):
        shown.append(a.content.words("rules.more", n=len(found) - len(shown)))
    return a.listing(shown)


def _name(a: Assessment, result: VoteResult) -> str:
    """Return a question as it was asked; a moment of a drill by the drill's title."""
    asked = a.content.words("votes.question", asked=short(result.vote.asked, 80))
    return _drill(a, result) or asked


def _drill(a: Assessment, result: VoteResult) -> str:
    """Return which moment of which drill a vote is about; nothing for other votes."""
    name = result.vote.question
    for drill in a.content.drills:
        if name.startswith(f"drills.{drill.id}.minute_"):
            minute = name.rsplit("_", 1)[-1]
            return a.content.words("votes.drill", title=drill.title, minute=minute)
    return ""


def _how(a: Assessment) -> Paragraph:
    say = a.content.words
    kept = {r.vote.privacy for r in a.votes}
    told = [say("votes.how"), say("votes.dot", n=_votes_per_dot(a))]
    told += [say(f"votes.privacy-{p}") for p in PRIVACIES if p in kept]
    words = Span(" ".join(told) + " ", tone="muted")
    return paragraph((words, keys_span(("G2", "G4", "Q2"))), small=True)


# -- one question -------------------------------------------------------------------------------


def _question(a: Assessment, r: VoteResult) -> list[Block]:
    title, answer = r.vote.asked, _answer(a, r)
    if _drill(a, r):
        title, answer = capital(_drill(a, r)), f"{title} {answer}"
    blocks: list[Block] = [heading(3, title, answer), _table(a, r), *_facts(a, r)]
    if lines := _outcome(a, r):
        blocks.append(pairs(lines))
    return [*blocks, *(paragraph(words, tone="seam") for words in _doubts(a, r))]


def _answer(a: Assessment, r: VoteResult) -> str:
    """Return what was asked about, how far the room agrees, and how many moved."""
    say = a.content.words
    about = [say(f"votes.about-{r.vote.asks_about}")] if r.vote.asks_about else []
    sentences = [*about, _agreement(a, r, r.last)]
    if len(r.rounds) == 2:
        first, answers = r.first, a.listing([r.label(v) for v in r.first.leading])
        counts = {"k": first.most, "n": first.cast}
        if r.several:
            sentences.append(say("votes.before-several", choices=_leading(a, r, 0)))
        elif len(first.leading) > 1:
            sentences.append(say("votes.before-tie", answers=answers, **counts))
        elif first.leading == r.last.leading:
            sentences.append(say("votes.before-same", **counts))
        else:
            sentences.append(say("votes.before-other", answer=answers, **counts))
        if r.vote.moved is not None:
            key = "votes.moved" if r.vote.moved else "votes.nobody-moved"
            sentences.append(say(key, n=r.vote.moved))
        gained = [say("votes.gain", choice=r.label(o.value), n=n) for o, n in r.moves if n > 0]
        if gained and len(gained) <= _OPTIONS:
            sentences.append(say("votes.gained", choices=a.listing(gained)))
    return " ".join(sentences)


def _agreement(a: Assessment, r: VoteResult, tally: Tally) -> str:
    say, counts = a.content.words, {"k": tally.most, "n": tally.cast}
    answers = a.listing([r.label(v) for v in tally.leading])
    if r.several:
        divided = tally.state == "divided"
        words = "votes.divided-several" if divided else "votes.agree-several"
        return say(words, choices=_leading(a, r, len(r.rounds) - 1), n=tally.cast)
    if len(tally.leading) > 1:
        apart = tally.most == 1 and tally.cast > 2
        return say("votes.all-apart" if apart else "votes.tie", answers=answers, **counts)
    key = {"one": "votes.all-agree", "most": "votes.most-agree", "divided": "votes.divided"}
    return say(key[tally.state], answer=answers, **counts)


def _leading(a: Assessment, r: VoteResult, at: int) -> str:
    """Return the choices that lead a round in which a ballot names several, each with its votes."""
    tally = r.rounds[at]
    options = [o for o in r.options if o.value in tally.leading]
    say = a.content.words
    return a.listing(
        [say("votes.named-by", choice=o.label, k=o.counts[at], n=tally.cast) for o in options]
    )


def _table(a: Assessment, r: VoteResult) -> Table:
    say, twice = a.content.words, len(r.rounds) == 2
    options = [o for o in r.options if len(r.options) <= _OPTIONS or any(o.counts)]
    roles = any(o.by_role[-1] for o in options)
    heads: list[Column] = [column(say("votes.choice"), width=1.75)]
    names = ("votes.first", "votes.second") if twice else ("votes.votes",)
    heads += [column(say(name), width=1.2) for name in names]
    if roles:
        heads.append(column(say("votes.by-role"), width=2.4))
    rows = [[_choice(a, r, o), *_counts(a, r, o), *_roles(a, o, roles)] for o in options]
    return table(heads, rows, caption=_caption(a, r, roles))


def _choice(a: Assessment, r: VoteResult, option: Option) -> Cell:
    label = capital(option.label)
    ours = option.on_record
    leads = option.value in r.last.leading and r.last.most > 0
    words = a.content.words("votes.on-record", choice=label) if ours else label
    return cell(words, strong=leads)


def _counts(a: Assessment, r: VoteResult, option: Option) -> list[Cell]:
    """Return the votes as a number and as dots: the number is what is read aloud."""
    wide, each = len(str(max(t.most for t in r.rounds))), _votes_per_dot(a)
    found = []
    for n in option.counts:
        number = str(n).rjust(wide, "\u2007")
        dots = Span(" " + "●" * -(-n // each), tone="ours") if n else Span("")
        found.append(cell((Span(number), dots), tone="plain" if n else "muted"))
    return found


def _votes_per_dot(a: Assessment) -> int:
    return -(-max(t.most for r in a.votes for t in r.rounds) // _DOTS)


def _roles(a: Assessment, option: Option, shown: bool) -> list[Cell]:
    if not shown:
        return []
    counts = option.by_role[-1] or {}
    told = [a.content.words("votes.of-role", n=n, role=role) for role, n in counts.items() if n]
    return [cell(a.content.words("common.comma").join(told))]


def _caption(a: Assessment, r: VoteResult, roles: bool) -> str:
    say, last = a.content.words, r.last
    told = []
    if roles and sum(sum((o.by_role[-1] or {}).values()) for o in r.options) < last.cast:
        told.append(say("votes.small-roles"))
    if last.present is not None and last.present > last.cast:
        told.append(say("votes.not-voted", n=last.present - last.cast))
    return " ".join(told)


# -- why ----------------------------------------------------------------------------------------


def _facts(a: Assessment, r: VoteResult) -> list[Block]:
    """Return the facts by choice, those of the fewest first."""
    say = a.content.words
    order = {s.fact.value: i for i, s in reversed(list(enumerate(r.said)))}
    by_choice = sorted(r.said, key=lambda s: (order[s.fact.value], s.round))
    shown: list[Said] = []
    for value, group in groupby(by_choice, key=lambda s: s.fact.value):
        shown += list(group)[: _MOST if value in r.last.leading else _FEW]
    if not shown:
        return []
    left = len(r.said) - len(shown)
    heads = [column(say("votes.heard"), width=1.5), column(say("votes.fact"), width=3.5)]
    rows = [[capital(a.listing(r.named(s.fact))), s.fact.fact] for s in shown]
    who = [_from(a, s) for s in shown]
    if any(who):
        heads.append(column(say("votes.from"), width=1.2))
        rows = [[*row, words] for row, words in zip(rows, who, strict=True)]
    return [table(heads, rows, caption=say("votes.more", n=left) if left else ())]


def _from(a: Assessment, said: Said) -> str:
    told = [said.fact.name, said.fact.role]
    if said.round == 2:
        told.append(a.content.words("votes.from-second"))
    return a.content.words("common.comma").join(words for words in told if words)


def _outcome(a: Assessment, r: VoteResult) -> list[tuple[Text, Text]]:
    say, vote = a.content.words, r.vote
    lines: list[tuple[Text, Text]] = []
    if vote.decision is not None:
        decided = capital(_value(a, r, vote.decision))
        lines.append(((Span(say("votes.decided")),), (Span(decided),)))
    dissent = vote.dissent or ()
    if vote.decision is not None and not dissent and r.last.state != "one":
        dissent = (say("votes.no-dissent"),)
    return [*lines, *(((Span(say("votes.dissent")),), (Span(words),)) for words in dissent)]


def _value(a: Assessment, r: VoteResult, value: str | tuple[str, ...]) -> str:
    """Return an answer in words, whether somebody voted for it or not."""
    if isinstance(value, tuple):
        return a.listing([_value(a, r, one) for one in value])
    if any(o.value == value for o in r.options):
        return r.label(value)
    try:
        return value_words(a.content, r.vote.question, value)
    except KeyError:
        return value


def _doubts(a: Assessment, r: VoteResult) -> list[str]:
    """Return what speaks against taking the room's answer as settled."""
    say = a.content.words
    told = []
    if r.swing and len(r.swing) <= _OPTIONS:
        told.append(say("votes.swing", choices=a.listing([r.label(v) for v in r.swing])))
    if r.differs and r.recorded is not None:
        recorded = _value(a, r, r.recorded)
        if r.several:
            room = a.listing([r.label(v) for v in r.last.leading])
            told.append(say("votes.differs-several", recorded=recorded, room=room))
        elif r.room_says is None:
            told.append(say("votes.differs-tie", recorded=recorded))
        else:
            room = r.label(r.room_says)
            told.append(say("votes.differs", recorded=recorded, room=room))
    if r.advice is not None:
        patterns = pattern_list(a, r.advice.patterns)
        key = "votes.advice" if patterns else "votes.advice-none"
        told.append(say(key, patterns=patterns))
    return told


_STATES: dict[str, tuple[Tone, str]] = {
    "reached": ("critical", "✕"),
    "near": ("seam", "▲"),
    "far": ("strength", "✓"),
    "no-trigger": ("muted", "–"),
    "unknown": ("muted", "–"),
}


def decision_register(a: Assessment) -> Exhibit:
    """Return each decision as a card: chosen, rejected, dissent, if–then, owner, date, review."""
    say = a.content.words
    decisions = a.answers.decisions or ()
    dissents = sum(1 for d in decisions if d.dissent)
    if not decisions:
        return Exhibit(
            "decision-register",
            (
                heading(2, say("decisions.title"), say("decisions.none")),
                paragraph(say("decisions.how")),
                table(
                    [say("decisions.field"), say("decisions.what-to-write")],
                    [[say(f"decisions.{f}"), say(f"decisions.{f}-hint")] for f in _FIELDS],
                ),
            ),
            in_short_pack=(),
        )
    lead = say("decisions.lead", n=len(decisions), dissents=dissents)
    return Exhibit(
        "decision-register",
        (heading(2, say("decisions.title"), lead), *(_card(a, d) for d in decisions)),
    )


_FIELDS = ("chosen", "rejected", "dissent", "if-then", "owner", "due", "revisit")


def _card(a: Assessment, d: Decision) -> Card:
    say = a.content.words
    lines = [
        (say("decisions.chosen"), d.chosen),
        (say("decisions.rejected"), d.rejected),
        (say("decisions.dissent"), d.dissent),
        *([(say("decisions.reply"), d.reply)] if d.dissent else []),
        (say("decisions.if-then"), _if_then(a, d)),
        *_who_and_when(a, d),
        (say("decisions.revisit"), _revisit(a, d)),
    ]
    changed = [(say("agreed.sets"), line) for line in set_by(a, d)]
    shown = [(term, words) for term, words in lines if words]
    told: list[Block] = [pairs([*shown[:1], *changed, *shown[1:]])]
    missing = [term for term, words in lines if not words]
    if missing:
        told.append(
            paragraph(
                say("decisions.missing", fields=a.listing(within(a.content, m) for m in missing)),
                tone="muted",
                small=True,
            )
        )
    return card(d.decision, told, label=say("decisions.label"), tone="ours")


def _who_and_when(a: Assessment, d: Decision) -> list[tuple[str, str | None]]:
    """Return the owner and the date in one line where both are known, else in two."""
    say = a.content.words
    due = date_words(a.content, d.due) if d.due else None
    if d.owner and due:
        both = say("decisions.who-and-when-words", owner=d.owner, due=due)
        return [(say("decisions.who-and-when"), both)]
    return [(say("decisions.owner"), d.owner), (say("decisions.due"), due)]


def _if_then(a: Assessment, d: Decision) -> str | None:
    if d.if_ and d.then:
        return a.content.words("decisions.if-then-words", condition=d.if_, action=d.then)
    return d.then or d.if_


def _revisit(a: Assessment, d: Decision) -> str | None:
    say = a.content.words
    if d.revisit_on and d.revisit_when:
        day = date_words(a.content, d.revisit_on)
        return say("decisions.revisit-both", date=day, event=d.revisit_when)
    return date_words(a.content, d.revisit_on) if d.revisit_on else d.revisit_when


def transition_signals(a: Assessment) -> Exhibit:
    """Return the signals that start the next move: where each stands against its trigger."""
    say = a.content.words
    named = [s for s in a.signals if s.trigger is not None]
    reached = [a.content.question(s.text.id).name for s in named if s.state == "reached"]
    if reached:
        lead = say("decisions.signals-reached", names=a.listing(reached))
    elif named:
        lead = say("decisions.signals-named", n=len(named))
    else:
        lead = say("decisions.signals-none")
    return Exhibit(
        "transition-signals",
        (
            heading(2, say("decisions.signals"), lead),
            table(
                [
                    column(say("decisions.signal"), width=1.4),
                    column(say("decisions.now"), align="right", width=0.7),
                    column(say("decisions.trigger"), align="right", width=0.7),
                    column(say("decisions.state"), width=1.2),
                    column(say("decisions.why"), width=2.6),
                ],
                [_signal(a, s) for s in a.signals],
            ),
        ),
        in_short_pack=None if named else (),
    )


def _signal(a: Assessment, s: SignalState) -> list[Cell]:
    say = a.content.words
    tone, mark = _STATES[s.state]
    return [
        cell(s.text.name),
        _number(a, s.now, s.text.unit),
        _number(a, s.trigger, s.text.unit),
        cell(say(f"decisions.state-{s.state}"), tone=tone, mark=mark),
        cell(s.text.why),
    ]


def _number(a: Assessment, value: float | None, unit: str) -> Cell:
    if value is None:
        return cell(a.content.words("common.unknown"), tone="muted")
    return cell(a.content.words("common.with-unit", n=value, unit=unit))


def after_the_workshop(a: Assessment) -> Exhibit:
    """Return how decisions become habits: if–then plans, few at a time, reviewed on their date."""
    say = a.content.words
    studies = {s.key: s for s in a.content.sources}
    claims = [c for c in a.content.claims if c.topic == "room"]
    rows = [
        [cell(c.use_for), cell(c.found), cell(", ".join(k for k in c.sources if k in studies))]
        for c in claims
    ]
    return Exhibit(
        "after-the-workshop",
        (
            heading(2, say("decisions.room"), say("decisions.room-lead")),
            table(
                [
                    column(say("decisions.room-do"), width=2),
                    column(say("decisions.room-found"), width=2.6),
                    column(say("decisions.room-source"), width=0.6),
                ],
                rows,
            ),
        ),
        in_short_pack=(),
    )


_SINCE_STATES: dict[str, tuple[Tone, str]] = {
    "done": ("strength", "✓"),
    "under-way": ("ours", "●"),
    "not-begun": ("seam", "▲"),
    "dropped": ("muted", "–"),
    "untold": ("muted", "–"),
}
_LONGEST, _ASKED = 170, 90
"""Characters of an earlier decision and of its question; they stand in full in their own pack."""
_LISTED = 6
"""Findings that share a pair of columns."""


def since_last_time(a: Assessment) -> Exhibit:
    """Return what became of the earlier decisions, and how advice, answers and findings moved."""
    say, since = a.content.words, a.since
    if since is None:
        return Exhibit("since-last-time", (paragraph(say("since.none"), tone="muted"),), (), ())
    return Exhibit(
        "since-last-time",
        (
            heading(2, say("since.title"), _since_lead(a, since)),
            *_actions(a, since),
            *_advice(a, since),
            *_answers(a, since),
            *_findings(a, "gone", since.gone),
            *_findings(a, "lost", since.lost),
            *_findings(a, "new", since.new),
            *_findings(a, "uncovered", since.uncovered),
            *_still(a, since),
        ),
    )


def since_line(a: Assessment, since: Since) -> Paragraph:
    """Return two lines for the first page: this is not the first workshop, and what has moved."""
    say, n = a.content.words, len(since.actions)
    moved = _moved(a, since)
    key = f"since.front-{moved}" if n else f"since.front-none-{moved}"
    first = say(key, n=n, day=_day(a, since), counts=_since_counts(a, since))
    groups = {"gone": since.gone, "new": (*since.new, *since.uncovered), "still": since.still}
    counted = {k: sum(f.severity != "strength" for f in found) for k, found in groups.items()}
    counts = [say(f"since.front-{k}", n=n) for k, n in counted.items() if n]
    if not counts:
        return paragraph(first)
    return paragraph(
        (Span(f"{first} "), Span(say("since.front-findings", counts=a.listing(counts))))
    )


def _since_lead(a: Assessment, since: Since) -> str:
    n, moved = len(since.actions), _moved(a, since)
    key = f"since.lead-{moved}" if n else f"since.lead-none-{moved}"
    return a.content.words(key, n=n, day=_day(a, since), counts=_since_counts(a, since))


def _moved(a: Assessment, since: Since) -> str:
    """Return how the advice moved; it is not another one while too little is told for any."""
    r = a.recommendation
    if not r.patterns and None in [v.verdict for v in a.verdicts.values()]:
        return "untold"
    return "changed" if since.advice_changed else "same"


def _day(a: Assessment, since: Since) -> str:
    if since.held_on is None:
        return a.content.words("since.last-time")
    return date_words(a.content, since.held_on)


def _since_counts(a: Assessment, since: Since) -> str:
    """Return how many decisions are done, under way and so on; only those that there are."""
    counts = {state: since.count(None if state == "untold" else state) for state in _SINCE_STATES}  # type: ignore[arg-type]
    return a.listing([a.content.words(f"since.count-{s}", n=n) for s, n in counts.items() if n])


# -- decisions ----------------------------------------------------------------------------------


def _actions(a: Assessment, since: Since) -> list[Block]:
    say = a.content.words
    if not since.actions:
        return []
    reviews = sum(action.review_due for action in since.actions)
    return [
        table(
            [
                column(say("since.decided"), width=3),
                column(say("since.owner"), width=1.1),
                column(say("since.due"), width=1),
                column(say("since.became"), width=2.4),
            ],
            [_action(a, action) for action in since.actions],
            caption=say("since.reviews", n=reviews) if reviews else (),
        )
    ]


def _action(a: Assessment, action: Action) -> list[Cell]:
    say, decision = a.content.words, action.decision
    return [
        cell(decided(decision, _LONGEST, _ASKED)),
        cell(short(decision.owner, 60) if decision.owner else say("since.open")),
        cell(date_words(a.content, decision.due) if decision.due else say("since.open")),
        _became(a, action),
    ]


def _became(a: Assessment, action: Action) -> Cell:
    say = a.content.words
    name = action.became or "untold"
    state = say(f"since.became-{name}")
    tone, mark = _SINCE_STATES[name]
    if action.overdue:
        state, tone, mark = say("since.past-date", became=state), "seam", "▲"
    shown = Span(f"{mark} {state}", strong=True, tone=tone)
    return cell((shown, Span(f". {action.note}")) if action.note else shown)


# -- advice and signals -------------------------------------------------------------------------


def _advice(a: Assessment, since: Since) -> list[Block]:
    say = a.content.words
    then, now = headline(since.before), headline(a)
    lead = say(f"since.advice-{_moved(a, since)}")
    told = [(say("since.then"), then), (say("since.now"), now)]
    blocks: list[Block] = [heading(3, say("since.advice"), lead), pairs(told)]
    if since.signals:
        moves = []
        for move in since.signals:
            numbers = {
                "was": value_words(a.content, move.text.id, move.was),
                "now": value_words(a.content, move.text.id, move.now),
                "limit": value_words(a.content, move.text.id, move.limit),
            }
            moves.append(say(f"since.{move.moved}", name=move.text.name, **numbers))
        blocks.append(heading(3, say("since.signals")))
        blocks += [paragraph(words) for words in moves]
    return blocks


# -- answers ------------------------------------------------------------------------------------


def _answers(a: Assessment, since: Since) -> list[Block]:
    say, n = a.content.words, len(since.changed)
    lead = say("since.answers-lead", n=n) if n else say("since.answers-none")
    blocks: list[Block] = [heading(3, say("since.answers"), lead)]
    if n:
        heads = [
            column(say("since.answer"), width=1.4),
            column(say("since.then"), width=1.6),
            column(say("since.now"), width=1.6),
        ]
        blocks.append(table(heads, [_change(a, since, c) for c in since.changed]))
    only = [
        (say(f"since.{which}"), capital(a.listing([_since_name(a, c.name) for c in changes])))
        for which, changes in (("told", since.told), ("untold", since.untold))
        if changes
    ]
    return [*blocks, pairs(only)] if only else blocks


def _change(a: Assessment, since: Since, change: Change) -> list[Cell]:
    return [
        cell(capital(_since_name(a, change.name))),
        cell(capital(_since_value(since.before, change.name, change.was))),
        cell(capital(_since_value(a, change.name, change.now))),
    ]


def _since_name(a: Assessment, name: str) -> str:
    """Return the name of an answer in words; a drill and a signal have two."""
    say = a.content.words
    top, _, below = name.partition(".")
    if top == "drills":
        title = next(d.title for d in a.content.drills if d.id == below)
        return say("since.drill", title=title)
    if top == "signals":
        signal, _, part = below.partition(".")
        key = "since.limit" if part == "trigger" else "since.stands"
        return say(key, name=a.content.question(signal).name)
    return a.content.question(name).name


def _since_value(a: Judged, name: str, value: Any) -> str:
    """Return what was told in words: numbers with their unit, choices by their label."""
    say, content = a.content.words, a.content
    if isinstance(value, Drill):
        minutes = [team_words(content, m) for m in (value.minute_0, value.minute_15)]
        last = team_words(content, value.minute_60)
        return say("since.minutes", first=minutes[0], second=minutes[1], third=last)
    if name == "stages":
        stream = a.stream
        if stream is None or stream.p50 is None:
            return say("since.stages", n=len(value))
        days = days_or_unknown(a, stream.p50, stream.lower_bound)
        return say("since.stages-days", n=len(value), days=days)
    if isinstance(value, tuple):
        return a.listing([value_words(content, name, v) for v in value])
    if name.startswith("signals."):
        return value_words(content, name.split(".")[1], value)
    return value_words(content, name, value)


# -- findings -----------------------------------------------------------------------------------


def _findings(a: Assessment, which: str, found: Iterable[Finding]) -> list[Block]:
    say = a.content.words
    items = [_finding(a, f) for f in found]
    if not items:
        return []
    head = heading(3, say(f"since.{which}"), say(f"since.{which}-lead"))
    return [head, *in_two_columns(items, together=_LISTED)]


def _still(a: Assessment, since: Since) -> list[Block]:
    say = a.content.words
    blocks = _findings(a, "still", [f for f in since.still if f.severity != "strength"])
    strengths = sum(f.severity == "strength" for f in since.still)
    if strengths:
        blocks.append(paragraph(say("since.still-strengths", n=strengths)))
    return blocks


def _finding(a: Assessment, finding: Finding) -> Text:
    label = a.content.words(f"common.severity-{finding.severity}")
    words = a.content.words("since.finding", severity=label)
    tone = SEVERITY_TONES[finding.severity]
    return (Span(words, strong=True, tone=tone), Span(finding.statement))
