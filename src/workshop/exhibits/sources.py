"""Show the sources of claims: disagreements, evidence, cases, open questions."""

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
from workshop.findings.uncertainty import AppliedTension, OpenQuestion

_NAMED = 2
"""Findings that wait for an answer are named up to this number."""

_STRENGTHS: dict[Strength, Tone] = {
    "strong": "strength",
    "moderate": "plain",
    "weak": "warning",
    "opinion": "muted",
}


def tensions(assessment: Assessment) -> Exhibit:
    """Return where the sources disagree, with cards if it concerns the team."""
    _ = assessment.content.words
    touching = [t for t in assessment.tensions if t.for_you is not None]
    others = [t for t in assessment.tensions if t.for_you is None]
    lead = _("sources.tensions-lead", n=len(touching))
    head = heading(2, _("sources.tensions"), lead if touching else _("sources.tensions-none"))
    blocks: list[Block] = [head, *(_tension(assessment, t) for t in touching)]
    less = tuple(blocks) if touching else ()
    if others:
        blocks.append(heading(3, _("sources.tensions-others")))
        blocks.append(
            table(
                [
                    column(_("sources.point"), width=1.2),
                    column(_("sources.one-side"), width=1.6),
                    column(_("sources.other-side"), width=1.6),
                    column(_("sources.treatment"), width=2),
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


def _tension(assessment: Assessment, tension: AppliedTension) -> Card:
    _ = assessment.content.words

    def line(*parts: tuple[str, str]) -> Block:
        return paragraph(
            [s for term, words in parts for s in (Span(term, strong=True), Span(f"{words} "))]
        )

    return card(
        tension.text.title,
        [
            line(
                (_("sources.one-side-is"), tension.text.one_side),
                (_("sources.other-side-is"), tension.text.other_side),
            ),
            line(
                (_("sources.treatment-is"), tension.text.treatment),
                (_("sources.for-you"), tension.for_you or ""),
            ),
        ],
        label=tension.text.id,
        tone="warning",
        sources=graded(assessment.content, tension.text.sources),
    )


def _waiting(assessment: Assessment, unknown: OpenQuestion) -> str:
    """Return the findings that wait for an answer, by title if they are few."""
    _, n = assessment.content.words, len(unknown.waiting)
    if not 0 < n <= _NAMED:
        return _("sources.findings-wait", n=n)
    names = assessment.listing(_("rules.quoted", text=title) for title in unknown.waiting)
    return _("sources.findings-wait-named", n=n, names=names)


def _why(assessment: Assessment, unknown: OpenQuestion) -> str:
    """Return why a question is asked, and how the room is divided on it."""
    if not unknown.split:
        return unknown.question.why
    choices = assessment.listing(unknown.split)
    divided = assessment.content.words("sources.unknown-divided", choices=choices)
    return f"{divided} {unknown.question.why}"


def _unknowns_lead(assessment: Assessment) -> str:
    """Return how many questions nobody answered, and on how many the room is divided."""
    _, n = assessment.content.words, len(assessment.unknowns)
    split = sum(bool(u.split) for u in assessment.unknowns)
    given = [_("sources.unknowns-lead", n=n - split)] if n > split else []
    if split:
        given.append(_(f"sources.unknowns-lead-{'more' if given else 'divided'}", n=split))
    return " ".join([*given, *([_("sources.unknowns-next")] if n > 1 else [])])


def open_questions(assessment: Assessment) -> Exhibit:
    """Return the missing answers: twelve questions in full, the rest by name."""
    _ = assessment.content.words
    if not assessment.unknowns:
        return Exhibit(
            "open-questions",
            (heading(2, _("sources.unknowns"), _("sources.unknowns-none")),),
            (),
        )
    first, rest = assessment.unknowns[:ASKED_NEXT], assessment.unknowns[ASKED_NEXT:]
    rows = [
        [
            cell(str(i), strong=True),
            cell((Span(u.question.ask, strong=True), Span(" " + _why(assessment, u)))),
            cell(
                _("sources.could-move", patterns=pattern_list(assessment, u.patterns))
                if u.patterns
                else _waiting(assessment, u)
            ),
        ]
        for i, u in enumerate(first, 1)
    ]
    blocks: list[Block] = [
        heading(2, _("sources.unknowns"), _unknowns_lead(assessment)),
        table(
            [
                column(_("sources.number"), align="right", width=0.25),
                column(_("sources.ask"), width=3),
                column(_("sources.changes"), width=1.5),
            ],
            rows,
        ),
    ]
    unasked = [u.question.name for u in rest if not u.split]
    split = [
        _("sources.unknowns-split", name=u.question.name, choices=assessment.listing(u.split))
        for u in rest
        if u.split
    ]
    for key, names in (("unknowns-rest", unasked), ("unknowns-divided", split)):
        if names:
            words = _(f"sources.{key}", names=assessment.listing(names))
            blocks.append(paragraph(words, tone="muted", small=True))
    # One question alone is on the last page of the board edition.
    return Exhibit("open-questions", tuple(blocks), () if len(assessment.unknowns) == 1 else None)


def evidence(assessment: Assessment) -> Exhibit:
    """Return each claim with its strength, and what it may be used for."""
    _ = assessment.content.words
    rows = [
        [
            cell(
                (
                    Span(c.claim, strong=True),
                    Span(" "),
                    keys_span(c.sources),
                    Span("\n"),
                    *_strength(assessment, c.strength),
                )
            ),
            cell(c.found),
            cell(
                _("sources.use-and-not", use=c.use_for, not_for=c.not_for)
                if c.not_for
                else c.use_for
            ),
        ]
        for c in assessment.content.claims
        if c.topic != "room" and concerns(assessment.answers, c.when)
    ]
    return Exhibit(
        "evidence",
        (
            heading(2, _("sources.evidence"), _("sources.evidence-lead")),
            table(
                [
                    column(_("sources.claim"), width=1.6),
                    column(_("sources.found"), width=2.5),
                    column(_("sources.use"), width=1.8),
                ],
                rows,
            ),
        ),
        in_short_pack=(),
    )


def _strength(assessment: Assessment, strength: Strength) -> Text:
    """Return the word of a strength, for a line of its own."""
    return (Span(assessment.content.words(f"sources.{strength}"), tone=_STRENGTHS[strength]),)


def source_list(assessment: Assessment) -> Exhibit:
    """Return the sources: key, citation, kind, strength, and what each supports.

    Sources that concern only others are left out. A short pack, which prints no facts and no
    claims, also leaves out those that only facts and claims cite.
    """
    _ = assessment.content.words
    sources = [s for s in assessment.content.sources if concerns(assessment.answers, s.when)]
    rows = [
        [
            cell(s.key, strong=True),
            cell(
                (
                    Span(s.citation),
                    Span(" " + _(f"sources.seen-{s.seen}", kind=s.kind) + " ", tone="muted"),
                    *_strength(assessment, s.strength),
                )
            ),
            cell(_("sources.use-and-not", use=s.supports, not_for=s.not_for)),
        ]
        for s in sources
    ]
    head = heading(2, _("sources.sources"), _("sources.sources-lead"))
    shown = table(
        [
            column(_("sources.key"), width=0.4),
            column(_("sources.citation"), width=2.6),
            column(_("sources.use"), width=2.8),
        ],
        rows,
    )
    cited = table(
        [
            column(_("sources.key"), width=0.35),
            column(_("sources.citation"), width=3.4),
            column(_("sources.strength"), width=0.9),
        ],
        [
            [cell(s.key, strong=True), s.citation, cell(_strength(assessment, s.strength))]
            for s in _behind_findings(assessment, sources)
        ],
    )
    return Exhibit("source-list", (head, shown), in_short_pack=(head, cited))


def _behind_findings(assessment: Assessment, sources: list[Source]) -> list[Source]:
    """Return the sources that are cited by more than background."""
    content = assessment.content
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


def case_library(assessment: Assessment) -> Exhibit:
    """Return the published cases: what was stated and, separately, our reading."""
    _ = assessment.content.words
    advised = set(assessment.recommendation.patterns)
    rows = []
    for c in assessment.content.cases:
        own = bool(advised & set(c.patterns))
        years = _("sources.case-like-yours", years=c.years) if own else c.years
        reading = (Span(c.reading), Span(" " + c.lesson if c.lesson else "", emph=True))
        rows.append(
            [
                cell(
                    (
                        Span(c.name, strong=True),
                        Span(f" {years}\n", tone="muted"),
                        Span(_("sources.cited", citation=c.citation, seen=c.seen), tone="muted"),
                    ),
                    tone="ours" if own else "plain",
                    fill=own,
                ),
                cell(c.stated),
                cell(reading),
            ]
        )
    return Exhibit(
        "case-library",
        (
            heading(2, _("sources.cases"), _("sources.cases-lead")),
            table(
                [
                    column(_("sources.case"), width=2),
                    column(_("sources.stated"), width=2.1),
                    column(_("sources.reading"), width=1.3),
                ],
                rows,
            ),
        ),
        None if assessment.recommendation.patterns else (),
    )


def provenance(assessment: Assessment) -> Exhibit:
    """Return the versions and the fingerprint of the answers of this pack."""
    import hashlib
    import json

    from workshop.files import __version__

    _ = assessment.content.words
    text = json.dumps(assessment.answers.to_parameters(), sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Exhibit(
        "provenance",
        (
            heading(2, _("sources.provenance"), _("sources.provenance-lead")),
            pairs(
                [
                    (_("sources.kit"), __version__),
                    (_("sources.content"), assessment.content.version),
                    (_("sources.answers"), (Span(_in_groups(digest), code=True),)),
                ]
            ),
            bullets(
                [
                    _(
                        "sources.rules",
                        n=len(assessment.content.rules) + len(assessment.content.criteria),
                    ),
                    _("sources.no-score"),
                ]
            ),
        ),
    )


def _in_groups(digest: str) -> str:
    """Return a fingerprint in groups of eight characters."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))
