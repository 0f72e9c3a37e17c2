"""Word document and slides as LibreOffice renders them: whole, and page for page."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from pypdf import PdfReader

from conftest import TOP
from workshop import assess, exhibits
from workshop.answers.reading import read_answers
from workshop.documents.blocks import heading
from workshop.documents.office.word import blocks_to_docx
from workshop.documents.paper import PageSetup
from workshop.pack.summary import assessment_to_pptx

pytestmark = pytest.mark.libreoffice


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The words of each page that LibreOffice makes of an example, by format."""
    a = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    folder = tmp_path_factory.mktemp("office")
    front = exhibits.board_decision(a).blocks
    parts = (
        exhibits.ownership_ledger,
        exhibits.four_patterns,
        exhibits.tipping_strips,
        exhibits.value_stream_timeline,
    )
    body = [block for part in parts for block in part(a).blocks]
    setup = PageSetup(
        title="Who owns it", cover=True, contents=True, front=len(front), new_pages=True
    )
    blocks = [*front, heading(1, "What stands behind it"), *body]
    (folder / "findings.docx").write_bytes(blocks_to_docx(blocks, setup))
    (folder / "summary.pptx").write_bytes(assessment_to_pptx(a))
    soffice = shutil.which("soffice")
    assert soffice is not None
    subprocess.run(
        [
            soffice,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(folder),
            str(folder / "findings.docx"),
            str(folder / "summary.pptx"),
        ],
        check=True,
        capture_output=True,
        timeout=240,
    )
    return {
        kind: [re.sub(r"\s+", " ", p.extract_text()) for p in PdfReader(folder / name).pages]
        for kind, name in (("docx", "findings.pdf"), ("pptx", "summary.pdf"))
    }


def test_the_document_opens_with_cover_the_decision_its_conditions_and_contents(
    rendered: dict[str, list[str]],
) -> None:
    pages = rendered["docx"]
    assert 6 <= len(pages) <= 9
    assert "Who owns it" in pages[0]
    assert "The decision" in pages[1]
    assert "What it takes" in " ".join(pages[1:3])
    assert "only if actions 13, 14 and 15" in " ".join(pages[1:3])
    (contents,) = (at for at, page in enumerate(pages) if "Contents" in page)
    assert "Who has the five duties" in pages[contents]
    assert "What stands behind it" in pages[contents + 1]
    assert not any(re.search("Error|not found", page) for page in pages)


def test_head_and_number_stand_on_every_page_but_the_cover(rendered: dict[str, list[str]]) -> None:
    pages = rendered["docx"]
    for at, page in enumerate(pages[1:], 2):
        assert "Who owns it" in page
        assert f"{at} of {len(pages)}" in page
    assert f"of {len(pages)}" not in pages[0]


def test_no_word_of_the_four_patterns_is_cut_off(rendered: dict[str, list[str]]) -> None:
    a = assess(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    text = re.sub(r"\s", "", "".join(rendered["docx"]))
    for pattern in a.content.patterns:
        assert re.sub(r"\s", "", pattern.bet) in text
        assert re.sub(r"\s", "", pattern.fits) in text


def test_there_is_a_page_for_each_slide_with_its_title(rendered: dict[str, list[str]]) -> None:
    pages = rendered["pptx"]
    expected = [
        "Who owns our machine-learning work",
        "The decision",
        "What to decide and do first",
        "Why",
        "What it takes (1 of 2)",
        "What it takes (2 of 2)",
        "What to know before you decide",
        "Where time and safety are lost (1 of 2)",
        "Where time and safety are lost (2 of 2)",
        "Who has which duty, and who is called",
    ]
    assert 15 <= len(pages) <= 25
    for title, page in zip(expected, pages, strict=False):
        assert title in page
    assert "Work waits." in pages[3]
