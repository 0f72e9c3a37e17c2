"""A batch: everything is made once, nothing twice, and one group's trouble stays its own."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

import batches
from batches import (
    all_gone,
    below,
    kernels_of,
    kill_kernel_at_work,
    odd_job,
    start_batch,
    until,
    workers_of,
)
from conftest import CONSOLE, TOP
from workshop.batch import engine
from workshop.batch.engine import (
    FILE,
    Ledger,
    LocalWorkers,
    Outcome,
    Trouble,
    made_from,
    make_pack,
    run_jobs,
)
from workshop.content.loader import load_content
from workshop.problems import InputError

OUTCOME = Outcome(
    "payments",
    "partial",
    2.5,
    140.0,
    (Trouble("raised", "KeyError: 'x' \udc80", "03-patterns", 7, "Traceback …"),),
    {"findings.pdf": 12},
    {"name": "payments", "verdicts": {}},
    "box",
)


# -- the ledger -----------------------------------------------------------------------------------


def test_ledger_gives_back_what_it_was_given(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.record("k1", OUTCOME)
        ledger.record("k2", dataclasses.replace(OUTCOME, name="fraud", memory_mb=None))
        ledger.record("k3", dataclasses.replace(OUTCOME, name="fraud", state="done"))
    with Ledger(tmp_path) as ledger:
        known = ledger.outcomes()
    assert known["payments"] == ("k1", OUTCOME)
    assert known["fraud"] == ("k3", dataclasses.replace(OUTCOME, name="fraud", state="done"))


def test_two_batches_cannot_hold_one_ledger(tmp_path: Path) -> None:
    other = f"""
import sys
from pathlib import Path
from workshop.batch.engine import Ledger
with Ledger(Path({str(tmp_path)!r})):
    print("held", flush=True)
    sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", other],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding=CONSOLE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(InputError, match="Another batch is writing here"):
            Ledger(tmp_path)
        process.kill()
        process.wait()
        with Ledger(tmp_path) as ledger:
            assert ledger.outcomes() == {}


def test_file_that_is_no_ledger_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(
        b"a shopping list, of no great length, but longer than a header" * 9
    )
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(InputError, match="not a ledger"):
        Ledger(tmp_path)
    assert (tmp_path / FILE).read_bytes() == before


def test_ledger_of_a_newer_kit_is_refused(tmp_path: Path) -> None:
    import sqlite3

    file = sqlite3.connect(tmp_path / FILE)
    file.execute("PRAGMA user_version = 99")
    file.close()
    with pytest.raises(InputError, match="format 99"):
        Ledger(tmp_path)


# -- jobs and workers -----------------------------------------------------------------------------


@pytest.fixture
def odd_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "make_pack", odd_job)


class Threads:
    """Workers that are threads of this process."""

    places = 3

    def __enter__(self) -> Threads:
        self.executor = ThreadPoolExecutor(self.places)
        self.most = 0
        return self

    def __exit__(self, *_: object) -> None:
        self.executor.shutdown()

    def renew(self) -> None:
        raise AssertionError("threads do not break")


@pytest.mark.usefixtures("odd_jobs")
def test_every_job_has_one_outcome_and_an_error_stays_its_own() -> None:
    names = [f"fine-{i}" for i in range(20)] + ["raises-1", "raises-2"]
    with Threads() as workers:
        outcomes = list(run_jobs(map(batches.job, names), workers))
    assert sorted(o.name for o in outcomes) == sorted(names)
    for outcome in outcomes:
        assert outcome.state == ("failed" if outcome.name.startswith("raises") else "done")
    (why,) = {str(t) for o in outcomes for t in o.troubles}
    assert why == "the worker did not finish (RuntimeError: this was not foreseen)"


