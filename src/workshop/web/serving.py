"""Serve a built folder on this computer, as any web server would."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from workshop.problems import InputError, Problem
from workshop.web.build import MARK, POLICY

LOCAL = "127.0.0.1"
TRIES = 20
"""How many ports are tried, from the first one on."""


class _Handler(SimpleHTTPRequestHandler):
    extensions_map = {  # noqa: RUF012 (as the standard library has it)
        **SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".webmanifest": "application/manifest+json",
    }

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", f"{POLICY}; frame-ancestors 'none'")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def list_directory(self, path: Any) -> None:  # noqa: ARG002
        """Show no list of files."""
        self.send_error(404)

    def log_message(self, *args: object) -> None:
        """Log nothing."""


def serve(folder: Path, port: int, on_ready: Callable[[str], None]) -> None:
    """Serve a built folder on this computer until Ctrl-C.

    Takes the first free port from `port` on, and tells `on_ready` the address. Raises `InputError`
    if the folder was not built, or no port is free.
    """
    with open_server(folder, port) as server:
        on_ready(f"http://{LOCAL}:{server.server_port}/")
        server.serve_forever()


def open_server(folder: Path, port: int) -> ThreadingHTTPServer:
    """Return a server for a built folder that listens already."""
    if not (folder / MARK).is_file():
        message = "There is no workshop for a browser in this folder."
        hint = f"Build it first: workshop web build {folder}"
        raise InputError([Problem(message, where=str(folder), suggestion=hint)])
    handler = partial(_Handler, directory=str(folder))
    for number in (port + n for n in range(TRIES if port else 1)):
        try:
            return ThreadingHTTPServer((LOCAL, number), handler)
        except OSError:
            continue
    message = f"No port from {port} to {port + TRIES - 1} is free."
    raise InputError([Problem(message, "port", suggestion="Choose another one with --port.")])
