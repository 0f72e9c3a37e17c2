"""What every section of a portfolio shares: links to packs, names, advice in words."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

from workshop.content.items import Words
from workshop.content.loader import Content
from workshop.documents.blocks import Cell, Span, Text, cell
from workshop.exhibits.layout import capital, date_words, value_words
from workshop.exhibits.patterns import VERDICT_LOOKS
from workshop.findings.advice import either, options
from workshop.findings.verdicts import Verdict
from workshop.portfolio.gathering import Gathering, Outcome, outcome
from workshop.portfolio.record import Summary, Value

SHOWN = ("findings.html", "findings.pdf", "findings.docx", "findings.pptx")
"""What a reader opens of a pack, the page first."""


@dataclass(frozen=True)
class Places:
    """The files of each pack by the pack's name, as relative paths; none on paper."""

    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, name: str) -> tuple[str, ...]:
        return self.files.get(name, ())


def find_places(folder: Path, packs: str, names: list[str]) -> Places:
    """Return where the packs of these names lie, seen from `folder`.

    `packs` is a folder, relative to `folder` or absolute. Where it can be looked into, only what
    lies there is named, so that no link leads nowhere; where it cannot yet, a pack's usual two
    files are. A place that a browser cannot follow from here (`s3://…`) has no files.
    """
    if "://" in packs:
        return Places()
    try:
        root = os.path.relpath(folder / packs, folder).replace(os.sep, "/")
    except ValueError:  # another drive
        return Places()
    exists = (folder / packs).is_dir()
    found = {}
    for name in names:
        shown = (
            [file for file in SHOWN if (folder / packs / name / file).is_file()]
            if exists
            else SHOWN[:2]
        )
        found[name] = tuple(f"{root}/{name}/{file}" for file in shown)
    return Places(found)


IN_A_LINE, IN_A_CELL, IN_A_PARAGRAPH = 80, 200, 600
"""Characters of names that are listed; beyond them their number is said, for nobody reads on."""


@dataclass(frozen=True)
class View:
    """All groups, and how they are shown: on the screen with links, on paper without."""

    all: Gathering
    places: Places
    on_screen: bool

    @property
    def content(self) -> Content:
        return self.all.content

    @property
    def text(self) -> Words:
        return self.all.content.words

    # -- groups ---------------------------------------------------------------------------------

    def label(self, name: str) -> str:
        """Return what a group is called; a group that is gone has only its own words."""
        return self.all.labels.get(name, name)

    def group(self, summary: Summary) -> Text:
        """Return a group's name, on the screen as a link to its pack."""
        return self.linked(summary.name)

    def linked(self, name: str) -> Text:
        """Return a group's name as a link to its page, then its other files by their kind."""
        first, *others = self.places.of(name) or ("",)
        spans = [Span(self.label(name), file=first or None)]
        for path in others:
            spans += [Span(" "), Span(path.rpartition(".")[2].upper(), file=path)]
        return tuple(spans)

    def names(self, groups: Iterable[Summary], room: int = IN_A_CELL) -> str:
        """Return the names of groups as a reader lists them, as many as fit into `room`."""
        return self.listing([self.label(s.name) for s in groups], room)

    def listing(self, names: Sequence[str], room: int = IN_A_CELL) -> str:
        """Return names as a reader lists them; those beyond `room` characters are counted."""
        ends = accumulate(len(name) + 2 for name in names)
        shown = max(sum(end <= room for end in ends), 1)
        if shown < len(names):
            names = [*names[:shown], self.text("portfolio.more-groups", n=len(names) - shown)]
        return self.text.listing(names)

    # -- advice, verdicts, answers ----------------------------------------------------------------

    def advice(self, summary: Summary) -> str:
        return self.outcome(outcome(summary))

    def outcome(self, found: Outcome) -> str:
        """Return what is advised in a few words."""
        kind, patterns = found
        names = options(self.content, patterns)
        if kind == "one":
            return self.text.listing(names)
        if kind == "open":
            return self.text("portfolio.outcome-open", patterns=either(self.content, names))
        if kind == "none":
            return self.text("portfolio.outcome-none", patterns=self.text.listing(names))
        return self.text(f"portfolio.outcome-{kind}")

    def verdict(self, verdict: Verdict | None) -> str:
        return self.text(f"portfolio.verdict-{verdict or 'none'}")

    def verdict_cell(self, verdict: Verdict | None, advised: bool) -> Cell:
        """Return a verdict as mark and word; tinted and strong where the pattern is advised."""
        tone, mark = VERDICT_LOOKS[verdict]
        return cell(self.verdict(verdict), tone=tone, mark=mark, fill=advised, strong=advised)

    def answer_name(self, name: str) -> str:
        return capital(self.content.question(name).name)

    def value(self, name: str, value: Value | None) -> str:
        return value_words(self.content, name, value)

    def number(self, name: str, value: float) -> str:
        """Return a number with its unit; of a level only the number, as its words are long."""
        unit = self.content.question(name).unit
        return (
            self.text("common.with-unit", n=value, unit=unit) if unit else self.text.number(value)
        )

    def day(self, day: datetime.date | None) -> str:
        return date_words(self.content, day) if day else self.text("portfolio.no-date")
