"""Folder names for groups: short, safe on every system, and never one name for two groups.

The rule: the group's name, else the organisation's, else the file's, in small letters with hyphens.
Where groups of several organisations would get the same name, each gets its organisation's before
it; files without a group's name get their own name after it. What is the same then is for people
to mend.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 60
_RESERVED = {"con", "prn", "aux", "nul"} | {f"{d}{n}" for d in ("com", "lpt") for n in range(10)}
"""Names that Windows keeps for devices, whatever follows after a dot."""


def slug(text: str) -> str:
    """Return a text as a folder's name: letters and digits of any script, and hyphens.

    Letters with marks lose them where a plain letter is left. Longer ones are cut and end in a few
    signs that keep them apart. The name is empty where the text has neither letter nor digit.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().lower()  # Cherokee folds upwards
    kept = "".join(_plain(c) for c in unicodedata.normalize("NFKC", folded))
    name = "-".join(kept.split())
    if len(name) > LONGEST:
        mark = hashlib.sha256(name.encode()).hexdigest()[:6]
        name = f"{name[: LONGEST - 7].rstrip('-')}-{mark}"
    return f"group-{name}" if name in _RESERVED else name


def _plain(letter: str) -> str:
    base = unicodedata.normalize("NFKD", letter)[0]
    if base.isascii() and base.isalnum():
        return base
    if "\u0300" <= letter <= "\u036f":  # what casefold leaves of İ
        return ""
    # marks make the vowels of many scripts
    return letter if unicodedata.category(letter)[0] in "LNM" else " "


@dataclass(frozen=True)
class Called:
    """What a group is called in its answers, and by the file or row that they stand in."""

    group: str
    organisation: str
    file: str = ""
    row: str = ""


def names_for(groups: Sequence[Called]) -> list[str]:
    """Return a folder name for each group.

    Names may still be the same where nothing tells the groups apart.
    """
    short = [slug(g.group) or slug(g.organisation) or slug(g.file or g.row) for g in groups]
    often = Counter(short)
    organisations = {
        name: {slug(g.organisation) for g, s in zip(groups, short, strict=True) if s == name}
        for name in often
    }
    names = []
    for name, g in zip(short, groups, strict=True):
        if often[name] > 1 and not slug(g.group) and g.file:
            names.append(slug(f"{g.organisation} {g.file}"))
        elif len(organisations[name]) > 1:
            names.append(slug(f"{g.organisation} {g.group}"))
        else:
            names.append(name)
    return names
