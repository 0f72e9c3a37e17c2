"""Compare the options: one table, first steps, people, and the platform's queue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from workshop.content.items import Fact, Losing, MoveStep
from workshop.documents.blocks import (
    Block,
    Cell,
    Heading,
    SideBySide,
    Span,
    Table,
    TextLike,
    Tone,
    bullets,
    cell,
    column,
    heading,
    pairs,
    paragraph,
    plain,
    table,
)
from workshop.documents.drawing import (
    AMBER,
    BLUE,
    BLUE_TINT,
    DASHED,
    GREY,
    INK,
    LINE,
    PAGE,
    PAGE_WIDTH,
    SMALL,
    SOLID,
    TINT,
    Dash,
    Sheet,
    Side,
    nice_ticks,
    picture_of,
    shorten_to,
    text_width,
    wrap,
)
from workshop.documents.exhibit import Exhibit
from workshop.exhibits.handoffs import excluded_words, keeps_handoffs, ships_for_others
from workshop.exhibits.layout import (
    capital,
    graded,
    in_plan,
    in_two_columns,
    team_of_kind,
    with_reference,
    within,
)
from workshop.exhibits.patterns import (
    VERDICT_TONES,
    compared,
    mark_tone,
    marks,
    said_with_doubt,
    title,
    undoubted,
    verdict_cell,
    verdict_words,
)
from workshop.findings import Assessment
from workshop.findings.handoffs import QUEUES, days_words, rounded
from workshop.findings.patterns.advice import either, turned_by
from workshop.findings.patterns.capacity import (
    DAYS_A_WEEK,
    LIMIT_DAYS,
    Place,
    QueueCurve,
    QueuePoint,
    Range,
    compare,
    mean_wait,
)
from workshop.findings.patterns.inputs import HOLDS_TO
from workshop.findings.patterns.money import amounts
from workshop.findings.patterns.options import LeadTime, Move, Option, advised
from workshop.findings.patterns.verdicts import FITTING, Reason
from workshop.findings.plan import (
    Action,
    actions,
    awaited,
    calls_otherwise,
    counting_people,
    first_half,
    to_begin,
)

_AGAINST, _WIDE = 2, 5
"""The most reasons against an option; from how many options on a page lies."""
_NARROWEST = 0.8
"""The narrowest column of an option, in widths of the widest."""


def move(assessment: Assessment) -> Exhibit:
    """Return how the advised option begins, its cost, and who loses what."""
    moving = _moving(assessment)
    moves = [b for o in moving for b in _move(assessment, o, moving[0])]
    _ = assessment.content.words
    keys = dict.fromkeys(
        k.partition(" ")[0] for o in assessment.options if o.text for k in o.text.sources
    )
    if moves:
        moves.append(
            paragraph(
                _("options.sources", sources=assessment.listing(keys)), tone="muted", small=True
            )
        )
    if not moves:
        return Exhibit("move", (heading(2, _("options.begins"), _("options.begins-none")),), (), ())
    head, plan = heading(2, _("options.begins")), actions(assessment)
    printed = [b for o in moving for b in _move_in_pack(assessment, o, moving[0], plan)]
    return Exhibit("move", (head, *moves), (head, *printed), ())


def ruled_out_words(assessment: Assessment) -> list[str]:
    """Return one line for each reason that rules options out."""
    reasons: dict[str, list[str]] = {}
    turned = turned_to(assessment)  # what a rule may allow has a column of its own
    for o in apart(o for o in assessment.options if o.excluded):
        if o in turned:
            continue
        meant = meaning_of(assessment, o.patterns)
        named = o.short
        if meant:
            meant["meaning"] = meant["meaning"].removesuffix(".")
            named = assessment.content.words("options.ruled-out-name", **meant)
        reasons.setdefault(" ".join(o.because), []).append(named)
    words = assessment.content.words
    found = [
        words("options.ruled-out", names=assessment.listing(names), because=because)
        for because, names in reasons.items()
    ]
    if found and len(turned) == 1 and turned[0].short:
        out = (o for o in assessment.options if o.excluded and o not in turned)
        names = [o.short for o in out if not set(o.patterns) & set(turned[0].patterns)]
        key = "turned" if names else "turned-only"
        told = {"name": turned[0].short, "names": assessment.listing(names)}
        found[-1] += " " + words(f"options.ruled-out-{key}", **told)
    return found


def apart(options: Iterable[Option]) -> list[Option]:
    """Return options without the combinations whose parts are all among them."""
    found = list(options)
    alone = {o.patterns[0] for o in found if len(o.patterns) == 1}
    return [o for o in found if not o.combines or not set(o.patterns) <= alone]


# -- the table ----------------------------------------------------------------------------------


def options_table(assessment: Assessment, shown: list[Option]) -> Table:
    """Return the options as columns of one table, the reason right after the verdict.

    Who is called if the service is down is on page two, and the reference has what is given up.
    """
    _, counted = assessment.content.words, _still_counted(assessment)
    rows: dict[str, list[Cell]] = {
        _("options.meaning"): [cell(capital(_what_it_is(assessment, o))) for o in shown],
        _("options.verdict"): [_verdict(assessment, o) if o.patterns else cell("") for o in shown],
        _("options.why-not"): [_why_not(assessment, o) for o in shown],
        _people_head(assessment): [people_cell(assessment, o) for o in shown],
        _("options.money"): [
            cell(_("options.money-uncounted", amount=words) if o is counted else words)
            for o, words in zip(shown, amounts(assessment, shown), strict=False)
        ],
        _("options.half-head"): [cell(_half(assessment, o)) for o in shown],
        _("options.handoffs-where"): [cell(_handoffs(assessment, o, stages=True)) for o in shown],
        _("oncall.line-paged-quality"): [cell(_called(assessment, o)) for o in shown],
        _("options.failure"): [_sentences(assessment, _failures(assessment, o)) for o in shown],
        _("options.undo"): [_sentences(assessment, [_undo(assessment, o)]) for o in shown],
    }
    nothing = ("", _("options.none"), _("options.unknown"))
    said = {
        name: cells
        for name, cells in rows.items()
        if any(plain(c.text) not in nothing for c in cells)
    }
    columns = zip(shown, _widths([*said.values()]), strict=True)
    return table(
        [
            column(_("options.option"), width=0.82),
            *(column(_head(assessment, o), tone=_tone(assessment, o), width=w) for o, w in columns),
        ],
        [[cell(name), *cells] for name, cells in said.items()],
        caption=_caption(assessment, shown),
        wide=len(shown) >= _WIDE,
    )


def _tone(assessment: Assessment, option: Option) -> Tone:
    """Return the tone of an option's column: plain for what to decide later."""
    first = first_half(assessment)
    later = first is not None and option.combines and "chosen" not in option.roles
    return "ours" if option is first else "plain" if later else mark_tone(option)


def _verdict(assessment: Assessment, option: Option) -> Cell:
    """Return an option's verdict; of one that a rule may allow, that it may."""
    if option.excluded and option in turned_to(assessment):
        return cell(assessment.content.words("options.fits-if-rule"), tone="warning", strong=True)
    return verdict_cell(assessment, option)


