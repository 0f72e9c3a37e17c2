"""Put steps and exhibits into boxes with a value to set and observe."""

from __future__ import annotations

import copy
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, ClassVar, TypeVar

import ipywidgets
import traitlets

from workshop import exhibits
from workshop.answers.schema import NAMES, Answers
from workshop.content.loader import Content, load_content
from workshop.documents.exhibit import Exhibit
from workshop.exhibits.layout import in_own_words
from workshop.findings import Assessment
from workshop.forms.fields import step_of
from workshop.problems import InputError, Problem, near, shorten
from workshop.session import Session
from workshop.widgets.live import SessionPage
from workshop.widgets.screen import Buttons, Screen, Shown, follower_of, with_static
from workshop.widgets.steps import Drills, Form, LivePage, Owners, WhatIfForm, problem_words

Source = Answers | Assessment | Mapping[str, Any] | Session | SessionPage
"""The sources of a widget; another widget shares its own."""


# -- what widgets share -------------------------------------------------------------------------

_PAGES: weakref.WeakValueDictionary[int, LivePage] = weakref.WeakValueDictionary()
"""Pages by session, as long as a widget uses them."""


def page_of(source: Any, content: Content | None = None) -> LivePage:
    """Return the page of a widget, the same for all widgets of a session.

    `content` is for answers in memory; a session and an assessment have their own.
    """
    page = getattr(source, "page", source)
    if isinstance(page, LivePage):
        return page
    if isinstance(source, Session):
        return _PAGES.setdefault(id(source), LivePage(source))
    source = getattr(source, "found", source)  # of a page without a session
    if isinstance(source, Assessment):
        source, content = source.answers, source.content
    if source is None or isinstance(source, Mapping):
        source = Answers.from_parameters(source or {})
    if not isinstance(source, Answers):
        message = "A widget does not work on this."
        allowed = "answers, a mapping of answers, an assessment, a session, another widget"
        raise InputError([Problem(message, "", type(source).__name__, allowed)])
    return LivePage(Session.in_memory(source, content or load_content()))


def exhibit_on(page: SessionPage, make: Callable[[Assessment], Exhibit]) -> Shown:
    """Return an exhibit that follows a page; its owner updates it."""
    return Shown(lambda: in_own_words(make(page.found), page.content))


Part = TypeVar("Part", bound="Screen | Shown | Panel")


