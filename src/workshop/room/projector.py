"""The page for the wall, and for whoever only watches: it has no buttons and tells no secrets."""

from __future__ import annotations

import io
import json

import segno
from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup

from workshop.room.hub import Hub
from workshop.room.identity import show_code
from workshop.room.participants import told_stage
from workshop.room.questions import Refused
from workshop.room.timing import timer_news, timer_of, timer_words


def join_address(hub: Hub) -> str:
    """Return the address of the QR code. The code stands behind the #, which is never sent."""
    return f"{hub.address}/#{hub.keys.code}"


def qr_svg(address: str) -> Markup:
    """Return the QR code of an address as a picture in the page's own markup."""
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


def projector(hub: Hub) -> APIRouter:
    """Return the routes of the projector."""
    routes = APIRouter(default_response_class=Response)
    qr = qr_svg(join_address(hub))

    def mark() -> str:
        return told_stage(hub)

    @routes.get("/projector")
    async def show(request: Request) -> Response:
        """Show the room to everybody in it."""
        if not hub.may_watch(request):
            return hub.to("/")
        at = hub.state.current
        stage = "waiting" if at is None or hub.state.paused else at.status
        return hub.page(
            request,
            "projector.html",
            stage=stage,
            at=at,
            poll=hub.poll(at.question) if at else None,
            tally=hub.tally(at) if stage == "revealed" else None,
            asked=hub.state.asked[at.question] if at else None,
            follow="/projector/events",
            mark=mark(),
            counts=hub.counts_words(),
            address=hub.address,
            code=show_code(hub.keys.code),
            qr=qr,
            timer=timer_of(hub),
            timer_words=timer_words(hub),
        )

    @routes.get("/projector/events")
    async def events(request: Request) -> Response:
        """Tell the projector's page what is new."""
        if not hub.may_watch(request):
            raise Refused("not-joined", 403)

        def say() -> str:
            return json.dumps({"mark": mark(), "counts": hub.counts_words(), **timer_news(hub)})

        return hub.stream(say)

    return routes
