"""What tests share: the content, and the tools that some machines lack."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

import databases
import webs
import workshop.kernels.engine  # noqa: F401 (first: it imports jsonschema a second faster)
from workshop.content.loader import Content, load_content
from workshop.findings.output.report import schema

if TYPE_CHECKING:
    from kernel_client import Kernel
    from servers import Server
    from workshop.kernels.forkserver import _Server

TOP = Path(__file__).parents[1]

# What starts the tests may have Ctrl-C ignored, as shells do in the background. Every process that
# a test starts would inherit that, and one that is to end by Ctrl-C would never end.
signal.signal(signal.SIGINT, signal.default_int_handler)

# What Python processes that a test starts print in, on every system; tests read it in this.
CONSOLE = os.environ.setdefault("PYTHONIOENCODING", "utf-8")

# Images of containers often forbid bytecode. Every process that a test starts would then compile
# all of the kit again, which takes longer than most of them run.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# What is printed is as wide and as plain as without a terminal, from whichever tests are started.
for _name in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
    os.environ.pop(_name, None)

# A loaded machine is no fault of a test, so no example has a deadline; `make quick` tries fewer.
SLOW = [hypothesis.HealthCheck.too_slow]
hypothesis.settings.register_profile("usual", deadline=None, suppress_health_check=SLOW)
hypothesis.settings.register_profile(
    "quick", parent=hypothesis.settings.get_profile("usual"), max_examples=10
)
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "usual")
hypothesis.settings.load_profile(PROFILE)


def examples(count: int, **more: Any) -> hypothesis.settings:
    """Try a property on so many examples, and on fewer in `make quick`."""
    return hypothesis.settings(max_examples=min(count, 10) if PROFILE == "quick" else count, **more)


# The shell is Chromium without windows: its pages are the same, and take a third of the work less.
CHROMIUM = next(
    (
        path
        for name in ("chromium-headless-shell", "chromium", "chromium-browser")
        if (path := shutil.which(name))
    ),
    None,
)
FIREFOX = next((p for n in ("firefox-esr", "firefox") if (p := shutil.which(n))), None)

NEEDS = {
    "browser": (
        CHROMIUM,
        "Chromium is not installed; on Debian: apt-get install chromium-headless-shell",
    ),
    "firefox": (FIREFOX, "Firefox is not installed; on Debian: apt-get install firefox-esr"),
    "poppler": (
        shutil.which("pdftotext"),
        "pdftotext is not installed; on Debian: apt-get install poppler-utils",
    ),
    "postgresql": (
        databases.TOOLS,
        "PostgreSQL is not installed; on Debian: apt-get install postgresql",
    ),
    "node": (webs.NODE, "Node.js with npm is not installed; on Debian: apt-get install npm"),
    "libreoffice": (
        shutil.which("soffice"),
        "LibreOffice is not installed; on Debian: apt-get install libreoffice-writer "
        "libreoffice-impress",
    ),
}
"""By marker: what a test needs, and how to get it."""

SYSTEM = {
    "fork": (hasattr(os, "fork"), "this system cannot fork"),
    "sigkill": (hasattr(signal, "SIGKILL"), "this system has no SIGKILL"),
}
"""By marker: what a test needs of the system, and what is said where it lacks that."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return three for two processors: tests wait much for servers, pages and disks.

    `-n logical` starts one for each, for tests that only compute.
    """
    processors = os.cpu_count() or 1
    return processors + (processors + 1) // 2 * (config.option.numprocesses == "auto")


LONGEST = (
    *("test_site", "test_workshop", "test_web_page", "test_room_pages", "test_web_build"),
    *("test_printed", "test_pack", "test_editions", "test_parity", "test_batch", "test_elsewhere"),
    *("test_kernels_engine", "test_content_check", "test_cookbook", "test_batch_cluster"),
)
"""Files that take half a minute or more, the longest first."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no processor waits for them at the end."""
    turns = {name: turn for turn, name in enumerate(LONGEST)}
    items.sort(key=lambda item: turns.get(item.path.stem, len(LONGEST)))


