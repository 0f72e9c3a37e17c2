"""The commands: one clear message and the right exit code, whatever is typed."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from conftest import CONSOLE, TOP
from workshop import __version__
from workshop.answers.schema import Answers
from workshop.cli.commands import app
from workshop.cli.terminal import FAILED, clear_messages, without_plugins
from workshop.content.loader import load_content
from workshop.documents.paper import Replacement
from workshop.files import write_files
from workshop.findings.assessment import assess
from workshop.pack import build
from workshop.pack.build import Pack

TIDEWATER = str(TOP / "examples" / "tidewater-retail.yaml")
run = CliRunner()


def test_findings_prints_the_assessment_without_running_a_notebook() -> None:
    result = run.invoke(app, ["findings", TIDEWATER])
    assert result.exit_code == 0
    assert "Federated with Embedded" in result.stdout
    assert "URGENT RISK" in result.stdout.upper()
    drawn = "- As we advise: Federated, complete: 107, without a handoff."
    assert drawn in result.stdout  # a picture on paper


def test_findings_as_json_is_findings_json() -> None:
    result = run.invoke(app, ["findings", TIDEWATER, "--json"])
    assert json.loads(result.stdout)["organisation"] == "Tidewater Retail"


def test_findings_starts_neither_kernel_nor_plotting_nor_compiler() -> None:
    code = (
        "import sys; from workshop.cli.commands import app; "
        f"app(['findings', {TIDEWATER!r}, '--json'], standalone_mode=False); "
        "heavy = {'papermill', 'nbclient', 'typst', 'pandas', 'numpy', 'matplotlib', 'IPython'}; "
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stderr.strip() == "[]"


def test_check_of_good_files_says_so() -> None:
    result = run.invoke(app, ["check", str(TOP / "examples")])
    assert result.exit_code == 0
    assert result.stdout.count("nothing to mend") >= 8


def test_check_lists_every_problem_of_every_file_and_exits_2(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("model_team: 6\nmaturity: 9\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("rails: bougth\n", encoding="utf-8")
    result = run.invoke(app, ["check", str(tmp_path)])
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert [line.split(": ")[0].split("/")[-1] for line in lines[:3]] == [
        "a.yaml:1",
        "a.yaml:2",
        "b.yaml:1",
    ]
    assert lines[-1] == "3 problems."


WRONG = {
    "no such file": (["pack", "no-such.yaml"], "Cannot be read"),
    "no such example": (
        ["demo", "--example", "no-such"],
        "Allowed: harbour-mutual, northfield-clinical",
    ),
    "a path for an example": (["demo", "--example", "../secret"], "Allowed"),
    "no such format": (["pack", TIDEWATER, "--format", "docm"], "docm"),
    "no such paper": (["pack", TIDEWATER, "--paper", "a5"], "a5"),
    "no such command": (["packk"], "packk"),
    "no such option": (["pack", TIDEWATER, "--papper", "a4"], "papper"),
    "nothing to check": (["check", str(TOP / "src" / "workshop" / "schema")], ""),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_gets_a_message_and_exit_code_2(case: str) -> None:
    arguments, message = WRONG[case]
    result = run.invoke(app, arguments)
    assert result.exit_code == 2, result.output
    assert message in result.stderr
    assert "Traceback" not in result.output


def test_a_pack_that_cannot_be_written_says_where_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    result = run.invoke(app, ["pack", TIDEWATER, "-o", str(tmp_path / "taken")])
    assert result.exit_code == 2
    assert "Choose another folder" in result.stderr
    assert (tmp_path / "taken").read_text("utf-8") == "a file"


def test_demo_says_where_the_pack_is_and_what_will_hurt_first(tmp_path: Path) -> None:
    result = run.invoke(app, ["demo", "-o", str(tmp_path), "--format", "json"])
    assert result.exit_code == 0
    assert str(tmp_path) in result.stdout.replace("\n", "")
    assert result.stdout.count("Urgent risk: ") == 3
    assert "07-findings: done" in result.stderr


@pytest.mark.parametrize(
    ("content", "urgent", "title"),
    [
        ("content-de", True, "Was am dringendsten ist:"),
        (None, True, "What is most urgent:"),
        (None, False, "The most important risks:"),
    ],
)
def test_what_a_pack_found_is_said_in_the_words_of_its_content(
    content: str | None, urgent: bool, title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not urgent is not called so, and a German title stands over German lines."""
    folder = TOP / "examples" / content if content else None
    answers = Answers(duties={"paged": "nobody"}) if urgent else Answers(data_access="ticket")
    made = Pack(tmp_path, {}, assess(answers, load_content(folder)), (), ())
    monkeypatch.setattr(build, "build_pack", lambda *_args, **_options: made)
    options = ["--content", str(folder)] if folder else []
    done = run.invoke(app, ["demo", "-o", str(tmp_path), *options])
    assert done.exit_code == 0, done.output
    assert title in done.stdout.splitlines()
    assert ("Urgent risk: " in done.stdout or "Dringendes Risiko: " in done.stdout) is urgent


