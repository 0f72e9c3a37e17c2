"""Make characters harmless, and choose the fonts for paper and web pages."""

from __future__ import annotations

import base64
import contextlib
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from html import unescape
from importlib import resources
from importlib.metadata import entry_points
from importlib.util import find_spec
from io import BytesIO
from itertools import groupby, pairwise
from math import fsum
from pathlib import Path
from typing import Any, NamedTuple

_SUSPECT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff0-\U0010ffff"
    "\ud800-\udfff]"
)
_BREAKS = frozenset("\x0b\x0c\r\x85\u2028\u2029")
_SILENT = frozenset("\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff\u2060")
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\u200f\u202b\u2067\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
"""A terminal's colour and cursor sequences, as in tracebacks."""


def make_harmless(words: str) -> str:
    """Return `words` without active characters; they are shown or line breaks.

    Line ends of every kind become a newline. Other control characters become their pictures (ESC is
    shown as ␛), halves of characters and noncharacters the replacement character, and an override
    of the direction its name in brackets. Invisible embeddings are dropped: the usual rules of
    mixed writing do without them.
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
    """Return an address that a reader can follow (web or mail), or None."""
    if not address:
        return None
    cleaned = re.sub(r"\s", "%20", make_harmless(address).strip())
    return cleaned if re.match(r"(?:https?://[^/?#]|mailto:.)", cleaned, re.IGNORECASE) else None


READING, CODE, SIGNS = "Source Sans Pro", "DejaVu Sans Mono", "DejaVu Sans"
_SIGNS_FILE = "DejaVuSans.ttf"
_COMMON = frozenset(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x100)))) | frozenset(
    "–—‘’“”„…•€→←↑↓≤≥≠−×÷·§✓▲†‡′″ \n\t"
)
"""Characters that every style of the reading font has, without a look-up."""

_FLAGS = "[\U0001f1e6-\U0001f1ff]"
_EMOJI = "[\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
_MODIFIERS = "[\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]"
_SEQUENCE = re.compile(
    f"{_FLAGS}{{2}}"
    "|\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f"
    "|[0-9#*]\ufe0f?\u20e3"
    f"|{_EMOJI}{_MODIFIERS}*(?:\u200d{_EMOJI}{_MODIFIERS}*)*"
    "|[\ufe00-\ufe0f\U000e0020-\U000e007f]"
)
_HYPHENATED = re.compile(r"(?!.*[^aeiouyäöüéèà]{5})[^\W\d_]+[.,;:!?)]?", re.IGNORECASE)
"""A word that hyphenation patterns can break."""
_TONES = {0x1F3FB: "light", 0x1F3FC: "medium-light", 0x1F3FD: "medium", 0x1F3FE: "medium-dark"}


@cache
def font_folders() -> tuple[Path, ...]:
    """Return the folders of the three font families."""
    return (
        _package_folder("font_source_sans_pro") / "files",
        _package_folder("ziafont") / "fonts",
        _package_folder("noto_cjk_sans_otc"),
    )


def _package_folder(name: str) -> Path:
    """Return the folder of a package, without importing it."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"the fonts of the package {name} are not installed", name=name)
    return Path(spec.origin).parent


def choose_families(language: str) -> tuple[str, ...]:
    """Return the font families for running text of a language, in order."""
    return (READING, SIGNS, f"Noto Sans CJK {_region(language)}")


def _region(language: str) -> str:
    tag = language.lower().replace("_", "-")
    if tag.startswith(("ja", "ko")):
        return "JP" if tag.startswith("ja") else "KR"
    return "TC" if tag in ("zh-tw", "zh-hk", "zh-hant") else "SC"


def find_script(words: str) -> str | None:
    """Return `ja` for kana, `ko` for hangul, else None.

    Their shapes of shared characters differ.
    """
    if words.isascii():
        return None
    if re.search("[\u3040-\u30ff\u31f0-\u31ff]", words):
        return "ja"
    return "ko" if re.search("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]", words) else None


# -- fonts beside the bundled ones --------------------------------------------------------------

ANY_INSTALLED = "system"
"""In place of a name: whichever installed fonts have what the bundled ones lack."""


@dataclass(frozen=True)
class MoreFonts:
    """Font families for letters and signs that the bundled ones lack, in order."""

    families: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    characters: frozenset[int] = frozenset()


NO_MORE = MoreFonts()


