"""The bar of a page: where we are, what is saved, who changed what, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import segno

from workshop.exhibits.wording import value_words
from workshop.findings.advice import headline
from workshop.model.problems import InputError, shorten
from workshop.steps.form import problem_words

if TYPE_CHECKING:
    from workshop.session import Change
    from workshop.steps.form import View
    from workshop.steps.page import LivePage

MOST_TOLD = 60
"""Changes that the history shows; the whole of it is in the session."""


class Bar:
    """What stands above a page: progress, the state of the session, history and undo."""

    def __init__(self, page: LivePage) -> None:
        self.page = page

    def view(self) -> View:
        """Return what stands on the screen."""
        page, say = self.page, self.page.say
        progress = page.progress
        changes = page.session.history()[:MOST_TOLD]
        total = len(progress.steps)
        return {
            "kind": "bar",
            "words": page.labels,
            "done": progress.done,
            "total": total,
            "progress": say("steps.progress", done=progress.done, n=total),
            "left": self._left(progress.minutes_left),
            "steps": [
                {
                    "id": step.id,
                    "title": step.title,
                    "state": state,
                    "label": say(f"steps.state-{state}"),
                    "minutes": say("steps.minutes", n=step.minutes),
                }
                for step, state in progress.of_part(page.part)
            ],
            "advice": headline(page.found),
            "who": page.session.who,
            "place": say("steps.kept-in", place=page.session.place),
            "locked": page.locked or "",
            "problems": list(page.session.problems),
            "room": self._room(),
            "history": [self._told(change) for change in changes],
        }

    def _room(self) -> View | None:
        """Return how people join the room of this session, None unless it is open."""
        room, say = self.page.room, self.page.say
        if room is None:
            return None
        half = len(room.code) // 2
        here = {str(e.body.get("person")) for e in self.page.session.notes("joined")}
        return {
            "title": say("steps.room-title"),
            "join": say("steps.room-join"),
            "address": room.address,
            "with": say("steps.room-code"),
            "code": f"{room.code[:half]} {room.code[half:]}",
            "joined": say("steps.room-joined", n=len(here)),
            "projector": f"{room.address}/projector",
            "open": say("steps.room-projector"),
            "qr": _picture(f"{room.address}/#{room.code}"),
            "about": say("steps.room-qr"),
        }

    def _left(self, minutes: int) -> str:
        if not minutes:
            return self.page.say("steps.left-nothing")
        return self.page.say("steps.left", n=minutes)

    def _told(self, change: Change) -> View:
        """Return one change as it reads: when, who, what it was and what it became."""
        say = self.page.say
        return {
            "seq": change.seq,
            "at": change.at.isoformat(timespec="seconds"),
            "who": change.who or say("steps.somebody"),
            "what": self._what(change),
            "undone": change.undone,
            "undo": change.can_undo,
        }

    def _what(self, change: Change) -> str:
        say = self.page.say
        if change.what != "answered":
            key = f"steps.did-{change.what}"
            return say(key) if key in say else say("steps.did-other")
        name = name_of(self.page, change.address)
        return say(
            "steps.did-answered",
            name=name,
            was=self._value(change.address, change.was),
            now=self._value(change.address, change.now),
        )

    def _value(self, address: tuple[str, ...], value: Any) -> str:
        content = self.page.content
        if isinstance(value, list | tuple | dict):
            return shorten(value)
        if address[0] == "basis" and value is not None:
            return self.page.say(f"basis.{value}")
        name = ".".join(address)
        if name in {q.id for q in content.questions}:
            return shorten(value_words(content, name, value))
        return self.page.say("common.unknown") if value is None else shorten(value)

    def take(self, message: Mapping[str, Any]) -> View:
        """Undo, or note who is at the screen; say how it went."""
        page = self.page
        try:
            if message.get("do") == "who":
                page.session.who = shorten(str(message.get("value") or ""), 80)
                page.changed()
                return {"ok": True, "said": page.say("steps.who-said")}
            if message.get("do") == "undo":
                seq = message.get("seq")
                change = page.session.undo(int(seq) if isinstance(seq, int) else None)
                page.changed()
                said = "steps.undone" if change else "steps.nothing-to-undo"
                return {"ok": True, "said": page.say(said)}
        except InputError as error:
            return {"ok": False, "problem": problem_words(error)}
        except page.failures as error:
            return {"ok": False, "problem": str(error), "failed": True}
        return {"ok": False, "problem": page.say("steps.gone")}


@lru_cache(maxsize=4)
def _picture(address: str) -> str:
    """Return the QR code of an address, as the address of a picture that holds itself."""
    made = segno.make(address, error="m", micro=False)
    return made.svg_data_uri(border=2, light="#fff", omitsize=True)


def name_of(page: LivePage, address: tuple[str, ...]) -> str:
    """Return the name of an answer as a reader knows it."""
    say, content = page.say, page.content
    if address[0] == "basis":
        return say("steps.basis-of", name=content.question(address[1]).name)
    if address[0] in ("stages", "decisions") and len(address) == 3:
        ids = [item for item, _ in page.session.items(address[0])]
        number = ids.index(address[1]) + 1 if address[1] in ids else "–"
        title = say(f"steps.{address[0]}-title", n=number)
        return say("steps.of-item", item=title, name=say(f"steps.{address[0]}-{address[2]}"))
    if address[0] == "drills" and len(address) == 3:
        titles = {d.id: d.title for d in content.drills}
        title = titles.get(address[1], address[1])
        return say("steps.drill-name", n=address[2].removeprefix("minute_"), title=title)
    return content.question(".".join(address)).name
