"""Write the portfolio as web page, PDF, table and data, and read the last."""

from __future__ import annotations

import csv
import datetime
import io
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from workshop.content.loader import Content, load_content
from workshop.documents.blocks import Block
from workshop.documents.fonts import make_harmless
from workshop.documents.paper import PAPERS, PageSetup, Replacement, warn_replaced
from workshop.documents.text import make_safe
from workshop.files import write_files
from workshop.findings.finding import SEVERITIES
from workshop.findings.output.display import labels_of
from workshop.portfolio.changes import Changes, compare
from workshop.portfolio.gathering import Gathering, gather
from workshop.portfolio.pages import (
    Places,
    View,
    actions,
    companies,
    duties,
    failed,
    find_places,
    findings,
    near,
    one_page,
    since,
    verdicts,
)
from workshop.portfolio.record import (
    VERSION,
    Failed,
    FailedPack,
    Portfolio,
    Summary,
    check_portfolio,
)

SECTIONS = (verdicts, duties, findings, near, companies, actions, failed)
"""The sections after the first page; each gets all groups and returns blocks."""

_SMALL = 12
"""The most groups for which the PDF has no contents."""
_PDF = "portfolio.pdf"


def write_portfolio(
    folder: Path,
    summaries: Sequence[Mapping[str, Any]],
    failed: Sequence[Failed] = (),
    *,
    content: Content | None = None,
    previous: Mapping[str, Any] | None = None,
    paper: str = "a4",
    fonts: tuple[str, ...] = (),
    title: str = "",
    when: datetime.datetime | None = None,
    packs: str = "packs",
    parquet: bool = False,
    on_replaced: Callable[[Replacement], None] = warn_replaced,
) -> tuple[Path, ...]:
    """Write `index.html`, `portfolio.pdf`, `.csv` and `.json`; return their paths.

    With `parquet` also `portfolio.parquet`, which pyarrow writes.

    `summaries` are those of `summarise`, in any order; `previous` is the result of `read_portfolio`
    for an earlier batch. `when` is the day from which dates are past; by default it is
    `SOURCE_DATE_EPOCH`, else the day of the latest workshop, never the clock: the same input gives
    the same bytes. `packs` is the folder of the packs, relative to `folder` or absolute.
    `on_replaced` is told what `portfolio.pdf` shows in another form; the log of
    `workshop.documents` says it if it is not given.

    Raises InputError if a summary or `previous` is not what this kit writes, ValueError for a paper
    other than a4 and letter, OSError if `folder` cannot be written.
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
        fonts=fonts,
        timestamp=moment,
        cover=True,
        contents=True,
    )
    printed = View(all_, Places(), on_screen=False)
    places = find_places(folder, packs, [s.name for s in all_.groups])
    files = {
        "index.html": _page(View(all_, places, on_screen=True), changes, setup),
        _PDF: _paper(printed, changes, setup, on_replaced),
        "portfolio.csv": to_csv(all_),
        "portfolio.json": to_json(to_record(all_, name)),
    }
    if parquet:
        from workshop.portfolio.frames import FRAMES, group_rows

        rows = group_rows(all_.groups, all_.failed, all_.day)
        files["portfolio.parquet"] = FRAMES["groups"].parquet(rows)
    targets = {folder / name: data for name, data in files.items()}
    write_files(targets)
    return tuple(targets)


def _plain(failed: Failed) -> dict[str, str]:
    fields = {
        "name": failed.name,
        "organisation": failed.organisation,
        "group": failed.group,
        "why": failed.why,
    }
    return FailedPack(**{k: make_harmless(v) for k, v in fields.items()}).model_dump()


def _moment(when: datetime.datetime | None, groups: Sequence[Summary]) -> datetime.datetime | None:
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if when is not None:
        return when
    if epoch.isdigit():
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC)
    days = [s.held_on for s in groups if s.held_on is not None]
    return datetime.datetime.combine(max(days), datetime.time(), datetime.UTC) if days else None


def _title(gathering: Gathering) -> str:
    text = gathering.words
    if len(gathering.organisations) == 1:
        return text("portfolio.title-of", organisation=" ".join(gathering.organisations[0].split()))
    return text("portfolio.title")


def _subtitle(gathering: Gathering, changes: Changes | None) -> tuple[str, ...]:
    from workshop.exhibits.layout import date_words

    text, n = gathering.words, len(gathering.groups) + len(gathering.lost)
    lines = [text("portfolio.subtitle", n=n, groups=gathering.groups_in_words)]
    if gathering.day is not None:
        lines.append(text("portfolio.as-of", day=date_words(gathering.content, gathering.day)))
    if changes is not None and changes.before.day is not None:
        day = date_words(gathering.content, changes.before.day)
        lines.append(text("portfolio.against", day=day))
    return tuple(lines)


def compose(view: View, changes: Changes | None) -> tuple[list[Block], list[Block]]:
    """Return the blocks of the first page, and those of everything after it."""
    sections = SECTIONS if view.all.groups else (failed,)
    body = [block for section in sections for block in section(view)]
    if changes is not None:
        body += since(view, changes)
    return one_page(view, changes), body


def _page(view: View, changes: Changes | None, setup: PageSetup) -> bytes:
    from workshop.documents.page import blocks_to_page

    front, body = compose(view, changes)
    return blocks_to_page((*front, *body), replace(setup, front=len(front))).encode()


def _paper(
    view: View,
    changes: Changes | None,
    setup: PageSetup,
    on_replaced: Callable[[Replacement], None],
) -> bytes:
    from workshop.documents.paper import blocks_to_pdf

    front, body = compose(view, changes)
    small = len(view.all.groups) <= _SMALL
    return blocks_to_pdf(
        (*front, *body),
        replace(setup, front=len(front), contents=not small),
        lambda one: on_replaced(one._replace(notebook=_PDF)),
    )


# -- portfolio.csv --------------------------------------------------------------------------------


def to_csv(gathering: Gathering) -> bytes:
    """Return `portfolio.csv`: a row for each group, with fixed columns.

    It is UTF-8 with a byte-order mark. A cell that a spreadsheet could take for a formula begins
    with an apostrophe. Several values in one cell are separated by “; ”, and are ids as in
    `findings.json`. Unknown values are empty.
    """
    from workshop.portfolio.frames import group_rows

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    names = columns(gathering.content)
    writer.writerow(names)
    for row in group_rows(gathering.groups, gathering.failed, gathering.day):
        writer.writerow([make_safe(_cell(name, row.get(name, ""))) for name in names])
    return ("\ufeff" + out.getvalue()).encode("utf-8", "replace")


def columns(content: Content) -> list[str]:
    """Return the columns of `portfolio.csv`, in their order."""
    return [
        *("name", "organisation", "group", "held_on", "pack", "why"),
        *("answers_told", "answers_asked"),
        *(f"verdict.{p.id}" for p in content.patterns),
        *("advised", "contested", "advice", "nearest", "chosen_pattern", "current_pattern"),
        *("model", "builder"),
        *(n for d in content.duties for n in (f"duties.{d.id}", f"duties.{d.id}.kind")),
        *(*SEVERITIES, "near"),
        *("open_actions", "past_actions", "next_due"),
    ]


def _cell(name: str, value: object) -> object:
    """Return a value of a row as a cell of the CSV shows it."""
    if isinstance(value, list | tuple):
        return "; ".join(value)
    if isinstance(value, bool):
        return str(value).lower()
    return "not-judged" if value is None and name.startswith("verdict.") else value


# -- portfolio.json -------------------------------------------------------------------------------


def to_record(gathering: Gathering, title: str) -> Portfolio:
    """Return the content of `portfolio.json`."""
    from workshop.files import __version__

    return Portfolio(
        version=VERSION,
        kit_version=__version__,
        content_version=gathering.content.version,
        title=title,
        day=gathering.day,
        groups=gathering.groups,
        failed=gathering.failed,
    )


def to_json(record: Portfolio) -> bytes:
    """Return the bytes of `portfolio.json`: keys sorted, a line for each group."""
    data = record.model_dump(mode="json")
    parts = []
    for name, value in sorted(data.items()):
        if isinstance(value, list):
            lines = ",\n  ".join(_dump(item) for item in value)
            parts.append(f"{_dump(name)}: [\n  {lines}\n ]" if value else f"{_dump(name)}: []")
        else:
            parts.append(f"{_dump(name)}: {_dump(value)}")
    return ("{\n " + ",\n ".join(parts) + "\n}\n").encode("utf-8", "backslashreplace")


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)
