"""Print everything for tables and walls, except the run sheet."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal, get_args

from workshop.answers.schema import Answers, Privacy
from workshop.content.items import Focus, PatternText
from workshop.content.loader import Content
from workshop.documents.blocks import Span
from workshop.documents.fonts import choose_families, find_fonts, lacks
from workshop.documents.measure import Lettering
from workshop.documents.paper import (
    Origin,
    Replacement,
    compile_pages,
    name_lacking,
    warn_replaced,
)
from workshop.documents.theme import LINE, LOOKS
from workshop.forms.polls import (
    DONT_KNOW,
    OTHER,
    SUGGESTED,
    Poll,
    choice_codes,
    poll_of,
    vote_codes,
)

PaperName = Literal["a4", "a3", "letter"]
PAPERS: tuple[PaperName, ...] = get_args(PaperName)
_SIZES: dict[str, tuple[float, float]] = {
    "a4": (210.0, 297.0),
    "a3": (297.0, 420.0),
    "letter": (215.9, 279.4),
}
"""Width and height in millimetres, portrait."""
_ROOM = 13.0
"""The width in ems beyond which a word may be broken anywhere."""


@dataclass(frozen=True)
class Order:
    """The workshop for which something is printed, and the paper.

    Raises ValueError for an unknown paper.
    """

    content: Content
    answers: Answers = field(default_factory=Answers)
    paper: PaperName = "a4"
    people: int = 0
    """The number of people expected in the room; 0 if unknown."""
    privacy: Privacy = "role"
    """What ballots ask for: name and role, the role, or nothing."""
    tables: tuple[str, ...] = ()
    """The tables of the room that vote each for itself, if there are any."""
    minutes: int = 90
    """The length of the workshop in minutes."""
    focus: Focus | None = None
    """What most of the time is for."""
    remote: bool = False
    """Whether people take part on screens."""
    start: int = 9 * 60
    """The start of the workshop, in minutes after midnight."""
    fonts: tuple[str, ...] = ()
    """Further fonts: files, families that are installed, or `system`."""
    on_replaced: Callable[[Replacement], None] = warn_replaced
    """Told what is shown in another form."""

    def __post_init__(self) -> None:
        if self.paper not in PAPERS:
            raise ValueError(f"paper {self.paper!r} is not known; choose {', '.join(PAPERS)}")


def press(template: str, data: Mapping[str, Any], order: Order, title: str) -> bytes:
    """Return the PDF (PDF/UA-1) of a template of this folder.

    `template` is its name without the ending. `data` may contain texts, numbers, booleans, lists
    and mappings of these; `say` in it has the words of the interface.
    """
    content, paper = order.content, order.paper
    width, height = _SIZES[paper]
    language, _, region = content.language.partition("-")
    lacking = lacks(json.dumps([data, title], ensure_ascii=False))
    letters = Lettering(find_fonts(order.fonts, frozenset(lacking)))
    document = {
        "say": {},
        **_letter(data, letters),
        "setup": {
            "title": letters.printable(title),
            "paper": paper,
            "width": width,
            "height": height,
            "scale": round(min(width / 210, height / 297), 4),
            "lang": language.lower(),
            "region": region.upper() if re.fullmatch("[A-Za-z]{2}", region) else None,
            "families": (*choose_families(content.language), *letters.more.families),
        },
        "looks": {tone: {"ink": look.ink, "tint": look.tint} for tone, look in LOOKS.items()},
        "line": LINE,
    }
    if letters.lacking:
        order.on_replaced(name_lacking(Origin(title, 0), letters.lacking))
    return compile_pages(
        {
            "main.typ": _template(template),
            "common.typ": _template("common"),
            "diagram.typ": _template("diagram"),
            "document.json": json.dumps(document, ensure_ascii=False, sort_keys=True).encode(),
            **letters.files,
        },
        more=letters.more,
    )


_PLAIN = frozenset({"alt"})


@cache
def _template(name: str) -> bytes:
    return resources.files("workshop.print").joinpath(f"{name}.typ").read_bytes()


def _letter(value: Any, letters: Lettering) -> Any:
    """Return data with each text as a template sets it.

    A text stays as it is, or becomes spans if parts of it need other fonts.
    """
    if isinstance(value, Mapping):
        return {
            # what a screen reader says is one string
            key: item if key in _PLAIN else _letter(item, letters)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_letter(item, letters) for item in value]
    if not isinstance(value, str):
        return value
    spans = letters.words((Span(value),), _ROOM, bold=True)
    if not spans:
        return ""
    if len(spans) == 1 and spans[0].keys() == {"text"} and isinstance(spans[0]["text"], str):
        return spans[0]["text"]
    return spans


Stage = Literal["data", "model", "serving", "product"]
STAGES: tuple[Stage, ...] = get_args(Stage)


def pattern_data(content: Content, pattern: PatternText) -> dict[str, Any]:
    """Return a pattern's texts, and its picture as plain data.

    The conditions are those of the kit's own criteria; what a pattern costs is the kit's judgement.
    A condition with the numbers of an organisation is said without them: nothing is answered yet.
    """
    words = content.words
    asked = [c.condition for c in content.criteria if c.pattern == pattern.id and c.condition]
    conditions = [words("printed.card-people") if "{" in one else one for one in asked]
    return {
        "name": pattern.name,
        "short": pattern.short,
        "bet": pattern.bet,
        "staffing": pattern.staffing,
        "fits": pattern.fits,
        "fails": pattern.failure_mode,
        "conditions": list(dict.fromkeys(conditions)),
        "gives-up": words(f"printed.gives-up-{pattern.id}"),
        "infrastructure": pattern.infrastructure_on_call,
        "quality": pattern.quality_on_call,
        "sources": " · ".join(pattern.sources),
        "picture": _picture(content, pattern),
    }


def key_data(content: Content) -> dict[str, Any]:
    """Return the words of the legend to the pictures."""
    words = content.words
    modes = ("collaboration", "x-as-a-service", "facilitating")
    return {
        "team": words("printed.key-team"),
        "platform": words("printed.key-platform"),
        "person": words("printed.key-person"),
        "modes": [
            {
                "mode": mode,
                "words": words(
                    "interactions.key",
                    mode=words(f"interactions.mode-{mode}"),
                    means=words(f"interactions.means-{mode}"),
                ),
            }
            for mode in modes
        ],
    }


def _picture(content: Content, pattern: PatternText) -> dict[str, Any]:
    words, shown, count = content.words, pattern.diagram, pattern.headcount
    stages = {stage: words(f"handoffs.stage-{stage}") for stage in STAGES}
    by_holder = {
        side: [name for stage, name in stages.items() if pattern.holders[stage] == side]
        for side in ("platform", "product")
    }
    low, high = count.absolute or count.per_ten
    people = words(
        "printed.people" if count.absolute else "printed.people-per-ten", low=low, high=high
    )
    inside = {"low": count.per_team[0], "high": count.per_team[1]} if count.per_team else None
    return {
        "product": shown.product,
        "platform": shown.platform,
        "inside": inside,
        "inside-words": shown.embedded,
        "product-stages": by_holder["product"],
        "platform-stages": by_holder["platform"],
        "platform-people": {"low": low, "high": high},
        "people-words": people,
        "optional": bool(shown.embedded),
        "links": [
            {"mode": link.mode, "words": link.words, "up": link.start == "platform"}
            for link in shown.links
        ],
        "alt": _alt(content, pattern, by_holder, people),
    }


def _alt(
    content: Content, pattern: PatternText, by_holder: dict[str, list[str]], people: str
) -> str:
    """Return the alternative text of the picture."""
    words, shown = content.words, pattern.diagram
    sides = (("product", shown.product), ("platform", shown.platform))
    does = [
        words("printed.alt-does", team=team, stages=words.listing(by_holder[side]))
        if by_holder[side]
        else words("printed.alt-does-none", team=team)
        for side, team in sides
    ]
    names = {"platform": shown.platform, "product": shown.product, "embedded": shown.embedded}
    links = [
        words(
            "interactions.link",
            start=names[link.start],
            end=names[link.end],
            mode=words(f"interactions.mode-{link.mode}"),
            words=link.words,
        )
        for link in shown.links
    ]
    inside = [words("printed.alt-inside", people=shown.embedded)] if shown.embedded else []
    where = words("printed.alt-people", team=shown.platform, people=people)
    return " ".join([pattern.name + ".", *does, *inside, where, *links])


def print_ballots(order: Order) -> bytes:
    """Return ballots for the suggested votes.

    There are at least as many of each vote as people; one sheet of each if their number is unknown.
    """
    return _print(order, "ballots")


def print_drill_ballots(order: Order) -> bytes:
    """Return ballots for each moment of each on-call drill."""
    return _print(order, "ballots-drills")


def print_other_ballots(order: Order) -> bytes:
    """Return ballots for every other question that can be put to the vote."""
    return _print(order, "ballots-more")


def ballot_sheets(order: Order) -> dict[str, int]:
    """Return the number of sheets of each file of ballots, by its name."""
    each = {
        key: 2 if any(c.notes for c in poll_of(order.content, order.answers, key).choices) else 4
        for key in vote_codes(order.content)
    }
    large = 2 if order.paper == "a3" else 1
    return {
        f"{name}.pdf": sum(max(1, -(-order.people // (each[key] * large))) for key in keys)
        for name, keys in _ballots_by_file(order.content).items()
    }


def _ballots_by_file(content: Content) -> dict[str, list[str]]:
    """Return the votes of each file of ballots."""
    known = vote_codes(content)
    drills = [key for key in known if key.startswith("drills.")]
    return {
        "ballots": [key for key in SUGGESTED if key in known],
        "ballots-drills": drills,
        "ballots-more": [key for key in known if key not in SUGGESTED and key not in drills],
    }


def _print(order: Order, file: str) -> bytes:
    content, words = order.content, order.content.words
    title = words(f"printed.{file}-title")
    codes = vote_codes(content)
    asks = order.privacy != "anonymous"
    roles = [role.strip() for role in words("room.room-roles").split(",")] if asks else []
    data = {
        "people": order.people,
        "named": order.privacy == "named",
        "tables": list(order.tables),
        "ballots": [
            _ballot(content, poll_of(content, order.answers, key), codes[key], roles)
            for key in _ballots_by_file(content)[file]
        ],
        "say": {
            "round": words("printed.ballot-round"),
            "role": words("printed.ballot-role"),
            "name": words("printed.ballot-name"),
            "table": words("printed.ballot-table"),
            "fact": words("room.ballot-fact"),
            "fact-about": words("room.ballot-fact-about"),
            "other": words("room.ballot-other"),
            "unknown": words("room.ballot-unknown"),
        },
    }
    return press("ballots", data, order, title)


def _ballot(content: Content, poll: Poll, code: str, roles: list[str]) -> dict[str, Any]:
    words = content.words
    return {
        "code": code,
        "name": _capital(poll.name),
        "ask": poll.ask,
        "how": words("room.ballot-several" if poll.kind == "teams" else "room.ballot-one"),
        "choices": [
            {"code": letter, "label": _capital(choice.label), "notes": choice.notes}
            for letter, choice in choice_codes(poll).items()
        ],
        "other": "" if poll.kind == "choice" else OTHER,
        "unknown": DONT_KNOW,
        "about": _capital(poll.about),
        "model": words("room.about-model", model=poll.model) if poll.model else "",
        "roles": roles,
    }


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def print_pattern_cards(order: Order) -> bytes:
    """Return a card for each pattern: picture and bet in front, fit on the back.

    There are two cards on a sheet; each second page is the back of the one before, for a printer
    that flips the paper on its long edge.
    """
    content, words = order.content, order.content.words
    data = {
        "patterns": [pattern_data(content, p) for p in content.patterns],
        "say": {
            "back": words("printed.card-back"),
            "fits": words("printed.card-fits"),
            "fails": words("printed.card-fails"),
            "conditions": words("printed.card-conditions"),
            "gives-up": words("printed.card-gives-up"),
        },
    }
    return press("pattern-cards", data, order, words("printed.cards-title"))


def print_poster(order: Order) -> bytes:
    """Return the four patterns on one page, to be read from a few steps away."""
    content, words = order.content, order.content.words
    data = {
        "patterns": [pattern_data(content, p) for p in content.patterns],
        "key": key_data(content),
        "say": {
            "title": words("printed.poster-title"),
            "lead": words("printed.poster-lead"),
            "fits": words("printed.card-fits"),
            "fails": words("printed.card-fails"),
            "service": words("printed.poster-service"),
            "quality": words("printed.poster-quality"),
        },
    }
    return press("poster", data, order, words("printed.poster-title"))


def print_drills(order: Order) -> bytes:
    """Return a page for each drill: story, moments to fill in, a good answer."""
    content, words = order.content, order.content.words
    codes = vote_codes(content)
    drills = []
    for n, drill in enumerate(content.drills, 1):
        needs = words.listing(content.question(f"knowledge.{kind}").name for kind in drill.needs)
        drills.append(
            {
                "number": words("printed.drill-number", n=n, all=len(content.drills)),
                "clock": drill.clock,
                "title": drill.title,
                "about": words("printed.drill-about", minutes=drill.minutes, needs=needs),
                "story": drill.story,
                "good": drill.good_answer,
                "sources": " · ".join(drill.sources),
                "moments": [
                    {
                        "minute": m.minute,
                        "scene": m.scene,
                        "ask": m.ask,
                        "ballot": words(
                            "printed.drill-ballot",
                            code=codes[f"drills.{drill.id}.minute_{m.minute}"],
                        ),
                    }
                    for m in drill.moments
                ],
            }
        )
    data = {
        "drills": drills,
        "say": {
            "aloud": words("printed.drill-aloud"),
            "how": words("printed.drill-how"),
            "minutes": words("printed.drill-minutes"),
            "has-it": words("printed.drill-has-it"),
            "reached": words("printed.drill-reached"),
            "missing": words("printed.drill-missing"),
            "last": words("printed.drill-last"),
            "change": words("printed.drill-change"),
        },
    }
    return press("drills", data, order, words("printed.drills-title"))


_LOOKS = {"A": "solid", "B": "stripes", "C": "dots", "D": "lines", "E": "grid"}
"""The pattern of the edge of a team's chip, by the team's letter on ballots."""
_BLANKS = 3


def print_duty_board(order: Order) -> bytes:
    """Return the board on one page and the chips on the next, with cutting marks.

    The chips are the teams of the ballots under the same letters, and some without a name.
    """
    content, words, answers = order.content, order.content.words, order.answers
    poll = poll_of(content, answers, "duties.ship")
    chips = [
        {"code": letter, "name": choice.label[:1].upper() + choice.label[1:]}
        for letter, choice in choice_codes(poll).items()
    ]
    chips += [{"code": "", "name": ""}] * (_BLANKS + -(len(chips) + _BLANKS) % 10)
    data = {
        "duties": [{"name": d.name, "question": d.question} for d in content.duties],
        "model": answers.model or "",
        "builder": answers.builder or "",
        "date": "",
        "chips": [chip | {"look": _LOOKS.get(chip["code"], "blank")} for chip in chips],
        "say": {
            "title": words("printed.board-title"),
            "lead": words("printed.board-lead"),
            "model": words("printed.board-model"),
            "builder": words("printed.board-builder"),
            "date": words("printed.board-date"),
            "today": words("printed.board-today"),
            "agreed": words("printed.board-agreed"),
            "know": words("printed.board-know"),
            "rule": words("printed.board-rule"),
        },
    }
    return press("duty-board", data, order, words("printed.board-title"))


def print_decision_cards(order: Order) -> bytes:
    """Return a sheet of decision cards and one of action cards, with cutting marks."""
    words = order.content.words
    data = {
        "say": {
            "decision": words("decisions.label"),
            "number": words("printed.record-number"),
            "chosen": words("decisions.chosen"),
            "chosen-hint": words("decisions.chosen-hint"),
            "rejected": words("decisions.rejected"),
            "rejected-hint": words("decisions.rejected-hint"),
            "dissent": words("decisions.dissent"),
            "dissent-hint": words("decisions.dissent-hint"),
            "if-then": words("decisions.if-then"),
            "if-then-hint": words("decisions.if-then-hint"),
            "owner": words("decisions.owner"),
            "owner-hint": words("decisions.owner-hint"),
            "due": words("decisions.due"),
            "due-hint": words("decisions.due-hint"),
            "revisit": words("decisions.revisit"),
            "revisit-hint": words("decisions.revisit-hint"),
            "action": words("printed.record-action"),
            "of-decision": words("printed.record-of"),
            "if": words("printed.record-if"),
            "then": words("printed.record-then"),
            "owner-short": words("printed.record-owner"),
            "by": words("printed.record-by"),
            "effort": words("printed.record-effort"),
            "effect": words("printed.record-effect"),
            "small": words("printed.record-small"),
            "middle": words("printed.record-middle"),
            "large": words("printed.record-large"),
        }
    }
    return press("decision-cards", data, order, words("printed.records-title"))


def print_value_stream(order: Order) -> bytes:
    """Return a page for each of the four stages, and one for further stages."""
    words = order.content.words
    names = [words(f"handoffs.stage-{stage}") for stage in STAGES]
    data = {
        "stages": [{"name": name[:1].upper() + name[1:]} for name in (*names, "")],
        "say": {
            "start": words("printed.stream-start"),
            "end": words("printed.stream-end"),
            "further": words("printed.stream-further"),
            "cut": words("printed.stream-cut"),
            "glue": words("printed.stream-glue"),
            "wait": words("printed.stream-wait"),
            "wait-about": words("printed.stream-wait-about"),
            "wait-for": words("printed.stream-wait-for"),
            "wait-whom": words("printed.stream-wait-whom"),
            "touch": words("printed.stream-touch"),
            "touch-about": words("printed.stream-touch-about"),
            "team": words("printed.stream-team"),
            "result": words("printed.stream-result"),
            "days": words("printed.stream-days"),
            "least": words("printed.stream-least"),
            "likely": words("printed.stream-likely"),
            "most": words("printed.stream-most"),
            "handed": words("printed.stream-handed"),
            "ways": [
                words("printed.stream-way-same"),
                words("printed.stream-way-service"),
                words("printed.stream-way-meeting"),
                words("printed.stream-way-ticket"),
            ],
            "measured": words("printed.stream-measured"),
            "yes": words("printed.yes"),
            "no": words("printed.no"),
            "notes": words("printed.stream-notes"),
            "total": words("printed.stream-total"),
            "total-wait": words("printed.stream-total-wait"),
            "total-touch": words("printed.stream-total-touch"),
            "total-share": words("printed.stream-total-share"),
        },
    }
    return press("value-stream", data, order, words("printed.stream-title"))


_TENSIONS = ("T1", "T3", "T4", "T9")
"""The tensions that matter on the day; the pack shows all."""


def print_handout(order: Order) -> bytes:
    """Return the handout of four pages; on A3 they are one sheet to fold."""
    content, words, name = (
        order.content,
        order.content.words,
        order.content.words("printed.handout-name"),
    )
    tensions = [t for t in content.tensions if t.id in _TENSIONS]
    if order.answers.organisation:
        name = words("printed.handout-name-of", organisation=order.answers.organisation)
    data = {
        "title": words("printed.handout-title"),
        "decide": _listed(content, "decide", 5),
        "leads": [lead.model_dump(include={"name", "ships", "fails"}) for lead in content.leads],
        "vote": _listed(content, "vote", 6),
        "bring": _listed(content, "bring", 3),
        "not": _listed(content, "not", 2),
        "duties": [d.model_dump(include={"name", "question", "why"}) for d in content.duties],
        "three": [
            {
                "question": q.question,
                "passes": q.passes,
                "fails": [f.model_dump() for f in q.fails],
            }
            for q in content.diagnostics
        ],
        "patterns": [pattern_data(content, p) for p in content.patterns],
        "knowledge": [k.model_dump(include={"name", "question"}) for k in content.knowledge],
        "breakages": [
            b.model_dump(include={"name", "happens", "instead"}) for b in content.breakages
        ],
        "tensions": [
            {"title": t.title, "one": t.one_side, "other": t.other_side, "treatment": t.treatment}
            for t in tensions
        ],
        "sources": [
            _sources(lead.sources for lead in content.leads),
            _sources(
                [*(d.sources for d in content.duties), *(q.sources for q in content.diagnostics)]
            ),
            _sources(p.sources for p in content.patterns),
            _sources(
                [
                    *(k.sources for k in content.knowledge),
                    *(b.sources for b in content.breakages),
                    *(t.sources for t in tensions),
                ]
            ),
        ],
        "pages": [words("printed.handout-page", name=name, n=n) for n in range(1, 5)],
        "say": {
            "lead": words("printed.handout-lead"),
            "decide": words("printed.decide-title"),
            "leads": words("printed.leads-title"),
            "leads-lead": words("printed.leads-lead"),
            "leads-fails": words("printed.leads-fails"),
            "vote": words("printed.vote-title"),
            "bring": words("printed.bring-title"),
            "not": words("printed.not-title"),
            "notes": words("printed.handout-notes"),
            "duties": words("printed.duties-title"),
            "duties-lead": words("printed.duties-lead"),
            "ours": words("printed.duties-ours"),
            "three": words("printed.three-title"),
            "passes": words("printed.three-passes"),
            "fails": words("printed.three-fails"),
            "patterns": words("printed.patterns-title"),
            "patterns-lead": words("printed.patterns-lead"),
            "service": words("printed.handout-service"),
            "quality": words("printed.handout-quality"),
            "gives-up": words("printed.handout-gives-up"),
            "night": words("printed.night-title"),
            "night-lead": words("printed.night-lead"),
            "night-ask": words("printed.night-ask"),
            "handoff": words("printed.handoff-title"),
            "handoff-lead": words("printed.handoff-lead"),
            "instead": words("printed.handoff-instead"),
            "disagree": words("printed.disagree-title"),
            "disagree-lead": words("printed.disagree-lead"),
            "one": words("printed.disagree-one"),
            "other": words("printed.disagree-other"),
            "here": words("printed.disagree-here"),
        },
    }
    return press("handout", data, order, name)


def _listed(content: Content, name: str, count: int) -> list[str]:
    return [content.words(f"printed.{name}-{n}") for n in range(1, count + 1)]


def _sources(keys: Iterable[Sequence[str]]) -> str:
    """Return the keys of all sources, each once, in order of appearance."""
    return " · ".join(dict.fromkeys(key for found in keys for key in found))
