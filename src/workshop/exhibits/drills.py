"""The pager drills: the story, who had it in hand when, what that shows, a good answer."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

from workshop.exhibits.oncall_pictures import bar_of, draw_drill
from workshop.exhibits.telling import count_told
from workshop.exhibits.wording import keys_span, team_words
from workshop.findings import Assessment
from workshop.findings.oncall import DrillStep, DrillTranscript
from workshop.model.teams import is_somebody
from workshop.render.blocks import (
    Block,
    Cell,
    Picture,
    Span,
    Table,
    Tone,
    cell,
    column,
    heading,
    paragraph,
    table,
    text,
)
from workshop.render.exhibit import Exhibit
from workshop.render.tones import LOOKS


def drill_timelines(a: Assessment) -> Exhibit:
    """Return every drill that was played, and in short those that could be played next."""
    say = a.content.words
    played = [d for d in a.drills if d.told]
    rest = [d for d in a.drills if not d.told]
    blocks: list[Block] = [heading(2, say("oncall.drills-title"), _drills_lead(a, played))]
    said = ""
    for drill in played:
        key = _key_words(a, drill)
        blocks += _drill_blocks(a, drill, key if key != said else "")
        said = key
    if rest:
        blocks.append(heading(3, say("oncall.drills-to-play"), say("oncall.drills-to-play-lead")))
        blocks.append(_unplayed(a, rest))
    return Exhibit("drill-timelines", tuple(blocks), None if count_told(a, 4) else ())


def drill_timeline(a: Assessment, drill_id: str) -> Exhibit:
    """Return one drill: its story, who had it in hand when, what that shows, a good answer.

    Raises ValueError for a drill that the content does not hold.
    """
    drill = next((d for d in a.drills if d.text.id == drill_id), None)
    if drill is None:
        known = ", ".join(d.text.id for d in a.drills)
        raise ValueError(f"no drill is called {drill_id!r}; choose one of: {known}")
    return Exhibit(f"drill-{drill_id}", tuple(_drill_blocks(a, drill, _key_words(a, drill))))


def _drills_lead(a: Assessment, played: list[DrillTranscript]) -> str:
    say = a.content.words
    if not played:
        minutes = [d.text.minutes for d in a.drills]
        return say("oncall.drills-empty", least=min(minutes), most=max(minutes))
    well = sum(d.outcomes == ("ends-well",) for d in played)
    open_ = sum(d.outcomes == ("unknown",) for d in played)
    return say(
        f"oncall.drills-lead{'-open' if open_ else ''}",
        played=len(played),
        all=len(a.drills),
        well=well,
        open=open_,
        flagged=len(played) - well - open_,
    )


def _unplayed(a: Assessment, drills: list[DrillTranscript]) -> Table:
    say = a.content.words
    rows = [
        [
            cell(
                [
                    Span(f"{d.text.title}\n", strong=True),
                    say("oncall.minutes", n=d.text.minutes),
                ]
            ),
            cell(d.text.story),
            cell(d.text.good_answer),
            cell(", ".join(d.text.sources), tone="muted"),
        ]
        for d in drills
    ]
    return table(
        [
            column(say("oncall.drill"), width=1.2),
            column(say("oncall.story"), width=2),
            column(say("oncall.good-short"), width=2),
            column(say("oncall.source"), width=0.95),
        ],
        rows,
    )


def _drill_blocks(a: Assessment, drill: DrillTranscript, key: str) -> list[Block]:
    """Return a drill's page; `key` explains the picture's marks, once for drills in a row."""
    say, words = a.content.words, drill.text
    flags = drill_flags(a, drill)
    blocks: list[Block] = [heading(3, words.title, flags[0][0])]
    for tone, alike in groupby(flags[1:], key=itemgetter(1)):
        blocks.append(paragraph(" ".join(flag for flag, _ in alike), tone))
    clock = Span(say("oncall.clock", clock=words.clock), strong=True)
    blocks.append(paragraph([clock, words.story], small=True))
    if drill.told:
        blocks.append(_drill_picture(a, drill, [flag for flag, _ in flags], key))
    blocks.append(_drill_table(a, drill))
    good = Span(say("oncall.good-title"), strong=True)
    answer = [good, Span(f"{words.good_answer} "), keys_span(words.sources)]
    blocks.append(paragraph(answer, small=True))
    return blocks


def _key_words(a: Assessment, drill: DrillTranscript) -> str:
    marks = {tone: LOOKS[tone].mark for tone in ("ours", "seam", "critical")}
    known = drill.text.quality and is_somebody(a.answers.builder)
    return a.content.words(f"oncall.drill-caption{'' if known else '-no-builder'}", **marks)


def _drill_picture(a: Assessment, drill: DrillTranscript, flags: list[str], key: str) -> Picture:
    say = a.content.words
    holders = []
    for step in drill.steps:
        kind = bar_of(a, drill, step)
        team = team_words(a.content, step.holder)
        plain = kind in ("nobody", "unknown", "held")
        reading = say(f"oncall.bar-{kind}")
        holders.append(team if plain else say("oncall.alt-holder", team=team, reading=reading))
    first, second, third = holders
    alt = say("oncall.drill-alt", first=first, second=second, third=third, flags=" ".join(flags))
    return Picture(draw_drill(a, drill), alt, caption=text(key) if key else ())


def drill_flags(a: Assessment, drill: DrillTranscript) -> list[tuple[str, Tone]]:
    """Return what a drill shows, in sentences, each with its tone; the gravest first."""
    say = a.content.words
    last = team_words(a.content, drill.steps[-1].holder)
    found: list[tuple[str, Tone]] = []
    for outcome in drill.outcomes:
        if outcome == "nobody":
            open_ = [s for s in drill.steps if s.state in ("nobody", "at-handover")]
            found.append((say("oncall.flag-nobody", minutes=_minutes(a, open_)), "critical"))
        elif outcome == "lacks-knowledge":
            names = a.listing(a.content.question(f"knowledge.{k}").name for k in drill.lacks)
            found.append((say("oncall.flag-lacks-knowledge", knowledge=names), "seam"))
        elif outcome == "ends-well":
            key = "quality" if drill.text.quality else "service"
            found.append((say(f"oncall.flag-ends-well-{key}", team=last), "strength"))
        elif outcome == "unknown":
            found.append((_open_words(a, drill, last), "plain"))
        else:
            authority = team_words(a.content, a.answers.rollback_authority)
            # A loop ends where it began: the name is spelt as it was there.
            team = team_words(a.content, drill.holders[0]) if outcome == "loop" else last
            found.append((say(f"oncall.flag-{outcome}", team=team, authority=authority), "seam"))
    return found


def _open_words(a: Assessment, drill: DrillTranscript, last: str) -> str:
    say = a.content.words
    if not drill.told:
        return say("oncall.flag-not-played", n=drill.text.minutes)
    missing = [step for step in drill.steps if step.state == "unknown"]
    if missing:
        return say("oncall.flag-unknown", minutes=_minutes(a, missing))
    return say("oncall.flag-unknown-authority", team=last)


def _minutes(a: Assessment, steps: list[DrillStep]) -> str:
    return a.listing(str(step.moment.minute) for step in steps)


def _drill_table(a: Assessment, drill: DrillTranscript) -> Table:
    """Return the three moments: with holders where they were told, else with their questions."""
    say = a.content.words
    minute = column(say("oncall.minute"), align="right", width=0.45)
    if not drill.told:
        return table(
            [
                minute,
                column(say("oncall.scene"), width=2),
                column(say("oncall.ask"), width=1.6),
                column(say("oncall.has-it"), width=1.1),
            ],
            [
                [
                    cell(str(step.moment.minute)),
                    step.moment.scene,
                    step.moment.ask,
                    cell(say("oncall.to-write"), tone="muted"),
                ]
                for step in drill.steps
            ],
        )
    return table(
        [
            minute,
            column(say("oncall.scene"), width=3.3),
            column(say("oncall.has-it"), width=0.85),
            column(say("oncall.still-missing"), width=1.45),
        ],
        [
            [
                cell(str(step.moment.minute)),
                step.moment.scene,
                _hand_cell(a, drill, step),
                _missing_cell(a, drill, step),
            ]
            for step in drill.steps
        ],
    )


def _hand_cell(a: Assessment, drill: DrillTranscript, step: DrillStep) -> Cell:
    tones: dict[str, Tone] = {
        "builder": "ours",
        "other-team": "seam",
        "held": "plain",
        "nobody": "critical",
        "unknown": "muted",
    }
    tone = tones[bar_of(a, drill, step)]
    return cell(team_words(a.content, step.holder), tone=tone, mark=LOOKS[tone].mark)


def _missing_cell(a: Assessment, drill: DrillTranscript, step: DrillStep) -> Cell:
    """Return the knowledge that is still missing; “nothing” only where all of it is known."""
    say = a.content.words
    if step.lacks:
        names = a.listing(a.content.question(f"knowledge.{k}").name for k in step.lacks)
        return cell(names, tone="seam", mark=LOOKS["seam"].mark)
    known = all(a.knowledge.line(need).state != "unknown" for need in drill.text.needs)
    if step.state != "unknown" and known:
        return cell(say("oncall.nothing-missing"))
    return cell(say("common.unknown"), tone="muted")
