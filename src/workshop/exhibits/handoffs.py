"""Show handoffs, the value stream in working days, and one team's check.

Stages are drawn to scale: today, and the same work under each pattern.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from workshop.documents.blocks import (
    Block,
    Bullets,
    Cell,
    Column,
    Picture,
    Span,
    Table,
    Tone,
    bullets,
    card,
    cell,
    column,
    heading,
    paragraph,
    table,
)
from workshop.documents.drawing import (
    AMBER,
    BLUE,
    GREY,
    INK,
    LINE,
    PAGE,
    PAGE_WIDTH,
    RED,
    SMALL,
    SOLID,
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
from workshop.exhibits.layout import (
    capital,
    date_words,
    graded,
    in_two_columns,
    named,
    team_words,
)
from workshop.exhibits.patterns import compared, mark_tone, marks
from workshop.findings import Assessment
from workshop.findings.handoffs import (
    Handoff,
    PatternStream,
    StageDays,
    ValueStream,
    VerticalItem,
    days_words,
    rounded,
)
from workshop.findings.patterns.options import Option, decides_pattern
from workshop.findings.plan import Action, actions
from workshop.findings.situation import Situation

ROWS = 24
"""Stages in one picture; a longer stream continues in the next.

All have the same scale.
"""
_HANDOFF, _BUILDER = "↓", "●"
"""The marks of a handoff and of the builder; the key of each picture says so."""
_PITCH, _BAR = 0.29, 0.15
_LINE, _LEAST = 0.155, 2.5
"""Inches: a line of words above bars, the shortest bars beside their words."""
_NAME_ROOM = 1.7
"""The most inches for the name of a stage."""


@dataclass(frozen=True)
class Scale:
    """Converts days to inches: day 0 is at `left`, `days` at `right`."""

    left: float
    right: float
    days: float

    def __call__(self, days: float) -> float:
        return self.left + (self.right - self.left) * days / self.days


def stream_end(stream: ValueStream) -> float:
    """Return the last day that a picture of the stream must show; never 0."""
    last = stream.stages[-1]
    likely = last.start + (last.wait or 0.0) + (last.touch or 0.0)
    return max(likely, stream.p90 or 0.0) or 1.0


def draw_timeline(
    assessment: Assessment, stream: ValueStream, rows: range, width: float = PAGE_WIDTH
) -> str:
    """Return some of the stages (from 0) as SVG, as a stair of bars.

    Where bars beside their words would be short, the words are above them.
    """
    _ = assessment.content.words
    shown = stream.stages[rows.start : rows.stop]
    names = [shorten_to(stage_name(assessment, s), _NAME_ROOM, weight="semibold") for s in shown]
    stage_room = max(text_width(n, weight="semibold") for n in names)
    team_at = 0.32 + stage_room + 0.12
    scale = Scale(max(2.2, team_at + 1.1), width - 0.25, stream_end(stream))
    above = scale.right - scale.left < _LEAST
    if above:
        scale = Scale(0.17, width - 0.12, scale.days)  # left of it is room for a handoff's sign
    key = _key(assessment, width, shown, [s for s in stream.handoffs if s.at in rows])
    axis, over = _("handoffs.axis"), _LINE + 0.02 if above else 0.0
    foot = 0.27 + _KEY_LINE * len(key) + axis_room(scale, axis)
    head = 0.5 if stream.p50 is not None else 0.28
    pitch = _PITCH + over
    sheet = Sheet(width, foot + pitch * len(shown) + head)
    top = sheet.height - head
    middles = [top - pitch * row - over - _PITCH / 2 for row in range(len(shown))]
    stretches = [(y - 0.11, y + 0.11) for y in middles] if above else [(foot, top)]
    if not above:
        for x, words in ((0.32, _("handoffs.head-stage")), (team_at, _("handoffs.head-team"))):
            sheet.write(x, top + 0.12, words, size=SMALL, color=GREY)
    draw_axis(assessment, sheet, scale, foot, stretches, axis)
    _percentile_lines(assessment, stream, sheet, scale, stretches, top)
    for row, (stage, y) in enumerate(zip(shown, middles, strict=True)):
        at = rows.start + row
        end = scale.left - 0.1
        if above:
            days = _days_words(assessment, stage)
            up = y + 0.12 + _LINE / 2
            sheet.write(width - 0.03, up, days, size=SMALL, side="right")
            end = width - 0.13 - text_width(days, SMALL)
        _label(assessment, sheet, stage, names[row], at, up if above else y, team_at, end)
        with sheet.mark(stage_words(assessment, stream, at)):
            _stage_bar(assessment, stream, sheet, scale, at, y, told=above)
        if at and above and stream.handoff_at(at) is not None:
            handoff_sign(sheet, scale(stage.start) - 0.07, y)
        elif at and not above:
            _step(stream, sheet, scale, at, y, above=row > 0)
    draw_key(sheet, key)
    return sheet.svg()


def stage_name(assessment: Assessment, stage: StageDays) -> str:
    """Return what is done in a stage: the name that was given, else its kind."""
    return stage.name or assessment.content.words(f"handoffs.stage-{stage.stage}")


def stage_words(assessment: Assessment, stream: ValueStream, at: int) -> str:
    """Return a stage with its team and days as a sentence."""
    _, stage = assessment.content.words, stream.stages[at]
    row = _(
        "handoffs.stream-alt-row",
        number=at + 1,
        stage=stage_name(assessment, stage),
        team=team_words(assessment.content, stage.team),
        wait=days_or_unknown(assessment, stage.wait),
        touch=days_or_unknown(assessment, stage.touch),
    )
    if stream.handoff_at(at) is None:
        return row
    return f"{_('handoffs.stream-alt-handoff', number=at + 1)} {row}"


_Stretches = Sequence[tuple[float, float]]
"""From where to where lines go upwards: past bars, not through words above."""


def axis_room(scale: Scale, words: str) -> float:
    """Return the inches that the name of the scale takes below its numbers."""
    return 0.0 if text_width(words, SMALL) <= scale.left - 0.12 else _LINE


def draw_axis(
    assessment: Assessment,
    sheet: Sheet,
    scale: Scale,
    foot: float,
    stretches: _Stretches,
    words: str,
) -> None:
    """Draw the scale of days, named where there is room, with faint lines."""
    for day in nice_ticks(scale.days, 6):
        x = scale(day)
        for low, high in stretches:
            sheet.line([(x, low), (x, high)], color=LINE, width=0.6, level=0)
        shown = assessment.content.words.number(day)
        sheet.write(x, foot - 0.1, shown, size=SMALL, color=GREY, side="center")
    sheet.line([(scale.left, foot), (scale.right, foot)], color=GREY, width=0.8)
    down = axis_room(scale, words)
    x = scale.right if down else scale.left - 0.12
    sheet.write(x, foot - 0.1 - down, words, size=SMALL, color=GREY, side="right")


def _percentile_lines(
    assessment: Assessment,
    stream: ValueStream,
    sheet: Sheet,
    scale: Scale,
    stretches: _Stretches,
    top: float,
) -> None:
    """Draw P50 and P90 past the bars, with labels above."""
    least = "-least" if stream.lower_bound else ""
    sides: tuple[Side, Side] = "left", "right"
    lines: list[tuple[str, float | None, float, Dash]] = [
        ("p50", stream.p50, 0.12, SOLID),
        ("p90", stream.p90, 0.34, (4, 2)),
    ]
    if stream.p50 == stream.p90:
        lines = [("both", stream.p50, 0.12, SOLID)]
    for name, days, up, style in lines:
        if days is None:
            continue
        x = scale(days)
        for low, high in stretches:
            end = top + up - 0.02 if high == top else high
            sheet.line([(x, low), (x, end)], width=0.9, dash=style)
        words = assessment.content.words(
            f"handoffs.line-{name}{least}", days=rounded(assessment.content, days)
        )
        fits = x - 0.05 - text_width(words, SMALL, "semibold") > 0
        at, side = x - 0.05 if fits else x + 0.05, sides[fits]
        if stretches[0][1] != top:  # the lines end below: their looks say which is which
            at, side, up = 0.4, sides[False], 0.46 - up if len(lines) > 1 else up
            sheet.line([(0.04, top + up), (0.34, top + up)], width=0.9, dash=style)
        sheet.write(at, top + up, words, size=SMALL, weight="semibold", side=side)


def _label(
    assessment: Assessment,
    sheet: Sheet,
    stage: StageDays,
    name: str,
    at: int,
    y: float,
    team_at: float,
    end: float,
) -> None:
    sheet.write(0.2, y, str(at + 1), size=SMALL, color=GREY, side="right")
    sheet.write(0.32, y, name, weight="semibold")
    team = capital(team_words(assessment.content, stage.team))
    color = GREY if stage.team is None else INK
    if stage.team is not None and not assessment.teams.is_somebody(stage.team):
        color = RED
    elif assessment.teams.same(stage.team, assessment.answers.builder):
        team, color = f"{_BUILDER} {team}", BLUE
    sheet.write(team_at, y, shorten_to(team, end - team_at), color=color)


def _stage_bar(
    assessment: Assessment,
    stream: ValueStream,
    sheet: Sheet,
    scale: Scale,
    at: int,
    y: float,
    told: bool,
) -> None:
    """Draw one stage's waiting and work; beside them their days, unless `told` above.

    The days are left of the bar where a line of all days would cross them.
    """
    stage = stream.stages[at]
    handoff = stream.handoff_at(at) is not None
    solid = BLUE if assessment.teams.same(stage.team, assessment.answers.builder) else GREY
    x = scale(stage.start)
    for days, hollow in ((stage.wait, True), (stage.touch, False)):
        if days is None:
            continue
        width = scale(days) - scale.left
        draw_bar(sheet, x, y, width, _BAR, hollow=hollow, color=solid, handoff=handoff)
        x += width
    if told:
        return
    words = _days_words(assessment, stage)
    first, last = x + 0.06, x + 0.06 + text_width(words, SMALL)
    lines = (scale(days) for days in (stream.p50, stream.p90) if days is not None)
    right = last <= sheet.width and not any(first - 0.04 < at_x < last + 0.04 for at_x in lines)
    at_x = first if right else scale(stage.start) - 0.06
    sheet.write(at_x, y, words, size=SMALL, side="left" if right else "right", on_page=True)


def draw_bar(
    sheet: Sheet,
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    hollow: bool,
    color: str = GREY,
    handoff: bool = False,
) -> None:
    """Draw waiting (hollow; amber at a handoff) or work (filled), centred at y."""
    if width <= 0:
        return
    look: dict[str, Any] = (
        {"fill": PAGE, "edge": AMBER if handoff else GREY, "line": 1.1 if handoff else 0.8}
        if hollow
        else {"fill": color, "edge": GREY if color == LINE else color}
    )
    sheet.rectangle(x, y - height / 2, width, height, level=2, **look)


def _step(stream: ValueStream, sheet: Sheet, scale: Scale, at: int, y: float, above: bool) -> None:
    """Join a stage with the one before; a handoff is amber and marked."""
    x = scale(stream.stages[at].start)
    handoff = stream.handoff_at(at) is not None
    upper = y + _PITCH - _BAR / 2 if above else y + _PITCH / 2
    color, width = (AMBER, 1.4) if handoff else (GREY, 0.8)
    sheet.line([(x, upper), (x, y + _BAR / 2)], color=color, width=width, level=3)
    if handoff:
        sheet.write(
            x - 0.04,
            y + _PITCH / 2,
            _HANDOFF,
            size=10,
            color=AMBER,
            weight="semibold",
            side="right",
        )


def _days_words(assessment: Assessment, stage: StageDays) -> str:
    """Return a stage's days of waiting and of work; “?” if unknown."""
    wait, touch = (
        "?" if days is None else rounded(assessment.content, days)
        for days in (stage.wait, stage.touch)
    )
    return assessment.content.words("handoffs.bar", wait=wait, touch=touch)


