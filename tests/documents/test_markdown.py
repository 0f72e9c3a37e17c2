"""Markdown and HTML from notebooks as blocks."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.documents.blocks import (
    Bullets,
    Code,
    Formula,
    Heading,
    Paragraph,
    Picture,
    Quote,
    Rule,
    Span,
    Table,
    plain,
)
from workshop.documents.notebooks.markup import Surroundings, html_to_blocks, markdown_to_blocks
from workshop.documents.paper import blocks_to_pdf
from workshop.documents.text import blocks_to_text

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="320" viewBox="0 0 9 9"/>'
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5Erk"
    "Jggg=="
)


def only(source, around=None):
    (block,) = markdown_to_blocks(source, around)
    return block


def test_prose_keeps_its_looks():
    block = only("a **b** *c* ~~d~~ `e` [f](https://example.org) g\\*  \nh\ni")
    assert plain(block.text) == "a b c d e f g*\nh i"
    looks = {span.text: span for span in block.text}
    assert looks["b"] == Span("b", strong=True)
    assert looks["c"] == Span("c", emph=True)
    assert looks["d"] == Span("d", strike=True)
    assert looks["e"] == Span("e", code=True)
    assert looks["f"] == Span("f", link="https://example.org")


def test_every_kind_of_block_is_read():
    source = "# T\n\n> q\n\n```python\nx = 1\n```\n\n---\n\n    indented\n\n$$\nx^2\n$$\n\n- a"
    kinds = [type(block) for block in markdown_to_blocks(source)]
    assert kinds == [Heading, Quote, Code, Rule, Code, Formula, Bullets]
    assert markdown_to_blocks(source)[2] == Code("x = 1", "python")


def test_lists_nest_and_keep_their_numbers():
    block = only("7. a\n   - b\n8. c")
    assert (block.ordered, block.start, block.tight) == (True, 7, True)
    assert block.items[0][1] == Bullets(((Paragraph((Span("b"),)),),))


def test_loose_list_is_loose():
    assert not only("- a\n\n- b").tight


def test_table_has_its_alignment():
    block = only("| a | b |\n|--:|:-:|\n| 1 | **2** |")
    assert isinstance(block, Table)
    assert [c.align for c in block.columns] == ["right", "center"]
    assert block.rows[0][1].text == (Span("2", strong=True),)


def test_money_is_not_mathematics():
    assert plain(only("from $5 to $10 a day").text) == "from $5 to $10 a day"
    assert not any(span.math for span in only("from $5 to $10 a day").text)


def test_mathematics_is_read():
    assert only("so $x_i^2$ holds").text[1] == Span("x_i^2", math=True)
    assert only(r"$$\frac{a}{b}$$") == Formula(r"\frac{a}{b}")
    assert isinstance(only("\\begin{align}\na &= b\n\\end{align}"), Formula)


def test_simple_html_is_read_and_other_html_is_shown():
    block = only("H<sub>2</sub>O x<sup>2</sup> <b>b</b> one<br>two <blink>no</blink> <T>")
    assert plain(block.text) == "H₂O x² b one\ntwo no <T>"
    assert Span("b", strong=True) in block.text


def test_script_is_replaced_by_a_sentence_and_style_is_left_out():
    blocks = markdown_to_blocks("<script>alert(1)</script>\n\n<style>p{}</style>\n\nx <script>y")
    assert "needs a script" in plain(blocks[0].text)
    assert "alert" not in plain(blocks[0].text)
    assert plain(blocks[1].text) == "x <script>y"
    assert len(blocks) == 2


def test_comment_is_left_out():
    assert markdown_to_blocks("<!-- a -->\n\nb <!-- c -->d")[0] == Paragraph((Span("b d"),))


def test_html_block_is_read_for_its_content():
    source = (
        "<div class='x'><h3>T</h3><p>a <i>b</i></p><ul><li>c</li></ul><pre>  d\n e</pre>"
        "<blockquote>q</blockquote><hr></div>"
    )
    kinds = [type(block) for block in markdown_to_blocks(source)]
    assert kinds == [Heading, Paragraph, Bullets, Code, Quote, Rule]


def test_remote_picture_is_named_and_not_fetched():
    block = only("![A boat](https://example.org/boat.png)")
    assert plain(block.text) == "[Picture, not fetched: A boat — https://example.org/boat.png]"


def test_picture_divides_its_paragraph():
    around = Surroundings(attachments={"p.png": {"image/png": PIXEL}})
    before, picture, after = markdown_to_blocks("a ![dot](attachment:p.png) b", around)
    assert plain(before.text) == "a"
    assert (picture.alt, picture.media, picture.data) == ("dot", "image/png", PIXEL)
    assert plain(after.text) == "b"


def test_data_address_is_read():
    data = base64.b64encode(SVG.encode()).decode()
    assert only(f"![d](data:image/svg+xml;base64,{data})") == Picture(SVG, "d", width=0.5)
    (block,) = html_to_blocks(f'<img src="data:image/png;base64,{PIXEL}" alt="dot">')
    assert block.media == "image/png"


def test_local_picture_is_read_from_the_folder_only(tmp_path):
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "in.svg").write_text(SVG, encoding="utf-8")
    (tmp_path / "out.svg").write_text(SVG, encoding="utf-8")
    (folder / "link.svg").symlink_to(tmp_path / "out.svg")
    (folder / "words.txt").write_text("secret", encoding="utf-8")
    around = Surroundings(folder)
    assert isinstance(only("![x](in.svg)", around), Picture)
    for address in ("../out.svg", str(tmp_path / "out.svg"), "link.svg", "words.txt", "no.png"):
        assert "not fetched" in plain(only(f"![x]({address})", around).text)
    assert "not fetched" in plain(only("![x](in.svg)").text)


@pytest.mark.parametrize("data", ["!!!", "AAAA", ""])
def test_damaged_picture_becomes_a_sentence(data):
    around = Surroundings(attachments={"p.png": {"image/png": data}})
    block = only("![dot](attachment:p.png)", around)
    assert plain(block.text) == "[Picture not shown, its data is damaged: dot]"


def test_html_table_with_two_header_rows_and_spans():
    (block,) = html_to_blocks(
        "<table><caption>C</caption><thead><tr><th rowspan=2>k</th><th colspan=2>A</th></tr>"
        "<tr><th>x</th><th>y</th></tr></thead>"
        "<tr><th rowspan=2>r</th><td>1</td><td>2</td></tr><tr><td>3</td><td>4.5</td></tr></table>"
    )
    assert [plain(c.title) for c in block.columns] == ["k", "A / x", "A / y"]
    assert [[plain(c.text) for c in row] for row in block.rows] == [
        ["r", "1", "2"],
        ["r", "3", "4.5"],
    ]
    assert [c.align for c in block.columns] == ["left", "right", "right"]
    assert plain(block.caption) == "C"


def test_html_table_without_header_gets_named_columns():
    (block,) = html_to_blocks("<table><tr><td>a</td><td>b</td></tr></table>")
    assert [plain(c.title) for c in block.columns] == ["Column 1", "Column 2"]


def test_table_wider_than_a_page_is_divided_and_whole():
    cells = "".join(f"<td>value number {i}</td>" for i in range(30))
    blocks = html_to_blocks(f"<table><tr><th>name</th>{cells}</tr></table>")
    texts = [plain(cell.text) for block in blocks for row in block.rows for cell in row]
    assert len(blocks) > 1
    assert [words for words in texts if words != "name"] == [f"value number {i}" for i in range(30)]


@given(st.text(max_size=120))
def test_any_markdown_is_read(source):
    blocks_to_text(markdown_to_blocks(source))


@given(
    st.lists(
        st.sampled_from(
            [
                "<table>",
                "<tr>",
                "<td colspan=9999>",
                "<th rowspan=0>",
                "</table>",
                "<ul>",
                "<li>",
                "x",
                "<p>",
                "<b>",
                "<sub>",
                "<img src=x>",
                "<script>",
                "</script>",
                "<!--",
                "<![CDATA[",
                "<a href=y>",
            ]
        ),
        max_size=25,
    )
)
def test_any_html_is_read(parts):
    blocks_to_text(html_to_blocks("".join(parts)))


def test_deeply_nested_source_is_read():
    assert "x" in blocks_to_text(markdown_to_blocks("> " * 300 + "x"))
    assert "x" in blocks_to_text(html_to_blocks("<div><b>" * 400 + "x"))
    assert blocks_to_pdf(markdown_to_blocks("- " * 90 + "x"))


@pytest.mark.parametrize(
    "gap", ["\n", "\n\n", "\n\n  "], ids=["no blank line", "blank line", "indented rest"]
)
def test_an_html_table_keeps_all_its_rows(gap):
    rows = "<tr><td>r1a</td><td>r1b</td></tr>" + gap + "<tr><td>r2a</td><td>r2b</td></tr>"
    (found, after) = markdown_to_blocks(f"<table>\n{rows}\n</table>\n\nafter")
    assert [[plain(cell.text) for cell in row] for row in found.rows] == [
        ["r1a", "r1b"],
        ["r2a", "r2b"],
    ]
    assert plain(after.text) == "after"


def test_an_html_table_that_is_never_closed_takes_nothing_with_it():
    blocks = markdown_to_blocks("<table>\n<tr><td>a</td></tr>\n\n# Next\n\nwords")
    assert [plain(b.text) for b in blocks if not isinstance(b, Table)] == ["Next", "words"]
