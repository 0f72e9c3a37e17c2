"""Any notebook, from any library, goes through every exporter."""

from __future__ import annotations

import base64
import io
import json
import logging
from pathlib import Path

import docx
import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from PIL import Image
from pypdf import PdfReader

from workshop.documents.blocks import (
    Cell,
    Column,
    Formula,
    Paragraph,
    Picture,
    Span,
    Table,
    find_formulas,
    plain,
    text,
)
from workshop.documents.formulas import draw_formula
from workshop.documents.html import blocks_to_html
from workshop.documents.notebooks.exporters import (
    FindingsDocxExporter,
    FindingsHTMLExporter,
    FindingsPDFExporter,
    FindingsSlidesExporter,
)
from workshop.documents.notebooks.markup import Surroundings, markdown_to_blocks
from workshop.documents.notebooks.notebook import (
    cell_to_blocks,
    cells_to_blocks,
    outputs_to_blocks,
)
from workshop.documents.office.word import blocks_to_docx
from workshop.documents.paper import PageSetup, blocks_to_pdf
from workshop.documents.text import blocks_to_text
from workshop.documents.theme import LOOKS

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


def text_of(blocks):
    return " ".join(blocks_to_text(blocks, 1000).split())


# -- what libraries show ---------------------------------------------------------------------------

SCRIPT_LEFT_OUT = "A script is left out"
OBJECT = "<Thing at 0x7f>"
GREAT_TABLE = (
    "<div id='x'><style>#x table {color: red}</style><table class='gt_table'><thead>"
    "<tr class='gt_heading'><td colspan='3' class='gt_title'>Waiting days</td></tr>"
    "<tr><th rowspan='2'>stage</th><th colspan='2'><span>Days</span></th></tr>"
    "<tr><th>touch</th><th>wait</th></tr></thead>"
    "<tbody><tr><td>data</td><td>3</td><td>9</td></tr></tbody></table></div>"
)
BY_HAND = {
    "altair": (
        {
            "application/vnd.vegalite.v5+json": {"mark": "bar"},
            "text/plain": "<VegaLite 5 object>",
        },
        "<VegaLite 5 object>",
        ["An output is replaced by its plain text"],
    ),
    "json": ({"application/json": {"teams": 3}, "text/plain": OBJECT}, '"teams": 3', []),
    "pandoc's tables": (
        {"text/latex": "\\begin{tabular}{l}a\\end{tabular}", "text/plain": "one cell"},
        "one cell",
        [],
    ),
    "rich": (
        {"text/html": "<pre><span style='color:red'>red</span> words</pre>", "text/plain": "red"},
        "red words",
        ["The colours of printed words are left out"],
    ),
    "hidden": ({"text/html": "<p>shown</p><p hidden>not shown</p>"}, "shown", []),
}


@pytest.mark.parametrize("case", BY_HAND)
def test_an_output_is_shown_or_its_words_are(case):
    data, words, notes = BY_HAND[case]
    blocks, replaced = read(data)
    assert words in text_of(blocks)
    assert "not shown" not in text_of(blocks)
    assert replaced == notes


WIDGET = "A widget is replaced by its name"
TYPE = "An output is replaced by its type"
PLAIN = "An output is replaced by its plain text"
RECORDED = {
    "altair": ("alt.Chart(...)", [SCRIPT_LEFT_OUT]),
    "bokeh": ("Loading BokehJS ...", [TYPE]),
    "folium": ("Make this Notebook Trusted to load map", ["A page is replaced by its words"]),
    "great-tables": ("Days / wait", []),
    "ipython": (
        "[Not shown, a page: https://www.youtube.com/embed/abcdefghijk]",
        [
            "A page is replaced by its words",
            "A video is replaced by its words",
            "A sound is replaced by its words",
            PLAIN,
        ],
    ),
    "ipywidgets": ("IntSlider(value=3, description='Teams')", [WIDGET]),
    "itables": ("stage touch wait", [SCRIPT_LEFT_OUT]),
    "matplotlib": ("<BarContainer object of 2 artists>", []),
    "mermaid": ("graph LR; data-->model", ["A diagram is replaced by its source"]),
    "pandas": ("sum / touch", []),
    "plotly": ("by a script: Waiting, x, y", [SCRIPT_LEFT_OUT, "A chart is replaced by its words"]),
    "scikit-learn": (
        "('logisticregression', LogisticRegression())",
        ["A diagram is replaced by its plain text"],
    ),
    "sympy": ("\\int \\sqrt{\\frac{1}{x}}\\, dx", []),
}
"""By library: words that its notebook shows, and what is told of it."""
LIBRARIES = Path(__file__).parent / "libraries"


