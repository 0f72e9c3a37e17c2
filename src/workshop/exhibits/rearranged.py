"""The value stream under each pattern: bars on one scale, who would hold what, which seams go."""

from __future__ import annotations

from workshop.exhibits.halves import in_two_columns
from workshop.exhibits.lanes import draw_by_pattern
from workshop.exhibits.patterns import mark_tone, marks
from workshop.findings import Assessment
from workshop.findings.leadtime import days_words, rounded
from workshop.findings.rearranged import PatternStream
from workshop.findings.stream import ValueStream
from workshop.model.answers import Pattern
from workshop.render.blocks import (
    Block,
    Cell,
    Picture,
    Span,
    Table,
    cell,
    column,
    heading,
    paragraph,
    table,
    text,
)
from workshop.render.exhibit import Exhibit


def value_stream_by_pattern(a: Assessment) -> Exhibit:
    """Return the stream under each of the four patterns: bars on one scale, holders, seams."""
    say, stream = a.content.words, a.stream
    head = heading(2, say("handoffs.pattern-title"), _pattern_lead(a))
    if stream is None:
        return Exhibit("value-stream-by-pattern", (head, _holder_table(a)), ())
    blocks: list[Block] = [head]
    if stream.p50 is not None:
        ours = [", ".join(marks(a, u.pattern.id)) for u in stream.under]
        out = [excluded_words(a, u.pattern.id) for u in stream.under]
        blocks.append(
            Picture(
                draw_by_pattern(a, stream, ours, out),
                _pattern_alt(a, stream),
                caption=text(say("handoffs.pattern-caption")),
            )
        )
    blocks.append(_pattern_table(a, stream))
    blocks += [paragraph(words) for words in _entrances(a, stream)]
    if stream.p50 is not None:
        blocks.append(heading(3, say("handoffs.assumptions")))
        blocks += in_two_columns(stream.assumptions)
    return Exhibit("value-stream-by-pattern", tuple(blocks))


def _pattern_lead(a: Assessment) -> str:
    say, stream = a.content.words, a.stream
    if stream is None:
        return say("handoffs.pattern-lead-empty")
    counts = [u.seams for u in stream.under]
    key = "handoffs.pattern-lead" + ("-same" if min(counts) == max(counts) else "")
    lead = say(
        key,
        seams=times_words(a, len(stream.seams)),
        fewest=min(counts),
        most=max(counts),
        same=times_words(a, min(counts)),
    )
    return say("handoffs.pattern-lead-undecided", counted=lead) if stream.undecided else lead


def excluded_words(a: Assessment, pattern: Pattern) -> str:
    """Return the word for a pattern that a rule excludes, or nothing."""
    excluded = a.verdicts[pattern].verdict == "excluded"
    return a.content.words("patterns.verdict-excluded") if excluded else ""


def times_words(a: Assessment, n: int) -> str:
    """Return how often the work changes hands: “once”, “3 times”."""
    return a.content.words("handoffs.times-n", n=n)


def _pattern_alt(a: Assessment, stream: ValueStream) -> str:
    say = a.content.words

    def row(name: str, seams: int, p50: float | None, p90: float | None, least: bool) -> str:
        return say(
            "handoffs.pattern-alt-row",
            name=name,
            n=seams,
            p50=days_or_unknown(a, p50, least),
            p90=days_or_unknown(a, p90, least),
        )

    rows = [
        row(say("handoffs.today"), len(stream.seams), stream.p50, stream.p90, stream.lower_bound)
    ]
    rows += [row(u.pattern.short, u.seams, u.p50, u.p90, u.lower_bound) for u in stream.under]
    return say("handoffs.pattern-alt", rows=" ".join(rows))


