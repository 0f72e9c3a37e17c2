"""A session and answers files: what goes in comes out, by method and by command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from conftest import TOP
from sessions import reopened
from whole_answers import whole_answers
from workshop import Answers, assess
from workshop.answers.reading import answers_files, read_answers
from workshop.findings.output.report import to_json
from workshop.session import Session
from workshop.session.session import answers_text

EXAMPLES = answers_files([TOP / "examples"])


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "session.workshop"


@pytest.fixture
def session(place: Path) -> Iterator[Session]:
    opened = Session.open(place, who="Ana")
    yield opened
    opened.close()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_an_imported_file_comes_out_as_the_same_answers_and_findings(
    path: Path, session: Session, tmp_path: Path
) -> None:
    answers = read_answers(path)
    session.import_answers(answers, path.name)
    out = tmp_path / "answers.yaml"
    out.write_text(answers_text(session), "utf-8")
    assert read_answers(out) == session.answers
    assert to_json(assess(read_answers(out))) == to_json(assess(answers))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(whole_answers)
def test_whatever_was_typed_reads_back_the_same(raw: dict[str, Any]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        session = Session.open(Path(folder) / "s.workshop")
        session.import_answers(Answers.from_parameters(raw), "x")
        out = Path(folder) / "answers.yaml"
        out.write_text(answers_text(session), "utf-8")
        assert read_answers(out) == Answers.from_parameters(raw)
        session.close()


def test_a_session_that_follows_another_looks_at_its_decisions(session: Session) -> None:
    first = read_answers(TOP / "examples" / "tidewater-retail.yaml")
    session.follow(first)
    items = session.items("earlier.became")
    assert [v["decision"] for _, v in items] == [d.decision for d in first.decisions or ()]
    session.give(("earlier", "became", items[0][0], "became"), "done")
    earlier = session.answers.earlier
    assert earlier is not None
    assert earlier.became is not None
    assert [o.became for o in earlier.became] == ["done"]
    assert assess(session.answers).since is not None


def workshop(*arguments: str) -> subprocess.CompletedProcess[str]:
    code = "from workshop.cli.commands import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, "answers", *arguments],
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )


def test_the_command_writes_a_file_that_the_check_finds_whole(
    session: Session, place: Path, tmp_path: Path
) -> None:
    session.give(("model_teams",), 6)
    out = tmp_path / "answers.yaml"
    done = workshop(str(place), "-o", str(out))
    assert done.returncode == 0, done.stderr
    assert read_answers(out) == Answers(model_teams=6)
    assert workshop(str(place)).stdout == out.read_text("utf-8")
    assert "Ana: model_teams: not answered → 6" in workshop(str(place), "--history").stdout


@pytest.mark.parametrize("name", ["no-such.workshop", "."])
def test_the_command_says_what_is_wrong_and_ends_with_two(name: str, tmp_path: Path) -> None:
    done = workshop(str(tmp_path / name))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def test_a_copy_made_while_it_is_open_is_a_session(session: Session, place: Path) -> None:
    session.give(("model_teams",), 6)
    for name in (place.name, f"{place.name}-wal"):
        shutil.copy(place.with_name(name), place.with_name(f"copy-{name}"))
    assert reopened(place.with_name(f"copy-{place.name}")).model_teams == 6
