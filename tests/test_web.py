"""The walk through the workshop that runs in a browser: here in the usual Python."""

from __future__ import annotations

import csv
import json
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from typer.testing import CliRunner

from conftest import TOP
from workshop import Answers, assess
from workshop.answers.reading import read_answers
from workshop.answers.table import read_table
from workshop.cli.commands import app
from workshop.content.loader import Content, load_content
from workshop.documents import fonts
from workshop.documents.paper import blocks_to_pdf
from workshop.files import example
from workshop.findings.output.report import to_json
from workshop.pack.build import build_pack
from workshop.problems import InputError
from workshop.session import Session
from workshop.web.build import open_server
from workshop.web.walk import FINDINGS, Walk, read_notebooks, show_cell

NASTY = "<script>window.ran=1</script><img src=x onerror=ran()>"


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    made = Walk(str(tmp_path / "session.workshop"))
    yield made
    made.session.close()


def turn(walk: Walk, id_: str = "", by: int = 0) -> Any:
    return json.loads(walk.turn(id_, by))


def asked(page: Any) -> dict[str, Any]:
    """Return the view of the step that a page asks."""
    return next(i["view"] for i in page["items"] if i.get("kind") == "ask")


def give(walk: Walk, page: Any, value: Any) -> Any:
    """Answer the first field of the question on a page."""
    item = next(i for i in page["items"] if i.get("kind") == "ask")
    key = item["view"]["groups"][0]["fields"][0]["key"]
    message = {"id": 7, "do": "give", "key": key, "value": value}
    return json.loads(walk.take(item["screen"], json.dumps(message)))


def bring(walk: Walk, name: str, text: str | bytes, row: int = 0) -> Any:
    data = text if isinstance(text, bytes) else text.encode()
    return json.loads(walk.bring(name, data, row))


def test_next_leads_from_the_first_page_through_every_part_to_the_findings(walk: Walk) -> None:
    page = turn(walk)
    seen = [page]
    while not page["last"]:
        page = turn(walk, page["id"], 1)
        assert page["id"] not in [p["id"] for p in seen]
        seen.append(page)
    assert page["id"] == FINDINGS
    assert sorted({p["part"] for p in seen}) == [1, 2, 3, 4, 5, 6, 7]
    assert all(p["items"] for p in seen)
    back = page
    while not back["first"]:
        back = turn(walk, back["id"], -1)
    assert back["id"] == seen[0]["id"]


def test_every_question_of_an_ordinary_step_has_a_page_of_its_own(
    walk: Walk, content: Content
) -> None:
    for step in content.steps:
        if step.kind != "form" or step.folded:
            continue
        for name in step.questions:
            view = asked(turn(walk, f"{step.id}/{name}"))
            assert view["title"] == step.title
            keys = [f["key"] for g in view["groups"] for f in g["fields"]]
            assert keys, name
            assert all(k.replace("/", ".").startswith(name) for k in keys)


def test_only_what_opens_a_notebook_and_its_parameters_show_nothing(content: Content) -> None:
    class Page:
        def __getattr__(self, name: str) -> Any:
            return lambda *args, **options: (name, args)

    for name, notebook in read_notebooks(content):
        code = [c for c in notebook["cells"] if c["cell_type"] == "code"]
        silent = [c["id"] for c in code if show_cell(c, Page()) is None]
        assert [i.rsplit("-", 1)[0] for i in silent] == ["parameters", "assess"], name


def test_an_answer_is_in_the_session_and_redraws_what_is_shown(walk: Walk) -> None:
    page = turn(walk, "size/model_teams")
    answer = give(walk, page, "6")
    assert (answer["ok"], answer["saved"], answer["id"]) == (True, True, 7)
    change = json.loads(walk.changed())
    assert [n for n, _ in change["views"]] == [0]
    assert json.loads(walk.changed())["views"] == []
    page = turn(walk, "limits/mandate")
    assert give(walk, page, "single-operator")["ok"]
    assert walk.session.answers == Answers.from_parameters(
        {"model_teams": 6, "mandate": "single-operator"}
    )
    assert json.loads(walk.changed())["advice"] != change["advice"]
    assert walk.undo() == walk.session.content.words("steps.undone")
    assert walk.session.answers == Answers(model_teams=6)


def test_a_value_that_cannot_be_is_refused_with_the_reason_and_not_kept(walk: Walk) -> None:
    answer = give(walk, turn(walk, "size/model_teams"), "-3")
    assert not answer["ok"]
    assert "0" in answer["problem"]
    assert walk.session.answers == Answers()


