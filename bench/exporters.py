"""What our exporters lose of any notebook, and how long a page takes them, beside nbconvert's HTML.

    python bench/exporters.py [FOLDER] [--formats html pdf docx slides] [--at-most 300]

FOLDER is searched for notebooks, also below it; without one the kit's own are run and exported.
Each notebook goes through every exporter in the same run, nbconvert's own HTML first. A word of its
cells and shown outputs is lost, as often as it is there, if the file read as text has it nowhere. A
page has 400 words of the notebook, so that formats can be compared.
"""

from __future__ import annotations

import argparse
import io
import logging
import re
import sys
import tempfile
import time
import unicodedata
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from bs4 import BeautifulSoup

WORDS_A_PAGE = 400
RICHEST = ("text/html", "text/markdown", "text/latex", "image/svg+xml", "text/plain")
_WORD = re.compile(r"[^\W_]{2,}")
_FORMULA = re.compile(r"\$\$?.*?\$\$?|\\begin\{.*?\\end\{\w+\*?\}", re.DOTALL)
_HIDDEN = ("script", "style", "template", "head", "annotation")


@dataclass
class Tally:
    """What one exporter did with all notebooks."""

    seconds: float = 0.0
    words: int = 0
    lost: int = 0
    pages: float = 0.0
    notebooks: int = 0
    failed: list[str] = field(default_factory=list)
    worst: list[tuple[float, str, str]] = field(default_factory=list)

    def line(self, name: str) -> str:
        """Return a line of the report."""
        if not self.pages:
            return f"{name:<14} nothing exported, {len(self.failed)} failed"
        share, each = 100 * self.lost / max(self.words, 1), 1000 * self.seconds / self.pages
        return (
            f"{name:<14} {share:6.2f}% of {self.words} words lost, {each:6.1f} ms a page, "
            f"{self.notebooks} notebooks, {len(self.failed)} failed"
        )


def words_of(text: str) -> Counter[str]:
    """Return how often each word of two letters or more is in a text."""
    plain = unicodedata.normalize("NFKC", text).replace("\u00ad", "").replace("\u200b", "")
    return Counter(word.casefold() for word in _WORD.findall(plain))


def text_of_html(html: str) -> str:
    """Return what a page says: its text, and what stands for pictures."""
    soup = BeautifulSoup(html, "html.parser")
    for hidden in soup(_HIDDEN):
        hidden.decompose()
    texts = [tag.get(name, "") for tag in soup(True) for name in ("alt", "alttext", "aria-label")]
    return " ".join((soup.get_text(" "), *texts))


def shown_words(notebook: Any, slides: bool = False) -> Counter[str]:
    """Return the words that a reader of the notebook in JupyterLab, or of its slides, sees."""
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("gfm-like", {"linkify": False}).enable("table")
    parts: list[str] = []
    for cell in notebook.cells:
        if slides and cell.metadata.get("slideshow", {}).get("slide_type") == "skip":
            continue
        if cell.cell_type == "markdown":
            source = re.sub(
                r"\$\$?.*?\$\$?|\\begin\{.*?\\end\{\w+\*?\}", " ", cell.source, flags=re.S
            )
            parts.append(text_of_html(markdown.render(source)))
        elif cell.cell_type == "code":
            if not _is_folded(cell):
                parts.append(cell.source)
            parts += [text for output in cell.outputs for text in _texts(output)]
    return words_of("\n".join(parts))


def _is_folded(cell: Any) -> bool:
    """Return whether the cell itself says that its code is not to be seen."""
    tags = {tag.replace("_", "-") for tag in cell.metadata.get("tags", [])}
    folded = cell.metadata.get("jupyter", {}).get("source_hidden", False)
    return bool(folded or tags & {"remove-input", "hide-input"})


def _texts(output: Any) -> Iterator[str]:
    ansi = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
    if output.output_type == "stream":
        yield ansi.sub("", output.text)
    elif output.output_type == "error":
        yield ansi.sub("", "\n".join(output.traceback))
    elif "data" in output:
        kind = next((kind for kind in RICHEST if kind in output.data), "")
        found = output.data.get(kind, "")
        text = found if isinstance(found, str) else "".join(found)
        if kind in ("text/html", "image/svg+xml"):
            yield text_of_html(text)
        elif kind in ("text/plain", "text/markdown"):
            yield text


