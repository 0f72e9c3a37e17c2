"""Ask in steps: forms, drills, lists, earlier decisions, what-if sliders."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from workshop.answers.intake import is_unknown, meant, two_ways
from workshop.answers.schema import NAMING, Answers, as_compared, is_ruled_out, with_one_spelling
from workshop.content.teams import NOBODY, Teams
from workshop.exhibits.agreement import decision_warnings
from workshop.exhibits.layout import capital, date_words
from workshop.findings import Assessment, assess
from workshop.findings.agreement import name_words
from workshop.findings.finding import Finding, named_by, settled_by
from workshop.findings.output.report import settable
from workshop.findings.patterns.advice import becomes, headline
from workshop.findings.patterns.inputs import word
from workshop.findings.patterns.tipping import Segment, SensitivityRange
from workshop.findings.since import actions
from workshop.findings.uncertainty import is_idle
from workshop.forms.fields import (
    Choice,
    Field,
    field_of,
    fields_of,
    is_readable,
    item_fields,
    known_teams,
)
from workshop.forms.polls import Poll, answer_value, poll_of, pollable, recorded_as, values_said
from workshop.problems import InputError, Problem, shorten
from workshop.widgets.live import SessionPage, View

if TYPE_CHECKING:
    from workshop.content.items import DrillText, StepText
    from workshop.content.loader import Content
    from workshop.session import Session


class Form:
    """A step of ordinary questions; other kinds of step extend it.

    `view` is its content on the screen. `take` gets an action as a mapping with `do` and its
    arguments, and returns `{"ok": True, …}` or `{"ok": False, "problem": words}`.
    """

    counted: ClassVar[bool] = True
    """Whether the step counts towards progress."""

    def __init__(self, page: SessionPage, text: StepText) -> None:
        self.page = page
        self.text = text
        self.refused: dict[str, tuple[Any, str]] = {}
        """Refused values and the reason, by key."""

    @property
    def has_questions(self) -> bool:
        """Return whether there is anything to ask."""
        return True

    # -- what stands on the screen ----------------------------------------------------------

    def view(self) -> View:
        """Return the step's view."""
        words, page = self.page.words, self.page
        return {
            "kind": "step",
            "id": self.text.id,
            "title": self.text.title,
            "about": self.text.about,
            "where": page.where(self.text),
            "folded": self.text.folded and bool(page.part),
            "hints_folded": page.folds_hints,
            "state": page.progress.state(self.text.id),
            "words": page.labels,
            "groups": self.groups(),
            "buttons": self.buttons(),
            "locked": page.locked or "",
            "minutes": words("steps.minutes", n=self.text.minutes) if page.part else "",
        }

    def groups(self) -> list[View]:
        """Return the fields in groups, each with its own heading."""
        return [{"key": self.text.id, "title": "", "fields": [self.show(f) for f in self.fields()]}]

    def fields(self) -> tuple[Field, ...]:
        """Return the fields that are on the screen now."""
        return self._fields(idle=False)

    def _fields(self, *, idle: bool) -> tuple[Field, ...]:
        """Return the fields of questions that other answers leave idle, or of all others."""
        content, answers = self.page.content, self.page.session.answers
        names = (*self.text.repeats, *self.text.questions)
        asked = (n for n in names if is_idle(content.question(n), answers) == idle)
        return tuple(f for name in asked for f in fields_of(content, name))

    def buttons(self) -> list[View]:
        """Return the actions on the step as a whole."""
        page = self.page
        if not page.part or self.text.folded or page.progress.state(self.text.id) == "done":
            return []
        return [{"do": "skip", "label": self.page.words("steps.skip")}]

    def show(self, field: Field) -> View:
        """Return one field as data."""
        value = self.value_of(field)
        shown = field.show(value)
        choices = self._choices(field)
        if field.kind in ("team", "teams"):
            shown = _as_offered(self.page.content.teams, shown, choices)
        typed, problem = self.refused.get(field.key, (None, ""))
        return {
            "key": field.key,
            "kind": field.kind,
            "ask": field.ask,
            "name": field.name,
            "why": field.why,
            "good": field.good,
            "unit": field.unit,
            "choices": [{"value": c.value, "label": c.label, "notes": c.notes} for c in choices],
            "alone": NOBODY if field.kind == "teams" else "",
            "voted": self._voted(field),
            "value": typed if problem else shown,
            "answered": value is not None,
            "folded": field.folded,
            "problem": problem,
            "basis": self._basis(field, given=value is not None),
            "today": self._today() if field.key == "held_on" else None,
        }

    def _today(self) -> View:
        """Return the date that most workshops are held on, to be taken with one press."""
        today = datetime.date.today()
        label = self.page.words("steps.today", date=date_words(self.page.content, today))
        return {"value": today.isoformat(), "label": label}

    def value_of(self, field: Field) -> Any:
        """Return the value that is kept for a field, or None."""
        return self.page.session.value(field.address)

    def _choices(self, field: Field) -> tuple[Choice, ...]:
        if field.kind not in ("team", "teams"):
            return field.choices
        handover = "duties" in (field.address[0], field.address[-1].split(".")[0])
        return known_teams(self.page.content, self.page.session.answers, handover)

    def _voted(self, field: Field) -> str:
        """Return what the room voted on a question, or nothing if it did not."""
        words, name = self.page.words, ".".join(field.address)
        for result in self.page.found.votes:
            if result.vote.question == name:
                cast = [(o.label, o.counts[-1]) for o in result.options]
                cast.append((result.dont_know, result.rounds[-1].unknown))
                votes = [words("steps.vote-cast", choice=capital(c), n=n) for c, n in cast if n]
                return words("steps.voted", votes=words.listing(votes)) if votes else ""
        return ""

    def _basis(self, field: Field, *, given: bool) -> View | None:
        """Return the field for the basis of an answer, once there is an answer."""
        if not field.basis or not given or field.basis in NAMING:
            return None
        words = self.page.words
        return {
            "value": self.page.session.value(("basis", field.basis)) or "",
            "choices": [
                {"value": b, "label": words(f"basis.{b}")}
                for b in ("measured", "documented", "opinion")
            ],
        }

    # -- what a person did -------------------------------------------------------------------

    def take(self, message: Mapping[str, Any]) -> View:
        """Carry out an action and return the result; never raise for typed values."""
        try:
            done = self.do(str(message.get("do", "")), message)
        except InputError as error:
            return self._refuse(message, problem_words(error))
        except self.page.failures as error:
            return {"ok": False, "problem": str(error), "failed": True}
        self.refused.pop(str(message.get("key", "")), None)
        self.page.changed()
        return {"ok": True, **done}

    def do(self, what: str, message: Mapping[str, Any]) -> View:
        """Carry out one action; other kinds of step add theirs.

        Raises `InputError` if it is not possible.
        """
        page, session = self.page, self.page.session
        if what == "give":
            field = self._field(message)
            value = self._read(field, message.get("value"))
            change = session.give(field.address, value)
            if value is None and change is None and message.get("value"):
                return {"said": page.words("steps.as-unknown"), "shown": field.show(None)}
            return page.saved(change, field.name)
        if what == "basis":
            field = self._field(message)
            value = str(message.get("value") or "") or None
            change = session.give(("basis", field.basis), value)
            return page.saved(change, page.words("steps.basis-of", name=field.name))
        if what == "skip":
            session.note("skipped", {"step": self.text.id})
            return {"said": page.words("steps.skipped", title=self.text.title), "next": True}
        raise InputError(())

    def _read(self, field: Field, typed: Any) -> Any:
        """Return the value of what was typed; None for signs such as “TBD”, as in a file.

        Raises `InputError` for a word that can mean two things, and for what is no number or date.
        """
        value, teams = field.read(typed), self.page.content.teams
        if isinstance(value, list) and field.kind != "days":
            known = [v for v in value if not is_unknown(v, teams)]
            if field.kind == "teams" and len(known) > 1 and any(map(teams.is_nobody, known)):
                raise InputError([Problem(self.page.words("steps.nobody-alone"))])
            return known or None
        if isinstance(value, str) and field.kind != "prose":
            if problem := two_ways(field.address[-1], value):
                raise InputError([replace(problem, value=shorten(value))])
            value = None if is_unknown(value, teams) else meant(value)
        if not is_readable(field.kind, value):
            raise InputError([Problem(self.page.words(f"steps.wrong-{field.kind}"))])
        return value

    def _field(self, message: Mapping[str, Any]) -> Field:
        """Return the field of a message that is, or just was, on the screen."""
        for field in (*self.fields(), *self._fields(idle=True)):
            if field.key == message.get("key"):
                return field
        raise InputError(())

    def _refuse(self, message: Mapping[str, Any], words: str) -> View:
        words = words or self.page.words("steps.gone")
        if message.get("do") == "give":
            self.refused[str(message.get("key"))] = (message.get("value"), words)
        return {"ok": False, "problem": words}