def test_jobs_are_taken_as_they_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand groups are not all held in memory at once."""
    taken = done = most = 0

    def jobs() -> Iterator[engine.Job]:
        nonlocal taken, most
        for i in range(200):
            taken += 1
            most = max(most, taken - done)
            yield batches.job(f"fine-{i}")

    monkeypatch.setattr(engine, "make_pack", odd_job)
    with Threads() as workers:
        for _ in run_jobs(jobs(), workers):
            done += 1
    assert done == 200
    assert most <= 2 * Threads.places + 1


@pytest.mark.fork
def test_a_worker_is_renewed_after_some_packs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "PACKS_A_WORKER", 2)
    monkeypatch.setattr(engine, "_begin", os.getpid)  # without a server of kernels for each
    with LocalWorkers(1) as workers:
        pids = [workers.executor.submit(os.getpid).result() for _ in range(6)]
    assert pids[::2] == pids[1::2]
    assert len(set(pids)) == 3


@pytest.mark.fork
@pytest.mark.usefixtures("odd_jobs")
def test_job_that_kills_its_worker_fails_alone() -> None:
    names = ["fine-1", "kills-1", "fine-2", "fine-3", "kills-2", "fine-4", "fine-5"]
    workers = LocalWorkers(2)
    with workers:
        outcomes = {o.name: o for o in run_jobs(map(batches.job, names), workers)}
    assert sorted(outcomes) == sorted(names)
    for name, outcome in outcomes.items():
        assert (outcome.state == "done") == name.startswith("fine")
    assert "most often because the memory ran out" in str(outcomes["kills-1"].troubles[0])


def test_worker_with_another_kit_says_so(tmp_path: Path) -> None:
    plan = dataclasses.replace(batches.PLAN, packs=str(tmp_path), made_from="another")
    outcome = make_pack(dataclasses.replace(batches.job("payments"), plan=plan))
    assert outcome.state == "failed"
    assert "another version of the kit" in str(outcome.troubles[0])
    assert not list(tmp_path.iterdir())


def test_pack_that_cannot_be_written_says_why(tmp_path: Path) -> None:
    (tmp_path / "payments").write_text("a file where the folder should be", encoding="utf-8")
    plan = dataclasses.replace(
        batches.PLAN, packs=str(tmp_path), made_from=made_from(load_content())
    )
    outcome = make_pack(dataclasses.replace(batches.job("payments"), plan=plan))
    assert outcome.state == "failed"
    assert "FileExistsError" in str(outcome.troubles[0])


def test_pack_goes_to_an_address_too(tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    address = f"file://{tmp_path}/shared"
    plan = dataclasses.replace(batches.PLAN, packs=address, made_from=made_from(load_content()))
    outcome = make_pack(dataclasses.replace(batches.job("payments"), plan=plan))
    assert outcome.state == "done", outcome.troubles
    folder = tmp_path / "shared" / "payments"
    sizes = {p.relative_to(folder).as_posix(): p.stat().st_size for p in folder.rglob("*.*")}
    assert sizes == dict(outcome.files)
    assert {"findings.json", "manifest.json"} <= sizes.keys()
    assert engine._is_whole(outcome, plan)
    (folder / "findings.json").unlink()
    assert not engine._is_whole(outcome, plan)


@pytest.mark.parametrize(
    "change",
    [
        {"answers": {"model_teams": 4}},
        {"formats": ("pdf",)},
        {"paper": "letter"},
        {"fonts": ("system",)},
        {"environment": {"SOURCE_DATE_EPOCH": "1"}},
        {"made_from": "another kit"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_pack_is_made_anew_when_anything_it_is_made_from_changes(change: dict) -> None:
    before = batches.job("payments")
    if "answers" in change:
        after = dataclasses.replace(before, **change)
    else:
        after = dataclasses.replace(before, plan=dataclasses.replace(before.plan, **change))
    assert before.key != after.key
    assert before.key == batches.job("payments").key


# -- the command ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """A batch of three groups that has run: source, output, what it printed."""
    top = tmp_path_factory.mktemp("three")
    source = batches.write_groups(top / "in", fraud={}, search={"model_teams": 9}, pricing={})
    code, output, errors = batches.run_batch_command(
        source, top / "out", "--format", "json", "--format", "html", temporary=top / "tmp"
    )
    assert code == 0, errors
    return source, top / "out", output + errors


def test_batch_makes_packs_ledger_and_portfolio(three: tuple[Path, Path, str]) -> None:
    _, output, printed = three
    assert {p.name for p in output.iterdir()} == {
        "index.html",
        "portfolio.pdf",
        "portfolio.csv",
        "portfolio.json",
        "packs",
        FILE,
    }
    assert {p.name for p in (output / "packs").iterdir()} == {"fraud", "search", "pricing"}
    for pack in (output / "packs").iterdir():
        data = json.loads((pack / "findings.json").read_text("utf-8"))
        assert data["organisation"] == "Tern"
        assert (pack / "manifest.json").is_file()
    assert "3 packs made" in printed
    assert re.search(r"1 of 3: \w+, \d+\.\d s", printed)


def test_what_a_pack_shows_in_another_form_is_told_in_every_run_and_strict_fails(
    tmp_path: Path,
) -> None:
    source = batches.write_groups(tmp_path / "in", fraud={"organisation": "ภาษา"}, search={})
    options = ("--format", "pdf", "--edition", "board")
    for strict, expected in (("--strict",), 1), ((), 0):
        code, output, errors = batches.run_batch_command(
            source, tmp_path / "out", *options, *strict, temporary=tmp_path / "t"
        )
        assert code == expected, errors
        assert "fraud: " in errors
        assert "portfolio.pdf: Letters or signs" in errors
        assert "Letters or signs are replaced by their names" in errors
        assert "search: " not in errors.replace(": search, ", "")
        assert "not whole" not in output
    assert "2 kept from before" in output


def test_pack_of_a_batch_is_the_one_that_workshop_pack_makes(
    three: tuple[Path, Path, str], tmp_path: Path
) -> None:
    from workshop.answers.reading import read_answers
    from workshop.pack.build import Edition, build_pack

    source, output, _ = three
    answers = read_answers(source / "search.yaml")
    editions = list[Edition](("board", "working"))  # what a batch makes unless it is told
    alone = build_pack(answers, tmp_path, formats=["html", "json"], editions=editions)
    for path in alone.files:
        twin = output / "packs" / "search" / path.relative_to(tmp_path)
        assert twin.read_bytes() == path.read_bytes(), path.name


def test_same_command_makes_nothing_twice_and_only_what_changed(
    three: tuple[Path, Path, str], tmp_path: Path
) -> None:
    import shutil

    source, output, _ = three
    mine = Path(shutil.copytree(source, tmp_path / "in"))
    out = Path(shutil.copytree(output, tmp_path / "out"))
    formats = ("--format", "json", "--format", "html")

    def again() -> str:
        code, output, errors = batches.run_batch_command(
            mine, out, *formats, temporary=tmp_path / "t"
        )
        assert code == 0, errors
        return output + errors

    stamps = {p: p.stat().st_mtime_ns for p in (out / "packs").rglob("*.json")}
    # the ledger remembers where packs go; copied elsewhere they are still whole
    assert "3 packs are up to date and kept." in again()
    assert {p: p.stat().st_mtime_ns for p in (out / "packs").rglob("*.json")} == stamps

    batches.write_groups(mine, fraud={"model_teams": 12}, returns={})
    (mine / "pricing.yaml").unlink()
    (out / "packs" / "search" / "findings.html").unlink()
    printed = again()
    assert "3 packs made" in printed
    assert "Of an earlier run, and not part of this portfolio: pricing." in printed
    assert (out / "packs" / "search" / "findings.html").is_file()
    assert "2 packs are up to date" not in printed


def test_all_problems_of_all_groups_are_told_before_anything_runs(tmp_path: Path) -> None:
    source = batches.write_groups(
        tmp_path / "in", fraud={"model_teams": -1}, search={"lead": "nobody"}, pricing={}
    )
    code, _, errors = batches.run_batch_command(source, tmp_path / "out", temporary=tmp_path / "t")
    assert code == 2
    assert "model_teams" in errors
    assert "lead" in errors
    assert "2 problems; nothing was made." in errors
    assert not (tmp_path / "out").exists()

    options = ("--skip-bad", "--format", "json")
    code, _, errors = batches.run_batch_command(
        source, tmp_path / "out", *options, temporary=tmp_path / "t"
    )
    assert code == 0, errors
    assert {p.name for p in (tmp_path / "out" / "packs").iterdir()} == {"pricing"}
    assert "left out:" in errors
    assert "fraud.yaml" in errors


@pytest.mark.fork
def test_killed_kernel_leaves_a_partial_pack_and_the_next_run_mends_it(tmp_path: Path) -> None:
    whole = yaml.safe_load((TOP / "examples" / "tidewater-retail.yaml").read_text("utf-8"))
    source = batches.write_groups(tmp_path / "in", fraud={**whole, "group": "fraud"}, search={})
    out, options = tmp_path / "out", ("--jobs", "1", "--format", "html", "--format", "json")
    with start_batch(source, out, *options, temporary=tmp_path / "t") as process:
        kill_kernel_at_work(process)
        output, errors = process.communicate(timeout=300)
    assert process.returncode == 1
    assert re.search(r"notebook 0\d-[\w-]+(, cell \d+)?: DeadKernelError", errors), errors
    assert "1 not whole" in output
    missing = load_content().words("pack.missing")
    pages = [p.read_text("utf-8") for p in (out / "packs").glob("*/findings.html")]
    assert sorted(missing in page for page in pages) == [False, True]
    data = json.loads((out / "portfolio.json").read_text("utf-8"))
    assert "DeadKernelError" in json.dumps(data)

    code, output, errors = batches.run_batch_command(
        source, out, *options, temporary=tmp_path / "t"
    )
    assert code == 0, errors
    assert "1 pack made, 1 kept from before" in output


@pytest.mark.fork
def test_killed_worker_is_made_up_for(tmp_path: Path) -> None:
    source = batches.write_groups(tmp_path / "in", a={}, b={}, c={}, d={})
    options = ("--jobs", "2", "--format", "json")
    with start_batch(source, tmp_path / "out", *options, temporary=tmp_path / "t") as process:
        until(lambda: kernels_of(process))
        (worker, *_) = until(lambda: workers_of(process))
        worker.kill()
        output, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    assert "4 packs made" in output
    assert {p.name for p in (tmp_path / "out" / "packs").iterdir()} == set("abcd")
    assert until(lambda: not list((tmp_path / "t").glob("wk-*")))


@pytest.mark.fork
@pytest.mark.parametrize("how", ["killed", "ctrl-c"])
def test_stopped_batch_goes_on_where_it_was_and_leaves_nothing(tmp_path: Path, how: str) -> None:
    source = batches.write_groups(tmp_path / "in", a={}, b={}, c={}, d={}, e={}, f={})
    out, options = tmp_path / "out", ("--jobs", "2", "--format", "json")
    with start_batch(source, out, *options, temporary=tmp_path / "t") as process:
        assert process.stderr is not None
        until(lambda: "1 of 6" in process.stderr.readline())
        running = below(process)
        assert running
        if how == "ctrl-c":
            os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        else:
            process.kill()
        process.communicate(timeout=120)
    assert process.returncode == (130 if how == "ctrl-c" else -9)
    assert until(lambda: all_gone(running)), [p.cmdline() for p in running if p.is_running()]
    assert until(lambda: not list((tmp_path / "t").glob("wk-*")))
    assert not (out / "portfolio.json").exists()

    code, output, errors = batches.run_batch_command(
        source, out, *options, temporary=tmp_path / "t"
    )
    assert code == 0, errors
    current = re.search(r"(\d) packs? (?:is|are) up to date", errors)
    assert current
    assert 1 <= int(current[1]) < 6
    assert f"{6 - int(current[1])} pack" in output
    assert len(list((out / "packs").glob("*/manifest.json"))) == 6
    left = [p for p in (out / "packs").rglob("*") if p.name.startswith(".")]
    assert not left, "no half-written file is left"


def test_what_a_killed_batch_was_writing_is_removed_and_nothing_else(tmp_path: Path) -> None:
    source = batches.write_groups(tmp_path / "in", fraud={})
    place = tmp_path / "out" / "packs" / "fraud" / "notebooks"
    place.mkdir(parents=True)
    half, own = place / ".01-where-we-stand.ipynb.mmmlsbn_", place / ".keep"
    half.write_text("{", "utf-8")
    own.write_text("mine", "utf-8")
    options = ("--jobs", "1", "--format", "json")
    code, _, errors = batches.run_batch_command(
        source, tmp_path / "out", *options, temporary=tmp_path / "t"
    )
    assert code == 0, errors
    assert not half.exists()
    assert own.read_text("utf-8") == "mine"


def test_second_batch_into_the_same_folder_is_refused(tmp_path: Path) -> None:
    source = batches.write_groups(tmp_path / "in", fraud={})
    out = tmp_path / "out"
    out.mkdir()
    with Ledger(out):
        code, _, errors = batches.run_batch_command(source, out, temporary=tmp_path / "t")
    assert code == 2
    assert "Another batch is writing here." in errors


def test_notebook_that_takes_too_long_is_named(tmp_path: Path, monkeypatch) -> None:
    plan = dataclasses.replace(
        batches.PLAN, packs=str(tmp_path), made_from=made_from(load_content()), timeout_s=0.02
    )
    outcome = make_pack(dataclasses.replace(batches.job("fraud"), plan=plan))
    assert outcome.state == "partial"
    assert {t.how for t in outcome.troubles} == {"timed-out"}
    assert "TimeoutError: no end after 0.02 seconds" in str(outcome.troubles[0])
