"""What the pattern cards, the poster and the handout say and draw of the four patterns."""

from __future__ import annotations

from typing import Any, Literal, get_args

from workshop.model.content import Content
from workshop.model.knowledge import PatternText

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
