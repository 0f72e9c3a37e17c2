"""Everything printed for tables and walls, except the run sheet: data and Typst templates."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal, get_args

from workshop.answers.schema import Answers
from workshop.content.items import PatternText
from workshop.content.loader import Content
from workshop.documents.blocks import Span
from workshop.documents.fonts import choose_families, make_printable
from workshop.documents.measure import Lettering
from workshop.documents.paper import compile_pages
from workshop.documents.theme import LINE, LOOKS
from workshop.forms.polls import OTHER, SUGGESTED, Poll, choice_codes, poll_of, vote_codes

PaperName = Literal["a4", "a3", "letter"]
PAPERS: tuple[PaperName, ...] = get_args(PaperName)
_SIZES: dict[str, tuple[float, float]] = {
    "a4": (210.0, 297.0),
    "a3": (297.0, 420.0),
    "letter": (215.9, 279.4),
}
"""Width and height in millimetres, upright."""
_ROOM = 13.0
"""In ems: a word wider than this may be broken anywhere; few columns are wider."""


@dataclass(frozen=True)
class Order:
    """For whom something is printed, and on which paper.

    Raises ValueError for a paper that is not known.
    """

    content: Content
    answers: Answers = field(default_factory=Answers)
    paper: PaperName = "a4"
    people: int = 0
    """How many are expected in the room; 0 where that is not known."""
    minutes: int = 90
    """How long the workshop is to be."""
    start: int = 9 * 60
    """When it begins, in minutes after midnight."""

    def __post_init__(self) -> None:
        if self.paper not in PAPERS:
            raise ValueError(f"paper {self.paper!r} is not known; choose {', '.join(PAPERS)}")


def press(template: str, data: Mapping[str, Any], order: Order, title: str) -> bytes:
    """Return the PDF (PDF/UA-1) of a template of this folder, named without its ending.

    `data` may hold texts, numbers, truths, lists and mappings of these; `say` holds the words of
    the interface.
    """
    content, paper = order.content, order.paper
    width, height = _SIZES[paper]
    language, _, region = content.language.partition("-")
    letters = Lettering()
    document = {
        "say": {},
        **_letter(data, letters),
        "setup": {
            "title": make_printable(title),
            "paper": paper,
            "width": width,
            "height": height,
            "scale": round(min(width / 210, height / 297), 4),
            "lang": language.lower(),
            "region": region.upper() if re.fullmatch("[A-Za-z]{2}", region) else None,
            "families": choose_families(content.language),
        },
        "looks": {
            tone: {"ink": look.ink, "tint": look.tint, "mark": look.mark}
            for tone, look in LOOKS.items()
        },
        "line": LINE,
    }
    return compile_pages(
        {
            "main.typ": _template(template),
            "common.typ": _template("common"),
            "diagram.typ": _template("diagram"),
            "document.json": json.dumps(document, ensure_ascii=False, sort_keys=True).encode(),
            **letters.files,
        }
    )


_PLAIN = frozenset({"alt"})


@cache
def _template(name: str) -> bytes:
    return resources.files("workshop.print").joinpath(f"{name}.typ").read_bytes()


def _letter(value: Any, letters: Lettering) -> Any:
    """Return data with each text as a template sets it: itself, or spans where letters differ."""
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

    The conditions are those of the kit's own criteria; what a pattern costs is the kit's reading.
    """
    say = content.words
    criteria = [c for c in content.criteria if c.pattern == pattern.id]
    return {
        "name": pattern.name,
        "short": pattern.short,
        "bet": pattern.bet,
        "staffing": pattern.staffing,
        "fits": pattern.fits,
        "fails": pattern.failure_mode,
        "conditions": list(dict.fromkeys(c.condition for c in criteria if c.condition)),
        "gives-up": say(f"printed.gives-up-{pattern.id}"),
        "infrastructure": pattern.infrastructure_on_call,
        "quality": pattern.quality_on_call,
        "sources": " · ".join(pattern.sources),
        "picture": _picture(content, pattern),
    }


def key_data(content: Content) -> dict[str, Any]:
    """Return the words of the key to the pictures."""
    say = content.words
    modes = ("collaboration", "x-as-a-service", "facilitating")
    return {
        "team": say("printed.key-team"),
        "platform": say("printed.key-platform"),
        "person": say("printed.key-person"),
        "modes": [
            {
                "mode": mode,
                "words": say(
                    "interactions.key",
                    mode=say(f"interactions.mode-{mode}"),
                    means=say(f"interactions.means-{mode}"),
                ),
            }
            for mode in modes
        ],
    }


