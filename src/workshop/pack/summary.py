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


def assessment_to_pptx(a: Assessment, when: datetime.datetime | None = None) -> bytes:
    """Return the one-page summary and the charts as a presentation.

    `when` is the date that the file says it was made; none is known without it.
    """
    say = a.content.words
    organisation = a.answers.organisation or say("pack.no-organisation")
    footer = say("pack.running-head", organisation=organisation)
    deck = Deck(say("pack.title"), a.answers.organisation or "", a.content.language, footer)
    _advice(a, deck, organisation)
    _gravest(a, deck)
    _decided(a, deck)
    if is_sparse(a):
        _asked(a, deck)
    for chart in _CHARTS:
        _chart(a, deck, chart(a))
    return deck.save(when)


# -- the summary --------------------------------------------------------------------------------


def _advice(a: Assessment, deck: Deck, organisation: str) -> None:
    say = a.content.words
    told = [a.answers.group] if a.answers.group else []
    told += [date_words(a.content, a.answers.held_on)] if a.answers.held_on else []
    lead = organisation
    for line in told:
        lead = say("office.subtitle", organisation=lead, line=line)
    main = next(b for b in exhibits.one_page(a).blocks if isinstance(b, Card) and b.boxed)
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
                Line(plain(words), head=say("office.cell", head=plain(term), words=""), before=8)
                for term, words in block.pairs
            ]
    strengths = a.of_severity("strength")
    if strengths:
        head = say("office.cell", head=say("front.works-already"), words="")
        lines.append(Line(strengths[0].statement, head=head, tone="strength", before=8))
    reasons = [*a.recommendation.because, *firmness(a)] if a.recommendation.because else []
    notes = [headline(a), *reasons, *(line for b in main.body for line in _said(a, b))]
    used = [
        k
        for p in a.recommendation.patterns
        for r in a.verdicts[p].readings
        for k in r.criterion.sources
    ]
    deck.add_text(say("pack.title"), lead, lines, main.tone, _notes(a, notes, used))


def _gravest(a: Assessment, deck: Deck) -> None:
    say = a.content.words
    title = say("front.gravest")
    if not a.gravest:
        deck.add_text(title, "", [Line(say("front.nothing-found"), 18)], "muted", "")
        return
    shown = table(
        [
            column(say("office.how-grave"), width=1.05),
            column(say("office.what"), width=2.6),
            column(say("office.start"), width=2.9),
            column(say("office.who"), width=1.5),
        ],
        [
            [
                cell(
                    say(f"common.severity-{f.severity}"),
                    tone=SEVERITY_TONES[f.severity],
                    strong=True,
                ),
                cell(f.statement, strong=True),
                f.mitigation,
                _who(a, f),
            ]
            for f in a.gravest
        ],
        row_heads=False,
    )
    notes = [
        f"{f.statement} {f.why} {say('common.start-next-week')}{f.mitigation}" for f in a.gravest
    ]
    used = [k for f in a.gravest for k in f.sources]
    deck.add_table(title, say("office.gravest-lead"), shown, _notes(a, notes, used), _again(a))


def _who(a: Assessment, finding: Finding) -> str:
    say = a.content.words
    if finding.owner and finding.due:
        due = date_words(a.content, datetime.date.fromisoformat(finding.due))
        return say("common.owner-due", owner=finding.owner, due=due)
    if finding.owner:
        return say("common.owner-only", owner=finding.owner)
    return say("front.open")


def _decided(a: Assessment, deck: Deck) -> None:
    say, decisions = a.content.words, a.answers.decisions or ()
    if not decisions:
        return
    names = ("action", "owner", "due", "revisit")
    widths = (3.9, 1.5, 1.45, 1.45)
    shown = table(
        [column(say(f"front.{n}"), width=w) for n, w in zip(names, widths, strict=True)],
        [
            [
                cell(decided(d, _LONGEST, _ASKED)),
                cell(short(d.owner or say("front.open"), _OWNER)),
                cell(date_words(a.content, d.due) if d.due else say("front.open")),
                cell(date_words(a.content, d.revisit_on) if d.revisit_on else say("front.open")),
            ]
            for d in sorted(decisions, key=lambda d: (d.due is None, d.due or 0))
        ],
    )
    notes = []
    for d in decisions:
        chosen = d.chosen and say("office.decided", decision=d.decision, chosen=d.chosen)
        notes += [chosen or d.decision, d.dissent or ""]
        notes += [d.owner] if d.owner and len(d.owner) > _OWNER else []
    deck.add_table(say("front.actions"), divided_line(a), shown, _notes(a, notes, ()), _again(a))