class FontError(ValueError):
    """A font that was asked for cannot be found or read; the words say what to do."""


@lru_cache(16)
def find_fonts(names: tuple[str, ...], lacking: frozenset[str] = frozenset()) -> MoreFonts:
    """Return the fonts of files and installed families, and of `system` if named.

    From the installed fonts come as many families as are needed for the characters in `lacking`.
    Raises FontError for a name that is neither a font file nor an installed family.
    """
    families: dict[str, dict[str, frozenset[int]]] = {}
    for name in names:
        if name == ANY_INSTALLED:
            continue
        if Path(name).suffix.lower() in (".ttf", ".otf", ".ttc", ".otc"):
            family, characters = _read_font(name)
            families.setdefault(family, {})[str(Path(name).resolve())] = characters
            continue
        found = next((f for f in _installed() if f.casefold() == name.casefold()), None)
        if found is None:
            raise FontError(
                f"No installed font family is called {shown_name(name)}. Give the family as the "
                "system lists it, the path of a .ttf, .otf or .ttc file, or the word system."
            )
        files = _installed()[found]
        families[found] = {file: _read_font(file)[1] for file in files}
    known = {char for files in families.values() for one in files.values() for char in one}
    rest = {ord(char) for char in lacking} - known
    if ANY_INSTALLED in names and rest:
        # Noto first, since its letters are made for each other.
        for family, files in sorted(_installed().items(), key=lambda f: (f[0][:4] != "Noto", f[0])):
            with contextlib.suppress(FontError):
                characters = _read_font(files[0])[1]
                if rest & characters:
                    families[family] = dict.fromkeys(files, characters)
                    rest -= characters
            if not rest:
                break
    return MoreFonts(
        tuple(families),
        tuple(file for files in families.values() for file in files),
        frozenset(char for files in families.values() for one in files.values() for char in one),
    )


def shown_name(name: str) -> str:
    return " ".join(make_harmless(name).split())[:100]


@cache
def _installed() -> dict[str, list[str]]:
    """Return the files of each installed font family, the upright regular ones first.

    Families that Python packages bring, as those of the extra `fonts`, are installed too.
    """
    import typst

    families: dict[str, list[str]] = {}
    specs = (find_spec(one.module) for one in entry_points(group="fontpkg.family"))
    folders: list[Any] = [str(Path(s.origin).parent) for s in specs if s and s.origin]
    found = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=folders)
    for font in sorted(found.fonts(), key=lambda f: (f.style != "normal", abs(f.weight - 400))):
        if font.path:
            families.setdefault(font.family, []).append(str(font.path))
    return {family: list(dict.fromkeys(files)) for family, files in families.items()}


@cache
def _read_font(file: str) -> tuple[str, frozenset[int]]:
    """Return a font file's family, as it is asked for, and its characters."""
    from fontTools.ttLib import TTFont

    try:
        with Path(file).open("rb") as stream, TTFont(stream, lazy=True, fontNumber=0) as font:
            names: Any = font["name"]
            family = names.getBestFamilyName()
            return str(family), frozenset(font.getBestCmap() or ())
    except Exception as error:  # a damaged file raises many kinds
        reason = error.strerror if isinstance(error, OSError) else None
        raise FontError(
            f"{shown_name(file)} cannot be read as a font. {reason or 'It is damaged, or none'}. "
            "Give another .ttf, .otf or .ttc file."
        ) from error


# -- what the fonts have ------------------------------------------------------------------------


@cache
def _characters(folder: int, name: str) -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(font_folders()[folder] / name, lazy=True, fontNumber=0) as font:
        return frozenset(font.getBestCmap() or ())


def _cuts(bold: bool, slanted: bool) -> Iterator[tuple[int, str]]:
    """Yield the font files in which a style is looked for, in order."""
    reading = {(False, False): "Regular", (True, False): "Semibold"}.get((bold, slanted))
    yield 0, f"SourceSansPro-{reading or ('SemiboldIt' if bold else 'It')}.ttf"
    if not slanted:
        yield 1, _SIGNS_FILE
    yield 2, "NotoSansCJK-Regular.ttc"


@cache
def has_character(char: str, bold: bool = False, slanted: bool = False) -> bool:
    """Return whether the bundled fonts have `char` in that style."""
    return char in _COMMON or any(ord(char) in _characters(*cut) for cut in _cuts(bold, slanted))


