"""Reading an answers file so that every problem is told at once, with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from workshop.model.answers import NAMES, Answers, decision_key
from workshop.model.content import Content, load_content
from workshop.model.explain import problems_of
from workshop.model.problems import MAX_TOLD, InputError, Problem, near, shorten
from workshop.model.shelf import ABOUT
from workshop.model.yamltree import placed, plain_of, text_of, tree_of

_ENDINGS = (".yaml", ".yml", ".json")


def read_answers(path: Path, content: Content | None = None) -> Answers:
    """Return the answers in a YAML file.

    Raises `InputError` with every problem of the file: line, name, value, what is allowed.
    """
    tree = tree_of(text_of(path), path)
    data, problems = plain_of(tree, path)
    if data is None and not problems:
        data = {}
    if not isinstance(data, dict):
        message = "An answers file holds names with values, such as “model_teams: 6”."
        told = problems or [Problem(message, value=shorten(data), where=str(path), line=1)]
        raise InputError(told)
    data = {key: value for key, value in data.items() if value is not None}
    unread = {p.name for p in problems}
    answers: Answers | None = None
    found: list[Problem] = []
    try:
        answers = Answers.model_validate(data)
    except ValidationError as error:
        found += problems_of(error, data)
    found += islice(unknown_ids(data, content or load_content()), 2 * MAX_TOLD)
    problems += [placed(p, tree, path) for p in found if not _told(p.name, unread)]
    if problems or answers is None:
        ordered = sorted(dict.fromkeys(problems), key=lambda p: (p.line or 0, p.name))
        raise InputError([*ordered[:MAX_TOLD], *_left_over(len(ordered) - MAX_TOLD, path)])
    return answers


def _told(name: str, unread: set[str]) -> bool:
    """Return whether the value was found to be unreadable before, or a part of it was."""
    return any(one == name or one.startswith(f"{name}.") for one in unread)


def _left_over(count: int, path: Path) -> list[Problem]:
    message = f"{count:,} more problems are left out. Mend these first."
    return [Problem(message, where=str(path))] if count > 0 else []


def unknown_ids(data: Mapping[str, Any], content: Content) -> Iterator[Problem]:
    """Tell every id among plain answers that the content does not know: drills, findings, names."""
    yield from _unknown_in(data, content)
    earlier = data.get("earlier")
    then = earlier.get("answers") if isinstance(earlier, dict) else None
    if isinstance(earlier, dict) and isinstance(then, dict):
        for problem in _unknown_in(then, content):
            yield replace(problem, name=f"earlier.answers.{problem.name}")
        yield from _unknown_decisions(earlier.get("became"), then.get("decisions"))


def _unknown_decisions(became: Any, decisions: Any) -> Iterator[Problem]:
    """Tell what is said of a decision that the earlier workshop did not make, or said twice."""
    made = [str(text) for _, text in _texts(decisions)]
    said: list[str] = []
    for i, text in _texts(became):
        name, words = f"earlier.became.{i}.decision", decision_key(str(text))
        if words not in [decision_key(one) for one in made]:
            yield Problem(
                "The earlier workshop made no decision with these words.",
                name,
                shorten(text),
                ", ".join(f"“{shorten(one)}”" for one in made) or "none, since it made none",
                near(str(text), made),
            )
        elif words in said:
            yield Problem("What became of this decision stands here twice.", name, shorten(text))
        said.append(words)


def _texts(items: Any) -> Iterator[tuple[int, Any]]:
    """Return the words of decisions, each with its place, where there are any."""
    for i, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict) and item.get("decision"):
            yield i, item["decision"]


def _unknown_in(data: Mapping[str, Any], content: Content) -> Iterator[Problem]:
    drills = [d.id for d in content.drills]
    given = data.get("drills")
    for name in given if isinstance(given, dict) else ():
        if name not in drills:
            yield Problem(
                "No drill has this name.",
                f"drills.{name}",
                "",
                ", ".join(drills),
                near(str(name), drills),
            )
    basis = data.get("basis")
    known = [q.id for q in content.questions] + list(NAMES)
    for name in basis if isinstance(basis, dict) else ():
        if str(name) not in known:
            yield Problem(
                "No answer has this name, so its basis cannot be noted.",
                f"basis.{name}",
                "",
                "the names of answers",
                near(str(name), known),
            )
    voted = [q.id for q in content.questions]
    voted += [f"drills.{d.id}.minute_{m.minute}" for d in content.drills for m in d.moments]
    votes = data.get("votes")
    told: list[str] = []
    for i, vote in enumerate(votes if isinstance(votes, list) else ()):
        name = str(vote.get("question", "")) if isinstance(vote, dict) else ""
        if name and name not in voted:
            yield Problem(
                "No question has this name, so nobody can have voted on it.",
                f"votes.{i}.question",
                shorten(name),
                "the names of answers, such as lead or duties.paged",
                near(name, voted),
            )
        elif name and name in told:
            yield Problem(
                "The votes on this question stand here twice.", f"votes.{i}.question", name
            )
        told.append(name)
    rules = [r.id for r in content.rules]
    decisions = data.get("decisions")
    for i, decision in enumerate(decisions if isinstance(decisions, list) else ()):
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


def answers_files(paths: list[Path], others: tuple[str, ...] = ()) -> list[Path]:
    """Return the answers files among files and folders (`.yaml`, `.yml`, `.json`, searched deep).

    `others` are more endings that may be read. A folder of own content among them is passed over.

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
