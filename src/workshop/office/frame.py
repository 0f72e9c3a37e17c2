"""What stands around the text of a Word document: cover, contents, head and foot, properties."""

from __future__ import annotations

from html import escape

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt

from workshop.office.package import NO_DATE, full_language
from workshop.office.runs import Runs, paragraph, run
from workshop.render.blocks import Block, Span, plain
from workshop.render.characters import make_harmless
from workshop.render.headings import find_headings
from workshop.render.paper import PageSetup

_PAPERS = {"a4": (595.3, 841.9), "letter": (612.0, 792.0)}
_SIDE, _TOP, _FOOT = 62.0, 68.0, 62.0
"""Margins in points."""
_LISTED = 2
"""Levels of headings that the contents name."""


class Frame:
    """The pages of one document."""

    def __init__(self, document: Document, setup: PageSetup, blocks: tuple[Block, ...]) -> None:
        self._document = document
        self._setup = setup
        self._name = setup.name(blocks)
        self.speech = setup.speech
        width, height = _PAPERS[setup.paper]
        self._sheet = (width, height)
        self.room = width - 2 * _SIDE
        self.long_room = height - 2 * _SIDE
        self._headings = list(find_headings(blocks))
        self._marked = 0

    # -- parts of the text ----------------------------------------------------------------------

    def cover(self, runs: Runs) -> str:
        """Return the title page, or nothing; what follows begins a page of its own."""
        setup = self._setup
        if not setup.cover:
            return ""
        parts = [
            paragraph(run(setup.organisation), "CoverOrganisation"),
            paragraph(runs.words((Span(self._name),)), "Title"),
            *(paragraph(run(line), "Subtitle") for line in setup.subtitle if line),
        ]
        return "".join(parts)

    def bookmark(self, words: str) -> str:
        """Return a heading's runs inside the mark that the contents lead to."""
        self._marked += 1
        name = f'w:id="{self._marked}" w:name="{_mark(self._marked)}"'
        return f'<w:bookmarkStart {name}/>{words}<w:bookmarkEnd w:id="{self._marked}"/>'

    def contents(self) -> str:
        """Return a contents field that Word and LibreOffice fill.

        Until then it names and links the headings; nobody but they knows the pages.
        """
        listed = [
            (n, h) for n, h in enumerate(self._headings, 1) if h.level <= _LISTED and plain(h.text)
        ]
        if not self._setup.contents or not listed:
            return ""
        lines = []
        for at, (number, heading) in enumerate(listed):
            start = _field_start(f' TOC \\o "1-{_LISTED}" \\h \\z \\u ') if at == 0 else ""
            end = _FIELD_END if at == len(listed) - 1 else ""
            words = run(" ".join(plain(heading.text).split()))
            link = f'<w:hyperlink w:anchor="{_mark(number)}" w:history="1">{words}</w:hyperlink>'
            style = f"TOC{heading.level}"
            lines.append(paragraph(start + link + end, style, words=heading.text))
        return "".join((paragraph(run(self.speech.contents), "TOCHeading"), *lines))

    def turn(self, upright: bool) -> str:
        """Return the end of a section whose pages stand upright, or lie."""
        return f'<w:p><w:pPr><w:pStyle w:val="Gap"/>{self._section(upright)}</w:pPr></w:p>'

    def _section(self, upright: bool) -> str:
        width, height = self._sheet if upright else reversed(self._sheet)
        turned = "" if upright else ' w:orient="landscape"'
        return (
            '<w:sectPr><w:type w:val="nextPage"/>'
            f'<w:pgSz w:w="{width * 20:.0f}" w:h="{height * 20:.0f}"{turned}/>'
            f'<w:pgMar w:top="{_TOP * 20:.0f}" w:right="{_SIDE * 20:.0f}" '
            f'w:bottom="{_FOOT * 20:.0f}" w:left="{_SIDE * 20:.0f}" w:header="680" w:footer="560" '
            'w:gutter="0"/></w:sectPr>'
        )

    # -- around it ------------------------------------------------------------------------------

    def finish(self) -> None:
        """Set pages, head, foot and properties; the text is whole by now."""
        last = self._document.sections[-1]
        last.page_width, last.page_height = Pt(self._sheet[0]), Pt(self._sheet[1])
        last.left_margin = last.right_margin = Pt(_SIDE)
        last.top_margin, last.bottom_margin = Pt(_TOP), Pt(_FOOT)
        last.header_distance, last.footer_distance = Pt(34), Pt(28)
        first = self._document.sections[0]
        setup = self._setup
        organisation = "" if setup.organisation in self._name else setup.organisation
        running = setup.running_head or " · ".join(p for p in (organisation, self._name) if p)
        _replace(first.header._element, paragraph(run(_shorten(running, 110)), "Header"))
        before, between, after = map(run, self.speech.number_pages())
        pages = before + _field(" PAGE ", "1") + between + _field(" NUMPAGES ", "1") + after
        _replace(first.footer._element, paragraph(pages, "Footer"))
        if setup.cover:
            first.different_first_page_header_footer = True
        self._describe()

    def _describe(self) -> None:
        setup, about = self._setup, self._document.core_properties
        about.title = make_harmless(self._name)[:255]
        about.author = make_harmless(setup.author or setup.organisation)[:255]
        about.last_modified_by = about.author
        about.comments = ""
        about.language = full_language(setup.language)
        about.created = about.modified = (setup.timestamp or NO_DATE).replace(tzinfo=None)
        files = self._document.part.package.rels
        for number in [n for n, r in files.items() if r.reltype == RT.THUMBNAIL]:
            del files[number]  # a picture of the library's empty template
        settings = self._document.settings.element
        if setup.contents:
            fill = parse_xml(f'<w:updateFields {nsdecls("w")} w:val="true"/>')
            settings.insert(list(settings).index(settings.find(qn("w:compat"))), fill)


def _mark(number: int) -> str:
    return f"_Toc{number:08d}"


def _replace(container: object, markup: str) -> None:
    element = container
    for child in list(element):  # type: ignore[call-overload]
        element.remove(child)  # type: ignore[attr-defined]
    for child in list(parse_xml(f"<w:body {nsdecls('w', 'r')}>{markup}</w:body>")):
        element.append(child)  # type: ignore[attr-defined]


def _field_start(code: str) -> str:
    said = f'<w:instrText xml:space="preserve">{escape(code)}</w:instrText>'
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r>{said}</w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )


_FIELD_END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def _field(code: str, shown: str) -> str:
    return _field_start(code) + run(shown) + _FIELD_END


def _shorten(words: str, most: int) -> str:
    words = " ".join(words.split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
