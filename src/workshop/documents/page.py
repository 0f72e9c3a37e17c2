"""One web page that holds everything: it asks for no other file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from typing import NamedTuple

from markupsafe import Markup

from workshop.documents.blocks import Block, find_headings, lower_levels, plain, settle_levels
from workshop.documents.html import (
    language_tag,
    list_headings,
    page_template,
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
    if entitled:
        settled = lower_levels(settled)
    front = settled[: setup.front] if entitled else ()
    before, after = parts_to_html((front, settled[len(front) :]), setup.labels)
    return page_template("page.html").render(
        setup=setup,
        labels=setup.labels,
        name=name,
        entitled=entitled,
        language=language_tag(setup.language),
        policy=_POLICY,
        style=Markup(page_style()),  # noqa: S704 (our own file)
        contents=_contents(settled, 2 if entitled else 1) if setup.contents else [],
        front=Markup(before),  # noqa: S704 (escaped before)
        body=Markup(after),  # noqa: S704 (escaped before)
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


class _Entry(NamedTuple):
    """A heading in the contents, with those below it."""

    name: str
    words: str
    below: list[_Entry]


def _contents(blocks: Sequence[Block], top: int) -> list[_Entry]:
    """Return the headings of the two upper levels, the lower ones nested."""
    entries: list[_Entry] = []
    for level, name, words in list_headings(blocks):
        entry = _Entry(name, " ".join(words.split()), [])
        if level <= top:
            entries.append(entry)
        elif level == top + 1:
            if not entries:
                entries.append(_Entry("", "", []))
            entries[-1].below.append(entry)
    return entries