def has_cut(
    words: str, bold: bool = False, slanted: bool = False, more: MoreFonts = NO_MORE
) -> bool:
    """Return whether all of `words` can be set in that style.

    Few scripts have an italic.
    """
    if words.isascii():
        return True
    return all(
        has_character(char, bold, slanted) or ord(char) in more.characters for char in set(words)
    )


def lacks(words: str, more: MoreFonts = NO_MORE) -> set[str]:
    """Return the letters and signs in `words` that no font for paper has."""
    if words.isascii():
        return set()
    return {
        char
        for char in set(words)
        if unicodedata.category(char)[0] in "LMS"
        and not "\ufe00" <= char <= "\ufe0f"  # which only choose a form of the sign before
        and not has_character(char)
        and ord(char) not in more.characters
    }


def only_in_large_font(words: str) -> bool:
    """Return whether some of `words` needs the font for Chinese, Japanese and Korean."""
    *small, large = _cuts(bold=False, slanted=False)
    return any(
        not any(ord(char) in _characters(*cut) for cut in small)
        and ord(char) in _characters(*large)  # last, since it is slow to read
        for char in set(words) - _COMMON
    )


class _Face:
    """The widths and kerning of one font, in ems."""

    def __init__(self, folder: int, name: str) -> None:
        from fontTools.ttLib import TTFont

        data = (font_folders()[folder] / name).read_bytes()
        self._font = TTFont(BytesIO(data), lazy=True)  # no file stays open with the cached face
        widths: Any = self._font["hmtx"]
        unit: Any = self._font["head"]
        self._unit = unit.unitsPerEm
        self._glyphs = self._font.getBestCmap() or {}
        self.advances: dict[str, float] = {
            chr(code): widths[glyph][0] / self._unit for code, glyph in self._glyphs.items()
        }
        self._kerned: dict[tuple[str, str], float] = {}

    def width(self, words: str) -> float:
        """Return the width of words whose characters are all in the font."""
        wide = fsum(map(self.advances.__getitem__, words))  # from Python 3.12 on, sum is as exact
        for pair in pairwise(words):
            kern = self._kerned.get(pair)
            if kern is None:
                kern = self._kerned[pair] = self._kern(*pair)
            wide += kern
        return wide

    @cached_property
    def _pairs(self) -> list[Any]:
        """Return the subtables of kerning pairs, in order of precedence."""
        if "GPOS" not in self._font:
            return []
        table: Any = self._font["GPOS"]
        features = table.table.FeatureList.FeatureRecord
        chosen = {
            at for f in features if f.FeatureTag == "kern" for at in f.Feature.LookupListIndex
        }
        lookups = [table.table.LookupList.Lookup[at] for at in sorted(chosen)]
        parts = [getattr(part, "ExtSubTable", part) for l_ in lookups for part in l_.SubTable]
        return [part for part in parts if part.LookupType == 2]

    def _kern(self, first: str, second: str) -> float:
        one, two = self._glyphs[ord(first)], self._glyphs[ord(second)]
        for part in self._pairs:
            if one not in part.Coverage.glyphs:
                continue
            if part.Format == 1:
                records = part.PairSet[part.Coverage.glyphs.index(one)].PairValueRecord
                found = next((r.Value1 for r in records if r.SecondGlyph == two), part)
                if found is part:
                    continue
            else:
                row = part.Class1Record[part.ClassDef1.classDefs.get(one, 0)]
                found = row.Class2Record[part.ClassDef2.classDefs.get(two, 0)].Value1
            return float(getattr(found, "XAdvance", 0) / self._unit)
        return 0.0


@cache
def _reading_face(bold: bool) -> _Face:
    return _Face(0, f"SourceSansPro-{'Semibold' if bold else 'Regular'}.ttf")


@cache
def _signs_face() -> _Face:
    return _Face(1, _SIGNS_FILE)


def _advances(bold: bool) -> dict[str, float]:
    return _reading_face(bold).advances


def measure_words(words: str, bold: bool = False) -> float:
    """Return the width of `words` on one line, in ems; too much for some scripts."""
    known = _advances(bold)
    return fsum(known.get(char) or (0.7 if ord(char) < 0x1100 else 1.0) for char in words)


class Run(NamedTuple):
    """Words in one font; an empty `family` is the reading font; width in ems."""

    words: str
    family: str
    width: float