def _widths(rows: Sequence[Sequence[Cell]]) -> list[float]:
    """Return a wider column where there is more to say, so that rows are low."""
    said = [sum(len(plain(c.text)) for c in cells) for cells in zip(*rows, strict=True)]
    most = max(said)
    return [max((count / most) ** 0.5, _NARROWEST) for count in said]


def _head(assessment: Assessment, option: Option) -> str:
    """Return an option's name, and under it its roles, or whether it is possible."""
    _, own = assessment.content.words, advised(assessment.options)
    roles, found = set(option.roles), marks(assessment, option)
    if "today" in roles and option.patterns:  # the lead says that this is an answer
        found = [_("options.mark-today"), *found[:-1]]
    elif option.excluded:
        found = [_("options.mark-if-rule")]
    elif not found and len(own) == 1 and option.patterns:
        part = set(option.patterns) < set(own[0].patterns)
        mark = "part" if part else "possible" if option.verdict in FITTING else "none"
        found = [_(f"patterns.mark-{mark}")]
    return "\n".join(filter(None, [option.short, _("common.comma").join(found)]))


def _failures(assessment: Assessment, option: Option) -> list[str]:
    """Return how an option fails; a combination can fail as its halves do, too."""
    if not option.main_failure:
        return []
    found = [option.main_failure]
    if option.combines:
        names = [assessment.content.pattern(p).short for p in option.patterns]
        both = either(assessment.content, names)
        found.append(assessment.content.words("options.also-fails", names=both))
    return found


def _what_it_is(assessment: Assessment, option: Option) -> str:
    for c in assessment.content.combinations:
        if option.patterns == (c.base, c.beside):
            return c.words
    return meaning_of(assessment, option.patterns).get("meaning", "")


def meaning_of(assessment: Assessment, patterns: tuple[str, ...]) -> dict[str, str]:
    """Return name and meaning of a pattern from the glossary; none for a combination."""
    found = (t for t in assessment.content.glossary if patterns and t.patterns == patterns)
    term = next(found, None)
    return {"name": term.term, "meaning": within(assessment.content, term.meaning)} if term else {}


def short_table(assessment: Assessment, shown: list[Option]) -> Table:
    """Return what a wall has room for."""
    _ = assessment.content.words
    return table(
        [
            column(_("options.name"), width=2),
            column(_people_head(assessment), width=1.8),
            column(_("options.time"), width=1.4),
            column(_("options.handoffs-head"), width=0.9),
            column(_("options.quality-head"), width=1.8),
        ],
        [
            [
                _name(assessment, o),
                people_cell(assessment, o),
                cell(_days(assessment, o.lead_time, "days")),
                cell(_handoffs(assessment, o)),
                cell(_called(assessment, o)),
            ]
            for o in shown
        ],
    )


def _name(assessment: Assessment, option: Option) -> Cell:
    """Return an option's name, its roles, and its verdict."""
    tone = _tone(assessment, option)
    words = [Span(title(assessment, option))]
    if option.patterns:
        look = VERDICT_TONES[option.verdict]
        words.append(Span(f", {verdict_words(assessment, option)}", tone=look))
    return cell(words, strong=True, tone=tone, fill=tone != "plain")


def _people_head(assessment: Assessment) -> str:
    """Return the name of the row of people, with how many there are."""
    _, have = assessment.content.words, assessment.options[0].people.have
    if have is None:
        return _("options.people-have-unknown")
    return _("options.people", have=have)


def people_cell(assessment: Assessment, option: Option) -> Cell:
    """Return the people an option takes; amber if there are too few."""
    _, p = assessment.content.words, option.people
    if not option.patterns:
        return cell(_("options.none"), tone="muted")
    if p.low is None or p.high is None:
        return cell(_("options.people-unknown"), tone="muted")
    words = _count(assessment, (p.low, p.high))
    stays = "today" in option.roles and "advised" not in option.roles
    if stays and p.have is not None and not p.too_few:
        said = _count(assessment, p.article) if p.article else words
        return cell(_("options.people-today", have=_.number(p.have), range=said))
    inside = assessment.content.pattern(option.patterns[-1]).headcount.per_team
    if p.inside_teams and inside:
        key = "options.people-inside" if option.combines else "options.people-inside-each"
        each = either(assessment.content, [_.number(n) for n in dict.fromkeys(inside)])
        words = _(key, range=words, inside=_count(assessment, p.inside_teams), each=each)
    if option is _still_counted(assessment):
        action = counting_people(assessment)
        words = _("options.people-counted", range=words, action=action)
    if p.article:
        words = _("options.people-busy", range=_count(assessment, p.article), people=words)
    if p.too_few:
        return cell(_("options.people-more", range=words), tone="warning")
    return cell(words)


def _still_counted(assessment: Assessment) -> Option | None:
    """Return the option for which an action still counts people in product teams."""
    if counting_people(assessment) is None:
        return None
    return first_half(assessment) or next(iter(advised(assessment.options)), None)


def _count(assessment: Assessment, people: Range) -> str:
    """Return how many people, as a number or a range."""
    _, (low, high) = assessment.content.words, people
    return _.number(low) if low == high else _("options.range", low=low, high=high)


def _called(assessment: Assessment, option: Option) -> str:
    """Return who is called first, as decisions change it, and who later.

    Doing nothing has today's team alone: what was agreed is something done.
    """
    _, now = assessment.content.words, (option.on_call.quality or "").rstrip(".")
    then = ((option.agreed.on_call.quality if option.agreed else now) or "").rstrip(".")
    if "today" in option.roles:
        unnamed, usual = _("options.unknown"), option.usual_call.rstrip(".")
        if not {"chosen", "advised"} & {*option.roles} or then == now != "":
            return now or unnamed
        now = now or unnamed.rstrip(".")
        if then:
            return _("options.called-then", now=now, then=then)
        return _("options.called-later", now=now, later=within(assessment.content, usual))
    if then and now and then != now:
        return _("options.called-later", now=then, later=within(assessment.content, now))
    return then or now or _("options.unknown")


def _half(assessment: Assessment, option: Option) -> str:
    """Return an option's days today, as agreed and once complete, those that differ.

    So an option, which is calculated complete, stands beside its like.
    """
    days = dict[str, LeadTime]()
    if option.agreed and keeps_handoffs(option):
        days["agreed"] = option.agreed.lead_time
    days["today" if "today" in option.roles else "whole"] = option.lead_time
    shown = {name: _days(assessment, d, "half") for name, d in days.items()}
    return _by_state(assessment, shown)


def _by_state(assessment: Assessment, shown: dict[str, str]) -> str:
    """Return what is the same in each state once, else each state on a line."""
    if len(set(shown.values())) == 1:
        return next(iter(shown.values()))
    _ = assessment.content.words
    return "\n".join(_(f"options.state-{name}", n=n) for name, n in shown.items())


def half_if_whole(option: Option) -> float | None:
    """Return the days of today's pattern once complete, if that is faster.

    That is with every stage at the team that the pattern gives it to. So an option, which is
    calculated complete, is compared with its like.
    """
    under, today = option.stream, option.lead_time.half
    if "today" not in option.roles or under is None or under.p50 is None or today is None:
        return None
    if under.lower_bound:
        return None
    return under.p50 if round(under.p50) < round(today) else None


