"""Pictures from outside the kit: checked before they stand in a document, sized by what they are.

Whatever cannot be drawn becomes a sentence that says so; nothing is ever fetched.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, unquote_to_bytes

from workshop.render.blocks import Block, Picture, paragraph

Media = Literal["image/svg+xml", "image/png", "image/jpeg"]
MEDIA: dict[str, Media] = {
    "image/svg+xml": "image/svg+xml",
    "image/png": "image/png",
    "image/jpeg": "image/jpeg",
    "image/jpg": "image/jpeg",
}
_ENDINGS: dict[str, Media] = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}
_FULL_WIDTH = 640.0
"""Pixels of a picture that fills the width of the text."""
_LARGEST_FILE = 25_000_000


def make_picture(media: str, data: str, alt: str, width: float | None = None) -> Block:
    """Return a picture of one of three kinds, or a sentence where it cannot be drawn.

    `data` is SVG source or base64; `width`, in pixels, overrides the picture's own.
    """
    kind = MEDIA.get(media)
    if kind is None:
        return _say(alt, f"a picture of type {media} cannot be shown here")
    own = _measure_svg(data) if kind == "image/svg+xml" else _measure_bitmap(data)
    if own is None:
        return _say(alt, "its data is damaged")
    share = min(max((width or own) / _FULL_WIDTH, 0.05), 1.0)
    return Picture(data, alt, kind, round(share, 3))


def find_picture(
    address: str, alt: str, folder: Path | None, attachments: dict[str, dict[str, str]]
) -> Block:
    """Return the picture a Markdown or HTML image names, or a sentence with its address.

    Attachments, `data:` addresses and files inside `folder` are read; nothing else is.
    """
    if address.startswith("data:"):
        return _read_data(address, alt)
    if address.startswith("attachment:"):
        name = unquote(address.removeprefix("attachment:"))
        for media, data in attachments.get(name, {}).items():
            if media in MEDIA and isinstance(data, str):
                source = _decode(data) if media == "image/svg+xml" else data
                return make_picture(media, source, alt or name)
        return _say(alt or name, "the attachment is missing")
    path = _find_file(address, folder)
    if path is None:
        return paragraph(f"[Picture, not fetched: {alt or 'no description'} — {address}]", "muted")
    content = path.read_bytes()
    media = _ENDINGS[path.suffix.lower()]
    if media == "image/svg+xml":
        return make_picture(media, content.decode("utf-8", "replace"), alt or path.name)
    return make_picture(media, base64.b64encode(content).decode("ascii"), alt or path.name)


def _find_file(address: str, folder: Path | None) -> Path | None:
    """Return an image file inside `folder`, links followed, or None."""
    if folder is None or re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:|//|\\", address):
        return None
    try:
        home = folder.resolve()
        path = (home / unquote(address.partition("?")[0])).resolve()
        inside = path.is_relative_to(home) and path.suffix.lower() in _ENDINGS
        return path if inside and path.is_file() and path.stat().st_size < _LARGEST_FILE else None
    except (OSError, ValueError):
        return None


def _read_data(address: str, alt: str) -> Block:
    head, _, body = address.removeprefix("data:").partition(",")
    media, *options = head.split(";")
    if "base64" in options:
        data = unquote(body)
        if media == "image/svg+xml":
            data = _decode(data)
    else:
        data = unquote_to_bytes(body).decode("utf-8", "replace")
    return make_picture(media, data, alt or "A picture; no description was given.")


def _decode(data: str) -> str:
    """Return base64 as text; text that is none stays as it is."""
    try:
        return base64.b64decode(data, validate=False).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return data


def _say(alt: str, why: str) -> Block:
    return paragraph(f"[Picture not shown, {why}: {alt or 'no description was given'}]", "muted")


def _measure_bitmap(data: str) -> float | None:
    """Return the width of a base64 PNG or JPEG in pixels, or None if it cannot be read."""
    from PIL import Image

    try:
        content = base64.b64decode(re.sub(r"\s", "", data), validate=True)
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as image:
            width = float(image.width)
            image.load()
    except Exception:  # a decoder raises many kinds; each means the same to a reader
        return None
    return width


def _measure_svg(source: str) -> float | None:
    """Return the width of a drawing in pixels, or None if it is not well-formed SVG."""
    from defusedxml import ElementTree  # type: ignore[import-untyped]

    try:
        root = ElementTree.fromstring(source.strip().encode("utf-8", "replace"), forbid_dtd=False)
    except Exception:  # not XML, entities that multiply, an encoding that lies
        return None
    if root.tag.rpartition("}")[2] != "svg":
        return None
    found = re.fullmatch(r"\s*([0-9.]+)\s*(px|pt|in|cm|mm|)\s*", root.get("width", ""))
    units = {"px": 1.0, "": 1.0, "pt": 4 / 3, "in": 96.0, "cm": 37.8, "mm": 3.78}
    if found and found[1].strip("."):
        try:
            return float(found[1]) * units[found[2]] or _FULL_WIDTH
        except ValueError:
            return _FULL_WIDTH
    return _FULL_WIDTH
