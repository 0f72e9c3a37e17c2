"""Show each answer's range, today's value, and where the advice changes."""

from __future__ import annotations

from typing import Any

from workshop.documents import drawing as d
from workshop.documents.blocks import (
    Block,
    Cell,
    Picture,
    Table,
    cell,
    column,
    heading,
    paragraph,
    text,
)
from workshop.documents.blocks import table as make_table
from workshop.documents.exhibit import Exhibit
from workshop.exhibits.layout import capital, value_words
from workshop.findings import Assessment
from workshop.findings.patterns.advice import (
    choice_words,
    edge_line,
    either,
    firmness,
    headline,
    options,
)
from workshop.findings.patterns.tipping import WHOLE_NUMBERS, Segment, SensitivityRange, last_of

_LEFT, _RIGHT = 1.72, d.PAGE_WIDTH - 0.04
_BAR = 0.23
_LINE, _NAME_LINE = 0.145, 0.155
"""Heights of a line of small type and of a name, in inches."""
_TALLEST, _WALL = 6.6, 3.2
"""The most inches of a picture on a page, and on a wall for larger type."""
_ENDS = {"maturity": 6.0}
_DASHES: dict[str, d.Dash] = {"source": d.SOLID, "soft": (3, 2), "ours": d.DOTTED}


# -- in words -----------------------------------------------------------------------------------


def has_limits(strip: SensitivityRange) -> bool:
    """Return whether a strip is of numbers, with limits between its segments."""
    return strip.segments[0].start is not None


def range_words(assessment: Assessment, strip: SensitivityRange, segment: Segment) -> str:
    """Return the values of a segment in words: “3 to 4”, “5 and more”, a choice."""
    _ = assessment.content.words
    if not has_limits(strip):
        return choice_words(assessment.content, strip.input, segment.value)
    low, high = segment.start or 0, last_of(strip, segment)
    whole = strip.input in WHOLE_NUMBERS
    first, last = segment is strip.segments[0], segment is strip.segments[-1]
    form = "between" if whole else "under"
    if first and last:
        form = "all"
    elif last:
        form = "exactly" if low == high else "from"
    elif low == high:
        form = "exactly"
    elif first:
        form = "up-to" if whole else "below"
    return _(f"strips.range-{form}", low=low, high=high or 0)


def outcome_words(assessment: Assessment, segment: Segment) -> str:
    """Return what is advised in a segment, in words."""
    names = options(assessment.content, segment.patterns)
    if not names:
        return assessment.content.words("strips.outcome-none")
    if segment.contested:
        return assessment.content.words(
            "strips.outcome-open", names=either(assessment.content, names)
        )
    return assessment.content.words("strips.outcome-one", name=assessment.listing(names))


def _short(assessment: Assessment, segment: Segment) -> str:
    names = options(assessment.content, segment.patterns)
    if not names:
        return assessment.content.words("strips.nothing")
    if segment.contested:
        return assessment.content.words("strips.open", names=either(assessment.content, names))
    return assessment.listing(names)


def _now_words(assessment: Assessment, strip: SensitivityRange) -> str:
    if strip.now is None:
        return assessment.content.words("strips.not-told")
    return assessment.content.words(
        "strips.now", value=value_words(assessment.content, strip.input, strip.now)
    )


def _alt(assessment: Assessment, strips: list[SensitivityRange]) -> str:
    _ = assessment.content.words
    rows = []
    for strip in strips:
        name = assessment.content.question(strip.input).name
        segments = _("strips.separator").join(
            _(
                "strips.segment",
                range=range_words(assessment, strip, s),
                outcome=outcome_words(assessment, s),
            )
            for s in strip.segments
        )
        now = _now_words(assessment, strip)
        row = _("strips.alt-row", name=name, now=now, segments=segments)
        rows.append(row[:1].upper() + row[1:])
    return _("strips.alt", rows=" ".join(rows))


