"""Build the findings pack from answers: notebooks, document, editions.

`build_pack` reads like that list, and each step gets the result of the one before.
"""

from __future__ import annotations

import datetime
import hashlib
import importlib.metadata
import json
import platform
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal, get_args

from workshop.answers.schema import Answers
from workshop.content.items import put_prose
from workshop.content.loader import FOLDER, Content, load_content
from workshop.documents.blocks import PageBreak
from workshop.documents.office import LIBRARIES
from workshop.documents.paper import PAPERS, Paper, Replacement
from workshop.exhibits.decisions import discussion_notes
from workshop.files import notebooks as kit_notebooks
from workshop.files import preload, write_files
from workshop.findings.assessment import Assessment, assess
from workshop.findings.output.report import to_json
from workshop.kernels import Executed, execute_many, tidy, write_notebook
from workshop.pack.merge import EDITIONS, OWN, Documents, Edition, merge, missing, pack_date
from workshop.pack.own import with_parameters
from workshop.plugins import broken, load, named
from workshop.problems import InputError, Problem, near, need_extra, shorten

__all__ = [
    "EDITIONS",
    "FORMATS",
    "PAPERS",
    "USUAL",
    "Edition",
    "Format",
    "Pack",
    "Paper",
    "build_pack",
    "content_hash",
    "pack_date",
]

_MATTERS = ("papermill", "nbclient", "ipykernel", "typst", "ziamath")
"""Packages whose version can change what a pack looks like."""


