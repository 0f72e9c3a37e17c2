"""One look over a content folder: everything that is to be mended, and how much is translated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workshop.checking.bands import band_problems
from workshop.checking.drawing import drawing_problems
from workshop.checking.effects import effect_problems
from workshop.checking.references import reference_problems
from workshop.checking.translation import (
    Part,
    coverage,
    is_translation,
    lost_placeholders,
    prose_problems,
)
from workshop.model.content import FOLDER, LAYOUT, Content, load_content
from workshop.model.problems import InputError, Problem
from workshop.model.shelf import WORDS, read_shelf


@dataclass(frozen=True)
class Report:
    """What was found in a folder; `content` is None where it could not be read."""

    content: Content | None
    problems: tuple[Problem, ...]
    translated: tuple[Part, ...] = ()
    """For another language than the kit's: how much of each kind is given."""


def check_content(folder: Path = FOLDER) -> Report:
    """Return everything that is to be mended in a content folder; the kit's own by default.

    The same folder gives the same report. Nothing is raised for what stands in it.
    """
    try:
        content = load_content(folder)
        prose = [*prose_problems(read_shelf(folder, {}).notebooks)]
    except InputError as error:
        return Report(None, error.problems)
    problems = [*prose, *reference_problems(content), *band_problems(content), *_missing(content)]
    translated: tuple[Part, ...] = ()
    if is_translation(content):
        problems += lost_placeholders(folder)
        translated = coverage(folder)
    if not problems:  # what cannot be resolved would only fail here once more
        problems += effect_problems(content)
        problems += drawing_problems(content)
    return Report(content, tuple(dict.fromkeys(problems)), translated)


def _missing(content: Content) -> Iterator[Problem]:
    """Tell words that a folder which stands for itself does not say."""
    for key in read_shelf(FOLDER, LAYOUT).words:
        if key not in content.words:
            stem, _, name = key.partition(".")
            yield Problem("The kit asks for these words.", name, where=f"{WORDS}/{stem}.yaml")