class Panel(ipywidgets.VBox):
    """A box for answers; the other widgets extend it.

    `value` has the answers of `names`, or all of them if there are none.
    """

    names: ClassVar[tuple[str, ...] | None] = None
    value = traitlets.Dict(help="Answers, as an answers file holds them.").tag(sync=True)
    disabled = traitlets.Bool(False, help="Whether nothing can be changed here.").tag(sync=True)

    def __init__(
        self, source: Any = None, *, content: Content | None = None, **options: Any
    ) -> None:
        self.page = page_of(source, content)
        self._own_change = False
        self._parts: list[Screen | Shown | Panel] = []
        given = options.pop("value", None)
        with self._changing():
            children = self._draw()
            super().__init__(children=tuple(children), value=self._current(), **options)
        for name in ("ws-panel", "wk"):
            self.add_class(name)
        self.observe(self._given, "value")
        self.observe(self._able, "disabled")
        follower_of(self.page).add(self, self._works)
        self.page.listeners.append(self._learn)
        self._able()
        self._learn()
        if given is not None:
            self.value = given

    _works: ClassVar[bool] = False
    """Whether it takes input; such widgets are redrawn first."""

    # -- what each does in its own way -----------------------------------------------------------

    def _draw(self) -> Sequence[ipywidgets.Widget]:
        """Return the children of the box."""
        raise NotImplementedError

    def _asked(self) -> tuple[str, ...] | None:
        """Return the names of the answers in the value; None for all."""
        return self.names

    def _current(self) -> dict[str, Any]:
        """Return the value of the current answers."""
        names, given = self._asked(), self.page.parameters
        return without_empty(given if names is None else pick(given, names))

    def _give(self, value: Mapping[str, Any]) -> None:
        """Give the answers of a checked value, and remove those it lacks."""
        names = self._asked()
        if names is None:
            self.page.session.import_answers(Answers.from_parameters(value), "")
            return
        give(self.page, names, value)

    # -- the value and what is done with it --------------------------------------------------

    @traitlets.validate("value")
    def _check(self, proposal: Mapping[str, Any]) -> dict[str, Any]:
        value: dict[str, Any] = proposal["value"]
        if self._own_change:
            return value
        try:
            names = self._asked()
            refuse_others(value, NAMES if names is None else names)
            whole = without(self.page.parameters, names)
            Answers.from_parameters(merged(whole, value))
        except InputError as error:
            raise traitlets.TraitError(problem_words(error)) from None
        return value

    def _given(self, change: Mapping[str, Any]) -> None:
        """Give the answers of a value that was set, here or in a browser."""
        if self._own_change or self._current() == change["new"]:
            return
        try:
            self._give(change["new"])
        except InputError as error:
            raise traitlets.TraitError(problem_words(error)) from None
        finally:
            self.page.changed()
            self._learn()

    def _learn(self) -> None:
        """Set the value to the current answers."""
        value = self._current()
        if value != self.value:
            with self._changing():
                self.value = value

    def _able(self, _: object = None) -> None:
        for part in self._parts:
            if not isinstance(part, Shown):
                part.disabled = self.disabled

    def update(self) -> None:
        """Redraw what has changed."""
        for part in self._parts:
            if not isinstance(part, Panel):  # which is brought up to date by itself
                part.update()

    def close(self) -> None:
        """Remove the widget from every screen, and stop updating it."""
        page = getattr(self, "page", None)
        if page is not None and self._learn in page.listeners:
            page.listeners.remove(self._learn)
            follower_of(page).remove(self)
            for part in self._parts:
                part.close()
        super().close()

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Set the value without giving answers."""
        was, self._own_change = self._own_change, True
        try:
            yield
        finally:
            self._own_change = was

    # -- what stands in it -------------------------------------------------------------------

    def _add(self, part: Part) -> Part:
        self._parts.append(part)
        return part

    def _exhibit(self, make: Callable[[Assessment], Exhibit]) -> Shown:
        return self._add(exhibit_on(self.page, make))

    def _step(self, step: str, form: Form | None = None) -> StepForm:
        return self._add(StepForm(step, self.page, form=form))

    def _tabs(self, **children: ipywidgets.Widget) -> ipywidgets.Tab:
        """Return tabs with titles from the content, by their key."""
        titles = [self.page.words(f"steps.tab-{key.replace('_', '-')}") for key in children]
        return ipywidgets.Tab(children=tuple(children.values()), titles=titles)

    def exhibit(self) -> Exhibit:
        """Return the content as an exhibit, for a page without a kernel."""
        blocks = [b for part in self._parts for b in part.exhibit().blocks]
        return in_own_words(Exhibit(type(self).__name__, tuple(blocks)), self.page.content)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return with_static(super()._repr_mimebundle_(**options), self.exhibit())


# -- the widgets --------------------------------------------------------------------------------


class StepForm(Panel):
    """One step of the workshop as a form: `StepForm("size")`.

    Its value has the answers that the step asks for: `{"model_teams": 6}`. Raises `InputError` for
    a step that the content does not have.
    """

    step = traitlets.Unicode(help="Id of the step.").tag(sync=True)
    _works = True

    def __init__(
        self, step: str, source: Any = None, *, form: Form | None = None, **options: Any
    ) -> None:
        self._id, self._given_form = step, form
        super().__init__(source, step=step, **options)
        self.add_class("ws-form")

    def _draw(self) -> Sequence[ipywidgets.Widget]:
        self.form: Form = self._given_form or self.page.form(
            step_of(self.page.content, self._id).id
        )
        self._fields = self._add(Screen(self.form))
        return (self._fields, Buttons(self._fields))

    def _asked(self) -> tuple[str, ...] | None:
        return (*self.form.text.repeats, *self.form.text.questions)


class PartFindings(Panel):
    """The findings of one part, and who does something about each by when."""

    names = ()
    _works = True

    def __init__(self, part: int, *, on: SessionPage) -> None:
        self._part = part
        super().__init__(on)

    def _draw(self) -> Sequence[ipywidgets.Widget]:
        self._shown = self._exhibit(lambda found: exhibits.findings(found, self._part))
        self._form = self._step("decisions", Owners(self.page, self._part))
        self._hide()
        return (self._shown, self._form)

    def _hide(self) -> None:
        self._form.layout.display = None if self._form.form.fields() else "none"

    def update(self) -> None:
        """Redraw what has changed, and hide the form while nothing was found."""
        super().update()
        self._hide()


class OwnershipLedger(Panel):
    """The five duties of a model: who has them, and what follows from that.

    Its value has the answers `duties` and `builder`.
    """

    names = ("builder", "duties")

    def _draw(self) -> Sequence[ipywidgets.Widget]:
        return (self._step("duties"), self._exhibit(exhibits.ownership_ledger))


class PatternComparison(Panel):
    """The four patterns: verdicts, descriptions, and where the advice changes.

    Its value has the answer `chosen_pattern`.
    """

    names = ("chosen_pattern",)

    def _draw(self) -> Sequence[ipywidgets.Widget]:
        tabs = self._tabs(
            verdicts=self._exhibit(exhibits.verdicts),
            patterns=self._exhibit(exhibits.four_patterns),
            tipping=self._exhibit(exhibits.tipping_strips),
        )
        return (tabs, self._step("choice"))


class WhatIf(Panel):
    """Sliders that show what would be advised; they keep nothing.

    Its value has the changed numbers: `{"model_teams": 9}`, nothing at first. `patterns` are the
    ids of what would be advised.
    """

    patterns = traitlets.List(traitlets.Unicode(), help="What would be advised.").tag(sync=True)

    def _draw(self) -> Sequence[ipywidgets.Widget]:
        self._moved = WhatIfForm(self.page, self.page.content.step("what-if"))
        return (self._add(Screen(self._moved)),)

    def _current(self) -> dict[str, Any]:
        return dict(self._moved.tried)

    def _give(self, value: Mapping[str, Any]) -> None:
        movable = [field.basis for field in self._moved.fields()]
        refuse_others(value, movable)
        self._moved.try_out(value)

    def _learn(self) -> None:
        super()._learn()
        self.patterns = list(self._moved.found.recommendation.patterns)


class PagerDrill(Panel):
    """A drill, minute by minute: `PagerDrill(drill="stale-features")`.

    Its value has the answers of all drills that were played. `drill` is the one on the screen,
    empty before one is chosen.
    """

    names = ("drills",)
    drill = traitlets.Unicode(help="Id of the drill on the screen.").tag(sync=True)

    def _draw(self) -> Sequence[ipywidgets.Widget]:
        self._story = Drills(self.page, self.page.content.step("drills"))
        form = self._step("drills", self._story)
        self._played = self._exhibit(self._timeline)
        return (form, self._played)

    def _timeline(self, found: Assessment) -> Exhibit:
        chosen = self._story.chosen
        if not any(d.text.id == chosen and d.answered for d in found.drills):
            return Exhibit("drill")
        return exhibits.drill_timeline(found, chosen)

    def __init__(self, source: Any = None, *, drill: str = "", **options: Any) -> None:
        super().__init__(source, **options)
        if drill:
            self.drill = drill

    @traitlets.validate("drill")
    def _check_drill(self, proposal: Mapping[str, Any]) -> str:
        known = [d.id for d in self.page.content.drills]
        drill: str = proposal["value"]
        if drill and drill not in known:
            raise traitlets.TraitError(f"{shorten(drill)}: {', '.join(known)}")
        return drill

    @traitlets.observe("drill")
    def _choose(self, change: Mapping[str, Any]) -> None:
        if change["new"] and change["new"] != self._story.chosen:
            self._story.chosen = change["new"]
            self.page.changed()

    def _learn(self) -> None:
        super()._learn()
        self.drill = self._story.chosen


class ValueStream(Panel):
    """The stages of the value stream, with the total of their days.

    Its value has the answer `stages`.
    """

    names = ("stages",)

    def _draw(self) -> Sequence[ipywidgets.Widget]:
        tabs = self._tabs(
            today=self._exhibit(exhibits.value_stream_timeline),
            handoffs=self._exhibit(exhibits.handoff_table),
            by_pattern=self._exhibit(exhibits.value_stream_by_pattern),
        )
        return (self._step("stages"), tabs)


class VoteResult(Panel):
    """The room's votes: `VoteResult(session, question="lead")`.

    Its value has all answers. It shows as much of votes as the pack: no more than was chosen before
    the vote.
    """

    question = traitlets.Unicode(help="Name of the answer; empty for all.").tag(sync=True)

    def _draw(self) -> Sequence[ipywidgets.Widget]:
        return (self._exhibit(self._votes),)

    def _votes(self, found: Assessment) -> Exhibit:
        question = self.question
        votes = tuple(v for v in found.votes if not question or v.vote.question == question)
        return exhibits.votes(replace(found, votes=votes))

    @traitlets.observe("question")
    def _ask(self, _: object) -> None:
        self.update()


class RecommendationCard(Panel):
    """The advice, how firm it is, and why.

    Its value has all answers. `patterns` are the ids of what is advised, `status` is none,
    first-indication, contested or recommendation.
    """

    patterns = traitlets.List(traitlets.Unicode(), help="What is advised.").tag(sync=True)
    status = traitlets.Unicode(help="How firm the advice is.").tag(sync=True)

    def _draw(self) -> Sequence[ipywidgets.Widget]:
        return (self._exhibit(exhibits.recommendation),)

    def _learn(self) -> None:
        super()._learn()
        advice = self.page.found.recommendation
        self.patterns, self.status = list(advice.patterns), advice.status


# -- values ---------------------------------------------------------------------------------------


def pick(parameters: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Return some answers by their dotted names, nested as they were."""
    found: dict[str, Any] = {}
    for name in names:
        *path, last = name.split(".")
        place: Any = parameters
        for step in path:
            place = place.get(step, {})
        if last in place:
            into = found
            for step in path:
                into = into.setdefault(step, {})
            into[last] = place[last]
    return found


