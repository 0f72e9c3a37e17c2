"""A session: what was said to be saved is there, whatever happens to the program or the file."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from conftest import TOP
from whole_answers import whole_answers
from workshop import Answers, InputError, assess
from workshop.findings.report import to_json
from workshop.model.check import read_answers
from workshop.session import Session, SessionError, file, store, upgrade
from workshop.session.writing import answers_text, history_lines

EXAMPLES = sorted((TOP / "examples").rglob("*.yaml"))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "session.workshop"


@pytest.fixture
def session(place: Path) -> Iterator[Session]:
    opened = Session.open(place, who="Ana")
    yield opened
    opened.close()


def reopened(place: Path) -> Answers:
    with closing(Session.open(place, create=False)) as opened:
        return opened.answers


# -- what is kept -------------------------------------------------------------------------------


def test_an_answer_is_there_when_the_file_is_opened_again(session: Session, place: Path) -> None:
    session.give(("model_teams",), 6)
    session.give(("duties", "turn-off"), "nobody")
    assert reopened(place) == session.answers
    assert session.answers.duties is not None
    assert session.answers.duties.turn_off == "nobody"


def test_nothing_given_is_unknown_and_nothing_taken_away_is_kept(session: Session) -> None:
    session.give(("duties", "paged"), "platform")
    session.give(("duties", "paged"), None)
    assert session.answers == Answers()


def test_the_same_answer_twice_is_one_change(session: Session) -> None:
    assert session.give(("model_teams",), 6)
    assert session.give(("model_teams",), 6) is None
    assert len(session.history()) == 1


def test_answers_stay_the_same_object_until_something_changes(session: Session) -> None:
    session.give(("model_teams",), 6)
    before = session.answers
    session.note("skipped", {"step": "size"})
    assert session.answers is before
    session.give(("model_teams",), 7)
    assert session.answers is not before


def test_items_keep_their_ids_while_others_come_and_go(session: Session) -> None:
    ids = [session.add("stages", {"stage": kind}) for kind in ("data", "model", "serving")]
    session.give(("stages", ids[2], "team"), "platform")
    session.remove("stages", ids[0])
    session.move("stages", ids[2], -1)
    assert [i for i, _ in session.items("stages")] == [ids[2], ids[1]]
    assert session.value(("stages", ids[2], "team")) == "platform"


def test_a_gone_item_cannot_be_changed(session: Session) -> None:
    item = session.add("stages", {"stage": "data"})
    session.remove("stages", item)
    for change in (
        lambda: session.give(("stages", item, "team"), "x"),
        lambda: session.remove("stages", item),
        lambda: session.move("stages", item, 1),
    ):
        with pytest.raises(InputError, match="not there any more"):
            change()


def test_notes_are_kept_and_pass_by_the_answers(session: Session, place: Path) -> None:
    session.note("voted", {"value": "research"})
    with closing(Session.open(place)) as other:
        assert [n.body for n in other.notes("voted")] == [{"value": "research"}]
        assert other.answers == Answers()
    with pytest.raises(ValueError, match="answered"):
        session.note("answered", {})


@pytest.mark.parametrize(
    ("address", "value", "words"),
    [
        (("model_teams",), -1, "out of range"),
        (("model_teams",), "six", "another kind"),
        (("maturity",), 6, "out of range"),
        (("queue_weeks",), float("nan"), "number"),
        (("queue_weeks",), float("inf"), "number"),
        (("rails",), "bougth", "bought"),
        (("organisation",), "a\0b", "character"),
        (("organisation",), "\ud800", "character"),
        (("organisation",), "x" * 501, "too many"),
        (("organisation",), " ", "blank"),
        (("no_such",), 1, "No answer has this name"),
        (("drills", "no-such", "minute_0"), "x", "No drill"),
        (("basis", "no_such"), "opinion", "No answer has this name"),
        (("basis", "lead"), "rumour", "not among the choices"),
        (("duties",), "platform", "kind"),
        (("model_teams", "deep"), 1, "kind"),
        (("stages", "1"), 1, "not there"),
    ],
)
def test_what_the_schema_refuses_is_told_and_not_kept(
    session: Session, place: Path, address: tuple[str, ...], value: Any, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        session.give(address, value)
    assert session.answers == Answers()
    assert reopened(place) == Answers()
    session.give(("model_teams",), 3)


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "=cmd()", "#eval", "数据", "a\nb"])
def test_what_people_type_is_kept_as_it_is(session: Session, place: Path, words: str) -> None:
    item = session.add("decisions", {"decision": words})
    session.give(("decisions", item, "dissent"), words)
    kept = reopened(place).decisions
    assert kept is not None
    assert (kept[0].decision, kept[0].dissent) == (words, words)


# -- the way back -------------------------------------------------------------------------------


def test_undo_takes_back_the_last_change_and_again_the_one_before(session: Session) -> None:
    for number in (3, 4, 5):
        session.give(("model_teams",), number)
    session.undo()
    assert session.answers.model_teams == 4
    session.undo()
    assert session.answers.model_teams == 3


def test_undo_is_of_ones_own_changes(session: Session, place: Path) -> None:
    session.give(("model_teams",), 3)
    with closing(Session.open(place, who="Ben")) as other:
        assert other.undo() is None
        other.give(("rails",), "built")
    session.undo()
    assert session.answers == Answers(rails="built")


def test_what_was_taken_back_can_be_brought_back(session: Session) -> None:
    change = session.give(("model_teams",), 3)
    assert change is not None
    session.undo(change.seq)
    assert session.answers.model_teams is None
    session.undo(change.seq)
    assert session.answers.model_teams == 3


def test_taking_back_an_import_brings_back_what_was_there(session: Session) -> None:
    session.give(("model_teams",), 3)
    session.add("stages", {"stage": "data"})
    before = session.answers
    session.import_answers(read_answers(EXAMPLES[0]), "x")
    session.undo()
    assert session.answers == before


def test_history_tells_who_changed_what_and_when(session: Session, place: Path) -> None:
    session.give(("model_teams",), 3)
    with closing(Session.open(place, who="Ben")) as other:
        other.give(("model_teams",), 4)
    session.refresh()
    latest, first = session.history()
    assert (latest.who, latest.was, latest.now) == ("Ben", 3, 4)
    assert (first.who, first.was, first.now) == ("Ana", None, 3)
    assert latest.at >= first.at
    assert any("Ben: model_teams: 3 → 4" in line for line in history_lines(session))


# -- several at once ----------------------------------------------------------------------------


def _write(place: str, who: str, count: int) -> None:
    session = Session.open(place, who=who)
    for number in range(count):
        session.add("decisions", {"decision": f"{who} {number}"})
    session.close()


def test_two_programs_write_at_once_and_nothing_is_lost(place: Path) -> None:
    Session.open(place).close()
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_write, args=(str(place), who, 40)) for who in ("Ana", "Ben")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    kept = [d.decision for d in reopened(place).decisions or ()]
    assert sorted(kept) == sorted(f"{who} {n}" for who in ("Ana", "Ben") for n in range(40))


def test_one_sees_what_another_wrote_after_a_look(session: Session, place: Path) -> None:
    with closing(Session.open(place, who="Ben")) as other:
        other.give(("rails",), "built")
    assert session.answers == Answers()
    assert session.refresh()
    assert session.answers.rails == "built"
    assert not session.refresh()


def test_a_change_is_checked_against_what_others_wrote_meanwhile(
    session: Session, place: Path
) -> None:
    item = session.add("stages", {"stage": "data"})
    with closing(Session.open(place, who="Ben")) as other:
        other.remove("stages", item)
    with pytest.raises(InputError, match="not there any more"):
        session.give(("stages", item, "team"), "platform")


KILLED = """
import random, sys
from workshop.session import Session
session = Session.open(sys.argv[1], who="child")
for number in range(100000):
    name = random.choice(["ml_engineers", "model_teams", "models_in_production"])
    session.give((name,), number % 90_000)
    print(name, number % 90_000, flush=True)
