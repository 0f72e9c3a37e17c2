"""Read an answers file, and report every problem at once with its line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from workshop.answers.columns import column_of
from workshop.answers.intake import answered, clean, trimmed
from workshop.answers.schema import (
    NAMES,
    OWN,
    Answers,
    as_compared,
    leaves,
    with_kinds,
    words_decided_on,
)
from workshop.content.loader import Content, load_content
from workshop.content.raw import ABOUT
from workshop.problems import MAX_PROBLEMS, InputError, Problem, near, problems_of, shorten

MAX_BYTES = 10_000_000
MAX_DEPTH = 40
MAX_TOKENS = 150_000
"""The most tokens of a file, several times what the longest answers have."""
MAX_ENTRIES = 1_000
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_OPENING = (
    yaml.BlockMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.FlowSequenceStartToken,
)
_CLOSING = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)
_TAG = "tag:yaml.org,2002:"
_PLAIN_NUMBER = re.compile(
    r"[-+]?(0|[1-9][0-9]*|[0-9]*\.[0-9]+|[0-9]+\.)(\.[0-9]*)?([eE][-+][0-9]+)?|[-+]?\.(inf|nan)",
    re.IGNORECASE,
)


_INDENT = re.compile("^[ \u00a0]*\u00a0[ \u00a0]*", re.MULTILINE)
"""Indentation with a space that was pasted from elsewhere."""
_PAIR = re.compile(r"(?<!\\)\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
"""A character in two halves, as JSON writes those beyond the first 65,536."""
_CUT = re.compile(r"\s+#(?=[^\s#])")


def text_of(path: Path) -> str:
    """Return the text of an answers file as it is meant.

    Raises `InputError` for a file that is no text.
    """
    raw = _bytes_of(path)
    encoding = "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = raw.decode(encoding).lstrip("\ufeff")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        message = "A character is not UTF-8. Save the file as UTF-8 and try again."
        raise InputError([Problem(message, where=str(path), line=line)]) from None
    odd = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if odd:
        line = text[: odd.start()].count("\n") + 1
        message = f"A control character (U+{ord(odd.group()):04X}) stands here. Remove it."
        if odd.group() == "\0":
            message = "This is no text in UTF-8. Save the file as UTF-8 text and try again."
        raise InputError([Problem(message, where=str(path), line=line)])
    text = _INDENT.sub(lambda found: " " * len(found.group()), text)
    return _PAIR.sub(lambda found: json.loads(f'"{found.group()}"'), text)


def _bytes_of(path: Path) -> bytes:
    def refusal(size: int) -> str:
        if path.is_dir():
            return "This is a folder; name an answers file."
        if not path.is_file():
            return "This is no file with answers in it."
        too_large = f"The file has {size:,} bytes; an answers file has at most {MAX_BYTES:,}."
        return too_large if size > MAX_BYTES else ""

    return bytes_of(path, refusal)


def bytes_of(path: Path, refusal: Callable[[int], str]) -> bytes:
    """Return the bytes of an input file.

    `refusal` gets its size and returns why it is not read, or nothing. Raises `InputError`.
    """
    try:
        message = refusal(path.stat().st_size)
        if not message:
            return path.read_bytes()
    except OSError as error:
        message = f"Cannot be read: {error.strerror or error}."
    except ValueError:  # a NUL in the name
        message = "No file has such a name."
    raise InputError([Problem(message, where=str(path))])


def tree_of(text: str, path: Path) -> yaml.Node | None:
    try:
        _refuse_what_answers_never_need(text, path)
        node: yaml.Node | None = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise InputError([_yaml_problem(error, path)]) from None
    return node


def _refuse_what_answers_never_need(text: str, path: Path) -> None:
    """Raise `InputError` for references and for values that are nested too deep.

    References may grow without bound, and libyaml builds nested values on the C stack, so that a
    file of brackets would end the whole process. Only tokens are read here.
    """
    depth = 0
    for count, token in enumerate(yaml.scan(text, Loader=_LOADER)):
        if isinstance(token, yaml.AliasToken | yaml.AnchorToken):
            message = (
                "References (& and *) are not read here. Write the value out, "
                "or put text that starts with & or * in quotes."
            )
        elif isinstance(token, _OPENING) and depth == MAX_DEPTH:
            message = f"Values are nested more than {MAX_DEPTH} deep here; no answer is."
        elif count > MAX_TOKENS:
            message = "The file holds more values than answers can have; the limit is reached here."
        else:
            depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
            continue
        raise InputError([Problem(message, where=str(path), line=token.start_mark.line + 1)])


def plain_of(tree: yaml.Node | None, text: str, path: Path) -> tuple[Any, list[Problem]]:
    """Return the plain values of a tree, and the problems in it.

    A value that cannot be read is left out of its mapping, and is None in a list.
    """
    problems: list[Problem] = []
    plain = None if tree is None else _Reader(text, path, problems).value(tree, "")
    return plain, problems


_MISSING: Any = object()


class _Reader:
    """Builds plain values, and continues after a problem to report all at once."""

    def __init__(self, text: str, path: Path, problems: list[Problem]) -> None:
        self._lines = _LINE_ENDS.split(text)
        self._path, self._problems = path, problems
        self._scalars = yaml.SafeLoader("")

    def value(self, node: yaml.Node, name: str) -> Any:
        known = not isinstance(node, yaml.CollectionNode) or node.tag in (
            _TAG + "map",
            _TAG + "seq",
        )
        if not known:
            return self._report(node, name, *_tag_words(node))
        if isinstance(node, yaml.CollectionNode) and len(node.value) > MAX_ENTRIES:
            message = f"This has {len(node.value):,} entries; no answer has so many."
            return self._report(node, name, message)
        if isinstance(node, yaml.MappingNode) and node.tag == _TAG + "map":
            return self._mapping(node, name)
        if isinstance(node, yaml.SequenceNode) and node.tag == _TAG + "seq":
            found = [self.value(v, _below(name, str(i))) for i, v in enumerate(node.value)]
            return [None if v is _MISSING else v for v in found]
        return self._scalar(node, name)

    def _mapping(self, node: yaml.MappingNode, name: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                message = "A name is text; here stands a list, or names with values of their own."
                self._report(key, name, message)
                continue
            typed = clean(key.value) if not key.style else key.value
            full = _below(name, typed)
            known = full if name.startswith("votes") else typed.replace("_", "-")
            if key.tag == _TAG + "merge":
                self._report(key, full, "Values are not merged here. Write them out.")
            elif known in lines:
                first = lines[known]
                message = f"This name stands twice; the first is on line {first}. Keep one."
                self._report(key, full, message)
            else:
                # A key that YAML takes for a number or true is a name as typed.
                lines[known] = key.start_mark.line + 1
                plain = self.value(value, full)
                if plain is not _MISSING:
                    found[typed] = plain
        return found

    def _scalar(self, node: Any, name: str) -> Any:
        if not node.style and (bare := trimmed(node.value)) != node.value:
            resolve: Any = self._scalars.resolve
            tag = resolve(yaml.ScalarNode, bare, (True, False))
            node = yaml.ScalarNode(tag, bare, node.start_mark, node.end_mark)
        if not node.style and self._is_cut(node, name):
            message = f"Only “{shorten(node.value)}” was read here, since “ #” begins a comment."
            hint = "Put the whole text in quotes; or write a space after the #, if it is a comment."
            return self._report(node, name, message if node.value else _ALL_CUT, hint)
        if node.style == '"' and (odd := _SHORT_ESCAPE.search(self._source(node))):
            sign = ord(yaml.scanner.Scanner.ESCAPE_REPLACEMENTS[odd["letter"]])
            message = f"A backslash makes a control character (U+{sign:04X}) here."
            return self._report(
                node, name, message, "Write it in single quotes, or double each \\."
            )
        kind = node.tag.removeprefix(_TAG)
        try:
            plain = self._scalars.construct_document(node)
        except (yaml.YAMLError, ValueError, OverflowError, KeyError, AttributeError, TypeError):
            typed = shorten(node.value) if isinstance(node, yaml.ScalarNode) else ""
            return self._report(node, name, *_tag_words(node), value=typed)
        if kind in ("int", "float") and not _PLAIN_NUMBER.fullmatch(node.value):
            message = "This is not how a number is written here."
            hint = f"YAML takes it for {shorten(plain)}. Write plain digits, or quotes for text."
            return self._report(node, name, message, hint, value=shorten(node.value))
        return plain

    def _is_cut(self, node: yaml.Node, name: str) -> bool:
        """Return whether a # in a text made the rest of it a comment: “Team #2”."""
        end = node.end_mark
        line = self._lines[end.line] if end.line < len(self._lines) else ""
        if not _CUT.match(line, end.column) or node.tag not in (_TAG + "str", _TAG + "null"):
            return False
        column = column_of(re.sub(r"(?<=\.)[0-9]+(?=\.|$)", lambda n: str(int(n[0]) + 1), name))
        return column is None or column.kind in ("text", "texts", "text-or-texts")

    def _source(self, node: yaml.Node) -> str:
        """Return a value as it stands in the file, with its quotation marks."""
        start, end = node.start_mark, node.end_mark
        lines = self._lines[start.line : end.line + 1]
        lines[-1] = lines[-1][: end.column]
        return "\n".join([lines[0][start.column :], *lines[1:]])

    def _report(
        self, node: yaml.Node, name: str, message: str, suggestion: str = "", value: str = ""
    ) -> Any:
        line = node.start_mark.line + 1
        self._problems.append(Problem(message, name, value, "", suggestion, str(self._path), line))
        return _MISSING


