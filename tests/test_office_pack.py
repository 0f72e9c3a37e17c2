"""Office files beside the others of a pack: asked for by format, refused in words."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import docx
import pptx
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from typer.testing import CliRunner

from conftest import TOP
from workshop import problems
from workshop.answers.reading import read_answers
from workshop.cli.commands import app
from workshop.cli.terminal import Format
from workshop.documents import office
from workshop.documents.notebooks.exporters import FindingsDocxExporter
from workshop.files import notebooks
from workshop.pack.build import FORMATS, USUAL, build_pack, need_libraries


@pytest.fixture
def without_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (office, problems):
        monkeypatch.setattr(module, "find_spec", lambda name: None)


def test_a_pack_holds_them_only_when_asked(tmp_path: Path) -> None:
    answers = read_answers(TOP / "examples" / "tidewater-retail.yaml")
    first, *others = answers.votes or ()
    noted = first.model_copy(update={"notes": ("<b>Ana</b> told of the last launch.",)})
    answers = answers.model_copy(update={"votes": (noted, *others)})
    some = [path for path in notebooks() if path.stem.startswith(("02", "07"))]
    made = build_pack(answers, tmp_path, formats=["docx", "pptx"], sources=some)
    names = {path.name for path in made.files if path.parent == tmp_path}
    assert names == {"findings.docx", "summary.pptx", "manifest.json"}
    text = docx.Document(str(tmp_path / "findings.docx"))
    assert text.core_properties.author == "Tidewater Retail"
    assert "The decision" in [p.text for p in text.paragraphs if p.style.name == "Heading 1"]
    # A part would end just after its page, because an office program sets type as it likes.
    assert not any(p.paragraph_format.page_break_before for p in text.paragraphs)
    assert not text.styles["Heading 1"].paragraph_format.page_break_before
    cells = [c.text for t in text.tables for row in t.rows for c in row.cells]
    assert "<b>Ana</b> told of the last launch." in cells
    slides = pptx.Presentation(str(tmp_path / "summary.pptx"))
    assert slides.core_properties.created.isoformat().startswith("2026-11-19")
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    for name in ("findings.docx", "summary.pptx"):
        assert manifest["files"][name] == hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()


def test_the_command_knows_every_format_and_the_usual_ones_need_no_office() -> None:
    assert {f.value for f in Format} == set(FORMATS)
    assert set(USUAL) & set(office.LIBRARIES) == set()
    assert set(FORMATS) - set(USUAL) - {"slides"} == set(office.LIBRARIES)


@pytest.mark.usefixtures("without_libraries")
def test_a_missing_library_is_named_before_anything_runs(tmp_path: Path) -> None:
    answers = str(TOP / "examples" / "tidewater-retail.yaml")
    options = ["--format", "docx", "--format", "pptx", "--format", "pdf"]
    ended = CliRunner().invoke(app, ["pack", answers, "-o", str(tmp_path / "p"), *options])
    assert ended.exit_code == 2
    assert "needs more than is installed here: python-docx, python-pptx." in ended.output
    assert 'pip install "ml-ownership-workshop[office]"' in ended.output
    assert not (tmp_path / "p").exists()


@pytest.mark.usefixtures("without_libraries")
def test_an_exporter_without_its_library_says_how_to_get_it() -> None:
    with pytest.raises(ImportError, match="pip install python-docx"):
        FindingsDocxExporter().from_notebook_node(new_notebook())


@pytest.mark.usefixtures("without_libraries")
def test_other_formats_do_not_ask_for_it() -> None:
    need_libraries(USUAL)


def test_any_notebook_becomes_a_document() -> None:
    notebook = new_notebook(
        cells=[new_markdown_cell("# Head\n\n1. one\n2. two\n\n> said"), new_code_cell("x = 1")]
    )
    data, resources = FindingsDocxExporter().from_notebook_node(notebook)
    assert resources["output_extension"] == ".docx"
    found = [(p.style.name, p.text) for p in docx.Document(io.BytesIO(data)).paragraphs if p.text]
    assert found == [
        ("Heading 1", "Head"),
        ("List Number", "one"),
        ("List Number", "two"),
        ("Quote", "said"),
        ("Code", "x = 1"),
    ]
