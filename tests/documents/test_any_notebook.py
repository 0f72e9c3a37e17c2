"""Any notebook, from any library, goes through every exporter."""

from __future__ import annotations

import base64
import io
import json
import logging

import nbformat
import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from PIL import Image

from workshop.documents.blocks import (
    Code,
    Formula,
    Paragraph,
    Picture,
    Span,
    Table,
    find_formulas,
    plain,
)
from workshop.documents.formulas import draw_formula
from workshop.documents.notebooks.exporters import (
    FindingsDocxExporter,
    FindingsHTMLExporter,
    FindingsPDFExporter,
    FindingsSlidesExporter,
)
from workshop.documents.notebooks.markup import markdown_to_blocks
from workshop.documents.notebooks.notebook import cell_to_blocks
from workshop.documents.text import blocks_to_text

EXPORTERS = (
    FindingsPDFExporter,
    FindingsHTMLExporter,
    FindingsDocxExporter,
    FindingsSlidesExporter,
)


def read(data, metadata=None):
    """Return the blocks of one output, and what was replaced."""
    replaced = []
    output = new_output("display_data", data=data, metadata=metadata or {})
    blocks = cell_to_blocks(
        new_code_cell(outputs=[output]),
        1,
        hide=True,
        on_replaced=lambda _cell, what, _why: replaced.append(what),
    )
    return blocks, replaced


def says(blocks):
    return " ".join(blocks_to_text(blocks, 1000).split())


# -- what libraries show ---------------------------------------------------------------------------

SCRIPT_LEFT_OUT = "A script is left out"
UNKNOWN = "An output is replaced by its type"
OBJECT = "<Thing at 0x7f>"
ROWS = "<tr><th>data</th><td>3</td></tr><tr><th>model</th><td>4</td></tr>"
TABLE = f"<table><thead><tr><th></th><th>days</th></tr></thead><tbody>{ROWS}</tbody></table>"
STYLER = (
    "<style type='text/css'>#T_1_row0_col0 {background-color: #ff0000; color: white}</style>"
    "<table id='T_1'><caption>Waiting</caption><thead><tr><th class='blank'>&nbsp;</th>"
    "<th id='T_1_level0_col0'>days</th></tr></thead><tbody>"
    "<tr><th id='T_1_level0_row0'>data</th><td id='T_1_row0_col0'>3.0</td></tr></tbody></table>"
)
GREAT_TABLE = (
    "<div id='x'><style>#x table {color: red}</style><table class='gt_table'><thead>"
    "<tr class='gt_heading'><td colspan='3' class='gt_title'>Waiting days</td></tr>"
    "<tr><th rowspan='2'>stage</th><th colspan='2'><span>Days</span></th></tr>"
    "<tr><th>touch</th><th>wait</th></tr></thead>"
    "<tbody><tr><td>data</td><td>3</td><td>9</td></tr></tbody></table></div>"
)
PIPELINE = (
    "<style>#sk-container-id-1 {color: black}</style><div id='sk-container-id-1'>"
    "<div class='sk-text-repr-fallback'><pre>LogisticRegression()</pre><b>In a notebook, "
    "please rerun this cell.</b></div><div class='sk-container' hidden><div><input type='checkbox'>"
    "<label>LogisticRegression</label><div><pre>LogisticRegression()</pre></div></div></div></div>"
)
LIBRARIES = {
    "plotly": (
        {
            "application/vnd.plotly.v1+json": {"data": [{"y": [1, 2]}], "layout": {}},
            "text/html": "<div><script>window.PlotlyConfig = {};</script><div id='p'></div>"
            "<script>Plotly.newPlot('p', [{\"y\": [1, 2]}])</script></div>",
        },
        "interactive output, which needs a script",
        [SCRIPT_LEFT_OUT],
    ),
    "altair": (
        {
            "application/vnd.vegalite.v5+json": {"mark": "bar"},
            "text/plain": "<VegaLite 5 object>",
        },
        "<VegaLite 5 object>",
        [],
    ),
    "bokeh": (
        {
            "application/javascript": "embed();",
            "application/vnd.bokehjs_exec.v0+json": "",
            "text/html": "<script>embed();</script><div id='b'></div>",
        },
        "interactive output, which needs a script",
        [SCRIPT_LEFT_OUT],
    ),
    "great-tables": ({"text/html": GREAT_TABLE, "text/plain": OBJECT}, "Days / wait", []),
    "styler": (
        {"text/html": STYLER, "text/plain": "<pandas.io.formats.style.Styler at 0x7f>"},
        "data 3.0 Waiting",
        ["The colours of a table are left out"],
    ),
    "scikit-learn": (
        {"text/html": PIPELINE, "text/plain": "LogisticRegression()"},
        "LogisticRegression()",
        [],
    ),
    "sympy": (
        {"text/latex": "$\\displaystyle \\frac{x}{2}$", "text/plain": "x/2"},
        "\\frac{x}{2}",
        [],
    ),
    "itables": (
        {
            "text/html": f"{TABLE}<script type='module'>new DataTable('x')</script>",
            "text/plain": OBJECT,
        },
        "data 3 model 4",
        [SCRIPT_LEFT_OUT],
    ),
    "folium": (
        {
            "text/html": "<div><span>Make this Notebook Trusted to load map</span>"
            "<iframe srcdoc='&lt;p&gt;map' style='height:100%'></iframe></div>",
            "text/plain": "<folium.folium.Map at 0x7f>",
        },
        "Make this Notebook Trusted to load map",
        ["A page is replaced by its words"],
    ),
    "ipywidgets": (
        {
            "application/vnd.jupyter.widget-view+json": {"model_id": "1"},
            "text/plain": "IntSlider(value=3)",
        },
        "IntSlider(value=3)",
        ["A widget is replaced by its name"],
    ),
    "video": (
        {
            "text/html": "<video controls><source src='talk.mp4'>No video</video>",
            "text/plain": "<IPython.core.display.Video object>",
        },
        "a video: No video — talk.mp4",
        ["A video is replaced by its words"],
    ),
    "pandoc's tables": (
        {"text/latex": "\\begin{tabular}{l}a\\end{tabular}", "text/plain": "one cell"},
        "one cell",
        [],
    ),
    "rich": (
        {"text/html": "<pre><span style='color:red'>red</span> words</pre>", "text/plain": "red"},
        "red words",
        [],
    ),
}


