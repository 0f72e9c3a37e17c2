"""Steps on a screen: one widget, and the static copy that a headless run shows."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import anywidget
import traitlets
from IPython.display import display

from workshop.documents.blocks import Block, Heading, Pairs, Paragraph, text
from workshop.documents.exhibit import Exhibit
from workshop.documents.html import blocks_to_html, cell_style
from workshop.notebook.controls import Bar, PackMaker, Timer
from workshop.notebook.page import Page, in_own_words
from workshop.notebook.steps import LivePage


def static_fallback(view: dict[str, Any]) -> Exhibit:
    """Return the view of a bar, a step or the pack's button as an exhibit of its words."""
    blocks: list[Block] = []
    title = view.get("title") or view.get("progress") or ""
    if title:
        blocks.append(Heading(3, text(title), text(view.get("about", ""))))
    for words in (view.get("left"), view.get("advice"), view.get("text")):
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
    """Return an answer as its choices word it; “not told” where there is none."""
    value = field["value"]
    chosen = value if isinstance(value, list) else [value]
    labels = {c["value"]: c["label"] for c in field["choices"]}
    given = [labels.get(str(v), str(v)) for v in chosen if v not in (None, "")]
    return words["comma"].join(given) or words["untold"]


FRONT = Path(__file__).parent / "front"
CHECK_INTERVAL = 0.5
"""Seconds without a change after which this page looks at what other programs wrote."""
REDRAW_DELAY = 0.02
"""Seconds that what a person does goes before what is only redrawn."""

View = dict[str, Any]


class Shows(Protocol):
    """Anything that says what stands on the screen."""

    def view(self) -> View: ...


class Screen(anywidget.AnyWidget):
    """Shows a view; hands on what a person did, and answers with how it went."""

    _esm = (FRONT / "live.js").read_text("utf-8")
    _css = cell_style() + (FRONT / "live.css").read_text("utf-8")
    view = traitlets.Dict().tag(sync=True)

    def __init__(self, what: Shows) -> None:
        self.what = what
        super().__init__(view=what.view())
        self.on_msg(self._hear)

    def update(self) -> None:
        """Show what is to be shown now, if that has changed."""
        view = self.what.view()
        if view != self.view:
            self.view = view

    def _hear(self, _: object, message: Mapping[str, Any], _buffers: object) -> None:
        take = getattr(self.what, "take", None)
        if take is None or not isinstance(message, Mapping):
            return
        begun = time.perf_counter()
        answer = take(message)
        took = round(1000 * (time.perf_counter() - begun), 1)
        self.send({**answer, "id": message.get("id"), "key": message.get("key"), "took": took})
        self.update()

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """Add a static copy, for whoever opens the notebook without a kernel."""
        bundle = super()._repr_mimebundle_(**options)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        shown = self.what.exhibit if isinstance(self.what, Shown) else static_fallback(self.view)
        static = shown._repr_mimebundle_()
        return {
            **data,
            "text/html": static["text/html"],
            "text/plain": static["text/plain"],
        }, metadata


class Shown:
    """An exhibit that follows the session: drawn anew when what it shows has changed."""

    def __init__(self, make: Callable[[], Exhibit]) -> None:
        self._make = make
        self.exhibit = Exhibit("")
        self._view: View = {}

    def view(self) -> View:
        """Return the exhibit as a screen shows it."""
        exhibit = self._make()
        if not self._view or exhibit != self.exhibit:
            html = blocks_to_html(exhibit.blocks, labels=exhibit.labels)
            self.exhibit, self._view = exhibit, {"kind": "exhibit", "html": html}
        return self._view


class ScreenPage(Page):
    """A live page in a notebook: forms and exhibits that follow each other and the session."""

    def __init__(self, page: LivePage) -> None:
        self.page = page
        self._forms: list[Screen] = []
        self._exhibits: list[Screen] = []
        self._stale = asyncio.Event()
        self._bar = self._form(Bar(page))
        self._timer = self._form(Timer(page))
        page.listeners.append(self._mark)
        self._following = asyncio.ensure_future(self._follow())

    @property
    def found(self) -> Any:  # type: ignore[override]
        """What follows from the session's answers now."""
        return self.page.found

    def ask(self, step: str) -> Screen | None:
        """Return the form of a step; nothing if there is nothing to ask."""
        form = self.page.form(step)
        return self._form(form) if form.has_questions else None

    def show(self, make: Callable[..., Exhibit], *args: Any, **options: Any) -> Screen:
        """Return an exhibit that is drawn anew whenever an answer changes it."""

        def drawn() -> Exhibit:
            return in_own_words(make(self.page.found, *args, **options), self.page.content)

        screen = Screen(Shown(drawn))
        self._exhibits.append(screen)
        return screen

    def make_pack(self) -> Screen:
        """Return the button that makes the findings pack beside the session."""
        return self._form(PackMaker(self.page, self.page.session.folder / "pack"))

    def _form(self, what: Shows) -> Screen:
        screen = Screen(what)
        self._forms.append(screen)
        return screen

    def _ipython_display_(self) -> None:
        display(self._bar, self._timer)  # type: ignore[no-untyped-call]

    def end(self) -> None:
        """Stop following the session."""
        self.page.listeners.remove(self._mark)
        self._following.cancel()

    def _mark(self) -> None:
        self._stale.set()

    async def _follow(self) -> None:
        """Redraw what has changed, for as long as the kernel lives.

        What happens on this page is shown at once. Another program may write to the session as
        well, without a word: for that a look now and then has to do.
        """
        while True:
            try:
                await asyncio.wait_for(self._stale.wait(), CHECK_INTERVAL)
            except TimeoutError:
                with contextlib.suppress(self.page.failures):
                    self.page.refresh()
                for screen in self._forms:
                    if isinstance(screen.what, PackMaker | Timer):
                        screen.update()
                continue
            await asyncio.sleep(REDRAW_DELAY)
            self._stale.clear()
            await self._redraw()

    async def _redraw(self) -> None:
        """Show everything as it is now; what a person does meanwhile goes first."""
        for screen in (*self._forms, *self._exhibits):
            await asyncio.sleep(0)
            if self._stale.is_set():
                return
            screen.update()
