"""Where a room can be reached: several networks, a change of network, names, a second server."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
import typer
from bs4 import BeautifulSoup
from typer.testing import CliRunner

import two_networks
from batches import until
from conftest import CONSOLE
from rooms import CONTENT, Participant, Room, serve
from workshop.cli import live
from workshop.room.guard import lock_room, read_code
from workshop.room.network import Network, answers_at, is_host_name, own_addresses
from workshop.session import Session

words = CONTENT.words
app = typer.Typer()
app.command()(live.room)
run = CliRunner()


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with serve(tmp_path / "session.workshop", "role") as served:
        yield served


class Laptop:
    """A computer whose addresses change."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses

    def __call__(self) -> tuple[str, ...]:
        return self.addresses


def test_a_room_on_all_addresses_lists_them_and_shows_the_one_that_is_chosen() -> None:
    laptop = Laptop("10.8.0.2", "192.168.1.20")
    network = Network("0.0.0.0", 8710, find=laptop)
    assert network.choices() == ("http://10.8.0.2:8710", "http://192.168.1.20:8710")
    assert network.address == "http://10.8.0.2:8710"
    assert network.choose("http://192.168.1.20:8710")
    assert network.address == "http://192.168.1.20:8710"
    assert not network.choose("http://203.0.113.9:8710")


def test_a_room_follows_the_computer_into_another_network() -> None:
    laptop = Laptop("10.8.0.2", "192.168.1.20")
    network = Network("0.0.0.0", 8710, find=laptop)
    network.choose("http://192.168.1.20:8710")
    laptop.addresses = ("172.20.10.3",)
    assert network.look()
    assert network.address == "http://172.20.10.3:8710"
    assert not network.look()
    laptop.addresses = ("172.20.10.3", "192.168.1.20")
    network.look()
    assert network.address == "http://192.168.1.20:8710", "what was chosen comes back"


def test_an_address_that_the_computer_lost_is_noticed() -> None:
    laptop = Laptop("192.168.7.7")
    network = Network("192.168.7.7", 8710, find=laptop)
    assert not network.is_lost
    laptop.addresses = ("172.20.10.3",)
    network.look()
    assert network.is_lost
    assert not Network("127.0.0.1", 1, find=laptop).is_lost
    laptop.addresses = ("192.168.7.7",)
    network.look()
    assert not network.is_lost
    laptop.addresses = ()
    network.look()
    assert network.is_lost, "a computer in no network has lost it, too"
    assert not Network.at("http://192.168.7.7:8710").is_lost, "nobody looks at addresses there"


def test_the_terminal_says_once_that_the_address_is_lost_and_once_that_it_is_back(
    capsys: pytest.CaptureFixture[str],
) -> None:
    laptop = Laptop("192.168.7.7")
    network = Network("192.168.7.7", 8710, find=laptop)
    tell = live._teller(CONTENT, network)

    def shown(*addresses: str) -> str:
        laptop.addresses = addresses
        network.look()
        tell()
        return " ".join(capsys.readouterr().out.split())

    assert shown("192.168.7.7", "10.0.0.5") == ""
    lost = words("room.network-lost", address="http://192.168.7.7:8710")
    assert shown("10.0.0.5") == lost
    assert shown() == ""
    assert shown("192.168.7.7") == words("room.network-again", address="http://192.168.7.7:8710")


def test_console_and_wall_are_open_on_this_computer_whatever_the_network_does() -> None:
    network = Network("192.168.7.7", 8710, find=Laptop("192.168.7.7"))
    assert network.here == network.address
    network.has_local = True
    assert (network.here, network.address) == ("http://127.0.0.1:8710", "http://192.168.7.7:8710")


def test_a_name_is_shown_before_addresses() -> None:
    network = Network("0.0.0.0", 80, "workshop.example.org", Laptop("192.168.1.20"))
    assert network.address == "http://workshop.example.org:80"
    assert "http://192.168.1.20:80" in network.choices()


