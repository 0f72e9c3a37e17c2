"""The four patterns side by side, what else is known of each, and the recommendation."""

from __future__ import annotations

from workshop.exhibits.halves import in_two_columns
from workshop.exhibits.telling import is_sparse
from workshop.findings import Assessment
from workshop.findings.advice import either, firmness, headline, options, what_decides
from workshop.model.answers import Pattern
from workshop.model.knowledge import Case, PatternText
from workshop.render.blocks import (
    Block,
    Card,
    Cell,
    Column,
    Span,
    Text,
    Tone,
    card,
    cell,
    column,
    heading,
    pairs,
    paragraph,
    table,
    text,
)
from workshop.render.exhibit import Exhibit

VERDICT_LOOKS: dict[str | None, tuple[Tone, str]] = {
    "fits": ("strength", "✓"),
    "fits-on-conditions": ("ours", "✓"),
    "not-yet": ("seam", "▲"),
    "excluded": ("critical", "✕"),
    None: ("muted", "?"),
}
"""Tone and mark of each verdict; the word stands beside them everywhere."""

_BRIEF = 2
"""Sentences of each kind on the first page, reasons one more; the rest stands further on."""


# -- which is ours ------------------------------------------------------------------------------


def is_told(a: Assessment) -> bool:
    """Return whether the answers judge at least one pattern."""
    return any(v.verdict is not None for v in a.verdicts.values())


def marks(a: Assessment, pattern: Pattern) -> list[str]:
    """Return the words that mark a pattern as ours: advised, chosen, today."""
    say, found = a.content.words, []
    if pattern in a.recommendation.patterns:
        found.append(
            say(
                "patterns.mark-contested" if a.recommendation.contested else "patterns.mark-advised"
            )
        )
    if pattern == a.answers.chosen_pattern:
        found.append(say("patterns.mark-chosen"))
    if pattern == a.answers.current_pattern:
        found.append(say("patterns.mark-today"))
    return found


def mark_tone(a: Assessment, pattern: Pattern) -> Tone:
    """Return the tint that goes with the marks: ours, muted for today's only, or plain."""
    if pattern in a.recommendation.patterns or pattern == a.answers.chosen_pattern:
        return "ours"
    return "muted" if pattern == a.answers.current_pattern else "plain"


def ours_first(a: Assessment) -> list[PatternText]:
    """Return the patterns: advised or contested first, then by verdict, then as in the content."""
    order = list(VERDICT_LOOKS)
    ours = a.recommendation.patterns

    def rank(pattern: PatternText) -> tuple[int, int]:
        if pattern.id in ours:
            return 0, ours.index(pattern.id)
        verdict = a.verdicts[pattern.id].verdict
        return 1, order.index(verdict) if verdict else 2

    return sorted(a.content.patterns, key=rank)


def verdict_cell(a: Assessment, pattern: Pattern) -> Cell:
    """Return a pattern's verdict as a cell: word, mark and tone."""
    verdict = a.verdicts[pattern].verdict
    tone, mark = VERDICT_LOOKS[verdict]
    return cell(verdict_words(a, pattern), tone=tone, mark=mark, strong=True)


def source_words(keys: tuple[str, ...]) -> str:
    """Return source keys for a narrow column: lines break between keys, never inside one."""
    return " · ".join(key.replace(" ", "\u00a0") for key in keys)


def verdict_words(a: Assessment, pattern: Pattern) -> str:
    return a.content.words(f"patterns.verdict-{a.verdicts[pattern].verdict or 'none'}")


# -- side by side -------------------------------------------------------------------------------


