"""Show the drills, the charter to sign, and who knows what at night."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import groupby
from operator import itemgetter

from workshop.answers.schema import concerns, lookup
from workshop.documents.blocks import (
    Block,
    Cell,
    Picture,
    Span,
    Table,
    Tone,
    cell,
    column,
    heading,
    pairs,
    paragraph,
    table,
)
from workshop.documents.drawing import (
    AMBER,
    AMBER_TINT,
    BLUE,
    DASHED,
    GREY,
    INK,
    LINE,
    NORMAL,
    PAGE,
    PAGE_WIDTH,
    RED,
    RED_TINT,
    SMALL,
    SOLID,
    TINT,
    Dash,
    Sheet,
    Side,
    picture_of,
    shorten_to,
    text_width,
    wrap,
)
from workshop.documents.exhibit import Exhibit
from workshop.exhibits.layout import (
    CHARTER,
    capital,
    count_answered,
    date_words,
    in_plan,
    source_note,
    team_words,
)
from workshop.findings import Assessment
from workshop.findings.agreement import AgreedChange, asked_in
from workshop.findings.finding import Judged
from workshop.findings.oncall import (
    FIRST_CALLS,
    SECOND,
    CharterLine,
    DrillStep,
    DrillTranscript,
    KnowledgeLine,
    KnowledgeMap,
    called_first,
    left_out,
    without_second,
)
from workshop.findings.plan import (
    LACKING,
    Action,
    actions,
    called_by_decision,
    lacking_in_drills,
    leadership,
    proposed_due,
    to_begin,
)

_ROW, _ROW_LINE = 0.62, 0.15
"""Inches between two rows of boxes of two lines, and of each more line."""
_TRUNK = 0.1
"""Where lines come down to the teams from who is called, if that is above."""
_PAGER, _TEAM, _KIND = (0.05, 1.0), (1.95, 2.15), (4.85, 1.8)
"""Left edge and width of each column of the knowledge map."""


# -- the knowledge map --------------------------------------------------------------------------


def night_of(line: KnowledgeLine) -> str:
    """Return how a kind of knowledge is reached at night, as the key of its words."""
    if line.state == "unknown":
        return "unknown"
    if line.state != "held":
        return "nobody"
    if line.on_pager_path is False and line.in_drill:
        return "drill"
    return {True: "reached", False: "not-reached", None: "path-unknown"}[line.on_pager_path]


class _Map:
    """Where the boxes of the knowledge map are on a sheet of some width, in inches.

    Who is called stands left of the teams, or above them if three columns have too little room.
    """

    def __init__(self, assessment: Assessment, teams: Sequence[str], width: float) -> None:
        _, lines = assessment.content.words, assessment.knowledge.lines
        self.stacked = width < _KIND[0] + _KIND[1]
        self.pager, self.team, self.kind = _PAGER, _TEAM, _KIND
        if self.stacked:
            self.pager, self.team, self.kind = (0.02, 0.9), (0.22, 1.2), (1.7, width - 1.72)
        inner = self.kind[1] - 0.16
        self.kinds: list[tuple[list[str], list[str]]] = []
        """Lines of each kind of knowledge: its name, and whether its team is called."""
        for line in lines:
            told = _(f"oncall.picture-{night_of(line)}")
            if self.stacked:
                name, state = (
                    wrap(line.kind.name, inner, NORMAL, "semibold"),
                    wrap(told, inner, SMALL),
                )
            else:
                name = [shorten_to(line.kind.name, inner, NORMAL, "semibold")]
                state = [shorten_to(told, inner, SMALL)]
            self.kinds.append((name, state))
        most = None if self.stacked else 2
        names = [assessment.teams.label(team) for team in teams]
        self.teams = [wrap(name, self.team[1] - 0.16, NORMAL, lines=most) for name in names]
        tall = [2 * _ROW_LINE, *(_ROW_LINE * len(found) for found in self.teams)]
        tall += [_ROW_LINE * (len(name) + len(state)) for name, state in self.kinds]
        self.row = _ROW + max(tall) - 2 * _ROW_LINE
        """Inches between two rows of boxes."""
        over = 0.5 if self.stacked else 0.0
        rows = max(len(teams), len(lines))
        self.height = rows * self.row + 0.1 + over
        middle = (self.height - over) / 2
        self.pager_at = self.height - 0.2 if self.stacked else middle
        self.team_at = [middle + self.row * ((len(teams) - 1) / 2 - i) for i in range(len(teams))]
        self.kind_at = [middle + self.row * ((len(lines) - 1) / 2 - i) for i in range(len(lines))]


def draw_knowledge(assessment: Assessment, width: float = PAGE_WIDTH) -> str:
    """Return the knowledge map as SVG: on-call, teams, and their knowledge."""
    _, lines = assessment.content.words, assessment.knowledge.lines
    teams = _drawn_teams(assessment)
    at = _Map(assessment, teams, width)
    sheet = Sheet(width, at.height)
    x, wide = at.pager
    tall = 0.34 if at.stacked else at.row - 0.14
    _box(sheet, x, at.pager_at, wide, tall, TINT, INK)
    sheet.write(x + wide / 2, at.pager_at, _("oncall.pager"), weight="semibold", side="center")
    for team, words, y in zip(teams, at.teams, at.team_at, strict=True):
        called = called_at_night(assessment.knowledge, team, assessment)
        _team_box(sheet, at, words, y, called)
        if called is not False:
            start = (x + wide, at.pager_at)
            if at.stacked:
                start = (_TRUNK, y)
                _line(sheet, (_TRUNK, at.pager_at - tall / 2), start, called is True, head=False)
            _line(sheet, start, (at.team[0], y), called is True)
    for line, (name, told), y in zip(lines, at.kinds, at.kind_at, strict=True):
        state = night_of(line)
        with sheet.mark(_knowledge_words(assessment, line)):
            _kind_box(sheet, at, name, told, y, state)
        from_y = next(
            (
                t
                for k, t in zip(teams, at.team_at, strict=True)
                if assessment.teams.same(k, line.holder)
            ),
            None,
        )
        if from_y is not None:
            start = (sum(at.team), from_y)
            _line(sheet, start, (at.kind[0], y), state != "path-unknown")
    return sheet.svg()


def _drawn_teams(assessment: Assessment) -> list[str]:
    """Return the teams that have knowledge, in order, and those called first."""
    teams: list[str] = []
    first = [called_first(assessment.answers, name) for name in reversed(FIRST_CALLS)]
    for team in [*(line.holder for line in assessment.knowledge.lines), *first]:
        if (
            team is not None
            and assessment.teams.is_somebody(team)
            and not any(assessment.teams.same(team, t) for t in teams)
        ):
            teams.append(team)
    return teams


def called_at_night(knowledge: KnowledgeMap, team: str, assessment: Assessment) -> bool | None:
    """Return whether a team is called at night; None if not answered."""
    if any(assessment.teams.same(team, other) for other in knowledge.path):
        return True
    return False if knowledge.is_whole else None


def _box(
    sheet: Sheet,
    x: float,
    y: float,
    width: float,
    tall: float,
    fill: str,
    edge: str,
    dash: Dash = SOLID,
) -> None:
    sheet.rectangle(x, y - tall / 2, width, tall, fill=fill, edge=edge, dash=dash, level=2)


def _team_box(sheet: Sheet, at: _Map, words: Sequence[str], y: float, called: bool | None) -> None:
    x, width = at.team
    fill, edge = (AMBER_TINT, AMBER) if called is False else (PAGE, INK if called else GREY)
    dash = SOLID if called is not None else DASHED
    _box(sheet, x, y, width, at.row - 0.14, fill, edge, dash)
    sheet.write(x + width / 2, y, "\n".join(words), side="center", spacing=1.2)


def _kind_box(
    sheet: Sheet, at: _Map, name: Sequence[str], told: Sequence[str], y: float, state: str
) -> None:
    x, width = at.kind
    fill, edge = {
        "reached": (TINT, INK),
        "not-reached": (AMBER_TINT, AMBER),
        "drill": (AMBER_TINT, AMBER),
        "path-unknown": (PAGE, GREY),
        "nobody": (RED_TINT, RED),
        "unknown": (PAGE, GREY),
    }[state]
    _box(sheet, x, y, width, at.row - 0.14, fill, edge, DASHED if edge == GREY else SOLID)
    y += 0.1 + _ROW_LINE * (len(name) + len(told) - 2) / 2
    for up, words in enumerate(name):
        sheet.write(x + 0.08, y - _ROW_LINE * up, words, weight="semibold")
    y -= _ROW_LINE * (len(name) - 1) + 0.21
    for up, words in enumerate(told):
        sheet.write(x + 0.08, y - _ROW_LINE * up, words, size=SMALL, color=edge)


def _line(
    sheet: Sheet,
    start: tuple[float, float],
    end: tuple[float, float],
    sure: bool,
    head: bool = True,
) -> None:
    color, dash = (INK, SOLID) if sure else (GREY, (2.0, 2.0))
    if head:
        sheet.arrow(start, end, color=color, dash=dash, level=1)
    else:
        sheet.line([start, end], color=color, dash=dash, width=1.1, level=1)


# -- a drill ------------------------------------------------------------------------------------

_LANE, _LEFT, _LEAST, _NAME_LINE = 0.29, 1.75, 2.5, 0.15
"""Inches: a lane's height, its start, its least length, a line of a name."""
_END = 76
"""The minute at which the picture ends, after the last moment at minute 60."""


