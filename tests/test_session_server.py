"""A session in PostgreSQL: what is particular to it. What both kinds do alike is tested with them.

Those tests are in the files that use `any_place`: writers at once and killed, undo, whole rooms,
what leaves the server, a killed room under load.
"""

from __future__ import annotations

import html
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection

from databases import Cluster, sibling
from rooms import CONTENT, serve
from workshop import InputError
from workshop.forms.agenda import BEGUN
from workshop.room.console import delete_session, files_of
from workshop.room.guard import key_file, keys_of
from workshop.session import Session, SessionError, is_server, shown, store
from workshop.session import session as opening

HERE = Path(__file__).parents[1]
needs_server = pytest.mark.postgresql


@pytest.fixture
def place(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    name = f"own{len(cluster.run_sql('SELECT nspname FROM pg_namespace'))}"
    yield cluster.place(name)
    cluster.run_sql(f'DROP SCHEMA IF EXISTS "workshop_{name}" CASCADE')


def test_the_console_of_a_session_on_a_server_says_who_copies_it(place: str) -> None:
    with serve(place) as room:
        chair = room.facilitator()
        chair.post("/console/timer/set", minutes=240, people=10)
        pause = next(e.slot.id for e in room.room_state.clock.entries if e.slot.kind == "break")
        chair.post("/console/timer/act", what=BEGUN, block=pause)
        page = chair.get("/console").text
    assert "/console/copy" not in page
    assert CONTENT.words("room.console-copy-server") in html.unescape(page)
    assert CONTENT.words("room.console-copy-about") not in html.unescape(page)


# -- addresses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "redacted"),
    [
        ("postgresql://a:s3cret@db:1/kept", "postgresql://a@db:1/kept?session=workshop"),
        ("postgres://db/kept?session=q4_2026", "postgresql://db/kept?session=q4_2026"),
        (
            "postgresql://a:b%40c@db/kept?sslmode=require&session=x",
            "postgresql://a@db/kept?session=x",
        ),
    ],
)
def test_an_address_is_told_without_its_password(typed: str, redacted: str) -> None:
    assert is_server(typed)
    assert shown(typed) == redacted


