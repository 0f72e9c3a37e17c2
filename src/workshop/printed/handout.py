"""The participants' handout of four pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workshop.model.content import Content
from workshop.printed.patterns import pattern_data
from workshop.printed.press import Order, press

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
            "",
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
