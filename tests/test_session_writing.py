"""A session's answers as a file: what people typed is read back as they typed it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from workshop import Answers
from workshop.answers.reading import read_answers
from workshop.files import write_files
from workshop.session import Session
from workshop.session.session import answers_text


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "session.workshop"


@pytest.fixture
def session(place: Path) -> Iterator[Session]:
    with closing(Session.open(place, who="Ana")) as opened:
        yield opened


ODD = "\n\r\t \u2028\u2029\x85\ufeff\u200b\x07\x1b\x7f#:-?'\"|>%@`&*!{}[],=~<é数😀0\\"
odd = st.sampled_from(ODD)
typed = st.text(odd | st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
lines = st.lists(typed, max_size=5).map("\n".join)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(lines.filter(bool), lines, typed)
@example("a\n b\n\n  c\n", "\n\n x", "yes")
@example("a\x85b\nc", "x\u2028y\nz", "2027-01-05")
@example("long " * 60 + "\nsecond", " " * 200 + "x\n", "0o17")
@example("a\r\nb", "---\nx", "=")
@example("a\n\xa0b", "word " * 30 + "\xa0x", "\xa0a \xa0")
@example("\x1f\a\b\x0b\x0c\x1b\x85 \x7f", "C:\\a \\x07", "\a")
def test_whatever_is_typed_reads_back_character_by_character(
    tmp_path: Path, decision: str, dissent: str, name: str
) -> None:
    answers = read_back(Session.in_memory, tmp_path, decision, dissent, name)
    assert read_answers(tmp_path / "answers.yaml") == answers


def read_back(
    begin: Callable[[], Session], folder: Path, decision: str, dissent: str, name: str
) -> Answers:
    """Give answers to a session and write its answers file; return what was given."""
    given = {"decisions": [{"decision": decision, "dissent": dissent}]}
    try:
        answers = Answers.from_parameters({"organisation": name, **given})
    except ValueError:  # a name that nobody can see
        answers = Answers.from_parameters(given)
    with closing(begin()) as session:
        session.import_answers(answers, "x")
        (folder / "answers.yaml").write_bytes(answers_text(session).encode())
    return answers


def test_a_sessions_file_keeps_every_odd_character(place: Path, tmp_path: Path) -> None:
    everything = "".join(f"a{odd}b {odd}" for odd in ODD)
    answers = read_back(lambda: Session.open(place), tmp_path, everything, everything, everything)
    with closing(Session.open(place)) as again:
        assert again.answers == answers
    assert read_answers(tmp_path / "answers.yaml") == answers


def test_the_file_is_readable_yaml_that_says_where_it_comes_from(session: Session) -> None:
    session.give(("organisation",), "Bücher & Söhne")
    session.add("decisions", {"decision": "Which?\nNow or later?", "if": "it rains"})
    session.give(("duties", "turn-off"), "nobody")
    head, _, rest = answers_text(session).partition("\n\n")
    assert "session.workshop" in head
    assert f"{session.history()[0].at:%Y-%m-%d %H:%M} UTC" in head
    assert rest == (
        "organisation: Bücher & Söhne\n"
        "duties:\n"
        "  turn-off: nobody\n"
        "decisions:\n"
        "- decision: |-\n"
        "    Which?\n"
        "    Now or later?\n"
        "  if: it rains\n"
    )


def test_a_session_in_which_nothing_was_told_is_an_empty_answers_file(session: Session) -> None:
    assert yaml.safe_load(answers_text(session)) is None


def test_a_file_name_of_several_lines_writes_nothing_but_a_comment(tmp_path: Path) -> None:
    with closing(Session.open(tmp_path / "a\nmodel_teams: 7\n.workshop")) as session:
        session.give(("ml_engineers",), 3)
        assert yaml.safe_load(answers_text(session)) == {"ml_engineers": 3}


def test_a_file_that_cannot_be_written_whole_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "answers.yaml"
    path.write_text("old", encoding="utf-8")

    def refuse(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="No space"):
        write_files({path: b"new"})
    assert [p.name for p in tmp_path.iterdir()] == ["answers.yaml"]
    assert path.read_text("utf-8") == "old"


def workshop(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    code = "from workshop.cli.commands import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, "answers", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )


def test_the_command_never_writes_over_the_session(session: Session, place: Path) -> None:
    session.give(("model_teams",), 6)
    session.close()
    before = place.read_bytes()
    (place.parent / "link.yaml").symlink_to(place)
    for output in (place, place.parent / "link.yaml"):
        done = workshop(place, "-o", output)
        assert done.returncode == 2
        assert "the session itself" in done.stderr
    assert place.read_bytes() == before


def test_the_command_tells_what_it_leaves_out(session: Session, place: Path) -> None:
    session.give(("model_teams",), 6)
    with closing(sqlite3.connect(place)) as file:
        file.execute(
            "INSERT INTO events (at, who, kind, body) VALUES ('?', '\x1b[2J', 'answered', '{')"
        )
        file.commit()
    done = workshop(place)
    assert done.returncode == 0
    assert yaml.safe_load(done.stdout) == {"model_teams": 6}
    assert "number 2" in done.stderr


def test_the_history_shows_what_was_typed_without_its_control_characters(
    session: Session, place: Path
) -> None:
    session.who = "A\x1b[31mna\nBen: rails: built"
    session.give(("organisation",), "[bold]x[/bold]\x1b]0;title\x07")
    item = session.add("stages", {"stage": "data"})
    session.move("stages", item, 1)
    session.remove("stages", item)
    session.undo()
    done = workshop(place, "--history")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 4
    assert "[bold]x[/bold]" in done.stdout
    assert done.stdout.splitlines()[-1].endswith("removed (taken back)")
    assert "\x1b" not in done.stdout


def test_the_history_says_which_decision_by_its_words_of_then(
    session: Session, place: Path
) -> None:
    session.who = "Ana"
    stage = session.add("stages", {"stage": "data"})
    item = session.add("decisions", {"decision": "Who ships?", "chosen": "Product"})
    session.give(("decisions", item, "owner"), "Maren")
    session.give(("decisions", item, "decision"), "Who ships a new version?")
    session.give(("decisions", item, "owner"), "Ben")
    session.move("decisions", item, 1)
    session.remove("decisions", item)
    session.give(("stages", stage, "team"), "product")
    said = [line.split("Ana: ")[1] for line in workshop(place, "--history").stdout.splitlines()]
    assert said == [
        "stages “data”: added",
        "decisions “Who ships?”: added",
        "decisions “Who ships?”, owner: not answered → Maren",
        "decisions “Who ships?”, decision: Who ships? → Who ships a new version?",
        "decisions “Who ships a new version?”, owner: Maren → Ben",
        "decisions “Who ships a new version?”: moved",
        "decisions “Who ships a new version?”: removed",
        "stages “data”, team: not answered → product",
    ]


def test_the_command_ends_with_one_for_a_file_it_cannot_read_now(
    session: Session, place: Path
) -> None:
    for number in range(200):
        session.note("skipped", {"step": "x" * 100, "number": number})
    session.close()
    data = bytearray(place.read_bytes())
    data[-8192:] = b"\xff" * 8192
    place.write_bytes(bytes(data))
    done = workshop(place)
    assert done.returncode == 1
    assert "damaged" in done.stderr
    assert "Traceback" not in done.stderr
    assert place.read_bytes() == bytes(data)


def test_an_answer_is_validated_once(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    real = Answers.model_validate

    def counting(data: Any) -> Answers:
        seen.append(data)
        return real(data)

    monkeypatch.setattr(Answers, "model_validate", counting)
    session.give(("model_teams",), 6)
    assert len(seen) == 1
    assert session.answers.model_teams == 6


def test_several_changes_of_one_turn_are_all_adopted(session: Session) -> None:
    with session.transaction() as transaction:
        for name in ("model_teams", "ml_engineers"):
            transaction.note("answered", {"address": [name], "value": 6, "was": None})
    assert (session.answers.model_teams, session.answers.ml_engineers) == (6, 6)
