"""Show what surrounds the steps: bar, timer, and the button for the pack."""

from __future__ import annotations

import datetime
import errno
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import segno

from workshop.answers.schema import leaves
from workshop.content.items import FOCUSES
from workshop.exhibits.layout import date_words, value_words
from workshop.files import notebooks
from workshop.findings.patterns.advice import headline, is_advice
from workshop.forms.agenda import OWN, SET, Wish, act_body, plan_agenda, set_body, timer_text
from workshop.pack.own import Own, find_own
from workshop.problems import InputError, shorten
from workshop.session.voting import Voting
from workshop.widgets.steps import problem_words

if TYPE_CHECKING:
    from workshop.content.loader import Content
    from workshop.session import Change
    from workshop.widgets.live import SessionPage, View

MOST_CHANGES = 60
"""The most changes in the history; the session has all of them."""


class Bar:
    """The bar above a page: progress, state of the session, history and undo."""

    def __init__(self, page: SessionPage) -> None:
        self.page = page

    def view(self) -> View:
        """Return the bar's view."""
        page, words = self.page, self.page.words
        progress = page.progress
        changes = page.session.history()[:MOST_CHANGES]
        total, clock = progress.total, page.session.clock()
        # steps are for who prepares: a room answers with votes, and its timer has the minutes left;
        # and it hears the advice last, in its place, after it has compared
        led = clock.running is not None or clock.ended
        return {
            "kind": "bar",
            "words": page.labels,
            "done": progress.done,
            "total": total,
            "progress": "" if led else words("steps.progress", done=progress.done, n=total),
            "left": "" if led else self._left(progress.minutes_left),
            "steps": [
                {
                    "id": step.id,
                    "title": step.title,
                    "state": state,
                    "label": words(f"steps.state-{state}"),
                    "minutes": words("steps.minutes", n=step.minutes),
                }
                for step, state in progress.of_part(page.part)
            ],
            "advice": "" if led else self._advice(),
            "who": page.session.who,
            "place": words("steps.kept-in", place=page.session.place),
            "locked": page.locked or "",
            "problems": list(page.session.problems),
            "room": self._room(),
            "history": [self._change(change) for change in changes],
            "buttons": [
                {
                    "do": "undo",
                    "label": words("steps.screen-undo"),
                    "off": not any(change.can_undo for change in changes),
                }
            ],
        }

    def _advice(self) -> str:
        """Return the advice, or the answers that it waits for."""
        found, words = self.page.found, self.page.words
        missing = found.recommendation.missing
        if is_advice(found) or not missing:
            return headline(found)
        names = words.listing([self.page.content.question(name).name for name in missing])
        return words("advice.headline-unknown-ask", n=len(missing), answers=names)

    def _room(self) -> View | None:
        """Return how people join the room of this session, or None if it is closed."""
        room, words = self.page.room, self.page.words
        if room is None:
            return None
        half = len(room.code) // 2
        here = Voting.of(self.page.session.since(0)).known
        return {
            "title": words("steps.room-title"),
            "join": words("steps.room-join"),
            "address": room.address,
            "with": words("steps.room-code"),
            "code": f"{room.code[:half]} {room.code[half:]}",
            "joined": words("steps.room-joined", n=here),
            "projector": f"{room.address}/projector",
            "open": words("steps.room-projector"),
            "qr": _picture(f"{room.address}/#{room.code}"),
            "about": words("steps.room-qr"),
        }

    def _left(self, minutes: int) -> str:
        if not minutes:
            return self.page.words("steps.left-nothing")
        return self.page.words("steps.left", n=minutes)

    def _change(self, change: Change) -> View:
        """Return one change in words: when, who, old and new value."""
        words = self.page.words
        return {
            "seq": change.seq,
            "at": change.at.isoformat(timespec="seconds"),
            "who": change.who or words("steps.somebody"),
            "what": self._what(change),
            "undone": change.undone,
            "undo": change.can_undo,
        }

    def _what(self, change: Change) -> str:
        words = self.page.words
        if change.what != "answered":
            key = f"steps.did-{change.what}"
            item = change.now if change.what == "added" else change.was
            called = item.get("decision") or item.get("name") if isinstance(item, Mapping) else None
            if called and f"{key}-named" in words:
                return words(f"{key}-named", name=shorten(str(called)))
            return words(key) if key in words else words("steps.did-other")
        name = name_of(self.page, change.address)
        return words(
            "steps.did-answered",
            name=name,
            was=self._value(change.address, change.was),
            now=self._value(change.address, change.now),
        )

    def _value(self, address: tuple[str, ...], value: Any) -> str:
        content = self.page.content
        if address[-1:] == ("sets",) and isinstance(value, Mapping):
            given = leaves(value)
            return "; ".join(
                f"{_question_name(content, (name,))}: {self._value((name,), one)}"
                for name, one in given
            )
        if isinstance(value, list | tuple) and not any(isinstance(v, Mapping) for v in value):
            return shorten(content.words.listing([self._value(address, one) for one in value]))
        if isinstance(value, list | tuple | dict):
            return shorten(value)
        if address[:1] == ("basis",) and value is not None:
            return self.page.words(f"basis.{value}")
        name = ".".join(address)
        if name in {q.id for q in content.questions}:
            return shorten(value_words(content, name, value))
        if isinstance(value, int | float) and not isinstance(value, bool):
            return content.words.number(value)
        return self.page.words("common.unknown") if value is None else shorten(value)

    def take(self, message: Mapping[str, Any]) -> View:
        """Undo a change, or set who is at the screen; return the result."""
        page = self.page
        try:
            if message.get("do") == "who":
                page.session.who = shorten(str(message.get("value") or ""), 80)
                page.changed()
                return {"ok": True, "said": page.words("steps.who-said")}
            if message.get("do") == "undo":
                seq = message.get("seq")
                change = page.session.undo(int(seq) if isinstance(seq, int) else None)
                page.changed()
                key = "steps.undone" if change else "steps.nothing-to-undo"
                return {"ok": True, "said": page.words(key)}
        except InputError as error:
            return {"ok": False, "problem": problem_words(error)}
        except page.failures as error:
            return {"ok": False, "problem": str(error), "failed": True}
        return {"ok": False, "problem": page.words("steps.gone")}


