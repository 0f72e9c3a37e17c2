"""Running text from Markdown or HTML: spans, and the pictures that stand among them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from workshop.render.blocks import Block, Heading, Paragraph, Span, Text

LOOKS = {
    "b": "strong", "strong": "strong", "i": "emph", "em": "emph", "cite": "emph", "var": "emph",
    "code": "code", "tt": "code", "kbd": "code", "samp": "code", "s": "strike", "del": "strike",
    "strike": "strike",
}  # fmt: skip
"""Simple HTML tags and the look they stand for."""
RAISED = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
LOWERED = str.maketrans("0123456789+-=()aeox", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓ")


def shift_text(words: str, tag: str) -> str:
    """Return `words` raised (`sup`) or lowered (`sub`) where there are such characters."""
    table, sign = (RAISED, "^") if tag == "sup" else (LOWERED, "_")
    if all(ord(char) in table for char in words):
        return words.translate(table)
    return f"{sign}{words}" if len(words) == 1 else f"{sign}({words})"


@dataclass
class Inline:
    """Gathers spans; a picture among them ends one paragraph and begins the next."""

    look: Span = field(default_factory=lambda: Span(""))
    parts: list[Block | Span] = field(default_factory=list)

    def set_look(self, tag: str, on: bool = True) -> None:
        """Give the words to come, or no longer, the look of a simple HTML tag."""
        value = {LOOKS[tag]: on}
        self.look = replace(self.look, **value)  # type: ignore[arg-type]  # LOOKS names flags only

    def add(self, words: str) -> None:
        if words:
            self.parts.append(replace(self.look, text=words))

    def add_math(self, latex: str) -> None:
        self.parts.append(replace(self.look, text=latex, math=True))

    def add_block(self, block: Block) -> None:
        self.parts.append(block)

    def words(self) -> Text:
        """Return only the words, neighbours of one look joined, blanks at the ends removed."""
        return _trim([part for part in self.parts if isinstance(part, Span)])

    def blocks(self, heading: int = 0) -> list[Block]:
        """Return paragraphs (or headings of a level) and the pictures between them."""
        out: list[Block] = []
        run: list[Span] = []

        def flush() -> None:
            words = _trim(run)
            if words:
                out.append(Heading(heading, words) if heading else Paragraph(words))
            run.clear()

        for part in self.parts:
            if isinstance(part, Span):
                run.append(part)
            else:
                flush()
                out.append(part)
        flush()
        return out


def _trim(spans: list[Span]) -> Text:
    joined: list[Span] = []
    for span in spans:
        last = joined[-1] if joined else None
        if last and not span.math and not last.math and replace(last, text=span.text) == span:
            joined[-1] = replace(last, text=last.text + span.text)
        else:
            joined.append(span)
    while joined and not joined[0].text.strip():
        joined.pop(0)
    while joined and not joined[-1].text.strip():
        joined.pop()
    if joined:
        joined[0] = replace(joined[0], text=joined[0].text.lstrip())
        joined[-1] = replace(joined[-1], text=joined[-1].text.rstrip())
    return tuple(joined)


def squeeze(words: str) -> str:
    """Return `words` with every run of blanks and line ends as one blank, as HTML reads it."""
    return re.sub(r"[ \t\r\n\f]+", " ", words)