def sha256(data: bytes | str) -> str:
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def content_hash(folder: Path) -> str:
    """Return a fingerprint of the files of a content folder and of the kit's."""
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

    `sources` are the notebooks by name, `files` the files of the pack (all but the manifest).
    """
    from workshop.files import __version__

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
"""The default formats of a pack; the others need libraries of their own."""
Runs = Sequence[Executed]


@dataclass(frozen=True)
class Pack:
    """A written pack: its files, the assessment behind it, and the runs."""

    folder: Path
    sizes: Mapping[Path, int]
    """The files that were written, with their sizes in bytes."""
    assessment: Assessment
    runs: tuple[Executed, ...]
    replaced: tuple[Replacement, ...] = ()
    """What the pack shows in another form than the notebooks, and why."""

    @property
    def files(self) -> tuple[Path, ...]:
        return tuple(self.sizes)

    @property
    def failed(self) -> tuple[Executed, ...]:
        """Return the notebooks that failed; the pack says what is missing."""
        return tuple(run for run in self.runs if run.error is not None)


def need_libraries(formats: Iterable[str]) -> None:
    """Raise `InputError` for an unknown format, and for libraries that one needs."""
    formats = list(formats)
    known = (*FORMATS, *named("exporters"))
    if odd := [f for f in formats if f not in known]:
        message = "There is no such format."
        hint = near(odd[0], known)
        raise InputError([Problem(message, "format", shorten(odd[0]), ", ".join(known), hint)])
    need_extra("office", "This format", {f: LIBRARIES[f] for f in formats if f in LIBRARIES})


def build_pack(
    answers: Answers,
    folder: Path,
    *,
    formats: Iterable[str] = USUAL,
    editions: Iterable[Edition] = EDITIONS,
    paper: Paper = "a4",
    fonts: Iterable[str] = (),
    content: Content | None = None,
    jobs: int = 2,
    on_progress: Callable[[str, int, int], None] | None = None,
    sources: Iterable[Path] | None = None,
    own: Iterable[Path] = (),
    timeout_s: float | None = None,
) -> Pack:
    """Write the findings pack of these answers into `folder`.

    `editions` are those to print and show: `board.pdf`, `findings.pdf` with the board edition and
    the working pack, `reference.pdf`, and all of them in one `findings.html`.

    `fonts` are further ones for letters that the bundled ones lack: font files, families that are
    installed, or `system`.

    `own` are notebooks of your own, which get the answers as parameters as the kit's do: their
    cells with the tag `appendix` go into the reference part, with what they show.

    Runs every notebook in a fresh kernel, `jobs` at once. A notebook that fails, or takes longer
    than `timeout_s` seconds, leaves a partial pack that says what is missing. `on_progress` gets a
    notebook's name, cells done, cells in all. Files are replaced once all of them are ready, so a
    full disk leaves an old pack whole. Raises OSError if `folder` cannot be written, `InputError`
    if a library is missing that one of the formats needs.
    """
    chosen = tuple(dict.fromkeys(formats))
    ordered = tuple(e for e in EDITIONS if e in set(editions))
    need_libraries(chosen)
    folder.mkdir(parents=True, exist_ok=True)
    notebooks = {path.stem: path for path in sources or kit_notebooks()}
    notebooks |= {f"{OWN}{path.stem}": path for path in own}
    with ThreadPoolExecutor(2, thread_name_prefix="edition") as pool:
        ready = pool.submit(_load_fonts, chosen)
        assessment = assess(answers, load_content() if content is None else content)
        runs = _execute(
            assessment,
            notebooks,
            own_prose=sources is None,
            jobs=jobs,
            on_progress=on_progress,
            timeout_s=timeout_s,
        )
        when = pack_date(assessment)
        documents = merge(runs, assessment, paper=paper, when=when, fonts=tuple(fonts))
        wait([ready])
        made = {
            file: pool.submit(make)
            for name in chosen
            for file, make in _makers(name)(documents, ordered, runs)
        }
        files = {f"notebooks/{run.name}.ipynb": _as_file(run) for run in runs}
        files |= {file: one.result() for file, one in made.items()}
    files["manifest.json"] = manifest(assessment, notebooks, runs, files, when).encode()
    targets = {folder / name: data for name, data in files.items()}
    write_files(targets)
    sizes = {path: len(data) for path, data in targets.items()}
    return Pack(folder, sizes, assessment, runs, tuple(dict.fromkeys(documents.replaced)))


# -- answers to executed notebooks --------------------------------------------------------------


def _execute(
    assessment: Assessment,
    notebooks: Mapping[str, Path],
    *,
    own_prose: bool,
    jobs: int,
    on_progress: Callable[[str, int, int], None] | None,
    timeout_s: float | None,
) -> tuple[Executed, ...]:
    """Execute the notebooks on the assessed answers, with the same content."""
    content = assessment.content
    with _prepared(notebooks, content if own_prose else None) as paths:
        runs = execute_many(
            paths,
            {**assessment.answers.to_parameters(), **_own_content(content)},
            jobs=jobs,
            on_progress=on_progress,
            timeout_s=timeout_s,
            preload=preload(headless=True),
        )
    return tuple(runs)


@contextmanager
def _prepared(sources: Mapping[str, Path], content: Content | None) -> Iterator[list[Path]]:
    """Yield a path for each notebook, with its name and own content's prose."""
    prose = content.notebooks if content else {}
    with tempfile.TemporaryDirectory(prefix="workshop-") as place:
        paths = []
        for name, path in sources.items():
            target = Path(place, f"{name}.ipynb")
            if name.startswith(OWN):
                target.write_bytes(with_parameters(path.read_bytes()))
            elif name in prose:
                target.write_bytes(put_prose(path.read_bytes(), prose[name], name))
            else:
                target = path
            paths.append(target)
        yield paths


def _own_content(content: Content) -> dict[str, str]:
    """Return the parameter for a notebook's folder of own content."""
    return {} if content.own_folder is None else {"content_folder": content.own_folder}


def _as_file(run: Executed) -> bytes:
    return f"{write_notebook(tidy(run.notebook))}\n".encode()


# -- the document to editions -------------------------------------------------------------------


def _load_fonts(formats: Collection[str]) -> None:
    """Set an empty page while the kernels start, to load fonts and compiler."""
    from workshop.documents.page import blocks_to_page
    from workshop.documents.paper import blocks_to_pdf

    if "pdf" in formats:
        blocks_to_pdf(())
    if "html" in formats:
        blocks_to_page(())


Made = Iterator[tuple[str, Callable[[], bytes]]]
"""The files of one format, each with the function that makes it."""