def _key(
    assessment: Assessment, width: float, stages: Sequence[StageDays], handoffs: Sequence[Handoff]
) -> list[_Key]:
    """Return the legend of the signs that occur."""
    _ = assessment.content.words
    items: _Key = [
        (_("handoffs.key-wait"), partial(_key_bar, hollow=True)),
        (_("handoffs.key-work"), _key_bar),
        (_("handoffs.key-handoff"), _key_sign),
    ]
    if any(s.wait for s in handoffs):
        handoff_wait = partial(_key_bar, hollow=True, handoff=True)
        items.append((_("handoffs.key-wait-at-handoff"), handoff_wait))
    if any(assessment.teams.same(s.team, assessment.answers.builder) for s in stages):
        items.append((_("handoffs.key-builder"), partial(_sign, mark=_BUILDER, color=BLUE)))
    if any(s.wait is None or s.touch is None for s in stages):
        items.append((_("handoffs.key-unknown"), partial(_sign, mark="?", color=INK, right=0.02)))
    return key_lines(items, width)


def handoff_sign(sheet: Sheet, x: float, y: float, sign: str = _HANDOFF) -> None:
    """Draw the mark of a handoff."""
    sheet.write(x, y, sign, size=10, color=AMBER, weight="semibold", side="center")


_Key = list[tuple[str, Callable[[Sheet, float, float], None]]]
"""Words of a legend, each with what draws its sign, a quarter inch wide."""
_KEY_LINE = 0.2