def problem_words(error: InputError) -> str:
    """Return the problems in words, for the text beside a field."""
    parts = []
    for problem in error.problems[:3]:
        parts.append(problem.message)
        if problem.value:
            parts.append(f"Found: {problem.value}.")
        if problem.allowed:
            parts.append(f"Allowed: {problem.allowed}.")
        parts.append(problem.suggestion)
    return " ".join(p for p in parts if p)


def _as_offered(teams: Teams, shown: Any, choices: tuple[Choice, ...]) -> Any:
    """Return a team in the spelling of the choices, if it is one of them."""
    if isinstance(shown, list):
        return [_as_offered(teams, one, choices) for one in shown]
    for choice in choices:
        nobody = teams.is_nobody(choice.value) and teams.is_nobody(shown)
        later = teams.is_at_handover(choice.value) and teams.is_at_handover(shown)
        if teams.same(choice.value, shown) or nobody or later:
            return choice.value
    return shown


class Drills(Form):
    """One story at a time; answering or skipping a moment opens the next.

    The story on the screen, and how far it is shown, belongs to this screen; only answers are kept.
    """

    def __init__(self, page: SessionPage, text: StepText) -> None:
        super().__init__(page, text)
        given = page.session.answers.drills or {}
        self.chosen = next((d.id for d in page.content.drills if d.id in given), "")
        self.passed: set[tuple[str, int]] = set()

    @property
    def drill(self) -> DrillText | None:
        """Return the story on the screen."""
        return next((d for d in self.page.content.drills if d.id == self.chosen), None)

    def _offered(self) -> list[DrillText]:
        """Return the stories that may concern the team, and those that were played."""
        answers = self.page.session.answers
        played = {self.chosen, *(answers.drills or {})}
        drills = self.page.content.drills
        return [d for d in drills if d.id in played or not is_ruled_out(answers, d.when)]

    def groups(self) -> list[View]:
        """Return the stories to choose from, then the open moments of the chosen one."""
        words, drill = self.page.words, self.drill
        stories = [{"value": d.id, "label": d.title} for d in self._offered()]
        found: list[View] = [
            {
                "key": "drill",
                "title": "",
                "fields": [],
                "pick": {
                    "ask": words("steps.drill-which"),
                    "choices": stories,
                    "value": self.chosen,
                },
            }
        ]
        if drill is None:
            return found
        found[0]["text"] = [words("steps.drill-clock", clock=drill.clock), drill.story]
        fields = self.fields()
        for moment, field in zip(drill.moments, fields, strict=False):
            group: View = {
                "key": field.key,
                "title": words("steps.drill-minute", n=moment.minute),
                "text": [moment.scene],
                "fields": [self.show(field)],
            }
            over = self._over(moment.minute)
            if not over:
                group["buttons"] = [
                    {"do": "pass", "minute": moment.minute, "label": words("steps.drill-pass")}
                ]
            found.append(group)
        if self._over(60):
            title = words("steps.drill-good")
            found.append({"key": "good", "title": title, "text": [drill.good_answer], "fields": []})
        return found

    def fields(self) -> tuple[Field, ...]:
        """Return the fields of the moments that are open."""
        if self.drill is None:
            return ()
        found = []
        for moment in self.drill.moments:
            found.append(
                Field(
                    address=("drills", self.drill.id, f"minute_{moment.minute}"),
                    kind="team",
                    ask=moment.ask,
                    name=self.page.words(
                        "steps.drill-name", n=moment.minute, title=self.drill.title
                    ),
                )
            )
            if not self._over(moment.minute):
                break
        return tuple(found)

    def _over(self, minute: int) -> bool:
        """Return whether the story goes on after this minute and all before it."""
        for at in (0, 15, 60):
            given = self.page.session.value(("drills", self.chosen, f"minute_{at}")) is not None
            if not given and (self.chosen, at) not in self.passed:
                return False
            if at == minute:
                return True
        return False

    def do(self, what: str, message: Mapping[str, Any]) -> View:
        """Choose a story, or continue without an answer."""
        if what == "pick":
            if message.get("value") not in {d.id for d in self.page.content.drills}:
                raise InputError(())
            self.chosen = str(message["value"])
            return {"said": self.page.words("steps.drill-begins")}
        if what == "pass":
            if message.get("minute") not in (0, 15, 60):
                raise InputError(())
            self.passed.add((self.chosen, int(message["minute"])))
            return {"said": self.page.words("steps.drill-on")}
        return super().do(what, message)


