"""Show the four patterns: comparison, verdicts, contests and interactions."""

from __future__ import annotations

from collections.abc import Sequence

from workshop.content.items import Case, Contest, Diagram, Link, Pattern, PatternText
from workshop.content.loader import Content
from workshop.documents import drawing as d
from workshop.documents.blocks import (
    Block,
    Card,
    Cell,
    Column,
    Heading,
    Picture,
    SideBySide,
    Span,
    Table,
    Text,
    TextLike,
    Tone,
    bullets,
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
    in_plan,
    in_two_columns,
    value_words,
    with_reference,
    within,
)
from workshop.findings import Assessment
from workshop.findings.patterns.advice import (
    advice_names,
    deciding,
    either,
    firmness,
    headline,
    options,
)
from workshop.findings.patterns.options import Option
from workshop.findings.patterns.verdicts import (
    Condition,
    PatternVerdict,
    Reading,
    Says,
    Settled,
    Side,
)
from workshop.findings.plan import actions, first_half, to_begin

VERDICT_TONES: dict[str | None, Tone] = {
    "fits": "strength",
    "fits-on-conditions": "ours",
    "not-yet": "warning",
    "excluded": "critical",
    None: "muted",
}
"""The tone of each verdict; its word is always shown."""


# -- which is ours ------------------------------------------------------------------------------


def is_judged(assessment: Assessment) -> bool:
    """Return whether the answers suffice to judge at least one pattern."""
    return any(v.verdict is not None for v in assessment.verdicts.values())


def option_of(assessment: Assessment, pattern: Pattern) -> Option:
    """Return the option of a single pattern."""
    return next(o for o in assessment.options if o.patterns == (pattern,))


def compared(assessment: Assessment) -> list[Option]:
    """Return the four patterns and the combinations, in the content's order."""
    order = [p.id for p in assessment.content.patterns]
    found = [o for o in assessment.options if o.patterns]
    return sorted(found, key=lambda o: (len(o.patterns), [order.index(p) for p in o.patterns]))


def marks(assessment: Assessment, option: Option) -> list[str]:
    """Return the words of an option's roles: advised, chosen, rejected, today."""
    _, found, first = assessment.content.words, [], first_half(assessment)
    if "advised" in option.roles:
        found.append(_(f"patterns.mark-{_kind(assessment)}{'-later' if first else ''}"))
    elif option is first:
        found.append(_("patterns.mark-advised-now"))
    shown = [r for r in ("chosen", "rejected", "today") if r in option.roles and option.patterns]
    for role in shown:
        doubted = "-doubted" if role == "today" and is_doubted(assessment) else ""
        found.append(_(f"patterns.mark-{role}{doubted}"))
    return found


def is_doubted(assessment: Assessment) -> bool:
    """Return whether another answer contradicts the pattern of today."""
    return any("current_pattern" in clash.answers for clash in assessment.clashes)


def _doubtful(assessment: Assessment) -> set[str]:
    """Return the reasons that rest on an answer which another one contradicts."""
    return {
        r.because
        for verdict in assessment.verdicts.values()
        for r in verdict.readings
        if assessment.doubted & {r.criterion.reads, r.criterion.per}
    }


def undoubted(assessment: Assessment, reasons: Sequence[str]) -> list[str]:
    """Return each reason once, without those in doubt.

    If there are no others, those in doubt are marked.
    """
    shaky = _doubtful(assessment)
    found = [words for words in dict.fromkeys(reasons) if words not in shaky]
    return found or [said_with_doubt(assessment, words) for words in dict.fromkeys(reasons)]


def said_with_doubt(assessment: Assessment, because: str) -> str:
    """Return a reason, and that another answer contradicts the one it rests on."""
    if because not in _doubtful(assessment):
        return because
    return assessment.content.words("patterns.doubted", because=because)


def _kind(assessment: Assessment) -> str:
    """Return how firm the advice is, as in the keys of words."""
    r = assessment.recommendation
    if r.status == "first-indication":
        return "first"
    return "contested" if r.contested else "advised"


def mark_tone(option: Option) -> Tone:
    """Return the tone of an option's roles: ours, muted for only today's, or plain."""
    if {"advised", "chosen"} & set(option.roles):
        return "ours"
    return "muted" if "today" in option.roles and option.patterns else "plain"


def advised_first(assessment: Assessment) -> list[Option]:
    """Return the options: advised ones first, then by verdict."""
    order = list(VERDICT_TONES)
    own = assessment.recommendation.patterns

    def rank(option: Option) -> tuple[int, int]:
        if "advised" in option.roles:
            return 0, own.index(option.patterns[0])
        return 1, order.index(option.verdict) if option.verdict else 2

    return sorted(compared(assessment), key=rank)


def verdict_cell(assessment: Assessment, option: Option) -> Cell:
    """Return an option's verdict as a cell with word and tone."""
    tone = VERDICT_TONES[option.verdict]
    return cell(verdict_words(assessment, option), tone=tone, strong=True)


