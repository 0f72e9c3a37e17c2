"""Walk through the notebooks question by question, on a session of one's own.

Needs neither Jupyter nor files outside the session's own, so it runs in a browser. Everything that
crosses to the page is text: JSON, or a file to download.
"""

from __future__ import annotations

import csv
import io
import json
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from workshop import exhibits
from workshop.answers.reading import read_answers
from workshop.answers.schema import Answers, concerns
from workshop.answers.sheets import TABLE_LIKE
from workshop.answers.table import TableRow, read_table, table_of
from workshop.content.items import put_prose
from workshop.content.loader import Content, load_content
from workshop.documents.blocks import Block, Heading, lower_levels, settle_levels
from workshop.documents.exhibit import MEDIA_TYPE, Exhibit
from workshop.documents.html import parts_to_html
from workshop.documents.notebooks.markup import markdown_to_blocks
from workshop.documents.page import blocks_to_page, parts_of_page
from workshop.documents.paper import needs_large_font
from workshop.documents.text import may_be_formula
from workshop.files import __version__, notebooks
from workshop.findings import Assessment
from workshop.findings.output.display import labels_of
from workshop.findings.output.report import to_json
from workshop.findings.patterns.advice import headline
from workshop.findings.uncertainty import is_idle
from workshop.forms.fields import fields_of
from workshop.notebook.page import Page
from workshop.pack.merge import EDITIONS, Document, Documents, Edition, merge, pack_date
from workshop.problems import InputError
from workshop.session import Session
from workshop.session.session import answers_text
from workshop.widgets.live import View
from workshop.widgets.steps import Form, LivePage, problem_words

FINDINGS = "findings"
"""The id of the last stop, which shows the findings."""
OPENING, PARAMETERS, REFERENCE = "page\n", "parameters", "reference"
AWAY = {"lab-only"}
"""Tags of prose that only JupyterLab needs."""


# -- notebooks without Jupyter -------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """A notebook of which every cell has shown its exhibit."""

    name: str
    notebook: Any
    error: None = None


def read_notebooks(content: Content) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield name and data of the seven notebooks, with the content's prose."""
    for path in notebooks():
        prose = content.notebooks.get(path.stem)
        yield path.stem, json.loads(put_prose(path.read_bytes(), prose, path.stem))


def show_cell(cell: Mapping[str, Any], page: object) -> Any:
    """Return what the last line of a code cell gives on a page.

    A cell holds one expression on `page`; the one that opens the page and the one with the
    parameters give nothing.
    """
    source = source_of(cell)
    if PARAMETERS in tags_of(cell) or not source.startswith("page."):
        return None
    code = compile(source, cell.get("id", "cell"), "eval")
    return eval(code, {"page": page, "exhibits": exhibits})  # noqa: S307 (our own notebooks)


def source_of(cell: Mapping[str, Any]) -> str:
    """Return a cell's source as one text."""
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def tags_of(cell: Mapping[str, Any]) -> set[str]:
    """Return a cell's tags."""
    return set(cell["metadata"].get("tags", ()))


PRINTED: Mapping[str, tuple[Edition, ...]] = {
    "board.pdf": ("board",),
    "findings.pdf": ("board", "working"),
}
"""The editions in each file for paper, as in a pack."""


def findings_documents(assessment: Assessment) -> Documents:
    """Return the editions of the pack, from the notebooks."""
    page = Page(assessment)
    runs = [_run(name, data, page) for name, data in read_notebooks(assessment.content)]
    return merge(runs, assessment, when=pack_date(assessment))


def _run(name: str, data: dict[str, Any], page: Page) -> Run:
    cells = []
    for cell in data["cells"]:
        made = show_cell(cell, page) if cell["cell_type"] == "code" else None
        if isinstance(made, Exhibit):
            shown = {"output_type": "execute_result", "metadata": {}}
            cell = {**cell, "outputs": [{**shown, "data": {MEDIA_TYPE: made.to_data()}}]}
        cells.append(cell)
    return Run(name, SimpleNamespace(cells=cells, metadata=data["metadata"]))


def row_file(answers: Answers) -> str:
    """Return answers as a table in CSV with one row, for a table of groups.

    A text that a spreadsheet could take for a formula begins with an apostrophe.
    """
    text = io.StringIO(newline="")
    rows = table_of([answers])
    safe = ((f"'{cell}" if may_be_formula(cell) else cell for cell in row) for row in rows)
    csv.writer(text, lineterminator="\n").writerows(safe)
    return "\ufeff" + text.getvalue()


