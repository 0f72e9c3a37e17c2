"""Guard the room: secrets and tokens, hosts, sizes, and limits on attempts."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
import os
import re
import secrets
import socket
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import platformdirs
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workshop.problems import InputError, Problem
from workshop.session import is_server, shown

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Characters of a join code; none looks like another from a distance."""
CODE_LENGTH = 6
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Keys:
    """The facilitator's key, and the code by which participants join."""

    facilitator: str
    code: str


def new_secret() -> str:
    """Return a new secret of 256 bits."""
    return secrets.token_urlsafe(32)


def is_secret(text: str | None) -> bool:
    """Return whether a cookie's value has the form of a secret."""
    return text is not None and _SECRET.fullmatch(text) is not None


def mark(secret: str, purpose: str) -> str:
    """Return a secret's id for one purpose, 22 characters (128 bits)."""
    digest = hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


_PLACE = re.compile(r"https?://[A-Za-z0-9.:\[\]-]{1,255}")


def same(one: str, other: str) -> bool:
    """Return whether two secrets are equal, in constant time."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def read_code(typed: str) -> str:
    """Return a code as it is kept, however it was typed."""
    return re.sub(r"[^A-Z0-9]", "", unicodedata.normalize("NFKC", typed).upper())[:40]


def show_code(code: str) -> str:
    """Return a code as it is read aloud: in two halves."""
    half = len(code) // 2
    return f"{code[:half]} {code[half:]}"


def key_file(session: str | Path) -> Path:
    """Return where the keys of a session are kept, given its place."""
    if not is_server(session):
        path = Path(session)
        return path.with_name(path.name + ".room-key")
    return _beside_the_user(shown(str(session)), "room-key")


def _beside_the_user(place: str, kind: str) -> Path:
    name = hashlib.sha256(place.encode()).hexdigest()[:24]
    return platformdirs.user_state_path("ml-ownership-workshop") / f"{name}.{kind}"


@dataclass(frozen=True)
class Before:
    """Where a room was last: served on which address, and which one people typed."""

    served: str
    address: str


def place_file(session: str | Path) -> Path:
    """Return where it is kept on this computer at which address a room was last.

    It is not beside the session, because another computer that goes on has other addresses.
    """
    place = shown(str(session)) if is_server(session) else str(Path(session).absolute())
    return _beside_the_user(place, "room-place")


def keep_place(session: str | Path, at: Before) -> None:
    """Keep at which address a room is served; without it the next start only asks."""
    path = place_file(session)
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(at)), encoding="utf-8")


def place_before(session: str | Path) -> Before | None:
    """Return at which address a room was last, if it is known."""
    try:
        found = Before(**json.loads(place_file(session).read_text("utf-8")))
        ipaddress.ip_address(found.served)
        known = _PLACE.fullmatch(found.address)
    except (OSError, ValueError, TypeError):
        return None
    return found if known else None


def keys_of(session: str | Path) -> Keys:
    """Return the keys of a session's room; create them the first time.

    Raises `InputError` if the file has other content.
    """
    path = key_file(session)
    if not path.exists():
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        keys = Keys(new_secret(), code)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(asdict(keys), file)
        return keys
    path.chmod(0o600)
    try:
        keys = Keys(**json.loads(path.read_text("utf-8")))
        if not is_secret(keys.facilitator) or read_code(keys.code) != keys.code or not keys.code:
            raise ValueError
    except (ValueError, TypeError):
        hint = "Delete it: a new key and a new join code are made."
        message = "This file holds no room's keys."
        raise InputError([Problem(message, suggestion=hint, where=str(path))]) from None
    return keys


@contextmanager
def lock_room(session: str | Path) -> Iterator[bool]:
    """Lock the room of a session; return whether no other program has it.

    The system releases the lock when the program ends, in any case. If it has no such lock
    (Windows), nothing is locked and the answer is True.
    """
    if sys.platform == "win32":
        yield True
        return
    import fcntl

    keys_of(session)
    with key_file(session).open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        except OSError:  # a network drive that knows no locks
            pass
        yield True


MAX_BODY = 96 * 1024
"""The most bytes of a form: the longest note in letters of four bytes."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; font-src data:; base-uri 'none'; form-action 'self'; "
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


FRAMED = {
    "Content-Security-Policy": HEADERS["Content-Security-Policy"].replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}
"""The headers of a page that our own pages may show in a frame."""


class TooLarge(Exception):  # noqa: N818 (told to the client, not a fault of ours)
    """A form is larger than any of ours."""


class Guard:
    """Middleware that checks size and host of requests and adds security headers."""

    def __init__(
        self, app: ASGIApp, is_own_host: Callable[[str], bool], other_host: str = "Unknown host."
    ) -> None:
        self._app, self._is_own_host, self._other_host = app, is_own_host, other_host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        host = headers.get("host", "")
        if not self._is_own_host(host):
            words = self._other_host.replace("{host}", _name_in(host)[:100])
            await PlainTextResponse(words, 421)(scope, receive, send_with_headers)
            return
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length[:12]) > MAX_BODY:
            await PlainTextResponse("Too large.", 413)(scope, receive, send_with_headers)
            return
        await self._app(scope, _counted(receive), send_with_headers)


def _counted(receive: Receive) -> Receive:
    """Count the bytes of a body whose length was not announced.

    Raises `TooLarge` beyond `MAX_BODY`.
    """
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
    """Return a check of Host headers: a numeric address, or one of our names.

    It refuses a foreign page whose own name was pointed at this server.
    """
    own = {n.casefold() for n in (*names, "localhost", socket.gethostname(), socket.getfqdn()) if n}
    own |= {f"{socket.gethostname().casefold()}.local"}

    def is_own(header: str) -> bool:
        name = _name_in(header)
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return name in own
        return True

    return is_own


def _name_in(header: str) -> str:
    """Return the name or the address in a Host header, without the port."""
    name = header.strip().casefold()
    return name[1 : name.find("]")] if name.startswith("[") else name.rsplit(":", 1)[0]


class Tries:
    """Counts wrong attempts, by address and in all, in memory only."""

    def __init__(self, each: int = 20, everybody: int = 300, seconds: float = 60) -> None:
        self._each, self._everybody, self._seconds = each, everybody, seconds
        self._wrong: dict[str, list[float]] = {}

    def too_many(self, who: str) -> bool:
        """Return whether somebody has to wait before the next attempt."""
        now = time.monotonic()
        for key in list(self._wrong):
            self._wrong[key] = [t for t in self._wrong[key] if now - t < self._seconds]
            if not self._wrong[key]:
                del self._wrong[key]
        all_wrong = sum(map(len, self._wrong.values()))
        return len(self._wrong.get(who, ())) >= self._each or all_wrong >= self._everybody

    def wrong(self, who: str) -> None:
        """Count a wrong attempt."""
        self._wrong.setdefault(who, []).append(time.monotonic())