def _sign(sheet: Sheet, x: float, y: float, mark: str, color: str, right: float = 0) -> None:
    sheet.write(x + 0.12 + right, y, mark, color=color, side="center")


def _key_bar(sheet: Sheet, x: float, y: float, hollow: bool = False, **look: Any) -> None:
    draw_bar(sheet, x, y, 0.24, 0.13, hollow=hollow, **look)


def _key_sign(sheet: Sheet, x: float, y: float) -> None:
    handoff_sign(sheet, x + 0.12, y)


def key_lines(items: _Key, width: float) -> list[_Key]:
    """Return the parts of a legend in lines of so many inches."""
    lines: list[_Key] = [[]]
    x = 0.05
    for words, draw in items:
        wide = 0.3 + text_width(words, SMALL)
        if lines[-1] and x + wide > width + 0.01:
            lines.append([])
            x = 0.05
        lines[-1].append((words, draw))
        x += wide + 0.22
    return lines


def draw_key(sheet: Sheet, lines: Sequence[_Key]) -> None:
    """Draw signs with their words in lines at the foot."""
    for up, line in enumerate(reversed(lines)):
        x, y = 0.05, 0.1 + _KEY_LINE * up
        for words, draw in line:
            draw(sheet, x, y)
            sheet.write(x + 0.3, y, words, size=SMALL, color=GREY)
            x += 0.3 + text_width(words, SMALL) + 0.22


_LANE, _LOW_LANE, _FEW_LANES = 0.36, 0.3, 6
"""The height of a lane, and of each of more lanes than these few.

Higher ones make a slide's drawing so small that nobody in the last row reads it.
"""
_DAYS = 0.97, 0.05
"""Where the two columns of days end, in inches from the right."""


def draw_by_pattern(assessment: Assessment, stream: ValueStream, width: float = PAGE_WIDTH) -> str:
    """Return today's stream and that of each option as SVG, on one scale.

    Each lane is labelled with its option's roles, or as excluded. Where bars beside their words
    would be short, the words are above them.
    """
    text = assessment.content.words
    ends = [b.start + b.wait + b.touch for u in stream.under for b in u.bars[-1:]]
    lanes = _drawn_lanes(assessment)
    names = [text("handoffs.today"), *(lane.name for lane in lanes)]
    wide = [text_width(n, weight="semibold") for n in names]
    wide += [text_width(lane.mark, SMALL) for lane in lanes]
    wide.append(text_width(text("handoffs.axis"), SMALL) + 0.03)
    left = min(max(wide) + 0.15, 2.2)
    scale = Scale(left, width - 1.52, max([stream_end(stream), *ends]))
    above = scale.right - scale.left < _LEAST
    if above:
        scale = Scale(0.1, width - 0.12, scale.days)
    ends_at = [width - right for right in _DAYS]
    apart = ends_at[1] - ends_at[0] - 0.12
    heads = [wrap(text(f"handoffs.head-{words}"), apart, SMALL) for words in ("half", "ten")]
    line = 1.25 * SMALL / 72
    key = _pattern_key(assessment, width)
    foot = 0.27 + _KEY_LINE * len(key) + axis_room(scale, text("handoffs.axis"))
    head = 0.3 + line * (max(map(len, heads)) - 1)
    tall = _LANE if above or len(names) <= _FEW_LANES else _LOW_LANE
    roles = [wrap(mark, width, SMALL) for mark in ("", *(lane.mark for lane in lanes))]
    if not above:
        roles = [[], *([shorten_to(x.mark, left - 0.1, SMALL)] if x.mark else [] for x in lanes)]
    over = [_LINE * (1 + len(lines)) + 0.04 if above else 0.0 for lines in roles]
    sheet = Sheet(width, foot + tall * len(names) + sum(over) + head)
    top = sheet.height - head
    feet = [top - tall * (at + 1) - sum(over[: at + 1]) for at in range(len(names))]
    stretches = [(y + 0.02, y + 0.28) for y in feet] if above else [(foot, top)]
    draw_axis(assessment, sheet, scale, foot, stretches, text("handoffs.axis"))
    for lines, x in zip(heads, ends_at, strict=True):
        middle = top + 0.15 + line * (len(lines) - 1) / 2
        sheet.write(x, middle, "\n".join(lines), size=SMALL, color=GREY, side="right")
    for at, (name, low) in enumerate(zip(names, feet, strict=True)):
        y = low + (0.15 if above else tall / 2 - 0.05)  # the sign of a handoff is above the bar
        under: ValueStream | PatternStream = stream
        own = False
        if at == 0:
            with sheet.mark(_lane_text(assessment, name, len(stream.handoffs), stream)):
                _today_lane(stream, sheet, scale, y)
        else:
            option, under = lanes[at - 1].option, lanes[at - 1].under
            own = mark_tone(option) == "ours"
            edge = low + tall + over[at]
            sheet.line([(0, edge), (width, edge)], color=LINE, width=0.6)
            with sheet.mark(_lane_text(assessment, lanes[at - 1].said, under.handoffs, under)):
                _pattern_lane(sheet, scale, lanes[at - 1].under, y)
        room = ends_at[0] - 0.35 if above else left - 0.1
        written = [shorten_to(name, room, weight="semibold"), *roles[at]]
        y = low + (tall + over[at] - 0.09 if above else tall / 2)
        _lane_words(assessment, sheet, written, y, ends_at, under, own, above)
    draw_key(sheet, key)
    return sheet.svg()


