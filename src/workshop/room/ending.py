"""Deleting a session for good."""

from __future__ import annotations

from pathlib import Path

from workshop.room.identity import key_file
from workshop.session import Session


def files_of(place: Path) -> list[Path]:
    """Return every file of a session: its own, its log, its keys, backups of older formats."""
    beside = [place.with_name(place.name + end) for end in ("-wal", "-shm", "-journal")]
    backups = sorted(place.parent.glob(f"{place.name}.format-*.backup*"))
    return [p for p in (place, *beside, key_file(place), *backups) if p.exists()]


def delete_session(session: Session) -> None:
    """Delete all files of a session. What was copied elsewhere, or kept by a backup, stays."""
    place = Path(session.place)
    session.close()
    for path in files_of(place):
        path.unlink(missing_ok=True)
