"""The documentation site: it builds without a network, its links hold, its commands are real."""

from __future__ import annotations

import html
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import typer

from conftest import CONSOLE, TOP
from ports import own_port
from workshop import load_content
from workshop.cli.commands import app
from workshop.findings.output.report import schema

pytest.importorskip("material", reason="the docs extra is not installed: pip install -e '.[docs]'")

DOCS = TOP / "docs"
PAGES = sorted(DOCS.rglob("*.md")) + sorted((TOP / "facilitator").rglob("*.md"))
SERVERS = ("lab", "app", "room", "start")
ELSEWHERE = ("make", "pip", "dask", ".", "python")
"""What is installed, or needs more than one machine: checked, not run."""
AWAY = ("db.example", "scheduler.example")
by_page = pytest.mark.parametrize(
    "page", PAGES, ids=[p.relative_to(TOP).with_suffix("").as_posix() for p in PAGES]
)


def commands_of(page: Path) -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```", page.read_text("utf-8"), re.M | re.S)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def runs_here(line: str) -> bool:
    return line.split()[0] not in ELSEWHERE and not any(place in line for place in AWAY)


RUN = [p for p in PAGES if p.is_relative_to(DOCS) and any(map(runs_here, commands_of(p)))]
RUN.append(TOP / "README.md")


# -- the built site


class Page(HTMLParser):
    """What a page of the site refers to, and what can be referred to in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag in ("link", "use", "image"):
            self.fetched += [given[n] for n in ("href", "xlink:href") if n in given]
        self.fetched += [given[n] for n in ("src", "srcset", "poster", "data") if n in given]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @cached_property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as MkDocs builds it, with every warning an error."""
    folder = tmp_path_factory.mktemp("site")
    build = [sys.executable, "-m", "mkdocs", "build", "--strict"]  # --quiet lets warnings pass
    done = subprocess.run(
        [*build, "--config-file", str(TOP / "mkdocs.yml"), "--site-dir", str(folder)],
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        encoding=CONSOLE,
        timeout=500,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path.read_text("utf-8")) for path in sorted(site.rglob("*.html"))}


def test_nothing_is_fetched_from_elsewhere(site: Path, pages: dict[Path, Page]) -> None:
    asked = [(p.name, a) for p, page in pages.items() for a in page.fetched]
    assert len(asked) > 100
    assert [(name, a) for name, a in asked if re.match(r"(https?:)?//", a)] == []
    for style in site.rglob("*.css"):
        found = re.findall(
            r"(?:url\(|@import)\s*['\"]?((?:https?:)?//[^)'\"]+)", style.read_text("utf-8")
        )
        assert found == [], style.name


def test_links_and_anchors_lead_somewhere(site: Path, pages: dict[Path, Page]) -> None:
    broken = []
    for path, page in pages.items():
        if path.name == "404.html":  # its links are written for the root of a server
            continue
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            there = pages.get(target)
            if there is None:
                broken += [] if target.is_file() else [(path.name, link)]
            elif parts.fragment and unquote(parts.fragment) not in there.ids:
                broken.append((path.name, link))
    assert broken == []


def test_the_search_knows_the_rules(site: Path) -> None:
    index = (site / "search" / "search_index.json").read_text("utf-8")
    assert load_content().rules[0].title in html.unescape(index)


def test_reference_holds_every_rule_with_its_words(pages: dict[Path, Page], site: Path) -> None:
    page = pages[site / "reference" / "rules.html"]
    for rule in load_content().rules:
        assert rule.id in page.ids
        for words in (rule.title, rule.statement, rule.why, rule.mitigation):
            assert re.sub(r"\s+", " ", words).strip() in page.text, rule.id


def test_reference_leaves_a_space_before_code_in_a_docstring(site: Path) -> None:
    page = (site / "reference" / "python.html").read_text("utf-8")
    assert re.search(r"[a-z] <code>", page)
    assert not re.search(r"[a-z]<code>", page)


def test_reference_holds_every_criterion_with_its_bands(
    pages: dict[Path, Page], site: Path
) -> None:
    page = pages[site / "reference" / "criteria.html"]
    for criterion in load_content().criteria:
        assert criterion.id in page.ids
        for band in criterion.bands:
            assert re.sub(r"\s+", " ", band.because).strip() in page.text, criterion.id


def test_reference_holds_every_source_claim_and_disagreement(
    pages: dict[Path, Page], site: Path
) -> None:
    content = load_content()
    assert {s.key.lower() for s in content.sources} <= pages[site / "reference/sources.html"].ids
    evidence = pages[site / "explanation" / "evidence.html"].text
    assert all(re.sub(r"\s+", " ", c.claim).strip() in evidence for c in content.claims)
    ids = pages[site / "explanation" / "disagreements.html"].ids
    assert {t.id.lower() for t in content.tensions} <= ids


def test_reference_holds_every_answer_with_its_question(
    pages: dict[Path, Page], site: Path
) -> None:
    page, content = pages[site / "reference" / "answers.html"], load_content()
    for name in schema("answers")["properties"]:
        assert name.replace("_", "-") in page.ids
        if any(q.id == name for q in content.questions):
            assert re.sub(r"\s+", " ", content.question(name).ask).strip() in page.text


def test_reference_holds_every_command_with_its_options(
    pages: dict[Path, Page], site: Path
) -> None:
    page = pages[site / "reference" / "commands.html"]
    for name, command in walk():
        assert name.removeprefix("workshop ").replace(" ", "-") in page.ids
        assert name in page.text
        for option in options_of(command):
            assert option in page.text, f"{name} {option}"


def test_every_class_of_the_rooms_style_sheet_and_every_colour_is_shown(site: Path) -> None:
    from workshop.room.pages import style_sheet

    bare = re.sub(r"/\*.*?\*/", "", style_sheet(), flags=re.S)
    page = site.joinpath("reference", "visual-language.html").read_text("utf-8")
    frames = [html.unescape(one) for one in re.findall(r'srcdoc="([^"]*)"', page)]
    assert len([one for one in frames if "color-scheme: dark;" in one]) * 2 == len(frames)
    shown = {c for one in frames for v in re.findall(r'class="([^"]*)"', one) for c in v.split()}
    # more than four tables: their dots give way to numbers; a word that no column has room for;
    # where elements stand, and not how they look: if room is short, beside the way to join, and
    # what people said beside votes on which nothing is decided
    apart = {"many", "long", "tight", "moved", "result", "heard"}
    assert set(re.findall(r"\.([a-z][a-z-]*)", bare)) - shown == apart
    elements = frames[0].partition("<body")[2]
    tokens = re.findall(r"--wk-([a-z-]+):#|--wk-((?:size|space)-[a-z0-9]+):", bare)
    assert {c for pair in tokens for c in pair if c and f"var(--wk-{c})" not in elements} == set()
    for file in set(re.findall(r'"\.\./(fonts/[^"]+)"', frames[0])):
        assert site.joinpath(file).is_file()


def test_facilitators_pages_are_part_of_the_site(site: Path) -> None:
    for page in sorted((TOP / "facilitator").rglob("*.md")):
        to = page.relative_to(TOP).with_suffix(".html")
        built = to.with_name("index.html") if page.name == "README.md" else to
        assert (site / built).is_file()


# -- the commands


def walk() -> Iterator[tuple[str, Any]]:
    """Yield each command with its whole name."""
    waiting: list[tuple[str, Any]] = [("workshop", typer.main.get_command(app))]
    while waiting:
        name, command = waiting.pop(0)
        inner = getattr(command, "commands", None)
        if inner is None:
            yield name, command
        else:
            waiting += [(f"{name} {word}", each) for word, each in inner.items()]


def options_of(command: Any) -> set[str]:
    options = [p for p in command.params if p.param_type_name == "option"]
    return {name for p in options for name in p.opts}


@by_page
def test_commands_and_their_options_exist(page: Path) -> None:
    known = dict(walk())
    makefile = (TOP / "Makefile").read_text("utf-8")
    for line in commands_of(page):
        program, *words = shlex.split(line)
        if program == "make":
            assert re.search(rf"^{words[0]}:", makefile, re.M), line
        if program != "workshop":
            assert program in (*ELSEWHERE, "workshop", "papermill", "jupyter"), line
            continue
        whole = f"workshop {' '.join(words[:2])}"
        name = whole if whole in known else f"workshop {words[0]}"
        assert name in known, line
        given = {w.split("=")[0] for w in words if re.match(r"--?[a-z]", w)}
        assert given <= options_of(known[name]) | {"--help"}, line


FORKS = """
import json, os, sys
from importlib.metadata import entry_points
import workshop.documents.notebooks.exporters, workshop.pack.build
scripts = {one.name: one for one in entry_points(group="console_scripts")}
for name in ("workshop", "papermill", "jupyter-nbconvert"):
    scripts[name].load()
for asked in sys.stdin:
    words, folder, environment = json.loads(asked)
    if words[0] == "jupyter":
        words[:2] = ["-".join(words[:2])]
    child = os.fork()
    if not child:
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        printed = os.open("printed", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for number, place in enumerate((os.open(os.devnull, os.O_RDONLY), printed, printed)):
            os.dup2(place, number)
        sys.argv = words
        sys.exit(scripts[words[0]].load()())
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""Runs each command that it reads as a process of its own, which has imported most already."""


def environment_without_ours() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith("WORKSHOP_")}


Shell = Callable[[str, Path, dict[str, str]], tuple[int, str]]


@pytest.fixture(scope="module")
def shell() -> Iterator[Shell]:
    """Runs a command in a folder, and returns its exit code and what it printed.

    A program of Python takes longer to start than most of the guides' commands take.
    """
    with subprocess.Popen(
        [sys.executable, "-c", FORKS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment_without_ours(),
        encoding=CONSOLE,
    ) as forks:
        assert forks.stdin is not None
        assert forks.stdout is not None

        def run(line: str, folder: Path, environment: dict[str, str]) -> tuple[int, str]:
            ours = line.split()[0] in ("workshop", "papermill", "jupyter")
            if ours and hasattr(os, "fork") and not set(line) & set("|&;<>*?$`~#"):
                forks.stdin.write(json.dumps([shlex.split(line), str(folder), environment]) + "\n")
                forks.stdin.flush()
                code = int(forks.stdout.readline())
                return code, (folder / "printed").read_text(CONSOLE)
            done = subprocess.run(
                line,
                shell=True,
                capture_output=True,
                cwd=folder,
                env=environment,
                encoding=CONSOLE,
            )
            return done.returncode, done.stdout + done.stderr

        yield run
        forks.stdin.close()


