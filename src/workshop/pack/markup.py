"""HTML from notebooks as blocks: its words, lists, tables and pictures, and nothing that acts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from workshop.pack.inline import LOOKS, Inline, shift_text, squeeze
from workshop.pack.pictures import find_picture
from workshop.pack.tables import FoundCell, make_tables
from workshop.render.blocks import Block, Bullets, Code, Paragraph, Quote, Rule, Text

_IGNORED = frozenset(
    ("style", "head", "title", "meta", "link", "template", "noscript", "svg", "iframe", "object")
)
_INLINE = frozenset(
    ("a", "abbr", "big", "bdi", "bdo", "br", "button", "font", "img", "label", "mark", "q")
) | frozenset(("small", "span", "sub", "sup", "time", "u", "wbr", *LOOKS))
_DEEPEST = 60


@dataclass(frozen=True)
class Surroundings:
    """Where a cell's own pictures are: its notebook's folder and its attachments."""

    folder: Path | None = None
    attachments: dict[str, dict[str, str]] = field(default_factory=dict)


def html_to_blocks(source: str, around: Surroundings | None = None) -> tuple[Block, ...]:
    """Return the content of `source`; scripts are shown as text, styles are left out."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(source, "html.parser")
    return tuple(_walk(soup, around or Surroundings(), 0))


def _walk(node: Any, around: Surroundings, depth: int) -> list[Block]:
    """Return the blocks of a node's children; words between block elements become paragraphs."""
    if depth > _DEEPEST:
        words = squeeze(node.get_text(" ")).strip()
        return [Paragraph(_as_text(words))] if words else []
    out: list[Block] = []
    run = Inline()
    for child in node.children:
        if _is_inline(child):
            _gather(child, run, around, depth)
            continue
        out += run.blocks()
        run = Inline()
        out += _block(child, around, depth + 1)
    return out + run.blocks()


def _as_text(words: str) -> Text:
    run = Inline()
    run.add(words)
    return run.words()


def _is_inline(node: Any) -> bool:
    if node.name is None:
        return True
    return node.name in _INLINE and not any(
        d.name is not None and d.name not in _INLINE for d in node.descendants
    )


def _gather(node: Any, run: Inline, around: Surroundings, depth: int) -> None:
    from bs4.element import NavigableString

    if node.name is None:
        # Comments, declarations and the like are subclasses; only the class itself is text.
        if type(node) is NavigableString:
            run.add(squeeze(str(node)))
        return
    name = node.name
    if name == "br":
        run.add("\n")
    elif name == "img":
        address = str(node.get("src") or "")
        alt = squeeze(str(node.get("alt") or "")).strip()
        run.add_block(find_picture(address, alt, around.folder, around.attachments))
    elif name in ("sub", "sup"):
        run.add(shift_text(squeeze(node.get_text()), name))
    elif depth > _DEEPEST:
        run.add(squeeze(node.get_text()))
    else:
        before = run.look
        if name in LOOKS:
            run.set_look(name)
        elif name == "a" and node.get("href"):
            run.look = replace(before, link=str(node["href"]))
        for child in node.children:
            _gather(child, run, around, depth + 1)
        run.look = before


def _block(node: Any, around: Surroundings, depth: int) -> list[Block]:
    name = node.name
    if name in _IGNORED:
        return []
    if name == "script":
        words = node.get_text().strip()
        return [Code(f"<script>{words}</script>", "html", "muted")] if words else []
    if name == "table":
        return list(_table(node))
    if name in ("ul", "ol"):
        items = tuple(
            tuple(_walk(item, around, depth)) for item in node.find_all("li", recursive=False)
        )
        start = str(node.get("start") or "1")
        first = int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 1
        return [Bullets(items, name == "ol", first)] if items else []
    if name == "pre":
        words = node.get_text().strip("\n")
        return [Code(words, tone="muted")] if words.strip() else []
    if name == "hr":
        return [Rule()]
    if name == "blockquote":
        body = tuple(_walk(node, around, depth))
        return [Quote(body)] if body else []
    if len(name) == 2 and name[0] == "h" and name[1] in "123456":
        run = Inline()
        for child in node.children:
            _gather(child, run, around, depth)
        return run.blocks(heading=int(name[1]))
    return _walk(node, around, depth)


def _table(node: Any) -> tuple[Block, ...]:
    """Return a table's rows as one or more tables; tables inside cells give their words."""
    rows = [row for row in node.find_all("tr") if row.find_parent("table") is node]
    head: list[list[FoundCell]] = []
    body: list[list[FoundCell]] = []
    for row in rows:
        cells = [_cell(c) for c in row.find_all(("td", "th"), recursive=False)]
        in_head = row.find_parent("thead") is not None
        all_heads = bool(cells) and all(c.head for c in cells) and not body
        (head if in_head or (all_heads and len(cells) > 1) else body).append(cells)
    caption = node.find("caption")
    words = squeeze(caption.get_text()).strip() if caption else ""
    return make_tables(head, body, _as_text(words))


def _cell(node: Any) -> FoundCell:
    run = Inline()
    for child in node.children:
        _gather_words(child, run)
    return FoundCell(
        run.words(), node.name == "th", _count(node, "colspan"), _count(node, "rowspan")
    )


def _gather_words(node: Any, run: Inline) -> None:
    if node.name in ("script", "style", "svg"):
        return
    if node.name == "img":
        run.add(str(node.get("alt") or ""))
        return
    if node.name is not None and not _is_inline(node):
        run.add(" " + squeeze(node.get_text(" ")).strip() + " ")
        return
    _gather(node, run, Surroundings(), 0)


def _count(node: Any, name: str) -> int:
    value = str(node.get(name) or "1").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 5 else 1
