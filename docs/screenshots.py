"""Makes the pictures of these pages from the real thing: a server, a room, phones, a browser.

Run it after a change of what they show: `python docs/screenshots.py`. It needs Chromium, and the
packages that tests need. Five people vote on who leads; nothing is drawn by
hand.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from workshop.content.loader import load_content
from workshop.files import example

TARGET = Path(__file__).with_name("screens")
BALLOTS = (
    ("product", "product", "Customers write to us first."),
    ("product", "product", ""),
    ("engineering", "engineering", "We restarted it twice last month."),
    ("engineering", "engineering", ""),
    ("research", "engineering", "We cannot see the logs."),
)
"""The role of each person, the vote, and the fact beside it."""
WAIT = 60_000
"""Milliseconds for a page, on a machine that does other things too."""


@contextmanager
def serve(ready: str, *words: str) -> Iterator[str]:
    """Start a command and give what it printed, once it is ready; end it afterwards."""
    code = "from workshop.cli.commands import main; main()"
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        server = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-c", code, *words],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={
                **os.environ,
                "PYTHONUNBUFFERED": "1",
                "PYTHONIOENCODING": "utf-8",
                "COLUMNS": "200",
            },
        )
        try:
            output = ""
            while ready not in output:
                if server.poll() is not None:
                    raise SystemExit(output)
                time.sleep(0.2)
                output = os.pread(log.fileno(), 100_000, 0).decode()
            yield output
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def shoot(tab: Any, name: str) -> None:
    """Write what a tab shows as a small PNG."""
    picture = Image.open(io.BytesIO(tab.screenshot(animations="disabled"))).convert("RGB")
    picture.quantize(128, dither=Image.Dither.NONE).save(TARGET / f"{name}.png", optimize=True)


def open_tab(browser: Any, width: int, height: int) -> Any:
    tab = browser.new_context(viewport={"width": width, "height": height}).new_page()
    tab.set_default_timeout(WAIT)
    return tab


def picture_pages(browser: Any, folder: Path) -> None:
    """Picture the sliders of `workshop app`, which stand on its third page."""
    start = ("app", str(folder), "--from", str(example("tidewater-retail")))
    with serve("Open http", *start, "--who", "Mara", "--no-browser") as output:
        address = re.search(r"Open (\S+)", output)
        assert address is not None  # noqa: S101 (it waited for it)
        tab = open_tab(browser, 1280, 760)
        tab.goto(address[1])
        tab.goto(f"{address[1].split('/?')[0]}/voila/render/03-patterns.ipynb")
        tab.locator(".ws-bar").wait_for()
        tab.wait_for_load_state("networkidle")
        tab.locator('[data-step="what-if"]').evaluate("e => scrollTo(0, e.offsetTop - 20)")
        tab.wait_for_timeout(1000)  # what is drawn below may still push it away
        tab.locator('[data-step="what-if"]').evaluate(
            "e => scrollBy(0, e.getBoundingClientRect().top - 20)"
        )
        shoot(tab, "app")


def picture_room(browser: Any, session: Path) -> None:
    """Picture a vote: a phone, then the projector with the result."""
    content = load_content()
    words, question = content.words, content.question("lead")
    start = ("room", str(session), "--ip", "127.0.0.1", "--privacy", "role", "--port", "0")
    with serve("Keep this one", *start) as output:
        found = re.search(r"Participants +(\S+)/ +code (.+)", output)
        key = re.search(r"Facilitator +(\S+)", output)
        assert found is not None  # noqa: S101 (it waited for both)
        assert key is not None  # noqa: S101
        chair = open_tab(browser, 1280, 900)
        chair.goto(key[1])
        chair.get_by_role("heading", name=words("room.console-title")).wait_for()
        wall = chair.context.new_page()
        wall.set_viewport_size({"width": 1280, "height": 420})
        wall.goto(f"{found[1]}/projector")
        people = [open_tab(browser, 390, 760) for _ in BALLOTS]
        for tab, (role, _, _) in zip(people, BALLOTS, strict=True):
            tab.goto(f"{found[1]}/#{re.sub(r'[^A-Za-z0-9]', '', found[2])}")
            tab.select_option("#role", role)
            tab.click("button.main")
            tab.get_by_role("heading", name=words("room.waiting-title")).wait_for()
        label = f"{words('room.console-open-first')}: {question.ask}"
        chair.get_by_role("button", name=label).click()
        for at, (tab, (_, choice, fact)) in enumerate(zip(people, BALLOTS, strict=True)):
            tab.get_by_role("heading", name=question.ask).wait_for()
            tab.check(f'input[value="{choice}"]')
            tab.fill("#fact", fact)
            if at == 0:
                tab.evaluate("document.activeElement.blur(); scrollTo(0, 0)")  # the question first
                shoot(tab, "phone")
            tab.click("main form.ballot button")
            tab.get_by_text(words("room.kept-title")).wait_for()
        for word in ("console-close", "console-reveal"):
            chair.get_by_role("button", name=words(f"room.{word}"), exact=True).first.click()
        wall.get_by_role("heading", name=question.ask).wait_for()
        wall.get_by_text(question.choices["engineering"]).first.wait_for()
        shoot(wall, "projector")


def picture_slides(browser: Any, folder: Path) -> None:
    """Picture the slide that says where the advice changes."""
    code = "from workshop.cli.commands import main; main()"
    answers = str(example("tidewater-retail"))
    command = [sys.executable, "-c", code, "pack", answers, "-o", str(folder)]
    subprocess.run(  # noqa: S603 - our own command
        [*command, "--format", "slides"], check=True, capture_output=True
    )
    tab = open_tab(browser, 1280, 720)
    tab.goto((folder / "slides.html").as_uri())
    heading = load_content().words("strips.title")
    for _ in range(300):
        if tab.locator("section.present:not(.stack) :is(h1, h2)").first.inner_text() == heading:
            break
        tab.keyboard.press("Space")
    else:
        raise SystemExit(f"no slide is called “{heading}”")
    shoot(tab, "slide")


def main() -> None:
    """Make all pictures anew."""
    TARGET.mkdir(exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = play.chromium.launch(executable_path=chromium, args=arguments)
        picture_room(browser, Path(folder) / "session.workshop")
        picture_pages(browser, Path(folder) / "our-workshop")
        picture_slides(browser, Path(folder) / "slides")
        browser.close()
    for path in sorted(TARGET.glob("*.png")):
        sys.stdout.write(f"{path.name}: {path.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
