"""Nothing contradicts anything: promises over random organisations, and named examples."""

from __future__ import annotations

import os
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from plausible import answers_of, plausible, random_answers
from workshop import Answers, assess
from workshop.answers.schema import lookup
from workshop.content.loader import load_content
from workshop.findings import Assessment, Finding
from workshop.findings.rules import RULES
from workshop.findings.situation import examine

CONTENT = load_content()
GRAVE = ("critical", "risk")
MANY = int(os.environ.get("WORKSHOP_RANDOM_SETS", "0"))
"""How many random sets a longer run tries beside those of Hypothesis."""
over_answers = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
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


def _decided(draw: random.Random) -> dict[str, Any]:
    """Return plausible answers with two decisions that set some of them."""
    told, later = random_answers(draw), random_answers(draw)
    names = ("builder", "evaluation_set_authors", "duties", "paged_quality", "maturity", "mandate")
    sets = {n: later[n] for n in names if n in later and draw.randint(0, 1)}
    halves = [dict(list(sets.items())[::2]), dict(list(sets.items())[1::2])]
    decisions = [{"decision": f"Decision {n}", "sets": s} for n, s in enumerate(halves) if s]
    return {**told, "decisions": decisions}


decided = st.randoms(use_true_random=False).map(_decided)


def found(told: dict[str, Any]) -> Assessment:
    return assess(Answers.from_parameters(told), CONTENT)


def ids(a: Assessment) -> set[str]:
    return {f.id for f in a.findings}


def graver(a: Assessment, subject: str) -> list[Finding]:
    return [f for f in a.findings if f.subject == subject and f.severity in GRAVE]


# -- no strength on a subject that has a critical finding or a risk -----------------------------


def holds_together(a: Assessment) -> None:
    """Assert everything that holds for every assessment."""
    for strength in a.of_severity("strength"):
        assert strength.subject, strength.id
        assert not graver(a, strength.subject), (strength.id, graver(a, strength.subject))
    told = ids(a)
    for d in a.diagnostics:
        if d.result == "passes":
            assert not graver(a, {"paged": "pager"}.get(d.text.id, d.text.id)), d.text.id
    passed = {d.text.id for d in a.diagnostics if d.result == "passes"}
    if "paged" in passed:
        holder, ships = (lookup(a.answers, f"duties.{n}") for n in ("paged", "ship"))
        assert a.teams.shares(holder, a.answers.builder)
        assert a.teams.shares(holder, ships) or a.teams.shares(ships, holder)
        assert not told & {"ship-by-another-team", "nobody-ships", "pager-named-twice"}
    if "evaluation-set" in passed:
        assert not told & {"evaluation-set-unowned", "evaluation-set-written-apart"}
        assert "evaluation-set-written-together" in told
    if "retirement" in passed:
        assert not told & {"no-retirement-role", "retirement-role-without-switch"}
        assert not graver(a, "end-of-life")
    if "infrastructure-agrees" in told:
        pattern = a.judged_pattern
        assert pattern is not None
        assert a.verdicts[pattern].verdict != "excluded"
        assert a.answers.rails != "none" or pattern == "centralised"
    if a.answers.current_pattern in ("embedded", "federated"):
        assert not told & {"signal-reached", "signal-near"}
    if a.answers.mandate == "single-operator":
        assert not told & set(BLAMES)
        assert a.ledger.rule.verdict != "gap" or any(
            line.state != "other-team" for line in a.ledger.rule.parted
        )


@given(told=plausible)
@over_answers
def test_no_two_statements_of_an_assessment_contradict_each_other(told: dict[str, Any]) -> None:
    holds_together(found(told))


@pytest.mark.skipif(not MANY, reason="set WORKSHOP_RANDOM_SETS to a number")
def test_it_holds_for_many_more() -> None:
    for seed in range(MANY):
        holds_together(found(answers_of(seed)))


@given(told=decided)
@over_answers
def test_what_was_agreed_contradicts_nothing_either(told: dict[str, Any]) -> None:
    a = found(told)
    holds_together(a.signed)
    today, later = a.heard, a.signed.heard
    for finding in a.findings:
        assert (finding.status == "settled") == (finding.id not in later)
    for finding in a.later_findings:
        assert (finding.status == "new") == (finding.id not in today)