def bar_of(assessment: Assessment, drill: DrillTranscript, step: DrillStep) -> str:
    """Return how a moment's team relates to the model, as the key of its words.

    If only the service is at stake, having built the model is no advantage.
    """
    if step.state == "unknown":
        return "divided" if step.split else "unknown"
    if step.state != "held":
        return "nobody"
    if not drill.text.quality or not assessment.teams.is_somebody(assessment.answers.builder):
        return "held"
    return (
        "builder"
        if assessment.teams.same(step.holder, assessment.answers.builder)
        else "other-team"
    )


class _Hour:
    """An hour from left to right on a sheet of some width, in inches.

    Where lanes beside their names would be short, the names are above them.
    """

    def __init__(
        self, lanes: Sequence[tuple[str, list[DrillStep]]], minutes: Sequence[int], width: float
    ) -> None:
        self.left, self.right = _LEFT, width - 0.1
        self.above = self.right - self.left < _LEAST
        if self.above:
            self.left = 0.03
        self.names: list[tuple[float, Side, list[str]]] = []
        """Where each name is, and its lines."""
        for name, steps in lanes:
            x, side, room = self._place(steps[0].moment.minute, minutes)
            most = None if self.above else 2
            self.names.append((x, side, wrap(name, room, NORMAL, lines=most)))
        over = [_NAME_LINE * len(lines) if self.above else 0.0 for *_, lines in self.names]
        self.height = len(lanes) * _LANE + sum(over) + 0.38
        top = self.height - 0.32
        self.centres = [top - sum(over[: i + 1]) - _LANE * (i + 0.5) for i in range(len(lanes))]

    def _place(self, first: int, minutes: Sequence[int]) -> tuple[float, Side, float]:
        """Return where the name of a lane is that begins at a minute, clear of arrows."""
        if not self.above:
            return self.left - 0.1, "right", _LEFT - 0.15
        start = self.x(first)
        if first == minutes[0]:
            return start, "left", self.right - start
        later = next((self.x(m) for m in minutes if m > first), None)
        if later is None:
            return start - 0.07, "right", start - 0.1
        return start + 0.07, "left", later - start - 0.14

    def x(self, minute: float) -> float:
        return self.left + (self.right - self.left) * minute / _END


