"""Run JupyterLab and Voila on a working folder, without fetching anything."""

from __future__ import annotations

import contextlib
import getpass
import hashlib
import importlib
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workshop.answers.reading import read_answers
from workshop.answers.schema import Answers, typed_and_decided
from workshop.content.items import put_prose
from workshop.content.loader import Content, load_content
from workshop.documents.fonts import embed_reading_font
from workshop.documents.html import shared_style
from workshop.files import notebooks, own_analysis, preload, write_files
from workshop.kernels import warm_up
from workshop.notebook.opening import CONTENT, WHO
from workshop.notebook.opening import SESSION as SESSION_PLACE
from workshop.pack.own import gist
from workshop.problems import InputError, Problem
from workshop.session import Session, is_server, shown
from workshop.widgets.live import Progress

HOME = ".workshop"
"""Folder inside it for the kit's files: settings and a record of the copies."""
SESSION = "session.workshop"
WELCOME = Path(__file__).parent / "WELCOME.md"


@dataclass(frozen=True)
class Copied:
    """File names that were copied, and those that were kept because changed."""

    written: tuple[str, ...]
    changed: tuple[str, ...]


def prepare(folder: Path, content: Content | None = None) -> Copied:
    """Copy notebooks and welcome page into a folder; create it if there is none.

    Both have the words of the content, by default the kit's own.

    A copy that nobody changed is renewed when the kit has a newer one. Outputs, execution counts
    and a notebook's own metadata do not count as a change. Raises `InputError` if something else
    than a folder is there, OSError if it cannot be written.
    """
    if folder.exists() and not folder.is_dir():
        message = "This is a file; a folder is needed to work in."
        raise InputError([Problem(message, where=str(folder))])
    record = folder / HOME / "copied.json"
    record.parent.mkdir(parents=True, exist_ok=True)
    before = _read(record)
    now: dict[str, str] = {}
    written, changed = [], []
    content = load_content() if content is None else content
    prose = content.notebooks
    for source in (*notebooks(), own_analysis(), WELCOME):
        target = folder / source.name
        if source is WELCOME:
            new = _welcome(content)
        else:
            new = put_prose(source.read_bytes(), prose.get(source.stem), source.stem)
        now[source.name] = gist(source.name, new)
        if target.exists():
            there = gist(source.name, target.read_bytes())
            if there == now[source.name]:
                continue
            if there != before.get(source.name):
                changed.append(source.name)
                now[source.name] = before.get(source.name, "")
                continue
        write_files({target: new})
        written.append(source.name)
    write_files({record: json.dumps(now, indent=1, sort_keys=True).encode() + b"\n"})
    return Copied(tuple(written), tuple(changed))


def _welcome(content: Content) -> bytes:
    """Return the welcome page with each part's minutes, own content's if any."""
    own = content.folder / WELCOME.name
    text = (own if own.is_file() else WELCOME).read_text("utf-8")
    progress = Progress(content, Answers(), frozenset())
    for part in range(1, 8):
        text = text.replace(f"{{minutes-{part}}}", str(progress.minutes_of(part)))
    return text.encode()


