"""Serve the pages of participants and wall, and the timer."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import re
from collections.abc import Callable, Coroutine
from functools import cache, lru_cache, partial
from http import HTTPStatus
from importlib import resources
from typing import Annotated, Any
from urllib.parse import quote

import segno
from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.routing import APIRoute
from markupsafe import Markup, escape

from workshop.content.items import FOCUSES
from workshop.documents.fonts import embed_reading_font
from workshop.documents.html import shared_style
from workshop.forms.agenda import (
    BEGUN,
    OWN,
    SET,
    Wish,
    act_body,
    plan_agenda,
    set_body,
)
from workshop.forms.polls import Refused, clean
from workshop.problems import InputError
from workshop.room import guard as identity
from workshop.room.commands import MAX_FACT, MAX_PERSON
from workshop.room.guard import show_code
from workshop.room.moment import announced, shown_next
from workshop.room.state import VIEWS, RoomState, all_tallies, results_of, timer_of

Text = Annotated[str, Form(max_length=20_000)]
Number = Annotated[int, Form(ge=1, le=2)]
Many = Annotated[list[str], Form(max_length=40)]


class Once(APIRoute):
    """A route of which a form is done once, also when it is sent again.

    Its answer may have been lost. A form that is sent again as it was has the same `slip`.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request of this route."""
        handle = super().get_route_handler()

        async def once(request: Request) -> Response:
            form = await request.body()
            if b"slip=" not in form:
                return await handle(request)
            done: dict[bytes, asyncio.Future[Response]] = request.app.state.room.done
            sent = hashlib.sha256(f"{request.url.path}?".encode() + form).digest()
            if sent not in done:
                done[sent] = asyncio.ensure_future(handle(request))
                if len(done) > MOST_DONE:
                    del done[next(iter(done))]
            try:
                answer = await asyncio.shield(done[sent])
            except Exception:
                done.pop(sent, None)
                raise
            if answer.status_code != HTTPStatus.SEE_OTHER:
                done.pop(sent, None)
            return answer

        return once


MOST_DONE = 500
"""Of so many forms, the last ones, it is known that they were done."""


def participants(room_state: RoomState) -> APIRouter:
    """Return the routes of the participants' pages."""
    routes = APIRouter(default_response_class=Response)

    @routes.get("/")
    async def room(request: Request, table: str = "") -> Response:
        """Show the current vote to a participant, and the join form to others."""
        if not room_state.has_joined(request):
            return join_page(request, table=table)
        return room_state.page(request, "room.html", **now(request))

    @routes.post("/join")
    async def join(
        request: Request,
        code: Text = "",
        role: Text = "",
        name: Text = "",
        table: Text = "",
        form: Text = "",
        how: Text = "join",
        was_here: Text = "",
    ) -> Response:
        """Join the room, watch it, or make this the shared device."""
        try:
            room_state.check_form(request, form)
            room_state.check_code(request, code)
            if how == "watch":
                answer = room_state.to("/projector")
                room_state.set_cookie(answer, "watch", room_state.watch_pass(), days=1)
                return answer
            if how == "share":
                answer = room_state.to(shared_path(table))
                room_state.set_cookie(answer, "watch", room_state.watch_pass(), days=1)
                return answer
            person = room_state.person(room_state.secret(request) or "")
            again = how == "again"
            await room_state.do(
                lambda commands: commands.join(
                    person, role, name, again, table, was_here=bool(was_here)
                )
            )
        except Refused as refused:
            return join_page(request, refused, role, name, code, table, bool(was_here))
        return room_state.to("/")

    @routes.post("/table")
    async def sit(request: Request, table: Text = "", form: Text = "") -> Response:
        """Seat a participant at another table."""
        if not room_state.has_joined(request):
            raise Refused("not-joined", 403)
        room_state.check_form(request, form)
        person = room_state.person(room_state.secret(request) or "")
        await room_state.do(lambda commands: commands.sit(person, table))
        return room_state.to("/")

    @routes.post("/vote")
    async def vote(
        request: Request,
        question: Text = "",
        round: Number = 1,  # noqa: A002 (the name that the form gives it)
        choice: Many = [],  # noqa: B006 (FastAPI copies it)
        other: Text = "",
        fact: Text = "",
        not_yet: Text = "",
        form: Text = "",
    ) -> Response:
        """Record a vote; one that is sent twice counts once."""
        if not room_state.has_joined(request):
            raise Refused("not-joined", 403)
        room_state.check_form(request, form)
        secret = room_state.secret(request) or ""
        person, ballot = room_state.person(secret), room_state.ballot(secret, question)
        ask = (question, round)
        try:
            at = room_state.voting.round(*ask)
            if at is not None and not not_yet and room_state.may_have_voted(request, at):
                raise Refused("ballot-twice", 422)
            await room_state.do(
                lambda commands: commands.vote(ask, person, ballot, choice, other, fact)
            )
            room_state.voted_here(request, ask, sure=bool(not_yet))
        except Refused as refused:
            if refused.status != 422:
                raise
            return room_state.page(request, "room.html", 422, **now(request, refused, fact))
        return room_state.to("/")

    @routes.get("/results")
    async def results(request: Request) -> Response:
        """Show all revealed results, the widest splits first, and an open vote."""
        if not room_state.may_watch(request):
            return room_state.to("/")
        at, joined = room_state.live(), room_state.has_joined(request)
        is_open = at is not None and at.status == "open" and not room_state.voting.paused
        follows: dict[str, Any] = {}
        if joined:
            follows = {"follow": "/events", "mark": own_mark(room_state, request)}
        return room_state.page(
            request,
            "results.html",
            **results_of(room_state),
            saved=False,
            back=home(room_state, request),
            calls=joined and is_open and at and room_state.slip_of(request, at) is None,
            **follows,
        )

    @routes.get("/results/save")
    async def save(request: Request) -> Response:
        """Give all results as one file, which opens without the room."""
        if not room_state.may_watch(request):
            return room_state.to("/")
        page = room_state.page(
            request, "results.html", **results_of(room_state), back="", saved=True
        )
        return Response(
            alone(bytes(page.body).decode()),
            media_type="text/html",
            headers={"Content-Disposition": 'attachment; filename="results.html"'},
        )

    @routes.get("/events")
    async def events(request: Request) -> Response:
        """Stream news to a participant's page."""
        if not room_state.may_watch(request):
            raise Refused("not-joined", 403)
        return room_state.stream(request, lambda: news_data(room_state, request))

    @routes.get("/shared")
    async def shared(request: Request, kept: bool = False, table: str = "") -> Response:
        """Show an empty ballot to the next person with this device."""
        if not room_state.may_watch(request):
            return room_state.to("/")
        return shared_page(request, kept, table)

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
        table: Text = "",
        slip: Text = "",
        form: Text = "",
    ) -> Response:
        """Record a vote on a shared device; each form has a secret for one use."""
        if not room_state.may_watch(request):
            raise Refused("not-joined", 403)
        room_state.check_form(request, form)
        if not identity.is_secret(slip):
            raise Refused("form-stale", 403)
        ballot, ask = room_state.ballot(slip, question), (question, round)
        try:
            await room_state.do(
                lambda commands: commands.vote_for(
                    "shared", ask, ballot, choice, other, fact, role, name, table
                )
            )
        except Refused as refused:
            if refused.status != 422:
                raise
            return shared_page(request, False, table, refused)
        return room_state.to(shared_path(table, kept=True))

    def shared_path(table: str, *, kept: bool = False) -> str:
        """Return the address of the next empty ballot, at the same table."""
        given = {"kept": "true" if kept else "", "table": table if room_state.voting.tables else ""}
        asked = "&".join(f"{name}={quote(value)}" for name, value in given.items() if value)
        return f"/shared?{asked}" if asked else "/shared"

    def join_page(
        request: Request,
        refused: Refused | None = None,
        role: str = "",
        name: str = "",
        code: str = "",
        table: str = "",
        was_here: bool = False,
    ) -> Response:
        voting = room_state.voting
        return room_state.page(
            request,
            "join.html",
            refused.status if refused else 200,
            problem=room_state.word(refused.word, **refused.values) if refused else "",
            lost=room_state.lost_place(request),
            again=refused is not None and refused.word == "name-taken",
            may_be_back=voting.privacy != "named" and voting.joined > 0,
            was_here=was_here,
            typed=code if refused is not None and refused.word != "code-wrong" else "",
            role=role,
            table=table,
            name=clean(name, MAX_PERSON),
            limits={"name": MAX_PERSON},
        )

    def now(request: Request, refused: Refused | None = None, fact: str = "") -> dict[str, Any]:
        """Return the values of a participant's page as the room is now."""
        at = room_state.live()
        stage = "waiting" if at is None or room_state.voting.paused else at.status
        block, block_words = announced(room_state)
        return {
            "stage": stage,
            "block": block,
            "block_words": block_words,
            "ended": room_state.clock.ended and not room_state.was_ended,
            "asks": at is not None and room_state.may_have_voted(request, at),
            "at": at,
            "mine": at is not None and room_state.slip_of(request, at) is not None,
            "kept_for": room_state.is_kept_for(request),
            "poll": room_state.poll(at.question) if at else None,
            "tally": room_state.tally(at) if stage == "revealed" else None,
            "made": room_state.made(at.question) if at and stage == "revealed" else None,
            "shown_next": shown_next(room_state),
            "follow": "/events",
            "mark": own_mark(room_state, request),
            "counts": room_state.counts_words(),
            "closing": room_state.closing,
            "me": room_state.me(request),
            "goes_on_as": room_state.goes_on_as(request),
            "needs_table": room_state.needs_table(request),
            "day": [line.title for line in timer_of(room_state).lines] if at is None else [],
            "problem": room_state.word(refused.word, **refused.values) if refused else "",
            "fact": clean(fact, MAX_FACT),
            "limits": {"fact": MAX_FACT},
            "results": any_revealed(room_state),
        }

    def shared_page(
        request: Request, kept: bool, table: str, refused: Refused | None = None
    ) -> Response:
        at = room_state.voting.current
        open_ = at is not None and at.status == "open" and not room_state.voting.paused
        return room_state.page(
            request,
            "shared.html",
            refused.status if refused else 200,
            at=at,
            open=open_,
            kept=kept and not refused,
            table=table,
            poll=room_state.poll(at.question) if at else None,
            slip=identity.new_secret(),
            follow="/events",
            mark=own_mark(room_state, request),
            counts=room_state.counts_words(),
            problem=room_state.word(refused.word, **refused.values) if refused else "",
            fact="",
            limits={"fact": MAX_FACT, "name": MAX_PERSON},
        )

    return routes


