"""A session's file as a program finds it: locked, full, damaged, older, newer, edited."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sessions import reopened
from workshop import Answers, InputError
from workshop.session import Session, SessionError, store
from workshop.session import session as opening
from workshop.session import sqlite as file


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "session.workshop"


@pytest.fixture
def session(place: Path) -> Iterator[Session]:
    opened = Session.open(place, who="Ana")
    yield opened
    opened.close()


def test_a_locked_file_is_told_after_a_while_and_nothing_is_changed(
    session: Session, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session._store.connection.exec_driver_sql("PRAGMA busy_timeout=50")
    session._store.connection.rollback()
    with closing(sqlite3.connect(place, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(SessionError, match="another program"):
            session.give(("model_teams",), 6)
        assert session.answers == Answers()
        other.execute("ROLLBACK")
    session.give(("model_teams",), 6)
    assert reopened(place).model_teams == 6


def test_a_full_disk_is_told_and_what_was_saved_stays(session: Session, place: Path) -> None:
    session.give(("model_teams",), 6)
    pages = session._store.connection.exec_driver_sql("PRAGMA page_count").scalar()
    session._store.connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    session._store.connection.rollback()
    with pytest.raises(SessionError, match="disk is full"):
        session.add("decisions", {"decision": "word " * 9_000})
    assert session.answers == Answers(model_teams=6)
    assert reopened(place) == Answers(model_teams=6)


def test_a_read_only_file_can_be_read_and_says_that_it_cannot_be_written(
    session: Session, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.give(("model_teams",), 6)
    session.close()
    # Whoever runs tests as root may write to everything: the answer of the system is put in its
    # place, and what SQLite does on a file opened to read only is real.
    monkeypatch.setattr(file.os, "access", lambda path, mode: False)
    with closing(Session.open(place)) as opened:
        assert opened.read_only
        assert opened.answers.model_teams == 6
        with pytest.raises(SessionError, match="read but not written"):
            opened.give(("model_teams",), 7)
    assert reopened(place).model_teams == 6


def test_a_file_that_the_system_opens_to_read_only_is_opened_to_read(
    session: Session, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.give(("model_teams",), 6)
    session.close()
    connect = sqlite3.connect

    def only_reading(address: str, **options: Any) -> sqlite3.Connection:
        return connect(address.replace("mode=rwc", "mode=ro"), **options)

    monkeypatch.setattr(file.sqlite3, "connect", only_reading)
    with closing(Session.open(place)) as opened:
        assert opened.answers.model_teams == 6
        with pytest.raises(SessionError, match="read-only"):
            opened.give(("model_teams",), 7)


@pytest.mark.parametrize("data", [b"not a session at all, " * 50, b"\0" * 4096, b"PK\3\4" * 999])
def test_another_kind_of_file_is_refused_and_left_as_it_is(place: Path, data: bytes) -> None:
    place.write_bytes(data)
    with pytest.raises(InputError, match="not a session"):
        Session.open(place)
    assert place.read_bytes() == data


def test_a_damaged_file_is_told_and_left_as_it_is(session: Session, place: Path) -> None:
    for number in range(300):
        session.give(("model_teams",), number)
    session.close()
    data = bytearray(place.read_bytes())
    data[4096:] = os.urandom(len(data) - 4096)
    place.write_bytes(bytes(data))
    with pytest.raises((SessionError, InputError), match=r"damaged|another program|not a session"):
        Session.open(place)
    assert place.read_bytes() == bytes(data)


def test_a_database_of_another_program_is_refused(place: Path) -> None:
    with closing(sqlite3.connect(place)) as other:
        other.execute("CREATE TABLE about (name TEXT)")
    with pytest.raises(InputError, match="another program"):
        Session.open(place)


def test_a_folder_and_a_missing_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a folder, not a session"):
        Session.open(tmp_path)
    with pytest.raises(InputError, match="does not exist"):
        Session.open(tmp_path / "no" / "folder" / "s.workshop")
    with pytest.raises(InputError, match="no session here"):
        Session.open(tmp_path / "s.workshop", create=False)


def test_a_new_session_makes_its_own_folder(tmp_path: Path) -> None:
    place = tmp_path / "team" / "s.workshop"
    Session.open(place).close()
    assert place.is_file()


def set_format(place: Path, number: str) -> None:
    with closing(sqlite3.connect(place)) as file:
        file.execute("UPDATE about SET value=? WHERE key='format'", (number,))
        file.commit()


def test_a_session_of_a_newer_kit_is_refused_with_both_numbers(
    session: Session, place: Path
) -> None:
    session.give(("model_teams",), 6)
    session.close()
    set_format(place, "7")
    before = place.read_bytes()
    with pytest.raises(InputError, match=r"newer version.*7.*1.*pip install"):
        Session.open(place)
    assert place.read_bytes() == before


def test_a_session_of_an_older_kit_is_upgraded_with_a_backup(
    session: Session, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.give(("model_teams",), 6)
    session.close()

    def to_two(connection: Any) -> None:
        connection.exec_driver_sql("ALTER TABLE events ADD COLUMN place TEXT")

    monkeypatch.setattr(opening, "UPGRADES", {1: to_two})
    monkeypatch.setattr(opening, "FORMAT", 2)
    monkeypatch.setattr(store, "FORMAT", 2)
    with closing(Session.open(place)) as opened:
        assert opened.answers.model_teams == 6
        opened.give(("model_teams",), 7)
    backup = place.with_name("session.workshop.format-1.backup")
    with closing(sqlite3.connect(backup)) as old:
        assert old.execute("SELECT value FROM about WHERE key='format'").fetchone() == ("1",)
        assert old.execute("SELECT count(*) FROM events").fetchone() == (1,)
    with closing(Session.open(place)) as again:
        assert again.answers.model_teams == 7


def test_an_upgrade_that_fails_leaves_the_file_as_it_was(
    session: Session, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.give(("model_teams",), 6)
    session.close()

    def fail(connection: Any) -> None:
        connection.exec_driver_sql("ALTER TABLE events ADD COLUMN place TEXT")
        connection.exec_driver_sql("NO SUCH STATEMENT")

    with monkeypatch.context() as patch:
        patch.setattr(opening, "UPGRADES", {1: fail})
        patch.setattr(opening, "FORMAT", 2)
        patch.setattr(store, "FORMAT", 2)
        with pytest.raises(SessionError):
            Session.open(place)
    assert reopened(place).model_teams == 6


def test_what_somebody_wrote_into_the_file_by_hand_is_left_out_and_told(
    session: Session, place: Path
) -> None:
    session.give(("model_teams",), 6)
    item = session.add("stages", {"stage": "data", "team": "platform"})
    bodies = [
        ("answered", {"address": ["maturity"], "value": 99}),
        ("answered", {"address": ["stages", item, "touch_days"], "value": "long"}),
        ("answered", {"address": 5}),
        ("added", {"list": "no-such", "values": {}}),
        ("danced", {"with": "wolves"}),
    ]
    with closing(sqlite3.connect(place)) as file:
        for kind, body in bodies:
            values = ("2026-01-01T00:00:00+00:00", "x", kind, json.dumps(body))
            file.execute("INSERT INTO events (at, who, kind, body) VALUES (?,?,?,?)", values)
        file.execute("INSERT INTO events (at, who, kind, body) VALUES ('?','x','answered','{')")
        file.commit()
    with closing(Session.open(place)) as opened:
        given = opened.answers.to_parameters()
        assert given == {"model_teams": 6, "stages": [{"stage": "data", "team": "platform"}]}
        assert any("maturity" in p for p in opened.problems)
        opened.give(("maturity",), 3)
        assert opened.answers.maturity == 3


def test_nothing_lies_beside_a_session_that_was_closed(place: Path) -> None:
    with closing(Session.open(place)) as opened:
        opened.give(("model_teams",), 6)
    assert [p.name for p in place.parent.iterdir()] == [place.name]