def source_words(keys: tuple[str, ...]) -> str:
    """Return source keys for a narrow column; lines break only between keys."""
    return " · ".join(key.replace(" ", "\u00a0") for key in keys)


def verdict_words(assessment: Assessment, option: Option) -> str:
    key: str = option.verdict or "none"
    if key == "not-yet" and "today" in option.roles:  # what there is cannot become ripe
        key = "not-now"
    return assessment.content.words(f"patterns.verdict-{key}")


# -- side by side -------------------------------------------------------------------------------


def four_patterns(assessment: Assessment) -> Exhibit:
    """Return patterns and combinations in one table, for a landscape page.

    The team's own are tinted and marked with words.
    """
    _, shown = assessment.content.words, compared(assessment)
    rows: list[list[Cell | str]] = [
        [_("patterns.row-verdict"), *(verdict_cell(assessment, o) for o in shown)]
    ]
    for key, field in (
        ("bet", "bet"),
        ("staffing", "staffing"),
        ("per-ten", ""),
        ("consumer", "consumer_experience"),
        ("infrastructure", "infrastructure_on_call"),
        ("quality", "quality_on_call"),
        ("failure", "failure_mode"),
        ("price", "gives_up"),
        ("fits", "fits"),
        ("topologies", "topologies"),
    ):
        texts = [
            _compares(assessment, o, field) if field else _per_ten(assessment, o) for o in shown
        ]
        rows.append([_(f"patterns.row-{key}"), *texts])
    keys = dict.fromkeys(k for p in assessment.content.patterns for k in p.sources)
    return Exhibit(
        "four-patterns",
        (
            heading(2, _("patterns.title"), _lead(assessment)),
            table(
                [column(_("patterns.row"), width=0.53), *_columns(assessment, rows)],
                rows,
                wide=True,
                caption=_(
                    "patterns.caption", marked=_marked(assessment), sources=assessment.listing(keys)
                ),
            ),
        ),
    )


def _compares(assessment: Assessment, option: Option, field: str) -> str:
    """Return the text of an option in one row of the comparison."""
    text = option.text
    if field == "gives_up":
        return " ".join(option.gives_up)
    if text is None or text.combined is None:
        return str(getattr(assessment.content.pattern(option.patterns[0]), field))
    own = {
        "infrastructure_on_call": text.on_call.service,
        "quality_on_call": text.on_call.quality,
        "failure_mode": text.main_failure,
    }
    return own[field] if field in own else str(getattr(text.combined, field))


def _lead(assessment: Assessment) -> str:
    """Return the advice in few words; the recommendation has the whole sentence."""
    _, r = assessment.content.words, assessment.recommendation
    if not is_judged(assessment):
        return _("patterns.lead-untold")
    if not r.patterns:
        return _("patterns.lead-none")
    names = advice_names(assessment.content, r.patterns, r.status == "recommendation")
    if _kind(assessment) == "first":
        return _("patterns.lead-first", names=either(assessment.content, names))
    if r.contested:
        return _("patterns.lead-open", names=either(assessment.content, names))
    return _("patterns.lead-advised", names=assessment.listing(names))


def _columns(assessment: Assessment, rows: list[list[Cell | str]]) -> list[Column]:
    """Return the options' columns, wider for longer text."""
    shown = compared(assessment)
    lengths = [
        sum(len(words) for row in rows if isinstance(words := row[i + 1], str))
        for i in range(len(shown))
    ]
    mean = sum(lengths) / len(lengths)
    return [
        column(title(assessment, o), tone=mark_tone(o), width=0.5 + 0.5 * length / mean)
        for o, length in zip(shown, lengths, strict=True)
    ]


def title(assessment: Assessment, option: Option) -> str:
    """Return an option's short name with the words of its roles."""
    found = marks(assessment, option)
    if not found:
        return option.short
    return assessment.content.words(
        "patterns.title-marked", name=option.short, marks=assessment.listing(found)
    )


def _marked(assessment: Assessment) -> str:
    _, shown = assessment.content.words, compared(assessment)
    own = [o.short for o in shown if mark_tone(o) == "ours"]
    today = [o.short for o in shown if mark_tone(o) == "muted"]
    if not own:
        return _("patterns.marked-none")
    if today:
        return _("patterns.marked-today", advised=assessment.listing(own), today=today[0])
    return _("patterns.marked-advised", advised=assessment.listing(own))


def _per_ten(assessment: Assessment, option: Option) -> str:
    """Return the platform people for ten teams, and those inside teams."""
    low, high = assessment.content.pattern(option.patterns[0]).headcount.per_ten
    inside = assessment.content.pattern(option.patterns[-1]).headcount.per_team
    if inside is None:
        return assessment.content.words("patterns.per-ten", low=low, high=high)
    return assessment.content.words(
        "patterns.per-ten-combined" if option.combines else "patterns.per-ten-and-inside",
        low=low,
        high=high,
        inside_low=inside[0],
        inside_high=inside[1],
    )