NEW = "+"
"""Placeholder in an address for the id of an item that is not added yet."""


class ItemList(Form):
    """A step that adds, changes, moves and removes the items of one list."""

    name: ClassVar[Literal["stages", "decisions"]]
    first: ClassVar[str]
    """Key of the first field of an item."""

    def groups(self) -> list[View]:
        """Return a group for each item, and one that adds another."""
        page, items = self.page, self.page.session.items(self.name)
        found = []
        for at, (item, values) in enumerate(items):
            title = page.words(f"steps.{self.name}-title", n=at + 1)
            brief = page.words(
                "steps.of-item", item=title, name=shorten(str(values.get(self.first, "")), 60)
            )
            found.append(
                {
                    "key": f"{self.name}/{item}",
                    "title": brief if page.folds_hints else title,
                    "folded": page.folds_hints,
                    "fields": [self.show(f) for f in self.item_fields(item)],
                    "buttons": self._moves(item, at, len(items)),
                }
            )
        title = page.words(f"steps.{self.name}-{'add' if items else 'title'}", n=len(items) + 1)
        new = self.show(self._new())
        return [*found, {"key": f"{self.name}/{NEW}", "title": title, "fields": [new]}]

    def fields(self) -> tuple[Field, ...]:
        """Return the fields of all items, and the one that adds another."""
        items = self.page.session.items(self.name)
        known = tuple(f for item, _ in items for f in self.item_fields(item))
        return (*known, self._new())

    def item_fields(self, item: str) -> tuple[Field, ...]:
        """Return the fields of one item."""
        return item_fields(self.page.content, self.name, item)

    def value_of(self, field: Field) -> Any:
        """Return nothing for an item that is not added yet."""
        return None if NEW in field.address else super().value_of(field)

    def _new(self) -> Field:
        field = next(f for f in self.item_fields(NEW) if f.address[-1] == self.first)
        is_first = not self.page.session.items(self.name)
        words = self.page.words(f"steps.{self.name}-new{'-first' if is_first else ''}")
        return replace(field, address=(self.name, NEW), ask=words)

    def _moves(self, item: str, at: int, count: int) -> list[View]:
        words = self.page.words
        name = words(f"steps.{self.name}-title", n=at + 1)
        found = []
        if at:
            found.append({"do": "move", "by": -1, "label": words("steps.earlier", name=name)})
        if at + 1 < count:
            found.append({"do": "move", "by": 1, "label": words("steps.later", name=name)})
        found.append({"do": "remove", "label": words("steps.remove", name=name)})
        return [{**button, "item": item} for button in found]

    def do(self, what: str, message: Mapping[str, Any]) -> View:
        """Add, move or remove an item, or change a field of one."""
        page, session = self.page, self.page.session
        item = str(message.get("item", ""))
        if what in ("move", "remove") and item not in dict(session.items(self.name)):
            raise InputError(())
        if what == "move":
            change = session.move(self.name, item, 1 if message.get("by") == 1 else -1)
            return page.saved(change, self.text.title)
        if what == "remove":
            return page.saved(session.remove(self.name, item), self.text.title)
        if what == "give" and message.get("key") == self._new().key:
            value = self._new().read(message.get("value"))
            if value is None:
                return {}
            added = session.add(self.name, {self.first: value})
            number = len(session.items(self.name))
            text = page.words(f"steps.{self.name}-added", n=number)
            return {"said": text, "focus": f"{self.name}/{added}", **page.saved_now()}
        return super().do(what, message)


