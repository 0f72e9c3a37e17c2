"""Everything that the notebooks show can be drawn with a content's words and entries."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from typing import Any

from workshop import exhibits
from workshop.exhibits.speech import speech_of
from workshop.findings.advice import headline
from workshop.findings.assessment import Assessment, assess
from workshop.findings.report import to_json
from workshop.model.check import read_answers
from workshop.model.content import Content, using
from workshop.model.problems import Problem
from workshop.render.html import blocks_to_html
from workshop.resources import example, notebooks

EXAMPLES = ("tidewater-retail-second", "three-answers")
"""Answers files of the kit: one that tells nearly everything, and one that tells little."""


def drawing_problems(content: Content) -> Iterator[Problem]:
    """Tell each exhibit that fails on answers of the kit's examples, and why."""
    with using(content):
        for name in EXAMPLES:
            try:
                found = assess(read_answers(example(name), content), content)
                to_json(found)
                headline(found)
            except Exception as error:  # whatever it is, it is to be mended in the content
                yield Problem(f"The example {name} cannot be assessed: {_why(error)}.")
                continue
            for exhibit, arguments in dict.fromkeys(shown()):
                yield from _draw(found, exhibit, arguments, name)


def shown() -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield each exhibit that a notebook shows, with its arguments."""
    for path in notebooks():
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "code" and source.startswith("page.show("):
                call: Any = ast.parse(source, mode="eval").body
                told = [*call.args[1:], *(k.value for k in call.keywords)]
                yield call.args[0].attr, tuple(ast.literal_eval(a) for a in told)


def _draw(
    found: Assessment, exhibit: str, arguments: tuple[Any, ...], name: str
) -> Iterator[Problem]:
    try:
        made = getattr(exhibits, exhibit)(found, *arguments)
        blocks_to_html(made.blocks, speech=speech_of(found.content))
    except Exception as error:
        yield Problem(f"“{exhibit}” of the example {name} cannot be drawn: {_why(error)}.")


def _why(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