@pytest.mark.parametrize("path", ["session.workshop", "/a/b", "C:\\x\\y", "postgresql", "a:b"])
def test_other_places_are_files(path: str) -> None:
    assert not is_server(path)
    assert shown(path) == path


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("postgresql://a:s3cret@db:port/kept", "cannot be read"),
        ("postgresql://a:s3cret@db", "names no database"),
        ("postgresql://a:s3cret@db/kept?session=Robert'; DROP", "No session can have this name"),
        ("postgresql://a:s3cret@db/kept?session=" + "x" * 41, "No session can have this name"),
        ("postgresql://a:s3cret@db/kept?session=x_format_1", "No session can have this name"),
    ],
)
def test_an_address_that_is_wrong_is_told_without_its_password(typed: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as raised:
        Session.open(typed)
    assert "s3cret" not in str(raised.value)


def test_where_psycopg_is_missing_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(InputError, match=r'pip install "ml-ownership-workshop\[postgresql\]"'):
        Session.open("postgresql://127.0.0.1:9/kept")


def test_a_server_that_is_away_is_told_without_the_password() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(SessionError, match="does not answer or does not let us in") as raised:
        Session.open("postgresql://a:s3cret@127.0.0.1:9/kept")
    assert "s3cret" not in str(raised.value)
    assert "127.0.0.1:9/kept?session=workshop" in str(raised.value)


# -- a server -------------------------------------------------------------------------------------


@needs_server
def test_sessions_of_one_database_know_nothing_of_each_other(cluster: Cluster, place: str) -> None:
    with closing(Session.open(place)) as one:
        one.give(("organisation",), "Heron")
        with closing(Session.open(f"{place}_b")) as other:
            assert other.answers.organisation is None
            other.give(("organisation",), "Tern")
            other.delete()
        one.refresh()
        assert one.answers.organisation == "Heron"
        assert one.place == place


@needs_server
def test_a_session_that_is_not_there_is_not_made_by_looking(cluster: Cluster, place: str) -> None:
    with pytest.raises(InputError, match="no session of this name"):
        Session.open(place, create=False)
    schema = "workshop_" + place.rpartition("=")[2]
    assert schema not in cluster.run_sql("SELECT nspname FROM pg_namespace").split()


@needs_server
def test_a_database_that_is_not_there_is_named(cluster: Cluster) -> None:
    with pytest.raises(SessionError, match='database "elsewhere" does not exist'):
        Session.open(cluster.place("x", database="elsewhere"))


@needs_server
def test_a_schema_of_another_program_is_left_alone(cluster: Cluster, place: str) -> None:
    schema = "workshop_" + place.rpartition("=")[2]
    cluster.run_sql(f"CREATE SCHEMA {schema}")
    cluster.run_sql(f"CREATE TABLE {schema}.shopping (item text)")
    with pytest.raises(InputError, match="another program"):
        Session.open(place)
    assert cluster.run_sql(f"SELECT count(*) FROM {schema}.shopping") == "0\n"
    assert "events" not in cluster.run_sql(
        f"SELECT relname FROM pg_class WHERE relnamespace = '{schema}'::regnamespace"
    )


@needs_server
def test_whoever_may_only_read_can_read(cluster: Cluster, place: str) -> None:
    schema = "workshop_" + place.rpartition("=")[2]
    with closing(Session.open(place)) as own:
        own.give(("model_teams",), 6)
    if not cluster.run_sql("SELECT 1 FROM pg_roles WHERE rolname = 'reader'"):
        cluster.run_sql("CREATE ROLE reader LOGIN")
    cluster.run_sql(f"GRANT USAGE ON SCHEMA {schema} TO reader")
    cluster.run_sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO reader")
    with closing(Session.open(place.replace("workshop@", "reader@"), create=False)) as opened:
        assert opened.read_only
        assert opened.answers.model_teams == 6
        with pytest.raises(SessionError, match="read but not written with this user's rights"):
            opened.give(("model_teams",), 7)
    cluster.run_sql("DROP OWNED BY reader")


@needs_server
def test_a_program_that_does_not_let_go_is_told(
    cluster: Cluster, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workshop.session.postgresql.LOCK_TIMEOUT", 0.2)
    with closing(Session.open(place)) as one, closing(Session.open(place)) as other:
        with one.transaction(), pytest.raises(SessionError, match="does not let go"):
            other.give(("model_teams",), 7)
        assert other.give(("model_teams",), 8) is not None


@needs_server
def test_a_server_that_was_started_again_is_found_again(tmp_path: Path) -> None:
    cluster = Cluster()
    try:
        with closing(Session.open(cluster.place("s"))) as opened:
            opened.give(("model_teams",), 6)
            cluster.stop("immediate")  # as if its machine had lost power
            with pytest.raises(SessionError, match="What was saved before is safe"):
                opened.give(("model_teams",), 7)
            with pytest.raises(SessionError):
                opened.refresh()
            assert opened.answers.model_teams == 6
            cluster.start()
            assert opened.give(("model_teams",), 8) is not None
        with closing(Session.open(cluster.place("s"), create=False)) as again:
            assert [change.now for change in again.history()] == [8, 6]
    finally:
        cluster.remove()


def to_two(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE events ADD COLUMN place TEXT")


def fail(connection: Connection) -> None:
    to_two(connection)
    connection.exec_driver_sql("NO SUCH STATEMENT")


@needs_server
def test_an_older_session_is_upgraded_with_a_backup_or_left_as_it_was(
    cluster: Cluster, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = "workshop_" + place.rpartition("=")[2]
    with closing(Session.open(place)) as opened:
        opened.give(("model_teams",), 6)
    with monkeypatch.context() as tomorrow:
        tomorrow.setattr(store, "FORMAT", 2)
        tomorrow.setattr(opening, "FORMAT", 2)
        tomorrow.setattr(opening, "UPGRADES", {1: fail})
        with pytest.raises(SessionError):
            Session.open(place)
        assert "_format_" not in cluster.run_sql("SELECT nspname FROM pg_namespace")
        tomorrow.setattr(opening, "UPGRADES", {1: to_two})
        with closing(Session.open(place)) as opened:
            assert opened.answers.model_teams == 6
            opened.give(("model_teams",), 7)
            assert files_of(opened) == [schema, f"{schema}_format_1"]
    backup = f"{schema}_format_1"
    assert cluster.run_sql(f"SELECT count(*) FROM {backup}.events") == "1\n"
    assert cluster.run_sql(f"SELECT value FROM {backup}.about WHERE key = 'format'") == "1\n"
    with pytest.raises(InputError, match="newer version of the kit"):
        Session.open(place)
    cluster.run_sql(f"DROP SCHEMA {backup} CASCADE")


@needs_server
def test_a_session_is_deleted_for_good_with_its_keys(cluster: Cluster, place: str) -> None:
    schema = "workshop_" + place.rpartition("=")[2]
    opened = Session.open(place)
    with closing(Session.open(str(sibling(place, "other")))) as other:
        keys_of(opened.place)
        assert files_of(opened) == [schema, str(key_file(opened.place))]
        delete_session(opened)
        assert not key_file(opened.place).exists()
        with pytest.raises(InputError, match="no session of this name"):
            Session.open(place, create=False)
        assert other.give(("model_teams",), 3) is not None
        other.delete()


@needs_server
def test_the_command_prints_the_answers_of_a_session_in_a_database(place: str) -> None:
    with closing(Session.open(place)) as opened:
        opened.give(("organisation",), "Heron")
    command = [sys.executable, "-c", "from workshop.cli.commands import main; main()", "answers"]
    environment = os.environ | {"PYTHONIOENCODING": "utf-8"}  # as answers are in any case
    options = {"capture_output": True, "encoding": "utf-8", "env": environment}
    with_password = place.replace("workshop@", "workshop:s3cret@")
    done = subprocess.run([*command, with_password], **options)
    assert done.returncode == 0, done.stderr
    assert "organisation: Heron" in done.stdout
    assert "s3cret" not in done.stdout + done.stderr
    done = subprocess.run([*command, with_password + "_none"], **options)
    assert done.returncode == 2
    assert "no session of this name" in done.stderr
    assert "s3cret" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@needs_server
def test_a_workplace_can_have_its_session_in_a_database(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workshop.notebook.servers import set_up

    for name in ("WORKSHOP_SESSION", "WORKSHOP_WHO", "WORKSHOP_CONTENT", "WORKSHOP_PRELOAD"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", "workshop-warm")
    example = HERE / "examples" / "three-answers.yaml"
    made = set_up(tmp_path / "work", session=place, start_from=example)
    assert made.session == place
    with closing(Session.open(place, create=False)) as opened:
        assert opened.answers.to_parameters()
        opened.give(("model_teams",), 7)
    with pytest.raises(InputError, match="begun already"):
        set_up(tmp_path / "work", session=place, start_from=example)
