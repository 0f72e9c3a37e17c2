"""Between the network and the pages: sizes, hosts, headers, and how often one may try."""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 32 * 1024
"""Bytes that a form may have: the longest note, in letters of four bytes."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}


class TooLarge(Exception):  # noqa: N818 (told to the client, not a fault of ours)
    """A form is larger than any of ours."""


class Guard:
    """Refuses what is too large or meant for another host, and puts the headers on every answer."""

    def __init__(self, app: ASGIApp, host_is_ours: Callable[[str], bool]) -> None:
        self._app, self._host_is_ours = app, host_is_ours

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    kept[name] = value
                kept.setdefault("Cache-Control", "no-store")
            await send(message)

        if not self._host_is_ours(headers.get("host", "")):
            await PlainTextResponse("Unknown host.", 421)(scope, receive, send_with_headers)
            return
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length[:12]) > MAX_BODY:
            await PlainTextResponse("Too large.", 413)(scope, receive, send_with_headers)
            return
        await self._app(scope, _counted(receive), send_with_headers)


def _counted(receive: Receive) -> Receive:
    """Count what comes in, for a client that does not say beforehand how much it is."""
    seen = 0

    async def receive_counted() -> MutableMapping[str, Any]:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > MAX_BODY:
            raise TooLarge
        return message

    return receive_counted


def hosts(*names: str) -> Callable[[str], bool]:
    """Return whether a Host header is meant for us: an address in numbers, or one of our names.

    A page elsewhere whose own name was made to point here is refused by it.
    """
    own = {n.casefold() for n in (*names, "localhost", socket.gethostname(), socket.getfqdn()) if n}
    own |= {f"{socket.gethostname().casefold()}.local"}

    def is_ours(header: str) -> bool:
        name = header.strip().casefold()
        name = name[1 : name.find("]")] if name.startswith("[") else name.rsplit(":", 1)[0]
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return name in own
        return True

    return is_ours


class Tries:
    """Counts wrong tries by where they come from, and all together. Kept in memory only."""

    def __init__(self, each: int = 20, everybody: int = 300, seconds: float = 60) -> None:
        self._each, self._everybody, self._seconds = each, everybody, seconds
        self._wrong: dict[str, list[float]] = {}

    def too_many(self, who: str) -> bool:
        """Return whether somebody has to wait before trying again."""
        now = time.monotonic()
        for key in list(self._wrong):
            self._wrong[key] = [t for t in self._wrong[key] if now - t < self._seconds]
            if not self._wrong[key]:
                del self._wrong[key]
        all_wrong = sum(map(len, self._wrong.values()))
        return len(self._wrong.get(who, ())) >= self._each or all_wrong >= self._everybody

    def wrong(self, who: str) -> None:
        """Count a wrong try."""
        self._wrong.setdefault(who, []).append(time.monotonic())
