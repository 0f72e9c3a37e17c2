"""The portfolio of a batch: one page, one PDF, one table, one file of data."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from workshop.content.loader import Content, load_content
from workshop.documents.blocks import Block
from workshop.documents.fonts import make_harmless
from workshop.documents.paper import PAPERS, PageSetup
from workshop.files import write_files
from workshop.findings.display import labels_of
from workshop.portfolio.changes import Changes, compare
from workshop.portfolio.files import check_portfolio, to_csv, to_json, to_record
from workshop.portfolio.front import actions, failed, one_page, since
from workshop.portfolio.gathering import Gathering, gather
from workshop.portfolio.layout import Places, Telling, find_places
from workshop.portfolio.record import Failed, FailedPack, Summary
from workshop.portfolio.sections import companies, duties, findings, near, verdicts

SECTIONS = (verdicts, duties, findings, near, companies, actions, failed)
"""What follows the one page, in reading order; each gets all groups and returns its blocks."""

_SMALL = 12
"""Up to so many groups the paper needs no contents: it is a few pages."""


def write_portfolio(
    folder: Path,
    summaries: Sequence[Mapping[str, Any]],
    failed: Sequence[Failed] = (),
    *,
    content: Content | None = None,
    previous: Mapping[str, Any] | None = None,
    paper: str = "a4",
    title: str = "",
    when: datetime.datetime | None = None,
    packs: str = "packs",
) -> tuple[Path, ...]:
    """Write `index.html`, `portfolio.pdf`, `.csv` and `.json` into `folder` and return them.

    `summaries` are those of `summarise`, in any order; `previous` is what `read_portfolio` gave of
    an earlier batch. `when` is the day from which dates are past; without it `SOURCE_DATE_EPOCH`
    is, else the day of the latest workshop, never the clock: the same input gives the same bytes.
    `packs` is where the packs lie, relative to `folder` or absolute.

    Raises InputError if a summary or `previous` is not what this kit writes, ValueError for
    a paper other than a4 and letter, OSError if `folder` cannot be written.
    """
    if paper not in PAPERS:
        raise ValueError(f"paper {paper!r} is not known; choose {' or '.join(PAPERS)}")
    content = load_content() if content is None else content
    record = check_portfolio(
        {
            "version": 1,
            "kit_version": "",
            "content_version": "",
            "title": "",
            "day": None,
            "groups": summaries,
            "failed": [_plain(f) for f in failed],
        },
        "a summary",
    )
    moment = _moment(when, record.groups)
    all_ = gather(content, record.groups, record.failed, moment.date() if moment else None)
    changes = None if previous is None else compare(check_portfolio(previous), all_)
    name = " ".join(make_harmless(title).split()) or _title(all_)
    setup = PageSetup(
        title=name,
        subtitle=_subtitle(all_, changes),
        organisation=all_.organisations[0] if len(all_.organisations) == 1 else "",
        language=content.language,
        labels=labels_of(content),
        paper="letter" if paper == "letter" else "a4",
        timestamp=moment,
        cover=True,
        contents=True,
    )
    printed = Telling(all_, Places(), on_screen=False)
    places = find_places(folder, packs, [s.name for s in all_.groups])
    files = {
        "index.html": _page(Telling(all_, places, on_screen=True), changes, setup),
        "portfolio.pdf": _paper(printed, changes, setup),
        "portfolio.csv": to_csv(printed),
        "portfolio.json": to_json(to_record(all_, name)),
    }
    targets = {folder / name: data for name, data in files.items()}
    write_files(targets)
    return tuple(targets)


def _plain(f: Failed) -> dict[str, str]:
    told = {"name": f.name, "organisation": f.organisation, "group": f.group, "why": f.why}
    return FailedPack(**{k: make_harmless(v) for k, v in told.items()}).model_dump()


def _moment(when: datetime.datetime | None, groups: Sequence[Summary]) -> datetime.datetime | None:
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if when is not None:
        return when
    if epoch.isdigit():
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC)
    days = [s.held_on for s in groups if s.held_on is not None]
    return datetime.datetime.combine(max(days), datetime.time(), datetime.UTC) if days else None


def _title(g: Gathering) -> str:
    say = g.content.words
    if len(g.organisations) == 1:
        return say("portfolio.title-of", organisation=" ".join(g.organisations[0].split()))
    return say("portfolio.title")


def _subtitle(g: Gathering, changes: Changes | None) -> tuple[str, ...]:
    from workshop.exhibits.layout import date_words

    say = g.content.words
    lines = [say("portfolio.subtitle", n=len(g.groups) + len(g.lost))]
    if g.day is not None:
        lines.append(say("portfolio.as-of", day=date_words(g.content, g.day)))
    if changes is not None and changes.before.day is not None:
        day = date_words(g.content, changes.before.day)
        lines.append(say("portfolio.against", day=day))
    return tuple(lines)


def compose(t: Telling, changes: Changes | None) -> tuple[list[Block], list[Block]]:
    """Return the blocks of the one page, and those of everything that follows."""
    sections = SECTIONS if t.all.groups else (failed,)
    body = [block for section in sections for block in section(t)]
    if changes is not None:
        body += since(t, changes)
    return one_page(t, changes), body


def _page(t: Telling, changes: Changes | None, setup: PageSetup) -> bytes:
    from dataclasses import replace

    from workshop.documents.page import blocks_to_page

    front, body = compose(t, changes)
    return blocks_to_page((*front, *body), replace(setup, front=len(front))).encode()


def _paper(t: Telling, changes: Changes | None, setup: PageSetup) -> bytes:
    from dataclasses import replace

    from workshop.documents.paper import blocks_to_pdf

    front, body = compose(t, changes)
    small = len(t.all.groups) <= _SMALL
    return blocks_to_pdf(
        (*front, *body),
        replace(setup, front=len(front), contents=not small),
    )
