"""Export any notebook with nbconvert: accessible PDF, web page, Word, slides.

`jupyter nbconvert --to findings-pdf notebook.ipynb`, `--to findings-html`, `--to findings-docx`, or
JupyterLab's menu.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbconvert.exporters import Exporter
from nbconvert.utils.exceptions import ConversionException
from traitlets import Bool, Enum, List, Unicode

from workshop.documents.fonts import FontError
from workshop.documents.paper import PAPERS, Origin, PageSetup, PrintError, Replacement
from workshop.documents.theme import Labels

if TYPE_CHECKING:
    from workshop.documents.blocks import Block
    from workshop.documents.notebooks.notebook import Notes, OnReplaced


class ReplacedError(ConversionException):
    """Something cannot be shown as it is, and `strict` forbids to replace it."""


class FindingsExporter(Exporter):
    """The base of the exporters: reads the notebook's blocks and page setup."""

    strict = Bool(
        False,
        help="Whether it is an error when something is replaced because it cannot be shown.",
    ).tag(config=True)

    paper = Enum(
        (None, *PAPERS),
        default_value=None,
        allow_none=True,
        help="Paper of the PDF: a4 or letter; what the notebook says (or a4) if not given.",
    ).tag(config=True)
    cover = Bool(
        None,
        allow_none=True,
        help="Whether there is a title page; what the notebook says (or none) if not given.",
    ).tag(config=True)
    contents = Bool(
        None,
        allow_none=True,
        help="Whether there is a list of contents; from eight headings on if not given.",
    ).tag(config=True)
    exclude_input = Bool(
        None,
        allow_none=True,
        help="Whether code is left out; what the notebook says (or shown) if not given.",
    ).tag(config=True)
    fonts = List(
        Unicode(),
        help="Fonts for letters that the bundled ones lack, in a PDF: files, installed families, "
        "or `system` for whichever installed one has them.",
    ).tag(config=True)

    def read(
        self,
        nb: Any,
        resources: Mapping[str, Any] | None,
        on_replaced: OnReplaced | None = None,
    ) -> tuple[tuple[Block, ...], PageSetup]:
        """Return the blocks and page setup of a notebook.

        The setup comes from traits, the notebook's metadata and its name. `on_replaced` is told
        the number of a cell, what is shown in another form, and why.
        """
        from workshop.documents.notebooks.notebook import cells_to_blocks

        name, folder = _place(resources)
        blocks: list[Block] = []
        origins: list[Origin] = []
        for number, shown in cells_to_blocks(
            nb,
            exclude_input=self._excludes_input(),
            folder=folder,
            on_replaced=on_replaced,
        ):
            blocks += shown
            origins += [Origin(name, number)] * len(shown)
        setup = self._setup(nb, tuple(blocks), name)
        return tuple(blocks), replace(setup, origins=tuple(origins))

    def _excludes_input(self) -> bool | None:
        """Return whether code is left out; None if only the notebook decides."""
        if self.exclude_input is None and self.config.get("TemplateExporter", {}).get(
            "exclude_input"
        ):
            return True  # what nbconvert's --no-input sets
        exclude: bool | None = self.exclude_input
        return exclude

    def _setup(self, nb: Any, blocks: tuple[Block, ...], name: str) -> PageSetup:
        from workshop.documents.blocks import find_headings

        metadata = _mapping(nb.get("metadata"))
        pack = _mapping(_mapping(metadata.get("workshop")).get("pack"))
        title = _words(pack.get("title")) or _words(metadata.get("title"))
        headings = sum(1 for _ in find_headings(blocks))
        if not title and not headings:
            title = name if name != "Notebook" else ""
        lines = pack.get("subtitle")
        front = pack.get("front")
        paper = self.paper or pack.get("paper")
        contents = pack.get("contents", headings >= 8) if self.contents is None else self.contents
        return PageSetup(
            title=title,
            subtitle=tuple(map(str, lines)) if isinstance(lines, list | tuple) else (),
            organisation=_words(pack.get("organisation")),
            running_head=_words(pack.get("running_head")),
            author=_authors(metadata),
            labels=Labels.of(pack.get("labels")),
            language=_words(pack.get("language")) or _words(metadata.get("language")) or "en",
            paper=paper if paper in PAPERS else "a4",
            timestamp=_moment(pack.get("timestamp")),
            cover=bool(pack.get("cover", False) if self.cover is None else self.cover),
            contents=bool(contents),
            front=front if isinstance(front, int) and front > 0 else 0,
            new_pages=bool(pack.get("new_pages", pack)),
            fonts=tuple(self.fonts),
        )

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """Return the notebook in this format, and nbconvert's resources.

        nbconvert's own preprocessors run first. What was replaced is logged once at the end.
        Raises ConversionException if nothing can be shown, and with `strict` if something was
        replaced.
        """
        prepared, resources = super().from_notebook_node(nb, resources, **kw)
        name, _ = _place(resources)
        replaced: list[Replacement] = []
        try:
            made = self._write(prepared, resources, replaced)
        except (PrintError, FontError) as error:
            raise ConversionException(str(error)) from error
        if replaced:
            self._report(list(dict.fromkeys(replaced)), name)
        return made, resources

    def from_filename(self, filename: str, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """Return a file's notebook as `from_notebook_node` does.

        nbconvert's command ends with the message alone and exit code 1 if it cannot.
        """
        try:
            return super().from_filename(filename, resources=resources, **kw)
        except ConversionException as error:
            from nbconvert.nbconvertapp import NbConvertApp

            if not NbConvertApp.initialized() or not isinstance(
                NbConvertApp.instance(), NbConvertApp
            ):
                raise
            self.log.error("%s", error)
            raise SystemExit(1) from None

    def _report(self, replaced: list[Replacement], name: str) -> None:
        count = "One replacement" if len(replaced) == 1 else f"{len(replaced)} replacements"
        lines = "".join(f"\n  {one}" for one in replaced)
        message = f"{count} in {name or 'the notebook'}:{lines}"
        if self.strict:
            raise ReplacedError(message)
        self.log.warning("%s", message)

    def _write(self, nb: Any, resources: Any, replaced: list[Replacement]) -> Any:
        """Return the file's content; add to `replaced` what is shown in another form."""
        raise NotImplementedError

    def _read_whole(
        self, nb: Any, resources: Any, replaced: list[Replacement]
    ) -> tuple[tuple[Block, ...], PageSetup]:
        return self.read(nb, resources, _noting(replaced, resources))


def _noting(replaced: list[Replacement], resources: Any) -> OnReplaced:
    """Return a function that adds replacements in the notebook of `resources`."""
    name, _ = _place(resources)
    return lambda cell, what, why: replaced.append(Replacement(name, cell, what, why))


class FindingsPDFExporter(FindingsExporter):
    """A notebook as a tagged PDF with bookmarks; needs no other program."""

    export_from_notebook = "PDF to read and hand on (findings)"
    output_mimetype = "application/pdf"
    file_extension = Unicode(".pdf").tag(config=True)

    def _write(self, nb: Any, resources: Any, replaced: list[Replacement]) -> bytes:
        from workshop.documents.paper import blocks_to_pdf

        blocks, setup = self._read_whole(nb, resources, replaced)
        return blocks_to_pdf(blocks, setup, replaced.append)


class FindingsHTMLExporter(FindingsExporter):
    """A notebook as one web page that loads no other file."""

    export_from_notebook = "HTML in one file (findings)"
    output_mimetype = "text/html"
    file_extension = Unicode(".html").tag(config=True)

    def _write(self, nb: Any, resources: Any, replaced: list[Replacement]) -> str:
        from workshop.documents.page import blocks_to_page

        return blocks_to_page(*self._read_whole(nb, resources, replaced))


class FindingsDocxExporter(FindingsExporter):
    """A notebook as a Word document to edit; needs the `office` extra."""

    export_from_notebook = "Word document to edit (findings)"
    output_mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    file_extension = Unicode(".docx").tag(config=True)

    def _write(self, nb: Any, resources: Any, replaced: list[Replacement]) -> bytes:
        from workshop.documents.office import check_library

        check_library("docx")
        from workshop.documents.office.word import blocks_to_docx

        return blocks_to_docx(*self._read_whole(nb, resources, replaced))


class FindingsSlidesExporter(FindingsExporter):
    """A notebook as slides in one web page; a subclass may add speaker's notes."""

    export_from_notebook = "Slides for a projector (findings)"
    output_mimetype = "text/html"
    file_extension = Unicode(".slides.html").tag(config=True)

    def _write(self, nb: Any, resources: Any, replaced: list[Replacement]) -> str:
        from workshop.documents.notebooks.notebook import hides_code, notebook_to_parts
        from workshop.documents.page import parts_to_slides

        _, setup = self.read(nb, resources)
        exclude = self._excludes_input()
        name, folder = _place(resources)
        notes, language = self.speaker_notes(nb, name)
        parts = notebook_to_parts(
            nb,
            notes,
            notes_language=language,
            exclude_input=hides_code(nb) if exclude is None else exclude,
            folder=folder,
            on_replaced=_noting(replaced, resources),
        )
        return parts_to_slides(parts, setup)

    def speaker_notes(self, nb: Any, name: str) -> tuple[Notes, str]:  # noqa: ARG002
        """Return the notes for cells, by position from 0, and their language."""
        return {}, ""


def _place(resources: Mapping[str, Any] | None) -> tuple[str, Path | None]:
    """Return a notebook's name and folder, as far as nbconvert has them."""
    about = _mapping((resources or {}).get("metadata"))
    path = about.get("path")
    return str(about.get("name") or ""), Path(path or ".") if path is not None else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _words(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _authors(metadata: Mapping[str, Any]) -> str:
    given = metadata.get("authors")
    names = [_words(_mapping(a).get("name")) for a in given] if isinstance(given, list) else []
    return ", ".join(name for name in names if name)


def _moment(value: Any) -> datetime.datetime | None:
    """Return an ISO 8601 time, in UTC if it has no zone, or None."""
    try:
        moment = datetime.datetime.fromisoformat(_words(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