def pattern_notes(assessment: Assessment) -> Exhibit:
    """Return further notes and published cases of each pattern.

    The team's own come first.
    """
    _ = assessment.content.words
    own = options(assessment.content, assessment.recommendation.patterns)
    lead = (
        _("patterns.notes-lead-told", advised=assessment.listing(own))
        if own
        else _("patterns.notes-lead-untold")
    )
    blocks: list[Block] = [heading(2, _("patterns.notes"), lead)]
    for option in advised_first(assessment):
        if option.combines:
            continue  # its notes are those of its two patterns
        pattern = assessment.content.pattern(option.patterns[0])
        found = marks(assessment, option)
        name = pattern.name
        if found:
            name = _("patterns.note-title", name=name, marks=assessment.listing(found))
        blocks.append(heading(3, name, pattern.bet))
        cases = [c for c in assessment.content.cases if c.lesson and pattern.id in c.patterns]
        items = [*map(text, pattern.more), *([_published(assessment, cases)] if cases else [])]
        blocks += in_two_columns(items, together=len(items))
    return Exhibit("pattern-notes", tuple(blocks), in_short_pack=())


def _published(assessment: Assessment, cases: list[Case]) -> Text:
    """Return the names of a pattern's published cases."""
    _ = assessment.content.words
    names = _("patterns.separator").join(
        _("patterns.case", name=c.name, years=c.years) for c in cases
    )
    return (
        Span(_("patterns.published"), strong=True),
        Span(_("patterns.cases", names=names, title=_("sources.cases"))),
    )


# -- the recommendation -------------------------------------------------------------------------


def recommendation(assessment: Assessment) -> Exhibit:
    """Return the advice with reasons, conditions and firmness in a box.

    Paper leaves out the firmness, because the strips that follow show it, and how far to trust the
    advice, because the board edition says that.
    """
    _ = assessment.content.words
    head = heading(2, _("patterns.recommendation"))
    evidence = paragraph(
        (
            Span(_("patterns.evidence") + ": ", strong=True),
            Span(_("patterns.evidence-words")),
        ),
        tone="muted",
        small=True,
    )
    shown = (head, recommendation_card(assessment), evidence)
    printed = (head, recommendation_card(assessment, firm=False))
    return Exhibit("recommendation", shown, printed if is_judged(assessment) else ())


def recommendation_card(assessment: Assessment, firm: bool = True) -> Card:
    """Return the recommendation as a boxed card; `firm` adds how firm it is."""
    _, r = assessment.content.words, assessment.recommendation
    label = {"none": "label-none", "first-indication": "label-first", "contested": "label-open"}
    tone: Tone = "ours" if r.patterns else "muted"
    body: list[Block] = []
    if r.because:
        body += _reasons(assessment)
    if not is_judged(assessment):
        body.append(paragraph(_("patterns.nothing-told")))
    lines = _lines(assessment, firm)
    if lines:
        body.append(pairs(lines))
    return card(
        headline(assessment),
        body,
        label=_(f"patterns.{label.get(r.status, 'label')}"),
        tone=tone,
        boxed=True,
    )


def _reasons(assessment: Assessment) -> list[Block]:
    """Return the reasons of the advice, grouped by the pattern that they speak for."""
    r, shaky, _ = assessment.recommendation, _doubtful(assessment), assessment.content.words
    reasons: dict[Pattern, list[str]] = {pattern: [] for pattern in r.patterns}
    for words in (w for w in r.because if w not in shaky):
        found = (p for p in r.patterns if words in _becauses(assessment, p))
        reasons[next(found, r.patterns[0])].append(words)
    when = {**dict.fromkeys(r.now, "-now"), **dict.fromkeys(r.later, "-later")}
    blocks: list[Block] = []
    for p, given in reasons.items():
        name = assessment.content.pattern(p).short
        head = _(f"patterns.why{when.get(p, '')}", name=name) if len(reasons) > 1 else ""
        if given:
            blocks.append(paragraph((*_bold(head), Span(" ".join(given)))))
    if doubted := [w for w in r.because if w in shaky]:
        # The doubt is in the table of contradictions, with the actions that settle it.
        where, n, because = _("agreed.clashes"), len(doubted), " ".join(doubted)
        said = with_reference(_, "patterns.in-doubt", "contradictions", where, n=n, because=because)
        blocks.append(paragraph((*_bold(_("patterns.in-doubt-head")), *said)))
    return blocks


def _bold(head: str) -> tuple[Span, ...]:
    return (Span(f"{head} ", strong=True),) if head else ()


def _becauses(assessment: Assessment, pattern: Pattern) -> set[str]:
    return {reading.because for reading in assessment.verdicts[pattern].readings}


