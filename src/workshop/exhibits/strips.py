"""The tipping strips: each answer's range, where the team stands, where the advice changes."""

from __future__ import annotations

from workshop.exhibits.striprows import draw_strips, has_limits, outcome_words, range_words
from workshop.exhibits.wording import capital, value_words
from workshop.findings import Assessment
from workshop.findings.advice import either, firmness, headline, line
from workshop.findings.tipping import Segment, Strip
from workshop.render.blocks import Block, Cell, Table, cell, column, heading, paragraph
from workshop.render.blocks import table as make_table
from workshop.render.exhibit import Exhibit


def tipping_strips(a: Assessment) -> Exhibit:
    """Return a strip for each answer that can change the advice, and a table with the values."""
    say, now = a.content.words, a.recommendation.key
    moving = [s for s in a.strips if any((g.patterns, g.contested) != now for g in s.segments)]
    still = [s for s in a.strips if s not in moving]
    if not moving:
        lead = say("strips.lead-nothing", headline=headline(a))
        return Exhibit("tipping-strips", (heading(2, say("strips.title"), lead),))
    moving.sort(key=lambda s: (s.segments[0].start is None, s.now is None))
    head = heading(2, say("strips.title"), say("strips.lead", firmest=firmness(a)[0]))
    shown: list[Block] = [head, *draw_strips(a, moving)]
    rest = [say("strips.one-at-a-time")]
    if still:
        names = a.listing(a.content.question(s.input).name for s in still)
        rest.insert(0, say("strips.still", names=names))
    shown.append(paragraph(" ".join(rest), small=True))
    # The table repeats what is drawn. A pack does without: the picture has words of its own for
    # whoever does not see it.
    return Exhibit("tipping-strips", (*shown, _table(a, moving)), tuple(shown))


def _table(a: Assessment, moving: list[Strip]) -> Table:
    say = a.content.words
    return make_table(
        [
            column(say("strips.table-input"), width=1.3),
            column(say("strips.table-now"), width=1.3),
            column(say("strips.table-same"), width=2.0),
            column(say("strips.table-other"), width=2.3),
            column(say("strips.table-line"), width=0.9),
        ],
        [_row(a, s) for s in moving],
    )


def _row(a: Assessment, strip: Strip) -> list[Cell]:
    say, now = a.content.words, a.recommendation.key
    name = capital(a.content.question(strip.input).name)
    same = [s for s in strip.segments if (s.patterns, s.contested) == now]
    other = [s for s in strip.segments if (s.patterns, s.contested) != now]
    return [
        cell(name),
        cell(
            value_words(a.content, strip.input, strip.now),
            tone="muted" if strip.now is None else "plain",
        ),
        cell(
            say("strips.separator").join(range_words(a, strip, s) for s in same)
            or say("strips.table-none")
        ),
        cell(_others(a, strip, other)),
        cell(_whose(a, strip), tone="muted"),
    ]


def _others(a: Assessment, strip: Strip, segments: list[Segment]) -> str:
    """Return where the advice is another one: each outcome once, with all its values."""
    say = a.content.words
    ranges: dict[str, list[str]] = {}
    for s in segments:
        ranges.setdefault(outcome_words(a, s), []).append(range_words(a, strip, s))
    return say("strips.separator").join(
        say("strips.pair", range=either(a.content, names), outcome=outcome)
        for outcome, names in ranges.items()
    )


def _whose(a: Assessment, strip: Strip) -> str:
    """Return who drew the limits of a strip: the source, softly, or the kit."""
    say = a.content.words
    if not has_limits(strip):
        return say("strips.line-choice")
    grades = [line(a.content, strip.input, s.start or 0) for s in strip.segments[1:]]
    return a.listing(say(f"strips.line-{g}") for g in dict.fromkeys(grades))