class Stages(ItemList):
    """The value stream, built stage by stage."""

    name = "stages"
    first = "stage"


class Decisions(ItemList):
    """The decisions: what is decided and rejected, and who disagrees.

    A decision can set answers for the future. Each is asked as the answer itself is.
    """

    name = "decisions"
    first = "decision"

    def __init__(self, page: SessionPage, text: StepText) -> None:
        super().__init__(page, text)
        self.opened: dict[str, list[str]] = {}
        """Answers without a value yet that a decision will set, by decision."""

    def groups(self) -> list[View]:
        """Return warnings on what the decisions cause, then the decisions."""
        words = self.warnings()
        if not words:
            return super().groups()
        warned: View = {"key": "warned", "title": "", "fields": [], "text": words}
        differ = {c.decision: f"{c.statement} {c.check}" for c in self.page.found.clashes}
        groups = super().groups()
        for group, (_, values) in zip(groups, self.page.session.items(self.name), strict=False):
            if beside := differ.get(str(values.get(self.first, ""))):
                group["text"] = [beside]
        return [{**warned, "tone": "critical"}, *groups]

    def warnings(self) -> list[str]:
        """Return warnings: decisions that disagree, a new urgent risk."""
        return [words for _decision, words in decision_warnings(self.page.found)]

    def item_fields(self, item: str) -> tuple[Field, ...]:
        """Return the fields of a decision, with what it settles and sets."""
        graves = self.page.found.of_severity("critical", "risk", "watch")
        given = self.page.session.value(("decisions", item, "settles")) if item != NEW else None
        choices = [Choice(f.id, f.statement) for f in graves]
        offered = {c.value for c in choices}
        choices += [Choice(i, i) for i in given or () if i not in offered]
        fields = [
            replace(f, choices=tuple(choices), folded=True) if f.address[-1] == "settles" else f
            for f in item_fields(self.page.content, "decisions", item)
        ]
        return tuple(fields) if item == NEW else (*fields, *self._sets(item))

    def _sets(self, item: str) -> tuple[Field, ...]:
        """Return a field for each answer that a decision sets, and one to add another.

        Of the drills, only those that were played can be changed.
        """
        content, words, place = self.page.content, self.page.words, ("decisions", item, "sets")
        given = self.page.session.value(place) or {}
        names = list(dict.fromkeys([*given, *self.opened.get(item, ())]))
        fields = [self._set(content, (*place, name)) for name in names]
        played = tuple(f"drills.{d.text.id}." for d in self.page.found.drills if d.answered)
        left = [
            n
            for n in settable(content)
            if n not in names and (not n.startswith("drills.") or n.startswith(played))
        ]
        choices = tuple(Choice(n, capital(name_words(content, n))) for n in left)
        asked_words = words("agreed.step-sets")
        return (
            *fields,
            Field(place, "choice", asked_words, asked_words, choices=choices, folded=True),
        )

    def _set(self, content: Content, address: tuple[str, ...]) -> Field:
        name = address[-1]
        if name.startswith("drills."):
            field = Field(address, "team", name_words(content, name), name_words(content, name))
        else:
            asked = ".".join(name.split(".")[:2]) if name.startswith("signals.") else name
            found = fields_of(content, asked)
            field = next((f for f in found if ".".join(f.address) == name), found[0])
        chosen = next((q.ask for q in content.questions if q.sets == name), field.ask)
        ask = self.page.words("agreed.step-set", ask=chosen)
        return replace(field, address=address, ask=ask, basis="")

    def _in_words(self, place: Sequence[str]) -> str:
        """Return an answer that a decision sets in the words of what is chosen."""
        content, session = self.page.content, self.page.session
        if place[2:3] != ["sets"] or (value := session.value(tuple(place))) is None:
            return ""
        key = next((k for k in pollable(content) if content.sets(k) == place[-1]), None)
        if key is None:
            return ""
        poll = poll_of(content, session.answers, key)
        values = value if isinstance(value, list | tuple) else [value]
        texts = [str(one).lower() if isinstance(one, bool) else str(one) for one in values]
        return capital(content.words.listing(map(poll.label, texts)))

    def _spoken_of(self, item: str) -> Poll | None:
        """Return the question whose answer a decision says in words, if known.

        It sets that answer in these words, or it sets nothing yet and is on that question.
        """
        session, content = self.page.session, self.page.content
        given = {p: session.value(("decisions", item, p)) for p in ("decision", "chosen", "sets")}
        sets, chosen = given["sets"] or {}, as_compared(given["chosen"] or "")
        for key in pollable(content):
            poll = poll_of(content, session.answers, key)
            said = self._in_words(["decisions", item, "sets", poll.sets])
            if poll.sets in sets and as_compared(said) == chosen:
                return poll
            asked = as_compared(recorded_as(poll)) == as_compared(given["decision"] or "")
            if poll.sets and not sets and asked:
                return poll
        return None

    def _follow_words(self, item: str, poll: Poll) -> None:
        """Set the answer that a decision's words name now; others leave it as it is."""
        session = self.page.session
        words = session.value(("decisions", item, "chosen")) or ""
        if values := values_said(poll, words):
            session.give(("decisions", item, "sets", poll.sets), answer_value(poll, values))

    def value_of(self, field: Field) -> Any:
        """Return nothing for the field that adds an answer to set."""
        return None if field.address[-1] == "sets" else super().value_of(field)

    def do(self, what: str, message: Mapping[str, Any]) -> View:
        """Choose an answer to set, or change the list."""
        place = str(message.get("key", "")).split("/")
        if what == "give" and place[-1] == "sets" and len(place) == 3:
            field = self._field(message)
            name = str(message.get("value") or "")
            if name not in {c.value for c in field.choices}:
                raise InputError(())
            self.opened.setdefault(place[1], []).append(name)
            text = self.page.words("agreed.step-opened", name=name_words(self.page.content, name))
            return {"said": text, "focus": "/".join((*place, name))}
        before = self.warnings()
        was = self._in_words(place) if what == "give" else ""
        spoken = self._spoken_of(place[1]) if what == "give" and place[2:] == ["chosen"] else None
        done = super().do(what, message)
        if spoken is not None:
            self._follow_words(place[1], spoken)
        chosen = ("decisions", place[1], "chosen") if was else ()
        if chosen and as_compared(str(self.page.session.value(chosen) or "")) == as_compared(was):
            self.page.session.give(chosen, self._in_words(place) or None)  # or both would differ
        new = [words for words in self.warnings() if words not in before]
        return (
            {**done, "said": " ".join([str(done.get("said", "")), *new]).strip()} if new else done
        )


