"""Provide the live commands: `lab`, `app`, `answers`, `room`, `start`, `web`."""

from __future__ import annotations

import enum
import errno
import gc
import ipaddress
import os
import shlex
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from workshop.cli.terminal import (
    FAILED,
    WRONG_INPUT,
    ContentFolder,
    clear_messages,
    err,
    out,
    write_data,
)

if TYPE_CHECKING:
    from fastapi import FastAPI

    from workshop.answers.schema import Privacy
    from workshop.content.loader import Content
    from workshop.notebook.servers import LabBeside, Workplace
    from workshop.room.guard import Keys
    from workshop.room.network import Network
    from workshop.room.state import RoomState
    from workshop.session import Session
    from workshop.session.voting import Voting

Folder = Annotated[
    Path, typer.Argument(metavar="[FOLDER]", help="Where the team works; made if it is not there.")
]
SessionFile = Annotated[
    str | None,
    typer.Option(
        "--session", help="The session (a file, or postgresql://…); FOLDER/session.workshop."
    ),
]
From = Annotated[
    Path | None, typer.Option("--from", help="Begin the session with this answers file.")
]
Earlier = Annotated[
    str | None,
    typer.Option("--earlier", help="Begin it on the workshop before: its session or answers file."),
]
Who = Annotated[str | None, typer.Option("--who", help="Your name in the history.")]
Leads = Annotated[
    str | None, typer.Option("--who", help="Who runs the workshop; the lobby shows this name.")
]
Model = Annotated[
    str,
    typer.Option("--model", help="Which model you talk about; asked for if a person starts it."),
]
Port = Annotated[
    int, typer.Option("--port", min=1, max=65535, help="The first free one from here.")
]
Ip = Annotated[
    str, typer.Option("--ip", help="Address to serve on; this computer only, if not given.")
]
APP_PORT = 8866
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Open no browser.")]


def lab(
    folder: Folder = Path("our-workshop"),
    session: SessionFile = None,
    start_from: From = None,
    earlier: Earlier = None,
    who: Who = None,
    port: Port = 8888,
    ip: Ip = "127.0.0.1",
    no_browser: NoBrowser = False,
    content: ContentFolder = None,
) -> None:
    """Open the workshop in JupyterLab, for facilitators and to adapt notebooks."""
    from workshop.notebook.servers import run_lab

    place = _set_up(folder, session, start_from, earlier, who, content)
    _run(run_lab, place, ip, port, no_browser)


def app(
    folder: Folder = Path("our-workshop"),
    session: SessionFile = None,
    start_from: From = None,
    earlier: Earlier = None,
    who: Who = None,
    port: Port = APP_PORT,
    ip: Ip = "127.0.0.1",
    no_browser: NoBrowser = False,
    content: ContentFolder = None,
) -> None:
    """Open the workshop as pages without code, for a leader alone."""
    from workshop.notebook.opening import AGAIN
    from workshop.notebook.servers import run_app
    from workshop.problems import need_extra

    with clear_messages():
        need_extra("app", "“workshop app”", {"voila": "Voila"})
    place = _set_up(folder, session, start_from, earlier, who, content)
    os.environ[AGAIN] = f"workshop app {shlex.quote(str(folder))}" + _repeated(
        session=session,
        who=who,
        port=port if port != APP_PORT else None,
        ip=ip if ip != LOCAL else None,
        content=content,
    )
    _run(partial(run_app, on_end=_say_ending), place, ip, port, no_browser)


def _set_up(
    folder: Path,
    session: str | None,
    start_from: Path | None,
    earlier: str | None,
    who: str | None,
    content: Path | None,
) -> Workplace:
    from workshop.content.loader import load_content
    from workshop.notebook.servers import set_up

    with clear_messages(folder):
        place = set_up(
            folder,
            session=session,
            who=who,
            start_from=start_from,
            earlier=earlier,
            content=load_content(content),
        )
    if place.copied.written:
        count = len(place.copied.written)
        out.print(f"{count} files were written to {place.folder}.", soft_wrap=True)
    for name in place.copied.changed:
        err.print(
            f"{name} was changed in this folder and is kept as it is. To get the kit's own, give "
            "it another name and start again. A pack leaves the change out, but for cells with "
            "the tag “appendix”.",
            soft_wrap=True,
        )
    out.print(f"Answers are kept in {place.session}", soft_wrap=True)
    return place