def test_a_question_that_concerns_nobody_here_is_passed_over(walk: Walk, content: Content) -> None:
    conditional = [
        (step, q)
        for step in content.steps
        if step.kind == "form" and not step.folded
        for q in step.questions
        if content.question(q).when
    ]
    ids = set()
    page = turn(walk)
    while not page["last"]:
        page = turn(walk, page["id"], 1)
        ids.add(page["id"])
    assert not ids & {f"{step.id}/{q}" for step, q in conditional}
    assert "earlier" not in ids  # there was no workshop before this one


@pytest.mark.parametrize(
    ("at", "answer", "then"),
    [
        ("limits/regulated", "true", "limits/regulation_name"),
        ("limits/mandate", "legal-entity", "limits/regulation_name"),
        ("limits/mandate", "none", "limits/autonomy_permitted"),
    ],
)
def test_a_question_follows_the_answer_that_makes_it_concern_somebody(
    walk: Walk, at: str, answer: str, then: str
) -> None:
    assert give(walk, turn(walk, at), answer)["ok"]
    assert turn(walk, "limits/mandate", 1)["id"] == then


def test_a_session_goes_to_the_kit_and_back(walk: Walk, tmp_path: Path) -> None:
    give(walk, turn(walk, "name/organisation"), "Tidewater")
    taken = tmp_path / "taken.workshop"
    taken.write_bytes(walk.data())
    kit = Session.open(taken, create=False)
    assert kit.answers.organisation == "Tidewater"
    kit.give(("model_teams",), 4)
    kit.checkpoint()
    walk.load(taken.read_bytes())
    kit.close()
    assert walk.answers == Answers(organisation="Tidewater", model_teams=4)
    assert asked(turn(walk, "size/model_teams"))["groups"][0]["fields"][0]["value"] == "4"


def test_what_is_no_session_changes_nothing(walk: Walk) -> None:
    give(walk, turn(walk, "size/model_teams"), "6")
    with pytest.raises(InputError, match="not a session"):
        walk.load(b"something else")
    assert walk.answers == Answers(model_teams=6)
    assert give(walk, turn(walk, "size/model_teams"), "7")["ok"]
    walk.load(b"")
    assert walk.answers == Answers()


def test_answers_come_from_a_file_or_the_file_is_told_what_is_wrong(walk: Walk) -> None:
    give(walk, turn(walk, "size/model_teams"), "6")
    wrong = bring(walk, "ours.yaml", "model_teams: many\nmodel_team: 3\n")
    assert not wrong["ok"]
    assert "ours.yaml:1: model_teams" in wrong["said"][0]
    assert walk.answers == Answers(model_teams=6)
    text = example("tidewater-retail").read_text("utf-8")
    assert bring(walk, "tidewater.yaml", text)["ok"]
    assert walk.answers == read_answers(example("tidewater-retail"))
    walk.undo()
    assert walk.answers == Answers(model_teams=6)


def test_one_row_of_a_table_is_taken_whatever_kind_of_table_it_is(
    walk: Walk, content: Content, tmp_path: Path
) -> None:
    path = TOP / "examples" / "portfolio.csv"
    groups = read_table(path, content).rows
    answer = bring(walk, "portfolio.csv", path.read_bytes())
    assert [
        (one["row"], groups[n].group in one["label"]) for n, one in enumerate(answer["rows"])
    ] == [(group.number, True) for group in groups]
    assert not answer["ok"]
    assert walk.answers == Answers()
    sheet = openpyxl.Workbook()
    for cells in csv.reader(path.read_text("utf-8-sig").splitlines()):
        sheet.active.append(cells)  # type: ignore[union-attr]
    sheet.save(tmp_path / "groups.xlsx")
    data = (tmp_path / "groups.xlsx").read_bytes()
    for name, table in (("portfolio.csv", path.read_bytes()), ("groups.xlsx", data)):
        assert bring(walk, name, table, groups[-1].number)["ok"]
        assert walk.answers == groups[-1].answers
        walk.undo()
        assert walk.answers == Answers()
    assert json.loads(walk.needs("groups.XLSX")) == ["calamine"]
    assert json.loads(walk.needs("portfolio.csv")) == []