# -- the picture --------------------------------------------------------------------------------


def draw_strips(
    assessment: Assessment, strips: list[SensitivityRange], tallest: float = _TALLEST
) -> list[Picture]:
    """Return the strips as pictures, no taller than a page or so many inches."""
    pages: list[list[SensitivityRange]] = []
    used = tallest
    for strip in strips:
        height = _height(assessment, strip)
        if used + height > tallest:
            pages.append([])
            used = 0.3
        pages[-1].append(strip)
        used += height
    key = "strips.caption" if assessment.recommendation.patterns else "strips.caption-none"
    caption = text(assessment.content.words(key))
    last = len(pages) - 1
    return [
        Picture(
            _picture(assessment, page), _alt(assessment, page), caption=caption if i == last else ()
        )
        for i, page in enumerate(pages)
    ]


def _picture(assessment: Assessment, strips: list[SensitivityRange]) -> str:
    limits = any(map(has_limits, strips))
    letters = _letters(assessment, strips)
    keys = d.wrap(_key(assessment, letters), d.PAGE_WIDTH - 0.1, d.SMALL)
    foot = (0.2 if limits else 0) + _LINE * len(keys) + (0.08 if keys else 0)
    height = sum(_height(assessment, s) for s in strips) + foot
    height += 0.08 if has_limits(strips[-1]) else 0  # its limits stand below it
    sheet = d.Sheet(d.PAGE_WIDTH, height)
    y = height
    for strip in strips:
        (_numbers if has_limits(strip) else _choices)(assessment, sheet, strip, y, letters)
        y -= _height(assessment, strip)
    y = foot
    for words in keys:
        sheet.write(0, y - _LINE / 2, words, size=d.SMALL)
        y -= _LINE
    if limits:
        line_words = _key_lines(assessment, strips)
        sheet.write(0, 0.09, line_words, size=d.SMALL, color=d.GREY)
    return sheet.svg()


def _key_lines(assessment: Assessment, strips: list[SensitivityRange]) -> str:
    """Return what the lines between segments mean, of those that are drawn."""
    _ = assessment.content.words
    drawn = {
        edge_line(assessment.content, strip, at)
        for strip in strips
        if has_limits(strip)
        for at in range(1, len(strip.segments))
    }
    kinds = "; ".join(_(f"strips.key-line-{kind}") for kind in _DASHES if kind in drawn)
    return _("strips.key-lines", kinds=kinds) if kinds else ""


def _key(assessment: Assessment, letters: dict[str, str]) -> str:
    return " · ".join(
        assessment.content.words("strips.key-letters", letter=letter, outcome=words)
        for words, letter in letters.items()
    )


def _height(assessment: Assessment, strip: SensitivityRange) -> float:
    name, now = _label_lines(assessment, strip)
    beside = 0.19 + _NAME_LINE * len(name) + _LINE * len(now)
    box = 0.59 if has_limits(strip) else 0.34 + _LINE * _lines(assessment, strip)
    return max(box, beside)


def _label_lines(assessment: Assessment, strip: SensitivityRange) -> tuple[list[str], list[str]]:
    """Return an answer's name and value in up to four lines."""
    name = assessment.content.question(strip.input).name
    lines = d.wrap(name[:1].upper() + name[1:], _LEFT - 0.15, d.NORMAL, "semibold", 2)
    now = _now_words(assessment, strip)
    return lines, d.wrap(now, _LEFT - 0.15, d.SMALL, lines=4 - len(lines))


def _label(assessment: Assessment, sheet: d.Sheet, strip: SensitivityRange, y: float) -> None:
    """Write an answer's name and value left of the strip."""
    name, now = _label_lines(assessment, strip)
    for words in name:
        sheet.write(0, y, words, weight="semibold")
        y -= _NAME_LINE
    for words in now:
        sheet.write(0, y, words, size=d.SMALL, color=d.GREY)
        y -= _LINE


