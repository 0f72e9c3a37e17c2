"""Turn the export of a survey into answers, by a mapping that a person confirms.

`recognise` says which tool wrote the file and which of its rows are headers. `propose` compares
each question with the kit's own and writes down what it takes them for, with the words of choices.
`apply` makes the table once somebody has confirmed that. Nothing is guessed behind anybody's back,
and who answered (names, addresses, times) is left out.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Literal

import yaml

from workshop.answers.columns import Column, column_named, column_of
from workshop.answers.intake import clean
from workshop.answers.reading import plain_of, text_of, tree_of
from workshop.answers.schema import NAMES as ANSWERS
from workshop.answers.sheets import Draft, Row, Unreadable, drafts_of, refuse
from workshop.content.loader import Content
from workshop.problems import MAX_PROBLEMS, InputError, Problem, near, shorten

Tool = Literal["google-forms", "microsoft-forms", "limesurvey", "qualtrics", "table"]
NAMES: dict[Tool, str] = {
    "google-forms": "Google Forms",
    "microsoft-forms": "Microsoft Forms",
    "limesurvey": "LimeSurvey",
    "qualtrics": "Qualtrics",
    "table": "a table of another kind",
}
_ABOUT: dict[Tool, frozenset[str]] = {
    "google-forms": frozenset(
        {
            *("timestamp", "email address", "username", "score"),
            *("zeitstempel", "e-mail-adresse", "nutzername", "punktzahl"),
        }
    ),
    "microsoft-forms": frozenset(
        {
            *("id", "start time", "completion time", "email", "name", "last modified time"),
            *("total points", "quiz feedback", "language", "startzeit", "fertigstellungszeit"),
            *("e-mail", "sprache", "zeitpunkt der letzten änderung", "gesamtpunktzahl"),
        }
    ),
    "limesurvey": frozenset(
        {
            *("response id", "date submitted", "last page", "start language", "seed", "token"),
            *("date started", "date last action", "ip address", "referrer url", "total time"),
            *("antwort id", "datum abgeschickt", "letzte seite", "start-sprache", "zufallswert"),
            *("datum gestartet", "datum letzte aktivität", "ip-adresse", "zugangscode"),
            *("id", "submitdate", "lastpage", "startlanguage", "startdate", "datestamp"),
            *("ipaddr", "refurl", "interviewtime"),
        }
    ),
    "qualtrics": frozenset(
        {
            *("startdate", "enddate", "status", "ipaddress", "progress", "finished"),
            *("duration (in seconds)", "recordeddate", "responseid", "recipientlastname"),
            *("recipientfirstname", "recipientemail", "externalreference", "locationlatitude"),
            *("locationlongitude", "distributionchannel", "userlanguage", "q_recaptchascore"),
        }
    ),
    "table": frozenset(),
}
"""What each tool writes of who answered and when, which is no answer."""
_PRIVATE = frozenset(
    {
        *("email", "e-mail", "email address", "e-mail-adresse", "ip address", "token"),
        *("name", "your name", "what is your name", "full name", "your full name", "first name"),
        *("last name", "surname", "ihr name", "wie heißen sie", "wie ist ihr name", "vorname"),
        *("nachname", "vor- und nachname"),
    }
)
_FEW = 25
"""Different words in a column up to which they are choices."""
_CODE = re.compile(r"^(?:[A-Za-z]{0,3}\d+[a-z]?|[A-Za-z]\w{0,20})[.:)]\s+")
_INSIDE = re.compile(r"^(.*?)\s*\[(.+)\]\s*$", re.DOTALL)


@dataclass(frozen=True)
class Survey:
    """What a tool exported: the questions by their columns, and the rows."""

    tool: Tool
    path: Path
    questions: Mapping[int, str]
    """The words of each question by its column; who answered is not among them."""
    rows: tuple[Row, ...]

    def values(self, at: int) -> list[str]:
        """Return the different texts of a column in the order in which they come."""
        given = (row.cells[at] for row in self.rows if at in row.cells)
        return list(dict.fromkeys(_text(c) for c in given if not isinstance(c, Unreadable)))


def recognise(path: Path) -> Survey:
    """Return a file as a survey.

    Raises `InputError` for what is no table.
    """
    draft = max((d for d in drafts_of(path) if not d.hidden), key=_width)
    rows = list(draft.whole().rows())
    if not rows:
        refuse(path, "The table is empty.")
    first, rest = rows[0], rows[1:]
    tool = _tool(first, rest)
    texts = {at: _text(cell) for at, cell in first.cells.items()}
    if tool == "qualtrics":
        ids = next(n for n, row in enumerate(rest) if _has_ids(row))
        texts |= {at: _text(cell) for at, cell in (rest[0].cells if ids else {}).items()}
        rest = rest[ids + 1 :]
    codes = {at: clean(_text(cell)).casefold() for at, cell in first.cells.items()}
    about = _ABOUT[tool] | _PRIVATE
    questions = {
        at: text
        for at, text in texts.items()
        if not {codes[at], _bare(text)} & about or column_named(text)
    }
    return Survey(tool, path, questions, tuple(rest))


def _width(draft: Draft) -> int:
    return max((len(row.cells) for row in draft.head), default=0)


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.0f}"
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return str(cell)


def _bare(text: str) -> str:
    """Return the words of a header without a code before them, in lower case."""
    return _CODE.sub("", clean(text)).strip().rstrip("?:").casefold()


def _has_ids(row: Row) -> bool:
    return any(isinstance(c, str) and '"ImportId"' in c for c in row.cells.values())


def _tool(first: Row, rest: Sequence[Row]) -> Tool:
    """Return which tool wrote a table, by the columns that it always writes."""
    if any(map(_has_ids, rest[:3])):
        return "qualtrics"
    names = [clean(_text(cell)).casefold() for cell in first.cells.values()]
    bare = {_bare(name) for name in names}
    if names[0] in ("timestamp", "zeitstempel"):
        return "google-forms"
    if len({"start time", "completion time", "startzeit", "fertigstellungszeit"} & bare) > 1:
        return "microsoft-forms"
    if len({"response id", "date submitted", "antwort id", "datum abgeschickt"} & bare) > 1:
        return "limesurvey"
    return "limesurvey" if {"submitdate", "lastpage"} <= bare else "table"


# -- what the questions are taken for ------------------------------------------------------------

_STOP = frozenset(
    {
        *("a", "an", "and", "are", "at", "be", "by", "do", "does", "for", "how", "in", "is", "it"),
        *("many", "much", "of", "on", "or", "our", "s", "that", "the", "their", "this", "to"),
        *("was", "we", "what", "when", "where", "which", "who", "whom", "whose", "will", "with"),
        *("you", "your", "team", "teams", "der", "die", "das", "und", "ist", "sind", "wie"),
        *("viele", "welche", "welches", "welcher", "wer", "ein", "eine", "einer", "ihr", "ihre"),
        *("im", "den", "dem", "von", "name"),
    }
)
"""Words that are in every question, in English and German."""
_ENOUGH, _SURE = 0.45, 0.8


def propose(survey: Survey, content: Content) -> str:
    """Return the text of a mapping file, which says what each question is taken for."""
    taken = _matches(survey.questions, content)
    columns = []
    for at, text in survey.questions.items():
        name, likeness = taken.get(at, (None, 0.0))
        entry: dict[str, Any] = {"question": text, "answer": name}
        if name is not None and likeness < _SURE:
            entry["unsure"] = True
        column = column_of(name) if name else None
        if values := _choices(survey, at, column, content):
            entry["values"] = values
        columns.append(entry)
    head = (
        f"# What the questions of {survey.path.name} ({NAMES[survey.tool]}) are taken for.\n"
        "# Look at each: put the name of the right answer, or null to leave a question out. Under\n"
        "# “values”, put what each choice stands for. “workshop schema answers” prints all names.\n"
        "# Then write “confirmed: true”, and run\n"
        f"#   workshop import {survey.path.name} --mapping THIS-FILE -o answers.csv\n"
    )
    data = {"tool": survey.tool, "confirmed": False, "columns": columns}
    return head + yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=96)


def _matches(questions: Mapping[int, str], content: Content) -> dict[int, tuple[str, float]]:
    """Return the answer that each question is nearest to, each answer once."""
    known = list(_known(content))
    found: list[tuple[float, int, str]] = []
    for at, text in questions.items():
        if column := column_named(text):
            found.append((2.0, at, column.name))
            continue
        words, asks_name = _words(text), _asks_name(text)
        for name, ways in known:
            likeness = max(_likeness(text, words, way) for way in ways)
            of_person = asks_name and not any(map(_asks_name, ways))
            if likeness >= (_SURE if of_person else _ENOUGH):
                found.append((likeness, at, name))
    taken: dict[int, tuple[str, float]] = {}
    used: set[str] = set()
    for likeness, at, name in sorted(found, key=lambda f: (-f[0], f[1])):
        if at not in taken and name not in used:
            taken[at] = (name, likeness)
            used.add(name)
    return taken


def _known(content: Content) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give each answer that has a column, with the ways in which it may be asked."""
    for question in content.questions:
        column = column_of(question.id)
        if column is not None and column.kind not in ("part", "parts"):
            name = question.id.replace("_", " ").replace("-", " ").replace(".", " ")
            yield question.id, (question.ask, question.name, name)


