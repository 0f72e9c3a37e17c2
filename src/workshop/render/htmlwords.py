"""Words as HTML: escaped runs of text, marks and drawn formulas."""

from __future__ import annotations

import base64
from html import escape
from urllib.parse import quote

from workshop.render.blocks import Span, Text, Tone
from workshop.render.characters import clean_address, has_right_to_left, make_harmless
from workshop.render.formula import draw_formula
from workshop.render.speech import ENGLISH, Speech
from workshop.render.tones import LOOKS


def escape_text(words: str) -> str:
    """Return typed words as HTML text: nothing in them is markup, line breaks are kept."""
    return escape(make_harmless(words)).replace("\n", "<br>")


def escape_attribute(words: str) -> str:
    """Return typed words as the value of an attribute, in one line."""
    return escape(" ".join(make_harmless(words).split()), quote=True)


def direction(words: Text) -> str:
    """Return the attribute that lets words read from right to left, where any of them do."""
    return ' dir="auto"' if any(has_right_to_left(s.text) for s in words) else ""


def words_to_html(words: Text) -> str:
    """Return spans as escaped HTML with their looks."""
    return "".join(_span(span, alone=len(words) == 1) for span in words)


def _span(span: Span, alone: bool) -> str:
    if span.math:
        return formula_to_html(span.text)
    out = escape_text(span.text)
    if span.code:
        out = f"<code>{out}</code>"
    if span.emph:
        out = f"<em>{out}</em>"
    if span.strong:
        out = f"<strong>{out}</strong>"
    if span.strike:
        out = f"<s>{out}</s>"
    if span.tone != "plain":
        out = f'<span class="wk-{span.tone} wk-word">{out}</span>'
    address = clean_address(span.link)
    if address:
        out = f'<a href="{escape_attribute(address)}" rel="noopener noreferrer">{out}</a>'
    elif span.file:  # quoted, and below this folder: it can be no other kind of address
        out = f'<a href="./{escape_attribute(quote(make_harmless(span.file)))}">{out}</a>'
    if not alone and has_right_to_left(span.text):
        out = f"<bdi>{out}</bdi>"
    return out


def formula_to_html(latex: str) -> str:
    """Return a formula as a drawing with its source as alternative text, or that source."""
    drawn = draw_formula(latex)
    if drawn is None:
        return f"<code>{escape_text(latex)}</code>"
    size = f"height:{drawn.height * 1.12:.2f}em;vertical-align:-{drawn.depth * 1.12:.2f}em"
    alt, source = escape_attribute(latex), svg_address(drawn.svg)
    return f'<img class="wk-math" style="{size}" alt="{alt}" src="{source}">'


def svg_address(source: str) -> str:
    """Return a drawing as a data address; in an image nothing in it can run."""
    data = base64.b64encode(source.encode("utf-8", "replace")).decode("ascii")
    return f"data:image/svg+xml;base64,{data}"


def mark_to_html(tone: Tone, mark: str, speech: Speech = ENGLISH) -> str:
    """Return the mark of a tone: the author's own, or the usual one with its word said aloud.

    It never stands alone at the end of a line.
    """
    if mark.isalnum():
        return f'<span class="wk-mark">{escape_text(mark)}</span>\u00a0'
    usual = LOOKS[tone]
    shown = mark or usual.mark
    if not shown:
        return ""
    aloud = escape_attribute(speech.tone(tone))
    said = f' role="img" aria-label="{aloud}"' if aloud else ' aria-hidden="true"'
    return f'<span class="wk-mark"{said}>{escape_text(shown)}</span>\u00a0'