def draw_drill(assessment: Assessment, drill: DrillTranscript, width: float = PAGE_WIDTH) -> str:
    """Return a drill's hour as SVG, to scale: a lane for each team."""
    text = assessment.content.words
    lanes = _lanes(assessment, drill)
    minutes = [step.moment.minute for step in drill.steps]
    hour = _Hour(lanes, minutes, width)
    sheet, centres = Sheet(width, hour.height), hour.centres
    stretches = [(0.05, hour.height - 0.28)]
    if hour.above:
        stretches = [(y - _LANE / 2, y + _LANE / 2 - 0.02) for y in centres]
    for minute in minutes:
        x = hour.x(minute)
        for low, high in stretches:
            sheet.line([(x, low), (x, high)], color=LINE, width=0.8, level=0)
        words = text("oncall.axis-minute", minute=minute)
        sheet.write(x, hour.height - 0.15, words, size=SMALL, color=GREY, side="left")
    for (_, steps), (x, side, lines), y in zip(lanes, hour.names, centres, strict=True):
        color = RED if bar_of(assessment, drill, steps[0]) == "nobody" else INK
        up = _LANE / 2 + _NAME_LINE * len(lines) / 2 - 0.02 if hour.above else 0
        sheet.write(x, y + up, "\n".join(lines), side=side, spacing=1.15, color=color)
    at = [
        next(y for (_, s), y in zip(lanes, centres, strict=True) if step in s)
        for step in drill.steps
    ]
    for first, last in _stretches(at):
        end = minutes[last + 1] if last + 1 < len(minutes) else _END
        again = at[first] in at[:first]
        _bar(sheet, hour, assessment, drill, drill.steps[first], at[first], end, again)
        if first and "unknown" not in (drill.steps[first].state, drill.steps[first - 1].state):
            back = first == 2 and "loop" in drill.outcomes
            words = text("oncall.back") if back else ""
            _handover(sheet, hour.x(minutes[first]), at[first - 1], at[first], words)
    return sheet.svg()


def _stretches(at: list[float]) -> list[tuple[int, int]]:
    """Return the first and the last moment of each stretch in one lane."""
    starts = [i for i, y in enumerate(at) if i == 0 or y != at[i - 1]]
    return [(i, j - 1) for i, j in zip(starts, [*starts[1:], len(at)], strict=True)]


def _lanes(assessment: Assessment, drill: DrillTranscript) -> list[tuple[str, list[DrillStep]]]:
    """Return each team's name with its moments, in order of appearance."""
    text = assessment.content.words
    lanes: list[tuple[str, list[DrillStep]]] = []
    for step in drill.steps:
        if step.state == "held" and step.holder is not None:
            name = capital(assessment.teams.label(step.holder))
        else:
            name = _split_words(assessment, step) or text(
                "common.unknown" if step.state == "unknown" else "oncall.no-team"
            )
        for _, steps in lanes:
            first = steps[0]
            if assessment.teams.same(first.holder, step.holder) or (
                (first.state, first.split) == (step.state, step.split) and step.state != "held"
            ):
                steps.append(step)
                break
        else:
            lanes.append((name, [step]))
    return lanes


def _bar(
    sheet: Sheet,
    hour: _Hour,
    assessment: Assessment,
    drill: DrillTranscript,
    step: DrillStep,
    y: float,
    end: int,
    again: bool,
) -> None:
    """Draw how long a team is in charge; `again` if it was so before."""
    sides: tuple[Side, Side] = "left", "right"
    kind = bar_of(assessment, drill, step)
    fill, ink = {
        "builder": (BLUE, PAGE),
        "other-team": (AMBER, PAGE),
        "held": (GREY, PAGE),
        "nobody": (RED_TINT, RED),
        "unknown": (PAGE, GREY),
        "divided": (PAGE, INK),
    }[kind]
    edge = {"nobody": RED, "unknown": GREY, "divided": INK}.get(kind, fill)
    left, right, half = hour.x(step.moment.minute) + 0.02, hour.x(end) - 0.02, 0.13
    tip = right + 0.1 if end == _END else right  # the hour ends, the incident may not
    corners = [(left, y - half), (right, y - half), (tip, y), (right, y + half), (left, y + half)]
    dash = DASHED if kind in ("unknown", "divided") else SOLID
    label = assessment.content.words(f"oncall.bar-{kind}")
    at, side = left + 0.07, sides[False]
    beside = hour.above and text_width(label, SMALL) > right - left - 0.07
    if beside:  # where the lane is free
        at, side, ink = (
            (left - 0.06, sides[True], edge) if end == _END else (right + 0.05, side, edge)
        )
    else:
        label = shorten_to(label, right - left - (0.07 if hour.above else 0.1), SMALL)
    with sheet.mark(_holder_words(assessment, step, kind)):
        sheet.polygon(corners, fill=fill, edge=edge, dash=dash, level=2)
        # The lane says it itself, or its first bar did.
        if kind != "nobody" and not (beside and (again or kind == "unknown")):
            sheet.write(at, y, label, size=SMALL, color=ink, side=side)


def _holder_words(assessment: Assessment, step: DrillStep, kind: str) -> str:
    """Return who is in charge at a moment, and how that team relates to the model."""
    team = _split_words(assessment, step) or team_words(assessment.content, step.holder)
    if kind in ("nobody", "unknown", "divided", "held"):
        return team
    reading = assessment.content.words(f"oncall.bar-{kind}")
    return assessment.content.words("oncall.alt-holder", team=team, reading=reading)


def _split_words(assessment: Assessment, step: DrillStep) -> str:
    """Return “divided (Research, Platform)” if the room is, else nothing."""
    content = assessment.content
    teams = ", ".join(capital(team_words(content, team)) for team in step.split)
    return content.words("oncall.divided", teams=teams) if teams else ""


def _handover(sheet: Sheet, x: float, start: float, end: float, words: str) -> None:
    """Draw the moment at which the incident is handed over."""
    gap = 0.13 if end < start else -0.13
    tip, tail = (x, end + gap), (x, start - gap)
    sheet.arrow(tail, tip, level=4)
    if words:
        sheet.write(
            x - 0.06,
            end,  # in the lane it comes back to, which stands empty before
            words,
            size=SMALL,
            color=AMBER,
            weight="semibold",
            side="right",
        )


