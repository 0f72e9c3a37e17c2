"""What the room voted: before and after it talked, where it stayed divided, and who says why."""

from __future__ import annotations

from itertools import groupby

from workshop.exhibits.wording import capital, keys_span, pattern_list, short, value_words
from workshop.findings import Assessment
from workshop.findings.votes import Option, Said, Tally, VoteResult
from workshop.model.ballots import PRIVACIES
from workshop.render.blocks import (
    Block,
    Cell,
    Column,
    Paragraph,
    Span,
    Table,
    Text,
    cell,
    column,
    heading,
    pairs,
    paragraph,
    table,
)
from workshop.render.exhibit import Exhibit

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
    """Return how far the room agrees, how far it did before, and how many moved."""
    say = a.content.words
    sentences = [_agreement(a, r, r.last)]
    if len(r.rounds) == 2:
        first, answers = r.first, a.listing([r.label(v) for v in r.first.leading])
        counts = {"k": first.most, "n": first.cast}
        if len(first.leading) > 1:
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
    if len(tally.leading) > 1:
        apart = tally.most == 1 and tally.cast > 2
        return say("votes.all-apart" if apart else "votes.tie", answers=answers, **counts)
    key = {"one": "votes.all-agree", "most": "votes.most-agree", "divided": "votes.divided"}
    return say(key[tally.state], answer=answers, **counts)


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
    ours = r.is_recorded(option)
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
    rows = [[capital(r.label(s.fact.value)), s.fact.fact] for s in shown]
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


def _value(a: Assessment, r: VoteResult, value: str) -> str:
    """Return an answer in words, whether somebody voted for it or not."""
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
        if r.room_says is None:
            told.append(say("votes.differs-tie", recorded=recorded))
        else:
            room = r.label(r.room_says)
            told.append(say("votes.differs", recorded=recorded, room=room))
    if r.advice is not None:
        patterns = pattern_list(a, r.advice.patterns)
        key = "votes.advice" if patterns else "votes.advice-none"
        told.append(say(key, patterns=patterns))
    return told
