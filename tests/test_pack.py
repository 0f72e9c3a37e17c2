"""The findings pack: whole, the same twice, valid, and alike in all three outputs."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import pypdf
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from conftest import TOP, validate
from workshop import Answers
from workshop.answers.reading import read_answers
from workshop.documents.notebooks.notebook import notebook_to_blocks
from workshop.documents.text import blocks_to_text
from workshop.files import notebooks
from workshop.pack.build import Pack, build_pack


def example(name: str) -> Answers:
    return read_answers(TOP / "examples" / f"{name}.yaml")


def pdf_text(folder: Path, *names: str) -> str:
    """Return what is printed in some files, or else in all editions."""
    names = names or ("findings", "reference")
    readers = [pypdf.PdfReader(folder / f"{name}.pdf") for name in names]
    return squeeze("\n".join(page.extract_text() for r in readers for page in r.pages))


def html_text(folder: Path) -> str:
    from bs4 import BeautifulSoup

    soup = BeautifulSoup((folder / "findings.html").read_text("utf-8"), "html.parser")
    return squeeze(soup.get_text(" "))


def squeeze(text: str) -> str:
    """Return text without what only lays it out: hyphens at line ends, spaces, break marks."""
    text = re.sub(r"[\u00ad\u200b\u2060]", "", text)
    return re.sub(r"[-\u2010]?\s+", "", text).replace("-", "")


ONE = notebooks()[:1]
"""For a pack whose other notebooks nobody looks at."""


@pytest.fixture(scope="session")
def tidewater(tmp_path_factory) -> Pack:
    return build_pack(example("tidewater-retail"), tmp_path_factory.mktemp("tidewater"))


def test_it_holds_the_files_of_the_contract(tidewater: Pack) -> None:
    names = {str(f.relative_to(tidewater.folder)) for f in tidewater.files}
    assert names >= {"board.pdf", "findings.pdf", "reference.pdf", "findings.html"}
    assert names >= {"findings.json", "manifest.json"}
    assert {f"notebooks/{p.name}" for p in notebooks()} <= names
    assert not tidewater.failed
    assert {p for p in tidewater.folder.rglob("*") if p.is_file()} == set(tidewater.files)


def test_sizes_are_those_of_the_files(tidewater: Pack) -> None:
    assert {p: p.stat().st_size for p in tidewater.files} == dict(tidewater.sizes)


def test_answers_are_assessed_once_here_and_once_in_each_kernel(tmp_path: Path) -> None:
    code = (
        "import sys, count_assess, workshop.pack.build as build\n"
        "from pathlib import Path\n"
        "from workshop.answers.reading import read_answers\n"
        "count_assess.install()\n"
        "answers = read_answers(Path(sys.argv[1]))\n"
        "build.build_pack(answers, Path(sys.argv[2]), formats=['json', 'html', 'slides'])\n"
    )
    environment = {
        **os.environ,
        "PYTHONPATH": str(TOP / "tests"),
        "WORKSHOP_PRELOAD": "count_assess:install",
        "ASSESSED": str(tmp_path / "assessed"),
    }
    source = TOP / "examples" / "tidewater-retail.yaml"
    subprocess.run(
        [sys.executable, "-c", code, source, tmp_path / "pack"], env=environment, check=True
    )
    times = Counter((tmp_path / "assessed").read_text("utf-8").split())
    assert sorted(times.values()) == [1] * (1 + len(notebooks()))


def test_findings_json_says_what_the_executed_notebooks_show(tidewater: Pack) -> None:
    data = json.loads((tidewater.folder / "findings.json").read_text("utf-8"))
    shown, given = "", {}
    for path in sorted((tidewater.folder / "notebooks").iterdir()):
        notebook = nbformat.read(path, as_version=4)
        given |= notebook.metadata.papermill.parameters
        shown += squeeze(blocks_to_text(notebook_to_blocks(notebook, exclude_input=True), 9999))
    assert given == json.loads(json.dumps(tidewater.assessment.answers.to_parameters()))
    assert squeeze(data["recommendation"]["headline"]) in shown
    assert len(data["findings"]) > 10
    for finding in data["findings"]:
        assert squeeze(finding["statement"]) in shown, finding["id"]


def test_the_same_answers_give_identical_files(tidewater: Pack, tmp_path: Path) -> None:
    again = build_pack(example("tidewater-retail"), tmp_path, jobs=1)
    for file in tidewater.files:
        name = file.relative_to(tidewater.folder)
        assert file.read_bytes() == (again.folder / name).read_bytes(), name


def test_findings_json_validates_and_the_manifest_says_what_it_was_made_from(
    tidewater: Pack,
) -> None:
    data = json.loads((tidewater.folder / "findings.json").read_text("utf-8"))
    validate(data, "findings")
    manifest = json.loads((tidewater.folder / "manifest.json").read_text("utf-8"))
    assert manifest["date"].startswith("2026-11-19")
    assert [n["state"] for n in manifest["notebooks"]] == ["done"] * 7
    assert set(manifest["files"]) == {
        str(f.relative_to(tidewater.folder)) for f in tidewater.files
    } - {"manifest.json"}


def test_the_pdf_is_tagged_titled_and_bookmarked_in_reading_order(tidewater: Pack) -> None:
    reader = pypdf.PdfReader(tidewater.folder / "findings.pdf")
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert reader.metadata.title
    assert b"pdfuaid" in root["/Metadata"].get_data()
    top = [item.title for item in reader.outline if not isinstance(item, list)]
    order = [
        "The decision",
        "The plan",
        "Where you stand",
        "Who owns the model",
        "Which pattern fits",
        "Who answers at two in the morning",
        "From idea to users",
        "What you decided",
    ]
    assert [t for t in top if t in order] == order


def test_the_board_edition_comes_first_then_the_contents_of_the_working_pack(
    tidewater: Pack,
) -> None:
    whole = pypdf.PdfReader(tidewater.folder / "findings.pdf").pages
    board = pypdf.PdfReader(tidewater.folder / "board.pdf").pages
    for alone, within in zip(board[1:], whole[1:], strict=False):
        assert squeeze(alone.extract_text())[:200] == squeeze(within.extract_text())[:200]
    contents = squeeze(whole[len(board)].extract_text())
    assert "Workingpack" in contents
    assert "Contents" in contents
    assert "Howsureweare" not in contents


def test_only_the_editions_that_are_asked_for_are_made(tidewater: Pack, tmp_path: Path) -> None:
    pack = build_pack(example("three-answers"), tmp_path, editions=["board"])
    names = {f.name for f in pack.files if f.parent == tmp_path}
    assert names == {"board.pdf", "findings.html", "findings.json", "manifest.json"}
    assert "Howthispackwasmade" in html_text(tidewater.folder)
    assert "Howthispackwasmade" not in html_text(tmp_path)


def test_letter_and_a4_are_what_they_say(tidewater: Pack, tmp_path: Path) -> None:
    letter = build_pack(example("three-answers"), tmp_path, formats=["pdf"], paper="letter")
    sizes = []
    for pack in (tidewater, letter):
        box = pypdf.PdfReader(pack.folder / "findings.pdf").pages[0].mediabox
        sizes.append((round(float(box.width)), round(float(box.height))))
    assert sizes == [(595, 842), (612, 792)]
    assert not (tmp_path / "findings.html").exists()


def test_the_html_is_one_file_that_asks_for_no_other(tidewater: Pack) -> None:
    page = (tidewater.folder / "findings.html").read_text("utf-8")
    assert not re.search(r"<(?:script|link|iframe|object|embed)\b", page)
    assert not re.search(r"""(?:src|srcset|href|action)=["']?(?!data:|#)[^"'>]*//""", page)
    assert not re.search(r"url\((?![\"']?data:|[\"']?#)", page)
    assert "default-src 'none'" in html.unescape(page)


def headline_of_all_three(folder: Path, **changed: object) -> str:
    """Make a pack and return its headline, which JSON, PDF and HTML say alike."""
    given = {**example("tidewater-retail").to_parameters(), "ml_engineers": 9, **changed}
    build_pack(Answers.from_parameters(given), folder, editions=["working"])
    data = json.loads((folder / "findings.json").read_text("utf-8"))
    headline = str(data["recommendation"]["headline"])
    assert squeeze(headline) in pdf_text(folder, "findings")
    assert squeeze(headline) in html_text(folder)
    return headline


def test_crossing_a_tipping_point_changes_all_three_outputs_alike(tmp_path: Path) -> None:
    before = headline_of_all_three(tmp_path / "before")
    assert headline_of_all_three(tmp_path / "after", model_teams=2) != before


HOSTILE = {
    "markup": '<script>alert(1)</script><img src=x onerror=alert(2)> & "quotes"',
    "typst": '#set page(width: 1cm) #read("/etc/passwd") $x$ `raw` \\ @label <tag> *b* _i_ //x',
    "formula": '=HYPERLINK("http://example.invalid") {{7*7}} {model} %s',
    "latin": "Łukasz Müller-Åström, naïve café, ŵ ẞ ǧ",
    "long word": "Donaudampfschifffahrts" * 8,
}
FOREIGN = {
    "chinese": "机器学习平台团队 機械学習 머신러닝",
    "right to left": "فريق المنصة · צוות הפלטפורמה",
}


@pytest.mark.parametrize("cases", [HOSTILE, FOREIGN], ids=["hostile", "foreign"])
def test_what_people_type_is_text_everywhere(tmp_path: Path, cases: dict[str, str]) -> None:
    words = " ".join(cases.values())
    assert len(words) < 480
    given = {
        "organisation": words,
        "group": words,
        "model": words,
        "builder": words,
        "duties": {"paged": words, "turn-off": "nobody"},
        "knowledge": {"business": words},
        "drills": {"stale-features": {"minute_0": words, "minute_60": "nobody"}},
        "stages": [{"stage": "model", "team": words, "touch_days": 3, "wait_days": 2}],
        "decisions": [{"decision": words, "chosen": words, "dissent": words, "owner": words}],
    }
    pack = build_pack(Answers.from_parameters(given), tmp_path)
    assert not pack.failed
    shown = html_text(pack.folder)
    printed = pdf_text(pack.folder) if cases is HOSTILE else ""
    for case, typed in cases.items():
        assert squeeze(typed) in shown, case
        if printed:  # of the others the order of letters in the file says little
            assert squeeze(typed) in printed, case
    page = (pack.folder / "findings.html").read_text("utf-8")
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_emoji_and_ten_thousand_characters_of_dissent_are_all_there(tmp_path: Path) -> None:
    dissent = " ".join(f"word{i:04d}" for i in range(1250))
    assert len(dissent) >= 10_000
    given = {
        "organisation": "Rocket 🚀 & Family 👩‍👩‍👧 Ltd",
        "decisions": [{"decision": "Who is paged? 🔔", "dissent": dissent}],
    }
    pack = build_pack(Answers.from_parameters(given), tmp_path)
    text = pdf_text(pack.folder)
    missing = [w for w in dissent.split() if w not in text]
    assert not missing
    assert "rocket" in text.lower()
    assert squeeze(dissent) in html_text(pack.folder)


def test_unknown_answers_are_said_to_be_unknown_all_the_way(tmp_path: Path) -> None:
    pack = build_pack(example("cases/pinterest-2018"), tmp_path)
    data = json.loads((tmp_path / "findings.json").read_text("utf-8"))
    assert data["recommendation"]["patterns"] == []
    assert {v["verdict"] for v in data["verdicts"].values()} == {None}
    assert "model_teams" in {u["answer"] for u in data["unknowns"]}
    for text in (pdf_text(pack.folder), html_text(pack.folder)):
        assert "notanswered" in text


@pytest.mark.parametrize("given", [{}, {"model_teams": 4}, {"queue_weeks": 0.5, "maturity": 5}])
def test_a_pack_of_few_answers_is_short_and_asks_twelve_questions(
    tmp_path: Path, given: dict
) -> None:
    pack = build_pack(Answers.from_parameters(given), tmp_path, formats=["html"])
    assert not pack.failed
    text = html_text(pack.folder)
    asked = [u.question.ask for u in pack.assessment.unknowns[:12]]
    assert len(asked) == 12
    assert all(squeeze(ask) in text for ask in asked)


def broken(tmp_path: Path, source: str) -> list[Path]:
    path = tmp_path / "02-broken.ipynb"
    cells = [new_code_cell("'before'", id="a"), new_code_cell(source, id="b")]
    nbformat.write(new_notebook(cells=cells), path)
    return [notebooks()[0], path, notebooks()[6]]


@pytest.mark.parametrize(
    ("source", "how", "message"),
    [
        ("raise RuntimeError('<b>no</b> #data')", "raised", "RuntimeError"),
        pytest.param(
            "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
            "killed",
            "memory",
            marks=pytest.mark.sigkill,
        ),
    ],
)
def test_a_failed_notebook_leaves_a_partial_pack_that_says_what_is_missing(
    tmp_path: Path, source: str, how: str, message: str
) -> None:
    pack = build_pack(example("three-answers"), tmp_path / "pack", sources=broken(tmp_path, source))
    assert [run.name for run in pack.failed] == ["02-broken"]
    for text in (pdf_text(pack.folder), html_text(pack.folder)):
        assert "02broken" in text
        assert message in text
    manifest = json.loads((pack.folder / "manifest.json").read_text("utf-8"))
    assert [n["state"] for n in manifest["notebooks"]] == ["done", how, "done"]


def test_what_a_pack_replaces_is_listed_with_its_cell(tmp_path: Path) -> None:
    source = "from IPython.display import display; display({'application/x-thing': '?'}, raw=True)"
    pack = build_pack(example("three-answers"), tmp_path / "pack", sources=broken(tmp_path, source))
    assert [(one.notebook, one.cell) for one in pack.replaced] == [("02-broken", 2)]
    assert "application/x-thing" in str(pack.replaced[0])
    assert not pack.failed


def test_dates_come_from_the_answers_or_the_epoch_never_from_the_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def date(given: dict) -> str | None:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        build_pack(Answers.from_parameters(given), folder, formats=["json"], sources=ONE)
        return json.loads((folder / "manifest.json").read_text("utf-8"))["date"]

    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert date({}) is None
    assert date({"held_on": "2026-10-28"}) == "2026-10-28T00:00:00+00:00"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert date({"held_on": "2026-10-28"}) == datetime.fromtimestamp(1700000000, UTC).isoformat()


def test_a_file_that_stood_there_is_replaced_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "findings.json").write_text("old", encoding="utf-8")

    def full_disk(self: Path, target: Path) -> Callable[..., None]:
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(Path, "replace", full_disk)
    with pytest.raises(OSError, match="No space"):
        build_pack(example("three-answers"), tmp_path, formats=["json"], sources=ONE)
    assert (tmp_path / "findings.json").read_text("utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["findings.json"]


def test_a_disk_that_fills_up_halfway_leaves_the_old_pack_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_pack(example("three-answers"), tmp_path, formats=["json"])
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    real, calls = Path.chmod, []

    def nearly_full(self: Path, mode: int) -> None:
        calls.append(self)
        if len(calls) == 5:
            raise OSError(28, "No space left on device", str(self))
        real(self, mode)

    monkeypatch.setattr(Path, "chmod", nearly_full)
    with pytest.raises(OSError, match="No space"):
        build_pack(Answers(model_teams=9), tmp_path, formats=["json"])
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before
