"""Tones: the one place that says which colour, mark and word stand for what.

Screen, paper and charts read these values. Every ink has at least 4.5:1 on its tint and on the
page, by day and by night; since a copier knows only grey, each tone has a mark and a word too.
"""

from __future__ import annotations

from dataclasses import dataclass

from workshop.render.blocks import Tone


@dataclass(frozen=True)
class Look:
    """Colours as #rrggbb; `mark` is one character, `word` what it says aloud."""

    ink: str
    tint: str
    night_ink: str
    night_tint: str
    mark: str = ""
    word: str = ""


PAGE, NIGHT_PAGE = "#ffffff", "#14191f"
LINE, NIGHT_LINE = "#c9d0d8", "#3b4652"

LOOKS: dict[Tone, Look] = {
    "plain": Look("#1b2430", "#f3f5f7", "#e6eaee", "#1f262e"),
    "ours": Look("#0b5a8c", "#e4eef6", "#86c5ef", "#16303f", "●", "ours"),
    "seam": Look("#8a5000", "#fbf0dd", "#f0bc68", "#3a2c12", "▲", "risk"),
    "critical": Look("#ac2019", "#fbe9e7", "#ffa8a0", "#45201d", "✕", "critical"),
    "strength": Look("#1b6838", "#e4f2e8", "#8cd6a1", "#17331f", "✓", "strength"),
    "muted": Look("#55606c", "#f3f5f7", "#a9b4bf", "#1f262e"),
}
