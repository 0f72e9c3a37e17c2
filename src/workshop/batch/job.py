"""One pack of a batch, made in whatever process a job is sent to."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import tempfile
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from workshop.answers.schema import Answers
    from workshop.content.loader import Content
    from workshop.kernels import Executed
    from workshop.pack.build import Pack

NOTEBOOKS_AT_ONCE = 2
"""In each worker: while one kernel starts or ends and nothing is computed, the other computes."""

State = Literal["done", "partial", "failed"]
"""partial: a pack that says which notebook is missing · failed: no pack."""

ENVIRONMENT = ("SOURCE_DATE_EPOCH",)
"""What workers need of the environment, since it changes what a pack says."""


@dataclass(frozen=True)
class Plan:
    """What is the same for all packs of a batch."""

    formats: tuple[str, ...]
    paper: str
    packs: str
    """Where packs go: a folder, or an address that fsspec knows (`s3://bucket/2026-q4`)."""
    timeout_s: float | None
    environment: Mapping[str, str]
    content: str | None
    """Folder of own content, which the workers have to see too; None for the kit's own."""
    made_from: str
    """Fingerprint of the kit's version, its notebooks and its content."""


@dataclass(frozen=True)
class Job:
    """One pack to make: everything that the worker needs, as plain data."""

    name: str
    answers: Mapping[str, Any]
    plan: Plan

    @property
    def key(self) -> str:
        """Return what the pack depends on, as one fingerprint."""
        inputs = {
            "answers": self.answers,
            "formats": self.plan.formats,
            "paper": self.plan.paper,
            "environment": dict(self.plan.environment),
            "content": self.plan.content,
            "made_from": self.plan.made_from,
        }
        text = json.dumps(inputs, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Trouble:
    """Why a pack is not whole: the notebook and its cell (from 1) where there is one, and why.

    `how` is that of `CellError`, or "stopped" when the whole worker ended, or "pack" when the
    notebooks ran and the pack could not be written.
    """

    how: str
    why: str
    notebook: str = ""
    cell: int = 0
    trace: str = ""

    def __str__(self) -> str:
        if not self.notebook:
            return self.why
        place = f", cell {self.cell}" if self.cell else ""
        return f"notebook {self.notebook}{place}: {self.why}"


@dataclass(frozen=True)
class Outcome:
    """What became of a job: its state, what it took, what went wrong, and the group in short.

    `seconds` is wall time; `memory_mb` the peak of the largest kernel, None where the system does
    not tell; `files` are sizes in bytes by name.
    """

    name: str
    state: State
    seconds: float
    memory_mb: float | None = None
    troubles: tuple[Trouble, ...] = ()
    files: Mapping[str, int] = field(default_factory=dict)
    summary: Mapping[str, Any] | None = None
    host: str = ""


def made_from(content: Content) -> str:
    """Return the fingerprint of all that packs with this content are made from."""
    from workshop.files import __version__, notebooks
    from workshop.pack.build import content_hash

    digest = hashlib.sha256(f"{__version__}\0{content_hash(content.folder)}\0".encode())
    digest.update(content.language.encode())
    for path in notebooks():
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def make_pack(job: Job) -> Outcome:
    """Make the pack of a job and return what became of it; raise nothing."""
    started = time.monotonic()
    try:
        return _make(job, started)
    except Exception as error:  # one group must not end the others
        why = f"{type(error).__name__}: {error}"
        trouble = Trouble("pack", why, trace=traceback.format_exc())
        return Outcome(job.name, "failed", time.monotonic() - started, troubles=(trouble,))


def _make(job: Job, started: float) -> Outcome:
    os.environ.update(job.plan.environment)
    from workshop.content.loader import load_content

    content = load_content(job.plan.content)
    here = made_from(content)
    if here != job.plan.made_from:
        why = (
            f"the worker on {socket.gethostname()} has another version of the kit, its notebooks "
            "or its content. Install the same one there."
        )
        return Outcome(job.name, "failed", 0.0, troubles=(Trouble("pack", why),))
    from workshop.answers.schema import Answers
    from workshop.portfolio import summarise

    answers = Answers.model_validate(dict(job.answers))
    if is_address(job.plan.packs):
        with tempfile.TemporaryDirectory(prefix="workshop-") as folder:
            made = _build(job, answers, content, Path(folder) / job.name)
            _upload(made, f"{job.plan.packs.rstrip('/')}/{job.name}")
    else:
        made = _build(job, answers, content, Path(job.plan.packs) / job.name)
    troubles = tuple(
        Trouble(run.error.how, _why(run.error.ename, run.error.evalue), run.name, _cell(run))
        for run in made.failed
        if run.error is not None
    )
    peaks = [run.memory_mb for run in made.runs if run.memory_mb is not None]
    return Outcome(
        name=job.name,
        state="partial" if troubles else "done",
        seconds=time.monotonic() - started,
        memory_mb=max(peaks, default=None),
        troubles=troubles,
        files={str(p.relative_to(made.folder).as_posix()): size for p, size in made.sizes.items()},
        summary=summarise(job.name, made.assessment),
        host=socket.gethostname(),
    )


def is_address(place: str) -> bool:
    """Return whether a place is an address for fsspec rather than a folder."""
    return "://" in place


def _build(job: Job, answers: Answers, content: Content, folder: Path) -> Pack:
    from workshop.pack.build import FORMATS, PAPERS, build_pack

    return build_pack(
        answers,
        folder,
        formats=[f for f in FORMATS if f in job.plan.formats],
        paper=next(p for p in PAPERS if p == job.plan.paper),
        content=content,
        jobs=NOTEBOOKS_AT_ONCE,
        timeout_s=job.plan.timeout_s,
    )


def _upload(made: Pack, address: str) -> None:
    """Bring a pack to another kind of file system; the manifest, last, says it is whole."""
    import fsspec

    files, root = fsspec.core.url_to_fs(address)
    for path in sorted(made.sizes, key=lambda p: p.name == "manifest.json"):
        target = f"{root}/{path.relative_to(made.folder).as_posix()}"
        files.makedirs(target.rpartition("/")[0], exist_ok=True)
        files.put_file(str(path), target)


def _why(ename: str, evalue: str) -> str:
    line = " ".join(evalue.split())
    return f"{ename}: {line}" if line else ename


def _cell(run: Executed) -> int:
    assert run.error is not None  # noqa: S101 (only failed runs are asked)
    return run.error.cell_index + 1