def _days(assessment: Assessment, days: LeadTime, key: Literal["days", "half"]) -> str:
    """Return the days that half of all changes exceed; `days`: and one in ten does."""
    _ = assessment.content.words
    if days.half is None or days.one_in_ten is None:
        return _("options.unknown")
    certain = "-certain" if days.half == days.one_in_ten else ""
    least = "-at-least" if days.at_least else ""
    half, ten = (rounded(assessment.content, d) for d in (days.half, days.one_in_ten))
    return _(f"options.{key}{certain}{least}", half=half, ten=ten)


def _handoffs(assessment: Assessment, option: Option, stages: bool = False) -> str:
    """Return how many handoffs an option has: today, as agreed and once complete.

    `stages`: and before which stages they are, by their numbers on page 2.
    """
    counts = dict[str, tuple[int | None, Sequence[int]]]()
    own, agreed = option.stream, option.agreed
    if "today" in option.roles:
        found = assessment.stream.handoffs if assessment.stream else ()
        counts["today"] = option.handoffs, [h.at for h in found]
    if agreed:
        counts["agreed"] = agreed.handoffs, agreed.stream.before if agreed.stream else ()
    if "today" not in option.roles:
        counts["whole"] = option.handoffs, own.before if own else ()
    shown = {
        name: _handoff_words(assessment, n, at if stages else [])
        for name, (n, at) in counts.items()
    }
    return _by_state(assessment, shown)


def _handoff_words(assessment: Assessment, n: int | None, before: Sequence[int]) -> str:
    _ = assessment.content.words
    if not n:
        return _("options.unknown" if n is None else "options.no-handoff")
    if len(before) != n:
        return _.number(n)
    listed = _("common.comma").join(_.number(at + 1) for at in before)
    return _("options.handoffs-before", n=n, stages=listed)


def _why_not(assessment: Assessment, option: Option) -> Cell:
    """Return why an option is not the advised one."""
    _, own = assessment.content.words, advised(assessment.options)
    if "advised" in option.roles:
        key = "advised" if len(own) == 1 else "advised-open"
        if assessment.recommendation.status == "first-indication":
            key = "first"
        words = _added(assessment, option) or _reason(assessment) if key == "advised" else ""
        return cell(words or _(f"board.options-why-{key}"), tone=_tone(assessment, option))
    if not option.patterns:
        return cell(_("options.today-unknown"), tone="muted")
    if option.excluded:
        return cell(_turns_to(assessment))
    if option.verdict is None:
        return cell(_("options.not-judged"), tone="muted")
    found = [
        r.because
        for p in option.patterns
        for r in assessment.verdicts[p].readings
        if r.says == "against" and r.because and r.criterion.role in ("needed", "leaning")
    ]
    against = undoubted(assessment, found)
    if option.verdict == "not-yet" and against:
        return cell(" ".join(against[:_AGAINST]))
    whole = next((o for o in own if set(option.patterns) < set(o.patterns)), None)
    if whole is not None and option is first_half(assessment):
        words = _reason_now(assessment, option) or _("board.options-why-advised")
        return cell(words, tone="ours")
    if whole is not None:
        return cell(_part(assessment, option, whole))
    if against:
        return cell(" ".join(against[:_AGAINST]))
    if option.verdict == "not-yet" and option.needs:
        return cell(option.needs[0])
    names = assessment.listing([o.short for o in own])
    if not own:
        return cell(_("options.not-judged"))
    decides = decides_between(assessment, option)
    text = _("board.options-why-fits", advised=names)
    if decides:
        text = _(
            "board.options-why-decides",
            advised=names,
            because=said_with_doubt(assessment, decides[0].because),
        )
    return cell(" ".join(filter(None, [text, faster_words(assessment, option, own[0])])))


def _reason_now(assessment: Assessment, option: Option) -> str:
    """Return why the first half of a combination comes first."""
    own = {r.because for p in option.patterns for r in assessment.verdicts[p].readings}
    reasons = [r.because for r in assessment.recommendation.reasons if r.because in own]
    return " ".join(undoubted(assessment, reasons)[:2])


def _reason(assessment: Assessment) -> str:
    """Return the advised option's first reason that no other answer contradicts."""
    found = undoubted(assessment, [r.because for r in assessment.recommendation.reasons])
    return found[0] if found else ""


def decides_between(assessment: Assessment, option: Option) -> list[Reason]:
    """Return the reasons that decide between an option that fits and the advised one."""
    shared = {
        r.criterion.reads
        for p in option.patterns
        for r in assessment.verdicts[p].readings
        if r.says == "supports"
    }
    return [r for r in assessment.recommendation.reasons if r.decides and r.answer not in shared]


def _rests_on(assessment: Assessment, option: Option) -> set[str]:
    """Return the doubted answers that a pattern needs as they are."""
    readings = (r for p in option.patterns for r in assessment.verdicts[p].readings)
    needed = {r.criterion.reads for r in readings if r.criterion.role == "needed"}
    return needed & assessment.doubted


def _added(assessment: Assessment, option: Option) -> str:
    """Return what the second half of a combination is for."""
    if not option.combines or option.text is None or option.text.combined is None:
        return ""
    _, (base, beside) = assessment.content.words, option.patterns
    alone = next(o for o in assessment.options if o.patterns == (base,))
    words = {"name": assessment.content.pattern(beside).short, "bet": option.text.combined.bet}
    same = option.lead_time == alone.lead_time and option.lead_time.half is not None
    key = f"board.options-why-added{'' if same else '-no-days'}"
    found = [_(f"{key}-later" if alone is first_half(assessment) else key, **words)]
    whole = next(o for o in assessment.options if o.patterns == (beside,))
    if doubted := _rests_on(assessment, whole) - _rests_on(assessment, alone):
        names = assessment.listing(assessment.content.question(n).name for n in sorted(doubted))
        found.append(_("board.adds-doubted", n=len(doubted), names=names))
    return " ".join(found)


def faster_words(assessment: Assessment, option: Option, own: Option) -> str:
    """Return that an option takes fewer days than the advised one, if it does."""
    then, now, whole = option.lead_time.half, own.lead_time.half, half_if_whole(own)
    if then is None or now is None or round(then) >= round(now):
        return ""
    key = "faster" if whole is None or round(then) < round(whole) else "faster-not-whole"
    days = {"then": then, "now": now if whole is None else whole}
    shown = {name: rounded(assessment.content, d) for name, d in days.items()}
    words = assessment.content.words
    whole_days = rounded(assessment.content, whole or 0.0)
    return words(
        f"board.options-why-{key}", name=option.short, own=own.short, whole=whole_days, **shown
    )


def turned_to(assessment: Assessment) -> list[Option]:
    """Return what a rule rules out, and we advise if it reads otherwise."""
    rule = next((a for a in actions(assessment) if a.kind == "rule"), None)
    if rule is None:
        return []
    found = [x.patterns for x in turned_by(assessment, rule.reads) if not x.contested]
    return [o for o in assessment.options if o.excluded and o.patterns in found]


def _turns_to(assessment: Assessment) -> str:
    """Return which action can make an option that is ruled out the advice."""
    number = next(a.number for a in actions(assessment) if a.kind == "rule")
    return assessment.content.words("board.options-why-rule", action=number)


