"""Words that try to be something else: markup, code, a formula, a link, somebody else's text.

One table for every place where people type. `type_everything` sends all of it through a room that
is really served, as names, roles, teams, facts, notes, decisions and dissent.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rooms import Facilitator, Participant, Room, serve
from workshop.forms.polls import MAX_NAME, clean
from workshop.room.commands import MAX_FACT, MAX_PERSON, open_room
from workshop.session import Session

HOSTILE = {
    "script": "<script>window.ran=1;alert(1)</script>",
    "handler": '"><img src=x onerror="window.ran=2;alert(2)">',
    "handler in an attribute": "' autofocus onfocus='window.ran=3' x='",
    "end of a place": "</textarea></title></style></script><svg onload=window.ran=4>",
    "comment": "<!-- --><b>bold</b><!--",
    "entities": "&lt;b&gt; &amp; &#60;script&#62; &nbsp;",
    "template": "{{ 7 * 7 }}{% raw %}{# note #}{% include 'base.html' %}",
    "format": "{model} {0.__class__} {} %s %(n)d ${HOME}",
    "link": "[win](javascript:window.ran=5) javascript:alert(5)",
    "address": "https://example.org/?a=1&b=2 ![x](https://example.org/x.png)",
    "typst call": '#eval("1+1") #read("/etc/passwd") #set page(width: 1cm)',
    "typst signs": "$x^2$ @note <label> *bold* _thin_ `raw` ~ // line /* all */",
    "backslashes": "\\ \\n \\u{41} \\(x\\) C:\\temp\\",
    "formula": "=1+1",
    "formula that links": '=HYPERLINK("http://127.0.0.1/";"x")',
    "plus": "+1+1",
    "minus": "-1-1",
    "at": "@SUM(1;1)",
    "pipe": "=cmd|' /C calc'!A0",
    "sql": "Robert'); DROP TABLE events;--",
    "csv": 'one,"two"";three\'\tfour',
    "yaml": "- !!python/object/apply:os.system ['true']: &a *a",
    "override": "abc\u202egnp.exe\u2066 end\u2069",
    "zero width": "ze\u200bro\u2060wi\ufeffdth\u00ad",
    "nul": "a\0b\x1b[31mc\x07",
    "lines": "one\r\ntwo\u2028three\x85four",
    "emoji": "👩‍👩‍👧 🚀 🏳️‍🌈",
    "right to left": "فريق المنصة צוות",
    "chinese": "机器学习平台团队",
    "marks": "A\u0301\u0302\u0303" * 12 + " end",
    "long": "x" * 10_000,
    "ten thousand words": "word " * 2_000,
}
"""By what each tries to be."""
HOSTS = ("engineering", "product")
"""The roles of those who type nothing hostile."""


def as_stored(words: str, limit: int = MAX_FACT) -> str:
    """Return how such words are kept: on one line, nothing in it that nobody sees."""
    return clean(words, limit)


def roles() -> list[str]:
    """Return roles as a team might have named them, all of them hostile but two."""
    return [*HOSTS, *(as_stored(words, MAX_PERSON) for words in HOSTILE.values())]


@contextmanager
def hostile_room(place: Path | str) -> Iterator[Room]:
    """Serve a named room whose very roles are hostile."""
    session = Session.open(place)
    open_room(session, "named", 2, roles())
    session.close()
    with serve(place, None, None) as room:
        yield room


def type_everything(room: Room) -> tuple[Facilitator, list[Participant]]:
    """Let somebody join for each of the words, and vote with nothing but them."""
    chair = room.facilitator()
    people = []
    for words in HOSTILE.values():
        one = room.participant(join=False)
        answer = one.join(room.keys.code, as_stored(words, MAX_PERSON), words)
        assert answer.status_code == 200, answer.text
        people.append(one)
    chair.ask("duties.paged")
    for one, words in zip(people, HOSTILE.values(), strict=True):
        answer = one.vote("duties.paged", "", words, other=words[:MAX_NAME])
        assert answer.status_code == 200, answer.text
    return chair, people


def conclude(chair: Facilitator) -> None:
    """Reveal it, note all of it, and decide for a hostile team against hostile dissent."""
    chair.reveal("duties.paged")
    for words in HOSTILE.values():
        chair.post("/console/discuss", question="duties.paged", note=words[:4_000])
    dissent = "\n".join(as_stored(words, 200) for words in HOSTILE.values())
    team = HOSTILE["script"]
    done = chair.post("/console/decide", question="duties.paged", other=team, dissent=dissent)
    assert done.status_code == 200, done.text
