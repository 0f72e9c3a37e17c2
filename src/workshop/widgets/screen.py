"""Draw fields and exhibits on a screen, and keep them current.

ipywidgets draws layout, tabs, buttons and exhibits. Fields are ours, because axe-core, a keyboard
and those who listen find faults in those of ipywidgets 8: a slider has no name, radio buttons are
no group and do not respond to arrow keys, an accordion cannot be opened without a mouse, a progress
bar has no role, a toggle does not say whether it is on, and no control can be described by its hint
or by its error. `tests/browser/test_ipywidgets.py` looks whether this is still so.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar, Protocol

import anywidget
import ipywidgets
import traitlets

from workshop.documents.blocks import Block, Heading, Pairs, Paragraph, text
from workshop.documents.exhibit import Exhibit
from workshop.documents.html import blocks_to_html, cell_style
from workshop.widgets.live import SessionPage, View

FRONT = Path(__file__).parent / "front"
CHECK_INTERVAL = 0.5
"""Seconds without a change before a page looks for others' changes."""
REDRAW_DELAY = 0.02
"""Seconds by which a redraw is delayed in favour of user actions."""
REST, LONGEST_REST = 4, 5.0
"""How many times a redraw's own time passes before a look, in seconds at most.

A look is for others' changes.

Every notebook that was opened follows the session, so on a busy machine they leave the processor to
the one that somebody works on.
"""


class Shows(Protocol):
    """Anything that has a view."""

    def view(self) -> View: ...


class Screen(anywidget.AnyWidget):
    """Shows a view, passes on user actions, and returns their results."""

    _esm = (FRONT / "live.js").read_text("utf-8")
    _css = cell_style() + (FRONT / "live.css").read_text("utf-8")
    view = traitlets.Dict().tag(sync=True)
    disabled = traitlets.Bool(False, help="Whether nothing can be changed here.").tag(sync=True)

    def __init__(self, what: Shows, **options: Any) -> None:
        self.what = what
        super().__init__(view=what.view(), **options)
        self.on_msg(self._receive)

    def update(self) -> None:
        """Send the view to the screen if it has changed."""
        view = self.what.view()
        if view != self.view:
            self.view = view

    def do(self, message: Mapping[str, Any]) -> None:
        """Carry out a button's action, and show the result here."""
        self._receive(self, message, None)

    def _receive(self, _: object, message: Mapping[str, Any], _buffers: object) -> None:
        take = getattr(self.what, "take", None)
        if take is None or self.disabled or not isinstance(message, Mapping):
            return
        begun = time.perf_counter()
        answer = take(message)
        took = round(1000 * (time.perf_counter() - begun), 1)
        self.send({**answer, "id": message.get("id"), "key": message.get("key"), "took": took})
        self.update()

    def exhibit(self) -> Exhibit:
        """Return the content as an exhibit of its words."""
        return static_fallback(self.view)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return with_static(super()._repr_mimebundle_(**options), self.exhibit())


class Buttons(ipywidgets.HBox):
    """The actions on a screen as a whole, from `buttons` of its view.

    Each button is a mapping: its `label`, the message that it sends, and where needed `main`,
    `off` and `about`. A button stays in its place while its words change, and so does the focus.
    """

    children: tuple[ipywidgets.Button, ...]
    _TEXTS: ClassVar = frozenset({"label", "main", "off", "about"})

    def __init__(self, screen: Screen, **options: Any) -> None:
        self._screen = screen
        self._drawn: object = None
        super().__init__(**options)
        self.add_class("ws-buttons")
        screen.observe(self.update, ["view", "disabled"])
        self.update()

    def update(self, _: object = None) -> None:
        """Draw the buttons as the view says."""
        view = self._screen.view
        shown = [dict(button) for button in view.get("buttons", ())]
        off = bool(self._screen.disabled or view.get("locked"))
        if (shown, off) == self._drawn:
            return
        self._drawn = shown, off
        there = list(self.children)[: len(shown)]
        there += [self._button(at) for at in range(len(there), len(shown))]
        for button, look in zip(there, shown, strict=True):
            button.description = look["label"]
            button.tooltip = look.get("about", "")
            button.disabled = off or bool(look.get("off"))
            (button.add_class if look.get("main") else button.remove_class)("ws-main")
        if list(self.children) != there:
            self.children = tuple(there)
        self.layout.display = None if shown else "none"

    def _button(self, at: int) -> ipywidgets.Button:
        button = ipywidgets.Button()
        button.layout.width = "auto"
        button.on_click(lambda _: self._press(at))
        return button

    def _press(self, at: int) -> None:
        buttons = self._screen.view.get("buttons", ())
        if at < len(buttons):
            self._screen.do({k: v for k, v in buttons[at].items() if k not in self._TEXTS})


