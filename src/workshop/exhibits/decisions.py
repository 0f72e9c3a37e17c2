"""Show the room's votes and decisions, and the earlier decisions."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from workshop.answers.schema import OWN, PRIVACIES, Decision, Drill, as_compared
from workshop.content.loader import Content
from workshop.documents.blocks import (
    Block,
    Card,
    Cell,
    Column,
    Paragraph,
    Span,
    Table,
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
)
from workshop.documents.exhibit import Exhibit
from workshop.exhibits.agreement import number_head, number_of, set_by
from workshop.exhibits.layout import (
    SEVERITY_TONES,
    capital,
    date_words,
    decided,
    ended,
    in_plan,
    in_two_columns,
    keys_span,
    pattern_list,
    short,
    team_words,
    value_words,
    within,
)
from workshop.findings import Assessment, Finding
from workshop.findings.dissent import speaker
from workshop.findings.finding import Judged, settled_by
from workshop.findings.handoffs import days_words
from workshop.findings.patterns.advice import headline
from workshop.findings.plan import (
    actions,
    confirming,
    dissents_on,
    dissents_on_vote,
    unanswered_on,
)
from workshop.findings.since import Action, Change, Since
from workshop.findings.situation import SignalState
from workshop.findings.votes import AtTable, GivenFact, Option, Tally, VoteResult

_DOTS = 24
"""The most dots in a row; in a larger room each dot is several votes."""
_OPTIONS = 5
"""The most choices that are all shown; of more, only those with votes."""
_NAMED = 3
"""The most questions that are named in one sentence, and answers with most dots."""
_MOST_DOTS = 2
"""The answers with most dots to name: those that go on to the actions."""


def votes(assessment: Assessment) -> Exhibit:
    """Return the votes of the room, the most divided questions first."""
    _ = assessment.content.words
    if not assessment.votes:
        return Exhibit("votes", (paragraph(_("votes.none"), tone="muted"),), (), ())
    blocks: list[Block] = [heading(2, _("votes.title"), _lead(assessment)), _how(assessment)]
    for result in assessment.votes:
        blocks += _question(assessment, result)
    return Exhibit("votes", tuple(blocks))


def divided_line(assessment: Assessment) -> str:
    """Return a sentence for the first page if the room is divided, else nothing."""
    return _divided_on(assessment) if _divided(assessment) else ""


def divided_votes(assessment: Assessment) -> list[VoteResult]:
    """Return the votes that stayed divided and were not decided, without drills."""
    return [
        r
        for r in _divided(assessment)
        if r.vote.decision is None and r.record is None and not _drill(assessment, r)
    ]


def decided_in_room(assessment: Assessment) -> list[tuple[str, str]]:
    """Return each question that was decided after its vote, with the decision.

    A moment of a drill is left out: an incident in a story needs no owner and no date.
    """
    return [
        (r.vote.asked, capital(_value(assessment, r, r.vote.decision)))
        for r in assessment.votes
        if r.vote.decision is not None and r.record is None and not _drill(assessment, r)
    ]


def sentence_of(assessment: Assessment, result: VoteResult) -> str:
    """Return what was decided on a question of the room's own, in a sentence.

    Empty if nothing was. What is decided on the other questions is an answer or a decision.
    """
    vote = result.vote
    if vote.decision is None or result.record or not vote.question.startswith(OWN):
        return ""
    return capital(_value(assessment, result, vote.decision))


def vote_words(assessment: Assessment, result: VoteResult) -> tuple[Text, Text]:
    """Return what a vote asked, about today or what is to be, and its result.

    What was decided on it comes first, where no decision has it, and where tables differ last.
    """
    _, drill = assessment.content.words, capital(_drill(assessment, result))
    asked = [Span(drill or result.vote.asked, strong=True)]
    if drill:
        asked.append(Span(f"\n{result.vote.asked}"))
    elif why := _why_asked(assessment, result):
        asked.append(Span(f"\n{why}"))
    if result.vote.asks_about == "today":  # the others are about what is to be, as the pages are
        asked.append(Span(f"\n{_('votes.about-today')}", tone="muted"))
    found = capital(_agreement(assessment, result, result.last))
    if others := _others(assessment, result):
        found += f" {_('votes.others', choices=others)}"
    if differ := tables_differ(assessment, result):
        found += f" {differ}"
    if decided := sentence_of(assessment, result):
        return tuple(asked), (Span(f"{_('votes.decided')}: {decided}\n", strong=True), Span(found))
    return tuple(asked), (Span(found),)


def _others(assessment: Assessment, result: VoteResult) -> str:
    """Return what else the room chose, if one answer is ahead of it."""
    _, tally = assessment.content.words, result.last
    alone = len(tally.leading) == 1 and tally.state in ("divided", "most")
    if not alone or result.several or result.is_listed:
        return ""
    rest = [o for o in _most_first(result) if o.counts[-1] and o.value not in tally.leading]

    def said(option: Option) -> str:
        somebody = assessment.teams.is_somebody(option.value)
        label = option.label if somebody else _("board.quoted", words=option.label)
        return _("votes.number-of", choice=label, k=option.counts[-1])

    return assessment.listing(map(said, rest))


def _why_asked(assessment: Assessment, result: VoteResult) -> str:
    """Return why a question was asked.

    Nothing if another content asked it, or if the question says it.
    """
    name = result.vote.question
    if name == "chosen_pattern":
        return ""
    return next((q.why for q in assessment.content.questions if q.id == name), "")


def _divided(assessment: Assessment) -> list[VoteResult]:
    return [r for r in assessment.votes if r.last.state == "divided"]


def _lead(assessment: Assessment) -> Text:
    _, lists = assessment.content.words, [r for r in assessment.votes if r.is_listed]
    voted, sentences = len(assessment.votes) - len(lists), []
    if voted:
        sentences += [_("votes.asked", n=voted).strip(), _divided_on(assessment)]
    if lists:
        sentences.append(_("votes.lists", n=len(lists)))
    return (Span(" ".join(sentences)),)


def _divided_on(assessment: Assessment) -> str:
    _, divided = assessment.content.words, _divided(assessment)
    if not divided:
        voted = sum(not r.is_listed for r in assessment.votes)
        return _("votes.divided-on-none", n=voted)
    twice = all(len(r.rounds) == 2 for r in divided)
    key = "votes.stayed-divided-on" if twice else "votes.divided-on"
    return _(key, n=len(divided), names=_names(assessment, divided))


def _names(assessment: Assessment, results: list[VoteResult]) -> str:
    """Return the names of votes, those still to decide first."""
    open_ = divided_votes(assessment)
    ordered = sorted(results, key=lambda r: r not in open_)
    found = [vote_name(assessment, r) for r in ordered]
    shown = found[: _NAMED if len(found) > _NAMED + 1 else len(found)]
    if len(shown) < len(found):
        shown.append(assessment.content.words("rules.more", n=len(found) - len(shown)))
    return assessment.listing(shown)


def vote_name(assessment: Assessment, result: VoteResult) -> str:
    """Return a question as it was asked; a moment of a drill by the drill's title."""
    asked = assessment.content.words("votes.question", asked=short(result.vote.asked, 80))
    return _drill(assessment, result) or asked


