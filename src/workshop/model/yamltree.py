"""An answers file as text, as a tree with line numbers, and as plain values.

It is read as papermill reads it, with PyYAML's safe loader; the lines come from the same parser.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from workshop.model.problems import InputError, Problem, shorten

MAX_BYTES = 10_000_000
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def text_of(path: Path) -> str:
    try:
        if path.is_dir():
            raise InputError([Problem("This is a folder; name an answers file.", where=str(path))])
        size = path.stat().st_size
        if size > MAX_BYTES:
            message = f"The file has {size:,} bytes; an answers file has at most {MAX_BYTES:,}."
            raise InputError([Problem(message, where=str(path))])
        raw = path.read_bytes()
    except OSError as error:
        words = error.strerror or str(error)
        raise InputError([Problem(f"Cannot be read: {words}.", where=str(path))]) from None
    encoding = "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        message = "A character is not UTF-8. Save the file as UTF-8 and try again."
        raise InputError([Problem(message, where=str(path), line=line)]) from None
    odd = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if odd:
        line = text[: odd.start()].count("\n") + 1
        message = f"A control character (U+{ord(odd.group()):04X}) stands here. Remove it."
        raise InputError([Problem(message, where=str(path), line=line)])
    return text


def tree_of(text: str, path: Path) -> yaml.Node | None:
    try:
        for token in yaml.scan(text, Loader=_LOADER):
            if isinstance(token, yaml.AliasToken | yaml.AnchorToken):
                raise InputError(
                    [
                        Problem(
                            "References (& and *) are not read here. Write the value out, "
                            "or put text that starts with & or * in quotes.",
                            where=str(path),
                            line=token.start_mark.line + 1,
                        )
                    ]
                )
        node: yaml.Node | None = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise InputError([_yaml_problem(error, path)]) from None
    except RecursionError:
        raise InputError([Problem("Nested too deeply to be answers.", where=str(path))]) from None
    return node


def plain_of(text: str, tree: yaml.Node | None, path: Path) -> Any:
    try:
        return yaml.load(text, Loader=_LOADER) or {}  # noqa: S506 (a safe loader)
    except yaml.YAMLError as error:
        raise InputError([_yaml_problem(error, path)]) from None
    except (ValueError, OverflowError):  # an impossible date, such as 2027-02-30
        raise InputError(list(_impossible(tree, path))) from None


def _impossible(node: yaml.Node | None, path: Path) -> Iterator[Problem]:
    """Yield the values that look like a date or a number and are none."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _impossible(key, path)
            yield from _impossible(value, path)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _impossible(value, path)
    elif isinstance(node, yaml.ScalarNode):
        try:
            yaml.SafeLoader("").construct_document(node)
        except (ValueError, OverflowError):
            yield Problem(
                "This looks like a date or a number and is none.",
                value=shorten(node.value),
                suggestion="Mend it, or put it in quotes if it is text.",
                where=str(path),
                line=node.start_mark.line + 1,
            )


def _yaml_problem(error: yaml.YAMLError, path: Path) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    what = getattr(error, "problem", None) or "the text cannot be read"
    hint = ""
    if "tab" in what or "cannot start any token" in what:
        hint = "Indent with spaces, never with tabs, and put text that starts with % @ ` in quotes."
    elif "mapping values are not allowed" in what or "expected <block end>" in what:
        hint = "Look at the indentation and the colons here and on the line before."
    return Problem(
        f"This is not YAML: {what}.",
        suggestion=hint,
        where=str(path),
        line=mark.line + 1 if mark else None,
    )


def repeated_names(node: yaml.Node | None, path: Path, name: str = "") -> Iterator[Problem]:
    """Yield what the plain values no longer show: a name that stands twice."""
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            word = str(getattr(key, "value", ""))
            line = key.start_mark.line + 1
            full = f"{name}.{word}" if name else word
            if word in seen:
                yield Problem(
                    f"This name stands twice; the first is on line {seen[word]}. Keep one.",
                    name=full,
                    where=str(path),
                    line=line,
                )
            seen.setdefault(word, line)
            yield from repeated_names(value, path, full)
    elif isinstance(node, yaml.SequenceNode):
        for i, value in enumerate(node.value):
            yield from repeated_names(value, path, f"{name}.{i}")


def placed(problem: Problem, tree: yaml.Node | None, path: Path) -> Problem:
    """Return the problem with its file and line."""
    node, line = tree, 1
    for step in problem.name.split("."):
        if isinstance(node, yaml.MappingNode):
            found = [(k, v) for k, v in node.value if str(getattr(k, "value", "")) == step]
            if not found:
                break
            line, node = found[-1][0].start_mark.line + 1, found[-1][1]
        elif isinstance(node, yaml.SequenceNode) and step.isdigit() and int(step) < len(node.value):
            node = node.value[int(step)]
            line = node.start_mark.line + 1
        else:
            break
    return Problem(
        problem.message,
        problem.name,
        problem.value,
        problem.allowed,
        problem.suggestion,
        str(path),
        line,
    )
