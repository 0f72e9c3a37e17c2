"""Set formulas written in LaTeX: as MathML on pages, and as pictures."""

from __future__ import annotations

import math
import re
import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree

from workshop.documents.fonts import has_mathematics
from workshop.documents.theme import LOOKS

_EM = 10.0
"""Units of a formula's drawing per em."""
_MATHML = "{http://www.w3.org/1998/Math/MathML}"
_REFERRED = re.compile(r"\\(?:label|require)\{[^{}]*\}|\\(?:notag|nonumber)\b")
"""What a formula says about its number, or about the program that sets it."""


@dataclass(frozen=True)
class DrawnFormula:
    """A transparent SVG picture of a formula; width, height and depth in ems.

    `depth` is how far the picture extends below the baseline.
    """

    svg: str
    width: float
    height: float
    depth: float


@lru_cache(maxsize=512)
def draw_formula(latex: str) -> DrawnFormula | None:
    """Return `latex` as a picture, or None if it cannot be drawn."""
    try:
        return _draw(latex)
    except Exception:  # the parser raises many kinds; whatever it cannot read is shown as source
        return None


@lru_cache(maxsize=512)
def formula_to_mathml(latex: str, display: bool = False) -> str | None:
    """Return `latex` as MathML that browsers show, or None if they could not.

    That is MathML Core: no lines through or around terms, and no rules between columns.
    """
    try:
        tree = _read(latex, display)
        element = _adapt(tree, display)
    except Exception:  # as above
        return None
    element.set("alttext", " ".join(latex.split()))
    return ElementTree.tostring(element, encoding="unicode", short_empty_elements=False)


def _read(latex: str, display: bool) -> Any:
    """Return a formula as a tree of MathML.

    Raises ValueError for what has no meaning or cannot be shown, and the parser's own errors.
    """
    source = " ".join(_REFERRED.sub("", latex).split())
    if "{eqnarray" in source:
        source = re.sub(r"&([^&\\]*)&", r"&\1", source.replace("{eqnarray", "{align"))
    if not 0 < len(source) <= 1500 or re.search(r"(?<!\\)\$|&\w*;", source):
        raise ValueError("not a formula")
    if not source.isascii() and not has_mathematics(source):
        raise ValueError("letters that formulas do not have")
    with warnings.catch_warnings():  # it asks for its font in a way that Python 3.11 deprecates
        warnings.simplefilter("ignore", DeprecationWarning)
        from ziamath.tex import tex2mml
    from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

    source = source.replace("<", r"\lt ")  # nothing that could be markup on its way
    tree = fromstring(tex2mml(source, inline=not display))
    if any((part.text or "").startswith("\\") for part in tree.iter()):
        raise ValueError("an unknown command")
    return tree


# -- as a picture -------------------------------------------------------------------------------


def _draw(latex: str) -> DrawnFormula:
    tree = _read(latex, display=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from ziamath.zmath import Math
    tree.set("mathcolor", LOOKS["plain"].ink)
    drawing = Math(tree, size=_EM).svgxml()
    _, top, width, height = map(float, drawing.get("viewBox", "").split())
    if not (width > 2 and height > 2 and math.isfinite(width * height)):
        raise ValueError("nothing is drawn")
    svg = ElementTree.tostring(drawing, encoding="unicode")
    return DrawnFormula(svg, width / _EM, height / _EM, (top + height) / _EM)


# -- as MathML ----------------------------------------------------------------------------------

_ELEMENTS = frozenset(
    {"math", "mi", "mn", "mo", "mtext", "mspace", "mrow", "mfrac", "msqrt", "mroot", "msub"}
    | {"msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts", "mprescripts"}
    | {"none", "mtable", "mtr", "mtd", "mstyle", "mpadded", "mphantom"}
)
_PARTS = {
    **dict.fromkeys(("mfrac", "mroot", "msub", "msup", "munder", "mover"), 2),
    **dict.fromkeys(("msubsup", "munderover"), 3),
}
"""How many parts these have; with others a browser shows none of them."""
_LENGTH = re.compile(r"[+-]?\d*\.?\d+(?:em|ex|px|pt|%)?")
_WORDS = re.compile("true|false|prefix|infix|postfix|normal")
_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}|[a-zA-Z]{3,20}")
_ATTRIBUTES = {
    **dict.fromkeys(("width", "height", "depth", "lspace", "rspace", "voffset"), _LENGTH),
    **dict.fromkeys(("minsize", "maxsize", "linethickness", "scriptlevel"), _LENGTH),
    **dict.fromkeys(("stretchy", "fence", "form"), _WORDS),
    **dict.fromkeys(("displaystyle", "largeop", "symmetric", "movablelimits"), _WORDS),
    "mathcolor": _COLOUR,
}
"""The attributes that browsers heed, and the values that are passed on."""
_SPACES = {
    "negativethinmathspace": "-0.167em",
    "negativemediummathspace": "-0.222em",
    "negativethickmathspace": "-0.278em",
}
_ACCENTS = {
    "\u02c6": ("^", "false"),
    "\u0302": ("^", "false"),
    "\u0303": ("~", "false"),
    "\u2015": ("\u203e", "true"),
    "\u00af": ("\u203e", "true"),
}
"""Accents and lines as browsers set them, and whether they stretch."""
_UNDER = {"lim", "max", "min", "sup", "inf", "limsup", "liminf", "argmax", "argmin", "det", "gcd"}
_LETTERS = {
    "bold": (0x1D400, 0x1D41A, 0x1D7CE, 0x1D6A8),
    "bold-italic": (0x1D468, 0x1D482, 0x1D7CE, 0x1D71C),
    "sans-serif": (0x1D5A0, 0x1D5BA, 0x1D7E2, 0),
    "monospace": (0x1D670, 0x1D68A, 0x1D7F6, 0),
    "double-struck": (0x1D538, 0x1D552, 0x1D7D8, 0),
}
"""By variant: the first capital, small letter, figure, and Greek capital."""