def _lines(assessment: Assessment, firm: bool) -> list[tuple[str, TextLike]]:
    """Return the card's terms and what stands for them."""
    _, r = assessment.content.words, assessment.recommendation
    lines: list[tuple[str, TextLike]] = []
    if conditions := _conditions(assessment):
        text = " ".join(conditions) if firm else _numbered(assessment, conditions)
        lines.append((_("patterns.conditions"), text))
    if r.status == "first-indication":
        asks = [assessment.content.question(name).ask for name in r.missing]
        lines.append((_("patterns.ask-first"), " ".join(asks)))
    if r.contested:
        lines.append((_("patterns.decides"), " ".join(deciding(assessment))))
    if r.nearest:
        changes = [
            _(
                "patterns.for-changes",
                name=assessment.content.pattern(p).short,
                changes=" ".join(assessment.verdicts[p].changes),
            )
            for p in r.nearest
        ]
        lines.append((_("patterns.changes"), " ".join(changes)))
    if is_judged(assessment) and firm:
        lines.append((_("patterns.how-firm"), " ".join(firmness(assessment))))
    elif not is_judged(assessment):
        asks = [u.question.ask for u in assessment.unknowns[:3]]
        lines.append((_("patterns.ask-first"), " ".join(asks)))
    chosen = assessment.answers.chosen_pattern
    begun = first_half(assessment) or next(iter(to_begin(assessment)), None)
    # On paper the title of the first steps says that it was chosen, if we advise it now.
    if chosen and (firm or begun is None or begun.patterns != (chosen,)):
        lines.append((_("patterns.you-chose"), _choice(assessment, chosen)))
    return lines


def _numbered(assessment: Assessment, conditions: list[str]) -> TextLike:
    """Return conditions as the plan has them, if it has all, with their reasons."""
    _, found = assessment.content.words, [a for a in actions(assessment) if a.kind == "condition"]
    if len(found) < len(conditions):
        return " ".join(conditions)
    reasons = {c.words: c.reason for c in reversed(_needed(assessment)) if c.reason}
    shown = " ".join(reasons[words] for words in conditions if words in reasons)
    listed = in_plan(assessment, found)
    return (*listed, Span(f" {_('patterns.conditions-why', reasons=shown)}")) if shown else listed


def _conditions(assessment: Assessment) -> list[str]:
    """Return what must be put right for the advised patterns to fit."""
    return list(dict.fromkeys(c.words for c in _needed(assessment)))


def _needed(assessment: Assessment) -> list[Condition]:
    """Return the conditions of the advised patterns; two may name the same work."""
    patterns = assessment.recommendation.patterns
    return [c for p in patterns for c in assessment.verdicts[p].conditions]


def _choice(assessment: Assessment, chosen: Pattern) -> str:
    r = assessment.recommendation
    if not r.patterns:
        form = "open"
    elif chosen not in r.patterns:
        form = "other"
    else:
        first = first_half(assessment)
        now = first is not None and first.patterns == (chosen,)
        form = "within" if r.contested else "part" if len(r.patterns) > 1 else "same"
        form = "now" if now else "later" if chosen in r.later else form
    return assessment.content.words(
        f"patterns.chosen-{form}", name=assessment.content.pattern(chosen).short
    )


SAYS_TONES: dict[Says, Tone] = {
    "supports": "strength",
    "neutral": "plain",
    "against": "warning",
    "unknown": "muted",
}


def verdicts(assessment: Assessment) -> Exhibit:
    """Return the verdict of each pattern with every criterion behind it.

    The team's own come first. Slides show only the verdicts.
    """
    _ = assessment.content.words
    if not is_judged(assessment):
        return Exhibit(
            "verdicts",
            (
                heading(2, _("judgements.title"), _("judgements.lead-untold")),
                *(_asked(assessment, p) for p in assessment.content.patterns),
            ),
            (),
        )
    lead = _("judgements.lead-told", headline=headline(assessment))
    brief: list[Block] = [heading(2, _("judgements.title"), lead), _brief(assessment)]
    blocks = list(brief)
    for option in advised_first(assessment):
        if option.combines:
            brief.append(_judged_together(assessment, option))
            blocks.append(brief[-1])
            continue
        verdict = assessment.verdicts[option.patterns[0]]
        brief.append(_judged(assessment, option, verdict))
        blocks += [brief[-1], *_readings(assessment, verdict)]
    return Exhibit("verdicts", tuple(blocks), on_slides=tuple(brief))


