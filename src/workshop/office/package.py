"""The file around an office document: its parts in one archive, the same bytes every time."""

from __future__ import annotations

import datetime
import io
import zipfile

NO_DATE = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)
"""What a document says of its date where none is known: the first day that an archive can name."""


def fix_times(data: bytes) -> bytes:
    """Return an archive with the same parts in the same order, and with no clock in it."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as given,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in given.namelist():
            part = zipfile.ZipInfo(name, NO_DATE.timetuple()[:6])
            part.compress_type = zipfile.ZIP_DEFLATED
            part.create_system = 0  # else the archive would tell on which system it was made
            made.writestr(part, given.read(name))
    return out.getvalue()


REGIONS = {
    "en": "GB",
    "ar": "SA",
    "cs": "CZ",
    "da": "DK",
    "el": "GR",
    "he": "IL",
    "hi": "IN",
    "ja": "JP",
    "ko": "KR",
    "nb": "NO",
    "sv": "SE",
    "uk": "UA",
    "zh": "CN",
}


def full_language(tag: str) -> str:
    """Return a language with a region, without which an office program checks no spelling."""
    language, _, region = tag.partition("-")
    if not (language.isascii() and language.isalpha() and len(language) in (2, 3)):
        return "en-GB"
    language = language.lower()
    if not (region.isascii() and region.isalnum()):
        region = REGIONS.get(language, language)
    return f"{language}-{region.upper()}"
