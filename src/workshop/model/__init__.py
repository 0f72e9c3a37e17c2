"""The values everything else stands on: a team's `Answers` and the kit's `Content`.

Frozen and checked when they are made. To add an answer: a field in `answers.py` (its
parts stand in `parts.py`), a question in
`content/questions.yaml`, and the name in the parameters cell of each notebook that reads it (a
test compares the three). To add a kind of content: a class in `content.py` and its file.
"""

from workshop.model.answers import Answers
from workshop.model.content import Content, load_content
from workshop.model.problems import InputError, Problem

__all__ = ["Answers", "Content", "InputError", "Problem", "load_content"]
