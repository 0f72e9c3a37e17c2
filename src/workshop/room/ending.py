"""Deleting a session for good."""

from __future__ import annotations

from workshop.room.identity import key_file
from workshop.session import Session


def traces_of(session: Session) -> list[str]:
    """Return all that is kept of a session: what it says itself, and the file with its keys."""
    keys = key_file(session.place)
    return [*session.traces(), *([str(keys)] if keys.exists() else [])]


def delete_session(session: Session) -> None:
    """Delete a session and its keys. What was copied elsewhere, or kept by a backup, stays."""
    session.delete()
    key_file(session.place).unlink(missing_ok=True)
