"""The timer of a page: the block that runs, what is left of it, and what a change would cost."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from workshop.agenda.clock import OWN, SET
from workshop.agenda.kept import set_body
from workshop.agenda.plan import Wish, plan_agenda
from workshop.agenda.telling import act_body, tell
from workshop.model.problems import InputError
from workshop.model.timing import FOCUSES
from workshop.steps.form import problem_words

if TYPE_CHECKING:
    from workshop.steps.form import View
    from workshop.steps.page import LivePage


def _local_now() -> datetime.datetime:
    return datetime.datetime.now().astimezone()


class Timer:
    """What stands under the bar of a page. Whoever has the notebook open drives it.

    Every window of a session shows the same, since all follow from what the session kept; `now`
    is the moment that is asked about.
    """

    def __init__(self, page: LivePage, now: Callable[[], datetime.datetime] = _local_now) -> None:
        self.page, self.now = page, now

    def view(self) -> View:
        """Return what stands on the screen."""
        page, say = self.page, self.page.say
        told = tell(page.content, page.session.clock(), self.now())
        prefix = "agenda.form-"
        agendas = page.content.agenda
        return {
            "kind": "timer",
            "words": {
                **page.labels,
                **{k.removeprefix(prefix): say(k) for k in say if k.startswith(prefix)},
            },
            "locked": page.locked or "",
            "state": told.state,
            "title": told.title,
            "left": told.left,
            "signal": told.signal,
            "share": told.share,
            "next": told.next,
            "ends": " ".join((told.ends, *told.changes)).strip(),
            "acts": [
                {"what": a.what, "block": a.block, "label": a.label, "costs": " ".join(a.costs)}
                for a in told.acts
            ],
            "lines": [
                {
                    "id": line.id,
                    "title": line.title,
                    "state": line.state,
                    "told": line.told,
                    "begin": line.may_begin,
                    "leave": line.may_drop,
                }
                for line in told.lines
            ],
            "lengths": list(agendas.lengths),
            "limits": [agendas.shortest, agendas.longest],
            "people": agendas.people.usual,
            "focuses": list(FOCUSES),
        }

    def take(self, message: Mapping[str, Any]) -> View:
        """Set the timer, or do what was pressed; say how it went."""
        page = self.page
        try:
            if message.get("do") == "set":
                plan = plan_agenda(page.content, _wish(message))
                page.session.note(SET, set_body(plan))
                page.changed()
                return {"ok": True, "said": page.say("agenda.set-said")}
            if message.get("do") == "act":
                return self._act(str(message.get("what")), str(message.get("block") or ""))
        except InputError as error:
            return {"ok": False, "problem": problem_words(error)}
        except page.failures as error:
            return {"ok": False, "problem": str(error), "failed": True}
        return {"ok": False, "problem": page.say("steps.gone")}

    def _act(self, what: str, block: str) -> View:
        page = self.page
        page.session.refresh()
        clock = page.session.clock()
        if what not in OWN - {SET} or block not in {e.slot.id for e in clock.entries} | {""}:
            return {"ok": False, "problem": page.say("steps.gone")}
        page.session.note(what, act_body(clock, what, block, self.now()))
        page.changed()
        return {"ok": True}


def _wish(message: Mapping[str, Any]) -> Wish:
    """Return what somebody typed into the form; what is no number is too few."""
    focus = next((f for f in FOCUSES if f == message.get("focus")), None)
    minutes, people = (_number(message.get(name)) for name in ("minutes", "people"))
    return Wish(minutes, people, focus, message.get("remote") is True)


def _number(value: Any) -> int:
    try:
        return min(int(str(value).strip()), 10_000)
    except ValueError:
        return 0
