"""Show each answer's range, today's value, and where the advice changes."""

from __future__ import annotations

from collections.abc import Collection
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
    advice_names,
    choice_words,
    edge_line,
    either,
    firmness,
    headline,
)
from workshop.findings.patterns.tipping import WHOLE_NUMBERS, Segment, SensitivityRange, last_of

_LEFT, _LEAST = 1.72, 3.0
"""Inches: where strips begin beside their words, and their least length there."""
_POINTER = 0.16
"""Inches of the mark of today's choice before choices that are below each other."""
_BAR = 0.23
_LINE, _NAME_LINE = 0.145, 0.155
"""Heights of a line of small type and of a name, in inches."""
_TALLEST, _WALL = 6.6, 3.2
"""The most inches of a picture on a page, and on a wall for larger type."""
_ENDS = {"maturity": 6.0}
_Line = list[tuple[str, bool]]
"""Words in one line of a box, and whether they say what would be advised."""
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
    names = _names(assessment, segment)
    if not names:
        return assessment.content.words("strips.outcome-none")
    if segment.contested:
        return assessment.content.words(
            "strips.outcome-open", names=either(assessment.content, names)
        )
    return assessment.content.words("strips.outcome-one", name=assessment.listing(names))


def _names(assessment: Assessment, segment: Segment) -> list[str]:
    firm = not segment.contested and assessment.recommendation.status != "first-indication"
    return advice_names(assessment.content, segment.patterns, firm)


def _short(assessment: Assessment, segment: Segment) -> str:
    names = _names(assessment, segment)
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


def _pictures(
    assessment: Assessment, rows: list[_Row], tallest: float, on_phones: bool = True
) -> list[Picture]:
    """Return the strips as pictures that are no taller than so many inches."""
    pages: list[list[_Row]] = []
    used = tallest
    for row in rows:
        if used + row.height > tallest:
            pages.append([])
            used = 0.3
        pages[-1].append(row)
        used += row.height
    key = "strips.caption" if assessment.recommendation.patterns else "strips.caption-none"
    caption = text(assessment.content.words(key))
    found = []
    for page in pages:
        strips = [row.strip for row in page]
        narrow = [_Row(assessment, strip, d.PHONE_WIDTH) for strip in strips] if on_phones else []
        picture = Picture(
            _draw(assessment, page),
            _alt(assessment, strips),
            caption=caption if page is pages[-1] else (),
            narrow=_draw(assessment, narrow) if narrow else "",
        )
        found.append(picture)
    return found


class _Row:
    """A strip with its words in lines, as they fit a sheet of some width.

    The answer's name and value are beside the strip if that leaves it enough room, or else above
    it; then choices are below each other.
    """

    def __init__(self, assessment: Assessment, strip: SensitivityRange, width: float) -> None:
        self.strip, self.width, self.right = strip, width, width - 0.04
        self.above = self.right - _LEFT < _LEAST
        self.left = 0.04 if self.above else _LEFT
        self.low, self.high, self.beyond = _scale(strip) if has_limits(strip) else (0.0, 1.0, False)
        self.name, self.now = self._label(assessment)
        label = _NAME_LINE * len(self.name) + _LINE * len(self.now)
        self.over = label - 0.02 if self.above else 0.0
        """Inches that the name and the value take above the strip."""
        self.boxes: list[tuple[Segment, list[_Line]]] = []
        """Each choice with its words, and those of the advice that it would give."""
        if not has_limits(strip):
            self.boxes = [(s, self._box_lines(assessment, s)) for s in strip.segments]
        self.height = self._height(label)

    def _label(self, assessment: Assessment) -> tuple[list[str], list[str]]:
        """Return an answer's name and value in up to four lines."""
        name = capital(assessment.content.question(self.strip.input).name)
        room = self.right if self.above else _LEFT - 0.15
        lines = d.wrap(name, room, d.NORMAL, "semibold", 2)
        now = _now_words(assessment, self.strip)
        return lines, d.wrap(now, room, d.SMALL, lines=4 - len(lines))

    def _box_lines(self, assessment: Assessment, segment: Segment) -> list[_Line]:
        room = self.box_width - 0.12
        choice = choice_words(assessment.content, self.strip.input, segment.value)
        lines: list[_Line] = [[(words, False)] for words in d.wrap(choice, room, d.SMALL)]
        if _is_same(assessment, segment):
            return lines
        to = assessment.content.words("strips.to", outcome=_short(assessment, segment))
        both = d.text_width(choice, d.SMALL) + d.text_width(to, d.SMALL, "semibold") + 0.1
        if self.above and both <= room:
            return [[(choice, False), (to, True)]]
        return lines + [[(words, True)] for words in d.wrap(to, room, d.SMALL, "semibold")]

    def _height(self, label: float) -> float:
        if has_limits(self.strip):
            strip = 0.67 if self.above else 0.59
        elif self.above:
            strip = 0.2 + sum(self.box_height(at) for at in range(len(self.boxes)))
        else:
            strip = 0.24 + self.box_height(0)
        return strip + self.over if self.above else max(strip, 0.19 + label)

    @property
    def box_width(self) -> float:
        """Return the width of the box of a choice."""
        if self.above:
            return self.right - self.left - _POINTER
        return (self.right - self.left) / len(self.strip.segments)

    def box_height(self, at: int) -> float:
        """Return the height of the box of a choice: alike beside each other."""
        boxes = self.boxes[at : at + 1] if self.above else self.boxes
        return _LINE * max(len(lines) for _, lines in boxes) + 0.1

    def at(self, value: float) -> float:
        """Return where a value is on a strip of numbers, in inches."""
        room = (self.right - self.left) * (0.88 if self.beyond else 1)
        return self.left + room * (min(value, self.high) - self.low) / (self.high - self.low)

    def ends(self, segment: Segment) -> tuple[float, float, float]:
        """Return where a segment begins, where its words end, and where it ends itself."""
        x, last = self.at(segment.start or 0), segment is self.strip.segments[-1]
        end = self.right if last else self.at(segment.end or self.high)
        # words end before the mark of a gap
        return x, self.at(self.high) if self.beyond and last else end, end