@cache
def style_sheet() -> str:
    """Return the style of the room's pages: visual language, then layout."""
    own = resources.files("workshop.room").joinpath("static", "room.css").read_text("utf-8")
    return f"{shared_style()}\n{own}"


def alone(page: str) -> str:
    """Return a page as one file: its style inside, no script, no link to the room."""
    style = embed_reading_font() + style_sheet()
    page = re.sub(r"<script[^>]*></script>\n|<link rel=\"icon\"[^>]*>\n", "", page)
    sheets = r'(<link rel="stylesheet"[^>]*>\n)+'
    return re.sub(sheets, lambda _: f"<style>\n{style}\n</style>\n", page, count=1)


def home(room_state: RoomState, request: Request) -> str:
    """Return the link back from pages that everybody may see."""
    if room_state.has_joined(request):
        return "/"
    return "/console" if room_state.is_facilitator(request) else "/projector"


def stage_words(room_state: RoomState) -> str:
    """Return the key by which a page knows whether it is up to date."""
    return f"{room_state.stage()} {shown_next(room_state)}"


def own_mark(room_state: RoomState, request: Request) -> str:
    """Return the key of a participant's page; a ballot handed in for them changes it."""
    kept = " kept" if room_state.is_kept_for(request) else ""
    at = room_state.live()
    block = announced(room_state)[0] if at is None else ""
    is_open = at is not None and at.status == "open"
    asks = " asks" if at and is_open and room_state.may_have_voted(request, at) else ""
    who = quote(room_state.goes_on_as(request)) or room_state.lost_place(request)
    return f"{stage_words(room_state)}{kept}{asks} {block} {who}".rstrip()


