"""Write the board edition as slides, with speaker's notes.

Tables are real ones, every picture has its words, and what a slide shortens is in full in the
speaker's notes, with the reasons and the sources.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from workshop import exhibits
from workshop.documents.blocks import (
    Block,
    Bullets,
    Card,
    Heading,
    PageBreak,
    Pairs,
    Paragraph,
    Picture,
    Quote,
    SideBySide,
    Table,
    Text,
    plain,
)
from workshop.documents.exhibit import Exhibit
from workshop.documents.measure import Line
from workshop.documents.office.powerpoint import Deck
from workshop.exhibits.layout import date_words, is_sparse
from workshop.findings import Assessment
from workshop.findings.patterns.advice import firmness, headline

_PAGES: tuple[Callable[[Assessment], Exhibit], ...] = (
    exhibits.board_decision,
    exhibits.board_losses,
    exhibits.board_options,
    exhibits.board_plan,
    exhibits.board_decisions,
    exhibits.board_confidence,
)
_KEY = re.compile(r"\b[A-Z]{1,2}\d{1,2}\b")


def assessment_to_pptx(assessment: Assessment, when: datetime.datetime | None = None) -> bytes:
    """Return the board edition as a presentation.

    `when` is the file's date of creation; None leaves it out.
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
    for number, make in enumerate(_PAGES):
        blocks = _shown(assessment, make(assessment))
        for at, (title, lead, part) in enumerate(_sections(blocks)):
            if number == at == 0:
                _advice(assessment, deck, organisation, part)
                if drawn := [b for b in part if isinstance(b, Picture)]:
                    _section(assessment, deck, title, lead, drawn)
            else:
                _section(assessment, deck, title, lead, part)
    return deck.save(when)


def _shown(assessment: Assessment, exhibit: Exhibit) -> tuple[Block, ...]:
    """Return an exhibit's blocks for slides, by default those of a pack."""
    printed = exhibit.blocks if exhibit.in_pack is None else exhibit.in_pack
    if is_sparse(assessment):
        return printed if exhibit.in_short_pack is None else exhibit.in_short_pack
    return printed if exhibit.on_slides is None else exhibit.on_slides


def _sections(blocks: Iterable[Block]) -> Iterator[tuple[str, str, list[Block]]]:
    """Yield each heading with its lead and the blocks under it."""
    title, lead, part = "", "", list[Block]()
    for block in blocks:
        if isinstance(block, Heading):
            if part:
                yield title, lead, part
            title, lead, part = plain(block.text), plain(block.lead), []
        elif not isinstance(block, PageBreak):
            part.append(block)
    if part:
        yield title, lead, part


# -- what is advised ----------------------------------------------------------------------------


def _advice(assessment: Assessment, deck: Deck, organisation: str, part: list[Block]) -> None:
    text = assessment.content.words
    lead, line = organisation, assessment.answers.group
    day = assessment.answers.held_on
    for words in (line, date_words(assessment.content, day) if day else None):
        if words:
            lead = text("office.subtitle", organisation=lead, line=words)
    main = next(b for b in part if isinstance(b, Card))
    lines = [
        Line(main.label.upper(), 12.0, True, main.tone, before=0),
        Line(plain(main.title), 22.0, True, before=2),
        *(line for block in main.body for line in _lines(assessment, block)),
    ]
    because = assessment.recommendation.because
    sentences = [*because, *firmness(assessment)] if because else []
    sentences += [line for block in main.body for line in _spoken(assessment, block)]
    notes = [headline(assessment), *sentences]
    deck.add_text(
        text("pack.title"), lead, lines, main.tone, _notes(assessment, notes, _keys(assessment))
    )


def _keys(assessment: Assessment) -> list[str]:
    """Return the sources on the advised patterns."""
    return [
        key
        for p in assessment.recommendation.patterns
        for r in assessment.verdicts[p].readings
        for key in r.criterion.sources
    ]


# -- the other pages ----------------------------------------------------------------------------


def _section(
    assessment: Assessment, deck: Deck, title: str, lead: str, part: Sequence[Block]
) -> None:
    """Add the blocks under one heading, each picture or table alone, then the rest."""
    lines = [line for block in part for line in _spoken(assessment, block)]
    keys = [key for words in lines for key in re.findall(r"\[([^\]]+)\]", words)]
    keys += [key for b in part if isinstance(b, Table) for key in _KEY.findall(plain(b.caption))]
    notes = _notes(assessment, [lead, *lines], keys)
    large = [b for b in part if isinstance(b, Picture | Table)]
    words = [line for b in part if b not in large for line in _lines(assessment, b)]
    beside = [line for b in part if isinstance(b, Pairs) for line in _lines(assessment, b)]
    slides = len(large) + bool(large and beside)
    for n, block in enumerate(large, 1):
        named = title if slides == 1 else _again(assessment)(title, n, slides)
        if isinstance(block, Picture):
            deck.add_picture(named, lead, block, notes)
        else:
            deck.add_table(named, lead, block, notes, _again(assessment))
    if words and not large:
        deck.add_text(title, lead, words, "muted", notes)
    elif beside:
        named = _again(assessment)(title, slides, slides)
        deck.add_text(named, lead, beside, "muted", notes)


def _lines(assessment: Assessment, block: Block) -> list[Line]:
    """Return a block as lines of a panel."""
    text = assessment.content.words
    match block:
        case Pairs():
            return [
                Line(plain(words), head=text("office.cell", head=plain(term), words=""), before=8)
                for term, words in block.pairs
            ]
        case Bullets(items=items):
            return [_line(b.text, 6) for i in items for b in i if isinstance(b, Paragraph)]
        case SideBySide(columns=parts):
            return [line for part in parts for b in part for line in _lines(assessment, b)]
        case Paragraph():
            return [_line(block.text, 8)]
        case _:
            return []


def _line(words: Text, before: int) -> Line:
    """Return a line of a panel; what begins it in bold type stays so."""
    if len(words) > 1 and words[0].strong:
        return Line(plain(words[1:]), head=words[0].text, before=before)
    return Line(plain(words), before=before)


def _again(assessment: Assessment) -> Callable[[str, int, int], str]:
    def name(title: str, number: int, count: int) -> str:
        return assessment.content.words("office.continued", title=title, n=number, all=count)

    return name


def _spoken(assessment: Assessment, block: Block) -> list[str]:
    """Return a block as lines to be read aloud."""
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
        case Table():
            return [" ".join(plain(c.text) for c in row) for row in block.rows]
        case Quote():
            return [line for b in block.body for line in _spoken(assessment, b)]
        case _:
            return []


def _notes(assessment: Assessment, lines: Iterable[str], keys: Iterable[str]) -> str:
    """Return lines for the speaker, followed by the sources."""
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
