"""On call: the charter to sign, and the map of what each team knows at night."""

from __future__ import annotations

import re

from workshop.exhibits.drills import drill_timeline, drill_timelines
from workshop.exhibits.oncall_pictures import draw_knowledge, night_of
from workshop.exhibits.wording import team_words
from workshop.findings import Assessment
from workshop.findings.oncall import CharterLine, KnowledgeLine
from workshop.model.teams import label, same
from workshop.render.blocks import Cell, Picture, Table, Tone, cell, column, heading, table, text
from workshop.render.exhibit import Exhibit
from workshop.render.tones import LOOKS

__all__ = ["drill_timeline", "drill_timelines", "knowledge_map", "oncall_charter"]

# -- the charter --------------------------------------------------------------------------------


def oncall_charter(a: Assessment) -> Exhibit:
    """Return a page to sign: who is called, who knows, who decides; blanks where nobody is."""
    say, lines = a.content.words, a.charter.lines
    held = a.charter.of_state("held")
    values = {
        "model": a.model,
        "all": len(lines),
        "held": len(held),
        "open": len(lines) - len(held),
    }
    key = "complete" if a.charter.complete else "lead" if held else "empty"
    keys = dict.fromkeys(k for kind in a.content.knowledge for k in kind.sources)
    return Exhibit(
        "on-call-charter",
        (
            heading(2, say("oncall.charter-title"), say(f"oncall.charter-{key}", **values)),
            table(
                [
                    column(say("oncall.line"), width=1.6),
                    column(say("oncall.holder"), width=1.4),
                    column(say("oncall.reached"), width=1.2),
                ],
                [
                    [
                        cell(say(f"oncall.line-{re.sub('[._]', '-', line.reads)}")),
                        _charter_cell(a, line),
                        cell(say("oncall.to-write"), tone="muted"),
                    ]
                    for line in lines
                ],
                caption=say("oncall.charter-caption", sources=", ".join(keys)),
            ),
            heading(3, say("oncall.signed"), say("oncall.signed-lead")),
            _signatures(a, held),
        ),
        () if len(a.charter.of_state("unknown")) == len(lines) else None,
    )


def _charter_cell(a: Assessment, line: CharterLine) -> Cell:
    say = a.content.words
    if line.state == "held":
        return cell(team_words(a.content, line.holder), strong=True)
    if line.state == "unknown":
        return cell(say("oncall.to-write"), tone="muted")
    mark = LOOKS["critical"].mark
    return cell(say(f"oncall.open-{line.state}"), tone="critical", mark=mark, fill=True)


def _signatures(a: Assessment, held: tuple[CharterLine, ...]) -> Table:
    """Return a row for each team that is named, or three empty ones."""
    say = a.content.words
    teams: list[str] = []
    for line in held:
        if line.holder is not None and not any(same(line.holder, team) for team in teams):
            teams.append(line.holder)
    names = [label(team) for team in teams] or [say("oncall.to-write")] * 3
    blank = cell("\n ")
    return table(
        [
            column(say("oncall.signs-for"), width=1.4),
            column(say("oncall.name"), width=1.2),
            column(say("oncall.signature"), width=1.6),
            column(say("oncall.date"), width=0.8),
        ],
        [[cell(name), blank, blank, blank] for name in names],
    )


# -- the knowledge map --------------------------------------------------------------------------


def knowledge_map(a: Assessment) -> Exhibit:
    """Return who has which knowledge and whether the night calls them, drawn and as a table."""
    say, knowledge = a.content.words, a.knowledge
    if not knowledge.told:
        head = heading(2, say("oncall.map-title"), say("oncall.map-empty"))
        return Exhibit("knowledge-map", (head, _knowledge_questions(a)), ())
    picture = Picture(draw_knowledge(a), _map_alt(a), caption=text(say("oncall.map-caption")))
    rows = [
        [
            cell(line.kind.name),
            cell(line.kind.question),
            _team_cell(a, line),
            _night_cell(a, line),
            cell(", ".join(line.kind.sources), tone="muted"),
        ]
        for line in knowledge.lines
    ]
    twin = table(
        [
            column(say("oncall.kind"), width=1.1),
            column(say("oncall.answers"), width=1.6),
            column(say("oncall.team"), width=1.4),
            column(say("oncall.at-night"), width=0.9),
            column(say("oncall.source"), width=0.8),
        ],
        rows,
    )
    return Exhibit(
        "knowledge-map", (heading(2, say("oncall.map-title"), _map_lead(a)), picture, twin)
    )


def _knowledge_questions(a: Assessment) -> Table:
    say = a.content.words
    return table(
        [
            column(say("oncall.kind"), width=1.1),
            column(say("oncall.answers"), width=1.7),
            column(say("oncall.why"), width=2.1),
            column(say("oncall.source"), width=0.8),
        ],
        [
            [
                cell(kind.name, strong=True),
                kind.question,
                kind.why,
                cell(", ".join(kind.sources), tone="muted"),
            ]
            for kind in a.content.knowledge
        ],
    )


def _map_lead(a: Assessment) -> str:
    say, knowledge = a.content.words, a.knowledge
    states = [night_of(line) for line in knowledge.lines]
    counts = {
        "all": len(states),
        "held": knowledge.coverage,
        "reached": states.count("reached"),
    }
    if knowledge.in_one_team is not None:
        return say("oncall.map-one-team", team=label(knowledge.in_one_team), **counts)
    if not knowledge.coverage:
        return say("oncall.map-none")
    if states.count("reached") == len(states):
        return say("oncall.map-all-reached")
    return say(f"oncall.map-lead{'-path-unknown' if 'path-unknown' in states else ''}", **counts)


def _map_alt(a: Assessment) -> str:
    say = a.content.words
    lines = [
        say(
            f"oncall.alt-{night_of(line)}",
            kind=line.kind.name,
            team=team_words(a.content, line.holder),
        )
        for line in a.knowledge.lines
    ]
    path = say("oncall.alt-no-path")
    if a.knowledge.path:
        path = say("oncall.alt-path", teams=a.listing(map(label, a.knowledge.path)))
    return say("oncall.map-alt", lines=" ".join(lines), path=path)


def _team_cell(a: Assessment, line: KnowledgeLine) -> Cell:
    tones: dict[str, Tone] = {"unknown": "muted", "held": "plain"}
    tone = tones.get(line.state, "critical")
    return cell(team_words(a.content, line.holder), tone=tone, mark=LOOKS[tone].mark)


def _night_cell(a: Assessment, line: KnowledgeLine) -> Cell:
    tones: dict[str, tuple[str, Tone]] = {
        "reached": ("yes", "strength"),
        "not-reached": ("no", "seam"),
        "nobody": ("none", "critical"),
    }
    word, tone = tones.get(night_of(line), ("unknown", "muted"))
    return cell(a.content.words(f"oncall.night-{word}"), tone=tone, mark=LOOKS[tone].mark)