def drill_timelines(assessment: Assessment) -> Exhibit:
    """Return every drill that was played, in a table and then in full.

    A pack has in full only those that found a gap.
    """
    _ = assessment.content.words
    played = [d for d in assessment.drills if d.answered]
    head = heading(2, _("oncall.drills-title"), _drills_lead(assessment, played), anchor="drills")
    overview = [_overview(assessment, played)] if len(played) > 1 else []
    gaps = [d for d in played if set(d.outcomes) - {"ends-well", "unknown"}]
    shown = (head, *overview, *_in_full(assessment, played, hide=True))
    drawn = _not_drawn(assessment, played, gaps) if overview and gaps else []
    flags = not overview  # else the table says what each drill shows
    printed = (head, *overview, *drawn, *_in_full(assessment, gaps, tables=False, flags=flags))
    return Exhibit("drill-timelines", shown, printed if played else (), printed if played else ())


def _not_drawn(
    assessment: Assessment, played: list[DrillTranscript], gaps: list[DrillTranscript]
) -> list[Block]:
    """Return a sentence on drills without a gap, and on those that were not played."""
    rest = [
        d for d in assessment.drills if not d.answered and concerns(assessment.answers, d.text.when)
    ]
    found = {"drawn": [d for d in played if d not in gaps], "left": rest}
    text = " ".join(
        assessment.content.words(
            f"oncall.drills-{key}",
            titles=assessment.listing(
                assessment.content.words("rules.quoted", text=d.text.title) for d in drills
            ),
        )
        for key, drills in found.items()
        if drills
    )
    return [paragraph(text, "muted")] if text else []


def _in_full(
    assessment: Assessment,
    drills: list[DrillTranscript],
    *,
    tables: bool = True,
    hide: bool = False,
    flags: bool = True,
) -> list[Block]:
    """Return the pages of drills; `hide`: no good answer before the last moment."""
    blocks: list[Block] = []
    shown = ""
    for drill in drills:
        key = _key_words(assessment, drill)
        key_once = key if key != shown else ""
        blocks += _drill_blocks(assessment, drill, key_once, tables=tables, flags=flags)
        if hide and any(step.state == "unknown" for step in drill.steps):
            del blocks[-1]
        shown = key
    return blocks


def _overview(assessment: Assessment, played: list[DrillTranscript]) -> Table:
    """Return a line for each drill: the teams in charge, and what it shows."""
    _ = assessment.content.words
    rows = []
    for drill in played:
        flags = drill_flags(assessment, drill, authority=False)
        holders = [_hand_cell(assessment, drill, step) for step in drill.steps]
        shown = cell(" ".join(flag for flag, _ in flags), tone=flags[0][1])
        rows.append([cell(drill.text.title), *holders, shown])
    minutes = [step.moment.minute for step in played[0].steps]
    parted = any("handed-on-without-rollback" in drill.outcomes for drill in played)
    return table(
        [
            column(_("oncall.drill"), width=1.5),
            *(column(_("oncall.axis-minute", minute=m), width=0.8) for m in minutes),
            column(_("oncall.shows"), width=2.8),
        ],
        rows,
        caption=_authority(assessment) if parted else "",
    )


def _authority(assessment: Assessment) -> str:
    """Return who may roll back."""
    team = assessment.answers.rollback_authority
    named = team_words(assessment.content, team)
    if assessment.teams.is_somebody(team):
        named = capital(named)
    return assessment.content.words("oncall.flag-authority", authority=named)


def drills_to_play(assessment: Assessment) -> Exhibit:
    """Return in short the drills to play next; on paper with a good answer to each."""
    _ = assessment.content.words
    rest = [
        d for d in assessment.drills if not d.answered and concerns(assessment.answers, d.text.when)
    ]
    if not rest:
        return Exhibit("drills-to-play")
    head = heading(2, _("oncall.drills-to-play"), _("oncall.drills-to-play-lead"))
    printed = (head, _unplayed(assessment, rest, answers=True))
    shown = (head, _unplayed(assessment, rest, answers=False))  # the room may be about to play one
    return Exhibit("drills-to-play", shown, printed if count_answered(assessment, 4) else ())


def drill_timeline(assessment: Assessment, drill_id: str) -> Exhibit:
    """Return one drill: its story, who was in charge when, and a good answer.

    Raises ValueError for a drill that the content does not have.
    """
    drill = next((d for d in assessment.drills if d.text.id == drill_id), None)
    if drill is None:
        known = ", ".join(d.text.id for d in assessment.drills)
        raise ValueError(f"no drill is called {drill_id!r}; choose one of: {known}")
    return Exhibit(
        f"drill-{drill_id}", tuple(_drill_blocks(assessment, drill, _key_words(assessment, drill)))
    )


def _drills_lead(assessment: Assessment, played: list[DrillTranscript]) -> str:
    _ = assessment.content.words
    if not played:
        minutes = [d.text.minutes for d in assessment.drills]
        return _("oncall.drills-empty", least=min(minutes), most=max(minutes))
    well = sum(d.outcomes == ("ends-well",) for d in played)
    open_ = sum(d.outcomes == ("unknown",) for d in played)
    text = _(
        f"oncall.drills-lead{'-open' if open_ else ''}",
        played=len(played),
        all=sum(d.answered or concerns(assessment.answers, d.text.when) for d in assessment.drills),
        well=well,
        open=open_,
        flagged=len(played) - well - open_,
    )
    today = _("oncall.drills-today")
    return f"{text} {today}" if _night_changes(assessment) else text


def _unplayed(assessment: Assessment, drills: list[DrillTranscript], *, answers: bool) -> Table:
    _ = assessment.content.words
    rows = [
        [
            cell(
                [
                    Span(f"{d.text.title}\n", strong=True),
                    _("oncall.minutes", n=d.text.minutes),
                ]
            ),
            cell(d.text.story),
            *([cell(d.text.good_answer)] if answers else ()),
            cell(", ".join(d.text.sources), tone="muted"),
        ]
        for d in drills
    ]
    return table(
        [
            column(_("oncall.drill"), width=1.2),
            column(_("oncall.story"), width=2),
            *([column(_("oncall.good-short"), width=2)] if answers else ()),
            column(_("oncall.source"), width=0.95),
        ],
        rows,
    )


