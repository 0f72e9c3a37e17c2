"""A file that is no session, or is of another time: told, and left as it is."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest
from sqlalchemy.engine import Connection

from conftest import TOP
from sessions import beside, start
from workshop import Answers, InputError
from workshop.answers.reading import read_answers
from workshop.session import Session, SessionError, store
from workshop.session import session as opening


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "session.workshop"


@pytest.fixture
def session(place: Path) -> Iterator[Session]:
    with closing(Session.open(place, who="Ana")) as opened:
        yield opened


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
@pytest.mark.parametrize("statement", ["CREATE TABLE notes (x)", "CREATE TABLE about (key, value)"])
def test_a_database_of_another_program_is_left_as_it_is(
    place: Path, mode: str, statement: str
) -> None:
    with closing(sqlite3.connect(place)) as file:
        file.execute(f"PRAGMA journal_mode={mode}")
        file.execute(statement)
        file.commit()
    before = beside(place)
    with pytest.raises(InputError, match="another program"):
        Session.open(place)
    assert beside(place) == before


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("2", r"newer.*format is 2.*up to 1.*pip install --upgrade"),
        ("0", "this format"),
        ("one", "this format.*one"),
        ("²", "this format"),
        ("-1", "this format"),
        ("9" * 5000, "this format"),
    ],
    ids=["2", "0", "one", "square", "-1", "endless"],
)
def test_an_unknown_format_is_refused_and_the_file_left_as_it_is(
    session: Session, place: Path, written: str, message: str
) -> None:
    session.give(("model_teams",), 6)
    session.close()
    with closing(sqlite3.connect(place)) as file:
        file.execute("PRAGMA journal_mode=DELETE")
        file.execute("UPDATE about SET value=? WHERE key='format'", (written,))
        file.commit()
    before = beside(place)
    with pytest.raises(InputError, match=message):
        Session.open(place)
    assert beside(place) == before


def test_an_empty_file_is_begun_only_where_a_session_may_be_made(place: Path) -> None:
    place.touch()
    with pytest.raises(InputError, match="no session here"):
        Session.open(place, create=False)
    assert beside(place) == {place.name: b""}
    with closing(Session.open(place)) as opened:
        opened.give(("model_teams",), 6)
    with closing(Session.open(place, create=False)) as again:
        assert again.answers.model_teams == 6


@pytest.mark.parametrize("name", ["a?mode=ro", "100% #1 & x", "ö 数据", "a;b'c\"d"])
def test_a_session_may_have_any_name(tmp_path: Path, name: str) -> None:
    with closing(Session.open(tmp_path / name)) as opened:
        opened.give(("model_teams",), 6)
    assert [p.name for p in tmp_path.iterdir()] == [name]
    with closing(Session.open(tmp_path / name, create=False)) as again:
        assert again.answers.model_teams == 6


def whole_session(place: Path) -> bytes:
    with closing(Session.open(place)) as opened:
        opened.import_answers(read_answers(TOP / "examples" / "tidewater-retail.yaml"), "x")
        for number in range(150):
            opened.give(("model_teams",), number)
    return place.read_bytes()


@pytest.mark.parametrize("cut", ["in its events", "in its tables", "another kind"])
def test_a_file_that_is_refused_is_let_go(place: Path, cut: str) -> None:
    data = whole_session(place)
    broken = {
        "in its events": data[:-8192] + b"\xff" * 8192,
        "in its tables": data[:4096] + b"\xff" * (len(data) - 4096),
        "another kind": b"PK" * 999,
    }
    place.write_bytes(broken[cut])
    with pytest.raises((SessionError, InputError)) as caught:
        Session.open(place)
    assert str(place) in str(caught.value)
    assert place not in {Path(f.path) for f in psutil.Process().open_files()}


def test_a_file_cut_anywhere_or_with_bytes_turned_ends_in_one_message_or_is_read(
    tmp_path: Path,
) -> None:
    data = whole_session(tmp_path / "whole.workshop")
    chance = random.Random(3)
    place = tmp_path / "broken.workshop"
    refused = 0
    for turn in range(60):
        broken = bytearray(data)
        if turn % 2:
            broken = broken[: chance.randrange(1, len(data))]
        else:
            for _ in range(chance.randrange(1, 60)):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
        place.write_bytes(broken)
        try:
            with closing(Session.open(place, create=False)) as opened:
                assert isinstance(opened.history(), tuple)
                assert isinstance(opened.answers, Answers)
        except (SessionError, InputError) as error:
            refused += 1
            assert str(place) in str(error)
            assert place.read_bytes() == broken
        for extra in ("-wal", "-shm"):
            place.with_name(place.name + extra).unlink(missing_ok=True)
    assert refused > 20


def to_two(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE events ADD COLUMN place TEXT")


@pytest.fixture
def tomorrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "FORMAT", 2)
    monkeypatch.setattr(opening, "FORMAT", 2)
    monkeypatch.setattr(opening, "UPGRADES", {1: to_two})


def test_the_backup_holds_what_lay_in_the_log_and_covers_no_other(
    place: Path, tomorrow: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as today:
        today.setattr(store, "FORMAT", 1)
        child = start(place, "Ana", 1)
        lines = [child.line() for _ in range(9)]
        lines += child.kill()
    assert place.with_name(place.name + "-wal").stat().st_size > 0
    first = place.with_name(place.name + ".format-1.backup")
    first.write_bytes(b"somebody's own")
    with closing(Session.open(place)) as opened:
        assert len(opened.history()) >= len(lines)
        count = len(opened.since(0))
        opened.give(("model_teams",), 9)
    assert first.read_bytes() == b"somebody's own"
    backup = place.with_name(place.name + ".format-1.backup-2")
    assert sorted(beside(place)) == sorted([place.name, first.name, backup.name])
    with closing(sqlite3.connect(backup)) as old:
        assert old.execute("SELECT count(*) FROM events").fetchone() == (count,)
        assert old.execute("SELECT value FROM about WHERE key='format'").fetchone() == ("1",)


def test_of_two_programs_that_find_an_old_session_one_upgrades_it(
    place: Path, tomorrow: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as today:
        today.setattr(store, "FORMAT", 1)
        with closing(Session.open(place)) as opened:
            opened.give(("model_teams",), 6)
    real, seen = opening.upgrade, []

    def late(own: store.Store) -> str | None:
        if not seen:
            seen.append(1)
            Session.open(place).close()  # another program, between our look and our turn
        return real(own)

    monkeypatch.setattr(opening, "upgrade", late)
    with closing(Session.open(place)) as opened:
        assert opened.answers.model_teams == 6
    backups = [name for name in beside(place) if "backup" in name]
    assert backups == [f"{place.name}.format-1.backup"]


def test_a_copy_holds_everything_while_the_session_is_in_use(
    session: Session, place: Path, tmp_path: Path
) -> None:
    session.give(("model_teams",), 6)
    with closing(Session.open(place, who="Bo")) as other:
        other.give(("organisation",), "Northfold")
        session.copy(tmp_path / "copy.workshop")
    session.refresh()
    alone = tmp_path / "elsewhere"
    alone.mkdir()
    (tmp_path / "copy.workshop").rename(alone / "copy.workshop")
    with closing(Session.open(alone / "copy.workshop", create=False)) as copied:
        assert (copied.answers.model_teams, copied.answers.organisation) == (6, "Northfold")
        assert [e.body for e in copied.since(0)] == [e.body for e in session.since(0)]


def test_a_copy_writes_over_nothing(session: Session, place: Path, tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("mine", encoding="utf-8")
    for taken in (tmp_path / "kept.txt", place):
        with pytest.raises(InputError, match="nothing is written over"):
            session.copy(taken)
    with pytest.raises(InputError, match="folder"):
        session.copy(tmp_path / "none" / "copy.workshop")
    assert (tmp_path / "kept.txt").read_text("utf-8") == "mine"
