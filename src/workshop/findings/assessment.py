"""Define the assessment, and make one from a team's answers."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from workshop.answers.schema import Answers, Decision, as_agreed, lookup, with_one_spelling
from workshop.content.items import Rule
from workshop.content.loader import Content, load_content
from workshop.findings.finding import SEVERITIES, Finding, FrameName, Judged, named_by, settled_by
from workshop.findings.oncall import KNOWLEDGE, is_reached, missing_knowledge
from workshop.findings.output.display import in_one_line, mimebundle
from workshop.findings.patterns.options import options_of, with_agreed
from workshop.findings.rules import check_of
from workshop.findings.rules.base import Values
from workshop.findings.since import Since, compare
from workshop.findings.situation import Situation, examine, shared
from workshop.findings.uncertainty import AppliedTension, open_questions, tensions

if TYPE_CHECKING:
    from pandas import DataFrame


_BUILT_FOR_ANOTHER = "infrastructure-for-another-pattern"


@dataclass(frozen=True, repr=False, kw_only=True)
class Assessment(Judged):
    """Everything that follows from a team's answers.

    `findings` are in the order of their severity, then of the workshop; `unknowns` in the order of
    how much each answer would change.
    """

    tensions: tuple[AppliedTension, ...]
    since: Since | None = None
    """The comparison with the earlier workshop; None if there was none."""
    fired: frozenset[str] = frozenset()
    """Ids of all rules that had a finding, including those that yielded to another."""

    def __repr__(self) -> str:
        return in_one_line(self)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return mimebundle(self)

    def to_frame(self, name: FrameName = "findings") -> DataFrame:
        """Return a part of the assessment as a pandas frame, with an index that joins.

        `name` is findings, verdicts, criteria, ledger, on_call, drills, stages, options, actions,
        headcount, tipping_points, votes, votes_by_role, votes_by_table, facts or unknowns. A frame
        without rows has the same columns and dtypes; `workshop.findings.output.frames.FRAMES`
        describes them.

        >>> from workshop import Answers, assess
        >>> assess(Answers(model_teams=6)).to_frame("verdicts").index.name
        'pattern'
        """
        from workshop.findings.output.frames import to_frame  # pandas takes longer than the rest

        return to_frame(self, name)


def assess(answers: Answers, content: Content | None = None) -> Assessment:
    """Return the assessment of a team's answers.

    Pure: the same answers and content (by default the kit's own) give the same assessment.

    >>> from workshop import Answers, assess
    >>> assess(Answers(model_teams=6, mandate="single-operator")).verdicts["federated"].verdict
    'excluded'
    """
    content = load_content() if content is None else content
    answers = with_one_spelling(answers)
    found = _assess(answers, content)
    if (agreed := as_agreed(answers)) is not None:
        found = _beside(found, _assess(agreed, content))
    if answers.earlier is None:
        return found
    return replace(found, since=compare(_assess(answers.earlier.answers, content), found))


def _beside(found: Assessment, agreed: Assessment) -> Assessment:
    """Return the assessment as found, with the agreed one and status of findings."""
    stand = [
        f if f.id in agreed.fired or not _can_settle(found, agreed, f) else _settled(f, found)
        for f in found.findings
    ]
    later = [replace(f, status="open" if f.id in found.fired else "new") for f in agreed.findings]
    later = [f for f in later if f.status == "open" or _holds_at_once(found, f)]
    return replace(
        found,
        findings=tuple(stand),
        options=with_agreed(found, found.options, agreed, agreed.options),
        agreed=replace(agreed, findings=tuple(later)),
    )


def _holds_at_once(found: Assessment, finding: Finding) -> bool:
    """Return whether a finding as agreed is a risk, or a strength from one day on.

    Where decisions of several days make a strength, it is none on the days between them.
    """
    reads = found.content.rule(finding.id).reads
    days = {c.decision.due for c in found.changes if {c.name, c.name.split(".")[0]} & {*reads}}
    return finding.severity != "strength" or len(days) < 2


def _can_settle(found: Assessment, agreed: Assessment, finding: Finding) -> bool:
    """Return whether decisions can settle a finding that is gone as agreed.

    Infrastructure built for today's pattern is at odds only with the decided one. So the decision
    causes that finding, and cannot settle it by naming other infrastructure.
    """
    answers = found.answers
    if (
        finding.id == _BUILT_FOR_ANOTHER
        and answers.infrastructure_built_for == answers.current_pattern
    ):
        return False
    return _reaches(found, agreed, finding)


def _reaches(found: Assessment, agreed: Assessment, finding: Finding) -> bool:
    """Return whether the knowledge that a finding misses is called as agreed.

    A rota without the team that knows settles nothing, even if the rule is silent about it. Any
    other finding passes, and so does one about a pattern that is no longer there.
    """
    if finding.subject != KNOWLEDGE or finding.severity == "strength":
        return True
    about_pattern = "current_pattern" in found.content.rule(finding.id).reads
    if about_pattern and found.judged_pattern != agreed.judged_pattern:
        return True
    missing = missing_knowledge(found.content, found.answers, found.drills, finding.id)
    return all(is_reached(found.teams, agreed.answers, kind) for kind in missing)


def _settled(finding: Finding, found: Assessment) -> Finding:
    """Return a finding as settled, with owner and date from the decision."""
    if finding.owner or finding.due:
        return replace(finding, status="settled")
    owner, due = _who(settled_by(found, finding.id))
    return replace(finding, status="settled", owner=owner, due=due)


def _who(decision: Decision | None) -> tuple[str | None, str | None]:
    if decision is None:
        return None, None
    return decision.owner, decision.due.isoformat() if decision.due else None


def _assess(answers: Answers, content: Content) -> Assessment:
    situation = examine(content, answers)
    fired = {r.id: v for r in content.rules if (v := check_of(r.id)(situation)) is not None}
    found = [
        _finding(situation, rule, fired[rule.id])
        for rule in _without_replaced(content, fired.keys())
    ]
    order = {rule.id: i for i, rule in enumerate(content.rules)}
    found.sort(key=lambda f: (SEVERITIES.index(f.severity), order[f.id]))
    return Assessment(
        **shared(situation),
        fired=frozenset(fired),
        findings=tuple(found),
        tensions=tensions(situation),
        unknowns=open_questions(situation),
        options=options_of(situation),
    )


def _without_replaced(content: Content, fired: Set[str]) -> list[Rule]:
    """Return the rules whose findings are reported, without contradictions.

    A rule is left out if one that it yields to has a finding. A strength is left out if its subject
    has an urgent risk or a risk, even one that itself yields to another of them.
    """
    found = [rule for rule in content.rules if rule.id in fired]
    strengths = {rule.id for rule in found if rule.severity == "strength"}
    grave = {
        rule.subject
        for rule in found
        if rule.severity in ("critical", "risk") and not strengths & set(rule.yields_to)
    }
    return [
        rule
        for rule in found
        if not fired & set(rule.yields_to)
        and not (rule.severity == "strength" and rule.subject and rule.subject in grave)
    ]


def _finding(situation: Situation, rule: Rule, values: Values) -> Finding:
    fill = situation.content.words.fill
    owner, due = _who(named_by(situation, rule.id))
    return Finding(
        id=rule.id,
        part=rule.part,
        severity=rule.severity,
        statement=_sentence(fill(rule.statement, values)),
        answers=tuple(n for n in rule.reads if lookup(situation.answers, n) is not None),
        why=fill(rule.why, values),
        sources=rule.sources,
        mitigation=fill(rule.mitigation, values),
        owner=owner,
        due=due,
        subject=rule.subject,
        what=_sentence(fill(rule.what, values)),
    )


def _sentence(words: str) -> str:
    """Return the words with a capital first, unless the first has its own."""
    first = words.split(" ", 1)[0]
    return words[:1].upper() + words[1:] if first.islower() else words
