"""The four patterns: side by side, judged criterion by criterion, and open contests."""

from __future__ import annotations

from workshop.content.items import Case, Contest, Pattern, PatternText
from workshop.documents.blocks import (
    Block,
    Card,
    Cell,
    Column,
    Span,
    Table,
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
from workshop.documents.exhibit import Exhibit
from workshop.exhibits.layout import (
    answer_words,
    capital,
    graded,
    in_two_columns,
    is_sparse,
    value_words,
)
from workshop.findings import Assessment
from workshop.findings.advice import deciding, either, firmness, headline, options
from workshop.findings.options import Option
from workshop.findings.verdicts import PatternVerdict, Reading, Says, Settled, Side

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


def option_of(a: Assessment, pattern: Pattern) -> Option:
    """Return the option that a single pattern is."""
    return next(o for o in a.options if o.patterns == (pattern,))


def compared(a: Assessment) -> list[Option]:
    """Return the four patterns and the combinations, in the order of the content."""
    order = [p.id for p in a.content.patterns]
    found = [o for o in a.options if o.patterns]
    return sorted(found, key=lambda o: (len(o.patterns), [order.index(p) for p in o.patterns]))


def marks(a: Assessment, option: Option) -> list[str]:
    """Return the words that say what an option is to us: advised, chosen, rejected, today."""
    say, found = a.content.words, []
    if "advised" in option.roles:
        found.append(say(f"patterns.mark-{_kind(a)}"))
    found += [
        say(f"patterns.mark-{role}")
        for role in ("chosen", "rejected", "today")
        if role in option.roles and option.patterns
    ]
    return found


def _kind(a: Assessment) -> str:
    """Return how firm the advice is, as keys of words have it."""
    r = a.recommendation
    if r.status == "first-indication":
        return "first"
    return "contested" if r.contested else "advised"


def mark_tone(option: Option) -> Tone:
    """Return the tint that goes with the marks: ours, muted for today's only, or plain."""
    if {"advised", "chosen"} & set(option.roles):
        return "ours"
    return "muted" if "today" in option.roles and option.patterns else "plain"


def ours_first(a: Assessment) -> list[Option]:
    """Return the options: advised or contested first, then by verdict, then as in the content."""
    order = list(VERDICT_LOOKS)
    ours = a.recommendation.patterns

    def rank(option: Option) -> tuple[int, int]:
        if "advised" in option.roles:
            return 0, ours.index(option.patterns[0])
        return 1, order.index(option.verdict) if option.verdict else 2

    return sorted(compared(a), key=rank)


def verdict_cell(a: Assessment, option: Option) -> Cell:
    """Return an option's verdict as a cell: word, mark and tone."""
    tone, mark = VERDICT_LOOKS[option.verdict]
    return cell(verdict_words(a, option), tone=tone, mark=mark, strong=True)


def source_words(keys: tuple[str, ...]) -> str:
    """Return source keys for a narrow column: lines break between keys, never inside one."""
    return " · ".join(key.replace(" ", "\u00a0") for key in keys)


def verdict_words(a: Assessment, option: Option) -> str:
    return a.content.words(f"patterns.verdict-{option.verdict or 'none'}")


# -- side by side -------------------------------------------------------------------------------


def four_patterns(a: Assessment) -> Exhibit:
    """Return the four patterns and the combination in one table, for a landscape page; ours
    tinted and named."""
    say, shown = a.content.words, compared(a)
    rows: list[list[Cell | str]] = [
        [say("patterns.row-verdict"), *(verdict_cell(a, o) for o in shown)]
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
        texts = [_compares(a, o, field) if field else _per_ten(a, o) for o in shown]
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


def _compares(a: Assessment, option: Option, field: str) -> str:
    """Return what one row of the comparison says of an option."""
    text = option.text
    if text is None or text.combined is None:
        return str(getattr(a.content.pattern(option.patterns[0]), field))
    own = {
        "infrastructure_on_call": text.on_call.service,
        "quality_on_call": text.on_call.quality,
        "failure_mode": text.main_failure,
    }
    return own[field] if field in own else str(getattr(text.combined, field))


def _lead(a: Assessment) -> str:
    """Return what is advised in few words: the whole sentence stands with the recommendation."""
    say, r = a.content.words, a.recommendation
    if not is_told(a):
        return say("patterns.lead-untold")
    if not r.patterns:
        return say("patterns.lead-none")
    names = options(a.content, r.patterns)
    if _kind(a) == "first":
        return say("patterns.lead-first", names=either(a.content, names))
    if r.contested:
        return say("patterns.lead-open", names=either(a.content, names))
    return say("patterns.lead-advised", names=a.listing(names))


def _columns(a: Assessment, rows: list[list[Cell | str]]) -> list[Column]:
    """Return the options' columns, wider where there is more to read, so that rows stay low."""
    shown = compared(a)
    lengths = [
        sum(len(words) for row in rows if isinstance(words := row[i + 1], str))
        for i in range(len(shown))
    ]
    mean = sum(lengths) / len(lengths)
    return [
        column(title(a, o), tone=mark_tone(o), width=0.5 + 0.5 * length / mean)
        for o, length in zip(shown, lengths, strict=True)
    ]


def title(a: Assessment, option: Option) -> str:
    """Return an option's short name with the words that mark it as ours."""
    found = marks(a, option)
    if not found:
        return option.short
    return a.content.words("patterns.title-marked", name=option.short, marks=a.listing(found))


def _marked(a: Assessment) -> str:
    say, shown = a.content.words, compared(a)
    ours = [o.short for o in shown if mark_tone(o) == "ours"]
    today = [o.short for o in shown if mark_tone(o) == "muted"]
    if not ours:
        return say("patterns.marked-none")
    if today:
        return say("patterns.marked-today", advised=a.listing(ours), today=today[0])
    return say("patterns.marked-advised", advised=a.listing(ours))


def _per_ten(a: Assessment, option: Option) -> str:
    """Return the platform people for ten teams, and of a combination those beside them."""
    low, high = a.content.pattern(option.patterns[0]).headcount.per_ten
    inside = a.content.pattern(option.patterns[-1]).headcount.per_team
    if inside is None:
        return a.content.words("patterns.per-ten", low=low, high=high)
    return a.content.words(
        "patterns.per-ten-combined" if option.combines else "patterns.per-ten-and-inside",
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
    for option in ours_first(a):
        if option.combines:
            continue  # its notes are those of its two patterns
        pattern = a.content.pattern(option.patterns[0])
        found = marks(a, option)
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
    label = {"none": "label-none", "first-indication": "label-first", "contested": "label-open"}
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
    return card(
        headline(a),
        body,
        label=say(f"patterns.{label.get(r.status, 'label')}"),
        tone=tone,
        boxed=True,
    )


def _lines(a: Assessment, limit: int | None) -> list[tuple[str, str]]:
    """Return the card's terms and what stands for them."""
    say, r = a.content.words, a.recommendation
    lines: list[tuple[str, str]] = []
    conditions = _conditions(a)
    if conditions:
        left = len(conditions[limit:]) if limit else 0
        rest = (say("patterns.more-conditions", n=left),) if left else ()
        lines.append((say("patterns.conditions"), " ".join((*conditions[:limit], *rest))))
    if r.status == "first-indication":
        asks = [a.content.question(name).ask for name in r.missing]
        lines.append((say("patterns.ask-first"), " ".join(asks)))
    if r.contested:
        ways = deciding(a)
        brief = (*ways[: limit - 1], *ways[limit - 1 :][-1:]) if limit else ways
        lines.append((say("patterns.decides"), " ".join(brief)))
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
    found = [c.words for p in a.recommendation.patterns for c in a.verdicts[p].conditions]
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
    for option in ours_first(a):
        if option.combines:
            brief.append(_judged_together(a, option))
            blocks.append(brief[-1])
            continue
        verdict = a.verdicts[option.patterns[0]]
        brief.append(_judged(a, option, verdict))
        blocks += [brief[-1], *_readings(a, verdict)]
    return Exhibit("verdicts", tuple(blocks), on_slides=tuple(brief))


def _brief(a: Assessment) -> Table:
    """Return the four verdicts with how many criteria speak for and against each."""
    say = a.content.words
    rows = []
    for option in ours_first(a):
        said = [r.says for p in option.patterns for r in a.verdicts[p].readings]
        name = title(a, option)
        tone = mark_tone(option)
        rows.append(
            [
                cell(name, strong=True, tone=tone, fill=tone != "plain"),
                verdict_cell(a, option),
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


def _judged_together(a: Assessment, option: Option) -> Card:
    """Return a combination's verdict, which is the weaker of its two, with what it needs."""
    say = a.content.words
    tone, _ = VERDICT_LOOKS[option.verdict]
    two = [
        say("judgements.of-two", name=o.short, verdict=verdict_words(a, o))
        for o in (option_of(a, p) for p in option.patterns)
    ]
    body: list[Block] = [paragraph(say("judgements.together", verdicts=a.listing(two)))]
    if option.excluded:
        body.append(_line(say("judgements.excluded"), list(option.because)))
    elif option.needs:
        key = "to-change" if option.verdict == "not-yet" else "to-do"
        body.append(_line(say(f"judgements.{key}"), list(option.needs)))
    return card(option.name, body, label=verdict_words(a, option), tone=tone)


def _judged(a: Assessment, option: Option, verdict: PatternVerdict) -> Card:
    """Return a pattern's verdict in words: why, what to do, what would have to change."""
    say = a.content.words
    tone, _ = VERDICT_LOOKS[verdict.verdict]
    body: list[Block] = []
    if verdict.constraint is not None:
        body.append(_line(say("judgements.excluded"), [verdict.constraint.because]))
        body.append(paragraph(say("judgements.alone"), tone="muted", small=True))
    elif verdict.verdict is None:
        body.append(paragraph(say("judgements.not-judged", names=_untold(a, verdict))))
    elif verdict.verdict != "not-yet" and not verdict.conditions:
        body.append(
            paragraph(say("judgements.fits-open" if verdict.unknown else "judgements.fits"))
        )
    for key, words in (
        ("to-change", list(verdict.changes)),
        ("to-do", [c.words for c in verdict.conditions]),
    ):
        if words:
            body.append(_line(say(f"judgements.{key}"), words))
    return card(
        a.content.pattern(verdict.pattern).name,
        body,
        label=verdict_words(a, option),
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
    told.sort(key=lambda r: ("needed", "leaning", "condition", "growth").index(r.criterion.role))
    rows: list[list[Cell]] = [_reading(a, r) for r in told]
    untold = {r.asks for r in verdict.readings if r.says == "unknown"}
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
    names = dict.fromkeys(r.asks for r in verdict.readings if r.says == "unknown")
    return a.listing(a.content.question(n).name for n in names)


def _repeats(r: Reading) -> bool:
    """Return whether a criterion has nothing to add: a condition that does not come up."""
    return r.criterion.role in ("condition", "growth") and r.says == "neutral"


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
        if c.pattern == pattern.id and c.role not in ("condition", "growth"):
            role = say(f"judgements.role-{c.role}")
            name = capital(a.content.question(c.reads).name)
            sources = cell(source_words(c.sources), tone="muted")
            rows.append([cell(name), cell(role), cell(c.reason), sources])
    label = verdict_words(a, option_of(a, pattern.id))
    return card(
        pattern.name,
        [paragraph(pattern.fits), _criteria(a, rows, asked=True)],
        label=label,
        tone="muted",
    )


def contest(a: Assessment) -> Exhibit:
    """Return each contest between two patterns that both fit: which answers stand where."""
    say, settled = a.content.words, a.recommendation.settled
    if not settled:
        lead = say("contests.lead-none")
        return Exhibit("contest", (heading(2, say("contests.title"), lead), _possible(a)), ())
    open_ones = [s for s in settled if s.winner is None]
    key = "lead-open" if open_ones else "lead-decided"
    names = a.listing(_pair(a, s.contest) for s in open_ones or settled)
    return Exhibit(
        "contest",
        (
            heading(2, say("contests.title"), say(f"contests.{key}", names=names)),
            *(_settled(a, s) for s in settled),
        ),
    )


def _pair(a: Assessment, c: Contest) -> str:
    first, second = (a.content.pattern(p).short for p in c.patterns)
    return a.content.words("contests.pair", first=first, second=second)


def _possible(a: Assessment) -> Table:
    """Return the contests that can come up, each with the answers that decide it."""
    say = a.content.words
    return table(
        [
            column(say("contests.pair-title"), width=1.5),
            column(say("contests.why"), width=2.6),
            column(say("contests.deciding"), width=2.2),
            column(say("contests.source"), width=1.2),
        ],
        [
            [
                cell(_pair(a, c)),
                cell(c.words),
                cell(a.listing(a.content.question(n).name for n in c.decided_by)),
                cell(source_words(c.sources), tone="muted"),
            ]
            for c in a.content.contests
        ],
    )


def _settled(a: Assessment, s: Settled) -> Card:
    say = a.content.words
    first, second = (a.content.pattern(p).short for p in s.contest.patterns)
    tone: Tone = "seam" if s.winner is None else "ours"
    label = say("contests.undecided" if s.winner is None else "contests.decided")
    if s.winner is None:
        name = say("contests.still-open", first=first, second=second)
    else:
        winner = a.content.pattern(s.winner).short
        name = say("contests.winner", first=first, second=second, winner=winner)
    rows = [_side(a, s, side) for side in s.sides]
    body: list[Block] = [
        paragraph(s.contest.words),
        table(
            [
                column(say("contests.deciding"), width=1.5),
                column(say("contests.told"), width=1.4),
                column(say("contests.side"), width=1.3),
                column(say("contests.sides"), width=3.2),
            ],
            rows,
        ),
    ]
    if then := _what_now(a, s):
        body.append(paragraph(then))
    return card(name, body, label=label, tone=tone, sources=graded(a.content, s.contest.sources))


def _side(a: Assessment, s: Settled, side: Side) -> list[Cell]:
    say = a.content.words
    name = capital(a.content.question(side.reads).name)
    if not side.known:
        return [
            cell(name),
            cell(answer_words(a, side.reads), tone="muted"),
            says_cell(a, "unknown"),
            cell(""),
        ]
    if side.favours is None:
        favours = cell(say("contests.no-side"), mark="○")
    else:
        favours = cell(a.content.pattern(side.favours).short, strong=True, mark="✓")
    return [
        cell(name),
        cell(answer_words(a, side.reads)),
        favours,
        cell(" ".join(_told_by(a, p, side.reads) for p in s.contest.patterns).strip()),
    ]


def _told_by(a: Assessment, pattern: Pattern, name: str) -> str:
    """Return what one pattern's criteria say of an answer."""
    found = [
        r.because
        for r in a.verdicts[pattern].readings
        if r.criterion.reads == name and r.because and r.criterion.role in ("needed", "leaning")
    ]
    if not found:
        return ""
    short = a.content.pattern(pattern).short
    return a.content.words("contests.side-of", name=short, because=" ".join(found))


def _what_now(a: Assessment, s: Settled) -> str:
    say = a.content.words
    if s.winner is not None:
        return "" if any(x.favours for x in s.sides) else say("contests.never-silent")
    unknown = [a.content.question(x.reads).ask for x in s.sides if not x.known]
    if unknown:
        return say("contests.find-out-to-decide", questions=" ".join(unknown))
    pulls = {x.favours for x in s.sides} - {None}
    return say("contests.they-pull" if pulls else "contests.neither-pulls")