# People type these by mistake, as in a path on Windows; \x1F can only be meant.
_SHORT_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\(?P<letter>[abefv0])")
_LINE_ENDS = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_ALL_CUT = "Nothing was read here, since “ #” begins a comment."


def _below(name: str, step: str) -> str:
    return f"{name}.{step}" if name else step


def _tag_words(node: yaml.Node) -> tuple[str, str]:
    """Return message and hint for a value with an unsuitable tag."""
    kind = node.tag.removeprefix(_TAG)
    if kind in ("timestamp", "int", "float", "bool"):
        return (
            "This looks like a date or a number and is none.",
            "Mend it, or put it in quotes if it is text.",
        )
    if kind == "value":
        return "This sign stands for something else in YAML.", "Put it in quotes."
    return f"The tag {shorten(node.tag.replace(_TAG, '!!'))} is not read here.", "Leave it out."


_HINTS = (
    (("tab",), "Indent with spaces, never with tabs."),
    (
        ("cannot start any token",),
        "Indent with spaces, never with tabs, and put text that starts with % @ ` in quotes.",
    ),
    (
        ("mapping values are not allowed", "expected <block end>"),
        "Look at the indentation and the colons here and on the line before; text with a colon "
        "in it stands in quotes.",
    ),
    (("another document", "<document start>"), "A file holds one document: leave out --- and ..."),
    (("Unicode character escape",), "Write the character itself, not its \\u code."),
)


