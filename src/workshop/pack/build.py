"""The findings pack: answers through the notebooks to PDF, HTML, JSON and a manifest."""

from __future__ import annotations

import datetime
import hashlib
import importlib.metadata
import json
import os
import platform
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from workshop.answers.schema import Answers
from workshop.content.items import put_prose
from workshop.content.loader import FOLDER, Content, load_content
from workshop.documents.office import check_libraries
from workshop.documents.paper import PageSetup
from workshop.files import notebooks, preload, write_files
from workshop.findings.assessment import Assessment, assess
from workshop.findings.report import to_json
from workshop.kernels import Executed, execute_many, tidy
from workshop.pack.merge import merge, missing_cell

if TYPE_CHECKING:
    from workshop.documents.blocks import Block
    from workshop.documents.slides import Part

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


def content_hash(folder: Path) -> str:
    """Return one fingerprint over all files of a content folder, and those it is laid over."""
    digest = hashlib.sha256()
    for root in dict.fromkeys((FOLDER, folder)):
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


Format = Literal["pdf", "html", "json", "slides", "docx", "pptx"]
FORMATS: tuple[Format, ...] = get_args(Format)
USUAL: tuple[Format, ...] = ("pdf", "html", "json")
"""What a pack holds where nothing else is asked for; the others need libraries of their own."""
Paper = Literal["a4", "letter"]
PAPERS: tuple[Paper, ...] = get_args(Paper)


@dataclass(frozen=True)
class Pack:
    """A pack that was written: its files, the assessment behind it, and how the runs went."""

    folder: Path
    sizes: Mapping[Path, int]
    """The files that were written, with their sizes in bytes."""
    assessment: Assessment
    runs: tuple[Executed, ...]

    @property
    def files(self) -> tuple[Path, ...]:
        return tuple(self.sizes)

    @property
    def failed(self) -> tuple[Executed, ...]:
        """The notebooks that could not be finished; the pack says what is missing."""
        return tuple(run for run in self.runs if run.error is not None)


def build_pack(
    answers: Answers,
    folder: Path,
    *,
    formats: Iterable[Format] = USUAL,
    paper: Paper = "a4",
    content: Content | None = None,
    jobs: int = 2,
    on_progress: Callable[[str, int, int], None] | None = None,
    sources: Iterable[Path] | None = None,
    timeout_s: float | None = None,
) -> Pack:
    """Write the findings pack of these answers into `folder` and return what was written.

    Runs every notebook in a fresh kernel, `jobs` at once. A notebook that fails, or takes longer
    than `timeout_s` seconds, leaves a partial pack that says what is missing. `on_progress` gets a
    notebook's name, cells done, cells in all. Files are replaced once all of them lie ready, so a
    full disk leaves an old pack whole. Raises OSError if `folder` cannot be written, `InputError`
    if a library is missing that one of the formats needs.
    """
    wanted = tuple(dict.fromkeys(formats))
    check_libraries(wanted)
    folder.mkdir(parents=True, exist_ok=True)
    content = load_content() if content is None else content
    paths = {path.stem: path for path in sources or notebooks()}
    assessment = assess(answers, content)
    when = pack_date(assessment)
    import nbformat

    files: dict[str, bytes] = {}
    with ThreadPoolExecutor(2, thread_name_prefix="export") as pool:
        # While the kernels start, an empty page has fonts and compiler loaded.
        ready = pool.submit(_export, (), PageSetup(), wanted)
        with _in_own_words(paths, content if sources is None else None) as worded:
            runs = execute_many(
                worded,
                {**answers.to_parameters(), **_own_content(content)},
                jobs=jobs,
                on_progress=on_progress,
                timeout_s=timeout_s,
                preload=preload(),
            )
        from workshop.documents.notebooks.exporters import FindingsPDFExporter

        merged = merge(runs, assessment, paper=paper, when=when)
        # What the exporters show, without nbconvert's own passes: they would copy and check the
        # whole notebook once for each of its preprocessors, of which it needs none.
        blocks, setup = FindingsPDFExporter().read(merged, None)
        wait([ready])
        exported = [pool.submit(_export, blocks, setup, [one]) for one in wanted]
        if "pptx" in wanted:
            exported.append(pool.submit(_summarise, assessment, when))
        if "slides" in wanted:
            # The advice is not given away on the first slide.
            talk = replace(setup, subtitle=setup.subtitle[:-1])
            exported.append(pool.submit(_talk, runs, assessment, talk))
        for run in runs:
            text = nbformat.writes(tidy(run.notebook)) + "\n"
            files[f"notebooks/{run.name}.ipynb"] = text.encode()
        for future in exported:
            files |= future.result()
    if "json" in wanted:
        files["findings.json"] = to_json(assessment).encode()
    files["manifest.json"] = manifest(assessment, paths, runs, files, when).encode()
    targets = {folder / name: data for name, data in files.items()}
    write_files(targets)
    sizes = {path: len(data) for path, data in targets.items()}
    return Pack(folder, sizes, assessment, tuple(runs))


@contextmanager
def _in_own_words(paths: Mapping[str, Path], content: Content | None) -> Iterator[list[Path]]:
    """Give the notebooks with the prose that own content has for them."""
    if content is None or not content.notebooks:
        yield list(paths.values())
        return
    with tempfile.TemporaryDirectory(prefix="workshop-") as place:
        worded = [Path(place, path.name) for path in paths.values()]
        for (name, path), target in zip(paths.items(), worded, strict=True):
            target.write_bytes(put_prose(path.read_bytes(), content.notebooks.get(name), name))
        yield worded


def _own_content(content: Content) -> dict[str, str]:
    """Return the parameter that tells a notebook which folder of own content it is to use."""
    return {} if content.own_folder is None else {"content_folder": content.own_folder}


def _export(
    blocks: tuple[Block, ...], setup: PageSetup, formats: Collection[Format]
) -> dict[str, bytes]:
    """The document in those of the formats that show it, by file name."""
    files: dict[str, bytes] = {}
    if "pdf" in formats:
        from workshop.documents.paper import blocks_to_pdf

        files["findings.pdf"] = blocks_to_pdf(blocks, setup)
    if "html" in formats:
        from workshop.documents.page import blocks_to_page

        files["findings.html"] = blocks_to_page(blocks, setup).encode()
    if "docx" in formats:
        from workshop.documents.office.word import blocks_to_docx

        files["findings.docx"] = blocks_to_docx(blocks, setup)
    return files


def _talk(runs: Iterable[Executed], assessment: Assessment, setup: PageSetup) -> dict[str, bytes]:
    """The notebooks as slides, in the order of the workshop."""
    from workshop.documents.notebooks.notebook import notebook_to_parts
    from workshop.documents.slides import parts_to_slides
    from workshop.pack.talk import notes_of, read_guide

    parts: list[Part] = []
    for run in runs:
        guide = read_guide(run.name, assessment.content)
        notes = notes_of(run.notebook, guide)
        parts += notebook_to_parts(run.notebook, notes, notes_language=guide.language)
        if run.error is not None:
            parts += notebook_to_parts({"cells": [missing_cell(assessment, run)]})
    return {"slides.html": parts_to_slides(parts, setup).encode()}


def _summarise(assessment: Assessment, when: datetime.datetime | None) -> dict[str, bytes]:
    """The one-page summary and the charts as slides."""
    from workshop.pack.summary import assessment_to_pptx

    return {"summary.pptx": assessment_to_pptx(assessment, when)}