def _draw(assessment: Assessment, rows: list[_Row]) -> str:
    strips, width = [row.strip for row in rows], rows[0].width
    letters = _letters(assessment, rows)
    keys = d.wrap(_key(assessment, letters), width - 0.1, d.SMALL)
    lines = _key_lines(assessment, strips)
    about = d.wrap(lines, width, d.SMALL)
    limits = any(map(has_limits, strips))
    low = 0.2 + _LINE * max(len(about) - 1, 0) if limits else 0
    foot = low + _LINE * len(keys) + (0.08 if keys else 0)
    height = sum(row.height for row in rows) + foot
    height += 0.08 if has_limits(strips[-1]) else 0  # its limits stand below it
    sheet = d.Sheet(width, height)
    y = height
    for row in rows:
        _label(sheet, row, y)
        if has_limits(row.strip):
            _numbers(assessment, sheet, row, y, letters)
        else:
            _choices(assessment, sheet, row, y)
        y -= row.height
    y = foot
    for words in keys:
        sheet.write(0, y - _LINE / 2, words, size=d.SMALL)
        y -= _LINE
    for at, words in enumerate(reversed(about)):
        sheet.write(0, 0.09 + _LINE * at, words, size=d.SMALL, color=d.GREY)
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


def _label(sheet: d.Sheet, row: _Row, top: float) -> None:
    """Write an answer's name and value left of the strip, or above it."""
    y = top - 0.09
    if not row.above:
        y = top - 0.17 - (_BAR / 2 - 0.04 if has_limits(row.strip) else 0.1)
    for words in row.name:
        sheet.write(0, y, words, weight="semibold")
        y -= _NAME_LINE
    for words in row.now:
        sheet.write(0, y, words, size=d.SMALL, color=d.GREY)
        y -= _LINE


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
    assessment: Assessment, sheet: d.Sheet, row: _Row, top: float, letters: dict[str, str]
) -> None:
    strip, at = row.strip, row.at
    foot = top - 0.17 - row.over - _BAR
    closed = strip.segments[-1].end is not None
    used = 0.0
    for at_segment, s in enumerate(strip.segments):
        x, edge, end = row.ends(s)
        look = _look(assessment, _is_same(assessment, s))
        with sheet.mark(_tooltip(assessment, strip, s)):
            if s is strip.segments[-1] and not closed:
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
    if row.beyond:
        for x in (at(row.high) + 0.04, at(row.high) + 0.1):
            gap = [(x - 0.04, foot - 0.04), (x + 0.04, foot + _BAR + 0.04)]
            sheet.line(gap, width=0.9)
    if strip.now is not None:
        whole = strip.input in WHOLE_NUMBERS
        x = row.right - 0.25 if row.beyond else at(strip.now + (0.5 if whole else 0))
        if not closed:
            x = min(x, row.right - 0.2)  # beside the tip of the open end
        y = foot + _BAR
        sheet.polygon([(x - 0.07, y + 0.12), (x + 0.07, y + 0.12), (x, y + 0.01)], fill=d.INK)