def _drill(assessment: Assessment, result: VoteResult) -> str:
    """Return the moment and drill of a vote, or an empty string."""
    name = result.vote.question
    for drill in assessment.content.drills:
        if name.startswith(f"drills.{drill.id}.minute_"):
            minute = name.rsplit("_", 1)[-1]
            return assessment.content.words(f"votes.drill-{minute}", title=drill.title)
    return ""


def _how(assessment: Assessment) -> Paragraph:
    _ = assessment.content.words
    privacies = {r.vote.privacy for r in assessment.votes}
    given = [_("votes.how"), _("votes.dot", n=_votes_per_dot(assessment))]
    given += [_(f"votes.privacy-{p}") for p in PRIVACIES if p in privacies]
    given += [_("votes.tables-kept")] if any(r.tables[-1] for r in assessment.votes) else []
    words = Span(" ".join(given) + " ", tone="muted")
    return paragraph((words, keys_span(("G2", "G4", "Q2"))), small=True)


# -- one question -------------------------------------------------------------------------------


def _question(assessment: Assessment, result: VoteResult) -> list[Block]:
    title, answer = result.vote.asked, _answer(assessment, result)
    if _drill(assessment, result):
        title, answer = capital(_drill(assessment, result)), f"{title} {answer}"
    blocks: list[Block] = [
        heading(3, title, answer),
        *_given_answers(assessment, result),
        *_facts(assessment, result),
    ]
    if lines := _outcome(assessment, result):
        blocks.append(pairs(lines))
    return [*blocks, *(paragraph(words, tone="warning") for words in _doubts(assessment, result))]


def _given_answers(assessment: Assessment, result: VoteResult) -> list[Block]:
    """Return a vote counted, or its answers in free words as a list."""
    if not any(t.cast for t in result.rounds):
        return []
    if result.vote.kind == "words":
        _ = assessment.content.words
        return [
            bullets(
                _("votes.dots-on", choice=capital(o.label), k=o.counts[-1])
                if o.counts[-1] > 1
                else capital(o.label)
                for o in _most_first(result)
                if o.counts[-1]
            )
        ]
    return [_table(assessment, result), *_tables(assessment, result)]


def _most_first(result: VoteResult) -> list[Option]:
    return sorted(result.options, key=lambda o: -o.counts[-1])


def _answer(assessment: Assessment, result: VoteResult) -> str:
    """Return the question, the room's agreement, and how many moved."""
    _ = assessment.content.words
    about = [_(f"votes.about-{result.vote.asks_about}")] if result.vote.asks_about else []
    if result.is_listed:
        return " ".join([*about, _agreement(assessment, result, result.last)])
    sentences = [*about, _agreement(assessment, result, result.last)]
    if result.last.unknown and result.last.cast:
        sentences.append(_("votes.unknown", n=result.last.unknown))
    if len(result.rounds) == 2:
        first, answers = (
            result.first,
            assessment.listing([result.label(v) for v in result.first.leading]),
        )
        counts = {"k": first.most, "n": first.cast}
        if not first.cast:
            key = "votes.before-unknown" if first.unknown else "votes.before-none"
            sentences.append(_(key, n=first.unknown))
        elif result.several:
            sentences.append(_("votes.before-several", choices=_leading(assessment, result, 0)))
        elif len(first.leading) > 1:
            sentences.append(_("votes.before-tie", answers=answers, **counts))
        elif first.leading == result.last.leading:
            sentences.append(_("votes.before-same", **counts))
        else:
            sentences.append(_("votes.before-other", answer=answers, **counts))
        if first.unknown and first.cast:
            sentences.append(_("votes.unknown-before", n=first.unknown))
        if result.vote.moved is not None:
            key = "votes.moved" if result.vote.moved else "votes.nobody-moved"
            sentences.append(_(key, n=result.vote.moved))
        gained = [
            _("votes.gain", choice=result.label(o.value), n=n) for o, n in result.moves if n > 0
        ]
        if gained and len(gained) <= _OPTIONS:
            sentences.append(_("votes.gained", choices=assessment.listing(gained)))
    return " ".join(sentences)


def _agreement(assessment: Assessment, result: VoteResult, tally: Tally) -> str:
    _, counts = assessment.content.words, {"k": tally.most, "n": tally.cast}
    answers = assessment.listing([result.label(v) for v in tally.leading])
    if tally.state == "unknown":
        return _("votes.all-unknown", n=tally.unknown)
    if result.vote.kind == "dots":
        found = [_("votes.dots-on", choice=o.label, k=o.counts[-1]) for o in _ahead(result)]
        words = "votes.dots" if found else "votes.dots-even"
        return _(words, n=tally.cast, choices=assessment.listing(found))
    if result.is_listed:
        return _("votes.words", n=tally.cast)
    if result.several:
        divided = tally.state == "divided"
        words = "votes.divided-several" if divided else "votes.agree-several"
        return _(words, choices=_leading(assessment, result, len(result.rounds) - 1), n=tally.cast)
    if len(tally.leading) > 1:
        apart = tally.most == 1 and tally.cast > 2
        return _("votes.all-apart" if apart else "votes.tie", answers=answers, **counts)
    key = {"one": "votes.all-agree", "most": "votes.most-agree", "divided": "votes.divided"}
    return _(key[tally.state], answer=answers, **counts)