@lru_cache(maxsize=4)
def _picture(address: str) -> str:
    """Return the QR code of an address as a data address."""
    made = segno.make(address, error="m", micro=False)
    return made.svg_data_uri(border=2, light="#fff", omitsize=True)


def name_of(page: SessionPage, address: tuple[str, ...]) -> str:
    """Return the name of an answer as a reader sees it."""
    words, content = page.words, page.content
    kind = address[0] if address else ""
    if kind == "basis" and len(address) > 1:
        return words("steps.basis-of", name=_question_name(content, address[1:]))
    if kind in ("stages", "decisions") and len(address) == 3:
        ids = [item for item, _ in page.session.items(address[0])]
        number = ids.index(address[1]) + 1 if address[1] in ids else "–"
        title = words(f"steps.{kind}-title", n=number)
        return words("steps.of-item", item=title, name=words(f"steps.{kind}-{address[2]}"))
    if kind == "drills" and len(address) == 3:
        titles = {d.id: d.title for d in content.drills}
        title = titles.get(address[1], address[1])
        return words("steps.drill-name", n=address[2].removeprefix("minute_"), title=title)
    return _question_name(content, address)


def _question_name(content: Content, address: tuple[str, ...]) -> str:
    """Return the name of a question, or the address if it has none."""
    try:
        return content.question(".".join(address)).name
    except KeyError:
        return ".".join(address)


def _local_now() -> datetime.datetime:
    return datetime.datetime.now().astimezone()


