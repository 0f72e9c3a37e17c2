"""The timer in the room: the facilitator sets and drives it, the wall only shows it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from workshop.agenda.clock import OWN, SET
from workshop.agenda.kept import set_body
from workshop.agenda.plan import Wish, plan_agenda
from workshop.agenda.telling import Telling, act_body, tell
from workshop.model.problems import InputError
from workshop.model.timing import FOCUSES
from workshop.room.hub import Hub
from workshop.room.participants import Text
from workshop.room.questions import Refused

Count = Annotated[int, Form(ge=0, le=10_000)]


def timing(hub: Hub) -> APIRouter:
    """Return the routes with which the facilitator drives the timer."""
    routes = APIRouter(prefix="/console/timer", default_response_class=Response)

    @routes.post("/set")
    async def set_agenda(
        request: Request,
        minutes: Count = 0,
        people: Count = 0,
        focus: Text = "",
        remote: Text = "",
        form: Text = "",
    ) -> Response:
        """Plan an agenda and let the timer follow it; what it recorded before is begun anew."""
        hub.check_facilitator(request, form)
        found = next((f for f in FOCUSES if f == focus), None)
        try:
            plan = plan_agenda(hub.content, Wish(minutes, people, found, bool(remote)))
        except InputError as error:
            raise Refused("agenda-refused", 422, why=str(error)) from None
        await hub.do(lambda desk: desk.time(SET, set_body(plan)))
        return hub.to("/console?said=timed")

    @routes.post("/act")
    async def act(request: Request, what: Text = "", block: Text = "", form: Text = "") -> Response:
        """Begin, extend or leave a block, or end the workshop."""
        hub.check_facilitator(request, form)
        known = {e.slot.id for e in hub.clock.entries} | {""}
        if what not in OWN - {SET} or block not in known or not hub.clock.is_set:
            raise Refused("no-such-block", 404)
        body = act_body(hub.clock, what, block, hub.now())
        await hub.do(lambda desk: desk.time(what, body))
        return hub.to("/console")

    return routes


def timer_of(hub: Hub) -> Telling:
    """Return what the timer says now."""
    return tell(hub.content, hub.clock, hub.now())


def timer_news(hub: Hub) -> dict[str, Any]:
    """Return what a page that shows the timer is told: it looks again when this is another."""
    timer = timer_of(hub)
    shown = (timer.state, timer.title, timer.left, timer.next, timer.changes)
    return {"timer": repr(shown), "signal": timer.signal}


def timer_words(hub: Hub) -> dict[str, str]:
    """Return the words around the timer that do not change, and those of the form that sets it."""
    say, prefix = hub.content.words, "agenda.form-"
    return {k.removeprefix(prefix): say(k) for k in say if k.startswith(prefix)}


def timer_form(hub: Hub) -> dict[str, Any]:
    """Return what the form that sets the timer begins with."""
    agendas, people = hub.content.agenda, len(hub.state.people)
    enough = people >= agendas.people.at_least
    return {
        "minutes": agendas.lengths[0],
        "people": people if enough else agendas.people.usual,
        "lengths": agendas.lengths,
        "shortest": agendas.shortest,
        "longest": agendas.longest,
        "focuses": FOCUSES,
    }