def _part(assessment: Assessment, option: Option, whole: Option) -> str:
    """Return why an option is advised together with another pattern, and not alone."""
    _, missing = assessment.content.words, [p for p in whole.patterns if p not in option.patterns]
    alone = {r.because for p in option.patterns for r in assessment.verdicts[p].readings}
    found = [
        r.because
        for p in missing
        for r in assessment.verdicts[p].readings
        if r.says == "supports" and r.because not in alone and r.criterion.role == "needed"
    ]
    found = undoubted(assessment, found)
    named = [w for w in found if any(c.isdigit() for c in w)] or found
    name = assessment.listing(assessment.content.pattern(p).short for p in missing)
    pair = assessment.recommendation.combination
    if pair is not None and pair.base in missing and first_half(assessment):
        return _("board.options-why-beside-later", name=name)
    key = "beside" if pair is not None and pair.base in missing else "base"
    return _(f"board.options-why-{key}", name=name, because=" ".join(named[-1:])).strip()


def _undo(assessment: Assessment, option: Option) -> str:
    return (
        assessment.content.words("options.nothing-to-undo")
        if "today" in option.roles
        else option.undo or ""
    )


def _sentences(assessment: Assessment, words: Sequence[str]) -> Cell:
    if not words:
        return cell(assessment.content.words("options.unknown"), tone="muted")
    return cell(" ".join(words))


def _caption(assessment: Assessment, shown: list[Option]) -> str:
    days = any(o.lead_time.half is not None for o in shown)
    key = "options.caption" if days else "options.caption-no-days"
    found = [assessment.content.words(key)]
    if any(o.people.article for o in shown):
        found.append(assessment.content.words("options.caption-busy"))
    found.append(_if_whole(assessment, shown))
    found.append(_queue_first(assessment, shown))
    found.append(_no_handoff(assessment, shown))
    return " ".join(filter(None, found))


def _if_whole(assessment: Assessment, shown: list[Option]) -> str:
    """Return what “once complete” means, if a row has it."""
    words = assessment.content.words("options.caption-whole")
    return words if any(map(keeps_handoffs, shown)) else ""


def _no_handoff(assessment: Assessment, shown: list[Option]) -> str:
    """Return what “none” assumes, and that it is not agreed if it is not."""
    if not any(o.handoffs == 0 and "today" not in o.roles for o in shown):
        return ""
    _, team = assessment.content.words, ships_for_others(assessment)
    found = [_("options.caption-no-handoff")]
    if team and not any(map(keeps_handoffs, shown)):  # else the days say so
        found.append(_("options.caption-ships", team=team, model=assessment.model))
    return " ".join(found)


def _queue_first(assessment: Assessment, shown: list[Option]) -> str:
    """Return where work waits for one team, so that few handoffs save few days."""
    _, found, team = assessment.content.words, list[str](), team_of_kind(assessment, "platform")
    for o in shown:
        under = o.stream
        if under is None or "today" in o.roles or o.lead_time.half is None:
            continue
        for at, days in zip(under.new_queues, under.new_waits, strict=True):
            numbers = {"days": days, "half": o.lead_time.half}
            words = {name: rounded(assessment.content, d) for name, d in numbers.items()}
            words |= {"name": o.short, "team": team}
            key = "later" if at else "first"
            found.append(_(f"options.caption-queue-{key}", stage=at + 1, **words))
    return " ".join(found)


def whole_today(assessment: Assessment) -> str:
    """Return the days if today's pattern were complete, which it is not."""
    _ = assessment.content.words
    for o in assessment.options:
        half, own = half_if_whole(o), o.stream
        if half is None or own is None:
            continue
        team = team_of_kind(assessment, "platform")
        first = sum(w for at, w in zip(own.new_queues, own.new_waits, strict=True) if not at)
        numbers = {"half": half, "now": o.lead_time.half or 0.0}
        words = {name: rounded(assessment.content, d) for name, d in numbers.items()}
        words |= {"name": o.short, "team": team}
        found = _("options.whole-today", **words)
        if not first:
            return found
        days = rounded(assessment.content, first)
        return f"{found} {_('options.whole-today-queue', days=days, **words)}"
    return ""


def called_otherwise(assessment: Assessment) -> str:
    """Return what to decide where the agreed calls differ from the advised ones."""
    team = assessment.signed.answers.paged_quality
    if team is None or not calls_otherwise(assessment):
        return ""
    own = advised(assessment.options)
    usual = own[0].usual_call.rstrip(".")
    names = {"team": capital(assessment.teams.label(team)), "model": assessment.model}
    usual = usual[0].lower() + usual[1:]
    words = assessment.content.words
    return words("options.called-decide", **names, advised=own[0].short, usual=usual)


# -- the move -----------------------------------------------------------------------------------


def _moving(assessment: Assessment) -> list[Option]:
    """Return the options with a move: what is first, the advised, the chosen."""
    first, moving = first_half(assessment), [o for o in assessment.options if o.move]
    return sorted(moving, key=lambda o: (o is not first, "advised" not in o.roles))


def who_loses(assessment: Assessment) -> list[Block]:
    """Return who loses what with the advised option; its steps are in the plan."""
    own = [o.move for o in _moving(assessment) if "advised" in o.roles]
    if len(own) != 1 or own[0] is None or not own[0].loses:
        return []
    _ = assessment.content.words
    return [heading(3, _("options.loses")), _losses(assessment, own[0].loses)]


def _losses(assessment: Assessment, lost: Sequence[Losing]) -> Block:
    _ = assessment.content.words
    return bullets(
        [(Span(_("options.losing", who=x.who), strong=True), Span(x.what)) for x in lost]
    )


_Costs = list[tuple[TextLike, TextLike]]


def _move(assessment: Assessment, option: Option, first: Option) -> list[Block]:
    """Return how an option begins and its cost; of a second one only what differs."""
    _, move = assessment.content.words, option.move
    if move is None:
        return []
    costs = _costs(assessment, move)
    if first is option:
        costs.append((_("options.published"), _published(assessment, move)))
    given = first.move if first is not option else None
    steps, lost = _beyond(move, given)
    begins: list[tuple[Block, ...]] = []
    if steps:
        whole = len(steps) == len(move.steps)
        begins.append((bullets([s.what for s in steps], ordered=whole),))
    if lost:
        begins.append(_titled_losses(assessment, lost))
    beside = [SideBySide(tuple(begins))] if begins else []
    return [_move_heading(assessment, option), *beside, pairs(costs)]


def _move_in_pack(
    assessment: Assessment, option: Option, first: Option, plan: Sequence[Action]
) -> list[Block]:
    """Return how an option begins, with the steps as the plan has them.

    People and disruption of what to begin with are on the first page, and what studies found is in
    the reference. Without firm advice no step is in the plan, so the whole move is shown.
    """
    _, move = assessment.content.words, option.move
    given = first.move if first is not option and move else None
    steps, lost = _beyond(move, given) if move else ([], [])
    found = [a for a in plan if a.step in steps]
    if move is None or len(found) < len(steps):
        return _move(assessment, option, first)
    words = in_plan(assessment, found)
    if all(a.waits and not a.only_if for a in found) and (asked := awaited(assessment, plan)):
        words += (Span(f" {_('options.they-wait', number=asked.number)}"),)
    costs = [pairs(_costs(assessment, move))]
    if first is option:
        words += (Span(" "), *with_reference(_, "options.cost-is", "decision", _("board.decision")))
        costs = []
    losses = _titled_losses(assessment, lost) if lost else ()
    return [_move_heading(assessment, option), paragraph(words), *losses, *costs]


