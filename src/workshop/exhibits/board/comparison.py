"""Show on page one why, what stays if nothing is done, and the days as bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from workshop.content.items import Pattern
from workshop.documents import drawing as d
from workshop.documents.blocks import (
    Block,
    Span,
    Text,
    bullets,
    heading,
    paragraph,
)
from workshop.exhibits.board.shared import (
    days_words,
    kept_days,
    one_option,
    rival_today,
    titled,
    todays_option,
    turning_action,
)
from workshop.exhibits.handoffs import keeps_handoffs, option_as_agreed
from workshop.exhibits.layout import team_of_kind, with_reference
from workshop.exhibits.options import (
    decides_between,
    half_if_whole,
    meaning_of,
    turned_to,
)
from workshop.exhibits.patterns import undoubted
from workshop.findings import Assessment
from workshop.findings.finding import FEW_RISKS
from workshop.findings.handoffs import PatternStream, is_independent, rounded
from workshop.findings.patterns.advice import number_words
from workshop.findings.patterns.inputs import in_one_line
from workshop.findings.patterns.options import AsAgreed, Option
from workshop.findings.patterns.verdicts import FITTING
from workshop.findings.plan import first_half

_REASONS = 3
"""The most reasons."""
_WAYS = 4
"""The most ways of working side by side."""
_FEW_STAGES = 2
"""The most stages that one line names."""


def why(assessment: Assessment) -> list[Block]:
    """Return the reasons, those of this organisation first."""
    _, option = assessment.content.words, one_option(assessment)
    reasons, losses = _reasons(assessment), _losses(assessment)
    if option is not None and "today" in option.roles:
        told = _told_apart(assessment, option) or [(Span(w),) for w in reasons[:_REASONS]]
        return [heading(2, _("board.why")), _listed(told)]
    first: list[Text] = []
    if reasons:
        status = assessment.recommendation.status
        key = {"recommendation": "pattern", "first-indication": "pattern-first"}.get(status)
        if assessment.recommendation.contested or key is None:
            key = "pattern-open"
        if key == "pattern" and _rests_on_doubt(assessment):
            key = "pattern-doubt"
        title = _(f"board.reason-{key}")
        first.append(titled(title, " ".join(_two(assessment, reasons))))
    # What was found in this organisation comes before what an article says of it.
    firm = assessment.recommendation.status == "recommendation"
    told = [*losses, *first] if firm else [*first, *losses]
    return [heading(2, _("board.why")), _listed(told)]


def _rests_on_doubt(assessment: Assessment) -> bool:
    """Return whether an answer that another one contradicts can turn the advice."""
    turning = turning_action(assessment)
    return turning is not None and turning.kind == "contradiction"


def _told_apart(assessment: Assessment, option: Option) -> list[Text]:
    """Return the reasons that another option shares, then the one that decides.

    Empty unless exactly one other option fits, and one answer decides between the two.
    """
    rivals = _fitting(assessment, option)
    decides = decides_between(assessment, rivals[0]) if len(rivals) == 1 else []
    if not decides or option.combines:
        return []
    _, own = assessment.content.words, {r.because for r in decides}
    shared = [w for w in _reasons(assessment) if w not in own]
    if staffed := _staffed(assessment, option, rivals[0]):
        # What takes the same people is no easier to staff.
        idle = {r.because for r in assessment.recommendation.reasons if r.answer == "deployment"}
        shared = [*(w for w in shared if w not in idle), staffed]
    shared = shared[: _REASONS - 1]
    names = {"name": option.short, "other": rivals[0].short}
    basis = (assessment.answers.basis or {}).get(decides[0].answer.partition(".")[0])
    sure = "-opinion" if basis == "opinion" else ""
    alone = [decides[0].because, _(f"board.why-decides{sure}")]
    alone += _slower(assessment, option, rivals[0])
    found: list[Text] = [(Span(w),) for w in shared]
    return [*found, titled(_("board.why-alone", **names), " ".join(alone))]


def _staffed(assessment: Assessment, option: Option, rival: Option) -> str:
    """Return that the people are there, if other options take as many."""
    have, needed = option.people.have, option.people.platform
    others = (o.people.platform for o in (rival, *turned_to(assessment)))
    if have is None or needed is None or have < needed[1] or any(o != needed for o in others):
        return ""
    return assessment.content.words("board.why-staffed", n=needed[1])


def _slower(assessment: Assessment, option: Option, rival: Option) -> list[str]:
    """Return how much faster the rival is, and what its days rest on."""
    then, now, whole = rival.lead_time.half, option.lead_time.half, half_if_whole(option)
    if then is None or now is None or round(then) >= round(now):
        return []
    _, names = assessment.content.words, {"name": option.short, "other": rival.short}
    if whole is None or round(then) < round(whole):
        return [_("board.why-slower", n=round(now) - round(then), **names)]
    shown = {"then": rounded(assessment.content, then), "now": rounded(assessment.content, now)}
    moved = _moved(assessment, option)
    team = team_of_kind(assessment, "platform")
    key = "moved" if moved else "complete"
    return [_(f"board.why-as-fast-{key}", team=team, stages=moved, **shown, **names)]


def _listed(items: Sequence[Text]) -> Block:
    return bullets(items, ordered=len(items) > 1)


def _reasons(assessment: Assessment) -> list[str]:
    """Return the answers that support the advice, those that decide first."""
    r = assessment.recommendation
    return list(dict.fromkeys([x.because for x in r.reasons] or r.because))


def _two(assessment: Assessment, reasons: Sequence[str]) -> list[str]:
    """Return two undisputed reasons; one, for the first half, of a combination.

    What the second half is for has a line of its own.
    """
    r = assessment.recommendation
    counted = [w for w in reasons if any(c.isdigit() for c in w)]
    found = undoubted(assessment, [*counted, *reasons])
    if r.combination:
        base = {x.because for x in assessment.verdicts[r.combination.base].readings}
        found = undoubted(assessment, [w for w in (*counted, *reasons) if w in base])[:1]
    return found[:2]


def _losses(assessment: Assessment) -> list[Text]:
    """Return where time and nights are lost, with their numbers."""
    content, found, stream = assessment.content, list[Text](), assessment.stream
    _ = content.words
    if stream and stream.p50 and stream.wait_share:
        n = None if stream.undecided else len(stream.handoffs)
        handoffs = "" if n is None else _("board.reason-time-no-handoff")
        if n:
            handoffs = _("board.reason-time-handoffs", n=n, number=number_words(content, n))
        days = _("board.reason-time-words", **days_words(assessment, stream))
        if n and (there := stream.handoff_wait) is not None:
            words = days_words(assessment, stream) | {"there": rounded(content, there)}
            days = _("board.reason-time-at", n=n, number=number_words(content, n), **words)
            handoffs = ""
        told = filter(None, (days, handoffs, _handoffs_left(assessment, n)))
        waits = titled(_("board.reason-time"), " ".join(told))
        found.append((*waits, *_as_fast(assessment)))
    if stuck := _stuck(assessment):
        told = filter(None, (stuck, _ended_by(assessment)))
        found.append(titled(_("board.reason-nights"), " ".join(told)))
    return found


def _as_fast(assessment: Assessment) -> Text:
    """Return that today's way with more people is about as fast, if it is."""
    rival = rival_today(assessment)
    if rival is None or not rival.close:
        return ()
    _, key = assessment.content.words, "board.reason-time-rival"
    words = {"rival": rival.option.short, "whole": rounded(assessment.content, rival.half)}
    return (Span(" "), *with_reference(_, key, "options", _("board.options-page"), **words))


