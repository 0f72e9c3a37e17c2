"""Read what a team answered from a file, a table or parameters, and check it.

To add an answer: a field in `schema.py`, a question in `content/questions.yaml`, and the name in
the parameters cells, which `make schemas` writes (a test compares the three).
"""

from workshop.answers.schema import Answers

__all__ = ["Answers"]