def test_an_address_that_people_have_is_kept_as_long_as_the_computer_has_it() -> None:
    laptop = Laptop("192.168.1.20")
    network = Network("0.0.0.0", 8710, find=laptop)
    laptop.addresses = ("10.0.0.5", "192.168.1.20")  # a cable was plugged in: it is likelier
    assert network.look()
    assert (network.address, network.left) == ("http://192.168.1.20:8710", "")
    laptop.addresses = ()  # asleep
    network.look()
    assert (network.address, network.left) == ("http://127.0.0.1:8710", "http://192.168.1.20:8710")
    laptop.addresses = ("10.0.0.5", "192.168.1.20")
    network.look()
    assert (network.address, network.left) == ("http://192.168.1.20:8710", "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals for Python")
def test_a_room_in_two_networks_loses_one_and_people_find_the_way_back(tmp_path: Path) -> None:
    """In a network namespace where the machine allows one, else on loopback addresses."""
    script = f"exec {shlex.join([sys.executable, two_networks.__file__, str(tmp_path)])}"
    apart = ["unshare", "--map-root-user", "--net", "sh", "-c"]
    try:
        tried = subprocess.run([*apart, two_networks.SET_UP], capture_output=True).returncode
    except OSError:
        tried = 1
    command = ["sh", "-c", f"{script} pretend"]
    if tried == 0:
        command = [*apart, two_networks.SET_UP + script]
    done = subprocess.run(command, capture_output=True, encoding=CONSOLE)
    assert done.returncode == 0, done.stderr + done.stdout


def test_own_addresses_are_none_of_the_computer_alone() -> None:
    assert not any(one.startswith("127.") for one in own_addresses())


@pytest.mark.parametrize("name", ["a", "workshop.example.org", "laptop-7.local"])
def test_a_name_of_a_computer_is_taken(name: str) -> None:
    assert is_host_name(name)


@pytest.mark.parametrize("name", ["", "http://x", "a b", "-a", "a..b", "a:80", "a/b", "é"])
def test_what_cannot_be_a_name_of_a_computer_is_refused(name: str, tmp_path: Path) -> None:
    assert not is_host_name(name)
    if name:
        done = run.invoke(app, [str(tmp_path / "s"), "--host", name, "--privacy", "role"])
        assert done.exit_code == 2
        assert "is no name of a computer" in done.stderr


def test_people_who_sit_on_a_working_address_are_not_moved_when_the_old_one_comes_back() -> None:
    old, new = "http://192.168.1.20:8710", "http://10.0.0.5:8710"
    laptop = Laptop("192.168.1.20")
    network = Network("0.0.0.0", 8710, find=laptop)
    network.is_reached_at(old)

    def seen(*addresses: str) -> tuple[str, str]:
        laptop.addresses = addresses
        network.look()
        return network.address, network.left

    assert seen("10.0.0.5") == (new, old)
    assert seen("10.0.0.5", "192.168.1.20") == (old, ""), "nobody had followed"
    assert seen("10.0.0.5") == (new, old)
    network.is_reached_at(new)
    assert seen("10.0.0.5", "192.168.1.20") == (new, old)
    assert network.choose(new)
    assert seen("10.0.0.5", "192.168.1.20", "172.16.0.4") == (new, "")
    assert seen("192.168.1.20") == (old, new)


def test_people_who_had_followed_are_told_when_the_old_address_comes_back() -> None:
    old, new = "http://192.168.1.20:8710", "http://10.0.0.5:8710"
    laptop = Laptop("192.168.1.20")
    network = Network("0.0.0.0", 8710, find=laptop)
    network.is_reached_at(old)
    laptop.addresses = ("10.0.0.5",)
    network.look()
    network.is_reached_at(new)
    laptop.addresses = ("192.168.1.20",)
    network.look()
    assert (network.address, network.left) == (old, new)


def test_a_phone_that_comes_shows_which_address_people_use(room: Room) -> None:
    network = room.room_state.network = Network("0.0.0.0", 8710, find=Laptop("10.0.0.5"))
    phone = room.participant()
    network.is_own = lambda _: False  # type: ignore[method-assign]
    phone.get("/", headers={"host": "10.0.0.5:8710"})
    assert network._is_used