def _pattern_key(assessment: Assessment, width: float) -> list[_Key]:
    _ = assessment.content.words
    kept = any(bar.keeps for lane in _drawn_lanes(assessment) for bar in lane.under.bars)
    items: _Key = [
        (_("handoffs.key-wait"), partial(_key_bar, hollow=True)),
        (_(f"handoffs.key-today{'-or-kept' if kept else ''}"), partial(_key_bar, color=INK)),
        (_("handoffs.key-platform"), partial(_key_bar, color=LINE)),
        (_("handoffs.key-product"), partial(_key_bar, color=BLUE)),
        (_("handoffs.key-any-handoff"), _key_sign),
    ]
    stream = assessment.stream
    if stream and any(s.wait for s in stream.handoffs):
        handoff_wait = partial(_key_bar, hollow=True, handoff=True)
        items.insert(1, (_("handoffs.key-wait-at-handoff"), handoff_wait))
    return key_lines(items, width)


def _lane_words(
    assessment: Assessment,
    sheet: Sheet,
    written: Sequence[str],
    y: float,
    ends_at: Sequence[float],
    under: ValueStream | PatternStream,
    own: bool,
    above: bool,
) -> None:
    """Write a lane's name, roles and days: beside its bars at y, or above."""
    color = BLUE if own else INK
    name, *roles = written
    up = 0.07 if roles and not above else 0
    sheet.write(0, y + up, name, weight="semibold", color=color)
    for at, words in enumerate(roles):
        down = _LINE * (at + 1) if above else 0.09
        sheet.write(0, y - down, words, size=SMALL, color=color if own else GREY)
    for days, x in zip((under.p50, under.p90), ends_at, strict=True):
        least = "≥ " if under.lower_bound else ""
        shown = "?" if days is None else least + rounded(assessment.content, days)
        sheet.write(x, y, shown, side="right", color=color)


def _today_lane(stream: ValueStream, sheet: Sheet, scale: Scale, y: float) -> None:
    for at, stage in enumerate(stream.stages):
        x, handoff = scale(stage.start), stream.handoff_at(at) is not None
        wait = scale(stage.wait or 0.0) - scale.left
        touch = scale(stage.touch or 0.0) - scale.left
        draw_bar(sheet, x, y, wait, 0.17, hollow=True, handoff=handoff)
        draw_bar(sheet, x + wait, y, touch, 0.17, hollow=False, color=INK)
        if handoff:
            handoff_sign(sheet, x, y + 0.165)


def _pattern_lane(sheet: Sheet, scale: Scale, under: PatternStream, y: float) -> None:
    handoffs = {c.at: c for c in under.changes if c.change != "vanishes"}
    if under.entrance is not None:
        handoffs[0] = under.entrance
    for at, bar in enumerate(under.bars):
        x, wait = scale(bar.start), scale(bar.wait) - scale.left
        color = LINE if bar.holder == "platform" else BLUE
        draw_bar(sheet, x, y, wait, 0.17, hollow=True, handoff=at in handoffs)
        draw_bar(
            sheet,
            x + wait,
            y,
            scale(bar.touch) - scale.left,
            0.17,
            hollow=False,
            color=INK if bar.keeps else color,
        )
        if at in handoffs:
            sign = _HANDOFF + ("?" if handoffs[at].wait is None else "")
            handoff_sign(sheet, x, y + 0.165, sign)


def value_stream_by_pattern(assessment: Assessment) -> Exhibit:
    """Return the stream under each pattern: bars, responsible teams, handoffs."""
    _, stream = assessment.content.words, assessment.stream
    lead = _pattern_lead(assessment)
    head = heading(2, _("handoffs.pattern-title"), lead, anchor="days-by-pattern")
    if stream is None:
        return Exhibit("value-stream-by-pattern", (head, _holder_table(assessment)), ())
    blocks: list[Block] = [head]
    if stream.p50 is not None:
        blocks.append(
            picture_of(
                lambda width: draw_by_pattern(assessment, stream, width),
                _pattern_alt(assessment, stream),
                " ".join(_pattern_caption(assessment, stream)),
            )
        )
    drawn = tuple(blocks)
    after: list[Block] = [paragraph(words) for words in _entrances(assessment, stream)]
    shown = (*drawn, _pattern_table(assessment, stream), *after)
    if stream.p50 is None:
        return Exhibit("value-stream-by-pattern", shown)
    assumed = (heading(3, _("handoffs.assumptions")), *in_two_columns(stream.assumptions))
    # The table repeats what is drawn, so paper does without where there is a picture.
    title = Span(f"{_('handoffs.assumptions')}: ", strong=True)
    said = paragraph((title, Span(" ".join(stream.assumptions))), small=True)
    return Exhibit("value-stream-by-pattern", (*shown, *assumed), (*drawn, *after, said))


def _pattern_caption(assessment: Assessment, stream: ValueStream) -> Iterator[str]:
    """Yield what to know about the picture, and about the signs that it has."""
    if stream.p50 != stream.p90:
        yield assessment.content.words("handoffs.pattern-bars")
    yield from _differs(assessment, stream)
    drawn = [c for _, u in _lanes(assessment) for c in (*u.changes, u.entrance) if c is not None]
    if any(c.change != "vanishes" and c.wait is None for c in drawn):
        yield assessment.content.words("handoffs.pattern-caption-unknown")


def _differs(assessment: Assessment, stream: ValueStream) -> Iterator[str]:
    """Yield why today's days are more than those of today's own pattern, if they are."""
    for option in assessment.options:
        under = option.stream
        if "today" not in option.roles or under is None or under.p50 is None:
            continue
        if under.handoffs < len(stream.handoffs) and under.p50 < (stream.p50 or 0.0):
            yield assessment.content.words("handoffs.pattern-differs", name=option.short)


def _pattern_lead(assessment: Assessment) -> str:
    _, stream = assessment.content.words, assessment.stream
    if stream is None:
        return _("handoffs.pattern-lead-empty")
    counts = [u.handoffs for u in stream.under]
    key = "handoffs.pattern-lead" + ("-same" if min(counts) == max(counts) else "")
    lead = _(
        key,
        handoffs=times_words(assessment, len(stream.handoffs)),
        fewest=min(counts),
        most=max(counts),
        same=times_words(assessment, min(counts)),
    )
    return _("handoffs.pattern-lead-undecided", counted=lead) if stream.undecided else lead


def excluded_words(assessment: Assessment, option: Option) -> str:
    """Return the word for an option that a rule excludes, or an empty string."""
    return assessment.content.words("patterns.verdict-excluded") if option.excluded else ""


def _lanes(assessment: Assessment) -> list[tuple[Option, PatternStream]]:
    """Return each option with its stream; a combination has its base's."""
    return [(o, o.stream) for o in compared(assessment) if o.stream is not None]


