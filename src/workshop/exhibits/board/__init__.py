"""Show the board edition: six pages, each in a module of its own."""

from workshop.exhibits.board.choice import board_options
from workshop.exhibits.board.confidence import board_confidence, board_terms, glossary
from workshop.exhibits.board.decision import board_decision
from workshop.exhibits.board.dissent import board_decisions
from workshop.exhibits.board.losses import board_losses
from workshop.exhibits.board.plan import all_actions, board_plan

__all__ = [
    "all_actions",
    "board_confidence",
    "board_decision",
    "board_decisions",
    "board_losses",
    "board_options",
    "board_plan",
    "board_terms",
    "glossary",
]