@pytest.mark.parametrize("library", RECORDED)
def test_a_notebook_of_a_library_passes_every_exporter_and_says_what_it_cannot_show(library):
    nb = nbformat.read(LIBRARIES / f"{library}.ipynb", as_version=4)
    words, messages = RECORDED[library]
    replaced = []
    cells = cells_to_blocks(nb, on_replaced=lambda _cell, what, _why: replaced.append(what))
    assert words in text_of([block for _, blocks in cells for block in blocks])
    assert list(dict.fromkeys(replaced)) == messages
    for exporter in EXPORTERS:
        content, _ = exporter().from_notebook_node(nb)
        assert content


def test_every_recorded_notebook_is_tried():
    assert {path.stem for path in LIBRARIES.glob("*.ipynb")} == set(RECORDED)


def test_a_title_over_all_columns_is_the_caption_of_the_table():
    (block,), _ = read({"text/html": GREAT_TABLE.replace("td colspan", "th colspan")})
    assert [plain(c.title) for c in block.columns] == ["stage", "Days / touch", "Days / wait"]


def test_pictures_in_cells_stand_numbered_after_their_table():
    buffer = io.BytesIO()
    Image.new("RGB", (3, 2), "red").save(buffer, "PNG")
    source = base64.b64encode(buffer.getvalue()).decode()
    row = f"<tr><td>x</td><td><img alt='Up' src='data:image/png;base64,{source}'></td></tr>"
    (table, picture), replaced = read({"text/html": f"<table>{row}</table>"})
    assert plain(table.rows[0][1].text) == "[Picture 1]"
    assert (picture.alt, plain(picture.caption)) == ("Up", "Picture 1 of the table")
    assert replaced == []


COLOURED = (
    "<style>#T_1_row0_col0, #T_1_row1_col0 {background-color: #08306b; color: white}</style>"
    "<table><tr><th>a</th><th>b</th></tr><tr><td id='T_1_row0_col0'>dark</td>"
    "<td style='background: rgb(255, 255, 0)'>light</td></tr>"
    "<tr><td id='T_1_row1_col0'>dark</td><td style='background: rgba(0, 0, 0, 0)'>none</td></tr>"
    "{}</table>"
)


def test_colours_of_cells_are_kept_with_words_that_can_be_read():
    blocks, replaced = read({"text/html": COLOURED.replace("{}", "")})
    found = [[cell.background for cell in row] for row in blocks[0].rows]
    assert found == [["#08306b", "#ffff00"], ["#08306b", ""]]
    assert replaced == []
    page = blocks_to_html(blocks)
    assert page.count('style="background:#08306b;color:#ffffff"') == 2
    assert page.count(f'style="background:#ffff00;color:{LOOKS["plain"].ink}"') == 1
    document = docx.Document(io.BytesIO(blocks_to_docx(blocks, PageSetup())))
    xml = document.tables[0]._tbl.xml
    assert (xml.count('w:fill="08306B"'), xml.count('<w:color w:val="FFFFFF"/>')) == (2, 2)
    painted = PdfReader(io.BytesIO(blocks_to_pdf(blocks))).pages[0].get_contents().get_data()
    assert painted.count(b"0.03137255 0.1882353 0.41960785 ") >= 2


