"""The published JSON Schema of `portfolio.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from workshop.findings.schemas import DIALECT, FOLDER
from workshop.portfolio.record import Portfolio

PUBLISHED: Path = FOLDER / "portfolio.schema.json"


def schema() -> dict[str, Any]:
    """Return the JSON Schema of `portfolio.json`."""
    data = Portfolio.model_json_schema(mode="serialization")
    return {"$schema": DIALECT, **data, "title": "Portfolio of the ownership workshop"}


def schema_text() -> str:
    """Return the schema as the text of its published file."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"
