"""Write `findings.json`, the assessment as data with a published schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from workshop.answers.schema import NEVER_SET, Answers, Became, Privacy
from workshop.content.items import AsksAbout, Pattern, Severity
from workshop.content.loader import Content, load_content
from workshop.findings.assessment import Assessment
from workshop.findings.finding import Finding, Judged, Status
from workshop.findings.patterns.advice import deciding, firmness, headline
from workshop.findings.patterns.options import AsAgreed, LeadTime, Move, Option, Role
from workshop.findings.patterns.verdicts import PatternVerdict
from workshop.findings.plan import Horizon, Kind, actions, late_by, proposed_due
from workshop.findings.since import Action, Change, Since
from workshop.findings.situation import Situation
from workshop.findings.uncertainty import leaf_names
from workshop.findings.votes import AtTable, GivenFact, State, Tally, VoteResult

_ANY: TypeAdapter[Any] = TypeAdapter(Any)


class _Report(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ActionReport(_Report):
    decision: str
    owner: str | None
    due: str | None
    revisit_on: str | None
    became: Became | None = Field(description="null: not answered")
    note: str | None
    overdue: bool = Field(description="due before today's workshop, and neither done nor dropped")
    review_due: bool


class ChangeReport(_Report):
    answer: str
    was: Any = Field(description="null: not answered")
    now: Any = Field(description="null: not answered")


class AdviceReport(_Report):
    patterns: list[Pattern]
    contested: bool
    headline: str


class ChangedFindings(_Report):
    """Ids of findings."""

    gone: list[str]
    not_judged: list[str] = Field(description="an answer they rest on is no longer told")
    new: list[str]
    new_by_answers: list[str] = Field(description="resting on an answer not given last time")
    still: list[str]


class SignalMoveReport(_Report):
    signal: str
    was: float | None
    now: float
    limit: float = Field(description="the limit that was set at the earlier workshop")
    moved: Literal["crossed", "eased"]


class SinceReport(_Report):
    """The comparison with an earlier workshop."""

    held_on: str | None
    actions: list[ActionReport]
    then: AdviceReport
    advice_changed: bool
    answers: list[ChangeReport]
    findings: ChangedFindings
    signals: list[SignalMoveReport]


def since_report(since: Since) -> SinceReport:
    """Return the comparison as the value behind `since` in `findings.json`."""
    return SinceReport(
        held_on=since.held_on.isoformat() if since.held_on else None,
        actions=[_action(a) for a in since.actions],
        then=_advice(since.before),
        advice_changed=since.advice_changed,
        answers=[_change(c) for c in (*since.changed, *since.added, *since.missing)],
        findings=ChangedFindings(
            gone=[f.id for f in since.gone],
            not_judged=[f.id for f in since.lost],
            new=[f.id for f in since.new],
            new_by_answers=[f.id for f in since.uncovered],
            still=[f.id for f in since.still],
        ),
        signals=[
            SignalMoveReport(signal=m.text.id, was=m.was, now=m.now, limit=m.limit, moved=m.moved)
            for m in since.signals
        ],
    )


def _action(action: Action) -> ActionReport:
    d = action.decision
    return ActionReport(
        decision=d.decision,
        owner=d.owner,
        due=d.due.isoformat() if d.due else None,
        revisit_on=d.revisit_on.isoformat() if d.revisit_on else None,
        became=action.became,
        note=action.note,
        overdue=action.overdue,
        review_due=action.review_due,
    )


def _advice(judged: Judged) -> AdviceReport:
    r = judged.recommendation
    return AdviceReport(patterns=list(r.patterns), contested=r.contested, headline=headline(judged))


def _change(change: Change) -> ChangeReport:
    return ChangeReport(answer=change.name, was=_plain(change.was), now=_plain(change.now))


def _plain(value: Any) -> Any:
    """Return an answer as an answers file has it."""
    return _ANY.dump_python(value, mode="json", by_alias=True, exclude_none=True)


class ChoiceReport(_Report):
    value: str
    label: str
    counts: list[int] = Field(description="votes in each round")
    by_role: list[dict[str, int] | None] = Field(
        description="for each round; null: roles may not be told apart"
    )
    by_table: list[dict[str, int] | None] = Field(
        description="for each round; null: no tables, or they may not be told apart"
    )


class TableReport(_Report):
    table: str
    cast: int = Field(description="ballots with a choice at this table")
    leading: list[str] = Field(description="its most frequent answer; several in a tie")
    agree: int = Field(description="how many at this table gave it")


class RoundReport(_Report):
    cast: int = Field(description="ballots with a choice")
    unknown: int = Field(description="ballots that said “I don't know”, counted apart")
    present: int | None
    leading: list[str] = Field(description="the most frequent answer; several in a tie")
    agree: int = Field(description="how many gave it: agreement, of those who voted")
    state: State = Field(
        description="divided: fewer than the content's limit, or a tie; listed: free words or dots"
    )
    tables: list[TableReport] = Field(description="those that may be told apart; most rooms: none")


class SaidReport(_Report):
    round: Literal[1, 2]
    value: str
    also: list[str] = Field(description="other choices on the same ballot")
    fact: str
    role: str | None
    name: str | None
    table: str | None
    few: bool = Field(description="fewer chose this than another answer")


class VoteReport(_Report):
    """The votes on one question."""

    question: str
    asked: str
    asks_about: AsksAbout | None = Field(description="null: not recorded that day")
    privacy: Privacy
    choices: list[ChoiceReport]
    rounds: list[RoundReport]
    stayed: int | None
    moved: int | None
    facts: list[SaidReport] = Field(description="those of the fewest first")
    minority: list[SaidReport] = Field(description="reasons against the room's last answer")
    swing: list[str] = Field(description="one vote more or less decides between these")
    several: bool = Field(description="one ballot could name several choices")
    decision: str | list[str] | None
    dissent: list[str]
    notes: list[str] = Field(description="what the facilitator noted of the discussion")
    recorded: str | list[str] | None = Field(
        description="the answer on record, as ballots would give it"
    )
    differs: bool = Field(description="the answer on record is not the room's")
    advice_with_it: list[Pattern] | None = Field(
        description="what the room's answer would make the advice; null: the same"
    )


def votes_report(results: tuple[VoteResult, ...]) -> list[VoteReport]:
    """Return the votes as the value behind `votes` in `findings.json`."""
    return [_vote(r) for r in results]


def _vote(result: VoteResult) -> VoteReport:
    vote = result.vote
    return VoteReport(
        question=vote.question,
        asked=vote.asked,
        asks_about=vote.asks_about,
        privacy=vote.privacy,
        choices=[
            ChoiceReport(
                value=o.value,
                label=o.label,
                counts=list(o.counts),
                by_role=[None if roles is None else dict(roles) for roles in o.by_role],
                by_table=[None if tables is None else dict(tables) for tables in o.by_table],
            )
            for o in result.options
        ],
        rounds=[_round(*of) for of in zip(result.rounds, result.tables, strict=True)],
        stayed=vote.stayed,
        moved=vote.moved,
        facts=[_fact_report(s) for s in result.facts],
        minority=[_fact_report(s) for s in result.minority],
        swing=list(result.swing),
        several=result.several,
        decision=_listed(vote.decision),
        dissent=list(vote.dissent or ()),
        notes=list(vote.notes or ()),
        recorded=_listed(result.recorded),
        differs=result.differs,
        advice_with_it=list(result.advice.patterns) if result.advice else None,
    )


def _listed(value: str | tuple[str, ...] | None) -> str | list[str] | None:
    return list(value) if isinstance(value, tuple) else value


def _round(tally: Tally, tables: tuple[AtTable, ...]) -> RoundReport:
    return RoundReport(
        cast=tally.cast,
        unknown=tally.unknown,
        present=tally.present,
        leading=list(tally.leading),
        agree=tally.most,
        state=tally.state,
        tables=[
            TableReport(table=t.name, cast=t.cast, leading=list(t.leading), agree=t.most)
            for t in tables
        ],
    )


def _fact_report(remark: GivenFact) -> SaidReport:
    fact = remark.fact
    return SaidReport(
        round=remark.round,
        value=fact.value,
        also=list(fact.also or ()),
        fact=fact.fact,
        role=fact.role,
        name=fact.name,
        table=fact.table,
        few=remark.few,
    )


_Value = bool | int | float | str | None
_Agreed = bool | int | float | str | list[str]


class WayReport(_Report):
    answers: list[str]
    values: dict[str, _Value] = Field(description="a value for each of the answers")
    then: list[Pattern] = Field(description="what is advised with them, all else as answered")


class DefaultReport(_Report):
    pattern: Pattern
    kind: Literal["today", "easier"] = Field(
        description="today: keep what is there · easier: begin with what is easier to undo"
    )
    because: str
    until: dict[str, _Value] | None = Field(
        description="the value of an answer at which the other pattern takes over"
    )


class ReasonReport(_Report):
    answer: str
    because: str
    decides: bool = Field(description="another value of this answer would change the advice")


class RecommendationReport(_Report):
    patterns: list[Pattern] = Field(
        description="none, one, a combination (base first), or the contestants"
    )
    now: list[Pattern] = Field(
        description="what firm advice begins with: the base of a combination, which works alone"
    )
    later: list[Pattern] = Field(
        description="what can be decided later: what a combination adds to its base"
    )
    contested: bool
    status: Literal["none", "first-indication", "contested", "recommendation"] = Field(
        description="first-indication: fewer than four of the six defining answers were given"
    )
    missing: list[str] = Field(description="defining answers that were not given")
    decided_by: list[WayReport] = Field(
        description="where contested: single answers that close it, else the smallest sets"
    )
    default: DefaultReport | None = Field(description="where contested: what to do until then")
    because: list[str] = Field(description="the words of the reasons, those that decide first")
    reasons: list[ReasonReport]
    headline: str
    firmness: list[str]
    combination: str | None
    nearest: list[Pattern] = Field(description="where none fits: those with the fewest obstacles")


class CriterionReport(_Report):
    id: str
    reads: str
    says: Literal["supports", "neutral", "against", "unknown"]
    because: str
    sources: list[str]
    value: _Value
    role: Literal["needed", "condition", "growth", "leaning"]


class VerdictReport(_Report):
    verdict: Literal["excluded", "fits", "fits-on-conditions", "not-yet"] | None = Field(
        description="null: not judged, since nothing it needs was told"
    )
    criteria: list[CriterionReport]
    conditions: list[str]
    changes: list[str]
    excluded_because: str | None
    unknown: list[str]


class TippingPointReport(_Report):
    input: str
    now: _Value
    to: _Value
    when: Literal["at-least", "at-most", "below", "is"]
    patterns: list[Pattern]
    contested: bool


class FindingReport(_Report):
    id: str
    severity: Severity
    statement: str
    answers: list[str]
    why: str
    sources: list[str]
    mitigation: str
    owner: str | None
    due: str | None
    part: int
    what: str = Field(description="what is different once it is done; empty for a strength")
    status: Status = Field(
        description="open: found today and still there as agreed; settled: gone as agreed; "
        "new: only there as agreed"
    )


class ContradictionReport(_Report):
    """Answers that do not fit together; reported before any advice."""

    id: str
    answers: list[str]
    statement: str
    why: str
    check: str = Field(description="which of the answers to check, and how")
    sources: list[str]


class PlannedActionReport(_Report):
    """One action: a decision, or something open on which nothing was decided."""

    number: int = Field(default=0, description="its place in the plan, from 1")
    finding: str | None = Field(description="the most severe finding that it answers")
    what: str = Field(description="what is different once it is done")
    first_step: str = Field(description="what can begin next week")
    owner: str | None
    proposed_owner: str | None = Field(
        default=None, description="whom the answers suggest, if nobody agreed on an owner"
    )
    due: str | None
    horizon: Horizon = Field(description="days after the workshop; 90 is everything later as well")
    status: Literal["decided", "proposed"]
    kind: Kind | None = Field(default=None, description="what asks for it")
    proposed_due: str | None = Field(
        default=None, description="the day that we propose, if nobody agreed on one"
    )
    after: str = Field(default="", description="what it waits for, in place of a date")
    late_days: int = Field(
        default=0,
        description="days by which the agreed date is later than the limit for such a risk",
    )
    only_if: Pattern | None = Field(
        default=None, description="the half of the advice without which it is not needed"
    )


class UnknownReport(_Report):
    answer: str
    ask: str
    would_change: list[Pattern]


class TensionReport(_Report):
    id: str
    title: str
    for_you: str
    sources: list[str]


class PeopleReport(_Report):
    low: int | None = Field(description="null: the number of teams is not answered")
    high: int | None
    have: int | None = Field(description="people there are for a platform; null: not answered")


class OnCallReport(_Report):
    service: str | None
    quality: str | None


class LeadTimeReport(_Report):
    """Working days from an idea to users; null without stages."""

    half: float | None = Field(description="half of all changes take up to this")
    one_in_ten: float | None = Field(description="one in ten takes longer")
    at_least: bool = Field(description="days are missing, so it takes longer than that")


class EffectReport(_Report):
    statement: str
    limits: str
    sources: list[str]
    strength: list[str] = Field(description="of each source, in their order")


class LosingReport(_Report):
    who: str
    what: str


class ReplyReport(_Report):
    decision: str
    dissent: str
    answer: str | None = Field(description="null: not answered")


class MoveReport(_Report):
    """How an option begins, what it costs, and who loses what."""

    start: str = Field(description="id of the option from which it starts")
    stays: bool = Field(description="the option is what there is today")
    steps: list[str] = Field(description="the first four")
    people: str
    disruption: str
    effects: list[EffectReport] = Field(description="what was published")
    loses: list[LosingReport]
    replies: list[ReplyReport] = Field(description="to each recorded dissent")


class AgreedOptionReport(_Report):
    """What decisions change about the option that is in place as agreed."""

    have: int | None = Field(description="people there are for it")
    on_call: OnCallReport
    lead_time: LeadTimeReport = Field(
        description="with the handoffs that stay while another team ships the model"
    )
    handoffs: int | None


class OptionReport(_Report):
    """One option; days and handoffs are as found if it is in place today."""

    id: str = Field(description="a pattern, a combination of two, or `today`")
    name: str
    patterns: list[Pattern]
    role: Role = Field(description="the strongest of its roles")
    roles: list[Role] = Field(description="the strongest first")
    people: PeopleReport
    on_call: OnCallReport
    lead_time: LeadTimeReport
    handoffs: int | None
    main_failure: str | None
    needs: list[str] = Field(description="what has to be true")
    gives_up: list[str]
    undo: str | None
    verdict: Literal["excluded", "fits", "fits-on-conditions", "not-yet"] | None = Field(
        description="of a combination the weaker of its two; null: not judged"
    )
    because: list[str]
    move: MoveReport | None = Field(description="where it is advised or chosen")
    agreed: AgreedOptionReport | None = Field(
        description="as agreed, where decisions change what is above; null: they do not"
    )


class Report(_Report):
    """The shape of `findings.json`."""

    organisation: str | None
    group: str | None
    kit_version: str
    content_version: str
    recommendation: RecommendationReport
    options: list[OptionReport] = Field(
        description="doing nothing first, then the other patterns and the combinations"
    )
    agreed: dict[str, _Agreed] = Field(
        description="answers that decisions change, each with its value from now on"
    )
    contradictions: list[ContradictionReport]
    verdicts: dict[Pattern, VerdictReport]
    tipping_points: list[TippingPointReport]
    findings: list[FindingReport] = Field(
        description="as found, the most severe first; then those that are told only as agreed"
    )
    actions: list[PlannedActionReport] = Field(
        description="each thing to do once, the most severe first, then by date"
    )
    tensions: list[TensionReport]
    unknowns: list[UnknownReport]
    since: SinceReport | None = Field(
        None, description="what became of an earlier workshop, where there was one"
    )
    votes: list[VoteReport] | None = Field(
        None, description="what the room voted, where it did; its widest splits first"
    )


OPTIONAL = ("since", "votes")
"""Parts of `findings.json` that are left out if they are empty."""


def report(assessment: Assessment) -> Report:
    """Return the assessment as the value behind `findings.json`."""
    from workshop.files import __version__

    return Report(
        organisation=assessment.answers.organisation,
        group=assessment.answers.group,
        kit_version=__version__,
        content_version=assessment.content.version,
        recommendation=recommendation_report(assessment),
        options=[_option(assessment.content, o) for o in assessment.options],
        agreed={
            c.name: list(v) if isinstance(v := c.agreed, tuple) else v for c in assessment.changes
        },
        contradictions=[
            ContradictionReport(
                id=c.id,
                answers=list(c.answers),
                statement=c.statement,
                why=c.why,
                check=c.check,
                sources=list(c.sources),
            )
            for c in assessment.clashes
        ],
        verdicts={p: _verdict(v) for p, v in assessment.verdicts.items()},
        tipping_points=[
            TippingPointReport(
                input=t.input,
                now=t.now,
                to=t.to,
                when=t.when,
                patterns=list(t.patterns),
                contested=t.contested,
            )
            for t in assessment.tipping_points
        ],
        findings=[_finding(f) for f in (*assessment.findings, *assessment.later_findings)],
        actions=[
            PlannedActionReport(
                number=one.number,
                finding=one.finding,
                what=one.what,
                first_step=one.first_step,
                owner=one.owner,
                proposed_owner=one.proposed_owner,
                due=one.due,
                horizon=one.horizon,
                status=one.status,
                kind=one.kind,
                proposed_due=proposed_due(assessment, one),
                after=one.after,
                late_days=late_by(assessment, one),
                only_if=one.only_if,
            )
            for one in actions(assessment)
        ],
        tensions=[
            TensionReport(
                id=t.text.id, title=t.text.title, for_you=t.for_you, sources=list(t.text.sources)
            )
            for t in assessment.tensions
            if t.for_you is not None
        ],
        unknowns=[
            UnknownReport(answer=u.question.id, ask=u.question.ask, would_change=list(u.patterns))
            for u in assessment.unknowns
        ],
        since=since_report(assessment.since) if assessment.since else None,
        votes=votes_report(assessment.votes) or None,
    )


def _option(content: Content, option: Option) -> OptionReport:
    return OptionReport(
        id=option.id,
        name=option.name,
        patterns=list(option.patterns),
        role=option.role,
        roles=list(option.roles),
        people=PeopleReport(
            low=option.people.low, high=option.people.high, have=option.people.have
        ),
        on_call=OnCallReport(service=option.on_call.service, quality=option.on_call.quality),
        lead_time=_lead_time(option.lead_time),
        handoffs=option.handoffs,
        main_failure=option.main_failure,
        needs=list(option.needs),
        gives_up=list(option.gives_up),
        undo=option.undo,
        verdict=option.verdict,
        because=list(option.because),
        move=_move(content, option.move) if option.move else None,
        agreed=_agreed_option(option.agreed) if option.agreed else None,
    )


def _lead_time(days: LeadTime) -> LeadTimeReport:
    return LeadTimeReport(half=days.half, one_in_ten=days.one_in_ten, at_least=days.at_least)


def _agreed_option(agreed: AsAgreed) -> AgreedOptionReport:
    return AgreedOptionReport(
        have=agreed.have,
        on_call=OnCallReport(service=agreed.on_call.service, quality=agreed.on_call.quality),
        lead_time=_lead_time(agreed.lead_time),
        handoffs=agreed.handoffs,
    )


def _move(content: Content, move: Move) -> MoveReport:
    return MoveReport(
        start=move.start,
        stays=move.stays,
        steps=[step.what for step in move.steps],
        people=move.people,
        disruption=move.disruption,
        effects=[
            EffectReport(
                statement=f.statement,
                limits=f.limits,
                sources=list(f.sources),
                strength=[content.source(key).strength for key in f.sources],
            )
            for f in move.effects
        ],
        loses=[LosingReport(who=x.who, what=x.what) for x in move.loses],
        replies=[
            ReplyReport(decision=r.decision, dissent=r.dissent, answer=r.answer)
            for r in move.replies
        ],
    )


def _finding(finding: Finding) -> FindingReport:
    return FindingReport(
        id=finding.id,
        severity=finding.severity,
        statement=finding.statement,
        answers=list(finding.answers),
        why=finding.why,
        sources=list(finding.sources),
        mitigation=finding.mitigation,
        owner=finding.owner,
        due=finding.due,
        part=finding.part,
        what=finding.what,
        status=finding.status,
    )


def recommendation_report(situation: Situation) -> RecommendationReport:
    """Return the part of `findings.json` on the recommendation."""
    r = situation.recommendation
    return RecommendationReport(
        patterns=list(r.patterns),
        now=list(r.now),
        later=list(r.later),
        contested=r.contested,
        status=r.status,
        missing=list(r.missing),
        decided_by=[
            WayReport(answers=list(w.answers), values=dict(w.values), then=list(w.then))
            for w in r.decided_by
        ],
        default=_default(situation),
        because=list(r.because),
        reasons=[
            ReasonReport(answer=x.answer, because=x.because, decides=x.decides) for x in r.reasons
        ],
        headline=headline(situation),
        firmness=list(firmness(situation)),
        combination=r.combination.name if r.combination else None,
        nearest=list(r.nearest),
    )


def _default(situation: Situation) -> DefaultReport | None:
    default = situation.recommendation.default
    if default is None:
        return None
    return DefaultReport(
        pattern=default.pattern,
        kind=default.kind,
        because=deciding(situation)[-1],
        until=None if default.until is None else dict([default.until]),
    )


def _verdict(pattern_verdict: PatternVerdict) -> VerdictReport:
    return VerdictReport(
        verdict=pattern_verdict.verdict,
        criteria=[
            CriterionReport(
                id=r.criterion.id,
                reads=r.criterion.reads,
                says=r.says,
                because=r.because,
                sources=list(r.criterion.sources),
                value=r.value,
                role=r.criterion.role,
            )
            for r in pattern_verdict.readings
        ],
        conditions=[c.words for c in pattern_verdict.conditions],
        changes=list(pattern_verdict.changes),
        excluded_because=pattern_verdict.constraint.because if pattern_verdict.constraint else None,
        unknown=list(pattern_verdict.unknown),
    )


def to_json(assessment: Assessment) -> str:
    """Return the text of `findings.json`: the same answers give the same bytes."""
    data = report(assessment).model_dump(mode="json")
    for name in OPTIONAL:
        if data[name] is None:
            del data[name]
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


FOLDER = Path(__file__).parents[2] / "schema"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
Name = Literal["answers", "findings"]


def schema(name: Name, content: Content | None = None) -> dict[str, Any]:
    """Return the JSON Schema of an answers file or of `findings.json`.

    With it, editors complete and check an answers file: each answer has its question, each choice
    its values, and unknown names are marked.
    """
    if name == "findings":
        data = Report.model_json_schema(mode="serialization")
        data["required"] = [n for n in data["required"] if n not in OPTIONAL]
        title = "Findings of the ownership workshop"
    else:
        content = content or load_content()
        data = Answers.model_json_schema(by_alias=True)
        drills = [d.id for d in content.drills]
        sets = data["$defs"]["Decision"]["properties"]["sets"]
        sets["anyOf"][0]["propertyNames"] = {"enum": list(settable(content))}
        for given in (data, data["$defs"]["EarlierAnswers"]):
            given["properties"]["drills"]["anyOf"][0]["propertyNames"] = {"enum": drills}
            for key, entry in given["properties"].items():
                if any(q.id == key for q in content.questions):
                    entry["title"] = content.question(key).ask
        title = "Answers to the ownership workshop"
    return {"$schema": DIALECT, **data, "title": title}


def settable(content: Content) -> tuple[str, ...]:
    """Return the names of answers that a decision can set, in workshop order."""
    found: list[str] = []
    for name in leaf_names(content):
        if name.split(".")[0] in NEVER_SET:
            continue
        if name == "drills":
            moments = ((d.id, m.minute) for d in content.drills for m in d.moments)
            found += [f"drills.{drill}.minute_{minute}" for drill, minute in moments]
        else:
            found += [f"{name}.now", f"{name}.trigger"] if name.startswith("signals.") else [name]
    return tuple(found)


def schema_text(name: Name, content: Content | None = None) -> str:
    """Return the schema as the text of its published file."""
    return json.dumps(schema(name, content), ensure_ascii=False, indent=2) + "\n"
