"""The seven notebooks: thin, without outputs, in step with the schema, each runnable alone."""

from __future__ import annotations

import ast
import subprocess
import sys
import typing
from pathlib import Path

import nbformat
import papermill
import pytest
from nbformat import NotebookNode

from conftest import CONSOLE, TOP
from workshop import Answers, Content, exhibits, load_content
from workshop.answers.schema import NAMES
from workshop.authoring.parameters import first_names, names_of_part, parameters_cell
from workshop.documents.exhibit import MEDIA_TYPE
from workshop.files import notebooks
from workshop.kernels import execute_many, execute_notebook
from workshop.session import Session

NOTEBOOKS = notebooks()
PART = {path: int(path.name[:2]) for path in NOTEBOOKS}
by_name = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def parameters(path: Path) -> dict[str, dict[str, str]]:
    """Return what papermill understands of the parameters cell, but for the content's folder."""
    found = papermill.inspect_notebook(str(path))
    assert found.pop("content_folder")["inferred_type_name"] == "str"
    return found


def cell_of(path: Path) -> str:
    """Return the parameters cell of a notebook."""
    cells = read(path).cells
    return str(next(c.source for c in cells if "parameters" in c.metadata.get("tags", ())))


def shown(path: Path) -> list[str]:
    """Return the exhibits that a notebook shows, in order."""
    sources = "\n".join(c.source for c in read(path).cells if c.cell_type == "code")
    found = [n for n in ast.walk(ast.parse(sources)) if isinstance(n, ast.Attribute)]
    return [f.attr for f in found if isinstance(f.value, ast.Name) and f.value.id == "exhibits"]


def asked(path: Path) -> list[str]:
    """Return the steps that a notebook asks, in order."""
    calls = [
        n
        for c in read(path).cells
        if c.cell_type == "code"
        for n in ast.walk(ast.parse(c.source))
        if isinstance(n, ast.Call)
    ]
    asks = [c for c in calls if isinstance(c.func, ast.Attribute) and c.func.attr == "ask"]
    return [a.value for c in asks for a in c.args if isinstance(a, ast.Constant)]


def test_there_are_seven_in_the_order_of_the_workshop() -> None:
    assert [p.stem for p in NOTEBOOKS] == [
        "01-where-we-stand",
        "02-ownership",
        "03-patterns",
        "04-on-call",
        "05-handoffs",
        "06-decisions",
        "07-findings",
    ]


@by_name
def test_it_is_committed_without_outputs_and_with_stable_ids(path: Path) -> None:
    nb = read(path)
    nbformat.validate(nb)
    for cell in nb.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
        assert cell.id.rsplit("-", 1)[-1].isalnum()
    assert nb.metadata.kernelspec.name == "python3"


@by_name
def test_it_is_thin(path: Path) -> None:
    code = [c.source for c in read(path).cells if c.cell_type == "code"]
    for source in code[1:]:
        assert len(source.splitlines()) <= 4
    kinds = {type(n) for source in code for n in ast.walk(ast.parse(source))}
    assert not kinds & {ast.FunctionDef, ast.ClassDef, ast.For, ast.If, ast.Lambda}


@by_name
def test_it_says_its_question_and_what_to_take_away_in_plain_words(path: Path) -> None:
    first, introduction = read(path).cells[:2]
    assert first.source.startswith("# ")
    assert "screen-only" in introduction.metadata.tags
    assert "**The question.**" in introduction.source
    assert "**What you take away.**" in introduction.source


@by_name
def test_its_parameters_are_the_schemas_with_type_and_help(path: Path) -> None:
    kinds = {"int": int, "float": float, "str": str, "bool": bool, "list": tuple, "dict": dict}
    for name, found in parameters(path).items():
        assert name in NAMES
        assert found["default"] == "None"
        assert found["help"] == Answers.model_fields[name].description
        assert found["inferred_type_name"] in kinds


@by_name
def test_papermill_tells_every_parameter(path: Path) -> None:
    declared = [n.target.id for n in ast.parse(cell_of(path)).body if isinstance(n, ast.AnnAssign)]
    assert ["content_folder", *parameters(path)] == declared


@by_name
def test_it_declares_every_answer_and_first_what_the_findings_of_its_part_read(
    path: Path, content: Content
) -> None:
    assert set(parameters(path)) == set(NAMES), "run `make schemas`"  # papermill warns of others
    reads = {n.split(".")[0] for r in content.rules if r.part == PART[path] for n in r.reads}
    assert reads <= set(first_names(cell_of(path))), "run `make schemas`"


@by_name
def test_its_parameters_cell_is_the_one_that_is_made_from_the_schema(
    path: Path, content: Content
) -> None:
    source = cell_of(path)
    names = names_of_part(PART[path], first_names(source), content)
    assert source == parameters_cell(names), "run `make schemas`"


def test_every_exhibit_is_shown_somewhere() -> None:
    # One drill alone, for who wants it, and what slides show where a form would stand.
    others = {"drill_timeline", "asked"}
    assert {name for path in NOTEBOOKS for name in shown(path)} == set(exhibits.__all__) - others


