"""Where we stand: what was told, on what basis each answer rests, and what the labels miss."""

from __future__ import annotations

from workshop.exhibits.halves import in_two_columns
from workshop.exhibits.telling import count_told
from workshop.exhibits.wording import answer_words, basis_words, capital, keys_span
from workshop.findings import Assessment
from workshop.model.answers import Answers, lookup
from workshop.render.blocks import (
    Block,
    Cell,
    Span,
    Table,
    TextLike,
    cell,
    column,
    heading,
    pairs,
    table,
)
from workshop.render.exhibit import Exhibit

_SKIPPED = ("organisation", "group", "held_on", "earlier", "earlier.became")
_BASES = ("measured", "documented", "opinion")
_PARTS = {"ownership": 2, "handoffs": 5}
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
    """Return what is known on some topics: each statement with its limits and its sources."""
    say = a.content.words
    items: list[TextLike] = []
    for fact in a.content.facts:
        if fact.topic in topics:
            limits = (Span(" " + fact.limits, tone="muted"),) if fact.limits else ()
            items.append((Span(fact.statement), *limits, Span(" "), keys_span(fact.sources)))
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