class Timer:
    """The timer under the bar of a page; anybody at the notebook can use it.

    Every window of a session shows the same, since all follow the session; `now` returns the time
    to show.
    """

    def __init__(
        self, page: SessionPage, now: Callable[[], datetime.datetime] = _local_now
    ) -> None:
        self.page, self.now = page, now

    def view(self) -> View:
        """Return the timer's view."""
        page, words = self.page, self.page.words
        clock = page.session.clock()
        given = timer_text(page.content, clock, self.now())
        prefix = "agenda.form-"
        agendas = page.content.agenda
        return {
            "kind": "timer",
            "words": {
                **page.labels,
                **{k.removeprefix(prefix): words(k) for k in words if k.startswith(prefix)},
            },
            "locked": page.locked or "",
            "goes_on": clock.is_under_way,
            "minutes": str((not clock.ended and clock.wish.get("minutes")) or agendas.lengths[0]),
            "remote": bool(clock.wish.get("remote")),
            "state": given.state,
            "title": given.title,
            "left": given.left,
            "signal": given.signal,
            "share": given.share,
            "next": given.next,
            "ends": " ".join((given.ends, *given.changes)).strip(),
            "costs": [
                {"label": a.label, "words": " ".join(a.costs)} for a in given.acts if a.costs
            ],
            "buttons": [
                {
                    "do": "act",
                    "what": a.what,
                    "block": a.block,
                    "label": a.label,
                    "about": " ".join(a.costs),
                    "main": at == 0 and a.what != "block-extended",
                }
                for at, a in enumerate(given.acts)
            ],
            "lines": [
                {
                    "id": line.id,
                    "title": line.title,
                    "state": line.state,
                    "timing": line.timing,
                    "begin": line.may_begin,
                    "leave": line.may_drop,
                }
                for line in given.lines
            ],
            "lengths": list(agendas.lengths),
            "limits": [agendas.shortest, agendas.longest],
            "people": agendas.people.usual,
            "focuses": list(FOCUSES),
        }

    def take(self, message: Mapping[str, Any]) -> View:
        """Set the timer, or carry out an action; return the result."""
        page = self.page
        try:
            if message.get("do") == "set":
                plan = plan_agenda(page.content, _wish(message))
                goes_on = message.get("goes_on") is True
                page.session.note(SET, set_body(plan, goes_on=goes_on))
                page.changed()
                return {"ok": True, "said": page.words("agenda.set-said")}
            if message.get("do") == "act":
                return self._act(str(message.get("what")), str(message.get("block") or ""))
        except InputError as error:
            return {"ok": False, "problem": problem_words(error)}
        except page.failures as error:
            return {"ok": False, "problem": str(error), "failed": True}
        return {"ok": False, "problem": page.words("steps.gone")}

    def _act(self, what: str, block: str) -> View:
        page = self.page
        page.session.refresh()
        clock = page.session.clock()
        if what not in OWN - {SET} or block not in {e.slot.id for e in clock.entries} | {""}:
            return {"ok": False, "problem": page.words("steps.gone")}
        page.session.note(what, act_body(clock, what, block, self.now()))
        page.changed()
        return {"ok": True}


def _wish(message: Mapping[str, Any]) -> Wish:
    """Return the request from a form; text that is no number becomes too small."""
    focus = next((f for f in FOCUSES if f == message.get("focus")), None)
    minutes, people = (_number(message.get(name)) for name in ("minutes", "people"))
    return Wish(minutes, people, focus, message.get("remote") is True)


def _number(value: Any) -> int:
    try:
        return min(int(str(value).strip()), 10_000)
    except ValueError:
        return 0


_MAKE = """
import json, sys
from pathlib import Path
from workshop.kernels import warm_up
from workshop.files import preload
warm_up(preload(headless=True))
from workshop.answers.reading import read_answers
from workshop.pack.build import build_pack
def tell(**what): print(json.dumps(what), flush=True)
from workshop.content.loader import load_content
from workshop.pack.own import find_own
content = load_content(sys.argv[4] or None)
answers = read_answers(Path(sys.argv[1]), content)
own = find_own(Path(sys.argv[2]).parent, content).notebooks
made = build_pack(answers, Path(sys.argv[2]), paper=sys.argv[3], content=content, own=own,
    on_progress=lambda name, done, total: tell(name=name, done=done, total=total))
tell(failed=[run.name for run in made.failed])
"""
"""The code of a separate process, so that the page's kernel stays responsive."""


