"""Read and write notebooks, and find which parameters their cells declare."""

from __future__ import annotations

import ast
import io
import json
import re
import threading
import tokenize
from collections.abc import Mapping, Sequence
from functools import lru_cache
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4.rwbase import split_lines, strip_transient
from papermill.models import Parameter
from papermill.translators import PythonTranslator, papermill_translators

# papermill and nbformat carry no types.
# mypy: disable-error-code="no-untyped-call, misc, no-any-return"

KERNEL = "workshop"
_COMMAND = re.compile(r"^\s*[%!].*$", re.MULTILINE)
# Notebooks run from several threads, and Python 3.11 counts how deep a tree is for all at once:
# two that parse together can end in “AST constructor recursion depth mismatch”.
_PARSING = threading.Lock()
_TYPE_COMMENT = re.compile(r"(?:type:\s*(\S*)\s*)?(.*)")


class Translator(PythonTranslator):
    """Reads which parameters a cell declares as Python does, not line by line.

    papermill's own passes over `a: str | None`, `Literal["x"]`, `datetime.date`, and a line whose
    comment or value holds a second `=`; it then warns that the parameter is unknown.
    """

    @classmethod
    def inspect(cls, parameters_cell: Any) -> list[Parameter]:
        """Return the parameters that a cell declares, with type, default and help."""
        found = _declarations(_COMMAND.sub("", parameters_cell["source"]))
        return super().inspect(parameters_cell) if found is None else list(found)


@lru_cache(64)
def _declarations(source: str) -> tuple[Parameter, ...] | None:
    """Return what a cell declares; None if Python cannot read it."""
    try:
        with _PARSING:
            statements = ast.parse(source).body
        comments = _comments(source)
    except (SyntaxError, ValueError):
        return None
    lines = re.split(rb"\r\n|\r|\n", source.encode())
    found = []
    for statement in statements:
        annotation = None
        if isinstance(statement, ast.AnnAssign):
            target: ast.expr = statement.target
            annotation = _text(lines, statement.annotation).strip("\"'")
        elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
        else:
            continue
        if isinstance(target, ast.Name) and statement.value is not None:
            comment = comments.get(statement.end_lineno or 0, "")
            declared, about = _TYPE_COMMENT.fullmatch(comment).groups()  # type: ignore[union-attr]
            default = _text(lines, statement.value)
            found.append(Parameter(target.id, annotation or declared or "None", default, about))
    return tuple(found)


papermill_translators.register(KERNEL, Translator)


def _text(lines: Sequence[bytes], node: ast.expr) -> str:
    """Return an expression as it is written, or in one line if it takes several."""
    if node.lineno != node.end_lineno:
        return ast.unparse(node)
    return lines[node.lineno - 1][node.col_offset : node.end_col_offset].decode()


def _comments(source: str) -> dict[int, str]:
    """Return the comment at the end of each line that has one."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {
        token.start[0]: token.string.lstrip("#").strip()
        for token in tokens
        if token.type == tokenize.COMMENT
    }


def read_notebook(source: Path) -> NotebookNode:
    """Return a notebook; cells without an id get one that is always the same.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is not a notebook.
    """
    try:
        content = json.loads(source.read_text(encoding="utf-8"))
        if content["nbformat"] == 4:
            # Where a file has no ids for its cells, nbformat draws them at random.
            for number, cell in enumerate(content["cells"]):
                cell.setdefault("id", f"cell-{number}")
            content["nbformat_minor"] = max(5, content["nbformat_minor"])
        return nbformat.reads(json.dumps(content), as_version=4)
    except (KeyError, TypeError, AttributeError, ValueError, nbformat.ValidationError) as error:
        raise ValueError(f"{source}: this is not a notebook ({error})") from error


def write_notebook(notebook: NotebookNode) -> str:
    """Return the text of a notebook's file, and change its lines into lists of them.

    The text is that of `nbformat.writes`, which copies the notebook twice and writes with Python's
    slow encoder, since only that one can indent: a twelfth of a batch's computing.
    """
    return _indented(strip_transient(split_lines(notebook)), "\n")


def _indented(value: Any, margin: str) -> str:
    """Return a value as JSON, indented and sorted as `nbformat.writes` does."""
    if isinstance(value, str):
        return encode_basestring(value)
    inner = f"{margin} "
    if isinstance(value, dict) and value:
        parts = [f"{encode_basestring(k)}: {_indented(value[k], inner)}" for k in sorted(value)]
        return f"{{{inner}{f',{inner}'.join(parts)}{margin}}}"
    if isinstance(value, list | tuple) and value:
        parts = [_indented(v, inner) for v in value]
        return f"[{inner}{f',{inner}'.join(parts)}{margin}]"
    return json.dumps(value)


def declared(notebook: NotebookNode, parameters: Mapping[str, object]) -> dict[str, object]:
    """Return the parameters that the notebook's `parameters` cell declares."""
    cells = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", ())]
    known = {parameter.name for cell in cells[:1] for parameter in Translator.inspect(cell)}
    return {name: value for name, value in parameters.items() if name in known}
