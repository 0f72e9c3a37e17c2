"""`workshop room` on the command line, and the turns and the box in which it keeps votes."""

from __future__ import annotations

import datetime
import json
import os
import re
import shlex
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
from bs4 import BeautifulSoup
from pypdf import PdfReader
from typer.testing import CliRunner

from batches import until
from ports import own_port
from rooms import CONTENT, FORM, Facilitator, events, serve
from terminals import terminal
from workshop import Answers
from workshop.cli import live as cli_room
from workshop.cli.commands import app as kit
from workshop.cli.live import KEPT
from workshop.notebook.servers import without_tabs
from workshop.room.commands import open_room
from workshop.room.console import delete_session
from workshop.room.guard import key_file, keys_of, place_before, place_file, read_code
from workshop.room.network import Network
from workshop.room.state import RoomState
from workshop.session import Session

needs_terminal = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no pseudo-terminals for Python"
)
app = typer.Typer()
app.command()(cli_room.room)
run = CliRunner()


@pytest.mark.parametrize(
    ("ip", "words"),
    [
        ("127.0.0.1", "Only this computer"),
        ("::1", "Only this computer"),
        ("192.168.1.20", "same network"),
        ("fe80::1", "same network"),
        ("0.0.0.0", "any network that this computer is in"),
        ("8.8.8.8", "on the internet"),
    ],
)
def test_it_says_who_can_reach_an_address(ip: str, words: str) -> None:
    text = cli_room.who_can_reach(ip)
    assert words in text
    assert ("not encrypted" in text) == ("Only" not in text)


def test_an_address_that_is_none_is_refused_with_an_example(tmp_path: Path) -> None:
    done = run.invoke(app, [str(tmp_path / "s"), "--ip", "my-laptop", "--privacy", "role"])
    assert done.exit_code == 2
    assert "--ip: “my-laptop” is no address" in done.stderr


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run.invoke(app, [str(tmp_path / "s"), "--port", port, "--privacy", "role"])
    assert done.exit_code == 1
    assert f"127.0.0.1:{port} cannot be served" in done.stderr
    assert "Choose another with --port." in done.stderr