def _read(record: Path) -> Mapping[str, str]:
    try:
        found = json.loads(record.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


LIVE = (
    "ipykernel.debugger",
    "psutil",
    "anywidget",
    "sqlalchemy",
    "sqlalchemy.dialects.sqlite",
    "workshop.notebook.screen",
    "workshop.notebook.alone",
)
"""Modules that a live kernel needs beside those of every kernel."""
PORTS = 100


@dataclass(frozen=True)
class Workplace:
    """A working folder that is ready, and its session."""

    folder: Path
    session: str
    """The session's place, without a password."""
    copied: Copied
    content: Content

    @property
    def home(self) -> Path:
        """Return the folder for the kit's own files."""
        return self.folder / HOME


def set_up(
    folder: Path,
    *,
    session: str | None = None,
    who: str | None = None,
    start_from: Path | None = None,
    earlier: str | None = None,
    content: Content | None = None,
) -> Workplace:
    """Return a workplace with copied notebooks and a session that opens.

    `start_from` is an answers file that the session begins with, `earlier` a session or answers
    file of the workshop before it; both need a session in which nothing else was given yet.
    `content` is by default the kit's own. Sets the environment that kernels read. Raises
    `InputError` and `SessionError` as `Session.open` does.
    """
    folder = folder.absolute()
    place = session or str(folder / SESSION)
    if not is_server(place):
        place = str(Path(place).absolute())
    content = load_content() if content is None else content
    begun = _beginning(start_from, earlier, content)
    if begun is not None and _goes_on(place, begun, "imported" if start_from else "followed"):
        begun = None
    copied = prepare(folder, content)
    opened = Session.open(place, who=who or user_name(), content=content)
    try:
        if begun is not None:
            if start_from is not None:
                opened.import_answers(begun, str(start_from))
            else:
                opened.follow(begun)
    finally:
        opened.close()
    os.environ |= {SESSION_PLACE: place, WHO: who or user_name(), CONTENT: content.own_folder or ""}
    # The notebooks ask for an ordinary Python kernel; here it starts at once all the same.
    chosen = os.environ.get("JUPYTER_DEFAULT_PROVISIONER_NAME")
    os.environ["JUPYTER_DEFAULT_PROVISIONER_NAME"] = chosen or "workshop-warm"
    os.environ["WORKSHOP_PRELOAD"] = ",".join((*preload(), *LIVE))
    return Workplace(folder, opened.place, copied, content)


def _beginning(start_from: Path | None, earlier: str | None, content: Content) -> Answers | None:
    """Return the answers that a session begins with, or compares with."""
    if start_from is None and earlier is None:
        return None
    if start_from is not None and earlier is not None:
        raise InputError([Problem("--from and --earlier cannot be used together.")])
    if start_from is not None:
        return read_answers(start_from, content)
    assert earlier is not None  # noqa: S101 (one of the two is given)
    if not is_server(earlier) and Path(earlier).suffix.lower() in (".yaml", ".yml", ".json"):
        return read_answers(Path(earlier), content)
    before = Session.open(earlier, create=False, content=content)
    try:
        return _without_ballots(before.answers_with_votes())
    finally:
        before.close()


def _without_ballots(answers: Answers) -> Answers:
    """Return answers with the votes that decided a sentence, without facts.

    So the other votes and all facts are gone when the session of their workshop is deleted.
    """
    votes = []
    for vote in typed_and_decided(answers):
        rounds = tuple(at.model_copy(update={"facts": None}) for at in vote.rounds)
        votes.append(vote.model_copy(update={"rounds": rounds}))
    return answers.model_copy(update={"votes": tuple(votes) or None})


def _goes_on(place: str, begun: Answers, kind: str) -> bool:
    """Return whether a session has just this beginning, as after a start that failed.

    Raises `InputError` if anything else was given in it.
    """
    if not is_server(place) and not Path(place).exists():
        return False
    try:
        found = Session.open(place, create=False)
    except InputError:
        if is_server(place):
            return False
        raise
    try:
        given = found.since(0)
    finally:
        found.close()
    first = begun.to_parameters()
    if kind == "followed":
        first.pop("earlier", None)
    if [(event.kind, event.body.get("answers")) for event in given] == [(kind, first)]:
        return True
    hint = "Name another one with --session, or leave --from and --earlier out."
    message = "This session has begun already, and nothing is written over."
    raise InputError([Problem(message, where=shown(place), suggestion=hint)])


def user_name() -> str:
    """Return the user's login name for the history; empty if unknown."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def free_port(preferred: int, address: str) -> int:
    """Return the first free port from the wanted one on.

    Raises `InputError` if none is free.
    """
    for port in range(preferred, min(preferred + PORTS, 65536)):
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((address, port))
            except OSError as error:
                if isinstance(error, socket.gaierror) or error.errno == 99:
                    message = "This computer has no such address."
                    raise InputError([Problem(message, "--ip", address)]) from None
                continue
            return port
    raise InputError([Problem("No port is free here.", "--port", str(preferred))])


def reach(address: str) -> str:
    """Return a sentence on who can reach a server at an address."""
    if address in ("127.0.0.1", "localhost", "::1"):
        return "Only this computer can reach it."
    if address in ("0.0.0.0", "::", ""):  # noqa: S104 (what somebody asked for)
        return "Every computer in your network that has the address can reach it."
    return f"Every computer that can reach {address} can reach it, with the token."


OVERRIDES = Path(__file__).parent / "overrides.json"
EXTENSION = Path(__file__).parent / "labextension"
SHARE = Path(__file__).parent / "share"


HIDDEN = [
    "__pycache__",
    "*.pyc",
    "*.pyo",
    ".DS_Store",
    "*~",
    "*-wal",
    "*-shm",
    "*-journal",
    "*.room-key",
]
"""Files that JupyterLab's file browser hides.

They are leftovers of other programs, and files beside a session.
"""


def lab_settings(place: Workplace, *, ip: str, port: int, browser: bool) -> dict[str, Any]:
    """Return JupyterLab's settings by their full names.

    The user's own JupyterLab keeps its settings and layout: these live in the folder.
    """
    settings = place.home / "lab"
    settings.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(OVERRIDES, settings / "overrides.json")
    extensions = settings / "labextensions"
    _write_extension(extensions / "workshop-lab")
    return {
        "ServerApp.root_dir": str(place.folder),
        "ServerApp.ip": ip,
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ContentsManager.hide_globs": HIDDEN,
        # Who is quicker than the imports gets an ordinary kernel, which is then the quicker one.
        "WarmProvisioner.waits": False,
        "ServerApp.open_browser": browser,
        "ServerApp.answer_yes": True,
        "ServerApp.allow_root": True,
        "ServerApp.terminals_enabled": False,
        # Its warnings are about Jupyter itself, and look like faults of the day to a facilitator.
        "ServerApp.log_level": "ERROR",
        "LabApp.log_level": "ERROR",
        "LabApp.default_url": "/lab/tree/WELCOME.md",
        "LabApp.app_settings_dir": str(settings),
        "LabApp.user_settings_dir": str(settings / "user"),
        "LabApp.workspaces_dir": str(settings / "workspaces"),
        "LabApp.news_url": None,
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "LabApp.extension_manager": "readonly",
        "LabApp.extra_labextensions_path": [str(extensions)],
        "GuidedSlidesExporter.content_folder": place.content.own_folder or "",
    }


def _write_extension(folder: Path) -> None:
    """Write the extension of JupyterLab, with the pack's type and colours."""
    shutil.copytree(EXTENSION, folder, dirs_exist_ok=True)
    sheet = folder / "static" / "style.css"
    colours = shared_style(at_night=':root:has(> body[data-jp-theme-light="false"])')
    sheet.write_text(embed_reading_font() + colours + sheet.read_text("utf-8"), "utf-8")


def run_lab(
    place: Workplace, *, ip: str, port: int, browser: bool, on_ready: Callable[[str], None]
) -> None:
    """Run JupyterLab until it is stopped; `on_ready` gets its address once it is up."""
    warm_up()  # so that the first kernel starts as quickly as the others
    import workshop.kernels.lean_jsonschema  # noqa: F401 (before JupyterLab)

    # isort: split
    from jupyterlab.labapp import LabApp
    from traitlets.config import Config

    from workshop.notebook import saved

    # Voila, which Jupyter loads, asks for warnings that only a developer of Jupyter can act on.
    with contextlib.suppress(ModuleNotFoundError):
        importlib.import_module("voila")
    warnings.filterwarnings("ignore", category=DeprecationWarning, module="traitlets")

    pages = [source.name for source in notebooks()]
    for page in pages:
        saved.settle(place.folder / page)  # no kernel of an earlier server lives
    settings, token = Config(), secrets.token_urlsafe(24)
    chosen = lab_settings(place, ip=ip, port=free_port(port, ip), browser=browser)
    for name, value in (*chosen.items(), ("IdentityProvider.token", token)):
        section, key = name.split(".")
        settings[section][key] = value
    server: Any = LabApp.initialize_server(  # type: ignore[no-untyped-call]
        argv=[], config=settings
    )
    server.contents_manager.register_pre_save_hook(saved.before_save)
    # What somebody changed is their own code, which they run themselves.
    unchanged = [page for page in pages if page not in place.copied.changed]
    server.web_app.settings.setdefault("page_config_data", {})["workshopPages"] = unchanged
    host = f"[{ip}]" if ":" in ip else ip
    address = f"http://{host}:{server.port}{chosen['LabApp.default_url']}?token={token}"
    server.io_loop.add_callback(on_ready, address)
    server.start()


POLICY = "; ".join(
    (
        "default-src 'self'",
        # Voila's page and the widgets' own modules are scripts in the page and from memory.
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob: data:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    # Jupyter gives out a file only to a page that says it is its own.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
IDLE = 8 * 3600
"""Seconds after which an idle kernel is ended, longer than any lunch break."""


def run_app(
    place: Workplace,
    *,
    ip: str,
    port: int,
    browser: bool,
    on_ready: Callable[[str], None],
    on_end: Callable[[], None],
) -> None:
    """Run Voila until it is stopped.

    `on_ready` gets its address once it is up, `on_end` is called before its kernels end.
    """
    warm_up()  # so that the first page comes as quickly as the others
    paths = [str(SHARE), *filter(None, [os.environ.get("JUPYTER_PATH")])]
    os.environ["JUPYTER_PATH"] = os.pathsep.join(paths)  # where Voila looks for templates
    import workshop.kernels.lean_jsonschema  # noqa: F401 (before Voila)

    # isort: split
    from traitlets.config import Config

    from workshop.notebook.voila import make_app

    token = token_of(place.home)
    settings = Config()
    chosen = app_settings(place, ip=ip, port=free_port(port, ip), browser=browser, token=token)
    for name, value in chosen.items():
        section, key = name.split(".")
        settings[section][key] = value
    host = f"[{ip}]" if ":" in ip else ip
    make_app(
        settings,
        place.content,
        lambda found: on_ready(f"http://{host}:{found}/?token={token}"),
        on_end,
    )


_TOKEN = re.compile(r"[\w-]{32}")


def token_of(home: Path) -> str:
    """Return the token of a folder's pages, the same one at each start.

    So a page that is open while the program ends and begins again goes on when it is reloaded.
    """
    path = home / "app-token"
    with contextlib.suppress(OSError, ValueError):
        if _TOKEN.fullmatch(kept := path.read_text("ascii")):
            return kept
    token = secrets.token_urlsafe(24)
    with contextlib.suppress(OSError):  # then the next start has another one
        path.unlink(missing_ok=True)
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(token)
    return token


def app_settings(
    place: Workplace, *, ip: str, port: int, browser: bool, token: str
) -> dict[str, Any]:
    """Return Voila's settings by their full names."""
    return {
        "Voila.root_dir": str(place.folder),
        "Voila.ip": ip,
        "Voila.port": port,
        "Voila.port_retries": 0,
        "Voila.open_browser": browser,
        "Voila.token": token,
        "Voila.cookie_secret": hashlib.sha256(f"cookie {token}".encode()).digest(),
        "Voila.log_level": "ERROR",
        "Voila.tornado_settings": {"headers": HEADERS, "allow_remote_access": ip != "127.0.0.1"},
        "VoilaConfiguration.template": "workshop",
        "VoilaConfiguration.strip_sources": True,
        "VoilaConfiguration.show_tracebacks": False,
        "VoilaConfiguration.file_allowlist": [
            r"pack/((board|reference)\.pdf|findings\.(pdf|html|json))"
        ],
        "VoilaConfiguration.file_denylist": [r".*\.(workshop|db|ipynb|ya?ml)"],
        "MappingKernelManager.cull_idle_timeout": IDLE,
        "MappingKernelManager.cull_interval": 300,
        "VoilaExecutor.timeout": 300,
    }


LONGEST_END = 4
"""Seconds in which notebooks end; one that still loads would hold them up."""


def end_with_parent() -> None:
    """End this process when the one that started it is gone, even if it was killed.

    Its input is a pipe, which the system closes then. What hangs in its end is ended all the same:
    its port would keep the browser from the notebooks of the next start.
    """

    def wait() -> None:
        while os.read(0, 1):  # not through `sys.stdin`, whose lock would hold up the end
            pass
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(LONGEST_END)
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def without_tabs(address: str) -> str:
    """Return an address of JupyterLab that opens no tab of an earlier visit.

    Else it shows the notebook of the day before until the one that was asked for is there.
    """
    return f"{address}{'&' if '?' in address else '?'}reset"


class LabBeside:
    """JupyterLab beside a room, in a process that ends with it."""

    def __init__(self, command: list[str], log: Path, browser: bool, web: str = "") -> None:
        self.browser, self.web = browser, web
        self._command, self._log = command, log
        self._process: subprocess.Popen[bytes] | None = None
        self._over = threading.Event()

    @contextlib.contextmanager
    def running(
        self, announce: Callable[[str], None], complain: Callable[[str], None]
    ) -> Iterator[None]:
        """Run the notebooks; `announce` gets their address once they are up, or nothing.

        `complain` gets what they printed if they could not be started.
        """
        code = (
            "from workshop.notebook.servers import end_with_parent; end_with_parent(); "
            "from workshop.cli.commands import main; main()"
        )
        command = [sys.executable, "-X", "utf8", "-c", code, *self._command, "--no-browser"]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 (the kit's own command)
                command, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True
            )
        watching = threading.Thread(target=self._watch, args=(announce, complain), daemon=True)
        watching.start()
        try:
            yield
        finally:
            self._over.set()
            self._end()
            watching.join()

    def _watch(self, announce: Callable[[str], None], complain: Callable[[str], None]) -> None:
        assert self._process is not None  # noqa: S101 (running)
        while not self._over.wait(0.2):
            shown = self._log.read_text("utf-8", "replace")
            if found := re.search(r"^Open (http\S+)\n", shown, re.MULTILINE):
                announce(without_tabs(found[1]))
                return
            if self._process.poll() is not None:
                complain(shown.strip())
                announce("")
                return

    def _end(self) -> None:
        assert self._process is not None  # noqa: S101 (running)
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(LONGEST_END)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        assert self._process.stdin is not None  # noqa: S101 (a pipe)
        self._process.stdin.close()