def _drill_blocks(
    assessment: Assessment,
    drill: DrillTranscript,
    key: str,
    *,
    tables: bool = True,
    flags: bool = True,
) -> list[Block]:
    """Return a drill's page; `key` is the legend, once for drills in a row.

    `tables` shows its three moments as a table, beside the picture, and `flags` what it shows.
    """
    phrase, words = assessment.content.words, drill.text
    found = drill_flags(assessment, drill)
    blocks: list[Block] = [heading(3, words.title)]
    for tone, alike in groupby(found if flags else (), key=itemgetter(1)):
        blocks.append(paragraph(" ".join(flag for flag, _ in alike), tone))
    clock = Span(phrase("oncall.clock", clock=words.clock), strong=True)
    blocks.append(paragraph([clock, words.story], small=True))
    if drill.answered:
        blocks.append(_drill_picture(assessment, drill, [flag for flag, _ in found], key))
    if tables or not drill.answered:
        blocks.append(_drill_table(assessment, drill))
    good = Span(phrase("oncall.good-title"), strong=True)
    answer = (good, Span(words.good_answer), source_note(words.sources))
    blocks.append(paragraph(answer, small=True))
    return blocks


def _key_words(assessment: Assessment, drill: DrillTranscript) -> str:
    known = drill.text.quality and assessment.teams.is_somebody(assessment.answers.builder)
    return assessment.content.words(f"oncall.drill-caption{'' if known else '-no-builder'}")


def _drill_picture(
    assessment: Assessment, drill: DrillTranscript, flags: list[str], key: str
) -> Picture:
    _ = assessment.content.words
    first, second, third = (
        _holder_words(assessment, step, bar_of(assessment, drill, step)) for step in drill.steps
    )
    alt = _("oncall.drill-alt", first=first, second=second, third=third, flags=" ".join(flags))
    return picture_of(partial(draw_drill, assessment, drill), alt, key)


def drill_flags(
    assessment: Assessment, drill: DrillTranscript, *, authority: bool = True
) -> list[tuple[str, Tone]]:
    """Return what a drill shows, as sentences with tones, the most severe first.

    `authority`: with who may roll back, where those in charge may not.
    """
    _ = assessment.content.words
    last = capital(team_words(assessment.content, drill.steps[-1].holder))
    found: list[tuple[str, Tone]] = []
    for outcome in drill.outcomes:
        if outcome == "nobody":
            open_ = [s for s in drill.steps if s.state in ("nobody", "at-handover")]
            found.append((_("oncall.flag-nobody", minutes=_minutes(assessment, open_)), "critical"))
        elif outcome == "lacks-knowledge":
            names = assessment.listing(
                assessment.content.question(f"knowledge.{k}").name for k in drill.lacks
            )
            found.append((_("oncall.flag-lacks-knowledge", knowledge=names), "warning"))
        elif outcome == "ends-well":
            key = "quality" if drill.text.quality else "service"
            found.append((_(f"oncall.flag-ends-well-{key}", team=last), "strength"))
        elif outcome == "unknown":
            found.append((_open_words(assessment, drill, last), "plain"))
        else:
            # A loop ends where it began: the name is spelt as it was there.
            first = capital(team_words(assessment.content, drill.holders[0]))
            text = _(f"oncall.flag-{outcome}", team=first if outcome == "loop" else last)
            if authority and outcome == "handed-on-without-rollback":
                text = f"{text} {_authority(assessment)}"
            found.append((text, "warning"))
    return found


def _open_words(assessment: Assessment, drill: DrillTranscript, last: str) -> str:
    _ = assessment.content.words
    if not drill.answered:
        return _("oncall.flag-not-played", n=drill.text.minutes)
    open_ = [step for step in drill.steps if step.state == "unknown"]
    missing = [step for step in open_ if not step.split]
    if open_:
        key = "flag-unknown" if missing else "flag-divided"
        return _(f"oncall.{key}", minutes=_minutes(assessment, missing or open_))
    return _("oncall.flag-unknown-authority", team=last)


def _minutes(assessment: Assessment, steps: list[DrillStep]) -> str:
    return assessment.listing(str(step.moment.minute) for step in steps)


def _drill_table(assessment: Assessment, drill: DrillTranscript) -> Table:
    """Return the three moments with their teams if answered, else the questions."""
    _ = assessment.content.words
    minute = column(_("oncall.minute"), align="right", width=0.45)
    if not drill.answered:
        return table(
            [
                minute,
                column(_("oncall.scene"), width=2),
                column(_("oncall.ask"), width=1.6),
                column(_("oncall.has-it"), width=1.1),
            ],
            [
                [
                    cell(str(step.moment.minute)),
                    step.moment.scene,
                    step.moment.ask,
                    cell(_("oncall.to-write"), tone="muted"),
                ]
                for step in drill.steps
            ],
        )
    return table(
        [
            minute,
            column(_("oncall.scene"), width=3.3),
            column(_("oncall.has-it"), width=0.85),
            column(_("oncall.still-missing"), width=1.45),
        ],
        [
            [
                cell(str(step.moment.minute)),
                step.moment.scene,
                _hand_cell(assessment, drill, step),
                _missing_cell(assessment, drill, step),
            ]
            for step in drill.steps
        ],
    )


def _hand_cell(assessment: Assessment, drill: DrillTranscript, step: DrillStep) -> Cell:
    tones: dict[str, Tone] = {
        "nobody": "critical",
        "unknown": "muted",
    }
    tone = tones.get(bar_of(assessment, drill, step), "plain")
    words = _split_words(assessment, step) or team_words(assessment.content, step.holder)
    return cell(capital(words), tone=tone)


def _missing_cell(assessment: Assessment, drill: DrillTranscript, step: DrillStep) -> Cell:
    """Return the knowledge that is still missing, if any.

    “Nothing” needs an answer for each kind that the drill needs.
    """
    _ = assessment.content.words
    if step.lacks:
        names = assessment.listing(
            assessment.content.question(f"knowledge.{k}").name for k in step.lacks
        )
        return cell(names, tone="warning")
    known = all(assessment.knowledge.line(need).state != "unknown" for need in drill.text.needs)
    if step.state != "unknown" and known:
        return cell(_("oncall.nothing-missing"))
    return cell(_("oncall.missing-open" if step.split else "common.unknown"), tone="muted")