def _picture(content: Content, pattern: PatternText) -> dict[str, Any]:
    say, shown, count = content.words, pattern.diagram, pattern.headcount
    stages = {stage: say(f"handoffs.stage-{stage}") for stage in STAGES}
    held = {
        side: [words for stage, words in stages.items() if pattern.holders[stage] == side]
        for side in ("platform", "product")
    }
    low, high = count.absolute or count.per_ten
    people = say(
        "printed.people" if count.absolute else "printed.people-per-ten", low=low, high=high
    )
    inside = {"low": count.per_team[0], "high": count.per_team[1]} if count.per_team else None
    return {
        "product": shown.product,
        "platform": shown.platform,
        "inside": inside,
        "inside-words": shown.embedded,
        "product-stages": held["product"],
        "platform-stages": held["platform"],
        "platform-people": {"low": low, "high": high},
        "people-words": people,
        "optional": bool(shown.embedded),
        "links": [
            {"mode": link.mode, "words": link.words, "up": link.start == "platform"}
            for link in shown.links
        ],
        "alt": _alt(content, pattern, held, people),
    }


def _alt(content: Content, pattern: PatternText, held: dict[str, list[str]], people: str) -> str:
    """Return the picture in words."""
    say, shown = content.words, pattern.diagram
    sides = (("product", shown.product), ("platform", shown.platform))
    does = [
        say("printed.alt-does", team=team, stages=say.listing(held[side]))
        if held[side]
        else say("printed.alt-does-none", team=team)
        for side, team in sides
    ]
    names = {"platform": shown.platform, "product": shown.product, "embedded": shown.embedded}
    links = [
        say(
            "interactions.link",
            start=names[link.start],
            end=names[link.end],
            mode=say(f"interactions.mode-{link.mode}"),
            words=link.words,
        )
        for link in shown.links
    ]
    inside = [say("printed.alt-inside", people=shown.embedded)] if shown.embedded else []
    where = say("printed.alt-people", team=shown.platform, people=people)
    return " ".join([pattern.name + ".", *does, *inside, where, *links])


def print_ballots(order: Order) -> bytes:
    """Return ballots for the suggested votes: ownership, duties, on call, the pattern.

    There are at least as many of each vote as people; a sheet of each where that is not known.
    """
    return _print(order, order.content.words("printed.ballots-title"), SUGGESTED)


def print_drill_ballots(order: Order) -> bytes:
    """Return ballots for each moment of each pager drill."""
    keys = [key for key in vote_codes(order.content) if key.startswith("drills.")]
    return _print(order, order.content.words("printed.ballots-drills-title"), keys)


def print_other_ballots(order: Order) -> bytes:
    """Return ballots for every other question that can be put to the vote."""
    known = vote_codes(order.content)
    keys = [key for key in known if key not in SUGGESTED and not key.startswith("drills.")]
    return _print(order, order.content.words("printed.ballots-more-title"), keys)


def _print(order: Order, title: str, keys: Iterable[str]) -> bytes:
    content, say = order.content, order.content.words
    codes = vote_codes(content)
    roles = [role.strip() for role in say("room.room-roles").split(",")]
    data = {
        "people": order.people,
        "ballots": [
            _ballot(content, poll_of(content, order.answers, key), codes[key], roles)
            for key in keys
            if key in codes
        ],
        "say": {
            "round": say("printed.ballot-round"),
            "role": say("printed.ballot-role"),
            "fact": say("room.ballot-fact"),
            "fact-about": say("room.ballot-fact-about"),
            "other": say("room.ballot-other"),
        },
    }
    return press("ballots", data, order, title)


def _ballot(content: Content, poll: Poll, code: str, roles: list[str]) -> dict[str, Any]:
    say = content.words
    return {
        "code": code,
        "name": _capital(poll.name),
        "ask": poll.ask,
        "how": say("room.ballot-several" if poll.kind == "teams" else "room.ballot-one"),
        "choices": [
            {"code": letter, "label": _capital(choice.label), "notes": choice.notes}
            for letter, choice in choice_codes(poll).items()
        ],
        "other": "" if poll.kind == "choice" else OTHER,
        "roles": roles,
    }


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def print_pattern_cards(order: Order) -> bytes:
    """Return a card for each pattern: its picture and bet in front, when it fits on the back.

    Two cards stand on a sheet; each second page is the back of the one before, for a printer
    that turns the paper on its long edge.
    """
    content, say = order.content, order.content.words
    data = {
        "patterns": [pattern_data(content, p) for p in content.patterns],
        "say": {
            "back": say("printed.card-back"),
            "fits": say("printed.card-fits"),
            "fails": say("printed.card-fails"),
            "conditions": say("printed.card-conditions"),
            "gives-up": say("printed.card-gives-up"),
        },
    }
    return press("pattern-cards", data, order, say("printed.cards-title"))


