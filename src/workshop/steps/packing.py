"""The button that makes the findings pack out of a live page, with its progress."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workshop.resources import notebooks

if TYPE_CHECKING:
    from workshop.steps.form import View
    from workshop.steps.page import LivePage

_MAKE = """
import json, sys
from pathlib import Path
from workshop.kernels import warm_up
warm_up()
from workshop.model.check import read_answers
from workshop.pack.build import build_pack
def tell(**what): print(json.dumps(what), flush=True)
made = build_pack(read_answers(Path(sys.argv[1])), Path(sys.argv[2]), paper=sys.argv[3],
    on_progress=lambda name, done, total: tell(name=name, done=done, total=total))
tell(failed=[run.name for run in made.failed])
"""
"""A process of its own: the page's kernel goes on answering while the pack is made."""


class PackMaker:
    """Makes the pack of the session as it stands into a folder beside it."""

    def __init__(self, page: LivePage, folder: Path) -> None:
        self.page = page
        self.folder = folder
        self.state = "ready"
        self.cells: dict[str, tuple[int, int]] = {}
        self.problem = ""
        self.paper = "a4"
        self._runs: threading.Thread | None = None

    def view(self) -> View:
        """Return what stands on the screen: the button, how far it is, links to what was made."""
        say, done = self.page.say, sum(done for done, _ in self.cells.values())
        total = max(sum(total for _, total in self.cells.values()), 1)
        finished = sum(done == total for done, total in self.cells.values())
        texts = {
            "ready": say("steps.pack-ready"),
            "making": say("steps.pack-making", done=finished, n=len(notebooks())),
            "made": say("steps.pack-made", folder=self.folder),
            "failed": say("steps.pack-failed", problem=self.problem),
        }
        return {
            "kind": "pack",
            "id": "pack",
            "words": self.page.labels,
            "title": say("steps.pack-title"),
            "state": self.state,
            "text": texts[self.state],
            "share": min(done / total * len(self.cells) / len(notebooks()), 1.0),
            "button": say("steps.pack-button"),
            "paper": {
                "ask": say("steps.pack-paper"),
                "value": self.paper,
                "choices": [{"value": p, "label": say(f"steps.paper-{p}")} for p in PAPERS],
            },
            "files": [
                {"href": f"{self.folder.name}/{name}", "label": say(f"steps.pack-{kind}")}
                for kind, name in FILES.items()
                if self.state == "made" and (self.folder / name).is_file()
            ],
        }

    def take(self, message: Mapping[str, Any]) -> View:
        """Begin to make the pack; say so at once."""
        if message.get("do") == "paper" and message.get("value") in PAPERS:
            self.paper = str(message["value"])
            return {"ok": True}
        if message.get("do") != "make" or self.state == "making":
            return {"ok": True}
        self.state, self.cells, self.problem = "making", {}, ""
        answers = self.page.session.answers_with_votes().to_parameters()
        self._runs = threading.Thread(target=self._make, args=(answers,), daemon=True)
        self._runs.start()
        return {"ok": True, "said": self.page.say("steps.pack-begun")}

    def wait(self) -> None:
        """Return once a pack that was begun is made, or has failed."""
        if self._runs is not None:
            self._runs.join()

    def _make(self, answers: Mapping[str, Any]) -> None:
        """Make the pack in a process of its own and follow what it tells."""
        with tempfile.TemporaryDirectory(prefix="workshop-") as scratch:
            path = Path(scratch) / "answers.json"
            path.write_text(json.dumps(answers), "utf-8")
            # without the session: what runs there is headless
            environment = {k: v for k, v in os.environ.items() if k != "WORKSHOP_SESSION"}
            command = [sys.executable, "-c", _MAKE, str(path), str(self.folder), self.paper]
            try:
                errors = (Path(scratch) / "errors").open("w+", encoding="utf-8")
                with (
                    errors,
                    subprocess.Popen(  # noqa: S603 (our own code, and files that we wrote)
                        command,
                        stdout=subprocess.PIPE,
                        stderr=errors,
                        stdin=subprocess.DEVNULL,
                        text=True,
                        env=environment,
                    ) as process,
                ):
                    self._follow(process, lambda: _last_line(errors))
            except OSError as error:
                self.state, self.problem = "failed", str(error)

    def _follow(self, process: subprocess.Popen[str], why: Callable[[], str]) -> None:
        failed: list[str] | None = None
        for line in process.stdout or ():
            told = json.loads(line) if line.startswith("{") else {}
            if "failed" in told:
                failed = told["failed"]
            elif "name" in told:
                self.cells[told["name"]] = (told["done"], told["total"])
        process.wait()
        if process.returncode or failed is None:
            self.state, self.problem = "failed", why()
        elif failed:
            self.state, self.problem = "failed", ", ".join(failed)
        else:
            self.state = "made"


PAPERS = ("a4", "letter")
FILES = {"pdf": "findings.pdf", "html": "findings.html", "json": "findings.json"}


def _last_line(file: Any) -> str:
    file.seek(0)
    lines = [line for line in file.read().splitlines() if line.strip()]
    return lines[-1] if lines else ""