def _likeness(text: str, words: frozenset[str], way: str) -> float:
    """Return how alike two questions are by words and letters, 0 to 1."""
    inside = _INSIDE.match(text)
    whole = _bare(text if inside is None else f"{inside[1]} {inside[2]}")
    other = _words(way)
    shared = len(words & other) / max(len(words | other), 1)
    letters = SequenceMatcher(None, whole, way.rstrip("?").casefold()).ratio()
    return max(shared, letters if letters > 0.75 else 0.0, 0.5 * shared + 0.5 * letters)


def _asks_name(text: str) -> bool:
    """Return whether a question asks for a name, which may be a person's."""
    return re.search(r"\bnamen?\b", text.casefold()) is not None


def _words(text: str) -> frozenset[str]:
    found = re.findall(r"\w+", _CODE.sub("", clean(text)).casefold())
    return frozenset(w.rstrip("s") for w in found if w not in _STOP)


def _choices(
    survey: Survey, at: int, column: Column | None, content: Content
) -> dict[str, Any] | None:
    """Return what the words of a question with choices are taken for."""
    if column is None or column.kind not in ("choice", "whole", "yes-no"):
        return None
    values = survey.values(at)
    choices = content.question(column.name).choices
    if not choices or len(values) > _FEW or all(v.isdigit() for v in values):
        return None
    found: dict[str, Any] = {}
    for value in values:
        if value in choices:
            continue
        label = _nearest(value, choices)
        found[value] = {"true": True, "false": False}.get(label or "", label)
    return found or None


