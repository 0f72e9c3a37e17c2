"""Show page three of the board edition: the options."""

from __future__ import annotations

from workshop.answers.schema import as_compared
from workshop.documents.blocks import (
    Block,
    heading,
    paragraph,
)
from workshop.documents.exhibit import Exhibit
from workshop.exhibits.board.shared import (
    kept_days,
    one_option,
    page_start,
    queue_named,
    rival_today,
    titled,
    todays_option,
)
from workshop.exhibits.layout import team_of_kind
from workshop.exhibits.options import (
    called_otherwise,
    options_table,
    ruled_out_words,
    short_table,
    turned_to,
    who_loses,
    whole_today,
)
from workshop.findings import Assessment
from workshop.findings.handoffs import rounded
from workshop.findings.patterns.advice import (
    either,
)
from workshop.findings.patterns.money import amount
from workshop.findings.patterns.options import (
    Option,
    advised,
    decides_pattern,
)
from workshop.findings.plan import (
    Kind,
    actions,
    first_half,
)

_FEW_OPTIONS = 2
"""The most options beside whose table there is room for who loses what."""
_LONGEST = 200
"""The most characters of what was turned down; page five has it in full."""
_MOST_OPTIONS = 4
"""The most options with which what is ruled out may be compared, too."""


def board_options(assessment: Assessment) -> Exhibit:
    """Return every option that is not ruled out, with reasons against it."""
    _ = assessment.content.words
    roles, first = ("today", "advised", "chosen"), first_half(assessment)

    def place(option: Option) -> float:
        if option is first and "today" not in option.roles:
            return 0.5  # what to begin with comes right after today
        return next((i for i, role in enumerate(roles) if role in option.roles), len(roles))

    added = _only_added(assessment)
    open_ones = sorted((o for o in assessment.options if not o.excluded), key=place)
    open_ones = [o for o in open_ones if o is not added]
    turned = turned_to(assessment)
    if len(open_ones) + len(turned) <= _MOST_OPTIONS:
        open_ones += turned
    head = heading(1, _("board.options"), _options_lead(assessment), anchor="options")
    compared = options_table(assessment, open_ones)
    words: list[Block] = [paragraph(w) for w in ruled_out_words(assessment)]
    if added is not None:
        words.append(paragraph(_("board.options-only-added", name=added.short)))
    words += [paragraph(w) for w in (whole_today(assessment), *_turned_down(assessment)) if w]
    words += [paragraph(titled(_("options.to-decide"), w)) for w in _to_decide(assessment)]
    # What follows a landscape table would begin a page of its own.
    blocks: tuple[Block, ...] = (head, compared, *words)
    if compared.wide:
        blocks = (head, *words, compared)
    lost = who_loses(assessment) if len(open_ones) <= _FEW_OPTIONS else []
    printed = (*page_start(assessment), *blocks, *lost)
    slides: tuple[Block, ...] = (head, short_table(assessment, open_ones), *words)
    short = printed if one_option(assessment) is not None else ()
    return Exhibit("board-options", blocks, printed, short, slides)


def _turned_down(assessment: Assessment) -> list[str]:
    """Return what decisions on the pattern turned down, in the words that were typed."""
    if any("rejected" in o.roles and "today" not in o.roles for o in assessment.options):
        return []  # that option has a column, and page five the words
    _, found = assessment.content.words, list[str]()
    for d in assessment.answers.decisions or ():
        if not (d.rejected and decides_pattern(assessment, d) and len(d.rejected) <= _LONGEST):
            continue
        best = _at_best(assessment, d.rejected)
        key = "options.weighed-best" if best else "options.weighed"
        said = [_(key, words=d.rejected.strip().removesuffix("."), best=best)]
        if name := _does_not_fit(assessment, d.rejected):
            said.append(_("options.weighed-against", name=name))
        found.append(" ".join(said))
    return found