# -- the charter --------------------------------------------------------------------------------


def oncall_charter(assessment: Assessment) -> Exhibit:
    """Return the charter to sign: who is called, knows and decides, or blanks.

    One table has the night: today, as agreed, from which day, and what is only proposed. Only what
    is agreed is signed. Other pages refer to it. Who is called second is for a hand to fill, unless
    it was answered.
    """
    _, charter = assessment.content.words, assessment.signed.charter
    lines, filled = charter.lines, charter.of_state("held")
    shown = {SECOND, *(line.reads for line in lines)}  # the second call has its line in any case
    changes = {c.name: c for c in assessment.changes}
    changed = {line.reads: changes[line.answer] for line in lines if line.answer in changes}
    values = {
        "model": assessment.model,
        "all": len(shown),
        "n": len(filled),
        "held": len(filled),
        "open": len(shown) - len(filled),
    }
    key = "complete" if charter.complete else "lead" if filled else "empty"
    if charter.complete and any(line.reads == SECOND for line in lines):
        key = "all-named"
    undated = any(c.decision.due is None for c in changed.values())
    return Exhibit(
        "on-call-charter",
        (
            heading(
                2, _("oncall.charter-title"), _(f"oncall.charter-{key}", **values), anchor=CHARTER
            ),
            _night(assessment, changed),
            *_how_long(assessment, changed),
            heading(3, _("oncall.signed"), _signing(assessment, changed)),
            *(
                [pairs([(_("oncall.holds-from"), _("oncall.to-write"))])]
                if undated or not changed
                else []
            ),
            _signatures(assessment, filled),
        ),
        None if charter.begun else (),
    )


def _signing(assessment: Assessment, changed: Mapping[str, AgreedChange]) -> str:
    """Return who signs, and what holds if somebody does not."""
    _, plan = assessment.content.words, actions(assessment)
    said = _(f"oncall.signed-{'agreed' if changed else 'lead'}")
    signing = next((a for a in plan if a.kind == "charter"), None)
    due = proposed_due(assessment, signing) if signing else None
    words = {"who": leadership(assessment)}
    if due is None:
        return f"{said} {_('oncall.unsigned-undated', **words)}"
    words["date"] = date_words(assessment.content, datetime.date.fromisoformat(due))
    return f"{said} {_('oncall.unsigned', **words)}"


def _night(assessment: Assessment, changed: Mapping[str, AgreedChange]) -> Table:
    """Return the table of the night, with the day on which each line changes."""
    _ = assessment.content.words
    before = {line.reads: line for line in assessment.charter.lines}
    lines = _in_order(assessment.signed.charter.lines)
    proposed = {line.reads: _only_proposed(assessment, line, changed) for line in lines}
    heads = [column(_("oncall.line"), width=1.5 if changed else 2.3)]
    if changed:
        heads.append(column(_("oncall.today"), width=1.05))
    heads.append(column(_(f"oncall.{'agreed' if changed else 'holder'}"), width=1.6))
    if changed:
        heads.append(column(_("oncall.from-head"), width=1.1))
    if any(proposed.values()):
        heads.append(column(_("oncall.only-proposed"), width=1.5))
    rows = []
    for line in lines:
        row = [cell(_(f"oncall.line-{re.sub('[._]', '-', line.reads)}"))]
        agreed = _holder_agreed(assessment, line)
        begins, called = _begins(assessment, changed.get(line.reads)), _called_by(assessment, line)
        if called is not None:
            name = capital(team_words(assessment.content, line.holder))
            agreed = cell(_("oncall.called", team=name))
            begins = cell(_on_day(assessment, "from", called))
        for words in filter(None, (_still_open(assessment, line), _gap(assessment, line))):
            missing = Span(f"\n{capital(words)}", tone="critical")
            agreed = cell((*agreed.text, missing), tone=agreed.tone)
        row += [_holder_today(assessment, before.get(line.reads, line))] if changed else []
        row.append(agreed)
        if changed:
            row.append(begins if line.state != "unknown" else cell(""))
        row += [cell("\n".join(proposed[line.reads]))] if any(proposed.values()) else []
        rows.append(row)
    keys = dict.fromkeys(k for kind in assessment.content.knowledge for k in kind.sources)
    said = [_("oncall.charter-numbers")] if changed or any(proposed.values()) else []
    caption = " ".join([*said, _("oncall.charter-sources", sources=", ".join(keys))])
    return table(heads, rows, caption=caption, with_next=True)  # whoever signs sees what for


def _left_out(assessment: Assessment) -> list[str]:
    """Return the teams that led in a drill without a line, once there are lines."""
    if not assessment.signed.charter.of_state("held"):
        return []
    charters = (assessment.charter, assessment.signed.charter)
    return [
        team
        for team in left_out(assessment.teams, charters, assessment.drills)
        if not assessment.is_provider(team)
    ]


def _in_order(lines: Sequence[CharterLine]) -> list[CharterLine]:
    """Return the charter's lines, with the second call after the first ones."""
    given = (line for line in lines if line.reads == SECOND)
    second = next(given, CharterLine(SECOND, None, "unknown", SECOND))
    others = [line for line in lines if line.reads != SECOND]
    first = sum(line.reads in FIRST_CALLS for line in others)
    return [*others[:first], second, *others[first:]]


def _begins(assessment: Assessment, change: AgreedChange | None) -> Cell:
    """Return from which day an agreed holder is the one, or that it stays as today."""
    if change is None:
        return cell(assessment.content.words("oncall.as-today"), tone="muted")
    number = next(a for a in actions(assessment) if a.decision == change.decision)
    return cell(_on_day(assessment, "from", number))