@pytest.mark.parametrize("library", LIBRARIES)
def test_output_of_a_library_is_shown_or_its_words_are(library):
    data, words, notes = LIBRARIES[library]
    blocks, replaced = read(data)
    assert words in says(blocks)
    assert replaced == notes


def test_mermaid_is_shown_as_its_source_and_told():
    replaced = []
    blocks = cell_to_blocks(
        new_markdown_cell("```mermaid\ngraph LR; a-->b\n```"),
        1,
        hide=True,
        on_replaced=lambda _cell, what, _why: replaced.append(what),
    )
    assert blocks == [Code("graph LR; a-->b", "mermaid")]
    assert replaced == ["A diagram is replaced by its source"]


def test_a_title_over_all_columns_is_the_caption_of_the_table():
    (block,), _ = read({"text/html": GREAT_TABLE.replace("td colspan", "th colspan")})
    assert [plain(c.title) for c in block.columns] == ["stage", "Days / touch", "Days / wait"]


def test_pictures_in_cells_stand_numbered_after_their_table():
    held = io.BytesIO()
    Image.new("RGB", (3, 2), "red").save(held, "PNG")
    source = base64.b64encode(held.getvalue()).decode()
    row = f"<tr><td>x</td><td><img alt='Up' src='data:image/png;base64,{source}'></td></tr>"
    (table, picture), replaced = read({"text/html": f"<table>{row}</table>"})
    assert plain(table.rows[0][1].text) == "[Picture 1]"
    assert (picture.alt, plain(picture.caption)) == ("Up", "Picture 1 of the table")
    assert replaced == []