@pytest.mark.parametrize("style", ["linear-gradient(red 50%, blue)", "url(x.png)"])
def test_a_colour_that_is_none_is_told(style):
    cell = f"<tr><td style='background: {style}'>x</td><td>y</td></tr>"
    blocks, replaced = read({"text/html": COLOURED.replace("{}", cell)})
    assert replaced == ["The colours of a table are left out"]
    assert "x" in text_of(blocks)


WORDS = (
    "<table><tr><th style='color: #a00000; background: #ffd'>Head</th><th>b</th></tr>"
    "<tr><td style='color: green'>up</td><td><span style='color:#00f'>blue</span> plain</td></tr>"
    "{}</table>"
)


def test_colours_of_words_are_kept_where_they_can_be_read():
    (table,), replaced = read({"text/html": WORDS.replace("{}", "")})
    assert replaced == ["The colour of words is left out"]  # of the head: it stands on another
    assert table.columns[0].background == "#ffffdd"
    cells = [cell.text for cell in table.rows[0]]
    assert cells == [
        (Span("up", colour="#008000"),),
        (Span("blue", colour="#0000ff"), Span(" plain")),
    ]
    page = blocks_to_html([table])
    assert 'style="--wk-own:#008000">up<' in page
    assert f'background:#ffffdd;color:{LOOKS["plain"].ink}">Head<' in page
    document = docx.Document(io.BytesIO(blocks_to_docx([table], PageSetup())))
    xml = document.tables[0]._tbl.xml
    assert all(f'<w:color w:val="{colour}"/>' in xml for colour in ("008000", "0000FF"))
    assert 'w:fill="FFFFDD"' in xml
    painted = PdfReader(io.BytesIO(blocks_to_pdf([table]))).pages[0].get_contents().get_data()
    assert b"0 0 1 " in painted
    (words,) = markdown_to_blocks("a <span style='color:#a00000'>red <b>word</b></span> b")
    colours = {span.text.strip(): span.colour for span in words.text}
    assert colours == {"a": "", "red": "#a00000", "word": "#a00000", "b": ""}


@pytest.mark.parametrize(
    ("style", "messages"),
    [
        ("color: yellow", ["The colour of words is left out"]),
        ("color: no-colour-at-all", ["The colour of words is left out"]),
        ("background: yellow", ["The background of words is left out"]),
        ("color: black", []),
        ("color: inherit", []),
        ("background: none", []),
    ],
)
def test_a_colour_of_words_that_paper_cannot_show_is_told(style, messages):
    for words in (f"a <span style='{style}'>b</span>", f"<p style='{style}'>b</p>"):
        blocks, replaced = read({"text/html": words})
        assert replaced == messages
        assert "b" in text_of(blocks)


@pytest.mark.parametrize(
    ("output", "coloured"),
    [
        ({"output_type": "stream", "text": "a \x1b[31mred\x1b[0m word"}, True),
        ({"output_type": "stream", "text": "a red word"}, False),
        ({"output_type": "display_data", "data": {"text/plain": "a \x1b[1mred\x1b[0m word"}}, True),
        (
            {
                "output_type": "display_data",
                "data": {"text/html": "<pre>a <span style='color: red'>red</span> word</pre>"},
            },
            True,
        ),
        ({"output_type": "display_data", "data": {"text/html": "<pre>a red word</pre>"}}, False),
    ],
)
def test_colours_of_printed_words_are_told(output, coloured):
    around = Surroundings()
    blocks = outputs_to_blocks([output], 1, around)
    assert "a red word" in text_of(blocks)
    told = [what for what, _why in around.notes]
    assert told == ["The colours of printed words are left out"] * coloured