class _Lane(NamedTuple):
    """A lane of the picture: an option, or the option as decisions leave it."""

    option: Option
    under: PatternStream
    name: str
    mark: str
    words: str = ""
    """Its name as a sentence says it, if more than the name."""

    @property
    def said(self) -> str:
        return self.words or self.name


def _drawn_lanes(assessment: Assessment) -> list[_Lane]:
    """Return the lanes under today's, with what is agreed below the chosen option.

    Names tell apart today's stages from today's pattern done fully, and what is agreed from what it
    is once complete.
    """
    _, found = assessment.content.words, list[_Lane]()
    for option, under in _lanes(assessment):
        kept = option.agreed.stream if keeps_handoffs(option) and option.agreed else None
        # What was chosen is the option as decisions leave it: complete, it is only advised.
        chosen, roles = _("patterns.mark-chosen"), marks(assessment, option)
        own = [role for role in roles if not kept or role != chosen]
        mark = ", ".join(own) or excluded_words(assessment, option)
        key = "whole" if "today" in option.roles else "complete" if kept else "named"
        name = _(f"handoffs.lane-{key}", name=option.short)
        found.append(_Lane(option, under, name, mark))
        if kept:
            words = _("handoffs.ships", team=ships_for_others(assessment))
            name = _("handoffs.lane-agreed", name=option.short)
            mark = ", ".join([*(role for role in roles if role == chosen), words])
            found.append(_Lane(option, kept, name, mark, f"{name}, {words}"))
    return found


def times_words(assessment: Assessment, count: int) -> str:
    """Return the number of handoffs in words: “once”, “3 times”."""
    return assessment.content.words("handoffs.times-n", n=count)


def _lane_text(
    assessment: Assessment, name: str, handoffs: int, under: ValueStream | PatternStream
) -> str:
    """Return a lane as a sentence."""
    return assessment.content.words(
        "handoffs.pattern-alt-row", name=name, n=handoffs, times=_half_and_ten(assessment, under)
    )


def _half_and_ten(assessment: Assessment, under: ValueStream | PatternStream) -> str:
    """Return how long half of all changes take, and one in ten, as a sentence."""
    _ = assessment.content.words
    if under.p50 is None or under.p90 is None:
        return _("handoffs.half-and-ten-unknown")
    certain = "-certain" if under.p50 == under.p90 else ""
    least = "-least" if under.lower_bound else ""
    p50, p90 = (days_words(assessment.content, d) for d in (under.p50, under.p90))
    return _(f"handoffs.half-and-ten{certain}{least}", p50=p50, p90=p90)


def _pattern_alt(assessment: Assessment, stream: ValueStream) -> str:
    text = assessment.content.words
    rows = [_lane_text(assessment, text("handoffs.today"), len(stream.handoffs), stream)]
    rows += [
        _lane_text(assessment, lane.said, lane.under.handoffs, lane.under)
        for lane in _drawn_lanes(assessment)
    ]
    return text("handoffs.pattern-alt", rows=" ".join(rows))


def _pattern_table(assessment: Assessment, stream: ValueStream) -> Table:
    _ = assessment.content.words
    rows: list[list[Cell | str]] = [
        [
            cell(_("handoffs.today"), strong=True),
            "",
            "",
            str(len(stream.handoffs)),
            "",
            "",
            _least(assessment, stream.p50, stream.lower_bound),
            _least(assessment, stream.p90, stream.lower_bound),
        ]
    ]
    for option, under in _lanes(assessment):
        rows.append(
            [
                _name_cell(assessment, option),
                *_holders(assessment, under),
                str(under.handoffs),
                str(len(under.of("vanishes"))),
                str(len(under.of("new"))),
                _least(assessment, under.p50, under.lower_bound),
                _least(assessment, under.p90, under.lower_bound),
            ]
        )
    columns = [
        column(_("handoffs.pattern"), width=2.2),
        column(_("handoffs.platform-holds"), width=1.5),
        column(_("handoffs.product-holds"), width=1.5),
        column(_("handoffs.handoffs-then"), align="right", width=0.6),
        column(_("handoffs.handoffs-gone"), align="right", width=0.6),
        column(_("handoffs.handoffs-new"), align="right", width=0.5),
        column(_("handoffs.p50"), align="right", width=0.75),
        column(_("handoffs.p90"), align="right", width=0.75),
    ]
    return table(columns, rows, caption=_("handoffs.pattern-table-caption"))


def _holder_table(assessment: Assessment) -> Table:
    """Return who does what under each pattern, without any answer."""
    _ = assessment.content.words
    rows = []
    for option in compared(assessment):
        pattern = assessment.content.pattern(option.patterns[0])
        tone = mark_tone(option)
        name = cell(option.short, strong=True, tone=tone, fill=tone != "plain")
        stages = [
            assessment.listing(
                _(f"handoffs.stage-{k}") for k, h in pattern.holders.items() if h == holder
            )
            for holder in ("platform", "product")
        ]
        rows.append([name, *(cell(h or _("handoffs.nothing-held")) for h in stages)])
    columns = [
        column(_("handoffs.pattern"), width=1),
        column(_("handoffs.platform-holds"), width=1.3),
        column(_("handoffs.product-holds"), width=1.3),
    ]
    return table(columns, rows)


def _name_cell(assessment: Assessment, option: Option) -> Cell:
    found = [*marks(assessment, option), *filter(None, [excluded_words(assessment, option)])]
    tone = mark_tone(option)
    words = [Span(option.short)]
    if found:
        words.append(Span(f" ({', '.join(found)})"))
    return cell(words, strong=True, tone=tone, fill=tone != "plain")


def _holders(assessment: Assessment, under: PatternStream) -> list[str]:
    """Return what the platform team and what the product teams would do."""
    _ = assessment.content.words
    holders = {bar.stage: bar.holder for bar in under.bars}
    if len(holders) > 1 and len(set(holders.values())) == 1:
        names = {"platform": _("handoffs.nothing-held"), "product": _("handoffs.nothing-held")}
        names[under.bars[0].holder] = _("handoffs.all-held")
        return list(names.values())
    return [
        assessment.listing(
            _(f"handoffs.stage-{kind}") for kind, h in holders.items() if h == holder
        )
        or _("handoffs.nothing-held")
        for holder in ("platform", "product")
    ]


def _least(assessment: Assessment, days: float | None, least: bool) -> Cell:
    if days is None:
        return cell("?", tone="muted")
    shown = rounded(assessment.content, days)
    return cell(assessment.content.words("handoffs.least", days=shown) if least else shown)