def _yaml_problem(error: yaml.YAMLError, path: Path) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    what = getattr(error, "problem", None) or "the text cannot be read"
    hint = next((words for signs, words in _HINTS if any(sign in what for sign in signs)), "")
    return Problem(
        f"This is not YAML: {what.removeprefix('but ')}.",
        suggestion=hint,
        where=str(path),
        line=mark.line + 1 if mark else None,
    )


def placed(problem: Problem, tree: yaml.Node | None, path: Path) -> Problem:
    """Return the problem with its file and line; typed names may contain dots."""
    node, line = tree, 1
    rest = problem.name
    while rest:
        step, after = _step(node, rest)
        if step is None:
            break
        key, node = step
        line, rest = key.start_mark.line + 1, after
    return replace(problem, where=str(path), line=line)


def _same(one: str, other: str) -> bool:
    """Return whether two names are equal; `turn_off` is the same as `turn-off`."""
    return one.replace("_", "-") == clean(other).replace("_", "-")


def _step(node: yaml.Node | None, name: str) -> tuple[tuple[yaml.Node, yaml.Node] | None, str]:
    """Return the key and value of a dotted name, and the rest of the name."""
    if isinstance(node, yaml.MappingNode):
        for key, value in reversed(node.value):
            typed = str(getattr(key, "value", ""))
            if _same(name, typed) or (typed and _same(name[: len(typed) + 1], f"{typed}.")):
                return (key, value), name[len(typed) + 1 :]
    elif isinstance(node, yaml.SequenceNode):
        first, _, after = name.partition(".")
        if first.isdecimal() and int(first) < len(node.value):
            value = node.value[int(first)]
            return (value, value), after
    return None, ""