@pytest.mark.parametrize("rule", [r.id for r in CONTENT.rules])
def test_every_rule_says_what_it_is_about_and_what_is_different_once_it_is_done(rule: str) -> None:
    text = CONTENT.rule(rule)
    assert text.subject
    assert bool(text.what) == (text.severity != "strength")


def test_a_strength_gives_way_to_a_risk_on_its_subject() -> None:
    told = {"builder": "research", "evaluation_set_authors": ["research", "product"]}
    together = "evaluation-set-written-together"
    assert together in ids(found(told))
    told["duties"] = {"evaluation-set": "nobody"}
    assert "evaluation-set-unowned" in ids(found(told))
    assert together not in ids(found(told))


def test_a_rota_that_the_builder_shares_is_not_another_team() -> None:
    duties = {"paged": "research and engineering rota", "ship": "research"}
    told = ids(found({"builder": "research", "duties": duties}))
    assert "builder-paged" in told
    assert "pager-with-another-team" not in told


@pytest.mark.parametrize(
    ("told", "strong"),
    [
        ({"rails": "built", "mandate": "none"}, True),
        ({"rails": "none", "mandate": "none"}, False),
        ({"rails": "built", "mandate": "single-operator"}, False),
    ],
)
def test_infrastructure_is_a_strength_only_for_a_pattern_that_is_allowed_and_has_tools(
    told: dict[str, Any], strong: bool
) -> None:
    both = {"infrastructure_built_for": "federated", "current_pattern": "federated"}
    assert ("infrastructure-agrees" in ids(found({**told, **both}))) == strong


@pytest.mark.parametrize("pattern", ["embedded", "federated"])
def test_a_signal_that_starts_a_move_already_made_is_silent(pattern: str) -> None:
    told = {"signals": {"model_teams": {"now": 8, "trigger": 6}}}
    assert "signal-reached" in ids(found({**told, "current_pattern": "centralised"}))
    assert "signal-reached" not in ids(found({**told, "current_pattern": pattern}))


# -- the good answer of a drill -----------------------------------------------------------------


def _good(drill: str) -> dict[str, Any]:
    """Return the answers that a drill describes as good: those who build it, and who may act."""
    quality = next(d for d in CONTENT.drills if d.id == drill).quality
    first = "research" if quality else "platform"
    return {
        "builder": "research",
        "knowledge": {"business": "product", "model": "research", "infrastructure": "platform"},
        "rollback_authority": "whoever is on call",
        "duties": {"turn-off": "product"},
        "drills": {drill: {"minute_0": first, "minute_15": "product", "minute_60": "research"}},
    }


@pytest.mark.parametrize("drill", [d.id for d in CONTENT.drills])
def test_the_good_answer_of_a_drill_is_a_strength(drill: str) -> None:
    told = _good(drill)
    needs = next(d for d in CONTENT.drills if d.id == drill).needs
    told["drills"][drill] = (
        {"minute_0": "platform", "minute_15": "research", "minute_60": "product"}
        if "infrastructure" in needs
        else {"minute_0": "research", "minute_15": "product", "minute_60": "research"}
    )
    a = found(told)
    assert "drill-ends-well" in ids(a), [f.id for f in a.findings]


def test_asking_those_who_know_and_then_acting_is_no_circle() -> None:
    told = _good("feature-drift")
    assert "drill-goes-in-a-circle" not in ids(found(told))
    told["rollback_authority"] = "engineering"
    told["duties"] = {}
    assert "drill-goes-in-a-circle" in ids(found(told))


def test_whoever_can_switch_off_may_end_a_drill() -> None:
    drill = "harmful-output-seen"
    moments = {"minute_0": "product", "minute_15": "product", "minute_60": "product"}
    told = {
        "rollback_authority": "research",
        "duties": {"turn-off": "product"},
        "knowledge": {"business": "product", "model": "product"},
        "drills": {drill: moments},
    }
    assert "drill-ends-well" in ids(found(told))


# -- obeying a rule is no fault -----------------------------------------------------------------


