"""Real servers for tests: `workshop lab` and `workshop app`, and a browser to look at them."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from batches import until
from conftest import CHROMIUM, CONSOLE, FIREFOX
from ports import first_port

# Every window of Chromium would start two more processes, for suggestions under its address bar.
# This argument replaces Playwright's own, so what is left out there stays left out.
LEFT_OUT = (
    *("WebUIOmniboxPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxAimPopup", "AimEnabled"),
    *("DestroyProfileOnBrowserClose", "HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable"),
    *("LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning"),
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "AvoidCorsURLLoaderRestartOnRedirect"),
    *("OptimizationHints", "NetworkTimeServiceQuerying", "PreconnectToSearch"),
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    f"--disable-features={','.join(LEFT_OUT)}",
]
WAIT = 120_000  # ms; a machine that runs other tests too may be slow


class Server:
    """A server that answers; `address` holds its token.

    It opens no browser, unless `browser` is a command that is one.
    """

    def __init__(self, kind: str, folder: Path, *options: str, browser: str = "") -> None:
        self.folder = folder
        self.log = folder.parent / f"{folder.name}-{kind}.log"
        code = "from workshop.cli.commands import main; main()"
        command = [sys.executable, "-c", code, kind, str(folder), *options]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("WORKSHOP_")}
        if browser:
            environment["BROWSER"] = browser
        else:
            command.append("--no-browser")
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*command, "--port", str(first_port())],
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment | {"PYTHONUNBUFFERED": "1"},
            )
        try:
            self.address = self._address()
        except BaseException:
            self.stop()
            raise

    def _address(self) -> str:
        deadline = time.monotonic() + 180  # most of it where everything else runs as well
        while time.monotonic() < deadline:
            if found := re.search(r"^Open (http\S+)\n", self.log.read_text(CONSOLE), re.MULTILINE):
                return found[1]
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"no server:\n{self.log.read_text(CONSOLE)}")

    @property
    def session(self) -> Path:
        return self.folder / "session.workshop"

    @property
    def base(self) -> str:
        return re.match(r"http://[^/]+", self.address)[0]  # type: ignore[index]

    @property
    def token(self) -> str:
        return self.address.split("token=")[1]

    def kernels(self) -> list[psutil.Process]:
        """Return the processes that it started; all of them are kernels or make kernels."""
        try:
            return psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def kill_kernels(self) -> None:
        """End what it started as a crash would; what forks new kernels goes with it."""
        for one in self.kernels():
            with _gone():
                one.kill()

    def kill(self) -> None:
        """End it as a crash would, with everything that it started."""
        started = self.kernels()
        self.process.kill()
        self.process.wait()
        for one in started:
            with _gone():
                one.kill()

    def stop(self) -> list[psutil.Process]:
        """Ask it to end and return what it left running."""
        started = self.kernels()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(120)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        _, left = psutil.wait_procs(started, timeout=120)
        for one in left:
            with _gone():
                one.kill()
        return left


@contextmanager
def _gone() -> Iterator[None]:
    with suppress(psutil.NoSuchProcess):
        yield


@contextmanager
def serving(kind: str, folder: Path, *options: str) -> Iterator[Server]:
    server = Server(kind, folder, *options)
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def chromium_open() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, timeout=3 * WAIT)
        yield patient(browser)
        browser.close()


@contextmanager
def firefox_open() -> Iterator[Any]:
    """Yield the system's own Firefox; `firefox.py` says what stands between."""
    from playwright.sync_api import sync_playwright

    between = [sys.executable, str(Path(__file__).with_name("firefox.py")), str(FIREFOX)]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        command = Path(folder, "firefox")
        command.write_text(f'#!/bin/sh\nexec {shlex.join(between)} "$@"\n', encoding="utf-8")
        command.chmod(0o700)
        browser = play.firefox.launch(
            channel="moz-firefox", executable_path=command, timeout=3 * WAIT
        )
        yield patient(browser)
        browser.close()


def patient(browser: Any) -> Any:
    """Let every page of a browser wait longer than Playwright's 30 seconds, popups as well."""
    new_context, new_page = browser.new_context, browser.new_page

    def context(**options: Any) -> Any:
        made = new_context(**options)
        made.set_default_timeout(WAIT)
        return made

    def page(**options: Any) -> Any:
        made = new_page(**options)
        made.context.set_default_timeout(WAIT)
        return made

    browser.new_context, browser.new_page = context, page
    return browser


