"""Prepare words for paper, and measure the room they take."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

from workshop.documents.blocks import (
    Block,
    Bullets,
    Card,
    Cell,
    Code,
    Column,
    Heading,
    Pairs,
    Paragraph,
    Picture,
    Quote,
    SideBySide,
    Span,
    Table,
    Text,
    Tone,
    plain,
)
from workshop.documents.drawing import DRAWING, SMALL
from workshop.documents.fonts import (
    NO_MORE,
    MoreFonts,
    add_breaks,
    choose_families,
    clean_address,
    find_script,
    has_cut,
    has_right_to_left,
    lacks,
    make_printable,
    measure_words,
)
from workshop.documents.formulas import draw_formula
from workshop.documents.theme import is_readable

_LONGEST_ADDRESS = 8000
"""The most bytes of a link in Typst; longer ones are printed without it."""


Data = dict[str, Any]
BODY = 10.4
"""The size of running text in points."""


class Lettering:
    """Turns spans into the template's data and collects their pictures."""

    def __init__(self, more: MoreFonts = NO_MORE) -> None:
        self.more = more
        self.lacking: set[str] = set()
        """Letters and signs that no font has, of all words until now."""
        self.files: dict[str, bytes] = {}

    def printable(self, words: str) -> str:
        """Return words with what no font has as names in brackets."""
        self.lacking |= lacks(words, self.more)
        return make_printable(words, self.more)

    def words(self, spans: Text, room: float, bold: bool = False) -> list[Data]:
        """Return spans as printable data; long words can break in `room` ems."""
        return [part for span in spans for part in self._span(span, room, bold)]

    def _span(self, span: Span, room: float, bold: bool) -> list[Data]:
        if span.math:
            drawn = draw_formula(span.text)
            if drawn is not None and drawn.width * 1.1 < room:
                name = self.add_file(drawn.svg.encode(), "svg")
                scale = 1.1
                return [
                    {
                        "picture": name,
                        "alt": self.printable(span.text),
                        "height": round(drawn.height * scale, 3),
                        "depth": round(drawn.depth * scale, 3),
                    }
                ]
        words = self.printable(span.text)
        look: Data = {}
        if span.code or span.math:
            look["code"] = True
        if span.strike:
            look["strike"] = True
        if span.raised:
            look["raised"] = True
        if span.tone != "plain":
            look["tone"] = span.tone
        if is_readable(span.colour):
            look["colour"] = span.colour
        strong = span.strong or span.tone not in ("plain", "muted")
        if strong and has_cut(words, bold=True, more=self.more):
            look["strong"] = True
        if span.emph and has_cut(words, bold or strong, slanted=True, more=self.more):
            look["emph"] = True
        if bold and not has_cut(words, bold=True, more=self.more):
            look["light"] = True
        script = find_script(words)
        if script:
            look |= {"lang": script, "families": (*choose_families(script), *self.more.families)}
        address = self.printable(clean_address(span.link) or "")
        if 0 < len(address.encode()) <= _LONGEST_ADDRESS:
            look["link"] = address
        if span.to:
            look["to"] = self.printable(span.to)
        for name, spot in (("spot", span.spot), ("near", span.near)):
            if spot:
                look[name] = self.printable(spot)
        parts: list[Data] = []
        for at, line in enumerate(words.split("\n")):
            parts += [{"break": True}] if at else []
            line = re.sub(r"[ \t]+", " ", line)
            if line:
                narrow = 1.25 if "code" in look else 1.0
                shown = add_breaks(line, room / narrow)
                kept = shown if "code" in look else keep_whole(shown, room / 1.08)
                parts.append({"text": kept, **look})
        return parts

    def text(self, spans: Text, room: float, size: float = BODY, bold: bool = False) -> Data:
        data: Data = {"text": self.words(spans, room / size, bold)}
        return data | ({"rtl": True} if reads_from_right(spans) else {})

    def add_file(self, content: bytes, ending: str) -> str:
        name = f"{hashlib.sha256(content).hexdigest()[:20]}.{ending}"
        self.files[name] = content
        return name