def test_what_only_claims_to_be_a_colour_reaches_no_page():
    odd = 'red;"><script>'
    row = (Cell((Span("x", colour=odd),), background=odd),)
    page = blocks_to_html([Table((Column(text("a"), background=odd),), (row,))])
    assert "script" not in page
    assert "red;" not in page


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "BMP", "PNG", "JPEG"])
def test_a_bitmap_of_any_kind_is_a_picture_in_outputs_and_in_markdown(kind, tmp_path):
    buffer = io.BytesIO()
    Image.new("RGB", (320, 20), "red").save(buffer, kind)
    data, media = base64.b64encode(buffer.getvalue()).decode(), f"image/{kind.lower()}"
    (tmp_path / f"it.{kind.lower()}").write_bytes(buffer.getvalue())
    (shown,), replaced = read({media: data, "text/plain": OBJECT})
    file, within = markdown_to_blocks(
        f"![Red](it.{kind.lower()})\n\n![Red](data:{media};base64,{data})",
        Surroundings(folder=tmp_path),
    )
    for picture in (shown, file, within):
        assert picture.media == ("image/jpeg" if kind == "JPEG" else "image/png")
        assert picture.width == 0.5
        assert Image.open(io.BytesIO(base64.b64decode(picture.data))).size == (320, 20)
    assert replaced == []


def test_of_a_moving_picture_the_first_frame_is_shown_and_that_is_told():
    frames, buffer = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")], io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    (shown,), replaced = read({"image/gif": base64.b64encode(buffer.getvalue()).decode()})
    first = Image.open(io.BytesIO(base64.b64decode(shown.data))).convert("RGB")
    assert first.getpixel((0, 0)) == (255, 0, 0)
    assert replaced == ["A moving picture is replaced by its first frame"]


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
    assert "Data team" in text_of(blocks)
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
MARKS = r"""
<
>
</
<svg
<svg width='90'>
<svg viewBox='0 0 9 9' height='9e9'>
</svg>
<rect width='-1'/>
<path d='M0 0h9'/>
<text>
<text font-size='9e9' x='NaN'>
<use href='#a'/>
<g id='a' transform='scale(0)'>
<foreignObject>
<table>
<tr>
<td>
<td colspan=9>
<td rowspan=9>
<td style='background:red'>
<th bgcolor=#123>
<th style='color:#800;background:#eef'>
<span style='color:#00f'>
<font color=olive>
<p style='color:x;background:yellow'>
</span>
<img src='data:image/png;base64,xx'>
<img src='data:image/gif;base64,R0lGOD'>
<script>
</script>
<style>
<p hidden>
<iframe src='https://e.org'>
<video>
<ruby>A<rt>B</ruby>
<pre>
<li>
<a href='
'>
</a>
$
$$
\\(
\\)
\begin{
aligned}
\end{
\frac
\left(
|
#
- >
```
**
![
[^1]
](
)
`
https://e.org/
mailto:a@b
javascript:1
%ff
"""
LETTERS = (
    "Ab ÄÖ Ωλ Жя שָׁ شدّة नमस्ते বাংলা ਪੰਜਾਬੀ ગુજરાતી தமிழ் తెలుగు ಕನ್ನಡ മലയാളം සිංහල ไทย ລາວ မြန်မာ ខ្មែរ "
    "བོད་ ქართ Հայ አማርኛ ᏣᎳᎩ ᠮᠣᠩᠭᠣᠯ 漢字 かな 한국 ﷽ ⠃⠗ 𓀀 𝒜 👩‍🚀 🇩🇪 👍🏽 ½² ﬁ "
    "e\u0301 o\u0308\u0304\u0301"
)
"""A word of each script, marks that combine, signs of several characters."""
SIGNS = (
    *("\u200d", "\u200c", "\u200f", "\u202e", "\u2066", "\u0301", "\u20dd", "\u00ad", "\ufeff"),
    *("\x00", "\x1b[31m", "\ud800", "\uffff", "\U000e0041", "\n", "\n\n"),
)
"""Joiners, directions, lone marks, controls and what is no character."""
PIECES = st.sampled_from([*MARKS.splitlines(), *LETTERS.split(" "), *SIGNS, *LONG])
MARKUP = st.lists(PIECES | st.text(max_size=8), max_size=10).map("".join)
MEDIA = st.sampled_from(
    [
        *("text/plain", "text/html", "text/markdown", "text/latex", "image/svg+xml", "image/png"),
        *("image/jpeg", "image/gif", "image/webp", "application/json", "application/x-thing"),
        "application/vnd.plotly.v1+json",
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