def _brief(assessment: Assessment) -> Table:
    """Return the four verdicts with the number of criteria for and against each."""
    _ = assessment.content.words
    rows = []
    for option in advised_first(assessment):
        readings = [r.says for p in option.patterns for r in assessment.verdicts[p].readings]
        name = title(assessment, option)
        tone = mark_tone(option)
        rows.append(
            [
                cell(name, strong=True, tone=tone, fill=tone != "plain"),
                verdict_cell(assessment, option),
                *(cell(str(readings.count(s))) for s in ("supports", "against", "unknown")),
            ]
        )
    fit = sum(v.verdict in ("fits", "fits-on-conditions") for v in assessment.verdicts.values())
    return table(
        [
            column(_("judgements.pattern"), width=2.4),
            column(_("judgements.verdict"), width=1.8),
            *(
                column(_(f"judgements.{key}"), width=0.8, align="right")
                for key in ("for", "against", "open")
            ),
        ],
        rows,
        caption=_("judgements.brief-caption", fit=fit),
    )


def _judged_together(assessment: Assessment, option: Option) -> Card:
    """Return a combination's verdict, the weaker of its two, and its conditions."""
    text = assessment.content.words
    tone = VERDICT_TONES[option.verdict]
    two = [
        text("judgements.of-two", name=o.short, verdict=verdict_words(assessment, o))
        for o in (option_of(assessment, p) for p in option.patterns)
    ]
    body: list[Block] = [paragraph(text("judgements.together", verdicts=assessment.listing(two)))]
    if option.excluded:
        body.append(_line(text("judgements.excluded"), list(option.because)))
    elif option.needs:
        key = "to-change" if option.verdict == "not-yet" else "to-do"
        body.append(_line(text(f"judgements.{key}"), list(option.needs)))
    return card(option.name, body, label=verdict_words(assessment, option), tone=tone)


def _judged(assessment: Assessment, option: Option, verdict: PatternVerdict) -> Card:
    """Return a pattern's verdict in words, with what to do or to change."""
    text = assessment.content.words
    tone = VERDICT_TONES[verdict.verdict]
    body: list[Block] = []
    if verdict.constraint is not None:
        body.append(_line(text("judgements.excluded"), [verdict.constraint.because]))
        body.append(paragraph(text("judgements.alone"), tone="muted", small=True))
    elif verdict.verdict is None:
        body.append(
            paragraph(text("judgements.not-judged", names=_unanswered(assessment, verdict)))
        )
    elif verdict.verdict != "not-yet" and not verdict.conditions:
        body.append(
            paragraph(text("judgements.fits-open" if verdict.unknown else "judgements.fits"))
        )
    for key, words in (
        ("to-change", list(verdict.changes)),
        ("to-do", [c.words for c in verdict.conditions]),
    ):
        if words:
            body.append(_line(text(f"judgements.{key}"), words))
    return card(
        assessment.content.pattern(verdict.pattern).name,
        body,
        label=verdict_words(assessment, option),
        tone=tone,
        sources=verdict.constraint.sources if verdict.constraint else (),
    )


def _line(lead: str, sentences: list[str]) -> Block:
    unique = dict.fromkeys(sentences)
    return paragraph((Span(lead, strong=True), Span(" ".join(unique))))


def _readings(assessment: Assessment, verdict: PatternVerdict) -> list[Block]:
    """Return the table of a pattern's criteria; unanswered ones share a row."""
    _ = assessment.content.words
    given = [r for r in verdict.readings if r.says != "unknown" and not _repeats(r)]
    given.sort(key=lambda r: ("needed", "leaning", "condition", "growth").index(r.criterion.role))
    rows: list[list[Cell]] = [_reading(assessment, r) for r in given]
    missing = {r.asks for r in verdict.readings if r.says == "unknown"}
    if missing and (rows or verdict.verdict is not None):
        rows.append(
            [
                cell(_("judgements.untold", n=len(missing)), tone="muted"),
                says_cell(assessment, "unknown"),
                cell(_unanswered(assessment, verdict), tone="muted"),
                cell(""),
            ]
        )
    return [_criteria(assessment, rows)] if rows else []


def _unanswered(assessment: Assessment, verdict: PatternVerdict) -> str:
    """Return the names of the missing answers that a pattern would read."""
    names = dict.fromkeys(r.asks for r in verdict.readings if r.says == "unknown")
    return assessment.listing(assessment.content.question(n).name for n in names)


def _repeats(reading: Reading) -> bool:
    """Return whether a criterion is a condition that does not apply."""
    return reading.criterion.role in ("condition", "growth") and reading.says == "neutral"


def _criteria(assessment: Assessment, rows: list[list[Cell]], asked: bool = False) -> Table:
    _ = assessment.content.words
    heads = ("asked", "role", "why") if asked else ("criterion", "says", "because")
    return table(
        [
            *(
                column(_(f"judgements.{head}"), width=width)
                for head, width in zip(heads, (2.25, 1.02, 3.0), strict=True)
            ),
            column(_("judgements.source"), width=1.25),
        ],
        rows,
    )


def _reading(assessment: Assessment, reading: Reading) -> list[Cell]:
    _ = assessment.content.words
    name = assessment.content.question(reading.criterion.reads).name
    answer = value_words(assessment.content, reading.criterion.reads, reading.value)
    return [
        cell(_("judgements.answer", name=capital(name), answer=answer)),
        says_cell(assessment, reading.says),
        cell(reading.because or reading.criterion.reason),
        cell(source_words(reading.criterion.sources), tone="muted"),
    ]


