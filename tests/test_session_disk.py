"""A disk that is full, locked or read-only: told, and what was saved stays."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from sessions import beside
from workshop import Answers
from workshop.notebook.controls import PackMaker
from workshop.session import Session, SessionError, store
from workshop.session import session as opening
from workshop.widgets.steps import LivePage


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "session.workshop"


@pytest.fixture
def session(place: Path) -> Iterator[Session]:
    with closing(Session.open(place, who="Ana")) as opened:
        yield opened


def driver(session: Session) -> sqlite3.Connection:
    made = session._store.connection.connection.driver_connection
    assert isinstance(made, sqlite3.Connection)
    return made


def test_a_full_disk_leaves_every_kind_of_change_unmade_until_there_is_room(
    session: Session, place: Path
) -> None:
    session.give(("model_teams",), 6)
    item = session.add("decisions", {"decision": "Which?"})
    before, count = session.answers, len(session.since(0))
    (pages,) = driver(session).execute("PRAGMA page_count").fetchone()
    driver(session).execute(f"PRAGMA max_page_count={pages}").close()
    long = "word " * 9_000
    for act in (
        lambda: session.give(("decisions", item, "dissent"), long),
        lambda: session.add("decisions", {"decision": long}),
        lambda: session.note("discussed", {"note": long}),
        lambda: session.import_answers(
            Answers.model_validate({"decisions": [{"decision": long}]}), "x"
        ),
    ):
        with pytest.raises(SessionError, match=r"disk is full.*saved before is safe"):
            act()
        with closing(Session.open(place, create=False)) as other:
            for one in (session, other):
                assert one.answers == before
                assert len(one.since(0)) == count
    driver(session).execute("PRAGMA max_page_count=100000").close()
    session.give(("decisions", item, "dissent"), long)
    with closing(Session.open(place, create=False)) as other:
        assert other.answers == session.answers


def test_a_log_that_cannot_be_emptied_stops_nothing(session: Session, place: Path) -> None:
    session.give(("model_teams",), 6)
    refused = lambda action, *_: sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_PRAGMA else 0  # noqa: E731
    driver(session).set_authorizer(refused)
    with pytest.raises(SessionError, match="saved before is safe"):
        session.checkpoint()
    driver(session).set_authorizer(None)
    session.give(("model_teams",), 7)
    session.refresh()
    with closing(Session.open(place)) as other:
        assert session.answers.model_teams == other.answers.model_teams == 7


def test_a_commit_that_fails_leaves_the_answers_as_they_were(
    session: Session, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.give(("model_teams",), 6)
    working = session._store.connection
    real = working.dialect.do_commit

    def refuse(connection: Any) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorname = "SQLITE_IOERR_FSYNC"
        raise error

    monkeypatch.setattr(working.dialect, "do_commit", refuse)
    with pytest.raises(SessionError, match=r"disk does not answer.*saved before is safe"):
        session.give(("model_teams",), 7)
    usage = shutil.disk_usage(place.parent)._replace(free=4096)
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda _: usage)
        with pytest.raises(SessionError, match=r"disk is full.*Make room on the disk"):
            session.give(("model_teams",), 7)
    monkeypatch.setattr(working.dialect, "do_commit", real)
    with closing(Session.open(place)) as other:
        assert session.answers.model_teams == other.answers.model_teams == 6
    session.give(("model_teams",), 8)
    assert session.answers.model_teams == 8


def test_another_program_that_holds_the_file_is_waited_for_and_then_told(
    session: Session, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.give(("model_teams",), 6)
    monkeypatch.setattr("workshop.session.sqlite.LOCK_TIMEOUT", 0.05)
    with (
        closing(Session.open(place)) as late,
        closing(sqlite3.connect(place, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        for act in (
            lambda: late.give(("model_teams",), 7),
            lambda: late.undo(1),
            lambda: late.add("stages", {"stage": "data"}),
        ):
            with pytest.raises(SessionError, match=r"another program.*Nothing was changed"):
                act()
        late.refresh()
        assert late.answers.model_teams == 6
        assert late.give(("model_teams",), 6) is None, "what is told already needs no turn"
        other.execute("ROLLBACK")
        late.give(("model_teams",), 7)
        assert late.answers.model_teams == 7


def test_a_file_locked_whole_by_another_program_is_told_on_opening(
    session: Session, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.close()
    monkeypatch.setattr("workshop.session.sqlite.LOCK_TIMEOUT", 0.05)
    with closing(sqlite3.connect(place, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=DELETE").close()
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(SessionError, match="another program"):
            Session.open(place)
    Session.open(place).close()


@contextmanager
def common_user(folder: Path) -> Iterator[None]:
    """Be somebody whom file permissions bind, even where tests run as root."""
    if os.geteuid():
        yield
        return
    for path in (folder, *folder.iterdir()):
        os.chown(path, 65534, 65534)
    os.setresuid(65534, 65534, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of the machine may enter, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_read_only_file_is_read_and_not_written(open_folder: Path) -> None:
    place = open_folder / "session.workshop"
    with closing(Session.open(place, who="Ana")) as made:
        made.give(("model_teams",), 6)
    place.chmod(0o444)
    before = place.read_bytes()
    with common_user(open_folder), closing(Session.open(place, who="Ana")) as opened:
        assert opened.read_only
        assert opened.answers.model_teams == 6
        assert not any(c.can_undo for c in opened.history())
        for act in (
            lambda: opened.give(("model_teams",), 7),
            lambda: opened.undo(),
            lambda: opened.note("skipped", {}),
        ):
            with pytest.raises(SessionError, match=r"read-only.*Nothing was changed"):
                act()
        assert opened.answers.model_teams == 6
    assert place.read_bytes() == before


def test_a_session_in_a_read_only_folder_is_read_and_not_written(open_folder: Path) -> None:
    place = open_folder / "session.workshop"
    with closing(Session.open(place)) as made:
        made.give(("model_teams",), 6)
    open_folder.chmod(0o555)
    before = beside(place)
    with common_user(open_folder):
        with closing(Session.open(place)) as opened:
            assert opened.read_only
            assert opened.answers.model_teams == 6
            assert not opened.refresh()
            with pytest.raises(SessionError, match="read-only"):
                opened.give(("model_teams",), 7)
        with pytest.raises(SessionError, match="does not let us write"):
            Session.open(open_folder / "new.workshop")
    assert beside(place) == before


def test_an_old_session_that_cannot_be_written_is_not_read_as_if_it_were_new(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = open_folder / "session.workshop"
    Session.open(place).close()
    monkeypatch.setattr(store, "FORMAT", 2)
    monkeypatch.setattr(opening, "FORMAT", 2)
    monkeypatch.setattr(opening, "UPGRADES", {1: lambda connection: None})
    open_folder.chmod(0o555)
    with common_user(open_folder), pytest.raises(SessionError, match=r"older version.*Copy"):
        Session.open(place)


@pytest.mark.skipif(os.name == "nt", reason="Windows deletes no file that is open")
@pytest.mark.parametrize("how", ["deleted", "moved", "replaced"])
def test_a_file_that_is_gone_takes_nothing_more_and_a_copy_has_all_of_before(
    how: str, session: Session, place: Path, tmp_path: Path
) -> None:
    session.give(("model_teams",), 6)
    away = place.with_name("elsewhere")
    if how == "moved":
        place.rename(away)
    elif how == "deleted":
        place.unlink()
    else:
        shutil.copy(place, away)
        away.replace(place)
    assert not session.is_there
    with pytest.raises(SessionError, match=r"this file is gone.*Nothing is kept any more"):
        session.give(("model_teams",), 7)
    assert session.answers.model_teams == 6
    session.copy(tmp_path / "copy")
    with closing(Session.open(tmp_path / "copy", create=False)) as copied:
        assert copied.answers.model_teams == 6
    if how == "moved":
        away.rename(place)
        session.give(("model_teams",), 8)
        with closing(Session.open(place, create=False)) as other:
            assert other.answers.model_teams == 8


def test_a_session_in_memory_is_always_there() -> None:
    with closing(Session.in_memory()) as kept:
        assert kept.is_there
        kept.give(("model_teams",), 7)


def test_a_pack_that_a_full_disk_stopped_says_to_make_room(
    session: Session, tmp_path: Path
) -> None:
    maker = PackMaker(LivePage(session, part=7), tmp_path / "pack")
    maker.state = "failed"
    for problem, said in (
        ("OSError: [Errno 28] No space left on device: 'x.ipynb'", "Make room there"),
        ("OSError: [Errno 13] Permission denied: 'x.ipynb'", "Permission denied"),
    ):
        maker.problem = problem
        text = maker.view()["text"]
        assert said in text
        assert "Your answers are safe" in text
