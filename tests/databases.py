"""A PostgreSQL server of our own for the tests: a cluster in a temporary folder, on loopback."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from ports import own_port


def _tools() -> Path | None:
    """Return the folder of the newest PostgreSQL's programs, which Debian keeps off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    here = shutil.which("initdb")
    return found[-1].parent if found else (Path(here).parent if here else None)


TOOLS = _tools()
USER = "workshop"


class Cluster:
    """A server with one database; it can be stopped and started again in the middle of a test."""

    def __init__(self) -> None:
        assert TOOLS is not None
        self.tools = TOOLS
        # beside other temporary folders, since those of a test may be closed to another user
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self.data = self.folder / "data"
        # its programs refuse to run as root
        self.as_user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        if os.geteuid() == 0:
            os.chown(self.folder, 65534, 65534)
        else:
            self.as_user = []
        self.port = own_port()
        self._run("initdb", "-D", str(self.data), "-U", USER, "-A", "trust", "-E", "UTF8")
        self.start()
        RUNNING[self.port] = self
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", USER, "kept")

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self.as_user, str(self.tools / program), *arguments]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", cwd="/")
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self.data), "-w", "-l", log, "-o", options, "start")

    def stop(self, how: str = "fast") -> None:
        self._run("pg_ctl", "-D", str(self.data), "-w", "-m", how, "stop")

    def run_sql(self, statement: str) -> str:
        command = [str(self.tools / "psql"), "-h", "127.0.0.1", "-p", str(self.port), "-U", USER]
        done = subprocess.run(
            [*command, "-d", "kept", "-Atc", statement],
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        return done.stdout

    def place(self, name: str, user: str = USER, database: str = "kept") -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}?session={name}"

    def remove(self) -> None:
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)


def sibling(place: Path | str, name: str) -> Path | str:
    """Return the place of another session beside one."""
    if isinstance(place, Path):
        return place.with_name(f"{name}.workshop")
    return f"{place}_{name}"


RUNNING: dict[int, Cluster] = {}


def stored_bytes(place: Path | str) -> bytes:
    """Return all bytes in which a session lies on the disk: its files, or those of its tables."""
    if isinstance(place, Path):
        beside = sorted(place.parent.glob(f"{place.name}*"))
        return b"".join(p.read_bytes() for p in beside if p.suffix != ".room-key")
    name = place.rpartition("=")[2]
    made = RUNNING[int(place.partition("127.0.0.1:")[2].partition("/")[0])]
    made.run_sql("CHECKPOINT")
    tables = f"SELECT relname FROM pg_class WHERE relnamespace = 'workshop_{name}'::regnamespace"
    query = f"SELECT pg_relation_filepath(oid) FROM pg_class WHERE relname IN ({tables})"
    query += f" AND relnamespace = 'workshop_{name}'::regnamespace AND relkind IN ('r', 't', 'i')"
    files = [made.data / line for line in made.run_sql(query).split()]
    assert files
    return b"".join(file.read_bytes() for file in files)
