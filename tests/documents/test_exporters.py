"""Any notebook as a PDF or as one web page."""

from __future__ import annotations

import base64
import io
import logging
import re
import subprocess
import sys

import nbformat
import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from nbconvert.utils.exceptions import ConversionException
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from pypdf import PdfReader

from conftest import CONSOLE
from servers import chromium_open
from workshop.documents.blocks import (
    Bullets,
    Code,
    Formula,
    Paragraph,
    Picture,
    Table,
    heading,
    paragraph,
    plain,
    table,
)
from workshop.documents.exhibit import MEDIA_TYPE, Exhibit
from workshop.documents.notebooks.exporters import (
    FindingsDocxExporter,
    FindingsHTMLExporter,
    FindingsPDFExporter,
    FindingsSlidesExporter,
)
from workshop.documents.notebooks.notebook import (
    notebook_to_blocks,
    outputs_to_blocks,
    resolve_progress,
)
from workshop.documents.page import blocks_to_page
from workshop.documents.paper import PageSetup, blocks_to_pdf
from workshop.documents.text import blocks_to_text

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="320" viewBox="0 0 9 9"/>'
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5Erk"
    "Jggg=="
)
FRAME = (
    "<div><style scoped>x</style><table border='1' class='dataframe'><thead>"
    "<tr style='text-align: right;'><th></th><th>days</th></tr></thead>"
    "<tbody><tr><th>data</th><td>3</td></tr></tbody></table></div>"
)


def shown(data, metadata=None):
    return outputs_to_blocks([new_output("display_data", data=data, metadata=metadata or {})], 4)


def pages(nb, **traits):
    content, _ = FindingsPDFExporter(**traits).from_notebook_node(nb)
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


# -- outputs -------------------------------------------------------------------------------------


def test_exhibit_comes_before_its_twins():
    exhibit = Exhibit("x", (heading(2, "Ours"), table(["a"], [["1"]])))
    data = {MEDIA_TYPE: exhibit.to_data(), "text/html": "<p>no</p>", "text/plain": "no"}
    assert shown(data) == exhibit.blocks


def test_damaged_exhibit_falls_back_to_its_twin():
    data = {MEDIA_TYPE: {"version": 1, "blocks": [{"kind": "nosuch"}]}, "text/plain": "twin"}
    assert shown(data) == (Code("twin", tone="muted"),)
    assert shown(data | {MEDIA_TYPE: {"version": 1, "blocks": 7}}) == (Code("twin", tone="muted"),)


def test_picture_comes_before_text_and_takes_its_description():
    data = {"image/svg+xml": SVG, "image/png": PIXEL, "text/plain": "<Figure>"}
    assert shown(data, {"alt": "Two bars"}) == (Picture(SVG, "Two bars", width=0.5),)
    (picture,) = shown({"image/png": PIXEL}, {"image/png": {"alt": "A dot", "width": 320}})
    assert (picture.alt, picture.width) == ("A dot", 0.5)


def test_picture_without_description_names_its_cell():
    (picture,) = shown({"image/png": PIXEL})
    assert picture.alt == "Picture from cell 4; no description was given."


def test_data_frame_becomes_a_table():
    (block,) = shown({"text/html": FRAME, "text/plain": "      days\ndata     3"})
    assert isinstance(block, Table)
    assert [plain(c.title) for c in block.columns] == ["", "days"]
    assert block.row_heads
    assert block.columns[1].align == "right"


def test_html_without_a_table_gives_way_to_words():
    assert shown({"text/html": "<p>a</p>", "text/plain": "a = 1"}) == (Code("a = 1", tone="muted"),)
    (block,) = shown({"text/html": "<p>a</p>", "text/plain": "<IPython.core.display.HTML object>"})
    assert block == paragraph("a")


def test_markdown_and_latex_are_read():
    assert plain(shown({"text/markdown": ["**a**", " b"]})[0].text) == "a b"
    assert shown({"text/latex": "$\\displaystyle x^2$"}) == (Formula("x^2"),)


