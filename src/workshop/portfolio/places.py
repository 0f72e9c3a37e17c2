"""Places: where each pack lies, seen from the portfolio's page."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

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
