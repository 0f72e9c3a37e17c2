"""How texts and docstrings are worded: the vocabulary, long sentences, how they begin and end."""

from __future__ import annotations

import ast
import inspect
import json
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from conftest import TOP
from workshop.authoring.wording import (
    Exemption,
    Phrases,
    Text,
    Vocabulary,
    content_texts,
    markdown_texts,
    read_vocabulary,
    sentences_of,
    wording_problems,
)
from workshop.cli.commands import app
from workshop.content.loader import FOLDER
from workshop.documents.blocks import paragraph
from workshop.documents.text import blocks_to_text
from workshop.problems import Problem

GERMAN = TOP / "examples" / "content-de"
SRC = TOP / "src" / "workshop"

SMALL = Vocabulary(
    language="en",
    longest=30,
    abbreviations=("e.g.",),
    phrases=(Phrases(say="handoff", avoid=("seam", "hand-over line")),),
    exemptions=(Exemption(where="drills.yaml: *.story", phrase="seam", because="A story."),),
)


def found(words: str, where: str = "x.yaml", name: str = "a.why", *, whole: bool = False) -> str:
    return "\n".join(map(str, wording_problems([Text(where, name, words, whole)], SMALL)))


# -- the texts of the kit -----------------------------------------------------------------------


def english() -> Iterator[Text]:
    yield from content_texts(FOLDER)
    guides = [*(TOP / "facilitator").glob("*.md"), *(TOP / "docs").rglob("*.md")]
    for path in sorted([*guides, TOP / "README.md", SRC / "notebook" / "WELCOME.md"]):
        yield from markdown_texts(path.read_text("utf-8"), path.relative_to(TOP).as_posix())
    for path in sorted((TOP / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                yield from markdown_texts(
                    "".join(cell["source"]), f"notebooks/{path.name}", cell["id"]
                )
    for path in sorted(SRC.rglob("*.py")):
        name = path.relative_to(SRC).as_posix()
        yield from python_texts(path.read_text("utf-8"), name, commands=name.startswith("cli/"))


def python_texts(source: str, where: str, *, commands: bool = False) -> Iterator[Text]:
    """Yield the messages, suggestions and help in a Python module.

    With `commands`, the docstrings of public functions too, since they are the help of commands.
    """
    for node in ast.walk(ast.parse(source)):
        given: list[ast.expr] = []
        if isinstance(node, ast.FunctionDef) and commands and not node.name.startswith("_"):
            yield Text(where, node.name, ast.get_docstring(node) or "", True)
        elif isinstance(node, ast.Assign):
            names = [t.id for t in node.targets if isinstance(t, ast.Name)]
            given += [node.value] if {"message", "hint"} & set(names) else []
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            given += [k.value for k in node.keywords if k.arg in ("help", "suggestion", "message")]
            given += node.args[:1] if called.endswith(("Problem", "Trouble", ".print")) else []
        for value in given:
            words = _literal(value)
            if words:
                yield Text(where, f"line {value.lineno}", words)


def _literal(value: ast.expr) -> str:
    """Return a written string, with a placeholder for what an f-string fills in."""
    if isinstance(value, ast.Constant):
        return value.value if isinstance(value.value, str) else ""
    if isinstance(value, ast.JoinedStr):
        parts = (p.value if isinstance(p, ast.Constant) else "{x}" for p in value.values)
        return "".join(map(str, parts))
    return ""


def german() -> Iterator[Text]:
    yield from content_texts(GERMAN)
    for path in [*sorted((GERMAN / "facilitator").glob("*.md")), GERMAN / "WELCOME.md"]:
        yield from markdown_texts(path.read_text("utf-8"), path.relative_to(GERMAN).as_posix())


@cache
def texts_of(language: str) -> tuple[Text, ...]:
    return tuple(english() if language == "en" else german())


@cache
def vocabulary_of(language: str) -> Vocabulary:
    vocabulary = read_vocabulary(language)
    assert vocabulary is not None
    return vocabulary


@cache
def problems(language: str) -> tuple[Problem, ...]:
    return tuple(wording_problems(texts_of(language), vocabulary_of(language)))


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_text_is_worded_as_the_vocabulary_wants_it(language: str) -> None:
    wrong = list(map(str, problems(language)))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_exemption_is_needed(language: str) -> None:
    """An exemption without which nothing is found hides the next mistake."""
    vocabulary = vocabulary_of(language)
    for one in vocabulary.exemptions:
        rest = tuple(e for e in vocabulary.exemptions if e != one)
        without = vocabulary.model_copy(update={"exemptions": rest})
        covered = [t for t in texts_of(language) if fnmatchcase(f"{t.where}: {t.name}", one.where)]
        with_it = set(wording_problems(covered, vocabulary))
        assert set(wording_problems(covered, without)) - with_it, one


# -- what the check finds -----------------------------------------------------------------------


def test_a_banned_phrase_is_named_with_what_to_say_instead() -> None:
    message = found("Work waits at the Seam between two teams.")
    assert message == (
        "x.yaml: a.why: “Seam” is not used: say handoff."
        " Found: Work waits at the Seam between two teams.."
    )


def test_a_phrase_counts_over_a_line_break_and_not_inside_another_word() -> None:
    assert "hand-over\nline" in found("Draw the hand-over\nline here.")
    assert found("A seamless start, and non-seam work.") == ""


def test_an_exemption_covers_its_place_and_phrase_only() -> None:
    assert found("The seam broke.", "drills.yaml", "night.story") == ""
    assert "“seam”" in found("The seam broke.", "drills.yaml", "night.title")
    assert "hand-over line" in found("The hand-over line broke.", "drills.yaml", "night.story")


def test_a_sentence_of_more_than_thirty_words_is_found_and_a_placeholder_is_one_word() -> None:
    assert found(" ".join(["word"] * 30) + ".") == ""
    assert "31 words" in found(" ".join(["word"] * 31) + ".")
    assert found(" ".join(["{a name of three}"] * 30) + ".") == ""


def test_a_sentence_does_not_start_with_a_digit_and_a_label_may() -> None:
    assert "starts with a digit" in found("All is well. 46 of 159 days are waiting.")
    assert found("6 to 12 people") == ""


def test_a_text_of_whole_sentences_ends_with_a_mark() -> None:
    assert "no end mark" in found("They wait for data", whole=True)
    assert "no end mark" in found("They wait. Then they ask", whole=False)
    assert found("Waiting time", whole=False) == ""
    assert found("What to do: {mitigation}", whole=True) == ""
    assert "no end mark" in found("They wait until {until}", whole=True)


def test_an_abbreviation_ends_no_sentence() -> None:
    assert list(sentences_of("Ask one, e.g. Ada. Then go on.", ["e.g."])) == [
        "Ask one, e.g. Ada.",
        "Then go on.",
    ]
    assert len(list(sentences_of("End the workshop. Go home.", ["p."]))) == 2


def test_code_in_a_page_is_not_read_as_words() -> None:
    page = "# Seams\n\nRun `seam --now`.\n\n```\nseam\n```\n\n| a | seam |\n|---|---|\n"
    texts = list(markdown_texts(page, "p.md"))
    assert [t.words for t in texts] == ["Seams", "Run X.", "a", "seam"]
    assert [t.whole for t in texts] == [None, False, False, False]


def test_messages_and_help_of_a_module_are_read_and_other_strings_are_not() -> None:
    source = (
        'def go(x):\n    """Go on."""\n    message = f"No {x} here."\n'
        '    yield Problem("It broke.", name, suggestion="Try again.")\n    key = "seam"\n'
    )
    assert {t.words for t in python_texts(source, "m.py")} == {
        "No {x} here.",
        "It broke.",
        "Try again.",
    }
    assert "Go on." in {t.words for t in python_texts(source, "m.py", commands=True)}


@pytest.mark.parametrize("folder", [FOLDER, GERMAN])
def test_the_kits_letters_are_set_as_plain_text_without_rich(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = sorted({letter for text in content_texts(folder) for letter in text.words})
    shown = blocks_to_text([paragraph(" ".join(letters))])
    for name in ("rich.cells", "rich.console", "rich.text"):  # each notebook would import it anew
        monkeypatch.setitem(sys.modules, name, None)
    assert blocks_to_text([paragraph(" ".join(letters))]) == shown


def test_own_content_gets_hints_that_do_not_fail_the_check(tmp_path: Path) -> None:
    (tmp_path / "version.yaml").write_text(
        "extends: kit\nversion: '1'\nname: x\n", encoding="utf-8"
    )
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "common.yaml").write_text("unknown: never told\n", encoding="utf-8")
    run = CliRunner().invoke(app, ["content", "check", str(tmp_path)])
    assert run.exit_code == 0
    assert "Hint: words/common.yaml: unknown: “told” is not used" in run.output


# -- docstrings -----------------------------------------------------------------------------------


def documented(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of every docstring, and of every one under a name."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for at, statement in enumerate(node.body):
            value = statement.value if isinstance(statement, ast.Expr) else None
            if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
                continue
            if at == 0 or isinstance(node.body[at - 1], ast.Assign | ast.AnnAssign):
                yield statement.lineno, inspect.cleandoc(value.value)


def test_every_docstring_begins_with_a_short_sentence() -> None:
    long = []
    for path in sorted(SRC.rglob("*.py")):
        for line, text in documented(ast.parse(path.read_text("utf-8"))):
            first, _, rest = text.partition("\n")
            if len(first) > 79 or not first.endswith(".") or (rest and not rest.startswith("\n")):
                long.append(f"{path.relative_to(SRC)}:{line}: {first}")
    advice = "Begin with a whole sentence of at most 79 characters, then leave a line blank:"
    assert not long, "\n".join([advice, *long])


def test_a_functions_docstring_says_what_it_does_in_the_imperative() -> None:
    """Ruff knows verbs in another form (D401); this finds what begins with no verb."""
    nouns = {"A", "An", "The", "This", "All", "Every", "What", "Whether", "Which", "Who", "How"}
    found = []
    for path in sorted(SRC.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                words = (ast.get_docstring(node) or "").split()
                if words and words[0] in nouns:
                    found.append(f"{path.relative_to(SRC)}:{node.lineno}: {words[0]}")
    assert not found, "Begin with a verb, such as “Return”:\n" + "\n".join(found)