def news_data(room_state: RoomState, request: Request) -> str:
    """Return the news for an open page: its key, and counts in words."""
    news = {"mark": own_mark(room_state, request), "counts": room_state.counts_words()}
    return json.dumps(news | {"closing": room_state.closing})


def any_revealed(room_state: RoomState) -> bool:
    """Return whether any vote has been revealed."""
    return any(asked.is_revealed for asked in room_state.voting.asked.values())


Count = Annotated[int, Form(ge=0, le=10_000)]


_HELD_ON = ("held_on",)
"""The answer that is the day of the workshop, from which the plan counts."""


def timing(room_state: RoomState) -> APIRouter:
    """Return the routes with which the facilitator controls the timer."""
    routes = APIRouter(prefix="/console/timer", default_response_class=Response, route_class=Once)

    @routes.post("/set")
    async def set_agenda(
        request: Request,
        minutes: Count = 0,
        people: Count = 0,
        focus: Text = "",
        remote: Text = "",
        again: Text = "",
        goes_on: Text = "",
        form: Text = "",
    ) -> Response:
        """Plan an agenda and set the timer to it; with `again`, for a further day.

        With `goes_on` the day goes on where it is. Otherwise earlier records are discarded.
        """
        room_state.check_facilitator(request, form)
        found = next((f for f in FOCUSES if f == focus), None)
        held = room_state.clock.held if again else frozenset[str]()
        try:
            wish = Wish(minutes, people, found, bool(remote), held=held)
            plan = plan_agenda(room_state.content, wish)
        except InputError as error:
            raise Refused("agenda-refused", 422, why=str(error)) from None
        runs = bool(goes_on) and room_state.clock.is_under_way
        body = set_body(plan, goes_on=runs)
        await room_state.do(lambda commands: commands.time(SET, body))
        is_last = runs and room_state.clock.at(room_state.now()).next is None
        said = "timed-last" if is_last else "timed-on" if runs else "timed"
        return room_state.to(f"/console?said={said}")

    @routes.post("/act")
    async def act(request: Request, what: Text = "", block: Text = "", form: Text = "") -> Response:
        """Begin, extend or leave a block, or end the workshop."""
        room_state.check_facilitator(request, form)
        known = {e.slot.id for e in room_state.clock.entries} | {""}
        if what not in OWN - {SET} or block not in known or not room_state.clock.is_set:
            raise Refused("no-such-block", 404)
        body = act_body(room_state.clock, what, block, room_state.now())
        await room_state.do(lambda commands: commands.time(what, body))
        if what == BEGUN and room_state.session.value(_HELD_ON) is None:
            today = room_state.now().astimezone().date().isoformat()
            await room_state.change(partial(room_state.session.give, _HELD_ON, today))
        return room_state.to("/console")

    return routes