def _tooltip(assessment: Assessment, strip: SensitivityRange, segment: Segment) -> str:
    """Return a segment's tooltip: its values and what is advised there."""
    name = assessment.content.question(strip.input).name
    words = assessment.content.words(
        "strips.segment",
        range=range_words(assessment, strip, segment),
        outcome=outcome_words(assessment, segment),
    )
    return f"{capital(name)}: {words}"


def _is_same(assessment: Assessment, segment: Segment) -> bool:
    """Return whether the advice in a segment is that of today."""
    return (segment.patterns, segment.contested) == assessment.recommendation.key


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
    same = _is_same(assessment, segment)
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


def _letters(assessment: Assessment, rows: list[_Row]) -> dict[str, str]:
    """Return a letter for each outcome that is too wide for some segment."""
    found: dict[str, str] = {}
    for row in rows:
        if not has_limits(row.strip):
            continue
        for s in row.strip.segments:
            x, edge, _ = row.ends(s)
            words = _short(assessment, s)
            if d.text_width(words, d.SMALL, "semibold") > edge - x - 0.12:
                found.setdefault(words, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[len(found) % 26])
    return found


# choices


def _choices(assessment: Assessment, sheet: d.Sheet, row: _Row, top: float) -> None:
    """Draw a box for each choice, beside or below each other."""
    x, y = row.left, top - 0.17
    if row.above:
        x, y = row.left + _POINTER, top - row.over - 0.08
    for at, (s, lines) in enumerate(row.boxes):
        width, high = row.box_width, row.box_height(at)
        same = _is_same(assessment, s)
        with sheet.mark(_tooltip(assessment, row.strip, s)):
            gap = 0.04 if row.above else 0.0
            box = (x + 0.02, y - high + gap, width - 0.04, high - gap)
            sheet.rectangle(*box, **_look(assessment, same))
            line_y = y - 0.12
            for line in lines:
                for place, (words, advice) in enumerate(line):
                    sheet.write(
                        x + width - 0.06 if place else x + 0.06,
                        line_y,
                        words,
                        size=d.SMALL,
                        color=d.INK if advice else _ink(assessment, same),
                        weight="semibold" if advice else "normal",
                        side="right" if place else "left",
                    )
                line_y -= _LINE
        if row.strip.now is not None and s.value == row.strip.now:
            tip = (x + width / 2, y + 0.01)
            ends = [(tip[0] - 0.07, tip[1] + 0.11), (tip[0] + 0.07, tip[1] + 0.11)]
            if row.above:
                tip = (x, y - (high - gap) / 2)
                ends = [(tip[0] - 0.11, tip[1] + 0.07), (tip[0] - 0.11, tip[1] - 0.07)]
            sheet.polygon([*ends, tip], fill=d.INK)
        if row.above:
            y -= high
        else:
            x += width


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
    rows = [_Row(assessment, strip, d.PAGE_WIDTH) for strip in moving]
    shown: tuple[Block, ...] = (head, *_pictures(assessment, rows, _TALLEST))
    names = assessment.listing(assessment.content.question(s.input).name for s in still)
    named = _("strips.still", names=names) if still else ""
    counted = _("strips.still-count", n=len(still)) if still else ""
    both = [_("strips.one-at-a-time"), *_shared(assessment, {s.input for s in moving})]
    foot, short = (
        paragraph(" ".join(filter(None, [words, *both])), small=True) for words in (named, counted)
    )
    wall: tuple[Block, ...] = (head, *_pictures(assessment, rows, _WALL, on_phones=False), foot)
    # The table repeats what is drawn. A pack does without: the picture has words of its own for
    # whoever does not see it. It counts the answers that change nothing, which a screen names.
    blocks = (*shown, foot, _table(assessment, moving))
    return Exhibit("tipping-strips", blocks, (*shown, short), on_slides=wall)


def _shared(assessment: Assessment, moving: Collection[str]) -> list[str]:
    """Return which drawn numbers an advised pattern divides by which other one.

    Else nobody sees why more teams can argue against a pattern.
    """
    _, found = assessment.content.words, list[str]()
    for p in assessment.recommendation.patterns:
        divided: dict[str, list[str]] = {}
        for reading in assessment.verdicts[p].readings:
            reads, per = reading.criterion.reads, reading.criterion.per
            if per in moving and reads in moving:
                divided.setdefault(per, []).append(assessment.content.question(reads).name)
        for per, names in divided.items():
            words = {
                "names": assessment.listing(names),
                "per": assessment.content.question(per).name,
            }
            found.append(_("strips.per", pattern=assessment.content.pattern(p).short, **words))
    return found


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