def _stuck(assessment: Assessment) -> str:
    """Return how many of the drills showed a gap, if any did."""
    played = [drill for drill in assessment.drills if drill.answered]
    gaps = [drill for drill in played if set(drill.outcomes) - {"ends-well", "unknown"}]
    if not gaps:
        return ""
    words = {"n": len(played), "gaps": len(gaps), "all": len(played)}
    return assessment.content.words("board.reason-nights-words", **words)


def _ended_by(assessment: Assessment) -> str:
    """Return how the advice ends what drills showed, if teams run what they build."""
    option = one_option(assessment)
    if option is None or "today" in option.roles:
        return ""
    pattern = assessment.content.pattern(option.patterns[0])
    if any(pattern.holders[stage] != "product" for stage in ("model", "serving")):
        return ""
    return assessment.content.words("board.reason-nights-then", name=pattern.short)


def _handoffs_left(assessment: Assessment, today: int | None) -> str:
    """Return how many handoffs the advice leaves once complete, if fewer."""
    option = one_option(assessment)
    if not today or option is None or "today" in option.roles:
        return ""
    first = first_half(assessment) or option
    if first.handoffs is None or first.handoffs >= today:
        return ""
    key = "left" if first.handoffs else "left-none"
    words = {"n": first.handoffs, "name": first.short}
    return assessment.content.words(f"board.reason-time-{key}", **words)


