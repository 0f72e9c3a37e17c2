"""What a step asks, for the slides of a room: a run without anybody at the screen shows no form."""

from __future__ import annotations

from workshop.findings import Assessment
from workshop.model.knowledge import Question
from workshop.render.blocks import Block, Bullets, Paragraph, bullets, heading, paragraph
from workshop.render.exhibit import Exhibit


def asked(a: Assessment, step: str) -> Exhibit:
    """Return an exhibit that only slides show: the questions of a step with their choices.

    KeyError for a step that the content does not have.
    """
    text = a.content.step(step)
    questions = {question.id: question for question in a.content.questions}
    shown = [questions[name] for name in (*text.repeats, *text.questions)]
    body: list[Block]
    if len(shown) == 1:
        body = [paragraph(shown[0].ask)]
        if shown[0].choices:
            body.append(bullets(shown[0].choices.values()))
    else:
        body = [Bullets(tuple(map(_item, shown)))]
    blocks = (heading(2, text.title, text.about), *body)
    return Exhibit(f"asked-{step}", (), on_slides=blocks)


def _item(question: Question) -> tuple[Block, ...]:
    asked = Paragraph(paragraph(question.ask).text)
    if not question.choices or set(question.choices) == {"true", "false"}:
        return (asked,)
    return (asked, paragraph(" · ".join(question.choices.values()), "muted", small=True))