def says_cell(assessment: Assessment, says: Says) -> Cell:
    """Return the reading of a criterion as a cell with word and tone."""
    return cell(assessment.content.words(f"judgements.says-{says}"), tone=SAYS_TONES[says])


def _asked(assessment: Assessment, pattern: PatternText) -> Card:
    """Return the questions of a pattern without any answer."""
    _ = assessment.content.words
    rows = []
    for c in assessment.content.criteria:
        if c.pattern == pattern.id and c.role not in ("condition", "growth"):
            role = _(f"judgements.role-{c.role}")
            name = capital(assessment.content.question(c.reads).name)
            sources = cell(source_words(c.sources), tone="muted")
            rows.append([cell(name), cell(role), cell(c.reason), sources])
    label = verdict_words(assessment, option_of(assessment, pattern.id))
    return card(
        pattern.name,
        [paragraph(pattern.fits), _criteria(assessment, rows, asked=True)],
        label=label,
        tone="muted",
    )


def contest(assessment: Assessment) -> Exhibit:
    """Return each contest between two patterns that fit, with the answers."""
    _, settled = assessment.content.words, assessment.recommendation.settled
    if not settled:
        lead = _("contests.lead-none")
        return Exhibit(
            "contest", (heading(2, _("contests.title"), lead), _possible(assessment)), ()
        )
    open_ones = [s for s in settled if s.winner is None]
    key = "lead-open" if open_ones else "lead-decided"
    names = assessment.listing(_pair(assessment, s.contest) for s in open_ones or settled)
    return Exhibit(
        "contest",
        (
            heading(2, _("contests.title"), _(f"contests.{key}", names=names)),
            *(_settled(assessment, s) for s in settled),
        ),
    )


def _pair(assessment: Assessment, contest: Contest) -> str:
    first, second = (assessment.content.pattern(p).short for p in contest.patterns)
    return assessment.content.words("contests.pair", first=first, second=second)


def _possible(assessment: Assessment) -> Table:
    """Return the contests that are possible, with the answers that decide."""
    _ = assessment.content.words
    return table(
        [
            column(_("contests.pair-title"), width=1.5),
            column(_("contests.why"), width=2.6),
            column(_("contests.deciding"), width=2.2),
            column(_("contests.source"), width=1.2),
        ],
        [
            [
                cell(_pair(assessment, c)),
                cell(c.words),
                cell(assessment.listing(assessment.content.question(n).name for n in c.decided_by)),
                cell(source_words(c.sources), tone="muted"),
            ]
            for c in assessment.content.contests
        ],
    )


def _settled(assessment: Assessment, settled: Settled) -> Card:
    _ = assessment.content.words
    first, second = (assessment.content.pattern(p).short for p in settled.contest.patterns)
    tone: Tone = "warning" if settled.winner is None else "ours"
    label = _("contests.undecided" if settled.winner is None else "contests.decided")
    if settled.winner is None:
        name = _("contests.still-open", first=first, second=second)
    else:
        winner = assessment.content.pattern(settled.winner).short
        name = _("contests.winner", first=first, second=second, winner=winner)
    rows = [_side(assessment, settled, side) for side in settled.sides]
    body: list[Block] = [
        paragraph(settled.contest.words),
        table(
            [
                column(_("contests.deciding"), width=1.5),
                column(_("contests.told"), width=1.4),
                column(_("contests.side"), width=1.3),
                column(_("contests.sides"), width=3.2),
            ],
            rows,
        ),
    ]
    if then := _what_now(assessment, settled):
        body.append(paragraph(then))
    return card(
        name,
        body,
        label=label,
        tone=tone,
        sources=graded(assessment.content, settled.contest.sources),
    )


def _side(assessment: Assessment, settled: Settled, side: Side) -> list[Cell]:
    _ = assessment.content.words
    name = capital(assessment.content.question(side.reads).name)
    if not side.known:
        return [
            cell(name),
            cell(answer_words(assessment, side.reads), tone="muted"),
            says_cell(assessment, "unknown"),
            cell(""),
        ]
    if side.favours is None:
        favours = cell(_("contests.no-side"))
    else:
        favours = cell(assessment.content.pattern(side.favours).short, strong=True)
    return [
        cell(name),
        cell(answer_words(assessment, side.reads)),
        favours,
        cell(
            " ".join(
                _criteria_on(assessment, p, side.reads) for p in settled.contest.patterns
            ).strip()
        ),
    ]


def _criteria_on(assessment: Assessment, pattern: Pattern, name: str) -> str:
    """Return what one pattern's criteria say of an answer."""
    found = [
        r.because
        for r in assessment.verdicts[pattern].readings
        if r.criterion.reads == name and r.because and r.criterion.role in ("needed", "leaning")
    ]
    if not found:
        return ""
    short = assessment.content.pattern(pattern).short
    return assessment.content.words("contests.side-of", name=short, because=" ".join(found))