@pytest.mark.parametrize(("options", "code"), [([], 0), (["--strict"], 1)])
def test_a_pack_with_replacements_lists_them_and_fails_only_if_that_is_asked_for(
    options: list[str], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Pack(
        tmp_path,
        {},
        assess(Answers(model_teams=3), load_content()),
        (),
        (Replacement("05-handoffs", 7, "A picture is replaced by its description", "Why."),),
    )
    monkeypatch.setattr(build, "build_pack", lambda *_args, **_options: made)
    done = run.invoke(app, ["demo", "-o", str(tmp_path), *options])
    assert done.exit_code == code
    assert "05-handoffs, cell 7: A picture is replaced by its description." in done.output


@pytest.mark.fork  # without it, it says so
def test_a_pack_says_nothing_but_its_progress_beside_what_it_made(tmp_path: Path) -> None:
    code = "from workshop.cli.commands import main; main()"
    command = ["demo", "-o", str(tmp_path / "demo"), "--format", "json"]
    done = subprocess.run(
        [sys.executable, "-c", code, *command], capture_output=True, encoding=CONSOLE, check=True
    )
    progress = re.compile(r"\d\d-[a-z-]+: done, \d+ cells")
    assert [line for line in done.stderr.splitlines() if not progress.fullmatch(line)] == []


def test_every_command_has_help_with_an_example() -> None:
    for command in app.registered_commands:
        assert command.callback is not None
        name = command.name or command.callback.__name__
        result = run.invoke(app, [name, "--help"])
        assert result.exit_code == 0
        assert f"Example: workshop {name}" in result.stdout.replace("\n", " ")


def test_version_is_the_packages() -> None:
    assert run.invoke(app, ["--version"]).stdout.strip() == __version__


def test_plugins_of_pydantic_wait_for_what_runs_after_the_imports(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = "PYDANTIC_DISABLE_PLUGINS"
    monkeypatch.delenv(name, raising=False)
    with without_plugins():
        assert os.environ[name] == "__all__"
    assert name not in os.environ
    monkeypatch.setenv(name, "logfire")
    with without_plugins():
        pass
    assert os.environ[name] == "logfire"


def test_a_full_disk_is_told_with_the_file_or_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Full(io.BytesIO):
        def write(self, *_: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    def opened(handle: int, _mode: str) -> Full:
        os.close(handle)
        return Full()

    with pytest.raises(typer.Exit), clear_messages(tmp_path / "pack"):
        Full().write()
    assert capsys.readouterr().err.startswith(f"{tmp_path / 'pack'}: No space")
    monkeypatch.setattr("workshop.files.os.fdopen", opened)
    with pytest.raises(typer.Exit), clear_messages(tmp_path):
        write_files({tmp_path / "board.pdf": b"x"})
    assert capsys.readouterr().err.startswith(f"{tmp_path / 'board.pdf'}: No space")
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_told_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    for number, is_full in ((errno.ENOSPC, True), (errno.EIO, False)):
        with pytest.raises(typer.Exit) as ended, clear_messages():
            raise OSError(number, os.strerror(number))
        assert ended.value.exit_code == FAILED
        told = capsys.readouterr().err
        assert os.strerror(number) in told
        assert ("Make room on the disk" in told) == is_full
    with pytest.raises(typer.Exit), clear_messages():
        raise OSError(errno.ENOSPC, "No space left on device", "kit.json", None, "ours/kit.json")
    assert capsys.readouterr().err.startswith("ours/kit.json: No space"), "the disk that is full"