def _moved(assessment: Assessment, option: Option) -> str:
    """Return the stages that today's pattern gives to the central team, if few."""
    bars, stages = option.stream.bars if option.stream else (), assessment.answers.stages or ()
    kind, names = assessment.teams.kind, list[str]()
    for stage, bar in zip(stages, bars, strict=True):
        moves = stage.team and bar.holder == "platform" and kind(stage.team) != "platform"
        if moves and not is_independent(assessment.teams, assessment.answers, stage):
            names.append(in_one_line(stage.name or ""))
    if not all(names) or len(names) > _FEW_STAGES:
        return ""
    return assessment.listing(assessment.content.words("board.quoted", words=n) for n in names)


def _fitting(assessment: Assessment, option: Option) -> list[Option]:
    """Return the options that fit as well as the advised one, and are no part of it."""
    return [
        o
        for o in assessment.options
        if o.verdict in FITTING
        and not o.excluded
        and o.patterns
        and o is not option
        and not set(o.patterns) <= set(option.patterns)
        and "today" not in o.roles
    ]


def if_nothing_is_done(assessment: Assessment) -> str:
    """Return what stays where nobody acts: days, risks, and what is at stake."""
    _, sentences = assessment.content.words, []
    stream = assessment.stream
    if stream and stream.p50 and stream.wait_share:
        option = one_option(assessment)
        certain = "-certain" if stream.p50 == stream.p90 else ""
        # The box has the days of today where the advice changes them.
        told = option is not None and option.lead_time.half not in (None, stream.p50)
        key = "board.nothing-as-today" if told else f"board.nothing-days{certain}"
        if option is None or "today" not in option.roles:  # else the advice changes no days
            sentences.append(_(key, half=rounded(assessment.content, stream.p50)))
    urgent, risks = assessment.of_severity("critical"), assessment.of_severity("risk")
    for key, found in (("urgent", urgent), ("risks", risks)):
        if found:
            # What a decision would end is lost without it; other risks may stay in any case.
            ended = sorted(found[:FEW_RISKS], key=lambda f: f.status != "settled")
            first = [f.statement for f in ended[:1]]
            sentences.append(_(f"board.nothing-{key}", n=len(found), first=" ".join(first)))
            break
    option = one_option(assessment)
    if option is not None and "today" in option.roles:  # else it is among the reasons
        sentences.append(_stuck(assessment))
    if value := assessment.answers.model_value:
        depends = {"model": assessment.model, "value": in_one_line(value)}
        sentences.append(_("board.depends-words", **depends))
    return " ".join(filter(None, sentences))


def one_model(assessment: Assessment) -> str:
    """Return the model that was looked at, and of how many."""
    answers, _ = assessment.answers, assessment.content.words
    if not answers.model or (answers.models_in_production or 0) < 2:
        return assessment.model
    return _("board.one-of-models", model=assessment.model, n=answers.models_in_production)


# -- the days, drawn ----------------------------------------------------------------------------


_Kind = Literal["today", "agreed", "advised", "both", "stay", "fits", "turned"]


@dataclass(frozen=True)
class Way:
    """A way of working as the first two pages set it beside others."""

    kind: _Kind
    """What it is among the ways that are compared.

    both: agreed and advised · stay: today's, and advised.
    """
    pattern: Pattern
    half: float | None
    handoffs: int | None
    stream: PatternStream | None
    """The stages as they would be; None for today's."""

    @property
    def is_advised(self) -> bool:
        return self.kind in ("advised", "both", "stay")


def days_compared(assessment: Assessment, option: Option, drawn: bool) -> list[Block]:
    """Return the days of half of all changes, as a picture or in words.

    Where fewer than two ways of working have days, only what else there is, in words.
    """
    _, ways = assessment.content.words, ways_compared(assessment, option)
    known = [w for w in ways if w.half is not None]
    if len(known) < 2:
        others = [w for w in ways if w.pattern not in option.patterns]
        said = [
            _(
                "board.days-meaning",
                label=way_label(assessment, w),
                meaning=found["meaning"].removesuffix("."),
            )
            for w in others
            if (found := meaning_of(assessment, (w.pattern,)))
        ]
        return [paragraph(" ".join(said), tone="muted")] if said else []
    title = _("board.days-title", model=one_model(assessment))
    rows = [
        _("board.days-row", label=way_label(assessment, w), end=_end(assessment, w)) for w in known
    ]
    stays = "today" in option.roles  # then nothing else says what is advised
    named = [
        p for p in dict.fromkeys(w.pattern for w in known) if stays or p not in option.patterns
    ]
    meant = [meaning_of(assessment, (p,)) for p in named]
    named_words = [_("board.name-is", **m) for m in meant if m]
    caption = " ".join(named_words)
    if not drawn:
        meaning = [paragraph(caption, tone="muted")] if caption else []
        return [paragraph(title), bullets(rows), *meaning]
    alt = _("board.days-alt", title=title, rows=" ".join(rows))
    return [d.picture_of(partial(_draw, assessment, known, title), alt, caption)]