class Owners(Form):
    """Who does something about each finding of a part, and by when.

    What is entered becomes a decision that settles the finding, or changes the one that does.
    """

    def __init__(self, page: SessionPage, part: int) -> None:
        text: dict[str, Any] = {"id": f"owners-{part}", "questions": (), "folded": True}
        text |= {name: page.words(f"steps.owners-{name}") for name in ("title", "about")}
        super().__init__(page, page.content.step("decisions").model_copy(update=text))
        self._part = part

    def view(self) -> View:
        """Return the view, without minutes: it is no step of the agenda."""
        return {**super().view(), "minutes": ""}

    def groups(self) -> list[View]:
        """Return a group for each finding that somebody has to do something about."""
        return [
            {"key": f.id, "title": f.statement, "fields": [self.show(one) for one in self._of(f)]}
            for f in self._found()
        ]

    def fields(self) -> tuple[Field, ...]:
        """Return the fields of all these findings."""
        return tuple(field for f in self._found() for field in self._of(f))

    def buttons(self) -> list[View]:
        """Return nothing: there is nothing to skip."""
        return []

    def value_of(self, field: Field) -> Any:
        """Return what the decision on a finding has, if there is one."""
        _, rule, name = field.address
        item = self._decision(rule)
        return self.page.session.value(("decisions", item, name)) if item else None

    def do(self, what: str, message: Mapping[str, Any]) -> View:
        """Keep an owner or a date in the decision on a finding; make it if there is none."""
        if what != "give":
            raise InputError(())
        session, field = self.page.session, self._field(message)
        _, rule, name = field.address
        value, item = self._read(field, message.get("value")), self._decision(rule)
        if item is not None:
            return self.page.saved(session.give(("decisions", item, name), value), field.name)
        if value is None:
            return {}
        found = next(f for f in self._found() if f.id == rule)
        decision = {"decision": found.what or found.statement, "settles": [rule], name: value}
        session.add("decisions", decision)
        return {"said": self.page.words("steps.owners-added"), **self.page.saved_now()}

    def _found(self) -> list[Finding]:
        return [f for f in self.page.found.of_part(self._part) if f.severity != "strength"]

    def _of(self, finding: Finding) -> list[Field]:
        known = item_fields(self.page.content, "decisions", finding.id)
        fields = {field.address[-1]: field for field in known}
        return [
            replace(fields[name], address=("findings", finding.id, name))
            for name in ("owner", "due")
        ]

    def _decision(self, rule: str) -> str | None:
        """Return the id of the decision on a finding, in the session."""
        found = self.page.found
        made = named_by(found, rule) or settled_by(found, rule)
        if made is None:
            return None
        items = self.page.session.items("decisions")
        return next((i for i, stored in items if stored.get("decision") == made.decision), None)


