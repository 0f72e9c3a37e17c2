"""The findings pack: answers through seven notebooks to PDF, HTML and JSON, and a manifest."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from workshop.findings.assessment import Assessment, assess
from workshop.findings.report import to_json
from workshop.model.answers import Answers
from workshop.model.content import Content
from workshop.pack.manifest import manifest, pack_date
from workshop.pack.merge import merge
from workshop.render.paper import PageSetup
from workshop.resources import notebooks
from workshop.run.execute import Executed, execute_many
from workshop.run.tidy import tidy

if TYPE_CHECKING:
    from workshop.render.blocks import Block

Format = Literal["pdf", "html", "json"]
FORMATS: tuple[Format, ...] = get_args(Format)
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
    formats: Iterable[Format] = FORMATS,
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
    full disk leaves an old pack whole. Raises OSError if `folder` cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = {path.stem: path for path in sources or notebooks()}
    assessment = assess(answers, content)
    when = pack_date(assessment)
    import nbformat  # only here: `workshop.run` has to come first, to spare us a slow import

    wanted = tuple(dict.fromkeys(formats))
    files: dict[str, bytes] = {}
    with ThreadPoolExecutor(2, thread_name_prefix="export") as pool:
        # While the kernels start, an empty page has fonts and compiler loaded.
        ready = pool.submit(_export, (), PageSetup(), wanted)
        runs = execute_many(
            paths.values(),
            answers.to_parameters(),
            jobs=jobs,
            on_progress=on_progress,
            timeout_s=timeout_s,
        )
        from workshop.pack.exporters import FindingsPDFExporter

        merged = merge(runs, assessment, paper=paper, when=when)
        # What the exporters show, without nbconvert's own passes: they would copy and check the
        # whole notebook once for each of its preprocessors, of which it needs none.
        blocks, setup = FindingsPDFExporter().read(merged, None)
        wait([ready])
        exported = [pool.submit(_export, blocks, setup, [one]) for one in wanted]
        for run in runs:
            text = nbformat.writes(tidy(run.notebook)) + "\n"
            files[f"notebooks/{run.name}.ipynb"] = text.encode()
        for future in exported:
            files |= future.result()
    if "json" in wanted:
        files["findings.json"] = to_json(assessment).encode()
    files["manifest.json"] = manifest(assessment, paths, runs, files, when).encode()
    return Pack(folder, _write(folder, files), assessment, tuple(runs))


def _export(
    blocks: tuple[Block, ...], setup: PageSetup, formats: Collection[Format]
) -> dict[str, bytes]:
    """The document in those of the formats that show it, by file name."""
    files: dict[str, bytes] = {}
    if "pdf" in formats:
        from workshop.render.paper import blocks_to_pdf

        files["findings.pdf"] = blocks_to_pdf(blocks, setup)
    if "html" in formats:
        from workshop.pack.page import blocks_to_page

        files["findings.html"] = blocks_to_page(blocks, setup).encode()
    return files


def _write(folder: Path, files: Mapping[str, bytes]) -> dict[Path, int]:
    """Write all files or none: what stood there stays until every new one lies beside it."""
    targets = [folder / name for name in files]
    ready: list[Path] = []
    try:
        for path, data in zip(targets, files.values(), strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            ready.append(Path(name))
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).chmod(0o644)
        for new, path in zip(ready, targets, strict=True):
            new.replace(path)
    except BaseException:
        for new in ready:
            new.unlink(missing_ok=True)
        raise
    return dict(zip(targets, map(len, files.values()), strict=True))
