"""Walk through the workshop alone, one step at a time.

The stops of the walk are read from the notebooks of the folder, so that a changed notebook changes
the walk. Each `page.ask` begins a stop, and what the cells after it show stands below its form.
What is only reference is left out. The last stop is the board edition.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ipywidgets

from workshop import exhibits
from workshop.content.items import Words
from workshop.content.loader import Content
from workshop.documents.blocks import bullets, find_headings, heading, paragraph, plain
from workshop.documents.exhibit import Exhibit
from workshop.exhibits.layout import in_own_words
from workshop.files import notebooks
from workshop.findings.patterns.advice import is_advice
from workshop.notebook.controls import Bar
from workshop.notebook.opening import open_page
from workshop.notebook.page import Page
from workshop.notebook.screen import ScreenPage
from workshop.widgets.live import View
from workshop.widgets.screen import LiveOutput, Shown

WALKED = "walked"
"""The event that records at which stop somebody is."""
_ASK = re.compile(r"""\s*page\.ask\(["']([\w-]+)["']\)\s*""")
_LEFT_OUT = frozenset({"parameters", "reference", "questions", "lab-only"})
_BOARD = "board"
_MOST_BELOW = 2
"""The most results below a form; more of them make a stop of their own."""
_ADVICE = frozenset({"recommendation", "move", "contest", "tipping_strips"})
"""Exhibits beside those of the board that only advice can fill."""


@dataclass(frozen=True)
class Stop:
    """One screen of the walk: a step to answer, or results, or both."""

    id: str
    part: str
    title: str
    step: str
    cells: tuple[str, ...]


def read_stops(folder: Path, content: Content) -> tuple[Stop, ...]:
    """Return the stops of a folder's notebooks, the kit's where one cannot be read."""
    found: list[Stop] = []
    for source in notebooks():
        title, cells = _read(folder / source.name) or _read(source) or ("", [])
        found += _stops(int(source.name[:2]), title, cells, content)
    return tuple(found)


Cells = list[tuple[str, frozenset[str]]]
"""Source and tags of the cells that a walk runs."""


def _read(path: Path) -> tuple[str, Cells] | None:
    """Return a notebook's title and cells; None for a broken file."""
    cells = []
    try:
        notebook = json.loads(path.read_text("utf-8"))
        for cell in notebook["cells"]:
            source, tags = "".join(cell["source"]), frozenset(cell["metadata"].get("tags", ()))
            if cell["cell_type"] == "code" and not tags & _LEFT_OUT and "open_page(" not in source:
                cells.append((source, tags))
        return str(notebook["metadata"]["title"]), cells
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _stops(part: int, title: str, cells: Cells, content: Content) -> Iterator[Stop]:
    """Yield the stops of one notebook."""
    words = content.words

    def stop(name: str, heading: str, sources: list[str], step: str = "") -> Stop:
        return Stop(f"{part}/{name}", f"{part} {title}", heading, step, tuple(sources))

    if any(_BOARD in tags for _, tags in cells):
        shown = [source for source, tags in cells if _BOARD in tags or "make_pack" in source]
        yield stop("result", words("serve.walk-result"), shown)
        return
    steps = {step.id: step for step in content.steps}
    sources = [source for source, _ in cells]
    asks = [at for at, source in enumerate(sources) if _ASK.fullmatch(source)]
    above = sources[: asks[0]] if asks else []
    for at, end in zip(asks, [*asks[1:], len(sources)], strict=True):
        name = _ASK.fullmatch(sources[at])[1]  # type: ignore[index]
        step, below = steps.get(name), sources[at + 1 : end]
        repeats = step is None or (step.kind == "form" and not step.questions)
        apart = repeats or len(below) > _MOST_BELOW
        if step is not None and not repeats:
            form = [*above, sources[at], *([] if apart else below)]
            yield stop(name, step.title, form, name)
            above = []
        if apart and below:
            yield stop(f"after-{name}", words("serve.walk-follows"), below)


class WalkPage(ScreenPage):
    """A page on a session that holds advice back until it is advice."""

    asks_owners = False

    def show(self, shown: Any, *args: Any, **options: Any) -> object:
        """Return what follows the answers; nothing that would be advice too early."""
        name = getattr(shown, "__name__", "")
        early = (name in _ADVICE or name.startswith("board_")) and not is_advice(self.found)
        return None if early else super().show(shown, *args, **options)

    def folded(self, shown: Shown) -> Folded:
        """Return an exhibit of this page under a button that shows it."""
        self.unfollow(shown)
        return self.follow(Folded(shown, self.page.words))


class Folded(ipywidgets.VBox):
    """An exhibit under a button that shows and hides it."""

    def __init__(self, shown: Shown, words: Words) -> None:
        self._shown, self._words, self._open = shown, words, False
        self._button = ipywidgets.Button()
        self._button.layout.width = "auto"
        self._button.on_click(self._turn)
        super().__init__(children=(self._button, shown))
        self.add_class("ws-folded")
        self.update()

    def _turn(self, _: object) -> None:
        self._open = not self._open
        self.update()

    def update(self) -> None:
        """Redraw the exhibit, and name it on the button."""
        self._shown.update()
        head = next(find_headings(self._shown.exhibit().blocks), None)
        title = plain(head.text) if head else ""
        key = "serve.walk-hide" if self._open else "serve.walk-show"
        self._button.description = self._words(key, title=title)
        (self.add_class if self._open else self.remove_class)("ws-open")
        self._button.layout.display = None if head else "none"
        self._shown.layout.display = None if self._open or head is None else "none"


class Walk(ipywidgets.VBox):
    """One stop at a time, with a head that says where one is, and Back and Next.

    Where somebody is is kept in the session.
    """

    def __init__(self, page: WalkPage, stops: Iterable[Stop]) -> None:
        self.page, self.words = page, page.page.words
        page.page.folds_hints = True
        self._all = tuple(stops)
        self._names: dict[str, Any] = {"page": page, "exhibits": exhibits}
        last = [str(note.body.get("to")) for note in page.page.session.notes(WALKED)][-1:]
        self.stop = next((s for s in self.stops if [s.id] == last), self.stops[0])
        self._place = ipywidgets.VBox()
        self._head = page.control(Head(self))
        self._back = self._button("serve.walk-back", -1)
        self._next = self._button("serve.walk-next", 1)
        self._next.add_class("ws-main")
        steer = ipywidgets.HBox((self._back, self._next))
        for name in ("wk", "ws-steer"):
            steer.add_class(name)
        super().__init__(children=(self._head, self._place, steer))
        for name in ("ws-panel", "ws-walk", "wk"):
            self.add_class(name)
        self._draw()

    @property
    def stops(self) -> tuple[Stop, ...]:
        """Return the stops that there are with the current answers."""
        return tuple(s for s in self._all if self._has(s))

    def _has(self, stop: Stop) -> bool:
        page = self.page.page
        if not stop.step:
            return True
        if page.content.step(stop.step).kind == "what-if":
            return is_advice(page.found)
        return page.form(stop.step).has_questions

    @property
    def at(self) -> int:
        """Return the number of the stop on the screen, from 0."""
        ids = [s.id for s in self.stops]
        return ids.index(self.stop.id) if self.stop.id in ids else 0

    def go(self, to: str) -> bool:
        """Show a stop; return whether there is one with this id."""
        found = next((s for s in self.stops if s.id == to), None)
        if found is None:
            return False
        self.stop = found
        if not self.page.page.session.read_only:
            self.page.page.session.note(WALKED, {"to": to})
        self._draw()
        return True

    def _button(self, word: str, by: int) -> ipywidgets.Button:
        button = ipywidgets.Button(description=self.words(word))
        button.layout.width = "auto"

        def press(_: object) -> None:
            at = self.at + by
            if 0 <= at < len(self.stops):
                self.go(self.stops[at].id)

        button.on_click(press)
        return button

    def _draw(self) -> None:
        """Show the stop, and forget what stood there before."""
        left, self._place.children = self._place.children, ()
        for widget in left:
            self.page.drop(widget)
        made = map(self._run, self.stop.cells)
        shown = self._folded(widget for widget in made if widget is not None)
        if self._waits():
            shown.insert(0, self._not_yet())
        self._place.children = tuple(shown)
        self._back.disabled = self.at == 0
        self._next.layout.display = None if self.at + 1 < len(self.stops) else "none"
        self._head.update()

    def _folded(self, shown: Iterable[ipywidgets.Widget]) -> list[ipywidgets.Widget]:
        """Return what stands on a stop: a form or the first result, the rest folded."""
        found: list[ipywidgets.Widget] = []
        whole = bool(self.stop.step)
        for widget in shown:
            if isinstance(widget, Shown) and widget.exhibit().blocks:
                found.append(self.page.folded(widget) if whole else widget)
                whole = True
            else:
                found.append(widget)
        return found

    def _run(self, source: str) -> ipywidgets.Widget | None:
        """Run a cell, and return the value of its last line as a widget."""
        try:
            value = _value(source, self._names)
        except Exception as error:  # code of whoever changed the notebook: anything can be wrong
            return self.page.follow(LiveOutput(_raising(error)))
        if value is None or isinstance(value, ipywidgets.Widget):
            return value
        return self.page.follow(LiveOutput(lambda: value))

    def _waits(self) -> bool:
        """Return whether the stop is for advice, and there is none yet."""
        advice = any(name in source for name in (*_ADVICE, "board_") for source in self.stop.cells)
        return advice and not is_advice(self.page.found)

    def _not_yet(self) -> ipywidgets.Widget:
        """Return what has to be answered before there is advice, and ways to it."""
        page = self.page.page
        missing = page.found.recommendation.missing
        steps = {name: step.id for step in page.content.steps for name in step.questions}
        needed = dict.fromkeys(steps[name] for name in missing if name in steps)
        ways = []
        for stop in self.stops:
            if stop.step in needed:
                way = ipywidgets.Button(description=self.words("serve.walk-go", title=stop.title))
                way.layout.width = "auto"
                way.on_click(lambda _, to=stop.id: self.go(to))
                ways.append(way)
        message = Shown(lambda: _missing(page.content, missing))
        return ipywidgets.VBox((message, ipywidgets.VBox(ways)))


def _missing(content: Content, missing: Iterable[str]) -> Exhibit:
    words = content.words
    shown = (
        heading(3, words("serve.walk-not-yet")),
        paragraph(words("serve.walk-not-yet-why")),
        bullets(content.question(name).ask for name in missing),
    )
    return in_own_words(Exhibit("not-yet", shown), content)


def _value(source: str, names: dict[str, Any]) -> object:
    """Run a cell; return the value of its last line as a notebook shows it."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), names)  # noqa: S102 (a cell of the person's own notebook)
    if not isinstance(last, ast.Expr):
        return None
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)  # noqa: S307


def _raising(error: Exception) -> Callable[[], object]:
    def fail() -> object:
        raise error

    return fail


class Head:
    """What stands above a stop: where one is, all steps, and undo."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self._bar = Bar(walk.page.page)

    def view(self) -> View:
        """Return the head's view."""
        walk, page = self.walk, self.walk.page.page
        words, stops = page.words, walk.stops
        return {
            "kind": "walk",
            "words": page.labels,
            "at": walk.stop.id,
            "title": walk.stop.title,
            "part": walk.stop.part,
            "where": words("serve.walk-where", at=walk.at + 1, of=len(stops)),
            "share": (walk.at + 1) / len(stops),
            "all": words("serve.walk-steps"),
            "kept": words("steps.kept-in", place=page.session.place),
            "locked": page.locked or "",
            "problems": [*page.session.problems, *self._refused()],
            "undo": any(change.can_undo for change in page.session.history()),
            "parts": [
                {
                    "title": part,
                    "stops": [
                        {"id": s.id, "title": s.title, "state": self._state(s)}
                        for s in stops
                        if s.part == part
                    ],
                }
                for part in dict.fromkeys(s.part for s in stops)
            ],
        }

    def _refused(self) -> Iterator[str]:
        """Yield words on each step that was left with an entry that is refused."""
        page, here = self.walk.page.page, self.walk.stop
        for stop in self.walk.stops:
            if stop.step and stop != here and page.form(stop.step).refused:
                yield page.words("serve.walk-refused", title=stop.title)

    def _state(self, stop: Stop) -> str:
        page = self.walk.page.page
        return page.words(f"steps.state-{page.progress.state(stop.step)}") if stop.step else ""

    def take(self, message: Mapping[str, Any]) -> View:
        """Go to a stop, or undo a change; return the result."""
        if message.get("do") == "go":
            if self.walk.go(str(message.get("to"))):
                return {"ok": True}
            return {"ok": False, "problem": self.walk.words("steps.gone")}
        return self._bar.take(message)


def open_walk() -> Page | Walk:
    """Return the walk on the session that `workshop app` has set.

    It is a page that gives the reason if the session cannot be opened.
    """
    opened = open_page({}, part=0)
    if not isinstance(opened, ScreenPage):
        return opened
    page = WalkPage(opened.page)
    return Walk(page, read_stops(Path.cwd(), page.page.content))
