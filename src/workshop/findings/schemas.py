"""The published JSON Schemas: what an answers file may hold, and what `findings.json` holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from workshop.findings.report import OPTIONAL, Report
from workshop.model.answers import Answers
from workshop.model.content import Content, load_content

FOLDER = Path(__file__).parents[1] / "schema"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
Name = Literal["answers", "findings"]


def schema(name: Name, content: Content | None = None) -> dict[str, Any]:
    """Return the JSON Schema of an answers file or of `findings.json`.

    Editors complete and check an answers file by it: each answer has its question, each choice
    its values, and names that do not exist are marked.
    """
    if name == "findings":
        data = Report.model_json_schema(mode="serialization")
        data["required"] = [n for n in data["required"] if n not in OPTIONAL]
        title = "Findings of the ownership workshop"
    else:
        content = content or load_content()
        data = Answers.model_json_schema(by_alias=True)
        drills = [d.id for d in content.drills]
        for told in (data, data["$defs"]["EarlierAnswers"]):
            told["properties"]["drills"]["anyOf"][0]["propertyNames"] = {"enum": drills}
            for key, entry in told["properties"].items():
                if any(q.id == key for q in content.questions):
                    entry["title"] = content.question(key).ask
        title = "Answers to the ownership workshop"
    return {"$schema": DIALECT, **data, "title": title}


def schema_text(name: Name) -> str:
    """Return the schema as the text of its published file."""
    return json.dumps(schema(name), ensure_ascii=False, indent=2) + "\n"
