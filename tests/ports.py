"""Ports for servers of tests: their own in each process, below those of outgoing connections.

A port that the system chooses may be somebody else's by the time that a server has it.
"""

from __future__ import annotations

import itertools
import os
import socket

_FIRST = 20_000 + 1_000 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_numbers = itertools.count(os.getpid())  # two runs on one computer begin at different ones


def first_port() -> int:
    """Return a port to begin looking from, another one for each worker of the tests."""
    return _FIRST + os.getpid() % 400


def own_port() -> int:
    """Return a port that nobody listens on, another one with each call."""
    for port in (_FIRST + 500 + number % 500 for number in _numbers):
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("endless")