def without_empty(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of answers without groups that have no answer."""
    found: dict[str, Any] = {}
    for name, value in parameters.items():
        rest = without_empty(value) if isinstance(value, Mapping) else copy.deepcopy(value)
        if rest != {}:
            found[name] = rest
    return found


def without(parameters: Mapping[str, Any], names: Sequence[str] | None) -> dict[str, Any]:
    """Return answers without those of some dotted names; None: without all."""
    if names is None:
        return {}
    left = dict(parameters)
    for name in names:
        first, _, rest = name.partition(".")
        if first in left and rest:
            left[first] = without(left[first], (rest,))
        else:
            left.pop(first, None)
    return left


def merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return two sets of answers as one; the second takes precedence."""
    found = dict(one)
    for name, value in other.items():
        both = isinstance(value, Mapping) and isinstance(found.get(name), Mapping)
        found[name] = merged(found[name], value) if both else value
    return found


def refuse_others(value: Mapping[str, Any], names: Sequence[str]) -> None:
    """Raise `InputError` if a value has other answers than these names."""
    known = set(names)
    for given in _named(value, known, ""):
        if given not in known:
            message = "This widget does not ask for such an answer."
            allowed = ", ".join(names)
            raise InputError([Problem(message, given, "", allowed, near(given, names))])


def _named(value: Mapping[str, Any], known: set[str], prefix: str) -> Iterator[str]:
    for key, inner in value.items():
        name = f"{prefix}{key}"
        deeper = any(k.startswith(f"{name}.") for k in known) and isinstance(inner, Mapping)
        if name in known or not deeper:
            yield name
        else:
            yield from _named(inner, known, f"{name}.")


def give(page: LivePage, names: Sequence[str], value: Mapping[str, Any]) -> None:
    """Give the answers of some dotted names that differ from a value."""
    session = page.session
    for name in names:
        was, now = (pick(d, (name,)) for d in (page.parameters, value))
        if was == now:
            continue
        path = tuple(name.split("."))
        old, new = _at(was, path), _at(now, path)
        if name in ("stages", "decisions"):
            for item, _ in session.items(name):
                session.remove(name, item)
            for item in new or ():
                session.add(name, item)
        elif name == "earlier":  # its decisions have items, which are made with it
            session.give(path, new)
        else:
            for address, leaf in _differences(path, old, new):
                session.give(address, leaf)


def _at(nested: Mapping[str, Any], path: Sequence[str]) -> Any:
    place: Any = nested
    for step in path:
        place = place.get(step) if isinstance(place, Mapping) else None
    return place


def _differences(
    path: tuple[str, ...], old: Any, new: Any
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the address and new value of each answer that differs."""
    if isinstance(old, Mapping) or isinstance(new, Mapping):
        before, after = old or {}, new or {}
        for key in dict.fromkeys((*before, *after)):
            yield from _differences((*path, key), before.get(key), after.get(key))
    elif old != new:
        yield path, new