def timer_news(room_state: RoomState) -> dict[str, Any]:
    """Return the news for a page with the timer; it reloads if `timer` changes."""
    timer = timer_of(room_state)
    shown = (timer.state, timer.title, timer.left, timer.next, timer.changes)
    return {"timer": repr(shown), "signal": timer.signal}


def timer_words(room_state: RoomState) -> dict[str, str]:
    """Return the fixed words around the timer and of the form that sets it."""
    words, prefix = room_state.content.words, "agenda.form-"
    return {k.removeprefix(prefix): words(k) for k in words if k.startswith(prefix)}


def timer_form(room_state: RoomState) -> dict[str, Any]:
    """Return the first values of the form that sets the timer."""
    agendas, people = room_state.content.agenda, room_state.voting.expected
    enough, clock = people >= agendas.people.at_least, room_state.clock
    return {
        "minutes": (not clock.ended and clock.wish.get("minutes")) or agendas.lengths[0],
        "goes_on": clock.is_under_way,
        "people": people if enough else agendas.people.usual,
        "lengths": agendas.lengths,
        "again": bool(clock.held),
        "remote": bool(clock.wish.get("remote")),
        "focuses": FOCUSES,
    }


def join_address(room_state: RoomState, table: str = "") -> str:
    """Return the address of the QR code, of the room or of one table.

    The join code follows the #, which a browser never sends.
    """
    at = f"?table={quote(table)}" if table else ""
    return f"{room_state.address}/{at}#{room_state.keys.code}"