@by_name
def test_it_asks_the_steps_of_its_part_in_their_order(path: Path, content: Content) -> None:
    steps = [s.id for s in content.steps if s.part == PART[path]]
    found = asked(path)
    assert sorted(found) == sorted(steps)
    # What became of the last decisions comes before today's questions; "what if" after what the
    # platform has, so that patterns are compared first; politics before what is decided.
    moved = {
        1: ["earlier", *(name for name in steps if name != "earlier")],
        3: ["inputs", "platform", "what-if", "choice"],
        6: ["politics", "decisions", "signals"],
    }
    assert found == moved.get(PART[path], steps)


@by_name
def test_nobody_sees_code_who_did_not_ask_for_it(path: Path) -> None:
    for cell in read(path).cells:
        if cell.cell_type == "code":
            assert cell.metadata.get("jupyter", {}).get("source_hidden") is True


@by_name
def test_it_leads_on_to_the_next_one(path: Path) -> None:
    if PART[path] < 7:
        assert f"({NOTEBOOKS[PART[path]].name})" in read(path).cells[-1].source


@by_name
def test_without_any_answer_it_still_teaches(path: Path) -> None:
    run = execute_notebook(path, {})
    assert run.error is None
    put_out = [o for c in run.notebook.cells for o in c.get("outputs", ()) if "data" in o]
    pages = [o for o in put_out if o["data"]["text/plain"]]
    assert len(pages) <= len(shown(path))
    asked_of_nobody = [o for o in put_out if o not in pages]
    assert not any(o["data"]["text/html"] for o in asked_of_nobody)
    words = sum(len(o["data"]["text/plain"]) for o in pages)
    assert words > 500


@by_name
def test_live_on_a_session_without_answers_no_cell_fails(path: Path, tmp_path: Path) -> None:
    place = tmp_path / "s.workshop"
    Session.open(place).close()
    (run,) = execute_many([path], {}, environment={"WORKSHOP_SESSION": str(place)})
    assert run.error is None
    put_out = [o for c in run.notebook.cells for o in c.get("outputs", ()) if "data" in o]
    assert any("jupyter.widget-view" in kind for o in put_out for kind in o["data"])


@by_name
def test_it_shows_the_same_findings_as_all_answers_together(path: Path) -> None:
    if PART[path] == 7:
        return
    from workshop import assess
    from workshop.answers.reading import read_answers

    for name in ("tidewater-retail", "northfield-clinical"):
        answers = read_answers(TOP / "examples" / f"{name}.yaml")
        first = first_names(cell_of(path))
        declared = {n: v for n, v in answers.to_parameters().items() if n in first}
        part = Answers.from_parameters(declared)
        assert assess(part).of_part(PART[path]) == assess(answers).of_part(PART[path])


def test_each_choice_of_the_schema_can_be_typed_as_a_parameter() -> None:
    for name, info in Answers.model_fields.items():
        for kind in typing.get_args(info.annotation):
            if typing.get_origin(kind) is typing.Literal:
                for value in typing.get_args(kind):
                    assert getattr(Answers.from_parameters({name: value}), name) == value


def test_plain_papermill_runs_one_with_p_and_f(tmp_path: Path) -> None:
    out = tmp_path / "out.ipynb"
    command = [sys.executable, "-m", "papermill", str(NOTEBOOKS[2]), str(out), "-p", "model_teams"]
    answers = ["-f", str(TOP / "examples" / "three-answers.yaml"), "--no-progress-bar"]
    subprocess.run([*command, "9", *answers], check=True, capture_output=True, cwd=tmp_path)
    outputs = [o for c in read(out).cells for o in c.get("outputs", ())]
    seen = [o.data[MEDIA_TYPE] for o in outputs if MEDIA_TYPE in o.get("data", {})]
    exhibit = next(data for data in seen if data["name"] == "recommendation")
    assert "9 model-producing teams" in str(exhibit) or "nine" in str(exhibit)


def test_a_wrong_parameter_shows_the_problem_and_no_path_through_the_code(tmp_path: Path) -> None:
    run = execute_notebook(NOTEBOOKS[2], {"model_teams": "six"})
    assert run.error is not None
    assert run.error.how == "raised"
    shown_text = "\n".join(
        line
        for c in run.notebook.cells
        for o in c.get("outputs", ())
        for line in o.get("traceback", ())
    )
    assert "model_teams: This is another kind of value. Found: six." in shown_text
    assert "File" not in shown_text


def test_help_notebook_lists_the_answers_with_their_words() -> None:
    command = [sys.executable, "-m", "papermill", "--help-notebook", str(NOTEBOOKS[1])]
    text = subprocess.run(command, check=True, capture_output=True, encoding=CONSOLE).stdout
    assert "evaluation_set_authors" in text
    assert "teams that write the evaluation set" in text


def test_content_is_loaded_once() -> None:
    assert load_content() is load_content()


@pytest.mark.parametrize("path", sorted((TOP / "notebooks").glob("0*.ipynb")), ids=lambda p: p.stem)
def test_papermill_warns_of_no_answer_and_of_a_name_that_is_none(path: Path) -> None:
    known = {*papermill.inspect_notebook(str(path))}
    assert known == {"content_folder", *NAMES}