@lru_cache(maxsize=8192)
def set_runs(words: str, bold: bool = False) -> tuple[Run, ...]:
    """Return one line of printable words in pieces of one font each."""
    reading = _reading_face(bold)
    if reading.advances.keys() >= set(words):
        return (Run(words, "", reading.width(words)),) if words else ()
    signs = _signs_face()
    if has_right_to_left(words) and signs.advances.keys() >= set(words):
        return (Run(words, SIGNS, signs.width(words)),)  # one font, so that its order is one
    families = [_family(char, reading, signs) for char in words]
    for at, char in enumerate(words):
        if at and char == " ":
            families[at] = families[at - 1]
    runs: list[Run] = []
    chinese = choose_families(find_script(words) or "")[-1]
    for family, group in groupby(zip(families, words, strict=True), lambda pair: pair[0]):
        run = "".join(char for _, char in group)
        if family == _CHINESE:
            runs.append(Run(run, chinese, sum(map(_chinese_width, run))))
        else:
            face = signs if family == SIGNS else reading
            runs.append(Run(run, family, face.width(run)))
    return tuple(runs)


_CHINESE = "cjk"


def _family(char: str, reading: _Face, signs: _Face) -> str:
    if char in reading.advances:
        return ""
    return SIGNS if char in signs.advances else _CHINESE


def _chinese_width(char: str) -> float:
    """Return the assumed advance of a character in the large font."""
    if "\uac00" <= char <= "\ud7af":
        return 0.92
    return 1.0 if unicodedata.east_asian_width(char) in "WF" else 0.5 if char != " " else 0.224


def has_mathematics(words: str) -> bool:
    """Return whether the font of formulas has every character of `words`."""
    return _mathematics().issuperset(map(ord, words))


@cache
def _mathematics() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(_package_folder("ziamath") / _FORMULAS, lazy=True) as font:
        return frozenset(font.getBestCmap() or ())


# -- what stands for the rest -------------------------------------------------------------------


def make_printable(words: str, more: MoreFonts = NO_MORE) -> str:
    """Return `words` with characters that the fonts lack as names in brackets.

    A sequence that readers see as one sign becomes one bracket: ⟨thumbs up sign, medium skin⟩. A
    run of letters of one script becomes one bracket too. Control characters are made harmless.
    """

    def known(char: str) -> bool:
        return has_character(char) or ord(char) in more.characters

    if words.isascii() and words.isprintable():
        return words
    words = make_harmless(words)
    if _COMMON.issuperset(words):
        return words
    words = _SEQUENCE.sub(lambda match: _name_sequence(match, more), words)
    if all(map(known, set(words))):
        return words
    parts = []
    for is_known, group in groupby(words, known):
        run = "".join(group)
        parts.append(run if is_known else _name_run(run))
    return "".join(parts)


def _name_sequence(match: re.Match[str], more: MoreFonts) -> str:
    """Return a sign as the fonts have it, or its name."""
    found = match.group()
    if more.characters and all(ord(c) in more.characters for c in found if c.isprintable()):
        return found
    first = ord(found[0])
    if 0x1F1E6 <= first <= 0x1F1FF:
        return f"⟨flag {''.join(chr(ord(c) - 0x1F1E6 + 65) for c in found)}⟩"
    if len(found) > 1 and first == 0x1F3F4 and ord(found[1]) >= 0xE0020:
        region = "".join(chr(ord(c) - 0xE0000) for c in found[1:-1])
        return f"⟨flag {region}⟩"
    if found[-1] == "\u20e3":
        return found[0]
    shown = [c for c in found if not 0xFE00 <= ord(c) <= 0xFE0F and c != "\u200d"]
    shown = [c for c in shown if not 0xE0020 <= ord(c) <= 0xE007F]
    if not shown or all(map(has_character, shown)):
        return "".join(shown)
    return "⟨" + ", ".join(map(_name, shown)) + "⟩"


def _name(char: str) -> str:
    code = ord(char)
    if 0x1F3FB <= code <= 0x1F3FF:
        return f"{_TONES.get(code, 'dark')} skin"
    return unicodedata.name(char, f"u+{code:04x}").lower().removeprefix("symbol for ")


def _name_run(run: str) -> str:
    names = [_name(char) for char in run if char not in "\u200b\u200c\u200d\u200e\u200f\u061c"]
    if not names:
        return ""
    script = names[0].split()[0] + " "
    if len(names) > 1 and all(name.startswith(script) for name in names):
        names = [names[0], *(name.removeprefix(script) for name in names[1:])]
    return "⟨" + ", ".join(names) + "⟩"


