"""The static twin of a live step: what it asks and what was answered, without a script."""

from __future__ import annotations

from typing import Any

from workshop.render.blocks import Block, Heading, Pairs, Paragraph, text
from workshop.render.exhibit import Exhibit


def twin_of(view: dict[str, Any]) -> Exhibit:
    """Return the view of a bar, a step or the pack's button as an exhibit of its words."""
    blocks: list[Block] = []
    title = view.get("title") or view.get("progress") or ""
    if title:
        blocks.append(Heading(3, text(title), text(view.get("about", ""))))
    for words in (view.get("left"), view.get("advice"), view.get("text")):
        if words:
            blocks.append(Paragraph(text(words)))
    for group in view.get("groups", ()):
        if group.get("title"):
            blocks.append(Heading(4, text(group["title"])))
        blocks += [Paragraph(text(words)) for words in group.get("text", ())]
        pairs = tuple((text(f["ask"]), text(_answer(f, view["words"]))) for f in group["fields"])
        if pairs:
            blocks.append(Pairs(pairs))
    return Exhibit(f"step-{view.get('id', view.get('kind', ''))}", tuple(blocks))


def _answer(field: dict[str, Any], words: dict[str, str]) -> str:
    """Return an answer as its choices word it; “not told” where there is none."""
    value = field["value"]
    chosen = value if isinstance(value, list) else [value]
    labels = {c["value"]: c["label"] for c in field["choices"]}
    told = [labels.get(str(v), str(v)) for v in chosen if v not in (None, "")]
    return words["comma"].join(told) or words["untold"]