def _what_now(assessment: Assessment, settled: Settled) -> str:
    _ = assessment.content.words
    if settled.winner is not None:
        return "" if any(x.favours for x in settled.sides) else _("contests.never-silent")
    unknown = [assessment.content.question(x.reads).ask for x in settled.sides if not x.known]
    if unknown:
        return _("contests.find-out-to-decide", questions=" ".join(unknown))
    pulls = {x.favours for x in settled.sides} - {None}
    return _("contests.they-pull" if pulls else "contests.neither-pulls")


_WIDTH, _HEIGHT = 3.2, 1.62
_PLATFORM = (0.03, 0.98)
_PRODUCT = (2.2, 3.15)
"""Left and right edges of the boxes, in inches."""
_LINE = 0.14
_ABOVE = 0.135
"""How far words stand above the middle of a line, which may be double."""
_MOST = 6
"""The most boxes for product teams; the number above them is exact."""
_MODES = ("collaboration", "x-as-a-service", "facilitating")


def interaction_diagrams(assessment: Assessment) -> Exhibit:
    """Return a small diagram of each pattern, with a legend of the lines."""
    _, content = assessment.content.words, assessment.content
    own = options(content, assessment.recommendation.patterns)
    lead = (
        _("interactions.lead-told", advised=assessment.listing(own))
        if own
        else _("interactions.lead-untold")
    )
    cells = [_diagram(assessment, o) for o in compared(assessment)]
    blocks: list[Block] = [heading(2, _("interactions.title"), lead), _key(content)]
    source = paragraph(_("interactions.source"), tone="muted", small=True)
    ask: tuple[Block, ...] = (
        heading(3, _("interactions.ask")),
        bullets(_(f"interactions.ask-{n}") for n in (1, 2, 3)),
    )
    if len(cells) % 2:  # the questions stand beside the last diagram
        cells.append((*ask, source))
        ask = ()
    blocks += [SideBySide(tuple(cells[i : i + 2])) for i in range(0, len(cells), 2)]
    blocks += (source, *ask) if ask else ()
    return Exhibit("interaction-diagrams", tuple(blocks), None if is_judged(assessment) else ())


def _diagram(assessment: Assessment, option: Option) -> tuple[Block, ...]:
    picture = Picture(_draw(assessment, option), _alt(assessment, option))
    return (Heading(3, text(title(assessment, option))), picture)


def _shown(assessment: Assessment, option: Option) -> Diagram:
    combined = option.text.combined if option.text else None
    return combined.diagram if combined else assessment.content.pattern(option.patterns[0]).diagram


def _names(assessment: Assessment, shown: Diagram) -> dict[str, str]:
    _, teams, product = assessment.content.words, assessment.answers.model_teams, shown.product
    if teams and teams > 1:
        product = _("interactions.teams", n=teams, name=within(assessment.content, product))
    return {"platform": shown.platform, "product": product, "embedded": shown.embedded}


def _alt(assessment: Assessment, option: Option) -> str:
    _, shown = assessment.content.words, _shown(assessment, option)
    names = _names(assessment, shown)
    teams = [names["platform"], names["product"]]
    if names["embedded"]:
        inside = _("interactions.inside", people=names["embedded"], teams=names["product"])
        teams.append(inside)
    links = " ".join(
        _(
            "interactions.link",
            start=names[link.start],
            end=names[link.end],
            mode=_(f"interactions.mode-{link.mode}"),
            words=link.words,
        )
        for link in shown.links
    )
    return _(
        "interactions.alt",
        pattern=title(assessment, option),
        teams=assessment.listing(teams),
        links=links,
    )


# -- drawing ------------------------------------------------------------------------------------


def _draw(assessment: Assessment, option: Option) -> str:
    shown, own = _shown(assessment, option), mark_tone(option) == "ours"
    names = _names(assessment, shown)
    sheet = d.Sheet(_WIDTH, _HEIGHT)
    boxes = _boxes(sheet, names, assessment.answers.model_teams, own, some=option.combines)
    width = _PRODUCT[0] - _PLATFORM[1] - 0.14
    links = [(link, d.wrap(link.words, width, d.SMALL, lines=3)) for link in shown.links]
    row = (_HEIGHT - 0.3) / sum(len(lines) + 1 for _, lines in links)
    y = _HEIGHT - 0.15
    for link, lines in links:  # each has the room that its words need
        share, high = row * (len(lines) + 1), _ABOVE + _LINE * (len(lines) - 0.5)
        _link(sheet, link, lines, y - (share + high) / 2 + 0.03, boxes)
        y -= share
    return sheet.svg()


