"""What an experienced platform leader asks of advice, as properties that any answers must keep.

Each property takes a `Case` and yields a sentence for everything that breaks it.
`tests/test_judgement.py` tries them on a few hundred sets of answers, `bench/judgement.py` on as
many as it is told to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from plausible import DEFINING
from workshop import Answers, Assessment, assess, load_content
from workshop.answers.schema import lookup
from workshop.findings import Finding
from workshop.findings.output.report import recommendation_report
from workshop.findings.patterns.verdicts import Judge, Outlook, settle
from workshop.findings.situation import Situation, examine

CONTENT = load_content()
FITS = ("fits", "fits-on-conditions")
CENTRAL = ("centralised", "platform-as-mlops")
OWN_HARDWARE = ("on-premises", "hybrid", "air-gapped")
LONG_QUEUE = 2.0
"""Weeks from which a queue counts as the limit (the kit's own line)."""

Given = dict[str, Any]


@dataclass(frozen=True)
class Tried:
    """What follows from answers that were tried: verdicts, advised patterns, and if contested."""

    verdicts: Mapping[Any, Outlook]
    patterns: tuple[str, ...]
    contested: bool

    def verdict(self, pattern: str) -> str | None:
        return self.verdicts[pattern].verdict


@dataclass(frozen=True)
class Case:
    """A set of answers, what follows from it, and a way to try other answers."""

    given: Given

    @cached_property
    def answers(self) -> Answers:
        return Answers.from_parameters(self.given)

    @cached_property
    def found(self) -> Assessment:
        """Everything there is to say."""
        return assess(self.answers, CONTENT)

    @cached_property
    def situation(self) -> Situation:
        """The advice without the findings, in half of the time."""
        return examine(CONTENT, self.answers)

    @cached_property
    def advice(self) -> dict[str, Any]:
        """`recommendation` in `findings.json`."""
        return recommendation_report(self.situation).model_dump(mode="json")

    @cached_property
    def judge(self) -> Judge:
        return Judge(CONTENT, self.answers)

    def tried(self, **changes: Any) -> Tried:
        """Return what follows from the same answers with some of them replaced."""
        verdicts = self.judge.but(changes)
        return Tried(verdicts, *settle(CONTENT, verdicts).key)

    def but(self, **changes: Any) -> Case:
        """Return the same answers with some of them replaced; None takes one away."""
        given = {**self.given, **changes}
        return Case({k: v for k, v in given.items() if v is not None})

    def __getitem__(self, name: str) -> Any:
        return self.given.get(name)

    def verdict(self, pattern: str) -> str | None:
        return self.judge.verdicts[pattern].verdict  # type: ignore[index]

    @property
    def mandated(self) -> bool:
        return bool(self["mandate"] == "single-operator")

    @property
    def defining(self) -> int:
        """How many of the six defining answers were given.

        “Not regulated” answers what a rule demands.
        """
        free = self["regulated"] is False
        return sum(self[n] is not None or (n == "mandate" and free) for n in DEFINING)


# -- 1: what decides, decides -------------------------------------------------------------------


def what_decides_decides(case: Case) -> Iterator[str]:
    advice = case.advice
    if advice["contested"] != bool(advice["decided_by"]):
        yield f"contested: {advice['contested']}, decided by: {advice['decided_by']}"
    if advice["contested"] != (advice["default"] is not None):
        yield f"contested: {advice['contested']}, default: {advice['default']}"
    for way in advice["decided_by"]:
        if sorted(way["values"]) != sorted(way["answers"]):
            yield f"values of other answers: {way}"
        after = case.tried(**way["values"])
        if after.contested or list(after.patterns) != way["then"] or not way["then"]:
            yield f"{way} gives {after.patterns}, contested: {after.contested}"
    sizes = {len(way["answers"]) for way in advice["decided_by"]}
    if len(sizes) > 1:
        yield f"sets of several sizes: {sizes}"
    if advice["contested"] and advice["default"]["pattern"] not in advice["patterns"]:
        yield f"the default is none of the two: {advice['default']}"


# -- 2: Platform-as-MLOps outside a mandate is a start only -------------------------------------


def full_service_is_a_start_only(case: Case) -> Iterator[str]:
    if case.mandated:
        return
    verdict = case.verdict("platform-as-mlops")
    small = (case["model_teams"] or 99) <= 2 and (case["ml_engineers"] or 99) <= 10
    start = case["maturity"] in (None, 1) and case["ml_expertise_in_product"] == "none" and small
    if verdict in FITS and not start:
        yield "it fits where it is no start"
    if verdict == "not-yet" and not case.judge.verdicts["platform-as-mlops"].changes:
        yield "it does not fit, and nothing says why"
    advised = "platform-as-mlops" in case.advice["patterns"]
    if advised and case.verdict("centralised") == "fits":
        yield "it beats a Centralised that fits without conditions"


# -- 3: Embedded never stands alone -------------------------------------------------------------


def embedded_never_stands_alone(case: Case) -> Iterator[str]:
    patterns = case.advice["patterns"]
    if "embedded" in patterns and "federated" not in patterns:
        yield f"advised without a shared platform: {patterns}"
    ways = [way["then"] for way in case.advice["decided_by"]]
    points = [t.patterns for t in case.situation.tipping_points]
    for then in (*ways, *points):
        if "embedded" in then and "federated" not in then:
            yield f"named without a shared platform: {then}"
    if case.verdict("embedded") == "fits" and case["rails"] == "none":
        yield "it fits without conditions, and nothing is shared"
    few = case["model_teams"] == 1 and (case["models_in_production"] or 99) <= 2
    if few and case.verdict("embedded") in FITS:
        yield "one team with two models is no case for it"


# -- 4: staffing and volume count ---------------------------------------------------------------


def staffing_counts(case: Case) -> Iterator[str]:
    people = case["platform_engineers"]
    if people is None:
        return
    for count in case.situation.headcounts:
        pattern = count.pattern.id
        if count.platform is None or case.verdict(pattern) not in FITS or pattern == "embedded":
            continue
        low = count.platform[0]
        words = " ".join(c.words for c in case.judge.verdicts[pattern].conditions)
        if people < low and f"from {people} to {low}" not in words:
            yield f"{pattern}: {people} people where {low} are needed, and no condition says so"
    early = case["maturity"] in (1, 2) and case["deployment"] in OWN_HARDWARE
    fewest = 4
    if early and people < fewest and not case.mandated and (case["model_teams"] or 0) > 0:
        patterns = case.advice["patterns"]
        if "federated" in patterns:
            yield f"early on own hardware with {people} people: {patterns}"


# -- 5: headcounts are possible -----------------------------------------------------------------


def headcounts_are_possible(case: Case) -> Iterator[str]:
    advice = case.advice
    if advice["status"] != "recommendation":
        return  # no other headline asks for people
    first = advice["patterns"][0]
    if first == "federated" and case["rails"] == "bought":
        return  # the headline names no number
    count = next(h for h in case.situation.headcounts if h.pattern.id == first)
    if count.platform is None:
        return
    low = count.platform[0]
    counts = [n for n in (case["platform_engineers"], case["ml_engineers"]) if n is not None]
    for have in counts:
        if low > have and "more than the" not in advice["headline"]:
            yield f"{low} people asked of {have}: {advice['headline']}"


# -- 6: firmness follows knowledge --------------------------------------------------------------


def firmness_follows_knowledge(case: Case) -> Iterator[str]:
    advice = case.advice
    known, status = case.defining, advice["status"]
    if not advice["patterns"]:
        expected = "none"
    elif known < 4:
        expected = "first-indication"
    else:
        expected = "contested" if advice["contested"] else "recommendation"
    if status != expected:
        yield f"{known} of six known, patterns {advice['patterns']}: {status}"
    if expected == "first-indication" and not advice["headline"].startswith("First indication"):
        yield f"a headline that reads like advice: {advice['headline']}"
    words = " ".join([advice["headline"], *advice["firmness"]])
    for pattern, verdict in case.judge.verdicts.items():
        unjudged = verdict.verdict is None and advice["patterns"]
        if unjudged and CONTENT.pattern(pattern).short not in words:
            yield f"{pattern} was not judged, and nothing says so"
        for condition in verdict.conditions:
            if case[condition.reads.split(".")[0]] is None:
                yield f"{pattern}: a question is a condition: {condition.words}"
        directions = {r.says for r in verdict.readings if r.says not in ("unknown", "neutral")}
        waits = pattern == "embedded" and case.verdict("federated") == "not-yet"
        if directions == {"supports"} and verdict.verdict not in ("fits", None) and not waits:
            yield f"{pattern}: every known criterion supports it: {verdict.verdict}"


# -- 7: what the rule leaves to product teams decides under a mandate ---------------------------


def the_rule_decides_under_a_mandate(case: Case) -> Iterator[str]:
    if not case.mandated:
        return
    patterns = case.advice["patterns"]
    if set(patterns) - set(CENTRAL):
        yield f"the mandate is broken: {patterns}"
    left = case["autonomy_permitted"]
    if left is None:
        if sorted(patterns) != sorted(CENTRAL):
            yield f"what the rule leaves is unknown, and it is decided: {patterns}"
        elif case.advice["decided_by"][0]["answers"] != ["autonomy_permitted"]:
            yield f"decided by something else: {case.advice['decided_by']}"
    elif patterns != ["platform-as-mlops" if left == "none" else "centralised"]:
        yield f"the rule leaves {left}: {patterns}"


# -- 8: a queue is read under the pattern that has it -------------------------------------------


def a_queue_is_read_where_it_is(case: Case) -> Iterator[str]:
    if case["current_pattern"] not in CENTRAL:
        for weeks in (0.0, 8.0):
            other = case.tried(queue_weeks=weeks)
            for pattern in CENTRAL:
                if other.verdict(pattern) != case.verdict(pattern):
                    yield f"{weeks:g} weeks change {pattern}, which nobody has today"
            if list(other.patterns) != case.advice["patterns"]:
                yield f"{weeks:g} weeks change the advice to {other.patterns}"
        return
    long = (case["queue_weeks"] or 0.0) >= LONG_QUEUE and case["current_pattern"] == "centralised"
    moved = "federated" in case.advice["patterns"] and not case.advice["contested"]
    if long and case.verdict("federated") in FITS and not moved:
        yield f"the queue is the limit, and the advice is {case.advice['patterns']}"


# -- 9: growth never argues against growing -----------------------------------------------------

_RANK = {"excluded": 0, "not-yet": 1, None: 1, "fits-on-conditions": 2, "fits": 3}
_GROWTH = {"model_teams": (1, 9), "ml_engineers": (1, 12), "models_in_production": (1, 30)}


def growth_never_argues_against_growing(case: Case) -> Iterator[str]:
    before = _RANK[case.verdict("federated")]
    advised = "federated" in case.advice["patterns"] and not case.advice["contested"]
    for name, steps in (*_GROWTH.items(), ("maturity", (1, 2, 3, 4))):
        now = case[name]
        for step in steps:
            if now is None or (name == "maturity" and now + step > 5):
                continue
            after = case.tried(**{name: now + step})
            if _RANK[after.verdict("federated")] < before:
                yield f"{name} {now} to {now + step}: {after.verdict('federated')}"
            if advised and ("federated" not in after.patterns or after.contested):
                yield f"{name} {now} to {now + step}: the advice becomes {after.patterns}"


# -- 12: the reasons are the deciding ones ------------------------------------------------------


def the_reasons_are_the_deciding_ones(case: Case) -> Iterator[str]:
    advice = case.advice
    reasons = advice["reasons"]
    if [r["because"] for r in reasons] != advice["because"]:
        yield "because and reasons differ"
    if advice["patterns"] and not reasons:
        yield "no reason is given"
    deciding = [r["decides"] for r in reasons]
    if deciding != sorted(deciding, reverse=True):
        yield f"a deciding reason comes after one that only agrees: {deciding}"
    moving = {t.input for t in case.situation.tipping_points}
    for reason in reasons:
        if reason["decides"] != (reason["answer"] in moving):
            yield f"{reason['answer']} decides: {reason['decides']}"
        implied = reason["answer"] == "mandate" and case["regulated"] is False  # no rule, no demand
        if case[reason["answer"].split(".")[0]] is None and not implied:
            yield f"a reason without an answer: {reason}"
    given = moving & set(case.given)
    if given and advice["patterns"] and not any(deciding):
        yield f"no reason is one that decides: {sorted(given)}"


# -- 7, 10, 11 and 13: what is found ------------------------------------------------------------

GRAVE = ("critical", "risk")
BLAMES = (
    "pager-with-platform",
    "pager-with-another-team",
    "ship-by-another-team",
    "business-answered-by-another-team",
    "builder-holds-few-duties",
    "structural-ownership-gap",
    "experts-under-full-service",
    "self-service-rails-under-central-team",
    "one-pager-without-business-knowledge",
    "centralised-with-many-teams",
    "centralised-without-triggers",
    "cannot-deploy-alone",
    "handed-along",
)
"""Findings about a structure that a rule for a single operator demands."""


def ids(a: Assessment) -> set[str]:
    return {f.id for f in a.findings}


def graver(a: Assessment, subject: str) -> list[Finding]:
    return [f for f in a.findings if f.subject == subject and f.severity in GRAVE]


def holds_together(a: Assessment) -> None:
    """Assert everything that holds for every assessment."""
    for strength in a.of_severity("strength"):
        assert strength.subject, strength.id
        against = [f.id for f in graver(a, strength.subject)]
        assert not against, (
            f"{strength.id} is a strength on {strength.subject!r}, and so is no risk"
        )
    found = ids(a)
    for d in a.diagnostics:
        if d.result == "passes":
            subject = {"paged": "pager"}.get(d.text.id, d.text.id)
            against = [f.id for f in graver(a, subject)]
            assert not against, f"diagnostic {d.text.id} passes, so no rule on {subject!r} may warn"
    passed = {d.text.id for d in a.diagnostics if d.result == "passes"}
    if "paged" in passed:
        holder, ships = (lookup(a.answers, f"duties.{n}") for n in ("paged", "ship"))
        if not a.teams.shares(holder, a.answers.builder):
            holder = a.answers.paged_quality  # and the other team is called for the machines
        assert a.teams.shares(holder, a.answers.builder)
        assert a.teams.shares(holder, ships) or a.teams.shares(ships, holder)
        assert not found & {"ship-by-another-team", "nobody-ships", "pager-named-twice"}
    if "evaluation-set" in passed:
        assert not found & {"evaluation-set-unowned", "evaluation-set-written-apart"}
        assert "evaluation-set-written-together" in found
    if "retirement" in passed:
        assert not found & {"no-retirement-role", "retirement-role-without-switch"}
        assert not graver(a, "end-of-life")
    if "infrastructure-agrees" in found:
        pattern = a.judged_pattern
        assert pattern is not None
        assert a.verdicts[pattern].verdict != "excluded"
        assert a.answers.rails != "none" or pattern == "centralised"
    if a.answers.current_pattern in ("embedded", "federated"):
        assert not found & {"signal-reached", "signal-near"}
    if a.answers.mandate == "single-operator":
        assert not found & set(BLAMES)
        assert a.ledger.rule.verdict != "gap" or any(
            line.state != "other-team" for line in a.ledger.rule.parted
        )


def nothing_contradicts_anything(case: Case) -> Iterator[str]:
    try:
        holds_together(case.found)
    except AssertionError as broken:
        yield str(broken)


def obeying_a_rule_is_no_fault(case: Case) -> Iterator[str]:
    """Under one operator nothing blames the structure, and what makes up for it is checked."""
    given = {**case.given, "mandate": "single-operator", "paged_quality": "platform"}
    given |= {"rollback_authority": "platform", "escalation_written": False}
    given.pop("drills", None)
    a = Case(given).found
    if blamed := ids(a) & set(BLAMES):
        yield f"blamed: {sorted(blamed)}"
    paged = next(d for d in a.diagnostics if d.text.id == "paged")
    if paged.reason in ("platform", "another-team", "ships-only"):
        yield f"the diagnostic blames: {paged.reason}"
    controls = {"operator-without-product-responder", "platform-alone-on-quality-path"}
    if not ids(a) & controls or "operator-without-written-escalation" not in ids(a):
        yield f"what makes up for it is not checked: {sorted(ids(a))}"
    if "operator-controls-in-place" in ids(a):
        yield "it is called a strength"


def answers_that_disagree_are_met_first(case: Case) -> Iterator[str]:
    a, answers = case.found, case.answers
    clashes = {c.id for c in a.clashes}
    teams, people, queue = answers.model_teams, answers.ml_engineers, answers.queue_weeks
    high = answers.maturity is not None and answers.maturity >= 3
    expected = {
        "more-teams-than-people": None not in (teams, people) and (teams or 0) > (people or 0),
        "level-without-shared-tools": high and answers.rails == "none",
        "level-with-long-queue": high and queue is not None and queue >= 4,
        "autonomy-and-waiting-to-deploy": answers.product_autonomy == "high"
        and answers.deploys_alone is False,
        "unregulated-single-operator": answers.regulated is False and case.mandated,
        "model-teams-without-expertise": (teams or 0) >= 3
        and answers.ml_expertise_in_product == "none",
    }
    for name, holds in expected.items():
        if (name in clashes) != holds:
            yield f"{name}: told {name in clashes}"
    for clash in a.clashes:
        for name in clash.answers:
            if lookup(answers, name) is None:
                yield f"{clash.id} reads {name}, which was not answered"


MAKER = "Acme Models"
PLACES = ("duties.paged", "paged_quality", "paged_infrastructure")


def a_vendor_is_not_a_team(case: Case) -> Iterator[str]:
    """The maker of a bought model is never taken for a team on a rota, wherever it is named."""
    place = PLACES[sum(map(ord, str(case.given))) % len(PLACES)]
    given = {**case.given, "model_origin": "bought", "provider": MAKER}
    top, _, below = place.partition(".")
    given[top] = {**given.get(top, {}), below: MAKER} if below else MAKER
    a = Case(given).found
    critical = {f.id for f in a.of_severity("critical")}
    if not critical & {"provider-holds-a-duty", "first-call-to-the-provider"}:
        yield f"{place}: nothing says so"
    if "builder-paged" in ids(a):
        yield f"{place}: it is taken for the builder"
    quality = {"rollback-with-the-pager", "pager-holds-all-knowledge"}
    if place == "paged_quality" and ids(a) & quality:
        yield f"{place}: it is called a strength"
    if next(d for d in a.diagnostics if d.text.id == "paged").result == "passes":
        yield f"{place}: the diagnostic passes"
    if MAKER in {line.holder for line in a.charter.of_state("held")}:
        yield f"{place}: the charter holds it"


Property = Callable[[Case], Iterator[str]]

PROPERTIES: dict[str, Property] = {
    "1 what decides, decides": what_decides_decides,
    "2 Platform-as-MLOps outside a mandate is a start only": full_service_is_a_start_only,
    "3 Embedded never stands alone": embedded_never_stands_alone,
    "4 staffing and volume count": staffing_counts,
    "5 headcounts are possible": headcounts_are_possible,
    "6 firmness follows knowledge": firmness_follows_knowledge,
    "7 what the rule leaves decides under a mandate": the_rule_decides_under_a_mandate,
    "7 obeying a rule is no fault": obeying_a_rule_is_no_fault,
    "8 a queue is read under the pattern that has it": a_queue_is_read_where_it_is,
    "9 growth never argues against growing": growth_never_argues_against_growing,
    "10 nothing contradicts anything": nothing_contradicts_anything,
    "11 answers that disagree are met first": answers_that_disagree_are_met_first,
    "12 the reasons are the deciding ones": the_reasons_are_the_deciding_ones,
    "13 a vendor is not a team": a_vendor_is_not_a_team,
}
"""By the words that name it. More are added as one function and one line."""
