"""Where we stand: what was told, on what basis each answer rests, and what the labels miss."""

from __future__ import annotations

from workshop.exhibits.blocks import (
    Block,
    Cell,
    Exhibit,
    Span,
    bullets,
    cell,
    column,
    heading,
    table,
)
from workshop.exhibits.wording import answer_words, basis_words
from workshop.findings import Assessment
from workshop.model.answers import lookup

_SKIPPED = ("organisation", "group", "held_on")


def where_we_stand(a: Assessment) -> Exhibit:
    """Return the organisation's answers with the basis of each: measured, documented, opinion."""
    say = a.content.words
    questions = [q for q in a.content.questions if q.part == 1 and q.id not in _SKIPPED]
    told = [q for q in questions if lookup(a.answers, q.id) is not None]
    rows = [
        [
            cell(q.name),
            _answer(a, q.id),
            cell(basis_words(a, q.id) or (say("basis.none") if q in told else "")),
        ]
        for q in questions
    ]
    counts = dict.fromkeys(("measured", "documented", "opinion"), 0)
    for name, basis in (a.answers.basis or {}).items():
        if name.split(".")[0] in type(a.answers).model_fields:
            counts[basis] += 1
    lead = say("overview.lead", told=len(told), all=len(questions))
    caption = say("overview.basis", **counts) if any(counts.values()) else say("overview.no-basis")
    return Exhibit(
        "where-we-stand",
        (
            heading(2, say("overview.title"), lead),
            table(
                [
                    column(say("overview.answer"), width=1.5),
                    column(say("overview.told"), width=2),
                    column(say("overview.known-by"), width=0.8),
                ],
                rows,
                caption=caption,
            ),
        ),
    )


def _answer(a: Assessment, name: str) -> Cell:
    if lookup(a.answers, name) is None:
        return cell(a.content.words("common.unknown"), tone="muted")
    return cell(answer_words(a, name))


def other_answers(a: Assessment) -> Exhibit:
    """Return the basis of the answers of the later parts, where it was noted."""
    say = a.content.words
    names = [n for n in a.answers.basis or {} if a.content.question(n).part > 1]
    if not names:
        return Exhibit("other-answers")
    rows = [[cell(a.content.question(n).name), cell(basis_words(a, n))] for n in names]
    return Exhibit(
        "other-answers",
        (
            heading(3, say("overview.others")),
            table([say("overview.answer"), say("overview.known-by")], rows),
        ),
    )


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
            rows.append(
                [
                    cell(title, **look),
                    cell(c.meaning, **({"tone": "ours", "fill": True} if ours else {})),
                    cell(", ".join(c.sources), tone="muted"),
                ]
            )
        blocks.append(
            heading(
                3, a.content.question(name).name[:1].upper() + a.content.question(name).name[1:]
            )
        )
        blocks.append(
            table(
                [
                    column(say("overview.choice"), width=1.2),
                    column(say("overview.means"), width=3.2),
                    column(say("overview.source"), width=0.9),
                ],
                rows,
            )
        )
    return Exhibit("meanings", tuple(blocks))


def blind_spots(a: Assessment) -> Exhibit:
    """Return what the four labels cannot express, the question for each, and what was told."""
    say = a.content.words
    rows = []
    for spot in a.content.blind_spots:
        told = [n for n in spot.reads if lookup(a.answers, n) is not None]
        answer = a.listing([answer_words(a, n) for n in told]) or say("common.unknown")
        rows.append(
            [
                cell(spot.name),
                cell(spot.ask),
                cell(answer, tone="plain" if told else "muted"),
                cell(spot.why),
            ]
        )
    return Exhibit(
        "blind-spots",
        (
            heading(2, say("overview.blind-spots"), say("overview.blind-spots-lead")),
            table(
                [
                    column(say("overview.spot"), width=1.1),
                    column(say("overview.ask"), width=1.5),
                    column(say("overview.told"), width=1.1),
                    column(say("overview.why"), width=1.9),
                ],
                rows,
            ),
        ),
    )


def facts(a: Assessment, *topics: str) -> Exhibit:
    """Return what is known on some topics: each statement with its limits and its sources."""
    say = a.content.words
    items = []
    for fact in a.content.facts:
        if fact.topic in topics:
            limits = (Span(" " + fact.limits, tone="muted"),) if fact.limits else ()
            keys = Span(f" [{', '.join(fact.sources)}]", tone="muted")
            items.append((Span(fact.statement), *limits, keys))
    return Exhibit(
        f"facts-{'-'.join(topics)}",
        (heading(2, say("overview.facts"), say("overview.facts-lead")), bullets(items)),
    )