def _marker(sheet: d.Sheet, x: float, y: float) -> None:
    sheet.polygon([(x - 0.07, y + 0.12), (x + 0.07, y + 0.12), (x, y + 0.01)], fill=d.INK)


# numbers


def _scale(strip: SensitivityRange) -> tuple[float, float, bool]:
    """Return the lowest and highest value drawn, and whether today's is far beyond."""
    low = strip.segments[0].start or 0
    # Where any number at all changes the advice there is no limit: one segment, of any width.
    last = max((s.start or 0 for s in strip.segments[1:]), default=low + 1)
    top = _ENDS.get(strip.input, last + 0.6 * (last - low))
    if strip.now is None or strip.now < top - 0.5:
        return low, top, False
    if strip.now > 3 * top:
        return low, top, True
    return low, strip.now * 1.15 + 1, False


def _numbers(
    assessment: Assessment,
    sheet: d.Sheet,
    strip: SensitivityRange,
    top: float,
    letters: dict[str, str],
) -> None:
    low, high, beyond = _scale(strip)
    foot = top - 0.17 - _BAR
    room = (_RIGHT - _LEFT) * (0.88 if beyond else 1)
    closed = strip.segments[-1].end is not None

    def at(value: float) -> float:
        return _LEFT + room * (min(value, high) - low) / (high - low)

    _label(assessment, sheet, strip, foot + _BAR / 2 + 0.04)
    used = 0.0
    for at_segment, s in enumerate(strip.segments):
        x, last = at(s.start or 0), s is strip.segments[-1]
        end = _RIGHT if last else at(s.end or high)
        same = (s.patterns, s.contested) == assessment.recommendation.key
        look = _look(assessment, same)
        edge = at(high) if beyond and last else end  # words end before the mark of a gap
        with sheet.mark(_tooltip(assessment, strip, s)):
            if last and not closed:
                tip = [(x, foot), (end - 0.1, foot), (end, foot + _BAR / 2)]
                tip += [(end - 0.1, foot + _BAR), (x, foot + _BAR)]
                sheet.polygon(tip, **look)
            else:
                sheet.rectangle(x, foot, end - x, _BAR, **look)
            middle = ((x + edge) / 2, foot + _BAR / 2)
            _outcome(assessment, sheet, s, middle, edge - x - 0.12, letters)
        if s is not strip.segments[0]:
            style = _DASHES[edge_line(assessment.content, strip, at_segment)]
            ends = [(x, foot - 0.07), (x, foot + _BAR + 0.07)]
            sheet.line(ends, color=d.PAGE, width=3.4, level=4)
            sheet.line(ends, width=1.4, dash=style, level=5)
            words = assessment.content.words("strips.from", edge=s.start or 0)
            wide = d.text_width(words, d.SMALL)
            left = max(x - wide / 2, used + 0.06)
            sheet.write(left, foot - 0.14, words, size=d.SMALL, color=d.GREY)
            used = left + wide
    if beyond:
        for x in (at(high) + 0.04, at(high) + 0.1):
            gap = [(x - 0.04, foot - 0.04), (x + 0.04, foot + _BAR + 0.04)]
            sheet.line(gap, width=0.9)
    if strip.now is not None:
        whole = strip.input in WHOLE_NUMBERS
        x = _RIGHT - 0.25 if beyond else at(strip.now + (0.5 if whole else 0))
        if not closed:
            x = min(x, _RIGHT - 0.2)  # beside the tip of the open end
        _marker(sheet, x, foot + _BAR)


def _tooltip(assessment: Assessment, strip: SensitivityRange, segment: Segment) -> str:
    """Return a segment's tooltip: its values and what is advised there."""
    name = assessment.content.question(strip.input).name
    text = assessment.content.words(
        "strips.segment",
        range=range_words(assessment, strip, segment),
        outcome=outcome_words(assessment, segment),
    )
    return f"{name[:1].upper()}{name[1:]}: {text}"


