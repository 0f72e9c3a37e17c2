"""Write a web page that loads no other file: a document or slides."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import Any, Literal, NamedTuple, get_args

from markupsafe import Markup

from workshop.documents.blocks import (
    Block,
    Heading,
    PageBreak,
    Paragraph,
    Picture,
    Rule,
    SideBySide,
    Text,
    find_headings,
    lower_levels,
    plain,
    settle_levels,
)
from workshop.documents.fonts import (
    embed_formula_font,
    embed_reading_font,
    extend_reading_font,
)
from workshop.documents.html import (
    direction,
    language_tag,
    list_headings,
    page_template,
    parts_to_html,
    screen_style,
    shared_style,
    tone_variables,
    words_to_html,
)
from workshop.documents.measure import body_height, cut, height_of
from workshop.documents.paper import PageSetup

_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)


def blocks_to_page(blocks: Iterable[Block], setup: PageSetup | None = None) -> str:
    """Return `blocks` as a whole HTML document, in the order of the paper version.

    The contents are beside the text on a wide screen and folded above it on a narrow one.
    """
    setup = setup or PageSetup()
    parts = parts_of_page(blocks, setup)
    return page_template("page.html").render(
        setup=setup,
        labels=setup.labels,
        name=parts.name,
        entitled=parts.entitled,
        language=language_tag(setup.language),
        policy=_POLICY,
        style=Markup(_fonts(parts) + page_style()),  # noqa: S704 (our own files)
        contents=_contents(parts.blocks, 2 if parts.entitled else 1) if setup.contents else [],
        front=Markup(parts.front),  # noqa: S704 (escaped before)
        body=Markup(parts.body),  # noqa: S704 (escaped before)
        folded=Markup(parts.folded),  # noqa: S704 (escaped before)
    )


def _fonts(parts: PageParts) -> str:
    return embed_reading_font() + embed_formula_font(parts.front + parts.body + parts.folded)


class PageParts(NamedTuple):
    """The settled blocks of a page, and its three parts as HTML."""

    name: str
    entitled: bool
    """Whether the page has a title above the blocks."""
    blocks: tuple[Block, ...]
    front: str
    body: str
    folded: str


def parts_of_page(blocks: Iterable[Block], setup: PageSetup) -> PageParts:
    """Return the parts of a page, for whoever puts another frame around them."""
    settled = settle_levels(blocks)
    name = setup.name(settled)
    first = next(find_headings(settled), None)
    entitled = setup.cover or first is None or " ".join(plain(first.text).split()) != name
    if entitled:
        settled = lower_levels(settled)
    front = settled[: setup.front] if entitled else ()
    end = len(settled) - setup.folded
    pieces = (front, settled[len(front) : end], settled[end:])
    return PageParts(name, entitled, settled, *parts_to_html(pieces, setup.labels))


@cache
def page_style() -> str:
    """Return the style of the whole page: day, night and print."""
    source = resources.files("workshop.documents").joinpath("page.css").read_text("utf-8")
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    source = re.sub(r"\s*([{};,])\s+", r"\1", source).strip()
    return f"{shared_style('.wk')}{screen_style()}{source}"


class _Entry(NamedTuple):
    """A heading in the contents, with those below it."""

    name: str
    words: str
    below: list[_Entry]


def _contents(blocks: Sequence[Block], top: int) -> list[_Entry]:
    """Return the headings of the two upper levels, the lower ones nested."""
    entries: list[_Entry] = []
    for level, name, words in list_headings(blocks):
        entry = _Entry(name, " ".join(words.split()), [])
        if level <= top:
            entries.append(entry)
        elif level == top + 1:
            if not entries:
                entries.append(_Entry("", "", []))
            entries[-1].below.append(entry)
    return entries


Kind = Literal["", "slide", "subslide", "fragment", "skip", "notes"]
"""How a part begins, as in notebooks' slideshow metadata.

Empty: its headings decide.
"""
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Part:
    """The part of a talk from one cell: blocks, how they begin, and notes."""

    blocks: tuple[Block, ...]
    kind: Kind = ""
    notes: tuple[Block, ...] = ()
    notes_language: str = ""
    """A BCP 47 tag, if the notes are in another language than the slides."""


@dataclass(frozen=True)
class Slide:
    """One slide; `steps` are groups of blocks that appear one after another."""

    title: Text
    above: Text
    """The title of the section; empty for the slide that opens it."""
    lead: Text
    steps: tuple[tuple[Block, ...], ...]
    notes: tuple[Block, ...]
    notes_language: str = ""
    opens: bool = False
    """Whether it opens a section, and is laid out like a title page."""


@dataclass
class _Draft:
    """The content under one heading, before it is split into slides."""

    heading: Heading | None
    above: Text
    steps: list[list[Block]] = field(default_factory=lambda: [[]])
    notes: list[Block] = field(default_factory=list)
    language: str = ""

    @property
    def title(self) -> Text:
        return self.heading.text if self.heading else ()

    @property
    def has_content(self) -> bool:
        """Return whether there is content under the heading, or it is the talk's title."""
        level = self.heading.level if self.heading else 0
        return any(self.steps) or level == 1 or bool(self.heading and self.heading.lead)

    @property
    def opens(self) -> bool:
        """Return whether this is a title page.

        That is a first heading with a few words, or any heading without.
        """
        level = self.heading.level if self.heading else 0
        few = all(isinstance(b, Paragraph) for step in self.steps for b in step)
        return few and (level == 1 or not self.has_content)


