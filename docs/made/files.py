"""The fields of `findings.json` and `portfolio.json`, from their published schemas."""

from __future__ import annotations

import json
from typing import Any

from made.answers import kind_of
from made.text import code, heading, plain, table
from workshop.findings.output.report import schema
from workshop.portfolio.record import schema_text


def _fields(described: dict[str, Any], prefix: str) -> str:
    parts = [_rows(described, prefix)]
    for name, entry in described.get("$defs", {}).items():
        if "properties" not in entry:
            continue
        parts.append(heading(3, plain(name), f"{prefix}{name.lower()}"))
        about = entry.get("description", "").split("\n\n")[0]
        parts += [plain(about) + "\n"] if about else []
        parts.append(_rows(entry, prefix))
    return "\n".join(parts)


def _rows(entry: dict[str, Any], prefix: str) -> str:
    rows = []
    for name, field in entry["properties"].items():
        empty = any(e.get("type") == "null" for e in field.get("anyOf", []))
        values = kind_of(field, prefix) + (", or null" if empty else "")
        rows.append([code(name), values, plain(field.get("description", ""))])
    return table(["Field", "Values", "Meaning"], rows)


def findings_fields() -> str:
    """Return the fields of `findings.json`."""
    return _fields(schema("findings"), "findings-")


def portfolio_fields() -> str:
    """Return the fields of `portfolio.json`."""
    return _fields(json.loads(schema_text()), "portfolio-")