def _run(run: Callable[..., None], place: Workplace, ip: str, port: int, no_browser: bool) -> None:
    from workshop.notebook.servers import reach

    def show(address: str, **_: Any) -> None:
        out.print(f"\nOpen {address}", soft_wrap=True)
        out.print(f"{reach(ip)} Ctrl-C stops it.", soft_wrap=True)

    with clear_messages(place.folder):
        run(place, ip=ip, port=port, browser=not no_browser, on_ready=show)


def _say_ending() -> None:
    """Say that Ctrl-C was heard, because what is open takes seconds to end."""
    out.print("\nEnding. The last answers are kept first, which can take some seconds.")


def answers(
    session: Annotated[
        str,
        typer.Argument(metavar="SESSION", help="A session file, or postgresql://…?session=NAME."),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", help="File for the answers; else they are printed, if nothing below."
        ),
    ] = None,
    history: Annotated[
        bool, typer.Option("--history", help="Print who changed what and when.")
    ] = False,
    copy: Annotated[
        Path | None,
        typer.Option("--copy", help="Save a whole copy of the session, votes and all."),
    ] = None,
    votes: Annotated[
        Path | None,
        typer.Option("--votes", help="Write what the room voted as a table (CSV, XLSX)."),
    ] = None,
    content: ContentFolder = None,
) -> None:
    """Write a session's answers as a file for papermill and `workshop pack`."""
    from workshop.content.loader import load_content
    from workshop.files import write_files
    from workshop.session import Session
    from workshop.session.session import answers_text, history_lines

    with clear_messages(output):
        if output is not None and _is_same(output, session):
            err.print(
                f"{output}: this is the session itself. Name another file for the answers with -o.",
                soft_wrap=True,
            )
            raise typer.Exit(WRONG_INPUT)
        opened = Session.open(session, create=False, content=load_content(content))
        try:
            for line in opened.problems:
                err.print(f"{opened.place}: {line}", soft_wrap=True)
            if copy is not None:
                opened.copy(copy)
                out.print(f"{copy}: a whole copy of {opened.place}.", soft_wrap=True)
            if votes is not None:
                _write_votes(opened, votes)
            for line in history_lines(opened) if history else ():
                out.print(line, soft_wrap=True)
            if output is None and (copy is not None or votes is not None or history):
                return
            text = answers_text(opened)
            if output is None:
                write_data(text)
                return
            write_files({output: text.encode()})
            count = len(opened.answers_with_votes().to_parameters())
            out.print(f"{output}: {count} answer{'s' * (count != 1)}.", soft_wrap=True)
        finally:
            opened.close()


def _write_votes(session: Session, to: Path) -> None:
    from workshop.files import write_files
    from workshop.problems import need_extra
    from workshop.session.frames import votes_file

    ending = to.suffix.lower()
    if ending not in (".csv", ".xlsx"):
        message = f"{to}: votes are written as CSV or XLSX. End the file's name in .csv or .xlsx."
        err.print(message, soft_wrap=True)
        raise typer.Exit(WRONG_INPUT)
    if ending == ".xlsx":
        need_extra("office", "A workbook of votes", {"openpyxl": "openpyxl"})
    write_files({to: votes_file(session.votes_frame, ending)})
    out.print(f"{to}: {len(session.votes_frame())} rows.", soft_wrap=True)


def _is_same(output: Path, session: str) -> bool:
    """Return whether the answers would overwrite the session itself."""
    return output.exists() and Path(session).exists() and output.samefile(session)


LOCAL = "127.0.0.1"
PORT = 8710
LAB_PORT = 8888
LIBRARIES = {
    "fastapi": "FastAPI",
    "uvicorn": "Uvicorn",
    "python_multipart": "python-multipart",
    "platformdirs": "platformdirs",
    "psutil": "psutil",
}