def test_drawings_within_html_are_pictures_and_icons_are_not():
    drawn = "<p>a</p><svg viewBox='0 0 90 90' width='90'><linearGradient/><rect/></svg>"
    blocks, _ = read({"text/html": drawn, "text/plain": OBJECT})
    assert isinstance(blocks[1], Picture)
    assert 'viewBox="0 0 90 90"' in blocks[1].data
    assert "<linearGradient" in blocks[1].data
    icon = "<p>a <svg width='16'><path d='M0 0'/></svg></p>"
    assert read({"text/html": icon, "text/plain": OBJECT})[0] == [Paragraph((Span("a"),))]


def test_words_of_a_foreign_object_are_kept():
    drawn = (
        "<svg width='90'><rect/><foreignObject><div>Data <b>team</b></div></foreignObject></svg>"
    )
    blocks, replaced = read({"text/html": drawn, "text/plain": OBJECT})
    assert "Data team" in says(blocks)
    assert replaced == ["A picture is replaced by its words"]


# -- Markdown --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "words", "link"),
    [
        ("a <a href='https://e.org/?a=1&amp;b'>link</a> b", "link", "https://e.org/?a=1&b"),
        ("<a name='here'></a> a", "a", None),
        ("<ruby>A<rt>B</rt></ruby>", "A (B)", None),
        ("press <button type=submit>Run</button>", "press Run", None),
        ("a List<T> b", "a List<T> b", None),
        ("a <video src='t.mp4'></video>", "[Not shown, a video: t.mp4]", None),
    ],
)
def test_inline_html_is_reduced_to_links_and_words(source, words, link):
    blocks = markdown_to_blocks(source)
    spans = [span for block in blocks for span in block.text]
    assert words in [span.text.strip() for span in spans]
    assert {span.link for span in spans} - {None} == ({link} if link else set())


def test_a_drawing_among_words_is_a_picture():
    source = "a <svg width='90' viewBox='0 0 9 9'><path d='M0 0h9'/></svg> b"
    kinds = [type(block) for block in markdown_to_blocks(source)]
    assert kinds == [Paragraph, Picture, Paragraph]


@pytest.mark.parametrize(
    ("source", "formulas"),
    [
        (r"so \\(a_1\\) and", ["a_1"]),
        ("so \\\\[ a_1\n= b \\\\] and", ["a_1\n= b"]),
        ("so $ a_1 + b $ and", ["a_1 + b"]),
        ("so $a_1 = b\n$", ["a_1 = b"]),
        ("$$\n\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}\n$$", None),
        ("\\begin{equation}a = b \\label{x}\\end{equation}", None),
        ("\\begin{eqnarray}a &=& b\\\\c &=& d\\end{eqnarray}", None),
        (r"$$\begin{pmatrix}1&2\\3&4\end{pmatrix}$$", None),
        (r"$$f(x)=\begin{cases}1&x>0\\0&x\le 0\end{cases}$$", None),
        (r"$$a = b \tag{1}$$", None),
    ],
)
def test_mathematics_as_notebooks_have_it_is_set(source, formulas):
    found = list(find_formulas(markdown_to_blocks(source)))
    assert found
    assert formulas is None or found == formulas
    assert all(draw_formula(latex) is not None for latex in found)


@pytest.mark.parametrize("source", ["from $5 to $6", "$ 5 and $ 6", "a \\$x_1\\$ b", "(a) [b]"])
def test_money_and_brackets_are_no_formulas(source):
    assert not list(find_formulas(markdown_to_blocks(source)))


def test_a_displayed_formula_in_a_cell_of_a_table_stays_there():
    (table,) = markdown_to_blocks("| a |\n|-|\n| $$x_1$$ |")
    assert table.rows[0][0].text == (Span("x_1", math=True),)
    assert isinstance(markdown_to_blocks("a $$x_1$$ b")[1], Formula)