def _ahead(result: VoteResult) -> list[Option]:
    """Return the answers with most dots: two, or a few that have as many."""
    given = [o for o in _most_first(result) if o.counts[-1]]
    ahead = list[Option]()
    for _, level in groupby(given, key=lambda o: o.counts[-1]):
        more = [*ahead, *level]
        if len(ahead) >= _MOST_DOTS or len(more) > _NAMED:
            break
        ahead = more
    return ahead


def _leading(assessment: Assessment, result: VoteResult, at: int) -> str:
    """Return the leading choices with their votes, if a ballot has several."""
    tally = result.rounds[at]
    options = [o for o in result.options if o.value in tally.leading]
    _ = assessment.content.words
    return assessment.listing(
        [_("votes.named-by", choice=o.label, k=o.counts[at], n=tally.cast) for o in options]
    )


def _table(assessment: Assessment, result: VoteResult) -> Table:
    _, twice = assessment.content.words, len(result.rounds) == 2
    given = _most_first(result) if result.is_listed else result.options
    options = [o for o in given if len(given) <= _OPTIONS or any(o.counts)]
    roles = any(o.by_role[-1] for o in options)
    heads: list[Column] = [column(_("votes.choice"), width=1.75)]
    names = ("votes.first", "votes.second") if twice else ("votes.votes",)
    heads += [column(_(name), width=1.2) for name in names]
    if roles:
        heads.append(column(_("votes.by-role"), width=2.4))
    rows = [
        [
            _choice(assessment, result, o),
            *_counts(assessment, result, o),
            *_roles(assessment, o, roles),
        ]
        for o in options
    ]
    return table(heads, rows, caption=_caption(assessment, result, roles))


def _choice(assessment: Assessment, result: VoteResult, option: Option) -> Cell:
    label = capital(option.label)
    own = option.on_record
    leads = option.value in result.last.leading and result.last.most > 0
    words = assessment.content.words("votes.on-record", choice=label) if own else label
    return cell(words, strong=leads)