_ENDINGS = (".yaml", ".yml", ".json")


def read_answers(path: Path, content: Content | None = None) -> Answers:
    """Return the answers in a YAML file.

    Raises `InputError` with every problem of the file: line, name, value, allowed values.
    """
    text, content = text_of(path), content or load_content()
    tree = tree_of(text, path)
    data, problems = plain_of(tree, text, path)
    if data is None and not problems:
        data = {}
    if not isinstance(data, dict):
        message = "An answers file holds names with values, such as “model_teams: 6”."
        given = problems or [Problem(message, value=shorten(data), where=str(path), line=1)]
        raise InputError(given)
    asked: list[Problem] = []
    data = answered({k: v for k, v in data.items() if v is not None}, content.teams, asked)
    data = with_kinds(data, content)
    problems += [placed(p, tree, path) for p in asked]
    unread = {p.name for p in problems}
    answers: Answers | None = None
    found: list[Problem] = []
    try:
        answers = Answers.model_validate(data)
    except ValidationError as error:
        found += problems_of(error, data, Answers)
    found += islice(unknown_ids(data, content), 2 * MAX_PROBLEMS)
    problems += [placed(p, tree, path) for p in found if not _is_reported(p.name, unread)]
    if problems or answers is None:
        ordered = sorted(dict.fromkeys(problems), key=lambda p: (p.line or 0, p.name))
        raise InputError([*ordered[:MAX_PROBLEMS], *_left_over(len(ordered) - MAX_PROBLEMS, path)])
    return answers


def _is_reported(name: str, unread: set[str]) -> bool:
    """Return whether the value, or part of it, was already reported as unreadable."""
    return any(one == name or one.startswith(f"{name}.") for one in unread)


def _left_over(count: int, path: Path) -> list[Problem]:
    message = f"{count:,} more problems are left out. Mend these first."
    return [Problem(message, where=str(path))] if count > 0 else []


def unknown_ids(data: Mapping[str, Any], content: Content) -> Iterator[Problem]:
    """Yield a problem for every unknown id in plain answers.

    Ids are those of drills, findings and other names of the content.
    """
    yield from _unknown_in(data, content)
    earlier = data.get("earlier")
    then = earlier.get("answers") if isinstance(earlier, dict) else None
    if isinstance(earlier, dict) and isinstance(then, dict):
        for problem in _unknown_in(then, content):
            yield replace(problem, name=f"earlier.answers.{problem.name}")
        yield from _unknown_decisions(earlier.get("became"), then)