def test_a_wide_markdown_table_is_split_and_repeats_its_first_column():
    heads = "|".join(f"column {n}" for n in range(30))
    source = f"|{heads}|\n|{'-|' * 30}\n|{heads}|"
    blocks = markdown_to_blocks(source)
    assert len(blocks) > 1
    assert {plain(block.columns[0].title) for block in blocks} == {"column 0"}
    assert all(isinstance(block, Table) and len(block.columns) < 15 for block in blocks)
    heads_shown = {plain(c.title) for block in blocks for c in block.columns}
    assert heads_shown == {f"column {n}" for n in range(30)}


# -- whatever there is -----------------------------------------------------------------------------

LONG = {
    "(capitals)": "X" * 3000,
    "(names)": "Wort " * 600,
    "(link)": "https://e.org/" + "a" * 9000,
}
"""Short names of what is long, so that an example can be read."""
PIECES = st.sampled_from(
    [
        *(
            "<",
            ">",
            "</",
            "<svg",
            "<svg width='90'>",
            "</svg>",
            "<table>",
            "<tr>",
            "<td colspan=9>",
        ),
        *(
            "<img src='data:image/png;base64,xx'>",
            "<script>",
            "</script>",
            "<a href='",
            "'>",
            "</a>",
        ),
        *(
            "<foreignObject>",
            "<path d='M0 0h9'/>",
            "<text>",
            "$",
            "$$",
            "\\\\(",
            "\\\\)",
            "\\begin{",
        ),
        *(
            "aligned}",
            "\\end{",
            "|",
            "\n",
            "\n\n",
            "- ",
            "# ",
            "> ",
            "```",
            "**",
            "[",
            "](",
            ")",
            "`",
        ),
        *(
            "\u200d",
            "\u200c",
            "\u0301",
            "\u202e",
            "שָׁ",
            "شدّة",
            "नमस्ते",
            "ไทย",
            "漢字",
            "👩‍🚀",
            "\x00",
        ),
        *("\ud800", "\ufeff", "\u00ad", *LONG),
    ]
)
MARKUP = st.lists(PIECES | st.text(max_size=8), max_size=10).map("".join)
MEDIA = st.sampled_from(
    [
        *("text/plain", "text/html", "text/markdown", "text/latex", "image/svg+xml", "image/png"),
        *("image/jpeg", "image/gif", "application/json", "application/x-thing"),
    ]
)
OUTPUTS = st.one_of(
    st.builds(
        lambda data: {"output_type": "display_data", "data": data, "metadata": {}},
        st.dictionaries(MEDIA, MARKUP | st.lists(MARKUP, max_size=2), max_size=3),
    ),
    st.builds(lambda words: {"output_type": "stream", "name": "stdout", "text": words}, MARKUP),
    st.builds(
        lambda words: {"output_type": "error", "ename": "E", "evalue": words, "traceback": [words]},
        MARKUP,
    ),
)
CELLS = st.one_of(
    st.builds(new_markdown_cell, MARKUP),
    st.builds(new_raw_cell, MARKUP),
    st.builds(new_code_cell, MARKUP, outputs=st.lists(OUTPUTS, max_size=2)),
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(CELLS, max_size=3))
def test_no_notebook_makes_an_exporter_fail(cells):
    logging.getLogger("traitlets").setLevel(logging.ERROR)
    written = json.dumps(new_notebook(cells=cells))
    for name, words in LONG.items():
        written = written.replace(name, words)
    nb = nbformat.from_dict(json.loads(written))
    for exporter in EXPORTERS:
        content, _ = exporter().from_notebook_node(nb)
        assert content


def test_every_exporter_takes_the_outputs_of_all_libraries():
    cells = [new_markdown_cell("# All")]
    for data, *_ in LIBRARIES.values():
        output = new_output("display_data", data=data)
        cells.append(new_code_cell("show", outputs=[output]))
    for exporter in EXPORTERS:
        content, _ = exporter().from_notebook_node(new_notebook(cells=cells))
        assert content
    page = FindingsHTMLExporter().from_notebook_node(new_notebook(cells=cells))[0]
    assert len(BeautifulSoup(page, "html.parser").find_all("table")) == 3