VIEW = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}}


def test_widget_is_named_where_the_cell_shows_nothing_else():
    widget = new_output("display_data", data=VIEW | {"text/plain": "IntSlider(value=0)"})
    twin = new_output("display_data", data={"text/plain": "twin"})
    assert "IntSlider(value=0)" in plain(outputs_to_blocks([widget], 1)[0].text)
    assert outputs_to_blocks([widget, twin], 1) == (Code("twin", tone="muted"),)


def test_unknown_kind_is_named():
    (block,) = shown({"application/x-thing": "?"})
    assert "application/x-thing" in plain(block.text)


def test_streams_are_joined_and_progress_resolved():
    outputs = [
        new_output("stream", name="stdout", text="10%\r100%\nab\b\bcd\n"),
        new_output("stream", name="stderr", text="\x1b[31mred\x1b[0m\n"),
    ]
    assert outputs_to_blocks(outputs, 1) == (Code("100%\ncd\nred", tone="muted"),)


def test_error_is_critical_and_without_colours():
    output = new_output("error", ename="E", evalue="v", traceback=["\x1b[0;31mE\x1b[0m", "v"])
    assert outputs_to_blocks([output], 1) == (Code("E\nv", tone="critical"),)
    bare = {"output_type": "error", "ename": "E", "evalue": "v", "traceback": None}
    assert outputs_to_blocks([bare], 1) == (Code("E: v", tone="critical"),)


def test_long_output_says_what_is_left_out():
    (block,) = shown({"text/plain": "\n".join(map(str, range(5000)))})
    assert block.text.endswith("… 4600 more lines are not shown here")


@pytest.mark.parametrize(
    "output",
    [
        {},
        None,
        7,
        {"output_type": "display_data"},
        {"output_type": "display_data", "data": []},
        {"output_type": "display_data", "data": {"image/png": ["!", 3, None]}},
        {"output_type": "display_data", "data": {"image/png": {}}, "metadata": 3},
        {"output_type": "display_data", "data": {"image/svg+xml": "<svg><"}},
        {"output_type": "display_data", "data": {"text/html": {"a": 1}}},
        {"output_type": "display_data", "data": {MEDIA_TYPE: None}},
        {"output_type": "display_data", "data": {MEDIA_TYPE: {"version": 1, "blocks": [None]}}},
        {"output_type": "stream", "text": {"a": 1}},
        {"output_type": "error", "traceback": [1, None]},
    ],
)
def test_strange_output_gives_a_document_all_the_same(output):
    blocks = outputs_to_blocks([output], 1)
    blocks_to_text(blocks)
    assert blocks_to_pdf(blocks)
    assert blocks_to_page(blocks)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
_KINDS = st.sampled_from([MEDIA_TYPE, "image/svg+xml", "image/png", "text/html", "text/plain"])


@given(st.dictionaries(_KINDS, _JSON, max_size=3), _JSON)
def test_any_output_is_read(data, metadata):
    output = {"output_type": "display_data", "data": data, "metadata": metadata}
    blocks_to_text(outputs_to_blocks([output], 1))


@given(st.text(alphabet="ab\r\b\n\x1b[0m"))
def test_resolved_progress_moves_no_cursor(words):
    assert not set("\r\b") & set(resolve_progress(words))


# -- notebooks -----------------------------------------------------------------------------------


def _tagged(tag):
    return new_code_cell(
        "source", metadata={"tags": [tag]}, outputs=[new_output("stream", text="out")]
    )


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("other", "source out"),
        ("screen-only", ""),
        ("skip", ""),
        ("remove-cell", ""),
        ("papermill-error-cell-tag", ""),
        ("hide-output", "source"),
        ("remove-input", "out"),
        ("parameters", "source out"),
    ],
)
def test_tags_decide_what_is_shown(tag, words):
    shown = blocks_to_text(notebook_to_blocks(new_notebook(cells=[_tagged(tag)])))
    assert shown.split() == words.split()


