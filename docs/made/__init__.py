"""Parts of pages that are made from the kit itself, so that they cannot say anything else.

`PARTS` holds a function by the name of each part; it returns Markdown. To add one: a function
here or in a module of this folder, its name in `PARTS`, a line `<!-- made: NAME -->` in a page.
"""

from __future__ import annotations

from collections.abc import Callable

from made.answers import all_answers, parts_of_answers
from made.commands import all_commands, command_list
from made.files import findings_fields, portfolio_fields
from made.frames import all_frames, found_frame, portfolio_frames, session_frame
from made.gallery import charts_shown, frames_shown, widgets_shown
from made.knowledge import (
    all_claims,
    all_criteria,
    all_facts,
    all_patterns,
    all_rules,
    all_sources,
    all_tensions,
    counts,
    limits_of_rules,
    strengths,
)
from made.pages import facilitator_pages
from made.python import main_names, packages
from made.visual import visual_language

PARTS: dict[str, Callable[[], str]] = {
    "answers": all_answers,
    "answer-parts": parts_of_answers,
    "claims": all_claims,
    "command-list": command_list,
    "commands": all_commands,
    "counts": counts,
    "criteria": all_criteria,
    "facilitator": facilitator_pages,
    "facts": all_facts,
    "findings-fields": findings_fields,
    "found-frame": found_frame,
    "frames": all_frames,
    "gallery-charts": charts_shown,
    "gallery-frames": frames_shown,
    "gallery-widgets": widgets_shown,
    "limits": limits_of_rules,
    "names": main_names,
    "packages": packages,
    "patterns": all_patterns,
    "portfolio-frames": portfolio_frames,
    "portfolio-fields": portfolio_fields,
    "rules": all_rules,
    "session-frame": session_frame,
    "sources": all_sources,
    "strengths": strengths,
    "tensions": all_tensions,
    "visual-language": visual_language,
}

__all__ = ["PARTS"]