_KEY, _WORD = re.compile(r"§(?:[^\W\d_]|-){1,16}"), re.compile(r"[^\W\d_]{5,}")
"""A source's key, and a word that is long enough for hyphenation."""
_LONGEST_NAME = 16


def keep_whole(words: str, room: float = math.inf) -> str | list[str | dict[str, str]]:
    """Return words in pieces so that names, keys of sources and counts stay whole.

    Names of patterns, teams and people begin with a capital. A count is a number with its noun or
    unit; it stays on one line of `room` ems if it fits. Neighbours of one kind are one piece, and
    short words belong to either: most texts stay a single string.
    """
    pieces: list[str | dict[str, str]] = []
    begin, kind = 0, ""
    boxes = {span for span in find_counts(words) if measure_words(words[slice(*span)]) <= room}
    kept = {at for span in boxes for at in range(*span)}
    boxes |= {found.span() for found in _KEY.finditer(words) if found.start() not in kept}
    kept |= {at for span in boxes for at in range(*span)}
    names = {found.span() for found in _WORD.finditer(words) if found.start() not in kept}

    def end(until: int) -> None:
        if piece := words[begin:until]:
            pieces.append({kind: piece} if kind else piece)

    for first, last in sorted(boxes | names):
        word = words[first:last]
        named = len(word) <= _LONGEST_NAME and word[0].isupper() and word[1:].islower()
        needs = "box" if (first, last) in boxes else "whole" if named else ""
        if needs != kind or needs == "box":
            end(first)
            begin, kind = first, needs
        if needs == "box":
            end(last)
            begin, kind = last, ""
    end(len(words))
    return pieces[0] if len(pieces) == 1 and isinstance(pieces[0], str) else pieces


_NUMBER = re.compile(r"\W?\d(?:[\d.,:]*\d)?%?")
_SMALL = re.compile(r"\d{1,2}(?![\d%]|[.,:]\d)")
_DAY, _YEAR = re.compile(r"\W?\d{1,2}\.?"), re.compile(r"\d{4}(?!\d)")
_COUNT, _LABEL, _FUNCTION = 18, 8, 3
"""The most letters of a count with its noun, and of a word before its number."""


def find_counts(words: str) -> list[tuple[int, int]]:
    """Return where a number and its noun or unit are, first and last letter.

    So are “5 weeks”, “level 3”, “page 12” and “18 December 2026”, in any language. A noun with a
    hyphen, which is long, may go to the next line.
    """
    if not any(map(str.isdecimal, words)):
        return []
    parts = [(found.start(), found[0]) for found in re.finditer(r"[^ \n]+", words)]
    after = [
        len(b) + len(a) < _COUNT and words[at + len(a) : then] == " "
        for (at, a), (then, b) in pairwise(parts)
    ]
    bound = [
        near and bool(_NUMBER.fullmatch(a)) and b[0].isalpha() and "-" not in b
        for near, ((_, a), (_, b)) in zip(after, pairwise(parts), strict=True)
    ]
    for i in range(len(parts) - 2):
        day, month, year = (part for _, part in parts[i : i + 3])
        if _DAY.fullmatch(day) and month.isalpha() and _YEAR.match(year):
            bound[i] = bound[i + 1] = after[i] and after[i + 1]
            bound[i + 2 : i + 3] = [False] * len(bound[i + 2 : i + 3])
    for i, ((_, a), (_, b)) in enumerate(pairwise(parts)):
        label = a.lstrip('([“„"')
        if after[i] and label.isalpha() and _FUNCTION < len(label) <= _LABEL and _SMALL.match(b):
            first, last = i, i + 1
            while first and bound[first - 1]:
                first -= 1
            while last < len(bound) and bound[last]:
                last += 1
            bound[i] = parts[last][0] + len(parts[last][1]) - parts[first][0] <= _COUNT
    found: list[tuple[int, int]] = []
    for i, ((at, _), (then, b)) in enumerate(pairwise(parts)):
        if bound[i]:
            first = found.pop()[0] if i and bound[i - 1] else at
            found.append((first, then + len(b)))
    return found


