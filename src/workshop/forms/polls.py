"""List what can be put to the vote, and the short codes of paper ballots."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import count
from typing import Any, Literal

from workshop.answers.schema import OWN, Answers
from workshop.content.items import AsksAbout
from workshop.content.loader import Content
from workshop.content.teams import AT_HANDOVER, KINDS, NOBODY, UNKNOWN, Teams
from workshop.forms.fields import MAX_TEAMS, Choice, choices_of, known_teams

Kind = Literal["choice", "dots", "team", "teams", "text"]
MAX_NAME = 80
"""The most characters of a name that is typed on a ballot, and of a choice."""
MAX_WORDS = 200
"""The most characters of an answer in free text."""
MAX_ASK = 300
MOST_CHOICES = 12
"""The most choices of a question that is typed in the room."""
MOST_DOTS = 3
"""The most choices that one ballot of such a question may have."""
TEAM_QUESTIONS = (
    "builder",
    "duties.evaluation-set",
    "duties.ship",
    "duties.paged",
    "duties.answers-to-business",
    "duties.turn-off",
    "retirement_authority",
    "paged_infrastructure",
    "paged_quality",
    "called_second",
    "knowledge.business",
    "knowledge.model",
    "knowledge.infrastructure",
    "rollback_authority",
)
ABOUT_THE_MODEL = (2, 4)
"""The parts whose questions are about one model, whose name ballots show."""
AUTHORS = "evaluation_set_authors"
"""The only question whose answer is several teams."""
SEVERAL = frozenset({"squad", "earlier.became"})
"""Questions of which several choices are taken at once, so no single vote."""
SUGGESTED = (
    "lead",
    "duties.evaluation-set",
    "duties.ship",
    "duties.paged",
    "duties.answers-to-business",
    "duties.turn-off",
    AUTHORS,
    "retirement_authority",
    "paged_quality",
    "rollback_authority",
    "chosen_pattern",
)
"""The suggested votes of a workshop, in their order."""
FIRST = (
    "lead",
    "duties.paged",
    "paged_quality",
    "rollback_authority",
    "duties.turn-off",
    "chosen_pattern",
)
"""Those for which a short workshop has the time, in their order."""


class Refused(Exception):  # noqa: N818 (nothing is wrong with the program)
    """An action that is not allowed now; `word` is the key of the reason."""

    def __init__(self, word: str, status: int = 409, **values: Any) -> None:
        super().__init__(word)
        self.word, self.status, self.values = word, status, values


@dataclass(frozen=True)
class Poll:
    """A question as it is put to the vote; `scene` is the story before a drill's."""

    key: str
    name: str
    ask: str
    kind: Kind
    choices: tuple[Choice, ...]
    teams: Teams = field(repr=False, compare=False)
    """How the names of teams on its ballots are read."""
    why: str = ""
    scene: tuple[str, ...] = ()
    asks_about: AsksAbout = "today"
    about: str = ""
    """In words: whether it asks how things are today, or how they shall be."""
    sets: str = ""
    """Name of the answer that a decision on it sets."""
    dots: int = 1
    """The most choices of one ballot, if `kind` is dots."""
    model: str = ""
    """The model that it is about, if the answers name one."""

    unknown = UNKNOWN
    """The value of “I don't know”, which every ballot offers beside its choices."""
    nobody = NOBODY

    @property
    def title(self) -> str:
        """Return what it is called in lists: its question, or a drill's name and minute."""
        return self.name if self.scene else self.ask

    @property
    def takes_words(self) -> bool:
        """Return whether people may type an answer of their own."""
        return self.kind not in ("choice", "dots")

    @property
    def longest(self) -> int:
        """Return the most characters of what is typed instead of a choice."""
        return MAX_WORDS if self.kind == "text" else MAX_NAME

    def label(self, value: str) -> str:
        """Return the words for a vote's value."""
        if self.kind == "text":
            return value
        found = next((c.label for c in self.choices if c.value == value), None)
        return self.teams.label(value) if found is None else found


