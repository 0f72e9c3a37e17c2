"""What MkDocs does besides turning pages into HTML: parts made from code, files from elsewhere.

A line `<!-- made: NAME -->` in a page is replaced by what `made.PARTS[NAME]` says today. Pages for
facilitators, CONTRIBUTING.md and CHANGELOG.md stand outside this folder and are shown too; links
between all of them are turned to where they stand in the site.
"""

from __future__ import annotations

import os
import posixpath
import re
import sys
from pathlib import Path, PurePosixPath
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File

TOP = Path(__file__).parents[1]
sys.path.insert(0, str(TOP / "docs"))
from made import PARTS  # noqa: E402 (the folder of this file is not on the path)

sys.path.pop(0)
from workshop.documents.fonts import embed_reading_font  # noqa: E402

MARK = re.compile(r"^<!-- made: ([a-z-]+) -->$", re.MULTILINE)
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s:#]+)(#[^)\s]*)?\)")
FENCE = re.compile(r"^(```.*?^```)$", re.MULTILINE | re.DOTALL)
ALSO = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
GUIDE = "facilitator"


def shown() -> dict[str, str]:
    """Return where each page from outside the folder stands in the site, by its path in the kit."""
    pages = {name: to for name, to in ALSO.items() if (TOP / name).is_file()}
    for path in sorted((TOP / GUIDE).rglob("*.md")):
        name = path.relative_to(TOP).as_posix()
        to = PurePosixPath(name)
        pages[name] = str(to.with_name("index.md") if to.name == "README.md" else to)
    return pages


def on_config(config: Any) -> Any:
    """Add the pages from elsewhere to the navigation."""
    if config.nav is None or any("Facilitator's guide" in entry for entry in config.nav):
        return config
    pages = shown()
    guide = [to for to in pages.values() if to.startswith(f"{GUIDE}/")]
    if guide:
        guide.sort(key=lambda to: (to != f"{GUIDE}/index.md", to))
        config.nav.insert(3, {"Facilitator's guide": guide})
    rest = {"Contributing": "contributing.md", "Changes": "changelog.md"}
    config.nav.append(
        {"Project": [{title: to} for title, to in rest.items() if to in pages.values()]}
    )
    return config


def on_files(files: Any, *, config: Any) -> Any:
    """Add the pages that stand outside the folder."""
    for name, to in shown().items():
        files.append(File.generated(config, to, abs_src_path=str(TOP / name)))
        for picture in sorted((TOP / name).parent.glob("*.png")) if name.startswith(GUIDE) else ():
            place = picture.relative_to(TOP).as_posix()
            if files.get_file_from_path(place) is None:
                files.append(File.generated(config, place, abs_src_path=str(picture)))
    files.append(File.generated(config, "fonts/reading.css", content=embed_reading_font()))
    return files


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Fill in what is made from code, and turn links to where the site has their target."""
    here = page.file.src_uri
    outside = {to: name for name, to in shown().items()}
    source = outside.get(here, f"docs/{here}")
    pieces = FENCE.split(_fill(markdown, here))
    return "".join(p if p.startswith("```") else turn_links(p, source, here) for p in pieces)


def _fill(markdown: str, here: str) -> str:
    def part(found: re.Match[str]) -> str:
        if found[1] not in PARTS:
            raise PluginError(f"{here}: nothing is made by the name {found[1]}.")
        return PARTS[found[1]]().rstrip()

    return MARK.sub(part, markdown)


def turn_links(markdown: str, source: str, here: str) -> str:
    """Return a page with its links as the site needs them.

    `source` is the page's path in the kit, `here` its path in the site. What is in the kit but not
    in the site becomes its name, without a link; what is in neither stays, and fails the build.
    """
    pages = shown()

    def turn(found: re.Match[str]) -> str:
        picture, words, target, anchor = found[1], found[2], found[3], found[4] or ""
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
        if path in pages:
            to = pages[path]
        elif path.startswith("docs/"):
            to = path.removeprefix("docs/")
        elif picture and path.startswith(f"{GUIDE}/"):
            to = path
        elif (TOP / path).exists():
            return words if f"`{path}`" in words else f"{words} (`{path}`)"
        else:
            return found[0]
        to = os.path.relpath(to, posixpath.dirname(here) or ".").replace(os.sep, "/")
        return f"{picture}[{words}]({to}{anchor})"

    return LINK.sub(turn, markdown)