def keep_counts(words: str) -> str:
    """Return words with no-break spaces between a number and its noun or unit."""
    for first, last in find_counts(words):
        words = words[:first] + words[first:last].replace(" ", "\u00a0") + words[last:]
    return words


def reads_from_right(words: Text) -> bool:
    """Return whether the first word with a direction is written from right to left."""
    letters = next((c for c in plain(words) if c.isalpha()), "")
    return has_right_to_left(letters)


CELL_PADDING = 12.0
"""Points left and right of a cell's words, together."""


def share_widths(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], room: float, size: float
) -> list[float]:
    """Return the width of every column in points, together at most `room`.

    The authors' shares are kept unless a column becomes narrower than its longest ordinary word; if
    there is too little room, every column shrinks equally.
    """
    least = [_longest_word(c.title, size, bold=True) for c in columns]
    for row in rows:
        at = 0
        for cell in row:
            if cell.span == 1 and at < len(least):
                mark = 12 if cell.mark else 0
                least[at] = max(least[at], _longest_word(cell.text, size, cell.strong) + mark)
            at += max(cell.span, 1)
    if sum(least) >= room:
        return [room * width / sum(least) for width in least]
    shares = [max(c.width, 0.01) for c in columns]
    if len(set(shares)) == 1:  # nobody chose: a column gets room by how much it has to say
        longest = _longest_cells(columns, rows)
        natural = [n * 0.52 * size + CELL_PADDING for n in longest]
        if sum(natural) < room:  # a small table is not stretched, or eyes lose the row
            room = min(max(sum(natural) * 1.1, sum(least), room * 0.4), room)
            least = [max(pair) for pair in zip(least, natural, strict=True)]
            return [room * width / sum(least) for width in least]
        shares = [math.sqrt(n) for n in longest]
    fixed: set[int] = set()
    while True:
        free = room - sum(least[i] for i in fixed)
        total = sum(s for i, s in enumerate(shares) if i not in fixed)
        widths = [
            least[i] if i in fixed else free * share / total for i, share in enumerate(shares)
        ]
        narrow = {i for i, width in enumerate(widths) if i not in fixed and width < least[i]}
        if not narrow:
            return widths
        fixed |= narrow


