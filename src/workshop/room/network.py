"""Find the addresses of this computer, and the one to show to people.

A laptop is in several networks at once (wireless, a cable, a VPN), and changes them on the way. A
room that is served on all of them knows every address, shows the likeliest, follows a change, and
lets the facilitator choose another.
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psutil

if TYPE_CHECKING:
    from fastapi import Request

LOCAL = "127.0.0.1"
_APART = re.compile(
    r"(tun|tap|utun|wg|ppp|ipsec|tailscale|zt|docker|veth|virbr|br-|vmnet|vboxnet|vethernet|vmware"
    r"|openvpn|nordlynx|proton)",
    re.IGNORECASE,
)
"""Names of network interfaces of VPNs and virtual machines."""
_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.(?!-)[a-z0-9-]{1,63})*", re.IGNORECASE)


def own_address() -> str:
    """Return this computer's address in its network; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return LOCAL


def own_addresses() -> tuple[str, ...]:
    """Return this computer's addresses, the one that phones most likely reach first."""
    usual = own_address()
    found: list[tuple[bool, bool, str]] = []
    for interface, addresses in psutil.net_if_addrs().items():
        for one in addresses:
            if one.family != socket.AF_INET:
                continue
            address = ipaddress.ip_address(one.address)
            if not (address.is_loopback or address.is_link_local):
                apart = _APART.match(interface) is not None
                found.append((apart, one.address != usual, one.address))
    return tuple(dict.fromkeys(address for *_, address in sorted(found)))


def is_host_name(text: str) -> bool:
    """Return whether a text can be the name of a computer in a network."""
    return _NAME.fullmatch(text) is not None and len(text) <= 253


class Network:
    """The addresses of one room that is served on `served` and `port`.

    `host` is a name that the network has for this computer; it is shown before any address.
    """

    def __init__(
        self,
        served: str,
        port: int,
        host: str = "",
        find: Callable[[], tuple[str, ...]] = own_addresses,
    ) -> None:
        self.served, self.port, self.host = served, port, host
        self._find, self._chosen = find, ""
        self._own = self._found(())
        self.address = self.choices()[0]
        """What participants type: the chosen address as long as the computer has it."""
        self.left = ""
        """The address before it that the computer lost, until the facilitator knows."""
        self.has_local = False
        """Whether this computer itself also reaches the room at an address of its own."""
        self._is_used = False

    def came_from(self, before: str) -> None:
        """Keep the address that people have, or note that they have to open another one."""
        if before != self.address and not self.choose(before):
            self.left = before

    @classmethod
    def at(cls, address: str) -> Network:
        """Return the network of a room that has this one address and no other."""
        parts = urlsplit(address)
        served = parts.hostname or LOCAL
        return cls(served, parts.port or 80, find=lambda: (served,))

    @property
    def everywhere(self) -> bool:
        """Return whether the room is served on every address of the computer."""
        return ipaddress.ip_address(self.served).is_unspecified

    @property
    def is_alone(self) -> bool:
        """Return whether only this computer reaches the room."""
        return ipaddress.ip_address(self.served).is_loopback

    @property
    def here(self) -> str:
        """Return an address for this computer's own pages, which no network takes away."""
        if self.everywhere:
            return self._shown("::1" if ":" in self.served else LOCAL)
        return self._shown(LOCAL) if self.has_local else self.address

    def look(self) -> bool:
        """Read the computer's current addresses; return whether they changed.

        The address that people have is kept as long as the computer has it. One that comes back is
        shown again, unless somebody has followed to the new one meanwhile.
        """
        found = self._found(self._own)
        if found == self._own:
            return False
        self._own = found
        choices, before = self.choices(), self.address
        here = (before,) if self._is_used else ()
        known = (*here, self.left, self._chosen, before)
        self.address = next((one for one in known if one in choices), choices[0])
        if before != self.address:
            # Whoever had followed to the lost one sits there, and not where all were before.
            self.left = before if self._is_used else self.left or before
            self._is_used = False
        if self.left == self.address:
            self.left = ""
        return True

    def is_reached_at(self, address: str) -> None:
        """Note at which address another device reached the room."""
        self._is_used = self._is_used or address == self.address

    def choices(self) -> tuple[str, ...]:
        """Return every address of the room, the likeliest first."""
        own = (self._own or (LOCAL,)) if self.everywhere else (self.served,)
        return tuple(map(self._shown, ((self.host,) if self.host else ()) + own))

    @property
    def unserved(self) -> tuple[str, ...]:
        """Return the computer's other addresses, if phones reach the room at one only."""
        if self.everywhere or self.is_alone or self.is_lost:
            return ()
        return tuple(one for one in self._own if one != self.served)

    def choose(self, address: str) -> bool:
        """Show another address from now on; return whether it is one of ours."""
        if address not in self.choices():
            return False
        self._is_used = self._is_used and address == self.address
        self._chosen = self.address = address
        self.left = ""
        return True

    @property
    def is_lost(self) -> bool:
        """Return whether the computer has lost the one address of the room."""
        served = ipaddress.ip_address(self.served)
        if self.everywhere or self.is_alone or served.version == 6 or served.is_link_local:
            return False
        return self.served not in self._own

    def comes_from_here(self, request: Request) -> bool:
        """Return whether a browser of this computer comes by a network's address."""
        host = request.client.host if request.client else ""
        return (self.everywhere or self.has_local) and host in self._own

    def is_own(self, client: str) -> bool:
        """Return whether a client is this computer itself."""
        with suppress(ValueError):
            return ipaddress.ip_address(client).is_loopback or client in self._own
        return True

    def _found(self, before: tuple[str, ...]) -> tuple[str, ...]:
        """Return the computer's addresses, or those before if they cannot be read."""
        with suppress(OSError):
            return self._find()
        return before

    def _shown(self, host: str) -> str:
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


def answers_at(address: str, cookie: str) -> bool:
    """Return whether a room that sets this cookie answers at an address."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or LOCAL, parts.port, timeout=5)
    try:
        connection.request("GET", "/")
        return f"{cookie}=" in (connection.getresponse().headers.get("set-cookie") or "")
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
