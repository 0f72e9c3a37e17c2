"""`manifest.json`: what a pack was made from, so that it can be made again and compared."""

from __future__ import annotations

import datetime
import hashlib
import importlib.metadata
import json
import os
import platform
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from workshop.findings.assessment import Assessment
from workshop.model.content import FOLDER, load_content
from workshop.run.execute import Executed

_MATTERS = ("papermill", "nbclient", "ipykernel", "matplotlib", "numpy", "typst")
"""Packages whose version can change what a pack looks like."""


def pack_date(assessment: Assessment) -> datetime.datetime | None:
    """Return the pack's date: `SOURCE_DATE_EPOCH`, else the workshop's day, else None.

    Never the clock: the same answers give the same pack.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC)
    day = assessment.answers.held_on
    return datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC) if day else None


def sha256(data: bytes | str) -> str:
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def content_hash(folder: Path | None = None) -> str:
    """Return one fingerprint over all files of a content folder, and those it is laid over.

    Without a folder: of the content that `load_content` gives.
    """
    digest = hashlib.sha256()
    for root in dict.fromkeys((FOLDER, folder or load_content().folder)):
        for path in sorted(root.rglob("*.yaml")):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def manifest(
    assessment: Assessment,
    sources: Mapping[str, Path],
    runs: Iterable[Executed],
    files: Mapping[str, bytes],
    when: datetime.datetime | None,
) -> str:
    """Return the manifest's text.

    `sources` are the notebooks by name, `files` what the pack holds (all but the manifest).
    """
    from workshop import __version__

    answers = json.dumps(assessment.answers.to_parameters(), sort_keys=True, ensure_ascii=False)
    data: dict[str, Any] = {
        "kit_version": __version__,
        "content_version": assessment.content.version,
        "content_sha256": content_hash(assessment.content.folder),
        "answers_sha256": sha256(answers),
        "date": when.isoformat() if when else None,
        "python": platform.python_version(),
        "packages": {name: importlib.metadata.version(name) for name in _MATTERS},
        "notebooks": [
            {
                "name": run.name,
                "sha256": sha256(sources[run.name].read_bytes()),
                "state": run.error.how if run.error else "done",
            }
            for run in runs
        ],
        "files": {name: sha256(files[name]) for name in sorted(files)},
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