def _longest_cells(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> list[int]:
    longest = [max(len(plain(c.title)), 4) for c in columns]
    for row in rows:
        at = 0
        for cell in row:
            if cell.span == 1 and at < len(longest):
                longest[at] = max(longest[at], min(len(plain(cell.text)), 400))
            at += max(cell.span, 1)
    return longest


_AMOUNT = 20
"""The most letters of a date or an amount that stays on one line."""


def _longest_word(words: Text, size: float, bold: bool = False) -> float:
    longest = 0.0
    pieces: list[str] = []
    for line in plain(words).split("\n"):  # a date or an amount of a few words stays on one line
        short = len(line) <= _AMOUNT and any(map(str.isdigit, line))
        pieces += [line] if short else line.split()
    for word in pieces:
        if len(word) * size > longest:
            longest = max(longest, measure_words(word[:_AMOUNT], bold) * size)
    return min(longest, 12 * size) + CELL_PADDING + 1


def fits_whole(words: Text, width: float, size: float, bold: bool = False) -> bool:
    """Return whether every word fits into its column without hyphenation.

    This is for headings, verdicts and narrow columns; other text is hyphenated to avoid wide gaps.
    """
    room = width - CELL_PADDING
    return all(measure_words(word, bold) * size <= room for word in plain(words).split())


# -- how high words stand -----------------------------------------------------------------------


class Medium(NamedTuple):
    """How one kind of document sets type, apart from the measured font."""

    line: float
    """The height of a line relative to the type size."""
    wider: float
    wider_bold: float
    """The ratio of its font's width to the measured one, with a small margin."""


PAPER, SCREEN, OFFICE = Medium(1.3, 1.06, 1.06), Medium(1.42, 1.06, 1.06), Medium(1.19, 1.08, 1.13)


def count_lines(
    words: str, width: float, size: float, bold: bool = False, medium: Medium = OFFICE
) -> int:
    """Return the number of lines of words at `width`, rather too many."""
    room = max(width, size) / (size * (medium.wider_bold if bold else medium.wider))
    return sum(_count(line, room, bold) for line in words.split("\n"))


def _count(line: str, room: float, bold: bool) -> int:
    if measure_words(line, bold) <= room:
        return 1
    lines, used = 1, 0.0
    blank = measure_words(" ", bold)
    for word in _words(line):
        wide = measure_words(word, bold)
        if wide > room:  # broken wherever the line ends
            whole = used + (blank if used else 0) + wide
            lines += math.ceil(whole / room) - 1
            used = whole % room
        elif used and used + blank + wide > room:
            lines, used = lines + 1, wide
        else:
            used += (blank if used else 0) + wide
    return lines


def _words(line: str) -> list[str]:
    """Return a line's words, which no-break spaces keep together."""
    return [word for word in re.split(r"[ \t\n]+", line) if word]


def text_height(
    words: str, width: float, size: float, bold: bool = False, medium: Medium = OFFICE
) -> float:
    """Return the height of words at `width`, in the unit of `width` and `size`."""
    return count_lines(words, width, size, bold, medium) * size * medium.line


def cell_height(words: Text, width: float, size: float) -> float:
    """Return the approximate height of a table cell on paper, in points."""
    return text_height(plain(words), width - CELL_PADDING, size, medium=PAPER) + 9


# -- how high blocks stand on a slide -----------------------------------------------------------

WIDTH, HEIGHT = 1280, 720
"""The size of a slide in pixels; the screen scales it."""
BODY_WIDTH = 1152.0
_FOOT = 56.0
_SIZE, _TABLE, _TITLE, _LEAD = 24.0, 20.5, 38.0, 24.0
"""Pixels of type on slides; beyond that a slide is split, not set smaller."""
_SMALLEST = 17.0
"""Pixels of type in a drawing, below which nobody in the last row reads a word."""
T = TypeVar("T")


def body_height(title: Text, lead: Text, above: bool) -> float:
    """Return the pixels that are left for a slide's body under its title."""
    head = 34.0 if above else 10.0
    if title:
        head += _height(plain(title), BODY_WIDTH, _TITLE, bold=True) + 10
    if lead:
        head += _height(plain(lead), BODY_WIDTH, _LEAD) + 12
    return HEIGHT - 36 - head - _FOOT


def height_of(blocks: Sequence[Block], width: float = BODY_WIDTH) -> float:
    """Return the approximate height of stacked blocks at `width` pixels."""
    return sum(_block(block, width) for block in blocks)


def _height(words: str, width: float, size: float, bold: bool = False) -> float:
    return text_height(words, width, size, bold, SCREEN)


def _block(block: Block, width: float) -> float:
    match block:
        case Paragraph(text=words):
            return _height(plain(words), width, _SIZE) + 12
        case Heading(text=words, lead=lead):
            under = _height(plain(lead), width, _LEAD) if lead else 0.0
            return _height(plain(words), width, 28, bold=True) + under + 20
        case Bullets(items=items):
            return sum(height_of(item, width - 40) for item in items) + 12
        case Pairs(pairs=pairs):
            return sum(_pair(pair, width) for pair in pairs) + 16
        case Table():
            return _table_head(block, width) + sum(_rows(block, width)) + 20
        case Card(title=title, body=body, label=label, sources=sources, boxed=boxed):
            inner = width - (48 if boxed else 24)
            head = _height(f"{label} {plain(title)}", inner, 27, bold=True)
            return head + height_of(body, inner) + (34 if sources else 0) + 30
        case Quote(body=body):
            return height_of(body, width - 24) + 20
        case SideBySide(columns=columns):
            share = (width - 32 * (len(columns) - 1)) / max(len(columns), 1)
            return max((height_of(part, share) for part in columns), default=0)
        case Picture():
            caption = _height(plain(block.caption), width, 21) if block.caption else 0.0
            return min(_aspect(block) * width * block.width, _least(block)) + caption + 24
        case Code(text=words):
            return sum(map(_code_lines, words.split("\n"))) * 21.6 * 1.4 + 32
        case _:
            return 60.0


_CODE_LINE = 82
"""The letters of code that fit on one line of a slide."""


def _code_lines(line: str) -> int:
    """Return the lines of a slide that a line of code takes."""
    return max(math.ceil(len(line.expandtabs()) / _CODE_LINE), 1)


def _pair(pair: tuple[Text, Text], width: float) -> float:
    term, words = pair
    left = _height(plain(term), width * 0.24, _SIZE)
    return max(left, _height(plain(words), width * 0.72, _SIZE)) + 14


def _least(picture: Picture) -> float:
    """Return the height down to which a drawing gives way to the sentences beside it.

    The words of our own drawings can still be read from the last row then.
    """
    drawn = re.search(rf'class="{DRAWING}"[^>]*?\bheight="([\d.]+)pt"', picture.data[:300])
    return float(drawn[1]) * _SMALLEST / SMALL if drawn else 370.0


def _aspect(picture: Picture) -> float:
    """Return a drawing's height by its width, or a usual ratio if unknown."""
    found = re.search(
        r"<svg\b[^>]*?\bviewBox=.[\d.-]+[ ,]+[\d.-]+[ ,]+([\d.]+)[ ,]+([\d.]+)", picture.data[:2000]
    )
    wide, high = (float(found[1]), float(found[2])) if found else (16.0, 9.0)
    return high / wide if wide > 0 else 0.6


# -- tables -------------------------------------------------------------------------------------


def _table_head(table: Table, width: float) -> float:
    widths = _widths(table, width)
    tall = [_cell(c.title, w, bold=True) for c, w in zip(table.columns, widths, strict=False)]
    caption = _height(plain(table.caption), width, _TABLE) + 10 if table.caption else 0.0
    return max(tall, default=0.0) + caption


def _rows(table: Table, width: float) -> Iterator[float]:
    widths = _widths(table, width)
    for row in table.rows:
        yield max(_cells(row, widths), default=0.0)


def _cells(row: Sequence[Cell], widths: Sequence[float]) -> Iterator[float]:
    at = 0
    for cell in row:
        span = max(cell.span, 1)
        yield _cell(cell.text, sum(widths[at : at + span]) or 80.0, cell.strong)
        at += span


def _cell(words: Text, width: float, bold: bool = False) -> float:
    return _height(plain(words), width - 26, _TABLE, bold) + 15


def _widths(table: Table, width: float) -> list[float]:
    return share_widths(table.columns, table.rows, width, _TABLE) if table.columns else []


# -- cutting ------------------------------------------------------------------------------------


def cut(block: Block, room: float) -> list[Block]:
    """Return a block as pieces of at most `room` pixels, as far as possible.

    Tables are split between rows and keep their headers, lists between items, code between lines.
    """
    if _block(block, BODY_WIDTH) <= room:
        return [block]
    match block:
        case Table(rows=rows) if len(rows) > 1:
            return _cut_table(block, rows, room)
        case Bullets(items=items) if len(items) > 1:
            tall = [height_of(item, BODY_WIDTH - 40) for item in items]
            pieces: list[Block] = []
            start = block.start
            for group in _group(items, tall, room - 12):
                pieces.append(replace(block, items=group, start=start))
                start += len(group)
            return pieces
        case Pairs(pairs=pairs) if len(pairs) > 1:
            listed = _group(pairs, [_pair(pair, BODY_WIDTH) for pair in pairs], room - 16)
            return [Pairs(group) for group in listed]
        case Code(text=words):
            lines = words.split("\n")
            most = max((room - 32) / 30.3, 4)
            full = _share(lines, [*map(_code_lines, lines)], most, most)
            return [replace(block, text="\n".join(part)) for part in full]
        case SideBySide(columns=columns):
            return [piece for part in columns for one in part for piece in cut(one, room)]
        case Card() if block.body:
            return _cut_card(block, room)
        case _:
            return [block]


def _cut_table(table: Table, rows: Sequence[tuple[Cell, ...]], room: float) -> list[Block]:
    """Return a table as several that fit, each measured with its own columns."""
    pieces: list[Table] = []
    tall = list(_rows(table, BODY_WIDTH))
    left = room - _table_head(table, BODY_WIDTH) - 20
    while not pieces or any(
        len(piece.rows) > 1 and _block(piece, BODY_WIDTH) > room for piece in pieces
    ):
        groups = _group(rows, tall, left)
        last = len(groups) - 1
        pieces = [
            replace(table, rows=group, caption=table.caption if at == last else ())
            for at, group in enumerate(groups)
        ]
        left *= 0.9  # fewer rows may leave a column, and so its words, less room than all of them
    return [*pieces]


def _cut_card(card: Card, room: float) -> list[Block]:
    """Return a card as several: the first has its title, the last its sources."""
    inner = BODY_WIDTH - (48 if card.boxed else 24)
    head = _block(replace(card, body=(), sources=()), BODY_WIDTH)
    pieces = [piece for block in card.body for piece in cut(block, room - head)]
    tall = [height_of([piece], inner) for piece in pieces]
    # The title counts with what comes first, so that the first slide is not the fullest.
    groups = _group(pieces, [tall[0] + head, *tall[1:]], room - 40)
    last = len(groups) - 1
    return [
        replace(
            card if at == 0 else replace(card, title=()),
            body=group,
            sources=card.sources if at == last else (),
        )
        for at, group in enumerate(groups)
    ]


def _group(items: Sequence[T], tall: Sequence[float], room: float) -> list[tuple[T, ...]]:
    """Return items in as few groups as possible, of about equal height."""
    full = _share(items, tall, room, room)
    even = _share(items, tall, room, sum(tall) / len(full), len(full))
    return even if len(even) == len(full) else full


def _share(
    items: Sequence[T], tall: Sequence[float], room: float, goal: float, most: int = 0
) -> list[tuple[T, ...]]:
    """Return items in groups that fit into `room` and end near `goal`.

    The last of `most` groups may be full. An item higher than the room has a group of its own.
    """
    groups: list[tuple[T, ...]] = [()]
    used = 0.0
    for item, high in zip(items, tall, strict=True):
        enough = len(groups) != most and used + high / 2 > goal
        if groups[-1] and (enough or used + high > room):
            groups.append(())
            used = 0.0
        groups[-1] = (*groups[-1], item)
        used += high
    return groups


# -- what fits into a box of an office program --------------------------------------------------


def shorten(words: str, width: float, size: float, lines: int, bold: bool = False) -> str:
    """Return the words, shortened to `lines` lines with “…” if necessary.

    The speaker's notes must then have all of them.
    """
    words = " ".join(_words(words))
    if count_lines(words, width, size, bold) <= lines:
        return words
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        if count_lines(words[:middle].rstrip() + " …", width, size, bold) <= lines:
            low = middle
        else:
            high = middle - 1
    cut = words[:low]
    if low < len(words) and " " in cut[len(cut) // 2 :]:
        cut = cut[: cut.rindex(" ")]
    return cut.rstrip().rstrip(" ,;:–") + " …"


class Line(NamedTuple):
    """A paragraph of a text box; size 0 is that of the layout."""

    words: str
    size: float = 15.0
    bold: bool = False
    tone: Tone = "plain"
    head: str = ""
    """Words in bold before the others."""
    before: float = 5.0
    """Points above it."""

    def height(self, width: float) -> float:
        """Return its height at `width` points, including the space above."""
        return text_height(self.head + self.words, width, self.size, self.bold) + self.before


def fit_lines(lines: Sequence[Line], width: float, height: float) -> list[Line]:
    """Return lines that fit: in smaller type, then with fewer words, then fewer."""
    found = list(lines)
    for scale in (1.2, 1.1, 1.0, 0.93, 0.87, 0.8):
        found = [line._replace(size=round(line.size * scale, 1)) for line in lines]
        if sum(line.height(width) for line in found) <= height:
            return found
    for most in range(6, 0, -1):
        short = [_cut(line, width, most) for line in found]
        if sum(line.height(width) for line in short) <= height:
            return short
    while len(short) > 1 and sum(line.height(width) for line in short) > height:
        short.pop()
    return short


def _cut(line: Line, width: float, most: int) -> Line:
    whole = shorten(line.head + line.words, width, line.size, most, line.bold)
    head = line.head if whole.startswith(line.head) else ""
    return line._replace(words=whole[len(head) :], head=head)


PADDING = 14.0
"""Points left and right of the words in a cell, together."""
_SHORT = 14
"""The most letters beside a mark that count as a verdict."""

# -- rows of a table ----------------------------------------------------------------------------


class TablePage(NamedTuple):
    """The rows of a table on one slide; `heights` begins with the header's."""

    rows: list[Sequence[Cell]]
    widths: list[float]
    heights: list[float]


class TableRoom(NamedTuple):
    """The room for a table: width and height in points, and the size of type."""

    width: float
    height: float
    size: float

    def paginate(self, columns: Sequence[Column], table: Table) -> list[TablePage]:
        """Return the rows of a table by slide."""
        if not columns:
            return []
        widths = share_widths(columns, table.rows, self.width, self.size * OFFICE.wider_bold)
        top = self._height([Cell(c.title, strong=True) for c in columns], widths)
        pages = [TablePage([], widths, [top])]
        for at, row in enumerate(table.rows):
            height = needs = self._height(row, widths)
            if is_head(row, columns) and at + 1 < len(table.rows):  # never the last of a slide
                needs += self._height(table.rows[at + 1], widths)
            if pages[-1].rows and sum(pages[-1].heights) + needs > self.height:
                pages.append(TablePage([], widths, [top]))
            pages[-1].rows.append(row)
            pages[-1].heights.append(height)
        return pages

    def show(self, cell: Cell, width: float) -> str:
        """Return the words of a cell after its mark, shortened to fit on a slide."""
        words = re.sub(r"(?<=\w)\n", " · ", plain(cell.text))  # a slide's cell is one paragraph
        words = f"{cell.mark}\u00a0{words}" if cell.mark else words
        most = int(self.height * 0.6 / (self.size * OFFICE.line))
        return shorten(words, width - PADDING, self.size, most, cell.strong)

    def keeps_verdicts(self, row: Sequence[Cell], widths: Sequence[float]) -> bool:
        """Return whether every short cell with a mark fits on one line."""
        at = 0
        for cell in row:
            width = sum(widths[at : at + max(cell.span, 1)])
            shown, short = self.show(cell, width), len(plain(cell.text)) <= _SHORT
            if (
                short
                and cell.mark
                and text_height(shown, width - PADDING, self.size, True) > (self.size * OFFICE.line)
            ):
                return False
            at += max(cell.span, 1)
        return True

    def _height(self, row: Sequence[Cell], widths: Sequence[float]) -> float:
        highest, at = self.size * OFFICE.line, 0
        for cell in row:
            span = max(cell.span, 1)
            width = sum(widths[at : at + span])
            shown = self.show(cell, width)
            high = text_height(shown, width - PADDING, self.size, cell.strong)
            highest = max(highest, high)
            at += span
        return highest + 8


def fit_table(
    columns: Sequence[Column], table: Table, width: float, height: float, sizes: Sequence[float]
) -> tuple[TableRoom, list[TablePage]]:
    """Return a table's slides in the largest type that needs only one.

    If none does, the smallest type is used. A smaller one is also used if it keeps each verdict on
    one line.
    """
    fitting: list[tuple[TableRoom, list[TablePage]]] = []
    for size in sizes:
        room = TableRoom(width, height, size)
        pages = room.paginate(columns, table)
        if len(pages) < 2:
            fitting.append((room, pages))
            if all(room.keeps_verdicts(row, page.widths) for page in pages for row in page.rows):
                return room, pages
    return fitting[0] if fitting else (room, pages)


def is_head(row: Sequence[Cell], columns: Sequence[Column]) -> bool:
    """Return whether a row is one cell, which heads the rows below it."""
    return len(row) == 1 and len(columns) > 1 and row[0].span >= len(columns)


def columns_of(table: Table) -> list[Column]:
    """Return a table's columns, with those that only its rows have."""
    spans = (sum(max(c.span, 1) for c in row) for row in table.rows)
    count = max([len(table.columns), *spans], default=0)
    return [*table.columns, *(Column(()) for _ in range(count - len(table.columns)))]