BECAME = ("done", "under-way", "not-begun", "dropped")


class Earlier(Form):
    """One group for each earlier decision."""

    @property
    def has_questions(self) -> bool:
        """Return whether this session continues a workshop that made decisions."""
        return bool(self.page.session.items("earlier.became"))

    def groups(self) -> list[View]:
        """Return a group for each decision: its outcome, and a note."""
        found = []
        items = self.page.session.items("earlier.became")
        for item, values in items:
            fields = [self.show(f) for f in self._of(item)]
            title = str(values.get("decision", ""))
            text = self._then(title)
            found.append({"key": f"earlier/{item}", "title": title, "text": text, "fields": fields})
        return found

    def _then(self, decision: str) -> list[str]:
        """Return what was decided, who was to do it by when, and who disagreed."""
        words, content = self.page.words, self.page.content
        made = (a.decision for a in actions(with_one_spelling(self.page.session.answers)))
        one = next((d for d in made if as_compared(d.decision) == as_compared(decision)), None)
        if one is None:
            return []
        due = date_words(content, one.due) if one.due else None
        parts = {"chosen": one.chosen, "owner": one.owner, "due": due, "dissent": one.dissent}
        return [words(f"steps.then-{name}", words=part) for name, part in parts.items() if part]

    def fields(self) -> tuple[Field, ...]:
        """Return the fields of all earlier decisions."""
        items = self.page.session.items("earlier.became")
        return tuple(f for item, _ in items for f in self._of(item))

    def _of(self, item: str) -> tuple[Field, Field]:
        words = self.page.words
        choices = tuple(Choice(b, words(f"steps.became-{b}")) for b in BECAME)
        address = ("earlier", "became", item)
        name = words("steps.became")
        return (
            Field((*address, "became"), "choice", name, name, choices=choices),
            Field(
                (*address, "note"), "prose", words("steps.became-note"), words("steps.became-note")
            ),
        )