def _boxes(
    sheet: d.Sheet, names: dict[str, str], teams: int | None, own: bool, some: bool
) -> dict[str, float]:
    """Draw the teams; return where a line to each of them ends.

    `some`: people sit inside the upper half of the product teams only.
    """
    edge, tint, width = (d.BLUE, d.BLUE_TINT, 1.5) if own else (d.GREY, d.TINT, 0.9)
    left, right = _PLATFORM
    _box(sheet, left, 0.15, right - left, _HEIGHT - 0.3, edge, tint, width)
    _words(sheet, names["platform"], (left + right) / 2, _HEIGHT / 2, right - left - 0.1)
    left, right = _PRODUCT
    inside = bool(names["embedded"])
    lines = d.wrap(names["embedded"], right - left - 0.16, d.SMALL) if inside else []
    foot = 0.2 + (_LINE * len(lines) + 0.06 if inside else 0)
    label = d.wrap(names["product"], right - left, d.SMALL, "semibold", 2)
    head = _HEIGHT - 0.15 - _LINE * len(label) - 0.08
    y = _HEIGHT - 0.15 - _LINE / 2
    for words in label:
        sheet.write((left + right) / 2, y, words, size=d.SMALL, weight="semibold", side="center")
        y -= _LINE
    count = min(teams, _MOST) if teams and teams > 1 else 3
    gap = 0.16 / count
    high = (head - foot - (count - 1) * gap) / count
    margin = high * 0.22
    _box(
        sheet, left - 0.06, foot - 0.05, right - left + 0.1, head - foot + 0.1, d.LINE, "none", 0.8
    )
    for i in range(count):
        y = foot + i * (high + gap)
        _box(sheet, left, y, right - left, high, edge, tint, width)
        if inside and not (some and i < count // 2):
            _box(sheet, left + 0.06, y + margin, 0.26, high - 2 * margin, d.INK, d.INK, 0.5)
    y = foot - 0.1 - _LINE / 2
    if lines:
        _box(sheet, left, y - 0.045, 0.09, 0.09, d.INK, d.INK, 0.5)
    for words in lines:
        sheet.write(left + 0.14, y, words, size=d.SMALL)
        y -= _LINE
    return {"platform": _PLATFORM[1], "product": left - 0.06, "embedded": left - 0.06}


def _box(
    sheet: d.Sheet, x: float, y: float, wide: float, high: float, edge: str, fill: str, width: float
) -> None:
    sheet.rectangle(x, y, wide, high, fill=fill, edge=edge, line=width)


def _words(sheet: d.Sheet, words: str, x: float, y: float, width: float) -> None:
    lines = d.wrap(words, width, d.SMALL, "semibold", 5)
    y += _LINE * (len(lines) - 1) / 2
    for line in lines:
        sheet.write(x, y, line, size=d.SMALL, weight="semibold", side="center")
        y -= _LINE


def _link(sheet: d.Sheet, link: Link, lines: list[str], y: float, ends: dict[str, float]) -> None:
    _stroke(sheet, link.mode, ends[link.start], ends[link.end], y)
    middle = (_PLATFORM[1] + _PRODUCT[0] - 0.06) / 2
    top = y + _ABOVE + _LINE * (len(lines) - 1)
    for line in lines:
        sheet.write(middle, top, line, size=d.SMALL, side="center")
        top -= _LINE


def _stroke(sheet: d.Sheet, mode: str, start: float, end: float, y: float) -> None:
    """Draw a line of one mode: double and thick, thin with an arrow, or dotted."""
    way = 1 if end > start else -1
    if mode == "collaboration":
        for dy in (-0.025, 0.025):
            sheet.line([(start + 0.03 * way, y + dy), (end - 0.03 * way, y + dy)], width=2)
        return
    tip = (end - 0.02 * way, y)
    width, dash = (1.8, d.DOTTED) if mode == "facilitating" else (1.1, d.SOLID)
    sheet.arrow((start + 0.03 * way, y), tip, width=width, dash=dash, head=(6.5, 3.2))


def _key(content: Content) -> Picture:
    _ = content.words
    modes = {m: _(f"interactions.mode-{m}") for m in _MODES}
    rows = [
        _("interactions.key", mode=modes[m], means=_(f"interactions.means-{m}")) for m in _MODES
    ]

    def draw(width: float) -> str:
        told = [d.wrap(words, width - 0.75, d.NORMAL) for words in rows]
        y = 0.02 + 0.2 * sum(map(len, told))
        sheet = d.Sheet(width, y)
        y -= 0.1
        for mode, lines in zip(_MODES, told, strict=True):
            _stroke(sheet, mode, 0.02, 0.6, y)
            for words in lines:
                sheet.write(0.72, y, words, size=d.NORMAL)
                y -= 0.2
        return sheet.svg()

    alt = _(
        "interactions.key-alt",
        collaboration=rows[0],
        service=rows[1],
        facilitating=rows[2],
    )
    return d.picture_of(draw, alt)
