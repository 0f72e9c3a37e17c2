"""The first pages: the summary, the cards of findings, and where we stand."""

from __future__ import annotations

import datetime

from workshop.answers.schema import Answers, BlockTimes, Decision, concerns, lookup
from workshop.content.items import Question, Severity
from workshop.documents.blocks import (
    Block,
    Bullets,
    Card,
    Cell,
    Paragraph,
    Span,
    Table,
    TextLike,
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
from workshop.exhibits.agreement import clashes_in_brief
from workshop.exhibits.decisions import decided_in_room, divided_line, since_line
from workshop.exhibits.layout import (
    ASKED_NEXT,
    SEVERITY_TONES,
    answer_words,
    basis_words,
    capital,
    count_told,
    date_words,
    decided,
    graded,
    in_two_columns,
    is_sparse,
    keys_span,
    short,
)
from workshop.exhibits.patterns import recommendation_card
from workshop.findings import Assessment, Finding

_ROWS = 4
_LONGEST, _ASKED = 96, 48
"""Characters of a decision on the first page, about two lines, and of the question in it; the full
words stand with the decisions."""


def one_page(a: Assessment) -> Exhibit:
    """Return the page for whoever reads one page: the advice and how firm it is, the three
    gravest findings, the strengths, and the actions with owner and date."""
    say = a.content.words
    blocks: list[Block] = [
        heading(1, say("front.title"), say("front.lead")),
        *([since_line(a, a.since)] if a.since else []),
        *clashes_in_brief(a),
        recommendation_card(a),
    ]
    strengths = a.of_severity("strength")
    if strengths:
        label = say("front.works-already")
        blocks.append(card(strengths[0].statement, label=label, tone="strength"))
    blocks.append(heading(2, say("front.gravest")))
    if a.gravest:
        blocks += [finding_card(a, f, brief=True) for f in a.gravest]
    else:
        blocks.append(paragraph(say("front.nothing-found")))
    blocks += _actions(a)
    if is_sparse(a):
        asked = [u.question.ask for u in a.unknowns[:ASKED_NEXT]]
        blocks.append(heading(2, say("front.ask-next"), say("front.ask-next-lead", n=len(asked))))
        blocks += in_two_columns(asked, ordered=True, together=ASKED_NEXT)
    return Exhibit("one-page", tuple(blocks))


def findings(a: Assessment, part: int) -> Exhibit:
    """Return every finding of one part (1 to 6), strengths first, then the gravest."""
    say, found = a.content.words, a.of_part(part)
    strengths = [f for f in found if f.severity == "strength"]
    others = [f for f in found if f.severity != "strength"]
    if others:
        lead = say("front.found", n=len(others))
    else:
        lead = say("front.found-strengths" if strengths else "front.found-none")
    blocks: list[Block] = [heading(2, say(f"front.findings-{part}"), lead)]
    blocks += [finding_card(a, f) for f in (*strengths, *others)]
    untold = () if not found and not count_told(a, part) else None
    return Exhibit(f"findings-{part}", tuple(blocks), untold, None if found else ())


def finding_card(a: Assessment, finding: Finding, brief: bool = False) -> Card:
    """Return a finding as a card: the statement, why it matters, what to start, who and when."""
    say = a.content.words
    action = say("common.keep-it" if finding.severity == "strength" else "common.start-next-week")
    owner = _owner(a, finding)
    who = (Span(f" {owner}", tone="muted"),) if owner and (finding.owner or not brief) else ()
    start = (Span(action, strong=True), Span(finding.mitigation), *who)
    return card(
        finding.statement,
        [paragraph((Span(finding.why + " "), *start))],
        label=_label(a, finding.severity),
        tone=SEVERITY_TONES[finding.severity],
        sources=finding.sources if brief else graded(a.content, finding.sources),
    )


def _label(a: Assessment, severity: Severity) -> str:
    return a.content.words(f"common.severity-{severity}")


def _owner(a: Assessment, finding: Finding) -> str:
    say = a.content.words
    if finding.severity == "strength":
        return ""
    if finding.owner and finding.due:
        due = date_words(a.content, datetime.date.fromisoformat(finding.due))
        return say("common.owner-due", owner=finding.owner, due=due)
    if finding.owner:
        return say("common.owner-only", owner=finding.owner)
    return say("common.owner-open")


def _actions(a: Assessment) -> list[Block]:
    say = a.content.words
    decisions, divided = a.answers.decisions or (), divided_line(a)
    if not decisions and (settled := decided_in_room(a)):
        return [heading(2, say("front.actions")), _settled(a, settled, divided)]
    if not decisions:
        words = say("front.no-decisions" if a.gravest else "front.no-decisions-nothing-found")
        shown = (Span(words), *((Span(f" {divided}"),) if divided else ()))
        return [heading(2, say("front.actions")), paragraph(shown)]
    soonest = sorted(decisions, key=lambda d: (d.due is None, d.due or 0))[:_ROWS]
    left = len(decisions) - len(soonest)
    below = say("front.more-actions", n=left) if left else ""
    return [
        heading(2, say("front.actions")),
        _actions_table(a, [_action(a, d) for d in soonest], below, divided),
    ]


def _settled(a: Assessment, settled: list[tuple[str, str]], divided: str) -> Table:
    """Return what the room decided in its votes, where no decision was written down since."""
    say = a.content.words
    rows = []
    for question, chosen in settled[:_ROWS]:
        asked = short(question, _ASKED)
        words = (Span(f"{asked} ", tone="muted"), Span(short(chosen, _LONGEST - len(asked))))
        rows.append([cell(words), *(cell(say("front.open")) for _ in range(3))])
    left = len(settled) - len(rows)
    below = say("front.more-settled", n=left) if left else say("front.settled")
    return _actions_table(a, rows, below, divided)


def _actions_table(a: Assessment, rows: list[list[Cell]], below: str, divided: str) -> Table:
    say = a.content.words
    return table(
        [
            column(say("front.action"), width=4.6),
            column(say("front.owner"), width=1.4),
            column(say("front.due"), width=1.2),
            column(say("front.revisit"), width=1.2),
        ],
        rows,
        # beside the other words below the table: a line of its own may not fit on the page
        caption=" ".join(words for words in (below, divided) if words),
    )


def _action(a: Assessment, decision: Decision) -> list[Cell]:
    say = a.content.words
    due, again = decision.due, decision.revisit_on
    return [
        cell(decided(decision, _LONGEST, _ASKED)),
        cell(short(decision.owner or say("front.open"), 40)),
        cell(date_words(a.content, due) if due else say("front.open")),
        cell(date_words(a.content, again) if again else say("front.open")),
    ]


_SKIPPED = ("organisation", "group", "held_on", "earlier", "earlier.became")
_BASES = ("measured", "documented", "opinion")
_PARTS = {"ownership": 2, "on-call": 4, "handoffs": 5}
"""The part whose answers a topic goes with; the other topics go with several."""


def where_we_stand(a: Assessment) -> Exhibit:
    """Return the organisation's answers with the basis of each: measured, documented, opinion."""
    say = a.content.words
    questions = [q for q in a.content.questions if q.part == 1 and q.id not in _SKIPPED]
    told = [q for q in questions if lookup(a.answers, q.id) is not None]
    rows = [
        [
            cell(capital(q.name)),
            _answer(a, q.id),
            cell(capital(basis_words(a, q.id) or (say("basis.none") if q in told else ""))),
        ]
        for q in questions
    ]
    head = heading(
        2, say("overview.title"), say("overview.lead", told=len(told), all=len(questions))
    )
    some = [row for q, row in zip(questions, rows, strict=True) if q in told]
    return Exhibit(
        "where-we-stand",
        (head, _answers(a, rows)),
        None if told else (),
        (head, _answers(a, some)) if told else (),
    )


def _answers(a: Assessment, rows: list[list[Cell]]) -> Table:
    say = a.content.words
    return table(
        [
            column(say("overview.answer"), width=1.5),
            column(say("overview.told"), width=2),
            column(say("overview.known-by"), width=0.8),
        ],
        rows,
        caption=_basis(a),
    )


def _basis(a: Assessment) -> str:
    """Return how many answers are measured, documented, opinion; only those that there are."""
    say = a.content.words
    found = [b for name, b in (a.answers.basis or {}).items() if _is_question(name)]
    counts = [(kind, found.count(kind)) for kind in _BASES if kind in found]
    if not counts:
        return say("overview.no-basis")
    return say(
        "overview.basis",
        counts=a.listing([say(f"overview.basis-{kind}", n=n) for kind, n in counts]),
    )


def _is_question(name: str) -> bool:
    return name.split(".")[0] in Answers.model_fields


def _answer(a: Assessment, name: str) -> Cell:
    if lookup(a.answers, name) is None:
        return cell(capital(a.content.words("common.unknown")), tone="muted")
    return cell(capital(answer_words(a, name)))


def other_answers(a: Assessment) -> Exhibit:
    """Return the basis of the answers of the later parts, where it was noted."""
    say = a.content.words
    names = [n for n in a.answers.basis or {} if a.content.question(n).part > 1]
    if not names:
        return Exhibit("other-answers")
    lines = []
    for kind in _BASES:
        of_kind = [a.content.question(n).name for n in names if (a.answers.basis or {})[n] == kind]
        if of_kind:
            lines.append((capital(say(f"basis.{kind}")), capital(a.listing(of_kind))))
    return Exhibit("other-answers", (heading(3, say("overview.others")), pairs(lines)))


def meanings(a: Assessment) -> Exhibit:
    """Return what the deployment, the mandate and the maturity levels mean, ours marked."""
    say = a.content.words
    kinds = (
        ("deployment", a.content.deployments),
        ("mandate", a.content.mandates),
        ("maturity", a.content.maturity),
    )
    blocks: list[Block] = [heading(2, say("overview.meanings"), say("overview.meanings-lead"))]
    for name, choices in kinds:
        now = lookup(a.answers, name)
        rows = []
        for c in choices:
            ours = now is not None and str(now) == c.value
            look = {"tone": "ours", "fill": True, "mark": "●"} if ours else {}
            title = say("overview.yours", name=c.name) if ours else c.name
            rows.append([cell(title, **look), cell((Span(f"{c.meaning} "), keys_span(c.sources)))])
        heads = [column(say("overview.choice"), width=1), column(say("overview.means"), width=3.2)]
        blocks.append(heading(3, capital(a.content.question(name).name)))
        blocks.append(table(heads, rows))
    told = any(lookup(a.answers, name) is not None for name, _ in kinds)
    return Exhibit("meanings", tuple(blocks), None if told else (), ())


def blind_spots(a: Assessment) -> Exhibit:
    """Return what the four labels cannot express, the question for each, and what was told."""
    say = a.content.words
    rows = []
    for spot in a.content.blind_spots:
        told = [n for n in spot.reads if lookup(a.answers, n) is not None]
        answers = [
            say("overview.named", name=a.content.question(n).name, answer=answer_words(a, n))
            for n in told
        ]
        answer = say("overview.separator").join(answers) or say("common.unknown")
        rows.append(
            [
                cell(spot.name),
                cell(spot.ask),
                cell(capital(answer), tone="plain" if told else "muted"),
                cell(spot.why),
            ]
        )
    return Exhibit(
        "blind-spots",
        (
            heading(2, say("overview.blind-spots"), say("overview.blind-spots-lead")),
            table(
                [
                    column(say("overview.spot"), width=1),
                    column(say("overview.ask"), width=1.4),
                    column(say("overview.told"), width=1.4),
                    column(say("overview.why"), width=1.9),
                ],
                rows,
            ),
        ),
        in_short_pack=(),
    )


def facts(a: Assessment, *topics: str) -> Exhibit:
    """Return what is known on some topics: each statement with its limits and its sources.

    Statements that concern others only are left out.
    """
    say = a.content.words
    items: list[TextLike] = []
    for fact in a.content.facts:
        if fact.topic in topics and concerns(a.answers, fact.when):
            limits = (Span(" " + fact.limits, tone="muted"),) if fact.limits else ()
            items.append((Span(fact.statement), *limits, Span(" "), keys_span(fact.sources)))
    if not items:
        return Exhibit(f"facts-{'-'.join(topics)}")
    part = _PARTS.get(topics[0])
    return Exhibit(
        f"facts-{'-'.join(topics)}",
        (
            heading(2, say(f"overview.facts-{topics[0]}"), say("overview.facts-lead")),
            *in_two_columns(items),
        ),
        () if part and not count_told(a, part) else None,
        (),
    )


def asked(a: Assessment, step: str) -> Exhibit:
    """Return an exhibit that only slides show: the questions of a step with their choices.

    KeyError for a step that the content does not have.
    """
    text = a.content.step(step)
    questions = {question.id: question for question in a.content.questions}
    shown = [questions[name] for name in (*text.repeats, *text.questions)]
    body: list[Block]
    if len(shown) == 1:
        body = [paragraph(shown[0].ask)]
        if shown[0].choices:
            body.append(bullets(shown[0].choices.values()))
    else:
        body = [Bullets(tuple(map(_item, shown)))]
    blocks = (heading(2, text.title, text.about), *body)
    return Exhibit(f"asked-{step}", (), on_slides=blocks)


def _item(question: Question) -> tuple[Block, ...]:
    asked = Paragraph(paragraph(question.ask).text)
    if not question.choices or set(question.choices) == {"true", "false"}:
        return (asked,)
    return (asked, paragraph(" · ".join(question.choices.values()), "muted", small=True))


def minutes(a: Assessment) -> Exhibit:
    """Return the minutes of each block of the agenda, planned and actual."""
    say, times = a.content.words, a.answers.agenda or ()
    if not times:
        return Exhibit("minutes", (paragraph(say("minutes.none"), tone="muted"),), (), ())
    planned = sum(one.planned or 0 for one in times)
    actual = sum(one.actual or 0 for one in times)
    held = sum(one.actual is not None for one in times)
    lead = say("minutes.lead", planned=planned, n=actual)
    shown = table(
        [
            column(say("minutes.block"), width=3.4),
            column(say("minutes.planned"), width=1, align="right"),
            column(say("minutes.actual"), width=1, align="right"),
            column(say("minutes.more"), width=1.6, align="right"),
        ],
        [_row(a, one) for one in times],
        caption=say("minutes.caption", held=held, n=len(times)),
    )
    return Exhibit("minutes", (heading(2, say("minutes.title"), lead), shown))


def _row(a: Assessment, one: BlockTimes) -> list[Cell]:
    say, planned, actual = a.content.words, one.planned, one.actual
    shown = say("minutes.no-plan") if planned is None else _number(a, planned)
    row = [cell(one.title), cell(shown)]
    if actual is None:
        return [*row, cell(say("minutes.not-held"), tone="muted"), cell("")]
    row.append(cell(_number(a, actual)))
    if planned is None:
        return [*row, cell("")]
    if actual == planned:
        return [*row, cell(say("minutes.as-planned"))]
    key = "minutes.longer" if actual > planned else "minutes.shorter"
    told = say(key, minutes=abs(actual - planned))
    return [*row, cell(told, tone="seam" if actual > planned else "plain")]


def _number(a: Assessment, minutes: int) -> str:
    return a.content.words("minutes.number", minutes=minutes)