def _costs(assessment: Assessment, move: Move) -> _Costs:
    _ = assessment.content.words
    return [(_("options.in-people"), move.people), (_("options.disruption"), move.disruption)]


def _beyond(move: Move, given: Move | None) -> tuple[list[MoveStep], list[Losing]]:
    """Return the steps of a move that `given` does not have, and who else loses."""
    steps = [s for s in move.steps if given is None or s not in given.steps]
    known = {x.who for x in given.loses} if given else set()
    return steps, [x for x in move.loses if x.who not in known]


def _titled_losses(assessment: Assessment, lost: Sequence[Losing]) -> tuple[Block, ...]:
    """Return who loses what under a title, with which a page does not end."""
    return heading(4, assessment.content.words("options.loses")), _losses(assessment, lost)


def _move_heading(assessment: Assessment, option: Option) -> Heading:
    r, move = assessment.recommendation, option.move
    key = "stay" if move and move.stays else "move"
    if r.later and option.patterns == r.now:
        key += "-chosen-now" if "chosen" in option.roles else "-now"
    elif option.combines and r.later:
        key = "move-later"
    elif not {"advised", "today"} & set(option.roles):
        key = "move-chosen"
    return heading(3, assessment.content.words(f"options.{key}", name=option.short))


def _published(assessment: Assessment, move: Move) -> TextLike:
    if not move.effects:
        return assessment.content.words("options.nothing-published")
    return [span for fact in move.effects for span in _effect(assessment, fact)]


def _effect(assessment: Assessment, fact: Fact) -> list[Span]:
    sources = "; ".join(graded(assessment.content, fact.sources))
    limits = [Span(f" {fact.limits}", tone="muted")] if fact.limits else []
    return [
        Span(fact.statement),
        *limits,
        Span(f"\u00a0{sources}".replace(" ", "\u00a0"), raised=True, tone="muted"),
        Span(" "),
    ]


_POINT = "↑"
"""Points from a label up to its number on a scale."""
_CURVES: tuple[tuple[int, str, Dash, float, Side], ...] = (
    (1, INK, SOLID, 2.4, "right"),
    (3, BLUE, (5, 1.5), 1.4, "right"),
    (8, GREY, (1.5, 1.5), 2.4, "left"),
)
"""Engineers, colour, line and label position of each curve."""
_NUMBERED = 0.28
"""Inches from bar to bar from which all have their days; else only two have."""
_LEFT, _LINE = 0.32, 0.15
_BUSY = 0.8
"""The share of their time from which engineers are called busy."""


def draw_queue(assessment: Assessment, queue: QueueCurve, width: float = PAGE_WIDTH) -> str:
    """Return the mean wait by the number of teams as SVG."""
    _, now = assessment.content.words, queue.now
    room = _Room(queue, width - 0.65)
    crossing, passed = queue.crossing, [""]
    if crossing is not None and room.shows(crossing):
        key = "crossing" if crossing != queue.saturated else "endless"
        words = _(f"staffing.{key}-at", teams=_("staffing.teams", n=crossing))
        passed = _pointing(words, room.x(crossing), width)
    unit, key = _("staffing.queue-x"), ""
    if queue.saturated is not None and room.shows(queue.saturated):
        key = _("staffing.endless")
    beside = text_width(key, SMALL) + text_width(unit, SMALL) < room.right - _LEFT
    keys = [key] if beside else wrap(key, width, SMALL)
    foot = 0.72 + _LINE * (len(passed) - 1 + (0 if beside else len(keys)))
    sheet = Sheet(width, foot + 1.5)
    room.foot, room.top = foot, sheet.height - 0.26
    _waiting_axis(assessment, sheet, room)
    for point in queue.points:
        with sheet.mark(_point_words(assessment, point)):
            _column(assessment, sheet, room, queue, point)
    _team_numbers(sheet, room, queue)
    y = room.y(LIMIT_DAYS)
    across = [(_LEFT, y), (room.right, y)]
    sheet.line(across, color=PAGE, width=2.6, level=3)  # else it would be lost on a dark bar
    sheet.line(across, color=AMBER, width=1, dash=(4, 2), level=3)
    limit = wrap(_("staffing.two-weeks"), width - room.right - 0.05, SMALL)
    sheet.write(room.right + 0.05, y, "\n".join(limit), size=SMALL, color=AMBER)
    if now is not None and room.shows(now.teams):
        today = _pointing(_("staffing.today-mark"), room.x(now.teams), width)
        _below(sheet, room.x(now.teams), foot - 0.28, today, BLUE)
    if crossing is not None and room.shows(crossing):
        _below(sheet, room.x(crossing), foot - 0.44, passed, AMBER)
    for at, words in enumerate(reversed(keys)):
        sheet.write(_LEFT if beside else 0, 0.1 + _LINE * at, words, size=SMALL, color=GREY)
    y = 0.1 if beside else 0.1 + _LINE * len(keys)
    sheet.write(room.right, y, unit, size=SMALL, color=GREY, side="right")
    return sheet.svg()


class _Room:
    """The position of teams and days on the sheet, in inches."""

    def __init__(self, queue: QueueCurve, right: float) -> None:
        now = queue.now.wait if queue.now else None
        self.days = max(2.0 * LIMIT_DAYS, 1.25 * (now or 0.0))
        self.foot, self.top, self.right = 0.0, 0.0, right
        self.last = queue.points[-1].teams
        self.pitch = (right - _LEFT) / len(queue.points)

    def x(self, teams: int) -> float:
        return _LEFT + (self.right - _LEFT) * (teams - 0.5) / self.last

    def y(self, days: float) -> float:
        return self.foot + (self.top - self.foot) * min(days / self.days, 1.0)

    def shows(self, teams: int) -> bool:
        return 0 < teams <= self.last


def _waiting_axis(assessment: Assessment, sheet: Sheet, room: _Room) -> None:
    for days in nice_ticks(room.days, 5):
        y = room.y(days)
        sheet.line([(_LEFT, y), (room.right, y)], color=LINE if days else GREY, width=0.7)
        shown = assessment.content.words.number(days)
        sheet.write(_LEFT - 0.07, y, shown, size=SMALL, color=GREY, side="right")
    words = assessment.content.words("staffing.queue-y")
    sheet.write(0, room.top + 0.14, words, size=SMALL, color=GREY)


def _point_words(assessment: Assessment, point: QueuePoint) -> str:
    """Return how long requests wait with a number of teams, as a sentence."""
    _ = assessment.content.words
    teams = _("staffing.teams", n=point.teams)
    if point.wait is None:
        return _("staffing.queue-alt-endless", teams=teams)
    days = days_words(assessment.content, point.wait)
    return _("staffing.queue-alt-point", teams=teams, days=days)