class PrivacyName(enum.StrEnum):
    """What is kept with a vote."""

    named = "named"
    role = "role"
    anonymous = "anonymous"


KEPT = {
    "named": "name and role, seen by everybody in the room",
    "role": "the role only, shown where enough people have it",
    "anonymous": "nothing",
}
"""What each kind of privacy keeps with a vote."""

Host = Annotated[
    str,
    typer.Option("--host", help="A name that the network has for this computer; it is shown."),
]
PrivacyOption = Annotated[
    PrivacyName | None,
    typer.Option(help="What is kept beside a vote. Chosen once, before the first vote."),
]

Tables = Annotated[
    str | None,
    typer.Option(
        help="Groups that vote each for itself: their names with commas, or how many there are."
    ),
]


def room(
    session: Annotated[
        str,
        typer.Argument(
            metavar="SESSION",
            help="A session file, made if there is none, or postgresql://…?session=NAME.",
        ),
    ],
    ip: Annotated[
        str | None,
        typer.Option("--ip", help="Address to serve on; asked for if a person starts it."),
    ] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to serve on; 0 takes any free one.")
    ] = PORT,
    host: Host = "",
    privacy: PrivacyOption = None,
    threshold: Annotated[
        int | None,
        typer.Option(min=2, max=50, help="Smallest group that is shown by role; 3 if not given."),
    ] = None,
    tables: Tables = None,
    model: Model = "",
    who: Leads = None,
    qr: Annotated[bool, typer.Option("--qr", help="Draw the QR code in the terminal too.")] = False,
    delete: Annotated[
        bool, typer.Option("--delete", help="Delete the session for good instead; asks first.")
    ] = False,
    content: ContentFolder = None,
) -> None:
    """Let everybody vote in silence from their phones, then see where they differ."""
    from workshop.content.loader import load_content
    from workshop.problems import need_extra
    from workshop.session import Session

    with clear_messages():
        need_extra("room", "A room", LIBRARIES)
        if delete:
            _delete(session)
            return
        opened = Session.open(session, who="room", content=load_content(content))
        try:
            name = host.strip().casefold()
            again = f"workshop room {shlex.quote(opened.place)}"
            again += _repeated(who=who, ip=ip, host=name, content=content and content.absolute())
            _serve(
                opened, ip, port, name, privacy, threshold, tables, model, qr, who=who, again=again
            )
        finally:
            opened.close()


