"""Show an assessment as tidy pandas frames with documented columns.

`FRAMES` declares every frame: what a row is, its index, and each column with dtype and meaning.
Frames are made by it, tests compare frames with it, and the documentation prints it. A frame
without rows has the same columns and dtypes as any other.

Text is `string`, numbers are `Int64` and `Float64`, booleans are `boolean`: pandas' dtypes in which
`pd.NA` is a missing answer. Choices are categories, ordered if they have an order. Dates are
`datetime64[us]`, which reaches any year. Lists are tuples in a column of objects, so that
`frame.explode("sources")` gives them a row each.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from workshop.answers.schema import Privacy, Stage
from workshop.content.items import Pattern
from workshop.content.teams import UNKNOWN
from workshop.findings.finding import SEVERITIES, FrameName, Judged, Status
from workshop.findings.handoffs import is_handoff
from workshop.findings.oncall import HolderState
from workshop.findings.oncall import Outcome as DrillOutcome
from workshop.findings.ownership import DutyState
from workshop.findings.patterns.capacity import Place, compare
from workshop.findings.patterns.inputs import word
from workshop.findings.patterns.options import ROLES
from workshop.findings.patterns.verdicts import Says
from workshop.findings.plan import Kind, actions, late_by, proposed_due
from workshop.problems import InputError, Problem, near, need_extra

if TYPE_CHECKING:  # rows are made without pandas, which takes longer to import than the rest
    import pandas as pd

PATTERNS: tuple[Pattern, ...] = get_args(Pattern)
VERDICTS = ("excluded", "not-yet", "fits-on-conditions", "fits")
"""Verdicts, the least favourable first."""
SAYS: tuple[Says, ...] = ("against", "neutral", "supports", "unknown")
STATUSES: tuple[Status, ...] = get_args(Status)

WHENS = ("at-least", "at-most", "below", "is")

Dtype = Literal["text", "whole", "number", "yes-no", "date", "moment", "list"]
DTYPES: dict[Dtype, str] = {
    "text": "string",
    "whole": "Int64",
    "number": "Float64",
    "yes-no": "boolean",
    "date": "datetime64[us]",
    "moment": "datetime64[us, UTC]",
    "list": "object",
}


@dataclass(frozen=True)
class Column:
    """A column: its name, the type of its values, and their meaning.

    `choices` make it a category, `ordered` one whose choices are in order.
    """

    name: str
    holds: Dtype
    meaning: str
    choices: tuple[str, ...] = ()
    ordered: bool = False

    @property
    def dtype(self) -> str:
        """Return the dtype as pandas names it."""
        return "category" if self.choices else DTYPES[self.holds]

    def series(self, values: Iterable[Any]) -> pd.Series[Any]:
        """Return values as a series of this column's dtype; None becomes missing."""
        import pandas as pd

        given = list(values)
        if self.choices:
            kind = pd.CategoricalDtype([*self.choices], ordered=self.ordered)
            # a choice that only own content knows stays a choice
            more = [v for v in dict.fromkeys(given) if v is not None and v not in self.choices]
            if more:
                kind = pd.CategoricalDtype([*self.choices, *more], ordered=self.ordered)
            return pd.Series(pd.Categorical(given, dtype=kind), name=self.name)
        if self.holds == "list":
            found = pd.Series([None] * len(given), dtype="object", name=self.name)
            found[:] = [tuple(v) if v is not None else pd.NA for v in given]
            return found
        return pd.Series(given, dtype=self.dtype, name=self.name)


