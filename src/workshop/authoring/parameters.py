"""Write the parameters cell of each notebook from the schema of answers.

`make schemas` rewrites the cells: whoever adds an answer adds a field to `answers/schema.py` and
its question. Every notebook declares every answer, since one file of answers is for all of them and
papermill warns of what a notebook does not declare. Those that it asks, or that its findings read,
come first.
"""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from workshop.answers.schema import NAMES, Answers
from workshop.content.loader import Content, load_content

HEAD = "# Your answers, where no session is open. None means: not answered."
CONTENT = "content_folder: str = None  # folder of own content; without one, the kit's own"
OTHERS = "# Answers of other parts, so that one file of answers fits every notebook."
ALL = 7
"""The notebook that shows everything."""
_TYPES: dict[Any, str] = {
    tuple: "list",
    str: "str",
    int: "int",
    float: "float",
    bool: "bool",
    datetime.date: "str",
}


def first_names(source: str) -> list[str]:
    """Return the answers that a parameters cell declares first."""
    lines = source.partition(OTHERS)[0].splitlines()
    names = [line.partition(":")[0] for line in lines if not line.startswith("#")]
    return [name for name in names if name in NAMES]


def names_of_part(part: int, before: Iterable[str], content: Content) -> list[str]:
    """Return the answers that a part's notebook declares first, in schema order.

    They are those that stand first already, those that its steps ask, and those that the findings
    of its part read.
    """
    if part == ALL:
        return list(NAMES)
    names = set(before)
    names |= {q.split(".")[0] for s in content.steps if s.part == part for q in s.questions}
    names |= {n.split(".")[0] for rule in content.rules if rule.part == part for n in rule.reads}
    return [name for name in NAMES if name in names]


def parameters_cell(names: Iterable[str]) -> str:
    """Return a parameters cell that declares all answers, these first."""
    first = list(names)
    others = [name for name in NAMES if name not in first]
    lines = [HEAD, CONTENT, *map(_line, first)]
    return "\n".join([*lines, OTHERS, *map(_line, others)] if others else lines)


def _line(name: str) -> str:
    """Return the line that declares an answer, with its type and help."""
    field = Answers.model_fields[name]
    return f"{name}: {_type(field.annotation)} = None  # {field.description}"


def rewrite(path: Path, content: Content) -> bool:
    """Rewrite the parameters cell alone of a notebook; return whether it changed."""
    notebook = json.loads(path.read_text("utf-8"))
    cell = next(c for c in notebook["cells"] if "parameters" in c["metadata"].get("tags", ()))
    before = "".join(cell["source"])
    source = parameters_cell(names_of_part(int(path.name[:2]), first_names(before), content))
    changed = source != before
    if changed:
        cell["source"] = source.splitlines(keepends=True)
        text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
        path.write_text(text, "utf-8", newline="\n")
    return changed


def _type(annotation: Any) -> str:
    """Return the type that papermill reads, as one word."""
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return _type(next(a for a in get_args(annotation) if a is not type(None)))
    if origin is Annotated:
        return _type(get_args(annotation)[0])
    if origin is Literal:
        return type(get_args(annotation)[0]).__name__
    return _TYPES.get(origin or annotation, "dict")


if __name__ == "__main__":
    for notebook in sorted(Path(sys.argv[1]).glob("0[1-8]-*.ipynb")):
        if rewrite(notebook, load_content()):
            sys.stdout.write(f"{notebook}: parameters written anew\n")
