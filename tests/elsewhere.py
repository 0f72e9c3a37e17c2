"""Runs tests as on a system that nobody here has: `python tests/elsewhere.py [pytest's arguments]`.

Windows has no fork, Unix sockets or SIGKILL, and a console of few characters; there and on macOS,
names that differ only in their case are one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

WITHOUT = """
import builtins, errno, io, multiprocessing, os, signal, socket, subprocess, sys
from multiprocessing.popen_fork import Popen as Spawned
try:
    import psutil
except ImportError:
    pass
else:
    psutil.Process.kill = lambda process: process.send_signal(9)
# these need on Linux what goes next, and on Windows do without
if {"lab", "app", "start"} & {*sys.orig_argv}:
    import tornado.netutil
subprocess.Popen.kill = lambda process: process.send_signal(9)
Spawned.kill = lambda process: process._send_signal(9)
del os.fork, os.forkpty
if "ipykernel_launcher" not in str(sys.orig_argv):  # which asks for both by the name of the system
    del socket.AF_UNIX, signal.SIGKILL
multiprocessing.set_start_method("spawn")
def socketpair(*_, **__):  # of TCP, as on Windows
    with socket.create_server(("127.0.0.1", 0)) as server:
        return socket.create_connection(server.getsockname()), server.accept()[0]
socket.socketpair = socketpair

really_open = io.open
def opened(file, mode="r", buffering=-1, encoding=None, *rest, **options):
    if "b" not in mode and encoding in (None, "locale"):
        encoding = "cp1252"
    return really_open(file, mode, buffering, encoding, *rest, **options)
io.open = builtins.open = opened

CREATE = os.O_CREAT
def hold(event, arguments):
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & CREATE:
        path = arguments[0]
    elif event in {"os.mkdir", "sqlite3.connect"}:
        path = arguments[0]
    elif event == "os.rename":
        path = arguments[1]
    else:
        return
    if not isinstance(path, (str, os.PathLike)) or os.path.lexists(path):
        return
    folder, name = os.path.split(os.fspath(path))
    try:
        names = os.listdir(folder or ".")
    except OSError:
        return
    moved = os.path.basename(os.fspath(arguments[0])) if event == "os.rename" else ""
    for other in names:
        if other.casefold() == name.casefold() and other not in {name, moved}:
            raise FileExistsError(errno.EEXIST, f"{other} differs only in its case", path)
sys.addaudithook(hold)
"""


def environment(folder: Path) -> dict[str, str]:
    """Return one in which each Python process is begun so; a folder is needed for that."""
    (folder / "sitecustomize.py").write_text(WITHOUT, encoding="utf-8")
    return os.environ | {
        "PYTHONPATH": str(folder),
        "PYTHONUTF8": "0",
        "LC_ALL": "C.UTF-8",  # of names only, as everywhere
        "PYTHONIOENCODING": "cp1252",
        # what Jupyter says on a Linux without these sockets
        "PYTHONWARNINGS": "ignore:Unexpected error discovering local network:UserWarning",
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "pytest", *sys.argv[1:]]
        sys.exit(subprocess.call(command, env=environment(Path(scratch))))
