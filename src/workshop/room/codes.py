"""Short codes of paper ballots: the number of a vote, a letter for a choice, a digit for a role.

A printed ballot shows them beside its boxes, and whoever keys it in types “3B 2” instead of
looking for three places on a page. Fixed choices keep their letters whatever else is told later:
teams that the kit knows are A to E, nobody is X, “at handover” Y, a name that was written in Z.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from workshop.model.answers import Answers
from workshop.model.content import Content
from workshop.model.teams import AT_HANDOVER, KINDS, NOBODY
from workshop.room.questions import SUGGESTED, Choice, Poll, Refused, poll_of, pollable

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVW"
OTHER = "Z"
"""The letter of a team that was written in by hand."""
_FIXED = {NOBODY: "X", AT_HANDOVER: "Y"}
_CODE = re.compile(r"(Q?\d{1,3})\s*([A-Z]{1,16})(?:\s+(\d{1,2}))?", re.IGNORECASE)


@dataclass(frozen=True)
class Slip:
    """What a typed code says: the vote, the values chosen, the role if one was given."""

    question: str
    chosen: tuple[str, ...]
    other: bool
    """True if the box of a written-in team was ticked; its name is typed beside the code."""
    role: str


def vote_codes(content: Content) -> dict[str, str]:
    """Return each vote's number by its key.

    The votes of a workshop are 1 to 9; a drill's moments have its number and theirs (drill 2,
    first moment: 21); every other question is Q1, Q2, ….
    """
    keys = pollable(content)
    found = {key: str(n) for n, key in enumerate(SUGGESTED, 1) if key in keys}
    for n, drill in enumerate(content.drills, 1):
        for m, moment in enumerate(drill.moments, 1):
            found[f"drills.{drill.id}.minute_{moment.minute}"] = f"{n}{m}"
    others = [key for key in keys if key not in found]
    return found | {key: f"Q{n}" for n, key in enumerate(others, 1)}


def choice_codes(poll: Poll) -> dict[str, Choice]:
    """Return the choices of a vote by their letters, in the order in which they are shown."""
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
    """Return what a typed code such as “3B 2” says. Raises `Refused` for one that says nothing."""
    match = _CODE.fullmatch(typed.strip())
    if match is None:
        raise Refused("no-such-code", 422)
    number, letters, role = match[1].upper(), match[2].upper(), match[3]
    keys = {code: key for key, code in vote_codes(content).items()}
    if number not in keys:
        raise Refused("no-such-code", 422)
    poll = poll_of(content, answers, keys[number])
    choices = choice_codes(poll)
    known = set(choices) | ({OTHER} if poll.kind != "choice" else set())
    if not set(letters) <= known or (role is not None and not 1 <= int(role) <= len(roles)):
        raise Refused("no-such-code", 422)
    if len(set(letters)) > 1 and poll.kind != "teams":
        raise Refused("choose-one", 422)
    chosen = tuple(choices[c].value for c in dict.fromkeys(letters) if c != OTHER)
    return Slip(poll.key, chosen, OTHER in letters, roles[int(role) - 1] if role else "")