class Watched:
    """A browser tab that remembers what it asked of whom, and every error in it."""

    def __init__(self, browser: Any, **options: Any) -> None:
        size = {"width": 1280, "height": 1000}
        self.context = browser.new_context(**{"viewport": size, **options})
        self.tab = self.context.new_page()
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.tab.on("request", lambda r: self.requests.append(r.url))
        self.tab.on("pageerror", lambda e: self.errors.append(e.stack or str(e)))
        self.tab.on("console", self._console)

    def _console(self, message: Any) -> None:
        if message.type == "error" and "failed to activate" in message.text:
            self.errors.append(message.text)

    def outside(self) -> list[str]:
        """Return what it asked of anything but this computer."""
        inside = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:", "about:")
        return [r for r in self.requests if not r.startswith(inside)]

    def close(self) -> None:
        self.context.close()


def becomes_true(tab: Any, expression: str) -> None:
    """Wait until an expression is true on a page.

    Playwright's own waiting asks again by `eval` within the page, which a page that allows no
    `unsafe-eval` refuses: there only its first question is answered.
    """
    assert until(lambda: tab.evaluate(expression)), expression


def box_of(part: Any) -> Any:
    """Return where a part of a live page is.

    News may exchange the part between finding and measuring it: then it is asked again.
    """
    found = until(part.bounding_box)
    assert found, f"{part} is not to be seen"
    return found


def measured_in(parts: Any, script: str) -> list[Any]:
    """Return what a script finds of each of some parts of a live page, none of which left it."""
    each = f"all => all.every(one => one.isConnected) && [all.map({script})]"
    found = until(lambda: parts.evaluate_all(each))
    assert found, f"{parts} never stayed"
    return list(found[0])


def resize(tab: Any, width: int, height: int) -> None:
    """Give a window another size, and return when the page, with its style, has it."""
    tab.wait_for_load_state()
    tab.set_viewport_size({"width": width, "height": height})
    becomes_true(tab, f"innerWidth === {width} && innerHeight === {height}")
    tab.evaluate(FRAMES)


def open_app(browser: Any, server: Server, notebook: str = "", **options: Any) -> Watched:
    """Return a tab on a page of the app, whose form answers."""
    watched = Watched(browser, **options)
    watched.tab.goto(server.address)
    if notebook:
        watched.tab.goto(f"{server.base}/voila/render/{notebook}.ipynb")
        has_drawn(watched.tab)
    return watched


WIDGETS = """[...document.querySelectorAll('.ws-panel')].every(e => e.querySelector('.ws-live'))
    && ![...document.querySelectorAll('.jp-OutputArea-output')].some(WAITS)"""
"""Whether every form and table has what is in it: pages draw them one by one, in no order."""


def has_drawn(tab: Any) -> None:
    """Return once every output of a page of the app is there; its bar is not the last."""
    tab.locator(".ws-bar").wait_for()
    waits = "e => !e.querySelector('.jupyter-widgets') && !SAYS(e)"
    says = "(e => e.textContent.trim() && !e.textContent.startsWith('Loading widget'))"
    tab.wait_for_function(WIDGETS.replace("WAITS", waits.replace("SAYS", says)))


def open_lab(browser: Any, server: Server, notebook: str, **options: Any) -> Watched:
    """Return a tab on a notebook in JupyterLab, which has run by itself."""
    watched = Watched(browser, **options)
    go_on(watched, server, notebook)
    return watched


def go_on(watched: Watched, server: Server, notebook: str) -> None:
    """Go to a notebook in JupyterLab, which is loaded anew."""
    watched.tab.goto(f"{server.base}/lab/tree/{notebook}.ipynb?reset&token={server.token}")
    has_run(watched.tab)


SHOWN = ".jp-NotebookPanel:not(.lm-mod-hidden)"
"""The notebook in front, where several are open in one JupyterLab."""


def follow(tab: Any, notebook: str) -> Any:
    """Follow a notebook's link to the next one, and return what shows that one.

    That is what people do, and takes half of what it takes to load JupyterLab again.
    """
    shown = tab.locator(SHOWN)
    shown.get_by_text("Next:").last.locator("xpath=..").get_by_role("link").click()
    tab.wait_for_url(f"**/{notebook}.ipynb*")
    in_front = "#jp-main-dock-panel .lm-TabBar-tab.jp-mod-current"
    tab.locator(in_front, has_text=notebook).wait_for()  # the one before has run, too
    has_run(tab)
    return shown