def _column(
    assessment: Assessment, sheet: Sheet, room: _Room, queue: QueueCurve, point: QueuePoint
) -> None:
    """Draw the wait of one number of teams; hatched if it has no end."""
    own = queue.now is not None and point.teams == queue.now.teams
    late = point.wait is not None and point.wait > LIMIT_DAYS
    color = BLUE if own else AMBER if late else GREY
    x, width = room.x(point.teams), room.pitch * 0.72
    top = room.top if point.wait is None else max(room.y(point.wait), room.foot + 0.012)
    look: dict[str, Any] = (
        {"fill": TINT, "edge": color if own else LINE, "hatch": "/", "hatch_color": LINE}
        if point.wait is None
        else {"fill": color, "edge": color}
    )
    sheet.rectangle(x - width / 2, room.foot, width, top - room.foot, level=2, **look)
    if point.wait is None:
        return
    words = rounded(assessment.content, point.wait)
    if own or point.teams == queue.crossing or room.pitch >= _NUMBERED:
        limit, y = room.y(LIMIT_DAYS), top + 0.08
        sheet.write(
            x,
            limit + 0.09 if abs(y - limit) < 0.09 else y,
            words,
            size=SMALL,
            weight="semibold" if own else "normal",
            color=color if own or late else INK,
            side="center",
            level=4,
        )


