"""Read the groups of a batch, and name the folder of each."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workshop.answers.reading import read_answers
from workshop.answers.schema import Answers
from workshop.answers.sheets import TABLE_LIKE
from workshop.answers.table import read_table
from workshop.content.loader import Content, load_content
from workshop.problems import InputError, Problem, SessionTrouble, shorten

LONGEST = 60
_RESERVED = {"con", "prn", "aux", "nul"} | {f"{d}{n}" for d in ("com", "lpt") for n in range(10)}
"""Names that Windows reserves for devices, with any ending."""


def slug(text: str) -> str:
    """Return a text as a folder's name: letters and digits of any script, hyphens.

    Letters with marks lose them if a plain letter is left. Longer names are cut and end in a few
    characters that keep them distinct. The name is empty if the text has neither letter nor digit.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().lower()  # Cherokee folds upwards
    letters = "".join(_plain(c) for c in unicodedata.normalize("NFKC", folded))
    name = "-".join(letters.split())
    if len(name) > LONGEST:
        mark = hashlib.sha256(name.encode()).hexdigest()[:6]
        name = f"{name[: LONGEST - 7].rstrip('-')}-{mark}"
    return f"group-{name}" if name in _RESERVED else name


def _plain(letter: str) -> str:
    base = unicodedata.normalize("NFKD", letter)[0]
    if base.isascii() and base.isalnum():
        return base
    if "\u0300" <= letter <= "\u036f":  # what casefold leaves of İ
        return ""
    # marks make the vowels of many scripts
    return letter if unicodedata.category(letter)[0] in "LNM" else " "


@dataclass(frozen=True)
class Called:
    """A group's name in its answers, and that of its file or row."""

    group: str
    organisation: str
    file: str = ""
    row: str = ""


def names_for(groups: Sequence[Called]) -> list[str]:
    """Return a folder name for each group.

    Files of one group, such as those of several people, have their own names too. Names are equal
    if nothing distinguishes the groups.
    """
    short = [slug(g.group) or slug(g.organisation) or slug(g.file or g.row) for g in groups]
    organisations: dict[str, set[str]] = defaultdict(set)
    for name, g in zip(short, groups, strict=True):
        organisations[name].add(slug(g.organisation))
    names = [
        slug(f"{g.organisation} {g.group}") if len(organisations[name]) > 1 else name
        for name, g in zip(short, groups, strict=True)
    ]
    often = Counter(names)
    return [
        slug(f"{name} {g.file}") if often[name] > 1 and g.file else name
        for name, g in zip(names, groups, strict=True)
    ]


ANSWERS = (".yaml", ".yml", ".json")
TABLES = TABLE_LIKE
SESSION = ".workshop"
_SHOWN = 10


@dataclass(frozen=True)
class Group:
    """One pack to make: the name of its folder, the answers, and their place."""

    name: str
    answers: Answers
    where: str


@dataclass(frozen=True)
class Source:
    """The groups that can be made, and all problems of the others.

    `problems` are in the order of rows and files. `left_out` lists each group that is not among
    `groups`, and columns that were not read. `notes` say how something was read, and need no
    mending.
    """

    groups: tuple[Group, ...]
    problems: tuple[Problem, ...]
    left_out: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Entry:
    """Answers without a name yet, None if any is wrong; their file and row."""

    answers: Answers | None
    called: Called
    file: str
    row: int | None = None

    @property
    def where(self) -> str:
        return f"{self.file}, row {self.row}" if self.row else self.file


def read_source(place: Path, content: Content | None = None) -> Source:
    """Return the groups of a folder, a table, a session or an answers file.

    Of a folder, the answers files and sessions at its top are read. Every problem is listed;
    a group with a problem is not among the groups.

    Raises InputError if there is nothing to read at all.
    """
    content = content or load_content()
    if place.is_dir():
        return _named(*_of_folder(place, content))
    if place.suffix.lower() in TABLES:
        return _named(*_of_table(place, content))
    answers, notes = _of_file(place, content)
    return _named([_of(answers, place)], [], [], notes)


_Found = tuple[list[_Entry], list[Problem], list[str], list[str]]