@dataclass(frozen=True)
class OwnQuestion:
    """A question that a facilitator typed; without choices it is free text."""

    key: str
    ask: str
    choices: tuple[str, ...] = ()
    asks_about: AsksAbout = "today"
    dots: int = 1
    """The most choices of one ballot."""

    @property
    def listed(self) -> Literal["words", "dots"] | None:
        """Return how it is answered if its answers do not exclude each other."""
        if not self.choices:
            return "words"
        return "dots" if self.dots > 1 else None

    def poll(self, content: Content) -> Poll:
        """Return it as it is put to the vote; a decision on it sets no answer."""
        kind: Kind = "dots" if self.dots > 1 else "choice"
        return Poll(
            self.key,
            self.ask,
            self.ask,
            kind if self.choices else "text",
            tuple(Choice(words, words) for words in self.choices),
            content.teams,
            asks_about=self.asks_about,
            about=content.words(f"room.about-{self.asks_about}"),
            dots=self.dots,
        )


def own_question(
    content: Content,
    taken: Iterable[str],
    ask: str,
    choices: str,
    asks_about: AsksAbout,
    dots: int = 1,
) -> OwnQuestion:
    """Return a typed question; `choices` has one a line, or none for free text.

    Raises `Refused` for what cannot be put to the vote.
    """
    words = clean(ask, MAX_ASK)
    if not words:
        raise Refused("own-ask-missing", 422)
    lines = [clean(line, MAX_NAME + 1) for line in choices.splitlines()]
    offered: dict[str, str] = {}
    for line in filter(None, lines):
        offered.setdefault(name_key(line), line)
    dont_know = {UNKNOWN, name_key(content.words("room.ballot-unknown"))}
    odd = any(len(line) > MAX_NAME for line in lines) or dont_know & offered.keys()
    if odd or len(offered) == 1 or len(offered) > MOST_CHOICES:
        raise Refused("own-choices", 422, most=MOST_CHOICES, longest=MAX_NAME)
    key = own_key(taken, words)
    return OwnQuestion(key, words, tuple(offered.values()), asks_about, dots if offered else 1)


def own_key(taken: Iterable[str], ask: str) -> str:
    """Return a name for a typed question, which none of the others has."""
    plain = unicodedata.normalize("NFKD", ask).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))[:48].strip("-") or "question"
    names = (f"{OWN}{slug}" + (f"-{n}" if n > 1 else "") for n in count(1))
    known = {*taken}
    return next(name for name in names if name not in known)


def pollable(content: Content) -> tuple[str, ...]:
    """Return the keys of everything that can be put to the vote, in order."""
    teams = {*TEAM_QUESTIONS, AUTHORS}
    found = [
        q.id for q in content.questions if q.id in teams or (q.choices and q.id not in SEVERAL)
    ]
    found += [f"drills.{d.id}.minute_{m.minute}" for d in content.drills for m in d.moments]
    return tuple(found)


def poll_of(content: Content, answers: Answers, name: str) -> Poll:
    """Return a question as it is put to the vote.

    Raises KeyError for a question that cannot be.
    """
    if name not in pollable(content):
        raise KeyError(name)
    if name.startswith("drills."):
        poll = _drill(content, answers, name)
    else:
        poll = _question(content, answers, name)
    question = content.question(name)
    about = question.asks_about
    its_model = question.part in ABOUT_THE_MODEL and not poll.scene
    return replace(
        poll,
        asks_about=about,
        about=content.words(f"room.about-{about}"),
        sets=content.sets(name),
        model=(answers.model or "") if its_model else "",
    )


def _question(content: Content, answers: Answers, name: str) -> Poll:
    question = content.question(name)
    if question.choices:
        offered = choices_of(content, question)
        return Poll(
            name, question.name, question.ask, "choice", offered, content.teams, question.why
        )
    kind: Kind = "teams" if name == AUTHORS else "team"
    choices = _ballot_teams(content, answers, handover=name.startswith("duties."))
    return Poll(name, question.name, question.ask, kind, choices, content.teams, question.why)


def _drill(content: Content, answers: Answers, name: str) -> Poll:
    _, id_, minute = name.split(".")
    drill = next(d for d in content.drills if d.id == id_)
    at = int(minute.removeprefix("minute_"))
    moment = next(m for m in drill.moments if m.minute == at)
    scene = tuple(m.scene for m in drill.moments if m.minute <= at)
    title = content.words("room.drill-name", n=at, title=drill.title)
    teams = _ballot_teams(content, answers)
    story = (drill.story, *scene)
    return Poll(name, title, moment.ask, "team", teams, content.teams, scene=story)


