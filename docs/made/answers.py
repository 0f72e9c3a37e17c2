"""Every answer: its question, its type and range, from the schema and the questions."""

from __future__ import annotations

from typing import Any

from made.text import code, heading, plain, table
from workshop.content.loader import Content, load_content
from workshop.findings.output.report import schema

Schema = dict[str, Any]


def kind_of(entry: Schema, anchors: str = "part-") -> str:
    """Return in words what a schema allows."""
    kinds = [e for e in entry.get("anyOf", [entry]) if e.get("type") != "null"]
    return " or ".join(_kind(e, anchors) for e in kinds)


def _kind(entry: Schema, anchors: str) -> str:
    if "$ref" in entry:
        name = str(entry["$ref"]).rsplit("/", 1)[1]
        return f"[{plain(name)}](#{anchors}{name.lower()})"
    if "enum" in entry:
        return ", ".join(code(v) for v in entry["enum"])
    if "const" in entry:
        return code(entry["const"])
    if "anyOf" in entry:
        return kind_of(entry, anchors)
    match entry.get("type"):
        case "array":
            return _list(entry, anchors)
        case "object":
            inner = entry.get("additionalProperties")
            return f"names with {kind_of(inner, anchors)}" if isinstance(inner, dict) else "names"
        case "integer":
            return "whole number" + _range(entry)
        case "number":
            return "number" + _range(entry)
        case "boolean":
            return "yes or no"
        case "string" if entry.get("format") == "date":
            return "date, `2027-03-31`"
        case "string":
            most = entry.get("maxLength")
            return f"text of at most {most:,} signs" if most else "text"
        case _:
            return "any value"


def _list(entry: Schema, anchors: str) -> str:
    places = entry.get("prefixItems")
    if places:
        return f"list of {len(places)}: {kind_of(places[0], anchors)}"
    most = entry.get("maxItems")
    count = f" (at most {most})" if most else ""
    return f"list of {kind_of(entry.get('items', {}), anchors)}{count}"


def _range(entry: Schema) -> str:
    low = entry.get("minimum", entry.get("exclusiveMinimum"))
    high = entry.get("maximum", entry.get("exclusiveMaximum"))
    above = "over " if "exclusiveMinimum" in entry else ""
    if low is not None and high is not None:
        return f", {above}{low:,} to {high:,}"
    if low is not None:
        return f", {above or 'at least '}{low:,}"
    return f", at most {high:,}" if high is not None else ""


def parts_of(entry: Schema) -> list[list[str]]:
    """Return a row for each field of an object: name, type, meaning."""
    needed = entry.get("required", [])
    return [
        [code(name), kind_of(field), plain(field.get("description", "")), _must(name, needed)]
        for name, field in entry["properties"].items()
    ]


def _must(name: str, needed: list[str]) -> str:
    return "needed" if name in needed else ""


def all_answers() -> str:
    """Return every answer at the top of an answers file, in the order of the workshop."""
    content, described = load_content(), schema("answers")
    parts = []
    for name, entry in described["properties"].items():
        parts += [heading(3, code(name), name.replace("_", "-")), *_one(content, name, entry)]
    return "\n".join(parts)


def _one(content: Content, name: str, entry: Schema) -> list[str]:
    asked = next((q for q in content.questions if q.id == name), None)
    lines = []
    if asked is not None:
        lines.append(f"**{plain(asked.ask)}** {plain(asked.why)}\n")
    meaning = plain(entry.get("description", ""))
    rows = [["In the file", meaning], ["Values", kind_of(entry)]]
    if asked is not None:
        rows.append(["A good answer", plain(asked.good)])
        rows += [["Unit", plain(asked.unit)]] if asked.unit else []
    lines.append(table(["", ""], rows))
    if asked is not None and asked.choices:
        choices = [[code(value), plain(words)] for value, words in asked.choices.items()]
        lines.append(table(["Value", "Read as"], choices))
    return lines


def parts_of_answers() -> str:
    """Return what the answers with fields of their own are made of."""
    parts = []
    definitions = schema("answers")["$defs"]
    for name, entry in definitions.items():
        if "properties" not in entry:
            continue
        about = plain(entry.get("description", "").split("\n\n")[0])
        parts += [heading(3, plain(name), f"part-{name.lower()}"), about + "\n"]
        if name == "EarlierAnswers":
            parts.append("The same fields as above, as they stood then.\n")
            continue
        parts.append(table(["Field", "Values", "Meaning", ""], parts_of(entry)))
    return "\n".join(parts)
