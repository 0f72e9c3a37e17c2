"""findings.json: the contract's names, a schema that holds it, and bytes that repeat."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given, settings

from conftest import TOP, validate
from test_verdicts import random_answers
from workshop import Answers, assess
from workshop.answers.reading import answers_files, read_answers
from workshop.findings.output.report import FOLDER, schema, schema_text, to_json

EXAMPLES = answers_files([TOP / "examples"])


def findings(answers: Answers) -> dict:
    return json.loads(to_json(assess(answers)))


@pytest.mark.parametrize("name", ["answers", "findings"])
def test_the_published_schema_is_the_one_in_the_code(name: str) -> None:
    assert (FOLDER / f"{name}.schema.json").read_text("utf-8") == schema_text(name)
    jsonschema.Draft202012Validator.check_schema(schema(name))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_findings_of_every_example_validate(path: Path) -> None:
    validate(findings(read_answers(path)), "findings")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_every_example_validates_against_the_published_answers_schema(path: Path) -> None:
    raw = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    assert raw
    plain = json.loads(json.dumps(yaml.safe_load(path.read_text("utf-8")), default=str))
    validate(plain, "answers")


def test_an_editor_marks_a_wrong_name_a_wrong_choice_and_a_wrong_drill() -> None:
    for wrong in ({"model_team": 1}, {"rails": "bougth"}, {"drills": {"no-such": {}}}):
        with pytest.raises(jsonschema.ValidationError):
            validate(wrong, "answers")


@settings(max_examples=40, deadline=None)
@given(random_answers)
def test_any_answers_give_findings_that_validate_and_repeat(raw: dict) -> None:
    answers = Answers.from_parameters(raw)
    text = to_json(assess(answers))
    assert text == to_json(assess(answers))
    validate(json.loads(text), "findings")


def test_the_contracts_names_are_all_there() -> None:
    data = findings(read_answers(TOP / "examples" / "tidewater-retail.yaml"))
    assert set(data) >= {
        "organisation",
        "recommendation",
        "verdicts",
        "tipping_points",
        "findings",
        "unknowns",
    }
    assert set(data["recommendation"]) >= {"patterns", "contested", "because"}
    assert set(data["verdicts"]["federated"]) >= {"verdict", "criteria", "conditions"}
    criterion = data["verdicts"]["federated"]["criteria"][0]
    assert set(criterion) >= {"id", "reads", "says", "because", "sources"}
    assert set(data["tipping_points"][0]) >= {"input", "now", "to", "patterns"}
    assert set(data["findings"][0]) >= {
        "id",
        "severity",
        "statement",
        "answers",
        "why",
        "sources",
        "mitigation",
        "owner",
        "due",
    }


def test_a_decision_that_settles_a_finding_gives_it_owner_and_date() -> None:
    decision = {
        "decision": "Who is paged?",
        "owner": "Head of Search",
        "due": "2027-01-15",
        "settles": ["nobody-paged"],
    }
    data = findings(
        Answers.from_parameters({"duties": {"paged": "nobody"}, "decisions": [decision]})
    )
    found = next(f for f in data["findings"] if f["id"] == "nobody-paged")
    assert (found["owner"], found["due"]) == ("Head of Search", "2027-01-15")
