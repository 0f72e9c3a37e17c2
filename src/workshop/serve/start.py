"""What both servers need before they start: folder, session, environment, a free port."""

from __future__ import annotations

import getpass
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from workshop.model import Answers, InputError
from workshop.model.check import read_answers
from workshop.model.problems import Problem
from workshop.serve.folder import HOME, SESSION, Copied, prepare
from workshop.session import Session, is_server, shown

PRELOAD = ("anywidget", "sqlalchemy", "sqlalchemy.dialects.sqlite", "workshop.steps.widget")
"""What a live kernel needs beside the imports of every kernel."""
PORTS = 100


@dataclass(frozen=True)
class Workplace:
    """A folder that is ready, and the session in it."""

    folder: Path
    session: str
    """Its place, as people are told it."""
    copied: Copied

    @property
    def home(self) -> Path:
        """Where the kit keeps what is its own."""
        return self.folder / HOME


def set_up(
    folder: Path,
    *,
    session: str | None = None,
    who: str | None = None,
    start_from: Path | None = None,
    earlier: str | None = None,
) -> Workplace:
    """Return a workplace: notebooks copied, session opened once to see that it works.

    `start_from` is an answers file that the session begins with, `earlier` a session or answers
    file of the workshop before it; both need a session that does not exist yet. Sets the
    environment that kernels read. Raises `InputError` and `SessionError` as `Session.open` does.
    """
    folder = folder.absolute()
    place = session or str(folder / SESSION)
    if not is_server(place):
        place = str(Path(place).absolute())
    begun = _beginning(place, start_from, earlier)
    copied = prepare(folder)
    opened = Session.open(place, who=who or user_name())
    try:
        if begun is not None:
            if start_from is not None:
                opened.import_answers(begun, str(start_from))
            else:
                opened.follow(begun)
    finally:
        opened.close()
    os.environ["WORKSHOP_SESSION"] = place
    os.environ["WORKSHOP_WHO"] = who or user_name()
    # The notebooks ask for an ordinary Python kernel; here it starts at once all the same.
    chosen = os.environ.get("JUPYTER_DEFAULT_PROVISIONER_NAME")
    os.environ["JUPYTER_DEFAULT_PROVISIONER_NAME"] = chosen or "workshop-warm"
    os.environ["WORKSHOP_PRELOAD"] = ",".join(PRELOAD)
    return Workplace(folder, opened.place, copied)


def _beginning(place: str, start_from: Path | None, earlier: str | None) -> Answers | None:
    """Return the answers that a session is to begin with, or to look back on."""
    if start_from is None and earlier is None:
        return None
    if start_from is not None and earlier is not None:
        raise InputError([Problem("--from and --earlier cannot be used together.")])
    if _has_begun(place):
        hint = "Name another one with --session, or leave --from and --earlier out."
        message = "This session has begun already, and nothing is written over."
        raise InputError([Problem(message, where=shown(place), suggestion=hint)])
    if start_from is not None:
        return read_answers(start_from)
    assert earlier is not None  # noqa: S101 (one of the two is given)
    if not is_server(earlier) and Path(earlier).suffix.lower() in (".yaml", ".yml", ".json"):
        return read_answers(Path(earlier))
    before = Session.open(earlier, create=False)
    try:
        return before.answers
    finally:
        before.close()


def _has_begun(place: str) -> bool:
    """Return whether there is a session at a place already."""
    if not is_server(place):
        return Path(place).exists()
    try:
        Session.open(place, create=False).close()
    except InputError:
        return False
    return True


def user_name() -> str:
    """Return who is logged in at this computer, for the history; empty if it is not known."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def free_port(wanted: int, address: str) -> int:
    """Return the first free port from the wanted one on. Raises `InputError` if none is."""
    for port in range(wanted, min(wanted + PORTS, 65536)):
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((address, port))
            except OSError as error:
                if isinstance(error, socket.gaierror) or error.errno == 99:
                    message = "This computer has no such address."
                    raise InputError([Problem(message, "--ip", address)]) from None
                continue
            return port
    raise InputError([Problem("No port is free here.", "--port", str(wanted))])


def reach(address: str) -> str:
    """Return who can reach a server at an address, in a sentence."""
    if address in ("127.0.0.1", "localhost", "::1"):
        return "Only this computer can reach it."
    if address in ("0.0.0.0", "::", ""):  # noqa: S104 (what somebody asked for)
        return "Every computer in your network that has the address can reach it."
    return f"Every computer that can reach {address} can reach it, with the token."
