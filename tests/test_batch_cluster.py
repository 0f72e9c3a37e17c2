"""A batch on a Dask cluster: a real scheduler, two worker processes, one of them killed."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import batches
from batches import until

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None and not os.environ.get("CI"),
    reason='Dask is not installed; pip install "ml-ownership-workshop[cluster]"',
)


class Cluster:
    """A scheduler and its workers, each a process of its own, on the loopback interface."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "scheduler.json"
        self._common = ("--scheduler-file", str(self.file), "--host", "127.0.0.1")
        self.processes = [
            self._start("scheduler", "--port", "0", "--dashboard-address", "127.0.0.1:0")
        ]
        assert until(self._told)
        self.address = self._told()
        self.processes += [self.worker(), self.worker()]

    def _told(self) -> str:
        """Return the scheduler's address, or nothing before its file is whole."""
        try:
            return str(json.loads(self.file.read_text("utf-8"))["address"])
        except (FileNotFoundError, json.JSONDecodeError):
            return ""

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        environment = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments, *self._common],
            env=environment | {"TMPDIR": str(self.folder)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd=self.folder,
        )

    def worker(self) -> subprocess.Popen[bytes]:
        one = ["--nworkers", "1", "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        return self._start("worker", *one)

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    folder = tmp_path / "cluster"
    folder.mkdir()
    made = Cluster(folder)
    yield made
    made.stop()


def test_batch_on_a_cluster_outlives_a_killed_worker(tmp_path: Path, cluster: Cluster) -> None:
    names = "abcd"
    source = batches.write_groups(tmp_path / "in", **{name: {} for name in names})
    out, shared = tmp_path / "out", tmp_path / "shared"
    options = ("--scheduler", cluster.address, "--packs", f"file://{shared}", "--format", "json")
    with batches.start_batch(source, out, *options, temporary=tmp_path / "t") as process:
        assert process.stderr is not None
        assert until(lambda: "1 of 4" in process.stderr.readline())
        cluster.processes[1].kill()
        output, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    assert "4 packs made" in output
    assert {p.name for p in shared.iterdir()} == set(names)
    assert all((shared / name / "manifest.json").is_file() for name in names)
    assert json.loads((out / "portfolio.json").read_text("utf-8"))

    code, output, errors = batches.run_batch_command(
        source, out, *options, temporary=tmp_path / "t"
    )
    assert code == 0, errors
    assert "4 packs are up to date and kept." in errors


def test_cluster_that_does_not_answer_is_named(tmp_path: Path) -> None:
    source = batches.write_groups(tmp_path / "in", a={})
    options = ("--scheduler", "tcp://127.0.0.1:9")
    code, _, errors = batches.run_batch_command(
        source, tmp_path / "out", *options, temporary=tmp_path / "t"
    )
    assert code == 2
    assert "No Dask scheduler answers there" in errors
    assert "tcp://127.0.0.1:9" in errors
    assert "Traceback" not in errors


def test_address_of_an_unknown_kind_is_named(tmp_path: Path) -> None:
    source = batches.write_groups(tmp_path / "in", a={})
    code, _, errors = batches.run_batch_command(
        source, tmp_path / "out", "--packs", "carrier-pigeon://x", temporary=tmp_path / "t"
    )
    assert code == 2
    assert "carrier-pigeon" in errors
    assert "Traceback" not in errors
