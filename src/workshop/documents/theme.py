"""Define the colour and word of each tone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from workshop.documents.blocks import Tone


@dataclass(frozen=True)
class Look:
    """The colours of a tone as #rrggbb, and the word that says the same."""

    ink: str
    tint: str
    night_ink: str
    night_tint: str
    word: str = ""


PAGE, NIGHT_PAGE = "#ffffff", "#14191f"
LINE, NIGHT_LINE = "#c9d0d8", "#3b4652"
EDGE, NIGHT_EDGE = "#6f7a86", "#8d99a5"
"""The page, what separates, and the rim of what can be filled in."""

LOOKS: dict[Tone, Look] = {
    "plain": Look("#1b2430", "#f3f5f7", "#e6eaee", "#1f262e"),
    "ours": Look("#0b5a8c", "#e4eef6", "#86c5ef", "#16303f", "ours"),
    "warning": Look("#8a5000", "#fbf0dd", "#f0bc68", "#3a2c12", "risk"),
    "critical": Look("#ac2019", "#fbe9e7", "#ffa8a0", "#45201d", "critical"),
    "strength": Look("#1b6838", "#e4f2e8", "#8cd6a1", "#17331f", "strength"),
    "muted": Look("#55606c", "#f3f5f7", "#a9b4bf", "#1f262e"),
}


def ink_on(background: str) -> str:
    """Return the ink that can be read on a colour; empty if it is no #rrggbb."""
    bright = _brightness(background)
    return "" if bright is None else LOOKS["plain"].ink if bright > 0.2 else PAGE


def is_readable(colour: str) -> bool:
    """Return whether words of a colour can be read on the page (WCAG, 4.5 to 1)."""
    bright = _brightness(colour)
    return bright is not None and 1.05 / (bright + 0.05) >= 4.5


def _brightness(colour: str) -> float | None:
    """Return the relative luminance of #rrggbb, or None if it is none."""
    if not re.fullmatch("#[0-9a-fA-F]{6}", colour):
        return None
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return sum(part * s for part, s in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@dataclass(frozen=True)
class Labels:
    """Sentences with `{placeholders}`; `tone_…` are the words of tones."""

    contents: str = "Contents"
    skip: str = "Skip to the text"
    page: str = "{page} of {pages}"
    page_ref: str = "page {page}"
    untitled: str = "Untitled"
    source: str = "Source: {keys}"
    sources: str = "Sources: {keys}"
    table: str = "Table {n}"
    table_named: str = "Table {n}: {caption}"
    empty_table: str = "An empty table."
    picture: str = "Picture {n}"
    picture_of: str = "[Picture: {alt}]"
    undescribed: str = "A picture; no description was given."
    undrawn: str = "This picture cannot be drawn"
    unprinted: str = "This part cannot be printed"
    unprinted_cell: str = "Cell {cell} of {notebook} cannot be printed"
    notes: str = "Speaker's notes"
    next_slide: str = "Next:"
    blocked: str = "The browser did not open the notes. Allow this page to open a window."
    keys: str = "S notes · O all slides · F full screen"
    tone_ours: str = LOOKS["ours"].word
    tone_warning: str = LOOKS["warning"].word
    tone_critical: str = LOOKS["critical"].word
    tone_strength: str = LOOKS["strength"].word

    def tone(self, tone: Tone) -> str:
        """Return the word of a tone, or an empty string."""
        return str(getattr(self, f"tone_{tone}", ""))

    def name_sources(self, keys: str, count: int) -> str:
        """Return the line that names the sources of a block."""
        return (self.source if count == 1 else self.sources).format(keys=keys)

    def number_pages(self) -> tuple[str, str, str]:
        """Return the text before, between and after page number and page count."""
        before, _, rest = self.page.partition("{page}")
        between, _, after = rest.partition("{pages}")
        return before, between, after

    def refer_to_page(self) -> tuple[str, str]:
        """Return the text before and after a page's number in a reference."""
        before, _, after = self.page_ref.partition("{page}")
        return before, after

    @classmethod
    def of(cls, words: Any) -> Labels:
        """Return labels from a mapping of words by name; English if it has none."""
        given = words if isinstance(words, Mapping) else {}
        known = {f.name: given.get(f.name) for f in fields(cls)}
        return cls(**{name: text for name, text in known.items() if isinstance(text, str)})


ENGLISH = Labels()