def _only_proposed(
    assessment: Assessment, line: CharterLine, changed: Mapping[str, AgreedChange]
) -> list[str]:
    """Return what the plan proposes for a line and nobody agreed on.

    That is somebody who stands in until a decision holds, somebody to call second, and that a team
    is called whose knowledge drills lacked.
    """
    plan, kind = actions(assessment), line.reads.removeprefix("knowledge.")
    content, today = assessment.content, lookup(assessment.answers, line.reads)
    key = "beside-from" if content.teams.is_somebody(today) else "stand-in-from"
    covers = _stand_in(assessment, line, changed)
    found = [_on_day(assessment, key, a, team=team_words(content, today)) for a in covers]
    if _gap(assessment, line):
        number = next(a.number for a in plan if a.kind == "charter")
        found.append(assessment.content.words("oncall.find-second", number=number))
    held = kind != line.reads and line.state == "held"
    proposed = lacking_in_drills(assessment) - {*called_by_decision(assessment)}
    if held and kind in proposed and assessment.knowledge.line(kind).on_pager_path is False:
        calls = (a for a in plan if a.finding == LACKING)
        found += [_on_day(assessment, "called-proposed", a) for a in calls]
    return found


def _stand_in(
    assessment: Assessment, line: CharterLine, changed: Mapping[str, AgreedChange]
) -> list[Action]:
    """Return the action that names a stand-in for a line, if there is one.

    Whoever may roll back today does so until the decision on it holds.
    """
    today = lookup(assessment.answers, line.reads)
    if line.reads == "rollback_authority" and assessment.content.teams.is_somebody(today):
        return []
    return [a for a in actions(assessment) if line.reads in _covers(a, changed)][:1]


def _covers(action: Action, changed: Mapping[str, AgreedChange]) -> Sequence[str]:
    """Return the lines for which an action names a stand-in: the first that changes.

    Who is called first is one line or two.
    """
    own = [name for name in action.reads if name in changed] if action.kind == "cover" else []
    return [name for name in own if {name, own[0]} <= {*FIRST_CALLS} or name == own[0]]


def _called_by(assessment: Assessment, line: CharterLine) -> Action | None:
    """Return the decision that has a team called whose knowledge is needed."""
    kind = line.reads.removeprefix("knowledge.")
    if kind == line.reads or line.state != "held":
        return None
    if assessment.knowledge.line(kind).on_pager_path is not False:
        return None
    if not assessment.signed.knowledge.line(kind).on_pager_path:
        return None
    calls = (*FIRST_CALLS, "duties.paged")
    made = [c.decision for c in assessment.changes if c.name in calls]
    return next((a for a in actions(assessment) if a.decision in made), None)


def _on_day(assessment: Assessment, key: str, action: Action, **words: str) -> str:
    """Return what an action does from its day on, with its number."""
    _, due = assessment.content.words, action.due or proposed_due(assessment, action)
    if due is None:
        return _(f"oncall.{key}-action", number=action.number, **words)
    day = date_words(assessment.content, datetime.date.fromisoformat(due))
    return _(f"oncall.{key}", date=day, number=action.number, **words)


def _still_open(assessment: Assessment, line: CharterLine) -> str:
    """Return which action decides a line that was put down as not decided."""
    content, answers, names = assessment.content, assessment.answers, {line.reads, line.answer}
    for a in actions(assessment):
        if a.is_open and a.decision and names & {*asked_in(content, answers, a.decision)}:
            return content.words("oncall.still-open", number=a.number)
    return ""


def _how_long(assessment: Assessment, changed: Mapping[str, AgreedChange]) -> list[Block]:
    """Return until when the charter holds, and who has no line in it."""
    _, said = assessment.content.words, list[Span]()
    plan, own = actions(assessment), [c.decision for c in changed.values()]
    shown = [a for x in assessment.signed.charter.lines for a in _stand_in(assessment, x, changed)]
    cover = [a for a in plan if a.kind == "cover" and a not in shown]
    if any(d.due for d in own):
        said.append(Span(_("oncall.before-day")))
        if cover:
            said += [Span(_("oncall.stand-in")), *in_plan(assessment, cover)]
    begun = next(iter(to_begin(assessment)), None)
    then = next((o for o in assessment.options if "chosen" in o.roles), begun)
    moves = then is not None and "today" not in then.roles
    if assessment.signed.charter.of_state("held"):
        calling = next((a for a in plan if a.kind == "calling"), None) if then is begun else None
        key = "charter-until" + ("-moved" if moves else "")
        name = {"pattern": then.short} if moves and then else {}
        until = [_(f"oncall.{key}", model=assessment.model, **name)]
        if calling:
            until.append(_on_day(assessment, "next-charter", calling))
        elif moves:
            until.append(_("oncall.next-charter-open"))
        if days := [d.revisit_on for d in own if d.revisit_on]:
            day = date_words(assessment.content, min(days))
            until.append(_("oncall.charter-review", date=day))
        said.append(Span((" " if said else "") + " ".join(until)))
    blocks: list[Block] = [paragraph(said)] if said else []
    if left := _left_out(assessment):
        names = assessment.listing(capital(assessment.teams.label(team)) for team in left)
        number = next((a.number for a in plan if a.kind == "charter"), None)
        key = f"oncall.left-out{'' if number else '-open'}"
        words = _(key, n=len(left), teams=names, number=number or 0)
        blocks.append(paragraph(words, tone="warning"))
    return blocks


def _holder_today(assessment: Assessment, line: CharterLine) -> Cell:
    """Return who has a line today, or that nobody has or said it."""
    if line.state == "held":
        return cell(_named(assessment, line))
    if line.reads == SECOND and line.state == "unknown":  # “not answered” is said of a call, too
        return cell(assessment.content.words("oncall.second-unsaid"), tone="muted")
    words = capital(team_words(assessment.content, line.holder))
    return cell(words, tone="muted" if line.state == "unknown" else "critical")


def _holder_agreed(assessment: Assessment, line: CharterLine) -> Cell:
    """Return who has a line as agreed, what is missing, or a place to write."""
    _ = assessment.content.words
    if line.state == "held":
        return cell(_named(assessment.signed, line))
    if line.state == "unknown":
        return cell(_("oncall.to-write"), tone="muted")
    key = "provider" if assessment.is_provider(line.holder) else line.state
    words = _(f"oncall.open-{key}", provider=assessment.provider)
    return cell(words, tone="critical", fill=True)


def _named(judged: Judged, line: CharterLine) -> str:
    """Return the holder of a line, and of knowledge whether that team is called."""
    name = capital(team_words(judged.content, line.holder))
    kind = line.reads.removeprefix("knowledge.")
    if kind == line.reads or judged.knowledge.line(kind).on_pager_path is not False:
        return name
    return judged.content.words("oncall.not-called", team=name)


