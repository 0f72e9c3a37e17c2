"""What a live model takes beside the five duties, said to those whom it concerns alone."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whole_answers import whole_answers
from workshop import Answers, Content, assess, exhibits
from workshop.answers.schema import TEAM, concerns
from workshop.documents.exhibit import Exhibit
from workshop.documents.text import blocks_to_text
from workshop.exhibits.layout import is_sparse
from workshop.findings.rules import RULES, stewardship

LATER = (
    *("evaluation_set_same_week", "model_origin", "provider", "version_pinned", "provider_duties"),
    *("language_model_product", "language_model_artefacts", "validator", "ai_act_role"),
    *("oversight_stop_authority", "off_switch", "cost_owner", "cost_shown_by", "shared_goals"),
    *("handoff_contract", "input_contracts", "politics"),
)
"""Answers that a team may leave out without leaving anything open."""
QUIET = {
    *stewardship.RULES,
    *("first-call-to-the-provider", "handoff-without-contract", "handoff-under-contract"),
    *("inputs-without-contract", "inputs-under-contract", "several-sets-of-goals"),
    *("losers-not-spoken-to", "losers-spoken-to"),
}
DUTIES = ("evaluation-set", "ship", "paged", "answers-to-business", "turn-off")
BOUGHT = {"model_origin": "bought", "provider": "Acme AI", "model": "the assistant"}


def to_text(exhibit: Exhibit) -> str:
    return " ".join(blocks_to_text(exhibit.blocks, 400).split())


def found(**given: Any) -> set[str]:
    return {f.id for f in assess(Answers.from_parameters(given)).findings}


# -- silence ------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(whole_answers)
def test_who_answers_none_of_it_sees_no_finding_and_no_question_of_it(raw: dict[str, Any]) -> None:
    parameters = {k: v for k, v in raw.items() if k not in LATER}
    parameters.get("basis", {}).clear()
    parameters.pop("drills", None)
    if parameters.get("mandate") == "independent-validation":
        parameters["mandate"] = "none"  # a rule that asks for a validator concerns
    a = assess(Answers.from_parameters(parameters))
    assert not {f.id for f in a.findings} & QUIET
    assert not {u.question.id.split(".")[0] for u in a.unknowns} & {*LATER}
    for make in (exhibits.bought_model, exhibits.language_model, exhibits.oversight):
        assert make(a).blocks == ()
    topics = ("bought-models", "language-models", "oversight", "running")
    assert exhibits.facts(a, *topics).blocks == ()
    assert a.ledger.validation is None
    assert not {line.reads.split(".")[0] for line in a.charter.lines} & {*LATER}


def test_what_concerns_others_is_in_no_list_of_sources_claims_or_drills() -> None:
    plain = assess(Answers(model_teams=3, paged_quality="platform"))
    text = " ".join(
        to_text(make(plain))
        for make in (exhibits.source_list, exhibits.evidence, exhibits.drills_to_play)
    )
    for words in ("OpenAI", "AI Act", "FinOps", "retires the model", "Friday evening"):
        assert words not in text
    asked = assess(Answers.from_parameters({**BOUGHT, "ai_act_role": "deployer"}))
    text = to_text(exhibits.source_list(asked)) + to_text(exhibits.drills_to_play(asked))
    assert "OpenAI" in text
    assert "AI Act" in text
    assert "retires the model" in text
    assert "FinOps" not in text


def test_optional_questions_do_not_make_a_pack_of_few_answers_look_sparse(content: Content) -> None:
    leaves = [q for q in content.questions if not q.optional and not q.when]
    given = {"queue_weeks": 2.0, "model_teams": 3, "ml_engineers": 9, "maturity": 2}
    assert len(leaves) < len(content.questions)
    assert is_sparse(assess(Answers.from_parameters(given)))


def test_a_follow_up_is_open_once_it_concerns() -> None:
    def open_(**given: Any) -> set[str]:
        return {u.question.id for u in assess(Answers.from_parameters(given)).unknowns}

    assert "provider_duties.notices" in open_(model_origin="bought")
    assert "provider_duties.notices" not in open_(model_origin="built")
    assert "validator" in open_(mandate="independent-validation")
    assert "language_model_artefacts.prompts" not in open_(language_model_product=False)
    assert "language_model_artefacts.prompts" in open_(language_model_product=True)


def test_an_item_concerns_by_value_by_any_value_or_everybody() -> None:
    bought = Answers(model_origin="bought")
    assert concerns(bought, {})
    assert concerns(bought, {"model_origin": ("adapted", "bought")})
    assert concerns(bought, {"provider": (), "model_origin": ()})
    assert not concerns(bought, {"model_origin": ("built",)})
    assert not concerns(Answers(), {"model_origin": ()})
    assert concerns(Answers(language_model_product=False), {"language_model_product": ("false",)})


# -- a vendor is not a team ---------------------------------------------------------------------


NAMING = (
    "retirement_authority",
    *(
        name
        for name, info in Answers.model_fields.items()
        if TEAM in getattr(get_args(info.annotation)[0], "__metadata__", ())
    ),
)
"""Answers in which somebody may name the provider as if it were a team."""
MAY_NAME_IT = {
    *("provider-holds-a-duty", "first-call-to-the-provider", "builder-validates-itself"),
    *(
        "provider-notices-reach-nobody",
        "notices-reach-another-team",
        "evaluation-set-not-run-again",
    ),
    *("nobody-may-switch-provider", "nobody-pays-for-the-move", "floating-version-unwatched"),
    *("bought-model-looked-after", "validator-is-independent", "knowledge-in-different-teams"),
    *("drill-ends-without-authority", "rollback-off-the-pager-path"),
}
"""Findings that name the provider for what it is, or say where a right or knowledge lies."""


@settings(max_examples=80)
@given(whole_answers, st.sets(st.sampled_from(NAMING)), st.sets(st.sampled_from(DUTIES)))
def test_a_finding_names_the_provider_only_as_what_it_is(
    raw: dict[str, Any], names: set[str], duties: set[str]
) -> None:
    parameters = {**raw, **BOUGHT, **dict.fromkeys(names, "Acme AI")}
    parameters["duties"] = {
        "ship": "web",
        **raw.get("duties", {}),
        **dict.fromkeys(duties, "Acme AI"),
    }
    found = assess(Answers.from_parameters(parameters)).findings
    assert {f.id for f in found if "Acme AI" in f.statement} <= MAY_NAME_IT
    asked = {f.id for f in found if "Acme AI" in f.mitigation}
    assert asked <= {"provider-notices-reach-nobody"}


@settings(max_examples=60)
@given(whole_answers)
def test_no_finding_puts_the_provider_on_a_rota_or_praises_it(raw: dict[str, Any]) -> None:
    parameters = {**raw, **BOUGHT, "builder": "Acme AI"}
    parameters["duties"] = {**raw.get("duties", {}), "paged": "Acme AI"}
    a = assess(Answers.from_parameters(parameters))
    assert "provider-holds-a-duty" in {f.id for f in a.findings}
    assert not {f.id for f in a.findings} & {"builder-paged", "builder-holds-most-duties"}
    for f in a.findings:
        assert not any(f"Put {name} on" in f.mitigation for name in ("Acme AI", "{builder}"))
    assert not any(a.teams.same(team, "Acme AI") for team in a.ledger.teams)
    paged = next(d for d in a.diagnostics if d.text.id == "paged")
    assert (paged.result, paged.reason) == ("fails", "provider")
    assert a.ledger.rule.verdict in ("gap", "partly")


def test_a_model_built_here_has_no_provider_whatever_was_typed_before() -> None:
    given = Answers(model_origin="built", provider="research", builder="research")
    assert not assess(given).is_provider("research")
    assert assess(Answers(provider="Acme AI")).is_provider("Acme AI team")


def test_the_ledger_says_who_makes_a_bought_model() -> None:
    a = assess(Answers.from_parameters({**BOUGHT, "builder": "Acme AI", "duties": {"ship": "web"}}))
    text = to_text(exhibits.ownership_ledger(a))
    assert "Acme AI makes the assistant" in text
    assert "the team that put it into your product answers for it" in text


def test_the_charter_has_further_lines_where_they_were_told() -> None:
    given = {
        **BOUGHT,
        "provider_duties": {"notices": "product", "switch": "Acme AI"},
        "language_model_artefacts": {"prompts": "product"},
    }
    a = assess(Answers.from_parameters(given))
    states = {line.reads: line.state for line in a.charter.lines}
    assert states["provider_duties.notices"] == "held"
    assert states["provider_duties.switch"] == "nobody"
    assert "provider_duties.pay" not in states
    text = to_text(exhibits.oncall_charter(a))
    assert "Receives the provider's notices" in text
    assert "Acme AI is not your team" in text


def test_the_exhibit_counts_teams_of_ones_own_only() -> None:
    duties = {"notices": "product", "evaluation-rerun": "nobody", "switch": "Acme AI"}
    a = assess(Answers.from_parameters({**BOUGHT, "provider_duties": duties}))
    text = to_text(exhibits.bought_model(a))
    assert "Of the 4 duties that follow, a team of yours has 1." in text
    assert "which is not your team" in text


# -- the sixth line -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "state", "words"),
    [
        ({"validator": "risk", "builder": "research"}, "independent", "independent"),
        ({"validator": "Research team", "builder": "research"}, "builder", "builds it too"),
        ({"validator": "risk"}, "held", "named"),
        ({"validator": "nobody"}, "nobody", "no team"),
        ({"validator": "Acme AI", "provider": "Acme AI", "builder": "web"}, "nobody", "no team"),
        ({"mandate": "independent-validation"}, "unknown", "required, not answered"),
    ],
)
def test_validation_is_a_sixth_line_of_the_ledger(
    given: dict[str, Any], state: str, words: str
) -> None:
    a = assess(Answers.from_parameters({"duties": {"ship": "research"}, **given}))
    assert a.ledger.validation is not None
    assert a.ledger.validation.state == state
    assert len(a.ledger.lines) == 5
    text = to_text(exhibits.ownership_ledger(a))
    assert "Validates independently" in text
    assert words in text


def test_whoever_validates_is_no_longer_asked_for_under_one_operator() -> None:
    rule = "single-operator-without-validation"
    assert rule in found(mandate="single-operator", regulated=True)
    assert rule not in found(mandate="single-operator", regulated=True, validator="risk control")
    assert rule in found(mandate="single-operator", regulated=True, validator="nobody")


# -- findings that have to agree ----------------------------------------------------------------


def test_a_set_written_apart_neither_passes_nor_is_praised() -> None:
    given = {"builder": "research", "evaluation_set_authors": ["research", "product"]}
    apart = assess(Answers.from_parameters({**given, "evaluation_set_same_week": False}))
    ids = {f.id for f in apart.findings}
    assert "evaluation-set-written-apart" in ids
    assert "evaluation-set-written-together" not in ids
    case = next(d for d in apart.diagnostics if d.text.id == "evaluation-set")
    assert (case.result, case.reason) == ("fails", "apart")
    assert "evaluation-set-written-together" in found(**given, evaluation_set_same_week=True)
    assert "evaluation-set-written-together" in found(**given)


def test_no_switch_is_no_strength_for_the_role_that_may_retire() -> None:
    given = {"retirement_authority": "Head of Product", "duties": {"turn-off": "product"}}
    assert "retirement-role-with-switch" in found(**given)
    assert "retirement-role-with-switch" not in found(**given, off_switch="none")


@pytest.mark.parametrize("rule", sorted(QUIET))
def test_each_of_these_rules_is_known(rule: str) -> None:
    assert rule in RULES