def test_the_wall_and_the_code_to_scan_follow_the_address(room: Room) -> None:
    laptop = Laptop("10.8.0.2", "192.168.1.20")
    room.room_state.network = Network("0.0.0.0", 8710, find=laptop)
    chair = room.facilitator()
    before = chair.get("/projector").text
    assert "http://10.8.0.2:8710" in before
    console = chair.get("/console").text
    assert "http://192.168.1.20:8710" in console
    chosen = chair.post("/console/address", address="http://192.168.1.20:8710")
    assert chosen.status_code == 200
    after = chair.get("/projector").text
    assert '<b class="address">http://192.168.1.20:8710</b>' in after
    assert "10.8.0.2" not in after
    assert before.split("<svg")[1] != after.split("<svg")[1]
    assert chair.post("/console/address", address="http://evil.example").status_code == 404
    laptop.addresses = ("172.20.10.3",)
    assert "http://172.20.10.3:8710" in chair.get("/projector").text


def test_every_state_of_the_wall_has_the_new_address_until_all_are_back(room: Room) -> None:
    laptop = Laptop("10.8.0.2")
    room.room_state.network = Network("0.0.0.0", 8710, find=laptop)
    chair, people = room.facilitator(), [room.participant() for _ in range(3)]
    chair.ask("lead")
    for one, choice in zip(people, ("research", "product", "product"), strict=True):
        one.vote("lead", choice, f"because {choice}")
    chair.reveal("lead")

    def joins(show: str) -> int:
        chair.post("/console/wall", show=show)
        page = chair.get("/projector").text
        assert page.count("<svg") == page.count('<b class="code">')
        assert page.count("<div") == page.count("</div>")
        return page.count('<b class="address">http://172.20.10.3:8710</b>')

    states = ("", "all", "lead")
    assert [joins(show) for show in states] == [0, 0, 0]
    mark = chair.get("/projector/events?once").json()["mark"]
    laptop.addresses = ("172.20.10.3",)
    assert [joins(show) for show in states] == [1, 1, 1]
    lost = chair.get("/projector/events?once").json()["mark"]
    assert lost != mark
    chair.post("/console/address", address="http://172.20.10.3:8710")
    assert [joins(show) for show in states] == [0, 0, 0]
    assert chair.get("/projector/events?once").json()["mark"] != lost


def test_a_lost_address_is_told_on_the_console(room: Room) -> None:
    laptop = Laptop("192.168.7.7")
    room.room_state.network = Network("192.168.7.7", 8710, find=laptop)
    text = words("room.network-lost", address="http://192.168.7.7:8710")
    chair = room.facilitator()
    assert text not in chair.get("/console").text.replace("\n", " ")
    before = chair.get("/console/events?once").json()["mark"]
    laptop.addresses = ("172.20.10.3",)
    room.room_state.network.look()
    assert chair.get("/console/events?once").json()["mark"] != before, "an open console turns"
    assert text in chair.get("/console").text.replace("\n", " ")


def test_a_notebook_leads_to_the_wall_where_the_console_was_opened(room: Room) -> None:
    laptop, port = Laptop("127.0.0.1"), int(room.address.rpartition(":")[2])
    room.room_state.network = Network("0.0.0.0", port, find=laptop)
    chair = room.facilitator()
    link = room.address.replace("127.0.0.1", "localhost") + "/projector"
    assert str(chair.get(link).url) == f"{room.address}/projector"
    laptop.addresses = ("192.168.7.7",)
    room.room_state.network.look()
    elsewhere = room.participant(join=False).get(link)
    assert elsewhere.url.path == "/", "another computer joins first"


def test_a_host_that_is_not_ours_says_how_to_make_it_ours(room: Room) -> None:
    answer = room.participant().get("/", headers={"host": "Workshop.corp.example:8710"})
    assert answer.status_code == 421
    assert "--host workshop.corp.example" in answer.text


def test_a_browser_without_cookies_is_told_so(room: Room) -> None:
    form = {"code": room.keys.code, "role": "product", "form": "x"}
    answer = httpx.post(f"{room.address}/join", data=form, trust_env=False, timeout=120)
    assert answer.status_code == 403
    assert words("room.cookies-blocked") in answer.text


