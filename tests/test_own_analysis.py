"""Own notebooks: the eighth one, and what of a folder goes into the pack or is left out of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from workshop import Answers, build_pack, load_content
from workshop.answers.reading import read_answers
from workshop.content.loader import Content
from workshop.files import example, notebooks, own_analysis
from workshop.kernels import execute_many
from workshop.notebook.controls import PackMaker
from workshop.notebook.servers import prepare
from workshop.pack.own import find_own
from workshop.session import Session
from workshop.widgets.steps import LivePage

NASTY = "<script>window.ran=1</script>"


def write(path: Path, *cells: tuple[str, list[str]]) -> Path:
    """Write a notebook of code cells with their tags."""
    made = [
        {
            "cell_type": "code",
            "id": f"cell-{n}",
            "metadata": {"tags": tags},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for n, (source, tags) in enumerate(cells)
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    about = {"kernelspec": kernel, "title": f"Ours {NASTY}"}
    data = {"cells": made, "metadata": about, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(data), "utf-8")
    return path


def tag(path: Path, number: int, *tags: str, source: str = "") -> None:
    """Change a cell of a notebook, and tag it."""
    data = json.loads(path.read_text("utf-8"))
    data["cells"][number]["metadata"]["tags"] = list(tags)
    data["cells"][number]["source"] = source or data["cells"][number]["source"]
    path.write_text(json.dumps(data), "utf-8")


def test_the_eighth_notebook_belongs_to_no_part_of_the_workshop() -> None:
    assert len(notebooks()) == 7
    assert own_analysis() not in notebooks()
    cells = json.loads(own_analysis().read_text("utf-8"))["cells"]
    assert not any(cell.get("outputs") for cell in cells)
    assert "page.on_change(" in str(cells)
    assert "assess_frame(" in str(cells)


@pytest.mark.parametrize("live", [False, True], ids=["headless", "on a session"])
@pytest.mark.parametrize("answered", [False, True], ids=["without answers", "with answers"])
def test_the_eighth_notebook_runs(live: bool, answered: bool, tmp_path: Path) -> None:
    answers = read_answers(example("tidewater-retail")) if answered else Answers()
    environment, parameters = {}, {} if live else answers.to_parameters()
    if live:
        session = Session.open(tmp_path / "s.workshop")
        session.import_answers(answers, "")
        session.close()
        environment = {"WORKSHOP_SESSION": str(tmp_path / "s.workshop")}
    (run,) = execute_many([own_analysis()], parameters, environment=environment)
    assert run.error is None, run.error


def test_a_folder_as_it_was_copied_has_nothing_of_its_own(tmp_path: Path, content: Content) -> None:
    prepare(tmp_path)
    own = find_own(tmp_path, content)
    assert own.notebooks == own.left_out == ()


def test_a_changed_notebook_is_left_out_until_a_cell_is_tagged(
    tmp_path: Path, content: Content
) -> None:
    prepare(tmp_path)
    changed = tmp_path / notebooks()[1].name
    tag(changed, -1, source="**Ours**")
    (tmp_path / "broken.ipynb").write_text("{", "utf-8")
    mine = write(tmp_path / "mine.ipynb", ("1", ["appendix"]))
    write(tmp_path / "draft.ipynb", ("1", []))
    own = find_own(tmp_path, content)
    assert own.left_out == (changed.name,)
    assert own.notebooks == (mine,)
    tag(changed, -1, "appendix")
    assert find_own(tmp_path, content).left_out == ()
    assert find_own(tmp_path, content).notebooks == (changed, mine)


def test_a_page_says_at_once_that_a_changed_notebook_is_left_out(tmp_path: Path) -> None:
    prepare(tmp_path)
    session = Session.open(tmp_path / "s.workshop")
    maker = PackMaker(LivePage(session, part=7), tmp_path / "pack")
    assert maker.view()["note"] == ""
    changed = tmp_path / notebooks()[1].name
    tag(changed, -1, source="**Ours**")
    assert changed.name in maker.view()["note"]
    assert "appendix" in maker.view()["note"]
    session.close()


def made_of(
    folder: Path, *own: Path, answers: Mapping[str, Any], failed: tuple[str, ...] = ()
) -> str:
    pack = build_pack(
        Answers.from_parameters(answers),
        folder,
        formats=("html",),
        sources=[notebooks()[0]],
        own=own,
    )
    assert tuple(one.name for one in pack.failed) == failed
    return (folder / "findings.html").read_text("utf-8")


def test_tagged_cells_stand_in_the_reference_with_what_they_show(tmp_path: Path) -> None:
    mine = write(
        tmp_path / "mine.ipynb",
        ("from workshop import charts, open_page\npage = open_page(globals(), part=0)", []),
        ("page.show(charts.headcount)", ["appendix"]),
        ('print("teams:", page.answers.model_teams)', ["appendix"]),
        ('print("for us only")', []),
    )
    html = made_of(tmp_path / "pack", mine, answers={"model_teams": 6})
    assert "teams: 6" in html
    assert "Bars from the lowest to the highest number of people" in html
    assert "for us only" not in html
    assert NASTY not in html
    assert "Ours &lt;script&gt;" in html
    assert (tmp_path / "pack" / "notebooks" / "own-mine.ipynb").is_file()


def test_an_own_notebook_gets_every_answer_whatever_it_declares(tmp_path: Path) -> None:
    answers = read_answers(example("tidewater-retail")).to_parameters()
    mine = write(
        tmp_path / "mine.ipynb",
        ("content_folder: str = None  # ours\nlead = None", ["parameters"]),
        ("from workshop import open_page", []),
        ("print(len(open_page(globals(), 0).answers.to_parameters()))", ["appendix"]),
    )
    html = made_of(tmp_path / "pack", mine, answers=answers)
    assert f">{len(answers)}</code>" in html


def test_an_own_notebook_that_fails_leaves_a_pack_that_says_so(tmp_path: Path) -> None:
    mine = write(tmp_path / "mine.ipynb", ("1 / 0", ["appendix"]))
    html = made_of(tmp_path / "pack", mine, answers={"model_teams": 6}, failed=("own-mine",))
    assert "ZeroDivisionError" in html


def test_own_content_gives_its_words_to_what_is_compared(tmp_path: Path) -> None:
    german = load_content(Path(__file__).parents[1] / "examples" / "content-de")
    prepare(tmp_path, german)
    assert find_own(tmp_path, german).left_out == ()
