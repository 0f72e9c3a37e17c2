"""Nothing contradicts anything: promises over random organisations, and named examples."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from conftest import examples
from plausible import plausible, random_answers
from properties import GRAVE, holds_together, ids
from workshop import Answers, assess
from workshop.answers.schema import lookup
from workshop.content.loader import load_content
from workshop.findings import Assessment
from workshop.findings.plan import actions
from workshop.findings.rules import RULES
from workshop.findings.situation import examine

CONTENT = load_content()
over_answers = examples(60, derandomize=True)


def _decided(draw: random.Random) -> dict[str, Any]:
    """Return plausible answers with two decisions that set some of them."""
    given, later = random_answers(draw), random_answers(draw)
    names = ("builder", "evaluation_set_authors", "duties", "paged_quality", "maturity", "mandate")
    sets = {n: later[n] for n in names if n in later and draw.randint(0, 1)}
    parts = [dict(list(sets.items())[::2]), dict(list(sets.items())[1::2])]
    decisions = [{"decision": f"Decision {n}", "sets": s} for n, s in enumerate(parts) if s]
    return {**given, "decisions": decisions}


decided = st.randoms(use_true_random=False).map(_decided)


def found(given: dict[str, Any]) -> Assessment:
    return assess(Answers.from_parameters(given), CONTENT)


# -- no strength on a subject that has a critical finding or a risk -----------------------------


@given(parameters=decided)
@over_answers
def test_what_was_agreed_contradicts_nothing_either(parameters: dict[str, Any]) -> None:
    a = found(parameters)
    holds_together(a.signed)
    today, later = a.fired, a.signed.fired
    for finding in a.findings:
        assert (finding.status == "settled") == (finding.id not in later)
    for finding in a.later_findings:
        assert (finding.status == "new") == (finding.id not in today)


@given(parameters=decided)
@over_answers
def test_every_action_says_what_can_begin_next_week(parameters: dict[str, Any]) -> None:
    for action in actions(found(parameters)):
        assert action.first_step not in ("", action.what), (action.kind, action.what)


def test_every_rule_and_every_condition_says_how_it_begins() -> None:
    begins = {r.id: (r.what, r.mitigation) for r in CONTENT.rules if r.severity != "strength"}
    begins |= {c.id: (c.condition, c.first_step) for c in CONTENT.criteria if c.condition}
    assert [id_ for id_, (what, first) in begins.items() if first in ("", what)] == []


@pytest.mark.parametrize("rule", [r.id for r in CONTENT.rules])
def test_every_rule_says_what_it_is_about_and_what_is_different_once_it_is_done(rule: str) -> None:
    text = CONTENT.rule(rule)
    assert text.subject
    assert bool(text.what) == (text.severity != "strength")


def test_a_strength_gives_way_to_a_risk_on_its_subject() -> None:
    given = {"builder": "research", "evaluation_set_authors": ["research", "product"]}
    together = "evaluation-set-written-together"
    assert together in ids(found(given))
    given["duties"] = {"evaluation-set": "nobody"}
    assert "evaluation-set-unowned" in ids(found(given))
    assert together not in ids(found(given))


def test_a_rota_that_the_builder_shares_is_not_another_team() -> None:
    duties = {"paged": "research and engineering rota", "ship": "research"}
    fired = ids(found({"builder": "research", "duties": duties}))
    assert "builder-paged" in fired
    assert "pager-with-another-team" not in fired


@pytest.mark.parametrize(
    ("given", "strong"),
    [
        ({"rails": "built", "mandate": "none"}, True),
        ({"rails": "none", "mandate": "none"}, False),
        ({"rails": "built", "mandate": "single-operator"}, False),
    ],
)
def test_infrastructure_is_a_strength_only_for_a_pattern_that_is_allowed_and_has_tools(
    given: dict[str, Any], strong: bool
) -> None:
    both = {"infrastructure_built_for": "federated", "current_pattern": "federated"}
    assert ("infrastructure-agrees" in ids(found({**given, **both}))) == strong


@pytest.mark.parametrize("pattern", ["embedded", "federated"])
def test_a_signal_that_starts_a_move_already_made_is_silent(pattern: str) -> None:
    given = {"signals": {"model_teams": {"now": 8, "trigger": 6}}}
    assert "signal-reached" in ids(found({**given, "current_pattern": "centralised"}))
    assert "signal-reached" not in ids(found({**given, "current_pattern": pattern}))


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
    given = _good(drill)
    needs = next(d for d in CONTENT.drills if d.id == drill).needs
    given["drills"][drill] = (
        {"minute_0": "platform", "minute_15": "research", "minute_60": "product"}
        if "infrastructure" in needs
        else {"minute_0": "research", "minute_15": "product", "minute_60": "research"}
    )
    a = found(given)
    assert "drill-ends-well" in ids(a), [f.id for f in a.findings]


def test_asking_those_who_know_and_then_acting_is_no_circle() -> None:
    given = _good("feature-drift")
    assert "drill-goes-in-a-circle" not in ids(found(given))
    given["rollback_authority"] = "engineering"
    given["duties"] = {}
    assert "drill-goes-in-a-circle" in ids(found(given))


def test_whoever_can_switch_off_may_end_a_drill() -> None:
    drill = "harmful-output-seen"
    moments = {"minute_0": "product", "minute_15": "product", "minute_60": "product"}
    given = {
        "rollback_authority": "research",
        "duties": {"turn-off": "product"},
        "knowledge": {"business": "product", "model": "product"},
        "drills": {drill: moments},
    }
    assert "drill-ends-well" in ids(found(given))


# -- obeying a rule is no fault -----------------------------------------------------------------


def test_one_operator_with_all_three_controls_is_a_strength() -> None:
    given: dict[str, Any] = {
        "mandate": "single-operator",
        "current_pattern": "platform-as-mlops",
        "builder": "research",
        "duties": {"paged": "platform", "ship": "platform", "evaluation-set": "product"},
        "evaluation_set_authors": ["research", "product"],
        "paged_quality": "product",
        "escalation_written": True,
    }
    a = found(given)
    assert {"operator-controls-in-place", "product-responder-named"} & ids(a)
    assert not [f.id for f in a.findings if f.severity in GRAVE]


# -- nothing is said of what was not answered --------------------------------------------------


@given(parameters=plausible)
@over_answers
def test_without_answers_that_it_reads_no_rule_speaks(parameters: dict[str, Any]) -> None:
    situation = examine(CONTENT, Answers.from_parameters(parameters))
    fired = [rule for rule in CONTENT.rules if RULES[rule.id](situation) is not None]
    assume(fired)
    for rule in fired:
        assert any(n == "basis" or lookup(situation.answers, n) is not None for n in rule.reads)
