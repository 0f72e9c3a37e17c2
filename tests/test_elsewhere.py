"""What can be held here about systems that nobody here has: no fork, another console."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import yaml
from check_jsonschema import main as check_jsonschema
from click.testing import CliRunner

import workshop
from conftest import TOP
from elsewhere import environment
from workshop.notebook import controls
from workshop.session import Session
from workshop.widgets.steps import LivePage


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return an environment that lacks what Windows lacks, with a console of few characters."""
    return environment(tmp_path_factory.mktemp("elsewhere"))


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("answers") / "answers.yaml"
    text = "organisation: Café Σ 株式会社\nmodel_teams: 3\nduties:\n  paged: Équipe Ω\n"
    path.write_text(text, encoding="utf-8")
    return path


def run(environment: dict[str, str], *arguments: object) -> subprocess.CompletedProcess[bytes]:
    code = "from workshop.cli.commands import main; main()"
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, env=environment, check=False)


def test_the_simulation_lacks_what_windows_lacks(elsewhere: dict[str, str]) -> None:
    code = (
        "import multiprocessing, os, signal, socket, sys\n"
        "print(hasattr(os, 'fork'), hasattr(socket, 'AF_UNIX'), hasattr(signal, 'SIGKILL'))\n"
        "print(multiprocessing.get_start_method(), sys.getfilesystemencoding())\n"
        "print(sys.stdout.encoding, open(os.devnull).encoding, sys.flags.utf8_mode)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=elsewhere)
    assert done.stdout.split() == b"False False False spawn utf-8 cp1252 cp1252 0".split()


@pytest.mark.parametrize("make", ["os.mkdir", "pathlib.Path.touch", "sqlite3.connect"])
def test_the_simulation_has_no_two_names_that_differ_in_case(
    elsewhere: dict[str, str], tmp_path: Path, make: str
) -> None:
    code = f"import os, pathlib, sqlite3, sys\nfor name in sys.argv[1:]: {make}(pathlib.Path(name))"
    command = [
        sys.executable,
        "-c",
        code,
        tmp_path / "Ours",
        tmp_path / "Ours 2",
        tmp_path / "OURS",
    ]
    done = subprocess.run(command, capture_output=True, env=elsewhere)
    assert b"Ours differs only in its case" in done.stderr
    assert (tmp_path / "Ours 2").exists()


@pytest.mark.parametrize("command", ["check", "findings"])
def test_a_console_that_lacks_characters_still_gets_every_message(
    elsewhere: dict[str, str], answers: Path, command: str
) -> None:
    done = run(elsewhere, command, answers)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout
    assert b"3 answers" in done.stdout or command == "findings"
    wrong = answers.with_name("wrong.yaml")
    wrong.write_text("modl_teams: Σ\n", encoding="utf-8")
    done = run(elsewhere, command, wrong)
    assert done.returncode == 2
    assert "“model_teams”".encode("cp1252") in done.stdout + done.stderr


def test_what_is_written_for_programs_is_utf_8_on_any_console(
    elsewhere: dict[str, str], answers: Path
) -> None:
    done = run(elsewhere, "findings", answers, "--json")
    assert json.loads(done.stdout.decode())["organisation"] == "Café Σ 株式会社"


def test_a_pack_is_made_where_there_is_no_fork(
    elsewhere: dict[str, str], answers: Path, tmp_path: Path
) -> None:
    done = run(elsewhere, "pack", answers, "-o", tmp_path / "pack", "--format", "json")
    assert done.returncode == 0, done.stderr.decode("cp1252")
    progress = re.compile(r"0\d-[a-z-]+: done, \d+ cells")
    text = done.stderr.decode("cp1252")
    rest = [line for line in text.splitlines() if not progress.fullmatch(line)]
    cannot_fork = [line for line in rest if line.endswith(": this system cannot fork processes.")]
    assert cannot_fork, text
    # An ordinary kernel may say more while it ends on a busy machine: ipykernel's control thread
    # says that it is idle through a socket that its main thread closes at that moment.
    more = "\n".join(line for line in rest if line not in cannot_fork)
    assert not more or "Socket operation on non-socket" in more, text
    assert str(Path(workshop.__file__).parent) not in more, text
    found = json.loads((tmp_path / "pack" / "findings.json").read_text(encoding="utf-8"))
    assert found["organisation"] == "Café Σ 株式会社"
    assert len(list((tmp_path / "pack" / "notebooks").glob("*.ipynb"))) == 7


def test_a_batch_is_made_where_there_is_no_fork(elsewhere: dict[str, str], tmp_path: Path) -> None:
    table = tmp_path / "groups.csv"
    table.write_text("group,model_teams\nCON,3\n", encoding="utf-8")
    done = run(elsewhere, "batch", table, "-o", tmp_path / "out", "--format", "json", "--jobs", "2")
    assert done.returncode == 0, done.stderr.decode("cp1252")
    names = {p.name for p in (tmp_path / "out" / "packs").iterdir()}
    assert names == {"group-con"}


def test_why_a_pack_failed_is_shown_with_its_letters_in_any_locale(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("PYTHONIOENCODING")
    for name, value in {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(controls, "_MAKE", "import sys; sys.exit('Caf\\xe9 is closed')")
    with closing(Session.open(tmp_path / "s.workshop")) as session:
        maker = controls.PackMaker(LivePage(session, part=7), tmp_path / "pack")
        maker._make({})
        assert (maker.state, maker.problem) == ("failed", "Café is closed")


def test_every_text_is_read_and_written_with_its_encoding_named() -> None:
    """Windows would take another one, and ruff sees it only where it knows what is a `Path`."""
    for folder in ("src", "tests", "bench", "docs"):
        for path in (TOP / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_bytes())):
                if isinstance(node, ast.Call) and (name := _takes_an_encoding(node)):
                    named = any(k.arg in {"encoding", None} for k in node.keywords)
                    assert named, f"{path}:{node.lineno}: {name} lacks an encoding"


OPENS = {"open", "fdopen", "NamedTemporaryFile", "TemporaryFile"}


def _takes_an_encoding(call: ast.Call) -> str:
    """Return what in a call needs an encoding that was not given by its place, if anything."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    given = [(None, a) for a in call.args] + [(k.arg, k.value) for k in call.keywords]
    values = [(n, a.value) for n, a in given if isinstance(a, ast.Constant)]
    if ("text", True) in values or ("universal_newlines", True) in values:
        return "text=True"
    if name in {"read_text", "write_text"}:
        return name if len(call.args) <= (name == "write_text") else ""
    if getattr(getattr(call.func, "value", None), "id", "") == "tarfile":
        return ""  # which opens no text
    mode = any(n in {None, "mode"} and re.fullmatch("[rwax]t?[+]?", str(v)) for n, v in values)
    return name if name in OPENS and mode else ""


def test_the_workflow_covers_three_systems_and_each_python_and_fits_its_schema() -> None:
    path = TOP / ".github" / "workflows" / "test.yml"
    arguments = ["--builtin-schema", "vendor.github-workflows", str(path)]
    checked = CliRunner().invoke(check_jsonschema, arguments)
    assert checked.exit_code == 0, checked.output
    matrix = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]["test"]["strategy"]["matrix"]
    assert matrix["python"] == ["3.11", "3.12", "3.13"]
    assert {name.split("-")[0] for name in matrix["os"]} == {"ubuntu", "windows", "macos"}