def _entrances(assessment: Assessment, stream: ValueStream) -> list[str]:
    """Return sentences on patterns in which work waits before its first stage."""
    new = [u for u in stream.under if u.entrance is not None]
    if not new:
        return []
    _, wait = assessment.content.words, new[0].entrance.wait if new[0].entrance else None
    patterns = assessment.listing(u.pattern.short for u in new)
    if wait is None:
        return [_("handoffs.pattern-entrance-unknown", patterns=patterns)]
    days = days_words(assessment.content, wait)
    return [_("handoffs.pattern-entrance", patterns=patterns, days=days)]


def days_or_unknown(situation: Situation, days: float | None) -> str:
    """Return days in words; “not answered” if they are unknown."""
    return (
        situation.content.words("common.unknown")
        if days is None
        else days_words(situation.content, days)
    )


_LOOKS: dict[bool | None, tuple[str, Tone]] = {
    True: ("yes", "strength"),
    False: ("no", "warning"),
    None: ("unknown", "muted"),
}


def vertical_check(assessment: Assessment) -> Exhibit:
    """Return the check item by item, the breakages, and what a rule permits."""
    _, check = assessment.content.words, assessment.vertical
    given = check.in_place + check.gaps
    key = "lead" if check.unknown else "lead-answered"
    lead = _(
        f"vertical.{key}" if given else "vertical.lead-empty",
        all=len(check.items),
        yes=check.in_place,
        no=check.gaps,
        unknown=check.unknown,
    )
    columns = [
        column(_("vertical.what"), width=1.5),
        column(_("vertical.state"), width=0.75),
        column(_("vertical.found"), width=2.8),
    ]
    keys = dict.fromkeys(key for item in check.items for key in item.sources)
    caption = _("vertical.caption", sources=", ".join(keys))
    rows = [
        [
            cell(_(f"vertical.name-{item.id}")),
            _state(assessment, item),
            cell(item.words, tone="plain" if item.holds is not None else "muted"),
        ]
        for item in check.items
    ]
    instead = _("vertical.instead")
    blocks: list[Block] = [
        heading(2, _("vertical.title"), lead),
        table(columns, rows, caption=caption),
    ]
    if check.permitted:
        blocks.append(
            card(
                _("vertical.permitted-title"),
                [paragraph(_("vertical.permitted-lead")), bullets(check.permitted)],
                tone="ours",
                label=_("vertical.permitted-label"),
                sources=("S2 §deployment", "S3"),
            )
        )
    left_out = len(check.breakages) + 1 if check.breakages else 0  # the findings say it on paper
    if check.breakages:
        blocks.append(heading(3, _("vertical.points-to")))
        blocks += [
            card(
                b.name,
                [paragraph((Span(f"{b.happens} "), Span(instead, strong=True), Span(b.instead)))],
                sources=graded(assessment.content, b.sources),
            )
            for b in check.breakages
        ]
    elif not given:
        blocks += [heading(3, _("vertical.teaching")), breakage_list(assessment)]
    printed = tuple(blocks[: len(blocks) - left_out])
    return Exhibit("vertical-check", tuple(blocks), printed if given else ())


def _state(assessment: Assessment, item: VerticalItem) -> Cell:
    word, tone = _LOOKS[item.holds]
    return cell(assessment.content.words(f"vertical.state-{word}"), tone=tone, strong=True)


def breakage_list(assessment: Assessment) -> Bullets:
    """Return the breakages of separate teams, and what to do instead."""
    instead = assessment.content.words("vertical.instead")
    return bullets(
        (
            Span(f"{b.name}. ", strong=True),
            f"{b.happens} {instead}{b.instead} ",
            Span(f"[{', '.join(b.sources)}]", tone="muted"),
        )
        for b in assessment.content.breakages
    )


_LISTED = 6
"""The most stages that a sentence names before it only counts."""


# -- the stream as it is ------------------------------------------------------------------------


def value_stream_timeline(assessment: Assessment) -> Exhibit:
    """Return the value stream as a timeline with lead time and waiting."""
    _, stream = assessment.content.words, assessment.stream
    head = heading(2, _("handoffs.stream-title"), _stream_lead(assessment))
    if stream is None:
        blocks: tuple[Block, ...] = (
            head,
            paragraph(_("handoffs.stream-empty-how")),
            _form(assessment),
        )
        return Exhibit("value-stream", blocks, ())
    pictures = stream_pictures(assessment, stream) if stream.p50 is not None else []
    remarks = map(paragraph, _remarks(assessment, stream))
    rest: tuple[Block, ...] = (*remarks, _stage_table(assessment, stream))
    # In a pack the board edition has the picture.
    said = " ".join(_remarks(assessment, stream, halves=False))
    remark = [paragraph(said)] if said else []
    printed: tuple[Block, ...] = (head, *remark, _stage_table(assessment, stream))
    return Exhibit("value-stream", (head, *pictures, *rest), printed)


def _stream_lead(assessment: Assessment) -> str:
    _, stream = assessment.content.words, assessment.stream
    if stream is None:
        return _("handoffs.stream-lead-empty")
    if stream.p50 is None or stream.p90 is None:
        return _("handoffs.stream-lead-no-days")
    values = {
        "p50": days_words(assessment.content, stream.p50),
        "p90": days_words(assessment.content, stream.p90),
    }
    if stream.lower_bound:
        return _("handoffs.stream-lead-least", **values)
    certain = "-certain" if stream.p50 == stream.p90 else ""
    return _(f"handoffs.stream-lead{certain}", **values)


