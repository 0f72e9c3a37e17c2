"""Read what a team answered from a file, a table or parameters, and check it.

To add an answer: a field in `schema.py`, a question in `content/questions.yaml`, and the name in
the parameters cells, which `make schemas` writes (a test compares the three).
"""

from collections.abc import Mapping
from typing import Any

from workshop.answers.schema import Answers

__all__ = ["Answers"]


def _read_row(row: Mapping[str, Any]) -> Answers:
    from workshop.answers.table import answers_of_row  # which loads pandas

    return answers_of_row(row)


Answers.row_reader = _read_row