def _asked(a: Assessment, deck: Deck) -> None:
    """Add what to find out next, where little was told."""
    say, asked = a.content.words, a.unknowns[:ASKED_NEXT]
    lines = [Line(u.question.ask, head=f"{n}. ") for n, u in enumerate(asked, 1)]
    if lines:
        lead = say("front.ask-next-lead", n=len(lines))
        notes = [u.question.ask for u in asked]
        deck.add_text(say("front.ask-next"), lead, lines, "muted", _notes(a, notes, ()))


# -- the charts ---------------------------------------------------------------------------------


def _chart(a: Assessment, deck: Deck, exhibit: Exhibit) -> None:
    """Add what an exhibit draws, or its first table; nothing where a pack leaves it out."""
    blocks = exhibit.blocks
    if exhibit.in_pack is not None:
        blocks = exhibit.in_pack
    if is_sparse(a) and exhibit.in_short_pack is not None:
        blocks = exhibit.in_short_pack
    head = next((b for b in blocks if isinstance(b, Heading)), None)
    if head is None:
        return
    title, lead = plain(head.text), plain(head.lead)
    drawn = [b for b in blocks if isinstance(b, Picture)]
    tables = [b for b in blocks if isinstance(b, Table)][:1]
    told = [b for b in blocks if b is not head and not isinstance(b, Table)]
    said = [line for block in told for line in _said(a, block)]
    used = [key for words in said for key in re.findall(r"\[([^\]]+)\]", words)]
    used += [key for b in blocks if isinstance(b, Card) for key in b.sources]
    if exhibit.name == "verdicts":
        used += [k for v in a.verdicts.values() for r in v.readings for k in r.criterion.sources]
    for n, picture in enumerate(drawn, 1):
        named = title if len(drawn) == 1 else _again(a)(title, n, len(drawn))
        deck.add_picture(named, lead, picture, _notes(a, said, used))
    if not drawn and tables:
        deck.add_table(title, lead, tables[0], _notes(a, said, used), _again(a))


def _again(a: Assessment) -> Callable[[str, int, int], str]:
    def name(title: str, n: int, count: int) -> str:
        return a.content.words("office.continued", title=title, n=n, all=count)

    return name


def _said(a: Assessment, block: Block) -> list[str]:
    """Return a block as lines to be said aloud."""
    say = a.content.words
    match block:
        case Picture():
            return [say("office.picture", alt=block.alt), plain(block.caption)]
        case Card():
            title = plain(block.title)
            head = say("office.cell", head=block.label, words=title) if block.label else title
            return [head, *(line for b in block.body for line in _said(a, b))]
        case Paragraph() | Heading():
            return [plain(block.text)]
        case Pairs():
            return [
                say("office.cell", head=plain(term), words=plain(words))
                for term, words in block.pairs
            ]
        case Bullets(items=parts) | SideBySide(columns=parts):
            return [line for part in parts for b in part for line in _said(a, b)]
        case Quote():
            return [line for b in block.body for line in _said(a, b)]
        case _:
            return []


def _notes(a: Assessment, lines: Iterable[str], keys: Iterable[str]) -> str:
    """Return lines for the speaker, then the works behind them."""
    say = a.content.words
    found = dict.fromkeys(k for words in keys for k in _KEY.findall(words))
    known = {s.key: s for s in a.content.sources}
    sources = [
        say("office.source", name=key, citation=known[key].citation)
        for key in found
        if key in known
    ]
    told = [" ".join(line.split()) for line in lines]
    if sources:
        told += [say("office.sources"), *sources]
    return "\n".join(line for line in dict.fromkeys(told) if line)