"""


def test_what_was_said_to_be_saved_survives_kills_at_any_moment(place: Path) -> None:
    chance = random.Random(11)
    for _ in range(20):
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(place)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(chance.uniform(0, 0.08))
        os.kill(child.pid, signal.SIGKILL)
        said = child.communicate()[0].splitlines()
        last: dict[str, int] = {}
        for line in said:
            parts = line.split()
            if len(parts) == 2 and line == f"{parts[0]} {parts[1]}":
                last[parts[0]] = int(parts[1])
        with closing(Session.open(place, create=False)) as opened:
            assert not opened.problems
            changes = [(c.address[0], c.now) for c in opened.history()]
            for name, number in last.items():
                assert (name, number) in changes


# -- the file as a program finds it -------------------------------------------------------------


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
        Session.open(tmp_path / "no" / "s.workshop")
    with pytest.raises(InputError, match="no session here"):
        Session.open(tmp_path / "s.workshop", create=False)


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

    monkeypatch.setattr(upgrade, "UPGRADES", {1: to_two})
    monkeypatch.setattr(upgrade, "FORMAT", 2)
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
        patch.setattr(upgrade, "UPGRADES", {1: fail})
        patch.setattr(upgrade, "FORMAT", 2)
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
        told = opened.answers.to_parameters()
        assert told == {"model_teams": 6, "stages": [{"stage": "data", "team": "platform"}]}
        assert any("maturity" in p for p in opened.problems)
        opened.give(("maturity",), 3)
        assert opened.answers.maturity == 3


def test_nothing_lies_beside_a_session_that_was_closed(place: Path) -> None:
    with closing(Session.open(place)) as opened:
        opened.give(("model_teams",), 6)
    assert [p.name for p in place.parent.iterdir()] == [place.name]


# -- as an answers file -------------------------------------------------------------------------


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
    code = "from workshop.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, "answers", *arguments], capture_output=True, text=True
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
    assert "Ana: model_teams: not told → 6" in workshop(str(place), "--history").stdout


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
