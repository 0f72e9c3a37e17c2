"""How each pattern was judged, criterion by criterion."""

from __future__ import annotations

from workshop.exhibits.patterns import (
    VERDICT_LOOKS,
    is_told,
    mark_tone,
    ours_first,
    source_words,
    title,
    verdict_cell,
    verdict_words,
)
from workshop.exhibits.wording import capital, value_words
from workshop.findings import Assessment
from workshop.findings.advice import headline
from workshop.findings.verdicts import PatternVerdict, Reading, Says
from workshop.model.knowledge import PatternText
from workshop.render.blocks import (
    Block,
    Card,
    Cell,
    Span,
    Table,
    Tone,
    card,
    cell,
    column,
    heading,
    paragraph,
    table,
)
from workshop.render.exhibit import Exhibit

SAYS_LOOKS: dict[Says, tuple[Tone, str]] = {
    "supports": ("strength", "✓"),
    "neutral": ("plain", "○"),
    "against": ("seam", "▲"),
    "unknown": ("muted", "?"),
}


def verdicts(a: Assessment) -> Exhibit:
    """Return the verdict of each pattern with every criterion behind it, ours first.

    Slides show the verdicts; who wants to check the criteria reads them on paper.
    """
    say = a.content.words
    if not is_told(a):
        return Exhibit(
            "verdicts",
            (
                heading(2, say("judgements.title"), say("judgements.lead-untold")),
                *(_asked(a, p) for p in a.content.patterns),
            ),
            (),
        )
    lead = say("judgements.lead-told", headline=headline(a))
    brief: list[Block] = [heading(2, say("judgements.title"), lead), _brief(a)]
    blocks = list(brief)
    for pattern in ours_first(a):
        verdict = a.verdicts[pattern.id]
        brief.append(_judged(a, pattern, verdict))
        blocks += [brief[-1], *_readings(a, verdict)]
    return Exhibit("verdicts", tuple(blocks), on_slides=tuple(brief))


def _brief(a: Assessment) -> Table:
    """Return the four verdicts with how many criteria speak for and against each."""
    say = a.content.words
    rows = []
    for pattern in ours_first(a):
        verdict = a.verdicts[pattern.id]
        said = [r.says for r in verdict.readings]
        name = title(a, pattern)
        tone = mark_tone(a, pattern.id)
        rows.append(
            [
                cell(name, strong=True, tone=tone, fill=tone != "plain"),
                verdict_cell(a, pattern.id),
                *(cell(str(said.count(s))) for s in ("supports", "against", "unknown")),
            ]
        )
    fit = sum(v.verdict in ("fits", "fits-on-conditions") for v in a.verdicts.values())
    return table(
        [
            column(say("judgements.pattern"), width=2.4),
            column(say("judgements.verdict"), width=1.8),
            *(
                column(say(f"judgements.{key}"), width=0.8, align="right")
                for key in ("for", "against", "open")
            ),
        ],
        rows,
        caption=say("judgements.brief-caption", fit=fit),
    )


def _judged(a: Assessment, pattern: PatternText, verdict: PatternVerdict) -> Card:
    """Return a pattern's verdict in words: why, what to do, what would have to change."""
    say = a.content.words
    tone, _ = VERDICT_LOOKS[verdict.verdict]
    body: list[Block] = []
    if verdict.constraint is not None:
        body.append(_line(say("judgements.excluded"), [verdict.constraint.because]))
        body.append(paragraph(say("judgements.alone"), tone="muted", small=True))
    elif verdict.verdict is None:
        body.append(paragraph(say("judgements.not-judged", names=_untold(a, verdict))))
    elif verdict.verdict != "not-yet" and not any(c.told for c in verdict.conditions):
        body.append(
            paragraph(say("judgements.fits-open" if verdict.unknown else "judgements.fits"))
        )
    for key, words in (
        ("to-change", list(verdict.changes)),
        ("to-do", [c.words for c in verdict.conditions if c.told]),
    ):
        if words:
            body.append(_line(say(f"judgements.{key}"), words))
    return card(
        pattern.name,
        body,
        label=verdict_words(a, pattern.id),
        tone=tone,
        sources=verdict.constraint.sources if verdict.constraint else (),
    )


def _line(lead: str, sentences: list[str]) -> Block:
    unique = dict.fromkeys(sentences)
    return paragraph((Span(lead, strong=True), Span(" ".join(unique))))


def _readings(a: Assessment, verdict: PatternVerdict) -> list[Block]:
    """Return the table of a pattern's criteria; those not told share one row."""
    say = a.content.words
    told = [r for r in verdict.readings if r.says != "unknown" and not _repeats(r)]
    told.sort(key=lambda r: ("needed", "leaning", "condition").index(r.criterion.role))
    rows: list[list[Cell]] = [_reading(a, r) for r in told]
    untold = {r.criterion.reads for r in verdict.readings if r.says == "unknown"}
    if untold and (rows or verdict.verdict is not None):
        rows.append(
            [
                cell(say("judgements.untold", n=len(untold)), tone="muted"),
                says_cell(a, "unknown"),
                cell(_untold(a, verdict), tone="muted"),
                cell(""),
            ]
        )
    return [_criteria(a, rows)] if rows else []


def _untold(a: Assessment, verdict: PatternVerdict) -> str:
    """Return by name the answers that were not told and that a pattern would read."""
    names = dict.fromkeys(r.criterion.reads for r in verdict.readings if r.says == "unknown")
    return a.listing(a.content.question(n).name for n in names)


def _repeats(r: Reading) -> bool:
    """Return whether a criterion has nothing to add: a condition that does not come up."""
    return r.criterion.role == "condition" and r.says == "neutral"


def _criteria(a: Assessment, rows: list[list[Cell]], asked: bool = False) -> Table:
    say = a.content.words
    heads = ("asked", "role", "why") if asked else ("criterion", "says", "because")
    return table(
        [
            *(
                column(say(f"judgements.{head}"), width=width)
                for head, width in zip(heads, (2.25, 1.02, 3.0), strict=True)
            ),
            column(say("judgements.source"), width=1.25),
        ],
        rows,
    )


def _reading(a: Assessment, r: Reading) -> list[Cell]:
    say = a.content.words
    name = a.content.question(r.criterion.reads).name
    answer = value_words(a.content, r.criterion.reads, r.value)
    return [
        cell(say("judgements.answer", name=capital(name), answer=answer)),
        says_cell(a, r.says),
        cell(r.because or r.criterion.reason),
        cell(source_words(r.criterion.sources), tone="muted"),
    ]


def says_cell(a: Assessment, says: Says) -> Cell:
    """Return what a criterion says as a cell: word, mark and tone."""
    tone, mark = SAYS_LOOKS[says]
    return cell(a.content.words(f"judgements.says-{says}"), tone=tone, mark=mark)


def _asked(a: Assessment, pattern: PatternText) -> Card:
    """Return what a pattern would be asked, where nothing was told."""
    say = a.content.words
    rows = []
    for c in a.content.criteria:
        if c.pattern == pattern.id and c.role != "condition":
            role = say(f"judgements.role-{c.role}")
            name = capital(a.content.question(c.reads).name)
            sources = cell(source_words(c.sources), tone="muted")
            rows.append([cell(name), cell(role), cell(c.reason), sources])
    label = verdict_words(a, pattern.id)
    return card(
        pattern.name,
        [paragraph(pattern.fits), _criteria(a, rows, asked=True)],
        label=label,
        tone="muted",
    )
