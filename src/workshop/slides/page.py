"""Slides as one web page: it asks for no other file, and runs only the scripts it names."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from importlib import resources

from workshop.render.blocks import Picture, plain
from workshop.render.characters import make_harmless
from workshop.render.html import parts_to_html, screen_style, tone_variables
from workshop.render.htmlwords import direction, escape_attribute, escape_text, words_to_html
from workshop.render.paper import PageSetup
from workshop.render.webfonts import embed_reading_font
from workshop.slides.dividing import Part, Slide, divide


def parts_to_slides(parts: Iterable[Part], setup: PageSetup | None = None) -> str:
    """Return parts of a talk as an HTML document that shows them slide by slide, offline.

    Keys: arrows and space to move, S for the notes, O for all slides, F for the whole
    screen. Adding `?print-pdf` to the address lays all slides out to be printed.
    """
    setup = setup or PageSetup()
    columns = divide(parts)
    slides = [slide for column in columns for slide in column]
    first = slides[0].title if slides else ()
    name = " ".join((setup.title or plain(first)).split()) or setup.speech.untitled
    language = _tag(setup.language) or "en"
    # Bodies and notes are written in one go, so that ids and numbers are each given once.
    written = iter(
        parts_to_html(
            (blocks for slide in slides for blocks in (*slide.steps, slide.notes)), setup.speech
        )
    )
    body = _cover(setup, name) if setup.cover else ""
    for column in columns:
        sections = "".join(
            _section(slide, [next(written) for _ in slide.steps], next(written), language)
            for slide in column
        )
        body += f"<section>{sections}</section>\n" if len(column) > 1 else f"{sections}\n"
    say = setup.speech
    words = "".join(
        f' data-{key}="{escape_attribute(value)}"'
        for key, value in (("notes", say.notes), ("next", say.next_slide), ("blocked", say.blocked))
    )
    foot = setup.running_head or name
    scripts = (_file("reveal/reveal.js"), _file("slides.js"))
    # On a wall the type is the look, and a projector's laptop is seldom one's own.
    shown = re.sub(r'="data:[^"]*"', "", f"{body}{foot}{words}{say.keys}")
    font = embed_reading_font(shown)
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(scripts)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(make_harmless(name))}</title>\n<style>{font}{_style()}</style>\n"
        "<noscript><style>.reveal-viewport{overflow:auto!important}.reveal .slides section"
        "{display:block!important;position:static!important}</style></noscript>\n</head>\n"
        f'<body class="wk"{words}>\n<main>\n<h1 class="slide-name">{escape_text(name)}</h1>\n'
        f'<div class="reveal">\n<div class="slides">\n{body}</div>\n'
        f'<p class="slide-foot" dir="auto">{escape_text(foot)}</p>\n'
        f'<p class="slide-keys">{escape_text(say.keys)}</p>\n</div>\n</main>\n'
        + "".join(f"<script>{script}</script>\n" for script in scripts)
        + "</body>\n</html>\n"
    )


def _section(slide: Slide, steps: Sequence[str], notes: str, language: str) -> str:
    title = f"<span{direction(slide.title)}>{words_to_html(slide.title)}</span>"
    spoken = _tag(slide.notes_language) or language
    spoken = f' lang="{spoken}"' if spoken != language else ""
    aside = f'<div class="notes" hidden{spoken}>{notes}</div>' if slide.notes else ""
    inner = "".join(
        f'<div class="fragment">{step}</div>' if at and step else step
        for at, step in enumerate(steps)
    )
    if slide.opens:
        lead = f"<p>{words_to_html(slide.lead)}</p>" if slide.lead else ""
        shown = f'<div class="slide slide-opening"><h1>{title}</h1>{lead}{inner}</div>'
        return f"<section>{shown}{aside}</section>"
    above = f'<p class="slide-above">{words_to_html(slide.above)}</p>' if slide.above else ""
    heading = f"<h2>{title}</h2>" if slide.title else ""
    lead = (
        f'<p class="slide-lead"{direction(slide.lead)}>{words_to_html(slide.lead)}</p>'
        if slide.lead
        else ""
    )
    drawn = any(isinstance(block, Picture) for blocks in slide.steps for block in blocks)
    look = "slide slide-drawn" if drawn else "slide"
    return (
        f'<section><div class="{look}"><header>{above}{heading}{lead}</header>'
        f'<div class="slide-body">{inner}</div></div>{aside}</section>'
    )


def _cover(setup: PageSetup, name: str) -> str:
    organisation = (
        f'<p class="slide-organisation" dir="auto">{escape_text(setup.organisation)}</p>'
        if setup.organisation
        else ""
    )
    lines = "".join(f'<p dir="auto">{escape_text(line)}</p>' for line in setup.subtitle if line)
    return (
        f'<section><div class="slide slide-opening">{organisation}<h1 dir="auto">'
        f"{escape_text(name)}</h1>{lines}</div></section>\n"
    )


def _tag(language: str) -> str:
    return language if re.fullmatch("[A-Za-z]{2,3}(-[A-Za-z0-9]+)*", language) else ""


@cache
def _file(name: str) -> str:
    return resources.files("workshop.slides").joinpath(name).read_text("utf-8").strip()


@cache
def _style() -> str:
    own = re.sub(r"/\*.*?\*/", "", _file("slides.css"), flags=re.DOTALL)
    own = re.sub(r"\s*([{};,])\s+", r"\1", own)
    return f"{_file('reveal/reveal.css')}.wk{{{tone_variables()}}}{screen_style()}{own}"


def _policy(scripts: Iterable[str]) -> str:
    """Return what the page may do: run these scripts and show what it holds, nothing else."""
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'"
        for s in scripts
    )
    return (
        f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src {hashes}; "
        "font-src data:; base-uri 'none'; form-action 'none'"
    )