def start(
    folder: Folder = Path("our-workshop"),
    session: SessionFile = None,
    start_from: From = None,
    earlier: Earlier = None,
    who: Who = None,
    ip: Annotated[
        str | None,
        typer.Option("--ip", help="Address of the room; asked for if a person starts it."),
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of the room; 0: any.")] = PORT,
    host: Host = "",
    lab_port: Annotated[int, typer.Option(min=1, max=65535, help="Of the notebooks.")] = LAB_PORT,
    privacy: PrivacyOption = None,
    tables: Tables = None,
    model: Model = "",
    alone: Annotated[
        str,
        typer.Option(
            "--web", metavar="ADDRESS", help="Of the built workshop in a browser, to invite with."
        ),
    ] = "",
    no_browser: NoBrowser = False,
    content: ContentFolder = None,
) -> None:
    """Bring up notebooks and room behind one start page; Ctrl-C ends all."""
    from workshop.notebook.servers import LabBeside
    from workshop.problems import need_extra
    from workshop.session import Session

    with clear_messages():
        need_extra("room", "“workshop start”", LIBRARIES)
    alone = _web_address(alone)
    place = _set_up(folder, session, start_from, earlier, who, content)
    with clear_messages():
        opened = Session.open(place.session, who="room", content=place.content)
        command = ["lab", str(place.folder), "--session", place.session, "--port", str(lab_port)]
        if who:
            command += ["--who", who]
        if content is not None:
            command += ["--content", str(content.absolute())]
        name = host.strip().casefold()
        again = f"workshop start {shlex.quote(str(place.folder))}"  # from any folder
        again += _repeated(
            session=session and place.session,
            web=alone,
            who=who,
            ip=ip,
            host=name,
            lab_port=lab_port if lab_port != LAB_PORT else None,
            content=content and content.absolute(),
        )
        try:
            _serve(
                opened,
                ip,
                port,
                name,
                privacy,
                None,
                tables,
                model,
                False,
                LabBeside(command, place.home / "lab.log", not no_browser, alone),
                who=who,
                again=again,
            )
        finally:
            opened.close()


def _repeated(**options: object) -> str:
    """Return the options that were given, as a command has them."""
    given = {name.replace("_", "-"): str(value) for name, value in options.items() if value}
    return "".join(f" --{name} {shlex.quote(value)}" for name, value in given.items())


def _web_address(typed: str) -> str:
    """Return the address of a page as it can be followed, or nothing."""
    from workshop.documents.fonts import clean_address
    from workshop.problems import shorten

    address = clean_address(typed) or ""
    if typed and not address.casefold().startswith("http"):
        message = f"--web: “{shorten(typed)}” is no address of a page. It begins with https://."
        err.print(message, soft_wrap=True)
        raise typer.Exit(WRONG_INPUT)
    return address


def _serve(
    session: Session,
    ip: str | None,
    port: int,
    host: str,
    privacy: PrivacyName | None,
    threshold: int | None,
    tables: str | None,
    model: str,
    qr: bool,
    beside: LabBeside | None = None,
    *,
    who: str | None = None,
    again: str,
) -> None:
    from workshop.forms.polls import Refused, clean
    from workshop.room import create_app
    from workshop.room.commands import MAX_PERSON, open_room, read_tables
    from workshop.room.guard import Before, keep_place, key_file, keys_of, lock_room, place_before
    from workshop.room.network import Network, is_host_name

    content = session.content
    if host and not is_host_name(host):
        message = (
            f"--host: “{host}” is no name of a computer. Give one such as workshop.example.org."
        )
        err.print(message, soft_wrap=True)
        raise typer.Exit(WRONG_INPUT)
    reopened = any(True for _ in session.notes("room-opened"))
    try:
        groups = None if tables is None else read_tables(content, tables)
    except Refused as refused:
        refuse(content, refused.word, **refused.values)
    before = place_before(session.place)
    came = reopened and not key_file(session.place).exists()
    served = _address(ip, before.served if before else "", came=came)
    _refuse_second(session)
    with ExitStack() as held:
        listeners = [held.enter_context(_listen(served, port))]
        alone = held.enter_context(lock_room(session.place))
        if not alone:
            refuse(content, "room-is-open-here")
        roles = [r.strip() for r in content.words("room.room-roles").split(",")]
        try:
            state = open_room(session, _privacy(session, privacy), threshold, roles, groups)
        except Refused as refused:
            refuse(content, refused.word, **refused.values)
        leads = clean(who or "", MAX_PERSON)
        _name_model(session, model, leads, state)
        keys = keys_of(session.place)
        at = listeners[0].getsockname()[1]
        network = Network(served, at, host)
        if not (network.everywhere or network.is_alone) and (here := _listen_here(at)):
            listeners.append(held.enter_context(here))
            network.has_local = True
        if before and state.joined and not network.is_alone:
            network.came_from(before.address)
        app = create_app(session, keys, network)

        def keep() -> None:
            if not network.is_alone:  # a rehearsal, or ballots keyed in afterwards
                keep_place(session.place, Before(served, network.address))

        tell = _teller(content, network)
        # phones wait where they were: the room has to come back on the same port
        whole = again + _repeated(port=at if at != PORT else None)

        def follow() -> None:
            keep()
            tell()
            # what goes on cannot be served where the address is lost: it asks for another
            lost = network.is_lost
            app.state.room.again = whole.replace(_repeated(ip=ip), "") if lost else whole

        keep()
        app.state.room.on_move = follow
        app.state.room.again = whole
        app.state.room.leads = leads
        begins = "goes on" if reopened else "begins"  # a slip in the path begins an empty one
        try:
            out.print(f"The room of {session.place} {begins}.", soft_wrap=True)
            reach = who_can_reach(served)
            out.print(
                f"Kept beside a vote: {KEPT[state.privacy or 'anonymous']}. {reach}", soft_wrap=True
            )
            if state.paused:
                button = session.content.words("room.console-resume")
                out.print(f"It is paused. Press “{button}” on the console.")
            if state.tables:
                named = ", ".join(state.tables)
                out.print(f"Each table votes for itself: {named}.", soft_wrap=True)
            _announce(network, keys, qr)
            if beside is None:
                _run_server(app, listeners)
            else:
                _run_beside(app, listeners, beside, f"{network.here}/console/start")
        except KeyboardInterrupt:  # from the moment that its key is shown
            _press_no_more()
    if app.state.room.writer.gone:
        out.print("The session was deleted.")
    elif not session.is_there:
        err.print(
            f"The room is closed. {session.place} is gone: it was moved or deleted meanwhile. Put "
            "it back, or name a copy of it. Else the next start begins an empty session.",
            soft_wrap=True,
        )
    else:
        out.print("The room is closed. What was given is kept; start it again to go on.")


def _run_beside(app: FastAPI, listeners: list[socket.socket], beside: LabBeside, page: str) -> None:
    """Serve a room with its start page, and the notebooks with it."""
    room_state = app.state.room
    room_state.has_lab, room_state.web = True, beside.web

    def announce(lab: str) -> None:
        room_state.lab, room_state.has_lab = lab, bool(lab)
        room_state.wake_from_outside()

    def complain(printed: str) -> None:
        err.print(f"The notebooks could not be started: {printed}", soft_wrap=True)

    address = f"{page}#{room_state.keys.facilitator}"
    out.print(f"\nOpen {address}", soft_wrap=True)
    sys.stdout.flush()
    if beside.browser:
        threading.Timer(0.5, webbrowser.open, [address]).start()
    with beside.running(announce, complain):
        try:
            _run_server(app, listeners)
        except KeyboardInterrupt:
            _press_no_more()
            _end_room(room_state)  # it may have come before the server
    if not room_state.writer.gone:
        out.print(f"To go on: {room_state.again}", soft_wrap=True)


def refuse(content: Content, word: str, **values: Any) -> NoReturn:
    err.print(content.words(f"room.{word}", **values), soft_wrap=True)
    raise typer.Exit(WRONG_INPUT)


def _refuse_second(session: Session) -> None:
    """End if the session's room is open elsewhere.

    Two rooms would each count only their own votes.
    """
    from workshop.room.network import answers_at
    from workshop.session.voting import Voting

    served, room = session.served(), Voting.of(session.since(0)).id
    if served is not None and answers_at(served.address, f"room-{room[:8]}"):
        refuse(session.content, "room-is-open", address=served.address)


def _announce(network: Network, keys: Keys, qr: bool) -> None:
    """Print where each page is, and the secrets that open them."""
    from workshop.room.guard import show_code

    address = network.address
    out.print(f"  Participants  {address}/   code {show_code(keys.code)}", soft_wrap=True)
    own = network.here
    out.print(f"  Wall          {own}/projector   (opens from the console)", soft_wrap=True)
    out.print(f"  Facilitator   {own}/console#{keys.facilitator}", soft_wrap=True)
    out.print("                Keep this one to yourself. Ctrl-C ends; starting again goes on.")
    if others := [one for one in network.choices() if one != address]:
        out.print(
            "  This computer is in several networks. Choose on the console which one is shown:"
        )
        for one in others:
            out.print(f"                {one}/", soft_wrap=True)
    if qr:
        import segno

        segno.make(f"{address}/#{keys.code}", error="m", micro=False).terminal(compact=True)
    sys.stdout.flush()


def _run_server(app: FastAPI, listeners: list[socket.socket]) -> None:
    """Serve a room until Ctrl-C, or until its session is deleted."""
    import uvicorn

    class Server(uvicorn.Server):
        pressed = False

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            if self.pressed:  # it ends already, within five seconds
                return
            self.pressed = True
            _end_room(app.state.room)
            super().handle_exit(sig, frame)

    def end() -> None:
        server.should_exit = True

    server = Server(
        uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=5,
            proxy_headers=False,
        )
    )
    app.state.room.on_end = end
    gc.freeze()  # what is here now stays: no pause to look through it while people vote
    gc.enable()  # a command does without, a server may run all day
    server.run(sockets=listeners)


