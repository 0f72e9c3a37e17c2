"""Secrets and what is made of them: a stored id never leads back to a browser.

A participant's browser keeps a random secret in a cookie; the server stores only keyed hashes of
it, each for one purpose. So a second vote on a question can be set beside the first, while votes
on different questions cannot be linked to each other or to the one who joined.

The facilitator's key and the join code stand in a file beside the session, readable by its owner
alone: they must outlive a restart, and must not be in the session, which gets copied to others.
For a session in a database it is in the user's own folder for such things.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

import platformdirs

from workshop.problems import InputError, Problem
from workshop.session import is_server, shown

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Signs of a join code; none of them is taken for another when read from a wall."""
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
    """Return whether a cookie has the form of a secret."""
    return text is not None and _SECRET.fullmatch(text) is not None


def mark(secret: str, purpose: str) -> str:
    """Return the id that a secret has for one purpose, 22 characters (128 bits)."""
    digest = hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def same(one: str, other: str) -> bool:
    """Compare two secrets in a time that tells nothing of where they differ."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def read_code(typed: str) -> str:
    """Return a code as it is kept, however it was typed."""
    return re.sub(r"[^A-Z0-9]", "", typed.upper())[:40]


def show_code(code: str) -> str:
    """Return a code as it is read aloud: in two halves."""
    half = len(code) // 2
    return f"{code[:half]} {code[half:]}"


def key_file(session: str | Path) -> Path:
    """Return where the keys of a session are kept, given its place."""
    if not is_server(session):
        path = Path(session)
        return path.with_name(path.name + ".room-key")
    name = hashlib.sha256(shown(str(session)).encode()).hexdigest()[:24]
    return platformdirs.user_state_path("ml-ownership-workshop") / f"{name}.room-key"


def keys_of(session: str | Path) -> Keys:
    """Return the keys of the room of the session at a place; they are made at the first time.

    Raises `InputError` for a file that holds something else.
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
