"""Share layout and the words of answers between exhibits."""

from __future__ import annotations

import datetime
import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from workshop.answers.schema import NAMING, Decision, lookup
from workshop.content.items import Severity, Words
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
from workshop.documents.exhibit import Exhibit
from workshop.findings import Assessment
from workshop.findings.handoffs import Holder
from workshop.findings.output.display import labels_of
from workshop.findings.patterns.advice import number_words
from workshop.findings.patterns.inputs import word
from workshop.findings.plan import Action
from workshop.findings.uncertainty import is_expected
from workshop.problems import quoted


def in_own_words(exhibit: Exhibit, content: Content) -> Exhibit:
    """Return an exhibit with words and terms in the content's language."""
    return replace(exhibit, labels=labels_of(content), terms=content.terms)


_TOGETHER = 6
"""The most items in a pair of columns, so that a column stays on one page."""


def in_two_columns(
    items: Iterable[TextLike], ordered: bool = False, together: int = _TOGETHER
) -> list[Block]:
    """Return items as lists in small type, in two columns of about equal length."""
    found, blocks = [text(item) for item in items], list[Block]()
    for first in range(0, len(found), together):
        part = found[first : first + together]
        middle = _middle([len(plain(item)) + 30 for item in part])
        two_columns = ((part[:middle], first + 1), (part[middle:], first + middle + 1))
        blocks.append(SideBySide(tuple((_list(half, ordered, n),) for half, n in two_columns)))
    return blocks


def in_small_type(items: Iterable[TextLike]) -> Bullets:
    """Return items as a list in small type, over the width of the page."""
    return _list([text(item) for item in items], ordered=False, start=1)


def _middle(lengths: Sequence[int]) -> int:
    """Return how many items go left, so that both columns are about as long."""
    total = sum(lengths)
    return min(range(len(lengths) + 1), key=lambda i: (abs(2 * sum(lengths[:i]) - total), -i))


def _list(items: Sequence[Text], ordered: bool, start: int) -> Bullets:
    shown = tuple((Paragraph(item, small=True),) for item in items)
    return Bullets(shown, ordered, start if ordered else 1)


_NO_WORK = (
    *NAMING,
    "model",
    "earlier",
    "earlier.became",
    "votes",
    "agenda",
)
"""Answers that are not about the work, and do not count as answered."""
ASKED_NEXT = 12
"""How many open questions are asked in full; the others are only named."""


def count_answered(assessment: Assessment, *parts: int) -> int:
    """Return how many questions of some parts were answered; of all by default."""
    return sum(
        lookup(assessment.answers, q.id) is not None
        for q in assessment.content.questions
        if q.id not in _NO_WORK and (not parts or q.part in parts)
    )


def is_sparse(assessment: Assessment) -> bool:
    """Return whether fewer than a quarter of the questions were answered.

    A pack with so few answers is short, and leaves out what only teaches.
    """
    answers = assessment.answers
    asked = sum(
        lookup(answers, q.id) is not None or is_expected(q, answers)
        for q in assessment.content.questions
    )
    return 4 * count_answered(assessment) < asked


SEVERITY_TONES: dict[Severity, Tone] = {
    "critical": "critical",
    "risk": "warning",
    "watch": "muted",
    "strength": "strength",
}


def capital(words: str) -> str:
    """Return words with a capital first letter."""
    return words[:1].upper() + words[1:]


_CAPITAL_NOUNS = ("de", "lb")
"""Languages that write every noun with a capital."""


def within(content: Content, words: str) -> str:
    """Return a heading's words for use inside a sentence."""
    if content.language.partition("-")[0].lower() in _CAPITAL_NOUNS:
        return words
    return words[:1].lower() + words[1:]


def keys_span(keys: tuple[str, ...]) -> Span:
    """Return source keys in brackets, for the end of a sentence; no key is broken."""
    return Span(f"[{', '.join(keys)}]".replace(" §", "\u00a0§"), tone="muted")


def source_note(keys: tuple[str, ...]) -> Span:
    """Return the sources of a sentence as a small note after it.

    It leaves out the parts of a source: the reference lists them.
    """
    names = dict.fromkeys(key.split(" §")[0] for key in keys)
    return Span("\u00a0" + ",\u00a0".join(names), raised=True, tone="muted")


def spelled(assessment: Assessment, number: int) -> str:
    """Return a number as a sentence begins with it, in words up to twelve."""
    return capital(number_words(assessment.content, number))


def ended(words: str) -> str:
    """Return typed words with a full stop, unless they end as a sentence does."""
    words = words.rstrip()
    return words if words.endswith((".", "?", "!", "…", "”", "“", '"')) else f"{words}."


