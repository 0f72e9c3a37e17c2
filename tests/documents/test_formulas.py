"""Formulas: MathML on pages, pictures elsewhere, and the source where neither can be had."""

from __future__ import annotations

import re
from html import unescape
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from workshop.documents.blocks import Formula, Span, heading, paragraph
from workshop.documents.formulas import draw_formula, formula_to_mathml
from workshop.documents.html import blocks_to_html
from workshop.documents.page import blocks_to_page
from workshop.documents.paper import PageSetup


def tree(latex: str, display: bool = False) -> ElementTree.Element:
    written = formula_to_mathml(latex, display)
    assert written is not None
    return ElementTree.fromstring(written)


def words(latex: str) -> str:
    return "".join(tree(latex).itertext())


def test_formula_is_mathml_with_its_source_as_alternative():
    found = tree(r"\frac{a}{b} < 1")
    assert found.get("alttext") == r"\frac{a}{b} < 1"
    assert " ".join(part.tag for part in found.iter()) == "math mrow mfrac mrow mi mrow mi mo mn"


def test_limits_stand_below_in_a_formula_of_its_own_and_beside_among_words():
    latex = r"\sum_{i=1}^n x_i \max_x"
    assert [p.tag for p in tree(latex, True).iter() if "under" in p.tag] == ["munderover", "munder"]
    assert [p.tag for p in tree(latex).iter() if p.tag == "msubsup"] == ["msubsup"]


def test_aligned_lines_meet_at_the_sign_of_equality():
    cells = [p.get("style") for p in tree(r"\begin{aligned}a&=b\\c&=d\end{aligned}").iter("mtd")]
    right = "text-align:right;text-align:-webkit-right;padding-right:0"  # Chromium's own word
    assert cells == [right, right.replace("right", "left")] * 2


@pytest.mark.parametrize(
    ("latex", "shown"),
    [
        (r"\mathbf{A z 9}", "𝐀𝐳𝟗"),
        (r"\mathbf{\alpha\Omega}", "𝛂𝛀"),
        (r"\boldsymbol{\beta}", "𝜷"),
        (r"\mathbb{R}", "ℝ"),
        (r"\hat{x}", "x^"),
    ],
)
def test_letters_of_another_kind_are_written_as_such(latex: str, shown: str):
    assert words(latex) == shown


@pytest.mark.parametrize(
    "latex", [r"\cancel{x}", r"\boxed{x}", r"\begin{array}{l|r}1&2\end{array}", r"a \\ b"]
)
def test_what_no_browser_shows_as_mathml_is_a_picture(latex: str):
    assert formula_to_mathml(latex) is None
    assert draw_formula(latex) is not None
    soup = BeautifulSoup(blocks_to_html([Formula(latex)]), "html.parser")
    assert soup.img is not None
    assert soup.img["alt"] == latex


@pytest.mark.parametrize("latex", ["", r"\frac{a", r"\nosuch", r"\text{<script>1</script>}"])
def test_what_cannot_be_read_is_shown_as_its_source(latex: str):
    assert formula_to_mathml(latex) is None
    soup = BeautifulSoup(blocks_to_html([paragraph([Span(latex, math=True)])]), "html.parser")
    assert soup.script is None
    assert soup.get_text().strip() == latex


def test_nothing_in_a_formula_can_lead_away_or_run():
    found = tree(r"\href{javascript:alert(1)}{x} \color{red}{y}")
    attributes = {name for part in found.iter() for name in part.attrib}
    assert attributes == {"display", "alttext", "mathcolor"}


@given(st.text(alphabet=r"\{}^_&<>\"'$ abxon=19∑é", max_size=25))
def test_any_source_is_well_formed_or_refused(latex: str):
    written = formula_to_mathml(latex)
    if written is not None:
        assert ElementTree.fromstring(written).tag == "math"
        assert not re.search(r"\son\w+=", unescape(written))


def test_a_page_with_formulas_brings_their_font_and_another_does_not():
    with_one = blocks_to_page([heading(1, "T"), Formula("x^2")], PageSetup())
    face = '@font-face{font-family:"STIX Two Math"'
    assert with_one.count(face) == 1
    assert len(with_one) < 170_000
    assert face not in blocks_to_page([heading(1, "T"), paragraph("x")], PageSetup())