def pytest_configure(config: pytest.Config) -> None:
    for marker, (_, how) in (NEEDS | SYSTEM).items():
        config.addinivalue_line("markers", f"{marker}: {how}")


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, (found, how) in (NEEDS | SYSTEM).items():
        if item.get_closest_marker(marker) and not found:
            if os.environ.get("CI") and marker in NEEDS:
                pytest.fail(f"CI allows no skip: {how}")
            pytest.skip(how)


def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Close what a test left open in the browser, so that it takes no time from the next one."""
    opened = getattr(item, "funcargs", {}).get("browser")
    for context in opened.contexts if opened else ():
        context.close()


@cache
def _validator(name: str) -> Any:
    import jsonschema

    return jsonschema.Draft202012Validator(schema(name))


def validate(data: Any, name: str) -> None:
    """Hold data against a published schema; whether that is one itself is a test of its own."""
    _validator(name).validate(data)


@pytest.fixture(autouse=True)
def own_environment() -> Iterator[None]:
    """Leave the next test the environment as it was: a workplace sets it for its kernels."""
    ours = ("WORKSHOP_", "JUPYTER_")
    before = {name: value for name, value in os.environ.items() if name.startswith(ours)}
    yield
    for name in [name for name in os.environ if name.startswith(ours) and name not in before]:
        del os.environ[name]
    os.environ.update(before)


@pytest.fixture(scope="session")
def content() -> Content:
    return load_content()


@pytest.fixture
def chromium() -> str:
    assert CHROMIUM is not None
    return CHROMIUM


@pytest.fixture(scope="module")
def browser(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Chromium, or Firefox where a test asks for it, for the tests of one module.

    No other event loop can run beside it here.
    """
    from servers import chromium_open, firefox_open

    opens = {"chromium": chromium_open, "firefox": firefox_open}
    with opens[getattr(request, "param", "chromium")]() as opened:
        yield opened


@pytest.fixture(scope="session")
def own_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """JupyterLab, for notebooks of one's own: each test writes one of another name."""
    from servers import serving

    with serving("lab", tmp_path_factory.mktemp("lab") / "ours", "--who", "Ana") as server:
        yield server


Once = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Makes a folder of a name by a function, once for all processes of a run."""
    place = tmp_path_factory.getbasetemp()
    root = place.parent if os.environ.get("PYTEST_XDIST_WORKER") else place

    def made(name: str, make: Callable[[Path], object]) -> Path:
        folder, done = root / name, root / f"{name}-done"
        try:
            (root / f"{name}-begun").mkdir()
        except FileExistsError:
            until = time.monotonic() + 600
            while not done.exists() and time.monotonic() < until:
                time.sleep(0.1)
            assert done.read_text("utf-8") == "made"
            return folder
        said = root / f"{name}-said"  # whole before anybody can read it
        try:
            make(folder)
        except BaseException as error:
            said.write_text(repr(error), encoding="utf-8")
            raise
        else:
            said.write_text("made", encoding="utf-8")
        finally:
            said.replace(done)
        return folder

    return made


@pytest.fixture(scope="session")
def web_folder(once: Once) -> Path:
    """The workshop in a browser."""
    from workshop.web.build import build

    return once("web", build)


@pytest.fixture(scope="session")
def cluster() -> Iterator[databases.Cluster]:
    """A PostgreSQL server of this run's own."""
    made = databases.Cluster()
    yield made
    made.remove()


_numbers = itertools.count(1)


@pytest.fixture(params=["file", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def any_place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path | str:
    """Where a session can be kept: a file, and a schema of a database."""
    if request.param == "file":
        return tmp_path / "session.workshop"
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    made: databases.Cluster = request.getfixturevalue("cluster")
    return made.place(f"s{next(_numbers)}")


@pytest.fixture
def own_kernel() -> Iterator[Callable[..., Kernel]]:
    """Starts a warm kernel that no other test uses."""
    from kernel_client import Kernel

    kernels = []

    def start(*arguments: Any, **options: Any) -> Kernel:
        kernels.append(Kernel(*arguments, **options))
        return kernels[-1]

    yield start
    for kernel in kernels:
        if kernel.manager.has_kernel:
            kernel.stop(now=True)


@pytest.fixture
def own_server() -> Iterator[_Server]:
    """A fork server beside the one of this process."""
    from workshop.kernels.forkserver import _Server

    server = _Server()
    yield server
    server.stop()
