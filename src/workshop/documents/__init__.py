"""Build documents of blocks, and show them on screen, paper and slides.

Nothing here depends on what the documents are about. `blocks` defines the blocks; `html` with
`page` (a page or slides), `paper`, `text` and `office` each draw all of them; `exhibit` is the
value that a notebook cell shows; `notebooks` turns any notebook into blocks and has the exporters
for nbconvert; `theme` has all colours, marks and labels. The README beside this file begins with an
example. To add a kind of block: a class in `blocks.py`, and a branch in each renderer; a test fails
if a renderer lacks one.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workshop.documents.blocks import (
        Block,
        Bullets,
        Card,
        Cell,
        Code,
        Column,
        Formula,
        Heading,
        PageBreak,
        Pairs,
        Paragraph,
        Picture,
        Quote,
        Rule,
        SideBySide,
        Span,
        Table,
        Tone,
        blocks_from_data,
        bullets,
        card,
        cell,
        column,
        heading,
        pairs,
        paragraph,
        plain,
        table,
        to_data,
    )
    from workshop.documents.exhibit import MEDIA_TYPE, Exhibit
    from workshop.documents.html import blocks_to_html
    from workshop.documents.notebooks.markup import html_to_blocks, markdown_to_blocks
    from workshop.documents.notebooks.notebook import notebook_to_blocks, notebook_to_parts
    from workshop.documents.page import Part, blocks_to_page, parts_to_slides
    from workshop.documents.paper import Origin, PageSetup, PrintError, Replacement, blocks_to_pdf
    from workshop.documents.text import blocks_to_text
    from workshop.documents.theme import Labels

__all__ = [
    "MEDIA_TYPE",
    "Block",
    "Bullets",
    "Card",
    "Cell",
    "Code",
    "Column",
    "Exhibit",
    "Formula",
    "Heading",
    "Labels",
    "Origin",
    "PageBreak",
    "PageSetup",
    "Pairs",
    "Paragraph",
    "Part",
    "Picture",
    "PrintError",
    "Quote",
    "Replacement",
    "Rule",
    "SideBySide",
    "Span",
    "Table",
    "Tone",
    "blocks_from_data",
    "blocks_to_html",
    "blocks_to_page",
    "blocks_to_pdf",
    "blocks_to_text",
    "bullets",
    "card",
    "cell",
    "column",
    "heading",
    "html_to_blocks",
    "markdown_to_blocks",
    "notebook_to_blocks",
    "notebook_to_parts",
    "pairs",
    "paragraph",
    "parts_to_slides",
    "plain",
    "table",
    "to_data",
]

_MODULES = (
    "blocks",
    "theme",
    "text",
    "exhibit",
    "html",
    "notebooks.markup",
    "notebooks.notebook",
    "page",
    "paper",
)
"""Where the names above are, those first that load soonest."""

if not TYPE_CHECKING:  # else any misspelt name would pass for one that is here

    def __getattr__(name: str) -> object:
        """Import a public name when it is first used; many never are."""
        if name in __all__:
            for module in _MODULES:
                place = vars(import_module(f"{__name__}.{module}"))
                if name in place:
                    return globals().setdefault(name, place[name])
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