def test_hidden_code_leaves_outputs_and_no_parameters():
    cells = [_tagged("other"), _tagged("parameters"), _tagged("injected-parameters")]
    nb = new_notebook(cells=cells, metadata={"workshop": {"hide_code": True}})
    assert blocks_to_text(notebook_to_blocks(nb)).split() == ["out"]
    assert blocks_to_text(notebook_to_blocks(nb, exclude_input=False)).count("source") == 3


def test_raw_cell_and_attachment_are_shown():
    cell = new_markdown_cell("![dot](attachment:a.png)")
    cell["attachments"] = {"a.png": {"image/png": PIXEL}}
    blocks = notebook_to_blocks(new_notebook(cells=[new_raw_cell("raw"), cell]))
    assert [type(b) for b in blocks] == [Code, Picture]


@pytest.mark.parametrize("nb", [{}, {"cells": None}, {"cells": [None, {}, {"source": None}]}])
def test_notebook_with_gaps_is_read(nb):
    assert notebook_to_blocks(nb) == ()


def test_pdf_takes_its_setup_from_the_notebook():
    pack = {
        "title": "Findings",
        "subtitle": ["Search group"],
        "organisation": "Tide",
        "running_head": "Tide findings",
        "paper": "letter",
        "timestamp": "2027-01-12",
        "cover": True,
        "contents": True,
        "front": 2,
    }
    cells = [new_markdown_cell("# One page\n\nRead me."), new_markdown_cell("# Second\n\n## Sub")]
    nb = new_notebook(cells=cells, metadata={"workshop": {"pack": pack}})
    shown = pages(nb)
    assert "Findings" in shown[0]
    assert "Search group" in shown[0]
    assert "Read me." in shown[1]
    assert "Contents" in shown[2]
    assert "Tide findings" in shown[-1]
    content, _ = FindingsPDFExporter().from_notebook_node(nb)
    assert round(PdfReader(io.BytesIO(content)).pages[0].mediabox.width) == 612
    assert len(pages(nb, cover=False, contents=False)) == 2
    content, _ = FindingsPDFExporter(paper="a4").from_notebook_node(nb)
    assert round(PdfReader(io.BytesIO(content)).pages[0].mediabox.width) == 595


@pytest.mark.parametrize("pack", [3, {"subtitle": 3, "front": "x", "paper": "a9", "timestamp": 1}])
def test_strange_setup_is_passed_over(pack):
    nb = new_notebook(cells=[new_markdown_cell("x")], metadata={"workshop": {"pack": pack}})
    assert "x" in pages(nb)[0]


def test_export_leaves_the_notebook_as_it_was():
    nb = new_notebook(cells=[new_markdown_cell("# T"), _tagged("other")])
    before = nbformat.writes(nb)
    FindingsPDFExporter().from_notebook_node(nb)
    FindingsHTMLExporter().from_notebook_node(nb)
    assert nbformat.writes(nb) == before


def test_same_notebook_gives_the_same_bytes():
    nb = new_notebook(cells=[new_markdown_cell("# T\n\n$x^2$"), _tagged("other")])
    for exporter in (FindingsPDFExporter, FindingsHTMLExporter):
        assert exporter().from_notebook_node(nb)[0] == exporter().from_notebook_node(nb)[0]