def test_a_taken_port_of_another_address_is_told_as_that(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.2", 0))
        taken.listen()
        with pytest.raises(typer.Exit):
            cli_room._listen("127.0.0.2", taken.getsockname()[1])
    assert "Choose another with --port." in capsys.readouterr().err


def test_without_anybody_to_ask_the_room_keeps_nothing_of_anybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uvicorn.Server.run", lambda *_, **__: None)
    done = run.invoke(app, [str(tmp_path / "s"), "--port", "0", "--qr"])
    assert done.exit_code == 0, done.output
    assert "Kept beside a vote: nothing. Only this computer can reach it." in done.stdout
    assert "█" in done.stdout
    assert keys_of(tmp_path / "s").facilitator in done.stdout
    again = run.invoke(app, [str(tmp_path / "s"), "--port", "0", "--privacy", "named"])
    assert again.exit_code == 2
    assert "cannot be changed: anonymous" in again.stderr


def test_tables_are_given_by_name_or_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uvicorn.Server.run", lambda *_, **__: None)
    command = [str(tmp_path / "s"), "--port", "0", "--tables"]
    odd = run.invoke(app, [*command, "North"])
    assert odd.exit_code == 2
    assert "Give 2 to 8 tables" in odd.stderr
    assert (
        "Each table votes for itself: North, South."
        in run.invoke(app, [*command, "North, South"]).stdout
    )
    assert (
        "Each table votes for itself: Table 1, Table 2." in run.invoke(app, [*command, "2"]).stdout
    )


def test_a_session_is_deleted_only_if_one_types_so(tmp_path: Path) -> None:
    place = tmp_path / "session.workshop"
    Session.open(place).close()
    keys_of(place)
    done = run.invoke(app, [str(place), "--delete"], input="yes\n")
    assert done.exit_code == 1
    assert place.exists()
    done = run.invoke(app, [str(place), "--delete"], input="delete\n")
    assert done.exit_code == 0
    assert str(key_file(place)) in done.stdout
    assert list(tmp_path.iterdir()) == []
    assert run.invoke(app, [str(place), "--delete"]).exit_code == 2


def test_a_code_is_read_however_it_is_spaced() -> None:
    assert read_code(" kxm-4pt ") == read_code("KXM 4PT") == "KXM4PT"


@needs_terminal
@pytest.mark.parametrize(
    ("typed", "privacy"),
    [
        ([""], "anonymous"),
        (["named"], "named"),
        (["names", " ROLE "], "role"),
        (["4", "2"], "role"),
    ],
)
def test_a_person_is_asked_for_address_and_privacy(
    typed: list[str], privacy: str, tmp_path: Path
) -> None:
    with terminal("room", "session.workshop", "--port", "0", folder=tmp_path) as shown:
        shown.wait_for("Address [127.0.0.1]:")
        shown.type("")
        shown.wait_for("Privacy [anonymous]:")
        shown.type(typed[0])
        for line in typed[1:]:
            shown.wait_for(
                "Type one of: named, role, anonymous, or its number.\nPrivacy [anonymous]:"
            )
            shown.type(line)
        shown.wait_for("Which model do you talk about?:")
        shown.type("")
        shown.wait_for("Ctrl-C ends")
        assert (
            f"Kept beside a vote: {KEPT[privacy]}. Only this computer can reach it." in shown.shown
        )
        assert shown.end() == 0
        assert "The room is closed." in shown.shown
    stored = events(tmp_path / "session.workshop")
    assert stored[0][1]["privacy"] == privacy


def test_the_command_that_goes_on_has_the_port_that_phones_know(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(
        cli_room, "_run_server", lambda app, _: seen.append(app.state.room.again), raising=True
    )
    port = str(own_port())
    place = tmp_path / "our session"
    given = ["--port", port, "--ip", "127.0.0.1", "--who", "Ana Cole; $HOME"]
    done = run.invoke(app, [str(place), *given, "--privacy", "role"])
    assert done.exit_code == 0, done.output
    assert shlex.split(seen[0]) == [
        *("workshop", "room", str(place), "--who", "Ana Cole; $HOME"),
        *("--ip", "127.0.0.1", "--port", port),
    ]


def test_a_room_that_comes_back_elsewhere_says_so_until_everybody_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms: list[RoomState] = []
    monkeypatch.setattr(cli_room, "_run_server", lambda app, _: rooms.append(app.state.room))

    def start(ip: str, *addresses: str) -> RoomState:
        laptop = partial(Network, find=lambda: addresses)
        monkeypatch.setattr("workshop.room.network.Network", laptop)
        command = [str(tmp_path / "s"), "--port", "0", "--ip", ip, "--privacy", "role"]
        done = run.invoke(app, command)
        assert done.exit_code == 0, done.output
        return rooms[-1]

    assert start("0.0.0.0", "192.168.7.7").network.left == ""
    with closing(Session.open(tmp_path / "s")) as session:
        session.note("joined", {"person": "p", "role": "product"})
    assert start("127.0.0.1").network.left == "", "alone, to key ballots in"
    moved = start("0.0.0.0", "10.0.0.5").network
    assert re.fullmatch(r"http://192\.168\.7\.7:\d+", moved.left)
    assert moved.address.startswith("http://10.0.0.5:")
    known = place_before(tmp_path / "s")
    assert known is not None
    assert known.address == moved.address
    both = start("0.0.0.0", "192.168.7.7", "10.0.0.5")
    assert both.network.address.startswith("http://"), "ports differ, so it is another address"
    delete_session(both.session)
    assert place_before(tmp_path / "s") is None
    place_file(tmp_path / "s").write_text('{"served": "x", "address": "javascript:1"}', "utf-8")
    assert place_before(tmp_path / "s") is None


def test_a_room_keeps_the_address_that_people_have_where_the_computer_has_it() -> None:
    network = Network("0.0.0.0", 8710, find=lambda: ("192.168.7.7", "10.0.0.5"))
    network.came_from("http://10.0.0.5:8710")
    assert (network.address, network.left) == ("http://10.0.0.5:8710", "")
    network.came_from("http://172.16.0.9:8710")
    assert (network.address, network.left) == ("http://10.0.0.5:8710", "http://172.16.0.9:8710")
    network.choose("http://192.168.7.7:8710")
    assert network.left == ""


@needs_terminal
@pytest.mark.parametrize(
    ("had", "own", "offered", "said"),
    [
        ("10.0.0.5", ("192.168.7.7", "10.0.0.5"), "10.0.0.5", ""),
        ("10.0.0.9", ("192.168.7.7", "10.0.0.5"), "192.168.7.7", "Return takes 192.168.7.7."),
        ("10.0.0.9", (), "127.0.0.1", "It is in no network, so phones cannot join."),
    ],
)
def test_return_keeps_the_address_of_before_or_takes_one_that_phones_reach(
    had: str, own: tuple[str, ...], offered: str, said: str, tmp_path: Path
) -> None:
    before = (
        f"import workshop.room.network as n; n.own_addresses = lambda: {own}\n"
        "from workshop.room.guard import Before, keep_place\n"
        f"keep_place('session.workshop', Before('{had}', 'http://{had}:8710'))"
    )
    with terminal("room", "session.workshop", folder=tmp_path, before=before) as shown:
        shown.wait_for(f"Address [{offered}]:")
        gone = f"The room was at {had}, which this computer does not have now. {said}"
        assert (gone in shown.shown) == (had != offered)


@needs_terminal
def test_return_takes_an_address_that_phones_reach_for_a_copy_of_a_room(tmp_path: Path) -> None:
    with closing(Session.open(tmp_path / "session.workshop")) as session:
        open_room(session, "role", None, ["product"])
    before = "import workshop.room.network as n; n.own_addresses = lambda: ('192.168.7.7',)"
    command = ("room", "session.workshop", "--port", "0")
    with terminal(*command, folder=tmp_path, before=before) as shown:
        shown.wait_for("Address [192.168.7.7]:")
        assert "This room was open elsewhere before. Return takes 192.168.7.7." in shown.shown
        shown.type("1")
        shown.wait_for("Which model do you talk about?:")
        shown.type("")
        shown.wait_for("Ctrl-C ends")
    with terminal(*command, folder=tmp_path, before=before) as shown:  # it was tried out here
        shown.wait_for("Address [127.0.0.1]:")


def test_the_notebooks_beside_a_room_know_the_name_that_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []
    names: list[str] = []

    class StandIn:
        def __init__(self, command: list[str], *_: object) -> None:
            commands.append(command)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("workshop.notebook.servers.LabBeside", StandIn)
    monkeypatch.setattr(cli_room, "_run_beside", lambda app, *_: names.append(app.state.room.leads))
    for given in (["--who", "Ana Cole"], []):
        asked = ["start", "ours", "--port", "0", "--privacy", "role", *given]
        done = run.invoke(kit, asked)
        assert done.exit_code == 0, done.output
    named, unnamed = commands
    assert named[named.index("--who") + 1] == "Ana Cole"
    assert "--who" not in unnamed
    assert names[0] == "Ana Cole"


def test_the_command_that_goes_on_asks_for_no_address_that_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses, seen = ["192.168.7.7"], list[str]()
    laptop = partial(Network, find=lambda: tuple(addresses))
    monkeypatch.setattr("workshop.room.network.Network", laptop)
    monkeypatch.setattr(cli_room, "_bound", lambda *_: socket.create_server(("127.0.0.1", 0)))

    def run_server(app: Any, _: object) -> None:
        room = app.state.room
        for now in (["10.0.0.5"], ["192.168.7.7"]):
            addresses[:] = now
            room.look_at_network()
            seen.append(room.again)

    monkeypatch.setattr(cli_room, "_run_server", run_server)
    command = [str(tmp_path / "s"), "--port", "0", "--ip", "192.168.7.7", "--privacy", "role"]
    done = run.invoke(app, command)
    assert done.exit_code == 0, done.output
    lost, found = seen
    assert "--ip" not in lost
    assert "--ip 192.168.7.7" in found


def test_the_command_that_goes_on_is_short_where_nothing_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(cli_room, "_run_server", lambda app, _: seen.append(app.state.room.again))
    port = own_port()
    monkeypatch.setattr(cli_room, "PORT", port)
    run.invoke(app, [str(tmp_path / "s"), "--port", str(port), "--privacy", "role"])
    assert seen == [f"workshop room {tmp_path / 's'}"]


def test_a_room_that_is_paused_says_which_button_ends_the_pause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli_room, "_run_server", lambda *_: None)
    given = [str(tmp_path / "s"), "--port", str(own_port()), "--privacy", "role"]
    assert "It is paused." not in run.invoke(app, given).output
    session = Session.open(tmp_path / "s", create=False)
    with session.transaction() as transaction:
        transaction.note("paused", {})
    session.close()
    assert f"Press “{CONTENT.words('room.console-resume')}”" in run.invoke(app, given).output


@needs_terminal
def test_a_room_that_goes_on_asks_for_its_privacy_no_more(tmp_path: Path) -> None:
    session = Session.open(tmp_path / "session.workshop")
    open_room(session, "role", 3, ["product"])
    session.close()
    served = ("--ip", "127.0.0.1", "--port", "0")
    with terminal("room", "session.workshop", *served, folder=tmp_path) as shown:
        shown.wait_for("Which model do you talk about?:")  # until the first vote
        shown.type("")
        shown.wait_for("Ctrl-C ends")
        assert "Privacy" not in shown.shown
        assert KEPT["role"] in shown.shown
        assert shown.end() == 0


@needs_terminal
def test_ctrl_c_is_answered_at_once_and_once(tmp_path: Path) -> None:
    command = ("room", "session.workshop", "--port", "0", "--ip", "127.0.0.1", "--privacy", "role")
    before = (
        "import os, time, workshop.room.state as s; end = s.RoomState.end\n"
        "s.RoomState.end = lambda self: (end(self), time.sleep(0.5), print('ended', flush=True))"
    )
    with terminal(*command, "--model", "x", folder=tmp_path, before=before) as shown:
        address = re.search(r"http://\S+?/ ", shown.wait_for("Ctrl-C ends"))
        assert address is not None
        httpx.get(address[0].strip(), timeout=60)
        for _press in range(3):  # as somebody does who sees nothing happen
            os.kill(shown.process.pid, signal.SIGINT)
            time.sleep(0.1)
        assert shown.end() == 0
    assert "Traceback" not in shown.shown
    said = "\nEnding. The last answers are kept first"
    assert shown.shown.count(said) == 1
    assert shown.shown.index(said) < shown.shown.index("ended")


@needs_terminal
def test_ctrl_c_that_is_pressed_again_at_the_very_end_stops_nothing(tmp_path: Path) -> None:
    command = ("room", "session.workshop", "--port", "0", "--ip", "127.0.0.1", "--privacy", "role")
    before = (
        "import os, signal, time, workshop.cli.live as live; say = live.out.print\n"
        "def press_and_say(words, **how):\n"
        "    if 'is closed' in words: os.kill(os.getpid(), signal.SIGINT); time.sleep(0.2)\n"
        "    say(words, **how)\n"
        "live.out.print = press_and_say"
    )
    with terminal(*command, "--model", "x", folder=tmp_path, before=before) as shown:
        shown.wait_for("Ctrl-C ends")
        assert shown.end() == 0
    assert "The room is closed." in shown.shown
    assert "Stopped" not in shown.shown


@needs_terminal
def test_a_person_is_asked_which_model_it_is_about(tmp_path: Path) -> None:
    command = ("room", "session.workshop", "--port", "0", "--ip", "127.0.0.1", "--privacy", "role")
    asked = "Which model do you talk about?:"
    with terminal(*command, "--who", "Ana Cole", folder=tmp_path) as shown:
        shown.wait_for(asked)
        shown.type("a" * 501)
        shown.wait_for("Allowed: at most 500.")
        shown.type(" Ben’s <ranking> model ")
        shown.wait_for("Ctrl-C ends")
        assert shown.end() == 0
    with terminal(*command, folder=tmp_path) as shown:
        assert asked not in shown.wait_for("Ctrl-C ends")
        assert shown.end() == 0
    with closing(Session.open(tmp_path / "session.workshop")) as session:
        assert session.answers.model == "Ben’s <ranking> model"
        assert [change.who for change in session.history()] == ["Ana Cole"]


@needs_terminal
def test_a_second_workshop_offers_the_model_of_the_first(tmp_path: Path) -> None:
    with closing(Session.open(tmp_path / "session.workshop")) as session:
        session.follow(Answers(model="the ranking model"))
    command = ("room", "session.workshop", "--port", "0", "--ip", "127.0.0.1", "--privacy", "role")
    with terminal(*command, folder=tmp_path) as shown:
        shown.wait_for("Press Return to take the one of the workshop before, “the ranking model”.")
        shown.type("")
        shown.wait_for("Ctrl-C ends")
        assert shown.end() == 0
    with closing(Session.open(tmp_path / "session.workshop")) as session:
        assert session.answers.model == "the ranking model"


def test_the_model_that_is_given_is_on_every_page_of_the_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uvicorn.Server.run", lambda *_, **__: None)
    place = tmp_path / "session.workshop"
    command = [str(place), "--port", "0", "--privacy", "named", "--model"]
    assert run.invoke(app, [*command, "the ranking model"]).exit_code == 0
    done = run.invoke(app, [*command, "x" * 501])
    assert done.exit_code == 2, "a name that cannot be kept is refused"
    assert run.invoke(app, [*command, ""]).exit_code == 0
    monkeypatch.undo()
    with serve(place, "named", None) as room:
        one, chair = room.participant(), room.facilitator()
        named = "We talk about the model “the ranking model”."
        for page in (one.get("/"), chair.get("/projector"), chair.get("/console/start")):
            assert named in page.text
        chair.ask("duties.paged")
        for page in (one.get("/"), chair.get("/projector"), chair.get("/console")):
            assert "for the model “the ranking model”" in page.text


@needs_terminal
@pytest.mark.parametrize(("typed", "left"), [("yes", True), ("delete", False)])
def test_a_person_is_asked_before_a_session_is_deleted(
    typed: str, left: bool, tmp_path: Path
) -> None:
    place = tmp_path / "session.workshop"
    with closing(Session.open(place)) as session:
        session.copy(tmp_path / "session-copy-2026-11-29-041131.workshop")
    written = ("06-decisions.ipynb", "votes.csv", "votes.xlsx", "answers.yaml")
    for name in written:
        (tmp_path / name).write_text("{}", "utf-8")
    with terminal("room", str(place), "--delete", folder=tmp_path) as shown:
        shown.wait_for("Type “delete” to go on")
        stays = shown.shown.partition("These stay beside it")[2]
        for name in ("session-copy-2026-11-29-041131.workshop", *written):
            assert name in stays, "each shows what was said"
        assert f"{place}\n" not in stays
        shown.type(typed)
        shown.wait_for("Nothing was deleted." if left else "Deleted.")
        assert shown.end(b"") == int(left)
    assert place.exists() == left


def opens(lab: str) -> bool:
    """Whether JupyterLab gives out its page; the first time it may take a while."""
    page = httpx.get(lab, follow_redirects=True, trust_env=False, timeout=120)
    return page.status_code == 200


ALONE = "https://intranet.example.org/workshop/"
"""Where a workshop in a browser was put."""


@pytest.mark.parametrize(
    "typed", ["javascript:alert(1)", "intranet/workshop", "mailto:a@b.example"]
)
def test_what_is_no_address_of_a_page_is_not_offered_beside_a_room(
    typed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run.invoke(kit, ["start", "our-workshop", "--web", typed])
    assert done.exit_code == 2
    assert f"“{typed}” is no address of a page. It begins with https://." in done.output
    assert [*tmp_path.iterdir()] == []


@needs_terminal
def test_one_command_brings_up_room_and_notebooks_and_ctrl_c_ends_both(tmp_path: Path) -> None:
    lab_port = str(own_port())
    with terminal(
        *("start", "our-workshop", "--port", "0", "--lab-port", lab_port, "--no-browser"),
        *("--web", ALONE),
        folder=tmp_path,
    ) as shown:
        shown.wait_for("Address [127.0.0.1]:")
        shown.type("")
        shown.wait_for("Privacy [anonymous]:")
        shown.type("role")
        shown.wait_for("Which model do you talk about?:")
        shown.type("the ranking model")
        shown.wait_for("/console/start#")
        found = re.search(r"Open (http://\S+?)/console/start#(\S+)", shown.shown)
        assert found is not None
        chair = Facilitator(found[1])
        token = FORM.search(chair.get("/console/start").text)
        assert token is not None
        page = chair.post("/console/enter", key=found[2], form=token[1], next="start")
        assert page.url.path == "/console/start"
        assert "We talk about the model “the ranking model”." in page.text
        shows = BeautifulSoup(page.text, "html.parser")
        assert shows.find("a", href=ALONE) is not None
        assert f"questions on {ALONE} and send us" in shows.find(id="invitation").get_text()
        until = time.monotonic() + 120
        while "/lab/tree/" not in page.text:
            assert time.monotonic() < until, page.text
            time.sleep(0.2)
            page = chair.get("/console/start")
        lab = str(
            BeautifulSoup(page.text, "html.parser").find("a", href=re.compile("/lab/"))["href"]
        )
        assert opens(lab)
        assert lab == without_tabs(lab.removesuffix("&reset")), "no notebook of the day before"
        for link in BeautifulSoup(page.text, "html.parser").select('a[href^="/"]'):
            assert chair.get(str(link["href"])).status_code == 200
        chair.client.close()
        assert shown.end() == 0
        again = f"To go on: workshop start {tmp_path / 'our-workshop'} --web {ALONE}"
        assert f"{again} --lab-port {lab_port} --port {httpx.URL(found[1]).port}\n" in shown.shown
    with pytest.raises(httpx.ConnectError):
        opens(lab)
    assert events(tmp_path / "our-workshop" / "session.workshop")[0][1]["privacy"] == "role"


@pytest.mark.skipif(sys.platform == "win32", reason="it has no SIGKILL")
def test_the_notebooks_end_with_a_room_that_was_killed(tmp_path: Path) -> None:
    command = [
        "-c",
        "from workshop.cli.commands import main; main()",
        "start",
        "ours",
        "--port",
        "0",
    ]
    options = ["--lab-port", str(own_port()), "--privacy", "role", "--no-browser"]
    log = tmp_path / "ours" / ".workshop" / "lab.log"
    process = subprocess.Popen(
        [sys.executable, *command, *options],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert until(lambda: log.exists() and "Open http" in log.read_text("utf-8"), 120)
        lab = re.search(r"Open (http\S+)", log.read_text("utf-8"))
        assert lab is not None
        assert opens(lab[1])
    finally:
        process.kill()
        process.wait(60)

    def is_gone() -> bool:
        try:
            opens(lab[1])
        except httpx.TransportError:
            return True
        return False

    assert until(is_gone)


def test_the_start_page_stops_for_today(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workshop.room.console.TO_READ_IT", 600)
    with serve(tmp_path / "session.workshop") as room:
        ended: list[bool] = []
        room.room_state.on_end = lambda: ended.append(True)
        chair, phone = room.facilitator(), room.participant()
        text = chair.post("/console/stop").text
        assert CONTENT.words("room.stopped-title") in text
        told = BeautifulSoup(text, "html.parser").get_text()  # it may break after each folder
        assert f"workshop room {tmp_path}" in told
        assert not ended, "phones have a moment to show that the room has stopped"
        assert CONTENT.words("room.paused-title") in phone.get().text
        monkeypatch.setattr("workshop.room.console.TO_READ_IT", 0)
        chair.post("/console/stop")
        assert until(lambda: ended == [True])
    assert events(tmp_path / "session.workshop")[-1][0] == "paused"


def test_the_start_page_prints_the_run_sheet_of_the_agenda_that_was_set(tmp_path: Path) -> None:
    with serve(tmp_path / "session.workshop") as room:
        chair = room.facilitator()

        def command() -> list[str]:
            page = BeautifulSoup(chair.get("/console/start").text, "html.parser")
            (found,) = page.select("#print ~ pre")
            return shlex.split(found.get_text())

        assert "--minutes" not in command()
        chair.post("/console/timer/set", minutes="240", people="8", focus="on-call", remote="on")
        printed = command()
        given = ["--minutes", "240", "--focus", "on-call", "--remote"]
        assert printed[printed.index("--minutes") :][:5] == given
        chair.post("/console/timer/set", minutes="120", people="8")
        assert "--remote" not in command()
        console = BeautifulSoup(chair.get("/console").text, "html.parser")
        (wall,) = console.select('a[href="/projector"]')
        assert wall.get_text() == CONTENT.words("room.start-wall"), "one name on both pages"
    assert run.invoke(kit, [*printed[1:2], "run-sheet", *printed[2:]]).exit_code == 0
    sheet = tmp_path / "printed" / "run-sheet.pdf"
    assert sheet.is_file()


def test_what_the_start_page_prints_names_the_model_and_its_teams(tmp_path: Path) -> None:
    with serve(tmp_path / "session.workshop") as room:
        room.session.give(("model",), "the search model")
        room.session.give(("duties", "ship"), "Search team")
        page = BeautifulSoup(room.facilitator().get("/console/start").text, "html.parser")
        (found,) = page.select("#print ~ pre")
        command = shlex.split(found.get_text())
        asked = [command[1], "ballots", "duty-board", *command[2:]]
        result = run.invoke(kit, asked)  # while the room is open, as on the day
        assert result.exit_code == 0, result.output
    for name in ("ballots", "duty-board"):
        printed = PdfReader(tmp_path / "printed" / f"{name}.pdf")
        words = " ".join(" ".join(page.extract_text().split()) for page in printed.pages)
        assert "the search model" in words, name
        assert "Search team" in words, "the letters of ballots are those of the room's phones"


# -- turns and the box -------------------------------------------------------------------------


def test_a_turn_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    session = Session.open(tmp_path / "s", who="Ana")

    def fail() -> None:
        with session.transaction() as transaction:
            transaction.note("asked", {"question": "lead", "round": 1})
            transaction.put("lead", 1, "b", {"value": "product"})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert session.since(0) == ()
    assert session.box() == []
    at = datetime.datetime(2026, 11, 21, 9, 0, tzinfo=datetime.UTC)
    with session.transaction() as transaction:
        transaction.note("asked", {"question": "lead", "round": 1})
        number = transaction.note("voted", {"value": "x"}, at)
    events = session.since(0)
    assert [e.kind for e in events] == ["asked", "voted"]
    assert (events[1].seq, events[1].at, events[1].who) == (number, at, "Ana")
    assert session.since(events[0].seq) == events[1:]
    session.close()
    again = Session.open(tmp_path / "s")
    assert again.since(0) == events
    again.close()


def test_a_turn_knows_what_others_wrote_before_it(tmp_path: Path) -> None:
    one, other = Session.open(tmp_path / "s"), Session.open(tmp_path / "s")
    other.note("asked", {"question": "lead"})
    with one.transaction():
        assert [e.kind for e in one.since(0)] == ["asked"]
    one.close()
    other.close()


def test_the_box_holds_one_ballot_of_each_and_is_emptied_into_events(tmp_path: Path) -> None:
    session = Session.open(tmp_path / "s")
    at = datetime.datetime(2026, 11, 21, 9, 0, tzinfo=datetime.UTC)
    for ballot, value in (("c", 1), ("a", 2), ("b", 3), ("a", 4)):
        with session.transaction() as transaction:
            transaction.put("lead", 1, ballot, {"value": value})
    with session.transaction() as transaction:
        transaction.put("lead", 2, "a", {"value": 5})
        assert transaction.take_out("lead", 1, "b")
        assert not transaction.take_out("lead", 1, "b")
    assert [(n, b, body["value"]) for _, n, b, body in session.box()] == [
        (1, "a", 4),
        (1, "c", 1),
        (2, "a", 5),
    ]
    with session.transaction() as transaction:
        assert transaction.close_ballots("lead", 1, at) == 2
        assert transaction.close_ballots("lead", 1, at) == 0
    assert [(e.body["ballot"], e.body["value"], e.at) for e in session.notes("voted")] == [
        ("a", 4, at),
        ("c", 1, at),
    ]
    assert [n for _, n, _, _ in session.box()] == [2]
    session.close()


def test_the_box_keeps_no_number_of_arrival(tmp_path: Path) -> None:
    session = Session.open(tmp_path / "s")
    for ballot in "zya":
        with session.transaction() as transaction:
            transaction.put("lead", 1, ballot, {"value": "x"})
    session.close()
    with sqlite3.connect(tmp_path / "s") as file:
        rows = file.execute("SELECT ballot, body FROM ballots").fetchall()
        with pytest.raises(sqlite3.OperationalError):
            file.execute("SELECT rowid FROM ballots")
    file.close()
    assert [r[0] for r in rows] == ["a", "y", "z"]
    assert all(set(json.loads(r[1])) == {"value"} for r in rows)
