"""What the tests of batches share: folders of answers, the command as a process, odd jobs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psutil
import yaml

from conftest import CONSOLE
from workshop.batch.engine import Job, Outcome, Plan

SMALL: Mapping[str, Any] = {"organisation": "Tern", "model_teams": 3, "lead": "engineering"}


def write_groups(folder: Path, **groups: Mapping[str, Any]) -> Path:
    """Write an answers file for each group and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, more in groups.items():
        text = yaml.safe_dump({**SMALL, "group": name, **more}, sort_keys=False)
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return folder


def start_batch(source: Path, output: Path, *options: str, temporary: Path) -> subprocess.Popen:
    """Start `workshop batch` as a session of its own, with a temporary folder of its own."""
    temporary.mkdir(exist_ok=True)
    environment = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}
    environment |= {"TMPDIR": str(temporary), "PYTHONWARNINGS": "default"}
    return subprocess.Popen(
        [sys.executable, "-c", _COMMAND, "batch", str(source), "-o", str(output), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding=CONSOLE,
        start_new_session=True,
        env=environment,
    )


_COMMAND = """
from workshop.cli.commands import main
if __name__ == "__main__": main()
"""


def run_batch_command(
    source: Path, output: Path, *options: str, temporary: Path
) -> tuple[int, str, str]:
    """Run it to its end and return exit code, standard output and errors."""
    with start_batch(source, output, *options, temporary=temporary) as process:
        printed, errors = process.communicate(timeout=300)
    return process.returncode, printed, errors


def below(process: subprocess.Popen) -> list[psutil.Process]:
    """Return every process that this one has started, and those that they have."""
    try:
        return psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def kernels_of(process: subprocess.Popen) -> list[psutil.Process]:
    """Return the kernels that run now: children of a server that kernels are forked from."""
    found = []
    for one in below(process):
        try:
            parent = one.parent()
            if parent is not None and "workshop.kernels.zygote" in " ".join(parent.cmdline()):
                found.append(one)
        except psutil.NoSuchProcess:
            continue
    return found


def kill_kernel_at_work(process: subprocess.Popen) -> None:
    """Kill a kernel that runs cells.

    One that is killed before is replaced, and one that has finished has told all, so it is held
    and let on by hundredths of a second until it has computed for longer than its start takes.
    """
    until = time.monotonic() + 300
    while process.poll() is None and time.monotonic() < until:
        for kernel in kernels_of(process):
            try:
                kernel.suspend()
                while kernel.cpu_times().user <= 0.04:  # a fork begins at 0
                    kernel.resume()
                    time.sleep(0.01)
                    kernel.suspend()
                kernel.kill()
            except psutil.NoSuchProcess:
                continue
            else:
                return
    raise AssertionError("no kernel was seen at work")


def workers_of(process: subprocess.Popen) -> list[psutil.Process]:
    """Return the worker processes: those that have started such a server."""
    found = []
    for one in below(process):
        try:
            servers = one.children()
            if one.pid != process.pid and any(
                "workshop.kernels.zygote" in " ".join(s.cmdline()) for s in servers
            ):
                found.append(one)
        except psutil.NoSuchProcess:
            continue
    return found


def until(true: Callable[[], Any], seconds: float = 120) -> Any:
    """Return the first true value of a function, or its last one when the time is over."""
    deadline = time.monotonic() + seconds
    while not (value := true()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return value


def all_gone(processes: list[psutil.Process]) -> bool:
    return not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in processes)


PLAN = Plan(("json",), ("board", "working"), "a4", "packs", 600.0, {}, None, "test")


def job(name: str) -> Job:
    return Job(name, dict(SMALL), PLAN)


def odd_job(one: Job) -> Outcome:
    """Do what the job's name says, in the worker."""
    if one.name.startswith("kills"):
        psutil.Process().kill()
    if one.name.startswith("raises"):
        raise RuntimeError("this was not foreseen")
    return Outcome(one.name, "done", 0.0)
