"""Define the exhibit, which a notebook shows and the pack prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workshop.documents.blocks import Block, blocks_from_data, to_data
from workshop.documents.text import blocks_to_text
from workshop.documents.theme import ENGLISH, Labels

MEDIA_TYPE = "application/vnd.ml-ownership-workshop.exhibit+json"
"""The media type of an exhibit's blocks in an executed notebook."""

_INSTEAD = ("in_pack", "in_short_pack", "on_slides")


@dataclass(frozen=True)
class Exhibit:
    """One value that a notebook shows, the pack prints and a terminal writes.

    `name` is stable and readable (`ownership-ledger`); `blocks` is what the screen shows.
    """

    name: str
    blocks: tuple[Block, ...] = field(default_factory=tuple)
    in_pack: tuple[Block, ...] | None = None
    """What a pack shows instead; None: the same, empty: nothing."""
    in_short_pack: tuple[Block, ...] | None = None
    """What a pack of few answers shows; None: as other packs, empty: nothing."""
    on_slides: tuple[Block, ...] | None = None
    """What slides show instead of the pack's; empty: slides leave it out."""
    labels: Labels = ENGLISH
    """The renderers' own words in a cell; a pack has its own."""
    terms: tuple[tuple[str, str], ...] = ()
    """Forms of terms, each with the meaning that a cell gives on demand."""

    def to_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {"version": 1, "name": self.name}
        for name in ("blocks", *_INSTEAD):
            if (part := getattr(self, name)) is not None:
                data[name] = [to_data(b) for b in part]
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Exhibit:
        """Return the exhibit that `to_data` described.

        Raises ValueError if it cannot be read.
        """
        if not isinstance(data, Mapping) or data.get("version") != 1:
            raise ValueError("not an exhibit of version 1")
        pack, short, slides = (blocks_from_data(data[n]) if n in data else None for n in _INSTEAD)
        blocks = blocks_from_data(data.get("blocks", ()))
        return cls(str(data.get("name", "")), blocks, pack, short, slides)

    def _repr_mimebundle_(self, **_options: Any) -> dict[str, Any]:
        if not self.blocks:  # nothing to see in a cell, so no style for it either
            return {MEDIA_TYPE: self.to_data(), "text/html": "", "text/plain": ""}
        from workshop.documents.html import blocks_to_html  # which a terminal does not need

        return {
            MEDIA_TYPE: self.to_data(),
            "text/html": blocks_to_html(self.blocks, labels=self.labels, terms=self.terms),
            "text/plain": blocks_to_text(self.blocks, labels=self.labels),
        }
