"""Write the parameters cell of each notebook from the schema of answers.

`make schemas` rewrites the cells: whoever adds an answer adds a field to `answers/schema.py` and
its question, and each notebook that asks it or whose findings read it then declares it.
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
LAST = 7
"""The notebook that shows everything; it declares every answer."""
_TYPES: dict[Any, str] = {
    tuple: "list",
    str: "str",
    int: "int",
    float: "float",
    bool: "bool",
    datetime.date: "str",
}


def declared_names(part: int, before: Iterable[str], content: Content) -> list[str]:
    """Return the answers that a part's notebook declares, in schema order.

    They are those it declares already, those that its steps ask, and those that the findings of its
    part read.
    """
    if part == LAST:
        return list(NAMES)
    names = set(before)
    names |= {q.split(".")[0] for s in content.steps if s.part == part for q in s.questions}
    names |= {n.split(".")[0] for rule in content.rules if rule.part == part for n in rule.reads}
    return [name for name in NAMES if name in names]


def parameters_cell(names: Iterable[str]) -> str:
    """Return a parameters cell that declares answers with their types and help."""
    lines = (
        f"{name}: {_type(Answers.model_fields[name].annotation)} = None"
        f"  # {Answers.model_fields[name].description}"
        for name in names
    )
    return "\n".join((HEAD, CONTENT, *lines))


def rewrite(path: Path, content: Content) -> bool:
    """Rewrite the parameters cell alone of a notebook; return whether it changed."""
    notebook = json.loads(path.read_text("utf-8"))
    cell = next(c for c in notebook["cells"] if "parameters" in c["metadata"].get("tags", ()))
    lines = "".join(cell["source"]).splitlines()
    before = [line.split(":")[0] for line in lines if not line.startswith("#")]
    source = parameters_cell(declared_names(int(path.name[:2]), before, content))
    changed = source.splitlines() != lines
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
    for notebook in sorted(Path(sys.argv[1]).glob("0[1-7]-*.ipynb")):
        if rewrite(notebook, load_content()):
            sys.stdout.write(f"{notebook}: parameters written anew\n")