def divide(parts: Iterable[Part]) -> tuple[tuple[Slide, ...], ...]:
    """Return slides in columns: topics go across, their details go down.

    A heading of level 1 or 2 begins a column, a lower one a slide below. A picture, a table or a
    card has a slide of its own, with the sentences around it; what does not fit continues below
    under the same title. A heading with nothing under it has a slide too, unless the next slide
    names it above its own title.
    """
    talk = _Talk()
    for part in parts:
        talk.add(part)
    columns: list[tuple[Slide, ...]] = []
    following: Text = ()
    for drafts in reversed(talk.columns):
        column: list[Slide] = []
        for draft in reversed(drafts):
            if draft.has_content or (draft.title and draft.title != following):
                column[:0] = _slides(draft)
                following = draft.above
        if column:
            columns.append(tuple(column))
    return tuple(reversed(columns))


class _Talk:
    """Sorts blocks under their headings, part after part."""

    def __init__(self) -> None:
        self.columns: list[list[_Draft]] = []
        self._titles: dict[int, Text] = {}
        """The headings above the next block, by level."""

    def add(self, part: Part) -> None:
        """Add the blocks of a part, and its notes to each of its slides."""
        if part.kind == "notes" and self.columns:
            self.columns[-1][-1].notes += part.blocks
        if part.kind in ("skip", "notes"):
            return
        touched: list[_Draft] = []
        for at, block in enumerate(part.blocks):
            draft = self._place(block, part.kind if at == 0 else "")
            if draft not in touched:
                touched.append(draft)
        for draft in touched:
            draft.notes += part.notes
            draft.language = draft.language or part.notes_language

    def _place(self, block: Block, kind: Kind) -> _Draft:
        if isinstance(block, Heading):
            below = kind == "subslide" or (block.level > 2 and kind != "slide")
            return self._begin(_Draft(block, self._enter(block)), below)
        if kind in ("slide", "subslide") or not self.columns:
            title = self._titles[max(self._titles)] if self._titles else ()
            again = Heading(2, title) if title else None  # every slide has a title
            draft = self._begin(_Draft(again, ()), kind == "subslide")
        else:
            draft = self.columns[-1][-1]
        if kind == "fragment":
            draft.steps.append([])
        draft.steps[-1].append(block)
        return draft

    def _begin(self, draft: _Draft, below: bool) -> _Draft:
        if below and self.columns:
            self.columns[-1].append(draft)
        else:
            self.columns.append([draft])
        return draft

    def _enter(self, heading: Heading) -> Text:
        """Make a heading the current one; return the title of its section."""
        upper = {level: words for level, words in self._titles.items() if level < heading.level}
        self._titles = {**upper, heading.level: heading.text}
        return upper[max(upper)] if upper else ()


def _slides(draft: _Draft) -> Iterator[Slide]:
    title = draft.title
    lead = draft.heading.lead if draft.heading else ()
    steps = tuple(tuple(step) for step in draft.steps if step)
    whole = Slide(
        title, draft.above, lead, steps or ((),), tuple(draft.notes), draft.language, draft.opens
    )
    if draft.opens or len(steps) > 1:  # a title page, or the author chose what comes when
        yield whole
        return
    blocks = [b for step in draft.steps for b in step if not isinstance(b, Rule | PageBreak)]
    room = body_height(title, lead, bool(draft.above))
    groups = list(_fit(_ideas(blocks), room)) or [[]]
    for at, group in enumerate(groups):
        yield replace(whole, lead=lead if at == 0 else (), steps=(tuple(group),))