def _pattern_table(a: Assessment, stream: ValueStream) -> Table:
    say = a.content.words
    rows: list[list[Cell | str]] = [
        [
            cell(say("handoffs.today"), strong=True),
            "",
            "",
            str(len(stream.seams)),
            "",
            "",
            _least(a, stream.p50, stream.lower_bound),
            _least(a, stream.p90, stream.lower_bound),
        ]
    ]
    for under in stream.under:
        rows.append(
            [
                _name_cell(a, under),
                *_holders(a, under),
                str(under.seams),
                str(len(under.of("vanishes"))),
                str(len(under.of("new"))),
                _least(a, under.p50, under.lower_bound),
                _least(a, under.p90, under.lower_bound),
            ]
        )
    columns = [
        column(say("handoffs.pattern"), width=2.2),
        column(say("handoffs.platform-holds"), width=1.5),
        column(say("handoffs.product-holds"), width=1.5),
        column(say("handoffs.seams-then"), align="right", width=0.6),
        column(say("handoffs.seams-gone"), align="right", width=0.6),
        column(say("handoffs.seams-new"), align="right", width=0.5),
        column(say("handoffs.p50"), align="right", width=0.75),
        column(say("handoffs.p90"), align="right", width=0.75),
    ]
    return table(columns, rows, caption=say("handoffs.pattern-table-caption"))


def _holder_table(a: Assessment) -> Table:
    """Return who holds what under each pattern, without any answer."""
    say = a.content.words
    rows = []
    for pattern in a.content.patterns:
        tone = mark_tone(a, pattern.id)
        name = cell(pattern.short, strong=True, tone=tone, fill=tone != "plain")
        held = [
            a.listing(say(f"handoffs.stage-{k}") for k, h in pattern.holders.items() if h == holder)
            for holder in ("platform", "product")
        ]
        rows.append([name, *(cell(h or say("handoffs.nothing-held")) for h in held)])
    columns = [
        column(say("handoffs.pattern"), width=1),
        column(say("handoffs.platform-holds"), width=1.3),
        column(say("handoffs.product-holds"), width=1.3),
    ]
    return table(columns, rows)


def _name_cell(a: Assessment, under: PatternStream) -> Cell:
    out = excluded_words(a, under.pattern.id)
    found = [*marks(a, under.pattern.id), *([out] if out else [])]
    tone = mark_tone(a, under.pattern.id)
    words = [Span(under.pattern.short)]
    if found:
        words.append(Span(f" ({', '.join(found)})"))
    return cell(words, strong=True, tone=tone, fill=tone != "plain")


def _holders(a: Assessment, under: PatternStream) -> list[str]:
    """Return what the platform team and what the product teams would hold, of today's kinds."""
    say = a.content.words
    held = {bar.stage: bar.holder for bar in under.bars}
    if len(held) > 1 and len(set(held.values())) == 1:
        names = {"platform": say("handoffs.nothing-held"), "product": say("handoffs.nothing-held")}
        names[under.bars[0].holder] = say("handoffs.all-held")
        return list(names.values())
    return [
        a.listing(say(f"handoffs.stage-{kind}") for kind, h in held.items() if h == holder)
        or say("handoffs.nothing-held")
        for holder in ("platform", "product")
    ]


def _least(a: Assessment, days: float | None, least: bool) -> Cell:
    if days is None:
        return cell("?", tone="muted")
    shown = rounded(a.content, days)
    return cell(a.content.words("handoffs.least", days=shown) if least else shown)


def _entrances(a: Assessment, stream: ValueStream) -> list[str]:
    """Return what is said of patterns that make work wait before its first stage."""
    new = [u for u in stream.under if u.entrance is not None]
    if not new:
        return []
    say, wait = a.content.words, new[0].entrance.wait if new[0].entrance else None
    patterns = a.listing(u.pattern.short for u in new)
    if wait is None:
        return [say("handoffs.pattern-entrance-unknown", patterns=patterns)]
    days = days_words(a.content, wait)
    return [say("handoffs.pattern-entrance", patterns=patterns, days=days)]


def days_or_unknown(a: Assessment, days: float | None, least: bool = False) -> str:
    """Return days in words; “not told” where they are unknown."""
    return a.content.words("common.unknown") if days is None else days_words(a.content, days, least)