def _look(assessment: Assessment, same: bool) -> dict[str, Any]:
    """Return the look of a box: blue as advised now, grey without advice."""
    if not same:
        return {"fill": d.PAGE, "edge": d.GREY, "line": 0.8, "level": 1}
    if not assessment.recommendation.patterns:
        return {"fill": d.TINT, "edge": d.LINE, "line": 0.8, "level": 1}
    return {"fill": d.BLUE_TINT, "edge": d.BLUE, "line": 1.5, "level": 2}


def _ink(assessment: Assessment, same: bool) -> str:
    if not same:
        return d.INK
    return d.BLUE if assessment.recommendation.patterns else d.GREY


def _outcome(
    assessment: Assessment,
    sheet: d.Sheet,
    segment: Segment,
    middle: tuple[float, float],
    room: float,
    letters: dict[str, str],
) -> None:
    """Write what is advised into a box, or its letter if there is no room."""
    same = (segment.patterns, segment.contested) == assessment.recommendation.key
    words = _short(assessment, segment)
    if d.text_width(words, d.SMALL, "semibold") > room:
        words = letters.get(words, words)
    sheet.write(
        *middle,
        words,
        size=d.SMALL,
        side="center",
        weight="semibold" if same else "normal",
        color=_ink(assessment, same),
    )


def _letters(assessment: Assessment, strips: list[SensitivityRange]) -> dict[str, str]:
    """Return a letter for each outcome that is too wide for some segment."""
    found: dict[str, str] = {}
    for strip in strips:
        if not has_limits(strip):
            continue
        low, high, beyond = _scale(strip)
        scale = (_RIGHT - _LEFT) * (0.88 if beyond else 1) / (high - low)
        for s in strip.segments:
            last = s is strip.segments[-1]
            start = _LEFT + scale * ((s.start or 0) - low)
            far = _LEFT + scale * (high - low) if beyond else _RIGHT
            end = far if last else _LEFT + scale * ((s.end or high) - low)
            words = _short(assessment, s)
            if d.text_width(words, d.SMALL, "semibold") > end - start - 0.12:
                found.setdefault(words, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[len(found) % 26])
    return found


# choices


def _box_width(strip: SensitivityRange) -> float:
    return (_RIGHT - _LEFT) / len(strip.segments)


def _box_words(
    assessment: Assessment, strip: SensitivityRange, segment: Segment
) -> tuple[list[str], list[str]]:
    """Return a box's lines: the choice, and the advice that it would give."""
    room = _box_width(strip) - 0.12
    choice = d.wrap(choice_words(assessment.content, strip.input, segment.value), room, d.SMALL)
    if (segment.patterns, segment.contested) == assessment.recommendation.key:
        return choice, []
    to = assessment.content.words("strips.to", outcome=_short(assessment, segment))
    return choice, d.wrap(to, room, d.SMALL, "semibold")


def _lines(assessment: Assessment, strip: SensitivityRange) -> int:
    return max(sum(map(len, _box_words(assessment, strip, s))) for s in strip.segments)


def _choices(
    assessment: Assessment,
    sheet: d.Sheet,
    strip: SensitivityRange,
    top: float,
    letters: dict[str, str],
) -> None:
    del letters  # boxes grow with their words
    width = _box_width(strip)
    high = _LINE * _lines(assessment, strip) + 0.1
    foot = top - 0.17 - high
    _label(assessment, sheet, strip, foot + high - 0.1)
    for i, s in enumerate(strip.segments):
        x = _LEFT + i * width
        same = (s.patterns, s.contested) == assessment.recommendation.key
        with sheet.mark(_tooltip(assessment, strip, s)):
            sheet.rectangle(x + 0.02, foot, width - 0.04, high, **_look(assessment, same))
            choice, to = _box_words(assessment, strip, s)
            y = foot + high - 0.12
            for words in choice:
                sheet.write(x + 0.06, y, words, size=d.SMALL, color=_ink(assessment, same))
                y -= _LINE
            for words in to:
                sheet.write(x + 0.06, y, words, size=d.SMALL, weight="semibold")
                y -= _LINE
        if strip.now is not None and s.value == strip.now:
            _marker(sheet, x + width / 2, foot + high)