# -- the stops of a walk ---------------------------------------------------------------------------


@dataclass
class Stop:
    """What is on the screen at once: one question, one form, or something to read."""

    id: str
    part: int
    step: str = ""
    """The step that is asked here; empty where there is only something to read."""
    name: str = ""
    """The one question of it that is asked; empty for the whole step."""
    prose: list[str] = field(default_factory=list)
    shows: list[tuple[Callable[[Assessment], Exhibit], bool]] = field(default_factory=list)
    """What is shown, and whether it is background, folded at first."""


class _Route:
    """Stands for the page of a notebook, and notes its stops."""

    def __init__(self, part: int, content: Content) -> None:
        self._content = content
        self.stops = [Stop(f"part-{part}", part)]

    def ask(self, step: str) -> None:
        part, text = self.stops[0].part, self._content.step(step)
        if text.kind != "form" or text.folded:
            self.stops.append(Stop(step, part, step))
            return
        for name in (*text.repeats, *text.questions):
            self.stops.append(Stop(f"{step}/{name}", part, step, name))

    def show(self, make: Callable[..., Exhibit], *args: Any, **options: Any) -> None:
        if self.stops[-1].step:
            number, part = len(self.stops), self.stops[0].part
            self.stops.append(Stop(f"part-{part}-{number}", part))
        self.stops[-1].shows.append((partial(_call, make, args, options), False))

    def make_pack(self) -> None:
        """Note nothing: the findings have a stop of their own."""


def _call(
    make: Callable[..., Exhibit], args: Any, options: Mapping[str, Any], found: Assessment
) -> Exhibit:
    return make(found, *args, **options)


def route_of(content: Content) -> tuple[list[str], list[Stop]]:
    """Return the titles of the parts, and all stops in order."""
    titles, stops = [], list[Stop]()
    for number, (_, data) in enumerate(read_notebooks(content), 1):
        titles.append(data["metadata"]["title"])
        route = _Route(number, content)
        for cell in data["cells"]:
            tags = tags_of(cell)
            if cell["cell_type"] == "markdown":
                if not tags & AWAY and len(route.stops) == 1:
                    route.stops[0].prose.append(source_of(cell))
                continue
            show_cell(cell, route)
            last = route.stops[-1].shows
            if REFERENCE in tags and last:
                last[-1] = (last[-1][0], True)
        # what the last notebook shows is a part of the findings
        stops += route.stops if number < 7 else [*route.stops[:1], Stop(FINDINGS, number)]
        if number == 7:
            route.stops[0].shows.clear()
    return titles, stops


class _Question:
    """One question of a step, or the whole step, as the page shows it."""

    def __init__(self, form: Form, stop: Stop) -> None:
        self._form = form
        self._stop = stop

    def view(self) -> View:
        view, name, page = self._form.view(), self._stop.name, self._form.page
        if not name:
            return view
        names = (*self._form.text.repeats, *self._form.text.questions)
        keys = {f.key for f in fields_of(page.content, name)}
        for group in view["groups"]:
            group["fields"] = [f for f in group["fields"] if f["key"] in keys]
        where = page.words("web.question", at=names.index(name) + 1, of=len(names))
        return {**view, "where": where, "state": "open"}

    def take(self, message: Mapping[str, Any]) -> View:
        return self._form.take(message)


def _html(blocks: Iterable[Block], content: Content) -> str:
    """Return blocks as HTML for below a page's title."""
    return parts_to_html([lower_levels(settle_levels(blocks))], labels_of(content))[0]


class _Shown:
    """An exhibit on the page, redrawn when an answer changes it."""

    def __init__(self, make: Callable[[Assessment], Exhibit], page: LivePage) -> None:
        self._make = make
        self._page = page
        self._last: tuple[tuple[Block, ...], str] | None = None

    def view(self) -> View:
        exhibit = self._make(self._page.found)
        if self._last is None or self._last[0] != exhibit.blocks:
            self._last = exhibit.blocks, _html(exhibit.blocks, self._page.content)
        return {"html": self._last[1]}


