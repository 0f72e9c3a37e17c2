"""The participants' pages: join, wait, vote, see; and the device that is passed on."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from workshop.room import identity
from workshop.room.desk import MAX_FACT, MAX_PERSON
from workshop.room.hub import Hub
from workshop.room.questions import MAX_NAME, Refused, clean

Text = Annotated[str, Form(max_length=20_000)]
Number = Annotated[int, Form(ge=1, le=2)]
Many = Annotated[list[str], Form(max_length=40)]


def participants(hub: Hub) -> APIRouter:
    """Return the routes of the participants' pages."""
    routes = APIRouter(default_response_class=Response)

    @routes.get("/")
    async def room(request: Request) -> Response:
        """Show where the room is, to whoever has joined; else ask for the code."""
        if not hub.has_joined(request):
            return join_page(request)
        return hub.page(request, "room.html", **now(request))

    @routes.post("/join")
    async def join(
        request: Request,
        code: Text = "",
        role: Text = "",
        name: Text = "",
        form: Text = "",
        how: Text = "join",
    ) -> Response:
        """Join the room, watch it, or make this the device that is passed on."""
        try:
            hub.check_form(request, form)
            hub.check_code(request, code)
            if how == "watch":
                answer = hub.to("/projector")
                hub.keep(answer, "watch", hub.watch_pass(), days=1)
                return answer
            if how == "share":
                answer = hub.to("/shared")
                hub.keep(answer, "watch", hub.watch_pass(), days=1)
                return answer
            person = hub.person(hub.secret(request) or "")
            await hub.do(lambda desk: desk.join(person, role, name))
        except Refused as refused:
            return join_page(request, refused, role, name)
        return hub.to("/")

    @routes.post("/vote")
    async def vote(
        request: Request,
        question: Text = "",
        round: Number = 1,  # noqa: A002 (the name that the form gives it)
        choice: Many = [],  # noqa: B006 (FastAPI copies it)
        other: Text = "",
        fact: Text = "",
        form: Text = "",
    ) -> Response:
        """Take a vote; one that was sent twice counts once."""
        if not hub.has_joined(request):
            raise Refused("not-joined", 403)
        hub.check_form(request, form)
        secret = hub.secret(request) or ""
        person, ballot = hub.person(secret), hub.ballot(secret, question)
        ask = (question, round)
        try:
            await hub.do(lambda desk: desk.vote(ask, person, ballot, choice, other, fact))
        except Refused as refused:
            if refused.word != "choose-one":
                raise
            return hub.page(request, "room.html", 422, **now(request, refused, fact))
        return hub.to("/")

    @routes.get("/results")
    async def results(request: Request) -> Response:
        """Show all that was revealed, the widest splits first."""
        if not hub.may_watch(request):
            return hub.to("/")
        return hub.page(request, "results.html", tallies=all_tallies(hub))

    @routes.get("/events")
    async def events(request: Request) -> Response:
        """Tell a participant's page when the room is somewhere else."""
        if not hub.may_watch(request):
            raise Refused("not-joined", 403)
        return hub.stream(lambda: told(hub))

    @routes.get("/shared")
    async def shared(request: Request, kept: bool = False) -> Response:
        """Show an empty ballot to the next one who holds this device."""
        if not hub.may_watch(request):
            return hub.to("/")
        return shared_page(request, kept)

    @routes.post("/shared")
    async def shared_vote(
        request: Request,
        question: Text = "",
        round: Number = 1,  # noqa: A002
        choice: Many = [],  # noqa: B006
        other: Text = "",
        fact: Text = "",
        role: Text = "",
        name: Text = "",
        slip: Text = "",
        form: Text = "",
    ) -> Response:
        """Take a vote on a shared device: each form has a secret of its own, used once."""
        if not hub.may_watch(request):
            raise Refused("not-joined", 403)
        hub.check_form(request, form)
        if not identity.is_secret(slip):
            raise Refused("form-stale", 403)
        ballot, ask = hub.ballot(slip, question), (question, round)
        try:
            await hub.do(
                lambda desk: desk.vote_shared(ask, ballot, choice, other, fact, role, name)
            )
        except Refused as refused:
            if refused.status != 422:
                raise
            return shared_page(request, refused=refused)
        return hub.to("/shared?kept=true")

    def join_page(
        request: Request, refused: Refused | None = None, role: str = "", name: str = ""
    ) -> Response:
        return hub.page(
            request,
            "join.html",
            refused.status if refused else 200,
            problem=hub.word(refused.word, **refused.values) if refused else "",
            role=role,
            name=clean(name, MAX_PERSON),
            limits={"name": MAX_PERSON},
        )

    def now(request: Request, refused: Refused | None = None, fact: str = "") -> dict[str, Any]:
        """Return the page of a participant as the room is now."""
        at = hub.state.current
        stage = "waiting" if at is None or hub.state.paused else at.status
        mine = False
        if at is not None:
            mine = hub.ballot(hub.secret(request) or "", at.question) in at.slips
        return {
            "stage": stage,
            "at": at,
            "mine": mine,
            "poll": hub.poll(at.question) if at else None,
            "tally": hub.tally(at) if stage == "revealed" else None,
            "asked": hub.state.asked[at.question] if at else None,
            "follow": "/events",
            "mark": told_stage(hub),
            "counts": hub.counts_words(),
            "problem": hub.word(refused.word, **refused.values) if refused else "",
            "fact": clean(fact, MAX_FACT),
            "limits": {"fact": MAX_FACT, "other": MAX_NAME},
            "results": any_revealed(hub),
        }

    def shared_page(
        request: Request, kept: bool = False, refused: Refused | None = None
    ) -> Response:
        at = hub.state.current
        open_ = at is not None and at.status == "open" and not hub.state.paused
        return hub.page(
            request,
            "shared.html",
            refused.status if refused else 200,
            at=at,
            open=open_,
            kept=kept and not refused,
            poll=hub.poll(at.question) if at else None,
            slip=identity.new_secret(),
            follow="/events",
            mark=told_stage(hub),
            counts=hub.counts_words(),
            problem=hub.word(refused.word, **refused.values) if refused else "",
            fact="",
            limits={"fact": MAX_FACT, "other": MAX_NAME, "name": MAX_PERSON},
        )

    return routes


def told_stage(hub: Hub) -> str:
    """Return by what a page knows whether it shows what is now."""
    return hub.stage()


def told(hub: Hub) -> str:
    """Return what an open page is told: where the room is, and counts in words."""
    return json.dumps({"mark": told_stage(hub), "counts": hub.counts_words()})


def any_revealed(hub: Hub) -> bool:
    """Return whether there is anything to look back at."""
    return any(r.status == "revealed" for a in hub.state.asked.values() for r in a.rounds.values())


def all_tallies(hub: Hub) -> list[dict[str, Any]]:
    """Return every question that was revealed, the widest splits first."""
    found = []
    for asked in hub.state.asked.values():
        tally = hub.tally(asked.latest)
        if tally is not None:
            found.append({"poll": hub.poll(asked.key), "tally": tally, "asked": asked})
    return sorted(found, key=lambda one: -one["tally"].split)
