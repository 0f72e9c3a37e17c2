"""Read dissent as people write it: who speaks, and where the next one begins."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workshop.answers.schema import Answers, Decision, as_compared, teams_in
from workshop.content.teams import Teams

_SAYS = re.compile(r"\s+(says?|said|thinks?|sagen|sagte?|sagt|meint)$", re.IGNORECASE)
"""A verb after the name of who speaks, as people type it."""
_MOST = 40
"""The most letters of a speaker's role."""
_BEGINS = re.compile(rf"(?<=[.!?;…”“\"’'»)])\s+(?=([^\s.:!?;][^.:!?;\n]{{0,{_MOST - 1}}}):\s)")
"""The space before a name with a colon at which a sentence begins."""


def speaker(dissent: str) -> str:
    """Return who speaks in a dissent of the form “Role: words”, or an empty string."""
    who, colon, words = dissent.partition(":")
    who = _SAYS.sub("", who.strip())
    return who if colon and words.strip() and len(who) <= _MOST else ""


def positions(teams: Teams, answers: Answers, dissent: str | None) -> tuple[str, ...]:
    """Return the positions that one field holds, each as it was written.

    A line begins one. So does a sentence that begins with the name of a team or role of the
    answers and a colon; any other colon belongs to what is said. A line without a speaker goes on
    with that of the speaker before it.
    """
    found: list[str] = []
    for line in (dissent or "").splitlines():
        for part in _parts(teams, answers, line.strip()):
            if found and speaker(found[-1]) and not speaker(part):
                found[-1] = f"{found[-1]} {part}"
            else:
                found.append(part)
    return tuple(found)


def without_reply(teams: Teams, answers: Answers, decision: Decision) -> tuple[str, ...]:
    """Return the positions on a decision to which its reply does not speak.

    A reply that names some of those who disagree is for them; any other is for all.
    """
    held, reply = positions(teams, answers, decision.dissent), decision.reply
    if not reply:
        return held
    others = tuple(one for one in held if not _names(reply, speaker(one)))
    return others if len(others) < len(held) else ()


def _names(reply: str, who: str) -> bool:
    return bool(who and re.search(rf"(?<!\w){re.escape(who)}(?!\w)", reply, re.IGNORECASE))


def _parts(teams: Teams, answers: Answers, line: str) -> Iterator[str]:
    """Yield what each speaker of a line says."""
    start = 0
    for place in _BEGINS.finditer(line):
        if _is_known(teams, answers, _SAYS.sub("", place[1])):
            yield line[start : place.start()]
            start = place.end()
    if line[start:]:
        yield line[start:]


def _is_known(teams: Teams, answers: Answers, name: str) -> bool:
    """Return whether a name is one of a team, of an owner or of a role that voted."""
    if teams.kind(name) or teams.among(name, teams_in(answers)):
        return True
    voted = {role for v in answers.votes or () for r in v.rounds for role in r.sizes()}
    owners = {d.owner for d in answers.decisions or () if d.owner}
    return as_compared(name) in map(as_compared, voted | owners)