class _Findings:
    """The findings, made anew when an answer changed."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk

    def view(self) -> View:
        document = self._walk.document(*EDITIONS)
        parts = parts_of_page(document.blocks, document.setup)
        title = document.setup.folded_title
        return {"html": f"{parts.front}\n{parts.body}", "folded": parts.folded, "title": title}


class _LivePage(LivePage):
    """A page whose session another tab may be writing."""

    follows = False

    @property
    def locked(self) -> str | None:
        """Return why nothing can be answered here, or None."""
        return self.words("web.follows") if self.follows else super().locked


class Walk:
    """One walk through the workshop, on the session in a file.

    Methods take and return text and bytes only, for whoever calls from another language.
    """

    def __init__(self, place: str, content: str = "") -> None:
        self._content = load_content(content or None)
        self._titles, self._stops = route_of(self._content)
        self._place = Path(place)
        self._follows = False
        self._here: list[Any] = []
        """What is on the screen, by its number."""
        self._sent: list[View] = []
        self._documents: tuple[Assessment, Documents] | None = None
        self._page: _LivePage
        self._open()

    def _open(self) -> None:
        self.session = Session.open(self._place, content=self._content)
        self._here, self._sent = [], []
        self._page = _LivePage(self.session)
        self._page.follows = self._follows

    # -- where one is -----------------------------------------------------------------------------

    def about(self) -> str:
        """Return the parts and the kit's version, for the page around the questions."""
        first = {s.part: s.id for s in reversed(self._stops)}
        parts = [{"id": first[n], "title": title} for n, title in enumerate(self._titles, 1)]
        return json.dumps({"version": __version__, "parts": parts, "findings": FINDINGS})

    def turn(self, id_: str, by: int = 0) -> str:
        """Return what is at a stop, or at the next one (`by` 1) or the one before (-1)."""
        known = [s.id for s in self._stops]
        at = known.index(id_) if id_ in known else 0
        if by:
            way = range(at + by, len(known) if by > 0 else -1, by)
            at = next((n for n in way if self._is_there(self._stops[n])), at)
        stop = self._stops[at]
        self._here = []
        items: list[View] = []
        for prose in stop.prose:
            blocks = markdown_to_blocks(prose)
            titled = [b for b in blocks if not (isinstance(b, Heading) and b.level == 1)]
            items.append({"html": _html(titled, self._content)})
        if stop.step:
            form = self._page.form(stop.step)
            items.append({"kind": "ask", **self._put(_Question(form, stop))})
        for make, folded in stop.shows:
            items.append({"folded": folded, **self._put(_Shown(make, self._page))})
        if stop.id == FINDINGS:
            items.append({"kind": "findings", **self._put(_Findings(self))})
        where = {"id": stop.id, "part": stop.part, "first": at == 0, "last": stop.id == FINDINGS}
        return json.dumps({**where, "items": items, **self._head()})

    def _put(self, what: Any) -> View:
        """Put something on the screen, and return its number and view."""
        self._here.append(what)
        self._sent = [*self._sent[: len(self._here) - 1], what.view()]
        return {"screen": len(self._here) - 1, "view": self._sent[-1]}

    def _is_there(self, stop: Stop) -> bool:
        """Return whether there is anything at a stop: asked here, or to be read."""
        if not stop.step:
            opening = bool(stop.prose) or stop.id == FINDINGS
            return opening or any(make(self._page.found).blocks for make, _ in stop.shows)
        if not self._page.form(stop.step).has_questions:
            return False
        if not stop.name:
            return True
        question = self._content.question(stop.name)
        given = self.session.value(tuple(stop.name.split("."))) is not None
        answers = self.session.answers
        idle = is_idle(question, answers) or not concerns(answers, question.when)
        return given or not idle

    def _head(self) -> View:
        progress, words = self._page.progress, self._content.words
        return {
            "advice": headline(self._page.found),
            "done": progress.done,
            "total": progress.total,
            "progress": words("steps.progress", done=progress.done, n=progress.total),
            "locked": self._page.locked or "",
        }

    def changed(self) -> str:
        """Return what is different on the screen since it was last told."""
        views = [(number, what.view()) for number, what in enumerate(self._here)]
        changed = [[number, view] for number, view in views if view != self._sent[number]]
        self._sent = [view for _, view in views]
        return json.dumps({"views": changed, **self._head()})

    # -- what a person does -----------------------------------------------------------------------

    def take(self, number: int, message: str) -> str:
        """Carry out an action of the screen with this number; return its result."""
        action = json.loads(message)
        if self._follows:
            answer: View = {"ok": False, "problem": self._content.words("web.follows")}
        else:
            answer = self._here[number].take(action)
        return json.dumps({**answer, "id": action.get("id"), "key": action.get("key")})

    def undo(self) -> str:
        """Undo the last change; return what to say of it."""
        words = self._content.words
        try:
            change = None if self._follows else self.session.undo()
        except InputError as error:
            return problem_words(error)
        return words("steps.undone" if change else "steps.nothing-to-undo")

    def bring(self, name: str, data: bytes, row: int = 0) -> str:
        """Replace all answers by those of a file; return what became of it.

        Of a table, `row` says which. Without it, one that has a single row is taken, and the rows
        of any other are returned to choose from.
        """
        path = self._place.with_name(Path(name).name or "answers.yaml")
        path.write_bytes(data)
        try:
            result = self._read(path, row)
        except InputError as error:
            result = {"ok": False, "said": [*map(str, error.problems)]}
        finally:
            path.unlink()
        lines = [line.replace(str(path), path.name) for line in result["said"]]
        return json.dumps({**result, "said": lines})

    def _read(self, path: Path, row: int) -> View:
        words, notes = self._content.words, list[str]()
        if path.suffix.lower() in TABLE_LIKE:
            table = read_table(path, self._content)
            notes = [*map(str, table.problems), *table.notes]
            whole = {r.number: r for r in table.rows if r.answers is not None}
            if not row and len(table.rows) == 1 and not table.problems:
                row = table.rows[0].number
            if row not in whole:
                rows = [{"row": n, "label": self._row_words(r)} for n, r in whole.items()]
                asked = [words("web.which-row", n=len(rows), name=path.name)] if rows else []
                return {"ok": False, "said": [*notes, *asked], "rows": rows}
            answers = whole[row].answers or Answers()
        else:
            answers = read_answers(path, self._content)
        self.session.import_answers(answers, path.name)
        count = len(answers.to_parameters())
        return {"ok": True, "said": [*notes, words("web.brought", n=count, name=path.name)]}

    def _row_words(self, row: TableRow) -> str:
        name = ", ".join(one for one in (row.organisation, row.group) if one)
        key = "web.row-named" if name else "web.row"
        return self._content.words(key, row=row.number, name=name)

    def follow(self, follows: bool) -> None:
        """Say whether another tab is the one that writes."""
        self._follows = self._page.follows = follows

    # -- the file behind it -----------------------------------------------------------------------

    def data(self) -> bytes:
        """Return the whole session as the bytes of a file."""
        self.session.checkpoint()
        return self._place.read_bytes()

    def load(self, data: bytes) -> None:
        """Take a session from its bytes, or begin one if there are none.

        The one before stays as it is if these are no session. Raises InputError then.
        """
        if data:
            trial = self._place.with_name("trial.workshop")
            trial.write_bytes(data)
            try:
                Session.open(trial, create=False, content=self._content).close()
            finally:
                for path in trial.parent.glob(f"{trial.name}*"):
                    path.unlink()
        self.session.delete()
        if data:
            self._place.write_bytes(data)
        self._open()

    # -- to take away -----------------------------------------------------------------------------

    @property
    def answers(self) -> Answers:
        """Return the answers, with votes if the session has some."""
        return self.session.answers_with_votes()

    def document(self, *editions: Edition) -> Document:
        """Return the findings in some editions, made once for each state."""
        found = self._page.found
        if self._documents is None or self._documents[0] is not found:
            self._documents = found, findings_documents(found)
        return self._documents[1].of(*editions)

    def needs(self, kind: str) -> str:
        """Return what has to be loaded before a file can be made or read, by name."""
        if kind.lower().endswith((".xlsx", ".ods")):
            return json.dumps(["calamine"])
        if kind not in PRINTED:
            return json.dumps([])
        document = self.document(*PRINTED[kind])
        large = needs_large_font(document.blocks, document.setup)
        return json.dumps(["fonts", *(["cjk"] if large else ())])

    def download(self, kind: str) -> str | bytes:
        """Return one of the files that people take away.

        What is printed is returned as a pickle of its blocks and setup, for `blocks_to_pdf`.
        """
        if kind in PRINTED:
            document = self.document(*PRINTED[kind])
            return pickle.dumps((document.blocks, document.setup))
        if kind == "answers.yaml":
            return answers_text(self.session)
        if kind == "answers.json":
            return json.dumps(self.answers.to_parameters(), ensure_ascii=False, indent=2) + "\n"
        if kind == "answers.csv":
            return row_file(self.answers)
        if kind == "findings.json":
            return to_json(self._page.found)
        document = self.document(*EDITIONS)
        return blocks_to_page(document.blocks, document.setup)
