"""One web page that holds everything: it asks for no other file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from importlib import resources

from workshop.documents.blocks import Block, find_headings, lower_levels, plain, settle_levels
from workshop.documents.fonts import make_harmless
from workshop.documents.html import (
    escape_attribute,
    escape_text,
    list_headings,
    parts_to_html,
    screen_style,
    tone_variables,
)
from workshop.documents.paper import PageSetup

_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)


def blocks_to_page(blocks: Iterable[Block], setup: PageSetup | None = None) -> str:
    """Return `blocks` as a whole HTML document, in the order of the paper version.

    Its contents stand beside the text on a wide screen and fold away above it on a narrow one.
    """
    setup = setup or PageSetup()
    settled = settle_levels(blocks)
    name = setup.name(settled)
    first = next(find_headings(settled), None)
    entitled = setup.cover or first is None or " ".join(plain(first.text).split()) != name
    head = _head(setup, name) if entitled else ""
    if entitled:
        settled = lower_levels(settled)
    front = settled[: setup.front] if entitled else ()
    body = settled[len(front) :]
    contents = _contents(settled, 2 if entitled else 1) if setup.contents else ""
    side = fold = up = ""
    named = escape_attribute(setup.labels.contents)
    if contents:
        side = (
            '<nav class="page-side page-contents" aria-labelledby="page-contents">'
            f'<h2 id="page-contents">{named}</h2>{contents}</nav>'
        )
        fold = (
            f'<details class="page-fold"><summary>{named}</summary>'
            f'<nav class="page-contents" id="page-all" aria-label="{named}">{contents}</nav>'
            "</details>"
        )
        up = f'<a class="page-up" href="#page-all">{named}</a>'  # opens the fold above
    skip = escape_text(setup.labels.skip)
    before, after = parts_to_html((front, body), setup.labels)
    language = (
        setup.language if re.fullmatch("[A-Za-z]{2,3}(-[A-Za-z0-9]+)*", setup.language) else "en"
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(make_harmless(name))}</title>\n<style>{page_style()}</style>\n</head>\n"
        f'<body class="wk">\n<a class="page-skip" href="#main">{skip}</a>\n'
        f'<div class="page">\n{side}\n<div class="page-body">\n{head}\n'
        '<main class="page-main" id="main" tabindex="-1">\n'
        f"{before}\n{fold}\n{after}\n{up}</main>\n"
        "</div>\n</div>\n</body>\n</html>\n"
    )


@cache
def page_style() -> str:
    """Return the style of the whole page: day, night and print."""
    source = resources.files("workshop.documents").joinpath("page.css").read_text("utf-8")
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    source = re.sub(r"\s*([{};,])\s+", r"\1", source).strip()
    day, night = tone_variables(), tone_variables(night=True)
    return (
        f".wk{{{day}}}@media screen and (prefers-color-scheme:dark){{.wk{{{night}}}}}"
        f"{screen_style()}{source}"
    )


def _contents(blocks: Sequence[Block], top: int) -> str:
    """Return links to the headings of the two upper levels, the lower ones nested."""
    entries = [(lv, name, words) for lv, name, words in list_headings(blocks) if lv <= top + 1]
    parts: list[str] = []
    nested = False
    for at, (level, name, words) in enumerate(entries):
        link = f'<a href="#{escape(name)}" dir="auto">{escape_text(" ".join(words.split()))}</a>'
        if level > top and not nested:
            parts.append("<ol>" if parts else "<li><ol>")
            nested = True
        elif level <= top:
            parts.append("</ol></li>" if nested else "</li>" if at else "")
            nested = False
        parts.append(f"<li>{link}</li>" if nested else f"<li>{link}")
    return f"<ol>{''.join(parts)}{'</ol></li>' if nested else '</li>'}</ol>" if parts else ""


def _head(setup: PageSetup, name: str) -> str:
    organisation = (
        f'<p class="page-organisation" dir="auto">{escape_text(setup.organisation)}</p>'
        if setup.organisation
        else ""
    )
    lines = "".join(f'<p dir="auto">{escape_text(line)}</p>' for line in setup.subtitle if line)
    return (
        f'<header class="page-title">{organisation}<h1 dir="auto">{escape_text(name)}</h1>'
        f"{lines}</header>"
    )