@given(told=plausible)
@over_answers
def test_no_finding_blames_what_a_rule_for_one_operator_demands(told: dict[str, Any]) -> None:
    a = found({**told, "mandate": "single-operator"})
    assert not ids(a) & set(BLAMES)
    assert next(d for d in a.diagnostics if d.text.id == "paged").reason not in (
        "platform",
        "another-team",
        "ships-only",
    )


@given(told=plausible)
@over_answers
def test_under_one_operator_what_makes_up_for_it_is_checked(told: dict[str, Any]) -> None:
    told = {**told, "mandate": "single-operator", "paged_quality": "platform"}
    told = {**told, "rollback_authority": "platform", "escalation_written": False}
    told.pop("drills", None)
    a = found(told)
    controls = {"operator-without-product-responder", "platform-alone-on-quality-path"}
    assert ids(a) & controls
    assert "operator-without-written-escalation" in ids(a)
    assert "operator-controls-in-place" not in ids(a)


def test_one_operator_with_all_three_controls_is_a_strength() -> None:
    told: dict[str, Any] = {
        "mandate": "single-operator",
        "current_pattern": "platform-as-mlops",
        "builder": "research",
        "duties": {"paged": "platform", "ship": "platform", "evaluation-set": "product"},
        "evaluation_set_authors": ["research", "product"],
        "paged_quality": "product",
        "escalation_written": True,
    }
    a = found(told)
    assert {"operator-controls-in-place", "product-responder-named"} & ids(a)
    assert not [f.id for f in a.findings if f.severity in GRAVE]


# -- answers that disagree are met first --------------------------------------------------------


@given(told=plausible)
@over_answers
def test_contradictions_are_told_whenever_their_conditions_hold(told: dict[str, Any]) -> None:
    a = found(told)
    clashes, answers = {c.id for c in a.clashes}, a.answers
    teams, people = answers.model_teams, answers.ml_engineers
    if teams is not None and people is not None:
        assert ("more-teams-than-people" in clashes) == (teams > people)
    if answers.maturity is not None and answers.rails is not None:
        both = answers.maturity >= 3 and answers.rails == "none"
        assert ("level-without-shared-tools" in clashes) == both
    both = answers.product_autonomy == "high" and answers.deploys_alone is False
    assert ("autonomy-and-waiting-to-deploy" in clashes) == both
    both = answers.regulated is False and answers.mandate == "single-operator"
    assert ("unregulated-single-operator" in clashes) == both
    for clash in a.clashes:
        assert all(lookup(answers, name) is not None for name in clash.answers)


# -- a vendor is not a team ---------------------------------------------------------------------

PLACES = ("duties.paged", "paged_quality", "paged_infrastructure")


@given(told=plausible, place=st.sampled_from(PLACES), origin=st.sampled_from(["bought", "adapted"]))
@over_answers
def test_the_maker_of_a_bought_model_is_never_taken_for_a_team_on_a_rota(
    told: dict[str, Any], place: str, origin: str
) -> None:
    told = {**told, "model_origin": origin, "provider": "Acme Models"}
    top, _, below = place.partition(".")
    told[top] = {**told.get(top, {}), below: "Acme Models"} if below else "Acme Models"
    a = found(told)
    critical = {f.id for f in a.of_severity("critical")}
    assert critical & {"provider-holds-a-duty", "first-call-to-the-provider"}
    assert "builder-paged" not in ids(a)
    if place == "paged_quality":
        assert not ids(a) & {"rollback-with-the-pager", "pager-holds-all-knowledge"}
    assert next(d for d in a.diagnostics if d.text.id == "paged").result != "passes"
    assert "Acme Models" not in {line.holder for line in a.charter.of_state("held")}


@given(told=plausible)
@over_answers
def test_without_answers_that_it_reads_no_rule_speaks(told: dict[str, Any]) -> None:
    situation = examine(CONTENT, Answers.from_parameters(told))
    heard = [rule for rule in CONTENT.rules if RULES[rule.id](situation) is not None]
    assume(heard)
    for rule in heard:
        assert any(n == "basis" or lookup(situation.answers, n) is not None for n in rule.reads)