def _ballot_teams(content: Content, answers: Answers, handover: bool = False) -> tuple[Choice, ...]:
    """Return the teams on a ballot, without names that are too long to print."""
    offered = known_teams(content, answers, handover, longest=MAX_NAME)
    return tuple(replace(c, label=content.teams.label(c.label)) for c in offered)


def read_ballot(poll: Poll, chosen: Iterable[str], other: str = "") -> tuple[str, ...]:
    """Return the values of a ballot: those of `read_choice`, or `UNKNOWN` alone.

    Raises `Refused` if none of them is allowed, or if “I don't know” comes with a choice.
    """
    given = [c for c in chosen if c]
    if poll.takes_words:
        given += [name for name in _typed(poll, other) if clean(name, poll.longest)]
    unknown = [s for s in given if s == UNKNOWN or _is_dont_know(poll, s)]
    if not unknown:
        return read_choice(poll, chosen, other)
    if len(unknown) < len(given):
        raise Refused("unknown-alone", 422)
    return (UNKNOWN,)


def _is_dont_know(poll: Poll, name: str) -> bool:
    """Return whether a team's name only means “not known”: TBD, ?."""
    return poll.kind in ("team", "teams") and poll.teams.is_unknown(name)


def read_choice(poll: Poll, chosen: Iterable[str], other: str = "") -> tuple[str, ...]:
    """Return the values of a choice: one, or several teams if asked for.

    Raises `Refused` if none of them is allowed, or if a team comes with “nobody”.
    """
    picked = [c for c in chosen if c]
    known = {c.value for c in poll.choices}
    if poll.kind == "choice":
        if len(picked) != 1 or picked[0] not in known:
            raise Refused("choose-one", 422)
        return (picked[0],)
    if poll.kind == "dots":
        picked = list(dict.fromkeys(picked))
        if not 1 <= len(picked) <= poll.dots or not {*picked} <= known:
            raise Refused("choose-up-to", 422, n=poll.dots)
        return tuple(picked)
    if poll.kind == "text":
        if not (words := clean(other, poll.longest)):
            raise Refused("write-something", 422)
        return (words,)
    named = [_canonical(poll, name) for name in (*picked, *_typed(poll, other))]
    named = list(dict.fromkeys(n for n in named if n and not _is_dont_know(poll, n)))
    if not named:
        raise Refused("choose-one", 422)
    if poll.kind == "teams" and NOBODY in named and len(named) > 1:
        raise Refused("nobody-alone", 422)
    if poll.kind == "team":
        return (named[-1],)
    return tuple(sorted(named)[:MAX_TEAMS])


def _typed(poll: Poll, other: str) -> list[str]:
    """Return the typed names, separated at commas if several are asked for."""
    if poll.kind != "teams" or any(poll.teams.same(c.value, other) for c in poll.choices):
        return [other]
    return re.split("[,;\n]", other)


def stored_value(question: str, values: Sequence[str]) -> str | list[str]:
    """Return a ballot's values as they are kept: a list if there may be several."""
    return list(values) if question == AUTHORS or len(values) > 1 else values[0]


def _canonical(poll: Poll, name: str) -> str:
    """Return a team's name as the choices spell it, or as typed, on one line."""
    cleaned = clean(name, MAX_NAME)
    if poll.teams.is_nobody(cleaned):
        return NOBODY
    return next((c.value for c in poll.choices if poll.teams.same(c.value, cleaned)), cleaned)


_JOINERS = "\u200c\u200d"
_NEEDED = frozenset(
    _JOINERS
    + "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
    + "".join(map(chr, range(0xE0020, 0xE0080)))
)
"""Invisible characters that letters, numbers and emoji need."""