def print_poster(order: Order) -> bytes:
    """Return the four patterns on one page, to be read from a few steps away."""
    content, say = order.content, order.content.words
    data = {
        "patterns": [pattern_data(content, p) for p in content.patterns],
        "key": key_data(content),
        "say": {
            "title": say("printed.poster-title"),
            "lead": say("printed.poster-lead"),
            "fits": say("printed.card-fits"),
            "fails": say("printed.card-fails"),
            "service": say("printed.poster-service"),
            "quality": say("printed.poster-quality"),
        },
    }
    return press("poster", data, order, say("printed.poster-title"))


def print_drills(order: Order) -> bytes:
    """Return a page for each drill: the story, its moments with lines to fill in, what is good."""
    content, say = order.content, order.content.words
    codes = vote_codes(content)
    drills = []
    for n, drill in enumerate(content.drills, 1):
        needs = say.listing(content.question(f"knowledge.{kind}").name for kind in drill.needs)
        drills.append(
            {
                "number": say("printed.drill-number", n=n, all=len(content.drills)),
                "clock": drill.clock,
                "title": drill.title,
                "about": say("printed.drill-about", minutes=drill.minutes, needs=needs),
                "story": drill.story,
                "good": drill.good_answer,
                "sources": " · ".join(drill.sources),
                "moments": [
                    {
                        "minute": m.minute,
                        "scene": m.scene,
                        "ask": m.ask,
                        "ballot": say(
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
            "aloud": say("printed.drill-aloud"),
            "how": say("printed.drill-how"),
            "minutes": say("printed.drill-minutes"),
            "has-it": say("printed.drill-has-it"),
            "reached": say("printed.drill-reached"),
            "missing": say("printed.drill-missing"),
            "last": say("printed.drill-last"),
            "change": say("printed.drill-change"),
        },
    }
    return press("drills", data, order, say("printed.drills-title"))


_LOOKS = {"A": "solid", "B": "stripes", "C": "dots", "D": "lines", "E": "grid"}
"""By the letter of a ballot: the strip of the chip of a team that every workshop knows."""
_BLANKS = 3


def print_duty_board(order: Order) -> bytes:
    """Return the board on one page and the chips on the next, with marks for cutting.

    The chips are the teams of the ballots under the same letters, and some without a name.
    """
    content, say, answers = order.content, order.content.words, order.answers
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
            "title": say("printed.board-title"),
            "lead": say("printed.board-lead"),
            "model": say("printed.board-model"),
            "builder": say("printed.board-builder"),
            "date": say("printed.board-date"),
            "today": say("printed.board-today"),
            "agreed": say("printed.board-agreed"),
            "know": say("printed.board-know"),
            "rule": say("printed.board-rule"),
        },
    }
    return press("duty-board", data, order, say("printed.board-title"))


def print_decision_cards(order: Order) -> bytes:
    """Return a sheet of decision cards and one of action cards, with marks for cutting."""
    say = order.content.words
    data = {
        "say": {
            "decision": say("decisions.label"),
            "number": say("printed.record-number"),
            "chosen": say("decisions.chosen"),
            "chosen-hint": say("decisions.chosen-hint"),
            "rejected": say("decisions.rejected"),
            "rejected-hint": say("decisions.rejected-hint"),
            "dissent": say("decisions.dissent"),
            "dissent-hint": say("decisions.dissent-hint"),
            "if-then": say("decisions.if-then"),
            "if-then-hint": say("decisions.if-then-hint"),
            "owner": say("decisions.owner"),
            "owner-hint": say("decisions.owner-hint"),
            "due": say("decisions.due"),
            "due-hint": say("decisions.due-hint"),
            "revisit": say("decisions.revisit"),
            "revisit-hint": say("decisions.revisit-hint"),
            "action": say("printed.record-action"),
            "of-decision": say("printed.record-of"),
            "if": say("printed.record-if"),
            "then": say("printed.record-then"),
            "owner-short": say("printed.record-owner"),
            "by": say("printed.record-by"),
            "effort": say("printed.record-effort"),
            "effect": say("printed.record-effect"),
            "small": say("printed.record-small"),
            "middle": say("printed.record-middle"),
            "large": say("printed.record-large"),
        }
    }
    return press("decision-cards", data, order, say("printed.records-title"))


def print_value_stream(order: Order) -> bytes:
    """Return a page for each of the four stages, and one without a name for further stages."""
    say = order.content.words
    names = [say(f"handoffs.stage-{stage}") for stage in STAGES]
    data = {
        "stages": [{"name": name[:1].upper() + name[1:]} for name in (*names, "")],
        "say": {
            "start": say("printed.stream-start"),
            "end": say("printed.stream-end"),
            "further": say("printed.stream-further"),
            "cut": say("printed.stream-cut"),
            "glue": say("printed.stream-glue"),
            "wait": say("printed.stream-wait"),
            "wait-about": say("printed.stream-wait-about"),
            "wait-for": say("printed.stream-wait-for"),
            "wait-whom": say("printed.stream-wait-whom"),
            "touch": say("printed.stream-touch"),
            "touch-about": say("printed.stream-touch-about"),
            "team": say("printed.stream-team"),
            "result": say("printed.stream-result"),
            "days": say("printed.stream-days"),
            "least": say("printed.stream-least"),
            "likely": say("printed.stream-likely"),
            "most": say("printed.stream-most"),
            "handed": say("printed.stream-handed"),
            "ways": [
                say("printed.stream-way-same"),
                say("printed.stream-way-service"),
                say("printed.stream-way-meeting"),
                say("printed.stream-way-ticket"),
            ],
            "measured": say("printed.stream-measured"),
            "yes": say("printed.yes"),
            "no": say("printed.no"),
            "notes": say("printed.stream-notes"),
            "total": say("printed.stream-total"),
            "total-wait": say("printed.stream-total-wait"),
            "total-touch": say("printed.stream-total-touch"),
            "total-share": say("printed.stream-total-share"),
        },
    }
    return press("value-stream", data, order, say("printed.stream-title"))


_TENSIONS = ("T1", "T3", "T4", "T9")
"""Those that a room runs into on its day; the pack shows all."""


def print_handout(order: Order) -> bytes:
    """Return the handout: always four pages, on A3 as one sheet to be folded."""
    content, say, name = (
        order.content,
        order.content.words,
        order.content.words("printed.handout-name"),
    )
    tensions = [t for t in content.tensions if t.id in _TENSIONS]
    if order.answers.organisation:
        name = say("printed.handout-name-of", organisation=order.answers.organisation)
    data = {
        "title": say("printed.handout-title"),
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
        "pages": [say("printed.handout-page", name=name, n=n) for n in range(1, 5)],
        "say": {
            "lead": say("printed.handout-lead"),
            "decide": say("printed.decide-title"),
            "leads": say("printed.leads-title"),
            "leads-lead": say("printed.leads-lead"),
            "leads-fails": say("printed.leads-fails"),
            "vote": say("printed.vote-title"),
            "bring": say("printed.bring-title"),
            "not": say("printed.not-title"),
            "notes": say("printed.handout-notes"),
            "duties": say("printed.duties-title"),
            "duties-lead": say("printed.duties-lead"),
            "ours": say("printed.duties-ours"),
            "three": say("printed.three-title"),
            "passes": say("printed.three-passes"),
            "fails": say("printed.three-fails"),
            "patterns": say("printed.patterns-title"),
            "patterns-lead": say("printed.patterns-lead"),
            "service": say("printed.handout-service"),
            "quality": say("printed.handout-quality"),
            "gives-up": say("printed.handout-gives-up"),
            "night": say("printed.night-title"),
            "night-lead": say("printed.night-lead"),
            "night-ask": say("printed.night-ask"),
            "handoff": say("printed.handoff-title"),
            "handoff-lead": say("printed.handoff-lead"),
            "instead": say("printed.handoff-instead"),
            "disagree": say("printed.disagree-title"),
            "disagree-lead": say("printed.disagree-lead"),
            "one": say("printed.disagree-one"),
            "other": say("printed.disagree-other"),
            "here": say("printed.disagree-here"),
        },
    }
    return press("handout", data, order, name)


def _listed(content: Content, name: str, count: int) -> list[str]:
    return [content.words(f"printed.{name}-{n}") for n in range(1, count + 1)]


def _sources(keys: Iterable[Sequence[str]]) -> str:
    """Return the keys of all sources, each once, in their first order."""
    return " · ".join(dict.fromkeys(key for found in keys for key in found))
