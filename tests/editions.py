"""The editions of a pack without kernels: cells run here, pages are set but not printed."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import nbformat
from PIL import Image
from pypdf import PdfReader

from conftest import TOP
from workshop import Answers, Content, assess, exhibits, load_content
from workshop.answers.reading import read_answers
from workshop.documents.blocks import (
    Block,
    Card,
    Cell,
    Heading,
    Pairs,
    Paragraph,
    Picture,
    Table,
    plain,
    settle_levels,
    walk,
)
from workshop.documents.paper import (
    Paper,
    Typesetter,
    _compiler,
    _set_document,
    _template,
    blocks_to_pdf,
)
from workshop.files import notebooks
from workshop.kernels import Executed
from workshop.notebook.page import Page
from workshop.pack.merge import Document, Documents, merge

COMPLETE = ("tidewater-retail", "northfield-clinical", "harbour-mutual", "tidewater-retail-second")


def executed(answers: Answers, content: Content) -> list[Executed]:
    """Return the kit's notebooks with what their cells show, run in this process."""
    page, runs = Page(answers, content), []
    for path in notebooks():
        nb = nbformat.read(path, as_version=4)
        for cell in nb.cells:
            if cell.cell_type == "code" and cell.source.startswith("page."):
                shown: Any = eval(cell.source, {"page": page, "exhibits": exhibits})
                if hasattr(shown, "to_data"):
                    data = {"application/vnd.ml-ownership-workshop.exhibit+json": shown.to_data()}
                    cell.outputs = [nbformat.v4.new_output("execute_result", data=data)]
        runs.append(Executed(path.stem, nb, 0.0, None))
    return runs


def documents(answers: Answers, content: Content | None = None, paper: Paper = "a4") -> Documents:
    content = content or load_content()
    return merge(executed(answers, content), assess(answers, content), paper=paper)


@cache
def of_example(name: str, paper: Paper = "a4", language: str = "en") -> Documents:
    content = load_content(TOP / "examples" / "content-de" if language == "de" else None)
    answers = read_answers(TOP / "examples" / f"{name}.yaml", content)
    return documents(answers, content, paper)


def pages_of(document: Document, ppi: int = 18) -> list[Image.Image]:
    """Return the pages of a document as small pictures."""
    typesetter = Typesetter(document.setup.paper, document.setup.labels)
    content = _set_document(settle_levels(document.blocks), document.setup, typesetter)
    files = {"main.typ": _template(), "document.json": content.encode()}
    compiler: Any = _compiler()
    given = {**files, **typesetter.letters.files}
    made, warned = compiler.compile_with_warnings(input=given, format="png", ppi=ppi)
    assert warned == []  # so page numbers are those of these pages
    pages = made if isinstance(made, list) else [made]
    return [Image.open(io.BytesIO(page)).convert("L") for page in pages]


def printed(document: Document) -> PdfReader:
    """Return a document as a PDF to read."""
    return PdfReader(io.BytesIO(blocks_to_pdf(document.blocks, document.setup)))


def fill_of(page: Image.Image) -> float:
    """Return how far down a page is filled, of what lies between its head and its foot."""
    top, bottom = round(page.height * 0.06), round(page.height * 0.935)
    for y in range(bottom, top, -1):
        if min(page.crop((0, y, page.width, y + 1)).tobytes()) < 200:
            return (y - top) / (bottom - top)
    return 0.0


def texts(blocks: Iterable[Block]) -> Iterator[str]:
    """Yield every text that blocks show, one by one."""
    for block in walk(blocks):
        match block:
            case Heading():
                yield plain(block.text)
                yield plain(block.lead)
            case Paragraph():
                yield plain(block.text)
            case Card():
                yield plain(block.title)
            case Pairs():
                for term, words in block.pairs:
                    yield plain(term)
                    yield plain(words)
            case Picture():
                yield plain(block.caption)
            case Table():
                yield from (plain(c.title) for c in block.columns)
                yield from (plain(c.text) for row in block.rows for c in row)
                yield plain(block.caption)
            case _:
                pass


def cells_of(blocks: Iterable[Block]) -> Iterator[Cell]:
    """Yield every cell of every table."""
    for table in walk(blocks):
        if isinstance(table, Table):
            yield from (cell for row in table.rows for cell in row)