def four_patterns(a: Assessment) -> Exhibit:
    """Return the four patterns in one table, for a landscape page; ours tinted and named."""
    say = a.content.words
    rows: list[list[Cell | str]] = [
        [say("patterns.row-verdict"), *(verdict_cell(a, p.id) for p in a.content.patterns)]
    ]
    for key, field in (
        ("bet", "bet"),
        ("staffing", "staffing"),
        ("per-ten", ""),
        ("consumer", "consumer_experience"),
        ("infrastructure", "infrastructure_on_call"),
        ("quality", "quality_on_call"),
        ("failure", "failure_mode"),
        ("fits", "fits"),
        ("topologies", "topologies"),
    ):
        texts = [getattr(p, field) if field else _per_ten(a, p) for p in a.content.patterns]
        rows.append([say(f"patterns.row-{key}"), *texts])
    keys = dict.fromkeys(k for p in a.content.patterns for k in p.sources)
    return Exhibit(
        "four-patterns",
        (
            heading(2, say("patterns.title"), _lead(a)),
            table(
                [column(say("patterns.row"), width=0.53), *_columns(a, rows)],
                rows,
                wide=True,
                caption=say("patterns.caption", marked=_marked(a), sources=a.listing(keys)),
            ),
        ),
    )


def _lead(a: Assessment) -> str:
    """Return what is advised in few words: the whole sentence stands with the recommendation."""
    say, r = a.content.words, a.recommendation
    if not is_told(a):
        return say("patterns.lead-untold")
    if not r.patterns:
        return say("patterns.lead-none")
    names = options(a.content, r.patterns)
    if r.contested:
        return say("patterns.lead-open", names=either(a.content, names))
    return say("patterns.lead-advised", names=a.listing(names))


def _columns(a: Assessment, rows: list[list[Cell | str]]) -> list[Column]:
    """Return the patterns' columns, wider where there is more to read, so that rows stay low."""
    lengths = [
        sum(len(words) for row in rows if isinstance(words := row[i + 1], str))
        for i in range(len(a.content.patterns))
    ]
    mean = sum(lengths) / len(lengths)
    return [
        column(title(a, p), tone=mark_tone(a, p.id), width=0.5 + 0.5 * length / mean)
        for p, length in zip(a.content.patterns, lengths, strict=True)
    ]


def title(a: Assessment, pattern: PatternText) -> str:
    """Return a pattern's short name with the words that mark it as ours."""
    found = marks(a, pattern.id)
    if not found:
        return pattern.short
    return a.content.words("patterns.title-marked", name=pattern.short, marks=a.listing(found))


def _marked(a: Assessment) -> str:
    say = a.content.words
    ours = [p for p in a.content.patterns if mark_tone(a, p.id) == "ours"]
    today = a.answers.current_pattern
    if not ours:
        return say("patterns.marked-none")
    names = a.listing(p.short for p in ours)
    if today and mark_tone(a, today) == "muted":
        return say("patterns.marked-today", advised=names, today=a.content.pattern(today).short)
    return say("patterns.marked-advised", advised=names)


def _per_ten(a: Assessment, pattern: PatternText) -> str:
    (low, high), inside = pattern.headcount.per_ten, pattern.headcount.per_team
    if inside is None:
        return a.content.words("patterns.per-ten", low=low, high=high)
    return a.content.words(
        "patterns.per-ten-and-inside",
        low=low,
        high=high,
        inside_low=inside[0],
        inside_high=inside[1],
    )


def pattern_notes(a: Assessment) -> Exhibit:
    """Return what else is known of each pattern and who published a case of it, ours first."""
    say = a.content.words
    ours = options(a.content, a.recommendation.patterns)
    lead = (
        say("patterns.notes-lead-told", advised=a.listing(ours))
        if ours
        else say("patterns.notes-lead-untold")
    )
    blocks: list[Block] = [heading(2, say("patterns.notes"), lead)]
    for pattern in ours_first(a):
        found = marks(a, pattern.id)
        name = pattern.name
        if found:
            name = say("patterns.note-title", name=name, marks=a.listing(found))
        blocks.append(heading(3, name, pattern.bet))
        cases = [c for c in a.content.cases if c.lesson and pattern.id in c.patterns]
        items = [*map(text, pattern.more), *([_published(a, cases)] if cases else [])]
        blocks += in_two_columns(items, together=len(items))
    return Exhibit("pattern-notes", tuple(blocks), in_short_pack=())