def _adapt(given: Any, display: bool) -> ElementTree.Element:
    """Return an element as browsers set it; raise ValueError if they could not."""
    name = given.tag.removeprefix(_MATHML)
    lines = {given.get("columnlines", "none"), given.get("rowlines", "none")}
    if name not in _ELEMENTS or given.get("linebreak") or lines != {"none"}:
        raise ValueError(f"no browser shows {name} so")
    children = list(given)
    if len(children) != _PARTS.get(name, len(children)):
        raise ValueError(f"{name} lacks a part")
    made = ElementTree.Element(name)
    for key, value in given.items():
        value = _SPACES.get(value, value)
        if key in _ATTRIBUTES and _ATTRIBUTES[key].fullmatch(value):
            made.set(key, value)
    if name == "math":
        made.set("display", "block" if display else "inline")
    if name == "mtd":
        side = given.get("columnalign", "center")
        gap = {"right": ";padding-right:0", "left": ";padding-left:0"}.get(side, "")
        aligned = f"text-align:{side};text-align:-webkit-{side}" if gap else "text-align:center"
        made.set("style", aligned + (gap if _aligns(given) else ""))
    made.text = _letters(given.text or "", given.get("mathvariant", ""), name, made)
    made.extend(_adapt(child, display) for child in children)
    made.tail = given.tail
    if name in ("mover", "munder", "munderover"):
        _stretch(made)
    if name == "msub" and children[0].tag.endswith("}mo") and made[0].text in _UNDER:
        made.tag = "munder"  # below in a formula of its own, else beside
        made[0].set("movablelimits", "true")
    return made


def _aligns(cell: Any) -> bool:
    """Return whether a cell meets its neighbour, as at the & of an aligned line."""
    return cell.get("columnalign") == "right" or (len(cell) > 1 and not cell[0].text)


def _stretch(made: ElementTree.Element) -> None:
    """Write accents and lines above or below terms as browsers know them."""
    wide = len(list(made[0].iter())) > 2
    for part in list(made)[1:]:
        sign = part.text or ""
        if part.tag == "mo" and sign in _ACCENTS:
            part.text, stretches = (sign, "true") if wide and sign == "\u0302" else _ACCENTS[sign]
            part.set("stretchy", stretches)


def _letters(text: str, variant: str, name: str, made: ElementTree.Element) -> str:
    """Return text in the letters of a variant; browsers know only `normal`."""
    if variant == "normal" and name == "mi":
        made.set("mathvariant", "normal")
    if variant not in _LETTERS:
        return text
    capital, small, figure, greek = _LETTERS[variant]

    def changed(char: str) -> str:
        if "A" <= char <= "Z":
            return chr(capital + ord(char) - ord("A"))
        if "a" <= char <= "z":
            return chr(small + ord(char) - ord("a"))
        if "0" <= char <= "9":
            return chr(figure + ord(char) - ord("0"))
        if greek and "\u0391" <= char <= "\u03a9":
            return chr(greek + ord(char) - 0x391)
        if greek and "\u03b1" <= char <= "\u03c9":
            return chr(greek + 26 + ord(char) - 0x3B1)
        return char

    return "".join(map(changed, text))
