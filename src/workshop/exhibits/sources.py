"""Where claims come from: disagreements, strength of the evidence, cases, open questions."""

from __future__ import annotations

from workshop.answers.schema import concerns
from workshop.content.items import Source, Strength
from workshop.documents.blocks import (
    Block,
    Card,
    Cell,
    Span,
    Text,
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
from workshop.exhibits.layout import ASKED_NEXT, graded, keys_span, pattern_list
from workshop.findings import Assessment
from workshop.findings.uncertainty import AppliedTension

_STRENGTHS: dict[Strength, tuple[Tone, str]] = {
    "strong": ("strength", "●●●"),
    "moderate": ("strength", "●●○"),
    "weak": ("seam", "●○○"),
    "opinion": ("muted", "○○○"),
}


def tensions(a: Assessment) -> Exhibit:
    """Return where the sources disagree; first, as cards, where that touches these answers."""
    say = a.content.words
    touching = [t for t in a.tensions if t.for_you is not None]
    others = [t for t in a.tensions if t.for_you is None]
    lead = say("sources.tensions-lead", n=len(touching))
    head = heading(2, say("sources.tensions"), lead if touching else say("sources.tensions-none"))
    blocks: list[Block] = [head, *(_tension(a, t) for t in touching)]
    less = tuple(blocks) if touching else ()
    if others:
        blocks.append(heading(3, say("sources.tensions-others")))
        blocks.append(
            table(
                [
                    column(say("sources.point"), width=1.2),
                    column(say("sources.one-side"), width=1.6),
                    column(say("sources.other-side"), width=1.6),
                    column(say("sources.treatment"), width=2),
                ],
                [
                    [
                        _keyed(t.text.title, t.text.id),
                        t.text.one_side,
                        t.text.other_side,
                        t.text.treatment,
                    ]
                    for t in others
                ],
            )
        )
    return Exhibit("tensions", tuple(blocks), in_short_pack=less)


def _keyed(words: str, key: str) -> Cell:
    return cell((Span(words), Span(f" {key}", tone="muted")))


def _tension(a: Assessment, t: AppliedTension) -> Card:
    say = a.content.words

    def line(*parts: tuple[str, str]) -> Block:
        return paragraph(
            [s for term, words in parts for s in (Span(term, strong=True), Span(f"{words} "))]
        )

    return card(
        t.text.title,
        [
            line(
                (say("sources.one-side-is"), t.text.one_side),
                (say("sources.other-side-is"), t.text.other_side),
            ),
            line(
                (say("sources.treatment-is"), t.text.treatment),
                (say("sources.for-you"), t.for_you or ""),
            ),
        ],
        label=t.text.id,
        tone="seam",
        sources=graded(a.content, t.text.sources),
    )


def open_questions(a: Assessment) -> Exhibit:
    """Return what was not told: the twelve questions worth answering next, the rest by name."""
    say = a.content.words
    if not a.unknowns:
        return Exhibit(
            "open-questions",
            (heading(2, say("sources.unknowns"), say("sources.unknowns-none")),),
        )
    first, rest = a.unknowns[:ASKED_NEXT], a.unknowns[ASKED_NEXT:]
    rows = [
        [
            cell(str(i), strong=True),
            cell((Span(u.question.ask, strong=True), Span(" " + u.question.why))),
            cell(
                say("sources.could-move", patterns=pattern_list(a, u.patterns))
                if u.patterns
                else say("sources.findings-wait", n=u.rules)
            ),
        ]
        for i, u in enumerate(first, 1)
    ]
    blocks: list[Block] = [
        heading(2, say("sources.unknowns"), say("sources.unknowns-lead", n=len(a.unknowns))),
        table(
            [
                column(say("sources.number"), align="right", width=0.25),
                column(say("sources.ask"), width=3),
                column(say("sources.changes"), width=1.5),
            ],
            rows,
        ),
    ]
    if rest:
        names = a.listing([u.question.name for u in rest])
        blocks.append(
            paragraph(say("sources.unknowns-rest", names=names), tone="muted", small=True)
        )
    return Exhibit("open-questions", tuple(blocks))


def evidence(a: Assessment) -> Exhibit:
    """Return each claim with its strength, what it may and what it must not be used for."""
    say = a.content.words
    rows = [
        [
            cell(
                (
                    Span(c.claim, strong=True),
                    Span(" "),
                    keys_span(c.sources),
                    Span("\n"),
                    *_strength(a, c.strength),
                )
            ),
            cell(c.found),
            cell(
                say("sources.use-and-not", use=c.use_for, not_for=c.not_for)
                if c.not_for
                else c.use_for
            ),
        ]
        for c in a.content.claims
        if c.topic != "room" and concerns(a.answers, c.when)
    ]
    return Exhibit(
        "evidence",
        (
            heading(2, say("sources.evidence"), say("sources.evidence-lead")),
            table(
                [
                    column(say("sources.claim"), width=1.6),
                    column(say("sources.found"), width=2.5),
                    column(say("sources.use"), width=1.8),
                ],
                rows,
            ),
        ),
        in_short_pack=(),
    )


def _strength(a: Assessment, strength: Strength) -> Text:
    """Return a strength by its mark and its word, for a line of its own."""
    tone, mark = _STRENGTHS[strength]
    return (Span(f"{mark}\u00a0{a.content.words(f'sources.{strength}')}", tone=tone),)


def source_list(a: Assessment) -> Exhibit:
    """Return the sources: key, citation, kind, strength, what each supports and what not.

    Left out are those that concern others only; a short pack, which prints no facts and no claims,
    leaves out those on which nothing but facts and claims rests.
    """
    say = a.content.words
    sources = [s for s in a.content.sources if concerns(a.answers, s.when)]
    rows = [
        [
            cell(s.key, strong=True),
            cell(
                (
                    Span(s.citation),
                    Span(" " + say(f"sources.seen-{s.seen}", kind=s.kind) + " ", tone="muted"),
                    *_strength(a, s.strength),
                )
            ),
            cell(say("sources.use-and-not", use=s.supports, not_for=s.not_for)),
        ]
        for s in sources
    ]
    head = heading(2, say("sources.sources"), say("sources.sources-lead"))
    shown = table(
        [
            column(say("sources.key"), width=0.4),
            column(say("sources.citation"), width=2.6),
            column(say("sources.use"), width=2.8),
        ],
        rows,
    )
    cited = table(
        [
            column(say("sources.key"), width=0.35),
            column(say("sources.citation"), width=3.4),
            column(say("sources.strength"), width=0.9),
        ],
        [
            [cell(s.key, strong=True), s.citation, cell(_strength(a, s.strength))]
            for s in _behind_findings(a, sources)
        ],
    )
    return Exhibit("source-list", (head, shown), in_short_pack=(head, cited))


def _behind_findings(a: Assessment, sources: list[Source]) -> list[Source]:
    """Return the sources without those that only background cites."""
    content = a.content
    background = {key.split(" ")[0] for c in content.claims for key in c.sources}
    background |= {key.split(" ")[0] for f in content.facts for key in f.sources}
    shown = {key.split(" ")[0] for c in content.claims if c.topic == "room" for key in c.sources}
    kinds = (
        *(content.rules, content.criteria, content.constraints, content.contests),
        *(content.combinations, content.patterns, content.leads, content.duties),
        *(content.diagnostics, content.knowledge, content.signals, content.breakages),
        *(content.tensions, content.blind_spots, content.drills),
        *(content.deployments, content.mandates, content.maturity),
    )
    shown |= {key.split(" ")[0] for kind in kinds for item in kind for key in item.sources}
    return [s for s in sources if s.key in shown or s.key not in background]


def case_library(a: Assessment) -> Exhibit:
    """Return the published cases: what was stated, and apart from it how we read it."""
    say = a.content.words
    advised = set(a.recommendation.patterns)
    rows = []
    for c in a.content.cases:
        ours = bool(advised & set(c.patterns))
        years = say("sources.case-like-yours", years=c.years) if ours else c.years
        reading = (Span(c.reading), Span(" " + c.lesson if c.lesson else "", emph=True))
        rows.append(
            [
                cell(
                    (
                        Span(c.name, strong=True),
                        Span(f" {years}\n", tone="muted"),
                        Span(say("sources.cited", citation=c.citation, seen=c.seen), tone="muted"),
                    ),
                    tone="ours" if ours else "plain",
                    fill=ours,
                ),
                cell(c.stated),
                cell(reading),
            ]
        )
    return Exhibit(
        "case-library",
        (
            heading(2, say("sources.cases"), say("sources.cases-lead")),
            table(
                [
                    column(say("sources.case"), width=2),
                    column(say("sources.stated"), width=2.1),
                    column(say("sources.reading"), width=1.3),
                ],
                rows,
            ),
        ),
        None if a.recommendation.patterns else (),
    )


def provenance(a: Assessment) -> Exhibit:
    """Return what made this pack: versions and the fingerprint of the answers."""
    import hashlib
    import json

    from workshop.files import __version__

    say = a.content.words
    text = json.dumps(a.answers.to_parameters(), sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Exhibit(
        "provenance",
        (
            heading(2, say("sources.provenance"), say("sources.provenance-lead")),
            pairs(
                [
                    (say("sources.kit"), __version__),
                    (say("sources.content"), a.content.version),
                    (say("sources.answers"), (Span(_in_groups(digest), code=True),)),
                ]
            ),
            bullets(
                [
                    say("sources.rules", n=len(a.content.rules) + len(a.content.criteria)),
                    say("sources.no-score"),
                ]
            ),
        ),
    )


def _in_groups(digest: str) -> str:
    """Return a fingerprint in groups that a line can break between and an eye can compare."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))