def _published(a: Assessment, cases: list[Case]) -> Text:
    """Return the published cases of a pattern by name; the case library says what happened."""
    say = a.content.words
    names = say("patterns.separator").join(
        say("patterns.case", name=c.name, years=c.years) for c in cases
    )
    return (
        Span(say("patterns.published"), strong=True),
        Span(say("patterns.cases", names=names, title=say("sources.cases"))),
    )


# -- the recommendation -------------------------------------------------------------------------


def recommendation(a: Assessment) -> Exhibit:
    """Return what is advised, why, on what conditions and how firmly, in a box of its own."""
    say = a.content.words
    return Exhibit(
        "recommendation",
        (
            heading(2, say("patterns.recommendation")),
            recommendation_card(a, brief=False),
            paragraph(
                (
                    Span(say("patterns.evidence") + ": ", strong=True),
                    Span(say("patterns.evidence-words")),
                ),
                tone="muted",
                small=True,
            ),
        ),
        None if is_told(a) else (),
    )


def recommendation_card(a: Assessment, brief: bool = True) -> Card:
    """Return the recommendation as a boxed card; `brief` for the first page."""
    say, r = a.content.words, a.recommendation
    limit = _BRIEF if brief else None
    label = "label-open" if r.contested else "label" if r.patterns else "label-none"
    tone: Tone = "ours" if r.patterns else "muted"
    body: list[Block] = []
    if r.because:
        body.append(paragraph(" ".join(r.because[: limit and limit + 1])))
    listed = brief and is_sparse(a)  # the first page asks below what would change the advice
    if not is_told(a):
        body.append(paragraph(say(f"patterns.nothing-told{'-listed' if listed else ''}")))
    lines = _lines(a, limit)
    if lines:
        body.append(pairs(lines))
    return card(headline(a), body, label=say(f"patterns.{label}"), tone=tone, boxed=True)


def _lines(a: Assessment, limit: int | None) -> list[tuple[str, str]]:
    """Return the card's terms and what stands for them."""
    say, r = a.content.words, a.recommendation
    lines: list[tuple[str, str]] = []
    conditions = _conditions(a)
    if conditions:
        left = len(conditions[limit:]) if limit else 0
        rest = (say("patterns.more-conditions", n=left),) if left else ()
        lines.append((say("patterns.conditions"), " ".join((*conditions[:limit], *rest))))
    if r.contested and (what_decides(a) or limit is None):
        lines.append((say("patterns.decides"), " ".join(s.contest.words for s in r.settled)))
    if r.nearest:
        changes = [
            say(
                "patterns.for-changes",
                name=a.content.pattern(p).short,
                changes=" ".join(a.verdicts[p].changes),
            )
            for p in r.nearest
        ]
        lines.append((say("patterns.changes"), " ".join(changes)))
    if is_told(a):
        lines.append((say("patterns.how-firm"), " ".join(firmness(a)[:limit])))
    elif not (limit and is_sparse(a)):
        asks = [u.question.ask for u in a.unknowns[:3]]
        lines.append((say("patterns.ask-first"), " ".join(asks)))
    chosen = a.answers.chosen_pattern
    if chosen and not (limit and chosen in r.patterns):
        lines.append((say("patterns.you-chose"), _choice(a, chosen)))
    return lines


def _conditions(a: Assessment) -> list[str]:
    """Return what the answers say must be put right for the advised patterns to fit."""
    found = [c.words for p in a.recommendation.patterns for c in a.verdicts[p].conditions if c.told]
    return list(dict.fromkeys(found))


def _choice(a: Assessment, chosen: Pattern) -> str:
    r = a.recommendation
    if not r.patterns:
        form = "open"
    elif chosen not in r.patterns:
        form = "other"
    else:
        form = "within" if r.contested else "part" if len(r.patterns) > 1 else "same"
    return a.content.words(f"patterns.chosen-{form}", name=a.content.pattern(chosen).short)
