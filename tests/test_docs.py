"""The README and the guides tell the truth: their commands run, their links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import CONSOLE, TOP
from workshop.cli.commands import app
from workshop.findings.rules import RULES

PAGES = sorted(p for p in TOP.glob("*.md")) + sorted((TOP / "docs").rglob("*.md"))
by_page = pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text("utf-8"), re.M | re.S)


def test_the_readmes_python_runs_as_it_stands() -> None:
    for code in blocks(TOP / "README.md", "python"):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding=CONSOLE)
        assert done.returncode == 0, done.stderr
        assert "federated" in done.stdout


@by_page
def test_a_command_is_the_same_in_a_unix_shell_powershell_and_cmd(page: Path) -> None:
    programs = ("workshop ", "papermill ", "jupyter ", "pip ", "python ", "py ", "make ")
    lines = [
        line
        for kind in ("sh", "text", "console")
        for b in blocks(page, kind)
        for line in b.splitlines()
    ]
    inline = re.findall(r"`([^`\n]+)`", page.read_text("utf-8"))
    for command in (c for c in (*lines, *inline) if c.startswith(programs)):
        # quotes that cmd keeps, lines that go on, variables, two commands in one
        assert not re.search(r"'|[\\^]$|[$%&;`]|~/", command), command


def test_the_guide_of_the_page_in_a_browser_chooses_a_rooms_privacy_once() -> None:
    """A room that was begun keeps its privacy, and a command that names another is refused."""
    page = TOP / "docs" / "guides" / "browser.md"
    commands = [line for block in blocks(page, "text") for line in block.splitlines()]
    started = next(n for n, line in enumerate(commands) if line.startswith("workshop start "))
    later = commands[started + 1 :]
    assert not any("--privacy" in line for line in later)
    assert later[-1] == "workshop start our-workshop"


def test_the_two_commands_are_targets_of_the_makefile() -> None:
    makefile = (TOP / "Makefile").read_text("utf-8")
    (commands,) = blocks(TOP / "README.md", "console")
    for line in commands.splitlines():
        program, target = line.split()
        assert program == "make"
        assert re.search(rf"^{target}:", makefile, re.M)


def test_every_command_is_in_the_readme() -> None:
    text = (TOP / "README.md").read_text("utf-8")
    for command in app.registered_commands:
        assert command.callback is not None
        assert f"`workshop {command.name or command.callback.__name__}" in text


@by_page
def test_links_lead_to_files_that_are_there(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


@by_page
def test_paths_in_code_type_are_there(page: Path) -> None:
    pattern = r"`((?:src|tests|notebooks|examples)/[\w./-]+\.\w+)`"
    for target in re.findall(pattern, page.read_text("utf-8")):
        assert (TOP / target).exists(), target


def test_the_rule_that_contributing_takes_as_its_example_is_there() -> None:
    text = (TOP / "CONTRIBUTING.md").read_text("utf-8")
    (rule,) = re.findall(r"Take `([a-z-]+)`, which fires", text)
    assert rule in RULES
    assert (TOP / "tests" / "rules" / f"{rule}.yaml").exists()


def test_no_commit_carries_a_registry_or_a_path_of_a_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=TOP, capture_output=True, encoding="utf-8", check=False
    ).stdout.split()
    for name in listed:
        path = TOP / name
        if not path.is_file() or path.suffix in (".png", ".ttf", ".woff2"):
            continue
        text = path.read_text("utf-8")
        for word in ("index" + "-url", "find" + "-links", "pypi" + ".org", str(TOP) + "/"):
            assert word not in text, f"{name}: {word}"


def test_a_guide_that_leads_to_the_names_of_answers_names_the_command_that_prints_them() -> None:
    command = "`workshop schema answers`"
    pages = [TOP / "docs" / "reference" / "answers.md"]
    pages += [
        p for p in (TOP / "docs/guides").glob("*.md") if "/answers.md" in p.read_text("utf-8")
    ]
    for page in pages:
        text = page.read_text("utf-8")
        assert command in text or f"\n{command[1:-1]} >" in text, page.name
