"""The facilitator's pages: which there are, by their own titles."""

from __future__ import annotations

import re
from pathlib import Path

from made.text import plain

TOP = Path(__file__).parents[2]


def titles_of(folder: Path) -> dict[str, str]:
    """Return the first heading of each page of a folder, by the page's path below it."""
    titles = {}
    for path in sorted(folder.rglob("*.md")):
        found = re.search(r"^# +(.+?) *$", path.read_text("utf-8"), re.MULTILINE)
        titles[path.relative_to(folder).as_posix()] = found[1] if found else path.stem
    return titles


def facilitator_pages() -> str:
    """Return a link to each page of the facilitator's guide."""
    titles = titles_of(TOP / "facilitator")
    if not titles:
        return ""
    first = titles.pop("README.md", "")
    begin = "The guide goes through it page by page"
    if first:
        begin = f"[{plain(first)}](../../facilitator/README.md) goes through it page by page"
    lines = [f"- [{plain(t)}](../../facilitator/{name})" for name, t in titles.items()]
    return "\n".join([f"{begin}:\n", *lines]) + "\n"