def _at_best(assessment: Assessment, rejected: str) -> str:
    """Return the days if today's pattern stays and nothing waits for its team.

    What was turned down is free text, in which we do not read numbers. More people can at best end
    that wait, so this is the least that any number of them leads to.
    """
    _, stream = assessment.content.words, assessment.stream
    if stream is None or stream.p50_unqueued is None or stream.lower_bound:
        return ""
    if queue_named(assessment, rejected) is None:
        return ""
    content = assessment.content
    days = {
        "wait": rounded(content, stream.platform_wait or 0.0),
        "half": rounded(content, stream.p50_unqueued),
    }
    kept = kept_days(assessment)
    key = "options.best-beside" if kept else "options.best"
    said = [_(key, **{**kept, **days, "team": team_of_kind(assessment, "platform")})]
    said.append(_like_for_like(assessment))
    if assessment.answers.person_cost is not None:
        said.append(_("options.best-cost", each=amount(assessment, (1, 1))))
    return " ".join(filter(None, said))


def _like_for_like(assessment: Assessment) -> str:
    """Return the days of today's pattern without its queue, and of the advised one."""
    rival = rival_today(assessment)
    if rival is None:
        return ""
    key = "options.best-whole-close" if rival.close else "options.best-whole"
    content, days = assessment.content, {"whole": rival.half, "then": rival.advised_half}
    words = {name: rounded(content, d) for name, d in days.items()}
    return content.words(key, advised=rival.advised.short, **words)


_MISFIT = ("excluded", "not-yet")


def _does_not_fit(assessment: Assessment, rejected: str) -> str:
    """Return the way of working in some words that a column speaks against."""
    shown = (o for o in assessment.options if len(o.patterns) == 1 and "advised" not in o.roles)
    misfit = (o for o in shown if assessment.verdicts[o.patterns[0]].verdict in _MISFIT)
    named = (o.short for o in misfit if as_compared(o.short) in as_compared(rejected))
    return next(named, "")


def _to_decide(assessment: Assessment) -> list[str]:
    """Return what decisions leave to decide, with the action in the plan."""
    _, kept = assessment.content.words, kept_days(assessment)
    plan = {a.kind: a for a in actions(assessment)}
    found: dict[Kind, str] = {
        "calling": called_otherwise(assessment),
        "shipping": _ships_asked(assessment, kept) if kept else "",
    }
    words = []
    for kind, asked in found.items():
        if asked and (a := plan.get(kind)) is not None:
            asked = f"{asked} {_('options.decide-action', action=a.number)}"
        words.append(asked)
    return list(filter(None, words))


def _ships_asked(assessment: Assessment, kept: dict[str, str]) -> str:
    """Return who is to ship the model, and to build it if another team does today."""
    builder, words = assessment.answers.builder, assessment.content.words
    if builder is None or assessment.teams.kind(builder) == "product":
        return words("options.ships-decide", **kept)
    return words("options.ships-decide-builder", **kept)


def _only_added(assessment: Assessment) -> Option | None:
    """Return the half of a combination that is no option of its own, if any."""
    r = assessment.recommendation
    if r.combination is None or first_half(assessment) is None:
        return None
    beside = (r.combination.beside,)
    found = next((o for o in assessment.options if o.patterns == beside), None)
    named = found is None or {"today", "chosen", "advised", "rejected"} & set(found.roles)
    return None if named else found


def _options_lead(assessment: Assessment) -> str:
    _, own = assessment.content.words, advised(assessment.options)
    names = [o.short for o in own]
    if not own:
        return _("options.lead-none")
    if assessment.recommendation.status == "first-indication":
        return _("options.lead-first", names=either(assessment.content, names))
    if len(own) > 1:
        return _("options.lead-open", names=either(assessment.content, names))
    if "today" in own[0].roles:
        return _("options.lead-stay", name=names[0])
    today, first = todays_option(assessment), first_half(assessment)
    name = names[0]
    if first is not None:
        second = assessment.content.pattern(own[0].patterns[1]).short
        name = _("options.lead-later", first=first.short, second=second)
    if today is None or not today.patterns:
        return _("options.lead-advised", name=name)
    return _("options.lead-advised-today", name=name, today=today.short)