@pytest.mark.parametrize("kind", ["PDF", "HTML"])
def test_nbconvert_writes_a_file(tmp_path, kind):
    nb = new_notebook(cells=[new_markdown_cell("# Title\n\n![p](p.svg)"), _tagged("other")])
    nbformat.write(nb, tmp_path / "some.ipynb")
    (tmp_path / "p.svg").write_text(SVG, encoding="utf-8")
    name = f"workshop.documents.notebooks.exporters.Findings{kind}Exporter"
    command = [sys.executable, "-m", "nbconvert", "--to", name, "--no-input", "some.ipynb"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    content = (tmp_path / f"some.{kind.lower()}").read_bytes()
    if kind == "HTML":
        assert b"data:image/svg+xml" in content
        assert b"source" not in content.partition(b"<main")[2]
    else:
        assert content.startswith(b"%PDF")


def test_exporters_are_light_to_list():
    code = (
        "import sys; from workshop.documents.notebooks import exporters as e;"
        "e.FindingsPDFExporter(); e.FindingsHTMLExporter();"
        "print([m for m in ('typst', 'matplotlib', 'pandas', 'fontTools') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, encoding=CONSOLE
    )
    assert done.stdout.strip() == "[]"


def test_what_cannot_be_printed_is_named_by_notebook_and_cell(caplog):
    cell = new_code_cell(outputs=[new_output("display_data", data={MEDIA_TYPE: refused()})])
    nb = new_notebook(cells=[new_markdown_cell("# T"), cell, new_markdown_cell("after")])
    about = {"metadata": {"name": "notes"}}
    content, _ = FindingsPDFExporter(log=LOG).from_notebook_node(nb, about)
    shown = PdfReader(io.BytesIO(content)).pages[0].extract_text()
    assert "Cell 2 of notes cannot be printed" in shown
    assert "after" in shown
    assert "One replacement in notes:\n  notes, cell 2: A block is replaced" in caplog.text


LOG = logging.getLogger("workshop.documents")
"""An exporter's own logger is that of an application, if another test has started one."""

EXPORTERS = (
    FindingsPDFExporter,
    FindingsHTMLExporter,
    FindingsDocxExporter,
    FindingsSlidesExporter,
)


@pytest.mark.parametrize("exporter", EXPORTERS)
def test_what_is_replaced_is_listed_once_or_is_an_error(exporter, caplog):
    outputs = [
        new_output("display_data", data={"application/x-thing": "?"}),
        new_output("display_data", data={"image/png": "damaged"}),
    ]
    cells = [
        new_markdown_cell("# T\n\n![Two bars](gone.png) $\\nosuch$"),
        new_code_cell(outputs=outputs),
        new_code_cell(outputs=[new_output("display_data", data=VIEW | {"text/plain": "Slider()"})]),
    ]
    nb, about = new_notebook(cells=cells), {"metadata": {"name": "notes"}}
    exporter(log=LOG).from_notebook_node(nb, about)
    (record,) = (r for r in caplog.records if "replacement" in r.getMessage())
    assert record.getMessage().split("\n  ") == [
        "5 replacements in notes:",
        "notes, cell 1: A picture is replaced by its description. "
        "Its file is not in the notebook's folder: gone.png",
        "notes, cell 1: A formula is replaced by its source. It cannot be set: \\nosuch",
        "notes, cell 2: An output is replaced by its type. "
        "Its type cannot be shown: application/x-thing.",
        "notes, cell 2: A picture is replaced by its description. Its data is damaged.",
        "notes, cell 3: A widget is replaced by its name. "
        "It needs a running kernel, and the cell shows nothing else.",
    ]
    with pytest.raises(ConversionException, match="5 replacements"):
        exporter(strict=True).from_notebook_node(nb, about)


def test_strict_command_ends_with_the_list_and_no_traceback(tmp_path):
    path = tmp_path / "notes.ipynb"
    nbformat.write(new_notebook(cells=[new_markdown_cell("![Two bars](gone.png)")]), path)
    command = [sys.executable, "-m", "nbconvert", "--to", "findings-html", str(path)]
    done = subprocess.run(
        [*command, "--FindingsExporter.strict=True"],
        capture_output=True,
        encoding=CONSOLE,
        check=False,
    )
    assert done.returncode == 1
    assert "notes, cell 1: A picture is replaced by its description" in done.stderr
    assert "Traceback" not in done.stderr
    assert not path.with_suffix(".html").exists()


def refused():
    """Return an exhibit with a list that begins at a number that is too large for Typst."""
    return Exhibit("x", (Bullets(((paragraph("a"),),), True, 10**30),)).to_data()


# -- the page ------------------------------------------------------------------------------------


def page(*blocks, **setup):
    return BeautifulSoup(blocks_to_page(blocks, PageSetup(**setup)), "html.parser")


def test_page_asks_for_nothing_and_runs_nothing():
    soup = page(heading(1, "T"), Picture(SVG, "x"), Paragraph(()), title="<b>T", cover=True)
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert policy.startswith("default-src 'none'")
    assert soup.find_all(["script", "link", "iframe", "object"]) == []
    assert all(tag["src"].startswith("data:") for tag in soup.find_all(src=True))
    assert not re.search(r"url\((?!data:font/woff;)", soup.style.get_text())
    assert soup.title.get_text() == "<b>T"


def test_page_has_landmarks_skip_link_and_language():
    soup = page(heading(1, "A"), heading(2, "B"), title="T", contents=True, language="de")
    assert soup.html["lang"] == "de"
    assert soup.body.a["href"] == "#" + soup.main["id"]
    assert soup.nav
    assert soup.header
    assert len(soup.find_all("h1")) == 1


def test_contents_lead_to_every_heading_of_two_levels():
    blocks = (heading(1, "A"), heading(2, "B"), heading(3, "C"), heading(1, "A"), heading(2, "D"))
    soup = page(*blocks, title="T", contents=True)
    links = soup.find("nav", class_="page-side").find_all("a")
    assert [a.get_text() for a in links] == ["A", "B", "A", "D"]
    assert all(soup.find(id=a["href"][1:]) for a in links)
    assert [len(ol.find_all("li", recursive=False)) for ol in soup.nav.find_all("ol")] == [2, 1, 1]


def test_front_stands_before_the_folded_contents():
    blocks = (heading(1, "First"), heading(1, "Second"))
    soup = page(*blocks, title="T", contents=True, cover=True, front=1)
    order = [t.name for t in soup.main.find_all(["h2", "details"])]
    assert order == ["h2", "details", "h2"]


def test_title_that_is_the_first_heading_stands_once():
    soup = page(heading(1, "Only title"), heading(2, "B"))
    assert [h.get_text() for h in soup.find_all("h1")] == ["Only title"]
    assert soup.header is None


@settings(max_examples=50)
@given(st.text(max_size=40))
def test_any_title_is_escaped(words):
    soup = page(heading(1, words), paragraph(words), title=words, organisation=words, contents=True)
    assert soup.script is None
    assert soup.encode("utf-8")
    assert len(soup.find_all("main")) == 1


@pytest.mark.browser
def test_page_has_no_serious_accessibility_fault(tmp_path):
    from axe_core_python.sync_playwright import Axe

    axe = Axe()
    data = base64.b64encode(SVG.encode()).decode()
    blocks = notebook_to_blocks(
        new_notebook(
            cells=[
                new_markdown_cell(
                    f"# T\n\n## A\n\n- a\n\n$x$\n\n![d](data:image/svg+xml;base64,{data})"
                ),
                new_code_cell("x", outputs=[new_output("display_data", data={"text/html": FRAME})]),
            ]
        )
    )
    wide = table([f"column {i}" for i in range(12)], [["words"] * 12], wide=True, caption="Wide")
    file = tmp_path / "page.html"
    file.write_text(
        blocks_to_page((*blocks, wide), PageSetup(title="Pack", contents=True, cover=True)),
        encoding="utf-8",
    )
    with chromium_open() as browser:
        for width in (390, 1280):
            context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
            tab = context.new_page()
            asked = []
            tab.on("request", lambda request, asked=asked: asked.append(request.url))
            tab.goto(file.as_uri())
            for scheme in ("light", "dark"):
                tab.emulate_media(color_scheme=scheme)
                found = axe.run(tab)["violations"]
                assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
            assert [url for url in asked if not url.startswith(("data:", "file:"))] == []
            assert tab.evaluate("document.documentElement.scrollWidth") == width
            context.close()
