"""Create the server: its pages, its guards and its error pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import resources

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from workshop.documents.fonts import embed_reading_font
from workshop.forms.polls import Refused
from workshop.problems import SessionTrouble
from workshop.room.console import console
from workshop.room.guard import Guard, Keys, TooLarge, hosts
from workshop.room.network import Network
from workshop.room.pages import participants, projector, style_sheet, timing
from workshop.room.state import RoomState
from workshop.session import Session


def create_app(session: Session, keys: Keys, address: str | Network) -> FastAPI:
    """Return the room of a session as an ASGI app.

    `commands.open_room` must have opened the room. `address` is what participants type, such as
    `http://192.168.1.20:8710`, or the network in which it may change. `app.state.room` is the room
    itself. One app serves one session, in one process.
    """
    network = Network.at(address) if isinstance(address, str) else address
    room_state = RoomState(session, keys, network)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        room_state.loop = asyncio.get_running_loop()
        room_state.writer.start()
        room_state.close_when_all_voted()
        looking = asyncio.create_task(room_state.follow_network())
        yield
        looking.cancel()
        room_state.end()
        room_state.writer.stop()

    app = FastAPI(
        title="The room",
        docs_url=None,
        redoc_url=None,
        lifespan=life,
        version="1",
        default_response_class=Response,
    )
    app.state.room = room_state
    for routes in (
        participants(room_state),
        projector(room_state),
        console(room_state),
        timing(room_state),
    ):
        app.include_router(routes)
    _add_static(app)
    _add_refusals(app, room_state)
    other_host = room_state.word("other-host", host="{host}")
    app.add_middleware(
        Guard, is_own_host=hosts(network.host, network.served), other_host=other_host
    )
    return app


def _add_static(app: FastAPI) -> None:
    folder = resources.files("workshop.room").joinpath("static")
    files = {
        "room.js": ("text/javascript", folder.joinpath("room.js").read_text("utf-8"), "no-cache"),
        "icon.svg": ("image/svg+xml", folder.joinpath("icon.svg").read_text("utf-8"), "no-cache"),
        "room.css": ("text/css", style_sheet(), "no-cache"),
        "reading.css": ("text/css", embed_reading_font(), "public, max-age=86400"),
    }

    @app.get("/static/{name}", include_in_schema=False)
    async def static(name: str) -> Response:
        if name not in files:
            raise HTTPException(404)
        kind, content, caching = files[name]
        return Response(content, media_type=kind, headers={"Cache-Control": caching})


def _add_refusals(app: FastAPI, room_state: RoomState) -> None:
    def sorry(request: Request, status: int, words: str) -> Response:
        back = "/console" if request.url.path.startswith("/console") else "/"
        return room_state.page(request, "sorry.html", status, problem=words, back=back)

    @app.exception_handler(Refused)
    async def refused(request: Request, error: Refused) -> Response:
        return sorry(request, error.status, room_state.word(error.word, **error.values))

    @app.exception_handler(SessionTrouble)
    async def trouble(request: Request, error: SessionTrouble) -> Response:
        if room_state.is_facilitator(request):
            return sorry(request, 503, room_state.word("not-saved", why=str(error)))
        return sorry(request, 503, room_state.word("not-saved-short"))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, _: RequestValidationError) -> Response:
        return sorry(request, 422, room_state.word("form-odd"))

    @app.exception_handler(TooLarge)
    async def large(request: Request, _: TooLarge) -> Response:
        return sorry(request, 413, room_state.word("form-large"))

    @app.exception_handler(HTTPException)
    async def other(request: Request, error: HTTPException) -> Response:
        return sorry(request, error.status_code, room_state.word("no-page"))
