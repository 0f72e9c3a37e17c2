"""Characters: typed text made harmless before it reaches a page or a terminal.

A control character, half a character or an override of the reading direction can break a page,
move a terminal's cursor or make a sentence read backwards. None of them may, and none may
vanish where a reader would miss it.
"""

from __future__ import annotations

import re
import unicodedata

_SUSPECT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff0-\uffff"
    "\ud800-\udfff\U000e0000-\U000e0fff]|[^\x00-\uffff]"
)
_BREAKS = frozenset("\x0b\x0c\r\x85\u2028\u2029")
_SILENT = frozenset("\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff\u2060")
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\u200f\u202b\u2067\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
"""A terminal's colour and cursor sequences, as tracebacks and progress bars print them."""


def make_harmless(words: str) -> str:
    """Return `words` with nothing in it that acts: what acted is shown, or is a line break.

    Line ends of every kind become a newline. Other control characters become their pictures
    (ESC is shown as ␛), halves of characters and noncharacters the replacement character, and
    an override of the direction its name in brackets. Invisible embeddings are dropped: the
    usual rules of mixed writing do without them.
    """
    if words.isascii() and words.isprintable():
        return words
    return _SUSPECT.sub(_replace, words.replace("\r\n", "\n"))


def _replace(match: re.Match[str]) -> str:
    char = match.group()
    code = ord(char)
    if char in _BREAKS:
        return "\n"
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if char in _SILENT:
        return ""
    if char in "\u202d\u202e":
        return "⟨" + unicodedata.name(char).lower() + "⟩"
    if 0xD800 <= code <= 0xDFFF or (code & 0xFFFE) == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:
        return "\ufffd"
    if code <= 0x9F:
        return f"⟨control {code:02x}⟩"
    if 0xE0020 <= code <= 0xE007F:  # the tags that spell a flag's region; they follow a flag
        return char
    if 0xE0000 <= code <= 0xE00FF or 0x2060 <= code <= 0x206F or 0xFFF0 <= code <= 0xFFFB:
        return ""
    return char


def has_right_to_left(words: str) -> bool:
    """Return whether some of `words` is written from right to left."""
    return not words.isascii() and _RIGHT_TO_LEFT.search(words) is not None


def strip_ansi(words: str) -> str:
    """Return `words` without a terminal's colour and cursor sequences."""
    return ANSI.sub("", words) if "\x1b" in words else words


def clean_address(address: str | None) -> str | None:
    """Return an address a reader can follow (web or mail), or None for every other."""
    if not address:
        return None
    wanted = re.sub(r"\s", "%20", make_harmless(address).strip())
    return wanted if re.match(r"(?:https?://[^/?#]|mailto:.)", wanted, re.IGNORECASE) else None
