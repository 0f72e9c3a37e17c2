"""The summary as slides: what is advised and how firmly, what hurts first, and the charts.

Tables are real ones, every picture has its words, and what a slide shortens stands whole in the
speaker's notes, with the reasons and the sources.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable

from workshop import exhibits
from workshop.documents.blocks import (
    Block,
    Bullets,
    Card,
    Heading,
    Pairs,
    Paragraph,
    Picture,
    Quote,
    SideBySide,
    Table,
    cell,
    column,
    plain,
    table,
)
from workshop.documents.exhibit import Exhibit
from workshop.documents.measure import Line
from workshop.documents.office.powerpoint import Deck
from workshop.documents.theme import LOOKS
from workshop.exhibits.decisions import divided_line
from workshop.exhibits.layout import (
    ASKED_NEXT,
    SEVERITY_TONES,
    date_words,
    decided,
    is_sparse,
    short,
)
from workshop.findings import Assessment, Finding
from workshop.findings.advice import firmness, headline

_CHARTS: tuple[Callable[[Assessment], Exhibit], ...] = (
    exhibits.verdicts,
    exhibits.tipping_strips,
    exhibits.ownership_ledger,
    exhibits.headcount_bars,
    exhibits.queue_curve,
    exhibits.value_stream_timeline,
    exhibits.value_stream_by_pattern,
)
_LONGEST, _ASKED, _OWNER = 170, 80, 60
"""Characters of a decision, of the question in it, of an owner; the notes hold the whole."""
_KEY = re.compile(r"\b[A-Z]{1,2}\d{1,2}\b")


def assessment_to_pptx(assessment: Assessment, when: datetime.datetime | None = None) -> bytes:
    """Return the one-page summary and the charts as a presentation.

    `when` is the date that the file says it was made; none is known without it.
    """
    text = assessment.content.words
    organisation = assessment.answers.organisation or text("pack.no-organisation")
    footer = text("pack.running-head", organisation=organisation)
    deck = Deck(
        text("pack.title"),
        assessment.answers.organisation or "",
        assessment.content.language,
        footer,
    )
    _advice(assessment, deck, organisation)
    _top_risks(assessment, deck)
    _decided(assessment, deck)
    if is_sparse(assessment):
        _asked(assessment, deck)
    for chart in _CHARTS:
        _chart(assessment, deck, chart(assessment))
    return deck.save(when)


# -- the summary --------------------------------------------------------------------------------


def _advice(assessment: Assessment, deck: Deck, organisation: str) -> None:
    text = assessment.content.words
    facts = [assessment.answers.group] if assessment.answers.group else []
    facts += (
        [date_words(assessment.content, assessment.answers.held_on)]
        if assessment.answers.held_on
        else []
    )
    lead = organisation
    for line in facts:
        lead = text("office.subtitle", organisation=lead, line=line)
    main = next(b for b in exhibits.one_page(assessment).blocks if isinstance(b, Card) and b.boxed)
    look = LOOKS[main.tone]
    lines = [
        Line(f"{look.mark} {main.label.upper()}".strip(), 12.0, True, main.tone, before=0),
        Line(plain(main.title), 22.0, True, before=2),
    ]
    for block in main.body:
        if isinstance(block, Paragraph):
            lines.append(Line(plain(block.text), before=8))
        elif isinstance(block, Pairs):
            lines += [
                Line(plain(words), head=text("office.cell", head=plain(term), words=""), before=8)
                for term, words in block.pairs
            ]
    strengths = assessment.of_severity("strength")
    if strengths:
        head = text("office.cell", head=text("front.works-already"), words="")
        lines.append(Line(strengths[0].statement, head=head, tone="strength", before=8))
    reasons = (
        [*assessment.recommendation.because, *firmness(assessment)]
        if assessment.recommendation.because
        else []
    )
    notes = [
        headline(assessment),
        *reasons,
        *(line for b in main.body for line in _spoken(assessment, b)),
    ]
    used = [
        k
        for p in assessment.recommendation.patterns
        for r in assessment.verdicts[p].readings
        for k in r.criterion.sources
    ]
    deck.add_text(text("pack.title"), lead, lines, main.tone, _notes(assessment, notes, used))


def _top_risks(assessment: Assessment, deck: Deck) -> None:
    text = assessment.content.words
    title = text("front.gravest")
    if not assessment.top_risks:
        deck.add_text(title, "", [Line(text("front.nothing-found"), 18)], "muted", "")
        return
    shown = table(
        [
            column(text("office.how-grave"), width=1.05),
            column(text("office.what"), width=2.6),
            column(text("office.start"), width=2.9),
            column(text("office.who"), width=1.5),
        ],
        [
            [
                cell(
                    text(f"common.severity-{f.severity}"),
                    tone=SEVERITY_TONES[f.severity],
                    strong=True,
                ),
                cell(f.statement, strong=True),
                f.mitigation,
                _who(assessment, f),
            ]
            for f in assessment.top_risks
        ],
        row_heads=False,
    )
    notes = [
        f"{f.statement} {f.why} {text('common.start-next-week')}{f.mitigation}"
        for f in assessment.top_risks
    ]
    used = [k for f in assessment.top_risks for k in f.sources]
    deck.add_table(
        title,
        text("office.gravest-lead"),
        shown,
        _notes(assessment, notes, used),
        _again(assessment),
    )


def _who(assessment: Assessment, finding: Finding) -> str:
    text = assessment.content.words
    if finding.owner and finding.due:
        due = date_words(assessment.content, datetime.date.fromisoformat(finding.due))
        return text("common.owner-due", owner=finding.owner, due=due)
    if finding.owner:
        return text("common.owner-only", owner=finding.owner)
    return text("front.open")


def _decided(assessment: Assessment, deck: Deck) -> None:
    text, decisions = assessment.content.words, assessment.answers.decisions or ()
    if not decisions:
        return
    names = ("action", "owner", "due", "revisit")
    widths = (3.9, 1.5, 1.45, 1.45)
    shown = table(
        [column(text(f"front.{n}"), width=w) for n, w in zip(names, widths, strict=True)],
        [
            [
                cell(decided(d, _LONGEST, _ASKED)),
                cell(short(d.owner or text("front.open"), _OWNER)),
                cell(date_words(assessment.content, d.due) if d.due else text("front.open")),
                cell(
                    date_words(assessment.content, d.revisit_on)
                    if d.revisit_on
                    else text("front.open")
                ),
            ]
            for d in sorted(decisions, key=lambda d: (d.due is None, d.due or 0))
        ],
    )
    notes = []
    for d in decisions:
        chosen = d.chosen and text("office.decided", decision=d.decision, chosen=d.chosen)
        notes += [chosen or d.decision, d.dissent or ""]
        notes += [d.owner] if d.owner and len(d.owner) > _OWNER else []
    deck.add_table(
        text("front.actions"),
        divided_line(assessment),
        shown,
        _notes(assessment, notes, ()),
        _again(assessment),
    )


def _asked(assessment: Assessment, deck: Deck) -> None:
    """Add what to find out next, where little was told."""
    text, asked = assessment.content.words, assessment.unknowns[:ASKED_NEXT]
    lines = [Line(u.question.ask, head=f"{n}. ") for n, u in enumerate(asked, 1)]
    if lines:
        lead = text("front.ask-next-lead", n=len(lines))
        notes = [u.question.ask for u in asked]
        deck.add_text(text("front.ask-next"), lead, lines, "muted", _notes(assessment, notes, ()))


# -- the charts ---------------------------------------------------------------------------------


def _chart(assessment: Assessment, deck: Deck, exhibit: Exhibit) -> None:
    """Add what an exhibit draws, or its first table; nothing where a pack leaves it out."""
    blocks = exhibit.blocks
    if exhibit.in_pack is not None:
        blocks = exhibit.in_pack
    if is_sparse(assessment) and exhibit.in_short_pack is not None:
        blocks = exhibit.in_short_pack
    head = next((b for b in blocks if isinstance(b, Heading)), None)
    if head is None:
        return
    title, lead = plain(head.text), plain(head.lead)
    drawn = [b for b in blocks if isinstance(b, Picture)]
    tables = [b for b in blocks if isinstance(b, Table)][:1]
    lines = [b for b in blocks if b is not head and not isinstance(b, Table)]
    said = [line for block in lines for line in _spoken(assessment, block)]
    used = [key for words in said for key in re.findall(r"\[([^\]]+)\]", words)]
    used += [key for b in blocks if isinstance(b, Card) for key in b.sources]
    if exhibit.name == "verdicts":
        used += [
            k for v in assessment.verdicts.values() for r in v.readings for k in r.criterion.sources
        ]
    for n, picture in enumerate(drawn, 1):
        named = title if len(drawn) == 1 else _again(assessment)(title, n, len(drawn))
        deck.add_picture(named, lead, picture, _notes(assessment, said, used))
    if not drawn and tables:
        deck.add_table(title, lead, tables[0], _notes(assessment, said, used), _again(assessment))


def _again(assessment: Assessment) -> Callable[[str, int, int], str]:
    def name(title: str, n: int, count: int) -> str:
        return assessment.content.words("office.continued", title=title, n=n, all=count)

    return name


def _spoken(assessment: Assessment, block: Block) -> list[str]:
    """Return a block as lines to be said aloud."""
    text = assessment.content.words
    match block:
        case Picture():
            return [text("office.picture", alt=block.alt), plain(block.caption)]
        case Card():
            title = plain(block.title)
            head = text("office.cell", head=block.label, words=title) if block.label else title
            return [head, *(line for b in block.body for line in _spoken(assessment, b))]
        case Paragraph() | Heading():
            return [plain(block.text)]
        case Pairs():
            return [
                text("office.cell", head=plain(term), words=plain(words))
                for term, words in block.pairs
            ]
        case Bullets(items=parts) | SideBySide(columns=parts):
            return [line for part in parts for b in part for line in _spoken(assessment, b)]
        case Quote():
            return [line for b in block.body for line in _spoken(assessment, b)]
        case _:
            return []


def _notes(assessment: Assessment, lines: Iterable[str], keys: Iterable[str]) -> str:
    """Return lines for the speaker, then the works behind them."""
    text = assessment.content.words
    found = dict.fromkeys(k for words in keys for k in _KEY.findall(words))
    known = {s.key: s for s in assessment.content.sources}
    sources = [
        text("office.source", name=key, citation=known[key].citation)
        for key in found
        if key in known
    ]
    spoken = [" ".join(line.split()) for line in lines]
    if sources:
        spoken += [text("office.sources"), *sources]
    return "\n".join(line for line in dict.fromkeys(spoken) if line)