def add_breaks(words: str, room: float) -> str:
    """Return `words` with places to break in every word wider than `room` ems.

    The places are zero-width spaces, after punctuation if there is any. An ordinary long word is
    left to hyphenation.
    """
    if max(map(len, words.split()), default=0) * 1.2 <= room:  # wide enough for any letters
        return words
    return re.sub(r"[^\s\u200b]{4,}", lambda m: _break_word(m.group(), room), words)


def _break_word(word: str, room: float) -> str:
    if measure_words(word, bold=True) <= room or (len(word) <= 24 and _HYPHENATED.fullmatch(word)):
        return word
    word = re.sub(r"([/\\._\-=&?:;,@+|])(?=\w)", "\\1\u200b", word)
    return re.sub(r"([^\u200b]{3})(?=[^\u200b]{3})", "\\1\u200b", word)


# fontTools carries no types here.
# mypy: disable-error-code="no-untyped-call"


FORMULAS = "STIX Two Math"
_FORMULAS = Path("fonts", "STIXTwoMath-Regular.ttf")
FAMILY = "Source Sans 3"
"""The first font family in the style of blocks."""
_CUTS = ((400, "Regular"), (650, "Semibold"))
_FEATURES = ["kern", "liga", "tnum", "lnum", "mark", "mkmk", "ccmp", "locl"]


EMBEDDED = _COMMON - {"\n", "\t"} | frozenset(map(chr, range(0x100, 0x180)))
"""The characters of the reading font in every page, as far as the font has them.

`make fonts` writes them into `reading.css`.
"""


@cache
def embed_reading_font() -> str:
    """Return CSS that embeds the reading font with the letters of European languages.

    The reader's system has to show what it lacks.
    """
    return resources.files("workshop.documents").joinpath("reading.css").read_text("ascii").strip()


def extend_reading_font(words: str) -> str:
    """Return CSS that embeds the reading font with all characters of `words`, too.

    The same characters give the same bytes.
    """
    if EMBEDDED.issuperset(words) or not (set(words) - EMBEDDED) & _advances(False).keys():
        return embed_reading_font()
    return reading_faces("".join(sorted(EMBEDDED | set(words))))


def embed_formula_font(html: str) -> str:
    """Return CSS that embeds the font of the formulas in a page, if it has any.

    It has only their characters, with the larger forms that they stretch to.
    """
    found = "".join(re.findall(r"<math\b.*?</math>", html, re.DOTALL))
    words = {*unescape(re.sub(r"<[^>]*>", "", found))}
    return _formula_face("".join(sorted({*words, *map(_slanted, words), "√"}))) if found else ""


def _slanted(char: str) -> str:
    """Return the letter that a browser sets for a variable."""
    if "A" <= char <= "Z":
        return chr(0x1D434 + ord(char) - ord("A"))
    if "a" <= char <= "z":
        return "\u210e" if char == "h" else chr(0x1D44E + ord(char) - ord("a"))
    if "\u0391" <= char <= "\u03a9":
        return chr(0x1D6E2 + ord(char) - 0x391)
    return chr(0x1D6FC + ord(char) - 0x3B1) if "\u03b1" <= char <= "\u03c9" else char


@lru_cache(8)
def _formula_face(characters: str) -> str:
    return _face(_package_folder("ziamath") / _FORMULAS, characters, ["*"], FORMULAS)


@lru_cache(8)
def reading_faces(characters: str) -> str:
    """Return CSS that embeds the reading font with these characters."""
    return "".join(
        _face(font_folders()[0] / f"SourceSansPro-{cut}.otf", characters, _FEATURES, FAMILY, weight)
        for weight, cut in _CUTS
    )


def _face(file: Path, characters: str, features: list[str], family: str, weight: int = 400) -> str:
    from fontTools import subset

    options = subset.Options(
        layout_features=features, hinting=False, desubroutinize=True, name_IDs=[0, 13, 14]
    )
    font = subset.load_font(str(file), options)
    worker = subset.Subsetter(options)
    worker.populate(text=characters)
    worker.subset(font)
    font.flavor = "woff"
    made = io.BytesIO()
    font.save(made, reorderTables=None)
    font.close()
    data = base64.b64encode(made.getvalue()).decode()
    return (
        f'@font-face{{font-family:"{family}";font-weight:{weight};'
        f"src:url(data:font/woff;base64,{data})}}"
    )