def tipping_strips(assessment: Assessment) -> Exhibit:
    """Return a strip for each answer that can change the advice, and a table."""
    _, now = assessment.content.words, assessment.recommendation.key
    moving = [
        s
        for s in assessment.sensitivity
        if any((g.patterns, g.contested) != now for g in s.segments)
    ]
    still = [s for s in assessment.sensitivity if s not in moving]
    if not moving:
        lead = _("strips.lead-nothing", headline=headline(assessment))
        return Exhibit("tipping-strips", (heading(2, _("strips.title"), lead),))
    moving.sort(key=lambda s: (s.segments[0].start is None, s.now is None))
    head = heading(2, _("strips.title"), _("strips.lead", firmest=firmness(assessment)[0]))
    shown: list[Block] = [head, *draw_strips(assessment, moving)]
    rest = [_("strips.one-at-a-time")]
    if still:
        names = assessment.listing(assessment.content.question(s.input).name for s in still)
        rest.insert(0, _("strips.still", names=names))
    foot = paragraph(" ".join(rest), small=True)
    shown.append(foot)
    wall: tuple[Block, ...] = (head, *draw_strips(assessment, moving, _WALL), foot)
    # The table repeats what is drawn. A pack does without: the picture has words of its own for
    # whoever does not see it.
    blocks = (*shown, _table(assessment, moving))
    return Exhibit("tipping-strips", blocks, tuple(shown), on_slides=wall)


def _table(assessment: Assessment, moving: list[SensitivityRange]) -> Table:
    _ = assessment.content.words
    return make_table(
        [
            column(_("strips.table-input"), width=1.3),
            column(_("strips.table-now"), width=1.3),
            column(_("strips.table-same"), width=2.0),
            column(_("strips.table-other"), width=2.3),
            column(_("strips.table-line"), width=0.9),
        ],
        [_row(assessment, s) for s in moving],
    )


def _row(assessment: Assessment, strip: SensitivityRange) -> list[Cell]:
    _, now = assessment.content.words, assessment.recommendation.key
    name = capital(assessment.content.question(strip.input).name)
    same = [s for s in strip.segments if (s.patterns, s.contested) == now]
    other = [s for s in strip.segments if (s.patterns, s.contested) != now]
    return [
        cell(name),
        cell(
            value_words(assessment.content, strip.input, strip.now),
            tone="muted" if strip.now is None else "plain",
        ),
        cell(
            _("strips.separator").join(range_words(assessment, strip, s) for s in same)
            or _("strips.table-none")
        ),
        cell(_others(assessment, strip, other)),
        cell(_whose(assessment, strip), tone="muted"),
    ]


def _others(assessment: Assessment, strip: SensitivityRange, segments: list[Segment]) -> str:
    """Return where the advice differs: each outcome once, with all its values."""
    _ = assessment.content.words
    ranges: dict[str, list[str]] = {}
    for s in segments:
        ranges.setdefault(outcome_words(assessment, s), []).append(
            range_words(assessment, strip, s)
        )
    return _("strips.separator").join(
        _("strips.pair", range=either(assessment.content, names), outcome=outcome)
        for outcome, names in ranges.items()
    )


def _whose(assessment: Assessment, strip: SensitivityRange) -> str:
    """Return who set the limits of a strip: the source, softly, or the kit."""
    _ = assessment.content.words
    if not has_limits(strip):
        return _("strips.line-choice")
    grades = [edge_line(assessment.content, strip, at) for at in range(1, len(strip.segments))]
    return assessment.listing(_(f"strips.line-{g}") for g in dict.fromkeys(grades))