class Controls(ipywidgets.VBox):
    """What a view shows, and its buttons below, in one box."""

    def __init__(self, what: Shows, **options: Any) -> None:
        self.screen = Screen(what)
        super().__init__(children=(self.screen, Buttons(self.screen)), **options)
        for name in ("ws-panel", "ws-controls", "wk"):
            self.add_class(name)

    def update(self) -> None:
        """Send the view to the screen if it has changed."""
        self.screen.update()

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return with_static(super()._repr_mimebundle_(**options), self.screen.exhibit())


class Shown(ipywidgets.HTML):
    """An exhibit that follows the answers and is redrawn when it changes."""

    def __init__(self, make: Callable[[], Exhibit], **options: Any) -> None:
        self._make = make
        self._exhibit: Exhibit | None = None
        super().__init__(**options)
        self.add_class("ws-exhibit")
        self.update()

    def update(self) -> None:
        """Redraw the exhibit, if it has changed."""
        exhibit = self._make()
        if exhibit != self._exhibit:
            self._exhibit = exhibit
            html = blocks_to_html(exhibit.blocks, labels=exhibit.labels)
            self.value = html if exhibit.blocks else ""

    def exhibit(self) -> Exhibit:
        """Return the content as an exhibit."""
        return self._exhibit or Exhibit("")

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return with_static(super()._repr_mimebundle_(**options), self.exhibit())


class LiveOutput(ipywidgets.Output):
    """The result of a function, made anew on each change.

    An error in the function is shown in its place, until a change mends it.
    """

    outputs: Any

    def __init__(self, make: Callable[[], object], **options: Any) -> None:
        self._make = make
        self.result: object = None
        super().__init__(**options)
        self.update()

    def update(self) -> None:
        """Show the function's current result."""
        try:
            self.result = self._make()
        except Exception as error:  # code of whoever wrote the function: anything can be wrong
            self.result = None
            words = f"{type(error).__name__}: {error}"
            wrong = {"ename": type(error).__name__, "evalue": str(error), "traceback": [words]}
            self._show({"output_type": "error", **wrong})
            return
        if self.result is None:
            self._show()
            return
        data, metadata = as_a_cell_shows(self.result)
        self._show({"output_type": "display_data", "data": data, "metadata": metadata})

    def _show(self, *outputs: dict[str, Any]) -> None:
        if outputs != self.outputs:
            self.outputs = outputs

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = super()._repr_mimebundle_(**options)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        outputs: tuple[dict[str, Any], ...] = self.outputs
        static: dict[str, Any] = next((o["data"] for o in outputs if "data" in o), {})
        return {**data, **{k: v for k, v in static.items() if "widget-view" not in k}}, metadata


def as_a_cell_shows(thing: object) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the data, by media type, with which a cell shows a value."""
    from IPython.core.formatters import DisplayFormatter
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance() if InteractiveShell.initialized() else None
    formatter = getattr(shell, "display_formatter", None) or DisplayFormatter()
    data, metadata = formatter.format(thing)
    return data or {"text/plain": repr(thing)}, metadata or {}


def with_static(bundle: Any, shown: Exhibit) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a widget's data with a static copy, for use without a kernel."""
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
    static = shown._repr_mimebundle_()
    return {**data, "text/html": static["text/html"], "text/plain": static["text/plain"]}, metadata