def _unknown_decisions(became: Any, then: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a problem for outcomes of unknown or repeated earlier decisions."""
    made, seen = words_decided_on(then), list[str]()
    for i, text in _texts(became):
        name, words = f"earlier.became.{i}.decision", as_compared(str(text))
        if words not in [as_compared(one) for one in made]:
            yield Problem(
                "The earlier workshop made no decision with these words.",
                name,
                shorten(text),
                ", ".join(f"“{shorten(one)}”" for one in made) or "none, since it made none",
                near(str(text), made),
            )
        elif words in seen:
            yield Problem("What became of this decision stands here twice.", name, shorten(text))
        seen.append(words)


def _texts(items: Any) -> Iterator[tuple[int, Any]]:
    """Yield the words of decisions, each with its position."""
    for i, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict) and item.get("decision"):
            yield i, item["decision"]


def _unknown_in(data: Mapping[str, Any], content: Content) -> Iterator[Problem]:
    for name, unknown in _NAMED.items():
        if given := data.get(name):
            yield from unknown(given, content)


def _unknown_drills(given: Any, content: Content) -> Iterator[Problem]:
    drills = [d.id for d in content.drills]
    for name in given if isinstance(given, dict) else ():
        if name not in drills:
            yield _no_drill(f"drills.{name}", str(name), drills)


def _no_drill(at: str, name: str, drills: list[str]) -> Problem:
    message = "No drill has this name."
    return Problem(message, at, "", ", ".join(drills), near(name, drills))


def _unknown_basis(given: Any, content: Content) -> Iterator[Problem]:
    known = [q.id for q in content.questions] + list(NAMES)
    for name in given if isinstance(given, dict) else ():
        if str(name) not in known:
            yield Problem(
                "No answer has this name, so its basis cannot be noted.",
                f"basis.{name}",
                "",
                "the names of answers",
                near(str(name), known),
            )


def _unknown_votes(given: Any, content: Content) -> Iterator[Problem]:
    voted = [q.id for q in content.questions]
    voted += [f"drills.{d.id}.minute_{m.minute}" for d in content.drills for m in d.moments]
    answered: list[str] = []
    for i, vote in enumerate(given if isinstance(given, list) else ()):
        name = str(vote.get("question", "")) if isinstance(vote, dict) else ""
        if name and name not in voted and not name.startswith(OWN):
            yield Problem(
                "No question has this name, so nobody can have voted on it.",
                f"votes.{i}.question",
                shorten(name),
                "the names of answers, such as lead or duties.paged",
                near(name, voted),
            )
        elif name and name in answered:
            yield Problem(
                "The votes on this question stand here twice.", f"votes.{i}.question", name
            )
        answered.append(name)


def _unknown_in_decisions(given: Any, content: Content) -> Iterator[Problem]:
    drills = [d.id for d in content.drills]
    rules = [r.id for r in content.rules] + [c.id for c in content.contradictions]
    for i, decision in enumerate(given if isinstance(given, list) else ()):
        sets = decision.get("sets") if isinstance(decision, dict) else None
        for name, value in leaves(sets) if isinstance(sets, dict) else ():
            top, _, rest = str(name).partition(".")
            drill = rest.partition(".")[0]
            if top == "drills" and value is not None and drill not in drills:
                yield _no_drill(f"decisions.{i}.sets.{name}", drill, drills)
        settles = decision.get("settles") if isinstance(decision, dict) else None
        for name in settles if isinstance(settles, list) else ():
            if name not in rules:
                yield Problem(
                    "No finding has this id.",
                    f"decisions.{i}.settles",
                    shorten(name),
                    "the ids in findings.json",
                    near(str(name), rules),
                )


_NAMED = {
    "drills": _unknown_drills,
    "basis": _unknown_basis,
    "votes": _unknown_votes,
    "decisions": _unknown_in_decisions,
}
"""How ids of the content are checked in the answers that have some."""


def answers_files(paths: list[Path], others: tuple[str, ...] = ()) -> list[Path]:
    """Return the answers files among files and folders, searched deep.

    They end in `.yaml`, `.yml`, `.json` or one of `others`. A folder of own content is left out.

    Raises `InputError` for a folder without any and for a file of another kind.
    """
    found: list[Path] = []
    problems = []
    endings = (*_ENDINGS, *others)
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in endings)
            own = [p.parent for p in inside if p.name == ABOUT]  # folders of own content
            inside = [p for p in inside if not any(p.is_relative_to(folder) for folder in own)]
            found += inside
            if not inside:
                problems.append(Problem("No answers file is in this folder.", where=str(path)))
        elif path.suffix.lower() not in endings:
            allowed = ", ".join(endings)
            problems.append(Problem("Not an answers file.", allowed=allowed, where=str(path)))
        else:
            found.append(path)
    if problems:
        raise InputError(problems)
    return found
