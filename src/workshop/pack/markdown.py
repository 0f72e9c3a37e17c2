"""Markdown as blocks, by walking the syntax tree of a parser.

CommonMark with tables, strikethrough and mathematics between dollar signs, as Jupyter reads it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from workshop.pack.inline import LOOKS, Inline, shift_text
from workshop.pack.markup import Surroundings, html_to_blocks
from workshop.pack.pictures import find_picture
from workshop.render.blocks import (
    Align,
    Block,
    Bullets,
    Cell,
    Code,
    Column,
    Formula,
    Paragraph,
    Quote,
    Rule,
    Span,
    Table,
)

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)(?:\s[^>]*)?/?>")
_DEEPEST = 60
_TRANSPARENT = frozenset(("span", "font", "u", "small", "big", "mark", "center", "abbr"))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.amsmath import amsmath_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable(["table", "strikethrough"])
    # Every address is read here; which of them may be followed or shown is decided where they are.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005
    parser.use(dollarmath_plugin, allow_space=False, double_inline=True)
    parser.use(amsmath_plugin)
    return parser


def markdown_to_blocks(source: str, around: Surroundings | None = None) -> tuple[Block, ...]:
    """Return `source` as blocks. Raw HTML is read for its content; scripts are shown as text."""
    from markdown_it.tree import SyntaxTreeNode

    tokens = _parser().parse(source)
    if any(token.level >= _DEEPEST - 2 for token in tokens):
        return (Code(source),)  # the parser leaves out what is nested deeper; nothing may be lost
    tree = SyntaxTreeNode(tokens)
    return tuple(_Reader(around or Surroundings()).read(tree.children))


class _Reader:
    def __init__(self, around: Surroundings) -> None:
        self._around = around

    def read(self, nodes: Sequence[SyntaxTreeNode]) -> list[Block]:
        return [block for node in nodes for block in self._block(node)]

    def _block(self, node: SyntaxTreeNode) -> list[Block]:
        match node.type:
            case "heading":
                return self._inline(node).blocks(heading=int(node.tag[1]))
            case "paragraph":
                return self._paragraph(node)
            case "bullet_list" | "ordered_list":
                return [self._list(node)]
            case "blockquote":
                return [Quote(tuple(self.read(node.children)))]
            case "fence" | "code_block":
                language = (node.info or "").split()
                return [Code(node.content.rstrip("\n"), language[0] if language else "")]
            case "hr":
                return [Rule()]
            case "table":
                return [self._table(node)]
            case "html_block":
                return list(html_to_blocks(node.content, self._around))
            case "math_block" | "math_block_label" | "amsmath":
                return [Formula(node.content.strip())]
            case _:  # a kind this version does not know: its words are kept
                words = node.content.strip()
                return [Paragraph((Span(words),))] if words else self.read(node.children)

    def _paragraph(self, node: SyntaxTreeNode) -> list[Block]:
        inner = node.children[0].children if node.children else []
        if len(inner) == 1 and inner[0].type == "math_inline_double":
            return [Formula(inner[0].content.strip())]
        return self._inline(node).blocks()

    def _list(self, node: SyntaxTreeNode) -> Bullets:
        tight = all(
            part.hidden
            for item in node.children
            for part in item.children
            if part.type == "paragraph"
        )
        return Bullets(
            tuple(tuple(self.read(item.children)) for item in node.children),
            node.type == "ordered_list",
            int(node.attrs.get("start", 1)),
            tight,
        )

    def _table(self, node: SyntaxTreeNode) -> Table:
        rows = [row for part in node.children for row in part.children]
        head, body = rows[0], rows[1:]
        columns = tuple(Column(self._inline(c).words(), _alignment(c)) for c in head.children)
        cells = tuple(tuple(Cell(self._inline(c).words()) for c in r.children) for r in body)
        size = sum(
            min(max(sum(len(s.text) for s in row[at].text) for row in cells), 60) if cells else 8
            for at in range(len(columns))
        )
        return Table(columns, cells, row_heads=False, wide=len(columns) > 7 and size > 100)

    # -- running text ---------------------------------------------------------------------------

    def _inline(self, node: SyntaxTreeNode) -> Inline:
        run = Inline()
        for part in node.children:
            self._gather(part, run)
        return run

    def _gather(self, node: SyntaxTreeNode, run: Inline) -> None:
        before = run.look
        match node.type:
            case "text" | "text_special":
                run.add(node.content)
            case "softbreak":
                run.add(" ")
            case "hardbreak":
                run.add("\n")
            case "code_inline":
                run.look = replace(before, code=True)
                run.add(node.content)
                run.look = before
            case "math_inline" | "math_inline_double":
                run.add_math(node.content)
            case "image":
                alt = "".join(c.content for c in node.walk() if c.type in ("text", "code_inline"))
                address = str(node.attrs.get("src", ""))
                around = self._around
                run.add_block(find_picture(address, alt, around.folder, around.attachments))
            case "html_inline":
                self._gather_tag(node.content, run)
            case "inline":
                self._gather_all(node.children, run)
            case "strong" | "em" | "s":
                run.set_look(node.type)
                self._gather_all(node.children, run)
                run.look = before
            case "link":
                run.look = replace(before, link=str(node.attrs.get("href", "")))
                self._gather_all(node.children, run)
                run.look = before
            case _:
                run.add(node.content)
                self._gather_all(node.children, run)

    def _gather_all(self, nodes: Sequence[SyntaxTreeNode], run: Inline) -> None:
        start = run.look
        shifted: tuple[str, int] | None = None
        for node in nodes:
            tag = _TAG.fullmatch(node.content) if node.type == "html_inline" else None
            if tag and tag[2].lower() in ("sub", "sup"):
                if not tag[1]:
                    shifted = (tag[2].lower(), len(run.parts))
                elif shifted:
                    _shift(run, *shifted)
                    shifted = None
                continue
            self._gather(node, run)
        run.look = start

    def _gather_tag(self, source: str, run: Inline) -> None:
        """Read one HTML tag among words: a known simple one acts, every other is shown."""
        if source.startswith("<!--"):
            return
        tag = _TAG.fullmatch(source)
        name = tag[2].lower() if tag else ""
        if name == "br":
            run.add("\n")
        elif tag and name in LOOKS:
            run.set_look(name, not tag[1])
        elif name == "img":
            for block in html_to_blocks(source, self._around):
                run.add_block(block)
        elif name not in _TRANSPARENT:
            run.add(source)


def _shift(run: Inline, tag: str, start: int) -> None:
    for at in range(start, len(run.parts)):
        part = run.parts[at]
        if isinstance(part, Span):
            run.parts[at] = replace(part, text=shift_text(part.text, tag))


def _alignment(node: SyntaxTreeNode) -> Align:
    style = str(node.attrs.get("style", ""))
    return "right" if "right" in style else "center" if "center" in style else "left"
