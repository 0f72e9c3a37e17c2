"""Hold a room on a computer that is in two networks and loses one; a test runs this by itself.

Within a network namespace of its own the addresses are real. Where a machine allows none, `pretend`
has the server believe that two loopback addresses are those of networks.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx

from batches import until
from rooms import CONTENT, FORM, Facilitator, Participant
from terminals import terminal
from workshop.room.pages import qr_svg

words = CONTENT.words

SET_UP = """\
set -e
export PATH="$PATH:/usr/sbin:/sbin"
ip link set lo up
ip link add wlan0 type veth peer name peer0
ip link add tun0 type bridge
ip address add 192.168.1.20/24 dev wlan0
ip address add 10.8.0.2/24 dev tun0
for one in wlan0 peer0 tun0; do ip link set "$one" up; done
"""
"""Shell commands: a wireless network, and a VPN beside it."""

PRETEND = """
import pathlib, workshop.room.network as network
def find():
    return tuple(pathlib.Path("addresses").read_text().split())
network.own_addresses = find
network.Network.__init__.__defaults__ = ("", find)
"""


class Computer:
    """A computer with an address in a wireless network and one in a VPN."""

    before = ""
    wireless, vpn, later = "192.168.1.20", "10.8.0.2", "172.20.10.3"

    def leave_wireless(self) -> None:
        self._ip("address", "del", f"{self.wireless}/24", "dev", "wlan0")

    def join_hotspot(self) -> None:
        self._ip("address", "add", f"{self.later}/28", "dev", "wlan0")

    def leave_hotspot(self) -> None:
        self._ip("address", "del", f"{self.later}/28", "dev", "wlan0")

    def is_gone(self, address: str) -> bool:
        with httpx.Client(trust_env=False, timeout=2) as client:
            try:
                client.get(address)
            except httpx.TransportError:
                return True
        return False

    @staticmethod
    def _ip(*words: str) -> None:
        path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
        subprocess.run(["ip", *words], check=True, env=os.environ | {"PATH": path})


class Pretended(Computer):
    """The same on loopback addresses: what is lost still answers."""

    before = PRETEND
    wireless, vpn, later = "127.0.0.2", "127.0.0.3", "127.0.0.4"

    def __init__(self, folder: Path) -> None:
        self._file = folder / "addresses"
        self._file.write_text(f"{self.wireless} {self.vpn}", encoding="utf-8")

    def leave_wireless(self) -> None:
        self._file.write_text(self.vpn, encoding="utf-8")

    def join_hotspot(self) -> None:
        self._file.write_text(f"{self.vpn} {self.later}", encoding="utf-8")

    def is_gone(self, address: str) -> bool:
        return True


def facilitator(address: str, key: str) -> Facilitator:
    chair = Facilitator(address)
    token = FORM.search(chair.get("/console").text)
    assert token is not None
    chair.post("/console/enter", key=key, form=token[1])
    return chair


def soon(shows: Callable[[], bool], what: str) -> None:
    assert until(shows), what


def hold_a_room(computer: Computer, folder: Path) -> None:
    """Open a room on all addresses, join from both networks, lose one and find the way back."""
    with terminal(
        *("room", "session.workshop", "--port", "0"), folder=folder, before=computer.before
    ) as shown:
        shown.wait_for("Address [127.0.0.1]:")
        offered = dict(re.findall(r"^  (\d)  (\S+)", shown.shown, re.MULTILINE))
        both = {computer.wireless, computer.vpn}
        assert set(offered.values()) == both | {"127.0.0.1", "0.0.0.0"}, shown.shown
        everywhere = next(n for n, address in offered.items() if address == "0.0.0.0")
        shown.type(everywhere)
        shown.wait_for("Privacy [anonymous]:")
        shown.type("named")
        shown.wait_for("Which model do you talk about?:")
        shown.type("")
        output = shown.wait_for("Ctrl-C ends")
        port = re.search(r"Participants +http://\S+?:(\d+)/", output)[1]  # type: ignore[index]
        code = re.search(r"code (\S+ \S+)", output)[1]  # type: ignore[index]
        key = re.search(r"Facilitator +http://127\.0\.0\.1:\d+/console#(\S+)", output)[1]  # type: ignore[index]
        wireless, vpn, later = (
            f"http://{one}:{port}" for one in (computer.wireless, computer.vpn, computer.later)
        )
        shown.wait_for("Choose on the console which one is shown:")
        shown.wait_for(f"{vpn}/")
        assert f"Participants  {wireless}/" in shown.shown, "a VPN is not what phones are in"

        chair = facilitator(f"http://127.0.0.1:{port}", key)
        ana, ben = Participant(wireless), Participant(vpn)
        ana.join(code, "product", "Ana")
        assert words("room.waiting-title") in ben.join(code, "research", "Ben").text
        for page in ("/console", "/console/start"):
            shows = chair.get(page).text
            assert all(f'value="{one}"' in shows for one in (wireless, vpn)), page

        def wall_shows(address: str) -> bool:
            shows = chair.get("/projector").text
            scanned = f"{address}/#{code.replace(' ', '')}"
            return f'<b class="address">{address}</b>' in shows and qr_svg(scanned) in shows

        assert wall_shows(wireless)
        chair.post("/console/address", address=vpn)
        assert wall_shows(vpn)
        assert f"{vpn}/" in chair.get("/console/start").text
        chair.post("/console/address", address=wireless)

        chair.ask("lead")
        assert words("room.kept-title") in ana.vote("lead", "product").text
        computer.leave_wireless()
        soon(lambda: wall_shows(vpn), "the wall follows")
        assert computer.is_gone(wireless)
        text = words("room.network-moved", was=wireless, address=vpn)
        assert text in chair.get("/console").text.replace("\n", " ")
        assert words("room.kept-title") in ben.vote("lead", "research").text, "others go on"
        again = Participant(vpn)
        assert words("room.join-again") in again.join(code, "product", "Ana").text
        back = again.join(code, "product", "Ana", how="again").text
        assert words("room.kept-title") in back, "the vote was not lost with the address"
        chair.post("/console/address", address=vpn)
        assert text not in chair.get("/console").text.replace("\n", " ")

        computer.join_hotspot()
        soon(lambda: f'value="{later}"' in chair.get("/console").text, "a new address is offered")
        assert wall_shows(vpn), "nobody is sent elsewhere without need"
        assert words("room.voted-count", voted=2, n=2) in chair.get("/console").text
        for browser in (chair, ana, ben, again):
            browser.client.close()
        assert shown.end() == 0


def lose_the_only_address(computer: Computer, folder: Path) -> None:
    """Open a room on one address that is lost: terminal and console say so; start it again."""
    command = ("room", "one.workshop", "--privacy", "role", "--model", "ranking", "--port", "8711")
    with terminal(*command, "--ip", computer.later, folder=folder) as shown:
        output = shown.wait_for("Ctrl-C ends")
        key = re.search(r"Facilitator +http://127\.0\.0\.1:8711/console#(\S+)", output)[1]  # type: ignore[index]
        chair = facilitator("http://127.0.0.1:8711", key)
        code = re.search(r"code (\S+ \S+)", output)[1]  # type: ignore[index]
        ana = Participant(f"http://{computer.later}:8711")
        ana.join(code, "product")
        wall = chair.get(f"http://{computer.later}:8711/projector")
        assert str(wall.url) == "http://127.0.0.1:8711/projector", "from a notebook, too"
        text = words("room.network-lost", address=f"http://{computer.later}:8711")
        computer.leave_hotspot()
        shown.wait_for(text)
        assert text in chair.get("/console").text.replace("\n", " ")
        computer.join_hotspot()
        shown.wait_for(words("room.network-again", address=f"http://{computer.later}:8711"))
        assert words("room.waiting-title") in ana.get("/").text, "it goes on by itself"
        computer.leave_hotspot()
        for browser in (chair, ana):
            browser.client.close()
        assert shown.end() == 0
    with terminal(*command, folder=folder) as shown:
        shown.wait_for(f"Address [{computer.vpn}]:")


if __name__ == "__main__":
    place = Path(sys.argv[1])
    hold_a_room(Pretended(place) if "pretend" in sys.argv else Computer(), place)
    if "pretend" not in sys.argv:
        lose_the_only_address(Computer(), place)