def has_run(tab: Any) -> None:
    """Return once all cells of a page have run, as they do by themselves."""
    shown = tab.locator(SHOWN)
    shown.locator(".ws-bar").first.wait_for(timeout=3 * WAIT)  # the first kernel when busy
    # Until the last cell is done JupyterLab takes the focus from one cell to the next.
    has_ended(tab)
    loads = "e => e.textContent.startsWith('Loading widget')"
    tab.wait_for_function(WIDGETS.replace("WAITS", loads))
    tab.wait_for_timeout(700)


def has_ended(tab: Any) -> None:
    """Return once no cell of a notebook waits or runs."""
    prompts = "[...document.querySelectorAll('.jp-InputArea-prompt')]"
    ran = f"!{prompts}.some(e => e.textContent === '[*]:')"
    tab.wait_for_function(ran, timeout=3 * WAIT)
    idle = ".jp-Notebook-ExecutionIndicator[data-status='idle']"
    tab.locator(SHOWN).locator(idle).first.wait_for(timeout=3 * WAIT)


def written(tab: Any, path: Path, words: str, no_more: str = "\0") -> str:
    """Return the text of a file once it has some words, and others no more.

    A page is about to save it; JupyterLab also saves by itself, every 30 seconds.
    """
    deadline = time.monotonic() + 120
    while words not in (text := path.read_text("utf-8")) or no_more in text:
        assert time.monotonic() < deadline, f"{words!r} is not in {path.name}, or {no_more!r} is"
        tab.wait_for_timeout(100)
    return text


def run_all(tab: Any) -> None:
    """Run all cells of a notebook of one's own."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:  # JupyterLab passes over whoever is quicker than its kernel
        tab.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").first.wait_for()
        tab.get_by_role("menuitem", name="Run", exact=True).click()
        tab.get_by_text("Run All Cells", exact=True).first.click()
        for _ in range(100):  # pressed again too soon, they would run twice
            tab.wait_for_timeout(100)
            if tab.locator(".jp-InputArea-prompt:text-matches('\\\\[(\\\\d+|\\\\*)\\\\]')").count():
                return
    raise AssertionError("the cells were not run")


def field(tab: Any, key: str) -> Any:
    """Return where a field is asked the first time on a page."""
    return tab.locator(f'[data-key="{key}"]').first


def saved(tab: Any, key: str) -> None:
    """Return once a field says that its answer is saved."""
    tab.locator(f'[data-key="{key}"] .ws-foot > .ws-status[data-kind="saved"]').first.wait_for()


def shows(tab: Any, key: str, value: str) -> None:
    """Return once a box shows a value."""
    box = f"[data-key={key}] input[type=text]"
    tab.wait_for_function(f"document.querySelector('{box}')?.value === '{value}'")


def choose(tab: Any, key: str, value: str) -> None:
    """Choose another answer, and return once it is saved, and not the one before it."""
    before = "parts => parts.forEach(part => { part.dataset.kind = 'before'; })"
    tab.locator(f'[data-key="{key}"] .ws-foot > .ws-status').evaluate_all(before)
    field(tab, key).locator(f'input[value="{value}"]').check()
    saved(tab, key)


def type_in(tab: Any, key: str, value: str) -> None:
    box = field(tab, key).locator("input[type=text], input[type=date], textarea").first
    box.fill(value)
    box.blur()
    saved(tab, key)


FRAMES = """async () => {
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame); }"""
"""Waits until a page has heard of what changed, and has drawn it."""


def faults_of(tab: Any, colours: bool) -> tuple[int, list[list[str]]]:
    """Return how many of axe's rules a page passes, and its faults.

    `colours`: also whether they can be told apart, by day and by night. They are the same at every
    width, and looking at them takes longest.
    """
    from axe_core_python.base import AXE_SCRIPT

    tab.evaluate(AXE_SCRIPT)
    ask = """async options => {
        const about = {resultTypes: ['violations'], selectors: false, ...options};
        const found = await axe.run(document, about);
        return [found.passes.length,
                found.violations.map(v => [v.id, v.nodes[0].html.slice(0, 200)])]; }"""
    passed, faults = tab.evaluate(ask, {"rules": {"color-contrast": {"enabled": colours}}})
    if colours:
        tab.emulate_media(color_scheme="dark")
        tab.evaluate(FRAMES)
        _, by_night = tab.evaluate(ask, {"runOnly": ["color-contrast"]})
        faults += by_night
    return passed, faults