def static_fallback(view: dict[str, Any]) -> Exhibit:
    """Return the words of a view as an exhibit."""
    blocks: list[Block] = []
    title = view.get("title") or view.get("progress") or ""
    if title:
        blocks.append(Heading(3, text(title), text(view.get("about", ""))))
    for words in (view.get("left"), view.get("advice"), view.get("note"), view.get("text")):
        if words:
            blocks.append(Paragraph(text(words)))
    for group in view.get("groups", ()):
        if group.get("title"):
            blocks.append(Heading(4, text(group["title"])))
        blocks += [Paragraph(text(words)) for words in group.get("text", ())]
        pairs = tuple((text(f["ask"]), text(_answer(f, view["words"]))) for f in group["fields"])
        if pairs:
            blocks.append(Pairs(pairs))
    return Exhibit(f"step-{view.get('id', view.get('kind', ''))}", tuple(blocks))


def _answer(field: dict[str, Any], words: dict[str, str]) -> str:
    """Return an answer in the words of its choices, or “not answered”."""
    value = field["value"]
    chosen = value if isinstance(value, list) else [value]
    labels = {c["value"]: c["label"] for c in field["choices"]}
    given = [labels.get(str(v), str(v)) for v in chosen if v not in (None, "")]
    return words["comma"].join(given) or words["untold"]


class Updates(Protocol):
    """Anything on a screen that can be updated."""

    def update(self) -> None: ...


class Follower:
    """Keeps everything on the screen of a page current.

    A task of the kernel's loop does it, so that user actions go before redrawing. Another program
    may write to a session without notice, so the page also looks at intervals. Without a loop, as
    in a script, every change is followed at once.
    """

    def __init__(self, page: SessionPage) -> None:
        self.page = page
        self._works: list[Updates] = []
        self._follows: list[Updates] = []
        self.always: list[Updates] = []
        """Widgets that change as time passes."""
        self._stale = asyncio.Event()
        self._rests_until = 0.0
        self._task: asyncio.Future[None] | None = None
        with contextlib.suppress(RuntimeError):
            self._task = asyncio.get_running_loop().create_task(self._follow())
        page.listeners.append(self._mark)

    def add(self, shown: Updates, works: bool = False) -> None:
        """Keep a widget current; those that take input go first."""
        (self._works if works else self._follows).append(shown)

    def remove(self, shown: Updates) -> None:
        """Stop keeping a widget current."""
        for those in (self._works, self._follows, self.always):
            if shown in those:
                those.remove(shown)

    def end(self) -> None:
        """Stop following the page."""
        self.page.listeners.remove(self._mark)
        if self._task is not None:
            self._task.cancel()

    def _mark(self) -> None:
        if self._task is not None:
            self._stale.set()
            return
        for shown in self._all():
            shown.update()

    def _all(self) -> Iterable[Updates]:
        return (*self._works, *self._follows)

    async def _follow(self) -> None:
        """Redraw what has changed, as long as the kernel lives."""
        while True:
            try:
                wait = CHECK_INTERVAL if self.page.session.persistent else None
                await asyncio.wait_for(self._stale.wait(), wait)
            except TimeoutError:
                if time.monotonic() >= self._rests_until:
                    with contextlib.suppress(self.page.failures):
                        self.page.refresh()
                for shown in self.always:
                    shown.update()
                continue
            await asyncio.sleep(REDRAW_DELAY)
            self._stale.clear()
            begun = time.monotonic()
            await self._redraw()
            ended = time.monotonic()
            self._rests_until = ended + min(REST * (ended - begun), LONGEST_REST)

    async def _redraw(self) -> None:
        """Show everything as it is now; what a person does meanwhile goes first."""
        for shown in self._all():
            await asyncio.sleep(0)
            if self._stale.is_set():
                return
            shown.update()


def follower_of(page: SessionPage) -> Follower:
    """Return the object that keeps a page's screen current."""
    if page.follower is None:
        page.follower = Follower(page)
    follower: Follower = page.follower
    return follower
