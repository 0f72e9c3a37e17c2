"""What exhibits share: two columns, completeness, and how answers read in a sentence."""

from __future__ import annotations

import datetime
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from workshop.answers.schema import Decision, lookup
from workshop.content.items import Severity
from workshop.content.loader import Content
from workshop.documents.blocks import (
    Block,
    Bullets,
    Paragraph,
    SideBySide,
    Span,
    Text,
    TextLike,
    Tone,
    plain,
    text,
)
from workshop.findings import Assessment
from workshop.findings.inputs import word
from workshop.findings.uncertainty import is_expected

_TOGETHER = 6
"""Items that share a pair of columns: few, so that nobody reads a column over two pages."""


def in_two_columns(
    items: Iterable[TextLike], ordered: bool = False, together: int = _TOGETHER
) -> list[Block]:
    """Return items as lists in small type, two beside each other and about equally long."""
    found, blocks = [text(item) for item in items], list[Block]()
    for first in range(0, len(found), together):
        part = found[first : first + together]
        middle = _middle([len(plain(item)) + 30 for item in part])
        two_columns = ((part[:middle], first + 1), (part[middle:], first + middle + 1))
        blocks.append(SideBySide(tuple((_list(half, ordered, n),) for half, n in two_columns)))
    return blocks


def _middle(lengths: Sequence[int]) -> int:
    """Return how many items stand on the left, so that the two sides differ least."""
    total = sum(lengths)
    return min(range(len(lengths) + 1), key=lambda i: (abs(2 * sum(lengths[:i]) - total), -i))


def _list(items: Sequence[Text], ordered: bool, start: int) -> Bullets:
    shown = tuple((Paragraph(item, small=True),) for item in items)
    return Bullets(shown, ordered, start if ordered else 1)


_NAMING = (
    "organisation",
    "group",
    "held_on",
    "model",
    "earlier",
    "earlier.became",
    "votes",
    "agenda",
)
"""Answers that name what is judged, or speak of another day, or of the answers themselves."""
ASKED_NEXT = 12
"""How many open questions are asked in full; the others are named."""


def count_answered(assessment: Assessment, *parts: int) -> int:
    """Return how many questions of these parts (of all parts, if none is named) were answered."""
    return sum(
        lookup(assessment.answers, q.id) is not None
        for q in assessment.content.questions
        if q.id not in _NAMING and (not parts or q.part in parts)
    )


def is_sparse(assessment: Assessment) -> bool:
    """Return whether fewer than a quarter of the questions were answered.

    A pack of so little asks more than it says: it is short, and leaves out what only teaches.
    """
    given = [
        q for q in assessment.content.questions if lookup(assessment.answers, q.id) is not None
    ]
    open_ = [
        q
        for q in assessment.content.questions
        if q not in given and is_expected(q, assessment.answers)
    ]
    return 4 * count_answered(assessment) < len(given) + len(open_)


SEVERITY_TONES: dict[Severity, Tone] = {
    "critical": "critical",
    "risk": "seam",
    "watch": "muted",
    "strength": "strength",
}


def capital(words: str) -> str:
    """Return words with the first letter as at the start of a sentence."""
    return words[:1].upper() + words[1:]


_CAPITAL_NOUNS = ("de", "lb")
"""Languages that write every noun with a capital, wherever it stands."""


def within(content: Content, words: str) -> str:
    """Return a heading's words as they stand inside a sentence of the content's language."""
    if content.language.partition("-")[0].lower() in _CAPITAL_NOUNS:
        return words
    return words[:1].lower() + words[1:]


def keys_span(keys: tuple[str, ...]) -> Span:
    """Return source keys in brackets, as they stand behind a sentence; no key is broken."""
    return Span(f"[{', '.join(keys)}]".replace(" §", "\u00a0§"), tone="muted")


def team_words(content: Content, team: str | None) -> str:
    """Return a team as a reader sees it: “Research”, “nobody”, “not told”."""
    if team is None:
        return content.words("common.unknown")
    if content.teams.is_nobody(team):
        return content.words("common.nobody")
    if content.teams.is_at_handover(team):
        return content.words("common.at-handover")
    return content.teams.label(team)


def date_words(content: Content, date: datetime.date) -> str:
    """Return a date in the content's language, e.g. “15 January 2027”."""
    month = content.words(f"dates.month-{date.month}")
    return content.words("dates.date", day=date.day, month=month, year=date.year)


def value_words(content: Content, name: str, value: Any) -> str:
    """Return an answer's value in words: its choice's label, a number with its unit."""
    if value is None:
        return content.words("common.unknown")
    if isinstance(value, datetime.date):
        return date_words(content, value)
    question = content.question(name)
    written = word(value) or ""
    if written in question.choices:
        return question.choices[written]
    if isinstance(value, int | float) and question.unit:
        return content.words("common.with-unit", n=value, unit=question.unit)
    if isinstance(value, int | float):
        return content.words.number(value)
    return team_words(content, written)


def answer_words(assessment: Assessment, name: str) -> str:
    """Return what was told for an answer, in words; “not told” where nothing was."""
    return value_words(assessment.content, name, lookup(assessment.answers, name))


def basis_words(assessment: Assessment, name: str) -> str:
    """Return how an answer is known: measured, documented, opinion, or nothing said."""
    basis = (assessment.answers.basis or {}).get(name) or (assessment.answers.basis or {}).get(
        name.split(".")[0]
    )
    return assessment.content.words(f"basis.{basis}") if basis else ""


def pattern_list(assessment: Assessment, patterns: tuple[str, ...]) -> str:
    """Return patterns by name, as a reader lists them."""
    return assessment.listing([assessment.content.pattern(p).short for p in patterns])


def graded(content: Content, keys: tuple[str, ...]) -> tuple[str, ...]:
    """Return source keys with how strong each is, those of one strength together.

    `("S1 §duties", "S1 §leads", "R6")` → `("S1 §duties, S1 §leads (opinion)", "R6 (moderate)")`
    """
    groups: dict[str, list[str]] = {}
    for key in keys:
        groups.setdefault(content.source(key).strength, []).append(key)
    return tuple(
        content.words(
            "common.graded",
            keys=content.words("common.comma").join(group),
            strength=content.words(f"sources.{strength}"),
        )
        for strength, group in groups.items()
    )


def decided(decision: Decision, longest: int, asked: int) -> Text:
    """Return what was decided, after the question it answers, in at most `longest` characters.

    `asked` is for the question, where something was chosen.
    """
    if not decision.chosen:
        return (Span(short(decision.decision, longest)),)
    question = short(decision.decision, asked)
    chosen = short(decision.chosen, longest - len(question))
    return (Span(f"{question} ", tone="muted"), Span(chosen))


def short(words: str, limit: int) -> str:
    """Return the words, or as many as fit; the whole stands elsewhere."""
    return textwrap.shorten(words, limit, placeholder=" …") or words[: limit - 1] + "…"