def clean(text: str, limit: int) -> str:
    """Return typed text on one line, without needless invisible characters."""
    visible = (c for c in text if c in _NEEDED or unicodedata.category(c) != "Cf")
    shown = (c if c.isprintable() or c in _NEEDED else " " for c in visible)
    words = " ".join("".join(shown).split())[:limit].strip()
    return words if words.strip(_JOINERS + " ") else ""


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """Return the form in which two spellings of one person's name are equal."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return unicodedata.normalize("NFKC", plain.translate(dict.fromkeys(map(ord, _JOINERS))))


def answer_value(poll: Poll, values: Sequence[str]) -> Any:
    """Return a decided value in the type that the answers use for it."""
    if poll.kind == "teams":
        return list(values)
    (value,) = values
    if poll.kind == "choice":
        if {c.value for c in poll.choices} == {"true", "false"}:
            return value == "true"
        if value.isdigit():
            return int(value)
    return value


def values_said(poll: Poll, words: str) -> tuple[str, ...]:
    """Return the choices that a sentence names in whole; none for any other sentence."""
    names = poll.teams.parts(words) if poll.kind == "teams" else [words]
    found = []
    for name in names:
        said = name_key(" ".join(name.split()))
        same = (
            c.value
            for c in poll.choices
            if name_key(c.label) == said or (poll.takes_words and poll.teams.same(c.value, name))
        )
        found.append(next(same, ""))
    return tuple(sorted(found)) if all(found) else ()


def recorded_as(poll: Poll) -> str:
    """Return the words under which a decision on a question is recorded."""
    return f"{poll.name}: {poll.ask}" if poll.scene else poll.ask


def address_of(poll: Poll) -> tuple[str, ...]:
    """Return where the session keeps the answer to a question."""
    return tuple(poll.key.split("."))


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUV"
DONT_KNOW = "W"
"""The letter on a ballot for “I don't know”."""
OTHER = "Z"
"""The letter on a ballot for a team that is written in by hand."""
_FIXED = {NOBODY: "X", AT_HANDOVER: "Y"}
_CODE = re.compile(r"(Q?\d{1,3})\s*([A-Z]{1,16})(?:\s+(\d{1,2}))?", re.IGNORECASE)


@dataclass(frozen=True)
class Slip:
    """The content of a typed code: the vote, the values, the role if it has one."""

    question: str
    chosen: tuple[str, ...]
    other: bool
    """True if the box of a written-in team is ticked; its name is typed separately."""
    role: str


def vote_codes(content: Content) -> dict[str, str]:
    """Return each vote's number by its key.

    The votes of a workshop are 1 to 9; a drill's moments have the drill's number and their own
    (drill 2, first moment: 21); every other question is Q1, Q2, ….
    """
    keys = pollable(content)
    found = {key: str(n) for n, key in enumerate(SUGGESTED, 1) if key in keys}
    for n, drill in enumerate(content.drills, 1):
        for m, moment in enumerate(drill.moments, 1):
            # from 21 on: the suggested votes have the numbers up to 11
            found[f"drills.{drill.id}.minute_{moment.minute}"] = f"{n + 1}{m}"
    others = [key for key in keys if key not in found]
    return found | {key: f"Q{n}" for n, key in enumerate(others, 1)}


def choice_codes(poll: Poll) -> dict[str, Choice]:
    """Return the choices of a vote by their letters, in the order shown."""
    free = iter(_LETTERS if poll.kind == "choice" else _LETTERS[len(KINDS) :])
    found: dict[str, Choice] = {}
    for choice in poll.choices:
        if poll.kind == "choice":
            letter = next(free)
        elif choice.value in KINDS:
            letter = _LETTERS[KINDS.index(choice.value)]
        else:
            letter = _FIXED.get(choice.value) or next(free)
        found[letter] = choice
    return found


def read_code(content: Content, answers: Answers, typed: str, roles: Sequence[str] = ()) -> Slip:
    """Return what a typed code such as “3B 2” says.

    Raises `Refused` for one that says nothing.
    """
    match = _CODE.fullmatch(unicodedata.normalize("NFKC", typed).strip())
    if match is None:
        raise Refused("no-such-code", 422)
    number, letters, role = match[1].upper(), match[2].upper(), match[3]
    keys = {code: key for key, code in vote_codes(content).items()}
    if number not in keys:
        raise Refused("no-such-code", 422)
    poll = poll_of(content, answers, keys[number])
    choices = choice_codes(poll)
    known = {*choices, DONT_KNOW} | ({OTHER} if poll.kind != "choice" else set())
    if not set(letters) <= known or (role is not None and not 1 <= int(role) <= len(roles)):
        raise Refused("no-such-code", 422)
    if len(set(letters)) > 1 and poll.kind != "teams":
        raise Refused("choose-one", 422)
    values = {letter: choice.value for letter, choice in choices.items()} | {DONT_KNOW: UNKNOWN}
    chosen = tuple(values[c] for c in dict.fromkeys(letters) if c != OTHER)
    return Slip(poll.key, chosen, OTHER in letters, roles[int(role) - 1] if role else "")
