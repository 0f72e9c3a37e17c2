"""The duty board, and chips with teams' names to lay on it."""

from __future__ import annotations

from workshop.printed.press import Order, press
from workshop.room.codes import choice_codes
from workshop.room.questions import poll_of

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