@pytest.mark.parametrize("page", RUN, ids=[p.relative_to(TOP).as_posix() for p in RUN])
def test_commands_run_one_after_the_other(page: Path, tmp_path: Path, shell: Shell) -> None:
    for name in ("examples", "notebooks"):
        shutil.copytree(TOP / name, tmp_path / name)
    table = tmp_path / "examples" / "portfolio.csv"
    rows = table.read_text("utf-8").splitlines(keepends=True)
    table.write_text("".join(rows[:3]), "utf-8")  # two groups show as much as twelve
    few = tmp_path / "examples" / "three-answers.yaml"  # and a short pack as much as a long one
    shutil.copyfile(few, tmp_path / "examples" / "tidewater-retail.yaml")
    (tmp_path / "build").mkdir()
    places = [str(Path(sys.executable).parent), os.environ["PATH"]]
    environment = environment_without_ours() | {
        "PATH": os.pathsep.join(places),
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }
    for line in filter(runs_here, commands_of(page)):
        program, *words = shlex.split(line)
        if program == "workshop" and words[0] in SERVERS:
            start_and_stop(line, tmp_path, environment)
        else:
            if words[0] == "print":  # ballots for three show as much as the hundreds for 24
                line = re.sub(r"--people \d+", "--people 3", line)
            code, printed = shell(line, tmp_path, environment)
            assert code == 0, f"{line}\n{printed}"
    for made in (tmp_path / "build").rglob("*.pdf"):
        assert made.read_bytes().startswith(b"%PDF"), made.name


def start_and_stop(line: str, folder: Path, environment: dict[str, str]) -> None:
    """Start a server as it is written, on a free port of this computer only, and stop it."""
    command = shlex.split(line.replace("192.168.1.20", "127.0.0.1"))
    if command[1] == "room":
        command += ["--port", "0"]
        ready = "Participants "
    else:
        command += ["--no-browser", "--port", str(own_port())]
        ready = "Open http"
    log = folder / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            cwd=folder,
            env=environment | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        until = time.monotonic() + 180
        while ready not in log.read_text(CONSOLE):
            assert server.poll() is None, f"{line}\n{log.read_text(CONSOLE)}"
            assert time.monotonic() < until, f"{line}\n{log.read_text(CONSOLE)}"
            time.sleep(0.1)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(120)


def test_python_of_the_guides_runs() -> None:
    found = 0
    for page in PAGES:
        if page.name == "cookbook.md":  # its recipes have tests of their own
            continue
        for code in re.findall(r"^```python\n(.*?)^```", page.read_text("utf-8"), re.M | re.S):
            done = subprocess.run(
                [sys.executable, "-c", code], capture_output=True, encoding=CONSOLE
            )
            assert done.returncode == 0, f"{page.name}\n{done.stderr}"
            found += 1
    assert found