def _pdf(documents: Documents, chosen: Sequence[Edition], _runs: Runs) -> Made:
    """Yield the PDFs: board edition, board edition with working pack, reference."""
    from workshop.documents.paper import blocks_to_pdf

    def printed(*editions: Edition) -> Callable[[], bytes]:
        document = documents.of(*editions)
        return partial(blocks_to_pdf, document.blocks, document.setup, documents.replaced.append)

    if "board" in chosen:
        yield "board.pdf", printed("board")
    if "working" in chosen:
        yield "findings.pdf", printed(*(e for e in chosen if e != "reference"))
    if "reference" in chosen:
        yield "reference.pdf", printed("reference")


def _html(documents: Documents, chosen: Sequence[Edition], _runs: Runs) -> Made:
    from workshop.documents.page import blocks_to_page

    document = documents.of(*chosen)
    yield "findings.html", lambda: blocks_to_page(document.blocks, document.setup).encode()


def _docx(documents: Documents, _chosen: Sequence[Edition], _runs: Runs) -> Made:
    """Yield the board edition as a document to edit, with what was noted last."""
    from workshop.documents.office.word import blocks_to_docx

    document = documents.of("board")
    # An office program sets type as it likes, so that a part would end just after its page.
    flowing = (block for block in document.blocks if not isinstance(block, PageBreak))
    blocks = (*flowing, *discussion_notes(documents.assessment, level=2))
    setup = replace(document.setup, new_pages=False)
    yield "findings.docx", lambda: blocks_to_docx(blocks, setup)


def _json(documents: Documents, _chosen: Sequence[Edition], _runs: Runs) -> Made:
    yield "findings.json", lambda: to_json(documents.assessment).encode()


def _slides(documents: Documents, _chosen: Sequence[Edition], runs: Runs) -> Made:
    """Yield the notebooks as slides, in the order of the workshop."""
    yield "slides.html", lambda: _talk(documents, runs)


def _talk(documents: Documents, runs: Runs) -> bytes:
    from workshop.documents.notebooks.notebook import notebook_to_parts
    from workshop.documents.page import Part, parts_to_slides
    from workshop.pack.guide import notes_of, read_guide

    assessment = documents.assessment
    parts: list[Part] = []
    for run in runs:
        if run.name.startswith(OWN):  # an appendix is read and not told
            continue
        guide = read_guide(run.name, assessment.content)
        notes = notes_of(run.notebook, guide)
        parts += notebook_to_parts(run.notebook, notes, notes_language=guide.language)
        if run.error is not None:
            parts.append(Part(missing(assessment, run)))
    title = assessment.content.words("pack.title")
    return parts_to_slides(parts, replace(documents.setup, title=title, cover=True)).encode()


def _pptx(documents: Documents, _chosen: Sequence[Edition], _runs: Runs) -> Made:
    from workshop.pack.summary import assessment_to_pptx

    when = documents.setup.timestamp
    yield "summary.pptx", lambda: assessment_to_pptx(documents.assessment, when)


def _makers(name: str) -> Callable[[Documents, Sequence[Edition], Runs], Made]:
    """Return the functions that make a format's files.

    They are the kit's, or those of an installed package.
    """
    return _FILES[name] if name in _FILES else partial(_exported, name)


def _exported(name: str, documents: Documents, _chosen: Sequence[Edition], _runs: Runs) -> Made:
    made = load("exporters", name)(documents.assessment)
    if not isinstance(made, Mapping) or not all(isinstance(d, bytes) for d in made.values()):
        raise broken("exporters", name, "It returns something else than bytes by file name")
    for file, data in made.items():
        if Path(file).name != file or file in ("manifest.json", "notebooks"):
            raise broken("exporters", name, f"It writes to {file!r}")
        yield file, partial(bytes, data)


_FILES: Mapping[str, Callable[[Documents, Sequence[Edition], Runs], Made]] = {
    "pdf": _pdf,
    "html": _html,
    "json": _json,
    "slides": _slides,
    "docx": _docx,
    "pptx": _pptx,
}