def _team_numbers(sheet: Sheet, room: _Room, queue: QueueCurve) -> None:
    """Write the numbers of teams below their bars, as far as there is room."""
    counts = [p.teams for p in queue.points]
    wide = text_width(str(counts[-1]), SMALL) + 0.1
    step = max(1, -(-int(wide * 100) // max(int(room.pitch * 100), 1)))
    own = queue.now.teams if queue.now else None
    always = [n for n in (own, queue.crossing) if n is not None]
    for at, teams in enumerate(counts):
        near = any(n != teams and abs(room.x(n) - room.x(teams)) < wide for n in always)
        if teams in always or (at % step == 0 and not near):
            sheet.write(
                room.x(teams),
                room.foot - 0.1,
                str(teams),
                size=SMALL,
                color=BLUE if teams == own else INK,
                weight="semibold" if teams == own else "normal",
                side="center",
            )


def _pointing(words: str, x: float, width: float) -> list[str]:
    """Return a label under the scale, in lines of the room beside its number."""
    room = max(x, width - x) + text_width(_POINT, SMALL, "semibold") / 2
    return wrap(f"{_POINT} {words}", room, SMALL, "semibold")


def _below(sheet: Sheet, x: float, y: float, lines: Sequence[str], color: str) -> None:
    """Write a label under the scale that points to its number."""
    half = text_width(_POINT, SMALL, "semibold") / 2
    wide = max(text_width(line, SMALL, "semibold") for line in lines)
    left = x - half + wide <= sheet.width
    for at, line in enumerate(lines):
        first = line if left or at else f"{line.removeprefix(_POINT).strip()} {_POINT}"
        sheet.write(
            x - half if left else x + half,
            y - _LINE * at,
            first,
            size=SMALL,
            weight="semibold",
            color=color,
            side="left" if left else "right",
        )


def draw_teaching(assessment: Assessment, width: float = PAGE_WIDTH) -> str:
    """Return waiting time by utilisation of the engineers as SVG."""
    _ = assessment.content.words
    sheet = Sheet(width, 2.35)
    left, right, foot, top = 0.42, width - 0.05, 0.42, sheet.height - 0.08

    def at(load: float, wait: float) -> tuple[float, float]:
        return left + (right - left) * load / 1.12, foot + (top - foot) * wait / _MOST

    for wait in range(_MOST + 1):
        y = at(0, wait)[1]
        sheet.line([(left, y), (right, y)], color=LINE if wait else GREY, width=0.7, level=0)
        sheet.write(left - 0.07, y, str(wait), size=SMALL, color=GREY, side="right")
    for percent in range(0, 101, 20):
        x = at(percent / 100, 0)[0]
        sheet.write(x, foot - 0.13, str(percent), size=SMALL, color=GREY, side="center")
    loads = [i / 200 for i in range(200)]
    apart, key = width > 5, top  # near each other, the curves have a key instead of words
    for servers, color, dash, height, side in _CURVES:
        waits = [mean_wait(load * servers, servers, 1.0) or 0.0 for load in loads]
        inside = next(i for i, wait in enumerate(waits) if wait > _MOST)
        part = (_MOST - waits[inside - 1]) / (waits[inside] - waits[inside - 1])
        edge = loads[inside - 1] + part * (loads[inside] - loads[inside - 1])
        curve = [at(x, y) for x, y in zip(loads[:inside], waits, strict=False)]
        sheet.line([*curve, at(edge, _MOST)], color=color, dash=dash)
        named = next(i for i, wait in enumerate(waits) if wait > height)
        x, y = at(loads[named], waits[named])
        x += 0.12 if side == "left" else -0.12
        if not apart:
            key -= 0.2
            x, y, side = left + 0.5, key, "left"
            sheet.line([(left + 0.08, y), (left + 0.42, y)], color=color, dash=dash)
        words = _("staffing.engineers", n=servers)
        sheet.write(x, y, words, size=SMALL, color=color, side=side, on_page=not apart)
    middle = (left + right) / 2
    words = _("staffing.teaching-x")
    sheet.write(middle, 0.1, words, size=SMALL, color=GREY, side="center")
    words = _("staffing.teaching-y")
    sheet.write(0.08, (foot + top) / 2, words, size=SMALL, color=GREY, side="center", upright=True)
    return sheet.svg()


_MOST = 6
"""The longest wait in that picture, as a multiple of the work itself."""
_PITCH, _LOW_PITCH = 0.365, 0.3
"""Inches from bar to bar, and of a bar below its words."""
_LEAST = 2.5
"""The least inches of bars beside their words, which are otherwise above."""


# -- people -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bar:
    """One range to draw; `inside` counts people in product teams."""

    option: Option
    words: str
    people: Range
    inside: bool


def headcount_bars(assessment: Assessment) -> Exhibit:
    """Return the people each pattern takes, as ranges beside today's team."""
    _ = assessment.content.words
    head = heading(2, _("staffing.title"), _lead(assessment))
    bars = _bars(assessment)
    alt, caption = _alt(assessment, bars), _people_caption(assessment)
    picture = picture_of(lambda width: _draw(assessment, bars, width), alt, caption)
    limits = paragraph(_("staffing.limits"), small=True)
    drawn = (head, picture, limits)
    less: tuple[Block, ...] | None = None
    if not _scaled(
        assessment
    ):  # the table would say little but that the number of teams was not told
        less = () if assessment.answers.platform_engineers is None else drawn
    # The table repeats what is drawn, so a pack does without it.
    return Exhibit("headcount", (*drawn, _table(assessment)), drawn if less is None else less)


def _scaled(assessment: Assessment) -> bool:
    """Return whether the number of teams is known, so that people can be counted."""
    return all(h.total is not None for h in assessment.headcounts)


def _lead(assessment: Assessment) -> str:
    _, teams, now = (
        assessment.content.words,
        assessment.answers.model_teams,
        assessment.answers.platform_engineers,
    )
    if not teams:
        return _("staffing.lead-no-team" if teams == 0 else "staffing.lead-unknown")
    count = _("staffing.teams-producing", n=teams)
    open_ = [o for o in assessment.options if not o.excluded] or list(assessment.options)
    lows = [o.people.low for o in open_ if o.people.low is not None]
    highs = [o.people.high for o in open_ if o.people.high is not None]
    values = {"teams": count, "low": min(lows), "high": max(highs)}
    if now is None:
        return _("staffing.lead", **values)
    enough = [o.short for o in compared(assessment) if o in open_ and _compare(o, now) == "within"]
    people = _("staffing.people", n=now)
    if not enough:
        return _("staffing.lead-outside", people=people, **values)
    return _("staffing.lead-within", people=people, patterns=assessment.listing(enough), **values)


def _bars(assessment: Assessment) -> list[Bar]:
    """Return the ranges to draw; without a number of teams, for ten teams."""
    _, found = assessment.content.words, []
    for option in compared(assessment):
        inside = _inside(option)
        words = _("staffing.bar-platform" if inside is None else "staffing.bar-advisory")
        if option.combines:
            words = _("staffing.bar-platform")
        found.append(Bar(option, words, option.people.platform or _per_ten(option), False))
        if inside is not None:
            key = "staffing.bar-inside-some" if option.combines else "staffing.bar-inside"
            found.append(Bar(option, _(key), inside, True))
    return found


def _inside(option: Option) -> Range | None:
    """Return the people inside product teams, by default of ten teams."""
    per_team = _per_team(option)
    if option.people.low is not None or per_team is None:
        return option.people.inside_teams
    return (1 if option.combines else HOLDS_TO) * per_team[0], HOLDS_TO * per_team[1]


def _per_ten(option: Option) -> Range:
    if option.headcount is None:
        raise AssertionError("only doing nothing has no range")
    return option.headcount.per_ten


def _per_team(option: Option) -> Range | None:
    return option.headcount.per_team if option.headcount else None


def _compare(option: Option, now: int | None) -> Place:
    """Return how today's platform team compares with an option's range."""
    return compare(option.headcount, now) if option.headcount else "unknown"


def _draw(assessment: Assessment, bars: list[Bar], width: float) -> str:
    """Return ranges from low to high as SVG, with today's team as a line."""
    _, now = assessment.content.words, assessment.answers.platform_engineers
    left = min(
        max([2.05, *(_room(assessment, b.option) + 0.15 for b in bars if not b.inside)]), 3.2
    )
    above = width - left < _LEAST
    rows = [_rows(assessment, bar, width if above else left - 0.1, above) for bar in bars]
    tall = [_LINE * len(found) + _LOW_PITCH if above else _PITCH for found in rows]
    left = 0.3 if above else left
    right, foot, head = width - 0.35, 0.4, 0.32 if now is not None else 0.08
    most = max([*(b.people[1] for b in bars), now or 0, 1])
    height = foot + sum(tall) + head

    def x_of(people: float) -> float:
        return left + (right - left) * people / most

    sheet = Sheet(width, height)
    top = height - head
    feet = [top - sum(tall[: at + 1]) for at in range(len(bars))]
    # Lines are not drawn through words above bars.
    stretches = [(y, y + _LOW_PITCH) for y in feet] if above else [(foot, top)]
    for people in nice_ticks(most, 6, whole=True):
        x = x_of(people)
        for low_end, high_end in stretches:
            sheet.line([(x, low_end), (x, high_end)], color=LINE, width=0.6, level=0)
        shown = assessment.content.words.number(people)
        sheet.write(x, foot - 0.1, shown, size=SMALL, color=GREY, side="center")
    unit = _("staffing.axis" if _scaled(assessment) else "staffing.axis-per-ten")
    sheet.write(right, foot - 0.28, unit, size=SMALL, color=GREY, side="right")
    for bar, found, row_foot in zip(bars, rows, feet, strict=True):
        y = row_foot + (_LOW_PITCH - 0.1 if above else _PITCH / 2)
        own = mark_tone(bar.option) == "ours"
        first = y + (0.03 if bar.inside else 0.085)
        if above:
            first = row_foot + _LOW_PITCH + _LINE * (len(found) - 0.5)
        for at, row in enumerate(found):
            y_of_row = first - (_LINE if above else 0.16) * at
            for x, shown, look in row:
                down = 0.005 if x else 0  # on the base line of the larger name
                sheet.write(x, y_of_row - down, shown, **look)
        low, high = bar.people
        with sheet.mark(_bar_text(assessment, bar)):
            sheet.rectangle(
                x_of(low),
                y - 0.09,
                max(x_of(high) - x_of(low), 0.02),
                0.18,
                fill=PAGE if bar.inside else BLUE_TINT if own else TINT,
                edge=BLUE if own else GREY,
                dash=DASHED if bar.inside else SOLID,
                line=1.1 if own else 0.8,
                level=2,
            )
        color = BLUE if own else INK
        ends: list[tuple[int, Side, float]] = [(low, "right", -0.06), (high, "left", 0.06)]
        if low == high:  # one number says it
            del ends[0]
        for count, side, shift in ends:
            x, shown = x_of(count) + shift, str(count)
            sheet.write(x, y, shown, size=SMALL, color=color, side=side, level=4, on_page=True)
    if now is not None:
        x, words = x_of(now), _("staffing.today", people=now)
        for low_end, high_end in stretches:
            over = 0.08 if high_end == top else 0.0
            sheet.line([(x, low_end), (x, high_end + over)], width=1.3, level=3)
        half = text_width(words, SMALL, "semibold") / 2
        x = min(max(x, half + 0.02), width - half - 0.02)
        sheet.write(x, top + 0.18, words, size=SMALL, weight="semibold", side="center")
    return sheet.svg()


_Run = tuple[float, str, dict[str, Any]]
"""Words in a row: where they begin, and their look."""


def _rows(assessment: Assessment, bar: Bar, room: float, whole: bool) -> list[list[_Run]]:
    """Return the option's name and roles, and which people the bar counts.

    `whole`: words that do not fit into a row continue in the next.
    """
    rows: list[list[_Run]] = []
    grey: dict[str, Any] = {"size": SMALL, "color": GREY}
    if not bar.inside:
        color = BLUE if mark_tone(bar.option) == "ours" else INK
        name, found = _named(assessment, bar.option)
        name = shorten_to(name, room, weight="semibold")
        rows.append([(0, name, {"weight": "semibold", "color": color})])
        at, look = text_width(name, weight="semibold") + 0.06, {"size": SMALL, "color": color}
        if found and whole and text_width(found, SMALL) > room - at:
            rows += [[(0, line, look)] for line in wrap(found, room, SMALL)]
        elif found and room - at > 0.3:
            rows[0].append((at, shorten_to(found, room - at, SMALL), look))
    lines = wrap(bar.words, room, SMALL) if whole else [shorten_to(bar.words, room, SMALL)]
    rows += [[(0, line, grey)] for line in lines]
    return rows


def _named(assessment: Assessment, option: Option) -> tuple[str, str]:
    """Return an option's name as drawn, and the words of its roles."""
    found = ", ".join(
        [*marks(assessment, option), *filter(None, [excluded_words(assessment, option)])]
    )
    return option.short, found


def _room(assessment: Assessment, option: Option) -> float:
    """Return the width of an option's name and roles, in inches."""
    name, found = _named(assessment, option)
    return text_width(name, weight="semibold") + 0.06 + text_width(found, SMALL)


def _bar_text(assessment: Assessment, bar: Bar) -> str:
    """Return a bar as a sentence."""
    name, people = bar.option.short, _count(assessment, bar.people)
    return assessment.content.words("staffing.alt-row", pattern=name, what=bar.words, people=people)


def _alt(assessment: Assessment, bars: list[Bar]) -> str:
    _, now = assessment.content.words, assessment.answers.platform_engineers
    rows = " ".join(_bar_text(assessment, bar) for bar in bars)
    today = "" if now is None else _("staffing.alt-today", people=_("staffing.people", n=now))
    unit = _("staffing.axis" if _scaled(assessment) else "staffing.axis-per-ten")
    return _("staffing.alt", unit=unit, rows=rows, today=today).strip()


def _people_caption(assessment: Assessment) -> str:
    if not _scaled(assessment):
        return assessment.content.words("staffing.caption-per-ten")
    beyond = any(h.extrapolated for h in assessment.headcounts)
    return assessment.content.words("staffing.caption-beyond" if beyond else "staffing.caption")


def _table(assessment: Assessment) -> Table:
    _ = assessment.content.words
    rows: list[list[Cell | str]] = []
    for option in compared(assessment):
        tone = mark_tone(option)
        found = [*marks(assessment, option), *filter(None, [excluded_words(assessment, option)])]
        name = option.short + (f" ({', '.join(found)})" if found else "")
        people = option.people
        total = None if people.low is None or people.high is None else (people.low, people.high)
        rows.append(
            [
                cell(name, strong=True, tone=tone, fill=tone != "plain"),
                _range(assessment, _per_ten(option)),
                _range(assessment, people.platform),
                _range(assessment, people.inside_teams, _("staffing.none")),
                _range(assessment, total),
                _place(assessment, option),
            ]
        )
    columns = [
        column(_("staffing.pattern"), width=1.8),
        column(_("staffing.per-ten"), align="right", width=1.1),
        column(_("staffing.platform"), align="right", width=0.9),
        column(_("staffing.inside"), align="right", width=1.1),
        column(_("staffing.total"), align="right", width=0.8),
        column(_("staffing.place"), width=1.3),
    ]
    return table(columns, rows, caption=assessment.headcounts[0].note)


def _range(assessment: Assessment, people: Range | None, none: str = "") -> Cell:
    _ = assessment.content.words
    if people is None:
        words = none if none and _scaled(assessment) else _("common.unknown")
        return cell(words, tone="muted")
    low, high = people
    return cell(_("staffing.range", low=low, high=high) if high > low else _.number(low))


def _place(assessment: Assessment, option: Option) -> Cell:
    place = _compare(option, assessment.answers.platform_engineers)
    words = assessment.content.words(f"staffing.place-{place}")
    return cell(words, tone="muted") if place == "unknown" else cell(words)


# -- the queue ----------------------------------------------------------------------------------


def queue_curve(assessment: Assessment) -> Exhibit:
    """Return the wait for the platform team by the number of teams."""
    _, queue = assessment.content.words, assessment.queue
    if queue is None:
        return _queue_teaching(assessment)
    head = heading(2, _("staffing.queue-title"), _queue_lead(assessment, queue))
    alt, caption = _queue_alt(assessment, queue), _queue_caption(assessment)
    picture = picture_of(lambda width: draw_queue(assessment, queue, width), alt, caption)
    assumed = in_two_columns(queue.assumptions)
    blocks = (head, picture, paragraph(_crossing_words(assessment, queue)), *assumed)
    # On paper the picture says where two weeks are passed, and keeps what is assumed with it.
    whole = " ".join((caption, *queue.assumptions))
    printed = picture_of(lambda width: draw_queue(assessment, queue, width), alt, whole)
    return Exhibit("queue-curve", blocks, (head, printed) if queue.crossing else None)


def _queue_caption(assessment: Assessment) -> str:
    """Return how the wait is computed, and from which answers."""
    _, answers = assessment.content.words, assessment.answers
    inputs = _(
        "staffing.queue-inputs",
        requests=_.number(answers.requests_per_team_month or 0),
        days=_.number(answers.days_per_request or 0),
        engineers=_("staffing.engineers", n=answers.platform_engineers or 0),
    )
    return " ".join((_("staffing.queue-caption"), inputs))


def _queue_teaching(assessment: Assessment) -> Exhibit:
    _, answers = assessment.content.words, assessment.answers
    if answers.platform_engineers == 0:
        lead = _("staffing.queue-lead-nobody")
    else:
        names = ("requests_per_team_month", "days_per_request", "platform_engineers")
        open_ = [n for n in names if getattr(answers, n) is None]
        missing = assessment.listing(assessment.content.question(n).name for n in open_)
        lead = _("staffing.queue-lead-unknown", missing=missing)
    return Exhibit(
        "queue-curve",
        (
            heading(2, _("staffing.queue-title"), lead),
            picture_of(
                lambda width: draw_teaching(assessment, width),
                _("staffing.teaching-alt"),
                _("staffing.teaching-caption"),
            ),
            paragraph(_("staffing.teaching")),
        ),
        None if answers.platform_engineers == 0 else (),
    )


def _queue_lead(assessment: Assessment, queue: QueueCurve) -> str:
    _, now = assessment.content.words, queue.now
    if now is None:
        return _("staffing.queue-lead-no-teams")
    values = {"teams": _("staffing.teams", n=now.teams), "load": round(100 * now.load)}
    if now.wait is None:
        return _("staffing.queue-lead-endless", **values)
    days = days_words(assessment.content, now.wait)
    side = "over" if now.wait > LIMIT_DAYS else "under" if now.wait >= 0.05 else "none"
    text = _(f"staffing.queue-lead-{side}", days=days, **values)
    busy = now.load >= _BUSY and _opens_the_centre(assessment)
    after = f" {_('staffing.queue-after')}" if busy else ""
    weeks = assessment.answers.queue_weeks
    if weeks is None or abs(weeks - now.wait / DAYS_A_WEEK) < 0.5:
        return text + after
    answered = _("handoffs.weeks", n=weeks, weeks=assessment.content.words.number(weeks))
    known = (assessment.answers.basis or {}).get("queue_weeks")
    key = "measured" if known == "measured" else "answered"
    told = weeks * DAYS_A_WEEK
    days = days_words(assessment.content, told)
    why = _(f"staffing.queue-why-{'shorter' if now.wait < told else 'longer'}")
    return f"{text} {_(f'staffing.queue-lead-{key}', weeks=answered, days=days)} {why}{after}"


def _opens_the_centre(assessment: Assessment) -> bool:
    """Return whether a shared platform is to take the place of a central team."""
    first = next(iter(to_begin(assessment)), None)
    return (
        assessment.answers.current_pattern in QUEUES
        and first is not None
        and (first.patterns == ("federated",))
    )


def _crossing_words(assessment: Assessment, queue: QueueCurve) -> str:
    _ = assessment.content.words
    if queue.crossing is None:
        return _("staffing.queue-never")
    return _("staffing.queue-crossing", teams=_("staffing.teams", n=queue.crossing))


def _queue_alt(assessment: Assessment, queue: QueueCurve) -> str:
    _ = assessment.content.words
    step = max(len(queue.points) // 10, 1)
    rows = "; ".join(
        _("staffing.queue-alt-endless", teams=p.teams)
        if p.wait is None
        else _("staffing.queue-alt-point", teams=p.teams, days=rounded(assessment.content, p.wait))
        for p in queue.points[::step]
    )
    return _("staffing.queue-alt", points=rows, crossing=_crossing_words(assessment, queue))