@lru_cache(maxsize=32)
def qr_svg(address: str) -> Markup:
    """Return the QR code of an address as inline SVG."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=False,
        omitsize=True,
        border=2,
        light="#fff",
        svgclass="qr",
        lineclass=None,
    )
    # made of squares only: nothing in it was typed by anybody
    return Markup(out.getvalue().decode())  # noqa: S704


_KEPT_WHOLE = re.compile(
    r"(?:(?<=, )\w{1,4} )?(?<!\d)\d{1,2}\.? \w+ \d{4}(?!\d)|\w{1,20}(?:-\w{1,20}){1,2}"
)


def unbroken(text: str) -> Markup:
    """Return a text as HTML whose dates and words with hyphens keep to a line.

    So does a short word before a date, as in “by 1 March 2027”.
    """
    # what was typed is escaped; only the spans are ours
    kept = r'<span class="unbroken">\g<0></span>'
    return Markup(_KEPT_WHOLE.sub(kept, str(escape(text))))  # noqa: S704


def projector(room_state: RoomState) -> APIRouter:
    """Return the routes of the wall."""
    routes = APIRouter(default_response_class=Response)

    def mark() -> str:
        shows = f"{room_state.wall_shows()} {room_state.closing} {room_state.network.left}"
        shows += f" {room_state.is_back}"
        if room_state.wall_shows() in VIEWS:  # a notebook may write decisions
            shows += f" {hash(repr(room_state.decisions()))} {room_state.voting.times_decided}"
        return f"{stage_words(room_state)} {room_state.address} {shows}"

    @routes.get("/projector")
    async def show(request: Request, small: bool = False) -> Response:
        """Show the room's current state; with `small`, as a picture on the console."""
        if not room_state.may_watch(request):
            here = room_state.network.here
            if room_state.network.comes_from_here(request) and str(request.base_url) != f"{here}/":
                return RedirectResponse(f"{here}/projector", 303)  # the console was opened there
            return room_state.to("/")
        room_state.look_at_network()
        at, shows = room_state.live(), room_state.wall_shows()
        stage = "waiting" if at is None or room_state.voting.paused else at.status
        block, block_words = announced(room_state)
        # browsers allow six connections: a picture asks for none, the console renews it
        following: dict[str, Any] = {} if small else {"follow": "/projector/events", "mark": mark()}
        if shows and shows not in VIEWS:
            at, stage = room_state.voting.asked[shows].last_revealed, "revealed"
        answer = room_state.page(
            request,
            "projector.html",
            stage=stage,
            shows=shows,
            all=all_tallies(room_state) if shows == "all" else [],
            decisions=room_state.decisions() if shows == "decisions" else [],
            closing=room_state.closing,
            block=block,
            block_words=block_words,
            at=at,
            poll=room_state.poll(at.question) if at else None,
            tally=room_state.tally(at) if stage == "revealed" else None,
            made=room_state.made(at.question) if at and stage == "revealed" else None,
            warnings=room_state.warnings_on(at.question) if at and stage == "revealed" else (),
            **following,
            counts=room_state.counts_words(),
            address=room_state.address,
            unbroken=unbroken,
            joins=room_state.network.left or room_state.is_back,
            code=show_code(room_state.keys.code),
            qr=qr_svg(join_address(room_state)),
            was_ended=room_state.was_ended,
            timer=timer_of(room_state),
            timer_mark=timer_news(room_state)["timer"],
            timer_words=timer_words(room_state),
        )
        if small:
            answer.headers.update(identity.FRAMED)
        return answer

    @routes.get("/projector/events")
    async def events(request: Request) -> Response:
        """Stream news to the wall."""
        if not room_state.may_watch(request):
            raise Refused("not-joined", 403)

        def news() -> str:
            return json.dumps(
                {"mark": mark(), "counts": room_state.counts_words(), **timer_news(room_state)}
            )

        return room_state.stream(request, news)

    return routes