def test_a_code_in_full_width_letters_is_the_same_code() -> None:
    assert read_code("ＫＸＭ　４ＰＴ") == "KXM4PT"


def test_a_second_server_on_a_session_is_refused(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Session.open(room.place)) as session:  # it tells others in its first moments
        assert until(lambda: session.served() is not None)
    monkeypatch.setattr(live, "_run_server", lambda *_: pytest.fail("a second room is open"))
    done = run.invoke(app, [str(room.place), "--port", "0"])
    assert done.exit_code == 2
    assert words("room.room-is-open", address=room.address) in done.stderr
    assert not answers_at(room.address, "room-00000000"), "the room of another session"


def test_the_room_of_a_session_is_held_by_one_program(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    with lock_room(tmp_path / "s") as first, lock_room(tmp_path / "s") as second:
        assert (first, second) == (True, False)
    with lock_room(tmp_path / "s") as later:
        assert later


def test_further_tabs_of_one_browser_ask_instead_of_holding_a_connection(room: Room) -> None:
    one = room.participant()
    streams = [one.client.stream("GET", f"/events?page=p{n}") for n in range(3)]
    opened = [stream.__enter__() for stream in streams]
    try:
        assert [o.status_code for o in opened] == [200, 200, 200]
        reading = [stream.iter_raw() for stream in opened]
        assert all(next(one) for one in reading)
        assert one.client.get("/events?page=p4").status_code == 204
        again = one.client.stream("GET", "/events?page=p2")
        assert again.__enter__().status_code == 200, "a page's own stream is no further one"
        again.__exit__(None, None, None)
        assert one.client.get("/events?once").json()["counts"] == words("room.people-count", n=1)
    finally:
        for stream in streams:
            stream.__exit__(None, None, None)


def test_it_is_known_whether_other_devices_reach_the_room(room: Room) -> None:
    chair = room.facilitator()
    assert words("room.network-alone") in chair.get("/console").text.replace("\n", " ")
    room.room_state.network = Network("192.168.7.7", 8710, find=Laptop("192.168.7.7"))
    assert words("room.network-none") in chair.get("/console").text
    seen = BeautifulSoup(chair.get("/console").text, "html.parser").select_one("#network-seen")
    assert seen is not None
    assert seen.has_attr("data-live"), "news of who joined draws it anew"
    room.room_state.devices.add("192.168.1.44")
    assert words("room.network-devices", n=1) in chair.get("/console").text


def test_a_room_on_one_address_names_those_at_which_nobody_reaches_it(room: Room) -> None:
    chair, laptop = room.facilitator(), Laptop("10.61.1.10", "10.61.2.10")

    def says(served: str) -> bool:
        room.room_state.network = Network(served, 8710, find=laptop)
        others = words("room.network-unserved", addresses="10.61.2.10")
        pages = [chair.get(page).text.replace("\n", " ") for page in ("/console", "/console/start")]
        said = {others in page for page in pages}
        assert len(said) == 1, "both pages say the same"
        return said.pop()

    assert says("10.61.1.10")
    assert not says("0.0.0.0"), "there it is one of the choices"
    assert not says("127.0.0.1"), "there it is only for this computer"
    laptop.addresses = ("10.61.1.10",)
    assert not says("10.61.1.10")


def test_a_page_that_only_follows_counts_as_a_device_too(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = room.participant()
    assert not room.room_state.devices, "it is this computer"
    monkeypatch.setattr(room.room_state.network, "is_own", lambda _: False)
    phone.get("/events?once")
    assert len(room.room_state.devices) == 1


def test_the_longest_note_arrives_in_every_script(room: Room) -> None:
    chair, one = room.facilitator(), room.participant()
    chair.ask("lead")
    one.vote("lead", "product")
    chair.reveal("lead")
    for sign in ("議", "𝒜"):
        assert chair.post("/console/discuss", question="lead", note=sign * 4000).status_code == 200
        assert sign * 4000 in chair.get("/console").text


def test_a_stranger_learns_nothing_from_asking_once(room: Room) -> None:
    stranger = Participant(room.address)
    for path in ("/events?once", "/projector/events?once", "/console/events?once"):
        assert stranger.get(path).status_code == 403
    stranger.client.close()