class PackMaker:
    """Makes the pack of the session's current state in a folder beside it."""

    def __init__(self, page: SessionPage, folder: Path) -> None:
        self.page = page
        self.folder = folder
        self.state = "ready"
        self.cells: dict[str, tuple[int, int]] = {}
        self.problem = ""
        self.paper = "a4"
        self._own: tuple[object, Own] | None = None
        self._runs: threading.Thread | None = None

    @property
    def own(self) -> Own:
        """Return what people wrote into the folder, read again once it was saved."""
        place = self.folder.parent
        try:
            state = [(p.name, p.stat().st_mtime_ns) for p in sorted(place.glob("*.ipynb"))]
        except OSError:  # a notebook that is being saved
            state = []
        if self._own is None or self._own[0] != state:
            self._own = state, find_own(place, self.page.content)
        return self._own[1]

    def view(self) -> View:
        """Return the view: the button, the progress, and links to the pack."""
        words, done = self.page.words, sum(done for done, _ in self.cells.values())
        total = max(sum(total for _, total in self.cells.values()), 1)
        finished = sum(done == total for done, total in self.cells.values())
        own, left_out = self.own, ""
        count = len(notebooks()) + len(own.notebooks)
        if own.left_out:
            left_out = words("steps.pack-left-out", names=words.listing(own.left_out))
        files = [
            (kind, self.folder / name)
            for kind, name in FILES.items()
            if self.state in ("ready", "made") and (self.folder / name).is_file()
        ]
        ready = words("steps.pack-ready")
        if files:  # one that was made before this program was started
            made = datetime.date.fromtimestamp(files[0][1].stat().st_mtime)
            ready = words("steps.pack-before", date=date_words(self.page.content, made))
        texts = {
            "ready": ready,
            "making": words("steps.pack-making", done=finished, n=count),
            "made": words("steps.pack-made", folder=self.folder),
            "failed": self._failed(),
        }
        return {
            "kind": "pack",
            "id": "pack",
            "words": self.page.labels,
            "title": words("steps.pack-title"),
            "state": self.state,
            "text": texts[self.state],
            "note": left_out,
            "share": min(done / total * len(self.cells) / count, 1.0),
            "buttons": [{"do": "make", "label": words("steps.pack-button"), "main": True}],
            "paper": {
                "ask": words("steps.pack-paper"),
                "value": self.paper,
                "choices": [{"value": p, "label": words(f"steps.paper-{p}")} for p in PAPERS],
            },
            "files": [
                {"href": f"{self.folder.name}/{path.name}", "label": words(f"steps.pack-{kind}")}
                for kind, path in files
            ],
        }

    def _failed(self) -> str:
        """Return why there is no pack, and what to do."""
        if f"[Errno {errno.ENOSPC}]" in self.problem:
            return self.page.words("steps.pack-full", place=self.folder)
        return self.page.words("steps.pack-failed", problem=self.problem)

    def take(self, message: Mapping[str, Any]) -> View:
        """Start to make the pack; return at once."""
        if message.get("do") == "paper" and message.get("value") in PAPERS:
            self.paper = str(message["value"])
            return {"ok": True}
        if message.get("do") != "make" or self.state == "making":
            return {"ok": True}
        self.state, self.cells, self.problem = "making", {}, ""
        answers = self.page.session.answers_with_votes().to_parameters()
        self._runs = threading.Thread(target=self._make, args=(answers,), daemon=True)
        self._runs.start()
        return {"ok": True, "said": self.page.words("steps.pack-begun")}

    def wait(self) -> None:
        """Wait until a pack that was started is done, or has failed."""
        if self._runs is not None:
            self._runs.join()

    def _make(self, answers: Mapping[str, Any]) -> None:
        """Make the pack in a separate process and follow its progress."""
        with tempfile.TemporaryDirectory(prefix="workshop-") as scratch:
            path = Path(scratch) / "answers.json"
            path.write_text(json.dumps(answers), "utf-8")
            # without the session: what runs there is headless
            environment = {k: v for k, v in os.environ.items() if k != "WORKSHOP_SESSION"}
            own = self.page.content.own_folder or ""
            python = [sys.executable, "-X", "utf8"]  # else Windows writes what `errors` cannot read
            command = [*python, "-c", _MAKE, str(path), str(self.folder), self.paper, own]
            try:
                errors = (Path(scratch) / "errors").open("w+", encoding="utf-8", errors="replace")
                with (
                    errors,
                    subprocess.Popen(  # noqa: S603 (our own code, and files that we wrote)
                        command,
                        stdout=subprocess.PIPE,
                        stderr=errors,
                        stdin=subprocess.DEVNULL,
                        encoding="utf-8",
                        env=environment,
                    ) as process,
                ):
                    self._follow(process, lambda: _last_line(errors))
            except OSError as error:
                self.state, self.problem = "failed", str(error)

    def _follow(self, process: subprocess.Popen[str], why: Callable[[], str]) -> None:
        failed: list[str] | None = None
        for line in process.stdout or ():
            given = json.loads(line) if line.startswith("{") else {}
            if "failed" in given:
                failed = given["failed"]
            elif "name" in given:
                self.cells[given["name"]] = (given["done"], given["total"])
        process.wait()
        if process.returncode or failed is None:
            self.state, self.problem = "failed", why()
        elif failed:
            self.state, self.problem = "failed", ", ".join(failed)
        else:
            self.state = "made"


PAPERS = ("a4", "letter")
FILES = {
    "board": "board.pdf",
    "pdf": "findings.pdf",
    "reference": "reference.pdf",
    "html": "findings.html",
    "json": "findings.json",
}


def _last_line(file: Any) -> str:
    file.seek(0)
    lines = [line for line in file.read().splitlines() if line.strip()]
    return lines[-1] if lines else ""