def stream_pictures(assessment: Assessment, stream: ValueStream) -> list[Picture]:
    """Return the timeline in as many pictures as it needs."""
    _, count = assessment.content.words, len(stream.stages)
    step = -(-count // -(-count // ROWS))
    found = []
    for first in range(0, count, step):
        last = min(first + step, count)
        whole = count <= ROWS
        if not whole:
            caption = _("handoffs.stream-caption-part", first=first + 1, last=last, all=count)
        elif stream.p50 == stream.p90:
            caption = _("handoffs.stream-caption-certain")
        else:
            caption = _("handoffs.stream-caption")
        rows = " ".join(stage_words(assessment, stream, at) for at in range(first, last))
        times = _half_and_ten(assessment, stream)
        alt = _("handoffs.stream-alt", n=last - first, rows=rows, times=times)
        found.append(
            picture_of(partial(draw_timeline, assessment, stream, range(first, last)), alt, caption)
        )
    return found


def _remarks(assessment: Assessment, stream: ValueStream, halves: bool = True) -> list[str]:
    """Return the shares, the basis of the days, and what is missing.

    `halves`: with the days of waiting and work of half of all changes.
    """
    _ = assessment.content.words
    found = []
    wait, work = stream.wait_p50, stream.touch_p50
    if stream.wait_share is not None and wait is not None and work is not None:
        share = round(10 * stream.wait_share)
        found.append(_("handoffs.stream-shares", wait=share, work=10 - share))
        if halves and stream.p50 != stream.p90:
            values = {
                "wait_days": days_words(assessment.content, wait),
                "work_days": days_words(assessment.content, work),
            }
            found.append(_("handoffs.stream-shares-half", **values))
    for kind, missing in (("wait", stream.unknown_wait), ("touch", stream.unknown_touch)):
        if missing:
            stages = _numbered(assessment, stream, missing)
            found.append(_(f"handoffs.stream-unknown-{kind}", n=len(missing), stages=stages))
    if stream.measured_share is not None and stream.guessed_share is not None:
        measured, guessed = round(100 * stream.measured_share), round(100 * stream.guessed_share)
        not_given = max(100 - measured - guessed, 0)
        which = "-none" if not_given == 100 else "" if not_given else "-all"
        if 100 in (measured, guessed):
            which = "-measured" if measured else "-guessed"
        key = f"handoffs.stream-bases{which}"
        found.append(_(key, measured=measured, guessed=guessed, untold=not_given))
    return found


def _numbered(assessment: Assessment, stream: ValueStream, stages: Sequence[int]) -> str:
    """Return stages as “2 model and 4 product”, shortened if there are many."""
    _ = assessment.content.words
    names = [
        _(
            "handoffs.stage-numbered",
            number=at + 1,
            stage=stage_name(assessment, stream.stages[at]),
        )
        for at in stages
    ]
    if len(names) > _LISTED:
        names = [*names[: _LISTED - 1], _("handoffs.more-stages", n=len(names) - _LISTED + 1)]
    return assessment.listing(names)


def _form(assessment: Assessment) -> Table:
    """Return an empty stage table to fill in by hand."""
    _ = assessment.content.words
    kinds = ("data", "model", "serving", "product")
    rows = [[_(f"handoffs.stage-{kind}"), "", "", "", ""] for kind in kinds]
    return table(_stage_columns(assessment), rows, caption=_("handoffs.stream-empty-form"))


def _stage_columns(assessment: Assessment) -> list[Column]:
    _ = assessment.content.words
    return [
        column(_("handoffs.stage"), width=2.3),
        column(_("handoffs.team"), width=1.1),
        column(_("handoffs.waits"), align="right", width=1),
        column(_("handoffs.works"), align="right", width=1),
        column(_("handoffs.known"), width=1.3),
    ]


def _named(assessment: Assessment, stage: StageDays) -> str:
    """Return a stage's kind, with the name that was given."""
    _ = assessment.content.words
    kind = _(f"handoffs.stage-{stage.stage}")
    return _("handoffs.stage-named", stage=kind, name=stage.name) if stage.name else kind


def _stage_table(assessment: Assessment, stream: ValueStream) -> Table:
    _ = assessment.content.words
    rows = [
        [
            cell(_("handoffs.stage-numbered", number=at + 1, stage=_named(assessment, stage))),
            _team_cell(assessment, stage.team),
            _days_cell(assessment, stage.wait, stage.wait_ends),
            _days_cell(assessment, stage.touch, stage.touch_ends),
            _known_cell(assessment, stage),
        ]
        for at, stage in enumerate(stream.stages)
    ]
    return table(_stage_columns(assessment), rows, caption=_stages_caption(assessment, stream))


def _stages_caption(assessment: Assessment, stream: ValueStream) -> str:
    """Return how to read the days, and why they add up to less than half takes."""
    _, text = assessment.content.words, assessment.content.words("handoffs.stages-caption")
    days = [d for s in stream.stages for d in (s.wait, s.touch)]
    likely = sum(d for d in days if d is not None)
    if stream.p50 is None or None in days or round(likely) >= round(stream.p50):
        return text
    return f"{text} {_('handoffs.stages-sum', sum=rounded(assessment.content, likely))}"


def _team_cell(assessment: Assessment, team: str | None) -> Cell:
    words = capital(team_words(assessment.content, team))
    if team is None:
        return cell(words, tone="muted")
    if not assessment.teams.is_somebody(team):
        return cell(words, tone="critical")
    return cell(words)


def _days_cell(
    assessment: Assessment, days: float | None, ends: tuple[float, float] | None
) -> Cell:
    if days is None:
        return cell(assessment.content.words("common.unknown"), tone="muted")
    words = rounded(assessment.content, days)
    if ends is not None:
        low, high = rounded(assessment.content, ends[0]), rounded(assessment.content, ends[1])
        words = assessment.content.words("handoffs.days-range", likely=words, low=low, high=high)
    return cell(words)


def _known_cell(assessment: Assessment, stage: StageDays) -> Cell:
    if stage.measured is None:
        return cell(assessment.content.words("common.unknown"), tone="muted")
    return cell(
        assessment.content.words(f"handoffs.known-{'measured' if stage.measured else 'guessed'}")
    )


# -- handoffs --------------------------------------------------------------------------------------


def handoff_table(assessment: Assessment) -> Exhibit:
    """Return the handoffs, the wait at each, and the patterns without it."""
    _, stream = assessment.content.words, assessment.stream
    head = heading(2, _("handoffs.handoffs-title"), _handoffs_lead(assessment))
    blocks: list[Block] = [head]
    if stream is None:
        blocks.append(paragraph(_("handoffs.handoffs-empty-ask")))
        return Exhibit("handoffs", tuple(blocks), ())
    if stream.handoffs:
        blocks.append(_handoff_table(assessment, stream))
    if stream.undecided:
        blocks.append(paragraph(_("handoffs.handoffs-undecided", n=stream.undecided)))
    return Exhibit("handoffs", tuple(blocks))


def _handoffs_lead(assessment: Assessment) -> str:
    _, stream = assessment.content.words, assessment.stream
    if stream is None:
        return _("handoffs.handoffs-lead-empty")
    if not stream.handoffs:
        return _(
            "handoffs.handoffs-lead-open" if stream.undecided else "handoffs.handoffs-lead-none"
        )
    waits = [s.wait for s in stream.handoffs if s.wait is not None]
    if not waits:
        return _(
            "handoffs.handoffs-lead-unknown", times=times_words(assessment, len(stream.handoffs))
        )
    part = "-part" if len(waits) < len(stream.handoffs) else ""
    return _(
        f"handoffs.handoffs-lead{part}",
        times=times_words(assessment, len(stream.handoffs)),
        days=days_words(assessment.content, sum(waits)),
    )


def _handoff_table(assessment: Assessment, stream: ValueStream) -> Table:
    _ = assessment.content.words
    longest = max((s.wait for s in stream.handoffs if s.wait), default=None)
    moved = any(
        goes_as_agreed(assessment, h) or is_kept(assessment, h) for h in stream.handoffs
    )  # else every handoff stays, which one sentence says
    rows = []
    for handoff in stream.handoffs:
        gone = [
            option.short
            for option, under in _lanes(assessment)
            if any(c.at == handoff.at for c in under.of("vanishes")) and not option.excluded
        ]
        listed = assessment.listing(gone) or _("handoffs.handoff-goes-none")
        if len(gone) == sum(not option.excluded for option, _under in _lanes(assessment)) > 2:
            listed = _("handoffs.handoff-goes-all")
        first = handoff.wait is not None and handoff.wait == longest
        look = {"strong": True} if first else {}
        wait = cell(_("common.unknown"), tone="muted")
        rows.append(
            [
                cell(_side(assessment, handoff.giver, stream.stages[handoff.at - 1])),
                cell(_side(assessment, handoff.taker, stream.stages[handoff.at])),
                wait
                if handoff.wait is None
                else cell(rounded(assessment.content, handoff.wait), **look),
                cell(listed),
                *([cell(_agreed_words(assessment, handoff))] if moved else []),
            ]
        )
    columns = [
        column(_("handoffs.handoff-from"), width=1.25),
        column(_("handoffs.handoff-to"), width=1.25),
        column(_("handoffs.handoff-wait"), align="right", width=0.6),
        column(_("handoffs.handoff-goes"), width=1.85),
        *([column(_("handoffs.handoff-agreed"), width=1.85)] if moved else []),
    ]
    key = "handoffs-caption" if longest is None else "handoffs-caption-longest"
    caption = _(f"handoffs.{key}")
    if assessment.agreed and not moved:
        caption = f"{caption} {_('handoffs.handoffs-stay')}"
    if any(goes_as_agreed(assessment, h) for h in stream.handoffs):
        caption = f"{caption} {_when_they_go(assessment)}"
    return table(columns, rows, caption=caption)


def _when_they_go(assessment: Assessment) -> str:
    """Return by which decision handoffs go, and when."""
    _ = assessment.content.words
    made = next(c.decision for c in assessment.changes if c.name == "current_pattern")
    by = named(assessment, next(a for a in actions(assessment) if a.decision == made))
    words = {"action": by, "model": assessment.model}
    if made.due is None:
        return _("handoffs.handoffs-go", **words)
    return _("handoffs.handoffs-go-by", **words, date=date_words(assessment.content, made.due))


def option_as_agreed(assessment: Assessment) -> Option | None:
    """Return the option whose pattern a decision changes to, if one does."""
    if all(c.name != "current_pattern" for c in assessment.changes):
        return None
    agreed = assessment.signed.answers.current_pattern
    return next((o for o in assessment.options if o.patterns == (agreed,)), None)


def agreed_stream(assessment: Assessment) -> PatternStream | None:
    """Return the stream under that pattern, with the handoffs that stay as agreed."""
    option = option_as_agreed(assessment)
    if option is None:
        return None
    return option.agreed.stream if option.agreed else option.stream


def keeps_handoffs(option: Option) -> bool:
    """Return whether decisions leave handoffs that the option's pattern would remove."""
    return option.agreed is not None and option.agreed.lead_time != option.lead_time


def ships_for_others(assessment: Assessment) -> str:
    """Return the team that ships what another one builds, as agreed."""
    lines = assessment.signed.ledger.lines
    holder = next((x.holder for x in lines if x.duty.id == "ship" and x.state == "other-team"), "")
    return capital(assessment.teams.label(holder)) if holder else ""


def is_kept(assessment: Assessment, handoff: Handoff) -> bool:
    """Return whether a handoff that the pattern would remove stays as agreed."""
    option, under = option_as_agreed(assessment), agreed_stream(assessment)
    if under is None or option is None or option.stream is None:
        return False
    gone = {c.at for c in option.stream.of("vanishes")} - {c.at for c in under.of("vanishes")}
    return handoff.at in gone


def goes_as_agreed(assessment: Assessment, handoff: Handoff) -> bool:
    """Return whether a handoff of today would go with what was agreed."""
    under = agreed_stream(assessment)
    return under is not None and any(c.at == handoff.at for c in under.of("vanishes"))


def opened_by(assessment: Assessment, handoff: Handoff) -> Action | None:
    """Return the decision that opens the data before a handoff, if one does."""
    stages, opens = assessment.answers.stages or (), {"data_access": "self-service"}.items()
    if stages[handoff.at - 1].stage != "data":
        return None
    made = (a for a in actions(assessment) if a.decision is not None)
    return next((a for a in made if a.decision and opens <= (a.decision.sets or {}).items()), None)


def chosen_by(assessment: Assessment) -> Action | None:
    """Return the decision on the way of working, which ends what no other ends."""
    made = (a for a in actions(assessment) if a.decision is not None and not a.is_open)
    return next((a for a in made if a.decision and decides_pattern(assessment, a.decision)), None)


def _agreed_words(assessment: Assessment, handoff: Handoff) -> str:
    """Return what becomes of a handoff as agreed."""
    _, under = assessment.content.words, agreed_stream(assessment)
    if under is not None and goes_as_agreed(assessment, handoff):
        by = opened_by(assessment, handoff) or chosen_by(assessment)
        return _("handoffs.handoff-would-go", number=by.number if by else "")
    if under is not None and is_kept(assessment, handoff):
        team, taker = ships_for_others(assessment), capital(handoff.taker)
        on = "" if team in (capital(handoff.giver), taker) else "-on"
        return _(f"handoffs.handoff-kept{on}", team=team, taker=taker)
    return _("handoffs.handoff-stays")


def _side(assessment: Assessment, team: str, stage: StageDays) -> str:
    _ = assessment.content.words
    shown = capital(team_words(assessment.content, team))
    return _("handoffs.handoff-side", team=shown, stage=stage_name(assessment, stage))