def test_a_table_is_told_what_is_wrong_in_the_words_of_the_command(
    walk: Walk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    tables = {
        "one.csv": b"group,model_teams\nPayments,many\n",
        "two.csv": "group;model_team;queue_weeks\nPayments;3;2,5\nM\u00fcnchen;;x\n".encode(
            "cp1252"
        ),
        "old.xls": b"anything",
        "none.csv": b"a,b\n1,2\n",
        "book.xlsx": b"no workbook",
    }
    for name, data in tables.items():
        Path(name).write_bytes(data)
        done = CliRunner().invoke(app, ["check", name])
        assert done.exit_code == 2
        answer = bring(walk, name, data)
        assert not answer["ok"]
        assert set(done.output.splitlines()[:-1]) <= set(answer["said"]), name
        assert walk.answers == Answers()
    assert answer.get("rows", []) == []


def test_a_row_that_is_taken_away_is_read_again_and_is_no_formula(
    walk: Walk, tmp_path: Path, content: Content
) -> None:
    bring(walk, "t.yaml", example("tidewater-retail").read_text("utf-8"))
    row = str(walk.download("answers.csv"))
    assert bring(walk, "row.csv", row)["ok"]
    assert walk.answers == read_answers(example("tidewater-retail"))
    give(walk, turn(walk, "name/organisation"), "=HYPERLINK(1)")
    assert ",'=HYPERLINK(1)," in f",{walk.download('answers.csv')}".replace("\n", ",")


def test_downloads_read_as_the_answers_that_were_given(walk: Walk, tmp_path: Path) -> None:
    given = read_answers(example("tidewater-retail"))
    bring(walk, "t.yaml", example("tidewater-retail").read_text("utf-8"))
    for name in ("answers.yaml", "answers.json"):
        (tmp_path / name).write_text(walk.download(name), "utf-8")
        assert read_answers(tmp_path / name) == given
    assert walk.download("findings.json") == to_json(assess(given))


def test_the_findings_page_is_the_packs_to_the_byte(walk: Walk, tmp_path: Path) -> None:
    bring(walk, "t.yaml", example("tidewater-retail").read_text("utf-8"))
    answers = read_answers(example("tidewater-retail"))
    pack = build_pack(answers, tmp_path / "pack", formats=["html"])
    made = (pack.folder / "findings.html").read_text("utf-8")
    assert walk.download("findings.html") == made
    (shown,) = [i["view"] for i in turn(walk, FINDINGS)["items"] if i.get("kind") == "findings"]
    assert shown["folded"] in made
    assert set(shown["html"].splitlines()) <= set(made.splitlines())


def test_a_file_for_paper_names_what_it_needs_and_only_then_the_large_font(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, characters = set[str](), fonts._characters

    def reading(folder: int, name: str) -> frozenset[int]:
        read.add(name)
        return characters(folder, name)

    monkeypatch.setattr(fonts, "_characters", reading)
    assert json.loads(walk.needs("findings.html")) == []
    assert json.loads(walk.needs("board.pdf")) == ["fonts"]
    bring(walk, "t.yaml", example("tidewater-retail").read_text("utf-8"))
    assert json.loads(walk.needs("findings.pdf")) == ["fonts"]
    assert "DejaVuSans.ttf" in read
    assert not any("CJK" in name for name in read)  # it is slow to read and takes much memory
    blocks, setup = pickle.loads(walk.download("board.pdf"))  # type: ignore[arg-type]
    assert blocks_to_pdf(blocks, setup).startswith(b"%PDF-")
    give(walk, turn(walk, "name/organisation"), "潮水")
    assert json.loads(walk.needs("board.pdf")) == ["fonts", "cjk"]


def test_typed_words_are_shown_as_words(walk: Walk) -> None:
    answers = yaml.safe_load(example("tidewater-retail").read_text("utf-8"))
    answers |= {"organisation": NASTY, "model": NASTY}
    answers["duties"]["paged"] = NASTY
    assert bring(walk, "n.yaml", yaml.safe_dump(answers))["ok"]
    page = turn(walk)
    while True:
        for item in page["items"]:
            view = item.get("view", {})
            html = item.get("html", "") + view.get("html", "") + str(view.get("folded", ""))
            assert "<script>" not in html
            assert "<img src=x" not in html
        if page["last"]:
            break
        page = turn(walk, page["id"], 1)
    assert "&lt;script&gt;" in html


def test_who_follows_another_tab_can_change_nothing(walk: Walk) -> None:
    walk.follow(True)
    page = turn(walk, "size/model_teams")
    assert page["locked"]
    assert asked(page)["locked"] == page["locked"]
    assert not give(walk, page, "6")["ok"]
    walk.follow(False)
    assert turn(walk, "size/model_teams")["locked"] == ""
    assert give(walk, turn(walk, "size/model_teams"), "6")["ok"]


def test_own_content_is_walked_in_its_own_words(tmp_path: Path) -> None:
    folder = TOP / "examples" / "content-de"
    german = Walk(str(tmp_path / "session.workshop"), str(folder))
    words = load_content(folder)
    about = json.loads(german.about())
    assert about["parts"][0]["title"] == words.notebooks["01-where-we-stand"].title
    view = asked(turn(german, "size/model_teams"))
    assert view["groups"][0]["fields"][0]["ask"] == words.question("model_teams").ask
    german.session.close()


def test_only_a_built_folder_is_served(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="workshop web build"):
        open_server(tmp_path, 0)