def _ideas(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """Yield groups of blocks, each with one block at most that is not a paragraph."""
    group: list[Block] = []
    full = False
    for block in blocks:
        large = not isinstance(block, Paragraph) and not _is_key(block)
        if large and full:
            yield group
            group, full = [], False
        group.append(block)
        full = full or large
    if group:
        yield group


def _is_key(block: Block) -> bool:
    """Return whether a drawing is low enough to be a legend of what follows."""
    return isinstance(block, Picture) and height_of([block]) < 200


def _give(group: Sequence[Block]) -> float:
    """Return the factor by which a group may be too high and is set smaller.

    A drawing shrinks a little for a sentence or two, since its type has to be read from the last
    row. A sentence beside a table is better small than alone.
    """
    drawn = any(isinstance(block, Picture | SideBySide) for block in group)
    if drawn and height_of([b for b in group if isinstance(b, Paragraph)]) < 120:
        return 1.15
    return 1.12 if len(group) > 1 else 1.0


def _fit(groups: Iterable[Sequence[Block]], room: float) -> Iterator[list[Block]]:
    """Yield groups that fit into `room` pixels, as far as blocks can be split."""
    for group in groups:
        if height_of(group) <= room * _give(group):
            yield list(group)
            continue
        now: list[Block] = []
        for block in group:
            left = room - height_of(now)
            pieces = [block] if height_of([block]) <= left else cut(block, room)
            for at, piece in enumerate(pieces):
                if now and (at or height_of([*now, piece]) > room):
                    yield now
                    now = []
                now.append(piece)
        if now:
            yield now


def parts_to_slides(parts: Iterable[Part], setup: PageSetup | None = None) -> str:
    """Return parts of a talk as one HTML document of slides that works offline.

    Keys: arrows and space to move, S for the notes, O for all slides, F for the whole screen.
    Adding `?print-pdf` to the address lays all slides out to be printed.
    """
    setup = setup or PageSetup()
    columns = divide(parts)
    slides = [slide for column in columns for slide in column]
    first = next((slide.title for slide in slides if plain(slide.title).strip()), ())
    name = " ".join((setup.title or plain(first)).split()) or setup.labels.untitled
    language = language_tag(setup.language)
    # Bodies and notes are written in one go, so that ids and numbers are each given once.
    written = iter(
        parts_to_html(
            (blocks for slide in slides for blocks in (*slide.steps, slide.notes)),
            setup.labels,
            on_phones=False,
        )
    )
    foot, labels = setup.running_head or name, setup.labels
    scripts = (_file("reveal/reveal.js"), _file("slides.js"))

    def font(shown: str) -> Markup:
        # On a wall the type is the look, and a projector's laptop is seldom one's own.
        around = (foot, labels.notes, labels.next_slide, labels.blocked, labels.keys)
        words = re.sub(r'="data:[^"]*"', "", " ".join((shown, *around)))
        return Markup(extend_reading_font(words) + embed_formula_font(shown))  # noqa: S704 (a style with data)

    return page_template("slides.html").render(
        setup=setup,
        labels=labels,
        name=name,
        language=language,
        policy=_policy(scripts),
        font=font,
        style=Markup(_style()),  # noqa: S704 (our own file)
        columns=[[_shown(slide, written, language) for slide in column] for column in columns],
        foot=foot,
        scripts=[Markup(script) for script in scripts],  # noqa: S704 (our own files)
    )


def _shown(slide: Slide, written: Iterator[str], language: str) -> dict[str, Any]:
    """Return a slide's values for the template.

    `written` yields its steps, then its notes.
    """
    title = f"<span{direction(slide.title)}>{words_to_html(slide.title)}</span>"
    steps = [next(written) for _ in slide.steps]
    notes = next(written)
    spoken = language_tag(slide.notes_language, language)
    html = {
        "title": title if slide.title else "",
        "above": words_to_html(slide.above),
        "lead": words_to_html(slide.lead),
        "lead_direction": direction(slide.lead),
        "notes": notes if slide.notes else "",
    }
    return {
        **{name: Markup(words) for name, words in html.items()},  # noqa: S704 (escaped before)
        "steps": [Markup(step) for step in steps],  # noqa: S704 (escaped before)
        "spoken": spoken if spoken != language else "",
        "opens": slide.opens,
        "drawn": any(isinstance(block, Picture) for step in slide.steps for block in step),
    }


@cache
def _file(name: str) -> str:
    return resources.files("workshop.documents").joinpath(name).read_text("utf-8").strip()


@cache
def _style() -> str:
    own = re.sub(r"/\*.*?\*/", "", _file("slides.css"), flags=re.DOTALL)
    own = re.sub(r"\s*([{};,])\s+", r"\1", own)
    return f"{_file('reveal/reveal.css')}.wk{{{tone_variables()}}}{screen_style()}{own}"


def _policy(scripts: Iterable[str]) -> str:
    """Return a content security policy that allows only these scripts."""
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'"
        for s in scripts
    )
    return (
        f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src {hashes}; "
        "font-src data:; base-uri 'none'; form-action 'none'"
    )