CHARTER = "on-call-charter"
"""The heading of the table of the night, to which other pages refer."""
_HERE = "\ue000"


def with_reference(
    words: Words, key: str, anchor: str, name: str, near: str = "", **values: Any
) -> Text:
    """Return a sentence whose `{page}` links to a heading, by page or name.

    `near`: the spot below it whose page is meant on paper.
    """
    before, _, after = words(key, page=_HERE, **values).partition(_HERE)
    leads = Span(name, to=anchor, near=near)
    return tuple(s for s in (Span(before), leads, Span(after)) if s.text)


def spot_of(number: int) -> str:
    """Return the name of the place where the list of all actions has one."""
    return f"action-{number}"


def named(assessment: Assessment, action: Action) -> str:
    """Return an action in few words with its number.

    They say what to do, and not why or until when; a decision is named as one, by its question.
    """
    words = assessment.content.words
    if action.decision is None:
        return in_few_words(assessment, action)
    return words("front.named-decision", action=in_few_words(assessment, action))


def in_few_words(assessment: Assessment, action: Action) -> str:
    """Return an action in few words where the words around it say if it was decided."""
    words, made = assessment.content.words, action.decision
    if made is not None:
        brief = made.decision
    else:
        ends = "|".join(map(re.escape, words("front.brief-ends").split("|")))
        brief = re.split(rf"\.\s|{ends}", action.what)[0].rstrip(".")
    return words("front.named", brief=quoted(brief), number=action.number)


def in_plan(assessment: Assessment, found: Sequence[Action]) -> Text:
    """Return actions in few words, with the page where the list has the first."""
    words = assessment.content.words
    listed = capital(assessment.listing(named(assessment, a) for a in found))
    near = spot_of(found[0].number)
    return with_reference(
        words, "front.in-plan", "all-actions", words("front.plan"), near, actions=listed
    )


def team_of_kind(assessment: Assessment, kind: Holder) -> str:
    """Return the platform or product team, by its name if the answers have one."""
    named = [s.team for s in assessment.answers.stages or ()]
    named += [line.holder for line in assessment.ledger.lines]
    named += [line.holder for line in assessment.charter.lines]
    if team := next((t for t in named if assessment.teams.kind(t) == kind), None):
        return capital(team_words(assessment.content, team))
    return assessment.content.words(f"board.duty-{kind}")


def team_words(content: Content, team: str | None) -> str:
    """Return a team as a reader sees it: “Research”, “nobody”, “not answered”."""
    if team is None:
        return content.words("common.unknown")
    if content.teams.is_nobody(team):
        return content.words("common.nobody")
    if content.teams.is_at_handover(team):
        return content.words("common.nobody-yet")
    return content.teams.label(team)


def date_words(content: Content, date: datetime.date) -> str:
    """Return a date in the content's language, e.g. “15 January 2027”."""
    month = content.words(f"dates.month-{date.month}")
    return content.words("dates.date", day=date.day, month=month, year=date.year)


def owner_words(content: Content, owner: str | None, due: datetime.date | None) -> str:
    """Return who does something and by when, or nothing if nobody is named."""
    if not owner:
        return ""
    if due is None:
        return content.words("common.owner-only", owner=owner)
    return content.words("common.owner-due", owner=owner, due=date_words(content, due))


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
    """Return an answer in words, or “not answered”."""
    return value_words(assessment.content, name, lookup(assessment.answers, name))


def basis_words(assessment: Assessment, name: str) -> str:
    """Return how an answer is known: measured, documented, opinion, or unknown."""
    basis = (assessment.answers.basis or {}).get(name) or (assessment.answers.basis or {}).get(
        name.split(".")[0]
    )
    return assessment.content.words(f"basis.{basis}") if basis else ""


def pattern_list(assessment: Assessment, patterns: tuple[str, ...]) -> str:
    """Return the names of patterns as a list."""
    return assessment.listing([assessment.content.pattern(p).short for p in patterns])


def graded(content: Content, keys: tuple[str, ...]) -> tuple[str, ...]:
    """Return source keys with their strength, grouped by strength.

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
    """Return the question and what was decided, in at most `longest` characters.

    `asked` limits the question, if something was chosen.
    """
    if not decision.chosen:
        return (Span(short(decision.decision, longest)),)
    question = short(decision.decision, asked)
    chosen = short(decision.chosen, longest - len(question))
    return (Span(f"{question} ", tone="muted"), Span(chosen))


def short(words: str, limit: int) -> str:
    """Return the words, shortened if necessary; they must be in full elsewhere."""
    return textwrap.shorten(words, limit, placeholder=" …") or words[: limit - 1] + "…"