def _gap(assessment: Assessment, line: CharterLine) -> str:
    """Return after which first call nobody else is called."""
    then = assessment.signed.answers
    gap = without_second(assessment.teams, then) if line.reads == SECOND else ()
    if not gap:
        return ""
    called = [n for n in FIRST_CALLS if assessment.teams.is_somebody(called_first(then, n))]
    which = gap[0].removeprefix("paged_") if len(gap) < len(called) else "all"
    return assessment.content.words(f"oncall.second-missing-{which}")


def _signatures(assessment: Assessment, filled: tuple[CharterLine, ...]) -> Table:
    """Return a row for each team that is named, or three empty ones."""
    _ = assessment.content.words
    teams: list[str] = []
    for who in (line.holder for line in filled):
        if who is not None and not any(assessment.teams.same(who, team) for team in teams):
            teams.append(who)
    names = [capital(assessment.teams.label(team)) for team in teams] or [_("oncall.to-write")] * 3
    blank = cell("\n ")
    return table(
        [
            column(_("oncall.signs-for"), width=1.4),
            column(_("oncall.reached"), width=1.4),
            column(_("oncall.name"), width=1.2),
            column(_("oncall.signature"), width=1.2),
            column(_("oncall.date"), width=0.7),
        ],
        [[cell(name), blank, blank, blank, blank] for name in names],
        caption=_("oncall.charter-caption"),
    )


# -- the knowledge map --------------------------------------------------------------------------


def knowledge_map(assessment: Assessment) -> Exhibit:
    """Return who has which knowledge and is called at night, drawn and as a table."""
    _, knowledge = assessment.content.words, assessment.knowledge
    if not knowledge.answered:
        head = heading(2, _("oncall.map-title"), _("oncall.map-empty"))
        return Exhibit("knowledge-map", (head, _knowledge_questions(assessment)), ())
    caption = _("oncall.map-caption")
    picture = picture_of(partial(draw_knowledge, assessment), _map_alt(assessment), caption)
    rows = [
        [
            cell(line.kind.name),
            cell((Span(line.kind.question), source_note(line.kind.sources))),
            _team_cell(assessment, line),
            _night_cell(assessment, line),
        ]
        for line in knowledge.lines
    ]
    same_table = table(
        [
            column(_("oncall.kind"), width=1.3),
            column(_("oncall.answers"), width=2.4),
            column(_("oncall.team"), width=1.2),
            column(_("oncall.at-night"), width=0.9),
        ],
        rows,
    )
    today = [paragraph(_("oncall.map-today"), tone="muted")] if _night_changes(assessment) else []
    head = heading(2, _("oncall.map-title"), _map_lead(assessment))
    blocks: tuple[Block, ...] = (head, *today, picture, same_table)
    # On paper the charter says the same of each team, today and as agreed.
    return Exhibit("knowledge-map", blocks, (), None, blocks)


def _night_changes(assessment: Assessment) -> bool:
    """Return whether a decision changes who is called, knows or may act at night."""
    night = ("paged_", "knowledge.", "duties.paged", "rollback_authority")
    return any(c.name.startswith(night) for c in assessment.changes)


def _knowledge_questions(assessment: Assessment) -> Table:
    _ = assessment.content.words
    return table(
        [
            column(_("oncall.kind"), width=1.1),
            column(_("oncall.answers"), width=1.7),
            column(_("oncall.why"), width=2.1),
            column(_("oncall.source"), width=0.8),
        ],
        [
            [
                cell(kind.name, strong=True),
                kind.question,
                kind.why,
                cell(", ".join(kind.sources), tone="muted"),
            ]
            for kind in assessment.content.knowledge
        ],
    )


def _map_lead(assessment: Assessment) -> str:
    _, knowledge = assessment.content.words, assessment.knowledge
    states = [night_of(line) for line in knowledge.lines]
    counts = {
        "all": len(states),
        "held": knowledge.coverage,
        "reached": states.count("reached"),
    }
    if knowledge.in_one_team is not None:
        return _(
            "oncall.map-one-team", team=assessment.teams.label(knowledge.in_one_team), **counts
        )
    if not knowledge.coverage:
        return _("oncall.map-none")
    if states.count("reached") == len(states):
        return _("oncall.map-all-reached")
    if "path-unknown" in states:
        return _("oncall.map-lead-path-unknown", **counts)
    if not counts["reached"]:
        return _("oncall.map-lead-none-reached", **counts)
    return _("oncall.map-lead", n=counts["reached"], **counts)


def _knowledge_words(assessment: Assessment, line: KnowledgeLine) -> str:
    """Return who has a kind of knowledge, and whether that team is called at night."""
    team = team_words(assessment.content, line.holder)
    return assessment.content.words(f"oncall.alt-{night_of(line)}", kind=line.kind.name, team=team)


def _map_alt(assessment: Assessment) -> str:
    _ = assessment.content.words
    lines = [_knowledge_words(assessment, line) for line in assessment.knowledge.lines]
    path = _("oncall.alt-no-path")
    if assessment.knowledge.path:
        path = _(
            "oncall.alt-path",
            teams=assessment.listing(map(assessment.teams.label, assessment.knowledge.path)),
        )
    return _("oncall.map-alt", lines=" ".join(lines), path=path)


def _team_cell(assessment: Assessment, line: KnowledgeLine) -> Cell:
    tones: dict[str, Tone] = {"unknown": "muted", "held": "plain"}
    tone = tones.get(line.state, "critical")
    return cell(capital(team_words(assessment.content, line.holder)), tone=tone)


def _night_cell(assessment: Assessment, line: KnowledgeLine) -> Cell:
    tones: dict[str, tuple[str, Tone]] = {
        "reached": ("yes", "strength"),
        "not-reached": ("no", "warning"),
        "drill": ("drill", "warning"),
        "nobody": ("none", "critical"),
    }
    word, tone = tones.get(night_of(line), ("unknown", "muted"))
    return cell(assessment.content.words(f"oncall.night-{word}"), tone=tone)