def ways_compared(assessment: Assessment, option: Option) -> list[Way]:
    """Return the ways of working to compare; what is the same in two of them is one."""
    today, first = todays_option(assessment), first_half(assessment) or option
    found = list[Way]()

    def add(kind: _Kind, way: Option, state: Option | AsAgreed) -> None:
        if way.patterns:
            under = None if "today" in way.roles else state.stream
            days = state.lead_time.half
            found.append(Way(kind, way.patterns[0], days, state.handoffs, under))

    if today is not None and today is not first:
        add("today", today, today)
    chosen = option_as_agreed(assessment)
    agreed = chosen if chosen is not None and "today" not in chosen.roles else None
    differs = agreed is not None and (agreed is not first or keeps_handoffs(first))
    if agreed is not None and differs:
        add("agreed", agreed, agreed.agreed or agreed)
    kind: _Kind = "both" if agreed is not None and not differs else "advised"
    add("stay" if "today" in first.roles else kind, first, first)
    for rival in _fitting(assessment, option):
        add("fits", rival, rival)
    for turned in turned_to(assessment):
        add("turned", turned, turned)
    return found[:_WAYS]


def way_label(assessment: Assessment, way: Way) -> str:
    """Return which way of working it is, with its name."""
    name, kept = assessment.content.pattern(way.pattern).short, kept_days(assessment)
    if way.kind == "agreed" and kept:
        return assessment.content.words("board.days-agreed-ships", name=name)
    complete = "-complete" if way.kind == "advised" and kept else ""
    return assessment.content.words(f"board.days-{way.kind}{complete}", name=name)


def _end(assessment: Assessment, way: Way) -> str:
    """Return the days of a way of working, and its handoffs."""
    _, days = assessment.content.words, rounded(assessment.content, way.half or 0)
    if way.handoffs is None:
        return _("board.days-only", days=days)
    key = "handoffs" if way.handoffs else "no-handoff"
    return _(f"board.days-{key}", days=days, n=way.handoffs)


_ROW, _BAR, _LINE, _GAP = 0.225, 0.14, 0.155, 0.12
"""Inches of a row, a bar, a line of type, and between words and a bar."""
_LEAST = 2.0
"""The least inches of the longest bar beside its words, else below them."""


def _draw(assessment: Assessment, ways: Sequence[Way], title: str, width: float) -> str:
    """Return one bar for each way of working as SVG, the advised one in colour."""
    labels = [way_label(assessment, w) for w in ways]
    ends = [_end(assessment, w) for w in ways]
    left = max(d.text_width(x, weight="semibold") for x in labels) + _GAP
    right = max(d.text_width(x) for x in ends) + _GAP
    above = width - left - right < _LEAST
    left = 0.0 if above else left
    head = d.wrap(title, width, d.SMALL)
    row = _ROW + (_LINE if above else 0.0)
    sheet = d.Sheet(width, row * len(ways) + _LINE * len(head) + 0.06)
    top = sheet.height - _LINE * len(head)
    middle = sheet.height - _LINE * len(head) / 2
    sheet.write(0, middle, "\n".join(head), size=d.SMALL, color=d.GREY)
    scale = (width - left - right) / max(max(w.half or 0 for w in ways), 1.0)
    for at, (way, label, end) in enumerate(zip(ways, labels, ends, strict=True)):
        foot, days = top - row * (at + 1), way.half or 0
        y, ink = foot + _ROW / 2 - 0.03, d.BLUE if way.is_advised else d.INK
        weight: d.Weight = "semibold" if way.is_advised else "normal"
        with sheet.mark(f"{label}: {end}"):
            place = (0.0, foot + _ROW + _LINE / 2 - 0.05) if above else (0.0, y)
            room = width if above else left
            sheet.write(*place, d.shorten_to(label, room, weight=weight), color=ink, weight=weight)
            sheet.rectangle(
                left,
                y - _BAR / 2,
                max(days * scale, 0.02),
                _BAR,
                fill=d.BLUE if way.is_advised else d.LINE,
                edge=d.BLUE if way.is_advised else d.GREY,
                line=0.6,
            )
            sheet.write(left + days * scale + 0.07, y, end, color=ink, weight=weight)
    return sheet.svg()