def _press_no_more() -> None:
    """Pass over further presses of Ctrl-C, since what is left ends by itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _end_room(room_state: RoomState) -> None:
    """Let a room end, and say so at the first of several presses of Ctrl-C."""
    if not room_state.ending:
        _say_ending()
    room_state.end()


def _teller(content: Content, network: Network) -> Callable[[], None]:
    """Return what tells the terminal that the address is lost, or back."""
    was_lost = False

    def tell() -> None:
        nonlocal was_lost
        if network.is_lost != was_lost:
            was_lost = network.is_lost
            word = "room.network-lost" if was_lost else "room.network-again"
            out.print("\n" + content.words(word, address=network.address), soft_wrap=True)
            sys.stdout.flush()

    return tell


def _listen_here(port: int) -> socket.socket | None:
    """Return a socket for this computer alone, or None if the port is taken.

    Console and wall stay open there, and say so, when the network's address is lost.
    """
    try:
        return _bound(LOCAL, port)
    except OSError:
        return None


def _listen(served: str, port: int) -> socket.socket:
    """Return a socket that accepts connections before the pages are ready."""
    try:
        return _bound(served, port)
    except OSError as error:
        is_taken = served == LOCAL or error.errno == errno.EADDRINUSE
        hint = "Choose another with --port." if is_taken else "Look at --ip and --port."
        err.print(f"{served}:{port} cannot be served ({error.strerror}). {hint}", soft_wrap=True)
        raise typer.Exit(FAILED) from None


def _bound(served: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in served else socket.AF_INET
    # the protocol by its name: else asyncio leaves small answers waiting for the next ones
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((served, port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener


def _privacy(session: Session, privacy: PrivacyName | None) -> Privacy | None:
    """Return the privacy, as given or typed; the strictest if nobody can be asked."""
    if privacy is not None:
        return privacy.value
    if any(True for _ in session.notes("room-opened")):
        return None
    if not sys.stdin.isatty():
        return "anonymous"
    out.print("What may be kept beside a vote? It cannot be changed later.")
    out.print("Type a word, or its number.")
    numbered = {str(n): name for n, name in enumerate(KEPT, 1)}
    for number, name in numbered.items():
        out.print(f"  {number}  {name:<9}  {KEPT[name]}")
    while True:
        typed = typer.prompt("Privacy", default="anonymous").strip().lower()
        typed = numbered.get(typed, typed)
        if typed in PrivacyName.__members__:
            return PrivacyName[typed].value
        out.print(f"Type one of: {', '.join(PrivacyName)}, or its number.")


def _name_model(session: Session, model: str, leads: str, state: Voting) -> None:
    """Keep the name of the model as it is given, or typed before the first vote.

    Nobody is asked if the answers name one already; it can be given in notebook 2 too.
    """
    from workshop.problems import InputError
    from workshop.session.store import as_written

    room, session.who = session.who, as_written(leads) or session.content.words("room.who-console")
    try:
        if model.strip():
            session.give(("model",), model.strip())
        elif not session.answers.model and not state.started and sys.stdin.isatty():
            before = session.answers.earlier
            last = (before.answers.model if before else "") or ""
            does = f"take the one of the workshop before, “{last}”" if last else "leave it open"
            out.print(f"Wall, ballots and pack name the model. Press Return to {does}.")
            asked = "Which model do you talk about?"
            while typed := typer.prompt(asked, last, show_default=False).strip():
                try:
                    session.give(("model",), typed)
                    break
                except InputError as error:
                    out.print(str(error), soft_wrap=True)
    finally:
        session.who = room


def _address(ip: str | None, before: str, *, came: bool) -> str:
    """Return the address to serve on: as given, as typed, or this computer's own.

    Return keeps the one `before`, where phones come back by themselves. If that is lost, or the
    room `came` from another computer, it takes one that phones reach, as far as there is any.
    """
    if ip is None and sys.stdin.isatty():
        from workshop.room.network import own_addresses

        out.print("On which address shall the room be served? Type it, or its number.")
        own = own_addresses()
        offered = dict.fromkeys((LOCAL, *own, "0.0.0.0"))  # noqa: S104 (a choice)
        numbered = {str(n): one for n, one in enumerate(offered, 1)}
        for number, one in numbered.items():
            out.print(f"  {number}  {one:<16} {who_can_reach(one)}", soft_wrap=True)
        usual = before if before in offered else LOCAL
        if before not in offered and (before or came):
            usual = next(iter(own), LOCAL)
            lost = (
                f"The room was at {before}, which this computer does not have now."
                if before
                else "This room was open elsewhere before."
            )
            then = (
                f"Return takes {usual}. Ask everybody to open the address on the wall."
                if own
                else "It is in no network, so phones cannot join. Connect it to one, then start "
                "again."
            )
            out.print(f"{lost} {then}", soft_wrap=True)
        typed = typer.prompt("Address", default=usual).strip()
        ip = numbered.get(typed, typed)
    try:
        return str(ipaddress.ip_address(ip or LOCAL))
    except ValueError:
        message = f"--ip: “{ip}” is no address. Give one in numbers, such as {LOCAL}."
        err.print(message, soft_wrap=True)
        raise typer.Exit(WRONG_INPUT) from None


def who_can_reach(ip: str) -> str:
    """Return a sentence on who can open pages that are served on an address."""
    address = ipaddress.ip_address(ip)
    if address.is_loopback:
        return "Only this computer can reach it."
    if address.is_unspecified:
        return (
            "Everybody in any network that this computer is in can reach it, and what is sent "
            "is not encrypted."
        )
    if address.is_private or address.is_link_local:
        return "Everybody in the same network can reach it, and what is sent is not encrypted."
    return "Everybody on the internet may reach it, and what is sent is not encrypted."


def _delete(place: str) -> None:
    from workshop.room.console import delete_session, files_left, files_of
    from workshop.session import Session

    session = Session.open(place, create=False)
    out.print("These are deleted for good; packs and copies elsewhere stay:")
    for trace in files_of(session):
        out.print(f"  {trace}", soft_wrap=True)
    if left := files_left(session):
        out.print("These stay beside it, and may show what was said. Delete them yourself:")
        for trace in left:
            out.print(f"  {trace}", soft_wrap=True)
    if typer.prompt("Type “delete” to go on", default="", show_default=False).strip() != "delete":
        session.close()
        out.print("Nothing was deleted.")
        raise typer.Exit(FAILED)
    delete_session(session)
    out.print("Deleted.")


# -- in a browser alone --------------------------------------------------------------------------


web = typer.Typer(
    help="Write the workshop as a page that runs in a browser alone, and try it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@web.command("build", epilog="Example: workshop web build build/web")
def build_web(
    folder: Annotated[Path, typer.Argument(help="A new folder, or one that was built before.")],
    content: ContentFolder = None,
) -> None:
    """Write a folder of plain files for any web server; answers stay in the browser."""
    from workshop.web.build import build as build_folder

    with clear_messages(folder):
        files = build_folder(folder, content)
    size = sum(files.values()) / 1e6
    out.print(f"{folder}: {len(files)} files, {size:.1f} MB.", soft_wrap=True)
    out.print(f"Try it:  workshop web serve {folder}", soft_wrap=True)


@web.command("serve", epilog="Example: workshop web serve build/web")
def serve_web(
    folder: Annotated[Path, typer.Argument(help="A folder that was built.")],
    port: Annotated[
        int, typer.Option(min=1, max=65000, help="The first free one from here.")
    ] = 8720,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Open no browser.")] = False,
) -> None:
    """Serve a built folder on this computer only."""
    from workshop.web.build import serve as serve_folder

    def show(address: str) -> None:
        out.print(f"Open {address}", soft_wrap=True)
        out.print("Only this computer reaches it. Ctrl-C stops it.", soft_wrap=True)
        if not no_browser:
            webbrowser.open(address)

    with clear_messages():
        serve_folder(folder, port, show)