def text_of_pdf(data: bytes) -> str:
    """Return the words of a PDF, with those broken at a line's end whole again."""
    from pypdf import PdfReader

    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    return re.sub(r"(?<=[^\W\d_])[-\u2010]\n(?=[^\W\d_])", "", text)


def text_of_docx(data: bytes) -> str:
    """Return the words of a Word document and of what stands for its pictures."""
    from docx import Document

    body = Document(io.BytesIO(data)).element
    texts = [e.get("descr", "") for e in body.iter() if e.tag.endswith("}docPr")]
    lines = [
        "".join(e.text or "" for e in p.iter() if e.tag.endswith("}t"))
        for p in body.iter()
        if p.tag.endswith("}p")
    ]
    return "\n".join((*lines, *texts))


def exporters(formats: list[str]) -> dict[str, tuple[Any, Callable[[Any], str]]]:
    """Return the exporters by name, each with how to read what it makes."""
    from nbconvert.exporters import HTMLExporter

    from workshop.documents.notebooks.exporters import (
        FindingsDocxExporter,
        FindingsHTMLExporter,
        FindingsPDFExporter,
        FindingsSlidesExporter,
    )

    own = {
        "html": (FindingsHTMLExporter, text_of_html),
        "pdf": (FindingsPDFExporter, text_of_pdf),
        "docx": (FindingsDocxExporter, text_of_docx),
        "slides": (FindingsSlidesExporter, text_of_html),
    }
    chosen = {
        f"findings-{name}": (own[name][0](exclude_input=False), own[name][1]) for name in formats
    }
    return {"nbconvert html": (HTMLExporter(), text_of_html), **chosen}


def own_notebooks(folder: Path) -> None:
    """Execute the kit's own notebooks on an example into a folder."""
    from workshop.answers.reading import read_answers
    from workshop.files import example, notebooks
    from workshop.kernels import execute_many

    answers = read_answers(example("tidewater-retail")).to_parameters()
    for run in execute_many(notebooks(), answers):
        nbformat.write(run.notebook, folder / f"{run.name}.ipynb")


def measure(paths: list[Path], formats: list[str]) -> dict[str, Tally]:
    """Return what each exporter did with the notebooks."""
    using = exporters(formats)
    tallies = {name: Tally() for name in using}
    for exporter, _ in using.values():  # what is loaded once is no page's time
        exporter.from_notebook_node(nbformat.v4.new_notebook())
    for path in paths:
        try:
            notebook = nbformat.read(path, as_version=4)
        except Exception as error:  # a folder of strangers' files has anything
            print(f"{path}: not read ({type(error).__name__})", file=sys.stderr)
            continue
        for name, (exporter, read) in using.items():
            tally = tallies[name]
            expected = shown_words(notebook, slides="slides" in name)
            total = sum(expected.values())
            about = {"metadata": {"name": path.stem, "path": str(path.parent)}}
            started = time.perf_counter()
            try:
                made, _ = exporter.from_notebook_node(notebook, about)
            except Exception as error:  # a failure is what is looked for
                tally.failed.append(f"{path}: {type(error).__name__}: {error}")
                continue
            tally.seconds += time.perf_counter() - started
            have = words_of(read(made))
            lost = Counter({word: times for word, times in expected.items() if word not in have})
            tally.notebooks += 1
            tally.pages += max(total / WORDS_A_PAGE, 1)
            tally.words += total
            tally.lost += sum(lost.values())
            some = ", ".join(word for word, _ in lost.most_common(6))
            tally.worst.append((sum(lost.values()) / max(total, 1), path.name, some))
    return tallies


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--formats", nargs="+", default=["html", "pdf", "docx", "slides"])
    parser.add_argument("--at-most", type=int, default=300, help="How many notebooks.")
    parser.add_argument("--worst", type=int, default=0, help="Name so many of the worst of each.")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="workshop-") as own:
        folder = given.folder
        if folder is None:
            folder = Path(own)
            own_notebooks(folder)
        paths = sorted(p for p in folder.rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts)
        if not paths:
            sys.exit(f"{folder}: there is no notebook here.")
        tallies = measure(paths[: given.at_most], given.formats)
    for name, tally in tallies.items():
        print(tally.line(name))
        for share, path, some in sorted(tally.worst, reverse=True)[: given.worst]:
            print(f"    {100 * share:5.1f}% {path}: {some}")
        for failure in tally.failed[:5]:
            print(f"    failed: {failure[:200]}")


if __name__ == "__main__":
    main()
