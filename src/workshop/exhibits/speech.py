"""What renderers say by themselves, in the words of the content."""

from __future__ import annotations

from dataclasses import fields

from workshop.model.content import Content
from workshop.render.speech import Speech


def speech_of(content: Content) -> Speech:
    """Return the renderers' own words in the content's language."""
    say = content.words
    return Speech(**{f.name: say(f"render.{f.name.replace('_', '-')}") for f in fields(Speech)})