def _nearest(value: str, choices: Mapping[str, str]) -> str | None:
    """Return the choice whose label is nearest to a word; None if none is near."""
    typed = clean(value).casefold()

    def like(choice: str) -> float:
        ways = (choice.replace("-", " "), choices[choice].casefold())
        begins = any(w.startswith(typed) or typed.startswith(w) for w in ways)
        return max(1.0 * begins, *(SequenceMatcher(None, typed, w).ratio() for w in ways))

    best = max(choices, key=like)
    return best if like(best) > 0.6 else None


# -- the table -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Confirmed:
    """A confirmed mapping: the answer of each question, and of each choice."""

    answers: Mapping[str, str | None]
    values: Mapping[str, Mapping[str, Any]]


def read_mapping(path: Path) -> Confirmed:
    """Return a mapping file.

    Raises `InputError` for what is wrong in it, and where nobody has confirmed it.
    """
    text = text_of(path)
    data, problems = plain_of(tree_of(text, path), text, path)
    if not problems and not (isinstance(data, dict) and isinstance(data.get("columns"), list)):
        problems = [Problem("This is no mapping of a survey's questions.", where=str(path))]
    if problems:
        raise InputError(problems)
    answers: dict[str, str | None] = {}
    values: dict[str, Mapping[str, Any]] = {}
    for entry in data["columns"]:
        if not isinstance(entry, dict) or not isinstance(entry.get("question"), str):
            problems.append(Problem("An entry has a question and an answer.", where=str(path)))
            continue
        question, name = entry["question"], entry.get("answer")
        if name is not None and column_of(str(name)) is None:
            known = [n for n in answers.values() if n]
            message = "No answer has this name."
            hint = near(str(name), [*known, *ANSWERS])
            problems.append(Problem(message, shorten(question), shorten(name), "", hint, str(path)))
        answers[question] = None if name is None else str(name)
        if isinstance(entry.get("values"), dict):
            values[question] = entry["values"]
    names = [n for n in answers.values() if n]
    for name in sorted({n for n in names if names.count(n) > 1}):
        message = "Two questions are mapped to this answer. Leave one out with null."
        problems.append(Problem(message, name, where=str(path)))
    if data.get("confirmed") is not True:
        hint = "Look at each question, then write “confirmed: true”."
        message = "Nobody has confirmed this mapping yet."
        problems.append(Problem(message, "confirmed", "", "", hint, str(path)))
    if problems:
        raise InputError(problems[:MAX_PROBLEMS])
    return Confirmed(answers, values)


def apply(survey: Survey, mapping: Confirmed) -> str:
    """Return the survey as a table of answers in CSV, a row for each of its rows."""
    columns = {
        at: (question, column)
        for at, question in survey.questions.items()
        if (name := mapping.answers.get(question)) and (column := column_of(name))
    }
    if not columns:
        raise InputError([Problem("No question is mapped to an answer.", where=str(survey.path))])
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for _, column in columns.values()])
    for row in survey.rows:
        cells = [
            _cell(survey.tool, column, row.cells.get(at), mapping.values.get(question, {}))
            for at, (question, column) in columns.items()
        ]
        writer.writerow(cells)
    return text.getvalue()


def _cell(tool: Tool, column: Column, cell: Any, values: Mapping[str, Any]) -> str:
    """Return a cell as a table of answers has it."""
    if cell is None:
        return ""
    text = cell.shows if isinstance(cell, Unreadable) else _text(cell)
    if text in values:
        found = values[text]
        return "" if found is None else _text(found)
    if column.kind == "texts" and tool == "google-forms":
        return text.replace(", ", "; ")
    return text.rstrip(";") if column.kind == "texts" else text
