"""Lay findings out as tables, pictures and cards.

To add an exhibit: write a function in the module of its part that takes an `Assessment` and returns
an `Exhibit` made of `blocks`; take its words from `content/words/`; export it here; show it in a
notebook. The renderers need no change, since they depend only on blocks.
"""

from typing import TYPE_CHECKING, Any

from workshop import plugins
from workshop.exhibits.agreement import agreed, contradictions
from workshop.exhibits.board import (
    all_actions,
    board_confidence,
    board_decision,
    board_decisions,
    board_losses,
    board_options,
    board_plan,
    glossary,
)
from workshop.exhibits.decisions import (
    after_the_workshop,
    decision_register,
    since_last_time,
    transition_signals,
    votes,
)
from workshop.exhibits.front import (
    asked,
    blind_spots,
    facts,
    findings,
    meanings,
    minutes,
    other_answers,
    where_we_stand,
)
from workshop.exhibits.handoffs import (
    handoff_table,
    value_stream_by_pattern,
    value_stream_timeline,
    vertical_check,
)
from workshop.exhibits.oncall import (
    drill_timeline,
    drill_timelines,
    drills_to_play,
    knowledge_map,
    oncall_charter,
)
from workshop.exhibits.options import headcount_bars, move, queue_curve
from workshop.exhibits.ownership import (
    bought_model,
    diagnostics,
    language_model,
    lead_comparison,
    lead_profile,
    oversight,
    ownership_ledger,
)
from workshop.exhibits.patterns import (
    contest,
    four_patterns,
    interaction_diagrams,
    pattern_notes,
    recommendation,
    verdicts,
)
from workshop.exhibits.sources import (
    case_library,
    evidence,
    open_questions,
    provenance,
    source_list,
    tensions,
)
from workshop.exhibits.strips import tipping_strips

__all__ = [
    "after_the_workshop",
    "agreed",
    "all_actions",
    "asked",
    "blind_spots",
    "board_confidence",
    "board_decision",
    "board_decisions",
    "board_losses",
    "board_options",
    "board_plan",
    "bought_model",
    "case_library",
    "contest",
    "contradictions",
    "decision_register",
    "diagnostics",
    "drill_timeline",
    "drill_timelines",
    "drills_to_play",
    "evidence",
    "facts",
    "findings",
    "four_patterns",
    "glossary",
    "handoff_table",
    "headcount_bars",
    "interaction_diagrams",
    "knowledge_map",
    "language_model",
    "lead_comparison",
    "lead_profile",
    "meanings",
    "minutes",
    "move",
    "oncall_charter",
    "open_questions",
    "other_answers",
    "oversight",
    "ownership_ledger",
    "pattern_notes",
    "provenance",
    "queue_curve",
    "recommendation",
    "since_last_time",
    "source_list",
    "tensions",
    "tipping_strips",
    "transition_signals",
    "value_stream_by_pattern",
    "value_stream_timeline",
    "verdicts",
    "vertical_check",
    "votes",
    "where_we_stand",
]

if not TYPE_CHECKING:  # else any misspelt name would pass for one that is here

    def __getattr__(name: str) -> Any:
        """Return an exhibit of an installed package (entry points `workshop.exhibits`)."""
        if name in plugins.named("exhibits"):
            return plugins.load("exhibits", name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
