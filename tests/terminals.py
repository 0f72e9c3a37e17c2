"""A program in a terminal of its own, typed into as a person does."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conftest import CONSOLE


class Terminal:
    """What a program shows on its terminal, and the keys that are pressed there."""

    def __init__(self, handle: int, process: subprocess.Popen[bytes]) -> None:
        self._handle, self.process = handle, process
        self.shown = ""

    def wait_for(self, words: str, seconds: float = 120) -> str:
        """Read until some words are shown; fail with everything that was shown instead."""
        until = time.monotonic() + seconds
        while words not in self.shown:
            ready, _, _ = select.select([self._handle], [], [], max(0, until - time.monotonic()))
            if not ready or not self._read():
                raise AssertionError(f"{words!r} is not shown:\n{self.shown}")
        return self.shown

    def type(self, line: str) -> None:
        """Press the keys of a line, then Return."""
        os.write(self._handle, line.encode() + b"\n")

    def end(self, key: bytes = b"\x03") -> int:
        """Press Ctrl-C, read the rest, and return the exit code."""
        os.write(self._handle, key)
        while self._read():
            pass
        return self.process.wait(120)

    def _read(self) -> bool:
        """Take in what is shown next; False once the program has let go of its terminal."""
        try:
            data = os.read(self._handle, 65536)
        except OSError:
            return False
        self.shown += data.decode(CONSOLE, "replace").replace("\r\n", "\n")
        return bool(data)


@contextmanager
def terminal(*words: str, folder: Path, before: str = "") -> Iterator[Terminal]:
    """Run `workshop` with these words in a terminal of its own, after some lines of Python."""
    import pty

    own, theirs = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "200", "LINES": "50"}
    process = subprocess.Popen(
        [sys.executable, "-c", f"{before}\nfrom workshop.cli.commands import main; main()", *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=folder,
        env=environment,
        start_new_session=True,
        preexec_fn=_take_terminal,
    )
    os.close(theirs)
    try:
        yield Terminal(own, process)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(own)


def _take_terminal() -> None:
    """Make the terminal the one that controls this process, so that Ctrl-C reaches it."""
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