def _counts(assessment: Assessment, result: VoteResult, option: Option) -> list[Cell]:
    """Return the votes as a number and as dots; only the number is read aloud."""
    wide, each = len(str(max(t.most for t in result.rounds))), _votes_per_dot(assessment)
    found = []
    for n in option.counts:
        number = str(n).rjust(wide, "\u2007")
        dots = Span(" " + "•" * -(-n // each), tone="ours") if n else Span("")
        found.append(cell((Span(number), dots), tone="plain" if n else "muted"))
    return found


def _votes_per_dot(assessment: Assessment) -> int:
    return max(1, -(-max(t.most for r in assessment.votes for t in r.rounds) // _DOTS))


def _roles(assessment: Assessment, option: Option, shown: bool) -> list[Cell]:
    if not shown:
        return []
    counts = option.by_role[-1] or {}
    given = [
        assessment.content.words("votes.of-role", n=n, role=role) for role, n in counts.items() if n
    ]
    return [cell(assessment.content.words("common.comma").join(given))]


def _caption(assessment: Assessment, result: VoteResult, roles: bool) -> str:
    _, last = assessment.content.words, result.last
    given = []
    if roles and sum(sum((o.by_role[-1] or {}).values()) for o in result.options) < last.cast:
        given.append(_("votes.small-roles"))
    if last.present is not None and (silent := last.present - last.cast - last.unknown) > 0:
        given.append(_("votes.not-voted", n=silent))
    return " ".join(given)


def _tables(assessment: Assessment, result: VoteResult) -> list[Block]:
    """Return what each table said in the last vote, beside all together."""
    _, content, last = assessment.content.words, assessment.content, result.last
    tables, labels = result.tables[-1], {o.value: o.label for o in result.options}
    if not tables or result.is_listed:
        return []
    together = {o.value: o.counts[-1] for o in result.options}
    shown = [(t.name, t.leading, t.most, t.cast, t.counts) for t in tables]
    shown.append((_("votes.all-together"), last.leading, last.most, last.cast, together))
    rows = []
    for at, (name, leading, most, cast, counts) in enumerate(shown):
        answer = assessment.listing([capital(labels[value]) for value in leading])
        spans: list[Span] = []
        for option in result.options:
            if n := counts.get(option.value, 0):
                label = Span(f"{_('common.comma') if spans else ''}{capital(option.label)} {n} ")
                dots = "•" * -(-n // _votes_per_dot(assessment))
                spans += [label, Span(dots, tone="ours")]
        if not result.several:
            answer = _("votes.says", answer=answer, k=most, n=cast)
        rows.append([cell(name, strong=at == len(tables)), cell(answer), cell(tuple(spans))])
    heads = [
        column(_("votes.table"), width=1.3),
        column(_("votes.table-answer"), width=1.7),
        column(_("votes.votes"), width=2.8),
    ]
    return [paragraph(tables_line(content, tables, labels, last.cast)), table(heads, rows)]


def tables_line(
    content: Content, tables: Sequence[AtTable], labels: Mapping[str, str], cast: int
) -> str:
    """Return where tables disagree in a vote, in one sentence.

    A second sentence says that some are not shown, if they have some of the `cast` votes.
    """
    _, answers = content.words, _table_answers(content, tables, labels)
    sentences = []
    if differ := _differ(content, answers):
        sentences.append(differ)
    elif answers and tables[0].is_divided:
        sentences.append(_("votes.tables-divided"))
    elif answers:
        answer = _.listing([labels[value] for value in tables[0].leading])
        sentences.append(_("votes.tables-agree", answer=answer))
    if sum(one.cast for one in tables) < cast:
        sentences.append(_("votes.small-tables"))
    return " ".join(sentences)


def tables_differ(assessment: Assessment, result: VoteResult) -> str:
    """Return where the tables disagree in the last vote, or an empty string."""
    tables, labels = result.tables[-1], {o.value: o.label for o in result.options}
    content = assessment.content
    return _differ(content, _table_answers(content, () if result.is_listed else tables, labels))


def _differ(content: Content, answers: Sequence[str]) -> str:
    """Return that tables gave several answers, or an empty string."""
    several = len(answers) > 1
    return content.words("votes.tables-differ", tables="; ".join(answers)) if several else ""


def _table_answers(
    content: Content, tables: Sequence[AtTable], labels: Mapping[str, str]
) -> list[str]:
    """Return each answer with the tables that gave it, those without one last."""
    _, groups = content.words, dict[tuple[str, ...], list[str]]()
    for one in tables:
        groups.setdefault(() if one.is_divided else one.leading, []).append(one.name)
    found = [(leading, _.listing(names), len(names)) for leading, names in groups.items()]
    found.sort(key=lambda one: not one[0])
    return [
        _(
            "votes.table-says" if leading else "votes.table-divided",
            n=n,
            tables=names,
            answer=_.listing([labels[value] for value in leading]),
        )
        for leading, names, n in found
    ]


# -- why ----------------------------------------------------------------------------------------


def _facts(assessment: Assessment, result: VoteResult) -> list[Block]:
    """Return every fact by choice, the least frequent choice first."""
    _ = assessment.content.words
    order = {s.fact.value: i for i, s in reversed(list(enumerate(result.facts)))}
    shown = sorted(result.facts, key=lambda s: (order[s.fact.value], s.round))
    if not shown:
        return []
    heads = [column(_("votes.heard"), width=1.5), column(_("votes.fact"), width=3.5)]
    rows = [[capital(assessment.listing(result.named(s.fact))), s.fact.fact] for s in shown]
    who = [_from(assessment, s) for s in shown]
    if any(who):
        heads.append(column(_("votes.from"), width=1.2))
        rows = [[*row, words] for row, words in zip(rows, who, strict=True)]
    return [table(heads, rows)]


def _from(assessment: Assessment, given_fact: GivenFact) -> str:
    given = [given_fact.fact.name, given_fact.fact.role, given_fact.fact.table]
    if given_fact.round == 2:
        given.append(assessment.content.words("votes.from-second"))
    return assessment.content.words("common.comma").join(words for words in given if words)


def _outcome(assessment: Assessment, result: VoteResult) -> list[tuple[Text, Text]]:
    _, vote = assessment.content.words, result.vote
    lines: list[tuple[Text, Text]] = []
    record = result.record
    is_own = vote.question.startswith(OWN)
    has_all = record is not None and (is_own or vote.asks_about == "from-now-on")
    if vote.decision is not None and not has_all:
        found = capital(_value(assessment, result, vote.decision))
        # how it is today nobody decides: it is recorded
        is_today = vote.asks_about == "today" and not is_own
        key = "votes.recorded" if is_today else "votes.decided"
        lines.append(((Span(_(key)),), (Span(found),)))
    if record is not None:
        lines.append(((Span(_("votes.from-now-on")),), (Span(_from_now_on(assessment, record)),)))
    dissent, left = result.dissent, _left_open(assessment, result)
    if left is not None:
        who = [words for _name, words in _who_and_when(assessment, left) if words]
        words = _("common.comma").join([_("board.still-open").rstrip("."), *who])
        lines.append(((Span(_("votes.from-now-on")),), (Span(words),)))
        dissent = dissents_on(assessment, left) or dissent
    if lines and not dissent and result.last.state not in ("one", "listed"):
        dissent = (_("votes.no-dissent"),)
    lines += [((Span(_("votes.dissent")),), (Span(words),)) for words in dissent]
    return lines + [((Span(_("votes.note")),), (Span(note),)) for note in vote.notes or ()]


def _left_open(assessment: Assessment, result: VoteResult) -> Decision | None:
    """Return the question of a vote as it was recorded without a choice, if it was."""
    made, asked = assessment.answers.decisions or (), as_compared(result.vote.asked)
    return next((d for d in made if d.is_open and as_compared(d.decision) == asked), None)


def _from_now_on(assessment: Assessment, record: Decision) -> str:
    """Return the decision with its owner and date, as far as given."""
    who = [words for _, words in _who_and_when(assessment, record) if words]
    chosen = record.chosen or record.decision
    return assessment.content.words("common.comma").join([chosen.rstrip("."), *who])


def _value(assessment: Assessment, result: VoteResult, value: str | tuple[str, ...]) -> str:
    """Return the words of an answer, whether it got votes or not."""
    if isinstance(value, tuple):
        return assessment.listing([_value(assessment, result, one) for one in value])
    if any(o.value == value for o in result.options):
        return result.label(value)
    try:
        return value_words(assessment.content, result.vote.question, value)
    except KeyError:
        return value


def _doubts(assessment: Assessment, result: VoteResult) -> list[str]:
    """Return arguments against taking the room's answer as settled."""
    _ = assessment.content.words
    given = []
    if result.swing and len(result.swing) <= _OPTIONS:
        given.append(
            _("votes.swing", choices=assessment.listing([result.label(v) for v in result.swing]))
        )
    if result.differs and result.recorded is not None:
        recorded = _value(assessment, result, result.recorded).rstrip(".")
        if result.several:
            room = assessment.listing([result.label(v) for v in result.last.leading])
            given.append(_("votes.differs-several", recorded=recorded, room=room))
        elif result.room_answer is None:
            given.append(_("votes.differs-tie", recorded=recorded))
        else:
            room = result.label(result.room_answer)
            given.append(_("votes.differs", recorded=recorded, room=room))
    if result.advice is not None:
        patterns = pattern_list(assessment, result.advice.patterns)
        key = "votes.advice" if patterns else "votes.advice-none"
        given.append(_(key, patterns=patterns))
    return given


_STATES: dict[str, Tone] = {
    "reached": "critical",
    "near": "warning",
    "far": "strength",
    "no-trigger": "muted",
    "unknown": "muted",
}


def decision_register(assessment: Assessment) -> Exhibit:
    """Return each decision as a card with all its fields."""
    _ = assessment.content.words
    decisions = assessment.answers.decisions or ()
    notes = (*_sentences(assessment), *discussion_notes(assessment))
    if not decisions:
        title = heading(2, _("decisions.title"), _("decisions.none"))
        blocks = (
            title,
            paragraph(_("decisions.how")),
            table(
                [_("decisions.field"), _("decisions.what-to-write")],
                [[_(f"decisions.{f}"), _(f"decisions.{f}-hint")] for f in _FIELDS],
            ),
        )
        short = (title, *notes) if notes else ()
        whole = (*blocks, *notes) if notes else None
        return Exhibit("decision-register", blocks, whole, short)
    head = heading(2, _("decisions.title"), _register_lead(assessment))
    cards = tuple(_card(assessment, d) for d in decisions)
    by_date = sorted(decisions, key=lambda d: d.due or datetime.date.max)
    register = _register(assessment, by_date)
    return Exhibit("decision-register", (head, *cards), (head, register, *notes))


def _sentences(assessment: Assessment) -> tuple[Block, ...]:
    """Return what was decided on votes in a sentence, with the dissent."""
    _ = assessment.content.words
    decided = [(r, words) for r in assessment.votes if (words := sentence_of(assessment, r))]
    rows = [[r.vote.asked, words, "\n".join(r.dissent) or "–"] for r, words in decided]
    heads = [
        column(_("votes.question-head"), width=1.6),
        column(_("votes.decided"), width=1.8),
        column(_("votes.dissent"), width=1.6),
    ]
    return (heading(3, _("votes.sentences-title")), table(heads, rows)) if rows else ()


def _register_lead(assessment: Assessment) -> str:
    """Return how many decisions and objections there are, and what is left open."""
    _, decisions = assessment.content.words, assessment.answers.decisions or ()
    held = [words for d in decisions for words in dissents_on(assessment, d)]
    objection = _("decisions.objections" if held else "decisions.no-objection", n=len(held))
    made = sum(not (d.is_open or d.is_action) for d in decisions)
    done = 0 if made else sum(d.is_action for d in decisions)
    key = "decisions.lead-actions" if done else "decisions.lead" if made else "decisions.lead-none"
    lead = _(key, n=made or done, objection=objection)
    on_votes = sum(w not in held for r in assessment.votes for w in dissents_on_vote(assessment, r))
    more = _("decisions.objections-votes", n=on_votes) if on_votes else ""
    return " ".join(
        filter(
            None, (lead, more, beside_decisions(assessment, done), _to_confirm(assessment, made))
        )
    )


def _to_confirm(assessment: Assessment, made: int) -> str:
    """Return which decision the leadership still has to confirm, if there is one."""
    for a in actions(assessment):
        if confirm := confirming(assessment, a.decision):
            words = {"who": confirm.proposed_owner, "action": confirm.number, "number": a.number}
            key = f"decisions.to-confirm{'' if made > 1 else '-one'}"
            return assessment.content.words(key, **words)
    return ""


def beside_decisions(assessment: Assessment, said: int = 0) -> str:
    """Return how many actions stand beside decisions, and how many open questions.

    `said` is how many of the actions were counted before.
    """
    _, recorded = assessment.content.words, assessment.answers.decisions or ()
    counts = {
        "actions": sum(d.is_action for d in recorded) - said,
        "left-open": sum(d.is_open for d in recorded),
    }
    return " ".join(_(f"decisions.{name}", n=n) for name, n in counts.items() if n)


def discussion_notes(assessment: Assessment, level: int = 3) -> tuple[Block, ...]:
    """Return what was noted of the discussions, if anything was."""
    _ = assessment.content.words
    rows = [
        [capital(_drill(assessment, r)) or r.vote.asked, note]
        for r in assessment.votes
        for note in r.vote.notes or ()
    ]
    heads = [column(_("votes.question-head"), width=1.4), column(_("votes.note"), width=3.6)]
    return (heading(level, _("votes.notes-title")), table(heads, rows)) if rows else ()


def _register(assessment: Assessment, decisions: Iterable[Decision]) -> Table:
    """Return decisions as a table for those who carry them out."""
    _ = assessment.content.words
    vacant = Span(_("decisions.missing-one"), tone="critical")
    rows, plan = [], actions(assessment)
    for d in decisions:
        # an open question and an action have no rule and no review to write down
        missing = Span("–", tone="muted") if d.is_open or d.is_action else vacant
        chosen = _("board.still-open") if d.is_open else d.chosen
        who = Span(d.owner) if d.owner else vacant
        due = Span(date_words(assessment.content, d.due)) if d.due else vacant
        confirm = confirming(assessment, d)
        still = _("decisions.confirmed-by", action=confirm.number) if confirm else ""
        rows.append(
            [
                number_of(next(a for a in plan if a.decision == d)),
                cell(
                    [
                        Span(d.decision, strong=True),
                        *([Span(f"\n{chosen}")] if chosen else []),
                        *([Span(f"\n{still}", strong=True)] if still else []),
                    ]
                ),
                cell(rule_of(assessment.content, d) or missing),
                cell((who, Span("\n"), due)),
                cell(_revisit(assessment, d) or missing),
            ]
        )
        if d.dissent:
            rows.append([cell(""), cell(_dissent(assessment, d), span=4)])
    return table(
        [
            number_head(assessment),
            column(_("decisions.label"), width=2.3),
            column(_("board.rule"), width=2.1),
            column(_("decisions.who-and-when"), width=1),
            column(_("decisions.revisit"), width=1.3),
        ],
        rows,
        row_heads=False,
    )


def _dissent(assessment: Assessment, made: Decision) -> Text:
    """Return who disagrees and why, with the reply or the action that gives one."""
    _ = assessment.content.words
    found: tuple[Span, ...] = _held(assessment, dissents_on(assessment, made))
    if made.reply:  # in quotes, so that its “we” is not ours
        reply = Span(_("board.reply-words", words=made.reply))
        found = (*found, Span(f"{_('board.reply')}: ", strong=True), reply)
    left = unanswered_on(assessment, made)
    if not left:
        return found
    numbers = [str(a.number) for a in actions(assessment) if a.answers == made]
    words = capital(_("board.no-reply"))
    if numbers:
        words = _("decisions.no-reply", n=len(numbers), numbers=assessment.listing(numbers))
    if made.reply:
        words = f"\n{to_whom(assessment, left)}{words}"
    return (*found, Span(words, tone="critical"))


def to_whom(assessment: Assessment, held: Sequence[str]) -> str:
    """Return who waits for a reply, before the words that say so, if all are named."""
    who = [speaker(words) for words in held]
    return f"{assessment.listing(dict.fromkeys(who))}: " if all(who) else ""


def _held(assessment: Assessment, held: Sequence[str]) -> tuple[Span, Span]:
    """Return dissent before its reply; each of several has a line of its own."""
    title = Span(f"{assessment.content.words('decisions.dissent')}: ", strong=True)
    return title, Span("\n".join(held) + ("\n" if len(held) > 1 else " "))


_FIELDS = ("chosen", "rejected", "dissent", "if-then", "owner", "due", "revisit")


def _card(assessment: Assessment, made: Decision) -> Card:
    _ = assessment.content.words
    lines = [
        (_("decisions.chosen"), made.chosen),
        (_("decisions.rejected"), made.rejected),
        (_("decisions.dissent"), "\n".join(dissents_on(assessment, made))),
        *([(_("decisions.reply"), made.reply)] if made.dissent else []),
        (_("decisions.if-then"), rule_of(assessment.content, made)),
        *_who_and_when(assessment, made),
        (_("decisions.revisit"), _revisit(assessment, made)),
    ]
    changed = [(_("agreed.sets"), line) for line in set_by(assessment, made)]
    shown = [(term, words) for term, words in lines if words]
    given: list[Block] = [pairs([*shown[:1], *changed, *shown[1:]])]
    asked = _who_and_when(assessment, made) if made.is_action else lines
    missing = [term for term, words in asked if not words]
    if missing:
        given.append(
            paragraph(
                _(
                    "decisions.missing",
                    fields=assessment.listing(within(assessment.content, m) for m in missing),
                ),
                tone="muted",
                small=True,
            )
        )
    label = _("decisions.action-label" if made.is_action else "decisions.label")
    return card(made.decision, given, label=label, tone="ours")


def _who_and_when(assessment: Assessment, decision: Decision) -> list[tuple[str, str | None]]:
    """Return the owner and the date on one line if both are known, else on two."""
    _ = assessment.content.words
    due = date_words(assessment.content, decision.due) if decision.due else None
    if decision.owner and due:
        both = _("decisions.who-and-when-words", owner=decision.owner, due=due)
        return [(_("decisions.who-and-when"), both)]
    return [(_("decisions.owner"), decision.owner), (_("decisions.due"), due)]


def rule_of(content: Content, decision: Decision) -> str | None:
    """Return the rule of a decision; one that lacks its *if* or its *then* says so.

    A capital may be that of a name, so it stays, and then *if* and *then* have colons. An *if* or
    a *then* that was typed is not said twice.
    """
    given = {"condition": decision.if_, "action": decision.then}
    said = content.words("decisions.if-then-words", condition="\n", action="\n").split("\n")
    words = {
        name: _unsaid(word, one).removesuffix(".").rstrip(" ,;")
        for word, (name, one) in zip(said, given.items(), strict=False)
        if one
    }
    if not words:
        return None
    key = "if-then-words" if len(words) == len(given) else f"if-then-only-{next(iter(words))}"
    if words.get("condition", "")[:1].isupper():
        key = f"{key}-capital"
    return ended(content.words(f"decisions.{key}", **words))


def _unsaid(word: str, typed: str) -> str:
    """Return typed words without the first one if it is `word`."""
    first, _, rest = typed.strip().partition(" ")
    is_said = first.strip(" ,;:").casefold() == word.strip(" ,;:").casefold()
    return rest.strip() if rest and is_said else typed.strip()


def _revisit(assessment: Assessment, decision: Decision) -> str | None:
    _ = assessment.content.words
    day = date_words(assessment.content, decision.revisit_on) if decision.revisit_on else None
    if not decision.revisit_when:
        return day
    key = "revisit-both" if day else "revisit-when"
    return _(f"decisions.{key}", date=day, event=decision.revisit_when)


def transition_signals(assessment: Assessment) -> Exhibit:
    """Return the signals that start the next move, each with its limit."""
    _ = assessment.content.words
    named = [s for s in assessment.signals if s.trigger is not None]
    reached = [assessment.content.question(s.text.id).name for s in named if s.state == "reached"]
    lead: TextLike
    if reached:
        words = _("decisions.signals-reached", names=assessment.listing(reached))
        decision = settled_by(assessment, "signal-reached")
        found = [a for a in actions(assessment) if decision and a.decision == decision]
        act = in_plan(assessment, found) if found else (_("decisions.signals-date"),)
        lead = (f"{words} ", *act)
    elif named:
        lead = _("decisions.signals-named", n=len(named))
    else:
        lead = _("decisions.signals-none")
    return Exhibit(
        "transition-signals",
        (
            heading(2, _("decisions.signals"), lead),
            table(
                [
                    column(_("decisions.signal"), width=1.35),
                    column(_("decisions.now"), align="right", width=0.6),
                    column(_("decisions.trigger"), align="right", width=0.9),
                    column(_("decisions.state"), width=0.7),
                    column(_("decisions.why"), width=4.1),
                ],
                [_signal(assessment, s) for s in assessment.signals],
                caption=" ".join(_limits_words(assessment)) if named else (),
            ),
        ),
        in_short_pack=None if named else (),
    )


def _limits_words(assessment: Assessment) -> Iterator[str]:
    """Yield what the limits are for, and which one comes too late."""
    _, queue = assessment.content.words, assessment.queue
    if queue is not None and queue.crossing is not None:
        yield _("decisions.signals-own")
    limit = next((s.trigger for s in assessment.signals if s.text.id == "model_teams"), None)
    if queue is None or queue.saturated is None or limit is None or limit <= queue.saturated:
        return
    if queue.now is not None and queue.now.teams < queue.saturated:
        teams, own = (_("staffing.teams", n=n) for n in (queue.saturated, limit))
        yield _("decisions.signals-late", teams=teams, limit=own)


def _signal(assessment: Assessment, signal: SignalState) -> list[Cell]:
    _ = assessment.content.words
    return [
        cell(signal.text.name),
        _number(assessment, signal.now, signal.text.unit),
        _number(assessment, signal.trigger, signal.text.unit),
        cell(_(f"decisions.state-{signal.state}"), tone=_STATES[signal.state]),
        cell(signal.text.why),
    ]


def _number(assessment: Assessment, value: float | None, unit: str) -> Cell:
    if value is None:
        return cell(assessment.content.words("common.unknown"), tone="muted")
    return cell(assessment.content.words("common.with-unit", n=value, unit=unit))


def after_the_workshop(assessment: Assessment) -> Exhibit:
    """Return how decisions become habits: a few if-then plans, reviewed on time."""
    _ = assessment.content.words
    studies = {s.key: s for s in assessment.content.sources}
    claims = [c for c in assessment.content.claims if c.topic == "room"]
    rows = [
        [cell(c.use_for), cell(c.found), cell(", ".join(k for k in c.sources if k in studies))]
        for c in claims
    ]
    return Exhibit(
        "after-the-workshop",
        (
            heading(2, _("decisions.room"), _("decisions.room-lead")),
            table(
                [
                    column(_("decisions.room-do"), width=2),
                    column(_("decisions.room-found"), width=2.6),
                    column(_("decisions.room-source"), width=0.6),
                ],
                rows,
            ),
        ),
        in_short_pack=(),
    )


_SINCE_STATES: dict[str, Tone] = {
    "done": "strength",
    "under-way": "ours",
    "not-begun": "warning",
    "dropped": "muted",
    "untold": "muted",
}
_LONGEST, _ASKED = 170, 90
"""The most characters of an earlier decision and of its question.

Their own pack has all of them.
"""
_LISTED = 6
"""The number of findings in a pair of columns."""


def since_last_time(assessment: Assessment) -> Exhibit:
    """Return what became of earlier decisions, and what changed since."""
    _, since = assessment.content.words, assessment.since
    if since is None:
        return Exhibit("since-last-time", (paragraph(_("since.none"), tone="muted"),), (), ())
    return Exhibit(
        "since-last-time",
        (
            heading(2, _("since.title"), _since_lead(assessment, since)),
            *_actions(assessment, since),
            *_advice(assessment, since),
            *_answers(assessment, since),
            *_findings(assessment, "gone", since.gone),
            *_findings(assessment, "lost", since.lost),
            *_findings(assessment, "new", since.new),
            *_findings(assessment, "uncovered", since.uncovered),
            *_still(assessment, since),
        ),
    )


def since_line(assessment: Assessment, since: Since) -> Paragraph:
    """Return a paragraph for the first page on the earlier workshop."""
    _, n = assessment.content.words, len(since.actions)
    moved = _moved(assessment, since)
    key = f"since.front-{moved}" if n else f"since.front-none-{moved}"
    first = _(key, n=n, **_since_words(assessment, since))
    groups = {"gone": since.gone, "new": (*since.new, *since.uncovered), "still": since.still}
    counted = {k: sum(f.severity != "strength" for f in found) for k, found in groups.items()}
    counts = [_(f"since.front-{k}", n=n) for k, n in counted.items() if n]
    if not counts:
        return paragraph(first)
    return paragraph(
        (Span(f"{first} "), Span(_("since.front-findings", counts=assessment.listing(counts))))
    )


def _since_lead(assessment: Assessment, since: Since) -> str:
    n, moved = len(since.actions), _moved(assessment, since)
    key = f"since.lead-{moved}" if n else f"since.lead-none-{moved}"
    return assessment.content.words(key, n=n, **_since_words(assessment, since))


def _moved(assessment: Assessment, since: Since) -> str:
    """Return how the advice changed, as the key of its words.

    With too few answers for any advice, it did not change.
    """
    r = assessment.recommendation
    if not r.patterns and None in [v.verdict for v in assessment.verdicts.values()]:
        return "untold"
    return "changed" if since.advice_changed else "same"


def _day(assessment: Assessment, since: Since) -> str:
    if since.held_on is None:
        return assessment.content.words("since.last-time")
    return date_words(assessment.content, since.held_on)


def _since_words(assessment: Assessment, since: Since) -> dict[str, str]:
    """Return what was noted last time, when, and how much of it is done."""
    made = [a.decision for a in since.actions]
    questions, added = sum(d.is_open for d in made), sum(d.is_action for d in made)
    counted = {"decisions": len(made) - questions - added, "actions": added, "questions": questions}
    named = (assessment.content.words(f"since.things-{k}", n=n) for k, n in counted.items() if n)
    counts = _since_counts(assessment, since)
    return {
        "things": assessment.listing(named),
        "day": _day(assessment, since),
        "counts": counts,
    }


def _since_counts(assessment: Assessment, since: Since) -> str:
    """Return how many decisions are done, under way and so on."""
    counts = {state: since.count(None if state == "untold" else state) for state in _SINCE_STATES}  # type: ignore[arg-type]
    return assessment.listing(
        [assessment.content.words(f"since.count-{s}", n=n) for s, n in counts.items() if n]
    )


# -- decisions ----------------------------------------------------------------------------------


def _actions(assessment: Assessment, since: Since) -> list[Block]:
    _ = assessment.content.words
    if not since.actions:
        return []
    reviews = sum(action.review_due for action in since.actions)
    key = "since.reviews" + ("-kept" if since.count("dropped") else "")
    return [
        table(
            [
                column(_("since.decided"), width=3),
                column(_("since.owner"), width=1.1),
                column(_("since.due"), width=1),
                column(_("since.became"), width=2.4),
            ],
            [row for action in since.actions for row in _rows_of(assessment, since, action)],
            caption=_(key, n=reviews) if reviews else (),
        )
    ]


def _rows_of(assessment: Assessment, since: Since, action: Action) -> list[list[Cell]]:
    """Return the row of an action, and one for dissent that nobody has replied to.

    To dissent on a question of the room's own no reply is ever recorded, so none is missed.
    """
    held = unanswered_on(since.before, action.decision)
    if not held:
        return [_action(assessment, action)]
    _ = assessment.content.words
    spans = [*_held(assessment, held)]
    if action.decision in (since.before.answers.decisions or ()):
        spans.append(Span(f"{capital(_('board.no-reply'))}.", tone="critical"))
    row = [cell(spans, span=4)]
    return [_action(assessment, action), row]


def _action(assessment: Assessment, action: Action) -> list[Cell]:
    _, decision = assessment.content.words, action.decision
    open_ = [Span(f" {_('board.still-open')}", strong=True)] if decision.is_open else []
    return [
        cell((*decided(decision, _LONGEST, _ASKED), *open_)),
        cell(short(decision.owner, 60) if decision.owner else _("since.open")),
        cell(date_words(assessment.content, decision.due) if decision.due else _("since.open")),
        _became(assessment, action),
    ]


def _became(assessment: Assessment, action: Action) -> Cell:
    _ = assessment.content.words
    name = action.became or "untold"
    state = _(f"since.became-{name}")
    tone = _SINCE_STATES[name]
    if action.overdue:
        state, tone = _("since.past-date", became=state), "warning"
    shown = Span(state, strong=True, tone=tone)
    return cell((shown, Span(f". {action.note}")) if action.note else shown)


# -- advice and signals -------------------------------------------------------------------------


def _advice(assessment: Assessment, since: Since) -> list[Block]:
    _ = assessment.content.words
    then, now = headline(since.before), headline(assessment)
    lead = _(f"since.advice-{_moved(assessment, since)}")
    given = [(_("since.then"), then), (_("since.now"), now)]
    blocks: list[Block] = [heading(3, _("since.advice"), lead), pairs(given)]
    if since.signals:
        moves = []
        for move in since.signals:
            numbers = {
                "was": value_words(assessment.content, move.text.id, move.was),
                "now": value_words(assessment.content, move.text.id, move.now),
                "limit": value_words(assessment.content, move.text.id, move.limit),
            }
            moves.append(_(f"since.{move.moved}", name=move.text.name, **numbers))
        blocks.append(heading(3, _("since.signals")))
        blocks += [paragraph(words) for words in moves]
    return blocks


# -- answers ------------------------------------------------------------------------------------


def _answers(assessment: Assessment, since: Since) -> list[Block]:
    _, n = assessment.content.words, len(since.changed)
    lead = _("since.answers-lead", n=n) if n else _("since.answers-none")
    blocks: list[Block] = [heading(3, _("since.answers"), lead)]
    if n:
        heads = [
            column(_("since.answer"), width=1.4),
            column(_("since.then"), width=1.6),
            column(_("since.now"), width=1.6),
        ]
        blocks.append(table(heads, [_change(assessment, since, c) for c in since.changed]))
    only = [
        (
            _(f"since.{which}"),
            capital(assessment.listing([_since_name(assessment, c.name) for c in changes])),
        )
        for which, changes in (("told", since.added), ("untold", since.missing))
        if changes
    ]
    return [*blocks, pairs(only)] if only else blocks


def _change(assessment: Assessment, since: Since, change: Change) -> list[Cell]:
    return [
        cell(capital(_since_name(assessment, change.name))),
        cell(capital(_since_value(since.before, change.name, change.was))),
        cell(capital(_since_value(assessment, change.name, change.now))),
    ]


def _since_name(assessment: Assessment, name: str) -> str:
    """Return the name of an answer in words; a drill and a signal have two parts."""
    text = assessment.content.words
    top, _, below = name.partition(".")
    if top == "drills":
        title = next(d.title for d in assessment.content.drills if d.id == below)
        return text("since.drill", title=title)
    if top == "signals":
        signal, _, part = below.partition(".")
        key = "since.limit" if part == "trigger" else "since.stands"
        return text(key, name=assessment.content.question(signal).name)
    return assessment.content.question(name).name


def _since_value(judged: Judged, name: str, value: Any) -> str:
    """Return an answer in words: numbers with units, choices by label."""
    _, content = judged.content.words, judged.content
    if isinstance(value, Drill):
        minutes = [team_words(content, m) for m in (value.minute_0, value.minute_15)]
        last = team_words(content, value.minute_60)
        return _("since.minutes", first=minutes[0], second=minutes[1], third=last)
    if name == "stages":
        stream = judged.stream
        if stream is None or stream.p50 is None:
            return _("since.stages", n=len(value))
        certain = stream.p50 == stream.p90 and not stream.lower_bound
        days = days_words(content, stream.p50)
        return _(f"since.stages-{'certain' if certain else 'days'}", n=len(value), days=days)
    if isinstance(value, tuple):
        return judged.listing([value_words(content, name, v) for v in value])
    if name.startswith("signals."):
        return value_words(content, name.split(".")[1], value)
    return value_words(content, name, value)


# -- findings -----------------------------------------------------------------------------------


def _findings(assessment: Assessment, which: str, found: Iterable[Finding]) -> list[Block]:
    _ = assessment.content.words
    items = [_finding(assessment, f) for f in found]
    if not items:
        return []
    head = heading(3, _(f"since.{which}"), _(f"since.{which}-lead"))
    return [head, *in_two_columns(items, together=_LISTED)]


def _still(assessment: Assessment, since: Since) -> list[Block]:
    _ = assessment.content.words
    blocks = _findings(assessment, "still", [f for f in since.still if f.severity != "strength"])
    strengths = sum(f.severity == "strength" for f in since.still)
    if strengths:
        blocks.append(paragraph(_("since.still-strengths", n=strengths)))
    return blocks


def _finding(assessment: Assessment, finding: Finding) -> Text:
    label = assessment.content.words(f"common.severity-{finding.severity}")
    words = assessment.content.words("since.finding", severity=label)
    tone = SEVERITY_TONES[finding.severity]
    return (Span(words, strong=True, tone=tone), Span(finding.statement))