NUMBERS: dict[str, float] = {
    "model_teams": 20,
    "ml_engineers": 60,
    "queue_weeks": 12,
    "maturity": 5,
    "platform_engineers": 30,
}
"""Numbers that can be changed, with the least end of their sliders.

A slider always includes the team's answer and each threshold.
"""
CHOICES = ("mandate", "ml_expertise_in_product", "product_autonomy", "rails")
"""Choices that can be changed."""


class WhatIfForm(Form):
    """Sliders and choices for the deciding answers; `tried` are the changed ones."""

    counted: ClassVar[bool] = False

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.tried: dict[str, Any] = {}
        self.crossed = ""
        self._last: tuple[Answers, dict[str, Any], Assessment] | None = None

    @property
    def found(self) -> Assessment:
        """Return the assessment of the team's answers with the tried ones."""
        given = self.page.session.answers
        if not self.tried:
            return self.page.found
        if self._last is None or self._last[0] is not given or self._last[1] != self.tried:
            answers = Answers.from_parameters({**given.to_parameters(), **self.tried})
            self._last = given, dict(self.tried), assess(answers, self.page.content)
        return self._last[2]

    def fields(self) -> tuple[Field, ...]:
        """Return the fields of what can be moved: whatever the advice depends on."""
        content = self.page.content
        return tuple(field_of(content, name) for name in (*NUMBERS, *CHOICES))

    def groups(self) -> list[View]:
        """Return the advice as it would be, then what can be moved."""
        words, page = self.page.words, self.page
        before, after = headline(page.found), headline(self.found)
        sentences = [after + "."]
        if self.tried:
            moved = [self._moved(name) for name in self.tried]
            sentences.append(words("steps.tried", names=page.content.words.listing(moved)))
            same = before == after
            sentences.append(
                words("steps.tried-same") if same else words("steps.tried-was", was=before)
            )
        group: View = {
            "key": "advice",
            "title": words("steps.tried-title" if self.tried else "steps.now-title"),
            "text": sentences,
            "fields": [],
            "said": self.crossed,
            "tone": "ours" if before == after else "warning",
        }
        if self.tried:
            group["buttons"] = [
                {"do": "keep", "label": words("steps.keep")},
                {"do": "back", "label": words("steps.back")},
            ]
        return [group, {"key": "sliders", "title": "", "fields": self._movable()}]

    def buttons(self) -> list[View]:
        """Return nothing: what is only tried need not be skipped."""
        return []

    def _strips(self) -> tuple[SensitivityRange, ...]:
        strips = {s.input: s for s in self.found.sensitivity}
        return tuple(strips[name] for name in (*NUMBERS, *CHOICES) if name in strips)

    def _movable(self) -> list[View]:
        shown = []
        given = {s.input: s for s in self.page.found.sensitivity}
        for strip in self._strips():
            view = self.show(field_of(self.page.content, strip.input))
            now = strip.now
            view |= {"value": "" if now is None else word(now), "basis": None, "answered": False}
            view |= {"why": "", "good": "", "voted": "", "notes": self._changes(strip)}
            for choice in view["choices"]:
                choice["notes"] = ()
            if strip.input in NUMBERS:
                view["kind"] = "slider"
                view["limits"] = self._limits(given[strip.input])
            shown.append(view)
        return shown

    def _limits(self, strip: SensitivityRange) -> list[float]:
        """Return lowest and highest value and the step of a slider."""
        edges = [e for s in strip.segments for e in (s.start, s.end) if e is not None]
        now = strip.now if strip.now is not None else 0
        low = min([*edges, now])
        step = 0.5 if strip.input == "queue_weeks" else 1
        most = NUMBERS[strip.input]
        if strip.input == "maturity":
            return [low, most, step]
        return [low, max(most, 1.5 * max([*edges, 0]), 2 * now), step]

    def _changes(self, strip: SensitivityRange) -> list[str]:
        """Return at which values the advice changes, in words, from below to above."""
        words, content, found = self.page.words, self.page.content, []
        if strip.segments[0].start is None:
            return []
        for below, above in zip(strip.segments, strip.segments[1:], strict=False):
            if (below.patterns, below.contested) == (above.patterns, above.contested):
                continue
            # today's value lies above the edge: what is news is how it is below
            if strip.now is not None and above.start is not None and strip.now >= above.start:
                then = becomes(content, below)
                found.append(words("steps.changes-below", at=above.start, becomes=then))
            else:
                then = becomes(content, above)
                found.append(words("steps.changes-at", at=above.start, becomes=then))
        return found or [words("steps.changes-never")]

    def _moved(self, name: str) -> str:
        question = self.page.content.question(name)
        value = word(self.tried[name]) or ""
        label = question.choices.get(value, value)
        return self.page.words("steps.tried-one", name=question.name, value=label)

    def do(self, what: str, message: Mapping[str, Any]) -> View:
        """Change a value, keep the tried values as answers, or reset them."""
        page = self.page
        if what == "give":
            field = self._field(message)
            value = field.read(message.get("value"))
            before = self._advice()
            name = field.basis
            tried = {k: v for k, v in self.tried.items() if k != name}
            self.try_out(tried if value is None else {**tried, name: value})
            after = self._advice()
            changed = (before.patterns, before.contested) != (after.patterns, after.contested)
            if changed:
                then = becomes(page.content, after)
                at = field.show(value) or page.words("common.unknown")
                self.crossed = page.words("steps.crossed", name=field.name, at=at, becomes=then)
            else:
                self.crossed = ""
            return {"said": self.crossed, "quiet": True}
        if what == "keep":
            change = None
            for name, value in self.tried.items():
                change = page.session.give((name,), value)
            self.tried, self.crossed = {}, ""
            return page.saved(change, self.text.title)
        if what == "back":
            self.tried, self.crossed = {}, ""
            return {"said": page.words("steps.back-said")}
        raise InputError(())

    def try_out(self, tried: Mapping[str, Any]) -> None:
        """Try some values without keeping them.

        Raises InputError for a wrong one.
        """
        Answers.from_parameters(tried)
        given = self.page.session.value
        self.tried = {name: value for name, value in tried.items() if value != given((name,))}
        self.crossed = ""

    def _advice(self) -> Segment:
        advice = self.found.recommendation
        return Segment(advice.patterns, advice.contested)


KINDS: dict[str, type[Form]] = {
    "form": Form,
    "drills": Drills,
    "stages": Stages,
    "decisions": Decisions,
    "what-if": WhatIfForm,
    "earlier": Earlier,
}
"""The class of each kind of step."""


class LivePage(SessionPage):
    """A page on a session with the forms of its steps."""

    def __init__(self, session: Session, part: int = 0) -> None:
        super().__init__(session, part)
        self._asked: dict[str, Form] = {}

    def form(self, step: str) -> Form:
        """Return the form of a step, the same one each time.

        Raises KeyError for an unknown step.
        """
        if step not in self._asked:
            text = self.content.step(step)
            self._asked[step] = KINDS[text.kind](self, text)
        return self._asked[step]
