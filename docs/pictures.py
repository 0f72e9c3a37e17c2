"""Makes `docs/pack.png`, the picture in the README, from the pack of the first example.

Run it with `make pictures` after a change of the printed pages. It needs poppler's pdftoppm, and
the packages that tests need.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps
from pypdf import PdfReader

from workshop.answers.reading import read_answers
from workshop.content.loader import load_content
from workshop.files import example
from workshop.pack.build import build_pack

TARGET = Path(__file__).with_name("pack.png")
SHOWN = ("board.decision", "board.losses")
"""The headings whose pages are shown."""
WIDTH, MARGIN = 1340, 40
GROUND, EDGE = "#eceff2", "#c9d0d8"
LARGEST = 300_000


def find_pages(reader: PdfReader, titles: tuple[str, ...]) -> list[int]:
    """Return the page on which each heading stands, counted from 0, by the PDF's bookmarks."""

    def walk(entries: list[Any]) -> Iterator[Any]:
        for entry in entries:
            if isinstance(entry, list):
                yield from walk(entry)
            else:
                yield entry

    pages: dict[str, int | None] = {}
    for entry in walk(reader.outline):
        pages.setdefault(str(entry.title), reader.get_destination_page_number(entry))
    found = [pages.get(title) for title in titles]
    missing = [t for t, page in zip(titles, found, strict=True) if page is None]
    if missing:
        raise SystemExit(f"No bookmark in the pack is called {', '.join(missing)}.")
    return [page for page in found if page is not None]


def draw_page(pdf: bytes, page: int, width: int) -> Image.Image:
    """Return one page as a picture `width` pixels wide, with a thin edge."""
    number = str(page + 1)
    command = ["pdftoppm", "-png", "-f", number, "-l", number, "-scale-to-x", str(width - 2)]
    done = subprocess.run(  # noqa: S603 - numbers and our own PDF
        [*command, "-scale-to-y", "-1", "-"], input=pdf, check=True, capture_output=True
    )
    return ImageOps.expand(Image.open(io.BytesIO(done.stdout)).convert("RGB"), 1, EDGE)


def draw_pack() -> bytes:
    """Return a PNG of the shown pages side by side."""
    with tempfile.TemporaryDirectory() as folder:
        answers = read_answers(example("tidewater-retail"))
        build_pack(answers, Path(folder), formats=("pdf",), editions=("board",))
        pdf = (Path(folder) / "board.pdf").read_bytes()
    words = load_content().words
    numbers = find_pages(PdfReader(io.BytesIO(pdf)), tuple(words(key) for key in SHOWN))
    each = (WIDTH - MARGIN * (len(numbers) + 1)) // len(numbers)
    pages = [draw_page(pdf, number, each) for number in numbers]
    sheet = Image.new("RGB", (WIDTH, pages[0].height + 2 * MARGIN), GROUND)
    for at, page in enumerate(pages):
        sheet.paste(page, (MARGIN + at * (each + MARGIN), MARGIN))
    out = io.BytesIO()
    # Steps of four shades are not seen, and save a sixth of the bytes.
    coarse = sheet.point([value & ~3 | value >> 6 for value in range(256)] * 3)
    coarse.save(out, "PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    picture = draw_pack()
    if len(picture) > LARGEST:
        raise SystemExit(f"The picture has {len(picture):,} bytes; it may have {LARGEST:,}.")
    TARGET.write_bytes(picture)
    sys.stdout.write(f"{TARGET}: {len(picture):,} bytes\n")