@dataclass(frozen=True)
class FrameText:
    """A frame: the meaning of a row, the columns of its index, its other columns."""

    name: str
    row: str
    index: tuple[Column, ...]
    columns: tuple[Column, ...]

    def frame(self, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """Return rows as this frame; values that a row lacks are missing."""
        import pandas as pd

        columns: dict[str, list[Any]] = {c.name: [] for c in self.all}
        for row in rows:
            for name, values in columns.items():
                values.append(row.get(name))
        data = {c.name: c.series(columns.pop(c.name)) for c in self.all}
        frame = pd.DataFrame(data, columns=[c.name for c in self.all])
        return frame.set_index([c.name for c in self.index])

    def parquet(self, rows: Iterable[Mapping[str, Any]]) -> bytes:
        """Return rows as a Parquet file, which pandas reads with these dtypes.

        The index is the first columns, and lists come back as arrays. Raises `InputError` where
        pyarrow is not installed.
        """
        need_parquet()
        import pyarrow as pa
        import pyarrow.parquet

        frame = self.frame(rows).reset_index()
        schema = pa.Schema.from_pandas(frame)
        for column in self.all:
            if column.holds == "list":  # else a column of empty lists has no type
                place = schema.get_field_index(column.name)
                schema = schema.set(place, pa.field(column.name, pa.list_(pa.string())))
        written = io.BytesIO()
        pyarrow.parquet.write_table(pa.Table.from_pandas(frame, schema=schema), written)
        return written.getvalue()

    @property
    def all(self) -> tuple[Column, ...]:
        """Return the columns of the index, then the others."""
        return self.index + self.columns


def need_parquet() -> None:
    """Raise `InputError` with install instructions where Parquet cannot be written."""
    need_extra("parquet", "A Parquet file", {"pyarrow": "pyarrow"})


def _text(name: str, meaning: str) -> Column:
    return Column(name, "text", meaning)


def _choice(name: str, meaning: str, choices: Iterable[str], ordered: bool = False) -> Column:
    return Column(name, "text", meaning, tuple(choices), ordered)


def _number(name: str, meaning: str) -> Column:
    return Column(name, "number", meaning)


def _whole(name: str, meaning: str) -> Column:
    return Column(name, "whole", meaning)


def _list(name: str, meaning: str) -> Column:
    return Column(name, "list", meaning)


def _yes(name: str, meaning: str) -> Column:
    return Column(name, "yes-no", meaning)


def _date(name: str, meaning: str) -> Column:
    return Column(name, "date", meaning)


_SEVERITY = _choice("severity", "how much it will hurt, the most severe first", SEVERITIES, True)
_SOURCES = _list("sources", "keys of the sources")
_PATTERN = _choice("pattern", "the pattern's id", PATTERNS)
_OWNER = _text("owner", "one person or role")
_HOLDERS: tuple[HolderState, ...] = get_args(HolderState)

FRAMES: dict[str, FrameText] = {
    frame.name: frame
    for frame in (
        FrameText(
            "findings",
            "a finding: those of today, the most severe first, then those told only as agreed",
            (_text("finding", "the rule's id"),),
            (
                _whole("part", "part of the workshop, 1 to 6"),
                _SEVERITY,
                _choice(
                    "status",
                    "open, settled (gone as agreed) or new (only there as agreed)",
                    STATUSES,
                ),
                _text("subject", "what it is about; empty where the rule names none"),
                _text("statement", "what was found, in a sentence"),
                _text("why", "why it matters"),
                _text("mitigation", "the first step; of a strength, what keeps it"),
                _text("what", "what is different once it is done; empty for a strength"),
                _text("owner", "who carries out the decision that settles it"),
                _date("due", "by when"),
                _list("answers", "names of the answers it rests on"),
                _SOURCES,
            ),
        ),
        FrameText(
            "verdicts",
            "a pattern",
            (_PATTERN,),
            (
                _text("name", "its name"),
                _choice("verdict", "missing where the pattern could not be judged", VERDICTS, True),
                _yes("advised", "whether we advise it, alone or with another"),
                _whole("obstacles", "how many things would have to change"),
                _list("conditions", "what has to be done for it to fit"),
                _list("changes", "what would have to change before it fits"),
                _text("excluded_because", "the rule that excludes it"),
                _list("unknown", "answers that are needed to judge it whole"),
            ),
        ),
        FrameText(
            "criteria",
            "a criterion of a pattern",
            (_PATTERN, _text("criterion", "the criterion's id")),
            (
                _text("reads", "name of the answer it reads"),
                _choice(
                    "role",
                    "needed decides whether it fits, leaning between two that fit",
                    ("needed", "condition", "growth", "leaning"),
                ),
                _text("value", "the answer as content writes it"),
                _choice("says", "what it says about the pattern", SAYS, True),
                _text("because", "why, in words"),
                _SOURCES,
            ),
        ),
        FrameText(
            "ledger",
            "a duty of the ownership ledger",
            (_text("duty", "the duty's id"),),
            (
                _text("answer", "name of the answer"),
                _text("name", "the duty in words"),
                _text("holder", "the team that has it, as typed"),
                _choice(
                    "state",
                    "builder, another team, nobody, at handover or unknown; held is a team where "
                    "the builder is not answered",
                    get_args(DutyState),
                ),
            ),
        ),
        FrameText(
            "on_call",
            "a line of the on-call charter",
            (_text("answer", "name of the answer"),),
            (
                _text("holder", "the team or role, as typed"),
                _choice("state", "whether somebody holds it", _HOLDERS),
                _yes("on_pager_path", "of knowledge: whether that team is paged"),
            ),
        ),
        FrameText(
            "drills",
            "a moment of a pager drill",
            (_text("drill", "the drill's id"), _whole("minute", "0, 15 or 60")),
            (
                _text("title", "the drill's title"),
                _text("holder", "who has the incident then, as typed"),
                _choice("state", "whether somebody has it", _HOLDERS),
                _list("lacks", "knowledge it takes that no team so far has"),
                _list("outcomes", f"how the drill ends: {', '.join(get_args(DrillOutcome))}"),
            ),
        ),
        FrameText(
            "stages",
            "a stage of the value stream, in working days",
            (_whole("stage_number", "place in the stream, from 1"),),
            (
                _choice(
                    "stage", "kind of work", get_args(Stage.model_fields["stage"].annotation), True
                ),
                _text("name", "what is done there, as typed"),
                _text("team", "who does it, as typed"),
                _number("start", "when its waiting begins; unknown days are left out"),
                _number("wait", "days it waits before that, the likely value"),
                _number("wait_low", "the low end, where a range was given"),
                _number("wait_high", "the high end"),
                _number("touch", "days somebody works on it, the likely value"),
                _number("touch_low", "the low end, where a range was given"),
                _number("touch_high", "the high end"),
                _yes("measured", "whether the days were measured"),
                _yes("handoff", "whether another team had it before"),
            ),
        ),
        FrameText(
            "options",
            "a thing that can be done: nothing, a pattern or a combination",
            (_text("option", "a pattern, a combination of two, or `today`"),),
            (
                _text("name", "its name"),
                _list("patterns", "ids of its patterns"),
                _choice("role", "what it is to you, the strongest of its roles", ROLES),
                _choice("verdict", "of a combination the weaker of its two", VERDICTS, True),
                _whole("people_low", "people it takes, at least"),
                _whole("people_high", "people it takes, at most"),
                _whole("people_have", "people there are for a platform"),
                _text("called_for_service", "who is called when the service fails"),
                _text("called_for_quality", "who is called when quality drops"),
                _number("days_half", "half of all changes take up to so many working days"),
                _number("days_one_in_ten", "one in ten takes longer than this"),
                _yes("days_at_least", "whether days are missing, so that it takes longer"),
                _whole("handoffs", "how many handoffs"),
                _text("main_failure", "how it fails most often"),
                _list("needs", "what has to be true"),
                _list("gives_up", "what it gives up"),
                _text("undo", "what it takes to undo it"),
            ),
        ),
        FrameText(
            "actions",
            "a thing to do, as the plan lists them",
            (_whole("action", "its number in the plan, from 1"),),
            (
                _text("finding", "the most severe finding that it answers"),
                _SEVERITY,
                _choice(
                    "status",
                    "decided here, or proposed where nothing was decided",
                    ("decided", "proposed"),
                ),
                _text("what", "what is different once it is done"),
                _text("first_step", "what can begin next week"),
                _OWNER,
                _date("due", "by when it is done"),
                _whole("horizon", "days after the workshop: 30, 60, or 90 and later"),
                _text("decision", "the decision in its own words"),
                _choice("kind", "what asks for it", get_args(Kind)),
                _text("proposed_owner", "whom the answers suggest, if nobody agreed"),
                _date("proposed_due", "the day that we propose, if nobody agreed on one"),
                _text("after", "what it waits for, in place of a date"),
                _whole("late_days", "days by which an agreed date is later than our limit"),
                _choice(
                    "only_if",
                    "the half of the advice without which it is not needed",
                    PATTERNS,
                ),
            ),
        ),
        FrameText(
            "headcount",
            "the people one pattern takes",
            (_PATTERN,),
            (
                _whole("teams", "teams that produce models"),
                _whole("platform_low", "people on the platform, at least"),
                _whole("platform_high", "people on the platform, at most"),
                _whole("inside_low", "people inside product teams, at least"),
                _whole("inside_high", "people inside product teams, at most"),
                _whole("total_low", "all of them, at least"),
                _whole("total_high", "all of them, at most"),
                _whole("have", "people on the platform team today"),
                _choice("place", "where that team stands", ("below", "within", "above", "unknown")),
                _yes("extrapolated", "whether the range is our extrapolation"),
            ),
        ),
        FrameText(
            "tipping_points",
            "a value of an answer at which the advice changes; an answer may have two",
            (_text("answer", "name of the answer"),),
            (
                _text("now", "the answer as content writes it"),
                _text("to", "the value that changes the advice"),
                _number("now_number", "the answer, where it is a number"),
                _number("to_number", "the value, where it is a number"),
                _choice("when", "how the value is reached", WHENS),
                _list("patterns", "what is advised then"),
                _yes("contested", "whether the advice is an open contest then"),
            ),
        ),
        FrameText(
            "votes",
            "a choice in one round of a vote, counted",
            (
                _text("question", "name of the answer that was voted on"),
                _whole("round", "1, or 2 after the room talked"),
                _text("choice", "the choice; `unknown` counts who said “I don't know”, apart"),
            ),
            (
                _text("asked", "the question, in the words of that day"),
                _text("label", "how the choice reads"),
                _whole("count", "votes for it"),
                _whole("cast", "ballots with a choice in this round"),
                _whole("present", "people who could vote"),
                _number("share", "votes for it, of the ballots with a choice: 0 to 1"),
                _yes(
                    "leading",
                    "whether no other choice has more votes; no answer in free words has",
                ),
                _yes("on_record", "whether it is the answer on record"),
                _choice("privacy", "as chosen before the vote", get_args(Privacy)),
            ),
        ),
        FrameText(
            "votes_by_role",
            "a choice in one round of a vote, counted for one role that may be told apart",
            (
                _text("question", "name of the answer that was voted on"),
                _whole("round", "1, or 2 after the room talked"),
                _text("choice", "the choice"),
                _text("role", "the role"),
            ),
            (_whole("count", "votes of this role for it"),),
        ),
        FrameText(
            "votes_by_table",
            "a choice in one round of a vote, counted for one table that may be told apart",
            (
                _text("question", "name of the answer that was voted on"),
                _whole("round", "1, or 2 after the room talked"),
                _text("choice", "the choice"),
                _text("table", "the table, which voted for itself"),
            ),
            (
                _text("label", "how the choice reads"),
                _whole("count", "votes of this table for it"),
                _whole("cast", "ballots with a choice at this table"),
                _yes("leading", "whether no other choice has more votes at this table"),
            ),
        ),
        FrameText(
            "facts",
            "a fact that somebody wrote beside a vote, those of the fewest first",
            (
                _text("question", "name of the answer that was voted on"),
                _whole("round", "1, or 2 after the room talked"),
                _text("choice", "the choice it supports; `unknown` came with “I don't know”"),
            ),
            (
                _text("fact", "the fact, in their words"),
                _text("role", "their role, where it may be known"),
                _text("name", "their name, where votes are named"),
                _text("table", "their table, where it may be known"),
                _yes("few", "whether fewer chose this than another answer"),
                _list("also", "other choices on the same ballot"),
            ),
        ),
        FrameText(
            "unknowns",
            "an open question, those that would change most first",
            (_text("answer", "name of the answer"),),
            (
                _text("ask", "the question"),
                _list("would_change", "patterns whose verdict an answer could change"),
            ),
        ),
    )
}
"""Every frame of an assessment by its name."""


FOUND = FrameText(
    "found",
    "a thing found about a group",
    (
        _text("group", "the group"),
        _choice(
            "kind",
            "what was found",
            ("advice", "verdict", "finding", "contradiction", "tipping_point", "unknown"),
        ),
        _text("id", "of advice its status, of a verdict the pattern, of others the id or answer"),
    ),
    (
        _SEVERITY,
        _whole("part", "of a finding: part of the workshop, 1 to 6"),
        _choice("status", "of a finding: open, settled or new", STATUSES),
        _choice("verdict", "missing where the pattern could not be judged", VERDICTS, True),
        _text("statement", "what was found, in a sentence"),
        _choice("when", "of a tipping point: how it is reached", WHENS),
        _text("to", "of a tipping point: the value that changes the advice"),
        _list("patterns", "the patterns it speaks of"),
        _list("answers", "names of the answers it rests on"),
    ),
)
"""The columns that `assess_frame` returns."""


def to_frame(judged: Judged, name: FrameName) -> pd.DataFrame:
    """Return one frame of an assessment.

    Raises `InputError` for an unknown name.
    """
    if name not in FRAMES:
        message = "No frame has this name."
        raise InputError([Problem(message, str(name), "", ", ".join(FRAMES), near(name, FRAMES))])
    return FRAMES[name].frame(rows_of(judged, name))


Rows = Iterator[dict[str, Any]]


def rows_of(judged: Judged, name: FrameName) -> Rows:
    """Return the rows of one frame as plain values, by name of their column."""
    return _ROWS[name](judged)


def _findings(judged: Judged) -> Rows:
    for f in (*judged.findings, *judged.later_findings):
        yield {
            "finding": f.id,
            "part": f.part,
            "severity": f.severity,
            "status": f.status,
            "subject": f.subject,
            "statement": f.statement,
            "why": f.why,
            "mitigation": f.mitigation,
            "what": f.what,
            "owner": f.owner,
            "due": f.due,
            "answers": f.answers,
            "sources": f.sources,
        }


def _verdicts(judged: Judged) -> Rows:
    for pattern, v in judged.verdicts.items():
        yield {
            "pattern": pattern,
            "name": judged.name_of(pattern),
            "verdict": v.verdict,
            "advised": pattern in judged.recommendation.patterns,
            "obstacles": v.obstacles,
            "conditions": [c.words for c in v.conditions],
            "changes": v.changes,
            "excluded_because": v.constraint.because if v.constraint else None,
            "unknown": v.unknown,
        }


def _criteria(judged: Judged) -> Rows:
    for pattern, verdict in judged.verdicts.items():
        for r in verdict.readings:
            yield {
                "pattern": pattern,
                "criterion": r.criterion.id,
                "reads": r.criterion.reads,
                "role": r.criterion.role,
                "value": word(r.value),
                "says": r.says,
                "because": r.because,
                "sources": r.criterion.sources,
            }


def _ledger(judged: Judged) -> Rows:
    for line in judged.ledger.lines:
        yield {
            "duty": line.duty.id,
            "answer": f"duties.{line.duty.id}",
            "name": line.duty.name,
            "holder": line.holder,
            "state": line.state,
        }


def _on_call(judged: Judged) -> Rows:
    reached = {f"knowledge.{k.kind.id}": k.on_pager_path for k in judged.knowledge.lines}
    for line in judged.charter.lines:
        yield {
            "answer": line.reads,
            "holder": line.holder,
            "state": line.state,
            "on_pager_path": reached.get(line.reads),
        }


def _drills(judged: Judged) -> Rows:
    for drill in judged.drills:
        for step in drill.steps:
            yield {
                "drill": drill.text.id,
                "minute": step.moment.minute,
                "title": drill.text.title,
                "holder": step.holder,
                "state": step.state,
                "lacks": step.lacks,
                "outcomes": drill.outcomes,
            }


def _stages(judged: Judged) -> Rows:
    given = judged.answers.stages or ()
    for at, stage in enumerate(judged.stream.stages if judged.stream else ()):
        wait, touch = stage.wait_ends or (None, None), stage.touch_ends or (None, None)
        yield {
            "stage_number": at + 1,
            "stage": stage.stage,
            "name": stage.name,
            "team": stage.team,
            "start": stage.start,
            "wait": stage.wait,
            "wait_low": wait[0],
            "wait_high": wait[1],
            "touch": stage.touch,
            "touch_low": touch[0],
            "touch_high": touch[1],
            "measured": stage.measured,
            "handoff": is_handoff(judged.teams, given, at) if at else None,
        }


def _options(judged: Judged) -> Rows:
    for o in judged.options:
        yield {
            "option": o.id,
            "name": o.name,
            "patterns": o.patterns,
            "role": o.role,
            "verdict": o.verdict,
            "people_low": o.people.low,
            "people_high": o.people.high,
            "people_have": o.people.have,
            "called_for_service": o.on_call.service,
            "called_for_quality": o.on_call.quality,
            "days_half": o.lead_time.half,
            "days_one_in_ten": o.lead_time.one_in_ten,
            "days_at_least": o.lead_time.at_least,
            "handoffs": o.handoffs,
            "main_failure": o.main_failure,
            "needs": o.needs,
            "gives_up": o.gives_up,
            "undo": o.undo,
        }


def _actions(judged: Judged) -> Rows:
    for a in actions(judged):
        yield {
            "action": a.number,
            "finding": a.finding,
            "severity": a.severity,
            "status": a.status,
            "what": a.what,
            "first_step": a.first_step,
            "owner": a.owner,
            "due": a.due,
            "horizon": a.horizon,
            "decision": a.decision.decision if a.decision else None,
            "kind": a.kind,
            "proposed_owner": a.proposed_owner,
            "proposed_due": proposed_due(judged, a),
            "after": a.after or None,
            "late_days": late_by(judged, a),
            "only_if": a.only_if,
        }


def _headcount(judged: Judged) -> Rows:
    have, nothing = judged.answers.platform_engineers, (None, None)
    for h in judged.headcounts:
        place: Place = compare(h, have)
        platform, inside, total = (r or nothing for r in (h.platform, h.inside_teams, h.total))
        yield {
            "pattern": h.pattern.id,
            "teams": h.teams,
            "platform_low": platform[0],
            "platform_high": platform[1],
            "inside_low": inside[0],
            "inside_high": inside[1],
            "total_low": total[0],
            "total_high": total[1],
            "have": have,
            "place": place,
            "extrapolated": h.extrapolated,
        }


def _tipping_points(judged: Judged) -> Rows:
    for t in judged.tipping_points:
        yield {
            "answer": t.input,
            "now": word(t.now),
            "to": word(t.to),
            "now_number": _as_number(t.now),
            "to_number": _as_number(t.to),
            "when": t.when,
            "patterns": t.patterns,
            "contested": t.contested,
        }


def _as_number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _votes(judged: Judged) -> Rows:
    for result in judged.votes:
        for at, tally in enumerate(result.rounds):
            # in words no list of answers has one that leads, but of dots some have the most
            dots = [o.value for o in result.options if tally.most and o.counts[at] == tally.most]
            leading = dots if result.vote.kind == "dots" else tally.leading
            name = {
                "question": result.vote.question,
                "asked": result.vote.asked,
                "round": at + 1,
            }
            for option in result.options:
                count = option.counts[at]
                yield {
                    **name,
                    "choice": option.value,
                    "label": option.label,
                    "count": count,
                    "cast": tally.cast,
                    "present": tally.present,
                    "share": count / tally.cast if tally.cast else None,
                    "leading": option.value in leading,
                    "on_record": option.on_record,
                    "privacy": result.vote.privacy,
                }
            if tally.unknown:  # apart: it is no choice, so it has no share and never leads
                yield {
                    **name,
                    "choice": UNKNOWN,
                    "label": result.dont_know,
                    "count": tally.unknown,
                    "cast": tally.cast,
                    "present": tally.present,
                    "leading": False,
                    "on_record": False,
                    "privacy": result.vote.privacy,
                }


def _votes_by_role(judged: Judged) -> Rows:
    for result in judged.votes:
        for at in range(len(result.rounds)):
            for option in result.options:
                for role, count in (option.by_role[at] or {}).items():
                    yield {
                        "question": result.vote.question,
                        "round": at + 1,
                        "choice": option.value,
                        "role": role,
                        "count": count,
                    }


def _votes_by_table(judged: Judged) -> Rows:
    for result in judged.votes:
        for at, tables in enumerate(result.tables):
            for option in result.options:
                for table in tables:
                    yield {
                        "question": result.vote.question,
                        "round": at + 1,
                        "choice": option.value,
                        "table": table.name,
                        "label": option.label,
                        "count": table.counts.get(option.value, 0),
                        "cast": table.cast,
                        "leading": option.value in table.leading,
                    }


def _facts(judged: Judged) -> Rows:
    for result in judged.votes:
        for given in result.facts:
            yield {
                "question": result.vote.question,
                "round": given.round,
                "choice": given.fact.value,
                "fact": given.fact.fact,
                "role": given.fact.role,
                "name": given.fact.name,
                "table": given.fact.table,
                "few": given.few,
                "also": given.fact.also or (),
            }


def _unknowns(judged: Judged) -> Rows:
    for one in judged.unknowns:
        yield {
            "answer": one.question.id,
            "ask": one.question.ask,
            "would_change": one.patterns,
        }


_ROWS: dict[str, Callable[[Judged], Rows]] = {
    "findings": _findings,
    "verdicts": _verdicts,
    "criteria": _criteria,
    "ledger": _ledger,
    "on_call": _on_call,
    "drills": _drills,
    "stages": _stages,
    "options": _options,
    "actions": _actions,
    "headcount": _headcount,
    "tipping_points": _tipping_points,
    "votes": _votes,
    "votes_by_role": _votes_by_role,
    "votes_by_table": _votes_by_table,
    "facts": _facts,
    "unknowns": _unknowns,
}