def _of_folder(place: Path, content: Content) -> _Found:
    try:
        inside = sorted(p for p in place.iterdir() if not p.name.startswith((".", "~$")))
    except OSError as error:
        message = f"Cannot be read: {error.strerror or error}."
        raise InputError([Problem(message, where=str(place))]) from None
    files = [p for p in inside if p.suffix.lower() in (*ANSWERS, SESSION)]
    tables = [p for p in inside if p.suffix.lower() in TABLES]
    if not files:
        hint = f"Name the table itself: {tables[0]}." if tables else ""
        allowed = ", ".join((*ANSWERS, SESSION))
        message = "No answers file and no session is in this folder."
        raise InputError([Problem(message, "", "", allowed, hint, str(place))])
    found: list[_Entry] = []
    problems: list[Problem] = []
    left_out: list[str] = []
    notes = [f"{p} is a table and was not read with the folder; name it itself." for p in tables]
    for path in files:
        try:
            answers, more = _of_file(path, content)
            found.append(_of(answers, path))
            notes += more
        except InputError as error:
            problems += error.problems
            left_out.append(str(path))
    return found, problems, left_out, notes


def _of_table(place: Path, content: Content) -> _Found:
    table = read_table(place, content)
    found = []
    for row in table.rows:
        called = Called(row.group, row.organisation, row=f"{place.stem} row {row.number}")
        found.append(_Entry(row.answers, called, table.where, row.number))
    bad = [one.where for one in found if one.answers is None]
    return found, list(table.problems), [*table.left_out, *bad], list(table.notes)


def _of(answers: Answers, path: Path) -> _Entry:
    called = Called(answers.group or "", answers.organisation or "", file=path.stem)
    return _Entry(answers, called, str(path))


def _of_file(path: Path, content: Content) -> tuple[Answers, list[str]]:
    """Return the answers of a file or a session, and notes on them."""
    ending = path.suffix.lower()
    if ending == SESSION:
        return _of_session(path, content)
    if ending in ANSWERS or not path.exists():
        return read_answers(path, content), []
    message = "This is neither a table nor a session nor an answers file."
    allowed = ", ".join((*ANSWERS, *TABLES, SESSION))
    raise InputError([Problem(message, "", "", allowed, "", str(path))])


def _of_session(path: Path, content: Content) -> tuple[Answers, list[str]]:
    from workshop.session import Session  # half of what a batch imports, and seldom needed

    try:
        session = Session.open(path, create=False, content=content)
    except SessionTrouble as trouble:
        raise InputError([Problem(str(trouble))]) from None
    try:
        return session.answers_with_votes(), [f"{path}: {line}" for line in session.problems]
    finally:
        session.close()


def _named(
    found: list[_Entry], problems: list[Problem], left_out: list[str], notes: list[str]
) -> Source:
    """Return the groups with names; groups with equal names are all left out."""
    names = names_for([one.called for one in found])
    same: dict[str, list[_Entry]] = defaultdict(list)
    for name, one in zip(names, found, strict=True):
        same[name].append(one)
    groups = tuple(
        Group(name, one.answers, one.where)
        for name, one in zip(names, found, strict=True)
        if one.answers is not None and len(same[name]) == 1
    )
    for name, ones in same.items():
        if len(ones) > 1:
            problems.append(_collision(name, ones))
            left_out += [one.where for one in ones if one.answers is not None]
    if found and found[0].row:
        problems.sort(key=lambda p: p.line or 0)
    return Source(groups, tuple(problems), tuple(left_out), tuple(notes))


def _collision(name: str, ones: list[_Entry]) -> Problem:
    places = [f"row {one.row}" if one.row else one.file for one in ones]
    more = f" and {len(ones) - _SHOWN} more" if len(ones) > _SHOWN else ""
    message = (
        f"{len(ones)} groups would get one folder, {name}: {', '.join(places[:_SHOWN])}{more}."
    )
    last = ones[-1]
    return Problem(
        message,
        "group",
        shorten(last.called.group),
        "",
        "Give each a group of its own: names that differ in letters or digits.",
        last.file,
        last.row,
    )
